//! Transactions and events by size, duration, rows or number of events: one walk over all blocks, those of a
//! filter that cannot match left out.

use binlog_format::header::EventHeader;
use binlog_format::names::code;

use super::{Document, Search};
use crate::filter::Filter;
use crate::outline::Outline;
use crate::row_map::RowAt;
use crate::row_map::sorted::{Greatest, SortedRow, TOP};
use crate::view::{ListMode, ListRow, Message, Sort, SortView};

/// A list that is being sorted, or was.
#[derive(Debug)]
pub(super) struct Sorted {
    sort: Sort,
    mode: ListMode,
    greatest: Greatest,
    /// The next block to be walked.
    block: usize,
    /// What matches, if there is a filter.
    search: Option<Search>,
    /// Whole transactions are counted with this.
    rows: Search,
    unit: Option<Passing>,
    failed: Option<Message>,
}

/// A transaction that the walk is in.
#[derive(Clone, Copy, Debug, Default)]
struct Passing {
    number: u64,
    start: u64,
    end: u64,
    first: u32,
    last: u32,
    events: u64,
    matches: bool,
}

impl Sorted {
    fn key(&mut self, document: &Document, unit: &Passing) -> Result<u64, Message> {
        Ok(match self.sort {
            Sort::Position => 0,
            Sort::Size => unit.end - unit.start,
            Sort::Duration => unit.last.saturating_sub(unit.first).into(),
            Sort::Events => unit.events,
            Sort::Rows => document.totals_of(&mut self.rows, unit.number)?.rows,
        })
    }

    fn end_unit(&mut self, document: &Document) -> Result<(), Message> {
        let Some(unit) = self.unit.take().filter(|unit| unit.matches) else { return Ok(()) };
        let key = self.key(document, &unit)?;
        self.greatest.offer(key, unit.number);
        Ok(())
    }

    /// Walks a block.
    fn walk(&mut self, document: &Document, number: usize) -> Result<(), Message> {
        let missing = || Message::new("failed-no-event").text("address", format!("#{number}"));
        let block = document.index().blocks.get(number).ok_or_else(missing)?;
        let mut matching = Vec::new();
        if let Some(search) = &mut self.search {
            document.matches_in_block(search, number, &mut |hit| matching.push(hit.entry))?;
            // A transaction that goes on counts on.
            if matching.is_empty() && self.unit.is_none_or(|unit| !unit.matches) && self.mode == ListMode::Plain {
                return Ok(());
            }
        }
        let items = document.block(number).ok_or_else(missing)?;
        let mut units = block.first_unit;
        let mut large = Vec::new();
        for (nth, entry) in items.entries.iter().enumerate() {
            let own = block.first_entry + nth as u64;
            let matches = self.search.is_none() || matching.binary_search(&own).is_ok();
            if self.mode == ListMode::Plain {
                if matches && entry.kind().is_some() {
                    self.greatest.offer(entry.end - entry.start, own);
                }
                continue;
            }
            if entry.place.begins {
                units += 1;
                self.end_unit(document)?;
                let unit = Passing { number: units - 1, start: entry.start, ..Passing::default() };
                self.unit = entry.place.transaction.then_some(unit);
            }
            let Some(unit) = &mut self.unit else { continue };
            unit.end = entry.end;
            unit.events += 1;
            unit.matches |= matches;
            // What a server makes of a payload has its own times inside.
            if self.sort == Sort::Duration && entry.kind().is_some_and(|kind| kind != code::ROTATE) {
                let bytes = items.bytes_of(document, entry, &mut large)?;
                let header = EventHeader::peek_in(bytes, &items.format(nth)).unwrap_or_default();
                if header.timestamp != 0 {
                    unit.first = if unit.first == 0 { header.timestamp } else { unit.first.min(header.timestamp) };
                    unit.last = unit.last.max(header.timestamp);
                }
            }
        }
        Ok(())
    }
}

impl Document {
    /// Sorts the list, or puts it back in the order of the file.
    pub fn set_sort(&mut self, sort: Sort) {
        let mode = self.rows.mode();
        let sort = if mode == ListMode::Plain && sort != Sort::Position { Sort::Size } else { sort };
        let Ok(rows) = Filter::parse("txn.rows:>0") else { return };
        self.sorted = (sort != Sort::Position).then(|| Sorted {
            sort,
            mode,
            greatest: Greatest::default(),
            block: 0,
            search: self.filter().map(Search::new),
            rows: Search::new(rows.into()),
            unit: None,
            failed: None,
        });
    }

    /// The list's order.
    pub fn sort(&self) -> Sort {
        self.sorted.as_ref().map_or(Sort::Position, |sorted| sorted.sort)
    }

    /// Filter or list changed: it is sorted anew.
    pub(super) fn sort_again(&mut self) {
        self.set_sort(self.sort());
    }

    /// Walks the next blocks of a list that is being sorted; whether there was anything to do.
    pub fn sort_on(&mut self, most: usize) -> bool {
        let Some(mut sorted) = self.sorted.take() else { return false };
        let blocks = &self.index().blocks;
        // The last block and what is open at its end are known only when all is.
        let settled = self.is_settled();
        let limit = if settled { blocks.len() } else { blocks.len().saturating_sub(1) };
        let end = limit.min(sorted.block + most);
        let (begun, mut result) = (sorted.block, Ok(()));
        while sorted.block < end && sorted.failed.is_none() {
            result = result.and(sorted.walk(self, sorted.block));
            sorted.block += 1;
            if sorted.block == blocks.len() && settled {
                result = result.and(sorted.end_unit(self));
            }
            if let Err(message) = &result {
                sorted.failed = Some(message.clone());
            }
        }
        let worked = sorted.block > begun;
        self.sorted = Some(sorted);
        worked
    }

    /// Shows what was sorted so far.
    pub fn settle_sort(&mut self) {
        if let Some(sorted) = &mut self.sorted {
            sorted.greatest.settle();
        }
    }

    /// How far sorting is. `None` for a list in the order of the file.
    pub fn sort_view(&self) -> Option<SortView> {
        let sorted = self.sorted.as_ref()?;
        let index = self.index();
        Some(SortView {
            sort: sorted.sort,
            list: sorted.greatest.length(),
            ranked: sorted.greatest.ranked(),
            of: sorted.greatest.came(),
            most: TOP as u64,
            bytes: index.block_start(sorted.block),
            of_bytes: self.source().length(),
            done: sorted.failed.is_some() || self.is_settled() && sorted.block >= index.blocks.len(),
            failed: sorted.failed.clone(),
        })
    }

    pub(super) fn sorted_row(&self, sorted: &Sorted, row: u64) -> Option<ListRow> {
        let ranked = sorted.greatest.ranked();
        match (sorted.greatest.at(row)?, sorted.mode) {
            (SortedRow::Ranked(entry, place), ListMode::Plain) => {
                let own = self.listed_row(RowAt::Entry(entry))?;
                Some(ListRow { row, level: 1, position: place + 1, siblings: ranked, expanded: None, ..own })
            }
            (SortedRow::Ranked(unit, place), ListMode::Transactions) => {
                let own = self.listed_row(RowAt::Transaction(unit))?;
                let expanded = Some(sorted.greatest.is_open(unit));
                Some(ListRow { row, position: place + 1, siblings: ranked, expanded, ..own })
            }
            (SortedRow::Below(unit, nth), _) => {
                let own = self.entry_row(row, self.unit(unit)?.first_entry + nth)?;
                Some(ListRow { level: 2, position: nth + 1, expanded: None, ..own })
            }
        }
    }

    pub(super) fn sorted_count(&self, sorted: &Sorted) -> u64 {
        sorted.greatest.length()
    }

    /// Opens or closes a transaction of a sorted list.
    pub(super) fn expand_sorted(&mut self, unit: u64, open: bool) {
        let items = self.unit(unit).map(|unit| unit.entries).filter(|_| open);
        if let Some(sorted) = &mut self.sorted {
            sorted.greatest.expand(unit, items);
        }
    }

    /// The row of an item in a sorted list, or of its transaction's heading.
    pub(super) fn sorted_rank(&self, sorted: &Sorted, entry: u64, heading: bool) -> Option<u64> {
        if sorted.mode == ListMode::Plain {
            return sorted.greatest.rank(entry);
        }
        let number = self.unit_of_entry(entry)?;
        let rank = sorted.greatest.rank(number)?;
        if heading {
            return Some(rank);
        }
        let first = self.unit(number)?.first_entry;
        sorted.greatest.is_open(number).then_some(rank + 1 + entry - first)
    }

    /// The same for an item; its transaction is opened.
    pub(super) fn reveal_sorted(&mut self, entry: u64) -> Option<u64> {
        let sorted = self.sorted.as_ref()?;
        if sorted.mode == ListMode::Transactions {
            let number = self.unit_of_entry(entry)?;
            sorted.greatest.rank(number)?;
            self.expand_sorted(number, true);
        }
        self.sorted_rank(self.sorted.as_ref()?, entry, false)
    }
}
