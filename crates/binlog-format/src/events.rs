//! The events, one file for each family. Every function reads a body from just after the
//! common header up to the checksum.

mod control;
mod gtids;
mod query;
mod statement;
mod table_map;
mod transaction_payload;

pub use control::*;
pub use gtids::*;
pub use query::*;
pub use statement::*;
pub use table_map::*;
pub use transaction_payload::*;
