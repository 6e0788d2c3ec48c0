//! A connection that may be a conversation with a server.

use std::rc::Rc;

use binlog_format::Flavor;
use mysql_protocol::compressed::Inflater;
use mysql_protocol::framer::HEADER;
use mysql_protocol::{Conversation, Direction, Packet, Phase, capability, command};

use super::Found;
use super::frames::{Frames, begins_event};
use super::log::Logs;
use super::payloads::{self, Cached, Inflated};
use super::reassembly::{Part, Reassembly};
use super::segment::{Ends, Segment};
use crate::conversation::{Ladder, Payloads, Said, frame_header, in_stream};
use crate::messages;
use crate::source::Source;
use crate::view::Message;

/// Compressed frames on their way.
struct Inflating {
    inflater: Inflater,
    record: Inflated,
    /// Where the frame began that is not all there.
    frame: u64,
    /// Bytes of the stream that were taken.
    taken: u64,
}

/// One direction.
#[derive(Default)]
struct Side {
    reassembly: Reassembly,
    frames: Frames,
    inflating: Option<Inflating>,
    /// The first bytes, where they came in pieces too short to tell anything.
    opening: Vec<u8>,
}

/// What is told of a conversation beside its packets.
#[derive(Default)]
struct Heard {
    ladder: Option<Ladder>,
    logs: Logs,
    tls: bool,
    tls_bytes: u64,
    late: bool,
    unreadable: Option<Message>,
}

/// A connection.
#[derive(Default)]
pub struct Talk {
    ends: [Ends; 2],
    known: bool,
    sides: [Side; 2],
    /// Which side the server is.
    server: Option<usize>,
    heard: Heard,
    is_tls: bool,
}

impl Talk {
    /// Whether it is a conversation.
    pub const fn is_decided(&self) -> bool {
        self.server.is_some()
    }

    /// Whether it carries TLS from its beginning.
    pub const fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Takes its number.
    pub fn number(&mut self, number: u32) {
        if let Some(ladder) = &mut self.heard.ladder {
            ladder.number(number);
        }
    }

    /// Takes a segment, whose bytes stand at `from` in the file.
    pub fn segment(&mut self, file: &dyn Source, segment: &Segment<'_>, from: u64, time: u64, missing: u64) {
        if !self.known {
            self.ends = [segment.source, segment.target];
            self.known = true;
        }
        let which = usize::from(segment.source != self.ends[0]);
        let Self { sides, server, heard, is_tls, .. } = self;
        let [first, second] = sides;
        let side = if which == 0 { &mut *first } else { &mut *second };
        let mut reassembly = std::mem::take(&mut side.reassembly);
        if segment.syn {
            reassembly.begin(segment.sequence);
        }
        let missing = if segment.incomplete { missing } else { 0 };
        // What is sent with SYN stands behind it.
        let sequence = segment.sequence.wrapping_add(u32::from(segment.syn));
        reassembly.segment(file, sequence, segment.payload, from, missing, &mut |part| {
            if server.is_none() {
                decide(&part, which, server, heard, is_tls, [&mut *first, &mut *second]);
            }
            if let Some(server) = *server {
                heard.part(part, which == server, [&mut *first, &mut *second], which, time);
            }
        });
        let side = if which == 0 { first } else { second };
        side.reassembly = reassembly;
    }

    /// Nothing more comes.
    pub fn finish(mut self, file: &dyn Source, bytes: &Rc<Cached>) -> Found {
        let server = self.server.unwrap_or(0);
        for which in [0, 1] {
            let [first, second] = &mut self.sides;
            let side = if which == 0 { &mut *first } else { &mut *second };
            let mut reassembly = std::mem::take(&mut side.reassembly);
            let heard = &mut self.heard;
            reassembly.finish(file, &mut |part| {
                heard.part(part, which == server, [&mut *first, &mut *second], which, 0);
            });
            let side = if which == 0 { first } else { second };
            side.reassembly = reassembly;
        }
        let Self { ends, sides: [first, second], heard, .. } = self;
        let (of_server, of_client) = if server == 0 { (first, second) } else { (second, first) };
        let sum = |of: fn(&Reassembly) -> u64| of(&of_server.reassembly) + of(&of_client.reassembly);
        let (lost, repeated, reordered) =
            (sum(|side| side.lost), sum(|side| side.repeated), sum(|side| side.reordered));
        let side = |side: Side| {
            let inflated = side.inflating.map(|inflating| inflating.record);
            payloads::Side::new(bytes.clone(), side.reassembly.into_pieces(), inflated)
        };
        let streams: Rc<dyn Payloads> = Rc::new(payloads::Streams { client: side(of_client), server: side(of_server) });
        let mut ladder = heard.ladder.unwrap_or_else(|| Ladder::unread(Conversation::new()));
        ladder.read_from(streams.clone());
        Found {
            ladder,
            client: ends[1 - server],
            server: ends[server],
            tls_bytes: heard.tls_bytes,
            lost,
            repeated,
            reordered,
            late: heard.late,
            unreadable: heard.unreadable,
            logs: heard.logs.finish(&streams),
        }
    }
}

/// What the first bytes of a side say about the connection.
fn decide(
    part: &Part<'_>, which: usize, server: &mut Option<usize>, heard: &mut Heard, is_tls: &mut bool,
    sides: [&mut Side; 2],
) {
    let Part::Bytes(at, bytes) = part else { return };
    if *at == 0 && matches!(bytes, [0x16, 3, _, _, _, 1, ..]) {
        *is_tls = true;
        return;
    }
    let [first, second] = sides;
    let own = if which == 0 { &mut *first } else { &mut *second };
    let opening = std::mem::take(&mut own.opening);
    let begins = [&opening, *bytes].concat();
    let from_start = *at == opening.len() as u64;
    if from_start && begins.len() < TELLING {
        own.opening = begins;
        return;
    }
    let (server_is, state) = if from_start && greets(&begins) {
        (which, Conversation::new())
    } else if begins_event(bytes) {
        (which, in_stream(Flavor::Mysql))
    } else if let Some(state) = asks(bytes) {
        (1 - which, state)
    } else {
        return;
    };
    *server = Some(server_is);
    heard.late = !from_start || state != Conversation::new();
    if matches!(state.phase(), Phase::Dump) {
        heard.logs.begin();
    }
    heard.ladder = Some(Ladder::unread(state));
    for (number, side) in [first, second].into_iter().enumerate() {
        if number == which {
            side.frames.begin_at(*at - opening.len() as u64);
            // Fewer bytes than a packet has.
            side.frames.step(&opening);
        } else {
            side.frames.begin_at(side.reassembly.next());
        }
    }
}

/// Bytes that tell a greeting: a frame's header and the version of the protocol.
const TELLING: usize = HEADER + 1;

/// A greeting, be it cut.
fn greets(bytes: &[u8]) -> bool {
    const VERSION: u8 = 10;
    let Some(header) = frame_header(bytes) else { return false };
    let payload = bytes.get(HEADER..).unwrap_or_default();
    let whole = payload.get(..header.length as usize);
    let plausible = header.sequence == 0 && (30..1024).contains(&header.length) && payload.first() == Some(&VERSION);
    let read = |payload| Conversation::new().read(Direction::Server, payload, None, ()).is_ok();
    plausible && whole.map_or(payload.get(1).is_none_or(u8::is_ascii_digit), read)
}

/// A command that fills a segment, of a client that logged in before the capture began.
fn asks(bytes: &[u8]) -> Option<Conversation> {
    use command::code;
    let header = frame_header(bytes)?;
    let payload = bytes.get(HEADER..)?;
    if header.sequence != 0 || header.length as usize != payload.len() {
        return None;
    }
    // What usual clients and servers agree on. MySQL's clients have parameters before a statement.
    let mut capabilities = capability::DEPRECATE_EOF | capability::SESSION_TRACK | capability::TRANSACTIONS;
    if payload.starts_with(&[code::QUERY, 0, 1]) {
        capabilities |= capability::QUERY_ATTRIBUTES;
    }
    let state = Conversation::logged_in(capabilities, Flavor::Mysql);
    let fits = match state.read(Direction::Client, payload, None, ()) {
        Ok(Packet::Query(query)) => {
            let mut words = query.statement.iter();
            query.statement.len() > 3
                && words.clone().next().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'/')
                && words.all(|byte| *byte >= b' ' || byte.is_ascii_whitespace())
        }
        Ok(Packet::BinlogDump(_) | Packet::BinlogDumpGtid(_) | Packet::RegisterSlave(_)) => payload.len() > 10,
        _ => false,
    };
    fits.then_some(state)
}

impl Heard {
    /// A part of a side's stream.
    fn part(&mut self, part: Part<'_>, is_server: bool, sides: [&mut Side; 2], which: usize, time: u64) {
        let from = if is_server { Direction::Server } else { Direction::Client };
        let [first, second] = sides;
        let (own, other) = if which == 0 { (first, second) } else { (second, first) };
        match part {
            Part::Bytes(_, bytes) if self.tls => self.tls_bytes += bytes.len() as u64,
            Part::Lost(_) if self.tls => {}
            Part::Lost(to) => {
                if own.inflating.is_some() {
                    self.unreadable.get_or_insert(Message::new("capture-lost-compressed").number("at", to));
                } else {
                    own.frames.skip(to);
                }
            }
            Part::Bytes(_, bytes) => self.bytes(from, bytes, own, other, time),
        }
    }

    /// Bytes of the wire, up to the point from which they are compressed.
    fn bytes(&mut self, from: Direction, bytes: &[u8], own: &mut Side, other: &mut Side, time: u64) {
        let mut rest = bytes;
        if own.inflating.is_none() && own.frames.is_lost() && !own.frames.find(rest) {
            return;
        }
        while !rest.is_empty() && !self.tls {
            if let Some(inflating) = &mut own.inflating {
                if self.unreadable.is_some() {
                    return;
                }
                let (taken, inflated) = match inflating.inflater.step(rest) {
                    Ok(step) => step,
                    Err(error) => {
                        self.unreadable = Some(messages::of_error(&error, inflating.frame));
                        return;
                    }
                };
                inflating.taken += taken as u64;
                rest = rest.get(taken..).unwrap_or_default();
                if let Some(inflated) = inflated {
                    inflating.record.marks.push((inflating.record.end, inflating.frame));
                    inflating.frame = inflating.taken;
                    inflating.record.end += inflated.bytes.len() as u64;
                    let mut plain = inflated.bytes;
                    while !plain.is_empty() {
                        let (taken, ended) = own.frames.step(plain);
                        plain = plain.get(taken..).unwrap_or_default();
                        if ended {
                            self.packet(from, &own.frames, time);
                        }
                    }
                }
                continue;
            }
            let (taken, ended) = own.frames.step(rest);
            rest = rest.get(taken..).unwrap_or_default();
            if ended && self.packet(from, &own.frames, time) {
                for side in [&mut *own, &mut *other] {
                    side.compress(self.ladder.as_ref().map(|ladder| *ladder.now()));
                }
            }
        }
        if self.tls {
            self.tls_bytes += rest.len() as u64;
        }
    }

    /// A packet ended; true if compression begins behind it.
    fn packet(&mut self, from: Direction, frames: &Frames, time: u64) -> bool {
        let Some(ladder) = &mut self.ladder else { return false };
        let framed = frames.packet();
        let said = Said {
            from,
            time,
            sequence: framed.sequence,
            length: framed.length,
            wire_length: framed.wire_length,
            head: framed.head,
            incomplete: framed.incomplete,
        };
        let before = ladder.now().phase();
        ladder.add(&said, framed.at);
        let now = *ladder.now();
        if now.phase() == Phase::Dump {
            match from {
                Direction::Client if before != Phase::Dump => self.logs.begin(),
                Direction::Server if framed.head.first() == Some(&0) => self.logs.event(&said, framed.at),
                _ => {}
            }
        }
        self.tls |= now.tls() && now.phase() == Phase::Login;
        let authenticated = matches!(before, Phase::Authentication(_)) && now.phase() == Phase::Idle;
        authenticated && now.compression().is_some()
    }
}

impl Side {
    /// What follows is compressed.
    fn compress(&mut self, state: Option<Conversation>) {
        let Some(compression) = state.and_then(|state| state.compression()) else { return };
        let from = self.frames.position();
        let record = Inflated { from, compression, marks: Vec::new(), end: from };
        self.inflating = Some(Inflating { inflater: Inflater::new(compression), record, frame: from, taken: from });
        self.frames.begin_at(from);
    }
}
