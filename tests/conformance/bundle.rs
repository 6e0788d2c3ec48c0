//! What is shared comes back: the same events at the same addresses with the same values, as a file and as a link; and
//! what somebody else made up is refused or harmless.

mod corpus;

use binlog_explorer::bundle::{Bundle, FILE_MAGIC, MaskedClasses, Note, Piece, SavedView};
use binlog_explorer::choice::Choice;
use binlog_explorer::document::Document;
use binlog_explorer::dump::{JsonDump, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::messages;
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Memory, Source};
use binlog_explorer::verify::{Severity, Verifier};
use binlog_explorer::view::{Address, EventView, RowContent};
use binlog_format::framer::Start;

fn open(name: &str, bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new(name.into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().expect("memory does not fail");
    Some(document)
}

fn shared(bundle: Bundle) -> Document {
    let mut document = Document::open_bundle(bundle).expect("it begins as a log");
    document.scan_all().expect("memory does not fail");
    document
}

/// Numbers count what is there.
fn told(document: &Document, address: &Address) -> EventView {
    let mut view = document.event(address).unwrap_or_else(|error| panic!("{address}: {error:?}"));
    (view.number, view.transaction) = (0, None);
    if let RowContent::Event { number, .. } = &mut view.content {
        *number = 0;
    }
    view
}

fn same(name: &str, whole: &Document, part: &Document, address: &Address) {
    assert_eq!(told(part, address), told(whole, address), "{name} {address}");
    let spaces = whole.spaces(address).expect("spaces");
    assert_eq!(part.spaces(address).expect("spaces"), spaces, "{name} {address}");
    let Some(opens) = spaces.last().filter(|space| space.space.split('/').count() <= 3) else { return };
    let Ok(space) = whole.space(&opens.space) else { return };
    for entry in space.entries.iter().take(12) {
        let inner = Address { space: space.name.clone(), offset: entry.start };
        assert_eq!(told(part, &inner), told(whole, &inner), "{name} {inner}");
    }
}

fn files() -> Vec<(String, Vec<u8>)> {
    let limit = if corpus::full() { 1 << 20 } else { 24_000 };
    let small = corpus::files().into_iter().filter(|file| {
        file.to_string_lossy().contains("web/samples") || std::fs::metadata(file).is_ok_and(|data| data.len() < limit)
    });
    small.map(|file| (file.display().to_string(), std::fs::read(&file).expect("readable"))).collect()
}

fn view_of(at: &Address) -> SavedView {
    SavedView {
        at: at.to_string(),
        field: "rows[0].after[1]".into(),
        range: "12..40".into(),
        tab: "rows".into(),
        filter: "op:update and table:\"Straße\"".into(),
        mode: "plain".into(),
        open: vec!["body".into(), "rows[0]".into()],
    }
}

#[test]
fn every_small_log_goes_through_links_and_files() {
    let (mut whole_ones, mut transactions) = (0, 0);
    for (name, bytes) in files() {
        let Some(document) = open("a.binlog", bytes.clone()) else { continue };
        let chosen = document.choose(&Choice::Whole).expect("readable");
        let mut bundle = Bundle::of(&document, &chosen).expect("there is something");
        let place = Address::source(document.locate_entry(document.entries() / 2).expect("an item").entry.start);
        bundle.view = view_of(&place);
        bundle.notes = vec![Note { place: format!("{place} 4..9"), text: "<b>look</b> here\n".into() }];
        assert_eq!(Bundle::from_fragment(&bundle.to_fragment()).as_ref(), Ok(&bundle), "{name}");
        let again = Bundle::from_bytes(&bundle.to_bytes()).expect("its own");
        assert_eq!(again, bundle, "{name}");
        assert_eq!(again.pieces, [Piece { start: 0, bytes }], "{name}");
        let part = shared(again);
        assert_eq!(part.summary(), document.summary(), "{name}");
        assert_eq!(part.index(), document.index(), "{name}");
        same(&name, &document, &part, &place);
        whole_ones += 1;
        // A transaction of it, through a link.
        let unit = document.unit(document.units() / 2).expect("a unit");
        let first = Address::source(document.locate_entry(unit.first_entry).expect("an item").entry.start);
        let chosen = document.choose(&Choice::Transaction(first)).expect("readable");
        let bundle = Bundle::of(&document, &chosen).expect("there is something");
        let bundle = Bundle::from_fragment(&bundle.to_fragment()).expect("its own");
        let part = shared(bundle);
        for entry in (unit.first_entry..unit.first_entry + unit.entries).take(6) {
            let at = Address::source(document.locate_entry(entry).expect("an item").entry.start);
            same(&name, &document, &part, &at);
        }
        transactions += 1;
    }
    assert!(whole_ones > 60 && transactions > 60, "{whole_ones} {transactions}");
}

/// What was left out is no damage, nothing is unfinished where a hole is, and every byte is told once.
#[test]
fn a_part_of_a_sound_log_is_sound() {
    let mut sound = 0;
    for (name, bytes) in files() {
        let Some(document) = open("a.binlog", bytes.clone()) else { continue };
        if document.encryption().is_some() {
            continue;
        }
        let whole = verified(&Memory::new(bytes), document.is_bare());
        let places: Vec<Address> = (0..document.entries())
            .step_by(3)
            .map(|number| Address::source(document.locate_entry(number).expect("an item").entry.start))
            .collect();
        let chosen = document.choose(&Choice::Events(places)).expect("readable");
        let bundle = Bundle::of(&document, &chosen).expect("there is something");
        let (bare, kept) = (bundle.bare, bundle.bytes());
        let source = bundle.into_source();
        let part = verified(&source, bare);
        for found in &part {
            assert!(whole.contains(found), "{name}: {found}");
        }
        sound += usize::from(part.is_empty());
        let mut out = Vec::new();
        let start = if bare { Start::Events } else { Start::File };
        let totals = walk_with_keys(&source, start, 0, &Keys::new(), &mut JsonDump::new(&mut out)).expect("readable");
        let (mut end, mut holes) = (0, 0);
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let record: serde_json::Value = serde_json::from_slice(line).expect("JSON");
            if record["space"] == "0" && matches!(record["record"].as_str(), Some("span" | "event")) {
                assert_eq!(record["start"].as_u64(), Some(end), "{name}");
                end = record["end"].as_u64().expect("a number");
                if record["kind"] == "hole" {
                    holes += end - record["start"].as_u64().expect("a number");
                }
            }
        }
        assert_eq!((end, end - holes), (source.length(), kept), "{name}");
        assert!(totals.unfinished.len() <= document.units() as usize, "{name}");
    }
    assert!(sound > 40, "{sound}");
}

fn verified(source: &dyn Source, bare: bool) -> Vec<String> {
    let mut verifier = Verifier::default();
    let start = if bare { Start::Events } else { Start::File };
    let totals = walk_with_keys(source, start, 0, &Keys::new(), &mut verifier).expect("readable");
    let findings = verifier.finish(&totals).listed;
    let problems = findings.iter().filter(|found| found.severity == Severity::Problem);
    problems.map(|found| format!("{} {} {}", found.space, found.start, messages::english(&found.message))).collect()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(corpus::root().join("tests/fixtures/bundles").join(name)).expect("a committed fixture")
}

/// What version 1 said once it says for ever: committed bytes, and what is in them.
#[test]
fn bundles_of_version_1_are_read_for_ever() {
    let expected = String::from_utf8(fixture("version-1.txt")).expect("text");
    let mut told = String::new();
    for name in ["version-1-whole", "version-1-transaction", "version-1-everything"] {
        let file = Bundle::from_bytes(&fixture(&format!("{name}.binlogscope"))).expect("version 1");
        let link = String::from_utf8(fixture(&format!("{name}.link"))).expect("text");
        assert_eq!(Bundle::from_fragment(&link).as_ref(), Ok(&file), "{name}");
        told.push_str(&described(name, &file));
        let mut part = Document::open_bundle(file).expect("a log");
        part.scan_all().expect("memory does not fail");
        for row in part.list(0, 100) {
            told.push_str(&format!("  {} {:?}\n", row.address, row.content));
        }
    }
    assert_eq!(told, expected);
}

fn described(name: &str, bundle: &Bundle) -> String {
    let mut about = Bundle { pieces: Vec::new(), restored: Vec::new(), ..bundle.clone() };
    about.name = bundle.name.clone();
    let pieces = bundle.pieces.iter().map(|piece| (piece.start, piece.bytes.len(), crc32fast::hash(&piece.bytes)));
    let restored = bundle.restored.iter().map(|(name, bytes)| (name, bytes.len(), crc32fast::hash(bytes)));
    format!("{name} {about:?}\n  {:?}\n  {:?}\n", pieces.collect::<Vec<_>>(), restored.collect::<Vec<_>>())
}

/// Written once; run by hand where the version changes: `cargo test --test bundle -- --ignored`.
#[test]
#[ignore = "writes the fixtures of the present version"]
fn fixtures_are_written() {
    let sample = |name: &str| std::fs::read(corpus::root().join("web/samples").join(name)).expect("a sample");
    let folder = corpus::root().join("tests/fixtures/bundles");
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut told = String::new();
    let document = open("mysql-9.7-shop.binlog", sample("mysql-9.7-shop.binlog")).expect("a log");
    let whole = Bundle::of(&document, &document.choose(&Choice::Whole).expect("readable")).expect("something");
    let unit = document.unit(document.units() - 2).expect("a unit");
    let place = Address::source(document.locate_entry(unit.first_entry).expect("an item").entry.start);
    let chosen = document.choose(&Choice::Transaction(place.clone())).expect("readable");
    let transaction = Bundle::of(&document, &chosen).expect("something");
    let everything = Bundle {
        name: "Größe.000042".into(),
        fingerprint: "0123456789abcdef-00000000".into(),
        size: transaction.size + (1 << 40),
        cut: true,
        masked: Some(MaskedClasses { values: true, accounts: true, ..MaskedClasses::default() }),
        restored: vec![(place.to_string(), b"SELECT 1".to_vec())],
        view: view_of(&place),
        notes: vec![Note { place: format!("{place} 4..9"), text: "<b>look</b> here, 看\n".into() }],
        ..transaction.clone()
    };
    let bundles =
        [("version-1-whole", whole), ("version-1-transaction", transaction), ("version-1-everything", everything)];
    for (name, bundle) in bundles {
        std::fs::write(folder.join(format!("{name}.binlogscope")), bundle.to_bytes()).expect("written");
        std::fs::write(folder.join(format!("{name}.link")), bundle.to_fragment()).expect("written");
        told.push_str(&described(name, &bundle));
        let part = shared(bundle);
        let mut part = part;
        for row in part.list(0, 100) {
            told.push_str(&format!("  {} {:?}\n", row.address, row.content));
        }
        part.expand_all(false);
    }
    std::fs::write(folder.join("version-1.txt"), told).expect("written");
}

fn number(mut number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
    out
}

/// A file of this content, as it is.
fn file_of(content: &[u8]) -> Vec<u8> {
    let mut file = FILE_MAGIC.to_vec();
    file.extend([1, 0]);
    file.extend(number(content.len() as u64));
    file.extend(crc32fast::hash(content).to_le_bytes());
    file.extend(content);
    file
}

fn refusal(content: &[u8]) -> String {
    Bundle::from_bytes(&file_of(content)).expect_err("refused").id
}

#[test]
fn what_cannot_be_is_refused_with_a_sentence() {
    let refused = |file: &[u8]| Bundle::from_bytes(file).expect_err("refused").id;
    let good = [&[0, 1, b'a', 0, 10, 1, 0, 2], &b"ab"[..]].concat();
    assert_eq!(Bundle::from_bytes(&file_of(&good)).map(|bundle| bundle.pieces.len()), Ok(1));
    // Another version is nobody's damage.
    let mut other = file_of(&good);
    other[7] = 2;
    assert_eq!(refused(&other), "bundle-version");
    let message = Bundle::from_fragment("2.AAAA").expect_err("refused");
    assert_eq!(message.id, "bundle-version");
    assert!(messages::english(&message).contains("version 2"));
    assert_eq!(Bundle::from_fragment("hello").expect_err("refused").id, "bundle-link");
    assert_eq!(Bundle::from_fragment("1.ä").expect_err("refused").id, "bundle-damaged");
    assert_eq!(Bundle::from_fragment("1.").expect_err("refused").id, "bundle-cut");
    assert_eq!(refused(b"not a bundle"), "bundle-damaged");
    // A promise that would take all memory, and more than was promised.
    let mut huge = FILE_MAGIC.to_vec();
    huge.extend([1, 1]);
    huge.extend(number(1 << 40));
    huge.extend([0; 8]);
    assert_eq!(refused(&huge), "bundle-large");
    let mut file = FILE_MAGIC.to_vec();
    file.extend([1, 1, 4, 0, 0, 0, 0]);
    file.extend(miniz_oxide::deflate::compress_to_vec(&[0; 100_000], 9));
    assert!(matches!(refused(&file).as_str(), "bundle-damaged" | "bundle-cut" | "bundle-checksum"));
    let mut wrong = file_of(&good);
    *wrong.last_mut().expect("a byte") ^= 1;
    assert_eq!(refused(&wrong), "bundle-checksum");
    // Content: flags, name, fingerprint, size, pieces, bytes.
    assert_eq!(refusal(&[0x80, 1, 0, 0, 10, 0]), "bundle-damaged");
    assert_eq!(refusal(&[0, 200, 1]), "bundle-cut");
    assert_eq!(refusal(&[0, 1, 0xff, 0, 10, 0]), "bundle-damaged");
    // Pieces: past the end, empty, touching, overflowing, too many.
    assert_eq!(refusal(&[0, 0, 0, 10, 1, 9, 2, b'a', b'b']), "bundle-damaged");
    assert_eq!(refusal(&[0, 0, 0, 10, 1, 0, 0]), "bundle-damaged");
    assert_eq!(refusal(&[0, 0, 0, 10, 2, 0, 1, 0, 1, b'a', b'b']), "bundle-damaged");
    let far = [&[0, 0, 0, 10, 1][..], &number(u64::MAX), &number(u64::MAX)].concat();
    assert_eq!(refusal(&far), "bundle-damaged");
    assert_eq!(refusal(&[&[0, 0, 0, 10][..], &number(1 << 40)].concat()), "bundle-damaged");
    assert_eq!(refusal(&[&[0, 0, 0][..], &number(u64::MAX), &[0]].concat()), "bundle-damaged");
    // More than is said, a number written in two ways, one that has no end.
    assert_eq!(refusal(&[0, 0, 0, 10, 0, b'x']), "bundle-damaged");
    assert_eq!(refusal(&[0x80, 0, 0, 0, 10, 0]), "bundle-damaged");
    assert_eq!(refusal(&[0xff; 12]), "bundle-damaged");
    // A space that no address names.
    assert_eq!(refusal(&[8, 0, 0, 10, 1, b'0', 0]), "bundle-damaged");
    assert_eq!(refusal(&[8, 0, 0, 10, 2, b'c', b'1', 0]), "bundle-damaged");
    assert_eq!(refusal(&[16, 0, 0, 10, 0, 1, 1, b'x', 0]), "bundle-damaged");
}

/// Cut anywhere, with any byte another one: a sentence, or a log like any other.
#[test]
fn damaged_bundles_never_do_harm() {
    let file = fixture("version-1-everything.binlogscope");
    for end in 0..file.len() {
        assert!(Bundle::from_bytes(&file[..end]).is_err(), "{end}");
    }
    for at in 0..file.len() {
        let mut other = file.clone();
        other[at] ^= 0x41;
        if let Ok(bundle) = Bundle::from_bytes(&other) {
            let _ = Document::open_bundle(bundle).map(|mut document| document.scan_all());
        }
    }
    // The content behind the checksum, each byte another one.
    let bundle = Bundle::from_bytes(&file).expect("version 1");
    let mut body = bundle.clone();
    body.name = "x".into();
    let content = body.content();
    assert_eq!(Bundle::from_bytes(&file_of(&content)), Ok(body));
    for at in 0..content.len() {
        let mut other = content.clone();
        other[at] ^= [0x01, 0x80, 0xff][at % 3];
        let Ok(bundle) = Bundle::from_bytes(&file_of(&other)) else { continue };
        let Ok(mut document) = Document::open_bundle(bundle) else { continue };
        document.scan_all().expect("memory does not fail");
        for row in document.list(0, 12) {
            let _ = document.event(&row.address);
        }
    }
}

/// Holes of many gigabytes, at either end: offsets stay, and walking them takes no time.
#[test]
fn offsets_beyond_4_gib_stay() {
    let bytes = std::fs::read(corpus::root().join("web/samples/mysql-9.7-shop.binlog")).expect("a sample");
    let document = open("a", bytes.clone()).expect("a log");
    let unit = document.unit(document.units() - 2).expect("a unit");
    let start = document.locate_entry(unit.first_entry).expect("an item").entry.start;
    let chosen = document.choose(&Choice::Transaction(Address::source(start))).expect("readable");
    let mut bundle = Bundle::of(&document, &chosen).expect("something");
    const FAR: u64 = 5 << 32;
    bundle.size += 2 * FAR;
    let head = bundle.pieces[0].bytes.len() as u64;
    for piece in bundle.pieces.iter_mut().filter(|piece| piece.start >= head) {
        piece.start += FAR;
    }
    let mut part = shared(Bundle::from_fragment(&bundle.to_fragment()).expect("its own"));
    for entry in unit.first_entry..unit.first_entry + unit.entries {
        let own = document.locate_entry(entry).expect("an item").entry;
        let view = part.event(&Address::source(own.start + FAR)).expect("moved along");
        assert_eq!((view.end, view.error), (own.end + FAR, None));
    }
    let rows = part.list(0, 1000);
    assert_eq!(rows.last().map(|row| row.end), Some(bytes.len() as u64 + 2 * FAR));
    assert!(part.index().memory() < 1 << 20);
    part.expand_all(true);
    let again = part.choose(&Choice::Whole).expect("readable");
    let again = Bundle::of(&part, &again).expect("something");
    assert_eq!(again.pieces, bundle.pieces);
}

/// Of what was encrypted the clear bytes are shared, under their own addresses, and it is said.
#[test]
fn what_was_encrypted_is_shared_in_the_clear() {
    let mut shown = 0;
    for (file, key) in corpus::files().into_iter().map(|file| (file.clone(), file.with_extension("key"))) {
        let Ok(key) = std::fs::read(&key) else { continue };
        let Some(mut document) = open("a", std::fs::read(&file).expect("readable")) else { continue };
        let mut keys = Keys::new();
        if keys.add_with(&key, None).is_err() || document.unlock(&keys).is_err() {
            continue;
        }
        document.scan_all().expect("memory does not fail");
        let main = document.main_space().to_owned();
        let unit = document.unit(document.units() / 2).expect("a unit");
        let address = |document: &Document, number: u64| Address {
            space: document.main_space().into(),
            offset: document.locate_entry(number).expect("an item").entry.start,
        };
        let first = address(&document, unit.first_entry);
        let chosen = document.choose(&Choice::Transaction(first)).expect("readable");
        let bundle = Bundle::of(&document, &chosen).expect("something");
        assert!(bundle.is_clear());
        let bundle = Bundle::from_bytes(&bundle.to_bytes()).expect("its own");
        assert!(bundle.remarks().iter().any(|remark| remark.id == "note-part-clear"));
        let part = shared(bundle.clone());
        assert_eq!(part.main_space(), main);
        for entry in unit.first_entry..unit.first_entry + unit.entries {
            let at = address(&document, entry);
            assert_eq!(told(&part, &at), told(&document, &at), "{}", file.display());
        }
        let mut out = Vec::new();
        let source = bundle.into_source();
        walk_with_keys(&source, Start::File, 0, &Keys::new(), &mut JsonDump::new(&mut out)).expect("readable");
        assert!(String::from_utf8_lossy(&out).contains(&format!("\"space\":\"{main}\"")));
        shown += 1;
    }
    assert!(shown > 0 || !corpus::root().join("../shared/corpus").is_dir());
}
