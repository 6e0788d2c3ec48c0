//! The overview strip: a source cut into columns of positions or of times.
//!
//! What is counted by family comes from the statistics; before they have come that far, and for what they are too
//! coarse for, from the index and from the blocks themselves.

use std::ops::Range;

use super::Document;
use super::usual_times::{UsualTimes, Written, usual_times};
use crate::outline::Outline;
use crate::scan::EntryKind;
use crate::statistics::{ByPosition, ByTime, FAMILIES, Overview};
use crate::summary;

/// Families, and what is not counted by family yet.
pub const STACKED: usize = FAMILIES.len() + 1;

/// Where in a column stands what is not counted by family yet.
pub const UNCOUNTED: usize = FAMILIES.len();

/// So many blocks are read to draw a part of the strip exactly: about 2 MiB.
const EXACT_BLOCKS: usize = 32;

/// A stretch of the strip.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strip {
    /// Offset, or seconds since 1970, at which the first column begins.
    pub start: u64,
    /// Bytes or seconds of a column.
    pub width: u64,
    /// The columns.
    pub columns: Vec<Column>,
}

/// A column of the strip.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Events that begin in it, by family as of [`FAMILIES`]; the last are not counted by family yet.
    pub events: [u64; STACKED],
    /// Their bytes, the same; by position those that lie in the column.
    pub bytes: [u64; STACKED],
    /// Bytes of the largest transaction that begins in it; 0 where that is not known.
    pub largest_transaction: u64,
    /// Damaged spans and wrong checksums; of blocks that are only indexed, how many have some.
    pub damage: u64,
    /// Offset of its first event.
    pub at: Option<u64>,
}

impl Column {
    fn add(&mut self, family: usize, events: u64, bytes: u64) {
        if let (Some(own), Some(size)) = (self.events.get_mut(family), self.bytes.get_mut(family)) {
            *own += events;
            *size += bytes;
        }
    }

    fn at(&mut self, offset: u64) {
        self.at = Some(self.at.map_or(offset, |at| at.min(offset)));
    }
}

impl Strip {
    fn new(range: &Range<u64>, columns: usize) -> Self {
        let length = range.end.saturating_sub(range.start);
        let width = length.div_ceil(columns.max(1) as u64).max(1);
        let needed = length.div_ceil(width) as usize;
        Self { start: range.start, width, columns: vec![Column::default(); needed] }
    }

    fn column(&mut self, at: u64) -> Option<&mut Column> {
        let number = at.checked_sub(self.start)? / self.width.max(1);
        self.columns.get_mut(usize::try_from(number).ok()?)
    }

    /// Events that begin at `start`, and the bytes up to `end`, which lie in as many columns as they reach.
    fn stretch(&mut self, family: usize, events: u64, start: u64, end: u64) {
        let whole = self.start + self.width * self.columns.len() as u64;
        if let Some(column) = self.column(start).filter(|_| events > 0) {
            column.add(family, events, 0);
            column.at(start);
        }
        let mut from = start.max(self.start);
        while from < end.min(whole) {
            let next = self.start + ((from - self.start) / self.width + 1) * self.width;
            if let Some(column) = self.column(from) {
                column.add(family, 0, end.min(next) - from);
            }
            from = next;
        }
    }
}

impl Document {
    /// A part of the source in at most `columns` columns, by position.
    pub fn strip_by_position(&self, range: Range<u64>, columns: usize, counted: Option<&Overview>) -> Strip {
        let index = self.scanner.index();
        let range = range.start..range.end.min(self.source().length());
        let mut strip = Strip::new(&range, columns);
        let first = index.block_of_offset(range.start).unwrap_or(0);
        let last = index.block_of_offset(range.end.saturating_sub(1)).map_or(0, |block| block + 1);
        if last.saturating_sub(first) <= EXACT_BLOCKS {
            for block in first..last {
                self.add_items(&mut strip, block);
            }
            return strip;
        }
        let counted = counted.map(|counted| &counted.by_position).filter(|counted| counted.end > counted.start);
        let (mut from, mut to) = (u64::MAX, 0);
        if let Some(counted) = counted {
            (from, to) = (counted.start, counted.end);
            // Columns between those of the statistics would stand empty.
            if counted.width > strip.width {
                strip = Strip::new(&range, (range.end - range.start).div_ceil(counted.width) as usize);
            }
            add_counted(&mut strip, counted, &range);
        }
        for block in first..last {
            let end = index.block_end(block);
            let Some(it) = index.blocks.get(block).filter(|it| it.start < from || end > to) else { continue };
            let next = index.blocks.get(block + 1).map_or(index.events, |next| next.first_event);
            strip.stretch(UNCOUNTED, next - it.first_event, it.start, end);
            if let Some(column) = strip.column(it.start) {
                column.damage += u64::from(it.damaged);
            }
        }
        strip
    }

    /// The items of a block, each where it is.
    fn add_items(&self, strip: &mut Strip, number: usize) {
        let Some(items) = self.block(number) else { return };
        let mut unit = self.scanner.index().blocks.get(number).map_or(0, |block| block.first_unit);
        for entry in &items.entries {
            match entry.what {
                EntryKind::Event { kind, checksum, .. } => {
                    let family = summary::family(kind);
                    let family = FAMILIES.iter().position(|other| *other == family).unwrap_or(UNCOUNTED);
                    strip.stretch(family, 1, entry.start, entry.end);
                    if checksum.ok() == Some(false)
                        && let Some(column) = strip.column(entry.start)
                    {
                        column.damage += 1;
                    }
                }
                EntryKind::Span(span) => {
                    if let Some(column) = strip.column(entry.start).filter(|_| span.error.is_some()) {
                        column.damage += 1;
                        column.at(entry.start);
                    }
                }
            }
            if !entry.place.begins {
                continue;
            }
            if entry.place.transaction
                && let Some(size) = self.unit_size(unit, entry.start)
                && let Some(column) = strip.column(entry.start)
            {
                column.largest_transaction = column.largest_transaction.max(size);
            }
            unit += 1;
        }
    }

    /// Bytes of a unit, from where it begins to its last item's end.
    fn unit_size(&self, unit: u64, start: u64) -> Option<u64> {
        let unit = self.unit(unit)?;
        let last = self.locate_place(unit.first_entry + unit.entries.checked_sub(1)?)?;
        Some(last.1 - start)
    }

    /// Start and end of an item, without its bytes.
    fn locate_place(&self, number: u64) -> Option<(u64, u64)> {
        let index = self.scanner.index();
        let block = index.block_of_entry(number)?;
        let first = index.blocks.get(block)?.first_entry;
        let items = self.block(block)?;
        let entry = items.entries.get((number - first) as usize)?;
        Some((entry.start, entry.end))
    }

    /// A stretch of time in at most `columns` columns. Without statistics, blocks stand where they begin.
    pub fn strip_by_time(&self, range: Range<u64>, columns: usize, counted: Option<&Overview>) -> Strip {
        let index = self.scanner.index();
        let mut strip = Strip::new(&range, columns);
        if let Some(counted) = self.all_counted(counted) {
            add_times(&mut strip, &counted.by_time, &range);
            return strip;
        }
        for (number, block) in index.blocks.iter().enumerate().filter(|(_, block)| block.time.0 <= block.time.1) {
            let next = index.blocks.get(number + 1).map_or(index.events, |next| next.first_event);
            // One that began long before, or has an event of long before, stands where what is shown of it may begin.
            let (first, last) = (u64::from(block.time.0), u64::from(block.time.1));
            if let Some(column) = strip.column(first.max(range.start.min(last))) {
                column.add(UNCOUNTED, next - block.first_event, index.block_end(number) - block.start);
                column.damage += u64::from(block.damaged);
                column.at(block.start);
            }
        }
        strip
    }

    /// Statistics of the whole source, if that is what they are.
    fn all_counted<'c>(&self, counted: Option<&'c Overview>) -> Option<&'c Overview> {
        let end = self.scanner.index().end;
        counted.filter(|counted| counted.by_position.end >= end && counted.by_position.start == 0)
    }

    /// Where nearly everything was written, if some of it was not; without statistics that is a guess.
    pub fn usual_times(&self, counted: Option<&Overview>) -> Option<UsualTimes> {
        let mut written: Vec<Written> = Vec::new();
        let counted = self.all_counted(counted);
        if let Some(counted) = counted {
            let width = u64::from(counted.by_time.width);
            let times = self.times()?;
            written.extend(counted.by_time.buckets.iter().map(|(start, bucket)| {
                // A wide bucket begins before its first event and ends behind its last.
                let start = u64::from(*start);
                Written {
                    start: start.max(times.start),
                    end: (start + width).min(times.end).max(start + 1),
                    events: bucket.events,
                }
            }));
        } else {
            let index = self.scanner.index();
            for (number, block) in index.blocks.iter().enumerate().filter(|(_, block)| block.time.0 <= block.time.1) {
                let next = index.blocks.get(number + 1).map_or(index.events, |next| next.first_event);
                let (first, last) = (u64::from(block.time.0), u64::from(block.time.1));
                // Between those ends its events lie anywhere; an odd one is one of the ends.
                let events = (next - block.first_event).max(2);
                written.push(Written { start: first, end: first + 1, events: events / 2 });
                written.push(Written { start: last, end: last + 1, events: events - events / 2 });
            }
            written.sort_unstable_by_key(|part| part.start);
        }
        let usual = usual_times(&written)?;
        Some(UsualTimes { outside: usual.outside.filter(|_| counted.is_some()), ..usual })
    }

    /// Earliest and latest time of any event, as far as known; the end is one past the latest.
    pub fn times(&self) -> Option<Range<u64>> {
        let times = self.scanner.index().blocks.iter().map(|block| block.time).filter(|time| time.0 <= time.1);
        let (first, last) = times.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some(first.into()..u64::from(last) + 1)
    }
}

fn add_counted(strip: &mut Strip, counted: &ByPosition, range: &Range<u64>) {
    for (number, bucket) in counted.buckets.iter().enumerate() {
        let start = counted.bucket_start(number).max(counted.start);
        let end = (counted.bucket_start(number) + counted.width).min(counted.end);
        if end <= range.start || start >= range.end {
            continue;
        }
        let at = start.max(range.start);
        let Some(column) = strip.column(at) else { continue };
        for (family, (events, bytes)) in bucket.events.iter().zip(&bucket.bytes).enumerate() {
            column.add(family, *events, *bytes);
        }
        column.largest_transaction = column.largest_transaction.max(bucket.largest_transaction);
        column.damage += bucket.damage;
        column.at(at);
    }
}

fn add_times(strip: &mut Strip, counted: &ByTime, range: &Range<u64>) {
    if u64::from(counted.width) > strip.width {
        let columns = (range.end.saturating_sub(range.start)).div_ceil(counted.width.into());
        *strip = Strip::new(range, columns as usize);
    }
    for (start, bucket) in &counted.buckets {
        let start = u64::from(*start);
        if start + u64::from(counted.width) <= range.start || start >= range.end {
            continue;
        }
        let Some(column) = strip.column(start.max(range.start)) else { continue };
        for (family, (events, bytes)) in bucket.families.iter().enumerate() {
            column.add(family, *events, *bytes);
        }
        column.largest_transaction = column.largest_transaction.max(bucket.largest_transaction);
        if let Some(at) = bucket.at {
            column.at(at);
        }
    }
}
