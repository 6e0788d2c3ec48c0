//! Strings between quotes, as each tool and JSON escape them.

use std::fmt;

use super::digits::hexadecimal_pair;
use super::output::Target;

/// Bytes of a value that are appended before the buffer may be written.
pub const PIECE: usize = 64 << 10;

/// What stands for each byte that does not stand for itself.
#[derive(Debug)]
pub struct Escapes {
    /// What stands around a string.
    quote: u8,
    /// The quote and the backslash get a backslash.
    quotes: bool,
    special: [bool; 256],
    /// What stands for control characters, and how much of it counts.
    text: [[u8; 6]; 32],
    length: [u8; 32],
}

/// `letters` stand for some control characters, by their code; `control` says how others begin.
const fn escapes(quote: u8, quotes: bool, letters: &[(u8, u8)], control: &[u8]) -> Escapes {
    let mut escapes = Escapes { quote, quotes, special: [false; 256], text: [[0; 6]; 32], length: [0; 32] };
    let mut code = 0;
    while code < 32 {
        escapes.special[code] = true;
        let mut length = 0;
        while length < control.len() {
            escapes.text[code][length] = control[length];
            length += 1;
        }
        [escapes.text[code][length], escapes.text[code][length + 1]] = hexadecimal_pair(code as u8);
        escapes.length[code] = length as u8 + 2;
        code += 1;
    }
    let mut i = 0;
    while i < letters.len() {
        let (code, letter) = letters[i];
        escapes.text[code as usize] = [b'\\', letter, 0, 0, 0, 0];
        escapes.length[code as usize] = 2;
        i += 1;
    }
    if quotes {
        escapes.special[b'\\' as usize] = true;
        escapes.special[quote as usize] = true;
    }
    escapes
}

/// Letters that C, JSON and SQL have.
const LETTERS: &[(u8, u8)] = &[(8, b'b'), (9, b't'), (10, b'n'), (12, b'f'), (13, b'r')];

/// `mysqlbinlog`: letters for five control characters, `\x01` for the others; quotes and
/// backslashes get a backslash.
pub static MYSQL: Escapes = escapes(b'\'', true, LETTERS, b"\\x");

/// `mariadb-binlog`: `\x01` for control characters; quotes and backslashes stay as they are.
pub static MARIADB: Escapes = escapes(b'\'', false, &[], b"\\x");

/// JSON (RFC 8259): letters for five control characters, `\u0001` for the others.
pub static JSON: Escapes = escapes(b'"', true, LETTERS, b"\\u00");

impl Escapes {
    /// Appends the bytes without quotes around them.
    pub fn body(&self, out: &mut impl Target, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            self.piece(out.bytes(), piece);
            out.pause();
        }
    }

    /// Sixteen bytes are looked at together and copied together; most have nothing to escape.
    #[inline]
    fn piece(&self, out: &mut Vec<u8>, bytes: &[u8]) {
        const STEP: usize = 16;
        out.reserve(bytes.len() + STEP);
        let (steps, rest) = bytes.as_chunks::<STEP>();
        for step in steps {
            if self.any_special(step) {
                self.bytes(out, step);
            } else {
                out.extend_from_slice(step);
            }
        }
        // The rest is looked at with bytes before it again.
        let plain = match (bytes.last_chunk::<STEP>(), rest.first_chunk::<8>(), rest.last_chunk::<8>()) {
            (Some(last), ..) => !self.any_special(last),
            (_, Some(first), Some(last)) => !self.any_special(first) && !self.any_special(last),
            _ => false,
        };
        if plain {
            out.extend_from_slice(rest);
        } else {
            self.bytes(out, rest);
        }
    }

    #[inline]
    fn any_special<const N: usize>(&self, bytes: &[u8; N]) -> bool {
        // Without a branch at each byte.
        let (quote, quotes) = (self.quote, self.quotes);
        bytes.iter().fold(false, |any, byte| any | (*byte < b' ') | (quotes & ((*byte == quote) | (*byte == b'\\'))))
    }

    #[inline]
    fn bytes(&self, out: &mut Vec<u8>, mut rest: &[u8]) {
        while let Some(at) = rest.iter().position(|byte| self.special[usize::from(*byte)]) {
            let (plain, special) = rest.split_at(at);
            out.extend_from_slice(plain);
            let Some((byte, after)) = special.split_first() else { return };
            match (self.text.get(usize::from(*byte)), self.length.get(usize::from(*byte))) {
                (Some(text), Some(length)) => {
                    out.extend_from_slice(text.get(..usize::from(*length)).unwrap_or_default());
                }
                _ => out.extend_from_slice(&[b'\\', *byte]),
            }
            rest = after;
        }
        out.extend_from_slice(rest);
    }

    /// Appends a string in quotes.
    #[inline]
    pub fn string(&self, out: &mut impl Target, bytes: &[u8]) {
        out.bytes().push(self.quote);
        self.body(out, bytes);
        out.bytes().push(self.quote);
    }
}

/// Text that is written in pieces, escaped as it comes.
pub struct Escaped<'o>(pub &'o mut Vec<u8>, pub &'static Escapes);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.1.body(self.0, text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_escapes_its_way() {
        let text = |escapes: &Escapes, bytes: &[u8]| {
            let mut out = Vec::new();
            escapes.string(&mut out, bytes);
            out
        };
        let bytes = b"a'b\\c\n\r\t\x08\x0c\0\x1f\x7f\xff";
        assert_eq!(text(&MYSQL, bytes), b"'a\\'b\\\\c\\n\\r\\t\\b\\f\\x00\\x1f\x7f\xff'");
        assert_eq!(text(&MARIADB, bytes), b"'a'b\\c\\x0a\\x0d\\x09\\x08\\x0c\\x00\\x1f\x7f\xff'");
        assert_eq!(text(&MYSQL, b""), b"''");
    }

    #[test]
    fn wherever_it_stands_in_a_text_of_any_length() {
        for length in 1..70 {
            for at in 0..length {
                for (special, mysql, mariadb) in
                    [(b'\'', "\\'", "'"), (b'\\', "\\\\", "\\"), (0x1f, "\\x1f", "\\x1f"), (0xff, "\u{ff}", "\u{ff}")]
                {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = special;
                    for (escapes, expected) in [(&MYSQL, mysql), (&MARIADB, mariadb)] {
                        let mut out = Vec::new();
                        escapes.body(&mut out, &bytes);
                        let expected: Vec<u8> = expected.chars().map(|character| character as u8).collect();
                        let whole = [&vec![b'a'; at][..], &expected, &vec![b'a'; length - at - 1]].concat();
                        assert_eq!(out, whole);
                    }
                }
            }
        }
    }

    #[test]
    fn json_strings_read_back() {
        let characters: String = (0..0x3000).filter_map(char::from_u32).collect();
        let mut out = Vec::new();
        JSON.string(&mut out, characters.as_bytes());
        assert_eq!(serde_json::from_slice::<String>(&out).expect("a string"), characters);
        assert_eq!(out, serde_json::to_vec(&characters).expect("a string"), "as everybody writes it");
    }
}
