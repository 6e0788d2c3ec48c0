//! `dump`: every item of a source in order, as the JSON contract or as an indented tree.

mod json;
mod tree;
mod walk;

pub use json::JsonDump;
pub use tree::TreeDump;
pub use walk::{Sink, Totals, Walked, walk};
