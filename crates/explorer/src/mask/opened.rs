//! What stands inside of an event in another form: payloads, compressed statements and row images, compressed columns.
//!
//! Their spaces are masked like any bytes. Where that changes something the stored form no longer holds: its bytes
//! become zeros, as many as there were.

use binlog_format::event::{Body, Context, decode_unobserved};
use binlog_format::framer::{FrameChecksum, Framer, Item, Step};
use binlog_format::limits::MAX_INFLATED;
use binlog_format::plan::{TablePlan, TablePlans};
use binlog_format::rows::RowsEvent;
use binlog_format::{FieldId, field};

use super::leaf::{self, Leaf};
use super::leaves::{Leaves, Stored};
use super::statement::{self, Classes};
use super::{Masked, Masker, Restored, mask_event};
use crate::source::Source;
use crate::space::holder::Holder;
use crate::space::{self, RESTORED, Space};

/// Whether a leaf of this field stands for bytes that a space of its own has.
pub fn stands_for_a_space(field: FieldId) -> bool {
    matches!(field, field::PAYLOAD_PAYLOAD | field::COMPRESSED_DATA | field::COLUMN_COMPRESSED_DATA)
}

/// Opens what an event of a source holds.
#[derive(Clone, Copy)]
pub struct Opener<'o> {
    /// What is masked.
    pub masker: &'o Masker,
    /// Where the event comes from; it may carry what its stored bytes no longer hold.
    pub source: &'o dyn Source,
    /// For decoding the event.
    pub context: &'o Context<'o>,
}

/// What a space that was opened holds, masked; `None` if nothing of it was.
type Inside = Option<Restored>;

impl<'o> Opener<'o> {
    /// Masks the spaces that the event at `start` of `space` opens; `original` is the event before, and `out` the same
    /// masked but for what is `stored` in it.
    pub fn mask(
        &self, (space, start): (&str, u64), (original, out): (&[u8], &mut [u8]), stored: &[Stored], masked: &mut Masked,
    ) {
        if stored.is_empty() {
            return;
        }
        let context = self.context;
        let opened = Space::open(Holder::new(self.source, space, start), original, context)
            .filter(|_| space::depth(space) < space::MAX_DEPTH);
        let body = decode_unobserved(original, context).ok().and_then(|event| event.body.ok());
        for part in stored.iter().filter(|part| part.field != field::COLUMN_COMPRESSED_DATA) {
            let inside = opened.as_ref().map(|opened| self.inside(opened, body.as_ref(), masked));
            // Nobody knows what is in a form that cannot be read.
            let part = Stored { masks: self.masker.rules().mask_anything(), ..part.clone() };
            settle(&part, inside, out, masked);
        }
        if let Some(Body::Rows(rows)) = body.filter(|_| opened.is_none()) {
            self.columns((space, start), &rows, (stored, out), masked);
        }
    }

    fn plan(&self, rows: &RowsEvent<'_>) -> Option<&'o TablePlan> {
        self.context.tables.and_then(|tables| tables.get(rows.table_id)).map(|plan| &**plan)
    }

    /// Masks what an event's own space holds.
    fn inside(&self, opened: &Space, body: Option<&Body<'_>>, masked: &mut Masked) -> Inside {
        let mut bytes = opened.bytes.clone();
        match body {
            Some(Body::Query(_)) => {
                let classes = Classes::of(self.masker);
                let done = statement::mask(&opened.bytes, opened.collation, classes, &mut bytes);
                masked.leaves += u64::from(done);
            }
            Some(Body::Rows(rows)) => {
                let rows = rows.with_images(&opened.bytes);
                let plan = self.plan(&rows);
                let mut leaves = Leaves::of_plan(self.masker, &mut bytes, plan);
                // A fault leaves the rest undecoded, which is a leaf, too.
                let _ = rows.observe(plan, &mut (), &mut leaves);
                masked.leaves += leaves.count();
                let stored = leaves.take_stored();
                self.columns((&opened.name, 0), &rows, (&stored, &mut bytes), masked);
            }
            _ => self.events(opened, &mut bytes, masked),
        }
        // What broke off is not to be inflated again by those who get the stored bytes; what is carried inflated already
        // has no others.
        let carried = opened.transform == RESTORED;
        (bytes != opened.bytes || carried || opened.error.is_some() && self.masker.rules().mask_anything())
            .then(|| Restored { space: opened.name.clone(), bytes })
    }

    /// Masks the events of a space, one after another.
    fn events(&self, opened: &Space, bytes: &mut [u8], masked: &mut Masked) {
        let (masker, format) = (self.masker, &opened.format);
        let mut plans = TablePlans::new();
        let mut framer = Framer::inside_from(format, opened.events_at.unwrap_or(0), opened.bytes.len() as u64);
        loop {
            let at = usize::try_from(framer.offset()).unwrap_or(usize::MAX);
            let (start, end, event) = match framer.step(opened.bytes.get(at..).unwrap_or_default()) {
                Step::Consumed(_, Some(Item::Event(frame))) => {
                    (frame.start, frame.end, Some(frame.checksum != FrameChecksum::Absent))
                }
                Step::Consumed(_, Some(Item::Span(span))) => (span.start, span.end, None),
                Step::Consumed(_, None) | Step::Back => continue,
                Step::NeedMore(_) | Step::End => return,
            };
            let original = opened.slice(start, end);
            let Some(out) = bytes.get_mut(start as usize..end as usize) else { return };
            let Some(checksum) = event else {
                span(masker, out, masked);
                continue;
            };
            let context = Context { checksum, ..Context::new(format).with_tables(&plans) };
            match mask_event(masker, self.source, (&opened.name, start), &context, out) {
                Ok(inside) => {
                    masked.leaves += inside.leaves;
                    masked.restored.extend(inside.restored);
                }
                Err(_) => span(masker, out, masked),
            }
            plans.follow(original, &Context { checksum, ..Context::new(format) });
        }
    }

    /// Masks the compressed column values of row images: those of the event at `start` of `holder`, or of an inflated
    /// space, where `start` is 0. `stored` are the leaves of their deflated bytes.
    fn columns(
        &self, (holder, start): (&str, u64), rows: &RowsEvent<'_>, (stored, out): (&[Stored], &mut [u8]),
        masked: &mut Masked,
    ) {
        let mut values = space::column_values(rows, start, self.plan(rows)).into_iter().peekable();
        let mut left = MAX_INFLATED;
        let holder = Holder::new(self.source, holder, 0);
        for part in stored.iter().filter(|part| part.field == field::COLUMN_COMPRESSED_DATA) {
            let at = start + part.range.start as u64;
            while values.next_if(|value| value.range.0 < at).is_some() {}
            let inside = values.next_if(|value| value.range.0 == at).map(|value| {
                let opened = Space::of_column(holder, &value, &mut left, self.context.format);
                let carried = opened.transform == RESTORED;
                (part.masks || carried).then(|| {
                    let mut bytes = opened.bytes;
                    if part.masks {
                        leaf::fill_text(opened.collation, &mut bytes);
                        masked.leaves += 1;
                    }
                    Restored { space: opened.name, bytes }
                })
            });
            settle(part, inside, out, masked);
        }
    }
}

/// Zeros instead of what is stored, where that is no longer what the space holds, or nobody knows what it is.
fn settle(part: &Stored, inside: Option<Inside>, out: &mut [u8], masked: &mut Masked) {
    let restored = match inside {
        Some(None) => return,
        Some(Some(restored)) => Some(restored),
        None if part.masks => None,
        None => return,
    };
    let Some(bytes) = out.get_mut(part.range.clone()) else { return };
    leaf::mask(&Leaf::alone(part.field), bytes);
    masked.restored.extend(restored);
}

/// Masks bytes that are no event: nobody knows what they are.
pub fn span(masker: &Masker, out: &mut [u8], masked: &mut Masked) {
    if masker.masks(field::UNDECODED.entry().sensitivity) {
        leaf::mask(&Leaf::alone(field::UNDECODED), out);
        masked.leaves += 1;
    }
}
