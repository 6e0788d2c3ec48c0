//! `dump` of a live server: what it prints is what the server's files give, as it comes.

#[allow(dead_code, reason = "shared")]
mod servers;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::servers::{PATIENCE, Server, start};

fn binlogscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_binlogscope"));
    command.args(arguments).env_remove("MYSQL_PWD").env_remove("TZ").stdin(Stdio::null());
    command
}

fn dump(input: &str, more: &[&str]) -> Output {
    binlogscope(&["dump", input]).args(more).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn url(server: &Server) -> String {
    format!("mysql://root@127.0.0.1:{}", server.port)
}

async fn run_all(server: &Server, statements: &[&str]) {
    let mut root = server.root().await;
    for statement in statements {
        root.query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    root.close().await;
}

/// What is printed of each log, by its name.
fn by_log<'t>(printed: &'t str, names: &[String], announced: &dyn Fn(&str) -> String) -> Vec<&'t str> {
    let mut rest = printed;
    let mut logs = Vec::new();
    for name in names.iter().rev() {
        let (before, log) = rest.split_once(&announced(name)).unwrap_or_else(|| panic!("{name} is not there"));
        logs.push(log);
        rest = before;
    }
    assert_eq!(rest, "");
    logs.reverse();
    logs
}

/// Of closed files the same, but for the size; of the last one the flag differs that says that it is written.
fn prints_what_the_files_have(server: &Server) {
    let logs = server.logs();
    let names: Vec<String> = logs.iter().map(|(name, _)| name.clone()).collect();
    type Announced = fn(&str) -> String;
    let formats: [(&str, Announced); 3] = [
        ("json", |name| format!("{{\"name\":\"{name}\",\"record\":\"input\"}}\n")),
        // Which name is the next stands in logs too.
        ("tree", |name| format!("{name}\nas it comes, ")),
        ("text", |name| format!("# {name}\n")),
    ];
    for (format, announced) in formats {
        let output = dump(&url(server), &["--non-block", "--format", format]);
        assert!(output.status.success(), "{format}: {}", text(&output.stderr));
        let printed = text(&output.stdout);
        let parts = by_log(&printed, &names, &announced);
        assert!(parts.iter().all(|part| part.len() > 500), "{format}");
        for (name, part) in names.iter().zip(parts).take(names.len() - 1) {
            let file = server.data.join(name).display().to_string();
            let file = text(&dump(&file, &["--format", format]).stdout);
            let skip = usize::from(format != "text");
            assert!(part.lines().skip(skip).eq(file.lines().skip(skip)), "{format} of {name}");
        }
    }
}

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// As it is written; and an interrupt ends it well.
async fn follows(server: &Server) {
    let mut child = Running(
        binlogscope(&["dump", &url(server), "--from", "now", "--format", "json", "--filter", "table:shop.item"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs"),
    );
    let mut root = server.root().await;
    let dumps = async |root: &mut binlog_replica::Connection| {
        let rows = root.query("SHOW PROCESSLIST").await.expect("a list");
        rows.iter().filter(|row| row[4].as_deref().is_some_and(|what| what.starts_with("Binlog Dump"))).count()
    };
    let begun = Instant::now();
    while dumps(&mut root).await == 0 {
        assert!(begun.elapsed() < PATIENCE, "it does not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let stdout = child.0.stdout.take().expect("a pipe");
    let (tell, told) = std::sync::mpsc::sync_channel(1000);
    std::thread::spawn(move || {
        BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| tell.send(line)).unwrap_or_default();
    });
    for id in 100..103 {
        root.query(&format!("INSERT INTO shop.item VALUES ({id}, 'seen')")).await.expect("writes");
        // Each at once, not when the next one comes.
        let wanted = format!("\"value\":{id}");
        while !told.recv_timeout(PATIENCE).expect("a line").contains(&wanted) {}
    }
    let id = child.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("it runs").success());
    let begun = Instant::now();
    let status = loop {
        match child.0.try_wait().expect("it ends") {
            Some(status) => break status,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        assert!(begun.elapsed() < PATIENCE, "it does not end");
    };
    assert_eq!(status.code(), Some(0));
    let begun = Instant::now();
    while dumps(&mut root).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(5), "its thread stays");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn run(name: &str, test: &str, options: &[&str]) {
    let Some(server) = start(name, test, options) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run_all(
        &server,
        &[
            "CREATE DATABASE shop",
            "CREATE TABLE shop.item (id INT, note LONGTEXT)",
            "INSERT INTO shop.item VALUES (1, 'tea'), (2, NULL)",
            "FLUSH BINARY LOGS",
            "INSERT INTO shop.item VALUES (3, REPEAT('long', 400000))",
            "UPDATE shop.item SET note = 'short'",
            "FLUSH BINARY LOGS",
            "DELETE FROM shop.item WHERE id = 2",
        ],
    ));
    prints_what_the_files_have(&server);
    // From a place on: a hole before it, which is no damage.
    let (second, bytes) = server.logs().swap_remove(1);
    let file = text(&dump(&server.data.join(&second).display().to_string(), &["--format", "json"]).stdout);
    let update = file.lines().filter(|line| line.contains("\"type\":\"GTID_")).nth(1).expect("a second transaction");
    let (_, position) = update.split_once("\"start\":").expect("a place");
    let position: usize = position.split(',').next().and_then(|number| number.parse().ok()).expect("a number");
    assert!(position < bytes.len());
    let from = format!("{second}:{position}");
    let output = dump(&url(&server), &["--non-block", "--format", "json", "--from", &from]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let hole = printed.lines().find(|line| line.contains("\"kind\":\"hole\"")).expect("a hole");
    assert!(hole.contains(&format!("\"end\":{position}")), "{hole}");
    assert_eq!(printed.matches("\"kind\":\"hole\"").count(), 1);
    let behind: Vec<&str> = file.lines().skip_while(|line| *line != update).collect();
    assert!(printed.lines().skip_while(|line| *line != update).take(behind.len()).eq(behind.iter().copied()));
    // What is wrong is said.
    let output = dump(&url(&server), &["--non-block", "--from", "binlog.000999"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("deleted the logs"), "{}", text(&output.stderr));
    let output = dump(&url(&server), &["--non-block", "--filter", "tx.rows > 2"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{}", text(&output.stderr));
    for command in ["verify", "stats"] {
        let output = binlogscope(&[command, &url(&server)]).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("record it"), "{}", text(&output.stderr));
    }
    let secret = dump("mysql://root:secret@127.0.0.1", &[]);
    assert!(secret.status.code() == Some(2) && !text(&secret.stderr).contains("secret"));
    assert_eq!(dump(Path::new("/dev/null").to_str().expect("text"), &["--from", "now"]).status.code(), Some(2));
    runtime.block_on(follows(&server));
}

#[test]
fn mysql_is_printed_as_it_writes() {
    run("mysql-9.7", "dump", &[]);
}

#[test]
fn mysql_without_checksums_is_printed_as_it_writes() {
    run("mysql-9.7", "dump-none", &["--binlog-checksum=NONE"]);
}

#[test]
fn mariadb_is_printed_as_it_writes() {
    run("mariadb-11.8", "dump", &["--log-bin-compress=ON"]);
}
