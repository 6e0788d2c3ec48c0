//! Lists of numbers, as debuggers and programming languages print bytes.

use super::output::Output;
use super::text::{error_at, is_space, nibble};
use super::{PasteFormat, Pasted, message, number};
use crate::view::{Argument, Message};

/// Part of the text, as offsets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The part itself.
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Without white space around it.
    pub(super) fn trim(self, text: &str) -> Self {
        let all = self.of(text);
        let start = self.start + all.len() - all.trim_start_matches(is_space).len();
        let length = self.of(text)[start - self.start..].trim_end_matches(is_space).len();
        Self { start, end: start + length }
    }
}

/// The inside of `[…]` or `{…}` that holds no other such and is the longest; `None` when there is none that
/// begins with a number.
pub(super) fn brackets(text: &str, span: Span) -> Option<Span> {
    let mut best: Option<Span> = None;
    let mut open = None;
    for (index, byte) in span.of(text).bytes().enumerate() {
        match byte {
            b'[' | b'{' => open = Some(span.start + index + 1),
            b']' | b'}' => {
                if let Some(start) = open.take() {
                    let inside = Span { start, end: span.start + index };
                    if best.is_none_or(|best| inside.end - inside.start > best.end - best.start) {
                        best = Some(inside);
                    }
                }
            }
            _ => {}
        }
    }
    // A list that was cut off before its end.
    let last = open.map(|start| Span { start, end: span.end });
    let best = [best, last].into_iter().flatten().max_by_key(|span| span.end - span.start)?;
    let first = tokens(text, best).next()?;
    let digits = first.text.trim_start_matches(['-', '+']);
    digits.bytes().next().is_some_and(|byte| nibble(byte).is_some()).then_some(best)
}

/// A number as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub start: usize,
    pub text: &'a str,
}

/// What stands between white space, `,` and `;`, without casts such as `(byte)` and without quotes.
pub(super) fn tokens(text: &str, span: Span) -> impl Iterator<Item = Token<'_>> + Clone {
    let separates = |c: char| is_space(c) || matches!(c, ',' | ';' | '"' | '\'');
    let mut at = span.start;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..span.end];
            let trimmed = rest.trim_start_matches(separates);
            let start = span.end - trimmed.len();
            if trimmed.is_empty() {
                return None;
            }
            if let Some(cast) = cast(trimmed) {
                at = start + cast;
                continue;
            }
            let length = trimmed.find(|c| separates(c) || c == '(').unwrap_or(trimmed.len()).max(1);
            at = start + length;
            return Some(Token { start, text: trimmed.get(..length)? });
        }
    })
}

/// Longest cast that is skipped, in bytes: `(unsigned char)`.
const LONGEST_CAST: usize = 16;

/// Length of a cast at the beginning: letters, digits and spaces in parentheses, a letter first.
fn cast(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('(')?;
    let length = inside.bytes().take(LONGEST_CAST).position(|byte| byte == b')')?;
    let name = inside.get(..length)?;
    let letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' '));
    (letter && plain).then_some(length + 2)
}

/// What the tokens of a list look like.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// There is one at all.
    pub any: bool,
    /// Each is a whole number in decimal digits, perhaps signed.
    pub decimal: bool,
    /// Each is hexadecimal digits, perhaps after `0x`.
    pub hexadecimal: bool,
    /// One begins with `0x`.
    pub prefixed: bool,
    /// The first does.
    pub prefixed_first: bool,
    /// One is negative, or has one or three digits.
    pub unpaired: bool,
    /// One has more than three digits.
    pub long: bool,
    /// Each has two digits, and one of them begins with 0.
    pub padded: bool,
    /// Each has at most two digits.
    pub short: bool,
}

/// Looks at every token once.
pub(super) fn shape(text: &str, span: Span) -> Shape {
    let mut shape = Shape { decimal: true, hexadecimal: true, short: true, ..Shape::default() };
    let (mut pairs, mut zero) = (true, false);
    for token in tokens(text, span) {
        let hexadecimal = unprefixed(token.text);
        if hexadecimal.is_some() {
            shape.prefixed_first |= !shape.any;
            shape.prefixed = true;
        }
        shape.any = true;
        let digits = token.text.trim_start_matches(['-', '+']);
        let signed = digits.len() != token.text.len();
        shape.decimal &= !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let digits = hexadecimal.unwrap_or(digits);
        shape.hexadecimal &= !signed && !digits.is_empty() && digits.bytes().all(|byte| nibble(byte).is_some());
        shape.unpaired |= signed || matches!(digits.len(), 1 | 3);
        shape.long |= digits.len() > 3;
        shape.short &= digits.len() <= 2;
        pairs &= digits.len() == 2;
        zero |= digits.starts_with('0');
    }
    shape.padded = pairs && zero;
    shape
}

fn unprefixed(token: &str) -> Option<&str> {
    token.strip_prefix("0x").or_else(|| token.strip_prefix("0X"))
}

/// Reads decimal bytes: -128 to 255.
pub(super) fn decimal(text: &str, span: Span) -> Result<Pasted, Message> {
    let mut output = Output::default();
    let mut negative = false;
    for token in tokens(text, span) {
        let value: Option<i16> = token.text.parse().ok().filter(|value| (-128..=255).contains(value));
        let Some(value) = value else {
            let id = if token.text.starts_with("...") || token.text.starts_with('…') {
                "paste-error-elided"
            } else {
                "paste-error-byte-range"
            };
            return Err(error_at(text, token.start, id, [("number", shown(token.text))]));
        };
        negative |= value < 0;
        output.push(value.to_le_bytes()[0])?;
    }
    let id = if negative { "paste-decimal-signed" } else { "paste-decimal" };
    let notes = vec![message(id, [("bytes", number(output.len()))])];
    Ok(Pasted { bytes: output.into_bytes(), notes, format: PasteFormat::DecimalBytes })
}

/// Reads hexadecimal numbers, each a byte or several.
pub(super) fn hexadecimal(text: &str, span: Span, shape: Shape) -> Result<Pasted, Message> {
    let mut output = Output::default();
    for (index, token) in tokens(text, span).enumerate() {
        let prefixed = unprefixed(token.text);
        let digits = prefixed.unwrap_or(token.text);
        // In a list with prefixes, `10` without one is ten to some and sixteen to others; `7` is 7 to all.
        // A long literal that was broken over lines has one prefix only.
        let continued = shape.prefixed_first && index > 0 && digits.len() > 2;
        if shape.prefixed && prefixed.is_none() && digits.len() != 1 && !continued {
            return Err(error_at(text, token.start, "paste-error-hex-mixed", [("number", shown(token.text))]));
        }
        let odd = digits.len() % 2 == 1;
        if odd && !(digits.len() == 1 && shape.short) {
            return Err(error_at(text, token.start, "paste-error-hex-odd", [("number", shown(token.text))]));
        }
        let mut high = 0;
        for (index, byte) in digits.bytes().enumerate() {
            let Some(value) = nibble(byte) else {
                let at = token.start + token.text.len() - digits.len() + index;
                return Err(error_at(text, at, "paste-error-unknown", []));
            };
            if odd {
                output.push(value)?;
            } else if index % 2 == 0 {
                high = value << 4;
            } else {
                output.push(high | value)?;
            }
        }
    }
    let notes = vec![message("paste-plain-hex", [("bytes", number(output.len()))])];
    Ok(Pasted { bytes: output.into_bytes(), notes, format: PasteFormat::PlainHex })
}

/// A token in a message: its beginning.
fn shown(token: &str) -> Argument {
    Argument::Text(token.chars().take(20).collect())
}
