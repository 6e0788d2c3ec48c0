//! MariaDB's rows events in fragments (12.3): a log whose rows events are cut by this test holds what the whole
//! one does, and what is missing is told without losing what is there.

use std::io;

use binlog_explorer::document::{Document, Neighbour};
use binlog_explorer::dump::{JsonDump, Sink, TextDump, Totals, TreeDump, Utc, Walked, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::space::Space;
use binlog_explorer::verify::Verifier;
use binlog_explorer::view::{Address, ListMode, RowContent};
use binlog_format::event::decode;
use binlog_format::framer::Start;
use binlog_format::names::code;
use binlog_format::rows::Operation;
use binlog_format::{Body, DecodeError, ErrorCode};

use super::Log;
use super::log::Cells;
use crate::cut::{CUT, Cut, append, cut_log, events, fragments};
use crate::{Laws, corpus};

fn sample() -> Vec<u8> {
    std::fs::read(corpus::root().join("web/samples/mariadb-11.8-shop.binlog")).expect("a sample")
}

/// Bytes put together, and where they come from.
struct Gathered {
    ranges: Vec<(u64, u64)>,
    bytes: Vec<u8>,
}

/// The rows of a log, and the laws held on every event of it.
#[derive(Default)]
struct Contents {
    laws: Laws,
    said: Vec<String>,
    fragments: usize,
    gathered: Vec<Gathered>,
}

impl Sink for Contents {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.laws.event(event)?;
        let decoded = decode(event.bytes, &event.context, ()).expect("a header");
        match &decoded.body {
            Ok(Body::Rows(rows)) => {
                let plan = event.context.tables.and_then(|tables| tables.get(rows.table_id));
                self.said.push(format!("{:?} {} {}", rows.operation, rows.table_id, rows.flags));
                let Some(plan) = plan else { return Ok(decoded.error()) };
                let fault = rows.visit(plan, &mut Cells(&mut self.said)).err();
                return Ok(decoded.error().or(fault).filter(|_| rows.compressed.is_none()));
            }
            Ok(Body::PartialRowData(_)) => self.fragments += 1,
            _ => {}
        }
        Ok(decoded.error())
    }
    fn space(&mut self, space: &Space) -> io::Result<()> {
        self.laws.space(space)?;
        if space.transform == "gather" {
            self.gathered.push(Gathered { ranges: space.ranges.clone(), bytes: space.bytes.clone() });
        }
        Ok(())
    }
}

fn contents(log: &[u8], damaged: bool) -> (Contents, Totals) {
    let mut contents = Contents { laws: Laws { damaged, ..Laws::default() }, ..Contents::default() };
    let totals = walk(&Memory::new(log), Start::File, 0, &mut contents).expect("memory does not fail");
    (contents, totals)
}

#[test]
fn fragments_hold_what_the_whole_events_do() {
    let log = sample();
    let (plain, _) = contents(&log, false);
    assert!(plain.said.len() > 50 && plain.fragments == 0);
    for chunk in [1, 7, 18, 19, 20, 26, 27, 28, 64, 100, 1000, 1 << 20] {
        for (number_first, checksum_inside, sizes_count_checksum, told) in [
            (false, false, false, true),
            (true, false, true, true),
            (false, true, false, false),
            (true, true, false, true),
        ] {
            let cut = Cut { chunk, number_first, checksum_inside, sizes_count_checksum, told };
            let twin = cut_log(&log, cut);
            let (whole, totals) = contents(&twin, false);
            assert_eq!(plain.said, whole.said, "{chunk}");
            assert_eq!((totals.problems, totals.unfinished.len()), (0, 0), "{totals:?}");
            assert!(!whole.gathered.is_empty() && whole.fragments >= whole.gathered.len());
            for Gathered { ranges, bytes } in whole.gathered {
                // Each byte is traced to the fragment it comes from.
                let traced = ranges.iter().flat_map(|(start, end)| &twin[*start as usize..*end as usize]);
                assert!(traced.eq(&bytes));
            }
        }
    }
}

/// Compressed rows in fragments: what a replica of MariaDB 12.3.2 could not apply (MDEV-40768).
#[test]
fn mdev_40768_fragments_of_compressed_rows_events() {
    let files = corpus::files();
    let mut compressed = 0;
    for file in files.iter().filter(|file| file.to_string_lossy().contains("compressed-events")) {
        let log = std::fs::read(file).expect("readable");
        let images = |log: &[u8]| {
            let mut out = Vec::new();
            walk(&Memory::new(log), Start::File, 0, &mut JsonDump::new(&mut out)).expect("memory");
            let text = String::from_utf8(out).expect("JSON");
            let images = text.lines().filter(|line| line.contains(r#""kind":"row_images""#));
            images.map(|line| line.split_once(r#""fields""#).expect("fields").1.to_owned()).collect::<Vec<_>>()
        };
        let (plain, twin) = (images(&log), images(&cut_log(&log, Cut { chunk: 300, ..CUT })));
        assert_eq!(plain, twin, "{}", file.display());
        compressed += plain.len();
    }
    let there = files.iter().any(|file| file.to_string_lossy().contains("compressed-events"));
    assert!(!there || compressed > 3, "{compressed}");
}

fn document(log: Vec<u8>) -> Document {
    let mut document = Document::new("twin".into(), Box::new(Memory::new(log)), false, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    document
}

#[test]
fn a_document_opens_a_rows_event_from_any_of_its_fragments() {
    let log = sample();
    let mut whole = document(log.clone());
    let mut twin = document(cut_log(&log, CUT));
    // Transactions are the same.
    let units = |document: &mut Document| {
        let rows = document.list(0, 10_000);
        rows.into_iter()
            .filter(|row| row.level == 1)
            .map(|row| match row.content {
                RowContent::Transaction { label, complete, .. } => format!("{label} {complete}"),
                RowContent::Event { type_name, .. } => type_name,
                RowContent::Span { kind, .. } => kind,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(units(&mut whole), units(&mut twin));
    twin.row_map().set_mode(ListMode::Plain);
    let (mut opened, mut name) = (0, String::new());
    let mut number = 0;
    while number < twin.index().entries {
        let located = twin.locate_entry(number).expect("an item");
        number += 1;
        if located.entry.kind() != Some(code::PARTIAL_ROW_DATA) {
            continue;
        }
        let address = Address::source(located.entry.start);
        let view = twin.event(&address).expect("an event");
        assert_eq!(view.error, None);
        let data = view.nodes.iter().find(|node| node.id == "partial_row_data.fragment_data").expect("data");
        let opens = data.opens.clone().expect("it opens");
        if std::mem::replace(&mut name, opens.clone()) == opens {
            continue;
        }
        // The first fragment: the row of the list opens to the event.
        assert_eq!(opens, address.offset.to_string());
        let row = twin.reveal(&address).expect("a row");
        assert_eq!(twin.list(row, 1)[0].expanded, Some(false));
        twin.expand_payload(&address, true).expect("it opens");
        let inner = &twin.list(row + 1, 1)[0];
        let inside = Address { space: opens.clone(), offset: 0 };
        assert_eq!((inner.level, &inner.address), (2, &inside));
        let RowContent::Event { summary, .. } = &inner.content else { panic!("{inner:?}") };
        assert!(summary.contains('×'), "{summary}");
        assert_eq!(twin.neighbour(&address, Neighbour::Next), Some(inside.clone()));
        assert_eq!(twin.reveal(&inside), Ok(row + 1));
        let rows = twin.event(&inside).expect("the rows event");
        assert_eq!(rows.error, None);
        assert!(rows.nodes.iter().any(|node| node.name == "[0]" && node.id == "rows.row"), "{:?}", rows.nodes);
        assert_eq!(
            twin.spaces(&inside).expect("spaces").last().map(|space| space.transform.clone()),
            Some("gather".into())
        );
        let (bytes, size) = twin.bytes(&opens, 0, u32::MAX).expect("bytes");
        assert_eq!((bytes.len() as u64, rows.end), (size, size));
        opened += 1;
    }
    assert!(opened >= 10, "{opened}");
}

#[test]
fn every_output_has_the_rows_behind_the_last_fragment() {
    let log = sample();
    let twin = cut_log(&log, CUT);
    let text = |log: &[u8]| {
        let mut out = Vec::new();
        let mut dump = TextDump::new(&mut out, Utc);
        walk(&Memory::new(log), Start::File, 0, &mut dump).expect("memory");
        drop(dump);
        String::from_utf8_lossy(&out).into_owned()
    };
    let rows =
        |text: &str| text.lines().filter(|line| line.starts_with("###")).map(ToOwned::to_owned).collect::<Vec<_>>();
    let (plain, cut) = (text(&log), text(&twin));
    assert!(rows(&plain).len() > 50);
    assert_eq!(rows(&plain), rows(&cut));
    assert!(cut.contains("\tPartial_rows (1 / ") && cut.contains("# The fragments together: Write_rows: table id "));
    assert!(!cut.contains("Unknown event") && !cut.contains("# at 0\n"));

    let mut tree = Vec::new();
    walk(&Memory::new(twin.clone()), Start::File, 0, &mut TreeDump::new(&mut tree)).expect("memory");
    let tree = String::from_utf8(tree).expect("text");
    assert!(tree.contains("/0..") && tree.contains(" → space ") && tree.contains("(gather, "));

    let mut verifier = Verifier::new();
    let totals = walk(&Memory::new(twin), Start::File, 0, &mut verifier).expect("memory");
    let findings = verifier.finish(&totals);
    assert_eq!((findings.problems, findings.notes), (0, 0), "{findings:?}");
}

/// A log of one table of one INT and rows events cut by hand: total, number, flags, data of each.
fn by_hand(fragments: &[(u32, u32, &[u8])]) -> Log {
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x01\x03\0\x01"].concat();
    let log = Log::new("12.3.1-MariaDB", &[0; 172]).event(code::TABLE_MAP, &map);
    fragments.iter().fold(log, |log, (total, number, data)| {
        log.event(code::PARTIAL_ROW_DATA, &[&total.to_le_bytes()[..], &number.to_le_bytes(), &[0], data].concat())
    })
}

/// A rows event of two rows, 5 and 6, in five parts.
fn parts() -> [Vec<u8>; 5] {
    let mut event = vec![1, 2, 3, 4, code::WRITE_ROWS_V1, 1, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    event.extend([9, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0xfe, 5, 0, 0, 0, 0xfe, 6, 0, 0, 0]);
    [&event[..10], &event[10..20], &event[20..30], &event[30..34], &event[34..]].map(<[u8]>::to_vec)
}

fn faults(log: &Log) -> (Vec<(String, u64, ErrorCode)>, Vec<String>) {
    let (contents, totals) = contents(&log.bytes, true);
    let damaged = totals.damaged.into_iter().filter_map(|(space, span)| Some((space, span.start, span.error?)));
    let faults = totals.faults.into_iter().chain(damaged);
    let faults = faults.map(|(space, start, fault)| (space, start, fault.code)).collect();
    (faults, contents.said.into_iter().filter(|said| said.contains("Int") || said.contains("After")).collect())
}

#[test]
fn missing_and_doubled_fragments_are_told_and_rows_before_them_stay() {
    let [a, b, c, d, e] = parts();
    let whole = by_hand(&[(5, 1, &a), (5, 2, &b), (5, 3, &c), (5, 4, &d), (5, 5, &e)]);
    let (none, rows) = faults(&whole);
    assert_eq!((none.len(), rows), (0, vec!["After 0 5".into(), "After 0 6".into()]));
    let seen = whole.read();
    assert_eq!(seen.last().map(|seen| (seen.kind, seen.cells.len())), Some((code::WRITE_ROWS_V1, 2)));

    let codes = |fragments: &[(u32, u32, &[u8])]| {
        let (faults, rows) = faults(&by_hand(fragments));
        (faults.into_iter().map(|(_, _, code)| code).collect::<Vec<_>>(), rows.len())
    };
    use ErrorCode::{FragmentMissing, FragmentOrder, InvalidValue, UnexpectedEnd};
    // The end is missing: cut between rows, and inside one.
    assert_eq!(codes(&[(5, 1, &a), (5, 2, &b), (5, 3, &c), (5, 4, &d)]), (vec![FragmentMissing], 1));
    let cut = codes(&[(5, 1, &a), (5, 2, &b), (5, 3, &c)]);
    assert_eq!(cut, (vec![FragmentMissing, UnexpectedEnd], 0));
    // The beginning: nothing tells what the rest is.
    assert_eq!(codes(&[(5, 2, &b), (5, 3, &c), (5, 4, &d), (5, 5, &e)]), (vec![FragmentOrder], 0));
    // The middle; one comes twice; two are exchanged; another event's among them.
    assert_eq!(codes(&[(5, 1, &a), (5, 2, &b), (5, 3, &c), (5, 5, &e)]).0.last(), Some(&FragmentOrder));
    let twice = codes(&[(5, 1, &a), (5, 2, &b), (5, 2, &b), (5, 3, &c), (5, 4, &d), (5, 5, &e)]);
    assert!(twice.0.contains(&FragmentMissing) && twice.0.contains(&FragmentOrder), "{twice:?}");
    let exchanged = codes(&[(5, 1, &a), (5, 3, &c), (5, 2, &b), (5, 4, &d), (5, 5, &e)]);
    assert_eq!(exchanged.0.iter().filter(|code| **code == FragmentOrder).count(), 3, "{exchanged:?}");
    assert_eq!(codes(&[(5, 1, &a), (6, 2, &b)]).0, [FragmentMissing, FragmentOrder, UnexpectedEnd]);
    // A new group begins before the old one ends; the new one is read.
    let again = codes(&[(5, 1, &a), (5, 1, &a), (5, 2, &b), (5, 3, &c), (5, 4, &d), (5, 5, &e)]);
    assert_eq!((again.0[0], again.1), (FragmentMissing, 2));
    // What is put together is no rows event, or nothing at all.
    let mut query = a.clone();
    query[4] = code::QUERY;
    assert_eq!(codes(&[(2, 1, &query), (2, 2, &b)]).0, [ErrorCode::GatheredLength, InvalidValue]);
    assert!(codes(&[(2, 1, b""), (2, 2, b"")]).0.is_empty());
    let short = codes(&[(2, 1, b"abc"), (2, 2, b"")]);
    assert_eq!(short.0, [UnexpectedEnd]);
}

#[test]
fn a_document_says_what_is_missing() {
    let [a, b, c, d, e] = parts();
    let log = by_hand(&[(5, 1, &a), (5, 2, &b), (5, 4, &d), (5, 5, &e), (5, 3, &c)]);
    let document = document(log.bytes);
    let errors: Vec<Option<String>> = (3..8)
        .map(|number| {
            let start = document.locate_entry(number).expect("an item").entry.start;
            document.event(&Address::source(start)).expect("an event").error.map(|error| error.id)
        })
        .collect();
    let [missing, order] = ["error-fragment-missing", "error-fragment-order"].map(|id| Some(id.to_owned()));
    assert_eq!(errors, [missing.clone(), missing, order.clone(), None, order]);
}

#[test]
fn sizes_that_are_told_are_compared() {
    let log = sample();
    let rows = events(&log).into_iter().find(|event| Operation::of(event[4]).is_some()).expect("rows");
    for (at, field) in [(28, "partial_row_data.original_event_size"), (36 + 9, "event_header.event_size")] {
        let mut twin = log[..4].to_vec();
        let all = events(&log);
        let map = all.iter().position(|event| event == &rows).expect("there") - 1;
        for event in [&all[0], &all[map]] {
            append(&mut twin, event[..event.len() - 4].to_vec());
        }
        let mut own = fragments(&rows, CUT);
        own[0][at] ^= 0x10;
        own.into_iter().for_each(|fragment| append(&mut twin, fragment));
        let (contents, totals) = contents(&twin, true);
        let liars: Vec<_> =
            totals.faults.iter().map(|(_, _, fault)| (fault.code, fault.liar.map(|liar| liar.entry().id))).collect();
        assert_eq!(liars, [(ErrorCode::GatheredLength, Some(field))]);
        assert!(contents.said.len() > 1, "the rows are read all the same");
    }
}
