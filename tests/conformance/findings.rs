//! Findings: each in a log that has it and not in one that has not, and shown by the filter that comes with it.

mod corpus;
mod cut;

use std::collections::BTreeSet;
use std::sync::Arc;

use binlog_explorer::document::{Document, Search};
use binlog_explorer::filter::Filter;
use binlog_explorer::messages;
use binlog_explorer::source::Memory;
use binlog_explorer::statistics::{Statistics, StatisticsFinding};

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

fn statistics(document: &Document) -> Statistics {
    document.statistics_of(0..document.index().blocks.len()).expect("readable").finish()
}

fn hits(document: &Document, filter: &str) -> u64 {
    let filter = Filter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error:?}"));
    let mut search = Search::new(Arc::new(filter));
    let mut count = 0;
    for block in 0..document.index().blocks.len() {
        document.matches_in_block(&mut search, block, &mut |_| count += 1).expect("readable");
    }
    count
}

/// What is found, after each filter was seen to show something.
fn found(name: &str, bytes: Vec<u8>) -> Vec<StatisticsFinding> {
    let document = open(bytes).unwrap_or_else(|| panic!("{name} opens"));
    let findings = statistics(&document).findings();
    for finding in &findings {
        let text = messages::english(&finding.message);
        assert!(!text.contains("finding-") && !text.contains("{$"), "{name}: {text}");
        assert!(finding.filter.is_empty() || hits(&document, &finding.filter) > 0, "{name}: {}", finding.filter);
        if let Some(at) = finding.at {
            assert!(document.entry_at(at).is_some(), "{name}: {at}");
        }
    }
    findings
}

fn codes(name: &str, bytes: Vec<u8>) -> BTreeSet<String> {
    found(name, bytes).into_iter().map(|finding| finding.message.id).collect()
}

fn file(name: &str) -> Option<Vec<u8>> {
    let path = corpus::files().into_iter().find(|path| path.to_string_lossy().ends_with(name))?;
    std::fs::read(path).ok()
}

/// A finding, a file that has it, and one that has not.
const IN_FILES: [(&str, &str, &str); 18] = [
    ("finding-damage", "mysql-9.7-cut.binlog", "mysql-9.7-shop.binlog"),
    ("finding-checksums", "mysql-server/duplicate_xid.000001", "mysql-9.7-shop.binlog"),
    ("finding-faulty", "rust_mysql_common/corrupt-relay-bin.000624", "mysql-9.7-shop.binlog"),
    ("finding-gtid-gap", "mysql-9.7/transactions.binlog", "mysql-9.7-shop.binlog"),
    ("finding-header-clock", "mariadb-11.8/statement.binlog", "mariadb-11.8-shop.binlog"),
    ("finding-images", "mysql-9.7/wide.binlog", "mysql-9.7-shop.binlog"),
    ("finding-in-use", "mariadb-11.8/crash.binlog", "mariadb-11.8-shop.binlog"),
    ("finding-keyless", "rust_mysql_common/binlog-invisible-columns.000001", "mysql-9.7-shop.binlog"),
    ("finding-keyless-inserts", "mysql-9.7/metadata-full.binlog", "mysql-9.7-shop.binlog"),
    ("finding-long-transaction", "rust_mysql_common/json-opaque.binlog", "mysql-9.7-shop.binlog"),
    ("finding-mixed-formats", "mariadb-11.8/compressed-events.binlog", "mariadb-11.8-shop.binlog"),
    ("finding-statements", "mysql-9.7-statement.binlog", "mysql-9.7-shop.binlog"),
    ("finding-nameless", "Fanduzi-BinlogVisualizer/minimal.binlog", "mysql-9.7-shop.binlog"),
    ("finding-positions", "mysql-server/orphan_commit.000001", "mysql-9.7-shop.binlog"),
    ("finding-servers", "mariadb-11.8/gtid-domains-1.binlog", "mariadb-11.8-shop.binlog"),
    ("finding-unended", "mysql-server/orphan_begin_start.000001", "mysql-9.7-shop.binlog"),
    ("finding-versions", "rust_mysql_common/corrupt-relay-bin.000624", "mysql-9.7-shop.binlog"),
    ("finding-xa-prepared", "mysql-server/orphan_xa_prepare.000001", "mysql-9.7/xa.binlog"),
];

#[test]
fn each_is_found_where_it_is_and_nowhere_else() {
    let mut tried = 0;
    for (code, with, without) in IN_FILES {
        // The corpora may be missing; the samples are there.
        if let Some(bytes) = file(with) {
            assert!(codes(with, bytes).contains(code), "{code} in {with}");
            tried += 1;
        }
        if let Some(bytes) = file(without) {
            assert!(!codes(without, bytes).contains(code), "{code} in {without}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

/// Every filter of every finding of every file shows something.
#[test]
fn every_finding_is_shown_by_its_filter() {
    let mut findings = 0;
    for path in corpus::files() {
        if std::fs::metadata(&path).map_or(true, |it| it.len() > 100 << 10) {
            continue;
        }
        let name = path.display().to_string();
        let Some(bytes) = std::fs::read(&path).ok().filter(|bytes| open(bytes.clone()).is_some()) else { continue };
        findings += found(&name, bytes).len();
    }
    assert!(findings > 2, "{findings}");
}

/// A log of these events, whose checksums and positions are put right.
fn log_of(head: &[u8], events: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut log = head.to_vec();
    for event in events {
        let length = event.len() - 4;
        cut::append(&mut log, event[..length].to_vec());
    }
    log
}

fn sample() -> (Vec<u8>, Vec<Vec<u8>>) {
    let bytes = file("web/samples/mysql-9.7-shop.binlog").expect("committed");
    let mut events = cut::events(&bytes);
    let first = events.remove(0);
    ([&bytes[..4], &first].concat(), events)
}

const GTID: u8 = 33;
const TABLE_MAP: u8 = 19;
const WRITE_ROWS: u8 = 30;
/// Bytes of a GTID event before its immediate commit timestamp.
const COMMIT_TIME: usize = 19 + 1 + 16 + 8 + 1 + 8 + 8;

fn micros(event: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes[..7].copy_from_slice(&event[COMMIT_TIME..COMMIT_TIME + 7]);
    u64::from_le_bytes(bytes)
}

#[test]
fn a_clock_that_goes_back_between_commits() {
    let (head, mut events) = sample();
    let gtids: Vec<usize> = (0..events.len()).filter(|at| events[*at][4] == GTID).collect();
    let (second, third) = (gtids[1], gtids[2]);
    let earlier = micros(&events[second]) - 5_000;
    events[third][COMMIT_TIME..COMMIT_TIME + 7].copy_from_slice(&earlier.to_le_bytes()[..7]);
    let findings = found("clock", log_of(&head, events));
    let finding = findings.iter().find(|finding| finding.message.id == "finding-commit-clock").expect("found");
    assert!(messages::english(&finding.message).contains("5.000 ms"), "{finding:?}");
}

/// PREVIOUS_GTIDS_LOG_EVENT with the numbers 1 to `last` of a source.
fn previous(event: &[u8], source: &[u8], last: u64) -> Vec<u8> {
    let mut new = event[..19].to_vec();
    new.extend(1u64.to_le_bytes());
    new.extend(source);
    [1, 1, last + 1].iter().for_each(|number: &u64| new.extend(number.to_le_bytes()));
    new.extend([0; 4]);
    new
}

#[test]
fn numbers_missing_behind_those_of_earlier_logs() {
    const PREVIOUS_GTIDS: u8 = 35;
    let (head, events) = sample();
    let gtids: Vec<usize> = (0..events.len()).filter(|at| events[*at][4] == GTID).collect();
    // From the fourth transaction on.
    let begin = &events[gtids[3]];
    let number = u64::from_le_bytes(begin[36..44].try_into().expect("8 bytes"));
    assert_eq!(events[0][4], PREVIOUS_GTIDS);
    assert!(number > 3);
    let log = |last: u64| {
        let first = previous(&events[0], &begin[20..36], last);
        log_of(&head, std::iter::once(first).chain(events[gtids[3]..].iter().cloned()))
    };
    let findings = found("behind", log(number - 3));
    let finding = findings.iter().find(|finding| finding.message.id == "finding-gtid-gap").expect("found");
    let text = messages::english(&finding.message);
    assert!(text.contains(&format!(":{}", number - 2)) && text.contains("2 in a row"), "{text}");
    assert!(!codes("right behind", log(number - 1)).contains("finding-gtid-gap"));
    assert!(!codes("again", log(number + 1)).contains("finding-gtid-gap"));
}

/// The same transaction, committed at its source so many microseconds before.
fn replicated(event: &[u8], earlier: i64) -> Vec<u8> {
    let immediate = micros(event);
    let original = immediate.checked_add_signed(-earlier).expect("a time");
    let mut new = event[..COMMIT_TIME].to_vec();
    new.extend(&(immediate | 1 << 55).to_le_bytes()[..7]);
    new.extend(&original.to_le_bytes()[..7]);
    new.extend(&event[COMMIT_TIME + 7..]);
    new
}

#[test]
fn commits_that_come_late_or_too_early() {
    let (head, events) = sample();
    for (code, other, earlier) in
        [("finding-lag", "finding-ahead", 90_000_000), ("finding-ahead", "finding-lag", -90_000_000)]
    {
        let at = events.iter().position(|event| event[4] == GTID).expect("a GTID");
        let mut events = events.clone();
        events[at] = replicated(&events[at], earlier);
        let found = codes(code, log_of(&head, events));
        assert!(found.contains(code) && !found.contains(other), "{found:?}");
    }
    let mut events = events;
    let at = events.iter().position(|event| event[4] == GTID).expect("a GTID");
    events[at] = replicated(&events[at], 1_000_000);
    assert!(!codes("a second", log_of(&head, events)).contains("finding-lag"));
}

/// The sample's first inserts again and again in one transaction.
fn many_rows(events: &[Vec<u8>], bytes: usize) -> Vec<Vec<u8>> {
    let insert = events.iter().position(|event| event[4] == WRITE_ROWS).expect("an insert");
    let map = (0..insert).rev().find(|at| events[*at][4] == TABLE_MAP).expect("its table");
    let mut new = events[..=insert].to_vec();
    let mut length = 0;
    while length < bytes {
        new.extend([events[map].clone(), events[insert].clone()]);
        length += events[map].len() + events[insert].len();
    }
    new.extend_from_slice(&events[insert + 1..]);
    new
}

#[test]
fn a_transaction_that_is_most_of_the_log_is_huge() {
    let (head, events) = sample();
    let log = log_of(&head, many_rows(&events, 2 << 20));
    let findings = found("huge", log);
    let finding = findings.iter().find(|finding| finding.message.id == "finding-huge-transaction").expect("found");
    let text = messages::english(&finding.message);
    assert!(text.contains("thread 12") && text.contains("server 97"), "{text}");
    assert!(finding.filter.starts_with("txn:"), "{finding:?}");
    // The same bytes, small.
    assert!(!codes("small", log_of(&head, many_rows(&events, 100 << 10))).contains("finding-huge-transaction"));
}

/// The sample's first rows event with a JSON document in it, with a document of so many bytes in its place.
fn wide_row(events: &[Vec<u8>], document: u32) -> Vec<Vec<u8>> {
    // A JSON object of one member, behind the four bytes of its length.
    let is = |window: &[u8]| {
        window[4] == 0 && u32::from_le_bytes([window[0], window[1], window[2], window[3]]) == 1 + small(&window[5..])
    };
    let begins = |event: &Vec<u8>| event.windows(9).position(|window| is(window) && small(&window[5..]) > 20);
    let at = events.iter().position(|event| event[4] == WRITE_ROWS && begins(event).is_some()).expect("a document");
    let start = begins(&events[at]).expect("a document");
    let length = 1 + small(&events[at][start + 5..]);
    let mut events = events.to_vec();
    let large = [&document.to_le_bytes()[..], &vec![b'x'; document as usize]].concat();
    events[at].splice(start..start + 4 + length as usize, large);
    events
}

/// Bytes of a small JSON object (a `JSONB_TYPE_SMALL_OBJECT`), as its head tells them: elements, then size.
fn small(object: &[u8]) -> u32 {
    u16::from_le_bytes([object[2], object[3]]).into()
}

#[test]
fn rows_with_a_large_document_are_wide() {
    let (head, events) = sample();
    let findings = found("wide", log_of(&head, wide_row(&events, 12 << 20)));
    let finding = findings.iter().find(|finding| finding.message.id == "finding-wide-rows").expect("found");
    let text = messages::english(&finding.message);
    assert!(text.contains("products"), "{text}");
    assert!(!codes("narrow", log_of(&head, wide_row(&events, 100 << 10))).contains("finding-wide-rows"));
}

#[test]
fn a_spike_stands_out_of_the_others() {
    let (head, events) = sample();
    let began = u32::from_le_bytes(events[0][..4].try_into().expect("4 bytes"));
    let at = |mut event: Vec<u8>, minute: u32| {
        event[..4].copy_from_slice(&(began + minute * 60).to_le_bytes());
        event
    };
    let log = |spike: Option<u32>| {
        let minutes = 0..30u32;
        let of = |minute| if Some(minute) == spike { many_rows(&events, 2 << 20) } else { events.clone() };
        log_of(&head, minutes.flat_map(|minute| of(minute).into_iter().map(move |event| at(event, minute))))
    };
    let findings = found("spike", log(Some(17)));
    let finding = findings.iter().find(|finding| finding.message.id == "finding-spike").expect("found");
    let start = began + 17 * 60;
    assert!(finding.filter.contains(&format!("@{}", start)), "{} {start}", finding.filter);
    assert!(!codes("even", log(None)).contains("finding-spike"));
}

#[test]
fn files_for_load_data_and_a_log_that_ends_inside_an_event() {
    let Some(bytes) = file("mysql-9.7/load-data.binlog").or_else(|| file("boxercrab/17_18_load__log.bin")) else {
        return;
    };
    let mut events = cut::events(&bytes);
    let first = events.remove(0);
    let head = [&bytes[..4], &first].concat();
    assert!(!codes("load", bytes).contains("finding-loads"));
    let block = events.iter().position(|event| event[4] == 17).expect("BEGIN_LOAD_QUERY");
    let mut append = events[block].clone();
    append[4] = 9;
    append.splice(23..23, vec![b'x'; 300 << 10]);
    for _ in 0..4 {
        events.insert(block + 1, append.clone());
    }
    let mut log = log_of(&head, events);
    assert!(codes("loads", log.clone()).contains("finding-loads"));
    log.truncate(log.len() - 3);
    let cut = codes("cut", log.clone());
    assert!(cut.contains("finding-damage") && !cut.contains("finding-incomplete"), "{cut:?}");
    // While a server writes it is no damage.
    log[4 + 17] |= 1;
    let cut = codes("growing", log);
    assert!(cut.contains("finding-incomplete") && !cut.contains("finding-damage"), "{cut:?}");
}
