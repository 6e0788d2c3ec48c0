//! What a replica says when it stops, read for where in which binary log to look.
//!
//! People come with a text: the output of SHOW REPLICA STATUS, a line of the error log, rows out of
//! performance_schema, the offset that Debezium, Maxwell or canal stopped at. [`Coordinates::read`] finds the
//! file, the positions, the GTID, the table and the key in it; [`Document::find`](crate::document::Document::find)
//! finds the event, and the row if one is meant.
//!
//! Sources of the wording: `sql/log_event.cc` and `sql/rpl_rli_pdb.cc` (MySQL), `sql/log_event_server.cc`,
//! `sql/rpl_parallel.cc` and `sql/slave.cc` (MariaDB), the manuals' pages on SHOW REPLICA STATUS and the
//! replication tables; Debezium's `MySqlOffsetContext`, Maxwell's `BinlogPosition`, canal's `EntryPosition`.

mod pairs;
mod sentences;

use pairs::Pairs;

use crate::filter::ast::Op;

/// Longest text that is looked at: more than any error log's excerpt that fits a clipboard.
const MAX_TEXT: usize = 1 << 20;

/// Where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coordinates {
    /// Name of the source's binary log, without its directory.
    pub file: Option<String>,
    /// Name of the replica's relay log, and the position up to which that was executed.
    pub relay: Option<(String, u64)>,
    /// Where the transaction or event begins that comes next, or that is meant.
    pub start: Option<u64>,
    /// How many events were done with from there on; the one after them is meant.
    pub events: Option<u64>,
    /// How many rows of that event were done with.
    pub rows: Option<u64>,
    /// Where the event ends: its `log_pos`.
    pub end: Option<u64>,
    /// The transaction.
    pub gtid: Option<String>,
    /// Schema and table.
    pub table: Option<(String, String)>,
    /// What was to be done with its rows.
    pub op: Option<Op>,
    /// The key that exists already: the values of its columns, joined by `-`.
    pub key: Option<String>,
    /// The server's error number.
    pub error: Option<u64>,
}

impl Coordinates {
    /// Finds them in a text; nothing if it says nothing of a place in a binary log.
    pub fn read(text: &str) -> Option<Self> {
        let mut end = text.len().min(MAX_TEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = text.get(..end)?;
        let pairs = Pairs::read(text);
        let mut found = Self::default();
        // What the applier says goes before what the receiver says, and both before the rest.
        let said = ["last_sql_error", "last_error_message", "last_error", "last_io_error"];
        let mut errors: Vec<&str> = said.iter().flat_map(|name| pairs.all(name)).collect();
        errors.push(text);
        for error in &errors {
            found.read_sentences(error);
        }
        found.read_pairs(&pairs);
        if found.file.is_none() && found.start.is_none() && found.end.is_none() {
            found.read_file_and_position(text);
        }
        found.is_a_place().then_some(found)
    }

    /// What was found, under the names that servers and the filter language have for it.
    pub fn said(&self) -> Vec<(String, String)> {
        let number = |number: Option<u64>| number.map(|number| number.to_string());
        let parts = [
            ("file", self.file.clone()),
            ("pos", number(self.start)),
            ("event", number(self.events)),
            ("row", number(self.rows)),
            ("end_log_pos", number(self.end)),
            ("gtid", self.gtid.clone()),
            ("table", self.table.as_ref().map(|(database, table)| format!("{database}.{table}"))),
            ("op", self.op.map(|op| op.text().to_owned())),
            ("key", self.key.clone()),
            ("relay_log", self.relay.as_ref().map(|(file, position)| format!("{file}:{position}"))),
            ("error_code", number(self.error)),
        ];
        parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    fn is_a_place(&self) -> bool {
        let position = self.start.is_some() || self.end.is_some();
        self.gtid.is_some() || self.relay.is_some() || position && (self.file.is_some() || self.table.is_some())
    }

    fn read_pairs(&mut self, pairs: &Pairs<'_>) {
        let number = |names: &[&str]| pairs.first(names).and_then(|value| value.parse::<u64>().ok());
        let name = |names: &[&str]| pairs.first(names).filter(|name| !name.is_empty()).map(sentences::base_name);
        // Of the two positions of a replica's status, the applier's is where it stopped.
        let executed = number(&["exec_source_log_pos", "exec_master_log_pos"]);
        if executed.is_some() {
            self.file = self.file.take().or_else(|| name(&["relay_source_log_file", "relay_master_log_file"]));
            self.start = self.start.or(executed);
            let relay = name(&["relay_log_file"]).zip(number(&["relay_log_pos"]));
            self.relay = relay.filter(|(_, position)| *position > 0);
        }
        let file = ["file", "journalname", "binlog_file", "binlog_filename", "log_file", "log_name", "source_log_file"];
        self.file = self.file.take().or_else(|| name(&file)).or_else(|| name(&["master_log_file"]));
        if self.end.is_none() && executed.is_none() {
            let position = ["pos", "position", "binlog_position", "log_pos", "source_log_pos", "master_log_pos"];
            self.start = self.start.or_else(|| number(&position));
        }
        if pairs.first(&["event"]).is_some() {
            self.events = number(&["event"]);
            self.rows = number(&["row"]);
        } else if self.table.is_none() {
            // A change event tells the event itself and the row's number in it.
            let database = pairs.first(&["db", "database", "schema"]).filter(|name| !name.is_empty());
            let table = pairs.first(&["table"]).filter(|name| !name.is_empty());
            self.table = database.zip(table).map(|(database, table)| (database.into(), table.into()));
            self.rows = self.table.as_ref().and(number(&["row"]));
        }
        let transaction = ["applying_transaction", "gtid", "gtid_next"];
        let gtid = transaction.iter().flat_map(|name| pairs.all(name)).find(|value| sentences::is_gtid(value));
        self.gtid = self.gtid.take().or_else(|| gtid.map(str::to_owned));
        let error = ["last_sql_errno", "last_error_number", "last_errno", "last_io_errno"];
        self.error = self.error.or_else(|| error.iter().find_map(|name| number(&[name]).filter(|code| *code > 0)));
    }
}

#[cfg(test)]
mod tests;
