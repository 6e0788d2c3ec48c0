//! Streams of real servers: every event once, as it stands in the server's own files, whatever happens to the
//! connection.

mod received;
#[allow(dead_code, reason = "shared")]
mod servers;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use binlog_format::header::EventHeader;
use binlog_replica::{
    Connection, Delivery, Error, Options, Password, ReasonCode, Replica, SslMode, Start, StreamOptions,
};
use tokio::time::timeout;

use crate::received::Files;
use crate::servers::{PATIENCE, Server, start};

fn stream(options: Options, start: Start, blocking: bool) -> StreamOptions {
    let mut stream = StreamOptions::new(options).expect("random numbers");
    (stream.start, stream.blocking) = (start, blocking);
    stream.heartbeat = Duration::from_millis(500);
    stream
}

/// Everything up to the end.
async fn all(mut options: StreamOptions) -> Files {
    // Nothing is in the way here.
    options.retries = Some(0);
    let mut replica = Replica::new(options, None);
    let mut files = Files::default();
    while files.take(replica.next().await.unwrap_or_else(|error| panic!("{error}"))) {}
    files
}

async fn run_all(connection: &mut Connection, statements: &[&str]) {
    for statement in statements {
        connection.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

async fn workload(root: &mut Connection) {
    run_all(
        root,
        &[
            "CREATE DATABASE shop",
            "CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(40), note LONGBLOB)",
            "INSERT INTO shop.item VALUES (1,'tea',NULL),(2,'coffee','x')",
            "BEGIN",
            "INSERT INTO shop.item VALUES (3,'cocoa',NULL)",
            "UPDATE shop.item SET note = REPEAT('y', 5000)",
            "SAVEPOINT a",
            "DELETE FROM shop.item WHERE id = 1",
            "COMMIT",
            "FLUSH BINARY LOGS",
            "XA START 'x'",
            "INSERT INTO shop.item VALUES (4,'water',NULL)",
            "XA END 'x'",
            "XA PREPARE 'x'",
            "XA COMMIT 'x'",
            "CREATE TABLE shop.copy AS SELECT * FROM shop.item",
            "FLUSH BINARY LOGS",
        ],
    )
    .await;
    for number in 10..60 {
        let statement = format!("INSERT INTO shop.item VALUES ({number}, 'n', REPEAT('z', {number} * 37))");
        root.query(&statement).await.expect("inserts");
    }
}

/// Passes on what two sides say, and cuts or holds each connection after some bytes from the server.
struct Proxy {
    port: u16,
    cuts: Arc<AtomicUsize>,
    /// Bytes from the server until the cut; 0 is never.
    after: Arc<AtomicU64>,
}

impl Proxy {
    fn new(server: u16, hold: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (cuts, after) = (Arc::<AtomicUsize>::default(), Arc::<AtomicU64>::default());
        let (counted, limit) = (cuts.clone(), after.clone());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let (mut up, mut to) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
                thread::spawn(move || {
                    let _ = std::io::copy(&mut up, &mut to);
                    let _ = to.shutdown(Shutdown::Both);
                });
                let (counted, limit) = (counted.clone(), limit.clone());
                thread::spawn(move || down(server, client, &counted, &limit, hold));
            }
        });
        Self { port, cuts, after }
    }
}

fn down(mut server: TcpStream, mut client: TcpStream, cuts: &AtomicUsize, limit: &AtomicU64, hold: bool) {
    let mut passed = 0;
    let mut buffer = [0; 1000];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        let most = limit.load(Ordering::Relaxed);
        let cut = most != 0 && passed + read as u64 > most;
        let keep = if cut { (most.saturating_sub(passed)) as usize } else { read };
        if client.write_all(&buffer[..keep.min(read)]).is_err() {
            break;
        }
        passed += read as u64;
        if cut {
            cuts.fetch_add(1, Ordering::Relaxed);
            if hold {
                // A connection that is half open: nothing comes, and nobody says so, until the client gives up.
                let mut server = server.try_clone().expect("a socket");
                let _ = std::io::copy(&mut server, &mut std::io::sink());
            }
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

/// From the oldest on, from a place, by GTID: what comes is what stands in the files.
async fn starts(server: &Server, root: &mut Connection, mysql: bool) {
    let options = server.options("root", "");
    let files = all(stream(options.clone(), Start::Oldest, false)).await;
    assert!(files.events > 100 && files.retries.is_empty(), "{} {:?}", files.events, files.retries);
    files.assert_same(server);
    let (name, bytes) = server.logs().into_iter().nth(1).expect("three logs");
    let rows = root.query(&format!("SHOW BINLOG EVENTS IN '{name}'")).await.expect("events");
    let position: u64 = rows[5][1].as_ref().expect("a position").parse().expect("a number");
    let mut replica =
        Replica::new(stream(options.clone(), Start::Position { file: name.clone(), position }, false), None);
    let mut tail = Vec::new();
    while let Delivery::Event(event) = replica.next().await.expect("it comes") {
        if *event.file == *name && event.start.is_some() {
            tail.extend(event.bytes);
        }
    }
    assert!(tail == bytes[position as usize..], "{name} from {position}");
    // All but the last three transactions are there already.
    let gtids = if mysql {
        let executed = root.value("SELECT @@global.gtid_executed").await.expect("a set").expect("a set");
        let (before, last) = executed.rsplit_once('-').expect("an interval");
        format!("{before}-{}", last.parse::<u64>().expect("a number") - 3)
    } else {
        let position = root.value("SELECT @@global.gtid_binlog_pos").await.expect("one").expect("one");
        let (before, last) = position.rsplit_once('-').expect("a number");
        format!("{before}-{}", last.parse::<u64>().expect("a number") - 3)
    };
    let mut replica = Replica::new(stream(options.clone(), Start::Gtids(gtids), false), None);
    let (mut transactions, mut checked) = (0, 0);
    let logs = server.logs();
    while let Delivery::Event(event) = replica.next().await.expect("it comes") {
        transactions += usize::from(matches!(event.kind, 16));
        if let Some(start) = event.start.filter(|_| matches!(event.kind, 16 | 33 | 162)) {
            let (_, bytes) = logs.iter().find(|(name, _)| **name == *event.file).expect("a log");
            assert!(bytes[start as usize..].starts_with(&event.bytes), "{} at {start}", event.kind);
            checked += 1;
        }
    }
    assert_eq!((transactions, checked), (3, 6));
    let wrong = Replica::new(stream(options, Start::Gtids("x".into()), false), None).next().await;
    assert!(matches!(wrong, Err(Error::NoGtids(_))), "{wrong:?}");
}

/// The headers of a log's events: type, moment, where it begins.
fn headers(bytes: &[u8]) -> Vec<(u8, u32, u64)> {
    let mut headers = Vec::new();
    let mut at = 4;
    while let Some(header) = bytes.get(at..).and_then(EventHeader::peek) {
        headers.push((header.type_code, header.timestamp, at as u64));
        at += header.event_size as usize;
    }
    headers
}

/// From a moment on: the file is found without reading those before it, and in it nothing older comes.
async fn by_time(server: &Server, root: &mut Connection) {
    // Moments of our own choice; logs begin when they do.
    for id in 300..306 {
        let begun = Instant::now();
        run_all(root, &[&format!("INSERT INTO shop.item VALUES ({id}, 'time', NULL)"), "FLUSH BINARY LOGS"]).await;
        tokio::time::sleep(Duration::from_millis(1100).saturating_sub(begun.elapsed())).await;
    }
    let logs = server.logs();
    let all: Vec<_> =
        logs.iter().flat_map(|(name, bytes)| headers(bytes).into_iter().map(move |of| (name, of))).collect();
    let last = all.last().expect("events").1.1;
    for moment in [0, last - 5, last - 3, last - 1, last] {
        let mut files = 0;
        let mut replica = Replica::new(stream(server.options("root", ""), Start::Time(moment), false), None);
        let mut came = Vec::new();
        while let Delivery::Event(event) = replica.next().await.expect("it comes") {
            match event.start {
                Some(start) if event.kind != 15 => came.push((event.file.to_string(), start)),
                Some(_) => files += 1,
                None => {}
            }
        }
        let all = all.iter().filter(|(_, (kind, ..))| *kind != 15);
        let wanted: Vec<_> =
            all.skip_while(|(_, (_, at, _))| *at < moment).map(|(name, of)| ((*name).clone(), of.2)).collect();
        assert_eq!(came, wanted, "from {moment}, {last} is the last");
        let held = wanted.first().map_or(0, |(first, _)| logs.iter().filter(|(name, _)| name >= first).count());
        assert!(files == held || files == held + 1, "{files} files were read for the events of {held}");
    }
    // In the future: what is to come.
    let mut ends = Replica::new(stream(server.options("root", ""), Start::Time(last + 3600), false), None);
    while let Delivery::Event(event) = ends.next().await.expect("it comes") {
        assert!(event.start.is_none() || event.kind == 15, "{}", event.kind);
    }
}

/// Positions that requests have no room for, which small ones stand in for: MySQL has a request with 64 bits, of
/// MariaDB what lies before is read again. Cut at random bytes, nothing is missing or comes twice.
async fn far(server: &Server, options: &Options) {
    let (name, bytes) = server.logs().into_iter().nth(1).expect("three logs");
    let headers = headers(&bytes);
    let (.., position) = headers[headers.len() / 2 + 1];
    let mut far = stream(options.clone(), Start::Position { file: name.clone(), position }, false);
    far.furthest = 300;
    let mut replica = Replica::new(far, None);
    let mut tail = Vec::new();
    while let Delivery::Event(event) = replica.next().await.expect("it comes") {
        if *event.file == *name && event.start.is_some_and(|start| start != 4) {
            tail.extend(event.bytes);
        }
    }
    assert!(tail == bytes[position as usize..], "{name} from {position}");
    let proxy = Proxy::new(server.port, false);
    let mut options = options.clone();
    options.port = proxy.port;
    let mut far = stream(options, Start::Oldest, true);
    far.furthest = 300;
    let mut replica = Replica::new(far, None);
    let mut files = Files::default();
    let mut random = 5_u64;
    // Until the end, where nothing is left to be cut.
    let there: usize = server.logs().iter().map(|(_, bytes)| bytes.len()).sum();
    while proxy.cuts.load(Ordering::Relaxed) < 6 && files.bytes() < there {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        proxy.after.store(6_000 + (random >> 33) % 30_000, Ordering::Relaxed);
        let delivery = timeout(PATIENCE, replica.next()).await.expect("something comes");
        files.take(delivery.unwrap_or_else(|error| panic!("{error}")));
    }
    proxy.after.store(0, Ordering::Relaxed);
    until_same(&mut replica, &mut files, server).await;
    assert!(files.retries.len() >= 2, "{:?}", files.retries);
    replica.stop().await;
}

/// What a person can do about it stands there.
async fn refusals(server: &Server, root: &mut Connection, mysql: bool) {
    let how =
        if mysql { "IDENTIFIED BY 'none'" } else { "IDENTIFIED VIA mysql_native_password USING PASSWORD('none')" };
    run_all(root, &["SET sql_log_bin=0", &format!("CREATE USER nobody@'%' {how}"), "SET sql_log_bin=1"]).await;
    let mut nobody = server.options("nobody", "none");
    nobody.ssl.mode = SslMode::Preferred;
    let error = Replica::new(stream(nobody, Start::Oldest, false), None).next().await.expect_err("refused");
    assert!(error.says(ReasonCode::Grant), "{error}");
    let options = server.options("root", "");
    let (last, bytes) = server.logs().pop().expect("logs");
    let beyond = Start::Position { file: last, position: bytes.len() as u64 + 1000 };
    let mut replica = Replica::new(stream(options.clone(), beyond, false), None);
    let error = loop {
        match replica.next().await {
            Ok(Delivery::Event(event)) => assert_eq!(event.start, None),
            other => break other.expect_err("refused"),
        }
    };
    assert!(error.says(ReasonCode::ShorterFile) && !error.is_passing(), "{error}");
    let gone = Start::Position { file: "binlog.000999".into(), position: 4 };
    let error = Replica::new(stream(options.clone(), gone, false), None).next().await.expect_err("refused");
    assert!(error.says(ReasonCode::Purged), "{error}");
    let mut taken = stream(options.clone(), Start::Oldest, false);
    taken.server_id = Some(u32::from(server.port));
    let error = Replica::new(taken, None).next().await.expect_err("refused");
    assert!(matches!(error, Error::DuplicateServerId(_)), "{error}");
    let mut wrong = stream(options, Start::Oldest, true);
    wrong.connect.password = Password::new("wrong");
    wrong.connect.ssl.mode = SslMode::Preferred;
    assert!(matches!(Replica::new(wrong, None).next().await, Err(Error::Server { code: 1045, .. })));
}

/// Takes what comes until the files are the server's.
async fn until_same(replica: &mut Replica, files: &mut Files, server: &Server) {
    let begun = Instant::now();
    loop {
        let there: usize = server.logs().iter().map(|(_, bytes)| bytes.len()).sum();
        let ours = files.bytes();
        if there == ours {
            files.assert_same(server);
            return;
        }
        assert!(begun.elapsed() < PATIENCE * 2, "{ours} of {there} bytes, {:?}", files.retries);
        if let Ok(delivery) = timeout(Duration::from_millis(200), replica.next()).await {
            assert!(files.take(delivery.unwrap_or_else(|error| panic!("{error}"))));
        }
    }
}

/// Dump threads are killed, the server too, the wire is cut and held: every event comes once.
async fn faults(server: &Server, mut root: Connection) {
    for hold in [false, true] {
        let proxy = Proxy::new(server.port, hold);
        let mut options = server.options("root", "");
        options.port = proxy.port;
        let mut replica = Replica::new(stream(options, Start::Oldest, true), None);
        let mut files = Files::default();
        let mut random = 77_u64;
        let wanted = if hold { 2 } else { 12 };
        // The login takes some 2,000 bytes; behind it, a cut may lie anywhere.
        while proxy.cuts.load(Ordering::Relaxed) < wanted {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            proxy.after.store(2_500 + (random >> 33) % 20_000, Ordering::Relaxed);
            let delivery = timeout(PATIENCE, replica.next()).await.expect("something comes");
            files.take(delivery.unwrap_or_else(|error| panic!("{error}")));
            if files.events % 7 == 0 {
                root.query("UPDATE shop.item SET name = CONCAT(LEFT(name, 30), 'm')").await.expect("writes");
            }
        }
        proxy.after.store(0, Ordering::Relaxed);
        until_same(&mut replica, &mut files, server).await;
        assert!(files.retries.len() >= wanted, "{:?}", files.retries);
        replica.stop().await;
    }
    // Its own thread killed, then the server.
    let mut replica = Replica::new(stream(server.options("root", ""), Start::Oldest, true), None);
    let mut files = Files::default();
    until_same(&mut replica, &mut files, server).await;
    for _ in 0..3 {
        let id = dump_threads(&mut root).await.first().cloned().expect("a thread");
        root.query(&format!("KILL {id}")).await.expect("killed");
        root.query("UPDATE shop.item SET name = CONCAT(LEFT(name, 30), 'k')").await.expect("writes");
        let before = files.retries.len();
        let begun = Instant::now();
        while files.retries.len() == before && begun.elapsed() < PATIENCE {
            if let Ok(delivery) = timeout(Duration::from_millis(200), replica.next()).await {
                files.take(delivery.unwrap_or_else(|error| panic!("{error}")));
            }
        }
        assert!(files.retries.len() > before, "nobody noticed");
        until_same(&mut replica, &mut files, server).await;
    }
    server.crash();
    let mut root = server.root().await;
    root.query("INSERT INTO shop.item VALUES (900, 'after', NULL)").await.expect("writes");
    until_same(&mut replica, &mut files, server).await;
    assert!(files.files.len() >= 4, "a new file");
    // Nothing of it stays behind.
    replica.stop().await;
    let begun = Instant::now();
    while !dump_threads(&mut root).await.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", dump_threads(&mut root).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn dump_threads(root: &mut Connection) -> Vec<String> {
    let rows = root.query("SHOW PROCESSLIST").await.expect("a list");
    let dumps =
        rows.into_iter().filter(|row| row[4].as_deref().is_some_and(|command| command.starts_with("Binlog Dump")));
    dumps.filter_map(|row| row[0].clone()).collect()
}

/// A row of more than 16 MiB, and compressed frames.
async fn large(server: &Server, root: &mut Connection, mysql: bool) {
    run_all(root, &["FLUSH BINARY LOGS"]).await;
    for bytes in [16_777_100, 17_000_000] {
        root.query(&format!("REPLACE INTO shop.item VALUES (500, 'large', REPEAT('w', {bytes}))"))
            .await
            .expect("writes");
    }
    use binlog_replica::Compress;
    let kinds: &[Compress] = if mysql { &[Compress::Zlib, Compress::Zstd] } else { &[Compress::Zlib] };
    for kind in [Compress::No].iter().chain(kinds) {
        let mut options = server.options("root", "");
        options.compress = *kind;
        all(stream(options, Start::Oldest, false)).await.assert_same(server);
    }
}

/// What is written from now on, as it is written.
async fn now(server: &Server, root: &mut Connection) {
    let mut replica = Replica::new(stream(server.options("root", ""), Start::Now, true), None);
    let mut heartbeats = 0;
    let begun = Instant::now();
    while heartbeats < 2 && begun.elapsed() < PATIENCE {
        if let Delivery::Event(event) = replica.next().await.expect("it comes") {
            // MariaDB notes a checkpoint when it comes to it.
            assert!(event.start.is_none() || event.kind == 161, "nothing is new: {}", event.kind);
            heartbeats += usize::from(matches!(event.kind, 27 | 41));
        }
    }
    root.query("INSERT INTO shop.item VALUES (800, 'now', NULL)").await.expect("writes");
    let mut kinds = Vec::new();
    while kinds.last() != Some(&16) {
        if let Delivery::Event(event) = timeout(PATIENCE, replica.next()).await.expect("soon").expect("it comes") {
            kinds.extend(event.start.map(|_| event.kind));
        }
    }
    assert!(kinds.len() >= 4, "{kinds:?}");
    replica.stop().await;
}

fn run(name: &str, mysql: bool) {
    let Some(server) = start(name, "stream", &[]) else { return };
    let all = async {
        let mut root = server.root().await;
        workload(&mut root).await;
        starts(&server, &mut root, mysql).await;
        far(&server, &server.options("root", "")).await;
        by_time(&server, &mut root).await;
        refusals(&server, &mut root, mysql).await;
        now(&server, &mut root).await;
        large(&server, &mut root, mysql).await;
        // The large rows would pass no wire that is cut.
        run_all(&mut root, &["DELETE FROM shop.item WHERE id = 500"]).await;
        run_all(&mut root, &[if mysql { "RESET BINARY LOGS AND GTIDS" } else { "RESET MASTER" }]).await;
        run_all(&mut root, &["FLUSH BINARY LOGS", "FLUSH BINARY LOGS"]).await;
        faults(&server, root).await;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async { timeout(PATIENCE * 9, all).await }).expect("in time");
}

#[test]
fn mysql_streams() {
    run("mysql-9.7", true);
}

#[test]
fn mariadb_11_streams() {
    run("mariadb-11.8", false);
}

#[test]
fn mariadb_10_streams() {
    run("mariadb-10.11", false);
}
