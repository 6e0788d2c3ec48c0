//! Numbers as people read them: grouped counts, sizes, offsets, bytes in hex.

/// Digits in groups of three, as both languages write them: `6,690,389`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in the largest binary unit that keeps it at or above one: `61 B`, `1.0 GiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut amount = bytes as f64 / 1024.0;
    let mut unit = 0;
    while amount >= 1023.95 && unit + 1 < UNITS.len() {
        amount /= 1024.0;
        unit += 1;
    }
    format!("{amount:.1} {}", UNITS[unit])
}

/// An offset in hex with as many digits as `last` needs, and at least eight.
pub fn address(offset: u64, last: u64) -> String {
    let digits = (64 - last.leading_zeros() as usize).div_ceil(4).max(8);
    format!("{offset:0digits$x}")
}

/// Bytes as spaced hex pairs.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        push_hex(&mut out, *byte);
    }
    out
}

/// Appends the two hex digits of a byte.
pub fn push_hex(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.push(DIGITS[usize::from(byte >> 4)] as char);
    out.push(DIGITS[usize::from(byte & 15)] as char);
}

/// An offset as a person types it: `782`, `0x30e`, `30eh`, `30e`, or `+16` and `-0x10` from
/// where they are. Digits alone are decimal. `None` when it is none of these or below zero.
pub fn parse_offset(text: &str, here: u64) -> Option<u64> {
    let text = text.trim().replace([',', '_', ' '], "");
    if let Some(rest) = text.strip_prefix('+') {
        return here.checked_add(parse_magnitude(rest)?);
    }
    if let Some(rest) = text.strip_prefix(['-', '−']) {
        return here.checked_sub(parse_magnitude(rest)?);
    }
    parse_magnitude(&text)
}

fn parse_magnitude(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok();
    }
    if !lower.is_empty() && lower.bytes().all(|b| b.is_ascii_digit()) {
        return lower.parse().ok();
    }
    u64::from_str_radix(lower.strip_suffix('h').unwrap_or(&lower), 16).ok()
}

/// Seconds since 1970 as `2018-03-21 18:05:14`, always UTC so that two people read the same.
pub fn date_time(seconds: u32) -> String {
    let days = i64::from(seconds / 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02} {}", time_of_day(seconds))
}

/// The time of day alone: `18:05:14`.
pub fn time_of_day(seconds: u32) -> String {
    let rest = seconds % 86_400;
    format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Days since 1970 to a date, by counting in 400-year eras that start in March.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_sizes() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(6_690_389), "6,690,389");
        assert_eq!(size(61), "61 B");
        assert_eq!(size(1 << 30), "1.0 GiB");
        assert_eq!(size((1 << 20) - 1), "1.0 MiB");
    }

    #[test]
    fn offsets_as_typed() {
        assert_eq!(parse_offset("782", 0), Some(782));
        assert_eq!(parse_offset("0x30e", 0), Some(782));
        assert_eq!(parse_offset("30eh", 0), Some(782));
        assert_eq!(parse_offset("30e", 0), Some(782));
        assert_eq!(parse_offset("+0x10", 4), Some(20));
        assert_eq!(parse_offset("-5", 4), None);
        assert_eq!(parse_offset("1,000", 0), Some(1000));
        assert_eq!(parse_offset("", 0), None);
        assert_eq!(parse_offset("zebra", 0), None);
    }

    #[test]
    fn dates() {
        assert_eq!(date_time(0), "1970-01-01 00:00:00");
        assert_eq!(date_time(1_521_626_714), "2018-03-21 10:05:14");
        assert_eq!(date_time(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(date_time(u32::MAX), "2106-02-07 06:28:15");
    }

    #[test]
    fn addresses_grow_with_the_space() {
        assert_eq!(address(782, 5000), "0000030e");
        assert_eq!(address(782, 6 << 30), "00000030e");
        assert_eq!(address(1, 1 << 36), "0000000001");
    }
}
