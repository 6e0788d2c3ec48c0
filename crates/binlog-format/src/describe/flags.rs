//! Names of single bits.

use core::fmt;

use crate::catalogue::Unit;

/// Bits by their number, and their names.
pub(super) type Flags = &'static [(u32, &'static str)];

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
/// The top bits of a GTID list's count.
pub(super) const GTID_LIST_FLAGS: Flags = &[(28, "UNTIL_REACHED"), (29, "IGN_GTIDS")];

/// The names of a unit's bits, if it is a set of bits.
pub(super) const fn flags_of(unit: Unit) -> Option<Flags> {
    #[cfg(feature = "packets")]
    if let Some(flags) = super::packets::flags_of(unit) {
        return Some(flags);
    }
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

/// Writes the names of the bits that are set, and what is left as a number.
pub(super) fn write_flags(f: &mut fmt::Formatter<'_>, flags: Flags, number: u64) -> fmt::Result {
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
