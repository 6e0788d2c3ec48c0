//! Under load, while the server is killed, dump threads are killed, and the wire is cut and held at random bytes: what
//! comes is what stands in the server's files, each event once.

mod received;
#[allow(dead_code, reason = "shared")]
mod servers;

use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use binlog_replica::{Compress, Connection, Error, Options, Replica, SslMode, Start, StreamOptions};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::received::Files;
use crate::servers::{Server, start};

/// What happened.
#[derive(Default)]
struct Counts {
    transactions: AtomicU64,
    servers_killed: AtomicU64,
    threads_killed: AtomicU64,
    cut: AtomicU64,
    held: AtomicU64,
}

impl Counts {
    /// Whether enough of everything went wrong for the test to say something.
    fn are_enough(&self) -> bool {
        [(&self.servers_killed, 2), (&self.threads_killed, 2), (&self.cut, 10), (&self.held, 2)]
            .iter()
            .all(|(counter, least)| counter.load(Ordering::Relaxed) >= *least)
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        write!(f, "{} transactions; server killed {}x, ", of(&self.transactions), of(&self.servers_killed))?;
        write!(f, "dump threads {}x, wire cut {}x, held {}x", of(&self.threads_killed), of(&self.cut), of(&self.held))
    }
}

/// Shared by all who do harm.
#[derive(Clone)]
struct Chance(Arc<Mutex<u64>>);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    /// Less than `below`. `SplitMix64`.
    fn below(&self, below: u64) -> u64 {
        let mut state = self.0.lock().expect("whole");
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = *state;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ word >> 31) % below
    }

    fn millis(&self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

/// In the clear; with TLS, and compressed.
const RECEIVERS: [(SslMode, Compress); 2] = [(SslMode::Disabled, Compress::No), (SslMode::Required, Compress::Zlib)];

/// How far the test is.
#[derive(Default)]
struct Progress {
    /// Who has received something. The first connection has to succeed: where nobody ever answered, the address is
    /// wrong.
    arrived: AtomicU64,
    /// No more harm.
    calm: AtomicBool,
    /// And nothing more is written: not even by a server that was just started again.
    settled: AtomicBool,
}

/// What the wire knows.
#[derive(Clone)]
struct Harm {
    chance: Chance,
    counts: Arc<Counts>,
    time: Arc<Progress>,
}

impl Harm {
    fn is_done(&self) -> bool {
        let begun = self.time.arrived.load(Ordering::Relaxed) >= RECEIVERS.len() as u64;
        begun && !self.time.calm.load(Ordering::Relaxed)
    }
}

/// What everybody else knows.
#[derive(Clone)]
struct Scene {
    server: Arc<Server>,
    mysql: bool,
    chance: Chance,
    counts: Arc<Counts>,
    time: Arc<Progress>,
}

impl Scene {
    fn is_calm(&self) -> bool {
        self.time.calm.load(Ordering::Relaxed)
    }
}

/// Passes on what two sides say, until something goes wrong with it.
fn proxy(scene: &Scene) -> u16 {
    let target = scene.server.port;
    // It goes on until the process ends; the server ends with the test.
    let scene = Harm { chance: scene.chance.clone(), counts: scene.counts.clone(), time: scene.time.clone() };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // While the server is down, nobody answers.
            let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { continue };
            let up = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
            let (there, back) = (scene.clone(), scene.clone());
            // One connection of six is cut in what the client says, which is its login mostly.
            let early = if scene.chance.below(6) == 0 { scene.chance.below(1500) } else { u64::MAX };
            thread::spawn(move || pass(up.0, up.1, &there, early));
            thread::spawn(move || {
                let bytes = distance(&back);
                pass(server, client, &back, bytes);
            });
        }
    });
    port
}

/// Bytes until something happens: in the login, in the stream, late.
fn distance(scene: &Harm) -> u64 {
    let most = [3_000, 20_000, 200_000, 200_000, 2_000_000, 60_000_000];
    scene.chance.below(most[scene.chance.below(most.len() as u64) as usize])
}

fn pass(mut from: TcpStream, mut to: TcpStream, scene: &Harm, mut left: u64) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let mut said = &buffer[..read];
        while scene.is_done() && said.len() as u64 > left {
            let (before, behind) = said.split_at(left as usize);
            if to.write_all(before).is_err() {
                break;
            }
            said = behind;
            if scene.chance.below(3) > 0 {
                count(&scene.counts.cut);
                let _ = to.shutdown(Shutdown::Both);
                break;
            }
            // For a moment, or for longer than a replica waits for a sign of life.
            count(&scene.counts.held);
            hold(scene.chance.millis(100, 3_000));
            left = distance(scene);
        }
        if to.write_all(said).is_err() {
            break;
        }
        left = left.saturating_sub(said.len() as u64);
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

#[expect(clippy::disallowed_methods, reason = "time passing is what goes wrong")]
fn hold(time: Duration) {
    thread::sleep(time);
}

/// Writes whatever comes to mind; goes on when the server is back.
async fn write(scene: Scene, writer: u64) {
    let mut number = writer << 32;
    while !scene.is_calm() {
        let Ok(mut connection) = Connection::open(&scene.server.options("root", ""), None).await else {
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let mut settings = vec!["SET SESSION innodb_lock_wait_timeout=1".to_owned(), "SET lock_wait_timeout=1".into()];
        if scene.mysql && writer == 1 {
            settings.push("SET SESSION binlog_transaction_compression=ON".into());
        }
        let mut lost = false;
        for setting in settings {
            lost |= connection.query(&setting).await.is_err();
        }
        while !lost && !scene.is_calm() {
            number += 1;
            for statement in transaction(&scene, writer, number) {
                match connection.query(&statement).await {
                    Ok(_) => {}
                    // What is locked or there already is so because of what a crash has left.
                    Err(Error::Server { code, .. }) if code != 1053 => {}
                    Err(_) => lost = true,
                }
            }
            count(&scene.counts.transactions);
            sleep(scene.chance.millis(1, 12)).await;
        }
    }
}

fn transaction(scene: &Scene, writer: u64, number: u64) -> Vec<String> {
    let chance = &scene.chance;
    let insert = |table: &str, bytes: u64| {
        let value = char::from(b'a' + (number % 26) as u8);
        format!(
            "INSERT INTO shop.{table} VALUES ({number}{}, {writer}, REPEAT('{value}', {bytes}))",
            chance.below(1000)
        )
    };
    match chance.below(100) {
        0..55 => vec![insert("item", chance.below(300))],
        55..75 => vec![
            "BEGIN".into(),
            insert("item", chance.below(3000)),
            insert("item", chance.below(3000)),
            "SAVEPOINT a".into(),
            format!("UPDATE shop.item SET note = CONCAT('u', note) WHERE writer = {writer} ORDER BY id DESC LIMIT 4"),
            insert("item", chance.below(3000)),
            if chance.below(4) == 0 { "ROLLBACK TO a" } else { "SAVEPOINT b" }.into(),
            format!("DELETE FROM shop.item WHERE writer = {writer} ORDER BY id LIMIT 2"),
            if chance.below(8) == 0 { "ROLLBACK" } else { "COMMIT" }.into(),
        ],
        75..80 => vec![insert("item", 20_000 + chance.below(400_000))],
        80..88 => vec![
            format!("XA START 'x{number}'"),
            insert("prepared", chance.below(200)),
            format!("XA END 'x{number}'"),
            format!("XA PREPARE 'x{number}'"),
            format!("XA {} 'x{number}'", if chance.below(3) == 0 { "ROLLBACK" } else { "COMMIT" }),
        ],
        88..95 => vec![
            format!("CREATE TABLE shop.t{number} (id INT)"),
            format!("INSERT INTO shop.t{number} VALUES (1), (2)"),
            format!("DROP TABLE shop.t{number}"),
        ],
        95..98 => vec![insert("crashing", chance.below(200))],
        _ => vec!["FLUSH BINARY LOGS".into()],
    }
}

/// Kills dump threads.
async fn kill_threads(scene: Scene) {
    while !scene.is_calm() {
        sleep(scene.chance.millis(300, 3_000)).await;
        let Ok(mut connection) = Connection::open(&scene.server.options("root", ""), None).await else { continue };
        let Ok(rows) = connection.query("SHOW PROCESSLIST").await else { continue };
        let is_dump = |row: &Vec<Option<String>>| row[4].as_deref().is_some_and(|what| what.starts_with("Binlog Dump"));
        let threads: Vec<String> = rows.into_iter().filter(is_dump).filter_map(|row| row[0].clone()).collect();
        if threads.is_empty() {
            continue;
        }
        let one = &threads[scene.chance.below(threads.len() as u64) as usize];
        if connection.query(&format!("KILL {one}")).await.is_ok() {
            count(&scene.counts.threads_killed);
        }
        connection.close().await;
    }
}

/// Kills the server, again and again, and starts it.
async fn kill_server(scene: Scene) {
    while !scene.is_calm() {
        sleep(scene.chance.millis(3_000, 9_000)).await;
        if !scene.is_calm() {
            let server = scene.server.clone();
            tokio::task::spawn_blocking(move || server.crash()).await.expect("it starts again");
            count(&scene.counts.servers_killed);
        }
    }
}

/// For what is left when all is calm: a wait between two tries, and everything that was written meanwhile.
const SETTLE: Duration = Duration::from_secs(100);

/// Takes what comes, until all is calm and everything is there.
async fn receive(scene: Scene, options: Options) -> Files {
    let mut stream = StreamOptions::new(options).expect("random numbers");
    (stream.start, stream.heartbeat) = (Start::Oldest, Duration::from_millis(500));
    let mut replica = Replica::new(stream, None);
    let mut files = Files::default();
    let (mut arrived, mut calm) = (false, None::<Instant>);
    loop {
        // A wait that is dropped and begun again loses nothing.
        if let Ok(delivery) = timeout(scene.chance.millis(1, 300), replica.next()).await {
            files.take(delivery.unwrap_or_else(|error| panic!("{error} ({:?})", files.retries.last())));
            if !std::mem::replace(&mut arrived, true) {
                count(&scene.time.arrived);
            }
        } else if scene.time.settled.load(Ordering::Relaxed) {
            let there: usize = scene.server.logs().iter().map(|(_, bytes)| bytes.len()).sum();
            if files.bytes() == there {
                break;
            }
            let since = calm.get_or_insert_with(Instant::now).elapsed();
            assert!(since < SETTLE, "{} of {there} bytes, {:?}", files.bytes(), files.retries.last());
        }
    }
    replica.stop().await;
    files
}

async fn run(server: Server, name: &str, mysql: bool) {
    let full = std::env::var_os("BINLOGSCOPE_FULL").is_some();
    let time = Duration::from_secs(if full { 600 } else { 45 });
    let seed = if full { u64::from(std::process::id()) << 32 | u64::from(server.port) } else { 1236 };
    let server = Arc::new(server);
    let mut root = server.root().await;
    for statement in [
        "CREATE DATABASE shop",
        "CREATE TABLE shop.item (id BIGINT PRIMARY KEY, writer INT, note LONGBLOB, KEY (writer))",
        "CREATE TABLE shop.prepared (id BIGINT, writer INT, note LONGBLOB)",
        "CREATE TABLE shop.crashing (id BIGINT, writer INT, note LONGBLOB) ENGINE=MyISAM",
    ] {
        root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    root.close().await;
    let chance = Chance::new(seed);
    let scene = Scene { server, mysql, chance, counts: Arc::default(), time: Arc::default() };
    let port = proxy(&scene);
    let mut receivers = JoinSet::new();
    for (mode, compress) in RECEIVERS {
        let mut options = scene.server.options("root", "");
        (options.port, options.ssl.mode, options.compress) = (port, mode, compress);
        options.timeout = Duration::from_secs(4);
        receivers.spawn(receive(scene.clone(), options));
    }
    let mut others = JoinSet::new();
    for writer in [1, 2] {
        others.spawn(write(scene.clone(), writer));
    }
    others.spawn(kill_threads(scene.clone()));
    others.spawn(kill_server(scene.clone()));
    let begun = Instant::now();
    // What goes wrong is left to chance, and to how much a machine writes in that time.
    while begun.elapsed() < time || (!scene.counts.are_enough() && begun.elapsed() < time * 3) {
        sleep(Duration::from_millis(100)).await;
        assert!(receivers.try_join_next().is_none(), "a receiver gave up: seed {seed}");
    }
    let lasted = begun.elapsed().as_secs();
    scene.time.calm.store(true, Ordering::Relaxed);
    while let Some(ended) = others.join_next().await {
        ended.expect("it ends well");
    }
    // MariaDB notes in its own time that it is done with the log before.
    let sizes = || scene.server.logs().iter().map(|(_, bytes)| bytes.len()).collect::<Vec<_>>();
    let mut before = Vec::new();
    while before != sizes() {
        before = sizes();
        sleep(Duration::from_secs(2)).await;
    }
    scene.time.settled.store(true, Ordering::Relaxed);
    let mut said = format!("faults: {name}, seed {seed}, {lasted} s: {}", scene.counts);
    while let Some(files) = receivers.join_next().await {
        let files = files.unwrap_or_else(|error| panic!("{said}: {error}"));
        let events = files.assert_same(&scene.server);
        let (logs, bytes, retries) = (files.files.len(), files.bytes(), files.retries.len());
        said += &format!("; {events} events in {logs} logs, {bytes} bytes, each once, over {retries} reconnections");
        // A process that is killed loses nothing that it has sent: the system has it.
        assert_eq!(files.withdrawn, 0, "{said}");
        assert!(retries > 5, "{said}");
    }
    assert!(scene.counts.are_enough(), "{said}");
    // Past what the tests' harness captures.
    let _ = writeln!(std::io::stderr(), "{said}");
}

fn flavor(name: &str, options: &[&str]) {
    let Some(server) = start(name, "faults", options) else { return };
    let mysql = name.starts_with("mysql");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(run(server, name, mysql));
}

#[test]
fn mysql_loses_and_repeats_nothing() {
    flavor("mysql-9.7", &["--max-binlog-size=4M"]);
}

#[test]
fn mariadb_loses_and_repeats_nothing() {
    flavor("mariadb-11.8", &["--max-binlog-size=4M", "--log-bin-compress=ON"]);
}

#[test]
fn mariadb_10_loses_and_repeats_nothing() {
    // In 45 s it would show what its successor shows.
    if std::env::var_os("BINLOGSCOPE_FULL").is_some() {
        flavor("mariadb-10.11", &["--max-binlog-size=4M"]);
    }
}
