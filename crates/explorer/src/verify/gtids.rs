//! GTIDs against the set that the log begins with, and against each other.
//!
//! MySQL: a number of a source (and tag) is logged once. Numbers that are left out may come in
//! another log: notes. MariaDB: within a domain, each server's numbers grow, unless the domain is
//! written in parallel without strict mode: notes.

use std::collections::BTreeMap;

use binlog_format::events::{Gtid, GtidList, MariadbGtid};
use binlog_format::gtid::{GtidSet, Uuid};
use binlog_format::names::code;

use super::chain::Named;
use super::{Findings, Severity};
use crate::dump::Walked;
use crate::view::Message;

/// A source and a tag.
type Source = (Uuid, Vec<u8>);

/// Sources that are followed; more are hostile.
const MOST_SOURCES: usize = 100_000;
/// Intervals of one source that are followed.
const MOST_INTERVALS: usize = 100_000;

/// Numbers of sources, as ascending intervals (first, one past last) that do not touch.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers(BTreeMap<Source, Vec<(i64, i64)>>);

impl Numbers {
    /// Those that `other` does not have, as text.
    pub fn without(&self, other: &Self) -> Option<String> {
        let mut named = Named::default();
        for (source, intervals) in &self.0 {
            let others = other.0.get(source).map(Vec::as_slice).unwrap_or_default();
            for (first, end) in intervals {
                let mut at = *first;
                for (a, b) in others.iter().filter(|(a, b)| a < end && first < b).chain([&(*end, *end)]) {
                    if at < *a {
                        named.add(format_args!("{}", interval(source, at, *a)));
                    }
                    at = at.max(*b);
                }
            }
        }
        named.text()
    }
}

fn interval(source: &Source, first: i64, end: i64) -> String {
    let last = end - 1;
    if first == last { text(source, first) } else { format!("{}-{last}", text(source, first)) }
}

/// Of each domain and server, the last number.
#[derive(Clone, Debug, Default)]
pub(super) struct States(BTreeMap<(u32, u32), u64>);

impl States {
    /// Where a log begins later than those before it end, and earlier, as text. A domain that the log does
    /// not name may have been dropped.
    pub fn against(&self, last: &Self) -> (Option<String>, Option<String>) {
        let (mut missing, mut unknown) = (Named::default(), Named::default());
        for (key @ (domain, server), number) in &self.0 {
            let before = last.0.get(key).copied().unwrap_or(0);
            if *number > before {
                missing.add(format_args!("{domain}-{server}-{}…{number}", before + 1));
            } else if *number < before {
                unknown.add(format_args!("{domain}-{server}-{}…{before}", number + 1));
            }
        }
        (missing.text(), unknown.text())
    }
}

#[derive(Debug, Default)]
pub(super) struct Gtids {
    /// What earlier logs hold, as this one says.
    numbers_before: Option<Numbers>,
    states_before: Option<States>,
    /// Numbers seen, those of earlier logs included.
    seen: Numbers,
    /// The first and the last number that this log itself has of a source, and where it is last.
    own: BTreeMap<Source, (i64, i64, u64)>,
    /// Of each domain and server, the last number.
    domains: States,
}

/// Adds `first..end`; false if some of it was there.
fn insert(intervals: &mut Vec<(i64, i64)>, first: i64, end: i64) -> bool {
    if end <= first {
        return true;
    }
    let at = intervals.partition_point(|(_, other)| *other < first);
    let overlaps = intervals.get(at..).unwrap_or_default().iter().take_while(|(other, _)| *other <= end).count();
    let touched = intervals.get(at..at + overlaps).unwrap_or_default();
    let fresh = !touched.iter().any(|(a, b)| *a < end && first < *b);
    let joined = touched.iter().fold((first, end), |(a, b), (c, d)| (a.min(*c), b.max(*d)));
    if intervals.len() < MOST_INTERVALS || overlaps > 0 {
        intervals.splice(at..at + overlaps, [joined]);
    }
    fresh
}

fn text((uuid, tag): &Source, number: i64) -> String {
    if tag.is_empty() {
        format!("{uuid}:{number}")
    } else {
        format!("{uuid}:{}:{number}", String::from_utf8_lossy(tag))
    }
}

impl Gtids {
    /// What earlier logs hold, as this one says.
    pub fn numbers_before(&self) -> Option<&Numbers> {
        self.numbers_before.as_ref()
    }

    /// The same in MariaDB's logs.
    pub fn states_before(&self) -> Option<&States> {
        self.states_before.as_ref()
    }

    /// What all logs up to the end of this one hold.
    pub fn numbers(&self) -> &Numbers {
        &self.seen
    }

    /// The same in MariaDB's logs.
    pub fn states(&self) -> &States {
        &self.domains
    }

    /// What earlier logs hold.
    pub fn before(&mut self, set: &[u8]) {
        self.take_before(set);
        if self.own.is_empty() {
            self.numbers_before = Some(self.seen.clone());
        }
    }

    fn take_before(&mut self, set: &[u8]) {
        GtidSet(set).intervals(&mut |uuid, tag, first, end| {
            if self.seen.0.len() < MOST_SOURCES {
                insert(self.seen.0.entry((Uuid::from_bytes(uuid), tag.to_vec())).or_default(), first, end);
            }
        });
    }

    pub fn mysql(&mut self, event: &Walked<'_>, gtid: &Gtid<'_>, findings: &mut Findings) {
        // A tagged event may be anonymous as well: no source then.
        if event.kind == code::ANONYMOUS_GTID || gtid.uuid.0 == [0; 16] || self.seen.0.len() >= MOST_SOURCES {
            return;
        }
        let source = (gtid.uuid, gtid.tag.to_vec());
        if gtid.gno <= 0 || gtid.gno == i64::MAX {
            let message = Message::new("verify-gtid-number").text("gtid", text(&source, gtid.gno));
            findings.add(Severity::Problem, event.space, event.start, message);
            return;
        }
        if !insert(self.seen.0.entry(source.clone()).or_default(), gtid.gno, gtid.gno + 1) {
            let message = Message::new("verify-gtid-repeated").text("gtid", text(&source, gtid.gno));
            findings.add(Severity::Problem, event.space, event.start, message);
        }
        let own = self.own.entry(source).or_insert((gtid.gno, gtid.gno, event.start));
        *own = (own.0.min(gtid.gno), own.1.max(gtid.gno), event.start);
    }

    /// The last GTID of each domain and server before this log.
    pub fn list(&mut self, list: &GtidList<'_>) {
        for (domain, server, sequence) in list.iter() {
            if self.domains.0.len() < MOST_SOURCES {
                self.domains.0.insert((domain, server), sequence);
            }
        }
        self.states_before.get_or_insert_with(|| self.domains.clone());
    }

    pub fn mariadb(&mut self, event: &Walked<'_>, gtid: &MariadbGtid<'_>, findings: &mut Findings) {
        let key = (gtid.domain_id, event.header.server_id);
        if self.domains.0.len() >= MOST_SOURCES {
            return;
        }
        if let Some(last) = self.domains.0.insert(key, gtid.sequence_number)
            && gtid.sequence_number <= last
        {
            let name = |number: u64| format!("{}-{}-{number}", key.0, key.1);
            let message =
                Message::new("verify-gtid-order").text("gtid", name(gtid.sequence_number)).text("last", name(last));
            findings.add(Severity::Note, event.space, event.start, message);
        }
    }

    /// Numbers that are missing between those that the log has.
    pub fn finish(&self, findings: &mut Findings) {
        for (source, (first, last, start)) in &self.own {
            let Some(intervals) = self.seen.0.get(source) else { continue };
            for pair in intervals.windows(2) {
                let [(_, end), (next, _)] = pair else { continue };
                if end > first && next <= last {
                    let message = Message::new("verify-gtid-gap")
                        .text("first", text(source, *end))
                        .text("last", text(source, next - 1));
                    findings.add(Severity::Note, "0", *start, message);
                }
            }
        }
    }
}
