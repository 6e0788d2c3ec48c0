//! The panes that show one file from several sides.

pub mod bytes;
pub mod event_row;
pub mod events;
pub mod explanation;
pub mod field_line;
pub mod fields;
pub mod status;
