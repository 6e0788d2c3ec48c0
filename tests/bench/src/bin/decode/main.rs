//! Measures the decoder beside a peer and physical limits, all in one run; prints a table and
//! writes JSON.
//!
//! `decode --file FLAVOR=PATH… --wasm MODULE --script wasm.mjs --binary binlogscope
//!         --tool FLAVOR=COMMAND… [--rounds 5] --out JSON`; with `--kernel NAME --repeat N` it
//! runs one kernel over the files, for an instruction counter.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool")]

mod node;
mod printing;

use std::path::PathBuf;
use std::time::Instant;

use binlogscope_bench::{kernels, peer};
use serde_json::{Map, Value, json};

type Kernel = fn(&[u8]) -> u64;

const KERNELS: [(&str, Kernel); 6] = [
    ("crc", kernels::crc),
    ("walk", kernels::walk),
    ("rows", kernels::rows),
    ("rows_unchecked", kernels::rows_unchecked),
    ("tree", kernels::tree),
    ("peer_rows", peer::rows),
];

#[derive(Default)]
struct Options {
    files: Vec<(String, PathBuf)>,
    tools: Vec<(String, String)>,
    wasm: Option<PathBuf>,
    script: Option<PathBuf>,
    binary: Option<PathBuf>,
    kernel: Option<String>,
    out: Option<PathBuf>,
    rounds: usize,
    repeat: usize,
}

fn options() -> Result<Options, String> {
    let mut options = Options { rounds: 5, repeat: 1, ..Options::default() };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        let pair = || value.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).ok_or("FLAVOR=… is needed");
        match name.as_str() {
            "--file" => options.files.push(pair().map(|(flavor, path)| (flavor, path.into()))?),
            "--tool" => options.tools.push(pair()?),
            "--wasm" => options.wasm = Some(value.into()),
            "--script" => options.script = Some(value.into()),
            "--binary" => options.binary = Some(value.into()),
            "--kernel" => options.kernel = Some(value),
            "--out" => options.out = Some(value.into()),
            "--rounds" => options.rounds = value.parse().map_err(|error| format!("{value}: {error}"))?,
            "--repeat" => options.repeat = value.parse().map_err(|error| format!("{value}: {error}"))?,
            other => return Err(format!("{other} is no option")),
        }
    }
    Ok(options)
}

/// Times of one thing, a round each.
#[derive(Default)]
struct Times(Vec<f64>);

impl Times {
    fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

fn timed(f: impl FnOnce() -> u64) -> (u64, f64) {
    let before = Instant::now();
    let result = f();
    (result, before.elapsed().as_secs_f64())
}

/// The rounds of one file: every kernel once a round, so that a busy machine is busy for all.
fn measure(options: &Options, flavor: &str, path: &PathBuf) -> Result<Value, String> {
    let file = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut node = match (&options.wasm, &options.script) {
        (Some(module), Some(script)) => Some(node::Node::start(script, module, path)?),
        _ => None,
    };
    let mut results: Map<String, Value> = Map::new();
    let mut times: Vec<(String, Times)> = Vec::new();
    let mut note = |name: &str, result: u64, seconds: f64| {
        results.insert(name.into(), result.into());
        match times.iter_mut().find(|(other, _)| other == name) {
            Some((_, times)) => times.0.push(seconds),
            None => times.push((name.into(), Times(vec![seconds]))),
        }
    };
    let tool = options.tools.iter().find(|(of, _)| of == flavor).map(|(_, command)| command);
    for round in 0..options.rounds {
        eprintln!("{flavor}: round {} of {}", round + 1, options.rounds);
        for (name, kernel) in KERNELS {
            let (result, seconds) = timed(|| kernel(&file));
            note(name, result, seconds);
        }
        if let Some(node) = &mut node {
            for name in ["crc", "walk", "rows_unchecked"] {
                let (result, seconds) = node.run(name)?;
                note(&format!("wasm_{name}"), result, seconds);
            }
        }
        if let (Some(binary), Some(tool)) = (&options.binary, tool) {
            let (bytes, seconds) = printing::ours(binary, path)?;
            note("text", bytes, seconds);
            let (bytes, seconds) = printing::theirs(tool, path)?;
            note("tool_text", bytes, seconds);
            let (bytes, seconds) = printing::stats(binary, path)?;
            note("stats", bytes, seconds);
            let (bytes, seconds) = printing::counted_lines(tool, path)?;
            note("tool_lines", bytes, seconds);
        }
    }
    let medians: Vec<(&str, f64)> = times.iter().map(|(name, times)| (name.as_str(), times.median())).collect();
    let median = |name: &str| medians.iter().find(|(other, _)| *other == name).map(|(_, seconds)| *seconds);
    // How many times as fast the first is as the second.
    let ratio = |ours: &str, theirs: &str| median(ours).zip(median(theirs)).map(|(ours, theirs)| theirs / ours);
    let seconds: Map<String, Value> = medians.iter().map(|(name, seconds)| ((*name).into(), json!(seconds))).collect();
    Ok(json!({
        "flavor": flavor,
        "bytes": file.len(),
        "results": results,
        "median_seconds": seconds,
        "ratios": {
            "walk_to_crc": ratio("walk", "crc"),
            "wasm_walk_to_crc": ratio("wasm_walk", "wasm_crc"),
            "rows_to_peer": ratio("rows", "peer_rows"),
            "tree_to_peer": ratio("tree", "peer_rows"),
            "text_to_tool": ratio("text", "tool_text"),
            "stats_to_tool": ratio("stats", "tool_lines"),
            "wasm_rows_to_native": ratio("wasm_rows_unchecked", "rows_unchecked"),
        },
    }))
}

fn run() -> Result<(), String> {
    let options = options()?;
    if let Some(name) = &options.kernel {
        let kernel = KERNELS.iter().find(|(other, _)| other == name).ok_or_else(|| format!("{name} is no kernel"))?;
        for (_, path) in &options.files {
            let file = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let sum = (0..options.repeat).fold(0, |sum, _| sum + kernel.1(std::hint::black_box(&file)));
            println!("{sum}");
        }
        return Ok(());
    }
    let files: Result<Vec<Value>, String> =
        options.files.iter().map(|(flavor, path)| measure(&options, flavor, path)).collect();
    let files = files?;
    for file in &files {
        print(file);
    }
    let text = format!("{:#}\n", json!({ "rounds": options.rounds, "files": files }));
    match &options.out {
        Some(path) => std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display())),
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

/// A ratio, and what it is to be at least.
const AIMS: [(&str, f64, &str); 7] = [
    ("walk_to_crc", 0.9, "frames, checksums, live table maps / checksums alone"),
    ("wasm_walk_to_crc", 0.9, "the same in wasm"),
    ("rows_to_peer", 15.0, "all row values / mysql_common 0.38"),
    ("tree_to_peer", 5.0, "the same with a field tree / mysql_common 0.38"),
    ("text_to_tool", 6.0, "dump --format text to a pipe / the real tool -vv"),
    ("stats_to_tool", 15.0, "stats, exact rows / the real tool -v | wc -l"),
    ("wasm_rows_to_native", 0.55, "row values without checksums, wasm in Node / native"),
];

fn print(file: &Value) {
    println!("\n{}, {} bytes", file["flavor"].as_str().unwrap_or_default(), file["bytes"]);
    for (name, aim, what) in AIMS {
        match file["ratios"][name].as_f64() {
            Some(ratio) => println!("  {ratio:7.2}  (at least {aim:5.2})  {what}"),
            None => println!("        -  (at least {aim:5.2})  {what}: not measured"),
        }
    }
}

fn main() -> std::process::ExitCode {
    match run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("decode: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
