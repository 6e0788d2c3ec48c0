//! The chain of `log_pos`: what the header says of where the event ends.
//!
//! In a log of its own server the position is the offset, modulo 4 GiB; MariaDB since 11.4 leaves
//! it 0 inside transactions, version 3 counts starts, version 1 has none. In a relay log it is the
//! source's, and MySQL 5.0 counted inside some transactions from their start: where most positions
//! are such, they are not judged.

use binlog_format::format::version_numbers;
use binlog_format::header::flag;
use binlog_format::names::code;

use super::{Findings, Severity};
use crate::dump::Walked;
use crate::view::Message;

#[derive(Debug, Default)]
pub(super) struct Positions {
    /// An event said that the log is a relay log.
    foreign: bool,
    agree: u64,
    disagree: u64,
    /// How far positions were from offsets at the last event that had one.
    shift: u32,
    /// Events were left out since: nobody knows how far off the last one was.
    left_out: bool,
    /// Where that changed: offset, position expected and found.
    jumps: Vec<(u64, u64, u64)>,
    count: u64,
}

/// Jumps kept until it is known whether they mean something.
const KEPT: usize = 100;

impl Positions {
    pub fn event(&mut self, event: &Walked<'_>, _: &mut Findings) {
        let header = &event.header;
        self.foreign |= header.flags & flag::RELAY_LOG != 0;
        if header.log_pos == 0 || header.flags & (flag::RELAY_LOG | flag::ARTIFICIAL) != 0 {
            return;
        }
        // Before the format is known it is not known either what the position counts; MySQL 5.0 and
        // 5.1 counted inside a transaction from its start.
        let format = event.context.format;
        let counts_otherwise = event.kind == code::START_V3
            || version_numbers(format.version()) < [5, 2, 0] && u64::from(header.log_pos) < event.start;
        if counts_otherwise && format.binlog_version != 3 {
            return;
        }
        let own = event.context.format.position_of(event.start, event.end);
        // A position that agrees with the offset always does, whatever came before.
        let shift = header.log_pos.wrapping_sub(own);
        if shift == 0 {
            self.agree += 1;
        } else {
            self.disagree += 1;
        }
        if std::mem::take(&mut self.left_out) {
            self.shift = shift;
        }
        if shift != self.shift {
            self.count += 1;
            if self.jumps.len() < KEPT {
                self.jumps.push((event.start, own.wrapping_add(self.shift).into(), header.log_pos.into()));
            }
            self.shift = shift;
        }
    }

    /// Events were left out here.
    pub fn forget(&mut self) {
        self.left_out = true;
    }

    pub fn finish(&self, findings: &mut Findings) {
        if self.foreign || self.disagree == 0 {
            return;
        }
        // After a stretch was taken out all positions are off, but they jump once.
        if self.disagree > self.agree && self.count > self.disagree / 8 + 2 {
            let message = Message::new("verify-positions-elsewhere").number("count", self.disagree);
            findings.add(Severity::Note, "0", 4, message);
            return;
        }
        for (start, expected, found) in &self.jumps {
            let message = Message::new("verify-position").number("expected", *expected).number("found", *found);
            findings.add(Severity::Problem, "0", *start, message);
        }
    }
}
