//! The packets as rows of a list, under the headings of what they are about.

use binlog_format::names;
use mysql_protocol::framer::HEADER;
use mysql_protocol::stream::EventPacket;
use mysql_protocol::{Direction, Kind};
use serde::{Deserialize, Serialize};

use super::shown::of_suspicion;
use super::{Ladder, Stage, context, words};
use crate::view::{Address, Message};

/// Bytes of a packet that its line is made of.
const LINE_BYTES: u64 = 64 << 10;

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LadderRow {
    /// Here begins another stage.
    Stage {
        /// Number of the row, from 0.
        row: u64,
        /// Which, by [`Stage::id`].
        stage: String,
        /// The client asks for a stream later.
        before_dump: bool,
        /// How many packets it has so far.
        packets: u64,
    },
    /// A packet.
    Packet(PacketRow),
}

/// A packet in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PacketRow {
    /// Number of the row, from 0.
    pub row: u64,
    /// From 1, among all packets of the conversation.
    pub number: u64,
    /// Its first byte: that of its frame's header.
    pub address: Address,
    /// The client says it.
    pub client: bool,
    /// As the manuals call it, or the type of the event in it.
    pub name: String,
    /// What it says.
    pub summary: String,
    /// Bytes, without headers of frames.
    pub length: u64,
    /// Bytes on the wire.
    pub wire_length: u64,
    /// Of its first frame.
    pub sequence: u8,
    /// Microseconds since 1970; 0 if that is not known.
    pub time: u64,
    /// It does not say what was meant: what was, if it is at hand.
    pub doubt: Option<Message>,
    /// It does not say what was meant.
    pub marked: bool,
    /// It does not decode, or not all of it is there.
    pub faulty: bool,
    /// It has an event.
    pub event: bool,
}

impl Ladder {
    /// How many rows the list has.
    pub fn rows(&self) -> u64 {
        (self.entries.len() + self.sections.len()) as u64
    }

    /// Rows `from .. from + count`.
    pub fn list(&self, from: u64, count: u32) -> Vec<LadderRow> {
        let to = from.saturating_add(count.into()).min(self.rows());
        (from..to).filter_map(|row| self.row(row)).collect()
    }

    /// The row of the packet that covers a byte.
    pub fn rank(&self, offset: u64) -> Option<u64> {
        let number = self.covering(offset)?;
        let headings = self.sections.partition_point(|(first, _)| *first as usize <= number);
        Some((number + headings) as u64)
    }

    fn row(&self, row: u64) -> Option<LadderRow> {
        // The last heading at or before the row.
        let mut at = 0;
        let mut size = self.sections.len();
        while size > 0 {
            let half = size / 2;
            let heading =
                self.sections.get(at + half).map_or(u64::MAX, |(first, _)| u64::from(*first) + (at + half) as u64);
            if heading <= row {
                at += half + 1;
                size -= half + 1;
            } else {
                size = half;
            }
        }
        let (first, stage) = *self.sections.get(at.checked_sub(1)?)?;
        if u64::from(first) + at as u64 - 1 == row {
            let end = self.sections.get(at).map_or(self.entries.len() as u64, |(next, _)| u64::from(*next));
            let later = self.sections.get(at..).unwrap_or_default();
            return Some(LadderRow::Stage {
                row,
                stage: stage.id().into(),
                before_dump: later.iter().any(|(_, stage)| *stage == Stage::Dump),
                packets: end - u64::from(first),
            });
        }
        let number = usize::try_from(row - at as u64).ok()?;
        self.packet_row(row, number).map(LadderRow::Packet)
    }

    fn packet_row(&self, row: u64, number: usize) -> Option<PacketRow> {
        let entry = self.entries.get(number)?;
        let payload = self.read(number, HEADER as u64, LINE_BYTES).unwrap_or_default();
        let event = payload.get(EventPacket::bytes_before(&payload)..).unwrap_or_default();
        let format = self.format_before(number as u32, event);
        let state = self.state_before(number as u32);
        Some(PacketRow {
            row,
            number: number as u64 + 1,
            address: Address { space: self.space.clone(), offset: entry.start },
            client: entry.from == Direction::Client,
            name: self.name(number),
            summary: words::line(&state, entry.from, &payload, &context::without_tables(&format)),
            length: self.entry_end(number) - entry.start - HEADER as u64,
            wire_length: entry.wire.into(),
            sequence: entry.sequence,
            time: entry.time,
            doubt: entry.marked.then(|| self.doubt(number, &payload)).flatten(),
            marked: entry.marked,
            faulty: entry.faulty,
            event: entry.kind == Kind::Event,
        })
    }

    /// What was probably meant by a packet.
    fn doubt(&self, number: usize, payload: &[u8]) -> Option<Message> {
        let entry = self.entries.get(number)?;
        let mut first = None;
        let state = self.state_before(number as u32);
        self.suspicions(&state, number as u32, entry.from, payload, &mut |doubt| {
            first.get_or_insert_with(|| of_suspicion(&doubt));
        });
        first
    }

    /// As the manuals call a packet, or the event in it.
    pub(super) fn name(&self, number: usize) -> String {
        let Some(entry) = self.entries.get(number) else { return String::new() };
        match (entry.kind, names::event_type(entry.event)) {
            (Kind::Event, Some(name)) if entry.event != 0 => name.into(),
            (kind, _) => kind.name().into(),
        }
    }
}
