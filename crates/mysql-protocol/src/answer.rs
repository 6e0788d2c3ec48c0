//! What a server answers to anything: OK, ERR, EOF. Sources: MySQL `sql/protocol_classic.cc`, MariaDB
//! `sql/protocol.cc`.

use alloc::vec::Vec;

use binlog_format::catalogue::{Unit, packet_field as field};
use binlog_format::cursor::Cursor;
use binlog_format::describe::name_of;
use binlog_format::error::Result;
use binlog_format::trace::Trace;

use crate::capability;
use crate::strings::lenenc_text;
use crate::writer::Writer;

/// First bytes of answers.
pub mod header {
    /// OK, or a packet of a stream.
    pub const OK: u8 = 0x00;
    /// EOF; with DEPRECATE_EOF an OK that ends rows.
    pub const EOF: u8 = 0xfe;
    /// ERR.
    pub const ERR: u8 = 0xff;
    /// A client's file is wanted.
    pub const LOCAL_INFILE: u8 = 0xfb;
}

/// Bits of status flags.
pub mod status {
    /// Another result follows.
    pub const MORE_RESULTS_EXISTS: u16 = 0x0008;
    /// The OK packet tells what changed in the session.
    pub const SESSION_STATE_CHANGED: u16 = 0x4000;
}

/// It went well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ok<'a> {
    /// Rows changed.
    pub affected_rows: u64,
    /// The value that AUTO_INCREMENT gave.
    pub last_insert_id: u64,
    /// See [`status`].
    pub status: u16,
    /// How many warnings there are to ask for.
    pub warnings: u16,
    /// In words.
    pub info: &'a [u8],
    /// What changed in the session, as it stands there: type, length, data of each.
    pub session_state: &'a [u8],
}

impl<'a> Ok<'a> {
    /// Reads an OK packet, or what stands for EOF with DEPRECATE_EOF.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, capabilities: u64) -> Result<Self> {
        c.u8(field::OK_HEADER)?;
        let mut ok = Self {
            affected_rows: c.lenenc(field::OK_AFFECTED_ROWS)?,
            last_insert_id: c.lenenc(field::OK_LAST_INSERT_ID)?,
            ..Self::default()
        };
        if capabilities & (capability::PROTOCOL_41 | capability::TRANSACTIONS) != 0 {
            ok.status = c.u16(field::OK_STATUS_FLAGS)?;
        }
        if capabilities & capability::PROTOCOL_41 != 0 {
            ok.warnings = c.u16(field::OK_WARNINGS)?;
        }
        if capabilities & capability::SESSION_TRACK == 0 {
            ok.info = c.rest_text(field::OK_INFO);
            return Result::Ok(ok);
        }
        if c.remaining() > 0 {
            ok.info = lenenc_text(c, field::OK_INFO_LENGTH, field::OK_INFO)?;
        }
        if ok.status & status::SESSION_STATE_CHANGED != 0 && c.remaining() > 0 {
            let length = c.lenenc(field::OK_SESSION_STATE_LENGTH)?;
            c.within(length, field::OK_SESSION_STATE_LENGTH, binlog_format::field::UNKNOWN, |c| {
                let start = c.position();
                c.group(field::OK_SESSION_STATE, |c| {
                    for number in 0.. {
                        let Some(kind) = c.peek().first().copied() else { break };
                        c.group(field::OK_TRACKED.at(number), tracked)?;
                        if c.observes()
                            && let Some(name) = name_of(Unit::SessionStateType, kind.into())
                        {
                            c.trace().label(name.as_bytes());
                        }
                    }
                    Result::Ok(())
                })?;
                ok.session_state = c.since(start);
                Result::Ok(())
            })?;
        }
        Result::Ok(ok)
    }

    /// Writes it, as a server does.
    pub fn write(&self, capabilities: u64, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::OK_HEADER, header::OK);
        w.lenenc(field::OK_AFFECTED_ROWS, self.affected_rows).lenenc(field::OK_LAST_INSERT_ID, self.last_insert_id);
        w.u16(field::OK_STATUS_FLAGS, self.status).u16(field::OK_WARNINGS, self.warnings);
        if capabilities & capability::SESSION_TRACK == 0 {
            w.bytes(field::OK_INFO, self.info);
            return;
        }
        let changed = self.status & status::SESSION_STATE_CHANGED != 0;
        if changed || !self.info.is_empty() {
            w.lenenc_bytes(field::OK_INFO_LENGTH, field::OK_INFO, self.info);
        }
        if changed {
            w.lenenc_bytes(field::OK_SESSION_STATE_LENGTH, field::OK_SESSION_STATE, self.session_state);
        }
    }
}

/// One change of the session.
fn tracked<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<()> {
    const GTIDS: u8 = 3;
    let kind = c.u8(field::OK_TRACKED_TYPE)?;
    let length = c.lenenc(field::OK_TRACKED_LENGTH)?;
    c.within(length, field::OK_TRACKED_LENGTH, binlog_format::field::UNKNOWN, |c| {
        if kind == GTIDS {
            c.u8(field::OK_TRACKED_GTID_SPEC)?;
        }
        // Names and values of variables take turns; everything else is one text.
        for number in 0.. {
            if c.remaining() == 0 {
                break;
            }
            let length = c.lenenc(field::OK_TRACKED_STRING_LENGTH.at(number))?;
            c.text(field::OK_TRACKED_STRING.at(number), length, field::OK_TRACKED_STRING_LENGTH)?;
        }
        Result::Ok(())
    })
}

/// It went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Err<'a> {
    /// The server's number for the error.
    pub code: u16,
    /// Five characters of the SQL standard's; empty before a client has logged in.
    pub sql_state: &'a [u8],
    /// In words, in the server's language.
    pub message: &'a [u8],
}

/// Bytes of an SQL state.
const SQL_STATE: usize = 5;

impl<'a> Err<'a> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        c.u8(field::ERR_HEADER)?;
        let code = c.u16(field::ERR_CODE)?;
        let mut sql_state: &[u8] = &[];
        if c.peek().first() == Some(&b'#') {
            c.u8(field::ERR_STATE_MARKER)?;
            sql_state = c.text(field::ERR_STATE, SQL_STATE as u64, c.limit())?;
        }
        Result::Ok(Self { code, sql_state, message: c.rest_text(field::ERR_MESSAGE) })
    }

    /// Writes it, as a server does.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::ERR_HEADER, header::ERR).u16(field::ERR_CODE, self.code);
        if !self.sql_state.is_empty() {
            w.u8(field::ERR_STATE_MARKER, b'#').bytes(field::ERR_STATE, self.sql_state);
        }
        w.bytes(field::ERR_MESSAGE, self.message);
    }
}

/// MariaDB's report of how far a long statement has come: an ERR packet with code 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Which stage.
    pub stage: u8,
    /// Of how many.
    pub max_stage: u8,
    /// Thousandths of a percent of the stage.
    pub progress: u32,
    /// What is done, in words.
    pub info: &'a [u8],
}

/// The code that says so.
pub(crate) const PROGRESS: [u8; 3] = [header::ERR, 0xff, 0xff];

impl<'a> Progress<'a> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        c.u8(field::ERR_HEADER)?;
        c.u16(field::ERR_CODE)?;
        c.u8(field::PROGRESS_STRINGS)?;
        Result::Ok(Self {
            stage: c.u8(field::PROGRESS_STAGE)?,
            max_stage: c.u8(field::PROGRESS_MAX_STAGE)?,
            progress: c.u24(field::PROGRESS_PROGRESS)?,
            info: lenenc_text(c, field::PROGRESS_INFO_LENGTH, field::PROGRESS_INFO)?,
        })
    }
}

/// The end of column definitions, of rows, or of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eof {
    /// How many warnings there are to ask for.
    pub warnings: u16,
    /// See [`status`].
    pub status: u16,
}

/// An EOF packet is shorter than this; what else begins with its header is not.
pub(crate) const EOF_BELOW: usize = 9;

impl Eof {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        c.u8(field::EOF_HEADER)?;
        Result::Ok(Self { warnings: c.u16(field::EOF_WARNINGS)?, status: c.u16(field::EOF_STATUS_FLAGS)? })
    }

    /// Writes it, as a server does.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::EOF_HEADER, header::EOF).u16(field::EOF_WARNINGS, self.warnings);
        w.u16(field::EOF_STATUS_FLAGS, self.status);
    }
}
