//! Going on from an index: where a source has grown, and where the index was kept from an earlier time.

use binlog_format::framer::{Framer, Resume, Start};
use serde::{Deserialize, Serialize};

use super::Scanner;
use crate::index::{Index, TableBits};

/// The start of a block before which nothing rests on where the source ends, with what the block's own
/// record does not say. By default the start of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Number of the block.
    pub(crate) block: usize,
    /// Tables named before it.
    pub(crate) tables: usize,
    /// Damaged spans before it.
    pub(crate) damaged: u64,
    /// Wrong checksums before it.
    pub(crate) bad_checksums: u64,
    /// The number in the GTID of the transaction that is open there.
    pub(crate) gtid: Option<u64>,
    /// Live table maps: id, offset, filter bits.
    pub(crate) maps: Vec<(u64, u64, TableBits)>,
}

/// A scan that has come to the end of its source: all that later questions and a longer source need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// How the source begins.
    pub start: Start,
    /// Bytes of a replication packet before the first event.
    pub packet_header: u64,
    /// Where to go on from.
    pub mark: Mark,
    /// What the framer knows at the end.
    pub end: Resume,
    /// What was found.
    pub index: Index,
}

impl Scanner {
    /// Notes the start of the block that begins now; `gtid` is that of the transaction open before it.
    pub(super) fn set_mark(&mut self, gtid: Option<u64>) {
        let Self { index, mark, live_maps, .. } = self;
        mark.block = index.blocks.len();
        mark.tables = index.tables.len();
        (mark.damaged, mark.bad_checksums) = (index.damaged, index.bad_checksums);
        mark.gtid = gtid;
        mark.maps.clone_from(live_maps);
    }

    /// Where a scan of the grown source goes on.
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Forgets everything from the mark on.
    pub(super) fn go_back(&mut self) {
        let mark = std::mem::take(&mut self.mark);
        let mut index = std::mem::take(&mut self.index);
        let again = match index.blocks.get(mark.block) {
            Some(block) if mark.block > 0 => index
                .formats
                .get(block.resume as usize)
                .map(|resume| (block.clone(), Framer::resume(block.start, &Resume { last: block.last, ..*resume }))),
            _ => None,
        };
        let Some((block, framer)) = again else {
            let packet_header = self.packet_header;
            *self = Self::new(self.start);
            if packet_header > 0 {
                self.skip_packet_header(packet_header);
            }
            return;
        };
        index.blocks.truncate(mark.block);
        index.formats.truncate(block.resume as usize + 1);
        index.maps.truncate(block.maps.0 as usize);
        index.tables.truncate(mark.tables);
        (index.entries, index.events) = (block.first_entry, block.first_event);
        (index.units, index.transactions) = (block.first_unit, block.first_transaction);
        (index.damaged, index.bad_checksums) = (mark.damaged, mark.bad_checksums);
        (index.end, index.complete) = (block.start, false);
        let named = index.tables.iter().map(|table| TableBits::of_table(&table.database, &table.table).1);
        *self = Self {
            named_tables: named.collect(),
            format_of: Some(framer.changes()),
            framer,
            judge: block.judge,
            index,
            fed: block.start,
            live_maps: mark.maps.clone(),
            gtid: mark.gtid,
            packet_header: self.packet_header,
            mark,
            ..Self::new(self.start)
        };
    }

    /// What is to be kept of a scan that has ended; nothing before.
    pub fn reached(&self) -> Option<(Start, u64, &Mark, Resume, &Index)> {
        self.index.complete.then(|| (self.start, self.packet_header, &self.mark, self.framer.state(), &self.index))
    }

    /// A scan that has ended, as [`reached`](Self::reached) gave it.
    pub fn resume(reached: Reached) -> Self {
        let Reached { start, packet_header, mark, end, index } = reached;
        let mut framer = Framer::resume(index.end, &end);
        framer.set_length(index.end, true);
        Self {
            format_of: Some(framer.changes()),
            framer,
            fed: index.end,
            length: (index.end, index.complete),
            packet_header,
            mark,
            index,
            ..Self::new(start)
        }
    }

    /// Another part of the index, to answer from; see [`Index::part`].
    pub fn answer_from(&mut self, index: Index) {
        self.index = index;
    }
}
