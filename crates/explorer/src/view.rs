//! What a screen shows, as plain data. The page receives these from the worker through
//! serde; nothing in them needs knowledge of the format.

use serde::{Deserialize, Serialize};

/// A place: the space it lies in and the offset within that space.
///
/// Written as in the URL: `782` is offset 782 of the source, `782/15` is offset 15 of the
/// space that the event at 782 opened, `782/15/4` one deeper; `c1/57` is byte 57 of the first
/// conversation's packets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    /// Name of the space: `0` is the source, `782` the payload of the event at 782.
    pub space: String,
    /// Offset within the space, in bytes.
    pub offset: u64,
}

impl Address {
    /// Whether it lies in the packets of a conversation, and not in the source.
    pub fn is_packet(&self) -> bool {
        self.space.starts_with('c')
    }

    /// A place in the source itself.
    pub fn source(offset: u64) -> Self {
        Self { space: "0".into(), offset }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.space == "0" { write!(f, "{}", self.offset) } else { write!(f, "{}/{}", self.space, self.offset) }
    }
}

impl std::str::FromStr for Address {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (space, offset) = text.rsplit_once('/').unwrap_or(("0", text));
        // `c1`: the packets of the first conversation.
        for step in space.strip_prefix('c').unwrap_or(space).split('/') {
            step.parse::<u64>()?;
        }
        Ok(Self { space: space.into(), offset: offset.parse()? })
    }
}

/// A sentence by its Fluent id and arguments; the locale files hold the words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Fluent message id.
    pub id: String,
    /// Arguments by name.
    pub args: Vec<(String, Argument)>,
}

/// One argument of a [`Message`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Argument {
    /// Text, shown as it is.
    Text(String),
    /// A number; bytes, counts and offsets are numbers.
    Number(u64),
}

/// What the whole source is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Its name, as dropped, opened or pasted.
    pub name: String,
    /// Length in bytes, as far as known now.
    pub size: u64,
    /// `mysql` or `mariadb`, once a format description was read.
    pub flavor: Option<String>,
    /// The server's version text, e.g. `9.7.4` or `11.8.6-MariaDB`.
    pub server_version: Option<String>,
    /// 4 for everything since MySQL 5.0.
    pub binlog_version: Option<u16>,
    /// `crc32`, `none` or `unknown` of events; `pages` where each page of the log has a CRC-32C.
    pub checksum: String,
    /// The in-use flag stands: still being written, or the server crashed.
    pub in_use: bool,
    /// What was guessed or is worth saying about the source as a whole.
    pub notes: Vec<Message>,
    /// First 4 KiB's hash (in-use flag masked) joined with the format description's time.
    pub fingerprint: String,
    /// How it is encrypted, if it is.
    pub encryption: Option<EncryptionView>,
}

/// How a source is encrypted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EncryptionView {
    /// By MySQL, as a whole file; otherwise by MariaDB, event by event.
    pub mysql: bool,
    /// Name of the key that is needed.
    pub key: String,
    /// `aes-256-ctr` and so on, once there is a key; the events are unreadable before.
    pub transform: Option<String>,
    /// The first event that needs the key, where it is when there is one.
    pub first: Address,
}

/// How far the first pass has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes walked.
    pub scanned: u64,
    /// Bytes in all.
    pub total: u64,
    /// Events and spans found.
    pub entries: u64,
    /// Events among them.
    pub events: u64,
    /// Transactions found.
    pub transactions: u64,
    /// Damaged spans found.
    pub damaged: u64,
    /// Events whose checksum does not match.
    pub bad_checksums: u64,
    /// The end was reached (or the pass was cancelled: see `cancelled`).
    pub done: bool,
    /// Stopped by the user before the end.
    pub cancelled: bool,
}

/// How far a filter's search has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchView {
    /// The filter.
    pub text: String,
    /// Rows in the list now.
    pub list: u64,
    /// Transactions that have a match.
    pub transactions: u64,
    /// Of so many found so far.
    pub of_transactions: u64,
    /// Events of the file that match or have something inside that does.
    pub events: u64,
    /// Of so many found so far.
    pub of_events: u64,
    /// What matches inside of events and of other items.
    pub inside: u64,
    /// Rows that match, where not all of an event's do.
    pub rows: u64,
    /// Bytes looked through.
    pub bytes: u64,
    /// Bytes in all.
    pub of_bytes: u64,
    /// Everything was looked through, or the search failed.
    pub done: bool,
    /// Why it failed.
    pub failed: Option<Message>,
}

/// In which order the list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// The file's.
    #[default]
    Position,
    /// The largest first.
    Size,
    /// Transactions whose events' times lie furthest apart first.
    Duration,
    /// Transactions with most rows first.
    Rows,
    /// Transactions with most events first.
    Events,
}

/// How far a list is sorted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SortView {
    /// By what.
    pub sort: Sort,
    /// Rows in the list now.
    pub list: u64,
    /// Transactions or events in it.
    pub ranked: u64,
    /// Of so many that came by.
    pub of: u64,
    /// The list never has more than this.
    pub most: u64,
    /// Bytes walked.
    pub bytes: u64,
    /// Bytes in all.
    pub of_bytes: u64,
    /// Everything came by, or the walk failed.
    pub done: bool,
    /// Why it failed.
    pub failed: Option<Message>,
}

/// Which list the events pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListMode {
    /// Every event in order of offset.
    Plain,
    /// Transactions that open to their events.
    #[default]
    Transactions,
}

/// One row of the events list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListRow {
    /// Number of this row in the current list, from 0.
    pub row: u64,
    /// 1 at the top, 2 inside a transaction, 3 inside a payload.
    pub level: u8,
    /// Position among its siblings, from 1.
    pub position: u64,
    /// How many siblings there are, itself included; 0 when not known yet.
    pub siblings: u64,
    /// Where it starts. A transaction has the address of its first event.
    pub address: Address,
    /// One past its last byte, in the same space.
    pub end: u64,
    /// `Some` when it can be opened and closed.
    pub expanded: Option<bool>,
    /// What it is.
    pub content: RowContent,
}

/// What a row of the events list stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RowContent {
    /// A transaction.
    Transaction {
        /// From 1.
        number: u64,
        /// GTID, or the first statement's words when there is none.
        label: String,
        /// Tables it touches or its statement, as far as cheaply known.
        summary: String,
        /// Events in it; payloads count as one.
        events: u64,
        /// Its end was seen.
        complete: bool,
        /// Seconds since 1970 of the first event.
        timestamp: u32,
    },
    /// An event.
    Event {
        /// From 1, in its space.
        number: u64,
        /// The type byte.
        type_code: u8,
        /// e.g. `TABLE_MAP_EVENT`.
        type_name: String,
        /// One line about the inside: table, statement, GTID, XID.
        summary: String,
        /// Seconds since 1970.
        timestamp: u32,
        /// Originating server.
        server_id: u32,
        /// `None` where the event carries none.
        checksum_ok: Option<bool>,
        /// What kind of event, for its colour and icon.
        family: Family,
        /// How many of its rows match the filter, where not all do.
        matching_rows: Option<u32>,
    },
    /// Bytes that are no event: magic, damage, a hole.
    Span {
        /// `magic`, `damaged`, `zero_fill`, `hole`, `cipher`, …
        kind: String,
        /// What is wrong with it.
        error: Option<Message>,
    },
}

/// Families of event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    /// GTID, BEGIN, XID, COMMIT: transaction boundaries.
    Transaction,
    /// TABLE_MAP.
    Table,
    /// WRITE_ROWS.
    Insert,
    /// UPDATE_ROWS.
    Update,
    /// DELETE_ROWS.
    Delete,
    /// Statements and what belongs to them.
    Statement,
    /// Format description, rotate, GTID sets, stop.
    File,
    /// Compressed transactions.
    Payload,
    /// Everything else.
    Other,
}

/// What a leaf is for; its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Lengths and counts.
    Length,
    /// Names, ids, GTIDs, text that names something.
    Identifier,
    /// User data.
    Value,
    /// Times.
    Time,
    /// Flags and bitmaps.
    Flags,
    /// Checksums.
    Checksum,
    /// Types, versions, positions: what holds the format together.
    Structure,
    /// Reserved, padding, unknown, undecoded.
    Unexplained,
}

/// One node of an event's field tree, in pre-order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldNode {
    /// Last step of its path: `timestamp`, or `[3]` for an item of a list.
    pub name: String,
    /// Catalogue id, e.g. `event_header.timestamp`: the key of its explanation.
    pub id: String,
    /// A name from the file itself: the column's or the JSON member's.
    pub label: Option<String>,
    /// 0 for the children of the event.
    pub depth: u16,
    /// First byte, in the event's space.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// The value as a person reads it.
    pub text: Option<String>,
    /// The raw value, where it differs from the text.
    pub raw: Option<String>,
    /// Physical type in words: `u32 LE`, `lenenc`, `bitmap`.
    pub physical: String,
    /// Colour role.
    pub role: Role,
    /// It has children (perhaps not sent yet).
    pub branch: bool,
    /// It is a branch whose children were not sent; ask with `Children`.
    pub collapsed: bool,
    /// Bit fields inside its bytes.
    pub bits: Vec<BitField>,
    /// Name of the space that these bytes open.
    pub opens: Option<String>,
    /// The space that these bytes lie in, where it is not the event's: what a compressed part
    /// inflated to stands below the bytes that held it.
    pub space: Option<String>,
    /// What is wrong here.
    pub error: Option<Message>,
}

/// A field inside a leaf's bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BitField {
    /// Its name.
    pub name: String,
    /// First bit, counted from the first byte's most significant bit for big-endian packed
    /// values and from its least significant bit otherwise (`msb_first` tells).
    pub start: u32,
    /// One past the last bit.
    pub end: u32,
    /// Whether bits count from the most significant one.
    pub msb_first: bool,
    /// The value as a person reads it.
    pub text: String,
}

/// An event with its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    /// Where it starts.
    pub address: Address,
    /// One past its last byte, in the same space.
    pub end: u64,
    /// From 1, in its space; 0 for a span.
    pub number: u64,
    /// Transaction number, from 1.
    pub transaction: Option<u64>,
    /// Same as in the list.
    pub content: RowContent,
    /// Fields in pre-order; a span has none.
    pub nodes: Vec<FieldNode>,
    /// What is wrong inside.
    pub error: Option<Message>,
    /// Catalogue id of the event itself (`rotate`), the key of its explanation.
    pub explanation: String,
}

/// A byte space.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpaceView {
    /// Its name: `0`, `782`, `782/15`.
    pub space: String,
    /// `source`, `zstd`, …
    pub transform: String,
    /// Length in bytes.
    pub size: u64,
}
