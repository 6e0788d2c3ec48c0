//! Moments: a time as people write it, with as much of it as they write.

use std::fmt::{self, Write};

/// A moment, or the day or hour that is meant as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `@1521626714`: seconds since 1970.
    Unix(u32),
    /// By the calendar.
    Civil(Civil),
}

/// How much of a moment was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// `2018`
    Year,
    /// `2018-03`
    Month,
    /// `2018-03-21`
    Day,
    /// `2018-03-21T18`
    Hour,
    /// `2018-03-21T18:05`
    Minute,
    /// `2018-03-21T18:05:14`
    Second,
}

/// A moment by the calendar; what was not written is the first there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// How much of it was written.
    pub precision: Precision,
    /// Minutes ahead of UTC, if told.
    pub offset: Option<i16>,
}

const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days of a month.
pub const fn days_of(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day, by the 400-year cycle that begins on 1 March 0000.
pub(super) fn days_to(year: i64, month: u8, day: u8) -> i64 {
    let from_march = (i64::from(month) + 9) % 12;
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl Civil {
    fn begins(&self) -> i64 {
        let days = days_to(self.year.into(), self.month, self.day);
        let time = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        days * 86_400 + time - i64::from(self.offset.unwrap_or(0)) * 60
    }

    fn length(&self) -> i64 {
        let days = match self.precision {
            Precision::Year => 365 + i64::from(is_leap(self.year)),
            Precision::Month => days_of(self.year, self.month).into(),
            Precision::Day => 1,
            Precision::Hour => return 3600,
            Precision::Minute => return 60,
            Precision::Second => return 1,
        };
        days * 86_400
    }
}

impl Moment {
    /// Its first second, since 1970; UTC where no offset was told.
    pub fn first(&self) -> i64 {
        match self {
            Self::Unix(seconds) => (*seconds).into(),
            Self::Civil(civil) => civil.begins(),
        }
    }

    /// Its last second.
    pub fn last(&self) -> i64 {
        match self {
            Self::Unix(seconds) => (*seconds).into(),
            Self::Civil(civil) => civil.begins() + civil.length() - 1,
        }
    }

    /// Reads one: `@seconds`, or a date with as much of a time as wanted.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(seconds) = text.strip_prefix('@') {
            return digits(seconds, 1..=10)?.parse().ok().map(Self::Unix);
        }
        let (date, time) = match text.find(['T', 't', ' ']) {
            Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4..=4)?.parse().ok()?;
        let mut civil =
            Civil { year, month: 1, day: 1, hour: 0, minute: 0, second: 0, precision: Precision::Year, offset: None };
        if let Some(month) = parts.next() {
            (civil.month, civil.precision) = (number(month, 1, 12)?, Precision::Month);
        }
        if let Some(day) = parts.next() {
            (civil.day, civil.precision) = (number(day, 1, days_of(year, civil.month))?, Precision::Day);
        }
        if parts.next().is_some() {
            return None;
        }
        if let Some(time) = time {
            if civil.precision != Precision::Day {
                return None;
            }
            civil.time(time)?;
        }
        Some(Self::Civil(civil))
    }
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<&str> {
    (lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

fn number(text: &str, least: u8, most: u8) -> Option<u8> {
    digits(text, 2..=2)?.parse().ok().filter(|number| (least..=most).contains(number))
}

impl Civil {
    fn time(&mut self, text: &str) -> Option<()> {
        let zone = text.find(['Z', 'z', '+', '-']);
        let (time, zone) = text.split_at(zone.unwrap_or(text.len()));
        let mut parts = time.split(':');
        (self.hour, self.precision) = (number(parts.next()?, 0, 23)?, Precision::Hour);
        if let Some(minute) = parts.next() {
            (self.minute, self.precision) = (number(minute, 0, 59)?, Precision::Minute);
        }
        if let Some(second) = parts.next() {
            (self.second, self.precision) = (number(second, 0, 59)?, Precision::Second);
        }
        if parts.next().is_some() {
            return None;
        }
        self.offset = match zone {
            "" => None,
            "Z" | "z" => Some(0),
            zone => {
                let sign = if zone.starts_with('-') { -1 } else { 1 };
                let (hours, minutes) = zone.get(1..)?.split_once(':').unwrap_or((zone.get(1..)?, "00"));
                Some(sign * (i16::from(number(hours, 0, 23)?) * 60 + i16::from(number(minutes, 0, 59)?)))
            }
        };
        Some(())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = match self {
            Self::Unix(seconds) => return write!(f, "@{seconds}"),
            Self::Civil(civil) => civil,
        };
        write!(f, "{:04}", civil.year)?;
        for (from, separator, part) in [
            (Precision::Month, '-', civil.month),
            (Precision::Day, '-', civil.day),
            (Precision::Hour, 'T', civil.hour),
            (Precision::Minute, ':', civil.minute),
            (Precision::Second, ':', civil.second),
        ] {
            if civil.precision >= from {
                write!(f, "{separator}{part:02}")?;
            }
        }
        match civil.offset {
            None => Ok(()),
            Some(0) => f.write_char('Z'),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_of_a_moment_as_was_written() {
        for (text, first, last) in [
            ("@1521626714", 1_521_626_714, 1_521_626_714),
            ("1970", 0, 365 * 86_400 - 1),
            ("2018-03-21T18:05:14", 1_521_655_514, 1_521_655_514),
            ("2018-03-21 18:05:14Z", 1_521_655_514, 1_521_655_514),
            ("2018-03-21T18:05:14+08:00", 1_521_626_714, 1_521_626_714),
            ("2018-03-21T18:05-02:30", 1_521_664_500, 1_521_664_559),
            ("2018-03-21T18", 1_521_655_200, 1_521_658_799),
            ("2018-03-21", 1_521_590_400, 1_521_676_799),
            ("2020-02", 1_580_515_200, 1_583_020_799),
            ("2000-02-29", 951_782_400, 951_868_799),
            ("1969-12-31", -86_400, -1),
        ] {
            let moment = Moment::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((moment.first(), moment.last()), (first, last), "{text}");
            assert_eq!(Moment::parse(&moment.to_string()), Some(moment), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment() {
        for text in [
            "",
            "18",
            "2018-3-21",
            "2018-13",
            "2018-02-29",
            "2018-03-21T24",
            "2018-03-21T18:60",
            "2018-03T10",
            "@",
            "@99999999999",
            "2018-03-21T18:05:14.5",
            "2018-03-21T10+1",
            "2018-03-21Z",
            "2018-03-21-01",
            "now",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
