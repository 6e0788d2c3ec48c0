//! Decoder of MySQL and MariaDB binary logs.
//!
//! The format is written down once: every byte is read through a [`Cursor`](cursor::Cursor) and
//! every read names its field of the [`catalogue`]. A [`Trace`](trace::Trace) observes those
//! reads. With `()` the reads cost what they must and typed values come out; with
//! [`FieldTree`](tree::FieldTree) the same code also gives every field's exact byte range. Two
//! laws hold for every event:
//!
//! 1. *Coverage*: the leaves of an event partition its bytes.
//! 2. *Agreement*: both traces give the same typed event or the same error.
//!
//! [`Framer`](framer::Framer) finds the events: bytes in, frames out, in windows of any size, with
//! damaged stretches reported and skipped. Nothing here does input or output, panics on bad
//! input, or allocates per event on the scan path.
//!
//! Offsets inside an event are `u32` (an event's own size field is a `u32`); offsets in a file
//! are `u64`.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod bits;
pub mod catalogue;
pub mod charset;
pub mod column;
pub mod container;
pub mod cursor;
pub mod describe;
pub mod error;
pub mod event;
pub mod events;
pub mod format;
pub mod framer;
pub mod gtid;
pub mod header;
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
pub mod value;

pub use catalogue::{Field, FieldId, field};
pub use cursor::Cursor;
pub use error::{DecodeError, ErrorCode};
pub use event::{Body, Context, Event, decode};
pub use format::{Checksum, Flavor, Format};
pub use framer::Framer;
pub use header::EventHeader;
pub use trace::Trace;
pub use value::Value;
