//! An index that was kept is the one that a scan gives: of the same file, and of the file when it has grown, wherever
//! it ended before. Bytes that nobody wrote are refused. Parts of an index answer as the whole does.

mod corpus;
mod framed;
mod random;

use std::sync::Arc;

use binlog_explorer::document::{BlockMatches, Document, Search};
use binlog_explorer::filter::Filter;
use binlog_explorer::index::{BLOCK_BYTES, Index, KeptError, Part};
use binlog_explorer::source::{Growing, Memory};
use proptest::prelude::*;

use crate::framed::frames;
use crate::random::Random;

fn document(bytes: &[u8]) -> Option<Document> {
    Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()
}

fn scanned(bytes: &[u8]) -> Option<Document> {
    let mut document = document(bytes)?;
    document.scan_all().ok()?;
    Some(document)
}

fn kept(document: &Document, beside: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    document.keep(beside, &mut |piece| bytes.extend_from_slice(piece)).expect("readable").then_some(bytes)
}

/// Files whose index is kept, with it.
fn files(largest: usize) -> Vec<(String, Vec<u8>)> {
    let files =
        corpus::files().into_iter().map(|file| (file.display().to_string(), std::fs::read(&file).expect("readable")));
    let files = files.filter(|(_, bytes)| bytes.len() <= largest);
    let files: Vec<_> = files.filter(|(_, bytes)| scanned(bytes).is_some_and(|it| kept(&it, &[]).is_some())).collect();
    assert!(files.len() > 20, "{}", files.len());
    files
}

/// Files after one another, so that there are blocks enough.
fn long(files: &[(String, Vec<u8>)], wanted: usize) -> Vec<u8> {
    let mut long = Vec::new();
    let mut parts = files
        .iter()
        .filter(|(name, bytes)| name.contains("samples") && !name.contains("cut") && bytes.len() > 2000)
        .cycle();
    while long.len() < wanted {
        let Some((_, part)) = parts.next() else { return long };
        let from = if long.is_empty() { 0 } else { 4 };
        long.extend_from_slice(part.get(from..).unwrap_or_default());
    }
    long
}

fn assert_same(document: &Document, whole: &Document, what: &str) {
    assert!(
        document.index() == whole.index(),
        "{what}: {:#?}\nis not\n{:#?}",
        Brief(document.index()),
        Brief(whole.index())
    );
    assert_eq!(document.summary(), whole.summary(), "{what}");
    assert_eq!(document.row_count(), whole.row_count(), "{what}");
}

struct Brief<'i>(&'i Index);

impl std::fmt::Debug for Brief<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Index {
            blocks,
            maps,
            tables,
            entries,
            events,
            units,
            transactions,
            damaged,
            bad_checksums,
            end,
            complete,
            formats,
        } = self.0;
        let totals = (entries, events, units, transactions, damaged, bad_checksums, end, complete);
        let back: Vec<_> = formats.iter().map(|format| (format.taken_back, format.in_use)).collect();
        f.debug_list().entry(blocks).entry(maps).entry(tables).entry(&totals).entry(&back).finish()
    }
}

/// Keeps the index of a file's beginning and goes on from it.
fn grown(bytes: &[u8], at: usize, whole: &Document, what: &str) -> bool {
    let Some(before) = bytes.get(..at).and_then(scanned) else { return false };
    let Some(kept) = kept(&before, b"beside") else { return false };
    let mut again = document(bytes).expect("opened");
    if before.summary().fingerprint != again.summary().fingerprint {
        // It ended inside of its first event.
        assert_eq!(again.take_up(&Memory::new(kept)), Err(KeptError::OtherSource));
        return false;
    }
    let taken = again.take_up(&Memory::new(kept)).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!((taken.length, taken.beside.as_slice()), (at as u64, &b"beside"[..]));
    again.scan_all().expect("readable");
    assert_same(&again, whole, what);
    true
}

#[test]
fn a_kept_index_is_that_of_the_file() {
    for (name, bytes) in files(if corpus::full() { usize::MAX } else { 1 << 20 }) {
        let whole = scanned(&bytes).expect("scanned");
        let kept = kept(&whole, &[]).expect("kept");
        let mut again = document(&bytes).expect("opened");
        assert_eq!(again.take_up(&Memory::new(kept)).expect("of this file").length, bytes.len() as u64);
        assert!(again.scanner().wants() >= bytes.len() as u64, "{name}: nothing is scanned again");
        assert_same(&again, &whole, &name);
        let rows = |document: &Document| document.list(0, 200);
        assert_eq!(rows(&again), rows(&whole), "{name}");
    }
}

#[test]
fn a_file_that_has_grown_goes_on_where_its_kept_index_ends() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut tried = 0;
    for (name, bytes) in files(200 << 10) {
        let whole = scanned(&bytes).expect("scanned");
        let edges: Vec<usize> = frames(&bytes, || usize::MAX / 2).iter().map(|item| item.1 as usize).collect();
        let step = 1 + edges.len() / 6;
        let near = edges.iter().step_by(step).flat_map(|edge| [edge - 1, *edge, edge + 7]);
        let cuts: Vec<usize> =
            near.chain((0..4).map(|_| random.below(bytes.len()))).filter(|at| *at <= bytes.len()).collect();
        for at in cuts {
            tried += usize::from(grown(&bytes, at, &whole, &format!("{name} cut at {at}")));
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[test]
fn files_of_many_blocks_go_on_from_the_last_one() {
    let bytes = long(&files(64 << 10), 6 * BLOCK_BYTES as usize);
    let whole = scanned(&bytes).expect("scanned");
    assert!(whole.index().blocks.len() > 5);
    let mut random = Random(7);
    for _ in 0..60 {
        let at = random.below(bytes.len());
        assert!(grown(&bytes, at, &whole, &format!("cut at {at}")));
    }
    // Little is scanned again.
    let at = bytes.len() - 1000;
    let kept = kept(&scanned(&bytes[..at]).expect("scanned"), &[]).expect("kept");
    let mut again = document(&bytes).expect("opened");
    again.take_up(&Memory::new(kept)).expect("of this file");
    let wants = again.scanner().wants();
    assert!(wants > bytes.len() as u64 - 3 * BLOCK_BYTES && wants < at as u64, "{wants}");
}

#[test]
fn damage_near_the_end_is_judged_anew() {
    let files = files(64 << 10);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut tried = 0;
    for round in 0..if corpus::full() { 400 } else { 60 } {
        let mut bytes = long(&files, 2 * BLOCK_BYTES as usize + 1000 * (round % 7));
        for _ in 0..4 {
            let at = 4 + random.below(bytes.len() - 4);
            match random.below(4) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes.iter_mut().skip(at).take(40).for_each(|byte| *byte = 0),
                // Sizes of large events and of some that reach beyond the end.
                2 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = random.next() as u8),
                _ => drop(bytes.drain(at..at + random.below(300).min(bytes.len() - at))),
            }
        }
        let Some(whole) = scanned(&bytes) else { continue };
        for _ in 0..6 {
            let at = random.below(bytes.len());
            tried += usize::from(grown(&bytes, at, &whole, &format!("round {round} cut at {at}")));
        }
    }
    assert!(tried > 200, "{tried}");
}

/// A server clears a flag of the first event when it closes a file.
#[test]
fn a_file_that_was_closed_since_goes_on_too() {
    let mut tried = 0;
    for (name, bytes) in files(64 << 10) {
        let whole = scanned(&bytes).expect("scanned");
        if whole.summary().in_use || bytes.len() < 200 {
            continue;
        }
        let mut open = bytes.clone();
        open[4 + 17] |= 1;
        for at in [bytes.len(), bytes.len() - 1, bytes.len() / 2] {
            let Some(before) = scanned(&open[..at]) else { continue };
            if !before.summary().in_use {
                continue;
            }
            let Some(kept) = kept(&before, &[]) else { continue };
            let mut again = document(&bytes).expect("opened");
            again.take_up(&Memory::new(kept)).unwrap_or_else(|error| panic!("{name}: {error}"));
            again.scan_all().expect("readable");
            assert_same(&again, &whole, &format!("{name} open at {at}"));
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn a_source_that_grows_is_scanned_as_the_whole() {
    let files = files(64 << 10);
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut sources: Vec<(String, Vec<u8>)> = files.clone();
    sources.push(("long".into(), long(&files, 4 * BLOCK_BYTES as usize)));
    for (name, mut bytes) in sources {
        for damaged in [false, true] {
            if damaged {
                let at = 4 + random.below(bytes.len() - 4);
                bytes[at] ^= 0x41;
            }
            let Some(whole) = scanned(&bytes) else { continue };
            let source = Growing::new();
            let mut fed = 200.min(bytes.len());
            source.append(&bytes[..fed]);
            let Ok(mut document) = Document::new("file".into(), Box::new(source.clone()), false, Vec::new()) else {
                continue;
            };
            let steps = 1 + bytes.len() / 20;
            document.set_filter(Some("not type:xid")).expect("a filter");
            while fed < bytes.len() {
                document.scan_all().expect("readable");
                while document.search_on(0, 2) {}
                let end = (fed + 1 + random.below(steps)).min(bytes.len());
                source.append(&bytes[fed..end]);
                fed = end;
                // What is there can be looked at, filtered and searched meanwhile.
                assert!(document.index().end <= fed as u64);
                assert!(document.list(0, 20).len() as u64 <= document.row_count());
            }
            source.close();
            document.scan_all().expect("readable");
            while document.search_on(0, 2) {}
            let mut at_once = scanned(&bytes).expect("scanned");
            at_once.set_filter(Some("not type:xid")).expect("a filter");
            while at_once.search_on(0, 2) {}
            assert_eq!(document.search_view(), at_once.search_view(), "{name}");
            assert_eq!(document.list(0, 100), at_once.list(0, 100), "{name}");
            assert!(
                document.index() == whole.index(),
                "{name}: {:#?}\n{:#?}",
                Brief(document.index()),
                Brief(whole.index())
            );
        }
    }
}

#[test]
fn indexes_of_other_files_are_refused() {
    let files = files(64 << 10);
    let bytes = long(&files, 4 * BLOCK_BYTES as usize);
    let kept = kept(&scanned(&bytes).expect("scanned"), &[]).expect("kept");
    let mut changed = bytes.clone();
    let last = changed.len() - 5;
    changed[last] ^= 1;
    let shorter = &bytes[..bytes.len() - 1];
    for other in [changed.as_slice(), shorter, files[0].1.as_slice(), files[1].1.as_slice()] {
        let mut other = document(other).expect("opened");
        assert_eq!(other.take_up(&Memory::new(kept.clone())), Err(KeptError::OtherSource));
    }
}

/// Gives every chunk the checksum that it has.
fn seal(kept: &mut [u8]) {
    let mut at = 8;
    while let Some(length) =
        kept.get(at..at + 4).and_then(|bytes| bytes.first_chunk()).map(|bytes| u32::from_le_bytes(*bytes))
    {
        let Some(bytes) = kept.get(at + 8..at + 8 + length as usize) else { return };
        let crc = crc32fast::hash(bytes).to_le_bytes();
        kept[at + 4..at + 8].copy_from_slice(&crc);
        at += 8 + length as usize;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if corpus::full() { 20_000 } else { 250 }))]

    #[test]
    fn bytes_that_nobody_wrote_do_no_harm(
        which in 0usize..6, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()), sealed in any::<bool>(),
    ) {
        thread_local! {
            static KEPT: Vec<(Vec<u8>, Vec<u8>)> = {
                let files = files(64 << 10);
                let mut all: Vec<_> = files.iter().step_by(1 + files.len() / 5).map(|(_, bytes)| bytes.clone()).collect();
                all.push(long(&files, 3 * BLOCK_BYTES as usize));
                all.into_iter().map(|bytes| (kept(&scanned(&bytes).expect("scanned"), b"x").expect("kept"), bytes)).collect()
            };
        }
        KEPT.with(|all| {
            let (kept, bytes) = &all[which % all.len()];
            let mut kept = kept.clone();
            for (at, value) in &changes {
                let at = at.index(kept.len());
                kept[at] = *value;
            }
            if let Some(cut) = cut {
                kept.truncate(cut.index(kept.len()));
            }
            if sealed {
                seal(&mut kept);
            }
            let mut document = document(bytes).expect("opened");
            if document.take_up(&Memory::new(kept)).is_ok() {
                // It may say what is wrong, but answers.
                let rows = document.list(0, 40);
                for row in rows.iter().take(5) {
                    let _ = document.event(&row.address);
                }
                let _ = document.list(document.row_count().saturating_sub(20), 20);
                let _ = document.scan_all();
            }
        });
    }

    #[test]
    fn parts_that_nobody_wrote_do_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        thread_local! {
            static PART: (Vec<u8>, Vec<u8>) = {
                let bytes = long(&files(20 << 10), 3 * BLOCK_BYTES as usize);
                let whole = scanned(&bytes).expect("scanned");
                (whole.index().part(1..3).expect("a part").to_bytes().expect("memory"), bytes)
            };
        }
        let (mut part, bytes) = PART.with(Clone::clone);
        for (at, value) in &changes {
            let at = at.index(part.len());
            part[at] = *value;
        }
        if let Ok(part) = Part::from_bytes(&part) {
            let mut document = document(&bytes).expect("opened");
            let blocks = document.answer_from(part);
            let filter = Arc::new(Filter::parse("table:*.* rows:>1").expect("a filter"));
            let mut search = Search::new(filter);
            for block in blocks {
                let _ = document.matches_in_block(&mut search, block, &mut |_| {});
            }
        }
    }
}

/// What is found in a block: units, items, items inside, rows.
type Found = Vec<(u64, u64, Option<u64>, Option<Vec<u32>>)>;

fn found(document: &Document, search: &mut Search, block: usize) -> (BlockMatches, Found) {
    let mut found = Found::new();
    let matches = document.matches_in_block(search, block, &mut |hit| {
        found.push((hit.unit, hit.entry, hit.inner, hit.rows.map(<[u32]>::to_vec)));
    });
    (matches.expect("readable"), found)
}

#[test]
fn parts_answer_as_the_whole() {
    let files = files(256 << 10);
    let mut logs: Vec<(String, Vec<u8>)> = files.iter().filter(|(_, bytes)| bytes.len() > 100 << 10).cloned().collect();
    logs.push(("long".into(), long(&files, 12 * BLOCK_BYTES as usize)));
    let filters = [
        "type:write_rows",
        "rows:>3",
        "txn.rows:>2 op:insert",
        "not table:*.*",
        "size:>500",
        "sql~insert",
        "is:damaged",
        "gtid:*",
    ];
    let mut compared = 0;
    for (name, bytes) in logs {
        let whole = scanned(&bytes).expect("scanned");
        let blocks = whole.index().blocks.len();
        let mut other = document(&bytes).expect("opened");
        for text in filters {
            let filter = Arc::new(Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")));
            let (mut own, mut theirs) = (Search::new(filter.clone()), Search::new(filter));
            for width in [1, 3, blocks] {
                for first in (0..blocks).step_by(width) {
                    let range = first..(first + width).min(blocks);
                    let part = whole.index().part(range.clone()).expect("not too much");
                    let part = Part::from_bytes(&part.to_bytes().expect("memory")).expect("sound");
                    for (block, number) in other.answer_from(part).zip(range) {
                        assert_eq!(
                            found(&other, &mut theirs, block),
                            found(&whole, &mut own, number),
                            "{name}: {number}"
                        );
                        compared += 1;
                    }
                }
            }
        }
    }
    assert!(compared > 200, "{compared}");
}
