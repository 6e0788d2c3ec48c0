//! Table maps that are live where an item begins.

use std::ops::Range;
use std::rc::Rc;

use binlog_format::event::Context;
use binlog_format::events::TableMapHead;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::rows::{Operation, RowsHead};

use super::{BlockItems, Document, Replayed, insert_map};
use crate::scan::Entry;

impl Document {
    /// Table maps that are live before item `before` of a block.
    pub(super) fn plans(&self, block: usize, items: &BlockItems, before: usize) -> Rc<TablePlans> {
        let mut replayed = self.replayed.borrow_mut();
        // Where all maps were forgotten last: nothing before that place is read for them.
        let forgot = items.entries.iter().take(before).rposition(Entry::forgets_maps).map(|at| at + 1);
        let (mut plans, from) = match (replayed.take(), forgot) {
            (Some(earlier), forgot)
                if earlier.block == block && (forgot.unwrap_or(0)..=before).contains(&earlier.before) =>
            {
                (earlier.plans, earlier.before)
            }
            (earlier, Some(from)) => {
                // Not live any more, and yet known: the next map of the same table is not compiled again.
                let mut plans = earlier.map(|earlier| earlier.plans).unwrap_or_default();
                Rc::make_mut(&mut plans).forget();
                (plans, from)
            }
            (_, None) if !self.wants_earlier_maps(items, before) => {
                // What is live from earlier blocks is not known then, and not kept as if it were.
                let mut plans = Rc::default();
                self.replay(items, 0..before, &mut plans);
                return plans;
            }
            (_, None) => (Rc::new(self.maps_before_block(block)), 0),
        };
        self.replay(items, from..before, &mut plans);
        *replayed = Some(Replayed { block, before, plans: plans.clone() });
        plans
    }

    /// Takes in the table maps among these items of a block.
    fn replay(&self, items: &BlockItems, which: Range<usize>, plans: &mut Rc<TablePlans>) {
        for (i, entry) in items.entries.iter().enumerate().take(which.end).skip(which.start) {
            let maps = entry.kind() == Some(code::TABLE_MAP);
            if maps && let Ok(bytes) = self.entry_bytes(items, entry) {
                insert_map(Rc::make_mut(plans), &bytes, entry, &items.format(i));
            }
        }
    }

    /// Whether an item of a block has to do with a table whose map is none of the block's before it: reading another
    /// block costs more than everything else.
    fn wants_earlier_maps(&self, items: &BlockItems, at: usize) -> bool {
        let item = |at: usize| {
            let entry = items.entries.get(at)?;
            let start = usize::try_from(entry.start - items.start).ok()?;
            let end = usize::try_from(entry.end - items.start).ok()?;
            Some((items.bytes.get(start..end)?, items.format(at)))
        };
        // Not at hand: as if it did.
        let Some(entry) = items.entries.get(at) else { return true };
        if entry.kind().and_then(Operation::of).is_none() {
            return entry.kind().is_none();
        }
        let table = item(at)
            .and_then(|(bytes, format)| RowsHead::peek(bytes, &Context::new(&format)).ok().map(|rows| rows.table_id));
        let Some(table) = table else { return true };
        let maps = |at: usize| {
            let (bytes, format) = item(at)?;
            TableMapHead::peek(bytes, &Context::new(&format)).ok().map(|map| map.table_id)
        };
        let is_map = |at: usize| items.entries.get(at).and_then(Entry::kind) == Some(code::TABLE_MAP);
        !(0..at).rev().any(|at| is_map(at) && maps(at) == Some(table))
    }

    /// Table maps that are live where a block begins: those that are known from what was walked last, if that ended
    /// there. Offsets are the same in a part of an index; numbers of blocks are not.
    pub(super) fn maps_at(&self, block: usize, known: Option<(u64, TablePlans)>) -> TablePlans {
        match known {
            Some((at, plans)) if at == self.scanner.index().block_start(block) => plans,
            _ => self.maps_before_block(block),
        }
    }

    fn maps_before_block(&self, block: usize) -> TablePlans {
        let mut plans = TablePlans::new();
        let index = self.scanner.index();
        let range = index.blocks.get(block).map_or((0, 0), |block| block.maps);
        for offset in index.maps.get(range.0 as usize..range.1 as usize).unwrap_or_default() {
            let Some(number) = index.block_of_offset(*offset) else { continue };
            let Some(items) = self.block(number) else { continue };
            let Some(at) = items.entries.iter().position(|entry| entry.start == *offset) else { continue };
            if let Some(entry) = items.entries.get(at)
                && let Ok(bytes) = self.entry_bytes(&items, entry)
            {
                insert_map(&mut plans, &bytes, entry, &items.format(at));
            }
        }
        plans
    }
}
