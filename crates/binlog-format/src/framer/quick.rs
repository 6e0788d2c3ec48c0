//! The way that nearly every event takes: whole, at hand, and with a checksum that holds. A good
//! checksum settles everything that the long way weighs.

use super::{Frame, FrameChecksum, Framer, Item, State, Step};
use crate::format::Checksum;
use crate::header::{EventHeader, HEADER_LENGTH, flag};
use crate::limits::MAX_WHOLE_EVENT;
use crate::names::code;

impl Framer {
    /// The next event, if it is one of these and nothing that follows depends on it.
    #[inline(always)]
    pub(super) fn quick<'d>(&mut self, data: &'d [u8]) -> Option<Step<'d>> {
        if !matches!(self.state, State::Events) || self.encrypted || self.format.checksum != Checksum::Crc32 {
            return None;
        }
        let header = EventHeader::peek(data)?;
        if header.event_size > MAX_WHOLE_EVENT {
            return None;
        }
        let size = header.event_size as usize;
        let bytes = data.get(..size)?;
        let kind = self.format.canonical(header.type_code);
        let changes = matches!(kind, code::FORMAT_DESCRIPTION | code::START_V3 | code::START_ENCRYPTION)
            || header.flags & (flag::RELAY_LOG | flag::ARTIFICIAL) != 0;
        if changes || size < usize::from(self.format.header_length).max(HEADER_LENGTH) + 4 {
            return None;
        }
        let (covered, stored) = bytes.split_last_chunk::<4>()?;
        // What the processor can do is looked up once, not for every event.
        let mut hasher = self.hasher.clone();
        hasher.update(covered);
        if hasher.finalize() != u32::from_le_bytes(*stored) {
            return None;
        }
        let start = self.offset;
        self.offset = start + size as u64;
        let frame = Frame { start, end: self.offset, header, kind, checksum: FrameChecksum::Good, bytes };
        Some(Step::Consumed(size, Some(Item::Event(frame))))
    }
}
