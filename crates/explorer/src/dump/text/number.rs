//! Numbers as C's `printf` writes them, into a buffer that is there already.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::ops::Range;

use crate::dump::digits::{integer, padded};

/// Digits that `%.20g` can ask for, with sign, point and exponent.
const LONGEST: usize = 32;

/// Text of a known most length, without an allocation.
struct Short {
    bytes: [u8; LONGEST],
    length: usize,
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// The significant digits of a finite number, correctly rounded, and the power of ten of the first.
struct Scientific {
    digits: [u8; LONGEST],
    exponent: i32,
}

impl Scientific {
    fn of(magnitude: f64, digits: usize) -> Self {
        Self::exact(magnitude, digits).unwrap_or_else(|| Self::formatted(magnitude, digits))
    }

    /// Numbers whose binary digits fit 128 bits: theirs are all decimal digits there are, cut
    /// off and rounded to even.
    fn exact(magnitude: f64, count: usize) -> Option<Self> {
        const MANTISSA_BITS: u32 = 52;
        const BIAS: i32 = 1075;
        let bits = magnitude.to_bits();
        let biased = (bits >> MANTISSA_BITS) as i32;
        if biased == 0 {
            return None;
        }
        let mantissa = bits & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS;
        let mut digits = [b'0'; LONGEST];
        let (exponent, rest) = match biased - BIAS {
            power @ 0..=WHOLE_BITS => whole_digits(u128::from(mantissa) << power, count, &mut digits),
            power @ SMALL_FRACTION_BITS..0 => fraction_digits(mantissa, power.unsigned_abs(), count, &mut digits),
            power @ FRACTION_BITS..SMALL_FRACTION_BITS => {
                long_fraction_digits(mantissa.into(), power.unsigned_abs(), count, &mut digits)
            }
            _ => return None,
        };
        let mut scientific = Self { digits, exponent };
        let odd = scientific.digits.get(count - 1).is_some_and(|digit| digit & 1 == 1);
        if rest == Ordering::Greater || rest == Ordering::Equal && odd {
            scientific.round_up(count);
        }
        Some(scientific)
    }

    fn round_up(&mut self, count: usize) {
        for digit in self.digits.iter_mut().take(count).rev() {
            if *digit < b'9' {
                *digit += 1;
                return;
            }
            *digit = b'0';
        }
        // 9.99 became 10.0.
        if let Some(first) = self.digits.first_mut() {
            *first = b'1';
        }
        self.exponent += 1;
    }

    /// Numbers of any size, by the standard library.
    fn formatted(magnitude: f64, digits: usize) -> Self {
        let mut text = Short { bytes: [0; LONGEST], length: 0 };
        let written = write!(text, "{magnitude:.*e}", digits - 1);
        debug_assert!(written.is_ok());
        let text = text.bytes.get(..text.length).unwrap_or_default();
        let mut parts = text.splitn(2, |byte| *byte == b'e');
        let mut parsed = Self { digits: [b'0'; LONGEST], exponent: 0 };
        let mantissa = parts.next().unwrap_or_default();
        for (to, from) in parsed.digits.iter_mut().zip(mantissa.iter().filter(|byte| **byte != b'.')) {
            *to = *from;
        }
        let exponent = parts.next().and_then(|text| std::str::from_utf8(text).ok());
        parsed.exponent = exponent.and_then(|text| text.parse().ok()).unwrap_or(0);
        parsed
    }
}

/// Powers of two by which a mantissa can be multiplied within 128 bits.
const WHOLE_BITS: i32 = 74;
/// Powers below 1 whose fraction leaves room for a decimal digit in 64 bits.
const SMALL_FRACTION_BITS: i32 = -60;
/// The same in 128 bits.
const FRACTION_BITS: i32 = -120;

/// The first `count` digits of a whole number that is not 0; what follows them against half of the last.
fn whole_digits(number: u128, count: usize, digits: &mut [u8; LONGEST]) -> (i32, Ordering) {
    let length = number.ilog10() as usize + 1;
    let cut = 10u128.pow(length.saturating_sub(count) as u32);
    let (mut kept, rest) = (number / cut, number % cut);
    for digit in digits.iter_mut().take(length.min(count)).rev() {
        *digit = b'0' + (kept % 10) as u8;
        kept /= 10;
    }
    let order = if cut == 1 { Ordering::Less } else { rest.cmp(&(cut / 2)) };
    (length as i32 - 1, order)
}

/// The digits of `mantissa / 2^power`, of at most 60 bits behind the point.
fn fraction_digits(mantissa: u64, power: u32, count: usize, digits: &mut [u8; LONGEST]) -> (i32, Ordering) {
    let mask = (1u64 << power) - 1;
    let (whole, mut fraction) = (mantissa >> power, mantissa & mask);
    let (mut written, mut exponent) = (0, -1);
    if whole > 0 {
        let (whole_exponent, order) = whole_digits(whole.into(), count, digits);
        (exponent, written) = (whole_exponent, whole_exponent as usize + 1);
        if written > count {
            // Only a fraction behind a tie makes a difference.
            return (exponent, if order == Ordering::Equal && fraction > 0 { Ordering::Greater } else { order });
        }
    }
    let next = || {
        fraction *= 10;
        let digit = (fraction >> power) as u8;
        fraction &= mask;
        digit
    };
    let exponent = digits_behind_point(next, digits, written..count, exponent);
    (exponent, fraction.cmp(&(1 << (power - 1))))
}

/// The same of a number below 1, of at most 120 bits behind the point.
fn long_fraction_digits(mut fraction: u128, power: u32, count: usize, digits: &mut [u8; LONGEST]) -> (i32, Ordering) {
    let mask = (1u128 << power) - 1;
    let next = || {
        fraction *= 10;
        let digit = (fraction >> power) as u8;
        fraction &= mask;
        digit
    };
    let exponent = digits_behind_point(next, digits, 0..count, -1);
    (exponent, fraction.cmp(&(1 << (power - 1))))
}

/// Writes the digits that `next` gives; zeros before the first that counts make the exponent smaller.
fn digits_behind_point(
    mut next: impl FnMut() -> u8, digits: &mut [u8; LONGEST], mut places: Range<usize>, mut exponent: i32,
) -> i32 {
    while !places.is_empty() {
        let digit = next();
        if places.start == 0 && digit == 0 {
            exponent -= 1;
            continue;
        }
        if let Some(slot) = digits.get_mut(places.start) {
            *slot = b'0' + digit;
        }
        places.start += 1;
    }
    exponent
}

/// What `printf` writes for numbers without digits.
fn special(out: &mut Vec<u8>, number: f64) -> bool {
    if number.is_finite() {
        return false;
    }
    out.extend_from_slice(match (number.is_nan(), number.is_sign_negative()) {
        (true, false) => b"nan",
        (true, true) => b"-nan",
        (false, false) => b"inf",
        (false, true) => b"-inf",
    });
    true
}

/// The exponent as C writes it: signed, at least two digits.
fn exponent(out: &mut Vec<u8>, exponent: i32) {
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    padded(out, exponent.unsigned_abs(), 2);
}

/// `%.{digits}g`: at most this many significant digits, at most 20.
pub fn general(out: &mut Vec<u8>, number: f64, digits: usize) {
    let digits = digits.clamp(1, 20);
    if special(out, number) {
        return;
    }
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let magnitude = number.abs();
    // Whole numbers of few enough digits are what they are.
    if magnitude < 1e15 && magnitude.fract() == 0.0 && (digits >= 15 || magnitude < 1e5) {
        return integer(out, magnitude as u64);
    }
    let scientific = Scientific::of(magnitude, digits);
    let kept = scientific.digits.get(..digits).unwrap_or_default();
    let kept = kept.get(..kept.iter().rposition(|digit| *digit != b'0').map_or(1, |last| last + 1)).unwrap_or_default();
    let (first, rest) = kept.split_at(1.min(kept.len()));
    if scientific.exponent < -4 || scientific.exponent >= digits as i32 {
        out.extend_from_slice(first);
        if !rest.is_empty() {
            out.push(b'.');
            out.extend_from_slice(rest);
        }
        exponent(out, scientific.exponent);
    } else if scientific.exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', (-scientific.exponent - 1) as usize));
        out.extend_from_slice(kept);
    } else {
        let whole = scientific.exponent as usize + 1;
        let (before, after) = kept.split_at(whole.min(kept.len()));
        out.extend_from_slice(before);
        out.extend(std::iter::repeat_n(b'0', whole - before.len()));
        if !after.is_empty() {
            out.push(b'.');
            out.extend_from_slice(after);
        }
    }
}

/// `%-20g`: six significant digits, blanks behind up to twenty characters.
pub fn general_left_20(out: &mut Vec<u8>, number: f64) {
    let start = out.len();
    general(out, number, 6);
    let written = out.len() - start;
    out.extend(std::iter::repeat_n(b' ', 20usize.saturating_sub(written)));
}

/// `%.5e`.
pub fn scientific_5(out: &mut Vec<u8>, number: f64) {
    if special(out, number) {
        return;
    }
    if number.is_sign_negative() {
        out.push(b'-');
    }
    let scientific = Scientific::of(number.abs(), 6);
    let (first, rest) = scientific.digits.split_at(1);
    out.extend_from_slice(first);
    out.push(b'.');
    out.extend_from_slice(rest.get(..5).unwrap_or_default());
    exponent(out, scientific.exponent);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    /// `printf` of the machine's C library.
    #[cfg(unix)]
    #[allow(unsafe_code)]
    fn printf(format: &std::ffi::CStr, number: f64) -> String {
        let mut buffer = [0u8; 512];
        // SAFETY: the buffer's length is given, the formats below take one double.
        let written = unsafe { libc::snprintf(buffer.as_mut_ptr().cast(), buffer.len(), format.as_ptr(), number) };
        std::str::from_utf8(&buffer[..written as usize]).expect("ASCII").to_owned()
    }

    /// Numbers of every kind: bit patterns, short decimals, ties, neighbours of powers of ten.
    fn numbers() -> impl Iterator<Item = f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let edges = [0.0, -0.0, 0.5, 1.0, -1.5, 9.5, 99999.5, 999_999.5, 1e5, 1e6, 1e15, 1e16, 1e20, 1e21, 5e-324];
        let edges = edges.into_iter().chain([f64::MAX, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        let powers = (-310..308).flat_map(|power| {
            let number: f64 = format!("1e{power}").parse().expect("a number");
            [number.next_down(), number, number.next_up()]
        });
        let ties = (0..60).flat_map(|power| [1.0, 3.0, 12_345.0].map(|odd| odd / f64::from(1 << (power % 30))));
        let random = (0..60_000).map(move |i| match i % 6 {
            0 => f64::from_bits(next()),
            1 => (next() % 100_000_000) as f64 / 100.0,
            2 => f64::from(f32::from_bits(next() as u32)),
            3 => next() as f64,
            4 => -((next() % 1_000_000_000) as f64) / 1e9,
            _ => (next() % 2_000_000 + 1) as f64 * 0.5,
        });
        edges.chain(powers).chain(ties).chain(random)
    }

    #[cfg(unix)]
    #[test]
    fn doubles_as_c_prints_them() {
        for number in numbers() {
            assert_eq!(text(|out| general(out, number, 20)), printf(c"%-.20g", number), "{number:e}");
            assert_eq!(text(|out| general(out, number, 14)), printf(c"%.14g", number), "{number:e}");
            assert_eq!(text(|out| general_left_20(out, number)), printf(c"%-20g", number), "{number:e}");
            assert_eq!(text(|out| scientific_5(out, number)), printf(c"%.5e", number), "{number:e}");
        }
    }

    #[test]
    fn both_ways_to_digits_agree() {
        for number in numbers().filter(|number| number.is_finite() && *number != 0.0) {
            for count in [1, 2, 6, 14, 17, 20] {
                let formatted = Scientific::formatted(number.abs(), count);
                if let Some(exact) = Scientific::exact(number.abs(), count) {
                    let ties_apart = format!("{:.60e}", number.abs());
                    assert_eq!(
                        (&exact.digits[..count], exact.exponent),
                        (&formatted.digits[..count], formatted.exponent),
                        "{ties_apart}"
                    );
                }
            }
        }
    }

    #[test]
    fn examples() {
        assert_eq!(text(|out| general(out, 0.1, 20)), "0.10000000000000000555");
        assert_eq!(text(|out| general(out, 1.797_693_134_862_315_7e308, 20)), "1.7976931348623157081e+308");
        assert_eq!(text(|out| general_left_20(out, 3.402_823_466_385_288_6e38)), "3.40282e+38         ");
        assert_eq!(text(|out| general_left_20(out, 123_456_789.0)), "1.23457e+08         ");
        assert_eq!(text(|out| general(out, 0.0001, 6)), "0.0001");
        assert_eq!(text(|out| general(out, 0.00001, 6)), "1e-05");
        assert_eq!(text(|out| general(out, -0.0, 20)), "-0");
        assert_eq!(text(|out| scientific_5(out, -1e30)), "-1.00000e+30");
        assert_eq!(text(|out| scientific_5(out, 0.0)), "0.00000e+00");
    }
}
