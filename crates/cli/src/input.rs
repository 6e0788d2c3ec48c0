//! What a command reads.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use binlog_explorer::document::recognise;
use binlog_explorer::encryption::{Encryption, KeyFile, Keys, MAX_KEY_FILE, trim_password};
use binlog_explorer::filter::FilterError;
use binlog_explorer::paste;
use binlog_explorer::source::{self, Memory, Source};
use binlog_explorer::view::Message;
use binlog_explorer::{document, messages};
use binlog_format::container::RECOGNISE_BYTES;
use binlog_format::framer::Start;
use zeroize::Zeroizing;

use crate::arguments::{KeyOptions, PasswordPlace};

/// Most bytes that pasted text may have.
const PASTE_LIMIT: u64 = 64 << 20;

/// An input ready to be walked.
pub struct Input {
    /// Its bytes.
    pub source: Rc<dyn Source>,
    /// How it begins.
    pub start: Start,
    /// Bytes of a replication packet before the first event.
    pub packet_header: u64,
    /// What was guessed.
    pub notes: Vec<Message>,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("start", &self.start).finish_non_exhaustive()
    }
}

/// Why an input cannot be read.
#[derive(Debug)]
pub enum InputError {
    /// The system refuses.
    Io(String, io::Error),
    /// It is no binary log.
    Refused(String, Message),
    /// A filter that says nothing: its text, and what is wrong with it.
    Filter(String, FilterError),
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(name, error) => write!(f, "{name}: {error}"),
            Self::Refused(name, message) => write!(f, "{name}: {}", messages::english(message)),
            Self::Filter(text, error) => {
                write!(f, "--filter: {}", messages::english(&error.message()))?;
                error.marked(text).lines().try_for_each(|line| write!(f, "\n  {line}"))
            }
        }
    }
}

impl std::error::Error for InputError {}

/// Reads the key files.
pub fn keys(options: &KeyOptions) -> Result<Keys, InputError> {
    let mut keys = Keys::new();
    let password = password(options)?;
    let files = [(&options.keyring, KeyFile::Keyring), (&options.key_file, KeyFile::KeyManagement)];
    for (path, kind) in files.into_iter().filter_map(|(path, kind)| Some((path.as_ref()?, kind))) {
        let bytes = key_file(path)?;
        let added = match (kind, &password) {
            (KeyFile::Keyring, _) => keys.add_keyring(&bytes),
            (KeyFile::KeyManagement, None) => keys.add_key_management(&bytes),
            (KeyFile::KeyManagement, Some(password)) => keys.add_with(&bytes, Some(password)).map(drop),
        };
        added.map_err(|message| InputError::Refused(path.display().to_string(), message))?;
    }
    Ok(keys)
}

/// The password of an encrypted key file; overwritten when it is dropped.
fn password(options: &KeyOptions) -> Result<Option<Zeroizing<Vec<u8>>>, InputError> {
    Ok(match &options.key_file_password {
        None => None,
        Some(PasswordPlace::File(path)) => Some(Zeroizing::new(trim_password(&key_file(path)?).to_vec())),
        Some(PasswordPlace::Unnamed) => {
            let wanted = io::Error::new(io::ErrorKind::InvalidInput, "FILE:path or ENV:name is wanted, no password");
            return Err(InputError::Io("--key-file-password".into(), wanted));
        }
        Some(PasswordPlace::Variable(name)) => match std::env::var_os(name) {
            Some(value) => Some(Zeroizing::new(value.into_encoded_bytes())),
            None => {
                let missing = io::Error::new(io::ErrorKind::NotFound, "there is no such environment variable");
                return Err(InputError::Io(name.clone(), missing));
            }
        },
    })
}

fn key_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, InputError> {
    let name = || path.display().to_string();
    let io = |error| InputError::Io(name(), error);
    let file = std::fs::File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len();
    if length > MAX_KEY_FILE {
        return Err(InputError::Refused(name(), Message::new("key-file-large").number("limit", MAX_KEY_FILE)));
    }
    // Overwritten when it is dropped, and never moved to a larger place.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1));
    file.take(MAX_KEY_FILE).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

/// Without a key file named by the user: the one that lies beside an encrypted log under the log's
/// own name, with the extension `key`. One that is no key file is left alone.
pub fn keys_beside(keys: &mut Keys, options: &KeyOptions, path: &Path, input: &Input) -> Option<Message> {
    let beside = path.with_extension("key");
    if !keys.is_empty() || beside == path || !beside.is_file() {
        return None;
    }
    Encryption::of(&*input.source)?;
    let password = password(options).ok()?;
    keys.add_with(&key_file(&beside).ok()?, password.as_deref().map(Vec::as_slice)).ok()?;
    Some(Message::new("key-file-beside").text("name", beside.display().to_string()))
}

/// Opens a file, or standard input for `-`.
pub fn open(path: &Path) -> Result<Input, InputError> {
    let name = path.display().to_string();
    let io = |error| InputError::Io(name.clone(), error);
    let source: Box<dyn Source> = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(io)?;
        Box::new(Memory::new(bytes))
    } else {
        Box::new(source::File::open(path).map_err(io)?)
    };
    let head = source::read_range(&*source, 0, RECOGNISE_BYTES as u64).unwrap_or_default();
    if let Some(message) = recognise(&head) {
        return Err(InputError::Refused(name, message));
    }
    Ok(Input { source: Rc::from(source), start: Start::File, packet_header: 0, notes: Vec::new() })
}

/// Reads pasted text from standard input.
pub fn open_paste() -> Result<Input, InputError> {
    let name = || "standard input".to_owned();
    let mut text = Vec::new();
    io::stdin().lock().take(PASTE_LIMIT).read_to_end(&mut text).map_err(|error| InputError::Io(name(), error))?;
    let pasted =
        paste::parse(&String::from_utf8_lossy(&text)).map_err(|message| InputError::Refused(name(), message))?;
    let bytes = pasted.bytes;
    let mut document = document::open_bytes("paste", bytes.clone(), pasted.notes)
        .map_err(|message| InputError::Refused(name(), message))?;
    let scanner = document.scanner();
    let (start, packet_header) = (scanner.start(), scanner.packet_header());
    let notes = document.summary().notes;
    Ok(Input { source: Rc::new(Memory::new(bytes)), start, packet_header, notes })
}
