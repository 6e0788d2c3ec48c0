//! What bytes mean: the one value type of leaves, of groups and of row cells.

use core::fmt;

use crate::charset;
use crate::compression::CompressedColumn;
use crate::digits::Digits;
use crate::temporal::{Date, DateTime, Time, Timestamp};

/// A decoded value. Text and blobs borrow from the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A group without a value of its own.
    None,
    /// SQL NULL.
    Null,
    /// An unsigned number.
    Unsigned(u64),
    /// A signed number.
    Signed(i64),
    /// An integer column whose sign the log does not tell; the bits, and their width in bytes.
    UnknownSign(u64, u8),
    /// FLOAT.
    Float(f32),
    /// DOUBLE.
    Double(f64),
    /// Bytes that are no text.
    Bytes(&'a [u8]),
    /// Text in the character set of a collation id (0: not told).
    Text(&'a [u8], u32),
    /// NEWDECIMAL.
    Decimal(Decimal<'a>),
    /// BIT(n): the bits, and n.
    Bit(u64, u8),
    /// YEAR; 0 is 0000.
    Year(u16),
    /// DATE.
    Date(Date),
    /// TIME.
    Time(Time),
    /// DATETIME.
    DateTime(DateTime),
    /// TIMESTAMP.
    Timestamp(Timestamp),
    /// ENUM: the member's number from 1; 0 is the error value.
    Enum(u16),
    /// SET: bit 0 is the first member.
    Set(u64),
    /// A UUID, in text order.
    Uuid([u8; 16]),
    /// A JSON document in MySQL's binary form.
    Json(&'a [u8]),
    /// Changes to a JSON document, as `json::diffs` reads them.
    JsonDiffs(&'a [u8]),
    /// GEOMETRY: SRID and WKB.
    Geometry(&'a [u8]),
    /// VECTOR: 32-bit floats.
    Vector(&'a [u8]),
    /// A value of a MariaDB column declared COMPRESSED, as stored; `inflated` has the text.
    Compressed(CompressedColumn<'a>),
}

impl<'a> Value<'a> {
    /// Text of the format itself, which is UTF-8.
    pub const fn utf8(bytes: &'a [u8]) -> Self {
        Self::Text(bytes, charset::UTF8MB4)
    }
}

/// A NEWDECIMAL as stored (big-endian groups of nine digits, sign in the top bit).
/// Source: `strings/decimal.cc` (`bin2decimal`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal<'a> {
    /// The stored bytes.
    pub bytes: &'a [u8],
    /// Digits in all.
    pub precision: u8,
    /// Digits after the point.
    pub scale: u8,
}

/// Bytes that `digits` digits of a partial group take.
pub const fn decimal_group_bytes(digits: u8) -> u8 {
    match digits {
        0 => 0,
        1 | 2 => 1,
        3 | 4 => 2,
        5 | 6 => 3,
        _ => 4,
    }
}

/// One group of decimal digits: its bytes and how many digits it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitGroup {
    /// Bytes it takes, 1 to 4.
    pub bytes: u8,
    /// Digits it holds, 1 to 9.
    pub digits: u8,
    /// It stands after the point.
    pub fraction: bool,
}

/// The groups of a NEWDECIMAL of this precision and scale, in stored order.
#[inline]
pub fn digit_groups(precision: u8, scale: u8) -> impl Iterator<Item = DigitGroup> {
    let integer = precision.saturating_sub(scale);
    // The index behind the last group of each part: of less than nine digits, whole, fraction.
    let leading = (integer % 9).min(1);
    let whole = leading + integer / 9;
    let fraction = whole + scale / 9;
    let trailing = fraction + (scale % 9).min(1);
    (0..trailing).map(move |index| {
        let digits = match index {
            _ if index < leading => integer % 9,
            _ if index < fraction => 9,
            _ => scale % 9,
        };
        DigitGroup { bytes: decimal_group_bytes(digits), digits, fraction: index >= whole }
    })
}

/// Bytes that a NEWDECIMAL of this precision and scale takes.
pub const fn decimal_length(precision: u8, scale: u8) -> usize {
    let integer = precision.saturating_sub(scale);
    let whole = (integer / 9) as usize * 4 + (scale / 9) as usize * 4;
    whole + decimal_group_bytes(integer % 9) as usize + decimal_group_bytes(scale % 9) as usize
}

impl Decimal<'_> {
    /// Whether the sign bit says negative; stored zero may be negative too.
    pub fn negative(&self) -> bool {
        self.bytes.first().is_some_and(|byte| byte & 0x80 == 0)
    }

    /// The digit groups with the number that each holds, without the sign.
    #[inline]
    pub fn groups(&self) -> impl Iterator<Item = (DigitGroup, u32)> {
        let invert = if self.negative() { u32::MAX } else { 0 };
        let mut rest = self.bytes;
        // The sign: the first bit of all.
        let mut sign = 1 << 7;
        digit_groups(self.precision, self.scale).map(move |group| {
            let bytes = usize::from(group.bytes);
            let (stored, behind) = rest.split_at_checked(bytes).unwrap_or((rest, &[]));
            rest = behind;
            let number = stored.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
            let unused = 32 - 8 * u32::from(group.bytes);
            let sign = core::mem::take(&mut sign) << (8 * (bytes - 1));
            (group, (number ^ sign) ^ (invert << unused >> unused))
        })
    }
}

impl fmt::Display for Decimal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Digits::new(f);
        if self.negative() && self.groups().any(|(_, digits)| digits != 0) {
            text.put(b"-")?;
        }
        let (mut begun, mut point) = (false, false);
        for (group, digits) in self.groups() {
            if group.fraction && !point {
                text.put(if begun { b"." } else { b"0." })?;
                point = true;
            }
            if begun || group.fraction {
                text.number(digits, group.digits.into())?;
            } else if digits != 0 {
                text.number(digits, 1)?;
                begun = true;
            }
        }
        if !begun && !point {
            text.put(b"0")?;
        }
        text.pass()
    }
}

/// Digits and exponent of a number as text.
struct Scientific {
    /// Room for sign, point, exponent and [`TIE_DIGITS`].
    text: [u8; 64],
    length: usize,
}

/// Digits that tell whether a double lies in the middle between two numbers of 17 digits at most:
/// then its own digits end with the next one.
const TIE_DIGITS: usize = 45;

impl Scientific {
    fn of(arguments: fmt::Arguments<'_>) -> Result<Self, fmt::Error> {
        let mut scientific = Self { text: [0; 64], length: 0 };
        fmt::Write::write_fmt(&mut scientific, arguments)?;
        Ok(scientific)
    }

    fn as_str(&self) -> &str {
        self.text.get(..self.length).and_then(|text| core::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// Two numbers of the shortest length may be equally near; the servers take the even one
    /// (`ROUND_EVEN` of `dtoa`), Rust the greater. Only doubles of 15 digits and more have such.
    fn round_to_even(&mut self, number: &impl fmt::LowerExp) -> fmt::Result {
        let digits = self.as_str().bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
        let last = self.as_str().find('e').and_then(|e| e.checked_sub(1));
        let Some(last) = last.filter(|_| digits >= 15) else { return Ok(()) };
        let Some(digit) = self.text.get_mut(last).filter(|digit| digit.is_ascii_digit() && **digit % 2 == 1) else {
            return Ok(());
        };
        let exact = Self::of(format_args!("{number:.*e}", TIE_DIGITS))?;
        let digits_of = exact.as_str().bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit);
        let mut from_last = digits_of.skip(digits - 1);
        let halfway = from_last.next() == Some(*digit - 1) && from_last.next() == Some(b'5');
        if halfway && from_last.all(|byte| byte == b'0') {
            *digit -= 1;
        }
        Ok(())
    }
}

impl fmt::Write for Scientific {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.text.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

/// Places with zeros between the point and the digits, before or after, that the servers still
/// write out; beyond, they use an exponent. Source: `strings/dtoa.cc` (`MAX_DECPT_FOR_F_FORMAT`).
const MOST_PLAIN_PLACES: i32 = 15;

/// Shortest text that reads back as the same number, laid out as the servers do (`my_gcvt`): plain
/// from 1e-15 to below 1e15, and beyond wherever no zero has to be added; else with an exponent.
pub(crate) fn write_gcvt(out: &mut dyn fmt::Write, number: impl fmt::LowerExp) -> fmt::Result {
    let mut scientific = Scientific::of(format_args!("{number:e}"))?;
    scientific.round_to_even(&number)?;
    let text = scientific.as_str();
    // Infinities and NaN have no exponent.
    let Some((digits, exponent)) = text.split_once('e') else { return out.write_str(text) };
    let exponent: i32 = exponent.parse().map_err(|_| fmt::Error)?;
    let (sign, digits) = digits.split_at(usize::from(digits.starts_with('-')));
    let (first, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let (point, length) = (exponent + 1, 1 + rest.len() as i32);
    if point <= -MOST_PLAIN_PLACES || (point > MOST_PLAIN_PLACES && length <= point) {
        return out.write_str(text);
    }
    out.write_str(sign)?;
    let mut digits = first.bytes().chain(rest.bytes());
    if point <= 0 {
        out.write_str("0.")?;
        (point..0).try_for_each(|_| out.write_char('0'))?;
    } else {
        for _ in 0..point {
            out.write_char(char::from(digits.next().unwrap_or(b'0')))?;
        }
        if length > point {
            out.write_char('.')?;
        }
    }
    digits.try_for_each(|digit| out.write_char(char::from(digit)))
}

/// The same with `.0` for whole numbers, as the servers' JSON functions print doubles.
#[cfg(feature = "alloc")]
pub(crate) fn write_double(out: &mut dyn fmt::Write, number: f64) -> fmt::Result {
    write_gcvt(out, number)?;
    // A whole number without an exponent: all others have a point or an `e` already.
    let plain = number == 0.0 || number.abs() < 1e15;
    if number.is_finite() && plain && number % 1.0 == 0.0 { out.write_str(".0") } else { Ok(()) }
}

/// Hex digits with `0x` in front; `0x` alone for no bytes.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        f.write_str("0x")?;
        // In pieces: blobs have megabytes.
        let mut piece = [0; 128];
        for bytes in self.0.chunks(piece.len() / 2) {
            for (digits, byte) in piece.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
                *digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
            }
            let digits = piece.get(..bytes.len() * 2).unwrap_or_default();
            f.write_str(core::str::from_utf8(digits).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// What a person reads; text without quotes, bytes as hex. Members of ENUM and SET need the
/// table's plan: here they are numbers.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::None => Ok(()),
            Self::Null => f.write_str("NULL"),
            Self::Unsigned(number) | Self::Set(number) => write!(f, "{number}"),
            Self::Signed(number) => write!(f, "{number}"),
            Self::UnknownSign(bits, width) => {
                let signed = sign_extend(bits, width);
                if signed < 0 { write!(f, "{signed} ({bits})") } else { write!(f, "{bits}") }
            }
            Self::Float(number) => write_gcvt(f, number),
            Self::Double(number) => write_gcvt(f, number),
            Self::Bytes(bytes) => Hex(bytes).fmt(f),
            Self::Text(bytes, collation) => charset::Text { bytes, collation }.fmt(f),
            Self::Decimal(decimal) => decimal.fmt(f),
            Self::Bit(bits, width) => write!(f, "b'{bits:0width$b}'", width = usize::from(width)),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Date(date) => date.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::DateTime(date_time) => date_time.fmt(f),
            Self::Timestamp(timestamp) => timestamp.fmt(f),
            Self::Enum(number) => write!(f, "{number}"),
            Self::Uuid(bytes) => crate::gtid::Uuid(bytes).fmt(f),
            #[cfg(feature = "alloc")]
            Self::JsonDiffs(bytes) => crate::json::write_diffs(bytes, f),
            #[cfg(not(feature = "alloc"))]
            Self::JsonDiffs(bytes) => Hex(bytes).fmt(f),
            #[cfg(feature = "alloc")]
            Self::Json(bytes) => crate::json::write_text(bytes, f),
            #[cfg(not(feature = "alloc"))]
            Self::Json(bytes) => Hex(bytes).fmt(f),
            Self::Geometry(bytes) => crate::geometry::write_wkt(bytes, f),
            Self::Compressed(column) => column.fmt(f),
            Self::Vector(bytes) => {
                f.write_str("[")?;
                for (i, element) in bytes.as_chunks::<4>().0.iter().enumerate() {
                    let separator = if i == 0 { "" } else { ", " };
                    let element = f32::from_le_bytes(*element);
                    f.write_str(separator)?;
                    write_gcvt(f, element)?;
                }
                f.write_str("]")
            }
        }
    }
}

/// Reads the low `width` bytes as two's complement.
pub const fn sign_extend(bits: u64, width: u8) -> i64 {
    let unused = 64u32.saturating_sub(width as u32 * 8);
    if unused == 64 { 0 } else { (bits << unused) as i64 >> unused }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    fn decimal(precision: u8, scale: u8, bytes: &[u8]) -> std::string::String {
        assert_eq!(decimal_length(precision, scale), bytes.len());
        Decimal { bytes, precision, scale }.to_string()
    }

    #[test]
    fn decimals_of_the_reference() {
        assert_eq!(decimal(14, 4, &[0x81, 0x0d, 0xfb, 0x38, 0xd2, 0x04, 0xd2]), "1234567890.1234");
        assert_eq!(decimal(14, 4, &[0x7e, 0xf2, 0x04, 0xc7, 0x2d, 0xfb, 0x2d]), "-1234567890.1234");
        assert_eq!(decimal(5, 0, &[0x7f, 0xcf, 0xc6]), "-12345");
        assert_eq!(decimal(5, 0, &[0x80, 0, 0]), "0");
        assert_eq!(decimal(5, 0, &[0x7f, 0xff, 0xff]), "0", "negative zero");
        assert_eq!(decimal(9, 9, &[0x87, 0x5b, 0xcd, 0x15]), "0.123456789");
        assert_eq!(decimal(6, 3, &[0x80, 0x7b, 0x01, 0xc8]), "123.456");
    }

    #[test]
    fn numbers_are_laid_out_as_the_servers_do() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (100.0, "100"),
            (-12.5, "-12.5"),
            (1e14, "100000000000000"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e15, "1e15"),
            (1_234_567_890_123_456.0, "1.234567890123456e15"),
            (1_234_567_890_123_456.5, "1234567890123456.5"),
            (1e-15, "0.000000000000001"),
            (1.5e-15, "0.0000000000000015"),
            (1e-16, "1e-16"),
            (3_900_352_169_927_593.0 / 4.0, "975088042481898.2"),
            (3_900_352_169_927_595.0 / 4.0, "975088042481898.8"),
            (90_446_676_008_997.0 / 32.0, "2826458625281.1562"),
            (-2_045_911_536_069_945.0 / 8.0, "-255738942008743.12"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::from_bits(1), "5e-324"),
        ] {
            assert_eq!(Value::Double(number).to_string(), text);
        }
        assert_eq!(Value::Float(0.1).to_string(), "0.1");
        assert_eq!(Value::Float(1e30).to_string(), "1e30");
        assert_eq!(Value::Double(f64::NAN).to_string(), "NaN");
        assert_eq!(Value::Double(f64::NEG_INFINITY).to_string(), "-inf");
        assert_eq!(Value::Double(2.222222222).to_string(), "2.222222222");
        assert_eq!(Value::Vector(&1f32.to_le_bytes()).to_string(), "[1]");
    }

    #[test]
    fn mysql_common_lost_the_sign_of_mediumint() {
        assert_eq!(sign_extend(0xff_ffff, 3), -1);
        assert_eq!(sign_extend(0x80_0000, 3), -8_388_608);
        assert_eq!(sign_extend(0x7f_ffff, 3), 8_388_607);
        assert_eq!(sign_extend(u64::MAX, 8), -1);
    }
}
