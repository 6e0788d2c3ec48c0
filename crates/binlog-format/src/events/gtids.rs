//! GTID, ANONYMOUS_GTID, PREVIOUS_GTIDS; MariaDB's GTID and GTID_LIST.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::Context;
use crate::gtid::Uuid;
use crate::names::code;
use crate::trace::Trace;

/// GTID_LOG_EVENT, ANONYMOUS_GTID_LOG_EVENT and GTID_TAGGED_LOG_EVENT. Everything after `gno`
/// may be missing in older logs. Source: MySQL `control_events.{h,cpp}` (`Gtid_event`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gtid<'a> {
    /// Bit 0: may hold statements logged as text (always set before 5.7.19).
    pub flags: u8,
    /// Source UUID; all zero when anonymous.
    pub uuid: Uuid,
    /// Tag, `uuid:tag:gno`; empty for untagged ones.
    pub tag: &'a [u8],
    /// Number of the transaction; 0 when anonymous.
    pub gno: i64,
    /// Logical clock: the newest commit that this transaction may depend on.
    pub last_committed: Option<u64>,
    /// Logical clock: its own number.
    pub sequence_number: Option<u64>,
    /// Commit on this server, microseconds since 1970.
    pub immediate_commit_timestamp: Option<u64>,
    /// Commit on the originating server, microseconds since 1970.
    pub original_commit_timestamp: Option<u64>,
    /// Bytes of the whole transaction as stored (compressed, if it is), this event included.
    pub transaction_length: Option<u64>,
    /// Version of this server, e.g. 80040; 999999 where it is not known.
    pub immediate_server_version: Option<u32>,
    /// Version of the originating server, e.g. 80040.
    pub original_server_version: Option<u32>,
    /// Binlog group commit ticket.
    pub commit_group_ticket: Option<u64>,
}

/// The type code of a logical timestamp that is followed by its two numbers.
const LOGICAL_TIMESTAMP: u8 = 2;
const TIMESTAMP_BYTES: usize = 7;
const TIMESTAMP_HAS_ORIGINAL: u64 = 1 << 55;
const VERSION_HAS_ORIGINAL: u32 = 1 << 31;

impl Gtid<'_> {
    /// Reads the number alone, from an event's first bytes; of a tagged GTID more has to be read.
    pub fn peek_number(bytes: &[u8], context: &Context<'_>) -> Option<i64> {
        let stored = bytes.get(4).copied().unwrap_or(0);
        let start = context.format.header_length_of(stored);
        let mut c = Cursor::behind(bytes, start, field::EVENT_HEADER_EVENT_SIZE);
        if context.format.canonical(stored) == code::GTID_TAGGED {
            return super::tagged_gtid(&mut c).ok().map(|gtid| gtid.gno);
        }
        head(&mut c).ok().map(|gtid| gtid.gno)
    }
}

/// What every GTID event begins with.
fn head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Gtid<'a>> {
    Ok(Gtid {
        flags: c.u8(field::GTID_FLAGS)?,
        uuid: Uuid::from_bytes(c.bytes(field::GTID_SOURCE_UUID, 16, field::EVENT_HEADER_EVENT_SIZE)?),
        gno: c.i64(field::GTID_GNO)?,
        ..Gtid::default()
    })
}

/// Reads a GTID or anonymous GTID.
pub(crate) fn gtid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Gtid<'a>> {
    let mut gtid = head(c)?;
    if c.remaining() == 0 {
        return Ok(gtid);
    }
    if c.u8(field::GTID_LT_TYPE)? != LOGICAL_TIMESTAMP {
        // 5.7.1 to 5.7.5, test versions that no one documented.
        c.rest(field::GTID_OTHER_CLOCK);
        return Ok(gtid);
    }
    gtid.last_committed = Some(c.u64(field::GTID_LAST_COMMITTED)?);
    gtid.sequence_number = Some(c.u64(field::GTID_SEQUENCE_NUMBER)?);
    if c.remaining() < TIMESTAMP_BYTES {
        return Ok(gtid);
    }
    let immediate = c.u56(field::GTID_IMMEDIATE_COMMIT_TIMESTAMP)?;
    gtid.immediate_commit_timestamp = Some(immediate & !TIMESTAMP_HAS_ORIGINAL);
    gtid.original_commit_timestamp = if immediate & TIMESTAMP_HAS_ORIGINAL != 0 {
        Some(c.u56(field::GTID_ORIGINAL_COMMIT_TIMESTAMP)?)
    } else {
        gtid.immediate_commit_timestamp
    };
    if c.remaining() > 0 {
        gtid.transaction_length = Some(c.lenenc(field::GTID_TRANSACTION_LENGTH)?);
    }
    if c.remaining() >= 4 {
        let immediate = c.u32(field::GTID_IMMEDIATE_SERVER_VERSION)?;
        gtid.immediate_server_version = Some(immediate & !VERSION_HAS_ORIGINAL);
        gtid.original_server_version = if immediate & VERSION_HAS_ORIGINAL != 0 {
            Some(c.u32(field::GTID_ORIGINAL_SERVER_VERSION)?)
        } else {
            gtid.immediate_server_version
        };
    }
    if c.remaining() >= 8 {
        gtid.commit_group_ticket = Some(c.u64(field::GTID_COMMIT_GROUP_TICKET)?);
    }
    Ok(gtid)
}

/// PREVIOUS_GTIDS_LOG_EVENT: the set of all transactions in earlier logs.
/// Source: MySQL `sql/rpl_gtid_set.cc` (`Gtid_set::encode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousGtids<'a> {
    /// The encoded set; [`GtidSet`](crate::gtid::GtidSet) reads it.
    pub set: &'a [u8],
    /// Entries: one for each source, or source and tag.
    pub sources: u64,
}

pub(crate) fn previous_gtids<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<PreviousGtids<'a>> {
    let start = c.position();
    let sources = gtid_set(c, &mut |_, _, _, _| {})?;
    Ok(PreviousGtids { set: c.since(start), sources })
}

/// Fewest bytes of a set's entry: UUID and interval count.
const SET_ENTRY_BYTES: u64 = 24;
const SET_INTERVAL_BYTES: u64 = 16;

/// Reads an encoded GTID set and hands over each interval: UUID, tag, first and one past last.
pub(crate) fn gtid_set<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, interval: &mut dyn FnMut(&'a [u8], &'a [u8], i64, i64),
) -> Result<u64> {
    let header = c.u64(field::GTID_SET_HEADER)?;
    // The top byte is the format: 0 plain, 1 tagged, which keeps the count in bits 8 to 55.
    let tagged = header >> 56 == 1;
    let sources = if tagged { header << 8 >> 16 } else { header & (u64::MAX >> 8) };
    if sources > c.remaining() as u64 / SET_ENTRY_BYTES {
        let most = c.remaining() as u64 / SET_ENTRY_BYTES;
        return Err(c.fail(ErrorCode::TooMany, field::GTID_SET_SOURCE, most, sources).blame(field::GTID_SET_HEADER));
    }
    c.group(field::GTID_SET_SOURCES, |c| {
        for i in 0..sources as usize {
            c.group(field::GTID_SET_SOURCE.at(i), |c| gtid_set_source(c, tagged, interval))?;
        }
        Ok(())
    })?;
    Ok(sources)
}

fn gtid_set_source<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, tagged: bool, interval: &mut dyn FnMut(&'a [u8], &'a [u8], i64, i64),
) -> Result<()> {
    let uuid = c.bytes(field::GTID_SET_UUID, 16, c.limit())?;
    let mut tag: &[u8] = &[];
    if tagged {
        let length = c.prefix_varlen(field::GTID_SET_TAG_LENGTH)?;
        tag = c.text(field::GTID_SET_TAG, length, field::GTID_SET_TAG_LENGTH)?;
    }
    let count = c.u64(field::GTID_SET_INTERVAL_COUNT)?;
    let most = c.remaining() as u64 / SET_INTERVAL_BYTES;
    if count > most {
        let error = c.fail(ErrorCode::TooMany, field::GTID_SET_INTERVAL, most, count);
        return Err(error.blame(field::GTID_SET_INTERVAL_COUNT));
    }
    for i in 0..count as usize {
        c.group(field::GTID_SET_INTERVAL.at(i), |c| {
            let start = c.i64(field::GTID_SET_START)?;
            let end = c.i64(field::GTID_SET_END)?;
            interval(uuid, tag, start, end);
            Ok(())
        })?;
    }
    Ok(())
}

/// MariaDB GTID_EVENT; with the header's server id it is `domain-server-sequence`.
/// Source: MariaDB `sql/log_event.cc` (`Gtid_log_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MariadbGtid<'a> {
    /// Sequence number within the domain.
    pub sequence_number: u64,
    /// Replication domain.
    pub domain_id: u32,
    /// See [`mariadb_gtid_flag`].
    pub flags: u8,
    /// Transactions with the same id committed together.
    pub commit_id: Option<u64>,
    /// XA format id, global and branch identifiers.
    pub xid: Option<(u32, &'a [u8], &'a [u8])>,
    /// See [`mariadb_gtid_extra_flag`]; 0 where the event has none.
    pub flags_extra: u8,
    /// Transactional engines beside the first that take part in the two-phase commit.
    pub extra_engines: Option<u8>,
    /// COMMIT ALTER and ROLLBACK ALTER: sequence number of the START ALTER that they end.
    pub start_alter: Option<u64>,
    /// Connection id on the originating server (11.5 and later).
    pub thread_id: Option<u32>,
}

/// Bits of [`MariadbGtid::flags`] (`flags2`). Source: MariaDB `sql/log_event.h` (`Gtid_log_event`).
pub mod mariadb_gtid_flag {
    /// No commit follows: the transaction is this event and one statement (DDL).
    pub const STANDALONE: u8 = 0x01;
    /// A commit id of 8 bytes follows.
    pub const GROUP_COMMIT_ID: u8 = 0x02;
    /// All changes are in transactional engines: they can be rolled back.
    pub const TRANSACTIONAL: u8 = 0x04;
    /// Replicas may run it in parallel with others (`@@skip_parallel_replication` was off).
    pub const ALLOW_PARALLEL: u8 = 0x08;
    /// It waited for a row lock of another transaction, so running both in parallel may conflict.
    pub const WAITED: u8 = 0x10;
    /// It is DDL.
    pub const DDL: u8 = 0x20;
    /// XA PREPARE ends it; an XID follows.
    pub const PREPARED_XA: u8 = 0x40;
    /// It is an XA COMMIT or XA ROLLBACK; an XID follows.
    pub const COMPLETED_XA: u8 = 0x80;
    /// Either of both: an XID follows.
    pub const XA: u8 = PREPARED_XA | COMPLETED_XA;
}

/// Bits of [`MariadbGtid::flags_extra`], and of the QUERY status variable GTID_FLAGS3 (MariaDB 10.8).
/// A zero byte may be padding as well: both read the same. Source: MariaDB `sql/log_event.h`.
pub mod mariadb_gtid_extra_flag {
    /// A byte follows: how many more engines take part in the two-phase commit.
    pub const MULTI_ENGINE: u8 = 0x01;
    /// START ALTER: the statement begins an ALTER TABLE that replicas run beside others.
    pub const START_ALTER: u8 = 0x02;
    /// COMMIT ALTER: it ends well; the number of its START ALTER follows.
    pub const COMMIT_ALTER: u8 = 0x04;
    /// ROLLBACK ALTER: it failed; the number of its START ALTER follows.
    pub const ROLLBACK_ALTER: u8 = 0x08;
    /// The connection id follows (11.5 and later).
    pub const THREAD_ID: u8 = 0x10;
    /// The number of START ALTER follows.
    pub const ALTER_ENDS: u8 = COMMIT_ALTER | ROLLBACK_ALTER;
}

pub(crate) fn mariadb_gtid<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<MariadbGtid<'a>> {
    let mut gtid = MariadbGtid {
        sequence_number: c.u64(field::MARIADB_GTID_SEQ_NO)?,
        domain_id: c.u32(field::MARIADB_GTID_DOMAIN_ID)?,
        flags: c.u8(field::MARIADB_GTID_FLAGS)?,
        commit_id: None,
        xid: None,
        flags_extra: 0,
        extra_engines: None,
        start_alter: None,
        thread_id: None,
    };
    if gtid.flags & mariadb_gtid_flag::GROUP_COMMIT_ID != 0 {
        gtid.commit_id = Some(c.u64(field::MARIADB_GTID_COMMIT_ID)?);
    }
    if gtid.flags & mariadb_gtid_flag::XA != 0 {
        let format = c.u32(field::MARIADB_GTID_XID_FORMAT)?;
        let gtrid = c.u8(field::MARIADB_GTID_GTRID_LENGTH)?;
        let bqual = c.u8(field::MARIADB_GTID_BQUAL_LENGTH)?;
        let gtrid = c.bytes(field::MARIADB_GTID_GTRID, gtrid.into(), field::MARIADB_GTID_GTRID_LENGTH)?;
        let bqual = c.bytes(field::MARIADB_GTID_BQUAL, bqual.into(), field::MARIADB_GTID_BQUAL_LENGTH)?;
        gtid.xid = Some((format, gtrid, bqual));
    }
    if c.remaining() > 0 {
        let extra = c.u8(field::MARIADB_GTID_EXTRA_FLAGS)?;
        gtid.flags_extra = extra;
        if extra & mariadb_gtid_extra_flag::MULTI_ENGINE != 0 {
            gtid.extra_engines = Some(c.u8(field::MARIADB_GTID_EXTRA_ENGINES)?);
        }
        if extra & mariadb_gtid_extra_flag::ALTER_ENDS != 0 {
            gtid.start_alter = Some(c.u64(field::MARIADB_GTID_SA_SEQ_NO)?);
        }
        if extra & mariadb_gtid_extra_flag::THREAD_ID != 0 {
            gtid.thread_id = Some(c.u32(field::MARIADB_GTID_THREAD_ID)?);
        }
    }
    // Padded to 19 bytes; a transaction moved from its cache file pads much more.
    c.rest(field::PADDING);
    Ok(gtid)
}

/// MariaDB GTID_LIST_EVENT: the last GTID of each domain and server before this log.
/// Source: MariaDB `sql/log_event.cc` (`Gtid_list_log_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GtidList<'a> {
    /// Bits 28 (1: the position of `START SLAVE UNTIL` is reached) and 29 (2: the receiver ignores the
    /// GTIDs) of the count that the event begins with.
    pub flags: u8,
    /// Entries of 16 bytes: domain, server, sequence number.
    pub items: &'a [u8],
}

impl GtidList<'_> {
    /// Domain, server, sequence number of each entry.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32, u64)> {
        let mut c = Cursor::new(self.items, field::GTID_LIST_HEADER, ());
        core::iter::from_fn(move || gtid_list_item(&mut c).ok())
    }
}

const GTID_LIST_COUNT: u32 = 0x0fff_ffff;
const GTID_LIST_ITEM_BYTES: u64 = 16;

pub(crate) fn gtid_list<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<GtidList<'a>> {
    let header = c.u32(field::GTID_LIST_HEADER)?;
    let count = u64::from(header & GTID_LIST_COUNT);
    let most = c.remaining() as u64 / GTID_LIST_ITEM_BYTES;
    if count > most {
        return Err(c.fail(ErrorCode::TooMany, field::GTID_LIST_ITEM, most, count).blame(field::GTID_LIST_HEADER));
    }
    let start = c.position();
    c.group(field::GTID_LIST_ITEMS, |c| {
        for i in 0..count as usize {
            c.group(field::GTID_LIST_ITEM.at(i), gtid_list_item)?;
        }
        Ok(())
    })?;
    let items = c.since(start);
    // An empty list is padded to the length that the oldest readers expect.
    c.rest(field::PADDING);
    Ok(GtidList { flags: (header >> 28) as u8, items })
}

fn gtid_list_item<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<(u32, u32, u64)> {
    Ok((c.u32(field::GTID_LIST_DOMAIN_ID)?, c.u32(field::GTID_LIST_SERVER_ID)?, c.u64(field::GTID_LIST_SEQ_NO)?))
}
