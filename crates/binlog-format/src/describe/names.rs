//! Names that numbers stand for.

use crate::catalogue::Unit;
use crate::charset;
use crate::column;
use crate::events::optional_metadata;
use crate::names;

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
        Unit::IbbXaOutcome => pick(number, &["XA COMMIT", "XA ROLLBACK"]),
        Unit::JsonLiteral => pick(number, &["null", "true", "false"]),
        Unit::TaggedGtidField => pick(number, TAGGED_GTID_FIELDS),
        Unit::HeartbeatField => pick(number, &["END_MARK", "FILE_NAME", "POSITION"]),
        Unit::Incident => pick(number, &["NONE", "LOST_EVENTS"]),
        Unit::DuplicateHandling => pick(number, &["ERROR", "IGNORE", "REPLACE"]),
        Unit::ByteOrder => pick(number, &["big-endian", "little-endian"]),
        Unit::Boolean => pick(number, &["no", "yes"]),
        #[cfg(feature = "packets")]
        other => super::packets::name_of(other, number),
        #[cfg(not(feature = "packets"))]
        _ => None,
    }
}

pub(super) fn pick(number: u64, names: &[&'static str]) -> Option<&'static str> {
    names.get(usize::try_from(number).ok()?).copied()
}
