//! How likely a reading of MariaDB's old fractional times is. Costs are tenths of negative natural
//! logarithms: what a reading makes of the same bytes costs the less, the likelier such values are.

use crate::value::Value;

/// Precisions, the likeliest first, and what each costs: people declare 0, 6 and 3.
pub(super) const PRECISIONS: [(u8, u32); 7] = [(0, 5), (6, 15), (3, 20), (2, 30), (1, 40), (4, 50), (5, 50)];

/// Seconds of a time without a fraction, spread over the days or years that it may lie in.
mod base {
    pub const TIME_OF_DAY: u32 = 114;
    pub const DAYS: u32 = 140;
    pub const WEEKS: u32 = 170;
    pub const EXTREME: u32 = 210;
    pub const NOW: u32 = 215;
    pub const CENTURY: u32 = 250;
    pub const MILLENNIA: u32 = 290;
    pub const ANTIQUITY: u32 = 330;
    /// The zero date is common.
    pub const ZERO: u32 = 30;
    pub const ZERO_PART: u32 = 40;
    pub const NEGATIVE: u32 = 20;
}

/// A digit of a fraction costs ln 10; but more fractions are 0 than chance would have it.
const fn fraction(micros: u32, precision: u8) -> u32 {
    if micros == 0 { 10 } else { 23 * precision as u32 }
}

/// What a byte costs that could be any.
pub(super) const BYTE: i32 = 55;

/// What a value costs.
pub(super) fn of(value: &Value<'_>) -> u32 {
    match *value {
        Value::Time(time) => {
            let base = match time.hours {
                0..24 => base::TIME_OF_DAY,
                24..100 => base::DAYS,
                100..800 => base::WEEKS,
                _ => base::EXTREME,
            };
            let sign = if time.negative { base::NEGATIVE } else { 0 };
            base + sign + fraction(time.micros, time.precision)
        }
        Value::DateTime(time) => {
            let date = time.date;
            let base = match date.year {
                0 if date.month == 0 && date.day == 0 => base::ZERO,
                1970..2040 => base::NOW,
                1900..2100 => base::CENTURY,
                1000.. => base::MILLENNIA,
                _ => base::ANTIQUITY,
            };
            let part = (date.month == 0 || date.day == 0) && base != base::ZERO;
            let part = if part { base::ZERO_PART } else { 0 };
            base + part + fraction(time.micros, time.precision)
        }
        Value::Timestamp(moment) => {
            // 1973 and 1990.
            let base = match moment.seconds {
                0 => base::ZERO,
                631_152_000.. => base::NOW,
                100_000_000.. => base::CENTURY,
                _ => base::MILLENNIA,
            };
            base + fraction(moment.micros, moment.precision)
        }
        _ => 0,
    }
}
