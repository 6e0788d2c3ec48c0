//! Damage costs what it hits: after any flip, cut or splice of a real file the run ends, events
//! and spans cover all of it, every event beside the damage is still framed, and decoded unless
//! the context that it needs was hit, which its error then names.

mod corpus;
mod framed;
mod random;

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use binlog_explorer::dump::{Sink, Walked, walk};
use binlog_explorer::source::Memory;
use binlog_format::event::{Body, decode};
use binlog_format::framer::{Span, Start};
use binlog_format::{DecodeError, ErrorCode};

use crate::random::Random;

/// Larger files are mutated too often to be walked each time.
const LARGEST: usize = 24 << 10;

/// An event as a walk saw it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    start: u64,
    end: u64,
    kind: u8,
    checksum: Option<bool>,
    error: Option<DecodeError>,
}

#[derive(Default)]
struct Events {
    at: u64,
    events: Vec<Seen>,
}

impl Events {
    fn item(&mut self, space: &str, start: u64, end: u64) {
        if space == "0" {
            assert!(start == self.at && end > start, "{start}..{end} follows {}", self.at);
            self.at = end;
        }
    }
}

impl Sink for Events {
    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        self.item(space, span.start, span.end);
        Ok(())
    }
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.item(event.space, event.start, event.end);
        let mut error = None;
        match decode(event.bytes, &event.context, ()) {
            Ok(decoded) => {
                error = error.or(decoded.error());
                if let Ok(Body::Rows(rows)) = &decoded.body
                    && let Some(plan) = event.context.tables.and_then(|tables| tables.get(rows.table_id))
                {
                    error = error.or(rows.visit(plan, &mut ()).err());
                }
            }
            Err(fault) => error = Some(fault),
        }
        if event.space == "0" {
            let (start, end, kind) = (event.start, event.end, event.header.type_code);
            self.events.push(Seen { start, end, kind, checksum: event.checksum.ok(), error });
        }
        Ok(error)
    }
}

fn events(bytes: &[u8]) -> Vec<Seen> {
    let mut sink = Events::default();
    walk(&Memory::new(bytes), Start::File, 0, &mut sink).expect("memory does not fail");
    assert_eq!(sink.at, bytes.len() as u64, "covered to the end");
    sink.events
}

/// What was done to a copy.
#[derive(Debug)]
struct Damage {
    what: &'static str,
    /// Bytes of the original that are not in the copy as they were; empty where only something
    /// was put in.
    hit: Range<usize>,
    /// How far what follows has moved.
    moved: i64,
}

fn damage(original: &[u8], random: &mut Random) -> (Vec<u8>, Damage) {
    let mut copy = original.to_vec();
    let at = 4 + random.below(original.len() - 4);
    let run = |length: usize| at..(at + length).min(original.len());
    let junk = |random: &mut Random, length: usize| (0..length).map(|_| random.next() as u8).collect::<Vec<_>>();
    let (what, hit, put) = match random.below(8) {
        0 | 1 => ("flip", run(1), vec![original[at] ^ 1 << random.below(8)]),
        2 => ("byte", run(1), vec![[0, 0xff, 0xfe, 0xfd, 0xfc, 0x7f, 0x80, 1][random.below(8)]]),
        3 => {
            let hit = run(1 + random.below(90));
            let put = junk(random, hit.len());
            ("noise", hit, put)
        }
        4 => {
            let hit = run(64);
            let put = vec![0; hit.len()];
            ("zeros", hit, put)
        }
        5 => ("taken out", run(1 + random.below(90)), Vec::new()),
        6 => ("put in", at..at, junk(random, 40)),
        _ => ("end cut off", at..original.len(), Vec::new()),
    };
    let moved = put.len() as i64 - hit.len() as i64;
    copy.splice(hit.clone(), put);
    (copy, Damage { what, hit, moved })
}

/// An event that `damage` left alone, as it is to be found in the copy.
fn expected(event: &Seen, damage: &Damage) -> Option<(u64, u64)> {
    let (start, end) = (event.start as usize, event.end as usize);
    if end <= damage.hit.start {
        Some((event.start, event.end))
    } else if start >= damage.hit.end {
        Some(((start as i64 + damage.moved) as u64, (end as i64 + damage.moved) as u64))
    } else {
        None
    }
}

/// Whether an event without a checksum holds `start` and ends where an event of the original does:
/// as much was taken out of it as what it swallowed has.
fn swallowed(after: &[Seen], start: u64, before: &[Seen], damage: &Damage) -> bool {
    let holder = after.iter().find(|seen| seen.start < start && start < seen.end && seen.checksum.is_none());
    let ends = |end: u64| before.iter().filter_map(|event| expected(event, damage)).any(|(_, other)| other == end);
    damage.moved < 0 && holder.is_some_and(|holder| ends(holder.end))
}

/// Whether nothing ties the last event to its place: it has no checksum and no position, and the
/// header before it, the only other one, is gone.
fn lonely(event: &Seen, before: &[Seen], damage: &Damage) -> bool {
    let [first, last] = before else { return false };
    last == event && event.checksum.is_none() && damage.hit.start < first.start as usize + 19
}

/// Whether an error names context that the damage took away.
fn names_lost_context(error: &DecodeError) -> bool {
    matches!(error.code, ErrorCode::UnknownTable | ErrorCode::DamagedTable | ErrorCode::NoFormat)
}

#[test]
#[expect(clippy::print_stdout, reason = "what went wrong is to be seen")]
fn damage_costs_what_it_hits() {
    let rounds = if corpus::full() { 400 } else { 12 };
    let only = std::env::var("ONLY").ok();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut tried, mut failures) = (0, BTreeMap::<String, u32>::new());
    for file in corpus::files() {
        let original = std::fs::read(&file).expect("readable");
        if original.len() > LARGEST || original.len() <= 8 {
            continue;
        }
        let before = events(&original);
        // Without checksums nobody can tell that a format description is damaged.
        let proven = before.first().is_some_and(|event| event.checksum == Some(true));
        for round in 0..rounds {
            let (copy, damage) = damage(&original, &mut random);
            let after = events(&copy);
            tried += 1;
            for event in &before {
                // What was damaged before is not proof of anything.
                let Some((start, end)) = expected(event, &damage).filter(|_| event.checksum != Some(false)) else {
                    continue;
                };
                let found = after.iter().find(|seen| (seen.start, seen.end, seen.kind) == (start, end, event.kind));
                let fault = match found {
                    // So much was taken out, and no checksum tells, that it ends where another did.
                    None if swallowed(&after, start, &before, &damage) => None,
                    None if lonely(event, &before, &damage) => None,
                    None => Some("not framed".to_owned()),
                    Some(seen) => match (event.error, seen.error) {
                        _ if damage.hit.start < 120 && swallowed(&after, 5, &before, &damage) => None,
                        _ if !proven && damage.hit.start < before.first().map_or(0, |event| event.end as usize) => None,
                        (None, Some(error)) if !names_lost_context(&error) => Some(format!("error {error}")),
                        _ => None,
                    },
                };
                if let Some(fault) = fault {
                    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    if only.as_deref().is_none_or(|only| name.contains(only)) && failures.len() < 60 {
                        println!(
                            "{} #{round} {damage:?}: event {} {}..{}: {fault}",
                            file.display(),
                            event.kind,
                            start,
                            end
                        );
                    }
                    *failures.entry(format!("{} {}", damage.what, file.display())).or_default() += 1;
                    break;
                }
            }
        }
    }
    println!("{tried} copies, {} kinds of failures, {} in all", failures.len(), failures.values().sum::<u32>());
    assert!(failures.is_empty());
    assert!(tried > 100);
}
