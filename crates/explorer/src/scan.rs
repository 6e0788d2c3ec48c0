//! The first pass: windows of bytes in, the index out. Nothing is allocated for an event.

mod mark;

use std::collections::BTreeSet;

use binlog_format::Body;
use binlog_format::container::Container;
use binlog_format::event::{Context, decode_unobserved};
use binlog_format::events::{Gtid, PartialRowData, TableMapHead};
use binlog_format::framer::{Frame, FrameChecksum, Framer, Item, Span, SpanKind, Start, Step};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::plan;
use binlog_format::rows::{Operation, RowsHead, STMT_END};

use serde::{Deserialize, Serialize};

use crate::index::{BLOCK_BYTES, Block, Index, NAMED_TABLES, NamedTable, TableBits};
use crate::transaction::{Place, Tracker, is_statement};

pub use mark::{Mark, Reached};

/// What the scan makes of an item; [`Document`](crate::document::Document) rebuilds a block's
/// items with the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// Event or span.
    pub what: EntryKind,
    /// How it stands to transactions.
    pub place: Place,
}

/// An event or a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// An event.
    Event {
        /// Canonical type.
        kind: u8,
        /// Its checksum.
        checksum: FrameChecksum,
        /// A rows event that ends its statement.
        ends_statement: bool,
    },
    /// A stretch that is none.
    Span(Span),
}

impl Entry {
    /// The canonical type, of an event.
    pub fn kind(&self) -> Option<u8> {
        match self.what {
            EntryKind::Event { kind, .. } => Some(kind),
            EntryKind::Span(_) => None,
        }
    }

    /// Whether it holds event data that are to be put together with others.
    pub fn is_event_data(&self) -> bool {
        matches!(self.what, EntryKind::Span(span) if span.kind == SpanKind::EventData)
    }

    /// Whether table maps end here.
    pub fn forgets_maps(&self) -> bool {
        match self.what {
            EntryKind::Event { kind, ends_statement, .. } => ends_statement || plan::ends_maps(kind),
            EntryKind::Span(_) => false,
        }
    }
}

/// Judges items one after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judge {
    /// Where the transactions stand.
    pub tracker: Tracker,
    /// A rows event comes by in fragments, and ends its statement: its flags stand in the first.
    fragments_end_statement: bool,
}

/// What [`Judge::event`] says beside the entry.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// The entry.
    pub entry: Entry,
    /// The table that a TABLE_MAP names: id and filter bits.
    pub table: Option<(u64, TableBits)>,
    /// Hash of its names.
    pub table_hash: u64,
    /// The number in the GTID that the event gives to its transaction.
    pub gtid: Option<u64>,
    /// It is a statement other than the words of transactions.
    pub statement: bool,
}

impl Judge {
    /// An event; `framer` is the one that found it.
    pub fn event(&mut self, frame: &Frame<'_>, framer: &Framer) -> Judged {
        let context = Context { checksum: frame.checksum != FrameChecksum::Absent, ..Context::new(framer.format()) };
        self.judge(frame, if frame.is_whole() { frame.bytes } else { framer.large_head() }, &context)
    }

    /// The same for who has the event's bytes, or its first ones, and context.
    pub fn judge(&mut self, frame: &Frame<'_>, bytes: &[u8], context: &Context<'_>) -> Judged {
        // Only these bodies decide anything here.
        let needed = matches!(frame.kind, code::QUERY | code::MARIADB_GTID | code::PARTIAL_ROW_DATA);
        let body = if needed { decode_unobserved(bytes, context).ok().and_then(|event| event.body.ok()) } else { None };
        let map = (frame.kind == code::TABLE_MAP).then(|| TableMapHead::peek(bytes, context).ok()).flatten();
        let (mut table, mut table_hash) = (None, 0);
        if let Some(map) = map {
            let (bits, hash) = TableBits::of_table(map.database, map.table);
            (table, table_hash) = (Some((map.table_id, bits)), hash);
        }
        let gtid = match (&body, frame.kind) {
            (Some(Body::MariadbGtid(gtid)), _) => Some(gtid.sequence_number),
            (_, code::GTID | code::GTID_TAGGED) => Gtid::peek_number(bytes, context)
                .and_then(|number| u64::try_from(number).ok())
                .filter(|number| *number > 0),
            _ => None,
        };
        let statement = match &body {
            Some(Body::Query(query)) => is_statement(query.query),
            _ => matches!(frame.kind, code::QUERY | code::QUERY_COMPRESSED | code::EXECUTE_LOAD_QUERY),
        };
        let entry = self.entry(frame, bytes, context, body.as_ref());
        Judged { entry, table, table_hash, gtid, statement }
    }

    /// The entry alone, for who has decoded the event; `body` is its inside, if that can be read.
    pub fn entry(&mut self, frame: &Frame<'_>, bytes: &[u8], context: &Context<'_>, body: Option<&Body<'_>>) -> Entry {
        let flags = match body {
            Some(Body::Rows(rows)) => Some(rows.flags),
            Some(Body::PartialRowData(fragment)) => Some(self.fragment(fragment, context)),
            _ => Operation::of(frame.kind).and_then(|_| Some(RowsHead::peek(bytes, context).ok()?.flags)),
        };
        let place = self.tracker.event(frame.kind, body, flags);
        let ends_statement = flags.is_some_and(|flags| flags & STMT_END != 0);
        let what = EntryKind::Event { kind: frame.kind, checksum: frame.checksum, ends_statement };
        Entry { start: frame.start, end: frame.end, what, place }
    }

    /// The flags of the rows event that ends with this fragment; those of an earlier one are 0.
    fn fragment(&mut self, fragment: &PartialRowData<'_>, context: &Context<'_>) -> u16 {
        if fragment.fragment_number == 1 {
            let rows = RowsHead::peek(fragment.data, context);
            self.fragments_end_statement = rows.is_ok_and(|rows| rows.flags & STMT_END != 0);
        }
        if fragment.fragment_number == fragment.total_fragments && self.fragments_end_statement { STMT_END } else { 0 }
    }

    /// A span.
    pub fn span(&mut self, span: Span) -> Entry {
        let place = if span.kind == SpanKind::Hole { self.tracker.hole() } else { self.tracker.span() };
        Entry { start: span.start, end: span.end, what: EntryKind::Span(span), place }
    }
}

/// How a source is to be walked, by its first bytes.
pub fn start_of(head: &[u8], bare_events: bool) -> Start {
    match Container::recognise(head) {
        Container::Binlog | Container::MysqlEncrypted | Container::MariadbInnodb => Start::File,
        _ if bare_events => Start::Events,
        _ => Start::File,
    }
}

/// Bytes of a chunk that are joined to what is carried when the framer asks for fewer; twice as many each time that
/// they are not enough.
const LEAST_JOINED: usize = 4 << 10;

/// What a block needs to know of what precedes it, and what every item may change.
#[derive(Clone, Copy, Default)]
struct Before {
    judge: Judge,
    last: Option<EventHeader>,
    /// What the framer knew: the number of that among the index's formats.
    resume: u32,
    /// What was found before does not rest on where the source ends.
    certain: bool,
}

/// The first pass over a source.
#[derive(Debug)]
pub struct Scanner {
    framer: Framer,
    judge: Judge,
    index: Index,
    /// Bytes fed but not yet consumed; they begin at the framer's offset.
    carry: Vec<u8>,
    /// How many the framer asked for: with fewer it would look at the same bytes again in vain.
    asked: usize,
    /// Offset of the next byte to be fed.
    fed: u64,
    live_maps: Vec<(u64, u64, TableBits)>,
    /// The number in the GTID of the transaction that is open.
    gtid: Option<u64>,
    /// Hashes of the tables that the index names, and some of them that came by last.
    named_tables: BTreeSet<u64>,
    recent_tables: [u64; 16],
    /// What the framer knows now stands last among the index's formats; since this change of it.
    format_of: Option<u32>,
    start: Start,
    packet_header: u64,
    length: (u64, bool),
    /// The framer went back in the middle of the item with this number; what it knew before that item.
    back: Option<(u64, u32)>,
    /// Where to go on from when the source has grown.
    mark: Mark,
}

impl Scanner {
    /// A scan from the start of a source.
    pub fn new(start: Start) -> Self {
        Self {
            framer: Framer::new(start),
            judge: Judge::default(),
            index: Index::default(),
            carry: Vec::new(),
            asked: 0,
            fed: 0,
            live_maps: Vec::new(),
            gtid: None,
            named_tables: BTreeSet::new(),
            recent_tables: [0; 16],
            format_of: None,
            start,
            packet_header: 0,
            length: (0, false),
            back: None,
            mark: Mark::default(),
        }
    }

    /// How long the source is, and whether it stays so. What rested on where it ended is found anew:
    /// [`wants`](Self::wants) goes back then.
    pub fn set_length(&mut self, length: u64, complete: bool) {
        if (length, complete) != self.length && (self.framer.rests_on_end() || self.index.complete) {
            self.go_back();
        }
        self.length = (length, complete);
        self.asked = 0;
        self.framer.set_length(length, complete);
    }

    /// How the source begins.
    pub fn start(&self) -> Start {
        self.start
    }

    /// The first bytes are those of a replication packet, not of an event.
    pub fn skip_packet_header(&mut self, bytes: u64) {
        let span = Span { kind: SpanKind::PacketHeader, ..self.framer.skip_hole(bytes) };
        let entry = self.judge.span(span);
        self.packet_header = bytes;
        self.keep_format();
        let resume = self.before().resume;
        self.add(entry, None, Before { resume, ..Before::default() });
    }

    /// Bytes of a replication packet before the first event.
    pub fn packet_header(&self) -> u64 {
        self.packet_header
    }

    /// What was found so far.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Gives the index up.
    pub fn into_index(self) -> Index {
        self.index
    }

    /// The framer's state, for what it knows of the format.
    pub fn framer(&self) -> &Framer {
        &self.framer
    }

    /// Offset of the byte to feed next. After a span that was skipped it jumps ahead; after a
    /// large event that was none it goes back.
    pub fn wants(&self) -> u64 {
        self.fed.max(self.framer.offset())
    }

    /// Bytes from `offset` on, which is at most [`wants`](Self::wants), or nothing happens; what
    /// was fed before is left out.
    pub fn feed(&mut self, offset: u64, chunk: &[u8]) {
        if offset > self.wants() {
            return;
        }
        let drop = usize::try_from(self.wants().saturating_sub(offset)).unwrap_or(usize::MAX).min(chunk.len());
        let chunk = chunk.get(drop..).unwrap_or_default();
        self.fed = self.wants() + chunk.len() as u64;
        let fed = self.fed;
        let Some(at) = self.join(chunk) else { return };
        let rest = chunk.get(at..).unwrap_or_default();
        let used = if at == 0 || rest.len() >= self.asked { self.run(rest) } else { 0 };
        if self.fed == fed {
            self.carry.extend_from_slice(rest.get(used..).unwrap_or_default());
        }
    }

    /// Ends what is carried with the first bytes of a chunk, so that the others are read where they are and not
    /// copied. Gives how many of the chunk are done with; none when it is wholly carried now, or the framer went back.
    fn join(&mut self, chunk: &[u8]) -> Option<usize> {
        let fed = self.fed;
        let mut carry = std::mem::take(&mut self.carry);
        let (mut at, mut least, mut judged) = (0, LEAST_JOINED, false);
        while !carry.is_empty() {
            let wanted = self.asked.saturating_sub(carry.len()).max(least);
            least = least.saturating_mul(2);
            let rest = chunk.get(at..).unwrap_or_default();
            let more = rest.get(..wanted).unwrap_or(rest);
            // Without new bytes it is judged once: the length may be another one now.
            if more.is_empty() && judged {
                self.carry = carry;
                return None;
            }
            judged = true;
            carry.extend_from_slice(more);
            at += more.len();
            if carry.len() >= self.asked {
                let carried = self.framer.offset() + carry.len() as u64;
                let used = self.run(&carry);
                if self.fed != fed {
                    return None;
                }
                // An item that is not looked into may end behind what was joined.
                let beyond = self.framer.offset().saturating_sub(carried);
                at = at.saturating_add(usize::try_from(beyond).unwrap_or(usize::MAX)).min(chunk.len());
                carry.drain(..used);
                // What is left came with this chunk: it is there too.
                if carry.len() <= at {
                    at -= carry.len();
                    carry.clear();
                }
            }
        }
        // Its room is used again.
        self.carry = carry;
        Some(at)
    }

    /// All bytes were fed and the length is complete: what is left is judged.
    pub fn finish(&mut self) {
        let carry = std::mem::take(&mut self.carry);
        self.run(&carry);
        self.index.complete = true;
    }

    /// The source does not have the bytes from [`wants`](Self::wants) up to `end`. Table maps stay live: an event
    /// behind the hole may belong to the statement before it.
    pub fn skip_hole(&mut self, end: u64) {
        let start = self.wants();
        self.framer.ends_in_hole(start);
        let carry = std::mem::take(&mut self.carry);
        self.run(&carry);
        if self.wants() < start {
            self.framer.forget_hole();
            return;
        }
        self.keep_format();
        let before = self.before();
        let span = self.framer.skip_hole(end);
        self.fed = self.framer.offset();
        let entry = self.judge.span(span);
        self.add(entry, None, before);
    }

    /// Walks `data`; returns how many bytes are done with.
    fn run(&mut self, data: &[u8]) -> usize {
        let mut used = 0;
        self.asked = 0;
        loop {
            self.keep_format();
            // Only what begins a block needs to know what precedes it. An item begins where the last one ended, which
            // is at the framer's offset or before it.
            let may_begin = self.index.blocks.last().is_none_or(|block| is_beyond(self.framer.offset(), block));
            let before = if may_begin { self.before() } else { Before::default() };
            match self.framer.step(data.get(used..).unwrap_or_default()) {
                Step::Consumed(count, item) => {
                    used = used.saturating_add(count).min(data.len());
                    match item {
                        Some(Item::Event(frame)) => self.event(&frame, before),
                        Some(Item::Span(span)) => {
                            let entry = self.judge.span(span);
                            self.add(entry, None, before);
                        }
                        None => {}
                    }
                }
                Step::Back => {
                    let resume = self.before().resume;
                    self.back.get_or_insert((self.index.entries, resume));
                    self.fed = self.framer.offset();
                    return data.len();
                }
                Step::NeedMore(bytes) => {
                    self.asked = bytes;
                    return used;
                }
                Step::End => return used,
            }
        }
    }

    fn before(&self) -> Before {
        let last = (self.index.formats.len() as u32).saturating_sub(1);
        let back = self.back.filter(|(entry, _)| *entry == self.index.entries);
        Before {
            judge: self.judge,
            last: self.framer.last_unproven(),
            resume: back.map_or(last, |(_, resume)| resume),
            certain: !self.framer.rests_on_end(),
        }
    }

    fn event(&mut self, frame: &Frame<'_>, before: Before) {
        let judged = self.judge.event(frame, &self.framer);
        self.add(judged.entry, Some((&frame.header, &judged)), before);
        if let Some((id, bits)) = judged.table {
            self.name_table(frame, judged.table_hash);
            self.live_maps.retain(|(other, ..)| *other != id);
            if self.live_maps.len() < binlog_format::limits::MAX_TABLE_MAPS {
                self.live_maps.push((id, frame.start, bits));
            }
        }
        if judged.entry.forgets_maps() {
            self.live_maps.clear();
        }
    }

    /// Notes the table that a table map names, when it is the first of it.
    fn name_table(&mut self, frame: &Frame<'_>, hash: u64) {
        // Most statements are about few tables.
        let recent = &mut self.recent_tables[(hash >> 60) as usize];
        if *recent == hash || self.index.tables.len() >= NAMED_TABLES {
            return;
        }
        let context = Context::of(frame, self.framer.format());
        // That of an event too large to be here stays without a name.
        let Ok(map) = TableMapHead::peek(frame.bytes, &context) else { return };
        *recent = hash;
        if self.named_tables.insert(hash) {
            let (database, table) = (map.database.into(), map.table.into());
            self.index.tables.push(NamedTable { at: frame.start, database, table });
        }
    }

    fn add(&mut self, entry: Entry, event: Option<(&EventHeader, &Judged)>, before: Before) {
        let gtid = self.gtid;
        if entry.place.begins {
            self.gtid = None;
        }
        let due = self.index.blocks.last().is_none_or(|block| is_beyond(entry.start, block));
        if due {
            if before.certain {
                self.set_mark(gtid);
            }
            self.begin_block(entry.start, before);
        }
        let index = &mut self.index;
        let Some(block) = index.blocks.last_mut() else { return };
        if let Some((header, judged)) = event {
            self.gtid = judged.gtid.or(self.gtid);
            block.take(header, judged);
        }
        match entry.what {
            EntryKind::Event { checksum, .. } => {
                index.events += 1;
                if matches!(checksum, FrameChecksum::Bad { .. }) {
                    index.bad_checksums += 1;
                    block.damaged = true;
                }
            }
            EntryKind::Span(Span { kind: SpanKind::PageChecksum, error: Some(_), .. }) => {
                index.bad_checksums += 1;
                block.damaged = true;
            }
            EntryKind::Span(span) if span.kind == SpanKind::Damaged => {
                index.damaged += 1;
                block.damaged = true;
            }
            EntryKind::Span(span) => block.opaque |= matches!(span.kind, SpanKind::Chunk(_)),
        }
        index.entries += 1;
        if entry.place.begins {
            index.units += 1;
            if entry.place.transaction {
                index.transactions += 1;
            }
        }
        index.end = entry.end;
    }

    /// Keeps what the framer knows, if that has changed since the item before.
    fn keep_format(&mut self) {
        let changes = self.framer.changes();
        if self.format_of != Some(changes) {
            self.format_of = Some(changes);
            self.index.formats.push(self.framer.state());
        }
    }

    fn begin_block(&mut self, start: u64, before: Before) {
        let index = &mut self.index;
        let first_map = index.maps.len() as u32;
        index.maps.extend(self.live_maps.iter().map(|(_, offset, _)| *offset));
        index.blocks.push(Block {
            start,
            first_entry: index.entries,
            first_event: index.events,
            first_unit: index.units,
            first_transaction: index.transactions,
            resume: before.resume,
            maps: (first_map, index.maps.len() as u32),
            last: before.last,
            judge: before.judge,
            time: (u32::MAX, 0),
            types: [0; 4],
            tables: self.live_maps.iter().fold(TableBits::default(), |all, (_, _, bits)| all.and(*bits)),
            servers: (u32::MAX, 0),
            gtids: self.gtid.map_or((u64::MAX, 0), |number| (number, number)),
            statements: false,
            opaque: false,
            damaged: false,
        });
    }
}

/// Whether what begins there begins another block.
fn is_beyond(start: u64, block: &Block) -> bool {
    start / BLOCK_BYTES > block.start / BLOCK_BYTES
}

impl Block {
    /// An event is in it.
    fn take(&mut self, header: &EventHeader, judged: &Judged) {
        if header.timestamp != 0 {
            self.time = (self.time.0.min(header.timestamp), self.time.1.max(header.timestamp));
        }
        self.servers = (self.servers.0.min(header.server_id), self.servers.1.max(header.server_id));
        if let Some(kind) = judged.entry.kind() {
            self.types[usize::from(kind / 64)] |= 1 << (kind % 64);
            self.opaque |= matches!(kind, code::TRANSACTION_PAYLOAD | code::PARTIAL_ROW_DATA);
        }
        if let Some((_, bits)) = judged.table {
            self.tables = self.tables.and(bits);
        }
        if let Some(number) = judged.gtid {
            self.gtids = (self.gtids.0.min(number), self.gtids.1.max(number));
        }
        self.statements |= judged.statement;
    }
}
