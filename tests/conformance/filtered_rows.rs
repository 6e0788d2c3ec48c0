//! Filtered lists against lists written out: on random documents of which blocks are looked through in any
//! order, and on real files.

mod corpus;
mod counting;
mod cut;
mod random;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use binlog_explorer::document::{Document, Neighbour, Search};
use binlog_explorer::filter::Filter;
use binlog_explorer::index::BLOCK_BYTES;
use binlog_explorer::outline::Outline;
use binlog_explorer::row_map::filtered::{BlockResult, FilteredOutline, Hits, ListedHit, Matched};
use binlog_explorer::row_map::{RowAt, RowMap};
use binlog_explorer::source::Memory;
use binlog_explorer::view::{Address, ListMode, ListRow, RowContent, Sort};

use crate::counting::Counting;
use crate::random::Random;

/// Blocks with what matches in them.
struct Blocks(Vec<Vec<ListedHit>>);

impl Hits for Blocks {
    fn hits(&self, block: usize) -> Rc<[ListedHit]> {
        self.0[block].clone().into()
    }
}

impl Blocks {
    /// Units of random sizes, some of them over several blocks; items that match, and items inside of items.
    fn random(random: &mut Random) -> Self {
        let mut blocks = vec![Vec::new()];
        let (mut entry, often) = (0, 1 + random.below(4));
        for unit in 0..random.below(14) as u64 {
            let transaction = random.below(3) > 0;
            let size = if transaction { 1 + random.below(9) } else { 1 };
            for _ in 0..size {
                if random.below(3) == 0 {
                    blocks.push(Vec::new());
                }
                let block = blocks.last_mut().expect("a block");
                let inside = if random.below(6) == 0 { random.below(4) as u64 } else { 0 };
                let hit = ListedHit { unit, transaction, entry, inner: None, rows: None };
                if inside > 0 || random.below(often) == 0 {
                    block.push(hit);
                    block.extend((0..inside).map(|inner| ListedHit { inner: Some(2 * inner), ..hit }));
                }
                entry += 1;
            }
        }
        Self(blocks)
    }

    fn result(&self, block: usize) -> BlockResult {
        let hits = &self.0[block];
        let units = hits.chunk_by(ListedHit::is_with);
        BlockResult {
            block,
            end: block as u64 + 1,
            items: hits.iter().filter(|hit| hit.inner.is_none()).count() as u64,
            spans: 0,
            inner: hits.iter().filter(|hit| hit.inner.is_some()).count() as u64,
            rows: 0,
            units: units.clone().count() as u64,
            transactions: units.filter(|hits| hits[0].transaction).count() as u64,
            first: hits.first().map_or(0, |hit| hit.unit),
            last: hits.last().map_or(0, |hit| hit.unit),
        }
    }
}

/// A row written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Heading(u64),
    Item(u64, Option<u64>),
}

/// The rows of the blocks that were looked through; transactions in `other` are otherwise than `open` says.
fn written(blocks: &Blocks, covered: &BTreeSet<usize>, mode: ListMode, open: bool, other: &BTreeSet<u64>) -> Vec<Row> {
    let mut rows = Vec::new();
    for hit in covered.iter().flat_map(|block| &blocks.0[*block]) {
        let heading = Row::Heading(hit.unit);
        let grouped = mode == ListMode::Transactions && hit.transaction;
        if grouped && !rows.contains(&heading) {
            rows.push(heading);
        }
        if !grouped || open != other.contains(&hit.unit) {
            rows.push(Row::Item(hit.entry, hit.inner));
        }
    }
    rows
}

#[test]
fn rows_are_those_of_the_written_out_list_whatever_the_order_of_blocks() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut checked, mut over_blocks) = (0, 0);
    for _ in 0..400 {
        let blocks = Blocks::random(&mut random);
        let mode = if random.below(3) == 0 { ListMode::Plain } else { ListMode::Transactions };
        let open = random.below(2) == 0;
        let mut map = RowMap::new(mode);
        map.expand_all(open);
        let (mut matched, mut covered, mut other) = (Matched::default(), BTreeSet::new(), BTreeSet::new());
        let mut left: Vec<usize> = (0..blocks.0.len()).collect();
        while !left.is_empty() {
            let block = left.swap_remove(random.below(left.len()));
            map.shift_by(matched.fill(&blocks.result(block)));
            covered.insert(block);
            if random.below(8) == 0 {
                // As of a block that grew: it is looked through again.
                let again = *covered.iter().nth(random.below(covered.len())).expect("one is covered");
                let mut shown = covered.clone();
                shown.remove(&again);
                map.shift_by(matched.forget(again));
                // What is no longer in the list is forgotten with it.
                let hits = || shown.iter().flat_map(|block| &blocks.0[*block]);
                other.retain(|unit| hits().any(|hit| hit.unit == *unit));
                compare(&blocks, &matched, &map, &written(&blocks, &shown, mode, open, &other));
                map.shift_by(matched.fill(&blocks.result(again)));
            }
            let outline = FilteredOutline { matched: &matched, hits: &blocks };
            let units = outline.matched.units();
            if units > 0 && random.below(2) == 0 {
                let unit = random.below(units as usize) as u64;
                let hit = outline.first_hit(unit).expect("a unit");
                if hit.transaction {
                    if !other.remove(&hit.unit) {
                        other.insert(hit.unit);
                    }
                    map.expand(unit, open != other.contains(&hit.unit));
                }
            }
            let rows = written(&blocks, &covered, mode, open, &other);
            compare(&blocks, &matched, &map, &rows);
            checked += rows.len();
        }
        let spread = |hits: &[ListedHit]| hits.first().map(|hit| hit.unit);
        over_blocks += blocks
            .0
            .windows(2)
            .filter(|pair| pair[0].last().map(|hit| hit.unit) == spread(&pair[1]) && !pair[1].is_empty())
            .count();
    }
    assert!(checked > 10_000 && over_blocks > 100, "{checked} rows, {over_blocks} units over blocks");
}

fn compare(blocks: &Blocks, matched: &Matched, map: &RowMap, rows: &[Row]) {
    let outline = FilteredOutline { matched, hits: blocks };
    assert_eq!(map.length(&outline), rows.len() as u64);
    for (row, expected) in rows.iter().enumerate() {
        let row = row as u64;
        let at = map.at(&outline, row).expect("a row");
        let (shown, rank) = match at {
            RowAt::Transaction(unit) => {
                let hit = outline.first_hit(unit).expect("a unit");
                let block =
                    (0..blocks.0.len()).find(|block| blocks.0[*block].iter().any(|other| other.unit == hit.unit));
                let number = matched.unit_at(blocks, block.expect("its block"), hit.unit);
                assert_eq!(number, Some((unit, true)));
                (Row::Heading(hit.unit), map.rank_of_unit(&outline, unit))
            }
            RowAt::Entry(entry) | RowAt::Inner(entry, _) => {
                let hit = outline.hit(entry).expect("an item");
                let is = |hits: &Vec<ListedHit>| hits.contains(&hit);
                let block = blocks.0.iter().position(is).expect("its block");
                assert_eq!(matched.number_of(blocks, block, hit.entry, hit.inner), Some(entry));
                (Row::Item(hit.entry, hit.inner), map.rank(&outline, entry, None))
            }
        };
        assert_eq!((shown, rank), (*expected, Some(row)), "row {row} of {rows:?}");
    }
    assert_eq!(map.at(&outline, rows.len() as u64), None);
}

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

/// What a search through all blocks finds: each item with its unit, and above what is inside its holder.
fn found(document: &Document, text: &str) -> Vec<(u64, u64, Option<u64>)> {
    let mut search = Search::new(Arc::new(Filter::parse(text).expect(text)));
    let mut found: Vec<(u64, u64, Option<u64>)> = Vec::new();
    for block in 0..document.index().blocks.len() {
        let each = &mut |hit: binlog_explorer::document::Hit<'_>| {
            if hit.inner.is_some() && found.last().is_none_or(|last| last.1 != hit.entry) {
                found.push((hit.unit, hit.entry, None));
            }
            found.push((hit.unit, hit.entry, hit.inner));
        };
        document.matches_in_block(&mut search, block, each).expect("readable");
    }
    found
}

/// Filters of every level.
const FILTERS: [&str; 9] = [
    "type:WRITE_ROWS*,XID",
    "not type:TABLE_MAP",
    "table:*.orders or op:ddl",
    "row.@1 = 2",
    "txn.events:>6 and type:*ROWS*",
    "is:span",
    "type:TABLE_MAP and server:1..",
    "size:>100",
    "sql~select",
];

#[test]
fn rows_of_real_files_are_what_a_search_finds() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut rows, mut inside) = (0, 0);
    let files: Vec<_> = corpus::files()
        .into_iter()
        .filter(|path| std::fs::metadata(path).is_ok_and(|it| it.len() < 400 << 10))
        .filter(|path| corpus::full() || path.to_string_lossy().contains("samples") || random.below(4) == 0)
        .collect();
    assert!(files.len() > 5);
    for path in files {
        let Some(mut document) = std::fs::read(&path).ok().and_then(open) else { continue };
        for text in FILTERS {
            let expected = found(&document, text);
            document.set_filter(Some(text)).expect(text);
            let blocks = document.index().blocks.len();
            while document.search_on(random.below(blocks + 1), 1 + random.below(3)) {}
            let view = document.search_view().expect("a search");
            assert!(view.done && view.bytes == document.index().end, "{view:?}");
            document.set_mode(ListMode::Plain);
            assert_eq!(document.row_count(), expected.len() as u64, "{}: {text}", path.display());
            let own = expected.iter().filter(|(_, _, inner)| inner.is_none());
            let events = own.filter(|(_, entry, _)| is_event(&document, *entry)).count() as u64;
            assert_eq!((view.events, view.of_events), (events, document.index().events), "{text}");
            assert_eq!(view.inside, expected.iter().filter(|(_, _, inner)| inner.is_some()).count() as u64, "{text}");
            let list = document.list(0, u32::MAX);
            assert_eq!(list.len(), expected.len(), "{}: {text}", path.display());
            for (row, (_, _, inner)) in list.iter().zip(&expected) {
                assert_eq!(document.rank(&row.address, false), Some(row.row), "{text} {:?}", row.address);
                assert_eq!(row.level, if inner.is_some() { 2 } else { 1 });
                inside += usize::from(inner.is_some());
            }
            // From each hit the next one is the next one.
            for pair in list.windows(2) {
                assert_eq!(document.next_hit(&pair[0].address, true), Ok(Some(pair[1].address.clone())));
                assert_eq!(document.next_hit(&pair[1].address, false), Ok(Some(pair[0].address.clone())));
            }
            if let Some(last) = list.last() {
                assert_eq!(document.next_hit(&last.address, true), Ok(None));
            }
            document.set_mode(ListMode::Transactions);
            let grouped = document.list(0, u32::MAX);
            let items: Vec<_> =
                grouped.iter().filter(|row| !is_heading(&row.content)).map(|row| &row.address).collect();
            assert_eq!(items, list.iter().map(|row| &row.address).collect::<Vec<_>>(), "{text}");
            // What lies inside of something that belongs to no transaction shows whatever is closed.
            let mut lone = false;
            let shows = grouped.iter().filter(|row| {
                lone = if row.level == 1 { !is_heading(&row.content) } else { lone };
                lone || row.level == 1
            });
            let headings = shows.count() as u64;
            let transactions = grouped.iter().filter(|row| is_heading(&row.content)).count() as u64;
            assert_eq!(view.transactions, transactions);
            document.expand_all(false);
            assert_eq!(document.row_count(), headings);
            for row in document.list(0, u32::MAX) {
                let heading = is_heading(&row.content);
                assert_eq!(document.rank(&row.address, heading), Some(row.row), "{text} {:?}", row.address);
            }
            if let Some(row) = list.get(random.below(list.len())) {
                let shown = document.reveal(&row.address).expect("it is in the list");
                assert_eq!(document.list(shown, 1)[0].address, row.address);
            }
            document.expand_all(true);
            rows += grouped.len();
        }
        document.set_filter(None).expect("none");
        assert!(document.search_view().is_none());
    }
    assert!(rows > 3000 && inside > 20, "{rows} rows, {inside} inside");
}

/// A log of this many blocks, out of the events of a small one.
fn repeated(sample: &[u8], blocks: usize) -> Vec<u8> {
    use binlog_format::names::code;
    let (head, body): (Vec<_>, Vec<_>) = cut::events(sample)
        .into_iter()
        .filter(|event| !matches!(event[4], code::ROTATE | code::STOP))
        .partition(|event| matches!(event[4], code::FORMAT_DESCRIPTION | code::PREVIOUS_GTIDS));
    let mut log = [b"\xfebin".to_vec(), head.concat()].concat();
    while log.len() < blocks << 16 {
        log.extend(body.concat());
    }
    log
}

fn is_event(document: &Document, entry: u64) -> bool {
    document.locate_entry(entry).is_ok_and(|located| located.entry.kind().is_some())
}

#[test]
fn what_holds_others_can_be_closed_under_a_filter() {
    let mut closed = 0;
    let bytes = std::fs::read(corpus::root().join("web/samples/mysql-9.7-compressed.binlog")).expect("a sample");
    for text in ["type:TABLE_MAP", "type:*ROWS*", "size:>1"] {
        for mode in [ListMode::Plain, ListMode::Transactions] {
            let mut document = open(bytes.clone()).expect("a binary log");
            document.set_filter(Some(text)).expect(text);
            document.set_mode(mode);
            while document.search_on(0, 4) {}
            let before = document.list(0, u32::MAX);
            let known = document.search_view().expect("a search");
            let open = |row: &&ListRow| !is_heading(&row.content) && row.expanded == Some(true);
            for holder in before.iter().filter(open).map(|row| &row.address) {
                let is_inside = |address: &Address| address.space == holder.offset.to_string();
                let left: Vec<_> = before.iter().map(|row| &row.address).filter(|it| !is_inside(it)).collect();
                assert!(left.len() < before.len());
                document.expand_payload(holder, false).expect("it is in the list");
                let list = document.list(0, u32::MAX);
                assert_eq!(list.iter().map(|row| &row.address).collect::<Vec<_>>(), left, "{text}");
                let row = document.rank(holder, false).expect("it stays");
                assert_eq!(list[row as usize].expanded, Some(false));
                let view = document.search_view().expect("a search");
                assert_eq!((view.events, view.inside, view.rows), (known.events, known.inside, known.rows));
                // What is inside is the next hit all the same, and going there opens it.
                let next = document.next_hit(holder, true).expect("looked through").expect("a hit");
                assert!(is_inside(&next), "{next}");
                assert_eq!(document.rank(&next, false), None);
                let row = document.reveal(&next).expect("it matches");
                assert_eq!(document.list(row, 1)[0].address, next);
                assert_eq!(document.list(0, u32::MAX), before);
                closed += 1;
            }
        }
    }
    assert!(closed >= 6, "{closed}");
}

fn is_heading(content: &RowContent) -> bool {
    matches!(content, RowContent::Transaction { .. })
}

#[test]
fn a_list_grows_while_the_file_is_read() {
    let sample = std::fs::read(corpus::root().join("web/samples/mysql-9.7-shop.binlog")).expect("a committed sample");
    for text in ["type:WRITE_ROWS,UPDATE_ROWS", "txn.events:>4 and type:TABLE_MAP", "not type:XID"] {
        let bytes = repeated(&sample, 6);
        let expected = {
            let document = open(bytes.clone()).expect("a binary log");
            found(&document, text).len() as u64
        };
        let length = bytes.len();
        let mut document =
            Document::new("file".into(), Box::new(Memory::new(bytes.clone())), false, Vec::new()).expect("a document");
        document.set_filter(Some(text)).expect(text);
        document.set_mode(ListMode::Plain);
        let mut before = 0;
        for start in (0..length).step_by(50_000) {
            let end = length.min(start + 50_000);
            document.feed(start as u64, &bytes[start..end]).expect("readable");
            while document.search_on(0, 2) {}
            let view = document.search_view().expect("a search");
            assert!(!view.done && view.list >= before, "{view:?}");
            before = view.list;
            // What is in the list stays there.
            if before > 0 {
                let last = document.list(before - 1, 1).remove(0);
                assert_eq!(document.rank(&last.address, false), Some(before - 1));
            }
        }
        assert!(before > 0);
        document.scanner().finish();
        while document.search_on(7, 2) {}
        let view = document.search_view().expect("a search");
        assert_eq!((view.done, view.list), (true, expected), "{text}");
    }
}

#[test]
fn rows_that_were_listed_while_the_file_is_read_are_those_of_the_whole() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut compared = 0;
    for sample in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mysql-9.7-compressed.binlog"] {
        let sample = std::fs::read(corpus::root().join("web/samples").join(sample)).expect("a committed sample");
        let bytes = repeated(&sample, 9);
        let filters = ["type:WRITE_ROWS*,UPDATE_ROWS*,*PAYLOAD*", "op:update", "type:*GTID*", "type:TABLE_MAP"];
        for (text, mode) in filters.into_iter().flat_map(|it| [(it, ListMode::Plain), (it, ListMode::Transactions)]) {
            let mut whole = open(bytes.clone()).expect("a binary log");
            let mut document = Document::new("file".into(), Box::new(Memory::new(bytes.clone())), false, Vec::new())
                .expect("a document");
            for document in [&mut whole, &mut document] {
                document.set_filter(Some(text)).expect(text);
                document.set_mode(mode);
            }
            while whole.search_on(0, 8) {}
            let (mut start, mut listed) = (0, 0_u64);
            while start < bytes.len() {
                // Into what a transaction has in the next block.
                let border = (start + 2000).next_multiple_of(BLOCK_BYTES as usize);
                let end = bytes.len().min(border + random.below(1000));
                document.set_stopped(false);
                document.feed(start as u64, &bytes[start..end]).expect("readable");
                start = end;
                // Where a pass was stopped the list has what was begun too; then it goes on.
                document.set_stopped(random.below(2) == 0);
                while document.search_on(random.below(6), 1) {}
                // What was listed the last time is whole by now, but for what a block has that still grows.
                let from = listed.saturating_sub(40);
                let place = |row: ListRow| (row.row, row.level, row.position, row.address, row.end, row.content);
                let again = document.list(from, (listed - from) as u32);
                compared += again.len();
                let expected = whole.list(from, (listed - from) as u32);
                for (again, expected) in again.into_iter().zip(expected) {
                    assert_eq!(place(again), place(expected), "{text} {mode:?} up to {start}");
                }
                listed = document.row_count();
                document.list(listed.saturating_sub(40), 40);
            }
        }
    }
    assert!(compared > 4000, "{compared}");
}

#[test]
fn what_is_listed_again_is_not_read_again() {
    let sample = std::fs::read(corpus::root().join("web/samples/mysql-9.7-shop.binlog")).expect("a committed sample");
    let (source, asked) = Counting::over(&repeated(&sample, 200));
    let mut document = Document::new("file".into(), Box::new(source), false, Vec::new()).expect("a document");
    document.scan_all().expect("readable");
    // One transaction of every second block: more blocks than are kept.
    let starts: Vec<u64> = document.index().blocks.iter().step_by(2).map(|block| block.first_unit + 1).collect();
    let first = |unit: &u64| document.unit(*unit).and_then(|unit| document.locate_entry(unit.first_entry).ok());
    let places: Vec<String> = starts.iter().filter_map(first).map(|it| format!("pos:{}", it.entry.start)).collect();
    document.set_filter(Some(&places.join(" or "))).expect("a filter");
    while document.search_on(0, 4) {}
    let rows = document.row_count() as u32;
    assert!((180..250).contains(&rows), "{rows}");
    let listed = document.list(0, rows);
    let before = asked.get();
    assert_eq!(document.list(0, rows), listed);
    assert_eq!(asked.get(), before);
}

#[test]
fn what_was_found_is_remembered() {
    let sample = std::fs::read(corpus::root().join("web/samples/mysql-9.7-shop.binlog")).expect("a committed sample");
    let mut document = open(sample).expect("a binary log");
    assert!(document.set_filter(Some("type:NOPE_X")).is_err() && document.filter_text().is_none());
    document.set_filter(Some("type:XID")).expect("a filter");
    while document.search_on(0, 4) {}
    let found = document.search_view();
    document.set_filter(Some("type:QUERY")).expect("a filter");
    assert!(!document.search_view().expect("a search").done);
    document.set_filter(None).expect("none");
    document.set_filter(Some("type:XID")).expect("a filter");
    assert_eq!(document.search_view(), found, "nothing is looked through again");
    assert!(document.reveal(&Address::source(4)).is_err(), "it does not match");
    assert!(!document.search_on(0, 4));
}

#[test]
fn sorted_lists_are_those_of_a_naive_sort() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut rows = 0;
    for name in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mysql-9.7-compressed.binlog"] {
        let sample = std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample");
        let mut document = open(repeated(&sample, 2)).expect("a binary log");
        for filter in [None, Some("op:insert"), Some("size:>300 or type:*PAYLOAD*")] {
            document.set_filter(filter).expect("a filter");
            while document.search_on(0, 8) {}
            for mode in [ListMode::Plain, ListMode::Transactions] {
                document.set_mode(mode);
                document.expand_all(false);
                let list = document.list(0, u32::MAX);
                let key = |row: &ListRow, sort: Sort, document: &Document| match (sort, &row.content) {
                    (Sort::Events, RowContent::Transaction { events, .. }) => *events,
                    (Sort::Rows, _) => rows_of(document, row),
                    (Sort::Duration, _) => duration_of(document, row),
                    _ => row.end - row.address.offset,
                };
                for sort in [Sort::Size, Sort::Duration, Sort::Rows, Sort::Events] {
                    if mode == ListMode::Plain && sort != Sort::Size {
                        continue;
                    }
                    let is_listed = |row: &&ListRow| match mode {
                        ListMode::Plain => row.level == 1 && matches!(row.content, RowContent::Event { .. }),
                        ListMode::Transactions => is_heading(&row.content),
                    };
                    let mut expected: Vec<_> = list
                        .iter()
                        .filter(is_listed)
                        .map(|row| (std::cmp::Reverse(key(row, sort, &document)), row.address.offset))
                        .collect();
                    expected.sort_unstable();
                    document.set_sort(sort);
                    while document.sort_on(1 + random.below(3)) {}
                    document.settle_sort();
                    let view = document.sort_view().expect("sorted");
                    assert!(view.done && view.of == expected.len() as u64, "{name} {filter:?} {sort:?}: {view:?}");
                    let sorted: Vec<u64> = document.list(0, u32::MAX).iter().map(|row| row.address.offset).collect();
                    let offsets: Vec<u64> = expected.iter().map(|(_, offset)| *offset).collect();
                    assert_eq!(sorted, offsets, "{name} {filter:?} {sort:?}");
                    rows += sorted.len();
                    let Some(first) = document.list(1, 1).pop() else { continue };
                    if mode == ListMode::Transactions {
                        let row = document.reveal(&first.address).expect("listed");
                        assert_eq!((row, document.row_count() > view.list), (2, true), "opened, its first event below");
                        document.expand_transaction(&first.address, false).expect("a transaction");
                        assert_eq!(document.row_count(), view.list);
                    }
                    assert_eq!(document.rank(&first.address, mode == ListMode::Transactions), Some(1));
                    document.set_sort(Sort::Position);
                }
            }
        }
    }
    assert!(rows > 1000, "{rows}");
}

/// The items of a transaction.
fn items_of(document: &Document, row: &ListRow) -> Vec<Address> {
    let mut at = row.address.clone();
    let mut items = Vec::new();
    while at.offset < row.end {
        items.push(at.clone());
        let Some(next) = document.neighbour(&at, Neighbour::Next) else { break };
        at = next;
    }
    items
}

fn duration_of(document: &Document, row: &ListRow) -> u64 {
    let times = items_of(document, row).into_iter().filter_map(|at| match document.event(&at).ok()?.content {
        RowContent::Event { timestamp, .. } if timestamp != 0 => Some(u64::from(timestamp)),
        _ => None,
    });
    let times: Vec<u64> = times.collect();
    times.iter().max().unwrap_or(&0) - times.iter().min().unwrap_or(&0)
}

/// By what the summaries of its rows events say: how many there are of which table.
fn rows_of(document: &Document, row: &ListRow) -> u64 {
    let count = |at: &Address| match document.event(at).map(|event| event.content) {
        Ok(RowContent::Event { type_name, summary, .. }) if type_name.contains("_ROWS_") && summary.contains(" × ") => {
            summary.split(" × ").next().and_then(|count| count.parse().ok()).unwrap_or(0)
        }
        _ => 0,
    };
    let mut rows = 0;
    for at in items_of(document, row) {
        rows += count(&at);
        if let Ok(space) = document.space(&at.offset.to_string()) {
            for entry in &space.entries {
                rows += count(&Address { space: space.name.clone(), offset: entry.start });
            }
        }
    }
    rows
}
