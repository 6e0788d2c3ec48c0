//! Dates and times as the row images hold them. Parts are kept as stored: zero months, zero
//! days and year 0 are legal, so none of this goes through a calendar type. The functions that take
//! stored bits fail on none: parts out of range are kept as far as they fit.
//! Sources: MySQL `mysys/my_time.cc`, MariaDB `sql/compat56.cc` and `sql/field.cc`.

mod stored;

use core::fmt;

use crate::digits::Digits;

/// DATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// 0 to 9999.
    pub year: u16,
    /// 0 to 12.
    pub month: u8,
    /// 0 to 31.
    pub day: u8,
}

impl Date {
    /// From the three stored bytes: day in bits 0-4, month in 5-8, year in 9-23.
    pub const fn from_packed(bits: u32) -> Self {
        Self { year: (bits >> 9) as u16, month: (bits >> 5 & 15) as u8, day: (bits & 31) as u8 }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Digits::new(f);
        self.put(&mut text)?;
        text.pass()
    }
}

/// TIME, -838:59:59.999999 to 838:59:59.999999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Below zero.
    pub negative: bool,
    /// 0 to 838; up to 1023 as stored.
    pub hours: u16,
    /// Minutes, 0 to 59; up to 63 as stored.
    pub minutes: u8,
    /// Seconds, 0 to 59; up to 63 as stored.
    pub seconds: u8,
    /// Microseconds, whatever the precision.
    pub micros: u32,
    /// Digits of the fraction that the column has.
    pub precision: u8,
}

/// DATETIME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// The date part.
    pub date: Date,
    /// Hours, 0 to 23; up to 31 as stored.
    pub hours: u8,
    /// Minutes, 0 to 59; up to 63 as stored.
    pub minutes: u8,
    /// Seconds, 0 to 59; up to 63 as stored.
    pub seconds: u8,
    /// Microseconds, whatever the precision.
    pub micros: u32,
    /// Digits of the fraction that the column has.
    pub precision: u8,
}

/// TIMESTAMP: a point in time, shown in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// Seconds since 1970; 0 is the zero date.
    pub seconds: u32,
    /// Microseconds, whatever the precision.
    pub micros: u32,
    /// Digits of the fraction that the column has.
    pub precision: u8,
}

/// Bytes that a fraction of this many digits takes.
pub const fn fraction_bytes(precision: u8) -> usize {
    (precision as usize).div_ceil(2)
}

/// Microseconds of a fraction stored in `bytes` bytes.
const fn micros(fraction: u64, bytes: usize) -> u32 {
    (match bytes {
        0 => 0,
        1 => fraction * 10_000,
        2 => fraction * 100,
        _ => fraction,
    }) as u32
}

/// Where MariaDB's old fractional TIME begins, -839:00:00, in seconds.
const HIRES_TIME_ZERO: i64 = 3_020_400;

/// Microseconds of a fraction in units of 10^-precision seconds.
const fn decimal_micros(fraction: u64, precision: u8) -> u32 {
    (fraction * 10u64.pow(6u32.saturating_sub(precision as u32))) as u32
}

/// Bytes of MariaDB's TIME(p) before 10.1, by precision; 0 is the plain old TIME.
pub const HIRES_TIME_BYTES: [usize; 7] = [3, 4, 4, 5, 5, 5, 6];

/// Bytes of MariaDB's DATETIME(p) before 10.1, by precision; 0 is the plain old DATETIME.
pub const HIRES_DATETIME_BYTES: [usize; 7] = [8, 6, 6, 7, 7, 7, 8];

impl Time {
    /// TIME2: the 3 bytes and the fraction are one number with an offset, and are negated as
    /// one. Source: `mysys/my_time.cc` (`my_time_packed_from_binary`).
    pub fn from_time2(stored: u64, precision: u8) -> Self {
        let bytes = fraction_bytes(precision);
        let signed = stored as i64 - (0x80_0000 << (8 * bytes));
        let magnitude = signed.unsigned_abs();
        let top = magnitude >> (8 * bytes);
        let fraction = magnitude & ((1 << (8 * bytes)) - 1);
        Self {
            negative: signed < 0,
            hours: (top >> 12 & 0x3ff) as u16,
            minutes: (top >> 6 & 63) as u8,
            seconds: (top & 63) as u8,
            micros: micros(fraction, bytes),
            precision,
        }
    }

    /// Old TIME: signed hhmmss as a decimal number.
    pub fn from_hhmmss(number: i64) -> Self {
        let magnitude = number.unsigned_abs();
        Self {
            negative: number < 0,
            hours: (magnitude / 10_000) as u16,
            minutes: (magnitude / 100 % 100) as u8,
            seconds: (magnitude % 100) as u8,
            micros: 0,
            precision: 0,
        }
    }

    /// MariaDB's TIME(1) to TIME(6) before 10.1: units of 10^-precision seconds, offset so that the
    /// lowest TIME is 0. Source: `sql/field.cc` (`Field_time_hires`).
    pub fn from_hires(stored: u64, precision: u8) -> Self {
        let unit = 10i64.pow(precision.min(6).into());
        let signed = stored as i64 - HIRES_TIME_ZERO * unit;
        let (seconds, fraction) = (signed.unsigned_abs() / unit as u64, signed.unsigned_abs() % unit as u64);
        Self {
            negative: signed < 0,
            hours: (seconds / 3600).min(u16::MAX.into()) as u16,
            minutes: (seconds / 60 % 60) as u8,
            seconds: (seconds % 60) as u8,
            micros: decimal_micros(fraction, precision),
            precision,
        }
    }

    /// TIME inside JSON: 24 bits of microseconds below the packed time; the sign negates all.
    pub fn from_json(packed: i64) -> Self {
        let magnitude = packed.unsigned_abs();
        let top = magnitude >> 24;
        Self {
            negative: packed < 0,
            hours: (top >> 12 & 0x3ff) as u16,
            minutes: (top >> 6 & 63) as u8,
            seconds: (top & 63) as u8,
            micros: (magnitude & 0xff_ffff) as u32,
            precision: 6,
        }
    }
}

impl DateTime {
    fn from_parts(year_month: u64, day: u64, hms: u64, micros: u32, precision: u8) -> Self {
        Self {
            date: Date { year: (year_month / 13) as u16, month: (year_month % 13) as u8, day: day as u8 },
            hours: (hms >> 12) as u8,
            minutes: (hms >> 6 & 63) as u8,
            seconds: (hms & 63) as u8,
            micros,
            precision,
        }
    }

    /// DATETIME2: 5 bytes (1 sign, 17 year*13+month, 5 day, 5 hour, 6 minute, 6 second bits)
    /// and the fraction, big-endian. Source: `mysys/my_time.cc`.
    pub fn from_datetime2(stored: u64, precision: u8) -> Self {
        let bytes = fraction_bytes(precision);
        let top = stored >> (8 * bytes);
        let fraction = stored & ((1 << (8 * bytes)) - 1);
        Self::from_parts(top >> 22 & 0x1_ffff, top >> 17 & 31, top & 0x1_ffff, micros(fraction, bytes), precision)
    }

    /// Old DATETIME: YYYYMMDDhhmmss as a decimal number.
    pub fn from_decimal(number: u64) -> Self {
        let (date, time) = (number / 1_000_000, number % 1_000_000);
        Self {
            date: Date {
                year: (date / 10_000).min(u16::MAX.into()) as u16,
                month: (date / 100 % 100) as u8,
                day: (date % 100) as u8,
            },
            hours: (time / 10_000) as u8,
            minutes: (time / 100 % 100) as u8,
            seconds: (time % 100) as u8,
            micros: 0,
            precision: 0,
        }
    }

    /// MariaDB's DATETIME(1) to DATETIME(6) before 10.1: year, month, day, hour, minute, second and
    /// fraction as one number of mixed bases. Source: `sql/field.cc` (`Field_datetime_hires`).
    pub fn from_hires(stored: u64, precision: u8) -> Self {
        let unit = 10u64.pow(precision.min(6).into());
        let (rest, fraction) = (stored / unit, stored % unit);
        let (rest, seconds) = (rest / 60, rest % 60);
        let (rest, minutes) = (rest / 60, rest % 60);
        let (rest, hours) = (rest / 24, rest % 24);
        let (year_month, day) = (rest / 32, rest % 32);
        Self {
            date: Date {
                year: (year_month / 13).min(u16::MAX.into()) as u16,
                month: (year_month % 13) as u8,
                day: day as u8,
            },
            hours: hours as u8,
            minutes: minutes as u8,
            seconds: seconds as u8,
            micros: decimal_micros(fraction, precision),
            precision,
        }
    }

    /// DATETIME inside JSON: 24 bits of microseconds below 17 of time, 5 of day, year*13+month.
    pub fn from_json(packed: u64) -> Self {
        let top = packed >> 24;
        Self::from_parts(top >> 22 & 0x1_ffff, top >> 17 & 31, top & 0x1_ffff, (packed & 0xff_ffff) as u32, 6)
    }

    /// The civil date and time of a moment in UTC.
    pub fn from_unix(seconds: u64, micros: u32, precision: u8) -> Self {
        // Days to year-month-day by the 400-year cycle that begins on 1 March 0000.
        let (days, time) = (seconds / 86_400 + 719_468, seconds % 86_400);
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Self {
            date: Date {
                year: year as u16,
                month: month as u8,
                day: (day_of_year - (153 * from_march + 2) / 5 + 1) as u8,
            },
            hours: (time / 3600) as u8,
            minutes: (time / 60 % 60) as u8,
            seconds: (time % 60) as u8,
            micros,
            precision,
        }
    }
}

impl Timestamp {
    /// MariaDB's TIMESTAMP(1) to TIMESTAMP(6) before 10.1: 4 bytes of seconds and a fraction of
    /// 10^-precision seconds, big-endian. Source: `sql/field.cc` (`Field_timestamp_hires`).
    pub fn from_hires(stored: u64, precision: u8) -> Self {
        let bytes = fraction_bytes(precision);
        let fraction = stored & ((1 << (8 * bytes)) - 1);
        Self { seconds: (stored >> (8 * bytes)) as u32, micros: decimal_micros(fraction, precision), precision }
    }

    /// TIMESTAMP2: 4 bytes of seconds and the fraction, big-endian.
    pub fn from_timestamp2(stored: u64, precision: u8) -> Self {
        let bytes = fraction_bytes(precision);
        let fraction = stored & ((1 << (8 * bytes)) - 1);
        Self { seconds: (stored >> (8 * bytes)) as u32, micros: micros(fraction, bytes), precision }
    }
}

impl Date {
    fn put(&self, text: &mut Digits<'_>) -> fmt::Result {
        text.number(self.year.into(), 4)?;
        [self.month, self.day].into_iter().try_for_each(|part| {
            text.put(b"-")?;
            text.number(part.into(), 2)
        })
    }
}

/// Minutes, seconds and what follows them, behind the hours.
fn put_time(text: &mut Digits<'_>, parts: [u8; 2], micros: u32, precision: u8) -> fmt::Result {
    for part in parts {
        text.put(b":")?;
        text.number(part.into(), 2)?;
    }
    put_fraction(text, micros, precision)
}

fn put_fraction(text: &mut Digits<'_>, micros: u32, precision: u8) -> fmt::Result {
    let precision = precision.min(6);
    if precision == 0 {
        return Ok(());
    }
    text.put(b".")?;
    text.number(micros / 10u32.pow(u32::from(6 - precision)), precision.into())
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Digits::new(f);
        if self.negative {
            text.put(b"-")?;
        }
        text.number(self.hours.into(), 2)?;
        put_time(&mut text, [self.minutes, self.seconds], self.micros, self.precision)?;
        text.pass()
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Digits::new(f);
        self.date.put(&mut text)?;
        text.put(b" ")?;
        text.number(self.hours.into(), 2)?;
        put_time(&mut text, [self.minutes, self.seconds], self.micros, self.precision)?;
        text.pass()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.seconds == 0 && self.micros == 0 {
            let mut text = Digits::new(f);
            text.put(b"0000-00-00 00:00:00")?;
            put_fraction(&mut text, 0, self.precision)?;
            return text.pass();
        }
        DateTime::from_unix(u64::from(self.seconds), self.micros, self.precision).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn go_mysql_677_negative_time2() {
        for (stored, precision, text) in [
            (0x80_0000, 0, "00:00:00"),
            (0x7e_fdfc, 0, "-16:08:04"),
            (0x7e_fdfb_f63c, 3, "-16:08:04.250"),
            (0x7f_3747_e12e, 3, "-12:34:56.789"),
            (0x7fff_ffff_ffff, 6, "-00:00:00.000001"),
            (0x7fff_ffff, 2, "-00:00:00.01"),
        ] {
            assert_eq!(Time::from_time2(stored, precision).to_string(), text);
        }
        assert_eq!(Time::from_hhmmss(sign(0xfe_1dc0)).to_string(), "-12:34:56");
    }

    #[test]
    fn osheroff_57_fractional_times_before_mariadb_10_1() {
        assert_eq!(Time::from_hires(0x01c5_f6ff, 1).to_string(), "-12:34:56.1");
        for precision in 1..=6u8 {
            let unit = 10u64.pow(precision.into());
            let digits = &"789123"[..usize::from(precision)];
            let fraction: u64 = digits.parse().unwrap();
            let time = ((838 * 60 + 59) * 60 + 58) * unit + fraction;
            let zero = 3_020_400 * unit;
            assert_eq!(Time::from_hires(zero + time, precision).to_string(), std::format!("838:59:58.{digits}"));
            assert_eq!(Time::from_hires(zero - time, precision).to_string(), std::format!("-838:59:58.{digits}"));
            let date_time = (((((2024 * 13 + 2) * 32 + 29) * 24 + 12) * 60 + 34) * 60 + 56) * unit + fraction;
            let text = DateTime::from_hires(date_time, precision).to_string();
            assert_eq!(text, std::format!("2024-02-29 12:34:56.{digits}"));
            assert!(date_time.leading_zeros() as usize >= 64 - 8 * HIRES_DATETIME_BYTES[usize::from(precision)]);
            let moment = 1_521_626_714 << (8 * fraction_bytes(precision)) | fraction;
            let text = Timestamp::from_hires(moment, precision).to_string();
            assert_eq!(text, std::format!("2018-03-21 10:05:14.{digits}"));
        }
    }

    #[test]
    fn go_mysql_1047_zero_parts_and_go_mysql_409_years_before_1970() {
        assert_eq!(Date::from_packed(2024 << 9).to_string(), "2024-00-00");
        assert_eq!(Date::from_packed(0).to_string(), "0000-00-00");
        assert_eq!(DateTime::from_decimal(20_240_015_000_000).to_string(), "2024-00-15 00:00:00");
        assert_eq!(DateTime::from_decimal(10_000_101_000_000).to_string(), "1000-01-01 00:00:00");
        assert_eq!(DateTime::from_decimal(u64::MAX).to_string(), "65535-37-09 55:16:15");
        let packed = |year: u64, month: u64, day: u64| (1 << 39) | ((year * 13 + month) << 22) | day << 17;
        assert_eq!(DateTime::from_datetime2(packed(1000, 1, 1), 0).to_string(), "1000-01-01 00:00:00");
        assert_eq!(DateTime::from_datetime2(packed(2024, 0, 15), 0).to_string(), "2024-00-15 00:00:00");
    }

    #[test]
    fn shardingsphere_30178_zero_dates_keep_their_fraction() {
        let zero_with_fraction = (1 << 63) | 250_000;
        assert_eq!(DateTime::from_datetime2(zero_with_fraction, 6).to_string(), "0000-00-00 00:00:00.250000");
    }

    fn sign(bits: u64) -> i64 {
        crate::value::sign_extend(bits, 3)
    }

    #[test]
    fn datetime2_of_the_reference() {
        assert_eq!(DateTime::from_datetime2(0x99b2_bb7e_fb01_e240, 6).to_string(), "2024-02-29 23:59:59.123456");
        assert_eq!(DateTime::from_datetime2(0x80_0000_0000, 0).to_string(), "0000-00-00 00:00:00");
    }

    #[test]
    fn moments_in_utc() {
        let text = |seconds| DateTime::from_unix(seconds, 0, 0).to_string();
        assert_eq!(text(0), "1970-01-01 00:00:00");
        assert_eq!(text(1_521_626_714), "2018-03-21 10:05:14");
        assert_eq!(text(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(text(4_294_967_295), "2106-02-07 06:28:15");
        assert_eq!(Timestamp { seconds: 0, micros: 0, precision: 2 }.to_string(), "0000-00-00 00:00:00.00");
    }
}
