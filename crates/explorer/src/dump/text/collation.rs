//! Names of collations.

use super::Tool;

/// The name of a collation id, as the tool's server calls it.
pub fn name(_: Tool, _: u32) -> Option<&'static str> {
    None
}
