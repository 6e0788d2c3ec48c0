//! Logs of versions 1 to 3, and LOAD DATA as they had it.

use binlog_format::ErrorCode;
use binlog_format::names::code;

use super::{Log, MYSQL_5_1};

/// QUERY of before MySQL 5.0: no status variables.
fn query(text: &[u8]) -> Vec<u8> {
    [b"\x05\0\0\0\x01\0\0\0\x04\0\0test\0".as_slice(), text].concat()
}

const INSERT_ID: &[u8] = b"\x02\x09\0\0\0\0\0\0\0";

/// LOAD_EVENT: separators of one character, of which ENCLOSED BY and STARTING BY are empty.
fn load() -> Vec<u8> {
    let head = b"\x05\0\0\0\x02\0\0\0\x01\0\0\0\x01\x04\x02\0\0\0";
    [&head[..], b",\0\n\0\\\x04\x0a", b"\x01\x02", b"a\0bc\0", b"t\0test\0", b"/tmp/data.csv"].concat()
}

/// What NEW_LOAD and CREATE_FILE have behind their post-headers: separators of any length.
const LONG_SEPARATORS: &[u8] = b"\x02||\0\x02\r\n\0\x01\\\x08";

#[test]
fn version_1_has_short_headers() {
    let log = Log::before_v4(1, "3.23.58")
        .event(code::INTVAR, INSERT_ID)
        .event(code::QUERY, &query(b"insert into t values (null)"))
        .event(code::LOAD, &load())
        .event(code::ROTATE, b"host-bin.002")
        .event(code::STOP, b"");
    let seen = log.read();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    let insert = "test: insert into t values (null)";
    assert_eq!(lines, ["INSERT_ID = 9", insert, "/tmp/data.csv → test.t", "host-bin.002:4", ""]);
    assert!(seen.iter().all(|seen| seen.error.is_none() && !seen.has("event_header.log_pos")));
    assert_eq!(seen[4].nodes.last().map(|(path, _)| path.as_str()), Some("event_header.event_size"));
    // A log that ends inside an event says so.
    let mut cut = log.clone();
    cut.bytes.pop();
    let totals = cut.totals();
    assert_eq!(totals.damaged.len(), 1);
    assert_eq!(totals.damaged[0].1.error.map(|error| error.code), Some(ErrorCode::TruncatedEvent));
    assert_eq!(totals.events, 5);
}

#[test]
fn framing_of_version_1_finds_what_follows_damage() {
    let whole =
        Log::before_v4(1, "3.23.58").event(code::QUERY, &query(b"select 1")).event(code::QUERY, &query(b"select 2"));
    let damaged_at = whole.bytes.len();
    let whole =
        whole.event(code::QUERY, &query(b"select 3")).event(code::QUERY, &query(b"select 4")).event(code::STOP, b"");
    let mut log = whole.clone();
    log.bytes[damaged_at + 9..][..4].copy_from_slice(&0xffff_ffffu32.to_le_bytes());
    let totals = log.totals();
    assert_eq!((totals.events, totals.damaged.len()), (5, 1), "{totals:?}");
}

#[test]
fn positions_of_version_3_are_those_of_starts() {
    let log =
        Log::before_v4(3, "4.1.24-log").event(code::QUERY, &query(b"select 1")).event(code::QUERY, &query(b"select 2"));
    let damaged_at = log.bytes.len();
    let log = log.event(code::QUERY, &query(b"select 3")).event(code::QUERY, &query(b"select 4"));
    let seen = log.read();
    assert_eq!(seen[0].text("event_header.log_pos"), "79");
    assert_eq!(seen[1].line, "test: select 2");
    // Positions alone vouch for an event behind damage: it is the last one, and nothing follows it.
    let mut damaged = log.clone();
    damaged.bytes[damaged_at + 4] = 0xff;
    damaged.bytes[damaged_at + 9..][..4].copy_from_slice(&0xffff_ffffu32.to_le_bytes());
    assert_eq!(damaged.totals().events, 4);
}

#[test]
fn load_data_of_version_3() {
    let head = b"\x05\0\0\0\x02\0\0\0\0\0\0\0\x01\x04\x01\0\0\0";
    let rest = [LONG_SEPARATORS, b"\x01", b"a\0", b"t\0test\0", b"/tmp/data.csv\0", b"1||2\r\n"].concat();
    let log = Log::before_v4(3, "4.1.24-log")
        .event(code::LOAD, &load())
        .event(code::NEW_LOAD, &[&head[..], LONG_SEPARATORS, b"\x01", b"a\0", b"t\0test\0", b"x.csv"].concat())
        .event(code::CREATE_FILE, &[&head[..], b"\x07\0\0\0", &rest].concat())
        .event(code::APPEND_BLOCK, b"\x07\0\0\x003||4\r\n")
        .event(code::EXEC_LOAD, b"\x07\0\0\0");
    let seen = log.read();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    let expected = ["/tmp/data.csv → test.t", "x.csv → test.t", "#7 + 6: /tmp/data.csv → test.t", "#7 + 6", "#7"];
    assert_eq!(lines, expected);
    assert!(seen.iter().all(|seen| seen.error.is_none()), "{seen:#?}");
    assert_eq!(seen[0].text("separators.empty_flags"), "ENCLOSED_EMPTY | LINE_START_EMPTY");
    assert!(seen[0].body.contains("enclosed_by: []"), "{}", seen[0].body);
    assert_eq!(seen[1].text("separators.fields_terminated_by"), "||");
    assert_eq!(seen[1].text("separators.option_flags"), "IGNORE");
    assert_eq!(seen[0].text("field_names[1].field_name"), "bc");
    assert!(log.totals().unfinished.is_empty());
}

#[test]
fn lies_of_load_events() {
    let log =
        |body: &[u8]| Log::new("5.1.23", &MYSQL_5_1).event(code::LOAD, body).read().pop().and_then(|seen| seen.error);
    let mut body = load();
    assert_eq!(log(&body), None);
    body[14..18].copy_from_slice(&0xffff_ffffu32.to_le_bytes());
    assert_eq!(log(&body).map(|error| error.code), Some(ErrorCode::TooMany));
    let mut body = load();
    body[12] = 200;
    assert_eq!(log(&body).and_then(|error| error.liar).map(|liar| liar.entry().id), Some("load.table_name_length"));
    let mut body = load();
    body[25] = 2;
    assert_eq!(log(&body).map(|error| error.code), Some(ErrorCode::Terminator));
}

#[test]
fn the_address_of_a_source() {
    let body = [&98u64.to_le_bytes()[..], &3306u16.to_le_bytes(), b"db1.example\0host-bin.003"].concat();
    let seen = Log::before_v4(3, "4.0.2").event(code::SLAVE, &body).one();
    assert_eq!(seen.line, "db1.example:3306 host-bin.003:98");
}

/// Google's 5.1.63 wrote headers of 23, 27 and 31 bytes.
#[test]
fn mysql_binlog_3_common_headers_may_be_longer() {
    for length in [23, 27, 31, 255] {
        let log = Log::with_header("5.1.63-google", &MYSQL_5_1, length).event(code::XID, &9u64.to_le_bytes());
        assert_eq!(log.one().line, "9");
    }
}

#[test]
fn windows_do_not_matter_to_short_headers() {
    let log = Log::before_v4(1, "3.23.58").event(code::QUERY, &query(b"select 1")).event(code::STOP, b"");
    let whole = log.framed(log.bytes.len());
    assert_eq!(whole.len(), 4, "magic, START, QUERY, STOP");
    for window in 1..40 {
        assert_eq!(log.framed(window), whole, "{window}");
    }
}

#[test]
fn the_list_of_an_old_log() {
    let file = [b"\x05\0\0\0\x02\0\0\0\0\0\0\0\x01\x04\0\0\0\0".as_slice(), b"\x07\0\0\0", LONG_SEPARATORS];
    let file = [&file.concat()[..], b"t\0test\0", b"/tmp/data.csv\0", b"1||2\r\n"].concat();
    let log = Log::before_v4(3, "4.1.24-log").event(code::INTVAR, INSERT_ID).event(code::QUERY, &query(b"insert"));
    let log = log.event(code::CREATE_FILE, &file).event(code::EXEC_LOAD, b"\x07\0\0\0").event(code::STOP, b"");
    let units = log.units();
    let expected = ["2 [] test: insert", "2 [] #7 + 6: /tmp/data.csv → test.t", "STOP_EVENT "];
    assert_eq!(units[2..], expected);
    assert_eq!(units[1], "START_EVENT_V3 4.1.24-log");
    let short = Log::before_v4(1, "3.23.58").event(code::INTVAR, INSERT_ID).event(code::QUERY, &query(b"insert"));
    assert_eq!(short.units()[1..], ["START_EVENT_V3 3.23.58", "2 [] test: insert"]);
}
