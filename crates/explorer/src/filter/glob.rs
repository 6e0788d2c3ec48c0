//! Names with `*` and `?`.

use std::fmt::{self, Display, Write};

use super::words::{is_plain, quote};

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This character.
    One(char),
    /// `?`: any one character.
    Any,
    /// `*`: any number of characters, none too.
    Many,
}

/// A pattern for a whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(pub Vec<Piece>);

impl Glob {
    /// A name as it is.
    pub fn exact(name: &str) -> Self {
        Self(name.chars().map(Piece::One).collect())
    }

    /// The name, if the pattern is only one.
    pub fn literal(&self) -> Option<String> {
        let one = |piece: &Piece| if let Piece::One(character) = piece { Some(*character) } else { None };
        self.0.iter().map(one).collect()
    }

    /// The same for names in small letters.
    pub fn lowercase(self) -> Self {
        let small = |piece| match piece {
            Piece::One(character) => Piece::One(character.to_ascii_lowercase()),
            other => other,
        };
        Self(self.0.into_iter().map(small).collect())
    }

    /// Whether a whole name is meant. `ignore_case`: that of ASCII letters. What is no UTF-8 in
    /// the name matches no character but `?` and `*`.
    pub fn matches(&self, name: &[u8], ignore_case: bool) -> bool {
        let (mut piece, mut at) = (0, 0);
        // Where the last `*` stood, and where the name goes on behind what it took.
        let mut star: Option<(usize, usize)> = None;
        loop {
            match (self.0.get(piece), next(name, at)) {
                (None, None) => return true,
                (Some(Piece::Many), _) => {
                    star = Some((piece, at));
                    piece += 1;
                    continue;
                }
                (Some(Piece::Any), Some((_, length))) => {
                    (piece, at) = (piece + 1, at + length);
                    continue;
                }
                (Some(Piece::One(wanted)), Some((Some(found), length)))
                    if *wanted == found || ignore_case && wanted.eq_ignore_ascii_case(&found) =>
                {
                    (piece, at) = (piece + 1, at + length);
                    continue;
                }
                _ => {}
            }
            let Some((many, from)) = star else { return false };
            let Some((_, length)) = next(name, from) else { return false };
            star = Some((many, from + length));
            (piece, at) = (many + 1, from + length);
        }
    }
}

/// The character at `at`, and its bytes; a byte that is none counts as one.
fn next(name: &[u8], at: usize) -> Option<(Option<char>, usize)> {
    let rest = name.get(at..).filter(|rest| !rest.is_empty())?;
    let length = match rest.first().copied().unwrap_or(0) {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
        _ => return Some((None, 1)),
    };
    match rest.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
        Some(text) => Some((text.chars().next(), length)),
        None => Some((None, 1)),
    }
}

/// A pattern as the language writes it.
pub(super) struct NamePattern<'g>(pub &'g Glob);

impl fmt::Display for NamePattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.0.is_empty() {
            return f.write_str("\"\"");
        }
        let mut run = String::new();
        for piece in &self.0.0 {
            let wild = match piece {
                Piece::One(character) => {
                    run.push(*character);
                    continue;
                }
                Piece::Any => '?',
                Piece::Many => '*',
            };
            flush(f, &mut run)?;
            f.write_char(wild)?;
        }
        flush(f, &mut run)
    }
}

/// Writes a run of characters, in quotes if need be.
fn flush(f: &mut fmt::Formatter<'_>, run: &mut String) -> fmt::Result {
    if run.chars().all(is_plain) {
        f.write_str(run)?;
    } else {
        quote(run).fmt(f)?;
    }
    run.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        let piece = |character| match character {
            '*' => Piece::Many,
            '?' => Piece::Any,
            other => Piece::One(other),
        };
        Glob(text.chars().map(piece).collect())
    }

    #[test]
    fn stars_take_as_much_as_is_needed() {
        for (pattern, name, meant) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("*é", "caf\u{e9}", true),
            ("**a", "bbba", true),
            ("ord*_?", "orders_1", true),
            ("ord*_?", "orders_", false),
        ] {
            assert_eq!(glob(pattern).matches(name.as_bytes(), false), meant, "{pattern} {name}");
        }
        assert!(glob("?").matches(b"\xff", false), "a byte that is no character");
        assert!(!glob("\u{ff}").matches(b"\xff", false));
        assert!(glob("Xid").matches(b"XID", true) && !glob("Xid").matches(b"XID", false));
    }

    #[test]
    fn many_stars_end_soon() {
        assert!(!glob(&"a*".repeat(40)).matches("a".repeat(39).as_bytes(), false));
        assert!(!glob(&format!("{}b", "*a".repeat(60))).matches("a".repeat(4000).as_bytes(), false));
    }
}
