//! An open source: its index, its list, and any event of it with its fields.

mod choosing;
mod encrypted;
mod filtering;
mod find;
mod fragments;
mod keep;
mod kept_rows;
mod maps;
mod matches;
mod open;
mod outline;
mod parts;
mod rows;
mod sorting;
mod statistics;
mod strip;
mod terms;
mod usual_times;
mod views;

use std::cell::RefCell;
use std::rc::Rc;

use binlog_format::event::{Context, body_bytes};
use binlog_format::framer::{FrameChecksum, Framer, Item, Resume, Span, SpanKind, Step};
use binlog_format::limits::MAX_WHOLE_EVENT;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::{Checksum, Format};

use crate::bundle::{About, Part};
use crate::encryption::{Decrypted, Encryption};
use crate::index::Index;
use crate::row_map::RowMap;
use crate::scan::{Entry, EntryKind, Judge, Scanner};
use crate::source::{ReadError, Source, read_range};
use crate::space::Space;
use crate::view::{Address, Message};

pub use choosing::Choosing;
pub use find::Finding;
pub use keep::TakenUp;
pub use matches::{BlockMatches, Hit, Search};
pub(crate) use matches::{each_event_inside, totals_inside};
pub(crate) use open::fingerprint;
pub use open::{Opened, open_bytes, recognise};
pub use strip::{Column, Strip};
pub use usual_times::UsualTimes;
pub use views::{MAX_BYTES, Neighbour};

/// Bytes of memory for blocks whose items are kept: those of a page of hits, each in a block of its own.
const KEPT_BLOCKS: usize = 6 << 20;

/// Spaces that are kept; each may have `MAX_PAYLOAD` bytes.
const KEPT_SPACES: usize = 4;

/// An event larger than this is not decoded as one piece: a browser tab has to hold it, its
/// copy and its tree.
pub const MAX_DECODED_EVENT: u64 = 256 << 20;

/// The items of a block, with the format in force at each.
#[derive(Debug)]
pub struct BlockItems {
    end: u64,
    entries: Vec<Entry>,
    /// From which item on a format holds.
    formats: Vec<(usize, Format)>,
    /// The block's bytes, unless it has a very large event.
    bytes: Vec<u8>,
    start: u64,
    /// What the framer had counted when its format was taken.
    changes: Option<u32>,
}

/// Live table maps, replayed up to an item.
struct Replayed {
    block: usize,
    before: usize,
    plans: Rc<TablePlans>,
}

/// An open source.
pub struct Document {
    source: Rc<dyn Source>,
    encryption: Option<Encryption>,
    /// The clear bytes of an encrypted source, once there is a key.
    clear: Option<Decrypted<Rc<dyn Source>>>,
    name: String,
    scanner: Scanner,
    rows: RowMap,
    /// The list under a filter, instead of that.
    filtered: Option<filtering::Filtered>,
    /// The list in another order, instead of both.
    sorted: Option<sorting::Sorted>,
    /// Earlier filters with what they found, the last one first.
    earlier: Vec<filtering::Filtered>,
    /// The first pass was stopped before its end.
    stopped: bool,
    /// What the index says of checksums is taken as it is.
    trusts: bool,
    notes: Vec<Message>,
    fingerprint: String,
    /// It begins with an event instead of a file's magic.
    bare: bool,
    /// MariaDB's log of pages, each of which has a checksum.
    paged: bool,
    blocks: RefCell<Vec<(usize, Rc<BlockItems>)>>,
    replayed: RefCell<Option<Replayed>>,
    listed: RefCell<kept_rows::KeptRows>,
    /// Table maps that are live where the last blocks ended of which statistics were gathered.
    maps_behind: RefCell<Option<(u64, TablePlans)>>,
    spaces: RefCell<Vec<Rc<Space>>>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("name", &self.name).finish_non_exhaustive()
    }
}

/// An item with what decoding it needs.
#[derive(Debug)]
pub struct Located {
    /// The item.
    pub entry: Entry,
    /// Its bytes; empty when it is larger than [`MAX_DECODED_EVENT`].
    pub bytes: Vec<u8>,
    /// Format in force.
    pub format: Format,
    /// Live table maps.
    pub plans: Rc<TablePlans>,
    /// Its number among the items of its space, from 0.
    pub number: u64,
}

impl Located {
    /// For decoding it.
    pub fn context(&self) -> Context<'_> {
        let checksum = match self.entry.what {
            EntryKind::Event { checksum, .. } => checksum != FrameChecksum::Absent,
            EntryKind::Span(_) => false,
        };
        Context { checksum, ..Context::new(&self.format).with_tables(&self.plans) }
    }
}

fn read_failed(at: u64, error: &ReadError) -> Message {
    Message::new("failed-read").number("at", at).text("reason", error.to_string())
}

/// Bytes that the scan reads at once.
const SCAN_WINDOW: u64 = 1 << 20;

impl Document {
    /// The scan; feed it.
    pub fn scanner(&mut self) -> &mut Scanner {
        &mut self.scanner
    }

    /// What was found so far.
    pub fn index(&self) -> &Index {
        self.scanner.index()
    }

    /// Something worth saying of the whole source turned up.
    pub fn note(&mut self, note: Message) {
        self.notes.push(note);
    }

    /// What is walked and listed: the source, or the clear bytes of an encrypted one.
    pub fn source(&self) -> &dyn Source {
        match &self.clear {
            Some(clear) => clear,
            None => &*self.source,
        }
    }

    /// The space that is walked and listed.
    pub fn main_space(&self) -> &str {
        match &self.clear {
            Some(clear) => clear.name(),
            None => self.source.part().map_or("0", |part| &part.space),
        }
    }

    /// What it is, where it is a part of a log.
    pub fn part(&self) -> Option<&About> {
        self.source.part()
    }

    pub(crate) fn source_of_part(&self) -> Option<&Part> {
        self.source.as_part()
    }

    /// How the source begins.
    pub(crate) fn start(&self) -> binlog_format::framer::Start {
        self.scanner.start()
    }

    /// An address in it.
    fn main_address(&self, offset: u64) -> Address {
        Address { space: self.main_space().into(), offset }
    }

    /// The list.
    pub fn row_map(&mut self) -> &mut RowMap {
        &mut self.rows
    }

    /// The next bytes of a first pass that somebody else reads in order, from `offset` on.
    /// Where the scan goes back, the source is read.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) -> Result<(), ReadError> {
        self.scanner.feed(offset, bytes);
        let end = offset + bytes.len() as u64;
        while self.scanner.wants() < end {
            let at = self.scanner.wants();
            match read_range(self.source(), at, end.min(at + SCAN_WINDOW)) {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => self.scanner.feed(at, &bytes),
                Err(ReadError::Hole { end }) => self.scanner.skip_hole(end),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Scans to the end by reading the source; for sources that answer at once.
    pub fn scan_all(&mut self) -> Result<(), ReadError> {
        let (length, complete) = (self.source().length(), self.source().is_complete());
        let end = self.scanner.index().end;
        self.scanner.set_length(length, complete);
        // What rested on where the source ended is scanned again.
        if self.scanner.index().end < end {
            self.forget();
        }
        loop {
            let at = self.scanner.wants();
            if at >= self.source().length() {
                break;
            }
            match read_range(self.source(), at, at + SCAN_WINDOW) {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => self.scanner.feed(at, &bytes),
                Err(ReadError::Hole { end }) => self.scanner.skip_hole(end),
                Err(error) => return Err(error),
            }
        }
        if self.source().is_complete() {
            self.scanner.finish();
        }
        Ok(())
    }

    /// The items of a block.
    fn block(&self, number: usize) -> Option<Rc<BlockItems>> {
        let index = self.scanner.index();
        let end = index.block_end(number);
        let mut kept = self.blocks.borrow_mut();
        if let Some(at) = kept.iter().position(|(other, items)| *other == number && items.end == end) {
            let found = kept.remove(at);
            kept.push(found);
            return kept.last().map(|(_, items)| items.clone());
        }
        let items = Rc::new(self.load_block(number, end)?);
        kept.retain(|(other, _)| *other != number);
        kept.push((number, items.clone()));
        let mut room = KEPT_BLOCKS;
        // The last ones that were wanted, as many as there is room for.
        let fits = |(_, items): &&(usize, Rc<BlockItems>)| {
            let memory = items.memory();
            let fits = memory <= room;
            room = room.saturating_sub(memory);
            fits
        };
        let many = kept.iter().rev().take_while(fits).count().max(1);
        let old = kept.len() - many;
        kept.drain(..old);
        Some(items)
    }

    /// Bytes of the listed space, if they lie in blocks that are kept.
    fn kept_bytes(&self, start: u64, end: u64) -> Option<Vec<u8>> {
        let (blocks, mut bytes) = (self.blocks.borrow(), Vec::new());
        while start + (bytes.len() as u64) < end {
            let at = start + bytes.len() as u64;
            let rest = blocks.iter().find_map(|(_, items)| {
                let from = usize::try_from(at.checked_sub(items.start)?).ok()?;
                items.bytes.get(from..).filter(|rest| !rest.is_empty())
            })?;
            let most = usize::try_from(end - at).unwrap_or(usize::MAX).min(rest.len());
            bytes.extend_from_slice(rest.get(..most)?);
        }
        Some(bytes)
    }

    /// Bytes of an item of the listed space and up to `margin` bytes on either side, and the offset of the first, as
    /// far as they lie in its block, which is kept; at most [`MAX_BYTES`].
    pub fn bytes_around(&self, space: &str, start: u64, end: u64, margin: u64) -> Option<(u64, Vec<u8>)> {
        if space != self.main_space() {
            return None;
        }
        let blocks = self.blocks.borrow();
        let has = |items: &&BlockItems| items.start <= start && end <= items.start + items.bytes.len() as u64;
        let items = blocks.iter().map(|(_, items)| &**items).find(has)?;
        let from = start.saturating_sub(margin).max(items.start);
        let to = end.saturating_add(margin).min(from + u64::from(MAX_BYTES)).max(start);
        let at = |offset: u64| usize::try_from(offset - items.start).unwrap_or(usize::MAX).min(items.bytes.len());
        Some((from, items.bytes.get(at(from)..at(to))?.to_vec()))
    }

    /// Walks a block again, as the scan did.
    fn load_block(&self, number: usize, end: u64) -> Option<BlockItems> {
        let index = self.scanner.index();
        let block = index.blocks.get(number)?;
        let resume = &Resume { last: block.last, ..*index.formats.get(block.resume as usize)? };
        let mut items = BlockItems {
            end,
            entries: Vec::new(),
            formats: vec![(0, resume.format)],
            bytes: Vec::new(),
            start: block.start,
            changes: None,
        };
        if end - block.start > u64::from(MAX_WHOLE_EVENT) {
            return self.walk_block_slowly(block.start, end, number, items);
        }
        let bytes = read_range(self.source(), block.start, end).unwrap_or_default();
        let mut judge = block.judge;
        let mut framer = self.framer_at(block.start, resume, &mut items, &mut judge);
        // The scan knew the whole length: what it took for damage at the end is so again.
        framer.set_length(end, true);
        if self.trusts && !block.damaged {
            framer.trust_checksums();
        }
        loop {
            let at = usize::try_from(framer.offset() - block.start).ok()?;
            match framer.step(bytes.get(at..).unwrap_or_default()) {
                Step::Consumed(_, item) => items.take(item, &framer, &mut judge),
                Step::Back => {}
                Step::NeedMore(_) | Step::End => break,
            }
        }
        items.bytes = bytes;
        // A read cut short by a hole, or damage whose verdict depends on what follows the block.
        let agrees = items.entries.last().is_none_or(|entry| entry.end == end);
        if agrees && items.entries.len() as u64 == self.entries_of_block(number) {
            return Some(items);
        }
        let formats = items.formats.first().copied().into_iter().collect();
        let again =
            BlockItems { end, entries: Vec::new(), formats, bytes: Vec::new(), start: block.start, changes: None };
        self.walk_block_slowly(block.start, end, number, again)
    }

    /// A framer as the scan's was at a block's start.
    fn framer_at(&self, start: u64, resume: &Resume, items: &mut BlockItems, judge: &mut Judge) -> Framer {
        if start > 0 {
            return Framer::resume(start, resume);
        }
        let mut framer = Framer::new(self.scanner.start());
        let packet_header = self.scanner.packet_header();
        if packet_header > 0 {
            let span = Span { kind: SpanKind::PacketHeader, ..framer.skip_hole(packet_header) };
            items.entries.push(judge.span(span));
        }
        framer
    }

    fn entries_of_block(&self, number: usize) -> u64 {
        let index = self.scanner.index();
        let first = |at: usize| index.blocks.get(at).map_or(index.entries, |block| block.first_entry);
        first(number + 1) - first(number)
    }

    /// The same for blocks that hold a very large event, a hole, or the file's start: windows of
    /// the whole source, exactly as the scan saw it.
    fn walk_block_slowly(&self, start: u64, end: u64, number: usize, mut items: BlockItems) -> Option<BlockItems> {
        let index = self.scanner.index();
        let block = index.blocks.get(number)?;
        let resume = &Resume { last: block.last, ..*index.formats.get(block.resume as usize)? };
        let mut judge = block.judge;
        let mut framer = self.framer_at(start, resume, &mut items, &mut judge);
        framer.set_length(self.source().length(), self.source().is_complete());
        let mut window: Vec<u8> = Vec::new();
        let mut window_start = start;
        let mut hole = None;
        while framer.offset() < end || matches!(items.entries.last(), Some(entry) if entry.end < end) {
            let at = usize::try_from(framer.offset() - window_start).ok()?;
            match framer.step(window.get(at..).unwrap_or_default()) {
                Step::Consumed(_, item) => items.take(item, &framer, &mut judge),
                Step::Back => {
                    window.clear();
                    framer.forget_hole();
                }
                Step::NeedMore(bytes) => {
                    window_start = framer.offset();
                    let want = window_start + (bytes as u64).max(64 << 10);
                    match read_range(self.source(), window_start, want) {
                        Ok(bytes) => window = bytes,
                        Err(ReadError::Hole { .. }) => window.clear(),
                        Err(ReadError::Io(_)) => return None,
                    }
                    let window_end = window_start + window.len() as u64;
                    if window.len() < bytes && window_end < self.source().length() {
                        // The source shrank, or a hole is next.
                        let Err(ReadError::Hole { end }) = self.source().read(window_end, &mut [0]) else {
                            return None;
                        };
                        framer.ends_in_hole(window_end);
                        hole = Some(end);
                    }
                }
                Step::End => {
                    let Some(end) = hole.take().filter(|_| framer.is_before_hole()) else { break };
                    items.entries.push(judge.span(framer.skip_hole(end)));
                    window.clear();
                }
            }
            if window.is_empty() || framer.offset() > window_start + window.len() as u64 {
                window.clear();
                window_start = framer.offset();
            }
            if items.entries.len() as u64 >= self.entries_of_block(number) {
                break;
            }
        }
        Some(items)
    }

    /// The bytes of an item of the source.
    fn entry_bytes(&self, items: &BlockItems, entry: &Entry) -> Result<Vec<u8>, Message> {
        // Most spans have no fields.
        let span = matches!(entry.what, EntryKind::Span(span) if !span.kind.has_fields());
        if span || entry.end - entry.start > MAX_DECODED_EVENT {
            return Ok(Vec::new());
        }
        let kept = usize::try_from(entry.start - items.start).ok().zip(usize::try_from(entry.end - items.start).ok());
        if let Some(bytes) = kept.and_then(|(start, end)| items.bytes.get(start..end)) {
            return Ok(bytes.to_vec());
        }
        read_range(self.source(), entry.start, entry.end).map_err(|error| read_failed(entry.start, &error))
    }

    /// The item of the source with this number.
    pub fn locate_entry(&self, number: u64) -> Result<Located, Message> {
        let missing = || Message::new("failed-no-event").text("address", format!("#{number}"));
        let block = self.scanner.index().block_of_entry(number).ok_or_else(missing)?;
        let first = self.scanner.index().blocks.get(block).map_or(0, |block| block.first_entry);
        let items = self.block(block).ok_or_else(missing)?;
        let at = (number - first) as usize;
        let entry = *items.entries.get(at).ok_or_else(missing)?;
        let bytes = self.entry_bytes(&items, &entry)?;
        let plans = self.plans(block, &items, at);
        Ok(Located { entry, bytes, format: items.format(at), plans, number })
    }

    /// The number of the item of the source that covers an offset.
    pub fn entry_at(&self, offset: u64) -> Option<u64> {
        let index = self.scanner.index();
        let block = index.block_of_offset(offset)?;
        let items = self.block(block)?;
        let at = items.entries.iter().position(|entry| entry.start <= offset && offset < entry.end)?;
        Some(index.blocks.get(block)?.first_entry + at as u64)
    }

    /// The item that covers an address, in any space.
    pub fn locate(&self, address: &Address) -> Result<Located, Message> {
        let missing = || Message::new("failed-no-event").text("address", address.to_string());
        if address.space == self.main_space() {
            return self.locate_entry(self.entry_at(address.offset).ok_or_else(missing)?);
        }
        if address.space == "0" {
            return self.locate_sealed(address.offset).ok_or_else(missing);
        }
        let space = self.space(&address.space)?;
        let covers = |entry: &Entry| entry.start <= address.offset && address.offset < entry.end;
        let at = space.entries.iter().position(covers).ok_or_else(missing)?;
        let entry = *space.entries.get(at).ok_or_else(missing)?;
        let mut plans = TablePlans::new();
        for entry in space.entries.iter().take(at) {
            if entry.kind() == Some(code::TABLE_MAP) {
                insert_map(&mut plans, space.slice(entry.start, entry.end), entry, &space.format);
            }
            if entry.forgets_maps() {
                plans.forget();
            }
        }
        let bytes = space.slice(entry.start, entry.end).to_vec();
        let plans = if space.borrows_maps {
            self.locate(&address.space.parse().map_err(|_| missing())?)?.plans
        } else {
            Rc::new(plans)
        };
        Ok(Located { entry, bytes, format: space.format, plans, number: at as u64 })
    }

    /// A space by name, opened if need be.
    pub fn space(&self, name: &str) -> Result<Rc<Space>, Message> {
        let mut spaces = self.spaces.borrow_mut();
        if let Some(at) = spaces.iter().position(|space| space.name == name) {
            let found = spaces.remove(at);
            spaces.push(found.clone());
            return Ok(found);
        }
        drop(spaces);
        let missing = || Message::new("failed-no-space").text("space", name);
        // Those are no steps: they are read, not opened.
        if name == "0" || name == self.main_space() {
            return Err(missing());
        }
        if self.is_sealed(name) {
            return Err(Message::new("failed-encrypted").text("address", name));
        }
        let holder: Address = name.parse().map_err(|_| missing())?;
        if holder.space.split('/').count() > 8 {
            return Err(missing());
        }
        let located = self.locate(&holder)?;
        let space = if located.entry.start != holder.offset {
            self.column_space(&holder, &located)
        } else if located.entry.kind() == Some(code::PARTIAL_ROW_DATA) {
            self.gathered_rows(&holder, &located)
        } else if located.entry.kind().is_some() {
            Space::open(self.holder(&holder.space, holder.offset), &located.bytes, &located.context())
        } else {
            self.gathered_space(&holder, &located)
        };
        let space = Rc::new(space.ok_or_else(missing)?);
        spaces = self.spaces.borrow_mut();
        if spaces.len() >= KEPT_SPACES {
            spaces.remove(0);
        }
        spaces.push(space.clone());
        Ok(space)
    }
}

fn insert_map(plans: &mut TablePlans, bytes: &[u8], entry: &Entry, format: &Format) {
    let EntryKind::Event { checksum, .. } = entry.what else { return };
    let context = Context { checksum: checksum != FrameChecksum::Absent, ..Context::new(format) };
    let stored = bytes.get(4).copied().unwrap_or(0);
    // A map that cannot be read is missing to its rows, which say so.
    let plan = plans.insert(body_bytes(bytes, &context), format.table_head(stored), format);
    if let (Ok(plan), FrameChecksum::Bad { .. }) = (plan, checksum) {
        plans.distrust(plan.table_id);
    }
}

impl BlockItems {
    /// Bytes of memory that it takes.
    fn memory(&self) -> usize {
        self.bytes.capacity() + self.entries.capacity() * size_of::<Entry>()
    }

    fn take(&mut self, item: Option<Item<'_>>, framer: &Framer, judge: &mut Judge) {
        match item {
            Some(Item::Event(frame)) => {
                self.entries.push(judge.event(&frame, framer).entry);
                // Most events change nothing that the framer knows.
                if self.changes != Some(framer.changes()) {
                    self.changes = Some(framer.changes());
                    let format = *framer.format();
                    if self.formats.last().is_none_or(|(_, last)| *last != format) {
                        self.formats.push((self.entries.len(), format));
                    }
                }
            }
            Some(Item::Span(span)) => self.entries.push(judge.span(span)),
            None => {}
        }
    }

    fn format(&self, item: usize) -> Format {
        let at = self.formats.partition_point(|(from, _)| *from <= item);
        at.checked_sub(1).and_then(|at| self.formats.get(at)).map_or(Format::assumed(), |(_, format)| *format)
    }
}

/// `crc32`, `none` or `unknown`.
pub(crate) const fn checksum_text(checksum: Checksum) -> &'static str {
    match checksum {
        Checksum::Crc32 => "crc32",
        Checksum::None => "none",
        Checksum::Unknown => "unknown",
    }
}
