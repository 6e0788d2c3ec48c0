//! The wrapped bytes, with a count of what was taken.

use std::io::{ErrorKind, Read};

/// Bytes read at once.
const WINDOW: usize = 64 << 10;

/// A reader with a buffer that can be looked into.
pub(super) struct StoredBytes<R> {
    inner: R,
    buffer: Vec<u8>,
    used: usize,
    filled: usize,
    at: u64,
    ended: bool,
    failure: Option<String>,
}

impl<R: Read> StoredBytes<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, buffer: vec![0; WINDOW], used: 0, filled: 0, at: 0, ended: false, failure: None }
    }

    /// Bytes taken.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Why no more bytes come, when that is not the end.
    pub fn failure(&self) -> Option<String> {
        self.failure.clone()
    }

    /// What is there; at least `least` bytes unless the end comes before.
    pub fn peek(&mut self, least: usize) -> &[u8] {
        if self.filled - self.used < least {
            self.buffer.copy_within(self.used..self.filled, 0);
            self.filled -= self.used;
            self.used = 0;
        }
        while self.filled < least && !self.ended {
            let Some(room) = self.buffer.get_mut(self.filled..) else { break };
            match self.inner.read(room) {
                Ok(0) => self.ended = true,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error.to_string());
                    self.ended = true;
                }
            }
        }
        self.buffer.get(self.used..self.filled).unwrap_or_default()
    }

    /// Whether what [`peek`](Self::peek) gave is the last.
    pub fn is_last(&self) -> bool {
        self.ended
    }

    pub fn take(&mut self, count: usize) {
        let count = count.min(self.filled - self.used);
        self.used += count;
        self.at += count as u64;
    }

    /// Passes over bytes; false when the end comes before.
    pub fn skip(&mut self, mut count: u64) -> bool {
        while count > 0 {
            let there = self.peek(1).len().min(usize::try_from(count).unwrap_or(usize::MAX));
            if there == 0 {
                return false;
            }
            self.take(there);
            count -= there as u64;
        }
        true
    }
}

impl<R: Read> ruzstd::io::Read for StoredBytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ruzstd::io::Error> {
        let there = self.peek(1);
        let count = there.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), there.get(..count)) {
            to.copy_from_slice(from);
        }
        self.take(count);
        Ok(count)
    }
}
