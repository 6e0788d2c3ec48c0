//! Dumps: lines of an offset, bytes and perhaps the same bytes as text.
//!
//! The offsets decide how many bytes a line holds. So nothing depends on how the columns are separated, which
//! differs between tools and is lost on the way through web pages; only the last line of a dump without a
//! closing offset has to be guessed.

use super::output::Output;
use super::text::{Line, error_at, hex_pair, is_space, lines, nibble};
use super::{Outcome, PasteFormat, Pasted, message, number};
use crate::view::{Argument, Message};

/// Most bytes that one line of a dump holds, for the guess about the last line: xxd allows 256.
const WIDEST: usize = 256;

/// Pairs of lines that are compared to find the base of the offsets.
const SAMPLE: usize = 64;

/// Reads a dump; `None` when no line looks like one.
pub(super) fn read(text: &str) -> Outcome {
    let first = lines(text).find_map(|line| match classify(line) {
        Kind::Data(row) => Some(row),
        _ => None,
    })?;
    let words = first.words;
    let radix = radix(text);
    if words && !(radix.value(first.offset) == Some(0) && first.groups().starts_with("62fe 6e69")) {
        return Some(Err(error_at(text, first.line.start, "paste-error-words", [])));
    }
    Some(Reader::new(text, radix, words).all())
}

/// What a line can be in a dump.
enum Kind<'a> {
    Data(Row<'a>),
    /// Only an offset: the end.
    End(Row<'a>),
    /// Lines like the one before were left out.
    Star,
    Blank,
    Other,
}

/// A line with an offset.
#[derive(Clone, Copy)]
struct Row<'a> {
    line: Line<'a>,
    /// Digits of the offset.
    offset: &'a str,
    /// Where the bytes begin in the text.
    rest: usize,
    words: bool,
}

fn classify(line: Line<'_>) -> Kind<'_> {
    let body = line.text.trim_start_matches(['+', '>', ' ', '\t']);
    let trimmed = body.trim_end_matches(is_space);
    match trimmed {
        "" => return Kind::Blank,
        "*" => return Kind::Star,
        _ => {}
    }
    let digits = body.strip_prefix("0x").unwrap_or(body);
    let length = digits.bytes().take_while(|&b| nibble(b).is_some()).count();
    if !(4..=16).contains(&length) {
        return Kind::Other;
    }
    let (offset, after) = digits.split_at(length);
    let (colon, after) = after.strip_prefix(':').map_or((false, after), |after| (true, after));
    let rest = line.start + line.text.len() - after.len();
    let row = Row { line, offset, rest, words: false };
    if after.trim_start_matches(is_space).is_empty() {
        // A group of hexadecimal digits on a line of its own looks the same: long ones are no offset.
        return if (6..=8).contains(&length) || colon { Kind::End(row) } else { Kind::Other };
    }
    if !after.starts_with(is_space) {
        return Kind::Other;
    }
    let group = after.trim_start_matches(is_space);
    let width = group.bytes().take_while(|&b| nibble(b).is_some()).count();
    let ended = group[width..].chars().next().is_none_or(|c| is_space(c) || matches!(c, '|' | '>'));
    match (colon, width) {
        (true, 2..=64) if ended && width % 2 == 0 => Kind::Data(row),
        (false, 2) if ended => Kind::Data(row),
        (false, 4) if ended && (6..=8).contains(&length) => Kind::Data(Row { words: true, ..row }),
        _ => Kind::Other,
    }
}

impl<'a> Row<'a> {
    /// What follows the offset.
    fn groups(&self) -> &'a str {
        let skipped = self.rest - self.line.start;
        self.line.text[skipped..].trim_start_matches(is_space)
    }
}

/// Base of the offsets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Radix {
    Hexadecimal = 16,
    Decimal = 10,
    Octal = 8,
}

impl Radix {
    fn value(self, digits: &str) -> Option<u64> {
        u64::from_str_radix(digits, self as u32).ok()
    }
}

/// The base in which the distance of the offsets is what the lines hold; hexadecimal when nothing can be
/// compared.
fn radix(text: &str) -> Radix {
    // Offsets and most bytes of lines that follow each other.
    let mut pairs: Vec<(&str, usize, &str)> = Vec::new();
    let mut before: Option<(&str, usize)> = None;
    for line in lines(text) {
        match classify(line) {
            Kind::Data(row) | Kind::End(row) => {
                if let Some((offset, bytes)) = before {
                    pairs.push((offset, bytes, row.offset));
                }
                before = Some((row.offset, pairs_of(&line.text[row.rest - line.start..]).take(WIDEST).count()));
            }
            Kind::Blank => {}
            Kind::Star | Kind::Other => before = None,
        }
        if pairs.len() == SAMPLE {
            break;
        }
    }
    let fits = |radix: &Radix| {
        let mut steps = pairs.iter().map(|(from, bytes, to)| {
            let step = radix.value(to)?.checked_sub(radix.value(from)?)?;
            (step > 0 && step <= *bytes as u64).then_some(step)
        });
        let Some(Some(first)) = steps.next() else { return false };
        // The last line before the end may be shorter.
        let count = pairs.len() - 1;
        steps
            .enumerate()
            .all(|(index, step)| step.is_some_and(|step| step == first || index + 1 == count && step < first))
    };
    [Radix::Hexadecimal, Radix::Decimal, Radix::Octal].into_iter().find(fits).unwrap_or(Radix::Hexadecimal)
}

/// Pairs of digits at the beginning of a line's rest, each with the place just after it (bytes from the start
/// of `rest`), until something else stands there.
fn pairs_of(rest: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let here = &rest[at..];
        let skipped = here.trim_start_matches(is_space);
        let start = at + here.len() - skipped.len();
        let byte = hex_pair(skipped.as_bytes())?;
        at = start + 2;
        Some((at, byte))
    })
}

struct Reader<'a> {
    text: &'a str,
    radix: Radix,
    words: bool,
    output: Output,
    /// Offset of the first line.
    base: Option<u64>,
    /// The line whose bytes are not counted yet, with its offset.
    pending: Option<(Row<'a>, u64)>,
    /// A `*` after it.
    star: Option<usize>,
    repeated: usize,
    /// Bytes on the line before.
    width: usize,
    /// A line that is none of a dump, after the first that is.
    other: Option<usize>,
    /// Offset where the dump ended.
    ended: Option<u64>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, radix: Radix, words: bool) -> Self {
        Self {
            text,
            radix,
            words,
            output: Output::default(),
            base: None,
            pending: None,
            star: None,
            repeated: 0,
            width: 0,
            other: None,
            ended: None,
        }
    }

    fn all(mut self) -> Result<Pasted, Message> {
        for line in lines(self.text) {
            match classify(line) {
                Kind::Data(row) => self.row(row, false)?,
                Kind::End(row) if self.base.is_some() => self.row(row, true)?,
                Kind::Star if self.pending.is_some() => self.star = Some(line.start),
                Kind::Blank => {}
                _ if self.base.is_some() && self.other.is_none() => self.other = Some(line.start),
                _ => {}
            }
        }
        if let Some(star) = self.star {
            return Err(error_at(self.text, star, "paste-error-star", []));
        }
        if let Some((row, _)) = self.pending.take() {
            self.last(row)?;
        }
        let args = [("bytes", number(self.output.len()))];
        let mut notes = vec![message(if self.words { "paste-hexdump-words" } else { "paste-hexdump" }, args)];
        if self.repeated > 0 {
            notes.push(message("paste-hexdump-repeated", [("bytes", number(self.repeated))]));
        }
        match self.base {
            Some(base) if base > 0 => {
                notes.push(message("paste-first-offset", [("offset", Argument::Number(base))]));
            }
            _ => {}
        }
        match self.radix {
            Radix::Hexadecimal => {}
            Radix::Decimal => notes.push(message("paste-offsets-decimal", [])),
            Radix::Octal => notes.push(message("paste-offsets-octal", [])),
        }
        Ok(Pasted { bytes: self.output.into_bytes(), notes, format: PasteFormat::Hexdump })
    }

    fn row(&mut self, row: Row<'a>, end: bool) -> Result<(), Message> {
        if let Some(other) = self.other {
            return Err(error_at(self.text, other, "paste-error-dump-line", []));
        }
        let Some(offset) = self.radix.value(row.offset) else {
            return Err(error_at(self.text, row.line.start, "paste-error-offset-digits", []));
        };
        if row.words != self.words && !end {
            return Err(error_at(self.text, row.rest, "paste-error-dump-line", []));
        }
        match self.pending.take() {
            Some((before, from)) => self.between(before, from, row, offset)?,
            None => {
                let expected = *self.ended.get_or_insert(offset);
                if expected != offset {
                    return Err(self.misplaced(row, expected));
                }
            }
        }
        self.base.get_or_insert(offset);
        if end {
            self.ended = Some(offset);
        } else {
            self.pending = Some((row, offset));
        }
        Ok(())
    }

    /// Takes the bytes of `before`, now that the offset after it is known.
    fn between(&mut self, before: Row<'a>, from: u64, row: Row<'a>, offset: u64) -> Result<(), Message> {
        let Some(step) = offset.checked_sub(from).filter(|&step| step > 0) else {
            return Err(self.misplaced(row, from));
        };
        let step = usize::try_from(step).unwrap_or(usize::MAX);
        let Some(star) = self.star.take() else {
            self.width = step;
            return self.take(before, step, Some(row));
        };
        let width = if self.width > 0 { self.width } else { self.guess(before) };
        self.width = width;
        self.take(before, width, None)?;
        let more = step.checked_sub(width).filter(|more| more % width.max(1) == 0);
        let Some(more) = more else {
            return Err(error_at(self.text, star, "paste-error-star-offset", [("width", number(width))]));
        };
        self.repeated = self.repeated.saturating_add(more);
        self.output.repeat(width, more)
    }

    /// Takes exactly `count` bytes of a line.
    fn take(&mut self, row: Row<'a>, count: usize, next: Option<Row<'a>>) -> Result<(), Message> {
        let rest = self.rest(row);
        // Words are two bytes, of which the second stands first; the last word of an odd number holds one.
        let wanted = if self.words { count.saturating_add(count % 2) } else { count };
        let mut end = 0;
        let mut taken = 0;
        let mut second = None;
        for (at, byte) in pairs_of(rest).take(wanted) {
            end = at;
            taken += 1;
            match (self.words, second.take()) {
                (false, _) => self.output.push(byte)?,
                (true, None) => second = Some(byte),
                (true, Some(high)) => self.output.extend(&[byte, high])?,
            }
        }
        if taken != wanted || nibble(rest.as_bytes().get(end).copied().unwrap_or(b' ')).is_some() {
            let line = next.map_or(row.line, |next| next.line);
            let args = [("expected", number(count)), ("bytes", number(pairs_of(rest).count()))];
            return Err(error_at(self.text, line.start, "paste-error-dump-count", args));
        }
        if wanted > count {
            self.output.truncate_last();
        }
        Ok(())
    }

    /// What stands after a line's offset.
    fn rest(&self, row: Row<'a>) -> &'a str {
        &self.text[row.rest..row.line.start + row.line.text.len()]
    }

    /// The last line, when no offset follows.
    fn last(&mut self, row: Row<'a>) -> Result<(), Message> {
        let count = self.guess(row);
        self.take(row, count, None)
    }

    /// How many bytes a line holds when no offset tells: as many as make the text column right; else up to the
    /// text column or a wide gap; never more than the line before.
    fn guess(&self, row: Row<'a>) -> usize {
        let rest = self.rest(row);
        let most = if self.width > 0 { self.width.min(WIDEST) } else { WIDEST };
        let found: Vec<_> = pairs_of(rest).take(most).collect();
        if self.words {
            return found.len() / 2 * 2;
        }
        let column_end = rest.trim_end_matches(['\r', '|', '<']).len();
        // The text column is as long as the bytes, shows those that can be shown, and has only space before it.
        let reads_as = |count: usize| {
            let column = &rest[found[count - 1].0.min(column_end)..column_end];
            let mut shown = column.chars().rev();
            let mut same = found[..count]
                .iter()
                .rev()
                .all(|&(_, byte)| shown.next().is_some_and(|c| !byte.is_ascii_graphic() || c == char::from(byte)));
            same &= shown.next().is_some_and(|c| is_space(c) || matches!(c, '|' | '>'));
            same && shown.all(|c| is_space(c) || matches!(c, '|' | '>'))
        };
        if let Some(count) = (1..=found.len()).rev().find(|&count| reads_as(count)) {
            return count;
        }
        // A gap of two spaces ends the bytes, but some tools put one in the middle of the line.
        let mut start = 0;
        for (index, &(end, _)) in found.iter().enumerate() {
            let gap = rest[start..end - 2].chars().filter(|&c| is_space(c)).count();
            if index > 0 && gap > 1 && index * 2 != most && index != 8 {
                return index;
            }
            start = end;
        }
        // Not half a group.
        let whole = |&(end, _): &(usize, u8)| nibble(rest.as_bytes().get(end).copied().unwrap_or(b' ')).is_none();
        found.iter().rposition(whole).map_or(0, |index| index + 1)
    }

    fn misplaced(&self, row: Row<'a>, expected: u64) -> Message {
        let expected = match self.radix {
            Radix::Hexadecimal => format!("{expected:x}"),
            Radix::Decimal => expected.to_string(),
            Radix::Octal => format!("{expected:o}"),
        };
        error_at(self.text, row.line.start, "paste-error-offset", [("expected", Argument::Text(expected))])
    }
}
