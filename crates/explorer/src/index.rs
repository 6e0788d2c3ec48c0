//! The block index: enough to jump anywhere and decode there, without keeping events.

mod kept;
mod part;

use binlog_format::framer::Resume;
use binlog_format::header::EventHeader;
use serde::{Deserialize, Serialize};

use crate::scan::Judge;

pub use kept::KeptError;
pub(crate) use kept::{read as read_kept, write as write_kept};
pub use part::Part;

/// Source bytes to a block. A block begins at the first item that starts at or after a
/// multiple of this.
pub const BLOCK_BYTES: u64 = 64 << 10;

/// What precedes a block, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// One bit for each canonical type code in it.
    pub types: [u64; 4],
    /// A Bloom filter over the names of the tables mapped in it, or live before it: see [`TableBits`].
    pub tables: TableBits,
    /// Least and greatest server id of its events; the former is greater in a block without.
    pub servers: (u32, u32),
    /// Least and greatest number in the GTIDs of its transactions, that of the one open before it
    /// included; the former is greater where none has a GTID.
    pub gtids: (u64, u64),
    /// It has statements other than the words of transactions.
    pub statements: bool,
    /// It holds events inside of others, of which these summaries say nothing.
    pub opaque: bool,
    /// It has damage or a wrong checksum.
    pub damaged: bool,
}

/// The budget is half a byte for an event: 205 bytes for a block of a busy server's events, 160 bytes each.
const _: () = assert!(size_of::<Block>() <= 200);

/// Tables that an index names: for completion, where nobody reads more.
pub const NAMED_TABLES: usize = 4096;

/// A table of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedTable {
    /// Offset of its first table map.
    pub at: u64,
    /// Schema.
    pub database: Box<[u8]>,
    /// Table.
    pub table: Box<[u8]>,
}

/// The index of a source. About 190 bytes a block, whatever the number of events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// In order of offset.
    pub blocks: Vec<Block>,
    /// States of the framer; most files have two.
    pub formats: Vec<Resume>,
    /// Offsets of live table maps, by block.
    pub maps: Vec<u64>,
    /// The tables mapped, each where it first was; at most [`NAMED_TABLES`]. Those inside of payloads are
    /// not among them.
    pub tables: Vec<NamedTable>,
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

/// A Bloom filter of one hash over names of tables: each table is in it by its name, by its schema's,
/// and by both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableBits([u64; 4]);

impl TableBits {
    fn with_hash(mut self, hash: u64) -> Self {
        let bit = hash >> 56;
        self.0[(bit / 64) as usize] |= 1 << (bit % 64);
        self
    }

    /// Those of a table. Without a schema or a name, those of all tables that have the other.
    pub fn of(database: Option<&[u8]>, table: Option<&[u8]>) -> Self {
        let bits = Self::default();
        match (database, table) {
            (None, None) => bits,
            (database, table) => bits.with_hash(hash(database, table)),
        }
    }

    /// A table under all its names; and the hash of both.
    pub fn of_table(database: &[u8], table: &[u8]) -> (Self, u64) {
        // Each is `hash` of the same names.
        let of_database = hash_on(hash_on(HASH_OF_NOTHING, database), b"\0");
        let whole = hash_on(of_database, table);
        let bits = Self::default().with_hash(whole).with_hash(hash_on(of_database, b"\0"));
        (bits.with_hash(hash_on(hash_on(HASH_OF_NOTHING, b"\0\0"), table)), whole)
    }

    /// Those of both.
    pub fn and(self, other: Self) -> Self {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        Self([a | e, b | f, c | g, d | h])
    }

    /// Whether all of `other` are in it.
    pub fn may_have(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(own, other)| own & other == other)
    }
}

/// FNV-1a; any hash serves. No name has a byte 0.
fn hash(database: Option<&[u8]>, table: Option<&[u8]>) -> u64 {
    let of_database = hash_on(HASH_OF_NOTHING, database.unwrap_or(b"\0"));
    hash_on(hash_on(of_database, b"\0"), table.unwrap_or(b"\0"))
}

const HASH_OF_NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

/// Goes on with a hash.
fn hash_on(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash
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

    /// Where a block begins.
    pub fn block_start(&self, block: usize) -> u64 {
        self.blocks.get(block).map_or(self.end, |block| block.start)
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
            + self.tables.capacity() * size_of::<NamedTable>()
            + self.tables.iter().map(|table| table.database.len() + table.table.len()).sum::<usize>()
    }
}
