//! Measures what the bridge relays beside what the server's own tool takes of the same log, interleaved in one run, and
//! the bridge's memory while one page has stalled; prints a table and writes JSON.
//!
//! `live --server FLAVOR=PORT,FILE,COMMAND… --binary binlogscope --folder FOLDER [--rounds 5] --out JSON`. The server
//! listens on 127.0.0.1 and lets root in without a password; FILE is its `binlog.000001`, and COMMAND its mysqlbinlog.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod bridge;
mod page;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use crate::bridge::Bridge;
use crate::page::Page;

/// The first log of each server, which is the one that is measured.
const LOG: &str = "binlog.000001";

struct Server {
    flavor: String,
    port: u16,
    file: PathBuf,
    tool: Vec<String>,
}

struct Options {
    servers: Vec<Server>,
    binary: PathBuf,
    folder: PathBuf,
    out: PathBuf,
    rounds: usize,
}

fn server(value: &str) -> Option<Server> {
    let (flavor, rest) = value.split_once('=')?;
    let mut parts = rest.splitn(3, ',');
    let (port, file, tool) = (parts.next()?.parse().ok()?, parts.next()?.into(), parts.next()?);
    Some(Server { flavor: flavor.into(), port, file, tool: tool.split_whitespace().map(str::to_owned).collect() })
}

fn options() -> Result<Options, String> {
    let (mut servers, mut binary, mut folder, mut out, mut rounds) = (Vec::new(), None, None, None, 5);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--server" => servers.push(server(&value).ok_or("FLAVOR=PORT,FILE,COMMAND is needed")?),
            "--binary" => binary = Some(value.into()),
            "--folder" => folder = Some(value.into()),
            "--out" => out = Some(value.into()),
            "--rounds" => rounds = value.parse().map_err(|error| format!("{value}: {error}"))?,
            other => return Err(format!("{other} is no option")),
        }
    }
    Ok(Options {
        servers,
        binary: binary.ok_or("--binary is needed")?,
        folder: folder.ok_or("--folder is needed")?,
        out: out.ok_or("--out is needed")?,
        rounds,
    })
}

/// The server's own tool takes the log; seconds, its start and login included.
fn tool(server: &Server, tls: bool, folder: &Path, length: u64) -> Result<f64, String> {
    let path = folder.join(LOG);
    let _ = std::fs::remove_file(&path);
    let before = Instant::now();
    let (program, rest) = server.tool.split_first().ok_or("no tool")?;
    let mut command = Command::new(program);
    command.args(rest).args(["--read-from-remote-server", "--raw", "--host=127.0.0.1", "--user=root"]);
    command.arg(format!("--port={}", server.port)).arg(format!("--result-file={}/", folder.display()));
    match (server.flavor.as_str(), tls) {
        ("mysql", true) => command.arg("--ssl-mode=REQUIRED"),
        ("mysql", false) => command.arg("--ssl-mode=DISABLED"),
        // MariaDB's tool goes over to TLS by itself where the server has it.
        (_, true) => command.args(["--ssl", "--disable-ssl-verify-server-cert"]),
        (_, false) => command.arg("--skip-ssl"),
    };
    let ended = command.arg(LOG).stdout(Stdio::null()).status().map_err(|error| format!("{program}: {error}"))?;
    let seconds = before.elapsed().as_secs_f64();
    let written = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    if !ended.success() || written != length {
        return Err(format!("{program} ended with {ended} and wrote {written} bytes of {length}"));
    }
    let _ = std::fs::remove_file(&path);
    Ok(seconds)
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Rounds of the tool and of the bridge, in turn. The page takes all bytes and compares them with the log.
fn relay(options: &Options, server: &Server, tls: bool, file: &[u8]) -> Result<Value, String> {
    let (mut theirs, mut ours, mut peak, mut spent) = (Vec::new(), Vec::new(), 0, Vec::new());
    let folder = options.folder.join("tool");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for round in 0..options.rounds {
        theirs.push(tool(server, tls, &folder, file.len() as u64)?);
        let bridge = Bridge::start(&options.binary, server.port, tls, &options.folder)?;
        let before = Instant::now();
        let mut page = Page::open(bridge.port())?;
        page.attach(LOG)?;
        page.take(file)?;
        ours.push(before.elapsed().as_secs_f64());
        peak = bridge.peak_memory()?.max(peak);
        spent.push(bridge.processor_seconds()?);
        let last = |times: &[f64]| times.last().copied().unwrap_or(f64::NAN);
        let (a, b) = (last(&theirs), last(&ours));
        eprintln!("{}, TLS {tls}, round {}: tool {a:.2} s, bridge {b:.2} s, {:.2}", server.flavor, round + 1, a / b);
    }
    let ratios: Vec<f64> = theirs.iter().zip(&ours).map(|(theirs, ours)| theirs / ours).collect();
    let speed = |times: &[f64]| file.len() as f64 / 1e6 / median(times);
    Ok(json!({
        "tls": tls,
        "tool_seconds": theirs,
        "bridge_seconds": ours,
        "bridge_processor_seconds": spent,
        "ratios": ratios,
        "tool_megabytes_a_second": speed(&theirs),
        "bridge_megabytes_a_second": speed(&ours),
        "ratio": median(&ratios),
        "bridge_peak_mebibytes": peak as f64 / 1024.0,
    }))
}

/// One page asks for everything and reads nothing, another takes all of it.
fn stalled(options: &Options, server: &Server, file: &[u8]) -> Result<Value, String> {
    let bridge = Bridge::start(&options.binary, server.port, false, &options.folder)?;
    let mut asleep = Page::open(bridge.port())?;
    asleep.attach(LOG)?;
    let mut page = Page::open(bridge.port())?;
    page.attach(LOG)?;
    page.take(file)?;
    Ok(json!({ "bridge_peak_mebibytes": bridge.peak_memory()? as f64 / 1024.0 }))
}

fn run() -> Result<(), String> {
    let options = options()?;
    let mut results = Vec::new();
    for server in &options.servers {
        let file = std::fs::read(&server.file).map_err(|error| format!("{}: {error}", server.file.display()))?;
        let (plain, tls) = (relay(&options, server, false, &file)?, relay(&options, server, true, &file)?);
        let stalled = stalled(&options, server, &file)?;
        for (name, result) in [("plain", &plain), ("TLS", &tls)] {
            println!(
                "{:8} {name:6} tool {:6.0} MB/s   bridge {:6.0} MB/s   {:.2}   peak {:.0} MiB",
                server.flavor,
                result["tool_megabytes_a_second"].as_f64().unwrap_or(f64::NAN),
                result["bridge_megabytes_a_second"].as_f64().unwrap_or(f64::NAN),
                result["ratio"].as_f64().unwrap_or(f64::NAN),
                result["bridge_peak_mebibytes"].as_f64().unwrap_or(f64::NAN),
            );
        }
        let peak = stalled["bridge_peak_mebibytes"].as_f64().unwrap_or(f64::NAN);
        println!("{:8} one page stalled: peak {peak:.0} MiB", server.flavor);
        results.push(json!({
            "flavor": server.flavor, "bytes": file.len(), "relay": [plain, tls], "stalled": stalled,
        }));
    }
    let text = serde_json::to_string_pretty(&json!({ "servers": results })).map_err(|error| error.to_string())?;
    std::fs::write(&options.out, text).map_err(|error| format!("{}: {error}", options.out.display()))
}

fn main() {
    if let Err(error) = run() {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
