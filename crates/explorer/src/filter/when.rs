//! Dates and times that row values are compared with. Zero months and days are legal there.

use super::moment::days_to;

/// What a literal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Year, month, day; none in a TIME.
    pub date: Option<(u16, u8, u8)>,
    /// Hours, minutes, seconds, microseconds.
    time: Option<(u16, u8, u8, u32)>,
    /// A TIME below zero.
    pub negative: bool,
    /// Minutes ahead of UTC.
    offset: Option<i64>,
}

fn digits(text: &str, most: usize) -> Option<u32> {
    let well = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| well)
}

impl When {
    /// Reads `2018-03-21`, `2018-03-21 18:05:14.5`, the same with `T` and with an offset, `-838:59:59`.
    pub fn parse(text: &str) -> Option<Self> {
        let none = Self { date: None, time: None, negative: false, offset: None };
        let dashes = text.bytes().skip(1).any(|byte| byte == b'-');
        if !dashes {
            let (negative, time) = text.strip_prefix('-').map_or((false, text), |time| (true, time));
            let time = clock(time).filter(|_| time.contains(':'))?;
            return Some(Self { time: Some(time), negative, ..none });
        }
        let (date, time) = match text.find(['T', 't', ' ']) {
            Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)? as u16;
        let (month, day) = (digits(parts.next()?, 2)? as u8, digits(parts.next()?, 2)? as u8);
        if parts.next().is_some() {
            return None;
        }
        let mut when = Self { date: Some((year, month, day)), ..none };
        let Some(time) = time else { return Some(when) };
        let (time, zone) = time.split_at(time.find(['Z', 'z', '+', '-']).unwrap_or(time.len()));
        when.time = Some(clock(time)?);
        when.offset = match zone {
            "" => None,
            "Z" | "z" => Some(0),
            zone => {
                let (hours, minutes) = zone.get(1..)?.split_once(':').unwrap_or((zone.get(1..)?, "0"));
                let minutes = i64::from(digits(hours, 2)?) * 60 + i64::from(digits(minutes, 2)?);
                Some(if zone.starts_with('-') { -minutes } else { minutes })
            }
        };
        Some(when)
    }

    /// Hours, minutes, seconds, microseconds; midnight if not told.
    pub fn time(&self) -> (u16, u8, u8, u32) {
        self.time.unwrap_or_default()
    }

    /// Seconds since 1970 and microseconds; the zero date comes before everything.
    pub fn moment(&self) -> Option<(i64, u32)> {
        let (year, month, day) = self.date?;
        if (year, month, day) == (0, 0, 0) {
            return Some((i64::MIN, 0));
        }
        let (hours, minutes, seconds, micros) = self.time();
        let time = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
        let days = days_to(year.into(), month.max(1), day.max(1));
        Some((days * 86_400 + time - self.offset.unwrap_or(0) * 60, micros))
    }
}

/// `hours:minutes:seconds.fraction`; seconds may be left out.
fn clock(text: &str) -> Option<(u16, u8, u8, u32)> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut parts = whole.split(':');
    let hours = digits(parts.next()?, 3)? as u16;
    let minutes = parts.next().map_or(Some(0), |part| digits(part, 2))? as u8;
    let seconds = match parts.next() {
        Some(part) => digits(part, 2)? as u8,
        None if fraction.is_some() => return None,
        None => 0,
    };
    let micros = match fraction {
        Some(fraction) => digits(fraction, 6)? * 10u32.pow(6 - fraction.len() as u32),
        None => 0,
    };
    parts.next().is_none().then_some((hours, minutes, seconds, micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_as_the_servers_write_them() {
        let parts = |text: &str| When::parse(text).map(|when| (when.date, when.negative, when.time()));
        assert_eq!(parts("2018-03-21"), Some((Some((2018, 3, 21)), false, (0, 0, 0, 0))));
        assert_eq!(parts("2018-03-21 18:05:14.25"), Some((Some((2018, 3, 21)), false, (18, 5, 14, 250_000))));
        assert_eq!(parts("0000-00-00 00:00:00"), Some((Some((0, 0, 0)), false, (0, 0, 0, 0))));
        assert_eq!(parts("-838:59:59"), Some((None, true, (838, 59, 59, 0))));
        assert_eq!(parts("12:30"), Some((None, false, (12, 30, 0, 0))));
        let moment = |text: &str| When::parse(text).and_then(|when| when.moment());
        assert_eq!(moment("2018-03-21T18:05:14+08:00"), Some((1_521_626_714, 0)));
        assert_eq!(moment("1970-01-01 00:00:01.5"), Some((1, 500_000)));
        assert_eq!(moment("0000-00-00"), Some((i64::MIN, 0)));
        for text in ["", "5", "-5", "2018", "2018-03", "a-b-c", "1:2:3:4", "1:2.5", "2018-03-21 x", "1:2:3.1234567"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
