//! The recordings of tests/fixtures/conversations as packets, each with the conversation before it.

use std::path::{Path, PathBuf};

use mysql_protocol::compressed::Inflater;
use mysql_protocol::framer::Framer;
use mysql_protocol::{Conversation, Direction, Packet, Phase};

/// One packet.
#[derive(Debug)]
pub struct Said {
    pub from: Direction,
    pub before: Conversation,
    pub payload: Vec<u8>,
    pub sequence: u8,
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/conversations")
}

pub fn names() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the recordings are there");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let recordings = paths.filter(|path| path.extension().is_some_and(|end| end == "conversation"));
    let mut names: Vec<String> =
        recordings.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// One side's way from the wire to packets.
#[derive(Default)]
struct Side {
    framer: Framer,
    inflater: Option<Inflater>,
}

impl Side {
    fn packets(&mut self, bytes: &[u8], each: &mut dyn FnMut(u8, &[u8])) {
        let mut frames = Vec::new();
        match &mut self.inflater {
            None => frames.extend_from_slice(bytes),
            Some(inflater) => {
                let mut at = 0;
                while at < bytes.len() {
                    let (taken, inflated) = inflater.step(&bytes[at..]).expect("inflates");
                    frames.extend(inflated.map_or(&[][..], |inflated| inflated.bytes));
                    at += taken;
                }
            }
        }
        let mut at = 0;
        while at < frames.len() {
            let (taken, joined) = self.framer.step(&frames[at..]).expect("frames");
            at += taken;
            if let Some(joined) = joined {
                assert_eq!(joined.out_of_order, None);
                each(joined.sequence, joined.payload);
            }
        }
    }
}

/// The packets of a recording. `piece`: at most so many bytes are given at a time.
pub fn packets(name: &str, piece: usize) -> Vec<Said> {
    let bytes = std::fs::read(folder().join(format!("{name}.conversation"))).expect("the recording is there");
    let mut rest = &bytes[..];
    let (mut client, mut server) = (Side::default(), Side::default());
    let mut conversation = Conversation::new();
    let mut all = Vec::new();
    while let [who, a, b, c, d, after @ ..] = rest {
        let (said, next) = after.split_at(u32::from_le_bytes([*a, *b, *c, *d]) as usize);
        rest = next;
        let (from, side) = match who {
            b'C' => (Direction::Client, &mut client),
            _ => (Direction::Server, &mut server),
        };
        for piece in said.chunks(piece) {
            side.packets(piece, &mut |sequence, payload| {
                let before = conversation;
                let packet = before.read(from, payload, None, ()).expect("a real packet");
                conversation.advance(from, &packet);
                all.push(Said { from, before, payload: payload.to_vec(), sequence });
            });
        }
        // Compression begins behind the OK that ends authentication.
        let done = conversation.phase() == Phase::Idle && client.inflater.is_none();
        if let Some(compression) = conversation.compression().filter(|_| done) {
            client.inflater = Some(Inflater::new(compression));
            server.inflater = Some(Inflater::new(compression));
        }
    }
    assert!(rest.is_empty());
    all
}

/// What a packet is, in a word.
pub fn kind(packet: &Packet<'_>) -> &'static str {
    match packet {
        Packet::Handshake(_) => "handshake",
        Packet::SslRequest(_) => "ssl_request",
        Packet::HandshakeResponse(_) => "response",
        Packet::AuthSwitch(_) => "auth_switch",
        Packet::AuthMore(_) => "auth_more",
        Packet::AuthData(_) => "auth_data",
        Packet::Ok(_) => "ok",
        Packet::Err(_) => "err",
        Packet::Eof(_) => "eof",
        Packet::ResultSetHeader(_) => "result",
        Packet::ColumnDefinition(_) => "column",
        Packet::Row(_) => "row",
        Packet::Query(_) => "query",
        Packet::InitDb(_) => "init_db",
        Packet::RegisterSlave(_) => "register",
        Packet::BinlogDump(_) => "dump",
        Packet::BinlogDumpGtid(_) => "dump_gtid",
        Packet::Command(..) => "command",
        Packet::CommandAnswer(_) => "answer",
        Packet::Event(_) => "event",
        Packet::SemiSyncAck(_) => "ack",
        other => panic!("{other:?}"),
    }
}
