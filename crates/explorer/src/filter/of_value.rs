//! From values back to the language: the term that a value fits.

use binlog_format::Value;
use binlog_format::temporal::Timestamp;

use super::ast::{ColumnName, Comparison, HexByte, Images, Literal, RowTerm, Term};
use super::compare::{Scratch, Wanted, render};
use super::unit::UnitGtid;
use super::values::type_names;
use super::words::{is_plain, quote};

/// Longest text in a term; whoever wants more of it writes it himself.
const LONGEST: usize = 200;

/// Most bytes of `hex:`.
const MOST_BYTES: usize = 32;

/// A name as it has to be written.
pub(super) fn name(name: &str) -> String {
    if !name.is_empty() && name.chars().all(is_plain) { name.into() } else { quote(name).to_string() }
}

/// `row.COLUMN = VALUE`, which holds for a row with this value. `column` is the column's name, if the log has
/// it, or its place from 0. A value that is
/// compressed is opened before. `None` for values that cannot be written, or are too long.
pub fn term_of_value(column: Option<&[u8]>, ordinal: usize, value: &Value<'_>, labels: &[Box<[u8]>]) -> Option<String> {
    let named = column.and_then(|name| std::str::from_utf8(name).ok()).filter(|name| !name.is_empty());
    let column = named.map_or(ColumnName::Ordinal(ordinal as u32 + 1), |name| ColumnName::Name(name.into()));
    let literal = literal(value, labels)?;
    let row = RowTerm { images: Images::Either, column, comparison: Comparison::Equal, literal };
    Some(Term::Row(row).to_string())
}

fn literal(value: &Value<'_>, labels: &[Box<[u8]>]) -> Option<Literal> {
    let mut text = String::new();
    let mut candidates = Vec::new();
    match *value {
        Value::None | Value::Compressed(_) => return None,
        Value::Null => return Some(Literal::Null),
        Value::UnknownSign(bits, width) => {
            candidates.push(Literal::Bare(binlog_format::value::sign_extend(bits, width).to_string()));
        }
        Value::Bit(bits, _) => candidates.push(Literal::Bare(bits.to_string())),
        Value::Year(year) => candidates.push(Literal::Bare(year.to_string())),
        Value::Float(number) => candidates.push(Literal::Bare(format!("{number:?}"))),
        Value::Double(number) => candidates.push(Literal::Bare(format!("{number:?}"))),
        Value::Text(bytes, collation) => {
            candidates.extend(crate::text::decode(bytes, collation).map(Literal::Quoted));
            candidates.push(Literal::Bare(hex_text(bytes)));
        }
        Value::Bytes([]) => candidates.push(Literal::Quoted(String::new())),
        Value::Bytes(bytes) => candidates.push(Literal::Bare(hex_text(bytes))),
        Value::Enum(number) => {
            render(value, labels, &mut text);
            candidates.push(if labels.is_empty() { Literal::Bare(number.to_string()) } else { Literal::Quoted(text) });
        }
        Value::Set(bits) => {
            render(value, labels, &mut text);
            candidates.push(if labels.is_empty() { Literal::Bare(bits.to_string()) } else { Literal::Quoted(text) });
        }
        Value::Unsigned(_) | Value::Signed(_) | Value::Decimal(_) | Value::Uuid(_) => {
            candidates.push(Literal::Bare(value.to_string()));
        }
        _ => {
            render(value, labels, &mut text);
            candidates.push(Literal::Quoted(text));
        }
    }
    // Not every value can be written: NaN is equal to nothing, damaged text has no characters.
    let mut scratch = Scratch::default();
    candidates.into_iter().find(|literal| {
        let short = match literal {
            Literal::Bare(text) | Literal::Quoted(text) => text.len() <= LONGEST,
            Literal::Null => true,
        };
        short && Wanted::new(Comparison::Equal, literal).holds(value, labels, &mut scratch)
    })
}

fn hex_text(bytes: &[u8]) -> String {
    // Longer ones are too long as text too.
    let digits: String = bytes.iter().take(LONGEST).map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

/// `type:NAME`, or its number where it has no name.
pub fn term_of_type(kind: u8) -> String {
    match type_names(kind) {
        Some((_, short)) => format!("type:{short}"),
        None => format!("type:{kind}"),
    }
}

/// `table:DB.T`; `table:DB.*` without a table. `None` for names that are no UTF-8.
pub fn term_of_table(database: &[u8], table: Option<&[u8]>) -> Option<String> {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let table = match table {
        Some(table) => name(text(table)?),
        None => "*".into(),
    };
    Some(format!("table:{}.{table}", name(text(database)?)))
}

/// `time:` of a header's timestamp; 0 is no time.
pub fn term_of_time(seconds: u32) -> Option<String> {
    let moment = Timestamp { seconds, micros: 0, precision: 0 };
    (seconds != 0).then(|| format!("time:{}", moment.to_string().replace(' ', "T")))
}

/// `gtid:` of a transaction that has one.
pub fn term_of_gtid(gtid: &UnitGtid) -> Option<String> {
    match gtid {
        UnitGtid::None => None,
        UnitGtid::Mysql { uuid, tag, number } => {
            let tag = String::from_utf8_lossy(tag.0.get(..tag.1.into()).unwrap_or_default()).into_owned();
            let tag = if tag.is_empty() { tag } else { format!(":{tag}") };
            Some(format!("gtid:{uuid}{tag}:{number}"))
        }
        UnitGtid::Mariadb { domain, server, number } => Some(format!("gtid:{domain}-{server}-{number}")),
    }
}

/// `sql~` of a statement that is not too long.
pub fn term_of_statement(statement: &[u8], collation: u32) -> Option<String> {
    let text = crate::text::decode(statement, collation)?;
    (!text.is_empty() && text.len() <= LONGEST).then(|| Term::Sql(text).to_string())
}

/// `hex:` of bytes that are not too many. One byte alone is everywhere.
pub fn term_of_bytes(bytes: &[u8]) -> Option<String> {
    let exact = |value: &u8| HexByte { mask: 0xff, value: *value };
    (2..=MOST_BYTES).contains(&bytes.len()).then(|| Term::Hex(bytes.iter().map(exact).collect()).to_string())
}
