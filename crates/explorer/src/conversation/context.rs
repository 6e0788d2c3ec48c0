//! What events of a stream are decoded by.

use binlog_format::event::Context;
use binlog_format::framer::{FrameChecksum, Framer, Item, Start, Step, checksum};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::rows::Operation;
use binlog_format::{Checksum, Format};
use mysql_protocol::Kind;
use mysql_protocol::stream::EventPacket;

use super::{Ladder, MAX_HEAD};
use mysql_protocol::framer::HEADER;

/// Packets that are looked at before a rows event for the maps of its tables: a statement maps few tables.
const MAX_BACK: usize = 4096;

/// The format that a format description gives, and whether it has a checksum itself.
pub(super) fn format_of(bytes: &[u8]) -> Option<(Format, bool)> {
    let mut framer = Framer::new(Start::Events);
    framer.set_length(bytes.len() as u64, true);
    loop {
        match framer.step(bytes) {
            Step::Consumed(_, Some(Item::Event(frame))) => {
                return Some((*framer.format(), frame.checksum != FrameChecksum::Absent));
            }
            Step::Consumed(_, None) | Step::Back => {}
            _ => return None,
        }
    }
}

/// For an event whose tables do not matter.
pub(super) fn without_tables(format: &Format) -> Context<'_> {
    Context { checksum: format.checksum == Checksum::Crc32, ..Context::new(format) }
}

impl Ladder {
    /// The format that holds before a packet. Before a stream's first description nothing says whether events have
    /// checksums: the event itself does.
    pub(super) fn format_before(&self, number: u32, event: &[u8]) -> Format {
        let at = self.formats.partition_point(|(from, _)| *from < number);
        let known = at.checked_sub(1).and_then(|at| self.formats.get(at)).map(|(_, format)| *format);
        let mut format = known.unwrap_or_else(Format::assumed);
        if known.is_none()
            && let Some(header) = EventHeader::peek(event)
        {
            let mut carries = format;
            carries.checksum = Checksum::Crc32;
            let good = checksum(&carries, event, &header) == FrameChecksum::Good;
            format.checksum = if good { Checksum::Crc32 } else { Checksum::None };
        }
        // A description has a checksum by its own word.
        if EventHeader::peek(event).is_some_and(|header| header.type_code == code::FORMAT_DESCRIPTION)
            && let Some((_, carries)) = format_of(event)
        {
            format.checksum = if carries { Checksum::Crc32 } else { Checksum::None };
        }
        format
    }

    /// Table maps that are live before a packet.
    pub(super) fn plans_before(&self, number: usize, format: &Format) -> TablePlans {
        let mut plans = TablePlans::new();
        let event_of =
            |at: usize| self.entries.get(at).filter(|entry| entry.kind == Kind::Event).map(|entry| entry.event);
        if event_of(number).and_then(Operation::of).is_none() {
            return plans;
        }
        let of_statement = |kind: u8| {
            Operation::of(kind).is_some()
                || matches!(kind, code::TABLE_MAP | code::ROWS_QUERY | code::ANNOTATE_ROWS | code::HEARTBEAT)
        };
        let first = (number.saturating_sub(MAX_BACK)..number)
            .rev()
            // Acknowledgements stand between.
            .take_while(|at| event_of(*at).is_none_or(of_statement))
            .last()
            .unwrap_or(number);
        let context = without_tables(format);
        for at in (first..number).filter(|at| event_of(*at).is_some()) {
            let Ok(bytes) = self.read(at, HEADER as u64, MAX_HEAD as u64) else { continue };
            let event = bytes.get(EventPacket::bytes_before(&bytes)..).unwrap_or_default();
            plans.follow(event, &context);
        }
        plans
    }
}
