//! The checksum of one event.

use crc32fast::Hasher;

use super::FrameChecksum;
use crate::event::{Body, Context, decode};
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
            let description = decode(bytes, &Context::new(format), ()).and_then(|event| event.body);
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
