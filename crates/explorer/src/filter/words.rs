//! Words and quotes: how the language writes names and text.

use std::fmt::{self, Write};
use std::ops::Range;

use super::error::{Fault, FilterError};

/// Whether a character stands for itself in a name without quotes.
pub(super) fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '-' | '@' | '#' | '%' | '/' | '+')
}

/// Text in quotes.
pub(super) struct Quoted<'t>(&'t str);

/// Text as the language writes it in quotes.
pub(super) fn quote(text: &str) -> Quoted<'_> {
    Quoted(text)
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(f, "\\{character}")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                other if other.is_control() => write!(f, "\\u{{{:x}}}", u32::from(other))?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('"')
    }
}

/// A column's name behind the point.
pub(super) struct QuotedColumn<'t>(&'t str);

/// A column's name as the language writes it: in backticks where it is no plain word.
pub(super) fn quote_column(name: &str) -> QuotedColumn<'_> {
    QuotedColumn(name)
}

/// Whether a character may stand in a column's name without backticks.
pub(super) fn is_plain_in_column(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

impl fmt::Display for QuotedColumn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() && self.0.chars().all(is_plain_in_column) {
            return f.write_str(self.0);
        }
        write!(f, "`{}`", self.0.replace('`', "``"))
    }
}

/// A character of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The character; after an escape what it stands for.
    pub character: char,
    /// It stood in quotes.
    pub quoted: bool,
    /// Its first byte in the filter's text.
    pub at: usize,
}

impl Unit {
    /// Whether it is this character, not quoted.
    pub fn is(&self, character: char) -> bool {
        !self.quoted && self.character == character
    }
}

/// A word: characters up to white space or a parenthesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its characters.
    pub units: Vec<Unit>,
    /// Where it stands.
    pub span: Range<usize>,
    /// Some of it stood in quotes, if only an empty text.
    pub quoted: bool,
}

impl Word {
    /// Its characters as text.
    pub fn text(&self) -> String {
        self.units.iter().map(|unit| unit.character).collect()
    }

    /// The pieces between these characters, where they are not quoted.
    pub fn split(&self, separator: char) -> Vec<Self> {
        let mut words = Vec::new();
        let (mut from, mut start) = (0, self.span.start);
        let separators = self.units.iter().enumerate().filter(|(_, unit)| unit.is(separator));
        for (nth, at) in separators.map(|(nth, unit)| (nth, unit.at)).chain([(self.units.len(), self.span.end)]) {
            words.push(self.part(from..nth, start..at));
            (from, start) = (nth + 1, at + separator.len_utf8());
        }
        words
    }

    /// Some of its characters, which stand at `span`.
    pub fn part(&self, units: Range<usize>, span: Range<usize>) -> Self {
        let units = self.units.get(units).unwrap_or_default().to_vec();
        // An empty text in quotes leaves no character: what stands there tells.
        let quoted = units.iter().any(|unit| unit.quoted) || units.is_empty() && !span.is_empty();
        Self { units, span, quoted }
    }

    /// What follows the first `count` characters.
    pub fn behind(&self, count: usize) -> Self {
        let start = self.units.get(count).map_or(self.span.end, |unit| unit.at);
        let start = if self.units.get(count).is_some_and(|unit| unit.quoted) { start.saturating_sub(1) } else { start };
        self.part(count..self.units.len(), start..self.span.end)
    }
}

/// Reads a filter's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanner<'t> {
    /// All of it.
    pub text: &'t str,
    /// The next byte.
    pub at: usize,
}

impl<'t> Scanner<'t> {
    /// What is left.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the next character, if it is this.
    pub fn take(&mut self, character: char) -> bool {
        let is = self.peek() == Some(character);
        if is {
            self.at += character.len_utf8();
        }
        is
    }

    /// Takes the next characters, if they are these.
    pub fn take_text(&mut self, text: &str) -> bool {
        let is = self.rest().starts_with(text);
        if is {
            self.at += text.len();
        }
        is
    }

    /// Passes white space.
    pub fn pass_space(&mut self) {
        self.pass(char::is_whitespace);
    }

    /// Passes characters as long as they are such.
    pub fn pass(&mut self, such: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = rest.find(|character| !such(character)).unwrap_or(rest.len());
        self.at += taken;
        rest.get(..taken).unwrap_or_default()
    }

    /// Where the next word, or whatever stands there, begins and ends.
    pub fn next_span(&self) -> Range<usize> {
        let mut ahead = *self;
        ahead.pass_space();
        let start = ahead.at;
        match ahead.peek() {
            Some('(' | ')') => ahead.at += 1,
            _ => {
                ahead.pass(|character| !character.is_whitespace() && !matches!(character, '(' | ')'));
            }
        }
        start..ahead.at
    }

    /// Reads a word; it may be empty.
    pub fn word(&mut self) -> Result<Word, FilterError> {
        let start = self.at;
        let mut word = Word { units: Vec::new(), span: start..start, quoted: false };
        while let Some(character) = self.peek() {
            match character {
                '"' => {
                    word.quoted = true;
                    self.quoted(&mut word.units)?;
                }
                '(' | ')' => break,
                other if other.is_whitespace() => break,
                other => {
                    word.units.push(Unit { character: other, quoted: false, at: self.at });
                    self.at += other.len_utf8();
                }
            }
        }
        word.span.end = self.at;
        Ok(word)
    }

    /// Text in quotes, from the first quote on.
    fn quoted(&mut self, units: &mut Vec<Unit>) -> Result<(), FilterError> {
        let opened = self.at;
        self.at += 1;
        loop {
            let at = self.at;
            let Some(character) = self.peek() else {
                return Err(FilterError::new(opened..self.text.len(), Fault::UnclosedQuote));
            };
            self.at += character.len_utf8();
            let character = match character {
                '"' => return Ok(()),
                '\\' => self.escaped(at)?,
                other => other,
            };
            units.push(Unit { character, quoted: true, at });
        }
    }

    /// What an escape stands for; its backslash, at `at`, is read.
    fn escaped(&mut self, at: usize) -> Result<char, FilterError> {
        let Some(kind) = self.peek() else {
            return Err(FilterError::new(at..self.at, Fault::Escape));
        };
        self.at += kind.len_utf8();
        let character = match kind {
            '"' | '\\' => Some(kind),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' if self.take('{') => {
                let digits = self.pass(|character| character.is_ascii_hexdigit());
                let closed = self.take('}');
                let point = u32::from_str_radix(digits, 16).ok().filter(|_| closed);
                point.and_then(char::from_u32)
            }
            _ => None,
        };
        character.ok_or_else(|| FilterError::new(at..self.at, Fault::Escape))
    }
}
