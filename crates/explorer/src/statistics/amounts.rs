//! What is counted, and how counts of two ranges become those of both.

use std::collections::BTreeMap;

use binlog_format::rows::Operation;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Something gathered over a range, to be joined with that of the range that follows.
pub trait Joins {
    /// Takes in what was gathered over the range right behind.
    fn join(&mut self, next: Self);
}

impl Joins for u64 {
    fn join(&mut self, next: Self) {
        *self += next;
    }
}

/// The lesser offset of two, where there is one.
pub(super) fn earlier(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// How many, and how many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// How many.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    /// One more.
    pub fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes += bytes;
    }
}

impl Joins for Amount {
    fn join(&mut self, next: Self) {
        self.count += next.count;
        self.bytes += next.bytes;
    }
}

/// The same, and where the first one begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// How many, and their bytes.
    pub amount: Amount,
    /// Offset in the file of the first one (of the event that it lies in).
    pub at: Option<u64>,
}

impl Placed {
    /// One more, at this offset.
    pub fn add(&mut self, bytes: u64, at: u64) {
        self.amount.add(bytes);
        self.at = earlier(self.at, Some(at));
    }
}

impl Joins for Placed {
    fn join(&mut self, next: Self) {
        self.amount.join(next.amount);
        self.at = earlier(self.at, next.at);
    }
}

/// Rows by what was done with them; an updated row is one, although the log has two images of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// WRITE_ROWS.
    pub inserted: u64,
    /// UPDATE_ROWS.
    pub updated: u64,
    /// DELETE_ROWS.
    pub deleted: u64,
}

impl Rows {
    /// So many more.
    pub fn add(&mut self, operation: Operation, rows: u64) {
        match operation {
            Operation::Write => self.inserted += rows,
            Operation::Update => self.updated += rows,
            Operation::Delete => self.deleted += rows,
        }
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.inserted + self.updated + self.deleted
    }
}

impl Joins for Rows {
    fn join(&mut self, next: Self) {
        self.inserted += next.inserted;
        self.updated += next.updated;
        self.deleted += next.deleted;
    }
}

/// How often a number was how large, by powers of two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// Item 0 counts zeros, item `n` numbers from `2^(n-1)` to `2^n - 1`; up to the last that is not 0.
    pub counts: Vec<u64>,
    /// The sum of the numbers.
    pub sum: u64,
    /// The greatest number.
    pub greatest: u64,
}

impl Histogram {
    /// One more number.
    pub fn add(&mut self, number: u64) {
        let at = (u64::BITS - number.leading_zeros()) as usize;
        if self.counts.len() <= at {
            self.counts.resize(at + 1, 0);
        }
        if let Some(count) = self.counts.get_mut(at) {
            *count += 1;
        }
        self.sum = self.sum.saturating_add(number);
        self.greatest = self.greatest.max(number);
    }

    /// How many numbers there were.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Least and greatest number that item `at` counts.
    pub fn bounds(at: usize) -> (u64, u64) {
        let bits = at.min(64) as u32;
        (if bits == 0 { 0 } else { 1 << (bits - 1) }, u64::MAX.checked_shr(64 - bits).unwrap_or(0))
    }
}

impl Joins for Histogram {
    fn join(&mut self, next: Self) {
        if self.counts.len() < next.counts.len() {
            self.counts.resize(next.counts.len(), 0);
        }
        self.counts.iter_mut().zip(next.counts).for_each(|(own, next)| *own += next);
        self.sum = self.sum.saturating_add(next.sum);
        self.greatest = self.greatest.max(next.greatest);
    }
}

/// What is known of each of a number of things; the least `N` by name or number are kept, the others are summed
/// up. Whoever is kept in the end was kept in every range, so that what is said of him is exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounded<K: Ord, V, const N: usize> {
    kept: BTreeMap<K, V>,
    rest: Option<Box<V>>,
}

impl<K: Ord, V, const N: usize> Default for Bounded<K, V, N> {
    fn default() -> Self {
        Self { kept: BTreeMap::new(), rest: None }
    }
}

impl<K: Ord, V: Joins, const N: usize> Bounded<K, V, N> {
    /// Joins what is known of one of them with what turned up now.
    pub fn add(&mut self, key: K, value: V) {
        match self.kept.get_mut(&key) {
            Some(known) => known.join(value),
            None => {
                self.kept.insert(key, value);
                self.trim();
            }
        }
    }

    /// What is known of one, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.kept.get_mut(key)
    }

    /// What is known of one.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.kept.get(key)
    }

    /// Those that are kept, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &V)> {
        self.kept.iter()
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The others, summed up.
    pub fn rest(&self) -> Option<&V> {
        self.rest.as_deref()
    }

    fn trim(&mut self) {
        while self.kept.len() > N
            && let Some((_, value)) = self.kept.pop_last()
        {
            self.add_rest(value);
        }
    }

    fn add_rest(&mut self, value: V) {
        match &mut self.rest {
            Some(rest) => rest.join(value),
            None => self.rest = Some(Box::new(value)),
        }
    }
}

impl<K: Ord, V: Joins, const N: usize> Joins for Bounded<K, V, N> {
    fn join(&mut self, next: Self) {
        for (key, value) in next.kept {
            self.add(key, value);
        }
        if let Some(rest) = next.rest {
            self.add_rest(*rest);
        }
    }
}

impl<K: Ord + Serialize, V: Serialize, const N: usize> Serialize for Bounded<K, V, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.kept.iter().collect::<Vec<_>>(), &self.rest).serialize(serializer)
    }
}

impl<'de, K: Ord + Deserialize<'de>, V: Deserialize<'de>, const N: usize> Deserialize<'de> for Bounded<K, V, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (kept, rest) = <(Vec<(K, V)>, Option<Box<V>>)>::deserialize(deserializer)?;
        Ok(Self { kept: kept.into_iter().collect(), rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_by_powers_of_two() {
        let mut histogram = Histogram::default();
        [0, 1, 2, 3, 4, 1023, 1024, u64::MAX].into_iter().for_each(|number| histogram.add(number));
        assert_eq!(histogram.counts.iter().filter(|count| **count > 0).count(), 7);
        for (at, count) in histogram.counts.iter().enumerate() {
            let (least, most) = Histogram::bounds(at);
            let inside = [0, 1, 2, 3, 4, 1023, 1024, u64::MAX].iter().filter(|n| (least..=most).contains(n)).count();
            assert_eq!(*count, inside as u64, "{least}..={most}");
        }
    }

    #[test]
    fn those_that_are_kept_are_exact_and_the_rest_is_summed() {
        let numbers = [5u32, 1, 9, 5, 3, 9, 1, 7, 2, 9];
        let of = |numbers: &[u32]| {
            let mut bounded = Bounded::<u32, u64, 3>::default();
            numbers.iter().for_each(|number| bounded.add(*number, 1));
            bounded
        };
        let whole = of(&numbers);
        assert_eq!(whole.iter().collect::<Vec<_>>(), [(&1, &2), (&2, &1), (&3, &1)]);
        assert_eq!(whole.rest(), Some(&6));
        for cut in 0..numbers.len() {
            let (before, behind) = numbers.split_at(cut);
            let mut joined = of(before);
            joined.join(of(behind));
            assert_eq!(joined, whole, "{cut}");
        }
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Bounded<u32, u64, 3>>(&text).unwrap(), whole);
    }
}
