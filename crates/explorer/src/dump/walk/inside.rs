//! What lies inside an event: a payload's events, held or streamed, and what compressed parts
//! inflate to.

use std::io;

use binlog_format::DecodeError;
use binlog_format::event::{Body, Context, decode};
use binlog_format::events::PayloadHead;
use binlog_format::framer::{Frame, Framer, Item, SpanKind, Step};
use binlog_format::limits::MAX_INFLATED;
use binlog_format::names::code;
use binlog_format::rows::Operation;

use super::{Around, Sink, State, list};
use crate::scan::EntryKind;
use crate::source::{Source, read_range};
use crate::space::streamed::{HELD, StreamedPayload};
use crate::space::{self, Space};

impl<S: Sink> State<'_, S> {
    /// What a compressed event and compressed columns inflate to; needs the table maps that are
    /// live before the event.
    pub(super) fn parts(
        &mut self, space: &str, frame: &Frame<'_>, bytes: &[u8], context: &Context<'_>, opened: Option<&Space>,
    ) -> io::Result<()> {
        let opened = opened.and_then(|opened| Some((opened, opened.part()?)));
        let rows = Operation::of(frame.kind).and_then(|_| decode(bytes, context, ()).ok());
        let Some(Ok(Body::Rows(rows))) = rows.map(|event| event.body) else {
            if let Some((opened, span)) = opened {
                self.sink.space(opened)?;
                self.sink.text(opened, &span)?;
            }
            return Ok(());
        };
        let plan = context.tables.and_then(|tables| tables.get(rows.table_id)).map(|plan| &**plan);
        let (rows, base, holder) = match opened {
            Some((opened, span)) => {
                self.sink.space(opened)?;
                let images = rows.with_images(&opened.bytes);
                if let Some(fault) = self.sink.row_images(opened, &span, &images, plan)? {
                    list(&mut self.totals.faults, &mut self.totals.problems, (opened.name.clone(), 0, fault));
                }
                (images, 0, opened.name.as_str())
            }
            None => (rows, frame.start, space),
        };
        let mut left = MAX_INFLATED;
        for value in space::column_values(&rows, base, plan) {
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
        (self.plans, self.judge) = outer;
        self.sink.space_end(space)
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
