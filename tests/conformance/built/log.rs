//! Logs put together byte by byte, and what comes out of them.

use std::io;

use binlog_explorer::document::Document;
use binlog_explorer::dump::{Sink, Totals, Walked, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::space::Space;
use binlog_explorer::view::{ListRow, RowContent};
use binlog_explorer::{present, summary};
use binlog_format::event::decode;
use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::names::code;
use binlog_format::rows::{Image, RowVisitor};
use binlog_format::tree::{FieldTree, step_text};
use binlog_format::{Body, DecodeError, Value};

use crate::Laws;

/// What MySQL 9.7 lists, which knows all types up to 42.
pub const MYSQL_9: [u8; 42] = [
    0, 13, 0, 8, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 99, 0, 4, 26, 8, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 10, 10, 10, 42, 42, 0,
    18, 52, 0, 10, 40, 0, 0,
];

/// What MySQL 5.1 lists.
pub const MYSQL_5_1: [u8; 26] = [56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 83, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2];

const TIMESTAMP: u32 = 1_770_368_687;
const SERVER: u32 = 7;

/// A log under construction.
#[derive(Clone)]
pub struct Log {
    pub bytes: Vec<u8>,
    checksums: bool,
    header_length: usize,
    /// Before version 4 positions are those of starts, and version 1 has none.
    version: u16,
}

impl Log {
    /// Begins with a format description of this server, whose checksums are on if it has them.
    pub fn new(server: &str, lengths: &[u8]) -> Self {
        Self::with_header(server, lengths, 19)
    }

    /// The same with common headers of another length.
    pub fn with_header(server: &str, lengths: &[u8], header_length: u8) -> Self {
        let aware = binlog_format::format::knows_checksums(server.as_bytes());
        let mut log = Self { bytes: b"\xfebin".to_vec(), checksums: aware, header_length: 19, version: 4 };
        let mut body = 4u16.to_le_bytes().to_vec();
        body.extend(padded(server));
        body.extend(TIMESTAMP.to_le_bytes());
        body.push(header_length);
        body.extend(lengths);
        body.extend(aware.then_some(1));
        log = log.event(code::FORMAT_DESCRIPTION, &body);
        log.header_length = header_length.into();
        log
    }

    /// Begins with a START_EVENT_V3 of version 1 to 3.
    pub fn before_v4(version: u16, server: &str) -> Self {
        let log = Self { bytes: b"\xfebin".to_vec(), checksums: false, header_length: 19, version };
        let body = [&version.to_le_bytes()[..], &padded(server), &TIMESTAMP.to_le_bytes()].concat();
        log.event(code::START_V3, &body)
    }

    /// Appends an event.
    pub fn event(self, kind: u8, body: &[u8]) -> Self {
        self.flagged(kind, 0, body)
    }

    /// Appends an event with header flags.
    pub fn flagged(mut self, kind: u8, flags: u16, body: &[u8]) -> Self {
        let start = self.bytes.len() as u32;
        let header_length = if self.version == 1 { 13 } else { self.header_length };
        let size = (header_length + body.len() + if self.checksums { 4 } else { 0 }) as u32;
        let mut event = TIMESTAMP.to_le_bytes().to_vec();
        event.push(kind);
        event.extend(SERVER.to_le_bytes());
        event.extend(size.to_le_bytes());
        if self.version > 1 {
            event.extend((if self.version < 4 { start } else { start + size }).to_le_bytes());
            event.extend(flags.to_le_bytes());
            event.resize(header_length, 0xee);
        }
        event.extend(body);
        if self.checksums {
            event.extend(crc32fast::hash(&event).to_le_bytes());
        }
        self.bytes.extend(event);
        self
    }

    /// Holds the laws against every event and hands over what they mean, the first one left out.
    pub fn read(&self) -> Vec<Seen> {
        let mut seen = self.read_all();
        seen.drain(..1);
        seen
    }

    /// The same with the first one.
    pub fn read_all(&self) -> Vec<Seen> {
        let mut sink = Built::default();
        let totals = walk(&Memory::new(self.bytes.clone()), Start::File, 0, &mut sink).expect("memory does not fail");
        assert!(totals.damaged.is_empty() && totals.bad_checksums.is_empty(), "{totals:?}");
        self.hold_laws_against_damage();
        sink.seen
    }

    /// The laws hold whatever one byte behind the first event becomes. Checksums are made right
    /// again, so that the damage is met where bodies are read.
    fn hold_laws_against_damage(&self) {
        // Each damage is a walk over the whole log. Long lists have nothing that short ones lack.
        const LONGEST: usize = 1 << 10;
        const BYTES_WALKED: usize = 256 << 10;
        if self.bytes.len() > LONGEST {
            return;
        }
        let stride = (self.bytes.len().pow(2) / BYTES_WALKED).max(1);
        let events = self.framed(self.bytes.len());
        let mut laws = Laws { damaged: true, ..Laws::default() };
        for (start, end) in events.into_iter().skip(2).map(|(start, end)| (start as usize, end as usize)) {
            let body = end - if self.checksums { 4 } else { 0 };
            for at in (start..body).step_by(stride) {
                let byte = self.bytes[at];
                for other in [0, 0xff, byte ^ 1, byte ^ 0x80, byte.wrapping_add(1)] {
                    let mut bytes = self.bytes.clone();
                    bytes[at] = other;
                    if self.checksums {
                        let checksum = crc32fast::hash(&bytes[start..body]);
                        bytes[body..end].copy_from_slice(&checksum.to_le_bytes());
                    }
                    laws.file = format!("byte {at} of {start}..{end} is {other:#04x}");
                    walk(&Memory::new(bytes), Start::File, 0, &mut laws).expect("memory does not fail");
                }
            }
        }
    }

    /// The one event after the first, without a fault.
    pub fn one(&self) -> Seen {
        let mut seen = self.read();
        let last = seen.pop().expect("an event");
        assert!(seen.is_empty());
        assert_eq!(last.error, None, "{last:?}");
        last
    }

    /// As the page opens it: each row of the list, transactions closed, as `label summary`.
    pub fn units(&self) -> Vec<String> {
        let source = Box::new(Memory::new(self.bytes.clone()));
        let mut document = Document::new("built".into(), source, false, Vec::new()).expect("a log");
        document.scan_all().expect("memory does not fail");
        let mut rows = document.list(0, 1000);
        rows.retain(|row| row.level == 1);
        let text = |row: ListRow| match row.content {
            RowContent::Transaction { label, summary, complete, events, .. } => {
                format!("{events} [{label}] {summary}{}", if complete { "" } else { " …" })
            }
            RowContent::Event { type_name, summary, .. } => format!("{type_name} {summary}"),
            RowContent::Span { kind, .. } => kind,
        };
        rows.into_iter().map(text).collect()
    }

    /// Feeds windows of one size after the other and hands over where each item lies.
    pub fn framed(&self, window: usize) -> Vec<(u64, u64)> {
        let mut framer = Framer::new(Start::File);
        framer.set_length(self.bytes.len() as u64, true);
        let (mut items, mut have) = (Vec::new(), 0);
        loop {
            let at = framer.offset() as usize;
            have = have.max(at);
            match framer.step(&self.bytes[at..have]) {
                Step::Consumed(_, Some(Item::Event(frame))) => items.push((frame.start, frame.end)),
                Step::Consumed(_, Some(Item::Span(span))) => items.push((span.start, span.end)),
                Step::Consumed(..) => {}
                Step::Back => have = framer.offset() as usize,
                Step::NeedMore(_) => have = (have + window).min(self.bytes.len()),
                Step::End => return items,
            }
        }
    }

    /// What walking it counts, where spaces may have faults.
    pub fn damaged_totals(&self) -> Totals {
        let mut laws = Laws { damaged: true, ..Laws::default() };
        walk(&Memory::new(self.bytes.clone()), Start::File, 0, &mut laws).expect("memory does not fail")
    }

    /// What walking it counts.
    pub fn totals(&self) -> Totals {
        walk(&Memory::new(self.bytes.clone()), Start::File, 0, &mut Built::default()).expect("memory does not fail")
    }
}

fn padded(server: &str) -> [u8; 50] {
    let mut text = [0; 50];
    text[..server.len()].copy_from_slice(server.as_bytes());
    text
}

/// An event as it came out.
#[derive(Debug)]
pub struct Seen {
    pub kind: u8,
    pub space: String,
    /// The typed body.
    pub body: String,
    /// Path and text of each node, `-` for one without a value.
    pub nodes: Vec<(String, String)>,
    /// Values of the rows, `image ordinal text`.
    pub cells: Vec<String>,
    /// The line of the event list.
    pub line: String,
    pub error: Option<DecodeError>,
}

impl Seen {
    /// The text of the node at a path.
    pub fn text(&self, path: &str) -> &str {
        let found = self.nodes.iter().find(|(at, _)| at == path);
        found.map_or_else(|| panic!("no {path} among {:#?}", self.nodes), |(_, text)| text)
    }

    /// Whether there is a node at a path.
    pub fn has(&self, path: &str) -> bool {
        self.nodes.iter().any(|(at, _)| at == path)
    }
}

#[derive(Default)]
struct Built {
    laws: Laws,
    seen: Vec<Seen>,
}

/// Writes each value of a row as `image ordinal text`.
pub struct Cells<'s>(pub &'s mut Vec<String>);

impl<'a> RowVisitor<'a> for Cells<'_> {
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'a>) {
        self.0.push(format!("{image:?} {ordinal} {value}"));
    }
}

impl Sink for Built {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.laws.event(event)?;
        let mut tree = FieldTree::new();
        let decoded = decode(event.bytes, &event.context, &mut tree).expect("a header");
        let mut cells = Vec::new();
        let mut plan = None;
        if let Ok(Body::Rows(rows)) = &decoded.body {
            plan = event.context.tables.and_then(|tables| tables.get(rows.table_id));
            if let Some(plan) = plan {
                rows.visit(plan, &mut Cells(&mut cells)).expect("decoded before");
            }
        }
        let mut path: Vec<String> = Vec::new();
        let mut nodes = Vec::new();
        for node in tree.nodes() {
            path.truncate(node.depth.into());
            path.push(step_text(node.slot));
            let text = present::value_text(node.slot, &node.value, plan.map(|plan| &**plan), event.holder);
            nodes.push((path.join(".").replace(".[", "["), text.unwrap_or_else(|| "-".into())));
        }
        let error = decoded.error().or_else(|| tree.faults().map(|(_, error)| error).next());
        self.seen.push(Seen {
            kind: event.kind,
            space: event.space.into(),
            body: format!("{:?}", decoded.body),
            nodes,
            cells,
            line: summary::line(&decoded, plan.map(|plan| &**plan), event.holder),
            error,
        });
        Ok(decoded.error())
    }
    fn space(&mut self, space: &Space) -> io::Result<()> {
        self.laws.space(space)
    }
}
