//! What real replicas said when they stopped (tests/fixtures/replica), found in their sources' logs.

use std::path::PathBuf;

use binlog_explorer::coordinates::Coordinates;
use binlog_explorer::document::{Document, Finding, open_bytes};
use binlog_explorer::view::{Address, FieldNode, RowContent};

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/replica").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn document(file: &str, name: &str) -> Document {
    let mut document = open_bytes(name, fixture(file), Vec::new()).expect("a binary log");
    document.scan_all().expect("readable");
    document
}

fn said(name: &str) -> Coordinates {
    let text = String::from_utf8(fixture(name)).expect("text");
    assert!(binlog_explorer::paste::parse(&text).is_err(), "{name} taken for bytes");
    Coordinates::read(&text).unwrap_or_else(|| panic!("nothing found in {name}"))
}

/// The type and line of the event found, and the texts of the row's new values if a row was found.
fn found(document: &Document, wanted: &Coordinates) -> (String, String, Vec<String>) {
    let finding = document.find(wanted).expect("readable");
    let Finding::Event { address, path, .. } = finding else { panic!("{finding:?} for {wanted:?}") };
    let view = document.event(&address).expect("decodes");
    let RowContent::Event { type_name, summary, .. } = &view.content else { panic!("a span") };
    let row = path.map(|path| values(document, &address, &view.nodes, &path)).unwrap_or_default();
    (type_name.clone(), summary.clone(), row)
}

fn values(document: &Document, address: &Address, nodes: &[FieldNode], path: &str) -> Vec<String> {
    let name = path.strip_prefix("rows").expect("a row");
    let at = nodes.iter().position(|node| node.name == name && node.depth == 1).expect("the row is there");
    let below = |nodes: &[FieldNode]| nodes.iter().filter(|node| node.id == "rows.value").cloned().collect::<Vec<_>>();
    let own: Vec<FieldNode> = nodes[at + 1..].iter().take_while(|node| node.depth > 1).cloned().collect();
    let mut cells = below(&own);
    if cells.is_empty() {
        cells = document.children(address, path).expect("children");
        cells.retain(|node| node.text.is_some());
    }
    cells.iter().filter_map(|node| node.text.clone()).collect()
}

#[test]
fn a_key_that_exists_already_is_found_in_its_row() {
    let names = ["duplicate.log", "duplicate.worker.txt", "duplicate.worker.tsv"];
    let source = document("mysql-9.7.source", "binlog.000001");
    for name in names {
        let wanted = said(&format!("mysql-9.7-{name}"));
        assert_eq!(wanted.file.as_deref(), Some("binlog.000001"), "{name}");
        assert_eq!((wanted.end, wanted.key.as_deref()), (Some(1767), Some("2-8")), "{name}");
        let (kind, line, row) = found(&source, &wanted);
        assert_eq!(kind, "WRITE_ROWS_EVENT", "{name}");
        assert!(line.contains("shop.orders"), "{name}: {line}");
        assert!(row.iter().any(|value| value == "8") && row.iter().any(|value| value.contains('c')), "{name}: {row:?}");
    }
    let source = document("mariadb-11.8.source", "a copy");
    let wanted = said("mariadb-11.8-duplicate.log");
    assert_eq!((wanted.start, wanted.end, wanted.gtid.as_deref()), (Some(1400), None, Some("0-34172-6")));
    let (kind, _, row) = found(&source, &wanted);
    assert_eq!(kind, "WRITE_ROWS_EVENT_V1");
    assert!(row.iter().any(|value| value == "8") && row.iter().any(|value| value.contains('c')), "{row:?}");
}

#[test]
fn a_status_alone_leads_to_the_event() {
    let wanted = said("mysql-9.7-duplicate.status.txt");
    assert_eq!(wanted.relay, Some(("vm-relay-bin.000002".into(), 1666)));
    assert_eq!((wanted.start, wanted.error), (Some(1455), Some(1062)));
    let (kind, line, _) = found(&document("mysql-9.7.source", "binlog.000001"), &wanted);
    assert_eq!((&*kind, line.contains("shop.orders")), ("WRITE_ROWS_EVENT", true));
    // The same event stands elsewhere in the relay log, under the source's position.
    let (kind, line, _) = found(&document("vm-relay-bin.000002", "vm-relay-bin.000002"), &wanted);
    assert_eq!((&*kind, line.contains("shop.orders")), ("WRITE_ROWS_EVENT", true));
    for name in ["mariadb-11.8-duplicate.status.txt", "mariadb-11.8-duplicate.table.txt"] {
        let wanted = said(name);
        assert_eq!(wanted.file.as_deref(), Some("binlog.000001"), "{name}");
        let (kind, _, row) = found(&document("mariadb-11.8.source", "binlog.000001"), &wanted);
        assert_eq!(kind, "WRITE_ROWS_EVENT_V1", "{name}");
        assert!(row.iter().any(|value| value == "8"), "{name}: {row:?}");
    }
    let wanted = said("mariadb-11.8-missing.status.txt");
    let (kind, line, _) = found(&document("mariadb-11.8.source", "binlog.000001"), &wanted);
    assert_eq!((&*kind, line.contains("shop.customers")), ("UPDATE_ROWS_EVENT_V1", true));
}

#[test]
fn an_event_in_a_compressed_payload_is_found() {
    let source = document("mysql-9.7.source", "binlog.000001");
    let wanted = said("mysql-9.7-missing-compressed.worker.txt");
    let Finding::Event { address, .. } = source.find(&wanted).expect("readable") else { panic!("not found") };
    assert_ne!(address.space, "0");
    let (kind, line, _) = found(&source, &wanted);
    assert_eq!((&*kind, line.contains("shop.customers")), ("UPDATE_ROWS_EVENT", true));
    // Its status has no table: the payload itself.
    let (kind, ..) = found(&source, &said("mysql-9.7-missing-compressed.status.txt"));
    assert_eq!(kind, "TRANSACTION_PAYLOAD_EVENT");
}

#[test]
fn offsets_of_other_readers_lead_to_row_and_event() {
    let source = document("mysql-9.7.source", "binlog.000001");
    // The transaction's BEGIN: what Debezium counts events from.
    let begin = source.find(&Coordinates::read("binlog.000001:1534").expect("a place")).expect("readable");
    let Finding::Event { address, .. } = begin else { panic!("{begin:?}") };
    let RowContent::Event { summary, .. } = source.event(&address).expect("decodes").content else { panic!("a span") };
    assert_eq!(summary, "BEGIN");
    let offset = r#"{"ts_sec":1763764,"file":"binlog.000001","pos":1534,"row":3,"server_id":34170,"event":2}"#;
    let (kind, _, row) = found(&source, &Coordinates::read(offset).expect("a place"));
    assert_eq!(kind, "WRITE_ROWS_EVENT");
    assert!(row.iter().any(|value| value == "8"), "the third row was the last: {row:?}");
}

#[test]
fn what_is_not_in_the_file_is_said_so() {
    let source = document("mysql-9.7.source", "binlog.000001");
    let gtid = "ae294735-e5fd-11f1-a1c6-02fc00000001:700";
    let elsewhere = Coordinates { gtid: Some(gtid.into()), ..Coordinates::default() };
    assert_eq!(source.find(&elsewhere), Ok(Finding::Nothing));
    // An event ends there, but of another table.
    let mut wanted = said("mysql-9.7-duplicate.log");
    wanted.gtid = None;
    wanted.table = Some(("shop".into(), "customers".into()));
    assert_eq!(source.find(&wanted), Ok(Finding::Nothing));
    let beyond = Coordinates { file: Some("x".into()), start: Some(1 << 40), ..Coordinates::default() };
    assert_eq!(source.find(&beyond), Ok(Finding::Nothing));
}
