//! What is where in a source, and when it was written: buckets of positions and of time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::amounts::{Joins, earlier};
use crate::view::Family;

/// Families of events, in the order of [`PositionBucket`].
pub const FAMILIES: [Family; 9] = [
    Family::Transaction,
    Family::Table,
    Family::Insert,
    Family::Update,
    Family::Delete,
    Family::Statement,
    Family::File,
    Family::Payload,
    Family::Other,
];

/// Most buckets of either kind.
pub const MOST_BUCKETS: usize = 1024;

/// Fewest bytes of a bucket of positions.
const LEAST_WIDTH: u64 = 64;

/// Seconds that a bucket of time may have. Each divides the next, so that a bucket lies in one of every wider kind.
pub const TIME_WIDTHS: [u32; 16] = [
    1,
    5,
    15,
    60,
    300,
    900,
    3600,
    10_800,
    21_600,
    43_200,
    86_400,
    604_800,
    2_419_200,
    9_676_800,
    38_707_200,
    154_828_800,
];

/// A source over its positions and over time. Both are as fine as [`MOST_BUCKETS`] allows, and the same whatever
/// the ranges were that it was put together from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Over the file, by offset.
    pub by_position: ByPosition,
    /// By the headers' timestamps.
    pub by_time: ByTime,
}

impl Joins for Overview {
    fn join(&mut self, next: Self) {
        self.by_position.join(next.by_position);
        self.by_time.join(next.by_time);
    }
}

/// Equally wide stretches of the file, without gaps, from the one with the first byte to the one with the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByPosition {
    /// The range that is known.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// Bytes of a bucket, a power of two. Bucket boundaries are multiples of it.
    pub width: u64,
    /// From the bucket that `start` lies in.
    pub buckets: Vec<PositionBucket>,
}

/// What a stretch of the file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionBucket {
    /// Events that begin in it, by family as of [`FAMILIES`].
    pub events: [u64; 9],
    /// Its bytes by the family of the event that they belong to; those of spans are in none.
    pub bytes: [u64; 9],
    /// Bytes of the largest transaction that begins in it, as stored.
    pub largest_transaction: u64,
    /// Damaged spans and events with a wrong checksum that begin in it.
    pub damage: u64,
}

impl Joins for PositionBucket {
    fn join(&mut self, next: Self) {
        self.events.iter_mut().zip(next.events).for_each(|(own, next)| *own += next);
        self.bytes.iter_mut().zip(next.bytes).for_each(|(own, next)| *own += next);
        self.largest_transaction = self.largest_transaction.max(next.largest_transaction);
        self.damage += next.damage;
    }
}

impl ByPosition {
    /// Nothing yet of a range.
    pub fn new(start: u64, end: u64) -> Self {
        let mut new = Self { start, end, width: LEAST_WIDTH, buckets: Vec::new() };
        while new.needed() > MOST_BUCKETS as u64 {
            new.width *= 2;
        }
        new.buckets.resize(new.needed() as usize, PositionBucket::default());
        new
    }

    fn needed(&self) -> u64 {
        if self.end > self.start { (self.end - 1) / self.width - self.start / self.width + 1 } else { 0 }
    }

    /// Offset at which a bucket begins; the first one may begin before `start`.
    pub fn bucket_start(&self, bucket: usize) -> u64 {
        (self.start / self.width.max(1) + bucket as u64) * self.width
    }

    /// The bucket of an offset.
    pub fn bucket_of(&self, offset: u64) -> Option<usize> {
        let bucket = (offset / self.width.max(1)).checked_sub(self.start / self.width.max(1))?;
        usize::try_from(bucket).ok().filter(|bucket| *bucket < self.buckets.len())
    }

    fn bucket(&mut self, offset: u64) -> Option<&mut PositionBucket> {
        let at = self.bucket_of(offset)?;
        self.buckets.get_mut(at)
    }

    /// An event.
    #[inline]
    pub(super) fn event(&mut self, family: usize, start: u64, end: u64) {
        let Some(first) = self.bucket_of(start) else { return };
        let (width, mut from, mut limit) = (self.width, start, self.bucket_start(first) + self.width);
        for (nth, bucket) in self.buckets.iter_mut().skip(first).enumerate() {
            if nth == 0 {
                bucket.events[family] += 1;
            }
            bucket.bytes[family] += end.min(limit) - from;
            if end <= limit {
                return;
            }
            (from, limit) = (limit, limit + width);
        }
    }

    /// A transaction that begins at an offset.
    pub(super) fn transaction(&mut self, start: u64, bytes: u64) {
        if let Some(bucket) = self.bucket(start) {
            bucket.largest_transaction = bucket.largest_transaction.max(bytes);
        }
    }

    /// Damage that begins at an offset.
    pub(super) fn damage(&mut self, start: u64) {
        if let Some(bucket) = self.bucket(start) {
            bucket.damage += 1;
        }
    }

    /// Another bucket's content, by where it begins.
    fn take(&mut self, start: u64, content: PositionBucket) {
        if let Some(bucket) = self.bucket(start) {
            bucket.join(content);
        }
    }
}

impl Joins for ByPosition {
    fn join(&mut self, next: Self) {
        if next.end <= next.start {
            return;
        }
        if self.end <= self.start {
            *self = next;
            return;
        }
        let mut both = Self::new(self.start, next.end);
        for part in [&*self, &next] {
            for (at, bucket) in part.buckets.iter().enumerate() {
                both.take(part.bucket_start(at).max(part.start), *bucket);
            }
        }
        *self = both;
    }
}

/// Stretches of time in which something was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByTime {
    /// Seconds of a bucket, one of [`TIME_WIDTHS`]: the least with which there are not more than [`MOST_BUCKETS`].
    pub width: u32,
    /// When each begins, a multiple of `width`, in seconds since 1970; and what it has. Buckets without
    /// anything are left out.
    pub buckets: Vec<(u32, TimeBucket)>,
}

/// What was written in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeBucket {
    /// Events of the file.
    pub events: u64,
    /// Their bytes, as stored.
    pub bytes: u64,
    /// Rows, those inside of payloads and fragments included.
    pub rows: u64,
    /// Transactions that began.
    pub transactions: u64,
    /// Events and their bytes by family as of [`FAMILIES`].
    pub families: [(u64, u64); 9],
    /// Offset of the first event.
    pub at: Option<u64>,
    /// Bytes of the largest transaction whose first event is of it, as stored.
    pub largest_transaction: u64,
}

impl Joins for TimeBucket {
    fn join(&mut self, next: Self) {
        self.events += next.events;
        self.bytes += next.bytes;
        self.rows += next.rows;
        self.transactions += next.transactions;
        for (own, next) in self.families.iter_mut().zip(next.families) {
            own.0 += next.0;
            own.1 += next.1;
        }
        self.at = earlier(self.at, next.at);
        self.largest_transaction = self.largest_transaction.max(next.largest_transaction);
    }
}

impl ByTime {
    /// A transaction whose first event is of this time.
    pub(super) fn transaction(&mut self, time: u32, bytes: u64) {
        let start = time - time % self.width.max(1);
        match self.buckets.binary_search_by_key(&start, |(start, _)| *start) {
            Ok(at) => {
                if let Some((_, bucket)) = self.buckets.get_mut(at) {
                    bucket.largest_transaction = bucket.largest_transaction.max(bytes);
                }
            }
            // Its first event lies inside of another.
            Err(_) => {
                let mut filling = FillingTime::from(std::mem::take(self));
                filling.transaction(time, bytes);
                *self = filling.finish();
            }
        }
    }
}

impl Default for ByTime {
    fn default() -> Self {
        Self { width: TIME_WIDTHS[0], buckets: Vec::new() }
    }
}

impl Joins for ByTime {
    fn join(&mut self, next: Self) {
        let mut filling = FillingTime::from(std::mem::take(self));
        filling.widen_to(next.width);
        for (start, bucket) in next.buckets {
            filling.at(start).join(bucket);
        }
        *self = filling.finish();
    }
}

/// Buckets of time while they are filled.
#[derive(Debug)]
pub(super) struct FillingTime {
    width: u32,
    buckets: BTreeMap<u32, TimeBucket>,
    /// The bucket that is in hand: most events are of the same time as the one before.
    current: (u32, TimeBucket),
}

impl From<ByTime> for FillingTime {
    fn from(known: ByTime) -> Self {
        Self { width: known.width, buckets: known.buckets.into_iter().collect(), current: Default::default() }
    }
}

impl FillingTime {
    /// The bucket of a time, to be added to.
    #[inline]
    pub fn at(&mut self, time: u32) -> &mut TimeBucket {
        if time - time % self.width != self.current.0 {
            self.put_away();
            self.current.0 = time - time % self.width;
        }
        &mut self.current.1
    }

    /// An event of the file, which begins at `pos`.
    #[inline]
    pub fn event(&mut self, time: u32, family: usize, size: u64, pos: u64) {
        let bucket = self.at(time);
        bucket.events += 1;
        bucket.bytes += size;
        bucket.families[family].0 += 1;
        bucket.families[family].1 += size;
        bucket.at = earlier(bucket.at, Some(pos));
    }

    /// A transaction whose first event is of this time.
    pub fn transaction(&mut self, time: u32, bytes: u64) {
        let bucket = self.at(time);
        bucket.largest_transaction = bucket.largest_transaction.max(bytes);
    }

    fn put_away(&mut self) {
        let (start, content) = std::mem::take(&mut self.current);
        if content == TimeBucket::default() {
            return;
        }
        self.buckets.entry(start - start % self.width).or_default().join(content);
        while self.buckets.len() > MOST_BUCKETS
            && let Some(wider) = TIME_WIDTHS.iter().find(|width| **width > self.width)
        {
            self.widen_to(*wider);
        }
    }

    fn widen_to(&mut self, width: u32) {
        if width <= self.width {
            return;
        }
        self.width = width;
        for (start, content) in std::mem::take(&mut self.buckets) {
            self.buckets.entry(start - start % width).or_default().join(content);
        }
    }

    /// The buckets.
    pub fn finish(mut self) -> ByTime {
        self.put_away();
        ByTime { width: self.width, buckets: self.buckets.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_width_divides_the_next_and_the_last_is_enough() {
        assert!(TIME_WIDTHS.windows(2).all(|pair| matches!(pair, [a, b] if b % a == 0)));
        assert!(u32::MAX / TIME_WIDTHS[TIME_WIDTHS.len() - 1] < MOST_BUCKETS as u32);
    }

    #[test]
    fn the_bytes_of_a_bucket_are_those_that_lie_in_it() {
        let mut known = ByPosition::new(0, 1 << 20);
        assert_eq!((known.width, known.buckets.len()), (1024, 1024));
        known.event(2, 1000, 5000);
        let bytes: Vec<u64> = known.buckets.iter().take(6).map(|bucket| bucket.bytes[2]).collect();
        assert_eq!(bytes, [24, 1024, 1024, 1024, 904, 0]);
        assert_eq!(known.buckets.iter().map(|bucket| bucket.events[2]).sum::<u64>(), 1);
        let mut behind = ByPosition::new(1 << 20, (1 << 20) + 100);
        behind.event(2, 1 << 20, (1 << 20) + 100);
        known.join(behind);
        assert_eq!((known.width, known.buckets.len()), (2048, 513));
        assert_eq!(known.buckets.iter().map(|bucket| bucket.bytes[2]).sum::<u64>(), 4100);
    }

    #[test]
    fn times_far_apart_do_not_widen_the_others() {
        let mut filling = FillingTime::from(ByTime::default());
        for time in [5, 4_000_000_000, 5, 6] {
            filling.at(time).events += 1;
        }
        let known = filling.finish();
        assert_eq!(known.width, 1);
        let counts: Vec<_> = known.buckets.iter().map(|(start, bucket)| (*start, bucket.events)).collect();
        assert_eq!(counts, [(5, 2), (6, 1), (4_000_000_000, 1)]);
    }
}
