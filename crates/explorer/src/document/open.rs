//! Opening: what the source is, and how to walk it.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_format::container::{Container, RECOGNISE_BYTES};
use binlog_format::framer::Start;
use binlog_format::header::EventHeader;
use binlog_format::ibb::MAGIC;

use super::{Document, checksum_text};
use crate::encryption::Encryption;
use crate::messages;
use crate::row_map::RowMap;
use crate::scan::{Scanner, start_of};
use crate::source::{Memory, Source, read_range};
use crate::view::{FileSummary, ListMode, Message};

/// What opening gives.
pub type Opened = Result<Document, Message>;

/// What may stand before an event in a replication packet, longest first: the packet's header
/// (length and sequence number), the status byte, the semi-sync prefix.
const PACKET_PREFIXES: [(usize, &[u8], usize, &str); 5] = [
    (4, &[0x00, 0xef], 3, "header, status, semi-sync"),
    (4, &[0x00], 1, "header, status"),
    (0, &[0x00, 0xef], 3, "status, semi-sync"),
    (0, &[0xef], 2, "semi-sync"),
    (0, &[0x00], 1, "status"),
];

/// Says what `head` is, if it is no binary log.
pub fn recognise(head: &[u8]) -> Option<Message> {
    messages::of_container(Container::recognise(head))
}

/// Opens bytes that may lack a file's magic: pasted events, a replication packet.
pub fn open_bytes(name: &str, bytes: Vec<u8>, notes: Vec<Message>) -> Opened {
    Document::new(name.into(), Box::new(Memory::new(bytes)), true, notes)
}

/// The prefix of a replication packet that these bytes begin with, if an event follows it that
/// lies wholly inside the source; an event without prefix goes before.
fn packet_prefix(head: &[u8], length: u64) -> Option<(usize, &'static str)> {
    if plausible(head, length) {
        return None;
    }
    let fits = |(header, prefix, bytes, _): &&(usize, &[u8], usize, &str)| {
        let before = header + bytes;
        // A packet's own length is that of what follows its header; a paste may be cut.
        let sized = *header == 0
            || matches!(head, [low, middle, high, ..]
            if usize::from(*low) | usize::from(*middle) << 8 | usize::from(*high) << 16 > bytes + 19);
        let packet = head.get(*header..).unwrap_or_default();
        let event = head.get(before..).unwrap_or_default();
        sized && packet.starts_with(prefix) && plausible(event, length.saturating_sub(before as u64))
    };
    PACKET_PREFIXES.iter().find(fits).map(|(header, _, bytes, kind)| (header + bytes, *kind))
}

/// A first event: a header of a named type whose size is at least its own and at most `length`.
fn plausible(bytes: &[u8], length: u64) -> bool {
    EventHeader::peek(bytes).is_some_and(|header| {
        binlog_format::names::event_type(header.type_code).is_some()
            && header.type_code != 0
            && header.event_size >= 19
            && u64::from(header.event_size) <= length
            && header.flags & !binlog_format::header::flag::KNOWN == 0
    })
}

/// What a server writes at most as one event (`max_log_event_size`).
const LARGEST_EVENT: u64 = 1 << 30;

impl Document {
    /// Opens a source. `bare_events`: it may begin with an event instead of a file's magic.
    pub fn new(name: String, source: Box<dyn Source>, bare_events: bool, mut notes: Vec<Message>) -> Opened {
        // The fingerprint takes 4 KiB; recognising needs less.
        let head = read_range(&*source, 0, 4096).unwrap_or_default();
        let foreign = recognise(head.get(..head.len().min(RECOGNISE_BYTES)).unwrap_or_default());
        let prefix = packet_prefix(&head, source.length());
        // Pasted events may be cut: then nothing fits, and the first header decides.
        let is_events = bare_events && (prefix.is_some() || plausible(&head, LARGEST_EVENT));
        if let Some(message) = foreign.filter(|_| !is_events) {
            return Err(message);
        }
        // The clear bytes of what was encrypted.
        let clear = source.part().is_some_and(|part| part.space != "0");
        let mut scanner = Scanner::new(if clear { Start::Decrypted } else { start_of(&head, is_events) });
        if let Some((bytes, kind)) = prefix.filter(|_| is_events) {
            scanner.skip_packet_header(bytes as u64);
            notes.push(Message::new("note-packet").number("bytes", bytes as u64).text("kind", kind));
        }
        scanner.set_length(source.length(), source.is_complete());
        let source: Rc<dyn Source> = Rc::from(source);
        Ok(Self {
            encryption: if is_events || clear { None } else { Encryption::of(&*source) },
            clear: None,
            fingerprint: source.part().map_or_else(|| fingerprint(&head), |part| part.fingerprint.clone()),
            bare: is_events,
            paged: !is_events && head.starts_with(&MAGIC),
            source,
            name,
            scanner,
            rows: RowMap::new(ListMode::Transactions),
            filtered: None,
            sorted: None,
            earlier: Vec::new(),
            stopped: false,
            trusts: false,
            notes,
            blocks: RefCell::default(),
            replayed: RefCell::default(),
            listed: RefCell::default(),
            maps_behind: RefCell::default(),
            spaces: RefCell::default(),
        })
    }

    /// Whether it begins with an event instead of a file's magic.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// What the source is, as far as the scan has come.
    pub fn summary(&self) -> FileSummary {
        let framer = self.scanner.framer();
        let format = framer.format();
        let mut notes = self.notes.clone();
        let sealed = self.encryption.as_ref().filter(|_| self.clear.is_none());
        if let Some(encryption) = sealed {
            notes.push(encryption.note());
        } else if self.scanner.index().end > 4 && !format.described {
            notes.push(Message::new("note-no-format-description"));
        }
        if format.described && format.binlog_version < 4 {
            notes.push(Message::new("note-before-v4").number("version", format.binlog_version.into()));
        }
        if framer.in_use() {
            notes.push(Message::new("note-in-use"));
        }
        FileSummary {
            name: self.name.clone(),
            size: self.source.length(),
            flavor: format.described.then(|| format.flavor.text().into()),
            server_version: (format.described && !format.version().is_empty())
                .then(|| String::from_utf8_lossy(format.version()).into_owned()),
            binlog_version: format.described.then_some(format.binlog_version),
            checksum: if self.paged { "pages" } else { checksum_text(format.checksum) }.into(),
            in_use: framer.in_use(),
            notes,
            fingerprint: self.fingerprint.clone(),
            encryption: self.encryption_view(),
        }
    }
}

/// Hash of the first 4 KiB with the in-use flag of the first event taken as clear, so that a
/// file that was closed or has grown is recognised. The first event's time is part of it.
pub(crate) fn fingerprint(head: &[u8]) -> String {
    const FIRST_FLAGS: usize = 4 + 17;
    // A small file grows within its first 4 KiB: only the first event counts then.
    let first_event =
        head.get(4..).and_then(EventHeader::peek).map_or(head.len(), |header| 4 + header.event_size as usize);
    let covered = head.get(..first_event.min(head.len())).unwrap_or_default();
    let hash = covered.iter().enumerate().fold(0xcbf2_9ce4_8422_2325u64, |hash, (i, byte)| {
        let byte = if i == FIRST_FLAGS { byte & !1 } else { *byte };
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let time = head.get(4..).and_then(EventHeader::peek).map_or(0, |header| header.timestamp);
    format!("{hash:016x}-{time:08x}")
}
