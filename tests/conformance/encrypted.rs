//! Encrypted logs of both servers against what the servers' own readers make of them.

mod counting;

use std::cell::Cell;
use std::path::PathBuf;

use binlog_explorer::document::{Document, Neighbour};
use binlog_explorer::dump::{JsonDump, Totals, walk_with_keys};
use binlog_explorer::encryption::{Encryption, KeyFile, Keys};
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Memory, Source, Sparse, read_range};
use binlog_explorer::view::{Address, ListMode, RowContent};
use binlog_format::framer::Start;
use serde_json::Value;

use crate::counting::{Asked, Counting};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/encrypted")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn keys(name: &str) -> Keys {
    let mut keys = Keys::new();
    keys.add(&read(&format!("{name}.key"))).expect("a key file");
    keys
}

/// Logs that have a key, with how they are encrypted.
const LOGS: [(&str, &str); 9] = [
    ("mysql-9.7-reencrypted", "aes-256-ctr"),
    ("mysql-9.7-rotated", "aes-256-ctr"),
    ("mariadb-11.8-aes-128-cbc", "aes-128-cbc"),
    ("mariadb-11.8-aes-192-ctr", "aes-192-ctr"),
    ("mariadb-11.8-aes-256-cbc-no-checksum", "aes-256-cbc"),
    ("mariadb-10.11-aes-128-ctr-no-checksum", "aes-128-ctr"),
    ("mariadb-10.11-aes-192-cbc", "aes-192-cbc"),
    ("mariadb-10.11-aes-256-ctr", "aes-256-ctr"),
    ("mariadb-11.8-relay", "aes-128-cbc"),
];

/// Those whose clear bytes the server's reader wrote.
fn with_clear_bytes() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    let logs = LOGS.iter().filter(|(name, _)| folder().join(format!("{name}.clear")).exists());
    logs.map(|(name, _)| (*name, read(&format!("{name}.clear"))))
}

fn dump(bytes: &[u8], keys: &Keys) -> (Vec<Value>, Totals) {
    let mut json = JsonDump::new(Vec::new());
    let totals = walk_with_keys(&Memory::new(bytes), Start::File, 0, keys, &mut json).expect("memory does not fail");
    let lines = json.writer().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    (lines.map(|line| serde_json::from_slice(line).expect("an object a line")).collect(), totals)
}

fn number(record: &Value, key: &str) -> u64 {
    record[key].as_u64().unwrap_or_else(|| panic!("{key} of {record}"))
}

/// Spans and events partition every space; returns how many items each has.
fn partitions(records: &[Value]) -> Vec<(String, usize)> {
    let mut spaces = vec![("0".to_owned(), number(&records[0], "size"))];
    let more = records.iter().filter(|record| record["record"] == "space");
    spaces.extend(more.map(|space| (space["space"].as_str().expect("a name").to_owned(), number(space, "size"))));
    let count = |(space, size): (String, u64)| {
        let items = records.iter().filter(|record| record["record"] != "space" && record["space"] == space.as_str());
        let (mut at, mut items_seen) = (0, 0);
        for item in items {
            assert_eq!(number(item, "start"), at, "space {space}: {item}");
            at = number(item, "end");
            items_seen += 1;
        }
        assert_eq!(at, size, "space {space}");
        (space, items_seen)
    };
    spaces.into_iter().map(count).collect()
}

fn events_of<'r>(records: &'r [Value], space: &'r str) -> impl Iterator<Item = &'r Value> {
    records.iter().filter(move |record| record["record"] == "event" && record["space"] == space)
}

/// A small generator, so that a failure can be repeated.
fn random(state: &Cell<u64>, below: usize) -> usize {
    state.set(state.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    (state.get() >> 33) as usize % below.max(1)
}

/// The flags and the checksum of the START_ENCRYPTION_EVENT that a reader is sent, and the in-use
/// flag: all that may differ.
fn differences(clear: &[u8], wanted: &[u8], mariadb: bool) -> Vec<usize> {
    let start = 4 + u32::from_le_bytes(clear[13..17].try_into().expect("4 bytes")) as usize;
    let size = u32::from_le_bytes(clear[start + 9..start + 13].try_into().expect("4 bytes")) as usize;
    let own = |at: &usize| mariadb && (*at == start + 17 || (start + size - 4..start + size).contains(at));
    let different = (0..clear.len()).filter(|at| clear[*at] != wanted[*at] && *at != 4 + 17);
    different.filter(|at| !own(at)).collect()
}

#[test]
fn the_clear_bytes_are_those_that_the_server_sends() {
    let mut logs = 0;
    for (name, wanted) in with_clear_bytes() {
        let source = Memory::new(read(&format!("{name}.binlog")));
        let encryption = Encryption::of(&source).expect("encrypted");
        let view = encryption.open(&source, &keys(name)).expect("the key fits");
        assert_eq!(Some(view.transform()), LOGS.iter().find(|log| log.0 == name).map(|log| log.1));
        assert_eq!(view.length(), wanted.len() as u64, "{name}");
        let clear = read_range(&view, 0, view.length()).expect("memory does not fail");
        assert_eq!(differences(&clear, &wanted, name.starts_with("mariadb")), Vec::<usize>::new(), "{name}");
        // From anywhere, in any order, by views that have seen nothing and by one that has.
        let state = Cell::new(7);
        for round in 0..400 {
            let (start, length) = (random(&state, clear.len()), random(&state, 1 + clear.len() / (1 + round % 9)));
            let fresh = encryption.open(&source, &keys(name)).expect("the key fits");
            for view in [&view, &fresh] {
                let end = (start + length).min(clear.len());
                let piece = read_range(view, start as u64, end as u64).expect("memory does not fail");
                assert_eq!(piece, clear[start..end], "{name} {start}..{end}");
            }
        }
        logs += 1;
    }
    assert_eq!(logs, 8);
}

#[test]
fn events_of_the_clear_bytes_are_decoded_like_any_others() {
    for (name, wanted) in with_clear_bytes() {
        let (records, totals) = dump(&read(&format!("{name}.binlog")), &keys(name));
        let (wanted, _) = dump(&wanted, &Keys::new());
        assert_eq!((totals.problems, totals.encrypted.clone(), totals.unopened.clone()), (0, None, None), "{name}");
        for fact in ["flavor", "server_version", "binlog_version", "checksum"] {
            assert_eq!(records[0][fact], wanted[0][fact], "{name}");
        }
        let space = records.iter().find(|record| record["record"] == "space").expect("the clear bytes");
        let main = space["space"].as_str().expect("a name");
        let start_encryption = |event: &&Value| event["type"] != "START_ENCRYPTION_EVENT";
        let bare = |event: &Value| {
            let mut event = event.clone();
            event["space"] = Value::Null;
            event
        };
        let events: Vec<_> = events_of(&records, main).filter(start_encryption).map(bare).collect();
        let others: Vec<_> = events_of(&wanted, "0").filter(start_encryption).map(bare).collect();
        assert_eq!(events.len(), others.len(), "{name}");
        for (event, other) in events.iter().zip(&others) {
            // What the event opens is named by its path from the source.
            let text = event.to_string().replace(&format!("\"opens\":\"{main}/"), "\"opens\":\"");
            assert_eq!(text, other.to_string(), "{name}");
        }
        partitions(&records);
    }
}

#[test]
fn what_is_clear_stays_visible_beside_the_clear_bytes() {
    let (records, _) = dump(&read("mysql-9.7-rotated.binlog"), &keys("mysql-9.7-rotated"));
    assert_eq!(records[1]["kind"], "encryption_header");
    let fields = records[1]["fields"].to_string();
    assert!(fields.contains("MySQLReplicationKey_") && fields.contains("iv_for_file_password"), "{fields}");
    assert_eq!((&records[2]["kind"], number(&records[2], "start")), (&"cipher".into(), 512));
    let ranges = serde_json::json!([[512, number(&records[0], "size")]]);
    assert_eq!(
        (&records[3]["space"], &records[3]["parent"], &records[3]["ranges"]),
        (&"512".into(), &"0".into(), &ranges)
    );
    assert_eq!(number(&records[4], "start"), 0);
    // The last transaction is a payload: its space lies in the clear one.
    let (records, _) = dump(&read("mysql-9.7-reencrypted.binlog"), &keys("mysql-9.7-reencrypted"));
    let inner = records.iter().filter_map(|record| record["space"].as_str()).find(|space| space.starts_with("512/"));
    assert!(events_of(&records, inner.expect("a payload")).count() >= 3);
    let name = "mariadb-10.11-aes-192-cbc";
    let (records, _) = dump(&read(&format!("{name}.binlog")), &keys(name));
    let spaces = partitions(&records);
    assert_eq!(spaces[0], ("0".to_owned(), spaces[1].1), "an item there for each item here");
    let sealed = records.iter().filter(|record| record["kind"] == "cipher");
    let clear: Vec<u64> = events_of(&records, &spaces[1].0).map(|event| number(event, "start")).collect();
    for span in sealed {
        assert_eq!(span["space"], "0");
        assert!(clear.contains(&number(span, "start")), "the same offsets: {span}");
    }
}

#[test]
fn the_corpus_log_of_mariadb_10_2_with_the_key_of_its_test_suite() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/mylite-mariadb/binlog_before_20574.bin");
    let Ok(bytes) = std::fs::read(path) else { return };
    let mut keys = Keys::new();
    keys.add(b"1;770A8A65DA156D24EE2A093277530142\n").expect("a key");
    let (records, totals) = dump(&bytes, &keys);
    assert_eq!((totals.events, totals.problems), (16, 0));
    assert!(events_of(&records, "256").all(|event| event["checksum_ok"] == true));
}

#[test]
fn a_wrong_key_is_told_from_a_missing_one_and_costs_nothing_readable() {
    for (name, _) in LOGS {
        let bytes = read(&format!("{name}.binlog"));
        let (sealed, without) = dump(&bytes, &Keys::new());
        assert!(without.encrypted.is_some() && without.unopened.is_none());
        for (other, _) in LOGS {
            let mysql = (name.starts_with("mysql"), other.starts_with("mysql"));
            let (records, totals) = dump(&bytes, &keys(other));
            let own = read(&format!("{name}.key")) == read(&format!("{other}.key"));
            let expected = match mysql {
                (true, true) => None,
                _ if own => None,
                (false, false) => Some("key-wrong-mariadb"),
                (true, false) => Some("key-of-mariadb"),
                (false, true) => Some("key-of-mysql"),
            };
            assert_eq!(totals.unopened.map(|message| message.id).as_deref(), expected, "{name} {other}");
            if expected.is_some() {
                assert_eq!(records, sealed, "what is clear is shown");
                partitions(&records);
            }
        }
    }
    let opened = |bytes: &[u8], keys: &Keys| dump(bytes, keys).1.unopened.map(|message| message.id);
    let other = read("mysql-9.7-other-key.binlog");
    assert_eq!(opened(&other, &keys("mysql-9.7-rotated")).as_deref(), Some("key-missing-mysql"));
    let text = String::from_utf8(read("mysql-9.7-rotated.key")).expect("JSON");
    let mut wrong = Keys::new();
    let zeros = text.replace("DE95239D27AF426F6B8C2C04B45EE249EE7D43C072106A3903E6F7D9EF080B9F", &"0".repeat(64));
    assert_ne!(text, zeros);
    wrong.add(zeros.as_bytes()).expect("a keyring");
    assert_eq!(opened(&read("mysql-9.7-rotated.binlog"), &wrong).as_deref(), Some("key-wrong-mysql"));
    let mut second = Keys::new();
    assert_eq!(second.add(b"2;00000000000000000000000000000000"), Ok(KeyFile::KeyManagement));
    let mariadb = read("mariadb-11.8-aes-128-cbc.binlog");
    assert_eq!(opened(&mariadb, &second).as_deref(), Some("key-missing-mariadb"));
    let mut scheme = mariadb.clone();
    scheme[256 + 19] = 2;
    let checksum = crc32fast::hash(&scheme[256..292]);
    scheme[292..296].copy_from_slice(&checksum.to_le_bytes());
    assert_eq!(opened(&scheme, &keys("mariadb-11.8-aes-128-cbc")).as_deref(), Some("key-scheme"));
}

#[test]
fn every_truncation_ends_well_and_keeps_the_events_before_it() {
    for name in ["mysql-9.7-rotated", "mariadb-11.8-aes-128-cbc", "mariadb-10.11-aes-128-ctr-no-checksum"] {
        let bytes = read(&format!("{name}.binlog"));
        let (whole, _) = dump(&bytes, &keys(name));
        let space = whole.iter().find(|record| record["record"] == "space").expect("the clear bytes");
        let main = space["space"].as_str().expect("a name");
        let shift = space["ranges"][0][0].as_u64().expect("an offset");
        let ends: Vec<u64> = events_of(&whole, main).map(|event| number(event, "end") + shift).collect();
        for cut in (0..bytes.len()).step_by(61).chain(505..520) {
            let (records, _) = dump(&bytes[..cut], &keys(name));
            partitions(&records);
            let kept = events_of(&records, main).count();
            if kept > 0 {
                assert_eq!(kept, ends.iter().filter(|end| **end <= cut as u64).count(), "{name} cut at {cut}");
            }
        }
    }
}

#[test]
fn a_damaged_byte_costs_its_event_and_no_other() {
    for name in ["mysql-9.7-rotated", "mariadb-11.8-aes-128-cbc", "mariadb-11.8-aes-192-ctr", "mariadb-11.8-relay"] {
        let bytes = read(&format!("{name}.binlog"));
        let keys = keys(name);
        let (whole, _) = dump(&bytes, &keys);
        let space = whole.iter().find(|record| record["record"] == "space").expect("the clear bytes");
        let main = space["space"].as_str().expect("a name");
        let shift = if main == "512" { 512 } else { 0 };
        let all: Vec<(u64, u64)> = events_of(&whole, main).map(|it| (number(it, "start"), number(it, "end"))).collect();
        // Behind the format description, which the others need.
        let first = (all[1].1 + shift) as usize;
        for at in (first..bytes.len()).step_by(53).chain(first..first + 19) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            let (records, totals) = dump(&damaged, &keys);
            partitions(&records);
            assert!(totals.problems > 0, "{name} {at}");
            let found: Vec<u64> = events_of(&records, main).map(|it| number(it, "start")).collect();
            for (start, end) in &all {
                let at = at as u64 - shift;
                let hit = (*start..*end).contains(&at);
                // A size that lies within bounds may swallow what follows.
                let hit =
                    hit || all.iter().any(|(before, end)| end == start && (before + 9..before + 13).contains(&at));
                assert!(hit || found.contains(start), "{name}: {at} costs the event at {start}");
            }
        }
    }
}

fn open(name: &str) -> Document {
    let source = Box::new(Memory::new(read(&format!("{name}.binlog"))));
    let mut document = Document::new(name.into(), source, false, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    document
}

#[test]
fn a_document_shows_what_is_clear_and_then_the_rest() {
    for (name, transform) in LOGS {
        let mut document = open(name);
        let sealed = document.summary();
        assert!(sealed.notes.iter().any(|note| note.id.starts_with("note-encrypted")), "{name}");
        assert_eq!(sealed.encryption.as_ref().and_then(|it| it.transform.clone()), None);
        assert!(document.unlock(&Keys::new()).is_err());
        let space = document.encryption().expect("encrypted").space();
        let inside = Address { space, offset: 4 };
        assert_eq!(document.event(&inside).map_err(|error| error.id), Err("failed-encrypted".into()));
        assert_eq!(document.reveal(&inside).map_err(|error| error.id), Err("failed-encrypted".into()));
        document.unlock(&keys(name)).expect("the key fits");
        document.scan_all().expect("memory does not fail");
        let summary = document.summary();
        assert_eq!(summary.encryption.and_then(|it| it.transform).as_deref(), Some(transform));
        assert_eq!((summary.notes.len(), summary.fingerprint), (0, sealed.fingerprint), "{name}");
        assert!(summary.server_version.is_some(), "{name}");
        assert_eq!((document.index().damaged, document.index().bad_checksums), (0, 0), "{name}");
        let before = if name.starts_with("mysql") { 2 } else { 0 };
        for (mode, expand) in
            [(ListMode::Plain, false), (ListMode::Transactions, true), (ListMode::Transactions, false)]
        {
            document.row_map().set_mode(mode);
            document.row_map().expand_all(expand);
            let rows = document.list(0, 10_000);
            assert_eq!(rows.len() as u64, document.row_count(), "{name}");
            for (number, row) in rows.iter().enumerate() {
                assert_eq!(row.row, number as u64);
                let listed = if number < before { "0" } else { inside.space.as_str() };
                assert_eq!(row.address.space, listed, "{name} {row:?}");
                if !matches!(row.content, RowContent::Transaction { .. }) {
                    assert_eq!(document.reveal(&row.address), Ok(row.row), "{name} {}", row.address);
                    let event = document.event(&row.address).expect("an event");
                    assert!(event.error.is_none(), "{name} {:?}", event.error);
                    assert_eq!(event.end, row.end);
                    let spaces = document.spaces(&row.address).expect("spaces");
                    assert_eq!(spaces[1].transform, transform);
                    let (bytes, size) = document.bytes(&row.address.space, row.address.offset, 19).expect("bytes");
                    assert!(!bytes.is_empty() && row.end <= size);
                }
            }
        }
        let mut at = document.neighbour(&Address::source(0), Neighbour::First);
        let mut seen = Vec::new();
        while let Some(address) = at {
            at = document.neighbour(&address, Neighbour::Next);
            seen.push(address);
        }
        assert_eq!(seen.len(), document.entries() as usize + before, "{name}");
        for pair in seen.windows(2) {
            assert_eq!(document.neighbour(&pair[1], Neighbour::Previous).as_ref(), Some(&pair[0]), "{name}");
        }
    }
}

#[test]
fn the_source_itself_stays_there_as_space_0() {
    let mut document = open("mysql-9.7-rotated");
    let locked = document.event(&Address::source(0)).expect("the header");
    document.unlock(&keys("mysql-9.7-rotated")).expect("the key fits");
    document.scan_all().expect("memory does not fail");
    let header = document.event(&Address::source(100)).expect("the header");
    assert_eq!((header.address.offset, header.end), (0, 512));
    assert_eq!(header.nodes, locked.nodes);
    assert!(header.nodes.iter().any(|node| node.id == "encryption_header.key_id"));
    assert_eq!(document.start_of(&Address::source(1000)), Some(Address::source(512)));
    let (raw, size) = document.bytes("0", 512, 16).expect("bytes");
    assert_eq!((raw, size), (read("mysql-9.7-rotated.binlog")[512..528].to_vec(), 5101));
    let name = "mariadb-11.8-aes-192-ctr";
    let mut document = open(name);
    document.unlock(&keys(name)).expect("the key fits");
    document.scan_all().expect("memory does not fail");
    let sealed = document.start_of(&Address::source(400)).expect("an encrypted event");
    assert_eq!(sealed.space, "0");
    let row = document.reveal(&sealed).expect("the row of the same event");
    assert_eq!(document.list(row, 1)[0].address, Address { space: "256".into(), ..sealed.clone() });
    assert!(
        matches!(document.event(&sealed).expect("a span").content, RowContent::Span { kind, .. } if kind == "cipher")
    );
    let clear = document.event(&Address::source(256)).expect("an event that is clear in the source");
    assert_eq!((clear.number, clear.explanation.as_str()), (2, "event_type.start_encryption_event"));
    let mut seen = vec![Address::source(0)];
    while let Some(next) = document.neighbour(seen.last().expect("one"), Neighbour::Next) {
        assert_eq!(document.neighbour(&next, Neighbour::Previous).as_ref(), seen.last());
        seen.push(next);
    }
    assert_eq!(seen.len() as u64, document.entries());
}

#[test]
fn holes_of_the_source_are_holes_of_the_clear_bytes() {
    for name in ["mysql-9.7-rotated", "mariadb-11.8-aes-128-cbc"] {
        let bytes = read(&format!("{name}.binlog"));
        let (from, to) = (bytes.len() / 2, bytes.len() * 2 / 3);
        let pieces = vec![(0, bytes[..from].to_vec()), (to as u64, bytes[to..].to_vec())];
        let source = Sparse::new(bytes.len() as u64, pieces);
        let mut json = JsonDump::new(Vec::new());
        walk_with_keys(&source, Start::File, 0, &keys(name), &mut json).expect("holes are no failure");
        let text = String::from_utf8(json.writer().clone()).expect("JSON");
        let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        let spaces = partitions(&records);
        assert!(events_of(&records, &spaces[1].0).count() > 5, "{name}");
        let holes = records.iter().filter(|record| record["kind"] == "hole" && record["space"] == spaces[1].0.as_str());
        assert_eq!(holes.count(), 1, "{name}");
    }
}

#[test]
fn nothing_is_decrypted_before_it_is_looked_at() {
    for name in ["mysql-9.7-rotated", "mariadb-11.8-aes-128-cbc"] {
        // The log again and again: only the first events are looked at.
        let mut bytes = read(&format!("{name}.binlog"));
        bytes.resize(64 << 20, 0x5a);
        let (source, asked) = Counting::over(&bytes);
        let encryption = Encryption::of(&source).expect("encrypted");
        let view = encryption.open(&source, &keys(name)).expect("the key fits");
        read_range(&view, 300, 340).expect("memory does not fail");
        let Asked { bytes: sum, most, .. } = asked.get();
        assert!(sum < 2 << 20 && most <= 1 << 20, "{name}: {sum} bytes read, {most} at once");
    }
}

/// What `openssl enc -aes-256-cbc` makes of a key file; `None` without an openssl.
fn sealed_by_openssl(clear: &[u8], password: &str, digest: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let source = folder.join(format!("{digest}-{}.key", clear.len()));
    let target = source.with_extension("enc");
    std::fs::write(&source, clear).expect("writable");
    let command = std::process::Command::new("openssl")
        .args(["enc", "-aes-256-cbc", "-md", digest, "-pass", "env:SECRET", "-in"])
        .args([source.as_path(), "-out".as_ref(), target.as_path()])
        .env("SECRET", password)
        .output()
        .ok()?;
    assert!(command.status.success(), "{}", String::from_utf8_lossy(&command.stderr));
    Some(std::fs::read(target).expect("written"))
}

#[test]
fn a_key_file_that_is_encrypted_itself_opens_with_its_password() {
    let name = "mariadb-11.8-aes-128-cbc";
    let (log, clear) = (read(&format!("{name}.binlog")), read(&format!("{name}.key")));
    let (plain, _) = dump(&log, &keys(name));
    let sealed = read(&format!("{name}.key.enc"));
    let line = read(&format!("{name}.password"));
    let password = binlog_explorer::encryption::trim_password(&line);

    let mut keys = Keys::new();
    let failure = |keys: &mut Keys, password: Option<&[u8]>| {
        let message = keys.add_with(&sealed, password).expect_err("it does not open");
        assert!(keys.is_empty());
        let words = binlog_explorer::messages::english(&message);
        assert!(words != message.id && !words.contains("orchard"), "{words}");
        message.id
    };
    assert_eq!(failure(&mut keys, None), "key-file-salted");
    // The line's end is not part of it.
    let wrong = [&b""[..], b"orchard", line.as_slice(), &password[1..], &password.to_ascii_uppercase()];
    for wrong in wrong {
        assert_eq!(failure(&mut keys, Some(wrong)), "key-file-password");
    }
    assert_eq!(keys.add_with(&sealed, Some(password)), Ok(KeyFile::KeyManagement));
    assert_eq!(dump(&log, &keys).0, plain);
    // A file that is not encrypted needs none.
    let mut plain = Keys::new();
    assert_eq!(plain.add_with(&clear, Some(password)), Ok(KeyFile::KeyManagement));

    // Damage: no byte of it opens the log, and none makes it stop.
    for at in (0..sealed.len()).step_by(7) {
        let mut damaged = sealed.clone();
        damaged[at] ^= 0x40;
        let mut keys = Keys::new();
        let opens = keys.add_with(&damaged, Some(password)).is_ok();
        assert!(!opens || keys.of_key_management(1).is_some() || keys.count(KeyFile::KeyManagement) > 0);
    }
    for end in 0..sealed.len() {
        assert!(Keys::new().add_with(&sealed[..end], Some(password)).is_err(), "{end}");
    }

    // By every digest that a server can be told to use; what an openssl at hand makes, with any length of padding.
    for digest in ["sha1", "sha224", "sha256", "sha384", "sha512"] {
        for more in 0..17 {
            let clear = [clear.as_slice(), &b"#".repeat(more)].concat();
            let Some(sealed) = sealed_by_openssl(&clear, "pass word ü", digest) else { return };
            let mut keys = Keys::new();
            assert_eq!(keys.add_with(&sealed, Some("pass word ü".as_bytes())), Ok(KeyFile::KeyManagement), "{digest}");
            assert_eq!(keys.of_key_management(1).map(<[u8]>::len), Some(16));
        }
    }
}
