//! Decodes a `BINLOG '…'` statement as `mysqlbinlog` and `mariadb-binlog` print it: the tables it
//! maps and the values of its rows.
//!
//! ```sh
//! cargo run --example binlog_statement -- "BINLOG 'GK1bZ…'"
//! cargo run --example binlog_statement < statement.sql
//! ```

use std::io::{self, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::names::event_type_or_unknown;
use binlog_format::plan::{TablePlan, TablePlans};
use binlog_format::rows::{Image, RowVisitor};
use binlog_format::{Body, Context, Value, decode};

fn main() -> io::Result<()> {
    let mut statement = String::new();
    match std::env::args().nth(1) {
        Some(argument) => statement = argument,
        None => io::stdin().read_to_string(&mut statement).map(drop)?,
    }
    print(&statement, &mut io::stdout().lock())
}

/// Prints what a statement, several of them, or base64 alone holds.
pub fn print(statement: &str, out: &mut impl Write) -> io::Result<()> {
    let events = events(statement)?;
    // No file stands around them: events right away, and a format description only if one is there.
    let (mut framer, mut tables) = (Framer::new(Start::Events), TablePlans::new());
    framer.set_length(events.len() as u64, true);
    while let Step::Consumed(_, item) = framer.step(&events[framer.offset() as usize..]) {
        let frame = match item {
            Some(Item::Event(frame)) => frame,
            Some(Item::Span(span)) => {
                writeln!(out, "{} bytes {}", span.end - span.start, span.kind.text())?;
                continue;
            }
            None => continue,
        };
        let context = Context::of(&frame, framer.format());
        let bytes = &events[frame.start as usize..frame.end as usize];
        match decode(bytes, &context.with_tables(&tables), ()).and_then(|event| event.body) {
            Ok(Body::TableMap(map)) => {
                writeln!(out, "table {} is {}.{}", map.table_id, Value::utf8(map.database), Value::utf8(map.table))?;
            }
            Ok(Body::Rows(rows)) => {
                let Some(table) = tables.get(rows.table_id) else { continue };
                writeln!(out, "{:?} {}.{}", rows.operation, Value::utf8(&table.database), Value::utf8(&table.table))?;
                let mut printer = Printer { table, out, result: Ok(()) };
                let read = rows.visit(table, &mut printer);
                printer.result?;
                if let Err(error) = read {
                    writeln!(out, "{error}")?;
                }
            }
            Ok(_) => writeln!(out, "{}", event_type_or_unknown(frame.kind))?,
            Err(error) => writeln!(out, "{}: {error}", event_type_or_unknown(frame.kind))?,
        }
        tables.follow(bytes, &context);
    }
    Ok(())
}

struct Printer<'p, W> {
    table: &'p TablePlan,
    out: &'p mut W,
    result: io::Result<()>,
}

impl<'a, W: Write> RowVisitor<'a> for Printer<'_, W> {
    fn image(&mut self, image: Image) {
        if self.result.is_ok() {
            self.result = writeln!(self.out, "  {image:?}");
        }
    }

    fn cell(&mut self, _: Image, column: usize, value: Value<'a>) {
        // Columns have names only if the server logs them (`binlog_row_metadata=FULL`).
        let name =
            self.table.name(column).map_or_else(|| format!("@{}", column + 1), |name| Value::utf8(name).to_string());
        if self.result.is_ok() {
            self.result = writeln!(self.out, "    {name} = {value}");
        }
    }
}

/// The events of what stands between the quotes. Each of them is base64 of its own, padding included.
fn events(statement: &str) -> io::Result<Vec<u8>> {
    let quoted: String = statement.split("BINLOG").skip(1).filter_map(|rest| rest.split('\'').nth(1)).collect();
    let text = if quoted.is_empty() { statement } else { &quoted };
    let text: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let groups = text.chunks(4).map(|group| STANDARD.decode(group).map_err(io::Error::other));
    Ok(groups.collect::<io::Result<Vec<_>>>()?.concat())
}
