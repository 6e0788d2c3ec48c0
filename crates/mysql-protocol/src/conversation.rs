//! What a packet means depends on what was said before it.

use binlog_format::Flavor;
use binlog_format::catalogue::packet_field as field;
use binlog_format::cursor::Cursor;
use binlog_format::error::{ErrorCode, Result};
use binlog_format::event::Context;
use binlog_format::field::{UNDECODED, UNKNOWN};
use binlog_format::trace::Trace;

use crate::answer::{EOF_BELOW, Eof, Err as ErrPacket, Ok as OkPacket, PROGRESS, Progress, header, status};
use crate::capability;
use crate::command::{self, BinlogDump, BinlogDumpGtid, Query, RegisterSlave};
use crate::framer::FrameHeader;
use crate::login::{
    AuthData, AuthMore, AuthSwitch, Handshake, HandshakeResponse, Plugin, SSL_REQUEST_BYTES, SslRequest,
};
use crate::result_set::{ColumnDefinition, ResultSetHeader, Row};
use crate::stream::{EventPacket, SEMI_SYNC, SemiSyncAck};

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The client, here a replica.
    Client,
    /// The server.
    Server,
}

/// How far a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The server greets.
    Greeting,
    /// The client says what it can and who it is. TLS begins here.
    Login,
    /// It proves that.
    Authentication(Plugin),
    /// It may ask for something.
    Idle,
    /// It asked for this command and has no answer yet.
    Answer(u8),
    /// So many of a result's column definitions are to come, and then an EOF packet, or not.
    Columns {
        /// All of them.
        all: u64,
        /// Those to come.
        left: u64,
    },
    /// Rows of so many columns.
    Rows {
        /// How many.
        columns: u64,
    },
    /// The client sends a file that the server asked for.
    Infile,
    /// The server sends events.
    Dump,
    /// Nothing more is said.
    Closed,
}

/// What both sides have agreed on, and how far they are. Small: keep one beside each packet, to read it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversation {
    phase: Phase,
    flavor: Flavor,
    /// Of the server, then what the client took of them.
    capabilities: u64,
    /// TLS was asked for.
    tls: bool,
    zstd_level: u8,
}

/// How frames are compressed from the end of authentication on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// zlib streams.
    Zlib,
    /// zstd frames, MySQL.
    Zstd {
        /// What the client asked the server to use.
        level: u8,
    },
}

/// A packet. More will be added.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Packet<'a> {
    /// The server greets.
    Handshake(Handshake<'a>),
    /// TLS begins behind it.
    SslRequest(SslRequest),
    /// The client says who it is.
    HandshakeResponse(HandshakeResponse<'a>),
    /// The server wants another plugin.
    AuthSwitch(AuthSwitch<'a>),
    /// The server's next step of authentication.
    AuthMore(AuthMore<'a>),
    /// The client's.
    AuthData(AuthData<'a>),
    /// It went well. Ends rows too, where EOF is deprecated.
    Ok(OkPacket<'a>),
    /// It went wrong.
    Err(ErrPacket<'a>),
    /// The end of something.
    Eof(Eof),
    /// How far a statement has come, MariaDB.
    Progress(Progress<'a>),
    /// The server wants this file of the client.
    LocalInfile(&'a [u8]),
    /// A part of that file; the end, if empty.
    InfileData(&'a [u8]),
    /// A result begins.
    ResultSetHeader(ResultSetHeader),
    /// One of its columns.
    ColumnDefinition(ColumnDefinition<'a>),
    /// One of its rows.
    Row(Row<'a>),
    /// A statement.
    Query(Query<'a>),
    /// Another schema.
    InitDb(&'a [u8]),
    /// End that connection.
    ProcessKill(u32),
    /// An option of the session.
    SetOption(u16),
    /// A replica says who it is.
    RegisterSlave(RegisterSlave<'a>),
    /// A replica wants events, by position.
    BinlogDump(BinlogDump<'a>),
    /// A replica wants events, by GTID set.
    BinlogDumpGtid(BinlogDumpGtid<'a>),
    /// Another command: its code, and the bytes behind it.
    Command(u8, &'a [u8]),
    /// The answer to such a command.
    CommandAnswer(&'a [u8]),
    /// An event.
    Event(EventPacket<'a>),
    /// A replica has that event.
    SemiSyncAck(SemiSyncAck<'a>),
    /// Nobody should say anything here.
    Unexpected(&'a [u8]),
}

/// Commands that are answered by OK, EOF or ERR, and by a result if they are statements.
const fn has_plain_answer(code: u8) -> bool {
    use command::code as c;
    matches!(
        code,
        c::INIT_DB | c::QUERY | c::PROCESS_KILL | c::PING | c::REGISTER_SLAVE | c::SET_OPTION | c::RESET_CONNECTION
    )
}

impl Default for Conversation {
    fn default() -> Self {
        Self::new()
    }
}

impl Conversation {
    /// Before the greeting.
    pub const fn new() -> Self {
        Self { phase: Phase::Greeting, flavor: Flavor::Mysql, capabilities: 0, tls: false, zstd_level: 0 }
    }

    /// After the login: both sides can this, and the next packet is a command. For captures that begin late.
    pub const fn logged_in(capabilities: u64, flavor: Flavor) -> Self {
        let capabilities = capabilities | capability::PROTOCOL_41;
        Self { phase: Phase::Idle, flavor, capabilities, tls: false, zstd_level: 0 }
    }

    /// How far it is.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// What both sides can, once the client has answered; before that, what the server can.
    pub const fn capabilities(&self) -> u64 {
        self.capabilities
    }

    /// Whose server it is, by its greeting.
    pub const fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// Whether the client asked for TLS.
    pub const fn tls(&self) -> bool {
        self.tls
    }

    /// How frames are compressed behind the OK that ends authentication.
    pub const fn compression(&self) -> Option<Compression> {
        if self.capabilities & capability::COMPRESS != 0 {
            Some(Compression::Zlib)
        } else if self.capabilities & capability::ZSTD != 0 {
            Some(Compression::Zstd { level: self.zstd_level })
        } else {
            None
        }
    }

    /// Reads a packet: its payload, joined and inflated. `context` is what an event in it is decoded by; without one,
    /// an event is its bytes.
    ///
    /// # Errors
    ///
    /// The first fault; what was read before it was reported to `trace`, and what follows it is one `undecoded` leaf.
    /// A fault inside of an event is [`EventPacket::event`](EventPacket#structfield.event). Offsets count from the
    /// payload's first byte.
    pub fn read<'a, T: Trace<'a>>(
        &self, from: Direction, payload: &'a [u8], context: Option<&Context<'_>>, trace: T,
    ) -> Result<Packet<'a>> {
        let mut c = Cursor::new(payload, field::PAYLOAD_LENGTH, trace);
        let packet = match from {
            Direction::Server => self.server(&mut c, context),
            Direction::Client => self.client(&mut c),
        };
        c.rest(if packet.is_ok() { UNKNOWN } else { UNDECODED });
        packet
    }

    /// Reads a packet behind the header of its first frame. Faults count from the packet's first byte, as in
    /// [`read`](Self::read); what is reported to `trace` counts from the header's.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); `unexpected_end` where the header is not whole.
    pub fn read_framed<'a, T: Trace<'a>>(
        &self, from: Direction, framed: &'a [u8], context: Option<&Context<'_>>, trace: T,
    ) -> Result<Packet<'a>> {
        let mut c = Cursor::new(framed, field::PAYLOAD_LENGTH, trace);
        if let Err(fault) = FrameHeader::read(&mut c) {
            c.rest(UNDECODED);
            return Err(fault);
        }
        c.nested(UNDECODED, |payload, behind| self.read(from, payload, context, behind))
    }

    fn server<'a, T: Trace<'a>>(&self, c: &mut Cursor<'a, T>, context: Option<&Context<'_>>) -> Result<Packet<'a>> {
        let bytes = c.peek();
        let first = bytes.first().copied();
        let Some(first) = first else {
            return Ok(match self.phase {
                Phase::Authentication(_) => Packet::AuthMore(AuthMore::Data(&[])),
                _ => Packet::CommandAnswer(&[]),
            });
        };
        if bytes.starts_with(&PROGRESS) && self.phase != Phase::Dump {
            return Progress::read(c).map(Packet::Progress);
        }
        // No greeting, length or row begins with it.
        if first == header::ERR {
            return ErrPacket::read(c).map(Packet::Err);
        }
        match self.phase {
            Phase::Greeting => Handshake::read(c).map(Packet::Handshake),
            Phase::Authentication(plugin) => match first {
                header::OK => OkPacket::read(c, self.capabilities).map(Packet::Ok),
                header::EOF => AuthSwitch::read(c).map(Packet::AuthSwitch),
                _ => AuthMore::read(c, plugin).map(Packet::AuthMore),
            },
            Phase::Answer(code) if has_plain_answer(code) => match first {
                header::OK if !ResultSetHeader::begins_with_zero(bytes, self.capabilities) => {
                    OkPacket::read(c, self.capabilities).map(Packet::Ok)
                }
                header::EOF if bytes.len() < EOF_BELOW => self.end(c),
                header::LOCAL_INFILE => {
                    c.u8(field::LOCAL_INFILE_HEADER)?;
                    Ok(Packet::LocalInfile(c.rest_text(field::LOCAL_INFILE_FILENAME)))
                }
                _ => ResultSetHeader::read(c, self.capabilities).map(Packet::ResultSetHeader),
            },
            Phase::Columns { left: 1.., .. } => {
                ColumnDefinition::read(c, self.capabilities).map(Packet::ColumnDefinition)
            }
            Phase::Columns { .. } => self.end(c),
            Phase::Rows { .. } if Row::ends(bytes, self.capabilities) => self.end(c),
            Phase::Rows { columns } => Row::read(c, columns).map(Packet::Row),
            Phase::Dump if first == header::EOF && bytes.len() < EOF_BELOW => self.end(c),
            Phase::Dump if first == header::OK => EventPacket::read(c, context).map(Packet::Event),
            Phase::Dump => Err(c.fail(ErrorCode::InvalidValue, field::EVENT_STATUS, header::OK.into(), first.into())),
            Phase::Infile | Phase::Answer(_) => match first {
                header::OK if self.phase == Phase::Infile => OkPacket::read(c, self.capabilities).map(Packet::Ok),
                _ => Ok(Packet::CommandAnswer(c.rest(field::COMMAND_ANSWER))),
            },
            Phase::Login | Phase::Idle | Phase::Closed => Ok(Packet::Unexpected(c.rest(field::COMMAND_ANSWER))),
        }
    }

    /// EOF, or the OK packet in its place: which, its length tells wherever a server may send either.
    fn end<'a, T: Trace<'a>>(&self, c: &mut Cursor<'a, T>) -> Result<Packet<'a>> {
        const EOF: usize = 5;
        if self.capabilities & capability::DEPRECATE_EOF != 0 && c.remaining() > EOF {
            return OkPacket::read(c, self.capabilities).map(Packet::Ok);
        }
        if c.peek().first() != Some(&header::EOF) {
            let found = c.peek().first().copied().unwrap_or(0);
            return Err(c.fail(ErrorCode::InvalidValue, field::EOF_HEADER, header::EOF.into(), found.into()));
        }
        Eof::read(c).map(Packet::Eof)
    }

    fn client<'a, T: Trace<'a>>(&self, c: &mut Cursor<'a, T>) -> Result<Packet<'a>> {
        match self.phase {
            Phase::Greeting | Phase::Login => {
                let ssl = c.peek().get(1).is_some_and(|byte| byte & (capability::SSL >> 8) as u8 != 0);
                if ssl && c.remaining() == SSL_REQUEST_BYTES {
                    return SslRequest::read(c).map(Packet::SslRequest);
                }
                HandshakeResponse::read(c).map(Packet::HandshakeResponse)
            }
            Phase::Authentication(plugin) => AuthData::read(c, plugin).map(Packet::AuthData),
            Phase::Infile => Ok(Packet::InfileData(c.rest(field::COMMAND_ARGUMENT))),
            Phase::Dump if c.peek().first() == Some(&SEMI_SYNC) => SemiSyncAck::read(c).map(Packet::SemiSyncAck),
            _ => self.command(c),
        }
    }

    fn command<'a, T: Trace<'a>>(&self, c: &mut Cursor<'a, T>) -> Result<Packet<'a>> {
        use command::code;
        let command = c.u8(field::COMMAND)?;
        Ok(match command {
            code::QUERY => Packet::Query(Query::read(c, self.capabilities)?),
            code::INIT_DB => Packet::InitDb(c.rest_text(field::COMMAND_SCHEMA)),
            code::PROCESS_KILL => Packet::ProcessKill(c.u32(field::COMMAND_KILL_ID)?),
            code::SET_OPTION => Packet::SetOption(c.u16(field::COMMAND_OPTION)?),
            code::REGISTER_SLAVE => Packet::RegisterSlave(RegisterSlave::read(c)?),
            code::BINLOG_DUMP => Packet::BinlogDump(BinlogDump::read(c, self.flavor)?),
            code::BINLOG_DUMP_GTID => Packet::BinlogDumpGtid(BinlogDumpGtid::read(c)?),
            // Account and answer to the scramble; nobody who replicates says it.
            code::CHANGE_USER => Packet::Command(command, c.rest(field::AUTH_DATA)),
            other => Packet::Command(other, c.rest(field::COMMAND_ARGUMENT)),
        })
    }

    /// Moves on past a packet that was read.
    pub fn advance(&mut self, from: Direction, packet: &Packet<'_>) {
        let next = match *packet {
            Packet::Handshake(handshake) => {
                self.capabilities = handshake.capabilities;
                self.flavor = if handshake.is_mariadb() { Flavor::Mariadb } else { Flavor::Mysql };
                Phase::Login
            }
            Packet::SslRequest(_) => {
                self.tls = true;
                Phase::Login
            }
            Packet::HandshakeResponse(response) => {
                self.capabilities &= response.request.capabilities;
                self.zstd_level = response.zstd_level;
                Phase::Authentication(Plugin::by_name(response.plugin_name))
            }
            Packet::AuthSwitch(switch) => Phase::Authentication(Plugin::by_name(switch.plugin_name)),
            Packet::Ok(ok) => self.after_end(ok.status),
            Packet::Eof(eof) => self.after_end(eof.status),
            Packet::Err(_) => match self.phase {
                // Nothing is said after a refusal, and after the error that ends a stream.
                Phase::Greeting | Phase::Login | Phase::Authentication(_) | Phase::Dump => Phase::Closed,
                _ => Phase::Idle,
            },
            Packet::LocalInfile(_) => Phase::Infile,
            Packet::ResultSetHeader(header) => {
                let all = header.columns;
                if header.metadata_follows { self.columns(all, all) } else { Phase::Columns { all, left: 0 } }
            }
            Packet::ColumnDefinition(_) => match self.phase {
                Phase::Columns { all, left } => self.columns(all, left.saturating_sub(1)),
                other => other,
            },
            Packet::BinlogDump(_) | Packet::BinlogDumpGtid(_) => Phase::Dump,
            Packet::Command(command::code::QUIT, _) => Phase::Closed,
            Packet::Command(command::code::CHANGE_USER, _) => Phase::Authentication(Plugin::Other),
            Packet::Query(_) => Phase::Answer(command::code::QUERY),
            Packet::InitDb(_) => Phase::Answer(command::code::INIT_DB),
            Packet::ProcessKill(_) => Phase::Answer(command::code::PROCESS_KILL),
            Packet::SetOption(_) => Phase::Answer(command::code::SET_OPTION),
            Packet::RegisterSlave(_) => Phase::Answer(command::code::REGISTER_SLAVE),
            Packet::Command(code, _) if from == Direction::Client => Phase::Answer(code),
            _ => self.phase,
        };
        self.phase = next;
    }

    /// With the last definition, rows follow at once where EOF is deprecated.
    const fn columns(&self, all: u64, left: u64) -> Phase {
        if left == 0 && self.capabilities & capability::DEPRECATE_EOF != 0 {
            Phase::Rows { columns: all }
        } else {
            Phase::Columns { all, left }
        }
    }

    /// OK and EOF end what is under way.
    const fn after_end(&self, status: u16) -> Phase {
        match self.phase {
            Phase::Columns { all, left: 0 } => Phase::Rows { columns: all },
            Phase::Dump => Phase::Closed,
            _ if status & status::MORE_RESULTS_EXISTS != 0 => Phase::Answer(command::code::QUERY),
            _ => Phase::Idle,
        }
    }
}
