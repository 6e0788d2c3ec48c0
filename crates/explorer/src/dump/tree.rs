//! An indented tree with offsets, for reading in a terminal.

use std::fmt;
use std::io::{self, Write};

use binlog_format::compression::observe_text;
use binlog_format::event::decode;
use binlog_format::framer::{Span, SpanKind};
use binlog_format::ibb;
use binlog_format::names::event_type_or_unknown;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{RowsEvent, RowsHead};
use binlog_format::tree::FieldTree;
use binlog_format::{DecodeError, Format, Value, encryption_header, field};

use super::digits::integer;
use super::output::{Deliver, Output};
use super::walk::{DecryptedSpace, Sink, Walked};
use crate::document::checksum_text;
use crate::messages;
use crate::present::{shorten, write_value_text};
use crate::space::holder::Holder;
use crate::space::{Space, is_compressed_column, name, opens};

/// Longest value in a line.
const VALUE_LIMIT: usize = 120;

/// Writes a tree.
#[derive(Debug)]
pub struct TreeDump<W> {
    out: Output<W>,
    line: Line,
}

impl<W: Deliver> TreeDump<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out: Output::new(out), line: Line::default() }
    }
}

/// Fields that are shown.
struct Shown<'s> {
    /// Where they lie.
    holder: Holder<'s>,
    /// The space that they open as a whole.
    opens: Option<&'s str>,
    /// The table of their rows.
    plan: Option<&'s TablePlan>,
}

impl<W: Deliver> TreeDump<W> {
    fn nodes(&mut self, tree: &FieldTree<'_>, shown: &Shown<'_>) -> io::Result<()> {
        // Where the compressed column value begins that is passed through.
        let mut column = 0;
        let base = shown.holder.start();
        for (at, node) in tree.nodes().iter().enumerate() {
            let out = &mut self.out.buffer;
            (0..=node.depth).for_each(|_| out.extend_from_slice(b"  "));
            match node.slot.item() {
                Some(item) => {
                    out.push(b'[');
                    integer(out, item);
                    out.push(b']');
                }
                None => out.extend_from_slice(node.slot.field.entry().name().as_bytes()),
            }
            if let Some(label) = tree.label(at) {
                out.push(b' ');
                out.extend_from_slice(printable(&String::from_utf8_lossy(label)).as_bytes());
            }
            if !matches!(node.value, Value::None) {
                self.line.start();
                // It ends when it has more than a line shows.
                let _ = write_value_text(node.slot, &node.value, (shown.plan, shown.holder), &mut self.line);
                out.extend_from_slice(self.line.shown().as_bytes());
            }
            if is_compressed_column(node.slot.field) {
                column = node.start;
            }
            match (node.slot.field, shown.opens) {
                (field::COLUMN_COMPRESSED_DATA, _) => {
                    let space = shown.holder.name(column.into());
                    out.extend_from_slice(format!(" → space {space}").as_bytes());
                }
                (field, Some(space)) if opens(field) => {
                    out.extend_from_slice(format!(" → space {space}").as_bytes());
                }
                _ => {}
            }
            out.extend_from_slice(b"  ");
            integer(out, base + u64::from(node.start));
            out.extend_from_slice(b"..");
            integer(out, base + u64::from(node.end));
            out.push(b'\n');
            self.out.end_record()?;
        }
        Ok(())
    }
}

/// A value's text up to what a line shows. It takes no more, so that a large value is not written
/// out for its beginning.
#[derive(Debug, Default)]
struct Line(String);

impl Line {
    fn start(&mut self) {
        self.0.clear();
        self.0.push_str(" = ");
    }

    fn shown(&mut self) -> &str {
        shorten(&mut self.0, VALUE_LIMIT);
        &self.0
    }
}

impl fmt::Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let head = text.get(..text.floor_char_boundary(VALUE_LIMIT + 4)).unwrap_or_default();
        if head.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            self.0.push_str(head);
        } else {
            self.0.extend(head.chars().map(harmless));
        }
        if self.0.len() > VALUE_LIMIT { Err(fmt::Error) } else { Ok(()) }
    }
}

/// File contents must not steer the terminal.
fn harmless(character: char) -> char {
    if character.is_control() { char::REPLACEMENT_CHARACTER } else { character }
}

fn printable(text: &str) -> String {
    text.chars().map(harmless).collect()
}

impl<W: Deliver> Sink for TreeDump<W> {
    fn file(&mut self, size: Option<u64>, format: Option<&Format>) -> io::Result<()> {
        let size = size.map_or_else(|| "as it comes".to_owned(), |size| format!("{size} bytes"));
        match format {
            // An InnoDB-based log of MariaDB does not tell.
            Some(format) if format.version().is_empty() => writeln!(
                self.out.buffer,
                "{size}, {}, server version not told, binlog version {}, checksum {}",
                format.flavor.text(),
                format.binlog_version,
                checksum_text(format.checksum)
            ),
            Some(format) => writeln!(
                self.out.buffer,
                "{size}, {} {}, binlog version {}, checksum {}",
                format.flavor.text(),
                printable(&String::from_utf8_lossy(format.version())),
                format.binlog_version,
                checksum_text(format.checksum)
            ),
            None => writeln!(self.out.buffer, "{size}, no format description"),
        }
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        let at = if space == "0" { String::new() } else { format!("{space}/") };
        writeln!(self.out.buffer, "{at}{}..{} [{}]", span.start, span.end, span.kind.text())?;
        if let Some(error) = &span.error {
            writeln!(self.out.buffer, "  ! {}", messages::english(&messages::of_error(error, span.start)))?;
        }
        self.out.end_record()
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let at = if event.space == "0" { String::new() } else { format!("{}/", event.space) };
        let checksum = match event.checksum.ok() {
            Some(true) => " [checksum ok]",
            Some(false) => " [checksum WRONG]",
            None => "",
        };
        let (start, end) = (event.start, event.end);
        writeln!(self.out.buffer, "{at}{start}..{end} {}{checksum}", event_type_or_unknown(event.kind))?;
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let decoded = decode(event.bytes, &event.context, &mut tree);
        let rows = RowsHead::peek(event.bytes, &event.context).ok();
        let plan = rows.and_then(|rows| event.context.tables?.get(rows.table_id)).map(|plan| &**plan);
        self.nodes(
            &tree,
            &Shown {
                holder: event.holder,
                opens: event.opens.map(|space| space.name.as_str()).or(event.gathers),
                plan,
            },
        )?;
        let error = match decoded {
            Ok(decoded) => decoded.error().or_else(|| tree.faults().map(|(_, error)| error).next()),
            Err(error) => Some(error),
        };
        let error = error.or(event.misplaced);
        if let Some(error) = &error {
            writeln!(self.out.buffer, "  ! {}", messages::english(&messages::of_error(error, event.start)))?;
        }
        Ok(error)
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        writeln!(self.out.buffer, "{}..{} [{}]", span.start, span.end, span.kind.text())?;
        let mut tree = FieldTree::new();
        let (_, result) = encryption_header::decode(bytes, &mut tree);
        self.nodes(&tree, &Shown { holder: Holder::alone("0", span.start), opens: None, plan: None })?;
        if let Err(error) = &result {
            writeln!(self.out.buffer, "  ! {}", messages::english(&messages::of_error(error, span.start)))?;
        }
        Ok(result.err())
    }

    fn decrypted(&mut self, space: &DecryptedSpace<'_>) -> io::Result<()> {
        let (start, end) = space.range;
        writeln!(
            self.out.buffer,
            "space {} ({}, {} bytes) from {start}..{end}",
            space.name, space.transform, space.size
        )
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        let ranges: Vec<String> = space.ranges.iter().map(|(start, end)| format!("{start}..{end}")).collect();
        writeln!(
            self.out.buffer,
            "space {} ({}, {} bytes) from {}",
            space.name,
            space.transform,
            space.size,
            ranges.join(", ")
        )?;
        // The fault of what an event opens stands with the event.
        match space.error.filter(|_| space.transform == "gather") {
            Some(error) => writeln!(self.out.buffer, "  ! {}", messages::english(&messages::of_error(&error, 0))),
            None => Ok(()),
        }
    }

    fn fields(&mut self, space: &str, span: &Span, bytes: &[u8]) -> io::Result<()> {
        let mut tree = FieldTree::new();
        let error = ibb::observe(span.kind, bytes, &mut tree).err();
        self.span(space, &Span { error: span.error.or(error), ..*span })?;
        let opens = matches!(span.kind, SpanKind::Chunk(_)).then(|| name(space, span.start));
        let (holder, opens) = (Holder::alone(space, span.start), opens.as_deref());
        self.nodes(&tree, &Shown { holder, opens, plan: None })
    }

    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        self.span(&space.name, span)?;
        // A column's value stands in its rows.
        if span.kind != SpanKind::SqlText {
            return Ok(());
        }
        let mut tree = FieldTree::new();
        observe_text(field::QUERY_STATEMENT, &space.bytes, space.collation, &mut tree);
        let shown = Shown { holder: Holder::alone(&space.name, 0), opens: None, plan: None };
        self.nodes(&tree, &shown)
    }

    fn row_images(
        &mut self, holder: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let error = rows.observe(plan, &mut (), &mut tree).err();
        let error = error.or_else(|| tree.faults().map(|(_, error)| error).next());
        self.span(holder.space(), &Span { error, ..*span })?;
        self.nodes(&tree, &Shown { holder, opens: None, plan })?;
        Ok(error)
    }

    fn pause(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, _: bool) -> io::Result<()> {
        self.out.flush()
    }
}
