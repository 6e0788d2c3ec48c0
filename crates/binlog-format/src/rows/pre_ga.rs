//! Row images of PRE_GA_WRITE_ROWS, PRE_GA_UPDATE_ROWS and PRE_GA_DELETE_ROWS.
//!
//! Test versions up to 5.1.17 copied the NULL bytes of the table's record into each image, and
//! behind them every column that is present, the default value of those that are NULL included.
//! The record's bits: one that is always set unless the table has records of variable length, one
//! for each column that may be NULL, and ones up to the end of the byte. Which columns may be NULL
//! is not logged. Source: MySQL 5.1 `sql/log_event_old.cc` (`pack_row_old`, `unpack_row_old`).

use alloc::vec::Vec;

use super::{Image, RowVisitor, RowsEvent};
use crate::bits::Bitmap;
use crate::catalogue::field;
use crate::column::{self, Column};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::plan::TablePlan;
use crate::trace::Trace;
use crate::unlogged;
use crate::value::Value;

/// How the images of an event are to be read.
pub(super) struct InRecord {
    pub columns: Vec<Column>,
    /// NULL bytes of each image.
    null_bytes: usize,
    /// The bit of the first column, if the rows show that every column has one.
    first_bit: Option<usize>,
}

impl<'a> RowsEvent<'a> {
    pub(super) fn resolve_in_record<T: Trace<'a>>(&self, c: &Cursor<'a, T>, plan: &TablePlan) -> Result<InRecord> {
        let Some((columns, null_bytes)) = unlogged::resolve_in_record(self, plan) else {
            let open = unlogged::first_open_in_record(plan);
            return Err(c.fail(ErrorCode::ColumnWidth, field::ROWS_RECORD_NULL_BYTES, 0, open.into()));
        };
        let mut found = InRecord { columns, null_bytes, first_bit: None };
        found.first_bit = found.first_bit(self);
        Ok(found)
    }
}

impl InRecord {
    /// The bit of the first column, if all columns may be NULL: the bit that would be the last
    /// column's is clear in some image. With columns that may not be NULL there are fewer bits, and
    /// that one is set in all images.
    fn first_bit(&self, event: &RowsEvent<'_>) -> Option<usize> {
        let mut clear = 0..0;
        let mut c = Cursor::new(event.rows, field::EVENT_HEADER_EVENT_SIZE, ());
        while c.remaining() > 0 {
            let nulls = c.peek().get(..self.null_bytes)?;
            let bits = Bitmap::new(nulls, self.null_bytes * 8);
            for bit in (0..bits.len()).filter(|bit| !bits.get(*bit)) {
                clear = if clear.is_empty() { bit..bit + 1 } else { clear.start.min(bit)..clear.end.max(bit + 1) };
            }
            self.pass(&mut c, event.present).ok()?;
        }
        // A first bit that is clear belongs to a column; otherwise it may be the one that is always set.
        let first = if clear.start == 0 { 0 } else { 1 };
        (clear.end == self.columns.len() + first).then_some(first)
    }

    fn pass(&self, c: &mut Cursor<'_, ()>, present: Bitmap<'_>) -> Result<()> {
        c.bytes(field::ROWS_RECORD_NULL_BYTES, self.null_bytes as u64, field::ROWS_WIDTH)?;
        for (ordinal, column) in self.columns.iter().enumerate().filter(|(ordinal, _)| present.get(*ordinal)) {
            column::value(c, column, ordinal)?;
        }
        Ok(())
    }

    /// Reads one image.
    pub fn image<'a, T: Trace<'a>>(
        &self, c: &mut Cursor<'a, T>, plan: &TablePlan, image: Image, present: Bitmap<'a>,
        visitor: &mut impl RowVisitor<'a>,
    ) -> Result<()> {
        let nulls = c.bytes(field::ROWS_RECORD_NULL_BYTES, self.null_bytes as u64, field::ROWS_WIDTH)?;
        let nulls = Bitmap::new(nulls, self.null_bytes * 8);
        for (ordinal, column) in self.columns.iter().enumerate().filter(|(ordinal, _)| present.get(*ordinal)) {
            let value = if self.first_bit.is_some_and(|first| nulls.get(first + ordinal)) {
                c.value_group(field::COLUMN_NULL.at(ordinal), |c| {
                    column::value(c, column, ordinal)?;
                    Ok(Value::Null)
                })?
            } else {
                column::value(c, column, ordinal)?
            };
            if T::OBSERVES
                && let Some(name) = plan.name(ordinal)
            {
                c.trace().label(name);
            }
            visitor.cell(image, ordinal, value);
        }
        Ok(())
    }
}
