//! MariaDB's InnoDB-based binary log (12.3 and later, `binlog-000000.ibb`): pages, chunks, records.
//!
//! A file is a sequence of pages, each ending in a CRC-32C. The first page is a header; the others
//! hold *chunks*, and chunks make *records*, which may go over pages and files. A commit record has
//! an event group, or its beginning when the rest was too large and lies in out-of-band records.
//! The [`Framer`](crate::framer::Framer) finds pages and chunks; this module reads what is in them.
//! Numbers are little-endian; many are *compressed integers* of 1 to 9 bytes.
//! Sources: MariaDB `Docs/replication/binlog.md`, `storage/innobase/include/fsp_binlog.h`.

use crc::{CRC_32_ISCSI, Crc, Table};

use crate::catalogue::{FieldId, Unit, field};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::framer::SpanKind;
use crate::trace::Trace;
use crate::value::Value;

/// First bytes of a file: 0x010dfefe, little-endian.
pub const MAGIC: [u8; 4] = *b"\xfe\xfe\x0d\x01";

/// Bytes of the header proper: it is checked as a page of this size before the real page size is
/// believed.
pub const HEADER_BYTES: u64 = 512;

/// Bytes of the CRC-32C that ends a page.
pub const CHECKSUM_BYTES: u64 = 4;

/// Type and length of a chunk.
pub const CHUNK_HEAD: u64 = 3;

/// Page sizes that servers can be built with, as powers of two (`IBB_PAGE_SIZE_MIN`,
/// `IBB_PAGE_SIZE_MAX`).
pub const PAGE_SIZE_LOG2: core::ops::RangeInclusive<u32> = 9..=16;

/// The page size of every server so far, as a power of two.
pub const USUAL_PAGE_SIZE_LOG2: u8 = 14;

/// The byte that fills the 1 to 3 bytes of a page in which no chunk fits.
pub const FILLER: u8 = 0xff;

const CONTINUES: u8 = 0x80;
const LAST: u8 = 0x40;

/// CRC-32C (Castagnoli) as InnoDB computes it. Its 16 KiB of tables are made when they are first needed: in a page
/// they would be downloaded, and noise does not compress.
#[cfg(feature = "std")]
static CRC32C: std::sync::LazyLock<Crc<u32, Table<16>>> =
    std::sync::LazyLock::new(|| Crc::<u32, Table<16>>::new(&CRC_32_ISCSI));
/// CRC-32C (Castagnoli) as InnoDB computes it.
#[cfg(not(feature = "std"))]
static CRC32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_ISCSI);

/// The CRC-32C that the last four bytes should be, and that they are.
pub fn checksum(page: &[u8]) -> Option<(u32, u32)> {
    let (covered, stored) = page.split_last_chunk::<4>()?;
    Some((CRC32C.checksum(covered), u32::from_le_bytes(*stored)))
}

/// The kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// A committed event group, or its beginning.
    Commit,
    /// The newest GTID of each domain and server, for finding a position quickly.
    GtidState,
    /// A piece of a large event group, written before its commit.
    OutOfBand,
    /// Fills the rest of a file that FLUSH BINARY LOGS ended.
    Dummy,
    /// An XA transaction is prepared.
    XaPrepare,
    /// An XA transaction ends.
    XaComplete,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Commit, Self::GtidState, Self::OutOfBand, Self::Dummy, Self::XaPrepare, Self::XaComplete];

    const fn of(type_byte: u8) -> Option<Self> {
        Some(match type_byte & !(CONTINUES | LAST) {
            1 => Self::Commit,
            2 => Self::GtidState,
            3 => Self::OutOfBand,
            4 => Self::Dummy,
            5 => Self::XaPrepare,
            6 => Self::XaComplete,
            _ => return None,
        })
    }

    /// Whether a record of this kind may stand between the chunks of another.
    pub const fn may_interrupt(self) -> bool {
        matches!(self, Self::GtidState | Self::Dummy)
    }
}

/// What stands before a chunk's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkHead {
    /// The record's kind.
    pub kind: RecordKind,
    /// It goes on with a record that began in an earlier chunk.
    pub continues: bool,
    /// The record ends with it.
    pub last: bool,
    /// Bytes of its data.
    pub length: u16,
}

impl ChunkHead {
    /// Reads it from the first bytes of a chunk; `None` if they cannot be one.
    pub fn peek(bytes: &[u8]) -> Option<Self> {
        let mut c = Cursor::new(bytes, field::IBB_CHUNK_LENGTH, ());
        chunk_head(&mut c).ok()
    }
}

fn chunk_head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<ChunkHead> {
    let type_byte = c.u8(field::IBB_CHUNK_TYPE)?;
    let Some(kind) = RecordKind::of(type_byte) else {
        return Err(c.fail(ErrorCode::InvalidValue, field::IBB_CHUNK_TYPE, 0, type_byte.into()));
    };
    let length = c.u16(field::IBB_CHUNK_LENGTH)?;
    Ok(ChunkHead { kind, continues: type_byte & CONTINUES != 0, last: type_byte & LAST != 0, length })
}

/// The header of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHeader {
    /// Page size as a power of two.
    pub page_size_log2: u32,
    /// Another major version cannot be read by older servers.
    pub major_version: u32,
    /// Minor versions can.
    pub minor_version: u32,
    /// The number in the file's name.
    pub file_number: u64,
    /// Size in pages, as allocated.
    pub pages: u64,
}

impl FileHeader {
    /// Reads it from a file's first [`HEADER_BYTES`].
    pub fn peek(bytes: &[u8]) -> Option<Self> {
        file_header(&mut Cursor::new(bytes, field::ENCLOSING, ())).ok()
    }
}

fn file_header<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<FileHeader> {
    const UNUSED: u64 = 444;
    c.u32(field::IBB_MAGIC)?;
    let header = FileHeader {
        page_size_log2: c.u32(field::IBB_PAGE_SIZE_LOG2)?,
        major_version: c.u32(field::IBB_MAJOR_VERSION)?,
        minor_version: c.u32(field::IBB_MINOR_VERSION)?,
        file_number: c.u64(field::IBB_FILE_NUMBER)?,
        pages: c.u64(field::IBB_FILE_PAGES)?,
    };
    c.u64(field::IBB_START_LSN)?;
    c.u64(field::IBB_STATE_INTERVAL)?;
    c.u64(field::IBB_EARLIEST_OOB_FILE)?;
    c.u64(field::IBB_EARLIEST_XA_FILE)?;
    c.bytes(field::UNUSED, UNUSED, field::ENCLOSING)?;
    c.u32(field::IBB_HEADER_CHECKSUM)?;
    Ok(header)
}

/// A place in the logs: number of the file, offset in it.
pub type Place = (u64, u64);

/// The out-of-band records of an event group: how many, the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBandRefs {
    /// How many there are.
    pub count: u64,
    /// The one written first.
    pub first: Place,
    /// The one written last; the others are found from it.
    pub last: Place,
}

/// What a record says before its event data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordHead {
    /// A commit: the out-of-band records that belong to it; two groups of them when transactional
    /// and other changes were mixed.
    Commit([Option<OutOfBandRefs>; 2]),
    /// A GTID state: how many GTIDs it has.
    GtidState(u64),
    /// An out-of-band record: its number within the event group, and the roots of the trees below it
    /// (0, 0 for none).
    OutOfBand {
        /// Counts from 0 in the order of writing.
        index: u64,
        /// Left child.
        left: Place,
        /// Right child; in a leaf that is the leftmost of its tree, the tree before.
        right: Place,
    },
    /// Filler.
    Dummy,
    /// XA PREPARE: the out-of-band records of the transaction.
    XaPrepare(Option<OutOfBandRefs>),
    /// XA COMMIT or XA ROLLBACK.
    XaComplete {
        /// It was rolled back.
        rollback: bool,
    },
}

impl RecordHead {
    /// Reads it from a gathered record; with it how many bytes it takes. Event data follow those of
    /// commit and out-of-band records.
    pub fn read(kind: RecordKind, record: &[u8]) -> Result<(Self, usize)> {
        let mut c = Cursor::new(record, field::IBB_CHUNK_LENGTH, ());
        let head = record_head(&mut c, kind)?;
        Ok((head, c.position()))
    }
}

/// A compressed integer: the low three bits of the first byte are one less than how many bytes it
/// takes, 7 standing for 9; the number is what is above those bits.
fn compressed_int<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, field: FieldId) -> Result<u64> {
    let bytes = match c.peek().first() {
        Some(first) if first & 7 == 7 => 9,
        Some(first) => usize::from(first & 7) + 1,
        None => 1,
    };
    let start = c.position();
    let low = c.quiet_le(field, bytes.min(8))?;
    let high = if bytes == 9 { c.quiet_le(field, 1)? } else { 0 };
    let number = low >> 3 | high << 61;
    let end = c.position() as u32;
    c.trace().leaf(field.into(), start as u32, end, Value::Unsigned(number));
    Ok(number)
}

fn place<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, field: FieldId) -> Result<Place> {
    c.group(field, |c| {
        Ok((compressed_int(c, field::IBB_REFERENCE_FILE)?, compressed_int(c, field::IBB_REFERENCE_OFFSET)?))
    })
}

fn references<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, index: usize) -> Result<Option<OutOfBandRefs>> {
    c.group(field::IBB_REFERENCES.at(index), |c| {
        let count = compressed_int(c, field::IBB_OOB_COUNT)?;
        if count == 0 {
            return Ok(None);
        }
        let first = place(c, field::IBB_FIRST_OOB)?;
        Ok(Some(OutOfBandRefs { count, first, last: place(c, field::IBB_LAST_OOB)? }))
    })
}

fn xid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<()> {
    c.u32(field::IBB_XID_FORMAT)?;
    let gtrid = c.u8(field::IBB_GTRID_LENGTH)?;
    let bqual = c.u8(field::IBB_BQUAL_LENGTH)?;
    c.bytes(field::IBB_GTRID, gtrid.into(), field::IBB_GTRID_LENGTH)?;
    c.bytes(field::IBB_BQUAL, bqual.into(), field::IBB_BQUAL_LENGTH).map(drop)
}

fn record_head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, kind: RecordKind) -> Result<RecordHead> {
    Ok(match kind {
        RecordKind::Commit => {
            let both = c.group(field::IBB_REFERENCE_LIST, |c| Ok([references(c, 0)?, references(c, 1)?]));
            RecordHead::Commit(both?)
        }
        RecordKind::GtidState => gtid_state(c)?,
        RecordKind::OutOfBand => RecordHead::OutOfBand {
            index: compressed_int(c, field::IBB_NODE_INDEX)?,
            left: place(c, field::IBB_LEFT_CHILD)?,
            right: place(c, field::IBB_RIGHT_CHILD)?,
        },
        RecordKind::Dummy => {
            c.rest(field::PADDING);
            RecordHead::Dummy
        }
        RecordKind::XaPrepare => {
            c.u8(field::IBB_ENGINE_COUNT)?;
            xid(c)?;
            // Here the places follow even when there are none.
            let count = compressed_int(c, field::IBB_OOB_COUNT)?;
            let first = place(c, field::IBB_FIRST_OOB)?;
            let last = place(c, field::IBB_LAST_OOB)?;
            RecordHead::XaPrepare((count > 0).then_some(OutOfBandRefs { count, first, last }))
        }
        RecordKind::XaComplete => {
            let outcome = c.u8(field::IBB_XA_OUTCOME)?;
            xid(c)?;
            RecordHead::XaComplete { rollback: outcome & 1 != 0 }
        }
    })
}

fn gtid_state<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<RecordHead> {
    let count = compressed_int(c, field::IBB_GTID_COUNT)?;
    compressed_int(c, field::IBB_XA_FILE_PLUS_ONE)?;
    // A GTID takes a byte for each of its numbers at least.
    let most = c.remaining() as u64 / 3;
    if count > most {
        return Err(c.fail(ErrorCode::TooMany, field::IBB_GTID, most, count).blame(field::IBB_GTID_COUNT));
    }
    c.group(field::IBB_GTIDS, |c| {
        for i in 0..count as usize {
            c.group(field::IBB_GTID.at(i), |c| {
                compressed_int(c, field::IBB_GTID_DOMAIN_ID)?;
                compressed_int(c, field::IBB_GTID_SERVER_ID)?;
                compressed_int(c, field::IBB_GTID_SEQ_NO).map(drop)
            })?;
        }
        Ok(())
    })?;
    Ok(RecordHead::GtidState(count))
}

/// Reports what a span of a file, or of a gathered record, holds: its leaves partition `bytes`. `false`
/// for spans that have no fields.
pub fn observe<'a, T: Trace<'a>>(kind: SpanKind, bytes: &'a [u8], trace: T) -> Result<bool> {
    let mut c = Cursor::new(bytes, field::ENCLOSING, trace);
    let result = match kind {
        SpanKind::PageHeader => file_header(&mut c).map(drop),
        SpanKind::Chunk(_) | SpanKind::ChunkContinued => chunk(&mut c),
        SpanKind::PageChecksum => c.u32(field::IBB_PAGE_CHECKSUM).map(drop),
        SpanKind::RecordHeader(kind) => record_head(&mut c, kind).map(drop),
        SpanKind::EventData => {
            c.rest(field::IBB_EVENT_DATA);
            Ok(())
        }
        SpanKind::PageFiller => {
            c.rest(field::PADDING);
            Ok(())
        }
        _ => return Ok(false),
    };
    c.rest(if result.is_ok() { field::UNKNOWN } else { field::UNDECODED });
    result.map(|()| true)
}

fn chunk<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<()> {
    let type_byte = c.peek().first().copied().unwrap_or(0);
    let head = chunk_head(c)?;
    c.bytes(field::IBB_CHUNK_DATA, head.length.into(), field::IBB_CHUNK_LENGTH)?;
    c.name(Unit::IbbChunkType, type_byte.into());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn compressed_integers_of_every_length() {
        for (number, bytes) in [(0u64, 1usize), (31, 1), (32, 2), ((1 << 13) - 1, 2), (1 << 13, 3), ((1 << 53) - 1, 7)]
        {
            let mut stored = (number << 3 | (bytes as u64 - 1)).to_le_bytes().to_vec();
            stored.truncate(bytes);
            let mut c = Cursor::new(&stored, field::ENCLOSING, ());
            assert_eq!(compressed_int(&mut c, field::IBB_OOB_COUNT), Ok(number));
            assert_eq!(c.remaining(), 0);
        }
        let stored: Vec<u8> = (u128::from(u64::MAX) << 3 | 7).to_le_bytes()[..9].to_vec();
        let mut c = Cursor::new(&stored, field::ENCLOSING, ());
        assert_eq!(compressed_int(&mut c, field::IBB_OOB_COUNT), Ok(u64::MAX));
        let mut c = Cursor::new(&stored[..8], field::ENCLOSING, ());
        assert!(compressed_int(&mut c, field::IBB_OOB_COUNT).is_err());
    }

    #[test]
    fn the_checksum_is_castagnolis() {
        // The check value of the polynomial.
        assert_eq!(checksum(b"123456789\x83\x92\x06\xe3"), Some((0xe306_9283, 0xe306_9283)));
    }

    #[test]
    fn chunk_heads() {
        let head = ChunkHead::peek(b"\xc1\x05\0").expect("a commit");
        assert_eq!((head.kind, head.continues, head.last, head.length), (RecordKind::Commit, true, true, 5));
        assert_eq!(ChunkHead::peek(b"\x07\x05\0"), None);
        assert_eq!(ChunkHead::peek(b"\x41\x05"), None);
    }
}
