//! Row images as pseudo-SQL in comments.

use binlog_format::rows::{Image, Operation, RowVisitor, RowsEvent};
use binlog_format::{DecodeError, ErrorCode, Value};

use super::Tool;
use super::table::TableText;
use super::value;
use crate::dump::digits::integer;
use crate::dump::output::Target;

/// Writes a rows event's rows.
pub struct Rows<'r, T> {
    out: &'r mut T,
    tool: Tool,
    table: &'r TableText,
    operation: Operation,
    /// Rows begun.
    count: u64,
    /// The column whose value comes next.
    expects: usize,
    /// Whether the images before and after have all columns: then the name of each stands behind
    /// the one before it already.
    full: [bool; 2],
    /// Whether this image has all columns, as an index.
    whole: usize,
    /// The tool stops at a value that it does not know: nothing follows it.
    stopped: bool,
}

impl<'r, T: Target> Rows<'r, T> {
    /// Writes to `out` what `tool` would.
    pub fn new(out: &'r mut T, tool: Tool, table: &'r TableText, rows: &RowsEvent<'_>) -> Self {
        let (operation, first) = (rows.operation, rows.present.count_ones() == rows.width);
        let second = rows.present_after.count_ones() == rows.width;
        let full = if operation == Operation::Update { [first, second] } else { [first, first] };
        Self { out, tool, table, operation, count: 0, expects: 0, full, whole: 0, stopped: false }
    }

    /// Writes all rows of an event; returns how many, and the fault that ends them.
    pub fn write(
        mut self, rows: &RowsEvent<'_>, plan: &binlog_format::plan::TablePlan,
    ) -> (u64, Result<(), DecodeError>) {
        if rows.rows.is_empty() && self.operation == Operation::Write {
            let out = self.out.bytes();
            out.extend_from_slice(b"### INSERT INTO ");
            out.extend_from_slice(&self.table.name);
            out.extend_from_slice(b" VALUES ()\n");
            return (0, Ok(()));
        }
        let result = rows.visit(plan, &mut self);
        if let Err(error) = &result
            && !self.stopped
        {
            self.corrupted(error);
        }
        (self.count, result)
    }

    /// What the tools say of a value that does not fit the event.
    fn corrupted(&mut self, error: &DecodeError) {
        let out = self.out.bytes();
        match error.code {
            ErrorCode::ColumnType | ErrorCode::ColumnCount | ErrorCode::EmptyRow => return,
            // In a whole image the name stands there already.
            _ if self.whole == 1 => {}
            _ => out.extend_from_slice(self.table.column(self.expects).map_or(&[], |column| &column.before)),
        }
        match self.tool {
            Tool::Mysqlbinlog => {
                out.extend_from_slice(b"***Corrupted replication event was detected: field size is set to ");
                integer(out, error.expected);
                out.extend_from_slice(b", but there are only ");
                integer(out, error.found);
                out.extend_from_slice(b" bytes left of the event. Not printing the value***\n");
            }
            Tool::MariadbBinlog => {
                out.extend_from_slice(b"***Corrupted replication event was detected. Not printing the value***\n")
            }
        }
    }
}

impl<'a, T: Target> RowVisitor<'a> for Rows<'_, T> {
    fn row(&mut self, _: usize) {
        if self.stopped {
            return;
        }
        self.count += 1;
        self.out.pause();
        let out = self.out.bytes();
        out.extend_from_slice(match self.operation {
            Operation::Write => b"### INSERT INTO ",
            Operation::Update => b"### UPDATE ",
            Operation::Delete => b"### DELETE FROM ",
        });
        out.extend_from_slice(&self.table.name);
        out.push(b'\n');
    }

    fn image(&mut self, image: Image) {
        if self.stopped {
            return;
        }
        let out = self.out.bytes();
        let [before, after] = self.full;
        let full = match image {
            Image::Before => {
                out.extend_from_slice(b"### WHERE\n");
                before
            }
            Image::After => {
                out.extend_from_slice(b"### SET\n");
                after
            }
        };
        (self.expects, self.whole) = (0, usize::from(full));
        if let Some(first) = self.table.column(0).filter(|_| full) {
            out.extend_from_slice(&first.before);
        }
    }

    #[inline]
    fn cell(&mut self, _: Image, ordinal: usize, value: Value<'a>) {
        if self.stopped {
            return;
        }
        self.expects = ordinal + 1;
        let Some(column) = self.table.column(ordinal) else { return };
        if self.whole == 0 {
            self.out.bytes().extend_from_slice(&column.before);
        }
        if let Some(complaint) = &column.unknown {
            self.out.bytes().extend_from_slice(complaint);
            self.stopped = true;
        } else if let Value::Null = value {
            let [alone, followed] = &column.null;
            if self.whole == 0 { alone } else { followed }.put(self.out.bytes());
        } else {
            value::write(self.out, self.tool, column.kind, ordinal, &value);
            let [alone, followed] = &column.after;
            if self.whole == 0 { alone } else { followed }.put(self.out.bytes());
        }
    }
}
