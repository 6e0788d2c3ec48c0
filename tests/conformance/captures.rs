//! Captures of a network: whatever file and link they are written in, and whatever the network did to the order of
//! segments, they have the conversations that were recorded, packet for packet, and the logs in them.

#[allow(dead_code, reason = "shared")]
mod pcap;
mod random;
#[allow(dead_code, reason = "shared")]
#[path = "../../crates/mysql-protocol/tests/recorded.rs"]
mod recorded;

use std::rc::Rc;

use binlog_explorer::capture::{Capture, Found};
use binlog_explorer::conversation::{Ladder, LadderRow, pasted};
use binlog_explorer::document::Document;
use binlog_explorer::messages::english;
use binlog_explorer::source::{Memory, Source, read_range};
use binlog_explorer::wrapper::is_capture;
use mysql_protocol::command::{BinlogDump, dump_flag};
use mysql_protocol::framer::write_packet;
use mysql_protocol::{Direction, Kind};

use crate::pcap::{BEGUN, Connection, FILES, File, LINKS, Link, Segment, capture};
use crate::random::Random;
use crate::recorded::{Said, folder, names, packets};

/// What each side said, in the order of the recording.
fn said(name: &str) -> Vec<(bool, Vec<u8>)> {
    let bytes = std::fs::read(folder().join(format!("{name}.conversation"))).expect("the recording is there");
    let mut rest = &bytes[..];
    let mut all = Vec::new();
    while let [who, a, b, c, d, after @ ..] = rest {
        let (said, next) = after.split_at(u32::from_le_bytes([*a, *b, *c, *d]) as usize);
        rest = next;
        all.push((*who == b'C', said.to_vec()));
    }
    all
}

fn connection(name: &str, port: u16, piece: usize) -> Connection {
    let mut connection = Connection::new(port);
    for (from_client, bytes) in said(name) {
        connection.say(from_client, &bytes, piece);
    }
    connection
}

fn read(bytes: Vec<u8>) -> Capture {
    Capture::read(Rc::new(Memory::new(bytes))).expect("a capture")
}

/// All packets as the list has them.
fn rows(found: &Found) -> Vec<binlog_explorer::conversation::PacketRow> {
    let list = found.ladder.list(0, u32::MAX);
    assert_eq!(list.len() as u64, found.ladder.rows());
    let packets: Vec<_> = list
        .into_iter()
        .filter_map(|row| match row {
            LadderRow::Packet(packet) => Some(packet),
            LadderRow::Stage { .. } => None,
        })
        .collect();
    assert_eq!(packets.len() as u64, found.ladder.packets());
    packets
}

/// The conversation is the recorded one.
fn assert_same(found: &Found, recorded: &[Said], place: &str) {
    let rows = rows(found);
    assert_eq!(rows.len(), recorded.len(), "{place}");
    for (row, said) in rows.iter().zip(recorded) {
        assert_eq!(row.client, said.from == Direction::Client, "{place}, packet {}", row.number);
        assert_eq!((row.length, row.sequence), (said.payload.len() as u64, said.sequence), "{place}");
        let (bytes, _) = found.ladder.bytes(row.address.offset, row.length as u32 + 4);
        assert_eq!(bytes[4..], said.payload, "{place}, packet {}", row.number);
        assert_eq!(bytes[3], said.sequence, "{place}");
        let kind = Kind::of(&said.before.read(said.from, &said.payload, None, ()).expect("read"));
        assert!(row.event || row.name == kind.name(), "{place}: {} {kind:?}", row.name);
        assert_eq!(found.ladder.rank(row.address.offset + 2), Some(row.row), "{place}");
        assert!(!row.faulty, "{place}, packet {}", row.number);
    }
}

#[test]
fn every_recording_is_found_in_every_kind_of_capture() {
    for name in names() {
        let recorded = packets(&name, usize::MAX);
        for file in FILES {
            for link in LINKS {
                for v6 in [false, true] {
                    let place = format!("{name} {file:?} {link:?} {v6}");
                    let bytes = capture(&connection(&name, 40_000, 1448).segments, file, link, v6);
                    assert!(is_capture(&Memory::new(bytes.clone())), "{place}");
                    let capture = read(bytes);
                    let [found] = capture.conversations() else { panic!("{place}: {capture:?}") };
                    assert_same(found, &recorded, &place);
                    assert_eq!(found.server.0.port(), 33071, "{place}");
                    assert_eq!((found.lost, found.repeated, found.reordered, found.late), (0, 0, 0, false), "{place}");
                    let first = &rows(found)[0];
                    assert_eq!(first.time, (BEGUN * 1000 + 2) * 1000, "{place}");
                    assert_eq!(capture.notes(), [], "{place}");
                }
            }
        }
    }
}

/// Segments swapped, and some of them sent again, whole or with what follows them.
fn disturbed(segments: &[Segment], random: &mut Random) -> Vec<Segment> {
    let mut out: Vec<Segment> = segments.to_vec();
    for at in 2..out.len().saturating_sub(1) {
        let both = out[at].from_client == out[at + 1].from_client;
        if both && random.below(3) == 0 {
            out.swap(at, at + 1);
        }
    }
    let mut again = Vec::new();
    for segment in out {
        again.push(segment.clone());
        if random.below(4) == 0 {
            again.push(segment);
        }
    }
    // What was acknowledged in two segments is sent again in one.
    let joined: Vec<_> = again
        .windows(2)
        .filter(|pair| {
            let next = pair[0].sequence.wrapping_add(pair[0].payload.len() as u32);
            !pair[0].syn && pair[0].from_client == pair[1].from_client && next == pair[1].sequence
        })
        .map(|pair| Segment { payload: [&pair[0].payload[..], &pair[1].payload].concat(), ..pair[0].clone() })
        .collect();
    again.extend(joined);
    again
}

#[test]
fn segments_come_in_any_order_and_again() {
    let mut random = Random(5);
    for name in names() {
        let recorded = packets(&name, usize::MAX);
        for piece in [1, 7, 100] {
            let segments = disturbed(&connection(&name, 50_000, piece).segments, &mut random);
            let capture = read(capture(&segments, File::Pcap, Link::Ethernet, false));
            let [found] = capture.conversations() else { panic!("{name} {piece}: {capture:?}") };
            assert!(found.repeated > 0 && found.lost == 0, "{name} {piece}: {found:?}");
            // Answers may have come before what they answer: each side's own packets are what counts.
            for from in [Direction::Client, Direction::Server] {
                let own = |row: &&binlog_explorer::conversation::PacketRow| row.client == (from == Direction::Client);
                let rows = rows(found);
                let bytes: Vec<Vec<u8>> = rows
                    .iter()
                    .filter(own)
                    .map(|row| found.ladder.bytes(row.address.offset, row.length as u32 + 4).0.split_off(4))
                    .collect();
                let expected: Vec<Vec<u8>> =
                    recorded.iter().filter(|said| said.from == from).map(|said| said.payload.clone()).collect();
                assert_eq!(bytes, expected, "{name} {piece} {from:?}");
            }
        }
    }
}

/// The events of a recorded stream, without those that are in no file.
fn log_of(recorded: &[Said]) -> Vec<u8> {
    let mut log = b"\xfebin".to_vec();
    for said in recorded {
        let packet = said.before.read(said.from, &said.payload, None, ()).expect("read");
        let mysql_protocol::Packet::Event(event) = packet else { continue };
        let header = binlog_format::header::EventHeader::peek(event.bytes).expect("a header");
        let made_up = header.flags & binlog_format::header::flag::ARTIFICIAL != 0
            || (header.log_pos == 0 && [4, 163].contains(&header.type_code))
            || header.type_code == 27;
        if !made_up {
            log.extend(event.bytes);
        }
    }
    log
}

#[test]
fn the_log_in_a_dump_is_one_like_any_other() {
    for name in ["mysql-dump", "mysql-dump-gtid", "mariadb-dump"] {
        let expected = log_of(&packets(name, usize::MAX));
        let bytes = capture(&connection(name, 40_000, 77).segments, File::PcapNg, Link::Cooked, false);
        let capture = read(bytes);
        let [found] = capture.conversations() else { panic!("{name}") };
        let [log] = &found.logs[..] else { panic!("{name}: {:?}", found.logs) };
        assert!(log.name().contains(".000001"), "{}", log.name());
        assert_eq!(read_range(log, 0, log.length()).expect("readable"), expected, "{name}");
        let mut document = Document::new(log.name().into(), Box::new(log.clone()), false, Vec::new()).expect("opens");
        document.scan_all().expect("scans");
        let index = document.index();
        assert_eq!((index.damaged, index.bad_checksums), (0, 0), "{name}");
        assert_eq!(index.events, log.events(), "{name}");
    }
}

#[test]
fn what_is_lost_is_noted_and_the_rest_is_read() {
    let recorded = packets("mysql-dump", usize::MAX);
    let whole = connection("mysql-dump", 40_000, 48);
    let (mut noted, mut most) = (0, 0);
    for gone in 3..whole.segments.len() {
        let mut segments = whole.segments.clone();
        let lost = segments.remove(gone);
        let bytes = capture(&segments, File::Pcap, Link::Raw, true);
        let capture = read(bytes);
        let [found] = capture.conversations() else { panic!("without {gone}: {capture:?}") };
        // Behind the last one nothing tells that it is missing.
        let last = !segments[gone..].iter().any(|segment| segment.from_client == lost.from_client);
        assert_eq!(found.lost, if last { 0 } else { lost.payload.len() as u64 }, "without {gone}");
        noted += usize::from(found.view().notes.iter().any(|note| english(note).contains("not in the capture")));
        most = most.max(found.ladder.packets());
        for row in rows(found) {
            // Whatever is shown of the rest, nothing panics.
            let _ = found.ladder.event(row.address.offset);
        }
        for log in &found.logs {
            let mut document =
                Document::new("log".into(), Box::new(log.clone()), true, Vec::new()).expect("begins as a log");
            let _ = document.scan_all();
        }
    }
    assert!(noted > whole.segments.len() / 2, "{noted}");
    assert!(most >= recorded.len() as u64 - 2, "{most} of {}", recorded.len());
}

/// A frame whose end was not captured leaves a hole of that size, and packets go on behind it.
#[test]
fn cut_frames_leave_holes() {
    let mut connection = connection("mysql-dump", 40_000, 64);
    let at = connection.segments.len() - 6;
    connection.segments[at].cut = 20;
    let capture = read(capture(&connection.segments, File::PcapNg, Link::Ethernet, false));
    let [found] = capture.conversations() else { panic!("{capture:?}") };
    assert_eq!(found.lost, 20);
    assert!(
        rows(found).iter().any(|row| row.faulty) || found.ladder.packets() < packets("mysql-dump", 64).len() as u64
    );
}

#[test]
fn a_capture_that_begins_late_has_what_is_left() {
    let recorded = packets("mysql-dump", usize::MAX);
    let whole = connection("mysql-dump", 40_000, 1 << 16);
    let dump = whole.segments.iter().position(|segment| segment.payload.get(4) == Some(&0x12)).expect("a dump");
    for from in [dump, dump + 1] {
        let bytes = capture(&whole.segments[from..], File::Pcap, Link::Loopback, false);
        let capture = read(bytes);
        let [found] = capture.conversations() else { panic!("from {from}: {capture:?}") };
        assert!(found.late);
        assert_eq!(found.server.0.port(), 33071, "from {from}");
        let events = rows(found).iter().filter(|row| row.event).count();
        let expected = recorded.iter().filter(|said| said.before.phase() == mysql_protocol::Phase::Dump);
        assert_eq!(events, expected.filter(|said| said.payload[0] == 0).count(), "from {from}");
        let [log] = &found.logs[..] else { panic!("{:?}", found.logs) };
        assert_eq!(read_range(log, 0, log.length()).expect("readable"), log_of(&recorded));
    }
    // Between commands.
    let query = whole.segments.iter().position(|segment| segment.payload.get(4) == Some(&3)).expect("a query");
    let bytes = capture(&whole.segments[query..], File::Pcap, Link::Loopback, false);
    let capture = read(bytes);
    let [found] = capture.conversations() else { panic!("{capture:?}") };
    assert!(found.late && found.ladder.packets() > 10);
}

#[test]
fn tls_is_named_and_others_are_counted() {
    let mut tls = Connection::new(40_001);
    let recorded = said("mysql-dump");
    tls.say(false, &recorded[0].1, 9000);
    // CLIENT_SSL among what usual clients want.
    let mut request = Vec::new();
    let flags = u64::from(u32::from_le_bytes(recorded[1].1[4..8].try_into().expect("four bytes"))) | 1 << 11;
    let asks = mysql_protocol::login::SslRequest { capabilities: flags, max_packet_size: 1 << 24, character_set: 255 };
    asks.write(&mut request);
    let mut framed = Vec::new();
    write_packet(&request, 1, &mut framed);
    tls.say(true, &framed, 9000);
    tls.say(true, b"\x16\x03\x01\x00\x05\x01hello", 9000);
    tls.say(false, &[0x16; 1000], 300);
    let mut other = Connection::new(40_002);
    other.say(true, b"GET / HTTP/1.1\r\n\r\n", 9000);
    let mut https = Connection::new(40_003);
    https.say(true, b"\x16\x03\x01\x02\x00\x01\x00", 9000);
    let all = [tls.segments, other.segments, https.segments].concat();
    let capture = read(capture(&all, File::Pcap, Link::Ethernet, false));
    let [found] = capture.conversations() else { panic!("{capture:?}") };
    let names: Vec<_> = rows(found).into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["HandshakeV10", "SSLRequest"]);
    assert_eq!(found.tls_bytes, 1011);
    let notes: Vec<_> = found.view().notes.iter().map(english).collect();
    assert!(notes.iter().any(|note| note.contains("TLS") && note.contains("1011")), "{notes:?}");
    assert_eq!((capture.counts().tls, capture.counts().others), (1, 1));
}

/// A report took the bytes `01 00` for 0x0100; whoever sends those means something else too.
#[test]
fn flags_in_the_wrong_order_are_marked() {
    let mut connection = Connection::new(40_000);
    let recorded = said("mysql-dump");
    let mut client = 0;
    for (from_client, bytes) in &recorded {
        let mut bytes = bytes.clone();
        if *from_client && bytes.get(4) == Some(&0x12) {
            let dump =
                BinlogDump { position: 4, flags: dump_flag::NON_BLOCK << 8, server_id: 7, file_name: b"b.000001" };
            let mut payload = Vec::new();
            dump.write(binlog_format::Flavor::Mysql, &mut payload);
            bytes.clear();
            write_packet(&payload, 0, &mut bytes);
            client += 1;
        }
        connection.say(*from_client, &bytes, 9000);
    }
    assert_eq!(client, 1);
    let capture = read(capture(&connection.segments, File::Pcap, Link::Ethernet, false));
    let [found] = capture.conversations() else { panic!("{capture:?}") };
    assert_eq!(found.ladder.marked(), 1);
    let row = rows(found).into_iter().find(|row| row.marked).expect("marked");
    assert_eq!(row.name, "COM_BINLOG_DUMP");
    let view = found.ladder.event(row.address.offset).expect("shown");
    let flags = view.nodes.iter().find(|node| node.id == "com_binlog_dump.flags").expect("flags");
    let words = english(flags.error.as_ref().expect("a doubt"));
    assert!(words.contains("0x0100") && words.contains("0x0001"), "{words}");
    assert_eq!(view.error, flags.error);
    assert_eq!((flags.start, flags.end), (row.address.offset + 9, row.address.offset + 11));
    assert_eq!(view.explanation, "packet_kind.binlog_dump");
}

/// Leaves partition every packet, header included, as they do with events.
#[test]
fn the_fields_of_a_packet_cover_it() {
    for name in names() {
        let capture = read(capture(&connection(&name, 40_000, 1448).segments, File::Pcap, Link::Ethernet, false));
        let [found] = capture.conversations() else { panic!("{name}") };
        for row in rows(found) {
            let place = format!("{name}, packet {} {}", row.number, row.name);
            let view = found.ladder.event(row.address.offset).expect("shown");
            let mut at = view.address.offset;
            for leaf in view.nodes.iter().filter(|node| !node.branch) {
                assert_eq!(leaf.start, at, "{place}: {}", leaf.id);
                at = leaf.end;
            }
            assert_eq!(at, view.end, "{place}");
            // Both servers' own tools ask for a stream that ends in this way.
            let doubt = view.error.as_ref().filter(|error| error.id != "sense-server-id-zero");
            assert_eq!((doubt, row.marked), (None, view.error.is_some()), "{place}");
            assert!(!view.nodes.iter().any(|node| node.id == "unknown"), "{place}");
        }
    }
}

/// Who said pasted packets, and after what, is found out by what they are.
#[test]
fn pasted_packets_are_recognised() {
    for name in names() {
        let recorded = packets(&name, usize::MAX);
        let mut framed = Vec::new();
        let mut expected = Vec::new();
        for said in &recorded {
            write_packet(&said.payload, said.sequence, &mut framed);
            let kind = Kind::of(&said.before.read(said.from, &said.payload, None, ()).expect("read"));
            expected.push((said.from == Direction::Client, kind));
        }
        let ladder = pasted(&framed).unwrap_or_else(|| panic!("{name} is packets"));
        let rows = ladder.list(0, u32::MAX);
        let found: Vec<_> = rows
            .iter()
            .filter_map(|row| match row {
                LadderRow::Packet(packet) => Some((packet.client, packet.name.clone(), packet.event)),
                LadderRow::Stage { .. } => None,
            })
            .collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for ((client, name_of, event), (said_by_client, kind)) in found.iter().zip(&expected) {
            assert_eq!(client, said_by_client, "{name}: {name_of}");
            assert!(*event == (*kind == Kind::Event) && (*event || name_of == kind.name()), "{name}: {name_of}");
        }
    }
    // Only the payload of a request, and with a doubt: a published report's bytes.
    let dump = BinlogDump { position: 4, flags: dump_flag::NON_BLOCK << 8, server_id: 7, file_name: b"b.000001" };
    let mut payload = Vec::new();
    dump.write(binlog_format::Flavor::Mysql, &mut payload);
    let ladder = pasted(&payload).expect("a request");
    assert_eq!((ladder.packets(), ladder.marked()), (1, 1));
    // A file, an event, a packet with an event, prose.
    let log = log_of(&packets("mysql-dump", usize::MAX));
    assert!(pasted(&log).is_none() && pasted(&log[4..]).is_none() && pasted(b"good morning").is_none());
    assert!(pasted(b"").is_none());
}

/// A live connection's packets come while the list is shown: what it keeps is bounded, and what is dropped is said.
#[test]
fn packets_that_come_are_kept_within_bounds() {
    let recorded = packets("mysql-dump", usize::MAX);
    let mut ladder = Ladder::new(1, mysql_protocol::Conversation::new());
    for said in &recorded {
        let rows = ladder.rows();
        let at = ladder.append(said.from, 1, said.sequence, said.payload.len() as u64 + 4, &said.payload);
        assert!(at.is_some() && ladder.rows() > rows);
        assert!(
            ladder.event(at.expect("listed")).expect("shown").error.is_none_or(|error| error.id.starts_with("sense"))
        );
    }
    let event = recorded.iter().rfind(|said| said.payload.len() > 60 && said.payload[0] == 0).expect("an event");
    let first_big = ladder.packets();
    let mut large = event.payload.clone();
    large.resize(1 << 20, 7);
    for _ in 0..64 {
        ladder.append(Direction::Server, 2, 9, 0, &large).expect("listed");
    }
    let rows = ladder.list(0, u32::MAX);
    let address = |number: u64| {
        rows.iter().find_map(|row| match row {
            LadderRow::Packet(packet) if packet.number == number => Some(packet.address.offset),
            _ => None,
        })
    };
    let dropped = ladder.event(address(first_big + 2).expect("listed")).expect_err("dropped");
    assert_eq!(dropped.id, "packet-missing");
    assert!(ladder.event(address(ladder.packets()).expect("listed")).is_ok());
    // The handshake stays.
    assert!(ladder.event(0).is_ok());
}

#[test]
fn damaged_captures_end_where_they_are_damaged() {
    let whole = capture(&connection("mysql-dump", 40_000, 500).segments, File::PcapNg, Link::Ethernet, false);
    for cut in (0..whole.len()).step_by(13) {
        if let Some(capture) = Capture::read(Rc::new(Memory::new(whole[..cut].to_vec()))) {
            assert!(capture.conversations().len() <= 1);
        }
    }
    let mut random = Random(9);
    for _ in 0..300 {
        let mut bytes = whole.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        if let Some(capture) = Capture::read(Rc::new(Memory::new(bytes))) {
            for found in capture.conversations() {
                for row in rows(found) {
                    let _ = found.ladder.event(row.address.offset);
                }
                for log in &found.logs {
                    let _ = read_range(log, 0, log.length());
                }
            }
        }
    }
}
