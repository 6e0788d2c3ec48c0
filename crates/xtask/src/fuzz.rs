//! Fuzzing: every target of crates/binlog-format/fuzz for a while, from real files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::parts;
use crate::program::{Program, version_of};
use crate::setup;
use crate::step::{self, Failure};
use crate::test::{Outcome, Tier};
use crate::workshop::Workshop;

/// Where the targets are; outside of the workspace, since they need a nightly compiler.
const FOLDER: &str = "crates/binlog-format/fuzz";

/// As [`FOLDER`]'s Cargo.toml names them.
const TARGETS: [&str; 10] =
    ["file", "frames", "rows", "json", "gtids", "inflate", "paste", "packets", "captures", "bundle"];

/// At the same time: what the smallest machine that runs this has of cores.
const AT_ONCE: usize = 2;

/// Seconds to a target.
const fn seconds(tier: Tier) -> u32 {
    match tier {
        Tier::Usual => 30,
        Tier::Full => 15 * 60,
    }
}

/// What chance begins with. The usual run is to be the same run again when it is repeated: what it
/// finds is the change's fault. The full one looks elsewhere each time (0 is libFuzzer's "any").
const fn seed(tier: Tier) -> u32 {
    match tier {
        Tier::Usual => 1,
        Tier::Full => 0,
    }
}

/// Builds the targets, takes seeds out of the corpora and runs each.
pub fn fuzz(workshop: &Workshop, tier: Tier) -> Result<Outcome, Failure> {
    step::take_all(workshop, &setup::for_fuzzing())?;
    let target = workshop.root.join("target/fuzz");
    let build = ["+nightly", "fuzz", "build", "-a", "--fuzz-dir", FOLDER, "--target-dir"];
    Program::new("cargo")
        .args(build)
        .args([&target])
        .without_env("RUSTUP_TOOLCHAIN")
        .log("fuzz-build")
        .run(workshop)?;
    let corpus = target.join("corpus");
    let manifest = format!("{FOLDER}/Cargo.toml");
    let seeds = ["run", "--quiet", "--manifest-path", &manifest, "--example", "seeds", "--target-dir"];
    let seeds = Program::cargo().args(seeds).args([target.join("seeds")]).args(["--"]).args([corpus.join("seeds")]);
    seeds.args(parts::logs(workshop)?).log("fuzz-seeds").run(workshop)?;
    let binaries = target.join(host(workshop)?).join("release");
    let next = AtomicUsize::new(0);
    let failures = thread::scope(|scope| {
        let work = || {
            let mut failures = Vec::new();
            while let Some(name) = TARGETS.get(next.fetch_add(1, Ordering::Relaxed)) {
                failures.extend(run(workshop, &binaries.join(name), name, &corpus, tier).err());
            }
            failures
        };
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    let note = format!("{} targets, {} s each", TARGETS.len(), seconds(tier));
    let text = failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let failure = (!failures.is_empty()).then(|| Failure::new(text));
    Ok(Outcome { failure, ..Outcome::noted(note) })
}

fn run(workshop: &Workshop, binary: &Path, name: &str, corpus: &Path, tier: Tier) -> Result<(), Failure> {
    let folder = |path: PathBuf| -> Result<PathBuf, Failure> {
        std::fs::create_dir_all(&path)
            .map_err(|error| Failure::new(format!("cannot make the folder {}: {error}", path.display())))?;
        Ok(path)
    };
    // What is found new is kept, and begun with the next time.
    let folders = [folder(corpus.join("grown").join(name))?, folder(corpus.join("seeds").join(name))?];
    let findings = folder(workshop.root.join("target/fuzz/findings").join(name))?;
    let prefix = format!("-artifact_prefix={}/", findings.display());
    let (time, seed) = (format!("-max_total_time={}", seconds(tier)), format!("-seed={}", seed(tier)));
    let limits = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=20000", "-print_final_stats=1"];
    let fuzz = Program::new(binary).args(folders).args([prefix, time, seed]).args(limits);
    fuzz.env("ASAN_OPTIONS", "detect_odr_violation=0").log(&format!("fuzz-{name}")).run(workshop)
}

/// The machine's own target, after which Cargo names the folder.
fn host(workshop: &Workshop) -> Result<String, Failure> {
    let version = version_of(workshop, "rustc", &["-vV"]).unwrap_or_default();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(Into::into).ok_or_else(|| Failure::new("rustc does not name its host"))
}
