//! What a masked bundle carries inflated, because its stored bytes became zeros, is found by everything that looks into
//! compressed parts. The measure is the same log masked into a file, whose parts are stored again: other bytes that hold the same.

mod corpus;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use binlog_explorer::bundle::Bundle;
use binlog_explorer::choice::Choice;
use binlog_explorer::document::{Document, Search, open_bytes};
use binlog_explorer::dump::{JsonDump, TextDump, Totals, Utc, walk};
use binlog_explorer::filter::Filter;
use binlog_explorer::mask::{Masker, Rules, write_masked};
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Memory, Source};
use binlog_explorer::statistics::Statistics;
use binlog_explorer::verify::Verifier;
use binlog_explorer::view::{Address, RowContent};
use binlog_format::framer::Start;
use serde_json::Value;

/// Files up to this size are compared.
const LARGEST: u64 = 200 << 10;

/// Bytes that all their parts may inflate to.
const LARGEST_INSIDE: usize = 300 << 10;

/// Events whose fields become terms, of each file.
const POINTED_AT: usize = 40;

/// Logs that may have compressed parts: the fixtures, and the corpora where they are.
fn files() -> Vec<PathBuf> {
    let fixtures =
        ["mysql", "mariadb"].map(|name| corpus::root().join(format!("tests/fixtures/masking/{name}.binlog")));
    let files = fixtures.into_iter().chain(corpus::files());
    files.filter(|file| std::fs::metadata(file).is_ok_and(|data| data.len() < LARGEST || corpus::full())).collect()
}

/// The same masking in two forms, and the log before.
struct Masked {
    name: String,
    bytes: Vec<u8>,
    bundle: Bundle,
    stored: Vec<u8>,
}

fn open(bytes: &[u8]) -> Option<Document> {
    let mut document = open_bytes("a.binlog", bytes.to_vec(), Vec::new()).ok()?;
    document.scan_all().expect("memory does not fail");
    Some(document)
}

impl Masked {
    /// A log without anything compressed tells nothing, and a large inside nothing new.
    fn of(file: &Path) -> Option<Self> {
        let bytes = std::fs::read(file).expect("readable");
        let before = open(&bytes)?;
        if before.encryption().is_some() || before.is_bare() {
            return None;
        }
        let chosen = before.choose(&Choice::Whole).ok()?;
        let mut bundle = Bundle::of(&before, &chosen).ok()?;
        bundle.mask(&Rules::default()).ok()?;
        let inside: usize = bundle.restored.iter().map(|(_, bytes)| bytes.len()).sum();
        if inside == 0 || inside > LARGEST_INSIDE && !corpus::full() {
            return None;
        }
        let bundle = Bundle::from_bytes(&bundle.to_bytes()).expect("its own");
        let (masker, mut stored) = (Masker::new(&Rules::default()).expect("no patterns"), Vec::new());
        write_masked(&masker, &Memory::new(bytes.clone()), Start::File, &mut stored).expect("memory does not fail");
        Some(Self { name: file.display().to_string(), bytes, bundle, stored })
    }

    /// The log, what is shared of it, and the masked file.
    fn documents(&self) -> [Document; 3] {
        let mut shared = Document::open_bundle(self.bundle.clone()).expect("it begins as a log");
        shared.scan_all().expect("memory does not fail");
        [open(&self.bytes).expect("a log"), shared, open(&self.stored).expect("a log")]
    }

    /// What is shared, and the masked file.
    fn sources(&self) -> (impl Source, impl Source) {
        (self.bundle.clone().into_source(), Memory::new(self.stored.clone()))
    }
}

fn all() -> &'static [Masked] {
    static ALL: LazyLock<Vec<Masked>> = LazyLock::new(|| files().iter().filter_map(|file| Masked::of(file)).collect());
    assert!(ALL.len() >= 2, "the fixtures have compressed parts");
    &ALL
}

/// Items that match, those inside, and rows.
fn hits(document: &Document, filter: &str) -> Vec<(u64, Option<u64>, Option<Vec<u32>>)> {
    let parsed = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error:?}"));
    let mut search = Search::new(parsed.into());
    let mut hits = Vec::new();
    for block in 0..document.index().blocks.len() {
        let found = document.matches_in_block(&mut search, block, &mut |hit| {
            hits.push((hit.entry, hit.inner, hit.rows.map(<[u32]>::to_vec)));
        });
        found.expect("memory does not fail");
    }
    hits
}

/// Every item, and what lies inside.
fn addresses(document: &Document) -> Vec<Address> {
    let mut all = Vec::new();
    for number in 0..document.entries() {
        let at = Address::source(document.locate_entry(number).expect("an item").entry.start);
        let opened = document.spaces(&at).expect("spaces").into_iter().next_back().filter(|space| space.space != "0");
        all.push(at);
        if let Some(space) = opened.and_then(|opened| document.space(&opened.space).ok()) {
            let inside = space.entries.iter().map(|entry| Address { space: space.name.clone(), offset: entry.start });
            all.extend(inside);
        }
    }
    all
}

/// Filters that ask for no value: types, tables, what events do, how many rows they have.
fn plain_filters(document: &Document) -> BTreeSet<String> {
    let mut filters: BTreeSet<String> =
        ["op:insert", "op:update", "op:delete", "op:ddl", "is:faulty", "rows:>0", "rows:1"]
            .into_iter()
            .chain(["txn.rows:>0", "txn.rows:1..3", "type:*ROWS* and rows:>1"])
            .map(Into::into)
            .collect();
    for at in addresses(document) {
        let terms = document.terms_of_event(&at).into_iter();
        filters.extend(terms.filter(|term| ["type:", "table:"].iter().any(|own| term.starts_with(own))));
    }
    filters
}

#[test]
fn filters_find_what_they_found_before() {
    let (mut found, mut inside) = (0, 0);
    for masked in all() {
        let (name, [before, shared, stored]) = (&masked.name, masked.documents());
        for filter in plain_filters(&before) {
            let expected = hits(&before, &filter);
            // Masked statements do nothing, and what cannot be read is masked as a whole.
            if !filter.starts_with("op:") && filter != "is:faulty" {
                assert_eq!(hits(&shared, &filter), expected, "{name}: {filter}");
            }
            assert_eq!(hits(&shared, &filter), hits(&stored, &filter), "{name}: {filter}");
            found += expected.len();
            inside += expected.iter().filter(|(_, inner, _)| inner.is_some()).count();
        }
    }
    assert!(found > 500 && inside > 50, "{found} {inside}");
}

/// What a reader points at becomes a filter that finds it.
#[test]
fn values_are_found_by_their_masks() {
    let (mut rows, mut columns) = (0, 0);
    for masked in all() {
        let (name, [_, shared, stored]) = (&masked.name, masked.documents());
        let mut filters = BTreeSet::new();
        for at in addresses(&shared).into_iter().filter(|at| at.offset > 4).take(POINTED_AT * 10) {
            let Ok(view) = shared.event(&at) else { continue };
            let RowContent::Event { .. } = view.content else { continue };
            for path in (0..20).flat_map(|nth| ["before", "after"].map(|image| format!("rows[0].{image}[{nth}]"))) {
                for term in shared.terms_of_field(&at, &path) {
                    if term.starts_with("row.") {
                        assert!(shared.matches(&term, &at), "{name} {at}: {term}");
                        columns += usize::from(term.contains("xx"));
                        filters.insert(term);
                    }
                }
            }
            if filters.len() > POINTED_AT {
                break;
            }
        }
        filters.extend(
            ["sql~\"DO 0\"", "text:\"DO 0/*x\" and not type:TRANSACTION_PAYLOAD", "hex:78 78 78 78"].map(String::from),
        );
        for filter in filters {
            let expected = hits(&stored, &filter);
            // Bytes of what is deflated differ.
            if !filter.starts_with("hex:") {
                assert_eq!(hits(&shared, &filter), expected, "{name}: {filter}");
            }
            rows += expected.iter().filter_map(|(.., rows)| rows.as_ref()).map(Vec::len).sum::<usize>();
        }
    }
    assert!(rows > 100 && columns > 10, "{rows} {columns}");
}

/// Lines of the list, texts of fields.
#[test]
fn summaries_and_values_are_those_of_the_inside() {
    let (mut lines, mut texts) = (0, 0);
    for masked in all() {
        let (name, [before, shared, stored]) = (&masked.name, masked.documents());
        let addresses = [&before, &shared, &stored].map(addresses);
        let [old, own, other] = &addresses;
        assert_eq!((old.len(), own.len()), (own.len(), other.len()), "{name}");
        for ((old, own), other) in old.iter().zip(own).zip(other) {
            let view = |document: &Document, at: &Address| document.event(at).expect("there is something");
            let (old, own, other) = (view(&before, old), view(&shared, own), view(&stored, other));
            let said = |content: &RowContent| match content {
                RowContent::Event { summary, type_name, .. } => Some((summary.clone(), type_name.clone())),
                _ => None,
            };
            let (summary, kind) = said(&own.content).unwrap_or_default();
            let place = format!("{name} {} {kind}", own.address);
            assert_eq!(own.error.is_some(), other.error.is_some(), "{place}: {:?} {:?}", own.error, other.error);
            // A payload tells how much is stored.
            if kind != "TRANSACTION_PAYLOAD_EVENT" {
                assert_eq!(said(&own.content), said(&other.content), "{place}");
            }
            // Rows and tables are named and counted as before.
            if summary.contains(" × ") || kind == "TABLE_MAP_EVENT" {
                assert_eq!(Some((summary, kind)), said(&old.content), "{place}");
                lines += 1;
            }
            let values = |nodes: &[binlog_explorer::view::FieldNode]| {
                let nodes = nodes.iter().filter(|node| node.id.starts_with("column."));
                let stored = ["column.compressed_data", "column.length"];
                let texts = nodes.filter(|node| !stored.contains(&&*node.id));
                texts.map(|node| (node.id.clone(), node.text.clone())).collect::<Vec<_>>()
            };
            assert_eq!(values(&own.nodes), values(&other.nodes), "{place}");
            texts += values(&own.nodes).len();
        }
    }
    assert!(lines > 50 && texts > 300, "{lines} {texts}");
}

fn whole(document: &Document) -> Statistics {
    document.statistics_of(0..document.index().blocks.len()).expect("readable").finish()
}

#[test]
fn statistics_count_the_same_rows() {
    let mut rows = 0;
    for masked in all() {
        let (name, [before, shared, stored]) = (&masked.name, masked.documents());
        let [old, own, other] = [&before, &shared, &stored].map(whole);
        assert_eq!(own.rows, old.rows, "{name}");
        assert_eq!(own.types_inside, old.types_inside, "{name}");
        assert_eq!((own.inside, own.faulty), (other.inside, other.faulty), "{name}");
        assert_eq!(own.transactions.count, old.transactions.count, "{name}");
        let tables = |found: &Statistics| {
            let tables = found.tables.iter().map(|(name, table)| (name.clone(), table.rows, table.events));
            tables.collect::<Vec<_>>()
        };
        assert_eq!(tables(&own), tables(&old), "{name}");
        rows += own.rows.inserted + own.rows.updated + own.rows.deleted;
    }
    assert!(rows > 100, "{rows}");
}

fn text(source: &dyn Source) -> (Vec<String>, Totals) {
    let mut out = Vec::new();
    let totals = walk(source, Start::File, 0, &mut TextDump::new(&mut out, Utc)).expect("memory does not fail");
    let text = String::from_utf8_lossy(&out).into_owned();
    let rows = text.lines().filter(|line| line.starts_with("###")).map(|line| line.trim_end().to_owned());
    (rows.collect(), totals)
}

#[test]
fn the_text_dump_has_no_fault_that_was_not_there() {
    let mut rows = 0;
    for masked in all() {
        let (name, (shared, stored)) = (&masked.name, masked.sources());
        let (own, totals) = text(&shared);
        let (other, expected) = text(&stored);
        let codes = |totals: &Totals| totals.faults.iter().map(|(.., fault)| fault.code).collect::<Vec<_>>();
        assert_eq!(codes(&totals), codes(&expected), "{name}");
        assert_eq!(totals.problems, expected.problems, "{name}");
        assert_eq!(own.len(), other.len(), "{name}");
        // What is stored of a compressed column is printed as it is stored.
        let differs = own.iter().zip(&other).find(|(own, other)| own != other && !own.contains("\\x00"));
        assert_eq!(differs, None, "{name}");
        rows += own.len();
    }
    assert!(rows > 300, "{rows}");
}

/// The values of column nodes in the order in which they come.
fn column_values(node: &Value, out: &mut Vec<Value>) {
    if node["children"].is_array() && node["value"].is_string() {
        out.push(node["value"].clone());
        out.push(node["text"].clone());
    }
    for list in ["fields", "children"] {
        node[list].as_array().into_iter().flatten().for_each(|node| column_values(node, out));
    }
}

#[test]
fn json_has_the_text_of_compressed_columns() {
    let json = |source: &dyn Source| {
        let mut out = Vec::new();
        walk(source, Start::File, 0, &mut JsonDump::new(&mut out)).expect("memory does not fail");
        let mut values = Vec::new();
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            column_values(&serde_json::from_slice(line).expect("JSON"), &mut values);
        }
        values
    };
    let mut texts = 0;
    for masked in all() {
        let (name, (shared, stored)) = (&masked.name, masked.sources());
        let own = json(&shared);
        assert_eq!(own, json(&stored), "{name}");
        texts += own.iter().filter(|value| value.as_str().is_some_and(|text| text.starts_with("xxx"))).count();
    }
    assert!(texts > 10, "{texts}");
}

#[test]
fn verify_finds_nothing_new() {
    for masked in all() {
        let (name, (shared, stored)) = (&masked.name, masked.sources());
        let count = |source: &dyn Source| {
            let mut verifier = Verifier::default();
            walk(source, Start::File, 0, &mut verifier).expect("memory does not fail").problems
        };
        assert_eq!(count(&shared), count(&stored), "{name}");
    }
}

/// What is cut out has the inside stored again, as the masked file has it.
#[test]
fn a_cut_stores_the_inside_again() {
    let mut cuts = 0;
    for masked in all() {
        let (name, [before, shared, stored]) = (&masked.name, masked.documents());
        let cut = |document: &Document, choice: &Choice| {
            let mut out = Vec::new();
            let cut = document.cut(choice, &mut out);
            cut.map(|_| out).map_err(|error| error.id)
        };
        assert_eq!(cut(&shared, &Choice::Whole), cut(&stored, &Choice::Whole), "{name}");
        for number in 0..before.entries() {
            let at = |document: &Document| {
                let start = document.locate_entry(number).expect("an item").entry.start;
                Choice::Transaction(Address::source(start))
            };
            assert_eq!(cut(&shared, &at(&shared)), cut(&stored, &at(&stored)), "{name} {number}");
            cuts += 1;
        }
    }
    assert!(cuts > 30, "{cuts}");
}
