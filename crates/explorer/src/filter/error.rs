//! What is wrong with a filter's text.

use std::ops::Range;

use crate::view::Message;

/// A mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The bytes of the text that are wrong; empty where something is missing.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub fault: Fault,
}

/// What may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is nothing.
    Empty,
    /// A term, `not` or `(` is expected.
    ExpectedTerm,
    /// Nothing that this `)` closes.
    Closing,
    /// This `(` is not closed.
    Unclosed,
    /// This quote is not closed.
    UnclosedQuote,
    /// No such escape.
    Escape,
    /// No such key.
    Key {
        /// What stands there.
        found: String,
        /// What it may have been meant to be.
        nearest: Option<&'static str>,
    },
    /// Such a key is followed by this.
    ExpectedOperator {
        /// The key.
        key: String,
        /// What may follow it.
        expected: &'static str,
    },
    /// A value is expected behind this.
    ExpectedValue {
        /// The key, or the comparison.
        key: String,
    },
    /// No such event type.
    Type {
        /// What stands there.
        found: String,
        /// What it may have been meant to be.
        nearest: Option<&'static str>,
    },
    /// No such word of a key that knows a few.
    Choice {
        /// The key.
        key: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: String,
    },
    /// No number.
    Number {
        /// What stands there.
        found: String,
    },
    /// No unit of this key's numbers.
    Unit {
        /// The unit.
        found: String,
    },
    /// No moment.
    Moment {
        /// What stands there.
        found: String,
    },
    /// A range whose end comes before its beginning.
    Reversed,
    /// No GTID.
    Gtid {
        /// What stands there.
        found: String,
    },
    /// No table: more than a schema and a name.
    Table,
    /// No column's name.
    Column,
    /// No byte in hexadecimal.
    Hex {
        /// What stands there.
        found: String,
    },
    /// Bytes of which none has to be anything.
    HexOpen,
    /// NULL is neither less nor greater than anything.
    NullOrder,
    /// Parentheses and `not` nest too deep.
    Deep {
        /// How deep they may.
        limit: u64,
    },
    /// Too many terms.
    Many {
        /// How many there may be.
        limit: u64,
    },
    /// The text is too long.
    Long {
        /// How many bytes it may have.
        limit: u64,
    },
}

impl FilterError {
    pub(super) fn new(span: Range<usize>, fault: Fault) -> Self {
        Self { span, fault }
    }

    /// The sentence that says it.
    pub fn message(&self) -> Message {
        let near = |id: &str, found: &String, nearest: &Option<&'static str>| match nearest {
            Some(nearest) => Message::new(format!("{id}-near")).text("found", found).text("nearest", *nearest),
            None => Message::new(id).text("found", found),
        };
        match &self.fault {
            Fault::Empty => Message::new("filter-empty"),
            Fault::ExpectedTerm => Message::new("filter-term"),
            Fault::Closing => Message::new("filter-closing"),
            Fault::Unclosed => Message::new("filter-unclosed"),
            Fault::UnclosedQuote => Message::new("filter-quote"),
            Fault::Escape => Message::new("filter-escape"),
            Fault::Key { found, nearest } => near("filter-key", found, nearest),
            Fault::ExpectedOperator { key, expected } => {
                Message::new("filter-operator").text("key", key).text("expected", *expected)
            }
            Fault::ExpectedValue { key } => Message::new("filter-value").text("key", key),
            Fault::Type { found, nearest } => near("filter-type", found, nearest),
            Fault::Choice { key, found, expected } => {
                Message::new("filter-choice").text("key", *key).text("found", found).text("expected", expected)
            }
            Fault::Number { found } => Message::new("filter-number").text("found", found),
            Fault::Unit { found } => Message::new("filter-unit").text("found", found),
            Fault::Moment { found } => Message::new("filter-moment").text("found", found),
            Fault::Reversed => Message::new("filter-reversed"),
            Fault::Gtid { found } => Message::new("filter-gtid").text("found", found),
            Fault::Table => Message::new("filter-table"),
            Fault::Column => Message::new("filter-column"),
            Fault::Hex { found } => Message::new("filter-hex").text("found", found),
            Fault::HexOpen => Message::new("filter-hex-open"),
            Fault::NullOrder => Message::new("filter-null-order"),
            Fault::Deep { limit } => Message::new("filter-deep").number("limit", *limit),
            Fault::Many { limit } => Message::new("filter-many").number("limit", *limit),
            Fault::Long { limit } => Message::new("filter-long").number("limit", *limit),
        }
    }

    /// The line that has the mistake and a line with carets under it, for a terminal. Columns are
    /// characters.
    pub fn marked(&self, text: &str) -> String {
        let start = text.floor_char_boundary(self.span.start.min(text.len()));
        let end = text.ceil_char_boundary(self.span.end.min(text.len())).max(start);
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
        let line = text.get(line_start..line_end).unwrap_or_default();
        // What is pasted must not steer the terminal.
        let line: String = line.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        let before = text.get(line_start..start).unwrap_or_default().chars().count();
        let marks = text.get(start..end.min(line_end)).unwrap_or_default().chars().count().max(1);
        format!("{line}\n{}{}", " ".repeat(before), "^".repeat(marks))
    }
}

/// The one of `names` that a word was probably meant to be.
pub(super) fn nearest(found: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    /// Below this, words have little in common; chosen by trying typing mistakes.
    const ALIKE: f64 = 0.75;
    let found = found.to_ascii_lowercase();
    let alike = names.map(|name| (strsim::jaro_winkler(&found, &name.to_ascii_lowercase()), name));
    alike.filter(|(likeness, _)| *likeness >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}
