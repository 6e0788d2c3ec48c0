//! Text of every character set. What the decoder reads by itself stays there; the East Asian sets of
//! several bytes go to a decoder of the WHATWG Encoding Standard: `encoding_rs` natively, the
//! browser's `TextDecoder` in the worker, whose tables need not be loaded with the page. Where the
//! servers read a code otherwise than the standard, the servers are right.

mod differences;

use std::sync::OnceLock;

use binlog_format::charset::{Charset, Text};
use binlog_format::value::Hex;

use differences::DIFFERENCES;

/// Decodes bytes by the label of the Encoding Standard; `None` if they are invalid or if there is no
/// such decoder.
pub type WebDecoder = fn(label: &str, bytes: &[u8]) -> Option<String>;

static DECODER: OnceLock<WebDecoder> = OnceLock::new();

/// Uses this decoder from now on; the first one stays.
pub fn use_decoder(decoder: WebDecoder) {
    let _ = DECODER.set(decoder);
}

#[cfg(not(target_family = "wasm"))]
fn native(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
}

/// No decoder was handed in: the bytes stay bytes.
#[cfg(target_family = "wasm")]
fn native(_: &str, _: &[u8]) -> Option<String> {
    None
}

/// The characters, if all bytes are valid in the collation's character set. Without one that is known,
/// UTF-8.
pub fn decode(bytes: &[u8], collation: u32) -> Option<String> {
    let text = Text { bytes, collation };
    if let Some(text) = text.as_utf8() {
        return Some(text.to_owned());
    }
    if let Some(charset) = Charset::of(collation)
        && let Some(label) = charset.web_label()
    {
        return several_bytes(bytes, charset, label);
    }
    let mut characters = String::new();
    text.each_char(|character| characters.push(character)).then_some(characters)
}

/// The characters, or `0x…` where not all bytes are valid.
pub fn view(bytes: &[u8], collation: u32) -> String {
    decode(bytes, collation).unwrap_or_else(|| Hex(bytes).to_string())
}

/// The first characters of a text that may be long; bytes that are no characters stay visible as
/// U+FFFD.
pub fn beginning(bytes: &[u8], collation: u32, limit: usize) -> String {
    let head = bytes.get(..limit).unwrap_or(bytes);
    let cut = head.len() < bytes.len();
    decode_head(head, collation, cut).unwrap_or_else(|| String::from_utf8_lossy(head).into_owned())
}

/// The same of the first bytes of a value, which is shown as [`view`] shows all of it; `cut`: more
/// bytes follow.
pub fn view_head(head: &[u8], collation: u32, cut: bool) -> String {
    decode_head(head, collation, cut).unwrap_or_else(|| Hex(head).to_string())
}

fn decode_head(head: &[u8], collation: u32, cut: bool) -> Option<String> {
    // The cut may go through a character.
    let cuts = if cut { 0..4 } else { 0..1 };
    let mut whole = cuts.filter_map(|cut| head.get(..head.len().checked_sub(cut)?));
    whole.find_map(|head| decode(head, collation))
}

/// Bytes of the character that begins here, by its first ones.
fn length(charset: Charset, bytes: &[u8]) -> usize {
    match (charset, bytes) {
        (_, [..=0x7f, ..]) => 1,
        (Charset::Sjis | Charset::Cp932, [0xa0..=0xdf | 0x80 | 0xfd.., ..]) => 1,
        (Charset::Ujis | Charset::Eucjpms, [0x8f, ..]) => 3,
        (Charset::Gb18030, [_, 0x30..=0x39, ..]) => 4,
        _ => 2,
    }
}

/// The servers' character for a code that the standard reads otherwise.
fn difference(charset: Charset, code: &[u8]) -> Option<char> {
    if code.len() > 3 {
        return None;
    }
    let code = code.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
    let (_, runs) = DIFFERENCES.iter().find(|(of, _)| *of == charset)?;
    let after = runs.partition_point(|(first, ..)| *first <= code);
    let (first, count, character) = runs.get(after.checked_sub(1)?)?;
    let nth = code - first;
    if nth < u32::from(*count) { char::from_u32(u32::from(*character) + nth) } else { None }
}

fn several_bytes(bytes: &[u8], charset: Charset, label: &str) -> Option<String> {
    let decoder = DECODER.get().copied().unwrap_or(native);
    let (mut text, mut begun, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        let end = at + length(charset, rest).min(rest.len());
        if let Some(character) = difference(charset, bytes.get(at..end)?) {
            if begun < at {
                text.push_str(&decoder(label, bytes.get(begun..at)?)?);
            }
            text.push(character);
            begun = end;
        }
        at = end;
    }
    if begun < bytes.len() {
        text.push_str(&decoder(label, bytes.get(begun..)?)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GBK: u32 = 28;
    const SJIS: u32 = 13;
    const CP932: u32 = 95;
    const UJIS: u32 = 12;

    #[test]
    fn python_223_and_php_29_gbk() {
        assert_eq!(view("数据库".as_bytes(), 45), "数据库");
        assert_eq!(view(b"\xca\xfd\xbe\xdd\xbf\xe2", GBK), "数据库");
        assert_eq!(view(b"\xca\xfd\xbe", GBK), "0xcafdbe", "half a character");
    }

    #[test]
    fn the_servers_shift_jis_is_not_the_standards() {
        assert_eq!(view(b"\x81\x60a\x81\x60", SJIS), "\u{301c}a\u{301c}");
        assert_eq!(view(b"\x81\x60", CP932), "\u{ff5e}");
        assert_eq!(view(b"\xb1", SJIS), "ｱ");
        assert_eq!(view(b"\xf5\xa1\x8f\xfe\xfe", UJIS), "\u{e000}\u{e757}", "user-defined");
    }

    #[test]
    fn python_601_a_cut_does_not_go_through_a_character() {
        let text = "é".repeat(10);
        assert_eq!(beginning(text.as_bytes(), 45, 7), "ééé");
        assert_eq!(beginning(text.as_bytes(), 45, 100), text);
        assert_eq!(beginning(b"caf\xe9 \xff", 45, 100), "caf\u{fffd} \u{fffd}");
        assert_eq!(beginning(b"caf\xe9", 8, 100), "café");
    }
}
