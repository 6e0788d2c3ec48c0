//! The second pass: statistics of a whole source, range by range in any order.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::index::Index;
use crate::statistics::Statistics;

/// What was gathered so far, and what is left.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// Blocks of the source.
    blocks: usize,
    /// The next block that nobody has taken.
    next: usize,
    /// Given back by who had taken them.
    back: Vec<Range<usize>>,
    /// Of the blocks before this one all is in `whole`.
    joined: usize,
    whole: Statistics,
    /// What lies further on: by first block, the block behind.
    apart: BTreeMap<usize, (usize, Statistics)>,
    /// Bytes of all that was gathered.
    bytes: u64,
}

impl Gathering {
    /// Of a source with so many blocks.
    pub fn new(blocks: usize) -> Self {
        Self { blocks, ..Self::default() }
    }

    /// One that was finished earlier.
    pub fn finished(blocks: usize, whole: Statistics) -> Self {
        Self {
            blocks,
            next: blocks,
            joined: blocks,
            bytes: whole.end.saturating_sub(whole.start),
            whole,
            ..Self::default()
        }
    }

    /// What is to be kept of it; nothing before the end.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        self.is_done().then(|| self.whole_to_bytes())
    }

    /// [`whole`](Self::whole) as bytes.
    pub fn whole_to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.whole).unwrap_or_default()
    }

    /// One that was kept, of a source that has this index.
    pub fn from_bytes(bytes: &[u8], index: &Index) -> Option<Self> {
        let whole: Statistics = postcard::from_bytes(bytes).ok()?;
        let fits = (whole.start, whole.end) == (0, index.end) && index.complete;
        fits.then(|| Self::finished(index.blocks.len(), whole))
    }

    /// The next blocks to gather, at most `most`; they are the caller's until they are taken in or given back.
    pub fn claim(&mut self, most: usize) -> Option<Range<usize>> {
        if let Some(range) = self.back.pop() {
            let end = range.end.min(range.start + most);
            if end < range.end {
                self.back.push(end..range.end);
            }
            return Some(range.start..end);
        }
        let end = (self.next + most).min(self.blocks);
        let range = self.next..end;
        self.next = end;
        Some(range).filter(|range| !range.is_empty())
    }

    /// These blocks were claimed in vain: somebody else is to gather them.
    pub fn give_back(&mut self, blocks: Range<usize>) {
        if !blocks.is_empty() {
            self.back.push(blocks);
        }
    }

    /// These blocks are gathered.
    pub fn take(&mut self, blocks: Range<usize>, statistics: Statistics) {
        self.bytes += statistics.end.saturating_sub(statistics.start);
        self.apart.insert(blocks.start, (blocks.end, statistics));
        while let Some((end, next)) = self.apart.remove(&self.joined) {
            self.joined = end;
            self.whole.merge(next);
        }
    }

    /// What was gathered from the beginning on without a gap.
    pub fn whole(&self) -> &Statistics {
        &self.whole
    }

    /// Bytes of the source that were gathered, those behind a gap too.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether that is all.
    pub fn is_done(&self) -> bool {
        self.joined == self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(blocks: &Range<usize>) -> Statistics {
        Statistics { start: blocks.start as u64 * 10, end: blocks.end as u64 * 10, ..Statistics::default() }
    }

    #[test]
    fn ranges_come_in_any_order() {
        let mut gathering = Gathering::new(10);
        let claimed: Vec<_> = std::iter::from_fn(|| gathering.claim(4)).collect();
        assert_eq!(claimed, [0..4, 4..8, 8..10]);
        gathering.take(4..8, of(&(4..8)));
        assert_eq!((gathering.whole().end, gathering.bytes(), gathering.is_done()), (0, 40, false));
        gathering.give_back(0..4);
        assert_eq!(gathering.claim(3), Some(0..3));
        assert_eq!(gathering.claim(3), Some(3..4));
        gathering.take(0..3, of(&(0..3)));
        gathering.take(3..4, of(&(3..4)));
        assert_eq!(gathering.whole().end, 80);
        gathering.take(8..10, of(&(8..10)));
        assert_eq!((gathering.whole().end, gathering.bytes(), gathering.is_done()), (100, 100, true));
        assert_eq!(gathering.claim(1), None);
        assert!(Gathering::finished(10, of(&(0..10))).is_done());
    }
}
