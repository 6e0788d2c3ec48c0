//! `mariadb-binlog`: what each event prints, and what it makes the next one print.

use std::io;

use binlog_format::event::{Body, Event};
use binlog_format::events::{
    AnnotateRows, GtidList, MariadbGtid, PartialRowData, Query, mariadb_gtid_extra_flag, mariadb_gtid_flag,
};
use binlog_format::header::{EventHeader, flag};
use binlog_format::names::code;
use binlog_format::rows::{RowsEvent, RowsHead, STMT_END};
use binlog_format::{Checksum, DecodeError, format};

use super::head::{at, head, start, xid};
use super::load;
use super::quoted::identifier;
use super::session::{Opening, end};
use super::variable::{self, UserVarExtra};
use super::{TextDump, Tool};
use crate::dump::digits::{hexadecimal, integer};
use crate::dump::output::Deliver;
use crate::dump::walk::Walked;

/// What stands first.
pub const BEGINNING: &str = "\
/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;
/*!40019 SET @@session.max_delayed_threads=0*/;
/*!50003 SET @OLD_COMPLETION_TYPE=@@COMPLETION_TYPE,COMPLETION_TYPE=0*/;
DELIMITER /*!*/;
";

const ENDING: &str = "\
DELIMITER ;
# End of log file
ROLLBACK /* added by mysqlbinlog */;
/*!50003 SET COMPLETION_TYPE=@OLD_COMPLETION_TYPE*/;
/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=0*/;
";

/// Said where the tool ends with an error.
const GIVES_UP: &str = "\
# mariadb-binlog ends here: the log does not tell the precision of fractional times in the old format.
# binlogscope dump --format tree shows this event and those behind it.
";

/// Said where rows follow that are in no event of the file.
const GATHERED: &[u8] = b"# The fragments together: ";

/// Table map: the table has triggers (`TM_BIT_HAS_TRIGGERS_F`).
const HAS_TRIGGERS: u16 = 1 << 14;

/// What later events look back at.
#[derive(Debug, Default)]
pub struct State {
    /// Heads of rows events wait for the end of their statement, or for an event of another kind.
    heads: Vec<u8>,
    /// An ANNOTATE_ROWS waits for its table map.
    annotation: Vec<u8>,
    parallel: Option<bool>,
    domain: Option<u32>,
    server: Option<u32>,
}

impl<W: Deliver> TextDump<W> {
    pub(super) fn mariadb_event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        if !event.around.is_gathered() {
            at(&mut self.out.buffer, event.start);
        }
        let header = &event.header;
        match &event.decoded {
            Ok(Event { body: Ok(body), checksum, .. }) => self.mariadb_body(event, *checksum, body),
            Ok(Event { body: Err(error), checksum, .. }) => {
                self.mariadb_fault(event, *checksum);
                Ok(Some(*error))
            }
            Err(error) => {
                self.mariadb_head(header, None);
                self.out.put(b"\n# Unknown event\n");
                Ok(Some(*error))
            }
        }
    }

    /// What waited stands before the head of another event.
    fn mariadb_head(&mut self, header: &EventHeader, checksum: Option<u32>) {
        self.out.buffer.append(&mut self.mariadb.heads);
        head(&mut self.out.buffer, &mut self.clock, header, checksum);
    }

    fn mariadb_body(
        &mut self, event: &Walked<'_>, checksum: Option<u32>, body: &Body<'_>,
    ) -> io::Result<Option<DecodeError>> {
        let header = &event.header;
        match body {
            Body::FormatDescription(description) => {
                let format = description.format();
                self.mariadb_head(header, checksum.filter(|_| format.checksum == Checksum::Crc32));
                self.mariadb_start(header, &format);
            }
            Body::Query(query) => self.mariadb_query(event, checksum, query),
            Body::AnnotateRows(annotation) => self.mariadb_annotation(header, checksum, annotation),
            Body::TableMap(map) => {
                self.out.buffer.append(&mut self.mariadb.heads);
                self.out.buffer.append(&mut self.mariadb.annotation);
                self.mariadb_head(header, checksum);
                let out = &mut self.out.buffer;
                out.extend_from_slice(b"\tTable_map: ");
                identifier(out, map.database);
                out.push(b'.');
                identifier(out, map.table);
                out.extend_from_slice(b" mapped to number ");
                integer(out, map.table_id);
                if map.flags & HAS_TRIGGERS != 0 {
                    out.extend_from_slice(b" (has triggers)");
                }
                out.push(b'\n');
            }
            Body::Rows(rows) => return self.mariadb_rows(event, checksum, rows),
            Body::PartialRowData(fragment) => return self.mariadb_fragment(event, checksum, fragment),
            Body::ExecuteLoadQuery(load) => {
                // Without its file the statement is not printed.
                if self.loads.take(load.file_id) {
                    self.mariadb_query_header(event, checksum, &load.query, b"Execute_load_query");
                    load::statement(&mut self.out.buffer, load);
                }
            }
            Body::StartEncryption(encryption) => {
                if event.space != "0" {
                    // Who reads an encrypted log reads it through the server, which marks this event.
                    let header = EventHeader { flags: header.flags | flag::IGNORABLE, ..*header };
                    self.mariadb_head(&header, checksum.and_then(|_| header.checksum_over(event.bytes)));
                    self.out.put(b"\tIgnorable\n# Ignorable event type 164 (Start_encryption)\n");
                    return Ok(None);
                }
                self.out.buffer.append(&mut self.mariadb.heads);
                let out = &mut self.out.buffer;
                out.extend_from_slice(b"# Encryption scheme: ");
                integer(out, encryption.scheme);
                out.extend_from_slice(b", key_version: ");
                integer(out, encryption.key_version);
                out.extend_from_slice(b", nonce: ");
                encryption.nonce.iter().for_each(|byte| hexadecimal(out, (*byte).into(), 2));
                out.extend_from_slice(b"\n# The rest of the binlog is encrypted!\n");
            }
            _ => {
                self.mariadb_head(header, checksum);
                self.mariadb_simple(event, body);
            }
        }
        Ok(None)
    }

    /// Events that print themselves and leave nothing behind.
    fn mariadb_simple(&mut self, event: &Walked<'_>, body: &Body<'_>) {
        let out = &mut self.out.buffer;
        match body {
            Body::MariadbGtid(gtid) => self.mariadb_gtid(&event.header, gtid),
            Body::GtidList(list) => gtid_list(out, list),
            Body::BinlogCheckpoint(checkpoint) => {
                out.extend_from_slice(b"\tBinlog checkpoint ");
                out.extend_from_slice(checkpoint.file_name);
                out.push(b'\n');
            }
            Body::Intvar(intvar) => variable::intvar(out, intvar),
            Body::Rand(rand) => variable::rand(out, rand),
            Body::UserVar(user_var) => {
                let extra = UserVarExtra::read(event.bytes, &event.context);
                out.extend_from_slice(b"\tUser_var\n");
                variable::user_var(out, Tool::MariadbBinlog, user_var, extra);
            }
            Body::Xid(xid) => {
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
            Body::StartV3(_) => {
                let format = event.context.format;
                self.mariadb_start(&event.header, format);
            }
            Body::XaPrepare(prepare) => {
                out.extend_from_slice(b"\tXID = ");
                xid(out, prepare.format_id.into(), prepare.gtrid, prepare.bqual);
                out.extend_from_slice(if prepare.one_phase { b"\nXA COMMIT " } else { b"\nXA PREPARE " });
                xid(out, prepare.format_id.into(), prepare.gtrid, prepare.bqual);
                out.extend_from_slice(if prepare.one_phase { b" ONE PHASE\n" } else { b"\n" });
                end(out);
            }
            _ => self.other_event(body),
        }
    }

    fn mariadb_start(&mut self, header: &EventHeader, format: &format::Format) {
        let out = &mut self.out.buffer;
        start(out, &mut self.clock, header, format);
        if header.flags & flag::ARTIFICIAL == 0 && format.created != 0 {
            out.extend_from_slice(b"ROLLBACK");
            end(out);
        }
    }

    fn mariadb_query(&mut self, event: &Walked<'_>, checksum: Option<u32>, query: &Query<'_>) {
        let inflated = event.opens.filter(|_| query.compressed.is_some());
        let name: &[u8] = if query.compressed.is_some() { b"Query_compressed" } else { b"Query" };
        let gtid_flags = self.mariadb_query_header(event, checksum, query, name);
        const TWO_PHASE_ALTER: u8 = mariadb_gtid_extra_flag::START_ALTER | mariadb_gtid_extra_flag::ALTER_ENDS;
        let alter = gtid_flags & TWO_PHASE_ALTER != 0;
        if alter {
            self.out.put(b"### ");
        }
        self.statement_text(inflated.map_or(query.query, |space| &space.bytes));
        self.out.put(b"\n");
        if !alter {
            end(&mut self.out.buffer);
        }
    }

    /// The lines before a statement, for all events that have one. Returns the flags of a
    /// two-phase ALTER.
    pub(super) fn mariadb_query_header(
        &mut self, event: &Walked<'_>, checksum: Option<u32>, query: &Query<'_>, name: &[u8],
    ) -> u8 {
        self.mariadb_head(&event.header, checksum);
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
        out.extend_from_slice(b"\txid=");
        integer(out, status.xid);
        out.push(b'\n');
        let opening = Opening {
            header: &event.header,
            thread: query.thread_id,
            database: query.database,
            transaction_word: is_transaction_word(query.query),
            server: format::version_numbers(event.context.format.version()),
        };
        self.session.open(out, Tool::MariadbBinlog, opening, status);
        status.gtid_flags3
    }

    fn mariadb_annotation(&mut self, header: &EventHeader, checksum: Option<u32>, annotation: &AnnotateRows<'_>) {
        // One that waits for a table map in vain is never printed.
        let out = &mut self.mariadb.annotation;
        out.clear();
        head(out, &mut self.clock, header, checksum);
        out.extend_from_slice(b"\tAnnotate_rows:\n");
        let ends = |byte: &u8| (*byte == b'\r') | (*byte == b'\n');
        // Most are one line, and looking through all bytes is faster than looking for one.
        let lines = annotation.query.iter().fold(false, |any, byte| any | ends(byte));
        let mut rest = Some(annotation.query);
        while let Some(text) = rest {
            let end = if lines { text.iter().position(ends) } else { None };
            let line = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            if !line.is_empty() {
                out.extend_from_slice(b"#Q> ");
                out.extend_from_slice(line);
                out.push(b'\n');
            }
            rest = end.and_then(|end| text.get(end + 1..));
        }
    }

    fn mariadb_gtid(&mut self, header: &EventHeader, gtid: &MariadbGtid<'_>) {
        let out = &mut self.out.buffer;
        out.extend_from_slice(b"\tGTID ");
        integer(out, gtid.domain_id);
        out.push(b'-');
        integer(out, header.server_id);
        out.push(b'-');
        integer(out, gtid.sequence_number);
        if let Some(commit_id) = gtid.commit_id {
            out.extend_from_slice(b" cid=");
            integer(out, commit_id);
        }
        let words: [(u8, &[u8]); 3] = [
            (mariadb_gtid_flag::DDL, b" ddl"),
            (mariadb_gtid_flag::TRANSACTIONAL, b" trans"),
            (mariadb_gtid_flag::WAITED, b" waited"),
        ];
        words.iter().filter(|(bit, _)| gtid.flags & bit != 0).for_each(|(_, word)| out.extend_from_slice(word));
        if gtid.flags_extra & mariadb_gtid_extra_flag::START_ALTER != 0 {
            out.extend_from_slice(b" START ALTER");
        }
        let ends: [(u8, &[u8]); 2] = [
            (mariadb_gtid_extra_flag::COMMIT_ALTER, b" COMMIT ALTER id= "),
            (mariadb_gtid_extra_flag::ROLLBACK_ALTER, b" ROLLBACK ALTER id= "),
        ];
        for (_, words) in ends.iter().filter(|(bit, _)| gtid.flags_extra & bit != 0) {
            out.extend_from_slice(words);
            integer(out, gtid.start_alter.unwrap_or(0));
        }
        if let Some(thread) = gtid.thread_id {
            out.extend_from_slice(b" thread_id=");
            integer(out, thread);
        }
        out.push(b'\n');
        let parallel = gtid.flags & mariadb_gtid_flag::ALLOW_PARALLEL != 0;
        if self.mariadb.parallel.replace(parallel) != Some(parallel) {
            versioned(out, b"100101", b"skip_parallel_replication", u64::from(!parallel));
        }
        if self.mariadb.domain.replace(gtid.domain_id) != Some(gtid.domain_id) {
            versioned(out, b"100001", b"gtid_domain_id", gtid.domain_id.into());
        }
        if self.mariadb.server.replace(header.server_id) != Some(header.server_id) {
            versioned(out, b"100001", b"server_id", header.server_id.into());
        }
        versioned(out, b"100001", b"gtid_seq_no", gtid.sequence_number);
        if let Some((format, gtrid, bqual)) = gtid.xid.filter(|_| gtid.flags & mariadb_gtid_flag::PREPARED_XA != 0) {
            out.extend_from_slice(b"XA START ");
            xid(out, format.into(), gtrid, bqual);
            end(out);
        } else if gtid.flags & mariadb_gtid_flag::STANDALONE == 0 {
            out.extend_from_slice(b"START TRANSACTION\n");
            end(out);
        }
    }

    fn mariadb_rows_head(&mut self, event: &Walked<'_>, checksum: Option<u32>, rows: RowsHead) {
        let out = &mut self.mariadb.heads;
        if event.around.is_gathered() {
            out.extend_from_slice(GATHERED);
        } else {
            head(out, &mut self.clock, &event.header, checksum);
            out.push(b'\t');
        }
        out.extend_from_slice(rows_name(event.kind));
        out.extend_from_slice(b": table id ");
        integer(out, rows.table_id);
        if rows.flags & STMT_END != 0 {
            out.extend_from_slice(b" flags: STMT_END_F");
        }
        out.push(b'\n');
    }

    fn mariadb_rows(
        &mut self, event: &Walked<'_>, checksum: Option<u32>, rows: &RowsEvent<'_>,
    ) -> io::Result<Option<DecodeError>> {
        let plan = event.context.tables.and_then(|tables| tables.get(rows.table_id));
        if plan.is_some_and(|plan| rows.has_unlogged_widths(plan)) {
            self.given_up = true;
            self.out.put(GIVES_UP);
            return Ok(None);
        }
        self.mariadb_rows_head(event, checksum, RowsHead { table_id: rows.table_id, flags: rows.flags });
        if event.around.is_gathered() && rows.flags & STMT_END == 0 {
            self.out.buffer.append(&mut self.mariadb.heads);
            return self.statement.end(event, Tool::MariadbBinlog, &mut self.tables, Some(rows), &mut self.out);
        }
        if rows.flags & STMT_END == 0 {
            return Ok(self.statement.keep(event, Tool::MariadbBinlog, &mut self.tables, rows));
        }
        self.mariadb_statement_end(event, Some(rows))
    }

    /// The tool prints no rows of fragments; here they follow the last one. What waited is written before, as what
    /// is put together has no place in the file from which it could be read again.
    fn mariadb_fragment(
        &mut self, event: &Walked<'_>, checksum: Option<u32>, fragment: &PartialRowData<'_>,
    ) -> io::Result<Option<DecodeError>> {
        self.out.buffer.append(&mut self.mariadb.heads);
        let fault = self.statement.end(event, Tool::MariadbBinlog, &mut self.tables, None, &mut self.out)?;
        self.mariadb_head(&event.header, checksum);
        let out = &mut self.out.buffer;
        out.extend_from_slice(b"\tPartial_rows (");
        integer(out, fragment.fragment_number);
        out.extend_from_slice(b" / ");
        integer(out, fragment.total_fragments);
        out.extend_from_slice(b"):\n");
        Ok(fault)
    }

    /// The annotation that waits for a table map that is not shown.
    pub(super) fn write_annotation(&mut self) {
        self.out.buffer.append(&mut self.mariadb.annotation);
    }

    pub(super) fn mariadb_statement_end(
        &mut self, event: &Walked<'_>, rows: Option<&RowsEvent<'_>>,
    ) -> io::Result<Option<DecodeError>> {
        // An annotation without a table map ends with its statement.
        self.mariadb.annotation.clear();
        self.out.buffer.append(&mut self.mariadb.heads);
        let fault = self.statement.end(event, Tool::MariadbBinlog, &mut self.tables, rows, &mut self.out)?;
        self.out.put(b"# Number of rows: ");
        integer(&mut self.out.buffer, self.statement.rows);
        self.out.put(b"\n");
        self.statement.rows = 0;
        Ok(fault)
    }

    /// What can be told of an event whose body cannot be read.
    fn mariadb_fault(&mut self, event: &Walked<'_>, checksum: Option<u32>) {
        match RowsHead::peek(event.bytes, &event.context) {
            Ok(rows) if binlog_format::rows::Operation::of(event.kind).is_some() => {
                self.mariadb_rows_head(event, checksum, rows);
                self.statement.unknown_table(rows.table_id);
                if rows.flags & STMT_END != 0 {
                    // Reading earlier events again can fail; their text is then left out.
                    let _ = self.mariadb_statement_end(event, None);
                }
            }
            _ => {
                self.mariadb_head(&event.header, checksum);
                self.out.put(b"\n# Unknown event\n");
            }
        }
    }

    pub(super) fn mariadb_end(&mut self) {
        self.statement.forget();
        self.mariadb.heads.clear();
        self.out.put(ENDING);
    }
}

/// The newest first by domain, then server, as the tool sorts them.
fn gtid_list(out: &mut Vec<u8>, list: &GtidList<'_>) {
    let mut items: Vec<(u32, u32, u64)> = list.iter().collect();
    items.sort_unstable();
    out.extend_from_slice(b"\tGtid list [");
    for (i, (domain, server, sequence)) in items.into_iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b",\n# ");
        }
        integer(out, domain);
        out.push(b'-');
        integer(out, server);
        out.push(b'-');
        integer(out, sequence);
    }
    out.extend_from_slice(b"]\n");
}

fn versioned(out: &mut Vec<u8>, version: &[u8], name: &[u8], value: u64) {
    out.extend_from_slice(b"/*M!");
    out.extend_from_slice(version);
    out.extend_from_slice(b" SET @@session.");
    out.extend_from_slice(name);
    out.push(b'=');
    integer(out, value);
    out.extend_from_slice(b"*/");
    end(out);
}

const fn rows_name(kind: u8) -> &'static [u8] {
    match kind {
        code::WRITE_ROWS_V1 | code::WRITE_ROWS => b"Write_rows",
        code::UPDATE_ROWS_V1 | code::UPDATE_ROWS => b"Update_rows",
        code::DELETE_ROWS_V1 | code::DELETE_ROWS => b"Delete_rows",
        code::WRITE_ROWS_COMPRESSED_V1 | code::WRITE_ROWS_COMPRESSED => b"Write_compressed_rows",
        code::UPDATE_ROWS_COMPRESSED_V1 | code::UPDATE_ROWS_COMPRESSED => b"Update_compressed_rows",
        code::DELETE_ROWS_COMPRESSED_V1 | code::DELETE_ROWS_COMPRESSED => b"Delete_compressed_rows",
        _ => b"Unknown",
    }
}

/// Whether a statement is nothing but words of transactions, as the tool compares them.
fn is_transaction_word(query: &[u8]) -> bool {
    let starts = |word: &[u8]| query.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    b"BEGIN".starts_with(query)
        || b"COMMIT".starts_with(query)
        || [&b"SAVEPOINT"[..], b"ROLLBACK", b"XA "].into_iter().any(starts)
}
