//! The one selection that Events, Fields, Bytes, the URL and the status bar derive from.

use binlog_explorer::view::Address;

/// What is selected now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Start of the event or span.
    pub event: Address,
    /// The list's transaction row is meant, not its first event, which has the same address.
    pub transaction: bool,
    /// What inside it.
    pub focus: Focus,
}

/// What inside the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The event as a whole.
    Event,
    /// A field, or a bit field, by its path: `rows[0].after[3]`.
    Field(String),
    /// Bytes of the event's space that no field has as its own.
    Range {
        /// First byte.
        start: u64,
        /// One past the last.
        end: u64,
    },
}

impl Selection {
    /// The event at this address as a whole.
    pub fn event(address: Address) -> Self {
        Self { event: address, transaction: false, focus: Focus::Event }
    }

    /// A field of the event at this address.
    pub fn field(address: Address, path: impl Into<String>) -> Self {
        Self { event: address, transaction: false, focus: Focus::Field(path.into()) }
    }
}

/// How a selection came about, which decides what the Back button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// One step among neighbours: replaces the address in the history.
    Step,
    /// A jump: Back returns to where it started.
    Jump,
    /// From the history or a link itself: the address is there already.
    Restore,
}

/// Joins a path and the next step: names by a dot, list items directly.
pub fn join_path(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else if name.starts_with('[') {
        format!("{parent}{name}")
    } else {
        format!("{parent}.{name}")
    }
}

/// The path without its last step; the event itself is the empty path.
pub fn parent_path(path: &str) -> &str {
    if path.ends_with(']')
        && let Some(at) = path.rfind('[')
    {
        return &path[..at];
    }
    path.rfind('.').map_or("", |at| &path[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_and_part() {
        let path = join_path(&join_path(&join_path("", "rows"), "[0]"), "after");
        assert_eq!(path, "rows[0].after");
        assert_eq!(join_path(&path, "[3]"), "rows[0].after[3]");
        assert_eq!(parent_path("rows[0].after[3]"), "rows[0].after");
        assert_eq!(parent_path("rows[0].after"), "rows[0]");
        assert_eq!(parent_path("rows[0]"), "rows");
        assert_eq!(parent_path("rows"), "");
    }
}
