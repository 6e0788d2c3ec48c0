//! Events too large to be held whole: their checksum is taken as they pass.

use crc32fast::Hasher;

use super::{CHECKSUM_BYTES, Frame, FrameChecksum, Framer, Item, State, Step};
use crate::error::ErrorCode;
use crate::format::Checksum;
use crate::header::{EventHeader, HEADER_LENGTH};
use crate::limits::{LARGE_DOUBT_FACTOR, LARGE_DOUBT_FREE, LARGE_EVENT_HEAD, MAX_WHOLE_EVENT};

/// Such an event on its way.
#[derive(Clone, Debug)]
pub(crate) struct Large {
    pub(super) start: u64,
    end: u64,
    header: EventHeader,
    hasher: Hasher,
    head: [u8; LARGE_EVENT_HEAD],
    /// Its position says nothing of its size: what stands behind it decides.
    doubtful: bool,
}

impl Framer {
    pub(super) fn begin_large<'d>(&mut self, data: &'d [u8], header: EventHeader) -> Step<'d> {
        let start = self.offset;
        let end = start + u64::from(header.event_size);
        // A size that swallows the file is no event: its position has to agree, or, where it says
        // nothing, what follows.
        let doubtful = header.log_pos != self.format.position_of(start, end);
        let spent = self.taken_back > LARGE_DOUBT_FREE + LARGE_DOUBT_FACTOR * start;
        if doubtful && (spent || !self.position_agrees(&header, start)) || !self.plausible(data, start) {
            return self.lose(data, ErrorCode::Implausible, u64::from(MAX_WHOLE_EVENT), header.event_size.into());
        }
        let mut head = [0; LARGE_EVENT_HEAD];
        let Some(first) = data.get(..LARGE_EVENT_HEAD) else { return Step::NeedMore(LARGE_EVENT_HEAD) };
        head.copy_from_slice(first);
        self.state = State::Large(Large { start, end, header, hasher: Hasher::new(), head, doubtful });
        Step::Consumed(0, None)
    }

    pub(super) fn large<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let State::Large(large) = &mut self.state else { return Step::End };
        let covered = large.end - CHECKSUM_BYTES as u64;
        if self.offset < covered {
            if data.is_empty() {
                return Step::NeedMore(1);
            }
            let take = usize::try_from(covered - self.offset).unwrap_or(usize::MAX).min(data.len());
            large.hasher.update(data.get(..take).unwrap_or_default());
            self.offset += take as u64;
            return Step::Consumed(take, None);
        }
        let Some((stored, behind)) = data.split_first_chunk::<CHECKSUM_BYTES>() else {
            return Step::NeedMore(CHECKSUM_BYTES);
        };
        let (large, stored) = (large.clone(), u32::from_le_bytes(*stored));
        let computed = large.hasher.clone().finalize();
        let checksum = match self.format.checksum {
            Checksum::None => FrameChecksum::Absent,
            _ if computed == stored => FrameChecksum::Good,
            Checksum::Unknown => FrameChecksum::Absent,
            Checksum::Crc32 => FrameChecksum::Bad { stored, computed },
        };
        if large.doubtful && checksum != FrameChecksum::Good {
            let next = CHECKSUM_BYTES + HEADER_LENGTH;
            if data.len() < next && !self.by_end(self.left() < next as u64) {
                return Step::NeedMore(next);
            }
            if behind.len() >= HEADER_LENGTH && !self.goes_on(&large.header, behind, large.end) {
                return self.take_back(&large, checksum);
            }
        }
        self.state = State::Events;
        self.offset = large.end;
        let kind = self.format.canonical(large.header.type_code);
        let frame = Frame { start: large.start, end: large.end, header: large.header, kind, checksum, bytes: &[] };
        self.large_head = large.head;
        Step::Consumed(CHECKSUM_BYTES, Some(Item::Event(frame)))
    }

    /// The size lied: whatever it swallowed is looked at again.
    fn take_back<'d>(&mut self, large: &Large, checksum: FrameChecksum) -> Step<'d> {
        let head = &large.head;
        self.offset = large.start;
        self.taken_back = self.taken_back.saturating_add(large.end - large.start);
        self.changes += 1;
        match checksum {
            FrameChecksum::Bad { stored, computed } => {
                self.lose(head, ErrorCode::ChecksumMismatch, computed.into(), stored.into());
            }
            _ => {
                self.lose(head, ErrorCode::Implausible, u64::from(MAX_WHOLE_EVENT), large.end - large.start);
            }
        }
        Step::Back
    }
}
