//! Whether a log is what a server wrote: everything is decoded, and what events say of each other
//! is compared.
//!
//! A finding is a *problem* when no server writes such a file, and a *note* when it is unusual but
//! can be right (a GTID that was skipped, a transaction that goes on nowhere).

mod chain;
mod clock;
mod gtids;
mod positions;

use std::io;

use binlog_format::event::decode;
use binlog_format::framer::{FrameChecksum, Span, SpanKind};
use binlog_format::names::code;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::trace::FirstFault;
use binlog_format::{Body, DecodeError, ErrorCode, Event, Format, encryption_header};

use crate::dump::{Sink, Totals, Walked};
use crate::messages;
use crate::space::Space;
use crate::space::holder::Holder;
use crate::view::Message;

pub use chain::{Chain, numbered};

/// Whether a finding means damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// No server writes this.
    Problem,
    /// Unusual, but it can be right.
    Note,
}

impl Severity {
    /// As the JSON contract writes it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Note => "note",
        }
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Whether it means damage.
    pub severity: Severity,
    /// The space it lies in.
    pub space: String,
    /// First byte of the event or span.
    pub start: u64,
    /// What it is, with its words in the locale files.
    pub message: Message,
}

/// Findings that are listed; more are only counted.
pub const LISTED: usize = 1000;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The first [`LISTED`], in the order of the file as far as they are about one place.
    pub listed: Vec<Finding>,
    /// Problems in all.
    pub problems: u64,
    /// Notes in all.
    pub notes: u64,
}

impl Findings {
    fn add(&mut self, severity: Severity, space: &str, start: u64, message: Message) {
        match severity {
            Severity::Problem => self.problems += 1,
            Severity::Note => self.notes += 1,
        }
        if self.listed.len() < LISTED {
            self.listed.push(Finding { severity, space: space.into(), start, message });
        }
    }
}

/// Looks at every event of a walk; [`finish`](Self::finish) says what was found.
#[derive(Debug, Default)]
pub struct Verifier {
    findings: Findings,
    positions: positions::Positions,
    gtids: gtids::Gtids,
    clock: clock::Clock,
    /// Bytes of the source.
    size: u64,
    /// Where the last ROTATE_EVENT ends, and the log that it names.
    rotate: Option<(u64, String)>,
}

impl Verifier {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The source ends at `end` because what it comes from is damaged.
    pub fn source_damaged(&mut self, end: u64, why: Message) {
        self.findings.add(Severity::Problem, "0", end, why);
    }

    /// The file is the next of a chain, under this name: compares it with those before it.
    pub fn follow(&mut self, chain: &mut Chain, name: &str) {
        let next = self.rotate.take().filter(|(end, _)| *end == self.size).map(|(_, next)| next);
        chain.follow(name, next, &self.gtids, &mut self.findings);
    }

    /// The walk is over, and saw this.
    pub fn finish(mut self, totals: &Totals) -> Findings {
        self.positions.finish(&mut self.findings);
        self.gtids.finish(&mut self.findings);
        for start in &totals.unfinished {
            self.findings.add(Severity::Note, "0", *start, Message::new("verify-unfinished-transaction"));
        }
        self.findings.listed.sort_by_key(|finding| finding.start);
        self.findings
    }

    fn fault(&mut self, space: &str, start: u64, error: &DecodeError) {
        self.findings.add(Severity::Problem, space, start, messages::of_error(error, start));
    }

    /// What an intact event says of others.
    fn compare(&mut self, walked: &Walked<'_>, event: &Event<'_>) {
        let outer = !walked.space.contains('/') && !walked.around.is_inside();
        if outer {
            self.positions.event(walked, &mut self.findings);
        }
        match &event.body {
            Ok(Body::Gtid(gtid)) => {
                self.gtids.mysql(walked, gtid, &mut self.findings);
                self.clock.event(walked, gtid, &mut self.findings);
            }
            Ok(Body::PreviousGtids(previous)) => self.gtids.before(previous.set),
            Ok(Body::MariadbGtid(gtid)) => self.gtids.mariadb(walked, gtid, &mut self.findings),
            Ok(Body::GtidList(list)) => self.gtids.list(list),
            Ok(Body::Rotate(rotate)) if outer => {
                self.rotate = Some((walked.end, String::from_utf8_lossy(rotate.next_file).into_owned()));
            }
            _ => {}
        }
        if matches!(walked.kind, code::FORMAT_DESCRIPTION | code::ROTATE) {
            self.clock.forget();
        }
    }
}

impl Sink for Verifier {
    const SEALED: bool = false;
    const STORED: bool = false;

    fn file(&mut self, size: Option<u64>, format: Option<&Format>) -> io::Result<()> {
        // A source that grows has no end that a ROTATE could stand at.
        self.size = size.unwrap_or(u64::MAX);
        if format.is_none() {
            self.findings.add(Severity::Note, "0", 0, Message::new("verify-no-format"));
        }
        Ok(())
    }

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        match (span.kind, span.error) {
            // The server may be writing; whoever asks decides whether that is damage.
            (_, Some(error)) if error.code == ErrorCode::IncompleteEvent => {
                self.findings.add(Severity::Note, space, span.start, messages::of_error(&error, span.start));
            }
            (SpanKind::Damaged, Some(error)) => self.fault(space, span.start, &error),
            (SpanKind::Damaged | SpanKind::Hole, _) => {
                let message = Message::new("verify-hole").number("start", span.start).number("end", span.end);
                self.findings.add(Severity::Problem, space, span.start, message);
            }
            _ => {}
        }
        if matches!(span.kind, SpanKind::Damaged | SpanKind::Hole) {
            self.clock.forget();
        }
        Ok(())
    }

    fn left_out(&mut self, _: &str, _: &Span) -> io::Result<()> {
        self.clock.forget();
        self.positions.forget();
        Ok(())
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        if let FrameChecksum::Bad { stored, computed } = event.checksum {
            let message = Message::new("verify-checksum")
                .text("stored", format!("{stored:#010x}"))
                .text("computed", format!("{computed:#010x}"));
            self.findings.add(Severity::Problem, event.space, event.start, message);
        }
        if event.bytes.is_empty() && event.payload.is_some() {
            // Its inside follows, read in pieces.
            let error = event.opens.and_then(|space| space.error);
            if let Some(error) = &error {
                self.fault(event.space, event.start, error);
            }
            return Ok(error);
        }
        if event.bytes.is_empty() {
            let message = Message::new("verify-too-large").number("size", event.end - event.start);
            self.findings.add(Severity::Note, event.space, event.start, message);
            return Ok(None);
        }
        let mut faults = FirstFault::default();
        let decoded = match decode(event.bytes, &event.context, &mut faults) {
            Ok(decoded) => decoded,
            Err(error) => {
                self.fault(event.space, event.start, &error);
                return Ok(Some(error));
            }
        };
        // Row images that are compressed come by when they are inflated.
        let error = decoded.error().or(faults.0);
        if let Some(error) = &error {
            self.fault(event.space, event.start, error);
        }
        let around = event.misplaced.or_else(|| event.opens.and_then(|space| space.error));
        if let Some(error) = around.filter(|_| error.is_none()) {
            self.fault(event.space, event.start, &error);
        }
        if !matches!(event.checksum, FrameChecksum::Bad { .. }) {
            self.compare(event, &decoded);
        }
        Ok(error)
    }

    fn space(&mut self, space: &Space) -> io::Result<()> {
        // The fault of what an event opens was told with the event.
        if let Some(error) = space.error.filter(|_| space.transform == "gather") {
            self.fault(&space.name, 0, &error);
        }
        Ok(())
    }

    fn row_images(
        &mut self, holder: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut faults = FirstFault::default();
        let error = rows.observe(plan, &mut (), &mut faults).err().or(faults.0);
        if let Some(error) = &error {
            self.fault(holder.space(), span.start, error);
        }
        Ok(error)
    }

    fn text(&mut self, _: &Space, _: &Span) -> io::Result<()> {
        Ok(())
    }

    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        let error = encryption_header::decode(bytes, ()).1.err();
        if let Some(error) = &error {
            self.fault("0", span.start, error);
        }
        Ok(error)
    }
}
