//! The observer that masks: every leaf it is told of, into a copy of the bytes that are decoded.

use std::ops::Range;

use binlog_format::catalogue::Sensitivity;
use binlog_format::column::ColumnKind;
use binlog_format::event::{Context, body_bytes};
use binlog_format::events::optional_metadata;
use binlog_format::names::code;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Operation, RowsHead};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, FieldId, Value, field};

use super::leaf::{self, Leaf};
use super::statement::{self, Classes};
use super::{Masker, opened};

/// Stored bytes that stand for a space of their own; whether they are masked shows when that is opened.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Which field.
    pub field: FieldId,
    /// Where, in what is decoded.
    pub range: Range<usize>,
    /// Whether what it stands for is masked as a whole.
    pub masks: bool,
}

/// Masks what it observes.
pub struct Leaves<'m> {
    masker: &'m Masker,
    out: &'m mut [u8],
    /// Where the event begins.
    start: u64,
    /// By ordinal, where columns of the table at hand differ from what holds for values.
    columns: Vec<bool>,
    /// Ordinals of the SET columns and of the ENUM columns, where labels need them.
    labelled: [Vec<usize>; 2],
    /// The labels that follow are of SETs.
    sets: bool,
    /// The numbers that the open groups have in their lists.
    groups: Vec<u32>,
    /// How many groups were open when a row image began, that included.
    image: Option<usize>,
    /// The column whose value or labels are observed, and how many groups were open before.
    cell: Option<(u32, usize)>,
    stored: Vec<Stored>,
    count: u64,
}

impl<'m> Leaves<'m> {
    /// For the event at `start`: `out` is a copy of `bytes`.
    pub fn new(masker: &'m Masker, out: &'m mut [u8], start: u64, bytes: &[u8], context: &Context<'_>) -> Self {
        let mut own = Self { start, ..Self::of_plan(masker, out, None) };
        let stored = bytes.get(4).copied().unwrap_or(0);
        let kind = context.format.canonical(stored);
        if !masker.has_exceptions() {
            return own;
        }
        if kind == code::TABLE_MAP {
            let body = body_bytes(bytes, context);
            if let Ok(plan) = TablePlan::build(body, context.format.table_head(stored), context.format.flavor) {
                own.take_plan(&plan);
            }
        } else if Operation::of(kind).is_some()
            && let Ok(head) = RowsHead::peek(bytes, context)
            && let Some(plan) = context.tables.and_then(|tables| tables.get(head.table_id))
        {
            own.take_plan(plan);
        }
        own
    }

    /// For row images of a table, or for what belongs to none.
    pub fn of_plan(masker: &'m Masker, out: &'m mut [u8], plan: Option<&TablePlan>) -> Self {
        let mut own = Self {
            masker,
            out,
            start: 0,
            columns: Vec::new(),
            labelled: [Vec::new(), Vec::new()],
            sets: false,
            groups: Vec::new(),
            image: None,
            cell: None,
            stored: Vec::new(),
            count: 0,
        };
        if let Some(plan) = plan.filter(|_| masker.has_exceptions()) {
            own.take_plan(plan);
        }
        own
    }

    fn take_plan(&mut self, plan: &TablePlan) {
        self.columns = self.masker.columns(plan);
        let of = |set: bool| {
            let is = move |kind: ColumnKind| match kind {
                ColumnKind::Set { .. } => set,
                ColumnKind::Enum { .. } => !set,
                _ => false,
            };
            let columns = plan.columns.iter().enumerate();
            columns.filter(move |(_, column)| is(column.kind)).map(|(ordinal, _)| ordinal).collect()
        };
        self.labelled = [of(false), of(true)];
    }

    /// How many leaves were masked.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The stored bytes that came by.
    pub fn take_stored(&mut self) -> Vec<Stored> {
        std::mem::take(&mut self.stored)
    }

    fn masks(&self, of: FieldId) -> bool {
        let class = of.entry().sensitivity;
        let cell = self.cell.filter(|_| class == Sensitivity::Data);
        let column = cell.and_then(|(ordinal, _)| self.columns.get(ordinal as usize));
        column.copied().unwrap_or_else(|| self.masker.masks(class))
    }

    /// The column that an item of a list stands for, unless it lies inside of one.
    fn cell_of(&self, slot: Slot) -> Option<u32> {
        let item = slot.item().filter(|_| self.cell.is_none())?;
        match slot.field {
            field::TABLE_MAP_LABELS => {
                let [enums, sets] = &self.labelled;
                let columns = if self.sets { sets } else { enums };
                columns.get(item as usize).map(|ordinal| *ordinal as u32)
            }
            _ => (self.image == Some(self.groups.len())).then_some(item),
        }
    }

    fn statement(&mut self, text: &[u8], collation: u32, range: Range<usize>) {
        if let Some(out) = self.out.get_mut(range) {
            self.count += u64::from(statement::mask(text, collation, Classes::of(self.masker), out));
        }
    }
}

/// Whether a leaf is a statement, which may be words of a transaction.
fn is_statement(of: FieldId) -> bool {
    matches!(of, field::QUERY_STATEMENT | field::ROWS_QUERY_STATEMENT | field::ANNOTATE_ROWS_STATEMENT)
}

impl<'a> Trace<'a> for Leaves<'_> {
    fn enter(&mut self, slot: Slot, _: u32) -> Enter {
        if let Some(ordinal) = self.cell_of(slot) {
            self.cell = Some((ordinal, self.groups.len()));
        }
        self.groups.push(slot.index);
        if matches!(slot.field, field::ROWS_BEFORE | field::ROWS_AFTER) {
            self.image = Some(self.groups.len());
        }
        Enter::Into
    }

    fn exit(&mut self, _: u32, _: Value<'a>) {
        if self.image == Some(self.groups.len()) {
            self.image = None;
        }
        self.groups.pop();
        self.cell = self.cell.filter(|(_, outside)| *outside < self.groups.len());
    }

    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        let range = start as usize..end as usize;
        if slot.field == field::TABLE_MAP_OPTIONAL_TYPE {
            self.sets = value == Value::Unsigned(optional_metadata::SET_STR_VALUE.into());
        }
        if range.is_empty() {
            return;
        }
        if is_statement(slot.field)
            && let Value::Text(text, collation) = value
        {
            return self.statement(text, collation, range);
        }
        let outside = self.cell;
        self.cell = outside.or(self.cell_of(slot).map(|ordinal| (ordinal, self.groups.len())));
        let masks = self.masks(slot.field);
        self.cell = outside;
        if opened::stands_for_a_space(slot.field) {
            self.stored.push(Stored { field: slot.field, range, masks });
            return;
        }
        let Some(out) = self.out.get_mut(range).filter(|_| masks) else { return };
        let group = self.groups.last().copied().filter(|group| *group != Slot::SINGLE);
        leaf::mask(&Leaf { field: slot.field, item: slot.item(), group, value, event: self.start }, out);
        self.count += 1;
    }

    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}
