//! What of a document matches a filter, as a list that grows: counts for each block that was looked
//! through, in any order, and the matching items of a block when a row in it is asked for.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::coverage::Coverage;
use super::sums::{Counts, Sums, change};
use crate::outline::{Outline, Unit};

/// What was found in a block: small, so that whoever looked through it can send it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockResult {
    /// Its number.
    pub block: usize,
    /// Where it ended then: the last block of a file that is still read grows.
    pub end: u64,
    /// Items that match, or have something inside that does.
    pub items: u64,
    /// Those of them that are no events.
    pub spans: u64,
    /// Items inside of those that match.
    pub inner: u64,
    /// Rows that match where not all of an event's do.
    pub rows: u64,
    /// Units of these items.
    pub units: u64,
    /// Transactions among those.
    pub transactions: u64,
    /// The first of the units.
    pub first: u64,
    /// The last of them.
    pub last: u64,
}

/// An item of a filtered list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedHit {
    /// Number of its unit.
    pub unit: u64,
    /// That is a transaction.
    pub transaction: bool,
    /// Number of the item.
    pub entry: u64,
    /// Its number inside of that item, for what lies in there.
    pub inner: Option<u64>,
    /// How many rows match where not all do.
    pub rows: Option<u32>,
}

impl BlockResult {
    /// Counts the units of a block's items.
    pub fn count_units(&mut self, hits: &[ListedHit]) {
        (self.units, self.transactions) = (0, 0);
        for unit in hits.chunk_by(ListedHit::is_with) {
            self.units += 1;
            self.transactions += u64::from(unit.first().is_some_and(|hit| hit.transaction));
        }
        self.first = hits.first().map_or(0, |hit| hit.unit);
        self.last = hits.last().map_or(0, |hit| hit.unit);
    }
}

impl ListedHit {
    /// Whether both are listed in one unit. What belongs to no transaction is a unit each, what lies inside of
    /// it too: without a heading there is nothing to open.
    pub fn is_with(&self, other: &Self) -> bool {
        self.unit == other.unit && self.transaction
    }
}

/// Whoever can look at a block again.
pub trait Hits {
    /// The items of a block that are listed, in order: those that match, and above what matches inside of an
    /// item that item.
    fn hits(&self, block: usize) -> Rc<[ListedHit]>;
}

/// Counts kept for a block.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    counts: Counts,
    /// Its first unit is the last one of the block before it that has any: it is counted there.
    joined: bool,
    first: u64,
    last: u64,
    found: Found,
}

/// What was found, whatever of it is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Events of the file that match or have something inside that does.
    pub events: u64,
    /// Items inside of others that match.
    pub inside: u64,
    /// Rows that match where not all of an event's do.
    pub rows: u64,
}

impl Kept {
    /// Of a block that lists so much.
    fn listing(result: &BlockResult) -> Self {
        let counts = [result.items + result.inner, result.units, result.transactions];
        Self { counts, first: result.first, last: result.last, ..Self::default() }
    }

    fn adds(&self) -> Counts {
        let [items, units, transactions] = self.counts;
        // A unit that goes on is a transaction.
        let joined = u64::from(self.joined);
        [items, units - joined, transactions - joined]
    }

    fn is_empty(&self) -> bool {
        self.counts[0] == 0
    }
}

/// The numbers of units moved behind a place: the unit that was the first to move, and by how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// From this unit of the list on.
    pub from: u64,
    /// Units that came; negative where they went.
    pub by: i64,
}

/// Counts of what matches, by block.
#[derive(Clone, Debug, Default)]
pub struct Matched {
    kept: Vec<Kept>,
    sums: Sums,
    covered: Coverage,
    /// The last block looked through, and where it ended.
    tail: Option<(usize, u64)>,
    found: Found,
}

impl Matched {
    /// What was looked through.
    pub fn covered(&self) -> &Coverage {
        &self.covered
    }

    /// Items that are listed, those inside of others included.
    pub fn items(&self) -> u64 {
        self.sums.total()[0]
    }

    /// Units that have any.
    pub fn units(&self) -> u64 {
        self.sums.total()[1]
    }

    /// Transactions among these.
    pub fn transactions(&self) -> u64 {
        self.sums.total()[2]
    }

    /// What was found.
    pub fn found(&self) -> Found {
        self.found
    }

    /// Bytes of memory it takes.
    pub fn memory(&self) -> usize {
        self.kept.capacity() * size_of::<Kept>() + self.sums.memory()
    }

    /// The block looked through that has become another: it is looked through again.
    pub fn grown(&self, block_end: impl Fn(usize) -> u64) -> Option<usize> {
        self.tail.filter(|(block, end)| block_end(*block) != *end).map(|(block, _)| block)
    }

    /// Takes in what was found in a block, instead of what was known of it.
    pub fn fill(&mut self, result: &BlockResult) -> Option<Shift> {
        let found = Found { events: result.items - result.spans, inside: result.inner, rows: result.rows };
        let kept = Kept { found, ..Kept::listing(result) };
        let shift = self.set(result.block, kept);
        self.covered.insert(result.block);
        if self.tail.is_none_or(|(block, _)| block <= result.block) {
            self.tail = Some((result.block, result.end));
        }
        shift
    }

    /// Of a block that was looked through other items are listed than before; what was found stays.
    pub fn list(&mut self, result: &BlockResult) -> Option<Shift> {
        let known = self.kept.get(result.block).filter(|_| self.covered.has(result.block))?;
        let kept = Kept { found: known.found, ..Kept::listing(result) };
        self.set(result.block, kept)
    }

    /// Forgets a block.
    pub fn forget(&mut self, block: usize) -> Option<Shift> {
        self.covered.remove(block);
        self.tail = self.tail.filter(|(tail, _)| *tail != block);
        self.set(block, Kept::default())
    }

    fn set(&mut self, block: usize, new: Kept) -> Option<Shift> {
        while self.sums.blocks() <= block {
            self.sums.push();
            self.kept.push(Kept::default());
        }
        let units = self.units();
        let before = self.sums.before(block);
        let joins = |matched: &Self, block: usize, first: u64| {
            let items = matched.sums.before(block)[0];
            let previous = items.checked_sub(1).and_then(|item| matched.sums.find(|sum| sum[0], item));
            previous.and_then(|(block, _)| matched.kept.get(block)).is_some_and(|kept| kept.last == first)
        };
        let new = Kept { joined: !new.is_empty() && joins(self, block, new.first), ..new };
        let old = std::mem::replace(self.kept.get_mut(block)?, new);
        let total = &mut self.found;
        for (total, new, old) in [
            (&mut total.events, new.found.events, old.found.events),
            (&mut total.inside, new.found.inside, old.found.inside),
            (&mut total.rows, new.found.rows, old.found.rows),
        ] {
            *total = *total + new - old;
        }
        self.sums.add(block, change(old.adds(), new.adds()));
        let next = self.sums.find(|sum| sum[0], self.sums.before(block + 1)[0]).map(|(next, _)| next);
        if let Some(next) = next
            && let Some(own) = self.kept.get(next).copied().filter(|own| !own.is_empty())
        {
            let other = Kept { joined: joins(self, next, own.first), ..own };
            self.sums.add(next, change(own.adds(), other.adds()));
            *self.kept.get_mut(next)? = other;
        }
        let by = self.units().wrapping_sub(units) as i64;
        (by != 0).then_some(Shift { from: before[1], by })
    }

    /// The next block from `block` on that has a match, or the one before it backwards.
    pub fn matching_block(&self, block: usize, forwards: bool) -> Option<usize> {
        if forwards {
            let before = self.sums.before(block)[0];
            return self.sums.find(|sum| sum[0], before).map(|(found, _)| found);
        }
        let last = self.sums.before(block + 1)[0].checked_sub(1)?;
        self.sums.find(|sum| sum[0], last).map(|(found, _)| found)
    }

    /// The number in the list of an item of a block.
    pub fn number_of(&self, hits: &dyn Hits, block: usize, entry: u64, inner: Option<u64>) -> Option<u64> {
        if !self.covered.has(block) || self.kept.get(block)?.is_empty() {
            return None;
        }
        let at = hits.hits(block).binary_search_by_key(&(entry, inner), |hit| (hit.entry, hit.inner)).ok()?;
        Some(self.sums.before(block)[0] + at as u64)
    }

    /// The number in the list of a unit that begins in a block, or of the next one behind it; and whether it
    /// is that one.
    pub fn unit_at(&self, hits: &dyn Hits, block: usize, unit: u64) -> Option<(u64, bool)> {
        // It may have its first match in any later block, but the next that has one tells.
        let mut block = self.matching_block(block, true)?;
        loop {
            let found = hits.hits(block);
            let at = found.partition_point(|hit| hit.unit < unit);
            if let Some(hit) = found.get(at) {
                return Some((self.unit_of_hit(&found, block, at)?, hit.unit == unit));
            }
            block = self.matching_block(block + 1, true)?;
        }
    }

    /// The number of the unit of a block's hit.
    fn unit_of_hit(&self, hits: &[ListedHit], block: usize, at: usize) -> Option<u64> {
        let own = hits.get(..=at)?.chunk_by(ListedHit::is_with).count() as u64;
        let joined = u64::from(self.kept.get(block)?.joined);
        (self.sums.before(block)[1] + own).checked_sub(1 + joined)
    }
}

/// What matches, as a row map sees it: items and units are those of the list, numbered by themselves.
pub struct FilteredOutline<'m> {
    /// Counts.
    pub matched: &'m Matched,
    /// Whoever looks at blocks.
    pub hits: &'m dyn Hits,
}

impl std::fmt::Debug for FilteredOutline<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilteredOutline").field("matched", self.matched).finish_non_exhaustive()
    }
}

impl FilteredOutline<'_> {
    /// An item of the list.
    pub fn hit(&self, entry: u64) -> Option<ListedHit> {
        let (block, before) = self.matched.sums.find(|sum| sum[0], entry)?;
        self.hits.hits(block).get((entry - before[0]) as usize).copied()
    }

    /// Where a unit of the list begins: its block, and its first item in there.
    fn beginning(&self, unit: u64) -> Option<(usize, usize)> {
        let (block, before) = self.matched.sums.find(|sum| sum[1], unit)?;
        let hits = self.hits.hits(block);
        let joined = u64::from(self.matched.kept.get(block)?.joined);
        let nth = (unit - before[1] + joined) as usize;
        let at = hits.chunk_by(ListedHit::is_with).take(nth).map(<[ListedHit]>::len).sum();
        Some((block, at))
    }

    /// The first item of a unit of the list.
    pub fn first_hit(&self, unit: u64) -> Option<ListedHit> {
        let (block, at) = self.beginning(unit)?;
        self.hits.hits(block).get(at).copied()
    }

    fn first_entry(&self, unit: u64) -> Option<u64> {
        let (block, at) = self.beginning(unit)?;
        Some(self.matched.sums.before(block)[0] + at as u64)
    }
}

impl Outline for FilteredOutline<'_> {
    fn entries(&self) -> u64 {
        self.matched.items()
    }

    fn units(&self) -> u64 {
        self.matched.units()
    }

    fn transactions(&self) -> u64 {
        self.matched.transactions()
    }

    fn unit(&self, unit: u64) -> Option<Unit> {
        if unit >= self.units() {
            return None;
        }
        let (block, at) = self.beginning(unit)?;
        let before = self.matched.sums.before(block);
        let hits = self.hits.hits(block);
        let joined = self.matched.kept.get(block)?.joined;
        let begun = hits.get(..at)?.chunk_by(ListedHit::is_with);
        let transactions = begun.filter(|hits| hits.first().is_some_and(|hit| hit.transaction)).count();
        let first_entry = before[0] + at as u64;
        let next = if unit + 1 < self.units() { self.first_entry(unit + 1)? } else { self.entries() };
        Some(Unit {
            first_entry,
            entries: next.checked_sub(first_entry)?,
            transactions_before: (before[2] + transactions as u64).saturating_sub(joined.into()),
            transaction: hits.get(at)?.transaction,
        })
    }

    fn unit_of_entry(&self, entry: u64) -> Option<u64> {
        let (block, before) = self.matched.sums.find(|sum| sum[0], entry)?;
        self.matched.unit_of_hit(&self.hits.hits(block), block, (entry - before[0]) as usize)
    }

    fn unit_of_open_row(&self, row: u64) -> Option<u64> {
        let (block, before) = self.matched.sums.find(|sum| sum[0].wrapping_add(sum[2]), row)?;
        let hits = self.hits.hits(block);
        let mut next = before[0] + before[2];
        let mut joined = self.matched.kept.get(block)?.joined;
        let mut previous: Option<&ListedHit> = None;
        for (at, hit) in hits.iter().enumerate() {
            if !previous.is_some_and(|previous| previous.is_with(hit)) {
                next += u64::from(hit.transaction && !std::mem::take(&mut joined));
            }
            previous = Some(hit);
            next += 1;
            if row < next {
                return self.matched.unit_of_hit(&hits, block, at);
            }
        }
        None
    }
}
