//! Events of forks: PolarDB-X's consensus and commit numbers.
//! Source: PolarDB-X engine `libbinlogevents/include/control_consensus_events.h`, `gcn_event.h`.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::trace::Trace;

/// PolarDB-X CONSENSUS_LOG_EVENT: stands before each entry of the log that the replicas agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consensus {
    /// Whether the entry is a part of something larger, and which.
    pub flags: u32,
    /// Term of the leader that received the entry.
    pub term: u64,
    /// The entry's number.
    pub index: u64,
    /// Bytes of the entry, which follows.
    pub length: u64,
}

pub(crate) fn consensus<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Consensus> {
    let consensus = Consensus {
        flags: c.u32(field::CONSENSUS_FLAGS)?,
        term: c.u64(field::CONSENSUS_TERM)?,
        index: c.u64(field::CONSENSUS_INDEX)?,
        length: c.u64(field::CONSENSUS_LENGTH)?,
    };
    c.u64(field::CONSENSUS_RESERVE)?;
    Ok(consensus)
}

/// The number of PolarDB-X's PREVIOUS_CONSENSUS_INDEX_LOG_EVENT: the last entry of earlier files.
pub(crate) fn previous_consensus_index<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<u64> {
    c.u64(field::CONSENSUS_PREVIOUS_INDEX)
}

/// The text of PolarDB-X's CONSENSUS_CLUSTER_INFO_EVENT.
pub(crate) fn consensus_cluster_info<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<&'a [u8]> {
    let length = c.u32(field::CONSENSUS_INFO_LENGTH)?;
    c.text(field::CONSENSUS_INFO, length.into(), field::CONSENSUS_INFO_LENGTH)
}

/// PolarDB-X GCN_LOG_EVENT: the global commit number of the transaction that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gcn {
    /// See [`gcn_flag`].
    pub flags: u8,
    /// The number; none where the transaction has none.
    pub gcn: Option<u64>,
    /// Branches of the distributed transaction, and those of them on this server.
    pub branches: Option<(u16, u16)>,
}

/// Bits of [`Gcn::flags`].
pub mod gcn_flag {
    /// A commit number of 8 bytes follows.
    pub const HAVE_GCN: u8 = 0x01;
    /// Branch counts of 2 + 2 bytes follow.
    pub const HAVE_BRANCH_COUNT: u8 = 0x20;
}

pub(crate) fn gcn<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Gcn> {
    let flags = c.u8(field::GCN_FLAGS)?;
    let gcn = if flags & gcn_flag::HAVE_GCN != 0 { Some(c.u64(field::GCN_NUMBER)?) } else { None };
    let branches = if flags & gcn_flag::HAVE_BRANCH_COUNT != 0 {
        Some((c.u16(field::GCN_BRANCHES)?, c.u16(field::GCN_LOCAL_BRANCHES)?))
    } else {
        None
    };
    // Versions up to 2.3 write the room for a number even without one.
    c.rest(field::GCN_UNSET);
    Ok(Gcn { flags, gcn, branches })
}
