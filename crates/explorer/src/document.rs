//! An open source: its index, its list, and any event of it with its fields.

mod encrypted;
mod fragments;
mod matches;
mod open;
mod outline;
mod parts;
mod rows;
mod views;

use std::cell::RefCell;
use std::rc::Rc;

use binlog_format::event::{Context, body_bytes};
use binlog_format::framer::{FrameChecksum, Framer, Item, Resume, Span, SpanKind, Step};
use binlog_format::limits::MAX_WHOLE_EVENT;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::{Checksum, Format};

use crate::encryption::{Decrypted, Encryption};
use crate::index::Index;
use crate::row_map::RowMap;
use crate::scan::{Entry, EntryKind, Judge, Scanner};
use crate::source::{ReadError, Source, read_range};
use crate::space::Space;
use crate::view::{Address, Message};

pub use matches::{BlockMatches, Hit, Search};
pub(crate) use matches::{each_event_inside, totals_inside};
pub use open::{Opened, open_bytes, recognise};
pub use views::Neighbour;

/// Blocks whose items are kept.
const KEPT_BLOCKS: usize = 16;

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
    notes: Vec<Message>,
    fingerprint: String,
    blocks: RefCell<Vec<(usize, Rc<BlockItems>)>>,
    replayed: RefCell<Option<Replayed>>,
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
        self.clear.as_ref().map_or("0", |clear| clear.name())
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
        self.scanner.set_length(length, complete);
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
        if kept.len() >= KEPT_BLOCKS {
            kept.remove(0);
        }
        kept.push((number, items.clone()));
        Some(items)
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
        };
        if end - block.start > u64::from(MAX_WHOLE_EVENT) {
            return self.walk_block_slowly(block.start, end, number, items);
        }
        let bytes = read_range(self.source(), block.start, end).unwrap_or_default();
        let mut judge = block.judge;
        let mut framer = self.framer_at(block.start, resume, &mut items, &mut judge);
        // The scan knew the whole length: what it took for damage at the end is so again.
        framer.set_length(end, true);
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
        let again = BlockItems { end, entries: Vec::new(), formats, bytes: Vec::new(), start: block.start };
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
        while framer.offset() < end || matches!(items.entries.last(), Some(entry) if entry.end < end) {
            let at = usize::try_from(framer.offset() - window_start).ok()?;
            match framer.step(window.get(at..).unwrap_or_default()) {
                Step::Consumed(_, item) => items.take(item, &framer, &mut judge),
                Step::Back => window.clear(),
                Step::NeedMore(bytes) => {
                    window_start = framer.offset();
                    let want = window_start + (bytes as u64).max(64 << 10);
                    match read_range(self.source(), window_start, want) {
                        Ok(bytes) => window = bytes,
                        Err(ReadError::Hole { end }) => {
                            items.entries.push(judge.span(framer.skip_hole(end)));
                            window.clear();
                            window_start = end;
                        }
                        Err(ReadError::Io(_)) => return None,
                    }
                }
                Step::End => break,
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

    /// Table maps that are live before item `before` of a block.
    fn plans(&self, block: usize, items: &BlockItems, before: usize) -> Rc<TablePlans> {
        let mut replayed = self.replayed.borrow_mut();
        let (mut plans, from) = match replayed.take() {
            Some(earlier) if earlier.block == block && earlier.before <= before => (earlier.plans, earlier.before),
            _ => (Rc::new(self.maps_before_block(block)), 0),
        };
        for (i, entry) in items.entries.iter().enumerate().take(before).skip(from) {
            let maps = entry.kind() == Some(code::TABLE_MAP);
            if maps && let Ok(bytes) = self.entry_bytes(items, entry) {
                insert_map(Rc::make_mut(&mut plans), &bytes, entry, &items.format(i));
            }
            if entry.forgets_maps() {
                Rc::make_mut(&mut plans).forget();
            }
        }
        *replayed = Some(Replayed { block, before, plans: plans.clone() });
        plans
    }

    fn maps_before_block(&self, block: usize) -> TablePlans {
        let mut plans = TablePlans::new();
        let index = self.scanner.index();
        let range = index.blocks.get(block).map_or((0, 0), |block| block.maps);
        for offset in index.maps.get(range.0 as usize..range.1 as usize).unwrap_or_default() {
            let Some(number) = index.block_of_offset(*offset) else { continue };
            let Some(items) = self.block(number) else { continue };
            let Some(at) = items.entries.iter().position(|entry| entry.start == *offset) else { continue };
            if let Some(entry) = items.entries.get(at)
                && let Ok(bytes) = self.entry_bytes(&items, entry)
            {
                insert_map(&mut plans, &bytes, entry, &items.format(at));
            }
        }
        plans
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
            Space::open(&holder.space, holder.offset, &located.bytes, &located.context())
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
    fn take(&mut self, item: Option<Item<'_>>, framer: &Framer, judge: &mut Judge) {
        match item {
            Some(Item::Event(frame)) => {
                self.entries.push(judge.event(&frame, framer).entry);
                let format = *framer.format();
                if self.formats.last().is_none_or(|(_, last)| *last != format) {
                    self.formats.push((self.entries.len(), format));
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
