//! One direction of a TCP connection: segments put in order.

use std::collections::BTreeMap;

use crate::source::{Source, read_range};

/// Segments that wait for one before them: more than any window of TCP holds of usual ones.
const MAX_WAITING: usize = 4096;

/// Bytes that a segment may lie ahead: a window of TCP is at most 1 GiB, and nobody uses as much.
const MAX_AHEAD: u64 = 64 << 20;

/// Bytes of a stream that stand together in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where they begin in the stream.
    pub at: u64,
    /// Where they begin in the file.
    pub from: u64,
    /// How many.
    pub length: u32,
}

/// What a stream goes on with.
pub enum Part<'b> {
    /// Bytes, and where they stand in it.
    Bytes(u64, &'b [u8]),
    /// Bytes that the capture does not have, up to this offset.
    Lost(u64),
}

/// A segment that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    from: u64,
    length: u32,
    missing: u32,
}

/// Puts segments in order. Offsets count from the first byte seen.
#[derive(Debug, Default)]
pub struct Reassembly {
    /// Sequence number of the byte at `next`.
    expected: Option<u32>,
    next: u64,
    pieces: Vec<Piece>,
    waiting: BTreeMap<u64, Waiting>,
    /// Bytes that never came.
    pub lost: u64,
    /// Segments that came again.
    pub repeated: u64,
    /// Segments that came before an earlier one.
    pub reordered: u64,
}

impl Reassembly {
    /// The connection begins: this is the sequence number before its first byte.
    pub fn begin(&mut self, sequence: u32) {
        if self.expected.is_none() {
            self.expected = Some(sequence.wrapping_add(1));
        }
    }

    /// Where the next byte stands.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Takes a segment that stands at `from` in the file, and of which `missing` bytes at its end do not.
    pub fn segment(
        &mut self, file: &dyn Source, sequence: u32, bytes: &[u8], from: u64, missing: u64,
        each: &mut dyn FnMut(Part<'_>),
    ) {
        let expected = *self.expected.get_or_insert(sequence);
        let missing = u32::try_from(missing).unwrap_or(0);
        if bytes.is_empty() && missing == 0 {
            return;
        }
        // Sequence numbers are modulo 2^32: what is less than half of that behind is behind.
        let ahead = sequence.wrapping_sub(expected).cast_signed();
        if ahead < 0 {
            let again = ahead.unsigned_abs() as usize;
            // A byte that was there already keeps a connection alive.
            self.repeated += u64::from(bytes.len() > 1 || again > 1);
            if let Some(rest) = bytes.get(again..).filter(|rest| !rest.is_empty()) {
                self.take(rest, from + again as u64, missing, each);
                self.drain(file, each);
            }
            return;
        }
        if ahead == 0 {
            self.take(bytes, from, missing, each);
            self.drain(file, each);
            return;
        }
        let ahead = u64::from(ahead.unsigned_abs());
        if ahead > MAX_AHEAD {
            return;
        }
        self.reordered += 1;
        let waiting = Waiting { from, length: bytes.len() as u32, missing };
        // Of two that begin alike the longer one says more.
        let place = self.waiting.entry(self.next + ahead).or_insert(waiting);
        if place.length < waiting.length {
            *place = waiting;
        }
        if self.waiting.len() > MAX_WAITING {
            self.give_up(each);
            self.drain(file, each);
        }
    }

    /// Nothing more comes: what waits is behind what was lost.
    pub fn finish(&mut self, file: &dyn Source, each: &mut dyn FnMut(Part<'_>)) {
        while !self.waiting.is_empty() {
            self.give_up(each);
            self.drain(file, each);
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.next += bytes;
        self.expected = self.expected.map(|expected| expected.wrapping_add(bytes as u32));
    }

    fn take(&mut self, bytes: &[u8], from: u64, missing: u32, each: &mut dyn FnMut(Part<'_>)) {
        if !bytes.is_empty() {
            let at = self.next;
            self.pieces.push(Piece { at, from, length: bytes.len() as u32 });
            self.advance(bytes.len() as u64);
            each(Part::Bytes(at, bytes));
        }
        if missing > 0 {
            self.advance(missing.into());
            self.lost += u64::from(missing);
            each(Part::Lost(self.next));
        }
    }

    /// What lies before the first that waits does not come.
    fn give_up(&mut self, each: &mut dyn FnMut(Part<'_>)) {
        let Some((first, _)) = self.waiting.first_key_value() else { return };
        let lost = first.saturating_sub(self.next);
        if lost > 0 {
            self.lost += lost;
            self.advance(lost);
            each(Part::Lost(self.next));
        }
    }

    /// What waited for what came.
    fn drain(&mut self, file: &dyn Source, each: &mut dyn FnMut(Part<'_>)) {
        while let Some((at, waiting)) = self.waiting.first_key_value().map(|(at, waiting)| (*at, *waiting))
            && at <= self.next
        {
            self.waiting.remove(&at);
            let again = self.next - at;
            let length = u64::from(waiting.length);
            if again >= length + u64::from(waiting.missing) {
                self.repeated += 1;
                continue;
            }
            if again >= length {
                let missing = (length + u64::from(waiting.missing) - again) as u32;
                self.take(&[], 0, missing, each);
                continue;
            }
            let from = waiting.from + again;
            // It was read a moment ago, and not kept.
            let bytes = read_range(file, from, waiting.from + length).unwrap_or_default();
            let gone = length - again - bytes.len() as u64;
            self.take(&bytes, from, waiting.missing + gone as u32, each);
        }
    }

    /// Where its bytes stand in the file.
    pub fn into_pieces(self) -> Vec<Piece> {
        self.pieces
    }
}
