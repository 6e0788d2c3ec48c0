//! `cargo xtask bench browser`: what a person with a large file feels, in a real browser.

use std::path::Path;

use super::{from_server, size_of};
use crate::browser;
use crate::page;
use crate::program::Program;
use crate::setup;
use crate::step::{self, Failure, State, Step};
use crate::workshop::Workshop;

/// Where the measured file is kept between runs.
pub const LARGE_FILE: &str = "bench/large.binlog";

pub fn browser(workshop: &Workshop) -> Result<(), Failure> {
    let mut steps = page::steps();
    steps.extend(setup::for_browser());
    steps.push(large_file());
    step::take_all(workshop, &steps)?;
    let results = workshop.own("bench/browser.json")?;
    let bench = Program::new("node").args([Path::new("bench.mjs"), &workshop.own(LARGE_FILE)?, &results]);
    let bench = bench.in_folder(workshop.root.join("tests/e2e")).env("BINLOGSCOPE_BINARY", workshop.binary());
    let bench = match browser::find(workshop) {
        Some(browser) => bench.env(browser::VARIABLE, browser),
        None => bench,
    };
    bench.shown().run(workshop)?;
    println!("\n{}", results.display());
    Ok(())
}

/// Makes it, or finds it.
pub fn large_file() -> Step {
    Step {
        name: "large file",
        why: "1 GiB of a real server's traffic, or of repeated samples",
        look: look_for_large_file,
        act: make_large_file,
    }
}

fn look_for_large_file(workshop: &Workshop) -> Result<State, Failure> {
    Ok(match size_of(&workshop.own(LARGE_FILE)?) {
        0 => State::Missing("making it".into()),
        size => State::Done(format!("{:.2} GiB", size as f64 / f64::from(1 << 30))),
    })
}

/// The real server's file when it can be had; repeated samples otherwise, which say so.
fn make_large_file(workshop: &Workshop) -> Result<String, Failure> {
    let path = workshop.own(LARGE_FILE)?;
    if from_server(workshop, "mysql-9.7", "1000M", &path).is_ok() {
        return Ok("made by mysql-9.7".into());
    }
    let repeat = Program::new("node").args(["repeat.mjs", "1GiB"]).args([&path]);
    repeat.in_folder(workshop.root.join("tests/e2e")).log("repeat").run(workshop)?;
    Ok("made of repeated samples".into())
}
