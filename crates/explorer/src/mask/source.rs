//! Masking everything that a source has.

use std::io;

use binlog_format::encryption_header;
use binlog_format::event::Context;
use binlog_format::framer::{FrameChecksum, Span, SpanKind, Start, renew_checksum};
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::{DecodeError, Format, field};

use super::leaves::Leaves;
use super::opened::span;
use super::{Masked, Masker, mask_event, mask_stored};
use crate::cut::set_in_event;
use crate::dump::{Sink, Walked, walk};
use crate::source::{Source, read_range};
use crate::space::Space;
use crate::space::holder::Holder;
use crate::view::Message;

/// Masks every item of a source (a log, or `bare` events) and hands over what stands instead of which bytes: everything
/// keeps its offset. Fragments of a rows event are masked as what they are put together to.
///
/// # Errors
///
/// The source cannot be read, or is one whose pages hold no events of their own (MariaDB's InnoDB-based log).
pub fn mask_source(
    masker: &Masker, source: &dyn Source, bare: bool, write: &mut dyn FnMut(u64, &[u8]),
) -> Result<Masked, Message> {
    let mut write = |at, bytes: &[u8]| {
        write(at, bytes);
        Ok(())
    };
    run(masker, source, if bare { Start::Events } else { Start::File }, false, &mut write)
}

/// Writes a log masked: the same events with their compressed parts stored again, positions right. Of rows in fragments
/// that hold compressed parts, the latter become zeros.
///
/// # Errors
///
/// The same, and the writer's.
pub fn write_masked(
    masker: &Masker, source: &dyn Source, start: Start, out: &mut dyn io::Write,
) -> Result<Masked, Message> {
    run(masker, source, start, true, &mut |_, bytes| out.write_all(bytes))
}

type Write<'w> = &'w mut dyn FnMut(u64, &[u8]) -> io::Result<()>;

fn run(masker: &Masker, source: &dyn Source, start: Start, store: bool, write: Write<'_>) -> Result<Masked, Message> {
    let mut masking = Masking {
        masker,
        source,
        store,
        grown: 0,
        main: None,
        write,
        masked: Masked::default(),
        pending: Vec::new(),
        ranges: Vec::new(),
        refused: None,
    };
    let walked = walk(source, start, 0, &mut masking).and_then(|_| masking.flush());
    if let Some(refused) = masking.refused {
        return Err(refused);
    }
    walked.map_err(|error| Message::new("failed-read").number("at", 0u64).text("reason", error.to_string()))?;
    Ok(masking.masked)
}

/// A masked fragment, until what it belongs to is masked.
struct Fragment {
    start: u64,
    bytes: Vec<u8>,
    format: Format,
    checksum: FrameChecksum,
}

struct Masking<'m> {
    masker: &'m Masker,
    source: &'m dyn Source,
    /// Compressed parts are stored again.
    store: bool,
    /// By how much what was written is longer than what was read.
    grown: i64,
    /// The space that is written: the first that comes by.
    main: Option<String>,
    write: Write<'m>,
    masked: Masked,
    refused: Option<Message>,
    pending: Vec<Fragment>,
    /// Where the bytes of the gathered event at hand stand.
    ranges: Vec<(u64, u64)>,
}

impl Masking<'_> {
    fn is_main(&mut self, space: &str) -> bool {
        *self.main.get_or_insert_with(|| space.to_owned()) == space
    }

    /// Nothing more belongs to the fragments at hand.
    fn flush(&mut self) -> io::Result<()> {
        for mut fragment in std::mem::take(&mut self.pending) {
            renew_checksum(&fragment.format, &mut fragment.bytes, fragment.checksum);
            (self.write)(fragment.start, &fragment.bytes)?;
        }
        self.ranges.clear();
        Ok(())
    }

    fn take(&mut self, done: Masked) {
        self.masked.leaves += done.leaves;
        self.masked.restored.extend(done.restored);
    }

    /// An event of a log that is written anew: its parts stored again, and its position moved along.
    fn stored(&mut self, event: &Walked<'_>) -> io::Result<bool> {
        let Ok(mut bytes) =
            mask_stored(self.masker, self.source, (event.space, event.start), &event.context, event.bytes)
        else {
            return Ok(false);
        };
        self.masked.leaves += u64::from(bytes != event.bytes);
        self.grown += bytes.len() as i64 - event.bytes.len() as i64;
        if self.grown != 0 && event.header.log_pos != 0 {
            let position = (i64::from(event.header.log_pos) + self.grown) as u64 & u64::from(u32::MAX);
            set_in_event(&mut bytes, &event.context, field::EVENT_HEADER_LOG_POS, |_| position);
            renew_checksum(event.context.format, &mut bytes, super::checksum_of(&event.context, event.bytes));
        }
        (self.write)(event.start, &bytes)?;
        Ok(true)
    }

    /// The bytes of a gathered event go back to the fragments that they came from.
    fn scatter(&mut self, mut bytes: &[u8]) {
        for (from, to) in &self.ranges {
            let Some((own, rest)) = bytes.split_at_checked((to - from) as usize) else { return };
            bytes = rest;
            let holder =
                self.pending.iter_mut().find(|it| it.start <= *from && *to <= it.start + it.bytes.len() as u64);
            let Some(fragment) = holder else { continue };
            let at = (from - fragment.start) as usize;
            if let Some(place) = fragment.bytes.get_mut(at..at + own.len()) {
                place.copy_from_slice(own);
            }
        }
    }

    /// Bytes that are no event, a window at a time.
    fn fill(&mut self, start: u64, end: u64) -> io::Result<()> {
        const WINDOW: u64 = 1 << 20;
        let mut at = start;
        while at < end {
            let mut bytes = read_range(self.source, at, end.min(at + WINDOW)).map_err(io::Error::other)?;
            if bytes.is_empty() {
                break;
            }
            span(self.masker, &mut bytes, &mut self.masked);
            (self.write)(at, &bytes)?;
            at += bytes.len() as u64;
        }
        Ok(())
    }
}

impl Sink for Masking<'_> {
    const PARTS: bool = false;

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        if !self.is_main(space) {
            return Ok(());
        }
        match span.kind {
            SpanKind::Damaged | SpanKind::Cipher => self.fill(span.start, span.end),
            SpanKind::Hole => Ok(()),
            _ if self.store => {
                self.flush()?;
                let bytes = read_range(self.source, span.start, span.end).map_err(io::Error::other)?;
                (self.write)(span.start, &bytes)
            }
            _ => Ok(()),
        }
    }

    fn fields(&mut self, _: &str, _: &Span, _: &[u8]) -> io::Result<()> {
        self.refused.get_or_insert_with(|| Message::new("mask-pages"));
        Ok(())
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        let mut out = bytes.to_vec();
        let mut leaves = Leaves::of_plan(self.masker, &mut out, None);
        let error = encryption_header::decode(bytes, &mut leaves).1.err();
        self.masked.leaves += leaves.count();
        (self.write)(span.start, &out)?;
        Ok(error)
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let gathered = event.around.is_gathered() && !self.ranges.is_empty();
        if !gathered && !self.is_main(event.space) {
            return Ok(None);
        }
        if event.bytes.is_empty() {
            let header = event.context.format.header_length_of(event.header.type_code) as u64;
            self.fill(event.start.saturating_add(header), event.end)?;
            return Ok(None);
        }
        if self.store && !gathered && event.gathers.is_none() {
            self.flush()?;
            if !self.stored(event)? {
                self.fill(event.start, event.end)?;
            }
            return Ok(None);
        }
        let mut bytes = event.bytes.to_vec();
        let place = (event.space, event.start);
        let done = mask_event(self.masker, self.source, place, &event.context, &mut bytes);
        let Ok(done) = done else {
            self.fill(event.start, event.end)?;
            return Ok(None);
        };
        if gathered {
            // The whole was masked in place of its parts.
            self.take(done);
            self.scatter(&bytes);
            self.flush()?;
            return Ok(None);
        }
        self.take(done);
        if event.gathers.is_some() {
            let Context { format, .. } = event.context;
            let (format, checksum) = (*format, super::checksum_of(&event.context, event.bytes));
            self.pending.push(Fragment { start: event.start, bytes, format, checksum });
            return Ok(None);
        }
        self.flush()?;
        (self.write)(event.start, &bytes)?;
        Ok(None)
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        if space.borrows_maps && self.main.as_deref() == Some(&*space.parent) {
            self.ranges.clone_from(&space.ranges);
        }
        Ok(())
    }

    fn row_images(
        &mut self, _: Holder<'_>, _: &Span, _: &RowsEvent<'_>, _: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        Ok(None)
    }
}
