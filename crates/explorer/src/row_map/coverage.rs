//! Which blocks were looked through, and which come next: outward from what is visible.

use std::collections::BTreeMap;
use std::ops::Range;

/// A set of blocks, as ranges that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// First block to one past the last.
    ranges: BTreeMap<usize, usize>,
    count: usize,
}

impl Coverage {
    /// How many blocks it has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether it has a block.
    pub fn has(&self, block: usize) -> bool {
        self.around(block).is_some()
    }

    /// The range that has a block.
    fn around(&self, block: usize) -> Option<Range<usize>> {
        let (from, to) = self.ranges.range(..=block).next_back()?;
        (block < *to).then_some(*from..*to)
    }

    /// Where the run of blocks ends that has a block: one past its last block, or its first one backwards.
    pub fn end_from(&self, block: usize, forwards: bool) -> Option<usize> {
        self.around(block).map(|range| if forwards { range.end } else { range.start })
    }

    /// Adds a block.
    pub fn insert(&mut self, block: usize) {
        if self.has(block) {
            return;
        }
        self.count += 1;
        let to = self.ranges.remove(&(block + 1)).unwrap_or(block + 1);
        match self.ranges.range_mut(..=block).next_back() {
            Some((_, end)) if *end == block => *end = to,
            _ => {
                self.ranges.insert(block, to);
            }
        }
    }

    /// Takes a block out.
    pub fn remove(&mut self, block: usize) {
        let Some(range) = self.around(block) else { return };
        self.count -= 1;
        self.ranges.remove(&range.start);
        if range.start < block {
            self.ranges.insert(range.start, block);
        }
        if block + 1 < range.end {
            self.ranges.insert(block + 1, range.end);
        }
    }

    /// The next blocks it lacks of those below `limit`, at most `most`: the nearest to `around`, those behind
    /// it first where both sides are as near.
    pub fn lacking(&self, around: usize, limit: usize, most: usize) -> Option<Range<usize>> {
        let around = around.min(limit.checked_sub(1)?);
        let behind = self.around(around).map_or(around, |range| range.end);
        let before = self.around(around).map_or(around, |range| range.start).checked_sub(1);
        let forwards = (behind < limit).then(|| {
            let end = self.ranges.range(behind..).next().map_or(limit, |(from, _)| *from);
            behind..end.min(limit).min(behind + most)
        });
        let backwards = before.map(|last| {
            let start = self.ranges.range(..=last).next_back().map_or(0, |(_, to)| *to);
            start.max((last + 1).saturating_sub(most))..last + 1
        });
        match (forwards, backwards) {
            (Some(forwards), Some(backwards)) => {
                let nearer = forwards.start - around <= around - (backwards.end - 1);
                Some(if nearer { forwards } else { backwards })
            }
            (forwards, backwards) => forwards.or(backwards),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_nearest_first_and_each_once() {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut random = |bound: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % bound as u64) as usize
        };
        for _ in 0..200 {
            let mut coverage = Coverage::default();
            let limit = 1 + random(60);
            let mut list = vec![false; limit];
            for _ in 0..limit / 2 {
                let block = random(limit);
                let out = random(4) == 0;
                list[block] = !out;
                if out {
                    coverage.remove(block)
                } else {
                    coverage.insert(block)
                }
                assert!((0..limit).all(|block| coverage.has(block) == list[block]));
                assert_eq!(coverage.count(), list.iter().filter(|has| **has).count());
            }
            let around = random(limit + 5);
            let near = around.min(limit - 1);
            while let Some(range) = coverage.lacking(around, limit, 3) {
                let nearest = (0..limit).filter(|block| !list[*block]).map(|block| block.abs_diff(near)).min();
                let own = range.clone().map(|block| block.abs_diff(near)).min();
                assert!(range.len() <= 3 && own == nearest, "{range:?} of {list:?} around {around}");
                for block in range {
                    assert!(!list[block]);
                    list[block] = true;
                    coverage.insert(block);
                }
            }
            assert!(list.iter().all(|has| *has));
        }
    }
}
