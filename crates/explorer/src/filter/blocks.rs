//! Whole blocks against a filter, by what the index says of them. A block is passed over only if
//! nothing in it can match.

use super::ast::{GtidPattern, Op, TablePattern};
use super::plan::{Filter, LOADS, STATEMENTS, Test, has_bit, op_of_rows, overlap};
use crate::index::{Block, Index, TableBits};

/// Whether a type of `kinds` is in a block.
fn has_any(block: &Block, mut kinds: impl Iterator<Item = u8>) -> bool {
    kinds.any(|kind| has_bit(&block.types, kind))
}

fn may_have_op(block: &Block, op: Op) -> bool {
    let rows = has_any(block, (0..=u8::MAX).filter(|kind| op_of_rows(*kind) == Some(op)));
    rows || block.statements || op == Op::Insert && has_any(block, LOADS.into_iter())
}

fn may_have_table(block: &Block, pattern: &TablePattern) -> bool {
    let database = pattern.database.as_ref().and_then(|database| database.literal());
    let table = pattern.table.literal();
    let bits = TableBits::of(database.as_deref().map(str::as_bytes), table.as_deref().map(str::as_bytes));
    block.tables.may_have(&bits) || has_any(block, LOADS.into_iter())
}

fn may_have_gtid(block: &Block, pattern: &GtidPattern) -> bool {
    let (least, greatest) = block.gtids;
    let overlaps = |first: u64, last: u64| first <= greatest && least <= last;
    match pattern {
        GtidPattern::Mysql { numbers, .. } if numbers.is_empty() => least <= greatest,
        GtidPattern::Mysql { numbers, .. } => numbers.iter().any(|(first, last)| overlaps(*first, *last)),
        GtidPattern::Mariadb { numbers: Some((first, last)), .. } => overlaps(*first, *last),
        GtidPattern::Mariadb { numbers: None, .. } => least <= greatest,
    }
}

/// What a block decides of a test: `Some(false)` if it holds for nothing in the block.
fn of_block(test: &Test, index: &Index, number: usize, block: &Block) -> Option<bool> {
    let end = index.block_end(number);
    let next = index.blocks.get(number + 1);
    // Of what lies inside of events, these know nothing.
    let outside = |may: bool| may || block.opaque;
    let may = match test {
        Test::Pos(ranges) => overlap(ranges, block.start, end.saturating_sub(1)),
        Test::Txn(ranges) => {
            let last = next.map_or(index.transactions, |next| next.first_transaction);
            overlap(ranges, block.first_transaction, last)
        }
        Test::Gtid(patterns) => outside(patterns.iter().any(|pattern| may_have_gtid(block, pattern))),
        Test::Types(types) => outside(block.types.iter().zip(types).any(|(own, wanted)| own & wanted != 0)),
        Test::Server(ranges) => outside(overlap(ranges, block.servers.0.into(), block.servers.1.into())),
        Test::Time(ranges) => {
            let (first, last) = (i64::from(block.time.0), i64::from(block.time.1));
            outside(first <= last && ranges.iter().any(|range| range.0 <= last && first <= range.1))
        }
        Test::Size(ranges) => outside(overlap(ranges, 0, end - block.start)),
        Test::Damaged => outside(block.damaged),
        Test::Span => {
            let (entries, events) =
                next.map_or((index.entries, index.events), |next| (next.first_entry, next.first_event));
            outside(entries - block.first_entry > events - block.first_event)
        }
        Test::Table(patterns) => outside(patterns.iter().any(|pattern| may_have_table(block, pattern))),
        Test::Op(ops) => outside(ops.iter().any(|op| may_have_op(block, *op))),
        Test::Sql(_) => outside(has_any(block, STATEMENTS.into_iter())),
        Test::RowCount(_) | Test::Row(_) => {
            outside(has_any(block, (0..=u8::MAX).filter(|kind| op_of_rows(*kind).is_some())))
        }
        Test::TxnSize(_)
        | Test::TxnRows(_)
        | Test::TxnEvents(_)
        | Test::Thread(_)
        | Test::EndLogPos(_)
        | Test::Bytes(_)
        | Test::Faulty => true,
    };
    if may { None } else { Some(false) }
}

impl Filter {
    /// Whether something in a block may match; false is certain. Of the last block of a scan that has
    /// not ended it may be asked again.
    pub fn may_match(&self, index: &Index, number: usize) -> bool {
        let Some(block) = index.blocks.get(number) else { return false };
        let known = |test: usize| self.tests().get(test).and_then(|test| of_block(test, index, number, block));
        self.root().known(&known) != Some(false)
    }
}
