//! What stands behind a term's key.

use std::ops::Range;

use binlog_format::names;

use super::ast::{
    ColumnName, Comparison, GtidPattern, HexByte, Images, Interval, Literal, NumberKey, RowTerm, TablePattern,
    TypePattern,
};
use super::error::{Fault, FilterError, nearest};
use super::glob::{Glob, Piece};
use super::moment::Moment;
use super::words::{Scanner, Unit, Word, is_plain_in_column};

type Parsed<T> = Result<T, FilterError>;

/// The word that has to stand here.
pub(super) fn value(scanner: &mut Scanner<'_>, key: &str) -> Parsed<Word> {
    let word = scanner.word()?;
    if word.units.is_empty() && !word.quoted {
        return Err(FilterError::new(word.span, Fault::ExpectedValue { key: key.into() }));
    }
    Ok(word)
}

/// Items between commas.
pub(super) fn list<T>(scanner: &mut Scanner<'_>, key: &str, item: impl Fn(&Word) -> Parsed<T>) -> Parsed<Vec<T>> {
    let word = value(scanner, key)?;
    let mut items = Vec::new();
    for part in word.split(',') {
        if part.units.is_empty() && !part.quoted {
            return Err(FilterError::new(part.span, Fault::ExpectedValue { key: key.into() }));
        }
        items.push(item(&part)?);
    }
    Ok(items)
}

fn pattern(units: &[Unit]) -> Glob {
    let piece = |unit: &Unit| match (unit.character, unit.quoted) {
        ('*', false) => Piece::Many,
        ('?', false) => Piece::Any,
        (other, _) => Piece::One(other),
    };
    Glob(units.iter().map(piece).collect())
}

/// The names that an event type answers to: its own, and without what all have in common.
pub(super) fn type_names(code: u8) -> Option<(&'static str, String)> {
    let name = names::event_type(code)?;
    let short = if name.contains("_LOG_EVENT") { name.replace("_LOG_EVENT", "") } else { name.replace("_EVENT", "") };
    Some((name, short))
}

/// Whether a pattern means this type.
pub(super) fn is_type(glob: &Glob, code: u8) -> bool {
    type_names(code).is_some_and(|(name, short)| {
        let without_log = name.replace("_LOG_EVENT", "_EVENT");
        [name, &short, &without_log].iter().any(|name| glob.matches(name.as_bytes(), true))
    })
}

/// A type's name, or its number.
pub(super) fn event_type(word: &Word) -> Parsed<TypePattern> {
    let found = word.text();
    if !word.quoted
        && let Ok(code) = found.parse::<u8>()
    {
        return Ok(TypePattern::Code(code));
    }
    let glob = pattern(&word.units);
    if (0..=u8::MAX).any(|code| is_type(&glob, code)) {
        return Ok(TypePattern::Name(glob));
    }
    let nearest = nearest(&found, (0..=u8::MAX).filter_map(names::event_type)).or_else(|| {
        let short = (0..=u8::MAX).filter_map(|code| type_names(code).map(|(name, short)| (short, name)));
        let upper = found.to_ascii_uppercase();
        short.into_iter().find(|(short, _)| short.contains(&upper) && !upper.is_empty()).map(|(_, name)| name)
    });
    Err(FilterError::new(word.span.clone(), Fault::Type { found, nearest }))
}

/// `table`, `db.table`, with `*` and `?`.
pub(super) fn table(word: &Word) -> Parsed<TablePattern> {
    match word.split('.').as_slice() {
        [table] => Ok(TablePattern { database: None, table: pattern(&table.units) }),
        [database, table] if !table.units.is_empty() || table.quoted => {
            Ok(TablePattern { database: Some(pattern(&database.units)), table: pattern(&table.units) })
        }
        [_, table] => Err(FilterError::new(table.span.clone(), Fault::ExpectedValue { key: "table".into() })),
        [_, _, more @ ..] => {
            let start = more.first().map_or(word.span.start, |more| more.span.start);
            Err(FilterError::new(start..word.span.end, Fault::Table))
        }
        [] => Err(FilterError::new(word.span.clone(), Fault::Table)),
    }
}

/// Names with points between them, each with `*` and `?`: `schema.table.column`.
///
/// # Errors
///
/// White space or a parenthesis outside of quotes, quotes that are not closed, a name that is empty.
pub fn names_of(text: &str) -> Parsed<Vec<Glob>> {
    let mut scanner = Scanner { text, at: 0 };
    let word = value(&mut scanner, "table")?;
    if !scanner.rest().is_empty() {
        return Err(FilterError::new(scanner.at..text.len(), Fault::Table));
    }
    let names = word.split('.').into_iter().map(|name| {
        let empty = name.units.is_empty() && !name.quoted;
        let error = || FilterError::new(name.span.clone(), Fault::ExpectedValue { key: "table".into() });
        if empty { Err(error()) } else { Ok(pattern(&name.units)) }
    });
    names.collect()
}

/// The place of `..` that is not quoted.
fn dots(word: &Word) -> Option<usize> {
    word.units.windows(2).position(|pair| pair.iter().all(|unit| unit.is('.')))
}

/// One of a few words.
pub(super) fn choice<T: Copy>(word: &Word, key: &'static str, choices: &[(&'static str, T)]) -> Parsed<T> {
    let found = word.text();
    let chosen = choices.iter().find(|(text, _)| text.eq_ignore_ascii_case(&found));
    chosen.map(|(_, choice)| *choice).ok_or_else(|| {
        let expected = choices.iter().map(|(text, _)| *text).collect::<Vec<_>>().join(", ");
        FilterError::new(word.span.clone(), Fault::Choice { key, found, expected })
    })
}

/// One, or from one to another, or beyond one.
fn interval<T: Copy>(
    word: &Word, key: &str, one: impl Fn(&Word) -> Parsed<T>, reversed: impl Fn(&T, &T) -> bool,
) -> Parsed<Interval<T>> {
    let missing = |span: Range<usize>| FilterError::new(span, Fault::ExpectedValue { key: key.into() });
    for comparison in
        [Comparison::LessOrEqual, Comparison::Less, Comparison::GreaterOrEqual, Comparison::Greater, Comparison::Equal]
    {
        let text = comparison.text();
        let begins = word.units.len() >= text.len() && text.chars().zip(&word.units).all(|(it, unit)| unit.is(it));
        if begins {
            let rest = word.behind(text.len());
            if rest.units.is_empty() {
                return Err(missing(rest.span));
            }
            return one(&rest).map(|value| compared(comparison, value));
        }
    }
    let Some(at) = dots(word) else { return one(word).map(Interval::Is) };
    let place = word.units.get(at).map_or(word.span.start, |unit| unit.at);
    let before = word.part(0..at, word.span.start..place);
    let after = word.part(at + 2..word.units.len(), place + 2..word.span.end);
    match (before.units.is_empty(), after.units.is_empty()) {
        (true, true) => Err(missing(word.span.clone())),
        (true, false) => one(&after).map(Interval::To),
        (false, true) => one(&before).map(Interval::From),
        (false, false) => {
            let (from, to) = (one(&before)?, one(&after)?);
            if reversed(&from, &to) {
                return Err(FilterError::new(word.span.clone(), Fault::Reversed));
            }
            Ok(Interval::Between(from, to))
        }
    }
}

/// A comparison as the interval that it means.
pub(super) fn compared<T>(comparison: Comparison, value: T) -> Interval<T> {
    match comparison {
        Comparison::Less => Interval::Below(value),
        Comparison::LessOrEqual => Interval::To(value),
        Comparison::Greater => Interval::Above(value),
        Comparison::GreaterOrEqual => Interval::From(value),
        Comparison::Equal | Comparison::NotEqual | Comparison::Contains => Interval::Is(value),
    }
}

/// Moments of `time:`.
pub(super) fn moments(word: &Word) -> Parsed<Interval<Moment>> {
    let one = |word: &Word| {
        let found = word.text();
        Moment::parse(&found).ok_or_else(|| FilterError::new(word.span.clone(), Fault::Moment { found }))
    };
    interval(word, "time", one, |from, to| from.first() > to.last())
}

/// Numbers of a key; `bytes`: with units.
pub(super) fn numbers(word: &Word, key: NumberKey) -> Parsed<Interval<u64>> {
    interval(word, key.text(), |word| number(word, key.is_bytes()), |from, to| from > to)
}

/// `1_000`, `0x3e8`, and of bytes `1K`, `1KiB`.
pub(super) fn number(word: &Word, bytes: bool) -> Parsed<u64> {
    let found = word.text();
    let wrong = |found: &str| FilterError::new(word.span.clone(), Fault::Number { found: found.into() });
    let plain = found.replace('_', "");
    if let Some(digits) = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        let well = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return u64::from_str_radix(digits, 16).ok().filter(|_| well).ok_or_else(|| wrong(&found));
    }
    let end = plain.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(plain.len());
    let (digits, unit) = plain.split_at(end);
    let number: u64 = digits.parse().map_err(|_| wrong(&found))?;
    let factor: u64 = match unit.to_ascii_uppercase().as_str() {
        "" => 1,
        "B" if bytes => 1,
        "K" | "KB" | "KIB" if bytes => 1 << 10,
        "M" | "MB" | "MIB" if bytes => 1 << 20,
        "G" | "GB" | "GIB" if bytes => 1 << 30,
        "T" | "TB" | "TIB" if bytes => 1 << 40,
        _ if bytes => return Err(FilterError::new(word.span.clone(), Fault::Unit { found: unit.into() })),
        _ => return Err(wrong(&found)),
    };
    number.checked_mul(factor).ok_or_else(|| wrong(&found))
}

/// `UUID:tag:1-5:7` or `domain-server-number`.
pub(super) fn gtid(word: &Word) -> Parsed<GtidPattern> {
    let wrong = || FilterError::new(word.span.clone(), Fault::Gtid { found: word.text() });
    if !word.quoted
        && let Some(pattern) = mariadb_gtid(&word.text())
    {
        return pattern.ok_or_else(wrong);
    }
    let parts = word.split(':');
    let (source, rest) = parts.split_first().ok_or_else(wrong)?;
    let in_uuid = |unit: &Unit| unit.character.is_ascii_hexdigit() || unit.character == '-';
    let allowed = |unit: &Unit| in_uuid(unit) || unit.is('*') || unit.is('?');
    if source.units.is_empty() || !source.units.iter().all(allowed) {
        return Err(wrong());
    }
    let is_number = |part: &Word| part.units.first().is_some_and(|unit| unit.character.is_ascii_digit());
    let (tag, rest) = match rest.split_first() {
        Some((tag, rest)) if !is_number(tag) => (Some(tag), rest),
        _ => (None, rest),
    };
    let in_tag = |unit: &Unit| unit.character.is_ascii_alphanumeric() || unit.character == '_';
    if tag.is_some_and(|tag| {
        tag.units.is_empty() || !tag.units.iter().all(|unit| in_tag(unit) || unit.is('*') || unit.is('?'))
    }) {
        return Err(wrong());
    }
    let mut numbers = Vec::new();
    for part in rest {
        let text = part.text();
        let (first, last) = text.split_once('-').unwrap_or((&text, &text));
        let (first, last) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
        if first > last {
            return Err(FilterError::new(part.span.clone(), Fault::Reversed));
        }
        numbers.push((first, last));
    }
    let source = pattern(&source.units).lowercase();
    Ok(GtidPattern::Mysql { source, tag: tag.map(|tag| pattern(&tag.units).lowercase()), numbers })
}

/// `None` if it does not look like one; the inner `None` if its numbers are none.
fn mariadb_gtid(text: &str) -> Option<Option<GtidPattern>> {
    fn part<T: std::str::FromStr>(text: &str) -> Option<Option<T>> {
        if text == "*" { Some(None) } else { text.parse().ok().map(Some) }
    }
    let looks = |part: &str| part == "*" || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (head, last) = text.rsplit_once('-')?;
    let (domain, server) = head.split_once('-')?;
    let (first, last) = last.split_once("..").unwrap_or((last, last));
    let range = first != last;
    if ![domain, server].iter().all(|part| looks(part) && part.len() < 11) || !looks(first) || !looks(last) {
        return None;
    }
    let numbers = if first == "*" || last == "*" {
        if range {
            return Some(None);
        }
        None
    } else {
        let (Ok(first), Ok(last)) = (first.parse::<u64>(), last.parse::<u64>()) else { return Some(None) };
        if first > last {
            return Some(None);
        }
        Some((first, last))
    };
    let (Some(domain), Some(server)) = (part(domain), part(server)) else { return Some(None) };
    Some(Some(GtidPattern::Mariadb { domain, server, numbers }))
}

/// Text that is searched for; some of it has to be there.
pub(super) fn text(scanner: &mut Scanner<'_>, key: &str) -> Parsed<String> {
    let word = value(scanner, key)?;
    if word.units.is_empty() {
        return Err(FilterError::new(word.span, Fault::ExpectedValue { key: key.into() }));
    }
    Ok(word.text())
}

/// `ff ?? e?`: bytes in hexadecimal, as long as such follow; or all of them in quotes.
pub(super) fn hex(scanner: &mut Scanner<'_>) -> Parsed<Vec<HexByte>> {
    let start = scanner.at;
    let mut bytes = Vec::new();
    loop {
        let mut ahead = *scanner;
        if !bytes.is_empty() {
            ahead.pass_space();
        }
        let quoted = ahead.peek() == Some('"');
        let word = ahead.word()?;
        let read = hex_bytes(&word);
        match read {
            Ok(_) if bytes.is_empty() && word.units.is_empty() => {
                return Err(FilterError::new(word.span, Fault::ExpectedValue { key: "hex".into() }));
            }
            Ok(more) if !more.is_empty() => bytes.extend(more),
            // What follows is the next term.
            Ok(_) => break,
            Err(error) if bytes.is_empty() || !begins_term(&word) => return Err(error),
            Err(_) => break,
        }
        *scanner = ahead;
        if quoted {
            break;
        }
    }
    if bytes.iter().all(|byte| byte.mask != 0xff) {
        return Err(FilterError::new(start..scanner.at, Fault::HexOpen));
    }
    Ok(bytes)
}

/// Whether a word behind bytes may begin something else than a byte: an operator or a key.
fn begins_term(word: &Word) -> bool {
    let text = word.text().to_ascii_lowercase();
    matches!(text.as_str(), "and" | "or" | "not" | "&&" | "||" | "!")
        || text.contains([':', '.', '~', '=', '<', '>', '!'])
}

fn hex_bytes(word: &Word) -> Parsed<Vec<HexByte>> {
    let digits: Vec<&Unit> = word.units.iter().filter(|unit| !unit.character.is_whitespace()).collect();
    let wrong = || FilterError::new(word.span.clone(), Fault::Hex { found: word.text() });
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks(2) {
        let [high, low] = pair else { return Err(wrong()) };
        let mut byte = HexByte { mask: 0, value: 0 };
        for digit in [high, low] {
            let (mask, value) = match digit.character {
                '?' => (0, 0),
                other => (15, other.to_digit(16).ok_or_else(wrong)? as u8),
            };
            byte = HexByte { mask: byte.mask << 4 | mask, value: byte.value << 4 | value };
        }
        bytes.push(byte);
    }
    Ok(bytes)
}

/// `COLUMN = value`, behind `row.`.
pub(super) fn row(scanner: &mut Scanner<'_>, images: Images) -> Parsed<RowTerm> {
    let column = column(scanner)?;
    let named = scanner.at;
    scanner.pass_space();
    let at = scanner.at;
    let key = images.text();
    let Some(comparison) = Comparison::ALL.into_iter().find(|comparison| scanner.take_text(comparison.text())) else {
        let expected = "= != < <= > >= ~";
        let fault = Fault::ExpectedOperator { key: format!("{key}."), expected };
        return Err(FilterError::new(named..scanner.next_span().end.max(named), fault));
    };
    let operator = at..scanner.at;
    scanner.pass_space();
    let first = scanner.peek();
    if first.is_some_and(|first| matches!(first, '=' | '<' | '>' | '~' | '!')) {
        return Err(FilterError::new(scanner.next_span(), Fault::ExpectedValue { key: comparison.text().into() }));
    }
    let word = value(scanner, comparison.text())?;
    let text = word.text();
    let literal = match (word.quoted, text.eq_ignore_ascii_case("null")) {
        (true, _) => Literal::Quoted(text),
        (false, true) => Literal::Null,
        (false, false) => Literal::Bare(text),
    };
    if literal == Literal::Null && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
        return Err(FilterError::new(operator, Fault::NullOrder));
    }
    Ok(RowTerm { images, column, comparison, literal })
}

fn column(scanner: &mut Scanner<'_>) -> Parsed<ColumnName> {
    let start = scanner.at;
    if scanner.take('`') {
        let mut name = String::new();
        loop {
            let Some(character) = scanner.peek() else {
                return Err(FilterError::new(start..scanner.at, Fault::UnclosedQuote));
            };
            scanner.at += character.len_utf8();
            if character != '`' {
                name.push(character);
            } else if scanner.take('`') {
                name.push('`');
            } else if name.is_empty() {
                return Err(FilterError::new(start..scanner.at, Fault::Column));
            } else {
                return Ok(ColumnName::Name(name));
            }
        }
    }
    if scanner.take('@') {
        let digits = scanner.pass(|character| character.is_ascii_digit());
        let ordinal = digits.parse().ok().filter(|ordinal| *ordinal > 0);
        return ordinal.map(ColumnName::Ordinal).ok_or_else(|| FilterError::new(start..scanner.at, Fault::Column));
    }
    let name = scanner.pass(is_plain_in_column);
    if name.is_empty() {
        return Err(FilterError::new(scanner.next_span(), Fault::Column));
    }
    Ok(ColumnName::Name(name.into()))
}
