//! Compressed frames: where both sides agreed on it, frames travel inside of frames that may be compressed. What comes
//! out is a stream of ordinary frames, which begin and end where they like. Sources: MySQL `sql-common/net_serv.cc`,
//! MariaDB `sql/net_serv.cc`.

use alloc::vec::Vec;

use binlog_format::catalogue::packet_field as field;
use binlog_format::cursor::Cursor;
use binlog_format::error::{DecodeError, ErrorCode, Result};
use binlog_format::trace::Trace;

use crate::conversation::Compression;
use crate::limits::MAX_FRAME;
use crate::writer::Writer;

/// Bytes of a compressed frame's header.
pub const HEADER: usize = 7;

/// What stands before a compressed frame's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompressedHeader {
    /// Bytes that follow.
    pub length: u32,
    /// A counter of its own, beside that of the frames inside.
    pub sequence: u8,
    /// Bytes that come out; 0 where they stand there as they are.
    pub uncompressed: u32,
}

impl CompressedHeader {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// `unexpected_end`.
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        Ok(Self {
            length: c.u24(field::COMPRESSED_LENGTH)?,
            sequence: c.u8(field::COMPRESSED_SEQUENCE_ID)?,
            uncompressed: c.u24(field::COMPRESSED_UNCOMPRESSED_LENGTH)?,
        })
    }
}

/// Takes compressed frames apart.
#[derive(Debug)]
pub struct Inflater {
    compression: Compression,
    frame: Vec<u8>,
    inflated: Vec<u8>,
}

/// Bytes that came out of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inflated<'a> {
    /// They belong behind those of the frame before.
    pub bytes: &'a [u8],
    /// The frame's header.
    pub header: CompressedHeader,
}

impl Inflater {
    /// Before the first frame.
    pub fn new(compression: Compression) -> Self {
        Self { compression, frame: Vec::new(), inflated: Vec::new() }
    }

    /// Takes bytes; returns how many were taken, and what came out if a frame ended with them. What is left is to be
    /// given again.
    ///
    /// # Errors
    ///
    /// `decompress` for bytes that do not inflate, `decompressed_length` where less or more comes out than the frame
    /// says, `compression_method` where the feature is off: nothing after it can be read.
    pub fn step(&mut self, input: &[u8]) -> Result<(usize, Option<Inflated<'_>>)> {
        let mut taken = self.fill(input, HEADER);
        if self.frame.len() < HEADER {
            return Ok((taken, None));
        }
        let header = CompressedHeader::read(&mut Cursor::new(&self.frame, field::COMPRESSED_LENGTH, ()))?;
        let whole = HEADER + header.length as usize;
        taken += self.fill(input.get(taken..).unwrap_or_default(), whole);
        if self.frame.len() < whole {
            return Ok((taken, None));
        }
        self.inflated.clear();
        let data = self.frame.get(HEADER..).unwrap_or_default();
        if header.uncompressed == 0 {
            self.inflated.extend_from_slice(data);
        } else {
            self.inflated.resize(header.uncompressed as usize, 0);
            inflate(self.compression, data, &mut self.inflated)?;
        }
        self.frame.clear();
        Ok((taken, Some(Inflated { bytes: &self.inflated, header })))
    }

    /// Fills the frame up to `length` bytes; returns how many were taken.
    fn fill(&mut self, input: &[u8], length: usize) -> usize {
        let missing = length.saturating_sub(self.frame.len());
        let piece = input.get(..missing).unwrap_or(input);
        self.frame.extend_from_slice(piece);
        piece.len()
    }
}

fn fault(code: ErrorCode, expected: u64, found: u64) -> DecodeError {
    let c = Cursor::new(&[], field::COMPRESSED_LENGTH, ());
    c.fail(code, field::COMPRESSED_PAYLOAD, expected, found)
}

/// Inflates to exactly as many bytes as `out` has.
#[cfg_attr(not(any(feature = "zlib", feature = "zstd")), expect(unused_variables, reason = "nothing inflates"))]
fn inflate(compression: Compression, data: &[u8], out: &mut [u8]) -> Result<()> {
    let expected = out.len() as u64;
    // Without its feature a method is not known.
    let (code, found): (_, Option<usize>) = match compression {
        #[cfg(feature = "zlib")]
        Compression::Zlib => {
            let inflated = miniz_oxide::inflate::decompress_slice_iter_to_slice(out, [data].into_iter(), true, false);
            (ErrorCode::Decompress, inflated.ok())
        }
        #[cfg(feature = "zstd")]
        Compression::Zstd { .. } => {
            let mut decoder = ruzstd::decoding::FrameDecoder::new();
            (ErrorCode::Decompress, decoder.decode_all(data, out).ok())
        }
        #[cfg(not(all(feature = "zlib", feature = "zstd")))]
        _ => (ErrorCode::CompressionMethod, None),
    };
    match found {
        Some(found) if found as u64 == expected => Ok(()),
        Some(found) => Err(fault(ErrorCode::DecompressedLength, expected, found as u64)),
        None => Err(fault(code, expected, 0)),
    }
}

/// Puts frames into compressed frames without compressing them, as both servers do with short ones: a replica says
/// little. Returns the number that the next compressed frame has to have.
pub fn write_stored(frames: &[u8], mut sequence: u8, out: &mut Vec<u8>) -> u8 {
    for piece in frames.chunks(MAX_FRAME) {
        let mut w = Writer::new(out);
        w.u24(field::COMPRESSED_LENGTH, piece.len() as u32).u8(field::COMPRESSED_SEQUENCE_ID, sequence);
        w.u24(field::COMPRESSED_UNCOMPRESSED_LENGTH, 0).bytes(field::COMPRESSED_PAYLOAD, piece);
        sequence = sequence.wrapping_add(1);
    }
    sequence
}
