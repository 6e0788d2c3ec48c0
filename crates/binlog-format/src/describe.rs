//! What values mean in words, and the bit fields inside them; both derived on demand from the
//! catalogue's unit and the value, so that no view holds knowledge of the format.

mod bits;
mod flags;
mod names;
#[cfg(feature = "packets")]
mod packets;

use core::fmt;

use crate::catalogue::{FieldId, Physical, Unit, field};
use crate::charset;
use crate::column::ColumnKind;
use crate::format::Flavor;
use crate::temporal::DateTime;
use crate::value::{Hex, Value};

pub use bits::{BitField, bits};
use flags::{GTID_LIST_FLAGS, flags_of, write_flags};
pub use names::{name_of, optional_metadata_name};

/// How a person reads a field's value.
#[derive(Clone, Copy, Debug)]
pub struct Described<'a> {
    /// The field.
    pub field: FieldId,
    /// Its value.
    pub value: Value<'a>,
}

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::Unsigned(number) => unsigned(f, self.field, number),
            Value::Bytes(bytes) if self.field == field::GTID_SOURCE_UUID || self.field == field::GTID_SET_UUID => {
                crate::gtid::Uuid::from_bytes(bytes).fmt(f)
            }
            Value::Text(bytes, collation)
                if matches!(self.field, field::FORMAT_DESCRIPTION_SERVER_VERSION | field::START_V3_SERVER_VERSION) =>
            {
                charset::Text { bytes: crate::format::trim_version(bytes), collation }.fmt(f)
            }
            other => other.fmt(f),
        }
    }
}

fn unsigned(f: &mut fmt::Formatter<'_>, field: FieldId, number: u64) -> fmt::Result {
    if is_plain(field) {
        return write!(f, "{number}");
    }
    let unit = field.entry().unit;
    if unit == Unit::Collation {
        // Which family's name it is, the number alone does not tell; five differ.
        return match u32::try_from(number).ok().and_then(|id| charset::collation(id, Flavor::Mysql)) {
            Some(name) => write!(f, "{name}"),
            None => write!(f, "{number}"),
        };
    }
    if let Some(name) = name_of(unit, number) {
        return f.write_str(name);
    }
    if let Some(flags) = flags_of(unit) {
        return write_flags(f, flags, number);
    }
    match unit {
        // 0 stands for "not set": in artificial events, and in logs after the first.
        Unit::UnixSeconds | Unit::UnixMicros if number == 0 => f.write_str("0"),
        Unit::UnixSeconds => write!(f, "{}", DateTime::from_unix(number, 0, 0)),
        Unit::UnixMicros => {
            // The top bit of the stored 7 bytes is a flag.
            let micros = number & !(1 << 55);
            write!(f, "{}", DateTime::from_unix(micros / 1_000_000, (micros % 1_000_000) as u32, 6))
        }
        Unit::UuidByte => write!(f, "{number:02x}"),
        // As wide as it is stored.
        Unit::Hex if field.entry().physical == Physical::U8 => write!(f, "0x{number:02x}"),
        Unit::Hex => write!(f, "0x{number:08x}"),
        Unit::Micros => write!(f, "{number} µs"),
        Unit::Seconds => write!(f, "{number} s"),
        Unit::ServerVersion => {
            let number = number & !(1 << 31);
            write!(f, "{}.{}.{}", number / 10_000, number / 100 % 100, number % 100)
        }
        Unit::GtidListHeader => {
            write!(f, "{}", number & 0x0fff_ffff)?;
            if number >> 28 != 0 {
                f.write_str(", ")?;
                write_flags(f, GTID_LIST_FLAGS, number & !0x0fff_ffff)?;
            }
            Ok(())
        }
        Unit::GtidSetHeader if number >> 56 == 1 => write!(f, "{}, tagged", number << 8 >> 16),
        Unit::IbbChunkType => {
            let kinds = ["EMPTY", "COMMIT", "GTID_STATE", "OOB_DATA", "DUMMY", "XA_PREPARE", "XA_COMPLETE"];
            match kinds.get((number & 0x3f) as usize) {
                Some(kind) => f.write_str(kind)?,
                None => write!(f, "{}", number & 0x3f)?,
            }
            f.write_str(if number & 0x80 != 0 { " | CONT" } else { "" })?;
            f.write_str(if number & 0x40 != 0 { " | LAST" } else { "" })
        }
        // The method, and how many bytes the original length takes.
        Unit::CompressionHeader if number & 0xf0 == 0x80 => write!(f, "zlib, {}", number & 7),
        Unit::ColumnCompressionHeader if number == 0 => f.write_str("not compressed"),
        Unit::ColumnCompressionHeader if number >> 4 == 8 => {
            write!(f, "{}, {}", if number & 8 == 0 { "zlib" } else { "deflate" }, number & 7)
        }
        Unit::StringMetadata => match ColumnKind::of_string_metadata(number as u16) {
            Some(ColumnKind::Enum { bytes }) => write!(f, "ENUM, {bytes}"),
            Some(ColumnKind::Set { bytes }) => write!(f, "SET, {bytes}"),
            Some(ColumnKind::String { max }) => write!(f, "STRING, {max}"),
            _ => write!(f, "{number}"),
        },
        _ => write!(f, "{number}"),
    }
}

/// Whether a number of this field is its digits and nothing else to a person.
pub fn is_plain(field: FieldId) -> bool {
    matches!(field.entry().unit, Unit::Plain | Unit::Bytes)
}

/// The number as stored, where the text of [`Described`] hides it.
pub fn raw(field: FieldId, value: &Value<'_>, bytes: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    match value {
        Value::Unsigned(number) if !is_plain(field) => write!(out, "{number}"),
        Value::Enum(number) => write!(out, "{number}"),
        Value::Set(mask) => write!(out, "{mask:#b}"),
        // Little-endian ones read as numbers only from their last byte to their first.
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_)
            if field.entry().physical != Physical::PackedTime =>
        {
            out.write_str("0x")?;
            bytes.iter().rev().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
        Value::Time(_) | Value::DateTime(_) | Value::Timestamp(_) | Value::Decimal(_) => {
            write!(out, "{}", Hex(bytes))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;
    use std::vec::Vec;

    fn text(field: FieldId, number: u64) -> std::string::String {
        Described { field, value: Value::Unsigned(number) }.to_string()
    }

    #[test]
    fn numbers_in_words() {
        assert_eq!(text(field::EVENT_HEADER_TYPE_CODE, 19), "TABLE_MAP_EVENT");
        assert_eq!(text(field::EVENT_HEADER_TYPE_CODE, 250), "250");
        assert_eq!(text(field::EVENT_HEADER_FLAGS, 0x81), "BINLOG_IN_USE | IGNORABLE");
        assert_eq!(text(field::EVENT_HEADER_FLAGS, 0x1001), "BINLOG_IN_USE | 0x1000");
        assert_eq!(text(field::FORMAT_DESCRIPTION_CREATE_TIMESTAMP, 0), "0");
        assert_eq!(text(field::GTID_IMMEDIATE_SERVER_VERSION, 80040), "8.0.40");
        assert_eq!(text(field::GTID_IMMEDIATE_COMMIT_TIMESTAMP, 1_695_159_109_445_737), "2023-09-19 21:31:49.445737");
    }

    #[test]
    fn bits_of_a_datetime() {
        let stored = [0x99, 0xb2, 0xbb, 0x7e, 0xfb, 0x01, 0xe2, 0x40];
        let value = Value::DateTime(DateTime::from_datetime2(u64::from_be_bytes(stored), 6));
        let mut parts = Vec::new();
        bits(field::COLUMN_DATETIME2.into(), &value, &stored, None, |bit| parts.push((bit.name, bit.value)));
        assert_eq!(parts[1], ("year_month", 2024 * 13 + 2));
        let mut bitmap = Vec::new();
        let slot = field::ROWS_NULL_BITMAP.into();
        bits(slot, &Value::Bytes(&[0b1110_0010]), &[0b1110_0010], Some(5), |bit| bitmap.push((bit.item, bit.value)));
        assert_eq!(bitmap, [(Some(0), 0), (Some(1), 1), (Some(2), 0), (Some(3), 0), (Some(4), 0)]);
        assert_eq!(parts[2..], [("day", 29), ("hour", 23), ("minute", 59), ("second", 59), ("fraction", 123_456)]);
    }

    #[test]
    fn bits_that_say_that_more_follows() {
        let parts = |field: FieldId, number: u64, width: usize| {
            let mut parts = Vec::new();
            let stored = number.to_le_bytes();
            bits(field.into(), &Value::Unsigned(number), &stored[..width], None, |bit| {
                parts.push((bit.name, bit.value))
            });
            parts
        };
        let time = parts(field::GTID_IMMEDIATE_COMMIT_TIMESTAMP, 1 << 55 | 5, 7);
        assert_eq!(time, [("microseconds", 5), ("original_follows", 1)]);
        let version = parts(field::GTID_IMMEDIATE_SERVER_VERSION, 80_040, 4);
        assert_eq!(version, [("version", 80_040), ("original_follows", 0)]);
    }

    #[test]
    fn bits_of_numbers_of_the_serialization_library() {
        let parts = |field: FieldId, value: Value<'_>, stored: &[u8]| {
            let mut parts = Vec::new();
            bits(field.into(), &value, stored, None, |bit| parts.push((bit.name, bit.start, bit.end, bit.value)));
            parts
        };
        // 89 in two bytes: a one, a zero, then the number.
        let byte = parts(field::GTID_TAGGED_UUID_BYTE, Value::Unsigned(0x89), &[0x25, 0x02]);
        assert_eq!(byte, [("following_bytes", 0, 2, 1), ("value", 2, 16, 0x89)]);
        let gno = parts(field::GTID_TAGGED_GNO, Value::Signed(3), &[0x0c]);
        assert_eq!(gno, [("following_bytes", 0, 1, 0), ("sign", 1, 2, 0), ("magnitude", 2, 8, 3)]);
        let nine = [0xff, 1, 2, 3, 4, 5, 6, 7, 8];
        let time = parts(field::GTID_TAGGED_IMMEDIATE_COMMIT_TIMESTAMP, Value::Unsigned(0), &nine);
        assert_eq!(time, [("following_bytes", 0, 8, 8), ("value", 8, 72, 0x0807_0605_0403_0201)]);
        let flags = parts(field::GTID_TAGGED_FLAGS, Value::Unsigned(1), &[0x02]);
        assert_eq!(flags, [("following_bytes", 0, 1, 0), ("MAY_HAVE_SBR", 1, 2, 1)]);
        let set = parts(
            field::GTID_SET_HEADER,
            Value::Unsigned(0x0100_0000_0000_0201),
            &0x0100_0000_0000_0201u64.to_le_bytes(),
        );
        assert_eq!(set, [("format_copy", 0, 8, 1), ("count", 8, 56, 2), ("format", 56, 64, 1)]);
    }
}
