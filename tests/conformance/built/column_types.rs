//! Column types that the files at hand lack, and which list of character sets counts which column.

use binlog_format::column::type_code as t;
use binlog_format::events::optional_metadata as optional;
use binlog_format::{ErrorCode, charset};

use super::known_bugs::{Table, values};

const VARCHAR: [u8; 2] = [10, 0];
const LATIN1: u8 = 8;
const BINARY: u8 = charset::BINARY as u8;

#[test]
fn go_mysql_1119_old_decimal_has_a_sign_bit_and_its_width_is_found() {
    let table = Table::default().column(t::DECIMAL, &[]).columns(2, t::TINY, &[]);
    let table = table.optional(optional::SIGNEDNESS, &[0x20]);
    // Servers write ones into the spare bits of NULL bitmaps.
    let seen = table.rows(|_| true, b"\xf8   -12.50\xff\xff").pop().expect("rows");
    assert_eq!(seen.error, None);
    assert_eq!(values(&seen), ["   -12.50", "-1", "255"]);
}

#[test]
fn go_mysql_and_mysql_common_vectors_count_among_the_character_columns_of_mysql() {
    let table = Table::default().column(t::VECTOR, &[4]).column(t::VARCHAR, &VARCHAR);
    let table = table.optional(optional::COLUMN_CHARSET, &[BINARY, LATIN1]);
    let seen = table.row(&[&[4, 0, 0, 0][..], &(-0.1f32).to_le_bytes(), b"\x01\xe9"].concat());
    assert_eq!(values(&seen), ["[-0.1]", "é"]);
    assert_eq!(seen.text("rows[0].after[0].vector_elements[0]"), "-0.1");
}

#[test]
fn geometries_count_among_the_character_columns_of_mariadb_alone() {
    let point = [&[25, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0][..], &1f64.to_le_bytes(), &2f64.to_le_bytes()].concat();
    let columns = || Table::default().column(t::GEOMETRY, &[4]).column(t::VARCHAR, &VARCHAR);
    let row = [&point[..], b"\x01\xe9"].concat();
    let mariadb = columns().optional(optional::COLUMN_CHARSET, &[BINARY, LATIN1]).mariadb();
    assert_eq!(values(&mariadb.row(&row)), ["POINT(1 2)", "é"]);
    let mysql = columns().optional(optional::COLUMN_CHARSET, &[LATIN1]);
    let seen = mysql.row(&row);
    assert_eq!(values(&seen), ["POINT(1 2)", "é"]);
    assert_eq!(seen.text("rows[0].after[0].shape.type"), "POINT");
    assert_eq!(seen.text("rows[0].after[0].shape.y"), "2");
}

#[test]
fn gh_ost_532_the_character_set_belongs_to_the_column() {
    // latin1 for all, but utf8mb4 for the second character column and gbk for the third.
    let table = Table::default().columns(2, t::VARCHAR, &VARCHAR).column(t::LONG, &[]).column(t::BLOB, &[2]);
    let table = table.optional(optional::DEFAULT_CHARSET, &[LATIN1, 1, 45, 2, 28]);
    let row = [b"\x01\xe9\x02".as_slice(), "é".as_bytes(), &7u32.to_le_bytes(), b"\x02\0\xd6\xd0"].concat();
    let seen = table.row(&row);
    let text = |ordinal: usize| seen.text(&format!("rows[0].after[{ordinal}]"));
    assert_eq!([text(0), text(1), text(2), text(3)], ["é", "é", "7", "中"]);
}

#[test]
fn python_386_members_are_in_their_columns_character_set() {
    let table = Table::default().column(t::STRING, &[t::ENUM, 1]).column(t::STRING, &[t::SET, 1]);
    let table = table.optional(optional::ENUM_AND_SET_COLUMN_CHARSET, &[LATIN1, 2]);
    // The same byte is é in latin1 and ę in latin2 with another code; ą is b1 there.
    let labels = [optional::SET_STR_VALUE, optional::ENUM_STR_VALUE];
    let table = table.optional(labels[0], b"\x02\x01\xb1\x01\xea").optional(labels[1], b"\x01\x01\xe9");
    let seen = table.row(&[1, 3]);
    assert_eq!([seen.text("rows[0].after[0]"), seen.text("rows[0].after[1]")], ["é", "ą,ę"]);
    let map = table.map();
    assert_eq!(map.text("optional_metadata[1][0][1].label"), "ę");
}

#[test]
fn vitess_8730_and_zongji_150_fixed_bytes_are_whole_again_and_no_text() {
    let table = Table::default().column(t::STRING, &[t::STRING, 16]).column(t::STRING, &[t::STRING, 4]);
    let table = table.optional(optional::DEFAULT_CHARSET, &[BINARY]);
    let seen = table.row(b"\x0f0123456789abcde\0");
    assert_eq!(seen.text("rows[0].after[0]"), "0x30313233343536373839616263646500");
    assert_eq!(seen.text("rows[0].after[1]"), "0x00000000");
    assert_eq!(seen.text("rows[0].after[0].value"), "0x303132333435363738396162636465", "bytes stay bytes");
}

#[test]
fn arrays_of_multi_valued_indexes_are_json() {
    let metadata = [t::VARCHAR, 40, 0, 0];
    let table = Table::default().column(t::TYPED_ARRAY, &metadata).column(t::TYPED_ARRAY, &[t::LONGLONG]);
    let array = [2, 2, 0, 10, 0, 5, 7, 0, 5, 0xff, 0xff];
    let length = (array.len() as u32).to_le_bytes();
    let seen = table.row(&[&length[..], &array, &length, &array].concat());
    assert_eq!(values(&seen), ["[7, -1]", "[7, -1]"]);
    assert_eq!(table.map().text("column_metadata[0].array_max_length"), "40");
}

#[test]
fn what_no_server_writes_is_a_fault_that_names_the_type() {
    for (kind, metadata) in [(t::NULL + 200, &[][..]), (243, &[]), (30, &[])] {
        let table = Table::default().column(t::TINY, &[]).column(kind, metadata);
        let seen = table.rows(|_| true, &[0, 1, 2]).pop().expect("rows");
        let error = seen.error.expect("a fault");
        assert_eq!((error.code, error.found), (ErrorCode::ColumnType, kind.into()));
        assert_eq!(seen.text("rows[0].after[0]"), "1");
    }
}

#[test]
fn precisions_that_cannot_be_are_faults_of_the_table_map() {
    for (kind, metadata) in [
        (t::NEWDECIMAL, &[66, 0][..]),
        (t::NEWDECIMAL, &[5, 6]),
        (t::DATETIME2, &[7]),
        (t::BIT, &[8, 0]),
        (t::BLOB, &[5]),
    ] {
        let map = Table::default().column(kind, metadata).map();
        assert_eq!(map.error.map(|error| error.code), Some(ErrorCode::ColumnMetadata), "{kind} {metadata:?}");
    }
    // A precision of 0 is odd, but has a width: none.
    let table = Table::default().column(t::NEWDECIMAL, &[0, 0]).column(t::TINY, &[]);
    assert_eq!(values(&table.row(&[9])), ["0", "9"]);
}
