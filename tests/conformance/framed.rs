//! What a framer finds, in windows of any size, as values that can be compared.
#![allow(dead_code, reason = "not every test needs all of it")]

use binlog_format::framer::{Framer, Item, Span, SpanKind, Start, Step};
use binlog_format::{ErrorCode, FieldId};

/// What is wrong with a span.
type Fault = Option<(ErrorCode, u64, u64, Option<FieldId>)>;

/// Start, end, type and checksum of an event, kind and fault of a span.
pub type Found = (u64, u64, Option<u8>, Option<bool>, Option<(SpanKind, Fault)>);

/// An item as a value.
pub fn found(item: Item<'_>) -> Found {
    match item {
        Item::Event(frame) => (frame.start, frame.end, Some(frame.header.type_code), frame.checksum.ok(), None),
        Item::Span(Span { kind, start, end, error }) => {
            let error = error.map(|error| (error.code, error.expected, error.found, error.liar));
            (start, end, None, None, Some((kind, error)))
        }
    }
}

/// The items of a complete file, fed in windows of sizes that `next` chooses.
pub fn frames(bytes: &[u8], next: impl FnMut() -> usize) -> Vec<Found> {
    let mut framer = Framer::new(Start::File);
    framer.set_length(bytes.len() as u64, true);
    frames_of(&mut framer, bytes, next)
}

/// The same for a framer that was told the length of `bytes`.
pub fn frames_of(framer: &mut Framer, bytes: &[u8], mut next: impl FnMut() -> usize) -> Vec<Found> {
    let (mut items, mut have, mut idle) = (Vec::new(), 0, 0);
    loop {
        let at = (framer.offset() as usize).min(bytes.len());
        have = have.max(at);
        match framer.step(&bytes[at..have]) {
            Step::Consumed(count, item) => {
                idle = if count == 0 && item.is_none() { idle + 1 } else { 0 };
                assert!(idle < 4, "no progress at {at}");
                items.extend(item.map(found));
            }
            Step::Back => {
                have = framer.offset() as usize;
                assert!(have < at, "goes back from {at} to {have}");
            }
            Step::NeedMore(wanted) => {
                let left = bytes.len() - at;
                assert!(wanted <= left && wanted > have - at, "asks for {wanted} of {left} at {at}");
                have = have.saturating_add(next().max(1)).min(bytes.len());
            }
            Step::End => return items,
        }
    }
}

/// Fails unless the items follow one another up to `length`.
pub fn assert_partition(items: &[Found], length: usize) {
    let mut at = 0;
    for item in items {
        assert!(item.0 == at && item.1 > at, "{item:?} follows {at}: {items:?}");
        at = item.1;
    }
    assert_eq!(at, length as u64, "{items:?}");
}
