//! Values of rows against what a filter says (`docs/filter.md`, "Values").

use std::cmp::Ordering;
use std::fmt::Write;

use binlog_format::Value;
use binlog_format::charset::{Charset, Text};
use binlog_format::temporal::{Date, DateTime, Time, Timestamp};
use binlog_format::value::sign_extend;

use super::ast::{Comparison, Literal};
use super::number::Number;
use super::search::Needle;
use super::when::When;
use crate::space::holder::Insides;

/// A comparison with everything read from its literal that a column may ask for.
#[derive(Clone, Debug)]
pub struct Wanted {
    comparison: Comparison,
    null: bool,
    /// Not quoted: of an ENUM or SET a number may be meant.
    bare: bool,
    text: String,
    number: Option<Number>,
    float: Option<f64>,
    bytes: Vec<u8>,
    when: Option<When>,
    needle: Option<Needle>,
}

/// What comparing needs and keeps: once it has grown, nothing is allocated.
#[derive(Debug, Default)]
pub struct Scratch {
    text: String,
    /// For whoever opens values before they are compared.
    pub insides: Insides,
}

impl Wanted {
    /// Reads a literal.
    pub fn new(comparison: Comparison, literal: &Literal) -> Self {
        let (null, bare, text) = match literal {
            Literal::Null => (true, true, ""),
            Literal::Bare(text) => (false, true, text.as_str()),
            Literal::Quoted(text) => (false, false, text.as_str()),
        };
        let number = Number::parse(text);
        let contains = comparison == Comparison::Contains;
        Self {
            comparison,
            null,
            bare,
            text: text.into(),
            float: number.as_ref().and_then(|_| text.parse().ok()),
            number,
            bytes: hex_literal(text).filter(|_| bare).unwrap_or_else(|| text.as_bytes().to_vec()),
            when: When::parse(text),
            needle: contains.then(|| Needle::ignoring_case(text)),
        }
    }

    /// Whether a value is such; one that is compressed is [opened](Insides::value) before. `labels` are the members of an ENUM or SET, if the log has them.
    pub fn holds(&self, value: &Value<'_>, labels: &[Box<[u8]>], scratch: &mut Scratch) -> bool {
        if matches!(value, Value::Null) {
            return self.null && self.comparison == Comparison::Equal;
        }
        if self.null {
            return self.comparison == Comparison::NotEqual;
        }
        if let Some(needle) = &self.needle {
            return contains(needle, value, labels, scratch);
        }
        if let Value::UnknownSign(bits, width) = *value {
            return self.unknown_sign(bits, width);
        }
        self.decides(self.order(value, labels, scratch))
    }

    /// Values of different kinds are not equal, and neither is less.
    fn decides(&self, order: Option<Ordering>) -> bool {
        match self.comparison {
            Comparison::Equal => order == Some(Ordering::Equal),
            Comparison::NotEqual => order != Some(Ordering::Equal),
            Comparison::Less => order == Some(Ordering::Less),
            Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
            Comparison::Greater => order == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
            Comparison::Contains => false,
        }
    }

    /// An integer that may be meant with a sign or without: it holds if it does for either.
    fn unknown_sign(&self, bits: u64, width: u8) -> bool {
        let Some(number) = &self.number else { return self.comparison == Comparison::NotEqual };
        let orders = [i128::from(bits), i128::from(sign_extend(bits, width))].map(|it| number.order_integer(it));
        if self.comparison == Comparison::NotEqual {
            return orders.iter().all(|order| order.is_ne());
        }
        orders.into_iter().any(|order| self.decides(Some(order)))
    }

    fn order(&self, value: &Value<'_>, labels: &[Box<[u8]>], scratch: &mut Scratch) -> Option<Ordering> {
        let integer = |integer: i128| Some(self.number.as_ref()?.order_integer(integer));
        match *value {
            Value::Unsigned(number) => integer(number.into()),
            Value::Signed(number) => integer(number.into()),
            Value::Bit(bits, _) => integer(bits.into()),
            Value::Year(year) => integer(year.into()),
            Value::Enum(number) if labels.is_empty() || self.bare && self.number.is_some() => integer(number.into()),
            Value::Set(bits) if labels.is_empty() || self.bare && self.number.is_some() => integer(bits.into()),
            Value::Enum(_) | Value::Set(_) => {
                render(value, labels, &mut scratch.text);
                Some(scratch.text.as_str().cmp(&self.text))
            }
            // A FLOAT is what a literal becomes when it is stored as one.
            Value::Float(number) => number.partial_cmp(&(self.float? as f32)),
            Value::Double(number) => number.partial_cmp(&self.float?),
            Value::Decimal(_) => {
                render(value, labels, &mut scratch.text);
                Some(self.number.as_ref()?.order_decimal(&scratch.text))
            }
            Value::Text(bytes, collation) => Some(self.order_text(Text { bytes, collation })),
            Value::Bytes(bytes) => Some(bytes.cmp(&self.bytes)),
            Value::Date(date) => self.order_date(date),
            Value::DateTime(moment) => self.order_date_time(&moment),
            Value::Timestamp(moment) => self.order_timestamp(moment),
            Value::Time(time) => self.order_time(&time),
            Value::Uuid(_) => {
                render(value, labels, &mut scratch.text);
                let bytes = |text: &str| -> [u8; 36] {
                    let mut small = [0; 36];
                    small.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from.to_ascii_lowercase());
                    small
                };
                (self.text.len() == 36).then(|| bytes(&scratch.text).cmp(&bytes(&self.text)))
            }
            Value::Json(_) | Value::JsonDiffs(_) | Value::Geometry(_) | Value::Vector(_) => {
                render(value, labels, &mut scratch.text);
                Some(scratch.text.as_str().cmp(&self.text))
            }
            Value::Null | Value::None | Value::UnknownSign(..) | Value::Compressed(_) => None,
        }
    }

    /// By code points; what is no text in its character set by its bytes.
    fn order_text(&self, text: Text<'_>) -> Ordering {
        if let Some(text) = text.as_utf8() {
            return text.cmp(&self.text);
        }
        let mut wanted = self.text.chars();
        let mut order = Ordering::Equal;
        let read = text.each_char(|character| {
            if order == Ordering::Equal {
                order = wanted.next().map_or(Ordering::Greater, |wanted| character.cmp(&wanted));
            }
        });
        if read {
            return order.then_with(|| if wanted.next().is_some() { Ordering::Less } else { Ordering::Equal });
        }
        match crate::text::decode(text.bytes, text.collation) {
            Some(decoded) => decoded.as_str().cmp(&self.text),
            None => text.bytes.cmp(&self.bytes),
        }
    }

    fn order_date(&self, date: Date) -> Option<Ordering> {
        let when = self.when.as_ref()?;
        Some(((date.year, date.month, date.day), (0, 0, 0, 0)).cmp(&(when.date?, when.time())))
    }

    fn order_date_time(&self, moment: &DateTime) -> Option<Ordering> {
        let when = self.when.as_ref()?;
        let date = (moment.date.year, moment.date.month, moment.date.day);
        let time = (u16::from(moment.hours), moment.minutes, moment.seconds, moment.micros);
        Some((date, time).cmp(&(when.date?, when.time())))
    }

    /// A point in time; without an offset the literal is UTC.
    fn order_timestamp(&self, moment: Timestamp) -> Option<Ordering> {
        let (seconds, micros) = self.when.as_ref()?.moment()?;
        let own = match (moment.seconds, moment.micros) {
            (0, 0) => (i64::MIN, 0),
            (seconds, micros) => (seconds.into(), micros),
        };
        Some(own.cmp(&(seconds, micros)))
    }

    fn order_time(&self, time: &Time) -> Option<Ordering> {
        let when = self.when.as_ref().filter(|when| when.date.is_none())?;
        let signed = |negative: bool, (hours, minutes, seconds, micros): (u16, u8, u8, u32)| {
            let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds);
            let micros = seconds * 1_000_000 + i64::from(micros);
            if negative { -micros } else { micros }
        };
        let own = signed(time.negative, (time.hours, time.minutes, time.seconds, time.micros));
        Some(own.cmp(&signed(when.negative, when.time())))
    }
}

/// `0x…` as bytes.
fn hex_literal(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?.as_bytes();
    let (pairs, left) = digits.as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16).map(|digit| digit as u8);
    let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    bytes.filter(|_| left.is_empty())
}

/// Writes a value as text; ENUM and SET by their members.
pub(super) fn render(value: &Value<'_>, labels: &[Box<[u8]>], out: &mut String) {
    out.clear();
    let label = |number: usize| labels.get(number).map(|label| String::from_utf8_lossy(label));
    // Writing to a string does not fail.
    let _ = match *value {
        Value::Enum(number) if !labels.is_empty() => {
            out.write_str(&number.checked_sub(1).and_then(|at| label(at.into())).unwrap_or_default())
        }
        Value::Set(bits) if !labels.is_empty() => {
            let members = (0..64usize).filter(|bit| bits >> bit & 1 == 1).filter_map(label);
            members.enumerate().try_for_each(|(nth, member)| {
                let comma = if nth == 0 { "" } else { "," };
                write!(out, "{comma}{member}")
            })
        }
        ref other => write!(out, "{other}"),
    };
}

fn contains(needle: &Needle, value: &Value<'_>, labels: &[Box<[u8]>], scratch: &mut Scratch) -> bool {
    match *value {
        Value::Text(bytes, collation) => contains_text(needle, bytes, collation),
        Value::Bytes(bytes) => needle.is_in(bytes),
        _ => {
            render(value, labels, &mut scratch.text);
            needle.is_in(scratch.text.as_bytes())
        }
    }
}

/// Whether text of a character set contains what is looked for; what is no such text by its bytes.
pub fn contains_text(needle: &Needle, bytes: &[u8], collation: u32) -> bool {
    if (Text { bytes, collation }).as_utf8().is_some() {
        return needle.is_in(bytes);
    }
    // In UTF-8 that is damaged the rest is still looked at.
    let utf8 = matches!(Charset::of(collation), None | Some(Charset::Utf8mb3 | Charset::Utf8mb4));
    match crate::text::decode(bytes, collation).filter(|_| !utf8) {
        Some(text) => needle.is_in(text.as_bytes()),
        None => needle.is_in(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlog_format::value::Decimal;

    fn holds_with(value: Value<'_>, labels: &[&str], term: &str) -> bool {
        let (comparison, literal) = term.split_once(' ').expect("a comparison and a literal");
        let comparison = Comparison::ALL.into_iter().find(|it| it.text() == comparison).expect("a comparison");
        let literal = match literal {
            "NULL" => Literal::Null,
            text => match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                Some(text) => Literal::Quoted(text.into()),
                None => Literal::Bare(text.into()),
            },
        };
        let labels: Vec<Box<[u8]>> = labels.iter().map(|label| label.as_bytes().into()).collect();
        Wanted::new(comparison, &literal).holds(&value, &labels, &mut Scratch::default())
    }

    fn check(value: Value<'_>, hold: &[&str], do_not: &[&str]) {
        for (terms, expected) in [(hold, true), (do_not, false)] {
            for term in terms {
                assert_eq!(holds_with(value, &[], term), expected, "{value:?} {term}");
            }
        }
    }

    #[test]
    fn null_holds_only_what_asks_for_it() {
        check(Value::Null, &["= NULL"], &["!= NULL", "= 5", "!= 5", "< 5", "~ N", "= \"NULL\""]);
        check(Value::Signed(5), &["!= NULL", "!= 6"], &["= NULL", "= \"x\""]);
        check(Value::Text(b"NULL", 45), &["= \"NULL\"", "!= NULL", "~ ul"], &["= NULL"]);
    }

    #[test]
    fn numbers_of_every_kind() {
        check(
            Value::Signed(-5),
            &["= -5", "= -5.0", "< -4.9", "> -5.1", "~ 5", "!= 5", "!= x"],
            &["= 5", "> 0", "< x"],
        );
        check(Value::Unsigned(u64::MAX), &["= 18446744073709551615", "= 1.8446744073709551615e19", "> 0"], &["= -1"]);
        check(Value::Unsigned(1), &["= true", "= 0x1", "= \"1\""], &["= false"]);
        // Without a sign told, either is meant.
        check(Value::UnknownSign(0xff, 1), &["= 255", "= -1", "< 0", "> 254", "!= 1"], &["!= 255", "!= -1", "= 1"]);
        check(Value::Year(2018), &["= 2018", ">= 2018"], &["< 2018"]);
        check(Value::Bit(5, 8), &["= 5", "= 0x5"], &["= 6"]);
        check(Value::Float(0.1), &["= 0.1", "< 0.2"], &["!= 0.1", "= 0.10001"]);
        check(Value::Double(0.1), &["= 0.1", "!= 0.10000000000000002"], &["= 0.1000000000000001"]);
        check(Value::Double(f64::NAN), &["!= 1"], &["= 1", "< 1", "> 1"]);
        let decimal = Decimal { bytes: &[0x7e, 0xf2, 0x04, 0xc7, 0x2d, 0xfb, 0x2d], precision: 14, scale: 4 };
        check(
            Value::Decimal(decimal),
            &["= -1234567890.1234", "= -1234567890.12340", "< -1234567890.1233", "> -1234567890.12341", "~ 890.12"],
            &["= 1234567890.1234", "= -1234567890", "< -1234567891"],
        );
    }

    #[test]
    fn text_by_characters_and_bytes_by_bytes() {
        check(Value::Text("é".as_bytes(), 45), &["= é", "> z", "~ é"], &["= e", "~ É"]);
        check(Value::Text(b"caf\xe9", 8), &["= café", "~ AFé", "> caf", "> cafz"], &["= caf", "= cafè", "~ cafe"]);
        check(Value::Text(b"\xca\xfd\xbe\xdd", 28), &["= 数据", "~ 据", "!= 数"], &["= 数"]);
        check(Value::Text(b"O5", 45), &["= O5", "< O6", "~ o5"], &["= o5", "= 5"]);
        check(Value::Text(b"\xff", 45), &["!= x", "> x"], &["= ÿ"]);
        check(Value::Bytes(b"\xff\x00"), &["= 0xff00", "> 0xfe", "!= \"0xff00\""], &["= 0xff"]);
        check(Value::Bytes(b"abc"), &["= abc", "= 0x616263", "~ B"], &["= ABC"]);
        let uuid = Value::Uuid([0x3e; 16]);
        check(uuid, &["= 3E3E3E3E-3e3e-3e3e-3e3e-3e3e3e3e3e3e", "~ 3e-3E"], &["= 3e"]);
    }

    #[test]
    fn dates_and_times() {
        let date = Date { year: 2018, month: 3, day: 21 };
        check(
            Value::Date(date),
            &["= 2018-03-21", "< 2018-04-01", "< \"2018-03-21 00:00:01\"", "~ -03-"],
            &["= 2018", "> 2018-03-21"],
        );
        let moment = DateTime { date, hours: 18, minutes: 5, seconds: 14, micros: 250_000, precision: 3 };
        check(
            Value::DateTime(moment),
            &["= \"2018-03-21 18:05:14.25\"", "= 2018-03-21T18:05:14.250", "> 2018-03-21", "< 2018-03-22"],
            &["= \"2018-03-21 18:05:14\"", "= 18:05:14"],
        );
        let point = Timestamp { seconds: 1_521_626_714, micros: 0, precision: 0 };
        check(
            Value::Timestamp(point),
            &["= \"2018-03-21 10:05:14\"", "= 2018-03-21T18:05:14+08:00", "> 0000-00-00"],
            &["= 2018-03-21", "= \"2018-03-21 18:05:14\""],
        );
        let zero = Timestamp { seconds: 0, micros: 0, precision: 0 };
        check(Value::Timestamp(zero), &["= 0000-00-00", "< 1970-01-01"], &["= 1970-01-01"]);
        let time = Time { negative: true, hours: 12, minutes: 34, seconds: 56, micros: 0, precision: 0 };
        check(Value::Time(time), &["= -12:34:56", "< 00:00", "> -12:34:57"], &["= 12:34:56", "= 2018-03-21"]);
    }

    #[test]
    fn members_by_name_and_by_number() {
        let labels = ["new", "10", "done"];
        for (value, term, expected) in [
            (Value::Enum(1), "= new", true),
            (Value::Enum(1), "= 1", true),
            (Value::Enum(2), "= \"10\"", true),
            (Value::Enum(2), "= 10", false),
            (Value::Enum(3), "~ ON", true),
            (Value::Enum(0), "= \"\"", true),
            (Value::Set(5), "= \"new,done\"", true),
            (Value::Set(5), "= 5", true),
            (Value::Set(5), "~ done", true),
            (Value::Set(0), "= \"\"", true),
        ] {
            assert_eq!(holds_with(value, &labels, term), expected, "{value:?} {term}");
        }
        check(Value::Enum(2), &["= 2", "= \"2\""], &["= new"]);
    }
}
