//! Logs that follow each other: what one says of the next, and the next of those before it.
//!
//! ROTATE_EVENT names the next log; PREVIOUS_GTIDS_LOG_EVENT (MySQL) and GTID_LIST_EVENT (MariaDB) tell
//! what all logs before hold. A gap between given files is no damage of a file: a note.

use std::fmt::Write;

use super::gtids::{Gtids, Numbers, States};
use super::{Findings, Severity};
use crate::view::Message;

/// Intervals and numbers that a message names.
const NAMED: usize = 10;

/// What is known of the files before.
#[derive(Debug, Default)]
pub struct Chain {
    last: Option<Link>,
}

#[derive(Debug)]
struct Link {
    /// What its last event names.
    next: Option<String>,
    numbers: Numbers,
    states: States,
}

/// A file's name as logs name each other: without folder, and without what a wrapper added.
fn log_name(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    [".gz", ".zst", ".zstd"].iter().find_map(|wrapper| name.strip_suffix(wrapper)).unwrap_or(name)
}

/// The base of a log's name, and its number: `binlog.000042` is `binlog` and 42.
pub fn numbered(name: &str) -> Option<(&str, u64)> {
    let (base, number) = log_name(name).rsplit_once('.')?;
    let digits = number.len() >= 6 && number.bytes().all(|byte| byte.is_ascii_digit());
    Some((base, number.parse().ok().filter(|_| digits)?))
}

impl Chain {
    /// Nothing is known before the first file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Compares the file `name` with those before it, and keeps what the next one is compared with.
    pub(super) fn follow(&mut self, name: &str, next: Option<String>, gtids: &Gtids, findings: &mut Findings) {
        let mut note = |message: Message| findings.add(Severity::Note, "0", 0, message);
        if let Some(last) = &self.last {
            if let Some(wanted) = last.next.as_deref().map(log_name).filter(|wanted| *wanted != log_name(name)) {
                note(Message::new("verify-chain-next").text("wanted", wanted).text("name", log_name(name)));
            }
            let numbers = gtids.numbers_before();
            let numbers = numbers.map(|before| (before.without(&last.numbers), last.numbers.without(before)));
            let states = gtids.states_before().map(|before| before.against(&last.states));
            for (missing, unknown) in numbers.into_iter().chain(states) {
                for (id, gtids) in [("verify-chain-missing", missing), ("verify-chain-unknown", unknown)] {
                    if let Some(gtids) = gtids {
                        note(Message::new(id).text("gtids", gtids));
                    }
                }
            }
        }
        self.last = Some(Link { next, numbers: gtids.numbers().clone(), states: gtids.states().clone() });
    }

    /// A file that should stand here is not there: nothing is compared across.
    pub fn break_off(&mut self) {
        self.last = None;
    }
}

/// A list for a message, with its end left out when it is long.
#[derive(Default)]
pub(super) struct Named {
    text: String,
    count: usize,
}

impl Named {
    pub fn add(&mut self, what: std::fmt::Arguments<'_>) {
        self.count += 1;
        if self.count <= NAMED {
            let comma = if self.text.is_empty() { "" } else { ", " };
            // Writing to a string does not fail.
            let _ = write!(self.text, "{comma}{what}");
        } else if self.count == NAMED + 1 {
            self.text.push_str(", …");
        }
    }

    pub fn text(self) -> Option<String> {
        (self.count > 0).then_some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs() {
        assert_eq!(numbered("/var/lib/mysql/binlog.000042"), Some(("binlog", 42)));
        assert_eq!(numbered("mysql-bin.1000000.gz"), Some(("mysql-bin", 1_000_000)));
        assert_eq!(numbered("shop.binlog"), None);
        assert_eq!(numbered("archive.2024"), None);
        assert_eq!(log_name("C:\\data\\binlog.000001.zst"), "binlog.000001");
    }
}
