//! Names of event types.
//! Sources: MySQL `libs/mysql/binlog/event/binlog_event.h`, MariaDB `sql/log_event.h`.

/// The type codes: the byte at offset 4 of an event. Codes up to 32 mean the same everywhere; 33 to
/// 42 are MySQL's, 160 and above MariaDB's, and forks use what lies between. Versions are those of
/// the servers that write the event.
pub mod code {
    /// First event of a file of versions 1 to 3 (MySQL up to 4.1): version, server, time.
    pub const START_V3: u8 = 1;
    /// A statement as text, with the session it ran in. All servers.
    pub const QUERY: u8 = 2;
    /// The server stopped cleanly: the last event of a file that no ROTATE ends. No body.
    pub const STOP: u8 = 3;
    /// The log goes on in another file. A sender makes up one of its own at each start and change of file.
    pub const ROTATE: u8 = 4;
    /// A value that the next QUERY takes for `LAST_INSERT_ID()` or AUTO_INCREMENT.
    pub const INTVAR: u8 = 5;
    /// LOAD DATA by its options, separators of one character (MySQL 3.23).
    pub const LOAD: u8 = 6;
    /// A replica's source; never in files.
    pub const SLAVE: u8 = 7;
    /// LOAD DATA: options and the first block of the file (4.0 and 4.1).
    pub const CREATE_FILE: u8 = 8;
    /// LOAD DATA: the next block of the file (since 4.0).
    pub const APPEND_BLOCK: u8 = 9;
    /// LOAD DATA: run the load of CREATE_FILE (4.0 and 4.1).
    pub const EXEC_LOAD: u8 = 10;
    /// LOAD DATA: it failed, drop the blocks (since 4.0).
    pub const DELETE_FILE: u8 = 11;
    /// LOAD DATA by its options, separators of any length (4.0 and 4.1).
    pub const NEW_LOAD: u8 = 12;
    /// The two seeds that `RAND()` of the next QUERY takes.
    pub const RAND: u8 = 13;
    /// A user variable that the next QUERY reads (since 4.1).
    pub const USER_VAR: u8 = 14;
    /// First event of a file of version 4 (since 5.0): what all that follow are read by.
    pub const FORMAT_DESCRIPTION: u8 = 15;
    /// Commit of a transaction in a transactional engine (since 5.0.3).
    pub const XID: u8 = 16;
    /// LOAD DATA: the first block of the file (since 5.0.3).
    pub const BEGIN_LOAD_QUERY: u8 = 17;
    /// LOAD DATA: the statement that loads the blocks (since 5.0.3).
    pub const EXECUTE_LOAD_QUERY: u8 = 18;
    /// Number, name and columns of a table for the rows events after it (since 5.1).
    pub const TABLE_MAP: u8 = 19;
    /// Inserted rows of 5.1.0 to 5.1.17, before row logging was released.
    pub const PRE_GA_WRITE_ROWS: u8 = 20;
    /// Updated rows of 5.1.0 to 5.1.17.
    pub const PRE_GA_UPDATE_ROWS: u8 = 21;
    /// Deleted rows of 5.1.0 to 5.1.17.
    pub const PRE_GA_DELETE_ROWS: u8 = 22;
    /// Inserted rows: MySQL 5.1.18 to 5.5, NDB, and every MariaDB.
    pub const WRITE_ROWS_V1: u8 = 23;
    /// Updated rows, before and after: MySQL 5.1.18 to 5.5, NDB, and every MariaDB.
    pub const UPDATE_ROWS_V1: u8 = 24;
    /// Deleted rows: MySQL 5.1.18 to 5.5, NDB, and every MariaDB.
    pub const DELETE_ROWS_V1: u8 = 25;
    /// Something happened that the log cannot express: replicas stop (since 5.1).
    pub const INCIDENT: u8 = 26;
    /// Sent while nothing is written, never stored (since 5.5). Do not advance an offset by it.
    pub const HEARTBEAT: u8 = 27;
    /// Base of the events that may be skipped; not written itself.
    pub const IGNORABLE: u8 = 28;
    /// The statement behind the rows that follow (MySQL 5.6.2, `binlog_rows_query_log_events`).
    pub const ROWS_QUERY: u8 = 29;
    /// Inserted rows, version 2: MySQL since 5.6.6.
    pub const WRITE_ROWS: u8 = 30;
    /// Updated rows, before and after, version 2: MySQL since 5.6.6.
    pub const UPDATE_ROWS: u8 = 31;
    /// Deleted rows, version 2: MySQL since 5.6.6.
    pub const DELETE_ROWS: u8 = 32;
    /// Begins a transaction that has a GTID (MySQL since 5.6).
    pub const GTID: u8 = 33;
    /// Begins a transaction without GTID (MySQL since 5.7.6): UUID and number are zero.
    pub const ANONYMOUS_GTID: u8 = 34;
    /// All GTIDs of earlier files (MySQL since 5.6).
    pub const PREVIOUS_GTIDS: u8 = 35;
    /// Group replication: what a transaction read and wrote. In its messages only.
    pub const TRANSACTION_CONTEXT: u8 = 36;
    /// Group replication: the members changed (MySQL 5.7.17 to 8.2).
    pub const VIEW_CHANGE: u8 = 37;
    /// XA PREPARE, or a one-phase XA COMMIT (MySQL since 5.7.7, MariaDB since 10.5).
    pub const XA_PREPARE: u8 = 38;
    /// Updated rows whose JSON may be logged as changes (MySQL since 8.0.3).
    pub const PARTIAL_UPDATE_ROWS: u8 = 39;
    /// A transaction as one compressed piece (MySQL since 8.0.20): a reader that passes it sees no rows.
    pub const TRANSACTION_PAYLOAD: u8 = 40;
    /// Heartbeat with a position of 64 bits, never stored (MySQL since 8.0.27).
    pub const HEARTBEAT_V2: u8 = 41;
    /// Begins a transaction whose GTID has a tag (MySQL since 8.3). Untagged ones stay `GTID`.
    pub const GTID_TAGGED: u8 = 42;
    /// Where a large transaction ends; in the MySQL sources, in no release yet.
    pub const LARGE_TRANSACTION_HEADER: u8 = 43;
    /// Amazon Aurora: bytes of `*` that fill a page, flagged as ignorable.
    pub const AURORA_PADDING: u8 = 100;
    /// PolarDB-X: place of the next transaction in the consensus log.
    pub const CONSENSUS: u8 = 101;
    /// PolarDB-X: the last consensus index of earlier files.
    pub const PREVIOUS_CONSENSUS_INDEX: u8 = 102;
    /// PolarDB-X: members of the cluster.
    pub const CONSENSUS_CLUSTER_INFO: u8 = 103;
    /// PolarDB-X: a place in the consensus log without a transaction.
    pub const CONSENSUS_EMPTY: u8 = 104;
    /// PolarDB-X: global commit number of the next transaction.
    pub const GCN: u8 = 105;
    /// MariaDB (5.3): the statement behind the rows that follow. Sent to replicas on request only.
    pub const ANNOTATE_ROWS: u8 = 160;
    /// MariaDB (10.0): the oldest file that crash recovery needs.
    pub const BINLOG_CHECKPOINT: u8 = 161;
    /// MariaDB (10.0.2): begins a transaction, in place of a QUERY `BEGIN`.
    pub const MARIADB_GTID: u8 = 162;
    /// MariaDB (10.0.2): the last GTID of each domain and server in earlier files.
    pub const GTID_LIST: u8 = 163;
    /// MariaDB (10.1.7): every later event is encrypted but for its size.
    pub const START_ENCRYPTION: u8 = 164;
    /// MariaDB (10.2.3): a QUERY whose statement is deflated.
    pub const QUERY_COMPRESSED: u8 = 165;
    /// MariaDB (10.2.3): `WRITE_ROWS_V1` with deflated row images.
    pub const WRITE_ROWS_COMPRESSED_V1: u8 = 166;
    /// MariaDB (10.2.3): `UPDATE_ROWS_V1` with deflated row images.
    pub const UPDATE_ROWS_COMPRESSED_V1: u8 = 167;
    /// MariaDB (10.2.3): `DELETE_ROWS_V1` with deflated row images.
    pub const DELETE_ROWS_COMPRESSED_V1: u8 = 168;
    /// MariaDB: `WRITE_ROWS` with deflated row images; defined, not written.
    pub const WRITE_ROWS_COMPRESSED: u8 = 169;
    /// MariaDB: `UPDATE_ROWS` with deflated row images; defined, not written.
    pub const UPDATE_ROWS_COMPRESSED: u8 = 170;
    /// MariaDB: `DELETE_ROWS` with deflated row images; defined, not written.
    pub const DELETE_ROWS_COMPRESSED: u8 = 171;
    /// MariaDB (12.3): a part of a rows event that is too large for one packet.
    pub const PARTIAL_ROW_DATA: u8 = 172;
}

/// The name of an event type as the manuals have it, `None` for a code that no server uses.
pub const fn event_type(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "UNKNOWN_EVENT",
        1 => "START_EVENT_V3",
        2 => "QUERY_EVENT",
        3 => "STOP_EVENT",
        4 => "ROTATE_EVENT",
        5 => "INTVAR_EVENT",
        6 => "LOAD_EVENT",
        7 => "SLAVE_EVENT",
        8 => "CREATE_FILE_EVENT",
        9 => "APPEND_BLOCK_EVENT",
        10 => "EXEC_LOAD_EVENT",
        11 => "DELETE_FILE_EVENT",
        12 => "NEW_LOAD_EVENT",
        13 => "RAND_EVENT",
        14 => "USER_VAR_EVENT",
        15 => "FORMAT_DESCRIPTION_EVENT",
        16 => "XID_EVENT",
        17 => "BEGIN_LOAD_QUERY_EVENT",
        18 => "EXECUTE_LOAD_QUERY_EVENT",
        19 => "TABLE_MAP_EVENT",
        20 => "PRE_GA_WRITE_ROWS_EVENT",
        21 => "PRE_GA_UPDATE_ROWS_EVENT",
        22 => "PRE_GA_DELETE_ROWS_EVENT",
        23 => "WRITE_ROWS_EVENT_V1",
        24 => "UPDATE_ROWS_EVENT_V1",
        25 => "DELETE_ROWS_EVENT_V1",
        26 => "INCIDENT_EVENT",
        27 => "HEARTBEAT_LOG_EVENT",
        28 => "IGNORABLE_LOG_EVENT",
        29 => "ROWS_QUERY_LOG_EVENT",
        30 => "WRITE_ROWS_EVENT",
        31 => "UPDATE_ROWS_EVENT",
        32 => "DELETE_ROWS_EVENT",
        33 => "GTID_LOG_EVENT",
        34 => "ANONYMOUS_GTID_LOG_EVENT",
        35 => "PREVIOUS_GTIDS_LOG_EVENT",
        36 => "TRANSACTION_CONTEXT_EVENT",
        37 => "VIEW_CHANGE_EVENT",
        38 => "XA_PREPARE_LOG_EVENT",
        39 => "PARTIAL_UPDATE_ROWS_EVENT",
        40 => "TRANSACTION_PAYLOAD_EVENT",
        41 => "HEARTBEAT_LOG_EVENT_V2",
        42 => "GTID_TAGGED_LOG_EVENT",
        43 => "LARGE_TRANSACTION_HEADER_EVENT",
        100 => "AURORA_PADDING_EVENT",
        101 => "CONSENSUS_LOG_EVENT",
        102 => "PREVIOUS_CONSENSUS_INDEX_LOG_EVENT",
        103 => "CONSENSUS_CLUSTER_INFO_EVENT",
        104 => "CONSENSUS_EMPTY_EVENT",
        105 => "GCN_LOG_EVENT",
        160 => "ANNOTATE_ROWS_EVENT",
        161 => "BINLOG_CHECKPOINT_EVENT",
        162 => "GTID_EVENT",
        163 => "GTID_LIST_EVENT",
        164 => "START_ENCRYPTION_EVENT",
        165 => "QUERY_COMPRESSED_EVENT",
        166 => "WRITE_ROWS_COMPRESSED_EVENT_V1",
        167 => "UPDATE_ROWS_COMPRESSED_EVENT_V1",
        168 => "DELETE_ROWS_COMPRESSED_EVENT_V1",
        169 => "WRITE_ROWS_COMPRESSED_EVENT",
        170 => "UPDATE_ROWS_COMPRESSED_EVENT",
        171 => "DELETE_ROWS_COMPRESSED_EVENT",
        172 => "PARTIAL_ROW_DATA_EVENT",
        _ => return None,
    })
}

/// The name of an event type, or what an unnamed code is called.
pub const fn event_type_or_unknown(code: u8) -> &'static str {
    match event_type(code) {
        Some(name) => name,
        None => "UNKNOWN_EVENT",
    }
}
