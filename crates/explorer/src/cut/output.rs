//! Copies planned events into the cut: what depends on their place is written anew, by the fields' own types.

use std::io::{self, Write};

use binlog_format::container::MAGIC;
use binlog_format::cursor::Cursor;
use binlog_format::event::{Context, decode};
use binlog_format::header::{EventHeader, HEADER_LENGTH, flag};
use binlog_format::names::code;
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, FieldId, Value, field};
use crc32fast::Hasher;

use super::Report;
use super::unit::Planned;
use crate::source::{Source, read_range};

/// Bytes that are read at once.
const WINDOW: u64 = 1 << 20;

/// Bytes of a checksum.
const CHECKSUM: u64 = 4;

/// Ends a statement.
const STMT_END: u64 = binlog_format::rows::STMT_END as u64;

/// Where a field lies, the first of its kind.
struct Find {
    field: FieldId,
    found: Option<(usize, usize, u64)>,
}

impl<'a> Trace<'a> for Find {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        if self.found.is_some() { Enter::Skip } else { Enter::Into }
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        if let (true, None, Value::Unsigned(value)) = (slot.field == self.field, self.found, value) {
            self.found = Some((start as usize, end as usize, value));
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// Writes a number where `find` says that it lies; gives what was there.
fn set(bytes: &mut [u8], find: &Find, value: impl FnOnce(u64) -> u64) -> Option<u64> {
    let (start, end, before) = find.found?;
    let written = find.field.entry().physical.write(value(before), bytes.get_mut(start..end)?);
    written.then_some(before)
}

/// Writes a field of the header.
pub(crate) fn set_in_header(bytes: &mut [u8], length: usize, field: FieldId, value: impl FnOnce(u64) -> u64) {
    let mut find = Find { field, found: None };
    let mut cursor = Cursor::new(bytes.get(..length).unwrap_or_default(), field::EVENT_HEADER_EVENT_SIZE, &mut find);
    // A header without the field is as short as version 1's.
    let _ = EventHeader::read(&mut cursor, length);
    set(bytes, &find, value);
}

/// Writes a field of the event that `bytes` begin; they need not have all of it.
pub(crate) fn set_in_event(bytes: &mut [u8], context: &Context<'_>, field: FieldId, value: impl FnOnce(u64) -> u64) {
    let mut find = Find { field, found: None };
    // What stands behind the field does not matter.
    let _ = decode(bytes, context, &mut find);
    set(bytes, &find, value);
}

/// The cut's bytes.
#[derive(Debug)]
pub struct Output<W> {
    out: W,
    /// What is written next.
    buffer: Vec<u8>,
    /// What was written.
    pub report: Report,
}

impl<W: Write> Output<W> {
    /// To this writer.
    pub fn new(out: W) -> Self {
        Self { out, buffer: Vec::new(), report: Report::default() }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.report.bytes += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() as u64 >= WINDOW { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Everything is written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.hand_over()?;
        self.out.flush()
    }

    /// The writer.
    pub fn into_writer(self) -> W {
        self.out
    }

    /// Copies the events of a plan; `foreign`: their positions are those of another log.
    pub fn unit(
        &mut self, source: &dyn Source, context: &Context<'_>, planned: &Planned, foreign: bool,
    ) -> io::Result<()> {
        if self.report.bytes == 0 {
            self.put(&MAGIC)?;
        }
        self.report.mended += planned.damaged.len() as u64;
        let mut copy = Copy { source, context: *context, planned, foreign, window: (0, Vec::new()) };
        for piece in &planned.pieces {
            copy.context.checksum = piece.checksum;
            let mut at = piece.start;
            while at < piece.end {
                at = self.event(&mut copy, at, piece.end)?;
            }
        }
        Ok(())
    }

    /// Copies the event at an offset; gives where the next one begins.
    fn event(&mut self, copy: &mut Copy<'_>, start: u64, limit: u64) -> io::Result<u64> {
        let format = copy.context.format;
        let mut bytes = copy.read(start, limit, HEADER_LENGTH as u64)?.to_vec();
        let length = format.header_length(&bytes);
        let header = EventHeader::peek_in(&bytes, format).ok_or_else(changed)?;
        let there = u64::from(header.event_size);
        if start + there > limit || there < length as u64 {
            return Err(changed());
        }
        let size = match copy.planned.restored.get(&start) {
            Some((_, stored)) => {
                bytes.clone_from(stored);
                stored.len() as u64
            }
            None => {
                bytes = copy.read(start, start + there, there.min(WINDOW))?.to_vec();
                bytes.truncate(usize::try_from(there.min(WINDOW)).unwrap_or(usize::MAX));
                there
            }
        };
        let end = self.report.bytes + size;
        if header.log_pos != 0 && !copy.foreign {
            let position = format.position_of(self.report.bytes, end);
            set_in_header(&mut bytes, length, field::EVENT_HEADER_LOG_POS, |_| position.into());
        }
        if matches!(header.type_code, code::FORMAT_DESCRIPTION | code::START_V3) {
            set_in_header(&mut bytes, length, field::EVENT_HEADER_FLAGS, |flags| flags & !u64::from(flag::IN_USE));
        }
        if copy.planned.ending.binary_search(&start).is_ok() {
            set_in_event(&mut bytes, &copy.context, field::ROWS_FLAGS, |flags| flags | STMT_END);
        }
        if copy.planned.gtid == Some(start) {
            let whole = copy.planned.bytes();
            set_in_event(&mut bytes, &copy.context, field::GTID_TRANSACTION_LENGTH, |_| whole);
            set_in_event(&mut bytes, &copy.context, field::GTID_TAGGED_TRANSACTION_LENGTH, |_| whole);
        }
        self.report.events += 1;
        self.body(copy, start, size, &bytes)?;
        Ok(start + there)
    }

    /// An event whose first bytes are these, and the rest the source's.
    fn body(&mut self, copy: &mut Copy<'_>, start: u64, size: u64, first: &[u8]) -> io::Result<()> {
        let mut hasher = Hasher::new();
        let covered = if copy.context.checksum { size.saturating_sub(CHECKSUM) } else { size };
        let (mut at, mut window) = (0, first.to_vec());
        while at < covered {
            window.truncate(usize::try_from(covered - at).unwrap_or(usize::MAX));
            if copy.context.checksum {
                hasher.update(&window);
            }
            self.put(&window)?;
            at += window.len() as u64;
            if at < covered {
                window = copy.read(start + at, start + covered, WINDOW)?.to_vec();
            }
        }
        if copy.context.checksum { self.put(&hasher.finalize().to_le_bytes()) } else { Ok(()) }
    }
}

/// Copying in progress.
struct Copy<'c> {
    source: &'c dyn Source,
    context: Context<'c>,
    planned: &'c Planned,
    foreign: bool,
    /// The bytes that were read last, and where they begin.
    window: (u64, Vec<u8>),
}

impl Copy<'_> {
    /// Bytes from `start` on, `wanted` or as many as there are before `limit`; at most a window.
    fn read(&mut self, start: u64, limit: u64, wanted: u64) -> io::Result<&[u8]> {
        let wanted = wanted.min(limit.saturating_sub(start)).min(WINDOW);
        let has = |(from, bytes): &(u64, Vec<u8>)| *from <= start && start + wanted <= from + bytes.len() as u64;
        if !has(&self.window) {
            let bytes = read_range(self.source, start, limit.min(start + WINDOW)).map_err(io::Error::other)?;
            self.window = (start, bytes);
        }
        if !has(&self.window) {
            return Err(changed());
        }
        let at = usize::try_from(start - self.window.0).unwrap_or(usize::MAX);
        let end = at + usize::try_from(wanted).unwrap_or(usize::MAX);
        Ok(self.window.1.get(at..end).unwrap_or_default())
    }
}

/// What was walked is not there any more.
fn changed() -> io::Error {
    io::Error::other("the file changed while it was read")
}
