//! The document as row maps see it.

use super::{BlockItems, Document};
use crate::outline::{Outline, Unit};
use crate::transaction::Tracker;

/// A unit's beginning.
struct Beginning {
    entry: u64,
    transactions_before: u64,
    transaction: bool,
}

impl Document {
    /// Where a unit begins: found in the block in which it begins.
    fn beginning_of(&self, unit: u64) -> Option<Beginning> {
        let index = self.scanner.index();
        let number = index.block_of_unit(unit)?;
        let block = index.blocks.get(number)?;
        let items = self.block(number)?;
        let mut units = block.first_unit;
        let mut transactions = block.first_transaction;
        for (i, entry) in items.entries.iter().enumerate() {
            if !entry.place.begins {
                continue;
            }
            if units == unit {
                let entry_number = block.first_entry + i as u64;
                let transaction = entry.place.transaction;
                return Some(Beginning { entry: entry_number, transactions_before: transactions, transaction });
            }
            units += 1;
            transactions += u64::from(entry.place.transaction);
        }
        None
    }

    /// The number of the transaction that an item belongs to, from 1; told by the block alone that has it.
    pub(super) fn transaction_number(&self, entry: u64) -> Option<u64> {
        let index = self.scanner.index();
        let number = index.block_of_entry(entry)?;
        let block = index.blocks.get(number)?;
        let items = self.block(number)?;
        let upto = items.entries.get(..=usize::try_from(entry - block.first_entry).ok()?)?;
        let transaction = match upto.iter().rfind(|entry| entry.place.begins) {
            Some(first) => first.place.transaction,
            None if block.judge.tracker != Tracker::Idle => true,
            None => self.unit(self.unit_of_entry(entry)?)?.transaction,
        };
        let begun = upto.iter().filter(|entry| entry.place.begins && entry.place.transaction).count();
        transaction.then_some(block.first_transaction + begun as u64)
    }

    /// Units begun in a block before its item `before`, added to those before the block.
    fn units_before(block_first: u64, items: &BlockItems, before: usize) -> u64 {
        block_first + items.entries.iter().take(before).filter(|entry| entry.place.begins).count() as u64
    }
}

impl Outline for Document {
    fn entries(&self) -> u64 {
        self.scanner.index().entries
    }

    fn units(&self) -> u64 {
        self.scanner.index().units
    }

    fn transactions(&self) -> u64 {
        self.scanner.index().transactions
    }

    fn unit(&self, unit: u64) -> Option<Unit> {
        if unit >= self.units() {
            return None;
        }
        let beginning = self.beginning_of(unit)?;
        let next = if unit + 1 < self.units() { self.beginning_of(unit + 1)?.entry } else { self.entries() };
        Some(Unit {
            first_entry: beginning.entry,
            entries: next - beginning.entry,
            transactions_before: beginning.transactions_before,
            transaction: beginning.transaction,
        })
    }

    fn unit_of_entry(&self, entry: u64) -> Option<u64> {
        let index = self.scanner.index();
        if entry >= index.entries {
            return None;
        }
        let number = index.block_of_entry(entry)?;
        let block = index.blocks.get(number)?;
        let items = self.block(number)?;
        let at = (entry - block.first_entry) as usize;
        Self::units_before(block.first_unit, &items, at + 1).checked_sub(1)
    }

    fn unit_of_open_row(&self, row: u64) -> Option<u64> {
        let index = self.scanner.index();
        let number = index.block_of_open_row(row)?;
        let block = index.blocks.get(number)?;
        let items = self.block(number)?;
        let mut next_row = block.first_entry + block.first_transaction;
        let mut units = block.first_unit;
        for entry in &items.entries {
            if entry.place.begins {
                units += 1;
                next_row += u64::from(entry.place.transaction);
            }
            next_row += 1;
            if row < next_row {
                return units.checked_sub(1);
            }
        }
        None
    }
}
