//! Cuts of what is chosen in an open document.

use std::io;
use std::sync::Arc;

use binlog_format::event::decode_unobserved;
use binlog_format::framer::Start;
use binlog_format::names::code;
use binlog_format::rows::Operation;

use super::{Cut, Report, Selected, file_of, is_head};
use crate::choice::{Choice, MOST_BYTES};
use crate::document::Document;
use crate::dump::walk;
use crate::outline::Outline;
use crate::source::{ReadError, Source, Sparse, read_range};
use crate::view::Message;

/// Items of a log's beginning that are looked at.
const HEAD: u64 = 8;

/// Some bytes of a document's listed space, as a log of their own; what is carried inflated of them goes along.
struct Excerpt<'d> {
    bytes: Sparse,
    document: &'d Document,
}

impl Source for Excerpt<'_> {
    fn length(&self) -> u64 {
        self.bytes.length()
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        self.bytes.read(offset, buffer)
    }

    fn restored(&self, space: &str) -> Option<Arc<[u8]>> {
        let source = self.document.source();
        match self.document.main_space() {
            "0" => source.restored(space),
            own => source.restored(&format!("{own}/{space}")),
        }
    }

    fn carries(&self) -> bool {
        self.document.source().carries()
    }
}

impl Document {
    /// Writes a log of what is chosen, with what it needs; at most [`MOST_BYTES`] of it. Gives what was written, and
    /// whether more was chosen than that.
    ///
    /// # Errors
    ///
    /// There is nothing at a place, the source cannot be read, or it would be no log.
    pub fn cut(&self, choice: &Choice, out: impl io::Write) -> Result<(Report, bool), Message> {
        let chosen = self.choose(choice)?;
        let selected: Vec<(u64, u64)> =
            chosen.ranges.iter().filter(|range| range.chosen).map(|range| (range.start, range.end)).collect();
        let mut stretches = chosen.stretches();
        stretches.extend(self.ends_of(&selected));
        stretches.extend(self.heads());
        stretches.extend(selected.iter().flat_map(|(_, end)| self.rows_behind(*end)));
        stretches.extend(selected.iter().flat_map(|range| self.blocks_before(*range)));
        stretches.sort_unstable();
        stretches.dedup();
        let failed = |at: u64, reason: String| Message::new("failed-read").number("at", at).text("reason", reason);
        let mut pieces = Vec::new();
        for (start, end) in stretches {
            let bytes = read_range(self.source(), start, end).map_err(|error| failed(start, error.to_string()))?;
            pieces.push((start, bytes));
        }
        let bytes = Sparse::new(chosen.length, pieces);
        let source = Excerpt { bytes, document: self };
        let start = if self.main_space() == "0" { self.start() } else { Start::Decrypted };
        let mut cut = Cut::new(out);
        let walked = walk(&source, start, 0, &mut Selected::new(cut.of(&source, true), &selected));
        walked.map_err(|error| failed(0, error.to_string()))?;
        if let Some(refused) = cut.refused() {
            return Err(refused);
        }
        let report = cut.finish().map_err(|error| failed(0, error.to_string()))?;
        Ok((report, chosen.cut))
    }

    /// What tells, at the log's beginning, what earlier logs have.
    fn heads(&self) -> Vec<(u64, u64)> {
        let entries = (0..self.entries().min(HEAD)).filter_map(|number| Some(self.locate_entry(number).ok()?.entry));
        let heads = entries.filter(|entry| entry.kind().is_some_and(is_head) && entry.end - entry.start < MOST_BYTES);
        heads.map(|entry| (entry.start, entry.end)).collect()
    }

    /// The rows of table maps that a range ends with: a map is cut out with them.
    fn rows_behind(&self, end: u64) -> Vec<(u64, u64)> {
        let (mut rows, mut left) = (Vec::new(), MOST_BYTES);
        let Some(last) = end.checked_sub(1).and_then(|at| self.entry_at(at)) else { return rows };
        let of_statement = |kind: u8| kind == code::TABLE_MAP || Operation::of(kind).is_some();
        for number in last..self.entries() {
            let Ok(item) = self.locate_entry(number) else { break };
            let entry = item.entry;
            let wanted = if number == last {
                entry.kind() == Some(code::TABLE_MAP)
            } else {
                entry.kind().is_some_and(of_statement)
            };
            let Some(less) = left.checked_sub(entry.end - entry.start).filter(|_| wanted) else { break };
            left = less;
            rows.push((entry.start, entry.end));
            if entry.forgets_maps() {
                break;
            }
        }
        if rows.is_empty() {
            return rows;
        }
        // The statement's other maps stand before it, since its rows may be of any of its tables; and before them its text.
        for number in (0..last).rev() {
            let Ok(item) = self.locate_entry(number) else { break };
            let text = matches!(item.entry.kind(), Some(code::ROWS_QUERY | code::ANNOTATE_ROWS));
            if text || item.entry.kind() == Some(code::TABLE_MAP) {
                rows.push((item.entry.start, item.entry.end));
            }
            if text || item.entry.kind() != Some(code::TABLE_MAP) {
                break;
            }
        }
        rows
    }

    /// The blocks of files that are loaded by events of a range: they stand before, in the same transaction.
    fn blocks_before(&self, (start, end): (u64, u64)) -> Vec<(u64, u64)> {
        let (mut blocks, mut left) = (Vec::new(), MOST_BYTES);
        let (Some(first), Some(last)) = (self.entry_at(start), self.entry_at(end.saturating_sub(1))) else {
            return blocks;
        };
        let kind = |number: u64| self.entry_number(number).and_then(|entry| entry.kind());
        let loads = |number: &u64| {
            matches!(kind(*number), Some(code::EXEC_LOAD | code::DELETE_FILE | code::EXECUTE_LOAD_QUERY))
        };
        for number in (first..=last).filter(loads) {
            let unit = self.unit_of_entry(number).and_then(|unit| self.unit(unit));
            let (Some(file), Some(unit)) = (self.loaded_file(number), unit) else { continue };
            for before in (unit.first_entry..number).rev() {
                let begins = match kind(before) {
                    Some(code::CREATE_FILE | code::BEGIN_LOAD_QUERY) => true,
                    Some(code::APPEND_BLOCK) => false,
                    _ => continue,
                };
                let Some(entry) = self.entry_number(before).filter(|_| self.loaded_file(before) == Some(file)) else {
                    continue;
                };
                let Some(less) = left.checked_sub(entry.end - entry.start) else { return blocks };
                left = less;
                blocks.push((entry.start, entry.end));
                if begins {
                    break;
                }
            }
        }
        blocks
    }

    /// The file that an event of a load is about.
    fn loaded_file(&self, number: u64) -> Option<u32> {
        let item = self.locate_entry(number).ok()?;
        let event = decode_unobserved(&item.bytes, &item.context()).ok()?;
        file_of(event.body.as_ref().ok())
    }

    /// Where the transactions of these ranges begin and end: the events that a cut opens and closes them with.
    fn ends_of(&self, ranges: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let (mut ends, mut last) = (Vec::new(), None);
        for (start, end) in ranges {
            let unit = |at: u64| self.unit_of_entry(self.entry_at(at)?);
            let (Some(first), Some(behind)) = (unit(*start), unit(end.saturating_sub(1))) else { continue };
            // Those within the range have their ends in it.
            for number in [first, behind] {
                if last.replace(number) != Some(number)
                    && let Some(unit) = self.unit(number).filter(|unit| unit.transaction)
                {
                    ends.extend(self.end_of(unit.first_entry, unit.entries));
                }
            }
        }
        ends
    }

    /// The events that end a transaction, where XA END goes before what prepares it, and those that begin it.
    fn end_of(&self, first: u64, entries: u64) -> Vec<(u64, u64)> {
        let small = |number: u64| {
            let entry = self.locate_entry(number).ok()?.entry;
            let rows = entry.kind().is_none_or(|kind| Operation::of(kind).is_some());
            (!rows && entry.end - entry.start < MOST_BYTES).then_some((entry.start, entry.end))
        };
        // Between them only words of transactions: a statement's text would come without its rows.
        let frames = |number: &u64| {
            let kind = self.locate_entry(*number).ok().and_then(|item| item.entry.kind());
            kind.is_some_and(|kind| {
                matches!(kind, code::QUERY | code::QUERY_COMPRESSED | code::MARIADB_GTID)
                    || matches!(kind, code::GTID | code::ANONYMOUS_GTID | code::GTID_TAGGED)
            })
        };
        let last = first + entries.saturating_sub(1);
        let words = (first..last).rev().take(1).chain((first..last).take(2)).filter(frames);
        std::iter::once(last).chain(words).filter_map(small).collect()
    }
}
