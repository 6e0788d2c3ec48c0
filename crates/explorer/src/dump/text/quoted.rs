//! Strings between quotes, as each tool escapes them.

use super::output::Target;

/// Bytes of a value that are appended before the buffer may be written.
const PIECE: usize = 64 << 10;

/// What stands for each byte that does not stand for itself.
#[derive(Debug)]
pub struct Escapes {
    special: [bool; 256],
    text: [[u8; 4]; 32],
    length: [u8; 32],
}

const fn control(number: u8) -> [u8; 4] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [b'\\', b'x', DIGITS[(number >> 4) as usize], DIGITS[(number & 15) as usize]]
}

const fn escapes(letters: bool) -> Escapes {
    let mut escapes = Escapes { special: [false; 256], text: [[0; 4]; 32], length: [4; 32] };
    let mut i = 0;
    while i < 32 {
        escapes.special[i] = true;
        let letter = match i as u8 {
            8 => b'b',
            9 => b't',
            10 => b'n',
            12 => b'f',
            13 => b'r',
            _ => 0,
        };
        if letters && letter != 0 {
            escapes.text[i] = [b'\\', letter, 0, 0];
            escapes.length[i] = 2;
        } else {
            escapes.text[i] = control(i as u8);
        }
        i += 1;
    }
    if letters {
        escapes.special[b'\\' as usize] = true;
        escapes.special[b'\'' as usize] = true;
    }
    escapes
}

/// `mysqlbinlog`: letters for five control characters, `\x01` for the others; quotes and
/// backslashes get a backslash.
pub static MYSQL: Escapes = escapes(true);

/// `mariadb-binlog`: `\x01` for control characters; quotes and backslashes stay as they are.
pub static MARIADB: Escapes = escapes(false);

impl Escapes {
    /// Appends the bytes without quotes around them.
    pub fn body(&self, out: &mut impl Target, bytes: &[u8]) {
        for piece in bytes.chunks(PIECE) {
            self.piece(out.bytes(), piece);
            out.pause();
        }
    }

    #[inline]
    fn piece(&self, out: &mut Vec<u8>, mut rest: &[u8]) {
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

    /// Appends a string in single quotes.
    #[inline]
    pub fn string(&self, out: &mut impl Target, bytes: &[u8]) {
        out.bytes().push(b'\'');
        self.body(out, bytes);
        out.bytes().push(b'\'');
    }
}

/// Appends an identifier in backticks; the tools hold names as C strings, which end at a zero.
pub fn identifier(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'`');
    for byte in name.iter().take_while(|byte| **byte != 0) {
        if *byte == b'`' {
            out.push(b'`');
        }
        out.push(*byte);
    }
    out.push(b'`');
}

/// Appends upper-case hexadecimal digits.
pub fn hexadecimal(out: &mut impl Target, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for piece in bytes.chunks(PIECE) {
        let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
        out.bytes().extend(piece.iter().flat_map(digits));
        out.pause();
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
    fn identifiers_double_their_backticks() {
        let mut out = Vec::new();
        identifier(&mut out, b"a`b\0c");
        assert_eq!(out, b"`a``b`");
    }
}
