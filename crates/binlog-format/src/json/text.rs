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
        self.put(|out| out.write_char(if object { '{' } else { '[' }));
        self.first.push(true);
    }

    fn end(&mut self, object: bool) {
        self.first.pop();
        self.put(|out| out.write_char(if object { '}' } else { ']' }));
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
    out.write_char('"')?;
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' => out.write_str("\\\"")?,
                '\\' => out.write_str("\\\\")?,
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\t' => out.write_str("\\t")?,
                '\u{8}' => out.write_str("\\b")?,
                '\u{c}' => out.write_str("\\f")?,
                control if control < ' ' => write!(out, "\\u{:04x}", control as u32)?,
                other => out.write_char(other)?,
            }
        }
        if !chunk.invalid().is_empty() {
            out.write_char(char::REPLACEMENT_CHARACTER)?;
        }
    }
    out.write_char('"')
}

fn base64(bytes: &[u8], out: &mut dyn Write) -> fmt::Result {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
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
    fn offsets_that_loop_end() {
        // An array of one element whose offset points back at the array itself.
        let document = [2, 1, 0, 8, 0, 2, 0, 0];
        assert!(text(&document).ends_with('…'));
    }
}
