//! Collation ids. Those below 1024 are listed, by both servers' numbering; MariaDB makes the rest by
//! rule: 1024 more for the same collation without padding, and from 2048 on Unicode 14 in all its forms.
//! Sources: `information_schema.COLLATIONS`, MariaDB `include/m_ctype.h` (`my_uca1400_make_builtin_collation_id`).

use core::fmt;

use super::{Charset, table::COLLATIONS};
use crate::format::Flavor;

/// Added to a collation's id for the same one that compares without padding.
const NOPAD: u32 = 1024;

/// Ids of the Unicode collations of MySQL 5.6; MariaDB's own Croatian ones come later.
const MYSQL_UNICODE: core::ops::Range<u32> = 101..576;

/// First id of the collations by Unicode 14.
const UCA1400: u32 = 2048;

/// Their character sets, 256 ids each.
const UCA1400_CHARSETS: [Charset; 5] =
    [Charset::Utf8mb3, Charset::Utf8mb4, Charset::Ucs2, Charset::Utf16, Charset::Utf32];

/// Their languages, 8 ids each. Two were given up before a release and have no name.
const UCA1400_LANGUAGES: [&str; 25] = [
    "",
    "icelandic_",
    "latvian_",
    "romanian_",
    "slovenian_",
    "polish_",
    "estonian_",
    "spanish_",
    "swedish_",
    "turkish_",
    "czech_",
    "danish_",
    "lithuanian_",
    "slovak_",
    "spanish2_",
    "roman_",
    "persian_",
    "esperanto_",
    "hungarian_",
    "sinhala_",
    "german2_",
    UNNAMED,
    UNNAMED,
    "vietnamese_",
    "croatian_",
];

const UNNAMED: &str = "?";

/// A collation's name as the servers print it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollationName {
    charset: Charset,
    /// What stands between the character set and the end; empty for `binary`.
    rest: &'static str,
    nopad: bool,
    /// Of a Unicode 14 collation: accents and case tell strings apart.
    sensitive: Option<(bool, bool)>,
}

impl fmt::Display for CollationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.charset.name())?;
        if let Some((accents, case)) = self.sensitive {
            let nopad = if self.nopad { "nopad_" } else { "" };
            let (accents, case) = (if accents { "as" } else { "ai" }, if case { "cs" } else { "ci" });
            return write!(f, "_uca1400_{}{nopad}{accents}_{case}", self.rest);
        }
        match self.rest.rsplit_once('_') {
            _ if self.rest.is_empty() => Ok(()),
            Some((head, tail)) if self.nopad => write!(f, "_{head}_nopad_{tail}"),
            None if self.nopad => write!(f, "_nopad_{}", self.rest),
            _ => write!(f, "_{}", self.rest),
        }
    }
}

/// The name of a collation id as this family calls it: MariaDB has its own Croatian collations, and
/// names those of MySQL 5.6 after it.
pub fn collation(id: u32, flavor: Flavor) -> Option<CollationName> {
    if let Some(number) = id.checked_sub(UCA1400) {
        let charset = *UCA1400_CHARSETS.get(number as usize / 256)?;
        let rest = *UCA1400_LANGUAGES.get(number as usize % 256 / 8)?;
        let name = CollationName { charset, rest, nopad: id & 4 != 0, sensitive: Some((id & 2 != 0, id & 1 != 0)) };
        return (rest != UNNAMED).then_some(name);
    }
    let nopad = id >= NOPAD;
    let base = if nopad { id - NOPAD } else { id };
    let (charset, rest) = listed(base)?;
    let renamed = flavor == Flavor::Mariadb && MYSQL_UNICODE.contains(&base) && rest == "croatian_ci";
    let rest = if renamed { "croatian_mysql561_ci" } else { rest };
    Some(CollationName { charset, rest, nopad, sensitive: None })
}

fn listed(id: u32) -> Option<(Charset, &'static str)> {
    let at = COLLATIONS.binary_search_by_key(&id, |(id, ..)| u32::from(*id)).ok()?;
    COLLATIONS.get(at).map(|(_, charset, rest)| (*charset, *rest))
}

/// The character set of a collation id. Ids that no server of today has stand in ranges that each
/// belong to one character set: those of newer and of retired collations are read all the same.
pub(super) fn charset(id: u32) -> Option<Charset> {
    if id >= UCA1400 {
        return UCA1400_CHARSETS.get((id - UCA1400) as usize / 256).copied();
    }
    let base = if id >= NOPAD { id - NOPAD } else { id };
    if let Some((charset, _)) = listed(base) {
        return Some(charset);
    }
    Some(match base {
        101..=127 | 672..=703 => Charset::Utf16,
        128..=159 | 640..=671 => Charset::Ucs2,
        160..=191 | 736..=767 => Charset::Utf32,
        192..=223 | 576..=607 => Charset::Utf8mb3,
        224..=247 | 251..=575 | 608..=639 => Charset::Utf8mb4,
        _ => return None,
    })
}
