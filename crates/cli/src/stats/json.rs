//! One object a log; docs/stats.md is the contract. Counts, bytes and other numbers of 64 bits are strings, offsets
//! are numbers, as everywhere in our JSON.

use std::io::{self, Write};

use binlog_explorer::messages;
use binlog_explorer::statistics::{
    Amount, FAMILIES, Histogram, Line, Measure, Measures, Numbering, Placed, Rows, Runs, Statistics, type_name,
};
use binlog_explorer::view::Argument;
use binlog_format::gtid::Uuid;
use serde_json::{Map, Value, json};

use super::Report;

/// Writes all reports, lists cut to `top`.
pub fn write(out: &mut impl Write, reports: &[Report], top: usize) -> io::Result<()> {
    reports.iter().try_for_each(|report| writeln!(out, "{}", of_report(report, top)))
}

fn text(number: u64) -> Value {
    Value::String(number.to_string())
}

fn amount(of: Amount) -> Value {
    json!({ "count": text(of.count), "bytes": text(of.bytes) })
}

fn placed(of: Placed) -> Value {
    json!({ "count": text(of.amount.count), "bytes": text(of.amount.bytes), "at": of.at })
}

fn rows(of: Rows) -> Value {
    json!({ "inserted": text(of.inserted), "updated": text(of.updated), "deleted": text(of.deleted) })
}

fn histogram(of: &Histogram) -> Value {
    let counts = of.counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let counts = counts.map(|(at, count)| {
        let (least, most) = Histogram::bounds(at);
        json!({ "from": text(least), "to": text(most), "count": text(*count) })
    });
    json!({ "sum": text(of.sum), "greatest": text(of.greatest), "counts": counts.collect::<Vec<_>>() })
}

fn measures(of: &Measures) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("at".into(), of.at.into());
    map.insert("number".into(), text(of.number));
    map.insert("bytes".into(), text(of.bytes));
    map.insert("events".into(), text(of.events));
    map.insert("rows".into(), rows(of.rows));
    map.insert("seconds".into(), text(of.seconds()));
    map.insert("gtid".into(), of.gtid.as_ref().map(ToString::to_string).into());
    map.insert("thread".into(), of.thread.into());
    map.insert("server".into(), of.server.into());
    map.insert("first_timestamp".into(), of.time.map(|(first, _)| first).into());
    map.insert("last_timestamp".into(), of.time.map(|(_, last)| last).into());
    map.insert("ended".into(), of.ended.into());
    map
}

fn line(of: &Line) -> Value {
    let mut map = measures(&of.measures);
    let tables = of.tables.iter().map(|(database, table)| json!({ "database": database, "table": table }));
    map.insert("tables".into(), tables.collect());
    map.insert("tables_touched".into(), text(of.touched));
    map.into()
}

fn runs(of: &Runs) -> Value {
    let (sizes, largest) = of.finished();
    let largest = largest.map(|run| json!({ "at": run.at, "count": text(run.count) }));
    json!({ "sizes": histogram(&sizes), "largest": largest })
}

fn of_report(report: &Report, top: usize) -> Value {
    let of = &report.statistics;
    json!({
        "record": "stats",
        "schema": 1,
        "file": report.name,
        "size": text(report.summary.size),
        "flavor": report.summary.flavor,
        "server_version": report.summary.server_version,
        "encrypted": report.summary.encryption.as_ref().is_some_and(|encryption| encryption.transform.is_none()),
        "start": of.start,
        "end": of.end,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "events": amount(of.events),
        "events_inside": amount(of.inside),
        "types": types(&of.types),
        "types_inside": types(&of.types_inside),
        "event_sizes": histogram(&of.sizes),
        "rows": rows(of.rows),
        "tables": tables(of, top),
        "transactions": transactions(of, top),
        "over_time": over_time(of),
        "over_positions": over_positions(of),
        "commit_lag": {
            "local": text(of.lag.local),
            "behind_microseconds": histogram(&of.lag.behind),
            "greatest": of.lag.greatest.map(|(behind, at)| json!({ "microseconds": text(behind), "at": at })),
            "ahead": placed(of.lag.ahead),
        },
        "parallel": {
            "clocked": text(of.parallel.clocked),
            "dependent": text(of.parallel.dependent),
            "distance": histogram(&of.parallel.distance),
            "groups": runs(&of.parallel.groups),
            "commit_ids": runs(&of.parallel.commit_ids),
            "waited": text(of.parallel.waited),
            "serial": text(of.parallel.serial),
        },
        "servers": of.servers.iter().map(|(id, server)| json!({
            "server_id": id, "events": placed(server.events), "transactions": text(server.transactions),
        })).collect::<Vec<_>>(),
        "threads": threads(of, top),
        "statements": of.statements.iter().map(|(word, kind)| json!({
            "word": word, "count": text(kind.amount.count), "bytes": text(kind.amount.bytes), "at": kind.at,
        })).collect::<Vec<_>>(),
        "row_format": placed(of.row_format),
        "statement_format": placed(of.statement_format),
        "load_data": placed(of.loads),
        "ddl": {
            "count": text(of.ddl.count),
            "listed": of.ddl.listed.iter().take(top).map(|ddl| json!({
                "at": ddl.at, "timestamp": ddl.time, "database": ddl.database, "text": ddl.text,
            })).collect::<Vec<_>>(),
        },
        "gtids": gtids(of),
        "versions": of.versions.iter().map(|(version, it)| json!({
            "version": version, "at": it.at,
        })).collect::<Vec<_>>(),
        "damage": {
            "spans": amount(of.damage.spans),
            "incomplete": amount(of.damage.incomplete),
            "checksums": text(of.damage.checksums),
            "holes": amount(of.damage.holes),
            "faulty": placed(of.faulty),
            "unread": placed(of.unread),
            "places": of.damage.places,
        },
    })
}

fn finding(of: &binlog_explorer::statistics::StatisticsFinding) -> Value {
    let argument = |value: &Argument| match value {
        Argument::Text(text) => Value::String(text.clone()),
        Argument::Number(number) => text(*number),
    };
    let arguments: Map<String, Value> =
        of.message.args.iter().map(|(name, value)| (name.clone(), argument(value))).collect();
    json!({
        "gravity": of.gravity.text(),
        "code": of.message.id,
        "arguments": arguments,
        "text": messages::english(&of.message),
        "at": of.at,
        "filter": of.filter,
    })
}

fn types<const N: usize>(of: &binlog_explorer::statistics::Bounded<u8, Placed, N>) -> Value {
    let types = of.iter().map(|(code, kind)| {
        json!({
            "type_code": code, "type": type_name(*code),
            "count": text(kind.amount.count), "bytes": text(kind.amount.bytes), "at": kind.at,
        })
    });
    types.collect()
}

fn tables(of: &Statistics, top: usize) -> Value {
    let mut tables: Vec<_> = of.tables.iter().collect();
    tables.sort_by_key(|(_, table)| std::cmp::Reverse(table.bytes));
    let listed = tables.iter().take(top).map(|((database, name), table)| {
        json!({
            "database": database, "table": name, "at": table.at,
            "bytes": text(table.bytes), "events": text(table.events), "rows": rows(table.rows),
            "transactions": text(table.transactions),
            "primary_key": table.key.told(),
            "rows_without_key": rows(table.keyless),
            "full_images": text(table.full_images), "partial_images": text(table.partial_images),
        })
    });
    json!({
        "count": text(tables.len() as u64),
        "listed": listed.collect::<Vec<_>>(),
        "others": of.tables.rest().map(|rest| json!({ "bytes": text(rest.bytes), "rows": rows(rest.rows) })),
    })
}

fn transactions(of: &Statistics, top: usize) -> Value {
    let list = |measure| of.transactions.by(measure).iter().take(top).map(line).collect::<Vec<_>>();
    json!({
        "count": text(of.transactions.count),
        "unended": text(of.transactions.unended),
        "bytes": histogram(&of.transactions.bytes),
        "rows": histogram(&of.transactions.rows),
        "events": histogram(&of.transactions.events),
        "seconds": histogram(&of.transactions.seconds),
        "most_bytes": list(Measure::Bytes),
        "most_rows": list(Measure::Rows),
        "most_events": list(Measure::Events),
        "longest": list(Measure::Seconds),
    })
}

fn over_time(of: &Statistics) -> Value {
    let by_time = &of.overview.by_time;
    let buckets = by_time.buckets.iter().map(|(start, bucket)| {
        json!({
            "start": start, "at": bucket.at, "events": text(bucket.events), "bytes": text(bucket.bytes),
            "rows": text(bucket.rows), "transactions": text(bucket.transactions),
            "largest_transaction": text(bucket.largest_transaction),
        })
    });
    json!({ "seconds": by_time.width, "buckets": buckets.collect::<Vec<_>>() })
}

fn over_positions(of: &Statistics) -> Value {
    let by_position = &of.overview.by_position;
    let by_family = |counts: &[u64; FAMILIES.len()]| {
        let named = FAMILIES.iter().zip(counts).filter(|(_, count)| **count > 0);
        let name = |family| format!("{family:?}").to_ascii_lowercase();
        named.map(|(family, count)| (name(family), text(*count))).collect::<Map<String, Value>>()
    };
    let buckets = by_position.buckets.iter().enumerate().map(|(at, bucket)| {
        json!({
            "start": by_position.bucket_start(at),
            "events": by_family(&bucket.events), "bytes": by_family(&bucket.bytes),
            "largest_transaction": text(bucket.largest_transaction), "damage": text(bucket.damage),
        })
    });
    json!({ "bytes": text(by_position.width), "buckets": buckets.collect::<Vec<_>>() })
}

fn threads(of: &Statistics, top: usize) -> Value {
    let mut threads: Vec<_> = of.threads.iter().collect();
    threads.sort_by_key(|(_, thread)| std::cmp::Reverse(thread.transactions.amount.bytes));
    let listed = threads.iter().take(top).map(|(id, thread)| {
        json!({
            "thread": id, "transactions": placed(thread.transactions), "rows": text(thread.rows),
            "largest_transaction": text(thread.largest),
        })
    });
    json!({ "count": text(threads.len() as u64), "untold": text(of.threadless), "listed": listed.collect::<Vec<_>>() })
}

fn gtids(of: &Statistics) -> Value {
    let sets = of.gtids.iter().map(|(numbering, numbers)| {
        let source = match numbering {
            Numbering::Mysql { uuid, tag } if tag.is_empty() => Uuid(*uuid).to_string(),
            Numbering::Mysql { uuid, tag } => format!("{}:{tag}", Uuid(*uuid)),
            Numbering::Mariadb { domain, server } => format!("{domain}-{server}"),
        };
        let (first, last) = numbers.ends().unwrap_or_default();
        json!({
            "source": source, "at": numbers.at, "count": text(numbers.count),
            "first": text(first), "last": text(last), "intervals": text(numbers.intervals.len() as u64),
        })
    });
    json!({ "anonymous": text(of.anonymous), "sources": sets.collect::<Vec<_>>() })
}
