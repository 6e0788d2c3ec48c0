//! Going on where another framer came.

use super::{Framer, Start, State};
use crate::format::Format;
use crate::header::EventHeader;

/// What a framer knows at an item's start, for [`Framer::resume`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Resume {
    /// Format description in force.
    pub format: Format,
    /// After START_ENCRYPTION.
    pub encrypted: bool,
    /// The source was decrypted, so that they are in the clear.
    pub decrypted: bool,
    /// MySQL encrypted the file: after its header there is cipher alone.
    pub cipher_file: bool,
    /// The first format description had the in-use flag.
    pub in_use: bool,
    /// `log_pos` speaks of another file.
    pub foreign_positions: bool,
    /// Bytes of large events that turned out to be none.
    pub taken_back: u64,
    /// Header of the last event that no checksum proved; not counted as a change.
    pub last: Option<EventHeader>,
    /// The page size of MariaDB's InnoDB-based log, as a power of two; it has no events of its own.
    pub page_size_log2: Option<u8>,
}

#[cfg(feature = "serde")]
impl Resume {
    /// Whether a framer can have come to know this. Ask it of one that comes from elsewhere.
    pub fn is_possible(&self) -> bool {
        let pages = self.page_size_log2.is_none_or(|log2| crate::ibb::PAGE_SIZE_LOG2.contains(&u32::from(log2)));
        pages && self.format.is_possible()
    }
}

impl Framer {
    /// A framer that goes on at `offset` as another one would that came there.
    pub fn resume(offset: u64, resume: &Resume) -> Self {
        Self {
            offset,
            format: resume.format,
            encrypted: resume.encrypted,
            decrypted: resume.decrypted,
            in_use: resume.in_use,
            foreign_positions: resume.foreign_positions,
            taken_back: resume.taken_back,
            last: resume.last,
            page_size_log2: resume.page_size_log2,
            state: match resume.page_size_log2 {
                _ if resume.cipher_file => State::CipherFile,
                Some(_) => State::Pages,
                None => State::Events,
            },
            ..Self::new(Start::Events)
        }
    }

    /// What [`resume`](Self::resume) needs; valid between items, in a log
    /// of pages at the start of a page (whether its checksum is right is found there).
    pub fn state(&self) -> Resume {
        Resume {
            format: self.format,
            encrypted: self.encrypted,
            decrypted: self.decrypted,
            cipher_file: matches!(self.state, State::CipherFile),
            in_use: self.in_use,
            foreign_positions: self.foreign_positions,
            taken_back: self.taken_back,
            last: self.last,
            page_size_log2: self.page_size_log2,
        }
    }
}
