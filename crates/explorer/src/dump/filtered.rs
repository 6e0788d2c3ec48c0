//! What a filter lets through of a walk: matching events and spans, and what they lie in.

use std::io;

use binlog_format::event::decode_unobserved;
use binlog_format::framer::{Span, SpanKind};
use binlog_format::names::code;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::{DecodeError, Format};

use super::walk::{Around, DecryptedSpace, Sink, Walked};
use crate::document::{Document, Search};
use crate::filter::{Subject, Totals, Unit, UnitGtid, Verdict};
use crate::scan::Judge;
use crate::source::Source;
use crate::space::Space;
use crate::space::holder::Holder;
use crate::space::streamed::StreamedPayload;

/// A sink behind a filter.
///
/// An event of which only rows match is shown whole. A payload is shown when something inside of it
/// is, and so is a chunk of a log made of pages.
pub struct Filtered<'d, S> {
    sink: S,
    search: Search,
    /// For what only the whole of a transaction tells.
    document: Option<&'d Document>,
    /// The space whose transactions count.
    main: String,
    judge: Judge,
    unit: Unit,
    units: u64,
    transactions: u64,
    /// Where the item of the main space begins.
    pos: u64,
    /// Transactions inside of records.
    inside: (Judge, Unit),
    /// The event before is shown, and so is what it opens.
    shown: bool,
    /// A payload's inside is shown.
    open: bool,
    /// What encloses the next events, if one of them is shown.
    pending: Vec<Pending>,
}

/// Something that is shown when what it encloses is.
enum Pending {
    Chunk(String, Span, Vec<u8>),
    Space(Box<Space>),
}

impl<S> std::fmt::Debug for Filtered<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filtered").field("search", &self.search).finish_non_exhaustive()
    }
}

fn subject<'e>(event: &Walked<'e>, pos: u64) -> Subject<'e> {
    Subject {
        pos,
        size: event.end - event.start,
        header: event.header,
        kind: event.kind,
        checksum: event.checksum,
        bytes: event.bytes,
        context: event.context,
        holder: event.holder,
    }
}

impl<'d, S: Sink> Filtered<'d, S> {
    /// Over a sink. `document`, scanned to its end, is the same source; it is needed for a filter that
    /// [needs totals](crate::filter::Filter::needs_totals).
    pub fn new(sink: S, search: Search, document: Option<&'d Document>) -> Self {
        Self {
            sink,
            search,
            document,
            main: "0".into(),
            judge: Judge::default(),
            unit: Unit::default(),
            units: 0,
            transactions: 0,
            pos: 0,
            inside: (Judge::default(), Unit::default()),
            shown: false,
            open: false,
            pending: Vec::new(),
        }
    }

    /// The sink behind.
    pub fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    fn flush(&mut self) -> io::Result<()> {
        for pending in self.pending.drain(..) {
            match pending {
                Pending::Chunk(space, span, bytes) => self.sink.fields(&space, &span, &bytes)?,
                Pending::Space(space) => self.sink.space(&space)?,
            }
        }
        Ok(())
    }

    /// Whether a span is to be shown.
    fn passes(&mut self, space: &str, span: &Span) -> io::Result<bool> {
        if space == self.main {
            self.pending.clear();
            self.pos = span.start;
            self.units += 1;
            self.judge.span(*span);
            self.unit = Unit::default();
        }
        let unit = if space == self.main || self.unit.transaction { self.unit } else { self.inside.1 };
        let shown = match self.search.matcher().span(span, self.pos, &unit) {
            Verdict::NeedsTotals => {
                let unit = Unit { totals: Some(self.totals()?), ..unit };
                self.search.matcher().span(span, self.pos, &unit) != Verdict::No
            }
            verdict => verdict != Verdict::No,
        };
        if shown {
            self.flush()?;
        }
        Ok(shown)
    }

    /// Totals of the transaction of the main space.
    fn totals(&mut self) -> io::Result<Totals> {
        let Some(document) = self.document else { return Ok(Totals::default()) };
        let number = self.units.saturating_sub(1);
        document
            .totals_of(&mut self.search, number)
            .map_err(|message| io::Error::other(crate::messages::english(&message)))
    }

    /// Follows the transactions.
    fn follow(&mut self, event: &Walked<'_>) {
        let frame = event.frame();
        let main = event.space == self.main;
        let judge = if main { &mut self.judge } else { &mut self.inside.0 };
        let place = judge.judge(&frame, event.bytes, &event.context).entry.place;
        if main {
            self.pos = event.start;
            self.pending.clear();
        }
        if !place.begins {
            return;
        }
        let number = if main {
            self.units += 1;
            self.transactions += u64::from(place.transaction);
            self.transactions
        } else {
            0
        };
        let wanted = place.transaction && self.search.filter().needs_gtid();
        let gtid = if wanted {
            decode_unobserved(event.bytes, &event.context).map_or(UnitGtid::None, |event| UnitGtid::of(&event))
        } else {
            UnitGtid::None
        };
        let number = if place.transaction { number } else { 0 };
        let unit = if main { &mut self.unit } else { &mut self.inside.1 };
        *unit = Unit { transaction: place.transaction, number, gtid, totals: None };
    }

    fn judge(&mut self, event: &Walked<'_>) -> io::Result<bool> {
        let in_main = event.space == self.main || self.unit.transaction;
        let subject = subject(event, self.pos);
        let unit = if in_main { self.unit } else { self.inside.1 };
        let mut verdict = self.search.matcher().event(&subject, &unit);
        if verdict == Verdict::NeedsTotals {
            let totals = match event.around {
                Around::Space(space) if !in_main => {
                    crate::document::totals_inside(self.search.matcher(), &space.bytes, event.holder, &space.format)
                }
                _ => self.totals()?,
            };
            let unit = if in_main { &mut self.unit } else { &mut self.inside.1 };
            unit.totals = Some(totals);
            let unit = *unit;
            verdict = self.search.matcher().event(&subject, &unit);
        }
        if verdict != Verdict::No {
            return Ok(true);
        }
        if event.kind != code::TRANSACTION_PAYLOAD {
            return Ok(false);
        }
        self.matches_inside(event)
    }

    /// Whether something inside of a payload matches.
    fn matches_inside(&mut self, event: &Walked<'_>) -> io::Result<bool> {
        let Some(space) = event.opens else { return Ok(false) };
        let held;
        let bytes = match (event.payload, event.around) {
            (Some(head), Around::Source(source)) => {
                let range = space.ranges.first().copied().unwrap_or_default();
                let (payload, _) = StreamedPayload::open(source, range, &head);
                held = read_streamed(&payload);
                &held
            }
            _ => &space.bytes,
        };
        let mut found = false;
        let mut needs = false;
        let (unit, pos, holder) = (self.unit, self.pos, event.holder.of_space(&space.name));
        let matcher = self.search.matcher();
        crate::document::each_event_inside(bytes, &space.format, (pos, holder), &mut |subject| {
            if !found {
                let verdict = matcher.event(subject, &unit);
                needs |= verdict == Verdict::NeedsTotals;
                found = matches!(verdict, Verdict::Whole | Verdict::Rows);
            }
        });
        if !found && needs {
            self.unit.totals = Some(self.totals()?);
            return self.matches_inside(event);
        }
        Ok(found)
    }
}

/// The inside of a payload that is too large for a walk to hold, as much as a document would.
fn read_streamed(payload: &StreamedPayload<'_>) -> Vec<u8> {
    let length = payload.length().min(binlog_format::limits::MAX_PAYLOAD as u64);
    crate::source::read_range(payload, 0, length).unwrap_or_default()
}

impl<S: Sink> Sink for Filtered<'_, S> {
    const PARTS: bool = S::PARTS;
    const SEALED: bool = S::SEALED;
    // Bytes may be searched.
    const STORED: bool = true;

    fn file(&mut self, size: Option<u64>, format: Option<&Format>) -> io::Result<()> {
        self.sink.file(size, format)
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        if self.passes(space, span)? { self.sink.span(space, span) } else { Ok(()) }
    }

    fn left_out(&mut self, space: &str, span: &Span) -> io::Result<()> {
        if self.passes(space, span)? { self.sink.left_out(space, span) } else { Ok(()) }
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.follow(event);
        self.shown = self.judge(event)?;
        if event.kind == code::TRANSACTION_PAYLOAD {
            self.open = self.shown;
        }
        if !self.shown {
            self.sink.hidden(event)?;
            return Ok(None);
        }
        self.flush()?;
        self.sink.event(event)
    }

    fn hidden(&mut self, event: &Walked<'_>) -> io::Result<()> {
        self.sink.hidden(event)
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        if space.part().is_some() {
            return if self.shown { self.sink.space(space) } else { Ok(()) };
        }
        self.inside = Default::default();
        if space.borrows_maps
            && let Some(first) = space.name.rsplit('/').next().and_then(|step| step.parse().ok())
        {
            // Rows put together from fragments stand where the first of these does.
            self.pos = first;
        }
        if space.transform == "gather" {
            self.pending.push(Pending::Space(Box::new(Space {
                name: space.name.clone(),
                parent: space.parent.clone(),
                ranges: space.ranges.clone(),
                bytes: Vec::new(),
                entries: Vec::new(),
                ..*space
            })));
            return Ok(());
        }
        if self.open { self.sink.space(space) } else { Ok(()) }
    }

    fn fields(&mut self, space: &str, span: &Span, bytes: &[u8]) -> io::Result<()> {
        if self.passes(space, span)? {
            return self.sink.fields(space, span, bytes);
        }
        if matches!(span.kind, SpanKind::Chunk(_)) {
            self.pending.push(Pending::Chunk(space.into(), *span, bytes.to_vec()));
        }
        Ok(())
    }

    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        if self.shown { self.sink.text(space, span) } else { Ok(()) }
    }

    fn row_images(
        &mut self, holder: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        if self.shown { self.sink.row_images(holder, span, rows, plan) } else { Ok(None) }
    }

    fn space_end(&mut self, space: &Space) -> io::Result<()> {
        let shown = if space.transform == "gather" {
            // What still waits was not shown.
            let waits = |pending: &Pending| matches!(pending, Pending::Space(own) if own.name == space.name);
            let waiting = self.pending.iter().position(waits);
            waiting.inspect(|at| self.pending.truncate(*at)).is_none()
        } else {
            self.open
        };
        if shown { self.sink.space_end(space) } else { Ok(()) }
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        if self.passes("0", span)? { self.sink.encryption_header(span, bytes) } else { Ok(None) }
    }

    fn decrypted(&mut self, space: &DecryptedSpace<'_>) -> io::Result<()> {
        self.main = space.name.into();
        (self.judge, self.unit, self.units, self.transactions) = (Judge::default(), Unit::default(), 0, 0);
        self.sink.decrypted(space)
    }
    fn pause(&mut self) -> io::Result<()> {
        self.sink.pause()
    }

    fn end(&mut self, complete: bool) -> io::Result<()> {
        self.sink.end(complete)
    }
}
