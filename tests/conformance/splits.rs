//! Input may be split anywhere: the same events, spans and faults come out of the framer and the
//! scanner, whichever two pieces a file comes in.

mod corpus;
mod framed;
mod random;

use binlog_explorer::index::Index;
use binlog_explorer::scan::Scanner;
use binlog_format::framer::Start;

use crate::framed::frames;
use crate::random::Random;

/// Files up to this size are split at every position.
const SMALL: usize = 4096;
/// Positions tried in larger ones, beside the edges of events.
const SEEDED: usize = 200;

/// Everything that the scanner made of two pieces.
fn scan(first: &[u8], second: &[u8]) -> Index {
    let mut scanner = Scanner::new(Start::File);
    scanner.set_length((first.len() + second.len()) as u64, true);
    scanner.feed(0, first);
    scanner.feed(first.len() as u64, second);
    scanner.finish();
    scanner.into_index()
}

fn positions(bytes: &[u8], edges: &[u64]) -> Vec<usize> {
    if bytes.len() <= SMALL {
        return (0..=bytes.len()).collect();
    }
    let mut random = Random(0x2545_f491_4f6c_dd1d ^ bytes.len() as u64);
    // A large file has many edges: those that are tried are spread over it.
    let step = 1 + edges.len() / SEEDED;
    let near = edges.iter().step_by(step).flat_map(|edge| (*edge as usize).saturating_sub(2)..=*edge as usize + 2);
    let mut positions: Vec<usize> = near.filter(|at| *at <= bytes.len()).collect();
    positions.extend((0..SEEDED).map(|_| random.below(bytes.len())));
    positions.sort_unstable();
    positions.dedup();
    positions
}

#[test]
fn a_split_at_any_position_changes_nothing() {
    let mut tried = 0;
    for file in corpus::files() {
        let bytes = std::fs::read(&file).expect("readable");
        let whole = frames(&bytes, || usize::MAX / 2);
        let edges: Vec<u64> = whole.iter().map(|item| item.1).collect();
        let scanned = scan(&bytes, &[]);
        let positions = positions(&bytes, &edges);
        // Walking megabytes for each of hundreds of positions is for the full run.
        let step = if bytes.len() > 1 << 20 && !corpus::full() { 40 } else { 1 };
        for at in positions.into_iter().step_by(step) {
            let mut pieces = [at, usize::MAX / 2].into_iter();
            let split = frames(&bytes, || pieces.next().unwrap_or(usize::MAX / 2));
            assert!(split == whole, "{}: split at {at}", file.display());
            let (first, second) = bytes.split_at(at);
            assert!(scan(first, second) == scanned, "{}: scanned in two at {at}", file.display());
            tried += 1;
        }
    }
    assert!(tried > 10_000, "{tried}");
}

#[test]
fn a_split_of_a_damaged_file_changes_nothing() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for file in corpus::files() {
        let mut bytes = std::fs::read(&file).expect("readable");
        if bytes.len() > SMALL {
            continue;
        }
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        let whole = frames(&bytes, || usize::MAX / 2);
        let scanned = scan(&bytes, &[]);
        for at in (0..=bytes.len()).step_by(3) {
            let mut pieces = [at, usize::MAX / 2].into_iter();
            assert!(frames(&bytes, || pieces.next().unwrap_or(usize::MAX / 2)) == whole, "{}: {at}", file.display());
            let (first, second) = bytes.split_at(at);
            assert!(scan(first, second) == scanned, "{}: scanned in two at {at}", file.display());
        }
    }
}

/// The scanner ends what it carries with as little of a window as it can and reads the others in place.
#[test]
fn windows_of_any_size_change_nothing() {
    let index = |bytes: &[u8], window: usize| {
        let mut scanner = Scanner::new(Start::File);
        scanner.set_length(bytes.len() as u64, true);
        while let Some(rest) = bytes.get(scanner.wants() as usize..).filter(|rest| !rest.is_empty()) {
            let at = scanner.wants();
            scanner.feed(at, rest.get(..window).unwrap_or(rest));
        }
        scanner.finish();
        scanner.into_index()
    };
    let mut tried = 0;
    for file in corpus::files() {
        let bytes = std::fs::read(&file).expect("readable");
        if bytes.len() > 16 * SMALL {
            continue;
        }
        let whole = index(&bytes, usize::MAX / 2);
        for window in [19, 100, 1000, 4096, 5000, 20_000] {
            assert!(index(&bytes, window) == whole, "{}: windows of {window}", file.display());
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

/// Events that are encrypted are not looked into: one may end far behind what was joined to see how long it is.
#[test]
fn a_split_in_the_header_of_an_encrypted_event_changes_nothing() {
    let file = corpus::root().join("tests/fixtures/encrypted/mariadb-11.8-aes-192-ctr.binlog");
    let mut log = std::fs::read(file).expect("a committed file");
    let first = frames(&log, || usize::MAX / 2);
    let clear = first.iter().map(|item| item.1 as usize).nth(2).expect("magic, format description, START_ENCRYPTION");
    log.truncate(clear);
    let mut starts = Vec::new();
    for size in [19u32, 40, 5000, 20_000, 70_000, 300, 300_000, 64] {
        starts.push(log.len());
        let mut event = vec![0xa5; size as usize];
        event[9..13].copy_from_slice(&size.to_le_bytes());
        log.extend(event);
    }
    let whole = scan(&log, &[]);
    assert_eq!((whole.entries, whole.damaged), (3 + 8, 0));
    for at in starts.into_iter().flat_map(|start| start..start + 19) {
        let (first, second) = log.split_at(at);
        assert!(scan(first, second) == whole, "split at {at}");
    }
}
