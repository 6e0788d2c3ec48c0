//! The forms in which a selection is copied.

use binlog_explorer::view::FieldNode;

use crate::numbers;
use crate::visible_text::byte_char;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The value as shown.
    Value,
    /// Hex digits.
    Hex,
    /// As `hexdump -C` prints.
    Hexdump,
    /// Base64.
    Base64,
    /// One JSON object: path, range, value, bytes.
    Json,
}

impl Form {
    /// All, in the order of the dialog.
    pub const ALL: [Self; 5] = [Self::Value, Self::Hex, Self::Hexdump, Self::Base64, Self::Json];

    /// Message id of its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "copy-value",
            Self::Hex => "copy-hex",
            Self::Hexdump => "copy-hexdump",
            Self::Base64 => "copy-base64",
            Self::Json => "copy-json",
        }
    }
}

/// What is copied.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Path of the field; empty for an event or a range.
    pub path: &'a str,
    /// The field.
    pub node: Option<&'a FieldNode>,
    /// Its text where it has no node: a bit field's value.
    pub text: Option<&'a str>,
    /// The space.
    pub space: &'a str,
    /// First byte.
    pub start: u64,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl Piece<'_> {
    /// Writes it.
    pub fn write(&self, form: Form) -> String {
        match form {
            Form::Value => self.value().unwrap_or_else(|| numbers::hex(self.bytes)),
            Form::Hex => numbers::hex(self.bytes),
            Form::Hexdump => hexdump(self.start, self.bytes),
            Form::Base64 => base64(self.bytes),
            Form::Json => self.json(),
        }
    }

    fn value(&self) -> Option<String> {
        let node = self.node;
        self.text.map(str::to_owned).or_else(|| node.and_then(|node| node.text.clone().or_else(|| node.raw.clone())))
    }

    fn json(&self) -> String {
        let mut members = Vec::new();
        if !self.path.is_empty() {
            members.push(format!("\"path\":{}", quoted(self.path)));
        }
        members.push(format!("\"space\":{}", quoted(self.space)));
        members.push(format!("\"start\":{}", self.start));
        members.push(format!("\"end\":{}", self.start + self.bytes.len() as u64));
        if let Some(text) = self.value() {
            members.push(format!("\"text\":{}", quoted(&text)));
        }
        let mut hex = String::from("0x");
        for byte in self.bytes {
            numbers::push_hex(&mut hex, *byte);
        }
        members.push(format!("\"bytes\":{}", quoted(&hex)));
        format!("{{{}}}", members.join(","))
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// As `hexdump -C` prints, with the bytes' own offsets.
fn hexdump(start: u64, bytes: &[u8]) -> String {
    let mut out = String::new();
    for (row, chunk) in bytes.chunks(16).enumerate() {
        out.push_str(&format!("{:08x} ", start + row as u64 * 16));
        for column in 0..16 {
            if column % 8 == 0 {
                out.push(' ');
            }
            match chunk.get(column) {
                Some(byte) => {
                    numbers::push_hex(&mut out, *byte);
                    out.push(' ');
                }
                None => out.push_str("   "),
            }
        }
        out.push_str(" |");
        out.extend(chunk.iter().map(|byte| match byte_char(*byte) {
            '·' => '.',
            c => c,
        }));
        out.push_str("|\n");
    }
    out.push_str(&format!("{:08x}\n", start + bytes.len() as u64));
    out
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at <= chunk.len() {
                out.push(DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char);
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Ma"), "TWE=");
        assert_eq!(base64(b"M"), "TQ==");
        assert_eq!(
            hexdump(0x30e, b"abc"),
            "0000030e  61 62 63                                          |abc|\n00000311\n"
        );
        let piece = Piece { path: "a.b", node: None, text: Some("x\"\n"), space: "0", start: 4, bytes: b"A" };
        assert_eq!(
            piece.write(Form::Json),
            r#"{"path":"a.b","space":"0","start":4,"end":5,"text":"x\"\u000a","bytes":"0x41"}"#
        );
    }
}
