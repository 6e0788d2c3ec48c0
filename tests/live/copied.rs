//! What is copied as `BINLOG '…'` from a server's own log does on the server what the event did.

#[allow(dead_code, reason = "shared")]
mod servers;

use binlog_explorer::copy::{Form, Part};
use binlog_explorer::document::{Document, open_bytes};
use binlog_explorer::outline::Outline;
use binlog_explorer::view::{Address, RowContent};
use binlog_replica::Connection;

use crate::servers::{Server, start};

/// A row of many types, among them text that SQL would have to quote.
const TABLE: &str = "CREATE TABLE shop.item (id INT PRIMARY KEY, note TEXT CHARACTER SET utf8mb4, amount DECIMAL(20,4), \
    moment DATETIME(6), bits BIT(12), kind ENUM('a','b'), raw VARBINARY(20), ratio DOUBLE, day DATE)";

const WRITES: [&str; 4] = [
    "INSERT INTO shop.item VALUES (1, CONCAT('it''s\\n', REPEAT('tea', 200)), -12.5, '2024-02-29 23:59:59.123456', b'101', \
     'b', x'00ff27', 0.1, '1000-01-01'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    "UPDATE shop.item SET note = CONCAT(note, '!'), amount = amount * 2 WHERE id = 1",
    "INSERT INTO shop.item (id, note) VALUES (3, REPEAT('x', 5000))",
    "DELETE FROM shop.item WHERE id = 2",
];

/// The table as text.
async fn rows(root: &mut Connection) -> Vec<Vec<Option<String>>> {
    let columns = "id, HEX(note), amount, moment, HEX(bits), kind, HEX(raw), ratio, day";
    root.query(&format!("SELECT {columns} FROM shop.item ORDER BY id")).await.expect("rows")
}

/// Rows events, or the payloads that hold them, in the order of the log.
fn rows_events(document: &Document) -> Vec<Address> {
    let at = |number| Address::source(document.locate_entry(number).expect("an item").entry.start);
    let changes = |at: &Address| match document.event(at).expect("an event").content {
        RowContent::Event { type_name, .. } => type_name.contains("_ROWS_") && !type_name.contains("ANNOTATE"),
        _ => false,
    };
    let holds = |at: &Address| {
        let payload = document.event(at).is_ok_and(|event| event.explanation == "event_type.transaction_payload_event");
        payload && document.space(&at.offset.to_string()).is_ok_and(|space| !space.tables().is_empty())
    };
    (0..document.entries()).map(at).filter(|at| changes(at) || holds(at)).collect()
}

async fn executes(server: &Server) {
    let mut root = server.root().await;
    let setup = ["CREATE DATABASE shop", TABLE, "FLUSH BINARY LOGS"];
    for statement in setup {
        root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let mut states = vec![rows(&mut root).await];
    for statement in WRITES {
        root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        states.push(rows(&mut root).await);
    }
    for statement in ["FLUSH BINARY LOGS", "DELETE FROM shop.item"] {
        root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let (name, bytes) = server.logs().swap_remove(1);
    let mut document = open_bytes(&name, bytes, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    let events = rows_events(&document);
    assert_eq!(events.len(), WRITES.len(), "{name}: {events:?}");
    assert_eq!(rows(&mut root).await, states[0]);
    for (at, state) in events.iter().zip(&states[1..]) {
        let text = document.copy(at, Part::Event, Form::Binlog).expect("statements");
        assert!(text.starts_with("BINLOG '"), "{text}");
        for statement in text.split("/*!*/;").map(str::trim).filter(|statement| !statement.is_empty()) {
            root.query(statement).await.unwrap_or_else(|error| panic!("{at}: {error}\n{statement}"));
        }
        assert!(rows(&mut root).await == *state, "{name} at {at}");
    }
    root.close().await;
}

fn run(name: &str, test: &str, options: &[&str]) {
    let Some(server) = start(name, test, options) else { return };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(executes(&server));
}

#[test]
fn mysql_executes_what_was_copied() {
    run("mysql-9.7", "copied", &["--binlog-row-metadata=FULL", "--binlog-rows-query-log-events=ON"]);
}

#[test]
fn mysql_executes_what_was_copied_of_a_payload() {
    run("mysql-9.7", "copied-payload", &["--binlog-transaction-compression=ON"]);
}

#[test]
fn mariadb_executes_what_was_copied() {
    run("mariadb-11.8", "copied", &["--binlog-row-metadata=FULL"]);
}

#[test]
fn mariadb_executes_what_was_copied_compressed() {
    run("mariadb-11.8", "copied-compressed", &["--log-bin-compress=ON", "--binlog-checksum=NONE"]);
}
