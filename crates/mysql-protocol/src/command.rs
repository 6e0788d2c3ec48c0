//! What a client asks for. Sources: MySQL `include/my_command.h`, `sql/rpl_source.cc`, `sql/protocol_classic.cc`;
//! MariaDB `sql/sql_repl.cc`, `sql/repl_failsafe.cc`.

use alloc::vec::Vec;

use binlog_format::Flavor;
use binlog_format::catalogue::packet_field as field;
use binlog_format::cursor::Cursor;
use binlog_format::error::{ErrorCode, Result};
use binlog_format::field::UNKNOWN;
use binlog_format::gtid::read_set;
use binlog_format::trace::Trace;

use crate::capability;
use crate::strings::{lenenc_text, short_text};
use crate::writer::Writer;

/// The first byte of a command.
pub mod code {
    /// Good bye.
    pub const QUIT: u8 = 0x01;
    /// Another schema.
    pub const INIT_DB: u8 = 0x02;
    /// A statement.
    pub const QUERY: u8 = 0x03;
    /// Some numbers as text.
    pub const STATISTICS: u8 = 0x09;
    /// End another connection.
    pub const PROCESS_KILL: u8 = 0x0c;
    /// Are you there.
    pub const PING: u8 = 0x0e;
    /// Log in again, as somebody else.
    pub const CHANGE_USER: u8 = 0x11;
    /// The stream of events, by file and position.
    pub const BINLOG_DUMP: u8 = 0x12;
    /// Who the replica is.
    pub const REGISTER_SLAVE: u8 = 0x15;
    /// An option of the session.
    pub const SET_OPTION: u8 = 0x1b;
    /// The stream of events, by GTID set. MySQL.
    pub const BINLOG_DUMP_GTID: u8 = 0x1e;
    /// Forget the session's state.
    pub const RESET_CONNECTION: u8 = 0x1f;
}

/// Bits of a dump request. The number is little-endian: the bytes `01 00` are [`NON_BLOCK`](dump_flag::NON_BLOCK).
pub mod dump_flag {
    /// End with EOF where the last log ends.
    pub const NON_BLOCK: u16 = 0x0001;
    /// MySQL since 8.0.27: heartbeats with positions of 64 bits. Old manuals call the bit THROUGH_POSITION.
    pub const USE_HEARTBEAT_EVENT_V2: u16 = 0x0002;
    /// MySQL since 8.3: leave out transactions whose GTID has a tag. Old manuals call the bit THROUGH_GTID.
    pub const SKIP_TAGGED_GTIDS: u16 = 0x0004;
    /// MariaDB: with the statements behind rows.
    pub const SEND_ANNOTATE_ROWS: u16 = 0x0002;
}

/// COM_QUERY: a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query<'a> {
    /// Parameters before it (query attributes, MySQL).
    pub parameters: u64,
    /// The statement.
    pub statement: &'a [u8],
}

impl<'a> Query<'a> {
    /// Reads it behind its code.
    ///
    /// # Errors
    ///
    /// `too_many` for parameters that the bytes cannot hold; the faults of lengths.
    pub(crate) fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, capabilities: u64) -> Result<Self> {
        let mut parameters = 0;
        if capabilities & capability::QUERY_ATTRIBUTES != 0 {
            parameters = c.lenenc(field::QUERY_PARAMETER_COUNT)?;
            c.lenenc(field::QUERY_PARAMETER_SET_COUNT)?;
            if parameters > 0 {
                query_parameters(c, parameters)?;
            }
        }
        Ok(Self { parameters, statement: c.rest_text(field::QUERY_STATEMENT) })
    }

    /// Writes it; parameters are not written, their number is 0.
    pub fn write(&self, capabilities: u64, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::COMMAND, code::QUERY);
        if capabilities & capability::QUERY_ATTRIBUTES != 0 {
            w.lenenc(field::QUERY_PARAMETER_COUNT, 0).lenenc(field::QUERY_PARAMETER_SET_COUNT, 1);
        }
        w.bytes(field::QUERY_STATEMENT, self.statement);
    }
}

/// Fewest bytes of a parameter: type, flag, name.
const PARAMETER_BYTES: u64 = 3;

/// NULL bitmap, types and names, values.
fn query_parameters<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, count: u64) -> Result<()> {
    let most = c.remaining() as u64 / PARAMETER_BYTES;
    if count > most {
        let fault = c.fail(ErrorCode::TooMany, field::QUERY_PARAMETER, most, count);
        return Err(fault.blame(field::QUERY_PARAMETER_COUNT));
    }
    let nulls = c.bytes(field::QUERY_NULL_BITMAP, count.div_ceil(8), field::QUERY_PARAMETER_COUNT)?;
    c.u8(field::QUERY_NEW_PARAMS_BIND)?;
    let mut types = Vec::new();
    c.group(field::QUERY_PARAMETERS, |c| {
        for number in 0..count as usize {
            c.group(field::QUERY_PARAMETER.at(number), |c| {
                types.push(c.u8(field::QUERY_PARAMETER_TYPE)?);
                c.u8(field::QUERY_PARAMETER_UNSIGNED)?;
                lenenc_text(c, field::QUERY_PARAMETER_NAME_LENGTH, field::QUERY_PARAMETER_NAME)?;
                Ok(())
            })?;
        }
        Ok(())
    })?;
    c.group(field::QUERY_PARAMETER_VALUES, |c| {
        for (number, kind) in types.iter().enumerate() {
            let null = nulls.get(number / 8).is_some_and(|byte| byte >> (number % 8) & 1 == 1);
            if !null {
                parameter_value(c, *kind, number)?;
            }
        }
        Ok(())
    })
}

/// A value as prepared statements have it: of the width of its type, or with a length.
fn parameter_value<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, kind: u8, number: usize) -> Result<()> {
    let (length, liar) = match kind {
        1 => (1, field::QUERY_PARAMETER_TYPE),
        2 | 13 => (2, field::QUERY_PARAMETER_TYPE),
        3 | 4 | 9 => (4, field::QUERY_PARAMETER_TYPE),
        5 | 8 => (8, field::QUERY_PARAMETER_TYPE),
        6 => (0, field::QUERY_PARAMETER_TYPE),
        // Times have a length of one byte, which a length-encoded integer below 251 is as well.
        _ => (c.lenenc(field::QUERY_PARAMETER_VALUE_LENGTH.at(number))?, field::QUERY_PARAMETER_VALUE_LENGTH),
    };
    c.bytes(field::QUERY_PARAMETER_VALUE.at(number), length, liar)?;
    Ok(())
}

/// COM_REGISTER_SLAVE: the replica says who it is. Its strings have a length of one byte before them and no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisterSlave<'a> {
    /// The replica's own; not 0.
    pub server_id: u32,
    /// `report_host`.
    pub hostname: &'a [u8],
    /// `report_user`.
    pub user: &'a [u8],
    /// `report_password`.
    pub password: &'a [u8],
    /// `report_port`.
    pub port: u16,
    /// Means nothing.
    pub rank: u32,
    /// Means nothing: the server fills it in.
    pub master_id: u32,
}

impl<'a> RegisterSlave<'a> {
    /// Reads it behind its code.
    pub(crate) fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        Ok(Self {
            server_id: c.u32(field::REGISTER_SERVER_ID)?,
            hostname: short_text(c, field::REGISTER_HOSTNAME_LENGTH, field::REGISTER_HOSTNAME)?,
            user: short_text(c, field::REGISTER_USER_LENGTH, field::REGISTER_USER)?,
            password: {
                let length = c.u8(field::REGISTER_PASSWORD_LENGTH)?;
                c.bytes(field::REGISTER_PASSWORD, length.into(), field::REGISTER_PASSWORD_LENGTH)?
            },
            port: c.u16(field::REGISTER_PORT)?,
            rank: c.u32(field::REGISTER_RANK)?,
            master_id: c.u32(field::REGISTER_MASTER_ID)?,
        })
    }

    /// Writes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::COMMAND, code::REGISTER_SLAVE).u32(field::REGISTER_SERVER_ID, self.server_id);
        w.short_bytes(field::REGISTER_HOSTNAME_LENGTH, field::REGISTER_HOSTNAME, self.hostname);
        w.short_bytes(field::REGISTER_USER_LENGTH, field::REGISTER_USER, self.user);
        w.short_bytes(field::REGISTER_PASSWORD_LENGTH, field::REGISTER_PASSWORD, self.password);
        w.u16(field::REGISTER_PORT, self.port).u32(field::REGISTER_RANK, self.rank);
        w.u32(field::REGISTER_MASTER_ID, self.master_id);
    }
}

/// COM_BINLOG_DUMP: the stream from a position of a file. MariaDB by GTID too, when `@slave_connect_state` is set:
/// file and position do not matter then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinlogDump<'a> {
    /// At least 4, and where an event begins. 32 bits: beyond 4 GiB there is no such start.
    pub position: u32,
    /// See [`dump_flag`].
    pub flags: u16,
    /// The replica's own. 0 is mysqlbinlog's way to say "stop at the end".
    pub server_id: u32,
    /// Up to the packet's end; empty for the oldest that the server has.
    pub file_name: &'a [u8],
}

impl<'a> BinlogDump<'a> {
    /// Reads it behind its code.
    pub(crate) fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, flavor: Flavor) -> Result<Self> {
        let flags = if flavor == Flavor::Mariadb { field::DUMP_MARIADB_FLAGS } else { field::DUMP_FLAGS };
        Ok(Self {
            position: c.u32(field::DUMP_POSITION)?,
            flags: c.u16(flags)?,
            server_id: c.u32(field::DUMP_SERVER_ID)?,
            file_name: c.rest_text(field::DUMP_FILENAME),
        })
    }

    /// Writes it.
    pub fn write(&self, flavor: Flavor, out: &mut Vec<u8>) {
        let flags = if flavor == Flavor::Mariadb { field::DUMP_MARIADB_FLAGS } else { field::DUMP_FLAGS };
        let mut w = Writer::new(out);
        w.u8(field::COMMAND, code::BINLOG_DUMP).u32(field::DUMP_POSITION, self.position).u16(flags, self.flags);
        w.u32(field::DUMP_SERVER_ID, self.server_id).bytes(field::DUMP_FILENAME, self.file_name);
    }
}

/// COM_BINLOG_DUMP_GTID: the stream of what a GTID set lacks. MySQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinlogDumpGtid<'a> {
    /// See [`dump_flag`].
    pub flags: u16,
    /// The replica's own.
    pub server_id: u32,
    /// Best empty: a name that disagrees with the set makes servers begin in the wrong file.
    pub file_name: &'a [u8],
    /// 4.
    pub position: u64,
    /// What the replica has, encoded; [`GtidSet`](binlog_format::gtid::GtidSet) reads it.
    pub gtid_set: &'a [u8],
}

impl<'a> BinlogDumpGtid<'a> {
    /// Reads it behind its code.
    pub(crate) fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        let flags = c.u16(field::DUMP_GTID_FLAGS)?;
        let server_id = c.u32(field::DUMP_GTID_SERVER_ID)?;
        let length = c.u32(field::DUMP_GTID_FILENAME_LENGTH)?;
        let file_name = c.text(field::DUMP_GTID_FILENAME, length.into(), field::DUMP_GTID_FILENAME_LENGTH)?;
        let position = c.u64(field::DUMP_GTID_POSITION)?;
        let length = c.u32(field::DUMP_GTID_SET_LENGTH)?;
        let mut gtid_set: &[u8] = &[];
        c.within(length.into(), field::DUMP_GTID_SET_LENGTH, UNKNOWN, |c| {
            let start = c.position();
            c.group(field::DUMP_GTID_SET, |c| read_set(c, &mut |_, _, _, _| {}).map(|_| ()))?;
            gtid_set = c.since(start);
            Ok(())
        })?;
        Ok(Self { flags, server_id, file_name, position, gtid_set })
    }

    /// Writes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::COMMAND, code::BINLOG_DUMP_GTID).u16(field::DUMP_GTID_FLAGS, self.flags);
        w.u32(field::DUMP_GTID_SERVER_ID, self.server_id);
        w.u32(field::DUMP_GTID_FILENAME_LENGTH, self.file_name.len() as u32);
        w.bytes(field::DUMP_GTID_FILENAME, self.file_name);
        w.u64(field::DUMP_GTID_POSITION, self.position);
        w.u32(field::DUMP_GTID_SET_LENGTH, self.gtid_set.len() as u32);
        w.bytes(field::DUMP_GTID_SET, self.gtid_set);
    }
}

/// Writes a command that is nothing but its code: [`code::QUIT`], [`code::PING`] and the like.
pub fn write_bare(command: u8, out: &mut Vec<u8>) {
    Writer::new(out).u8(field::COMMAND, command);
}
