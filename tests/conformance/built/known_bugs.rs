//! Values that other readers got wrong, each named after the report.

use binlog_format::column::type_code as t;
use binlog_format::events::optional_metadata as optional;
use binlog_format::names::code;
use binlog_format::{DecodeError, ErrorCode};

use super::{Log, MYSQL_9, Seen};

/// A table under construction.
#[derive(Default)]
pub(super) struct Table {
    types: Vec<u8>,
    metadata: Vec<u8>,
    optional: Vec<u8>,
    mariadb: bool,
}

fn lenenc(number: usize) -> Vec<u8> {
    match number {
        0..251 => vec![number as u8],
        _ => [&[0xfc][..], &(number as u16).to_le_bytes()].concat(),
    }
}

fn bitmap(columns: usize, set: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut bytes = vec![0; columns.div_ceil(8)];
    for column in (0..columns).filter(|column| set(*column)) {
        bytes[column / 8] |= 1 << (column % 8);
    }
    bytes
}

impl Table {
    pub(super) fn column(mut self, kind: u8, metadata: &[u8]) -> Self {
        self.types.push(kind);
        self.metadata.extend(metadata);
        self
    }

    pub(super) fn columns(self, count: usize, kind: u8, metadata: &[u8]) -> Self {
        (0..count).fold(self, |table, _| table.column(kind, metadata))
    }

    pub(super) fn optional(mut self, kind: u8, value: &[u8]) -> Self {
        self.optional.push(kind);
        self.optional.extend(lenenc(value.len()));
        self.optional.extend(value);
        self
    }

    /// ENUM or SET members.
    pub(super) fn labels(self, kind: u8, lists: &[&[&str]]) -> Self {
        let list = |list: &&[&str]| {
            let members = list.iter().flat_map(|label| [&lenenc(label.len())[..], label.as_bytes()].concat());
            lenenc(list.len()).into_iter().chain(members).collect::<Vec<u8>>()
        };
        let value: Vec<u8> = lists.iter().flat_map(list).collect();
        self.optional(kind, &value)
    }

    /// MariaDB's server wrote it.
    pub(super) fn mariadb(self) -> Self {
        Self { mariadb: true, ..self }
    }

    fn body(&self) -> Vec<u8> {
        let count = self.types.len();
        let head = [&[7, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0", &lenenc(count), &self.types].concat();
        [head, lenenc(self.metadata.len()), self.metadata.clone(), bitmap(count, |_| true), self.optional.clone()]
            .concat()
    }

    /// The table map alone.
    pub(super) fn map(&self) -> Seen {
        self.log().read().pop().expect("a table map")
    }

    fn log(&self) -> Log {
        let server = if self.mariadb { "11.8.6-MariaDB" } else { "9.7.0" };
        Log::new(server, &MYSQL_9).event(code::TABLE_MAP, &self.body())
    }

    /// A WRITE_ROWS event of these present columns and rows.
    pub(super) fn rows(&self, present: impl Fn(usize) -> bool, rows: &[u8]) -> Vec<Seen> {
        let count = self.types.len();
        let head = [&[7, 0, 0, 0, 0, 0, 1, 0, 2, 0][..], &lenenc(count), &bitmap(count, present)].concat();
        self.log().event(code::WRITE_ROWS, &[&head, rows].concat()).read()
    }

    /// The one row of all columns, none NULL.
    pub(super) fn row(&self, values: &[u8]) -> Seen {
        let nulls = bitmap(self.types.len(), |_| false);
        let seen = self.rows(|_| true, &[&nulls, values].concat()).pop().expect("rows");
        assert_eq!(seen.error, None, "{seen:?}");
        seen
    }

    fn fault(&self, present: impl Fn(usize) -> bool, rows: &[u8]) -> DecodeError {
        self.rows(present, rows).pop().and_then(|seen| seen.error).expect("a fault")
    }
}

pub(super) fn values(seen: &Seen) -> Vec<&str> {
    seen.cells.iter().map(|cell| cell.splitn(3, ' ').nth(2).unwrap_or_default()).collect()
}

#[test]
fn go_mysql_1117_unsigned_integers_are_unsigned() {
    let table = Table::default().columns(2, t::LONGLONG, &[]).optional(optional::SIGNEDNESS, &[0x40]);
    assert_eq!(values(&table.row(&[0xff; 16])), ["-1", "18446744073709551615"]);
}

#[test]
fn go_mysql_1119_olake_868_and_osheroff_108_year_has_a_sign_bit() {
    let table = Table::default().column(t::YEAR, &[]).columns(2, t::TINY, &[]).optional(optional::SIGNEDNESS, &[0x20]);
    assert_eq!(values(&table.row(&[126, 0xff, 0xff])), ["2026", "-1", "255"]);
}

#[test]
fn osheroff_121_sign_bits_are_those_of_numeric_columns_alone() {
    let text = [10, 0];
    let table = Table::default().column(t::VARCHAR, &text).column(t::TINY, &[]).optional(optional::SIGNEDNESS, &[0x80]);
    assert_eq!(values(&table.row(b"\x01a\xff")), ["a", "255"]);
}

#[test]
fn shyiko_264_the_bitmap_of_signs_is_as_long_as_there_are_numeric_columns() {
    let table = Table::default().columns(9, t::VARCHAR, &[10, 0]).column(t::TINY, &[]);
    let table = table.optional(optional::SIGNEDNESS, &[0x80]).optional(optional::DEFAULT_CHARSET, &[33]);
    assert_eq!(values(&table.row(b"\0\0\0\0\0\0\0\0\0\xff")).last(), Some(&"255"));
}

#[test]
fn mariadb_server_4720_text_between_the_eighth_and_the_ninth_number() {
    let table = Table::default().columns(8, t::TINY, &[]).columns(3, t::VARCHAR, &[10, 0]).column(t::TINY, &[]);
    let table = table.optional(optional::SIGNEDNESS, &[0x00, 0x80]);
    let seen = table.row(b"\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\xff");
    assert_eq!(values(&seen), ["-1", "-1", "-1", "-1", "-1", "-1", "-1", "-1", "", "", "", "255"]);
}

#[test]
fn shyiko_188_and_open_replicator_21_a_sign_that_is_not_logged_is_said_to_be_unknown() {
    let table = Table::default().column(t::TINY, &[]).column(t::SHORT, &[]);
    assert_eq!(values(&table.row(&[0xff, 0x01, 0x00])), ["-1 (255)", "1"]);
}

#[test]
fn apecloud_31_members_belong_to_their_own_columns() {
    let table = Table::default()
        .column(t::STRING, &[t::ENUM, 1])
        .column(t::LONG, &[])
        .column(t::STRING, &[t::SET, 1])
        .column(t::STRING, &[t::ENUM, 1])
        .labels(optional::SET_STR_VALUE, &[&["s1", "s2"]])
        .labels(optional::ENUM_STR_VALUE, &[&["a1", "a2"], &["b1", "b2"]]);
    let seen = table.row(&[2, 0, 0, 0, 0, 3, 1]);
    assert_eq!(seen.text("rows[0].after[0]"), "a2");
    assert_eq!(seen.text("rows[0].after[2]"), "s1,s2");
    assert_eq!(seen.text("rows[0].after[3]"), "b1");
}

#[test]
fn go_mysql_319_sets_and_enums_of_several_bytes_are_little_endian() {
    let table = Table::default().column(t::STRING, &[t::SET, 2]).column(t::STRING, &[t::ENUM, 2]);
    assert_eq!(values(&table.row(&[0x02, 0x01, 0x2c, 0x01])), ["258", "300"]);
}

#[test]
fn python_3_a_set_is_a_bitmap_and_no_index() {
    let table = Table::default().column(t::STRING, &[t::SET, 1]).labels(optional::SET_STR_VALUE, &[&["x", "y", "z"]]);
    assert_eq!(table.row(&[0b101]).text("rows[0].after[0]"), "x,z");
    assert_eq!(table.row(&[0]).text("rows[0].after[0]"), "");
}

#[test]
fn php_5_the_member_0_of_an_enum_is_the_error_value() {
    let table = Table::default().column(t::STRING, &[t::ENUM, 1]).labels(optional::ENUM_STR_VALUE, &[&["a"]]);
    assert_eq!(table.row(&[0]).text("rows[0].after[0]"), "''");
    assert_eq!(table.row(&[9]).text("rows[0].after[0]"), "9", "beyond the members");
}

#[test]
fn vitess_11870_counts_of_columns_over_250() {
    for count in [250, 251, 252, 255, 256, 1000, 4096] {
        let table = Table::default()
            .columns(count, t::TINY, &[])
            .optional(optional::SIGNEDNESS, &vec![0xff; count.div_ceil(8)]);
        let numbers: Vec<u8> = (0..count).map(|number| number as u8).collect();
        let seen = table.row(&numbers);
        let expected: Vec<String> = numbers.iter().map(u8::to_string).collect();
        assert_eq!(values(&seen), expected, "{count}");
    }
}

#[test]
fn zongji_51_and_open_replicator_13_null_bits_are_those_of_present_columns() {
    let table = Table::default().columns(17, t::TINY, &[]).optional(optional::SIGNEDNESS, &[0xff; 3]);
    // Columns 3 and 16 are present; the first of them is NULL.
    let seen = table.rows(|column| column == 3 || column == 16, &[0b1111_1101, 42]).pop().expect("rows");
    assert_eq!((seen.error, &seen.cells[..]), (None, &["After 3 NULL".to_owned(), "After 16 42".to_owned()][..]));
    assert!(!seen.has("rows[0].after[0]"), "what the image lacks is no NULL");
}

#[test]
fn python_510_columns_without_logged_names_stay_apart() {
    let table = Table::default().columns(3, t::TINY, &[]).optional(optional::SIGNEDNESS, &[0xe0]);
    let seen = table.row(&[1, 2, 3]);
    assert_eq!(["[0]", "[1]", "[2]"].map(|column| seen.text(&format!("rows[0].after{column}"))), ["1", "2", "3"]);
}

#[test]
fn open_replicator_28_bits_beyond_whole_bytes() {
    let table = Table::default().column(t::BIT, &[2, 1]).column(t::BIT, &[0, 8]).column(t::BIT, &[1, 0]);
    let seen = table.row(&[0x02, 0x01, 0x80, 0, 0, 0, 0, 0, 0, 1, 1]);
    let long = format!("b'1{}1'", "0".repeat(62));
    assert_eq!(values(&seen), ["b'1000000001'", long.as_str(), "b'1'"]);
}

#[test]
fn maxwell_721_and_open_replicator_4_a_checksum_is_no_row() {
    let table = Table::default().column(t::LONG, &[]);
    assert_eq!(table.row(&[1, 0, 0, 0]).cells.len(), 1);
}

#[test]
fn go_mysql_134_and_canal_99_rows_without_their_table_map_say_so() {
    let log = Log::new("9.7.0", &MYSQL_9).event(code::WRITE_ROWS, &[7, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 1, 0, 5]);
    let seen = log.read().pop().expect("rows");
    let error = seen.error.expect("a fault");
    assert_eq!((error.code, error.found), (ErrorCode::UnknownTable, 7));
    assert_eq!(seen.text("table_id"), "7", "what precedes the rows is there");
}

#[test]
fn mysql_common_rows_without_bytes_do_not_repeat_for_ever() {
    let table = Table::default().columns(2, t::TINY, &[]);
    assert_eq!(table.fault(|_| false, &[1, 2, 3]).code, ErrorCode::EmptyRow);
}

#[test]
fn go_mysql_127_and_canal_154_rows_that_end_early() {
    let table = Table::default().column(t::LONG, &[]).column(t::VARCHAR, &[10, 0]);
    let error = table.fault(|_| true, &[0, 1, 2]);
    assert_eq!((error.code, error.expected, error.found), (ErrorCode::UnexpectedEnd, 4, 2));
    let error = table.fault(|_| true, &[0, 1, 2, 3, 4, 9, b'a']);
    assert_eq!((error.code, error.expected, error.found), (ErrorCode::LengthTooLong, 9, 1));
}

#[test]
fn apecloud_counts_of_gtid_sets_are_not_believed() {
    let body = [&u64::MAX.to_le_bytes()[..], &[0; 16], &u64::MAX.to_le_bytes()].concat();
    let seen = Log::new("9.7.0", &MYSQL_9).event(code::PREVIOUS_GTIDS, &body).read().pop().expect("an event");
    assert!(seen.error.is_some(), "{seen:?}");
}

#[test]
fn mysql_binlog_3_headers_longer_than_19_bytes() {
    let log = Log::with_header("5.1.63-google", &super::MYSQL_5_1, 27).event(code::XID, &42u64.to_le_bytes());
    let seen = log.one();
    assert_eq!(seen.text("event_header.extra_header_data"), "0xeeeeeeeeeeeeeeee");
    assert_eq!(seen.line, "42");
}

#[test]
fn zongji_0_7_integers_beyond_the_53_bits_of_a_javascript_number() {
    // [18446744073709551615, -9223372036854775808]
    let document = [&[2, 2, 0, 26, 0, 10, 10, 0, 9, 18, 0][..], &[0xff; 8], &i64::MIN.to_le_bytes()].concat();
    let length = (document.len() as u32).to_le_bytes();
    let table = Table::default().column(t::JSON, &[4]);
    let seen = table.row(&[&length[..], &document].concat());
    assert_eq!(values(&seen), ["[18446744073709551615, -9223372036854775808]"]);
}

/// Found by fuzzing: the observer was told of the length, the fast decoder of the data.
#[test]
fn a_compressed_value_longer_than_its_event_is_one_fault_for_both_readings() {
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x01\x8d\x02\x07\x00\x01"].concat();
    let log = Log::new("11.8.3-MariaDB", &[0; 171]).event(code::TABLE_MAP, &map);
    let seen = log.event(code::WRITE_ROWS_V1, &[9, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0xfe, 9, 0x80, 1]).read();
    let error = seen.last().and_then(|seen| seen.error).expect("a fault");
    let liar = error.liar.map(|liar| liar.entry().id);
    assert_eq!(
        (error.code, error.field.entry().id, liar),
        (ErrorCode::LengthTooLong, "column.compressed_data", Some("column.length"))
    );
}
