//! Events that no file at hand has, or not in every form, put together from the format's description.

mod column_types;
mod fragments;
mod known_bugs;
mod log;
mod mysql;
mod old;
mod peers;
mod pre_ga;
mod shapes;

pub use log::{Log, MYSQL_5_1, MYSQL_9, Seen};
