//! The parts of the `binlogscope` command that tests reach.

pub mod ahead;
pub mod arguments;
mod captured;
pub mod chain;
pub mod dump;
pub mod export;
pub mod input;
pub mod live;
pub mod masking;
pub mod reasons;
pub mod record;
#[cfg(feature = "http")]
pub mod remote;
pub mod serve;
pub mod spool;
pub mod stats;
pub mod unpack;
pub mod upstream;
pub mod verify;
pub mod zone;
