//! Where transactions begin and end, in every shape that servers write
//! (`reference`: MySQL since 5.0, MariaDB, XA, statement parts, rows without BEGIN).

use binlog_format::Body;
use binlog_format::events::mariadb_gtid_flag;
use binlog_format::names::code;
use binlog_format::rows::STMT_END;
use serde::{Deserialize, Serialize};

/// What a following event means depends on this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tracker {
    /// Between transactions.
    #[default]
    Idle,
    /// After a MySQL GTID: BEGIN, or a single statement.
    Identified,
    /// Until XID, COMMIT, ROLLBACK or XA PREPARE.
    Open,
    /// Until the next statement: after MariaDB's standalone GTID, or after statement parts.
    Single,
    /// Rows without BEGIN: until the end of the statement.
    Rows,
    /// Open where a hole began, which may have its end and the beginning of another one.
    Torn,
}

/// How an event stands to the transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// A unit begins here: a transaction, or this event alone.
    pub begins: bool,
    /// It belongs to a transaction.
    pub transaction: bool,
    /// The transaction's end.
    pub ends: bool,
}

const ALONE: Place = Place { begins: true, transaction: false, ends: true };

/// What the words of a QUERY do to a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Begin,
    End,
    Other,
}

fn words(query: &[u8]) -> Words {
    let starts = |word: &[u8]| query.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is = |word: &[u8]| query.len() == word.len() && starts(word);
    if is(b"BEGIN") || starts(b"XA START ") || starts(b"XA BEGIN ") || is(b"START TRANSACTION") {
        Words::Begin
    } else if is(b"COMMIT") || is(b"ROLLBACK") {
        Words::End
    } else {
        Words::Other
    }
}

/// Whether a statement is more than a word of transactions.
pub(crate) fn is_statement(query: &[u8]) -> bool {
    words(query) == Words::Other
}

/// Whether it is the statement that ends a transaction well.
pub(crate) fn is_commit(query: &[u8]) -> bool {
    query.eq_ignore_ascii_case(b"COMMIT")
}

impl Tracker {
    /// An event came by. `kind` is its canonical type; `body` what is known of its inside;
    /// `rows_flags` those of a rows event, or of one that ends with this fragment.
    pub fn event(&mut self, kind: u8, body: Option<&Body<'_>>, rows_flags: Option<u16>) -> Place {
        let open = *self != Self::Idle;
        let (next, begins) = match kind {
            code::GTID | code::ANONYMOUS_GTID | code::GTID_TAGGED => (Self::Identified, true),
            code::MARIADB_GTID => {
                let standalone =
                    matches!(body, Some(Body::MariadbGtid(gtid)) if gtid.flags & mariadb_gtid_flag::STANDALONE != 0);
                (if standalone { Self::Single } else { Self::Open }, true)
            }
            code::QUERY | code::QUERY_COMPRESSED => {
                let words = match body {
                    Some(Body::Query(query)) => words(query.query),
                    _ => Words::Other,
                };
                let next = match (words, *self) {
                    (Words::Begin, _) | (Words::Other, Self::Open) => Self::Open,
                    (Words::Other, Self::Torn) => Self::Torn,
                    _ => Self::Idle,
                };
                (next, !open || (words, *self) == (Words::Begin, Self::Torn))
            }
            code::XID | code::XA_PREPARE | code::TRANSACTION_PAYLOAD => (Self::Idle, !open),
            code::INTVAR
            | code::RAND
            | code::USER_VAR
            | code::BEGIN_LOAD_QUERY
            | code::CREATE_FILE
            | code::APPEND_BLOCK => (if open { *self } else { Self::Single }, !open),
            code::LOAD | code::NEW_LOAD | code::EXEC_LOAD | code::DELETE_FILE | code::EXECUTE_LOAD_QUERY => {
                (if matches!(self, Self::Open | Self::Torn) { *self } else { Self::Idle }, !open)
            }
            code::TABLE_MAP | code::ROWS_QUERY | code::ANNOTATE_ROWS => (self.with_rows(), !open),
            _ if kind == code::PARTIAL_ROW_DATA || binlog_format::rows::Operation::of(kind).is_some() => {
                let next = match self.with_rows() {
                    Self::Rows if rows_flags.is_some_and(|flags| flags & STMT_END != 0) => Self::Idle,
                    other => other,
                };
                (next, !open)
            }
            code::START_V3
            | code::FORMAT_DESCRIPTION
            | code::ROTATE
            | code::STOP
            | code::PREVIOUS_GTIDS
            | code::GTID_LIST
            | code::BINLOG_CHECKPOINT
            | code::START_ENCRYPTION => {
                *self = Self::Idle;
                return ALONE;
            }
            _ if !open => return ALONE,
            _ => (*self, false),
        };
        *self = next;
        Place { begins, transaction: true, ends: next == Self::Idle }
    }

    fn with_rows(self) -> Self {
        match self {
            Self::Idle | Self::Rows => Self::Rows,
            Self::Identified | Self::Open => Self::Open,
            Self::Single => Self::Single,
            Self::Torn => Self::Torn,
        }
    }

    /// A span came by; damage ends what was open.
    pub fn span(&mut self) -> Place {
        *self = Self::Idle;
        ALONE
    }

    /// Bytes that the source does not have. Whoever leaves some of a transaction out names it by the event with which
    /// the next one begins, so what is open stays so.
    pub fn hole(&mut self) -> Place {
        *self = match *self {
            Self::Idle => return ALONE,
            Self::Identified | Self::Open | Self::Torn => Self::Torn,
            Self::Single => Self::Single,
            Self::Rows => Self::Rows,
        };
        Place { begins: false, transaction: true, ends: false }
    }
}
