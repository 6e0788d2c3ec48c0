//! What can go wrong, what it means, and what to do.

use std::fmt;
use std::io;
use std::time::Duration;

use binlog_format::{DecodeError, ErrorCode};

/// Why there is no connection, or no longer one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The network: nobody listens, or the connection is lost.
    Network(io::Error),
    /// Nothing came for so long.
    Silent(Duration),
    /// TLS: a certificate that is not trusted, a file that cannot be read.
    Tls(String),
    /// The server has no TLS, and it is required.
    NoTls,
    /// The server has no such compression.
    NoCompression,
    /// The server wants a plugin that is not known.
    Plugin(String),
    /// The password would cross the network readable, or encrypted by a key that nobody vouches for.
    InsecurePassword(&'static str),
    /// The plugin cannot do what the server asks for.
    Authentication(String),
    /// A packet that does not decode.
    Packet(DecodeError),
    /// A packet that has no place here.
    Unexpected(&'static str),
    /// A packet is missing: its number should be the first of these and is the second.
    Sequence(u8, u8),
    /// The account may log in, and may not replicate.
    Privilege(String),
    /// An event's checksum is wrong.
    Checksum,
    /// What came as an event is none.
    Damaged(ErrorCode),
    /// The server writes no binary log.
    LogBinOff,
    /// Another server answers at this address than before.
    OtherServer,
    /// Another replica has this number.
    DuplicateServerId(u32),
    /// A place that a dump request has no room for.
    Beyond4GiB(u64),
    /// Not a GTID set, or position.
    NoGtids(String),
    /// The server refuses: its number for the error, SQL state and words.
    Server {
        /// Number.
        code: u16,
        /// State.
        state: String,
        /// Words.
        message: String,
    },
}

impl Error {
    /// What the server said.
    pub(crate) fn server(error: &mysql_protocol::answer::Err<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self::Server { code: error.code, state: text(error.sql_state), message: text(error.message) }
    }

    /// What the server said to an account that it has let in: that it denies access means a privilege then.
    pub(crate) fn denied(error: &mysql_protocol::answer::Err<'_>) -> Self {
        match Self::server(error) {
            Self::Server { code: 1045, message, .. } => Self::Privilege(message),
            other => other,
        }
    }

    /// Whether trying again may help, without anything being changed by anybody.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Network(error) => error.kind() != io::ErrorKind::InvalidInput,
            Self::Silent(_) | Self::Sequence(..) | Self::Checksum => true,
            // Too many connections, shutting down, killed, and the network's own.
            Self::Server { code, .. } => matches!(code, 1040 | 1053 | 1077 | 1079 | 1158..=1161 | 1205 | 3032 | 3169),
            _ => false,
        }
    }

    /// What to do about it, in a sentence or two; empty where the error says it all.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Network(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                "Nobody listens there: check host and port, and that the server runs with networking on."
            }
            Self::Silent(_) => {
                "The server or the network between is stuck, or a firewall drops packets without a word."
            }
            Self::NoTls => "Give the server a certificate, or use --ssl-mode=preferred in a network that is trusted.",
            Self::InsecurePassword(_) => {
                "Use TLS (--ssl-mode=required), or, in a network that is trusted, allow asking for the server's RSA key."
            }
            Self::LogBinOff => "Set log_bin in the server's configuration and start it again.",
            Self::OtherServer => "Positions of one server mean nothing to another: begin anew there, best by GTID.",
            Self::DuplicateServerId(_) => {
                "Two replicas with one number end each other's streams: leave --server-id out, and a free one is chosen."
            }
            Self::Beyond4GiB(_) => "Begin at the start of the file, or by GTID.",
            Self::NoGtids(_) => "MySQL: uuid:1-5,uuid:tag:7; MariaDB: domain-server-sequence, as in 0-1-100.",
            Self::Privilege(_) | Self::Server { code: 1227 | 1142 | 1044, .. } => {
                "A privilege is missing: GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO the account (MariaDB: BINLOG MONITOR in place of the second)."
            }
            Self::Server { code: 1236, message, .. } => fatal_dump_error(message),
            Self::Server { code: 1045, .. } => {
                "Account or password is wrong, or the account is not allowed from this host: the part behind the @ counts."
            }
            Self::Server { code: 1130, .. } => "No account is allowed from this host: CREATE USER 'name'@'this host'.",
            Self::Server { code: 1129, .. } => "Too many failed connections from this host: FLUSH HOSTS on the server.",
            Self::Server { code: 1040, .. } => "All connections of the server are taken (max_connections).",
            Self::Server { code: 3159, .. } => "The server wants TLS for everybody: --ssl-mode=required.",
            Self::Server { code: 1820 | 1862, .. } => {
                "The password has expired: log in with a client and set a new one."
            }
            _ => "",
        }
    }
}

/// Error 1236 has a dozen reasons, which only its words tell.
fn fatal_dump_error(message: &str) -> &'static str {
    let has = |words: &str| message.contains(words);
    if has("purged")
        || has("Could not find first log file")
        || has("missing the GTID")
        || has("not in the master's binlog")
    {
        "The server has deleted the logs from there on (binlog_expire_logs_seconds, PURGE): begin with the oldest that is left, and what lies between is lost here."
    } else if has("impossible position") || has("position > file size") {
        "The file is shorter than that: the position is of another file or server, or the server lost the end of the file in a crash (sync_binlog)."
    } else if has("same server_uuid") || has("same server_id") || has("same server-id") {
        "Another replica came with the same number or UUID, and the server keeps the one that came last."
    } else if has("checksum") {
        "The server was not told that this replica reads checksums, as a proxy between may bring about."
    } else if has("max_allowed_packet") {
        "An event is greater than max_allowed_packet, or the position lies inside of an event."
    } else {
        ""
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => write!(f, "the connection failed: {error}"),
            Self::Silent(time) => write!(f, "the server said nothing for {} s", time.as_secs()),
            Self::Tls(reason) => write!(f, "TLS failed: {reason}"),
            Self::NoTls => f.write_str("the server has no TLS"),
            Self::NoCompression => f.write_str("the server does not have this compression"),
            Self::Plugin(name) => write!(f, "the account's plugin {name:?} is not known"),
            Self::InsecurePassword(plugin) => {
                write!(f, "{plugin} would send the password where others may read it")
            }
            Self::Authentication(reason) => write!(f, "the login cannot go on: {reason}"),
            Self::Privilege(message) => write!(f, "the account may not replicate: {message}"),
            Self::Packet(error) => write!(f, "a packet of the server does not decode: {error}"),
            Self::Unexpected(what) => write!(f, "the server sent {what} where it has no place"),
            Self::Sequence(expected, found) => {
                write!(f, "a packet is missing: number {expected} should come, {found} came")
            }
            Self::Checksum => {
                f.write_str("an event's checksum is wrong: it was damaged on its way, or in the server's file")
            }
            Self::Damaged(code) => write!(f, "what came as an event is none ({})", code.id()),
            Self::LogBinOff => f.write_str("the server writes no binary log"),
            Self::OtherServer => f.write_str("another server answers there than before"),
            Self::DuplicateServerId(id) => write!(f, "another replica of this server has the server id {id}"),
            Self::Beyond4GiB(position) => {
                write!(f, "position {position} lies beyond 4 GiB, for which requests have no room")
            }
            Self::NoGtids(text) => write!(f, "{text:?} is no GTID set or position"),
            Self::Server { code, state, message } if state.is_empty() => {
                write!(f, "the server says: {message} ({code})")
            }
            Self::Server { code, state, message } => write!(f, "the server says: {message} ({code}, {state})"),
        }?;
        match self.advice() {
            "" => Ok(()),
            advice => write!(f, ". {advice}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Network(error)
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Packet(error)
    }
}
