//! TRANSACTION_PAYLOAD_EVENT: a compressed transaction.
//! Source: MySQL `libs/mysql/binlog/event/codecs/binary.cpp`.

use crate::catalogue::{Unit, field};
use crate::cursor::Cursor;
use crate::error::Result;
use crate::format::Format;
use crate::trace::Trace;

/// TRANSACTION_PAYLOAD_EVENT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionPayload<'a> {
    /// See [`compression`].
    pub compression: u64,
    /// What the writer says the payload inflates to; a hint that may lie.
    pub uncompressed_size: Option<u64>,
    /// The payload as stored.
    pub payload: &'a [u8],
}

/// Values of [`TransactionPayload::compression`].
pub mod compression {
    /// Zstandard, possibly several frames.
    pub const ZSTD: u64 = 0;
    /// As it is.
    pub const NONE: u64 = 255;
}

mod field_type {
    pub const END: u64 = 0;
    pub const PAYLOAD_SIZE: u64 = 1;
    pub const COMPRESSION: u64 = 2;
    pub const UNCOMPRESSED_SIZE: u64 = 3;
}

/// What stands before a payload: enough to inflate it without holding it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayloadHead {
    /// See [`compression`].
    pub compression: u64,
    /// What the writer says the payload inflates to; a hint that may lie.
    pub uncompressed_size: Option<u64>,
    /// Bytes of the payload, if the event tells; all that follow otherwise.
    pub payload_size: Option<u64>,
    /// Where the payload begins, from the start of the event.
    pub payload_at: u32,
}

impl PayloadHead {
    /// Reads it from the first bytes of a TRANSACTION_PAYLOAD_EVENT.
    ///
    /// # Errors
    ///
    /// `unexpected_end` if the bytes end before the payload begins.
    pub fn peek(bytes: &[u8], format: &Format) -> Result<Self> {
        let start = format.header_length(bytes);
        head(&mut Cursor::behind(bytes, start, field::EVENT_HEADER_EVENT_SIZE))
    }
}

pub(crate) fn transaction_payload<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<TransactionPayload<'a>> {
    let head = head(c)?;
    let payload = match head.payload_size {
        Some(size) => c.bytes(field::PAYLOAD_PAYLOAD, size, field::PAYLOAD_SIZE)?,
        None => c.rest(field::PAYLOAD_PAYLOAD),
    };
    Ok(TransactionPayload { compression: head.compression, uncompressed_size: head.uncompressed_size, payload })
}

fn head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<PayloadHead> {
    let mut compression = compression::NONE;
    let mut uncompressed_size = None;
    let mut payload_size = None;
    c.group(field::PAYLOAD_FIELDS, |c| {
        for i in 0.. {
            let first = c.peek().first().copied().unwrap_or(0);
            let more = c.group(field::PAYLOAD_FIELD.at(i), |c| {
                let kind = c.lenenc(field::PAYLOAD_FIELD_TYPE)?;
                if kind == field_type::END {
                    return Ok(false);
                }
                let length = c.lenenc(field::PAYLOAD_FIELD_LENGTH)?;
                c.within(length, field::PAYLOAD_FIELD_LENGTH, field::UNKNOWN, |c| {
                    match kind {
                        field_type::PAYLOAD_SIZE => payload_size = Some(c.lenenc(field::PAYLOAD_SIZE)?),
                        field_type::COMPRESSION => compression = c.lenenc(field::PAYLOAD_COMPRESSION)?,
                        field_type::UNCOMPRESSED_SIZE => {
                            uncompressed_size = Some(c.lenenc(field::PAYLOAD_UNCOMPRESSED_SIZE)?);
                        }
                        _ => {}
                    }
                    Ok(())
                })?;
                Ok(true)
            })?;
            c.name(Unit::PayloadField, first.into());
            if !more {
                break;
            }
        }
        Ok(())
    })?;
    Ok(PayloadHead { compression, uncompressed_size, payload_size, payload_at: c.position() as u32 })
}
