//! A set of GTIDs that grows: what a replica has. As text (`uuid:1-5:7,uuid:tag:1`) and as a dump request carries it.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use binlog_format::Cursor;
use binlog_format::catalogue::packet_field as field;
use binlog_format::error::{ErrorCode, Result};
use binlog_format::field::GTID_SET_TAG;
use binlog_format::gtid::{Uuid, read_set};

/// MySQL's GTIDs: for each source and tag, which numbers. Sources: MySQL `sql/rpl_gtid_set.cc`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedGtidSet {
    entries: BTreeMap<(Uuid, Vec<u8>), Intervals>,
}

/// Of one source and tag: first and one past the last, in order, with gaps between.
type Intervals = Vec<(i64, i64)>;

/// Why a text is no GTID set: where, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoGtidSet {
    /// The part between two commas.
    pub part: String,
}

impl fmt::Display for NoGtidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no GTID set at {:?}", self.part)
    }
}

impl core::error::Error for NoGtidSet {}

/// Greatest length of a tag.
const TAG: usize = 32;

fn uuid(text: &str) -> Option<Uuid> {
    let mut bytes = [0; 16];
    let mut digits = text.bytes().filter(|byte| *byte != b'-');
    for byte in &mut bytes {
        let mut digit = || char::from(digits.next()?).to_digit(16);
        *byte = (digit()? << 4 | digit()?) as u8;
    }
    let dashes = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at);
    let placed = text.len() == 36 && dashes.eq([8, 13, 18, 23]);
    (digits.next().is_none() && placed).then_some(Uuid(bytes))
}

/// Tags are kept in lower case, as the server does.
fn tag(text: &str) -> Option<Vec<u8>> {
    let text = text.to_ascii_lowercase();
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let all = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (first && all && text.len() <= TAG).then(|| text.into_bytes())
}

fn interval(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse::<i64>().ok()?, last.trim().parse::<i64>().ok()?);
    (first >= 1 && last >= first && last < i64::MAX).then_some((first, last + 1))
}

impl OwnedGtidSet {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads text as servers write it; white space does not matter.
    ///
    /// # Errors
    ///
    /// The first part that is none.
    pub fn parse(text: &str) -> core::result::Result<Self, NoGtidSet> {
        let mut set = Self::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            set.parse_part(part).ok_or_else(|| NoGtidSet { part: part.into() })?;
        }
        Ok(set)
    }

    fn parse_part(&mut self, part: &str) -> Option<()> {
        let mut steps = part.split(':').map(str::trim);
        let source = uuid(steps.next()?)?;
        let mut label = Vec::new();
        let mut some = false;
        for step in steps {
            if let Some((start, end)) = interval(step) {
                self.add_interval(source, &label, start, end);
            } else {
                label = tag(step)?;
            }
            some = true;
        }
        some.then_some(())
    }

    /// Reads a set as packets and events have it.
    ///
    /// # Errors
    ///
    /// As [`read_set`]; `too_many` for a tag of more than 32 characters.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut set = Self::new();
        let mut c = Cursor::new(bytes, field::DUMP_GTID_SET_LENGTH, ());
        let mut longest = 0;
        read_set(&mut c, &mut |uuid, tag, start, end| {
            longest = longest.max(tag.len());
            set.add_interval(Uuid::from_bytes(uuid), tag, start, end);
        })?;
        if longest > TAG {
            return Err(c.fail(ErrorCode::TooMany, GTID_SET_TAG, TAG as u64, longest as u64));
        }
        Ok(set)
    }

    /// Adds one GTID.
    pub fn add(&mut self, source: Uuid, tag: &[u8], number: i64) {
        self.add_interval(source, tag, number, number.saturating_add(1));
    }

    /// Adds the numbers from `start` up to but without `end`.
    pub fn add_interval(&mut self, source: Uuid, tag: &[u8], start: i64, end: i64) {
        if start >= end {
            return;
        }
        let intervals = self.entries.entry((source, tag.to_vec())).or_default();
        // Those that touch the new one become one with it.
        let first = intervals.partition_point(|(_, before)| *before < start);
        let behind = intervals.partition_point(|(after, _)| *after <= end);
        let touched = intervals.get(first..behind).unwrap_or_default();
        let start = touched.first().map_or(start, |(other, _)| start.min(*other));
        let end = touched.last().map_or(end, |(_, other)| end.max(*other));
        intervals.splice(first..behind.max(first), [(start, end)]);
    }

    /// Adds everything that another set has.
    pub fn add_all(&mut self, other: &Self) {
        for ((source, tag), intervals) in &other.entries {
            for (start, end) in intervals {
                self.add_interval(*source, tag, *start, *end);
            }
        }
    }

    /// Whether it has this one.
    pub fn contains(&self, source: Uuid, tag: &[u8], number: i64) -> bool {
        let intervals = self.entries.get(&(source, tag.to_vec()));
        intervals.is_some_and(|intervals| intervals.iter().any(|(start, end)| (*start..*end).contains(&number)))
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// As a dump request carries it: without tags in the form that every server since 5.6 reads, with tags in that of
    /// 8.3.
    pub fn encode(&self) -> Vec<u8> {
        let tagged = self.entries.keys().any(|(_, tag)| !tag.is_empty());
        let count = self.entries.len() as u64;
        let header = if tagged { 1 << 56 | count << 8 | 1 } else { count };
        let mut out = header.to_le_bytes().to_vec();
        for ((source, tag), intervals) in &self.entries {
            out.extend(source.0);
            if tagged {
                // A tag has at most 32 characters: one byte of the serialization library's numbers holds that.
                out.push((tag.len() as u8) << 1);
                out.extend(tag);
            }
            out.extend((intervals.len() as u64).to_le_bytes());
            for (start, end) in intervals {
                out.extend(start.to_le_bytes());
                out.extend(end.to_le_bytes());
            }
        }
        out
    }
}

impl fmt::Display for OwnedGtidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        binlog_format::gtid::GtidSet(&self.encode()).fmt(f)
    }
}
