//! What a program does with a binlog, at its barest. Each kernel returns a number that depends
//! on all it read, so that nothing can be left out, and so that two of them can be compared.

use binlog_format::event::{Body, Context, body_bytes, decode};
use binlog_format::events::TableMapHead;
use binlog_format::framer::{Frame, FrameChecksum, Framer, Item, Start, Step};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::rows::{Image, Operation, RowVisitor, RowsHead, STMT_END};
use binlog_format::tree::FieldTree;
use binlog_format::{Format, Value};

/// The physical limit of a walk: sizes, and a CRC of each event, by hand.
pub fn crc(file: &[u8]) -> u64 {
    let (mut at, mut good) = (4, 0);
    while let Some(size) = file.get(at + 9..at + 13).and_then(|size| size.first_chunk::<4>()) {
        let size = u32::from_le_bytes(*size) as usize;
        let Some((covered, stored)) = file.get(at..at + size).and_then(|event| event.split_last_chunk::<4>()) else {
            break;
        };
        good += u64::from(crc32fast::hash(covered) == u32::from_le_bytes(*stored));
        at += size;
    }
    good
}

/// Hands over every frame of a file.
fn frames<'f>(file: &'f [u8], mut f: impl FnMut(&Frame<'f>, &Format)) {
    let mut framer = Framer::new(Start::File);
    framer.set_length(file.len() as u64, true);
    let mut before = *framer.format();
    let mut changes = framer.changes();
    loop {
        let data = file.get(framer.offset() as usize..).unwrap_or_default();
        match framer.step(data) {
            Step::Consumed(_, Some(Item::Event(frame))) => f(&frame, &before),
            Step::Consumed(..) | Step::Back => {}
            Step::NeedMore(_) | Step::End => break,
        }
        if changes != framer.changes() {
            changes = framer.changes();
            before = *framer.format();
        }
    }
}

/// Frames, checksums, and which table ids live: what a first pass cannot do without.
pub fn walk(file: &[u8]) -> u64 {
    let mut live: Vec<u64> = Vec::with_capacity(64);
    let (mut good, mut unmapped) = (0, 0);
    frames(file, |frame, format| {
        good += u64::from(frame.checksum == FrameChecksum::Good);
        match frame.kind {
            code::TABLE_MAP => {
                if let Ok(id) = TableMapHead::peek_table_id(frame.bytes, format)
                    && !live.contains(&id)
                {
                    live.push(id);
                }
            }
            kind if Operation::of(kind).is_some() => {
                if let Ok(head) = RowsHead::peek(frame.bytes, &Context::new(format)) {
                    unmapped += u64::from(!live.contains(&head.table_id));
                    if head.flags & STMT_END != 0 {
                        live.clear();
                    }
                }
            }
            code::FORMAT_DESCRIPTION | code::ROTATE => live.clear(),
            _ => {}
        }
    });
    good - unmapped
}

/// Counts values and keeps a number that depends on each.
#[derive(Default)]
struct Values {
    count: u64,
    sum: u64,
}

impl<'a> RowVisitor<'a> for Values {
    #[inline]
    fn cell(&mut self, _: Image, _: usize, value: Value<'a>) {
        self.count += 1;
        let bits = match value {
            Value::Unsigned(number) | Value::UnknownSign(number, _) | Value::Bit(number, _) | Value::Set(number) => {
                number
            }
            Value::Signed(number) => number as u64,
            Value::Float(number) => number.to_bits().into(),
            Value::Double(number) => number.to_bits(),
            Value::Text(bytes, _) | Value::Bytes(bytes) | Value::Json(bytes) => bytes.len() as u64,
            Value::Decimal(decimal) => decimal.bytes.len() as u64,
            Value::Year(year) | Value::Enum(year) => year.into(),
            Value::Date(date) => date.day.into(),
            Value::Time(time) => time.micros.into(),
            Value::DateTime(time) => u64::from(time.date.day) + u64::from(time.micros),
            Value::Timestamp(time) => u64::from(time.seconds) + u64::from(time.micros),
            _ => 1,
        };
        self.sum = self.sum.wrapping_add(bits);
    }
}

/// Keeps the table maps as a reader must, and calls `f` with the rows events.
fn with_plans<'f>(file: &'f [u8], mut f: impl FnMut(&Frame<'f>, &Context<'_>)) {
    let mut plans = TablePlans::new();
    frames(file, |frame, format| {
        let checksum = frame.checksum != FrameChecksum::Absent;
        match frame.kind {
            code::TABLE_MAP => {
                let context = Context { checksum, ..Context::new(format) };
                let short = format.table_head(frame.header.type_code);
                let _ = plans.insert(body_bytes(frame.bytes, &context), short, format);
            }
            code::FORMAT_DESCRIPTION | code::ROTATE => plans.forget(),
            _ => {}
        }
        let rows = Operation::of(frame.kind).is_some();
        f(frame, &Context { checksum, ..Context::new(format).with_tables(&plans) });
        if rows && RowsHead::peek(frame.bytes, &Context::new(format)).is_ok_and(|head| head.flags & STMT_END != 0) {
            plans.forget();
        }
    });
}

/// Every value of every row; temporals, decimals and text stay what they are until someone
/// wants their text.
pub fn rows(file: &[u8]) -> u64 {
    let mut values = Values::default();
    with_plans(file, |frame, context| {
        if Operation::of(frame.kind).is_some() {
            visit(frame.bytes, context, &mut values);
        }
    });
    std::hint::black_box(values.sum);
    values.count
}

/// The same with a field tree of every event.
pub fn tree(file: &[u8]) -> u64 {
    let mut nodes = 0;
    let mut tree = FieldTree::new();
    with_plans(file, |frame, context| {
        tree.clear();
        let _ = decode(frame.bytes, context, &mut tree);
        nodes += tree.nodes().len() as u64;
        std::hint::black_box(tree.nodes());
    });
    nodes
}

/// The same as [`rows`] without a look at checksums.
pub fn rows_unchecked(file: &[u8]) -> u64 {
    let mut values = Values::default();
    let mut plans = TablePlans::new();
    let mut format = Format::assumed();
    let mut at = 4;
    while let Some(header) = file.get(at..).and_then(EventHeader::peek) {
        let Some(bytes) = file.get(at..at + header.event_size as usize).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        at += bytes.len();
        let kind = format.canonical(header.type_code);
        let context = Context::new(&format).with_tables(&plans);
        if kind == code::TABLE_MAP {
            let body = body_bytes(bytes, &context);
            let _ = plans.insert(body, format.table_head(header.type_code), &format);
        } else if Operation::of(kind).is_some() {
            let ends = RowsHead::peek(bytes, &context).is_ok_and(|head| head.flags & STMT_END != 0);
            visit(bytes, &context, &mut values);
            if ends {
                plans.forget();
            }
        } else if kind == code::FORMAT_DESCRIPTION
            && let Ok(Body::FormatDescription(description)) = decode(bytes, &context, ()).and_then(|event| event.body)
        {
            format = description.format();
            plans.forget();
        }
    }
    std::hint::black_box(values.sum);
    values.count
}

fn visit<'f>(bytes: &'f [u8], context: &Context<'_>, values: &mut Values) {
    if let Ok(event) = decode(bytes, context, ())
        && let Ok(Body::Rows(rows)) = event.body
        && let Some(plan) = context.tables.and_then(|tables| tables.get(rows.table_id))
    {
        let _ = rows.visit(plan, values);
    }
}
