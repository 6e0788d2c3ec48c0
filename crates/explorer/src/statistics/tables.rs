//! What was written to a table.

use serde::{Deserialize, Serialize};

use super::amounts::{Joins, Rows, earlier};

/// A table, as far as rows events are about it. What statements do to it the log does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Bytes of its table maps and rows events; of those inside of a payload, inflated.
    pub bytes: u64,
    /// Its rows events.
    pub events: u64,
    /// Its rows.
    pub rows: Rows,
    /// Transactions that have rows of it.
    pub transactions: u64,
    /// Offset of the first event about it (or of the one that this lies in).
    pub at: Option<u64>,
    /// Whether it has a primary key.
    pub key: PrimaryKey,
    /// Rows that were written while the log told that it has none.
    pub keyless: Rows,
    /// Offset of the first event with such rows.
    pub keyless_at: Option<u64>,
    /// Rows events of which images have all columns, and of which they have not (`binlog_row_image`).
    pub full_images: u64,
    /// The others.
    pub partial_images: u64,
    /// Offset of the first event of which they have not.
    pub partial_at: Option<u64>,
    /// Rows events without the names of the columns.
    pub nameless: u64,
    /// Greatest number of bytes that the rows of an event take on average, with the JSON and BLOB columns; and
    /// where that event is.
    pub widest: Option<Widest>,
}

/// An event with wide rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widest {
    /// Bytes of a row, on average in that event; both images of an update.
    pub bytes: u64,
    /// Offset of the event.
    pub at: u64,
}

/// Whether a table has a primary key. The log tells with `binlog_row_metadata=FULL` only; without it nothing in the
/// log does, and the server has to be asked (`information_schema.table_constraints`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryKey {
    /// A table map says that it has one.
    pub yes: bool,
    /// A table map with all metadata has none.
    pub no: bool,
    /// A table map does not tell.
    pub untold: bool,
}

impl PrimaryKey {
    /// Whether it has one: nothing where the log does not tell, or it changed.
    pub const fn told(self) -> Option<bool> {
        match (self.yes, self.no) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}

fn wider(one: Option<Widest>, other: Option<Widest>) -> Option<Widest> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if (other.bytes, one.at) > (one.bytes, other.at) { other } else { one }),
        (one, other) => one.or(other),
    }
}

impl Table {
    /// An event whose rows take so many bytes.
    pub(super) fn rows_of(&mut self, bytes: u64, at: u64) {
        self.widest = wider(self.widest, Some(Widest { bytes, at }));
    }
}

impl Joins for Table {
    fn join(&mut self, next: Self) {
        self.bytes += next.bytes;
        self.events += next.events;
        self.rows.join(next.rows);
        self.transactions += next.transactions;
        self.at = earlier(self.at, next.at);
        self.key.yes |= next.key.yes;
        self.key.no |= next.key.no;
        self.key.untold |= next.key.untold;
        self.keyless.join(next.keyless);
        self.keyless_at = earlier(self.keyless_at, next.keyless_at);
        self.full_images += next.full_images;
        self.partial_images += next.partial_images;
        self.partial_at = earlier(self.partial_at, next.partial_at);
        self.nameless += next.nameless;
        self.widest = wider(self.widest, next.widest);
    }
}
