//! Results of statements as text. Sources: MySQL `sql/protocol_classic.cc`, MariaDB `sql/protocol.cc`.

use binlog_format::catalogue::{Unit, packet_field as field};
use binlog_format::cursor::Cursor;
use binlog_format::describe::name_of;
use binlog_format::error::Result;
use binlog_format::trace::Trace;

use crate::answer::{EOF_BELOW, header};
use crate::capability;
use crate::strings::lenenc_text;

/// What a result begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultSetHeader {
    /// How many columns.
    pub columns: u64,
    /// Whether their definitions follow; some clients say that they know them.
    pub metadata_follows: bool,
}

/// An OK packet has at least so many bytes; a result's header fewer.
const OK_BYTES: usize = 7;

impl ResultSetHeader {
    /// Whether this may be one although it begins as an OK packet: with OPTIONAL_RESULTSET_METADATA a byte that may be
    /// 0 stands before the number of columns.
    pub(crate) fn begins_with_zero(bytes: &[u8], capabilities: u64) -> bool {
        capabilities & capability::OPTIONAL_RESULTSET_METADATA != 0 && bytes.len() < OK_BYTES
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, capabilities: u64) -> Result<Self> {
        let mut metadata_follows = true;
        if capabilities & capability::OPTIONAL_RESULTSET_METADATA != 0 {
            metadata_follows = c.u8(field::RESULT_METADATA_FOLLOWS)? != 0;
        }
        let columns = c.lenenc(field::RESULT_COLUMN_COUNT)?;
        if capabilities & capability::MARIADB_CACHE_METADATA != 0 {
            metadata_follows = c.u8(field::RESULT_METADATA_FOLLOWS)? != 0;
        }
        Ok(Self { columns, metadata_follows })
    }
}

/// A column of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnDefinition<'a> {
    /// `def`.
    pub catalog: &'a [u8],
    /// Schema of the table.
    pub schema: &'a [u8],
    /// The table's name in the statement.
    pub table: &'a [u8],
    /// The table's own name.
    pub org_table: &'a [u8],
    /// The column's name in the statement.
    pub name: &'a [u8],
    /// The column's own name.
    pub org_name: &'a [u8],
    /// MariaDB's name of a type that the protocol has no number for.
    pub extended_type: &'a [u8],
    /// Collation.
    pub character_set: u16,
    /// Greatest length in bytes.
    pub column_length: u32,
    /// Type, as in a table map.
    pub column_type: u8,
    /// Flags.
    pub flags: u16,
    /// Digits behind the point.
    pub decimals: u8,
}

impl<'a> ColumnDefinition<'a> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// The faults of lengths.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, capabilities: u64) -> Result<Self> {
        let catalog = lenenc_text(c, field::COLUMN_CATALOG_LENGTH, field::COLUMN_CATALOG)?;
        let schema = lenenc_text(c, field::COLUMN_SCHEMA_LENGTH, field::COLUMN_SCHEMA)?;
        let table = lenenc_text(c, field::COLUMN_TABLE_LENGTH, field::COLUMN_TABLE)?;
        let org_table = lenenc_text(c, field::COLUMN_ORG_TABLE_LENGTH, field::COLUMN_ORG_TABLE)?;
        let name = lenenc_text(c, field::COLUMN_NAME_LENGTH, field::COLUMN_NAME)?;
        let org_name = lenenc_text(c, field::COLUMN_ORG_NAME_LENGTH, field::COLUMN_ORG_NAME)?;
        let mut extended_type: &[u8] = &[];
        if capabilities & capability::MARIADB_EXTENDED_METADATA != 0 {
            extended_type = extended(c)?;
        }
        let mut column = Self {
            catalog,
            schema,
            table,
            org_table,
            name,
            org_name,
            extended_type,
            character_set: 0,
            column_length: 0,
            column_type: 0,
            flags: 0,
            decimals: 0,
        };
        let length = c.lenenc(field::COLUMN_FIXED_LENGTH)?;
        c.within(length, field::COLUMN_FIXED_LENGTH, binlog_format::field::UNKNOWN, |c| {
            c.group(field::COLUMN_FIXED, |c| {
                column.character_set = c.u16(field::COLUMN_CHARACTER_SET)?;
                column.column_length = c.u32(field::COLUMN_LENGTH)?;
                column.column_type = c.u8(field::COLUMN_TYPE)?;
                column.flags = c.u16(field::COLUMN_FLAGS)?;
                column.decimals = c.u8(field::COLUMN_DECIMALS)?;
                c.u16(field::COLUMN_FILLER)?;
                Ok(())
            })
        })?;
        Ok(column)
    }
}

/// MariaDB's items: type, then text with its length. The name of the type is given back.
fn extended<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<&'a [u8]> {
    const TYPE: u8 = 0;
    let mut name: &[u8] = &[];
    let length = c.lenenc(field::COLUMN_EXTENDED_LENGTH)?;
    c.within(length, field::COLUMN_EXTENDED_LENGTH, binlog_format::field::UNKNOWN, |c| {
        c.group(field::COLUMN_EXTENDED, |c| {
            for number in 0.. {
                let Some(kind) = c.peek().first().copied() else { break };
                c.group(field::COLUMN_EXTENDED_ITEM.at(number), |c| {
                    c.u8(field::COLUMN_EXTENDED_TYPE)?;
                    let length = field::COLUMN_EXTENDED_VALUE_LENGTH;
                    let value = lenenc_text(c, length, field::COLUMN_EXTENDED_VALUE)?;
                    if kind == TYPE {
                        name = value;
                    }
                    Ok(())
                })?;
                if c.observes()
                    && let Some(label) = name_of(Unit::ExtendedMetadata, kind.into())
                {
                    c.trace().label(label.as_bytes());
                }
            }
            Ok(())
        })
    })?;
    Ok(name)
}

/// A row of a result: text or NULL for each column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The values as they stand there.
    bytes: &'a [u8],
    /// How many there are.
    pub columns: u64,
}

/// What stands for NULL in place of a length.
const NULL: u8 = 0xfb;

impl<'a> Row<'a> {
    /// Reads a row of `columns` columns.
    ///
    /// # Errors
    ///
    /// The faults of lengths; columns that are missing are an `unexpected_end`.
    pub fn read<T: Trace<'a>>(c: &mut Cursor<'a, T>, columns: u64) -> Result<Self> {
        let start = c.position();
        for number in 0..columns as usize {
            c.group(field::ROW_CELL.at(number), |c| cell(c).map(|_| ()))?;
        }
        Ok(Self { bytes: c.since(start), columns })
    }

    /// The values in order; `None` is NULL.
    pub fn values(&self) -> impl Iterator<Item = Option<&'a [u8]>> {
        let mut c = Cursor::new(self.bytes, field::PAYLOAD_LENGTH, ());
        core::iter::from_fn(move || if c.remaining() == 0 { None } else { cell(&mut c).ok() })
    }

    /// Whether these bytes end the rows. A row may begin with the same byte: it is a length of 8 bytes there.
    pub(crate) fn ends(bytes: &[u8], capabilities: u64) -> bool {
        let below = if capabilities & capability::DEPRECATE_EOF != 0 { crate::limits::MAX_FRAME } else { EOF_BELOW };
        bytes.first() == Some(&header::EOF) && bytes.len() < below
    }
}

fn cell<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<Option<&'a [u8]>> {
    if c.peek().first() == Some(&NULL) {
        c.u8(field::ROW_NULL)?;
        return Ok(None);
    }
    lenenc_text(c, field::ROW_VALUE_LENGTH, field::ROW_VALUE).map(Some)
}
