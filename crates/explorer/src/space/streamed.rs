//! The inside of a large payload as a source: inflated in pieces as it is read, never held whole.

use std::cell::RefCell;

use binlog_format::DecodeError;
use binlog_format::events::PayloadHead;
use binlog_format::limits::{MAX_PAYLOAD, MAX_STREAMED_RATIO};
use binlog_format::payload::{Inflating, Stored};

use crate::source::{ReadError, Source};

/// Payloads that inflate to more are streamed; below, holding them is faster.
pub const HELD: u64 = 8 << 20;

/// The stored bytes, read from the source in windows.
struct StoredBytes<'s> {
    source: &'s dyn Source,
    at: u64,
    end: u64,
    window: Vec<u8>,
    used: usize,
}

const WINDOW: u64 = 64 << 10;

impl Stored for StoredBytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        if self.used == self.window.len() {
            let length = WINDOW.min(self.end - self.at) as usize;
            self.window.resize(length, 0);
            let read = self.source.read(self.at, &mut self.window).unwrap_or(0);
            self.window.truncate(read);
            self.at += read as u64;
            self.used = 0;
        }
        let rest = self.window.get(self.used..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.used += count;
        count
    }
}

/// A payload's inside. Reading on is cheap; reading back begins at the start again.
pub struct StreamedPayload<'s> {
    source: &'s dyn Source,
    range: (u64, u64),
    compression: u64,
    length: u64,
    inflating: RefCell<Inflating<StoredBytes<'s>>>,
}

impl std::fmt::Debug for StreamedPayload<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamedPayload").field("range", &self.range).field("length", &self.length).finish()
    }
}

fn begin<'s>(source: &'s dyn Source, range: (u64, u64), compression: u64) -> Inflating<StoredBytes<'s>> {
    let stored = StoredBytes { source, at: range.0, end: range.1, window: Vec::new(), used: 0 };
    let limit = (MAX_PAYLOAD as u64).max((range.1 - range.0).saturating_mul(MAX_STREAMED_RATIO));
    Inflating::new(compression, stored, limit)
}

impl<'s> StreamedPayload<'s> {
    /// The payload at `range` of `source`, inflated once to know its length; and what went wrong
    /// there: the length is what came out before.
    pub fn open(source: &'s dyn Source, range: (u64, u64), head: &PayloadHead) -> (Self, Option<DecodeError>) {
        let mut inflating = begin(source, range, head.compression);
        let mut length = 0;
        let mut buffer = vec![0; WINDOW as usize];
        let fault = loop {
            match inflating.read(&mut buffer) {
                Ok(0) => break None,
                Ok(read) => length += read as u64,
                Err(fault) => break Some(fault),
            }
        };
        let inflating = RefCell::new(begin(source, range, head.compression));
        (Self { source, range, compression: head.compression, length, inflating }, fault)
    }

    /// Where it lies in the source.
    pub fn range(&self) -> (u64, u64) {
        self.range
    }

    /// Another reader of the same, which keeps a place of its own.
    pub fn another(&self) -> Self {
        let inflating = RefCell::new(begin(self.source, self.range, self.compression));
        Self { inflating, ..*self }
    }
}

impl Source for StreamedPayload<'_> {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut inflating = self.inflating.borrow_mut();
        if offset < inflating.position() {
            *inflating = begin(self.source, self.range, self.compression);
        }
        let failed = |fault: DecodeError| ReadError::Io(fault.to_string());
        let mut passed = [0; 4096];
        while inflating.position() < offset {
            let left = usize::try_from(offset - inflating.position()).unwrap_or(usize::MAX).min(passed.len());
            if inflating.read(passed.get_mut(..left).unwrap_or_default()).map_err(failed)? == 0 {
                return Ok(0);
            }
        }
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..left).filter(|rest| !rest.is_empty()) {
            match inflating.read(rest).map_err(failed)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }
}
