//! Choosing: from places, a transaction or a filter to ranges of the listed space, block by block.

use std::ops::Range;

use binlog_format::event::{Context, decode_unobserved};
use binlog_format::events::TableMapHead;
use binlog_format::framer::{FrameChecksum, SpanKind};
use binlog_format::header::{EventHeader, flag};
use binlog_format::names::code;
use binlog_format::rows::{Operation, RowsHead};
use binlog_format::{Body, Checksum};

use super::{BlockItems, Document, MAX_DECODED_EVENT, Search};
use crate::choice::{Choice, Chosen, MOST_BYTES, MOST_RANGES, RangeSet, joined};
use crate::outline::Outline;
use crate::scan::{Entry, EntryKind};
use crate::source::read_range;
use crate::view::{Address, Message};

/// Blocks in which another format description or the like came by that are looked at: a relay log has one for each
/// rotation.
const MOST_CHANGES: usize = 4096;

/// Events before a statement that say what it is to use: values of variables.
const MOST_VARIABLES: u64 = 64;

/// Items behind damage that say where it ends: the search for them wants one, and the header of the next.
const BEHIND_DAMAGE: u64 = 2;

/// What is still to be gone through.
#[derive(Debug)]
enum Wanted {
    /// Items by number, ascending.
    Entries(Vec<u64>),
    /// Items one behind the other.
    Run(Range<u64>),
    /// What matches, from this block on.
    Search(Box<Search>, usize),
}

/// A choice on its way, for who has something else to do between two blocks.
#[derive(Debug)]
pub struct Choosing {
    wanted: Wanted,
    most: u64,
    chosen: RangeSet,
    context: RangeSet,
    bytes: u64,
    items: u64,
    cut: bool,
    /// Numbers of the items that change how those behind them are read, ascending.
    changes: Vec<u64>,
    /// How many of them stand before the item chosen last.
    changed: Option<usize>,
    /// The unit whose beginning was added last.
    unit: Option<u64>,
    /// The table map whose statement was added last.
    map: Option<u64>,
    /// Table maps that are live before a block: their ids and numbers.
    before: Option<(usize, Vec<(u64, u64)>)>,
}

/// What a block's items need while they are gone through in order.
struct Passing<'b> {
    block: usize,
    first: u64,
    items: &'b BlockItems,
    /// Live table maps of the block: their ids and numbers.
    live: Vec<(u64, u64)>,
    /// All maps were forgotten in the block.
    forgot: bool,
}

impl Choosing {
    fn new(wanted: Wanted, most: u64) -> Self {
        Self {
            wanted,
            most,
            chosen: RangeSet::default(),
            context: RangeSet::default(),
            bytes: 0,
            items: 0,
            cut: false,
            changes: Vec::new(),
            changed: None,
            unit: None,
            map: None,
            before: None,
        }
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Items chosen so far.
    pub fn items(&self) -> u64 {
        self.items
    }

    fn needs(&mut self, start: u64, end: u64) {
        self.bytes += self.context.insert(start, end);
    }

    /// Goes on with the next block; false when there is none.
    ///
    /// # Errors
    ///
    /// The source cannot be read, or has nothing of what was chosen; a single item is too large.
    pub fn step(&mut self, document: &Document) -> Result<bool, Message> {
        let index = document.index();
        let (number, which) = match &mut self.wanted {
            Wanted::Entries(entries) => {
                let Some(first) = entries.first() else { return Ok(false) };
                let number = index.block_of_entry(*first).ok_or_else(|| missing(*first))?;
                let end = index.blocks.get(number + 1).map_or(index.entries, |block| block.first_entry);
                let many = entries.partition_point(|entry| *entry < end).max(1);
                (number, entries.drain(..many).collect())
            }
            Wanted::Run(run) if run.start >= run.end => return Ok(false),
            Wanted::Run(run) => {
                let number = index.block_of_entry(run.start).ok_or_else(|| missing(run.start))?;
                let end = index.blocks.get(number + 1).map_or(index.entries, |block| block.first_entry);
                let which: Vec<u64> = (run.start..end.min(run.end).max(run.start + 1)).collect();
                run.start += which.len() as u64;
                (number, which)
            }
            Wanted::Search(search, next) => {
                let number = *next;
                if number >= index.blocks.len() {
                    return Ok(false);
                }
                *next += 1;
                let mut which: Vec<u64> = Vec::new();
                document.matches_in_block(search, number, &mut |hit| {
                    if which.last() != Some(&hit.entry) {
                        which.push(hit.entry);
                    }
                })?;
                (number, which)
            }
        };
        if !which.is_empty() {
            self.block(document, number, &which)?;
        }
        Ok(!self.cut)
    }

    /// Takes items of a block.
    fn block(&mut self, document: &Document, number: usize, which: &[u64]) -> Result<(), Message> {
        let first = document.index().blocks.get(number).map_or(0, |block| block.first_entry);
        let items = document.block(number).ok_or_else(|| missing(first))?;
        let mut passing = Passing { block: number, first, items: &items, live: Vec::new(), forgot: false };
        let mut which = which.iter().peekable();
        for (nth, entry) in items.entries.iter().enumerate() {
            let own = first + nth as u64;
            if which.next_if(|wanted| **wanted <= own).is_some() {
                if !self.take(document, &passing, nth, entry)? {
                    self.cut = true;
                    return Ok(());
                }
                self.around(document, &passing, nth, entry);
            }
            if which.peek().is_none() {
                break;
            }
            if entry.kind() == Some(code::TABLE_MAP)
                && let Some(map) = document.table_of_map(&items, nth)
            {
                passing.live.retain(|(other, _)| *other != map);
                passing.live.push((map, own));
            }
            if entry.forgets_maps() {
                passing.live.clear();
                passing.forgot = true;
            }
        }
        Ok(())
    }

    /// Takes an item, if there is room for it.
    fn take(&mut self, document: &Document, passing: &Passing<'_>, nth: usize, entry: &Entry) -> Result<bool, Message> {
        let kind = match entry.what {
            EntryKind::Span(span) => Some(span.kind),
            EntryKind::Event { .. } => None,
        };
        // What is not there cannot be given.
        if kind == Some(SpanKind::Hole) {
            return Ok(true);
        }
        let size = entry.end - entry.start;
        if self.bytes.saturating_add(size) > self.most || self.chosen.len() + self.context.len() >= MOST_RANGES {
            return match self.items {
                0 => Err(Message::new("share-too-large").number("bytes", size).number("most", self.most)),
                _ => Ok(false),
            };
        }
        self.items += 1;
        if kind.is_some_and(SpanKind::is_of_pages) {
            self.pages(document, entry);
        } else {
            // It may have been context before: that is counted once.
            self.bytes += self.chosen.insert(entry.start, entry.end);
        }
        self.changes_before(document, passing.first + nth as u64);
        Ok(true)
    }

    /// The pages of a chunk: its checksum is that of the whole page, and a record may lie in several.
    fn pages(&mut self, document: &Document, entry: &Entry) {
        let size = document.page_size();
        let mut take = |start: u64, end: u64| {
            let (from, to) = (start / size * size, end.div_ceil(size) * size);
            self.bytes += self.chosen.insert(from, to.min(document.source().length()));
        };
        take(entry.start, entry.end);
        let Ok(record) = document.space(&entry.start.to_string()) else { return };
        if let (Some((start, _)), Some((_, end))) = (record.ranges.first(), record.ranges.last()) {
            take(*start, *end);
        }
        let Ok(group) = document.listed_space(entry.start) else { return };
        for (start, end) in &group.ranges {
            // A record's header may fill the end of the page before.
            let begins_page = start % size < 8;
            take(start.saturating_sub(if begins_page { size } else { 0 }), *end);
        }
    }

    /// What decoding an item needs beside it.
    fn around(&mut self, document: &Document, passing: &Passing<'_>, nth: usize, entry: &Entry) {
        let own = passing.first + nth as u64;
        self.beginning(document, own, entry);
        match entry.what {
            EntryKind::Span(span) if span.kind == SpanKind::Damaged => {
                for behind in (own + 1..).take(BEHIND_DAMAGE as usize) {
                    self.neighbour(document, behind);
                }
                // Without checksums what stands before it says what may follow.
                if passing.items.format(nth).checksum != Checksum::Crc32 && own > 0 {
                    self.neighbour(document, own - 1);
                }
            }
            EntryKind::Span(_) => {}
            EntryKind::Event { kind: code::QUERY | code::QUERY_COMPRESSED | code::EXECUTE_LOAD_QUERY, .. } => {
                for before in (0..own).rev().take(MOST_VARIABLES as usize) {
                    let Some(variable) = document.entry_number(before) else { break };
                    if !matches!(variable.kind(), Some(code::INTVAR | code::RAND | code::USER_VAR)) {
                        break;
                    }
                    self.needs(variable.start, variable.end);
                }
            }
            EntryKind::Event { kind: code::PARTIAL_ROW_DATA, .. } => self.fragments(document, passing, own),
            EntryKind::Event { kind, .. } if Operation::of(kind).is_some() => {
                let format = passing.items.format(nth);
                let head = document.head_of(passing.items, entry).and_then(|bytes| {
                    let context = Context::new(&format);
                    RowsHead::peek(&bytes, &context).ok()
                });
                if let Some(rows) = head {
                    self.table(document, passing, own, rows.table_id);
                }
            }
            EntryKind::Event { .. } => {}
        }
    }

    /// An item beside the one that was chosen.
    fn neighbour(&mut self, document: &Document, number: u64) {
        if let Some(entry) = document.entry_number(number)
            && !matches!(entry.what, EntryKind::Span(span) if span.kind == SpanKind::Hole)
            && entry.end - entry.start <= MAX_DECODED_EVENT.min(self.most.saturating_sub(self.bytes))
        {
            self.needs(entry.start, entry.end);
        }
    }

    /// The event with which the item's transaction begins, and so its GTID.
    fn beginning(&mut self, document: &Document, own: u64, entry: &Entry) {
        if !entry.place.transaction || entry.place.begins {
            return;
        }
        let Some(unit) = document.unit_of_entry(own).filter(|unit| self.unit != Some(*unit)) else { return };
        self.unit = Some(unit);
        let first = document.unit(unit).and_then(|unit| document.entry_number(unit.first_entry));
        if let Some(first) = first
            && first.kind().is_some_and(begins_transaction)
        {
            self.needs(first.start, first.end);
        }
    }

    /// All fragments of a group, with what the rows event that they are put together to needs.
    fn fragments(&mut self, document: &Document, passing: &Passing<'_>, own: u64) {
        let fragment = |number: u64| {
            let located = document.locate_entry(number).ok()?;
            let (range, context) = ((located.entry.start, located.entry.end), located.context());
            match decode_unobserved(&located.bytes, &context).ok()?.body.ok()? {
                Body::PartialRowData(fragment) => {
                    let rows = RowsHead::peek(fragment.data, &context).ok();
                    let table = rows.filter(|_| fragment.fragment_number == 1).map(|rows| rows.table_id);
                    Some((range, fragment.fragment_number, fragment.total_fragments, table))
                }
                _ => None,
            }
        };
        let Some((_, number, total, _)) = fragment(own) else { return };
        let first = own.saturating_sub(u64::from(number.saturating_sub(1)));
        let many = u64::from(total.max(1)).min(binlog_format::limits::MAX_FRAGMENTS as u64);
        for other in first..first.saturating_add(many) {
            let Some(((start, end), _, _, table)) = fragment(other) else { continue };
            if self.bytes.saturating_add(end - start) > self.most {
                self.cut = true;
                return;
            }
            self.needs(start, end);
            if let Some(table) = table {
                self.table(document, passing, own, table);
            }
        }
    }

    /// The live map of a table, and what the statement that it belongs to says of itself.
    fn table(&mut self, document: &Document, passing: &Passing<'_>, own: u64, table: u64) {
        let find = |maps: &[(u64, u64)]| maps.iter().rfind(|(id, _)| *id == table).map(|(_, number)| *number);
        let mut map = find(&passing.live);
        if map.is_none() && !passing.forgot {
            if self.before.as_ref().is_none_or(|(block, _)| *block != passing.block) {
                self.before = Some((passing.block, document.maps_live_before(passing.block)));
            }
            map = self.before.as_ref().and_then(|(_, maps)| find(maps));
        }
        let Some(map) = map else { return self.orphan(document, own) };
        if self.map == Some(map) {
            return;
        }
        self.map = Some(map);
        self.neighbour(document, map);
        // ROWS_QUERY or ANNOTATE_ROWS, then all maps of the statement.
        for before in (0..map).rev().take(binlog_format::limits::MAX_TABLE_MAPS) {
            match document.entry_number(before).and_then(|entry| entry.kind()) {
                Some(code::TABLE_MAP) => {}
                Some(code::ROWS_QUERY | code::ANNOTATE_ROWS) => {
                    self.neighbour(document, before);
                    break;
                }
                _ => break,
            }
        }
    }

    /// Rows without a map: where maps were forgotten before them, lest one that came earlier is taken for theirs.
    fn orphan(&mut self, document: &Document, own: u64) {
        // A map that is not there is not taken.
        if self.map.is_none() {
            return;
        }
        for before in (self.map.unwrap_or(0)..own).rev() {
            let Some(entry) = document.entry_number(before) else { return };
            if entry.forgets_maps() {
                return self.neighbour(document, before);
            }
        }
    }

    /// Format descriptions and whatever else changes how what is behind them is read.
    fn changes_before(&mut self, document: &Document, own: u64) {
        if self.items == 1 {
            self.changes = document.changes_of_reading();
            for first in 0..2 {
                self.neighbour(document, first);
            }
        }
        let described = self.changes.partition_point(|change| *change < own);
        if self.changed.replace(described) == Some(described) {
            return;
        }
        let before = self.changes.get(..described).unwrap_or_default();
        // The last description holds; what else changed it, changed it once.
        let mut last = None;
        let mut others = Vec::new();
        for change in before.iter().rev() {
            let Some(entry) = document.entry_number(*change) else { continue };
            match entry.kind() {
                Some(code::FORMAT_DESCRIPTION | code::START_V3) => last = last.or(Some(*change)),
                _ => others.push(*change),
            }
            if last.is_some() && others.len() >= 2 {
                break;
            }
        }
        for change in others.into_iter().chain(last) {
            self.neighbour(document, change);
        }
    }

    /// The choice, once [`step`](Self::step) has come to its end.
    pub fn finish(self, document: &Document) -> Chosen {
        Chosen {
            space: document.main_space().to_owned(),
            length: document.source().length(),
            ranges: joined(&self.chosen, &self.context),
            items: self.items,
            cut: self.cut,
        }
    }
}

/// Whether an event of this kind, where it begins a transaction, says no more than that.
const fn begins_transaction(kind: u8) -> bool {
    matches!(
        kind,
        code::GTID
            | code::ANONYMOUS_GTID
            | code::GTID_TAGGED
            | code::MARIADB_GTID
            | code::QUERY
            | code::QUERY_COMPRESSED
    )
}

fn missing(number: u64) -> Message {
    Message::new("failed-no-event").text("address", format!("#{number}"))
}

impl Document {
    /// What is chosen, with what decoding it needs; at most [`MOST_BYTES`].
    ///
    /// # Errors
    ///
    /// There is nothing at a place, the source cannot be read, or a single item is too large.
    pub fn choose(&self, choice: &Choice) -> Result<Chosen, Message> {
        let mut choosing = self.choosing(choice, MOST_BYTES)?;
        while choosing.step(self)? {}
        Ok(choosing.finish(self))
    }

    /// The same step by step, with at most so many bytes.
    ///
    /// # Errors
    ///
    /// There is nothing at a place; there is no filter.
    pub fn choosing(&self, choice: &Choice, most: u64) -> Result<Choosing, Message> {
        let wanted = match choice {
            Choice::Event(address) => Wanted::Entries(vec![self.listed_entry(address)?]),
            Choice::Events(addresses) => {
                let entries: Result<Vec<u64>, Message> =
                    addresses.iter().map(|address| self.listed_entry(address)).collect();
                let mut entries = entries?;
                entries.sort_unstable();
                entries.dedup();
                Wanted::Entries(entries)
            }
            Choice::Transaction(address) => {
                let entry = self.listed_entry(address)?;
                let unit = self.unit_of_entry(entry).and_then(|unit| self.unit(unit)).ok_or_else(|| missing(entry))?;
                Wanted::Run(unit.first_entry..unit.first_entry + unit.entries)
            }
            Choice::Filter => {
                let filter = self.filter().ok_or_else(|| Message::new("share-no-filter"))?;
                Wanted::Search(Box::new(Search::new(filter)), 0)
            }
            Choice::Whole => Wanted::Run(0..self.entries()),
        };
        Ok(Choosing::new(wanted, most))
    }

    /// The number of the listed item that a place lies in, however deep.
    fn listed_entry(&self, address: &Address) -> Result<u64, Message> {
        let offset = match self.below_main(&address.space) {
            Some("") => Some(address.offset),
            Some(path) => path.split('/').next().and_then(|step| step.parse().ok()),
            // The encrypted bytes of what is listed clear.
            None if address.space == "0" => {
                let shift = self.clear.as_ref().map_or(0, |clear| clear.shift());
                Some(address.offset.saturating_sub(shift))
            }
            None => None,
        };
        offset
            .and_then(|offset| self.entry_at(offset))
            .ok_or_else(|| Message::new("failed-no-event").text("address", address.to_string()))
    }

    /// A listed item by number.
    pub(crate) fn entry_number(&self, number: u64) -> Option<Entry> {
        let index = self.index();
        let block = index.block_of_entry(number)?;
        let first = index.blocks.get(block)?.first_entry;
        self.block(block)?.entries.get(usize::try_from(number - first).ok()?).copied()
    }

    /// The first bytes of an event of a block.
    fn head_of(&self, items: &BlockItems, entry: &Entry) -> Option<Vec<u8>> {
        const HEAD: u64 = 1024;
        let end = entry.end.min(entry.start + HEAD);
        let kept = usize::try_from(entry.start - items.start).ok().zip(usize::try_from(end - items.start).ok());
        match kept.and_then(|(start, end)| items.bytes.get(start..end)) {
            Some(bytes) => Some(bytes.to_vec()),
            None => read_range(self.source(), entry.start, end).ok(),
        }
    }

    /// The table id that a map of a block gives.
    fn table_of_map(&self, items: &BlockItems, nth: usize) -> Option<u64> {
        let entry = items.entries.get(nth)?;
        let EntryKind::Event { checksum, .. } = entry.what else { return None };
        let bytes = self.entry_bytes(items, entry).ok()?;
        let format = items.format(nth);
        let context = Context { checksum: checksum != FrameChecksum::Absent, ..Context::new(&format) };
        TableMapHead::peek(&bytes, &context).ok().map(|map| map.table_id)
    }

    /// Table maps that are live before a block: ids and numbers.
    fn maps_live_before(&self, block: usize) -> Vec<(u64, u64)> {
        let index = self.index();
        let range = index.blocks.get(block).map_or((0, 0), |block| block.maps);
        let offsets = index.maps.get(range.0 as usize..range.1 as usize).unwrap_or_default();
        let map = |offset: &u64| {
            let number = index.block_of_offset(*offset)?;
            let items = self.block(number)?;
            let nth = items.entries.iter().position(|entry| entry.start == *offset)?;
            let first = index.blocks.get(number)?.first_entry;
            Some((self.table_of_map(&items, nth)?, first + nth as u64))
        };
        offsets.iter().filter_map(map).collect()
    }

    /// Numbers of the items that change how those behind them are read: format descriptions, where encryption
    /// begins, and the first event that says that positions are those of another file.
    fn changes_of_reading(&self) -> Vec<u64> {
        let index = self.index();
        let known = index.formats.len() as u32;
        let next = |number: usize| index.blocks.get(number + 1).map_or(known, |block| block.resume + 1);
        let changing = (0..index.blocks.len()).filter(|number| {
            *number == 0 || index.blocks.get(*number).is_some_and(|block| next(*number) != block.resume + 1)
        });
        let (mut changes, mut foreign) = (Vec::new(), false);
        for number in changing.take(MOST_CHANGES) {
            let (Some(block), Some(items)) = (index.blocks.get(number), self.block(number)) else { continue };
            for (nth, entry) in items.entries.iter().enumerate() {
                let Some(kind) = entry.kind() else { continue };
                let flags = || {
                    let header = EventHeader::peek_in(&self.head_of(&items, entry)?, &items.format(nth))?;
                    Some(header.flags)
                };
                let first_foreign =
                    !foreign && flags().is_some_and(|flags| flags & (flag::RELAY_LOG | flag::ARTIFICIAL) != 0);
                foreign |= first_foreign;
                let changes_format = matches!(kind, code::FORMAT_DESCRIPTION | code::START_V3 | code::START_ENCRYPTION);
                if changes_format || first_foreign {
                    changes.push(block.first_entry + nth as u64);
                }
            }
        }
        changes
    }

    /// Bytes to a page of a log of pages.
    fn page_size(&self) -> u64 {
        self.scanner.framer().state().page_size_log2.map_or(1, |log2| 1 << log2)
    }
}
