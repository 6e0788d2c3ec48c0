//! Names of bits and numbers in the packets between a client and a server. Sources: MySQL `include/mysql_com.h`,
//! `include/my_command.h`, `sql/rpl_constants.h`; MariaDB `include/mysql_com.h`.

use super::flags::Flags;
use super::names::pick;
use crate::catalogue::Unit;

const CAPABILITIES: Flags = &[
    (0, "LONG_PASSWORD"),
    (1, "FOUND_ROWS"),
    (2, "LONG_FLAG"),
    (3, "CONNECT_WITH_DB"),
    (4, "NO_SCHEMA"),
    (5, "COMPRESS"),
    (6, "ODBC"),
    (7, "LOCAL_FILES"),
    (8, "IGNORE_SPACE"),
    (9, "PROTOCOL_41"),
    (10, "INTERACTIVE"),
    (11, "SSL"),
    (12, "IGNORE_SIGPIPE"),
    (13, "TRANSACTIONS"),
    (14, "RESERVED"),
    (15, "SECURE_CONNECTION"),
    (16, "MULTI_STATEMENTS"),
    (17, "MULTI_RESULTS"),
    (18, "PS_MULTI_RESULTS"),
    (19, "PLUGIN_AUTH"),
    (20, "CONNECT_ATTRS"),
    (21, "PLUGIN_AUTH_LENENC_CLIENT_DATA"),
    (22, "CAN_HANDLE_EXPIRED_PASSWORDS"),
    (23, "SESSION_TRACK"),
    (24, "DEPRECATE_EOF"),
    (25, "OPTIONAL_RESULTSET_METADATA"),
    (26, "ZSTD_COMPRESSION_ALGORITHM"),
    (27, "QUERY_ATTRIBUTES"),
    (28, "MULTI_FACTOR_AUTHENTICATION"),
    (29, "CAPABILITY_EXTENSION"),
    (30, "SSL_VERIFY_SERVER_CERT"),
    (31, "REMEMBER_OPTIONS"),
];
const CAPABILITIES_UPPER: Flags = &[
    (0, "MULTI_STATEMENTS"),
    (1, "MULTI_RESULTS"),
    (2, "PS_MULTI_RESULTS"),
    (3, "PLUGIN_AUTH"),
    (4, "CONNECT_ATTRS"),
    (5, "PLUGIN_AUTH_LENENC_CLIENT_DATA"),
    (6, "CAN_HANDLE_EXPIRED_PASSWORDS"),
    (7, "SESSION_TRACK"),
    (8, "DEPRECATE_EOF"),
    (9, "OPTIONAL_RESULTSET_METADATA"),
    (10, "ZSTD_COMPRESSION_ALGORITHM"),
    (11, "QUERY_ATTRIBUTES"),
    (12, "MULTI_FACTOR_AUTHENTICATION"),
    (13, "CAPABILITY_EXTENSION"),
    (14, "SSL_VERIFY_SERVER_CERT"),
    (15, "REMEMBER_OPTIONS"),
];
const MARIADB_CAPABILITIES: Flags = &[
    (0, "PROGRESS"),
    (1, "COM_MULTI"),
    (2, "STMT_BULK_OPERATIONS"),
    (3, "EXTENDED_METADATA"),
    (4, "CACHE_METADATA"),
    (5, "BULK_UNIT_RESULTS"),
];
const STATUS: Flags = &[
    (0, "IN_TRANS"),
    (1, "AUTOCOMMIT"),
    (3, "MORE_RESULTS_EXISTS"),
    (4, "NO_GOOD_INDEX_USED"),
    (5, "NO_INDEX_USED"),
    (6, "CURSOR_EXISTS"),
    (7, "LAST_ROW_SENT"),
    (8, "DB_DROPPED"),
    (9, "NO_BACKSLASH_ESCAPES"),
    (10, "METADATA_CHANGED"),
    (11, "QUERY_WAS_SLOW"),
    (12, "PS_OUT_PARAMS"),
    (13, "IN_TRANS_READONLY"),
    (14, "SESSION_STATE_CHANGED"),
];
const DUMP: Flags = &[(0, "NON_BLOCK"), (1, "USE_HEARTBEAT_EVENT_V2"), (2, "SKIP_TAGGED_GTIDS")];
const MARIADB_DUMP: Flags = &[(0, "NON_BLOCK"), (1, "SEND_ANNOTATE_ROWS")];
const COLUMN: Flags = &[
    (0, "NOT_NULL"),
    (1, "PRI_KEY"),
    (2, "UNIQUE_KEY"),
    (3, "MULTIPLE_KEY"),
    (4, "BLOB"),
    (5, "UNSIGNED"),
    (6, "ZEROFILL"),
    (7, "BINARY"),
    (8, "ENUM"),
    (9, "AUTO_INCREMENT"),
    (10, "TIMESTAMP"),
    (11, "SET"),
    (12, "NO_DEFAULT_VALUE"),
    (13, "ON_UPDATE_NOW"),
    (15, "NUM"),
];

/// The names of a unit's bits, if it is a set of bits of packets.
pub(super) const fn flags_of(unit: Unit) -> Option<Flags> {
    Some(match unit {
        Unit::CapabilityFlags => CAPABILITIES,
        Unit::CapabilityFlagsUpper => CAPABILITIES_UPPER,
        Unit::MariadbCapabilityFlags => MARIADB_CAPABILITIES,
        Unit::StatusFlags => STATUS,
        Unit::DumpFlags => DUMP,
        Unit::MariadbDumpFlags => MARIADB_DUMP,
        Unit::ColumnFlags => COLUMN,
        _ => return None,
    })
}

const COMMANDS: &[&str] = &[
    "COM_SLEEP",
    "COM_QUIT",
    "COM_INIT_DB",
    "COM_QUERY",
    "COM_FIELD_LIST",
    "COM_CREATE_DB",
    "COM_DROP_DB",
    "COM_REFRESH",
    "COM_SHUTDOWN",
    "COM_STATISTICS",
    "COM_PROCESS_INFO",
    "COM_CONNECT",
    "COM_PROCESS_KILL",
    "COM_DEBUG",
    "COM_PING",
    "COM_TIME",
    "COM_DELAYED_INSERT",
    "COM_CHANGE_USER",
    "COM_BINLOG_DUMP",
    "COM_TABLE_DUMP",
    "COM_CONNECT_OUT",
    "COM_REGISTER_SLAVE",
    "COM_STMT_PREPARE",
    "COM_STMT_EXECUTE",
    "COM_STMT_SEND_LONG_DATA",
    "COM_STMT_CLOSE",
    "COM_STMT_RESET",
    "COM_SET_OPTION",
    "COM_STMT_FETCH",
    "COM_DAEMON",
    "COM_BINLOG_DUMP_GTID",
    "COM_RESET_CONNECTION",
    "COM_CLONE",
];

/// The name that a number of a packet stands for.
pub(super) fn name_of(unit: Unit, number: u64) -> Option<&'static str> {
    match unit {
        Unit::Command => pick(number, COMMANDS).or((number == 0xfa).then_some("COM_STMT_BULK_EXECUTE")),
        Unit::SessionStateType => pick(
            number,
            &[
                "SYSTEM_VARIABLES",
                "SCHEMA",
                "STATE_CHANGE",
                "GTIDS",
                "TRANSACTION_CHARACTERISTICS",
                "TRANSACTION_STATE",
            ],
        ),
        Unit::FastAuthResult => match number {
            3 => Some("fast_auth_success"),
            4 => Some("perform_full_authentication"),
            _ => None,
        },
        Unit::ExtendedMetadata => pick(number, &["type", "format"]),
        _ => None,
    }
}
