//! The bytes of captured streams, read again where they stand.

use std::cell::RefCell;
use std::rc::Rc;

use mysql_protocol::Direction;
use mysql_protocol::compressed::{HEADER as COMPRESSED_HEADER, Inflater};
use mysql_protocol::conversation::Compression;
use mysql_protocol::framer::HEADER;
use mysql_protocol::limits::MAX_FRAME;

use super::reassembly::Piece;
use crate::conversation::Payloads;
use crate::source::{ReadError, Source, read_range};

/// Bytes of the capture that are read at once: pieces of a stream lie near each other.
const WINDOW: u64 = 256 << 10;

/// A capture with the part of it that was read last.
pub struct Cached {
    source: Rc<dyn Source>,
    window: RefCell<(u64, Vec<u8>)>,
}

impl Cached {
    /// Over a capture.
    pub fn new(source: Rc<dyn Source>) -> Self {
        Self { source, window: RefCell::default() }
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut window = self.window.borrow_mut();
        let held = window.0..window.0 + window.1.len() as u64;
        if !held.contains(&offset) {
            *window = (offset, read_range(&*self.source, offset, offset + WINDOW)?);
        }
        let rest = usize::try_from(offset - window.0).ok().and_then(|skip| window.1.get(skip..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(count)
    }
}

/// One side's stream, as it was on the wire.
struct Gathered {
    file: Rc<Cached>,
    pieces: Vec<Piece>,
}

impl Gathered {
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let next = self.pieces.partition_point(|piece| piece.at <= offset);
        if let Some(piece) = next.checked_sub(1).and_then(|at| self.pieces.get(at))
            && let skip = offset - piece.at
            && skip < u64::from(piece.length)
        {
            let left = usize::try_from(u64::from(piece.length) - skip).unwrap_or(usize::MAX).min(buffer.len());
            return self.file.read(piece.from + skip, buffer.get_mut(..left).unwrap_or_default());
        }
        match self.pieces.get(next) {
            Some(piece) => Err(ReadError::Hole { end: piece.at }),
            None => Ok(0),
        }
    }

    fn whole(&self, offset: u64, length: usize) -> Result<Vec<u8>, ReadError> {
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read(offset + filled as u64, rest)? {
                0 => break,
                read => filled += read,
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}

/// What a stream becomes when its frames are inflated.
#[derive(Debug)]
pub struct Inflated {
    /// Where compression begins. What is inflated has the offsets from there on.
    pub from: u64,
    /// How it is compressed.
    pub compression: Compression,
    /// Offset of what comes out of each compressed frame, and where that frame begins in the stream.
    pub marks: Vec<(u64, u64)>,
    /// Where what comes out ends.
    pub end: u64,
}

/// One side.
pub struct Side {
    gathered: Gathered,
    inflated: Option<Inflated>,
    /// What came out of the frame that was read last.
    last: RefCell<(u64, Vec<u8>)>,
}

impl Side {
    /// Of these pieces.
    pub fn new(file: Rc<Cached>, pieces: Vec<Piece>, inflated: Option<Inflated>) -> Self {
        Self { gathered: Gathered { file, pieces }, inflated, last: RefCell::default() }
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let Some(inflated) = self.inflated.as_ref().filter(|inflated| offset >= inflated.from) else {
            return self.gathered.read(offset, buffer);
        };
        let next = inflated.marks.partition_point(|(at, _)| *at <= offset);
        let Some((at, frame)) = next.checked_sub(1).and_then(|mark| inflated.marks.get(mark)) else { return Ok(0) };
        let mut last = self.last.borrow_mut();
        if last.1.is_empty() || last.0 != *at {
            *last = (*at, self.inflate(*frame, inflated.compression)?);
        }
        let rest = usize::try_from(offset - at).ok().and_then(|skip| last.1.get(skip..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        Ok(count)
    }

    fn inflate(&self, at: u64, compression: Compression) -> Result<Vec<u8>, ReadError> {
        let head = self.gathered.whole(at, COMPRESSED_HEADER)?;
        let length = crate::conversation::frame_header(&head).map_or(0, |header| header.length as usize);
        let frame = self.gathered.whole(at, COMPRESSED_HEADER + length)?;
        let mut inflater = Inflater::new(compression);
        match inflater.step(&frame) {
            Ok((_, Some(inflated))) => Ok(inflated.bytes.to_vec()),
            Ok((_, None)) => Ok(Vec::new()),
            Err(error) => Err(ReadError::Io(error.to_string())),
        }
    }
}

/// Both sides of a conversation.
pub struct Streams {
    /// What the client says.
    pub client: Side,
    /// What the server says.
    pub server: Side,
}

impl Payloads for Streams {
    fn read(&self, from: Direction, at: u64, skip: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        const HEAD: u64 = HEADER as u64;
        const FRAME: u64 = MAX_FRAME as u64;
        let side = if from == Direction::Client { &self.client } else { &self.server };
        let Some(payload) = skip.checked_sub(HEAD) else {
            let left = usize::try_from(HEAD - skip).unwrap_or(0).min(buffer.len());
            return side.read(at + skip, buffer.get_mut(..left).unwrap_or_default());
        };
        // Every further frame has a header of its own, which is no part of the packet.
        let left = usize::try_from(FRAME - payload % FRAME).unwrap_or(0).min(buffer.len());
        side.read(at + HEAD + payload + payload / FRAME * HEAD, buffer.get_mut(..left).unwrap_or_default())
    }
}
