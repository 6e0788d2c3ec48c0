//! What of bytes may be an event: possible headers, positions that a server writes.

use super::Framer;
use crate::event::{Body, Context, decode_unobserved};
use crate::format::Format;
use crate::header::{EventHeader, flag};
use crate::names::code;

impl Framer {
    /// The header of an event that begins with `bytes`.
    pub(crate) fn peek(&self, bytes: &[u8]) -> Option<EventHeader> {
        EventHeader::peek_in(bytes, &self.format)
    }

    /// Whether an event may begin at `at`, where `bytes` stand: a header whose parts are possible.
    pub(crate) fn plausible(&self, bytes: &[u8], at: u64) -> bool {
        let Some(header) = self.peek(bytes) else { return false };
        let size = u64::from(header.event_size);
        let known = crate::names::event_type(header.type_code).is_some() || header.type_code <= self.format.types();
        known
            && header.type_code != 0
            && size >= self.format.header_length_of(header.type_code) as u64
            && header.flags & !flag::KNOWN == 0
            && (!self.by_end(at + size > self.length) || !self.complete)
    }

    /// Whether the position of an event at `at` is one that a server writes there.
    pub(super) fn position_agrees(&self, header: &EventHeader, at: u64) -> bool {
        header.log_pos == 0
            || header.log_pos == self.format.position_of(at, at + u64::from(header.event_size))
            // Before version 4 it was where the event begins.
            || header.log_pos == at as u32 && self.before_v4(header)
            || self.foreign_positions
            || self.format.binlog_version < 4
            || header.flags & (flag::ARTIFICIAL | flag::RELAY_LOG) != 0
    }

    /// Whether an event may be of a version before 4.
    pub(crate) fn before_v4(&self, header: &EventHeader) -> bool {
        header.type_code == code::START_V3 || self.format.binlog_version < 4 || !self.format.described
    }
}

/// Whether these bytes are a START_EVENT_V3 beyond doubt: its size is fixed, and it begins with a
/// version below 4. What follows cannot vouch for it, as its header may have another length.
pub(super) fn is_start(bytes: &[u8], header: &EventHeader) -> bool {
    let start = || decode_unobserved(bytes, &Context::new(&Format::assumed())).ok()?.body.ok();
    header.type_code == code::START_V3
        && matches!(start(), Some(Body::StartV3(start)) if start.is_whole(header.event_size))
}
