//! The bytes that a framer stands before.

use crate::source::{ReadError, Source, fill};

/// Bytes read at once, at least.
const AHEAD: u64 = 1 << 20;

/// Bytes of a source from an offset on. What is read goes where what was passed lay.
#[derive(Default)]
pub struct Window {
    /// The first `filled` are the source's; those behind were, and are not cleared.
    bytes: Vec<u8>,
    filled: usize,
    /// Offset of the first.
    start: u64,
}

impl Window {
    /// The bytes from this offset on. One that the window does not reach moves it there.
    pub fn at(&mut self, offset: u64) -> &[u8] {
        if self.filled == 0 || !(self.start..=self.end()).contains(&offset) {
            (self.start, self.filled) = (offset, 0);
        }
        let at = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        self.bytes.get(at..self.filled).unwrap_or_default()
    }

    /// Forgets what was read.
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.filled
    }

    /// One past the last.
    pub fn end(&self) -> u64 {
        self.start + self.filled as u64
    }

    /// Lets go what stands before this offset and reads until there are `wanted` bytes from it on,
    /// or more. What was read already is kept: some sources only go forward.
    pub fn read(&mut self, source: &dyn Source, offset: u64, wanted: u64) -> Result<(), ReadError> {
        let passed = usize::try_from(offset - self.start).unwrap_or(usize::MAX).min(self.filled);
        self.bytes.copy_within(passed..self.filled, 0);
        (self.start, self.filled) = (offset, self.filled - passed);
        let length = wanted.max(AHEAD).min(source.length().saturating_sub(offset));
        let too_long = || ReadError::Io(format!("no memory for {length} bytes"));
        let length = usize::try_from(length).map_err(|_| too_long())?;
        if let Some(more) = length.checked_sub(self.bytes.len()) {
            self.bytes.try_reserve_exact(more).map_err(|_| too_long())?;
            self.bytes.resize(length, 0);
        }
        let end = self.end();
        let rest = self.bytes.get_mut(self.filled..length).unwrap_or_default();
        self.filled += fill(source, end, rest)?;
        Ok(())
    }
}
