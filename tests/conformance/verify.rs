//! What `verify` says of real files, and of files that were changed without breaking a frame.

mod corpus;
mod framed;
mod random;

use binlog_explorer::dump::{JsonDump, Sink, TreeDump, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::verify::{Findings, Severity, Verifier};
use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::names::code;

use crate::random::Random;

fn verify(bytes: &[u8]) -> Findings {
    let mut verifier = Verifier::new();
    let totals = walk(&Memory::new(bytes), Start::File, 0, &mut verifier).expect("memory does not fail");
    verifier.finish(&totals)
}

fn problems(bytes: &[u8]) -> Vec<String> {
    let findings = verify(bytes);
    let listed = findings.listed.into_iter().filter(|finding| finding.severity == Severity::Problem);
    listed.map(|finding| format!("{} {}", finding.start, finding.message.id)).collect()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(corpus::root().join("web/samples").join(name)).expect("a committed sample")
}

/// Events as (start, end, type).
fn events(bytes: &[u8]) -> Vec<(usize, usize, u8)> {
    let mut framer = Framer::new(Start::File);
    framer.set_length(bytes.len() as u64, true);
    let mut events = Vec::new();
    while let Step::Consumed(_, item) = framer.step(&bytes[framer.offset() as usize..]) {
        if let Some(Item::Event(frame)) = item {
            events.push((frame.start as usize, frame.end as usize, frame.kind));
        }
    }
    events
}

#[test]
fn healthy_files_have_no_problem() {
    let mut checked = 0;
    for file in corpus::files() {
        let name = file.to_string_lossy().into_owned();
        if !name.contains("corpus-generated") && !name.contains("samples") || name.contains("-cut") {
            continue;
        }
        let found = problems(&std::fs::read(&file).expect("readable"));
        assert!(found.is_empty(), "{name}: {found:?}");
        checked += 1;
    }
    assert!(checked >= 5);
}

/// Whatever looks into a file finds as much to complain about.
#[test]
fn every_dump_counts_the_same_problems() {
    fn count(bytes: &[u8], sink: &mut impl Sink) -> u64 {
        walk(&Memory::new(bytes), Start::File, 0, sink).expect("memory does not fail").problems
    }
    let mut random = Random(7);
    let mut found = 0;
    for file in corpus::files() {
        let original = std::fs::read(&file).expect("readable");
        // Small ones, inside too.
        let mut json = JsonDump::new(Vec::new());
        if original.len() > 20_000 || count(&original, &mut json) > 0 || json.writer().len() > 100_000 {
            continue;
        }
        for copy in 0..6 {
            let mut bytes = original.clone();
            for _ in 0..1 + copy % 2 {
                let at = random.below(bytes.len());
                bytes[at] = random.next() as u8;
            }
            let verified = count(&bytes, &mut Verifier::new());
            let place = || format!("{} with {copy}", file.display());
            assert_eq!(count(&bytes, &mut JsonDump::new(std::io::sink())), verified, "{}", place());
            assert_eq!(count(&bytes, &mut TreeDump::new(std::io::sink())), verified, "{}", place());
            found += verified;
        }
    }
    assert!(found > 100);
}

/// A status variable that no server writes: what is behind it cannot be read, and that is told.
#[test]
fn a_status_variable_that_nobody_knows_is_a_problem() {
    let mut bytes = sample("mysql-9.7-shop.binlog");
    let (start, end, _) = *events(&bytes).iter().find(|event| event.2 == code::QUERY).expect("a statement");
    // Behind the common header and the post-header of 13.
    bytes[start + 19 + 13] = 200;
    let sum = crc32fast::hash(&bytes[start..end - 4]);
    bytes[end - 4..end].copy_from_slice(&sum.to_le_bytes());
    assert_eq!(problems(&bytes), [format!("{start} error-status-variable")]);
}

#[test]
fn an_event_taken_out_leaves_a_jump_of_positions() {
    let bytes = sample("mysql-9.7-shop.binlog");
    let victim = *events(&bytes).iter().find(|event| event.2 == code::ROWS_QUERY || event.2 == code::XID).expect("one");
    let cut = [&bytes[..victim.0], &bytes[victim.1..]].concat();
    assert_eq!(problems(&cut), [format!("{} verify-position", victim.0)], "once, not for every event behind");
}

#[test]
fn a_transaction_put_in_twice_repeats_its_gtid() {
    let bytes = sample("mysql-9.7-shop.binlog");
    let events = events(&bytes);
    let gtids: Vec<usize> = events.iter().filter(|event| event.2 == code::GTID).map(|event| event.0).collect();
    let [.., first, second] = gtids.as_slice() else { panic!("two transactions") };
    let twice = [&bytes[..*second], &bytes[*first..]].concat();
    let found = problems(&twice);
    assert!(found.contains(&format!("{second} verify-gtid-repeated")), "{found:?}");
    assert!(found.contains(&format!("{second} verify-position")), "{found:?}");
}

#[test]
fn a_mariadb_gtid_that_goes_back_is_noted() {
    let bytes = sample("mariadb-10.11-shop.binlog");
    let events = events(&bytes);
    let gtids: Vec<usize> = events.iter().filter(|event| event.2 == code::MARIADB_GTID).map(|event| event.0).collect();
    let [.., first, second] = gtids.as_slice() else { panic!("two transactions") };
    let findings = verify(&[&bytes[..*second], &bytes[*first..]].concat());
    let order = findings.listed.iter().filter(|finding| finding.message.id == "verify-gtid-order");
    assert!(order.count() >= 1, "{findings:?}");
}

/// Version 3 counts starts, relay logs have the positions of their source.
#[test]
fn positions_of_starts_and_of_other_files_are_understood() {
    for file in corpus::files() {
        let name = file.to_string_lossy().into_owned();
        if name.contains("binlog_old_version_4_1") || name.contains("relay-bin") && !name.contains("corrupt") {
            let found = problems(&std::fs::read(&file).expect("readable"));
            assert!(found.iter().all(|found| !found.contains("position")), "{name}: {found:?}");
        }
    }
}
