//! One packet with its fields.

use binlog_format::catalogue::FieldId;
use binlog_format::event::Context;
use binlog_format::tree::{FieldTree, parse_path};
use binlog_format::{Body, DecodeError, Format, names};
use mysql_protocol::framer::HEADER;
use mysql_protocol::sense::{Code, Suspicion};
use mysql_protocol::stream::EventPacket;
use mysql_protocol::{Direction, Kind, Packet};

use super::{Ladder, MAX_SHOWN, context, doubts, read_error, words};
use crate::messages;
use crate::present::{self, BitmapItems, Shown};
use crate::space::holder::Holder;
use crate::view::{Address, EventView, Family, FieldNode, Message, RowContent, SpaceView};

/// A doubt as a sentence. Flags and checksums are read in hexadecimal.
pub fn of_suspicion(suspicion: &Suspicion) -> Message {
    let id = format!("sense-{}", suspicion.code.id().replace('_', "-"));
    let number = |number: u64| match suspicion.code {
        Code::DumpFlagsSwapped => format!("0x{number:04x}"),
        Code::ChecksumNotThere | Code::ChecksumUnread => format!("0x{number:08x}"),
        _ => number.to_string(),
    };
    Message::new(id).text("said", number(suspicion.said)).text("meant", number(suspicion.meant))
}

/// A packet's bytes and what they are read by.
struct Read {
    number: usize,
    framed: Vec<u8>,
    format: Format,
}

impl Read {
    fn payload(&self) -> &[u8] {
        self.framed.get(HEADER..).unwrap_or_default()
    }
}

impl Ladder {
    fn whole(&self, offset: u64) -> Result<Read, Message> {
        let missing = || Message::new("failed-address").text("address", format!("{}/{offset}", self.space));
        let number = self.covering(offset).ok_or_else(missing)?;
        let framed = self.read(number, 0, MAX_SHOWN).map_err(|error| read_error(offset, &error))?;
        let payload = framed.get(HEADER..).unwrap_or_default();
        let event = payload.get(EventPacket::bytes_before(payload)..).unwrap_or_default();
        let format = self.format_before(number as u32, event);
        Ok(Read { number, format, framed })
    }

    /// Reads it again, observed.
    fn observe<'a>(
        &self, read: &'a Read, context: &Context<'_>, tree: &mut FieldTree<'a>,
    ) -> Result<Packet<'a>, DecodeError> {
        let state = self.state_before(read.number as u32);
        let from = self.entries.get(read.number).map_or(Direction::Server, |entry| entry.from);
        state.read_framed(from, &read.framed, Some(context), tree)
    }

    fn nodes(&self, read: &Read, tree: &FieldTree<'_>, context: &Context<'_>, base: u64) -> Vec<FieldNode> {
        let state = self.state_before(read.number as u32);
        let from = self.entries.get(read.number).map_or(Direction::Server, |entry| entry.from);
        let packet = state.read(from, read.payload(), Some(context), ());
        let plan = match &packet {
            Ok(Packet::Event(EventPacket { event: Some(Ok(event)), .. })) => match &event.body {
                Ok(Body::Rows(rows)) => context.tables.and_then(|tables| tables.get(rows.table_id)),
                _ => None,
            },
            _ => None,
        };
        let shown = Shown {
            holder: Holder::alone(&self.space, base),
            bytes: &read.framed,
            opens: None,
            plan: plan.map(|plan| &**plan),
            items: BitmapItems::default(),
        };
        let mut nodes = present::nodes(tree, &shown);
        for node in &mut nodes {
            // What a compressed value holds is shown in the log, whose spaces open.
            node.opens = None;
        }
        doubts(read.payload(), &packet, context, &mut |suspicion| {
            mark(&mut nodes, suspicion.field, &of_suspicion(&suspicion));
        });
        nodes
    }

    /// The packet that covers a byte of the space, with its fields.
    ///
    /// # Errors
    ///
    /// Nothing is there, or it cannot be read again.
    pub fn event(&self, offset: u64) -> Result<EventView, Message> {
        let read = self.whole(offset)?;
        let number = read.number;
        let missing = || Message::new("failed-address").text("address", format!("{}/{offset}", self.space));
        let entry = *self.entries.get(number).ok_or_else(missing)?;
        let plans = self.plans_before(number, &read.format);
        let context = context::without_tables(&read.format).with_tables(&plans);
        let mut tree = FieldTree::new();
        let packet = self.observe(&read, &context, &mut tree);
        let base = entry.start;
        let state = self.state_before(number as u32);
        let fault = match &packet {
            Err(error) => Some(messages::of_error(error, base + HEADER as u64)),
            Ok(Packet::Event(EventPacket { event: Some(event), bytes, .. })) => {
                let at = base + (read.framed.len() - bytes.len()) as u64;
                let error = match event {
                    Err(error) => Some(*error),
                    Ok(event) => event.error(),
                };
                error.map(|error| messages::of_error(&error, at))
            }
            Ok(_) => None,
        };
        let mut doubt = None;
        let plain = state.read(entry.from, read.payload(), Some(&context), ());
        doubts(read.payload(), &plain, &context, &mut |suspicion| {
            doubt.get_or_insert_with(|| of_suspicion(&suspicion));
        });
        let gone = || (self.entry_end(number) - base > read.framed.len() as u64).then(|| self.cut(&read, base));
        Ok(EventView {
            address: Address { space: self.space.clone(), offset: base },
            end: self.entry_end(number),
            number: number as u64 + 1,
            transaction: None,
            content: RowContent::Event {
                number: number as u64 + 1,
                type_code: entry.event,
                type_name: self.name(number),
                summary: words::line(&state, entry.from, read.payload(), &context),
                timestamp: u32::try_from(entry.time / 1_000_000).unwrap_or(0),
                server_id: 0,
                checksum_ok: None,
                family: if entry.kind == Kind::Event { crate::summary::family(entry.event) } else { Family::Other },
                matching_rows: None,
            },
            nodes: self.nodes(&read, &tree, &context, base),
            error: doubt.or_else(gone).or(fault),
            explanation: match names::event_type(entry.event) {
                Some(name) if entry.kind == Kind::Event => format!("event_type.{}", name.to_lowercase()),
                _ => format!("packet_kind.{}", entry.kind.id()),
            },
        })
    }

    /// Not all of a packet is there, or it is too large to be shown.
    fn cut(&self, read: &Read, base: u64) -> Message {
        let length = self.entry_end(read.number) - base;
        if read.framed.len() as u64 >= MAX_SHOWN {
            return Message::new("packet-large").number("size", length).number("limit", MAX_SHOWN);
        }
        Message::new("packet-missing").number("at", base + read.framed.len() as u64)
    }

    /// The nodes below a collapsed one.
    ///
    /// # Errors
    ///
    /// As [`event`](Self::event).
    pub fn children(&self, offset: u64, path: &str) -> Result<Vec<FieldNode>, Message> {
        let steps = parse_path(path).ok_or_else(|| Message::new("failed-path").text("path", path))?;
        let read = self.whole(offset)?;
        let plans = self.plans_before(read.number, &read.format);
        let context = context::without_tables(&read.format).with_tables(&plans);
        let mut tree = FieldTree::under(steps);
        // Faults are nodes of the tree.
        let _ = self.observe(&read, &context, &mut tree);
        let base = self.entries.get(read.number).map_or(0, |entry| entry.start);
        Ok(self.nodes(&read, &tree, &context, base))
    }

    /// Where the packet that covers a byte begins.
    pub fn start_of(&self, offset: u64) -> Option<u64> {
        self.entries.get(self.covering(offset)?).map(|entry| entry.start)
    }

    /// Where the packet before or after one begins; the first and the last for none.
    pub fn neighbour(&self, offset: Option<u64>, forwards: bool) -> Option<u64> {
        let number = match (offset, forwards) {
            (Some(offset), true) => self.covering(offset)? + 1,
            (Some(offset), false) => self.covering(offset)?.checked_sub(1)?,
            (None, true) => 0,
            (None, false) => self.entries.len().checked_sub(1)?,
        };
        self.entries.get(number).map(|entry| entry.start)
    }

    /// Its space, as screens name it.
    pub fn view(&self) -> SpaceView {
        SpaceView { space: self.space.clone(), transform: "packets".into(), size: self.end }
    }
}

/// Puts a doubt on the field that it is about.
fn mark(nodes: &mut [FieldNode], field: FieldId, doubt: &Message) {
    if let Some(node) = nodes.iter_mut().find(|node| node.id == field.entry().id) {
        node.error = Some(doubt.clone());
    }
}
