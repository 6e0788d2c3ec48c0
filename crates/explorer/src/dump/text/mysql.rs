//! `mysqlbinlog`: what each event prints, and what it makes the next one print.

use std::borrow::Cow;
use std::io;

use binlog_format::event::{Body, Event};
use binlog_format::events::{Gtid, Query, RowsQuery, XaPrepare, compression};
use binlog_format::gtid::GtidSet;
use binlog_format::header::{EventHeader, flag};
use binlog_format::names::code;
use binlog_format::rows::{RowsEvent, RowsHead, STMT_END};
use binlog_format::{Checksum, DecodeError, format};

use super::head::{at, head, start, uuid, xid};
use super::load;
use super::quoted::identifier;
use super::session::{Opening, charset_lines, end};
use super::variable::{self, UserVarExtra};
use super::{TextDump, Tool};
use crate::dump::digits::{hexadecimal, integer};
use crate::dump::output::Deliver;
use crate::dump::walk::{Around, Walked};
use crate::space::Space;

/// What stands first.
pub const BEGINNING: &str = "\
# The proper term is pseudo_replica_mode, but we use this compatibility alias
# to make the statement usable on server versions 8.0.24 and older.
/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;
/*!50003 SET @OLD_COMPLETION_TYPE=@@COMPLETION_TYPE,COMPLETION_TYPE=0*/;
DELIMITER /*!*/;
";

const ENDING: &str = "\
DELIMITER ;
# End of log file
/*!50003 SET COMPLETION_TYPE=@OLD_COMPLETION_TYPE*/;
/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=0*/;
";

/// Shown for a GTID that does not tell its server's version (`UNKNOWN_SERVER_VERSION`).
const UNKNOWN_SERVER_VERSION: u32 = 999_999;

/// Servers from this version on say in table maps whether they made the primary key.
const KNOWS_INVISIBLE_PRIMARY_KEYS: u32 = 80_030;

/// Bit 0 of a GTID's flags: its transaction may hold statements.
const MAY_HAVE_STATEMENTS: u8 = 1;

/// Table map: the primary key was made by the server (`TM_GENERATED_INVISIBLE_PK_F`).
const GENERATED_INVISIBLE_PRIMARY_KEY: u16 = 1 << 2;

/// What later events look back at.
#[derive(Debug, Default)]
pub struct State {
    /// INTVAR, RAND and USER_VAR wait for their statement.
    variables: Vec<u8>,
    in_transaction: bool,
    seen_gtid: bool,
    seen_format: bool,
    /// Of the server that the last GTID came through.
    server_version: u32,
    /// Inside a payload: its end in its own log, and whether its events are shown with checksums.
    payload: Option<(u32, bool)>,
}

impl<W: Deliver> TextDump<W> {
    pub(super) fn mysql_event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let inside = !matches!(event.around, Around::Source(_));
        let mut header = event.header;
        let mut checksum = event.decoded.ok().and_then(|event| event.checksum);
        let mut position = event.start;
        if let (true, Some((log_pos, checksums))) = (inside, self.mysql.payload) {
            (header.log_pos, position) = (log_pos, log_pos.into());
            checksum = EventHeader::checksum_if_stored(event.bytes).filter(|_| checksums);
        }
        at(&mut self.out.buffer, position);
        match &event.decoded {
            Ok(Event { body: Ok(body), .. }) => self.mysql_body(event, &header, checksum, body),
            Ok(Event { body: Err(error), .. }) => {
                self.mysql_fault(event, &header, checksum);
                Ok(Some(*error))
            }
            Err(_) if event.payload.is_some() => {
                self.mysql_streamed_payload(event, &header)?;
                Ok(None)
            }
            Err(error) => {
                self.mysql_head(&header, None);
                self.out.put(b"\n# Unknown event\n");
                Ok(Some(*error))
            }
        }
    }

    fn mysql_head(&mut self, header: &EventHeader, checksum: Option<u32>) {
        head(&mut self.out.buffer, &mut self.clock, header, checksum);
    }

    fn mysql_body(
        &mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>, body: &Body<'_>,
    ) -> io::Result<Option<DecodeError>> {
        match body {
            Body::FormatDescription(description) => {
                let format = description.format();
                let checksum = checksum.filter(|_| format.checksum == Checksum::Crc32);
                self.mysql_format(header, checksum, &description.format());
            }
            Body::Query(query) => self.mysql_query(event, header, checksum, query),
            Body::Intvar(intvar) => {
                let out = &mut self.mysql.variables;
                head(out, &mut self.clock, header, checksum);
                variable::intvar(out, intvar);
            }
            Body::Rand(rand) => {
                let out = &mut self.mysql.variables;
                head(out, &mut self.clock, header, checksum);
                variable::rand(out, rand);
            }
            Body::UserVar(user_var) => self.mysql_user_var(event, header, checksum, user_var),
            Body::Rows(rows) => return self.mysql_rows(event, header, checksum, rows),
            Body::RowsQuery(query) => self.mysql_rows_query(header, checksum, query),
            Body::Gtid(gtid) => self.mysql_gtid(event, header, checksum, gtid),
            Body::TransactionPayload(payload) => {
                let size = payload.payload.len() as u64;
                self.mysql_payload(header, checksum, payload.compression, size, payload.uncompressed_size);
            }
            Body::ExecuteLoadQuery(load) => {
                // Without its file the statement is not printed.
                if self.loads.take(load.file_id) {
                    self.mysql_query_header(event, header, checksum, &load.query, b"Execute_load_query");
                    load::statement(&mut self.out.buffer, load);
                }
            }
            Body::StartV3(_) => {
                self.mysql_head(header, None);
                let format = event.context.format;
                start(&mut self.out.buffer, &mut self.clock, header, format);
            }
            _ => {
                self.mysql_head(header, checksum);
                self.mysql_simple(body);
            }
        }
        Ok(None)
    }

    /// Events that have nothing but a head and lines behind it.
    fn mysql_simple(&mut self, body: &Body<'_>) {
        let out = &mut self.out.buffer;
        match body {
            Body::TableMap(map) => {
                out.extend_from_slice(b"\tTable_map: ");
                identifier(out, map.database);
                out.push(b'.');
                identifier(out, map.table);
                out.extend_from_slice(b" mapped to number ");
                integer(out, map.table_id);
                out.push(b'\n');
                if (KNOWS_INVISIBLE_PRIMARY_KEYS..UNKNOWN_SERVER_VERSION).contains(&self.mysql.server_version) {
                    out.extend_from_slice(b"# has_generated_invisible_primary_key=");
                    out.push(b'0' + u8::from(map.flags & GENERATED_INVISIBLE_PRIMARY_KEY != 0));
                    out.push(b'\n');
                }
            }
            Body::PreviousGtids(previous) => {
                let set = GtidSet(previous.set).to_string().replace(',', ",\n# ");
                let set = if set.is_empty() { "[empty]" } else { &set };
                self.out.put(format!("\tPrevious-GTIDs\n# {set}\n"));
            }
            Body::Xid(xid) => {
                self.mysql.in_transaction = false;
                self.mysql.seen_gtid = false;
                out.extend_from_slice(b"\tXid = ");
                integer(out, xid.xid);
                out.extend_from_slice(b"\nCOMMIT");
                end(out);
            }
            Body::Rotate(rotate) => {
                out.extend_from_slice(b"\tRotate to ");
                out.extend_from_slice(rotate.next_file);
                out.extend_from_slice(b"  pos: ");
                integer(out, rotate.position as i64);
                out.push(b'\n');
            }
            Body::Stop => out.extend_from_slice(b"\tStop\n"),
            Body::XaPrepare(prepare) => xa_prepare(out, prepare),
            _ => self.other_event(body),
        }
    }

    fn mysql_format(&mut self, header: &EventHeader, checksum: Option<u32>, format: &format::Format) {
        let relayed = header.flags & flag::RELAY_LOG != 0;
        if !relayed {
            // Another server's log begins: what is open in this one ends.
            if header.log_pos > 0 && self.mysql.seen_format {
                self.mysql_end_of_log();
            }
            self.mysql.seen_format = true;
        }
        self.mysql_head(header, checksum);
        start(&mut self.out.buffer, &mut self.clock, header, format);
        if relayed {
            self.out.put(
                "# This Format_description_event appears in a relay log and was generated by the replica thread.\n",
            );
        } else if header.flags & flag::ARTIFICIAL == 0 && format.created != 0 {
            self.out.put(b"ROLLBACK");
            end(&mut self.out.buffer);
        }
    }

    fn mysql_query(&mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>, query: &Query<'_>) {
        self.out.buffer.append(&mut self.mysql.variables);
        let words = Words::of(query.query);
        if words.ends {
            self.mysql.in_transaction = false;
            self.mysql.seen_gtid = false;
        } else if words.begins {
            self.mysql.in_transaction = true;
        } else if !self.mysql.in_transaction {
            self.mysql.seen_gtid = false;
        }
        self.mysql_query_header(event, header, checksum, query, b"Query");
        self.statement_text(query.query);
        self.out.put(b"\n");
        end(&mut self.out.buffer);
    }

    /// The lines before a statement, for all events that have one.
    pub(super) fn mysql_query_header(
        &mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>, query: &Query<'_>, name: &[u8],
    ) {
        self.mysql_head(header, checksum);
        let status = self.status.of(query.status_vars, event.bytes, &event.context);
        let out = &mut self.out.buffer;
        out.push(b'\t');
        out.extend_from_slice(name);
        out.extend_from_slice(b"\tthread_id=");
        integer(out, query.thread_id);
        out.extend_from_slice(b"\texec_time=");
        integer(out, query.exec_time);
        out.extend_from_slice(b"\terror_code=");
        integer(out, query.error_code);
        if let Some(xid) = status.ddl_xid {
            out.extend_from_slice(b"\tXid = ");
            integer(out, xid);
        }
        out.push(b'\n');
        let transaction_word = Words::of(query.query).transaction;
        let server = format::version_numbers(event.context.format.version());
        let opening = Opening { header, thread: query.thread_id, database: query.database, transaction_word, server };
        self.session.open(out, Tool::Mysqlbinlog, opening, status);
    }

    /// A statement's text, which may be larger than the buffer.
    pub(super) fn statement_text(&mut self, text: &[u8]) {
        for piece in text.chunks(64 << 10) {
            self.out.put(piece);
            self.out.spill();
        }
    }

    fn mysql_user_var(
        &mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>,
        user_var: &binlog_format::events::UserVar<'_>,
    ) {
        let extra = UserVarExtra::read(event.bytes, &event.context);
        let out = &mut self.mysql.variables;
        head(out, &mut self.clock, header, checksum);
        out.extend_from_slice(b"\tUser_var\n");
        // Numbers are set with their own collation, all else in the names' character set.
        const NAMES: u16 = 33;
        let connection = variable::numeric_collation(user_var, extra).unwrap_or(NAMES);
        charset_lines(out, Tool::Mysqlbinlog, [NAMES, connection, NAMES]);
        variable::user_var(out, Tool::Mysqlbinlog, user_var, extra);
        if let Some(charset) = self.session.charset() {
            charset_lines(out, Tool::Mysqlbinlog, charset);
        }
    }

    fn mysql_rows_query(&mut self, header: &EventHeader, checksum: Option<u32>, query: &RowsQuery<'_>) {
        self.mysql_head(header, checksum);
        self.out.put(b"\tRows_query\n");
        // The tool holds the text as a C string and skips empty lines.
        let text = query.query.split(|byte| *byte == 0).next().unwrap_or_default();
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            self.out.put(b"# ");
            self.statement_text(line);
            self.out.put(b"\n");
        }
    }

    fn mysql_gtid(&mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>, gtid: &Gtid<'_>) {
        self.mysql.seen_gtid = true;
        self.mysql_head(header, checksum);
        let anonymous = event.kind == code::ANONYMOUS_GTID;
        let statements = gtid.flags & MAY_HAVE_STATEMENTS != 0;
        let out = &mut self.out.buffer;
        out.extend_from_slice(if anonymous { b"\tAnonymous_GTID" } else { b"\tGTID" });
        // Before 8.0.1 there are no times and no versions; before 8.0.14 versions are missing.
        let unknown = if gtid.immediate_commit_timestamp.is_some() { UNKNOWN_SERVER_VERSION } else { 0 };
        self.mysql.server_version = gtid.immediate_server_version.unwrap_or(unknown);
        let (original, immediate) =
            (gtid.original_commit_timestamp.unwrap_or(0), gtid.immediate_commit_timestamp.unwrap_or(0));
        let numbers: [(&[u8], u64); 2] = [
            (b"\tlast_committed=", gtid.last_committed.unwrap_or(0)),
            (b"\tsequence_number=", gtid.sequence_number.unwrap_or(0)),
        ];
        for (name, number) in numbers {
            out.extend_from_slice(name);
            integer(out, number);
        }
        out.extend_from_slice(if statements { b"\trbr_only=no" } else { b"\trbr_only=yes" });
        let numbers: [(&[u8], u64); 3] = [
            (b"\toriginal_committed_timestamp=", original),
            (b"\timmediate_commit_timestamp=", immediate),
            (b"\ttransaction_length=", gtid.transaction_length.unwrap_or(0)),
        ];
        for (name, number) in numbers {
            out.extend_from_slice(name);
            integer(out, number);
        }
        out.push(b'\n');
        if !statements {
            out.extend_from_slice(b"/*!50718 SET TRANSACTION ISOLATION LEVEL READ COMMITTED*/");
            end(out);
        }
        for (name, microseconds) in [(&b"original"[..], original), (b"immediate", immediate)] {
            out.extend_from_slice(b"# ");
            out.extend_from_slice(name);
            out.extend_from_slice(b"_commit_timestamp=");
            integer(out, microseconds);
            out.extend_from_slice(b" (");
            self.clock.commit(out, microseconds);
            out.extend_from_slice(b")\n");
        }
        out.extend_from_slice(b"/*!80001 SET @@session.original_commit_timestamp=");
        integer(out, original);
        out.extend_from_slice(b"*/");
        end(out);
        for (name, version) in
            [(&b"original"[..], gtid.original_server_version), (b"immediate", gtid.immediate_server_version)]
        {
            out.extend_from_slice(b"/*!80014 SET @@session.");
            out.extend_from_slice(name);
            out.extend_from_slice(b"_server_version=");
            integer(out, version.unwrap_or(unknown));
            out.extend_from_slice(b"*/");
            end(out);
        }
        out.extend_from_slice(b"SET @@SESSION.GTID_NEXT= '");
        if anonymous {
            out.extend_from_slice(b"ANONYMOUS");
        } else {
            uuid(out, gtid.uuid);
            out.push(b':');
            if !gtid.tag.is_empty() {
                out.extend_from_slice(gtid.tag);
                out.push(b':');
            }
            integer(out, gtid.gno);
        }
        out.push(b'\'');
        end(out);
    }

    fn mysql_rows_head(&mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>, rows: RowsHead) {
        self.mysql_head(header, checksum);
        let out = &mut self.out.buffer;
        out.push(b'\t');
        out.extend_from_slice(rows_name(event.kind));
        out.extend_from_slice(b": table id ");
        integer(out, rows.table_id);
        rows_flags(out, rows.flags);
        out.push(b'\n');
    }

    fn mysql_rows(
        &mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>, rows: &RowsEvent<'_>,
    ) -> io::Result<Option<DecodeError>> {
        let rows_head = RowsHead { table_id: rows.table_id, flags: rows.flags };
        self.mysql_rows_head(event, header, checksum, rows_head);
        if rows.flags & STMT_END == 0 {
            return Ok(self.statement.keep(event, Tool::Mysqlbinlog, &mut self.tables, rows));
        }
        self.statement.end(event, Tool::Mysqlbinlog, &mut self.tables, Some(rows), &mut self.out)
    }

    /// What can be told of an event whose body cannot be read.
    fn mysql_fault(&mut self, event: &Walked<'_>, header: &EventHeader, checksum: Option<u32>) {
        match RowsHead::peek(event.bytes, &event.context) {
            Ok(rows) if is_rows(event.kind) => {
                self.mysql_rows_head(event, header, checksum, rows);
                self.statement.unknown_table(rows.table_id);
                if rows.flags & STMT_END != 0 {
                    // Reading earlier events again can fail; their text is then left out.
                    let _ = self.statement.end(event, Tool::Mysqlbinlog, &mut self.tables, None, &mut self.out);
                }
            }
            _ => {
                self.mysql_head(header, checksum);
                self.out.put(b"\n# Unknown event\n");
            }
        }
    }

    /// A payload of which only the head is in memory.
    fn mysql_streamed_payload(&mut self, event: &Walked<'_>, header: &EventHeader) -> io::Result<()> {
        let Some(head) = event.payload else { return Ok(()) };
        let stored = event.end.saturating_sub(4);
        let checksum =
            if event.context.checksum { event.around.read(stored, event.end)? } else { Cow::Borrowed(&[][..]) };
        let checksum = checksum.first_chunk::<4>().map(|stored| u32::from_le_bytes(*stored));
        let before = u64::from(head.payload_at) + if event.context.checksum { 4 } else { 0 };
        let size = head.payload_size.unwrap_or((event.end - event.start).saturating_sub(before));
        self.mysql_payload(header, checksum, head.compression, size, head.uncompressed_size);
        Ok(())
    }

    /// A payload that is in memory, or of which only the head is.
    fn mysql_payload(
        &mut self, header: &EventHeader, checksum: Option<u32>, codec: u64, size: u64, uncompressed_size: Option<u64>,
    ) {
        self.mysql_head(header, checksum);
        let compression = match codec {
            compression::ZSTD => "ZSTD",
            compression::NONE => "NONE",
            _ => "N/A",
        };
        self.out.put(format!(
            "\tTransaction_Payload\t\tpayload_size={}\tcompression_type={compression}\tuncompressed_size={}\n\
             # Start of compressed events.\n",
            size,
            uncompressed_size.unwrap_or(size),
        ));
        self.mysql.payload = Some((header.log_pos, checksum.is_some()));
    }

    pub(super) fn mysql_payload_end(&mut self, _: &Space) {
        if self.mysql.payload.take().is_some() {
            self.out.put(b"# End of compressed events.\n");
        }
    }

    /// What ends the log of one server.
    fn mysql_end_of_log(&mut self) {
        const ADDED: &str = " /* added by mysqlbinlog */ /*!*/;\n";
        if self.mysql.in_transaction {
            self.out.put(format!("ROLLBACK{ADDED}"));
        } else if self.mysql.seen_gtid {
            self.out.put(format!("BEGIN /*added by mysqlbinlog */ /*!*/;\nROLLBACK{ADDED}"));
        }
        self.out.put(format!("SET @@SESSION.GTID_NEXT= 'AUTOMATIC'{ADDED}"));
        self.mysql.seen_gtid = false;
        self.mysql.in_transaction = false;
    }

    /// The rows that wait, of a statement whose last event is not shown.
    pub(super) fn mysql_statement_end(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.statement.end(event, Tool::Mysqlbinlog, &mut self.tables, None, &mut self.out)
    }

    /// The variables that wait for a statement that is not shown.
    pub(super) fn write_mysql_variables(&mut self) {
        self.out.buffer.append(&mut self.mysql.variables);
    }

    pub(super) fn mysql_end(&mut self) {
        self.statement.forget();
        self.mysql_end_of_log();
        self.out.put(ENDING);
    }
}

/// What the words of a statement do to a transaction, as the tool compares them.
struct Words {
    begins: bool,
    ends: bool,
    /// The statement is nothing but such words.
    transaction: bool,
}

impl Words {
    fn of(query: &[u8]) -> Self {
        // C's strncmp with the statement's length: the start of a word counts as the word.
        let is = |word: &[u8]| word.starts_with(query);
        let starts = |word: &[u8]| query.starts_with(word);
        let starts_any_case =
            |word: &[u8]| query.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        Self {
            begins: is(b"BEGIN") || starts(b"XA START"),
            ends: is(b"COMMIT")
                || starts_any_case(b"ROLLBACK") && !starts_any_case(b"ROLLBACK TO ")
                || starts(b"XA ROLLBACK"),
            transaction: is(b"BEGIN")
                || is(b"COMMIT")
                || [
                    &b"SAVEPOINT"[..],
                    b"ROLLBACK",
                    b"XA START",
                    b"XA END",
                    b"XA PREPARE",
                    b"XA COMMIT",
                    b"XA ROLLBACK",
                ]
                .into_iter()
                .any(starts_any_case),
        }
    }
}

/// XA_PREPARE, behind the head.
fn xa_prepare(out: &mut Vec<u8>, prepare: &XaPrepare<'_>) {
    let id = |out: &mut Vec<u8>| xid(out, prepare.format_id.into(), prepare.gtrid, prepare.bqual);
    out.extend_from_slice(b"\tXA PREPARE ");
    id(out);
    out.extend_from_slice(if prepare.one_phase { b"\nXA COMMIT " } else { b"\nXA PREPARE " });
    id(out);
    out.extend_from_slice(if prepare.one_phase { b" ONE PHASE\n" } else { b"\n" });
    end(out);
}

const fn is_rows(kind: u8) -> bool {
    binlog_format::rows::Operation::of(kind).is_some()
}

const fn rows_name(kind: u8) -> &'static [u8] {
    match kind {
        code::PARTIAL_UPDATE_ROWS => b"Update_rows_partial",
        code::WRITE_ROWS => b"Write_rows",
        code::UPDATE_ROWS => b"Update_rows",
        code::DELETE_ROWS => b"Delete_rows",
        code::WRITE_ROWS_V1 => b"Write_rows_v1",
        code::UPDATE_ROWS_V1 => b"Update_rows_v1",
        code::DELETE_ROWS_V1 => b"Delete_rows_v1",
        _ => b"Unknown",
    }
}

/// The flags of a rows event in the order that the tool has them, and what it does not know.
fn rows_flags(out: &mut Vec<u8>, flags: u16) {
    const KNOWN: [(u16, &str); 5] = [
        (0x0001, "STMT_END_F"),
        (0x0002, "NO_FOREIGN_KEY_CHECKS_F"),
        (0x0004, "RELAXED_UNIQUE_CHECKS_F"),
        (0x0010, "USE_SQL_FOREIGN_KEY_F"),
        (0x0008, "COMPLETE_ROWS_F"),
    ];
    if flags == 0 {
        return;
    }
    out.extend_from_slice(b" flags:");
    for (_, name) in KNOWN.iter().filter(|(bit, _)| flags & bit != 0) {
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
    }
    let unknown = KNOWN.iter().fold(flags, |left, (bit, _)| left & !bit);
    if unknown != 0 {
        out.extend_from_slice(b" UNKNOWN_FLAG(0x");
        hexadecimal(out, unknown.into(), 1);
        out.push(b')');
    }
}
