//! Open documents as a page uses them: lists, jumps, neighbours, spaces, growth.

mod corpus;

use std::collections::BTreeSet;

use binlog_explorer::document::{Document, Neighbour};
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Growing, Memory};
use binlog_explorer::view::{Address, ListMode, RowContent};

fn open(bytes: Vec<u8>) -> Document {
    let mut document = Document::new("test".into(), Box::new(Memory::new(bytes)), false, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    document
}

fn sample(name: &str) -> Document {
    open(std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample"))
}

/// Files small enough to be gone through row by row.
fn small() -> Vec<(String, Document)> {
    let small =
        corpus::files().into_iter().filter(|file| std::fs::metadata(file).is_ok_and(|data| data.len() < 40_000));
    small.map(|file| (file.display().to_string(), open(std::fs::read(&file).expect("readable")))).collect()
}

#[test]
fn every_row_shows_an_item_and_every_item_is_revealed_at_its_row() {
    for (file, mut document) in small() {
        for (mode, open) in [(ListMode::Plain, false), (ListMode::Transactions, true), (ListMode::Transactions, false)]
        {
            document.row_map().set_mode(mode);
            document.row_map().expand_all(open);
            let total = document.row_count();
            let rows = document.list(0, 10_000);
            assert_eq!(rows.len() as u64, total, "{file} {mode:?} {open}");
            if mode == ListMode::Plain || open {
                let items = rows.iter().filter(|row| !matches!(row.content, RowContent::Transaction { .. }));
                assert_eq!(items.count() as u64, document.entries(), "{file}");
            }
            for row in rows.iter().filter(|row| !matches!(row.content, RowContent::Transaction { .. })) {
                assert_eq!(document.reveal(&row.address), Ok(row.row), "{file} {mode:?} {open} {}", row.address);
            }
        }
        // Closed transactions open when something inside is revealed.
        document.row_map().expand_all(false);
        for number in (0..document.entries()).step_by(5) {
            let at = document.locate_entry(number).expect("an item").entry.start;
            let row = document.reveal(&Address::source(at)).expect("a row");
            let shown = document.list(row, 1);
            assert_eq!(shown.first().map(|row| row.address.offset), Some(at), "{file}");
        }
    }
}

/// What is kept of one event never shows in another: maps are live where they are, transactions are counted, and bytes
/// are those of the file, whatever was looked at before.
#[test]
fn events_are_told_alike_in_whatever_order() {
    let several_blocks = corpus::files().into_iter().filter_map(|file| {
        let bytes = std::fs::read(&file).ok()?;
        (200_000..700_000).contains(&bytes.len()).then(|| (file.display().to_string(), bytes))
    });
    let small = small().into_iter().filter_map(|(file, _)| Some((file.clone(), std::fs::read(file).ok()?)));
    let mut compared = 0;
    for (file, bytes) in small.chain(several_blocks.take(12)) {
        let (forwards, other) = (open(bytes.clone()), open(bytes.clone()));
        if forwards.main_space() != "0" {
            continue;
        }
        let entries = forwards.entries();
        let some = (0..entries).step_by(1 + entries as usize / 400);
        let at = |entry| Some(Address::source(forwards.locate_entry(entry).ok()?.entry.start));
        let told: Vec<_> = some.filter_map(|entry| Some((entry, at(entry)?))).collect();
        let views: Vec<_> = told.iter().map(|(_, address)| forwards.event(address)).collect();
        let mut random = 1_u64;
        for _ in 0..told.len() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let n = (random >> 33) as usize % told.len();
            let ((entry, address), first) = (&told[n], &views[n]);
            let view = other.event(address);
            assert_eq!(&view, first, "{file} {address}");
            let unit = other.unit(other.unit_of_entry(*entry).expect("a unit")).expect("a unit");
            let number = unit.transaction.then_some(unit.transactions_before + 1);
            assert_eq!(view.as_ref().ok().and_then(|view| view.transaction), number, "{file} {address}");
            // Bytes come from what is kept, and from the source where that ends.
            let start = address.offset.saturating_sub(random % 70_000);
            let (part, size) = other.bytes("0", start, 9_000).expect("readable");
            let end = (start + 9_000).min(size) as usize;
            assert_eq!((part.as_slice(), size), (&bytes[start as usize..end], bytes.len() as u64), "{file}");
            let Ok(view) = view else { continue };
            if let Some((from, around)) = other.bytes_around("0", address.offset, view.end, 500) {
                assert!(from <= address.offset && (view.end <= from + around.len() as u64 || around.len() > 60_000));
                assert_eq!(around, &bytes[from as usize..from as usize + around.len()], "{file}");
            }
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn neighbours_go_through_everything_and_back() {
    for (file, document) in small() {
        let mut at = document.neighbour(&Address::source(0), Neighbour::First);
        let mut seen = Vec::new();
        while let Some(address) = at {
            at = document.neighbour(&address, Neighbour::Next);
            seen.push(address);
        }
        assert_eq!(seen.len() as u64, document.entries(), "{file}");
        assert_eq!(seen.last().cloned(), document.neighbour(&Address::source(0), Neighbour::Last), "{file}");
        for pair in seen.windows(2) {
            let [before, after] = pair else { continue };
            assert_eq!(document.neighbour(after, Neighbour::Previous).as_ref(), Some(before), "{file}");
        }
        let mut units = 1;
        let mut at = seen.first().cloned().expect("an item");
        while let Some(next) = document.neighbour(&at, Neighbour::NextTransaction) {
            assert_eq!(document.neighbour(&next, Neighbour::PreviousTransaction), Some(at), "{file}");
            at = next;
            units += 1;
        }
        assert_eq!(units, document.units(), "{file}");
    }
}

#[test]
fn events_inside_a_payload_are_events() {
    let mut document = sample("mysql-9.7-compressed.binlog");
    document.row_map().set_mode(ListMode::Plain);
    let rows = document.list(0, 1000);
    let payload = rows.iter().find(|row| row.expanded == Some(false)).expect("a payload").address.clone();
    document.expand_payload(&payload, true).expect("it opens");
    let inside = document.list(0, 1000).into_iter().filter(|row| row.address.space == payload.offset.to_string());
    let inside: Vec<_> = inside.collect();
    assert!(inside.len() >= 3, "BEGIN, TABLE_MAP, rows, XID");
    let spaces = document.spaces(&payload).expect("spaces");
    assert_eq!(
        spaces.iter().map(|space| space.space.clone()).collect::<Vec<_>>(),
        ["0".to_owned(), payload.offset.to_string()]
    );
    let (bytes, size) = document.bytes(&spaces[1].space, 0, 1 << 16).expect("bytes");
    assert_eq!(bytes.len() as u64, size);
    assert_eq!(inside.last().map(|row| row.end), Some(size));
    for row in &inside {
        let event = document.event(&row.address).expect("an event");
        assert!(event.error.is_none(), "{:?}", event.error);
        assert_eq!(
            document.start_of(&Address { offset: row.end - 1, ..row.address.clone() }),
            Some(row.address.clone())
        );
        assert_eq!(document.reveal(&row.address), Ok(row.row));
    }
    let first = inside.first().expect("an event").address.clone();
    assert_eq!(document.neighbour(&payload, Neighbour::Next), Some(first.clone()));
    assert_eq!(document.neighbour(&first, Neighbour::Previous), Some(payload.clone()));
    let last = inside.last().expect("an event").address.clone();
    let after = document.neighbour(&last, Neighbour::Next).expect("what follows the payload");
    assert_eq!((after.space.as_str(), after.offset > payload.offset), ("0", true));
}

#[test]
fn transactions_of_the_samples() {
    for (name, expected) in
        [("mysql-9.7-shop.binlog", 15), ("mariadb-11.8-shop.binlog", 13), ("mysql-9.7-compressed.binlog", 5)]
    {
        let document = sample(name);
        assert_eq!(document.transactions(), expected, "{name}: one for each GTID event");
        let rows = document.list(0, 1000);
        let complete = rows.iter().filter(|row| matches!(row.content, RowContent::Transaction { complete: true, .. }));
        assert_eq!(complete.count() as u64, expected, "{name}");
    }
}

#[test]
fn a_growing_source_ends_with_the_index_of_the_whole() {
    for file in corpus::files().iter().filter(|file| file.to_string_lossy().contains("samples")) {
        let bytes = std::fs::read(file).expect("readable");
        let whole = open(bytes.clone());
        let source = Growing::new();
        source.append(&bytes[..10]);
        let mut document = Document::new("grows".into(), Box::new(source.clone()), false, Vec::new()).expect("a log");
        let mut lengths = BTreeSet::new();
        for piece in bytes[10..].chunks(777) {
            document.scan_all().expect("memory does not fail");
            lengths.insert(document.entries());
            assert_eq!(document.index().damaged, 0, "an event that is still being written is no damage");
            source.append(piece);
        }
        source.close();
        document.scan_all().expect("memory does not fail");
        assert!(lengths.len() > 3, "it grew in view");
        assert_eq!(document.entries(), whole.entries());
        assert_eq!(document.index().damaged, whole.index().damaged);
        for number in 0..whole.entries() {
            let (a, b) = (document.locate_entry(number), whole.locate_entry(number));
            assert_eq!(a.map(|it| it.entry.end), b.map(|it| it.entry.end));
        }
    }
}

#[test]
fn the_fingerprint_survives_growth_and_closing() {
    let bytes = std::fs::read(corpus::root().join("web/samples/mysql-9.7-shop.binlog")).expect("a sample");
    let mut in_use = bytes.clone();
    in_use[4 + 17] |= 1;
    let shorter = in_use[..bytes.len() / 2].to_vec();
    let prints: Vec<String> = [bytes, in_use, shorter].map(|bytes| open(bytes).summary().fingerprint).to_vec();
    assert_eq!(prints[0], prints[1]);
    assert_eq!(prints[0], prints[2]);
    assert_ne!(prints[0], sample("mysql-9.7-statement.binlog").summary().fingerprint);
}

/// An event that is larger than what the framer hands over whole.
#[test]
fn an_event_of_20_mib_is_walked_in_windows_and_opens_whole() {
    const PADDING: usize = 20 << 20;
    let bytes = std::fs::read(corpus::root().join("web/samples/mysql-9.7-statement.binlog")).expect("a sample");
    let small = open(bytes.clone());
    let located = |number| small.locate_entry(number).expect("an item");
    let query = (0..small.entries()).find(|number| located(*number).entry.kind() == Some(2)).expect("a QUERY_EVENT");
    let query = located(query);
    let rotate = located(small.entries() - 1);
    let mut file = bytes[..query.entry.start as usize].to_vec();
    let mut add = |event: &[u8], padding: usize| {
        let mut event = event[..event.len() - 4].to_vec();
        event.resize(event.len() + padding, b' ');
        let size = event.len() as u32 + 4;
        event[9..13].copy_from_slice(&size.to_le_bytes());
        event[13..17].copy_from_slice(&(file.len() as u32 + size).to_le_bytes());
        let checksum = crc32fast::hash(&event);
        event.extend(checksum.to_le_bytes());
        file.extend(event);
    };
    add(&query.bytes, PADDING);
    add(&query.bytes, 0);
    add(&rotate.bytes, 0);
    let mut document = open(file);
    assert_eq!((document.index().damaged, document.index().bad_checksums), (0, 0));
    assert_eq!(document.entries(), query.number + 3);
    let large = document.locate_entry(query.number).expect("the large one");
    assert_eq!(large.bytes.len(), query.bytes.len() + PADDING);
    for number in [query.number, query.number + 1, query.number + 2] {
        let address = Address::source(document.locate_entry(number).expect("an item").entry.start);
        let event = document.event(&address).expect("an event");
        assert!(event.error.is_none() && !event.nodes.is_empty());
        assert!(matches!(event.content, RowContent::Event { checksum_ok: Some(true), .. }));
        assert!(document.reveal(&address).is_ok());
    }
}

/// `web/samples/make` writes the samples anew; where they open must be adjusted with them.
#[test]
fn samples_open_where_their_list_says() {
    let folder = corpus::root().join("web/samples");
    let list = std::fs::read_to_string(folder.join("index.json")).expect("the list");
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).expect("JSON");
    assert!(list.len() >= 5);
    let mut placed = 0;
    for entry in list {
        let mut document = sample(entry["file"].as_str().expect("a name"));
        let Some(at) = entry["at"].as_str() else { continue };
        let address: Address = at.parse().expect("an address");
        assert_eq!(document.start_of(&address), Some(address.clone()), "{entry}");
        assert!(document.reveal(&address).is_ok(), "{entry}");
        if let Some(field) = entry["field"].as_str() {
            let event = document.event(&address).expect("an event");
            let (last, all) = (event.nodes.iter(), field.replace('[', ".["));
            let names: Vec<_> = last.map(|node| node.name.as_str()).collect();
            assert!(all.split('.').all(|step| names.contains(&step)), "{field} of {names:?}");
            placed += 1;
        }
    }
    assert!(placed > 0, "the first sample opens on a field");
}
