//! Events of MySQL.

use binlog_format::ErrorCode;
use binlog_format::names::code;

use super::{Log, MYSQL_9, Seen};

fn mysql() -> Log {
    Log::new("9.7.0", &MYSQL_9)
}

/// Bytes from hex digits; spaces do not count.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("hex");
    digits.chunks(2).map(pair).collect()
}

const TAGGED: &str = "02 78 00 0000 02 aaee25020804650222c503c502e1029cc10311035502dead03 040c 060a6d79746167
    08000a040c7f1cf3b814244a0610a10412430f0b";

#[test]
fn tagged_gtid_of_the_reference() {
    let seen = mysql().event(code::GTID_TAGGED, &hex(TAGGED)).one();
    assert_eq!(seen.line, "55778904-0299-11f1-b1b8-4ef0c4956feb:mytag:3");
    assert_eq!(seen.text("message_size"), "60");
    assert_eq!(seen.text("fields[4].last_committed"), "0");
    assert_eq!(seen.text("fields[5].sequence_number"), "1");
    assert_eq!(seen.text("fields[6].immediate_commit_timestamp"), "2026-02-06 09:04:47.207196");
    assert_eq!(seen.text("fields[7].transaction_length"), "296");
    assert_eq!(seen.text("fields[8].immediate_server_version"), "9.6.0");
    assert!(seen.body.contains("original_server_version: Some(90600)"), "{}", seen.body);
}

#[test]
fn fields_of_a_newer_server_end_with_the_message() {
    // 3 bytes more, and field 12, which nobody knows.
    let newer = hex(&(TAGGED.replace("02 78 00", "02 7e 00") + "18 aabb"));
    let seen = mysql().event(code::GTID_TAGGED, &newer).one();
    assert_eq!(seen.text("newer_fields"), "0x18aabb");
    assert_eq!(seen.line, "55778904-0299-11f1-b1b8-4ef0c4956feb:mytag:3");
}

#[test]
fn a_tagged_gtid_with_every_field() {
    let body = hex("02 00 00 00 02 02 00000000000000000000000000000000 04 04 06 02 61 08 f3ff0f 0a 030010
        0c ff 0102030405060708 0e 02 10 04 12 06 14 08 16 0a");
    let size = body.len() as u8 * 2;
    let body = [&[2, size][..], &body[2..]].concat();
    let seen = mysql().event(code::GTID_TAGGED, &body).one();
    assert!(seen.body.contains("last_committed: Some(65535), sequence_number: Some(65536)"), "{}", seen.body);
    assert!(seen.body.contains("immediate_commit_timestamp: Some(578437695752307201)"), "{}", seen.body);
    assert!(seen.body.contains("commit_group_ticket: Some(5)"), "{}", seen.body);
    assert_eq!(seen.text("fields[0].gtid_flags"), "MAY_HAVE_SBR");
}

fn fault(log: &Log) -> ErrorCode {
    let seen = log.read();
    seen.last().and_then(|seen| seen.error).expect("a fault").code
}

#[test]
fn a_tagged_gtid_that_lies() {
    let of = |text: &str| fault(&mysql().event(code::GTID_TAGGED, &hex(text)));
    assert_eq!(of("02 7a 00 00 02"), ErrorCode::LengthTooLong, "the message is longer than the event");
    assert_eq!(of("02 02 00 00 02"), ErrorCode::LengthTooLong, "the message is shorter than its head");
    assert_eq!(of("04 0a 00 00 02"), ErrorCode::InvalidValue, "another version");
    assert_eq!(of("02 0e 00 04 04 02 02"), ErrorCode::InvalidValue, "ids go down");
    assert_eq!(of("02 0c 00 00 ff 01"), ErrorCode::UnexpectedEnd, "a number is cut");
}

#[test]
fn an_incident() {
    let seen = mysql().event(code::INCIDENT, b"\x01\x00\x05hello").one();
    assert_eq!(seen.line, "LOST_EVENTS: hello");
    let seen = mysql().event(code::INCIDENT, b"\x01\x00\x00").one();
    assert_eq!(seen.line, "LOST_EVENTS");
    assert_eq!(fault(&mysql().event(code::INCIDENT, b"\x01\x00\x09hello")), ErrorCode::LengthTooLong);
}

#[test]
fn heartbeats() {
    let seen = mysql().event(code::HEARTBEAT, b"binlog.000007").one();
    assert_eq!(seen.text("log_file_name"), "binlog.000007");
    let body = [b"\x01\x0dbinlog.000007\x02\x09\xfe".as_slice(), &5_000_000_000u64.to_le_bytes(), b"\0"].concat();
    let seen = mysql().event(code::HEARTBEAT_V2, &body).one();
    assert_eq!(seen.line, "binlog.000007:5000000000");
    assert!(seen.has("fields[2].field_type"), "the end mark");
    // An unknown field is passed by its length, and the end mark may be missing.
    let seen = mysql().event(code::HEARTBEAT_V2, b"\x01\x01b\x02\x01\x04").one();
    assert_eq!(seen.line, "b:4");
}

#[test]
fn ignorable_bytes_are_named() {
    let seen = mysql().event(code::IGNORABLE, b"\x01\x02\x03").one();
    assert_eq!(seen.text("ignorable_data"), "0x010203");
}

/// A GTID set of one source with one interval.
fn gtid_set(first: u64, past: u64) -> Vec<u8> {
    [&1u64.to_le_bytes()[..], &[0x11; 16], &1u64.to_le_bytes(), &first.to_le_bytes(), &past.to_le_bytes()].concat()
}

#[test]
fn a_transaction_context() {
    let uuid = "55778904-0299-11f1-b1b8-4ef0c4956feb";
    let set = gtid_set(1, 15);
    let mut body = vec![36];
    body.extend(42u32.to_le_bytes());
    body.push(1);
    for number in [set.len() as u32, 2, 0] {
        body.extend(number.to_le_bytes());
    }
    body.extend(uuid.as_bytes());
    body.extend(&set);
    body.extend(b"\x08\x00hashhash\x03\x00abc");
    let seen = mysql().event(code::TRANSACTION_CONTEXT, &body).one();
    assert_eq!(seen.line, format!("{uuid}, write_set 2, read_set 0"));
    assert_eq!(seen.text("snapshot_version.sources[0][0].end"), "15");
    assert_eq!(seen.text("write_set[1].row_hash"), "0x616263");
    assert!(seen.body.contains("gtid_specified: true"));
    let lies = [&body[..10], &0xffff_ffffu32.to_le_bytes(), &body[14..]].concat();
    assert_eq!(fault(&mysql().event(code::TRANSACTION_CONTEXT, &lies)), ErrorCode::TooMany);
}

#[test]
fn a_view_change() {
    let mut body = b"16903451234567890:2".to_vec();
    body.resize(40, 0);
    body.extend(3u64.to_le_bytes());
    body.extend(2u32.to_le_bytes());
    let set = gtid_set(1, 15);
    body.extend(b"\x0e\x00gtid_extracted");
    body.extend((set.len() as u32).to_le_bytes());
    body.extend(&set);
    body.extend(b"\x18\x00certification_info_error\x08\x00\x00\x00too much");
    let seen = mysql().event(code::VIEW_CHANGE, &body).one();
    assert_eq!(seen.line, "16903451234567890:2");
    assert_eq!(seen.text("certification_info[0].value.sources[0].source_uuid"), "11111111-1111-1111-1111-111111111111");
    assert_eq!(seen.text("certification_info[1].error_message_text"), "too much");
}

#[test]
fn xa_prepare() {
    let body = [&[0][..], &1i32.to_le_bytes(), &5u32.to_le_bytes(), &2u32.to_le_bytes(), b"gtrid\x00\xff"].concat();
    let seen = mysql().event(code::XA_PREPARE, &body).one();
    assert_eq!(seen.line, "'gtrid',0x00ff,1");
    let lies = [&[1][..], &(-1i32).to_le_bytes(), &64u32.to_le_bytes(), &64u32.to_le_bytes(), b"gtrid"].concat();
    assert_eq!(fault(&mysql().event(code::XA_PREPARE, &lies)), ErrorCode::LengthTooLong);
}

#[test]
fn a_large_transaction_header() {
    let body = [&[1][..], &123_456u64.to_le_bytes(), &[16, 0xaa, 0xbb]].concat();
    let seen = mysql().flagged(code::LARGE_TRANSACTION_HEADER, 0x80, &body).one();
    assert_eq!(seen.line, "XID_EVENT @ 123456");
    assert_eq!(seen.text("padding"), "0xaabb");
}

/// The table of the partial updates: an INT, and two JSON columns.
fn table_map() -> Vec<u8> {
    [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x03\x03\xf5\xf5\x02\x04\x04\x06"].concat()
}

/// Rows of which the before image has the INT and the after image the columns of `present_after`.
fn partial(present_after: u8, row: &[u8]) -> Vec<Seen> {
    let head = [&[9, 0, 0, 0, 0, 0, 1, 0, 2, 0, 3, 1, present_after][..], row].concat();
    mysql().event(code::TABLE_MAP, &table_map()).event(code::PARTIAL_UPDATE_ROWS, &head).read()
}

const BEFORE: &[u8] = &[0, 1, 0, 0, 0];

#[test]
fn partial_updates_change_documents() {
    // The second JSON column changes: one replaced, one inserted, one removed. The first is not in the image.
    let diffs = b"\x00\x05$.age\x03\x05\x1a\x00\x01\x06$.a[0]\x03\x0c\x01x\x02\x03$.b";
    let row = [BEFORE, &[1, 0b10, 0], &(diffs.len() as u32).to_le_bytes(), diffs].concat();
    let seen = partial(0b100, &row).pop().expect("rows");
    assert_eq!(seen.error, None);
    assert_eq!(seen.cells, ["Before 0 1", "After 2 REPLACE $.age = 26; INSERT $.a[0] = \"x\"; REMOVE $.b"]);
    assert_eq!(seen.text("rows[0].after[2].diffs[1].json_path"), "$.a[0]");
    assert_eq!(seen.text("rows[0].after[2].diffs[1].document"), "\"x\"");
    assert!(!seen.has("rows[0].after[2].diffs[2].document"));
    assert_eq!(seen.line, "1 × d.t");
}

#[test]
fn partial_updates_may_hold_whole_documents() {
    // Both columns in the image: the first whole, the second unchanged. Then a row without options.
    let row =
        [BEFORE, &[1, 0b10, 0, 3, 0, 0, 0, 5, 26, 0, 0, 0, 0, 0], BEFORE, &[0, 0b10, 3, 0, 0, 0, 5, 7, 0]].concat();
    let seen = partial(0b110, &row).pop().expect("rows");
    assert_eq!(seen.error, None);
    let expected = ["Before 0 1", "After 1 26", "After 2 no change", "Before 0 1", "After 1 7", "After 2 NULL"];
    assert_eq!(seen.cells, expected);
}

#[test]
fn faults_of_partial_updates_stay_inside() {
    let unknown_operation = [BEFORE, &[1, 0b10, 0, 3, 0, 0, 0, 9, 1, b'$']].concat();
    let seen = partial(0b100, &unknown_operation).pop().expect("rows");
    assert_eq!(seen.error.map(|error| error.code), Some(ErrorCode::InvalidValue));
    assert!(seen.cells.last().is_some_and(|cell| cell.ends_with('…')), "the row goes on: {:?}", seen.cells);
    let unknown_options = [BEFORE, &[2, 0, 0, 0, 0, 0]].concat();
    let seen = partial(0b100, &unknown_options).pop().expect("rows");
    assert_eq!(seen.error.map(|error| error.field.entry().id), Some("rows.value_options"));
    let too_long = [BEFORE, &[1, 0b10, 0, 0xff, 0, 0, 0, 2]].concat();
    let seen = partial(0b100, &too_long).pop().expect("rows");
    assert_eq!(seen.error.map(|error| error.code), Some(ErrorCode::LengthTooLong));
}

/// A GTID event's body up to the logical clock.
fn gtid_head(lt_type: u8) -> Vec<u8> {
    [&[0][..], &[0x22; 16], &7u64.to_le_bytes(), &[lt_type]].concat()
}

#[test]
fn gtid_events_grew_field_by_field() {
    let clock = [&gtid_head(2)[..], &1u64.to_le_bytes(), &2u64.to_le_bytes()].concat();
    let own = [&clock[..], &[0x69, 0x68, 0x8e, 0xfc, 0xbc, 0x05, 0x06]].concat();
    let length = [&own[..], &[252, 0x2c, 1]].concat();
    let version = [&length[..], &80_040u32.to_le_bytes()].concat();
    let ticket = [&version[..], &9u64.to_le_bytes()].concat();
    let stages = [
        (gtid_head(2)[..25].to_vec(), "last_committed: None"),
        (clock, "sequence_number: Some(2), immediate_commit_timestamp: None"),
        (own, "original_commit_timestamp: Some(1695159109445737), transaction_length: None"),
        (length, "transaction_length: Some(300), immediate_server_version: None"),
        (version, "original_server_version: Some(80040), commit_group_ticket: None"),
        (ticket, "commit_group_ticket: Some(9)"),
    ];
    for (body, expected) in stages {
        let seen = mysql().event(code::GTID, &body).one();
        assert!(seen.body.contains(expected), "{expected}: {}", seen.body);
    }
    // The top bits say that what happened on the originating server follows.
    let both = [
        &gtid_head(2)[..],
        &[0; 16],
        &[1, 0, 0, 0, 0, 0, 0x80, 2, 0, 0, 0, 0, 0, 0, 5],
        &(80_040u32 | 1 << 31).to_le_bytes(),
        &50_744u32.to_le_bytes(),
    ];
    let seen = mysql().event(code::GTID, &both.concat()).one();
    assert!(seen.body.contains("immediate_commit_timestamp: Some(1), original_commit_timestamp: Some(2)"));
    assert_eq!(seen.text("immediate_server_version"), "8.0.40");
    assert_eq!(seen.text("original_server_version"), "5.7.44");
    // Test versions between 5.7.1 and 5.7.5.
    let seen = mysql().event(code::GTID, &[&gtid_head(1)[..], &[1, 2, 3]].concat()).one();
    assert_eq!(seen.text("development_logical_clock"), "0x010203");
}

#[test]
fn apecloud_asked_for_exabytes_at_a_tag_in_previous_gtids() {
    let mut body = hex("01 02 00 00 00 00 00 01");
    for (tag, past) in [(&b""[..], 15u64), (b"mytag", 4)] {
        body.extend([0x33; 16]);
        body.push((tag.len() as u8) << 1);
        body.extend(tag);
        body.extend([&1u64.to_le_bytes()[..], &1u64.to_le_bytes(), &past.to_le_bytes()].concat());
    }
    let seen = mysql().flagged(code::PREVIOUS_GTIDS, 0x80, &body).one();
    assert_eq!(seen.line, "33333333-3333-3333-3333-333333333333:1-14:mytag:1-3");
}

/// What a post-header of a newer server adds is named, not read as the body's.
#[test]
fn longer_post_headers_are_passed() {
    let mut lengths = MYSQL_9;
    for (kind, more) in [(code::INCIDENT, 3), (code::APPEND_BLOCK, 2), (code::ROTATE, 1), (code::XID, 5)] {
        lengths[usize::from(kind) - 1] += more;
    }
    lengths[usize::from(code::EXECUTE_LOAD_QUERY) - 1] += 1;
    lengths[usize::from(code::TABLE_MAP) - 1] += 2;
    lengths[usize::from(code::WRITE_ROWS) - 1] += 2;
    let log = Log::new("99.1.0", &lengths)
        .event(code::INCIDENT, b"\x01\x00XXX\x02ok")
        .event(code::APPEND_BLOCK, b"\x01\0\0\0XXdata")
        .event(code::XID, b"XXXXX\x09\0\0\0\0\0\0\0")
        .event(code::EXECUTE_LOAD_QUERY, &[&EXECUTE_LOAD[..26], b"X", &EXECUTE_LOAD[26..]].concat())
        .event(code::TABLE_MAP, &[&table_map()[..8], b"XX", &table_map()[8..]].concat())
        .event(code::WRITE_ROWS, &[9, 0, 0, 0, 0, 0, 1, 0, 2, 0, b'X', b'X', 3, 1, 0, 5, 0, 0, 0])
        .event(code::ROTATE, b"\x04\0\0\0\0\0\0\0Xbinlog.000002");
    let seen = log.read();
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    let load = "db: LOAD DATA INFILE 'x' INTO TABLE t";
    assert_eq!(lines, ["LOST_EVENTS: ok", "#1 + 4", "9", load, "d.t", "1 × d.t", "binlog.000002:4"]);
    assert!(seen.iter().all(|seen| seen.error.is_none() && seen.has("extra_post_header_data")), "{seen:#?}");
    // A list that claims more than the event has is to blame.
    let mut lies = MYSQL_9;
    lies[usize::from(code::INCIDENT) - 1] = 200;
    let seen = Log::new("99.1.0", &lies).event(code::INCIDENT, b"\x01\0\0").read();
    let error = seen[0].error.expect("a fault");
    assert_eq!(error.liar.map(|liar| liar.entry().id), Some("format_description.post_header_length"));
}

/// MySQL writes a type code where the length of a payload's post-header should be.
#[test]
fn the_lengths_that_servers_write_by_mistake_are_not_believed() {
    let mut lengths = MYSQL_9;
    lengths[38..42].fill(40);
    let log = Log::new("9.7.0", &lengths).event(code::GTID_TAGGED, &hex(TAGGED));
    assert_eq!(log.one().line, "55778904-0299-11f1-b1b8-4ef0c4956feb:mytag:3");
}

const EXECUTE_LOAD: &[u8] =
    b"\x08\0\0\0\0\0\0\0\x02\0\0\0\0\x01\0\0\0\x0a\0\0\0\x15\0\0\0\x02db\0LOAD DATA INFILE 'x' INTO TABLE t";

#[test]
fn a_load_of_a_file_in_blocks() {
    let log = mysql()
        .event(code::BEGIN_LOAD_QUERY, b"\x01\0\0\0a,b\n")
        .event(code::APPEND_BLOCK, b"\x01\0\0\0\xff\xfe")
        .event(code::EXECUTE_LOAD_QUERY, EXECUTE_LOAD)
        .event(code::BEGIN_LOAD_QUERY, b"\x02\0\0\0")
        .event(code::DELETE_FILE, b"\x02\0\0\0");
    let seen = log.read();
    assert_eq!(seen[0].text("block_data"), "a,b\n");
    assert_eq!(seen[2].text("duplicate_handling"), "REPLACE");
    assert!(seen[2].body.contains("file_name_start: 10, file_name_end: 21"), "{}", seen[2].body);
    assert!(seen.iter().all(|seen| seen.error.is_none()));
    assert!(log.totals().unfinished.is_empty(), "each load ends");
}

/// A payload that is stored as it is opens like a compressed one.
#[test]
fn payloads_without_compression() {
    let inside = Log::new("5.5.0", &[0; 27]).event(code::QUERY, b"\x08\0\0\0\0\0\0\0\0\0\0\0\0\0BEGIN");
    let events = inside.event(code::XID, b"\x09\0\0\0\0\0\0\0").bytes.split_off(4 + 19 + 57 + 27);
    let head = [0x02, 0x03, 0xfc, 0xff, 0x00, 0x01, 0x01, events.len() as u8, 0x00];
    let log = mysql().event(code::TRANSACTION_PAYLOAD, &[&head[..], &events].concat());
    let seen = log.read();
    assert_eq!(seen.len(), 3, "{seen:#?}");
    assert_eq!(seen[0].text("payload_header[0].compression_type"), "NONE");
    assert_eq!([&*seen[1].space, &*seen[1].line, &*seen[2].line], ["127", "BEGIN", "9"]);
    assert_eq!(seen[2].kind, code::XID);
}

#[test]
fn extra_data_of_rows() {
    let rows = |extra: &[u8]| {
        let length = (extra.len() as u16 + 2).to_le_bytes();
        let body = [&[9, 0, 0, 0, 0, 0, 1, 0][..], &length, extra, &[3, 1, 1, 0, 5, 0, 0, 0, 0, 6, 0, 0, 0]].concat();
        mysql().event(code::TABLE_MAP, &table_map()).event(code::UPDATE_ROWS, &body).read().pop().expect("rows")
    };
    let seen = rows(&[1, 3, 0, 2, 0]);
    assert_eq!((seen.error, seen.text("extra_row_data.partition_id")), (None, "3"));
    assert_eq!(seen.text("extra_row_data.source_partition_id"), "2");
    let seen = rows(&[0, 4, 0, 0xaa, 0xbb]);
    assert_eq!((seen.error, seen.text("extra_row_data.ndb_data")), (None, "0xaabb"));
    // Both, and then a tag that nobody knows.
    let seen = rows(&[0, 2, 0, 1, 3, 0, 2, 0, 9, 0xcc, 0xdd]);
    assert_eq!((seen.error, seen.text("extra_row_data.unknown_data")), (None, "0x09ccdd"));
    assert_eq!(seen.cells, ["Before 0 5", "After 0 6"]);
}

#[test]
fn padding_of_aurora() {
    let seen = mysql().flagged(code::AURORA_PADDING, 0x80, &[b'*'; 40]).one();
    assert!(seen.has("asterisks") && seen.line.is_empty());
}

#[test]
fn consensus_and_commit_numbers_of_polardb() {
    let entry: Vec<u8> =
        [&4u32.to_le_bytes()[..], &7u64.to_le_bytes(), &1000u64.to_le_bytes(), &500u64.to_le_bytes(), &[0; 8]].concat();
    let log = Log::new("8.0.32-X-Cluster-8.4.20", &MYSQL_9)
        .event(code::PREVIOUS_CONSENSUS_INDEX, &1000u64.to_le_bytes())
        .event(code::CONSENSUS_CLUSTER_INFO, b"\x05\0\0\0a:1;b")
        .event(code::CONSENSUS, &entry)
        .event(code::CONSENSUS_EMPTY, b"")
        .event(code::GCN, b"\x09\x05\0\0\0\0\0\0\0")
        .event(code::GCN, &[&[0x21][..], &6u64.to_le_bytes(), &[3, 0, 1, 0]].concat())
        .event(code::GCN, &[0; 9]);
    let seen = log.read();
    assert!(seen.iter().all(|seen| seen.error.is_none()), "{seen:#?}");
    let lines: Vec<_> = seen.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(lines, ["1000", "a:1;b", "1000 @ 7 + 500", "", "5", "6", ""]);
    assert_eq!(seen[2].text("consensus_flags"), "LARGE_TRX");
    assert_eq!(seen[4].text("gcn_flags"), "HAVE_GCN | GCN_ASSIGNED");
    assert_eq!(seen[5].text("local_branch_count"), "1");
    assert!(seen[6].has("unset_gcn"));
}
