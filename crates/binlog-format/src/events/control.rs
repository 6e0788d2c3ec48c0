//! START_V3, FORMAT_DESCRIPTION, ROTATE, XID, XA_PREPARE, INCIDENT, BINLOG_CHECKPOINT and other
//! events that carry no changes.

use crate::catalogue::{Unit, field};
use crate::cursor::Cursor;
use crate::error::Result;
use crate::event::Context;
use crate::events::post_header_extra;
use crate::format::{self, Checksum, Format};
use crate::header::EventHeader;
use crate::trace::Trace;

/// START_EVENT_V3: the first event before MySQL 5.0. Body: version 2 bytes, server version 50, time 4.
/// Sources: MySQL 5.0 `sql/log_event.cc` (`Start_log_event_v3`), MariaDB `sql/log_event.h`.
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
    /// Whether version and size of the event fit each other.
    pub(crate) fn is_whole(&self, event_size: u32) -> bool {
        const SIZE: u32 = 75;
        const SIZE_V1: u32 = 69;
        matches!((self.binlog_version, event_size), (1, SIZE_V1) | (2 | 3, SIZE))
    }

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

/// FORMAT_DESCRIPTION_EVENT. Body: version 2 bytes, server version 50, time 4, header length 1, a byte for
/// each type, and where the server knows checksums the algorithm and always a checksum. Source: MySQL
/// `control_events.cpp` (`Format_description_event`).
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
    /// One byte for each event type from 1; longer lengths have lost their high bits. Not all of them are
    /// true: see [`Format::post_header_extra`].
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

/// ROTATE_EVENT: the next file. Body: position 8 bytes (none in version 1), name up to the end. A source
/// sends one of its own ([`ARTIFICIAL`](crate::header::flag::ARTIFICIAL)) before each file. Source: MySQL
/// `control_events.cpp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotate<'a> {
    /// Where to start in it: 4, or where a replica asked the source to start.
    pub position: u64,
    /// Its name, without a terminator.
    pub next_file: &'a [u8],
}

const ROTATE_BYTES: usize = 8;

pub(crate) fn rotate<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<Rotate<'a>> {
    // MySQL 3.23 had no post-header here: files began at 4.
    let position = if context.format.binlog_version == 1 { 4 } else { c.u64(field::ROTATE_POSITION)? };
    post_header_extra(c, header, context, ROTATE_BYTES)?;
    let next_file = c.rest_text(field::ROTATE_NEXT_FILE);
    Ok(Rotate { position, next_file })
}

/// XID_EVENT: the commit of a transactional engine. Body: 8 bytes.
/// Sources: MySQL `control_events.h` (`Xid_event`), MariaDB `sql/log_event.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Xid {
    /// Number of the transaction; written in the byte order of the source host.
    pub xid: u64,
}

pub(crate) fn xid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>) -> Result<Xid> {
    post_header_extra(c, header, context, 0)?;
    Ok(Xid { xid: c.u64(field::XID_XID)? })
}

/// MariaDB BINLOG_CHECKPOINT_EVENT: the oldest log that crash recovery needs. Body: length 4 bytes, name.
/// Source: MariaDB `sql/log_event.h` (`Binlog_checkpoint_log_event`).
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

/// XA_PREPARE_LOG_EVENT: an XA transaction is prepared, its events end.
/// Source: MySQL `control_events.{h,cpp}` (`XA_prepare_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XaPrepare<'a> {
    /// XA COMMIT … ONE PHASE: it is committed at once (1 byte).
    pub one_phase: bool,
    /// Format id of the XID; -1 is a null XID.
    pub format_id: i32,
    /// Global transaction identifier.
    pub gtrid: &'a [u8],
    /// Branch qualifier.
    pub bqual: &'a [u8],
}

pub(crate) fn xa_prepare<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<XaPrepare<'a>> {
    post_header_extra(c, header, context, 0)?;
    let one_phase = c.u8(field::XA_PREPARE_ONE_PHASE)? != 0;
    let format_id = c.i32(field::XA_PREPARE_FORMAT_ID)?;
    let gtrid = c.u32(field::XA_PREPARE_GTRID_LENGTH)?;
    let bqual = c.u32(field::XA_PREPARE_BQUAL_LENGTH)?;
    let gtrid = c.bytes(field::XA_PREPARE_GTRID, gtrid.into(), field::XA_PREPARE_GTRID_LENGTH)?;
    let bqual = c.bytes(field::XA_PREPARE_BQUAL, bqual.into(), field::XA_PREPARE_BQUAL_LENGTH)?;
    Ok(XaPrepare { one_phase, format_id, gtrid, bqual })
}

/// INCIDENT_EVENT: the source may have lost changes. Body: number 2 bytes, length 1, message.
/// Source: MySQL `control_events.cpp` (`Incident_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incident<'a> {
    /// 1 is LOST_EVENTS.
    pub incident: u16,
    /// What happened; may be empty.
    pub message: &'a [u8],
}

const INCIDENT_BYTES: usize = 2;

pub(crate) fn incident<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<Incident<'a>> {
    let incident = c.u16(field::INCIDENT_NUMBER)?;
    post_header_extra(c, header, context, INCIDENT_BYTES)?;
    if c.remaining() == 0 {
        return Ok(Incident { incident, message: &[] });
    }
    let length = c.u8(field::INCIDENT_MESSAGE_LENGTH)?;
    let message = c.text(field::INCIDENT_MESSAGE, length.into(), field::INCIDENT_MESSAGE_LENGTH)?;
    Ok(Incident { incident, message })
}

/// SLAVE_EVENT: the address of a source. No server writes it. Body: position 8 bytes, port 2, host and a zero
/// byte, log name up to the end.
/// Source: MariaDB `sql/log_event.h`, as 3.23 to 5.5 had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slave<'a> {
    /// Position in the source's log.
    pub position: u64,
    /// TCP port.
    pub port: u16,
    /// Host.
    pub host: &'a [u8],
    /// Log file.
    pub log_name: &'a [u8],
}

pub(crate) fn slave<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Slave<'a>> {
    let position = c.u64(field::SLAVE_POSITION)?;
    let port = c.u16(field::SLAVE_PORT)?;
    let length = c.peek().iter().position(|byte| *byte == 0).unwrap_or(c.remaining());
    let host = c.text(field::SLAVE_HOST, length as u64, field::EVENT_HEADER_EVENT_SIZE)?;
    c.terminator(field::SLAVE_HOST_TERMINATOR)?;
    Ok(Slave { position, port, host, log_name: c.rest_text(field::SLAVE_LOG_NAME) })
}

/// LARGE_TRANSACTION_HEADER_EVENT: where the large transaction ends that was written in place.
/// A proposal to MySQL that no release has. Source: `large_transaction_header_event.h` of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LargeTransactionHeader {
    /// 1.
    pub version: u8,
    /// Offset of the transaction's last event in this file.
    pub last_event_position: u64,
    /// Type code of that event.
    pub last_event_type: u8,
}

pub(crate) fn large_transaction_header<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<LargeTransactionHeader> {
    let header = LargeTransactionHeader {
        version: c.u8(field::LARGE_TRANSACTION_VERSION)?,
        last_event_position: c.u64(field::LARGE_TRANSACTION_LAST_POSITION)?,
        last_event_type: c.u8(field::LARGE_TRANSACTION_LAST_TYPE)?,
    };
    // The space is reserved before the transaction's size is known; what is left of it keeps what was there.
    c.rest(field::PADDING);
    Ok(header)
}

/// MariaDB START_ENCRYPTION_EVENT: every event after it is encrypted but for its size.
/// Source: MariaDB `sql/log_event.h` (`Start_encryption_log_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartEncryption<'a> {
    /// How events are encrypted; 1 is the only scheme.
    pub scheme: u8,
    /// Version of the key with id 1.
    pub key_version: u32,
    /// 12 bytes; with an event's offset in the file they are its initialisation vector.
    pub nonce: &'a [u8],
}

pub(crate) fn start_encryption<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<StartEncryption<'a>> {
    const NONCE: u64 = 12;
    Ok(StartEncryption {
        scheme: c.u8(field::START_ENCRYPTION_SCHEME)?,
        key_version: c.u32(field::START_ENCRYPTION_KEY_VERSION)?,
        nonce: c.bytes(field::START_ENCRYPTION_NONCE, NONCE, field::EVENT_HEADER_EVENT_SIZE)?,
    })
}
