//! The one way to what events and column values hold: what their source carries inflated, or else what the stored
//! bytes inflate to.

use std::fmt;
use std::sync::Arc;

use binlog_format::compression::{ColumnPart, Compressed, CompressedColumn};
use binlog_format::events::Query;
use binlog_format::inflate::Inflater;
use binlog_format::rows::RowsEvent;
use binlog_format::{DecodeError, Value};

use super::name;
use crate::source::Source;

/// Where bytes lie that may hold something: an event, row images, a space.
#[derive(Clone, Copy, Default)]
pub struct Holder<'h> {
    /// The source, if it carries anything inflated: nobody else is asked.
    source: Option<&'h dyn Source>,
    space: &'h str,
    start: u64,
}

impl fmt::Debug for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Holder").field("space", &self.space).field("start", &self.start).finish_non_exhaustive()
    }
}

impl<'h> Holder<'h> {
    /// Of bytes that begin at `start` of a space of this source.
    pub fn new(source: &'h dyn Source, space: &'h str, start: u64) -> Self {
        Self { source: source.carries().then_some(source), space, start }
    }

    /// Of bytes whose source carries nothing.
    pub const fn alone(space: &'h str, start: u64) -> Self {
        Self { source: None, space, start }
    }

    /// The source, if it carries anything.
    pub(crate) const fn source(&self) -> Option<&'h dyn Source> {
        self.source
    }

    /// The space that the bytes lie in.
    pub const fn space(&self) -> &'h str {
        self.space
    }

    /// Where they begin there.
    pub const fn start(&self) -> u64 {
        self.start
    }

    /// Of bytes that begin elsewhere in the same space.
    pub const fn at(self, start: u64) -> Self {
        Self { start, ..self }
    }

    /// Of bytes that begin so many bytes further on.
    fn beyond(self, offset: u32) -> Self {
        self.at(self.start + u64::from(offset))
    }

    /// Of a space of the same source, from its beginning.
    pub const fn of_space<'s>(self, space: &'s str) -> Holder<'s>
    where
        'h: 's,
    {
        Holder { source: self.source, space, start: 0 }
    }

    /// The name of what something opens, which begins at `offset` of the bytes.
    pub fn name(&self, offset: u64) -> String {
        name(self.space, self.start + offset)
    }

    /// What the source carries of that.
    pub fn carried(&self, offset: u64) -> Option<Arc<[u8]>> {
        self.source?.restored(&self.name(offset))
    }
}

/// What a compressed event holds.
#[derive(Debug)]
pub struct Inside<'i> {
    /// Its statement or its row images.
    pub bytes: &'i [u8],
    /// Whether they are all there is.
    pub result: Result<(), DecodeError>,
}

// Apart, so that it can be fetched later: few logs have anything compressed.
#[inline(never)]
fn open<'i>(
    inflater: &'i mut Option<Inflater>, carried: &'i mut Option<Arc<[u8]>>, part: &Compressed<'_>, holder: Holder<'_>,
) -> Inside<'i> {
    *carried = holder.carried(0);
    match carried {
        Some(bytes) => Inside { bytes, result: Ok(()) },
        None => {
            let (bytes, result) = inflater.get_or_insert_default().inflate(part);
            Inside { bytes, result }
        }
    }
}

/// Opens one after another; keep it, and nothing is allocated once its buffers have grown.
#[derive(Debug, Default)]
pub struct Insides {
    inflater: Option<Inflater>,
    carried: Option<Arc<[u8]>>,
    space: String,
}

impl Insides {
    /// With empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the compressed part holds that opens a space named after the holder's first byte.
    pub fn part(&mut self, part: &Compressed<'_>, holder: Holder<'_>) -> Inside<'_> {
        open(&mut self.inflater, &mut self.carried, part, holder)
    }

    /// The first `most` bytes of that, for a line of text; `false` when there are more, or it breaks off.
    #[inline(never)]
    pub fn head(&mut self, part: &Compressed<'_>, most: usize, holder: Holder<'_>) -> (&[u8], bool) {
        self.carried = holder.carried(0);
        match &self.carried {
            Some(bytes) => (bytes.get(..most).unwrap_or(bytes), bytes.len() <= most),
            None => self.inflater.get_or_insert_default().head(part, most),
        }
    }

    /// The rows of the event that begins at the holder, with their images as they are to be read, and where these lie.
    pub fn rows<'i>(
        &'i mut self, rows: &RowsEvent<'i>, holder: Holder<'i>,
    ) -> (RowsEvent<'i>, Holder<'i>, Option<Inside<'i>>) {
        let Some(part) = rows.compressed else { return (*rows, holder.beyond(rows.rows_at), None) };
        // Whose source carries nothing needs no name for it.
        self.space = holder.source.map(|_| holder.name(0)).unwrap_or_default();
        let inside = open(&mut self.inflater, &mut self.carried, &part, holder);
        (rows.with_images(inside.bytes), holder.of_space(&self.space), Some(inside))
    }

    /// The statement of the event that begins at the holder, if it is compressed.
    pub fn statement(&mut self, query: &Query<'_>, holder: Holder<'_>) -> Option<Inside<'_>> {
        query.compressed.map(|part| self.part(&part, holder))
    }

    /// The text of a column value among bytes that begin at the holder. A value that is not compressed is itself.
    pub fn value<'i>(&'i mut self, value: Value<'i>, holder: Holder<'_>) -> (Value<'i>, Result<(), DecodeError>) {
        let Value::Compressed(column) = value else { return (value, Ok(())) };
        match column.part() {
            Ok(ColumnPart::Plain(text)) => (Value::Text(text, column.collation), Ok(())),
            Ok(ColumnPart::Compressed(part)) => {
                let Inside { bytes, result } = self.part(&part, holder.beyond(column.at));
                (Value::Text(bytes, column.collation), result)
            }
            Err(error) => (Value::Bytes(column.stored), Err(error)),
        }
    }

    /// How long that text is, by what tells of it.
    pub fn length(&self, column: &CompressedColumn<'_>, holder: Holder<'_>) -> u64 {
        match (column.part(), holder.carried(column.at.into())) {
            (Ok(ColumnPart::Compressed(_)), Some(carried)) => carried.len() as u64,
            (Ok(ColumnPart::Compressed(part)), None) => part.length,
            _ => 0,
        }
    }

    /// The beginning of such a text, and whether it is all of it; nothing where the value is not compressed.
    pub fn text_head(
        &mut self, column: &CompressedColumn<'_>, most: usize, holder: Holder<'_>,
    ) -> Option<(&[u8], bool)> {
        match column.part() {
            Ok(ColumnPart::Compressed(part)) => Some(self.head(&part, most, holder.beyond(column.at))),
            _ => None,
        }
    }
}
