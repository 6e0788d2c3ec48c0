//! What a conversation is about at a packet.

use mysql_protocol::{Conversation, Kind, Phase};

/// Parts of a conversation, as people speak of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The server says who it is.
    Greeting,
    /// The client asks for TLS.
    Tls,
    /// The client says who it is, and proves it.
    Authentication,
    /// Statements and their results: before a dump its setting up.
    Queries,
    /// A replica says who it is.
    Registration,
    /// It asks for events.
    Dump,
    /// They come.
    Stream,
    /// The end.
    Farewell,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 8] = [
        Self::Greeting,
        Self::Tls,
        Self::Authentication,
        Self::Queries,
        Self::Registration,
        Self::Dump,
        Self::Stream,
        Self::Farewell,
    ];

    /// Stable name: the key of its words.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Tls => "tls",
            Self::Authentication => "authentication",
            Self::Queries => "queries",
            Self::Registration => "registration",
            Self::Dump => "dump",
            Self::Stream => "stream",
            Self::Farewell => "farewell",
        }
    }

    /// Of a packet of this kind, with what went before it.
    pub const fn of(kind: Kind, before: &Conversation) -> Self {
        match (kind, before.phase()) {
            (Kind::Handshake, _) => Self::Greeting,
            (Kind::SslRequest, _) => Self::Tls,
            (Kind::Quit, _) => Self::Farewell,
            (Kind::BinlogDump | Kind::BinlogDumpGtid, _) => Self::Dump,
            (Kind::RegisterSlave, _) => Self::Registration,
            (_, Phase::Answer(mysql_protocol::command::code::REGISTER_SLAVE)) => Self::Registration,
            (_, Phase::Greeting) => Self::Greeting,
            (_, Phase::Login | Phase::Authentication(_)) => Self::Authentication,
            (_, Phase::Dump) => Self::Stream,
            (_, Phase::Closed) => Self::Farewell,
            _ => Self::Queries,
        }
    }
}
