//! The parts of the `binlogscope` command that tests reach.

pub mod serve;
