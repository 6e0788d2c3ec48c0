//! Finds events: bytes in, frames out, whatever the windows.
//!
//! The framer does no input or output. Its caller gives it the bytes that follow
//! [`offset`](Framer::offset); it answers with an item, or with how many bytes it needs. Events
//! are walked by `event_size`, never by `log_pos`: MariaDB since 11.4 leaves that 0, it wraps at
//! 4 GiB, and in relay logs it speaks of another file. What cannot be an event becomes a span
//! with its fault, and the search for the next event goes on behind it (see
//! [`resync`](crate::resync)).

mod checksum;
mod found;
mod large;
mod pages;
mod plausible;
mod quick;
mod resume;

use core::cell::Cell;

use crc32fast::Hasher;

use crate::catalogue::field;
use crate::container::{ENCRYPTED_MAGIC, ENCRYPTION_HEADER, MAGIC};
use crate::error::{DecodeError, ErrorCode, error};
use crate::event::{Body, Context, decode_unobserved};
use crate::format::{Checksum, Format};
use crate::header::{EventHeader, HEADER_LENGTH, flag};
use crate::limits::{LARGE_EVENT_HEAD, MAX_WHOLE_EVENT};
use crate::names::code;
use crate::resync::{Inside, event_inside};

use large::Large;
use plausible::is_start;

pub use checksum::{checksum, renew_checksum};
pub use found::{Frame, FrameChecksum, Item, Span, SpanKind, Step};
pub use resume::Resume;

const CHECKSUM_BYTES: usize = 4;

/// How the source begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Start {
    /// A file: magic, then events.
    File,
    /// Events right away: a payload, pasted events, a block in the middle of a file.
    Events,
    /// A file that was decrypted: the events behind START_ENCRYPTION are in the clear.
    Decrypted,
}

#[derive(Clone, Debug)]
pub(crate) enum State {
    Magic,
    Events,
    /// Inside an event that is too large to be held whole.
    Large(Large),
    /// Inside zeros that began here.
    Zeros(u64),
    /// Searching for the next event since `start`.
    Lost(crate::resync::Search),
    /// MySQL's file encryption, after its header.
    CipherFile,
    /// MariaDB's InnoDB-based log.
    Pages,
}

/// Walks a source. See the [module](self).
#[derive(Clone, Debug)]
pub struct Framer {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    complete: bool,
    pub(crate) format: Format,
    state: State,
    /// MariaDB: events after START_ENCRYPTION are encrypted but for their size.
    encrypted: bool,
    /// Those events were decrypted.
    decrypted: bool,
    in_use: bool,
    /// The source has grown since its length was taken.
    growing: bool,
    /// A relay log: `log_pos` speaks of another file.
    pub(crate) foreign_positions: bool,
    large_head: [u8; LARGE_EVENT_HEAD],
    /// Bytes of all the events that were none.
    taken_back: u64,
    /// The last event that no checksum proved.
    pub(crate) last: Option<EventHeader>,
    /// The page size of an InnoDB-based log, as a power of two.
    pub(crate) page_size_log2: Option<u8>,
    /// What the checksum of the page at hand should be and is, where these differ.
    pub(crate) page_fault: Option<(u32, u32)>,
    /// Counts the times that what [`state`](Framer::state) gives has changed.
    changes: u32,
    /// A checksum that has seen nothing.
    hasher: Hasher,
    /// Whether the next event may be a quick one.
    quick: bool,
    /// Checksums of quick events are known to be right.
    trusts: bool,
    /// What was found so far may be otherwise in a longer source.
    rests_on_end: Cell<bool>,
    /// The bytes end in a hole, up to which the length was cut: how long the source is, and whether it stays so.
    before_hole: Option<(u64, bool)>,
}

impl Framer {
    /// A framer at offset 0 of a source of unknown length.
    pub fn new(start: Start) -> Self {
        Self {
            offset: 0,
            length: 0,
            complete: false,
            format: Format::assumed(),
            state: if start == Start::Events { State::Events } else { State::Magic },
            encrypted: false,
            decrypted: start == Start::Decrypted,
            in_use: false,
            growing: false,
            foreign_positions: start == Start::Events,
            large_head: [0; LARGE_EVENT_HEAD],
            taken_back: 0,
            last: None,
            page_size_log2: None,
            page_fault: None,
            changes: 0,
            hasher: Hasher::new(),
            quick: false,
            trusts: false,
            rests_on_end: Cell::new(false),
            before_hole: None,
        }
    }

    /// A framer over the inside of a payload: the same format, without checksums.
    pub fn inside(format: &Format, length: u64) -> Self {
        Self::inside_from(format, 0, length)
    }

    /// The same for bytes whose events begin at `offset`.
    pub fn inside_from(format: &Format, offset: u64, length: u64) -> Self {
        let mut framer = Self::new(Start::Events);
        framer.offset = offset;
        framer.format = format.without_checksums();
        framer.set_length(length, true);
        framer
    }

    /// How many times that has changed: copying it for every event would cost more than the
    /// event itself.
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// How long the source is now, and whether it stays so.
    pub fn set_length(&mut self, length: u64, complete: bool) {
        if let Some(whole) = &mut self.before_hole {
            *whole = (length, complete);
            return;
        }
        self.length = length.max(self.offset);
        self.complete = complete;
    }

    /// The source does not have the bytes from `start` on: what stands before them is judged without what follows.
    /// When [`step`](Self::step) has come to an end, [`skip_hole`](Self::skip_hole) is to follow.
    pub fn ends_in_hole(&mut self, start: u64) {
        if self.before_hole.is_none() {
            self.before_hole = Some((self.length, self.complete));
        }
        self.length = start.max(self.offset);
        self.complete = true;
    }

    /// Whether [`ends_in_hole`](Self::ends_in_hole) was said, and the hole not yet skipped.
    pub fn is_before_hole(&self) -> bool {
        self.before_hole.is_some()
    }

    /// The hole is further off: the framer went back, and will come to it again.
    pub fn forget_hole(&mut self) {
        if let Some((length, complete)) = self.before_hole.take() {
            self.set_length(length, complete);
        }
    }

    /// The source has grown since: an event that its length cuts is being written, whatever the in-use flag
    /// says (relay logs have none).
    pub fn has_grown(&mut self) {
        self.growing = true;
    }

    /// Whether somebody is writing the source, or was when it was cut.
    pub(crate) fn is_written(&self) -> bool {
        self.in_use || self.growing
    }

    /// Whether something found so far may be otherwise if the source gets longer: its end, or how far off that
    /// is, decided between an event and damage.
    pub fn rests_on_end(&self) -> bool {
        self.rests_on_end.get()
    }

    /// Passes `answer` on, which the source's end gave if it is `true`.
    pub(crate) fn by_end(&self, answer: bool) -> bool {
        if answer && self.before_hole.is_none() {
            self.rests_on_end.set(true);
        }
        answer
    }

    /// Offset of the next byte wanted.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The first bytes of the last event that was too large to be handed over whole.
    pub fn large_head(&self) -> &[u8] {
        &self.large_head
    }

    /// The format description in force.
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// The last event that no checksum proved; part of [`state`](Self::state).
    pub fn last_unproven(&self) -> Option<EventHeader> {
        self.last
    }

    /// Whether the first format description had the in-use flag.
    pub fn in_use(&self) -> bool {
        self.in_use
    }

    pub(crate) fn left(&self) -> u64 {
        self.length - self.offset
    }

    /// Looks at `data`, the bytes from [`offset`](Self::offset) on, as many as there are at hand.
    #[inline(always)]
    pub fn step<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        match self.quick(data) {
            Some(frame) => Step::Consumed(frame.bytes.len(), Some(Item::Event(frame))),
            None => {
                // Written elsewhere, so that a caller keeps what is quick in registers.
                let mut step = Step::End;
                self.long_step(data, &mut step);
                step
            }
        }
    }

    #[inline(never)]
    fn long_step<'d>(&mut self, data: &'d [u8], step: &mut Step<'d>) {
        *step = self.any_step(data);
        self.quick = self.may_be_quick();
    }

    fn any_step<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let data = match usize::try_from(self.left()) {
            Ok(left) if data.len() > left => data.get(..left).unwrap_or_default(),
            _ => data,
        };
        if self.left() == 0 && !matches!(self.state, State::Lost(_) | State::Zeros(_)) {
            return Step::End;
        }
        match &mut self.state {
            State::Zeros(start) => {
                let start = *start;
                self.zeros(data, start)
            }
            State::Magic => self.magic(data),
            State::Events if self.encrypted => self.encrypted_event(data),
            State::Events => self.event(data),
            State::Large(_) => self.large(data),
            State::Lost(_) => self.search(data),
            State::Pages => self.page_item(data),
            State::CipherFile => {
                self.by_end(true);
                self.span(SpanKind::Cipher, self.length, None)
            }
        }
    }

    /// Ends a span that may be longer than the data at hand.
    pub(crate) fn span<'d>(&mut self, kind: SpanKind, end: u64, error: Option<DecodeError>) -> Step<'d> {
        let start = self.offset;
        self.offset = end;
        let consumed = usize::try_from(end - start).unwrap_or(usize::MAX);
        Step::Consumed(consumed, Some(Item::Span(Span { kind, start, end, error })))
    }

    fn magic<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        if data.len() < MAGIC.len() {
            return self.need(MAGIC.len()).unwrap_or_else(|| self.damaged_to_end(ErrorCode::TruncatedEvent, 4));
        }
        if data.starts_with(&ENCRYPTED_MAGIC) {
            let end = self.length.min(ENCRYPTION_HEADER);
            self.by_end(self.length < ENCRYPTION_HEADER);
            self.state = State::CipherFile;
            self.changes += 1;
            return self.span(SpanKind::EncryptionHeader, end, None);
        }
        if data.starts_with(&crate::ibb::MAGIC) {
            self.state = State::Pages;
            return self.page_item(data);
        }
        self.state = State::Events;
        self.span(SpanKind::Magic, MAGIC.len() as u64, None)
    }

    /// The source does not have the bytes up to `end`: goes on behind them. An event that the hole cuts is part of it.
    pub fn skip_hole(&mut self, end: u64) -> Span {
        self.forget_hole();
        let start = match &self.state {
            State::Lost(search) => search.start(),
            State::Large(large) => large.start,
            State::Zeros(start) => *start,
            _ => self.offset,
        };
        let paged = self.page_size_log2.is_some();
        let end = if paged { self.page_after(end) } else { end };
        self.state = match self.state {
            State::CipherFile => State::CipherFile,
            _ if paged => State::Pages,
            _ => State::Events,
        };
        self.offset = end;
        self.quick = self.may_be_quick();
        Span { kind: SpanKind::Hole, start, end, error: None }
    }

    /// Asks for `bytes` in all, or `None` when the source will never have them.
    fn need<'d>(&self, bytes: usize) -> Option<Step<'d>> {
        if self.left() >= bytes as u64 {
            Some(Step::NeedMore(bytes))
        } else if !self.complete || self.is_before_hole() {
            Some(Step::End)
        } else {
            self.by_end(true);
            None
        }
    }

    fn damaged_to_end<'d>(&mut self, code: ErrorCode, expected: u64) -> Step<'d> {
        // What a hole cuts is not damaged.
        if self.is_before_hole() {
            return Step::End;
        }
        self.by_end(true);
        let code =
            if code == ErrorCode::TruncatedEvent && self.is_written() { ErrorCode::IncompleteEvent } else { code };
        let fault = error(code, 0, field::ENCLOSING, expected, self.left()).blame(field::EVENT_HEADER_EVENT_SIZE);
        self.span(SpanKind::Damaged, self.length, Some(fault))
    }

    fn encrypted_event<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let Some(header) = EventHeader::peek(data) else {
            return self.need(HEADER_LENGTH).unwrap_or_else(|| self.damaged_to_end(ErrorCode::TruncatedEvent, 19));
        };
        let size = u64::from(header.event_size);
        if size < HEADER_LENGTH as u64 || size > self.left() {
            if size > self.left() && !self.complete {
                return Step::End;
            }
            return self.damaged_to_end(ErrorCode::TruncatedEvent, size);
        }
        self.span(SpanKind::Cipher, self.offset + size, None)
    }

    fn event<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let shortest = self.format.shortest_event();
        let Some(header) = self.peek(data) else {
            // A START_EVENT_V3 among events of version 1 may still have the longer header.
            let wanted = self.format.header_length(data).clamp(shortest, HEADER_LENGTH);
            if let Some(step) = self.need(wanted) {
                return step;
            }
            // Too short for a header: all of it decides what it is.
            let left = usize::try_from(self.left()).unwrap_or(usize::MAX);
            if data.len() < left {
                return Step::NeedMore(left);
            }
            if data.iter().all(|byte| *byte == 0) {
                return self.span(SpanKind::ZeroFill, self.length, None);
            }
            return self.damaged_to_end(ErrorCode::TruncatedEvent, shortest as u64);
        };
        if data.iter().take(shortest).all(|byte| *byte == 0) {
            self.state = State::Zeros(self.offset);
            return Step::Consumed(0, None);
        }
        let size = u64::from(header.event_size);
        let checksum_length = if self.format.checksum == Checksum::Crc32 { 4 } else { 0 };
        let header_length = self.format.header_length_of(header.type_code) as u64 + checksum_length;
        if size < header_length {
            return self.lose(data, ErrorCode::EventSizeTooSmall, header_length, size);
        }
        if size > self.left() {
            return if self.by_end(self.complete) {
                self.lose(data, ErrorCode::EventSizeBeyondEnd, size, self.left())
            } else {
                Step::End
            };
        }
        if size > u64::from(MAX_WHOLE_EVENT) {
            return self.begin_large(data, header);
        }
        let Some(bytes) = data.get(..size as usize) else { return Step::NeedMore(size as usize) };
        let checksum = self.checksum(bytes, &header);
        if !self.believes(data, &header, checksum) {
            let left = usize::try_from(self.left()).unwrap_or(usize::MAX);
            let next = (size as usize + HEADER_LENGTH).min(left);
            self.by_end(next == left);
            if data.len() < next {
                return Step::NeedMore(next);
            }
            let verdict = self.weigh(data, &header, checksum);
            match (verdict, checksum) {
                (Inside::Needs(bytes), _) => return Step::NeedMore(bytes),
                (Inside::Nothing, _) => {}
                (Inside::Event, FrameChecksum::Bad { stored, computed }) => {
                    return self.lose(data, ErrorCode::ChecksumMismatch, computed.into(), stored.into());
                }
                (Inside::Event, _) => return self.lose(data, ErrorCode::Implausible, 0, size),
            }
        }
        let followed = checksum == FrameChecksum::Good || self.next_is_plausible(data, size);
        self.accept(header, bytes, checksum, followed)
    }

    /// Whether the size of an event that is not proven lies: whether it swallows the next one.
    fn weigh(&self, data: &[u8], header: &EventHeader, checksum: FrameChecksum) -> Inside {
        let size = u64::from(header.event_size);
        let end = self.offset + size;
        let next = usize::try_from(size).ok().and_then(|size| data.get(size..)).unwrap_or_default();
        // The zeros that seem to follow may be those in the middle of an event.
        let zeros = !next.is_empty() && next.iter().take(HEADER_LENGTH).all(|byte| *byte == 0);
        match (checksum, self.next_is_plausible(data, size)) {
            // Bytes are missing from it if an event ends with it: what is in a value may be an
            // event, but hardly ends there.
            (FrameChecksum::Bad { .. }, true) => event_inside(self, data, size, (!zeros).then_some(end)),
            (FrameChecksum::Bad { .. }, false) => Inside::Event,
            (_, true) if zeros => event_inside(self, data, size, None),
            (_, true) => Inside::Nothing,
            // The next header may be the damaged one: this size lies only if an event begins
            // inside.
            _ => {
                let possible = is_start(data, header)
                    || header.log_pos == self.format.position_of(self.offset, end)
                    || self.position_agrees(header, self.offset) && self.plausible(data, self.offset);
                if possible { event_inside(self, data, size, None) } else { Inside::Event }
            }
        }
    }

    /// Passes zeros in windows of any size: pre-allocated files have gigabytes of them.
    fn zeros<'d>(&mut self, data: &[u8], start: u64) -> Step<'d> {
        let (blocks, _) = data.as_chunks::<64>();
        let whole = blocks.iter().take_while(|block| **block == [0; 64]).count() * 64;
        let rest = data.get(whole..).unwrap_or_default();
        let zeros = whole + rest.iter().take_while(|byte| **byte == 0).count();
        self.offset += zeros as u64;
        let ended = zeros < data.len() || self.left() == 0;
        if !ended {
            return if zeros > 0 { Step::Consumed(zeros, None) } else { Step::NeedMore(1) };
        }
        if self.left() == 0 && !self.complete {
            return if zeros > 0 { Step::Consumed(zeros, None) } else { Step::End };
        }
        self.by_end(self.left() == 0);
        self.state = State::Events;
        let span = Span { kind: SpanKind::ZeroFill, start, end: self.offset, error: None };
        Step::Consumed(zeros, Some(Item::Span(span)))
    }

    fn accept<'d>(
        &mut self, header: EventHeader, bytes: &'d [u8], checksum: FrameChecksum, followed: bool,
    ) -> Step<'d> {
        let start = self.offset;
        let end = start + u64::from(header.event_size);
        let kind = self.format.canonical(header.type_code);
        let frame = Frame { start, end, header, kind, checksum, bytes };
        if checksum != FrameChecksum::Good {
            self.last = Some(header);
        }
        self.learn(&frame, followed);
        self.offset = end;
        Step::Consumed(header.event_size as usize, Some(Item::Event(frame)))
    }

    /// What later frames depend on. `followed`: by what can be an event.
    fn learn(&mut self, frame: &Frame<'_>, followed: bool) {
        match frame.kind {
            code::FORMAT_DESCRIPTION | code::START_V3 => {
                self.changes += 1;
                match decode_unobserved(frame.bytes, &Context::new(&self.format)).map(|event| event.body) {
                    Ok(Ok(Body::FormatDescription(description))) => {
                        if !self.format.described {
                            self.in_use = frame.header.flags & flag::IN_USE != 0;
                        }
                        self.format = description.format();
                        let odd = self.format.contradicts_itself() || !followed && self.format.has_odd_headers();
                        let lies = description.checksum_alg.is_none() && odd;
                        if lies || matches!(frame.checksum, FrameChecksum::Bad { .. }) {
                            self.format = self.format.distrusted();
                        }
                    }
                    Ok(Ok(Body::StartV3(start))) => self.format = start.format(),
                    _ => {}
                }
            }
            // Sent to a replica or a reader it is ignorable: over the network events are in the clear.
            code::START_ENCRYPTION
                if self.format.flavor == crate::format::Flavor::Mariadb
                    && !self.decrypted
                    && frame.header.flags & flag::IGNORABLE == 0 =>
            {
                self.encrypted = true;
                self.changes += 1;
            }
            _ => {}
        }
        if !self.foreign_positions && frame.header.flags & (flag::RELAY_LOG | flag::ARTIFICIAL) != 0 {
            self.foreign_positions = true;
            self.changes += 1;
        }
    }

    /// Checks the checksum that an event of the format in force has.
    pub(crate) fn checksum(&self, bytes: &[u8], header: &EventHeader) -> FrameChecksum {
        checksum(&self.format, bytes, header)
    }

    /// Whether an event is surely where it claims to be, without a look at what follows. That a
    /// position agrees says nothing of bytes that are missing inside.
    fn believes(&self, data: &[u8], header: &EventHeader, checksum: FrameChecksum) -> bool {
        let end = self.offset + u64::from(header.event_size);
        let at_end = end == self.length && self.complete;
        checksum == FrameChecksum::Good || self.by_end(at_end) && self.plausible(data, self.offset)
    }

    /// Whether an event of `size` bytes is followed by something that can be an event, or by
    /// the end.
    pub(crate) fn next_is_plausible(&self, data: &[u8], size: u64) -> bool {
        let end = self.offset + size;
        if self.by_end(end >= self.length) {
            return true;
        }
        let next = usize::try_from(size).ok().and_then(|size| data.get(size..));
        match (self.peek(data), next) {
            (Some(event), Some(next)) => self.goes_on(&event, next, end),
            _ => true,
        }
    }

    /// Whether what stands at `end` can follow an event that ends there.
    fn goes_on(&self, event: &EventHeader, next: &[u8], end: u64) -> bool {
        let Some(header) = self.peek(next) else {
            // Too short for an event; one may be on its way.
            self.by_end(true);
            return !self.complete || next.iter().all(|byte| *byte == 0);
        };
        // MySQL 5.0 counts positions inside a transaction from the transaction's start, and its
        // relay logs do not say that they are some.
        let follows = || self.position_agrees(&header, end) || crate::resync::continues(event, &header);
        let zeros = next.iter().take(self.format.shortest_event()).all(|byte| *byte == 0);
        // Last what a longer source may change.
        zeros || follows() && self.plausible(next, end)
    }

    fn lose<'d>(&mut self, data: &[u8], code: ErrorCode, expected: u64, found: u64) -> Step<'d> {
        let fault = error(code, 0, field::EVENT_HEADER_EVENT_SIZE, expected, found);
        let fault = match code {
            ErrorCode::ChecksumMismatch | ErrorCode::Implausible => fault,
            _ => fault.blame(field::EVENT_HEADER_EVENT_SIZE),
        };
        self.state = State::Lost(crate::resync::Search::new(self.offset, self.peek(data), fault));
        Step::Consumed(0, None)
    }

    fn search<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let State::Lost(mut search) = core::mem::replace(&mut self.state, State::Events) else { return Step::End };
        let step = search.step(self, data);
        if !matches!(step, Step::Consumed(_, Some(_))) {
            self.state = State::Lost(search);
        }
        step
    }

    /// Whether nothing will follow the length known now.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }
}
