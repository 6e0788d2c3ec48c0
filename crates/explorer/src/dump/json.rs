//! The JSON contract, written as the decoder reads: one object a line, no tree in memory.

mod nodes;
mod only;

use std::io;

use binlog_format::compression::observe_text;
use binlog_format::event::decode;
use binlog_format::framer::{Span, SpanKind};
use binlog_format::ibb;
use binlog_format::names::event_type_or_unknown;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{RowsEvent, RowsHead};
use binlog_format::{DecodeError, Format, encryption_header, field};

use self::nodes::{Nodes, Scratch};
pub(crate) use self::only::node_json;
use super::digits::integer;
use super::output::{Deliver, Output};
use super::walk::{DecryptedSpace, Sink, Walked};
use crate::document::{MAX_DECODED_EVENT, checksum_text};
use crate::present::BitmapItems;
use crate::space::holder::Holder;
use crate::space::{Space, name};

/// Version of the contract.
const SCHEMA: u32 = 1;

/// What the compressed column values of one record may inflate to, so that a line stays a line;
/// their spaces have them all.
const INLINE_VALUES: u64 = 16 << 20;

/// Writes JSON lines.
#[derive(Debug)]
pub struct JsonDump<W> {
    out: Output<W>,
    scratch: Scratch,
}

impl<W: Deliver> JsonDump<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out: Output::new(out), scratch: Scratch::default() }
    }

    /// Where it writes; it has everything when the walk has ended.
    pub fn writer(&mut self) -> &mut W {
        self.out.writer()
    }

    /// Ends a record whose last member is its fields.
    fn end_fields(&mut self, error: Option<&DecodeError>, base: u64) -> io::Result<()> {
        self.out.buffer.push(b']');
        end_record(&mut self.out.buffer, error, base);
        self.end_line()
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.out.buffer.push(b'\n');
        self.out.end_record()
    }
}

/// A member that is a number, behind others.
fn number(out: &mut Vec<u8>, name: &str, number: impl itoa::Integer + TryInto<u64> + Copy) {
    name_of(out, name);
    integer(out, number);
}

/// A member that is text without anything to escape, behind others.
fn word(out: &mut Vec<u8>, name: &str, text: &str) {
    name_of(out, name);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

fn name_of(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

/// What the record of a span begins with.
fn span_head(out: &mut Vec<u8>, space: &str, span: &Span) {
    out.extend_from_slice(br#"{"record":"span""#);
    word(out, "space", space);
    number(out, "start", span.start);
    number(out, "end", span.end);
    word(out, "kind", span.kind.text());
}

/// The fault of a record, if it has one, and the record's end. `base` is where offsets count from.
fn end_record(out: &mut Vec<u8>, error: Option<&DecodeError>, base: u64) {
    if let Some(error) = error {
        out.extend_from_slice(br#","error":{"at":"#);
        integer(out, base + u64::from(error.at));
        word(out, "field", error.field.entry().id);
        word(out, "code", error.code.id());
        // Strings, as all numbers of 64 bits.
        word(out, "expected", itoa::Buffer::new().format(error.expected));
        word(out, "found", itoa::Buffer::new().format(error.found));
        if let Some(liar) = error.liar {
            word(out, "liar", liar.entry().id);
        }
        out.push(b'}');
    }
    out.push(b'}');
}

impl<W: Deliver> Sink for JsonDump<W> {
    fn file(&mut self, size: Option<u64>, format: Option<&Format>) -> io::Result<()> {
        let mut object = serde_json::json!({ "record": "file", "schema": SCHEMA, "size": size });
        if let Some(format) = format {
            object["flavor"] = format.flavor.text().into();
            // An InnoDB-based log of MariaDB does not tell.
            if !format.version().is_empty() {
                object["server_version"] = String::from_utf8_lossy(format.version()).into();
            }
            object["binlog_version"] = format.binlog_version.into();
            object["checksum"] = checksum_text(format.checksum).into();
        }
        // Once a file.
        serde_json::to_writer(&mut self.out.buffer, &object)?;
        self.end_line()
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        let out = &mut self.out.buffer;
        span_head(out, space, span);
        end_record(out, span.error.as_ref(), span.start);
        self.end_line()
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let out = &mut self.out.buffer;
        event_head(out, event);
        if event.bytes.is_empty() {
            out.extend_from_slice(br#"{"name":"undecoded""#);
            number(out, "start", event.start);
            number(out, "end", event.end);
            out.push(b'}');
        }
        let rows = RowsHead::peek(event.bytes, &event.context).ok();
        let mut nodes = Nodes::new(out, &mut self.scratch, event.bytes, event.holder);
        nodes.plan = rows.and_then(|rows| event.context.tables?.get(rows.table_id)).map(|plan| &**plan);
        nodes.opens = event.opens.map(|space| space.name.as_str()).or(event.gathers);
        let decoded = decode(event.bytes, &event.context, &mut nodes);
        nodes.complete();
        let fault = nodes.fault;
        let error = match decoded {
            Ok(decoded) => decoded.error().or(fault).or_else(|| event.opens.and_then(|space| space.error)),
            Err(_) if event.bytes.is_empty() => Some(too_large(event)),
            Err(error) => Some(error),
        };
        let error = error.or(event.misplaced);
        self.end_fields(error.as_ref(), event.start)?;
        Ok(error)
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        let (name, parent) = (&space.name, &space.parent);
        space_record(&mut self.out.buffer, name, parent, &space.ranges, space.transform, space.size);
        // The fault of what an event opens stands with the event.
        let error = space.error.filter(|_| space.transform == "gather");
        end_record(&mut self.out.buffer, error.as_ref(), 0);
        self.end_line()
    }

    fn fields(&mut self, space: &str, span: &Span, bytes: &[u8]) -> io::Result<()> {
        let opens = match span.kind {
            SpanKind::Chunk(_) => Some(name(space, span.start)),
            _ => None,
        };
        let mut nodes = Nodes::new(&mut self.out.buffer, &mut self.scratch, bytes, Holder::alone(space, span.start));
        nodes.opens = opens.as_deref();
        nodes.begin_span(span);
        let result = ibb::observe(span.kind, bytes, &mut nodes);
        nodes.complete();
        self.end_fields(span.error.or(result.err()).as_ref(), span.start)
    }

    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        // A column's value stands in the record of its rows.
        if span.kind != SpanKind::SqlText || span.end > INLINE_VALUES {
            return self.span(&space.name, span);
        }
        let mut nodes =
            Nodes::new(&mut self.out.buffer, &mut self.scratch, &space.bytes, Holder::alone(&space.name, 0));
        nodes.begin_span(span);
        observe_text(field::QUERY_STATEMENT, &space.bytes, space.collation, &mut nodes);
        nodes.complete();
        self.end_fields(None, 0)
    }

    fn row_images(
        &mut self, holder: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut nodes = Nodes::new(&mut self.out.buffer, &mut self.scratch, rows.rows, holder);
        (nodes.plan, nodes.items) = (plan, BitmapItems::of_rows(rows));
        nodes.begin_span(span);
        let result = rows.observe(plan, &mut (), &mut nodes);
        nodes.complete();
        let error = result.err().or(nodes.fault);
        self.end_fields(error.as_ref(), 0)?;
        Ok(error)
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        let mut nodes = Nodes::new(&mut self.out.buffer, &mut self.scratch, bytes, Holder::alone("0", span.start));
        nodes.begin_span(span);
        let (_, result) = encryption_header::decode(bytes, &mut nodes);
        nodes.complete();
        let fault = result.err();
        self.end_fields(fault.as_ref(), span.start)?;
        Ok(fault)
    }

    fn decrypted(&mut self, space: &DecryptedSpace<'_>) -> io::Result<()> {
        let ((start, end), name) = (space.range, space.name);
        let out = &mut self.out.buffer;
        space_record(out, name, "0", &[(start, end)], space.transform, space.size);
        end_record(out, None, 0);
        self.end_line()
    }

    fn pause(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, _: bool) -> io::Result<()> {
        self.out.flush()
    }
}

fn too_large(event: &Walked<'_>) -> DecodeError {
    DecodeError {
        code: binlog_format::ErrorCode::EventTooLarge,
        at: 0,
        field: field::ENCLOSING,
        expected: MAX_DECODED_EVENT,
        found: event.end - event.start,
        liar: None,
    }
}

/// An event up to its fields.
fn event_head(out: &mut Vec<u8>, event: &Walked<'_>) {
    let header = &event.header;
    out.extend_from_slice(br#"{"record":"event""#);
    word(out, "space", event.space);
    number(out, "start", event.start);
    number(out, "end", event.end);
    number(out, "type_code", header.type_code);
    word(out, "type", event_type_or_unknown(event.kind));
    number(out, "timestamp", header.timestamp);
    number(out, "server_id", header.server_id);
    number(out, "log_pos", header.log_pos);
    number(out, "flags", header.flags);
    name_of(out, "checksum_ok");
    out.extend_from_slice(match event.checksum.ok() {
        Some(true) => b"true",
        Some(false) => b"false",
        None => b"null",
    });
    name_of(out, "fields");
    out.push(b'[');
}

/// A space, but for its fault.
fn space_record(out: &mut Vec<u8>, name: &str, parent: &str, ranges: &[(u64, u64)], transform: &str, size: u64) {
    out.extend_from_slice(br#"{"record":"space""#);
    word(out, "space", name);
    word(out, "parent", parent);
    name_of(out, "ranges");
    for (i, (start, end)) in ranges.iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"[[" } else { b",[" });
        integer(out, *start);
        out.push(b',');
        integer(out, *end);
        out.push(b']');
    }
    out.extend_from_slice(if ranges.is_empty() { b"[]" } else { b"]" });
    word(out, "transform", transform);
    number(out, "size", size);
}
