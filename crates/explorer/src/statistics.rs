//! Statistics of a log: gathered over ranges of blocks in any number of threads or workers, and joined. Whatever
//! the ranges are, what is joined is what one walk over all of them would have gathered, to the last bit.

mod amounts;
mod findings;
mod gather;
mod overview;
mod sequence;
mod tables;
mod transactions;
mod view;

use binlog_format::names::event_type_or_unknown;
use serde::{Deserialize, Serialize};

pub use amounts::{Amount, Bounded, Histogram, Joins, Placed, Rows};
pub use findings::{Gravity, StatisticsFinding, TOLD, microseconds, table_filter, transaction_filter};
pub(crate) use gather::{At, Gatherer};
pub use overview::{ByPosition, ByTime, FAMILIES, MOST_BUCKETS, Overview, PositionBucket, TIME_WIDTHS, TimeBucket};
pub use sequence::{Clock, Interval, Numbering, Numbers, Run, Runs, Xa};
pub use tables::{PrimaryKey, Table, Widest};
pub use transactions::{LISTED, Line, Measure, Measures, Part, TableName, TransactionGtid, Transactions};
pub use view::{Section, SectionCell, SectionLine, StatisticsView};

/// Tables that are told apart.
pub const MOST_TABLES: usize = 4096;
/// Connections that are told apart.
pub const MOST_THREADS: usize = 8192;
/// Servers, sources of GTIDs, kinds of statements, versions and XA transactions that are told apart.
pub const MOST_NAMES: usize = 1024;
/// DDL statements that are listed.
pub const LISTED_DDL: usize = 1000;
/// Bytes of a listed statement.
pub const DDL_TEXT: usize = 200;
/// Places that are listed where only their number is of interest.
pub const LISTED_PLACES: usize = 100;

/// What was found in a range of blocks, or in a whole log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// First byte of the range.
    pub start: u64,
    /// One past its last byte.
    pub end: u64,
    /// Events of the file, and their bytes.
    pub events: Amount,
    /// Events inside of payloads, of fragments put together and of `.ibb` records, and their bytes.
    pub inside: Amount,
    /// Events of the file by canonical type.
    pub types: Bounded<u8, Placed, 256>,
    /// Events inside of others by canonical type.
    pub types_inside: Bounded<u8, Placed, 256>,
    /// Sizes of the events of the file.
    pub sizes: Histogram,
    /// All rows.
    pub rows: Rows,
    /// Tables.
    pub tables: Bounded<TableName, Table, MOST_TABLES>,
    /// Transactions that begin and end in the range, and how many begin.
    pub transactions: Transactions,
    /// The part of a transaction that began before the range.
    pub head: Option<Part>,
    /// A transaction that began in the range and may go on behind it; nothing if none begins. Where a unit that is
    /// no transaction stands last, there is none either.
    pub tail: Option<Part>,
    /// The range begins a unit: what follows it is no part of `head`.
    pub begins: bool,
    /// Over positions and time.
    pub overview: Overview,
    /// How late transactions were committed here.
    pub lag: Lag,
    /// What replicas may run in parallel.
    pub parallel: Parallel,
    /// By server id.
    pub servers: Bounded<u32, Server, MOST_NAMES>,
    /// By connection.
    pub threads: Bounded<u32, Thread, MOST_THREADS>,
    /// Transactions of which no event tells the connection.
    pub threadless: u64,
    /// Statements by their first word in capitals; without the words of transactions.
    pub statements: Bounded<String, Placed, MOST_NAMES>,
    /// Rows events.
    pub row_format: Placed,
    /// Statements that change rows: INSERT, REPLACE, UPDATE, DELETE, LOAD DATA.
    pub statement_format: Placed,
    /// Blocks of files for LOAD DATA.
    pub loads: Placed,
    /// DDL.
    pub ddl: Ddl,
    /// GTIDs by who gave the number.
    pub gtids: Bounded<Numbering, Numbers, MOST_NAMES>,
    /// MariaDB: numbers by domain.
    pub domains: Bounded<u32, Numbers, MOST_NAMES>,
    /// What earlier logs have, as this one says: sets of PREVIOUS_GTIDS_LOG_EVENT; of GTID_LIST_EVENT the last number
    /// of each domain and server.
    pub earlier: Bounded<Numbering, Numbers, MOST_NAMES>,
    /// Transactions with a GTID event that has none, and MySQL transactions without the event.
    pub anonymous: u64,
    /// Commits as the servers timed them: `immediate_commit_timestamp`, microseconds since 1970 (MySQL 8.0.1).
    pub commit_clock: Clock,
    /// The header timestamps of XID events and COMMIT, seconds since 1970.
    pub header_clock: Clock,
    /// XA transactions by format, global identifier and branch, as `X'…',X'…',1` is written.
    pub xa: Bounded<String, Xa, MOST_NAMES>,
    /// Server versions, as format descriptions tell them.
    pub versions: Bounded<String, Placed, MOST_NAMES>,
    /// Format descriptions with the flag IN_USE: the log is being written, or its server crashed.
    pub in_use: Placed,
    /// Damage.
    pub damage: Damage,
    /// Positions in headers.
    pub positions: Positions,
    /// Events whose inside cannot be read to its end.
    pub faulty: Placed,
    /// Events too large to be looked into.
    pub unread: Placed,
}

/// Time between the commit on the originating server and that on the one that wrote this log (MySQL 8.0.1), in
/// microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lag {
    /// Transactions that were committed here first.
    pub local: u64,
    /// The others, by microseconds.
    pub behind: Histogram,
    /// The one that was furthest behind: microseconds, and its offset.
    pub greatest: Option<(u64, u64)>,
    /// Those that were committed here before they were committed there: clocks differ.
    pub ahead: Placed,
    /// The greatest such difference in microseconds.
    pub greatest_ahead: u64,
}

impl Lag {
    fn add(&mut self, original: u64, immediate: u64, at: u64) {
        if original == immediate {
            self.local += 1;
        } else if original < immediate {
            self.behind.add(immediate - original);
            self.greatest = further(self.greatest, Some((immediate - original, at)));
        } else {
            self.ahead.add(0, at);
            self.greatest_ahead = self.greatest_ahead.max(original - immediate);
        }
    }
}

/// The greater value of two, and the earlier one of equal ones.
fn further(one: Option<(u64, u64)>, other: Option<(u64, u64)>) -> Option<(u64, u64)> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if (other.0, one.1) > (one.0, other.1) { other } else { one }),
        (one, other) => one.or(other),
    }
}

impl Joins for Lag {
    fn join(&mut self, next: Self) {
        self.local += next.local;
        self.behind.join(next.behind);
        self.greatest = further(self.greatest, next.greatest);
        self.ahead.join(next.ahead);
        self.greatest_ahead = self.greatest_ahead.max(next.greatest_ahead);
    }
}

/// What replicas may run in parallel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parallel {
    /// MySQL: transactions with a logical clock.
    pub clocked: u64,
    /// Those of which `last_committed` is the transaction right before: nothing runs beside it.
    pub dependent: u64,
    /// `sequence_number - last_committed`: with how many that are committed before a transaction may run.
    pub distance: Histogram,
    /// MySQL: transactions with the same `last_committed`.
    pub groups: Runs,
    /// MariaDB: transactions with the same commit id.
    pub commit_ids: Runs,
    /// MariaDB: transactions that waited for a row lock of another one.
    pub waited: u64,
    /// MariaDB: transactions that replicas may not run in parallel.
    pub serial: u64,
    /// MariaDB: DDL.
    pub ddl: u64,
}

impl Joins for Parallel {
    fn join(&mut self, next: Self) {
        self.clocked += next.clocked;
        self.dependent += next.dependent;
        self.distance.join(next.distance);
        self.groups.join(next.groups);
        self.commit_ids.join(next.commit_ids);
        self.waited += next.waited;
        self.serial += next.serial;
        self.ddl += next.ddl;
    }
}

/// What a server wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Its events.
    pub events: Placed,
    /// Transactions whose first event is its.
    pub transactions: u64,
}

impl Joins for Server {
    fn join(&mut self, next: Self) {
        self.events.join(next.events);
        self.transactions += next.transactions;
    }
}

/// What a connection wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its transactions, and their bytes.
    pub transactions: Placed,
    /// Rows.
    pub rows: u64,
    /// Bytes of the largest.
    pub largest: u64,
}

impl Joins for Thread {
    fn join(&mut self, next: Self) {
        self.transactions.join(next.transactions);
        self.rows += next.rows;
        self.largest = self.largest.max(next.largest);
    }
}

/// DDL statements.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ddl {
    /// How many.
    pub count: u64,
    /// The first [`LISTED_DDL`].
    pub listed: Vec<DdlLine>,
}

/// A DDL statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DdlLine {
    /// Offset of its event (or of the one that this lies in).
    pub at: u64,
    /// Header timestamp.
    pub time: u32,
    /// Default schema.
    pub database: String,
    /// The statement's first [`DDL_TEXT`] bytes, as UTF-8.
    pub text: String,
}

impl Joins for Ddl {
    fn join(&mut self, next: Self) {
        self.count += next.count;
        self.listed.extend(next.listed);
        self.listed.truncate(LISTED_DDL);
    }
}

/// Damage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Damaged spans.
    pub spans: Amount,
    /// An event at the end that is not there as a whole: the server may be writing it.
    pub incomplete: Amount,
    /// Wrong checksums.
    pub checksums: u64,
    /// Bytes that the source does not have.
    pub holes: Amount,
    /// Offsets of the first [`LISTED_PLACES`] of all these.
    pub places: Vec<u64>,
}

impl Joins for Damage {
    fn join(&mut self, next: Self) {
        self.spans.join(next.spans);
        self.incomplete.join(next.incomplete);
        self.checksums += next.checksums;
        self.holes.join(next.holes);
        self.places.extend(next.places);
        self.places.truncate(LISTED_PLACES);
    }
}

/// Positions in headers (`log_pos`) against the offsets at which events end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions {
    /// The same, modulo 4 GiB.
    pub agree: u64,
    /// Others.
    pub disagree: u64,
    /// Offset of the first of those.
    pub first: Option<u64>,
    /// Events of a relay log, where positions are those of the source.
    pub relayed: u64,
}

impl Joins for Positions {
    fn join(&mut self, next: Self) {
        self.agree += next.agree;
        self.disagree += next.disagree;
        self.first = amounts::earlier(self.first, next.first);
        self.relayed += next.relayed;
    }
}

impl Statistics {
    /// Takes in what was gathered over the range of blocks right behind. Joining is associative.
    pub fn merge(&mut self, next: Self) {
        if next.end <= next.start {
            return;
        }
        if self.end <= self.start {
            *self = next;
            return;
        }
        let (head, begins, tail) = (next.head.clone(), next.begins, next.tail.clone());
        self.end = self.end.max(next.end);
        self.events.join(next.events);
        self.inside.join(next.inside);
        self.types.join(next.types);
        self.types_inside.join(next.types_inside);
        self.sizes.join(next.sizes);
        self.rows.join(next.rows);
        self.tables.join(next.tables);
        self.transactions.join(next.transactions);
        self.overview.join(next.overview);
        self.lag.join(next.lag);
        self.parallel.join(next.parallel);
        self.servers.join(next.servers);
        self.threads.join(next.threads);
        self.threadless += next.threadless;
        self.statements.join(next.statements);
        self.row_format.join(next.row_format);
        self.statement_format.join(next.statement_format);
        self.loads.join(next.loads);
        self.ddl.join(next.ddl);
        self.gtids.join(next.gtids);
        self.domains.join(next.domains);
        self.earlier.join(next.earlier);
        self.anonymous += next.anonymous;
        self.commit_clock.join(next.commit_clock);
        self.header_clock.join(next.header_clock);
        self.xa.join(next.xa);
        self.versions.join(next.versions);
        self.in_use.join(next.in_use);
        self.damage.join(next.damage);
        self.positions.join(next.positions);
        self.faulty.join(next.faulty);
        self.unread.join(next.unread);
        if let Some(head) = head {
            match (&mut self.tail, self.begins) {
                (Some(tail), _) => tail.join(head),
                // The range before ends with a unit that is no transaction: then nothing goes on.
                (None, true) => self.close(head),
                (None, false) => join_option(&mut self.head, head),
            }
        }
        if begins {
            if let Some(open) = self.tail.take() {
                self.close(open);
            }
            self.tail = tail;
            self.begins = true;
        }
    }

    /// A transaction is complete, put together from parts.
    fn close(&mut self, part: Part) {
        let tables =
            || (part.tables.iter().take(transactions::NAMED_TABLES).cloned().collect(), part.tables.len() as u64);
        self.close_measures(&part.measures, &tables);
        if let Some(begun) = part.measures.begun {
            self.overview.by_time.transaction(begun, part.measures.bytes);
        }
        for name in part.tables {
            self.tables.add(name, Table { transactions: 1, ..Table::default() });
        }
    }

    fn close_measures(&mut self, measures: &Measures, tables: &dyn Fn() -> (Vec<TableName>, u64)) {
        self.transactions.close(measures, tables);
        self.overview.by_position.transaction(measures.at, measures.bytes);
        match measures.thread {
            Some(thread) => {
                let transactions = Placed { amount: Amount { count: 1, bytes: measures.bytes }, at: Some(measures.at) };
                let rows = measures.rows.all();
                self.threads.add(thread, Thread { transactions, rows, largest: measures.bytes });
            }
            None => self.threadless += 1,
        }
    }

    /// Nothing follows, or is known to follow by now: what is open counts as it is.
    pub fn finish(mut self) -> Self {
        for part in [self.head.take(), self.tail.take()].into_iter().flatten() {
            self.close(part);
        }
        self
    }

    /// Seconds between the first and the last bucket of time that has anything, and when that is.
    pub fn times(&self) -> Option<(u32, u32)> {
        let by_time = &self.overview.by_time;
        Some((by_time.buckets.first()?.0, by_time.buckets.last()?.0.saturating_add(by_time.width - 1)))
    }
}

fn join_option<T: Joins>(own: &mut Option<T>, next: T) {
    match own {
        Some(own) => own.join(next),
        None => *own = Some(next),
    }
}

/// The name of a canonical type, as the manuals have it.
pub fn type_name(code: u8) -> &'static str {
    event_type_or_unknown(code)
}
