//! Masking, over all corpus files: what is private is gone, everything else stands as it stood.

mod corpus;
mod cut;
#[allow(dead_code, reason = "row images that were inflated are another test's")]
mod observed;

use std::collections::BTreeSet;
use std::io;

use binlog_explorer::dump::{Sink, Walked, walk};
use binlog_explorer::mask::{Masked, Masker, Rules, mask_event, mask_stored};
use binlog_explorer::source::Memory;
use binlog_format::catalogue::Sensitivity;
use binlog_format::event::{Context, decode};
use binlog_format::framer::Start;
use binlog_format::names::event_type_or_unknown;
use binlog_format::tree::{FieldTree, Node};
use binlog_format::{DecodeError, Value, field};

use crate::observed::{assert_agreement, assert_coverage};

/// The leaves and groups of an event.
fn tree<'a>(bytes: &'a [u8], context: &Context<'_>) -> FieldTree<'a> {
    let mut tree = FieldTree::with_budget(usize::MAX / 8);
    decode(bytes, context, &mut tree).expect("a frame has a header");
    tree
}

/// Where a node is and what it is, without what it means.
fn shape(node: &Node<'_>) -> impl PartialEq + std::fmt::Debug + use<> {
    (node.slot, node.depth, node.branch, node.start, node.end)
}

/// Masks every event of a file.
struct Whole<'m> {
    masker: &'m Masker,
    source: Memory,
    out: Vec<u8>,
    masked: Masked,
    file: String,
    events: u64,
    private: u64,
}

impl Whole<'_> {
    fn check(&mut self, event: &Walked<'_>, masked: &[u8], done: &Masked) {
        let place = || {
            let name = event_type_or_unknown(event.kind);
            format!("{} {name} at {} by {:?}", self.file, event.start, self.masker.rules())
        };
        let (before, after) = (tree(event.bytes, &event.context), tree(masked, &event.context));
        let sound = before.faults().next().is_none() && event.decoded.as_ref().is_ok_and(|event| event.body.is_ok());
        assert_agreement(masked, &event.context, &place);
        assert_coverage(masked, &after, &place, &mut |_| {});
        // What cannot be read is masked as a whole, and then may be read otherwise.
        if !sound {
            return;
        }
        let faults: Vec<_> = after.faults().map(|(_, fault)| fault.code).collect();
        let zeroed = !done.restored.is_empty();
        assert!(faults.is_empty() || zeroed, "{}: {faults:?}", place());
        let shapes = |tree: &FieldTree<'_>| tree.nodes().iter().map(shape).collect::<Vec<_>>();
        assert!(shapes(&before) == shapes(&after), "{}: {}", place(), differ(&before, &after));
        for (old, new) in before.nodes().iter().zip(after.nodes()).filter(|(node, _)| !node.branch) {
            let (from, to) = (old.start as usize, old.end as usize);
            if from == to {
                continue;
            }
            let class = old.slot.field.entry().sensitivity;
            let stored = matches!(
                old.slot.field,
                field::PAYLOAD_PAYLOAD | field::COMPRESSED_DATA | field::COLUMN_COMPRESSED_DATA
            );
            if class == Sensitivity::Open && old.slot.field != field::CHECKSUM {
                assert!(event.bytes[from..to] == masked[from..to], "{}: {old:?} became {new:?}", place());
            } else if self.masker.masks(class) && !stored && !is_word(event.bytes, old) {
                let number = matches!(old.slot.field, field::GTID_GNO | field::MARIADB_GTID_SEQ_NO);
                let place_of_event = number && masked[from..to] == event.start.to_le_bytes();
                assert!(place_of_event || is_masked(new, &masked[from..to]), "{}: {old:?} is {new:?}", place());
                self.private += 1;
            }
        }
        let mut again = masked.to_vec();
        let twice = mask_event(self.masker, &self.source, (event.space, event.start), &event.context, &mut again);
        assert!(twice.is_ok() && again == masked, "{}: masked twice is masked once", place());
    }
}

fn differ(before: &FieldTree<'_>, after: &FieldTree<'_>) -> String {
    let pair = before.nodes().iter().zip(after.nodes()).find(|(one, other)| shape(one) != shape(other));
    format!("{pair:?}")
}

/// Whether a statement is words of a transaction, as far as that can be told without knowing how it is masked.
fn is_word(bytes: &[u8], leaf: &Node<'_>) -> bool {
    let text = &bytes[leaf.start as usize..leaf.end as usize].to_ascii_uppercase();
    let words = ["BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION", "SAVEPOINT", "RELEASE SAVEPOINT", "XA "];
    leaf.slot.field == field::QUERY_STATEMENT && words.iter().any(|word| text.starts_with(word.as_bytes()))
}

/// Whether a masked leaf holds nothing that could have come from elsewhere: every value by its own type.
fn is_masked(leaf: &Node<'_>, bytes: &[u8]) -> bool {
    let text = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b'x' | 0));
    match (leaf.slot.field, leaf.value) {
        (field::JSON_KEY | field::TABLE_MAP_COLUMN_NAME | field::TABLE_MAP_LABEL, _) => {
            // Numbers of a list's items: below those that have so many digits, nothing but the first character.
            let item = bytes.len().saturating_sub(4);
            let first = if leaf.slot.field == field::JSON_KEY { b'0' } else { b'a' };
            bytes[..item].iter().all(|byte| *byte == first || *byte == 0)
        }
        (field::JSON_DIFF_PATH, _) => {
            b"$.".starts_with(&bytes[..bytes.len().min(2)]) && text(&bytes[bytes.len().min(2)..])
        }
        (field::QUERY_STATEMENT | field::ROWS_QUERY_STATEMENT | field::ANNOTATE_ROWS_STATEMENT, _) => {
            let statement = |bytes: &[u8]| {
                bytes.strip_prefix(b"DO 0/*").and_then(|rest| rest.strip_suffix(b"*/")).is_some_and(text)
                    || bytes
                        .strip_prefix(b"DO 0")
                        .is_some_and(|rest| rest.len() < 4 && rest.iter().all(|byte| *byte == b' '))
            };
            statement(bytes) || text(bytes)
        }
        (field::TRANSACTION_CONTEXT_UUID, _) => bytes == b"01010101-0101-0101-0101-010101010101",
        (field::AURORA_PADDING, _) => bytes.iter().all(|byte| *byte == b'*'),
        (field::COLUMN_OLD_DECIMAL, _) => bytes.trim_ascii() == b"0",
        (field::UNKNOWN | field::UNDECODED | field::QUERY_UNKNOWN_STATUS_VARS, _) => {
            bytes.iter().all(|byte| *byte == 0xfe)
        }
        (_, Value::Text(bytes, _) | Value::Bytes(bytes)) => text(bytes),
        (field::JSON_LITERAL, Value::Unsigned(number)) => matches!(number, 0 | 2),
        (field::GTID_SET_START | field::GTID_SET_END, Value::Signed(number)) => number < 1 << 20,
        (_, Value::Unsigned(0) | Value::UnknownSign(0, _) | Value::Signed(0) | Value::Bit(0, _) | Value::Set(0)) => {
            true
        }
        (of, Value::Unsigned(number)) if of.entry().sensitivity == Sensitivity::Id => {
            number == 1 || bytes.len() > 1 && number.is_power_of_two()
        }
        (of, Value::Signed(number)) if of.entry().sensitivity == Sensitivity::Id => {
            number == 1 || bytes.len() > 1 && number.count_ones() == 1
        }
        (_, Value::Enum(number)) => number == 1,
        (_, Value::Year(year)) => year == 2000,
        (_, Value::Uuid(uuid)) => uuid == [1; 16],
        (_, Value::Float(number)) => number.to_bits() == 0,
        (_, Value::Double(number)) => number.to_bits() == 0,
        (_, Value::Date(date)) => date.to_string() == "2000-01-01",
        (_, Value::DateTime(moment)) => {
            moment.to_string().trim_end_matches(['.', '0']).starts_with("2000-01-01 00:00:")
        }
        (_, Value::Timestamp(moment)) => moment.seconds == 946_684_800 && moment.micros == 0,
        (_, Value::Time(time)) => (time.hours, time.minutes, time.seconds, time.micros) == (0, 0, 0, 0),
        _ => false,
    }
}

impl Sink for Whole<'_> {
    const PARTS: bool = false;

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        if event.space != "0" || event.bytes.is_empty() {
            return Ok(None);
        }
        let mut masked = event.bytes.to_vec();
        let done = mask_event(self.masker, &self.source, (event.space, event.start), &event.context, &mut masked)
            .expect("a header");
        assert_eq!(masked.len(), event.bytes.len());
        self.check(event, &masked, &done);
        self.events += 1;
        self.masked.leaves += done.leaves;
        self.masked.restored.extend(done.restored);
        self.out[event.start as usize..event.end as usize].copy_from_slice(&masked);
        Ok(None)
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "what was done is to be seen")]
fn every_file_keeps_its_structure_and_loses_its_values() {
    let (mut events, mut private) = (0, 0);
    for rules in [Rules::default(), Rules::everything()] {
        let masker = Masker::new(&rules).expect("no patterns");
        for file in corpus::files() {
            let bytes = std::fs::read(&file).expect("readable");
            // Large files have nothing that small ones have not.
            if bytes.len() > 1 << 20 && !corpus::full() {
                continue;
            }
            let mut whole = Whole {
                masker: &masker,
                source: Memory::new(Vec::new()),
                out: bytes.clone(),
                masked: Masked::default(),
                file: file.display().to_string(),
                events: 0,
                private: 0,
            };
            let source = Memory::new(bytes);
            let before = walk(&source, Start::File, 0, &mut whole).expect("memory does not fail");
            let (out, restored) = (whole.out, whole.masked.restored);
            events += whole.events;
            private += whole.private;
            // The masked file is one of the same items, its checksums as good as they were.
            struct Nothing;
            impl Sink for Nothing {
                const PARTS: bool = false;
                fn event(&mut self, _: &Walked<'_>) -> io::Result<Option<DecodeError>> {
                    Ok(None)
                }
            }
            let after = walk(&Memory::new(out), Start::File, 0, &mut Nothing).expect("memory does not fail");
            let place = file.display();
            assert_eq!(after.bad_checksums.len(), before.bad_checksums.len(), "{place}");
            assert_eq!(after.damaged.len(), before.damaged.len(), "{place}");
            assert_eq!(after.unfinished, before.unfinished, "{place}");
            if restored.is_empty() {
                assert_eq!(after.events, before.events, "{place}");
            }
        }
    }
    println!("{events} events, {private} private leaves");
    assert!(events > 1000 && private > 3000, "{events} {private}");
}

/// Events cut short, and with bytes that lie: masking them ends, and leaves their length as it is.
#[test]
fn damaged_events_are_masked_without_panic() {
    struct Damage {
        maskers: [Masker; 2],
        seen: BTreeSet<(u8, u8)>,
        events: u64,
    }
    impl Damage {
        fn check(&mut self, event: &Walked<'_>, mut bytes: Vec<u8>) {
            let length = bytes.len() as u32;
            bytes[9..13].copy_from_slice(&length.to_le_bytes());
            for masker in &self.maskers {
                let mut out = bytes.clone();
                let done = mask_event(masker, &Memory::new(Vec::new()), ("0", event.start), &event.context, &mut out);
                assert!(done.is_ok() && out.len() == bytes.len());
                let mut stored = Vec::new();
                if let Ok(bytes) =
                    mask_stored(masker, &Memory::new(Vec::new()), ("0", event.start), &event.context, &bytes)
                {
                    stored = bytes;
                }
                assert!(stored.len() >= 19);
                // What cannot be read is no longer there to be read.
                let tree = tree(&bytes, &event.context);
                for node in tree.nodes().iter().filter(|node| node.slot.field == field::UNDECODED) {
                    assert!(out[node.start as usize..node.end as usize].iter().all(|byte| *byte == 0xfe));
                }
            }
            self.events += 1;
        }
    }
    impl Sink for Damage {
        const PARTS: bool = false;
        fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
            let small = (19..300).contains(&event.bytes.len());
            if !small || !self.seen.insert((event.kind, event.context.format.flavor as u8)) {
                return Ok(None);
            }
            for at in 19..event.bytes.len() {
                self.check(event, event.bytes[..at].to_vec());
                for lie in [0xff, 0] {
                    let mut bytes = event.bytes.to_vec();
                    bytes[at] = lie;
                    self.check(event, bytes);
                }
            }
            Ok(None)
        }
    }
    let maskers = [Rules::default(), Rules::everything()].map(|rules| Masker::new(&rules).expect("no patterns"));
    let mut damage = Damage { maskers, seen: BTreeSet::new(), events: 0 };
    for file in corpus::files() {
        let bytes = std::fs::read(&file).expect("readable");
        if bytes.len() < 200_000 {
            walk(&Memory::new(bytes), Start::File, 0, &mut damage).expect("memory does not fail");
        }
    }
    assert!(damage.seen.len() > 20 && damage.events > 2000, "{} of {}", damage.events, damage.seen.len());
}
