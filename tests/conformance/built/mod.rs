//! Events that no file at hand has, or not in every form, put together from the format's description.

mod log;
mod mysql;

pub use log::{Log, MYSQL_9, Seen};
