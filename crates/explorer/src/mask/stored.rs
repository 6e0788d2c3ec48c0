//! Masked events whose compressed parts are stored again, for files that other tools read. Their lengths change; the
//! lengths that tell of them change along.

use std::collections::BTreeMap;
use std::ops::Range;

use binlog_format::catalogue::Physical;
use binlog_format::compression::ColumnPart;
use binlog_format::event::{Body, Context, decode};
use binlog_format::events::compression;
use binlog_format::framer::renew_checksum;
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, FieldId, Value, field};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

use super::{Masker, checksum_of, mask_event};
use crate::source::Source;
use crate::space;

/// What zlib's own default is: what the servers compress with.
const LEVEL: u8 = 6;

/// Masks an event and stores again what it holds in another form: a payload as it is (compression `NONE`), MariaDB's
/// statements, row images and columns deflated. The event's size and checksum are right; its position is the caller's,
/// who knows where it will stand. `space` and `start` are where it stood in `source`.
///
/// # Errors
///
/// As of [`mask_event`].
pub fn mask_stored(
    masker: &Masker, source: &dyn Source, (space, start): (&str, u64), context: &Context<'_>, bytes: &[u8],
) -> Result<Vec<u8>, DecodeError> {
    let mut out = bytes.to_vec();
    let masked = mask_event(masker, source, (space, start), context, &mut out)?;
    if masked.restored.is_empty() {
        return Ok(out);
    }
    let inside: BTreeMap<String, Vec<u8>> =
        masked.restored.into_iter().map(|restored| (restored.space, restored.bytes)).collect();
    let own = space::name(space, start);
    let mut places = Places::default();
    let body = decode(&out, context, &mut places)?.body;
    let mut splices = Splices::default();
    match (body, inside.get(&own)) {
        (Ok(Body::TransactionPayload(_)), Some(events)) => payload(&places, events, &mut splices),
        (Ok(Body::Rows(rows)), Some(images)) => {
            let plan = context.tables.and_then(|tables| tables.get(rows.table_id));
            let mut columns = Places::default();
            let _ = rows.with_images(images).observe(plan.map(|plan| &**plan), &mut (), &mut columns);
            let mut inner = Splices::default();
            restore_columns(&columns, (&own, 0), &inside, &mut inner);
            part(&places, &inner.apply(images), &mut splices);
        }
        (Ok(Body::Query(_)), Some(statement)) => part(&places, statement, &mut splices),
        _ => restore_columns(&places, (space, start), &inside, &mut splices),
    }
    let mut stored = splices.apply(&out);
    let size = stored.len() as u64;
    if let Some(place) = places.of(field::EVENT_HEADER_EVENT_SIZE)
        && let Some(place) = stored.get_mut(place)
    {
        field::EVENT_HEADER_EVENT_SIZE.entry().physical.write(size, place);
    }
    renew_checksum(context.format, &mut stored, checksum_of(context, bytes));
    Ok(stored)
}

/// Where the fields stand that tell of what is stored.
#[derive(Debug, Default)]
struct Places {
    leaves: Vec<(FieldId, Range<usize>)>,
    columns: Vec<Column>,
    /// Where the compressed column at hand begins.
    column: Option<usize>,
}

/// A compressed column value.
#[derive(Debug)]
struct Column {
    /// Where it begins, with its length.
    start: usize,
    /// Its length.
    length: Range<usize>,
    /// The deflated bytes.
    data: Range<usize>,
    /// Whether a zlib header stands around them.
    wrapped: bool,
}

impl Places {
    fn of(&self, wanted: FieldId) -> Option<Range<usize>> {
        self.leaves.iter().find(|(field, _)| *field == wanted).map(|(_, range)| range.clone())
    }

    /// The last leaf of this field at `end` or before.
    fn before(&self, wanted: FieldId, end: usize) -> Option<Range<usize>> {
        let before = self.leaves.iter().rev().filter(|(_, range)| range.end <= end);
        before.map(|(field, range)| (*field, range.clone())).find(|(field, _)| *field == wanted).map(|(_, range)| range)
    }
}

impl<'a> Trace<'a> for Places {
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        if space::is_compressed_column(slot.field) {
            self.column = Some(start as usize);
        }
        Enter::Into
    }
    fn exit(&mut self, end: u32, value: Value<'a>) {
        let Value::Compressed(column) = value else { return };
        let Some(start) = self.column.take() else { return };
        let Ok(ColumnPart::Compressed(part)) = column.part() else { return };
        let end = end as usize;
        let length = start..end - column.stored.len();
        self.columns.push(Column { start, length, data: end - part.data.len()..end, wrapped: part.wrapped });
    }
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, _: Value<'a>) {
        // Of rows only their columns are wanted.
        let wanted = matches!(
            slot.field,
            field::EVENT_HEADER_EVENT_SIZE
                | field::PAYLOAD_FIELD_LENGTH
                | field::PAYLOAD_SIZE
                | field::PAYLOAD_COMPRESSION
                | field::PAYLOAD_UNCOMPRESSED_SIZE
                | field::PAYLOAD_PAYLOAD
                | field::COMPRESSED_HEADER
                | field::COMPRESSED_LENGTH
                | field::COMPRESSED_DATA
        );
        if wanted {
            self.leaves.push((slot.field, start as usize..end as usize));
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// Ranges with what is to stand there instead.
#[derive(Debug, Default)]
struct Splices(Vec<(Range<usize>, Vec<u8>)>);

impl Splices {
    fn put(&mut self, range: Range<usize>, bytes: Vec<u8>) {
        self.0.push((range, bytes));
    }

    fn apply(mut self, bytes: &[u8]) -> Vec<u8> {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (range, instead) in self.0 {
            out.extend_from_slice(bytes.get(at..range.start).unwrap_or_default());
            out.extend(instead);
            at = range.end;
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        out
    }
}

/// A number in the fewest bytes that its type has.
fn shortest(physical: Physical, number: u64) -> Vec<u8> {
    let fits =
        (1..=9).map(|length| vec![0; length]).find_map(|mut bytes| physical.write(number, &mut bytes).then_some(bytes));
    fits.unwrap_or_default()
}

/// A payload as it is: its size, and that it is not compressed.
fn payload(places: &Places, events: &[u8], splices: &mut Splices) {
    let size = events.len() as u64;
    for (of, number) in [
        (field::PAYLOAD_SIZE, size),
        (field::PAYLOAD_COMPRESSION, compression::NONE),
        (field::PAYLOAD_UNCOMPRESSED_SIZE, size),
    ] {
        let Some(place) = places.of(of) else { continue };
        let number = shortest(of.entry().physical, number);
        if let Some(length) = places.before(field::PAYLOAD_FIELD_LENGTH, place.start) {
            splices.put(length, shortest(field::PAYLOAD_FIELD_LENGTH.entry().physical, number.len() as u64));
        }
        splices.put(place, number);
    }
    if let Some(place) = places.of(field::PAYLOAD_PAYLOAD) {
        splices.put(place, events.to_vec());
    }
}

/// A compressed statement, or compressed row images: the byte that tells how many bytes the length takes, the length,
/// and the deflated bytes.
fn part(places: &Places, plain: &[u8], splices: &mut Splices) {
    const LENGTH_BYTES: u64 = 7;
    let [Some(header), Some(length), Some(data)] =
        [field::COMPRESSED_HEADER, field::COMPRESSED_LENGTH, field::COMPRESSED_DATA].map(|of| places.of(of))
    else {
        return;
    };
    let told = shortest(field::COMPRESSED_LENGTH.entry().physical, plain.len() as u64);
    // zlib is method 0; the top bit is always set.
    splices.put(header, vec![0x80 | (told.len() as u64 & LENGTH_BYTES) as u8]);
    splices.put(length, told);
    splices.put(data, compress_to_vec_zlib(plain, LEVEL));
}

/// The compressed columns of row images, each with its length.
fn restore_columns(
    places: &Places, (holder, start): (&str, u64), inside: &BTreeMap<String, Vec<u8>>, splices: &mut Splices,
) {
    for column in &places.columns {
        let Some(text) = inside.get(&space::name(holder, start + column.start as u64)) else { continue };
        let data = if column.wrapped { compress_to_vec_zlib(text, LEVEL) } else { compress_to_vec(text, LEVEL) };
        let stored = column.data.start - column.length.end + data.len();
        let mut length = vec![0; column.length.len()];
        // A text of one character takes less room than it ever did; if it should not, the zeros stay.
        if field::COLUMN_LENGTH.entry().physical.write(stored as u64, &mut length) {
            splices.put(column.length.clone(), length);
            splices.put(column.data.clone(), data);
        }
    }
}
