//! What the framer finds.

use crate::error::DecodeError;
use crate::header::EventHeader;
use crate::ibb::RecordKind;
#[cfg(doc)]
use crate::{framer::Framer, limits::MAX_WHOLE_EVENT};

/// The answer to [`Framer::step`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'d> {
    /// Call again with at least this many bytes from [`Framer::offset`] on.
    NeedMore(usize),
    /// This many bytes are done with; an item may have ended with them.
    Consumed(usize, Option<Item<'d>>),
    /// What was taken for an event too large to be held whole was none: call again with the
    /// bytes from [`Framer::offset`] on, which lies before those at hand now.
    Back,
    /// The end of what there is. With a growing source more may follow.
    End,
}

/// What kind of bytes a span is; the `kind` of the JSON contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// The four bytes a file begins with.
    Magic,
    /// The 512-byte header of a file that MySQL encrypted.
    EncryptionHeader,
    /// Encrypted bytes.
    Cipher,
    /// Zero bytes where an event could begin.
    ZeroFill,
    /// Bytes that cannot be an event.
    Damaged,
    /// Bytes that the source does not have.
    Hole,
    /// What stands before an event in a packet: status byte, semi-sync prefix.
    PacketHeader,
    /// The header of an InnoDB-based log of MariaDB, in its first page.
    PageHeader,
    /// The CRC-32C that ends a page of such a log.
    PageChecksum,
    /// Bytes of a page in which no chunk fits.
    PageFiller,
    /// A chunk with which a record begins.
    Chunk(RecordKind),
    /// A chunk with which a record goes on.
    ChunkContinued,
    /// What a gathered record says before its event data.
    RecordHeader(RecordKind),
    /// Event data of a record that hold no whole events by themselves.
    EventData,
    /// The inflated statement of a QUERY_COMPRESSED_EVENT.
    SqlText,
    /// The inflated row images of a *_ROWS_COMPRESSED_EVENT.
    RowImages,
    /// The inflated value of a COMPRESSED column.
    ColumnValue,
}

impl SpanKind {
    /// Whether bytes of this kind have fields that can be read.
    pub const fn has_fields(self) -> bool {
        matches!(self, Self::EncryptionHeader) || self.is_of_pages()
    }

    /// Whether it occurs in MariaDB's InnoDB-based logs only; [`ibb::observe`](crate::ibb::observe)
    /// reads its fields.
    pub const fn is_of_pages(self) -> bool {
        matches!(
            self,
            Self::PageHeader
                | Self::PageChecksum
                | Self::PageFiller
                | Self::Chunk(_)
                | Self::ChunkContinued
                | Self::RecordHeader(_)
                | Self::EventData
        )
    }

    /// As the JSON contract writes it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Magic => "magic",
            Self::EncryptionHeader => "encryption_header",
            Self::Cipher => "cipher",
            Self::ZeroFill => "zero_fill",
            Self::Damaged => "damaged",
            Self::Hole => "hole",
            Self::PacketHeader => "packet_header",
            Self::PageHeader => "page_header",
            Self::PageChecksum => "page_checksum",
            Self::PageFiller => "page_filler",
            Self::Chunk(RecordKind::Commit) => "commit_record",
            Self::Chunk(RecordKind::GtidState) => "gtid_state_record",
            Self::Chunk(RecordKind::OutOfBand) => "oob_record",
            Self::Chunk(RecordKind::Dummy) => "dummy_record",
            Self::Chunk(RecordKind::XaPrepare) => "xa_prepare_record",
            Self::Chunk(RecordKind::XaComplete) => "xa_complete_record",
            Self::ChunkContinued => "record_continued",
            Self::RecordHeader(_) => "record_header",
            Self::EventData => "event_data",
            Self::SqlText => "sql_text",
            Self::RowImages => "row_images",
            Self::ColumnValue => "column_value",
        }
    }
}

/// The checksum of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameChecksum {
    /// The event has none.
    Absent,
    /// It matches.
    Good,
    /// It does not.
    Bad {
        /// As stored.
        stored: u32,
        /// As computed.
        computed: u32,
    },
}

impl FrameChecksum {
    /// `checksum_ok` of the JSON contract.
    pub const fn ok(self) -> Option<bool> {
        match self {
            Self::Absent => None,
            Self::Good => Some(true),
            Self::Bad { .. } => Some(false),
        }
    }
}

/// An event found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame<'d> {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// Its common header.
    pub header: EventHeader,
    /// Its type as the format in force means it.
    pub kind: u8,
    /// Its checksum.
    pub checksum: FrameChecksum,
    /// All of it; nothing of an event over [`MAX_WHOLE_EVENT`], whose first bytes
    /// [`Framer::large_head`] has.
    pub bytes: &'d [u8],
}

impl Frame<'_> {
    /// Whether [`bytes`](Self::bytes) is all of it.
    pub const fn is_whole(&self) -> bool {
        self.bytes.len() as u64 == self.end - self.start
    }
}

/// A stretch of bytes that is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// What is wrong; offsets count from the span's start.
    pub error: Option<DecodeError>,
}

/// What a step found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<'d> {
    /// An event.
    Event(Frame<'d>),
    /// Something else.
    Span(Span),
}
