//! MariaDB's InnoDB-based log. No file of a server is at hand, so files are written here as the server's
//! documents say, around the events of a real log.

mod corpus;

use std::collections::BTreeMap;
use std::io;

use binlog_explorer::document::{Document, Neighbour};
use binlog_explorer::dump::{JsonDump, Sink, Totals, Walked, walk};
use binlog_explorer::outline::Outline;
use binlog_explorer::scan::Scanner;
use binlog_explorer::source::Memory;
use binlog_explorer::view::{Address, ListMode, RowContent};
use binlog_format::event::decode;
use binlog_format::framer::{Framer, Item, Span, SpanKind, Start, Step};
use binlog_format::ibb::RecordKind;
use binlog_format::tree::FieldTree;
use binlog_format::{DecodeError, ErrorCode, ibb};

const PAGE: usize = 16384;
const COMMIT: u8 = 1;
const GTID_STATE: u8 = 2;
const OOB: u8 = 3;
const DUMMY: u8 = 4;
const XA_PREPARE: u8 = 5;
const XA_COMPLETE: u8 = 6;
const CONT: u8 = 0x80;
const LAST: u8 = 0x40;
const FILE_NUMBER: u64 = 7;

/// CRC-32C bit by bit, apart from the code under test.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0x82f6_3b78 } else { sum >> 1 })
    })
}

/// A compressed integer in as few bytes as will do.
fn int(number: u64) -> Vec<u8> {
    let bytes = (1..=7).find(|bytes| number < 1 << (8 * bytes - 3)).unwrap_or(9);
    let code: u128 = if bytes == 9 { 7 } else { bytes as u128 - 1 };
    (u128::from(number) << 3 | code).to_le_bytes()[..bytes].to_vec()
}

fn ints(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| int(*number)).collect()
}

/// Writes a file of pages.
struct Writer {
    file: Vec<u8>,
    /// Whether a GTID state stands before the data of every page, also in the middle of a record.
    states: bool,
}

impl Writer {
    fn new(states: bool) -> Self {
        let mut header = Vec::new();
        header.extend(0x010d_fefe_u32.to_le_bytes());
        for number in [14u32, 1, 0] {
            header.extend(number.to_le_bytes());
        }
        for number in [FILE_NUMBER, 64, 123_456, 65_536, FILE_NUMBER, FILE_NUMBER] {
            header.extend(number.to_le_bytes());
        }
        header.resize(508, 0);
        header.extend(crc32c(&header).to_le_bytes());
        header.resize(PAGE, 0);
        let mut writer = Self { file: header, states };
        writer.seal(0);
        writer
    }

    fn seal(&mut self, page: usize) {
        let page = &mut self.file[page * PAGE..(page + 1) * PAGE];
        let sum = crc32c(&page[..PAGE - 4]);
        page[PAGE - 4..].copy_from_slice(&sum.to_le_bytes());
    }

    /// Bytes left for chunks in the page at hand.
    fn left(&self) -> usize {
        match self.file.len() % PAGE {
            0 => 0,
            used => PAGE - 4 - used,
        }
    }

    fn end_page(&mut self) {
        if !self.file.len().is_multiple_of(PAGE) {
            // Less than a chunk of one byte: filler.
            let left = self.left();
            self.file.extend(std::iter::repeat_n(if left < 4 { 0xff } else { 0 }, left));
            self.file.extend([0; 4]);
            self.seal(self.file.len() / PAGE - 1);
        }
    }

    fn chunk(&mut self, kind: u8, data: &[u8]) {
        self.file.push(kind);
        self.file.extend((data.len() as u16).to_le_bytes());
        self.file.extend(data);
    }

    /// Writes a record over as many pages as it takes; where it begins.
    fn record(&mut self, kind: u8, mut data: &[u8]) -> u64 {
        let mut start = None;
        loop {
            if self.left() < 4 {
                self.end_page();
                if self.states {
                    let state = ints(&[2, 0, 0, 1, 42, 1, 9, 1 << 40]);
                    self.chunk(GTID_STATE | LAST, &state);
                }
            }
            let free = if self.left() == 0 { PAGE - 4 } else { self.left() } - 3;
            let (now, later) = data.split_at(free.min(data.len()));
            let place = self.file.len() as u64;
            let flags = if start.is_some() { CONT } else { 0 } | if later.is_empty() { LAST } else { 0 };
            self.chunk(kind | flags, now);
            start.get_or_insert(place);
            data = later;
            if data.is_empty() {
                return start.unwrap_or_default();
            }
        }
    }

    /// An event group in one record, or with its events in pieces of `piece` bytes written before.
    fn group(&mut self, events: &[u8], piece: Option<usize>) -> u64 {
        let Some(piece) = piece else { return self.record(COMMIT, &[ints(&[0, 0]), events.to_vec()].concat()) };
        let (first, rest) = events.split_at(60.min(events.len()));
        // Roots of the trees so far: their heights and places.
        let mut roots: Vec<(u32, u64)> = Vec::new();
        let mut places = Vec::new();
        for (index, data) in rest.chunks(piece).enumerate() {
            let (height, left, right) = match roots.as_slice() {
                [.., (a, left), (b, right)] if a == b => (a + 1, (FILE_NUMBER, *left), (FILE_NUMBER, *right)),
                [.., (_, before)] => (0, (0, 0), (FILE_NUMBER, *before)),
                [] => (0, (0, 0), (0, 0)),
            };
            let head = ints(&[index as u64, left.0, left.1, right.0, right.1]);
            let place = self.record(OOB, &[head, data.to_vec()].concat());
            if height > 0 {
                roots.truncate(roots.len() - 2);
            }
            roots.push((height, place));
            places.push(place);
        }
        let ends = [places.first(), places.last()].map(|place| place.copied().unwrap_or_default());
        let head = ints(&[places.len() as u64, FILE_NUMBER, ends[0], FILE_NUMBER, ends[1], 0]);
        self.record(COMMIT, &[head, first.to_vec()].concat())
    }

    /// The last page, and pages that were allocated and never written.
    fn finish(mut self, unwritten: usize) -> Vec<u8> {
        self.end_page();
        self.file.extend(std::iter::repeat_n(0, unwritten * PAGE));
        self.file
    }
}

/// Events in order, without checksums and positions.
#[derive(Default)]
struct Events(Vec<Vec<u8>>, BTreeMap<&'static str, u64>);

impl Sink for Events {
    fn span(&mut self, _: &str, span: &Span) -> io::Result<()> {
        *self.1.entry(span.kind.text()).or_default() += 1;
        Ok(())
    }
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let decoded = decode(event.bytes, &event.context, &mut tree).expect("a header");
        let mut bytes = event.bytes.to_vec();
        if event.context.checksum {
            bytes.truncate(bytes.len() - 4);
            let size = bytes.len() as u32;
            bytes[9..13].copy_from_slice(&size.to_le_bytes());
        }
        bytes[13..17].fill(0);
        self.0.push(bytes);
        Ok(decoded.error())
    }
}

fn events(file: &[u8]) -> (Events, Totals) {
    let mut events = Events::default();
    let totals = walk(&Memory::new(file), Start::File, 0, &mut events).expect("memory does not fail");
    (events, totals)
}

/// The event groups of a real log.
fn groups() -> Vec<Vec<Vec<u8>>> {
    const GTID: u8 = 162;
    const ROTATE: u8 = 4;
    let sample = corpus::files().into_iter().find(|file| file.ends_with("web/samples/mariadb-11.8-shop.binlog"));
    let log = std::fs::read(sample.expect("a committed sample")).expect("readable");
    let mut groups: Vec<Vec<Vec<u8>>> = Vec::new();
    for event in events(&log).0.0 {
        match event[4] {
            GTID => groups.push(vec![event]),
            ROTATE => {}
            _ => groups.last_mut().into_iter().for_each(|group| group.push(event.clone())),
        }
    }
    assert!(groups.len() > 10);
    groups
}

/// A file with the groups `times` over; every fourth in pieces.
fn log(times: usize, states: bool, piece: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut writer = Writer::new(states);
    let mut expected = Vec::new();
    writer.record(GTID_STATE, &ints(&[1, 0, 0, 1, 100]));
    for (number, group) in std::iter::repeat_n(groups(), times).flatten().enumerate() {
        writer.group(&group.concat(), (number % 4 == 3).then_some(piece));
        expected.extend(group);
        if number % 10 == 5 {
            let xid = [1u32.to_le_bytes().to_vec(), vec![2, 1], b"gtb".to_vec()].concat();
            writer.record(XA_PREPARE, &[vec![2], xid.clone(), ints(&[0, 0, 0, 0, 0])].concat());
            writer.record(XA_COMPLETE, &[vec![1], xid].concat());
        }
    }
    let left = writer.left();
    if left > 10 {
        writer.record(DUMMY, &vec![0; left - 3]);
    }
    (writer.finish(2), expected)
}

/// Spans and events partition every space, and the leaves of each partition it.
fn partitions(file: &[u8]) -> usize {
    fn leaves(nodes: &[serde_json::Value], out: &mut Vec<(u64, u64)>) {
        for node in nodes {
            match node["children"].as_array() {
                Some(children) if !children.is_empty() => leaves(children, out),
                Some(_) => {}
                None => out.push((node["start"].as_u64().expect("start"), node["end"].as_u64().expect("end"))),
            }
        }
    }
    fn tiles(mut pieces: Vec<(u64, u64)>, start: u64, end: u64, what: &str) {
        pieces.retain(|(start, end)| start < end);
        pieces.sort_unstable();
        let reached = pieces.iter().fold(start, |at, piece| {
            assert_eq!(at, piece.0, "{what}");
            piece.1
        });
        assert_eq!(reached, end, "{what}");
    }
    let mut out = Vec::new();
    walk(&Memory::new(file), Start::File, 0, &mut JsonDump::new(&mut out)).expect("memory does not fail");
    let mut spaces = BTreeMap::from([("0".to_owned(), (file.len() as u64, Vec::new()))]);
    let text = String::from_utf8(out).expect("JSON is text");
    for line in text.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let space = record["space"].as_str().unwrap_or("0").to_owned();
        match record["record"].as_str().expect("a record") {
            "space" => {
                let size = record["size"].as_u64().expect("size");
                let ranges = record["ranges"].as_array().expect("ranges").iter();
                let length = ranges.map(|range| range[1].as_u64().expect("end") - range[0].as_u64().expect("start"));
                assert!(record["transform"] != "gather" || length.sum::<u64>() == size, "{line}");
                assert!(spaces.insert(space, (size, Vec::new())).is_none(), "{line}");
            }
            "span" | "event" => {
                let range = (record["start"].as_u64().expect("start"), record["end"].as_u64().expect("end"));
                if let Some(fields) = record["fields"].as_array() {
                    let mut found = Vec::new();
                    leaves(fields, &mut found);
                    tiles(found, range.0, range.1, line);
                }
                spaces.get_mut(&space).expect("a space that was told").1.push(range);
            }
            _ => {}
        }
    }
    let count = spaces.len();
    for (name, (size, pieces)) in spaces {
        tiles(pieces, 0, size, &name);
    }
    count
}

#[test]
fn event_groups_come_out_as_they_went_in() {
    for (states, piece) in [(false, 200), (true, 61), (true, 5000)] {
        let (file, expected) = log(9, states, piece);
        assert!(file.len() > 6 * PAGE);
        let (found, totals) = events(&file);
        assert_eq!((totals.problems, totals.damaged.len()), (0, 0), "{:?} {:?}", totals.faults, totals.damaged);
        assert!(found.0 == expected, "{} of {} events", found.0.len(), expected.len());
        for kind in ["page_header", "page_checksum", "commit_record", "oob_record", "record_continued", "zero_fill"] {
            assert!(found.1.contains_key(kind), "{kind}");
        }
        for kind in ["gtid_state_record", "xa_prepare_record", "xa_complete_record", "dummy_record", "event_data"] {
            assert!(found.1.contains_key(kind), "{kind}");
        }
        assert!(partitions(&file) > 100);
    }
}

/// Everything that can stand at a page's end: 0 to 3 bytes of filler, and a first chunk of one byte.
#[test]
fn pages_end_in_filler_and_chunks_of_one_byte() {
    let group = groups().swap_remove(1).concat();
    let mut filled = 0;
    for gap in 0..12 {
        let mut writer = Writer::new(false);
        writer.record(GTID_STATE, &ints(&[0, 0]));
        let left = writer.left();
        writer.record(DUMMY, &vec![0; left - 3 - gap]);
        let start = writer.group(&group, None);
        let file = writer.finish(0);
        let (found, totals) = events(&file);
        assert_eq!(totals.problems, 0, "{gap}");
        assert_eq!(found.0.concat(), group, "{gap} {start}");
        filled += found.1.get("page_filler").copied().unwrap_or(0);
        partitions(&file);
    }
    assert_eq!(filled, 3, "1, 2 and 3 bytes");
}

#[test]
fn windows_of_any_size_give_the_same() {
    fn items(file: &[u8], mut window: impl FnMut() -> usize) -> Vec<(u64, u64, SpanKind, bool)> {
        let mut framer = Framer::new(Start::File);
        framer.set_length(file.len() as u64, true);
        let mut items = Vec::new();
        let mut want = 0;
        loop {
            let at = framer.offset() as usize;
            let end = (at + want.max(window())).min(file.len());
            match framer.step(&file[at..end]) {
                Step::Consumed(_, Some(Item::Span(span))) => {
                    items.push((span.start, span.end, span.kind, span.error.is_some()));
                    want = 0;
                }
                Step::Consumed(..) | Step::Back => want = 0,
                Step::NeedMore(bytes) => {
                    assert!(bytes > end - at, "it asks for what it has");
                    want = bytes;
                }
                Step::End => return items,
            }
        }
    }
    let (mut file, _) = log(3, true, 90);
    file[3 * PAGE + 77] ^= 1;
    let whole = items(&file, || usize::MAX / 2);
    let mut seed = 1u64;
    for most in [1, 7, 4096, 40_000] {
        let cut = items(&file, || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % most
        });
        assert!(cut == whole, "{most}");
    }
    // So does the index, whose blocks know what to go on with.
    let index = |window: usize| {
        let mut scanner = Scanner::new(Start::File);
        scanner.set_length(file.len() as u64, true);
        for (nth, part) in file.chunks(window).enumerate() {
            scanner.feed((nth * window) as u64, part);
        }
        scanner.finish();
        scanner.into_index()
    };
    let at_once = index(usize::MAX / 2);
    assert_eq!(index(100), at_once);
    assert_eq!(index(5000), at_once);
    // A block is walked again from any page.
    let (mut again, mut from) = (Vec::new(), Framer::new(Start::File));
    from.set_length(file.len() as u64, true);
    let Step::Consumed(0, None) = from.step(&file) else { panic!("the header comes first") };
    for page in 1..file.len() / PAGE {
        let mut framer = Framer::resume((page * PAGE) as u64, &from.state());
        framer.set_length(((page + 1) * PAGE) as u64, true);
        while let Step::Consumed(_, Some(Item::Span(span))) = framer.step(&file[framer.offset() as usize..]) {
            again.push((span.start, span.end, span.kind, span.error.is_some()));
        }
    }
    assert!(again == whole[whole.iter().position(|item| item.0 == PAGE as u64).expect("a page")..]);
}

#[test]
fn a_wrong_page_checksum_is_told_and_the_page_read_all_the_same() {
    let (mut file, expected) = log(4, false, 300);
    let (before, _) = events(&file);
    // A byte in the middle of a row of the third page.
    let at = 2 * PAGE + PAGE / 2;
    file[at] ^= 0x20;
    let (found, totals) = events(&file);
    let wrong: Vec<_> = totals.damaged.iter().filter(|(_, span)| span.kind == SpanKind::PageChecksum).collect();
    let [(space, span)] = wrong.as_slice() else { panic!("{wrong:?}") };
    assert_eq!((space.as_str(), span.end), ("0", 3 * PAGE as u64));
    assert_eq!(span.error.map(|error| error.code), Some(ErrorCode::ChecksumMismatch));
    assert_eq!(before.0.len(), expected.len());
    assert!(found.0.len() + 6 > expected.len(), "the other pages are read");
    // The header has a checksum of its own.
    file[40] ^= 1;
    let (_, totals) = events(&file);
    assert!(totals.damaged.iter().any(|(_, span)| span.kind == SpanKind::PageHeader));
}

#[test]
fn what_lies_in_another_file_is_told() {
    let group = groups().concat().concat();
    let mut writer = Writer::new(false);
    let start = writer.group(&group.repeat(6), None);
    let mut file = writer.finish(0);
    file.truncate(2 * PAGE);
    let (found, totals) = events(&file);
    assert!(!found.0.is_empty(), "what is here is read");
    let holes =
        totals.faults.iter().filter(|(space, _, fault)| *space == start.to_string() && fault.code == ErrorCode::Hole);
    assert_eq!(holes.count(), 1);
    partitions(&file);

    // A piece that the file before has: its number is another.
    let mut writer = Writer::new(false);
    let head = ints(&[1, FILE_NUMBER - 1, 99_999, FILE_NUMBER - 1, 99_999, 0]);
    let commit = writer.record(COMMIT, &[head, groups()[0].concat()].concat());
    let (found, totals) = events(&writer.finish(0));
    assert_eq!(found.0, groups()[0]);
    let [(space, _, fault)] = totals.faults.as_slice() else { panic!("{:?}", totals.faults) };
    assert!(space.starts_with(&format!("{commit}/")) && fault.code == ErrorCode::Hole);
}

#[test]
fn pieces_that_refer_to_each_other_end() {
    let mut writer = Writer::new(false);
    let place = writer.file.len() as u64;
    let head = ints(&[0, FILE_NUMBER, place, FILE_NUMBER, place]);
    assert_eq!(writer.record(OOB, &[head, vec![1; 30]].concat()), place);
    let head = ints(&[u64::MAX, FILE_NUMBER, place, FILE_NUMBER, place, 0]);
    writer.record(COMMIT, &[head, vec![2; 30]].concat());
    let file = writer.finish(0);
    let (_, totals) = events(&file);
    assert!(totals.faults.iter().any(|(_, _, fault)| fault.code == ErrorCode::Hole));
    partitions(&file);
}

#[test]
fn damaged_files_end_well() {
    let (file, _) = log(1, true, 50);
    let mut seed = 7u64;
    for _ in 0..60 {
        let mut damaged = file.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = 4 + (seed >> 33) as usize % (damaged.len() - 4);
            damaged[at] = (seed >> 20) as u8;
        }
        if seed & 1 << 50 != 0 {
            damaged.truncate(damaged.len() - (seed >> 40) as usize % PAGE);
        }
        partitions(&damaged);
    }
}

#[test]
fn a_document_opens_records_to_their_events() {
    let (file, expected) = log(2, true, 120);
    let mut document =
        Document::new("binlog-000007.ibb".into(), Box::new(Memory::new(file)), false, Vec::new()).expect("it opens");
    document.scan_all().expect("memory does not fail");
    assert_eq!((document.index().damaged, document.index().bad_checksums), (0, 0));
    assert_eq!(document.summary().flavor.as_deref(), Some("mariadb"));
    document.row_map().set_mode(ListMode::Plain);
    let commits: Vec<u64> = (0..document.entries())
        .filter_map(|number| {
            let entry = document.locate_entry(number).expect("an item").entry;
            let binlog_explorer::scan::EntryKind::Span(span) = entry.what else { panic!("an event in the file") };
            (span.kind == SpanKind::Chunk(RecordKind::Commit)).then_some(entry.start)
        })
        .collect();
    let mut shown = 0;
    for start in commits {
        let address = Address::source(start);
        document.expand_payload(&address, true).expect("it opens");
        let event = document.event(&address).expect("a chunk");
        let inside = event.nodes.iter().filter(|node| node.space.as_deref() == Some(&*start.to_string()));
        let inside = inside.count();
        assert!(inside >= 3, "what the record says of itself: {inside} of {:?}", event.nodes);
        let row = document.reveal(&address).expect("a row");
        let rows = document.list(row + 1, 1000);
        let rows: Vec<_> = rows.into_iter().take_while(|row| row.level == 2).collect();
        for row in &rows {
            assert_eq!(document.reveal(&row.address), Ok(row.row), "{}", row.address);
            let event = document.event(&row.address).expect("an event");
            assert_eq!(event.error, None);
            if let RowContent::Event { summary, type_name, .. } = &row.content {
                shown += 1;
                assert!(type_name != "GTID_EVENT" || summary.contains('-'), "{summary}");
                assert!(!event.nodes.is_empty());
            }
        }
        let first = rows.first().expect("a row").address.clone();
        assert_eq!(document.neighbour(&address, Neighbour::Next), Some(first.clone()));
        assert_eq!(document.neighbour(&first, Neighbour::Previous), Some(address.clone()));
        let (bytes, size) = document.bytes(&first.space, 0, 64).expect("bytes");
        assert!(!bytes.is_empty() && size >= bytes.len() as u64);
        document.expand_payload(&address, false).expect("it closes");
    }
    assert_eq!(shown, expected.len());
}

#[test]
fn leaves_of_every_structure_are_small_numbers() {
    let (file, _) = log(1, true, 120);
    let mut framer = Framer::new(Start::File);
    framer.set_length(file.len() as u64, true);
    let mut leaves = 0;
    while let Step::Consumed(_, item) = framer.step(&file[framer.offset() as usize..]) {
        let Some(Item::Span(span)) = item else { continue };
        let mut tree = FieldTree::new();
        let bytes = &file[span.start as usize..span.end as usize];
        let observed = ibb::observe(span.kind, bytes, &mut tree).expect("sound");
        assert_eq!(ibb::observe(span.kind, bytes, ()), Ok(observed));
        for leaf in tree.nodes().iter().filter(|node| !node.branch) {
            let name = leaf.slot.field.entry().name();
            let long = ["data", "unused", "padding"].contains(&name);
            assert!(long || leaf.end - leaf.start <= 9, "{name}");
            leaves += 1;
        }
    }
    assert!(leaves > 100);
}

/// The file that the browser tests open, as this writer makes it; `UPDATE_FIXTURES=1` writes it anew.
#[test]
fn the_file_of_the_browser_tests_is_written_here() {
    let path = corpus::root().join("tests/fixtures/ibb/shop.ibb");
    let (file, expected) = log(1, true, 700);
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(&path, &file).expect("writable");
    }
    assert!(std::fs::read(&path).expect("the fixture") == file);
    assert_eq!(events(&file).0.0.len(), expected.len());
}
