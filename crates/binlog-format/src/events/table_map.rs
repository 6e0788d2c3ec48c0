//! TABLE_MAP_EVENT: the columns of the rows that follow.
//! Sources: MySQL `rows_event.{h,cpp}` (`Table_map_event`), MariaDB `sql/log_event.cc`.

use crate::catalogue::{FieldId, Unit, field};
use crate::column::{ColumnKind, type_code};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::Context;
use crate::events::extra_bytes;
use crate::format::{Format, TableHead};
use crate::limits::MAX_COLUMNS;
use crate::trace::Trace;
use crate::value::Value;

/// TABLE_MAP_EVENT. Names, charsets and keys are handed to a [`TableMapVisitor`];
/// [`TablePlan`](crate::plan::TablePlan) is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableMap<'a> {
    /// Number that row events refer to, of 48 bits (32 before 5.1.4); good until a rows event with
    /// [`STMT_END`](crate::rows::STMT_END), or the file's end.
    pub table_id: u64,
    /// 0x0001: BIT lengths are exact (all since 5.1). 0x0002: the parent of a foreign key, no rows of
    /// its own (MySQL 9.7). 0x0004: has a generated invisible primary key (MySQL 8.0.30).
    /// 0x4000: has triggers (MariaDB).
    pub flags: u16,
    /// Schema, in UTF-8.
    pub database: &'a [u8],
    /// Table, in UTF-8.
    pub table: &'a [u8],
    /// One type code a column.
    pub column_types: &'a [u8],
    /// One bit a column: may be NULL.
    pub null_bitmap: &'a [u8],
}

/// What stands before the columns: enough to follow which tables are mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableMapHead<'a> {
    /// Number that row events refer to, of 48 bits (32 before 5.1.4); good until a rows event with
    /// [`STMT_END`](crate::rows::STMT_END), or the file's end.
    pub table_id: u64,
    /// 0x0001: BIT lengths are exact (all since 5.1). 0x0002: the parent of a foreign key, no rows of
    /// its own (MySQL 9.7). 0x0004: has a generated invisible primary key (MySQL 8.0.30).
    /// 0x4000: has triggers (MariaDB).
    pub flags: u16,
    /// Schema, in UTF-8.
    pub database: &'a [u8],
    /// Table, in UTF-8.
    pub table: &'a [u8],
}

impl<'a> TableMapHead<'a> {
    /// Reads it from a table map's first bytes: header, post-header and names suffice.
    ///
    /// # Errors
    ///
    /// `unexpected_end`, `length_too_long`, `terminator`: offsets count from the event's first byte.
    pub fn peek(bytes: &'a [u8], context: &Context<'_>) -> Result<Self> {
        let stored = bytes.get(4).copied().unwrap_or(0);
        let mut c = Cursor::behind(bytes, context.format.header_length(bytes), field::EVENT_HEADER_EVENT_SIZE);
        head(&mut c, context.format.table_head(stored))
    }

    /// Reads the number alone.
    ///
    /// # Errors
    ///
    /// `unexpected_end` if the bytes end before it.
    #[inline]
    pub fn peek_table_id(bytes: &'a [u8], format: &Format) -> Result<u64> {
        let stored = bytes.get(4).copied().unwrap_or(0);
        let mut c = Cursor::behind(bytes, format.header_length_of(stored), field::EVENT_HEADER_EVENT_SIZE);
        table_id(&mut c, format.short_table_ids(stored))
    }
}

/// The number that row events refer to.
#[inline]
pub(crate) fn table_id<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, short_ids: bool) -> Result<u64> {
    if short_ids { Ok(c.u32(field::TABLE_MAP_TABLE_ID_4)?.into()) } else { c.u48(field::TABLE_MAP_TABLE_ID) }
}

fn head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, layout: TableHead) -> Result<TableMapHead<'a>> {
    let table_id = table_id(c, layout.short_ids)?;
    let flags = c.u16(field::TABLE_MAP_FLAGS)?;
    extra_bytes(c, layout.extra)?;
    let length = c.lenenc(field::TABLE_MAP_DB_LENGTH)?;
    let database = c.text(field::TABLE_MAP_DATABASE, length, field::TABLE_MAP_DB_LENGTH)?;
    c.terminator(field::TABLE_MAP_DB_TERMINATOR)?;
    let length = c.lenenc(field::TABLE_MAP_TABLE_LENGTH)?;
    let table = c.text(field::TABLE_MAP_TABLE, length, field::TABLE_MAP_TABLE_LENGTH)?;
    c.terminator(field::TABLE_MAP_TABLE_TERMINATOR)?;
    Ok(TableMapHead { table_id, flags, database, table })
}

/// Receives what a table map says of its columns.
#[allow(unused_variables)]
pub trait TableMapVisitor<'a> {
    /// Column `index` is of this kind.
    fn column(&mut self, index: usize, kind: ColumnKind) {}
    /// The metadata of column `index` as stored, 0 where its type has none.
    fn metadata(&mut self, index: usize, metadata: u16) {}
    /// Elements of the next VECTOR column.
    fn vector_dimensionality(&mut self, dimensionality: u64) {}
    /// One bit for each numeric column, most significant first; 1 is unsigned.
    fn signedness(&mut self, bitmap: &'a [u8]) {}
    /// Collation of all character (or ENUM and SET) columns that are not excepted.
    fn default_charset(&mut self, labelled: bool, collation: u32) {}
    /// Collation of the `index`th character (or ENUM and SET) column.
    fn charset(&mut self, labelled: bool, index: u64, collation: u32) {}
    /// Name of a column.
    fn name(&mut self, index: usize, name: &'a [u8]) {}
    /// Member `member` of the `index`th SET or ENUM column.
    fn label(&mut self, set: bool, index: usize, member: usize, label: &'a [u8]) {}
    /// Next part of the primary key: its column, and prefix in characters (0: all of it).
    fn key_part(&mut self, column: u64, prefix: u64) {}
    /// One bit for each column, most significant first; 0 is INVISIBLE.
    fn visibility(&mut self, bitmap: &'a [u8]) {}
}

impl TableMapVisitor<'_> for () {}

/// Types of optional metadata (`Optional_metadata_field_type`): a type byte, a length-encoded length, a
/// value. MySQL since 8.0.1 (`binlog_row_metadata`: MINIMAL by default, or FULL), MariaDB since 10.5
/// (NO_LOG by default). Unknown types are skipped by their length. Source: MySQL `rows_event.h`.
pub mod optional_metadata {
    /// MINIMAL: one bit for each numeric column (YEAR, whose bit means nothing, FLOAT and DECIMAL too), most
    /// significant first; 1 is UNSIGNED.
    pub const SIGNEDNESS: u8 = 1;
    /// MINIMAL: collation of the character columns, then pairs of column and collation for those that have
    /// another. Columns are counted among the character columns alone.
    pub const DEFAULT_CHARSET: u8 = 2;
    /// MINIMAL: collation of each character column; stands instead of `DEFAULT_CHARSET`.
    pub const COLUMN_CHARSET: u8 = 3;
    /// FULL: name of each column, in UTF-8.
    pub const COLUMN_NAME: u8 = 4;
    /// FULL: members of each SET column, in the column's character set.
    pub const SET_STR_VALUE: u8 = 5;
    /// FULL: members of each ENUM column, in the column's character set.
    pub const ENUM_STR_VALUE: u8 = 6;
    /// MINIMAL: shape of each GEOMETRY column; 0 is any, others as [`Shape`](crate::geometry::Shape).
    pub const GEOMETRY_TYPE: u8 = 7;
    /// FULL: column of each part of the primary key, counted among all columns.
    pub const SIMPLE_PRIMARY_KEY: u8 = 8;
    /// FULL: column of each part of the primary key, and its prefix in characters (0: all of it).
    pub const PRIMARY_KEY_WITH_PREFIX: u8 = 9;
    /// FULL: as `DEFAULT_CHARSET`, among ENUM and SET columns.
    pub const ENUM_AND_SET_DEFAULT_CHARSET: u8 = 10;
    /// FULL: as `COLUMN_CHARSET`, of ENUM and SET columns.
    pub const ENUM_AND_SET_COLUMN_CHARSET: u8 = 11;
    /// FULL (MySQL 8.0.23): one bit for each column, most significant first; 0 is INVISIBLE.
    pub const COLUMN_VISIBILITY: u8 = 12;
    /// MINIMAL (MySQL 9.0): elements of each VECTOR column.
    pub const VECTOR_DIMENSIONALITY: u8 = 13;
}

/// Reads the body of a table map, from after the common header to before the checksum.
///
/// # Errors
///
/// Lengths that do not fit, `too_many` for more columns than [`MAX_COLUMNS`] or than bytes,
/// `column_metadata` for metadata that a type cannot have. Unknown optional metadata is no error.
pub fn table_map<'a, T: Trace<'a>, V: TableMapVisitor<'a>>(
    c: &mut Cursor<'a, T>, layout: TableHead, visitor: &mut V,
) -> Result<TableMap<'a>> {
    // Members of ENUM and SET are in their column's character set, which is told elsewhere.
    #[cfg(feature = "alloc")]
    let labels = if T::OBSERVES { Labels::read(c, layout) } else { Labels::default() };
    #[cfg(not(feature = "alloc"))]
    let labels = Labels;
    let TableMapHead { table_id, flags, database, table } = head(c, layout)?;
    let count = c.lenenc(field::TABLE_MAP_COLUMN_COUNT)?;
    if count > MAX_COLUMNS || count > c.remaining() as u64 {
        let most = MAX_COLUMNS.min(c.remaining() as u64);
        let error = c.fail(ErrorCode::TooMany, field::TABLE_MAP_COLUMN_TYPE, most, count);
        return Err(error.blame(field::TABLE_MAP_COLUMN_COUNT));
    }
    let start = c.position();
    c.group(field::TABLE_MAP_COLUMN_TYPES, |c| {
        for i in 0..count as usize {
            c.u8(field::TABLE_MAP_COLUMN_TYPE.at(i))?;
        }
        Ok(())
    })?;
    let column_types = c.since(start);
    let mut map = TableMap { table_id, flags, database, table, column_types, null_bitmap: &[] };
    // 5.1 before 5.1.18 ends here.
    if c.remaining() == 0 {
        for (i, code) in column_types.iter().enumerate() {
            visitor.column(i, ColumnKind::without_metadata(*code));
        }
        return Ok(map);
    }
    let length = c.lenenc(field::TABLE_MAP_METADATA_LENGTH)?;
    c.group(field::TABLE_MAP_METADATA, |c| {
        c.within(length, field::TABLE_MAP_METADATA_LENGTH, field::UNKNOWN, |c| {
            for (i, code) in column_types.iter().enumerate() {
                let start = c.position();
                let kind = column_metadata(c, i, *code)?;
                visitor.column(i, kind);
                visitor.metadata(i, stored_metadata(*code, c.since(start)));
            }
            Ok(())
        })
    })?;
    map.null_bitmap = c.bytes(field::TABLE_MAP_NULL_BITMAP, count.div_ceil(8), field::TABLE_MAP_COLUMN_COUNT)?;
    if c.remaining() > 0 {
        c.group(field::TABLE_MAP_OPTIONAL, |c| {
            for i in 0.. {
                if c.remaining() == 0 {
                    break;
                }
                let kind = c.peek().first().copied().unwrap_or(0);
                c.group(field::TABLE_MAP_OPTIONAL_FIELD.at(i), |c| optional_field(c, &labels, visitor))?;
                c.name(Unit::OptionalMetadata, kind.into());
            }
            Ok(())
        })?;
    }
    Ok(map)
}

/// A column's metadata as one number: two bytes in the order that their type has them.
fn stored_metadata(code: u8, bytes: &[u8]) -> u16 {
    let little_endian =
        matches!(code, type_code::VARCHAR | type_code::VAR_STRING | type_code::VARCHAR_COMPRESSED | type_code::BIT);
    match *bytes {
        [byte] => byte.into(),
        [low, high] if little_endian => u16::from_le_bytes([low, high]),
        [high, low] => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

/// Reads the metadata of one column; columns without any report nothing.
fn column_metadata<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, index: usize, code: u8) -> Result<ColumnKind> {
    if !ColumnKind::has_metadata(code) {
        return Ok(ColumnKind::without_metadata(code));
    }
    c.group(field::TABLE_MAP_METADATA_ITEM.at(index), |c| match code {
        type_code::FLOAT | type_code::DOUBLE => {
            c.u8(field::TABLE_MAP_META_PACK_LENGTH)?;
            Ok(ColumnKind::without_metadata(code))
        }
        type_code::VARCHAR | type_code::VAR_STRING => {
            Ok(ColumnKind::Varchar { max: c.u16(field::TABLE_MAP_META_MAX_LENGTH)? })
        }
        type_code::VARCHAR_COMPRESSED => {
            Ok(ColumnKind::VarcharCompressed { max: c.u16(field::TABLE_MAP_META_MAX_LENGTH)? })
        }
        type_code::BIT => {
            let spare = c.u8(field::TABLE_MAP_META_SPARE_BITS)?;
            let bytes = c.u8(field::TABLE_MAP_META_WHOLE_BYTES)?;
            if spare > 7 || u16::from(bytes) * 8 + u16::from(spare) > 64 {
                let found = u64::from(bytes) * 8 + u64::from(spare);
                return Err(c.fail(ErrorCode::ColumnMetadata, field::TABLE_MAP_META_WHOLE_BYTES, 64, found));
            }
            Ok(ColumnKind::Bit { bits: bytes * 8 + spare })
        }
        type_code::TIMESTAMP2 | type_code::DATETIME2 | type_code::TIME2 => {
            let precision = c.u8(field::TABLE_MAP_META_FSP)?;
            if precision > 6 {
                return Err(c.fail(ErrorCode::ColumnMetadata, field::TABLE_MAP_META_FSP, 6, precision.into()));
            }
            Ok(match code {
                type_code::TIMESTAMP2 => ColumnKind::Timestamp2 { precision },
                type_code::DATETIME2 => ColumnKind::Datetime2 { precision },
                _ => ColumnKind::Time2 { precision },
            })
        }
        type_code::NEWDECIMAL => {
            let precision = c.u8(field::TABLE_MAP_META_PRECISION)?;
            let scale = c.u8(field::TABLE_MAP_META_SCALE)?;
            if precision > 65 || scale > precision {
                return Err(c.fail(
                    ErrorCode::ColumnMetadata,
                    field::TABLE_MAP_META_SCALE,
                    precision.min(65).into(),
                    scale.into(),
                ));
            }
            Ok(ColumnKind::Decimal { precision, scale })
        }
        type_code::STRING | type_code::ENUM | type_code::SET => {
            // Two bytes in this order: real type with two length bits folded in, low length.
            let mut word = 0;
            c.be(field::TABLE_MAP_META_STRING.into(), 2, |stored| {
                word = stored as u16;
                Value::Unsigned(stored)
            })?;
            ColumnKind::of_string_metadata(word)
                .ok_or_else(|| c.fail(ErrorCode::ColumnMetadata, field::TABLE_MAP_META_STRING, 8, word.into()))
        }
        type_code::TYPED_ARRAY => {
            let element = c.u8(field::TABLE_MAP_META_ELEMENT_TYPE)?;
            match element {
                // Three bytes here, unlike in a column. Source: `rpl_utility.cc` (`read_field_metadata`).
                type_code::VARCHAR => c.u24(field::TABLE_MAP_META_ARRAY_MAX_LENGTH).map(drop)?,
                type_code::TYPED_ARRAY => {}
                _ if ColumnKind::has_metadata(element) => column_metadata(c, index, element).map(drop)?,
                _ => {}
            }
            Ok(ColumnKind::TypedArray { element })
        }
        // Blobs of all kinds: how many bytes the length takes.
        _ => {
            let length_bytes = c.u8(field::TABLE_MAP_META_PACK_LENGTH)?;
            if !(1..=4).contains(&length_bytes) {
                return Err(c.fail(
                    ErrorCode::ColumnMetadata,
                    field::TABLE_MAP_META_PACK_LENGTH,
                    4,
                    length_bytes.into(),
                ));
            }
            Ok(match code {
                type_code::JSON => ColumnKind::Json { length_bytes },
                type_code::GEOMETRY => ColumnKind::Geometry { length_bytes },
                type_code::VECTOR => ColumnKind::Vector { length_bytes },
                type_code::BLOB_COMPRESSED => ColumnKind::BlobCompressed { length_bytes },
                _ => ColumnKind::Blob { length_bytes },
            })
        }
    })
}

/// The collations of ENUM and SET columns, for whoever looks at their members.
#[cfg(feature = "alloc")]
#[derive(Default)]
struct Labels {
    /// Of the ENUM and SET columns, in order: whether it is a SET.
    sets: alloc::vec::Vec<bool>,
    default: Option<u32>,
    own: alloc::collections::BTreeMap<u64, u32>,
}

#[cfg(feature = "alloc")]
impl Labels {
    fn read<'a, T: Trace<'a>>(c: &Cursor<'a, T>, layout: TableHead) -> Self {
        let mut labels = Self::default();
        // A fault is met again by whoever observes.
        let _ = table_map(&mut c.silent(), layout, &mut labels);
        labels
    }

    /// The collation of the `index`th SET or ENUM column; 0 if the log does not tell.
    fn collation(&self, set: bool, index: usize) -> u32 {
        let mut same = self.sets.iter().enumerate().filter(|(_, is_set)| **is_set == set);
        let own = same.nth(index).and_then(|(at, _)| self.own.get(&(at as u64)).copied());
        own.or(self.default).unwrap_or(0)
    }
}

#[cfg(feature = "alloc")]
impl TableMapVisitor<'_> for Labels {
    fn column(&mut self, _: usize, kind: ColumnKind) {
        if let ColumnKind::Enum { .. } | ColumnKind::Set { .. } = kind {
            self.sets.push(matches!(kind, ColumnKind::Set { .. }));
        }
    }
    fn default_charset(&mut self, labelled: bool, collation: u32) {
        if labelled {
            self.default = Some(collation);
        }
    }
    fn charset(&mut self, labelled: bool, index: u64, collation: u32) {
        if labelled {
            self.own.insert(index, collation);
        }
    }
}

/// Without memory for them, the character sets of members stay unknown.
#[cfg(not(feature = "alloc"))]
struct Labels;

#[cfg(not(feature = "alloc"))]
impl Labels {
    const fn collation(&self, _: bool, _: usize) -> u32 {
        0
    }
}

fn optional_field<'a, T: Trace<'a>, V: TableMapVisitor<'a>>(
    c: &mut Cursor<'a, T>, labels: &Labels, visitor: &mut V,
) -> Result<()> {
    use optional_metadata as kind;
    let code = c.u8(field::TABLE_MAP_OPTIONAL_TYPE)?;
    let length = c.lenenc(field::TABLE_MAP_OPTIONAL_LENGTH)?;
    c.within(length, field::TABLE_MAP_OPTIONAL_LENGTH, field::UNKNOWN, |c| match code {
        kind::SIGNEDNESS => {
            visitor.signedness(c.rest(field::TABLE_MAP_SIGNEDNESS));
            Ok(())
        }
        kind::DEFAULT_CHARSET | kind::ENUM_AND_SET_DEFAULT_CHARSET => {
            let labelled = code == kind::ENUM_AND_SET_DEFAULT_CHARSET;
            visitor.default_charset(labelled, c.lenenc(field::TABLE_MAP_DEFAULT_CHARSET)? as u32);
            each(c, field::TABLE_MAP_CHARSET_PAIR, |c, _| {
                let index = c.lenenc(field::TABLE_MAP_CHARSET_COLUMN)?;
                visitor.charset(labelled, index, c.lenenc(field::TABLE_MAP_COLUMN_CHARSET)? as u32);
                Ok(())
            })
        }
        kind::COLUMN_CHARSET | kind::ENUM_AND_SET_COLUMN_CHARSET => {
            let labelled = code == kind::ENUM_AND_SET_COLUMN_CHARSET;
            for i in items(c) {
                if c.remaining() == 0 {
                    break;
                }
                visitor.charset(labelled, i as u64, c.lenenc(field::TABLE_MAP_COLUMN_CHARSET.at(i))? as u32);
            }
            Ok(())
        }
        kind::COLUMN_NAME => each(c, field::TABLE_MAP_COLUMN_NAME_ITEM, |c, i| {
            let length = c.lenenc(field::TABLE_MAP_COLUMN_NAME_LENGTH)?;
            visitor.name(i, c.text(field::TABLE_MAP_COLUMN_NAME, length, field::TABLE_MAP_COLUMN_NAME_LENGTH)?);
            Ok(())
        }),
        kind::SET_STR_VALUE | kind::ENUM_STR_VALUE => each(c, field::TABLE_MAP_LABELS, |c, i| {
            let count = c.lenenc(field::TABLE_MAP_LABEL_COUNT)?;
            if count > c.remaining() as u64 {
                let error = c.fail(ErrorCode::TooMany, field::TABLE_MAP_LABEL_ITEM, c.remaining() as u64, count);
                return Err(error.blame(field::TABLE_MAP_LABEL_COUNT));
            }
            let collation = labels.collation(code == kind::SET_STR_VALUE, i);
            for member in 0..count as usize {
                c.group(field::TABLE_MAP_LABEL_ITEM.at(member), |c| {
                    let length = c.lenenc(field::TABLE_MAP_LABEL_LENGTH)?;
                    let of = |bytes| Value::Text(bytes, collation);
                    let label = c.span(field::TABLE_MAP_LABEL.into(), length, field::TABLE_MAP_LABEL_LENGTH, of)?;
                    visitor.label(code == kind::SET_STR_VALUE, i, member, label);
                    Ok(())
                })?;
            }
            Ok(())
        }),
        kind::GEOMETRY_TYPE => numbers(c, field::TABLE_MAP_GEOMETRY_TYPE, |_| {}),
        kind::SIMPLE_PRIMARY_KEY => {
            numbers(c, field::TABLE_MAP_PRIMARY_KEY_COLUMN, |column| visitor.key_part(column, 0))
        }
        kind::PRIMARY_KEY_WITH_PREFIX => each(c, field::TABLE_MAP_PRIMARY_KEY_PART, |c, _| {
            let column = c.lenenc(field::TABLE_MAP_PRIMARY_KEY_COLUMN)?;
            visitor.key_part(column, c.lenenc(field::TABLE_MAP_PRIMARY_KEY_PREFIX)?);
            Ok(())
        }),
        kind::COLUMN_VISIBILITY => {
            visitor.visibility(c.rest(field::TABLE_MAP_VISIBILITY));
            Ok(())
        }
        kind::VECTOR_DIMENSIONALITY => {
            numbers(c, field::TABLE_MAP_VECTOR_DIMENSIONALITY, |number| visitor.vector_dimensionality(number))
        }
        // A newer server's; skipped by its length.
        _ => Ok(()),
    })
}

/// At most one item a byte.
fn items<'a, T: Trace<'a>>(c: &Cursor<'a, T>) -> core::ops::Range<usize> {
    0..c.remaining()
}

fn each<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, item: FieldId, mut f: impl FnMut(&mut Cursor<'a, T>, usize) -> Result<()>,
) -> Result<()> {
    for i in items(c) {
        if c.remaining() == 0 {
            break;
        }
        c.group(item.at(i), |c| f(c, i))?;
    }
    Ok(())
}

fn numbers<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, item: FieldId, mut f: impl FnMut(u64)) -> Result<()> {
    for i in items(c) {
        if c.remaining() == 0 {
            break;
        }
        f(c.lenenc(item.at(i))?);
    }
    Ok(())
}
