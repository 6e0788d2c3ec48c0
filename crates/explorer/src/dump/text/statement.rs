//! Rows wait for the end of their statement: both tools print the heads of a statement's events
//! first, and its rows behind the last of them.

use std::io;

use binlog_format::event::{Body, decode_unobserved};
use binlog_format::rows::RowsEvent;
use binlog_format::{DecodeError, ErrorCode, field};

use super::Tool;
use super::quoted::hexadecimal;
use super::rows::Rows;
use super::table::TableTexts;
use crate::dump::digits::integer;
use crate::dump::output::Target;
use crate::dump::walk::{Around, Walked};
use crate::space::Space;

/// Text that waits in memory; what is more is written from the events again, in the end: reading
/// them once more costs less than copying their text.
const WAITING: usize = 128 << 10;

/// The same of events that cannot be read again without inflating what stands before them.
const WAITING_INSIDE: usize = 4 << 20;

/// Largest event whose text may wait. Text can be 500 times as long: a NULL takes a bit in the
/// event and a line here.
const SMALL_EVENT: usize = 16 << 10;

/// An open statement.
#[derive(Debug, Default)]
pub struct Statement {
    text: Vec<u8>,
    /// Events whose rows are not in `text`: first byte, one past the last.
    later: Vec<(u64, u64)>,
    /// Rows so far.
    pub rows: u64,
}

impl Statement {
    /// Keeps the rows of an event that does not end its statement. Returns the fault in them.
    pub fn keep(
        &mut self, event: &Walked<'_>, tool: Tool, tables: &mut TableTexts, rows: &RowsEvent<'_>,
    ) -> Option<DecodeError> {
        let inflated = event.opens.map_or(0, |space| space.bytes.len());
        let waiting = if let Around::Streamed(_) = event.around { WAITING_INSIDE } else { WAITING };
        if self.later.is_empty() && self.text.len() < waiting && event.bytes.len().max(inflated) <= SMALL_EVENT {
            let (count, fault) = write(&mut self.text, event, tool, tables, rows, event.opens);
            self.rows += count;
            return fault;
        }
        self.later.push((event.start, event.end));
        None
    }

    /// Writes all rows that waited, and those of the last event. Returns the first fault in them.
    pub fn end(
        &mut self, event: &Walked<'_>, tool: Tool, tables: &mut TableTexts, rows: Option<&RowsEvent<'_>>,
        out: &mut impl Target,
    ) -> io::Result<Option<DecodeError>> {
        out.bytes().append(&mut self.text);
        out.pause();
        let mut first = None;
        for (start, end) in std::mem::take(&mut self.later) {
            let bytes = event.around.read(start, end)?;
            let decoded = decode_unobserved(&bytes, &event.context);
            if let Ok(Ok(Body::Rows(rows))) = decoded.map(|event| event.body) {
                let inflated =
                    rows.compressed.and_then(|_| Space::open(event.holder.at(start), &bytes, &event.context));
                let (count, fault) = write(out, event, tool, tables, &rows, inflated.as_ref());
                self.rows += count;
                first = first.or(fault);
            }
        }
        if let Some(rows) = rows {
            let (count, fault) = write(out, event, tool, tables, rows, event.opens);
            self.rows += count;
            first = first.or(fault);
        }
        Ok(first)
    }

    /// Whether rows wait for the end of their statement.
    pub fn waits(&self) -> bool {
        !self.text.is_empty() || !self.later.is_empty()
    }

    /// Forgets rows whose statement does not end.
    pub fn forget(&mut self) {
        self.text.clear();
        self.later.clear();
        self.rows = 0;
    }

    /// Notes that the rows of an event belong to no table that is known.
    pub fn unknown_table(&mut self, table_id: u64) {
        self.text.extend_from_slice(b"### Row event for unknown table #");
        integer(&mut self.text, table_id);
    }
}

/// Writes the rows of an event; returns how many, and the fault in them. `inflated` has the
/// images of a compressed event.
fn write(
    out: &mut impl Target, event: &Walked<'_>, tool: Tool, tables: &mut TableTexts, rows: &RowsEvent<'_>,
    inflated: Option<&Space>,
) -> (u64, Option<DecodeError>) {
    extra(out, tool, rows);
    let Some(plan) = event.context.tables.and_then(|tables| tables.get(rows.table_id)) else {
        out.bytes().extend_from_slice(b"### Row event for unknown table #");
        integer(out.bytes(), rows.table_id);
        let fault = DecodeError {
            code: ErrorCode::UnknownTable,
            at: 0,
            field: field::ROWS_TABLE_ID,
            expected: 0,
            found: rows.table_id,
            liar: None,
        };
        return (0, Some(fault));
    };
    let table = tables.get(plan, tool);
    let writer = Rows::new(out, tool, &table, rows);
    let (count, result) = match (rows.compressed, inflated) {
        (Some(_), Some(space)) => writer.write(&rows.with_images(&space.bytes), plan),
        _ => writer.write(rows, plan),
    };
    (count, result.err())
}

/// What the post-header of v2 adds.
fn extra(out: &mut impl Target, tool: Tool, rows: &RowsEvent<'_>) {
    let extra = &rows.extra;
    if let Some((format, data)) = extra.ndb {
        let text = match tool {
            Tool::Mysqlbinlog => {
                format!("### Extra row ndb info: data_format: {format}, len: {}, data: 0x", data.len())
            }
            Tool::MariadbBinlog => format!("### Extra row data format: {format}, len: {} :0x", data.len()),
        };
        out.bytes().extend_from_slice(text.as_bytes());
        hexadecimal(out, data);
        out.bytes().push(b'\n');
    }
    let Some(partition) = extra.partition.filter(|_| tool == Tool::Mysqlbinlog) else { return };
    let text = match extra.source_partition {
        Some(source) => {
            format!("### Extra row info for partitioning: source_partition: {source} target_partition: {partition}\n")
        }
        None => format!("### Extra row info for partitioning: partition: {partition}\n"),
    };
    out.bytes().extend_from_slice(text.as_bytes());
}
