//! Conversations, as they are recorded: `C` or `S`, a length (u32, little-endian), the bytes of one read.
#![no_main]

use binlog_format::event::Context;
use binlog_format::tree::FieldTree;
use binlog_format_fuzz::format;
use binlog_format_fuzz::observed::assert_coverage;
use libfuzzer_sys::fuzz_target;
use mysql_protocol::compressed::Inflater;
use mysql_protocol::framer::{Framer, write_packet};
use mysql_protocol::gtid_set::OwnedGtidSet;
use mysql_protocol::sense::suspicions;
use mysql_protocol::{Conversation, Direction, Packet, Phase};

#[derive(Default)]
struct Side {
    framer: Framer,
    inflater: Option<Inflater>,
}

fuzz_target!(|data: &[u8]| {
    let format = format(0);
    let context = Context::new(&format);
    let (mut client, mut server) = (Side::default(), Side::default());
    let mut conversation = Conversation::new();
    let mut rest = data;
    while let [who, a, b, c, d, after @ ..] = rest {
        let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        let (said, next) = after.split_at(length.min(after.len()));
        rest = next;
        let (from, side) = match who {
            b'C' => (Direction::Client, &mut client),
            _ => (Direction::Server, &mut server),
        };
        let mut frames = said.to_vec();
        if let Some(inflater) = &mut side.inflater {
            frames.clear();
            let mut at = 0;
            while at < said.len() {
                let Ok((taken, inflated)) = inflater.step(&said[at..]) else { return };
                frames.extend(inflated.map_or(&[][..], |inflated| inflated.bytes));
                at += taken;
            }
        }
        let mut at = 0;
        while at < frames.len() {
            let Ok((taken, joined)) = side.framer.step(&frames[at..]) else { return };
            at += taken;
            if let Some(joined) = joined {
                packet(&mut conversation, from, joined.payload, &context);
            }
        }
        let done = conversation.phase() == Phase::Idle && client.inflater.is_none();
        if let Some(compression) = conversation.compression().filter(|_| done) {
            client.inflater = Some(Inflater::new(compression));
            server.inflater = Some(Inflater::new(compression));
        }
    }
});

/// The two laws, blanking and doubts of one packet.
fn packet(conversation: &mut Conversation, from: Direction, payload: &[u8], context: &Context<'_>) {
    let mut tree = FieldTree::with_budget(usize::MAX / 8);
    let observed = conversation.read(from, payload, Some(context), &mut tree);
    let plain = conversation.read(from, payload, Some(context), ());
    assert_eq!(format!("{observed:?}"), format!("{plain:?}"));
    assert_coverage(payload, &tree, &|| "the packet".to_owned(), &mut |_| {});
    let mut blanked = payload.to_vec();
    conversation.blank(from, &mut blanked);
    assert_eq!(blanked.len(), payload.len());
    suspicions(payload, &plain, Some(context), &mut |_| {});
    let Ok(read) = plain else { return };
    match &read {
        Packet::Row(row) => assert!(row.values().count() as u64 <= row.columns),
        Packet::HandshakeResponse(response) => assert!(response.attributes().count() <= payload.len()),
        Packet::BinlogDumpGtid(dump) => {
            if let Ok(set) = OwnedGtidSet::decode(dump.gtid_set) {
                assert_eq!(OwnedGtidSet::decode(&set.encode()), Ok(set));
            }
        }
        _ => {}
    }
    let mut framed = Vec::new();
    write_packet(payload, 0, &mut framed);
    assert_eq!(Framer::new().step(&framed).expect("framed").1.map(|joined| joined.payload), Some(payload));
    conversation.advance(from, &read);
}
