//! The block index: enough to jump anywhere and decode there, without keeping events.

use binlog_format::framer::Resume;
use binlog_format::header::EventHeader;

use crate::scan::Judge;

/// Source bytes to a block. A block begins at the first item that starts at or after a
/// multiple of this.
pub const BLOCK_BYTES: u64 = 64 << 10;

/// What precedes a block, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Offset of its first item.
    pub start: u64,
    /// Items (events and spans) before it.
    pub first_entry: u64,
    /// Events before it.
    pub first_event: u64,
    /// Units (transactions and lone items) before it; the one that is open counts.
    pub first_unit: u64,
    /// Transactions begun before it.
    pub first_transaction: u64,
    /// Index into the formats: what the framer knew.
    pub resume: u32,
    /// The rest of it, which changes too often for that: the last event that no checksum proved.
    pub last: Option<EventHeader>,
    /// Offsets of the live table maps: a range of [`Index::maps`].
    pub maps: (u32, u32),
    /// Where the transactions stood.
    pub judge: Judge,
    /// Earliest and latest time of its events; the former is greater in a block without.
    pub time: (u32, u32),
    /// One bit for each type code in it.
    pub types: [u64; 4],
    /// A Bloom filter of one hash over the names of the tables mapped in it, or live before it.
    pub tables: u64,
    /// It has damage or a wrong checksum.
    pub damaged: bool,
}

/// The index of a source. About 140 bytes a block, whatever the number of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// In order of offset.
    pub blocks: Vec<Block>,
    /// States of the framer; most files have two.
    pub formats: Vec<Resume>,
    /// Offsets of live table maps, by block.
    pub maps: Vec<u64>,
    /// Items found.
    pub entries: u64,
    /// Events among them.
    pub events: u64,
    /// Units found.
    pub units: u64,
    /// Transactions among them.
    pub transactions: u64,
    /// Damaged spans.
    pub damaged: u64,
    /// Wrong checksums.
    pub bad_checksums: u64,
    /// Offset up to which all this is known.
    pub end: u64,
    /// The source's end was reached.
    pub complete: bool,
}

/// The bit of a table in a block's filter.
pub fn table_bit(database: &[u8], table: &[u8]) -> u64 {
    // FNV-1a; any hash serves.
    let bytes = database.iter().chain(b".").chain(table);
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    1 << (hash >> 58)
}

impl Index {
    fn last_block(&self, starts_after: impl Fn(&Block) -> bool) -> Option<usize> {
        self.blocks.partition_point(|block| !starts_after(block)).checked_sub(1)
    }

    /// The block of an offset.
    pub fn block_of_offset(&self, offset: u64) -> Option<usize> {
        self.last_block(|block| block.start > offset)
    }

    /// The block of an item by number.
    pub fn block_of_entry(&self, entry: u64) -> Option<usize> {
        self.last_block(|block| block.first_entry > entry)
    }

    /// The block in which a unit begins.
    pub fn block_of_unit(&self, unit: u64) -> Option<usize> {
        self.last_block(|block| block.first_unit > unit)
    }

    /// The block that has a row of the list in which every transaction is open.
    pub fn block_of_open_row(&self, row: u64) -> Option<usize> {
        self.last_block(|block| block.first_entry + block.first_transaction > row)
    }

    /// Where a block ends.
    pub fn block_end(&self, block: usize) -> u64 {
        self.blocks.get(block + 1).map_or(self.end, |next| next.start)
    }

    /// Bytes of memory it takes.
    pub fn memory(&self) -> usize {
        self.blocks.capacity() * size_of::<Block>()
            + self.formats.capacity() * size_of::<Resume>()
            + self.maps.capacity() * size_of::<u64>()
    }
}
