//! Bytes that people published, pasted as they stand (`tests/fixtures/published/*.md` say where).

use std::path::Path;

use binlog_explorer::document::{Document, open_bytes};
use binlog_explorer::paste;
use binlog_explorer::view::{Address, FieldNode, RowContent};

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/fixtures/published/{name}.txt"))
}

fn open(name: &str) -> Document {
    let path = fixture(name);
    let text = std::fs::read_to_string(path).expect("a fixture");
    let pasted = paste::parse(&text).expect("bytes");
    let mut document = open_bytes("paste", pasted.bytes, pasted.notes).expect("events");
    document.scan_all().expect("memory does not fail");
    document
}

/// The node at a path.
fn node(nodes: &[FieldNode], path: &str) -> FieldNode {
    let mut steps: Vec<(u16, String)> = Vec::new();
    for node in nodes {
        steps.retain(|(depth, _)| *depth < node.depth);
        let parent = steps.last().map_or("", |(_, path)| path.as_str());
        let dot = if parent.is_empty() || node.name.starts_with('[') { "" } else { "." };
        let own = format!("{parent}{dot}{}", node.name);
        if own == path {
            return node.clone();
        }
        steps.push((node.depth, own));
    }
    panic!("no {path}");
}

fn texts(document: &Document, at: u64, paths: &[&str]) -> Vec<String> {
    let event = document.event(&Address::source(at)).expect("an event");
    assert!(event.error.is_none(), "{:?}", event.error);
    paths.iter().map(|path| node(&event.nodes, path).text.unwrap_or_default()).collect()
}

fn row(image: &str) -> Vec<String> {
    (0..5).map(|column| format!("rows[0].{image}[{column}]")).collect()
}

#[test]
fn format_description_of_mysql_5_7_17() {
    let document = open("mysql-5.7.17-format-description");
    let paths = ["binlog_version", "server_version", "event_header_length", "checksum_alg"];
    assert_eq!(texts(&document, 0, &paths), ["4", "5.7.17-log", "19", "CRC32"]);
    assert_eq!(document.summary().checksum, "crc32");
}

#[test]
fn write_rows_of_mysql_5_7_17() {
    let document = open("mysql-5.7.17-insert");
    let paths = row("after");
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let values = texts(&document, 56, &paths);
    assert_eq!(values, ["1", "2.222222222", "2018-03-21 10:05:14", "2018-03-21 18:05:14", "abc"]);
    let event = document.event(&Address::source(56)).expect("an event");
    let timestamp = node(&event.nodes, "rows[0].after[2]");
    assert_eq!((timestamp.start, timestamp.end, timestamp.raw.as_deref()), (100, 104, Some("0x5ab22e5a")));
    assert_eq!(u32::from_str_radix("5ab22e5a", 16), Ok(1_521_626_714));
    assert!(matches!(event.content, RowContent::Event { checksum_ok: Some(true), .. }));
}

#[test]
fn update_rows_of_mysql_5_7_17() {
    let document = open("mysql-5.7.17-update");
    for image in ["before", "after"] {
        let paths = row(image);
        let values = texts(&document, 56, &paths.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(values[1..4], ["2.222222222", "2018-03-21 10:05:14", "2018-03-21 18:05:14"]);
    }
}

#[test]
fn a_whole_session_pasted_at_once() {
    let document = open("mysql-5.7.17-session");
    let bytes = document.bytes("0", 0, 1 << 16).expect("bytes").1;
    assert_eq!(bytes, 387);
    assert_eq!(document.index().events, 5);
    assert_eq!(document.index().bad_checksums + document.index().damaged, 0);
}

#[test]
fn mariadb_gtid_in_a_semi_sync_packet_with_garbage_behind() {
    for name in ["mariadb-semisync-gtid", "mariadb-semisync-gtid-no-checksum"] {
        let document = open(name);
        assert_eq!(texts(&document, 3, &["sequence_number", "domain_id"]), ["6515", "0"], "{name}");
        let kinds: Vec<String> = [0, 3, 46]
            .iter()
            .map(|at| match document.event(&Address::source(*at)).expect("an item").content {
                RowContent::Span { kind, .. } => kind,
                RowContent::Event { type_name, .. } => type_name,
                RowContent::Transaction { .. } => "transaction".into(),
            })
            .collect();
        assert_eq!(kinds, ["packet_header", "GTID_EVENT", "damaged"], "{name}");
        assert!(document.summary().notes.iter().any(|note| note.id == "note-packet"), "{name}");
    }
}

/// The same packet as other tools show it: with the packet's header, without the status byte.
#[test]
fn every_form_of_a_packet_is_recognised() {
    let text = std::fs::read_to_string(fixture("mariadb-semisync-gtid")).expect("a fixture");
    let bytes = paste::parse(&text).expect("bytes").bytes;
    let event = &bytes[3..45];
    for prefix in [&[][..], &[0], &[0, 0xef, 0], &[0xef, 1], &[45, 0, 0, 7, 0, 0xef, 1], &[43, 0, 0, 200, 0]] {
        let packet = [prefix, event, b"garbage"].concat();
        let mut document = open_bytes("paste", packet, Vec::new()).expect("an event");
        document.scan_all().expect("memory does not fail");
        let at = prefix.len() as u64;
        assert_eq!(texts(&document, at, &["sequence_number", "domain_id"]), ["6515", "0"], "{prefix:?}");
        assert_eq!(document.summary().notes.iter().any(|note| note.id == "note-packet"), at > 0);
    }
}

#[test]
fn a_hexdump_of_a_file_s_beginning() {
    let document = open("mysql-5.6.26-hexdump");
    assert_eq!(texts(&document, 120, &["thread_id", "database_name", "query"]), ["1", "yzs", "BEGIN"]);
    assert_eq!(document.index().damaged, 1, "the event that is cut off");
}
