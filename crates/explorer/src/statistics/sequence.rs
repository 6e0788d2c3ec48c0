//! What depends on the order of events: clocks, groups of commits, GTID sets, XA transactions.

use serde::{Deserialize, Serialize};

use super::amounts::{Histogram, Joins, earlier};

/// A clock that should not go back. Over two ranges it is known exactly how far it went back in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The first time.
    pub first: Option<u64>,
    /// The last one.
    pub last: u64,
    /// The greatest one.
    pub greatest: u64,
    /// The least one, and the offset of its first event.
    pub least: (u64, u64),
    /// Times that are less than the one before.
    pub steps_back: u64,
    /// How far a time was behind the greatest one before it, at most; and the offset of its event.
    pub furthest_back: (u64, u64),
}

impl Clock {
    /// A time comes by.
    pub(super) fn tick(&mut self, time: u64, at: u64) {
        let one = Self {
            first: Some(time),
            last: time,
            greatest: time,
            least: (time, at),
            steps_back: 0,
            furthest_back: (0, 0),
        };
        self.join(one);
    }
}

impl Joins for Clock {
    fn join(&mut self, next: Self) {
        let Some(first) = next.first else { return };
        if self.first.is_none() {
            *self = next;
            return;
        }
        self.steps_back += next.steps_back + u64::from(first < self.last);
        let over_joint = (self.greatest.saturating_sub(next.least.0), next.least.1);
        for candidate in [over_joint, next.furthest_back] {
            if candidate.0 > self.furthest_back.0 {
                self.furthest_back = candidate;
            }
        }
        self.last = next.last;
        self.greatest = self.greatest.max(next.greatest);
        if next.least.0 < self.least.0 {
            self.least = next.least;
        }
    }
}

/// Transactions one after another with the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The number; nothing for transactions without.
    pub id: Option<u64>,
    /// Offset of the first.
    pub at: u64,
    /// How many.
    pub count: u64,
}

/// Groups of transactions that follow each other and have the same number. The first and the last may go on in the
/// ranges around.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runs {
    first: Option<Run>,
    last: Option<Run>,
    /// Sizes of those between.
    sizes: Histogram,
    /// The largest of those between.
    largest: Option<Run>,
}

fn larger(one: Option<Run>, other: Run) -> Option<Run> {
    match one {
        Some(one) if one.count > other.count || one.count == other.count && one.at <= other.at => Some(one),
        _ => Some(other),
    }
}

impl Runs {
    /// A transaction comes by.
    pub(super) fn add(&mut self, id: Option<u64>, at: u64) {
        // Most are in the last one.
        match self.last.as_mut().or(self.first.as_mut()) {
            Some(run) if run.id == id => run.count += 1,
            _ => self.join(Self { first: Some(Run { id, at, count: 1 }), ..Self::default() }),
        }
    }

    fn close(&mut self, run: Run) {
        if run.id.is_some() {
            self.sizes.add(run.count);
            self.largest = larger(self.largest, run);
        }
    }

    /// Sizes of all groups, and the largest.
    pub fn finished(&self) -> (Histogram, Option<Run>) {
        let mut all = self.clone();
        for run in [self.first, self.last].into_iter().flatten() {
            all.close(run);
        }
        (all.sizes, all.largest)
    }
}

impl Joins for Runs {
    fn join(&mut self, next: Self) {
        let Some(next_first) = next.first else { return };
        let Some(own_first) = self.first else {
            *self = next;
            return;
        };
        self.sizes.join(next.sizes);
        if let Some(run) = next.largest {
            self.largest = larger(self.largest, run);
        }
        let own_last = self.last.unwrap_or(own_first);
        if own_last.id == next_first.id {
            let joined = Run { count: own_last.count + next_first.count, ..own_last };
            match (self.last.is_some(), next.last) {
                (false, last) => (self.first, self.last) = (Some(joined), last),
                (true, None) => self.last = Some(joined),
                (true, Some(last)) => {
                    self.close(joined);
                    self.last = Some(last);
                }
            }
            return;
        }
        if let Some(last) = self.last {
            self.close(last);
        }
        match next.last {
            Some(last) => {
                self.close(next_first);
                self.last = Some(last);
            }
            None => self.last = Some(next_first),
        }
    }
}

/// Who gives numbers to transactions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Numbering {
    /// MySQL: a source, and a tag if it is not empty.
    Mysql {
        /// The source's UUID.
        uuid: [u8; 16],
        /// The tag.
        tag: String,
    },
    /// MariaDB: a domain and a server. The numbers of a domain are one sequence, whoever gives them.
    Mariadb {
        /// The domain.
        domain: u32,
        /// The server.
        server: u32,
    },
}

/// Numbers without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// Offset of the transaction with the first.
    pub at: u64,
}

/// Intervals that are kept; where there are more the numbers come in no order.
pub const MOST_INTERVALS: usize = 4096;

/// A set of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// How many transactions.
    pub count: u64,
    /// Offset of the first of them.
    pub at: Option<u64>,
    /// Ascending, without touching each other.
    pub intervals: Vec<Interval>,
    /// There were more than `MOST_INTERVALS`: some are missing.
    pub too_many: bool,
}

impl Numbers {
    /// Numbers of transactions that are elsewhere, as an event at `at` tells.
    pub(super) fn elsewhere(first: u64, last: u64, at: u64) -> Self {
        Self { intervals: vec![Interval { first, last, at }], ..Self::default() }
    }

    /// One more.
    pub(super) fn add(&mut self, number: u64, at: u64) {
        self.count += 1;
        self.at = earlier(self.at, Some(at));
        if let Some(last) = self.intervals.last_mut()
            && last.last.checked_add(1) == Some(number)
        {
            last.last = number;
            return;
        }
        self.insert(Interval { first: number, last: number, at });
    }

    fn insert(&mut self, new: Interval) {
        // Those that overlap or touch it become one with it.
        let from = self.intervals.partition_point(|other| other.last.saturating_add(1) < new.first);
        let behind = self.intervals.get(from..).unwrap_or_default();
        let touched = behind.iter().take_while(|other| other.first <= new.last.saturating_add(1)).count();
        let mut joined = new;
        for other in behind.iter().take(touched) {
            if other.first < joined.first || other.first == joined.first && other.at < joined.at {
                (joined.first, joined.at) = (other.first, other.at);
            }
            joined.last = joined.last.max(other.last);
        }
        if touched == 0 && self.intervals.len() >= MOST_INTERVALS {
            self.too_many = true;
            return;
        }
        self.intervals.splice(from..from + touched, [joined]);
    }

    /// Numbers missing between the first and the last: of each gap the first and the last, and the offset of the
    /// transaction behind it.
    pub fn gaps(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        self.intervals.windows(2).filter_map(|pair| match pair {
            [before, behind] => Some((before.last + 1, behind.first - 1, behind.at)),
            _ => None,
        })
    }

    /// The same where others come before: a number that is among those is not missing, and one that is missing between
    /// those is none of these logs' business.
    pub fn gaps_behind(&self, earlier: &Self) -> Vec<(u64, u64, u64)> {
        let mut all = earlier.clone();
        all.join(self.clone());
        let own = |first: u64| {
            let found = self.intervals.binary_search_by_key(&first, |interval| interval.first).ok()?;
            self.intervals.get(found).map(|interval| interval.at)
        };
        all.gaps().filter_map(|(first, last, _)| Some((first, last, own(last + 1)?))).collect()
    }

    /// How many came with a number that another one has.
    pub fn repeated(&self) -> u64 {
        let different: u64 = self.intervals.iter().map(|interval| interval.last - interval.first + 1).sum();
        if self.too_many { 0 } else { self.count.saturating_sub(different) }
    }

    /// The least and the greatest number.
    pub fn ends(&self) -> Option<(u64, u64)> {
        Some((self.intervals.first()?.first, self.intervals.last()?.last))
    }
}

impl Joins for Numbers {
    fn join(&mut self, next: Self) {
        self.count += next.count;
        self.at = earlier(self.at, next.at);
        self.too_many |= next.too_many;
        for interval in next.intervals {
            self.insert(interval);
        }
    }
}

/// How an XA transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Xa {
    /// XA PREPARE was the last of it; otherwise XA COMMIT or XA ROLLBACK.
    pub prepared: bool,
    /// Offset of that event.
    pub at: u64,
}

impl Joins for Xa {
    fn join(&mut self, next: Self) {
        if next.at >= self.at {
            *self = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_knows_how_far_it_went_back_whatever_the_cut() {
        let times = [10u64, 12, 11, 20, 15, 19, 18, 30, 9, 9, 31];
        let of = |from: usize, to: usize| {
            let mut clock = Clock::default();
            (from..to).for_each(|at| clock.tick(times[at], at as u64));
            clock
        };
        let whole = of(0, times.len());
        assert_eq!((whole.steps_back, whole.furthest_back), (4, (21, 8)));
        for cut in 0..times.len() {
            let mut joined = of(0, cut);
            joined.join(of(cut, times.len()));
            assert_eq!(joined, whole, "{cut}");
        }
    }

    #[test]
    fn groups_are_put_together_over_the_joint() {
        let ids = [1, 1, 2, 2, 2, 3, 0, 0, 3, 4, 4];
        let id = |at: usize| Some(ids[at]).filter(|id| *id > 0);
        let of = |from: usize, to: usize| {
            let mut runs = Runs::default();
            (from..to).for_each(|at| runs.add(id(at), at as u64));
            runs
        };
        let (sizes, largest) = of(0, ids.len()).finished();
        assert_eq!((sizes.counts.as_slice(), largest), (&[0, 2, 3][..], Some(Run { id: Some(2), at: 2, count: 3 })));
        for first in 0..ids.len() {
            for second in first..ids.len() {
                let (mut left, mut right) = (of(0, first), of(first, second));
                let last = of(second, ids.len());
                let mut joined = left.clone();
                joined.join(right.clone());
                joined.join(last.clone());
                right.join(last);
                left.join(right);
                assert_eq!(joined, left);
                assert_eq!(left, of(0, ids.len()));
            }
        }
    }

    #[test]
    fn numbers_are_a_set_with_gaps() {
        let mut numbers = Numbers::default();
        for (at, number) in [5u64, 6, 9, 7, 12, 6].into_iter().enumerate() {
            numbers.add(number, at as u64);
        }
        assert_eq!(numbers.gaps().collect::<Vec<_>>(), [(8, 8, 2), (10, 11, 4)]);
        assert_eq!((numbers.count, numbers.repeated()), (6, 1));
        assert_eq!(numbers.ends(), Some((5, 12)));
    }
}
