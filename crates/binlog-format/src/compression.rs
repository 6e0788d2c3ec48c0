//! What MariaDB compresses: the statement of a QUERY_COMPRESSED_EVENT, the row images of a
//! *_ROWS_COMPRESSED_EVENT, and the values of COMPRESSED columns.
//!
//! Both kinds of parts begin with a byte that tells the method and how many bytes the original
//! length takes; that length follows big-endian, then the deflated bytes. What comes out of them
//! is a byte space of its own; [`Inflater`](crate::inflate::Inflater) makes it.
//! Sources: MariaDB `sql/log_event.cc` (`binlog_buf_compress`, `binlog_buf_uncompress`),
//! `sql/field_comp.cc`, `sql/field.cc` (`Field_longstr::compress`).

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::trace::Trace;
use crate::value::Value;

/// A compressed part, before it is inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compressed<'a> {
    /// Whether a zlib header and an Adler-32 stand around the deflated bytes.
    pub wrapped: bool,
    /// Bytes that it must inflate to.
    pub length: u64,
    /// The bytes as stored.
    pub data: &'a [u8],
}

/// Most bytes of an original length: both writers use as few as they need.
const MOST_LENGTH_BYTES: u8 = 4;

/// Reads the compressed part of an event: everything up to the innermost end.
pub(crate) fn part<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Compressed<'a>> {
    const COMPRESSED: u8 = 0x80;
    c.group(field::COMPRESSED_PART, |c| {
        let header = c.u8(field::COMPRESSED_HEADER)?;
        let algorithm = header >> 4 & 7;
        if header & COMPRESSED == 0 || algorithm != 0 {
            return Err(c.fail(ErrorCode::CompressionMethod, field::COMPRESSED_HEADER, 0, header.into()));
        }
        let length = original_length(c, header & 7, field::COMPRESSED_HEADER, field::COMPRESSED_LENGTH)?;
        Ok(Compressed { wrapped: true, length, data: c.rest(field::COMPRESSED_DATA) })
    })
}

fn original_length<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, bytes: u8, header: crate::FieldId, slot: crate::FieldId,
) -> Result<u64> {
    if bytes == 0 || bytes > MOST_LENGTH_BYTES {
        return Err(c.fail(ErrorCode::InvalidValue, slot, MOST_LENGTH_BYTES.into(), bytes.into()).blame(header));
    }
    let mut length = 0;
    c.be(slot.into(), bytes.into(), |number| {
        length = number;
        Value::Unsigned(number)
    })?;
    Ok(length)
}

/// A value of a COMPRESSED column as it is stored, without the length in front.
#[derive(Clone, Copy, Debug)]
pub struct CompressedColumn<'a> {
    /// Where the value begins, with its length, from the first of the bytes that are read.
    pub at: u32,
    /// The stored bytes; none for the empty string.
    pub stored: &'a [u8],
    /// Collation id of the text inside; 0 when the log does not tell.
    pub collation: u32,
}

/// Values are equal wherever they stand.
impl PartialEq for CompressedColumn<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.stored, self.collation) == (other.stored, other.collation)
    }
}

impl Eq for CompressedColumn<'_> {}

/// What a COMPRESSED column holds. Short values are stored as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnPart<'a> {
    /// The text itself.
    Plain(&'a [u8]),
    /// Deflated.
    Compressed(Compressed<'a>),
}

impl<'a> CompressedColumn<'a> {
    /// Takes the stored bytes apart: a first byte 0 stands before plain text; otherwise its high four bits
    /// are the method (8: zlib), bit 3 says that the stream has no zlib header, bits 0 to 2 how many bytes
    /// of original length follow, big-endian. Source: MariaDB `sql/field_comp.cc`.
    ///
    /// # Errors
    ///
    /// `compression_method`, `invalid_value` (a length of 0 or more than 4 bytes) and `unexpected_end`.
    /// Offsets count from the first stored byte.
    pub fn part(&self) -> Result<ColumnPart<'a>> {
        column_part(&mut Cursor::new(self.stored, field::COLUMN_LENGTH, ()), self.collation)
    }
}

/// Reads a stored value up to the innermost end, which its length has set.
pub(crate) fn column_part<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, collation: u32) -> Result<ColumnPart<'a>> {
    const ZLIB: u8 = 8;
    const UNWRAPPED: u8 = 0x08;
    if c.remaining() == 0 {
        return Ok(ColumnPart::Plain(&[]));
    }
    let header = c.u8(field::COLUMN_COMPRESSION_HEADER)?;
    if header == 0 {
        let text = c.peek();
        if !text.is_empty() {
            let of = |bytes| Value::Text(bytes, collation);
            c.span(field::COLUMN_VALUE.into(), text.len() as u64, field::COLUMN_LENGTH, of)?;
        }
        return Ok(ColumnPart::Plain(text));
    }
    if header >> 4 != ZLIB {
        return Err(c.fail(ErrorCode::CompressionMethod, field::COLUMN_COMPRESSION_HEADER, ZLIB.into(), header.into()));
    }
    let length = original_length(c, header & 7, field::COLUMN_COMPRESSION_HEADER, field::COLUMN_UNCOMPRESSED_LENGTH)?;
    let data = c.rest(field::COLUMN_COMPRESSED_DATA);
    Ok(ColumnPart::Compressed(Compressed { wrapped: header & UNWRAPPED == 0, length, data }))
}

/// Reports inflated text, all of `text`, as one leaf of this field: what the space of a statement
/// or of a column value holds.
pub fn observe_text<'a, T: Trace<'a>>(field: crate::FieldId, text: &'a [u8], collation: u32, trace: T) {
    let mut c = Cursor::new(text, field::COMPRESSED_LENGTH, trace);
    if !text.is_empty() {
        // The length is that of the bytes at hand.
        let _ =
            c.span(field.into(), text.len() as u64, field::COMPRESSED_LENGTH, |bytes| Value::Text(bytes, collation));
    }
}

impl core::fmt::Display for CompressedColumn<'_> {
    /// The text inside; the stored bytes as hex where it does not come out, or not without the
    /// `zlib` feature.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.part() {
            Ok(ColumnPart::Plain(text)) => Value::Text(text, self.collation).fmt(f),
            #[cfg(feature = "zlib")]
            Ok(ColumnPart::Compressed(part)) => {
                let mut inflater = crate::inflate::Inflater::new();
                match inflater.inflate(&part) {
                    (text, Ok(())) => Value::Text(text, self.collation).fmt(f),
                    _ => crate::value::Hex(self.stored).fmt(f),
                }
            }
            _ => crate::value::Hex(self.stored).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(bytes: &[u8]) -> Result<ColumnPart<'_>> {
        CompressedColumn { at: 0, stored: bytes, collation: 0 }.part()
    }

    #[test]
    fn stored_values_take_three_forms() {
        assert_eq!(stored(b""), Ok(ColumnPart::Plain(b"")));
        assert_eq!(stored(b"\0abc"), Ok(ColumnPart::Plain(b"abc")));
        assert_eq!(stored(b"\0"), Ok(ColumnPart::Plain(b"")));
        let Ok(ColumnPart::Compressed(part)) = stored(b"\x8a\x01\x02data") else { panic!("compressed") };
        assert_eq!((part.wrapped, part.length, part.data), (false, 0x102, &b"data"[..]));
        let Ok(ColumnPart::Compressed(part)) = stored(b"\x81\x05data") else { panic!("compressed") };
        assert_eq!((part.wrapped, part.length), (true, 5));
    }

    #[test]
    fn headers_that_no_server_writes_are_refused() {
        assert_eq!(stored(b"\x71\x05").map_err(|error| error.code), Err(ErrorCode::CompressionMethod));
        assert_eq!(stored(b"\x80").map_err(|error| error.code), Err(ErrorCode::InvalidValue));
        assert_eq!(stored(b"\x85\0\0\0\0\0").map_err(|error| error.code), Err(ErrorCode::InvalidValue));
        assert_eq!(stored(b"\x84\0\0").map_err(|error| error.code), Err(ErrorCode::UnexpectedEnd));
        let event = |bytes| part(&mut Cursor::new(bytes, field::EVENT_HEADER_EVENT_SIZE, ()));
        assert_eq!(event(b"\x02\x01\0").map_err(|error| error.code), Err(ErrorCode::CompressionMethod));
        assert_eq!(event(b"\x91\x01\0").map_err(|error| error.code), Err(ErrorCode::CompressionMethod));
        assert_eq!(event(b"\x82\x01\0x").map(|part| (part.length, part.data)), Ok((256, &b"x"[..])));
    }
}
