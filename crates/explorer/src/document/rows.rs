//! Rows of the list.

use binlog_format::event::decode_unobserved;
use binlog_format::framer::{FrameChecksum, SpanKind};
use binlog_format::header::EventHeader;
use binlog_format::names::code;

use super::{Document, Located};
use crate::outline::Outline;
use crate::row_map::RowAt;
use crate::scan::EntryKind;
use crate::view::{Address, ListMode, ListRow, Message, RowContent};
use crate::{messages, summary};

/// Events of a transaction that are looked at for its line.
const SUMMARY_EVENTS: u64 = 12;

impl Document {
    /// How many rows the list has.
    pub fn row_count(&self) -> u64 {
        if let Some(sorted) = &self.sorted {
            return self.sorted_count(sorted);
        }
        match &self.filtered {
            Some(filtered) => self.filtered_count(filtered),
            None => self.preceding() + self.rows.length(self),
        }
    }

    /// Rows of the list, from `from` on.
    pub fn list(&self, from: u64, count: u32) -> Vec<ListRow> {
        let to = from.saturating_add(count.into()).min(self.row_count());
        (from..to).filter_map(|row| self.list_row(row)).collect()
    }

    fn list_row(&self, row: u64) -> Option<ListRow> {
        if let Some(sorted) = &self.sorted {
            return self.sorted_row(sorted, row);
        }
        if let Some(filtered) = &self.filtered {
            return self.filtered_row(filtered, row);
        }
        let before = self.preceding();
        if row < before {
            return self.preceding_row(row);
        }
        let mut own = self.main_row(row - before)?;
        own.row = row;
        if own.level == 1 {
            own.position += before;
            own.siblings += before;
        }
        Some(own)
    }

    fn main_row(&self, row: u64) -> Option<ListRow> {
        match self.rows.at(self, row)? {
            RowAt::Transaction(unit) => self.transaction_row(row, unit),
            RowAt::Entry(entry) => self.entry_row(row, entry),
            RowAt::Inner(entry, inner) => self.inner_row(row, entry, inner),
        }
    }

    pub(super) fn transaction_row(&self, row: u64, number: u64) -> Option<ListRow> {
        let unit = self.unit(number)?;
        let first = self.locate_entry(unit.first_entry).ok()?;
        let last = self.locate_entry(unit.first_entry + unit.entries - 1).ok()?;
        let header = EventHeader::peek_in(&first.bytes, first.context().format).unwrap_or_default();
        let label = decode_unobserved(&first.bytes, &first.context()).map(|event| summary::transaction_label(&event));
        Some(ListRow {
            row,
            level: 1,
            position: number + 1,
            siblings: self.units(),
            address: self.main_address(first.entry.start),
            end: last.entry.end,
            expanded: Some(self.rows.is_open(number)),
            content: RowContent::Transaction {
                number: unit.transactions_before + 1,
                label: label.unwrap_or_default(),
                summary: self.transaction_summary(unit.first_entry, unit.entries),
                events: unit.entries,
                complete: last.entry.place.ends,
                timestamp: header.timestamp,
            },
        })
    }

    /// Tables touched, or the statement.
    fn transaction_summary(&self, first: u64, entries: u64) -> String {
        let mut tables: Vec<String> = Vec::new();
        let mut statement = String::new();
        for number in first..first + entries.min(SUMMARY_EVENTS) {
            let Ok(located) = self.locate_entry(number) else { break };
            let interesting = matches!(
                located.entry.kind(),
                Some(
                    code::TABLE_MAP
                        | code::QUERY
                        | code::QUERY_COMPRESSED
                        | code::LOAD
                        | code::NEW_LOAD
                        | code::CREATE_FILE
                        | code::EXECUTE_LOAD_QUERY
                        | code::TRANSACTION_PAYLOAD
                )
            );
            if !interesting {
                continue;
            }
            let Ok(event) = decode_unobserved(&located.bytes, &located.context()) else { continue };
            let holder = self.holder(self.main_space(), located.entry.start);
            let line = summary::line(&event, None, holder);
            match located.entry.kind() {
                Some(code::TABLE_MAP) if !tables.contains(&line) => tables.push(line),
                Some(code::TABLE_MAP) => {}
                Some(code::TRANSACTION_PAYLOAD) => {
                    if let Ok(space) = self.space(&crate::space::name(self.main_space(), located.entry.start)) {
                        return space.tables();
                    }
                }
                _ if !matches!(line.as_str(), "BEGIN" | "COMMIT" | "ROLLBACK") && statement.is_empty() => {
                    statement = line
                }
                _ => {}
            }
        }
        if tables.is_empty() { statement } else { tables.join(", ") }
    }

    pub(super) fn entry_row(&self, row: u64, number: u64) -> Option<ListRow> {
        let located = self.locate_entry(number).ok()?;
        let (level, position, siblings) = match self.rows.mode() {
            ListMode::Plain => (1, number + 1, self.entries()),
            ListMode::Transactions => {
                let unit_number = self.unit_of_entry(number)?;
                let unit = self.unit(unit_number)?;
                if unit.transaction {
                    (2, number - unit.first_entry + 1, unit.entries)
                } else {
                    (1, unit_number + 1, self.units())
                }
            }
        };
        let payload = match located.entry.what {
            // Fragments are put together below the first of them.
            EntryKind::Event { kind: code::PARTIAL_ROW_DATA, .. } => {
                located.fragment().is_some_and(|fragment| fragment.fragment_number == 1)
            }
            EntryKind::Event { kind, .. } => kind == code::TRANSACTION_PAYLOAD,
            EntryKind::Span(span) => matches!(span.kind, SpanKind::Chunk(_)),
        };
        Some(ListRow {
            row,
            level,
            position,
            siblings,
            address: self.main_address(located.entry.start),
            end: located.entry.end,
            // What a compressed part inflates to stands in the fields; its row opens for a link.
            expanded: (payload || self.rows.is_payload_open(number)).then(|| self.rows.is_payload_open(number)),
            content: self.content(self.main_space(), &located, self.event_number(number)),
        })
    }

    pub(super) fn inner_row(&self, row: u64, entry: u64, inner: u64) -> Option<ListRow> {
        let holder = self.locate_entry(entry).ok()?;
        let space = self.listed_space(holder.entry.start).ok()?;
        let at = space.entries.get(inner as usize)?;
        let address = Address { space: space.name.clone(), offset: at.start };
        let located = self.locate(&address).ok()?;
        let level = if self.rows.mode() == ListMode::Plain { 2 } else { 3 };
        Some(ListRow {
            row,
            level,
            position: inner + 1,
            siblings: space.entries.len() as u64,
            address,
            end: at.end,
            expanded: None,
            content: self.content(&space.name, &located, inner + 1),
        })
    }

    /// The number of an event of the source, from 1; spans do not count.
    pub(super) fn event_number(&self, entry: u64) -> u64 {
        let index = self.scanner.index();
        let Some(number) = index.block_of_entry(entry) else { return 0 };
        let (Some(block), Some(items)) = (index.blocks.get(number), self.block(number)) else { return 0 };
        let before = (entry - block.first_entry) as usize;
        let events = items.entries.iter().take(before + 1).filter(|entry| entry.kind().is_some()).count();
        block.first_event + events as u64
    }

    pub(super) fn content(&self, space: &str, located: &Located, number: u64) -> RowContent {
        match located.entry.what {
            EntryKind::Span(span) => RowContent::Span {
                kind: span.kind.text().into(),
                error: span.error.map(|error| messages::of_error(&error, span.start)).or_else(|| match span.kind {
                    SpanKind::Hole if self.part().is_none() => {
                        Some(Message::new("error-hole").number("at", span.start))
                    }
                    _ => None,
                }),
            },
            EntryKind::Event { kind, checksum, .. } => {
                let header = EventHeader::peek_in(&located.bytes, located.context().format).unwrap_or_default();
                let event = decode_unobserved(&located.bytes, &located.context());
                let line = event.map(|event| {
                    let plan = match &event.body {
                        Ok(binlog_format::Body::Rows(rows)) => located.plans.get(rows.table_id),
                        _ => None,
                    };
                    summary::line(&event, plan.map(|plan| &**plan), self.holder(space, located.entry.start))
                });
                RowContent::Event {
                    number,
                    type_code: header.type_code,
                    type_name: summary::type_name(kind).into(),
                    summary: line.unwrap_or_default(),
                    timestamp: header.timestamp,
                    server_id: header.server_id,
                    checksum_ok: match checksum {
                        FrameChecksum::Absent => None,
                        other => other.ok(),
                    },
                    family: summary::family(kind),
                    matching_rows: None,
                }
            }
        }
    }

    /// Opens or closes a payload in the list.
    pub fn expand_payload(&mut self, address: &Address, open: bool) -> Result<(), Message> {
        let entry = self.entry_at(address.offset).filter(|_| address.space == self.main_space());
        let entry = entry.ok_or_else(|| Message::new("failed-no-event").text("address", address.to_string()))?;
        if self.filtered.is_some() && self.sorted.is_none() {
            // One that does not match is not in the list.
            let _ = self.expand_filtered_payload(entry, open);
            return Ok(());
        }
        let inside = if open { Some(self.listed_space(address.offset)?.entries.len() as u64) } else { None };
        self.rows.expand_payload(entry, inside);
        Ok(())
    }

    /// Opens or closes the transaction that begins at (or covers) an address.
    pub fn expand_transaction(&mut self, address: &Address, open: bool) -> Result<(), Message> {
        let entry = self.entry_at(address.offset).filter(|_| address.space == self.main_space());
        let unit = entry.and_then(|entry| self.unit_of_entry(entry));
        let unit = unit.ok_or_else(|| Message::new("failed-no-event").text("address", address.to_string()))?;
        if self.sorted.is_some() {
            self.expand_sorted(unit, open);
        } else if self.filtered.is_some() {
            // One that has no match is not in the list.
            let _ = self.expand_filtered(unit, open);
        } else {
            self.rows.expand(unit, open);
        }
        Ok(())
    }

    /// The row of an item; what hides it is opened. Under a filter an item that does not match has none.
    pub fn reveal(&mut self, address: &Address) -> Result<u64, Message> {
        let missing = || Message::new("failed-no-event").text("address", address.to_string());
        let before = self.preceding();
        if self.is_sealed(&address.space) {
            return Err(Message::new("failed-encrypted").text("address", address.to_string()));
        }
        let path = match self.below_main(&address.space) {
            Some(path) => path,
            // Bytes of an encrypted source: MySQL's have rows of their own, MariaDB's events have
            // the same offsets when they are clear.
            None if address.space == "0" && before == 0 => "",
            None if address.space == "0" => {
                let precedes = |row: &u64| self.preceding_start(*row).is_some_and(|start| start <= address.offset);
                return (0..before).rfind(precedes).ok_or_else(missing);
            }
            None => return Err(missing()),
        };
        let inside = !path.is_empty();
        let outermost = path.split('/').next().unwrap_or_default();
        let offset = if inside { outermost.parse().map_err(|_| missing())? } else { address.offset };
        let entry = self.entry_at(offset).ok_or_else(missing)?;
        if self.sorted.is_some() {
            return self.reveal_sorted(entry).ok_or_else(missing);
        }
        if self.filtered.is_some() {
            let holder = self.locate_entry(entry)?.entry.start;
            let listed = inside && self.listed_space(holder).is_ok_and(|space| space.name == address.space);
            let inner = if listed { Some(self.locate(address)?.number) } else { None };
            return self.reveal_filtered(entry, inner).ok_or_else(missing);
        }
        if self.rows.mode() == ListMode::Transactions {
            let unit = self.unit_of_entry(entry).ok_or_else(missing)?;
            if self.unit(unit).is_some_and(|unit| unit.transaction) {
                self.rows.expand(unit, true);
            }
        }
        let mut inner = None;
        // A column value has no row of its own: the event that holds it is shown.
        let holder = self.locate_entry(entry)?.entry.start;
        if inside && self.listed_space(holder).is_ok_and(|space| space.name == address.space) {
            self.expand_payload(&self.main_address(offset), true)?;
            inner = Some(self.locate(address)?.number);
        }
        self.rows.rank(self, entry, inner).map(|row| before + row).ok_or_else(missing)
    }
}
