//! The packets that a replica and its server exchange, with the bytes that each field came from.
//!
//! Packets are read as `binlog-format` reads events: every byte through its [`Cursor`](binlog_format::Cursor), every
//! read by the name of its field in the [catalogue](binlog_format::catalogue), so that the same two laws hold: the
//! leaves of a packet partition its bytes, and reading with and without an observer gives the same.
//!
//! What a packet means depends on what went before it. A [`Conversation`] knows: it [reads](Conversation::read) a
//! packet and then [moves on](Conversation::advance) past it. The types that it gives for what a client says also write
//! themselves; there is no other encoder.
//!
//! ```
//! use mysql_protocol::{Conversation, Direction, Packet};
//!
//! # fn main() -> Result<(), binlog_format::DecodeError> {
//! let mut conversation = Conversation::logged_in(0, binlog_format::Flavor::Mysql);
//! let mut bytes = Vec::new();
//! let dump = mysql_protocol::command::BinlogDump {
//!     position: 4,
//!     flags: mysql_protocol::command::dump_flag::NON_BLOCK,
//!     server_id: 7,
//!     file_name: b"binlog.000001",
//! };
//! dump.write(conversation.flavor(), &mut bytes);
//! assert_eq!(bytes[..11], *b"\x12\x04\0\0\0\x01\0\x07\0\0\0");
//! let packet = conversation.read(Direction::Client, &bytes, None, ())?;
//! assert_eq!(packet, Packet::BinlogDump(dump));
//! conversation.advance(Direction::Client, &packet);
//! let end = conversation.read(Direction::Server, b"\xfe\0\0\x02\0", None, ())?;
//! assert!(matches!(end, Packet::Eof(eof) if eof.warnings == 0));
//! # Ok(())
//! # }
//! ```
//!
//! Below the packets are frames ([`framer`]) and, where both sides agreed on it, compressed frames ([`compressed`]).
//! Nothing here does input or output, and nothing panics on bad input.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate alloc;

pub mod answer;
pub mod capability;
pub mod command;
pub mod compressed;
pub mod conversation;
pub mod framer;
pub mod gtid_set;
pub mod kind;
pub mod limits;
pub mod login;
pub mod result_set;
pub mod secrets;
pub mod sense;
pub mod stream;
mod strings;
pub mod writer;

pub use conversation::{Conversation, Direction, Packet, Phase};
pub use kind::Kind;
