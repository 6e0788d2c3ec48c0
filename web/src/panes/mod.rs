//! The panes that show one file from several sides.

pub mod bytes;
pub mod conversation;
pub mod event_row;
pub mod events;
pub mod events_heading;
pub mod explanation;
pub mod field_line;
pub mod fields;
pub mod overview;
pub mod packet_row;
pub mod statistics;
pub mod status;
