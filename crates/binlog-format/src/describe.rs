//! What values mean in words, and the bit fields inside them; both derived on demand from the
//! catalogue's unit and the value, so that no view holds knowledge of the format.

use core::fmt;

use crate::catalogue::{FieldId, Physical, Unit, field};
use crate::charset;
use crate::column::{self, ColumnKind};
use crate::events::optional_metadata;
use crate::format::Flavor;
use crate::names;
use crate::temporal::{DateTime, fraction_bytes};
use crate::trace::Slot;
use crate::value::{Hex, Value};

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

type Flags = &'static [(u32, &'static str)];

const EVENT_FLAGS: Flags = &[
    (0, "BINLOG_IN_USE"),
    (1, "FORCED_ROTATE"),
    (2, "THREAD_SPECIFIC"),
    (3, "SUPPRESS_USE"),
    (4, "UPDATE_TABLE_MAP_VERSION"),
    (5, "ARTIFICIAL"),
    (6, "RELAY_LOG"),
    (7, "IGNORABLE"),
    (8, "NO_FILTER"),
    (9, "MTS_ISOLATE"),
    (14, "ACCEPT_OWN"),
    (15, "SKIP_REPLICATION"),
];
const TABLE_MAP_FLAGS: Flags =
    &[(0, "BIT_LEN_EXACT"), (1, "REFERRED_FK_DB"), (2, "GENERATED_INVISIBLE_PK"), (14, "HAS_TRIGGERS")];
const ROWS_FLAGS: Flags = &[
    (0, "STMT_END"),
    (1, "NO_FOREIGN_KEY_CHECKS"),
    (2, "RELAXED_UNIQUE_CHECKS"),
    (3, "COMPLETE_ROWS"),
    (4, "USE_SQL_FOREIGN_KEY"),
    (7, "NO_CHECK_CONSTRAINT_CHECKS"),
];
const CONSENSUS_FLAGS: Flags = &[
    (0, "GU1"),
    (1, "GU2"),
    (2, "LARGE_TRX"),
    (3, "LARGE_TRX_END"),
    (4, "CONFIG_CHANGE"),
    (5, "BLOB"),
    (6, "BLOB_END"),
    (7, "BLOB_START"),
    (8, "ROTATE"),
];
const GCN_FLAGS: Flags = &[
    (0, "HAVE_GCN"),
    (1, "HAVE_SNAPSHOT_SEQ"),
    (2, "HAVE_COMMITTED_SEQ"),
    (3, "GCN_ASSIGNED"),
    (4, "GCN_PROPOSAL"),
    (5, "HAVE_BRANCH_COUNT"),
];
const LOAD_FLAGS: Flags = &[(0, "DUMPFILE"), (1, "OPTIONALLY_ENCLOSED"), (2, "REPLACE"), (3, "IGNORE")];
const LOAD_EMPTY_FLAGS: Flags = &[
    (0, "FIELD_TERM_EMPTY"),
    (1, "ENCLOSED_EMPTY"),
    (2, "LINE_TERM_EMPTY"),
    (3, "LINE_START_EMPTY"),
    (4, "ESCAPED_EMPTY"),
];
const ROW_VALUE_OPTIONS: Flags = &[(0, "PARTIAL_JSON")];
const SESSION_FLAGS: Flags = &[
    (14, "SQL_AUTO_IS_NULL"),
    (19, "NOT_AUTOCOMMIT"),
    (24, "EXPLICIT_DEFAULTS_FOR_TIMESTAMP"),
    (26, "NO_FOREIGN_KEY_CHECKS"),
    (27, "RELAXED_UNIQUE_CHECKS"),
    (28, "IF_EXISTS"),
    (30, "SYSTEM_VERSIONING_INSERT_HISTORY"),
];
const SQL_MODE: Flags = &[
    (0, "REAL_AS_FLOAT"),
    (1, "PIPES_AS_CONCAT"),
    (2, "ANSI_QUOTES"),
    (3, "IGNORE_SPACE"),
    (4, "IGNORE_BAD_TABLE_OPTIONS"),
    (5, "ONLY_FULL_GROUP_BY"),
    (6, "NO_UNSIGNED_SUBTRACTION"),
    (7, "NO_DIR_IN_CREATE"),
    (8, "POSTGRESQL"),
    (9, "ORACLE"),
    (10, "MSSQL"),
    (11, "DB2"),
    (12, "MAXDB"),
    (13, "NO_KEY_OPTIONS"),
    (14, "NO_TABLE_OPTIONS"),
    (15, "NO_FIELD_OPTIONS"),
    (16, "MYSQL323"),
    (17, "MYSQL40"),
    (18, "ANSI"),
    (19, "NO_AUTO_VALUE_ON_ZERO"),
    (20, "NO_BACKSLASH_ESCAPES"),
    (21, "STRICT_TRANS_TABLES"),
    (22, "STRICT_ALL_TABLES"),
    (23, "NO_ZERO_IN_DATE"),
    (24, "NO_ZERO_DATE"),
    (25, "ALLOW_INVALID_DATES"),
    (26, "ERROR_FOR_DIVISION_BY_ZERO"),
    (27, "TRADITIONAL"),
    (28, "NO_AUTO_CREATE_USER"),
    (29, "HIGH_NOT_PRECEDENCE"),
    (30, "NO_ENGINE_SUBSTITUTION"),
    (31, "PAD_CHAR_TO_FULL_LENGTH"),
    (32, "TIME_TRUNCATE_FRACTIONAL or EMPTY_STRING_IS_NULL"),
    (33, "SIMULTANEOUS_ASSIGNMENT"),
    (34, "TIME_ROUND_FRACTIONAL"),
];
const GTID_FLAGS: Flags = &[(0, "MAY_HAVE_SBR")];
const MARIADB_GTID_FLAGS: Flags = &[
    (0, "STANDALONE"),
    (1, "GROUP_COMMIT_ID"),
    (2, "TRANSACTIONAL"),
    (3, "ALLOW_PARALLEL"),
    (4, "WAITED"),
    (5, "DDL"),
    (6, "PREPARED_XA"),
    (7, "COMPLETED_XA"),
];
const MARIADB_GTID_EXTRA_FLAGS: Flags =
    &[(0, "MULTI_ENGINE"), (1, "START_ALTER"), (2, "COMMIT_ALTER"), (3, "ROLLBACK_ALTER"), (4, "THREAD_ID")];
const GTID_LIST_FLAGS: Flags = &[(28, "UNTIL_REACHED"), (29, "IGN_GTIDS")];

const fn flags_of(unit: Unit) -> Option<Flags> {
    Some(match unit {
        Unit::EventFlags => EVENT_FLAGS,
        Unit::TableMapFlags => TABLE_MAP_FLAGS,
        Unit::RowsFlags => ROWS_FLAGS,
        Unit::ConsensusFlags => CONSENSUS_FLAGS,
        Unit::GcnFlags => GCN_FLAGS,
        Unit::LoadFlags => LOAD_FLAGS,
        Unit::LoadEmptyFlags => LOAD_EMPTY_FLAGS,
        Unit::RowValueOptions => ROW_VALUE_OPTIONS,
        Unit::SessionFlags => SESSION_FLAGS,
        Unit::SqlMode => SQL_MODE,
        Unit::GtidFlags => GTID_FLAGS,
        Unit::MariadbGtidFlags => MARIADB_GTID_FLAGS,
        Unit::MariadbGtidExtraFlags => MARIADB_GTID_EXTRA_FLAGS,
        _ => return None,
    })
}

const TAGGED_GTID_FIELDS: &[&str] = &[
    "gtid_flags",
    "uuid",
    "gno",
    "tag",
    "last_committed",
    "sequence_number",
    "immediate_commit_timestamp",
    "original_commit_timestamp",
    "transaction_length",
    "immediate_server_version",
    "original_server_version",
    "commit_group_ticket",
];

fn status_variable(code: u64) -> Option<&'static str> {
    Some(match code {
        0 => "Q_FLAGS2_CODE",
        1 => "Q_SQL_MODE_CODE",
        2 => "Q_CATALOG_CODE",
        3 => "Q_AUTO_INCREMENT",
        4 => "Q_CHARSET_CODE",
        5 => "Q_TIME_ZONE_CODE",
        6 => "Q_CATALOG_NZ_CODE",
        7 => "Q_LC_TIME_NAMES_CODE",
        8 => "Q_CHARSET_DATABASE_CODE",
        9 => "Q_TABLE_MAP_FOR_UPDATE_CODE",
        10 => "Q_MASTER_DATA_WRITTEN_CODE",
        11 => "Q_INVOKER",
        12 => "Q_UPDATED_DB_NAMES",
        13 => "Q_MICROSECONDS",
        16 => "Q_EXPLICIT_DEFAULTS_FOR_TIMESTAMP",
        17 => "Q_DDL_LOGGED_WITH_XID",
        18 => "Q_DEFAULT_COLLATION_FOR_UTF8MB4",
        19 => "Q_SQL_REQUIRE_PRIMARY_KEY",
        20 => "Q_DEFAULT_TABLE_ENCRYPTION",
        21 => "Q_ENABLE_CASCADE_TRIGGERS",
        128 => "Q_HRNOW",
        129 => "Q_XID",
        130 => "Q_GTID_FLAGS3",
        131 => "Q_CHARACTER_SET_COLLATIONS",
        255 => "Q_DUMMY",
        _ => return None,
    })
}

/// The name of an optional metadata type.
pub fn optional_metadata_name(code: u64) -> Option<&'static str> {
    use optional_metadata as kind;
    Some(match u8::try_from(code).ok()? {
        kind::SIGNEDNESS => "SIGNEDNESS",
        kind::DEFAULT_CHARSET => "DEFAULT_CHARSET",
        kind::COLUMN_CHARSET => "COLUMN_CHARSET",
        kind::COLUMN_NAME => "COLUMN_NAME",
        kind::SET_STR_VALUE => "SET_STR_VALUE",
        kind::ENUM_STR_VALUE => "ENUM_STR_VALUE",
        kind::GEOMETRY_TYPE => "GEOMETRY_TYPE",
        kind::SIMPLE_PRIMARY_KEY => "SIMPLE_PRIMARY_KEY",
        kind::PRIMARY_KEY_WITH_PREFIX => "PRIMARY_KEY_WITH_PREFIX",
        kind::ENUM_AND_SET_DEFAULT_CHARSET => "ENUM_AND_SET_DEFAULT_CHARSET",
        kind::ENUM_AND_SET_COLUMN_CHARSET => "ENUM_AND_SET_COLUMN_CHARSET",
        kind::COLUMN_VISIBILITY => "COLUMN_VISIBILITY",
        kind::VECTOR_DIMENSIONALITY => "VECTOR_DIMENSIONALITY",
        _ => return None,
    })
}

/// The name that a number stands for, where its unit is a list of names.
pub fn name_of(unit: Unit, number: u64) -> Option<&'static str> {
    let byte = u8::try_from(number).ok();
    match unit {
        Unit::EventType => byte.and_then(names::event_type),
        Unit::ColumnType => byte.and_then(column::type_name),
        Unit::Collation => u32::try_from(number).ok().and_then(charset::name),
        Unit::StatusVariable => status_variable(number),
        Unit::OptionalMetadata => optional_metadata_name(number),
        Unit::ChecksumAlgorithm => pick(number, &["OFF", "CRC32"]).or((number == 255).then_some("UNDEFINED")),
        Unit::IntvarType => pick(number, &["INVALID_INT", "LAST_INSERT_ID", "INSERT_ID"]),
        Unit::UserVarType => {
            pick(number, &["STRING_RESULT", "REAL_RESULT", "INT_RESULT", "ROW_RESULT", "DECIMAL_RESULT"])
        }
        Unit::UserVarFlags => pick(number, &["SIGNED", "UNSIGNED", "DATA_TYPE_NAME"]),
        Unit::GeometryType => pick(
            number,
            &[
                "GEOMETRY",
                "POINT",
                "LINESTRING",
                "POLYGON",
                "MULTIPOINT",
                "MULTILINESTRING",
                "MULTIPOLYGON",
                "GEOMETRYCOLLECTION",
            ],
        ),
        Unit::PayloadField => pick(number, &["END_MARK", "PAYLOAD_SIZE", "COMPRESSION_TYPE", "UNCOMPRESSED_SIZE"]),
        Unit::EncryptionField => pick(number, &["END", "KEY_ID", "ENCRYPTED_FILE_PASSWORD", "IV_FOR_FILE_PASSWORD"]),
        Unit::Compression => pick(number, &["ZSTD"]).or((number == 255).then_some("NONE")),
        Unit::ExtraRowData => pick(number, &["NDB", "PARTITION"]),
        Unit::JsonType => match number {
            0x0c => Some("string"),
            0x0f => Some("opaque"),
            _ => pick(
                number,
                &[
                    "small object",
                    "large object",
                    "small array",
                    "large array",
                    "literal",
                    "int16",
                    "uint16",
                    "int32",
                    "uint32",
                    "int64",
                    "uint64",
                    "double",
                ],
            ),
        },
        Unit::JsonDiffOperation => pick(number, &["REPLACE", "INSERT", "REMOVE"]),
        Unit::JsonLiteral => pick(number, &["null", "true", "false"]),
        Unit::TaggedGtidField => pick(number, TAGGED_GTID_FIELDS),
        Unit::HeartbeatField => pick(number, &["END_MARK", "FILE_NAME", "POSITION"]),
        Unit::Incident => pick(number, &["NONE", "LOST_EVENTS"]),
        Unit::DuplicateHandling => pick(number, &["ERROR", "IGNORE", "REPLACE"]),
        Unit::ByteOrder => pick(number, &["big-endian", "little-endian"]),
        Unit::Boolean => pick(number, &["no", "yes"]),
        _ => None,
    }
}

fn pick(number: u64, names: &[&'static str]) -> Option<&'static str> {
    names.get(usize::try_from(number).ok()?).copied()
}

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
        let unit = self.field.entry().unit;
        match self.value {
            Value::Unsigned(number) => unsigned(f, unit, number),
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

fn unsigned(f: &mut fmt::Formatter<'_>, unit: Unit, number: u64) -> fmt::Result {
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

fn write_flags(f: &mut fmt::Formatter<'_>, flags: Flags, number: u64) -> fmt::Result {
    if number == 0 {
        return f.write_str("0");
    }
    let mut left = number;
    let mut separator = "";
    for (bit, name) in flags {
        if left >> bit & 1 == 1 {
            left &= !(1 << bit);
            write!(f, "{separator}{name}")?;
            separator = " | ";
        }
    }
    if left == 0 { Ok(()) } else { write!(f, "{separator}0x{left:x}") }
}

/// The number as stored, where the text of [`Described`] hides it.
pub fn raw(field: FieldId, value: &Value<'_>, bytes: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    match value {
        Value::Unsigned(number) if field.entry().unit != Unit::Plain && field.entry().unit != Unit::Bytes => {
            write!(out, "{number}")
        }
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
        Value::Unsigned(number) => {
            let flags = flags_of(entry.unit).or((entry.unit == Unit::GtidListHeader).then_some(GTID_LIST_FLAGS));
            for (bit, name) in flags.unwrap_or_default().iter().filter(|(bit, _)| *bit < width) {
                part(name, *bit, bit + 1, number >> bit & 1, false);
            }
            match entry.unit {
                Unit::CompressionHeader => {
                    part("length_bytes", 0, 3, number & 7, false);
                    part("algorithm", 4, 7, number >> 4 & 7, false);
                    part("compressed", 7, 8, number >> 7 & 1, false);
                }
                Unit::ColumnCompressionHeader => {
                    part("length_bytes", 0, 3, number & 7, false);
                    part("unwrapped", 3, 4, number >> 3 & 1, false);
                    part("method", 4, 8, number >> 4, false);
                }
                _ => {}
            }
            if entry.unit == Unit::GtidListHeader && width == 32 {
                part("count", 0, 28, number & 0x0fff_ffff, false);
            }
        }
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
}
