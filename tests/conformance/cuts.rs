//! A cut is a log: its events are those that were chosen and what they need, unchanged but for what their place
//! decides, and both this project's verification and the servers' own tools find nothing wrong with it.

mod corpus;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use binlog_explorer::choice::Choice;
use binlog_explorer::cut::{Cut, Report, Selected};
use binlog_explorer::document::{Document, Search};
use binlog_explorer::dump::{Filtered, Sink, Totals, Walked, walk};
use binlog_explorer::filter::Filter;
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Memory, ReadError, Source};
use binlog_explorer::verify::{Severity, Verifier};
use binlog_explorer::view::Address;
use binlog_format::framer::{FrameChecksum, Start};
use binlog_format::header::flag;
use binlog_format::names::code;
use binlog_format::rows::Operation;
use binlog_format::{Body, DecodeError};

/// Cuts of one file by sets of events.
const SETS: u64 = 3;

/// Filters that match something in many files.
const FILTERS: [&str; 4] = ["op:delete", "type:QUERY or type:XID", "op:insert,update", "txn.rows > 2"];

fn open(bytes: &[u8]) -> Document {
    let source = Box::new(Memory::new(bytes.to_vec()));
    let mut document = Document::new("test".into(), source, false, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    document
}

/// The cut of events that begin in these ranges.
fn cut_of(bytes: &[u8], ranges: &[(u64, u64)]) -> (Vec<u8>, Report) {
    let source = Memory::new(bytes.to_vec());
    let mut cut = Cut::new(Vec::new());
    let mut sink = Selected::new(cut.of(&source, true), ranges);
    walk(&source, Start::File, 0, &mut sink).expect("it walks");
    let report = cut.finish().expect("memory takes it");
    assert_eq!(cut.refused(), None);
    (cut.into_writer(), report)
}

fn filtered(bytes: &[u8], filter: &str) -> (Vec<u8>, Report) {
    let source = Memory::new(bytes.to_vec());
    let filter = Filter::parse(filter).expect("a filter");
    let document = filter.needs_totals().then(|| open(bytes));
    let mut cut = Cut::new(Vec::new());
    let sink = cut.of(&source, true);
    let mut sink = Filtered::new(sink, Search::new(Arc::new(filter)), document.as_ref());
    walk(&source, Start::File, 0, &mut sink).expect("it walks");
    let report = cut.finish().expect("memory takes it");
    (cut.into_writer(), report)
}

/// An event as it is compared: what its place decides is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Same {
    kind: u8,
    body: Vec<u8>,
}

#[derive(Default)]
struct Events {
    starts: Vec<(u64, u64)>,
    same: Vec<Same>,
    positions: Vec<(u64, u64, u32, u16)>,
    bad: u64,
    open_statement: bool,
}

impl Sink for Events {
    const PARTS: bool = false;

    fn event(&mut self, event: &Walked<'_>) -> std::io::Result<Option<DecodeError>> {
        if event.space != "0" {
            return Ok(None);
        }
        self.bad += u64::from(matches!(event.checksum, FrameChecksum::Bad { .. }));
        self.starts.push((event.start, event.end));
        self.positions.push((event.start, event.end, event.header.log_pos, event.header.flags));
        let length = event.context.format.header_length(event.bytes);
        let tail = if event.context.checksum { 4 } else { 0 };
        let mut body = event.bytes.get(length..event.bytes.len() - tail).expect("a body").to_vec();
        let mut header = event.bytes.get(..length.min(13)).expect("a header").to_vec();
        if Operation::of(event.kind).is_some() {
            // The flag that ends a statement.
            let at = if event.context.format.short_table_ids(event.header.type_code) { 4 } else { 6 };
            if let Some(Ok(Body::Rows(rows))) = event.decoded.as_ref().ok().map(|event| event.body.as_ref()) {
                self.open_statement = rows.flags & 1 == 0;
            }
            body[at] |= 1;
        }
        if matches!(event.kind, code::GTID | code::ANONYMOUS_GTID | code::GTID_TAGGED) {
            // The transaction's length is in it: the tools compare that.
            body.clear();
        }
        header.append(&mut body);
        self.same.push(Same { kind: event.kind, body: header });
        Ok(None)
    }
}

fn events(bytes: &[u8]) -> (Events, Totals) {
    let mut events = Events::default();
    let totals = walk(&Memory::new(bytes.to_vec()), Start::File, 0, &mut events).expect("it walks");
    (events, totals)
}

fn problems(bytes: &[u8]) -> Vec<String> {
    let mut verifier = Verifier::new();
    let totals = walk(&Memory::new(bytes.to_vec()), Start::File, 0, &mut verifier).expect("it walks");
    let listed = verifier.finish(&totals).listed;
    listed.iter().filter(|it| it.severity == Severity::Problem).map(|it| it.message.id.clone()).collect()
}

/// What every cut is.
fn judge(what: &str, bytes: &[u8], cut: &[u8], report: &Report, chosen: &BTreeSet<u64>) {
    assert_eq!(report.bytes, cut.len() as u64, "{what}");
    let (before, _) = events(bytes);
    let (after, totals) = events(cut);
    assert_eq!(after.bad, 0, "{what}: checksums");
    assert!(totals.damaged.is_empty() && totals.incomplete.is_none(), "{what}: {totals:?}");
    assert_eq!(report.events, after.same.len() as u64, "{what}");
    // In the order of the file, and nothing else.
    let mut rest = before.same.iter().zip(&before.starts);
    for same in &after.same {
        assert!(rest.any(|(other, _)| other == same), "{what}: an event that the file does not have there");
    }
    // All that was chosen.
    let kept: BTreeSet<_> = after.same.iter().collect();
    for (same, (start, _)) in before.same.iter().zip(&before.starts) {
        assert!(!chosen.contains(start) || kept.contains(same), "{what}: {start} is missing");
    }
    let foreign = before.positions.iter().any(|(.., flags)| flags & flag::RELAY_LOG != 0);
    for (start, end, position, flags) in &after.positions {
        let right = foreign || *position == 0 || u64::from(*position) == *end || u64::from(*position) == *start;
        assert!(right, "{what}: {start} has {position}");
        assert!(*start != 4 || flags & flag::IN_USE == 0, "{what}: in use");
    }
    assert!(!after.open_statement, "{what}: a statement is open");
    let mut old = problems(bytes);
    for problem in problems(cut) {
        let at = old.iter().position(|other| *other == problem);
        assert!(at.is_some(), "{what}: {problem}");
        at.map(|at| old.swap_remove(at));
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// The units of a file: ranges of transactions, and of what belongs to none.
fn units(document: &Document) -> Vec<(u64, u64)> {
    let start = |entry| document.locate_entry(entry).expect("an item").entry;
    let mut units = Vec::new();
    let mut number = 0;
    while let Some(unit) = document.unit(number) {
        let next = document.unit(number + 1).map_or(document.entries(), |next| next.first_entry);
        units.push((start(unit.first_entry).start, start(next - 1).end));
        number += 1;
    }
    units
}

/// Cuts of a file, each with what was chosen.
fn cuts(bytes: &[u8]) -> Vec<(String, Vec<u8>, Report, BTreeSet<u64>)> {
    let (all, _) = events(bytes);
    // What says of other logs where they go on has no place in a part, nor has what says that it is encrypted.
    let tells = |kind: u8| !matches!(kind, code::FORMAT_DESCRIPTION | code::START_V3 | code::START_ENCRYPTION);
    let starts: Vec<(u64, u64)> =
        all.starts.iter().zip(&all.same).filter(|(_, same)| tells(same.kind)).map(|(range, _)| *range).collect();
    let within = |ranges: &[(u64, u64)]| {
        let has = |(start, _): &&(u64, u64)| ranges.iter().any(|(from, to)| from <= start && start < to);
        starts.iter().filter(has).map(|(start, _)| *start).collect::<BTreeSet<u64>>()
    };
    let mut cuts = Vec::new();
    let document = open(bytes);
    let units = units(&document);
    for range in units.iter().step_by(1 + units.len() / 5) {
        let (cut, report) = cut_of(bytes, &[*range]);
        cuts.push((format!("unit {range:?}"), cut, report, within(&[*range])));
    }
    let mut random = Random(bytes.len() as u64);
    for set in 0..SETS {
        let some: Vec<(u64, u64)> =
            starts.iter().filter(|_| random.next().is_multiple_of(2 + 4 * set)).copied().collect();
        let (cut, report) = cut_of(bytes, &some);
        cuts.push((format!("events {some:?}"), cut, report, within(&some)));
    }
    let whole = [(0, u64::MAX)];
    let (cut, report) = cut_of(bytes, &whole);
    cuts.push(("everything".into(), cut, report, within(&whole)));
    for filter in FILTERS {
        let (cut, report) = filtered(bytes, filter);
        cuts.push((filter.into(), cut, report, BTreeSet::new()));
    }
    cuts
}

/// Files of whole events: what is encrypted or made of pages has no cut without a key.
fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let small = corpus::files().into_iter().filter_map(|path| {
        let bytes = std::fs::read(&path).expect("readable");
        let (events, totals) = events(&bytes);
        let clear = totals.encrypted.is_none() && !events.starts.is_empty();
        let most = if corpus::full() { 120_000 } else { 9_000 };
        (bytes.len() < most && clear).then_some((path, bytes))
    });
    small.collect()
}

#[test]
fn cuts_are_logs() {
    let (mut judged, mut ended) = (0, 0);
    for (path, bytes) in files() {
        let described = open(&bytes).summary().binlog_version.is_some();
        if !described {
            continue;
        }
        for (what, cut, report, chosen) in cuts(&bytes) {
            judge(&format!("{} {what}", path.display()), &bytes, &cut, &report, &chosen);
            judged += 1;
            ended += report.ended;
        }
    }
    assert!(judged > 500 && ended > 10, "{judged} {ended}");
}

/// The tool that reads a file's logs, if it is here.
fn tool(bytes: &[u8]) -> Option<(PathBuf, &'static str)> {
    let flavor = open(bytes).summary().flavor?;
    let (server, tool) =
        if flavor == "mariadb" { ("mariadb-11.8", "mariadb-binlog") } else { ("mysql-9.7", "mysqlbinlog") };
    let server = corpus::root().join("../shared/servers").join(server);
    // Unpacked at the first use, which takes a network: that is for whoever runs the live tests.
    let unpacked = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/binlog-servers"));
    (server.exists() && unpacked.is_some_and(|cache| cache.exists())).then_some((server, tool))
}

/// What the servers' tool complains about in these files.
fn complaints(tool: &(PathBuf, &str), files: &[PathBuf]) -> Vec<String> {
    let options = ["--verify-binlog-checksum", "-vv", "--base64-output=decode-rows"];
    let output = Command::new(&tool.0).arg(tool.1).args(options).args(files).output().expect("the tool runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines: Vec<String> = said.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    lines.extend(text.lines().filter(|line| line.contains("!!") && line.starts_with("###")).map(str::to_owned));
    if !output.status.success() && lines.is_empty() {
        lines.push(format!("{}", output.status));
    }
    lines
}

#[test]
fn the_servers_tools_read_every_cut_without_complaint() {
    let folder = std::env::temp_dir().join(format!("binlogscope-cuts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (mut read, mut skipped) = (0, 0);
    for (number, (path, bytes)) in files().into_iter().enumerate() {
        let Some(tool) = tool(&bytes) else { continue };
        // What the tool cannot read whole says nothing about cuts.
        if !complaints(&tool, std::slice::from_ref(&path)).is_empty() {
            skipped += 1;
            continue;
        }
        let mut files = Vec::new();
        for (at, (what, cut, ..)) in cuts(&bytes).into_iter().enumerate() {
            let file = folder.join(format!("{number}-{at}"));
            std::fs::write(&file, cut).expect("written");
            files.push((file, what));
        }
        let paths: Vec<PathBuf> = files.iter().map(|(file, _)| file.clone()).collect();
        // All in one run; who complains is found one by one.
        if !complaints(&tool, &paths).is_empty() {
            for (file, what) in &files {
                let said = complaints(&tool, std::slice::from_ref(file));
                assert!(said.is_empty(), "{} {what}: {said:#?}", path.display());
            }
        }
        read += files.len();
        paths.iter().for_each(|file| std::fs::remove_file(file).expect("removed"));
    }
    std::fs::remove_dir_all(&folder).expect("removed");
    // Without the tools nothing was read.
    assert!(read > 400 || read == 0, "{read} {skipped}");
}

fn kinds(bytes: &[u8]) -> Vec<u8> {
    events(bytes).0.same.iter().map(|same| same.kind).collect()
}

/// What is cut in an open document is what is cut of the file.
#[test]
fn documents_cut_alike() {
    let mut compared = 0;
    for (path, bytes) in files() {
        let document = open(&bytes);
        let (all, _) = events(&bytes);
        if document.summary().binlog_version.is_none() {
            continue;
        }
        for (number, range) in units(&document).into_iter().enumerate() {
            let mut starts = all.starts.iter().filter(|(start, _)| range.0 <= *start && *start < range.1);
            let Some((first, end)) = starts.clone().nth(number % 7).or(starts.next_back()).copied() else { continue };
            for (choice, ranges) in [
                (Choice::Transaction(Address::source(first)), range),
                (Choice::Event(Address::source(first)), (first, end)),
            ] {
                let what = format!("{} {choice:?}", path.display());
                let mut own = Vec::new();
                let (report, _) = document.cut(&choice, &mut own).unwrap_or_else(|error| panic!("{what}: {error:?}"));
                let chosen = BTreeSet::from([first]);
                let tells = all.same.iter().zip(&all.starts).any(|(same, range)| {
                    range.0 == first && matches!(same.kind, code::FORMAT_DESCRIPTION | code::START_ENCRYPTION)
                });
                judge(&what, &bytes, &own, &report, if tells { &NOTHING } else { &chosen });
                let (wanted, _) = cut_of(&bytes, &[ranges]);
                assert!(own == wanted, "{what}: {:?} and {:?}", kinds(&own), kinds(&wanted));
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

/// Nothing was chosen that must be there.
static NOTHING: BTreeSet<u64> = BTreeSet::new();

/// A log of which only two stretches are there, far apart.
struct Far {
    head: Vec<u8>,
    rest: Vec<u8>,
    /// Where the rest begins.
    from: u64,
}

impl Source for Far {
    fn length(&self) -> u64 {
        self.from + self.rest.len() as u64
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let (bytes, start) = if offset < self.from { (&self.head, 0) } else { (&self.rest, self.from) };
        if offset < self.from && offset >= self.head.len() as u64 {
            return Err(ReadError::Hole { end: self.from });
        }
        let from = &bytes[(offset - start) as usize..];
        let count = from.len().min(buffer.len());
        buffer[..count].copy_from_slice(&from[..count]);
        Ok(count)
    }
}

/// Positions behind 4 GiB have lost their high bits; those of the cut are its own.
#[test]
fn what_lies_behind_4_gib_is_cut_alike() {
    let bytes = std::fs::read(corpus::root().join("web/samples/mysql-9.7-shop.binlog")).expect("a sample");
    let (all, _) = events(&bytes);
    let (_, head) = all.starts[1];
    let rest = bytes[head as usize..].to_vec();
    let far = Far { head: bytes[..head as usize].to_vec(), rest, from: 5 << 30 };
    let mut cut = Cut::new(Vec::new());
    let ranges = [(0, u64::MAX)];
    walk(&far, Start::File, 0, &mut Selected::new(cut.of(&far, true), &ranges)).expect("it walks");
    cut.finish().expect("memory takes it");
    let (whole, _) = cut_of(&bytes, &ranges);
    assert!(cut.into_writer() == whole, "the same log");
}

/// Nothing moves in a cut of everything: it is the file.
#[test]
fn a_cut_of_everything_is_the_file() {
    let mut same = 0;
    for (path, bytes) in files() {
        let (events, totals) = events(&bytes);
        let encrypts = events.same.iter().any(|same| same.kind == code::START_ENCRYPTION);
        let relay = events.positions.iter().any(|(.., flags)| flags & flag::RELAY_LOG != 0);
        let right = |(start, end, position, _): &(u64, u64, u32, u16)| {
            *position == 0 || u64::from(*position) == *end || u64::from(*position) == *start
        };
        let in_use = events.positions.first().is_some_and(|(.., flags)| flags & flag::IN_USE != 0);
        let whole = totals.problems == 0 && totals.incomplete.is_none() && !in_use && !encrypts && !relay;
        if !whole || !events.positions.iter().all(right) || !problems(&bytes).is_empty() {
            continue;
        }
        if open(&bytes).summary().binlog_version.is_none() {
            continue;
        }
        let (cut, _) = cut_of(&bytes, &[(0, u64::MAX)]);
        if cut == bytes {
            same += 1;
        } else {
            let at = cut.iter().zip(&bytes).position(|(one, other)| one != other);
            panic!("{}: {} and {} bytes, other at {at:?}", path.display(), cut.len(), bytes.len());
        }
    }
    assert!(same > 100, "{same}");
}

/// A log of MySQL's 3.23 to 4.1 stays readable.
#[test]
fn old_versions_are_cut_too() {
    let mut versions = BTreeSet::new();
    for (path, bytes) in files() {
        let Some(version) = open(&bytes).summary().binlog_version.filter(|version| *version < 4) else { continue };
        let document = open(&bytes);
        for range in units(&document) {
            let (cut, _) = cut_of(&bytes, &[range]);
            let summary = open(&cut).summary();
            assert_eq!(summary.binlog_version, Some(version), "{}", path.display());
        }
        versions.insert(version);
    }
    // The corpora have some; the samples do not.
    assert!(versions.is_empty() || versions.contains(&3) || versions.contains(&1), "{versions:?}");
}
