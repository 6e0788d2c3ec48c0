//! The filter language (`docs/filter.md`): one for the page and the command line.
//!
//! A [`Filter`] is parsed text. It is evaluated by what costs least first: whole blocks by the
//! index' zone maps, then event headers, then decoded events, then the transaction around an event,
//! then rows. What is not known yet is neither true nor false, and evaluation ends as soon as it
//! does not matter.

pub mod ast;
mod blocks;
mod compare;
mod complete;
mod error;
mod glob;
mod matcher;
mod moment;
mod number;
mod of_value;
mod parse;
mod plan;
mod search;
mod unit;
mod values;
mod when;
mod words;

pub use ast::{Expr, Level, Term};
pub use complete::{Completion, CompletionKind, Vocabulary, complete};
pub use error::{Fault, FilterError};
pub use glob::{Glob, Piece};
pub(crate) use matcher::Opened;
pub use matcher::{Matcher, Subject, Verdict};
pub use moment::{Civil, Moment, Precision};
pub use of_value::{
    term_of_bytes, term_of_gtid, term_of_statement, term_of_table, term_of_time, term_of_type, term_of_value,
};
pub use parse::{KEYS, MAX_DEPTH, MAX_TERMS, MAX_TEXT, parse};
pub use plan::Filter;
pub(crate) use plan::{first_word, op_of_word};
pub use unit::{Totals, Unit, UnitGtid};
pub(crate) use values::names_of;
