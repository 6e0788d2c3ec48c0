//! What a client and a server say to each other, packet by packet: a list that grows while it is shown, and any
//! packet of it with its fields.
//!
//! All packets of a conversation lie one behind the other in a space of their own, `c1` for the first one, each as the
//! header of its first frame and its payload: joined, inflated, without TLS. So a packet has an address as an event
//! has one, and a screen shows both alike.

mod context;
mod kept;
mod list;
mod pasted;
mod shown;
mod stage;
mod words;

use std::cell::RefCell;
use std::rc::Rc;

use binlog_format::catalogue::packet_field;
use binlog_format::cursor::Cursor;
use binlog_format::event::Context;
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::{Flavor, Format};
pub use mysql_protocol::Direction;
use mysql_protocol::command::dump_flag;
use mysql_protocol::framer::{FrameHeader, HEADER};
use mysql_protocol::sense::{self, Suspicion};
use mysql_protocol::stream::EventPacket;
use mysql_protocol::{Conversation, Kind, Packet};

use crate::source::ReadError;
use kept::Kept;
pub use list::{LadderRow, PacketRow};
pub use pasted::pasted;
pub use stage::Stage;

/// Packets of one list: 40 bytes each. The events of a longer stream are in its log.
pub const MAX_PACKETS: usize = 1 << 20;

/// Bytes of a packet that are looked at when it comes: all of those that say how a conversation goes on.
pub const MAX_HEAD: usize = 1 << 20;

/// A packet larger than this is not shown as fields.
pub const MAX_SHOWN: u64 = 64 << 20;

/// Where packets of a captured stream are read again.
pub trait Payloads {
    /// Fills `buffer` with bytes of a packet, from its byte `skip` on; `at` is what the packet was added with, and
    /// `from` who said it. Byte 0 is the first of the header of its first frame.
    ///
    /// # Errors
    ///
    /// A hole, or what the system says.
    fn read(&self, from: Direction, at: u64, skip: u64, buffer: &mut [u8]) -> Result<usize, ReadError>;
}

/// One packet on its way into a list.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Who says it.
    pub from: Direction,
    /// When its last byte came, in microseconds since 1970; 0 if that is not known.
    pub time: u64,
    /// Of its first frame.
    pub sequence: u8,
    /// Bytes of it, without headers of frames.
    pub length: u64,
    /// Bytes that it took on the wire, with headers of frames, compressed if they were.
    pub wire_length: u64,
    /// They, or the first [`MAX_HEAD`] of them.
    pub head: &'a [u8],
    /// Some of its bytes are missing.
    pub incomplete: bool,
}

/// What is remembered of a packet.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where it begins in the space.
    start: u64,
    /// Where it begins in its side's stream.
    at: u64,
    time: u64,
    wire: u32,
    kind: Kind,
    /// Type of the event in it; 0 without one.
    event: u8,
    sequence: u8,
    from: Direction,
    /// It does not say what was meant.
    marked: bool,
    /// It does not decode, or not all of it is there.
    faulty: bool,
}

/// Where the bytes are.
enum Bytes {
    Kept(RefCell<Kept>),
    Captured(Rc<dyn Payloads>),
    Nowhere,
}

/// The packets of a conversation.
pub struct Ladder {
    space: String,
    entries: Vec<Entry>,
    /// Where the space ends.
    end: u64,
    bytes: Bytes,
    /// From which packet on another stage is.
    sections: Vec<(u32, Stage)>,
    /// What was agreed on before a packet, wherever it changed.
    states: Vec<(u32, Conversation)>,
    /// From which packet on events have this format.
    formats: Vec<(u32, Format)>,
    now: Conversation,
    /// The greeting's words for it.
    version: String,
    marked: u64,
    /// Packets that came after the list was full.
    unlisted: u64,
}

impl std::fmt::Debug for Ladder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ladder").field("space", &self.space).finish_non_exhaustive()
    }
}

impl Ladder {
    /// Of a conversation that begins with the greeting, or is at a later point: packets are kept here as they come,
    /// within bounds.
    pub fn new(number: u32, now: Conversation) -> Self {
        Self::over(number, now, Bytes::Kept(RefCell::default()))
    }

    /// Of a connection that is about to begin.
    pub fn live(number: u32) -> Self {
        Self::new(number, Conversation::new())
    }

    /// The same over packets that can be read again, once it is known where.
    pub fn unread(now: Conversation) -> Self {
        Self::over(1, now, Bytes::Nowhere)
    }

    /// Packets are read from here.
    pub fn read_from(&mut self, payloads: Rc<dyn Payloads>) {
        self.bytes = Bytes::Captured(payloads);
    }

    /// It is this one of several.
    pub fn number(&mut self, number: u32) {
        self.space = format!("c{number}");
    }

    fn over(number: u32, now: Conversation, bytes: Bytes) -> Self {
        Self {
            space: format!("c{number}"),
            entries: Vec::new(),
            end: 0,
            bytes,
            sections: Vec::new(),
            states: vec![(0, now)],
            formats: Vec::new(),
            now,
            version: String::new(),
            marked: 0,
            unlisted: 0,
        }
    }

    /// Name of the space that its packets lie in.
    pub fn space(&self) -> &str {
        &self.space
    }

    /// How far the conversation is, behind the last packet.
    pub const fn now(&self) -> &Conversation {
        &self.now
    }

    /// How many packets are listed.
    pub fn packets(&self) -> u64 {
        self.entries.len() as u64
    }

    /// How many of them do not say what was meant.
    pub const fn marked(&self) -> u64 {
        self.marked
    }

    /// How many came when the list was full.
    pub const fn unlisted(&self) -> u64 {
        self.unlisted
    }

    /// The server's version, as it greets.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Adds a packet, whole and as its sender meant it: what a live connection gives. `sequence` is that of its
    /// first frame. Returns the address of its first byte, or nothing if the list is full.
    pub fn append(
        &mut self, from: Direction, time: u64, sequence: u8, wire_length: u64, payload: &[u8],
    ) -> Option<u64> {
        let start = self.end;
        if let Bytes::Kept(kept) = &self.bytes
            && self.entries.len() < MAX_PACKETS
        {
            kept.borrow_mut().push(start, &header(payload.len() as u64, sequence), payload);
        }
        let head = payload.get(..MAX_HEAD).unwrap_or(payload);
        let length = payload.len() as u64;
        let said = Said { from, time, sequence, length, wire_length, head, incomplete: false };
        self.add(&said, start).then_some(start)
    }

    /// Adds a packet whose bytes begin at `at` of its side's stream; false if the list is full.
    pub fn add(&mut self, said: &Said<'_>, at: u64) -> bool {
        let before = self.now;
        let packet = before.read(said.from, said.head, None, ());
        let kind = packet.as_ref().map_or(Kind::Undecoded, Kind::of);
        if let Ok(packet) = &packet {
            self.now.advance(said.from, packet);
        }
        if self.entries.len() >= MAX_PACKETS {
            self.unlisted += 1;
            return false;
        }
        let number = self.entries.len() as u32;
        if let Ok(Packet::Handshake(greeting)) = &packet {
            self.version = String::from_utf8_lossy(greeting.version()).into_owned();
        }
        let mut event = 0;
        if let Ok(Packet::Event(packet)) = &packet {
            event = EventHeader::peek(packet.bytes).map_or(0, |header| header.type_code);
            if event == code::FORMAT_DESCRIPTION
                && let Some((format, _)) = context::format_of(packet.bytes)
            {
                self.formats.push((number, format));
            }
        }
        let mut marked = false;
        if said.from == Direction::Client || kind == Kind::Event {
            self.suspicions(&before, number, said.from, said.head, &mut |_| marked = true);
        }
        let stage = Stage::of(kind, &before);
        if self.sections.last().is_none_or(|(_, last)| *last != stage) {
            self.sections.push((number, stage));
        }
        self.entries.push(Entry {
            start: self.end,
            at,
            time: said.time,
            wire: u32::try_from(said.wire_length).unwrap_or(u32::MAX),
            kind,
            event,
            sequence: said.sequence,
            from: said.from,
            marked,
            faulty: packet.is_err() || said.incomplete,
        });
        self.marked += u64::from(marked);
        self.end += HEADER as u64 + said.length;
        if self.now != before {
            self.states.push((number + 1, self.now));
        }
        true
    }

    /// What is odd about a packet: `payload` is all of it or its head.
    fn suspicions(
        &self, before: &Conversation, number: u32, from: Direction, payload: &[u8], each: &mut dyn FnMut(Suspicion),
    ) {
        let in_stream = EventPacket::bytes_before(payload);
        let format = self.format_before(number, payload.get(in_stream..).unwrap_or_default());
        let context = context::without_tables(&format);
        let packet = before.read(from, payload, Some(&context), ());
        doubts(payload, &packet, &context, each);
    }

    fn state_before(&self, number: u32) -> Conversation {
        let at = self.states.partition_point(|(from, _)| *from <= number);
        at.checked_sub(1).and_then(|at| self.states.get(at)).map_or(self.now, |(_, state)| *state)
    }

    fn entry_end(&self, number: usize) -> u64 {
        self.entries.get(number + 1).map_or(self.end, |next| next.start)
    }

    /// Number of the packet that covers a byte of the space, from 0.
    fn covering(&self, offset: u64) -> Option<usize> {
        let at = self.entries.partition_point(|entry| entry.start <= offset);
        at.checked_sub(1).filter(|at| offset < self.entry_end(*at))
    }

    /// Bytes `from..to` of a packet, its frame's header included.
    fn read(&self, number: usize, from: u64, to: u64) -> Result<Vec<u8>, ReadError> {
        let Some(entry) = self.entries.get(number) else { return Ok(Vec::new()) };
        let end = self.entry_end(number) - entry.start;
        let (from, to) = (from.min(end), to.min(end));
        let mut bytes = vec![0; usize::try_from(to.saturating_sub(from)).unwrap_or(0)];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let skip = from + filled as u64;
            let read = match &self.bytes {
                Bytes::Kept(kept) => kept.borrow().read(entry.start + skip, rest),
                Bytes::Captured(payloads) => payloads.read(entry.from, entry.at, skip, rest),
                Bytes::Nowhere => Ok(0),
            };
            match read {
                Ok(0) => break,
                Ok(read) => filled += read,
                // Its head is worth showing.
                Err(_) if filled > 0 => break,
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Bytes of the space; fewer come back at its end and before what is missing.
    pub fn bytes(&self, start: u64, length: u32) -> (Vec<u8>, u64) {
        let end = start.saturating_add(length.into()).min(self.end);
        let mut bytes = Vec::new();
        while let at = start + bytes.len() as u64
            && at < end
            && let Some(number) = self.covering(at)
        {
            let Some(entry) = self.entries.get(number) else { break };
            let to = self.entry_end(number).min(end);
            match self.read(number, at - entry.start, to - entry.start) {
                Ok(read) if !read.is_empty() => bytes.extend(read),
                _ => break,
            }
        }
        (bytes, self.end)
    }
}

/// What is doubted of a packet. A stream that ends where the last log ends is asked for by server_id 0 too; both
/// servers' tools say it in both ways, and nobody doubts that they mean it.
pub(crate) fn doubts(
    payload: &[u8], packet: &binlog_format::error::Result<Packet<'_>>, context: &Context<'_>,
    each: &mut dyn FnMut(Suspicion),
) {
    let flags = match packet {
        Ok(Packet::BinlogDump(dump)) => dump.flags,
        Ok(Packet::BinlogDumpGtid(dump)) => dump.flags,
        _ => 0,
    };
    sense::suspicions(payload, packet, Some(context), &mut |doubt| {
        let meant = doubt.code == sense::Code::ServerIdZero && flags & dump_flag::NON_BLOCK != 0;
        if !meant {
            each(doubt);
        }
    });
}

/// The header of a packet's first frame.
fn header(length: u64, sequence: u8) -> [u8; HEADER] {
    let length = length.min(mysql_protocol::limits::MAX_FRAME as u64);
    let [low, middle, high, ..] = length.to_le_bytes();
    [low, middle, high, sequence]
}

/// The server's packets of a stream that was asked for before anything was seen.
pub fn in_stream(flavor: Flavor) -> Conversation {
    let mut conversation = Conversation::logged_in(0, flavor);
    let dump = mysql_protocol::command::BinlogDump { position: 4, flags: 0, server_id: 0, file_name: b"" };
    conversation.advance(Direction::Client, &Packet::BinlogDump(dump));
    conversation
}

/// Length and sequence number of the frame that begins here.
pub(crate) fn frame_header(bytes: &[u8]) -> Option<FrameHeader> {
    FrameHeader::read(&mut Cursor::new(bytes, packet_field::PAYLOAD_LENGTH, ())).ok()
}

/// Why bytes of a packet are not there.
pub(crate) fn read_error(at: u64, error: &ReadError) -> crate::view::Message {
    match error {
        ReadError::Hole { .. } => crate::view::Message::new("packet-missing").number("at", at),
        ReadError::Io(reason) => {
            crate::view::Message::new("failed-read").number("at", at).text("reason", reason.clone())
        }
    }
}
