//! What real clients and servers said, packet by packet, and the two laws for every packet of theirs: as it is, cut at
//! every byte, and with every byte a lie.

#[path = "../../../tests/conformance/observed.rs"]
#[allow(dead_code, reason = "rows are the events' own tests")]
mod observed;
#[allow(dead_code, reason = "shared")]
mod recorded;

use std::collections::BTreeSet;

use binlog_format::event::Context;
use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::tree::FieldTree;
use binlog_format::{Format, field};
use mysql_protocol::login::{AuthData, AuthMore, HandshakeResponse, Plugin};
use mysql_protocol::{Conversation, Direction, Packet, Phase, capability};

use crate::observed::assert_coverage;
use crate::recorded::{Said, kind, names, packets};

/// Both laws for one packet, good or not.
fn assert_laws(
    said: &Conversation, from: Direction, payload: &[u8], context: Option<&Context<'_>>, place: &dyn Fn() -> String,
) -> bool {
    let mut tree = FieldTree::with_budget(usize::MAX / 8);
    let observed = said.read(from, payload, context, &mut tree);
    let plain = said.read(from, payload, context, ());
    assert_eq!(format!("{observed:?}"), format!("{plain:?}"), "{}", place());
    let mut unknown = false;
    assert_coverage(payload, &tree, place, &mut |node| unknown |= node.slot.field == field::UNKNOWN);
    observed.is_ok() && !unknown
}

fn kinds(name: &str) -> Vec<&'static str> {
    let all = packets(name, usize::MAX);
    all.iter().map(|said| kind(&said.before.read(said.from, &said.payload, None, ()).expect("read"))).collect()
}

#[test]
fn both_laws_hold_for_every_packet_of_every_recording() {
    let mut events = 0;
    for name in names() {
        let mut framer = Framer::new(Start::Events);
        for (number, said) in packets(&name, usize::MAX).iter().enumerate() {
            let place = || format!("{name}, packet {number}");
            assert!(assert_laws(&said.before, said.from, &said.payload, None, &place), "{}", place());
            let Ok(Packet::Event(packet)) = said.before.read(said.from, &said.payload, None, ()) else { continue };
            // As a replica goes on: the framer says what holds, the packet is read with it.
            framer.set_length(framer.offset() + packet.bytes.len() as u64, false);
            let mut checksum = None;
            while checksum.is_none() {
                match framer.step(packet.bytes) {
                    Step::Consumed(_, Some(Item::Event(frame))) => checksum = Some(frame.checksum),
                    other => panic!("{}: {other:?}", place()),
                }
            }
            let checksum = checksum.and_then(|checksum| checksum.ok());
            assert_ne!(checksum, Some(false), "{}", place());
            let context = Context { checksum: checksum.is_some(), ..Context::new(framer.format()) };
            assert!(assert_laws(&said.before, said.from, &said.payload, Some(&context), &place), "{}", place());
            events += 1;
        }
    }
    assert!(events > 20, "{events}");
}

#[test]
fn the_laws_hold_for_cut_and_lying_packets() {
    let mut shapes = BTreeSet::new();
    let format = Format::assumed();
    let context = Context::new(&format);
    for name in names() {
        for said in packets(&name, usize::MAX) {
            let packet = said.before.read(said.from, &said.payload, None, ()).expect("read");
            let shape = (kind(&packet), format!("{:?}", said.before.phase()), said.before.capabilities());
            if said.payload.len() > 600 || !shapes.insert(shape) {
                continue;
            }
            for at in 0..said.payload.len() {
                let place = || format!("{name} {} at {at}", kind(&packet));
                assert_laws(&said.before, said.from, &said.payload[..at], Some(&context), &place);
                for lie in [0, 0xfb, 0xfc, 0xfe, 0xff] {
                    let mut payload = said.payload.clone();
                    payload[at] = lie;
                    assert_laws(&said.before, said.from, &payload, Some(&context), &place);
                }
            }
        }
    }
    assert!(shapes.len() > 40, "{}", shapes.len());
}

#[test]
fn packets_are_the_same_whatever_the_pieces_they_come_in() {
    for name in names() {
        let whole = packets(&name, usize::MAX);
        for piece in [1, 3, 7] {
            let pieces = packets(&name, piece);
            let same = |(a, b): (&Said, &Said)| {
                (a.from, a.before, &a.payload, a.sequence) == (b.from, b.before, &b.payload, b.sequence)
            };
            assert!(pieces.len() == whole.len() && pieces.iter().zip(&whole).all(same), "{name} in {piece}");
        }
    }
}

#[test]
fn logins_go_as_each_plugin_has_it() {
    let login = |name: &str| -> Vec<&str> {
        let all = kinds(name);
        let end = all.iter().position(|kind| matches!(*kind, "ok" | "err")).expect("an end");
        all[..=end].to_vec()
    };
    let full = ["handshake", "response", "auth_more", "auth_data", "auth_more", "auth_data", "ok"];
    assert_eq!(login("mysql-caching-sha2-full"), full);
    assert_eq!(login("mysql-caching-sha2-fast"), ["handshake", "response", "auth_more", "ok"]);
    let switched = ["handshake", "response", "auth_switch", "auth_data", "auth_more", "auth_data", "ok"];
    assert_eq!(login("mysql-sha256"), switched);
    assert_eq!(login("mysql-wrong-password").last(), Some(&"err"));
    assert_eq!(login("mariadb-native"), ["handshake", "response", "ok"]);
    assert_eq!(login("mariadb-ed25519"), ["handshake", "response", "auth_switch", "auth_data", "ok"]);
    let parsec = ["handshake", "response", "auth_switch", "auth_data", "auth_more", "auth_data", "ok"];
    assert_eq!(login("mariadb-parsec"), parsec);
}

/// What the packets of a recording say, one after another.
fn read(name: &str, mut each: impl FnMut(&Said, Packet<'_>)) {
    for said in packets(name, usize::MAX) {
        each(&said, said.before.read(said.from, &said.payload, None, ()).expect("read"));
    }
}

#[test]
fn authentication_says_what_it_is() {
    let mut seen = Vec::new();
    read("mysql-caching-sha2-full", |said, packet| match packet {
        Packet::Handshake(greeting) => {
            assert_eq!((greeting.version(), greeting.is_mariadb()), (&b"9.7.4-2"[..], false));
            assert_eq!(greeting.scramble().len(), 20);
            assert_eq!(Plugin::by_name(greeting.plugin_name), Plugin::CachingSha2);
        }
        Packet::HandshakeResponse(response) => {
            assert_eq!((response.username, response.auth_response.len()), (&b"rec_sha2"[..], 32));
            let attributes: Vec<_> = response.attributes().collect();
            assert!(attributes.contains(&(b"program_name", b"mysql")), "{attributes:?}");
        }
        Packet::AuthMore(AuthMore::PerformFullAuthentication) => seen.push("full"),
        Packet::AuthData(AuthData::PublicKeyRequest(2)) => seen.push("key?"),
        Packet::AuthMore(AuthMore::PublicKey(pem)) => {
            assert!(pem.starts_with(b"-----BEGIN PUBLIC KEY-----"));
            seen.push("key");
        }
        Packet::AuthData(AuthData::Data(block)) => {
            assert_eq!((block.len(), said.before.phase()), (256, Phase::Authentication(Plugin::CachingSha2)));
            seen.push("block");
        }
        _ => {}
    });
    assert_eq!(seen, ["full", "key?", "key", "block"]);
    let mut parsec = None;
    read("mariadb-parsec", |_, packet| {
        if let Packet::AuthMore(AuthMore::Parsec { algorithm, factor, salt }) = packet {
            parsec = Some((algorithm, factor, salt.len()));
        }
    });
    assert_eq!(parsec, Some((b'P', 0, 18)));
    read("mariadb-ed25519", |_, packet| {
        if let Packet::AuthSwitch(switch) = packet {
            assert_eq!((Plugin::by_name(switch.plugin_name), switch.data.len()), (Plugin::Ed25519, 32));
        }
    });
}

#[test]
fn results_end_with_either_form_of_eof() {
    let forms = |name: &str| {
        let mut forms = BTreeSet::new();
        read(name, |said, _| {
            forms.insert(said.before.capabilities() & capability::DEPRECATE_EOF != 0);
        });
        forms.contains(&true)
    };
    assert!(forms("mysql-caching-sha2-fast"));
    let all = kinds("mysql-caching-sha2-full");
    assert!(all.ends_with(&["query", "err", "command"]), "{all:?}");
    let mut rows = Vec::new();
    read("mysql-caching-sha2-full", |_, packet| {
        if let Packet::Row(row) = packet {
            rows.push(row.values().map(|value| value.map(|text| text.to_vec())).collect::<Vec<_>>());
        }
    });
    assert_eq!(rows.last(), Some(&vec![None, Some(b"x".to_vec())]));
    assert_eq!(rows[rows.len() - 2][..2], [Some(b"binlog.000001".to_vec()), Some(b"887".to_vec())]);
    for name in ["mysql-zlib", "mysql-zstd", "mariadb-zlib"] {
        let mut values = Vec::new();
        read(name, |_, packet| {
            if let Packet::Row(row) = packet {
                values.extend(row.values().flatten().map(<[u8]>::to_vec));
            }
        });
        assert!(values.contains(&b"tea ".repeat(400)), "{name}");
    }
    let mut types = Vec::new();
    read("mariadb-json", |_, packet| {
        if let Packet::ColumnDefinition(column) = packet {
            types.push(String::from_utf8_lossy(column.extended_type).into_owned());
        }
    });
    assert!(types.ends_with(&[String::new(), "point".into(), "inet6".into()]), "{types:?}");
    let mut tracked = 0;
    for name in ["mysql-session-track", "mariadb-json"] {
        read(name, |_, packet| {
            if let Packet::Ok(ok) = packet {
                tracked += usize::from(!ok.session_state.is_empty());
            }
        });
    }
    assert!(tracked >= 5, "{tracked}");
}

#[test]
fn streams_are_asked_for_and_come() {
    let tail = |name: &str, request: &str| {
        let all = kinds(name);
        let at = all.iter().position(|kind| *kind == request).expect("a request");
        assert!(all[at + 1..].contains(&"event"), "{all:?}");
        all[at + 1..].iter().filter(|kind| **kind == "event").count()
    };
    assert!(tail("mysql-dump", "dump") > 10);
    assert!(tail("mysql-dump-gtid", "dump_gtid") > 10);
    assert!(tail("mariadb-dump", "dump") > 8);
    read("mysql-dump-gtid", |_, packet| {
        if let Packet::BinlogDumpGtid(dump) = packet {
            let set = mysql_protocol::gtid_set::OwnedGtidSet::decode(dump.gtid_set).expect("a set");
            let text = "55778904-0299-11f1-b1b8-4ef0c4956feb:1-5:7:label:1-3";
            assert_eq!(set.to_string(), text);
            assert_eq!(set.encode(), dump.gtid_set, "built as the real tool builds it");
            assert_eq!(dump.position, 4);
        }
    });
}

/// What a client said is written again, byte for byte.
#[test]
fn what_is_read_of_a_client_is_what_is_written() {
    let mut written = BTreeSet::new();
    for name in names() {
        read(&name, |said, packet| {
            let mut out = Vec::new();
            match packet {
                Packet::HandshakeResponse(response) => response.write(&mut out),
                Packet::SslRequest(request) => request.write(&mut out),
                Packet::AuthData(data) => data.write(&mut out),
                Packet::Query(query) if query.parameters == 0 => query.write(said.before.capabilities(), &mut out),
                Packet::RegisterSlave(register) => register.write(&mut out),
                Packet::BinlogDump(dump) => dump.write(said.before.flavor(), &mut out),
                Packet::BinlogDumpGtid(dump) => dump.write(&mut out),
                Packet::Handshake(greeting) => greeting.write(&mut out),
                Packet::AuthSwitch(switch) => switch.write(&mut out),
                Packet::Err(error) => error.write(&mut out),
                Packet::Eof(eof) => eof.write(&mut out),
                Packet::Ok(ok) if said.payload[0] == 0 => ok.write(said.before.capabilities(), &mut out),
                _ => return,
            }
            assert_eq!(out, said.payload, "{name}: {packet:?}");
            written.insert(kind(&packet));
        });
    }
    assert!(written.len() >= 10, "{written:?}");
}

#[test]
fn blanking_leaves_no_scramble_and_no_answer_to_one() {
    let mut blanked_packets = 0;
    for name in names() {
        let mut secrets: Vec<Vec<u8>> = Vec::new();
        let mut all = Vec::new();
        read(&name, |said, packet| {
            match packet {
                Packet::Handshake(greeting) => {
                    secrets.extend([greeting.scramble_1.to_vec(), greeting.scramble_2.to_vec()])
                }
                Packet::HandshakeResponse(HandshakeResponse { auth_response, .. }) => {
                    secrets.push(auth_response.to_vec())
                }
                Packet::AuthSwitch(switch) => secrets.push(switch.data.to_vec()),
                Packet::AuthData(AuthData::Data(data)) => secrets.push(data.to_vec()),
                _ => {}
            }
            let mut payload = said.payload.clone();
            blanked_packets += usize::from(said.before.blank(said.from, &mut payload) > 0);
            assert_eq!(payload.len(), said.payload.len());
            all.extend(payload);
        });
        for secret in secrets.iter().filter(|secret| secret.len() > 4) {
            assert!(!all.windows(secret.len()).any(|window| window == secret), "{name}: {secret:02x?}");
        }
    }
    assert!(blanked_packets > 30, "{blanked_packets}");
    // What does not decode before the login is no exception.
    let mut broken = b"\x0a9.7\0\x01\0\0\0secret".to_vec();
    assert_eq!(Conversation::new().blank(Direction::Server, &mut broken), 6);
    assert!(broken.ends_with(&[0; 6]));
}
