//! Events on which other readers stumbled, by their issues.

use binlog_format::ErrorCode;
use binlog_format::names::code;

use super::{Log, MYSQL_9, Seen};

fn last(log: &Log) -> Seen {
    log.read().pop().expect("an event")
}

fn mysql() -> Log {
    Log::new("9.7.0", &MYSQL_9)
}

fn mariadb() -> Log {
    Log::new("10.11.2-MariaDB", &[0; 171])
}

fn code_of(seen: &Seen) -> Option<ErrorCode> {
    seen.error.map(|error| error.code)
}

fn liar(seen: &Seen) -> Option<&'static str> {
    seen.error.and_then(|error| error.liar).map(|liar| liar.entry().id)
}

#[test]
fn mysql_common_trusted_the_count_of_previous_gtids() {
    for count in [1u64 << 55, 3, 0x0100_0000_00ff_ff01] {
        let seen = last(&mysql().event(code::PREVIOUS_GTIDS, &count.to_le_bytes()));
        assert_eq!((code_of(&seen), liar(&seen)), (Some(ErrorCode::TooMany), Some("previous_gtids.source_count")));
    }
    // The count of intervals lies in the same way.
    let body = [&1u64.to_le_bytes()[..], &[0x11; 16], &u64::MAX.to_le_bytes()].concat();
    assert_eq!(liar(&last(&mysql().event(code::PREVIOUS_GTIDS, &body))), Some("previous_gtids.interval_count"));
}

#[test]
fn mysql_common_looped_over_rows_without_bytes() {
    // Two columns, none of them in the image, and bytes that no row takes.
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x02\x03\x03\0\x03"].concat();
    let log = mysql().event(code::TABLE_MAP, &map);
    let seen = last(&log.event(code::WRITE_ROWS, &[9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 2, 0, 1, 2, 3]));
    assert_eq!(code_of(&seen), Some(ErrorCode::EmptyRow));
}

#[test]
fn mysql_common_unwrapped_an_unknown_compression() {
    let log = mysql().event(code::TRANSACTION_PAYLOAD, b"\x02\x01\x07\x01\x01\x03\x00abc");
    let totals = log.damaged_totals();
    assert_eq!(
        totals.faults.iter().map(|(_, _, fault)| fault.code).collect::<Vec<_>>(),
        [ErrorCode::CompressionMethod]
    );
}

#[test]
fn go_mysql_69_a_row_of_nulls_is_one_byte() {
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x01\x03\0\x01"].concat();
    let log = mysql().event(code::TABLE_MAP, &map);
    let seen = last(&log.event(code::WRITE_ROWS, &[9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 1, 1, 0xfe, 5, 0, 0, 0, 0xff]));
    assert_eq!((seen.error, seen.cells), (None, vec!["After 0 5".to_owned(), "After 0 NULL".to_owned()]));
}

#[test]
fn go_mysql_431_an_event_may_be_nothing_but_its_header() {
    let log = Log::new("5.5.68", &[0; 27]).event(code::STOP, b"");
    assert_eq!(log.one().nodes.last().map(|(path, _)| path.as_str()), Some("event_header.flags"));
}

#[test]
fn the_length_byte_of_rows_query_is_useless() {
    let statement = "update t set a = 1 where b = 'x' ".repeat(10);
    let body = [&[statement.len() as u8], statement.as_bytes()].concat();
    let seen = mysql().flagged(code::ROWS_QUERY, 0x80, &body).one();
    assert_eq!(seen.text("query"), statement);
}

/// A source makes up a ROTATE before any format description; whether it has a checksum depends on
/// what the replica asked for, not on the file.
#[test]
fn python_260_and_mysql_async_189_fake_rotates_with_and_without_checksum() {
    let rotate = |server: &str, lengths: &[u8]| {
        let start = Log::new(server, lengths);
        let at = start.bytes.len();
        start.flagged(code::ROTATE, 0x20, b"\x04\0\0\0\0\0\0\0binlog.000002").bytes.split_off(at)
    };
    for rotate in [rotate("9.7.0", &MYSQL_9), rotate("5.5.68", &[0; 27])] {
        let mut log = mysql();
        log.bytes.splice(4..4, rotate);
        let seen = log.read_all();
        assert_eq!(seen[0].line, "binlog.000002:4");
        assert_eq!((seen[0].error, seen[1].kind), (None, code::FORMAT_DESCRIPTION));
    }
}

#[test]
fn canal_4171_unknown_status_variables_end_their_list_and_nothing_else() {
    let variables = [0, 0, 0, 0, 0, 99, 1, 2, 3];
    let body = [&[8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0][..], &variables, b"\0select 1"].concat();
    let seen = last(&mysql().event(code::QUERY, &body));
    assert_eq!(code_of(&seen), Some(ErrorCode::StatusVariable));
    assert_eq!((seen.line.as_str(), seen.text("status_vars.unknown_status_vars")), ("select 1", "0x63010203"));
}

/// Malformed events that crashed MariaDB's own reader in 2026.
#[test]
fn mariadb_server_5503_heartbeats_of_no_bytes() {
    for body in [&b""[..], b"a", b"abc"] {
        let seen = last(&mariadb().event(code::HEARTBEAT, body));
        assert_eq!((seen.error, seen.has("log_file_name")), (None, !body.is_empty()));
    }
}

#[test]
fn mariadb_server_5504_rotates_without_a_name() {
    assert_eq!(last(&mariadb().event(code::ROTATE, b"\x04\0\0\0\0\0\0\0")).line, ":4");
    let cut = last(&mariadb().event(code::ROTATE, b"\x04\0\0"));
    assert_eq!(code_of(&cut), Some(ErrorCode::UnexpectedEnd));
}

#[test]
fn mariadb_server_5518_decimals_of_user_variables() {
    let variable = |value: &[u8]| {
        let head = [&1u32.to_le_bytes()[..], b"v\0\x04", &8u32.to_le_bytes(), &(value.len() as u32).to_le_bytes()];
        last(&mariadb().event(code::USER_VAR, &[&head.concat()[..], value].concat()))
    };
    assert_eq!(variable(&[2, 1, 0x81, 5]).line, "@v = 1.5");
    // Scale beyond precision, digits that are missing, no bytes at all.
    assert_eq!(code_of(&variable(&[2, 9, 0x81, 5])), Some(ErrorCode::ColumnMetadata));
    assert_eq!(liar(&variable(&[65, 30, 0x81, 5])), Some("user_var.value_length"));
    assert_eq!(code_of(&variable(&[])), Some(ErrorCode::UnexpectedEnd));
}

#[test]
fn mariadb_server_5419_extra_data_of_rows_that_counts_itself_out() {
    for length in [0u16, 1] {
        let body = [&[9, 0, 0, 0, 0, 0, 1, 0][..], &length.to_le_bytes(), &[1, 1, 0]].concat();
        assert_eq!(liar(&last(&mysql().event(code::WRITE_ROWS, &body))), Some("rows.extra_row_data_length"));
    }
}

#[test]
fn mariadb_server_5523_names_over_64_characters() {
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0, 200][..], &[b'd'; 200], b"\0\x01t\0\x01\x03\0\x01"].concat();
    let seen = mysql().event(code::TABLE_MAP, &map).one();
    assert_eq!(seen.text("database_name").len(), 200);
    let cut = last(&mysql().event(code::TABLE_MAP, &map[..100]));
    assert_eq!(liar(&cut), Some("table_map.database_name_length"));
}

#[test]
fn mariadb_server_5270_optional_metadata_that_lies() {
    let map = |optional: &[u8]| {
        let head = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x02\x03\xfe\x02\xf7\x01\x03", optional].concat();
        last(&mysql().event(code::TABLE_MAP, &head))
    };
    assert_eq!(liar(&map(&[1, 200, 0])), Some("table_map.optional_metadata_length"));
    assert_eq!(liar(&map(&[6, 2, 250, 0])), Some("table_map.label_count"));
    assert_eq!(liar(&map(&[4, 2, 9, b'a'])), Some("table_map.column_name_length"));
    assert_eq!(code_of(&map(&[2, 1, 252])), Some(ErrorCode::UnexpectedEnd));
    assert_eq!(code_of(&map(&[8, 1, 255])), Some(ErrorCode::InvalidLenenc));
}
