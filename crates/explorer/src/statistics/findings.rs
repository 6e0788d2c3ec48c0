//! What a DBA looks for in a log, out of its statistics. Only what the log says for certain is told; the sentences
//! are in the locale files.

use binlog_format::temporal::DateTime;
use serde::{Deserialize, Serialize};

use super::{Joins, Measure, Measures, Numbering, Numbers, Statistics, TableName};
use crate::view::Message;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Gravity {
    /// The log is damaged, or says what cannot be.
    Problem,
    /// It makes replication slow, unsafe or wrong.
    Warning,
    /// Worth knowing.
    Note,
}

impl Gravity {
    /// As the JSON contract writes it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatisticsFinding {
    /// How much it matters.
    pub gravity: Gravity,
    /// What it is: `finding-…` with its arguments.
    pub message: Message,
    /// Offset of the event to look at.
    pub at: Option<u64>,
    /// The filter (`docs/filter.md`) that shows it.
    pub filter: String,
}

/// Findings of one kind that are told one by one; of more only the number is.
pub const TOLD: usize = 10;

/// A transaction of this many bytes is huge whatever the log: replicas hold it in memory or in a temporary file, and
/// what follows waits.
const HUGE_BYTES: u64 = 100 << 20;
/// One of this many rows.
const HUGE_ROWS: u64 = 1_000_000;
/// One that has this share of the log's bytes (one in so many), if it is not small.
const HUGE_SHARE: u64 = 4;
/// What is not small.
const NOT_SMALL: u64 = 1 << 20;
/// Seconds between the first and the last timestamp of a long transaction.
const LONG: u64 = 60;
/// Bytes of a wide row.
const WIDE: u64 = 1 << 20;
/// Seconds that header timestamps go back: less happens between sessions that commit together.
const BACK: u64 = 10;
/// A bucket of time with so many times the bytes of the average is a spike, where there are enough of them.
const SPIKE: u64 = 10;
/// What is enough.
const SPIKE_BUCKETS: usize = 12;
/// Microseconds of a commit that came late.
const LATE: u64 = 60_000_000;
/// Bytes of files for LOAD DATA that are worth a word.
const LOADED: u64 = 1 << 20;

struct Findings<'s> {
    of: &'s Statistics,
    found: Vec<StatisticsFinding>,
}

impl Statistics {
    /// What is to be told, what matters most first.
    pub fn findings(&self) -> Vec<StatisticsFinding> {
        let mut findings = Findings { of: self, found: Vec::new() };
        findings.damage();
        findings.transactions();
        findings.tables();
        findings.formats();
        findings.order();
        findings.servers();
        findings.load();
        findings.found.sort_by_key(|finding| finding.gravity);
        findings.found
    }
}

/// A name as the filter language takes it, whatever is in it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The filter that shows a table.
pub fn table_filter((database, table): &TableName) -> String {
    format!("table:{}.{}", quoted(database), quoted(table))
}

/// The filter that shows a transaction.
pub fn transaction_filter(measures: &Measures) -> String {
    match &measures.gtid {
        _ if measures.number > 0 => format!("txn:{}", measures.number),
        Some(gtid) => format!("gtid:{gtid}"),
        None => format!("pos:{}", measures.at),
    }
}

fn at_filter(at: Option<u64>) -> String {
    at.map_or_else(String::new, |at| format!("pos:{at}"))
}

fn dotted((database, table): &TableName) -> String {
    format!("{database}.{table}")
}

impl Findings<'_> {
    fn tell(&mut self, gravity: Gravity, message: Message, at: Option<u64>, filter: impl Into<String>) {
        self.found.push(StatisticsFinding { gravity, message, at, filter: filter.into() });
    }

    /// Of many of one kind, how many are not told.
    fn and_more(&mut self, gravity: Gravity, id: &str, all: usize, filter: impl Into<String>) {
        if all > TOLD {
            self.tell(gravity, Message::new(id).number("count", (all - TOLD) as u64), None, filter);
        }
    }

    fn damage(&mut self) {
        let of = self.of;
        let first = of.damage.places.first().copied();
        if of.damage.spans.count > 0 {
            let message = Message::new("finding-damage")
                .number("count", of.damage.spans.count)
                .number("bytes", of.damage.spans.bytes);
            self.tell(Gravity::Problem, message, first, "is:damaged and is:span");
        }
        if of.damage.checksums > 0 {
            let message = Message::new("finding-checksums").number("count", of.damage.checksums);
            self.tell(Gravity::Problem, message, first, "is:damaged");
        }
        if of.faulty.amount.count > 0 {
            let message = Message::new("finding-faulty").number("count", of.faulty.amount.count);
            self.tell(Gravity::Problem, message, of.faulty.at, "is:faulty");
        }
        let positions = of.positions;
        if positions.relayed == 0 && positions.disagree > 0 && positions.disagree < positions.agree {
            let message = Message::new("finding-positions").number("count", positions.disagree);
            self.tell(Gravity::Problem, message, positions.first, at_filter(positions.first));
        }
        if of.damage.incomplete.count > 0 {
            let message = Message::new("finding-incomplete").number("bytes", of.damage.incomplete.bytes);
            let at = of.end.checked_sub(of.damage.incomplete.bytes);
            self.tell(Gravity::Note, message, at, "is:damaged and is:span");
        }
        if of.in_use.amount.count > 0 {
            self.tell(Gravity::Note, Message::new("finding-in-use"), of.in_use.at, "type:FORMAT_DESCRIPTION");
        }
        let first = of.transactions.first_unended;
        if of.transactions.unended > 0 {
            let message = Message::new("finding-unended").number("count", of.transactions.unended);
            self.tell(Gravity::Note, message, first, at_filter(first));
        }
    }

    fn who(&self, id: &str, measures: &Measures) -> Message {
        let gtid = measures.gtid.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        Message::new(id)
            .number("bytes", measures.bytes)
            .number("rows", measures.rows.all())
            .number("events", measures.events)
            .number("seconds", measures.seconds())
            .text("gtid", gtid)
            .text("thread", number(measures.thread))
            .text("server", number(measures.server))
    }

    fn transactions(&mut self) {
        let of = self.of;
        let is_huge = |measures: &Measures| {
            measures.bytes >= HUGE_BYTES
                || measures.rows.all() >= HUGE_ROWS
                || measures.bytes >= NOT_SMALL && measures.bytes >= of.events.bytes / HUGE_SHARE
        };
        let mut huge: Vec<&Measures> = Vec::new();
        for measure in [Measure::Bytes, Measure::Rows] {
            for line in of.transactions.by(measure).iter().filter(|line| is_huge(&line.measures)) {
                if !huge.contains(&&line.measures) {
                    huge.push(&line.measures);
                }
            }
        }
        for measures in huge.iter().take(TOLD) {
            let message = self.who("finding-huge-transaction", measures);
            self.tell(Gravity::Warning, message, Some(measures.at), transaction_filter(measures));
        }
        self.and_more(Gravity::Warning, "finding-huge-transactions-more", huge.len(), "txn.size:>1M");
        let long: Vec<&Measures> = of.transactions.by(Measure::Seconds).iter().map(|line| &line.measures).collect();
        let long: Vec<&Measures> = long.into_iter().filter(|measures| measures.seconds() >= LONG).collect();
        for measures in long.iter().take(TOLD) {
            let message = self.who("finding-long-transaction", measures);
            self.tell(Gravity::Note, message, Some(measures.at), transaction_filter(measures));
        }
        for (name, xa) in of.xa.iter().filter(|(_, xa)| xa.prepared).take(TOLD) {
            let message = Message::new("finding-xa-prepared").text("xid", name.clone());
            self.tell(Gravity::Warning, message, Some(xa.at), format!("pos:{}", xa.at));
        }
    }

    fn tables(&mut self) {
        let of = self.of;
        let mut keyless: Vec<_> = of.tables.iter().filter(|(_, table)| table.keyless.all() > 0).collect();
        keyless.sort_by_key(|(_, table)| std::cmp::Reverse(table.keyless.updated + table.keyless.deleted));
        for (name, table) in keyless.iter().take(TOLD) {
            let searched = table.keyless.updated + table.keyless.deleted;
            let id = if searched > 0 { "finding-keyless" } else { "finding-keyless-inserts" };
            let message = Message::new(id)
                .text("table", dotted(name))
                .number("searched", searched)
                .number("rows", table.keyless.all());
            let gravity = if searched > 0 { Gravity::Warning } else { Gravity::Note };
            self.tell(gravity, message, table.keyless_at, table_filter(name));
        }
        self.and_more(Gravity::Warning, "finding-keyless-more", keyless.len(), "type:TABLE_MAP");
        let untold = of.tables.iter().filter(|(_, table)| table.key.untold);
        let (count, first) =
            untold.fold((0, None), |(count, first), (_, table)| (count + 1, super::amounts::earlier(first, table.at)));
        if count > 0 {
            let message = Message::new("finding-nameless").number("count", count);
            self.tell(Gravity::Note, message, first, "type:TABLE_MAP");
        }
        let full: u64 = of.tables.iter().map(|(_, table)| table.full_images).sum();
        let partial: u64 = of.tables.iter().map(|(_, table)| table.partial_images).sum();
        let first = of.tables.iter().fold(None, |first, (_, table)| super::amounts::earlier(first, table.partial_at));
        if full > 0 && partial > 0 {
            let message = Message::new("finding-images").number("full", full).number("partial", partial);
            self.tell(Gravity::Note, message, first, at_filter(first));
        }
        let mut wide: Vec<_> = of.tables.iter().filter_map(|(name, table)| Some((name, table.widest?))).collect();
        wide.retain(|(_, widest)| widest.bytes >= WIDE);
        wide.sort_by_key(|(_, widest)| std::cmp::Reverse(widest.bytes));
        for (name, widest) in wide.into_iter().take(TOLD) {
            let message = Message::new("finding-wide-rows").text("table", dotted(name)).number("bytes", widest.bytes);
            self.tell(Gravity::Note, message, Some(widest.at), format!("pos:{}", widest.at));
        }
    }

    fn formats(&mut self) {
        let of = self.of;
        let statements = of.statement_format;
        let filter =
            "op:insert,update,delete and type:QUERY,QUERY_COMPRESSED,EXECUTE_LOAD_QUERY,LOAD,NEW_LOAD,CREATE_FILE";
        if statements.amount.count > 0 {
            let mixed = of.row_format.amount.count > 0;
            let message = Message::new(if mixed { "finding-mixed-formats" } else { "finding-statements" })
                .number("statements", statements.amount.count)
                .number("events", of.row_format.amount.count);
            let gravity = if mixed { Gravity::Note } else { Gravity::Warning };
            self.tell(gravity, message, statements.at, filter);
        }
        if of.loads.amount.bytes >= LOADED {
            let message = Message::new("finding-loads").number("bytes", of.loads.amount.bytes);
            self.tell(Gravity::Note, message, of.loads.at, "type:BEGIN_LOAD_QUERY,APPEND_BLOCK,CREATE_FILE");
        }
    }

    fn order(&mut self) {
        let of = self.of;
        let (back, at) = of.commit_clock.furthest_back;
        if back > 0 {
            let message = Message::new("finding-commit-clock")
                .text("time", microseconds(back))
                .number("count", of.commit_clock.steps_back);
            self.tell(Gravity::Warning, message, Some(at), format!("pos:{at}"));
        }
        let (back, at) = of.header_clock.furthest_back;
        if back >= BACK {
            let message = Message::new("finding-header-clock").number("seconds", back);
            self.tell(Gravity::Note, message, Some(at), format!("pos:{at}"));
        }
        // Of a MariaDB domain only the last number of each server is known: what is before those is none of this log's.
        let earlier = |is: &dyn Fn(&Numbering) -> bool| {
            let mut all = Numbers::default();
            of.earlier.iter().filter(|(other, _)| is(other)).for_each(|(_, numbers)| all.join(numbers.clone()));
            all
        };
        let mut gaps = Vec::new();
        for (numbering, numbers) in of.gtids.iter() {
            if let Numbering::Mysql { uuid, tag } = numbering {
                let source = binlog_format::gtid::Uuid(*uuid).to_string();
                let source = if tag.is_empty() { source } else { format!("{source}:{tag}") };
                let missing = numbers.gaps_behind(&earlier(&|other| other == numbering));
                gaps.extend(
                    missing.into_iter().map(|(first, last, at)| (format!("{source}:{first}"), last - first + 1, at)),
                );
            }
        }
        for (domain, numbers) in of.domains.iter() {
            let missing = numbers
                .gaps_behind(&earlier(&|other| matches!(other, Numbering::Mariadb { domain: of, .. } if of == domain)));
            gaps.extend(
                missing.into_iter().map(|(first, last, at)| (format!("{domain}-*-{first}"), last - first + 1, at)),
            );
        }
        for (first, count, at) in gaps.iter().take(TOLD) {
            let message = Message::new("finding-gtid-gap").text("gtid", first.clone()).number("count", *count);
            self.tell(Gravity::Note, message, Some(*at), format!("pos:{at}"));
        }
        self.and_more(Gravity::Note, "finding-gtid-gaps-more", gaps.len(), "type:GTID*");
        if let Some((behind, at)) = of.lag.greatest.filter(|(behind, _)| *behind >= LATE) {
            let message = Message::new("finding-lag").text("time", microseconds(behind));
            self.tell(Gravity::Note, message, Some(at), format!("pos:{at}"));
        }
        if of.lag.ahead.amount.count > 0 {
            let message = Message::new("finding-ahead")
                .number("count", of.lag.ahead.amount.count)
                .text("time", microseconds(of.lag.greatest_ahead));
            self.tell(Gravity::Note, message, of.lag.ahead.at, at_filter(of.lag.ahead.at));
        }
    }

    fn servers(&mut self) {
        let of = self.of;
        let mut servers: Vec<_> = of.servers.iter().filter(|(_, server)| server.transactions > 0).collect();
        if servers.len() > 1 {
            servers.sort_by_key(|(_, server)| server.transactions);
            let ids: Vec<String> = servers.iter().rev().take(TOLD).map(|(id, _)| id.to_string()).collect();
            let message =
                Message::new("finding-servers").number("count", servers.len() as u64).text("servers", ids.join(", "));
            let rarest = servers.first().map(|(id, server)| (*id, server.events.at));
            let filter = rarest.map_or_else(String::new, |(id, _)| format!("server:{id}"));
            self.tell(Gravity::Note, message, rarest.and_then(|(_, at)| at), filter);
        }
        if of.versions.len() > 1 {
            let versions: Vec<&str> = of.versions.iter().map(|(version, _)| version.as_str()).take(TOLD).collect();
            let last = of.versions.iter().filter_map(|(_, placed)| placed.at).max();
            let message = Message::new("finding-versions").text("versions", versions.join(", "));
            self.tell(Gravity::Warning, message, last, "type:FORMAT_DESCRIPTION,START_EVENT_V3");
        }
    }

    fn load(&mut self) {
        let by_time = &self.of.overview.by_time;
        if by_time.buckets.len() < SPIKE_BUCKETS {
            return;
        }
        let bytes: u64 = by_time.buckets.iter().map(|(_, bucket)| bucket.bytes).sum();
        let mean = bytes / by_time.buckets.len() as u64;
        let mut spikes: Vec<_> =
            by_time.buckets.iter().filter(|(_, it)| it.bytes >= NOT_SMALL && it.bytes >= mean * SPIKE).collect();
        spikes.sort_by_key(|(_, bucket)| std::cmp::Reverse(bucket.bytes));
        for (start, bucket) in spikes.into_iter().take(TOLD) {
            let end = start.saturating_add(by_time.width - 1);
            let message = Message::new("finding-spike")
                .text("start", DateTime::from_unix((*start).into(), 0, 0).to_string())
                .number("seconds", by_time.width.into())
                .number("bytes", bucket.bytes)
                .number("times", bucket.bytes / mean.max(1));
            self.tell(Gravity::Note, message, bucket.at, format!("time:@{start}..@{end}"));
        }
    }
}

/// Microseconds as a person reads them.
pub fn microseconds(count: u64) -> String {
    match count {
        0..1000 => format!("{count} µs"),
        1000..1_000_000 => format!("{}.{:03} ms", count / 1000, count % 1000),
        _ => format!("{}.{:03} s", count / 1_000_000, count % 1_000_000 / 1000),
    }
}
