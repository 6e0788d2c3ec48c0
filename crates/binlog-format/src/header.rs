//! The common header: 13 bytes before every event in MySQL 3.23, 19 since 4.0, more where the
//! format description says so.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::format::Format;
use crate::trace::Trace;

/// Length of the header of FORMAT_DESCRIPTION and ROTATE, and of all stock servers' events.
pub const HEADER_LENGTH: usize = 19;

/// Length of the header in MySQL 3.23: neither position nor flags.
pub const HEADER_LENGTH_V1: usize = 13;

/// The common header. Source: MySQL `binlog_event.h` (`Log_event_header`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EventHeader {
    /// When the statement began on the originating server, seconds since 1970.
    pub timestamp: u32,
    /// The type byte as stored.
    pub type_code: u8,
    /// Originating server.
    pub server_id: u32,
    /// Bytes of the whole event, header and checksum included.
    pub event_size: u32,
    /// End of the event in the originating file, low 32 bits; 0 where nobody knows. In version 3
    /// its start; version 1 has none, which reads as 0.
    pub log_pos: u32,
    /// See [`flag`]; version 1 has none.
    pub flags: u16,
}

/// Bits of [`EventHeader::flags`]. Source: MySQL `sql/log_event.h`, MariaDB `sql/log_event.h`.
pub mod flag {
    /// The file is open, or its server crashed. Only in the first format description.
    pub const IN_USE: u16 = 0x0001;
    /// ROTATE of 4.x; no longer written.
    pub const FORCED_ROTATE: u16 = 0x0002;
    /// QUERY that touches temporary tables of its connection.
    pub const THREAD_SPECIFIC: u16 = 0x0004;
    /// The statement needs no default schema (`CREATE DATABASE`, BEGIN, COMMIT).
    pub const SUPPRESS_USE: u16 = 0x0008;
    /// Rows events of early 5.1; no longer written.
    pub const UPDATE_TABLE_MAP_VERSION: u16 = 0x0010;
    /// Made up by the sender; not stored at its position.
    pub const ARTIFICIAL: u16 = 0x0020;
    /// Written by a replica's receiver into its relay log.
    pub const RELAY_LOG: u16 = 0x0040;
    /// Readers that do not know the type skip the event.
    pub const IGNORABLE: u16 = 0x0080;
    /// Replicas apply the event whatever their filters say.
    pub const NO_FILTER: u16 = 0x0100;
    /// Replicas run the transaction while no other one runs.
    pub const MTS_ISOLATE: u16 = 0x0200;
    /// MariaDB: a replica accepts the event although it carries the replica's own server id.
    pub const ACCEPT_OWN: u16 = 0x4000;
    /// MariaDB: the session had `@@skip_replication`.
    pub const SKIP_REPLICATION: u16 = 0x8000;
    /// Every bit that some server gives a meaning.
    pub const KNOWN: u16 = 0xc3ff;
}

impl EventHeader {
    /// Reads the header of `length` bytes; [`Format::header_length`] tells how many an event has.
    ///
    /// # Errors
    ///
    /// `unexpected_end`, `length_too_long`: fewer than `length` bytes are there.
    #[inline]
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: usize) -> Result<Self> {
        c.group(field::EVENT_HEADER, |c| {
            let mut header = Self {
                timestamp: c.u32(field::EVENT_HEADER_TIMESTAMP)?,
                type_code: c.u8(field::EVENT_HEADER_TYPE_CODE)?,
                server_id: c.u32(field::EVENT_HEADER_SERVER_ID)?,
                event_size: c.u32(field::EVENT_HEADER_EVENT_SIZE)?,
                ..Self::default()
            };
            if length < HEADER_LENGTH {
                return Ok(header);
            }
            header.log_pos = c.u32(field::EVENT_HEADER_LOG_POS)?;
            header.flags = c.u16(field::EVENT_HEADER_FLAGS)?;
            if length > HEADER_LENGTH {
                let extra = (length - HEADER_LENGTH) as u64;
                c.bytes(field::EVENT_HEADER_EXTRA, extra, field::FORMAT_DESCRIPTION_HEADER_LENGTH)?;
            }
            Ok(header)
        })
    }

    /// The checksum that an event without one would have if it ended with one: of its bytes
    /// with an `event_size` that counts the checksum. `None` for less than a header.
    pub fn checksum_if_stored(bytes: &[u8]) -> Option<u32> {
        let header = Self::peek(bytes)?;
        let header = Self { event_size: header.event_size.wrapping_add(4), ..header };
        Some(header.checksum_of(bytes.get(HEADER_LENGTH..)?))
    }

    /// The checksum that an event which ends with one would have under this header.
    pub fn checksum_over(&self, bytes: &[u8]) -> Option<u32> {
        let (behind_header, _) = bytes.get(HEADER_LENGTH..)?.split_last_chunk::<4>()?;
        Some(self.checksum_of(behind_header))
    }

    /// Of this header and what stands behind it, up to the checksum.
    fn checksum_of(&self, behind_header: &[u8]) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&self.timestamp.to_le_bytes());
        hasher.update(&[self.type_code]);
        hasher.update(&self.server_id.to_le_bytes());
        hasher.update(&self.event_size.to_le_bytes());
        hasher.update(&self.log_pos.to_le_bytes());
        hasher.update(&self.flags.to_le_bytes());
        hasher.update(behind_header);
        hasher.finalize()
    }

    /// Reads what every event of this format has of a header, if it is there.
    pub fn peek_in(bytes: &[u8], format: &Format) -> Option<Self> {
        let length = format.header_length(bytes).min(HEADER_LENGTH);
        let mut c = Cursor::new(bytes.get(..length)?, field::EVENT_HEADER_EVENT_SIZE, ());
        Self::read(&mut c, length).ok()
    }

    /// Reads the first 19 bytes, if they are there.
    #[inline]
    pub fn peek(bytes: &[u8]) -> Option<Self> {
        let mut c = Cursor::new(bytes.get(..HEADER_LENGTH)?, field::EVENT_HEADER_EVENT_SIZE, ());
        Self::read(&mut c, HEADER_LENGTH).ok()
    }
}
