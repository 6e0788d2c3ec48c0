//! Statistics as a screen shows them: findings, and tables of lines that lead somewhere. Plain data; names and headings
//! are Fluent ids of the page.

use binlog_format::gtid::Uuid;
use serde::{Deserialize, Serialize};

use super::{
    Histogram, Line, Measure, Numbering, Statistics, StatisticsFinding, table_filter, transaction_filter, type_name,
};

/// Lines of a table that are shown.
pub const SHOWN: usize = 20;

/// Everything that a screen shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatisticsView {
    /// Bytes of the file that are counted.
    pub counted: u64,
    /// Bytes in all.
    pub total: u64,
    /// All is counted.
    pub done: bool,
    /// Events of the file, transactions, rows.
    pub totals: [u64; 3],
    /// Findings.
    pub findings: Vec<StatisticsFinding>,
    /// Tables that are not empty.
    pub sections: Vec<Section>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// `types`, `tables` and so on.
    pub id: String,
    /// Headings.
    pub columns: Vec<String>,
    /// At most `SHOWN`, but for time and sizes.
    pub lines: Vec<SectionLine>,
    /// How many lines are left out.
    pub more: u64,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionLine {
    /// One for each heading.
    pub cells: Vec<SectionCell>,
    /// Length of its bar in thousandths of the longest.
    pub bar: u16,
    /// Where to jump.
    pub at: Option<u64>,
    /// The filter that shows it; empty if none does.
    pub filter: String,
}

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SectionCell {
    /// Text of the log, as it is.
    Text(String),
    /// A number.
    Count(u64),
    /// Bytes.
    Bytes(u64),
    /// Seconds since 1970.
    Time(u32),
    /// Words of the page, by id.
    Word(String),
}

use SectionCell::{Bytes, Count, Text, Time, Word};

fn thousandths(part: u64, most: u64) -> u16 {
    if most == 0 { 0 } else { (part as f64 * 1000.0 / most as f64).round() as u16 }
}

fn optional(number: Option<u32>) -> SectionCell {
    number.map_or_else(|| Text("-".into()), |number| Count(number.into()))
}

/// Lines with their numbers, greatest first or as they come, as a section.
fn section(id: &str, columns: &[&str], lines: Vec<(u64, SectionLine)>, shown: usize) -> Option<Section> {
    let most = lines.iter().map(|(number, _)| *number).max()?;
    let more = lines.len().saturating_sub(shown) as u64;
    let lines = lines.into_iter().take(shown);
    let lines = lines.map(|(number, line)| SectionLine { bar: thousandths(number, most), ..line }).collect();
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    Some(Section { id: id.into(), columns, lines, more })
}

fn line(cells: Vec<SectionCell>, at: Option<u64>, filter: impl Into<String>) -> SectionLine {
    SectionLine { cells, bar: 0, at, filter: filter.into() }
}

impl Statistics {
    /// As a screen shows them; `total` is how long the source is.
    pub fn view(&self, total: u64, done: bool) -> StatisticsView {
        let sections = [
            self.tables_section(),
            self.transactions_section("transactions-bytes", Measure::Bytes),
            self.transactions_section("transactions-rows", Measure::Rows),
            self.transactions_section("transactions-seconds", Measure::Seconds),
            self.time_section(),
            self.types_section(),
            histogram_section("transaction-sizes", &self.transactions.bytes, Bytes),
            histogram_section("transaction-rows", &self.transactions.rows, Count),
            self.threads_section(),
            self.servers_section(),
            self.gtids_section(),
            self.order_section(),
            self.statements_section(),
            self.ddl_section(),
        ];
        StatisticsView {
            counted: self.end - self.start,
            total,
            done,
            totals: [self.events.count, self.transactions.count, self.rows.all()],
            findings: self.findings(),
            sections: sections.into_iter().flatten().collect(),
        }
    }

    fn types_section(&self) -> Option<Section> {
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.amount.bytes));
        let lines = types.into_iter().map(|(code, kind)| {
            let bytes = kind.amount.bytes;
            let cells = vec![Text(type_name(*code).into()), Count(kind.amount.count), Bytes(bytes)];
            (bytes, line(cells, kind.at, format!("type:{code}")))
        });
        section("types", &["type", "events", "bytes"], lines.collect(), 40)
    }

    fn tables_section(&self) -> Option<Section> {
        let mut tables: Vec<_> = self.tables.iter().collect();
        tables.sort_by_key(|(_, table)| std::cmp::Reverse(table.bytes));
        let lines = tables.into_iter().map(|(name, table)| {
            let key = match (table.key.told(), table.key.yes) {
                (Some(true), _) => "key-yes",
                (Some(false), _) => "key-no",
                (None, true) => "key-changed",
                (None, false) => "key-untold",
            };
            let cells = vec![
                Text(format!("{}.{}", name.0, name.1)),
                Bytes(table.bytes),
                Count(table.rows.inserted),
                Count(table.rows.updated),
                Count(table.rows.deleted),
                Count(table.transactions),
                Word(key.into()),
            ];
            (table.bytes, line(cells, table.at, table_filter(name)))
        });
        let columns = ["table", "bytes", "inserted", "updated", "deleted", "transactions", "primary-key"];
        section("tables", &columns, lines.collect(), SHOWN)
    }

    fn transactions_section(&self, id: &str, measure: Measure) -> Option<Section> {
        let list = self.transactions.by(measure);
        let of = |listed: &Line| {
            let measures = &listed.measures;
            let mut tables: Vec<String> =
                listed.tables.iter().take(2).map(|(database, table)| format!("{database}.{table}")).collect();
            if listed.touched > tables.len() as u64 {
                tables.push(format!("+{}", listed.touched - tables.len() as u64));
            }
            let cells = vec![
                Count(measures.at),
                Bytes(measures.bytes),
                Count(measures.rows.all()),
                Count(measures.events),
                Count(measures.seconds()),
                optional(measures.thread),
                Text(measures.gtid.as_ref().map_or_else(|| "-".into(), ToString::to_string)),
                Text(tables.join(" ")),
            ];
            (measure.of(measures), line(cells, Some(measures.at), transaction_filter(measures)))
        };
        let columns = ["offset", "bytes", "rows", "events", "seconds", "thread", "gtid", "tables"];
        section(id, &columns, list.iter().map(of).collect(), 10)
    }

    fn time_section(&self) -> Option<Section> {
        let by_time = &self.overview.by_time;
        if by_time.buckets.len() < 2 {
            return None;
        }
        let lines = by_time.buckets.iter().map(|(start, bucket)| {
            let end = start.saturating_add(by_time.width - 1);
            let cells = vec![
                Time(*start),
                Bytes(bucket.bytes),
                Count(bucket.events),
                Count(bucket.rows),
                Count(bucket.transactions),
            ];
            (bucket.bytes, line(cells, bucket.at, format!("time:@{start}..@{end}")))
        });
        let columns = ["time", "bytes", "events", "rows", "transactions"];
        section("time", &columns, lines.collect(), usize::MAX)
    }

    fn threads_section(&self) -> Option<Section> {
        let mut threads: Vec<_> = self.threads.iter().collect();
        threads.sort_by_key(|(_, thread)| std::cmp::Reverse(thread.transactions.amount.bytes));
        let lines = threads.into_iter().map(|(id, thread)| {
            let amount = thread.transactions.amount;
            let cells = vec![
                Text(id.to_string()),
                Count(amount.count),
                Count(thread.rows),
                Bytes(amount.bytes),
                Bytes(thread.largest),
            ];
            (amount.bytes, line(cells, thread.transactions.at, format!("thread:{id}")))
        });
        section("threads", &["thread", "transactions", "rows", "bytes", "largest"], lines.collect(), SHOWN)
    }

    fn servers_section(&self) -> Option<Section> {
        let lines = self.servers.iter().map(|(id, server)| {
            let amount = server.events.amount;
            let cells =
                vec![Text(id.to_string()), Count(amount.count), Bytes(amount.bytes), Count(server.transactions)];
            (amount.bytes, line(cells, server.events.at, format!("server:{id}")))
        });
        section("servers", &["server", "events", "bytes", "transactions"], lines.collect(), SHOWN)
    }

    fn gtids_section(&self) -> Option<Section> {
        let lines = self.gtids.iter().map(|(numbering, numbers)| {
            let (source, filter) = match numbering {
                Numbering::Mysql { uuid, tag } if tag.is_empty() => {
                    (Uuid(*uuid).to_string(), format!("gtid:{}", Uuid(*uuid)))
                }
                Numbering::Mysql { uuid, tag } => {
                    let source = format!("{}:{tag}", Uuid(*uuid));
                    (source.clone(), format!("gtid:{source}"))
                }
                Numbering::Mariadb { domain, server } => {
                    (format!("{domain}-{server}"), format!("gtid:{domain}-{server}-*"))
                }
            };
            let (first, last) = numbers.ends().unwrap_or_default();
            let cells = vec![Text(source), Text(first.to_string()), Text(last.to_string()), Count(numbers.count)];
            (numbers.count, line(cells, numbers.at, filter))
        });
        section("gtids", &["source", "first", "last", "transactions"], lines.collect(), SHOWN)
    }

    /// What there is once: commit lag, parallelism.
    fn order_section(&self) -> Option<Section> {
        let mut lines = Vec::new();
        let mut add = |word: &str, value: SectionCell, at: Option<u64>| {
            lines.push((
                0,
                line(vec![Word(word.into()), value], at, at.map_or_else(String::new, |at| format!("pos:{at}"))),
            ));
        };
        let (lag, parallel) = (&self.lag, &self.parallel);
        if lag.local + lag.behind.count() + lag.ahead.amount.count > 0 {
            add("lag-local", Count(lag.local), None);
            add("lag-replicated", Count(lag.behind.count()), None);
        }
        if let Some((behind, at)) = lag.greatest {
            add("lag-greatest", Text(super::microseconds(behind)), Some(at));
        }
        if parallel.clocked > 0 {
            add("parallel-dependent", Count(parallel.dependent), None);
        }
        for (count, largest, runs) in [
            ("parallel-groups", "parallel-largest-group", &parallel.groups),
            ("parallel-commits", "parallel-largest-commit", &parallel.commit_ids),
        ] {
            let (sizes, greatest) = runs.finished();
            if let Some(greatest) = greatest {
                add(count, Count(sizes.count()), None);
                add(largest, Count(greatest.count), Some(greatest.at));
            }
        }
        section("order", &["measure", "value"], lines, SHOWN)
    }

    fn statements_section(&self) -> Option<Section> {
        let mut kinds: Vec<_> = self.statements.iter().collect();
        kinds.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.amount.count));
        let lines = kinds.into_iter().map(|(word, kind)| {
            let cells = vec![Text(word.clone()), Count(kind.amount.count), Bytes(kind.amount.bytes)];
            let filter = if word.is_empty() { String::new() } else { format!("type:QUERY* and sql~\"{word}\"") };
            (kind.amount.count, line(cells, kind.at, filter))
        });
        section("statements", &["statement", "count", "bytes"], lines.collect(), SHOWN)
    }

    fn ddl_section(&self) -> Option<Section> {
        let lines = self.ddl.listed.iter().map(|ddl| {
            let text: String = ddl.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
            let cells = vec![Count(ddl.at), Time(ddl.time), Text(text)];
            (0, line(cells, Some(ddl.at), format!("pos:{}", ddl.at)))
        });
        let mut section = section("ddl", &["offset", "time", "statement"], lines.collect(), SHOWN)?;
        section.more = self.ddl.count.saturating_sub(section.lines.len() as u64);
        Some(section)
    }
}

fn histogram_section(id: &str, of: &Histogram, cell: fn(u64) -> SectionCell) -> Option<Section> {
    let first = of.counts.iter().position(|count| *count > 0)?;
    let key = if id == "transaction-sizes" { "txn.size" } else { "txn.rows" };
    let lines = of.counts.iter().enumerate().skip(first).map(|(at, count)| {
        let (least, most) = Histogram::bounds(at);
        (*count, line(vec![cell(least), Count(*count)], None, format!("{key}:{least}..{most}")))
    });
    section(id, &["from", "transactions"], lines.collect(), 65)
}
