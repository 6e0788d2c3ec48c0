//! Pasted text becomes bytes.
//!
//! People paste what they have: a `BINLOG '…'` block out of a mysqlbinlog output, a hexdump, bytes out of a
//! debugger, base64 out of a ticket. [`parse`] finds out which it is and gives back the bytes; what the bytes
//! are (a file, bare events, a packet) is not decided here.
//!
//! # How the form is told
//!
//! The rules are tried in this order and the first that fits is taken. None of them depends on what the bytes
//! mean, with one exception (rule 4).
//!
//! 1. **Header lines of `mysqlbinlog --hexdump`** (`# 00000004 0e 99 …`, 19 bytes in a comment): the comments
//!    are read, since they hold every event, and `BINLOG` blocks beside them are left alone. Copies of events
//!    between "Start of compressed events" and "End of compressed events" are not read: the payload event
//!    before them holds them already.
//! 2. **A `BINLOG` statement**, or a variable `@binlog_fragment_N` that is set: every block is decoded in
//!    order, everything else is left alone. A block may be cut off at the end of the paste. Text before
//!    `BINLOG` on its line that consists of `+`, `-`, `>`, `|` and spaces (a diff, a quoted mail) is taken off
//!    the lines of the block as well, and so are the client's prompts (`'>`).
//! 3. **A line of a dump**: an offset (4 to 16 hexadecimal digits, `0x` before and `:` after allowed), white
//!    space, then groups of an even number of digits; without a colon the groups are two digits each. Offsets
//!    are read as hexadecimal, decimal or octal, whichever agrees with the number of bytes on the lines, and
//!    decide how many bytes a line has; so the text column never counts as bytes, and `*` stands for repeated
//!    lines. Lines before the first and after the last line of the dump are left alone.
//! 4. **16-bit words** (`hexdump` or `od -x` without options) are read only when the dump starts at 0 with
//!    `62fe 6e69`, the file's magic in the words of a little-endian machine. Otherwise they are refused: their
//!    byte order cannot be known.
//! 5. **`\x` escapes**: the text of a string literal (Python, C, a shell); inside quotes, other characters
//!    stand for themselves.
//! 6. **Numbers in a list.** Of `[…]` and `{…}` that contain no other, the longest is taken. With `0x` before
//!    numbers: hexadecimal. All whole numbers, and one of them is negative, or has one or three digits, or
//!    they stand in brackets or between commas: decimal bytes, -128 to 255. But two digits each with a zero in
//!    front of one of them (`00, 05, 12`) is hexadecimal.
//! 7. **Hexadecimal digits** and separators (white space, `,`, `:`, `;`, `-` between pairs), also `0x…`
//!    and `X'…'`: plain hexadecimal. Text that could be both hexadecimal and base64 is hexadecimal.
//! 8. **The alphabet of base64**, standard or for URLs: base64. Words between spaces must be whole quanta of
//!    four characters, so that prose is not taken for it.
//!
//! Anything else is refused, with the line, the column and what stands there.
//!
//! # Bounds
//!
//! Nothing panics, time is linear in the text, and memory is the text plus at most [`MAX_BYTES`].

mod comments;
mod dump;
mod numbers;
mod output;
mod plain;
mod statements;
#[cfg(test)]
mod tests;
mod text;

use crate::view::{Argument, Message};

pub use output::MAX_BYTES;

/// What pasted text turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Pasted {
    /// The bytes: at least one, at most [`MAX_BYTES`].
    pub bytes: Vec<u8>,
    /// What was guessed, counted, repaired or left alone, for the person who pasted it. The first says what
    /// the text was read as.
    pub notes: Vec<Message>,
    /// The form it was read as.
    pub format: PasteFormat,
}

/// The forms that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasteFormat {
    /// `BINLOG '…'` blocks, perhaps in a whole mysqlbinlog output.
    BinlogStatements,
    /// `hexdump -C`, `xxd`, `od -t x1`, the comments of `mysqlbinlog --hexdump`, and the like.
    Hexdump,
    /// Hexadecimal digits, `\x` escapes, SQL literals.
    PlainHex,
    /// Base64, standard or for URLs.
    Base64,
    /// A list of decimal numbers, signed or not.
    DecimalBytes,
}

/// Turns pasted text into bytes.
///
/// # Errors
///
/// A message with an id `paste-error-…` when the text is in no form that is understood, contradicts itself or
/// decodes to more than [`MAX_BYTES`]. Where it can be told, the arguments are `line` and `column` (from 1, the
/// column in characters) and `found`.
pub fn parse(text: &str) -> Result<Pasted, Message> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.chars().all(text::is_space) {
        return Err(message("paste-error-empty", []));
    }
    let readers: [fn(&str) -> Outcome; 4] = [comments::read, statements::read, dump::read, plain::read];
    for read in readers {
        if let Some(outcome) = read(text) {
            return outcome.and_then(|pasted| {
                if pasted.bytes.is_empty() { Err(message("paste-error-no-bytes", [])) } else { Ok(pasted) }
            });
        }
    }
    Err(plain::refuse(text))
}

/// What a reader of one form says: `None` when the text is not in its form.
type Outcome = Option<Result<Pasted, Message>>;

/// Builds a message.
fn message<const N: usize>(id: &str, args: [(&str, Argument); N]) -> Message {
    Message { id: id.into(), args: args.into_iter().map(|(name, value)| (name.into(), value)).collect() }
}

/// A number as an argument.
fn number(value: usize) -> Argument {
    Argument::Number(value as u64)
}
