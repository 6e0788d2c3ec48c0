//! What is the same for every row of a table, written once.

use std::io::Write as _;
use std::sync::Arc;

use binlog_format::column::{ColumnKind, type_code};
use binlog_format::plan::{ColumnDetails, TablePlan};

use super::Tool;
use super::quoted::identifier;

/// Tables kept; most statements touch the same few.
const KEPT: usize = 32;

/// The texts around the values of a table.
#[derive(Debug)]
pub struct TableText {
    /// `` `schema`.`table` ``.
    pub name: Vec<u8>,
    columns: Vec<ColumnText>,
}

/// The texts around the values of a column.
#[derive(Debug)]
pub struct ColumnText {
    /// Its type.
    pub kind: ColumnKind,
    /// What MySQL's tool says instead of a value of a type that it does not know.
    pub unknown: Option<Box<[u8]>>,
    /// `###   @N=`.
    pub before: Box<[u8]>,
    /// The comment behind a value, and the line's end; in images of all columns the next one's
    /// `before` as well.
    pub after: [Fixed; 2],
    /// NULL, its comment, and the line's end; the same.
    pub null: [Fixed; 2],
}

/// Text that is appended for each value of a column: most is short and copied in one go, whatever
/// its length.
#[derive(Debug)]
pub struct Fixed {
    head: [u8; Self::HEAD],
    /// How much of the head counts.
    length: usize,
    /// What does not fit.
    more: Box<[u8]>,
}

impl Fixed {
    const HEAD: usize = 80;

    fn new(text: &[u8]) -> Self {
        let length = text.len().min(Self::HEAD);
        let mut head = [0; Self::HEAD];
        head.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        Self { head, length, more: text.get(length..).unwrap_or_default().into() }
    }

    /// Appends it.
    #[inline]
    pub fn put(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.length;
        out.extend_from_slice(&self.head);
        out.truncate(end);
        if !self.more.is_empty() {
            out.extend_from_slice(&self.more);
        }
    }
}

impl TableText {
    fn of(plan: &TablePlan, tool: Tool) -> Self {
        let mut name = Vec::new();
        identifier(&mut name, &plan.database);
        name.push(b'.');
        identifier(&mut name, &plan.table);
        let width = plan.columns.len();
        let before = |ordinal: usize| if ordinal < width { format!("###   @{}=", ordinal + 1) } else { String::new() };
        let columns = plan.columns.iter().zip(&plan.details).enumerate().map(|(ordinal, (column, details))| {
            let both = |null| {
                let text = comment(column.kind, details, null);
                let followed = [&text, before(ordinal + 1).as_bytes()].concat();
                [Fixed::new(&text), Fixed::new(&followed)]
            };
            ColumnText {
                kind: column.kind,
                unknown: (!knows(column.kind, details.type_code, tool)).then(|| complaint(details, tool)),
                before: before(ordinal).into_bytes().into(),
                after: both(false),
                null: both(true),
            }
        });
        Self { name, columns: columns.collect() }
    }

    /// A column's texts.
    #[inline]
    pub fn column(&self, ordinal: usize) -> Option<&ColumnText> {
        self.columns.get(ordinal)
    }
}

/// The comment behind a value, and the line's end.
fn comment(kind: ColumnKind, details: &ColumnDetails, null: bool) -> Vec<u8> {
    let mut text = Vec::from(if null { &b"NULL /* "[..] } else { b" /* " });
    type_name(&mut text, kind, details);
    // Writing to memory does not fail.
    let _ = writeln!(
        text,
        " meta={} nullable={} is_null={} */",
        details.metadata,
        u8::from(details.nullable),
        u8::from(null)
    );
    text
}

/// Whether the tool prints values of this type.
const fn knows(kind: ColumnKind, code: u8, tool: Tool) -> bool {
    if matches!(code, type_code::TINY_BLOB | type_code::MEDIUM_BLOB | type_code::LONG_BLOB) {
        return false;
    }
    match kind {
        ColumnKind::Null | ColumnKind::Unsupported { .. } => false,
        ColumnKind::Geometry { .. } | ColumnKind::BlobCompressed { .. } | ColumnKind::VarcharCompressed { .. } => {
            matches!(tool, Tool::MariadbBinlog)
        }
        ColumnKind::Json { .. } | ColumnKind::Vector { .. } => matches!(tool, Tool::Mysqlbinlog),
        _ => true,
    }
}

/// MariaDB's tool complains on standard error.
fn complaint(details: &ColumnDetails, tool: Tool) -> Box<[u8]> {
    let (code, meta) = (details.type_code, details.metadata);
    match tool {
        Tool::Mysqlbinlog => {
            format!("!! Don't know how to handle column type={code} meta={meta} ({meta:04x})\n").into_bytes().into()
        }
        Tool::MariadbBinlog => Box::new([]),
    }
}

/// The types as the tools call them.
fn type_name(out: &mut Vec<u8>, kind: ColumnKind, details: &ColumnDetails) {
    let length = details.metadata;
    let _ = match kind {
        ColumnKind::Integer { bytes } => out.write_all(match bytes {
            1 => b"TINYINT",
            2 => b"SHORTINT",
            3 => b"MEDIUMINT",
            4 => b"INT",
            _ => b"LONGINT",
        }),
        ColumnKind::Float => out.write_all(b"FLOAT"),
        ColumnKind::Double => out.write_all(b"DOUBLE"),
        ColumnKind::Year => out.write_all(b"YEAR"),
        ColumnKind::Date => out.write_all(b"DATE"),
        ColumnKind::Time => out.write_all(b"TIME"),
        ColumnKind::Datetime => out.write_all(b"DATETIME"),
        ColumnKind::Timestamp => out.write_all(b"TIMESTAMP"),
        ColumnKind::Time2 { precision } => write!(out, "TIME({precision})"),
        ColumnKind::Datetime2 { precision } => write!(out, "DATETIME({precision})"),
        ColumnKind::Timestamp2 { precision } => write!(out, "TIMESTAMP({precision})"),
        ColumnKind::Decimal { precision, scale } => write!(out, "DECIMAL({precision},{scale})"),
        ColumnKind::Bit { bits } => write!(out, "BIT({bits})"),
        ColumnKind::Enum { bytes: 1 } => out.write_all(b"ENUM(1 byte)"),
        ColumnKind::Enum { bytes } => write!(out, "ENUM({bytes} bytes)"),
        ColumnKind::Set { bytes } => write!(out, "SET({bytes} bytes)"),
        ColumnKind::Varchar { max } => write!(out, "VARSTRING({max})"),
        ColumnKind::VarcharCompressed { .. } => write!(out, "VARSTRING({length}) COMPRESSED"),
        ColumnKind::String { max } => write!(out, "STRING({max})"),
        ColumnKind::Blob { length_bytes } => out.write_all(blob_name(length_bytes)),
        ColumnKind::BlobCompressed { length_bytes } => {
            out.write_all(blob_name(length_bytes)).and_then(|()| out.write_all(b" COMPRESSED"))
        }
        ColumnKind::Json { .. } => out.write_all(b"JSON"),
        ColumnKind::Geometry { .. } => out.write_all(b"GEOMETRY"),
        ColumnKind::Vector { .. } => write!(out, "VECTOR({})", details.dimensionality.unwrap_or_default()),
        _ => Ok(()),
    };
}

const fn blob_name(length_bytes: u8) -> &'static [u8] {
    match length_bytes {
        1 => b"TINYBLOB/TINYTEXT",
        2 => b"BLOB/TEXT",
        3 => b"MEDIUMBLOB/MEDIUMTEXT",
        _ => b"LONGBLOB/LONGTEXT",
    }
}

/// The texts of the tables seen last.
#[derive(Debug, Default)]
pub struct TableTexts {
    kept: Vec<(Arc<TablePlan>, Arc<TableText>)>,
}

impl TableTexts {
    /// The texts of a table.
    pub fn get(&mut self, plan: &Arc<TablePlan>, tool: Tool) -> Arc<TableText> {
        if let Some(at) = self.kept.iter().position(|(kept, _)| Arc::ptr_eq(kept, plan)) {
            // Those used last stand first.
            self.kept.swap(0, at);
        } else {
            self.kept.truncate(KEPT - 1);
            self.kept.insert(0, (plan.clone(), Arc::new(TableText::of(plan, tool))));
        }
        self.kept.first().map(|(_, text)| text.clone()).unwrap_or_else(|| Arc::new(TableText::of(plan, tool)))
    }
}
