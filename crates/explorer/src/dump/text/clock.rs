//! Moments as the tools print them: local time, whose zone they take from the system.

use std::borrow::Cow;
use std::fmt;

use crate::dump::digits::padded;
use binlog_format::temporal::DateTime;

/// Where a clock stands. The tools ask the system; a browser or a test says it.
pub trait Zone: fmt::Debug {
    /// Seconds that local time is ahead of UTC at a moment, seconds since 1970.
    fn ahead(&self, moment: i64) -> i32;
    /// The short name of local time at that moment, as `date +%Z` prints it.
    fn name(&self, moment: i64) -> Cow<'_, str>;
}

/// UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utc;

impl Zone for Utc {
    fn ahead(&self, _: i64) -> i32 {
        0
    }
    fn name(&self, _: i64) -> Cow<'_, str> {
        Cow::Borrowed("UTC")
    }
}

/// 400 years of the calendar: after them every date comes again.
const CYCLE: i64 = 146_097 * 86_400;
const CYCLE_YEARS: u16 = 400;

/// Prints moments; most events have the second of the one before.
#[derive(Debug)]
pub struct Clock {
    zone: Box<dyn Zone>,
    last: Option<(u32, Vec<u8>)>,
    /// A second, its text, and what stands behind the fraction.
    last_commit: Option<(i64, Vec<u8>, String)>,
}

impl Clock {
    /// A clock of this zone.
    pub fn new(zone: Box<dyn Zone>) -> Self {
        Self { zone, last: None, last_commit: None }
    }

    fn local(&self, moment: i64) -> (u16, DateTime) {
        let local = moment + i64::from(self.zone.ahead(moment));
        let (cycles, local) = if local < 0 { (1, local + CYCLE) } else { (0, local) };
        let civil = DateTime::from_unix(local.unsigned_abs(), 0, 0);
        (civil.date.year - cycles * CYCLE_YEARS, civil)
    }

    /// `YYMMDD hh:mm:ss` of an event's header; the hour has a blank for a leading zero.
    pub fn header(&mut self, out: &mut Vec<u8>, timestamp: u32) {
        if self.last.as_ref().is_none_or(|(last, _)| *last != timestamp) {
            let (year, civil) = self.local(timestamp.into());
            let (_, mut text) = self.last.take().unwrap_or_default();
            text.clear();
            padded(&mut text, u32::from(year % 100), 2);
            padded(&mut text, civil.date.month.into(), 2);
            padded(&mut text, civil.date.day.into(), 2);
            text.push(b' ');
            if civil.hours < 10 {
                text.push(b' ');
            }
            padded(&mut text, civil.hours.into(), 1);
            for part in [civil.minutes, civil.seconds] {
                text.push(b':');
                padded(&mut text, part.into(), 2);
            }
            self.last = Some((timestamp, text));
        }
        if let Some((_, text)) = &self.last {
            out.extend_from_slice(text);
        }
    }

    /// `YYYY-MM-DD hh:mm:ss.uuuuuu ZONE` of a commit, microseconds since 1970.
    pub fn commit(&mut self, out: &mut Vec<u8>, microseconds: u64) {
        let moment = (microseconds / 1_000_000) as i64;
        if self.last_commit.as_ref().is_none_or(|(last, ..)| *last != moment) {
            let (year, civil) = self.local(moment);
            let (_, mut text, _) = self.last_commit.take().unwrap_or_default();
            text.clear();
            padded(&mut text, year.into(), 4);
            for (before, part) in [
                (b'-', civil.date.month),
                (b'-', civil.date.day),
                (b' ', civil.hours),
                (b':', civil.minutes),
                (b':', civil.seconds),
            ] {
                text.push(before);
                padded(&mut text, part.into(), 2);
            }
            text.push(b'.');
            self.last_commit = Some((moment, text, format!(" {}", self.zone.name(moment))));
        }
        if let Some((_, text, zone)) = &self.last_commit {
            out.extend_from_slice(text);
            padded(out, (microseconds % 1_000_000) as u32, 6);
            out.extend_from_slice(zone.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(i32);

    impl Zone for Fixed {
        fn ahead(&self, _: i64) -> i32 {
            self.0
        }
        fn name(&self, _: i64) -> Cow<'_, str> {
            Cow::Borrowed("XYZ")
        }
    }

    fn header(zone: impl Zone + 'static, timestamp: u32) -> String {
        let mut out = Vec::new();
        Clock::new(Box::new(zone)).header(&mut out, timestamp);
        String::from_utf8(out).expect("ASCII")
    }

    #[test]
    fn headers_in_any_zone() {
        assert_eq!(header(Utc, 0), "700101  0:00:00");
        assert_eq!(header(Utc, 1_795_258_181), "261121 10:49:41");
        assert_eq!(header(Fixed(-3600), 0), "691231 23:00:00");
        assert_eq!(header(Fixed(19_800), 1_234_567_890), "090214  5:01:30");
        assert_eq!(header(Utc, u32::MAX), "060207  6:28:15");
    }

    #[test]
    fn commits() {
        let mut out = Vec::new();
        Clock::new(Box::new(Utc)).commit(&mut out, 1_795_258_189_664_466);
        Clock::new(Box::new(Fixed(-60))).commit(&mut out, 0);
        assert_eq!(out, b"2026-11-21 10:49:49.664466 UTC1969-12-31 23:59:00.000000 XYZ");
    }
}
