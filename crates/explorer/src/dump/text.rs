//! What `mysqlbinlog` and `mariadb-binlog` print with `-vv --base64-output=decode-rows`.
//!
//! The file's first format description tells which of the two is imitated, at the newest
//! version; `docs/differences.md` names where this knowingly differs from them. The rules are
//! those of the tools' behaviour, found by running them on files of every kind; sources that
//! explain it: MySQL `client/mysqlbinlog.cc`, `sql/log_event.cc`; MariaDB
//! `client/mysqlbinlog.cc`, `sql/log_event_client.cc`.

mod clock;
mod collation;
mod head;
mod load;
mod mariadb;
mod mysql;
mod number;
mod quoted;
mod rows;
mod session;
mod statement;
mod table;
mod value;
mod variable;

use std::io;

use binlog_format::event::Body;
use binlog_format::framer::{Span, SpanKind};
use binlog_format::names::code;
use binlog_format::rows::{Operation, RowsHead, STMT_END};
use binlog_format::{DecodeError, Flavor, Format};

pub use clock::{Utc, Zone};

use self::clock::Clock;
use self::load::Loads;
use self::session::{LastStatus, Session};
use self::statement::Statement;
use self::table::TableTexts;
use super::escapes::{self, Escapes};
use super::output::{Deliver, Output};
use super::walk::{Sink, Walked};
use crate::messages;
use crate::space::Space;

/// Said once, whatever number of encrypted events there are.
const ENCRYPTED: &str = "# What follows is encrypted: its events need the key of the server that wrote them.\n";

/// INCIDENT: the source may have lost changes.
const LOST_EVENTS: u16 = 1;

/// Which tool is imitated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Mysqlbinlog,
    MariadbBinlog,
}

impl Tool {
    const fn escapes(self) -> &'static Escapes {
        match self {
            Self::Mysqlbinlog => &escapes::MYSQL,
            Self::MariadbBinlog => &escapes::MARIADB,
        }
    }
}

/// Writes text.
#[derive(Debug)]
pub struct TextDump<W> {
    out: Output<W>,
    tool: Tool,
    clock: Clock,
    session: Session,
    status: LastStatus,
    tables: TableTexts,
    statement: Statement,
    loads: Loads,
    mysql: mysql::State,
    mariadb: mariadb::State,
    begun: bool,
    /// The tool ends at an event that it cannot read, and so does the text.
    given_up: bool,
    said_encrypted: bool,
}

impl<W: Deliver> TextDump<W> {
    /// Writes to `out`, moments as a clock of this zone shows them.
    pub fn new(out: W, zone: impl Zone + 'static) -> Self {
        Self {
            out: Output::new(out),
            tool: Tool::Mysqlbinlog,
            clock: Clock::new(Box::new(zone)),
            session: Session::default(),
            status: LastStatus::default(),
            tables: TableTexts::default(),
            statement: Statement::default(),
            loads: Loads::default(),
            mysql: mysql::State::default(),
            mariadb: mariadb::State::default(),
            begun: false,
            given_up: false,
            said_encrypted: false,
        }
    }

    /// What both tools print alike, behind the head.
    fn other_event(&mut self, body: &Body<'_>) {
        let out = &mut self.out.buffer;
        match body {
            Body::BeginLoadQuery(block) => {
                self.loads.begin(block.file_id);
                load::block(out, "Begin_load_query", block.file_id, block.data.len());
            }
            Body::AppendBlock(block) => load::block(out, "Append_block", block.file_id, block.data.len()),
            Body::ExecLoad(load) => load::file(out, "Exec_load", load.file_id),
            Body::DeleteFile(load) => load::file(out, "Delete_file", load.file_id),
            Body::Incident(incident) => {
                let name = if incident.incident == LOST_EVENTS { "LOST_EVENTS" } else { "NOTHING" };
                self.out.put(format!("\n# Incident: {name}\nRELOAD DATABASE; # Shall generate syntax error\n"));
            }
            _ => out.extend_from_slice(b"\n# Unknown event\n"),
        }
    }

    fn rows_wait(&self) -> bool {
        self.statement.waits()
    }

    /// Writes the variables that wait for a statement.
    fn write_variables(&mut self) {
        if self.tool == Tool::Mysqlbinlog {
            self.write_mysql_variables();
        }
    }
}

impl<W: Deliver> Sink for TextDump<W> {
    // The tools print compressed events inflated, and compressed columns as stored.
    const PARTS: bool = false;
    const STORED: bool = false;
    // And they print a log that their server decrypted as if it had never been encrypted.
    const SEALED: bool = false;

    fn file(&mut self, _: Option<u64>, format: Option<&Format>) -> io::Result<()> {
        if format.is_some_and(|format| format.flavor == Flavor::Mariadb) {
            self.tool = Tool::MariadbBinlog;
        }
        self.begun = true;
        match self.tool {
            Tool::Mysqlbinlog => self.out.put(mysql::BEGINNING),
            Tool::MariadbBinlog => self.out.put(mariadb::BEGINNING),
        }
        self.out.check()
    }

    /// The tools stop at what is no event; here it is named and passed.
    fn span(&mut self, _: &str, span: &Span) -> io::Result<()> {
        if self.given_up {
            return Ok(());
        }
        let what = match (span.kind, &span.error) {
            (SpanKind::Magic, _) => return Ok(()),
            (SpanKind::EncryptionHeader | SpanKind::Cipher, _) => {
                if !std::mem::replace(&mut self.said_encrypted, true) {
                    self.out.put(ENCRYPTED);
                }
                return self.out.check();
            }
            // Pages and chunks hold the log together, as the magic does.
            (kind, None) if kind.is_of_pages() => return Ok(()),
            (_, Some(error)) => messages::english(&messages::of_error(error, span.start)),
            (kind, None) => kind.text().replace('_', " "),
        };
        self.out.put(format!("# No event in bytes {} to {}: {what}\n", span.start, span.end).replace('\n', " "));
        self.out.put(b"\n");
        self.out.check()
    }

    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        if self.given_up {
            let fault = event.decoded.map_or_else(Some, |event| event.error());
            return Ok(fault.filter(|_| event.payload.is_none()));
        }
        let fault = match self.tool {
            // Fragments before any format description: of no server that this tool reads.
            Tool::Mysqlbinlog if event.around.is_gathered() => {
                Ok(event.decoded.map_or_else(Some, |event| event.error()))
            }
            Tool::Mysqlbinlog => self.mysql_event(event),
            Tool::MariadbBinlog => self.mariadb_event(event),
        };
        self.out.spill();
        self.out.check()?;
        fault
    }

    /// The rows of a statement wait for its last event, variables and annotations for a statement.
    fn hidden(&mut self, event: &Walked<'_>) -> io::Result<()> {
        match event.kind {
            code::QUERY | code::QUERY_COMPRESSED => self.write_variables(),
            code::TABLE_MAP if self.tool == Tool::MariadbBinlog => self.write_annotation(),
            kind if Operation::of(kind).is_some() => {
                let ends = RowsHead::peek(event.bytes, &event.context).is_ok_and(|rows| rows.flags & STMT_END != 0);
                if ends && self.rows_wait() && !self.given_up {
                    match self.tool {
                        Tool::Mysqlbinlog => self.mysql_statement_end(event)?,
                        Tool::MariadbBinlog => self.mariadb_statement_end(event, None)?,
                    };
                    self.out.spill();
                }
            }
            _ => {}
        }
        self.out.check()
    }

    fn space_end(&mut self, space: &Space) -> io::Result<()> {
        self.mysql_payload_end(space);
        self.out.check()
    }

    fn pause(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, complete: bool) -> io::Result<()> {
        if complete && self.begun && !self.given_up {
            match self.tool {
                Tool::Mysqlbinlog => self.mysql_end(),
                Tool::MariadbBinlog => self.mariadb_end(),
            }
        }
        self.out.flush()
    }
}
