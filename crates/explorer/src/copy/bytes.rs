//! Forms of bytes alone.

use std::fmt::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes on a line of a literal.
const LINE: usize = 16;

/// Hex digits between spaces.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    for byte in bytes {
        let space = if out.is_empty() { "" } else { " " };
        // Writing to memory does not fail, here and below.
        let _ = write!(out, "{space}{byte:02x}");
    }
    out
}

/// As `hexdump -C` prints, with the bytes' own offsets; a star stands for lines like the one before.
pub fn hexdump(start: u64, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 5 + 16);
    let (mut before, mut starred): (&[u8], bool) = (&[], false);
    for (row, chunk) in bytes.chunks(16).enumerate() {
        if chunk == before {
            out.push_str(if starred { "" } else { "*\n" });
            starred = true;
            continue;
        }
        (before, starred) = (chunk, false);
        let _ = write!(out, "{:08x} ", start + row as u64 * 16);
        for column in 0..16 {
            if column % 8 == 0 {
                out.push(' ');
            }
            match chunk.get(column) {
                Some(byte) => {
                    let _ = write!(out, "{byte:02x} ");
                }
                None => out.push_str("   "),
            }
        }
        out.push_str(" |");
        out.extend(chunk.iter().map(|byte| if (0x20..0x7f).contains(byte) { char::from(*byte) } else { '.' }));
        out.push_str("|\n");
    }
    // Of no bytes it prints nothing.
    if bytes.is_empty() {
        return out;
    }
    let _ = writeln!(out, "{:08x}", start + bytes.len() as u64);
    out
}

/// Base64 in one line.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// `0x` numbers with commas, in lines that begin with `indent`.
fn numbers(out: &mut String, indent: &str, bytes: &[u8]) {
    for line in bytes.chunks(LINE) {
        out.push_str(indent);
        for (at, byte) in line.iter().enumerate() {
            let space = if at > 0 { " " } else { "" };
            let _ = write!(out, "{space}0x{byte:02x},");
        }
        out.push('\n');
    }
}

/// An array of Rust; its type is told, for an empty one.
pub fn rust(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "[0u8; 0]".into();
    }
    let mut out = String::from("[\n");
    numbers(&mut out, "    ", bytes);
    // The first number tells the type of all.
    out.replacen(',', "u8,", 1) + "]"
}

/// A slice of Go, as gofmt leaves it.
pub fn go(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "[]byte{}".into();
    }
    let mut out = String::from("[]byte{\n");
    numbers(&mut out, "\t", bytes);
    out + "}"
}

/// A bytes object of Python: several lines stand in parentheses.
pub fn python(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| {
        let mut out = String::from("b\"");
        for byte in bytes {
            let _ = write!(out, "\\x{byte:02x}");
        }
        out + "\""
    };
    if bytes.len() <= LINE {
        return line(bytes);
    }
    let lines: Vec<String> = bytes.chunks(LINE).map(|bytes| format!("    {}\n", line(bytes))).collect();
    format!("(\n{})", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!((base64(b"Man"), base64(b"Ma"), base64(b"M")), ("TWFu".into(), "TWE=".into(), "TQ==".into()));
        assert_eq!(
            hexdump(0x30e, b"abc"),
            "0000030e  61 62 63                                          |abc|\n00000311\n"
        );
        assert_eq!(hex(b"a\xff"), "61 ff");
        assert_eq!((rust(b""), go(b""), python(b"")), ("[0u8; 0]".into(), "[]byte{}".into(), "b\"\"".into()));
        assert_eq!(rust(b"ab"), "[\n    0x61u8, 0x62,\n]");
        assert_eq!(go(b"ab"), "[]byte{\n\t0x61, 0x62,\n}");
        assert_eq!(python(b"ab"), "b\"\\x61\\x62\"");
        assert_eq!(python(&[0; 17]).lines().count(), 4);
    }
}
