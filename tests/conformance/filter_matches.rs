//! Filters over real files: what the planned evaluation finds, block by block, is what a naive one
//! finds that decodes everything first and then looks at it.

mod corpus;
mod cut;
mod naive;
mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use binlog_explorer::document::{Document, Search};
use binlog_explorer::dump::{Filtered, JsonDump, walk};
use binlog_explorer::filter::ast::*;
use binlog_explorer::filter::{Filter, Level, parse};
use binlog_explorer::source::Memory;
use binlog_format::framer::Start;

use crate::naive::Naive;
use crate::random::Random;

/// Files up to this size, of which as many points are held decoded.
const LARGEST: u64 = if cfg!(debug_assertions) { 200 << 10 } else { 4 << 20 };

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

/// The log with fragments.
const FRAGMENTS: &str = "fragments";

/// What the planned evaluation finds: by item and item inside, the rows or all.
type Found = BTreeMap<(u64, Option<u64>), Option<Vec<u32>>>;

/// Every block, and how many were passed over.
fn planned(document: &Document, filter: &Arc<Filter>, backwards: bool) -> (Found, usize) {
    let mut search = Search::new(filter.clone());
    let mut found = Found::new();
    let mut skipped = 0;
    let mut blocks: Vec<usize> = (0..document.index().blocks.len()).collect();
    if backwards {
        blocks.reverse();
    }
    for block in blocks {
        let matches = document
            .matches_in_block(&mut search, block, &mut |hit| {
                let before = found.insert((hit.entry, hit.inner), hit.rows.map(<[u32]>::to_vec));
                assert_eq!(before, None, "handed over once");
            })
            .expect("readable");
        skipped += usize::from(matches.skipped);
    }
    (found, skipped)
}

/// The same of the naive evaluation.
fn expected(naive: &Naive, expr: &Expr) -> Found {
    let mut found = Found::new();
    for (number, item) in naive.items.iter().enumerate() {
        let held: Vec<Option<bool>> = naive.points(number).iter().map(|point| naive.holds(expr, point)).collect();
        let rows: Vec<u32> =
            held.iter().enumerate().filter(|(_, held)| **held == Some(true)).map(|(row, _)| row as u32).collect();
        if rows.is_empty() {
            continue;
        }
        let all = rows.len() == held.len();
        found.insert((item.entry, item.inner), if all { None } else { Some(rows) });
    }
    found
}

/// Rows of which all were listed are the same as all.
fn without_lists_of_all(found: Found, naive: &Naive) -> Found {
    let rows: BTreeMap<_, _> = naive.items.iter().map(|item| ((item.entry, item.inner), item.rows.len())).collect();
    found.into_iter().map(|(at, hits)| (at, hits.filter(|hits| Some(&hits.len()) != rows.get(&at)))).collect()
}

/// The items that `dump` shows, by their places.
fn dumped(document: &Document, filter: &Arc<Filter>) -> BTreeSet<(String, u64)> {
    let mut out = Vec::new();
    let mut filtered = Filtered::new(JsonDump::new(&mut out), Search::new(filter.clone()), Some(document));
    walk(document.source(), Start::File, 0, &mut filtered).expect("readable");
    drop(filtered);
    let mut places = BTreeSet::new();
    for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let record: serde_json::Value = serde_json::from_slice(line).expect("JSON");
        let is = |kind: &str| record["kind"] == kind;
        let part = is("sql_text") || is("row_images") || is("column_value");
        if matches!(record["record"].as_str(), Some("event" | "span")) && !part {
            let space = record["space"].as_str().expect("a space").to_owned();
            places.insert((space, record["start"].as_u64().expect("a start")));
        }
    }
    places
}

/// What is found and what encloses it.
fn shown(naive: &Naive, found: &Found) -> BTreeSet<(String, u64)> {
    let entries: BTreeSet<u64> = found.keys().map(|(entry, _)| *entry).collect();
    let is_shown = |item: &&naive::Item| match item.inner {
        None => entries.contains(&item.entry),
        Some(_) => found.contains_key(&(item.entry, item.inner)),
    };
    naive.items.iter().filter(is_shown).map(|item| item.place.clone()).collect()
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

/// A file of many blocks, out of the events of a small one, with damage in it.
fn long(name: &str, blocks: usize) -> Document {
    use binlog_format::framer::{Framer, Item, Step};
    use binlog_format::names::code;
    let sample = std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample");
    let (mut log, mut events) = (b"\xfebin".to_vec(), Vec::new());
    let mut framer = Framer::new(Start::File);
    framer.set_length(sample.len() as u64, true);
    while let Step::Consumed(_, item) = framer.step(&sample[framer.offset() as usize..]) {
        let Some(Item::Event(frame)) = item else { continue };
        if matches!(frame.kind, code::FORMAT_DESCRIPTION | code::PREVIOUS_GTIDS | code::GTID_LIST) {
            log.extend(frame.bytes);
        } else if !matches!(frame.kind, code::ROTATE | code::STOP) {
            events.extend(frame.bytes);
        }
    }
    while log.len() < blocks << 16 {
        log.extend(&events);
        // In one round of the events a byte is wrong.
        if log.len() > 1 << 17 && log.len() < (1 << 17) + events.len() {
            let at = log.len() - events.len() / 2;
            log[at] ^= 0x55;
        }
    }
    open(log).expect("a binary log")
}

#[test]
fn planned_and_naive_evaluation_agree() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut documents = documents();
    documents.push(("long MySQL".into(), long("mysql-9.7-shop.binlog", 4)));
    documents.push(("long MariaDB".into(), long("mariadb-11.8-shop.binlog", 4)));
    let sample = |name: &str| std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample");
    let cut = cut::cut_log(&sample("mariadb-11.8-shop.binlog"), cut::CUT);
    documents.push((FRAGMENTS.into(), open(cut).expect("a binary log")));
    for name in ["mysql-9.7-shop.binlog", "mysql-9.7-compressed.binlog", "mariadb-11.8-shop.binlog"] {
        for round in 0..4 {
            let mut bytes = sample(name);
            for _ in 0..1 + round {
                let at = 200 + random.below(bytes.len() - 200);
                bytes[at] ^= 1 << random.below(8);
            }
            bytes.truncate(bytes.len() - random.below(40));
            documents.push((format!("damaged {name} {round}"), open(bytes).expect("a binary log")));
        }
    }
    assert!(documents.len() >= 20);
    let (mut expressions, mut matching, mut partial, mut skipped) = (0, 0, 0, 0);
    for (name, document) in &documents {
        let naive = Naive::of(document);
        if naive.items.is_empty() {
            continue;
        }
        let count = match documents.len() {
            _ if corpus::full() || name == FRAGMENTS || name.starts_with("long") => 40,
            ..50 => 40,
            _ => 2,
        };
        for round in 0..count {
            let expr = naive.expression(&mut random, 3);
            // What is displayed is evaluated: its text means the same.
            let text = expr.to_string();
            let filter = Arc::new(Filter::parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}")));
            assert_eq!(filter.expr(), &expr, "{text}");
            let wanted = expected(&naive, &expr);
            let (found, passed) = planned(document, &filter, false);
            assert_eq!(without_lists_of_all(found, &naive), wanted, "{name}: {text}");
            let (found, _) = planned(document, &filter, true);
            assert_eq!(without_lists_of_all(found, &naive), wanted, "{name}, backwards: {text}");
            // A walk has shown the fragments when it comes to what they are put together to.
            if round % 4 == 0 && name != FRAGMENTS {
                assert_eq!(dumped(document, &filter), shown(&naive, &wanted), "{name}, dump: {text}");
            }
            expressions += 1;
            matching += usize::from(!wanted.is_empty());
            partial += usize::from(wanted.values().any(Option::is_some));
            skipped += passed;
        }
    }
    let counts = format!("{expressions} expressions, {matching} match, {partial} rows alone, {skipped} blocks skipped");
    assert!(matching * 4 > expressions && partial * 80 > expressions, "the expressions say something: {counts}");
    assert!(skipped > expressions / 20, "blocks are skipped: {counts}");
}

#[test]
fn not_is_the_complement_at_each_level() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut levels = BTreeMap::new();
    let samples = ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mysql-9.7-compressed.binlog"];
    for document in samples.map(|name| long(name, 2)) {
        let naive = Naive::of(&document);
        for round in 0..60 {
            let row = if round % 3 == 0 { (0..20).find_map(|_| naive.row(&mut random)) } else { None };
            let term = row.unwrap_or_else(|| naive.term(&mut random));
            let level = term.level();
            let expr = Expr::Term(term);
            let not = Filter::plan(Expr::Not(Box::new(expr.clone())));
            let (held, _) = planned(&document, &Arc::new(Filter::plan(expr)), false);
            let (not_held, _) = planned(&document, &Arc::new(not), false);
            let both = [without_lists_of_all(held, &naive), without_lists_of_all(not_held, &naive)];
            for (number, item) in naive.items.iter().enumerate() {
                let at = (item.entry, item.inner);
                let applies = match level {
                    Level::Event => true,
                    Level::Transaction => item.unit.is_some(),
                    Level::Row => !item.rows.is_empty(),
                };
                for (row, _) in naive.points(number).iter().enumerate() {
                    let held = both.iter().filter(|found| {
                        found.get(&at).is_some_and(|rows| rows.as_ref().is_none_or(|rows| rows.contains(&(row as u32))))
                    });
                    assert_eq!(held.count(), usize::from(applies), "{} at {at:?} row {row}", naive.items.len());
                }
            }
            *levels.entry(level).or_insert(0) += 1;
        }
    }
    assert!(levels.len() == 3 && levels.values().all(|count| *count > 10), "{levels:?}");
}

#[test]
fn blocks_of_other_tables_times_and_gtids_are_passed_over() {
    let document = long("mysql-9.7-shop.binlog", 4);
    let blocks = document.index().blocks.len();
    let skipped = |text: &str| {
        let filter = Arc::new(Filter::plan(parse(text).expect(text)));
        planned(&document, &filter, false).1
    };
    for text in [
        "table:no_such_table",
        "table:shop.no_such_table",
        "table:nowhere.*",
        "row.id = 5 and table:no_such_table",
        "time:1999",
        "type:WRITE_ROWS_COMPRESSED",
        "gtid:*:1000000-2000000",
        "server:4000000000",
        "pos:99999999..",
        "txn:99999999",
        "size:>10M",
        "not (time:1999 or not type:INCIDENT)",
    ] {
        assert_eq!(skipped(text), blocks, "{text}");
    }
    assert_eq!(skipped("pos:0..100"), blocks - 1);
    assert_eq!(skipped("txn:1"), blocks - 1);
    assert!((1..blocks).contains(&skipped("is:damaged")));
    for text in ["not table:no_such_table", "text:x", "txn.size:>1", "is:faulty", "type:QUERY"] {
        assert_eq!(skipped(text), 0, "{text}");
    }
}

#[test]
fn completion_knows_what_a_file_has() {
    let document = long("mysql-9.7-shop.binlog", 2);
    let vocabulary = document.vocabulary();
    let naive = Naive::of(&document);
    let tables: BTreeSet<_> = naive.items.iter().filter_map(|item| item.table.clone()).collect();
    assert_eq!(vocabulary.tables.iter().cloned().collect::<BTreeSet<_>>(), tables);
    assert_eq!(vocabulary.tables.len(), tables.len(), "each once");
    let types: BTreeSet<_> = naive.items.iter().filter_map(|item| item.kind).collect();
    assert_eq!(vocabulary.types.iter().copied().collect::<BTreeSet<_>>(), types);
    let columns = vocabulary.columns.iter().cloned().collect::<BTreeSet<_>>();
    // As the first table map has them: later an ALTER may add some.
    let mut seen = BTreeSet::new();
    for item in naive.items.iter().filter(|item| !item.rows.is_empty()) {
        if seen.insert(item.table.clone()) {
            let names: BTreeSet<_> = item.rows.iter().flatten().filter_map(|cell| cell.2.clone()).collect();
            assert!(!names.is_empty() && names.is_subset(&columns), "{names:?} {columns:?}");
        }
    }
    assert!(seen.len() > 1);
    assert!(!vocabulary.servers.is_empty());
}
