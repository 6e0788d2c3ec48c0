//! Numbers as they are written, of any length, compared exactly.

use std::cmp::Ordering;

/// A decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: String,
    /// Digits after the point, without zeros at the end.
    fraction: String,
    /// What is before the point as a number, with its sign; the nearest there is.
    truncated: i128,
}

/// Places that an exponent may move the point: more than any number of a server has.
const MOST_PLACES: i32 = 400;

impl Number {
    /// Reads `-12`, `0.5`, `1.5e3`, `0x1f`, `true` and `false`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("true") => return Self::parse("1"),
            _ if text.eq_ignore_ascii_case("false") => return Self::parse("0"),
            _ => {}
        }
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let well = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            return Self::parse(&u64::from_str_radix(digits, 16).ok().filter(|_| well)?.to_string());
        }
        let (negative, text) = sign(text);
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) || exponent.abs() > MOST_PLACES {
            return None;
        }
        let (mut whole, mut fraction) = (whole.to_owned(), fraction.to_owned());
        for _ in 0..exponent {
            whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
        }
        for _ in exponent..0 {
            fraction.insert(0, whole.pop().unwrap_or('0'));
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let magnitude = if whole.is_empty() { 0 } else { whole.parse::<i128>().unwrap_or(i128::MAX) };
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole, fraction, truncated: if negative { -magnitude } else { magnitude } })
    }

    /// How an integer stands to it.
    pub fn order_integer(&self, integer: i128) -> Ordering {
        match integer.cmp(&self.truncated) {
            // The whole part agrees: the rest decides.
            Ordering::Equal if !self.fraction.is_empty() && self.negative => Ordering::Greater,
            Ordering::Equal if !self.fraction.is_empty() => Ordering::Less,
            order => order,
        }
    }

    /// How a decimal number, as the servers write one, stands to it.
    pub fn order_decimal(&self, text: &str) -> Ordering {
        let (negative, text) = sign(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        let magnitude = whole
            .len()
            .cmp(&self.whole.len())
            .then_with(|| whole.cmp(&self.whole))
            // Digits behind the point compare as text does: a longer one that begins the same is more.
            .then_with(|| fraction.cmp(&self.fraction));
        match (negative, self.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => magnitude,
            (true, true) => magnitude.reverse(),
        }
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_compare_exactly() {
        let order = |left: &str, right: &str| Number::parse(right).expect(right).order_decimal(left);
        for (left, right, expected) in [
            ("5", "5.000", Ordering::Equal),
            ("5", "5.001", Ordering::Less),
            ("-5", "-5.001", Ordering::Greater),
            ("-0", "0", Ordering::Equal),
            ("0.10", "1e-1", Ordering::Equal),
            ("150", "1.5e2", Ordering::Equal),
            (
                "99999999999999999999999999999999999999.1",
                "99999999999999999999999999999999999999.09",
                Ordering::Greater,
            ),
            ("100", "99", Ordering::Greater),
            ("-100", "99", Ordering::Less),
            ("1", "-1", Ordering::Greater),
        ] {
            assert_eq!(order(left, right), expected, "{left} {right}");
            if let Ok(integer) = left.parse() {
                assert_eq!(Number::parse(right).expect(right).order_integer(integer), expected, "{left} {right}");
            }
        }
        let huge = Number::parse("-1e60").expect("a number");
        assert_eq!(huge.order_integer(i64::MIN.into()), Ordering::Greater);
        assert_eq!(Number::parse("0x10").expect("a number").order_integer(16), Ordering::Equal);
        assert_eq!(Number::parse("true").expect("a number").order_integer(1), Ordering::Equal);
        for text in ["", "-", ".", "1e", "1e999", "0x", "1_0", "e5", "--1", "1.2.3", "0xg"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
