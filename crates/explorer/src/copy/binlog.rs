//! `BINLOG '…'` statements, which servers execute: as their tools print them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use binlog_format::event::{Context, decode};
use binlog_format::format::version_numbers;
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::rows::{Operation, RowsHead, STMT_END, is_compressed};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{Checksum, DecodeError, Flavor, Format, Value, field};

use super::{MAX_COPIED, too_large};
use crate::choice::Choice;
use crate::cut::{set_in_event, set_in_header};
use crate::document::{Document, Located};
use crate::scan::Entry;
use crate::view::{Address, Message};

/// Characters of a line of base64; lines of events begin anew.
const LINE: usize = 76;

/// What servers execute of such statements. Source: MySQL `sql/sql_binlog.cc` (`check_event_type`).
fn is_executed(kind: u8) -> bool {
    matches!(kind, code::FORMAT_DESCRIPTION | code::TABLE_MAP | code::ROWS_QUERY) || Operation::of(kind).is_some()
}

/// A statement of these events.
fn statement(events: &[Vec<u8>]) -> String {
    let mut out = String::from("BINLOG '\n");
    for event in events {
        let text = STANDARD.encode(event);
        // Base64 is ASCII: no character is cut.
        for at in (0..text.len()).step_by(LINE) {
            out.push_str(text.get(at..(at + LINE).min(text.len())).unwrap_or_default());
            out.push('\n');
        }
    }
    out.push_str("'/*!*/;\n");
    out
}

/// What a session needs between a format description and rows: the former leaves open whose transaction follows, and a
/// MySQL server that gives GTIDs takes none without one. Other servers do not know the variable.
fn own_transaction(format: &Format) -> &'static str {
    const SINCE: [u8; 3] = [5, 6, 5];
    if format.flavor == Flavor::Mysql && version_numbers(format.version()) >= SINCE {
        "SET @@SESSION.GTID_NEXT= 'AUTOMATIC'/*!*/;\n"
    } else {
        ""
    }
}

/// Where the compressed part of an event begins.
#[derive(Default)]
struct PartStart(Option<u32>);

impl<'a> Trace<'a> for PartStart {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, start: u32, _: u32, _: Value<'a>) {
        if slot.field == field::COMPRESSED_HEADER {
            self.0 = Some(start);
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// The type that rows of a compressed type have without compression.
const fn plain_type(kind: u8) -> u8 {
    if kind < code::WRITE_ROWS_COMPRESSED {
        kind - code::WRITE_ROWS_COMPRESSED_V1 + code::WRITE_ROWS_V1
    } else {
        kind - code::WRITE_ROWS_COMPRESSED + code::WRITE_ROWS
    }
}

/// A compressed rows event as it is without compression: MariaDB executes no other, and its tool prints it so.
fn plain(bytes: &[u8], context: &Context<'_>, images: &[u8]) -> Option<Vec<u8>> {
    let mut start = PartStart::default();
    decode(bytes, context, &mut start).ok()?;
    let mut out = bytes.get(..start.0? as usize)?.to_vec();
    out.extend_from_slice(images);
    if context.checksum {
        out.extend([0; 4]);
    }
    let (length, size) = (context.format.header_length(&out), out.len() as u64);
    set_in_header(&mut out, length, field::EVENT_HEADER_TYPE_CODE, |kind| plain_type(kind as u8).into());
    set_in_header(&mut out, length, field::EVENT_HEADER_EVENT_SIZE, |_| size);
    renew(&mut out, context);
    Some(out)
}

/// Makes the checksum right, where there is one.
fn renew(bytes: &mut [u8], context: &Context<'_>) {
    if context.checksum
        && let Some(checksum) = EventHeader::peek(bytes).and_then(|header| header.checksum_over(bytes))
        && let Some(stored) = bytes.last_chunk_mut::<4>()
    {
        *stored = checksum.to_le_bytes();
    }
}

/// An event from a place without checksums, as it is where they are.
fn with_checksum(mut bytes: Vec<u8>, context: &Context<'_>) -> Vec<u8> {
    let length = context.format.header_length(&bytes);
    let Some(checksum) = EventHeader::checksum_if_stored(&bytes) else { return bytes };
    set_in_header(&mut bytes, length, field::EVENT_HEADER_EVENT_SIZE, |size| size + 4);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// A rows event that ends its statement: a server keeps the tables of others locked.
fn ending(mut bytes: Vec<u8>, context: &Context<'_>) -> Vec<u8> {
    let ends = RowsHead::peek(&bytes, context).is_ok_and(|rows| rows.flags & STMT_END != 0);
    if ends {
        return bytes;
    }
    set_in_event(&mut bytes, context, field::ROWS_FLAGS, |flags| flags | u64::from(STMT_END));
    renew(&mut bytes, context);
    bytes
}

impl Document {
    /// Statements of an event with its format description and the table maps of its rows; of a payload those of all
    /// rows in it.
    pub(super) fn binlog_of(&self, address: &Address) -> Result<String, Message> {
        let located = self.locate(address)?;
        let Some(kind) = located.entry.kind() else { return Err(Message::new("copy-no-event")) };
        let size = located.entry.end - located.entry.start;
        if size > MAX_COPIED {
            return Err(too_large(size));
        }
        let (description, mut maps) = self.context_of(address, located.entry.start)?;
        let mut out = statement(std::slice::from_ref(&description.bytes));
        if kind == code::FORMAT_DESCRIPTION {
            return Ok(out);
        }
        let main = address.space == self.main_space();
        if main && let Some(inside) = self.statements_inside(address, &located, &description)? {
            return Ok(out + own_transaction(&description.format) + &inside);
        }
        if !main {
            maps = self.maps_inside(address, &located)?;
        }
        let mut events = if Operation::of(kind).is_some() { maps } else { Vec::new() };
        events.push(self.executable(address, &located, kind));
        if !main && description.format.checksum == Checksum::Crc32 {
            let context = located.context();
            events = events.into_iter().map(|bytes| with_checksum(bytes, &context)).collect();
        }
        if !is_executed(kind) {
            out.insert_str(0, "# Servers execute only format descriptions, table maps and rows from BINLOG.\n");
        } else {
            out += own_transaction(&description.format);
        }
        Ok(out + &statement(&events))
    }

    /// An event as a server executes it.
    fn executable(&self, address: &Address, located: &Located, kind: u8) -> Vec<u8> {
        let bytes = located.bytes.clone();
        if Operation::of(kind).is_none() {
            return bytes;
        }
        let context = located.context();
        let images = if is_compressed(kind) { self.opens(address, located) } else { None };
        let images = images.and_then(|name| self.space(&name).ok()).filter(|images| images.error.is_none());
        let plain = images.and_then(|images| plain(&bytes, &context, &images.bytes));
        ending(plain.unwrap_or(bytes), &context)
    }

    /// The format description in force where an event of the listed space begins (or what holds it), and the table
    /// maps that its rows need.
    fn context_of(&self, address: &Address, start: u64) -> Result<(Described, Vec<Vec<u8>>), Message> {
        let chosen = self.choose(&Choice::Event(address.clone()))?;
        let (mut description, mut maps) = (None, Vec::new());
        let main = address.space == self.main_space();
        for range in &chosen.ranges {
            let mut at = range.start;
            while at < range.end {
                let Some(entry) = self.entry_at(at) else { break };
                let item = self.locate_entry(entry)?;
                at = item.entry.end.max(at + 1);
                match item.entry.kind() {
                    Some(code::FORMAT_DESCRIPTION) if !main || item.entry.start <= start => {
                        // Its own checksum is there, whatever it says of others.
                        let of_next = self.locate_entry(entry + 1).map_or(item.format, |next| next.format);
                        description = Some(Described { bytes: item.bytes, format: of_next });
                    }
                    Some(code::TABLE_MAP) if item.entry.start < start => maps.push(item.bytes),
                    _ => {}
                }
            }
        }
        description.map(|description| (description, maps)).ok_or_else(|| Message::new("cut-no-format"))
    }

    /// The table maps that are live where an event inside of another one begins.
    fn maps_inside(&self, address: &Address, located: &Located) -> Result<Vec<Vec<u8>>, Message> {
        let space = self.space(&address.space)?;
        let before = space.entries.get(..usize::try_from(located.number).unwrap_or(usize::MAX)).unwrap_or_default();
        let since = before.iter().rposition(Entry::forgets_maps).map_or(0, |at| at + 1);
        let maps = before.iter().skip(since).filter(|entry| entry.kind() == Some(code::TABLE_MAP));
        Ok(maps.map(|entry| space.slice(entry.start, entry.end).to_vec()).collect())
    }

    /// A statement for each one with rows inside of a payload; `None` if the event has none.
    fn statements_inside(
        &self, address: &Address, located: &Located, description: &Described,
    ) -> Result<Option<String>, Message> {
        let Some(name) = self.opens(address, located) else { return Ok(None) };
        let space = self.space(&name)?;
        let context = Context::new(&space.format);
        let mut out = String::new();
        let (mut events, mut rows): (Vec<Vec<u8>>, bool) = (Vec::new(), false);
        for entry in &space.entries {
            let Some(kind) = entry.kind() else { continue };
            let is_rows = Operation::of(kind).is_some();
            if is_rows || kind == code::TABLE_MAP {
                rows |= is_rows;
                let bytes = space.slice(entry.start, entry.end).to_vec();
                let checked = description.format.checksum == Checksum::Crc32;
                events.push(if checked { with_checksum(bytes, &context) } else { bytes });
            }
            if entry.forgets_maps() && rows {
                out += &statement(&std::mem::take(&mut events));
                rows = false;
                if out.len() as u64 > MAX_COPIED * 4 {
                    return Err(too_large(space.size));
                }
            }
        }
        Ok((!out.is_empty()).then_some(out))
    }
}

/// A format description, and what it says of the events behind it.
struct Described {
    bytes: Vec<u8>,
    format: binlog_format::Format,
}
