//! The JSON contract, written as the decoder reads: one object a line, no tree in memory.

use std::io::{self, Write};

use binlog_format::charset::Text;
use binlog_format::compression::{ColumnPart, CompressedColumn, observe_text};
use binlog_format::describe;
use binlog_format::event::decode;
use binlog_format::framer::{Span, SpanKind};
use binlog_format::ibb;
use binlog_format::inflate::Inflater;
use binlog_format::names::event_type_or_unknown;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{RowsEvent, RowsHead};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::tree::step_text;
use binlog_format::value::Hex;
use binlog_format::{DecodeError, Format, Value, encryption_header, field};

use super::walk::{DecryptedSpace, Sink, Walked};
use crate::document::{MAX_DECODED_EVENT, checksum_text};
use crate::present::{BitmapItems, bit_name, value_text};
use crate::space::{Space, is_compressed_column, name, opens};

/// Version of the contract.
const SCHEMA: u32 = 1;

/// What the compressed column values of one record may inflate to, so that a line stays a line;
/// their spaces have them all.
const INLINE_VALUES: u64 = 16 << 20;

/// Writes JSON lines.
#[derive(Debug)]
pub struct JsonDump<W> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> JsonDump<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, line: Vec::new() }
    }

    /// Where it writes.
    pub fn writer(&mut self) -> &mut W {
        &mut self.out
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}

/// A JSON string.
fn string(out: &mut Vec<u8>, text: &str) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

fn error_object(out: &mut Vec<u8>, error: &DecodeError, base: u64) {
    let id = error.field.entry().id;
    let at = base + u64::from(error.at);
    let _ = write!(
        out,
        r#"{{"at":{at},"field":"{id}","code":"{}","expected":"{}","found":"{}""#,
        error.code.id(),
        error.expected,
        error.found
    );
    if let Some(liar) = error.liar {
        let _ = write!(out, r#","liar":"{}""#, liar.entry().id);
    }
    out.push(b'}');
}

impl<W: Write> Sink for JsonDump<W> {
    fn file(&mut self, size: u64, format: Option<&Format>) -> io::Result<()> {
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
        string_value(&mut self.line, &object);
        self.end_line()
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        let kind = span.kind.text();
        write!(
            self.line,
            r#"{{"record":"span","space":"{space}","start":{},"end":{},"kind":"{kind}""#,
            span.start, span.end
        )?;
        if let Some(error) = &span.error {
            self.line.extend_from_slice(br#","error":"#);
            error_object(&mut self.line, error, span.start);
        }
        self.line.push(b'}');
        self.end_line()
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let name = event_type_or_unknown(event.kind);
        let header = &event.header;
        write!(
            self.line,
            r#"{{"record":"event","space":"{}","start":{},"end":{},"type_code":{},"type":"{name}","timestamp":{},"server_id":{},"log_pos":{},"flags":{},"checksum_ok":{},"fields":["#,
            event.space,
            event.start,
            event.end,
            header.type_code,
            header.timestamp,
            header.server_id,
            header.log_pos,
            header.flags,
            event.checksum.ok().map_or("null".into(), |ok| ok.to_string()),
        )?;
        if event.bytes.is_empty() {
            write!(self.line, r#"{{"name":"undecoded","start":{},"end":{}}}"#, event.start, event.end)?;
        }
        let rows = RowsHead::peek(event.bytes, &event.context).ok();
        let plan = rows.and_then(|rows| event.context.tables?.get(rows.table_id)).map(|plan| &**plan);
        let opens = event.opens.map(|space| space.name.as_str()).or(event.gathers);
        let mut trace =
            JsonTrace { plan, opens, ..JsonTrace::new(&mut self.line, event.bytes, event.start, event.space) };
        let decoded = decode(event.bytes, &event.context, &mut trace);
        trace.complete();
        let fault = trace.fault;
        let error = match decoded {
            Ok(decoded) => decoded.error().or(fault).or_else(|| event.opens.and_then(|space| space.error)),
            Err(_) if event.bytes.is_empty() => Some(too_large(event)),
            Err(error) => Some(error),
        };
        let error = error.or(event.misplaced);
        self.line.push(b']');
        if let Some(error) = &error {
            self.line.extend_from_slice(br#","error":"#);
            error_object(&mut self.line, error, event.start);
        }
        self.line.push(b'}');
        self.end_line()?;
        Ok(error)
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        let ranges: Vec<String> = space.ranges.iter().map(|(start, end)| format!("[{start},{end}]")).collect();
        write!(
            self.line,
            r#"{{"record":"space","space":"{}","parent":"{}","ranges":[{}],"transform":"{}","size":{}"#,
            space.name,
            space.parent,
            ranges.join(","),
            space.transform,
            space.size
        )?;
        // The fault of what an event opens stands with the event.
        if let Some(error) = space.error.filter(|_| space.transform == "gather") {
            self.line.extend_from_slice(br#","error":"#);
            error_object(&mut self.line, &error, 0);
        }
        self.line.push(b'}');
        self.end_line()
    }

    fn fields(&mut self, space: &str, span: &Span, bytes: &[u8]) -> io::Result<()> {
        let opens = match span.kind {
            SpanKind::Chunk(_) => Some(name(space, span.start)),
            _ => None,
        };
        let base = JsonTrace::new(&mut self.line, bytes, span.start, space);
        let mut trace = JsonTrace { opens: opens.as_deref(), ..base };
        trace.begin_span(span);
        let result = ibb::observe(span.kind, bytes, &mut trace);
        trace.complete();
        let error = span.error.or(result.err());
        self.line.push(b']');
        if let Some(error) = &error {
            self.line.extend_from_slice(br#","error":"#);
            error_object(&mut self.line, error, span.start);
        }
        self.line.push(b'}');
        self.end_line()
    }

    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        // A column's value stands in the record of its rows.
        if span.kind != SpanKind::SqlText || span.end > INLINE_VALUES {
            return self.span(&space.name, span);
        }
        let mut trace = JsonTrace::new(&mut self.line, &space.bytes, 0, &space.name);
        trace.begin_span(span);
        observe_text(field::QUERY_STATEMENT, &space.bytes, space.collation, &mut trace);
        trace.complete();
        self.line.extend_from_slice(b"]}");
        self.end_line()
    }

    fn row_images(
        &mut self, space: &Space, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let base = JsonTrace::new(&mut self.line, rows.rows, 0, &space.name);
        let mut trace = JsonTrace { plan, items: BitmapItems::of_rows(rows), ..base };
        trace.begin_span(span);
        let result = rows.observe(plan, &mut (), &mut trace);
        trace.complete();
        let error = result.err().or(trace.fault);
        self.line.push(b']');
        if let Some(error) = &error {
            self.line.extend_from_slice(br#","error":"#);
            error_object(&mut self.line, error, 0);
        }
        self.line.push(b'}');
        self.end_line()?;
        Ok(error)
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        let mut trace = JsonTrace::new(&mut self.line, bytes, span.start, "0");
        trace.begin_span(span);
        let (_, result) = encryption_header::decode(bytes, &mut trace);
        trace.complete();
        self.line.push(b']');
        let fault = result.err();
        if let Some(error) = &fault {
            self.line.extend_from_slice(br#","error":"#);
            error_object(&mut self.line, error, span.start);
        }
        self.line.push(b'}');
        self.end_line()?;
        Ok(fault)
    }

    fn decrypted(&mut self, space: &DecryptedSpace<'_>) -> io::Result<()> {
        let ((start, end), name) = (space.range, space.name);
        write!(
            self.line,
            r#"{{"record":"space","space":"{name}","parent":"0","ranges":[[{start},{end}]],"transform":"{}","size":{}}}"#,
            space.transform, space.size
        )?;
        self.end_line()
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

fn string_value(out: &mut Vec<u8>, value: &serde_json::Value) {
    let _ = serde_json::to_writer(out, value);
}

/// Writes nodes as they are read.
struct JsonTrace<'o, 'a> {
    out: &'o mut Vec<u8>,
    bytes: &'a [u8],
    base: u64,
    plan: Option<&'o TablePlan>,
    /// The space that the bytes lie in.
    space: &'o str,
    /// The space that the event opens.
    opens: Option<&'o str>,
    /// Where the compressed column value begins that is being read.
    column: u32,
    inflater: Inflater,
    /// Bytes that values may still inflate to in this record.
    left: u64,
    /// For each open list of nodes, whether its next is its first.
    first: Vec<bool>,
    /// The open groups.
    open: Vec<Slot>,
    /// A node is complete but for its label and its brace.
    pending: bool,
    fault: Option<DecodeError>,
    items: BitmapItems,
}

impl<'o, 'a> JsonTrace<'o, 'a> {
    /// Over bytes that begin at `base` of a space.
    fn new(out: &'o mut Vec<u8>, bytes: &'a [u8], base: u64, space: &'o str) -> Self {
        Self {
            out,
            bytes,
            base,
            plan: None,
            space,
            opens: None,
            column: 0,
            inflater: Inflater::new(),
            left: INLINE_VALUES,
            first: vec![true],
            open: Vec::new(),
            pending: false,
            fault: None,
            items: BitmapItems::default(),
        }
    }

    /// A span with fields, up to these.
    fn begin_span(&mut self, span: &Span) {
        let _ = write!(
            self.out,
            r#"{{"record":"span","space":"{}","start":{},"end":{},"kind":"{}","fields":["#,
            self.space,
            span.start,
            span.end,
            span.kind.text()
        );
    }

    fn complete(&mut self) {
        if std::mem::take(&mut self.pending) {
            self.out.push(b'}');
        }
    }

    fn begin(&mut self, slot: Slot, start: u32) {
        self.complete();
        if let Some(first) = self.first.last_mut()
            && !std::mem::replace(first, false)
        {
            self.out.push(b',');
        }
        let _ = write!(self.out, r#"{{"name":"{}","start":{}"#, step_text(slot), self.base + u64::from(start));
    }

    /// The text inside, or what is stored where that does not come out.
    fn compressed(&mut self, column: CompressedColumn<'a>) {
        self.out.extend_from_slice(br#","value":"#);
        let length = match column.part() {
            Ok(ColumnPart::Compressed(part)) => part.length,
            _ => 0,
        };
        let inflated = if length <= self.left { Some(column.inflated(&mut self.inflater)) } else { None };
        match inflated {
            Some((value, Ok(()))) => {
                self.left -= length;
                write_value(self.out, &value);
            }
            _ => write_value(self.out, &Value::Bytes(column.stored)),
        }
    }

    fn value(&mut self, slot: Option<Slot>, value: &Value<'a>) {
        if matches!(value, Value::None) {
            return;
        }
        self.out.extend_from_slice(br#","value":"#);
        write_value(self.out, value);
        let text = slot.and_then(|slot| value_text(slot, value, self.plan));
        if let Some(text) = text {
            self.out.extend_from_slice(br#","text":"#);
            string(self.out, &text);
        }
    }
}

/// 64-bit integers and decimals are strings, for readers whose numbers are doubles.
fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    let small = |number: u64| number <= u64::from(u32::MAX);
    let _ = match *value {
        Value::Null => write!(out, "null"),
        Value::Unsigned(number) if small(number) => write!(out, "{number}"),
        Value::Signed(number) if i32::try_from(number).is_ok() => write!(out, "{number}"),
        Value::UnknownSign(bits, width) if width < 8 => {
            write!(out, "{}", binlog_format::value::sign_extend(bits, width))
        }
        Value::UnknownSign(bits, width) => write!(out, "\"{}\"", binlog_format::value::sign_extend(bits, width)),
        Value::Float(number) if number.is_finite() => write!(out, "{number}"),
        Value::Double(number) if number.is_finite() => write!(out, "{number:?}"),
        Value::Year(year) => write!(out, "{year}"),
        Value::Enum(number) => write!(out, "{number}"),
        Value::Bytes(bytes)
        | Value::Json(bytes)
        | Value::JsonDiffs(bytes)
        | Value::Geometry(bytes)
        | Value::Vector(bytes) => {
            write!(out, "\"{}\"", Hex(bytes))
        }
        Value::Text(bytes, collation) => {
            match (Text { bytes, collation }).as_utf8() {
                Some(text) => string(out, text),
                None => string(out, &crate::text::view(bytes, collation)),
            }
            Ok(())
        }
        ref other => {
            string(out, &other.to_string());
            Ok(())
        }
    };
}

impl<'a> Trace<'a> for JsonTrace<'_, 'a> {
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        self.items.pass(slot, &Value::None);
        if is_compressed_column(slot.field) {
            self.column = start;
        }
        self.begin(slot, start);
        self.open.push(slot);
        self.out.extend_from_slice(br#","children":["#);
        self.first.push(true);
        Enter::Into
    }

    fn exit(&mut self, end: u32, value: Value<'a>) {
        self.complete();
        self.first.pop();
        let _ = write!(self.out, r#"],"end":{}"#, self.base + u64::from(end));
        let slot = self.open.pop();
        match value {
            Value::Compressed(column) => self.compressed(column),
            value => self.value(slot, &value),
        }
        self.pending = true;
    }

    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        self.begin(slot, start);
        let _ = write!(self.out, r#","end":{}"#, self.base + u64::from(end));
        self.value(Some(slot), &value);
        let own = self.bytes.get(start as usize..end as usize).unwrap_or_default();
        let mut any = false;
        self.items.pass(slot, &value);
        describe::bits(slot, &value, own, self.items.of(slot), |bit| {
            self.out.extend_from_slice(if any { b"," } else { br#","bits":["# });
            any = true;
            let _ = write!(
                self.out,
                r#"{{"name":"{}","start":{},"end":{},"value":{}}}"#,
                bit_name(&bit),
                bit.start,
                bit.end,
                bit.value
            );
        });
        if any {
            self.out.push(b']');
        }
        if opens(slot.field)
            && let Some(opens) = self.opens
        {
            let _ = write!(self.out, r#","opens":"{opens}""#);
        }
        if slot.field == field::COLUMN_COMPRESSED_DATA {
            let _ = write!(self.out, r#","opens":"{}""#, name(self.space, self.base + u64::from(self.column)));
        }
        self.pending = true;
    }

    fn label(&mut self, name: &[u8]) {
        if self.pending {
            self.out.extend_from_slice(br#","label":"#);
            string(self.out, &String::from_utf8_lossy(name));
        }
    }

    fn fault(&mut self, error: DecodeError) {
        self.fault.get_or_insert(error);
    }
}
