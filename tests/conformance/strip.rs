//! The overview strip against the items of the file, counted naively.

mod corpus;

use std::collections::BTreeMap;

use binlog_explorer::document::{Document, Strip};
use binlog_explorer::outline::Outline;
use binlog_explorer::source::Memory;
use binlog_explorer::statistics::FAMILIES;
use binlog_explorer::summary;
use binlog_explorer::view::Address;
use binlog_format::header::EventHeader;

fn open(bytes: Vec<u8>) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

/// Family, start, end and timestamp of each event.
fn events(document: &Document) -> Vec<(usize, u64, u64, u32)> {
    let located = (0..document.index().entries).filter_map(|number| document.locate_entry(number).ok());
    located
        .filter_map(|located| {
            let family = summary::family(located.entry.kind()?);
            let family = FAMILIES.iter().position(|other| *other == family)?;
            let time = EventHeader::peek_in(&located.bytes, &located.format).map_or(0, |header| header.timestamp);
            Some((family, located.entry.start, located.entry.end, time))
        })
        .collect()
}

fn totals(strip: &Strip) -> (Vec<u64>, Vec<u64>) {
    let mut sums = (vec![0; FAMILIES.len() + 1], vec![0; FAMILIES.len() + 1]);
    for column in &strip.columns {
        column.events.iter().zip(&mut sums.0).for_each(|(own, sum)| *sum += own);
        column.bytes.iter().zip(&mut sums.1).for_each(|(own, sum)| *sum += own);
    }
    sums
}

#[test]
fn every_event_stands_in_its_column() {
    let (mut seen, mut largest) = (0, 0);
    for file in corpus::files() {
        let Some(document) = open(std::fs::read(&file).expect("readable")) else { continue };
        let length = document.source().length();
        if document.encryption().is_some() || length > 1 << 20 || document.index().blocks.len() > 32 {
            continue;
        }
        seen += 1;
        let events = events(&document);
        for (from, to, columns) in [(0, u64::MAX, 7), (0, u64::MAX, 300), (length / 3, length / 2, 5)] {
            let strip = document.strip_by_position(from..to, columns, None);
            assert!(strip.columns.len() <= columns, "{}", file.display());
            for (number, column) in strip.columns.iter().enumerate() {
                let start = strip.start + strip.width * number as u64;
                let end = start + strip.width;
                let begin = events.iter().filter(|event| (start..end).contains(&event.1));
                let counted: Vec<u64> =
                    (0..10).map(|family| begin.clone().filter(|event| event.0 == family).count() as u64).collect();
                assert_eq!(column.events.to_vec(), counted, "{} column {number}", file.display());
                let lying = |event: &&(usize, u64, u64, u32)| event.2.min(end).saturating_sub(event.1.max(start));
                let bytes: Vec<u64> = (0..10)
                    .map(|family| events.iter().filter(|event| event.0 == family).map(|event| lying(&event)).sum())
                    .collect();
                assert_eq!(column.bytes.to_vec(), bytes, "{} column {number}", file.display());
            }
        }
        largest += largest_by_time(&document);
        // By time each event is in the column of its second, those without a time in none.
        let Some(times) = document.times() else { continue };
        let counted = document.statistics_of(0..document.index().blocks.len()).expect("readable").finish().overview;
        for counted in [Some(&counted), None] {
            let strip = document.strip_by_time(times.clone(), 50, counted);
            let timed: Vec<_> = events.iter().filter(|event| event.3 != 0).collect();
            let (sums, bytes) = totals(&strip);
            if counted.is_some() {
                assert_eq!(sums.iter().sum::<u64>(), timed.len() as u64, "{}", file.display());
                let sizes: u64 = timed.iter().map(|event| event.2 - event.1).sum();
                assert_eq!(bytes.iter().sum::<u64>(), sizes, "{}", file.display());
            } else {
                assert_eq!(sums.iter().sum::<u64>(), document.index().events, "{}", file.display());
            }
        }
    }
    assert!(seen >= 5 && largest >= 5, "{seen} {largest}");
}

/// The largest transaction of each second, by the timestamp of its first event: how many seconds have one.
fn largest_by_time(document: &Document) -> usize {
    let index = document.index();
    let mut largest: BTreeMap<u64, u64> = BTreeMap::new();
    for unit in (0..index.units).filter_map(|number| document.unit(number)).filter(|unit| unit.transaction) {
        let first = document.locate_entry(unit.first_entry).expect("an item");
        let last = document.locate_entry(unit.first_entry + unit.entries - 1).expect("an item");
        let time = EventHeader::peek_in(&first.bytes, &first.format).map_or(0, |header| header.timestamp);
        if time != 0 && first.entry.kind().is_some() {
            let size = largest.entry(time.into()).or_default();
            *size = (*size).max(last.entry.end - first.entry.start);
        }
    }
    let Some(times) = document.times() else { return 0 };
    let mut compared = 0;
    let blocks = index.blocks.len();
    let whole = document.statistics_of(0..blocks).expect("readable").finish();
    // Transactions over the cut are put together.
    let mut joined = document.statistics_of(0..blocks / 2).expect("readable");
    joined.merge(document.statistics_of(blocks / 2..blocks).expect("readable"));
    for counted in [&whole, &joined.finish()] {
        let strip = document.strip_by_time(times.clone(), 1_000_000, Some(&counted.overview));
        if strip.width == 1 {
            for (number, column) in strip.columns.iter().enumerate() {
                let second = strip.start + number as u64;
                assert_eq!(column.largest_transaction, largest.get(&second).copied().unwrap_or(0), "{second}");
                compared += usize::from(column.largest_transaction > 0);
            }
        }
    }
    compared
}

#[test]
fn an_event_of_another_time_is_far_off_and_in_the_whole() {
    let mut bytes = std::fs::read(corpus::root().join("web/samples/mariadb-11.8-shop.binlog")).expect("a sample");
    let document = open(bytes.clone()).expect("a binary log");
    let overview = |document: &Document| {
        document.statistics_of(0..document.index().blocks.len()).expect("readable").finish().overview
    };
    assert_eq!(document.usual_times(Some(&overview(&document))), None);
    let times = document.times().expect("it has times");
    let at = events(&document)[20].1 as usize;
    bytes[at..at + 4].copy_from_slice(&1_000_000_000u32.to_le_bytes());
    let document = open(bytes).expect("a binary log");
    let counted = overview(&document);
    assert_eq!(document.times().map(|times| times.start), Some(1_000_000_000));
    let usual = document.usual_times(Some(&counted)).expect("it is far off");
    assert_eq!((usual.outside, usual.range.end), (Some(1), times.end));
    assert!(usual.range.start >= times.start, "{usual:?}");
    let strip = document.strip_by_time(usual.range, 50, Some(&counted));
    let (sums, _) = totals(&strip);
    assert_eq!(sums.iter().sum::<u64>() + 1, events(&document).iter().filter(|event| event.3 != 0).count() as u64);
    // Without statistics it is a guess, and says nothing of how many.
    let guessed = document.usual_times(None);
    assert!(guessed.is_none_or(|usual| usual.outside.is_none() && usual.range.start >= times.start));
}

/// A log of several MiB: a sample's events again and again.
fn large() -> Vec<u8> {
    let mut bytes = std::fs::read(corpus::root().join("web/samples/mariadb-11.8-shop.binlog")).expect("a sample");
    let document = open(bytes.clone()).expect("a binary log");
    let first = document.locate(&Address::source(4)).expect("the format").entry.end as usize;
    let body = bytes[first..].to_vec();
    while bytes.len() < 5 << 20 {
        bytes.extend_from_slice(&body);
    }
    bytes
}

#[test]
fn what_is_not_counted_yet_is_there_all_the_same() {
    let document = open(large()).expect("a binary log");
    let blocks = document.index().blocks.len();
    assert!(blocks > 64);
    let (events, length) = (document.index().events, document.source().length());
    let uncounted = document.strip_by_position(0..length, 200, None);
    let (sums, bytes) = totals(&uncounted);
    assert_eq!((sums[9], sums.iter().sum::<u64>()), (events, events));
    assert_eq!(bytes[9], length);
    let all = document.statistics_of(0..blocks).expect("readable").finish().overview;
    let counted = document.strip_by_position(0..length, 200, Some(&all));
    let (sums, bytes) = totals(&counted);
    assert_eq!((sums[9], sums.iter().sum::<u64>()), (0, events));
    assert_eq!(bytes.iter().sum::<u64>(), length - 4, "all but the magic");
    // Half of it counted: nothing is lost, and nothing counted twice but the bucket on the edge.
    let half = document.statistics_of(0..blocks / 2).expect("readable").finish().overview;
    let mixed = document.strip_by_position(0..length, 200, Some(&half));
    let (sums, _) = totals(&mixed);
    assert!(sums[9] > 0 && sums[9] < events);
    assert_eq!(sums.iter().sum::<u64>(), events);
    // A part that the statistics are too coarse for is read: it agrees with the whole.
    let part = document.strip_by_position(length / 2..length / 2 + 4096, 64, Some(&all));
    assert_eq!(part.columns.iter().map(|column| column.events[9]).sum::<u64>(), 0);
    let largest = counted.columns.iter().map(|column| column.largest_transaction).max();
    assert!(largest > Some(0));
    let part = document.strip_by_position(0..1 << 20, 64, None);
    assert_eq!(part.columns.iter().map(|column| column.largest_transaction).max(), largest);
}
