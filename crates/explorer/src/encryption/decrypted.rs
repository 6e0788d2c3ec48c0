//! The clear bytes of an encrypted source, as a source: nothing is decrypted before it is read.

use std::fmt;

use binlog_format::container::ENCRYPTION_HEADER;
use binlog_format::decrypt::FileCipher;

use super::events::Events;
use crate::source::{ReadError, Source};
use crate::view::SpaceView;

enum Cipher {
    /// MySQL: one stream behind the header.
    File(Box<FileCipher>),
    /// MariaDB: each event by itself, at the same offsets.
    Events(Box<Events>),
}

/// The clear bytes of an encrypted source.
pub struct Decrypted<S> {
    source: S,
    name: String,
    cipher: Cipher,
}

impl<S> fmt::Debug for Decrypted<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decrypted({}, {})", self.name, self.transform())
    }
}

impl<S> Decrypted<S> {
    pub(super) fn of_file(source: S, name: String, cipher: FileCipher) -> Self {
        Self { source, name, cipher: Cipher::File(Box::new(cipher)) }
    }

    pub(super) fn of_events(source: S, name: String, events: Events) -> Self {
        Self { source, name, cipher: Cipher::Events(Box::new(events)) }
    }

    /// The name of the space.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the bytes were encrypted.
    pub fn transform(&self) -> &'static str {
        match &self.cipher {
            Cipher::File(cipher) => cipher.transform(),
            Cipher::Events(events) => events.transform(),
        }
    }

    /// How far the offsets of the source are ahead of this space's.
    pub fn shift(&self) -> u64 {
        match &self.cipher {
            Cipher::File(_) => ENCRYPTION_HEADER,
            Cipher::Events(_) => 0,
        }
    }
}

impl<S: Source> Decrypted<S> {
    /// The bytes of the source that it is made of.
    pub fn range(&self) -> (u64, u64) {
        (self.shift().min(self.source.length()), self.source.length())
    }

    /// The encrypted event of the source that covers an offset of it: where it starts and ends.
    /// `None` where MariaDB's events are clear, and in MySQL's logs, whose bytes tell no events.
    pub fn sealed_at(&self, offset: u64) -> Option<(u64, u64)> {
        match &self.cipher {
            Cipher::File(_) => None,
            Cipher::Events(events) => events.sealed_at(&self.source, offset),
        }
    }

    /// What a screen shows of it.
    pub fn view(&self) -> SpaceView {
        SpaceView { space: self.name.clone(), transform: self.transform().into(), size: self.length() }
    }
}

impl<S: Source> Source for Decrypted<S> {
    fn length(&self) -> u64 {
        self.source.length().saturating_sub(self.shift())
    }

    fn is_complete(&self) -> bool {
        self.source.is_complete()
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        match &self.cipher {
            Cipher::Events(events) => events.read(&self.source, offset, buffer),
            Cipher::File(cipher) => {
                let shift = self.shift();
                let read = self.source.read(offset.saturating_add(shift), buffer).map_err(|error| match error {
                    ReadError::Hole { end } => ReadError::Hole { end: end.saturating_sub(shift) },
                    other => other,
                })?;
                cipher.apply(offset, buffer.get_mut(..read).unwrap_or_default());
                Ok(read)
            }
        }
    }
}
