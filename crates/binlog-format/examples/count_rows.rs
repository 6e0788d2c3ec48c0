//! Counts the rows that a binary log inserts, updates and deletes, by table; those inside compressed
//! transactions (MySQL) and compressed events (MariaDB) too.
//!
//! ```sh
//! cargo run --release --example count_rows -- binlog.000042
//! ```

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::{env, fs};

use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::inflate::Inflater;
use binlog_format::plan::{TablePlan, TablePlans};
use binlog_format::rows::{Operation, RowVisitor, RowsEvent};
use binlog_format::{Body, Context, DecodeError, Value, decode, payload};

fn main() -> io::Result<()> {
    let path = env::args().nth(1).ok_or_else(|| io::Error::other("usage: count_rows FILE"))?;
    let mut counts = Counts::default();
    let result = count(&fs::read(path)?, &mut counts);
    print(&counts, &mut io::stdout().lock())?;
    // What was readable has been counted all the same.
    result.map_err(io::Error::other)
}

/// Rows inserted, updated and deleted, by `schema.table`.
pub type Counts = BTreeMap<String, [u64; 3]>;

/// Counts the rows of a file. What lies behind a fault is counted too; the first one is returned.
pub fn count(file: &[u8], counts: &mut Counts) -> Result<(), DecodeError> {
    let mut framer = Framer::new(Start::File);
    framer.set_length(file.len() as u64, true);
    walk(file, framer, counts)
}

/// Walks events: those of a file, or those that a payload inflated to.
fn walk(source: &[u8], mut framer: Framer, counts: &mut Counts) -> Result<(), DecodeError> {
    let (mut tables, mut inflater, mut result) = (TablePlans::new(), Inflater::new(), Ok(()));
    while let Step::Consumed(_, item) = framer.step(&source[framer.offset() as usize..]) {
        let frame = match item {
            Some(Item::Event(frame)) => frame,
            Some(Item::Span(span)) => {
                result = result.and(span.error.map_or(Ok(()), Err));
                continue;
            }
            None => continue,
        };
        let bytes = &source[frame.start as usize..frame.end as usize];
        let context = Context::of(&frame, framer.format());
        let read = match decode(bytes, &context.with_tables(&tables), ()).and_then(|event| event.body) {
            Ok(Body::Rows(rows)) => tables.get(rows.table_id).map_or(Ok(()), |table| {
                let (rows, inflated) = rows.inflated(&mut inflater);
                rows_of(&rows, table, counts).and(inflated)
            }),
            Ok(Body::TransactionPayload(transaction)) => {
                let (events, inflated) = payload::inflate(&transaction);
                walk(&events, Framer::inside(framer.format(), events.len() as u64), counts).and(inflated)
            }
            other => other.map(drop),
        };
        result = result.and(read);
        tables.follow(bytes, &context);
    }
    result
}

/// Rows of one event.
#[derive(Default)]
struct Rows(u64);

impl<'a> RowVisitor<'a> for Rows {
    fn row(&mut self, _: usize) {
        self.0 += 1;
    }
}

fn rows_of(rows: &RowsEvent<'_>, table: &TablePlan, counts: &mut Counts) -> Result<(), DecodeError> {
    let mut visited = Rows::default();
    let result = rows.visit(table, &mut visited);
    let name = format!("{}.{}", Value::utf8(&table.database), Value::utf8(&table.table));
    let operation = match rows.operation {
        Operation::Write => 0,
        Operation::Update => 1,
        Operation::Delete => 2,
    };
    // A row that begins and cannot be read is none.
    counts.entry(name).or_default()[operation] += visited.0 - u64::from(result.is_err());
    result
}

/// Prints a table.
pub fn print(counts: &Counts, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:>10} {:>10} {:>10}  table", "inserted", "updated", "deleted")?;
    for (table, [inserted, updated, deleted]) in counts {
        writeln!(out, "{inserted:>10} {updated:>10} {deleted:>10}  {table}")?;
    }
    Ok(())
}
