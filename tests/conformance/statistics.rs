//! Statistics against the truth: what `dump --format json` prints, counted naively; what the servers' own tools
//! print; and whatever way a log is cut into ranges, what they are joined to is the same.

mod corpus;
mod cut;

use std::collections::BTreeMap;
use std::path::Path;

use binlog_explorer::document::Document;
use binlog_explorer::dump::{JsonDump, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::statistics::{FAMILIES, MOST_BUCKETS, Rows, Statistics, type_name};
use binlog_format::framer::Start;
use proptest::prelude::*;
use serde_json::Value;

/// Files up to this size are dumped.
const LARGEST: u64 = if cfg!(debug_assertions) { 120 << 10 } else { 8 << 20 };

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

fn whole(document: &Document) -> Statistics {
    document.statistics_of(0..document.index().blocks.len()).expect("readable").finish()
}

/// What is counted of a log in two ways.
#[derive(Debug, Default, PartialEq)]
struct Counted {
    /// By type, of the file and inside: events and bytes.
    types: [BTreeMap<String, (u64, u64)>; 2],
    /// By table.
    rows: BTreeMap<(String, String), Rows>,
    all: Rows,
}

fn add(rows: &mut Rows, name: &str, count: u64) {
    match name {
        name if name.contains("WRITE") => rows.inserted += count,
        name if name.contains("UPDATE") => rows.updated += count,
        _ => rows.deleted += count,
    }
}

fn child<'v>(nodes: &'v Value, name: &str) -> Option<&'v Value> {
    nodes.as_array()?.iter().find(|node| node["name"] == name)
}

/// By what `dump` prints: one line after another, by the names of fields alone.
#[derive(Default)]
struct Naive {
    counted: Counted,
    /// Names by space and table id; the last map counts.
    maps: BTreeMap<(String, String), (String, String)>,
    /// Rows events whose images follow in a space of their own: by its name, type and table.
    images: BTreeMap<String, (String, (String, String))>,
    parents: BTreeMap<String, String>,
}

impl Naive {
    fn record(&mut self, record: &Value) {
        let space = record["space"].as_str().unwrap_or_default().to_owned();
        match record["record"].as_str() {
            Some("space") => {
                self.parents.insert(space, record["parent"].as_str().unwrap_or_default().to_owned());
            }
            Some("span") if record["kind"] == "row_images" => {
                if let Some((kind, table)) = self.images.get(&space).cloned() {
                    self.rows(&kind, table, &record["fields"]);
                }
            }
            Some("event") => self.event(&space, record),
            _ => {}
        }
    }

    fn event(&mut self, space: &str, record: &Value) {
        let kind = record["type"].as_str().expect("a type").to_owned();
        let size = record["end"].as_u64().unwrap() - record["start"].as_u64().unwrap();
        let types = self.counted.types[usize::from(space != "0")].entry(kind.clone()).or_default();
        *types = (types.0 + 1, types.1 + size);
        let fields = &record["fields"];
        let id = || child(fields, "table_id").map(|node| node["value"].to_string()).unwrap_or_default();
        if kind == "TABLE_MAP_EVENT" {
            let text = |name| child(fields, name).and_then(|node| node["text"].as_str()).unwrap_or_default().to_owned();
            if child(fields, "table_name").is_some() {
                self.maps.insert((space.to_owned(), id()), (text("database_name"), text("table_name")));
            }
        } else if ["WRITE_ROWS", "UPDATE_ROWS", "DELETE_ROWS"].iter().any(|rows| kind.contains(rows)) {
            // A fragmented event is read by the maps around it.
            let own = self.maps.get(&(space.to_owned(), id()));
            let around = || self.maps.get(&(self.parents.get(space)?.clone(), id()));
            let Some(table) = own.or_else(around).cloned() else { return };
            let opens =
                format!("{}{}", if space == "0" { String::new() } else { format!("{space}/") }, record["start"]);
            self.images.insert(opens, (kind.clone(), table.clone()));
            self.rows(&kind, table, fields);
        }
    }

    fn rows(&mut self, kind: &str, table: (String, String), fields: &Value) {
        let rows = child(fields, "rows").and_then(|rows| rows["children"].as_array()).map_or(0, Vec::len) as u64;
        add(&mut self.counted.all, kind, rows);
        add(self.counted.rows.entry(table).or_default(), kind, rows);
    }
}

fn naive(document: &Document) -> Counted {
    let mut out = Vec::new();
    walk(document.source(), Start::File, 0, &mut JsonDump::new(&mut out)).expect("readable");
    let mut naive = Naive::default();
    for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        naive.record(&serde_json::from_slice(line).expect("JSON"));
    }
    naive.counted.rows.retain(|_, rows| rows.all() > 0);
    naive.counted
}

fn counted(found: &Statistics) -> Counted {
    let mut counted = Counted { all: found.rows, ..Counted::default() };
    for (own, types) in counted.types.iter_mut().zip([&found.types, &found.types_inside]) {
        for (code, placed) in types.iter() {
            let sum = own.entry(type_name(*code).to_owned()).or_default();
            *sum = (sum.0 + placed.amount.count, sum.1 + placed.amount.bytes);
        }
    }
    counted.rows = found.tables.iter().map(|(name, table)| (name.clone(), table.rows)).collect();
    counted.rows.retain(|_, rows| rows.all() > 0);
    counted
}

fn documents() -> Vec<(String, Document)> {
    let mut documents = Vec::new();
    for path in corpus::files() {
        if std::fs::metadata(&path).map_or(true, |it| it.len() > LARGEST) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(document) = std::fs::read(&path).ok().and_then(open) {
            documents.push((name, document));
        }
    }
    documents
}

#[test]
fn everything_is_counted_as_dump_prints_it() {
    let mut rows = 0;
    let documents = documents();
    for (name, document) in &documents {
        let found = whole(document);
        let expected = naive(document);
        rows += expected.all.all();
        assert_eq!(counted(&found), expected, "{name}");
        let types = found.types.iter().fold((0, 0), |sum, (_, it)| (sum.0 + it.amount.count, sum.1 + it.amount.bytes));
        assert_eq!((found.events.count, found.events.bytes), types, "{name}");
        assert_eq!(found.sizes.count(), found.events.count, "{name}");
        assert_eq!(found.transactions.count, document.index().transactions, "{name}");
        assert_eq!(found.damage.spans.count + found.damage.incomplete.count, document.index().damaged, "{name}");
        let by_position = &found.overview.by_position;
        assert!(by_position.buckets.len() <= MOST_BUCKETS);
        let sums = |of: fn(&binlog_explorer::statistics::PositionBucket) -> &[u64; FAMILIES.len()]| {
            by_position.buckets.iter().flat_map(of).sum::<u64>()
        };
        assert_eq!(sums(|bucket| &bucket.events), found.events.count, "{name}");
        assert_eq!(sums(|bucket| &bucket.bytes), found.events.bytes, "{name}");
        assert_eq!(found.transactions.bytes.count(), found.transactions.count, "{name}");
        assert_eq!(found.transactions.rows.sum, found.rows.all(), "{name}: rows outside of transactions");
    }
    assert!(documents.len() > 5 && rows > 1000, "{} files, {rows} rows", documents.len());
}

/// Rows by what the servers' own tools printed beside the generated logs.
#[test]
fn rows_are_as_many_as_the_servers_tools_print() {
    let mut compared = 0;
    for path in corpus::files().iter().filter(|path| path.to_string_lossy().contains("corpus-generated")) {
        let Ok(text) = std::fs::read(path.with_extension("txt")) else { continue };
        let Some(document) = std::fs::read(path).ok().and_then(open) else { continue };
        let lines = |start: &str| {
            text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(start.as_bytes())).count() as u64
        };
        let printed = Rows {
            inserted: lines("### INSERT INTO `"),
            updated: lines("### UPDATE `"),
            deleted: lines("### DELETE FROM `"),
        };
        // Without the key there is nothing to count, and some the tool does not read to their end.
        let says = |words: &[u8]| text.windows(words.len()).any(|part| part == words);
        let ended = says(b"\n# End of log file") && !says(b"Don't know how to handle column");
        if !ended || Path::new(path).with_extension("key").exists() {
            continue;
        }
        assert_eq!(whole(&document).rows, printed, "{}", path.display());
        compared += u64::from(printed.all() > 0);
    }
    if corpus::root().join("../shared/corpus-generated").is_dir() {
        assert!(compared > 20, "{compared}");
    }
}

/// Statistics cross between workers and are kept as text.
#[test]
fn statistics_are_written_and_read() {
    for (name, document) in documents() {
        let found = document.statistics_of(0..document.index().blocks.len()).expect("readable");
        let text = serde_json::to_string(&found).expect("written");
        assert_eq!(serde_json::from_str::<Statistics>(&text).expect("read"), found, "{name}");
    }
}

/// A log of many blocks: the events of real ones again and again.
fn long_log(name: &str, blocks: usize) -> Option<Vec<u8>> {
    let path = corpus::files().into_iter().find(|path| path.to_string_lossy().contains(name))?;
    let log = std::fs::read(path).ok()?;
    let mut events = cut::events(&log);
    let mut long = log.get(..4)?.to_vec();
    let first = events.remove(0);
    long.extend(&first);
    while long.len() < blocks << 16 {
        for event in &events {
            cut::append(&mut long, event[..event.len() - 4].to_vec());
        }
    }
    Some(long)
}

fn join(document: &Document, cuts: &[usize], order: &mut dyn Iterator<Item = usize>) -> Statistics {
    let blocks = document.index().blocks.len();
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (blocks + 1)).collect();
    ends.extend([0, blocks]);
    ends.sort_unstable();
    let mut parts: Vec<Statistics> =
        ends.windows(2).map(|pair| document.statistics_of(pair[0]..pair[1]).expect("readable")).collect();
    while parts.len() > 1 {
        let at = order.next().unwrap_or(0) % (parts.len() - 1);
        let next = parts.remove(at + 1);
        parts[at].merge(next);
    }
    parts.remove(0)
}

#[test]
fn any_cutting_joined_in_any_order_is_the_whole() {
    let mut documents: Vec<(String, Document)> = documents();
    documents.retain(|(_, document)| document.index().blocks.len() > 1);
    for name in ["big-transaction", "parallel", "xa", "statement", "image-minimal", "compressed", "hours"] {
        if let Some(document) = long_log(name, 6).and_then(open) {
            documents.push((format!("long {name}"), document));
        }
    }
    assert!(documents.len() > 1, "{}", documents.len());
    for (name, document) in &documents {
        let blocks = document.index().blocks.len();
        let expected = document.statistics_of(0..blocks).expect("readable");
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: if corpus::full() { 200 } else { 12 },
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let strategy = (prop::collection::vec(any::<usize>(), 0..8), prop::collection::vec(any::<usize>(), 10));
        runner
            .run(&strategy, |(cuts, order)| {
                let joined = join(document, &cuts, &mut order.into_iter());
                prop_assert!(joined == expected, "{name}: {:?}", difference(&joined, &expected));
                prop_assert!(joined.finish() == expected.clone().finish());
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        // Block by block from left to right.
        let mut joined = Statistics::default();
        for block in 0..blocks {
            joined.merge(document.statistics_of(block..block + 1).expect("readable"));
        }
        assert!(joined == expected, "{name}: {:?}", difference(&joined, &expected));
    }
}

/// The parts in which two differ.
fn difference(one: &Statistics, other: &Statistics) -> Vec<String> {
    let (Value::Object(one), Value::Object(other)) =
        (serde_json::to_value(one).unwrap(), serde_json::to_value(other).unwrap())
    else {
        return Vec::new();
    };
    let differs = one.iter().filter(|(name, value)| other.get(*name) != Some(value));
    differs.map(|(name, value)| format!("{name}: {value:.300} != {:.300}", other[name])).collect()
}
