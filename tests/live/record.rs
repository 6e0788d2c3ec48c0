//! `record`: the server's own files, also when it was ended in the middle.

#[allow(dead_code, reason = "shared")]
mod servers;

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use binlog_replica::Connection;

use crate::servers::{PATIENCE, Server, start};

fn record(server: &Server, folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_binlogscope"));
    command.arg("record").arg(format!("mysql://root@127.0.0.1:{}", server.port)).arg("-o").arg(folder);
    command.args(["--non-block"]).args(more).env_remove("MYSQL_PWD");
    let sizes = || server.logs().iter().map(|(_, bytes)| bytes.len()).collect::<Vec<_>>();
    // MariaDB notes in a new log in its own time that it is done with the old one.
    loop {
        let before = sizes();
        let output = command.output().expect("it runs");
        if sizes() == before {
            return output;
        }
    }
}

/// Its type, MariaDB.
const BINLOG_CHECKPOINT: u8 = 161;

/// All files are the server's.
fn assert_same(server: &Server, folder: &Path) {
    for (name, theirs) in server.logs() {
        let ours = std::fs::read(folder.join(&name)).expect("a file");
        assert!(same(&ours, &theirs), "{name}: {} bytes, the server has {}", ours.len(), theirs.len());
    }
}

/// Of the log that is open the flag that says so may differ. And MariaDB may have noted later, as the last event of
/// its log, that it is done with the log before.
fn same(ours: &[u8], theirs: &[u8]) -> bool {
    let mut theirs = theirs.to_vec();
    theirs[21] = ours[21];
    if let Some(later) = theirs.get(ours.len()..).filter(|later| later.len() >= 19)
        && later[4] == BINLOG_CHECKPOINT
        && u32::from_le_bytes(later[9..13].try_into().expect("4 bytes")) as usize == later.len()
    {
        theirs.truncate(ours.len());
    }
    ours == theirs
}

fn run(name: &str) {
    let Some(server) = start(name, "record", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let write = |statements: &[&str]| {
        runtime.block_on(async {
            let mut root = server.root().await;
            for statement in statements {
                root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
            }
        });
    };
    write(&[
        "CREATE DATABASE shop",
        "CREATE TABLE shop.item (id INT PRIMARY KEY, note LONGTEXT)",
        "INSERT INTO shop.item VALUES (1, 'tea')",
        "FLUSH BINARY LOGS",
        "INSERT INTO shop.item VALUES (2, REPEAT('x', 17000000))",
        "FLUSH BINARY LOGS",
        "BEGIN",
        "INSERT INTO shop.item VALUES (3, 'cocoa')",
        "INSERT INTO shop.item VALUES (4, 'milk')",
        "COMMIT",
    ]);
    let output = record(&server, folder.path(), &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_same(&server, folder.path());
    // Ended anywhere in the last file: it is continued, and the same comes out.
    let (last, bytes) = server.logs().pop().expect("logs");
    let file = folder.path().join(last);
    let mut cuts: Vec<u64> = (0..bytes.len() as u64).step_by(61).collect();
    cuts.push(bytes.len() as u64 - 1);
    for cut in cuts {
        std::fs::OpenOptions::new().write(true).open(&file).and_then(|file| file.set_len(cut)).expect("cut");
        let output = record(&server, folder.path(), &["--fsync", "transaction"]);
        assert!(output.status.success(), "cut at {cut}: {}", String::from_utf8_lossy(&output.stderr));
        assert_same(&server, folder.path());
    }
    // It goes on where the server goes on.
    write(&["INSERT INTO shop.item VALUES (5, 'water')", "FLUSH BINARY LOGS"]);
    assert!(record(&server, folder.path(), &[]).status.success());
    assert_same(&server, folder.path());
    // A part only, from a file on; and what cannot be written is said.
    let part = tempfile::tempdir().expect("a folder");
    let (second, _) = server.logs().swap_remove(1);
    assert!(record(&server, part.path(), &["--from", &second]).status.success());
    assert!(!part.path().join("binlog.000001").exists() && part.path().join(&second).exists());
    // Wherever in a file the place lies, that file is recorded whole.
    let (last, bytes) = server.logs().pop().expect("logs");
    let moment = u32::from_le_bytes(bytes[4..8].try_into().expect("4 bytes"));
    let gtids = runtime.block_on(async {
        let mut root = server.root().await;
        let all = if name.starts_with("mysql") { "gtid_executed" } else { "gtid_binlog_pos" };
        root.value(&format!("SELECT @@global.{all}")).await.expect("GTIDs").expect("GTIDs")
    });
    let time = format!("@{}", moment + 1);
    for from in ["now", &format!("{last}:{}", bytes.len()), &time, &gtids.replace('\n', "")] {
        let part = tempfile::tempdir().expect("a folder");
        let output = record(&server, part.path(), &["--from", from]);
        assert!(output.status.success(), "{from}: {}", String::from_utf8_lossy(&output.stderr));
        let names: Vec<_> = std::fs::read_dir(part.path()).expect("a folder").collect();
        assert_eq!(names.len(), 1, "from {from}");
        let ours = std::fs::read(part.path().join(&last)).unwrap_or_else(|error| panic!("from {from}: {error}"));
        let (_, theirs) = server.logs().pop().expect("logs");
        assert!(same(&ours, &theirs), "from {from}: {} of {} bytes", ours.len(), theirs.len());
    }
    assert_eq!(record(&server, part.path(), &["--from", "soon"]).status.code(), Some(2));
    let nowhere = record(&server, Path::new("/proc/none"), &[]);
    assert_eq!(nowhere.status.code(), Some(2));
}

/// A process that ends with its owner: one that a failed test leaves behind would hold what the test prints to open.
struct Running(Child);

impl Running {
    /// Waits for its end.
    fn output(mut self) -> Output {
        let mut stderr = Vec::new();
        if let Some(mut pipe) = self.0.stderr.take() {
            pipe.read_to_end(&mut stderr).expect("it says something");
        }
        Output { status: self.0.wait().expect("it ends"), stdout: Vec::new(), stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends a signal.
fn signal(process: &Running, name: &str) {
    let sent = Command::new("kill").args([name, &process.0.id().to_string()]).status().expect("it runs");
    assert!(sent.success(), "{name}");
}

/// The server counts the commits that were acknowledged; one waits as long as we do not answer; and what was
/// acknowledged is in the file when its commit returns.
fn semi_sync(name: &str, enable: &[&str], status: &str) {
    let Some(server) = start(name, "semi-sync", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_binlogscope"));
    command.arg("record").arg(format!("mysql://root@127.0.0.1:{}", server.port)).arg("-o").arg(folder.path());
    command.args(["--semi-sync", "--heartbeat", "1"]).env_remove("MYSQL_PWD");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let mut root = server.root().await;
        // Enabled without anybody who acknowledges, each commit would wait for the timeout.
        for statement in ["CREATE DATABASE shop", "CREATE TABLE shop.item (id INT, note TEXT)"].iter().chain(enable) {
            root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        let running = Running(command.spawn().expect("it runs"));
        let number = async |root: &mut Connection, what: &str| {
            let rows = root.query(&format!("SHOW STATUS LIKE '{status}_{what}'")).await.expect("a number");
            rows[0][1].as_ref().and_then(|number| number.parse::<u64>().ok()).expect("a number")
        };
        let begun = Instant::now();
        while number(&mut root, "clients").await == 0 {
            assert!(begun.elapsed() < PATIENCE, "it does not come");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for id in 0..5 {
            root.query(&format!("INSERT INTO shop.item VALUES ({id}, 'tea')")).await.expect("writes");
        }
        assert_eq!((number(&mut root, "yes_tx").await, number(&mut root, "no_tx").await), (5, 0), "acknowledged");
        // Stopped: nobody acknowledges, and the commit waits.
        signal(&running, "-STOP");
        let mut other = server.root().await;
        let commit = tokio::spawn(async move { other.query("INSERT INTO shop.item VALUES (6, 'cocoa')").await });
        tokio::time::sleep(Duration::from_millis(800)).await;
        assert!(!commit.is_finished(), "the commit did not wait");
        signal(&running, "-CONT");
        commit.await.expect("it ends").expect("writes");
        assert_eq!((number(&mut root, "yes_tx").await, number(&mut root, "no_tx").await), (6, 0), "acknowledged");
        // Killed as soon as the commit returns: it is there.
        root.query("INSERT INTO shop.item VALUES (7, 'the last of them')").await.expect("writes");
        signal(&running, "-KILL");
    });
    let recorded = std::fs::read(folder.path().join("binlog.000001")).expect("a file");
    assert!(recorded.windows(16).any(|bytes| bytes == b"the last of them"), "acknowledged, and not there");
    assert!(record(&server, folder.path(), &[]).status.success());
    assert_same(&server, folder.path());
}

/// What has no room on the disk is not acknowledged, and the file ends with the last complete transaction.
#[test]
fn a_full_disk_acknowledges_nothing() {
    let Some(server) = start("mariadb-11.8", "full", &[]) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    // As a disk that is full does, a limit on the size of files cuts a write short, and refuses the next one.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_binlogscope")]);
    command.arg("record").arg(format!("mysql://root@127.0.0.1:{}", server.port)).arg("-o").arg(folder.path());
    command.args(["--semi-sync"]).env_remove("MYSQL_PWD").stderr(Stdio::piped());
    let yes = tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let mut root = server.root().await;
        for statement in [
            "CREATE DATABASE shop",
            "CREATE TABLE shop.item (id INT, note TEXT)",
            "SET GLOBAL rpl_semi_sync_master_timeout = 1500",
            "SET GLOBAL rpl_semi_sync_master_enabled = 1",
        ] {
            root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        let running = Running(command.spawn().expect("it runs"));
        let begun = Instant::now();
        let clients = "SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'";
        while root.query(clients).await.expect("one")[0][1].as_deref() == Some("0") {
            assert!(begun.elapsed() < PATIENCE, "it does not come");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        root.query("INSERT INTO shop.item VALUES (1, REPEAT('a', 2000))").await.expect("writes");
        // More than the limit: 20 or 40 KiB, as the shell counts.
        root.query("INSERT INTO shop.item VALUES (2, REPEAT('b', 60000))").await.expect("writes, after the timeout");
        let output = running.output();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains("binlog.000001: "), "{said}");
        root.query("SHOW STATUS LIKE 'Rpl_semi_sync_master_yes_tx'").await.expect("one")[0][1].clone()
    });
    assert_eq!(yes.as_deref(), Some("1"), "the second was acknowledged");
    let recorded = std::fs::read(folder.path().join("binlog.000001")).expect("a file");
    let theirs = server.logs().swap_remove(0).1;
    assert!(recorded.windows(3).any(|bytes| bytes == b"aaa") && !recorded.windows(3).any(|bytes| bytes == b"bbb"));
    assert_eq!(recorded[22..], theirs[22..recorded.len()]);
    // With room again, it goes on.
    assert!(record(&server, folder.path(), &[]).status.success());
    assert_same(&server, folder.path());
}

/// Transactions that the server compresses, small and large, one inside of the other's limits or not, and rows that it
/// compresses one by one: the files are its own, and what is inside them is read.
fn compressed(name: &str, session: &[&str], options: &[&str]) {
    let Some(server) = start(name, "compressed", options) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let mut root = server.root().await;
        let large = "INSERT INTO shop.item SELECT id + 1000, REPEAT('tea ', 20000) FROM shop.item";
        let all = ["CREATE DATABASE shop", "CREATE TABLE shop.item (id INT PRIMARY KEY, note LONGTEXT)"];
        let rows = (1..60).map(|id| format!("INSERT INTO shop.item VALUES ({id}, REPEAT('cocoa', {id}))"));
        let rows: Vec<String> = rows.collect();
        let statements = all.iter().chain(session).copied().chain(rows.iter().map(String::as_str));
        let more = [large, "BEGIN", "UPDATE shop.item SET note = 'x'", "DELETE FROM shop.item", "COMMIT"];
        for statement in statements.chain(more).chain(["FLUSH BINARY LOGS"]) {
            root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    });
    assert!(record(&server, folder.path(), &[]).status.success());
    assert_same(&server, folder.path());
    let (first, bytes) = server.logs().swap_remove(0);
    assert!(bytes.len() < 1 << 20, "{} bytes: it is not compressed", bytes.len());
    let dump = |of: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_binlogscope"));
        let output = command.args(["dump", "--format", "json"]).args(more).arg(of).env_remove("MYSQL_PWD").output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("JSON")
    };
    // From the file, and as it comes: the same events, and in both what was compressed.
    let file = dump(&folder.path().join(&first).display().to_string(), &[]);
    let live = dump(&format!("mysql://root@127.0.0.1:{}", server.port), &["--non-block", "--from", &first]);
    let events = |text: &str| -> Vec<String> {
        let end = format!("\"end\":{}", bytes.len());
        let lines = text.lines().filter(|line| line.contains("\"record\":\"event\""));
        let mut events = Vec::new();
        for line in lines {
            events.push(line.to_owned());
            if line.contains(&end) && line.contains("\"space\":\"0\"") {
                break;
            }
        }
        events
    };
    assert!(file.contains("cocoacocoa") && live.contains("cocoacocoa"), "what is inside is read");
    let (file, live) = (events(&file), events(&live));
    assert!(file.len() > 120, "{} events", file.len());
    // Of the flags, that of the format description says whether the log was open.
    assert_eq!(file[1..], live[1..]);
}

#[test]
fn compressed_transactions_of_mysql_are_recorded() {
    compressed("mysql-9.7", &["SET SESSION binlog_transaction_compression=ON"], &[]);
}

#[test]
fn compressed_events_of_mariadb_are_recorded() {
    compressed("mariadb-11.8", &[], &["--log-bin-compress=ON", "--log-bin-compress-min-len=10"]);
}

#[test]
fn mysql_waits_for_the_disk() {
    let enable = [
        "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
        "SET GLOBAL rpl_semi_sync_source_timeout = 10000",
        "SET GLOBAL rpl_semi_sync_source_enabled = 1",
    ];
    semi_sync("mysql-9.7", &enable, "Rpl_semi_sync_source");
}

#[test]
fn mariadb_waits_for_the_disk() {
    let enable = ["SET GLOBAL rpl_semi_sync_master_timeout = 10000", "SET GLOBAL rpl_semi_sync_master_enabled = 1"];
    semi_sync("mariadb-11.8", &enable, "Rpl_semi_sync_master");
}

#[test]
fn mysql_is_recorded() {
    run("mysql-9.7");
}

#[test]
fn mariadb_is_recorded() {
    run("mariadb-11.8");
}
