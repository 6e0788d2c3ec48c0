//! The entries. Names follow the servers' sources and manuals.

use super::{Field, FieldId, Physical, Relation, Role, Sensitivity, Unit, last_step};

macro_rules! catalogue {
    ($($name:ident = $id:literal, $physical:ident, $unit:ident, $role:ident, $sensitivity:ident $(, $relation:ident($target:ident))?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy)]
        enum Number { $($name),* }

        /// A constant for each field; [`FieldId::entry`] has what is said here.
        pub mod field {
            use super::{FieldId, Number};
            $(
                #[doc = concat!(
                    "`", $id, "`: bytes [`", stringify!($physical), "`](crate::catalogue::Physical::", stringify!($physical),
                    "), unit [`", stringify!($unit), "`](crate::catalogue::Unit::", stringify!($unit),
                    "), role [`", stringify!($role), "`](crate::catalogue::Role::", stringify!($role),
                    "), sensitivity [`", stringify!($sensitivity), "`](crate::catalogue::Sensitivity::",
                    stringify!($sensitivity), ")", $("; ", catalogue!(@says $relation), " [`", stringify!($target), "`]",)? "."
                )]
                pub const $name: FieldId = FieldId(Number::$name as u16);
            )*
        }

        /// Every field; a [`FieldId`] is an index into it.
        pub static CATALOGUE: &[Field] = &[$(Field {
            id: $id,
            name: last_step($id),
            physical: Physical::$physical,
            unit: Unit::$unit,
            role: Role::$role,
            sensitivity: Sensitivity::$sensitivity,
            relation: catalogue!(@relation $($relation $target)?),
        }),*];
    };
    (@says LengthOf) => { "the length of" };
    (@says CountOf) => { "how many there are of" };
    (@says ChecksumOf) => { "the checksum of" };
    (@relation) => { None };
    (@relation LengthOf $target:ident) => { Some(Relation::LengthOf(field::$target)) };
    (@relation ChecksumOf $target:ident) => { Some(Relation::ChecksumOf(field::$target)) };
    (@relation CountOf $target:ident) => { Some(Relation::CountOf(field::$target)) };
}

catalogue! {
    UNKNOWN = "unknown", Bytes, Plain, Unexplained, Data;
    UNDECODED = "undecoded", Bytes, Plain, Unexplained, Data;
    PADDING = "padding", Bytes, Plain, Unexplained, Open;
    UNUSED = "unused", Bytes, Plain, Unexplained, Data;
    ENCLOSING = "event", Group, Plain, Structure, Open;

    EVENT_HEADER = "event_header", Group, Plain, Structure, Open;
    EVENT_HEADER_TIMESTAMP = "event_header.timestamp", U32, UnixSeconds, Time, Open;
    EVENT_HEADER_TYPE_CODE = "event_header.type_code", U8, EventType, Structure, Open;
    EVENT_HEADER_SERVER_ID = "event_header.server_id", U32, Plain, Identifier, Id;
    EVENT_HEADER_EVENT_SIZE = "event_header.event_size", U32, Bytes, Length, Open, LengthOf(ENCLOSING);
    EVENT_HEADER_LOG_POS = "event_header.log_pos", U32, Plain, Structure, Open;
    EVENT_HEADER_FLAGS = "event_header.flags", U16, EventFlags, Flags, Open;
    EVENT_HEADER_EXTRA = "event_header.extra_header_data", Bytes, Plain, Unexplained, Open;
    CHECKSUM = "checksum", Crc32, Hex, Checksum, Open, ChecksumOf(ENCLOSING);
    POST_HEADER_EXTRA = "extra_post_header_data", Bytes, Plain, Unexplained, Open;

    ENCRYPTION_HEADER = "encryption_header", Group, Plain, Structure, Open;
    ENCRYPTION_HEADER_MAGIC = "encryption_header.magic", Bytes, Plain, Structure, Open;
    ENCRYPTION_HEADER_VERSION = "encryption_header.version", U8, Plain, Structure, Open;
    ENCRYPTION_HEADER_FIELDS = "encryption_header.fields", List, Plain, Structure, Open;
    ENCRYPTION_HEADER_FIELD = "encryption_header.field", Group, Plain, Structure, Open;
    ENCRYPTION_HEADER_FIELD_TYPE = "encryption_header.field_type", U8, EncryptionField, Structure, Open;
    ENCRYPTION_HEADER_KEY_ID_LENGTH = "encryption_header.key_id_length", U8, Bytes, Length, Open, LengthOf(ENCRYPTION_HEADER_KEY_ID);
    ENCRYPTION_HEADER_KEY_ID = "encryption_header.key_id", Text, Plain, Identifier, Id;
    ENCRYPTION_HEADER_PASSWORD = "encryption_header.encrypted_file_password", Bytes, Plain, Value, Open;
    ENCRYPTION_HEADER_IV = "encryption_header.iv_for_file_password", Bytes, Plain, Value, Open;

    FORMAT_DESCRIPTION_BINLOG_VERSION = "format_description.binlog_version", U16, Plain, Structure, Open;
    FORMAT_DESCRIPTION_SERVER_VERSION = "format_description.server_version", Text, Plain, Identifier, Open;
    FORMAT_DESCRIPTION_CREATE_TIMESTAMP = "format_description.create_timestamp", U32, UnixSeconds, Time, Open;
    FORMAT_DESCRIPTION_HEADER_LENGTH = "format_description.event_header_length", U8, Bytes, Length, Open, LengthOf(EVENT_HEADER);
    FORMAT_DESCRIPTION_POST_HEADER_LENGTHS = "format_description.post_header_lengths", List, Plain, Structure, Open;
    FORMAT_DESCRIPTION_POST_HEADER_LENGTH = "format_description.post_header_length", U8, Bytes, Length, Open;
    FORMAT_DESCRIPTION_CHECKSUM_ALG = "format_description.checksum_alg", U8, ChecksumAlgorithm, Structure, Open;

    START_V3_BINLOG_VERSION = "start_v3.binlog_version", U16, Plain, Structure, Open;
    START_V3_SERVER_VERSION = "start_v3.server_version", Text, Plain, Identifier, Open;
    START_V3_CREATE_TIMESTAMP = "start_v3.create_timestamp", U32, UnixSeconds, Time, Open;

    ROTATE_POSITION = "rotate.position", U64, Plain, Structure, Open;
    ROTATE_NEXT_FILE = "rotate.next_binlog_file_name", Text, Plain, Identifier, Name;

    QUERY_THREAD_ID = "query.thread_id", U32, Plain, Identifier, Id;
    QUERY_EXEC_TIME = "query.exec_time", U32, Seconds, Time, Open;
    QUERY_DB_LENGTH = "query.database_name_length", U8, Bytes, Length, Open, LengthOf(QUERY_DATABASE);
    QUERY_ERROR_CODE = "query.error_code", U16, Plain, Structure, Open;
    QUERY_STATUS_VARS_LENGTH = "query.status_vars_length", U16, Bytes, Length, Open, LengthOf(QUERY_STATUS_VARS);
    QUERY_STATUS_VARS = "query.status_vars", List, Plain, Structure, Open;
    QUERY_STATUS_VAR = "query.status_var", Group, Plain, Structure, Open;
    QUERY_STATUS_VAR_CODE = "query.status_var_code", U8, StatusVariable, Structure, Open;
    QUERY_FLAGS2 = "query.flags2", U32, SessionFlags, Flags, Open;
    QUERY_SQL_MODE = "query.sql_mode", U64, SqlMode, Flags, Open;
    QUERY_CATALOG_LENGTH = "query.catalog_name_length", U8, Bytes, Length, Open, LengthOf(QUERY_CATALOG);
    QUERY_CATALOG = "query.catalog_name", Text, Plain, Identifier, Name;
    QUERY_CATALOG_TERMINATOR = "query.catalog_terminator", U8, Plain, Structure, Open;
    QUERY_AUTO_INCREMENT_INCREMENT = "query.auto_increment_increment", U16, Plain, Value, Open;
    QUERY_AUTO_INCREMENT_OFFSET = "query.auto_increment_offset", U16, Plain, Value, Open;
    QUERY_CHARSET_CLIENT = "query.character_set_client", U16, Collation, Identifier, Open;
    QUERY_COLLATION_CONNECTION = "query.collation_connection", U16, Collation, Identifier, Open;
    QUERY_COLLATION_SERVER = "query.collation_server", U16, Collation, Identifier, Open;
    QUERY_TIME_ZONE_LENGTH = "query.time_zone_name_length", U8, Bytes, Length, Open, LengthOf(QUERY_TIME_ZONE);
    QUERY_TIME_ZONE = "query.time_zone_name", Text, Plain, Time, Open;
    QUERY_LC_TIME_NAMES = "query.lc_time_names_number", U16, Plain, Identifier, Open;
    QUERY_CHARSET_DATABASE = "query.charset_database", U16, Collation, Identifier, Open;
    QUERY_TABLE_MAP_FOR_UPDATE = "query.table_map_for_update", U64, Hex, Flags, Open;
    QUERY_MASTER_DATA_WRITTEN = "query.master_data_written", U32, Bytes, Structure, Open;
    QUERY_INVOKER_USER_LENGTH = "query.invoker_user_name_length", U8, Bytes, Length, Open, LengthOf(QUERY_INVOKER_USER);
    QUERY_INVOKER_USER = "query.invoker_user_name", Text, Plain, Identifier, Account;
    QUERY_INVOKER_HOST_LENGTH = "query.invoker_host_name_length", U8, Bytes, Length, Open, LengthOf(QUERY_INVOKER_HOST);
    QUERY_INVOKER_HOST = "query.invoker_host_name", Text, Plain, Identifier, Account;
    QUERY_UPDATED_DB_COUNT = "query.updated_db_count", U8, Plain, Length, Open, CountOf(QUERY_UPDATED_DB_NAME);
    QUERY_UPDATED_DB = "query.updated_db", Group, Plain, Structure, Open;
    QUERY_UPDATED_DB_NAME = "query.updated_db_name", Text, Plain, Identifier, Name;
    QUERY_UPDATED_DB_TERMINATOR = "query.updated_db_terminator", U8, Plain, Structure, Open;
    QUERY_MICROSECONDS = "query.microseconds", U24, Micros, Time, Open;
    QUERY_EXPLICIT_DEFAULTS_FOR_TIMESTAMP = "query.explicit_defaults_for_timestamp", U8, Boolean, Flags, Open;
    QUERY_DDL_XID = "query.ddl_xid", U64, Plain, Identifier, Id;
    QUERY_DEFAULT_COLLATION_FOR_UTF8MB4 = "query.default_collation_for_utf8mb4", U16, Collation, Identifier, Open;
    QUERY_SQL_REQUIRE_PRIMARY_KEY = "query.sql_require_primary_key", U8, Boolean, Flags, Open;
    QUERY_DEFAULT_TABLE_ENCRYPTION = "query.default_table_encryption", U8, Boolean, Flags, Open;
    QUERY_ENABLE_CASCADE_TRIGGERS = "query.enable_cascade_triggers", U8, Boolean, Flags, Open;
    QUERY_HRNOW = "query.hrnow", U24, Micros, Time, Open;
    QUERY_XID = "query.xid", U64, Plain, Identifier, Id;
    QUERY_GTID_FLAGS3 = "query.gtid_flags_extra", U8, MariadbGtidExtraFlags, Flags, Open;
    QUERY_SA_SEQ_NO = "query.start_alter_seq_no", U64, Plain, Identifier, Id;
    QUERY_COLLATION_COUNT = "query.character_set_collations_count", U8, Plain, Length, Open, CountOf(QUERY_COLLATION_PAIR);
    QUERY_COLLATION_PAIR = "query.character_set_collation", Group, Plain, Structure, Open;
    QUERY_COLLATION_FROM = "query.default_collation", U16, Collation, Identifier, Open;
    QUERY_COLLATION_TO = "query.replacement_collation", U16, Collation, Identifier, Open;
    QUERY_DUMMY = "query.dummy_padding", Bytes, Plain, Unexplained, Open;
    QUERY_UNKNOWN_STATUS_VARS = "query.unknown_status_vars", Bytes, Plain, Unexplained, Data;
    QUERY_DATABASE = "query.database_name", Text, Plain, Identifier, Name;
    QUERY_DATABASE_TERMINATOR = "query.database_terminator", U8, Plain, Structure, Open;
    QUERY_STATEMENT = "query.query", Text, Plain, Value, Sql;

    INTVAR_TYPE = "intvar.intvar_type", U8, IntvarType, Structure, Open;
    INTVAR_VALUE = "intvar.value", U64, Plain, Value, Data;
    RAND_SEED1 = "rand.seed1", U64, Plain, Value, Open;
    RAND_SEED2 = "rand.seed2", U64, Plain, Value, Open;

    USER_VAR_NAME_LENGTH = "user_var.name_length", U32, Bytes, Length, Open, LengthOf(USER_VAR_NAME);
    USER_VAR_NAME = "user_var.name", Text, Plain, Identifier, Name;
    USER_VAR_IS_NULL = "user_var.is_null", U8, Boolean, Flags, Open;
    USER_VAR_TYPE = "user_var.value_type", U8, UserVarType, Structure, Open;
    USER_VAR_CHARSET = "user_var.charset", U32, Collation, Identifier, Open;
    USER_VAR_VALUE_LENGTH = "user_var.value_length", U32, Bytes, Length, Open, LengthOf(USER_VAR_VALUE);
    USER_VAR_VALUE = "user_var.value", Bytes, Plain, Value, Data;
    USER_VAR_DECIMAL = "user_var.decimal_value", Group, Plain, Value, Data;
    USER_VAR_PRECISION = "user_var.decimal_precision", U8, Plain, Length, Open;
    USER_VAR_SCALE = "user_var.decimal_scale", U8, Plain, Length, Open;
    USER_VAR_FLAGS = "user_var.flags", U8, UserVarFlags, Flags, Open;
    USER_VAR_DATA_TYPE_LENGTH = "user_var.data_type_name_length", U8, Bytes, Length, Open, LengthOf(USER_VAR_DATA_TYPE);
    USER_VAR_DATA_TYPE = "user_var.data_type_name", Text, Plain, Identifier, Open;

    LOAD_FILE_ID = "load.file_id", U32, Plain, Identifier, Id;
    LOAD_BLOCK_DATA = "load.block_data", Bytes, Plain, Value, Data;
    LOAD_FILE_NAME_START = "load.file_name_start", U32, Plain, Structure, Open;
    LOAD_FILE_NAME_END = "load.file_name_end", U32, Plain, Structure, Open;
    LOAD_THREAD_ID = "load.thread_id", U32, Plain, Identifier, Id;
    LOAD_EXEC_TIME = "load.exec_time", U32, Seconds, Time, Open;
    LOAD_SKIP_LINES = "load.skip_lines", U32, Plain, Structure, Open;
    LOAD_TABLE_LENGTH = "load.table_name_length", U8, Bytes, Length, Open, LengthOf(LOAD_TABLE);
    LOAD_DATABASE_LENGTH = "load.database_name_length", U8, Bytes, Length, Open, LengthOf(LOAD_DATABASE);
    LOAD_COLUMN_COUNT = "load.field_count", U32, Plain, Length, Open, CountOf(LOAD_COLUMN_NAMES);
    LOAD_SEPARATORS = "load.separators", Group, Plain, Structure, Open;
    LOAD_SEPARATOR_LENGTH = "load.separator_length", U8, Bytes, Length, Open;
    LOAD_FIELD_TERMINATOR = "load.fields_terminated_by", Text, Plain, Value, Open;
    LOAD_ENCLOSED_BY = "load.fields_enclosed_by", Text, Plain, Value, Open;
    LOAD_LINE_TERMINATOR = "load.lines_terminated_by", Text, Plain, Value, Open;
    LOAD_LINE_START = "load.lines_starting_by", Text, Plain, Value, Open;
    LOAD_ESCAPED_BY = "load.fields_escaped_by", Text, Plain, Value, Open;
    LOAD_OPTION_FLAGS = "load.option_flags", U8, LoadFlags, Flags, Open;
    LOAD_EMPTY_FLAGS = "load.empty_flags", U8, LoadEmptyFlags, Flags, Open;
    LOAD_COLUMN_LENGTHS = "load.field_name_lengths", List, Plain, Structure, Open;
    LOAD_COLUMN_LENGTH = "load.field_name_length", U8, Bytes, Length, Open, LengthOf(LOAD_COLUMN_NAME);
    LOAD_COLUMN_NAMES = "load.field_names", List, Plain, Structure, Open;
    LOAD_COLUMN_ITEM = "load.field_name_item", Group, Plain, Structure, Open;
    LOAD_COLUMN_NAME = "load.field_name", Text, Plain, Identifier, Name;
    LOAD_TERMINATOR = "load.terminator", U8, Plain, Structure, Open;
    LOAD_TABLE = "load.table_name", Text, Plain, Identifier, Name;
    LOAD_DATABASE = "load.database_name", Text, Plain, Identifier, Name;
    LOAD_FILE_NAME = "load.file_name", Text, Plain, Identifier, Name;
    LOAD_DUPLICATE_HANDLING = "load.duplicate_handling", U8, DuplicateHandling, Structure, Open;

    SLAVE_POSITION = "slave.master_position", U64, Plain, Structure, Open;
    SLAVE_PORT = "slave.master_port", U16, Plain, Identifier, Account;
    SLAVE_HOST = "slave.master_host", Text, Plain, Identifier, Account;
    SLAVE_HOST_TERMINATOR = "slave.master_host_terminator", U8, Plain, Structure, Open;
    SLAVE_LOG_NAME = "slave.master_log_name", Text, Plain, Identifier, Name;

    INCIDENT_NUMBER = "incident.incident", U16, Incident, Structure, Open;
    INCIDENT_MESSAGE_LENGTH = "incident.message_length", U8, Bytes, Length, Open, LengthOf(INCIDENT_MESSAGE);
    INCIDENT_MESSAGE = "incident.message_text", Text, Plain, Value, Name;

    HEARTBEAT_LARGE_POSITION = "heartbeat.large_position", U64, Plain, Structure, Open;
    HEARTBEAT_FILE_NAME = "heartbeat.log_file_name", Text, Plain, Identifier, Name;
    HEARTBEAT_FIELDS = "heartbeat.fields", List, Plain, Structure, Open;
    HEARTBEAT_FIELD = "heartbeat.field", Group, Plain, Structure, Open;
    HEARTBEAT_FIELD_TYPE = "heartbeat.field_type", Lenenc, HeartbeatField, Structure, Open;
    HEARTBEAT_FIELD_LENGTH = "heartbeat.field_length", Lenenc, Bytes, Length, Open;
    HEARTBEAT_POSITION = "heartbeat.log_position", Lenenc, Plain, Structure, Open;

    IGNORABLE_DATA = "ignorable.ignorable_data", Bytes, Plain, Value, Data;

    LARGE_TRANSACTION_VERSION = "large_transaction_header.version", U8, Plain, Structure, Open;
    LARGE_TRANSACTION_LAST_POSITION = "large_transaction_header.last_event_position", U64, Plain, Structure, Open;
    LARGE_TRANSACTION_LAST_TYPE = "large_transaction_header.last_event_type", U8, EventType, Structure, Open;

    AURORA_PADDING = "aurora_padding.asterisks", Bytes, Plain, Unexplained, Open;
    CONSENSUS_FLAGS = "consensus.consensus_flags", U32, ConsensusFlags, Flags, Open;
    CONSENSUS_TERM = "consensus.term", U64, Plain, Identifier, Open;
    CONSENSUS_INDEX = "consensus.index", U64, Plain, Identifier, Open;
    CONSENSUS_LENGTH = "consensus.entry_length", U64, Bytes, Length, Open;
    CONSENSUS_RESERVE = "consensus.reserve", U64, Hex, Unexplained, Open;
    CONSENSUS_PREVIOUS_INDEX = "consensus.previous_index", U64, Plain, Identifier, Open;
    CONSENSUS_INFO_LENGTH = "consensus.info_length", U32, Bytes, Length, Open, LengthOf(CONSENSUS_INFO);
    CONSENSUS_INFO = "consensus.cluster_info_text", Text, Plain, Identifier, Account;
    GCN_FLAGS = "gcn.gcn_flags", U8, GcnFlags, Flags, Open;
    GCN_NUMBER = "gcn.commit_gcn", U64, Plain, Identifier, Id;
    GCN_BRANCHES = "gcn.branch_count", U16, Plain, Structure, Open;
    GCN_LOCAL_BRANCHES = "gcn.local_branch_count", U16, Plain, Structure, Open;
    GCN_UNSET = "gcn.unset_gcn", Bytes, Plain, Unexplained, Open;

    XA_PREPARE_ONE_PHASE = "xa_prepare.one_phase", U8, Boolean, Flags, Open;
    XA_PREPARE_FORMAT_ID = "xa_prepare.format_id", I32, Plain, Structure, Open;
    XA_PREPARE_GTRID_LENGTH = "xa_prepare.gtrid_length", U32, Bytes, Length, Open, LengthOf(XA_PREPARE_GTRID);
    XA_PREPARE_BQUAL_LENGTH = "xa_prepare.bqual_length", U32, Bytes, Length, Open, LengthOf(XA_PREPARE_BQUAL);
    XA_PREPARE_GTRID = "xa_prepare.gtrid_data", Bytes, Plain, Identifier, Id;
    XA_PREPARE_BQUAL = "xa_prepare.bqual_data", Bytes, Plain, Identifier, Id;

    TRANSACTION_CONTEXT_UUID_LENGTH = "transaction_context.server_uuid_length", U8, Bytes, Length, Open, LengthOf(TRANSACTION_CONTEXT_UUID);
    TRANSACTION_CONTEXT_THREAD_ID = "transaction_context.thread_id", U32, Plain, Identifier, Id;
    TRANSACTION_CONTEXT_GTID_SPECIFIED = "transaction_context.gtid_specified", U8, Boolean, Flags, Open;
    TRANSACTION_CONTEXT_SNAPSHOT_LENGTH = "transaction_context.snapshot_version_length", U32, Bytes, Length, Open, LengthOf(TRANSACTION_CONTEXT_SNAPSHOT);
    TRANSACTION_CONTEXT_WRITE_SET_COUNT = "transaction_context.write_set_count", U32, Plain, Length, Open, CountOf(TRANSACTION_CONTEXT_WRITE_SET);
    TRANSACTION_CONTEXT_READ_SET_COUNT = "transaction_context.read_set_count", U32, Plain, Length, Open, CountOf(TRANSACTION_CONTEXT_READ_SET);
    TRANSACTION_CONTEXT_UUID = "transaction_context.server_uuid", Text, Plain, Identifier, Id;
    TRANSACTION_CONTEXT_SNAPSHOT = "transaction_context.snapshot_version", Group, Plain, Structure, Open;
    TRANSACTION_CONTEXT_WRITE_SET = "transaction_context.write_set", List, Plain, Structure, Open;
    TRANSACTION_CONTEXT_READ_SET = "transaction_context.read_set", List, Plain, Structure, Open;
    TRANSACTION_CONTEXT_SET_ITEM = "transaction_context.row_hash_item", Group, Plain, Structure, Open;
    TRANSACTION_CONTEXT_HASH_LENGTH = "transaction_context.row_hash_length", U16, Bytes, Length, Open, LengthOf(TRANSACTION_CONTEXT_HASH);
    TRANSACTION_CONTEXT_HASH = "transaction_context.row_hash", Bytes, Plain, Identifier, Data;

    VIEW_CHANGE_VIEW_ID = "view_change.view_id_text", Text, Plain, Identifier, Id;
    VIEW_CHANGE_SEQUENCE_NUMBER = "view_change.sequence_number", U64, Plain, Identifier, Open;
    VIEW_CHANGE_CERTIFICATION_COUNT = "view_change.certification_info_count", U32, Plain, Length, Open, CountOf(VIEW_CHANGE_CERTIFICATION);
    VIEW_CHANGE_CERTIFICATION = "view_change.certification_info", List, Plain, Structure, Open;
    VIEW_CHANGE_CERTIFICATION_ITEM = "view_change.certification_item", Group, Plain, Structure, Open;
    VIEW_CHANGE_KEY_LENGTH = "view_change.key_length", U16, Bytes, Length, Open, LengthOf(VIEW_CHANGE_KEY);
    VIEW_CHANGE_KEY = "view_change.key", Bytes, Plain, Identifier, Data;
    VIEW_CHANGE_VALUE_LENGTH = "view_change.value_length", U32, Bytes, Length, Open, LengthOf(VIEW_CHANGE_VALUE);
    VIEW_CHANGE_VALUE = "view_change.value", Group, Plain, Structure, Open;
    VIEW_CHANGE_ERROR = "view_change.error_message_text", Text, Plain, Value, Name;

    XID_XID = "xid.xid", U64, Plain, Identifier, Id;

    TABLE_MAP_TABLE_ID = "table_map.table_id", U48, Plain, Identifier, Id;
    TABLE_MAP_TABLE_ID_4 = "table_map.table_id_4", U32, Plain, Identifier, Id;
    TABLE_MAP_FLAGS = "table_map.flags", U16, TableMapFlags, Flags, Open;
    TABLE_MAP_DB_LENGTH = "table_map.database_name_length", Lenenc, Bytes, Length, Open, LengthOf(TABLE_MAP_DATABASE);
    TABLE_MAP_DATABASE = "table_map.database_name", Text, Plain, Identifier, Name;
    TABLE_MAP_DB_TERMINATOR = "table_map.database_terminator", U8, Plain, Structure, Open;
    TABLE_MAP_TABLE_LENGTH = "table_map.table_name_length", Lenenc, Bytes, Length, Open, LengthOf(TABLE_MAP_TABLE);
    TABLE_MAP_TABLE = "table_map.table_name", Text, Plain, Identifier, Name;
    TABLE_MAP_TABLE_TERMINATOR = "table_map.table_terminator", U8, Plain, Structure, Open;
    TABLE_MAP_COLUMN_COUNT = "table_map.column_count", Lenenc, Plain, Length, Open, CountOf(TABLE_MAP_COLUMN_TYPES);
    TABLE_MAP_COLUMN_TYPES = "table_map.column_types", List, Plain, Structure, Open;
    TABLE_MAP_COLUMN_TYPE = "table_map.column_type", U8, ColumnType, Structure, Open;
    TABLE_MAP_METADATA_LENGTH = "table_map.column_metadata_length", Lenenc, Bytes, Length, Open, LengthOf(TABLE_MAP_METADATA);
    TABLE_MAP_METADATA = "table_map.column_metadata", List, Plain, Structure, Open;
    TABLE_MAP_METADATA_ITEM = "table_map.column_metadata_of", Group, Plain, Structure, Open;
    TABLE_MAP_META_PACK_LENGTH = "table_map.pack_length", U8, Bytes, Length, Open;
    TABLE_MAP_META_MAX_LENGTH = "table_map.max_length", U16, Bytes, Length, Open;
    TABLE_MAP_META_ARRAY_MAX_LENGTH = "table_map.array_max_length", U24, Bytes, Length, Open;
    TABLE_MAP_META_SPARE_BITS = "table_map.spare_bits", U8, Plain, Length, Open;
    TABLE_MAP_META_WHOLE_BYTES = "table_map.whole_bytes", U8, Bytes, Length, Open;
    TABLE_MAP_META_FSP = "table_map.fractional_seconds_precision", U8, Plain, Length, Open;
    TABLE_MAP_META_PRECISION = "table_map.precision", U8, Plain, Length, Open;
    TABLE_MAP_META_SCALE = "table_map.scale", U8, Plain, Length, Open;
    TABLE_MAP_META_STRING = "table_map.real_type_and_length", BitsBe, StringMetadata, Structure, Open;
    TABLE_MAP_META_ELEMENT_TYPE = "table_map.array_element_type", U8, ColumnType, Structure, Open;
    TABLE_MAP_NULL_BITMAP = "table_map.null_bitmap", Bitmap, Plain, Flags, Open;
    TABLE_MAP_OPTIONAL = "table_map.optional_metadata", List, Plain, Structure, Open;
    TABLE_MAP_OPTIONAL_FIELD = "table_map.optional_metadata_field", Group, Plain, Structure, Open;
    TABLE_MAP_OPTIONAL_TYPE = "table_map.optional_metadata_type", U8, OptionalMetadata, Structure, Open;
    TABLE_MAP_OPTIONAL_LENGTH = "table_map.optional_metadata_length", Lenenc, Bytes, Length, Open;
    TABLE_MAP_SIGNEDNESS = "table_map.signedness_bitmap", MsbBitmap, Plain, Flags, Open;
    TABLE_MAP_DEFAULT_CHARSET = "table_map.default_charset", Lenenc, Collation, Identifier, Open;
    TABLE_MAP_CHARSET_PAIR = "table_map.charset_exception", Group, Plain, Structure, Open;
    TABLE_MAP_CHARSET_COLUMN = "table_map.charset_column", Lenenc, Plain, Identifier, Open;
    TABLE_MAP_COLUMN_CHARSET = "table_map.column_charset", Lenenc, Collation, Identifier, Open;
    TABLE_MAP_COLUMN_NAME_ITEM = "table_map.column_name_item", Group, Plain, Structure, Open;
    TABLE_MAP_COLUMN_NAME_LENGTH = "table_map.column_name_length", Lenenc, Bytes, Length, Open, LengthOf(TABLE_MAP_COLUMN_NAME);
    TABLE_MAP_COLUMN_NAME = "table_map.column_name", Text, Plain, Identifier, Name;
    TABLE_MAP_LABELS = "table_map.value_labels", Group, Plain, Structure, Open;
    TABLE_MAP_LABEL_COUNT = "table_map.label_count", Lenenc, Plain, Length, Open, CountOf(TABLE_MAP_LABEL_ITEM);
    TABLE_MAP_LABEL_ITEM = "table_map.label_item", Group, Plain, Structure, Open;
    TABLE_MAP_LABEL_LENGTH = "table_map.label_length", Lenenc, Bytes, Length, Open, LengthOf(TABLE_MAP_LABEL);
    TABLE_MAP_LABEL = "table_map.label", Text, Plain, Identifier, Name;
    TABLE_MAP_GEOMETRY_TYPE = "table_map.geometry_type", Lenenc, GeometryType, Structure, Open;
    TABLE_MAP_PRIMARY_KEY_COLUMN = "table_map.primary_key_column", Lenenc, Plain, Identifier, Open;
    TABLE_MAP_PRIMARY_KEY_PART = "table_map.primary_key_part", Group, Plain, Structure, Open;
    TABLE_MAP_PRIMARY_KEY_PREFIX = "table_map.primary_key_prefix", Lenenc, Plain, Length, Open;
    TABLE_MAP_VISIBILITY = "table_map.visibility_bitmap", MsbBitmap, Plain, Flags, Open;
    TABLE_MAP_VECTOR_DIMENSIONALITY = "table_map.vector_dimensionality", Lenenc, Plain, Length, Open;

    ROWS_TABLE_ID = "rows.table_id", U48, Plain, Identifier, Id;
    ROWS_TABLE_ID_4 = "rows.table_id_4", U32, Plain, Identifier, Id;
    ROWS_FLAGS = "rows.flags", U16, RowsFlags, Flags, Open;
    ROWS_EXTRA_LENGTH = "rows.extra_row_data_length", U16, Bytes, Length, Open, LengthOf(ROWS_EXTRA);
    ROWS_EXTRA = "rows.extra_row_data", Group, Plain, Structure, Open;
    ROWS_EXTRA_TYPE = "rows.extra_row_data_type", U8, ExtraRowData, Structure, Open;
    ROWS_EXTRA_NDB_LENGTH = "rows.ndb_data_length", U8, Bytes, Length, Open, LengthOf(ROWS_EXTRA_NDB);
    ROWS_EXTRA_NDB_FORMAT = "rows.ndb_data_format", U8, Plain, Structure, Open;
    ROWS_EXTRA_NDB = "rows.ndb_data", Bytes, Plain, Value, Open;
    ROWS_PARTITION_ID = "rows.partition_id", U16, Plain, Identifier, Open;
    ROWS_SOURCE_PARTITION_ID = "rows.source_partition_id", U16, Plain, Identifier, Open;
    ROWS_EXTRA_UNKNOWN = "rows.unknown_data", Bytes, Plain, Unexplained, Data;
    ROWS_WIDTH = "rows.column_count", Lenenc, Plain, Length, Open, CountOf(ROWS_PRESENT);
    ROWS_PRESENT = "rows.columns_present_bitmap", Bitmap, Plain, Flags, Open;
    ROWS_PRESENT_AFTER = "rows.columns_present_bitmap_after", Bitmap, Plain, Flags, Open;
    ROWS_ROWS = "rows.rows", List, Plain, Value, Data;
    ROWS_ROW = "rows.row", Group, Plain, Value, Data;
    ROWS_BEFORE = "rows.before", List, Plain, Value, Data;
    ROWS_AFTER = "rows.after", List, Plain, Value, Data;
    ROWS_RECORD_NULL_BYTES = "rows.record_null_bytes", Bitmap, Plain, Flags, Open;
    ROWS_VALUE_OPTIONS = "rows.value_options", Lenenc, RowValueOptions, Flags, Open;
    ROWS_PARTIAL_BITS = "rows.partial_bits", Bitmap, Plain, Flags, Open;
    ROWS_NULL_BITMAP = "rows.null_bitmap", Bitmap, Plain, Flags, Open;

    COLUMN_TINY = "column.tiny", IntLe, Plain, Value, Data;
    COLUMN_SHORT = "column.short", IntLe, Plain, Value, Data;
    COLUMN_INT24 = "column.int24", IntLe, Plain, Value, Data;
    COLUMN_LONG = "column.long", IntLe, Plain, Value, Data;
    COLUMN_LONGLONG = "column.longlong", IntLe, Plain, Value, Data;
    COLUMN_FLOAT = "column.float", F32, Plain, Value, Data;
    COLUMN_DOUBLE = "column.double", F64, Plain, Value, Data;
    COLUMN_DECIMAL = "column.newdecimal", Group, Plain, Value, Data;
    COLUMN_DECIMAL_DIGITS = "column.decimal_digits", Digits, Plain, Value, Data;
    COLUMN_BIT = "column.bit", BitsBe, Plain, Value, Data;
    COLUMN_YEAR = "column.year", U8, Plain, Value, Data;
    COLUMN_DATE = "column.date", PackedDate, Plain, Value, Data;
    COLUMN_TIME = "column.time", IntLe, Plain, Value, Data;
    COLUMN_DATETIME = "column.datetime", U64, Plain, Value, Data;
    COLUMN_TIMESTAMP = "column.timestamp", U32, UnixSeconds, Value, Data;
    COLUMN_TIME2 = "column.time2", PackedTime, Plain, Value, Data;
    COLUMN_DATETIME2 = "column.datetime2", PackedTime, Plain, Value, Data;
    COLUMN_TIMESTAMP2 = "column.timestamp2", PackedTime, Plain, Value, Data;
    COLUMN_VARCHAR = "column.varchar", Group, Plain, Value, Data;
    COLUMN_STRING = "column.string", Group, Plain, Value, Data;
    COLUMN_BLOB = "column.blob", Group, Plain, Value, Data;
    COLUMN_GEOMETRY = "column.geometry", Group, Plain, Value, Data;
    COLUMN_VECTOR = "column.vector", Group, Plain, Value, Data;
    COLUMN_VECTOR_ELEMENTS = "column.vector_elements", List, Plain, Value, Data;
    COLUMN_VECTOR_ELEMENT = "column.vector_element", F32, Plain, Value, Data;
    COLUMN_TYPED_ARRAY = "column.typed_array", Group, Plain, Value, Data;
    COLUMN_OLD_DECIMAL = "column.old_decimal", Text, Plain, Value, Data;
    COLUMN_TIME_HIRES = "column.time_hires", PackedTime, Plain, Value, Data;
    COLUMN_DATETIME_HIRES = "column.datetime_hires", PackedTime, Plain, Value, Data;
    COLUMN_TIMESTAMP_HIRES = "column.timestamp_hires", PackedTime, Plain, Value, Data;
    COLUMN_OPEN_WIDTH = "column.unknown_width", Bytes, Plain, Unexplained, Data;
    COLUMN_JSON = "column.json", Group, Plain, Value, Data;
    COLUMN_LENGTH = "column.length", UintLe, Bytes, Length, Open, LengthOf(COLUMN_VALUE);
    COLUMN_VALUE = "column.value", Bytes, Plain, Value, Data;
    COLUMN_ENUM = "column.enum", UintLe, Plain, Value, Data;
    COLUMN_SET = "column.set", UintLe, Plain, Value, Data;
    COLUMN_NULL = "column.null", Group, Plain, Value, Data;
    COLUMN_UNSUPPORTED = "column.unsupported", Bytes, Plain, Unexplained, Data;

    GEOMETRY_SRID = "geometry.srid", U32, Plain, Identifier, Open;
    GEOMETRY_SHAPE = "geometry.shape", Group, Plain, Value, Data;
    GEOMETRY_BYTE_ORDER = "geometry.byte_order", U8, ByteOrder, Structure, Open;
    GEOMETRY_TYPE = "geometry.type", OrderedInt, GeometryType, Structure, Open;
    GEOMETRY_COUNT = "geometry.count", OrderedInt, Plain, Length, Open;
    GEOMETRY_POINTS = "geometry.points", List, Plain, Value, Data;
    GEOMETRY_POINT = "geometry.point", Group, Plain, Value, Data;
    GEOMETRY_X = "geometry.x", OrderedF64, Plain, Value, Data;
    GEOMETRY_Y = "geometry.y", OrderedF64, Plain, Value, Data;
    GEOMETRY_RINGS = "geometry.rings", List, Plain, Value, Data;
    GEOMETRY_RING = "geometry.ring", Group, Plain, Value, Data;
    GEOMETRY_MEMBERS = "geometry.members", List, Plain, Value, Data;

    JSON_DOCUMENT = "json.document", Group, Plain, Value, Data;
    JSON_TYPE = "json.value_type", U8, JsonType, Structure, Open;
    JSON_OBJECT = "json.object", Group, Plain, Value, Data;
    JSON_ARRAY = "json.array", Group, Plain, Value, Data;
    JSON_COUNT = "json.element_count", UintLe, Plain, Length, Open;
    JSON_SIZE = "json.size", UintLe, Bytes, Length, Open;
    JSON_KEY_ENTRIES = "json.key_entries", List, Plain, Structure, Open;
    JSON_KEY_ENTRY = "json.key_entry", Group, Plain, Structure, Open;
    JSON_KEY_OFFSET = "json.key_offset", UintLe, Plain, Structure, Open;
    JSON_KEY_LENGTH = "json.key_length", U16, Bytes, Length, Open, LengthOf(JSON_KEY);
    JSON_VALUE_ENTRIES = "json.value_entries", List, Plain, Structure, Open;
    JSON_VALUE_ENTRY = "json.value_entry", Group, Plain, Structure, Open;
    JSON_VALUE_OFFSET = "json.value_offset", UintLe, Plain, Structure, Open;
    JSON_CONTENTS = "json.keys_and_values", List, Plain, Value, Data;
    JSON_KEY = "json.key", Text, Plain, Identifier, Name;
    JSON_LITERAL = "json.literal", U8, JsonLiteral, Value, Data;
    JSON_INTEGER = "json.integer", IntLe, Plain, Value, Data;
    JSON_DOUBLE = "json.double", F64, Plain, Value, Data;
    JSON_STRING = "json.string", Group, Plain, Value, Data;
    JSON_STRING_LENGTH = "json.string_length", Varlen, Bytes, Length, Open, LengthOf(JSON_STRING_TEXT);
    JSON_STRING_TEXT = "json.string_text", Text, Plain, Value, Data;
    JSON_OPAQUE = "json.opaque", Group, Plain, Value, Data;
    JSON_OPAQUE_TYPE = "json.opaque_type", U8, ColumnType, Structure, Open;
    JSON_OPAQUE_LENGTH = "json.opaque_length", Varlen, Bytes, Length, Open, LengthOf(JSON_OPAQUE_DATA);
    JSON_OPAQUE_DATA = "json.opaque_data", Bytes, Plain, Value, Data;
    JSON_DECIMAL_PRECISION = "json.decimal_precision", U8, Plain, Length, Open;
    JSON_DECIMAL_SCALE = "json.decimal_scale", U8, Plain, Length, Open;
    JSON_DIFFS = "json.diffs", List, Plain, Value, Data;
    JSON_DIFF = "json.diff", Group, Plain, Value, Data;
    JSON_DIFF_OPERATION = "json.diff_operation", U8, JsonDiffOperation, Structure, Open;
    JSON_DIFF_PATH_LENGTH = "json.path_length", Lenenc, Bytes, Length, Open, LengthOf(JSON_DIFF_PATH);
    JSON_DIFF_PATH = "json.json_path", Text, Plain, Identifier, Name;
    JSON_DIFF_VALUE_LENGTH = "json.value_length", Lenenc, Bytes, Length, Open, LengthOf(JSON_DOCUMENT);
    JSON_REFERENCE = "json.shared_value", Group, Plain, Value, Data;

    ROWS_QUERY_LENGTH = "rows_query.query_length", U8, Bytes, Length, Open;
    ROWS_QUERY_STATEMENT = "rows_query.query", Text, Plain, Value, Sql;

    GTID_FLAGS = "gtid.gtid_flags", U8, GtidFlags, Flags, Open;
    GTID_SOURCE_UUID = "gtid.source_uuid", Uuid, Plain, Identifier, Id;
    GTID_GNO = "gtid.gno", I64, Plain, Identifier, Id;
    GTID_LT_TYPE = "gtid.logical_timestamp_typecode", U8, Plain, Structure, Open;
    GTID_LAST_COMMITTED = "gtid.last_committed", U64, Plain, Structure, Open;
    GTID_SEQUENCE_NUMBER = "gtid.sequence_number", U64, Plain, Structure, Open;
    GTID_IMMEDIATE_COMMIT_TIMESTAMP = "gtid.immediate_commit_timestamp", U56, UnixMicros, Time, Open;
    GTID_ORIGINAL_COMMIT_TIMESTAMP = "gtid.original_commit_timestamp", U56, UnixMicros, Time, Open;
    GTID_TRANSACTION_LENGTH = "gtid.transaction_length", Lenenc, Bytes, Length, Open;
    GTID_IMMEDIATE_SERVER_VERSION = "gtid.immediate_server_version", U32, ServerVersion, Structure, Open;
    GTID_ORIGINAL_SERVER_VERSION = "gtid.original_server_version", U32, ServerVersion, Structure, Open;
    GTID_COMMIT_GROUP_TICKET = "gtid.commit_group_ticket", U64, Plain, Identifier, Open;

    GTID_OTHER_CLOCK = "gtid.development_logical_clock", Bytes, Plain, Unexplained, Open;

    GTID_TAGGED_VERSION = "gtid_tagged.serialization_version", PrefixVarlen, Plain, Structure, Open;
    GTID_TAGGED_SIZE = "gtid_tagged.message_size", PrefixVarlen, Bytes, Length, Open;
    GTID_TAGGED_LAST_NON_IGNORABLE = "gtid_tagged.last_non_ignorable_field", PrefixVarlen, Plain, Structure, Open;
    GTID_TAGGED_FIELDS = "gtid_tagged.fields", List, Plain, Structure, Open;
    GTID_TAGGED_FIELD = "gtid_tagged.field", Group, Plain, Structure, Open;
    GTID_TAGGED_FIELD_ID = "gtid_tagged.field_id", PrefixVarlen, TaggedGtidField, Structure, Open;
    GTID_TAGGED_FLAGS = "gtid_tagged.gtid_flags", PrefixVarlen, GtidFlags, Flags, Open;
    GTID_TAGGED_SOURCE_UUID = "gtid_tagged.source_uuid", Group, Plain, Identifier, Id;
    GTID_TAGGED_UUID_BYTE = "gtid_tagged.uuid_byte", PrefixVarlen, UuidByte, Identifier, Id;
    GTID_TAGGED_GNO = "gtid_tagged.gno", PrefixVarlen, Plain, Identifier, Id;
    GTID_TAGGED_TAG_LENGTH = "gtid_tagged.tag_length", PrefixVarlen, Bytes, Length, Open, LengthOf(GTID_TAGGED_TAG);
    GTID_TAGGED_TAG = "gtid_tagged.tag_text", Text, Plain, Identifier, Id;
    GTID_TAGGED_LAST_COMMITTED = "gtid_tagged.last_committed", PrefixVarlen, Plain, Structure, Open;
    GTID_TAGGED_SEQUENCE_NUMBER = "gtid_tagged.sequence_number", PrefixVarlen, Plain, Structure, Open;
    GTID_TAGGED_IMMEDIATE_COMMIT_TIMESTAMP = "gtid_tagged.immediate_commit_timestamp", PrefixVarlen, UnixMicros, Time, Open;
    GTID_TAGGED_ORIGINAL_COMMIT_TIMESTAMP = "gtid_tagged.original_commit_timestamp", PrefixVarlen, UnixMicros, Time, Open;
    GTID_TAGGED_TRANSACTION_LENGTH = "gtid_tagged.transaction_length", PrefixVarlen, Bytes, Length, Open;
    GTID_TAGGED_IMMEDIATE_SERVER_VERSION = "gtid_tagged.immediate_server_version", PrefixVarlen, ServerVersion, Structure, Open;
    GTID_TAGGED_ORIGINAL_SERVER_VERSION = "gtid_tagged.original_server_version", PrefixVarlen, ServerVersion, Structure, Open;
    GTID_TAGGED_COMMIT_GROUP_TICKET = "gtid_tagged.commit_group_ticket", PrefixVarlen, Plain, Identifier, Open;
    GTID_TAGGED_NEWER_FIELDS = "gtid_tagged.newer_fields", Bytes, Plain, Unexplained, Data;

    GTID_SET_HEADER = "previous_gtids.source_count", U64, GtidSetHeader, Length, Open, CountOf(GTID_SET_SOURCE);
    GTID_SET_SOURCES = "previous_gtids.sources", List, Plain, Structure, Open;
    GTID_SET_SOURCE = "previous_gtids.source", Group, Plain, Structure, Open;
    GTID_SET_UUID = "previous_gtids.source_uuid", Uuid, Plain, Identifier, Id;
    GTID_SET_TAG_LENGTH = "previous_gtids.tag_length", PrefixVarlen, Bytes, Length, Open, LengthOf(GTID_SET_TAG);
    GTID_SET_TAG = "previous_gtids.tag_name", Text, Plain, Identifier, Id;
    GTID_SET_INTERVAL_COUNT = "previous_gtids.interval_count", U64, Plain, Length, Open, CountOf(GTID_SET_INTERVAL);
    GTID_SET_INTERVAL = "previous_gtids.interval", Group, Plain, Structure, Open;
    GTID_SET_START = "previous_gtids.start", I64, Plain, Identifier, Id;
    GTID_SET_END = "previous_gtids.end", I64, Plain, Identifier, Id;

    ANNOTATE_ROWS_STATEMENT = "annotate_rows.query", Text, Plain, Value, Sql;
    BINLOG_CHECKPOINT_LENGTH = "binlog_checkpoint.file_name_length", U32, Bytes, Length, Open, LengthOf(BINLOG_CHECKPOINT_FILE);
    BINLOG_CHECKPOINT_FILE = "binlog_checkpoint.file_name", Text, Plain, Identifier, Name;

    MARIADB_GTID_SEQ_NO = "mariadb_gtid.sequence_number", U64, Plain, Identifier, Id;
    MARIADB_GTID_DOMAIN_ID = "mariadb_gtid.domain_id", U32, Plain, Identifier, Id;
    MARIADB_GTID_FLAGS = "mariadb_gtid.flags2", U8, MariadbGtidFlags, Flags, Open;
    MARIADB_GTID_COMMIT_ID = "mariadb_gtid.commit_id", U64, Plain, Identifier, Id;
    MARIADB_GTID_XID_FORMAT = "mariadb_gtid.xid_format_id", U32, Plain, Structure, Open;
    MARIADB_GTID_GTRID_LENGTH = "mariadb_gtid.gtrid_length", U8, Bytes, Length, Open, LengthOf(MARIADB_GTID_GTRID);
    MARIADB_GTID_BQUAL_LENGTH = "mariadb_gtid.bqual_length", U8, Bytes, Length, Open, LengthOf(MARIADB_GTID_BQUAL);
    MARIADB_GTID_GTRID = "mariadb_gtid.gtrid_data", Bytes, Plain, Identifier, Id;
    MARIADB_GTID_BQUAL = "mariadb_gtid.bqual_data", Bytes, Plain, Identifier, Id;
    MARIADB_GTID_EXTRA_FLAGS = "mariadb_gtid.flags_extra", U8, MariadbGtidExtraFlags, Flags, Open;
    MARIADB_GTID_EXTRA_ENGINES = "mariadb_gtid.extra_engines", U8, Plain, Structure, Open;
    MARIADB_GTID_SA_SEQ_NO = "mariadb_gtid.start_alter_seq_no", U64, Plain, Identifier, Id;
    MARIADB_GTID_THREAD_ID = "mariadb_gtid.thread_id", U32, Plain, Identifier, Id;

    GTID_LIST_HEADER = "gtid_list.count_and_flags", U32, GtidListHeader, Length, Open, CountOf(GTID_LIST_ITEM);
    GTID_LIST_ITEMS = "gtid_list.gtids", List, Plain, Structure, Open;
    GTID_LIST_ITEM = "gtid_list.gtid", Group, Plain, Structure, Open;
    GTID_LIST_DOMAIN_ID = "gtid_list.domain_id", U32, Plain, Identifier, Id;
    GTID_LIST_SERVER_ID = "gtid_list.server_id", U32, Plain, Identifier, Id;
    GTID_LIST_SEQ_NO = "gtid_list.sequence_number", U64, Plain, Identifier, Id;

    PAYLOAD_FIELDS = "transaction_payload.payload_header", List, Plain, Structure, Open;
    PAYLOAD_FIELD = "transaction_payload.payload_field", Group, Plain, Structure, Open;
    PAYLOAD_FIELD_TYPE = "transaction_payload.field_type", Lenenc, PayloadField, Structure, Open;
    PAYLOAD_FIELD_LENGTH = "transaction_payload.field_length", Lenenc, Bytes, Length, Open;
    PAYLOAD_SIZE = "transaction_payload.payload_size", Lenenc, Bytes, Length, Open, LengthOf(PAYLOAD_PAYLOAD);
    PAYLOAD_COMPRESSION = "transaction_payload.compression_type", Lenenc, Compression, Structure, Open;
    PAYLOAD_UNCOMPRESSED_SIZE = "transaction_payload.uncompressed_size", Lenenc, Bytes, Length, Open;
    PAYLOAD_PAYLOAD = "transaction_payload.payload", Bytes, Plain, Value, Data;

    START_ENCRYPTION_SCHEME = "start_encryption.scheme", U8, Plain, Structure, Open;
    START_ENCRYPTION_KEY_VERSION = "start_encryption.key_version", U32, Plain, Identifier, Open;
    START_ENCRYPTION_NONCE = "start_encryption.nonce", Bytes, Plain, Identifier, Open;

    PARTIAL_ROW_TOTAL = "partial_row_data.total_fragments", U32, Plain, Length, Open;
    PARTIAL_ROW_NUMBER = "partial_row_data.fragment_number", U32, Plain, Identifier, Open;
    PARTIAL_ROW_FLAGS = "partial_row_data.flags", U8, Hex, Flags, Open;
    PARTIAL_ROW_ORIGINAL_SIZE = "partial_row_data.original_event_size", U64, Bytes, Length, Open;
    PARTIAL_ROW_DATA = "partial_row_data.fragment_data", Bytes, Plain, Value, Data;

    COMPRESSED_PART = "compressed.compressed_part", Group, Plain, Value, Data;
    COMPRESSED_HEADER = "compressed.compression_header", U8, CompressionHeader, Length, Open;
    COMPRESSED_LENGTH = "compressed.uncompressed_length", UintBe, Bytes, Length, Open;
    COMPRESSED_DATA = "compressed.compressed_data", Bytes, Plain, Value, Data;
    COLUMN_VARCHAR_COMPRESSED = "column.varchar_compressed", Group, Plain, Value, Data;
    COLUMN_BLOB_COMPRESSED = "column.blob_compressed", Group, Plain, Value, Data;
    COLUMN_COMPRESSION_HEADER = "column.compression_header", U8, ColumnCompressionHeader, Length, Open;
    COLUMN_UNCOMPRESSED_LENGTH = "column.uncompressed_length", UintBe, Bytes, Length, Open;
    COLUMN_COMPRESSED_DATA = "column.compressed_data", Bytes, Plain, Value, Data;

    IBB_MAGIC = "ibb_header.magic", U32, Hex, Structure, Open;
    IBB_PAGE_SIZE_LOG2 = "ibb_header.page_size_log2", U32, Plain, Length, Open;
    IBB_MAJOR_VERSION = "ibb_header.major_version", U32, Plain, Structure, Open;
    IBB_MINOR_VERSION = "ibb_header.minor_version", U32, Plain, Structure, Open;
    IBB_FILE_NUMBER = "ibb_header.file_number", U64, Plain, Identifier, Open;
    IBB_FILE_PAGES = "ibb_header.page_count", U64, Plain, Length, Open;
    IBB_START_LSN = "ibb_header.start_lsn", U64, Plain, Structure, Open;
    IBB_STATE_INTERVAL = "ibb_header.gtid_state_interval", U64, Plain, Structure, Open;
    IBB_EARLIEST_OOB_FILE = "ibb_header.earliest_oob_file_number", U64, Plain, Identifier, Open;
    IBB_EARLIEST_XA_FILE = "ibb_header.earliest_xa_file_number", U64, Plain, Identifier, Open;
    IBB_HEADER_CHECKSUM = "ibb_header.header_checksum", Crc32c, Hex, Checksum, Open, ChecksumOf(ENCLOSING);
    IBB_PAGE_CHECKSUM = "ibb_page.page_checksum", Crc32c, Hex, Checksum, Open, ChecksumOf(ENCLOSING);
    IBB_CHUNK_TYPE = "ibb_chunk.type_and_flags", U8, IbbChunkType, Structure, Open;
    IBB_CHUNK_LENGTH = "ibb_chunk.length", U16, Bytes, Length, Open, LengthOf(IBB_CHUNK_DATA);
    IBB_CHUNK_DATA = "ibb_chunk.data", Bytes, Plain, Value, Data;
    IBB_EVENT_DATA = "ibb_record.event_data", Bytes, Plain, Value, Data;
    IBB_REFERENCE_LIST = "ibb_record.references", List, Plain, Structure, Open;
    IBB_REFERENCES = "ibb_record.oob_references", Group, Plain, Structure, Open;
    IBB_OOB_COUNT = "ibb_record.oob_record_count", CompressedInt, Plain, Length, Open;
    IBB_FIRST_OOB = "ibb_record.first_oob_record", Group, Plain, Structure, Open;
    IBB_LAST_OOB = "ibb_record.last_oob_record", Group, Plain, Structure, Open;
    IBB_REFERENCE_FILE = "ibb_record.file_number", CompressedInt, Plain, Identifier, Open;
    IBB_REFERENCE_OFFSET = "ibb_record.file_offset", CompressedInt, Plain, Structure, Open;
    IBB_NODE_INDEX = "ibb_record.node_index", CompressedInt, Plain, Identifier, Open;
    IBB_LEFT_CHILD = "ibb_record.left_child", Group, Plain, Structure, Open;
    IBB_RIGHT_CHILD = "ibb_record.right_child", Group, Plain, Structure, Open;
    IBB_GTID_COUNT = "ibb_record.gtid_count", CompressedInt, Plain, Length, Open, CountOf(IBB_GTID);
    IBB_XA_FILE_PLUS_ONE = "ibb_record.earliest_xa_file_plus_one", CompressedInt, Plain, Identifier, Open;
    IBB_GTIDS = "ibb_record.gtids", List, Plain, Structure, Open;
    IBB_GTID = "ibb_record.gtid", Group, Plain, Structure, Open;
    IBB_GTID_DOMAIN_ID = "ibb_record.domain_id", CompressedInt, Plain, Identifier, Id;
    IBB_GTID_SERVER_ID = "ibb_record.server_id", CompressedInt, Plain, Identifier, Id;
    IBB_GTID_SEQ_NO = "ibb_record.sequence_number", CompressedInt, Plain, Identifier, Id;
    IBB_ENGINE_COUNT = "ibb_record.engine_count", U8, Plain, Length, Open;
    IBB_XID_FORMAT = "ibb_record.xid_format_id", U32, Plain, Structure, Open;
    IBB_GTRID_LENGTH = "ibb_record.gtrid_length", U8, Bytes, Length, Open, LengthOf(IBB_GTRID);
    IBB_BQUAL_LENGTH = "ibb_record.bqual_length", U8, Bytes, Length, Open, LengthOf(IBB_BQUAL);
    IBB_GTRID = "ibb_record.gtrid_data", Bytes, Plain, Identifier, Id;
    IBB_BQUAL = "ibb_record.bqual_data", Bytes, Plain, Identifier, Id;
    IBB_XA_OUTCOME = "ibb_record.xa_outcome", U8, IbbXaOutcome, Structure, Open;
}
