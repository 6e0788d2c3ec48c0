//! One value of a row.

use std::fmt;

use binlog_format::Value;
use binlog_format::column::ColumnKind;
use binlog_format::json::{self, DiffOperation, JsonDiff, JsonVisitor, Scalar, json_type};
use binlog_format::temporal::{Date, DateTime, Time, Timestamp};
use binlog_format::value::{Decimal, sign_extend};

use super::Tool;
use super::number::{general, general_left_20, scientific_5};
use crate::dump::digits::{eight, integer, padded, pair};
use crate::dump::escapes::Escapes;
use crate::dump::output::Target;

/// Appends a value that is not NULL.
#[inline]
pub fn write(out: &mut impl Target, tool: Tool, kind: ColumnKind, ordinal: usize, value: &Value<'_>) {
    let escapes = tool.escapes();
    match *value {
        Value::UnknownSign(bits, width) => both_readings(out.bytes(), bits, width),
        Value::Unsigned(bits) => both_readings(out.bytes(), bits, width_of(kind)),
        Value::Signed(number) => both_readings(out.bytes(), number as u64, width_of(kind)),
        Value::Text(bytes, _) | Value::Bytes(bytes) | Value::Geometry(bytes) => escapes.string(out, bytes),
        Value::DateTime(moment) => datetime(out.bytes(), &moment, tool, kind),
        Value::Timestamp(moment) => timestamp(out.bytes(), &moment, kind),
        Value::Double(number) => general(out.bytes(), number, 20),
        Value::Float(number) => general_left_20(out.bytes(), number.into()),
        Value::Enum(number) => integer(out.bytes(), number),
        Value::Decimal(number) => decimal(out.bytes(), &number),
        Value::Bit(bits, width) => bit_string(out.bytes(), bits, width),
        Value::Set(members) => set(out.bytes(), members, kind),
        Value::Date(day) => date(out.bytes(), day),
        Value::Time(time) => clock_time(out.bytes(), &time, tool, kind),
        Value::Year(year) => padded(out.bytes(), if year == 0 { 1900 } else { year.into() }, 4),
        Value::Json(document) => json(out, escapes, document),
        Value::JsonDiffs(changes) => json_diffs(out, escapes, ordinal, changes),
        Value::Vector(bytes) if tool == Tool::Mysqlbinlog => vector(out, bytes),
        Value::Vector(bytes) => escapes.string(out, bytes),
        Value::Compressed(column) => escapes.string(out, column.stored),
        // No column has these.
        Value::None | Value::Null | Value::Uuid(_) => {}
    }
}

const fn width_of(kind: ColumnKind) -> u8 {
    match kind {
        ColumnKind::Integer { bytes } => bytes,
        _ => 8,
    }
}

/// An integer as signed, and when that is negative as unsigned too: the tools do not look
/// whether the log tells the sign.
#[inline]
fn both_readings(out: &mut Vec<u8>, bits: u64, width: u8) {
    let signed = sign_extend(bits, width);
    integer(out, signed);
    if signed < 0 {
        out.extend_from_slice(b" (");
        integer(out, bits & u64::MAX >> (64 - 8 * u32::from(width.clamp(1, 8))));
        out.push(b')');
    }
}

fn two(out: &mut Vec<u8>, number: u8) {
    if number < 100 {
        out.extend_from_slice(&pair(number.into()));
    } else {
        integer(out, number);
    }
}

fn fraction(out: &mut Vec<u8>, micros: u32, precision: u8) {
    let precision = precision.min(6);
    if precision == 0 {
        return;
    }
    if micros < 1_000_000 {
        let [_, _, a, b, c, d, e, f] = eight(micros);
        let end = out.len() + 1 + usize::from(precision);
        out.extend_from_slice(&[b'.', a, b, c, d, e, f]);
        out.truncate(end);
    } else {
        // More than a second is printed as wide as it is.
        out.push(b'.');
        padded(out, micros / 10u32.pow(u32::from(6 - precision)), precision.into());
    }
}

fn datetime(out: &mut Vec<u8>, moment: &DateTime, tool: Tool, kind: ColumnKind) {
    // MySQL's tool prints the old DATETIME without quotes.
    let quoted = tool == Tool::MariadbBinlog || kind != ColumnKind::Datetime;
    let (date, parts) = (moment.date, [moment.hours, moment.minutes, moment.seconds]);
    let [hours, minutes, seconds] = parts;
    if quoted && date.year < 10_000 && date.month.max(date.day).max(hours).max(minutes).max(seconds) < 100 {
        let ([a, b], [c, d]) = (pair(u32::from(date.year / 100)), pair(u32::from(date.year % 100)));
        let ([e, f], [g, h]) = (pair(date.month.into()), pair(date.day.into()));
        let ([i, j], [k, l], [m, n]) = (pair(hours.into()), pair(minutes.into()), pair(seconds.into()));
        let q = b'\'';
        out.extend_from_slice(&[q, a, b, c, d, b'-', e, f, b'-', g, h, b' ', i, j, b':', k, l, b':', m, n]);
    } else {
        // Parts beyond their range are printed as wide as they are.
        if quoted {
            out.push(b'\'');
        }
        padded(out, date.year.into(), 4);
        for (before, part) in
            [b'-', b'-', b' ', b':', b':'].into_iter().zip([date.month, date.day].into_iter().chain(parts))
        {
            out.push(before);
            two(out, part);
        }
    }
    fraction(out, moment.micros, moment.precision);
    if quoted {
        out.push(b'\'');
    }
}

fn timestamp(out: &mut Vec<u8>, moment: &Timestamp, kind: ColumnKind) {
    if kind == ColumnKind::Timestamp {
        // Both tools read the old form as a signed number.
        return integer(out, moment.seconds as i32);
    }
    integer(out, moment.seconds);
    fraction(out, moment.micros, moment.precision);
}

fn clock_time(out: &mut Vec<u8>, time: &Time, tool: Tool, kind: ColumnKind) {
    out.push(b'\'');
    if tool == Tool::Mysqlbinlog && kind == ColumnKind::Time && time.negative {
        // MySQL's tool reads the old form as an unsigned number of 24 bits.
        let magnitude = u32::from(time.hours) * 10_000 + u32::from(time.minutes) * 100 + u32::from(time.seconds);
        let wrapped = (1 << 24) - magnitude;
        padded(out, wrapped / 10_000, 2);
        for part in [wrapped / 100 % 100, wrapped % 100] {
            out.push(b':');
            padded(out, part, 2);
        }
    } else {
        if time.negative {
            out.push(b'-');
        }
        padded(out, time.hours.into(), 2);
        for part in [time.minutes, time.seconds] {
            out.push(b':');
            two(out, part);
        }
        fraction(out, time.micros, time.precision);
    }
    out.push(b'\'');
}

fn date(out: &mut Vec<u8>, day: Date) {
    // Both tools write the thousands of a year as one character, whatever they are.
    out.extend_from_slice(&[b'\'', b'0' + (day.year / 1000).min(32) as u8]);
    padded(out, (day.year % 1000).into(), 3);
    for part in [day.month, day.day] {
        out.push(b':');
        two(out, part);
    }
    out.push(b'\'');
}

/// Leading zeros of the whole part are left out, one is kept; the fraction has all its digits.
fn decimal(out: &mut Vec<u8>, number: &Decimal<'_>) {
    let start = out.len();
    if number.negative() {
        out.push(b'-');
    }
    let (mut whole, mut point, mut zero) = (false, false, true);
    for (group, digits) in number.groups() {
        zero &= digits == 0;
        if group.fraction && !point {
            if !whole {
                out.push(b'0');
            }
            out.push(b'.');
            point = true;
        }
        if whole || group.fraction {
            padded(out, digits, group.digits.into());
        } else if digits != 0 {
            integer(out, digits);
            whole = true;
        }
    }
    if !whole && !point {
        out.push(b'0');
    }
    if zero && number.negative() {
        out.remove(start);
    }
}

fn bit_string(out: &mut Vec<u8>, bits: u64, width: u8) {
    let mut text = [b'0'; 64];
    for (bit, slot) in text.iter_mut().rev().enumerate() {
        *slot = b'0' + (bits >> bit & 1) as u8;
    }
    out.extend_from_slice(b"b'");
    out.extend_from_slice(text.get(64usize.saturating_sub(width.into())..).unwrap_or_default());
    out.push(b'\'');
}

/// The tools print the bytes of a SET in stored order, each from its highest bit.
fn set(out: &mut Vec<u8>, members: u64, kind: ColumnKind) {
    let bytes = if let ColumnKind::Set { bytes } = kind { usize::from(bytes) } else { 8 };
    out.extend_from_slice(b"b'");
    for byte in members.to_le_bytes().iter().take(bytes) {
        out.extend((0..8).rev().map(|bit| b'0' + (byte >> bit & 1)));
    }
    out.push(b'\'');
}

fn vector(out: &mut impl Target, bytes: &[u8]) {
    out.bytes().push(b'[');
    for (i, element) in bytes.as_chunks::<4>().0.iter().enumerate() {
        if i > 0 {
            out.bytes().push(b',');
        }
        scientific_5(out.bytes(), f32::from_le_bytes(*element).into());
        out.pause();
    }
    out.bytes().push(b']');
}

/// The functions that apply the changes to a column's document, the last outermost, each with
/// the paths and values of its changes; changes of one kind in a row share a call.
fn json_diffs(out: &mut impl Target, escapes: &Escapes, ordinal: usize, changes: &[u8]) {
    const NEXT_LINE: &[u8] = b"\n###      ";
    let function = |diff: &JsonDiff<'_>| match diff.operation {
        DiffOperation::Replace => "JSON_REPLACE",
        DiffOperation::Insert if diff.path.last() == Some(&b']') => "JSON_ARRAY_INSERT",
        DiffOperation::Insert => "JSON_INSERT",
        DiffOperation::Remove => "JSON_REMOVE",
    };
    let Ok(diffs) = json::diffs(changes).collect::<Result<Vec<_>, _>>() else {
        return out.bytes().extend_from_slice(b"Error reading changes while printing JSON diff\n");
    };
    for (i, call) in diffs.chunk_by(|one, other| function(one) == function(other)).rev().enumerate() {
        if i > 0 {
            out.bytes().extend_from_slice(NEXT_LINE);
        }
        out.bytes().extend_from_slice(call.first().map(function).unwrap_or_default().as_bytes());
        out.bytes().push(b'(');
    }
    out.bytes().push(b'@');
    integer(out.bytes(), ordinal + 1);
    for (i, diff) in diffs.iter().enumerate() {
        if i == 0 {
            out.bytes().extend_from_slice(b", ");
        }
        escapes.string(out, diff.path);
        if let Some(value) = diff.value {
            out.bytes().extend_from_slice(b", ");
            json_argument(out, escapes, value);
        }
        let next = diffs.get(i + 1);
        if next.is_none_or(|next| function(next) != function(diff)) {
            out.bytes().push(b')');
        }
        if next.is_some() {
            out.bytes().push(b',');
            out.bytes().extend_from_slice(NEXT_LINE);
        }
    }
}

/// A value as an argument of a JSON function: numbers and literals as they are, all else in
/// quotes, containers cast back to JSON.
fn json_argument(out: &mut impl Target, escapes: &Escapes, document: &[u8]) {
    match document.first() {
        Some(&(json_type::SMALL_OBJECT..=json_type::LARGE_ARRAY)) => {
            out.bytes().extend_from_slice(b"CAST(");
            json(out, escapes, document);
            out.bytes().extend_from_slice(b" AS JSON)");
        }
        Some(&json_type::STRING) => json(out, escapes, document),
        Some(&json_type::OPAQUE) if !is_decimal(document) => json(out, escapes, document),
        _ => Quoted::write(out, escapes, document, false),
    }
}

fn is_decimal(document: &[u8]) -> bool {
    struct IsDecimal(bool);
    impl JsonVisitor<'_> for IsDecimal {
        fn scalar(&mut self, scalar: Scalar<'_>) {
            self.0 = matches!(scalar, Scalar::Opaque(_, Value::Decimal(_), _));
        }
    }
    let mut found = IsDecimal(false);
    let _ = json::visit(document, &mut found);
    found.0
}

/// A document in quotes. A document that is a string, or a date or another opaque value, stands
/// without the quotes that JSON has around it.
fn json(out: &mut impl Target, escapes: &Escapes, document: &[u8]) {
    out.bytes().push(b'\'');
    // What cannot be read ends the text; the fault was reported with the event.
    match document.first() {
        Some(&json_type::STRING) => {
            let mut text = JsonString { out, escapes };
            let _ = json::visit(document, &mut text);
        }
        Some(&json_type::OPAQUE) => Quoted::write(out, escapes, document, true),
        _ => Quoted::write(out, escapes, document, false),
    }
    out.bytes().push(b'\'');
}

/// The text of a document that is a string.
struct JsonString<'o, T> {
    out: &'o mut T,
    escapes: &'o Escapes,
}

impl<'a, T: Target> JsonVisitor<'a> for JsonString<'_, T> {
    fn scalar(&mut self, scalar: Scalar<'a>) {
        if let Scalar::String(text) = scalar {
            self.escapes.body(self.out, text);
        }
    }
}

/// Formatted text inside quotes. It comes in pieces of a few bytes, which are escaped together.
struct Quoted<'o, T> {
    out: &'o mut T,
    escapes: &'o Escapes,
    /// Double quotes are left out.
    drops_quotes: bool,
    /// What is to be escaped next, and how much of it there is.
    waiting: [u8; 512],
    length: usize,
}

impl<'o, T: Target> Quoted<'o, T> {
    /// Writes the text of a document as far as it can be read.
    fn write(out: &'o mut T, escapes: &'o Escapes, document: &[u8], drops_quotes: bool) {
        let mut quoted = Self { out, escapes, drops_quotes, waiting: [0; 512], length: 0 };
        let _ = json::write_text(document, &mut quoted);
        quoted.pass();
    }

    fn pass(&mut self) {
        let waiting = self.waiting.get(..std::mem::take(&mut self.length)).unwrap_or_default();
        self.escapes.body(self.out, waiting);
    }
}

impl<T: Target> fmt::Write for Quoted<'_, T> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.drops_quotes {
            self.pass();
            text.split('"').for_each(|part| self.escapes.body(self.out, part.as_bytes()));
            return Ok(());
        }
        if self.length + text.len() > self.waiting.len() {
            self.pass();
        }
        match self.waiting.get_mut(self.length..self.length + text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                self.length += text.len();
            }
            None => self.escapes.body(self.out, text.as_bytes()),
        }
        Ok(())
    }
}
