//! What can go wrong, what it means, and what to do.

use std::fmt;
use std::io;
use std::time::Duration;

use binlog_format::{DecodeError, ErrorCode};

use crate::reason::{Reason, ReasonCode};
use crate::tls::TlsFault;

/// Why there is no connection, or no longer one.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The network: nobody listens, or the connection is lost.
    Network(io::Error),
    /// Nothing came for so long.
    Silent(Duration),
    /// The host's name has no address.
    Lookup(String, io::Error),
    /// TLS: a certificate that is not trusted, a file that cannot be read.
    Tls(TlsFault),
    /// The server has no TLS, and it is required.
    NoTls,
    /// The server has no such compression.
    NoCompression,
    /// The server wants a plugin that is not known.
    Plugin(String),
    /// The password would cross the network readable, or encrypted by a key that nobody vouches for.
    InsecurePassword(Exposed),
    /// The plugin cannot do what the server asks for; why, in its library's words.
    Authentication(String, String),
    /// A packet that does not decode.
    Packet(DecodeError),
    /// A packet that has no place here.
    Unexpected(Misplaced),
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

/// How a password would be seen by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposed {
    /// This plugin sends it as it is, or as good as.
    Plugin(&'static str),
    /// It would be encrypted by a key that the server was asked for.
    ServerKey,
}

/// What has no place where it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misplaced {
    /// Something else than a greeting.
    BeforeGreeting,
    /// Something in the clear between greeting and TLS.
    BeforeTls,
    /// Something that is no part of a login.
    InLogin,
    /// Steps of a login without end.
    EndlessLogin,
    /// A wish for a file of this machine.
    FileWish,
    /// A position that is no number.
    Position,
    /// Something that is no part of a stream.
    InStream,
    /// A log without a format description.
    NoBeginning,
    /// Something that cannot be: a fault of this program.
    Ours,
}

impl Misplaced {
    fn code(self) -> ReasonCode {
        match self {
            Self::BeforeGreeting => ReasonCode::BeforeGreeting,
            Self::BeforeTls => ReasonCode::BeforeTls,
            Self::InLogin => ReasonCode::InLogin,
            Self::EndlessLogin => ReasonCode::EndlessLogin,
            Self::FileWish => ReasonCode::FileWish,
            Self::Position => ReasonCode::NoPosition,
            Self::InStream => ReasonCode::InStream,
            Self::NoBeginning => ReasonCode::NoBeginning,
            Self::Ours => ReasonCode::Ours,
        }
    }
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
            Self::Lookup(..) | Self::Silent(_) | Self::Sequence(..) | Self::Checksum => true,
            // Too many connections, shutting down, killed, and the network's own.
            Self::Server { code, .. } => matches!(code, 1040 | 1053 | 1077 | 1079 | 1158..=1161 | 1205 | 3032 | 3169),
            _ => false,
        }
    }

    /// What happened and, where something can be done about it, what that is.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = vec![self.what()];
        reasons.extend(self.advice().map(Reason::from));
        reasons
    }

    /// Whether this is said about it.
    pub fn says(&self, code: ReasonCode) -> bool {
        self.reasons().iter().any(|reason| reason.code == code)
    }

    fn what(&self) -> Reason {
        let of = Reason::from;
        match self {
            Self::Network(error) => of(network(error)).with("error", error),
            Self::Lookup(host, error) => of(ReasonCode::Lookup).with("host", host).with("error", error),
            Self::Silent(time) => of(ReasonCode::Silent).with("seconds", time.as_secs_f32()),
            Self::Tls(fault) => fault.what(),
            Self::NoTls => of(ReasonCode::NoTls),
            Self::NoCompression => of(ReasonCode::NoCompression),
            Self::Plugin(name) => of(ReasonCode::Plugin).with("plugin", name),
            Self::InsecurePassword(Exposed::Plugin(plugin)) => of(ReasonCode::InsecurePassword).with("plugin", plugin),
            Self::InsecurePassword(Exposed::ServerKey) => of(ReasonCode::InsecureKey),
            Self::Authentication(plugin, error) => {
                of(ReasonCode::Authentication).with("plugin", plugin).with("error", error)
            }
            Self::Privilege(message) => of(ReasonCode::Privilege).with("message", message),
            Self::Packet(error) => of(ReasonCode::Packet).with("error", error),
            Self::Unexpected(what) => of(what.code()),
            Self::Sequence(expected, found) => of(ReasonCode::Sequence).with("expected", expected).with("found", found),
            Self::Checksum => of(ReasonCode::Checksum),
            Self::Damaged(code) => of(ReasonCode::Damaged).with("error", code.id()),
            Self::LogBinOff => of(ReasonCode::LogBinOff),
            Self::OtherServer => of(ReasonCode::OtherServer),
            Self::DuplicateServerId(id) => of(ReasonCode::DuplicateServerId).with("id", id),
            Self::Beyond4GiB(position) => of(ReasonCode::Beyond4GiB).with("position", position),
            Self::NoGtids(text) => of(ReasonCode::NoGtids).with("text", text),
            Self::Server { code, state, message } => {
                let number = if state.is_empty() { code.to_string() } else { format!("{code}, {state}") };
                of(ReasonCode::Server).with("message", message).with("number", number)
            }
        }
    }

    fn advice(&self) -> Option<ReasonCode> {
        Some(match self {
            Self::Network(error) if error.kind() == io::ErrorKind::ConnectionRefused => ReasonCode::RefusedAdvice,
            Self::Silent(_) => ReasonCode::SilentAdvice,
            Self::Tls(fault) => return fault.advice(),
            Self::NoTls => ReasonCode::NoTlsAdvice,
            Self::InsecurePassword(_) => ReasonCode::InsecureAdvice,
            Self::LogBinOff => ReasonCode::LogBinOffAdvice,
            Self::OtherServer => ReasonCode::OtherServerAdvice,
            Self::DuplicateServerId(_) => ReasonCode::DuplicateServerIdAdvice,
            Self::Beyond4GiB(_) => ReasonCode::Beyond4GiBAdvice,
            Self::NoGtids(_) => ReasonCode::NoGtidsAdvice,
            Self::Privilege(_) => ReasonCode::Grant,
            Self::Server { code, message, .. } => return of_server(*code, message),
            _ => return None,
        })
    }
}

/// What the system's error means.
fn network(error: &io::Error) -> ReasonCode {
    use io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => ReasonCode::Refused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => {
            ReasonCode::Unreachable
        }
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::NotConnected
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => ReasonCode::Lost,
        _ => ReasonCode::Network,
    }
}

/// What to do about what the server says.
fn of_server(code: u16, message: &str) -> Option<ReasonCode> {
    Some(match code {
        1227 | 1142 | 1044 => ReasonCode::Grant,
        1236 => return of_dump(message),
        1045 => ReasonCode::WrongPassword,
        1130 => ReasonCode::NoAccountHere,
        1129 => ReasonCode::HostBlocked,
        1040 => ReasonCode::TooManyConnections,
        3159 => ReasonCode::TlsWanted,
        1820 | 1862 => ReasonCode::PasswordExpired,
        _ => return None,
    })
}

/// Error 1236 has a dozen reasons, which only its words tell.
fn of_dump(message: &str) -> Option<ReasonCode> {
    let has = |words: &str| message.contains(words);
    if has("purged")
        || has("Could not find first log file")
        || has("missing the GTID")
        || has("not in the master's binlog")
    {
        Some(ReasonCode::Purged)
    } else if has("impossible position") || has("position > file size") {
        Some(ReasonCode::ShorterFile)
    } else if has("same server_uuid") || has("same server_id") || has("same server-id") {
        Some(ReasonCode::Replaced)
    } else if has("checksum") {
        Some(ReasonCode::ChecksumUnwanted)
    } else if has("max_allowed_packet") {
        Some(ReasonCode::TooLarge)
    } else {
        None
    }
}

/// For logs and tests; people are told in words.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, reason) in self.reasons().iter().enumerate() {
            write!(f, "{}{reason}", if at > 0 { "; " } else { "" })?;
        }
        Ok(())
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
