//! Inflating a transaction payload: whole into memory, or in pieces as they are wanted.

use alloc::boxed::Box;
use alloc::vec::Vec;

use ruzstd::decoding::StreamingDecoder;
use ruzstd::io::Read;

use crate::catalogue::field;
use crate::error::{DecodeError, ErrorCode, Result, error};
use crate::events::{TransactionPayload, compression};
use crate::limits::MAX_PAYLOAD;

/// Where the stored bytes of a payload come from, in order.
pub trait Stored {
    /// Fills the beginning of `buffer` and returns how many bytes that are; 0 at the end, or where
    /// the bytes cannot be had.
    fn read(&mut self, buffer: &mut [u8]) -> usize;
}

impl Stored for &[u8] {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.len());
        let (taken, rest) = self.split_at(count);
        if let Some(to) = buffer.get_mut(..count) {
            to.copy_from_slice(taken);
        }
        *self = rest;
        count
    }
}

/// A [`Stored`] for the decompressor, with one byte looked at in advance: whether another frame
/// follows shows only there.
struct Ahead<S> {
    stored: S,
    next: Option<u8>,
}

impl<S: Stored> Ahead<S> {
    fn at_end(&mut self) -> bool {
        if self.next.is_none() {
            let mut byte = [0];
            self.next = (self.stored.read(&mut byte) == 1).then_some(byte[0]);
        }
        self.next.is_none()
    }
}

impl<S: Stored> Read for Ahead<S> {
    fn read(&mut self, buffer: &mut [u8]) -> core::result::Result<usize, ruzstd::io::Error> {
        match (self.next, buffer.first_mut()) {
            (_, None) => Ok(0),
            (Some(byte), Some(first)) => {
                self.next = None;
                *first = byte;
                Ok(1)
            }
            (None, Some(_)) => Ok(self.stored.read(buffer)),
        }
    }
}

enum State<S: Stored> {
    Plain(S),
    Between(Ahead<S>),
    Frame(Box<StreamingDecoder<Ahead<S>, ruzstd::decoding::FrameDecoder>>),
    Ended(Option<DecodeError>),
}

/// Inflates in pieces. Writers stream: zstd frames carry no content size, and there may be
/// several of them.
pub struct Inflating<S: Stored> {
    state: State<S>,
    position: u64,
    limit: u64,
}

impl<S: Stored> core::fmt::Debug for Inflating<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inflating").field("position", &self.position).finish_non_exhaustive()
    }
}

impl<S: Stored> Inflating<S> {
    /// Inflates `stored`, which is compressed as [`TransactionPayload::compression`] says, to at
    /// most `limit` bytes.
    pub fn new(compression: u64, stored: S, limit: u64) -> Self {
        let state = match compression {
            compression::NONE => State::Plain(stored),
            compression::ZSTD => State::Between(Ahead { stored, next: None }),
            other => State::Ended(Some(error(
                ErrorCode::CompressionMethod,
                0,
                field::PAYLOAD_COMPRESSION,
                compression::ZSTD,
                other,
            ))),
        };
        Self { state, position: 0, limit }
    }

    /// How many bytes came out.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next bytes into the beginning of `buffer`; how many these are, 0 at the end.
    ///
    /// # Errors
    ///
    /// `compression_method`, `decompress` where the bytes are no zstd, `decompress_limit` beyond the
    /// limit; `found` is how many bytes came out before. After an error the same error comes again.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match core::mem::replace(&mut self.state, State::Ended(None)) {
                State::Ended(fault) => {
                    self.state = State::Ended(fault);
                    return fault.map_or(Ok(0), Err);
                }
                State::Plain(mut stored) => {
                    let read = stored.read(buffer);
                    self.state = State::Plain(stored);
                    return self.pass(read);
                }
                State::Between(mut stored) => {
                    if stored.at_end() {
                        continue;
                    }
                    match StreamingDecoder::new(stored) {
                        Ok(frame) => self.state = State::Frame(Box::new(frame)),
                        Err(_) => return self.fail(ErrorCode::Decompress),
                    }
                }
                State::Frame(mut frame) => match frame.read(buffer) {
                    Ok(0) => self.state = State::Between(frame.into_inner()),
                    Ok(read) => {
                        self.state = State::Frame(frame);
                        return self.pass(read);
                    }
                    Err(_) => return self.fail(ErrorCode::Decompress),
                },
            }
        }
    }

    fn pass(&mut self, read: usize) -> Result<usize> {
        self.position += read as u64;
        if self.position > self.limit { self.fail(ErrorCode::DecompressLimit) } else { Ok(read) }
    }

    #[cold]
    fn fail(&mut self, code: ErrorCode) -> Result<usize> {
        let fault = error(code, 0, field::PAYLOAD_PAYLOAD, self.limit, self.position);
        self.state = State::Ended(Some(fault));
        Err(fault)
    }
}

/// The payload's events, one after another, without checksums. What a fault leaves is returned
/// beside it: the bytes that came out before.
///
/// # Errors
///
/// `compression_method` for what is neither zstd nor as it is, `decompress` for bytes that are no zstd
/// frames, `decompress_limit` beyond [`MAX_PAYLOAD`].
pub fn inflate(payload: &TransactionPayload<'_>) -> (Vec<u8>, Result<()>) {
    let mut inflating = Inflating::new(payload.compression, payload.payload, MAX_PAYLOAD as u64);
    let mut out = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        match inflating.read(&mut chunk) {
            Ok(0) => return (out, Ok(())),
            Ok(read) => out.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            Err(fault) => return (out, Err(fault)),
        }
    }
}
