//! What must not leave the machine that holds the password: scrambles, answers to them, passwords.

use core::ops::Range;

use binlog_format::DecodeError;
use binlog_format::catalogue::Sensitivity;
use binlog_format::field::{UNDECODED, UNKNOWN};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::value::Value;

use crate::conversation::{Conversation, Direction, Phase};

/// Hands over the range of each secret.
struct Secrets<'f> {
    /// What was not understood counts as one.
    doubtful: bool,
    each: &'f mut dyn FnMut(Range<usize>),
}

impl<'a> Trace<'a> for Secrets<'_> {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, _: Value<'a>) {
        let unclear = slot.field == UNDECODED || slot.field == UNKNOWN;
        if start < end && (slot.field.entry().sensitivity == Sensitivity::Secret || (self.doubtful && unclear)) {
            (self.each)(start as usize..end as usize);
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

impl Conversation {
    /// Hands over the ranges of a packet's secrets, in order. Until a client is logged in, what does not decode counts
    /// as one.
    pub fn secrets(&self, from: Direction, payload: &[u8], each: &mut dyn FnMut(Range<usize>)) {
        let doubtful = matches!(self.phase(), Phase::Greeting | Phase::Login | Phase::Authentication(_));
        // The packet is read for its fields; what it means, or why it does not decode, is nothing to this.
        let _ = self.read(from, payload, None, Secrets { doubtful, each });
    }

    /// Overwrites the secrets of a packet with zeros, so that its length and everything else stays; returns how many
    /// bytes that were.
    pub fn blank(&self, from: Direction, payload: &mut [u8]) -> usize {
        let mut ranges = alloc::vec::Vec::new();
        self.secrets(from, payload, &mut |range| ranges.push(range));
        let mut blanked = 0;
        for range in ranges {
            if let Some(secret) = payload.get_mut(range) {
                secret.fill(0);
                blanked += secret.len();
            }
        }
        blanked
    }
}
