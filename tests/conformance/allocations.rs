//! Nothing is allocated for an event on the scan and row paths, and memory stays bounded.

mod allocator;
mod corpus;

use std::io;
use std::sync::Arc;

use binlog_explorer::dump::{JsonDump, TreeDump, walk};
use binlog_explorer::scan::Scanner;
use binlog_explorer::source::{Memory, Source};
use binlog_explorer::verify::Verifier;
use binlog_format::Value;
use binlog_format::event::{Body, Context, decode};
use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::rows::{Operation, RowVisitor};

use crate::allocator::measured;

const MIB: u64 = 1 << 20;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample")
}

/// Both flavors: every event but the format descriptions, over and over.
fn long_log(name: &str, times: usize) -> (Vec<u8>, usize) {
    let sample = sample(name);
    let (mut head, mut events) = (Vec::new(), Vec::new());
    let mut framer = Framer::new(Start::File);
    framer.set_length(sample.len() as u64, true);
    let mut count = 0;
    while let Step::Consumed(_, item) = framer.step(&sample[framer.offset() as usize..]) {
        let Some(Item::Event(frame)) = item else { continue };
        // What belongs to one file is not repeated.
        if matches!(frame.kind, code::FORMAT_DESCRIPTION | code::PREVIOUS_GTIDS | code::GTID_LIST) {
            head.extend(frame.bytes);
        } else if !matches!(frame.kind, code::ROTATE | code::STOP | code::BINLOG_CHECKPOINT) {
            events.extend(frame.bytes);
            count += 1;
        }
    }
    let mut log = [b"\xfebin".to_vec(), head].concat();
    for _ in 0..times {
        log.extend(&events);
    }
    (log, count * times)
}

#[test]
fn the_scan_allocates_for_blocks_and_not_for_events() {
    for name in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mysql-9.7-statement.binlog"] {
        let (log, events) = long_log(name, 200);
        let mut scanner = Scanner::new(Start::File);
        scanner.set_length(log.len() as u64, true);
        let (_, allocated) = measured(|| {
            scanner.feed(0, &log);
            scanner.finish();
        });
        let blocks = scanner.index().blocks.len() as u64;
        assert!(scanner.index().events as usize > events, "{name}");
        // Vectors that double: the logarithm of the blocks, not of the events.
        assert!(allocated.count < 40 + blocks, "{name}: {allocated:?} for {events} events in {blocks} blocks");
    }
}

/// Looks at every value.
#[derive(Default)]
struct Values(u64);

impl RowVisitor<'_> for Values {
    fn cell(&mut self, _: binlog_format::rows::Image, _: usize, value: Value<'_>) {
        self.0 += u64::from(value != Value::Null);
    }
}

#[test]
fn rows_allocate_nothing() {
    for name in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mariadb-10.11-shop.binlog"] {
        let (log, _) = long_log(name, 50);
        let mut framer = Framer::new(Start::File);
        framer.set_length(log.len() as u64, true);
        let mut plans = TablePlans::new();
        let mut values = Values::default();
        let (mut rows, mut maps) = (0, 0);
        while let Step::Consumed(_, item) = framer.step(&log[framer.offset() as usize..]) {
            let Some(Item::Event(frame)) = item else { continue };
            let context = Context::of(&frame, framer.format());
            if Operation::of(frame.kind).is_some() {
                let (_, allocated) = measured(|| {
                    let event = decode(frame.bytes, &context.with_tables(&plans), ()).expect("a header");
                    let Ok(Body::Rows(event)) = event.body else { panic!("rows: {event:?}") };
                    let plan = plans.get(event.table_id).expect("its table map");
                    event.visit(plan, &mut values).expect("values");
                });
                assert_eq!(allocated.count, 0, "{name} at {}", frame.start);
                rows += 1;
            }
            let (_, allocated) = measured(|| plans.follow(frame.bytes, &context));
            maps += u64::from(frame.kind == code::TABLE_MAP && allocated.count > 0);
        }
        assert!(rows > 100 && values.0 > 1000, "{name}: {rows} rows events");
        // A map seen before is known: as many allocate as there are tables.
        assert!(maps < 20, "{name}: {maps} table maps allocated");
    }
}

/// The same bytes again and again, without holding them.
struct Repeated {
    head: Vec<u8>,
    body: Vec<u8>,
    times: u64,
}

impl Source for Repeated {
    fn length(&self) -> u64 {
        self.head.len() as u64 + self.body.len() as u64 * self.times
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, binlog_explorer::source::ReadError> {
        let (head, end) = (self.head.len() as u64, self.length());
        let mut filled = 0;
        while filled < buffer.len() && offset + (filled as u64) < end {
            let at = offset + filled as u64;
            let from = if at < head {
                &self.head[at as usize..]
            } else {
                &self.body[((at - head) % self.body.len() as u64) as usize..]
            };
            let count = from.len().min(buffer.len() - filled);
            buffer[filled..filled + count].copy_from_slice(&from[..count]);
            filled += count;
        }
        Ok(filled)
    }
}

#[test]
fn a_long_log_takes_no_more_memory_than_a_short_one() {
    let (log, _) = long_log("mysql-9.7-shop.binlog", 1);
    let (twice, _) = long_log("mysql-9.7-shop.binlog", 2);
    let head = 2 * log.len() - twice.len();
    let source = Repeated { head: log[..head].to_vec(), body: log[head..].to_vec(), times: 400 };
    assert!(source.length() > 4 * MIB);
    let limit = 32 * MIB;
    let (_, json) = measured(|| walk(&source, Start::File, 0, &mut JsonDump::new(io::sink())).expect("JSON"));
    let (_, tree) = measured(|| walk(&source, Start::File, 0, &mut TreeDump::new(io::sink())).expect("a tree"));
    let (_, verify) = measured(|| walk(&source, Start::File, 0, &mut Verifier::new()).expect("verified"));
    for (name, allocated) in [("json", json), ("tree", tree), ("verify", verify)] {
        assert!(allocated.peak < limit, "{name}: {allocated:?}");
    }
}

#[test]
fn filters_allocate_for_blocks_and_not_for_events() {
    use binlog_explorer::document::{Document, Search};
    use binlog_explorer::filter::Filter;
    for name in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog", "mysql-9.7-statement.binlog"] {
        let (log, events) = long_log(name, 60);
        let mut document =
            Document::new(name.into(), Box::new(Memory::new(log)), false, Vec::new()).expect("a binary log");
        document.scan_all().expect("readable");
        let blocks = document.index().blocks.len();
        for filter in [
            "type:XID",
            "table:nothing* or table:*s",
            "sql~drop or text:xyz or hex:ff ?? ff",
            "row.@1 = 5 or row.@2 ~ e or row.@3 < 10.5 or row.@4 != NULL",
            "row.@1 > 3 and not (op:delete or server:5 or gtid:*:7)",
            "rows:2 or is:faulty or size:>1M or time:1999",
            "txn.events:>100000 or thread:4000000000",
        ] {
            let mut search = Search::new(Arc::new(Filter::parse(filter).expect(filter)));
            let mut hits = 0u64;
            let mut pass = |search: &mut Search| {
                for block in 0..blocks {
                    document.matches_in_block(search, block, &mut |_| hits += 1).expect("readable");
                }
            };
            // Buffers grow, tables become known.
            pass(&mut search);
            let (_, allocated) = measured(|| pass(&mut search));
            assert!(allocated.count < 300 * blocks as u64, "{name}: {filter}: {allocated:?} in {blocks} blocks");
            assert!(allocated.count * 8 < events as u64, "{name}: {filter}: {allocated:?} for {events} events");
        }
    }
}
