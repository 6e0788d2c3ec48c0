//! MariaDB's compressed events: a file whose events are compressed by this test holds what the
//! plain file holds, and damage in them is told without losing what is before it.

mod corpus;

use std::io;

use binlog_explorer::document::{Document, Neighbour};
use binlog_explorer::dump::{JsonDump, Sink, Walked, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::space::holder::Holder;
use binlog_explorer::view::{Address, RowContent};
use binlog_format::event::{Body, decode};
use binlog_format::framer::{Span, SpanKind, Start};
use binlog_format::header::HEADER_LENGTH;
use binlog_format::inflate::Inflater;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Image, RowVisitor, RowsEvent};
use binlog_format::{DecodeError, ErrorCode, Value};
use miniz_oxide::deflate::compress_to_vec_zlib;

const WRITE_V1: u8 = 23;
const COMPRESSED_V1: u8 = 166;
const COMPRESSED_V2: u8 = 169;
const QUERY: u8 = 2;
const QUERY_COMPRESSED: u8 = 165;

/// Cells and statements in order, as text.
#[derive(Default)]
struct Contents {
    said: Vec<String>,
    inflater: Inflater,
    faults: Vec<DecodeError>,
    images: u64,
}

struct Cells<'s>(&'s mut Vec<String>);

impl<'a> RowVisitor<'a> for Cells<'_> {
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'a>) {
        self.0.push(format!("{image:?} {ordinal} {value:?}"));
    }
}

impl Sink for Contents {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let decoded = decode(event.bytes, &event.context, ()).expect("a header");
        match decoded.body.expect("a body") {
            Body::Query(query) => {
                let (query, result) = query.inflated(&mut self.inflater);
                self.faults.extend(result.err());
                self.said.push(String::from_utf8_lossy(query.query).into_owned());
            }
            Body::Rows(rows) => {
                let plan = event.context.tables.and_then(|tables| tables.get(rows.table_id)).expect("mapped");
                let (rows, result) = rows.inflated(&mut self.inflater);
                self.faults.extend(result.err());
                self.said.push(format!("{:?} {} {}", rows.operation, rows.table_id, rows.flags));
                self.faults.extend(rows.visit(plan, &mut Cells(&mut self.said)).err());
            }
            _ => {}
        }
        Ok(None)
    }
    fn row_images(
        &mut self, _: Holder<'_>, _: &Span, _: &RowsEvent<'_>, _: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        self.images += 1;
        Ok(None)
    }
}

fn contents(bytes: &[u8]) -> Contents {
    let mut contents = Contents::default();
    walk(&Memory::new(bytes), Start::File, 0, &mut contents).expect("memory does not fail");
    contents
}

/// Where an event's compressible part begins, and whether it can be compressed.
#[derive(Default)]
struct Parts(Vec<(u64, u64, u8, Option<usize>)>);

impl Sink for Parts {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let decoded = decode(event.bytes, &event.context, ()).expect("a header");
        let end = event.bytes.len() - 4;
        let part = match decoded.body.expect("a body") {
            Body::Query(query) if !query.query.is_empty() => Some(end - query.query.len()),
            Body::Rows(rows) => Some(rows.rows_at as usize),
            _ => None,
        };
        self.0.push((event.start, event.end, event.kind, part));
        Ok(None)
    }
}

/// A part as MariaDB stores it (`binlog_buf_compress`).
fn stored(part: &[u8]) -> Vec<u8> {
    let length: Vec<u8> = (part.len() as u32).to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![0x80 | length.len() as u8];
    out.extend(length);
    out.extend(compress_to_vec_zlib(part, 6));
    out
}

/// Appends an event with its size, position and checksum put right.
fn append(file: &mut Vec<u8>, mut event: Vec<u8>) {
    let size = event.len() as u32 + 4;
    event[9..13].copy_from_slice(&size.to_le_bytes());
    if event[13..17] != [0; 4] {
        event[13..17].copy_from_slice(&(file.len() as u32 + size).to_le_bytes());
    }
    let checksum = crc32fast::hash(&event);
    event.extend(checksum.to_le_bytes());
    file.extend(event);
}

/// The sample with every statement and all row images compressed; `spoil` may change what is
/// stored. `v2`: in the codes that servers define and do not write.
fn compressed(v2: bool, mut spoil: impl FnMut(&mut Vec<u8>)) -> (Vec<u8>, Vec<u8>) {
    let plain = std::fs::read(corpus::root().join("web/samples/mariadb-11.8-shop.binlog")).expect("a sample");
    let mut parts = Parts::default();
    walk(&Memory::new(plain.clone()), Start::File, 0, &mut parts).expect("memory does not fail");
    let mut file = plain[..4].to_vec();
    for (start, end, kind, part) in parts.0 {
        let event = &plain[start as usize..end as usize];
        let Some(part) = part else {
            append(&mut file, event[..event.len() - 4].to_vec());
            continue;
        };
        let mut twin = event[..part].to_vec();
        let mut inside = stored(&event[part..event.len() - 4]);
        spoil(&mut inside);
        match kind {
            QUERY => twin[4] = QUERY_COMPRESSED,
            kind if v2 => {
                // The v2 post-header has two more bytes: the length of no extra data.
                twin[4] = COMPRESSED_V2 + (kind - WRITE_V1);
                let width = HEADER_LENGTH + 8;
                twin.splice(width..width, [2, 0]);
            }
            kind => twin[4] = COMPRESSED_V1 + (kind - WRITE_V1),
        }
        twin.extend(inside);
        append(&mut file, twin);
    }
    (plain, file)
}

#[test]
fn compressed_events_hold_what_plain_ones_do() {
    for v2 in [false, true] {
        let (plain, twin) = compressed(v2, |_| {});
        let (plain, twin) = (contents(&plain), contents(&twin));
        assert!(plain.said.len() > 50 && plain.images == 0);
        assert_eq!(plain.said, twin.said);
        assert!(twin.faults.is_empty() && twin.images > 5, "{:?}", twin.faults);
    }
}

#[test]
fn a_document_shows_inflated_rows_below_the_bytes_that_held_them() {
    let (_, twin) = compressed(false, |_| {});
    let mut document = Document::new("twin".into(), Box::new(Memory::new(twin)), false, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    assert_eq!((document.index().damaged, document.index().bad_checksums), (0, 0));
    let (mut rows, mut statements) = (0, 0);
    for number in 0..document.index().entries {
        let located = document.locate_entry(number).expect("an item");
        let kind = located.entry.kind().unwrap_or(0);
        if kind != QUERY_COMPRESSED && !(COMPRESSED_V1..COMPRESSED_V2).contains(&kind) {
            continue;
        }
        let address = Address::source(located.entry.start);
        let event = document.event(&address).expect("an event");
        assert_eq!(event.error, None);
        let name = address.offset.to_string();
        let at = event.nodes.iter().position(|node| node.opens.is_some()).expect("a part that opens");
        assert_eq!((event.nodes[at].opens.as_deref(), event.nodes[at].branch), (Some(name.as_str()), true));
        // The leaves below partition the space.
        let (bytes, size) = document.bytes(&name, 0, u32::MAX).expect("bytes");
        let inside = &event.nodes[at + 1..];
        let inside: Vec<_> = inside.iter().take_while(|node| node.depth > event.nodes[at].depth).collect();
        assert!(inside.iter().all(|node| node.space.as_deref() == Some(name.as_str())));
        let mut reached = 0;
        for leaf in inside.iter().filter(|node| !node.branch && node.end > node.start) {
            assert_eq!(leaf.start, reached, "{leaf:?}");
            reached = leaf.end;
        }
        assert_eq!((reached, bytes.len() as u64), (size, size));
        // The space is a place of its own, with the same fields.
        let inner = Address { space: name.clone(), offset: 0 };
        let part = document.event(&inner).expect("a span");
        let kind_of_part = match &part.content {
            RowContent::Span { kind, error: None } => kind.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!((part.end, part.nodes.len()), (size, inside.len()));
        assert_eq!(document.start_of(&Address { offset: size - 1, ..inner.clone() }), Some(inner.clone()));
        assert_eq!(document.neighbour(&inner, Neighbour::Previous), Some(address.clone()));
        assert_eq!(document.neighbour(&inner, Neighbour::Next), document.neighbour(&address, Neighbour::Next));
        let RowContent::Event { summary, .. } = &event.content else { panic!("{:?}", event.content) };
        if kind == QUERY_COMPRESSED {
            statements += 1;
            assert_eq!(kind_of_part, SpanKind::SqlText.text());
            let text = inside[0].text.clone().expect("the statement");
            let first = text.split_whitespace().next().expect("a word");
            assert!(summary.contains(first), "{summary} {text}");
        } else {
            rows += 1;
            assert_eq!(kind_of_part, SpanKind::RowImages.text());
            assert!(summary.contains('×'), "{summary}");
            // A branch inside is asked for as any other.
            let path = "compressed_part.compressed_data.rows[0]";
            let children = document.children(&address, path).expect("children");
            assert!(!children.is_empty() && children.iter().all(|node| node.space.is_some()));
            assert_eq!(document.children(&inner, "rows[0]").expect("children").len(), children.len());
        }
    }
    assert!(rows > 5 && statements > 2, "{rows} {statements}");
}

#[test]
fn go_mysql_204_damage_in_a_compressed_part_is_told_and_what_precedes_it_stays() {
    // The stream's last byte is of its Adler-32: everything came out, and the fault is told.
    let (plain, twin) = compressed(false, |stored| *stored.last_mut().expect("bytes") ^= 1);
    let (whole, spoilt) = (contents(&plain), contents(&twin));
    assert_eq!(whole.said, spoilt.said);
    assert!(spoilt.faults.iter().all(|fault| fault.code == ErrorCode::Decompress));
    assert!(spoilt.faults.len() > 10);
    let mut out = Vec::new();
    let totals = walk(&Memory::new(twin), Start::File, 0, &mut JsonDump::new(&mut out)).expect("memory");
    assert_eq!(totals.problems as usize, spoilt.faults.len());
    assert_eq!(
        totals.faults.iter().filter(|(_, _, fault)| fault.code == ErrorCode::Decompress).count(),
        100.min(spoilt.faults.len())
    );
    let text = String::from_utf8(out).expect("JSON is text");
    assert!(text.contains(r#""kind":"row_images","fields":[{"name":"rows""#));
    // A length that lies by one.
    let (_, twin) = compressed(false, |stored| stored[1] = stored[1].wrapping_add(1));
    let spoilt = contents(&twin);
    assert!(spoilt.faults.iter().any(|fault| fault.code == ErrorCode::DecompressedLength && fault.liar.is_some()));
    // An algorithm that nobody has: the event says so, the next one is read.
    let (_, twin) = compressed(false, |stored| stored[0] = 0xf1);
    let mut out = Vec::new();
    let totals = walk(&Memory::new(twin), Start::File, 0, &mut JsonDump::new(&mut out)).expect("memory");
    assert!(totals.damaged.is_empty() && totals.bad_checksums.is_empty());
    assert!(totals.faults.iter().all(|(_, _, fault)| fault.code == ErrorCode::CompressionMethod));
}

/// Values of COMPRESSED columns, plain and in compressed events: each opens a space of its own name,
/// which holds what the field says.
#[test]
fn peerdb_4463_compressed_columns_open_to_their_text() {
    let files = corpus::files();
    let (mut values, mut opened) = (0, 0);
    for file in files.iter().filter(|file| file.to_string_lossy().contains("compressed-columns")) {
        let bytes = std::fs::read(file).expect("readable");
        let mut document =
            Document::new("columns".into(), Box::new(Memory::new(bytes)), false, Vec::new()).expect("a log");
        document.scan_all().expect("memory does not fail");
        let mut names = std::collections::BTreeSet::new();
        for number in 0..document.index().entries {
            let start = document.locate_entry(number).expect("an item").entry.start;
            let event = document.event(&Address::source(start)).expect("an event");
            assert_eq!(event.error, None, "{} {start}", file.display());
            for (at, node) in event.nodes.iter().enumerate() {
                values += usize::from(node.id.ends_with("_compressed") && node.id.starts_with("column."));
                if node.id != "column.compressed_data" {
                    continue;
                }
                let name = node.opens.clone().expect("it opens");
                assert!(names.insert(name.clone()), "{name} twice");
                let inside = &event.nodes[at + 1];
                assert_eq!(inside.space.as_ref(), Some(&name));
                let (bytes, size) = document.bytes(&name, 0, u32::MAX).expect("bytes");
                assert_eq!((inside.start, inside.end), (0, size));
                let parent = event.nodes[..at].iter().rev().find(|above| above.depth < node.depth).expect("the column");
                let whole = parent.text.clone().expect("the value");
                let shown = inside.text.clone().expect("text");
                assert!(
                    shown.starts_with(whole.trim_end_matches('…')),
                    "{} {} {whole:.80} {shown:.80}",
                    whole.len(),
                    shown.len()
                );
                if let Ok(text) = std::str::from_utf8(&bytes)
                    && !whole.starts_with("0x")
                {
                    assert!(text.starts_with(whole.trim_end_matches('…')), "{whole}");
                }
                opened += 1;
            }
        }
    }
    let there = files.iter().any(|file| file.to_string_lossy().contains("compressed-columns"));
    assert!(!there || values > 20 && opened > 10, "{values} {opened}");
}
