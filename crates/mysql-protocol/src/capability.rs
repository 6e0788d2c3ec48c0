//! What a client and a server can do: bits 0 to 31 are MySQL's, of which MariaDB has most; bits 32 and above are
//! MariaDB's. Sources: MySQL and MariaDB `include/mysql_com.h`.

/// MySQL: a new password hash, always set. MariaDB: clear when the peer is MariaDB too, and then bits above 31 are
/// sent.
pub const LONG_PASSWORD: u64 = 1;
/// All column flags, not one byte of them.
pub const LONG_FLAG: u64 = 1 << 2;
/// A schema is named at login.
pub const CONNECT_WITH_DB: u64 = 1 << 3;
/// Frames compressed with zlib.
pub const COMPRESS: u64 = 1 << 5;
/// LOAD DATA LOCAL: the server may ask for the client's files.
pub const LOCAL_FILES: u64 = 1 << 7;
/// The protocol since 4.1.
pub const PROTOCOL_41: u64 = 1 << 9;
/// TLS after the greeting.
pub const SSL: u64 = 1 << 11;
/// Status flags in answers.
pub const TRANSACTIONS: u64 = 1 << 13;
/// Authentication since 4.1.
pub const SECURE_CONNECTION: u64 = 1 << 15;
/// More than one result for a statement.
pub const MULTI_RESULTS: u64 = 1 << 17;
/// Authentication plugins by name.
pub const PLUGIN_AUTH: u64 = 1 << 19;
/// Attributes of the connection at login.
pub const CONNECT_ATTRS: u64 = 1 << 20;
/// The authentication response has a length-encoded length.
pub const PLUGIN_AUTH_LENENC: u64 = 1 << 21;
/// Changes of the session in OK packets.
pub const SESSION_TRACK: u64 = 1 << 23;
/// OK packets in place of EOF packets.
pub const DEPRECATE_EOF: u64 = 1 << 24;
/// MySQL: results may come without column definitions.
pub const OPTIONAL_RESULTSET_METADATA: u64 = 1 << 25;
/// MySQL: frames compressed with zstd.
pub const ZSTD: u64 = 1 << 26;
/// MySQL: parameters before a statement.
pub const QUERY_ATTRIBUTES: u64 = 1 << 27;
/// MariaDB: progress reports.
pub const MARIADB_PROGRESS: u64 = 1 << 32;
/// MariaDB: the names of types that have none in the protocol.
pub const MARIADB_EXTENDED_METADATA: u64 = 1 << 35;
/// MariaDB: column definitions are left out where the client has them already.
pub const MARIADB_CACHE_METADATA: u64 = 1 << 36;
