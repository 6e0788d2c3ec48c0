//! The bridge in `serve` with real servers: what pages get is the server's log, whatever pages do.

mod page;
#[allow(dead_code, reason = "shared")]
mod servers;
mod tapped;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use binlog_replica::{Options, StreamOptions};
use binlogscope::serve::{LiveOptions, ServeOptions, Server as Serve, Upstream};
use binlogscope_bridge::control::{Attach, From, FromBridge, Refusal, Resume, State, ToBridge};
use binlogscope_bridge::wire::{BLANKED, CONNECTED, EVENT, FROM_SERVER};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::page::Page;
use crate::servers::{PATIENCE, Server, start};
use crate::tapped::{secrets, tap};

/// `serve` with upstreams; it ends when this is dropped.
struct Bridge {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<()>,
}

impl Bridge {
    async fn start(upstreams: Vec<(&str, Options)>, limit: u64) -> Self {
        let upstreams = upstreams
            .into_iter()
            .map(|(name, options)| {
                let mut stream = StreamOptions::new(options).expect("random numbers");
                stream.heartbeat = Duration::from_millis(500);
                Upstream { name: name.into(), stream }
            })
            .collect();
        let live = LiveOptions { upstreams, spool: None, spool_limit: limit };
        let options = ServeOptions { listen: "127.0.0.1:0".into(), live, ..ServeOptions::default() };
        let server = Serve::bind(options).await.expect("it listens");
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let ended = async {
                let _ = stopped.await;
            };
            server.run(ended).await.expect("it serves");
        });
        Self { address, stop: Some(stop), task }
    }

    async fn end(mut self) {
        drop(self.stop.take());
        timeout(PATIENCE, self.task).await.expect("it ends").expect("without a panic");
    }
}

/// A recording from the oldest log on as the server's files: what the senders make up is left out.
fn files(recording: &[u8]) -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = Vec::new();
    let mut at = 4;
    while at + 19 <= recording.len() {
        let size = u32::from_le_bytes(recording[at + 9..at + 13].try_into().expect("4 bytes")) as usize;
        // A large event comes in pieces.
        let Some(event) = recording.get(at..at + size) else { break };
        let artificial = event[4] == 4 && (event[17] & 0x20 != 0 || event[13..17] == [0; 4]);
        if event[4] == 15 {
            files.push(b"\xfebin".to_vec());
        }
        if !artificial {
            files.last_mut().expect("a format comes first").extend(event);
        }
        at += size;
    }
    files
}

/// All of the server's logs are there, but for the flag that says that one is open.
fn is_all(server: &Server, recording: &[u8]) -> bool {
    let (ours, theirs) = (files(recording), server.logs());
    ours.len() == theirs.len()
        && ours.into_iter().zip(theirs).all(|(mut ours, (_, mut theirs))| {
            for file in [&mut ours, &mut theirs] {
                if let Some(flags) = file.get_mut(21) {
                    *flags = 0;
                }
            }
            ours == theirs
        })
}

async fn write(server: &Server, statements: &[&str]) {
    let mut root = server.root().await;
    for statement in statements {
        root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    root.close().await;
}

async fn begin(server: &Server) {
    write(
        server,
        &["CREATE DATABASE shop", "CREATE TABLE shop.item (id INT AUTO_INCREMENT PRIMARY KEY, note LONGBLOB)"],
    )
    .await;
}

/// How many threads send binary logs.
async fn dumps(server: &Server) -> usize {
    let mut root = server.root().await;
    let rows = root.query("SHOW PROCESSLIST").await.expect("a list");
    rows.iter().filter(|row| row.iter().flatten().any(|value| value.starts_with("Binlog Dump"))).count()
}

async fn no_dump_is_left(server: &Server) {
    let gone = async {
        while dumps(server).await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(5), gone).await.expect("no thread of ours after 5 s");
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(test);
}

const ROOM: u64 = 256 << 20;

/// A page that was away for a while goes on where it was.
async fn it_comes_back(server: &Server, bridge: &Bridge, stream: &str, second: Page) -> Page {
    let position = second.position;
    let (bytes, recording) = (second.bytes.clone(), second.recording.clone());
    drop(second);
    write(server, &["INSERT INTO shop.item (note) VALUES ('water')"]).await;
    let mut again = Page::at(bridge.address).await;
    (again.bytes, again.recording) = (bytes, recording);
    let resume = Resume { stream: stream.into(), position };
    again.attach(Attach { upstream: "shop".into(), start: From::Now, resume: Some(resume) }).await.expect("resumed");
    again.until("what it missed", |page| is_all(server, &page.bytes)).await;
    again
}

/// A start for a page that asks for this place.
fn elsewhere(upstream: &str, place: &From, resume: Option<Resume>) -> Attach {
    Attach { upstream: upstream.into(), start: place.clone(), resume }
}

/// What the bridge does not give, while others look: each refusal has its reason.
async fn what_is_refused(bridge: &Bridge, stream: &str, place: &From) {
    // Where no record begins there is nothing to go on with; that is said, and the socket closed.
    let mut between = Page::at(bridge.address).await;
    let resume = Resume { stream: stream.into(), position: 1 };
    between
        .attach(Attach { upstream: "shop".into(), start: From::Now, resume: Some(resume) })
        .await
        .expect("its stream");
    let mut refusals = Vec::new();
    while let Some(said) = between.hear().await {
        match said {
            Some(FromBridge::Refused { why }) => refusals.push(why),
            Some(FromBridge::Status(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refusals, [Refusal::Protocol]);
    // From elsewhere on there is nothing as long as others look; and not everything is there.
    let gone = Some(Resume { stream: "0123".into(), position: 0 });
    for (wanted, why) in [
        (elsewhere("shop", place, None), Refusal::Elsewhere),
        (elsewhere("none", place, None), Refusal::Upstream),
        (elsewhere("shop", place, gone), Refusal::Gone),
    ] {
        assert_eq!(Page::at(bridge.address).await.attach(wanted).await, Err(why));
    }
}

async fn pages_have_the_log(server: Server) {
    begin(&server).await;
    write(
        &server,
        &[
            "INSERT INTO shop.item (note) VALUES ('tea'), ('coffee')",
            "FLUSH BINARY LOGS",
            "INSERT INTO shop.item (note) VALUES (REPEAT('x', 17000000))",
        ],
    )
    .await;
    let bridge = Bridge::start(vec![("shop", server.options("root", ""))], ROOM).await;
    let mut page = Page::open(bridge.address, "shop", From::Oldest).await;
    let attached = page.attached.clone().expect("attached");
    assert!(!attached.joined && attached.position == 0 && attached.start == From::Oldest);
    page.until("the log", |page| is_all(&server, &page.bytes)).await;
    assert_eq!(page.flags.iter().filter(|(flags, _)| flags & CONNECTED != 0).count(), 1);
    assert!(page.flags[0].0 & (CONNECTED | FROM_SERVER) == CONNECTED | FROM_SERVER);
    assert!(page.flags.iter().any(|(flags, _)| flags & BLANKED != 0));
    // One replica, whoever looks; a second page from the same start gets the same.
    let mut second = Page::open(bridge.address, "shop", From::Oldest).await;
    assert_eq!(second.attached.as_ref().map(|attached| &attached.stream), Some(&attached.stream));
    second.until("the log", |page| is_all(&server, &page.bytes)).await;
    // One that begins with what comes: it has the format, and everything from then on.
    let mut late = Page::open(bridge.address, "shop", From::Now).await;
    assert!(late.attached.as_ref().is_some_and(|attached| attached.joined && attached.position > 0));
    assert_eq!(dumps(&server).await, 1);
    write(&server, &["INSERT INTO shop.item (note) VALUES ('cocoa')", "FLUSH BINARY LOGS"]).await;
    write(&server, &["INSERT INTO shop.item (note) VALUES ('milk')"]).await;
    for page in [&mut page, &mut second] {
        page.until("what came since", |page| is_all(&server, &page.bytes)).await;
    }
    let last = files(&page.bytes).pop().expect("a file");
    late.until("the last file", |late| files(&late.bytes).pop().is_some_and(|file| file == last)).await;
    assert!(late.bytes.windows(5).any(|window| window == b"cocoa"));
    assert!(!late.bytes.windows(6).any(|window| window == b"coffee"), "that was before");
    // How it is said to be.
    page.until("its state", |page| {
        let (name, log) = server.logs().pop().expect("a log");
        let status = &page.status;
        status.state == State::Live && (&status.file, status.position) == (&name, log.len() as u64)
    })
    .await;
    let status = page.status.clone();
    assert!(!status.gtids.is_empty() && status.event_time > 1_700_000_000 && status.why.is_none(), "{status:?}");
    let stream = attached.stream.clone();
    let again = it_comes_back(&server, &bridge, &stream, second).await;
    let place = From::Position { file: server.logs()[1].0.clone(), position: 4 };
    what_is_refused(&bridge, &stream, &place).await;
    // The last page's word ends it at the server too; a page that has gone without one may come back.
    for page in [page, again, late].iter_mut() {
        page.say(&ToBridge::Stop).await;
        while page.hear().await.is_some() {}
    }
    no_dump_is_left(&server).await;
    let mut part = Page::at(bridge.address).await;
    part.attach(elsewhere("shop", &place, None)).await.expect("nobody looks elsewhere");
    // MariaDB adds a checkpoint to its log when it sees fit.
    let lengths = |logs: Vec<Vec<u8>>| logs.iter().map(Vec::len).collect::<Vec<_>>();
    part.until("the files from the second on", |page| {
        let theirs = server.logs().into_iter().skip(1).map(|(_, log)| log).collect();
        lengths(files(&page.bytes)) == lengths(theirs)
    })
    .await;
    assert_eq!(dumps(&server).await, 1);
    bridge.end().await;
    no_dump_is_left(&server).await;
}

#[test]
fn pages_of_mysql_have_its_log() {
    let Some(server) = start("mysql-9.7", "bridge", &[]) else { return };
    run(pages_have_the_log(server));
}

#[test]
fn pages_of_mariadb_have_its_log() {
    let Some(server) = start("mariadb-11.8", "bridge", &[]) else { return };
    run(pages_have_the_log(server));
}

/// About so many bytes of log, in transactions of a tenth of a megabyte.
async fn traffic(server: &Server, bytes: usize) {
    let mut root = server.root().await;
    for _ in 0..bytes / 100_000 {
        root.query("INSERT INTO shop.item (note) VALUES (REPEAT('z', 100000))").await.expect("inserts");
    }
    root.close().await;
}

/// A page that stalls holds up nobody, and is told from where on it can go on.
async fn a_page_falls_behind(server: Server) {
    begin(&server).await;
    let bridge = Bridge::start(vec![("shop", server.options("root", ""))], 4 << 20).await;
    let mut quick = Page::open(bridge.address, "shop", From::Oldest).await;
    let mut slow = Page::open(bridge.address, "shop", From::Oldest).await;
    slow.acknowledges = false;
    slow.until("its beginning", |page| page.recording.has_begun()).await;
    traffic(&server, 30_000_000).await;
    quick.until("the log", |page| is_all(&server, &page.bytes)).await;
    assert!(quick.behind.is_empty());
    let position = slow.position;
    slow.acknowledges = true;
    slow.say(&ToBridge::Ack(position)).await;
    slow.until("the end", |page| page.position >= quick.position).await;
    let behind = slow.behind.first().copied().expect("it is told");
    assert!(slow.behind.len() == 1 && behind > position, "{:?} {position}", slow.behind);
    assert!(slow.flags.iter().any(|(flags, prelude)| *prelude && flags & EVENT != 0), "with the format");
    assert!(slow.bytes.len() < quick.bytes.len());
    let same = slow.bytes[slow.bytes.len() - 1_000_000..] == quick.bytes[quick.bytes.len() - 1_000_000..];
    assert!(same, "the end is the same");
    bridge.end().await;
}

/// What no page has taken stays: the server is left, and comes to be connected to again; nothing is lost or doubled.
async fn alone_and_stalled(server: Server) {
    begin(&server).await;
    let bridge = Bridge::start(vec![("shop", server.options("root", ""))], 2 << 20).await;
    let mut page = Page::open(bridge.address, "shop", From::Oldest).await;
    page.acknowledges = false;
    page.until("its beginning", |page| page.recording.has_begun()).await;
    write(&server, &["INSERT INTO shop.item (note) VALUES (REPEAT('y', 1000000))"; 2]).await;
    let mut root = server.root().await;
    root.query("BEGIN").await.expect("begins");
    for _ in 0..60 {
        root.query("INSERT INTO shop.item (note) VALUES (REPEAT('z', 100000))").await.expect("inserts");
    }
    root.query("COMMIT").await.expect("commits");
    page.until("the server to be left", |page| page.status.state == State::Waiting).await;
    no_dump_is_left(&server).await;
    page.acknowledges = true;
    let position = page.position;
    page.say(&ToBridge::Ack(position)).await;
    page.until("the log", |page| is_all(&server, &page.bytes)).await;
    assert_eq!(page.flags.iter().filter(|(flags, _)| flags & CONNECTED != 0).count(), 2);
    bridge.end().await;
}

/// Compressed transactions pass as they are.
#[test]
fn pages_have_compressed_transactions() {
    let Some(server) = start("mysql-9.7", "packed", &["--binlog-transaction-compression=ON"]) else { return };
    run(async {
        begin(&server).await;
        let bridge = Bridge::start(vec![("shop", server.options("root", ""))], ROOM).await;
        let mut page = Page::open(bridge.address, "shop", From::Oldest).await;
        traffic(&server, 4 << 20).await;
        write(&server, &["INSERT INTO shop.item (note) VALUES (REPEAT('x', 17000000))"]).await;
        page.until("the log", |page| is_all(&server, &page.bytes)).await;
        let payloads = (4..).scan(4_usize, |at, _| {
            let event = page.bytes.get(*at..*at + 19)?;
            *at += u32::from_le_bytes(event[9..13].try_into().expect("4 bytes")) as usize;
            Some(event[4])
        });
        assert!(payloads.filter(|kind| *kind == 40).count() > 10, "nothing was compressed");
        bridge.end().await;
    });
}

/// A page that takes nothing for a while, as one in a tab that sleeps, has everything once when it wakes: what fits
/// into the network's buffers, what waited in the spool, and what came over a connection that was begun anew meanwhile.
async fn a_page_sleeps(server: Server) {
    begin(&server).await;
    let bridge = Bridge::start(vec![("shop", server.options("root", ""))], ROOM).await;
    let mut page = Page::open(bridge.address, "shop", From::Oldest).await;
    page.until("the log", |page| is_all(&server, &page.bytes)).await;
    for round in 0..3 {
        let slept = page.bytes.len();
        // More than is sent to a page that acknowledges nothing.
        traffic(&server, 14 << 20).await;
        match round {
            0 => {}
            1 => {
                let mut root = server.root().await;
                let rows = root.query("SHOW PROCESSLIST").await.expect("a list");
                let is_dump =
                    |row: &&Vec<Option<String>>| row.iter().flatten().any(|value| value.starts_with("Binlog Dump"));
                let thread = rows.iter().find(is_dump).and_then(|row| row[0].clone()).expect("a thread");
                root.query(&format!("KILL {thread}")).await.expect("it is killed");
            }
            _ => server.crash(),
        }
        traffic(&server, 1 << 20).await;
        let least = slept + (14 << 20);
        page.until("everything", |page| page.bytes.len() > least && is_all(&server, &page.bytes)).await;
    }
    assert_eq!(page.behind, Vec::<u64>::new());
    bridge.end().await;
}

#[test]
fn a_page_of_mysql_that_sleeps_has_everything_once() {
    let Some(server) = start("mysql-9.7", "asleep", &[]) else { return };
    run(a_page_sleeps(server));
}

#[test]
fn a_page_of_mariadb_that_sleeps_has_everything_once() {
    let Some(server) = start("mariadb-11.8", "asleep", &[]) else { return };
    run(a_page_sleeps(server));
}

#[test]
fn a_slow_page_of_mysql_holds_up_nobody() {
    let Some(server) = start("mysql-9.7", "slow", &[]) else { return };
    run(a_page_falls_behind(server));
}

#[test]
fn a_full_spool_leaves_mariadb_and_comes_back() {
    let Some(server) = start("mariadb-11.8", "full", &[]) else { return };
    run(alone_and_stalled(server));
}

/// `binlogscope serve` as a process of its own; it ends when this is dropped.
struct Process(std::process::Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the spool has no room for is not left out: the stream ends, says why, and leaves the server.
#[cfg(unix)]
#[test]
fn a_spool_on_a_full_disk_ends_the_stream() {
    let Some(server) = start("mysql-9.7", "spool", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    run(async {
        begin(&server).await;
        // As a disk that is full does, a limit on the size of files cuts a write short, and refuses the next one.
        let mut command = std::process::Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_binlogscope")]);
        command.args(["serve", "--listen", "127.0.0.1:0", "--spool"]).arg(folder.path());
        command.args(["--upstream", &format!("shop=mysql://root@127.0.0.1:{}", server.port)]);
        command.env("MYSQL_PWD", "").stdout(std::process::Stdio::piped());
        let mut process = Process(command.spawn().expect("it runs"));
        let mut line = String::new();
        let mut output = std::io::BufReader::new(process.0.stdout.take().expect("a pipe"));
        std::io::BufRead::read_line(&mut output, &mut line).expect("it says where it is");
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/');
        let mut page = Page::at(address.parse().expect("an address")).await;
        page.attach(Attach { upstream: "shop".into(), start: From::Oldest, resume: None }).await.expect("a stream");
        page.until("the log", |page| is_all(&server, &page.bytes)).await;
        let before = page.bytes.len();
        // More than the limit: 200 or 400 KiB, as the shell counts; in pieces that fit, and a last one that does not.
        for _ in 0..6 {
            write(&server, &["INSERT INTO shop.item (note) VALUES (REPEAT('x', 100000))"]).await;
        }
        page.until("its end", |page| page.status.state == State::Failed).await;
        let why = page.status.why.clone().unwrap_or_default();
        assert!(why.contains("The bridge's spool cannot be written: "), "{why}");
        let id = page.status.reasons.first().map(|reason| reason.id.as_str());
        assert_eq!(id, Some("bridge-spool"));
        assert!(page.bytes.len() > before && !is_all(&server, &page.bytes));
        // What came is the log's beginning.
        let (ours, theirs) = (files(&page.bytes).remove(0), server.logs().remove(0).1);
        assert_eq!(ours[22..], theirs[22..ours.len()]);
        no_dump_is_left(&server).await;
        // It stays so, for pages that come later too.
        let mut late = Page::at(address.parse().expect("an address")).await;
        late.attach(Attach { upstream: "shop".into(), start: From::Oldest, resume: None }).await.expect("a new stream");
        late.until("its end", |page| page.status.state == State::Failed).await;
    });
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    run(async {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut options = Options::new("127.0.0.1", "repl");
        options.port = port;
        let bridge = Bridge::start(vec![("gone", options)], ROOM).await;
        let mut page = Page::open(bridge.address, "gone", From::Now).await;
        page.until("why", |page| page.status.state == State::Retrying).await;
        let status = page.status.clone();
        assert!(status.why.is_some_and(|why| why.contains("refused") && why.contains("check host and port")));
        let ids: Vec<_> = status.reasons.iter().map(|reason| reason.id.as_str()).collect();
        assert_eq!(ids, ["replica-refused", "replica-refused-advice"]);
        let said = status.reasons.first().and_then(|reason| reason.args.first());
        assert!(said.is_some_and(|(name, text)| name == "error" && text.contains("os error")), "{said:?}");
        assert!(status.retry_in.is_some_and(|wait| wait >= 1000));
        bridge.end().await;
    });
}

/// No frame has the password, the scramble, the answer to it, or what else a login has that is secret.
async fn no_secret_leaves(server: Server, user: &str, how: &str) {
    const PASSWORD: &str = "correct horse";
    write(
        &server,
        &[
            // A log may have what accounts are made with.
            "SET SESSION sql_log_bin = 0",
            &format!("CREATE USER {user}@'%' {how}"),
            &format!("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO {user}@'%'"),
        ],
    )
    .await;
    let (port, said) = tap(server.port);
    let mut options = server.options(user, PASSWORD);
    options.port = port;
    options.get_server_public_key = true;
    let bridge = Bridge::start(vec![("shop", options)], ROOM).await;
    let mut page = Page::open(bridge.address, "shop", From::Oldest).await;
    page.until("the log", |page| is_all(&server, &page.bytes)).await;
    // A page that comes later gets the beginning as its prelude.
    let mut late = Page::open(bridge.address, "shop", From::Now).await;
    write(&server, &["CREATE DATABASE later"]).await;
    late.until("something", |page| page.bytes.windows(5).any(|window| window == b"later")).await;
    let mut secrets = secrets(&said.lock().expect("whole"));
    assert!(secrets.iter().map(Vec::len).sum::<usize>() >= 40, "a scramble and an answer to it");
    secrets.push(PASSWORD.into());
    for secret in secrets.iter().filter(|secret| secret.len() >= 8) {
        for frame in page.frames.iter().chain(&late.frames) {
            assert!(!frame.windows(secret.len()).any(|window| window == secret), "{} bytes", secret.len());
        }
    }
    bridge.end().await;
}

#[test]
fn no_secret_of_mysql_leaves() {
    let Some(server) = start("mysql-9.7", "secrets", &[]) else { return };
    run(no_secret_leaves(server, "sha2", "IDENTIFIED WITH caching_sha2_password BY 'correct horse'"));
}

#[test]
fn no_secret_of_mariadb_leaves() {
    let Some(server) = start("mariadb-11.8", "secrets", &[]) else { return };
    run(no_secret_leaves(server, "native", "IDENTIFIED BY 'correct horse'"));
}
