//! The document's list under a filter: what was looked through of it, what comes next, and its rows.
//! Looking through blocks ([`Document::look_through`]) stands apart from deciding which ([`Document::next_blocks`])
//! and from taking in what was found ([`Document::take_results`]): the first can be done elsewhere.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::{Document, Search};
use crate::filter::{Filter, FilterError};
use crate::outline::Outline;
use crate::pool::Claim;
use crate::row_map::filtered::{BlockResult, FilteredOutline, Hits, ListedHit, Matched};
use crate::row_map::{RowAt, RowMap};
use crate::view::{Address, ListMode, ListRow, Message, RowContent, SearchView};

/// Blocks whose matching items are kept.
const KEPT_BLOCKS: usize = 128;

/// Bytes that the results of earlier filters may take; of a file of a gigabyte each takes one megabyte.
const KEPT_RESULTS: usize = 16 << 20;

/// Blocks that are passed over at once: the reader's next request waits for them.
const PASSED_OVER: usize = 4096;

/// Blocks to a job for each that is to be looked through, where others cannot match.
const TAKEN_ALONG: usize = 8;

/// Earlier filters whose results are kept.
const KEPT_FILTERS: usize = 4;

/// The matching items of a block, with its number and end.
type KeptHits = (usize, u64, Rc<[ListedHit]>);

/// A filter with everything known of what it finds.
#[derive(Debug)]
pub(super) struct Filtered {
    text: String,
    search: RefCell<Search>,
    matched: Matched,
    rows: RowMap,
    hits: RefCell<Vec<KeptHits>>,
    failed: Option<Message>,
    /// Items that are closed: what matches inside of them is not listed.
    closed: BTreeSet<u64>,
    /// Bytes of the blocks looked through, and of those among them that had to be read.
    bytes: u64,
}

/// A document that looks at blocks again with the filter.
struct Looking<'d> {
    document: &'d Document,
    filtered: &'d Filtered,
}

impl Hits for Looking<'_> {
    fn hits(&self, block: usize) -> Rc<[ListedHit]> {
        let all = self.all_hits(block);
        let (Some(first), Some(last)) = (all.first(), all.last()) else { return all };
        if self.filtered.closed.range(first.entry..=last.entry).next().is_none() {
            return all;
        }
        all.iter().filter(|hit| hit.inner.is_none() || !self.filtered.closed.contains(&hit.entry)).copied().collect()
    }
}

impl Looking<'_> {
    /// Whether something inside of an item matches.
    fn has_inside(&self, hit: &ListedHit) -> bool {
        let block = self.document.index().block_of_entry(hit.entry).filter(|_| hit.inner.is_none());
        block.is_some_and(|block| {
            let all = self.all_hits(block);
            let at = all.partition_point(|other| (other.entry, other.inner) <= (hit.entry, None));
            all.get(at).is_some_and(|next| next.entry == hit.entry)
        })
    }

    /// The items of a block that match, those inside of closed ones too.
    fn all_hits(&self, block: usize) -> Rc<[ListedHit]> {
        let end = self.document.index().block_end(block);
        let mut kept = self.filtered.hits.borrow_mut();
        if let Some(at) = kept.iter().position(|(number, known, _)| *number == block && *known == end) {
            let found = kept.remove(at);
            let hits = found.2.clone();
            kept.push(found);
            return hits;
        }
        // It could be read when it was counted.
        let found = self.document.hits_of(&mut self.filtered.search.borrow_mut(), block);
        let hits: Rc<[ListedHit]> = found.map(|(hits, _)| hits).unwrap_or_default().into();
        kept.retain(|(number, ..)| *number != block);
        if kept.len() >= KEPT_BLOCKS {
            kept.remove(0);
        }
        kept.push((block, end, hits.clone()));
        hits
    }
}

impl Document {
    /// Shows only what matches a filter, or everything again. What was found is kept for a while, so that
    /// going back and forth is immediate.
    ///
    /// # Errors
    ///
    /// The first mistake in the text.
    pub fn set_filter(&mut self, text: Option<&str>) -> Result<(), FilterError> {
        if text == self.filter_text() {
            return Ok(());
        }
        let next = match text {
            None => None,
            Some(text) => Some(match self.earlier.iter().position(|earlier| earlier.text == text) {
                Some(at) => self.earlier.remove(at),
                None => Filtered::new(text)?,
            }),
        };
        if let Some(earlier) = std::mem::replace(&mut self.filtered, next) {
            self.earlier.insert(0, earlier);
        }
        let mut bytes = 0;
        let mut kept = 0;
        self.earlier.retain(|earlier| {
            bytes += earlier.matched.memory();
            kept += 1;
            kept <= KEPT_FILTERS && bytes <= KEPT_RESULTS
        });
        let mode = self.rows.mode();
        if let Some(filtered) = &mut self.filtered {
            filtered.rows.set_mode(mode);
        }
        self.sort_again();
        Ok(())
    }

    /// The filter's text.
    pub fn filter_text(&self) -> Option<&str> {
        self.filtered.as_ref().map(|filtered| filtered.text.as_str())
    }

    /// The filter.
    pub fn filter(&self) -> Option<Arc<Filter>> {
        self.filtered.as_ref().map(|filtered| filtered.search.borrow().filter().clone())
    }

    /// Transactions or single events in the list, in the order of the file.
    pub fn set_mode(&mut self, mode: ListMode) {
        self.rows.set_mode(mode);
        if let Some(filtered) = &mut self.filtered {
            filtered.rows.set_mode(mode);
        }
        self.sorted = None;
    }

    /// Lists as an earlier document does whose source is the same up to `until`, where an event begins in both or ends:
    /// as transactions or events, with its filter and order, and with what was opened before there.
    pub fn list_as(&mut self, earlier: &Self, until: u64) {
        self.rows = earlier.rows.clone();
        if let Some(entry) = earlier.entry_at(until) {
            let unit = earlier.unit_of_entry(entry).unwrap_or_default();
            self.rows.forget_from(unit, entry);
        }
        // It was a filter there too.
        let _ = self.set_filter(earlier.filter_text());
        self.set_sort(earlier.sort());
    }

    /// Opens or closes all transactions of the list.
    pub fn expand_all(&mut self, open: bool) {
        let list = self.filtered.as_mut().map_or(&mut self.rows, |filtered| &mut filtered.rows);
        list.expand_all(open);
    }

    /// Looks through blocks, in order: what of them matches, counted. They need not be the document's next
    /// ones, and the document needs no filter: whoever has the same source can do this.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn look_through(&self, search: &mut Search, blocks: Range<usize>) -> Result<Vec<BlockResult>, Message> {
        blocks.map(|block| Ok(self.hits_of(search, block)?.1)).collect()
    }

    /// The items of a block that are listed, and their counts.
    fn hits_of(&self, search: &mut Search, block: usize) -> Result<(Vec<ListedHit>, BlockResult), Message> {
        let mut hits: Vec<ListedHit> = Vec::new();
        let mut result = BlockResult { block, end: self.index().block_end(block), ..BlockResult::default() };
        let matches = self.matches_in_block(search, block, &mut |hit| {
            let rows = hit.rows.map(|rows| rows.len() as u32);
            let own = ListedHit { unit: hit.unit, transaction: false, entry: hit.entry, inner: hit.inner, rows };
            if hit.inner.is_some() && hits.last().is_none_or(|last| last.entry != hit.entry) {
                hits.push(ListedHit { inner: None, rows: None, ..own });
            }
            hits.push(own);
        })?;
        if hits.is_empty() {
            return Ok((hits, result));
        }
        let first = self.index().blocks.get(block).map_or(0, |block| block.first_entry);
        if let Some(items) = self.block(block) {
            for hit in &mut hits {
                let entry = items.entries.get((hit.entry - first) as usize);
                hit.transaction = entry.is_some_and(|entry| entry.place.transaction);
            }
        }
        (result.items, result.spans) = (matches.entries, matches.spans);
        (result.inner, result.rows) = (matches.inner, matches.rows);
        result.count_units(&hits);
        Ok((hits, result))
    }

    /// Blocks of which everything is known that the filter asks for. While the file is still read its last
    /// block grows, and a transaction without an end may become larger.
    fn settled_blocks(&self, filter: &Filter) -> usize {
        let index = self.index();
        let blocks = &index.blocks;
        if self.is_settled() {
            return blocks.len();
        }
        let Some(last) = blocks.last() else { return 0 };
        // What rests on where a growing source ends may be otherwise later.
        let certain = if self.source().is_complete() { blocks.len() } else { self.scanner.mark().block };
        if filter.needs_totals() {
            let begun = blocks.partition_point(|block| block.first_unit < last.first_unit);
            return begun.saturating_sub(1).min(certain);
        }
        (blocks.len() - 1).min(certain)
    }

    /// The first pass ended, or was stopped, and the last block is as it will be.
    pub(super) fn is_settled(&self) -> bool {
        self.index().complete || self.stopped
    }

    /// The first pass goes on, or does not.
    pub fn set_stopped(&mut self, stopped: bool) {
        self.stopped = stopped;
    }

    /// The next blocks that the filter has to look through, at most `most`: outward from `around`. Blocks
    /// of which the index says that nothing matches are passed over on the way, and if there are many the range is
    /// empty. `None` where there is nothing to do, for now.
    pub fn next_blocks(&mut self, around: usize, most: usize) -> Option<Range<usize>> {
        let mut filtered = self.filtered.take()?;
        let next = self.next_of(&mut filtered, around, most, None);
        self.filtered = Some(filtered);
        next
    }

    /// The same for a worker, which goes through one zone after the other.
    pub fn claim_blocks(&mut self, around: usize, most: usize, claim: &Claim) -> Option<Range<usize>> {
        let mut filtered = self.filtered.take()?;
        let next = self.next_of(&mut filtered, around, most, Some(claim));
        self.filtered = Some(filtered);
        next
    }

    fn next_of(
        &self, filtered: &mut Filtered, around: usize, most: usize, claim: Option<&Claim>,
    ) -> Option<Range<usize>> {
        if filtered.failed.is_some() {
            return None;
        }
        let index = self.index();
        let filter = filtered.search.borrow().filter().clone();
        if let Some(grown) = filtered.matched.grown(|block| index.block_end(block)) {
            let first = index.blocks.get(grown).map_or(0, |block| block.first_entry);
            filtered.closed.split_off(&first);
            let shift = filtered.matched.forget(grown);
            filtered.rows.shift_by(shift);
        }
        let limit = self.settled_blocks(&filter);
        let covered = filtered.matched.covered();
        let gap = match claim {
            None => covered.lacking(around, limit, PASSED_OVER)?,
            Some(claim) => claim.next(covered, around, limit)?,
        };
        // From its near end on; a worker goes forwards in any case.
        let backwards = claim.is_none() && gap.end <= around.min(limit);
        let nth = |nth: usize| if backwards { gap.end - 1 - nth } else { gap.start + nth };
        let mut passed = 0;
        while passed < gap.len() && !filter.may_match(index, nth(passed)) {
            let block = nth(passed);
            let end = index.block_end(block);
            filtered.take(&BlockResult { block, end, ..BlockResult::default() }, index.block_start(block));
            passed += 1;
        }
        // What lies between and cannot match is taken along: to ask for each run by itself costs more.
        let span = (gap.len() - passed).min(most.saturating_mul(TAKEN_ALONG));
        let may_match = |more: &usize| filter.may_match(index, nth(passed + more));
        let run = (0..span).filter(may_match).take(most).last().map_or(0, |last| last + 1);
        Some(match run {
            0 => gap.start..gap.start,
            _ if backwards => nth(passed + run - 1)..nth(passed) + 1,
            _ => nth(passed)..nth(passed) + run,
        })
    }

    /// Takes in what was found in blocks. Results of blocks that have grown since then are left out.
    pub fn take_results(&mut self, results: &[BlockResult]) {
        let index = self.scanner.index();
        let Some(filtered) = &mut self.filtered else { return };
        for result in results.iter().filter(|result| result.end == index.block_end(result.block)) {
            if !filtered.matched.covered().has(result.block) {
                filtered.take(result, index.block_start(result.block));
            }
        }
    }

    /// Looks through the next blocks, at most `most`, and takes in what is found. Whether there was anything
    /// to do.
    pub fn search_on(&mut self, around: usize, most: usize) -> bool {
        let Some(blocks) = self.next_blocks(around, most) else { return false };
        self.search_blocks(blocks);
        true
    }

    /// Looks through blocks and takes in what is found.
    pub fn search_blocks(&mut self, blocks: Range<usize>) {
        let Some(filtered) = &self.filtered else { return };
        let found = self.look_through(&mut filtered.search.borrow_mut(), blocks);
        match found {
            Ok(results) => self.take_results(&results),
            Err(message) => {
                if let Some(filtered) = &mut self.filtered {
                    filtered.failed = Some(message);
                }
            }
        }
    }

    /// How far the search is. `None` without a filter.
    pub fn search_view(&self) -> Option<SearchView> {
        let filtered = self.filtered.as_ref()?;
        let index = self.index();
        let found = filtered.matched.found();
        let covered = filtered.matched.covered().count();
        let complete = self.is_settled() && covered == index.blocks.len();
        Some(SearchView {
            text: filtered.text.clone(),
            list: self.row_count(),
            transactions: filtered.matched.transactions(),
            events: found.events,
            inside: found.inside,
            of_transactions: index.transactions,
            of_events: index.events,
            rows: found.rows,
            bytes: filtered.bytes,
            of_bytes: self.source().length(),
            done: complete || filtered.failed.is_some(),
            failed: filtered.failed.clone(),
        })
    }

    /// The block of a row of the filtered list.
    pub fn block_of_row(&self, row: u64) -> Option<usize> {
        let filtered = self.filtered.as_ref()?;
        let outline = FilteredOutline { matched: &filtered.matched, hits: &Looking { document: self, filtered } };
        let hit = match filtered.rows.at(&outline, row)? {
            RowAt::Transaction(unit) => outline.first_hit(unit)?,
            RowAt::Entry(entry) | RowAt::Inner(entry, _) => outline.hit(entry)?,
        };
        self.index().block_of_entry(hit.entry)
    }

    /// The block of an address.
    pub fn block_of(&self, address: &Address) -> Option<usize> {
        self.index().block_of_offset(self.outermost(address)?)
    }

    /// Where the item of the listed space begins that an address lies in.
    pub(super) fn outermost(&self, address: &Address) -> Option<u64> {
        match self.below_main(&address.space)? {
            "" => Some(address.offset),
            path => path.split('/').next()?.parse().ok(),
        }
    }

    pub(super) fn filtered_count(&self, filtered: &Filtered) -> u64 {
        let hits = Looking { document: self, filtered };
        filtered.rows.length(&FilteredOutline { matched: &filtered.matched, hits: &hits })
    }

    /// A row of the filtered list.
    pub(super) fn filtered_row(&self, filtered: &Filtered, row: u64) -> Option<ListRow> {
        let hits = Looking { document: self, filtered };
        let outline = FilteredOutline { matched: &filtered.matched, hits: &hits };
        let (hit, mut shown) = match filtered.rows.at(&outline, row)? {
            RowAt::Transaction(unit) => {
                let hit = outline.first_hit(unit)?;
                let shown = self.listed_row(RowAt::Transaction(hit.unit))?;
                let expanded = Some(filtered.rows.is_open(unit));
                return Some(ListRow { row, position: unit + 1, siblings: outline.units(), expanded, ..shown });
            }
            RowAt::Entry(entry) | RowAt::Inner(entry, _) => {
                let hit = outline.hit(entry)?;
                let what = hit.inner.map_or(RowAt::Entry(hit.entry), |inner| RowAt::Inner(hit.entry, inner));
                let shown = self.listed_row(what)?;
                // What matches by itself and has nothing inside that does has nothing to open.
                let expanded = hits.has_inside(&hit).then(|| !filtered.closed.contains(&hit.entry));
                (hit, ListRow { row, position: entry + 1, siblings: 0, expanded, ..shown })
            }
        };
        let grouped = filtered.rows.mode() == ListMode::Transactions && hit.transaction;
        shown.level = 1 + u8::from(grouped) + u8::from(hit.inner.is_some());
        if let (RowContent::Event { matching_rows, .. }, Some(rows)) = (&mut shown.content, hit.rows) {
            *matching_rows = Some(rows);
        }
        Some(shown)
    }

    /// Opens or closes a transaction of the filtered list.
    pub(super) fn expand_filtered(&mut self, unit: u64, open: bool) -> Option<()> {
        let entry = self.unit(unit)?.first_entry;
        let block = self.index().block_of_entry(entry)?;
        let filtered = self.filtered.as_ref()?;
        let (number, same) = filtered.matched.unit_at(&Looking { document: self, filtered }, block, unit)?;
        self.filtered.as_mut().filter(|_| same)?.rows.expand(number, open);
        Some(())
    }

    /// Opens or closes an item of the filtered list that has something inside that matches.
    pub(super) fn expand_filtered_payload(&mut self, entry: u64, open: bool) -> Option<()> {
        let block = self.index().block_of_entry(entry)?;
        let mut filtered = self.filtered.take()?;
        let changed = if open { filtered.closed.remove(&entry) } else { filtered.closed.insert(entry) };
        if changed {
            let looking = Looking { document: self, filtered: &filtered };
            let hits = looking.hits(block);
            let mut result = BlockResult { block, items: hits.len() as u64, ..BlockResult::default() };
            result.count_units(&hits);
            let shift = filtered.matched.list(&result);
            filtered.rows.shift_by(shift);
        }
        self.filtered = Some(filtered);
        Some(())
    }

    /// The row of an item in the filtered list, once its block was looked through; the transaction around it
    /// is opened. `None` where it does not match.
    pub(super) fn reveal_filtered(&mut self, entry: u64, inner: Option<u64>) -> Option<u64> {
        let block = self.index().block_of_entry(entry)?;
        let filtered = self.filtered.as_ref()?;
        let filter = filtered.search.borrow().filter().clone();
        if !filtered.matched.covered().has(block) && block < self.settled_blocks(&filter) {
            self.search_blocks(block..block + 1);
        }
        if inner.is_some() {
            self.expand_filtered_payload(entry, true);
        }
        let filtered = self.filtered.as_ref()?;
        let hits = Looking { document: self, filtered };
        let outline = FilteredOutline { matched: &filtered.matched, hits: &hits };
        let number = filtered.matched.number_of(&hits, block, entry, inner)?;
        let unit = outline.unit_of_entry(number)?;
        let grouped = filtered.rows.mode() == ListMode::Transactions && outline.unit(unit)?.transaction;
        if grouped {
            self.filtered.as_mut()?.rows.expand(unit, true);
        }
        self.filtered_rank(entry, inner)
    }

    fn filtered_rank(&self, entry: u64, inner: Option<u64>) -> Option<u64> {
        let filtered = self.filtered.as_ref()?;
        let hits = Looking { document: self, filtered };
        let block = self.index().block_of_entry(entry)?;
        let number = filtered.matched.number_of(&hits, block, entry, inner)?;
        filtered.rows.rank(&FilteredOutline { matched: &filtered.matched, hits: &hits }, number, None)
    }

    /// The row of a transaction in the filtered list.
    fn filtered_rank_of_unit(&self, unit: u64) -> Option<u64> {
        let filtered = self.filtered.as_ref()?;
        let block = self.index().block_of_entry(self.unit(unit)?.first_entry)?;
        let hits = Looking { document: self, filtered };
        let (number, same) = filtered.matched.unit_at(&hits, block, unit)?;
        let outline = FilteredOutline { matched: &filtered.matched, hits: &hits };
        if same { filtered.rows.rank_of_unit(&outline, number) } else { None }
    }

    /// The row that shows the item at an address, or its transaction's heading; nothing is opened. `None`
    /// where the list does not show it.
    pub fn rank(&self, address: &Address, transaction: bool) -> Option<u64> {
        let entry = self.outermost(address).and_then(|offset| self.entry_at(offset))?;
        let inside = self.below_main(&address.space).is_some_and(|path| !path.is_empty());
        let inner = if inside { Some(self.locate(address).ok()?.number) } else { None };
        if let Some(sorted) = &self.sorted {
            return self.sorted_rank(sorted, entry, transaction);
        }
        match (&self.filtered, transaction) {
            (Some(_), true) => self.filtered_rank_of_unit(self.unit_of_entry(entry)?),
            (Some(_), false) => self.filtered_rank(entry, inner),
            (None, true) => Some(self.preceding() + self.rows.rank_of_unit(self, self.unit_of_entry(entry)?)?),
            (None, false) => Some(self.preceding() + self.rows.rank(self, entry, inner)?),
        }
    }

    /// The next thing that matches, from an address on, in the file's order; or the one before it. The
    /// blocks between have to be looked through: `Err` is the next one that is not.
    pub fn next_hit(&self, from: &Address, forwards: bool) -> Result<Option<Address>, usize> {
        let Some(filtered) = &self.filtered else { return Ok(None) };
        let Some(start) = self.outermost(from).and_then(|offset| self.entry_at(offset)) else { return Ok(None) };
        let inside = self.below_main(&from.space).is_some_and(|path| !path.is_empty());
        let inner = if inside { self.locate(from).ok().map(|located| located.number) } else { None };
        let Some(mut block) = self.index().block_of_entry(start) else { return Ok(None) };
        let covered = filtered.matched.covered();
        let hits = Looking { document: self, filtered };
        loop {
            if !covered.has(block) {
                return Err(block);
            }
            let found = hits.all_hits(block);
            let at = found.partition_point(|hit| {
                (hit.entry, hit.inner) < (start, inner) || forwards && (hit.entry, hit.inner) == (start, inner)
            });
            let hit = if forwards { found.get(at) } else { at.checked_sub(1).and_then(|at| found.get(at)) };
            if let Some(hit) = hit {
                return Ok(self.address_of_hit(hit));
            }
            let next = if forwards { block.checked_add(1) } else { block.checked_sub(1) };
            let Some(next) = next.filter(|next| *next < self.index().blocks.len()) else { return Ok(None) };
            // Straight over blocks without a match, as far as all of them were looked through.
            let matching = filtered.matched.matching_block(next, forwards);
            block = match (matching, covered.end_from(next, forwards)) {
                (Some(matching), Some(end)) if forwards && matching < end || !forwards && matching >= end => matching,
                (_, Some(end)) if forwards => end,
                (_, Some(0)) => return Ok(None),
                (_, Some(end)) => end - 1,
                (_, None) => next,
            };
            if block >= self.index().blocks.len() {
                return Ok(None);
            }
        }
    }

    fn address_of_hit(&self, hit: &ListedHit) -> Option<Address> {
        let entry = self.locate_entry(hit.entry).ok()?.entry;
        let Some(inner) = hit.inner else { return Some(self.main_address(entry.start)) };
        let space = self.listed_space(entry.start).ok()?;
        let offset = space.entries.get(usize::try_from(inner).ok()?)?.start;
        Some(Address { space: space.name.clone(), offset })
    }
}

impl Filtered {
    fn new(text: &str) -> Result<Self, FilterError> {
        let mut rows = RowMap::default();
        // What matches is what one wants to see.
        rows.expand_all(true);
        Ok(Self {
            text: text.into(),
            search: RefCell::new(Search::new(Arc::new(Filter::parse(text)?))),
            matched: Matched::default(),
            rows,
            hits: RefCell::default(),
            failed: None,
            closed: BTreeSet::new(),
            bytes: 0,
        })
    }

    fn take(&mut self, result: &BlockResult, start: u64) {
        let shift = self.matched.fill(result);
        self.rows.shift_by(shift);
        self.bytes = (self.bytes + result.end).saturating_sub(start);
    }
}
