//! The common header: 19 bytes before every event since MySQL 4.0, more where the format
//! description says so.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::trace::Trace;

/// Length of the header of FORMAT_DESCRIPTION and ROTATE, and of all stock servers' events.
pub const HEADER_LENGTH: usize = 19;

/// The common header. Source: MySQL `binlog_event.h` (`Log_event_header`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct EventHeader {
    /// When the statement began on the originating server, seconds since 1970.
    pub timestamp: u32,
    /// The type byte as stored.
    pub type_code: u8,
    /// Originating server.
    pub server_id: u32,
    /// Bytes of the whole event, header and checksum included.
    pub event_size: u32,
    /// End of the event in the originating file, low 32 bits; 0 where nobody knows.
    pub log_pos: u32,
    /// Flags.
    pub flags: u16,
}

/// Bits of [`EventHeader::flags`].
pub mod flag {
    /// The file is open, or its server crashed. Only in the first format description.
    pub const IN_USE: u16 = 0x0001;
    /// Made up by the sender; not stored at its position.
    pub const ARTIFICIAL: u16 = 0x0020;
    /// Written by a replica's receiver into its relay log.
    pub const RELAY_LOG: u16 = 0x0040;
    /// Readers that do not know the type skip the event.
    pub const IGNORABLE: u16 = 0x0080;
    /// Every bit that some server gives a meaning.
    pub const KNOWN: u16 = 0xc3ff;
}

impl EventHeader {
    /// Reads the header of `length` bytes.
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: usize) -> Result<Self> {
        c.group(field::EVENT_HEADER, |c| {
            let header = Self {
                timestamp: c.u32(field::EVENT_HEADER_TIMESTAMP)?,
                type_code: c.u8(field::EVENT_HEADER_TYPE_CODE)?,
                server_id: c.u32(field::EVENT_HEADER_SERVER_ID)?,
                event_size: c.u32(field::EVENT_HEADER_EVENT_SIZE)?,
                log_pos: c.u32(field::EVENT_HEADER_LOG_POS)?,
                flags: c.u16(field::EVENT_HEADER_FLAGS)?,
            };
            if length > HEADER_LENGTH {
                let extra = (length - HEADER_LENGTH) as u64;
                c.bytes(field::EVENT_HEADER_EXTRA, extra, field::FORMAT_DESCRIPTION_HEADER_LENGTH)?;
            }
            Ok(header)
        })
    }

    /// Reads the first 19 bytes, if they are there.
    pub fn peek(bytes: &[u8]) -> Option<Self> {
        let mut c = Cursor::new(bytes.get(..HEADER_LENGTH)?, field::EVENT_HEADER_EVENT_SIZE, ());
        Self::read(&mut c, HEADER_LENGTH).ok()
    }
}
