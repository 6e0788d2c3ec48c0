//! The application without a screen: sources, index, lists and views over binary logs. The same
//! natively and in a browser's worker.

#![warn(missing_docs)]

pub mod bundle;
pub mod capture;
pub mod choice;
pub mod conversation;
pub mod coordinates;
pub mod copy;
pub mod cut;
pub mod document;
pub mod dump;
pub mod encryption;
pub mod filter;
pub mod http;
pub mod ibb;
pub mod index;
pub mod mask;
pub mod messages;
pub mod outline;
pub mod paste;
pub mod pool;
pub mod present;
pub mod row_map;
pub mod scan;
pub mod source;
pub mod space;
pub mod statistics;
pub mod summary;
pub mod text;
pub mod transaction;
pub mod verify;
pub mod view;
pub mod visible;
pub mod wrapper;
