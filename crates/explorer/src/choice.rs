//! What of a source is to be shared or cut out: events, and the bytes that decoding them needs beside their own.
//!
//! Nothing moves: ranges are those of the listed space, at their offsets. Whoever has only these bytes reads the same
//! events from them, with the same fields, rows and spaces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::view::Address;

/// Bytes of a choice, its context included, unless a caller says otherwise: a bundle is held in memory as it is,
/// compressed, and while it is masked; a browser's tab shares its memory with everything else in it.
pub const MOST_BYTES: u64 = 64 << 20;

/// Ranges of a choice: a filter may match every other event.
pub const MOST_RANGES: usize = 1 << 16;

/// What is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// The item that covers a place. Of a place inside of another event's payload, that event.
    Event(Address),
    /// The transaction that a place lies in; an item that belongs to none, alone.
    Transaction(Address),
    /// The items that cover some places.
    Events(Vec<Address>),
    /// What the list's filter shows, in the order of the file.
    Filter,
    /// Everything there is.
    Whole,
}

/// A stretch of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenRange {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// It was chosen; otherwise what was chosen needs it to be decoded.
    pub chosen: bool,
}

/// A choice's bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The space that the ranges lie in: `0`, or the clear bytes of an encrypted source.
    pub space: String,
    /// How long that is.
    pub length: u64,
    /// In order, without overlap; each begins and ends where items (of a log of pages: pages) do.
    pub ranges: Vec<ChosenRange>,
    /// Items chosen.
    pub items: u64,
    /// It was more than there is room for: the first ones were taken.
    pub cut: bool,
}

impl Chosen {
    /// Bytes in all.
    pub fn bytes(&self) -> u64 {
        self.ranges.iter().map(|range| range.end - range.start).sum()
    }

    /// The same bytes in as few stretches as possible, whatever they are for.
    pub fn stretches(&self) -> Vec<(u64, u64)> {
        let mut stretches: Vec<(u64, u64)> = Vec::new();
        for range in &self.ranges {
            match stretches.last_mut().filter(|(_, end)| *end == range.start) {
                Some((_, end)) => *end = range.end,
                None => stretches.push((range.start, range.end)),
            }
        }
        stretches
    }
}

/// Disjoint ranges; those that touch are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct RangeSet(BTreeMap<u64, u64>);

impl RangeSet {
    /// Adds a range; gives the bytes that are new.
    pub fn insert(&mut self, start: u64, end: u64) -> u64 {
        let (mut from, mut to, mut had) = (start, end, 0);
        if start >= end {
            return 0;
        }
        while let Some((&first, &last)) = self.0.range(..=to).next_back().filter(|(_, last)| **last >= from) {
            had += last.min(end).saturating_sub(first.max(start));
            (from, to) = (from.min(first), to.max(last));
            self.0.remove(&first);
        }
        self.0.insert(from, to);
        end - start - had
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn iter(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().map(|(start, end)| (*start, *end))
    }
}

/// What was chosen, and of the context what was not, in order.
pub(crate) fn joined(chosen: &RangeSet, context: &RangeSet) -> Vec<ChosenRange> {
    let mut ranges: Vec<ChosenRange> =
        chosen.iter().map(|(start, end)| ChosenRange { start, end, chosen: true }).collect();
    for (mut start, end) in context.iter() {
        let first = chosen.0.range(..=start).next_back().map_or(start, |(first, _)| *first);
        for (from, to) in chosen.0.range(first..end).map(|(from, to)| (*from, *to)) {
            if start < from {
                ranges.push(ChosenRange { start, end: from, chosen: false });
            }
            start = start.max(to);
        }
        if start < end {
            ranges.push(ChosenRange { start, end, chosen: false });
        }
    }
    ranges.sort_by_key(|range| range.start);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_are_one() {
        let mut set = RangeSet::default();
        assert_eq!(set.insert(10, 20), 10);
        assert_eq!(set.insert(30, 40), 10);
        assert_eq!(set.insert(20, 25), 5);
        assert_eq!(set.insert(12, 18), 0);
        assert_eq!(set.insert(5, 35), 10);
        assert_eq!(set.insert(7, 7), 0);
        assert_eq!(set.iter().collect::<Vec<_>>(), [(5, 40)]);
        assert_eq!(set.insert(50, 60), 10);
        assert_eq!(set.insert(0, 100), 55);
        assert_eq!(set.iter().collect::<Vec<_>>(), [(0, 100)]);
    }

    #[test]
    fn what_was_chosen_is_no_context() {
        let (mut chosen, mut context) = (RangeSet::default(), RangeSet::default());
        chosen.insert(10, 20);
        chosen.insert(30, 40);
        context.insert(0, 4);
        context.insert(5, 35);
        context.insert(40, 50);
        let told: Vec<_> = joined(&chosen, &context).iter().map(|it| (it.start, it.end, it.chosen)).collect();
        let expected =
            [(0, 4, false), (5, 10, false), (10, 20, true), (20, 30, false), (30, 40, true), (40, 50, false)];
        assert_eq!(told, expected);
    }
}
