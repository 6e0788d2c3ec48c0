//! `verify`: framing, checksums and every field, and where they are broken.

use std::io::{self, Write};
use std::process::ExitCode;

use binlog_explorer::dump::{Sink, Totals, Walked, walk_with_keys};
use binlog_explorer::messages;
use binlog_explorer::space::Space;
use binlog_format::event::decode;
use binlog_format::framer::Span;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::{Body, DecodeError, Format};

use crate::arguments::VerifyOptions;
use crate::dump;
use crate::input::{self, InputError};

/// Decodes everything, rows and JSON included, and prints nothing.
#[derive(Debug, Default)]
struct Check;

impl Sink for Check {
    fn file(&mut self, _: u64, _: Option<&Format>) -> io::Result<()> {
        Ok(())
    }
    fn span(&mut self, _: &str, _: &Span) -> io::Result<()> {
        Ok(())
    }
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let decoded = match decode(event.bytes, &event.context, ()) {
            Ok(decoded) => decoded,
            Err(error) => return Ok(Some(error)),
        };
        // Row images that are compressed come by when they are inflated.
        if let Ok(Body::Rows(rows)) = &decoded.body
            && rows.compressed.is_none()
            && let Some(plan) = event.context.tables.and_then(|tables| tables.get(rows.table_id))
        {
            let mut documents = Documents::default();
            rows.visit(plan, &mut documents).err().map_or(Ok(documents.0), |error| Ok(Some(error)))
        } else {
            Ok(decoded.error())
        }
    }
    fn space(&mut self, _: &Space) -> io::Result<()> {
        Ok(())
    }
    fn row_images(
        &mut self, _: &Space, _: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut documents = Documents::default();
        Ok(rows.observe(plan, &mut documents, ()).err().or(documents.0))
    }
}

/// Reads every JSON document; keeps the first fault.
#[derive(Default)]
struct Documents(Option<DecodeError>);

impl binlog_format::rows::RowVisitor<'_> for Documents {
    fn cell(&mut self, _: binlog_format::rows::Image, _: usize, value: binlog_format::Value<'_>) {
        if let binlog_format::Value::Json(document) = value
            && let Err(error) = binlog_format::json::visit(document, &mut ())
        {
            self.0.get_or_insert(error);
        }
    }
}

/// Runs `verify`; the worst status of all inputs counts.
pub fn run(options: &VerifyOptions) -> Result<ExitCode, InputError> {
    let keys = input::keys(&options.keys)?;
    let mut worst = ExitCode::SUCCESS;
    let mut out = io::stdout().lock();
    for path in &options.inputs {
        let input = input::open(path)?;
        let name = path.display();
        let io = |error| InputError::Io(path.display().to_string(), error);
        let totals = walk_with_keys(&*input.source, input.start, input.packet_header, &keys, &mut Check).map_err(io)?;
        report(&mut out, &totals).map_err(io)?;
        let verdict = match (totals.problems, &totals.encrypted) {
            (0, None) => "ok",
            (0, Some(_)) => "encrypted",
            _ => "damaged",
        };
        writeln!(out, "{name}: {verdict}, {} events, {} problems", totals.events, totals.problems).map_err(io)?;
        let status = dump::status(&totals, options.strict);
        if status != ExitCode::SUCCESS {
            worst = status;
        }
    }
    Ok(worst)
}

fn report(out: &mut impl Write, totals: &Totals) -> io::Result<()> {
    for (space, span) in &totals.damaged {
        let words = span.error.map(|error| messages::english(&messages::of_error(&error, span.start)));
        writeln!(
            out,
            "  space {space}, bytes {}..{}: {}",
            span.start,
            span.end,
            words.unwrap_or_else(|| span.kind.text().into())
        )?;
    }
    for (at, stored, computed) in &totals.bad_checksums {
        writeln!(out, "  event at {at}: checksum {stored:#010x} is stored, {computed:#010x} computed")?;
    }
    for (space, start, error) in &totals.faults {
        let words = messages::english(&messages::of_error(error, *start));
        writeln!(out, "  event at {start} of space {space}: {words}")?;
    }
    for start in &totals.unfinished {
        writeln!(out, "  note: the transaction that begins at {start} has no end in this file")?;
    }
    let listed = totals.damaged.len() + totals.bad_checksums.len() + totals.faults.len();
    let more = totals.problems - listed as u64;
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}
