//! The parts of the tests, in the order in which they are likely to fail and are cheap.

pub mod decoder;

use std::path::{Path, PathBuf};

use crate::bench;
use crate::browser;
use crate::fuzz;
use crate::page;
use crate::program::{Program, version_of};
use crate::report::{self, KINDS, Tally};
use crate::setup::WASM;
use crate::step::Failure;
use crate::test::{Outcome, Part, Tier};
use crate::workshop::Workshop;

/// What needs the sources only.
pub const ON_SOURCES: [Part; 11] = [
    Part { name: "format", run: format },
    Part { name: "lints", run: lints },
    Part { name: "lints for wasm", run: lints_for_wasm },
    Part { name: "tests", run: cargo_tests },
    Part { name: "without std", run: decoder::without_std },
    Part { name: "feature combinations", run: decoder::features },
    Part { name: "package", run: decoder::package },
    Part { name: "measured kernels", run: decoder::kernels },
    Part { name: "dependencies", run: dependencies },
    Part { name: "documentation", run: decoder::documentation },
    Part { name: "fuzzing", run: fuzz::fuzz },
];

/// What needs the sources only, and time.
pub const IN_FULL: [Part; 2] = [
    Part { name: "oldest Rust", run: decoder::on_oldest_rust },
    Part { name: "compatibility", run: decoder::compatibility },
];

/// What needs the built command.
pub const ON_COMMAND: [Part; 3] = [
    Part { name: "first visit", run: page::compressed::check },
    Part { name: "every byte accounted for", run: coverage },
    Part { name: "damaged files end well", run: mutants },
];

/// What needs a browser too.
pub const IN_BROWSER: [Part; 1] = [Part { name: "browser tests", run: browser_tests }];

/// What needs another browser, and time.
pub const IN_FIREFOX: [Part; 1] = [Part { name: "firefox", run: firefox }];

/// The name by which long tests know that there is time.
const FULL: &str = "BINLOGSCOPE_FULL";

fn cargo<const N: usize>(workshop: &Workshop, log: &str, arguments: [&str; N]) -> Result<Outcome, Failure> {
    Program::cargo().args(arguments).log(log).run(workshop).map(|()| Outcome::held())
}

fn format(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    cargo(workshop, "format", ["fmt", "--all", "--check", "--", "--color", "never"])
}

fn lints(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    cargo(workshop, "lints", ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn lints_for_wasm(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let arguments = ["clippy", "--package", "binlogscope-web", "--target", WASM, "--", "-D", "warnings"];
    cargo(workshop, "lints-wasm", arguments)
}

const TESTS_LOG: &str = "The whole log: target/xtask/tests.log";

/// Unit, integration and doc tests in one run, so that each crate is linked once.
fn cargo_tests(workshop: &Workshop, tier: Tier) -> Result<Outcome, Failure> {
    let tests = Program::cargo().args(["test", "--workspace", "--no-fail-fast"]).log("tests");
    let tests = if tier == Tier::Full { tests.env(FULL, "1") } else { tests };
    let (ended, text) = tests.attempt(workshop)?;
    let tallies = report::count_cargo_tests(&text);
    let none_ran = tallies.iter().all(|tally| tally.ran() == 0);
    let failure = match ended {
        Err(failure) => Some(match report::said_by_failed_tests(&text) {
            Some(said) => Failure::new(format!("{said}\n{TESTS_LOG}")),
            None => failure,
        }),
        Ok(()) if none_ran => Some(Failure::new(format!("no test ran\n{TESTS_LOG}"))),
        Ok(()) => None,
    };
    let tallies = if none_ran { Vec::new() } else { KINDS.into_iter().zip(tallies).collect() };
    let note = report::said_by_tests(&text);
    Ok(Outcome { tallies, note, failure })
}

/// The database of advisories is fetched from a place that not every machine reaches.
fn dependencies(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let deny = |what: &[&str], log| {
        Program::cargo().args(["deny", "--color", "never", "check"]).args(what).log(log).attempt(workshop)
    };
    deny(&["licenses", "bans", "sources"], "deny")?.0?;
    let (ended, text) = deny(&["advisories"], "advisories")?;
    match ended {
        Ok(()) => Ok(Outcome::held()),
        Err(_) if text.contains("failed to fetch advisory database") => {
            Ok(Outcome::noted("advisories not checked, their database cannot be fetched from here"))
        }
        Err(failure) => Err(failure),
    }
}

/// The samples, and what the steering repository keeps beside this one.
fn binlogs(workshop: &Workshop) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let folders =
        [Some(workshop.root.join("web/samples")), workshop.shared("corpus"), workshop.shared("corpus-generated")];
    for folder in folders.into_iter().flatten() {
        page::list(&folder, &mut files)
            .map_err(|error| Failure::new(format!("cannot list {}: {error}", folder.display())))?;
    }
    files.sort();
    Ok(files)
}

/// A check from outside, in Python: nothing in it knows our code.
fn coverage(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let Some(check) = outside_check(workshop, "checks/coverage") else {
        return Ok(Outcome::noted("skipped: ../shared/checks or python3 is not there"));
    };
    let run = Program::new("python3").args([check]).args([workshop.binary()]).args(binlogs(workshop)?);
    let (ended, text) = run.log("coverage").attempt(workshop)?;
    let note = text.lines().rev().find_map(|line| line.strip_prefix("coverage: "));
    let numbers = note.map(|note| note.split(' ').filter_map(|word| word.parse::<u64>().ok()).collect::<Vec<_>>());
    let Some([held, all, ..]) = numbers.as_deref() else {
        return Err(ended
            .err()
            .unwrap_or_else(|| Failure::new("the check printed no totals: see target/xtask/coverage.log")));
    };
    let tally = Tally { passed: *held, failed: all - held, skipped: 0 };
    Ok(Outcome { tallies: vec![("every byte accounted for", tally)], note: note.map(Into::into), failure: ended.err() })
}

/// Enough to meet each kind of damage a few times; the full tier takes its time.
fn mutants(workshop: &Workshop, tier: Tier) -> Result<Outcome, Failure> {
    let Some(check) = outside_check(workshop, "checks/mutants") else {
        return Ok(Outcome::noted("skipped: ../shared/checks or python3 is not there"));
    };
    let count = if tier == Tier::Full { "3000" } else { "100" };
    let files = binlogs(workshop)?.into_iter().filter(|file| is_binlog(file));
    // It keeps the mutants that fail in its folder.
    let folder = workshop.own("mutants/last")?;
    let folder = folder.parent().unwrap_or(&workshop.root).to_owned();
    let run = Program::new("python3").args([check]).args([workshop.binary()]).args([count]).args(files);
    run.in_folder(folder).log("mutants").run(workshop).map(|()| Outcome::noted(format!("{count} mutants")))
}

/// The binary logs among them.
pub fn logs(workshop: &Workshop) -> Result<Vec<PathBuf>, Failure> {
    Ok(binlogs(workshop)?.into_iter().filter(|file| is_binlog(file)).collect())
}

fn is_binlog(path: &std::path::Path) -> bool {
    use std::io::Read;
    let mut magic = [0; 4];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == *b"\xfebin"
}

fn outside_check(workshop: &Workshop, name: &str) -> Option<PathBuf> {
    workshop.shared(name).filter(|_| version_of(workshop, "python3", &["--version"]).is_some())
}

/// A sample, links as long as they may be, and a file of 16 GiB where there is room for it.
fn firefox(workshop: &Workshop, _: Tier) -> Result<Outcome, Failure> {
    let firefox = browser::find_firefox(workshop).ok_or_else(|| Failure::new("there is no Firefox"))?;
    let large = workshop.own(bench::browser::LARGE_FILE)?;
    let run = Program::new("node").args([Path::new("firefox.mjs"), &firefox, &large]);
    let run = run.in_folder(workshop.root.join("tests/e2e")).env("BINLOGSCOPE_BINARY", workshop.binary());
    run.log("firefox").run(workshop).map(|()| Outcome::held())
}

/// Playwright's own count, from the JSON that it writes beside what it prints.
fn browser_tests(workshop: &Workshop, tier: Tier) -> Result<Outcome, Failure> {
    let results = workshop.own("xtask/browser-tests.json")?;
    // What a run before this one counted must not be taken for this one's.
    let _ = std::fs::remove_file(&results);
    let folder = workshop.root.join("tests/e2e");
    let tests = Program::new("node").args(["node_modules/@playwright/test/cli.js", "test"]).in_folder(folder);
    let tests = tests.env("BINLOGSCOPE_BINARY", workshop.binary()).env("BINLOGSCOPE_RESULTS", &results);
    let tests = match browser::find(workshop) {
        Some(browser) => tests.env(browser::VARIABLE, browser),
        None => tests,
    };
    let tests = if tier == Tier::Full { tests.env(FULL, "1") } else { tests };
    let (ended, _) = tests.log("browser-tests").attempt(workshop)?;
    let json = std::fs::read_to_string(&results).ok().and_then(|text| serde_json::from_str(&text).ok());
    let stats: serde_json::Value =
        json.map_or(serde_json::Value::Null, |json: serde_json::Value| json["stats"].clone());
    let of = |name: &str| stats[name].as_u64().unwrap_or(0);
    let tally = Tally { passed: of("expected"), failed: of("unexpected") + of("flaky"), skipped: of("skipped") };
    let failure = match ended {
        Err(failure) => Some(failure),
        Ok(()) if tally.ran() == 0 => Some(Failure::new("no browser test ran: see target/xtask/browser-tests.log")),
        Ok(()) => None,
    };
    Ok(Outcome { tallies: vec![("browser tests", tally)], note: None, failure })
}
