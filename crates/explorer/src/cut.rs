//! Chosen events as a log of their own, which servers' tools read as one that a server wrote (`docs/cut.md`).
//!
//! [`Cut`] is the log that is written, [`CutOf`] a sink that a walk gives the events of one source to: those that a
//! filter shows are chosen, those that it hides are context. With what is chosen goes what makes it whole: the format
//! description, what begins and ends its transaction, the table maps and statement of rows, the blocks of a load, the
//! payload around an event. Events are planned as ranges of the source, a transaction at a time, and copied from
//! there: memory does not grow with the log.

mod document;
mod output;
mod unit;

use std::io;

use binlog_format::event::{Body, Context};
use binlog_format::framer::{FrameChecksum, Span, SpanKind};
use binlog_format::header::flag;
use binlog_format::names::code;
use binlog_format::rows::Operation;
use binlog_format::{DecodeError, Flavor, Format};

use self::output::Output;
pub(crate) use self::output::{set_in_event, set_in_header};
use self::unit::{Piece, Unit};
use crate::dump::{Sink, Walked};
use crate::mask::{Masker, Rules, mask_stored};
use crate::scan::{Entry, EntryKind, Judge};
use crate::source::Source;
use crate::transaction::is_statement;
use crate::view::Message;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events, context included.
    pub events: u64,
    /// Bytes of the log.
    pub bytes: u64,
    /// Events whose checksum was wrong, and is right in the cut.
    pub mended: u64,
    /// Statements whose last rows event is not in the cut: the last one that is ends them.
    pub ended: u64,
    /// Stretches of the source that are no events.
    pub damaged: u64,
}

/// A log that is written from chosen events.
#[derive(Debug)]
pub struct Cut<W> {
    output: Output<W>,
    /// The description that the cut ends with so far.
    written: Option<Format>,
    flavor: Option<Flavor>,
    /// Something else than descriptions was written.
    begun: bool,
    refused: Option<Message>,
}

impl<W: io::Write> Cut<W> {
    /// To this writer.
    pub fn new(out: W) -> Self {
        Self { output: Output::new(out), written: None, flavor: None, begun: false, refused: None }
    }

    /// Takes the events of a source. `last`: no other one follows, so what ends it ends the cut.
    pub fn of<'c>(&'c mut self, source: &'c dyn Source, last: bool) -> CutOf<'c, W> {
        CutOf {
            first: !self.begun,
            cut: self,
            source,
            listed: source.part().map_or_else(|| "0".into(), |part| part.space.clone()),
            last,
            judge: Judge::default(),
            unit: Unit::default(),
            format: Format::assumed(),
            description: None,
            foreign: false,
        }
    }

    /// Why it would be no log, if it would not.
    pub fn refused(&self) -> Option<Message> {
        let nothing = || Message::new("cut-no-format");
        self.refused.clone().or_else(|| self.written.is_none().then(nothing))
    }

    /// Everything is written.
    ///
    /// # Errors
    ///
    /// The writer's.
    pub fn finish(&mut self) -> io::Result<Report> {
        self.output.flush()?;
        Ok(self.output.report)
    }

    /// The writer.
    pub fn into_writer(self) -> W {
        self.output.into_writer()
    }
}

/// The events of one source on their way into a [`Cut`].
pub struct CutOf<'c, W> {
    cut: &'c mut Cut<W>,
    source: &'c dyn Source,
    /// The space whose events are cut: of a shared part of an encrypted log its clear bytes, else the source.
    listed: String,
    /// Nothing was cut before.
    first: bool,
    last: bool,
    judge: Judge,
    unit: Unit,
    /// Of the unit's events.
    format: Format,
    /// A description that is to be written before the next event.
    description: Option<Piece>,
    /// Positions are those of another log, as in relay logs.
    foreign: bool,
}

impl<W> std::fmt::Debug for CutOf<'_, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CutOf").field("format", &self.format).finish_non_exhaustive()
    }
}

/// What lies before the first transaction and tells what earlier logs have.
const fn is_head(kind: u8) -> bool {
    matches!(kind, code::PREVIOUS_GTIDS | code::GTID_LIST)
}

/// What stands at the end of a log, and says nothing inside of one.
const fn is_tail(kind: u8) -> bool {
    matches!(kind, code::ROTATE | code::STOP)
}

impl<W: io::Write> CutOf<'_, W> {
    fn item(&mut self, event: &Walked<'_>, chosen: bool) -> io::Result<()> {
        if event.space != self.listed {
            // Rows in fragments are told when these are put together.
            if chosen && event.around.is_gathered() {
                self.unit.take_fragments();
            }
            return Ok(());
        }
        let frame = event.frame();
        let entry = self.judge.judge(&frame, event.bytes, &event.context).entry;
        if entry.place.begins {
            self.flush()?;
            self.format = *event.context.format;
            self.unit.transaction = entry.place.transaction;
        }
        self.foreign |= event.header.flags & flag::RELAY_LOG != 0;
        let piece = Piece::of(event);
        if matches!(event.checksum, FrameChecksum::Bad { .. }) {
            self.unit.damaged.push(event.start);
        }
        if let Some(stored) = stored_again(event) {
            self.unit.restored.insert(event.start, (event.end - event.start, stored));
        }
        if matches!(event.kind, code::FORMAT_DESCRIPTION | code::START_V3) {
            return self.description(event, piece);
        }
        if event.kind == code::START_ENCRYPTION {
            // The cut is not encrypted.
            return Ok(());
        }
        let single = self.first && self.last;
        let chosen = match event.kind {
            kind if is_head(kind) => self.first && !self.cut.begun || chosen && single,
            kind if is_tail(kind) => chosen && self.last,
            _ => chosen,
        };
        self.in_unit(event, &entry, piece, chosen);
        if entry.place.ends { self.flush() } else { Ok(()) }
    }

    /// A description: the first one stands at the cut's beginning, others before what they describe.
    fn description(&mut self, event: &Walked<'_>, piece: Piece) -> io::Result<()> {
        let format = match event.decoded.as_ref().map(|event| &event.body) {
            Ok(Ok(Body::FormatDescription(description))) => Some(description.format()),
            Ok(Ok(Body::StartV3(description))) => Some(description.format()),
            _ => None,
        };
        let flavor = format.map(|format| format.flavor);
        if let (Some(before), Some(now)) = (self.cut.flavor, flavor)
            && before != now
        {
            self.cut.refused.get_or_insert_with(|| Message::new("cut-flavors"));
        }
        self.cut.flavor = self.cut.flavor.or(flavor);
        if self.cut.written.is_some() {
            self.description = Some(piece);
            return Ok(());
        }
        self.cut.written = format.or(Some(Format::assumed()));
        self.copy(&[piece])
    }

    /// An event of a transaction, or one that belongs to none.
    fn in_unit(&mut self, event: &Walked<'_>, entry: &Entry, piece: Piece, chosen: bool) {
        let unit = &mut self.unit;
        let body = event.decoded.as_ref().ok().and_then(|event| event.body.as_ref().ok());
        let ends_statement = matches!(entry.what, EntryKind::Event { ends_statement: true, .. });
        match event.kind {
            code::GTID | code::ANONYMOUS_GTID | code::GTID_TAGGED => unit.begin(piece, chosen, true),
            code::MARIADB_GTID => unit.begin(piece, chosen, false),
            code::QUERY | code::QUERY_COMPRESSED => {
                let words = matches!(body, Some(Body::Query(query)) if !is_statement(query.query));
                if words && !entry.place.ends {
                    unit.begin(piece, chosen, false);
                } else {
                    unit.statement(piece, chosen, entry.place.ends, is_xa_end(body));
                }
            }
            code::ANNOTATE_ROWS | code::ROWS_QUERY => unit.begin_rows(piece, chosen),
            code::TABLE_MAP => unit.map(piece, chosen),
            code::INTVAR | code::RAND | code::USER_VAR => unit.before_statement(piece, chosen),
            code::PARTIAL_ROW_DATA => {
                let first = matches!(body, Some(Body::PartialRowData(fragment)) if fragment.fragment_number <= 1);
                unit.fragment(piece, chosen, first);
            }
            code::CREATE_FILE | code::BEGIN_LOAD_QUERY | code::APPEND_BLOCK => {
                unit.block(file_of(body), piece, chosen);
            }
            code::EXEC_LOAD | code::DELETE_FILE | code::EXECUTE_LOAD_QUERY => {
                unit.load(file_of(body), piece, chosen);
            }
            kind if Operation::of(kind).is_some() => unit.rows(piece, chosen, ends_statement),
            _ => unit.statement(piece, chosen, entry.place.ends, false),
        }
        if entry.forgets_maps() {
            unit.forget_maps();
        }
    }

    /// Writes what was planned.
    fn flush(&mut self) -> io::Result<()> {
        let unit = std::mem::take(&mut self.unit);
        let planned = unit.planned();
        if planned.pieces.is_empty() {
            return Ok(());
        }
        if let Some(description) = self.description.take()
            && !self.cut.written.as_ref().is_some_and(|written| describes_alike(written, &self.format))
        {
            self.cut.written = Some(self.format);
            self.copy(&[description])?;
        }
        self.cut.begun = true;
        let context = Context::new(&self.format);
        self.cut.output.report.ended += u64::from(planned.ends_early());
        self.cut.output.unit(self.source, &context, &planned, self.foreign)
    }

    fn copy(&mut self, pieces: &[Piece]) -> io::Result<()> {
        let planned = unit::Planned::of(pieces);
        self.cut.output.unit(self.source, &Context::new(&self.format), &planned, self.foreign)
    }
}

/// An event whose inside its source carries, since its stored bytes became zeros, with it stored again.
fn stored_again(event: &Walked<'_>) -> Option<Vec<u8>> {
    let source = event.holder.source()?;
    let nothing = Masker::new(&Rules::nothing()).ok()?;
    let stored = mask_stored(&nothing, source, (event.space, event.start), &event.context, event.bytes).ok()?;
    (stored != event.bytes).then_some(stored)
}

/// Whether two descriptions differ in nothing but their times.
fn describes_alike(one: &Format, other: &Format) -> bool {
    let mut at_once = *other;
    at_once.created = one.created;
    *one == at_once
}

/// The words between an XA transaction's changes and its end.
fn is_xa_end(body: Option<&Body<'_>>) -> bool {
    let Some(Body::Query(query)) = body else { return false };
    query.query.get(..7).is_some_and(|words| words.eq_ignore_ascii_case(b"XA END "))
}

/// Which file of a load an event is about.
fn file_of(body: Option<&Body<'_>>) -> Option<u32> {
    match body? {
        Body::CreateFile(file) => file.file_id,
        Body::BeginLoadQuery(block) | Body::AppendBlock(block) => Some(block.file_id),
        Body::ExecLoad(file) | Body::DeleteFile(file) => Some(file.file_id),
        Body::ExecuteLoadQuery(load) => Some(load.file_id),
        _ => None,
    }
}

impl<W: io::Write> Sink for CutOf<'_, W> {
    const PARTS: bool = false;
    const SEALED: bool = false;
    const STORED: bool = false;

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        if space != self.listed {
            return Ok(());
        }
        let begins = self.judge.span(*span).place.begins;
        self.cut.output.report.damaged += u64::from(span.kind == SpanKind::Damaged);
        // What a source leaves out ends nothing.
        if begins { self.flush() } else { Ok(()) }
    }

    fn fields(&mut self, _: &str, _: &Span, _: &[u8]) -> io::Result<()> {
        // MariaDB's new logs have no description that another server's events could be read by.
        self.cut.refused.get_or_insert_with(|| Message::new("cut-pages"));
        Ok(())
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.item(event, true)?;
        Ok(event.decoded.map_or_else(Some, |event| event.error()).filter(|_| event.payload.is_none()))
    }

    fn hidden(&mut self, event: &Walked<'_>) -> io::Result<()> {
        self.item(event, false)
    }

    fn end(&mut self, _: bool) -> io::Result<()> {
        self.flush()
    }
}

/// Passes on as shown the events that lie in some ranges, and hides the others.
#[derive(Debug)]
pub struct Selected<'r, S> {
    sink: S,
    /// Ascending, without overlap.
    ranges: &'r [(u64, u64)],
    /// What the event before opened is shown.
    shown: bool,
}

impl<'r, S: Sink> Selected<'r, S> {
    /// Over a sink.
    pub fn new(sink: S, ranges: &'r [(u64, u64)]) -> Self {
        Self { sink, ranges, shown: false }
    }

    fn has(&self, start: u64) -> bool {
        let after = self.ranges.partition_point(|(from, _)| *from <= start);
        after.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|(_, to)| start < *to)
    }
}

impl<S: Sink> Sink for Selected<'_, S> {
    const PARTS: bool = S::PARTS;
    const SEALED: bool = S::SEALED;
    const STORED: bool = S::STORED;

    fn file(&mut self, size: Option<u64>, format: Option<&Format>) -> io::Result<()> {
        self.sink.file(size, format)
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        self.sink.span(space, span)
    }

    fn fields(&mut self, space: &str, span: &Span, bytes: &[u8]) -> io::Result<()> {
        self.sink.fields(space, span, bytes)
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        if event.space == "0" {
            self.shown = self.has(event.start);
        }
        if self.shown { self.sink.event(event) } else { self.sink.hidden(event).map(|()| None) }
    }

    fn hidden(&mut self, event: &Walked<'_>) -> io::Result<()> {
        self.sink.hidden(event)
    }

    fn end(&mut self, complete: bool) -> io::Result<()> {
        self.sink.end(complete)
    }
}
