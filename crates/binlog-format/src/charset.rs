//! Collation ids and text. Bytes stay bytes; text is a view with a lossless fallback.

use core::fmt;

/// The collation id that stands for UTF-8 in the format's own names.
pub const UTF8MB4: u32 = 45;

/// The collation id of binary strings.
pub const BINARY: u32 = 63;

/// The character set of a collation id, by both servers' numbering.
/// Sources: `mysys/charset-def.cc`, MariaDB `mysys/charset-def.c`, `information_schema.COLLATIONS`.
pub fn name(collation: u32) -> Option<&'static str> {
    let id = if (1025..=1279).contains(&collation) { collation - 1024 } else { collation };
    Some(match id {
        3 | 69 => "dec8",
        4 | 80 => "cp850",
        6 | 72 => "hp8",
        7 | 74 => "koi8r",
        5 | 8 | 15 | 31 | 47..=49 | 94 => "latin1",
        2 | 9 | 21 | 27 | 77 => "latin2",
        10 | 82 => "swe7",
        11 | 65 => "ascii",
        16 | 71 => "hebrew",
        18 | 89 => "tis620",
        22 | 75 => "koi8u",
        25 | 70 => "greek",
        26 | 34 | 44 | 66 | 99 => "cp1250",
        30 | 78 => "latin5",
        32 | 64 => "armscii8",
        36 | 68 => "cp866",
        37 | 73 => "keybcs2",
        38 | 43 => "macce",
        39 | 53 => "macroman",
        40 | 81 => "cp852",
        20 | 41 | 42 | 79 => "latin7",
        14 | 23 | 50..=52 => "cp1251",
        57 | 67 => "cp1256",
        29 | 58 | 59 => "cp1257",
        92 | 93 => "geostd8",
        1 | 84 => "big5",
        12 | 91 => "ujis",
        13 | 88 => "sjis",
        19 | 85 => "euckr",
        24 | 86 => "gb2312",
        28 | 87 => "gbk",
        95 | 96 => "cp932",
        97 | 98 => "eucjpms",
        63 => "binary",
        33 | 76 | 83 | 192..=215 | 223 | 576..=578 | 2048..=2247 => "utf8mb3",
        35 | 90 | 128..=151 | 159 | 640..=642 | 2560..=2759 => "ucs2",
        54 | 55 | 101..=124 | 672..=674 | 2816..=3015 => "utf16",
        56 | 62 => "utf16le",
        60 | 61 | 160..=183 | 736..=738 | 3072..=3271 => "utf32",
        45 | 46 | 224..=247 | 255..=323 | 608..=610 | 2304..=2503 => "utf8mb4",
        248..=250 => "gb18030",
        _ => return None,
    })
}

/// Text in some character set. Displays as the characters where the bytes are valid in a
/// character set that reads as UTF-8 or latin1; otherwise as `0x…`, losing nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The stored bytes.
    pub bytes: &'a [u8],
    /// Collation id, 0 when the log does not tell.
    pub collation: u32,
}

impl<'a> Text<'a> {
    /// The text, if it is valid UTF-8 and its character set is read so.
    pub fn as_utf8(&self) -> Option<&'a str> {
        match name(self.collation) {
            None | Some("utf8mb4" | "utf8mb3" | "ascii" | "latin1") => self.ascii_or_utf8(),
            Some("binary") => None,
            Some("ucs2" | "utf16" | "utf16le" | "utf32") => None,
            // Every other character set of the servers has ASCII below 0x80.
            Some(_) => self.ascii(),
        }
    }

    fn ascii(&self) -> Option<&'a str> {
        if self.bytes.is_ascii() { core::str::from_utf8(self.bytes).ok() } else { None }
    }

    fn ascii_or_utf8(&self) -> Option<&'a str> {
        if name(self.collation) == Some("latin1") { self.ascii() } else { core::str::from_utf8(self.bytes).ok() }
    }
}

/// MySQL's latin1 is cp1252 with the five holes as C1 controls.
const CP1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_utf8() {
            return f.write_str(text);
        }
        if name(self.collation) == Some("latin1") {
            return self.bytes.iter().try_for_each(|byte| {
                let character = match byte {
                    0x80..=0x9f => CP1252[usize::from(byte - 0x80)],
                    other => char::from(*other),
                };
                fmt::Write::write_char(f, character)
            });
        }
        crate::value::Hex(self.bytes).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn zongji_latin1_means_cp1252() {
        assert_eq!(Text { bytes: b"\x80 caf\xe9", collation: 8 }.to_string(), "€ café");
    }

    #[test]
    fn pymysqlbinlog_4_invalid_utf8_loses_nothing() {
        assert_eq!(Text { bytes: b"a\xff", collation: 255 }.to_string(), "0x61ff");
        assert_eq!(Text { bytes: "早".as_bytes(), collation: 0 }.to_string(), "早");
        assert_eq!(Text { bytes: b"\x4e\x00", collation: 35 }.to_string(), "0x4e00");
    }
}
