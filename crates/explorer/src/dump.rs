//! `dump`: every item of a source in order, as the JSON contract, as an indented tree, or as the
//! servers' own tools print it.

mod digits;
mod escapes;
mod filtered;
mod json;
mod output;
mod text;
mod tree;
mod walk;

pub use filtered::Filtered;
pub use json::JsonDump;
pub(crate) use json::node_json;
pub use output::Deliver;
pub use text::{TextDump, Utc, Zone};
pub use tree::TreeDump;
pub use walk::{Around, DecryptedSpace, Sink, Totals, Walked, walk, walk_growing, walk_with_keys};
