//! `cargo xtask bench browser`: what a person with a large file feels, in a real browser.

use std::path::{Path, PathBuf};

use crate::browser;
use crate::page;
use crate::program::Program;
use crate::setup;
use crate::step::{self, Failure, State, Step};
use crate::workshop::Workshop;

/// Where the measured file is kept between runs.
const LARGE_FILE: &str = "bench/large.binlog";

pub fn browser(workshop: &Workshop) -> Result<(), Failure> {
    let mut steps = page::steps();
    steps.extend(setup::for_browser());
    steps.push(Step {
        name: "large file",
        why: "1 GiB of a real server's traffic, or of repeated samples",
        look: look_for_large_file,
        act: make_large_file,
    });
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

fn look_for_large_file(workshop: &Workshop) -> Result<State, Failure> {
    let size = std::fs::metadata(workshop.own(LARGE_FILE)?).map_or(0, |metadata| metadata.len());
    Ok(match size {
        0 => State::Missing("making it".into()),
        size => State::Done(format!("{:.2} GiB", size as f64 / f64::from(1 << 30))),
    })
}

/// The real server's file when it can be had; repeated samples otherwise, which say so.
fn make_large_file(workshop: &Workshop) -> Result<String, Failure> {
    let path = workshop.own(LARGE_FILE)?;
    let bulk = workshop.shared("servers/bulk").filter(|_| cfg!(target_os = "linux"));
    if let Some(bulk) = bulk
        && let Ok(file) = from_server(workshop, bulk)
    {
        std::fs::rename(&file, &path)
            .map_err(|error| Failure::new(format!("cannot move {}: {error}", file.display())))?;
        return Ok("made by mysql-9.7".into());
    }
    let repeat = Program::new("node").args(["repeat.mjs", "1GiB"]).args([&path]);
    repeat.in_folder(workshop.root.join("tests/e2e")).log("repeat").run(workshop)?;
    Ok("made of repeated samples".into())
}

fn from_server(workshop: &Workshop, bulk: PathBuf) -> Result<PathBuf, Failure> {
    let out = workshop.own("bench/bulk/file")?;
    let out = out.parent().unwrap_or(&workshop.root).to_owned();
    let data = workshop.own("bench/bulk-data/file")?;
    let data = data.parent().unwrap_or(&workshop.root).to_owned();
    let run = Program::new(bulk).args(["mysql-9.7", "--port", "33971", "--size", "1000M", "--datadir"]);
    run.args([&data]).args(["--out"]).args([&out]).log("bulk").run(workshop)?;
    let _ = std::fs::remove_dir_all(&data);
    let mut files = Vec::new();
    page::list(&out, &mut files).map_err(|error| Failure::new(format!("cannot list {}: {error}", out.display())))?;
    let largest = files.into_iter().max_by_key(|file| std::fs::metadata(file).map_or(0, |metadata| metadata.len()));
    largest.ok_or_else(|| Failure::new("bulk left no file"))
}
