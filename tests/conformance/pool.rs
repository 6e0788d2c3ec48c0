//! Work that is spread over workers finds what one document finds by itself, whoever does what in which order, and
//! whoever is lost on the way.

mod corpus;
mod counting;
mod framed;
mod random;

use binlog_explorer::document::{Document, Search};
use binlog_explorer::filter::Filter;
use binlog_explorer::index::BLOCK_BYTES;
use binlog_explorer::pool::{Board, Gathering, Helper, Job, Outcome, Task, Wanted, Work};
use binlog_explorer::source::Memory;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::counting::Counting;
use crate::random::Random;

fn scanned(bytes: &[u8]) -> Option<Document> {
    let mut document = Document::new("file".into(), Box::new(Memory::new(bytes)), false, Vec::new()).ok()?;
    document.scan_all().ok()?;
    Some(document)
}

/// Logs of several blocks: large ones of the corpora, and samples after one another.
fn logs() -> Vec<(String, Vec<u8>)> {
    let read = |file: std::path::PathBuf| (file.display().to_string(), std::fs::read(&file).expect("readable"));
    let files: Vec<_> = corpus::files().into_iter().map(read).collect();
    let samples = files.iter().filter(|(name, _)| name.contains("samples"));
    let parts: Vec<&[u8]> = samples.map(|(_, bytes)| bytes.get(4..).unwrap_or_default()).collect();
    let mut long = b"\xfebin".to_vec();
    while long.len() < 12 * BLOCK_BYTES as usize {
        parts.iter().for_each(|part| long.extend_from_slice(part));
    }
    let sizes = 3 * BLOCK_BYTES as usize..if corpus::full() { usize::MAX } else { 600 << 10 };
    let mut logs: Vec<_> = files.into_iter().filter(|(_, bytes)| sizes.contains(&bytes.len())).collect();
    logs.push(("samples".into(), long));
    logs
}

/// A job is begun, with all that the worker asks to be given, in portions.
fn give(helper: &mut Helper, bytes: &[u8], job: &[u8]) {
    let of = |range: &Range<u64>| &bytes[range.start as usize..range.end as usize];
    match helper.begin(job) {
        Wanted::Stretch(range) => {
            for (nth, portion) in of(&range).chunks(50_000).enumerate() {
                let start = range.start + nth as u64 * 50_000;
                helper.give(start, portion.len(), |target| target.copy_from_slice(portion));
            }
        }
        Wanted::Pieces(pieces) => {
            for piece in pieces {
                helper.give_piece(piece.start, of(&piece).to_vec());
            }
        }
    }
}

/// A job as it crosses to a worker and back: once with what the worker reads, and once with the bytes that it is given,
/// in portions.
fn over(helper: &mut Helper, bytes: &[u8], document: &Document, task: Task, blocks: Range<usize>) -> Option<Outcome> {
    let job = Job { task, part: document.index().part(blocks)? }.to_bytes().expect("memory");
    give(helper, bytes, &job);
    let given = Outcome::from_bytes(&helper.finish());
    assert_eq!(Outcome::from_bytes(&helper.work(&job)), given);
    Some(given)
}

#[test]
fn statistics_from_workers_are_those_of_one() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut spread = 0;
    for (name, bytes) in logs() {
        let Some(document) = scanned(&bytes) else { continue };
        let blocks = document.index().blocks.len();
        let mut helpers: Vec<Helper> = Vec::new();
        let mut board = Board::default();
        for _ in 0..3 {
            let Ok(helper) = Helper::open(Box::new(Memory::new(bytes.as_slice()))) else { break };
            helpers.push(helper);
            board.add();
        }
        if helpers.is_empty() {
            continue;
        }
        let mut gathering = Gathering::new(blocks);
        let mut jobs: Vec<(u32, Outcome)> = Vec::new();
        while !gathering.is_done() {
            while let Some(worker) = board.free(Work::Statistics) {
                let Some(range) = gathering.claim(1 + random.below(3)) else { break };
                let job = board.begin(worker, Work::Statistics, range.clone());
                match over(&mut helpers[worker], &bytes, &document, Task::Statistics, range.clone()) {
                    Some(outcome) => jobs.push((job, outcome)),
                    // What is too much to be sent is done at home.
                    None => {
                        board.end(job);
                        gathering.take(range.clone(), document.statistics_of(range).expect("readable"));
                    }
                }
            }
            // One worker dies on the way.
            if board.workers() == 3 && random.below(4) == 0 {
                for lost in board.lose(1) {
                    gathering.give_back(lost.blocks);
                }
            }
            if jobs.is_empty() {
                continue;
            }
            let (job, outcome) = jobs.swap_remove(random.below(jobs.len()));
            let Some(flight) = board.end(job) else { continue };
            let Outcome::Statistics(statistics) = outcome else { panic!("{name}: {outcome:?}") };
            gathering.take(flight.blocks, *statistics);
            spread += 1;
        }
        let whole = document.statistics_of(0..blocks).expect("readable");
        assert!(*gathering.whole() == whole, "{name}");
        assert_eq!(gathering.bytes(), document.index().end, "{name}");
    }
    assert!(spread > 10, "{spread}");
}

#[test]
fn searches_by_workers_find_what_one_finds() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let filters = ["type:write_rows", "rows:>2", "not table:nothing.*", "txn.rows:>1", "sql~insert", "row.id = 1"];
    let (mut found, mut spread) = (0, 0);
    for (name, bytes) in logs() {
        let Some(document) = scanned(&bytes) else { continue };
        let Ok(mut helper) = Helper::open(Box::new(Memory::new(bytes.as_slice()))) else { continue };
        let blocks = document.index().blocks.len();
        let mut search = BTreeMap::new();
        for _ in 0..20 {
            let text = filters[random.below(filters.len())];
            let first = random.below(blocks);
            let range = first..(first + 1 + random.below(5)).min(blocks);
            let Some(outcome) = over(&mut helper, &bytes, &document, Task::Search(text.into()), range.clone()) else {
                continue;
            };
            let Outcome::Search(mut results) = outcome else { panic!("{name}: {text}: {outcome:?}") };
            results.iter_mut().for_each(|result| result.block += first);
            let own = search.entry(text).or_insert_with(|| Search::new(Arc::new(Filter::parse(text).expect(text))));
            assert_eq!(
                results,
                document.look_through(own, range.clone()).expect("readable"),
                "{name}: {text} {range:?}"
            );
            found += results.iter().map(|result| result.items).sum::<u64>();
            spread += 1;
        }
    }
    assert!(spread > 20 && found > 100, "{spread} {found}");
}

#[test]
fn a_list_is_filled_by_workers_in_any_order() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut spread = 0;
    for (name, bytes) in logs() {
        let Some(mut document) = scanned(&bytes) else { continue };
        let Some(mut own) = scanned(&bytes) else { continue };
        let Ok(mut helper) = Helper::open(Box::new(Memory::new(bytes.as_slice()))) else { continue };
        let around = random.below(document.index().blocks.len());
        for text in ["type:write_rows", "not type:xid"] {
            own.set_filter(Some(text)).expect(text);
            while own.search_on(around, 4) {}
            document.set_filter(Some(text)).expect(text);
            let mut board = Board::default();
            for _ in 0..3 {
                board.add();
            }
            let mut jobs = Vec::new();
            loop {
                while let Some(worker) = board.free(Work::Search) {
                    let claim = board.claim(worker);
                    let Some(range) = document.claim_blocks(around, 1 + random.below(3), &claim) else { break };
                    assert!(claim.taken.iter().all(|other| other.end <= range.start || range.end <= other.start));
                    if range.is_empty() {
                        continue;
                    }
                    match over(&mut helper, &bytes, &document, Task::Search(text.into()), range.clone()) {
                        Some(Outcome::Search(results)) => {
                            jobs.push((board.begin(worker, Work::Search, range), results))
                        }
                        Some(other) => panic!("{name}: {other:?}"),
                        None => document.search_blocks(range),
                    }
                }
                if jobs.is_empty() {
                    break;
                }
                let (job, mut results) = jobs.swap_remove(random.below(jobs.len()));
                let flight = board.end(job).expect("begun");
                results.iter_mut().for_each(|result| result.block += flight.blocks.start);
                document.take_results(&results);
                spread += 1;
            }
            assert_eq!(document.search_view(), own.search_view(), "{name}: {text}");
            assert!(document.search_view().is_some_and(|view| view.done), "{name}: {text}");
            assert_eq!(document.list(0, 300), own.list(0, 300), "{name}: {text}");
        }
    }
    assert!(spread > 20, "{spread}");
}

#[test]
fn a_worker_reads_nothing_beside_what_it_is_given() {
    let (mut apart, mut with_maps, mut in_order) = (0, 0, 0);
    for (name, bytes) in logs() {
        let Some(document) = scanned(&bytes) else { continue };
        let (source, asked) = Counting::over(&bytes);
        let Ok(mut helper) = Helper::open(Box::new(source)) else { continue };
        let index = document.index();
        let blocks = index.blocks.len();
        // Such an event is read by itself.
        let large = |block: usize| index.block_end(block) - index.block_start(block) > 2 * BLOCK_BYTES;
        // How far behind a block its table maps begin.
        let reach = |block: usize| {
            let maps = &index.maps[index.blocks[block].maps.0 as usize..index.blocks[block].maps.1 as usize];
            let first = maps.iter().min().and_then(|map| index.block_of_offset(*map));
            first.map_or(0, |first| index.block_start(block) - index.block_start(first))
        };
        // How often the worker reads by itself for a job.
        let mut reads = |task: &Task, block: usize| {
            let job = Job { task: task.clone(), part: index.part(block..block + 1)? }.to_bytes().expect("memory");
            let before = asked.get().times;
            give(&mut helper, &bytes, &job);
            helper.finish();
            Some(asked.get().times - before)
        };
        for text in [None, Some("row.id = 1"), Some("type:XID,QUERY")] {
            let task = text.map_or(Task::Statistics, |text| Task::Search(text.into()));
            for block in (0..blocks).rev().chain((0..blocks).step_by(3)) {
                // Maps that stand far away are read by themselves.
                if large(block) || reach(block) > 2 * BLOCK_BYTES {
                    continue;
                }
                assert!(reads(&task, block).is_none_or(|reads| reads == 0), "{name}: {task:?} of block {block}");
                apart += 1;
                with_maps += usize::from(reach(block) > 0);
            }
            // One after the other wherever they stand, if every block is looked at.
            for block in (0..blocks).filter(|_| text != Some("type:XID,QUERY")) {
                let none = reads(&task, block).is_none_or(|reads| reads == 0);
                assert!(none || large(block) || block == 0, "{name}: {task:?} of block {block}");
                in_order += 1;
            }
        }
    }
    assert!(apart > 80 && with_maps > 5 && in_order > 20, "{apart} apart, {with_maps} with maps, {in_order} in order");
}

#[test]
fn a_worker_refuses_what_is_no_job() {
    let (_, bytes) = logs().pop().expect("the samples");
    let document = scanned(&bytes).expect("scanned");
    let mut helper = Helper::open(Box::new(Memory::new(bytes.as_slice()))).expect("a log");
    let part = document.index().part(0..2).expect("a part");
    let job = Job { task: Task::Search("no such term:".into()), part: part.clone() };
    assert!(matches!(Outcome::from_bytes(&helper.work(&job.to_bytes().expect("memory"))), Outcome::Failed(_)));
    let bytes = Job { task: Task::Statistics, part }.to_bytes().expect("memory");
    for cut in 0..bytes.len() {
        assert!(matches!(Outcome::from_bytes(&helper.work(&bytes[..cut])), Outcome::Failed(_)), "{cut}");
    }
    assert!(matches!(Outcome::from_bytes(&helper.work(&bytes)), Outcome::Statistics(_)));
}
