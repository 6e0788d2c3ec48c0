//! QUERY_EVENT and its status variables.
//! Sources: MySQL `statement_events.{h,cpp}` (`Query_event`), MariaDB `sql/log_event.{h,cc}`.

use crate::catalogue::{Unit, field};
use crate::compression::{self, Compressed};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::events::extra_bytes;
use crate::format::{Flavor, Format};
use crate::trace::Trace;
use crate::value::Value;

/// QUERY_EVENT: a statement, or BEGIN, COMMIT, XA …; MariaDB's QUERY_COMPRESSED_EVENT too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query<'a> {
    /// Connection id on the originating server.
    pub thread_id: u32,
    /// Seconds from the statement's start to its end; huge after `SET timestamp`.
    pub exec_time: u32,
    /// Error number that the statement ended with at its source; 0 is success.
    pub error_code: u16,
    /// Status variables as stored; a trace sees them one by one.
    pub status_vars: &'a [u8],
    /// Default schema, in UTF-8; none if empty.
    pub database: &'a [u8],
    /// The statement, in the client's character set; nothing when it is compressed.
    pub query: &'a [u8],
    /// The statement of a QUERY_COMPRESSED_EVENT; `inflated` makes a plain event of it.
    pub compressed: Option<Compressed<'a>>,
    /// Collation id of the client, from status variable CHARSET; 0 when not told.
    pub charset_client: u16,
}

/// Codes of status variables (`Query_event_status_vars`): a code byte, then a value whose length only
/// the code tells; after a code nobody knows nothing more can be read. Up to 11 both families agree.
/// MariaDB writes 131 between 3 and 4: do not expect order. Sources: MySQL `statement_events.{h,cpp}`,
/// MariaDB `sql/log_event.h`.
pub mod status {
    /// 4 bytes: session options (foreign_key_checks off 0x0400_0000, unique_checks off 0x0800_0000,
    /// sql_auto_is_null 0x4000, autocommit off 0x0008_0000, MariaDB's own).
    pub const FLAGS2: u8 = 0;
    /// 8 bytes: `sql_mode`. Bits from 32 on mean different things to MySQL and MariaDB.
    pub const SQL_MODE: u8 = 1;
    /// Catalog name with a length byte and a zero byte behind it (5.0.0 to 5.0.3).
    pub const CATALOG: u8 = 2;
    /// 2 + 2 bytes: `auto_increment_increment` and `auto_increment_offset`; absent when both are 1.
    pub const AUTO_INCREMENT: u8 = 3;
    /// 2 + 2 + 2 bytes: collation ids of client, connection and server. The first is the statement's.
    pub const CHARSET: u8 = 4;
    /// Time zone name with a length byte.
    pub const TIME_ZONE: u8 = 5;
    /// Catalog name with a length byte, without the zero byte; always `std`.
    pub const CATALOG_NZ: u8 = 6;
    /// 2 bytes: number of the locale of month and day names; absent for en_US.
    pub const LC_TIME_NAMES: u8 = 7;
    /// 2 bytes: collation id of the default schema, where it is not the server's.
    pub const CHARSET_DATABASE: u8 = 8;
    /// 8 bytes: which tables of a multi-table UPDATE change.
    pub const TABLE_MAP_FOR_UPDATE: u8 = 9;
    /// 4 bytes: size of the event at its source; relay logs of a replica older than 8.0.2 only.
    pub const MASTER_DATA_WRITTEN: u8 = 10;
    /// User and host, each with a length byte: the definer that `CURRENT_USER` stood for.
    pub const INVOKER: u8 = 11;
    /// A count byte and as many names with a zero byte behind (MySQL 5.6). More than 16 are not listed:
    /// the count is 254 then, and no name follows.
    pub const UPDATED_DB_NAMES: u8 = 12;
    /// 3 bytes: microseconds of the header's timestamp (MySQL 5.6).
    pub const MICROSECONDS: u8 = 13;
    /// 1 byte, boolean (MySQL 5.7).
    pub const EXPLICIT_DEFAULTS_FOR_TIMESTAMP: u8 = 16;
    /// 8 bytes: XID of an atomic DDL (MySQL 8.0).
    pub const DDL_LOGGED_WITH_XID: u8 = 17;
    /// 2 bytes: collation id (MySQL 8.0.11).
    pub const DEFAULT_COLLATION_FOR_UTF8MB4: u8 = 18;
    /// 1 byte, boolean (MySQL 8.0.13). A comment in the header says 2; one is written.
    pub const SQL_REQUIRE_PRIMARY_KEY: u8 = 19;
    /// 1 byte, boolean (MySQL 8.0.16).
    pub const DEFAULT_TABLE_ENCRYPTION: u8 = 20;
    /// 1 byte, boolean (MySQL 9.6).
    pub const ENABLE_CASCADE_TRIGGERS: u8 = 21;
    /// 3 bytes: microseconds of the header's timestamp (MariaDB 5.3).
    pub const HRNOW: u8 = 128;
    /// 8 bytes: XID of a crash-safe DDL (MariaDB 10.6).
    pub const XID: u8 = 129;
    /// 1 byte of [`mariadb_gtid_extra_flag`](crate::events::mariadb_gtid_extra_flag); 8 bytes, the number of the START
    /// ALTER, follow where it ends one (MariaDB 10.8).
    pub const GTID_FLAGS3: u8 = 130;
    /// A count byte and as many pairs of collation ids: a default and what replaces it (MariaDB 11.2).
    pub const CHARACTER_SET_COLLATIONS: u8 = 131;
    /// Nothing but padding follows: MariaDB made a `BEGIN` of a GTID event for an old replica.
    pub const DUMMY: u8 = 255;
}

/// More updated schemas than this are not listed (`MAX_DBS_IN_EVENT_MTS`); 254 stands instead.
const UPDATED_DBS_LISTED: u8 = 16;

/// `compressed`: the statement is.
pub(crate) fn query<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, format: &Format, compressed: bool) -> Result<Query<'a>> {
    let start = c.position();
    let post_header = usize::from(format.query_post_header());
    query_after(c, format, post_header >= 13, compressed, |c| {
        let extra = (start + post_header).saturating_sub(c.position());
        extra_bytes(c, extra)
    })
}

/// Reads a QUERY whose post-header `rest_of_post_header` completes. `with_status`: it has status
/// variables, as all do since MySQL 5.0. `compressed`: the statement is.
pub(super) fn query_after<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, format: &Format, with_status: bool, compressed: bool,
    rest_of_post_header: impl FnOnce(&mut Cursor<'a, T>) -> Result<()>,
) -> Result<Query<'a>> {
    let thread_id = c.u32(field::QUERY_THREAD_ID)?;
    let exec_time = c.u32(field::QUERY_EXEC_TIME)?;
    let db_length = c.u8(field::QUERY_DB_LENGTH)?;
    let error_code = c.u16(field::QUERY_ERROR_CODE)?;
    let status_length = if with_status { c.u16(field::QUERY_STATUS_VARS_LENGTH)? } else { 0 };
    rest_of_post_header(c)?;
    let mut charset_client = 0;
    let status_start = c.position();
    if status_length > 0 {
        c.group(field::QUERY_STATUS_VARS, |c| {
            c.within(status_length.into(), field::QUERY_STATUS_VARS_LENGTH, field::QUERY_UNKNOWN_STATUS_VARS, |c| {
                status_variables(c, format, &mut charset_client)
            })
        })?;
    }
    let status_vars = c.since(status_start);
    let database = c.text(field::QUERY_DATABASE, db_length.into(), field::QUERY_DB_LENGTH)?;
    c.terminator(field::QUERY_DATABASE_TERMINATOR)?;
    if compressed && c.remaining() > 0 {
        let compressed = Some(compression::part(c)?);
        return Ok(Query {
            thread_id,
            exec_time,
            error_code,
            status_vars,
            database,
            query: &[],
            compressed,
            charset_client,
        });
    }
    let statement = c.peek();
    if !statement.is_empty() {
        let of = |bytes| Value::Text(bytes, charset_client.into());
        c.span(field::QUERY_STATEMENT.into(), statement.len() as u64, field::EVENT_HEADER_EVENT_SIZE, of)?;
    }
    let compressed = None;
    Ok(Query { thread_id, exec_time, error_code, status_vars, database, query: statement, compressed, charset_client })
}

/// Reads status variables until the end. A code nobody knows has no known length: the rest is
/// reported by the caller.
fn status_variables<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, format: &Format, client: &mut u16) -> Result<()> {
    // Without a format description (a pasted event) the first code that only one family has decides.
    let mut family = format.described.then_some(format.flavor);
    let mut index = 0;
    while let Some(code) = c.peek().first().copied() {
        let own = owner(code);
        if own == Owner::Nobody || matches!((own, family), (Owner::One(own), Some(family)) if own != family) {
            let error = c.fail(ErrorCode::StatusVariable, field::QUERY_STATUS_VAR_CODE, 0, code.into());
            c.trace().fault(error);
            return Ok(());
        }
        if let Owner::One(own) = own {
            family = Some(own);
        }
        c.group(field::QUERY_STATUS_VAR.at(index), |c| {
            c.u8(field::QUERY_STATUS_VAR_CODE)?;
            status_variable(c, code, client)
        })?;
        c.name(Unit::StatusVariable, code.into());
        index += 1;
    }
    Ok(())
}

/// Who writes a status variable.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Both,
    One(Flavor),
    Nobody,
}

/// Up to 11 the families agree; 12 to 21 are MySQL's (MariaDB gives 12 and 13 no other meaning
/// else), 128 and above MariaDB's.
const fn owner(code: u8) -> Owner {
    match code {
        status::FLAGS2..=status::MICROSECONDS | status::DUMMY => Owner::Both,
        status::EXPLICIT_DEFAULTS_FOR_TIMESTAMP..=status::ENABLE_CASCADE_TRIGGERS => Owner::One(Flavor::Mysql),
        status::HRNOW..=status::CHARACTER_SET_COLLATIONS => Owner::One(Flavor::Mariadb),
        _ => Owner::Nobody,
    }
}

fn status_variable<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, code: u8, client: &mut u16) -> Result<()> {
    match code {
        status::FLAGS2 => c.u32(field::QUERY_FLAGS2).map(drop),
        status::SQL_MODE => c.u64(field::QUERY_SQL_MODE).map(drop),
        status::CATALOG => {
            let length = c.u8(field::QUERY_CATALOG_LENGTH)?;
            c.text(field::QUERY_CATALOG, length.into(), field::QUERY_CATALOG_LENGTH)?;
            c.terminator(field::QUERY_CATALOG_TERMINATOR)
        }
        status::AUTO_INCREMENT => {
            c.u16(field::QUERY_AUTO_INCREMENT_INCREMENT)?;
            c.u16(field::QUERY_AUTO_INCREMENT_OFFSET).map(drop)
        }
        status::CHARSET => {
            *client = c.u16(field::QUERY_CHARSET_CLIENT)?;
            c.u16(field::QUERY_COLLATION_CONNECTION)?;
            c.u16(field::QUERY_COLLATION_SERVER).map(drop)
        }
        status::TIME_ZONE => {
            let length = c.u8(field::QUERY_TIME_ZONE_LENGTH)?;
            c.text(field::QUERY_TIME_ZONE, length.into(), field::QUERY_TIME_ZONE_LENGTH).map(drop)
        }
        status::CATALOG_NZ => {
            let length = c.u8(field::QUERY_CATALOG_LENGTH)?;
            c.text(field::QUERY_CATALOG, length.into(), field::QUERY_CATALOG_LENGTH).map(drop)
        }
        status::LC_TIME_NAMES => c.u16(field::QUERY_LC_TIME_NAMES).map(drop),
        status::CHARSET_DATABASE => c.u16(field::QUERY_CHARSET_DATABASE).map(drop),
        status::TABLE_MAP_FOR_UPDATE => c.u64(field::QUERY_TABLE_MAP_FOR_UPDATE).map(drop),
        status::MASTER_DATA_WRITTEN => c.u32(field::QUERY_MASTER_DATA_WRITTEN).map(drop),
        status::INVOKER => {
            let user = c.u8(field::QUERY_INVOKER_USER_LENGTH)?;
            c.text(field::QUERY_INVOKER_USER, user.into(), field::QUERY_INVOKER_USER_LENGTH)?;
            let host = c.u8(field::QUERY_INVOKER_HOST_LENGTH)?;
            c.text(field::QUERY_INVOKER_HOST, host.into(), field::QUERY_INVOKER_HOST_LENGTH).map(drop)
        }
        status::UPDATED_DB_NAMES => updated_db_names(c),
        status::MICROSECONDS => c.u24(field::QUERY_MICROSECONDS).map(drop),
        status::EXPLICIT_DEFAULTS_FOR_TIMESTAMP => c.u8(field::QUERY_EXPLICIT_DEFAULTS_FOR_TIMESTAMP).map(drop),
        status::DDL_LOGGED_WITH_XID => c.u64(field::QUERY_DDL_XID).map(drop),
        status::DEFAULT_COLLATION_FOR_UTF8MB4 => c.u16(field::QUERY_DEFAULT_COLLATION_FOR_UTF8MB4).map(drop),
        status::SQL_REQUIRE_PRIMARY_KEY => c.u8(field::QUERY_SQL_REQUIRE_PRIMARY_KEY).map(drop),
        status::DEFAULT_TABLE_ENCRYPTION => c.u8(field::QUERY_DEFAULT_TABLE_ENCRYPTION).map(drop),
        status::ENABLE_CASCADE_TRIGGERS => c.u8(field::QUERY_ENABLE_CASCADE_TRIGGERS).map(drop),
        status::HRNOW => c.u24(field::QUERY_HRNOW).map(drop),
        status::XID => c.u64(field::QUERY_XID).map(drop),
        status::GTID_FLAGS3 => {
            let flags = c.u8(field::QUERY_GTID_FLAGS3)?;
            if flags & super::gtids::mariadb_gtid_extra_flag::ALTER_ENDS != 0 {
                c.u64(field::QUERY_SA_SEQ_NO)?;
            }
            Ok(())
        }
        status::CHARACTER_SET_COLLATIONS => {
            let count = c.u8(field::QUERY_COLLATION_COUNT)?;
            for i in 0..usize::from(count) {
                c.group(field::QUERY_COLLATION_PAIR.at(i), |c| {
                    c.u16(field::QUERY_COLLATION_FROM)?;
                    c.u16(field::QUERY_COLLATION_TO)
                })?;
            }
            Ok(())
        }
        // DUMMY: what is left is padding.
        _ => {
            c.rest(field::QUERY_DUMMY);
            Ok(())
        }
    }
}

fn updated_db_names<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<()> {
    let count = c.u8(field::QUERY_UPDATED_DB_COUNT)?;
    if count > UPDATED_DBS_LISTED {
        return Ok(());
    }
    for i in 0..usize::from(count) {
        c.group(field::QUERY_UPDATED_DB.at(i), |c| {
            let length = c.peek().iter().position(|byte| *byte == 0).unwrap_or(c.remaining());
            c.text(field::QUERY_UPDATED_DB_NAME, length as u64, field::QUERY_STATUS_VARS_LENGTH)?;
            c.terminator(field::QUERY_UPDATED_DB_TERMINATOR)
        })?;
    }
    Ok(())
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::tree::FieldTree;

    /// What the variables of a QUERY are read as: the codes in order, and the code that ended it.
    fn codes(format: &Format, variables: &[u8]) -> (Vec<u64>, Option<u64>) {
        let mut body = [0; 13];
        body[11] = variables.len() as u8;
        let bytes = [&body[..], variables, b"\0BEGIN"].concat();
        let mut tree = FieldTree::new();
        let read = query(&mut Cursor::new(&bytes, field::EVENT_HEADER_EVENT_SIZE, &mut tree), format, false);
        assert_eq!(read.map(|query| query.query), Ok(&b"BEGIN"[..]));
        let code = |value| if let Value::Unsigned(code) = value { code } else { unreachable!("a number") };
        let codes = tree.nodes().iter().filter(|node| node.slot.field == field::QUERY_STATUS_VAR_CODE);
        (codes.map(|node| code(node.value)).collect(), tree.faults().map(|(_, error)| error.found).next())
    }

    const FLAGS2: [u8; 5] = [0, 1, 2, 3, 4];
    const HRNOW: [u8; 4] = [128, 1, 2, 3];
    const XID: [u8; 9] = [129, 1, 2, 3, 4, 5, 6, 7, 8];
    const GTID_FLAGS3: [u8; 2] = [130, 0];
    const COLLATIONS: [u8; 6] = [131, 1, 8, 0, 45, 0];
    const REQUIRE_PRIMARY_KEY: [u8; 2] = [19, 1];

    #[test]
    fn without_a_format_description_the_first_code_of_one_family_decides() {
        let unknown = Format::assumed();
        let mariadb = [&FLAGS2[..], &COLLATIONS, &HRNOW, &XID, &GTID_FLAGS3].concat();
        assert_eq!(codes(&unknown, &mariadb), (vec![0, 131, 128, 129, 130], None));
        let mysql = [&FLAGS2[..], &REQUIRE_PRIMARY_KEY].concat();
        assert_eq!(codes(&unknown, &mysql), (vec![0, 19], None));
        // No server writes both.
        assert_eq!(codes(&unknown, &[&mysql[..], &HRNOW].concat()), (vec![0, 19], Some(128)));
        assert_eq!(codes(&unknown, &[&HRNOW[..], &FLAGS2, &REQUIRE_PRIMARY_KEY].concat()), (vec![128, 0], Some(19)));
        assert_eq!(codes(&unknown, &[&FLAGS2[..], &[40, 1]].concat()), (vec![0], Some(40)));
    }

    #[test]
    fn a_format_description_decides_before() {
        let of = |version: &[u8]| Format::described(4, version, 0, 19, &[56, 13], crate::Checksum::None);
        assert_eq!(codes(&of(b"9.7.0"), &HRNOW), (vec![], Some(128)));
        assert_eq!(codes(&of(b"11.8.3-MariaDB"), &HRNOW), (vec![128], None));
        assert_eq!(codes(&of(b"11.8.3-MariaDB"), &REQUIRE_PRIMARY_KEY), (vec![], Some(19)));
    }
}
