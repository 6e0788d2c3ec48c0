//! Packets out of nowhere: who said them, and how far the conversation was, is told by what they are.

use binlog_format::Flavor;
use binlog_format::container::Container;
use mysql_protocol::framer::{Framer, HEADER};
use mysql_protocol::login::AuthMore;
use mysql_protocol::{Conversation, Direction, Kind, Packet, Phase, command};

use super::{Ladder, frame_header, in_stream};
use crate::capture::begins_event;

/// A packet with what its frame says.
type Framed = (u8, Vec<u8>);

/// The packets that pasted bytes are, one behind the other, or one without the header of its frame. `None` for what is
/// rather a binary log, an event, or nothing known.
pub fn pasted(bytes: &[u8]) -> Option<Ladder> {
    if matches!(Container::recognise(bytes), Container::Binlog) {
        return None;
    }
    let framed = frames(bytes);
    let (packets, bare) = match framed {
        Some(packets) => (packets, false),
        None => (vec![(0, bytes.to_vec())], true),
    };
    let (sequence, first) = packets.first()?;
    // A lone event is looked at as an event.
    if packets.len() == 1 && (bare && !asks(first) || !bare && begins_event(bytes)) {
        return None;
    }
    let (mut from, begun) = begins(*sequence, first, bytes)?;
    let mut ladder = Ladder::new(1, begun);
    for (sequence, payload) in &packets {
        let before = *ladder.now();
        let wire = (payload.len() + if bare { 0 } else { HEADER }) as u64;
        ladder.append(from, 0, *sequence, wire, payload);
        let packet = before.read(from, payload, None, ());
        from = next(from, packet.as_ref().ok(), ladder.now());
    }
    Some(ladder)
}

/// All of it, if it is frames and nothing else.
fn frames(bytes: &[u8]) -> Option<Vec<Framed>> {
    let mut framer = Framer::new();
    let mut packets = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        // What is cut would be waited for.
        if rest.len() < HEADER || (packets.is_empty() && frame_header(rest)?.length == 0) {
            return None;
        }
        let (taken, packet) = framer.step(rest).ok()?;
        let packet = packet?;
        packets.push((packet.sequence, packet.payload.to_vec()));
        at += taken;
    }
    (!packets.is_empty()).then_some(packets)
}

/// A request that nothing else looks like, also where it does not say what was meant.
fn asks(payload: &[u8]) -> bool {
    use command::code;
    let least = match payload.first() {
        Some(&code::BINLOG_DUMP) => 11,
        Some(&(code::REGISTER_SLAVE | code::BINLOG_DUMP_GTID)) => 18,
        _ => return false,
    };
    payload.len() >= least && payload.len() < 1 << 16
}

/// Who says the first packet, and what went before it.
fn begins(sequence: u8, payload: &[u8], framed: &[u8]) -> Option<(Direction, Conversation)> {
    use command::code;
    let new = Conversation::new();
    let idle = Conversation::logged_in(0, Flavor::Mysql);
    let reads = |state: Conversation, from| state.read(from, payload, None, ());
    if sequence == 0 && matches!(reads(new, Direction::Server), Ok(Packet::Handshake(_))) {
        return Some((Direction::Server, new));
    }
    let first = *payload.first()?;
    let answers = matches!(
        Kind::of(&reads(new, Direction::Client).ok().unwrap_or(Packet::Unexpected(&[]))),
        Kind::HandshakeResponse | Kind::SslRequest
    );
    if sequence == 1 && answers {
        return Some((Direction::Client, new));
    }
    if begins_event(framed) {
        return Some((Direction::Server, in_stream(Flavor::Mysql)));
    }
    let known = matches!(
        first,
        code::QUIT..=code::QUERY
            | code::STATISTICS
            | code::PROCESS_KILL
            | code::PING
            | code::BINLOG_DUMP
            | code::REGISTER_SLAVE
            | code::SET_OPTION..=code::RESET_CONNECTION
    );
    if sequence == 0 && (asks(payload) || (known && reads(idle, Direction::Client).is_ok())) {
        return Some((Direction::Client, idle));
    }
    const ANSWERS: [u8; 3] = [0x00, 0xfe, 0xff];
    if sequence > 0 && ANSWERS.contains(&first) {
        let mut asked = idle;
        let statement = mysql_protocol::command::Query { parameters: 0, statement: b"" };
        asked.advance(Direction::Client, &Packet::Query(statement));
        return reads(asked, Direction::Server).is_ok().then_some((Direction::Server, asked));
    }
    None
}

/// Who speaks after a packet.
fn next(from: Direction, packet: Option<&Packet<'_>>, now: &Conversation) -> Direction {
    match (now.phase(), packet) {
        (Phase::Idle | Phase::Login, _) => Direction::Client,
        (Phase::Authentication(_), Some(Packet::AuthMore(AuthMore::FastAuthSuccess))) => Direction::Server,
        (Phase::Authentication(_), _) if from == Direction::Server => Direction::Client,
        _ => Direction::Server,
    }
}
