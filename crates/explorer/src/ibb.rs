//! MariaDB's InnoDB-based log: records gathered from their chunks, and event groups from their records.
//!
//! A record is a space named after the offset of its first chunk: what it says of itself, then its event
//! data. A commit whose group was written in pieces before it opens a second space, named after those
//! data: its own, then those of the pieces in the order of their numbers. Where a group has two lots of
//! pieces (transactional and other changes mixed), they are taken in the order in which the commit names
//! them; no document says more.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use binlog_format::framer::{Span, SpanKind};
use binlog_format::ibb::{
    CHECKSUM_BYTES, CHUNK_HEAD, ChunkHead, FileHeader, HEADER_BYTES, MAGIC, OutOfBandRefs, Place,
};
use binlog_format::ibb::{PAGE_SIZE_LOG2, RecordHead, RecordKind, USUAL_PAGE_SIZE_LOG2};
use binlog_format::limits::MAX_INFLATED;
use binlog_format::{DecodeError, ErrorCode, FieldId, Format, field};

use crate::scan::Judge;
use crate::source::{Source, read_range};
use crate::space::{Space, name};

/// A source's pages.
pub struct Pages<'s> {
    source: &'s dyn Source,
    size: u64,
    file_number: u64,
    /// The page read last.
    page: RefCell<(u64, Vec<u8>)>,
}

impl std::fmt::Debug for Pages<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("size", &self.size).finish_non_exhaustive()
    }
}

/// A record put together.
struct Gathered {
    bytes: Vec<u8>,
    /// Where they lie in the source.
    ranges: Vec<(u64, u64)>,
    error: Option<DecodeError>,
}

fn fault(code: ErrorCode, at: usize, field: FieldId, expected: u64, found: u64) -> DecodeError {
    DecodeError { code, at: u32::try_from(at).unwrap_or(u32::MAX), field, expected, found, liar: None }
}

impl<'s> Pages<'s> {
    /// `None` if the source is no such log.
    pub fn of(source: &'s dyn Source) -> Option<Self> {
        let head = read_range(source, 0, HEADER_BYTES).ok()?;
        let header = FileHeader::peek(&head).filter(|_| head.starts_with(&MAGIC))?;
        let usable = PAGE_SIZE_LOG2.contains(&header.page_size_log2);
        let log2 = if usable { header.page_size_log2 } else { USUAL_PAGE_SIZE_LOG2.into() };
        Some(Self { source, size: 1 << log2, file_number: header.file_number, page: RefCell::default() })
    }

    /// Hands `f` the bytes from an offset to where its page's chunks end.
    fn with_page<R>(&self, at: u64, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
        let start = at & !(self.size - 1);
        let mut page = self.page.borrow_mut();
        if page.1.is_empty() || page.0 != start {
            *page = (start, read_range(self.source, start, start + self.size).ok()?);
        }
        let end = usize::try_from(self.size - CHECKSUM_BYTES).ok()?;
        let rest = page.1.get(usize::try_from(at - start).ok()?..end)?;
        Some(f(rest))
    }

    /// The chunk at an offset.
    fn chunk(&self, at: u64) -> Option<ChunkHead> {
        self.with_page(at, |rest| {
            ChunkHead::peek(rest).filter(|head| CHUNK_HEAD + u64::from(head.length) <= rest.len() as u64)
        })?
    }

    /// The next chunk at or behind an offset where a chunk may begin.
    fn next_chunk(&self, at: u64) -> Option<(u64, ChunkHead)> {
        if let Some(head) = self.chunk(at) {
            return Some((at, head));
        }
        // Filler or unused bytes up to the page's end, then the next page.
        let next = (at & !(self.size - 1)) + self.size;
        self.chunk(next).map(|head| (next, head))
    }

    /// The record whose first chunk lies at `start`.
    fn gather(&self, start: u64) -> Option<(RecordKind, Gathered)> {
        let first = self.chunk(start).filter(|head| !head.continues)?;
        let mut record = Gathered { bytes: Vec::new(), ranges: Vec::new(), error: None };
        let (mut at, mut head) = (start, first);
        loop {
            let range = (at + CHUNK_HEAD, at + CHUNK_HEAD + u64::from(head.length));
            record.bytes.extend_from_slice(&read_range(self.source, range.0, range.1).ok()?);
            record.ranges.push(range);
            if head.last {
                return Some((first.kind, record));
            }
            let held = record.bytes.len();
            if held > MAX_INFLATED {
                let most = MAX_INFLATED as u64;
                record.error = Some(fault(ErrorCode::EventTooLarge, 0, field::IBB_CHUNK_DATA, most, held as u64));
                return Some((first.kind, record));
            }
            match self.next_own(range.1, first.kind) {
                Some(own) => (at, head) = own,
                // It goes on in the next file, or its chunks are damaged.
                None => {
                    record.error = Some(fault(ErrorCode::Hole, held, field::IBB_CHUNK_DATA, 0, 0));
                    return Some((first.kind, record));
                }
            }
        }
    }

    /// The chunk that goes on with a record of this kind, behind complete records that may lie between.
    fn next_own(&self, mut at: u64, kind: RecordKind) -> Option<(u64, ChunkHead)> {
        let mut open = false;
        loop {
            let (found, head) = self.next_chunk(at)?;
            match (head.continues, open) {
                (true, false) => return (head.kind == kind).then_some((found, head)),
                (true, true) => open = !head.last,
                (false, false) if head.kind.may_interrupt() => open = !head.last,
                _ => return None,
            }
            at = found + CHUNK_HEAD + u64::from(head.length);
        }
    }

    /// The space of the record that begins at `start`; `None` if none does.
    pub fn open(&self, start: u64) -> Option<Space> {
        let (kind, record) = self.gather(start)?;
        let mut space = space_of(name("0", start), record);
        let end = space.bytes.len() as u64;
        let mut span = |kind, start: u64, end: u64, error| {
            if start < end {
                space.entries.push(Judge::default().span(Span { kind, start, end, error }));
            }
        };
        let head = match RecordHead::read(kind, &space.bytes) {
            Ok((head, length)) => {
                span(SpanKind::RecordHeader(kind), 0, length as u64, None);
                (head, length as u64)
            }
            Err(error) => {
                span(SpanKind::Damaged, 0, end, Some(error));
                return Some(space);
            }
        };
        match head {
            (RecordHead::Commit([None, None]), from) => space.walk_from(from),
            (RecordHead::Commit(_) | RecordHead::OutOfBand { .. }, from) => span(SpanKind::EventData, from, end, None),
            (_, from) => {
                let error = fault(ErrorCode::TrailingBytes, 0, field::IBB_EVENT_DATA, 0, end - from);
                span(SpanKind::Damaged, from, end, Some(error));
            }
        }
        Some(space)
    }

    /// The event group of a commit record whose event data lie at `offset` of its space.
    pub fn open_group(&self, record: &Space, offset: u64) -> Option<Space> {
        let (RecordHead::Commit(references), length) = RecordHead::read(RecordKind::Commit, &record.bytes).ok()? else {
            return None;
        };
        let references: Vec<OutOfBandRefs> = references.into_iter().flatten().collect();
        if references.is_empty() || offset != length as u64 || record.name.contains('/') {
            return None;
        }
        let mut group = Gathered { bytes: Vec::new(), ranges: Vec::new(), error: record.error };
        group.add(&record.bytes, &record.ranges, length);
        for references in references {
            if group.error.is_none() {
                group.error = self.add_pieces(&mut group, references);
            }
        }
        let mut space = space_of(name(&record.name, offset), group);
        space.walk_from(0);
        Some(space)
    }

    /// Adds the out-of-band records of a group, in the order of their numbers.
    fn add_pieces(&self, group: &mut Gathered, references: OutOfBandRefs) -> Option<DecodeError> {
        let missing = |at: usize| Some(fault(ErrorCode::Hole, at, field::IBB_REFERENCE_FILE, 0, 0));
        let mut pieces: BTreeMap<u64, (Gathered, usize)> = BTreeMap::new();
        let mut seen: BTreeSet<Place> = BTreeSet::new();
        let mut waiting = vec![references.last];
        let mut held = group.bytes.len();
        while let Some(place) = waiting.pop() {
            if place == (0, 0) || place.0 != self.file_number || !seen.insert(place) {
                continue;
            }
            if seen.len() as u64 > references.count {
                let found = seen.len() as u64;
                return Some(fault(ErrorCode::TooMany, 0, field::IBB_OOB_COUNT, references.count, found));
            }
            let Some((RecordKind::OutOfBand, piece)) = self.gather(place.1) else { continue };
            let Ok((RecordHead::OutOfBand { index, left, right }, length)) =
                RecordHead::read(RecordKind::OutOfBand, &piece.bytes)
            else {
                continue;
            };
            held += piece.bytes.len();
            if held > MAX_INFLATED {
                let (most, found) = (MAX_INFLATED as u64, held as u64);
                return Some(fault(ErrorCode::EventTooLarge, 0, field::IBB_EVENT_DATA, most, found));
            }
            waiting.extend([right, left]);
            pieces.insert(index, (piece, length));
        }
        // What follows a piece that is not here would be read from its middle.
        for index in 0..references.count {
            let Some((piece, length)) = pieces.get(&index) else { return missing(group.bytes.len()) };
            group.add(&piece.bytes, &piece.ranges, *length);
            if let Some(error) = piece.error {
                return Some(error);
            }
        }
        None
    }
}

impl Gathered {
    /// Adds a record's event data, which follow its first `skip` bytes.
    fn add(&mut self, bytes: &[u8], ranges: &[(u64, u64)], skip: usize) {
        self.bytes.extend_from_slice(bytes.get(skip..).unwrap_or_default());
        let mut skip = skip as u64;
        for (start, end) in ranges {
            let passed = skip.min(end - start);
            skip -= passed;
            if start + passed < *end {
                self.ranges.push((start + passed, *end));
            }
        }
    }
}

fn space_of(name: String, record: Gathered) -> Space {
    Space {
        name,
        parent: "0".into(),
        ranges: record.ranges,
        transform: "gather",
        size: record.bytes.len() as u64,
        bytes: record.bytes,
        error: record.error,
        format: Format::of_pages(),
        collation: 0,
        entries: Vec::new(),
        events_at: None,
        borrows_maps: false,
    }
}
