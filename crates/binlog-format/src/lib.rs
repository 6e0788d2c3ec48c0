//! Decoder of MySQL and MariaDB binary logs.
//!
//! The format is written down once: every byte is read through a [`Cursor`] and
//! every read names its field of the [`catalogue`]. A [`Trace`] observes those
//! reads. With `()` the reads cost what they must and typed values come out; with
//! [`FieldTree`](tree::FieldTree) the same code also gives every field's exact byte range. Two
//! laws hold for every event:
//!
//! 1. *Coverage*: the leaves of an event partition its bytes.
//! 2. *Agreement*: both traces give the same typed event or the same error.
//!
//! [`Framer`] finds the events: bytes in, frames out, in windows of any size, with
//! damaged stretches reported and skipped. Nothing here does input or output, panics on bad
//! input, or allocates per event on the scan path.
//!
//! ```
//! use binlog_format::framer::{Framer, Item, Start, Step};
//! use binlog_format::names::event_type_or_unknown;
//! use binlog_format::tree::FieldTree;
//! use binlog_format::{Context, decode};
//!
//! # fn main() -> Result<(), binlog_format::DecodeError> {
//! // The magic and a STOP event without checksum, as MySQL 5.5 and older end a file.
//! let file = b"\xfebin\x5a\x2e\xb2\x5a\x03\x01\0\0\0\x13\0\0\0\x17\0\0\0\0\0";
//! let mut framer = Framer::new(Start::File);
//! framer.set_length(file.len() as u64, true);
//! let mut lines = Vec::new();
//! while let Step::Consumed(_, item) = framer.step(&file[framer.offset() as usize..]) {
//!     let Some(Item::Event(frame)) = item else { continue };
//!     let mut tree = FieldTree::new();
//!     let event = decode(frame.bytes, &Context::new(framer.format()), &mut tree)?;
//!     lines.push(format!("{}..{} {}", frame.start, frame.end, event_type_or_unknown(frame.kind)));
//!     assert_eq!(event.header.server_id, 1);
//!     let sizes = tree.nodes().iter().filter(|node| !node.branch).map(|node| node.end - node.start);
//!     assert!(sizes.eq([4, 1, 4, 4, 4, 2]));
//! }
//! assert_eq!(lines, ["4..23 STOP_EVENT"]);
//! # Ok(())
//! # }
//! ```
//!
//! Offsets inside an event are `u32` (an event's own size field is a `u32`); offsets in a file
//! are `u64`.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod bits;
pub mod catalogue;
pub mod charset;
pub mod column;
pub mod compression;
pub mod container;
pub mod cursor;
#[cfg(feature = "decrypt")]
pub mod decrypt;
pub mod describe;
mod digits;
pub mod encryption_header;
pub mod error;
pub mod event;
pub mod events;
pub mod format;
pub mod framer;
pub mod geometry;
pub mod gtid;
pub mod header;
pub mod ibb;
#[cfg(feature = "zlib")]
pub mod inflate;
#[cfg(feature = "alloc")]
pub mod json;
pub mod limits;
pub mod names;
#[cfg(feature = "zstd")]
pub mod payload;
#[cfg(feature = "alloc")]
pub mod plan;
pub mod resync;
pub mod rows;
pub mod temporal;
pub mod trace;
#[cfg(feature = "alloc")]
pub mod tree;
#[cfg(feature = "alloc")]
pub mod unlogged;
pub mod value;
mod written;

pub use catalogue::{Field, FieldId, field};
pub use cursor::Cursor;
pub use error::{DecodeError, ErrorCode};
pub use event::{Body, Context, Event, decode};
pub use format::{Checksum, Flavor, Format};
pub use framer::Framer;
pub use header::EventHeader;
pub use trace::Trace;
pub use value::Value;

/// The README's example.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
struct Readme;
