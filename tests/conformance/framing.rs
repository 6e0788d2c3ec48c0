//! Framing does not depend on the windows, ends on anything, and finds what follows damage.

mod corpus;
mod framed;
mod random;

use binlog_explorer::document::Document;
use binlog_explorer::outline::Outline;
use binlog_explorer::source::{Memory, Sparse};
use binlog_format::ErrorCode;
use binlog_format::framer::{Framer, SpanKind, Start, Step};

use crate::framed::{assert_partition, frames};
use crate::random::Random;

/// Small files, whole and damaged in all the ways that copies get damaged.
fn specimens() -> Vec<Vec<u8>> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut specimens = Vec::new();
    for file in corpus::files() {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        if bytes.len() > 20_000 {
            continue;
        }
        for _ in 0..6 {
            let mut copy = bytes.clone();
            let at = 4 + random.below(copy.len().saturating_sub(4).max(1));
            match random.below(5) {
                0 => copy.truncate(at),
                1 => copy[at.min(bytes.len() - 1)] ^= 1 << random.below(8),
                2 => copy.iter_mut().skip(at).take(64).for_each(|byte| *byte = 0),
                3 => {
                    copy.drain(at.min(bytes.len())..(at + random.below(40)).min(bytes.len()));
                }
                _ => {
                    let junk: Vec<u8> = (0..random.below(80)).map(|_| random.next() as u8).collect();
                    copy.splice(at..at, junk);
                }
            }
            specimens.push(copy);
        }
        specimens.push(bytes);
    }
    specimens
}

#[test]
fn windows_of_any_size_give_the_same() {
    let mut random = Random(7);
    for bytes in specimens() {
        let whole = frames(&bytes, || usize::MAX / 2);
        assert_partition(&whole, bytes.len());
        assert_eq!(whole, frames(&bytes, || 1 + random.below(97)), "random windows");
        if bytes.len() < 3000 {
            assert_eq!(whole, frames(&bytes, || 1), "one byte at a time");
        }
    }
}

#[test]
fn the_index_finds_every_item_again() {
    for bytes in specimens() {
        let whole = frames(&bytes, || usize::MAX / 2);
        let mut document =
            match Document::new("specimen".into(), Box::new(Memory::new(bytes.clone())), false, Vec::new()) {
                Ok(document) => document,
                Err(_) => continue,
            };
        document.scan_all().expect("memory does not fail");
        assert_eq!(document.entries(), whole.len() as u64);
        for (number, item) in whole.iter().enumerate().step_by(3) {
            let located = document.locate_entry(number as u64).expect("an item");
            assert_eq!((located.entry.start, located.entry.end), (item.0, item.1));
            assert_eq!(document.entry_at(item.0), Some(number as u64));
            assert_eq!(document.entry_at(item.1 - 1), Some(number as u64));
        }
    }
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample")
}

#[test]
fn a_lying_size_costs_one_event() {
    let bytes = sample("mysql-9.7-shop.binlog");
    let whole = frames(&bytes, || usize::MAX / 2);
    let victim = whole[whole.len() / 2];
    for size in [0u32, 1, 18, 19, 20, 23, 1 << 16, i32::MAX as u32, u32::MAX] {
        let mut copy = bytes.clone();
        let at = victim.0 as usize + 9;
        copy[at..at + 4].copy_from_slice(&size.to_le_bytes());
        let items = frames(&copy, || usize::MAX / 2);
        assert_partition(&items, copy.len());
        let kept = whole.iter().filter(|item| items.contains(item)).count();
        assert_eq!(kept, whole.len() - 1, "size {size}: {items:?}");
        let spans: Vec<_> = items.iter().filter(|item| matches!(item.4, Some((SpanKind::Damaged, _)))).collect();
        assert_eq!(spans.len(), 1, "size {size}");
        assert_eq!((spans[0].0, spans[0].1), (victim.0, victim.1));
    }
}

#[test]
fn a_cut_tail_is_told_from_a_file_in_use() {
    let last = |bytes: &[u8]| frames(bytes, || usize::MAX / 2).last().and_then(|item| item.4).expect("a span");
    let mut bytes = sample("mysql-9.7-cut.binlog");
    let (kind, error) = last(&bytes);
    assert_eq!((kind, error.map(|error| error.0)), (SpanKind::Damaged, Some(ErrorCode::TruncatedEvent)));
    // The in-use flag: bit 0 of the first event's flags.
    bytes[4 + 17] |= 1;
    assert_eq!(last(&bytes).1.map(|error| error.0), Some(ErrorCode::IncompleteEvent));
}

#[test]
fn a_flipped_bit_leaves_the_event_with_a_wrong_checksum() {
    let bytes = sample("mariadb-11.8-shop.binlog");
    let whole = frames(&bytes, || usize::MAX / 2);
    let victim = whole[whole.len() / 2];
    let mut copy = bytes.clone();
    copy[victim.0 as usize + 25] ^= 0x10;
    let items = frames(&copy, || usize::MAX / 2);
    assert_eq!(items.len(), whole.len());
    assert_eq!(items.iter().filter(|item| item.3 == Some(false)).count(), 1);
}

#[test]
fn holes_are_spans_and_events_go_on_behind_them() {
    let bytes = sample("mysql-9.7-shop.binlog");
    let whole = frames(&bytes, || usize::MAX / 2);
    let (from, to) = (whole[4].0 as usize, whole[9].0 as usize);
    let pieces = vec![(0, bytes[..from].to_vec()), (to as u64, bytes[to..].to_vec())];
    let source = Sparse::new(bytes.len() as u64, pieces);
    let mut document = Document::new("sparse".into(), Box::new(source), false, Vec::new()).expect("a binary log");
    document.scan_all().expect("holes are no failures");
    assert_eq!(document.entries(), whole.len() as u64 - 4);
    let hole = document.locate_entry(4).expect("the hole");
    assert_eq!((hole.entry.start, hole.entry.end), (from as u64, to as u64));
    assert_eq!(hole.entry.kind(), None);
    let after = document.locate_entry(5).expect("the event behind");
    assert_eq!(after.entry.start, to as u64);
}

#[test]
fn zeros_of_any_length_are_one_span() {
    let bytes = sample("mysql-9.7-shop.binlog");
    let events = frames(&bytes, || usize::MAX / 2).len();
    let mut random = Random(11);
    for zeros in [1, 18, 19, 63, 64, 65, 5000, 300_000] {
        let mut padded = bytes.clone();
        padded.resize(bytes.len() + zeros, 0);
        let items = frames(&padded, || usize::MAX / 2);
        assert_eq!(items.len(), events + 1, "{zeros}");
        assert_eq!(items.last().and_then(|item| item.4), Some((SpanKind::ZeroFill, None)), "{zeros}");
        assert_eq!(items, frames(&padded, || 1 + random.below(4096)), "{zeros}");
    }
    // What follows the zeros is looked at again.
    let (first, rest) = bytes.split_at(frames(&bytes, || usize::MAX / 2)[9].1 as usize);
    let gap = [first, &[0; 700], rest].concat();
    let items = frames(&gap, || usize::MAX / 2);
    assert_partition(&items, gap.len());
    assert!(items.iter().filter(|item| item.2.is_some()).count() + 1 >= events - 1, "{items:?}");
}

/// A file of MySQL 5.0 without checksums; positions inside transactions count from their start,
/// as in its relay logs.
fn old_relay_log() -> Vec<u8> {
    let event = |kind: u8, log_pos: u32, body: &[u8]| {
        let mut event = Vec::new();
        event.extend(1_192_606_269u32.to_le_bytes());
        event.push(kind);
        event.extend(10_909u32.to_le_bytes());
        event.extend((19 + body.len() as u32).to_le_bytes());
        event.extend(log_pos.to_le_bytes());
        event.extend([0, 0]);
        event.extend(body);
        event
    };
    let mut description = vec![4, 0];
    description.extend(b"5.0.46-log");
    description.resize(52, 0);
    description.extend([0, 0, 0, 0, 19]);
    description.extend([56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 75, 0, 4, 26]);
    let mut file = [b"\xfebin".to_vec(), event(15, 98, &description)].concat();
    for transaction in 1..9u32 {
        file.extend(event(5, 28, &[2, 7, 0, 0, 0, 0, 0, 0, 0]));
        file.extend(event(13, 63, &[9; 16]));
        file.extend(event(16, 230_243 + 90 * transaction, &[transaction as u8, 0, 0, 0, 0, 0, 0, 0]));
    }
    file
}

#[test]
fn positions_that_say_nothing_of_the_offset_are_no_damage() {
    let file = old_relay_log();
    let items = frames(&file, || usize::MAX / 2);
    assert_partition(&items, file.len());
    assert_eq!(items.iter().filter(|item| item.2.is_some()).count(), 1 + 3 * 8);
    assert_eq!(items.iter().filter(|item| item.4.is_some()).count(), 1, "the magic alone is no event");
    assert_eq!(items, frames(&file, || 1));
    // Junk between two events: the events behind it are found without checksums.
    let at = items[9].1 as usize;
    let damaged = [&file[..at], &[0xaa; 333], &file[at..]].concat();
    let found = frames(&damaged, || usize::MAX / 2);
    assert_partition(&found, damaged.len());
    let events = found.iter().filter(|item| item.2.is_some()).count();
    assert!(events >= 3 * 8, "{events}: at most the event beside the junk is lost");
}

/// MariaDB leaves positions 0 inside transactions: a size beyond what is held whole then swallows
/// what follows, unless the framer goes back.
#[test]
fn a_large_size_that_lies_costs_one_event() {
    let bytes = sample("mariadb-11.8-shop.binlog");
    let whole = frames(&bytes, || usize::MAX / 2);
    let (head, rest) = bytes.split_at(whole[4].0 as usize);
    let mut log = head.to_vec();
    while log.len() < 18 << 20 {
        log.extend(rest);
    }
    let before = frames(&log, || usize::MAX / 2);
    let victim = before[whole.len() / 2];
    let at = victim.0 as usize;
    log[at + 9..at + 13].copy_from_slice(&(17u32 << 20 | 5).to_le_bytes());
    log[at + 13..at + 17].fill(0);
    let items = frames(&log, || usize::MAX / 2);
    assert_partition(&items, log.len());
    let damaged = items.iter().filter(|item| item.4.is_some_and(|(kind, _)| kind == SpanKind::Damaged));
    assert_eq!(damaged.map(|item| (item.0, item.1)).collect::<Vec<_>>(), [(victim.0, victim.1)]);
    assert_eq!(items.len(), before.len());
    let mut random = Random(5);
    assert!(items == frames(&log, || 1 + random.below(3 << 20)), "whatever the windows");
    let mut document =
        Document::new("lie".into(), Box::new(Memory::new(log.clone())), false, Vec::new()).expect("a binary log");
    // A stream that somebody else reads in order.
    document.scanner().set_length(log.len() as u64, true);
    for (number, window) in log.chunks(2 << 20).enumerate() {
        document.feed((number as u64) * (2 << 20), window).expect("memory does not fail");
    }
    document.scanner().finish();
    assert_eq!(document.entries(), items.len() as u64);
    assert_eq!(document.index().damaged, 1);
}

#[test]
fn a_framer_goes_on_in_an_encrypted_file_as_the_one_that_came_there() {
    let mut file = b"\xfdbin\x01".to_vec();
    file.resize(512, 0);
    // What looks like an event is none.
    file.extend([&[0; 9][..], &[60, 0, 0, 0], &[0; 47]].concat());
    let mut framer = Framer::new(Start::File);
    framer.set_length(file.len() as u64, true);
    let before = framer.changes();
    assert!(matches!(framer.step(&file), Step::Consumed(512, Some(_))));
    assert_ne!(framer.changes(), before, "its state is kept");
    let mut resumed = Framer::resume(framer.offset(), &framer.state());
    resumed.set_length(file.len() as u64, true);
    let rest = &file[512..];
    assert_eq!(resumed.step(rest), framer.step(rest));
    assert_eq!(resumed.offset(), file.len() as u64);
}
