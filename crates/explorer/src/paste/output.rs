//! Where the bytes go: bounded, and a base64 decoder that takes its characters one by one.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{message, number};
use crate::view::Message;

/// Most bytes that pasted text may decode to, 16 MiB: a text area holds this much with difficulty, and larger
/// things are files. A few characters (`*` in a dump) may stand for any number of bytes, so the text's own
/// length bounds nothing.
pub const MAX_BYTES: usize = 16 << 20;

/// Bytes decoded so far; never more than [`MAX_BYTES`].
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
}

impl Output {
    /// Appends one byte.
    pub(super) fn push(&mut self, byte: u8) -> Result<(), Message> {
        self.room(1)?;
        self.bytes.push(byte);
        Ok(())
    }

    /// Appends several bytes.
    pub(super) fn extend(&mut self, bytes: &[u8]) -> Result<(), Message> {
        self.room(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Appends the last `width` bytes again until `total` more bytes were appended; `total` is a multiple.
    pub(super) fn repeat(&mut self, width: usize, total: usize) -> Result<(), Message> {
        self.room(total)?;
        if width == 0 || width > self.bytes.len() {
            return Ok(());
        }
        let from = self.bytes.len() - width;
        for at in from..from + total {
            self.bytes.push(self.bytes[at]);
        }
        Ok(())
    }

    /// Takes the last byte back.
    pub(super) fn truncate_last(&mut self) {
        self.bytes.pop();
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// All of them.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn room(&self, more: usize) -> Result<(), Message> {
        if more > MAX_BYTES - self.bytes.len() {
            return Err(message("paste-error-too-long", [("limit", number(MAX_BYTES))]));
        }
        Ok(())
    }
}

/// Characters that are decoded at once.
const CHUNK: usize = 1024;

/// Lenient where it does no harm: bits left over and missing padding are accepted.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a base64 character cannot be taken.
#[derive(Debug)]
pub(super) enum Base64Error {
    /// Not in the alphabet, or padding where none can be.
    Character,
    /// The text ends inside a quantum: one character is left over.
    Incomplete,
    /// No room for the bytes.
    Output(Message),
}

/// Base64 that arrives in pieces. Events are encoded one by one and written one after another, so padding may
/// stand at the end of any quantum, not only the last.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    pending: Vec<u8>,
    padding: usize,
    /// A `-` or `_` was seen.
    pub url_safe: bool,
    /// Padding was missing.
    pub unpadded: bool,
}

impl Base64 {
    /// Takes one character that is no white space.
    pub(super) fn push(&mut self, byte: u8, output: &mut Output) -> Result<(), Base64Error> {
        if byte == b'=' {
            let used = self.pending.len() % 4;
            if used < 2 || used + self.padding >= 4 {
                return Err(Base64Error::Character);
            }
            self.padding += 1;
            if used + self.padding == 4 {
                self.flush(output)?;
            }
            return Ok(());
        }
        self.url_safe |= matches!(byte, b'-' | b'_');
        let byte = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => byte,
            b'-' => b'+',
            b'_' => b'/',
            _ => return Err(Base64Error::Character),
        };
        if self.padding > 0 {
            return Err(Base64Error::Character);
        }
        self.pending.push(byte);
        if self.pending.len() == CHUNK {
            self.flush(output)?;
        }
        Ok(())
    }

    /// The text is over.
    pub(super) fn finish(&mut self, output: &mut Output) -> Result<(), Base64Error> {
        match self.pending.len() % 4 {
            0 => {}
            1 => return Err(Base64Error::Incomplete),
            _ => self.unpadded = true,
        }
        self.flush(output)
    }

    fn flush(&mut self, output: &mut Output) -> Result<(), Base64Error> {
        let mut decoded = [0; CHUNK];
        let length = ENGINE.decode_slice(&self.pending, &mut decoded).map_err(|_| Base64Error::Character)?;
        self.pending.clear();
        self.padding = 0;
        output.extend(&decoded[..length]).map_err(Base64Error::Output)
    }
}
