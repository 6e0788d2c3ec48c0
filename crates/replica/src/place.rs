//! Where a stream is: file, position, and the end of the last complete transaction.

use std::sync::Arc;

use binlog_format::event::{Body, Event};
use binlog_format::events::mariadb_gtid_flag::STANDALONE;
use binlog_format::header::{EventHeader, flag};
use binlog_format::names::code;

/// A place of a file where an event begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name; empty for the oldest that the server has.
    pub file: Arc<str>,
    /// Offset in it.
    pub position: u64,
}

/// What is open at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    /// A GTID came; the next statement is BEGIN, or all there is.
    Announced,
    /// Until a commit.
    Transaction,
}

/// Follows a stream.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    /// Behind the last event.
    pub(crate) next: Place,
    /// Where the stream can be taken up again.
    pub(crate) boundary: Place,
    /// The last such place of this file that a request with 32 bits for it can name.
    pub(crate) low: u64,
    furthest: u64,
    open: Open,
}

/// Whether an event was made up by the sender: it stands in no file. `MariaDB` since 11.4 leaves the position of real
/// events 0 too, but never of these types.
pub(crate) fn is_artificial(header: &EventHeader, kind: u8) -> bool {
    let positionless = matches!(
        kind,
        code::ROTATE | code::FORMAT_DESCRIPTION | code::HEARTBEAT | code::HEARTBEAT_V2 | code::GTID_LIST
    );
    header.flags & flag::ARTIFICIAL != 0
        || matches!(kind, code::HEARTBEAT | code::HEARTBEAT_V2)
        || (header.log_pos == 0 && positionless)
}

impl Tracker {
    /// Begins at a place. Requests reach as far as `furthest`.
    pub(crate) fn at(place: Place, furthest: u64) -> Self {
        let low = if place.position <= furthest { place.position } else { 4 };
        Self { next: place.clone(), boundary: place, low, furthest, open: Open::Nothing }
    }

    /// Goes back to an earlier place of the same file, from which on everything comes again.
    pub(crate) fn rewind(&mut self, place: Place) {
        *self = Self::at(place, self.furthest);
    }

    /// Whether no transaction is open.
    pub(crate) fn is_between(&self) -> bool {
        self.open == Open::Nothing
    }

    fn settle(&mut self) {
        if self.open == Open::Nothing {
            self.boundary = self.next.clone();
            if self.next.position <= self.furthest {
                self.low = self.next.position;
            }
        }
    }

    /// Goes back to where the stream is taken up.
    pub(crate) fn back(&mut self) {
        self.next = self.boundary.clone();
        self.open = Open::Nothing;
    }

    /// The sender names a file.
    pub(crate) fn rotated(&mut self, file: &str, position: u64) {
        if *file != *self.next.file {
            self.low = 4;
        }
        self.next = Place { file: file.into(), position };
        self.settle();
    }

    /// Passes a real event; returns where it begins.
    pub(crate) fn pass(&mut self, kind: u8, event: &Event<'_>) -> u64 {
        let (size, log_pos) = (u64::from(event.header.event_size), u64::from(event.header.log_pos));
        let mut end = self.next.position + size;
        if log_pos != 0 {
            // Only the low half is known.
            let high = end & !0xffff_ffff;
            end = match high | log_pos {
                low if low + (1 << 31) < end => low + (1 << 32),
                same => same,
            };
        }
        self.next.position = end;
        self.open = self.after(kind, event);
        self.settle();
        end.saturating_sub(size)
    }

    /// Passes an event that is too large to be looked into: rows, or a compressed transaction, which is complete.
    pub(crate) fn pass_large(&mut self, kind: u8, end: u64) {
        self.next.position = end;
        if kind == code::TRANSACTION_PAYLOAD {
            self.open = Open::Nothing;
        }
        self.settle();
    }

    fn after(&self, kind: u8, event: &Event<'_>) -> Open {
        match (&event.body, kind) {
            (_, code::GTID | code::ANONYMOUS_GTID | code::GTID_TAGGED) => Open::Announced,
            (Ok(Body::MariadbGtid(gtid)), _) if gtid.flags & STANDALONE != 0 => Open::Announced,
            (_, code::MARIADB_GTID) => Open::Transaction,
            (_, code::XID | code::XA_PREPARE | code::TRANSACTION_PAYLOAD) => Open::Nothing,
            (Ok(Body::Query(query)), code::QUERY) => {
                if begins(query.query) || (self.open == Open::Transaction && !ends(query.query)) {
                    Open::Transaction
                } else {
                    Open::Nothing
                }
            }
            (_, code::QUERY | code::QUERY_COMPRESSED | code::EXECUTE_LOAD_QUERY | code::INCIDENT)
                if self.open == Open::Announced =>
            {
                Open::Nothing
            }
            _ => self.open,
        }
    }
}

fn begins(statement: &[u8]) -> bool {
    statement.eq_ignore_ascii_case(b"BEGIN") || starts(statement, b"XA START")
}

fn ends(statement: &[u8]) -> bool {
    let whole = |word: &[u8]| statement.eq_ignore_ascii_case(word);
    whole(b"COMMIT") || whole(b"ROLLBACK") || starts(statement, b"XA COMMIT") || starts(statement, b"XA ROLLBACK")
}

fn starts(statement: &[u8], with: &[u8]) -> bool {
    statement.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}
