//! What a QUERY says of its session, printed where it differs from what was printed before.

use binlog_format::event::{Context, decode};
use binlog_format::header::EventHeader;
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, FieldId, Value, charset, field};

use super::Tool;
use super::quoted::identifier;
use crate::dump::digits::{integer, padded};

/// No `use`: the statement names its schema itself.
const SUPPRESS_USE: u16 = 0x0008;
/// The statement uses temporary tables, which belong to its connection.
const THREAD_SPECIFIC: u16 = 0x0004;

/// The status variables of a QUERY that the tools print.
#[derive(Clone, Debug, Default)]
pub struct Status {
    flags2: Option<u32>,
    sql_mode: Option<u64>,
    auto_increment: (u32, u32),
    charset: Option<[u16; 3]>,
    time_zone: Vec<u8>,
    lc_time_names: u16,
    charset_database: u16,
    microseconds: u32,
    explicit_defaults_for_timestamp: Option<u8>,
    /// Number of the transaction of an atomic DDL.
    pub ddl_xid: Option<u64>,
    default_collation_for_utf8mb4: u16,
    sql_require_primary_key: Option<u8>,
    default_table_encryption: Option<u8>,
    /// MariaDB: number of the transaction.
    pub xid: u64,
    /// MariaDB: flags of a two-phase ALTER.
    pub gtid_flags3: u8,
    collations: Vec<(u16, u16)>,
}

/// The status variables of the last QUERY; most have those of the one before, byte for byte.
#[derive(Debug, Default)]
pub struct LastStatus {
    stored: Vec<u8>,
    status: Option<Status>,
}

impl LastStatus {
    /// The status variables of an event; `stored` is how the event has them.
    pub fn of(&mut self, stored: &[u8], bytes: &[u8], context: &Context<'_>) -> &Status {
        if self.stored != stored {
            self.status = None;
            self.stored.clear();
            self.stored.extend_from_slice(stored);
        }
        self.status.get_or_insert_with(|| Status::read(bytes, context))
    }
}

impl Status {
    fn read(bytes: &[u8], context: &Context<'_>) -> Self {
        let mut status = Self { auto_increment: (1, 1), ..Self::default() };
        // Faults were reported by whoever decoded the event before.
        let _ = decode(bytes, context, &mut status);
        status
    }

    fn set(&mut self, name: FieldId, number: u64) {
        match name {
            field::QUERY_FLAGS2 => self.flags2 = Some(number as u32),
            field::QUERY_SQL_MODE => self.sql_mode = Some(number),
            field::QUERY_AUTO_INCREMENT_INCREMENT => self.auto_increment.0 = number as u32,
            field::QUERY_AUTO_INCREMENT_OFFSET => self.auto_increment.1 = number as u32,
            field::QUERY_CHARSET_CLIENT => self.charset = Some([number as u16, 0, 0]),
            field::QUERY_COLLATION_CONNECTION => self.part_of_charset(1, number),
            field::QUERY_COLLATION_SERVER => self.part_of_charset(2, number),
            field::QUERY_LC_TIME_NAMES => self.lc_time_names = number as u16,
            field::QUERY_CHARSET_DATABASE => self.charset_database = number as u16,
            field::QUERY_MICROSECONDS | field::QUERY_HRNOW => self.microseconds = number as u32,
            field::QUERY_EXPLICIT_DEFAULTS_FOR_TIMESTAMP => {
                self.explicit_defaults_for_timestamp = Some(number as u8);
            }
            field::QUERY_DDL_XID => self.ddl_xid = Some(number),
            field::QUERY_DEFAULT_COLLATION_FOR_UTF8MB4 => self.default_collation_for_utf8mb4 = number as u16,
            field::QUERY_SQL_REQUIRE_PRIMARY_KEY => self.sql_require_primary_key = Some(number as u8),
            field::QUERY_DEFAULT_TABLE_ENCRYPTION => self.default_table_encryption = Some(number as u8),
            field::QUERY_XID => self.xid = number,
            field::QUERY_GTID_FLAGS3 => self.gtid_flags3 = number as u8,
            field::QUERY_COLLATION_FROM => self.collations.push((number as u16, 0)),
            field::QUERY_COLLATION_TO => {
                if let Some((_, to)) = self.collations.last_mut() {
                    *to = number as u16;
                }
            }
            _ => {}
        }
    }

    fn part_of_charset(&mut self, part: usize, number: u64) {
        if let Some(slot) = self.charset.as_mut().and_then(|charset| charset.get_mut(part)) {
            *slot = number as u16;
        }
    }
}

impl<'a> Trace<'a> for Status {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, _: u32, _: u32, value: Value<'a>) {
        match value {
            Value::Unsigned(number) => self.set(slot.field, number),
            Value::Text(text, _) if slot.field == field::QUERY_TIME_ZONE => self.time_zone = text.to_vec(),
            _ => {}
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// What was printed last; nothing at first, so that everything is printed once.
#[derive(Debug, Default)]
pub struct Session {
    database: Vec<u8>,
    thread: Option<u32>,
    flags2: Option<u32>,
    sql_mode: Option<u64>,
    auto_increment: (u32, u32),
    charset: Option<[u16; 3]>,
    time_zone: Vec<u8>,
    lc_time_names: Option<u16>,
    charset_database: Option<u16>,
    default_collation_for_utf8mb4: u16,
}

/// What of a QUERY stands before its statement.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'q> {
    /// The event's header.
    pub header: &'q EventHeader,
    /// Connection.
    pub thread: u32,
    /// Default schema.
    pub database: &'q [u8],
    /// The statement only begins or ends a transaction.
    pub transaction_word: bool,
    /// Version of the server that wrote the log.
    pub server: [u8; 3],
}

/// A session option that is one bit of `flags2`: its bit, its name, and whether the bit turns it off.
type Switch = (u32, &'static str, bool);

/// `OPTION_…` in both servers' `sql/query_options.h` and `sql/sql_priv.h`.
const SWITCHES: [Switch; 4] = [
    (1 << 26, "foreign_key_checks", true),
    (1 << 14, "sql_auto_is_null", false),
    (1 << 27, "unique_checks", true),
    (1 << 19, "autocommit", true),
];

/// MariaDB's own.
const MARIADB_SWITCHES: [Switch; 4] = [
    (1 << 15, "check_constraint_checks", true),
    (1 << 28, "sql_if_exists", false),
    (1 << 24, "explicit_defaults_for_timestamp", false),
    (1 << 30, "system_versioning_insert_history", false),
];

/// Whether a MariaDB server of this version logs a switch; two came late, one of them to
/// several branches at once.
fn is_logged(name: &str, server: [u8; 3]) -> bool {
    match name {
        "sql_if_exists" => server >= [10, 5, 2],
        "explicit_defaults_for_timestamp" => match server {
            [10, 5, patch] => patch >= 17,
            [10, 6, patch] => patch >= 9,
            [10, 7, patch] => patch >= 5,
            [10, 8, patch] => patch >= 4,
            [10, 9, patch] => patch >= 2,
            other => other >= [10, 10, 0],
        },
        _ => true,
    }
}

/// SQL modes that MySQL 8.0.5 removed.
const REMOVED_MODES: u64 = 0x1003_ff00;

impl Session {
    /// Appends the `SET` and `use` lines that the statement needs.
    pub fn open(&mut self, out: &mut Vec<u8>, tool: Tool, opening: Opening<'_>, status: &Status) {
        if opening.header.flags & SUPPRESS_USE != 0 {
            if !opening.transaction_word {
                self.database.clear();
            }
        } else if self.database != opening.database {
            self.database = opening.database.to_vec();
            if !opening.database.is_empty() {
                out.extend_from_slice(b"use ");
                identifier(out, opening.database);
                end(out);
            }
        }
        out.extend_from_slice(b"SET TIMESTAMP=");
        integer(out, opening.header.timestamp);
        // MariaDB's tool leaves out what is no fraction of a second.
        let fraction = tool == Tool::Mysqlbinlog || status.microseconds < 1_000_000;
        if status.microseconds != 0 && fraction {
            out.push(b'.');
            padded(out, status.microseconds, 6);
        }
        end(out);
        let other_thread = opening.header.flags & THREAD_SPECIFIC != 0 && self.thread != Some(opening.thread);
        if self.thread.is_none() || other_thread {
            self.thread = Some(opening.thread);
            set(out, "pseudo_thread_id", opening.thread);
        }
        self.switches(out, tool, opening.server, status);
        if let Some(mode) = status.sql_mode
            && self.sql_mode != Some(mode)
        {
            self.sql_mode = Some(mode);
            out.extend_from_slice(b"SET @@session.sql_mode=");
            integer(out, mode);
            if tool == Tool::Mysqlbinlog && mode & REMOVED_MODES != 0 {
                out.extend_from_slice(b"/*!80005 &~0x1003ff00*/");
            }
            end(out);
        }
        if self.auto_increment != status.auto_increment {
            self.auto_increment = status.auto_increment;
            out.extend_from_slice(b"SET @@session.auto_increment_increment=");
            integer(out, status.auto_increment.0);
            out.extend_from_slice(b", @@session.auto_increment_offset=");
            integer(out, status.auto_increment.1);
            end(out);
        }
        if let Some(charset) = status.charset
            && self.charset != Some(charset)
        {
            self.charset = Some(charset);
            charset_lines(out, tool, charset);
        }
        character_set_collations(out, tool, status);
        self.names_and_zones(out, status);
        if tool == Tool::Mysqlbinlog {
            self.mysql(out, status);
        }
    }

    fn switches(&mut self, out: &mut Vec<u8>, tool: Tool, server: [u8; 3], status: &Status) {
        let Some(flags2) = status.flags2 else { return };
        let changed = self.flags2.replace(flags2).map_or(u32::MAX, |before| before ^ flags2);
        if changed == 0 {
            return;
        }
        out.extend_from_slice(b"SET ");
        let own: &[Switch] = if tool == Tool::MariadbBinlog { &MARIADB_SWITCHES } else { &[] };
        let mut first = true;
        let said = |(bit, name, _): &&Switch| changed & bit != 0 && is_logged(name, server);
        for (bit, name, inverse) in SWITCHES.iter().chain(own).filter(said) {
            if !std::mem::replace(&mut first, false) {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(b"@@session.");
            out.extend_from_slice(name.as_bytes());
            out.push(b'=');
            out.push(if (flags2 & bit != 0) != *inverse { b'1' } else { b'0' });
        }
        end(out);
    }

    fn names_and_zones(&mut self, out: &mut Vec<u8>, status: &Status) {
        if !status.time_zone.is_empty() && self.time_zone != status.time_zone {
            self.time_zone.clone_from(&status.time_zone);
            out.extend_from_slice(b"SET @@session.time_zone='");
            out.extend_from_slice(&status.time_zone);
            out.push(b'\'');
            end(out);
        }
        if self.lc_time_names != Some(status.lc_time_names) {
            self.lc_time_names = Some(status.lc_time_names);
            set(out, "lc_time_names", status.lc_time_names.into());
        }
        if self.charset_database != Some(status.charset_database) {
            self.charset_database = Some(status.charset_database);
            if status.charset_database == 0 {
                out.extend_from_slice(b"SET @@session.collation_database=DEFAULT");
                end(out);
            } else {
                set(out, "collation_database", status.charset_database.into());
            }
        }
    }

    fn mysql(&mut self, out: &mut Vec<u8>, status: &Status) {
        if let Some(explicit) = status.explicit_defaults_for_timestamp {
            set(out, "explicit_defaults_for_timestamp", u32::from(explicit != 0));
        }
        if self.default_collation_for_utf8mb4 != status.default_collation_for_utf8mb4 {
            self.default_collation_for_utf8mb4 = status.default_collation_for_utf8mb4;
            if status.default_collation_for_utf8mb4 != 0 {
                versioned(out, b"80011", "default_collation_for_utf8mb4", status.default_collation_for_utf8mb4.into());
            }
        }
        if let Some(required) = status.sql_require_primary_key {
            versioned(out, b"80013", "sql_require_primary_key", required.into());
        }
        if let Some(encrypted) = status.default_table_encryption {
            versioned(out, b"80016", "default_table_encryption", encrypted.into());
        }
    }

    /// The character sets printed last, if any were.
    pub fn charset(&self) -> Option<[u16; 3]> {
        self.charset
    }
}

/// MariaDB's default collations of character sets, whenever a statement has some.
fn character_set_collations(out: &mut Vec<u8>, tool: Tool, status: &Status) {
    if tool == Tool::Mysqlbinlog || status.collations.is_empty() {
        return;
    }
    out.extend_from_slice(b"SET @@session.character_set_collations='");
    for (i, (from, to)) in status.collations.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        out.extend_from_slice(charset::name((*from).into()).unwrap_or_default().as_bytes());
        out.push(b'=');
        match super::collation::name(tool, (*to).into()) {
            Some(name) => out.extend_from_slice(name.to_string().as_bytes()),
            None => integer(out, *to),
        }
    }
    out.push(b'\'');
    end(out);
}

/// Appends the lines that set a session's character sets.
pub fn charset_lines(out: &mut Vec<u8>, tool: Tool, [client, connection, server]: [u16; 3]) {
    let name = super::collation::name(tool, client.into()).and_then(|_| charset::name(client.into()));
    if let Some(name) = name {
        out.extend_from_slice(b"/*!\\C ");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b" */");
        end(out);
    }
    match (tool, name) {
        (Tool::Mysqlbinlog, _) => {
            out.extend_from_slice(b"SET @@session.character_set_client=");
            integer(out, client);
        }
        (Tool::MariadbBinlog, Some(name)) => {
            out.extend_from_slice(b"SET @@session.character_set_client=");
            out.extend_from_slice(name.as_bytes());
        }
        (Tool::MariadbBinlog, None) => {
            out.extend_from_slice(b"# Ignored (Unknown charset) SET @@session.character_set_client=Unknown");
        }
    }
    out.extend_from_slice(b",@@session.collation_connection=");
    integer(out, connection);
    out.extend_from_slice(b",@@session.collation_server=");
    integer(out, server);
    end(out);
}

fn set(out: &mut Vec<u8>, name: &str, value: u32) {
    out.extend_from_slice(b"SET @@session.");
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
    integer(out, value);
    end(out);
}

fn versioned(out: &mut Vec<u8>, version: &[u8], name: &str, value: u32) {
    out.extend_from_slice(b"/*!");
    out.extend_from_slice(version);
    out.extend_from_slice(b" SET @@session.");
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
    integer(out, value);
    out.extend_from_slice(b"*/");
    end(out);
}

/// Ends a statement: both tools set this delimiter first.
pub fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"/*!*/;\n");
}
