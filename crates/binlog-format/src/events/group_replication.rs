//! TRANSACTION_CONTEXT and VIEW_CHANGE: group replication's own events.
//! Sources: MySQL `control_events.{h,cpp}`, `plugin/group_replication/src/certifier.cc`.

use crate::catalogue::{FieldId, field};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::Context;
use crate::events::{gtid_set, post_header_extra};
use crate::header::EventHeader;
use crate::trace::Trace;

/// TRANSACTION_CONTEXT_EVENT: what the members of a group need to certify a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionContext<'a> {
    /// UUID of the server where the transaction ran, as text.
    pub server_uuid: &'a [u8],
    /// Connection id on that server.
    pub thread_id: u32,
    /// Whether the client chose the GTID itself.
    pub gtid_specified: bool,
    /// The GTIDs that the transaction saw, an encoded set
    /// ([`GtidSet`](crate::gtid::GtidSet) reads it); empty where there is none.
    pub snapshot: &'a [u8],
    /// Hashes of the rows it writes.
    pub write_set_items: u32,
    /// Hashes of the rows it read.
    pub read_set_items: u32,
}

const TRANSACTION_CONTEXT_BYTES: usize = 18;
/// Fewest bytes of a set's item: its length.
const SET_ITEM_BYTES: usize = 2;

pub(crate) fn transaction_context<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<TransactionContext<'a>> {
    let uuid_length = c.u8(field::TRANSACTION_CONTEXT_UUID_LENGTH)?;
    let thread_id = c.u32(field::TRANSACTION_CONTEXT_THREAD_ID)?;
    let gtid_specified = c.u8(field::TRANSACTION_CONTEXT_GTID_SPECIFIED)? != 0;
    let snapshot_length = c.u32(field::TRANSACTION_CONTEXT_SNAPSHOT_LENGTH)?;
    let write_set_items = c.u32(field::TRANSACTION_CONTEXT_WRITE_SET_COUNT)?;
    let read_set_items = c.u32(field::TRANSACTION_CONTEXT_READ_SET_COUNT)?;
    post_header_extra(c, header, context, TRANSACTION_CONTEXT_BYTES)?;
    let uuid_field = field::TRANSACTION_CONTEXT_UUID;
    let server_uuid = c.text(uuid_field, uuid_length.into(), field::TRANSACTION_CONTEXT_UUID_LENGTH)?;
    let start = c.position();
    if snapshot_length > 0 {
        c.group(field::TRANSACTION_CONTEXT_SNAPSHOT, |c| {
            let liar = field::TRANSACTION_CONTEXT_SNAPSHOT_LENGTH;
            c.within(snapshot_length.into(), liar, field::UNKNOWN, |c| gtid_set(c, &mut |_, _, _, _| {}))
        })?;
    }
    let snapshot = c.since(start);
    set(c, field::TRANSACTION_CONTEXT_WRITE_SET, write_set_items, field::TRANSACTION_CONTEXT_WRITE_SET_COUNT)?;
    set(c, field::TRANSACTION_CONTEXT_READ_SET, read_set_items, field::TRANSACTION_CONTEXT_READ_SET_COUNT)?;
    Ok(TransactionContext { server_uuid, thread_id, gtid_specified, snapshot, write_set_items, read_set_items })
}

/// Reads `count` row hashes, each with its length.
fn set<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, list: FieldId, count: u32, liar: FieldId) -> Result<()> {
    bounded(c, list, count, SET_ITEM_BYTES, liar)?;
    c.group(list, |c| {
        for i in 0..count as usize {
            c.group(field::TRANSACTION_CONTEXT_SET_ITEM.at(i), |c| {
                let length = c.u16(field::TRANSACTION_CONTEXT_HASH_LENGTH)?;
                c.bytes(field::TRANSACTION_CONTEXT_HASH, length.into(), field::TRANSACTION_CONTEXT_HASH_LENGTH)
            })?;
        }
        Ok(())
    })
}

fn bounded<'a, T: Trace<'a>>(
    c: &Cursor<'a, T>, list: FieldId, count: u32, item_bytes: usize, liar: FieldId,
) -> Result<()> {
    let most = (c.remaining() / item_bytes) as u64;
    if u64::from(count) > most {
        return Err(c.fail(ErrorCode::TooMany, list, most, count.into()).blame(liar));
    }
    Ok(())
}

/// VIEW_CHANGE_EVENT: the group's members changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewChange<'a> {
    /// Identifier of the new view, without the zeros that pad it to 40 bytes.
    pub view_id: &'a [u8],
    /// Number from which certification goes on.
    pub sequence_number: u64,
    /// Entries of the certification database.
    pub certification_items: u32,
}

const VIEW_ID_BYTES: u64 = 40;
const VIEW_CHANGE_BYTES: usize = 52;
/// Fewest bytes of an entry: the lengths of key and value.
const CERTIFICATION_ITEM_BYTES: usize = 6;
/// The one key whose value is a message: the database was too large to be sent.
const ERROR_KEY: &[u8] = b"certification_info_error";

pub(crate) fn view_change<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<ViewChange<'a>> {
    let view_id = c.text(field::VIEW_CHANGE_VIEW_ID, VIEW_ID_BYTES, field::EVENT_HEADER_EVENT_SIZE)?;
    let sequence_number = c.u64(field::VIEW_CHANGE_SEQUENCE_NUMBER)?;
    let certification_items = c.u32(field::VIEW_CHANGE_CERTIFICATION_COUNT)?;
    post_header_extra(c, header, context, VIEW_CHANGE_BYTES)?;
    let list = field::VIEW_CHANGE_CERTIFICATION;
    bounded(c, list, certification_items, CERTIFICATION_ITEM_BYTES, field::VIEW_CHANGE_CERTIFICATION_COUNT)?;
    c.group(list, |c| {
        for i in 0..certification_items as usize {
            c.group(field::VIEW_CHANGE_CERTIFICATION_ITEM.at(i), certification_item)?;
        }
        Ok(())
    })?;
    let view_id = view_id.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(ViewChange { view_id, sequence_number, certification_items })
}

/// A row's hash, and the GTIDs that the last transaction to change the row had seen.
fn certification_item<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<()> {
    let length = c.u16(field::VIEW_CHANGE_KEY_LENGTH)?;
    let key = c.bytes(field::VIEW_CHANGE_KEY, length.into(), field::VIEW_CHANGE_KEY_LENGTH)?;
    let length = u64::from(c.u32(field::VIEW_CHANGE_VALUE_LENGTH)?);
    if length == 0 {
        return Ok(());
    }
    if key == ERROR_KEY {
        return c.text(field::VIEW_CHANGE_ERROR, length, field::VIEW_CHANGE_VALUE_LENGTH).map(drop);
    }
    c.group(field::VIEW_CHANGE_VALUE, |c| {
        let liar = field::VIEW_CHANGE_VALUE_LENGTH;
        c.within(length, liar, field::UNKNOWN, |c| gtid_set(c, &mut |_, _, _, _| {})).map(drop)
    })
}
