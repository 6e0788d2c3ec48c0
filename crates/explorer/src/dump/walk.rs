//! Walks a source from its start and hands over every item with what decoding it needs; the
//! inside of payloads and compressed parts follows the event that holds it.

mod around;
mod growing;
mod inside;
mod sink;
mod window;

use std::io;

use binlog_format::container::ENCRYPTION_HEADER;
use binlog_format::event::{Context, Event, body_bytes, decode_unobserved};
use binlog_format::events::PayloadHead;
use binlog_format::framer::{Frame, FrameChecksum, Framer, Item, Span, SpanKind, Start, Step};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::{DecodeError, ErrorCode, Format};

use crate::document::MAX_DECODED_EVENT;
use crate::encryption::{Decrypted, Encryption, Keys};
use crate::ibb::Pages;
use crate::scan::Judge;
use crate::source::{ReadError, Source, read_range};
use crate::space::gathered::Fragments;
use crate::space::holder::Holder;
use crate::space::{self, Space};
use crate::view::Message;

pub use self::around::Around;
pub use self::growing::walk_growing;
pub use self::sink::Sink;
use self::window::Window;

/// An event on its way to a [`Sink`].
#[derive(Debug)]
pub struct Walked<'w> {
    /// Space it lies in.
    pub space: &'w str,
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// Its header.
    pub header: EventHeader,
    /// Canonical type.
    pub kind: u8,
    /// Its checksum.
    pub checksum: FrameChecksum,
    /// All of it; empty when it is larger than [`MAX_DECODED_EVENT`], or a payload too large to be
    /// held for a sink that does not need it.
    pub bytes: &'w [u8],
    /// What stands before a payload whose inside is streamed.
    pub payload: Option<PayloadHead>,
    /// For decoding it.
    pub context: Context<'w>,
    /// What `()` reads of it.
    pub decoded: Result<Event<'w>, DecodeError>,
    /// The space it opens, if it does.
    pub opens: Option<&'w Space>,
    /// The name of the space that it is put together to with other fragments, which follows the last of them.
    pub gathers: Option<&'w str>,
    /// What is wrong with its place among others: a fragment out of order.
    pub misplaced: Option<DecodeError>,
    /// Where it lies, for whoever opens what it holds.
    pub holder: Holder<'w>,
    /// The bytes around it.
    pub around: Around<'w>,
}

impl<'w> Walked<'w> {
    /// As the framer found it.
    pub fn frame(&self) -> Frame<'w> {
        let Self { start, end, header, kind, checksum, bytes, .. } = *self;
        Frame { start, end, header, kind, checksum, bytes }
    }
}

/// The space of an encrypted source's clear bytes.
#[derive(Clone, Copy, Debug)]
pub struct DecryptedSpace<'s> {
    /// Its name.
    pub name: &'s str,
    /// The bytes of the source that were decrypted.
    pub range: (u64, u64),
    /// `aes-256-ctr` and so on.
    pub transform: &'static str,
    /// How many bytes it has.
    pub size: u64,
}

/// What a walk saw.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Events, those inside payloads included.
    pub events: u64,
    /// Damaged spans with their faults; the first hundred.
    pub damaged: Vec<(String, Span)>,
    /// Wrong checksums: offset, stored, computed; the first hundred.
    pub bad_checksums: Vec<(u64, u32, u32)>,
    /// Faults inside events: space, start of the event, fault; the first hundred.
    pub faults: Vec<(String, u64, DecodeError)>,
    /// How many of all three there are.
    pub problems: u64,
    /// The file ends inside an event while its in-use flag stands.
    pub incomplete: Option<Span>,
    /// The source is encrypted and stayed so: what is missing.
    pub encrypted: Option<Message>,
    /// Keys were given, but none that opens it: why.
    pub unopened: Option<Message>,
    /// Where transactions begin that do not end: another begins, or the file ends. The first hundred.
    pub unfinished: Vec<u64>,
}

const LISTED: usize = 100;

fn list<T>(list: &mut Vec<T>, problems: &mut u64, item: T) {
    *problems += 1;
    if list.len() < LISTED {
        list.push(item);
    }
}

/// What a walk keeps between items.
struct State<'s, S> {
    sink: &'s mut S,
    source: &'s dyn Source,
    totals: Totals,
    plans: TablePlans,
    announced: bool,
    size: Option<u64>,
    /// Waits until a source that grows has grown, or is complete.
    more: Option<&'s mut dyn FnMut() -> io::Result<()>>,
    judge: Judge,
    /// Where the open transaction begins.
    open: Option<u64>,
    /// The space whose events count: the source, or its clear bytes.
    main: &'s str,
    /// The first format description of the clear bytes.
    inner: Option<Format>,
    /// Fragments whose last one did not come by yet.
    fragments: Option<Fragments>,
}

/// Walks the whole source; of an encrypted one what is clear.
pub fn walk<S: Sink>(source: &dyn Source, start: Start, packet_header: u64, sink: &mut S) -> io::Result<Totals> {
    walk_with_keys(source, start, packet_header, &Keys::new(), sink)
}

/// Walks the whole source, and behind an encrypted one its clear bytes.
pub fn walk_with_keys<S: Sink>(
    source: &dyn Source, start: Start, packet_header: u64, keys: &Keys, sink: &mut S,
) -> io::Result<Totals> {
    let part = source.part().filter(|part| part.space != "0");
    let encrypted = packet_header == 0 && start == Start::File && part.is_none();
    let encryption = if encrypted { Encryption::of(source) } else { None };
    let mut totals = Totals::default();
    let mut clear = None;
    if let Some(encryption) = &encryption {
        match encryption.open(source, keys) {
            Ok(opened) => clear = Some(opened),
            Err(why) => {
                totals.encrypted = Some(encryption.note());
                totals.unopened = (!keys.is_empty()).then_some(why);
            }
        }
    }
    let mut state = State::new(source, sink);
    state.totals = totals;
    state.size = Some(source.length());
    state.main = clear.as_ref().map_or("0", |clear| clear.name());
    state.inner = clear.as_ref().and_then(|clear| first_format(clear));
    let walked = match part {
        Some(part) => state.clear_part(&part.space),
        None => state.spaces(start, packet_header, clear.as_ref()),
    };
    let ended = state.sink.end(walked.is_ok());
    walked.and(ended).map(|()| state.totals)
}

/// The first format description of a file, if it stands near its start.
fn first_format(source: &dyn Source) -> Option<Format> {
    const LOOK: u64 = 64 << 10;
    let head = read_range(source, 0, LOOK).ok()?;
    let mut framer = Framer::new(Start::Decrypted);
    framer.set_length(source.length(), true);
    while !framer.format().described {
        let rest = head.get(usize::try_from(framer.offset()).ok()?..)?;
        let Step::Consumed(..) = framer.step(rest) else { return None };
    }
    Some(*framer.format())
}

impl<'s, S: Sink> State<'s, S> {
    fn new(source: &'s dyn Source, sink: &'s mut S) -> Self {
        Self {
            sink,
            source,
            totals: Totals::default(),
            plans: TablePlans::new(),
            announced: false,
            size: None,
            more: None,
            judge: Judge::default(),
            open: None,
            main: "0",
            inner: None,
            fragments: None,
        }
    }

    /// Every item of the source, and of its clear bytes.
    fn spaces(
        &mut self, start: Start, packet_header: u64, clear: Option<&'s Decrypted<&'s dyn Source>>,
    ) -> io::Result<()> {
        if S::SEALED || clear.is_none() {
            self.walk("0", start, packet_header)?;
        }
        if let Some(clear) = clear {
            let (name, range, transform) = (clear.name(), clear.range(), clear.transform());
            self.sink.decrypted(&DecryptedSpace { name, range, transform, size: clear.length() })?;
            (self.plans, self.judge) = (TablePlans::new(), Judge::default());
            self.source = clear;
            self.walk(name, Start::Decrypted, 0)?;
        }
        self.leave_open(None);
        Ok(())
    }

    /// Every item of a part of what was encrypted: the source is the clear bytes.
    fn clear_part(&mut self, name: &'s str) -> io::Result<()> {
        self.main = name;
        self.inner = first_format(self.source);
        let size = self.source.length();
        // MySQL's log has a header before what is encrypted; MariaDB's offsets are the file's.
        let shift = if name.parse() == Ok(ENCRYPTION_HEADER) { ENCRYPTION_HEADER } else { 0 };
        let range = (shift, size.saturating_add(shift));
        self.announce(&mut Vec::new(), &Format::assumed())?;
        self.sink.decrypted(&DecryptedSpace { name, range, transform: "clear", size })?;
        self.walk(name, Start::Decrypted, 0)?;
        self.leave_open(None);
        Ok(())
    }

    /// Every item of a source, which is the space `space`.
    fn walk(&mut self, space: &str, start: Start, packet_header: u64) -> io::Result<()> {
        let source = self.source;
        let mut framer = Framer::new(start);
        framer.set_length(source.length(), self.more.is_none());
        self.items(space, framer, source, Around::Source(source), packet_header)
    }

    /// Every item that the framer finds in a source; earlier events can be read from `around`.
    fn items(
        &mut self, space: &str, mut framer: Framer, source: &dyn Source, around: Around<'_>, packet_header: u64,
    ) -> io::Result<()> {
        let (mut format, mut format_of) = (*framer.format(), framer.changes());
        let mut window = Window::default();
        // What stands before the first format description is written after the file's record.
        let mut early: Vec<Span> = Vec::new();
        let mut hole = None;
        if packet_header > 0 {
            early.push(Span { kind: SpanKind::PacketHeader, ..framer.skip_hole(packet_header) });
        }
        loop {
            // The event itself may change it.
            if framer.changes() != format_of {
                (format, format_of) = (*framer.format(), framer.changes());
            }
            match framer.step(window.at(framer.offset())) {
                Step::Consumed(_, None) => {}
                Step::Back => {
                    window.clear();
                    framer.forget_hole();
                }
                Step::Consumed(_, Some(Item::Span(span))) if !self.announced && span.kind == SpanKind::Magic => {
                    early.push(span)
                }
                Step::Consumed(_, Some(Item::Span(span))) => {
                    self.announce(&mut early, framer.format())?;
                    if span.kind == SpanKind::EncryptionHeader {
                        self.encryption_header(source, &span)?;
                    } else {
                        self.span(space, &span)?;
                    }
                }
                Step::Consumed(_, Some(Item::Event(frame))) => {
                    self.announce(&mut early, framer.format())?;
                    self.framed(space, source, around, &frame, &format)?;
                }
                Step::NeedMore(bytes) => {
                    match window.read(source, framer.offset(), bytes as u64) {
                        Ok(()) | Err(ReadError::Hole { .. }) => {}
                        Err(error) => return Err(io::Error::other(error)),
                    }
                    if window.end() == source.length() && self.more.is_none() && !source.is_complete() {
                        framer.has_grown();
                    }
                    // A source that shrank under the reader would ask for ever.
                    if window.len() < bytes && framer.offset() < source.length() && window.end() < source.length() {
                        match source.read(window.end(), &mut [0]) {
                            Err(ReadError::Hole { end }) => {
                                framer.ends_in_hole(window.end());
                                hole = Some(end);
                            }
                            _ => return Err(io::Error::other("the file changed while it was read")),
                        }
                    }
                }
                Step::End if framer.is_before_hole() => {
                    let span = framer.skip_hole(hole.take().unwrap_or(framer.offset()));
                    window.clear();
                    self.announce(&mut early, framer.format())?;
                    self.span(space, &span)?;
                }
                Step::End => match (&mut self.more, around) {
                    // The inside of an event does not grow.
                    (Some(more), Around::Source(_)) if !source.is_complete() => {
                        self.sink.pause()?;
                        more()?;
                        framer.set_length(source.length(), source.is_complete());
                    }
                    _ => break,
                },
            }
        }
        self.end_fragments(space)?;
        self.announce(&mut early, framer.format())
    }

    /// An event with its bytes: they are read again where the framer has passed over most of them.
    fn framed(
        &mut self, space: &str, source: &dyn Source, around: Around<'_>, frame: &Frame<'_>, format: &Format,
    ) -> io::Result<()> {
        let large;
        let needless = !S::STORED && frame.kind == code::TRANSACTION_PAYLOAD && !source.carries();
        let bytes = if frame.is_whole() || needless {
            frame.bytes
        } else if frame.end - frame.start <= MAX_DECODED_EVENT {
            large = read_range(source, frame.start, frame.end).map_err(io::Error::other)?;
            large.as_slice()
        } else {
            &[]
        };
        self.event(space, around, frame, bytes, format)
    }

    fn encryption_header(&mut self, source: &dyn Source, span: &Span) -> io::Result<()> {
        let bytes = read_range(source, span.start, span.end).map_err(io::Error::other)?;
        if let Some(fault) = self.sink.encryption_header(span, &bytes)? {
            list(&mut self.totals.faults, &mut self.totals.problems, ("0".to_owned(), span.start, fault));
        }
        Ok(())
    }

    /// Whether what is wrong in a space is listed: the source's clear events stand among its
    /// decrypted ones again.
    fn counts(&self, space: &str) -> bool {
        space != "0" || self.main == "0"
    }

    fn announce(&mut self, early: &mut Vec<Span>, format: &Format) -> io::Result<()> {
        if !self.announced {
            self.announced = true;
            let format = self.inner.or(format.described.then_some(*format));
            self.sink.file(self.size, format.as_ref())?;
            for span in early.drain(..) {
                self.span("0", &span)?;
            }
        }
        Ok(())
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        self.end_fragments(space)?;
        let left_out = span.kind == SpanKind::Hole && self.source.part().is_some();
        if span.kind == SpanKind::Hole {
            self.judge.span(*span);
        }
        if left_out {
            // What is not here is neither damaged nor unfinished.
            self.open = None;
            return self.sink.left_out(space, span);
        }
        match (span.kind, span.error) {
            _ if !self.counts(space) => {}
            // What was not asked for.
            (SpanKind::Hole, _) if self.more.is_some() => {}
            (_, Some(error)) if error.code == ErrorCode::IncompleteEvent => self.totals.incomplete = Some(*span),
            (SpanKind::Damaged | SpanKind::Hole, _) | (SpanKind::PageChecksum | SpanKind::PageHeader, Some(_)) => {
                list(&mut self.totals.damaged, &mut self.totals.problems, (space.to_owned(), *span));
            }
            _ => {}
        }
        if space != "0" || !span.kind.is_of_pages() {
            return self.sink.span(space, span);
        }
        let bytes = read_range(self.source, span.start, span.end).map_err(io::Error::other)?;
        self.sink.fields(space, span, &bytes)?;
        if let SpanKind::Chunk(_) = span.kind {
            self.record(span.start)?;
        }
        Ok(())
    }

    /// The record that begins with the chunk at `start`, and the event group of a commit.
    fn record(&mut self, start: u64) -> io::Result<()> {
        let Some(pages) = Pages::of(self.source) else { return Ok(()) };
        let Some(record) = pages.open(start) else { return Ok(()) };
        self.gathered(&record)?;
        let data = record.entries.iter().find(|entry| entry.is_event_data());
        if let Some(group) = data.and_then(|data| pages.open_group(&record, data.start)) {
            self.gathered(&group)?;
        }
        Ok(())
    }

    /// The inside of a gathered space. What is wrong with it is its own fault.
    fn gathered(&mut self, space: &Space) -> io::Result<()> {
        if let Some(fault) = space.error {
            list(&mut self.totals.faults, &mut self.totals.problems, (space.name.clone(), 0, fault));
        }
        self.inside(space)
    }

    fn event(
        &mut self, space: &str, around: Around<'_>, frame: &Frame<'_>, bytes: &[u8], format: &Format,
    ) -> io::Result<()> {
        let counts = self.counts(space);
        self.totals.events += u64::from(counts);
        let checksum = frame.checksum != FrameChecksum::Absent;
        let (gathers, misplaced) = self.pass_fragment(space, around, frame, bytes, checksum, format)?;
        let plans = std::mem::take(&mut self.plans);
        let context = Context { checksum, ..Context::new(format).with_tables(&plans) };
        let holder = Holder::new(self.source, space, frame.start);
        let streamed = match around {
            Around::Source(source) if holder.carried(0).is_none() => inside::streamed(source, frame, bytes, &context),
            _ => None,
        };
        let opened = match &streamed {
            Some((head, payload, fault)) => {
                let (range, size) = (payload.range(), payload.length());
                Some(Space::of_streamed(space, frame.start, range, head, size, *fault, format))
            }
            None if space::may_open(frame.kind) => Space::open(holder, bytes, &context),
            None => None,
        };
        let walked = Walked {
            space,
            start: frame.start,
            end: frame.end,
            header: frame.header,
            kind: frame.kind,
            checksum: frame.checksum,
            bytes,
            context,
            decoded: decode_unobserved(bytes, &context),
            payload: streamed.as_ref().map(|(head, ..)| *head),
            opens: opened.as_ref(),
            gathers: gathers.as_deref(),
            misplaced,
            holder,
            around,
        };
        let fault = self.sink.event(&walked)?.or(misplaced);
        let fault = fault.or_else(|| opened.as_ref().and_then(|space| space.error));
        if counts {
            self.list_wrong(space, frame, fault);
        }
        if S::PARTS {
            self.parts(&walked)?;
        }
        let body = walked.decoded.as_ref().ok().and_then(|event| event.body.as_ref().ok());
        let entry = self.judge.entry(frame, bytes, &context, body);
        if space == self.main {
            if entry.place.begins {
                self.leave_open(entry.place.transaction.then_some(frame.start));
            }
            if entry.place.ends {
                self.open = None;
            }
        }
        let body = body_bytes(bytes, &context);
        self.plans = plans;
        if frame.kind == code::TABLE_MAP {
            self.take_map(frame, body, format);
        }
        if self.fragments.as_ref().is_some_and(Fragments::is_complete) {
            self.end_fragments(space)?;
        }
        if entry.forgets_maps() {
            self.plans.forget();
        }
        match (opened, streamed) {
            (Some(opened), Some((_, payload, _))) => self.inside_streamed(&opened, &payload),
            (Some(opened), None) if opened.part().is_none() => self.inside(&opened),
            _ => Ok(()),
        }
    }

    /// Lists what is wrong with an event.
    fn list_wrong(&mut self, space: &str, frame: &Frame<'_>, fault: Option<DecodeError>) {
        if let Some(fault) = fault {
            list(&mut self.totals.faults, &mut self.totals.problems, (space.to_owned(), frame.start, fault));
        }
        if let FrameChecksum::Bad { stored, computed } = frame.checksum {
            list(&mut self.totals.bad_checksums, &mut self.totals.problems, (frame.start, stored, computed));
        }
    }

    /// Keeps a table map for the rows that follow.
    fn take_map(&mut self, frame: &Frame<'_>, body: &[u8], format: &Format) {
        // One that cannot be read was reported as a fault; its rows will say it is missing.
        let plan = self.plans.insert(body, format.table_head(frame.header.type_code), format);
        if let (Ok(plan), FrameChecksum::Bad { .. }) = (plan, frame.checksum) {
            self.plans.distrust(plan.table_id);
        }
    }

    /// What was open stays so; `next` begins.
    fn leave_open(&mut self, next: Option<u64>) {
        if let Some(start) = std::mem::replace(&mut self.open, next)
            && self.totals.unfinished.len() < LISTED
        {
            self.totals.unfinished.push(start);
        }
    }
}
