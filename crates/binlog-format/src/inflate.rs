//! Inflating what MariaDB compressed, into a buffer that is kept.

use alloc::boxed::Box;
use alloc::vec::Vec;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use crate::catalogue::field;
use crate::compression::{ColumnPart, Compressed, CompressedColumn};
use crate::error::{ErrorCode, Result, error};
use crate::events::Query;
use crate::limits::MAX_INFLATED;
use crate::rows::RowsEvent;
use crate::value::Value;

/// Inflates one part after another; keep it, and nothing is allocated once its buffer has grown.
///
/// ```
/// use binlog_format::compression::Compressed;
/// use binlog_format::inflate::Inflater;
///
/// // A stored block: three bytes as they are.
/// let part = Compressed { wrapped: false, length: 3, data: b"\x01\x03\x00\xfc\xffabc" };
/// let mut inflater = Inflater::new();
/// assert_eq!(inflater.inflate(&part), (&b"abc"[..], Ok(())));
/// ```
pub struct Inflater {
    engine: Box<DecompressorOxide>,
    /// All of it is initialised; the last part's bytes come first.
    buffer: Vec<u8>,
    filled: usize,
}

impl Default for Inflater {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inflater").field("filled", &self.filled).finish_non_exhaustive()
    }
}

/// The buffer grows from this in doublings: what a header claims is believed only as far as bytes
/// come out.
const FIRST_BUFFER: usize = 16 << 10;

impl Inflater {
    /// With an empty buffer.
    pub fn new() -> Self {
        Self { engine: Box::default(), buffer: Vec::new(), filled: 0 }
    }

    /// What came out of the last part.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// The last part's bytes, given away with the buffer.
    pub fn into_bytes(mut self) -> Vec<u8> {
        self.buffer.truncate(self.filled);
        self.buffer
    }

    /// Inflates a part. What came out before a fault is returned beside it.
    ///
    /// # Errors
    ///
    /// `decompress` (no deflate stream, or its Adler-32 is wrong), `decompressed_length`
    /// (the length in front lies), `decompress_limit` (more than [`MAX_INFLATED`] bytes) and
    /// `trailing_bytes` (bytes after the stream's end).
    pub fn inflate(&mut self, part: &Compressed<'_>) -> (&[u8], Result<()>) {
        let result = self.run(part, MAX_INFLATED);
        (self.bytes(), result)
    }

    /// The first `most` bytes of a part, for a line of text; `false` when there are more, or the
    /// stream breaks off.
    pub fn head(&mut self, part: &Compressed<'_>, most: usize) -> (&[u8], bool) {
        let whole = self.run(part, most).is_ok();
        (self.bytes(), whole)
    }

    fn run(&mut self, part: &Compressed<'_>, limit: usize) -> Result<()> {
        let wrapper = if part.wrapped { inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER } else { 0 };
        let flags = wrapper | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        // One byte more than claimed tells a stream that goes on from one that ends there.
        let claimed = usize::try_from(part.length).unwrap_or(usize::MAX);
        let most = claimed.min(limit).saturating_add(1);
        self.engine.init();
        self.filled = 0;
        let mut used = 0;
        loop {
            if self.filled == self.buffer.len().min(most) {
                let grown = (self.buffer.len().saturating_mul(2)).clamp(FIRST_BUFFER, most.max(FIRST_BUFFER));
                self.buffer.resize(grown.max(self.buffer.len()), 0);
            }
            let window = self.buffer.len().min(most);
            let input = part.data.get(used..).unwrap_or_default();
            let output = self.buffer.get_mut(..window).unwrap_or_default();
            let (status, read, written) = decompress(&mut self.engine, input, output, self.filled, flags);
            used += read;
            self.filled += written;
            let full = self.filled >= most;
            match status {
                TINFLStatus::HasMoreOutput if !full => {}
                TINFLStatus::Done if !full => break,
                TINFLStatus::Done | TINFLStatus::HasMoreOutput => {
                    self.filled = self.filled.min(most - 1);
                    return Err(if claimed <= limit {
                        fault(ErrorCode::DecompressedLength, part.length, part.length.saturating_add(1))
                    } else {
                        fault(ErrorCode::DecompressLimit, limit as u64, self.filled as u64)
                    });
                }
                _ => return Err(fault(ErrorCode::Decompress, part.length, self.filled as u64)),
            }
        }
        if self.filled as u64 != part.length {
            return Err(fault(ErrorCode::DecompressedLength, part.length, self.filled as u64));
        }
        match part.data.len().saturating_sub(used) {
            0 => Ok(()),
            left => Err(error(ErrorCode::TrailingBytes, used, field::COMPRESSED_DATA, 0, left as u64)),
        }
    }
}

#[cold]
fn fault(code: ErrorCode, expected: u64, found: u64) -> crate::DecodeError {
    let fault = error(code, 0, field::COMPRESSED_DATA, expected, found);
    if code == ErrorCode::DecompressedLength { fault.blame(field::COMPRESSED_LENGTH) } else { fault }
}

impl<'a> RowsEvent<'a> {
    /// The event with its row images inflated into the inflater's buffer; unchanged if they are
    /// not compressed. [`visit`](Self::visit) then reads them as those of a plain event. After a
    /// fault the images are what came out before it.
    ///
    /// # Errors
    ///
    /// Those of [`Inflater::inflate`]; offsets count from the compressed part's first byte.
    pub fn inflated<'b>(self, inflater: &'b mut Inflater) -> (RowsEvent<'b>, Result<()>)
    where
        'a: 'b,
    {
        match self.compressed {
            Some(part) => {
                let (images, result) = inflater.inflate(&part);
                (self.with_images(images), result)
            }
            None => (self, Ok(())),
        }
    }
}

impl<'a> Query<'a> {
    /// The event with its statement inflated into the inflater's buffer; unchanged if it is not
    /// compressed. After a fault the statement is what came out before it.
    ///
    /// # Errors
    ///
    /// Those of [`Inflater::inflate`]; offsets count from the compressed part's first byte.
    pub fn inflated<'b>(self, inflater: &'b mut Inflater) -> (Query<'b>, Result<()>)
    where
        'a: 'b,
    {
        match self.compressed {
            Some(part) => {
                let (query, result) = inflater.inflate(&part);
                (Query { query, compressed: None, ..self }, result)
            }
            None => (self, Ok(())),
        }
    }
}

impl<'a> CompressedColumn<'a> {
    /// The text inside, as of a column that is not compressed.
    ///
    /// # Errors
    ///
    /// Those of [`part`](CompressedColumn::part), with the stored bytes beside; those of
    /// [`Inflater::inflate`], with the text that came out before.
    pub fn inflated<'b>(self, inflater: &'b mut Inflater) -> (Value<'b>, Result<()>)
    where
        'a: 'b,
    {
        match self.part() {
            Ok(ColumnPart::Plain(text)) => (Value::Text(text, self.collation), Ok(())),
            Ok(ColumnPart::Compressed(part)) => {
                let (text, result) = inflater.inflate(&part);
                (Value::Text(text, self.collation), result)
            }
            Err(error) => (Value::Bytes(self.stored), Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
    use std::vec;

    fn part(data: &[u8], length: u64) -> Compressed<'_> {
        Compressed { wrapped: true, length, data }
    }

    #[test]
    fn parts_of_all_sizes_come_out_of_one_buffer() {
        let mut inflater = Inflater::new();
        for size in [0usize, 1, 100, FIRST_BUFFER - 1, FIRST_BUFFER, FIRST_BUFFER + 1, 300_000, 7] {
            let plain: Vec<u8> = (0..size).map(|i| ((i * i) >> 5) as u8).collect();
            for (wrapped, data) in [(true, compress_to_vec_zlib(&plain, 6)), (false, compress_to_vec(&plain, 6))] {
                let part = Compressed { wrapped, length: size as u64, data: &data };
                let (bytes, result) = inflater.inflate(&part);
                assert_eq!((bytes == plain, result), (true, Ok(())), "{size} {wrapped}");
            }
        }
    }

    #[test]
    fn lengths_that_lie_are_told() {
        let data = compress_to_vec_zlib(&[b'x'; 1000], 6);
        let mut inflater = Inflater::new();
        for (claimed, came) in [(999, 999), (1001, 1000), (0, 0), (u64::from(u32::MAX), 1000)] {
            let (bytes, result) = inflater.inflate(&part(&data, claimed));
            let error = result.expect_err("the length lies");
            let blamed = (error.code, error.liar);
            assert_eq!(blamed, (ErrorCode::DecompressedLength, Some(field::COMPRESSED_LENGTH)));
            assert_eq!(bytes.len(), came);
        }
        assert!(inflater.buffer.len() <= FIRST_BUFFER, "a claim alone takes no memory");
    }

    #[test]
    fn what_came_out_before_a_fault_is_kept() {
        let plain: Vec<u8> = (0..60_000u32).flat_map(u32::to_le_bytes).collect();
        let mut data = compress_to_vec_zlib(&plain, 6);
        let cut = data.len() / 2;
        let mut inflater = Inflater::new();
        let (bytes, result) = inflater.inflate(&part(&data[..cut], plain.len() as u64));
        assert!(plain.starts_with(bytes) && bytes.len() > 1000);
        assert_eq!(result.map_err(|error| error.code), Err(ErrorCode::Decompress));
        data.extend(b"xyz");
        let (bytes, result) = inflater.inflate(&part(&data, plain.len() as u64));
        assert_eq!(bytes.len(), plain.len());
        assert_eq!(result.map_err(|error| (error.code, error.found)), Err((ErrorCode::TrailingBytes, 3)));
        let last = data.len() - 4;
        data[last] ^= 1;
        data.truncate(last + 1);
        let (bytes, result) = inflater.inflate(&part(&data, plain.len() as u64));
        assert_eq!((bytes.len(), result.map_err(|error| error.code)), (plain.len(), Err(ErrorCode::Decompress)));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let data = compress_to_vec_zlib(&vec![0; 4 << 20], 9);
        let mut inflater = Inflater::new();
        let (head, whole) = inflater.head(&part(&data, 4 << 20), 100);
        assert_eq!((head.len(), whole), (100, false));
        let limited = inflater.run(&part(&data, 4 << 20), 1 << 20);
        assert_eq!(limited.map_err(|error| error.code), Err(ErrorCode::DecompressLimit));
        assert_eq!(inflater.bytes().len(), 1 << 20);
    }
}
