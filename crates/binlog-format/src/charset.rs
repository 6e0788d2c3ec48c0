//! Collation ids and text. Bytes stay bytes; text is a view with a lossless fallback.
//!
//! What is read here: Unicode's own forms and every character set of one byte a character, by tables
//! made from what the servers convert. The East Asian sets of several bytes need tables a hundred
//! times as large; whoever has a decoder for them finds them by [`Charset::web_label`].

use core::fmt;

mod collations;
mod one_byte;
mod table;

pub use collations::{CollationName, collation};

/// The collation id that stands for UTF-8 in the format's own names.
pub const UTF8MB4: u32 = 45;

/// The collation id of binary strings.
pub const BINARY: u32 = 63;

macro_rules! charsets {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The character sets of both servers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Charset { $($(#[$doc])* $name,)* }

        impl Charset {
            /// Every character set.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name as the servers have it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

charsets! {
    /// Armenian.
    Armscii8 = "armscii8";
    /// 7 bits.
    Ascii = "ascii";
    /// Traditional Chinese.
    Big5 = "big5";
    /// No characters at all.
    Binary = "binary";
    /// Windows, Central European.
    Cp1250 = "cp1250";
    /// Windows, Cyrillic.
    Cp1251 = "cp1251";
    /// Windows, Arabic.
    Cp1256 = "cp1256";
    /// Windows, Baltic.
    Cp1257 = "cp1257";
    /// DOS, West European.
    Cp850 = "cp850";
    /// DOS, Central European.
    Cp852 = "cp852";
    /// DOS, Russian.
    Cp866 = "cp866";
    /// Windows, Japanese.
    Cp932 = "cp932";
    /// DEC, West European.
    Dec8 = "dec8";
    /// UJIS for Windows, Japanese.
    Eucjpms = "eucjpms";
    /// EUC, Korean.
    Euckr = "euckr";
    /// Chinese; MySQL only.
    Gb18030 = "gb18030";
    /// Simplified Chinese.
    Gb2312 = "gb2312";
    /// Simplified Chinese.
    Gbk = "gbk";
    /// Georgian.
    Geostd8 = "geostd8";
    /// ISO 8859-7.
    Greek = "greek";
    /// ISO 8859-8.
    Hebrew = "hebrew";
    /// HP, West European.
    Hp8 = "hp8";
    /// DOS Kamenicky, Czech and Slovak.
    Keybcs2 = "keybcs2";
    /// KOI8-R, Russian.
    Koi8r = "koi8r";
    /// KOI8-U, Ukrainian.
    Koi8u = "koi8u";
    /// Windows 1252, its holes as C1 controls; not ISO 8859-1.
    Latin1 = "latin1";
    /// ISO 8859-2.
    Latin2 = "latin2";
    /// ISO 8859-9.
    Latin5 = "latin5";
    /// ISO 8859-13.
    Latin7 = "latin7";
    /// Mac, Central European.
    Macce = "macce";
    /// Mac, West European.
    Macroman = "macroman";
    /// Shift-JIS, Japanese.
    Sjis = "sjis";
    /// 7 bits, Swedish: not even ASCII is as elsewhere.
    Swe7 = "swe7";
    /// Thai.
    Tis620 = "tis620";
    /// UCS-2, big-endian.
    Ucs2 = "ucs2";
    /// EUC, Japanese.
    Ujis = "ujis";
    /// UTF-16, big-endian.
    Utf16 = "utf16";
    /// UTF-16, little-endian.
    Utf16le = "utf16le";
    /// UTF-32, big-endian.
    Utf32 = "utf32";
    /// UTF-8 of at most 3 bytes a character.
    Utf8mb3 = "utf8mb3";
    /// UTF-8.
    Utf8mb4 = "utf8mb4";
}

/// How bytes of a character set are read.
enum Reading {
    Utf8,
    /// 16 bits a unit; whether little-endian, and whether pairs of units are one character.
    Units16 {
        little: bool,
        pairs: bool,
    },
    Units32,
    /// Code points of all 256 bytes; 0 where there is none.
    Table(&'static [u16; 256]),
    /// Elsewhere, or not at all.
    Not,
}

impl Charset {
    /// The character set of a collation id; both servers agree where both have the id.
    pub fn of(collation: u32) -> Option<Self> {
        collations::charset(collation)
    }

    /// The label of the decoder in the WHATWG Encoding Standard that comes closest, for the sets that
    /// are not read here. It reads some codes otherwise than the servers do.
    pub const fn web_label(self) -> Option<&'static str> {
        Some(match self {
            Self::Big5 => "big5",
            Self::Cp932 | Self::Sjis => "shift_jis",
            Self::Ujis | Self::Eucjpms => "euc-jp",
            Self::Euckr => "euc-kr",
            Self::Gb18030 => "gb18030",
            Self::Gb2312 | Self::Gbk => "gbk",
            _ => return None,
        })
    }

    const fn reading(self) -> Reading {
        match self {
            Self::Utf8mb3 | Self::Utf8mb4 => Reading::Utf8,
            Self::Ucs2 => Reading::Units16 { little: false, pairs: false },
            Self::Utf16 => Reading::Units16 { little: false, pairs: true },
            Self::Utf16le => Reading::Units16 { little: true, pairs: true },
            Self::Utf32 => Reading::Units32,
            _ => match one_byte::table(self) {
                Some(table) => Reading::Table(table),
                None => Reading::Not,
            },
        }
    }
}

/// The name of a collation id's character set.
pub fn name(collation: u32) -> Option<&'static str> {
    Charset::of(collation).map(Charset::name)
}

/// Text in some character set. Displays as its characters where the bytes are valid and the
/// character set is read here; otherwise as `0x…`, losing nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The stored bytes.
    pub bytes: &'a [u8],
    /// Collation id, 0 when the log does not tell.
    pub collation: u32,
}

impl<'a> Text<'a> {
    /// The text, if its bytes are valid UTF-8 as they stand. Text without a known character set is
    /// read so; of the others those count that are UTF-8 or have ASCII below 0x80.
    pub fn as_utf8(&self) -> Option<&'a str> {
        let utf8 = || core::str::from_utf8(self.bytes).ok();
        match Charset::of(self.collation) {
            None | Some(Charset::Utf8mb3 | Charset::Utf8mb4) => utf8(),
            Some(
                Charset::Binary | Charset::Swe7 | Charset::Ucs2 | Charset::Utf16 | Charset::Utf16le | Charset::Utf32,
            ) => None,
            Some(_) if self.bytes.is_ascii() => utf8(),
            Some(_) => None,
        }
    }

    /// Hands over the characters. False if not all bytes are valid, or if the character set is not
    /// read here.
    pub fn each_char(&self, mut each: impl FnMut(char)) -> bool {
        if let Some(text) = self.as_utf8() {
            text.chars().for_each(each);
            return true;
        }
        match Charset::of(self.collation).map_or(Reading::Utf8, Charset::reading) {
            Reading::Utf8 | Reading::Not => false,
            Reading::Table(table) => self.bytes.iter().all(|byte| {
                // 0 itself is the only byte that means U+0000.
                let point = u32::from(table[usize::from(*byte)]);
                let character = char::from_u32(point).filter(|_| point != 0 || *byte == 0);
                character.map(&mut each).is_some()
            }),
            Reading::Units16 { little, pairs } => {
                let (units, left) = self.bytes.as_chunks::<2>();
                let units =
                    units.iter().map(|unit| if little { u16::from_le_bytes(*unit) } else { u16::from_be_bytes(*unit) });
                left.is_empty()
                    && char::decode_utf16(units).all(|character| match character {
                        Ok(character) if pairs || character <= '\u{ffff}' => {
                            each(character);
                            true
                        }
                        _ => false,
                    })
            }
            Reading::Units32 => {
                let (units, left) = self.bytes.as_chunks::<4>();
                let mut units = units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
                left.is_empty() && units.all(|character| character.map(&mut each).is_some())
            }
        }
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_utf8() {
            return f.write_str(text);
        }
        if !self.each_char(|_| {}) {
            return crate::value::Hex(self.bytes).fmt(f);
        }
        let mut result = Ok(());
        self.each_char(|character| {
            if result.is_ok() {
                result = fmt::Write::write_char(f, character);
            }
        });
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString};

    fn text(bytes: &[u8], collation: u32) -> String {
        Text { bytes, collation }.to_string()
    }

    #[test]
    fn zongji_latin1_means_cp1252() {
        assert_eq!(text(b"\x80 caf\xe9", 8), "€ café");
        assert_eq!(text(b"\x81", 8), "\u{81}");
    }

    #[test]
    fn zongji_utf16_ucs2_and_utf32_are_big_endian() {
        assert_eq!(text(b"\x4e\x00", 35), "一");
        assert_eq!(text(b"\xd8\x3d\xde\x00", 54), "😀");
        assert_eq!(text(b"\x3d\xd8\x00\xde", 56), "😀");
        assert_eq!(text(b"\0\x01\xf6\0", 60), "😀");
    }

    #[test]
    fn pymysqlbinlog_4_invalid_bytes_lose_nothing() {
        assert_eq!(text(b"a\xff", 255), "0x61ff");
        assert_eq!(text("早".as_bytes(), 0), "早");
        assert_eq!(text(b"\x4e", 35), "0x4e", "half a unit");
        assert_eq!(text(b"\xd8\x3d", 54), "0xd83d", "half a pair");
        assert_eq!(text(b"\xd8\x3d\xde\x00", 35), "0xd83dde00", "ucs2 has no pairs");
        assert_eq!(text(b"\x00\x11\x00\x00", 60), "0x00110000");
        assert_eq!(text(b"caf\xe9", 11), "0x636166e9", "ascii has 7 bits");
    }

    #[test]
    fn python_132_varbinary_is_no_text() {
        assert_eq!(text(b"abc", BINARY), "0x616263");
    }

    #[test]
    fn swe7_is_not_even_ascii() {
        assert_eq!(text(b"]ngstr|m", 10), "Ångström");
    }
}
