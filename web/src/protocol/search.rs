//! Filters, and what they find.

use binlog_explorer::view::{Address, Message, SearchView, Sort, SortView};
use serde::{Deserialize, Serialize};

/// What the page can ask about filters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SearchRequest {
    /// Show only what matches this, or everything; the search goes outward from `around`.
    Filter {
        /// The filter's text.
        text: Option<String>,
        /// What the reader looks at.
        around: Option<Address>,
    },
    /// Stop searching, or go on.
    Pause(bool),
    /// Check a text, and say what may stand at its byte `cursor`.
    Assist {
        /// The text as typed.
        text: String,
        /// Where typing goes on.
        cursor: usize,
    },
    /// The next thing that matches from here on; answered once it is found.
    Hit {
        /// An address.
        from: Address,
        /// Or the one before it.
        forwards: bool,
    },
    /// The rows that show the items at these addresses, or the headings of their transactions.
    Ranks(Vec<(Address, bool)>),
    /// Sort the list.
    Sort(Sort),
    /// Filters that this, which the reader points at, fits.
    Terms {
        /// Start of an event.
        address: Address,
        /// What of it.
        of: TermsOf,
    },
}

/// What of an event filters are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TermsOf {
    /// Its transaction.
    Transaction,
    /// The event as a whole.
    Event,
    /// A field, by path.
    Field(String),
    /// Bytes of its space, from the first to one past the last.
    Bytes(u64, u64),
}

/// Answers about filters.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum SearchAnswer {
    /// To `Filter` and `Pause`: rows in the list now, and how far the search is.
    Filtered {
        /// Rows in the list.
        rows: u64,
        /// The search, if there is a filter.
        view: Option<SearchView>,
    },
    /// To `Filter` with a mistake, and to `Assist`.
    Assist {
        /// The first mistake.
        mistake: Option<Mistake>,
        /// What may stand at the cursor.
        completions: Vec<Offer>,
    },
    /// To `Sort`: rows in the list now, and how far sorting is.
    Sorted {
        /// Rows in the list.
        rows: u64,
        /// Unless the list is in the file's order.
        view: Option<SortView>,
    },
    /// To `Hit`.
    Hit(Option<Address>),
    /// To `Ranks`.
    Ranks(Vec<Option<u64>>),
    /// To `Terms`: the best one first.
    Terms(Vec<String>),
}

/// A mistake in a filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// First byte of the text that is wrong.
    pub start: usize,
    /// One past the last; the same where something is missing.
    pub end: usize,
    /// What is wrong.
    pub message: Message,
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// First byte of what it replaces.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What stands there then.
    pub text: String,
    /// `key`, `operator`, `comparison`, `type`, `table`, `column` or `value`.
    pub kind: String,
}
