//! Counting on all cores: files side by side, and the blocks of a large file in ranges.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use binlog_explorer::document::Document;
use binlog_explorer::encryption::Keys;
use binlog_explorer::index::{BLOCK_BYTES, Index};
use binlog_explorer::messages;
use binlog_explorer::statistics::Statistics;
use binlog_explorer::view::Message;
use binlog_format::framer::Start;

use super::Report;
use super::progress::Progress;
use crate::arguments::StatsOptions;
use crate::input::{self, Input, InputError};

/// Blocks of a range that one thread counts at a time: 16 MiB.
const RANGE: usize = (16 << 20) / BLOCK_BYTES as usize;

/// A file with its index, to be counted in ranges.
struct Indexed {
    index: Index,
    report: Report,
}

/// What became of a file at first.
enum First {
    Counted(Box<Report>),
    Indexed(Box<Indexed>),
}

/// Does `work` with the numbers up to `count` on all cores; the results in order.
fn on_all_cores<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(count);
    if cores <= 1 {
        return (0..count).map(work).collect();
    }
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let result = work(number);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Counts all of them.
pub fn all(inputs: &[PathBuf], options: &StatsOptions) -> Result<Vec<Report>, InputError> {
    let sizes = inputs.iter().map(|path| std::fs::metadata(path).map_or(0, |data| data.len()));
    // The index first, then what is in the blocks: each byte is passed twice.
    let progress = Progress::new(sizes.sum::<u64>() * 2);
    let first = on_all_cores(inputs.len(), |number| {
        let path = inputs.get(number).map_or(Path::new("-"), PathBuf::as_path);
        first_pass(path, options, &progress)
    });
    let mut reports = Vec::with_capacity(inputs.len());
    for (path, outcome) in inputs.iter().zip(first) {
        reports.push(match outcome? {
            First::Counted(report) => *report,
            First::Indexed(indexed) => in_ranges(path, *indexed, options, &progress)?,
        });
    }
    progress.end();
    Ok(reports)
}

fn refused(path: &Path) -> impl Fn(Message) -> InputError {
    move |message| InputError::Refused(path.display().to_string(), message)
}

/// A document over an input; why it stays encrypted although there are keys.
fn document(path: &Path, input: &Input, keys: &Keys) -> Result<(Document, Option<Message>), InputError> {
    let name = path.display().to_string();
    let bare_events = input.start == Start::Events;
    let source = Box::new(input.source.clone());
    let mut document = Document::new(name, source, bare_events, Vec::new()).map_err(refused(path))?;
    let mut locked = None;
    if document.encryption().is_some() && !keys.is_empty() {
        locked = document.unlock(keys).err();
    }
    Ok((document, locked))
}

fn open(path: &Path, options: &StatsOptions) -> Result<(Input, Keys, Option<Message>), InputError> {
    let mut keys = input::keys(&options.keys)?;
    let input = input::open(path)?;
    let beside = input::keys_beside(&mut keys, &options.keys, path, &input);
    Ok((input, keys, beside))
}

fn first_pass(path: &Path, options: &StatsOptions, progress: &Progress) -> Result<First, InputError> {
    let failed = |message: String| InputError::Io(path.display().to_string(), std::io::Error::other(message));
    let (input, keys, beside) = open(path, options)?;
    let (mut document, locked) = document(path, &input, &keys)?;
    document.scan_all().map_err(|error| failed(error.to_string()))?;
    progress.add(input.source.length());
    let summary = document.summary();
    let mut notes = input.notes.clone();
    notes.extend(beside);
    notes.extend(summary.notes.iter().cloned());
    let mut report = Report {
        name: input::name(path),
        summary,
        statistics: Statistics::default(),
        findings: Vec::new(),
        notes,
        locked,
        damage: input.damage.clone(),
    };
    let blocks = document.index().blocks.len();
    // What is opened once more has to be a file that is read as it is.
    let again = path.is_file() && document.encryption().is_none() && input.notes.is_empty();
    if again && blocks > 2 * RANGE {
        let index = document.index().clone();
        return Ok(First::Indexed(Box::new(Indexed { index, report })));
    }
    let statistics = document.statistics_of(0..blocks).map_err(|message| failed(messages::english(&message)))?;
    progress.add(input.source.length());
    report.counted(statistics);
    Ok(First::Counted(Box::new(report)))
}

fn in_ranges(path: &Path, indexed: Indexed, options: &StatsOptions, progress: &Progress) -> Result<Report, InputError> {
    let Indexed { index, mut report } = indexed;
    let ranges = index.blocks.len().div_ceil(RANGE);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(ranges);
    let (next, joined) = (AtomicUsize::new(0), Mutex::new(Joined::default()));
    // Every thread has its own document, and takes the next range when it is done with one.
    let ends = on_all_cores(threads, |_| -> Result<(), InputError> {
        let (input, keys, _) = open(path, options)?;
        let (mut document, _) = document(path, &input, &keys)?;
        document.answer_by(index.clone());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= ranges {
                return Ok(());
            }
            let part = document.statistics_of(number * RANGE..(number + 1) * RANGE).map_err(refused(path))?;
            progress.add(part.end - part.start);
            joined.lock().unwrap_or_else(PoisonError::into_inner).take(number, part);
        }
    });
    ends.into_iter().collect::<Result<(), InputError>>()?;
    report.counted(joined.into_inner().unwrap_or_else(PoisonError::into_inner).statistics);
    Ok(report)
}

/// What is joined so far, and what came before its turn.
#[derive(Default)]
struct Joined {
    statistics: Statistics,
    ranges: usize,
    early: BTreeMap<usize, Statistics>,
}

impl Joined {
    fn take(&mut self, number: usize, part: Statistics) {
        self.early.insert(number, part);
        while let Some(part) = self.early.remove(&self.ranges) {
            self.statistics.merge(part);
            self.ranges += 1;
        }
    }
}

impl Report {
    /// All of it is counted.
    fn counted(&mut self, statistics: Statistics) {
        self.statistics = statistics.finish();
        self.findings = self.statistics.findings();
    }
}
