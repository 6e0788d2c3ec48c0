//! Packets that cannot be read again: kept, within bounds.

use std::collections::VecDeque;

use crate::source::ReadError;

/// Bytes kept of a conversation. The events of a stream are in its recording too, and make up nearly all of it.
pub const MAX_KEPT: usize = 32 << 20;

/// Bytes at the beginning that are never dropped: greeting, login, set-up.
const BEGINNING: u64 = 1 << 20;

/// Runs of bytes in a space, the oldest of which are dropped.
#[derive(Debug, Default)]
pub struct Kept {
    beginning: Vec<u8>,
    runs: VecDeque<(u64, Vec<u8>)>,
    held: usize,
}

impl Kept {
    /// Adds a packet that begins at `start`: where the one before ends.
    pub fn push(&mut self, start: u64, header: &[u8], payload: &[u8]) {
        let whole = header.len() + payload.len();
        if start == self.beginning.len() as u64 && start + whole as u64 <= BEGINNING {
            self.beginning.extend_from_slice(header);
            self.beginning.extend_from_slice(payload);
            return;
        }
        self.held += whole;
        self.runs.push_back((start, [header, payload].concat()));
        while self.held > MAX_KEPT
            && self.runs.len() > 1
            && let Some((_, bytes)) = self.runs.pop_front()
        {
            self.held -= bytes.len();
        }
    }

    /// Fills a buffer from an offset of the space on.
    ///
    /// # Errors
    ///
    /// A hole, where bytes were dropped.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let copy = |bytes: &[u8], skip: u64, buffer: &mut [u8]| {
            let rest = usize::try_from(skip).ok().and_then(|skip| bytes.get(skip..)).unwrap_or_default();
            let count = rest.len().min(buffer.len());
            for (to, from) in buffer.iter_mut().zip(rest) {
                *to = *from;
            }
            count
        };
        if offset < self.beginning.len() as u64 {
            return Ok(copy(&self.beginning, offset, buffer));
        }
        let next = self.runs.partition_point(|(start, _)| *start <= offset);
        match next.checked_sub(1).and_then(|at| self.runs.get(at)) {
            Some((start, bytes)) if offset < start + bytes.len() as u64 => Ok(copy(bytes, offset - start, buffer)),
            _ => match self.runs.get(next) {
                Some((start, _)) => Err(ReadError::Hole { end: *start }),
                None => Ok(0),
            },
        }
    }
}
