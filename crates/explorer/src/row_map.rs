//! Lists of rows over a document, without a row in memory: a base list of which every row is
//! computed, and sparse exceptions to it.

pub mod coverage;
pub mod filtered;
pub mod sorted;
pub mod sums;

use std::collections::BTreeMap;

use crate::outline::{Outline, Unit};
use crate::view::ListMode;

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowAt {
    /// The heading of a transaction: unit number.
    Transaction(u64),
    /// An item: its number.
    Entry(u64),
    /// An item inside a payload: the payload's item number, and its number inside.
    Inner(u64, u64),
}

/// A list: plain or by transaction, with what was opened and closed.
#[derive(Clone, Debug, Default)]
pub struct RowMap {
    mode: ListMode,
    /// Transactions are open unless excepted.
    open: bool,
    /// Transactions that are otherwise than `open` says.
    excepted: BTreeMap<u64, ()>,
    /// Opened payloads: item number to how many items are inside.
    payloads: BTreeMap<u64, u64>,
}

/// A place where the list differs from its base.
struct Difference {
    /// Row in the base list where it begins.
    base: u64,
    /// Rows of the base list that it replaces.
    replaced: u64,
    /// Rows that stand there instead.
    rows: u64,
    /// Its unit (by transaction) or item (plain).
    number: u64,
}

impl RowMap {
    /// A list of this kind; transactions closed.
    pub fn new(mode: ListMode) -> Self {
        Self { mode, ..Self::default() }
    }

    /// Which list it is.
    pub fn mode(&self) -> ListMode {
        self.mode
    }

    /// Changes the list; what was opened stays.
    pub fn set_mode(&mut self, mode: ListMode) {
        self.mode = mode;
    }

    /// Forgets what was opened and closed from this unit and this item on: others come in their place.
    pub fn forget_from(&mut self, unit: u64, entry: u64) {
        self.excepted.split_off(&unit);
        self.payloads.split_off(&entry);
    }

    /// Opens or closes all transactions.
    pub fn expand_all(&mut self, open: bool) {
        self.open = open;
        self.excepted.clear();
    }

    /// Opens or closes one transaction.
    pub fn expand(&mut self, unit: u64, open: bool) {
        if open == self.open {
            self.excepted.remove(&unit);
        } else {
            self.excepted.insert(unit, ());
        }
    }

    /// Units came before others, or went: what was excepted keeps its unit.
    pub fn shift_by(&mut self, shift: Option<filtered::Shift>) {
        let Some(shift) = shift else { return };
        let moved = self.excepted.split_off(&shift.from);
        let by = |unit: u64| unit.checked_add_signed(shift.by).filter(|unit| *unit >= shift.from);
        self.excepted.extend(moved.into_keys().filter_map(|unit| Some((by(unit)?, ()))));
    }

    /// Whether a transaction is open.
    pub fn is_open(&self, unit: u64) -> bool {
        self.open != self.excepted.contains_key(&unit)
    }

    /// Opens a payload with this many items inside; closes it with `None`.
    pub fn expand_payload(&mut self, entry: u64, inside: Option<u64>) {
        match inside {
            Some(count) => self.payloads.insert(entry, count),
            None => self.payloads.remove(&entry),
        };
    }

    /// Whether a payload is open.
    pub fn is_payload_open(&self, entry: u64) -> bool {
        self.payloads.contains_key(&entry)
    }

    fn inner_rows(&self, unit: &Unit) -> u64 {
        self.payloads.range(unit.first_entry..unit.first_entry + unit.entries).map(|(_, inside)| inside).sum()
    }

    fn differences(&self, outline: &dyn Outline) -> Vec<Difference> {
        if self.mode == ListMode::Plain {
            let each = |(entry, inside): (&u64, &u64)| Difference {
                base: *entry,
                replaced: 1,
                rows: 1 + inside,
                number: *entry,
            };
            return self.payloads.iter().map(each).collect();
        }
        let with_payload = self.payloads.keys().filter_map(|entry| outline.unit_of_entry(*entry));
        let mut numbers: Vec<u64> = self.excepted.keys().copied().chain(with_payload).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let difference = |number: u64| {
            let unit = outline.unit(number)?;
            let (base, replaced) =
                if self.open { (unit.open_row(), unit.entries + u64::from(unit.transaction)) } else { (number, 1) };
            Some(Difference { base, replaced, rows: self.unit_rows(number, &unit), number })
        };
        numbers.into_iter().filter_map(difference).collect()
    }

    /// Rows that a unit takes as it is now.
    fn unit_rows(&self, number: u64, unit: &Unit) -> u64 {
        match (unit.transaction, self.is_open(number)) {
            (true, false) => 1,
            (true, true) => 1 + unit.entries + self.inner_rows(unit),
            (false, _) => unit.entries + self.inner_rows(unit),
        }
    }

    fn base_length(&self, outline: &dyn Outline) -> u64 {
        match (self.mode, self.open) {
            (ListMode::Plain, _) => outline.entries(),
            (ListMode::Transactions, false) => outline.units(),
            (ListMode::Transactions, true) => outline.entries() + outline.transactions(),
        }
    }

    /// How many rows there are.
    pub fn length(&self, outline: &dyn Outline) -> u64 {
        let base = self.base_length(outline);
        self.differences(outline).iter().fold(base, |length, it| length + it.rows - it.replaced)
    }

    /// What a row shows.
    pub fn at(&self, outline: &dyn Outline, row: u64) -> Option<RowAt> {
        let mut base = row;
        // Rows before the current difference are `row - base` more (or less) than in the base.
        let mut ahead: i128 = 0;
        for it in self.differences(outline) {
            let begins = (i128::from(it.base) + ahead) as u64;
            if row < begins {
                break;
            }
            if row < begins + it.rows {
                return self.within(outline, it.number, row - begins);
            }
            ahead += i128::from(it.rows) - i128::from(it.replaced);
            base = (i128::from(row) - ahead) as u64;
        }
        if base >= self.base_length(outline) {
            return None;
        }
        match (self.mode, self.open) {
            (ListMode::Plain, _) => Some(RowAt::Entry(base)),
            (ListMode::Transactions, false) => self.within(outline, base, 0),
            (ListMode::Transactions, true) => {
                let number = outline.unit_of_open_row(base)?;
                self.within(outline, number, base - outline.unit(number)?.open_row())
            }
        }
    }

    /// Row `nth` of a unit, or of an item in the plain list.
    fn within(&self, outline: &dyn Outline, number: u64, nth: u64) -> Option<RowAt> {
        let (first, heading) = match self.mode {
            ListMode::Plain => (number, false),
            ListMode::Transactions => {
                let unit = outline.unit(number)?;
                (unit.first_entry, unit.transaction)
            }
        };
        if heading && nth == 0 {
            return Some(RowAt::Transaction(number));
        }
        let mut left = nth - u64::from(heading);
        let mut entry = first;
        for (payload, inside) in self.payloads.range(first..) {
            let before = payload - entry;
            if left <= before {
                break;
            }
            left -= before;
            if left <= *inside {
                return Some(RowAt::Inner(*payload, left - 1));
            }
            left -= inside;
            entry = *payload;
        }
        Some(RowAt::Entry(entry + left))
    }

    /// The row of an item, or of an item inside a payload; `None` where it is hidden.
    pub fn rank(&self, outline: &dyn Outline, entry: u64, inner: Option<u64>) -> Option<u64> {
        if entry >= outline.entries()
            || inner.is_some_and(|inner| self.payloads.get(&entry).is_none_or(|it| inner >= *it))
        {
            return None;
        }
        let inner_row = inner.map_or(0, |inner| inner + 1);
        let rows_inside = |from: u64| self.payloads.range(from..entry).map(|(_, inside)| inside).sum::<u64>();
        if self.mode == ListMode::Plain {
            return Some(entry + rows_inside(0) + inner_row);
        }
        let number = outline.unit_of_entry(entry)?;
        let unit = outline.unit(number)?;
        if unit.transaction && !self.is_open(number) {
            return None;
        }
        let heading = self.rank_of_unit(outline, number)?;
        Some(
            heading
                + u64::from(unit.transaction)
                + (entry - unit.first_entry)
                + rows_inside(unit.first_entry)
                + inner_row,
        )
    }

    /// The first row of a unit in the list by transaction.
    pub fn rank_of_unit(&self, outline: &dyn Outline, number: u64) -> Option<u64> {
        let unit = outline.unit(number)?;
        let base = if self.open { unit.open_row() } else { number };
        let before = self.differences(outline).into_iter().take_while(|it| it.number < number);
        Some(before.fold(base, |row, it| row + it.rows - it.replaced))
    }
}
