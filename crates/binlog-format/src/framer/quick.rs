//! The way that nearly every event takes: whole, at hand, and with a checksum that holds. A good
//! checksum settles everything that the long way weighs.

use super::{Frame, FrameChecksum, Framer, State};
use crate::format::Checksum;
use crate::header::{EventHeader, HEADER_LENGTH, flag};
use crate::limits::MAX_WHOLE_EVENT;
use crate::names::code;

/// Fewest bytes of an event that ends with a checksum.
const SHORTEST: u32 = HEADER_LENGTH as u32 + 4;

impl Framer {
    /// The same bytes were walked before and every checksum among them was right: those of plain events are not
    /// computed again.
    pub fn trust_checksums(&mut self) {
        self.trusts = true;
    }

    /// Whether the next event may be one of these. Asked once for a long step, not for every
    /// event: a quick one changes nothing of it.
    pub(super) fn may_be_quick(&self) -> bool {
        matches!(self.state, State::Events)
            && !self.encrypted
            && self.format.checksum == Checksum::Crc32
            && self.format.is_stock()
    }

    /// The next event, if it is one of these and nothing that follows depends on it.
    #[inline(always)]
    pub(super) fn quick<'d>(&mut self, data: &'d [u8]) -> Option<Frame<'d>> {
        // It ends inside `data`; inside of the source it must end too.
        if !self.quick || data.len() as u64 > self.left() {
            return None;
        }
        let header = EventHeader::peek(data)?;
        if !(SHORTEST..=MAX_WHOLE_EVENT).contains(&header.event_size) {
            return None;
        }
        let bytes = data.get(..header.event_size as usize)?;
        let changes = matches!(header.type_code, code::FORMAT_DESCRIPTION | code::START_V3 | code::START_ENCRYPTION)
            || header.flags & (flag::RELAY_LOG | flag::ARTIFICIAL) != 0;
        if changes {
            return None;
        }
        let (covered, stored) = bytes.split_last_chunk::<4>()?;
        if !self.trusts {
            // What the processor can do is looked up once, not for every event.
            let mut hasher = self.hasher.clone();
            hasher.update(covered);
            if hasher.finalize() != u32::from_le_bytes(*stored) {
                return None;
            }
        }
        let start = self.offset;
        self.offset = start + u64::from(header.event_size);
        // Stock formats number types as they are meant.
        let (end, kind) = (self.offset, header.type_code);
        Some(Frame { start, end, header, kind, checksum: FrameChecksum::Good, bytes })
    }
}
