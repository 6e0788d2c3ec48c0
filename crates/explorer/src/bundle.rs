//! What is shared: chosen events at their original offsets with what decoding them needs, where the sender was looking,
//! and notes. As a file, or as text in an address; both are described byte by byte in `docs/share-bundle.md`.
//!
//! A bundle comes from somebody else: nothing in it is believed before it was checked, and everything is bounded.

mod form;
mod fragment;
mod part;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::choice::Chosen;
use crate::document::{Document, Opened, fingerprint};
use crate::outline::Outline;
use crate::source::{ReadError, read_range};
use crate::view::Message;

pub use form::{FILE_MAGIC, is_bundle};
pub use fragment::is_fragment;
pub use part::Part;

/// The version that is written, and the only one there is.
pub const VERSION: u8 = 1;

/// Bytes that a bundle's content may have: what a choice may have, as much again for what was inflated to be masked,
/// and some for the rest.
pub const MOST_CONTENT: u64 = 2 * crate::choice::MOST_BYTES + (8 << 20);

/// The same of a bundle in an address: 32,000 characters hold 24 kB, which deflate makes a thousand times as many of at
/// most.
pub const MOST_IN_FRAGMENT: u64 = 24 << 20;

/// Characters of a fragment that are read at all. Browsers stop at 2 MB.
pub const MOST_FRAGMENT: usize = 2 << 20;

/// How long a log may say that it is: beyond, JavaScript's numbers are not exact. Logs end at `max_binlog_size`, 1 GiB,
/// and the transaction that goes beyond.
pub const MOST_SIZE: u64 = 1 << 53;

/// Pieces.
pub const MOST_PIECES: usize = crate::choice::MOST_RANGES;

/// Spaces that are carried inflated.
pub const MOST_RESTORED: usize = 1 << 16;

/// Notes: as many as the page keeps of a file.
pub const MOST_NOTES: usize = 500;

/// Bytes of a note: 2000 characters.
pub const MOST_NOTE: usize = 8000;

/// Bytes of a name, a place, or one line of what the sender saw.
pub const MOST_LINE: usize = 4096;

/// Open branches.
pub const MOST_OPEN: usize = 1000;

/// Bytes at their offset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// Offset of the first.
    pub start: u64,
    /// They.
    pub bytes: Vec<u8>,
}

/// Text pinned to a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// An address, and behind a space a field's path or a range: `782/15`, `782/15 rows[0].after[3]`, `782/15
    /// 790..795`.
    pub place: String,
    /// Text, never markup.
    pub text: String,
}

/// Where the sender was looking. Lines that are empty say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// The selected event's address.
    pub at: String,
    /// The path of the selected field.
    pub field: String,
    /// The selected bytes, `start..end`, in the event's space.
    pub range: String,
    /// The tab beside the events.
    pub tab: String,
    /// The list's filter.
    pub filter: String,
    /// `plain` or `transactions`.
    pub mode: String,
    /// Branches that are open, by path; rows of the list, by address.
    pub open: Vec<String>,
}

/// What was masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedClasses {
    /// Values of columns and variables.
    pub values: bool,
    /// Names of schemas, tables and columns.
    pub names: bool,
    /// Texts of statements.
    pub sql: bool,
    /// Accounts and hosts.
    pub accounts: bool,
    /// Ids of servers, threads and transactions.
    pub ids: bool,
}

/// A bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// What the log was called.
    pub name: String,
    /// The log's fingerprint.
    pub fingerprint: String,
    /// The space that it is of: `0`, or the clear bytes of a log that was encrypted.
    pub space: String,
    /// How long that is.
    pub size: u64,
    /// It begins with an event instead of a file's magic.
    pub bare: bool,
    /// More was chosen than there was room for.
    pub cut: bool,
    /// What was masked, if anything was.
    pub masked: Option<MaskedClasses>,
    /// What is there of it, in order; no two touch.
    pub pieces: Vec<Piece>,
    /// Spaces by name that are carried as they are, since what they were compressed to would still say what was masked.
    pub restored: Vec<(String, Vec<u8>)>,
    /// Where the sender was looking.
    pub view: SavedView,
    /// What was noted.
    pub notes: Vec<Note>,
}

impl Bundle {
    /// What was chosen of a document.
    ///
    /// # Errors
    ///
    /// The source cannot be read, or has nothing of it.
    pub fn of(document: &Document, chosen: &Chosen) -> Result<Self, Message> {
        let source = document.source();
        let mut pieces: Vec<Piece> = Vec::new();
        for (mut start, end) in chosen.stretches() {
            while start < end {
                let bytes = match read_range(source, start, end) {
                    // Of a part of a log not everything is there.
                    Err(ReadError::Hole { end: hole }) if hole > start => {
                        start = hole;
                        continue;
                    }
                    Err(error) => {
                        return Err(Message::new("failed-read").number("at", start).text("reason", error.to_string()));
                    }
                    Ok(bytes) if bytes.is_empty() => break,
                    Ok(bytes) => bytes,
                };
                let next = start + bytes.len() as u64;
                match pieces.last_mut().filter(|piece| piece.start + piece.bytes.len() as u64 == start) {
                    Some(piece) => piece.bytes.extend(bytes),
                    None => pieces.push(Piece { start, bytes }),
                }
                start = next;
            }
        }
        if pieces.is_empty() {
            return Err(Message::new("share-nothing"));
        }
        let summary = document.summary();
        Ok(Self {
            name: fitting(&summary.name),
            fingerprint: fitting(&summary.fingerprint),
            space: chosen.space.clone(),
            size: chosen.length,
            bare: document.is_bare(),
            cut: chosen.cut || document.part().is_some_and(|part| part.cut),
            masked: document.part().and_then(|part| part.masked),
            restored: document.restored_of(&pieces),
            pieces,
            view: SavedView::default(),
            notes: Vec::new(),
        })
    }

    /// The fingerprint of its first bytes: the log's, unless something in them was masked.
    pub fn own_fingerprint(&self) -> String {
        let head = self.pieces.first().filter(|piece| piece.start == 0).map_or(&[][..], |piece| &piece.bytes);
        fingerprint(head.get(..4096).unwrap_or(head))
    }

    /// Whether it is of a log that was encrypted.
    pub fn is_clear(&self) -> bool {
        self.space != "0"
    }

    /// Bytes of the log that are there.
    pub fn bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.bytes.len() as u64).sum()
    }

    /// What it is apart from its bytes.
    pub fn about(&self) -> About {
        About {
            fingerprint: self.fingerprint.clone(),
            space: self.space.clone(),
            cut: self.cut,
            masked: self.masked,
            bytes: self.bytes(),
            restored: self.restored.len(),
        }
    }

    /// Its bytes as a source.
    pub fn into_source(self) -> Part {
        let about = self.about();
        let restored = self.restored.into_iter().map(|(name, bytes)| (name, Arc::from(bytes))).collect();
        let pieces = self.pieces.into_iter().map(|piece| (piece.start, piece.bytes)).collect();
        Part::new(about, self.size, pieces, restored)
    }

    /// What is worth saying of it.
    pub fn remarks(&self) -> Vec<Message> {
        let mut remarks = Vec::new();
        if self.bytes() < self.size {
            remarks.push(Message::new("note-part").number("size", self.size).number("bytes", self.bytes()));
        }
        let said = [
            (self.cut, "note-part-cut"),
            (self.is_clear(), "note-part-clear"),
            (self.masked.is_some(), "note-part-masked"),
        ];
        remarks.extend(said.into_iter().filter(|(said, _)| *said).map(|(_, id)| Message::new(id)));
        if !self.restored.is_empty() {
            remarks.push(Message::new("note-part-restored").number("count", self.restored.len() as u64));
        }
        remarks
    }
}

/// What a part of a log is, apart from its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The log's fingerprint.
    pub fingerprint: String,
    /// The space that it is of.
    pub space: String,
    /// More was chosen than there was room for.
    pub cut: bool,
    /// What was masked, if anything was.
    pub masked: Option<MaskedClasses>,
    /// Bytes of the log that are there.
    pub bytes: u64,
    /// Spaces carried inflated.
    pub restored: usize,
}

/// As much of a text as a line may have.
fn fitting(text: &str) -> String {
    let mut end = text.len().min(MOST_LINE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

impl Document {
    /// Opens what was shared. The view and the notes are the caller's to take before.
    ///
    /// # Errors
    ///
    /// It is no part of a binary log.
    pub fn open_bundle(bundle: Bundle) -> Opened {
        let notes = bundle.remarks();
        let (name, bare) = (bundle.name.clone(), bundle.bare);
        Self::new(name, Box::new(bundle.into_source()), bare, notes)
    }

    /// Restored spaces whose events are among these pieces.
    fn restored_of(&self, pieces: &[Piece]) -> Vec<(String, Vec<u8>)> {
        let Some(part) = self.source_of_part() else { return Vec::new() };
        let is_there = |name: &str| {
            let below = match self.main_space() {
                "0" => Some(name),
                own => name.strip_prefix(own).and_then(|rest| rest.strip_prefix('/')),
            };
            let offset = below.and_then(|path| path.split('/').next()).and_then(|step| step.parse::<u64>().ok());
            offset.is_some_and(|offset| {
                pieces.iter().any(|piece| (piece.start..piece.start + piece.bytes.len() as u64).contains(&offset))
            })
        };
        part.restored_spaces()
            .filter(|(name, _)| is_there(name))
            .map(|(name, bytes)| (name.into(), bytes.to_vec()))
            .collect()
    }

    /// Items that are there: all but the holes.
    pub fn has_holes(&self) -> bool {
        self.entries() > 0 && self.part().is_some_and(|part| part.bytes < self.source().length())
    }
}
