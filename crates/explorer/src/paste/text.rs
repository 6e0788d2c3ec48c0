//! Lines, places and characters of the pasted text.

use super::message;
use crate::view::{Argument, Message};

/// White space, as people paste it: also the no-break and zero-width kinds.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

/// A line with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Offset of its first byte in the text.
    pub start: usize,
    /// Without its line break.
    pub text: &'a str,
}

/// The lines of a text, in order.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> + Clone {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let here = start;
        start += line.len() + 1;
        Line { start: here, text: line.strip_suffix('\r').unwrap_or(line) }
    })
}

/// An error at an offset of the text: adds `line`, `column` and `found` to the other arguments.
pub(super) fn error_at<const N: usize>(text: &str, offset: usize, id: &str, args: [(&str, Argument); N]) -> Message {
    let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..offset];
    let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    let mut error = message(id, args);
    error.args.push(("line".into(), super::number(line)));
    error.args.push(("column".into(), super::number(column)));
    error.args.push(("found".into(), Argument::Text(found(&text[offset..]))));
    error
}

/// What stands at the beginning of `rest`, in a form that can be shown: a character, or its code point when it
/// cannot be seen, or nothing at the end of the text.
fn found(rest: &str) -> String {
    match rest.chars().next() {
        None => String::new(),
        Some(c) if c.is_control() || is_space(c) || c == '\u{fffd}' => format!("U+{:04X}", u32::from(c)),
        Some(c) => c.into(),
    }
}

/// Value of a hexadecimal digit.
pub(super) fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Value of two hexadecimal digits at the beginning of `bytes`.
pub(super) fn hex_pair(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [high, low, ..] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    }
}
