//! A recording: the events of a stream as one log. Begun with a file's first event it is that file; where another file
//! begins, it goes on as relay logs do.

use binlog_format::container::MAGIC;
use binlog_format::header::EventHeader;
use binlog_format::names::code;

use crate::wire::{BOUNDARY, EVENT, GOES_ON, Record, WITHDRAWN};

/// What a record does to a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Nothing.
    Nothing,
    /// These bytes come at its end.
    Append(&'a [u8]),
    /// It is so long again: what follows was taken back.
    Cut(u64),
}

/// Follows the records of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    length: u64,
    /// Behind the last event with no transaction open.
    boundary: u64,
    /// A format description came.
    begun: bool,
    /// The record before this one goes on in it.
    goes_on: bool,
    /// The packet's event belongs to the recording.
    event: bool,
}

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

impl Recording {
    /// With the magic and nothing else: it stands there before anything is appended.
    pub const fn new() -> Self {
        let length = MAGIC.len() as u64;
        Self { length, boundary: length, begun: false, goes_on: false, event: false }
    }

    /// Bytes, the magic included.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Whether it has the format description that a log begins with.
    pub const fn has_begun(&self) -> bool {
        self.begun
    }

    /// Takes the next record.
    pub fn take<'a>(&mut self, record: &Record, payload: &'a [u8]) -> Change<'a> {
        if record.has(WITHDRAWN) {
            (self.length, self.goes_on) = (self.boundary, false);
            return Change::Cut(self.boundary);
        }
        let first = !std::mem::replace(&mut self.goes_on, record.has(GOES_ON));
        let mut bytes = payload;
        if first {
            self.event = record.has(EVENT);
            bytes = payload.get(record.before_event.into()..).unwrap_or_default();
            if self.event && !self.begun {
                let kind = EventHeader::peek(bytes).map(|header| header.type_code);
                // The name of the file that a sender begins with stands before its format description.
                self.event = kind != Some(code::ROTATE);
                self.begun = self.event;
            }
        }
        if !self.event {
            return Change::Nothing;
        }
        self.length += bytes.len() as u64;
        if !self.goes_on && record.has(BOUNDARY) {
            self.boundary = self.length;
        }
        Change::Append(bytes)
    }

    /// What came before is lost, and the stream goes on elsewhere: what is there of a transaction stays.
    pub const fn interrupt(&mut self) {
        (self.goes_on, self.boundary) = (false, self.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An event of this type, behind one byte.
    fn packet(kind: u8, length: usize) -> Vec<u8> {
        let mut packet = vec![0; 1 + length];
        packet[5] = kind;
        packet
    }

    fn take(recording: &mut Recording, flags: u8, payload: &[u8]) -> Option<usize> {
        let record = Record { flags, before_event: 1, length: payload.len() as u32, ..Record::default() };
        match recording.take(&record, payload) {
            Change::Nothing => None,
            Change::Append(bytes) => Some(bytes.len()),
            Change::Cut(length) => Some(length as usize),
        }
    }

    #[test]
    fn it_begins_with_the_format_and_leaves_out_what_is_no_event() {
        let mut recording = Recording::new();
        assert_eq!(take(&mut recording, EVENT | BOUNDARY, &packet(code::ROTATE, 40)), None);
        assert_eq!(take(&mut recording, 0, b"a handshake"), None);
        assert!(!recording.has_begun());
        assert_eq!(take(&mut recording, EVENT | BOUNDARY, &packet(code::FORMAT_DESCRIPTION, 100)), Some(100));
        assert_eq!(take(&mut recording, 0, &packet(code::HEARTBEAT, 30)), None);
        assert_eq!(take(&mut recording, EVENT | BOUNDARY, &packet(code::ROTATE, 40)), Some(40));
        assert_eq!(recording.length(), 144);
    }

    #[test]
    fn what_is_withdrawn_goes_back_to_the_last_boundary() {
        let mut recording = Recording::new();
        take(&mut recording, EVENT | BOUNDARY, &packet(code::FORMAT_DESCRIPTION, 100));
        take(&mut recording, EVENT, &packet(code::QUERY, 50));
        take(&mut recording, EVENT | GOES_ON | BOUNDARY, &packet(code::QUERY, 50));
        assert_eq!(take(&mut recording, WITHDRAWN | BOUNDARY, &[2, 0, 0, 0, 0, 0, 0, 0]), Some(104));
        // Pieces have nothing before them, and only the last one ends the event.
        assert_eq!(take(&mut recording, EVENT | GOES_ON | BOUNDARY, &packet(code::QUERY, 50)), Some(50));
        assert_eq!(take(&mut recording, EVENT | BOUNDARY, &[7; 30]), Some(30));
        assert_eq!(take(&mut recording, EVENT, &packet(code::QUERY, 50)), Some(50));
        assert_eq!(take(&mut recording, WITHDRAWN | BOUNDARY, &[1, 0, 0, 0, 0, 0, 0, 0]), Some(184));
    }
}
