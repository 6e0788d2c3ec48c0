//! Encrypted logs: which encryption a source has, and its clear bytes, given the key.
//!
//! The clear bytes are a space of their own, named as every space by the offset that opens it:
//! `512`, the encrypted bytes behind MySQL's header, or the offset of MariaDB's
//! START_ENCRYPTION_EVENT. MariaDB's space spans the whole file, what is clear there already
//! included, so that its offsets are those of the file, which the events' positions count by.

mod decrypted;
mod events;
mod keys;
mod password;

use binlog_format::container::{ENCRYPTED_MAGIC, ENCRYPTION_HEADER, MAGIC};
use binlog_format::decrypt::{EventCipher, FileCipher, Mode, NONCE_LENGTH};
use binlog_format::event::{Body, Context, decode_unobserved};
use binlog_format::format::Format;
use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::header::flag;
use binlog_format::names::code;
use binlog_format::{DecodeError, encryption_header};

use crate::messages;
use crate::source::{ReadError, Source, read_range};
use crate::view::{Address, Message};

pub use decrypted::Decrypted;
use events::Events;
pub use keys::{KeyFile, Keys, MAX_KEY_FILE, SYSTEM_DATA, looks_like_key_file};
pub use password::trim_password;

/// Where START_ENCRYPTION is looked for: a server writes it right behind the format description.
const LOOK: u64 = 64 << 10;

/// The only scheme that MariaDB has.
const SCHEME: u8 = 1;

/// How a source is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// MySQL's, of all that follows the header.
    Mysql {
        /// The name of the key in the keyring; what there is of it.
        key_id: String,
        /// What is wrong with the header.
        fault: Option<DecodeError>,
    },
    /// MariaDB's, of each event.
    Mariadb {
        /// Offset of START_ENCRYPTION.
        start: u64,
        /// Offset of the first encrypted event.
        first: u64,
        /// 1.
        scheme: u8,
        /// Version of the key with id 1; `file_key_management` has only version 1.
        key_version: u32,
        /// Part of the initialization vectors.
        nonce: [u8; NONCE_LENGTH],
        /// The format description in force.
        format: Box<Format>,
        /// A relay log: `log_pos` speaks of another file.
        foreign_positions: bool,
    },
}

impl Encryption {
    /// Looks at the first bytes of a source. `None` if it is not encrypted.
    pub fn of(source: &dyn Source) -> Option<Self> {
        let magic = read_range(source, 0, MAGIC.len() as u64).ok()?;
        if magic == ENCRYPTED_MAGIC {
            let bytes = read_range(source, 0, ENCRYPTION_HEADER).ok()?;
            let (header, result) = encryption_header::decode(&bytes, ());
            let key_id = String::from_utf8_lossy(header.key_id).into_owned();
            return Some(Self::Mysql { key_id, fault: result.err() });
        }
        if magic == MAGIC { Self::of_events(&read_range(source, 0, LOOK).ok()?) } else { None }
    }

    fn of_events(head: &[u8]) -> Option<Self> {
        let mut framer = Framer::new(Start::File);
        // The source goes on behind what is looked at.
        framer.set_length(head.len() as u64, false);
        loop {
            let before = *framer.format();
            let Step::Consumed(_, item) = framer.step(head.get(usize::try_from(framer.offset()).ok()?..)?) else {
                return None;
            };
            let Some(Item::Event(frame)) = item else { continue };
            if frame.kind != code::START_ENCRYPTION || frame.header.flags & flag::IGNORABLE != 0 {
                continue;
            }
            let Ok(Body::StartEncryption(start)) = decode_unobserved(frame.bytes, &Context::new(&before)).ok()?.body
            else {
                return None;
            };
            return Some(Self::Mariadb {
                start: frame.start,
                first: frame.end,
                scheme: start.scheme,
                key_version: start.key_version,
                nonce: start.nonce.try_into().ok()?,
                format: Box::new(before),
                foreign_positions: framer.state().foreign_positions,
            });
        }
    }

    /// The name of the space that has the clear bytes.
    pub fn space(&self) -> String {
        match self {
            Self::Mysql { .. } => ENCRYPTION_HEADER.to_string(),
            Self::Mariadb { start, .. } => start.to_string(),
        }
    }

    /// The first event that is encrypted, as an address among the clear bytes.
    pub fn first(&self) -> Address {
        let offset = match self {
            Self::Mysql { .. } => MAGIC.len() as u64,
            Self::Mariadb { first, .. } => *first,
        };
        Address { space: self.space(), offset }
    }

    /// Which key file is needed.
    pub fn key_file(&self) -> KeyFile {
        match self {
            Self::Mysql { .. } => KeyFile::Keyring,
            Self::Mariadb { .. } => KeyFile::KeyManagement,
        }
    }

    /// The name of the key that is needed: the keyring's id, or MariaDB's number.
    pub fn key_id(&self) -> String {
        match self {
            Self::Mysql { key_id, .. } => key_id.clone(),
            Self::Mariadb { .. } => SYSTEM_DATA.to_string(),
        }
    }

    /// What is to be said while the key is missing.
    pub fn note(&self) -> Message {
        match self {
            Self::Mysql { key_id, .. } => Message::new("note-encrypted-mysql").text("key", key_id.clone()),
            Self::Mariadb { first, key_version, .. } => {
                Message::new("note-encrypted-mariadb").number("at", *first).number("version", (*key_version).into())
            }
        }
    }

    /// The clear bytes of `source`, or why they stay unreadable: the key is not there, or it is
    /// the wrong one, or the header is damaged.
    pub fn open<S: Source>(&self, source: S, keys: &Keys) -> Result<Decrypted<S>, Message> {
        match self {
            Self::Mysql { key_id, fault } => Self::open_mysql(source, key_id, fault.as_ref(), keys),
            Self::Mariadb { scheme, .. } if *scheme != SCHEME => {
                Err(Message::new("key-scheme").number("scheme", (*scheme).into()))
            }
            Self::Mariadb { key_version, .. } => {
                let key = keys.of_key_management(SYSTEM_DATA).ok_or_else(|| {
                    let other = keys.count(KeyFile::Keyring) > 0;
                    Message::new(if other { "key-of-mysql" } else { "key-missing-mariadb" })
                })?;
                // The file does not tell the mode.
                for mode in [Mode::Cbc, Mode::Ctr] {
                    let Some(events) = self.events(key, mode) else { continue };
                    if events.key_fits(&source).map_err(unreadable)? {
                        return Ok(Decrypted::of_events(source, self.space(), events));
                    }
                }
                Err(Message::new("key-wrong-mariadb").number("version", (*key_version).into()))
            }
        }
    }

    fn open_mysql<S: Source>(
        source: S, key_id: &str, fault: Option<&DecodeError>, keys: &Keys,
    ) -> Result<Decrypted<S>, Message> {
        if let Some(fault) = fault {
            return Err(messages::of_error(fault, 0));
        }
        let key = keys.of_keyring(key_id.as_bytes()).ok_or_else(|| {
            let other = keys.count(KeyFile::KeyManagement) > 0 && keys.count(KeyFile::Keyring) == 0;
            Message::new(if other { "key-of-mariadb" } else { "key-missing-mysql" }).text("key", key_id)
        })?;
        let wrong = || Message::new("key-wrong-mysql").text("key", key_id);
        let bytes = read_range(&source, 0, ENCRYPTION_HEADER).map_err(unreadable)?;
        let (header, _) = encryption_header::decode(&bytes, ());
        let cipher = FileCipher::open(&header, key).ok_or_else(wrong)?;
        let mut magic = read_range(&source, ENCRYPTION_HEADER, ENCRYPTION_HEADER + 4).map_err(unreadable)?;
        cipher.apply(0, &mut magic);
        // A file cut within its first bytes proves nothing.
        if !MAGIC.starts_with(&magic) {
            return Err(wrong());
        }
        Ok(Decrypted::of_file(source, ENCRYPTION_HEADER.to_string(), cipher))
    }

    fn events(&self, key: &[u8], mode: Mode) -> Option<Events> {
        let Self::Mariadb { first, nonce, format, foreign_positions, .. } = self else { return None };
        let cipher = EventCipher::new(key, mode, *nonce)?;
        Some(Events::new(cipher, *first, **format, *foreign_positions))
    }
}

fn unreadable(error: ReadError) -> Message {
    Message::new("failed-read").number("at", 0).text("reason", error.to_string())
}
