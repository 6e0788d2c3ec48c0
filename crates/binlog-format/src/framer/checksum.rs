//! The checksum of one event.

use crc32fast::Hasher;

use super::FrameChecksum;
use crate::event::{Body, Context, decode_unobserved};
use crate::format::{Checksum, Format};
use crate::header::{EventHeader, HEADER_LENGTH, flag};
use crate::names::code;

/// Checks the checksum that a whole event of this format has.
pub fn checksum(format: &Format, bytes: &[u8], header: &EventHeader) -> FrameChecksum {
    let Some((covered, stored)) = bytes.split_last_chunk::<4>() else { return FrameChecksum::Absent };
    let stored = u32::from_le_bytes(*stored);
    let kind = format.canonical(header.type_code);
    let (expected, trial) = match (kind, format.checksum) {
        // Its own version decides, and the flag that is changed in place is not covered.
        (code::FORMAT_DESCRIPTION, _) => {
            let description = decode_unobserved(bytes, &Context::new(format)).and_then(|event| event.body);
            let carries = matches!(description, Ok(Body::FormatDescription(it)) if it.checksum_alg.is_some());
            (carries, false)
        }
        (code::START_V3, _) | (_, Checksum::None) => (false, false),
        (_, Checksum::Crc32) => (true, false),
        (_, Checksum::Unknown) => (true, true),
    };
    if !expected || covered.len() < HEADER_LENGTH {
        return FrameChecksum::Absent;
    }
    let computed =
        if kind == code::FORMAT_DESCRIPTION { crc_of_description(covered) } else { crc32fast::hash(covered) };
    match (computed == stored, trial) {
        (true, _) => FrameChecksum::Good,
        (false, true) => FrameChecksum::Absent,
        (false, false) => FrameChecksum::Bad { stored, computed },
    }
}

/// Makes the checksum of a whole event right again after bytes before it were changed; `before` is what
/// [`checksum`] said of the event as it was. An event without one stays as it is, and a wrong checksum stays
/// as wrong as it was: the new one differs from the right one in the same bits, so that nothing of the
/// former bytes can be told from it.
pub fn renew_checksum(format: &Format, bytes: &mut [u8], before: FrameChecksum) {
    let difference = match before {
        FrameChecksum::Absent => return,
        FrameChecksum::Good => 0,
        FrameChecksum::Bad { stored, computed } => stored ^ computed,
    };
    let description = bytes.get(4).is_some_and(|stored| format.canonical(*stored) == code::FORMAT_DESCRIPTION);
    if let Some((covered, stored)) = bytes.split_last_chunk_mut::<4>() {
        let computed = if description { crc_of_description(covered) } else { crc32fast::hash(covered) };
        *stored = (computed ^ difference).to_le_bytes();
    }
}

/// The CRC-32 of a format description with the in-use flag (byte 17, bit 0) taken as clear: the
/// server changes it in place. Source: MySQL `binlog_event.cpp` (`checksum_crc32`).
fn crc_of_description(covered: &[u8]) -> u32 {
    const FLAGS: usize = 17;
    let mut hasher = Hasher::new();
    let (before, rest) = covered.split_at_checked(FLAGS).unwrap_or((covered, &[]));
    hasher.update(before);
    if let Some((flags, after)) = rest.split_first() {
        hasher.update(&[flags & !(flag::IN_USE as u8)]);
        hasher.update(after);
    }
    hasher.finalize()
}
