//! `stats`: what is in logs, counted exactly, and what a DBA should know of them.

mod gather;
mod json;
mod progress;
mod text;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use binlog_explorer::document::recognise;
use binlog_explorer::source::{self, read_range};
use binlog_explorer::statistics::{Gravity, Statistics, StatisticsFinding};
use binlog_explorer::view::{FileSummary, Message};
use binlog_format::container::RECOGNISE_BYTES;

use crate::arguments::{StatsFormat, StatsOptions};
use crate::chain::{self, Member};
use crate::dump;
use crate::input::{self, InputError};
use crate::zone::Zone;

/// Wrong usage or unreadable input.
const UNREADABLE: u8 = 2;

/// What was found in a log.
#[derive(Debug)]
pub struct Report {
    /// Its name, as given or found in a directory.
    pub name: String,
    /// What it is.
    pub summary: FileSummary,
    /// All of it.
    pub statistics: Statistics,
    /// What is to be told of it.
    pub findings: Vec<StatisticsFinding>,
    /// Guesses and the like, for standard error.
    pub notes: Vec<Message>,
    /// Why it stayed encrypted although there are keys.
    pub locked: Option<Message>,
    /// What is wrong with what it was wrapped in.
    pub damage: Option<Message>,
}

impl Report {
    fn status(&self, strict: bool) -> u8 {
        let problem = self.findings.iter().any(|finding| finding.gravity == Gravity::Problem);
        match self.locked {
            Some(_) => UNREADABLE,
            None => u8::from(problem || self.damage.is_some() || strict && self.statistics.damage.incomplete.count > 0),
        }
    }
}

/// Runs `stats`; the worst status of all inputs counts.
pub fn run(options: &StatsOptions) -> Result<ExitCode, InputError> {
    // Keys that cannot be read are said once, before anything is counted.
    input::keys(&options.keys)?;
    let inputs = inputs(&options.inputs)?;
    let zone = options.time_zone.clone().unwrap_or_else(Zone::of_environment);
    let reports = gather::all(&inputs, options)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut worst = 0;
    for report in &reports {
        report.notes.iter().chain(&report.locked).chain(&report.damage).for_each(dump::note);
        worst = worst.max(report.status(options.strict));
    }
    let written = match options.format {
        StatsFormat::Text => text::write(&mut out, &reports, options.top, &zone),
        StatsFormat::Json => json::write(&mut out, &reports, options.top),
    };
    match written.and_then(|()| out.flush()) {
        // Whoever reads has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other.map_err(|error| InputError::Io("stats".into(), error))?,
    }
    Ok(ExitCode::from(worst))
}

/// The files meant: those given, those that an index names, and of a directory the binary logs in it, by name.
fn inputs(given: &[PathBuf]) -> Result<Vec<PathBuf>, InputError> {
    let mut inputs = Vec::new();
    for path in given {
        if !path.is_dir() {
            for Member { path, missing } in chain::members(std::slice::from_ref(path))? {
                if missing {
                    dump::note(&Message::new("chain-missing").text("name", input::name(&path)));
                } else {
                    inputs.push(path);
                }
            }
            continue;
        }
        let io = |error| InputError::Io(path.display().to_string(), error);
        let mut logs: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(path).map_err(io)? {
            let entry = entry.map_err(io)?.path();
            if entry.is_file() && is_log(&entry) {
                logs.push(entry);
            }
        }
        if logs.is_empty() {
            return Err(io(io::Error::new(io::ErrorKind::NotFound, "no binary log in this directory")));
        }
        logs.sort();
        inputs.extend(logs);
    }
    Ok(inputs)
}

fn is_log(path: &Path) -> bool {
    let Ok(file) = source::File::open(path) else { return false };
    let head = read_range(&file, 0, RECOGNISE_BYTES as u64).unwrap_or_default();
    recognise(&head).is_none()
}
