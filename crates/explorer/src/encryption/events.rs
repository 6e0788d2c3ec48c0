//! MariaDB's encrypted events: where each begins, and its clear bytes.
//!
//! Decrypting a byte needs the start of its event, and only the event before tells where it
//! begins. So the events are walked by their sizes, which are clear; what was walked leaves a
//! mark now and then, from which any later place is near.

use std::cell::RefCell;
use std::collections::BTreeMap;

use binlog_format::decrypt::{EventCipher, Sealed};
use binlog_format::framer::{FrameChecksum, checksum};
use binlog_format::header::{EventHeader, HEADER_LENGTH, flag};
use binlog_format::names;
use binlog_format::{Checksum, Format};

use crate::source::{ReadError, Source, read_range};

/// Bytes of the source between two marks.
const MARK_EVERY: u64 = 64 << 10;

/// Bytes of the source that are kept, so that walking it costs few reads.
const WINDOW: usize = 256 << 10;

/// Bytes of an AES block.
const BLOCK: u64 = 16;

/// Stored bytes of an event that its clear header needs.
const HEAD: usize = 36;

/// Bytes that one search behind damage passes at most; the next read searches on from there.
const SEARCH: u64 = 64 << 20;

/// Encrypted events that are looked at to judge a key.
const TRIED: usize = 16;

/// An event larger than this is judged by its header alone.
const JUDGED_WHOLE: u32 = 1 << 20;

/// What covers an offset of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch {
    /// Clear already; up to this offset.
    Clear(u64),
    /// An encrypted event, and where it ends in the source, which may be cut.
    Event(Sealed, u64),
    /// Encrypted bytes of which nobody knows to which event they belong.
    Lost(u64, u64),
}

impl Stretch {
    fn range(self) -> (u64, u64) {
        match self {
            Self::Clear(end) => (0, end),
            Self::Event(event, end) => (event.start, end),
            Self::Lost(start, end) => (start, end),
        }
    }
}

/// How a decrypted header looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    /// Its position is right: an event.
    Sure,
    /// Everything in it is possible.
    Possible,
    /// Nonsense.
    Wrong,
}

#[derive(Default)]
struct Walked {
    /// Starts of events, at least [`MARK_EVERY`] apart, ascending.
    marks: Vec<u64>,
    /// Where a search behind damage began, and where it ended.
    lost: BTreeMap<u64, u64>,
    /// What was asked for last.
    last: Option<Stretch>,
    /// Bytes of the source and where they begin.
    window: (u64, Vec<u8>),
}

/// The encrypted events of a source.
pub(super) struct Events {
    cipher: EventCipher,
    /// Where the first one begins.
    first: u64,
    format: Format,
    foreign_positions: bool,
    walked: RefCell<Walked>,
}

impl Events {
    pub(super) fn new(cipher: EventCipher, first: u64, format: Format, foreign_positions: bool) -> Self {
        Self { cipher, first, format, foreign_positions, walked: RefCell::default() }
    }

    pub(super) fn transform(&self) -> &'static str {
        self.cipher.transform()
    }

    /// Reads bytes of the source, from the kept window where they are there.
    fn stored(&self, source: &dyn Source, at: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if buffer.len() >= WINDOW {
            let bytes = read_range(source, at, at.saturating_add(buffer.len() as u64))?;
            return Ok(copy(&bytes, buffer));
        }
        let mut walked = self.walked.borrow_mut();
        let (start, window) = &mut walked.window;
        let has = |start: u64, window: &[u8]| {
            let from = usize::try_from(at.checked_sub(start)?).ok()?;
            window
                .get(from..from + buffer.len().min(usize::try_from(source.length().saturating_sub(at)).ok()?))
                .map(|_| from)
        };
        let from = match has(*start, window) {
            Some(from) => from,
            None => {
                // A block of a chain needs the one before.
                let begin = at.saturating_sub(16);
                let begin = if begin < self.first { at } else { begin };
                *window = match read_range(source, begin, begin + WINDOW as u64) {
                    Err(ReadError::Hole { end }) if end > at => return Err(ReadError::Hole { end }),
                    Err(ReadError::Hole { .. }) => {
                        let bytes = read_range(source, at, at + WINDOW as u64)?;
                        *start = at;
                        let read = copy(&bytes, buffer);
                        *window = bytes;
                        return Ok(read);
                    }
                    other => other?,
                };
                *start = begin;
                usize::try_from(at - begin).unwrap_or(usize::MAX)
            }
        };
        let rest = window.get(from..).unwrap_or_default();
        if rest.is_empty() && at < source.length() {
            // The window ended at a hole.
            return source.read(at, buffer);
        }
        Ok(copy(rest, buffer))
    }

    /// Fills `buffer` with clear bytes from `offset` on.
    pub(super) fn read(&self, source: &dyn Source, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let at = offset + filled as u64;
            if at >= source.length() {
                break;
            }
            let rest = buffer.get_mut(filled..).unwrap_or_default();
            let read = match self.piece(source, at, rest) {
                Err(_) if filled > 0 => break,
                other => other?,
            };
            if read == 0 {
                break;
            }
            filled += read;
        }
        Ok(filled)
    }

    /// The clear bytes from `at` on that belong to one event.
    fn piece(&self, source: &dyn Source, at: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let stretch = self.stretch(source, at)?;
        let (_, end) = stretch.range();
        let length = buffer.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
        let buffer = buffer.get_mut(..length).unwrap_or_default();
        let Stretch::Event(event, _) = stretch else { return self.stored(source, at, buffer) };
        let from = (at - event.start) as u32;
        let stored = |at: u32, bytes: &mut [u8]| self.stored(source, event.start + u64::from(at), bytes);
        match self.cipher.read(event, from, buffer, stored) {
            Ok(0) if !buffer.is_empty() => source.read(at, &mut [0]).and(Err(ReadError::Hole { end: at + 1 })),
            other => other,
        }
        .map_err(|error| match error {
            // The block that the hole cuts is lost with it, and the one chained to that.
            ReadError::Hole { end: hole } => ReadError::Hole { end: (hole.max(at) + 2 * BLOCK).min(end).max(hole) },
            other => other,
        })
    }

    /// The event that covers an offset of the source.
    pub(super) fn sealed_at(&self, source: &dyn Source, offset: u64) -> Option<(u64, u64)> {
        match self.stretch(source, offset).ok()? {
            Stretch::Clear(_) => None,
            stretch => Some(stretch.range()),
        }
    }

    fn stretch(&self, source: &dyn Source, offset: u64) -> Result<Stretch, ReadError> {
        if offset < self.first {
            return Ok(Stretch::Clear(self.first));
        }
        let mut at = {
            let walked = self.walked.borrow();
            let marks = walked.marks.partition_point(|mark| *mark <= offset);
            let mark = marks.checked_sub(1).and_then(|at| walked.marks.get(at)).copied().unwrap_or(self.first);
            match walked.last {
                Some(last) if last.range().0 <= offset && offset < last.range().1 => return Ok(last),
                Some(last) if last.range().1 <= offset => mark.max(last.range().1),
                _ => mark,
            }
        };
        loop {
            let stretch = self.stretch_from(source, at)?;
            let (_, end) = stretch.range();
            let mut walked = self.walked.borrow_mut();
            if walked.marks.last().is_none_or(|last| *last + MARK_EVERY <= at) {
                walked.marks.push(at);
            }
            walked.last = Some(stretch);
            if offset < end || end >= source.length() || end <= at {
                return Ok(stretch);
            }
            at = end;
        }
    }

    /// What begins at `at`, where an event ends or a search ended.
    fn stretch_from(&self, source: &dyn Source, at: u64) -> Result<Stretch, ReadError> {
        if let Some(end) = self.walked.borrow().lost.get(&at) {
            return Ok(Stretch::Lost(at, *end));
        }
        let length = source.length();
        let left = length - at;
        let look = match self.look(source, at) {
            // Where the next event begins stands in the hole.
            Err(ReadError::Hole { end }) => {
                let end = self.search(source, end.max(at + 1) - 1)?;
                self.walked.borrow_mut().lost.insert(at, end);
                return Ok(Stretch::Lost(at, end));
            }
            other => other?,
        };
        let Some((event, looks)) = look else { return self.lose(source, at) };
        let size = u64::from(event.size);
        let (possible, cut) = (looks == Looks::Possible, size > left);
        let found = Stretch::Event(event, (at + size).min(length));
        // Bytes of the header may be damaged while the size is right: then what follows fits.
        let fits = looks == Looks::Sure || !cut && self.goes_on(source, at + size)?;
        if fits || possible && !cut && self.checksum_matches(source, event)? {
            return Ok(found);
        }
        // What follows may be damaged or missing: the size lies only if an event begins inside it.
        match self.lose(source, at)? {
            Stretch::Lost(_, end) if possible && end >= (at + size).min(length) => {
                self.walked.borrow_mut().lost.remove(&at);
                Ok(found)
            }
            lost => Ok(lost),
        }
    }

    /// Nobody knows what begins at `at`.
    fn lose(&self, source: &dyn Source, at: u64) -> Result<Stretch, ReadError> {
        let end = self.search(source, at)?;
        self.walked.borrow_mut().lost.insert(at, end);
        Ok(Stretch::Lost(at, end))
    }

    /// The event that may begin at `at`, and how its clear header looks.
    fn look(&self, source: &dyn Source, at: u64) -> Result<Option<(Sealed, Looks)>, ReadError> {
        let mut head = [0; HEAD];
        let read = self.stored(source, at, &mut head)?;
        Ok(self.look_at(head.get(..read).unwrap_or_default(), at))
    }

    fn look_at(&self, head: &[u8], at: u64) -> Option<(Sealed, Looks)> {
        let event = Sealed { start: at, size: Sealed::size_of(head).filter(|_| head.len() >= HEADER_LENGTH)? };
        Some((event, self.cipher.header(event, head).map_or(Looks::Wrong, |header| self.looks(&header, event))))
    }

    fn looks(&self, header: &EventHeader, event: Sealed) -> Looks {
        let kind = header.type_code;
        let known = names::event_type(kind).is_some() || kind <= self.format.types();
        let end = event.start + u64::from(event.size);
        let long_enough = event.size as usize >= self.format.header_length_of(kind);
        if kind == 0 || !known || !long_enough || header.flags & !flag::KNOWN != 0 {
            Looks::Wrong
        } else if header.log_pos == end as u32 {
            Looks::Sure
        } else if header.log_pos == 0
            || self.foreign_positions
            || header.flags & (flag::RELAY_LOG | flag::ARTIFICIAL) != 0
        {
            Looks::Possible
        } else {
            Looks::Wrong
        }
    }

    /// Whether an event, or the end, or a hole may be at `at`.
    fn goes_on(&self, source: &dyn Source, at: u64) -> Result<bool, ReadError> {
        if at >= source.length() {
            return Ok(true);
        }
        match self.look(source, at) {
            Err(ReadError::Hole { .. }) => Ok(true),
            other => Ok(matches!(other?, Some((_, looks)) if looks != Looks::Wrong)),
        }
    }

    /// Where the next event begins behind `start`; the end, or as far as one search goes, if
    /// nowhere.
    fn search(&self, source: &dyn Source, start: u64) -> Result<u64, ReadError> {
        let length = source.length();
        let limit = length.min(start + SEARCH);
        let mut at = start + 1;
        while at < limit {
            let bytes = match read_range(source, at, at + WINDOW as u64) {
                Err(ReadError::Hole { end }) => {
                    at = end.max(at + 1);
                    continue;
                }
                other => other?,
            };
            let whole = at + bytes.len() as u64 >= length;
            let candidates = if whole { bytes.len() } else { bytes.len().saturating_sub(HEAD).max(1) };
            for i in 0..candidates {
                let place = at + i as u64;
                let head = bytes.get(i..bytes.len().min(i + HEAD)).unwrap_or_default();
                let Some(size) = Sealed::size_of(head) else { continue };
                if u64::from(size) > length - place {
                    continue;
                }
                match self.look_at(head, place) {
                    Some((_, Looks::Sure)) => return Ok(place),
                    Some((_, Looks::Possible)) if self.goes_on(source, place + u64::from(size))? => return Ok(place),
                    _ => {}
                }
            }
            at += candidates as u64;
        }
        Ok(limit)
    }

    /// Whether the first events are some: their checksums match, or their positions do.
    pub(super) fn key_fits(&self, source: &dyn Source) -> Result<bool, ReadError> {
        let length = source.length();
        let (mut at, mut tried, mut possible) = (self.first, 0, 0);
        while tried < TRIED && at < length {
            let Some((event, looks)) = self.look(source, at)? else { break };
            if self.is_proof(source, event, looks)? {
                return Ok(true);
            }
            possible += usize::from(looks == Looks::Possible);
            tried += 1;
            at += u64::from(event.size);
        }
        // Without checksums and positions: all of them, and more than chance gives.
        let all = self.format.checksum != Checksum::Crc32 && tried > 0 && possible == tried;
        if self.first >= length || all {
            return Ok(true);
        }
        // The first one's size may be damaged, and with it the way to the others.
        let mut at = self.first;
        for _ in 0..TRIED {
            at = self.search(source, at)?;
            match self.look(source, at) {
                Ok(Some((event, looks))) if self.is_proof(source, event, looks)? => return Ok(true),
                Ok(Some(_)) => {}
                Ok(None) | Err(ReadError::Hole { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Whether no other key gives such an event.
    fn is_proof(&self, source: &dyn Source, event: Sealed, looks: Looks) -> Result<bool, ReadError> {
        let whole = event.start + u64::from(event.size) <= source.length();
        Ok(looks == Looks::Sure || whole && self.checksum_matches(source, event)?)
    }

    fn checksum_matches(&self, source: &dyn Source, event: Sealed) -> Result<bool, ReadError> {
        if self.format.checksum != Checksum::Crc32 || event.size > JUDGED_WHOLE {
            return Ok(false);
        }
        let mut bytes = vec![0; event.size as usize];
        let stored = |at: u32, buffer: &mut [u8]| self.stored(source, event.start + u64::from(at), buffer);
        let read = self.cipher.read(event, 0, &mut bytes, stored)?;
        let Some(header) = EventHeader::peek(&bytes).filter(|_| read == bytes.len()) else { return Ok(false) };
        Ok(checksum(&self.format, &bytes, &header) == FrameChecksum::Good)
    }
}

fn copy(from: &[u8], to: &mut [u8]) -> usize {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    from.len().min(to.len())
}
