//! An indented tree with offsets, for reading in a terminal.

use std::io::{self, Write};

use binlog_format::compression::observe_text;
use binlog_format::event::decode;
use binlog_format::framer::{Span, SpanKind};
use binlog_format::ibb;
use binlog_format::names::event_type_or_unknown;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{RowsEvent, RowsHead};
use binlog_format::tree::FieldTree;
use binlog_format::{DecodeError, Format, encryption_header, field};

use super::walk::{DecryptedSpace, Sink, Walked};
use crate::document::checksum_text;
use crate::messages;
use crate::present::{self, BitmapItems, Shown, shorten};
use crate::space::{Space, name};

/// Longest value in a line.
const VALUE_LIMIT: usize = 120;

/// Writes a tree.
#[derive(Debug)]
pub struct TreeDump<W> {
    out: W,
}

impl<W: Write> TreeDump<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Where it writes.
    pub fn writer(&mut self) -> &mut W {
        &mut self.out
    }
}

impl<W: Write> TreeDump<W> {
    fn nodes(&mut self, tree: &FieldTree<'_>, shown: &Shown<'_>) -> io::Result<()> {
        for node in present::nodes(tree, shown) {
            let indent = "  ".repeat(usize::from(node.depth) + 1);
            let label = node.label.map(|label| format!(" {}", printable(&label))).unwrap_or_default();
            let mut text = node.text.map(|text| format!(" = {}", printable(&text))).unwrap_or_default();
            shorten(&mut text, VALUE_LIMIT);
            let opens = node.opens.map(|space| format!(" → space {space}")).unwrap_or_default();
            writeln!(self.out, "{indent}{}{label}{text}{opens}  {}..{}", node.name, node.start, node.end)?;
        }
        Ok(())
    }
}

/// File contents must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

impl<W: Write> Sink for TreeDump<W> {
    fn file(&mut self, size: u64, format: Option<&Format>) -> io::Result<()> {
        match format {
            // An InnoDB-based log of MariaDB does not tell.
            Some(format) if format.version().is_empty() => writeln!(
                self.out,
                "{size} bytes, {}, server version not told, binlog version {}, checksum {}",
                format.flavor.text(),
                format.binlog_version,
                checksum_text(format.checksum)
            ),
            Some(format) => writeln!(
                self.out,
                "{size} bytes, {} {}, binlog version {}, checksum {}",
                format.flavor.text(),
                printable(&String::from_utf8_lossy(format.version())),
                format.binlog_version,
                checksum_text(format.checksum)
            ),
            None => writeln!(self.out, "{size} bytes, no format description"),
        }
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        let at = if space == "0" { String::new() } else { format!("{space}/") };
        writeln!(self.out, "{at}{}..{} [{}]", span.start, span.end, span.kind.text())?;
        match &span.error {
            Some(error) => writeln!(self.out, "  ! {}", messages::english(&messages::of_error(error, span.start))),
            None => Ok(()),
        }
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let at = if event.space == "0" { String::new() } else { format!("{}/", event.space) };
        let checksum = match event.checksum.ok() {
            Some(true) => " [checksum ok]",
            Some(false) => " [checksum WRONG]",
            None => "",
        };
        let (start, end) = (event.start, event.end);
        writeln!(self.out, "{at}{start}..{end} {}{checksum}", event_type_or_unknown(event.kind))?;
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let decoded = decode(event.bytes, &event.context, &mut tree);
        let rows = RowsHead::peek(event.bytes, &event.context).ok();
        let plan = rows.and_then(|rows| event.context.tables?.get(rows.table_id)).map(|plan| &**plan);
        self.nodes(
            &tree,
            &Shown {
                space: event.space,
                base: event.start,
                bytes: event.bytes,
                opens: event.opens.map(|space| space.name.as_str()).or(event.gathers),
                plan,
                items: BitmapItems::default(),
            },
        )?;
        let error = match decoded {
            Ok(decoded) => decoded.error().or_else(|| tree.faults().map(|(_, error)| error).next()),
            Err(error) => Some(error),
        };
        let error = error.or(event.misplaced);
        if let Some(error) = &error {
            writeln!(self.out, "  ! {}", messages::english(&messages::of_error(error, event.start)))?;
        }
        Ok(error)
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        writeln!(self.out, "{}..{} [{}]", span.start, span.end, span.kind.text())?;
        let mut tree = FieldTree::new();
        let (_, result) = encryption_header::decode(bytes, &mut tree);
        let items = BitmapItems::default();
        self.nodes(&tree, &Shown { space: "0", base: span.start, bytes, opens: None, plan: None, items })?;
        if let Err(error) = &result {
            writeln!(self.out, "  ! {}", messages::english(&messages::of_error(error, span.start)))?;
        }
        Ok(result.err())
    }

    fn decrypted(&mut self, space: &DecryptedSpace<'_>) -> io::Result<()> {
        let (start, end) = space.range;
        writeln!(self.out, "space {} ({}, {} bytes) from {start}..{end}", space.name, space.transform, space.size)
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        let ranges: Vec<String> = space.ranges.iter().map(|(start, end)| format!("{start}..{end}")).collect();
        writeln!(
            self.out,
            "space {} ({}, {} bytes) from {}",
            space.name,
            space.transform,
            space.size,
            ranges.join(", ")
        )?;
        // The fault of what an event opens stands with the event.
        match space.error.filter(|_| space.transform == "gather") {
            Some(error) => writeln!(self.out, "  ! {}", messages::english(&messages::of_error(&error, 0))),
            None => Ok(()),
        }
    }

    fn fields(&mut self, space: &str, span: &Span, bytes: &[u8]) -> io::Result<()> {
        let mut tree = FieldTree::new();
        let error = ibb::observe(span.kind, bytes, &mut tree).err();
        self.span(space, &Span { error: span.error.or(error), ..*span })?;
        let opens = matches!(span.kind, SpanKind::Chunk(_)).then(|| name(space, span.start));
        let (base, opens, items) = (span.start, opens.as_deref(), BitmapItems::default());
        self.nodes(&tree, &Shown { space, base, bytes, opens, plan: None, items })
    }

    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        self.span(&space.name, span)?;
        // A column's value stands in its rows.
        if span.kind != SpanKind::SqlText {
            return Ok(());
        }
        let mut tree = FieldTree::new();
        observe_text(field::QUERY_STATEMENT, &space.bytes, space.collation, &mut tree);
        let items = BitmapItems::default();
        let shown = Shown { space: &space.name, base: 0, bytes: &space.bytes, opens: None, plan: None, items };
        self.nodes(&tree, &shown)
    }

    fn row_images(
        &mut self, space: &Space, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let error = rows.observe(plan, &mut (), &mut tree).err();
        let error = error.or_else(|| tree.faults().map(|(_, error)| error).next());
        self.span(&space.name, &Span { error, ..*span })?;
        let items = BitmapItems::of_rows(rows);
        self.nodes(&tree, &Shown { space: &space.name, base: 0, bytes: rows.rows, opens: None, plan, items })?;
        Ok(error)
    }
}
