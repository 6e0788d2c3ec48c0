//! Every limit, with its reason.

/// Bytes of a packet's frame: the length field has 24 bits, and its greatest value says that more follows.
pub const MAX_FRAME: usize = 0xff_ffff;

/// Bytes of one packet after joining: `max_allowed_packet` is at most 1 GiB, and a source may send an event of that
/// size with its status byte and semi-sync prefix (`MAX_LOG_EVENT_OVERHEAD` allows for a little more).
pub const MAX_PACKET: usize = (1 << 30) + (1 << 16);

/// Bytes that one compressed frame inflates to: what its 24-bit length can say.
pub const MAX_UNCOMPRESSED: usize = MAX_FRAME;
