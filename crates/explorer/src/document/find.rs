//! The event that coordinates mean, and its row.
//!
//! What they say is put into filters, from the one that asks for all of it to the one that asks for the
//! place alone; the first that something matches decides.

use std::fmt::Write;
use std::sync::Arc;

use binlog_format::header::EventHeader;
use serde::{Deserialize, Serialize};

use super::{Document, Hit, Search};
use crate::coordinates::Coordinates;
use crate::filter::Filter;
use crate::outline::Outline;
use crate::view::{Address, Message};

/// Blocks that are read for one filter before the search is left to who can be interrupted.
const MOST_BLOCKS: usize = 256;

/// Columns that a key's value is looked for in, and parts of it.
const KEY_COLUMNS: usize = 32;
const KEY_PARTS: usize = 4;

/// What became of looking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// The event, the path of the row in it if one is meant, and a filter that shows what was looked for.
    Event {
        /// Where the event is.
        address: Address,
        /// The row.
        path: Option<String>,
        /// What was looked for.
        filter: String,
    },
    /// It may be in the file, but to tell that more of it has to be searched than can be done at once.
    Search {
        /// What to search for.
        filter: String,
    },
    /// It is not in the file.
    Nothing,
}

/// A filter's first hit.
enum First {
    Hit { address: Address, row: Option<u32> },
    Nothing,
    TooMuch,
}

/// A name as a filter takes it literally.
fn quoted(name: &str) -> String {
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn quoted_table((database, table): &(String, String)) -> String {
    format!("table:{}.{}", quoted(database), quoted(table))
}

/// A value as a filter compares it with any column: numbers as such.
fn literal(value: &str) -> String {
    let number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if number { value.to_owned() } else { quoted(value) }
}

/// One of the columns has this value; the new one, where there are two.
fn in_some_column(value: &str) -> String {
    let mut text = String::from("(");
    for column in 1..=KEY_COLUMNS {
        let or = if column > 1 { " or " } else { "" };
        let _ = write!(text, "{or}after.@{column} = {}", literal(value));
    }
    text.push(')');
    text
}

/// Filters for the row with a key: its value whole, then its parts.
fn key_filters(key: &str) -> Vec<String> {
    let parts: Vec<&str> = key.split('-').collect();
    let mut filters = vec![in_some_column(key)];
    if (2..=KEY_PARTS).contains(&parts.len()) {
        filters.push(parts.iter().map(|part| in_some_column(part)).collect::<Vec<_>>().join(" and "));
    }
    filters
}

impl Document {
    /// Finds what coordinates mean.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn find(&self, wanted: &Coordinates) -> Result<Finding, Message> {
        let mut search = None;
        for place in self.places(wanted) {
            for filter in self.filters(wanted, &place) {
                match self.first_hit(&filter)? {
                    First::Hit { address, row } => {
                        // Of the rows that were done with, the last.
                        let done = wanted.rows.map(|rows| rows.saturating_sub(wanted.events.is_some().into()));
                        let path = row.map(u64::from).or(done).map(|row| format!("rows[{row}]"));
                        let filter = shown_filter(&place, wanted);
                        return Ok(Finding::Event { address, path, filter });
                    }
                    First::Nothing => {}
                    First::TooMuch => {
                        search = search.or_else(|| Some(shown_filter(&place, wanted)));
                        break;
                    }
                }
            }
        }
        Ok(search.map_or(Finding::Nothing, |filter| Finding::Search { filter }))
    }

    /// Where they may be, the surest first, as filters.
    fn places(&self, wanted: &Coordinates) -> Vec<String> {
        let mut places = Vec::new();
        let exact = wanted.end.and_then(|end| self.ending_at(end));
        places.extend(exact.map(|start| format!("pos:{start}")));
        if let Some(gtid) = &wanted.gtid {
            places.extend(wanted.end.map(|end| format!("gtid:{gtid} and end_log_pos:{}", low(end))));
            places.push(format!("gtid:{gtid}"));
        }
        let relayed = wanted.relay.as_ref().filter(|(name, _)| is_named(&self.name, name));
        let own = if relayed.is_some() { relayed.map(|(_, position)| *position) } else { wanted.start };
        // Where an event is named by its end, the beginning of its transaction says less.
        if wanted.end.is_none() || relayed.is_some() {
            places.extend(own.and_then(|start| self.beginning_at(start, wanted)));
        }
        // A relay log has its events elsewhere, under the source's positions.
        places.extend(wanted.end.map(|end| format!("end_log_pos:{}", low(end))));
        places
    }

    /// The item that ends at a position and says so.
    fn ending_at(&self, end: u64) -> Option<u64> {
        let located = self.locate(&self.main_address(end.checked_sub(1)?)).ok()?;
        let header = EventHeader::peek_in(&located.bytes, &located.format)?;
        // Servers leave it 0 in some events; the end is then all there is.
        let says_so = u64::from(header.log_pos) == low(end) || header.log_pos == 0;
        (located.entry.end == end && says_so).then_some(located.entry.start)
    }

    /// What begins at a position: a transaction, or the event after so many.
    fn beginning_at(&self, start: u64, wanted: &Coordinates) -> Option<String> {
        let entry = self.entry_at(start)?;
        let located = self.locate_entry(entry).ok()?;
        if located.entry.start != start {
            return None;
        }
        if let Some(done) = wanted.events {
            let after = self.locate_entry(entry + done).ok()?;
            return Some(format!("pos:{}", after.entry.start));
        }
        let transaction = self.unit_of_entry(entry).and_then(|unit| self.unit(unit)).filter(|unit| unit.transaction);
        let whole = transaction.filter(|unit| unit.first_entry == entry && wanted.table.is_some());
        Some(match whole {
            Some(unit) => format!("txn:{}", unit.transactions_before + 1),
            None => format!("pos:{start}"),
        })
    }

    /// From all that is known to the place alone.
    fn filters(&self, wanted: &Coordinates, place: &str) -> Vec<String> {
        let mut filters = Vec::new();
        if let Some(table) = wanted.table.as_ref().map(quoted_table) {
            let op = match wanted.op {
                Some(op) => format!("op:{}", op.text()),
                None => "op:insert,update,delete".into(),
            };
            if let Some(key) = &wanted.key {
                filters.extend(key_filters(key).iter().map(|key| format!("{place} and {table} and {op} and {key}")));
            }
            filters.push(format!("{place} and {table} and {op}"));
            filters.push(format!("{place} and {table}"));
            // An event of another table is not the one that is meant, but a transaction may be.
            if wanted.end.is_some() && wanted.gtid.is_none() {
                return filters;
            }
        }
        filters.push(place.to_owned());
        filters
    }

    /// The first event that matches; of one with rows, the first row.
    fn first_hit(&self, text: &str) -> Result<First, Message> {
        let Ok(filter) = Filter::parse(text) else { return Ok(First::Nothing) };
        let mut search = Search::new(Arc::new(filter));
        let mut read = 0;
        for block in 0..self.index().blocks.len() {
            let mut first: Option<(u64, Option<u64>, Option<u32>)> = None;
            let matches = self.matches_in_block(&mut search, block, &mut |hit: Hit<'_>| {
                let row = hit.rows.and_then(|rows| rows.first().copied());
                first = first.or(Some((hit.entry, hit.inner, row)));
            })?;
            if let Some((entry, inner, row)) = first {
                let address = self.address_of(entry).map(|holder| match inner {
                    Some(inner) => self.address_inside(&holder, inner).unwrap_or(holder),
                    None => holder,
                });
                return Ok(address.map_or(First::Nothing, |address| First::Hit { address, row }));
            }
            read += usize::from(!matches.skipped);
            if read > MOST_BLOCKS {
                return Ok(First::TooMuch);
            }
        }
        Ok(First::Nothing)
    }

    fn address_inside(&self, holder: &Address, inner: u64) -> Option<Address> {
        let space = self.listed_space(holder.offset).ok()?;
        let entry = space.entries.get(usize::try_from(inner).ok()?)?;
        Some(Address { space: space.name.clone(), offset: entry.start })
    }
}

/// Positions are told by their low 32 bits.
fn low(position: u64) -> u64 {
    position & u64::from(u32::MAX)
}

/// Whether a file has a log's name, as a copy of it may be called.
fn is_named(file: &str, log: &str) -> bool {
    file == log || file.strip_prefix(log).is_some_and(|rest| rest.starts_with('.'))
}

fn shown_filter(place: &str, wanted: &Coordinates) -> String {
    match &wanted.table {
        Some(table) if !place.starts_with("pos:") => format!("{place} and {}", quoted_table(table)),
        _ => place.to_owned(),
    }
}
