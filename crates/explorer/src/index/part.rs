//! A part of an index, for who is to answer about some blocks and has no use for the others.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Block, Index, KeptError};
use crate::transaction::Tracker;

/// Blocks with the other ones that answering about them leads to: where the transaction begins that is open
/// at their start, where the one ends that is open at their end, where the table maps stand that are live.
/// All numbers are those of the whole source, but those of blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    index: Index,
    /// The blocks in question, by number in the part.
    start: u32,
    end: u32,
}

/// More blocks than this are not handed over: a transaction of a gigabyte.
const MOST_BLOCKS: usize = 1 << 14;

impl Part {
    /// As bytes.
    ///
    /// # Errors
    ///
    /// No memory.
    pub fn to_bytes(&self) -> Result<Vec<u8>, KeptError> {
        postcard::to_allocvec(self).map_err(|_| KeptError::Damaged("part"))
    }

    /// From bytes.
    ///
    /// # Errors
    ///
    /// They are none of a part.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeptError> {
        let part: Self = postcard::from_bytes(bytes).map_err(|_| KeptError::Damaged("part"))?;
        if part.is_sound() { Ok(part) } else { Err(KeptError::Damaged("part")) }
    }

    /// Whether its numbers lead nowhere but into itself; ask it of one that came from elsewhere.
    pub fn is_sound(&self) -> bool {
        self.index.check(u64::MAX, true).is_ok()
            && self.start <= self.end
            && self.end as usize <= self.index.blocks.len()
    }

    /// The index, and the blocks in question.
    pub fn into_index(self) -> (Index, Range<usize>) {
        (self.index, self.start as usize..self.end as usize)
    }
}

impl Index {
    /// These blocks with what belongs to them; nothing where that is too much, or cannot be told: in logs of
    /// pages records lead anywhere.
    pub fn part(&self, wanted: Range<usize>) -> Option<Part> {
        let wanted = wanted.start.min(self.blocks.len())..wanted.end.min(self.blocks.len());
        let mut first = wanted.start;
        // What is taken in may lead on.
        let mut from = wanted.end;
        while first < from {
            let earlier = self.blocks.get(first..from)?.iter().filter_map(|block| self.leads_to(block)).min();
            from = first;
            first = earlier.unwrap_or(first).min(first);
        }
        let mut end = wanted.end;
        if let Some(next) = self.blocks.get(end)
            && next.judge.tracker != Tracker::Idle
        {
            end = self.block_of_unit(next.first_unit)? + 1;
        }
        let blocks = self.blocks.get(first..end)?;
        let (Some(head), Some(tail)) = (blocks.first(), blocks.last()) else { return None };
        if blocks.len() > MOST_BLOCKS {
            return None;
        }
        let (low, high) = (head.resume, tail.resume);
        let formats = self.formats.get(low as usize..=high as usize)?;
        if formats.iter().any(|format| format.page_size_log2.is_some()) {
            return None;
        }
        let mut index = Self {
            formats: formats.to_vec(),
            maps: self.maps.get(head.maps.0 as usize..tail.maps.1 as usize)?.to_vec(),
            tables: Vec::new(),
            blocks: blocks.to_vec(),
            ..*self
        };
        for block in &mut index.blocks {
            block.resume = block.resume.checked_sub(low)?;
            block.maps = (block.maps.0 - head.maps.0, block.maps.1 - head.maps.0);
        }
        if let Some(next) = self.blocks.get(end) {
            (index.entries, index.events) = (next.first_entry, next.first_event);
            (index.units, index.transactions) = (next.first_unit, next.first_transaction);
            (index.end, index.complete) = (next.start, false);
        }
        Some(Part { index, start: (wanted.start - first) as u32, end: (wanted.end - first) as u32 })
    }

    /// The first of the earlier blocks that have something of what a block begins with.
    pub(crate) fn leads_to(&self, block: &Block) -> Option<usize> {
        let open = (block.judge.tracker != Tracker::Idle).then(|| block.first_unit.saturating_sub(1));
        let unit = open.and_then(|unit| self.block_of_unit(unit));
        unit.into_iter().chain(self.block_of_maps(block)).min()
    }

    /// The first of the earlier blocks that have table maps which are live at the beginning of this one.
    pub(crate) fn block_of_maps(&self, block: &Block) -> Option<usize> {
        let maps = self.maps.get(block.maps.0 as usize..block.maps.1 as usize).unwrap_or_default();
        maps.iter().min().and_then(|offset| self.block_of_offset(*offset))
    }
}
