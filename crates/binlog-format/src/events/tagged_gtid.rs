//! GTID_TAGGED_LOG_EVENT: a GTID with a tag, in the form of MySQL's serialization library.
//! Sources: MySQL `libs/mysql/serialization/readme.md`, `control_events.h` (`Gtid_event`).

use crate::catalogue::{FieldId, Unit, field};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::events::Gtid;
use crate::gtid::Uuid;
use crate::trace::{Slot, Trace};
use crate::value::Value;

/// Numbers of the fields, in the order of a message.
mod number {
    pub const FLAGS: u64 = 0;
    pub const UUID: u64 = 1;
    pub const GNO: u64 = 2;
    pub const TAG: u64 = 3;
    pub const LAST_COMMITTED: u64 = 4;
    pub const SEQUENCE_NUMBER: u64 = 5;
    pub const IMMEDIATE_COMMIT_TIMESTAMP: u64 = 6;
    pub const ORIGINAL_COMMIT_TIMESTAMP: u64 = 7;
    pub const TRANSACTION_LENGTH: u64 = 8;
    pub const IMMEDIATE_SERVER_VERSION: u64 = 9;
    pub const ORIGINAL_SERVER_VERSION: u64 = 10;
    pub const COMMIT_GROUP_TICKET: u64 = 11;
}

/// The first number that is a newer server's.
const FIRST_UNKNOWN: u64 = number::COMMIT_GROUP_TICKET + 1;

/// The only version of the message format.
const VERSION: u64 = 1;

pub(crate) fn tagged_gtid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Gtid<'a>> {
    let start = c.position();
    let version = c.prefix_varlen(field::GTID_TAGGED_VERSION)?;
    if version != VERSION {
        return Err(c.fail(ErrorCode::InvalidValue, field::GTID_TAGGED_VERSION, VERSION, version));
    }
    let size = c.prefix_varlen(field::GTID_TAGGED_SIZE)?;
    let counted = (c.position() - start) as u64;
    let Some(left) = size.checked_sub(counted) else {
        let error = c.fail(ErrorCode::LengthTooLong, field::GTID_TAGGED_SIZE, counted, size);
        return Err(error.blame(field::GTID_TAGGED_SIZE));
    };
    let mut gtid = Gtid::default();
    c.within(left, field::GTID_TAGGED_SIZE, field::GTID_TAGGED_NEWER_FIELDS, |c| {
        c.prefix_varlen(field::GTID_TAGGED_LAST_NON_IGNORABLE)?;
        c.group(field::GTID_TAGGED_FIELDS, |c| fields(c, &mut gtid))
    })?;
    // What is not stored is the same as on this server.
    gtid.original_commit_timestamp = gtid.original_commit_timestamp.or(gtid.immediate_commit_timestamp);
    gtid.original_server_version = gtid.original_server_version.or(gtid.immediate_server_version);
    Ok(gtid)
}

/// Reads the fields in ascending order. A field of a newer server has no length of its own, so
/// that all from the first such on are left to the message's size.
fn fields<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, gtid: &mut Gtid<'a>) -> Result<()> {
    let mut least = 0;
    for index in 0.. {
        let Some(id) = next_id(c) else { break };
        if id >= FIRST_UNKNOWN {
            break;
        }
        if id < least {
            return Err(c.fail(ErrorCode::InvalidValue, field::GTID_TAGGED_FIELD_ID, least, id));
        }
        least = id + 1;
        c.group(field::GTID_TAGGED_FIELD.at(index), |c| {
            c.prefix_varlen(field::GTID_TAGGED_FIELD_ID)?;
            one(c, id, gtid)
        })?;
        c.name(Unit::TaggedGtidField, id);
    }
    Ok(())
}

/// The number of the field that follows; all that are known take one byte.
fn next_id<'a, T: Trace<'a>>(c: &Cursor<'a, T>) -> Option<u64> {
    let first = *c.peek().first()?;
    Some(if first & 1 == 0 { u64::from(first >> 1) } else { FIRST_UNKNOWN })
}

fn one<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, id: u64, gtid: &mut Gtid<'a>) -> Result<()> {
    match id {
        number::FLAGS => gtid.flags = byte(c, field::GTID_TAGGED_FLAGS.into())?,
        number::UUID => gtid.uuid = uuid(c)?,
        number::GNO => gtid.gno = c.signed_prefix_varlen(field::GTID_TAGGED_GNO)?,
        number::TAG => {
            let length = c.prefix_varlen(field::GTID_TAGGED_TAG_LENGTH)?;
            gtid.tag = c.text(field::GTID_TAGGED_TAG, length, field::GTID_TAGGED_TAG_LENGTH)?;
        }
        number::LAST_COMMITTED => gtid.last_committed = Some(clock(c, field::GTID_TAGGED_LAST_COMMITTED)?),
        number::SEQUENCE_NUMBER => gtid.sequence_number = Some(clock(c, field::GTID_TAGGED_SEQUENCE_NUMBER)?),
        number::IMMEDIATE_COMMIT_TIMESTAMP => {
            gtid.immediate_commit_timestamp = Some(c.prefix_varlen(field::GTID_TAGGED_IMMEDIATE_COMMIT_TIMESTAMP)?);
        }
        number::ORIGINAL_COMMIT_TIMESTAMP => {
            gtid.original_commit_timestamp = Some(c.prefix_varlen(field::GTID_TAGGED_ORIGINAL_COMMIT_TIMESTAMP)?);
        }
        number::TRANSACTION_LENGTH => {
            gtid.transaction_length = Some(c.prefix_varlen(field::GTID_TAGGED_TRANSACTION_LENGTH)?);
        }
        number::IMMEDIATE_SERVER_VERSION => {
            gtid.immediate_server_version = Some(version(c, field::GTID_TAGGED_IMMEDIATE_SERVER_VERSION)?);
        }
        number::ORIGINAL_SERVER_VERSION => {
            gtid.original_server_version = Some(version(c, field::GTID_TAGGED_ORIGINAL_SERVER_VERSION)?);
        }
        _ => gtid.commit_group_ticket = Some(c.prefix_varlen(field::GTID_TAGGED_COMMIT_GROUP_TICKET)?),
    }
    Ok(())
}

/// Each byte is a number of its own; from 0x80 on it takes two bytes.
fn uuid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Uuid> {
    let mut uuid = [0; 16];
    c.value_group(field::GTID_TAGGED_SOURCE_UUID, |c| {
        for (i, slot) in uuid.iter_mut().enumerate() {
            *slot = byte(c, field::GTID_TAGGED_UUID_BYTE.at(i))?;
        }
        Ok(Value::Uuid(uuid))
    })?;
    Ok(Uuid(uuid))
}

fn byte<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, slot: Slot) -> Result<u8> {
    let number = c.prefix_varlen(slot)?;
    u8::try_from(number).map_err(|_| c.fail(ErrorCode::InvalidValue, slot.field, u8::MAX.into(), number))
}

/// Logical clocks are stored as signed numbers, and never negative.
fn clock<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, name: FieldId) -> Result<u64> {
    let number = c.signed_prefix_varlen(name)?;
    u64::try_from(number).map_err(|_| c.fail(ErrorCode::InvalidValue, name, 0, number as u64))
}

fn version<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, name: FieldId) -> Result<u32> {
    let number = c.prefix_varlen(name)?;
    u32::try_from(number).map_err(|_| c.fail(ErrorCode::InvalidValue, name, u32::MAX.into(), number))
}
