//! Tables and their rows.

use std::sync::Arc;

use binlog_format::event::Body;
use binlog_format::events::TableMapHead;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Operation, RowsEvent};

use super::{Gatherer, text};
use crate::filter::{Opened, Subject};
use crate::statistics::Table;
use crate::statistics::amounts::earlier;
use crate::statistics::transactions::TableName;

/// Plans whose tables are remembered; a statement touches few.
const KNOWN_PLANS: usize = 64;

/// A table on its way.
#[derive(Debug)]
pub(super) struct Known {
    pub name: TableName,
    pub table: Table,
    /// Number of the transaction, as they come by, that touched it last.
    pub touched_by: u64,
}

/// What is known of a rows event's table, by its plan.
#[derive(Debug)]
pub(super) struct KnownPlan {
    pub plan: Arc<TablePlan>,
    pub table: u32,
    pub named: bool,
    /// It has JSON or BLOB columns.
    pub wide: bool,
}

/// Schema and table as the log has them.
pub(super) type StoredName = (Box<[u8]>, Box<[u8]>);

impl Gatherer {
    fn table_of_name(&mut self, id: u64, database: &[u8], table: &[u8]) -> u32 {
        let slot = (id % 64) as usize;
        let is = |known: &Known| known.name.0.as_bytes() == database && known.name.1.as_bytes() == table;
        if let Some((known_id, at)) = self.recent[slot]
            && known_id == id
            && self.tables.get(at as usize).is_some_and(is)
        {
            return at;
        }
        let tables = &mut self.tables;
        let at = *self.by_name.entry((database.into(), table.into())).or_insert_with(|| {
            tables.push(Known { name: (text(database), text(table)), table: Table::default(), touched_by: 0 });
            tables.len() as u32 - 1
        });
        self.recent[slot] = Some((id, at));
        at
    }

    pub(super) fn table_map(&mut self, subject: &Subject<'_>, pos: u64) {
        let Ok(map) = TableMapHead::peek(subject.bytes, &subject.context) else {
            return self.found.faulty.add(subject.size, pos);
        };
        let at = self.table_of_name(map.table_id, map.database, map.table);
        if let Some(known) = self.tables.get_mut(at as usize) {
            known.table.bytes += subject.size;
            known.table.at = earlier(known.table.at, Some(pos));
        }
    }

    pub(super) fn rows(&mut self, subject: &Subject<'_>, body: &Body<'_>, pos: u64) {
        self.found.row_format.add(subject.size, pos);
        let mut insides = std::mem::take(&mut self.insides);
        let Opened { rows, fault, .. } = Opened::of(Some(body), subject.holder, &mut insides);
        let count = rows.as_ref().map(|(rows, _)| self.count_rows(subject, rows, pos));
        if fault || count != Some(true) {
            self.found.faulty.add(subject.size, pos);
        }
        self.insides = insides;
    }

    /// The place of what is known of a plan.
    fn plan(&mut self, plan: &Arc<TablePlan>) -> usize {
        if let Some(at) = self.plans.iter().rposition(|known| Arc::ptr_eq(&known.plan, plan)) {
            return at;
        }
        let table = self.table_of_name(plan.table_id, &plan.database, &plan.table);
        let named = plan.name(0).is_some();
        if let Some(known) = self.tables.get_mut(table as usize) {
            let key = &mut known.table.key;
            match (plan.primary_key.is_empty(), named) {
                (false, _) => key.yes = true,
                (true, true) => key.no = true,
                (true, false) => key.untold = true,
            }
        }
        if self.plans.len() >= KNOWN_PLANS {
            self.plans.clear();
        }
        let wide = plan.columns.iter().any(|column| column.kind.is_large());
        self.plans.push(KnownPlan { plan: plan.clone(), table, named, wide });
        self.plans.len() - 1
    }

    /// Counts the rows of an event; false if they cannot be read to their end.
    fn count_rows(&mut self, subject: &Subject<'_>, rows: &RowsEvent<'_>, pos: u64) -> bool {
        let plan = subject.context.tables.and_then(|tables| tables.get(rows.table_id));
        // An event that only ends its statement has no rows, and its table need not be known.
        let Some(plan) = plan else { return rows.rows.is_empty() };
        let at = self.plan(plan);
        let (count, whole) = rows.count(plan);
        self.found.rows.add(rows.operation, count);
        let Some(KnownPlan { plan, table, named, wide }) = self.plans.get(at) else { return whole };
        if let Some(known) = self.tables.get_mut(*table as usize) {
            let full = rows.present.count_ones() == rows.width
                && (rows.operation != Operation::Update || rows.present_after.count_ones() == rows.width);
            let own = &mut known.table;
            own.bytes += subject.size;
            own.events += 1;
            own.at = earlier(own.at, Some(pos));
            own.rows.add(rows.operation, count);
            own.full_images += u64::from(full);
            if !full {
                own.partial_images += 1;
                own.partial_at = earlier(own.partial_at, Some(pos));
            }
            own.nameless += u64::from(!named);
            if *named && plan.primary_key.is_empty() {
                own.keyless.add(rows.operation, count);
                own.keyless_at = earlier(own.keyless_at, Some(pos));
            }
            if *wide && count > 0 {
                own.rows_of(rows.rows.len() as u64 / count, pos);
            }
            if let Some(open) = &mut self.open {
                open.measures.rows.add(rows.operation, count);
                if known.touched_by != self.seen + 1 {
                    known.touched_by = self.seen + 1;
                    open.tables.push(*table);
                }
            }
        }
        if subject.header.timestamp != 0 {
            self.time.at(subject.header.timestamp).rows += count;
        }
        whole
    }
}
