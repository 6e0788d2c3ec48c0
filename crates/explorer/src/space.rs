//! Byte spaces that an event, or a value in it, opens.
//!
//! A space's name is the path of the offsets that opened it: of an event for its payload or its
//! compressed part, of a column value for what that inflates to. No value begins where an event
//! does, so the names do not meet.

pub mod gathered;
pub mod holder;
pub mod streamed;

use binlog_format::compression::{ColumnPart, Compressed};
use binlog_format::event::{Body, Context, decode};
use binlog_format::events::PayloadHead;
use binlog_format::framer::{Framer, Item, Span, SpanKind, Step};
use binlog_format::inflate::Inflater;
use binlog_format::limits::MAX_INFLATED;
use binlog_format::names::code;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, ErrorCode, FieldId, Format, Value, field, payload};

use self::holder::Holder;
use crate::scan::{Entry, EntryKind, Judge};

/// Bytes that exist only after a step.
#[derive(Debug)]
pub struct Space {
    /// Its name: the path of the offsets that opened it.
    pub name: String,
    /// The space that its bytes come from.
    pub parent: String,
    /// The bytes that were transformed, in the parent.
    pub ranges: Vec<(u64, u64)>,
    /// `zstd`, `zlib`, `deflate` (zlib without its wrapper), `copy` where a payload is stored as it
    /// is, `gather` where pieces were put together, or [`RESTORED`].
    pub transform: &'static str,
    /// What came out; empty where it is [streamed].
    pub bytes: Vec<u8>,
    /// How much came out.
    pub size: u64,
    /// What went wrong, from the start of the event that holds it; `bytes` is what came out before.
    pub error: Option<DecodeError>,
    /// The format of its events.
    pub format: Format,
    /// Collation id of its text, where it is text; 0 when the log does not tell.
    pub collation: u32,
    /// Where its events begin, if it has any.
    pub events_at: Option<u64>,
    /// Whether its event is read by the table maps that are live where its parts stand in the parent; otherwise
    /// maps inside hold inside only.
    pub borrows_maps: bool,
    /// Its items: events, or the one span that a compressed part inflates to.
    pub entries: Vec<Entry>,
}

/// The transform of a space that is carried as it is: what it was compressed to was masked away.
pub const RESTORED: &str = "re-stored";

const fn payload_transform(compression: u64) -> &'static str {
    if compression == binlog_format::events::compression::NONE { "copy" } else { "zstd" }
}

/// The name of the space that what lies at `offset` of `parent` opens.
pub fn name(parent: &str, offset: u64) -> String {
    if parent == "0" { offset.to_string() } else { format!("{parent}/{offset}") }
}

/// Whether an event of this canonical type may open a space.
pub fn may_open(kind: u8) -> bool {
    kind == code::TRANSACTION_PAYLOAD || kind == code::QUERY_COMPRESSED || binlog_format::rows::is_compressed(kind)
}

/// Observes where the stored bytes lie that the event itself opens.
#[derive(Default)]
struct StoredRange(Option<(u32, u32)>);

impl<'a> Trace<'a> for StoredRange {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, _: Value<'a>) {
        if opens(slot.field) {
            self.0 = Some((start, end));
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// Whether a leaf of this field opens the space that is named after its event.
pub fn opens(field: FieldId) -> bool {
    matches!(
        field,
        field::PAYLOAD_PAYLOAD
            | field::COMPRESSED_DATA
            | field::PARTIAL_ROW_DATA
            | field::IBB_CHUNK_DATA
            | field::IBB_EVENT_DATA
    )
}

/// Whether a group of this field is a column value that may open a space of its own.
pub fn is_compressed_column(field: FieldId) -> bool {
    matches!(field, field::COLUMN_VARCHAR_COMPRESSED | field::COLUMN_BLOB_COMPRESSED)
}

/// A compressed column value in an event or among inflated row images.
#[derive(Clone, Copy, Debug)]
pub struct ColumnValue<'a> {
    /// Where the value begins, with its length: what its space is named after.
    pub offset: u64,
    /// The deflated bytes.
    pub range: (u64, u64),
    /// The same to be inflated.
    pub part: Compressed<'a>,
    /// Collation id of the text inside; 0 when the log does not tell.
    pub collation: u32,
}

/// Collects them; offsets count from `base`.
struct Values<'a> {
    base: u64,
    column: u32,
    data: (u32, u32),
    found: Vec<ColumnValue<'a>>,
}

impl<'a> Trace<'a> for Values<'a> {
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        if is_compressed_column(slot.field) {
            self.column = start;
        }
        Enter::Into
    }
    fn exit(&mut self, _: u32, value: Value<'a>) {
        if let Value::Compressed(column) = value
            && let Ok(ColumnPart::Compressed(part)) = column.part()
        {
            let (start, end) = self.data;
            self.found.push(ColumnValue {
                offset: self.base + u64::from(self.column),
                range: (self.base + u64::from(start), self.base + u64::from(end)),
                part,
                collation: column.collation,
            });
        }
    }
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, _: Value<'a>) {
        // Of an empty stream nothing is reported; it lies where its length ends.
        if matches!(slot.field, field::COLUMN_COMPRESSED_DATA | field::COLUMN_UNCOMPRESSED_LENGTH) {
            self.data = if slot.field == field::COLUMN_COMPRESSED_DATA { (start, end) } else { (end, end) };
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// The compressed column values of a rows event: in the event itself, which begins at `base`, or
/// in its row images when these were inflated (then `base` is 0). What a fault precedes is found.
pub fn column_values<'a>(rows: &RowsEvent<'a>, base: u64, plan: Option<&TablePlan>) -> Vec<ColumnValue<'a>> {
    use binlog_format::column::ColumnKind;
    let compressed = |column: &binlog_format::column::Column| {
        matches!(column.kind, ColumnKind::VarcharCompressed { .. } | ColumnKind::BlobCompressed { .. })
    };
    if !plan.is_some_and(|plan| plan.columns.iter().any(compressed)) {
        return Vec::new();
    }
    let base = base + u64::from(rows.rows_at);
    let mut values = Values { base, column: 0, data: (0, 0), found: Vec::new() };
    // A fault is the rows'; who shows them says it.
    let _ = rows.observe(plan, &mut (), &mut values);
    values.found
}

impl Space {
    /// Opens what the event holds that begins at the holder; `None` if it holds nothing.
    #[inline(never)]
    pub fn open(holder: Holder<'_>, bytes: &[u8], context: &Context<'_>) -> Option<Self> {
        let (parent, start) = (holder.space(), holder.start());
        if let Some(inside) = holder.carried(0) {
            return Self::of_restored(parent, start, (bytes, &inside), context);
        }
        let mut range = StoredRange::default();
        let event = decode(bytes, context, &mut range).ok()?;
        let range = range.0;
        let at = |(from, to): (u32, u32)| (start + u64::from(from), start + u64::from(to));
        match event.body.ok()? {
            Body::TransactionPayload(payload) => {
                let (inflated, result) = payload::inflate(&payload);
                let mut space = Self {
                    name: name(parent, start),
                    parent: parent.into(),
                    ranges: vec![at(range?)],
                    transform: payload_transform(payload.compression),
                    size: inflated.len() as u64,
                    bytes: inflated,
                    error: result.err(),
                    format: context.format.without_checksums(),
                    collation: 0,
                    entries: Vec::new(),
                    events_at: None,
                    borrows_maps: false,
                };
                space.walk_from(0);
                Some(space)
            }
            Body::Query(query) => {
                let part = query.compressed?;
                let space =
                    Self::of_part(parent, start, start, range.map(at), &part, SpanKind::SqlText, context.format);
                Some(Self { collation: query.charset_client.into(), ..space })
            }
            Body::Rows(rows) => {
                let part = rows.compressed?;
                Some(Self::of_part(parent, start, start, range.map(at), &part, SpanKind::RowImages, context.format))
            }
            _ => None,
        }
    }

    /// What an event holds whose stored bytes are not what it holds any more.
    fn of_restored(parent: &str, start: u64, (bytes, inside): (&[u8], &[u8]), context: &Context<'_>) -> Option<Self> {
        let mut range = StoredRange::default();
        let body = decode(bytes, context, &mut range).ok()?.body.ok()?;
        let ranges = range.0.map(|(from, to)| (start + u64::from(from), start + u64::from(to))).into_iter().collect();
        let (kind, collation, format) = match body {
            Body::TransactionPayload(_) => (None, 0, context.format.without_checksums()),
            Body::Query(query) if query.compressed.is_some() => {
                (Some(SpanKind::SqlText), query.charset_client.into(), *context.format)
            }
            Body::Rows(rows) if rows.compressed.is_some() => (Some(SpanKind::RowImages), 0, *context.format),
            _ => return None,
        };
        let end = inside.len() as u64;
        let mut space = Self {
            name: name(parent, start),
            parent: parent.into(),
            ranges,
            transform: RESTORED,
            bytes: inside.to_vec(),
            size: end,
            error: None,
            format,
            collation,
            events_at: None,
            borrows_maps: false,
            entries: Vec::new(),
        };
        match kind {
            Some(kind) => space.entries.push(Judge::default().span(Span { kind, start: 0, end, error: None })),
            None => space.walk_from(0),
        }
        Some(space)
    }

    /// Opens a compressed column value of the holder; `left` is how many bytes all values of its event may still
    /// inflate to. Its span has the fault, at the byte where the value breaks off.
    pub fn of_column(holder: Holder<'_>, value: &ColumnValue<'_>, left: &mut usize, format: &Format) -> Self {
        let parent = holder.space();
        if let Some(inside) = holder.at(value.offset).carried(0) {
            return Self::of_restored_column(parent, value, &inside, format);
        }
        let over = value.part.length > *left as u64;
        let nothing = Compressed { length: 0, data: &[], ..value.part };
        let part = if over { &nothing } else { &value.part };
        let kind = SpanKind::ColumnValue;
        let mut space = Self::of_part(parent, value.offset, 0, Some(value.range), part, kind, format);
        space.collation = value.collation;
        *left -= space.bytes.len().min(*left);
        let error = if over {
            let (expected, found) = (MAX_INFLATED as u64, 0);
            let field = field::COLUMN_COMPRESSED_DATA;
            Some(DecodeError { code: ErrorCode::DecompressLimit, at: 0, field, expected, found, liar: None })
        } else {
            space.error.map(|error| DecodeError {
                at: space.bytes.len() as u32,
                field: field::COLUMN_COMPRESSED_DATA,
                liar: error.liar.map(|_| field::COLUMN_UNCOMPRESSED_LENGTH),
                ..error
            })
        };
        space.error = error;
        if let Some(Entry { what: EntryKind::Span(span), .. }) = space.entries.first_mut() {
            span.error = error;
        }
        space
    }

    fn of_restored_column(parent: &str, value: &ColumnValue<'_>, inside: &[u8], format: &Format) -> Self {
        let span = Span { kind: SpanKind::ColumnValue, start: 0, end: inside.len() as u64, error: None };
        Self {
            name: name(parent, value.offset),
            parent: parent.into(),
            ranges: vec![value.range],
            transform: RESTORED,
            bytes: inside.to_vec(),
            size: inside.len() as u64,
            error: None,
            format: *format,
            collation: value.collation,
            events_at: None,
            borrows_maps: false,
            entries: vec![Judge::default().span(span)],
        }
    }

    /// What a payload opens whose inside is streamed; `range` is where it lies.
    pub fn of_streamed(
        parent: &str, start: u64, range: (u64, u64), head: &PayloadHead, size: u64, error: Option<DecodeError>,
        format: &Format,
    ) -> Self {
        Self {
            name: name(parent, start),
            parent: parent.into(),
            ranges: vec![range],
            transform: payload_transform(head.compression),
            bytes: Vec::new(),
            size,
            error,
            format: format.without_checksums(),
            collation: 0,
            events_at: None,
            borrows_maps: false,
            entries: Vec::new(),
        }
    }

    /// Inflates what lies at `offset`, in the event at `start`.
    fn of_part(
        parent: &str, offset: u64, start: u64, range: Option<(u64, u64)>, part: &Compressed<'_>, kind: SpanKind,
        format: &Format,
    ) -> Self {
        let mut inflater = Inflater::new();
        let result = inflater.inflate(part).1;
        // The inflater counts from the compressed bytes, an error of an event from its start.
        let before = range.map_or(0, |(from, _)| from.saturating_sub(start) as u32);
        let bytes = inflater.into_bytes();
        let span = Span { kind, start: 0, end: bytes.len() as u64, error: None };
        Self {
            name: name(parent, offset),
            parent: parent.into(),
            ranges: range.into_iter().collect(),
            transform: if part.wrapped { "zlib" } else { "deflate" },
            size: bytes.len() as u64,
            bytes,
            error: result.err().map(|error| DecodeError { at: error.at.saturating_add(before), ..error }),
            format: *format,
            collation: 0,
            events_at: None,
            borrows_maps: false,
            entries: vec![Judge::default().span(span)],
        }
    }

    /// The span that it is, where it has no events.
    pub fn part(&self) -> Option<Span> {
        match self.entries.first()?.what {
            EntryKind::Span(span)
                if matches!(span.kind, SpanKind::SqlText | SpanKind::RowImages | SpanKind::ColumnValue) =>
            {
                Some(span)
            }
            _ => None,
        }
    }

    /// Lists the events that follow `from`.
    pub(crate) fn walk_from(&mut self, from: u64) {
        self.events_at = Some(from);
        let mut framer = Framer::inside_from(&self.format, from, self.bytes.len() as u64);
        let mut judge = Judge::default();
        let entries = &mut self.entries;
        loop {
            let at = usize::try_from(framer.offset()).unwrap_or(usize::MAX);
            match framer.step(self.bytes.get(at..).unwrap_or_default()) {
                Step::Consumed(_, Some(Item::Event(frame))) => entries.push(judge.event(&frame, &framer).entry),
                Step::Consumed(_, Some(Item::Span(span))) => entries.push(judge.span(span)),
                Step::Consumed(_, None) | Step::Back => {}
                Step::NeedMore(_) | Step::End => return,
            }
        }
    }

    /// The bytes of an item.
    pub fn slice(&self, start: u64, end: u64) -> &[u8] {
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        range.and_then(|(start, end)| self.bytes.get(start..end)).unwrap_or_default()
    }
}

/// Spaces in spaces: no server nests payloads; a hostile file may.
pub const MAX_DEPTH: usize = 4;

/// How many spaces enclose a space of this name.
pub fn depth(name: &str) -> usize {
    name.split('/').count()
}
