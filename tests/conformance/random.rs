//! Numbers that look random, the same in every run (xorshift).
#![allow(dead_code, reason = "not every test needs all of it")]

/// A generator; its state must not be 0.
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Below `bound`; 0 where that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// The same for a number.
    pub fn less_than(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// One of a list.
    pub fn of<'l, T>(&mut self, list: &'l [T]) -> Option<&'l T> {
        if list.is_empty() { None } else { list.get(self.below(list.len())) }
    }
}
