//! Bit fields inside of values: flags, the parts of packed times and numbers, bitmaps.

use super::flags::{GTID_LIST_FLAGS, flags_of};
use crate::catalogue::{Physical, Unit, field};
use crate::column::ColumnKind;
use crate::temporal::fraction_bytes;
use crate::trace::Slot;
use crate::value::Value;

/// A named bit or run of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitField {
    /// Its name; empty for an item of a bitmap.
    pub name: &'static str,
    /// Which item of a bitmap.
    pub item: Option<u32>,
    /// First bit.
    pub start: u32,
    /// One past the last bit.
    pub end: u32,
    /// Its value.
    pub value: u64,
    /// Bits count from the most significant bit of the first byte (big-endian packed values);
    /// otherwise from the least significant.
    pub msb_first: bool,
}

/// Bitmaps longer than this are shown as bytes only: 64 columns' bits are still read.
const LONGEST_BITMAP: usize = 8;

/// Hands over the bit fields inside a leaf: known flags, the parts of packed times and numbers,
/// the items of a short bitmap. `bytes` are the leaf's own; `items` is how many bits of a bitmap
/// count, where that is known.
pub fn bits(slot: Slot, value: &Value<'_>, bytes: &[u8], items: Option<usize>, mut each: impl FnMut(BitField)) {
    let field = slot.field;
    let entry = field.entry();
    let width = bytes.len() as u32 * 8;
    let mut part =
        |name, start, end, value, msb_first| each(BitField { name, item: None, start, end, value, msb_first });
    match *value {
        Value::Unsigned(number) if field == field::TABLE_MAP_META_STRING => string_metadata(number, &mut part),
        Value::Unsigned(_) if field == field::COLUMN_DECIMAL_DIGITS && slot.index == 0 => {
            packed(bytes, &[("sign", 1), ("digits", width.saturating_sub(1))], 0, &mut part);
        }
        Value::Unsigned(_) | Value::Signed(_) if entry.physical == Physical::PrefixVarlen => {
            prefix_varlen(bytes, matches!(value, Value::Signed(_)), entry.unit, &mut part);
        }
        Value::Unsigned(number) if entry.unit == Unit::GtidSetHeader && width == 64 && number >> 56 == 1 => {
            part("format_copy", 0, 8, number & 0xff, false);
            part("count", 8, 56, number << 8 >> 16, false);
            part("format", 56, 64, number >> 56, false);
        }
        Value::Unsigned(number) if field == field::GTID_IMMEDIATE_COMMIT_TIMESTAMP && width == 56 => {
            part("microseconds", 0, 55, number & !(1 << 55), false);
            part("original_follows", 55, 56, number >> 55 & 1, false);
        }
        Value::Unsigned(number) if field == field::GTID_IMMEDIATE_SERVER_VERSION && width == 32 => {
            part("version", 0, 31, number & !(1 << 31), false);
            part("original_follows", 31, 32, number >> 31 & 1, false);
        }
        Value::Unsigned(number) => unsigned(entry.unit, number, width, &mut part),
        Value::DateTime(date_time) if width >= 40 && field == field::COLUMN_DATETIME2 => {
            let parts = [("sign", 1), ("year_month", 17), ("day", 5), ("hour", 5), ("minute", 6), ("second", 6)];
            packed(bytes, &parts, date_time.precision, &mut part);
        }
        // A negative TIME2 is the complement of its parts: its bits are no fields.
        Value::Time(time) if !time.negative && field == field::COLUMN_TIME2 => {
            let parts = [("sign", 1), ("unused", 1), ("hour", 10), ("minute", 6), ("second", 6)];
            packed(bytes, &parts, time.precision, &mut part);
        }
        Value::Timestamp(timestamp) if field == field::COLUMN_TIMESTAMP2 => {
            packed(bytes, &[("seconds", 32)], timestamp.precision, &mut part);
        }
        Value::Date(date) if field == field::COLUMN_DATE && width == 24 => {
            part("day", 0, 5, date.day.into(), false);
            part("month", 5, 9, date.month.into(), false);
            part("year", 9, 24, date.year.into(), false);
        }
        Value::Bytes(_) if bytes.len() <= LONGEST_BITMAP => {
            let msb_first = match entry.physical {
                Physical::Bitmap => false,
                Physical::MsbBitmap => true,
                _ => return,
            };
            let count = items.map_or(width, |items| items.min(width as usize) as u32);
            for bit in 0..count {
                let byte = bytes.get(bit as usize / 8).copied().unwrap_or(0);
                let value = if msb_first { byte >> (7 - bit % 8) } else { byte >> (bit % 8) } & 1;
                each(BitField { name: "", item: Some(bit), start: bit, end: bit + 1, value: value.into(), msb_first });
            }
        }
        _ => {}
    }
}

/// Flags, and the parts of numbers that hold several, of a number of `width` bits.
fn unsigned(unit: Unit, number: u64, width: u32, part: &mut impl FnMut(&'static str, u32, u32, u64, bool)) {
    let flags = flags_of(unit).or((unit == Unit::GtidListHeader).then_some(GTID_LIST_FLAGS));
    for (bit, name) in flags.unwrap_or_default().iter().filter(|(bit, _)| *bit < width) {
        part(name, *bit, bit + 1, number >> bit & 1, false);
    }
    match unit {
        Unit::CompressionHeader => {
            part("length_bytes", 0, 3, number & 7, false);
            part("algorithm", 4, 7, number >> 4 & 7, false);
            part("compressed", 7, 8, number >> 7 & 1, false);
        }
        Unit::IbbChunkType => {
            part("record_type", 0, 6, number & 0x3f, false);
            part("last", 6, 7, number >> 6 & 1, false);
            part("continues", 7, 8, number >> 7 & 1, false);
        }
        Unit::ColumnCompressionHeader => {
            part("length_bytes", 0, 3, number & 7, false);
            part("unwrapped", 3, 4, number >> 3 & 1, false);
            part("method", 4, 8, number >> 4, false);
        }
        _ => {}
    }
    if unit == Unit::GtidListHeader && width == 32 {
        part("count", 0, 28, number & 0x0fff_ffff, false);
    }
}

/// The two bytes of STRING metadata, most significant bit first.
fn string_metadata(word: u64, part: &mut impl FnMut(&'static str, u32, u32, u64, bool)) {
    match ColumnKind::of_string_metadata(word as u16) {
        Some(ColumnKind::Enum { .. } | ColumnKind::Set { .. }) => {
            part("real_type", 0, 8, word >> 8, true);
            part("pack_length", 8, 16, word & 0xff, true);
        }
        _ => {
            part("inverted_length_bits", 2, 4, word >> 12 & 3, true);
            part("low_length", 8, 16, word & 0xff, true);
        }
    }
}

/// The length in the low bits, then the sign of a signed number, then the number.
fn prefix_varlen(bytes: &[u8], signed: bool, unit: Unit, part: &mut impl FnMut(&'static str, u32, u32, u64, bool)) {
    let Some(first) = bytes.first() else { return };
    let following = first.trailing_ones();
    let width = bytes.len() as u32 * 8;
    let start = (following + 1).min(8);
    part("following_bytes", 0, start, following.into(), false);
    let low = if following == 8 { 1 } else { 0 };
    let stored = bytes.iter().skip(low).rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let number = if following == 8 { stored } else { stored >> start };
    if start == width {
        return;
    }
    if signed {
        part("sign", start, start + 1, number & 1, false);
        if start + 1 < width {
            part("magnitude", start + 1, width, number >> 1, false);
        }
    } else if let Some(flags) = flags_of(unit) {
        for (bit, name) in flags.iter().filter(|(bit, _)| start + bit < width) {
            part(name, start + bit, start + bit + 1, number >> bit & 1, false);
        }
    } else {
        part("value", start, width, number, false);
    }
}

fn packed(
    bytes: &[u8], parts: &[(&'static str, u32)], precision: u8,
    part: &mut impl FnMut(&'static str, u32, u32, u64, bool),
) {
    let number = bytes.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let width = bytes.len().min(8) as u32 * 8;
    let fraction = ("fraction", fraction_bytes(precision) as u32 * 8);
    let mut start = 0;
    for (name, length) in parts.iter().copied().chain([fraction]).filter(|(_, length)| *length > 0) {
        let end = start + length;
        if end > width {
            return;
        }
        part(name, start, end, number >> (width - end) & (u64::MAX >> (64 - length)), true);
        start = end;
    }
}
