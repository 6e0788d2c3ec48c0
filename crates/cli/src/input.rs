//! What a command reads.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use binlog_explorer::bundle::{self, Bundle};
use binlog_explorer::document::{Document, recognise};
use binlog_explorer::encryption::{Encryption, KeyFile, Keys, MAX_KEY_FILE, trim_password};
use binlog_explorer::filter::FilterError;
use binlog_explorer::paste;
use binlog_explorer::source::{self, Memory, Source};
use binlog_explorer::view::Message;
use binlog_explorer::wrapper::{InOrder, WRAPPER_HEAD, Wrapper};
use binlog_explorer::{document, messages};
use binlog_format::container::RECOGNISE_BYTES;
use binlog_format::framer::Start;
use zeroize::Zeroizing;

use crate::arguments::{KeyOptions, PasswordPlace};
use crate::spool::Spool;
use crate::unpack::{Unpacked, unpack};

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
    /// Why the source ends before the log does: the wrapper that it was unpacked from is damaged.
    pub damage: Option<Message>,
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
    /// In words.
    Words(String),
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(name, error) => write!(f, "{name}: {error}"),
            Self::Words(words) => f.write_str(words),
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

/// What an input is called. An address may carry a secret, which is left out.
pub fn name(path: &Path) -> String {
    if link(path).is_some() {
        return "link".into();
    }
    #[cfg(feature = "http")]
    if let Some(url) = crate::remote::address(path) {
        return crate::remote::shown(url);
    }
    match server(path).and_then(|url| Some((url.split_once("://")?.0, url.rsplit_once('@')?.1))) {
        Some((scheme, host)) => format!("{scheme}://{host}"),
        None => path.display().to_string(),
    }
}

/// What lies at an address.
#[cfg(feature = "http")]
fn remote(path: &Path) -> Option<Result<Box<dyn Source>, InputError>> {
    let url = crate::remote::address(path)?;
    Some(crate::remote::open(url).map_err(|message| InputError::Refused(crate::remote::shown(url), message)))
}

/// Without the feature an address is the name of a file.
#[cfg(not(feature = "http"))]
fn remote(_: &Path) -> Option<Result<Box<dyn Source>, InputError>> {
    None
}

/// An input that is a live server.
pub fn server(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| text.starts_with("mysql://") || text.starts_with("mariadb://"))
}

/// What of a link with data comes before its bytes; nobody is asked for what stands before the number sign.
const SHARED: &str = "#s=";

/// A link with data, as its bytes.
fn link(path: &Path) -> Option<&str> {
    let data = path.to_str()?.split_once(SHARED)?.1;
    data.split('&').next()
}

/// What was shared, as an input.
fn shared(name: &str, bundle: Result<Bundle, Message>) -> Result<Input, InputError> {
    let refused = |message| InputError::Refused(name.to_owned(), message);
    let bundle = bundle.map_err(refused)?;
    let (notes, bare) = (bundle.remarks(), bundle.bare);
    let source: Rc<dyn Source> = Rc::new(bundle.into_source());
    let mut document = Document::new(name.to_owned(), Box::new(source.clone()), bare, Vec::new()).map_err(refused)?;
    let scanner = document.scanner();
    let (start, packet_header) = (scanner.start(), scanner.packet_header());
    Ok(Input { source, start, packet_header, notes, damage: None })
}

/// A file that was shared; nothing where it is none.
fn shared_file(name: &str, source: &dyn Source) -> Option<Result<Input, InputError>> {
    let head = source::read_range(source, 0, bundle::FILE_MAGIC.len() as u64).ok()?;
    if !bundle::is_bundle(&head) {
        return None;
    }
    let length = source.length();
    let read = if length > bundle::MOST_CONTENT {
        Err(Message::new("bundle-large").number("bytes", length).number("most", bundle::MOST_CONTENT))
    } else {
        source::read_range(source, 0, length)
            .map_err(|error| Message::new("failed-read").number("at", 0).text("reason", error.to_string()))
    };
    Some(shared(name, read.and_then(|bytes| Bundle::from_bytes(&bytes))))
}

/// Opens a file, an http or https address, or standard input for `-`; what is wrapped in gzip or zstd is unpacked. A
/// `.binlogscope` file and a link with data are parts of a log.
pub fn open(path: &Path) -> Result<Input, InputError> {
    if let Some(data) = link(path) {
        return shared("link", Bundle::from_fragment(data));
    }
    let name = name(path);
    if server(path).is_some() {
        return Err(InputError::Refused(name, Message::new("live-only-dump")));
    }
    let io = |error| InputError::Io(name.clone(), error);
    let (mut notes, mut damage) = (Vec::new(), None);
    let mut unpacked = |unpacked: Unpacked| {
        notes.push(unpacked.note);
        damage = unpacked.damage;
        unpacked.source
    };
    let source: Box<dyn Source> = if path == Path::new("-") {
        let mut input = io::stdin().lock();
        let mut head = Vec::new();
        input.by_ref().take(WRAPPER_HEAD as u64).read_to_end(&mut head).map_err(io)?;
        let wrapper = Wrapper::recognise(&head);
        let input = io::Cursor::new(head).chain(input);
        match wrapper {
            Some(wrapper) => unpacked(unpack(&name, wrapper, input, None).map_err(io)?),
            None => {
                let mut spool = Spool::default();
                spool.fill(input).map_err(io)?;
                spool.into_source()
            }
        }
    } else {
        let file: Box<dyn Source> = match remote(path) {
            Some(remote) => remote?,
            // A file that grows is read as far as it was when it was opened.
            None => Box::new(source::Bounded::now(source::File::open(path).map_err(io)?)),
        };
        match Wrapper::of(&*file) {
            Some(wrapper) => {
                let total = file.length();
                unpacked(unpack(&name, wrapper, InOrder::new(file), Some(total)).map_err(io)?)
            }
            None => file,
        }
    };
    if let Some(shared) = shared_file(&name, &*source) {
        return shared;
    }
    let head = source::read_range(&*source, 0, RECOGNISE_BYTES as u64).unwrap_or_default();
    if let Some(message) = recognise(&head) {
        // What is wrong with the wrapper explains more than that nothing came out of it.
        return Err(InputError::Refused(name, damage.unwrap_or(message)));
    }
    Ok(Input { source: Rc::from(source), start: Start::File, packet_header: 0, notes, damage })
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
    Ok(Input { source: Rc::new(Memory::new(bytes)), start, packet_header, notes, damage: None })
}
