//! A client of the replication protocol.
//!
//! [`Connection`] connects to a server, logs in by whatever plugin the account has, and exchanges packets with it. All
//! packets are read and written by `mysql-protocol`; an observer may look at each of them. [`Replica`] is the stream:
//! it settles with a source what there is to settle, delivers every event once, and takes a lost connection up again.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod authentication;
mod connection;
mod error;
mod negotiation;
mod options;
mod place;
mod reason;
mod recorder;
mod replica;
mod tls;

pub use connection::{Connection, Observer, Rows, Said};
pub use error::{Error, Exposed, Misplaced};
pub use options::{Compress, Options, Password, Ssl, SslMode};
pub use place::Place;
pub use reason::{Reason, ReasonCode};
pub use recorder::{Fsync, RecordError, Recorder};
pub use replica::{Delivery, Replica, Start, StreamEvent, StreamOptions};
pub use tls::TlsFault;
