//! Values of rows against what a filter says (`docs/filter.md`, "Values").

use std::cmp::Ordering;
use std::fmt::Write;

use binlog_format::Value;
use binlog_format::charset::{Charset, Text};
use binlog_format::inflate::Inflater;
use binlog_format::temporal::{Date, DateTime, Time, Timestamp};
use binlog_format::value::sign_extend;

use super::ast::{Comparison, Literal};
use super::number::Number;
use super::search::Needle;
use super::when::When;

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
    inflater: Option<Inflater>,
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

    /// Whether a value is such. `labels` are the members of an ENUM or SET, if the log has them.
    pub fn holds(&self, value: &Value<'_>, labels: &[Box<[u8]>], scratch: &mut Scratch) -> bool {
        if matches!(value, Value::Null) {
            return self.null && self.comparison == Comparison::Equal;
        }
        if self.null {
            return self.comparison == Comparison::NotEqual;
        }
        if let Value::Compressed(column) = value {
            let mut inflater = scratch.inflater.take().unwrap_or_default();
            let held = self.holds(&column.inflated(&mut inflater).0, labels, scratch);
            scratch.inflater = Some(inflater);
            return held;
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
fn render(value: &Value<'_>, labels: &[Box<[u8]>], out: &mut String) {
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
