//! What a row map needs to know of a document: how items fall into units.

/// One unit: a transaction with its items, or one item that belongs to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Number of its first item.
    pub first_entry: u64,
    /// How many items it has.
    pub entries: u64,
    /// Transactions before it.
    pub transactions_before: u64,
    /// Whether it is a transaction.
    pub transaction: bool,
}

impl Unit {
    /// The number of its first row in the list in which every transaction is open.
    pub fn open_row(&self) -> u64 {
        self.first_entry + self.transactions_before
    }
}

/// A document as a row map sees it.
pub trait Outline {
    /// Items.
    fn entries(&self) -> u64;
    /// Units.
    fn units(&self) -> u64;
    /// Transactions among the units.
    fn transactions(&self) -> u64;
    /// A unit by number; `None` beyond the end.
    fn unit(&self, unit: u64) -> Option<Unit>;
    /// The unit of an item.
    fn unit_of_entry(&self, entry: u64) -> Option<u64>;
    /// The unit that has this row in the list in which every transaction is open.
    fn unit_of_open_row(&self, row: u64) -> Option<u64>;
}
