//! The packets of a stream of events, and a replica's word that it has them. Sources: MySQL
//! `sql/rpl_binlog_sender.cc`, `plugin/semisync/semisync.h`; MariaDB `sql/sql_repl.cc`, `sql/semisync.h`.

use alloc::vec::Vec;

use binlog_format::Event;
use binlog_format::catalogue::packet_field as field;
use binlog_format::cursor::Cursor;
use binlog_format::error::Result;
use binlog_format::event::{Context, decode};
use binlog_format::field::UNDECODED;
use binlog_format::header::EventHeader;
use binlog_format::trace::Trace;

use crate::writer::Writer;

/// First byte of what semi-synchronous replication adds.
pub const SEMI_SYNC: u8 = 0xef;

/// A packet with one event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventPacket<'a> {
    /// With semi-synchronous replication: whether the server waits for a [`SemiSyncAck`] of this event.
    pub need_ack: Option<bool>,
    /// The event's bytes, checksum included.
    pub bytes: &'a [u8],
    /// What they mean, where the context to decode them is known.
    pub event: Option<Result<Event<'a>>>,
}

impl<'a> EventPacket<'a> {
    /// Bytes before the event: the status byte, and the two of semi-synchronous replication. They are there only when
    /// the replica asked for them and the server has the plugin; which of both forms it is, the event's own size tells.
    pub fn bytes_before(payload: &[u8]) -> usize {
        const PLAIN: usize = 1;
        const PREFIXED: usize = 3;
        let fits = |before: usize| {
            let size = payload.get(before..).and_then(EventHeader::peek).map(|header| header.event_size as usize);
            size == payload.len().checked_sub(before)
        };
        if payload.get(1) == Some(&SEMI_SYNC) && (fits(PREFIXED) || !fits(PLAIN)) { PREFIXED } else { PLAIN }
    }

    pub(crate) fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, context: Option<&Context<'_>>) -> Result<Self> {
        let prefixed = Self::bytes_before(c.peek()) > 1;
        c.u8(field::EVENT_STATUS)?;
        let mut need_ack = None;
        if prefixed {
            c.u8(field::EVENT_SEMI_SYNC_MAGIC)?;
            need_ack = Some(c.u8(field::EVENT_NEED_ACK)? != 0);
        }
        let bytes = c.peek();
        let Some(context) = context else {
            c.rest(field::EVENT_BYTES);
            return Ok(Self { need_ack, bytes, event: None });
        };
        let event =
            c.group(field::EVENT_EVENT, |c| Ok(c.nested(UNDECODED, |bytes, behind| decode(bytes, context, behind))))?;
        Ok(Self { need_ack, bytes, event: Some(event) })
    }
}

/// A replica has an event on its disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SemiSyncAck<'a> {
    /// Where the event ends in the source's file: its `log_pos`.
    pub position: u64,
    /// That file, up to the packet's end.
    pub file_name: &'a [u8],
}

impl<'a> SemiSyncAck<'a> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Self> {
        c.u8(field::ACK_MAGIC)?;
        Ok(Self { position: c.u64(field::ACK_POSITION)?, file_name: c.rest_text(field::ACK_FILENAME) })
    }

    /// Writes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.u8(field::ACK_MAGIC, SEMI_SYNC).u64(field::ACK_POSITION, self.position);
        w.bytes(field::ACK_FILENAME, self.file_name);
    }
}
