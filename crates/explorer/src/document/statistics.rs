//! Statistics of ranges of blocks.

use std::ops::{ControlFlow, Range};

use binlog_format::framer::SpanKind;
use binlog_format::plan::TablePlans;

use super::Document;
use super::matches::{Inside, Passing};
use crate::index::Index;
use crate::scan::EntryKind;
use crate::statistics::{At, Gatherer, Measures, Statistics};
use crate::view::Message;

impl Document {
    /// Answers by an index that another document over the same source found; for who counts a source in several
    /// threads and scans it once.
    pub fn answer_by(&mut self, index: Index) {
        self.scanner.answer_from(index);
        self.forget();
    }

    /// Statistics of a range of blocks of the index, to be merged with those of the blocks around. The range is cut
    /// to the blocks that there are. The last block of a log that is not scanned to its end may still grow: leave it
    /// out until the index is complete.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn statistics_of(&self, blocks: Range<usize>) -> Result<Statistics, Message> {
        let index = self.scanner.index();
        let end = blocks.end.min(index.blocks.len());
        let blocks = blocks.start.min(end)..end;
        let offset = |block: usize| index.blocks.get(block).map_or(index.end, |block| block.start);
        let mut gatherer = Gatherer::new(offset(blocks.start), offset(blocks.end));
        let mut plans = self.maps_at(blocks.start, self.maps_behind.take());
        let (mut inside, mut large) = (TablePlans::new(), Vec::new());
        for number in blocks.clone() {
            let missing = || Message::new("failed-no-event").text("address", format!("#{number}"));
            let block = index.blocks.get(number).ok_or_else(missing)?;
            // Read for this once: nobody looks at it again.
            let items = self.load_block(number, index.block_end(number)).ok_or_else(missing)?;
            let mut transactions = block.first_transaction;
            let first = items.entries.first();
            if number == blocks.start && first.is_some_and(|entry| !entry.place.begins && entry.place.transaction) {
                gatherer.goes_on();
            }
            let _ = items.each(self, 0, &mut plans, &mut large, &mut |passing| {
                let place = passing.entry.place;
                if place.begins {
                    transactions += u64::from(place.transaction);
                    let measures = Measures { at: passing.entry.start, number: transactions, ..Measures::default() };
                    gatherer.begin(place.transaction.then_some(measures));
                    if place.transaction {
                        gatherer.count_begin(passing.subject.as_ref());
                    }
                }
                gatherer.item(passing.entry);
                self.gather(&mut gatherer, passing, &mut inside);
                ControlFlow::Continue(())
            })?;
        }
        self.maps_behind.replace(Some((offset(blocks.end), plans)));
        Ok(gatherer.finish())
    }

    /// One item, and what is inside of it.
    fn gather(&self, gatherer: &mut Gatherer, passing: &Passing<'_>, plans: &mut TablePlans) {
        let pos = passing.entry.start;
        match (&passing.subject, passing.entry.what) {
            (Some(subject), _) => gatherer.event(subject, At { pos, inside: false }),
            // What was left out is no damage.
            (None, EntryKind::Span(span)) if span.kind == SpanKind::Hole && self.part().is_some() => {}
            (None, EntryKind::Span(span)) => gatherer.span(&span),
            _ => {}
        }
        self.look_inside(passing, plans, &mut |inside: &Inside<'_>, _, plans| {
            // Of a log of pages the transactions lie inside.
            let own = !passing.entry.place.transaction;
            inside.each(plans, &mut |inner| {
                let place = inner.entry.place;
                if own && place.begins {
                    gatherer.end_inside();
                    if place.transaction {
                        gatherer.begin_inside(Measures { at: pos, ..Measures::default() });
                        gatherer.count_begin(inner.subject.as_ref());
                    }
                }
                if own {
                    gatherer.item(inner.entry);
                }
                if let Some(subject) = &inner.subject {
                    gatherer.event(subject, At { pos, inside: true });
                }
            });
            if own {
                gatherer.end_inside();
            }
        });
    }
}
