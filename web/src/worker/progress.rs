//! What the page is told of the first pass.

use binlog_explorer::view::Progress;

use super::post;
use super::session::Session;
use crate::protocol::{Event, Response};

impl Session {
    /// Tells the page how far the first pass is.
    pub fn report(&mut self) {
        self.report_done(false);
    }

    /// The same; `done`: nothing more comes of it.
    pub(super) fn report_done(&mut self, done: bool) {
        let Some(document) = &self.document else { return };
        let index = document.index();
        let progress = Progress {
            scanned: index.end,
            total: document.source().length().max(self.expected),
            entries: index.entries,
            events: index.events,
            transactions: index.transactions,
            damaged: index.damaged,
            bad_checksums: index.bad_checksums,
            done,
            cancelled: self.cancelled,
        };
        let event = Event::Progress { progress, rows: document.row_count() };
        let summary = document.summary();
        post::respond(0, self.generation(), &Response::Event(event));
        if summary != self.summary {
            self.summary = summary.clone();
            post::respond(0, self.generation(), &Response::Event(Event::Summary(Box::new(summary))));
        }
    }

    /// Tells the page how far the first pass is, if it has come further.
    pub fn report_growth(&mut self) -> bool {
        let end = self.document.as_ref().map_or(0, |document| document.index().end);
        let more = std::mem::replace(&mut self.reported, end) != end;
        if more {
            self.report();
        }
        more
    }
}
