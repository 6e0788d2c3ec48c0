//! HEARTBEAT events: signs of life from a source that has nothing to send. Network only.
//! Sources: MySQL `control_events.cpp` and `codecs/binary.cpp`, MariaDB `sql/sql_repl.cc`.

use crate::catalogue::{Unit, field};
use crate::cursor::Cursor;
use crate::error::Result;
use crate::event::Context;
use crate::format::Flavor;
use crate::header::EventHeader;
use crate::trace::Trace;

/// HEARTBEAT_LOG_EVENT and HEARTBEAT_LOG_EVENT_V2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heartbeat<'a> {
    /// The source's current file.
    pub file_name: &'a [u8],
    /// Where it stands in that file: the header's `log_pos` (version 1: low 32 bits only), or a field.
    pub position: u64,
}

pub(crate) fn heartbeat<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<Heartbeat<'a>> {
    // MariaDB leaves the header's position 0 where 4 bytes do not hold it.
    let position = if context.format.flavor == Flavor::Mariadb && header.log_pos == 0 && c.remaining() >= 8 {
        c.u64(field::HEARTBEAT_LARGE_POSITION)?
    } else {
        header.log_pos.into()
    };
    Ok(Heartbeat { file_name: c.rest_text(field::HEARTBEAT_FILE_NAME), position })
}

mod field_type {
    pub const END: u64 = 0;
    pub const FILE_NAME: u64 = 1;
    pub const POSITION: u64 = 2;
}

pub(crate) fn heartbeat_v2<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Heartbeat<'a>> {
    let mut heartbeat = Heartbeat::default();
    c.group(field::HEARTBEAT_FIELDS, |c| {
        for i in 0.. {
            if c.remaining() == 0 {
                break;
            }
            let first = c.peek().first().copied().unwrap_or(0);
            let more = c.group(field::HEARTBEAT_FIELD.at(i), |c| {
                let kind = c.lenenc(field::HEARTBEAT_FIELD_TYPE)?;
                if kind == field_type::END {
                    return Ok(false);
                }
                let length = c.lenenc(field::HEARTBEAT_FIELD_LENGTH)?;
                c.within(length, field::HEARTBEAT_FIELD_LENGTH, field::UNKNOWN, |c| {
                    match kind {
                        field_type::FILE_NAME => heartbeat.file_name = c.rest_text(field::HEARTBEAT_FILE_NAME),
                        field_type::POSITION => heartbeat.position = c.lenenc(field::HEARTBEAT_POSITION)?,
                        _ => {}
                    }
                    Ok(())
                })?;
                Ok(true)
            })?;
            c.name(Unit::HeartbeatField, first.into());
            if !more {
                break;
            }
        }
        Ok(())
    })?;
    Ok(heartbeat)
}
