//! What lies inside an event: a payload's events, held or streamed, and what compressed parts
//! inflate to.

use std::io;

use binlog_format::event::{Body, Context, Event};
use binlog_format::events::PayloadHead;
use binlog_format::framer::{Frame, Framer, Item, SpanKind, Step};
use binlog_format::limits::MAX_INFLATED;
use binlog_format::names::code;
use binlog_format::{DecodeError, Format};

use super::{Around, Sink, State, Walked, list};
use crate::scan::EntryKind;
use crate::source::{Source, read_range};
use crate::space::gathered::{FRAGMENT_HEAD, Fragments};
use crate::space::streamed::{HELD, StreamedPayload};
use crate::space::{self, Space};

impl<S: Sink> State<'_, S> {
    /// What a compressed event and compressed columns inflate to; needs the table maps that are
    /// live before the event.
    pub(super) fn parts(&mut self, event: &Walked<'_>) -> io::Result<()> {
        let opened = event.opens.and_then(|opened| Some((opened, opened.part()?)));
        let Ok(Event { body: Ok(Body::Rows(rows)), .. }) = &event.decoded else {
            if let Some((opened, span)) = opened {
                self.sink.space(opened)?;
                self.sink.text(opened, &span)?;
            }
            return Ok(());
        };
        let context = &event.context;
        let plan = context.tables.and_then(|tables| tables.get(rows.table_id)).map(|plan| &**plan);
        let (rows, holder) = match opened {
            Some((opened, span)) => {
                self.sink.space(opened)?;
                let images = rows.with_images(&opened.bytes);
                let inside = event.holder.of_space(&opened.name);
                if let Some(fault) = self.sink.row_images(inside, &span, &images, plan)? {
                    list(&mut self.totals.faults, &mut self.totals.problems, (opened.name.clone(), 0, fault));
                }
                (images, inside)
            }
            None => (*rows, event.holder),
        };
        let mut left = MAX_INFLATED;
        for value in space::column_values(&rows, holder.start(), plan) {
            let value = Space::of_column(holder, &value, &mut left, context.format);
            self.sink.space(&value)?;
            let Some(span) = value.part() else { continue };
            self.sink.text(&value, &span)?;
            if let Some(fault) = span.error {
                list(&mut self.totals.faults, &mut self.totals.problems, (value.name.clone(), 0, fault));
            }
        }
        Ok(())
    }

    pub(super) fn inside(&mut self, space: &Space) -> io::Result<()> {
        self.sink.space(space)?;
        // Maps inside a payload hold inside it only.
        let outer = (std::mem::take(&mut self.plans), std::mem::take(&mut self.judge));
        let events_at = space.events_at.unwrap_or(space.bytes.len() as u64);
        for entry in space.entries.iter().filter(|entry| entry.start < events_at) {
            if let EntryKind::Span(span) = entry.what {
                self.sink.fields(&space.name, &span, space.slice(span.start, span.end))?;
                if span.kind == SpanKind::Damaged {
                    list(&mut self.totals.damaged, &mut self.totals.problems, (space.name.clone(), span));
                }
            }
        }
        let mut framer = Framer::inside_from(&space.format, events_at, space.bytes.len() as u64);
        loop {
            let at = usize::try_from(framer.offset()).unwrap_or(usize::MAX);
            match framer.step(space.bytes.get(at..).unwrap_or_default()) {
                Step::Consumed(_, Some(Item::Event(frame))) if space::depth(&space.name) < space::MAX_DEPTH => {
                    let bytes = if frame.is_whole() { frame.bytes } else { space.slice(frame.start, frame.end) };
                    self.event(&space.name, Around::Space(space), &frame, bytes, &space.format)?;
                }
                Step::Consumed(_, Some(Item::Span(span))) => self.span(&space.name, &span)?,
                Step::Consumed(_, _) | Step::Back => {}
                Step::NeedMore(_) | Step::End => break,
            }
        }
        self.end_fragments(&space.name)?;
        (self.plans, self.judge) = outer;
        self.sink.space_end(space)
    }

    /// An event is about to come by: it goes on with the fragments at hand, or ends them. If it is a fragment,
    /// the name of the space that it belongs to, and what is wrong with its number.
    pub(super) fn pass_fragment(
        &mut self, space: &str, around: Around<'_>, frame: &Frame<'_>, bytes: &[u8], checksum: bool, format: &Format,
    ) -> io::Result<(Option<String>, Option<DecodeError>)> {
        if frame.kind != code::PARTIAL_ROW_DATA {
            self.end_fragments(space)?;
            return Ok((None, None));
        }
        let head;
        let bytes = if bytes.is_empty() {
            head = around.read(frame.start, frame.end.min(frame.start + FRAGMENT_HEAD))?;
            &*head
        } else {
            bytes
        };
        let context = Context { checksum, ..Context::new(format) };
        let mut next = Fragments::begin(frame.start, frame.end, bytes, &context);
        if let Some(open) = &mut self.fragments
            && let Some(fragment) = next
        {
            next = open.take(fragment);
            if next.is_none() {
                return Ok((open.name(space), None));
            }
        }
        self.end_fragments(space)?;
        let misplaced = next.as_ref().and_then(Fragments::out_of_order);
        let name = next.as_ref().and_then(|fragments| fragments.name(space));
        self.fragments = next;
        Ok((name, misplaced))
    }

    /// What the fragments at hand are put together to, if there are any. Its rows are read by the table maps
    /// that are live now.
    pub(super) fn end_fragments(&mut self, parent: &str) -> io::Result<()> {
        let Some(space) = self.fragments.take().and_then(|fragments| fragments.into_space(parent)) else {
            return Ok(());
        };
        if let Some(fault) = space.error {
            list(&mut self.totals.faults, &mut self.totals.problems, (space.name.clone(), 0, fault));
        }
        self.sink.space(&space)?;
        let outer = std::mem::take(&mut self.judge);
        match space.gathered_event() {
            Some(frame) if space::depth(&space.name) < space::MAX_DEPTH => {
                self.event(&space.name, Around::Space(&space), &frame, frame.bytes, &space.format)?;
            }
            _ => {
                for entry in &space.entries {
                    if let EntryKind::Span(span) = entry.what {
                        self.span(&space.name, &span)?;
                    }
                }
            }
        }
        self.judge = outer;
        self.sink.space_end(&space)
    }

    /// The same of a payload that is not held. Who looks back has a reader of its own, since each
    /// of them goes forward.
    pub(super) fn inside_streamed(&mut self, space: &Space, payload: &StreamedPayload<'_>) -> io::Result<()> {
        self.sink.space(space)?;
        let outer = (std::mem::take(&mut self.plans), std::mem::take(&mut self.judge));
        let framer = Framer::inside(&space.format, payload.length());
        let back = payload.another();
        self.items(&space.name, framer, payload, Around::Streamed(&back), 0)?;
        (self.plans, self.judge) = outer;
        self.sink.space_end(space)
    }
}

/// The inside of an event of the source, if that is a payload too large to be held; and what is
/// wrong with it.
pub(super) fn streamed<'s>(
    source: &'s dyn Source, frame: &Frame<'_>, bytes: &[u8], context: &Context<'_>,
) -> Option<(PayloadHead, StreamedPayload<'s>, Option<DecodeError>)> {
    const HEAD: u64 = 4096;
    if frame.kind != code::TRANSACTION_PAYLOAD {
        return None;
    }
    let read;
    let head = if bytes.is_empty() {
        read = read_range(source, frame.start, frame.end.min(frame.start + HEAD)).ok()?;
        read.as_slice()
    } else {
        bytes
    };
    let head = PayloadHead::peek(head, context.format).ok()?;
    let start = frame.start + u64::from(head.payload_at);
    let end = frame.end.saturating_sub(if context.checksum { 4 } else { 0 });
    let size = head.payload_size.unwrap_or(end.saturating_sub(start));
    // A size that lies is the decoder's to tell.
    if start + size > end || size.max(head.uncompressed_size.unwrap_or(0)) <= HELD && !bytes.is_empty() {
        return None;
    }
    let (payload, fault) = StreamedPayload::open(source, (start, start + size), &head);
    Some((head, payload, fault))
}
