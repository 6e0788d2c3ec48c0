//! Column types and how a value of each is read.
//! Sources: MySQL `binary_log_funcs.cpp` (`calc_field_size`), MariaDB `sql/field.cc`.

use crate::catalogue::{FieldId, field};
use crate::compression::{CompressedColumn, column_part};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::geometry;
use crate::temporal::{Date, DateTime, HIRES_DATETIME_BYTES, HIRES_TIME_BYTES, Time, Timestamp, fraction_bytes};
use crate::trace::{Slot, Trace};
use crate::value::{Decimal, Value, decimal_length, digit_groups, sign_extend};

pub mod type_code;

/// The name of a type code as the servers' sources have it.
pub const fn type_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "DECIMAL",
        1 => "TINY",
        2 => "SHORT",
        3 => "LONG",
        4 => "FLOAT",
        5 => "DOUBLE",
        6 => "NULL",
        7 => "TIMESTAMP",
        8 => "LONGLONG",
        9 => "INT24",
        10 => "DATE",
        11 => "TIME",
        12 => "DATETIME",
        13 => "YEAR",
        14 => "NEWDATE",
        15 => "VARCHAR",
        16 => "BIT",
        17 => "TIMESTAMP2",
        18 => "DATETIME2",
        19 => "TIME2",
        20 => "TYPED_ARRAY",
        140 => "BLOB_COMPRESSED",
        141 => "VARCHAR_COMPRESSED",
        242 => "VECTOR",
        245 => "JSON",
        246 => "NEWDECIMAL",
        247 => "ENUM",
        248 => "SET",
        249 => "TINY_BLOB",
        250 => "MEDIUM_BLOB",
        251 => "LONG_BLOB",
        252 => "BLOB",
        253 => "VAR_STRING",
        254 => "STRING",
        255 => "GEOMETRY",
        _ => return None,
    })
}

/// A column's type with its metadata: what the bytes of a value are. Codes that are read alike are one
/// kind. `length_bytes` is how many bytes a value's own length takes, 1 to 4; `precision` of times is
/// how many digits their fraction has, 0 to 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// TINY, SHORT, INT24, LONG, LONGLONG: little-endian. The type does not tell the sign; see
    /// [`Column::unsigned`].
    Integer {
        /// 1, 2, 3, 4 or 8.
        bytes: u8,
    },
    /// FLOAT: 4 bytes.
    Float,
    /// DOUBLE: 8 bytes.
    Double,
    /// YEAR: 1 byte.
    Year,
    /// DATE: 3 bytes. Month and day may be 0.
    Date,
    /// Old TIME: 3 bytes; MariaDB's fractional form has the same code and no metadata.
    Time,
    /// Old DATETIME: 8 bytes.
    Datetime,
    /// Old TIMESTAMP: 4 bytes.
    Timestamp,
    /// TIME(1) to TIME(6) of MariaDB before 10.1; see [`unlogged`](crate::unlogged).
    TimeHires {
        /// Digits of the fraction, 1 to 6.
        precision: u8,
    },
    /// DATETIME(1) to DATETIME(6) of MariaDB before 10.1.
    DatetimeHires {
        /// Digits of the fraction, 1 to 6.
        precision: u8,
    },
    /// TIMESTAMP(1) to TIMESTAMP(6) of MariaDB before 10.1.
    TimestampHires {
        /// Digits of the fraction, 1 to 6.
        precision: u8,
    },
    /// DECIMAL from before MySQL 5.0: a number as text, right-aligned. The log does not tell its
    /// width; see [`unlogged`](crate::unlogged).
    OldDecimal {
        /// Bytes; `None` while nobody knows.
        width: Option<u8>,
    },
    /// An array of a multi-valued index (MySQL 8.0.17), hidden from tables since 8.0.18: binary
    /// JSON behind a length of 4 bytes.
    TypedArray {
        /// Type code of the elements.
        element: u8,
    },
    /// TIME: 3 to 6 bytes.
    Time2 {
        /// Digits of the fraction, 0 to 6.
        precision: u8,
    },
    /// DATETIME: 5 to 8 bytes.
    Datetime2 {
        /// Digits of the fraction, 0 to 6.
        precision: u8,
    },
    /// TIMESTAMP: 4 to 7 bytes.
    Timestamp2 {
        /// Digits of the fraction, 0 to 6.
        precision: u8,
    },
    /// DECIMAL; [`decimal_length`] tells its bytes.
    Decimal {
        /// Digits in all, up to 65.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// BIT: as many bytes as hold the bits.
    Bit {
        /// 1 to 64.
        bits: u8,
    },
    /// ENUM: the member's number, from 1.
    Enum {
        /// 1 or 2.
        bytes: u8,
    },
    /// SET: bit 0 is the first member.
    Set {
        /// 1 to 8.
        bytes: u8,
    },
    /// VARCHAR and VARBINARY, and MariaDB's VECTOR.
    Varchar {
        /// Longest value in bytes; above 255 a value's length takes 2 bytes.
        max: u16,
    },
    /// CHAR and BINARY; trailing spaces (or zero bytes) are not logged.
    String {
        /// Longest value in bytes, up to 1023; above 255 a value's length takes 2 bytes.
        max: u16,
    },
    /// BLOB and TEXT of all sizes; MariaDB's JSON.
    Blob {
        /// Bytes of the length.
        length_bytes: u8,
    },
    /// MySQL JSON.
    Json {
        /// Bytes of the length.
        length_bytes: u8,
    },
    /// GEOMETRY: SRID and well-known binary.
    Geometry {
        /// Bytes of the length.
        length_bytes: u8,
    },
    /// MySQL VECTOR: floats of 4 bytes.
    Vector {
        /// Bytes of the length.
        length_bytes: u8,
    },
    /// MariaDB BLOB or TEXT COMPRESSED.
    BlobCompressed {
        /// Bytes of the length.
        length_bytes: u8,
    },
    /// MariaDB VARCHAR or VARBINARY COMPRESSED: one more than the longest value in bytes.
    VarcharCompressed {
        /// As stored; above 255 a value's length takes 2 bytes.
        max: u16,
    },
    /// NULL: no bytes.
    Null,
    /// A type that has several widths, and nothing tells which one this is.
    OpenWidth {
        /// The type code.
        code: u8,
    },
    /// No row image has it, or its length cannot be known.
    Unsupported {
        /// The type code.
        code: u8,
    },
}

impl ColumnKind {
    /// Whether a type has bytes in the metadata block.
    pub const fn has_metadata(code: u8) -> bool {
        matches!(
            code,
            type_code::FLOAT
                | type_code::DOUBLE
                | type_code::VARCHAR
                | type_code::BIT
                | type_code::TIMESTAMP2
                | type_code::DATETIME2
                | type_code::TIME2
                | type_code::TYPED_ARRAY
                | type_code::BLOB_COMPRESSED
                | type_code::VARCHAR_COMPRESSED
                | type_code::VECTOR
                | type_code::JSON..=type_code::GEOMETRY
        )
    }

    /// The kind of a type without metadata; old logs lack it for all.
    pub const fn without_metadata(code: u8) -> Self {
        match code {
            type_code::TINY => Self::Integer { bytes: 1 },
            type_code::SHORT => Self::Integer { bytes: 2 },
            type_code::INT24 => Self::Integer { bytes: 3 },
            type_code::LONG => Self::Integer { bytes: 4 },
            type_code::LONGLONG => Self::Integer { bytes: 8 },
            type_code::FLOAT => Self::Float,
            type_code::DOUBLE => Self::Double,
            type_code::NULL => Self::Null,
            type_code::YEAR => Self::Year,
            type_code::DATE | type_code::NEWDATE => Self::Date,
            type_code::TIME => Self::Time,
            type_code::DATETIME => Self::Datetime,
            type_code::TIMESTAMP => Self::Timestamp,
            type_code::DECIMAL => Self::OldDecimal { width: None },
            _ => Self::Unsupported { code },
        }
    }

    /// The kind of a STRING by its metadata word: real type in the high byte, and for CHAR two
    /// inverted length bits folded into it (MySQL bug 37426). `None` if it cannot be.
    pub const fn of_string_metadata(word: u16) -> Option<Self> {
        let (real, low) = ((word >> 8) as u8, (word & 0xff) as u8);
        match real {
            type_code::ENUM if low == 1 || low == 2 => Some(Self::Enum { bytes: low }),
            type_code::SET if low >= 1 && low <= 8 => Some(Self::Set { bytes: low }),
            type_code::ENUM | type_code::SET => None,
            0 => Some(Self::String { max: low as u16 }),
            _ => Some(Self::String { max: low as u16 | ((((real & 0x30) ^ 0x30) as u16) << 4) }),
        }
    }

    /// Whether the SIGNEDNESS bitmap has a bit for it. YEAR has one that means nothing.
    /// Source: MySQL `field_common_properties.h` (`is_numeric_type`).
    pub const fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::Integer { .. }
                | Self::Float
                | Self::Double
                | Self::Decimal { .. }
                | Self::OldDecimal { .. }
                | Self::Year
        )
    }

    /// Whether the charset lists have an entry for it. MySQL counts VECTOR, MariaDB GEOMETRY.
    pub const fn is_character(self, mariadb: bool) -> bool {
        match self {
            Self::Varchar { .. } | Self::String { .. } | Self::Blob { .. } | Self::Vector { .. } => true,
            Self::VarcharCompressed { .. } | Self::BlobCompressed { .. } => true,
            Self::Geometry { .. } => mariadb,
            _ => false,
        }
    }

    /// Whether its values may be as large as a packet: JSON, BLOB and TEXT, GEOMETRY, VECTOR.
    pub const fn is_large(self) -> bool {
        matches!(
            self,
            Self::Blob { .. }
                | Self::Json { .. }
                | Self::Geometry { .. }
                | Self::Vector { .. }
                | Self::BlobCompressed { .. }
        )
    }

    /// Bytes of a TIME, DATETIME or TIMESTAMP in one of the old forms.
    #[cfg(feature = "alloc")]
    pub(crate) fn temporal_bytes(self) -> Option<usize> {
        match self {
            Self::Time => Some(3),
            Self::Datetime => Some(8),
            Self::Timestamp => Some(4),
            Self::TimeHires { precision } => HIRES_TIME_BYTES.get(usize::from(precision)).copied(),
            Self::DatetimeHires { precision } => HIRES_DATETIME_BYTES.get(usize::from(precision)).copied(),
            Self::TimestampHires { precision } => Some(4 + fraction_bytes(precision)),
            _ => None,
        }
    }

    /// The catalogue entry of its values.
    pub const fn field(self) -> FieldId {
        match self {
            Self::Integer { bytes: 1 } => field::COLUMN_TINY,
            Self::Integer { bytes: 2 } => field::COLUMN_SHORT,
            Self::Integer { bytes: 3 } => field::COLUMN_INT24,
            Self::Integer { bytes: 4 } => field::COLUMN_LONG,
            Self::Integer { .. } => field::COLUMN_LONGLONG,
            Self::Float => field::COLUMN_FLOAT,
            Self::Double => field::COLUMN_DOUBLE,
            Self::Year => field::COLUMN_YEAR,
            Self::Date => field::COLUMN_DATE,
            Self::Time => field::COLUMN_TIME,
            Self::Datetime => field::COLUMN_DATETIME,
            Self::Timestamp => field::COLUMN_TIMESTAMP,
            Self::TimeHires { .. } => field::COLUMN_TIME_HIRES,
            Self::DatetimeHires { .. } => field::COLUMN_DATETIME_HIRES,
            Self::TimestampHires { .. } => field::COLUMN_TIMESTAMP_HIRES,
            Self::OldDecimal { .. } => field::COLUMN_OLD_DECIMAL,
            Self::OpenWidth { .. } => field::COLUMN_OPEN_WIDTH,
            Self::TypedArray { .. } => field::COLUMN_TYPED_ARRAY,
            Self::Time2 { .. } => field::COLUMN_TIME2,
            Self::Datetime2 { .. } => field::COLUMN_DATETIME2,
            Self::Timestamp2 { .. } => field::COLUMN_TIMESTAMP2,
            Self::Decimal { .. } => field::COLUMN_DECIMAL,
            Self::Bit { .. } => field::COLUMN_BIT,
            Self::Enum { .. } => field::COLUMN_ENUM,
            Self::Set { .. } => field::COLUMN_SET,
            Self::Varchar { .. } => field::COLUMN_VARCHAR,
            Self::VarcharCompressed { .. } => field::COLUMN_VARCHAR_COMPRESSED,
            Self::String { .. } => field::COLUMN_STRING,
            Self::Blob { .. } => field::COLUMN_BLOB,
            Self::BlobCompressed { .. } => field::COLUMN_BLOB_COMPRESSED,
            Self::Json { .. } => field::COLUMN_JSON,
            Self::Geometry { .. } => field::COLUMN_GEOMETRY,
            Self::Vector { .. } => field::COLUMN_VECTOR,
            Self::Null => field::COLUMN_NULL,
            Self::Unsupported { .. } => field::COLUMN_UNSUPPORTED,
        }
    }
}

/// What reading a value needs to know of its column. A [`TablePlan`](crate::plan::TablePlan) has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Type and metadata.
    pub kind: ColumnKind,
    /// Whether an integer is UNSIGNED; `None` when the log does not tell (MariaDB by default, MySQL
    /// before 8.0.1).
    pub unsigned: Option<bool>,
    /// Collation id; 0 when the log does not tell.
    pub collation: u32,
}

/// Reads one value that is present and not NULL, as column `ordinal` of its table.
///
/// # Errors
///
/// `unexpected_end` and `length_too_long` where the value does not fit in what is left;
/// `column_width` for a type whose width the log does not tell, `column_type` for one that row images
/// do not have. Faults inside of JSON, geometries and compressed values go to the trace: their length
/// is known, so the row goes on.
#[inline]
pub fn value<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, column: &Column, ordinal: usize) -> Result<Value<'a>> {
    let slot = column.kind.field().at(ordinal);
    match column.kind {
        ColumnKind::Integer { bytes } => c.le(slot, bytes.into(), |bits| match column.unsigned {
            Some(true) => Value::Unsigned(bits),
            Some(false) => Value::Signed(sign_extend(bits, bytes)),
            None => Value::UnknownSign(bits, bytes),
        }),
        ColumnKind::Float => Ok(Value::Float(c.f32(slot)?)),
        ColumnKind::Double => Ok(Value::Double(c.f64(slot)?)),
        ColumnKind::Year => c.le(slot, 1, |year| Value::Year(if year == 0 { 0 } else { 1900 + year as u16 })),
        ColumnKind::Date => c.le(slot, 3, |bits| Value::Date(Date::from_packed(bits as u32))),
        ColumnKind::Time => c.le(slot, 3, |bits| Value::Time(Time::from_hhmmss(sign_extend(bits, 3)))),
        ColumnKind::Datetime => c.le(slot, 8, |number| Value::DateTime(DateTime::from_decimal(number))),
        ColumnKind::Timestamp => {
            c.le(slot, 4, |seconds| Value::Timestamp(Timestamp { seconds: seconds as u32, micros: 0, precision: 0 }))
        }
        ColumnKind::TimeHires { precision } => {
            let bytes = HIRES_TIME_BYTES.get(usize::from(precision)).copied().unwrap_or(3);
            c.be(slot, bytes, |stored| Value::Time(Time::from_hires(stored, precision)))
        }
        ColumnKind::DatetimeHires { precision } => {
            let bytes = HIRES_DATETIME_BYTES.get(usize::from(precision)).copied().unwrap_or(8);
            c.be(slot, bytes, |stored| Value::DateTime(DateTime::from_hires(stored, precision)))
        }
        ColumnKind::TimestampHires { precision } => c.be(slot, 4 + fraction_bytes(precision), |stored| {
            Value::Timestamp(Timestamp::from_hires(stored, precision))
        }),
        ColumnKind::OldDecimal { width: Some(width) } => {
            Ok(Value::utf8(c.span(slot, width.into(), slot.field, Value::utf8)?))
        }
        ColumnKind::OldDecimal { width: None } => {
            Err(c.fail(ErrorCode::ColumnWidth, slot.field, 0, type_code::DECIMAL.into()))
        }
        ColumnKind::OpenWidth { code } => Err(c.fail(ErrorCode::ColumnWidth, slot.field, 0, code.into())),
        ColumnKind::TypedArray { .. } => json(c, slot, 4),
        ColumnKind::Time2 { precision } => {
            c.be(slot, 3 + fraction_bytes(precision), |stored| Value::Time(Time::from_time2(stored, precision)))
        }
        ColumnKind::Datetime2 { precision } => c.be(slot, 5 + fraction_bytes(precision), |stored| {
            Value::DateTime(DateTime::from_datetime2(stored, precision))
        }),
        ColumnKind::Timestamp2 { precision } => c.be(slot, 4 + fraction_bytes(precision), |stored| {
            Value::Timestamp(Timestamp::from_timestamp2(stored, precision))
        }),
        ColumnKind::Decimal { precision, scale } => {
            let length = decimal_length(precision, scale);
            if c.observes() {
                // What is cut is the value, for everybody.
                c.silent().quiet(slot.field, length)?;
                return c.value_group(slot, |c| decimal_digits(c, precision, scale));
            }
            // Who does not look at the digit groups takes them as one.
            let bytes = c.quiet(slot.field, length)?;
            Ok(Value::Decimal(Decimal { bytes, precision, scale }))
        }
        ColumnKind::Bit { bits } => c.be(slot, usize::from(bits.div_ceil(8)), |stored| Value::Bit(stored, bits)),
        ColumnKind::Enum { bytes } => c.le(slot, bytes.into(), |number| Value::Enum(number as u16)),
        ColumnKind::Set { bytes } => c.le(slot, bytes.into(), Value::Set),
        ColumnKind::Varchar { max } | ColumnKind::String { max } => {
            let length_bytes = if max > 255 { 2 } else { 1 };
            sized(c, slot, length_bytes, |bytes| Value::Text(bytes, column.collation))
        }
        ColumnKind::VarcharCompressed { max } => compressed(c, slot, if max > 255 { 2 } else { 1 }, column.collation),
        ColumnKind::Blob { length_bytes } => sized(c, slot, length_bytes, |bytes| Value::Text(bytes, column.collation)),
        ColumnKind::BlobCompressed { length_bytes } => compressed(c, slot, length_bytes, column.collation),
        ColumnKind::Geometry { length_bytes } => inspected(c, slot, length_bytes, Value::Geometry, geometry::report),
        ColumnKind::Vector { length_bytes } => inspected(c, slot, length_bytes, Value::Vector, vector_elements),
        ColumnKind::Json { length_bytes } => json(c, slot, length_bytes),
        ColumnKind::Null => {
            c.absent(slot, Value::Null);
            Ok(Value::Null)
        }
        ColumnKind::Unsupported { code } => Err(c.fail(ErrorCode::ColumnType, slot.field, 0, code.into())),
    }
}

fn length<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, bytes: u8) -> Result<u64> {
    let mut length = 0;
    c.le(field::COLUMN_LENGTH.into(), bytes.into(), |number| {
        length = number;
        Value::Unsigned(number)
    })?;
    Ok(length)
}

fn sized<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, slot: Slot, length_bytes: u8, of: impl Fn(&'a [u8]) -> Value<'a>,
) -> Result<Value<'a>> {
    c.value_group(slot, |c| {
        let length = length(c, length_bytes)?;
        if length == 0 {
            return Ok(of(&[]));
        }
        Ok(of(c.span(field::COLUMN_VALUE.into(), length, field::COLUMN_LENGTH, &of)?))
    })
}

/// Without an observer the stored bytes stay together; with one their inside is reported. A fault
/// inside is the value's alone: its length is known, so the row goes on.
fn compressed<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, slot: Slot, length_bytes: u8, collation: u32,
) -> Result<Value<'a>> {
    c.value_group(slot, |c| {
        let at = c.position() as u32;
        let length = length(c, length_bytes)?;
        if !c.observes() || length > c.remaining() as u64 {
            let stored = c.bytes(field::COLUMN_COMPRESSED_DATA, length, field::COLUMN_LENGTH)?;
            return Ok(Value::Compressed(CompressedColumn { at, stored, collation }));
        }
        let start = c.position();
        c.within(length, field::COLUMN_LENGTH, field::UNDECODED, |c| {
            if let Err(error) = column_part(c, collation) {
                c.trace().fault(error);
            }
            Ok(())
        })?;
        Ok(Value::Compressed(CompressedColumn { at, stored: c.since(start), collation }))
    })
}

/// Without an observer the value stays bytes; with one its inside is reported. A fault inside is
/// the value's alone: its length is known, so the row goes on.
fn inspected<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, slot: Slot, length_bytes: u8, of: impl Fn(&'a [u8]) -> Value<'a>,
    report: impl FnOnce(&mut Cursor<'a, T>, u64) -> Result<&'a [u8]>,
) -> Result<Value<'a>> {
    c.value_group(slot, |c| {
        let length = length(c, length_bytes)?;
        if length == 0 {
            return Ok(of(&[]));
        }
        if c.observes() && length <= c.remaining() as u64 {
            return Ok(of(report(c, length)?));
        }
        Ok(of(c.span(field::COLUMN_VALUE.into(), length, field::COLUMN_LENGTH, &of)?))
    })
}

/// Reads the changes that stand for a JSON value in a partial update: 4 bytes of length, whatever
/// the column's metadata, then the changes. Source: MySQL `sql/field.cc` (`Field_json::unpack_diff`).
#[cfg(feature = "alloc")]
pub(crate) fn json_diffs<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, ordinal: usize) -> Result<Value<'a>> {
    c.value_group(field::COLUMN_JSON.at(ordinal), |c| {
        let length = length(c, 4)?;
        if length == 0 {
            return Ok(Value::JsonDiffs(&[]));
        }
        if c.observes() && length <= c.remaining() as u64 {
            return Ok(Value::JsonDiffs(crate::json::report_diffs(c, length as usize)?));
        }
        Ok(Value::JsonDiffs(c.span(field::COLUMN_VALUE.into(), length, field::COLUMN_LENGTH, Value::JsonDiffs)?))
    })
}

#[cfg(feature = "alloc")]
fn json<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, slot: Slot, length_bytes: u8) -> Result<Value<'a>> {
    inspected(c, slot, length_bytes, Value::Json, |c, length| crate::json::report(c, length as usize))
}

#[cfg(not(feature = "alloc"))]
fn json<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, slot: Slot, length_bytes: u8) -> Result<Value<'a>> {
    sized(c, slot, length_bytes, Value::Json)
}

/// The floats of a VECTOR. A length that is no multiple of 4 leaves a rest `undecoded`.
fn vector_elements<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: u64) -> Result<&'a [u8]> {
    const ELEMENT: usize = 4;
    let start = c.position();
    c.within(length, field::COLUMN_LENGTH, field::UNDECODED, |c| {
        c.group(field::COLUMN_VECTOR_ELEMENTS, |c| {
            for i in 0..c.remaining() / ELEMENT {
                c.f32(field::COLUMN_VECTOR_ELEMENT.at(i))?;
            }
            Ok(())
        })?;
        if c.remaining() > 0 {
            let error = c.fail(ErrorCode::TrailingBytes, field::COLUMN_VECTOR_ELEMENTS, 0, c.remaining() as u64);
            c.trace().fault(error);
        }
        Ok(())
    })?;
    Ok(c.since(start))
}

/// Reads the digit groups of a NEWDECIMAL.
pub(crate) fn decimal_digits<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, precision: u8, scale: u8) -> Result<Value<'a>> {
    let start = c.position();
    let negative = c.peek().first().is_some_and(|byte| byte & 0x80 == 0);
    for (i, group) in digit_groups(precision, scale).enumerate() {
        c.be(field::COLUMN_DECIMAL_DIGITS.at(i), group.bytes.into(), |stored| {
            let bits = u32::from(group.bytes) * 8;
            let sign = if i == 0 { 1 << (bits - 1) } else { 0 };
            let mask = if negative { u64::MAX >> (64 - bits) } else { 0 };
            Value::Unsigned(stored ^ mask ^ sign)
        })?;
    }
    Ok(Value::Decimal(Decimal { bytes: c.since(start), precision, scale }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shyiko_44_long_char_folds_two_length_bits() {
        let max = |word| match ColumnKind::of_string_metadata(word) {
            Some(ColumnKind::String { max }) => max,
            other => panic!("{other:?}"),
        };
        assert_eq!([0xfe0a, 0xee90, 0xcefc].map(max), [10, 400, 1020]);
        assert_eq!(ColumnKind::of_string_metadata(0xf701), Some(ColumnKind::Enum { bytes: 1 }));
        assert_eq!(ColumnKind::of_string_metadata(0xf802), Some(ColumnKind::Set { bytes: 2 }));
        assert_eq!(ColumnKind::of_string_metadata(0xf809), None);
    }
}
