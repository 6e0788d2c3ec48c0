//! Statistics for reading: aligned tables, sizes in KiB and MiB, shares, bars where they help.

use std::io::{self, Write};

use binlog_explorer::dump::Zone as _;
use binlog_explorer::messages;
use binlog_explorer::statistics::{
    Histogram, Line, Measure, Numbering, Rows, Statistics, TIME_WIDTHS, microseconds, type_name,
};
use binlog_format::gtid::Uuid;
use binlog_format::temporal::DateTime;

use super::Report;
use crate::zone::Zone;

/// Columns of a bar.
const BAR: usize = 24;

/// Lines of writes over time.
const TIME_LINES: usize = 40;

/// Writes all reports, lists cut to `top`.
pub fn write(out: &mut impl Write, reports: &[Report], top: usize, zone: &Zone) -> io::Result<()> {
    for (number, report) in reports.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        Page { out, of: &report.statistics, top, zone }.report(report)?;
    }
    if reports.len() > 1 { all(out, reports, zone) } else { Ok(()) }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in the unit that suits them.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut value = bytes as f64;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

fn share(part: u64, all: u64) -> String {
    if all == 0 { "-".into() } else { format!("{:.1} %", part as f64 * 100.0 / all as f64) }
}

fn bar(part: u64, most: u64) -> String {
    let length = if most == 0 { 0 } else { (part as f64 * BAR as f64 / most as f64).round() as usize };
    "#".repeat(if part > 0 { length.max(1) } else { 0 })
}

fn moment(zone: &Zone, seconds: u32) -> String {
    let ahead = i64::from(zone.ahead(seconds.into()));
    DateTime::from_unix((i64::from(seconds) + ahead).max(0).unsigned_abs(), 0, 0).to_string()
}

fn operations(rows: Rows) -> [String; 3] {
    [grouped(rows.inserted), grouped(rows.updated), grouped(rows.deleted)]
}

/// Text that stays on its line, whatever the log has there.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Lines of columns; a heading beginning with `<` stands left.
fn table(out: &mut impl Write, headings: &[&str], lines: &[Vec<String>]) -> io::Result<()> {
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count());
        let heading = headings.get(column).map_or(0, |heading| heading.trim_start_matches('<').chars().count());
        cells.max().unwrap_or(0).max(heading)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let names: Vec<String> = headings.iter().map(|heading| heading.trim_start_matches('<').to_owned()).collect();
    for line in std::iter::once(&names).chain(lines) {
        let mut text = String::from(" ");
        for ((cell, width), heading) in line.iter().zip(&widths).zip(headings) {
            text.push(' ');
            let cell = plain(cell);
            if heading.starts_with('<') {
                text.push_str(&format!("{cell:<width$} "));
            } else {
                text.push_str(&format!("{cell:>width$} "));
            }
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

struct Page<'p, W: Write> {
    out: &'p mut W,
    of: &'p Statistics,
    top: usize,
    zone: &'p Zone,
}

impl<W: Write> Page<'_, W> {
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{text}")
    }

    /// What a list leaves out.
    fn and_more(&mut self, all: usize) -> io::Result<()> {
        let more = all.saturating_sub(self.top);
        if more > 0 { writeln!(self.out, "  … {} more (--top {all})", grouped(more as u64)) } else { Ok(()) }
    }

    fn report(&mut self, report: &Report) -> io::Result<()> {
        let of = self.of;
        let version = match (&report.summary.flavor, &report.summary.server_version) {
            (Some(flavor), Some(version)) if flavor == "mariadb" => format!("MariaDB {version}"),
            (Some(_), Some(version)) => format!("MySQL {version}"),
            _ => "unknown server".into(),
        };
        writeln!(self.out, "{}: {}, {version}", report.name, size(report.summary.size))?;
        if let Some((first, last)) = of.times() {
            let zone = self.zone.name(last.into()).into_owned();
            writeln!(self.out, "  from {} to {} {zone}", moment(self.zone, first), moment(self.zone, last))?;
        }
        let rows = of.rows;
        writeln!(
            self.out,
            "  {} events, {} transactions, {} rows ({} inserted, {} updated, {} deleted)",
            grouped(of.events.count),
            grouped(of.transactions.count),
            grouped(rows.all()),
            grouped(rows.inserted),
            grouped(rows.updated),
            grouped(rows.deleted),
        )?;
        if of.inside.count > 0 {
            writeln!(
                self.out,
                "  inside of compressed and fragmented events: {} events, {}",
                grouped(of.inside.count),
                size(of.inside.bytes)
            )?;
        }
        self.findings(report)?;
        self.types()?;
        self.tables()?;
        self.transactions()?;
        self.over_time()?;
        self.order()?;
        self.who()?;
        self.statements()
    }

    fn findings(&mut self, report: &Report) -> io::Result<()> {
        self.heading("Findings")?;
        if report.findings.is_empty() {
            writeln!(self.out, "  none")?;
        }
        for finding in &report.findings {
            let at = finding.at.map_or_else(String::new, |at| format!(" [at {at}]"));
            let text = plain(&messages::english(&finding.message));
            writeln!(self.out, "  {:<8} {text}{at}", finding.gravity.text())?;
            if !finding.filter.is_empty() {
                writeln!(self.out, "           --filter '{}'", plain(&finding.filter).replace('\'', "'\\''"))?;
            }
        }
        Ok(())
    }

    fn types(&mut self) -> io::Result<()> {
        let all = self.of.events.bytes;
        for (heading, types) in [("Event types", &self.of.types), ("Event types inside", &self.of.types_inside)] {
            let mut types: Vec<_> = types.iter().collect();
            if types.is_empty() {
                continue;
            }
            types.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.amount.bytes));
            let most = types.first().map_or(0, |(_, kind)| kind.amount.bytes);
            let all = if heading == "Event types" { all } else { self.of.inside.bytes };
            let line = |(code, kind): &(&u8, &binlog_explorer::statistics::Placed)| {
                let bytes = kind.amount.bytes;
                let name = type_name(**code).to_owned();
                vec![name, grouped(kind.amount.count), size(bytes), share(bytes, all), bar(bytes, most)]
            };
            let lines: Vec<_> = types.iter().map(line).collect();
            self.heading(heading)?;
            table(self.out, &["<type", "events", "bytes", "share", "<"], &lines)?;
        }
        Ok(())
    }

    fn tables(&mut self) -> io::Result<()> {
        let mut tables: Vec<_> = self.of.tables.iter().collect();
        if tables.is_empty() {
            return Ok(());
        }
        tables.sort_by_key(|(_, table)| std::cmp::Reverse(table.bytes));
        let most = tables.first().map_or(0, |(_, table)| table.bytes);
        let mut lines = Vec::new();
        for ((database, name), table) in tables.iter().take(self.top) {
            let [inserted, updated, deleted] = operations(table.rows);
            let key = match table.key.told() {
                Some(true) => "yes",
                Some(false) => "NO",
                None if table.key.yes => "changed",
                None => "?",
            };
            lines.push(vec![
                format!("{database}.{name}"),
                size(table.bytes),
                inserted,
                updated,
                deleted,
                grouped(table.transactions),
                key.into(),
                bar(table.bytes, most),
            ]);
        }
        self.heading("Tables, by bytes of their events")?;
        let headings = ["<table", "bytes", "inserted", "updated", "deleted", "transactions", "<key", "<"];
        table(self.out, &headings, &lines)?;
        self.and_more(tables.len())?;
        if let Some(rest) = self.of.tables.rest() {
            writeln!(self.out, "  tables not told apart: {}, {} rows", size(rest.bytes), grouped(rest.rows.all()))?;
        }
        Ok(())
    }

    fn transactions(&mut self) -> io::Result<()> {
        let of = &self.of.transactions;
        for (measure, name) in [
            (Measure::Bytes, "Transactions, by bytes"),
            (Measure::Rows, "Transactions, by rows"),
            (Measure::Seconds, "Transactions, by seconds from first to last timestamp"),
        ] {
            let list = of.by(measure);
            if list.is_empty() {
                continue;
            }
            let lines: Vec<_> = list.iter().take(self.top.min(list.len())).map(transaction).collect();
            self.heading(name)?;
            let headings = ["at", "bytes", "rows", "events", "seconds", "thread", "server", "<GTID", "<tables"];
            table(self.out, &headings, &lines)?;
        }
        self.histogram("Sizes of transactions", &of.bytes, size)?;
        self.histogram("Rows of transactions", &of.rows, grouped)
    }

    fn histogram(&mut self, name: &str, of: &Histogram, shown: fn(u64) -> String) -> io::Result<()> {
        let most = of.counts.iter().copied().max().unwrap_or(0);
        if most == 0 {
            return Ok(());
        }
        let all = of.count();
        let first = of.counts.iter().position(|count| *count > 0).unwrap_or(0);
        let lines: Vec<_> = (first..of.counts.len())
            .map(|at| {
                let count = of.counts.get(at).copied().unwrap_or(0);
                let (least, _) = Histogram::bounds(at);
                vec![shown(least), grouped(count), share(count, all), bar(count, most)]
            })
            .collect();
        self.heading(name)?;
        table(self.out, &["from", "count", "share", "<"], &lines)
    }

    fn over_time(&mut self) -> io::Result<()> {
        let by_time = &self.of.overview.by_time;
        if by_time.buckets.len() < 2 {
            return Ok(());
        }
        // As fine as fits.
        let mut width = by_time.width;
        let mut joined: Vec<(u32, [u64; 4])> = Vec::new();
        for wider in TIME_WIDTHS.iter().filter(|wider| **wider >= by_time.width) {
            width = *wider;
            joined.clear();
            for (start, bucket) in &by_time.buckets {
                let start = start - start % width;
                let counts = [bucket.bytes, bucket.events, bucket.rows, bucket.transactions];
                match joined.last_mut().filter(|(last, _)| *last == start) {
                    Some((_, sums)) => sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count),
                    None => joined.push((start, counts)),
                }
            }
            if joined.len() <= TIME_LINES {
                break;
            }
        }
        let most = joined.iter().map(|(_, [bytes, ..])| *bytes).max().unwrap_or(0);
        let line = |(start, [bytes, events, rows, transactions]): &(u32, [u64; 4])| {
            let counts = [grouped(*events), grouped(*rows), grouped(*transactions)];
            let mut line = vec![moment(self.zone, *start), size(*bytes)];
            line.extend(counts);
            line.push(bar(*bytes, most));
            line
        };
        let lines: Vec<_> = joined.iter().map(line).collect();
        self.heading(&format!("Writes over time, {width} seconds a line"))?;
        table(self.out, &["<from", "bytes", "events", "rows", "transactions", "<"], &lines)
    }

    fn order(&mut self) -> io::Result<()> {
        let of = self.of;
        let lag = &of.lag;
        if lag.behind.count() + lag.local + lag.ahead.amount.count > 0 {
            self.heading("Commit lag (original against immediate commit timestamp)")?;
            writeln!(self.out, "  committed here first: {}", grouped(lag.local))?;
            if let Some((behind, at)) = lag.greatest {
                let mean = lag.behind.sum / lag.behind.count().max(1);
                writeln!(
                    self.out,
                    "  committed elsewhere before: {}, {} later on average, {} at most [at {at}]",
                    grouped(lag.behind.count()),
                    microseconds(mean),
                    microseconds(behind)
                )?;
            }
        }
        let parallel = &of.parallel;
        let (groups, largest) = parallel.groups.finished();
        let (ids, largest_id) = parallel.commit_ids.finished();
        if parallel.clocked > 0 {
            self.heading("Parallelism (last_committed, sequence_number)")?;
            writeln!(
                self.out,
                "  {} of {} transactions depend on the one before; {} groups, {:.1} transactions each, {} at most",
                grouped(parallel.dependent),
                grouped(parallel.clocked),
                grouped(groups.count()),
                groups.sum as f64 / groups.count().max(1) as f64,
                grouped(largest.map_or(0, |run| run.count)),
            )?;
        } else if ids.count() > 0 || parallel.waited > 0 {
            self.heading("Parallelism (commit ids)")?;
            writeln!(
                self.out,
                "  {} group commits, {} transactions at most; {} waited for a lock, {} may not run in parallel",
                grouped(ids.count()),
                grouped(largest_id.map_or(0, |run| run.count)),
                grouped(parallel.waited),
                grouped(parallel.serial),
            )?;
        }
        self.gtids()
    }

    fn gtids(&mut self) -> io::Result<()> {
        if self.of.gtids.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for (numbering, numbers) in self.of.gtids.iter().take(self.top) {
            let source = match numbering {
                Numbering::Mysql { uuid, tag } if tag.is_empty() => Uuid(*uuid).to_string(),
                Numbering::Mysql { uuid, tag } => format!("{}:{tag}", Uuid(*uuid)),
                Numbering::Mariadb { domain, server } => format!("{domain}-{server}"),
            };
            let (first, last) = numbers.ends().unwrap_or_default();
            lines.push(vec![source, first.to_string(), last.to_string(), grouped(numbers.count)]);
        }
        self.heading("GTIDs")?;
        table(self.out, &["<source", "first", "last", "transactions"], &lines)?;
        self.and_more(self.of.gtids.len())
    }

    fn who(&mut self) -> io::Result<()> {
        let of = self.of;
        let lines: Vec<_> = of
            .servers
            .iter()
            .take(self.top)
            .map(|(id, server)| {
                let amount = server.events.amount;
                let share = share(amount.bytes, of.events.bytes);
                vec![id.to_string(), grouped(amount.count), size(amount.bytes), share, grouped(server.transactions)]
            })
            .collect();
        self.heading("Servers")?;
        table(self.out, &["server id", "events", "bytes", "share", "transactions"], &lines)?;
        self.and_more(of.servers.len())?;
        if of.threads.is_empty() {
            return Ok(());
        }
        let mut threads: Vec<_> = of.threads.iter().collect();
        threads.sort_by_key(|(_, thread)| std::cmp::Reverse(thread.transactions.amount.bytes));
        let line = |(id, thread): &(&u32, &binlog_explorer::statistics::Thread)| {
            let amount = thread.transactions.amount;
            let share = share(amount.bytes, of.events.bytes);
            let counts = [grouped(amount.count), grouped(thread.rows), size(amount.bytes), share];
            let mut line = vec![id.to_string()];
            line.extend(counts);
            line.push(size(thread.largest));
            line
        };
        let lines: Vec<_> = threads.iter().take(self.top).map(line).collect();
        self.heading("Connections")?;
        table(self.out, &["thread", "transactions", "rows", "bytes", "share", "largest"], &lines)?;
        self.and_more(threads.len())
    }

    fn statements(&mut self) -> io::Result<()> {
        let of = self.of;
        if !of.statements.is_empty() {
            let mut kinds: Vec<_> = of.statements.iter().collect();
            kinds.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.amount.count));
            let line = |(word, kind): &(&String, &binlog_explorer::statistics::Placed)| {
                let word = if word.is_empty() { "(none)" } else { word.as_str() };
                vec![word.to_owned(), grouped(kind.amount.count), size(kind.amount.bytes)]
            };
            let lines: Vec<_> = kinds.iter().take(self.top).map(line).collect();
            self.heading("Statements")?;
            table(self.out, &["<first word", "count", "bytes"], &lines)?;
            self.and_more(kinds.len())?;
        }
        if of.ddl.count > 0 {
            let line = |ddl: &binlog_explorer::statistics::DdlLine| {
                let text: String =
                    ddl.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect();
                vec![ddl.at.to_string(), moment(self.zone, ddl.time), ddl.database.clone(), text]
            };
            let lines: Vec<_> = of.ddl.listed.iter().take(self.top).map(line).collect();
            self.heading("DDL")?;
            table(self.out, &["at", "<time", "<schema", "<statement"], &lines)?;
            self.and_more(of.ddl.count as usize)?;
        }
        Ok(())
    }
}

fn transaction(line: &Line) -> Vec<String> {
    let measures = &line.measures;
    let number = |number: Option<u32>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let mut tables: Vec<String> =
        line.tables.iter().take(3).map(|(database, table)| format!("{database}.{table}")).collect();
    if line.touched > tables.len() as u64 {
        tables.push(format!("+{}", line.touched - tables.len() as u64));
    }
    vec![
        measures.at.to_string(),
        size(measures.bytes),
        grouped(measures.rows.all()),
        grouped(measures.events),
        grouped(measures.seconds()),
        number(measures.thread),
        number(measures.server),
        measures.gtid.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
        tables.join(" "),
    ]
}

/// What several logs have together.
fn all(out: &mut impl Write, reports: &[Report], zone: &Zone) -> io::Result<()> {
    let line = |report: &Report| {
        let of = &report.statistics;
        vec![
            report.name.clone(),
            size(report.summary.size),
            of.times().map_or_else(|| "-".into(), |(first, _)| moment(zone, first)),
            grouped(of.events.count),
            grouped(of.transactions.count),
            grouped(of.rows.inserted),
            grouped(of.rows.updated),
            grouped(of.rows.deleted),
            report.findings.len().to_string(),
        ]
    };
    let mut lines: Vec<_> = reports.iter().map(line).collect();
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).sum::<u64>();
    lines.push(vec![
        format!("{} logs", reports.len()),
        size(sum(|report| report.summary.size)),
        String::new(),
        grouped(sum(|report| report.statistics.events.count)),
        grouped(sum(|report| report.statistics.transactions.count)),
        grouped(sum(|report| report.statistics.rows.inserted)),
        grouped(sum(|report| report.statistics.rows.updated)),
        grouped(sum(|report| report.statistics.rows.deleted)),
        sum(|report| report.findings.len() as u64).to_string(),
    ]);
    writeln!(out, "\nAll logs")?;
    let headings = ["<log", "bytes", "<from", "events", "transactions", "inserted", "updated", "deleted", "findings"];
    table(out, &headings, &lines)
}
