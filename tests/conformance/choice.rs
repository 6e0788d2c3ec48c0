//! What is chosen of a log is read alike where nothing else is there: the same fields, rows and spaces at the same
//! addresses.

mod corpus;

use binlog_explorer::choice::{Choice, Chosen};
use binlog_explorer::document::Document;
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Memory, Sparse, read_range};
use binlog_explorer::view::{Address, EventView, RowContent};

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("test".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().expect("memory does not fail");
    Some(document)
}

/// A document that has only these bytes.
fn only(document: &Document, chosen: &Chosen) -> Document {
    let piece = |(start, end)| (start, read_range(document.source(), start, end).expect("memory does not fail"));
    let pieces = chosen.stretches().into_iter().map(piece).collect();
    let source = Sparse::new(chosen.length, pieces);
    let mut sparse = Document::new("test".into(), Box::new(source), false, Vec::new()).expect("it begins alike");
    sparse.scan_all().expect("memory does not fail");
    assert_eq!(sparse.summary().fingerprint, document.summary().fingerprint);
    sparse
}

/// Numbers count what is there.
fn without_numbers(mut view: EventView) -> EventView {
    (view.number, view.transaction) = (0, None);
    if let RowContent::Event { number, .. } = &mut view.content {
        *number = 0;
    }
    view
}

fn told(document: &Document, address: &Address) -> EventView {
    without_numbers(document.event(address).unwrap_or_else(|error| panic!("{address}: {error:?}")))
}

/// The same of an item and of everything inside.
fn same(name: &str, whole: &Document, sparse: &Document, address: &Address) {
    let expected = told(whole, address);
    assert_eq!(told(sparse, address), expected, "{name} {address}");
    let spaces = whole.spaces(address).expect("spaces");
    assert_eq!(sparse.spaces(address).expect("spaces"), spaces, "{name} {address}");
    for node in expected.nodes.iter().filter(|node| node.collapsed).take(3) {
        let path = path_of(&expected, node);
        assert_eq!(sparse.children(address, &path), whole.children(address, &path), "{name} {address} {path}");
    }
    if let Some(opens) = spaces.last().filter(|space| space.space.len() > address.space.len() || address.space == "0")
        && let Ok(space) = whole.space(&opens.space)
    {
        for entry in space.entries.iter().take(20) {
            same(name, whole, sparse, &Address { space: space.name.clone(), offset: entry.start });
        }
    }
}

fn path_of(view: &EventView, node: &binlog_explorer::view::FieldNode) -> String {
    let at = view.nodes.iter().position(|other| std::ptr::eq(other, node)).expect("its own");
    let (mut depth, mut names) = (node.depth, vec![node.name.clone()]);
    for before in view.nodes[..at].iter().rev() {
        if before.depth < depth {
            depth = before.depth;
            names.push(before.name.clone());
        }
    }
    names.reverse();
    names.join(".").replace(".[", "[")
}

fn documents() -> Vec<(String, Document)> {
    let limit = if corpus::full() { 8 << 20 } else { 60_000 };
    let small = corpus::files().into_iter().filter(|file| std::fs::metadata(file).is_ok_and(|data| data.len() < limit));
    let open =
        |file: std::path::PathBuf| Some((file.display().to_string(), open(std::fs::read(&file).expect("readable"))?));
    small.filter_map(open).collect()
}

fn numbers(entries: u64, random: &mut u64, many: u64) -> Vec<u64> {
    let mut next = || {
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*random >> 33) % entries.max(1)
    };
    (0..many.min(entries)).map(|_| next()).collect()
}

fn address(document: &Document, number: u64) -> Address {
    Address::source(document.locate_entry(number).expect("an item").entry.start)
}

#[test]
fn a_chosen_event_is_read_alike_without_the_rest() {
    let (mut compared, mut random) = (0, 7);
    for (name, document) in documents() {
        for number in numbers(document.entries(), &mut random, if corpus::full() { 12 } else { 5 }) {
            let place = address(&document, number);
            let chosen = document.choose(&Choice::Event(place.clone())).expect("it is there");
            assert!(chosen.ranges.iter().any(|range| range.chosen && range.start <= place.offset), "{name} {place}");
            let sparse = only(&document, &chosen);
            same(&name, &document, &sparse, &place);
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn several_events_are_read_alike_and_what_was_left_out_is_a_hole() {
    let mut random = 11;
    for (name, document) in documents() {
        let numbers = numbers(document.entries(), &mut random, 9);
        let places: Vec<Address> = numbers.iter().map(|number| address(&document, *number)).collect();
        let chosen = document.choose(&Choice::Events(places.clone())).expect("they are there");
        let sparse = only(&document, &chosen);
        for place in &places {
            same(&name, &document, &sparse, place);
        }
        // Nothing is made of what is not there: every item of the part is one of the whole, or a hole.
        for number in 0..sparse.entries() {
            let entry = sparse.locate_entry(number).expect("an item").entry;
            let view = sparse.event(&Address::source(entry.start)).expect("an item");
            if matches!(&view.content, RowContent::Span { kind, .. } if kind == "hole") {
                continue;
            }
            let own = document.locate(&Address::source(entry.start)).expect("an item").entry;
            assert_eq!((own.start, own.end), (entry.start, entry.end), "{name}");
        }
        // And the other way round: every range begins where an item does.
        for range in &chosen.ranges {
            let start = Address::source(range.start);
            assert_eq!(document.start_of(&start), Some(start), "{name}");
        }
    }
}

#[test]
fn a_transaction_stays_one() {
    let mut compared = 0;
    for (name, document) in documents() {
        let units = document.units();
        for number in (0..units).step_by(1 + units as usize / 8) {
            let unit = document.unit(number).expect("a unit");
            let first = address(&document, unit.first_entry);
            let chosen = document.choose(&Choice::Transaction(first.clone())).expect("it is there");
            assert_eq!((chosen.items, chosen.cut), (unit.entries, false), "{name} {first}");
            let sparse = only(&document, &chosen);
            for number in (unit.first_entry..unit.first_entry + unit.entries).step_by(1 + unit.entries as usize / 10) {
                same(&name, &document, &sparse, &address(&document, number));
            }
            let own = sparse.entry_at(first.offset).expect("the first event");
            let other = sparse.unit(sparse.unit_of_entry(own).expect("a unit")).expect("a unit");
            assert_eq!((other.first_entry, other.transaction), (own, unit.transaction), "{name} {first}");
            // The hole behind one that has no end is part of it.
            assert!((unit.entries..unit.entries + 2).contains(&other.entries), "{name} {first}");
            compared += 1;
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn what_a_filter_finds_is_chosen() {
    let mut found = 0;
    for (name, mut document) in documents() {
        document.set_filter(Some("op:update")).expect("a filter");
        let chosen = document.choose(&Choice::Filter).expect("readable");
        if chosen.items == 0 {
            assert!(chosen.ranges.is_empty(), "{name}");
            continue;
        }
        let mut sparse = only(&document, &chosen);
        sparse.set_filter(Some("op:update")).expect("a filter");
        let again = sparse.choose(&Choice::Filter).expect("readable");
        assert_eq!((again.items, again.bytes()), (chosen.items, chosen.bytes()), "{name}");
        found += 1;
    }
    assert!(found > 20, "{found}");
}

#[test]
fn everything_is_everything_and_too_much_is_cut() {
    for (name, document) in documents() {
        let chosen = document.choose(&Choice::Whole).expect("readable");
        let length = document.source().length();
        assert_eq!((chosen.bytes(), chosen.length, chosen.cut), (length, length, false), "{name}");
        assert_eq!(chosen.stretches(), [(0, length)], "{name}");
        let mut choosing = document.choosing(&Choice::Whole, length / 2).expect("it is there");
        let result = loop {
            match choosing.step(&document) {
                Ok(true) => {}
                Ok(false) => break Ok(choosing.finish(&document)),
                Err(message) => break Err(message),
            }
        };
        if let Ok(chosen) = result {
            assert!(chosen.cut && chosen.items > 0, "{name}");
        }
    }
    let (_, document) = documents().swap_remove(0);
    let nowhere = document.choose(&Choice::Event(Address::source(u64::MAX - 1)));
    assert!(nowhere.is_err_and(|message| message.id == "failed-no-event"));
    assert!(document.choose(&Choice::Filter).is_err_and(|message| message.id == "share-no-filter"));
}
