//! START_V3, FORMAT_DESCRIPTION, ROTATE, XID, BINLOG_CHECKPOINT.

use crate::catalogue::{Unit, field};
use crate::cursor::Cursor;
use crate::error::Result;
use crate::format::{self, Checksum, Format};
use crate::trace::Trace;

/// START_EVENT_V3: the first event before MySQL 5.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartV3<'a> {
    /// 1, 2 or 3.
    pub binlog_version: u16,
    /// 50 bytes, zero padded.
    pub server_version: &'a [u8],
    /// Server start, seconds since 1970.
    pub create_timestamp: u32,
}

impl StartV3<'_> {
    /// What holds for the events that follow.
    pub fn format(&self) -> Format {
        Format::before_v4(self.binlog_version, self.server_version, self.create_timestamp)
    }
}

pub(crate) fn start_v3<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<StartV3<'a>> {
    Ok(StartV3 {
        binlog_version: c.u16(field::START_V3_BINLOG_VERSION)?,
        server_version: c.text(field::START_V3_SERVER_VERSION, 50, field::EVENT_HEADER_EVENT_SIZE)?,
        create_timestamp: c.u32(field::START_V3_CREATE_TIMESTAMP)?,
    })
}

/// FORMAT_DESCRIPTION_EVENT. Source: MySQL `control_events.cpp` (`Format_description_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatDescription<'a> {
    /// 4.
    pub binlog_version: u16,
    /// 50 bytes, zero padded.
    pub server_version: &'a [u8],
    /// Server start, seconds since 1970; 0 in later logs.
    pub create_timestamp: u32,
    /// Bytes of the common header of later events.
    pub event_header_length: u8,
    /// One byte for each event type from 1.
    pub post_header_lengths: &'a [u8],
    /// 0 off, 1 CRC-32; absent before servers knew checksums.
    pub checksum_alg: Option<u8>,
}

impl FormatDescription<'_> {
    /// What holds for the events that follow.
    pub fn format(&self) -> Format {
        let checksum = if self.checksum_alg == Some(1) { Checksum::Crc32 } else { Checksum::None };
        Format::described(
            self.binlog_version,
            self.server_version,
            self.create_timestamp,
            self.event_header_length,
            self.post_header_lengths,
            checksum,
        )
    }
}

/// Bytes of the algorithm and the checksum at the end of a checksum-aware server's event.
const ALGORITHM_AND_CHECKSUM: usize = 5;

pub(crate) fn format_description<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<FormatDescription<'a>> {
    let binlog_version = c.u16(field::FORMAT_DESCRIPTION_BINLOG_VERSION)?;
    let server_version = c.text(field::FORMAT_DESCRIPTION_SERVER_VERSION, 50, field::EVENT_HEADER_EVENT_SIZE)?;
    let create_timestamp = c.u32(field::FORMAT_DESCRIPTION_CREATE_TIMESTAMP)?;
    let event_header_length = c.u8(field::FORMAT_DESCRIPTION_HEADER_LENGTH)?;
    let aware = format::knows_checksums(format::trim_version(server_version));
    let after = if aware { ALGORITHM_AND_CHECKSUM } else { 0 };
    let types = c.remaining().saturating_sub(after);
    let start = c.position();
    c.group(field::FORMAT_DESCRIPTION_POST_HEADER_LENGTHS, |c| {
        for i in 0..types {
            c.u8(field::FORMAT_DESCRIPTION_POST_HEADER_LENGTH.at(i))?;
            c.name(Unit::EventType, i as u64 + 1);
        }
        Ok(())
    })?;
    let post_header_lengths = c.since(start);
    let checksum_alg = if aware { Some(c.u8(field::FORMAT_DESCRIPTION_CHECKSUM_ALG)?) } else { None };
    Ok(FormatDescription {
        binlog_version,
        server_version,
        create_timestamp,
        event_header_length,
        post_header_lengths,
        checksum_alg,
    })
}

/// ROTATE_EVENT: the next file. Source: MySQL `control_events.cpp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotate<'a> {
    /// Where to start in it; 4.
    pub position: u64,
    /// Its name, without a terminator.
    pub next_file: &'a [u8],
}

pub(crate) fn rotate<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Rotate<'a>> {
    let position = c.u64(field::ROTATE_POSITION)?;
    let next_file = c.rest_text(field::ROTATE_NEXT_FILE);
    Ok(Rotate { position, next_file })
}

/// XID_EVENT: the commit of a transactional engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Xid {
    /// Number of the transaction; written in the byte order of the source host.
    pub xid: u64,
}

pub(crate) fn xid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Xid> {
    Ok(Xid { xid: c.u64(field::XID_XID)? })
}

/// MariaDB BINLOG_CHECKPOINT_EVENT: the oldest log that crash recovery needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinlogCheckpoint<'a> {
    /// Name of that log.
    pub file_name: &'a [u8],
}

pub(crate) fn binlog_checkpoint<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<BinlogCheckpoint<'a>> {
    let length = c.u32(field::BINLOG_CHECKPOINT_LENGTH)?;
    let file_name = c.text(field::BINLOG_CHECKPOINT_FILE, length.into(), field::BINLOG_CHECKPOINT_LENGTH)?;
    Ok(BinlogCheckpoint { file_name })
}
