//! JSON as the server prints it: stored key order, `", "` and `": "`.

use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::{JsonVisitor, Scalar, visit};
use crate::value::{Value, write_double};

/// Writes a document as text. A fault in it ends the text with `…`.
pub fn write_text(document: &[u8], out: &mut dyn Write) -> fmt::Result {
    let mut writer = Writer { out, first: Vec::new(), after_key: false, result: Ok(()) };
    let read = visit(document, &mut writer);
    writer.result?;
    if read.is_err() { out.write_str("…") } else { Ok(()) }
}

struct Writer<'o> {
    out: &'o mut dyn Write,
    /// For each open container, whether its next member is its first.
    first: Vec<bool>,
    after_key: bool,
    result: fmt::Result,
}

impl Writer<'_> {
    fn put(&mut self, write: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        if self.result.is_ok() {
            self.result = write(self.out);
        }
    }

    fn separate(&mut self) {
        if core::mem::take(&mut self.after_key) {
            return;
        }
        if let Some(first) = self.first.last_mut()
            && !core::mem::replace(first, false)
        {
            self.put(|out| out.write_str(", "));
        }
    }
}

impl<'a> JsonVisitor<'a> for Writer<'_> {
    fn begin(&mut self, object: bool, _: usize) {
        self.separate();
        self.put(|out| out.write_str(if object { "{" } else { "[" }));
        self.first.push(true);
    }

    fn end(&mut self, object: bool) {
        self.first.pop();
        self.put(|out| out.write_str(if object { "}" } else { "]" }));
    }

    fn key(&mut self, key: &'a [u8]) {
        self.separate();
        self.put(|out| {
            quoted(key, out)?;
            out.write_str(": ")
        });
        self.after_key = true;
    }

    fn scalar(&mut self, scalar: Scalar<'a>) {
        self.separate();
        self.put(|out| match scalar {
            Scalar::Null => out.write_str("null"),
            Scalar::Boolean(value) => write!(out, "{value}"),
            Scalar::Signed(number) => write!(out, "{number}"),
            Scalar::Unsigned(number) => write!(out, "{number}"),
            Scalar::Double(number) => write_double(out, number),
            Scalar::String(text) => quoted(text, out),
            Scalar::Opaque(_, Value::Decimal(decimal), _) => write!(out, "{decimal}"),
            Scalar::Opaque(_, value @ (Value::Date(_) | Value::DateTime(_) | Value::Time(_)), _) => {
                write!(out, "\"{value}\"")
            }
            Scalar::Opaque(kind, _, raw) => {
                write!(out, "\"base64:type{kind}:")?;
                base64(raw, out)?;
                out.write_char('"')
            }
        });
    }
}

/// JSON string escapes; invalid UTF-8 is replaced, as JSON has no way to hold it.
fn quoted(text: &[u8], out: &mut dyn Write) -> fmt::Result {
    out.write_str("\"")?;
    for chunk in text.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, 0..b' ' | b'"' | b'\\')) {
            let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.write_str(plain)?;
            let mut characters = special.chars();
            match characters.next().unwrap_or_default() {
                '"' => out.write_str("\\\"")?,
                '\\' => out.write_str("\\\\")?,
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\t' => out.write_str("\\t")?,
                '\u{8}' => out.write_str("\\b")?,
                '\u{c}' => out.write_str("\\f")?,
                control => write!(out, "\\u{:04x}", control as u32)?,
            }
            rest = characters.as_str();
        }
        out.write_str(rest)?;
        if !chunk.invalid().is_empty() {
            out.write_char(char::REPLACEMENT_CHARACTER)?;
        }
    }
    out.write_str("\"")
}

/// Base64 in lines of 76 digits, whose ends are escaped as in any JSON string. Source: MySQL
/// `base64.h` (`base64_encode`).
fn base64(bytes: &[u8], out: &mut dyn Write) -> fmt::Result {
    const LINE: usize = 76 / 4;
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (i, chunk) in bytes.chunks(3).enumerate() {
        if i > 0 && i % LINE == 0 {
            out.write_str("\\n")?;
        }
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i) & 63) as usize];
            out.write_char(if i <= chunk.len() { char::from(digit) } else { '=' })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn text(document: &[u8]) -> String {
        let mut out = String::new();
        write_text(document, &mut out).unwrap();
        out
    }

    #[test]
    fn documents_of_the_reference() {
        let person = [
            &[0, 3, 0, 0x33, 0, 0x19, 0, 3, 0, 0x1c, 0, 4, 0, 0x20, 0, 4, 0, 5, 0x18, 0, 0x0c, 0x24, 0, 0x0c, 0x2f, 0]
                [..],
            b"agedataname",
            b"\x0axxxxxxxxxx\x03Joe",
        ]
        .concat();
        assert_eq!(text(&person), r#"{"age": 24, "data": "xxxxxxxxxx", "name": "Joe"}"#);
        let decimal = [0, 1, 0, 0x14, 0, 0x0b, 0, 1, 0, 0x0f, 0x0c, 0, 0x64, 0xf6, 6, 6, 3, 0x80, 0x7b, 1, 0xc8];
        assert_eq!(text(&decimal), r#"{"d": 123.456}"#);
    }

    #[test]
    fn go_mysql_267_empty_document_is_null() {
        assert_eq!(text(&[]), "null");
    }

    #[test]
    fn readyset_1728_doubles_as_the_server_prints_them() {
        let double = |number: f64| text(&[&[0x0b][..], &number.to_le_bytes()].concat());
        assert_eq!(double(1.0), "1.0");
        assert_eq!(double(1e15), "1e15");
        assert_eq!(double(0.1), "0.1");
    }

    #[test]
    fn opaque_values_as_the_server_prints_them() {
        let opaque = |kind: u8, bytes: &[u8]| text(&[&[0x0f, kind, bytes.len() as u8][..], bytes].concat());
        assert_eq!(opaque(16, &[0x80]), r#""base64:type16:gA==""#);
        assert_eq!(opaque(252, b"blob"), r#""base64:type252:YmxvYg==""#);
        assert_eq!(opaque(13, b"2024"), r#""base64:type13:MjAyNA==""#);
        assert_eq!(opaque(246, &[10, 4, 0x80, 0, 0, 0, 0, 0]), r#""base64:type246:CgSAAAAAAAA=""#, "wrong length");
        assert_eq!(opaque(246, &[10, 4, 0x80, 0, 0, 0, 0]), "0.0000");
        let long = opaque(15, &[0xff; 60]);
        assert_eq!(long, std::format!(r#""base64:type15:{}\n////""#, "/".repeat(76)));
        assert!(!opaque(15, &[0xff; 57]).contains('\n'), "no line end after the last line");
        let packed = |number: i64| number.to_le_bytes();
        let date_time = ((2024 * 13 + 2) << 5 | 29) << 17 | 12 << 12 | 34 << 6 | 56;
        assert_eq!(opaque(12, &packed(date_time << 24 | 123_456)), r#""2024-02-29 12:34:56.123456""#);
        assert_eq!(opaque(7, &packed(date_time << 24)), r#""2024-02-29 12:34:56.000000""#);
        assert_eq!(opaque(10, &packed((date_time >> 17 << 17) << 24)), r#""2024-02-29""#);
        assert_eq!(opaque(11, &packed(-1)), r#""-00:00:00.000001""#);
        assert_eq!(opaque(11, &packed(-((12 << 12 | 34 << 6 | 56) << 24))), r#""-12:34:56.000000""#);
        assert_eq!(opaque(12, &packed(0)), r#""0000-00-00 00:00:00.000000""#);
    }

    #[test]
    fn vitess_19103_opaque_of_any_length() {
        for length in 0..=12u8 {
            for kind in 0..=255u8 {
                let bytes = [&[0x0f, kind, length][..], &std::vec![0x01; length.into()]].concat();
                assert!(!text(&bytes).contains('…'), "{bytes:?}");
            }
        }
        assert!(text(&[0x0f, 246, 0x80]).ends_with('…'));
        assert!(text(&[0x0f, 246, 200, 1]).ends_with('…'));
    }

    #[test]
    fn python_280_and_vitess_8187_inlined_values() {
        // A small array keeps 16-bit integers and literals inside its entries; 32-bit ones it does not.
        let small = [2, 4, 0, 20, 0, 5, 0xff, 0xff, 6, 0xff, 0xff, 4, 1, 0, 7, 16, 0, 0xfe, 0xff, 0xff, 0xff];
        assert_eq!(text(&small), "[-1, 65535, true, -2]");
        let entry = |kind: u8, number: u32| [&[kind][..], &number.to_le_bytes()].concat();
        let entries = [entry(7, u32::MAX - 1), entry(8, u32::MAX), entry(4, 0), entry(5, 0x8000)].concat();
        let large = [&[3, 4, 0, 0, 0, 28, 0, 0, 0][..], &entries].concat();
        assert_eq!(text(&large), "[-2, 4294967295, null, -32768]");
    }

    #[test]
    fn php_59_a_large_array_is_no_object() {
        assert_eq!(text(&[3, 0, 0, 0, 0, 8, 0, 0, 0]), "[]");
        assert_eq!(text(&[1, 0, 0, 0, 0, 8, 0, 0, 0]), "{}");
    }

    #[test]
    fn shyiko_301_holes_after_updates_in_place() {
        // The key stands after the value, and bytes nobody points to between and behind them.
        let document = b"\x00\x01\0\x19\0\x15\0\x01\0\x0c\x0e\0\xaa\xbb\xcc\x03Joe\xdd\xee\xffk\x99\x99\x99";
        assert_eq!(text(document), r#"{"k": "Joe"}"#);
    }

    #[test]
    fn shared_bytes_do_not_multiply() {
        // 5000 members whose keys are the same 60000 bytes.
        let (members, length) = (5000u32, 60_000u16);
        let head = 8 + members * 11;
        let keys = [&head.to_le_bytes()[..], &length.to_le_bytes()].concat().repeat(members as usize);
        let values = [4, 0, 0, 0, 0].repeat(members as usize);
        let size = head + u32::from(length);
        let key = "k".repeat(length.into());
        let bytes = [&[1][..], &members.to_le_bytes(), &size.to_le_bytes(), &keys, &values, key.as_bytes()].concat();
        let all = text(&bytes);
        assert!(all.ends_with('…') && all.len() < 2 * bytes.len());
        // 3000 members that are all one array of 3000 literals.
        let literals = [4, 1, 0, 0, 0].repeat(3000);
        let inner = [&3000u32.to_le_bytes()[..], &(8 + 5 * 3000u32).to_le_bytes(), &literals].concat();
        let entry = [&[3][..], &(8 + 5 * 3000u32).to_le_bytes()].concat().repeat(3000);
        let size = (8 + entry.len() + inner.len()) as u32;
        let bytes = [&[3][..], &3000u32.to_le_bytes(), &size.to_le_bytes(), &entry, &inner].concat();
        let all = text(&bytes);
        assert!(all.contains("true") && all.ends_with('…') && all.len() < 4 * bytes.len(), "{}", all.len());
    }

    #[test]
    fn nesting_of_a_hundred_thousand_ends() {
        let levels = 100_000u32;
        let size = |inside: u32| 13 * inside;
        let level = |inside: u32| [&1u32.to_le_bytes()[..], &size(inside).to_le_bytes(), &[3, 13, 0, 0, 0]].concat();
        let document: std::vec::Vec<u8> = core::iter::once(3).chain((1..=levels).rev().flat_map(level)).collect();
        let all = text(&document);
        assert_eq!(all.matches('[').count(), 100);
        assert!(all.ends_with('…'));
    }

    #[test]
    fn offsets_that_loop_end() {
        // An array of one element whose offset points back at the array itself.
        let document = [2, 1, 0, 8, 0, 2, 0, 0];
        assert!(text(&document).ends_with('…'));
    }
}
