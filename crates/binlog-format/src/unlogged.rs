//! Widths that the log does not tell, found by what fits the rows.
//!
//! MariaDB before 10.1 (and later with `mysql56_temporal_format=OFF`) writes TIME, DATETIME and
//! TIMESTAMP with fractions under the type codes of the old ones without, and the table map has no
//! metadata for these codes: the precision, which decides the width and the meaning, is nowhere in
//! the log. DECIMAL from before MySQL 5.0 lacks its width the same way. What the rows do tell:
//! every image must end where the next begins, the spare bits of its NULL bitmap are 1, and each
//! value must be one that the type has. Of the readings for which all of that holds the likeliest is
//! taken: times of day rather than of weeks, years around our own, fractions of 3 or 6 digits. Events of
//! several rows leave one reading; a lone row may leave several, and then the likeliest is a guess.

mod cost;

use alloc::vec::Vec;

use crate::bits::Bitmap;
use crate::catalogue::field;
use crate::column::{self, Column, ColumnKind, type_code};
use crate::cursor::Cursor;
use crate::limits::{UNLOGGED_WORK_FREE, UNLOGGED_WORK_PER_BYTE};
use crate::plan::TablePlan;
use crate::rows::{Operation, RowsEvent};
use crate::value::Value;

/// Whether the log leaves open how many bytes this column takes.
pub(crate) const fn is_open(kind: ColumnKind, mariadb: bool) -> bool {
    match kind {
        ColumnKind::Time | ColumnKind::Datetime | ColumnKind::Timestamp => mariadb,
        ColumnKind::OldDecimal { width } => width.is_none(),
        _ => false,
    }
}

/// The same in the logs of test versions before 5.1.18, whose table maps have no metadata at all.
const fn is_open_in_record(kind: ColumnKind) -> bool {
    match kind {
        ColumnKind::Unsupported { code } => matches!(
            code,
            type_code::STRING | type_code::VARCHAR | type_code::VAR_STRING | type_code::TINY_BLOB..=type_code::BLOB
        ),
        _ => false,
    }
}

/// The `nth` reading of a column that has no metadata. ENUM and SET are STRINGs here, too; a SET
/// of more than 16 members is not guessed, as it would make sense of any few bytes.
fn candidate_in_record(code: u8, nth: u8) -> Option<ColumnKind> {
    let readings: &[ColumnKind] = match code {
        type_code::STRING => &[
            ColumnKind::String { max: 255 },
            ColumnKind::Enum { bytes: 1 },
            ColumnKind::String { max: u16::MAX },
            ColumnKind::Enum { bytes: 2 },
        ],
        type_code::VARCHAR | type_code::VAR_STRING => {
            &[ColumnKind::Varchar { max: 255 }, ColumnKind::Varchar { max: u16::MAX }]
        }
        type_code::TINY_BLOB => &[ColumnKind::Blob { length_bytes: 1 }],
        type_code::MEDIUM_BLOB => &[ColumnKind::Blob { length_bytes: 3 }],
        type_code::LONG_BLOB => &[ColumnKind::Blob { length_bytes: 4 }],
        type_code::BLOB => &[
            ColumnKind::Blob { length_bytes: 2 },
            ColumnKind::Blob { length_bytes: 1 },
            ColumnKind::Blob { length_bytes: 3 },
            ColumnKind::Blob { length_bytes: 4 },
        ],
        _ => &[],
    };
    readings.get(usize::from(nth)).copied()
}

/// The `nth` reading of a column whose width is open.
fn candidate(kind: ColumnKind, nth: u8) -> Option<ColumnKind> {
    if let ColumnKind::Unsupported { code } = kind {
        return candidate_in_record(code, nth);
    }
    if let ColumnKind::OldDecimal { .. } = kind {
        // The widest first: a number cut short is a number too.
        return (nth < u8::MAX).then(|| ColumnKind::OldDecimal { width: Some(u8::MAX - nth) });
    }
    let (precision, _) = *cost::PRECISIONS.get(usize::from(nth))?;
    match (kind, precision) {
        (_, 0) => Some(kind),
        (ColumnKind::Time, precision) => Some(ColumnKind::TimeHires { precision }),
        (ColumnKind::Datetime, precision) => Some(ColumnKind::DatetimeHires { precision }),
        (ColumnKind::Timestamp, precision) => Some(ColumnKind::TimestampHires { precision }),
        _ => None,
    }
}

/// Whether the type of the column has such a value.
fn is_possible(value: &Value<'_>) -> bool {
    match *value {
        Value::Time(time) => time.hours <= 838 && time.minutes < 60 && time.seconds < 60 && time.micros < 1_000_000,
        Value::DateTime(time) => {
            let date = time.date;
            let clock = time.hours < 24 && time.minutes < 60 && time.seconds < 60 && time.micros < 1_000_000;
            date.year <= 9999 && date.month <= 12 && date.day <= 31 && clock
        }
        // The old form is signed: it ends in 2038.
        Value::Timestamp(moment) => moment.seconds <= i32::MAX as u32 && moment.micros < 1_000_000,
        Value::Text(digits, _) => is_old_decimal(digits),
        _ => true,
    }
}

/// Spaces or zeros, a sign, digits with at most one point: `Field_decimal` stores nothing else.
fn is_old_decimal(text: &[u8]) -> bool {
    let number = text.trim_ascii_start();
    let number = number.strip_prefix(b"-").or_else(|| number.strip_prefix(b"+")).unwrap_or(number);
    let points = number.iter().filter(|byte| **byte == b'.').count();
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let ends = number.last().is_some_and(u8::is_ascii_digit);
    ends && points <= 1 && points + digits == number.len()
}

/// The columns with every width known. `None`: the plan's own are as good as any, because nothing
/// is open in it. Where no reading fits, the open columns become
/// [`OpenWidth`](ColumnKind::OpenWidth), so that what precedes them is still read.
pub(crate) fn resolve(event: &RowsEvent<'_>, plan: &TablePlan) -> Option<Vec<Column>> {
    // Partial updates are MySQL 8's, where no width is open.
    if !plan.open_widths || event.partial || event.rows.is_empty() {
        return None;
    }
    // Readings that surprise little first: they are the fewest. Only times are weighed.
    const PASSES: [(i32, bool); 5] = [(30, true), (120, true), (400, true), (i32::MAX, true), (i32::MAX, false)];
    let weighed = plan.columns.iter().any(|column| column.kind.temporal_bytes().is_some());
    let found = PASSES
        .into_iter()
        .skip(if weighed { 0 } else { 3 })
        .find_map(|(slack, spare_bits)| Search { slack, ..Search::new(event, plan, spare_bits) }.run())
        .map(|columns| refined(event, plan, columns));
    Some(found.unwrap_or_else(|| {
        let give_up = |(ordinal, column): (usize, &Column)| {
            let kind = if plan.is_open(ordinal) { without_width(column.kind) } else { column.kind };
            Column { kind, ..*column }
        };
        plan.columns.iter().enumerate().map(give_up).collect()
    }))
}

/// Precisions of one width differ in what values mean, not in where they stand: once all widths are
/// found, each column's is weighed by all of its values.
fn refined(event: &RowsEvent<'_>, plan: &TablePlan, columns: Vec<Column>) -> Vec<Column> {
    let kinds = |ordinal: usize| {
        let stored = plan.columns.get(ordinal).map(|column| column.kind);
        (0..7).map(move |nth| stored.and_then(|kind| candidate(kind, nth)))
    };
    let mut costs: Vec<[Option<u32>; 7]> =
        columns.iter().map(|_| cost::PRECISIONS.map(|(_, cost)| Some(cost))).collect();
    let mut search = Search { columns, ..Search::new(event, plan, false) };
    search.is_chosen.fill(true);
    let mut next = search.begin_image(Place::FIRST);
    while let Some(Next::At(place)) = next {
        if let Some(ordinal) = search.value_at(place).filter(|ordinal| plan.is_open(*ordinal))
            && let (Some(column), Some(costs)) = (search.columns.get(ordinal), costs.get_mut(ordinal))
        {
            for (kind, total) in kinds(ordinal).zip(costs) {
                let value =
                    kind.filter(|kind| kind.temporal_bytes() == column.kind.temporal_bytes()).and_then(|kind| {
                        let mut c = Cursor::new(event.rows, field::EVENT_HEADER_EVENT_SIZE, ());
                        c.seek(place.at);
                        column::value(&mut c, &Column { kind, ..*column }, ordinal).ok()
                    });
                let cost = value.filter(is_possible).map(|value| cost::of(&value));
                *total = total.zip(cost).and_then(|(total, cost)| total.checked_add(cost));
            }
        }
        next = search.step(place);
    }
    let mut columns = search.columns;
    for (ordinal, (column, costs)) in columns.iter_mut().zip(&costs).enumerate() {
        let bytes = column.kind.temporal_bytes();
        let known = kinds(ordinal).zip(costs).filter_map(|(kind, cost)| kind.zip(*cost));
        let best = known.filter(|(kind, _)| kind.temporal_bytes() == bytes).min_by_key(|(_, cost)| *cost);
        if let (true, Some(_), Some((kind, _))) = (plan.is_open(ordinal), bytes, best) {
            column.kind = kind;
        }
    }
    columns
}

/// The columns and the number of NULL bytes with which the images of a PRE_GA event fill its rows
/// exactly; `None` if there are no such, or a column is of a type that cannot be guessed.
pub(crate) fn resolve_in_record(event: &RowsEvent<'_>, plan: &TablePlan) -> Option<(Vec<Column>, usize)> {
    // One bit for each column and one that is always set, at most.
    let most = (plan.columns.len() + 1).div_ceil(8);
    (1..=most).find_map(|null_bytes| {
        let search = Search { null_bytes: Some(null_bytes), ..Search::new(event, plan, true) };
        Some((search.run()?, null_bytes))
    })
}

/// The type code of the first column whose width a PRE_GA log does not tell, or of the first one.
pub(crate) fn first_open_in_record(plan: &TablePlan) -> u8 {
    let open = plan.columns.iter().position(|column| matches!(column.kind, ColumnKind::Unsupported { .. }));
    plan.details.get(open.unwrap_or(0)).map_or(0, |column| column.type_code)
}

const fn without_width(kind: ColumnKind) -> ColumnKind {
    let code = match kind {
        ColumnKind::Time => type_code::TIME,
        ColumnKind::Datetime => type_code::DATETIME,
        ColumnKind::Timestamp => type_code::TIMESTAMP,
        _ => type_code::DECIMAL,
    };
    ColumnKind::OpenWidth { code }
}

/// Where in the rows a reading stands: in an image, before a column.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    after: bool,
    /// Columns of the image passed, of those that it has.
    nth: usize,
    /// Offset of the image's NULL bitmap.
    nulls: usize,
    /// Images before this one.
    images: u32,
    /// How unlikely what was read is.
    cost: u32,
    /// The same less what any bytes of that length would cost.
    surprise: i32,
}

impl Place {
    /// Before the first image.
    const FIRST: Self = Self { at: 0, after: false, nth: 0, nulls: 0, images: 0, cost: 0, surprise: 0 };
}

/// Images whose values are weighed; those behind must only be possible.
const WEIGHED_IMAGES: u32 = 8;

/// What a step leads to.
enum Next {
    At(Place),
    /// The rows end where an image does; how unlikely the reading is.
    End(u32),
}

struct Search<'e, 'a, 'p> {
    event: &'e RowsEvent<'a>,
    plan: &'p TablePlan,
    columns: Vec<Column>,
    /// The columns that the first and the after image have.
    present: [Vec<usize>; 2],
    /// The open columns in the order met, with the reading chosen and where that was.
    chosen: Vec<(usize, u8, Place)>,
    is_chosen: Vec<bool>,
    /// A reading that surprises more is given up.
    slack: i32,
    /// NULL bitmaps must end in ones.
    spare_bits: bool,
    /// The likeliest reading so far.
    best: Option<(u32, Vec<Column>)>,
    /// PRE_GA: NULL bytes of the table's record instead of a bitmap, and a value for NULL columns.
    null_bytes: Option<usize>,
    work: usize,
}

impl<'e, 'a, 'p> Search<'e, 'a, 'p> {
    fn new(event: &'e RowsEvent<'a>, plan: &'p TablePlan, spare_bits: bool) -> Self {
        let present = |image: Bitmap<'_>| (0..plan.columns.len()).filter(|ordinal| image.get(*ordinal)).collect();
        Self {
            event,
            plan,
            columns: plan.columns.to_vec(),
            present: [present(event.present), present(event.present_after)],
            chosen: Vec::new(),
            is_chosen: plan.columns.iter().map(|_| false).collect(),
            slack: i32::MAX,
            spare_bits,
            best: None,
            null_bytes: None,
            work: event.rows.len().saturating_mul(UNLOGGED_WORK_PER_BYTE).saturating_add(UNLOGGED_WORK_FREE),
        }
    }

    fn run(mut self) -> Option<Vec<Column>> {
        let mut next = self.begin_image(Place::FIRST);
        loop {
            let place = match next {
                Some(Next::At(place)) => Some(place),
                Some(Next::End(cost)) => {
                    if cost == 0 {
                        return Some(self.columns);
                    }
                    if self.is_better(cost) {
                        self.best = Some((cost, self.columns.clone()));
                    }
                    self.next_choice()
                }
                None => self.next_choice(),
            };
            self.work = self.work.saturating_sub(1);
            match place {
                Some(place) if self.work > 0 => next = self.step(place),
                _ => return self.best.map(|(_, columns)| columns),
            }
        }
    }

    /// Nothing that costs as much as the best reading can become a better one.
    fn is_better(&self, cost: u32) -> bool {
        self.best.as_ref().is_none_or(|(best, _)| cost < *best)
    }

    fn present(&self, after: bool) -> &[usize] {
        let [first, second] = &self.present;
        if after { second } else { first }
    }

    /// Reads the NULL bitmap of an image, unless the rows end here.
    fn begin_image(&self, place: Place) -> Option<Next> {
        let (rows, Place { at, after, .. }) = (self.event.rows, place);
        if at == rows.len() && !after {
            return Some(Next::End(place.cost));
        }
        if let Some(bytes) = self.null_bytes {
            let bits = Bitmap::new(rows.get(at..at + bytes)?, bytes * 8);
            let spare = self.plan.columns.len() + 1..bits.len();
            let next = Place { at: at + bytes, nth: 0, nulls: at, ..place };
            return spare.into_iter().all(|bit| bits.get(bit)).then_some(Next::At(next));
        }
        let columns = self.present(after).len();
        let bytes = columns.div_ceil(8);
        let last = rows.get(at..at + bytes)?.last()?;
        let used = match columns % 8 {
            0 => u8::MAX,
            used => (1 << used) - 1,
        };
        if self.spare_bits && last | used != u8::MAX {
            return None;
        }
        Some(Next::At(Place { at: at + bytes, nth: 0, nulls: at, ..place }))
    }

    /// The column whose value stands at a place, if it has one there.
    fn value_at(&self, place: Place) -> Option<usize> {
        let present = self.present(place.after);
        let ordinal = present.get(place.nth).copied()?;
        let nulls = self.event.rows.get(place.nulls..).unwrap_or_default();
        let null = self.null_bytes.is_none() && Bitmap::new(nulls, present.len()).get(place.nth);
        (!null).then_some(ordinal)
    }

    /// Passes one column, or goes on to the next image. `None`: this reading fits no further.
    fn step(&mut self, place: Place) -> Option<Next> {
        if place.nth >= self.present(place.after).len() {
            let update = self.event.operation == Operation::Update;
            return self.begin_image(Place { after: update && !place.after, images: place.images + 1, ..place });
        }
        let next = Place { nth: place.nth + 1, ..place };
        let Some(ordinal) = self.value_at(place) else { return Some(Next::At(next)) };
        let of_record = || self.plan.columns.get(ordinal).is_some_and(|column| is_open_in_record(column.kind));
        let checked = self.plan.is_open(ordinal);
        let open = checked || self.null_bytes.is_some() && of_record();
        if open && !self.is_chosen.get(ordinal).copied().unwrap_or(true) {
            return self.choose(ordinal, place, 0).map(Next::At);
        }
        let mut c = Cursor::new(self.event.rows, field::EVENT_HEADER_EVENT_SIZE, ());
        c.seek(place.at);
        let value = column::value(&mut c, self.columns.get(ordinal)?, ordinal).ok()?;
        let mut next = Place { at: c.position(), ..next };
        if checked {
            if !is_possible(&value) {
                return None;
            }
            if place.images < WEIGHED_IMAGES {
                let cost = cost::of(&value);
                next.cost += cost;
                next.surprise += cost as i32 - cost::BYTE * (c.position() - place.at) as i32;
            }
        }
        if next.surprise > self.slack {
            return None;
        }
        self.is_better(next.cost).then_some(Next::At(next))
    }

    /// Takes the `nth` reading of the open column at `place`.
    fn choose(&mut self, ordinal: usize, place: Place, nth: u8) -> Option<Place> {
        let kind = candidate(self.plan.columns.get(ordinal)?.kind, nth)?;
        self.columns.get_mut(ordinal)?.kind = kind;
        *self.is_chosen.get_mut(ordinal)? = true;
        self.chosen.push((ordinal, nth, place));
        let temporal = self.plan.is_open(ordinal);
        let prior = cost::PRECISIONS.get(usize::from(nth)).filter(|_| temporal).map_or(0, |(_, cost)| *cost);
        Some(Place { cost: place.cost + prior, ..place })
    }

    /// Goes back to the last choice that has another reading.
    fn next_choice(&mut self) -> Option<Place> {
        while let Some((ordinal, nth, place)) = self.chosen.pop() {
            *self.is_chosen.get_mut(ordinal)? = false;
            if let Some(place) = nth.checked_add(1).and_then(|nth| self.choose(ordinal, place, nth)) {
                return Some(place);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::FieldId;
    use crate::error::{DecodeError, ErrorCode};
    use crate::format::{Flavor, TableHead};
    use crate::rows::{Image, RowVisitor};
    use std::string::{String, ToString};
    use std::vec;

    /// A table map's body: these types, no metadata.
    fn plan(types: &[u8], flavor: Flavor) -> TablePlan {
        let nulls = vec![0xff; types.len().div_ceil(8)];
        let head = b"\x01\0\0\0\0\0\x01\0\x01d\0\x01t\0";
        let body = [&head[..], &[types.len() as u8], types, &[0], &nulls].concat();
        TablePlan::build(&body, TableHead::default(), flavor).unwrap()
    }

    #[derive(Default)]
    struct Texts(Vec<String>);

    impl<'a> RowVisitor<'a> for Texts {
        fn cell(&mut self, _: Image, _: usize, value: Value<'a>) {
            self.0.push(value.to_string());
        }
    }

    fn read(types: &[u8], flavor: Flavor, rows: &[u8]) -> (Vec<String>, Option<DecodeError>) {
        let present = vec![0xff; types.len().div_ceil(8)];
        let event = RowsEvent {
            operation: Operation::Write,
            table_id: 1,
            flags: 0,
            extra: crate::rows::ExtraRowData::default(),
            width: types.len(),
            present: Bitmap::new(&present, types.len()),
            partial: false,
            pre_ga: false,
            present_after: Bitmap::new(&[], 0),
            rows,
            rows_at: 0,
            compressed: None,
        };
        let mut texts = Texts::default();
        let result = event.visit(&plan(types, flavor), &mut texts);
        (texts.0, result.err())
    }

    const TYPES: [u8; 4] = [type_code::LONG, type_code::TIME, type_code::DATETIME, type_code::TIMESTAMP];

    /// One row: TIME, DATETIME and TIMESTAMP of one precision.
    fn row(id: u32, precision: u8, seconds: i64, fraction: u64) -> Vec<u8> {
        let mut bytes = [&[0xf0][..], &id.to_le_bytes()].concat();
        if precision == 0 {
            let hhmmss = seconds / 3600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60;
            bytes.extend_from_slice(&hhmmss.to_le_bytes()[..3]);
            bytes.extend_from_slice(&20_240_229_123_456u64.to_le_bytes());
            bytes.extend_from_slice(&1_521_626_714u32.to_le_bytes());
            return bytes;
        }
        let unit = 10i64.pow(precision.into());
        let mut big = |number: u64, length: usize| bytes.extend_from_slice(&number.to_be_bytes()[8 - length..]);
        let time = (3_020_400 + seconds) * unit + fraction as i64 * seconds.signum();
        big(time as u64, crate::temporal::HIRES_TIME_BYTES[usize::from(precision)]);
        let date_time = (((((2024 * 13 + 2) * 32 + 29) * 24 + 12) * 60 + 34) * 60 + 56) * unit as u64 + fraction;
        big(date_time, crate::temporal::HIRES_DATETIME_BYTES[usize::from(precision)]);
        big(1_521_626_714, 4);
        big(fraction, usize::from(precision).div_ceil(2));
        bytes
    }

    #[test]
    fn go_mysql_697_and_764_precision_that_the_log_does_not_tell() {
        let fractions = ["", ".7", ".78", ".789", ".7891", ".78912", ".789123"];
        for (precision, digits) in fractions.into_iter().enumerate() {
            let fraction = digits.trim_start_matches('.').parse().unwrap_or(0);
            let precision = precision as u8;
            let rows = [row(1, precision, -45_296, fraction), row(2, precision, 3_020_398, fraction)].concat();
            let (texts, error) = read(&TYPES, Flavor::Mariadb, &rows);
            assert_eq!(error, None, "precision {precision}");
            let rest = [std::format!("2024-02-29 12:34:56{digits}"), std::format!("2018-03-21 10:05:14{digits}")];
            assert_eq!(texts[1], std::format!("-12:34:56{digits}"));
            assert_eq!(texts[5], std::format!("838:59:58{digits}"));
            assert_eq!(texts[2..4], rest);
            assert_eq!(texts[6..], rest);
        }
    }

    #[test]
    fn mysql_has_no_fractions_in_these_types() {
        let rows = row(1, 6, 5, 7);
        let (_, error) = read(&TYPES, Flavor::Mysql, &rows);
        assert!(error.is_some());
        let rows = row(1, 0, 5, 0);
        assert_eq!(read(&TYPES, Flavor::Mysql, &rows).1, None);
    }

    #[test]
    fn what_fits_nothing_is_said_and_the_columns_before_are_kept() {
        let rows = [&[0xf0][..], &7u32.to_le_bytes(), &[0xff; 9]].concat();
        let (texts, error) = read(&TYPES, Flavor::Mariadb, &rows);
        assert_eq!(texts, ["7"]);
        let error = error.unwrap();
        let expected: (ErrorCode, FieldId, u64) = (ErrorCode::ColumnWidth, field::COLUMN_OPEN_WIDTH, 11);
        assert_eq!((error.code, error.field, error.found), expected);
    }

    #[test]
    fn the_search_ends_whatever_the_rows_hold() {
        let types = [type_code::TIMESTAMP; 200];
        let rows = vec![0u8; 60_000];
        let before = std::time::Instant::now();
        read(&types, Flavor::Mariadb, &rows);
        // What hangs is caught; a loaded machine must pass.
        assert!(before.elapsed().as_secs() < 60);
    }

    #[test]
    fn decimals_from_before_mysql_5_are_text() {
        let types = [type_code::LONG, type_code::DECIMAL, type_code::TINY];
        let rows = b"\xf8\x01\0\0\0     12.50\x07\xf8\x02\0\0\0-000003.25\x08";
        let (texts, error) = read(&types, Flavor::Mysql, rows);
        assert_eq!(error, None);
        assert_eq!(texts, ["1", "     12.50", "7", "2", "-000003.25", "8"]);
        assert!(!is_old_decimal(b"1.2.3") && !is_old_decimal(b" - ") && !is_old_decimal(b"12 "));
    }
}
