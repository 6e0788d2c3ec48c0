//! WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS, v1 and v2, PARTIAL_UPDATE_ROWS, and MariaDB's compressed forms.
//! Sources: MySQL `rows_event.{h,cpp}` (`Rows_event`), MariaDB `sql/log_event.cc`.

#[cfg(feature = "alloc")]
mod pre_ga;

use crate::bits::Bitmap;
use crate::catalogue::field;
use crate::compression::{self, Compressed};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::Context;
use crate::events::extra_bytes;
use crate::header::EventHeader;
use crate::limits::MAX_COLUMNS;
use crate::names::code;
use crate::trace::Trace;
use crate::value::Value;

/// A rows event before its rows are iterated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowsEvent<'a> {
    /// What the event does.
    pub operation: Operation,
    /// The table map's number.
    pub table_id: u64,
    /// 0x0001: [`STMT_END`]. 0x0002: foreign keys were not checked. 0x0004: unique keys were not checked.
    /// 0x0008: images have all columns. 0x0010: the SQL layer ran foreign key actions and logged their
    /// rows (MySQL 9.6). 0x0080: CHECK constraints were not checked (MariaDB).
    pub flags: u16,
    /// What the post-header of v2 adds.
    pub extra: ExtraRowData<'a>,
    /// Columns of the table.
    pub width: usize,
    /// Columns in the first image of a row (the only one of inserts and deletes).
    pub present: Bitmap<'a>,
    /// JSON columns of after images may be changes ([`Value::JsonDiffs`]) instead of documents.
    pub partial: bool,
    /// PRE_GA_WRITE_ROWS and its like (5.1 up to 5.1.17): images begin with the NULL bytes of the
    /// table's own records, and the log tells neither how many nor how wide some columns are.
    /// What is read is what fits all rows; where nothing does, that is the fault.
    pub pre_ga: bool,
    /// Columns in the after image of updates.
    pub present_after: Bitmap<'a>,
    /// The row images; none when they are compressed.
    pub rows: &'a [u8],
    /// Where `rows` begins, from the start of the event; 0 in inflated images.
    pub rows_at: u32,
    /// The row images of MariaDB's compressed events; `inflated` makes a plain event of them.
    pub compressed: Option<Compressed<'a>>,
}

/// The extra data of v2 post-headers. Source: MySQL `rows_event.h` (`Extra_row_info`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtraRowData<'a> {
    /// NDB: the format of the data, and the data.
    pub ndb: Option<(u8, &'a [u8])>,
    /// Number of the partition that the rows are in (updates: in the end).
    pub partition: Option<u16>,
    /// Updates: number of the partition that the rows were in.
    pub source_partition: Option<u16>,
}

/// Last rows event of its statement: table maps end with it.
pub const STMT_END: u16 = 0x0001;

/// What rows events do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Inserts.
    Write,
    /// Updates.
    Update,
    /// Deletes.
    Delete,
}

impl Operation {
    /// The operation of a rows event's canonical type.
    pub const fn of(kind: u8) -> Option<Self> {
        match kind {
            code::PRE_GA_WRITE_ROWS
            | code::WRITE_ROWS_V1
            | code::WRITE_ROWS
            | code::WRITE_ROWS_COMPRESSED_V1
            | code::WRITE_ROWS_COMPRESSED => Some(Self::Write),
            code::PRE_GA_UPDATE_ROWS
            | code::UPDATE_ROWS_V1
            | code::UPDATE_ROWS
            | code::PARTIAL_UPDATE_ROWS
            | code::UPDATE_ROWS_COMPRESSED_V1
            | code::UPDATE_ROWS_COMPRESSED => Some(Self::Update),
            code::PRE_GA_DELETE_ROWS
            | code::DELETE_ROWS_V1
            | code::DELETE_ROWS
            | code::DELETE_ROWS_COMPRESSED_V1
            | code::DELETE_ROWS_COMPRESSED => Some(Self::Delete),
            _ => None,
        }
    }
}

/// Which image of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Image {
    /// Before the change.
    Before,
    /// After it.
    After,
}

/// What stands before the row images: enough to follow statements without decoding rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsHead {
    /// The table map's number.
    pub table_id: u64,
    /// Flags.
    pub flags: u16,
}

/// Receives a rows event's values, in order.
#[allow(unused_variables)]
pub trait RowVisitor<'a> {
    /// Row `index` begins.
    fn row(&mut self, index: usize) {}
    /// One of its images begins.
    fn image(&mut self, image: Image) {}
    /// A column that is present in the image.
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'a>) {}
}

impl RowVisitor<'_> for () {}

#[inline]
fn head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, short_ids: bool) -> Result<RowsHead> {
    let table_id = if short_ids { c.u32(field::ROWS_TABLE_ID_4)?.into() } else { c.u48(field::ROWS_TABLE_ID)? };
    Ok(RowsHead { table_id, flags: c.u16(field::ROWS_FLAGS)? })
}

impl RowsHead {
    /// Reads it from the first bytes of a rows event (header and post-header suffice).
    ///
    /// # Errors
    ///
    /// `unexpected_end`; offsets count from the event's first byte.
    #[inline]
    pub fn peek(bytes: &[u8], context: &Context<'_>) -> Result<Self> {
        let stored = bytes.get(4).copied().unwrap_or(0);
        let mut c = Cursor::behind(bytes, context.format.header_length_of(stored), field::EVENT_HEADER_EVENT_SIZE);
        head(&mut c, context.format.short_table_ids(stored))
    }
}

pub(crate) fn rows<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, kind: u8, header: &EventHeader, context: &Context<'_>,
) -> Result<RowsEvent<'a>> {
    let operation = Operation::of(kind).unwrap_or(Operation::Write);
    let compressed = is_compressed(kind);
    let pre_ga = matches!(kind, code::PRE_GA_WRITE_ROWS..=code::PRE_GA_DELETE_ROWS);
    let layout = context.format.table_head(header.type_code);
    let head = head(c, layout.short_ids)?;
    // Version 2 has the length of its extra data as well, before whatever a newer server added.
    let extra = if has_extra_data(kind) {
        extra_row_data(c, operation, layout.extra.saturating_sub(EXTRA_LENGTH_BYTES))?
    } else {
        extra_bytes(c, layout.extra)?;
        ExtraRowData::default()
    };
    let width = c.lenenc(field::ROWS_WIDTH)?;
    if width > MAX_COLUMNS {
        return Err(c.fail(ErrorCode::TooMany, field::ROWS_WIDTH, MAX_COLUMNS, width));
    }
    let bitmap = |c: &mut Cursor<'a, T>, slot| -> Result<Bitmap<'a>> {
        Ok(Bitmap::new(c.bytes(slot, width.div_ceil(8), field::ROWS_WIDTH)?, width as usize))
    };
    let present = bitmap(c, field::ROWS_PRESENT)?;
    let present_after = match operation {
        // One bitmap for both images.
        Operation::Update if pre_ga => present,
        Operation::Update => bitmap(c, field::ROWS_PRESENT_AFTER)?,
        Operation::Write | Operation::Delete => Bitmap::new(&[], 0),
    };
    let event = RowsEvent {
        operation,
        table_id: head.table_id,
        flags: head.flags,
        extra,
        width: width as usize,
        present,
        partial: kind == code::PARTIAL_UPDATE_ROWS,
        pre_ga,
        present_after,
        rows: if compressed { &[] } else { c.peek() },
        rows_at: c.position() as u32,
        compressed: None,
    };
    if compressed && c.remaining() > 0 {
        return Ok(RowsEvent { compressed: Some(compression::part(c)?), ..event });
    }
    #[cfg(feature = "alloc")]
    if !event.rows.is_empty() {
        let plan = context.tables.and_then(|tables| tables.get(event.table_id));
        let Some(plan) = plan else {
            return Err(c.fail(ErrorCode::UnknownTable, field::ROWS_TABLE_ID, 0, event.table_id));
        };
        // Without an observer the rows are read once, by whoever visits them.
        if T::OBSERVES {
            event.images(c, plan, &mut ())?;
        } else {
            c.pass();
        }
    }
    Ok(event)
}

/// Whether a canonical type has the v2 post-header, which may carry extra data.
const fn has_extra_data(kind: u8) -> bool {
    matches!(
        kind,
        code::WRITE_ROWS..=code::DELETE_ROWS | code::PARTIAL_UPDATE_ROWS
            | code::WRITE_ROWS_COMPRESSED..=code::DELETE_ROWS_COMPRESSED
    )
}

/// Whether the row images of a canonical type are compressed.
pub const fn is_compressed(kind: u8) -> bool {
    matches!(kind, code::WRITE_ROWS_COMPRESSED_V1..=code::DELETE_ROWS_COMPRESSED)
}

impl<'a> RowsEvent<'a> {
    /// The same event over other row images: those that its compressed part inflated to.
    pub fn with_images<'b>(self, rows: &'b [u8]) -> RowsEvent<'b>
    where
        'a: 'b,
    {
        RowsEvent { rows, rows_at: 0, compressed: None, ..self }
    }
}

/// Bytes of the length of the extra data; it counts them.
const EXTRA_LENGTH_BYTES: usize = 2;

/// The extra data of version 2, and before it `newer` bytes of the post-header.
fn extra_row_data<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, operation: Operation, newer: usize,
) -> Result<ExtraRowData<'a>> {
    const NDB: u8 = 0;
    const PARTITION: u8 = 1;
    let length = c.u16(field::ROWS_EXTRA_LENGTH)?;
    extra_bytes(c, newer)?;
    let Some(length) = length.checked_sub(2) else {
        let error = c.fail(ErrorCode::LengthTooLong, field::ROWS_EXTRA_LENGTH, 2, length.into());
        return Err(error.blame(field::ROWS_EXTRA_LENGTH));
    };
    let mut extra = ExtraRowData::default();
    if length == 0 {
        return Ok(extra);
    }
    c.group(field::ROWS_EXTRA, |c| {
        c.within(length.into(), field::ROWS_EXTRA_LENGTH, field::ROWS_EXTRA_UNKNOWN, |c| {
            while let Some(tag) = c.peek().first().copied() {
                match tag {
                    NDB => {
                        c.u8(field::ROWS_EXTRA_TYPE)?;
                        let length = c.u8(field::ROWS_EXTRA_NDB_LENGTH)?;
                        let format = c.u8(field::ROWS_EXTRA_NDB_FORMAT)?;
                        let data = u64::from(length.saturating_sub(2));
                        extra.ndb = Some((format, c.bytes(field::ROWS_EXTRA_NDB, data, field::ROWS_EXTRA_NDB_LENGTH)?));
                    }
                    PARTITION => {
                        c.u8(field::ROWS_EXTRA_TYPE)?;
                        extra.partition = Some(c.u16(field::ROWS_PARTITION_ID)?);
                        if operation == Operation::Update {
                            extra.source_partition = Some(c.u16(field::ROWS_SOURCE_PARTITION_ID)?);
                        }
                    }
                    // Unknown tags have no known length: what is left is skipped whole.
                    _ => break,
                }
            }
            Ok(())
        })
    })?;
    Ok(extra)
}

#[cfg(feature = "alloc")]
mod images {
    use super::pre_ga::InRecord;
    use super::*;
    use crate::catalogue::FieldId;
    use crate::column::{self, Column, ColumnKind};
    use crate::error::DecodeError;
    use crate::plan::TablePlan;
    use crate::trace::Enter;
    use crate::unlogged;

    /// What stands before an after image in a partial update: options, and if one of them says so,
    /// which of the table's JSON columns hold changes. Source: MySQL `sql/rpl_record.cc` (`unpack_row`).
    fn partial_bits<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, plan: &TablePlan) -> Result<Bitmap<'a>> {
        const PARTIAL_JSON: u64 = 1;
        let options = c.lenenc(field::ROWS_VALUE_OPTIONS)?;
        if options & !PARTIAL_JSON != 0 {
            return Err(c.fail(ErrorCode::InvalidValue, field::ROWS_VALUE_OPTIONS, PARTIAL_JSON, options));
        }
        if options == 0 {
            return Ok(Bitmap::new(&[], 0));
        }
        let bytes = plan.json_columns.div_ceil(8) as u64;
        Ok(Bitmap::new(c.bytes(field::ROWS_PARTIAL_BITS, bytes, field::ROWS_VALUE_OPTIONS)?, plan.json_columns))
    }

    impl<'a> RowsEvent<'a> {
        /// Whether columns are wider than their types say, by a precision that the log does not
        /// tell; see [`unlogged`].
        pub fn has_unlogged_widths(&self, plan: &TablePlan) -> bool {
            let found = unlogged::resolve(self, plan);
            found.is_some_and(|columns| {
                columns.iter().zip(&plan.columns).any(|(found, logged)| found.kind != logged.kind)
            })
        }

        /// Hands every value to `visitor`, in order. An error's offset counts from the start of
        /// the event, as everywhere; in inflated images from the first of them. Compressed images
        /// are to be inflated before: here they are the fault `compressed`.
        ///
        /// # Errors
        ///
        /// `column_count` if the plan is of another table, `column_width` and `column_type` for what cannot be
        /// read, `empty_row`, and the faults of lengths. What came before was visited: rows of an event
        /// cannot be found behind a fault.
        pub fn visit(&self, plan: &TablePlan, visitor: &mut impl RowVisitor<'a>) -> Result<()> {
            self.observe(Some(plan), visitor, ())
        }

        /// How many rows there are, and whether they could be read to the end.
        pub fn count(&self, plan: &TablePlan) -> (u64, bool) {
            struct Count(u64);
            impl RowVisitor<'_> for Count {
                fn row(&mut self, index: usize) {
                    self.0 = index as u64 + 1;
                }
            }
            let mut count = Count(0);
            let whole = self.visit(plan, &mut count).is_ok();
            (count.0, whole)
        }

        /// [`visit`](Self::visit) with an observer, whose offsets count from the first image: what a space of
        /// inflated images holds. What a fault leaves is one `undecoded` leaf.
        ///
        /// # Errors
        ///
        /// The same, and `unknown_table` without a plan.
        pub fn observe<T: Trace<'a>>(
            &self, plan: Option<&TablePlan>, visitor: &mut impl RowVisitor<'a>, trace: T,
        ) -> Result<()> {
            let mut c = Cursor::new(self.rows, field::EVENT_HEADER_EVENT_SIZE, trace);
            let result = match (plan, self.compressed) {
                (Some(plan), None) => self.images(&mut c, plan, visitor),
                (_, Some(part)) => {
                    Err(c.fail(ErrorCode::Compressed, field::COMPRESSED_DATA, 0, part.data.len() as u64))
                }
                (None, None) => Err(c.fail(ErrorCode::UnknownTable, field::ROWS_TABLE_ID, 0, self.table_id)),
            };
            c.rest(if result.is_ok() { field::UNKNOWN } else { field::UNDECODED });
            result.map_err(|error| error.behind(self.rows_at))
        }

        pub(super) fn images<T: Trace<'a>>(
            &self, c: &mut Cursor<'a, T>, plan: &TablePlan, visitor: &mut impl RowVisitor<'a>,
        ) -> Result<()> {
            // An event that only ends its statement has no rows, and its table need not be known.
            if c.remaining() == 0 {
                return Ok(());
            }
            let doubt = |error: DecodeError| plan.doubt.map_or(error, |doubt| error.for_lack_of(doubt));
            self.read_images(c, plan, visitor).map_err(doubt)
        }

        fn read_images<T: Trace<'a>>(
            &self, c: &mut Cursor<'a, T>, plan: &TablePlan, visitor: &mut impl RowVisitor<'a>,
        ) -> Result<()> {
            if self.width != plan.columns.len() {
                let expected = plan.columns.len() as u64;
                return Err(c.fail(ErrorCode::ColumnCount, field::ROWS_WIDTH, expected, self.width as u64));
            }
            let in_record = if self.pre_ga { Some(self.resolve_in_record(c, plan)?) } else { None };
            let found = if self.pre_ga { None } else { unlogged::resolve(self, plan) };
            let columns = in_record.as_ref().map(|found| &*found.columns).or(found.as_deref()).unwrap_or(&plan.columns);
            let plan = (plan, columns);
            let mut layouts = self.layouts();
            for layout in &mut layouts {
                layout.in_record = in_record.as_ref();
            }
            c.group(field::ROWS_ROWS, |c| {
                for index in 0.. {
                    if c.remaining() == 0 {
                        break;
                    }
                    let start = c.position();
                    visitor.row(index);
                    match c.enter(field::ROWS_ROW.at(index)) {
                        Enter::Skip if T::OBSERVES => {
                            let mut silent = c.silent();
                            let row = self.row(&mut silent, plan, &layouts, visitor);
                            c.seek(silent.position());
                            c.leave(Value::None);
                            row?;
                        }
                        _ => {
                            let row = self.row(c, plan, &layouts, visitor);
                            c.leave(Value::None);
                            row?;
                        }
                    }
                    if c.position() == start {
                        let left = c.remaining() as u64;
                        return Err(c.fail(ErrorCode::EmptyRow, field::ROWS_ROW, 1, left));
                    }
                }
                Ok(())
            })
        }

        fn row<T: Trace<'a>>(
            &self, c: &mut Cursor<'a, T>, plan: (&TablePlan, &[Column]), layouts: &[Layout<'a, '_>; 2],
            visitor: &mut impl RowVisitor<'a>,
        ) -> Result<()> {
            let [first, second] = layouts;
            self.image(c, plan, first, visitor)?;
            if self.operation == Operation::Update { self.image(c, plan, second, visitor) } else { Ok(()) }
        }

        /// The one image of an insert or a delete, or the two of an update.
        fn layouts<'f>(&self) -> [Layout<'a, 'f>; 2] {
            let (list, image) = match self.operation {
                Operation::Write => (field::ROWS_AFTER, Image::After),
                Operation::Update | Operation::Delete => (field::ROWS_BEFORE, Image::Before),
            };
            [Layout::new(list, image, self.present), Layout::new(field::ROWS_AFTER, Image::After, self.present_after)]
        }

        /// One image: NULL bits for the columns that are present, then the values that are not NULL.
        #[inline]
        fn image<T: Trace<'a>>(
            &self, c: &mut Cursor<'a, T>, (plan, columns): (&TablePlan, &[Column]), layout: &Layout<'a, '_>,
            visitor: &mut impl RowVisitor<'a>,
        ) -> Result<()> {
            let image = layout.image;
            c.group(layout.list, |c| {
                visitor.image(image);
                if let Some(in_record) = layout.in_record {
                    return in_record.image(c, plan, image, layout.present, visitor);
                }
                let partial =
                    if self.partial && image == Image::After { partial_bits(c, plan)? } else { Bitmap::new(&[], 0) };
                let mut nth_json = 0;
                let nulls = c.bytes(field::ROWS_NULL_BITMAP, layout.count.div_ceil(8) as u64, field::ROWS_PRESENT)?;
                let nulls = Bitmap::new(nulls, layout.count);
                let mut nth = 0;
                for (ordinal, column) in columns.iter().enumerate() {
                    // One bit for each JSON column of the table, in the image or not.
                    let changes = !partial.is_empty() && matches!(column.kind, ColumnKind::Json { .. }) && {
                        nth_json += 1;
                        partial.get(nth_json - 1)
                    };
                    if !layout.whole && !layout.present.get(ordinal) {
                        continue;
                    }
                    let value = if nulls.get(nth) {
                        c.absent(field::COLUMN_NULL.at(ordinal), Value::Null);
                        Value::Null
                    } else if changes {
                        column::json_diffs(c, ordinal)?
                    } else {
                        column::value(c, column, ordinal)?
                    };
                    if T::OBSERVES
                        && let Some(name) = plan.name(ordinal)
                    {
                        c.trace().label(name);
                    }
                    visitor.cell(image, ordinal, value);
                    nth += 1;
                }
                Ok(())
            })
        }
    }

    /// What the images of one kind have in common, found once for all rows.
    struct Layout<'a, 'f> {
        list: FieldId,
        image: Image,
        present: Bitmap<'a>,
        /// How many columns are present.
        count: usize,
        /// All are.
        whole: bool,
        in_record: Option<&'f InRecord>,
    }

    impl<'a> Layout<'a, '_> {
        fn new(list: FieldId, image: Image, present: Bitmap<'a>) -> Self {
            let count = present.count_ones();
            Self { list, image, present, count, whole: count == present.len(), in_record: None }
        }
    }
}
