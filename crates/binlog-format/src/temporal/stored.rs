//! Dates and times back into the bits that row images hold: the inverse of the functions that read them.
//! Parts are taken as they are; those out of range run into their neighbours.

use super::{Date, DateTime, HIRES_TIME_ZERO, Time, Timestamp, fraction_bytes};

/// A fraction as stored in whole bytes: hundredths, ten-thousandths or microseconds.
const fn fraction(micros: u32, precision: u8) -> u64 {
    (match fraction_bytes(precision) {
        0 => 0,
        1 => micros / 10_000,
        2 => micros / 100,
        _ => micros,
    }) as u64
}

/// Units of 10^-precision seconds.
const fn decimal_fraction(micros: u32, precision: u8) -> u64 {
    (micros / 10u32.pow(6u32.saturating_sub(precision as u32))) as u64
}

impl Date {
    /// The three stored bytes as a number: day in bits 0-4, month in 5-8, year in 9-23.
    pub const fn packed(self) -> u32 {
        (self.year as u32) << 9 | (self.month as u32) << 5 | self.day as u32
    }
}

impl Time {
    /// Hours, minutes and seconds as TIME2 and JSON pack them.
    const fn top(self) -> u64 {
        (self.hours as u64) << 12 | (self.minutes as u64) << 6 | self.seconds as u64
    }

    /// TIME2, big-endian, of its precision.
    pub const fn time2(self) -> u64 {
        let bits = 8 * fraction_bytes(self.precision);
        let magnitude = self.top() << bits | fraction(self.micros, self.precision);
        let zero = 0x80_0000 << bits;
        if self.negative { zero - magnitude } else { zero + magnitude }
    }

    /// Old TIME: signed hhmmss as a decimal number, the low 24 bits of which are stored.
    pub const fn hhmmss(self) -> i64 {
        let magnitude = self.hours as i64 * 10_000 + self.minutes as i64 * 100 + self.seconds as i64;
        if self.negative { -magnitude } else { magnitude }
    }

    /// MariaDB's TIME(1) to TIME(6) before 10.1, big-endian, of its precision.
    pub const fn hires(self) -> u64 {
        let unit = 10i64.pow(if self.precision < 6 { self.precision as u32 } else { 6 });
        let seconds = self.hours as i64 * 3600 + self.minutes as i64 * 60 + self.seconds as i64;
        let magnitude = seconds * unit + decimal_fraction(self.micros, self.precision) as i64;
        (HIRES_TIME_ZERO * unit + if self.negative { -magnitude } else { magnitude }) as u64
    }

    /// TIME inside JSON.
    pub const fn json(self) -> i64 {
        let magnitude = (self.top() << 24 | self.micros as u64) as i64;
        if self.negative { -magnitude } else { magnitude }
    }
}

impl DateTime {
    /// Year and month, day, and the time of day as DATETIME2 and JSON pack them.
    const fn top(self) -> u64 {
        let year_month = self.date.year as u64 * 13 + self.date.month as u64;
        let clock = (self.hours as u64) << 12 | (self.minutes as u64) << 6 | self.seconds as u64;
        year_month << 22 | (self.date.day as u64) << 17 | clock
    }

    /// DATETIME2, big-endian, of its precision.
    pub const fn datetime2(self) -> u64 {
        const SIGN: u64 = 1 << 39;
        (SIGN | self.top()) << (8 * fraction_bytes(self.precision)) | fraction(self.micros, self.precision)
    }

    /// Old DATETIME: YYYYMMDDhhmmss as a decimal number.
    pub const fn decimal(self) -> u64 {
        let date = self.date.year as u64 * 10_000 + self.date.month as u64 * 100 + self.date.day as u64;
        date * 1_000_000 + self.hours as u64 * 10_000 + self.minutes as u64 * 100 + self.seconds as u64
    }

    /// MariaDB's DATETIME(1) to DATETIME(6) before 10.1, big-endian, of its precision.
    pub const fn hires(self) -> u64 {
        let unit = 10u64.pow(if self.precision < 6 { self.precision as u32 } else { 6 });
        let days = (self.date.year as u64 * 13 + self.date.month as u64) * 32 + self.date.day as u64;
        let seconds = ((days * 24 + self.hours as u64) * 60 + self.minutes as u64) * 60 + self.seconds as u64;
        seconds * unit + decimal_fraction(self.micros, self.precision)
    }

    /// DATE and DATETIME inside JSON.
    pub const fn json(self) -> u64 {
        self.top() << 24 | self.micros as u64
    }
}

impl Timestamp {
    /// TIMESTAMP2, big-endian, of its precision; without a fraction the old TIMESTAMP's number, too.
    pub const fn timestamp2(self) -> u64 {
        (self.seconds as u64) << (8 * fraction_bytes(self.precision)) | fraction(self.micros, self.precision)
    }

    /// MariaDB's TIMESTAMP(1) to TIMESTAMP(6) before 10.1, big-endian, of its precision.
    pub const fn hires(self) -> u64 {
        (self.seconds as u64) << (8 * fraction_bytes(self.precision)) | decimal_fraction(self.micros, self.precision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_reads_back() {
        let date = Date { year: 2024, month: 2, day: 29 };
        assert_eq!(Date::from_packed(date.packed()), date);
        for precision in 0..=6u8 {
            let unit = 10u32.pow(6 - u32::from(precision));
            let micros = 987_654 / unit * unit;
            let moment = DateTime { date, hours: 23, minutes: 59, seconds: 58, micros, precision };
            assert_eq!(DateTime::from_datetime2(moment.datetime2(), precision), moment);
            assert_eq!(DateTime::from_hires(moment.hires(), precision), moment);
            let whole = DateTime { micros: 0, precision: 0, ..moment };
            assert_eq!(DateTime::from_decimal(moment.decimal()), whole);
            assert_eq!(DateTime::from_json(moment.json()), DateTime { precision: 6, ..moment });
            let seconds = Timestamp { seconds: 1_709_251_198, micros, precision };
            assert_eq!(Timestamp::from_timestamp2(seconds.timestamp2(), precision), seconds);
            assert_eq!(Timestamp::from_hires(seconds.hires(), precision), seconds);
            for negative in [false, true] {
                let time = Time { negative, hours: 838, minutes: 59, seconds: 57, micros, precision };
                assert_eq!(Time::from_time2(time.time2(), precision), time);
                assert_eq!(Time::from_hires(time.hires(), precision), time);
                assert_eq!(Time::from_json(time.json()), Time { precision: 6, ..time });
                assert_eq!(Time::from_hhmmss(time.hhmmss()), Time { micros: 0, precision: 0, ..time });
            }
        }
    }
}
