//! Names and bytes as both tools quote them.

use crate::dump::escapes::PIECE;
use crate::dump::output::Target;

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
    fn identifiers_double_their_backticks() {
        let mut out = Vec::new();
        identifier(&mut out, b"a`b\0c");
        assert_eq!(out, b"`a``b`");
    }
}
