//! A stream taken apart into packets. Unlike the protocol's own framer this one keeps only the beginning of a packet,
//! knows where in the stream it stood, and goes on behind bytes that are missing.

use binlog_format::header::EventHeader;
use binlog_format::names;
use mysql_protocol::framer::HEADER;
use mysql_protocol::limits::{MAX_FRAME, MAX_PACKET};

use crate::conversation::{MAX_HEAD, frame_header};

/// A packet.
#[derive(Clone, Copy, Debug)]
pub struct Framed<'f> {
    /// Where the header of its first frame stands in the stream.
    pub at: u64,
    /// Of its first frame.
    pub sequence: u8,
    /// Bytes, without headers.
    pub length: u64,
    /// Bytes with headers.
    pub wire_length: u64,
    /// Its beginning.
    pub head: &'f [u8],
    /// Some of it is missing.
    pub incomplete: bool,
}

/// One side's frames.
#[derive(Debug, Default)]
pub struct Frames {
    position: u64,
    header: Vec<u8>,
    head: Vec<u8>,
    at: u64,
    sequence: u8,
    frames: u64,
    length: u64,
    left: Option<u64>,
    goes_on: bool,
    incomplete: bool,
    /// A header is missing: where packets begin is not known.
    lost: bool,
    done: bool,
}

impl Frames {
    /// The stream is seen from this offset on.
    pub fn begin_at(&mut self, position: u64) {
        *self = Self { position, ..Self::default() };
    }

    /// Where the next byte stands.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Whether it waits for the beginning of a packet.
    pub const fn is_lost(&self) -> bool {
        self.lost
    }

    /// Takes bytes up to the end of a packet; returns how many, and whether one ended.
    pub fn step(&mut self, bytes: &[u8]) -> (usize, bool) {
        if self.done {
            self.begin();
        }
        let mut taken = 0;
        loop {
            let rest = bytes.get(taken..).unwrap_or_default();
            if let Some(left) = self.left {
                let piece = usize::try_from(left).ok().and_then(|left| rest.get(..left)).unwrap_or(rest);
                let room = MAX_HEAD.saturating_sub(self.head.len());
                self.head.extend_from_slice(piece.get(..room).unwrap_or(piece));
                taken += piece.len();
                self.position += piece.len() as u64;
                if (piece.len() as u64) < left {
                    self.left = Some(left - piece.len() as u64);
                    return (taken, false);
                }
                self.left = None;
                if !self.goes_on {
                    self.done = true;
                    return (taken, true);
                }
                continue;
            }
            if rest.is_empty() {
                return (taken, false);
            }
            if self.header.is_empty() && self.frames == 0 {
                self.at = self.position;
            }
            let piece = rest.get(..HEADER - self.header.len()).unwrap_or(rest);
            self.header.extend_from_slice(piece);
            taken += piece.len();
            self.position += piece.len() as u64;
            let Some(header) = frame_header(&self.header) else { return (taken, false) };
            if self.frames == 0 {
                self.sequence = header.sequence;
            }
            self.frames += 1;
            self.length += u64::from(header.length);
            self.left = Some(header.length.into());
            self.goes_on = header.length as usize == MAX_FRAME && self.length < MAX_PACKET as u64;
            self.header.clear();
        }
    }

    /// The packet that ended.
    pub fn packet(&self) -> Framed<'_> {
        Framed {
            at: self.at,
            sequence: self.sequence,
            length: self.length,
            wire_length: self.length + self.frames * HEADER as u64,
            head: &self.head,
            incomplete: self.incomplete,
        }
    }

    fn begin(&mut self) {
        self.head.clear();
        (self.frames, self.length, self.incomplete, self.done) = (0, 0, false, false);
    }

    /// Bytes up to an offset are missing.
    pub fn skip(&mut self, to: u64) {
        if self.done {
            self.begin();
        }
        let missing = to.saturating_sub(self.position);
        self.position = to;
        match self.left {
            Some(left) if left >= missing && !self.lost => {
                let head = usize::try_from(missing).unwrap_or(usize::MAX).min(MAX_HEAD.saturating_sub(self.head.len()));
                self.head.resize(self.head.len() + head, 0);
                self.left = Some(left - missing);
                self.incomplete = true;
            }
            _ => {
                let position = self.position;
                self.begin_at(position);
                self.lost = true;
            }
        }
    }

    /// Looks for the beginning of a packet at the beginning of a segment; false if it is none.
    pub fn find(&mut self, segment: &[u8]) -> bool {
        self.lost = !begins_packet(segment);
        if self.lost {
            self.position += segment.len() as u64;
        }
        !self.lost
    }
}

/// Whether a packet with an event begins here.
pub fn begins_event(bytes: &[u8]) -> bool {
    let Some(header) = frame_header(bytes) else { return false };
    let payload = bytes.get(HEADER..).unwrap_or_default();
    let before = mysql_protocol::stream::EventPacket::bytes_before(payload);
    let event = payload.get(before..).and_then(EventHeader::peek);
    payload.first() == Some(&0)
        && event.is_some_and(|event| {
            let whole = u64::from(event.event_size) + before as u64;
            let fits =
                whole == u64::from(header.length) || (header.length as usize == MAX_FRAME && whole > MAX_FRAME as u64);
            fits && names::event_type(event.type_code).is_some()
        })
}

/// Whether a packet begins here: senders begin segments with packets, unless they have much to say.
fn begins_packet(segment: &[u8]) -> bool {
    if begins_event(segment) {
        return true;
    }
    let mut rest = segment;
    while let Some(header) = frame_header(rest).filter(|header| header.length > 0)
        && let Some(after) = rest.get(HEADER + header.length as usize..)
    {
        if after.is_empty() {
            return true;
        }
        rest = after;
    }
    false
}
