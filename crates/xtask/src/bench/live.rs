//! `cargo xtask bench live`: what the bridge relays to a WebSocket, beside what the server's own tool takes of the same
//! log; the bridge's memory while a page has stalled; and a page that takes 20 MB/s and 10,000 events/s for a minute.

use std::path::{Path, PathBuf};

use super::decode::{FLAVORS, built, file, files, kernels};
use super::folder;
use crate::browser;
use crate::page;
use crate::program::Program;
use crate::setup;
use crate::step::{self, Failure, State, Step};
use crate::workshop::Workshop;

/// The first one's port; each server has its own.
const PORT: u16 = 33973;

/// What the page takes: a transaction of five events in just under ten kilobytes, for which the server keeps nothing but its log.
const WRITES: &str = "\
    CREATE DATABASE shop// CREATE TABLE shop.item (id INT, note TEXT) ENGINE=BLACKHOLE// \
    CREATE PROCEDURE shop.fill(rows_wanted INT) BEGIN DECLARE counted INT DEFAULT 0; DECLARE note TEXT; \
    SET note = REPEAT('tea and coffee. ', 590); WHILE counted < rows_wanted DO \
    INSERT INTO shop.item VALUES (counted, note); SET counted = counted + 1; END WHILE; END//";

/// Rows of it: 1.3 GB.
const ROWS: u32 = 135_000;

/// A server that offers the large file as its first log; it ends when this is dropped.
struct Running<'w> {
    workshop: &'w Workshop,
    program: PathBuf,
    data: PathBuf,
    port: u16,
}

pub fn live(workshop: &Workshop) -> Result<(), Failure> {
    let mut steps = setup::for_checks();
    steps.extend(page::steps());
    steps.extend(setup::for_browser());
    steps.push(files());
    steps.push(Step {
        name: "page",
        why: "without a browser, built natively",
        look: |_| Ok(State::Missing("cargo build --release".into())),
        act: |workshop| {
            kernels(workshop).args(["--release", "--features", "live", "--bin", "live"]).run(workshop)?;
            Ok("built".into())
        },
    });
    step::take_all(workshop, &steps)?;
    let results = workshop.own("bench/live.json")?;
    let mut run = Program::new(built(workshop, "release/live"));
    run = run.args(["--binary"]).args([workshop.binary()]).args(["--out"]).args([&results]);
    run = run.args(["--folder"]).args([&folder(workshop, "bench/live")?]);
    let mut servers = Vec::new();
    for ((flavor, server, tool), port) in FLAVORS.into_iter().zip(PORT..) {
        let log = file(workshop, server)?;
        let running = Running::start(workshop, server, port, &log)?;
        let (log, program) = (log.display(), running.program.display());
        run = run.args(["--server", &format!("{flavor}={port},{log},{program} {tool}")]);
        servers.push(running);
    }
    run.shown().run(workshop)?;
    drop(servers);
    println!("\n{}", results.display());
    page_takes(workshop)
}

/// A page that looks at a log from its beginning on, as fast as a wire of 20 MB/s brings it.
fn page_takes(workshop: &Workshop) -> Result<(), Failure> {
    let (_, server, _) = FLAVORS[0];
    let running = Running::empty(workshop, server, PORT)?;
    let client = |statement: &str, more: &[&str]| {
        let client = Program::new(&running.program).args(["client", "--port", &PORT.to_string()]).args(more);
        client.args(["-e", statement]).log("live-writes").run(workshop)
    };
    client(WRITES, &["--delimiter=//"])?;
    client(&format!("CALL shop.fill({ROWS})"), &[])?;
    let results = workshop.own("bench/live-page.json")?;
    let url = format!("mysql://root@127.0.0.1:{PORT}");
    let bench = Program::new("node").args([Path::new("bench-live.mjs"), Path::new(&url), &results]);
    let bench = bench.in_folder(workshop.root.join("tests/e2e")).env("BINLOGSCOPE_BINARY", workshop.binary());
    let bench = match browser::find(workshop) {
        Some(browser) => bench.env(browser::VARIABLE, browser),
        None => bench,
    };
    bench.shown().run(workshop)?;
    println!("\n{}", results.display());
    Ok(())
}

impl<'w> Running<'w> {
    fn start(workshop: &'w Workshop, server: &str, port: u16, log: &Path) -> Result<Self, Failure> {
        let running = Self::empty(workshop, server, port)?;
        // The first log is put in the place of its own while the server is not there.
        running.say(&["stop", "--datadir"])?;
        std::fs::copy(log, running.data.join("binlog.000001"))
            .map_err(|error| Failure::new(format!("cannot copy {}: {error}", log.display())))?;
        running.say(&["start", "--port", &port.to_string(), "--datadir"])?;
        Ok(running)
    }

    /// A server with nothing in it.
    fn empty(workshop: &'w Workshop, server: &str, port: u16) -> Result<Self, Failure> {
        let program = workshop.shared(&format!("servers/{server}")).filter(|_| cfg!(target_os = "linux"));
        let program = program.ok_or_else(|| Failure::new("there are no real servers here (../shared/servers)"))?;
        let data = folder(workshop, &format!("bench/live-{server}"))?;
        let _ = std::fs::remove_dir_all(&data);
        let running = Self { workshop, program, data, port };
        running.say(&["start", "--port", &port.to_string(), "--datadir"])?;
        Ok(running)
    }

    /// Tells the server's program something; its last argument is the data.
    fn say(&self, arguments: &[&str]) -> Result<(), Failure> {
        let log = format!("server-{}", self.port);
        Program::new(&self.program).args(arguments).args([&self.data]).log(&log).run(self.workshop)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // A failure that is told already matters more.
        let _ = self.say(&["stop", "--datadir"]);
        let _ = std::fs::remove_dir_all(&self.data);
    }
}
