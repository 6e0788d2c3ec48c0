//! Packets built here: frames, streams, what others got wrong, and what their senders did not mean.

use binlog_format::event::Context;
use binlog_format::{Checksum, ErrorCode, Flavor, Format};
use mysql_protocol::command::{BinlogDump, BinlogDumpGtid, Query, RegisterSlave, code, dump_flag};
use mysql_protocol::compressed::{Inflater, write_stored};
use mysql_protocol::conversation::Compression;
use mysql_protocol::framer::{Framer, write_packet};
use mysql_protocol::gtid_set::OwnedGtidSet;
use mysql_protocol::limits::MAX_FRAME;
use mysql_protocol::login::{HandshakeResponse, SslRequest, write_attribute};
use mysql_protocol::sense::{Code, suspicions};
use mysql_protocol::stream::SemiSyncAck;
use mysql_protocol::{Conversation, Direction, Packet, Phase, capability};

fn idle() -> Conversation {
    Conversation::logged_in(0, Flavor::Mysql)
}

fn dumping() -> Conversation {
    let mut conversation = idle();
    let dump = BinlogDump { position: 4, flags: 0, server_id: 1, file_name: b"" };
    conversation.advance(Direction::Client, &Packet::BinlogDump(dump));
    conversation
}

/// The packets of a stream of frames, given in pieces.
fn joined(wire: &[u8], piece: usize) -> Vec<(Vec<u8>, u8, u32)> {
    let mut framer = Framer::new();
    let mut packets = Vec::new();
    for piece in wire.chunks(piece) {
        let mut at = 0;
        while at < piece.len() {
            let (taken, packet) = framer.step(&piece[at..]).unwrap();
            at += taken;
            if let Some(packet) = packet {
                assert_eq!(packet.out_of_order, None);
                packets.push((packet.payload.to_vec(), packet.sequence, packet.frames));
            }
        }
    }
    assert!(framer.is_between_packets());
    packets
}

/// A payload of 16777215 bytes is followed by an empty frame; one less is not.
#[test]
fn packets_are_joined_at_16_mib_less_one() {
    for (length, frames) in [(MAX_FRAME - 1, 1), (MAX_FRAME, 2), (MAX_FRAME + 139, 2), (2 * MAX_FRAME, 3)] {
        let payload: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let mut wire = Vec::new();
        let next = write_packet(&payload, 254, &mut wire);
        assert_eq!(next, 254u8.wrapping_add(frames as u8), "numbers begin again after 255");
        write_packet(b"next", next, &mut wire);
        for piece in [usize::MAX, 1 << 20, 16_384 + 3] {
            let packets = joined(&wire, piece);
            assert_eq!(packets.len(), 2, "{length} in {piece}");
            assert!(packets[0].0 == payload && (packets[0].1, packets[0].2) == (254, frames));
            assert_eq!(packets[1], (b"next".to_vec(), next, 1));
        }
    }
}

/// php-mysql-replication 45 and 47: the continuation has no status byte, only a header.
#[test]
fn continued_events_have_one_status_byte() {
    let mut event = vec![0u8; MAX_FRAME + 100];
    let size = event.len() as u32;
    event[9..13].copy_from_slice(&size.to_le_bytes());
    let packet = [&[0][..], &event].concat();
    let mut wire = Vec::new();
    write_packet(&packet, 0, &mut wire);
    let packets = joined(&wire, 1 << 20);
    let read = dumping().read(Direction::Server, &packets[0].0, None, ()).unwrap();
    assert!(matches!(read, Packet::Event(packet) if packet.bytes == event));
}

#[test]
fn frames_out_of_order_and_packets_without_end_are_told() {
    let mut framer = Framer::new();
    let mut wire = Vec::new();
    write_packet(&vec![0; MAX_FRAME], 7, &mut wire);
    let last = wire.len() - 1;
    wire[last] = 3;
    let (_, packet) = framer.step(&wire).unwrap();
    assert_eq!(packet.unwrap().out_of_order, Some((8, 3)));
    let mut endless = Framer::new();
    let frame = [&[0xff, 0xff, 0xff, 0][..], &vec![0; MAX_FRAME]].concat();
    let mut error = None;
    for _ in 0..70 {
        if let Err(fault) = endless.step(&frame) {
            error = Some(fault.code);
            break;
        }
    }
    assert_eq!(error, Some(ErrorCode::TooMany));
}

/// zongji 0.6.0 had a counter too few: both layers count, and frames begin and end where they like.
#[test]
fn compressed_frames_are_taken_apart_wherever_they_are_cut() {
    let mut wire = Vec::new();
    for number in 0..40u8 {
        write_packet(&vec![number; usize::from(number) * 50], number, &mut wire);
    }
    let expected = joined(&wire, usize::MAX);
    for compression in [Compression::Zlib, Compression::Zstd { level: 3 }] {
        let mut compressed = Vec::new();
        let mut sequence = 0u8;
        for (at, piece) in wire.chunks(777).enumerate() {
            if at % 5 == 0 {
                sequence = write_stored(piece, sequence, &mut compressed);
                continue;
            }
            let data = match compression {
                Compression::Zlib => miniz_oxide::deflate::compress_to_vec_zlib(piece, 6),
                Compression::Zstd { .. } => zstd::bulk::compress(piece, 3).unwrap(),
            };
            compressed.extend(&(data.len() as u32).to_le_bytes()[..3]);
            compressed.push(sequence);
            compressed.extend(&(piece.len() as u32).to_le_bytes()[..3]);
            compressed.extend(data);
            sequence = sequence.wrapping_add(1);
        }
        for size in [1, 5, 4096] {
            let mut inflater = Inflater::new(compression);
            let mut inflated = Vec::new();
            for piece in compressed.chunks(size) {
                let mut at = 0;
                while at < piece.len() {
                    let (taken, out) = inflater.step(&piece[at..]).unwrap();
                    at += taken;
                    inflated.extend(out.map_or(&[][..], |out| out.bytes));
                }
            }
            assert!(inflated == wire && joined(&inflated, usize::MAX) == expected, "{compression:?} in {size}");
        }
        // What does not inflate to what it says.
        let mut lying = compressed.clone();
        let second = 7 + 777;
        lying[second + 4] ^= 1;
        let mut inflater = Inflater::new(compression);
        inflater.step(&lying).unwrap();
        let fault = inflater.step(&lying[second..]).unwrap_err().code;
        assert!(matches!(fault, ErrorCode::Decompress | ErrorCode::DecompressedLength), "{fault:?}");
    }
}

/// A published report read the bytes `01 00` as 0x0100.
#[test]
fn a_published_report_took_non_block_for_0x0100() {
    let bytes = b"\x12\x04\0\0\0\x01\0\x07\0\0\0binlog.000001";
    let Ok(Packet::BinlogDump(dump)) = idle().read(Direction::Client, bytes, None, ()) else { panic!() };
    assert_eq!((dump.position, dump.flags, dump.server_id), (4, dump_flag::NON_BLOCK, 7));
    assert_eq!(dump.file_name, b"binlog.000001");
    assert_eq!(codes(bytes), []);
    let swapped = b"\x12\x04\0\0\0\0\x01\x07\0\0\0binlog.000001";
    assert_eq!(codes(swapped), [(Code::DumpFlagsSwapped, 0x100, 1)]);
}

/// The same report has strings of COM_REGISTER_SLAVE end with a zero byte: the server takes the first letter for a
/// length.
#[test]
fn a_published_report_ended_the_strings_of_register_slave_with_zero() {
    let register = RegisterSlave {
        server_id: 7,
        hostname: b"replica",
        user: b"repl",
        password: b"x",
        port: 3307,
        ..Default::default()
    };
    let mut bytes = Vec::new();
    register.write(&mut bytes);
    assert_eq!(bytes[..13], *b"\x15\x07\0\0\0\x07replica");
    assert_eq!(idle().read(Direction::Client, &bytes, None, ()), Ok(Packet::RegisterSlave(register)));
    assert_eq!(codes(&bytes), []);
    let wrong = b"\x15\x07\0\0\0replica\0repl\0x\0\xeb\x0c\0\0\0\0\0\0\0\0";
    let error = idle().read(Direction::Client, wrong, None, ()).unwrap_err();
    assert_eq!((error.code, error.expected), (ErrorCode::LengthTooLong, u64::from(b'r')));
    assert_eq!(codes(wrong), [(Code::RegisterNulTerminated, u64::from(b'r'), 7)]);
    // Empty strings are the same bytes either way: 17 of them behind the code.
    let mut empty = Vec::new();
    RegisterSlave { server_id: 7, ..Default::default() }.write(&mut empty);
    assert_eq!((empty.len(), codes(&empty)), (18, vec![]));
}

fn codes(payload: &[u8]) -> Vec<(Code, u64, u64)> {
    let mut found = Vec::new();
    let packet = idle().read(Direction::Client, payload, None, ());
    suspicions(payload, &packet, None, &mut |doubt| found.push((doubt.code, doubt.said, doubt.meant)));
    found
}

#[test]
fn dump_requests_that_are_shifted_are_known_again() {
    let name = b"binlog.000003";
    let request = |parts: &[&[u8]]| [&[code::BINLOG_DUMP][..], &parts.concat(), name].concat();
    let (position, flags, id) = (&[0x9a, 2, 0, 0][..], &[1, 0][..], &[7, 0, 0, 0][..]);
    let wide = request(&[position, &[0; 4], flags, id]);
    let wide_flags = request(&[position, flags, &[0; 2], id]);
    let with_length = request(&[position, flags, id, &[13, 0, 0, 0]]);
    let with_byte = request(&[position, flags, id, &[13]]);
    let twice = request(&[&[code::BINLOG_DUMP], position, flags, id]);
    for bytes in [wide, wide_flags, with_length, with_byte, twice] {
        let found = codes(&bytes);
        assert!(matches!(found[..], [(Code::DumpShifted, _, 0x29a)]), "{bytes:02x?}: {found:?}");
    }
    assert_eq!(codes(&[&request(&[position, flags, id])[..], &[0]].concat()), [(Code::DumpNameTerminated, 14, 13)]);
    assert_eq!(codes(&request(&[&[0; 4], flags, id])), [(Code::DumpPositionTooSmall, 0, 4)]);
    assert_eq!(codes(&request(&[position, flags, &[0; 4]])), [(Code::ServerIdZero, 0, 0)]);
    assert_eq!(codes(&request(&[position, flags, id])), []);
}

/// A rotate as a source makes it up when a stream begins, with a checksum or without.
fn rotate(with_checksum: bool) -> Vec<u8> {
    let name = b"binlog.000001";
    let size = 19 + 8 + name.len() + if with_checksum { 4 } else { 0 };
    let mut event = vec![0, 0, 0, 0, 4, 1, 0, 0, 0];
    event.extend((size as u32).to_le_bytes());
    event.extend([0, 0, 0, 0, 0x20, 0]);
    event.extend(4u64.to_le_bytes());
    event.extend(name);
    if with_checksum {
        event.extend(crc32fast::hash(&event).to_le_bytes());
    }
    event
}

/// mysql-wsrep, maxwell 721, php 11, python 260 and 263: the first rotate with or without its checksum gives or takes
/// four bytes of the file's name.
#[test]
fn a_checksum_read_where_none_is_is_told() {
    for (with_checksum, read_with, expected) in [
        (true, true, None),
        (false, false, None),
        (true, false, Some(Code::ChecksumUnread)),
        (false, true, Some(Code::ChecksumNotThere)),
    ] {
        let payload = [&[0][..], &rotate(with_checksum)].concat();
        let mut format = Format::assumed();
        format.checksum = if read_with { Checksum::Crc32 } else { Checksum::None };
        let context = Context::new(&format);
        let packet = dumping().read(Direction::Server, &payload, Some(&context), ());
        let mut found = None;
        suspicions(&payload, &packet, Some(&context), &mut |doubt| found = Some(doubt.code));
        assert_eq!(found, expected, "{with_checksum} {read_with}");
    }
}

/// go-mysql 15 and 180: two bytes more before each event, of which the replica knows only if it asked.
#[test]
fn semi_sync_bytes_are_no_part_of_the_event() {
    let event = rotate(true);
    for (prefix, need_ack) in [(&[0][..], None), (&[0, 0xef, 0], Some(false)), (&[0, 0xef, 1], Some(true))] {
        let payload = [prefix, &event].concat();
        let Ok(Packet::Event(packet)) = dumping().read(Direction::Server, &payload, None, ()) else { panic!() };
        assert_eq!((packet.need_ack, packet.bytes), (need_ack, &event[..]));
    }
    // An event whose time ends with the same byte, sent without the prefix.
    let mut late = rotate(false);
    late[0] = 0xef;
    let payload = [&[0][..], &late].concat();
    let Ok(Packet::Event(packet)) = dumping().read(Direction::Server, &payload, None, ()) else { panic!() };
    assert_eq!((packet.need_ack, packet.bytes), (None, &late[..]));
    let ack = SemiSyncAck { position: 0x1_0000_0004, file_name: b"binlog.000009" };
    let mut bytes = Vec::new();
    ack.write(&mut bytes);
    assert_eq!(bytes[..9], *b"\xef\x04\0\0\0\x01\0\0\0");
    assert_eq!(dumping().read(Direction::Client, &bytes, None, ()), Ok(Packet::SemiSyncAck(ack)));
}

/// A text row may begin with the byte of EOF, and an event's packet may be short.
#[test]
fn eof_is_told_by_its_length() {
    let mut conversation = idle();
    conversation.advance(Direction::Client, &Packet::Query(Query { parameters: 0, statement: b"SELECT" }));
    for packet in [&b"\x01"[..], b"\x03def\0\0\0\x01x\0\x0c\x3f\0\x01\0\0\0\x08\x81\0\0\0\0", b"\xfe\0\0\x02\0"] {
        let read = conversation.read(Direction::Server, packet, None, ()).unwrap();
        conversation.advance(Direction::Server, &read);
    }
    assert_eq!(conversation.phase(), Phase::Rows { columns: 1 });
    let row = conversation.read(Direction::Server, b"\xfe\x02\0\0\0\0\0\0\0ab", None, ()).unwrap();
    assert!(matches!(row, Packet::Row(row) if row.values().eq([Some(&b"ab"[..])])));
    let end = conversation.read(Direction::Server, b"\xfe\0\0\x0a\0", None, ()).unwrap();
    conversation.advance(Direction::Server, &end);
    assert_eq!(conversation.phase(), Phase::Answer(code::QUERY), "more results exist");
    // With EOF deprecated the stream still ends with either form.
    let mut conversation = Conversation::logged_in(capability::DEPRECATE_EOF, Flavor::Mysql);
    conversation.advance(
        Direction::Client,
        &Packet::BinlogDump(BinlogDump { position: 4, flags: 0, server_id: 1, file_name: b"" }),
    );
    assert!(matches!(conversation.read(Direction::Server, b"\xfe\0\0\x02\0", None, ()), Ok(Packet::Eof(_))));
    assert!(matches!(conversation.read(Direction::Server, b"\xfe\0\0\x02\0\0\0", None, ()), Ok(Packet::Ok(_))));
}

#[test]
fn query_attributes_stand_before_the_statement() {
    let conversation = Conversation::logged_in(capability::QUERY_ATTRIBUTES, Flavor::Mysql);
    let mut bytes = Vec::new();
    Query { parameters: 0, statement: b"DO 1" }.write(conversation.capabilities(), &mut bytes);
    assert_eq!(bytes, b"\x03\0\x01DO 1");
    // Two parameters: a number and NULL, then a text.
    let with = b"\x03\x03\x01\x02\x01\x08\0\x01a\x06\0\x01b\xfe\0\x01c\x07\0\0\0\0\0\0\0\x02hiDO 1";
    let Ok(Packet::Query(query)) = conversation.read(Direction::Client, with, None, ()) else { panic!() };
    assert_eq!((query.parameters, query.statement), (3, &b"DO 1"[..]));
    let hostile = conversation.read(Direction::Client, b"\x03\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", None, ());
    assert_eq!(hostile.unwrap_err().code, ErrorCode::TooMany);
}

#[test]
fn logins_of_every_shape_are_read_as_they_were_written() {
    let mut attributes = Vec::new();
    write_attribute(b"_client_name", b"binlogscope", &mut attributes);
    let all = [
        capability::LONG_PASSWORD,
        capability::CONNECT_WITH_DB,
        capability::SECURE_CONNECTION,
        capability::PLUGIN_AUTH,
        capability::PLUGIN_AUTH_LENENC,
        capability::CONNECT_ATTRS,
        capability::ZSTD,
    ];
    for mask in 0..1u32 << all.len() {
        let has = |bit: u64| all.iter().enumerate().any(|(at, one)| *one == bit && mask >> at & 1 == 1);
        let capabilities = all.iter().filter(|bit| has(**bit)).fold(capability::PROTOCOL_41, |sum, bit| sum | bit);
        fn given(there: bool, bytes: &[u8]) -> &[u8] {
            if there { bytes } else { &[] }
        }
        let response = HandshakeResponse {
            request: SslRequest { capabilities, max_packet_size: 1 << 30, character_set: 45 },
            username: b"repl",
            auth_response: b"0123456789",
            database: given(has(capability::CONNECT_WITH_DB), b"shop"),
            plugin_name: given(has(capability::PLUGIN_AUTH), b"mysql_native_password"),
            attributes: given(has(capability::CONNECT_ATTRS), &attributes),
            zstd_level: if has(capability::ZSTD) { 3 } else { 0 },
        };
        let mut bytes = Vec::new();
        response.write(&mut bytes);
        let read = Conversation::new().read(Direction::Client, &bytes, None, ());
        assert_eq!(read, Ok(Packet::HandshakeResponse(response)));
    }
}

#[test]
fn gtid_sets_grow_and_are_written_as_the_server_writes_them() {
    let text = "55778904-0299-11f1-b1b8-4ef0c4956feb:1-5:7";
    let mut set = OwnedGtidSet::parse(text).unwrap();
    assert_eq!(set.to_string(), text);
    let encoded = set.encode();
    assert_eq!(encoded[..8], 1u64.to_le_bytes(), "without tags, the form that 5.6 reads");
    assert_eq!(OwnedGtidSet::decode(&encoded).unwrap(), set);
    let dump = BinlogDumpGtid { flags: 0, server_id: 7, file_name: b"", position: 4, gtid_set: &encoded };
    let mut bytes = Vec::new();
    dump.write(&mut bytes);
    assert_eq!(idle().read(Direction::Client, &bytes, None, ()), Ok(Packet::BinlogDumpGtid(dump)));
    let source = binlog_format::gtid::Uuid(encoded[8..24].try_into().unwrap());
    set.add(source, b"", 6);
    assert_eq!(set.to_string(), "55778904-0299-11f1-b1b8-4ef0c4956feb:1-7");
    set.add_interval(source, b"", 20, 30);
    set.add_interval(source, b"", 5, 25);
    set.add(source, b"mytag", 3);
    let tagged = set.encode();
    // The example of the server's own format.
    assert_eq!(tagged[..8], [1, 2, 0, 0, 0, 0, 0, 1]);
    assert_eq!(OwnedGtidSet::decode(&tagged).unwrap(), set);
    assert_eq!(set.to_string(), "55778904-0299-11f1-b1b8-4ef0c4956feb:1-29:mytag:3");
    assert_eq!(OwnedGtidSet::parse(&set.to_string()).unwrap(), set);
    let mut all = OwnedGtidSet::parse("").unwrap();
    assert_eq!(all.encode(), [0; 8], "nothing");
    all.add_all(&set);
    assert!(all == set && all.contains(source, b"mytag", 3) && !all.contains(source, b"", 30));
    for wrong in [
        "x",
        "55778904-0299-11f1-b1b8-4ef0c4956feb",
        "55778904-0299-11f1-b1b8-4ef0c4956feb:0",
        "0-1-5",
        "5577890402-99-11f1-b1b8-4ef0c4956feb:1",
        "55778904-0299-11f1-b1b8-4ef0c4956feb:5-1",
    ] {
        assert!(OwnedGtidSet::parse(wrong).is_err(), "{wrong}");
    }
    // Against a naive set, in any order.
    let mut naive = std::collections::BTreeSet::new();
    let mut grown = OwnedGtidSet::new();
    let mut state = 12_345u64;
    for _ in 0..400 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (start, length) = ((state >> 33) as i64 % 300 + 1, (state >> 53) as i64 % 6 + 1);
        grown.add_interval(source, b"", start, start + length);
        naive.extend(start..start + length);
        assert!((1..310).all(|number| grown.contains(source, b"", number) == naive.contains(&number)));
    }
}
