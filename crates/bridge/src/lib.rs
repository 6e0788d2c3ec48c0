//! What the bridge to live servers and the page say to each other over a WebSocket; `docs/bridge-protocol.md` tells it
//! in words. Nothing here does input or output: the bridge and the page's worker share these definitions.
//!
//! - [`wire`]: packets, in binary messages.
//! - [`control`]: everything else, as JSON.
//! - [`recording`]: the log that a stream's events are.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod control;
pub mod recording;
pub mod wire;
