//! Every limit, with its reason.

/// Columns of one table. Both servers stop at 4096 (`MAX_FIELDS`).
pub const MAX_COLUMNS: u64 = 4096;

/// Nesting of JSON documents. Both servers stop at 100 (`JSON_DOCUMENT_MAX_DEPTH`).
pub const MAX_JSON_DEPTH: u32 = 100;

/// Nesting of GEOMETRYCOLLECTIONs. WKB states no limit and the servers' own parsers recurse; a
/// shape within a shape within a hundred is nobody's data, and the stack of a browser's worker is
/// small.
pub const MAX_GEOMETRY_DEPTH: u32 = 100;

/// Bytes read of one JSON document, keys and values, as a multiple of its length. An honest one is
/// read once, whatever holes it has; offsets that overlap can claim far more.
pub const MAX_JSON_WORK_PER_BYTE: usize = 2;

/// Bytes that one compressed transaction may inflate to. The server's own ceiling is
/// `max_binlog_cache_size`; a browser tab has at most 4 GiB for everything, and a few of these
/// are kept at once.
pub const MAX_PAYLOAD: usize = 256 << 20;

/// What a payload that is never held whole may inflate to, as a multiple of its stored bytes, when
/// that is more than [`MAX_PAYLOAD`]. Real transactions reach 20; a zstd bomb reaches 30,000, and
/// only costs time.
pub const MAX_STREAMED_RATIO: u64 = 100;

/// Bytes that a compressed part of a MariaDB event, or a compressed column value, may inflate to.
/// A value is at most `max_allowed_packet`, 1 GiB; that many bytes are not held for a screen, and
/// deflate can claim a thousand times what it takes.
pub const MAX_INFLATED: usize = MAX_PAYLOAD;

/// Bytes that the fragments of one rows event are put together to. MariaDB writes events of several
/// GiB so; that many bytes are not held for a screen.
pub const MAX_GATHERED: u64 = MAX_PAYLOAD as u64;

/// Fragments that are put together. At the smallest threshold a server takes, 1 KiB, [`MAX_GATHERED`] bytes are
/// a quarter of that; each has its range kept.
pub const MAX_FRAGMENTS: usize = 1 << 20;

/// Events up to this size are handed over whole, larger ones only by their first bytes. The
/// protocol splits packets at the same size (16 MiB - 1), and a window of it is affordable.
pub const MAX_WHOLE_EVENT: u32 = 16 << 20;

/// First bytes kept of a larger event: header, post-header and the start of the body.
pub const LARGE_EVENT_HEAD: usize = 128;

/// Bytes of large events that turned out to be none, before the position of a large event has to
/// agree for it to be tried: each costs a walk to its end and back. A multiple of the bytes
/// before it, since a hostile file could offer one at every header.
pub const LARGE_DOUBT_FACTOR: u64 = 4;

/// Such bytes that may always be walked.
pub const LARGE_DOUBT_FREE: u64 = 16 << 20;

/// Checksum work while searching for the next event, as a multiple of the bytes searched: a
/// hostile file could offer a plausible large event at every byte.
pub const RESYNC_CHECKSUM_FACTOR: u64 = 4;

/// Checksum work that a search may always do: one ordinary event close to the damage.
pub const RESYNC_CHECKSUM_FREE: u64 = 64 << 10;

/// Columns passed while searching for widths that the log does not tell, as a multiple of the rows'
/// bytes: reading them once passes at most eight (NULLs, which take a bit) and an image's end.
pub const UNLOGGED_WORK_PER_BYTE: usize = 10;

/// Columns passed beyond that: wrong guesses fail within a row or two, whatever the event's size.
pub const UNLOGGED_WORK_FREE: usize = 50_000;

/// Live table maps. A statement maps the tables it touches (the server's join limit is 61, plus
/// triggers and foreign keys); the rest is hostile.
pub const MAX_TABLE_MAPS: usize = 4096;

/// Nodes that a field tree records before it leaves branches collapsed.
pub const TREE_NODES: usize = 20_000;

/// Bytes that the length of an event's own header can take, by the format description's u8.
pub const MAX_HEADER: usize = 255;
