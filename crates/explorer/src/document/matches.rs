//! A filter over the document, block by block: hits are handed over as they are found, and whoever
//! asks stops between two blocks. Nothing is allocated for an event.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use binlog_format::event::{Body, Context, body_bytes, decode_unobserved};
use binlog_format::framer::{FrameChecksum, Framer, Item, Span, SpanKind, Step};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::plan::TablePlans;
use binlog_format::{Format, payload};

use super::{BlockItems, Document, MAX_DECODED_EVENT, insert_map};
use crate::filter::{Filter, Matcher, Subject, Totals, Unit, UnitGtid, Verdict, Vocabulary};
use crate::outline::Outline;
use crate::scan::{Entry, EntryKind, Judge};
use crate::source::read_range;
use crate::space::gathered::gathered_event;
use crate::space::holder::Holder;
use crate::space::{self, Space};
use crate::view::Message;

/// Tables whose columns are completed: each is a block to be read.
const DESCRIBED_TABLES: usize = 64;

/// A filter on its way through a document: keep it from block to block.
#[derive(Debug)]
pub struct Search {
    matcher: Matcher,
    /// Table maps that are live where a block begins.
    plans: Option<(u64, TablePlans)>,
    /// The same inside of an event.
    inside: TablePlans,
    /// The same for looking at whole transactions.
    for_totals: TablePlans,
    /// A transaction that was looked at, by the number of its unit.
    unit: Option<(u64, Unit)>,
    large: Vec<u8>,
}

/// An item, or an item inside of one, that matches; or rows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'m> {
    /// Number of the unit that it belongs to.
    pub unit: u64,
    /// Number of the item.
    pub entry: u64,
    /// Its number inside of that item, for what lies in there.
    pub inner: Option<u64>,
    /// The rows that match; all of them where this is nothing.
    pub rows: Option<&'m [u32]>,
}

/// What a filter found in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockMatches {
    /// The index says that nothing can match: the block was not read.
    pub skipped: bool,
    /// Items that match, or have rows or items inside that do.
    pub entries: u64,
    /// Those of them that are no events.
    pub spans: u64,
    /// Items inside of others that match.
    pub inner: u64,
    /// Rows that match; those of items that match as a whole are not counted.
    pub rows: u64,
}

impl Search {
    /// Of a filter.
    pub fn new(filter: Arc<Filter>) -> Self {
        Self {
            matcher: Matcher::new(filter),
            plans: None,
            inside: TablePlans::new(),
            for_totals: TablePlans::new(),
            unit: None,
            large: Vec::new(),
        }
    }

    /// The filter.
    pub fn filter(&self) -> &Arc<Filter> {
        self.matcher.filter()
    }

    /// For who walks events by himself.
    pub(crate) fn matcher(&mut self) -> &mut Matcher {
        &mut self.matcher
    }
}

/// An item as it comes by: an event to be judged, or a span.
pub(super) struct Passing<'p> {
    /// Its number in the block.
    pub nth: usize,
    pub entry: &'p Entry,
    pub subject: Option<Subject<'p>>,
}

impl BlockItems {
    /// Hands over the items from `from` on, with what decoding them needs. Table maps are followed in
    /// `plans`.
    pub(super) fn each(
        &self, document: &Document, from: usize, plans: &mut TablePlans, large: &mut Vec<u8>,
        each: &mut dyn FnMut(&Passing<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Message> {
        let holder = document.holder(document.main_space(), 0);
        let mut formats = self.formats.iter().peekable();
        let mut format = &self.formats.first().ok_or_else(|| Message::new("failed-no-event"))?.1;
        for (nth, entry) in self.entries.iter().enumerate() {
            while let Some((_, next)) = formats.next_if(|(first, _)| *first <= nth) {
                format = next;
            }
            if nth < from {
                continue;
            }
            let EntryKind::Event { kind, checksum, .. } = entry.what else {
                if each(&Passing { nth, entry, subject: None }).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                continue;
            };
            let bytes = self.bytes_of(document, entry, large)?;
            let decoded = if entry.end - entry.start > MAX_DECODED_EVENT { &[][..] } else { bytes };
            let context =
                Context { checksum: checksum != FrameChecksum::Absent, ..Context::new(format).with_tables(plans) };
            let subject = Subject {
                pos: entry.start,
                size: entry.end - entry.start,
                header: EventHeader::peek_in(bytes, format).unwrap_or_default(),
                kind,
                checksum,
                bytes: decoded,
                context,
                holder: holder.at(entry.start),
            };
            let flow = each(&Passing { nth, entry, subject: Some(subject) });
            follow(plans, decoded, entry, format);
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// An event's bytes, from the block or read again; the first ones of an event that is too large.
    pub(super) fn bytes_of<'b>(
        &'b self, document: &Document, entry: &Entry, large: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], Message> {
        let kept = usize::try_from(entry.start - self.start).ok().zip(usize::try_from(entry.end - self.start).ok());
        if let Some(bytes) = kept.and_then(|(start, end)| self.bytes.get(start..end)) {
            return Ok(bytes);
        }
        let end = if entry.end - entry.start > MAX_DECODED_EVENT { entry.start + 64 } else { entry.end };
        *large =
            read_range(document.source(), entry.start, end).map_err(|error| super::read_failed(entry.start, &error))?;
        Ok(large)
    }
}

/// Keeps up with table maps behind an event.
fn follow(plans: &mut TablePlans, bytes: &[u8], entry: &Entry, format: &Format) {
    if entry.kind() == Some(code::TABLE_MAP) {
        insert_map(plans, bytes, entry, format);
    }
    if entry.forgets_maps() {
        plans.forget();
    }
}

/// Bytes of events that lie inside of an item of the file.
pub(super) struct Inside<'i> {
    bytes: &'i [u8],
    /// Where the events begin.
    from: u64,
    format: &'i Format,
    /// Where the item begins in the file.
    pos: u64,
    /// It is one event, put together from fragments: all of the bytes, whatever size its header tells.
    gathered: bool,
    /// The space of the bytes.
    holder: Holder<'i>,
}

impl Inside<'_> {
    /// Hands over the items, with their numbers.
    pub fn each(&self, plans: &mut TablePlans, each: &mut dyn FnMut(&Passing<'_>)) {
        let Self { bytes, from, format, pos, gathered, holder } = *self;
        let mut judge = Judge::default();
        if gathered {
            let Some(frame) = gathered_event(bytes, format) else {
                if !bytes.is_empty() {
                    let span = Span { kind: SpanKind::Damaged, start: 0, end: bytes.len() as u64, error: None };
                    each(&Passing { nth: 0, entry: &judge.span(span), subject: None });
                }
                return;
            };
            let context = Context::of(&frame, format);
            let entry = judge.judge(&frame, bytes, &context).entry;
            let subject = Subject {
                pos,
                size: frame.end,
                header: frame.header,
                kind: frame.kind,
                checksum: frame.checksum,
                bytes,
                context: context.with_tables(plans),
                holder,
            };
            return each(&Passing { nth: 0, entry: &entry, subject: Some(subject) });
        }
        let mut framer = Framer::inside_from(format, from, bytes.len() as u64);
        let mut nth = 0;
        loop {
            let at = usize::try_from(framer.offset()).unwrap_or(usize::MAX);
            let mut whole = &[][..];
            let (entry, subject) = match framer.step(bytes.get(at..).unwrap_or_default()) {
                Step::Consumed(_, Some(Item::Span(span))) => (judge.span(span), None),
                Step::Consumed(_, Some(Item::Event(frame))) => {
                    let range = usize::try_from(frame.start).ok().zip(usize::try_from(frame.end).ok());
                    whole = range.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default();
                    let context = Context::of(&frame, format).with_tables(plans);
                    let subject = Subject {
                        pos,
                        size: frame.end - frame.start,
                        header: frame.header,
                        kind: frame.kind,
                        checksum: frame.checksum,
                        bytes: whole,
                        context,
                        holder: holder.at(frame.start),
                    };
                    (judge.event(&frame, &framer).entry, Some(subject))
                }
                Step::Consumed(_, None) | Step::Back => continue,
                Step::NeedMore(_) | Step::End => return,
            };
            each(&Passing { nth, entry: &entry, subject });
            follow(plans, whole, &entry, format);
            nth += 1;
        }
    }
}

/// Hands over the events inside of a payload, which begins at `pos` of the file.
pub(crate) fn each_event_inside(
    bytes: &[u8], format: &Format, (pos, holder): (u64, Holder<'_>), each: &mut dyn FnMut(&Subject<'_>),
) {
    let inside = Inside { bytes, from: 0, format, pos, gathered: false, holder };
    inside.each(&mut TablePlans::new(), &mut |passing| {
        if let Some(subject) = &passing.subject {
            each(subject);
        }
    });
}

/// What a payload event inflates to, or is carried as, and the format of its events.
fn inflate(subject: &Subject<'_>) -> Option<(Vec<u8>, Format)> {
    let format = subject.context.format.without_checksums();
    if let Some(inside) = subject.holder.carried(0) {
        return Some((inside.to_vec(), format));
    }
    match decode_unobserved(subject.bytes, &subject.context).ok()?.body.ok()? {
        Body::TransactionPayload(payload) => Some((payload::inflate(&payload).0, format)),
        _ => None,
    }
}

impl Document {
    /// Everything in a block that matches, in order.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn matches_in_block(
        &self, search: &mut Search, number: usize, each: &mut dyn FnMut(Hit<'_>),
    ) -> Result<BlockMatches, Message> {
        let index = self.scanner.index();
        let mut found = BlockMatches::default();
        if !search.filter().may_match(index, number) {
            return Ok(BlockMatches { skipped: true, ..found });
        }
        let missing = || Message::new("failed-no-event").text("address", format!("#{number}"));
        let block = index.blocks.get(number).ok_or_else(missing)?;
        let items = self.block(number).ok_or_else(missing)?;
        let mut plans = self.maps_at(number, search.plans.take());
        let mut large = std::mem::take(&mut search.large);
        let mut units = block.first_unit;
        let mut transactions = block.first_transaction;
        let mut unit = Unit::default();
        if items.entries.first().is_some_and(|entry| !entry.place.begins && entry.place.transaction) {
            unit = self.open_unit(search, units.saturating_sub(1), transactions)?;
        }
        let mut failed = None;
        let _ = items.each(self, 0, &mut plans, &mut large, &mut |passing| {
            let place = passing.entry.place;
            if place.begins {
                units += 1;
                transactions += u64::from(place.transaction);
                unit = begin_unit(search.filter(), place.transaction, transactions, passing.subject.as_ref());
            }
            let entry = block.first_entry + passing.nth as u64;
            let pos = passing.entry.start;
            let mut at = Place { pos, unit: units.saturating_sub(1), entry, inner: None };
            let before = (found.inner, found.rows);
            let result = self.judge_item(search, passing, &mut unit, &mut at, &mut found, each);
            match result {
                Ok(own) => {
                    let matches = own || before != (found.inner, found.rows);
                    found.entries += u64::from(matches);
                    found.spans += u64::from(matches && matches!(passing.entry.what, EntryKind::Span(_)));
                }
                Err(message) => {
                    failed = Some(message);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        search.large = large;
        if unit.transaction {
            search.unit = Some((units.saturating_sub(1), unit));
        }
        if let Some(message) = failed {
            return Err(message);
        }
        search.plans = Some((items.end, plans));
        Ok(found)
    }

    /// One item and what is inside of it. Whether it matches by itself.
    fn judge_item(
        &self, search: &mut Search, passing: &Passing<'_>, unit: &mut Unit, at: &mut Place, found: &mut BlockMatches,
        each: &mut dyn FnMut(Hit<'_>),
    ) -> Result<bool, Message> {
        let own = self.judge(search, passing, unit, at, found, each)?;
        let mut plans = std::mem::take(&mut search.inside);
        let mut failed = None;
        // Of a log of pages the transactions lie inside.
        let (mut own_unit, outer) = (Unit::default(), unit.transaction);
        self.look_inside(passing, &mut plans, &mut |inside, first, plans| {
            inside.each(plans, &mut |inner| {
                if !outer && inner.entry.place.begins {
                    own_unit = begin_unit(search.filter(), inner.entry.place.transaction, 0, inner.subject.as_ref());
                }
                at.inner = Some(first + inner.nth as u64);
                let unit = if outer { &mut *unit } else { &mut own_unit };
                if unit.transaction && !outer && unit.totals.is_none() && search.filter().needs_totals() {
                    let (bytes, format) = (inside.bytes, inside.format);
                    let from = inside.holder.at(inner.entry.start);
                    unit.totals = Some(totals_inside(&mut search.matcher, bytes, from, format));
                }
                match self.judge(search, inner, unit, at, found, each) {
                    Ok(matches) => found.inner += u64::from(matches),
                    Err(message) => failed = Some(message),
                }
            });
        });
        at.inner = None;
        search.inside = plans;
        failed.map_or(Ok(own), Err)
    }

    /// Opens what lies inside of an item and hands it over, if anything does: the number of its first item, and the
    /// table maps that it is read by. `plans` is used for these.
    pub(super) fn look_inside(
        &self, passing: &Passing<'_>, plans: &mut TablePlans, each: &mut dyn FnMut(&Inside<'_>, u64, &mut TablePlans),
    ) {
        let pos = passing.entry.start;
        let (space, inflated, name);
        let mut maps = None;
        let (bytes, from, format, first) = match (&passing.subject, passing.entry.what) {
            (Some(subject), _) if subject.kind == code::TRANSACTION_PAYLOAD => {
                let Some(inside) = inflate(subject) else { return };
                inflated = inside;
                name = subject.holder.name(0);
                (&inflated.0[..], 0, &inflated.1, 0)
            }
            (Some(subject), _) if subject.kind == code::PARTIAL_ROW_DATA => {
                let Some(gathered) = self.gathered(pos) else { return };
                space = gathered;
                name = space.name.clone();
                maps = subject.context.tables.cloned();
                (&space.bytes[..], 0, &space.format, 0)
            }
            (None, EntryKind::Span(span)) if matches!(span.kind, SpanKind::Chunk(_)) => {
                let Ok(listed) = self.listed_space(pos) else { return };
                space = listed;
                name = space.name.clone();
                let from = space.events_at.unwrap_or(space.bytes.len() as u64);
                let first = space.entries.iter().filter(|entry| entry.start < from).count();
                (&space.bytes[..], from, &space.format, first as u64)
            }
            _ => return,
        };
        let inside = Inside { bytes, from, format, pos, gathered: maps.is_some(), holder: self.holder(&name, 0) };
        match maps {
            // Rows put together from fragments are read by the maps around them.
            Some(maps) => *plans = maps,
            None => plans.forget(),
        }
        each(&inside, first, plans);
    }

    fn judge(
        &self, search: &mut Search, passing: &Passing<'_>, unit: &mut Unit, at: &Place, found: &mut BlockMatches,
        each: &mut dyn FnMut(Hit<'_>),
    ) -> Result<bool, Message> {
        let verdict = |matcher: &mut Matcher, unit: &Unit| match (&passing.subject, passing.entry.what) {
            (Some(subject), _) => matcher.event(subject, unit),
            (None, EntryKind::Span(span)) => matcher.span(&span, at.pos, unit),
            _ => Verdict::No,
        };
        let mut said = verdict(&mut search.matcher, unit);
        if said == Verdict::NeedsTotals {
            unit.totals = Some(self.totals_of(search, at.unit)?);
            said = verdict(&mut search.matcher, unit);
        }
        let (unit, entry, inner) = (at.unit, at.entry, at.inner);
        match said {
            Verdict::Whole => each(Hit { unit, entry, inner, rows: None }),
            Verdict::Rows => {
                let rows = search.matcher.rows();
                found.rows += rows.len() as u64;
                each(Hit { unit, entry, inner, rows: Some(rows) });
            }
            Verdict::No | Verdict::NeedsTotals => return Ok(false),
        }
        Ok(true)
    }

    /// The unit that is open before a block.
    fn open_unit(&self, search: &mut Search, number: u64, transaction: u64) -> Result<Unit, Message> {
        if let Some((_, unit)) = search.unit.filter(|(known, _)| *known == number) {
            return Ok(unit);
        }
        let mut unit = Unit { transaction: true, number: transaction, ..Unit::default() };
        if search.filter().needs_gtid()
            && let Some(beginning) = self.unit(number)
        {
            let located = self.locate_entry(beginning.first_entry)?;
            unit.gtid =
                decode_unobserved(&located.bytes, &located.context()).map_or(UnitGtid::None, |it| UnitGtid::of(&it));
        }
        search.unit = Some((number, unit));
        Ok(unit)
    }

    /// What only the whole of a transaction tells, by the number of its unit.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn totals_of(&self, search: &mut Search, unit: u64) -> Result<Totals, Message> {
        if let Some((number, Unit { totals: Some(totals), .. })) = search.unit
            && number == unit
        {
            return Ok(totals);
        }
        let index = self.scanner.index();
        let missing = || Message::new("failed-no-event").text("address", format!("#{unit}"));
        let first = self.unit(unit).ok_or_else(missing)?.first_entry;
        let start = index.block_of_entry(first).ok_or_else(missing)?;
        let mut plans = std::mem::take(&mut search.for_totals);
        let mut large = Vec::new();
        let mut totals = Totals::default();
        plans.forget();
        for number in start..index.blocks.len() {
            let block = index.blocks.get(number).ok_or_else(missing)?;
            let items = self.block(number).ok_or_else(missing)?;
            let from = first.saturating_sub(block.first_entry) as usize;
            let flow = items.each(self, from, &mut plans, &mut large, &mut |passing| {
                let entry = block.first_entry + passing.nth as u64;
                if entry != first && passing.entry.place.begins {
                    return ControlFlow::Break(());
                }
                if let Some(subject) = &passing.subject {
                    self.add_to_totals(search, &mut totals, subject);
                }
                if passing.entry.place.ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            if flow.is_break() {
                break;
            }
        }
        search.for_totals = plans;
        Ok(totals)
    }

    fn add_to_totals(&self, search: &mut Search, totals: &mut Totals, subject: &Subject<'_>) {
        search.matcher.add_to_totals(totals, subject, false);
        if !search.filter().looks_inside_for_totals() {
            return;
        }
        let mut add = |inner: &Passing<'_>| {
            if let Some(subject) = &inner.subject {
                search.matcher.add_to_totals(totals, subject, true);
            }
        };
        let pos = subject.pos;
        if subject.kind == code::TRANSACTION_PAYLOAD {
            let Some((bytes, format)) = inflate(subject) else { return };
            let name = subject.holder.name(0);
            let holder = subject.holder.of_space(&name);
            let inside = Inside { bytes: &bytes, from: 0, format: &format, pos, gathered: false, holder };
            inside.each(&mut TablePlans::new(), &mut add);
        } else if subject.kind == code::PARTIAL_ROW_DATA
            && let Some(space) = self.gathered(pos)
        {
            let holder = subject.holder.of_space(&space.name);
            let (bytes, format) = (&space.bytes[..], &space.format);
            let inside = Inside { bytes, from: 0, format, pos, gathered: true, holder };
            inside.each(&mut subject.context.tables.cloned().unwrap_or_default(), &mut add);
        }
    }

    /// What fragments are put together to of which the first is at an offset.
    fn gathered(&self, offset: u64) -> Option<Rc<Space>> {
        self.space(&space::name(self.main_space(), offset)).ok().filter(|space| space.borrows_maps)
    }
}

/// Totals of a transaction inside of a record: from the event at the holder to where the next begins.
pub(crate) fn totals_inside(matcher: &mut Matcher, bytes: &[u8], holder: Holder<'_>, format: &Format) -> Totals {
    let mut totals = Totals::default();
    let mut ended = false;
    let from = holder.start();
    let inside = Inside { bytes, from, format, pos: 0, gathered: false, holder: holder.at(0) };
    inside.each(&mut TablePlans::new(), &mut |inner| {
        ended |= inner.entry.place.begins && inner.entry.start != from;
        if let Some(subject) = inner.subject.as_ref().filter(|_| !ended) {
            matcher.add_to_totals(&mut totals, subject, false);
        }
        ended |= inner.entry.place.ends;
    });
    totals
}

/// Where an item stands.
struct Place {
    /// Offset of the item in the file.
    pos: u64,
    unit: u64,
    entry: u64,
    inner: Option<u64>,
}

/// The unit that an item begins.
fn begin_unit(filter: &Filter, transaction: bool, number: u64, subject: Option<&Subject<'_>>) -> Unit {
    let gtid = if transaction && filter.needs_gtid() {
        let event = subject.and_then(|subject| decode_unobserved(subject.bytes, &subject.context).ok());
        event.map_or(UnitGtid::None, |event| UnitGtid::of(&event))
    } else {
        UnitGtid::None
    };
    Unit { transaction, number: if transaction { number } else { 0 }, gtid, totals: None }
}

impl Document {
    /// What the source has, as far as it was scanned, for completing a filter. Columns are those of the
    /// first tables, server ids those that stand out; the insides of payloads are not looked at.
    pub fn vocabulary(&self) -> Vocabulary {
        let index = self.scanner.index();
        let mut types = [0u64; 4];
        for block in &index.blocks {
            types.iter_mut().zip(block.types).for_each(|(all, own)| *all |= own);
        }
        let types = (0..=u8::MAX).filter(|code| types[usize::from(code / 64)] >> (code % 64) & 1 == 1).collect();
        let ids = index.blocks.iter().map(|block| block.servers).filter(|(least, greatest)| least <= greatest);
        let servers: BTreeSet<u32> = ids.flat_map(|(least, greatest)| [least, greatest]).take(1 << 16).collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let tables = index.tables.iter().map(|table| (text(&table.database), text(&table.table))).collect();
        let mut columns = BTreeSet::new();
        for table in index.tables.iter().take(DESCRIBED_TABLES) {
            let map = self.entry_at(table.at).and_then(|entry| self.locate_entry(entry).ok());
            let mut plans = TablePlans::new();
            let plan = map.and_then(|map| {
                let layout = map.format.table_head(map.bytes.get(4).copied()?);
                plans.insert(body_bytes(&map.bytes, &map.context()), layout, &map.format).ok()
            });
            let names = plan.iter().flat_map(|plan| (0..plan.columns.len()).filter_map(|at| plan.name(at)));
            columns.extend(names.map(text));
        }
        Vocabulary { types, tables, columns: columns.into_iter().collect(), servers: servers.into_iter().collect() }
    }
}
