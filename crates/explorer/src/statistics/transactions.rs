//! Transactions: how many, how large, and which are the largest.

use std::fmt;

use binlog_format::events::{Gtid, MariadbGtid};
use binlog_format::gtid::Uuid;
use serde::{Deserialize, Serialize};

use super::amounts::{Histogram, Joins, Rows, earlier};

/// Transactions listed by each measure.
pub const LISTED: usize = 100;

/// Tables named with a listed transaction.
pub const NAMED_TABLES: usize = 16;

/// A table: schema and name, as UTF-8.
pub type TableName = (String, String);

/// A transaction's GTID.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TransactionGtid {
    /// MySQL's.
    Mysql {
        /// The source.
        uuid: [u8; 16],
        /// Empty for untagged ones.
        tag: String,
        /// The number.
        number: u64,
    },
    /// MariaDB's.
    Mariadb {
        /// The domain.
        domain: u32,
        /// The server.
        server: u32,
        /// The number.
        number: u64,
    },
}

impl TransactionGtid {
    /// Of a GTID event; nothing of an anonymous one.
    pub(super) fn mysql(gtid: &Gtid<'_>) -> Option<Self> {
        let number = u64::try_from(gtid.gno).ok().filter(|number| *number > 0)?;
        let tag = String::from_utf8_lossy(gtid.tag).into_owned();
        Some(Self::Mysql { uuid: gtid.uuid.0, tag, number })
    }

    /// Of MariaDB's event, which is of this server.
    pub(super) fn mariadb(gtid: &MariadbGtid<'_>, server: u32) -> Self {
        Self::Mariadb { domain: gtid.domain_id, server, number: gtid.sequence_number }
    }
}

impl fmt::Display for TransactionGtid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mysql { uuid, tag, number } if tag.is_empty() => write!(f, "{}:{number}", Uuid(*uuid)),
            Self::Mysql { uuid, tag, number } => write!(f, "{}:{tag}:{number}", Uuid(*uuid)),
            Self::Mariadb { domain, server, number } => write!(f, "{domain}-{server}-{number}"),
        }
    }
}

/// A transaction, or the part of one that lies in a range of blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// Offset of its first event in the file.
    pub at: u64,
    /// Its number in the file, from 1; 0 where transactions are not counted (inside of a `.ibb` record).
    pub number: u64,
    /// Bytes of its events, as stored.
    pub bytes: u64,
    /// Events of the file; a payload is one.
    pub events: u64,
    /// Rows, those inside of payloads and fragments included.
    pub rows: Rows,
    /// Its GTID, if it has one.
    pub gtid: Option<TransactionGtid>,
    /// The connection that ran it, as the first of its events that knows tells it.
    pub thread: Option<u32>,
    /// Server id of its first event.
    pub server: Option<u32>,
    /// Timestamp of its first event's header, unless that is 0.
    pub begun: Option<u32>,
    /// Least and greatest timestamp of its events' headers, those inside of payloads included.
    pub time: Option<(u32, u32)>,
    /// Its end is in the log.
    pub ended: bool,
}

impl Measures {
    /// Seconds between its least and its greatest timestamp.
    pub fn seconds(&self) -> u64 {
        self.time.map_or(0, |(first, last)| u64::from(last - first))
    }

    /// An event with this timestamp is part of it; 0 is no time.
    #[inline]
    pub(super) fn at_time(&mut self, time: u32) {
        if time != 0 {
            let (first, last) = self.time.unwrap_or((time, time));
            self.time = Some((first.min(time), last.max(time)));
        }
    }
}

impl Joins for Measures {
    /// The part that lies behind.
    fn join(&mut self, next: Self) {
        self.bytes += next.bytes;
        self.events += next.events;
        self.rows.join(next.rows);
        self.gtid = self.gtid.take().or(next.gtid);
        self.thread = self.thread.or(next.thread);
        self.server = self.server.or(next.server);
        self.begun = self.begun.or(next.begun);
        if let Some((first, last)) = next.time {
            self.at_time(first);
            self.at_time(last);
        }
        self.ended |= next.ended;
    }
}

/// A part of a transaction with the tables that it touches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it measures.
    pub measures: Measures,
    /// In the order in which they come by, each once.
    pub tables: Vec<TableName>,
}

impl Joins for Part {
    fn join(&mut self, next: Self) {
        self.measures.join(next.measures);
        for table in next.tables {
            if !self.tables.contains(&table) {
                self.tables.push(table);
            }
        }
    }
}

/// A transaction of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it measures.
    pub measures: Measures,
    /// The first `NAMED_TABLES` that it touches.
    pub tables: Vec<TableName>,
    /// How many it touches.
    pub touched: u64,
}

/// What transactions are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// Bytes as stored.
    Bytes,
    /// Rows.
    Rows,
    /// Events of the file.
    Events,
    /// Seconds between first and last timestamp.
    Seconds,
}

impl Measure {
    /// All of them, in the order of [`Transactions::greatest`].
    pub const ALL: [Self; 4] = [Self::Bytes, Self::Rows, Self::Events, Self::Seconds];

    /// A transaction by it.
    pub fn of(self, measures: &Measures) -> u64 {
        match self {
            Self::Bytes => measures.bytes,
            Self::Rows => measures.rows.all(),
            Self::Events => measures.events,
            Self::Seconds => measures.seconds(),
        }
    }
}

/// All transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transactions {
    /// How many begin.
    pub count: u64,
    /// Those whose end is not in the log, and the first of them.
    pub unended: u64,
    /// Offset of the first of those.
    pub first_unended: Option<u64>,
    /// Their bytes.
    pub bytes: Histogram,
    /// Their rows.
    pub rows: Histogram,
    /// Their events.
    pub events: Histogram,
    /// Their durations.
    pub seconds: Histogram,
    /// The greatest by each of [`Measure::ALL`], at most [`LISTED`], greatest first and the earlier one before; none
    /// that measures 0.
    pub greatest: [Vec<Line>; 4],
}

/// Where a transaction would stand in a list; nothing if it would not.
fn place(list: &[Line], measure: Measure, measures: &Measures) -> Option<usize> {
    let own = measure.of(measures);
    let before = |line: &Line| {
        let other = measure.of(&line.measures);
        other > own || other == own && line.measures.at <= measures.at
    };
    // Most are smaller than the last that is listed.
    if own == 0 || list.len() >= LISTED && list.last().is_some_and(before) {
        return None;
    }
    Some(list.partition_point(before))
}

impl Transactions {
    /// A transaction is complete. `tables` gives those that it touches: the first of them, and how many.
    pub(super) fn close(&mut self, measures: &Measures, tables: &dyn Fn() -> (Vec<TableName>, u64)) {
        self.bytes.add(measures.bytes);
        self.rows.add(measures.rows.all());
        self.events.add(measures.events);
        self.seconds.add(measures.seconds());
        if !measures.ended {
            self.unended += 1;
            self.first_unended = earlier(self.first_unended, Some(measures.at));
        }
        for (list, measure) in self.greatest.iter_mut().zip(Measure::ALL) {
            if let Some(at) = place(list, measure, measures) {
                let (tables, touched) = tables();
                list.truncate(LISTED - 1);
                list.insert(at, Line { measures: measures.clone(), tables, touched });
            }
        }
    }

    /// The greatest by a measure.
    pub fn by(&self, measure: Measure) -> &[Line] {
        let at = Measure::ALL.iter().position(|other| *other == measure);
        at.and_then(|at| self.greatest.get(at)).map_or(&[], |list| list)
    }
}

impl Joins for Transactions {
    fn join(&mut self, next: Self) {
        self.count += next.count;
        self.unended += next.unended;
        self.first_unended = earlier(self.first_unended, next.first_unended);
        self.bytes.join(next.bytes);
        self.rows.join(next.rows);
        self.events.join(next.events);
        self.seconds.join(next.seconds);
        for ((own, next), measure) in self.greatest.iter_mut().zip(next.greatest).zip(Measure::ALL) {
            for line in next {
                if let Some(at) = place(own, measure, &line.measures) {
                    own.truncate(LISTED - 1);
                    own.insert(at, line);
                }
            }
        }
    }
}
