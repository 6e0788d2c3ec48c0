//! What a packet is, in a word.

use crate::command::code;
use crate::conversation::Packet;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $text:literal;)*) => {
        /// Kinds of packets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Stable name: the key of its explanation.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What the manuals call it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// [`Packet::Handshake`].
    Handshake = "handshake", "HandshakeV10";
    /// [`Packet::SslRequest`].
    SslRequest = "ssl_request", "SSLRequest";
    /// [`Packet::HandshakeResponse`].
    HandshakeResponse = "handshake_response", "HandshakeResponse41";
    /// [`Packet::AuthSwitch`].
    AuthSwitch = "auth_switch", "AuthSwitchRequest";
    /// [`Packet::AuthMore`].
    AuthMore = "auth_more", "AuthMoreData";
    /// [`Packet::AuthData`].
    AuthData = "auth_data", "AuthSwitchResponse";
    /// [`Packet::Ok`].
    Ok = "ok", "OK";
    /// [`Packet::Err`].
    Err = "err", "ERR";
    /// [`Packet::Eof`].
    Eof = "eof", "EOF";
    /// [`Packet::Progress`].
    Progress = "progress", "Progress Report";
    /// [`Packet::LocalInfile`].
    LocalInfile = "local_infile", "LOCAL INFILE Request";
    /// [`Packet::InfileData`].
    InfileData = "infile_data", "LOCAL INFILE Data";
    /// [`Packet::ResultSetHeader`].
    ResultSet = "result_set", "Text Resultset";
    /// [`Packet::ColumnDefinition`].
    ColumnDefinition = "column_definition", "ColumnDefinition41";
    /// [`Packet::Row`].
    Row = "row", "Text Resultset Row";
    /// [`Packet::Query`].
    Query = "query", "COM_QUERY";
    /// [`Packet::InitDb`].
    InitDb = "init_db", "COM_INIT_DB";
    /// [`Packet::ProcessKill`].
    ProcessKill = "process_kill", "COM_PROCESS_KILL";
    /// [`Packet::SetOption`].
    SetOption = "set_option", "COM_SET_OPTION";
    /// [`Packet::RegisterSlave`].
    RegisterSlave = "register_slave", "COM_REGISTER_SLAVE";
    /// [`Packet::BinlogDump`].
    BinlogDump = "binlog_dump", "COM_BINLOG_DUMP";
    /// [`Packet::BinlogDumpGtid`].
    BinlogDumpGtid = "binlog_dump_gtid", "COM_BINLOG_DUMP_GTID";
    /// COM_QUIT.
    Quit = "quit", "COM_QUIT";
    /// COM_PING.
    Ping = "ping", "COM_PING";
    /// COM_STATISTICS.
    Statistics = "statistics", "COM_STATISTICS";
    /// COM_CHANGE_USER.
    ChangeUser = "change_user", "COM_CHANGE_USER";
    /// COM_RESET_CONNECTION.
    ResetConnection = "reset_connection", "COM_RESET_CONNECTION";
    /// Another command.
    Command = "command", "COM_…";
    /// [`Packet::CommandAnswer`].
    CommandAnswer = "command_answer", "Answer";
    /// [`Packet::Event`].
    Event = "event", "Event";
    /// [`Packet::SemiSyncAck`].
    SemiSyncAck = "semi_sync_ack", "Semi-sync ACK";
    /// [`Packet::Unexpected`].
    Unexpected = "unexpected", "Unexpected packet";
    /// What does not decode.
    Undecoded = "undecoded", "Packet";
}

impl Kind {
    /// The kind of a packet that was read.
    pub const fn of(packet: &Packet<'_>) -> Self {
        match packet {
            Packet::Handshake(_) => Self::Handshake,
            Packet::SslRequest(_) => Self::SslRequest,
            Packet::HandshakeResponse(_) => Self::HandshakeResponse,
            Packet::AuthSwitch(_) => Self::AuthSwitch,
            Packet::AuthMore(_) => Self::AuthMore,
            Packet::AuthData(_) => Self::AuthData,
            Packet::Ok(_) => Self::Ok,
            Packet::Err(_) => Self::Err,
            Packet::Eof(_) => Self::Eof,
            Packet::Progress(_) => Self::Progress,
            Packet::LocalInfile(_) => Self::LocalInfile,
            Packet::InfileData(_) => Self::InfileData,
            Packet::ResultSetHeader(_) => Self::ResultSet,
            Packet::ColumnDefinition(_) => Self::ColumnDefinition,
            Packet::Row(_) => Self::Row,
            Packet::Query(_) => Self::Query,
            Packet::InitDb(_) => Self::InitDb,
            Packet::ProcessKill(_) => Self::ProcessKill,
            Packet::SetOption(_) => Self::SetOption,
            Packet::RegisterSlave(_) => Self::RegisterSlave,
            Packet::BinlogDump(_) => Self::BinlogDump,
            Packet::BinlogDumpGtid(_) => Self::BinlogDumpGtid,
            Packet::Command(code::QUIT, _) => Self::Quit,
            Packet::Command(code::PING, _) => Self::Ping,
            Packet::Command(code::STATISTICS, _) => Self::Statistics,
            Packet::Command(code::CHANGE_USER, _) => Self::ChangeUser,
            Packet::Command(code::RESET_CONNECTION, _) => Self::ResetConnection,
            Packet::Command(..) => Self::Command,
            Packet::CommandAnswer(_) => Self::CommandAnswer,
            Packet::Event(_) => Self::Event,
            Packet::SemiSyncAck(_) => Self::SemiSyncAck,
            Packet::Unexpected(_) => Self::Unexpected,
        }
    }
}
