//! `cargo xtask bench decode`: the decoder's kernels beside a peer, the checksums alone and the
//! real tools, natively and in wasm; and how many instructions they take.

use std::path::PathBuf;

use super::{from_server, size_of};
use crate::page;
use crate::program::{Program, version_of};
use crate::setup;
use crate::step::{self, Failure, State, Step};
use crate::workshop::Workshop;

/// A server, and its tool that prints binlogs.
pub(super) const FLAVORS: [(&str, &str, &str); 2] =
    [("mysql", "mysql-9.7", "mysqlbinlog"), ("mariadb", "mariadb-11.8", "mariadb-binlog")];

const KERNELS: [&str; 5] = ["crc", "walk", "rows", "rows_unchecked", "tree"];

/// Where the counts are kept to compare with.
const INSTRUCTIONS: &str = "tests/bench/instructions.json";

pub fn decode(workshop: &Workshop) -> Result<(), Failure> {
    let mut steps = setup::for_checks();
    steps.push(page::command());
    steps.push(files());
    steps.push(Step {
        name: "kernels",
        why: "built natively and for wasm",
        look: |_| Ok(State::Missing("cargo build --release".into())),
        act: build,
    });
    step::take_all(workshop, &steps)?;
    let results = workshop.own("bench/decode.json")?;
    let mut run = Program::new(built(workshop, "release/decode"));
    run = run.args(["--wasm"]).args([built(workshop, "wasm32-unknown-unknown/release/binlogscope_bench.wasm")]);
    run = run.args(["--script"]).args([workshop.root.join("tests/bench/wasm.mjs")]);
    run = run.args(["--binary"]).args([workshop.binary()]).args(["--out"]).args([&results]);
    for (flavor, server, tool) in FLAVORS {
        run = run.args(["--file", &format!("{flavor}={}", file(workshop, server)?.display())]);
        if let Some(program) = workshop.shared(&format!("servers/{server}")) {
            run = run.args(["--tool", &format!("{flavor}={} {tool}", program.display())]);
        }
    }
    run.shown().run(workshop)?;
    instructions(workshop)?;
    println!("\n{}", results.display());
    Ok(())
}

/// Makes them, or finds them.
pub(super) fn files() -> Step {
    Step { name: "binlogs", why: "300 MB of each server's traffic", look: look_for_files, act: make_files }
}

/// A server's.
pub(super) fn file(workshop: &Workshop, server: &str) -> Result<PathBuf, Failure> {
    workshop.own(&format!("bench/decode/{server}.binlog"))
}

/// The kernels are no part of the workspace and have a folder of their own.
pub(super) fn built(workshop: &Workshop, name: &str) -> PathBuf {
    workshop.target.join("bench-kernels").join(name)
}

fn look_for_files(workshop: &Workshop) -> Result<State, Failure> {
    for (_, server, _) in FLAVORS {
        if size_of(&file(workshop, server)?) < 256 << 20 {
            return Ok(State::Missing(format!("{server} writes one")));
        }
    }
    Ok(State::Done("there".into()))
}

fn make_files(workshop: &Workshop) -> Result<String, Failure> {
    for (_, server, _) in FLAVORS {
        let path = file(workshop, server)?;
        if size_of(&path) < 256 << 20 {
            from_server(workshop, server, "300M", &path)?;
        }
    }
    Ok("made by mysql-9.7 and mariadb-11.8".into())
}

fn build(workshop: &Workshop) -> Result<String, Failure> {
    kernels(workshop).args(["--release", "--features", "peer", "--bin", "decode"]).run(workshop)?;
    kernels(workshop).args(["--release", "--lib", "--target", "wasm32-unknown-unknown"]).run(workshop)?;
    Ok("built".into())
}

/// Cargo, about to build some of them.
pub(super) fn kernels(workshop: &Workshop) -> Program {
    let cargo = Program::cargo().args(["build", "--quiet", "--manifest-path", "tests/bench/Cargo.toml"]);
    cargo.env("CARGO_TARGET_DIR", workshop.target.join("bench-kernels")).log("bench-build")
}

/// Counts instructions over our own samples, which are the same everywhere, and writes them down:
/// a later change is compared with them by `git diff`.
fn instructions(workshop: &Workshop) -> Result<(), Failure> {
    if version_of(workshop, "valgrind", &["--version"]).is_none() {
        println!("skipped: instruction counts (no valgrind)");
        return Ok(());
    }
    let samples = ["mysql-9.7-shop", "mariadb-11.8-shop", "mysql-9.7-statement"];
    let mut lines = Vec::new();
    for kernel in KERNELS {
        let mut counts = [0; 2];
        // What starting costs is taken off: the difference of two runs.
        for (count, repeat) in counts.iter_mut().zip(["1", "201"]) {
            let out = workshop.own("bench/callgrind.out")?;
            let mut run = Program::new("valgrind").args(["--tool=callgrind"]);
            run = run.args([format!("--callgrind-out-file={}", out.display())]);
            run = run.args([built(workshop, "release/decode")]).args(["--kernel", kernel, "--repeat", repeat]);
            for sample in samples {
                let path = workshop.root.join(format!("web/samples/{sample}.binlog"));
                run = run.args(["--file", &format!("sample={}", path.display())]);
            }
            *count = collected(&run.log("callgrind").output(workshop)?)?;
        }
        let each = counts[1].saturating_sub(counts[0]) / 200;
        println!("{kernel}: {each} instructions over the samples");
        lines.push(format!("  \"{kernel}\": {each}"));
    }
    let path = workshop.root.join(INSTRUCTIONS);
    std::fs::write(&path, format!("{{\n{}\n}}\n", lines.join(",\n")))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

/// The number in callgrind's `Collected : N`.
fn collected(output: &str) -> Result<u64, Failure> {
    let line = output.lines().find_map(|line| line.split_once("Collected : "));
    let number = line.and_then(|(_, number)| number.trim().parse().ok());
    number.ok_or_else(|| Failure::new("callgrind said no number"))
}
