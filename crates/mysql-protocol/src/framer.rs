//! Frames: a length of 3 bytes, a sequence number, as many bytes. A frame of the greatest length is continued by the
//! next one, be it empty.
//!
//! Bytes in, packets out, whatever the pieces they come in; nothing here does input or output.

use alloc::vec::Vec;
use core::mem;

use binlog_format::catalogue::packet_field as field;
use binlog_format::cursor::Cursor;
use binlog_format::error::{ErrorCode, Result};
use binlog_format::trace::Trace;

use crate::limits::{MAX_FRAME, MAX_PACKET};
use crate::writer::Writer;

/// Bytes of a frame's header.
pub const HEADER: usize = 4;

/// What stands before a frame's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Bytes that follow; the packet goes on in the next frame if it is [`MAX_FRAME`].
    pub length: u32,
    /// Counts frames of both sides from 0 with each command, modulo 256.
    pub sequence: u8,
}

impl FrameHeader {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// `unexpected_end`.
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        Ok(Self { length: c.u24(field::PAYLOAD_LENGTH)?, sequence: c.u8(field::SEQUENCE_ID)? })
    }
}

/// A packet with what its frames said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined<'a> {
    /// All of it, without the headers of frames.
    pub payload: &'a [u8],
    /// Of its first frame.
    pub sequence: u8,
    /// How many frames it came in.
    pub frames: u32,
    /// A frame in it did not have the number after its predecessor's: this stood in place of that.
    pub out_of_order: Option<(u8, u8)>,
}

impl Joined<'_> {
    /// Bytes it took, headers included.
    pub const fn wire_length(&self) -> u64 {
        self.payload.len() as u64 + self.frames as u64 * HEADER as u64
    }

    /// The number that the next frame has to have, whoever sends it.
    pub const fn next_sequence(&self) -> u8 {
        self.sequence.wrapping_add(self.frames as u8)
    }
}

/// Joins frames into packets.
#[derive(Debug, Default)]
pub struct Framer {
    /// Of a frame's header, what has come.
    header: Vec<u8>,
    /// Of the packet, what has come, without headers.
    packet: Vec<u8>,
    /// Bytes of the frame that are to come; `None` between frames.
    left: Option<usize>,
    /// The frame is not the packet's last.
    goes_on: bool,
    first_sequence: u8,
    frames: u32,
    out_of_order: Option<(u8, u8)>,
    /// The packet was handed over.
    done: bool,
}

impl Framer {
    /// Between packets.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing of a packet has come.
    pub const fn is_between_packets(&self) -> bool {
        self.done || (self.frames == 0 && self.header.is_empty())
    }

    /// Bytes of the packet that are here already: those before a cut, when the wire was cut.
    pub const fn pending(&self) -> usize {
        if self.done { 0 } else { self.packet.len() + self.header.len() }
    }

    /// Takes bytes; returns how many were taken, and a packet if one ended with them. What is left is to be given
    /// again. An empty input changes nothing.
    ///
    /// # Errors
    ///
    /// `too_many` for a packet greater than [`MAX_PACKET`]: nothing after it can be read.
    pub fn step<'s>(&'s mut self, input: &'s [u8]) -> Result<(usize, Option<Joined<'s>>)> {
        if mem::take(&mut self.done) {
            self.begin();
        }
        // Most packets lie whole in what was read: no copy then.
        if self.frames == 0
            && self.header.is_empty()
            && let Some((header, rest)) = input.split_at_checked(HEADER)
        {
            let header = FrameHeader::read(&mut Cursor::new(header, field::PAYLOAD_LENGTH, ()))?;
            if let Some(payload) = rest.get(..header.length as usize).filter(|all| all.len() < MAX_FRAME) {
                let joined = Joined { payload, sequence: header.sequence, frames: 1, out_of_order: None };
                return Ok((HEADER + payload.len(), Some(joined)));
            }
        }
        let mut taken = 0;
        loop {
            let rest = input.get(taken..).unwrap_or_default();
            if let Some(left) = self.left {
                let piece = rest.get(..left).unwrap_or(rest);
                self.packet.extend_from_slice(piece);
                taken += piece.len();
                if piece.len() < left {
                    self.left = Some(left - piece.len());
                    return Ok((taken, None));
                }
                self.left = None;
                if !self.goes_on {
                    self.done = true;
                    let joined = Joined {
                        payload: &self.packet,
                        sequence: self.first_sequence,
                        frames: self.frames,
                        out_of_order: self.out_of_order,
                    };
                    return Ok((taken, Some(joined)));
                }
                continue;
            }
            let piece = rest.get(..HEADER - self.header.len()).unwrap_or(rest);
            self.header.extend_from_slice(piece);
            taken += piece.len();
            if self.header.len() < HEADER {
                return Ok((taken, None));
            }
            self.frame()?;
        }
    }

    /// A frame's header is complete.
    fn frame(&mut self) -> Result<()> {
        let mut c = Cursor::new(&self.header, field::PAYLOAD_LENGTH, ());
        let FrameHeader { length, sequence } = FrameHeader::read(&mut c)?;
        let whole = self.packet.len() as u64 + u64::from(length);
        if whole > MAX_PACKET as u64 {
            return Err(c.fail(ErrorCode::TooMany, field::PAYLOAD_LENGTH, MAX_PACKET as u64, whole));
        }
        if self.frames == 0 {
            self.first_sequence = sequence;
        }
        let expected = self.first_sequence.wrapping_add(self.frames as u8);
        if sequence != expected && self.out_of_order.is_none() {
            self.out_of_order = Some((expected, sequence));
        }
        self.frames = self.frames.saturating_add(1);
        self.left = Some(length as usize);
        self.goes_on = length as usize == MAX_FRAME;
        self.header.clear();
        Ok(())
    }

    fn begin(&mut self) {
        self.packet.clear();
        // A large packet's memory is not kept for small ones.
        self.packet.shrink_to(1 << 20);
        (self.frames, self.out_of_order) = (0, None);
    }
}

/// Frames a packet, from this sequence number on; returns the number that the next frame has to have.
pub fn write_packet(payload: &[u8], mut sequence: u8, out: &mut Vec<u8>) -> u8 {
    let mut rest = payload;
    loop {
        let (frame, after) = rest.split_at(rest.len().min(MAX_FRAME));
        let mut w = Writer::new(out);
        w.u24(field::PAYLOAD_LENGTH, frame.len() as u32).u8(field::SEQUENCE_ID, sequence).bytes(field::PAYLOAD, frame);
        sequence = sequence.wrapping_add(1);
        if frame.len() < MAX_FRAME {
            return sequence;
        }
        rest = after;
    }
}
