//! The nodes of an event, written as the decoder reads them.

use std::fmt::Write as _;

use binlog_format::catalogue::FieldId;
use binlog_format::charset::Text;
use binlog_format::compression::CompressedColumn;
use binlog_format::describe;
use binlog_format::framer::Span;
use binlog_format::plan::TablePlan;
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::value::{Hex, sign_extend};
use binlog_format::{DecodeError, Value, field};

use super::{INLINE_VALUES, span_head};
use crate::dump::digits::integer;
use crate::dump::escapes::{Escaped, JSON};
use crate::present::{BitmapItems, write_value_text};
use crate::space::holder::{Holder, Insides};
use crate::space::{is_compressed_column, opens};

/// What every record needs and the next can use again.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The open groups.
    open: Vec<Slot>,
    insides: Insides,
}

/// Writes nodes as they are read.
pub struct Nodes<'o, 'a> {
    out: &'o mut Vec<u8>,
    scratch: &'o mut Scratch,
    bytes: &'a [u8],
    base: u64,
    /// Where the bytes lie.
    holder: Holder<'o>,
    /// The table of the rows.
    pub plan: Option<&'o TablePlan>,
    /// The space that the event opens.
    pub opens: Option<&'o str>,
    /// What is known of bitmaps.
    pub items: BitmapItems,
    /// The first fault inside.
    pub fault: Option<DecodeError>,
    /// Where the compressed column value begins that is being read.
    column: u32,
    /// Bytes that values may still inflate to in this record.
    left: u64,
    /// A node is complete but for its label and its brace.
    pending: bool,
}

impl<'o, 'a> Nodes<'o, 'a> {
    /// Over bytes that lie there.
    pub fn new(out: &'o mut Vec<u8>, scratch: &'o mut Scratch, bytes: &'a [u8], holder: Holder<'o>) -> Self {
        scratch.open.clear();
        Self {
            out,
            scratch,
            bytes,
            base: holder.start(),
            holder,
            plan: None,
            opens: None,
            items: BitmapItems::default(),
            fault: None,
            column: 0,
            left: INLINE_VALUES,
            pending: false,
        }
    }

    /// A span with fields, up to these.
    pub fn begin_span(&mut self, span: &Span) {
        span_head(self.out, self.holder.space(), span);
        self.out.extend_from_slice(br#","fields":["#);
    }

    /// A node that is not written comes by: what later ones depend on.
    pub fn pass_by(&mut self, slot: Slot, start: u32, value: &Value<'_>) {
        self.items.pass(slot, value);
        if is_compressed_column(slot.field) {
            self.column = start;
        }
    }

    /// Ends the last node.
    #[inline]
    pub fn complete(&mut self) {
        if std::mem::take(&mut self.pending) {
            self.out.push(b'}');
        }
    }

    #[inline]
    fn begin(&mut self, slot: Slot, start: u32) {
        self.complete();
        // A list has just begun where its bracket stands.
        if self.out.last() != Some(&b'[') {
            self.out.push(b',');
        }
        self.out.extend_from_slice(br#"{"name":""#);
        match slot.item() {
            Some(item) => bracketed(self.out, item),
            None => self.out.extend_from_slice(slot.field.entry().name().as_bytes()),
        }
        self.out.extend_from_slice(br#"","start":"#);
        integer(self.out, self.base + u64::from(start));
    }

    fn end(&mut self, end: u32) {
        self.out.extend_from_slice(br#","end":"#);
        integer(self.out, self.base + u64::from(end));
    }

    /// The text inside, or what is stored where that does not come out.
    fn compressed(&mut self, column: CompressedColumn<'a>) {
        self.out.extend_from_slice(br#","value":"#);
        let length = self.scratch.insides.length(&column, self.holder);
        if length <= self.left
            && let (value, Ok(())) = self.scratch.insides.value(Value::Compressed(column), self.holder)
        {
            self.left -= length;
            write_value(self.out, &value);
            return;
        }
        write_value(self.out, &Value::Bytes(column.stored));
    }

    fn value(&mut self, slot: Slot, value: &Value<'a>) {
        if matches!(value, Value::None) {
            return;
        }
        self.out.extend_from_slice(br#","value":"#);
        write_value(self.out, value);
        self.out.extend_from_slice(br#","text":""#);
        match *value {
            Value::Unsigned(number) if describe::is_plain(slot.field) => integer(self.out, number),
            Value::Signed(number) => integer(self.out, number),
            // Writing to memory does not fail.
            _ => {
                let _ = write_value_text(slot, value, (self.plan, self.holder), &mut Escaped(self.out, &JSON));
            }
        }
        self.out.push(b'"');
    }

    fn bits(&mut self, slot: Slot, value: &Value<'a>, own: &[u8]) {
        self.items.pass(slot, value);
        let out = &mut *self.out;
        let mut any = false;
        describe::bits(slot, value, own, self.items.of(slot), |bit| {
            out.extend_from_slice(if any { br#",{"name":""# } else { br#","bits":[{"name":""# });
            any = true;
            match bit.item {
                Some(item) => bracketed(out, item),
                None => out.extend_from_slice(bit.name.as_bytes()),
            }
            out.extend_from_slice(br#"","start":"#);
            integer(out, bit.start);
            out.extend_from_slice(br#","end":"#);
            integer(out, bit.end);
            out.extend_from_slice(br#","value":"#);
            integer(out, bit.value);
            out.push(b'}');
        });
        if any {
            out.push(b']');
        }
    }

    /// The space that a leaf's bytes open.
    #[cold]
    fn opened(&mut self, field: FieldId) {
        let column = (field == field::COLUMN_COMPRESSED_DATA).then(|| self.holder.name(self.column.into()));
        if let Some(opens) = column.as_deref().or(self.opens) {
            self.out.extend_from_slice(br#","opens":""#);
            self.out.extend_from_slice(opens.as_bytes());
            self.out.push(b'"');
        }
    }
}

/// `[n]`.
fn bracketed(out: &mut Vec<u8>, item: u32) {
    out.push(b'[');
    integer(out, item);
    out.push(b']');
}

/// 64-bit integers and decimals are strings, for readers whose numbers are doubles.
fn write_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match *value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Unsigned(number) => small_or_quoted(out, number, number <= u64::from(u32::MAX)),
        Value::Signed(number) => small_or_quoted(out, number, i32::try_from(number).is_ok()),
        Value::UnknownSign(bits, width) => small_or_quoted(out, sign_extend(bits, width), width < 8),
        Value::Float(number) if number.is_finite() => formatted(out, format_args!("{number}")),
        Value::Double(number) if number.is_finite() => formatted(out, format_args!("{number:?}")),
        Value::Year(year) => integer(out, year),
        Value::Enum(number) => integer(out, number),
        Value::Set(members) => small_or_quoted(out, members, false),
        Value::Bytes(bytes)
        | Value::Json(bytes)
        | Value::JsonDiffs(bytes)
        | Value::Geometry(bytes)
        | Value::Vector(bytes) => quoted(out, format_args!("{}", Hex(bytes))),
        Value::Text(bytes, collation) => match (Text { bytes, collation }).as_utf8() {
            Some(text) => JSON.string(out, text.as_bytes()),
            None => JSON.string(out, crate::text::view(bytes, collation).as_bytes()),
        },
        ref other => quoted(out, format_args!("{other}")),
    }
}

fn small_or_quoted(out: &mut Vec<u8>, number: impl itoa::Integer + TryInto<u64> + Copy, small: bool) {
    if !small {
        out.push(b'"');
    }
    integer(out, number);
    if !small {
        out.push(b'"');
    }
}

fn formatted(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to memory does not fail.
    let _ = Escaped(out, &JSON).write_fmt(text);
}

fn quoted(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.push(b'"');
    formatted(out, text);
    out.push(b'"');
}

impl<'a> Trace<'a> for Nodes<'_, 'a> {
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        self.items.pass(slot, &Value::None);
        if is_compressed_column(slot.field) {
            self.column = start;
        }
        self.begin(slot, start);
        self.scratch.open.push(slot);
        self.out.extend_from_slice(br#","children":["#);
        Enter::Into
    }

    fn exit(&mut self, end: u32, value: Value<'a>) {
        self.complete();
        self.out.push(b']');
        self.end(end);
        let slot = self.scratch.open.pop();
        match (value, slot) {
            (Value::Compressed(column), _) => self.compressed(column),
            (value, Some(slot)) => self.value(slot, &value),
            (_, None) => {}
        }
        self.pending = true;
    }

    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        self.begin(slot, start);
        self.end(end);
        self.value(slot, &value);
        self.bits(slot, &value, self.bytes.get(start as usize..end as usize).unwrap_or_default());
        if opens(slot.field) || slot.field == field::COLUMN_COMPRESSED_DATA {
            self.opened(slot.field);
        }
        self.pending = true;
    }

    fn label(&mut self, name: &[u8]) {
        if self.pending {
            self.out.extend_from_slice(br#","label":"#);
            JSON.string(self.out, String::from_utf8_lossy(name).as_bytes());
        }
    }

    fn fault(&mut self, error: DecodeError) {
        self.fault.get_or_insert(error);
    }
}
