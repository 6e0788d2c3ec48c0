//! The search for the next event behind damage.
//!
//! A position is an event's start if its header is plausible and its checksum matches, or, where
//! events have none, if its position field agrees or a plausible header follows. Checksums cost
//! time that a hostile file could multiply, so a search spends at most
//! [`RESYNC_CHECKSUM_FACTOR`] times the bytes it has passed on them.

use crate::catalogue::field;
use crate::error::{DecodeError, ErrorCode, error};
use crate::framer::{FrameChecksum, Framer, Item, Span, SpanKind, Step};
use crate::header::{EventHeader, HEADER_LENGTH};
use crate::limits::{MAX_WHOLE_EVENT, RESYNC_CHECKSUM_FACTOR, RESYNC_CHECKSUM_FREE};

/// A search under way.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    start: u64,
    /// What stands as a header where the damage begins.
    first: Option<EventHeader>,
    fault: DecodeError,
    spent: u64,
}

enum Verdict {
    Event,
    No,
    /// Undecided without this many bytes from the candidate on.
    Needs(usize),
}

impl Search {
    pub(crate) fn new(start: u64, first: Option<EventHeader>, fault: DecodeError) -> Self {
        Self { start, first, fault, spent: 0 }
    }

    /// Where the damage begins.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Looks for a start in `data`; `framer.offset` is where the search stands.
    pub(crate) fn step<'d>(&mut self, framer: &mut Framer, data: &'d [u8]) -> Step<'d> {
        for i in 0..data.len() {
            let at = framer.offset + i as u64;
            let left = framer.length - at;
            if left < framer.format.shortest_event() as u64 {
                break;
            }
            let head = usize::try_from(left).unwrap_or(usize::MAX).min(HEADER_LENGTH);
            framer.by_end(head < HEADER_LENGTH);
            let Some(candidate) = data.get(i..).filter(|rest| rest.len() >= head) else {
                return self.pause(framer, i, head);
            };
            if at == self.start {
                continue;
            }
            match self.judge(framer, candidate, at) {
                Verdict::No => {}
                Verdict::Needs(bytes) => return self.pause(framer, i, bytes),
                Verdict::Event => {
                    framer.offset = at;
                    return Step::Consumed(i, Some(Item::Span(self.span(at, self.fault))));
                }
            }
        }
        if !framer.is_complete() {
            return Step::End;
        }
        if framer.length - framer.offset > data.len() as u64 {
            return self.pause(framer, data.len(), 1);
        }
        // Nothing lied: the hole that follows has the rest of the event.
        if framer.is_before_hole() && self.fault.code == ErrorCode::EventSizeBeyondEnd {
            return Step::End;
        }
        framer.by_end(true);
        let mut fault = self.fault;
        if fault.code == ErrorCode::EventSizeBeyondEnd {
            // Nothing follows: the file was cut, and no length lied.
            fault.code = if framer.is_written() { ErrorCode::IncompleteEvent } else { ErrorCode::TruncatedEvent };
            fault.liar = None;
        }
        let left = data.len();
        framer.offset = framer.length;
        Step::Consumed(left, Some(Item::Span(self.span(framer.length, fault))))
    }

    fn span(&self, end: u64, fault: DecodeError) -> Span {
        Span { kind: SpanKind::Damaged, start: self.start, end, error: Some(fault) }
    }

    /// Gives up the bytes before a candidate and asks for what deciding it needs.
    fn pause<'d>(&self, framer: &mut Framer, passed: usize, bytes: usize) -> Step<'d> {
        if passed > 0 {
            framer.offset += passed as u64;
            Step::Consumed(passed, None)
        } else {
            Step::NeedMore(bytes)
        }
    }

    fn judge(&mut self, framer: &Framer, candidate: &[u8], at: u64) -> Verdict {
        let Some(header) = framer.peek(candidate) else { return Verdict::No };
        // First what no longer source changes.
        if header.event_size > MAX_WHOLE_EVENT || !framer.plausible(candidate, at) {
            return Verdict::No;
        }
        let (size, end) = (u64::from(header.event_size), at + u64::from(header.event_size));
        let affordable = RESYNC_CHECKSUM_FREE + RESYNC_CHECKSUM_FACTOR * (at - self.start);
        if framer.by_end(end > framer.length) || self.spent + size > affordable {
            return Verdict::No;
        }
        let size = size as usize;
        let Some(bytes) = candidate.get(..size) else { return Verdict::Needs(size) };
        self.spent += size as u64;
        match framer.checksum(bytes, &header) {
            FrameChecksum::Good => Verdict::Event,
            FrameChecksum::Bad { .. } => Verdict::No,
            FrameChecksum::Absent if header.log_pos == framer.format.position_of(at, end) => Verdict::Event,
            FrameChecksum::Absent if header.log_pos == at as u32 && framer.before_v4(&header) => Verdict::Event,
            // The end alone proves nothing.
            FrameChecksum::Absent if framer.by_end(end == framer.length) && framer.is_complete() => {
                let goes_on = |before: &EventHeader| continues(before, &header);
                let known = self.first.iter().chain(&framer.last).any(goes_on);
                if known { Verdict::Event } else { Verdict::No }
            }
            FrameChecksum::Absent => {
                let left = usize::try_from(framer.length - at).unwrap_or(usize::MAX);
                let next = (size + HEADER_LENGTH).min(left);
                framer.by_end(next == left);
                if candidate.len() < next {
                    return Verdict::Needs(next);
                }
                followed(framer, candidate, at, size)
            }
        }
    }
}

/// Whether an event without a checksum is followed by one that goes on from it.
fn followed(framer: &Framer, candidate: &[u8], at: u64, size: usize) -> Verdict {
    let next = candidate.get(size..).unwrap_or_default();
    let goes_on = match (framer.peek(candidate), framer.peek(next)) {
        (Some(event), Some(next)) => continues(&event, &next),
        _ => false,
    };
    if goes_on && framer.plausible(next, at + size as u64) { Verdict::Event } else { Verdict::No }
}

/// Seconds that neighbouring events may lie apart where nothing but their server ties them.
const NEAR: u32 = 86_400;

/// Whether `next` can be the event behind `event`. Random bytes pass for headers now and then,
/// above all where positions say nothing of the offset (relay logs, transactions of MySQL 5.0);
/// but either the positions of neighbours differ by a size, or they come from the same server
/// at almost the same time.
pub(crate) fn continues(event: &EventHeader, next: &EventHeader) -> bool {
    let step = next.log_pos.wrapping_sub(event.log_pos);
    // Positions of ends; before version 4 they were positions of starts.
    let steps = event.log_pos != 0 && next.log_pos != 0 && (step == next.event_size || step == event.event_size);
    let near = event.timestamp != 0 && event.timestamp.abs_diff(next.timestamp) <= NEAR;
    steps || event.server_id == next.server_id && near
}

/// What [`event_inside`] says.
pub(crate) enum Inside {
    /// An event begins there.
    Event,
    /// None does.
    Nothing,
    /// Undecided without this many bytes from the outer event on.
    Needs(usize),
}

/// Whether an event surely begins inside of the first `size` bytes, which claim to be one event.
/// With `end`, only one that ends there counts.
pub(crate) fn event_inside(framer: &Framer, data: &[u8], size: u64, end: Option<u64>) -> Inside {
    let fault = error(ErrorCode::Implausible, 0, field::EVENT_HEADER_EVENT_SIZE, 0, size);
    let mut search = Search::new(framer.offset(), framer.peek(data), fault);
    let shortest = framer.format.shortest_event();
    for i in shortest..usize::try_from(size).unwrap_or(usize::MAX).min(data.len()) {
        let at = framer.offset() + i as u64;
        let left = framer.length - at;
        if framer.by_end(left < shortest as u64) {
            break;
        }
        let head = usize::try_from(left).unwrap_or(usize::MAX).min(HEADER_LENGTH);
        framer.by_end(head < HEADER_LENGTH);
        let Some(candidate) = data.get(i..).filter(|rest| rest.len() >= head) else {
            return Inside::Needs(i + head);
        };
        let reaches = |header: EventHeader| end.is_none_or(|end| at + u64::from(header.event_size) == end);
        if !framer.peek(candidate).is_some_and(reaches) {
            continue;
        }
        match search.judge(framer, candidate, at) {
            Verdict::Event => return Inside::Event,
            Verdict::Needs(bytes) => return Inside::Needs(i + bytes),
            Verdict::No => {}
        }
    }
    Inside::Nothing
}
