//! The binary log in a stream of events.

use std::rc::Rc;

use binlog_format::container::MAGIC;
use binlog_format::event::{Body, Context, decode_unobserved};
use binlog_format::framer::{FrameChecksum, checksum};
use binlog_format::header::{EventHeader, flag};
use binlog_format::names::code;
use binlog_format::{Checksum, Format};
use mysql_protocol::Direction;
use mysql_protocol::framer::HEADER;
use mysql_protocol::stream::EventPacket;

use crate::conversation::{Payloads, Said};
use crate::source::{ReadError, Source};

/// A log as its server has it, as far as it was sent: the magic number, the format description, and the events that
/// were asked for. What the sender makes up for the stream alone (a ROTATE_EVENT that names the file, heartbeats) is in
/// no file, and not in here.
pub struct Log {
    name: String,
    /// Where each event begins here, where its packet begins in the stream, and how many bytes of it stand before.
    pieces: Vec<Piece>,
    length: u64,
    payloads: Option<Rc<dyn Payloads>>,
    described: bool,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    start: u64,
    at: u64,
    before: u8,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("name", &self.name).field("length", &self.length).finish_non_exhaustive()
    }
}

impl Log {
    /// As the server calls it; empty if the stream does not say.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Events in it.
    pub fn events(&self) -> u64 {
        self.pieces.len() as u64
    }
}

impl Source for Log {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if let Some(rest) =
            usize::try_from(offset).ok().and_then(|offset| MAGIC.get(offset..)).filter(|rest| !rest.is_empty())
        {
            for (to, from) in buffer.iter_mut().zip(rest) {
                *to = *from;
            }
            return Ok(rest.len().min(buffer.len()));
        }
        let next = self.pieces.partition_point(|piece| piece.start <= offset);
        let Some(piece) = next.checked_sub(1).and_then(|at| self.pieces.get(at)) else { return Ok(0) };
        let end = self.pieces.get(next).map_or(self.length, |next| next.start);
        let Some(payloads) = self.payloads.as_ref().filter(|_| offset < end) else { return Ok(0) };
        let left = usize::try_from(end - offset).unwrap_or(usize::MAX).min(buffer.len());
        let skip = HEADER as u64 + u64::from(piece.before) + (offset - piece.start);
        let buffer = buffer.get_mut(..left).unwrap_or_default();
        match payloads.read(Direction::Server, piece.at, skip, buffer) {
            // Where it goes on is told in the stream's offsets, in which an event may have headers of frames inside.
            Err(ReadError::Hole { end: to }) => {
                let told = to.saturating_sub(piece.at + HEADER as u64 + u64::from(piece.before));
                Err(ReadError::Hole { end: (piece.start + told).clamp(offset + 1, end) })
            }
            other => other,
        }
    }
}

/// Finds the logs of a stream.
#[derive(Debug, Default)]
pub struct Logs {
    logs: Vec<Log>,
    /// The client asked for a stream; what comes does not belong to the one before.
    asked: bool,
}

/// Logs of one conversation.
const MAX_LOGS: usize = 4096;

impl Logs {
    /// A stream was asked for.
    pub fn begin(&mut self) {
        self.asked = true;
    }

    /// A packet with an event came.
    pub fn event(&mut self, said: &Said<'_>, at: u64) {
        let before = bytes_before(said);
        let event = said.head.get(before..).unwrap_or_default();
        let Some(header) = EventHeader::peek(event) else { return };
        let kind = header.type_code;
        let artificial = header.flags & flag::ARTIFICIAL != 0 || header.log_pos == 0;
        match kind {
            code::ROTATE if artificial => return self.name(event, &header),
            code::HEARTBEAT | code::HEARTBEAT_V2 => return,
            code::GTID_LIST if artificial => return,
            // A source that is asked for the middle of a file makes up its description; the file has it once.
            code::FORMAT_DESCRIPTION
                if artificial && self.logs.last().is_some_and(|log| log.described) && !self.asked =>
            {
                return;
            }
            _ => {}
        }
        if (self.asked || self.logs.is_empty()) && self.logs.len() < MAX_LOGS {
            self.open(String::new());
        }
        let Some(log) = self.logs.last_mut() else { return };
        log.described |= kind == code::FORMAT_DESCRIPTION;
        log.pieces.push(Piece { start: log.length, at, before: before as u8 });
        log.length += said.length.saturating_sub(before as u64);
    }

    /// The sender says which file follows.
    fn name(&mut self, event: &[u8], header: &EventHeader) {
        let mut format = Format::assumed();
        format.checksum = Checksum::Crc32;
        let has_checksum = checksum(&format, event, header) == FrameChecksum::Good;
        let context = Context { checksum: has_checksum, ..Context::new(&format) };
        let Ok(Ok(Body::Rotate(rotate))) = decode_unobserved(event, &context).map(|event| event.body) else { return };
        let name = String::from_utf8_lossy(rotate.next_file).into_owned();
        if (self.asked || self.logs.last().is_none_or(|log| log.name != name)) && self.logs.len() < MAX_LOGS {
            self.open(name);
        }
    }

    fn open(&mut self, name: String) {
        self.asked = false;
        let length = MAGIC.len() as u64;
        self.logs.push(Log { name, pieces: Vec::new(), length, payloads: None, described: false });
    }

    /// Those that have events.
    pub fn finish(self, payloads: &Rc<dyn Payloads>) -> Vec<Rc<Log>> {
        let logs = self.logs.into_iter().filter(|log| !log.pieces.is_empty());
        logs.map(|log| Rc::new(Log { payloads: Some(payloads.clone()), ..log })).collect()
    }
}

/// Bytes before the event, also of a packet whose head only is there.
fn bytes_before(said: &Said<'_>) -> usize {
    if said.head.len() as u64 == said.length {
        return EventPacket::bytes_before(said.head);
    }
    let fits = |before: usize| {
        let size = said.head.get(before..).and_then(EventHeader::peek).map(|header| u64::from(header.event_size));
        size == said.length.checked_sub(before as u64)
    };
    const PREFIXED: usize = 3;
    if said.head.get(1) == Some(&mysql_protocol::stream::SEMI_SYNC) && fits(PREFIXED) { PREFIXED } else { 1 }
}
