//! The table plan: what a table map says, resolved once so that rows cost nothing more.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::bits::Bitmap;
use crate::catalogue::field;
use crate::column::{Column, ColumnKind};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::{self, Context};
use crate::events::{self, TableMapVisitor};
use crate::format::{Flavor, Format, TableHead};
use crate::limits::MAX_TABLE_MAPS;
use crate::names::code;
use crate::rows::{Operation, RowsHead, STMT_END};
use crate::unlogged;

/// The columns of a table as one table map describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePlan {
    /// Number that row events refer to.
    pub table_id: u64,
    /// Schema.
    pub database: Box<[u8]>,
    /// Table.
    pub table: Box<[u8]>,
    /// What reading values needs, by ordinal.
    pub columns: Box<[Column]>,
    /// Names, labels and keys, where the log has them.
    pub details: Box<[ColumnDetails]>,
    /// How many of the columns are JSON.
    pub json_columns: usize,
    /// Whether some columns' widths are not in the log; see [`unlogged`].
    pub open_widths: bool,
    /// Whose server wrote the map.
    pub flavor: Flavor,
    /// Columns of the primary key and prefix lengths, in key order.
    pub primary_key: Vec<(u32, u32)>,
    /// What makes the plan doubtful: its table map's checksum or the format description. Faults
    /// in rows are then this fault.
    pub doubt: Option<ErrorCode>,
}

/// What showing values needs, beyond [`Column`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnDetails {
    /// `None` when the log has no names.
    pub name: Option<Box<[u8]>>,
    /// Members of an ENUM or SET.
    pub labels: Vec<Box<[u8]>>,
    /// The column is INVISIBLE.
    pub invisible: bool,
    /// The type code as stored; see [`type_code`](crate::column::type_code).
    pub type_code: u8,
    /// The metadata as stored: one byte, or two as the type orders them; 0 for types without.
    pub metadata: u16,
    /// Values may be NULL.
    pub nullable: bool,
    /// Elements of a VECTOR, if the log has them.
    pub dimensionality: Option<u32>,
}

#[derive(Default)]
struct Builder<'a> {
    kinds: Vec<ColumnKind>,
    metadata: Vec<u16>,
    dimensions: Vec<u32>,
    signedness: Option<&'a [u8]>,
    defaults: [Option<u32>; 2],
    charsets: [BTreeMap<u64, u32>; 2],
    names: Vec<(usize, &'a [u8])>,
    labels: Vec<(bool, usize, &'a [u8])>,
    key: Vec<(u32, u32)>,
    visibility: Option<&'a [u8]>,
}

impl<'a> TableMapVisitor<'a> for Builder<'a> {
    fn column(&mut self, _: usize, kind: ColumnKind) {
        self.kinds.push(kind);
    }
    fn metadata(&mut self, _: usize, metadata: u16) {
        self.metadata.push(metadata);
    }
    fn vector_dimensionality(&mut self, dimensionality: u64) {
        self.dimensions.push(dimensionality as u32);
    }
    fn signedness(&mut self, bitmap: &'a [u8]) {
        self.signedness = Some(bitmap);
    }
    fn default_charset(&mut self, labelled: bool, collation: u32) {
        self.defaults[usize::from(labelled)] = Some(collation);
    }
    fn charset(&mut self, labelled: bool, index: u64, collation: u32) {
        self.charsets[usize::from(labelled)].insert(index, collation);
    }
    fn name(&mut self, index: usize, name: &'a [u8]) {
        self.names.push((index, name));
    }
    fn label(&mut self, set: bool, index: usize, _: usize, label: &'a [u8]) {
        self.labels.push((set, index, label));
    }
    fn key_part(&mut self, column: u64, prefix: u64) {
        self.key.push((column as u32, prefix as u32));
    }
    fn visibility(&mut self, bitmap: &'a [u8]) {
        self.visibility = Some(bitmap);
    }
}

/// Bit `index` of a bitmap whose first item is the most significant bit.
fn msb_bit(bitmap: &[u8], index: usize) -> Option<bool> {
    bitmap.get(index / 8).map(|byte| byte >> (7 - index % 8) & 1 == 1)
}

impl TablePlan {
    /// Builds the plan from the body of a table map, from after the common header to before
    /// the checksum.
    ///
    /// # Errors
    ///
    /// Those of [`table_map`](events::table_map); offsets count from the body's first byte.
    pub fn build(body: &[u8], layout: TableHead, flavor: Flavor) -> Result<Self> {
        let mut builder = Builder::default();
        let mut c = Cursor::new(body, field::EVENT_HEADER_EVENT_SIZE, ());
        let map = events::table_map(&mut c, layout, &mut builder)?;
        let mut plan = Self {
            table_id: map.table_id,
            database: map.database.into(),
            table: map.table.into(),
            columns: builder.columns(flavor),
            open_widths: builder.kinds.iter().any(|kind| unlogged::is_open(*kind, flavor == Flavor::Mariadb)),
            flavor,
            details: builder.details(&map),
            json_columns: builder.kinds.iter().filter(|kind| matches!(kind, ColumnKind::Json { .. })).count(),
            primary_key: Vec::new(),
            doubt: None,
        };
        for (index, name) in &builder.names {
            if let Some(details) = plan.details.get_mut(*index) {
                details.name = Some((*name).into());
            }
        }
        // Label lists are numbered among the SET columns, or among the ENUM columns.
        for set in [true, false] {
            let holders = builder.kinds.iter().enumerate().filter(|(_, kind)| match kind {
                ColumnKind::Set { .. } => set,
                ColumnKind::Enum { .. } => !set,
                _ => false,
            });
            let holders: Vec<usize> = holders.map(|(ordinal, _)| ordinal).collect();
            for (_, index, label) in builder.labels.iter().filter(|(of_set, ..)| *of_set == set) {
                if let Some(details) = holders.get(*index).and_then(|ordinal| plan.details.get_mut(*ordinal)) {
                    details.labels.push((*label).into());
                }
            }
        }
        if let Some(bitmap) = builder.visibility {
            for (ordinal, details) in plan.details.iter_mut().enumerate() {
                details.invisible = msb_bit(bitmap, ordinal) == Some(false);
            }
        }
        plan.primary_key = builder.key;
        Ok(plan)
    }

    /// The text of an ENUM's or SET's value, if the log has the members' names.
    pub fn labels(&self, ordinal: usize) -> &[Box<[u8]>] {
        self.details.get(ordinal).map(|details| &details.labels[..]).unwrap_or_default()
    }

    /// Whether the log does not tell how many bytes the column takes.
    pub(crate) fn is_open(&self, ordinal: usize) -> bool {
        let mariadb = self.flavor == Flavor::Mariadb;
        self.columns.get(ordinal).is_some_and(|column| unlogged::is_open(column.kind, mariadb))
    }

    /// The name of a column, if the log has it.
    pub fn name(&self, ordinal: usize) -> Option<&[u8]> {
        self.details.get(ordinal)?.name.as_deref()
    }
}

impl Builder<'_> {
    /// What is known of each column by its place; names and labels come after.
    fn details(&self, map: &events::TableMap<'_>) -> Box<[ColumnDetails]> {
        let nullable = Bitmap::new(map.null_bitmap, map.column_types.len());
        let mut dimensions = self.dimensions.iter().copied();
        let details = self.kinds.iter().enumerate().map(|(ordinal, kind)| ColumnDetails {
            type_code: map.column_types.get(ordinal).copied().unwrap_or_default(),
            metadata: self.metadata.get(ordinal).copied().unwrap_or_default(),
            nullable: nullable.get(ordinal),
            dimensionality: matches!(kind, ColumnKind::Vector { .. }).then(|| dimensions.next()).flatten(),
            ..ColumnDetails::default()
        });
        details.collect()
    }

    fn columns(&self, flavor: Flavor) -> Box<[Column]> {
        let mut numeric = 0;
        let mut characters = [0; 2];
        let column = |kind: &ColumnKind| {
            let mut column = Column { kind: *kind, unsigned: None, collation: 0 };
            if kind.is_numeric() {
                column.unsigned = self.signedness.and_then(|bitmap| msb_bit(bitmap, numeric));
                numeric += 1;
            }
            let labelled = matches!(kind, ColumnKind::Enum { .. } | ColumnKind::Set { .. });
            if labelled || kind.is_character(flavor == Flavor::Mariadb) {
                let list = usize::from(labelled);
                let own = self.charsets[list].get(&characters[list]).copied();
                column.collation = own.or(self.defaults[list]).unwrap_or(0);
                characters[list] += 1;
            }
            column
        };
        self.kinds.iter().map(column).collect()
    }
}

/// The live table maps. A body seen before is not built again, and nothing is allocated for it:
/// most statements map the same few tables again.
#[derive(Clone, Debug, Default)]
pub struct TablePlans {
    known: BTreeMap<u64, Entry>,
    /// Entries of an earlier generation are forgotten: kept, but not live.
    generation: u64,
    /// Forgotten entries go when there are so many in all.
    purge_at: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    body: Box<[u8]>,
    /// What the body was read by.
    rule: (Flavor, TableHead),
    plan: Arc<TablePlan>,
    generation: u64,
}

/// Whether table maps end with an event of this canonical type: another file or format begins. They
/// also end with a rows event that has [`STMT_END`].
pub const fn ends_maps(kind: u8) -> bool {
    matches!(kind, code::FORMAT_DESCRIPTION | code::START_V3 | code::ROTATE)
}

/// Entries worth keeping although they are forgotten.
const WORTH_KEEPING: usize = 64;

impl TablePlans {
    /// No live maps.
    pub fn new() -> Self {
        Self::default()
    }

    /// A table map came by; `body` as for [`TablePlan::build`]. [`follow`](Self::follow) does it for
    /// whole events.
    ///
    /// # Errors
    ///
    /// Those of [`TablePlan::build`]; an earlier map of the same number is gone then, too.
    pub fn insert(&mut self, body: &[u8], layout: TableHead, format: &Format) -> Result<Arc<TablePlan>> {
        let doubt = (!format.intact).then_some(ErrorCode::NoFormat);
        let rule = (format.flavor, layout);
        let id = events::table_id(&mut Cursor::new(body, field::EVENT_HEADER_EVENT_SIZE, ()), layout.short_ids)?;
        if let Some(entry) = self.known.get_mut(&id)
            && entry.rule == rule
            && entry.plan.doubt == doubt
            && *entry.body == *body
        {
            entry.generation = self.generation;
            return Ok(entry.plan.clone());
        }
        // Whatever becomes of this map, the one before no longer holds.
        self.known.remove(&id);
        let plan = Arc::new(TablePlan { doubt, ..TablePlan::build(body, layout, format.flavor)? });
        self.make_room();
        let entry = Entry { body: body.into(), rule, plan: plan.clone(), generation: self.generation };
        self.known.insert(plan.table_id, entry);
        Ok(plan)
    }

    /// The checksum of the table map that was inserted last for this table is wrong.
    pub fn distrust(&mut self, table_id: u64) {
        if let Some(entry) = self.known.get_mut(&table_id) {
            Arc::make_mut(&mut entry.plan).doubt = Some(ErrorCode::DamagedTable);
        }
    }

    fn make_room(&mut self) {
        if self.known.len() < self.purge_at.max(WORTH_KEEPING) {
            return;
        }
        let generation = self.generation;
        self.known.retain(|_, entry| entry.generation == generation);
        if self.known.len() >= MAX_TABLE_MAPS {
            self.known.clear();
        }
        self.purge_at = self.known.len() * 2;
    }

    /// Keeps up with a source: call it with every event, after the event was decoded. Maps are added,
    /// and forgotten when their statement or file ends. A map that cannot be read is not added: its
    /// own decoding tells the fault, and rows of it are rows of an unknown table. `context` needs no
    /// table maps.
    pub fn follow(&mut self, bytes: &[u8], context: &Context<'_>) {
        let stored = bytes.get(4).copied().unwrap_or(0);
        let kind = context.format.canonical(stored);
        if kind == code::TABLE_MAP {
            let layout = context.format.table_head(stored);
            let _ = self.insert(event::body_bytes(bytes, context), layout, context.format);
        }
        let rows = Operation::of(kind).and_then(|_| RowsHead::peek(bytes, context).ok());
        if ends_maps(kind) || rows.is_some_and(|rows| rows.flags & STMT_END != 0) {
            self.forget();
        }
    }

    /// The statement ended (STMT_END), or another file or format begins.
    pub fn forget(&mut self) {
        self.generation += 1;
    }

    /// The plan of a table id.
    #[inline]
    pub fn get(&self, table_id: u64) -> Option<&Arc<TablePlan>> {
        self.known.get(&table_id).filter(|entry| entry.generation == self.generation).map(|entry| &entry.plan)
    }
}
