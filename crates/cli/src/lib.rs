//! The parts of the `binlogscope` command that tests reach.

pub mod ahead;
pub mod arguments;
pub mod dump;
pub mod input;
pub mod serve;
pub mod verify;
pub mod zone;
