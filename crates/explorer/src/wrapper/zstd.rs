//! Zstandard frames, and what is skipped between them.

use std::hash::Hasher;
use std::io::Read;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::io::Read as _;
use twox_hash::XxHash64;

use super::Problem;
use super::stored::StoredBytes;

/// The largest window that is taken. `zstd --long=31 --ultra` reaches 2 GiB, which a browser does not have.
const MAX_WINDOW: u64 = if cfg!(target_family = "wasm") { 256 << 20 } else { 2 << 30 };

pub(super) struct Zstd {
    decoder: FrameDecoder,
    inside: bool,
    frames: u64,
    /// Of the content of the frame.
    checksum: XxHash64,
    /// The frame ended early: what the decoder still holds is handed over before this is told.
    fault: Option<Problem>,
}

/// The content size that the first frame tells.
pub(super) fn content_size(head: &[u8]) -> Option<u64> {
    let (&descriptor, rest) = head.strip_prefix(&[0x28, 0xb5, 0x2f, 0xfd])?.split_first()?;
    let single = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or(0);
    let at = dictionary + usize::from(!single);
    let of = |bytes: usize| rest.get(at..at + bytes);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
    match descriptor >> 6 {
        0 if single => of(1).map(number),
        0 => None,
        1 => of(2).map(|bytes| number(bytes) + 256),
        2 => of(4).map(number),
        _ => of(8).map(number),
    }
}

impl Zstd {
    pub fn new() -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self { decoder, inside: false, frames: 0, checksum: XxHash64::with_seed(0), fault: None }
    }

    pub fn read<R: Read>(&mut self, stored: &mut StoredBytes<R>, buffer: &mut [u8]) -> Result<usize, Problem> {
        loop {
            if self.inside && self.decoder.can_collect() > 0 {
                let read = self.decoder.read(buffer).map_err(|_| Problem::Corrupt)?;
                self.checksum.write(buffer.get(..read).unwrap_or_default());
                return Ok(read);
            }
            if let Some(fault) = &self.fault {
                return Err(fault.clone());
            }
            if !self.inside {
                if !self.frame(stored)? {
                    return Ok(0);
                }
            } else if self.decoder.is_finished() {
                self.inside = false;
                let told = self.decoder.get_checksum_from_data();
                if told.is_some_and(|told| told != self.checksum.finish() as u32) {
                    return Err(Problem::Checksum);
                }
            } else if self.decoder.decode_blocks(&mut *stored, BlockDecodingStrategy::UptoBlocks(1)).is_err() {
                self.fault = Some(if stored.peek(1).is_empty() { Problem::Truncated } else { Problem::Corrupt });
                self.end_frame();
            }
        }
    }

    /// The decoder keeps a window of what it has decoded until the frame ends: an empty last block ends
    /// it, with four bytes in place of a checksum that nobody asks for.
    fn end_frame(&mut self) {
        let last: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
        if self.decoder.decode_blocks(last, BlockDecodingStrategy::UptoBlocks(1)).is_err() {
            self.inside = false;
        }
    }

    /// Begins the next frame; false at the end.
    fn frame<R: Read>(&mut self, stored: &mut StoredBytes<R>) -> Result<bool, Problem> {
        loop {
            let head = stored.peek(4);
            match head {
                [] if self.frames > 0 => return Ok(false),
                [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {}
                [_, _, _, _, ..] if self.frames > 0 => return Err(Problem::Trailing),
                [_, _, _, _, ..] => return Err(Problem::Corrupt),
                [first, ..] if self.frames > 0 && !matches!(first, 0x28 | 0x50..=0x5f) => {
                    return Err(Problem::Trailing);
                }
                _ => return Err(Problem::Truncated),
            }
            self.frames += 1;
            match self.decoder.reset(&mut *stored) {
                Ok(()) => {
                    self.checksum = XxHash64::with_seed(0);
                    self.inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    if !stored.skip(length.into()) {
                        return Err(Problem::Truncated);
                    }
                }
                Err(
                    error @ (FrameDecoderError::WindowSizeTooBig { .. } | FrameDecoderError::DictNotProvided { .. }),
                ) => {
                    return Err(Problem::Unsupported(error.to_string()));
                }
                Err(_) if stored.peek(1).is_empty() => return Err(Problem::Truncated),
                Err(_) => return Err(Problem::Corrupt),
            }
        }
    }
}
