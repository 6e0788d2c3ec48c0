//! The events, one file for each family. Every function reads a body from just after the
//! common header up to the checksum.

mod control;
mod group_replication;
mod gtids;
mod heartbeat;
mod load;
mod partial_rows;
mod query;
mod statement;
mod table_map;
mod tagged_gtid;
mod transaction_payload;
mod vendor;

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::event::Context;
use crate::header::EventHeader;
use crate::trace::Trace;

/// Passes what the format description lists of a post-header beyond the `known` bytes: a newer
/// server's fields, which would otherwise be read as the body's.
pub(crate) fn post_header_extra<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>, known: usize,
) -> Result<()> {
    extra_bytes(c, context.format.post_header_extra(header.type_code, known))
}

/// Passes `extra` bytes of a post-header.
pub(crate) fn extra_bytes<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, extra: usize) -> Result<()> {
    if extra > 0 {
        c.bytes(field::POST_HEADER_EXTRA, extra as u64, field::FORMAT_DESCRIPTION_POST_HEADER_LENGTH)?;
    }
    Ok(())
}

pub use control::*;
pub use group_replication::*;
pub use gtids::*;
pub use heartbeat::*;
pub use load::*;
pub use partial_rows::*;
pub use query::*;
pub use statement::*;
pub use table_map::*;
pub(crate) use tagged_gtid::tagged_gtid;
pub use transaction_payload::*;
pub use vendor::*;
