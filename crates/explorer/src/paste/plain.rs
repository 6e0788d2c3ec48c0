//! Bytes without structure around them: hexadecimal, base64, lists of numbers, string literals.

use super::numbers::{Shape, Span, brackets, decimal, hexadecimal, shape};
use super::output::{Base64, Base64Error, Output};
use super::text::{error_at, hex_pair, is_space, lines};
use super::{Outcome, PasteFormat, Pasted, message, number};
use crate::view::Message;

/// Reads them; `None` when the text is none of them.
pub(super) fn read(text: &str) -> Outcome {
    if let Some(at) = text.find(|c: char| c == '\u{fffd}' || c.is_control() && !is_space(c)) {
        return Some(Err(error_at(text, at, "paste-error-binary", [])));
    }
    let span = unwrapped(text);
    if span.of(text).contains("\\x") {
        return Some(escapes(text, span));
    }
    let inside = brackets(text, span);
    let list = inside.unwrap_or(span);
    let shape = shape(text, list);
    if shape.any {
        if shape.prefixed && (shape.hexadecimal || inside.is_some()) {
            return Some(hexadecimal(text, list, shape));
        }
        let separated = inside.is_some() || list.of(text).contains(',');
        let list_of_decimals = separated || shape.unpaired && !shape.long;
        if shape.decimal && list_of_decimals && !shape.padded && (inside.is_some() || !shape.long) {
            return Some(decimal(text, list));
        }
        if let Some(outcome) = digits(text, list, shape) {
            return Some(outcome);
        }
        if inside.is_some() {
            // It began like a list of numbers: the complaint is about what does not fit.
            return Some(decimal(text, list));
        }
    }
    base64(text, span)
}

/// Says why the text is nothing that is understood.
pub(super) fn refuse(text: &str) -> Message {
    let decoded = |line: &str| line.starts_with("# at ") || line.starts_with("### ") || line.starts_with("DELIMITER ");
    if let Some(line) = lines(text).find(|line| decoded(line.text)) {
        return error_at(text, line.start, "paste-error-no-binlog-statements", []);
    }
    let span = unwrapped(text);
    let strange = span.of(text).find(|c| !in_base64(c) && !is_space(c)).map_or(span.start, |at| span.start + at);
    let rest = &text[strange..];
    let elided = rest.starts_with("...") || rest.starts_with('…');
    error_at(text, strange, if elided { "paste-error-elided" } else { "paste-error-unknown" }, [])
}

/// The text without what often stands around it: white space, the fences of a code block, a data URI's head,
/// `<Buffer …>`, `X'…'`, one pair of quotes, a closing semicolon.
fn unwrapped(text: &str) -> Span {
    let mut span = Span { start: 0, end: text.len() }.trim(text);
    if span.of(text).starts_with("```")
        && let Some(line) = span.of(text).find('\n')
    {
        span.start += line;
        span.end -= if span.of(text).ends_with("```") { 3 } else { 0 };
        span = span.trim(text);
    }
    if span.of(text).starts_with("data:")
        && let Some(head) = span.of(text).find(";base64,")
    {
        span.start += head + ";base64,".len();
    }
    if span.of(text).starts_with("<Buffer ") {
        span.start += "<Buffer ".len();
        span.end -= usize::from(span.of(text).ends_with('>'));
    }
    span.end -= usize::from(span.of(text).ends_with(';'));
    span = span.trim(text);
    let all = span.of(text);
    let head = usize::from(all.starts_with("X'") || all.starts_with("x'"));
    let mut ends = (all[head..].chars().next(), all.chars().next_back());
    if all.len() < head + 2 {
        ends = (None, None);
    }
    if let (Some(first @ ('\'' | '"' | '`')), Some(last)) = ends
        && first == last
    {
        span = Span { start: span.start + head + 1, end: span.end - 1 };
    }
    span.trim(text)
}

/// Hexadecimal digits with separators; `None` when there is anything else.
fn digits(text: &str, span: Span, shape: Shape) -> Outcome {
    if shape.hexadecimal {
        return Some(hexadecimal(text, span, shape));
    }
    // With `:` or `-` between pairs: the separators are part of the tokens.
    let mut output = Output::default();
    let mut rest = span.of(text);
    let mut fresh = true;
    while let Some(c) = rest.chars().next() {
        let length = if is_space(c) || matches!(c, ',' | ';') {
            fresh = true;
            c.len_utf8()
        } else if matches!(c, ':' | '-') && !fresh {
            fresh = true;
            1
        } else {
            if let Err(error) = output.push(hex_pair(rest.as_bytes())?) {
                return Some(Err(error));
            }
            fresh = false;
            2
        };
        rest = &rest[length..];
    }
    let notes = vec![message("paste-plain-hex", [("bytes", number(output.len()))])];
    Some(Ok(Pasted { bytes: output.into_bytes(), notes, format: PasteFormat::PlainHex }))
}

/// The text of a string literal with `\x` escapes. When there are quotes, only what is inside them counts.
fn escapes(text: &str, span: Span) -> Result<Pasted, Message> {
    let mut output = Output::default();
    let all = span.of(text);
    let first = all.find("\\x").unwrap_or(0);
    // A quote before the first escape, and not escaped itself.
    let quoted = all[..first].contains(['\'', '"']);
    let mut quote = None;
    let mut at = 0;
    while let Some(c) = all[at..].chars().next() {
        let rest = &all.as_bytes()[at..];
        let place = span.start + at;
        at += c.len_utf8();
        match c {
            '\'' | '"' if quoted && quote.is_none() => quote = Some(c),
            _ if quoted && quote.is_none() => {}
            _ if quote == Some(c) => quote = None,
            '\\' => {
                let (length, byte) = escape(rest);
                at += length - 1;
                match byte {
                    Some(byte) => output.push(byte)?,
                    // A line that is continued.
                    None if rest.get(1) == Some(&b'\n') => {}
                    None => return Err(error_at(text, place, "paste-error-escape", [])),
                }
            }
            ' ' if quoted => output.push(b' ')?,
            _ if is_space(c) => {}
            '!'..='~' => output.push(c as u8)?,
            _ => return Err(error_at(text, place, "paste-error-unknown", [])),
        }
    }
    let notes = vec![message("paste-escapes", [("bytes", number(output.len()))])];
    Ok(Pasted { bytes: output.into_bytes(), notes, format: PasteFormat::PlainHex })
}

/// Length of the escape at the beginning, and its byte; a length of at least 1.
fn escape(rest: &[u8]) -> (usize, Option<u8>) {
    let simple = |byte| (2, Some(byte));
    match rest.get(1) {
        Some(b'x') => match hex_pair(rest.get(2..).unwrap_or(&[])) {
            Some(byte) => (4, Some(byte)),
            None => (1, None),
        },
        Some(b'0'..=b'7') => {
            let octal = rest[1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
            let (length, value) =
                octal.fold((1, 0_u16), |(length, value), byte| (length + 1, value * 8 + u16::from(byte - b'0')));
            (length, u8::try_from(value).ok())
        }
        Some(b'n') => simple(b'\n'),
        Some(b't') => simple(b'\t'),
        Some(b'r') => simple(b'\r'),
        Some(b'a') => simple(0x07),
        Some(b'b') => simple(0x08),
        Some(b'f') => simple(0x0c),
        Some(b'v') => simple(0x0b),
        Some(byte @ (b'\\' | b'\'' | b'"')) => simple(*byte),
        Some(b'\n') => (2, None),
        _ => (1, None),
    }
}

fn in_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=')
}

/// Base64; `None` when a character is not of its alphabet, or words do not look like it.
fn base64(text: &str, span: Span) -> Outcome {
    let all = span.of(text);
    if !all.chars().all(|c| in_base64(c) || is_space(c)) {
        return None;
    }
    // Prose is words of any length between spaces; base64 is broken between quanta, except by line breaks.
    let mut in_line = 0_usize;
    let mut gap = false;
    for c in all.chars() {
        match c {
            '\n' => (in_line, gap) = (0, false),
            c if is_space(c) => gap = true,
            _ => {
                if gap && !in_line.is_multiple_of(4) {
                    return None;
                }
                gap = false;
                in_line += 1;
            }
        }
    }
    let mut output = Output::default();
    let mut base64 = Base64::default();
    let place = |at, error| match error {
        Base64Error::Character => error_at(text, at, "paste-error-base64-padding", []),
        Base64Error::Incomplete => error_at(text, at, "paste-error-base64-incomplete", []),
        Base64Error::Output(message) => message,
    };
    for (index, byte) in all.bytes().enumerate() {
        // Only ASCII is left besides white space.
        if !byte.is_ascii() || byte.is_ascii_whitespace() || byte == 0x0b {
            continue;
        }
        if let Err(error) = base64.push(byte, &mut output) {
            return Some(Err(place(span.start + index, error)));
        }
    }
    if let Err(error) = base64.finish(&mut output) {
        return Some(Err(place(span.end, error)));
    }
    let mut notes = vec![message("paste-base64", [("bytes", number(output.len()))])];
    if base64.url_safe {
        notes.push(message("paste-base64-url", []));
    }
    if base64.unpadded {
        notes.push(message("paste-base64-unpadded", []));
    }
    Some(Ok(Pasted { bytes: output.into_bytes(), notes, format: PasteFormat::Base64 }))
}
