//! A list by size and the like: the first hundred thousand exactly.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// How many a sorted list has. Nobody scrolls further, and each takes 16 bytes.
pub const TOP: usize = 100_000;

/// What a row of a sorted list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortedRow {
    /// A unit or item by number, and its place from 0.
    Ranked(u64, u64),
    /// The `nth` item below an opened unit.
    Below(u64, u64),
}

/// The greatest of what came by, in any order; of equal ones the first in the file.
#[derive(Clone, Debug)]
pub struct Greatest {
    most: usize,
    heap: BinaryHeap<Reverse<(u64, Reverse<u64>)>>,
    came: u64,
    /// The same, greatest first, once somebody looked.
    order: Vec<u64>,
    /// Units that are open, with how many items each has.
    open: BTreeMap<u64, u64>,
    /// The same by their places, in order.
    places: Vec<(usize, u64)>,
}

impl Default for Greatest {
    fn default() -> Self {
        Self::of(TOP)
    }
}

impl Greatest {
    /// The greatest so many.
    pub fn of(most: usize) -> Self {
        Self { most, heap: BinaryHeap::new(), came: 0, order: Vec::new(), open: BTreeMap::new(), places: Vec::new() }
    }

    /// One comes by.
    pub fn offer(&mut self, key: u64, number: u64) {
        self.came += 1;
        let own = Reverse((key, Reverse(number)));
        if self.heap.len() < self.most {
            self.heap.push(own);
        } else if self.heap.peek().is_some_and(|least| own.0 > least.0) {
            self.heap.pop();
            self.heap.push(own);
        }
    }

    /// How many came by.
    pub fn came(&self) -> u64 {
        self.came
    }

    /// Puts what came by in order: to be called before rows are asked for.
    pub fn settle(&mut self) {
        let mut all: Vec<(u64, Reverse<u64>)> = self.heap.iter().map(|own| own.0).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        self.order = all.into_iter().map(|(_, Reverse(number))| number).collect();
        self.place();
    }

    fn place(&mut self) {
        let of = |(place, number): (usize, &u64)| Some((place, *self.open.get(number)?));
        self.places =
            if self.open.is_empty() { Vec::new() } else { self.order.iter().enumerate().filter_map(of).collect() };
    }

    /// Opens a unit of so many items, or closes it.
    pub fn expand(&mut self, number: u64, items: Option<u64>) {
        match items {
            Some(items) => self.open.insert(number, items),
            None => self.open.remove(&number),
        };
        self.place();
    }

    /// Whether a unit is open.
    pub fn is_open(&self, number: u64) -> bool {
        self.open.contains_key(&number)
    }

    /// How many are in order.
    pub fn ranked(&self) -> u64 {
        self.order.len() as u64
    }

    /// How many rows there are.
    pub fn length(&self) -> u64 {
        self.ranked() + self.places.iter().map(|(_, items)| items).sum::<u64>()
    }

    /// What a row shows.
    pub fn at(&self, row: u64) -> Option<SortedRow> {
        let mut ahead = 0;
        for (place, items) in &self.places {
            let own = *place as u64 + ahead;
            if row <= own {
                break;
            }
            if row <= own + items {
                return Some(SortedRow::Below(*self.order.get(*place)?, row - own - 1));
            }
            ahead += items;
        }
        let place = row - ahead;
        Some(SortedRow::Ranked(*self.order.get(usize::try_from(place).ok()?)?, place))
    }

    /// The row of a unit or item that is among them.
    pub fn rank(&self, number: u64) -> Option<u64> {
        let place = self.order.iter().position(|own| *own == number)?;
        let before: u64 = self.places.iter().take_while(|(other, _)| *other < place).map(|(_, items)| items).sum();
        Some(place as u64 + before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_of_a_sorted_list() {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut random = |bound: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % bound
        };
        for _ in 0..200 {
            let most = 1 + random(30) as usize;
            let mut greatest = Greatest::of(most);
            let mut list: Vec<(u64, u64)> = (0..random(60)).map(|number| (random(12), number)).collect();
            for (key, number) in &list {
                greatest.offer(*key, *number);
            }
            greatest.settle();
            list.sort_by_key(|(key, number)| (Reverse(*key), *number));
            assert_eq!(greatest.came(), list.len() as u64);
            list.truncate(most);
            let mut open = BTreeMap::new();
            for (_, number) in &list {
                if random(3) == 0 {
                    let items = 1 + random(4);
                    open.insert(*number, items);
                    greatest.expand(*number, Some(items));
                }
            }
            let mut rows = Vec::new();
            for (place, (_, number)) in list.iter().enumerate() {
                assert_eq!(greatest.rank(*number), Some(rows.len() as u64));
                rows.push(SortedRow::Ranked(*number, place as u64));
                rows.extend((0..open.get(number).copied().unwrap_or(0)).map(|nth| SortedRow::Below(*number, nth)));
            }
            assert_eq!(greatest.length(), rows.len() as u64);
            for (row, expected) in rows.iter().enumerate() {
                assert_eq!(greatest.at(row as u64), Some(*expected));
            }
            assert_eq!(greatest.at(rows.len() as u64), None);
        }
    }
}
