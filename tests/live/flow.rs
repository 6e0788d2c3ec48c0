//! A replica's conversation with real servers, packet by packet; and what they refuse.

#[allow(dead_code, reason = "shared")]
mod servers;

use std::sync::{Arc, Mutex};

use binlog_format::Flavor;
use binlog_format::header::EventHeader;
use binlog_replica::{Connection, Delivery, Error, Observer, ReasonCode, Replica, Start, StreamOptions};
use mysql_protocol::command::{BinlogDump, RegisterSlave, dump_flag};
use mysql_protocol::{Direction, Packet};

use crate::servers::{PATIENCE, skipped, start, start_or_named};

/// Who says it, its number, and what it is: the packet's own name, and of events their type.
fn observer(said: &Arc<Mutex<Vec<String>>>) -> Observer {
    let said = said.clone();
    Box::new(move |packet| {
        let who = if packet.from == Direction::Client { "C" } else { "S" };
        let read = packet.before.read(packet.from, packet.payload, None, ()).expect("it decodes");
        let name = match &read {
            Packet::Event(event) => {
                format!("Event {}", EventHeader::peek(event.bytes).expect("a header").type_code)
            }
            other => format!("{other:?}").split(['(', ' ', '{']).next().expect("a name").to_owned(),
        };
        said.lock().expect("whole").push(format!("{who}{} {name}", packet.sequence));
    })
}

fn run(name: &str) {
    let Some(server) = start_or_named(name, "flow") else { return };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let said = Arc::<Mutex<Vec<String>>>::default();
        let mut connection =
            Connection::open(&server.options("root", ""), Some(observer(&said))).await.expect("logs in");
        let login = std::mem::take(&mut *said.lock().expect("whole"));
        assert_eq!(login[..2], ["S0 Handshake", "C1 HandshakeResponse"], "{login:?}");
        assert!(login.last().is_some_and(|last| last.ends_with(" Ok")), "{login:?}");
        connection.query("SET @source_binlog_checksum='CRC32', @master_binlog_checksum='CRC32'").await.expect("set");
        connection.query("SET @mariadb_slave_capability=4").await.expect("set");
        said.lock().expect("whole").clear();
        let server_id = 77_001;
        let mut payload = Vec::new();
        RegisterSlave { server_id, ..RegisterSlave::default() }.write(&mut payload);
        connection.command(&payload).await.expect("said");
        assert!(matches!(connection.next(PATIENCE).await, Ok(Packet::Ok(_))));
        // MySQL renamed it in 8.4.
        let old = connection.flavor() == Flavor::Mariadb || connection.version().starts_with("8.0");
        let status = if old { "SHOW MASTER STATUS" } else { "SHOW BINARY LOG STATUS" };
        let rows = connection.query(status).await.expect("a status");
        let (file, position) = (rows[0][0].clone().expect("a file"), rows[0][1].clone().expect("a position"));
        let position = position.parse().expect("a number");
        payload.clear();
        let flavor = connection.flavor();
        BinlogDump { position, flags: dump_flag::NON_BLOCK, server_id, file_name: file.as_bytes() }
            .write(flavor, &mut payload);
        connection.command(&payload).await.expect("said");
        while !matches!(connection.next(PATIENCE).await.expect("it comes"), Packet::Eof(_)) {}
        let said = std::mem::take(&mut *said.lock().expect("whole"));
        let columns = rows[0].len() as u8;
        let mut expected =
            vec!["C0 RegisterSlave".to_owned(), "S1 Ok".into(), "C0 Query".into(), "S1 ResultSetHeader".into()];
        expected.extend((0..columns).map(|column| format!("S{} ColumnDefinition", 2 + column)));
        expected.extend([
            format!("S{} Eof", 2 + columns),
            format!("S{} Row", 3 + columns),
            format!("S{} Eof", 4 + columns),
        ]);
        expected.extend(["C0 BinlogDump".into(), "S1 Event 4".into(), "S2 Event 15".into(), "S3 Eof".into()]);
        assert_eq!(said, expected);
        connection.close().await;
        if server.is_own() {
            purged(&server).await;
        } else {
            skipped("purging the logs of a server that is named by its address");
        }
    });
}

/// Logs that were deleted: what happened, and what to do.
async fn purged(server: &servers::Server) {
    let mut root = server.root().await;
    for statement in ["FLUSH BINARY LOGS", "CREATE DATABASE shop", "FLUSH BINARY LOGS"] {
        root.query(statement).await.expect("done");
    }
    let (first, _) = server.logs().swap_remove(0);
    let (last, _) = server.logs().pop().expect("logs");
    root.query(&format!("PURGE BINARY LOGS TO '{last}'")).await.expect("purged");
    let gtids = if root.flavor() == Flavor::Mysql { "" } else { "0-1-0" };
    for start in [Start::Position { file: first, position: 4 }, Start::Gtids(gtids.into())] {
        let mut stream = StreamOptions::new(server.options("root", "")).expect("random numbers");
        (stream.start, stream.blocking) = (start.clone(), false);
        let mut replica = Replica::new(stream, None);
        let error = loop {
            match replica.next().await {
                Ok(Delivery::Event(event)) => assert_eq!(event.start, None, "{start:?}"),
                other => break other.expect_err("refused"),
            }
        };
        assert!(matches!(error, Error::Server { code: 1236, .. }) && !error.is_passing(), "{start:?}: {error}");
        assert!(error.says(ReasonCode::Purged), "{start:?}: {error}");
    }
}

#[test]
fn mysql_says_what_it_says() {
    run("mysql-9.7");
}

#[test]
fn mariadb_says_what_it_says() {
    run("mariadb-11.8");
}

#[test]
fn without_a_log_there_is_no_stream() {
    for (name, option) in [("mysql-9.7", "--disable-log-bin"), ("mariadb-11.8", "--skip-log-bin")] {
        let Some(server) = start(name, "no-log", &[option]) else { continue };
        tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
            for start in [Start::Oldest, Start::Now] {
                let mut stream = StreamOptions::new(server.options("root", "")).expect("random numbers");
                stream.start = start;
                let error = Replica::new(stream, None).next().await.expect_err("refused");
                assert!(matches!(error, Error::LogBinOff), "{error}");
                assert!(error.says(ReasonCode::LogBinOffAdvice), "{error}");
            }
        });
    }
}
