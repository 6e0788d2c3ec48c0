//! MySQL's binary JSON: offset tables, read by position for an observer and by order otherwise.
//! Source: MySQL `sql-common/json_binary.{h,cc}`.
//!
//! Both orders are one function: the layout is written once. With an observer, keys and values
//! are taken in the order of their offsets, so that leaves ascend; what nobody points to is
//! `unused` (partial updates leave such holes), and a second reader of the same bytes is
//! reported as a reference without bytes. Without one they are taken in the document's order
//! and handed to a [`JsonVisitor`].

mod diff;
mod text;

use alloc::vec::Vec;

use crate::catalogue::{FieldId, field};
use crate::column::{decimal_digits, type_code};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::limits::{MAX_JSON_DEPTH, MAX_JSON_WORK_PER_BYTE};
use crate::temporal::{DateTime, Time};
use crate::trace::Trace;
use crate::value::{Value, decimal_length, sign_extend};

pub(crate) use diff::report_diffs;
pub use diff::{DiffOperation, JsonDiff, diffs, write_diffs};
pub use text::write_text;

/// Types of values in binary JSON: the byte before a document, or in the entry that an object or array
/// has for a member. Integers are little-endian. Source: MySQL `sql-common/json_binary.h`.
pub mod json_type {
    /// Object with counts, sizes and offsets of 2 bytes: below 64 KiB.
    pub const SMALL_OBJECT: u8 = 0x00;
    /// Object with counts, sizes and offsets of 4 bytes; keys' lengths still take 2.
    pub const LARGE_OBJECT: u8 = 0x01;
    /// Array with counts, sizes and offsets of 2 bytes: below 64 KiB.
    pub const SMALL_ARRAY: u8 = 0x02;
    /// Array with counts, sizes and offsets of 4 bytes.
    pub const LARGE_ARRAY: u8 = 0x03;
    /// `null` (0), `true` (1) or `false` (2): one byte, always inside its entry.
    pub const LITERAL: u8 = 0x04;
    /// Signed, 2 bytes, always inside its entry.
    pub const INT16: u8 = 0x05;
    /// Unsigned, 2 bytes, always inside its entry.
    pub const UINT16: u8 = 0x06;
    /// Signed, 4 bytes, inside its entry in large containers only.
    pub const INT32: u8 = 0x07;
    /// Unsigned, 4 bytes, inside its entry in large containers only.
    pub const UINT32: u8 = 0x08;
    /// Signed, 8 bytes.
    pub const INT64: u8 = 0x09;
    /// Unsigned, 8 bytes.
    pub const UINT64: u8 = 0x0a;
    /// 8 bytes, IEEE 754.
    pub const DOUBLE: u8 = 0x0b;
    /// UTF-8 with a length of 1 to 5 bytes in front: 7 bits each, the lowest first.
    pub const STRING: u8 = 0x0c;
    /// A value of a column type: its [code](crate::column::type_code), a length as of strings, the bytes.
    /// DECIMAL and the temporal types are such.
    pub const OPAQUE: u8 = 0x0f;
}

/// A JSON value that is no container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A signed integer.
    Signed(i64),
    /// An unsigned integer.
    Unsigned(u64),
    /// A double.
    Double(f64),
    /// UTF-8, not checked.
    String(&'a [u8]),
    /// A value of a column type (DECIMAL, DATE, …): its type code, value and raw bytes.
    Opaque(u8, Value<'a>, &'a [u8]),
}

/// Receives a document in its own order.
#[allow(unused_variables)]
pub trait JsonVisitor<'a> {
    /// An object (or array) of `count` members begins.
    fn begin(&mut self, object: bool, count: usize) {}
    /// It ends.
    fn end(&mut self, object: bool) {}
    /// The key of the next member.
    fn key(&mut self, key: &'a [u8]) {}
    /// A value that is no container.
    fn scalar(&mut self, scalar: Scalar<'a>) {}
}

impl JsonVisitor<'_> for () {}

/// Hands a document to `visitor`: the bytes of a [`Value::Json`]. No bytes at all stand for `null` (old
/// `INSERT IGNORE`).
///
/// # Errors
///
/// `json_type`, `json_offset` and the faults of lengths for bytes that are no document; `json_depth`
/// beyond [`MAX_JSON_DEPTH`]; `json_work` where overlapping offsets make it read more than
/// [`MAX_JSON_WORK_PER_BYTE`] times its length. Offsets count from the document's first byte. What
/// came before the fault has been visited.
pub fn visit<'a>(document: &'a [u8], visitor: &mut impl JsonVisitor<'a>) -> Result<()> {
    if document.is_empty() {
        visitor.scalar(Scalar::Null);
        return Ok(());
    }
    let mut c = Cursor::new(document, field::COLUMN_LENGTH, ());
    read_document(&mut c, visitor)
}

/// Reports the inside of the next `length` bytes. A fault leaves the rest `undecoded`; which
/// fault it is, the document's own order decides, so that it is the one that [`visit`] gives.
pub(crate) fn report<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: usize) -> Result<&'a [u8]> {
    let start = c.position();
    c.within(length as u64, field::COLUMN_LENGTH, field::UNUSED, |c| {
        c.value_group(field::JSON_DOCUMENT, |c| {
            let fault = read_document(&mut c.silent(), &mut ()).err();
            if read_document(c, &mut ()).is_err() {
                c.rest(field::UNDECODED);
            }
            if let Some(error) = fault {
                c.trace().fault(error);
            }
            Ok(Value::None)
        })
    })?;
    Ok(c.since(start))
}

/// What a document may still ask for: an honest one reads each of its bytes once.
struct Work {
    depth: u32,
    left: usize,
}

impl Work {
    fn take<'a, T: Trace<'a>>(&mut self, c: &Cursor<'a, T>, bytes: usize) -> Result<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(c.fail(ErrorCode::JsonWork, field::JSON_DOCUMENT, self.left as u64, bytes as u64)),
        }
    }
}

fn read_document<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, visitor: &mut impl JsonVisitor<'a>) -> Result<()> {
    let mut work = Work { depth: 0, left: c.remaining() * MAX_JSON_WORK_PER_BYTE };
    let kind = c.u8(field::JSON_TYPE)?;
    element(c, kind, None, &mut work, visitor)
}

/// Reads the data of a value whose type byte was read before.
fn element<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, kind: u8, item: Option<usize>, work: &mut Work, visitor: &mut impl JsonVisitor<'a>,
) -> Result<()> {
    match kind {
        json_type::SMALL_OBJECT..=json_type::LARGE_ARRAY => {
            if work.depth >= MAX_JSON_DEPTH {
                return Err(c.fail(
                    ErrorCode::JsonDepth,
                    field::JSON_DOCUMENT,
                    MAX_JSON_DEPTH.into(),
                    work.depth.into(),
                ));
            }
            work.depth += 1;
            let object = kind <= json_type::LARGE_OBJECT;
            let name = if object { field::JSON_OBJECT } else { field::JSON_ARRAY };
            let wide = kind & 1 == 1;
            let result = c.group(slot(name, item), |c| container(c, object, wide, work, visitor));
            work.depth -= 1;
            result
        }
        _ => {
            let start = c.position();
            let scalar = scalar(c, kind, item)?;
            work.take(c, c.position() - start)?;
            visitor.scalar(scalar);
            Ok(())
        }
    }
}

fn slot(name: FieldId, item: Option<usize>) -> crate::trace::Slot {
    item.map_or(name.into(), |index| name.at(index))
}

/// Whether a container with offsets of `width` bytes keeps the value in the entry itself.
const fn inlined(kind: u8, width: u8) -> Option<u8> {
    match kind {
        json_type::LITERAL => Some(1),
        json_type::INT16 | json_type::UINT16 => Some(2),
        json_type::INT32 | json_type::UINT32 if width == 4 => Some(4),
        _ => None,
    }
}

/// What the entry of a value says.
#[derive(Clone, Copy)]
enum Place<'a> {
    Inline(Scalar<'a>),
    At(u8, u64),
}

/// One thing that an entry points to.
#[derive(Clone, Copy)]
enum Target {
    Key(usize),
    Value(usize),
}

fn number<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, name: FieldId, width: u8) -> Result<u64> {
    let mut number = 0;
    c.le(name.into(), width.into(), |stored| {
        number = stored;
        Value::Unsigned(stored)
    })?;
    Ok(number)
}

fn container<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, object: bool, wide: bool, work: &mut Work, visitor: &mut impl JsonVisitor<'a>,
) -> Result<()> {
    let width = if wide { 4 } else { 2 };
    let base = c.position();
    let count = number(c, field::JSON_COUNT, width)?;
    let size = number(c, field::JSON_SIZE, width)?;
    let key_entry = if object { u64::from(width) + 2 } else { 0 };
    let entries = count * (key_entry + u64::from(width) + 1);
    let head = 2 * u64::from(width);
    if head + entries > size {
        return Err(c.fail(ErrorCode::TooMany, field::JSON_COUNT, size, head + entries).blame(field::JSON_COUNT));
    }
    work.take(c, (head + entries) as usize)?;
    visitor.begin(object, count as usize);
    c.within(size - head, field::JSON_SIZE, field::UNUSED, |c| {
        let keys = if object { key_entries(c, count as usize, width)? } else { Vec::new() };
        work.take(c, keys.iter().map(|(_, length)| usize::from(*length)).sum())?;
        let values = value_entries(c, count as usize, width)?;
        if values.is_empty() {
            return Ok(());
        }
        c.group(field::JSON_CONTENTS, |c| contents(c, base, &keys, &values, work, visitor))
    })?;
    visitor.end(object);
    Ok(())
}

fn key_entries<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, count: usize, width: u8) -> Result<Vec<(u64, u16)>> {
    let mut keys = Vec::with_capacity(count);
    c.group(field::JSON_KEY_ENTRIES, |c| {
        for i in 0..count {
            let key = c.group(field::JSON_KEY_ENTRY.at(i), |c| {
                Ok((number(c, field::JSON_KEY_OFFSET, width)?, c.u16(field::JSON_KEY_LENGTH)?))
            })?;
            keys.push(key);
        }
        Ok(())
    })?;
    Ok(keys)
}

fn value_entries<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, count: usize, width: u8) -> Result<Vec<Place<'a>>> {
    let mut values = Vec::with_capacity(count);
    c.group(field::JSON_VALUE_ENTRIES, |c| {
        for i in 0..count {
            let value = c.group(field::JSON_VALUE_ENTRY.at(i), |c| {
                let kind = c.u8(field::JSON_TYPE)?;
                let Some(bytes) = inlined(kind, width) else {
                    return Ok(Place::At(kind, number(c, field::JSON_VALUE_OFFSET, width)?));
                };
                let value = scalar(c, kind, None)?;
                if bytes < width {
                    c.bytes(field::UNUSED, (width - bytes).into(), field::JSON_COUNT)?;
                }
                Ok(Place::Inline(value))
            })?;
            values.push(value);
        }
        Ok(())
    })?;
    Ok(values)
}

fn contents<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, base: usize, keys: &[(u64, u16)], values: &[Place<'a>], work: &mut Work,
    visitor: &mut impl JsonVisitor<'a>,
) -> Result<()> {
    if !T::OBSERVES {
        for (i, value) in values.iter().enumerate() {
            if let Some((offset, length)) = keys.get(i) {
                seek(c, base, *offset, field::JSON_KEY_OFFSET)?;
                visitor.key(c.text(field::JSON_KEY, (*length).into(), field::JSON_KEY_LENGTH)?);
            }
            match *value {
                Place::Inline(scalar) => visitor.scalar(scalar),
                Place::At(kind, offset) => {
                    seek(c, base, offset, field::JSON_VALUE_OFFSET)?;
                    element(c, kind, Some(i), work, visitor)?;
                }
            }
        }
        c.seek(c.end());
        return Ok(());
    }
    let targets = || {
        let keys = keys.iter().enumerate().map(|(i, (offset, _))| (*offset, Target::Key(i)));
        let values = values.iter().enumerate().filter_map(|(i, value)| match value {
            Place::At(_, offset) => Some((*offset, Target::Value(i))),
            Place::Inline(_) => None,
        });
        keys.chain(values)
    };
    let mut read = |(offset, target): (u64, Target)| {
        let (name, index) = match target {
            Target::Key(i) => (field::JSON_KEY, i),
            Target::Value(i) => (field::JSON_VALUE_OFFSET, i),
        };
        let at = base as u64 + offset;
        if at > c.end() as u64 {
            let size = (c.end() - base) as u64;
            return Err(c.fail(ErrorCode::JsonOffset, name, size, offset).blame(name));
        }
        match (at as usize).checked_sub(c.position()) {
            None => {
                c.absent(field::JSON_REFERENCE.at(index), Value::Unsigned(offset));
                return Ok(());
            }
            Some(0) => {}
            Some(gap) => {
                c.bytes(field::UNUSED, gap as u64, field::JSON_SIZE)?;
            }
        }
        match target {
            Target::Key(i) => {
                let length = keys.get(i).map_or(0, |(_, length)| *length);
                c.text(field::JSON_KEY.at(i), length.into(), field::JSON_KEY_LENGTH)?;
            }
            Target::Value(i) => {
                if let Some(Place::At(kind, _)) = values.get(i) {
                    element(c, *kind, Some(i), work, visitor)?;
                    if let Some(key) = keys.get(i).and_then(|key| key_text(c, base, *key)) {
                        c.trace().label(key);
                    }
                }
            }
        }
        Ok(())
    };
    // Servers write keys and values in the order of their entries.
    if targets().is_sorted_by_key(|(offset, _)| offset) {
        return targets().try_for_each(read);
    }
    let mut sorted: Vec<(u64, Target)> = targets().collect();
    // Stable: equal offsets stay in the document's order.
    sorted.sort_by_key(|(offset, _)| *offset);
    sorted.into_iter().try_for_each(&mut read)
}

/// The key's bytes, to name its value by; they were or will be reported at their own place.
fn key_text<'a, T: Trace<'a>>(c: &Cursor<'a, T>, base: usize, (offset, length): (u64, u16)) -> Option<&'a [u8]> {
    let mut silent = c.silent();
    seek(&mut silent, base, offset, field::JSON_KEY_OFFSET).ok()?;
    silent.text(field::JSON_KEY, length.into(), field::JSON_KEY_LENGTH).ok()
}

fn seek<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, base: usize, offset: u64, name: FieldId) -> Result<()> {
    let at = base as u64 + offset;
    if at > c.end() as u64 {
        return Err(c.fail(ErrorCode::JsonOffset, name, (c.end() - base) as u64, offset).blame(name));
    }
    c.seek(at as usize);
    Ok(())
}

/// Reads the data of a value that is no container.
fn scalar<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, kind: u8, item: Option<usize>) -> Result<Scalar<'a>> {
    let signed = |c: &mut Cursor<'a, T>, bytes: u8| -> Result<Scalar<'a>> {
        let mut number = 0;
        c.le(slot(field::JSON_INTEGER, item), bytes.into(), |stored| {
            number = sign_extend(stored, bytes);
            Value::Signed(number)
        })?;
        Ok(Scalar::Signed(number))
    };
    let unsigned = |c: &mut Cursor<'a, T>, bytes: u8| -> Result<Scalar<'a>> {
        let mut number = 0;
        c.le(slot(field::JSON_INTEGER, item), bytes.into(), |stored| {
            number = stored;
            Value::Unsigned(stored)
        })?;
        Ok(Scalar::Unsigned(number))
    };
    match kind {
        json_type::LITERAL => match c.u8(slot(field::JSON_LITERAL, item))? {
            0 => Ok(Scalar::Null),
            1 => Ok(Scalar::Boolean(true)),
            2 => Ok(Scalar::Boolean(false)),
            other => Err(c.fail(ErrorCode::InvalidValue, field::JSON_LITERAL, 2, other.into())),
        },
        json_type::INT16 => signed(c, 2),
        json_type::UINT16 => unsigned(c, 2),
        json_type::INT32 => signed(c, 4),
        json_type::UINT32 => unsigned(c, 4),
        json_type::INT64 => signed(c, 8),
        json_type::UINT64 => unsigned(c, 8),
        json_type::DOUBLE => Ok(Scalar::Double(c.f64(slot(field::JSON_DOUBLE, item))?)),
        json_type::STRING => {
            let mut text: &[u8] = &[];
            c.value_group(slot(field::JSON_STRING, item), |c| {
                let length = varlen(c, field::JSON_STRING_LENGTH)?;
                text = c.text(field::JSON_STRING_TEXT, length, field::JSON_STRING_LENGTH)?;
                Ok(Value::utf8(text))
            })?;
            Ok(Scalar::String(text))
        }
        json_type::OPAQUE => opaque(c, item),
        other => Err(c.fail(ErrorCode::JsonType, field::JSON_TYPE, 0, other.into())),
    }
}

/// 7 bits a byte, low group first, at most 5 bytes.
fn varlen<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, name: FieldId) -> Result<u64> {
    let bytes = c.peek().iter().take(5).position(|byte| byte & 0x80 == 0);
    let Some(last) = bytes else {
        return Err(c.fail(ErrorCode::InvalidValue, name, 5, c.remaining() as u64));
    };
    let mut number = 0;
    c.le(name.into(), last + 1, |stored| {
        number = (0..=last).fold(0, |number, i| number | (stored >> (8 * i) & 0x7f) << (7 * i));
        Value::Unsigned(number)
    })?;
    Ok(number)
}

fn opaque<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, item: Option<usize>) -> Result<Scalar<'a>> {
    let mut kind = 0;
    let mut raw: &[u8] = &[];
    let value = c.value_group(slot(field::JSON_OPAQUE, item), |c| {
        kind = c.u8(field::JSON_OPAQUE_TYPE)?;
        let length = varlen(c, field::JSON_OPAQUE_LENGTH)?;
        let start = c.position();
        let mut value = Value::None;
        c.within(length, field::JSON_OPAQUE_LENGTH, field::UNKNOWN, |c| {
            value = opaque_data(c, kind)?;
            Ok(())
        })?;
        raw = c.since(start);
        Ok(value)
    })?;
    Ok(Scalar::Opaque(kind, value, raw))
}

fn opaque_data<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, kind: u8) -> Result<Value<'a>> {
    let data = field::JSON_OPAQUE_DATA;
    match kind {
        type_code::NEWDECIMAL => {
            // Precision and scale stand before the digits; a precision that does not fit the
            // bytes would be read past them.
            let (precision, scale) = match c.peek() {
                [precision, scale, ..] if scale <= precision => (*precision, *scale),
                _ => return Ok(Value::Bytes(c.rest(data))),
            };
            if decimal_length(precision, scale) + 2 != c.remaining() {
                return Ok(Value::Bytes(c.rest(data)));
            }
            c.u8(field::JSON_DECIMAL_PRECISION)?;
            c.u8(field::JSON_DECIMAL_SCALE)?;
            decimal_digits(c, precision, scale)
        }
        type_code::DATE | type_code::NEWDATE if c.remaining() == 8 => {
            c.le(data.into(), 8, |packed| Value::Date(DateTime::from_json(packed).date))
        }
        type_code::DATETIME | type_code::TIMESTAMP if c.remaining() == 8 => {
            c.le(data.into(), 8, |packed| Value::DateTime(DateTime::from_json(packed)))
        }
        type_code::TIME if c.remaining() == 8 => {
            c.le(data.into(), 8, |packed| Value::Time(Time::from_json(packed as i64)))
        }
        _ => Ok(Value::Bytes(c.rest(data))),
    }
}
