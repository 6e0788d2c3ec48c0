//! Rows of the test versions before 5.1.18.

use binlog_format::ErrorCode;
use binlog_format::names::code;

use super::{Log, Seen};

/// What 5.1.17 lists.
const LENGTHS: [u8; 22] = [56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 79, 0, 4, 26, 8, 8, 8, 8];

/// A table map without metadata.
fn table_map(types: &[u8]) -> Vec<u8> {
    [&[16, 0, 0, 0, 0, 0, 0, 0][..], b"\x04test\0\x02t1\0", &[types.len() as u8], types].concat()
}

fn rows(kind: u8, types: &[u8], rows: &[u8]) -> Seen {
    let present = [0xff].repeat(types.len().div_ceil(8));
    let body = [&[16, 0, 0, 0, 0, 0, 1, 0, types.len() as u8][..], &present, rows].concat();
    let log = Log::new("5.1.17-beta-debug-log", &LENGTHS).event(code::TABLE_MAP, &table_map(types));
    log.event(kind, &body).read().pop().expect("rows")
}

const INT: u8 = 3;
const STRING: u8 = 254;
const BLOB: u8 = 252;
const DECIMAL: u8 = 246;

/// Both columns may be NULL: the bit of the second one is clear in the first row.
#[test]
fn nulls_are_known_where_every_column_may_be_null() {
    let seen =
        rows(code::PRE_GA_WRITE_ROWS, &[INT, STRING], b"\xf9\x01\0\0\0\x03one\xfd\x02\0\0\0\0\xfb\0\0\0\0\x05three");
    assert_eq!(seen.error, None, "{seen:#?}");
    let expected = ["After 0 1", "After 1 one", "After 0 2", "After 1 NULL", "After 0 NULL", "After 1 three"];
    assert_eq!(seen.cells, expected);
    assert_eq!(seen.text("rows[1].after[1]"), "NULL");
    assert_eq!(seen.text("rows[1].after[1][1]"), "", "the default that the record has all the same");
}

/// One of two columns may be NULL, and no one knows which: what is stored is shown.
#[test]
fn values_are_as_stored_where_the_bits_cannot_be_told() {
    let seen = rows(code::PRE_GA_DELETE_ROWS, &[INT, STRING], b"\xfd\x01\0\0\0\x03one\xff\x02\0\0\0\0");
    assert_eq!(seen.error, None, "{seen:#?}");
    assert_eq!(seen.cells, ["Before 0 1", "Before 1 one", "Before 0 2", "Before 1 "]);
}

/// Records of variable length have no bit that is always set.
#[test]
fn packed_records_begin_with_the_first_column() {
    let seen = rows(code::PRE_GA_WRITE_ROWS, &[BLOB, INT], b"\xfc\x02\0hi\x01\0\0\0\xfd\0\0\x02\0\0\0");
    assert_eq!(seen.error, None, "{seen:#?}");
    assert_eq!(seen.cells, ["After 0 hi", "After 1 1", "After 0 NULL", "After 1 2"]);
}

#[test]
fn updates_have_one_bitmap_for_both_images() {
    let seen = rows(code::PRE_GA_DELETE_ROWS - 1, &[INT, STRING], b"\xf9\x01\0\0\0\x01a\xf9\x01\0\0\0\x02bc");
    assert_eq!(seen.error, None, "{seen:#?}");
    assert_eq!(seen.cells, ["Before 0 1", "Before 1 a", "After 0 1", "After 1 bc"]);
    assert_eq!(seen.line, "1 × test.t1");
}

#[test]
fn widths_are_those_that_fit_every_row() {
    // An ENUM is a STRING here: as text, the second row would reach past the end.
    let seen = rows(code::PRE_GA_WRITE_ROWS, &[STRING, INT], b"\xf9\x00\x01\0\0\0\xf9\x02\x02\0\0\0");
    assert_eq!(seen.error, None, "{seen:#?}");
    assert_eq!(seen.cells, ["After 0 0", "After 1 1", "After 0 2", "After 1 2"]);
    // Nine columns that may be NULL need a second byte.
    let ints: Vec<u8> = [b"\xfe\xfe".as_slice(), &[7, 0, 0, 0].repeat(9)].concat();
    let seen = rows(code::PRE_GA_WRITE_ROWS, &[INT; 9], &ints);
    assert_eq!((seen.error, seen.cells.len()), (None, 9), "{seen:#?}");
    assert_eq!(seen.text("rows[0].after.record_null_bytes"), "0xfefe");
}

#[test]
fn what_fits_nothing_is_a_fault_and_no_nonsense() {
    let cut = rows(code::PRE_GA_WRITE_ROWS, &[INT, STRING], b"\xf9\x01\0\0\0\x03on");
    assert_eq!(cut.error.map(|error| error.code), Some(ErrorCode::ColumnWidth));
    assert!(cut.cells.is_empty() && cut.has("undecoded"), "{cut:#?}");
    let decimal = rows(code::PRE_GA_WRITE_ROWS, &[DECIMAL], b"\xfd\x80\0\x01");
    assert_eq!(decimal.error.map(|error| (error.code, error.found)), Some((ErrorCode::ColumnWidth, DECIMAL.into())));
}

/// The trees of 5.1 and 5.2 before 5.1.6 numbered the types otherwise, and had table ids of 4 bytes.
#[test]
fn permuted_codes() {
    let mut lengths = LENGTHS;
    lengths[15..].copy_from_slice(&[6, 6, 6, 6, 0, 4, 26]);
    let log = Log::new("5.2.2-a_drop6p13-debug-log", &lengths)
        .event(16, &[&[16, 0, 0, 0, 0, 0][..], b"\x04test\0\x02t1\0\x02\x03\xfe"].concat())
        .event(17, b"\x10\0\0\0\x01\0\x02\xff\xf9\x01\0\0\0\x03one")
        .event(20, &9u64.to_le_bytes())
        .event(21, b"\x01\0\0\0data");
    let seen = log.read();
    let kinds: Vec<_> = seen.iter().map(|seen| seen.kind).collect();
    assert_eq!(kinds, [code::TABLE_MAP, code::PRE_GA_WRITE_ROWS, code::XID, code::BEGIN_LOAD_QUERY]);
    assert_eq!(seen[1].cells, ["After 0 1", "After 1 one"]);
    assert!(seen.iter().all(|seen| seen.error.is_none()), "{seen:#?}");
}
