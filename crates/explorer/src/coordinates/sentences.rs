//! What servers and programs write in sentences.

use super::Coordinates;
use crate::filter::ast::Op;

/// Fewest digits of the number at the end of a log's name: servers write six.
const DIGITS: usize = 6;

/// What follows a text, whatever the case of its letters.
fn after<'t>(text: &'t str, what: &str) -> Option<&'t str> {
    let (bytes, what) = (text.as_bytes(), what.as_bytes());
    let at = bytes.windows(what.len()).position(|window| window.eq_ignore_ascii_case(what))?;
    text.get(at + what.len()..)
}

fn leading_number(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    text.get(..digits)?.parse().ok()
}

/// What stands in quotes of any kind: people paste out of pages that make them curly.
fn quoted(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let first = text.chars().next().filter(|c| matches!(c, '\'' | '"' | '`' | '‘' | '’' | '“'))?;
    let inner = text.get(first.len_utf8()..)?;
    Some(inner.split(['\'', '"', '`', '’', '”']).next().unwrap_or(inner))
}

/// The name without its directory.
pub(super) fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}

/// One transaction: `UUID:N`, `UUID:TAG:N` or `domain-server-number`.
pub(super) fn is_gtid(text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once(':') {
        Some((uuid, rest)) => {
            let dashes = uuid.bytes().filter(|byte| *byte == b'-').count();
            let digits = uuid.bytes().filter(u8::is_ascii_hexdigit).count();
            (uuid.len(), dashes, digits) == (36, 4, 32) && number(rest.rsplit(':').next().unwrap_or_default())
        }
        None => text.split('-').count() == 3 && text.split('-').all(number),
    }
}

/// A log's name at the beginning of a text: up to its number's last digit.
fn log_name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| c.is_whitespace() || "'\",;:()[]{}|‘’“”=".contains(c)).unwrap_or(text.len());
    let name = text.get(..end)?;
    let (stem, number) = name.rsplit_once('.')?;
    let digits = number.len() - number.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits >= DIGITS && stem.contains(|c: char| c.is_alphabetic()))
        .then(|| name.get(..stem.len() + 1 + digits))
        .flatten()
}

impl Coordinates {
    /// Takes what is not known yet.
    pub(super) fn read_sentences(&mut self, text: &str) {
        self.read_table(text);
        if self.end.is_none() {
            // MariaDB has 0 for events that do not tell their end.
            let end = after(text, "end_log_pos").and_then(|rest| leading_number(rest.trim_start()));
            self.end = end.filter(|end| *end > 0);
        }
        if self.file.is_none() {
            let logs = ["event's source log ", "event’s source log ", "event's master log ", "event’s master log "];
            let workers = ["at source log ", "at master log "];
            let named = logs.iter().chain(&workers).find_map(|words| log_name(after(text, words)?));
            self.file = named.map(base_name);
        }
        // Where the receiver stopped: the event before the one that cannot be sent.
        if let Some(rest) = after(text, "last event read from ").filter(|_| self.end.is_none()) {
            let position = after(rest, " at ").and_then(leading_number);
            if let Some((path, position)) = quoted(rest).zip(position) {
                self.file = self.file.take().or_else(|| Some(base_name(path)));
                self.start = self.start.or(Some(position));
            }
        }
        // MariaDB's applier: up to where it was done.
        if let Some(rest) = after(text, "stopped at log ").filter(|_| self.start.is_none()) {
            self.file = self.file.take().or_else(|| quoted(rest).map(base_name));
            self.start = after(rest, "position ").and_then(leading_number);
        }
        if self.gtid.is_none() {
            let transaction = after(text, "transaction ").and_then(quoted).filter(|gtid| is_gtid(gtid));
            let mariadb = || {
                let rest = after(text, "Gtid ")?;
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
                rest.get(..end).filter(|gtid| is_gtid(gtid))
            };
            self.gtid = transaction.or_else(mariadb).map(str::to_owned);
        }
        if self.key.is_none() {
            let rest = after(text, "Duplicate entry ");
            // The value may have quotes itself: it ends before the name of the key.
            let value = rest.and_then(|rest| rest.trim_start_matches(['\'', '‘', '’']).split(" for key").next());
            self.key = value.map(|value| value.trim_end_matches(['\'', '‘', '’']).to_owned());
        }
        if self.error.is_none() {
            let code = after(text, "Error_code: MY-").or_else(|| after(text, "Error_code: "));
            let code = code.or_else(|| after(text, "error code: ")).or_else(|| after(text, "fatal error "));
            self.error = code.and_then(leading_number).filter(|code| *code > 0);
        }
    }

    /// `Could not execute Write_rows event on table shop.orders;`
    fn read_table(&mut self, text: &str) {
        let Some(rest) = after(text, "could not execute ").filter(|_| self.table.is_none()) else { return };
        let kind = rest.split(' ').next().unwrap_or_default().to_ascii_lowercase();
        self.op = match () {
            () if kind.starts_with("write_rows") => Some(Op::Insert),
            () if kind.starts_with("update_rows") => Some(Op::Update),
            () if kind.starts_with("delete_rows") => Some(Op::Delete),
            () => None,
        };
        let table = after(rest, "on table ").and_then(|rest| rest.split(';').next());
        let names = table.and_then(|table| table.trim().split_once('.'));
        self.table = names.map(|(database, table)| (database.to_owned(), table.to_owned()));
    }

    /// A log's name with a number behind it, in whatever way: `binlog.000003:782`, `(binlog.000003, 782)`,
    /// `binlog.000003 at position 782`.
    pub(super) fn read_file_and_position(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('.') {
            let begin = rest.get(..at).unwrap_or_default();
            let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let stem = begin.trim_end_matches(word).len();
            let here = rest.get(stem..).unwrap_or_default();
            rest = rest.get(at + 1..).unwrap_or_default();
            let Some(name) = log_name(here) else { continue };
            let behind = here.get(name.len()..).unwrap_or_default();
            let behind = behind.trim_start_matches(['\'', '"', '`', '’', ' ', ',', ':', ';', '/', '@', '(', '|', '=']);
            let words = ["at position ", "position ", "pos ", "at ", "end_log_pos "];
            let behind = words.iter().find_map(|word| behind.strip_prefix(word)).unwrap_or(behind);
            if let Some(position) = leading_number(behind.trim_start_matches([':', '=', ' '])) {
                self.file = Some(name.to_owned());
                self.start = Some(position);
                return;
            }
        }
    }
}
