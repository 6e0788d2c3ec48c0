//! The index as bytes, kept for the next time that its source is opened.
//!
//! A file of chunks: each its length and CRC-32 (u32 LE both), then values as postcard writes them. The first chunk
//! has everything but blocks, those behind it have [`BLOCKS`] blocks each with their live table maps. Serde and
//! postcard, because statistics are kept beside the index and cross between workers the same way, and because
//! their variable-length integers make a block of 200 bytes one of about 85. What is read is checked whole: bounds
//! and order of everything that is used as a number of something else.

use std::fmt;

use binlog_format::framer::{Resume, Start};
use binlog_format::header::{EventHeader, flag};
use binlog_format::names::code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{BLOCK_BYTES, Block, Index, NAMED_TABLES, NamedTable};
use crate::scan::{Mark, Reached, Scanner};
use crate::source::{ReadError, Source, fill, read_range};

/// What a kept index begins with; its last byte is the version of the layout, of what is kept
/// beside it too.
const MAGIC: [u8; 8] = *b"BScopeI\x03";

/// Blocks to a chunk.
const BLOCKS: usize = 4096;

/// Bytes of a chunk at most: no index has more, and who made the bytes up gets no memory for them.
const LONGEST_CHUNK: u32 = 32 << 20;

/// Why a kept index is of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptError {
    /// It is none, or one of another version.
    Version,
    /// It is damaged: what is wrong.
    Damaged(&'static str),
    /// The source is another one, or was changed.
    OtherSource,
    /// It cannot be read, or the source cannot.
    Unreadable(ReadError),
}

impl fmt::Display for KeptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version => f.write_str("no index of this version"),
            Self::Damaged(what) => write!(f, "kept index: {what} damaged"),
            Self::OtherSource => f.write_str("kept index of another source"),
            Self::Unreadable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KeptError {}

impl From<ReadError> for KeptError {
    fn from(error: ReadError) -> Self {
        Self::Unreadable(error)
    }
}

/// Bytes of the source that are to be found again: where, how many, their CRC-32.
type Probe = (u64, u32, u32);

/// All but the blocks.
#[derive(Serialize, Deserialize)]
struct Head {
    fingerprint: String,
    length: u64,
    probes: Vec<Probe>,
    start: Start,
    packet_header: u64,
    mark: Mark,
    end_state: Resume,
    blocks: u64,
    formats: Vec<Resume>,
    tables: Vec<NamedTable>,
    entries: u64,
    events: u64,
    units: u64,
    transactions: u64,
    damaged: u64,
    bad_checksums: u64,
    end: u64,
}

/// Blocks and the offsets of their live table maps.
#[derive(Serialize, Deserialize)]
struct Blocks {
    blocks: Vec<Block>,
    maps: Vec<u64>,
}

/// A kept index, read.
#[derive(Debug)]
pub struct Kept {
    /// The scan as it had ended.
    pub reached: Reached,
    /// How long the source was.
    pub length: u64,
    /// What was kept beside it: statistics.
    pub beside: Vec<u8>,
}

/// Offset of the byte in a format description's flags that a server changes in place, at the start of a file.
const IN_USE_AT: u64 = 4 + 17;

fn probe(source: &dyn Source, at: u64, length: u32) -> Result<Probe, ReadError> {
    let mut bytes = read_range(source, at, at + u64::from(length))?;
    let flags = IN_USE_AT.checked_sub(at).and_then(|at| bytes.get_mut(usize::try_from(at).ok()?));
    if let Some(flags) = flags {
        *flags &= !1;
    }
    Ok((at, length, crc32fast::hash(&bytes)))
}

fn in_use(source: &dyn Source) -> Result<bool, ReadError> {
    let byte = read_range(source, IN_USE_AT, IN_USE_AT + 1)?;
    Ok(byte.first().is_some_and(|flags| flags & 1 != 0))
}

/// What a file that only grows has at the same places later: its beginning, the beginning and the end of its last
/// block, and samples between.
fn probes(source: &dyn Source, index: &Index) -> Result<Vec<Probe>, ReadError> {
    const LONG: u64 = 2 * BLOCK_BYTES;
    const SAMPLES: u64 = 8;
    let last = index.blocks.last().map_or(0, |block| block.start);
    let sample = |nth: u64| (index.end / SAMPLES * nth, 4096);
    let places = [(0, LONG), (last, LONG), (index.end.saturating_sub(LONG), LONG)];
    let places = places.into_iter().chain((1..SAMPLES).map(sample));
    places.map(|(at, length)| probe(source, at, length.min(index.end - at) as u32)).collect()
}

fn write_chunk(value: &impl Serialize, sink: &mut dyn FnMut(&[u8])) -> Result<(), KeptError> {
    let bytes = postcard::to_allocvec(value).map_err(|_| KeptError::Damaged("memory"))?;
    sink(&(bytes.len() as u32).to_le_bytes());
    sink(&crc32fast::hash(&bytes).to_le_bytes());
    sink(&bytes);
    Ok(())
}

/// Writes what is to be kept of a scan that has ended, in pieces of at most half a megabyte or so. Gives false, and
/// writes nothing, for logs of pages, which are written in place, and for scans that have not ended.
///
/// # Errors
///
/// The source cannot be read.
pub(crate) fn write(
    scanner: &Scanner, source: &dyn Source, fingerprint: &str, beside: &[u8], sink: &mut dyn FnMut(&[u8]),
) -> Result<bool, KeptError> {
    let Some((start, packet_header, mark, end_state, index)) = scanner.reached() else { return Ok(false) };
    if end_state.page_size_log2.is_some() {
        return Ok(false);
    }
    let head = Head {
        fingerprint: fingerprint.into(),
        length: index.end,
        probes: probes(source, index)?,
        start,
        packet_header,
        mark: mark.clone(),
        end_state,
        blocks: index.blocks.len() as u64,
        formats: index.formats.clone(),
        tables: index.tables.clone(),
        entries: index.entries,
        events: index.events,
        units: index.units,
        transactions: index.transactions,
        damaged: index.damaged,
        bad_checksums: index.bad_checksums,
        end: index.end,
    };
    sink(&MAGIC);
    write_chunk(&head, sink)?;
    for blocks in index.blocks.chunks(BLOCKS) {
        let first = blocks.first().map_or(0, |block| block.maps.0 as usize);
        let end = blocks.last().map_or(0, |block| block.maps.1 as usize);
        let maps = index.maps.get(first..end).unwrap_or_default().to_vec();
        write_chunk(&Blocks { blocks: blocks.to_vec(), maps }, sink)?;
    }
    write_chunk(&beside, sink)?;
    Ok(true)
}

/// Reads chunk after chunk.
struct Chunks<'s> {
    source: &'s dyn Source,
    at: u64,
}

impl Chunks<'_> {
    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, KeptError> {
        // Nothing is reserved for what is not there.
        if length as u64 > self.source.length().saturating_sub(self.at) {
            return Err(KeptError::Damaged("length"));
        }
        let mut bytes = vec![0; length];
        let read = fill(self.source, self.at, &mut bytes)?;
        self.at += length as u64;
        if read == length { Ok(bytes) } else { Err(KeptError::Damaged("length")) }
    }

    fn next<T: DeserializeOwned>(&mut self) -> Result<T, KeptError> {
        let mut number = || -> Result<u32, KeptError> {
            self.bytes(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes)).ok_or(KeptError::Damaged("length"))
        };
        let (length, crc) = (number()?, number()?);
        if length > LONGEST_CHUNK {
            return Err(KeptError::Damaged("length"));
        }
        let bytes = self.bytes(length as usize)?;
        if crc32fast::hash(&bytes) != crc {
            return Err(KeptError::Damaged("checksum"));
        }
        postcard::from_bytes(&bytes).map_err(|_| KeptError::Damaged("values"))
    }
}

/// The server has closed the file since, or opened it again: what the index has of that flag.
fn set_in_use(index: &mut Index, end: &mut Resume, in_use: bool) {
    let description = |header: &&mut EventHeader| {
        header.type_code == code::FORMAT_DESCRIPTION && u64::from(header.log_pos) == 4 + u64::from(header.event_size)
    };
    let states = index.formats.iter_mut().chain([end]);
    let of_states = states.filter_map(|state| {
        state.in_use = in_use && state.format.described;
        state.last.as_mut()
    });
    let of_blocks = index.blocks.iter_mut().filter_map(|block| block.last.as_mut());
    for header in of_states.chain(of_blocks).filter(description) {
        header.flags = header.flags & !flag::IN_USE | if in_use { flag::IN_USE } else { 0 };
    }
}

/// Reads a kept index, and sees whether it is that of `source`.
///
/// # Errors
///
/// It is not, or it is damaged, or cannot be read.
pub(crate) fn read(kept: &dyn Source, source: &dyn Source, fingerprint: &str) -> Result<Kept, KeptError> {
    let mut chunks = Chunks { source: kept, at: 0 };
    if chunks.bytes(MAGIC.len())? != MAGIC {
        return Err(KeptError::Version);
    }
    let mut head: Head = chunks.next()?;
    if head.fingerprint != fingerprint || head.length > source.length() {
        return Err(KeptError::OtherSource);
    }
    for (at, length, crc) in &head.probes {
        if u64::from(*length) > 2 * BLOCK_BYTES || probe(source, *at, *length)?.2 != *crc {
            return Err(KeptError::OtherSource);
        }
    }
    let mut index = Index {
        formats: head.formats,
        tables: head.tables,
        entries: head.entries,
        events: head.events,
        units: head.units,
        transactions: head.transactions,
        damaged: head.damaged,
        bad_checksums: head.bad_checksums,
        end: head.end,
        complete: true,
        ..Index::default()
    };
    while (index.blocks.len() as u64) < head.blocks {
        let Blocks { blocks, maps } = chunks.next()?;
        if blocks.is_empty() {
            return Err(KeptError::Damaged("blocks"));
        }
        index.blocks.extend(blocks);
        index.maps.extend(maps);
    }
    index.check(head.length, false)?;
    set_in_use(&mut index, &mut head.end_state, in_use(source)?);
    let possible = head.mark.block <= index.blocks.len()
        && head.mark.tables <= index.tables.len()
        && head.mark.maps.len() <= binlog_format::limits::MAX_TABLE_MAPS
        && head.end == head.length
        && head.end_state.is_possible();
    if !possible {
        return Err(KeptError::Damaged("mark"));
    }
    let Head { start, packet_header, mark, end_state, length, .. } = head;
    let beside: Vec<u8> = chunks.next()?;
    Ok(Kept { reached: Reached { start, packet_header, mark, end: end_state, index }, length, beside })
}

impl Index {
    /// Whether it can be the index of a source of `length` bytes, or of some blocks of it. Nothing that is used as
    /// a number of something else leads out of it.
    pub(super) fn check(&self, length: u64, part: bool) -> Result<(), KeptError> {
        let ordered = |this: &Block, next: Option<&Block>| {
            let (start, first) = next
                .map_or((self.end, (self.entries, self.events, self.units, self.transactions)), |next| {
                    (next.start, (next.first_entry, next.first_event, next.first_unit, next.first_transaction))
                });
            this.start < start
                && (next.is_none() || this.start / BLOCK_BYTES < start / BLOCK_BYTES)
                && this.first_entry < first.0
                && (this.first_event..).contains(&first.1)
                && (this.first_unit..).contains(&first.2)
                && (this.first_transaction..).contains(&first.3)
                && this.first_event <= this.first_entry
                && this.first_unit <= this.first_entry
                && this.first_transaction <= this.first_unit
        };
        let mut maps = 0;
        for (number, this) in self.blocks.iter().enumerate() {
            let known = this.resume as usize;
            let own = self.maps.get(this.maps.0 as usize..this.maps.1 as usize);
            if this.maps.0 != maps || own.is_none_or(|own| own.iter().any(|offset| *offset >= this.start)) {
                return Err(KeptError::Damaged("maps"));
            }
            maps = this.maps.1;
            if known >= self.formats.len() || !ordered(this, self.blocks.get(number + 1)) {
                return Err(KeptError::Damaged("blocks"));
            }
        }
        let first = self.blocks.first();
        let begins =
            part || first.is_none_or(|first| first.start == 0 && first.first_entry == 0 && first.first_unit == 0);
        let totals = self.entries >= self.units.max(self.events) && self.units >= self.transactions;
        if maps as usize != self.maps.len() || !begins || !totals || self.end > length {
            return Err(KeptError::Damaged("totals"));
        }
        if first.is_none() && (self.entries > 0 || self.end > 0) {
            return Err(KeptError::Damaged("totals"));
        }
        let named = self.tables.len() <= NAMED_TABLES && self.tables.iter().all(|table| table.at < self.end);
        if !named || !self.formats.iter().all(Resume::is_possible) {
            return Err(KeptError::Damaged("formats"));
        }
        Ok(())
    }
}
