//! Events and spans against a filter, by what costs least first.

use std::sync::Arc;

use binlog_format::Value;
use binlog_format::event::{Body, Context, Event, decode_unobserved};
use binlog_format::events::TableMapHead;
use binlog_format::framer::{FrameChecksum, Span, SpanKind};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Image, Operation, RowVisitor, RowsEvent, RowsHead};

use super::ast::{ColumnName, Images, Op, TablePattern};
use super::compare::{Scratch, contains_text};
use super::plan::{Cost, Filter, LOADS, RowTest, STATEMENTS, Test, has_bit, op_of_rows, op_of_statement, within};
use super::unit::{Totals, Unit};
use crate::space::holder::{Holder, Inside, Insides};

/// An event to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'e> {
    /// Offset in the file of the event, or of the one that it lies in.
    pub pos: u64,
    /// Its own bytes, header to checksum, as many as there are.
    pub size: u64,
    /// Its header.
    pub header: EventHeader,
    /// Canonical type.
    pub kind: u8,
    /// Its checksum.
    pub checksum: FrameChecksum,
    /// All of it, or nothing if it is too large.
    pub bytes: &'e [u8],
    /// For decoding it; with the table maps that are live before it.
    pub context: Context<'e>,
    /// Where it lies, for opening what it holds.
    pub holder: Holder<'e>,
}

/// What a filter says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does not match, and no row of it.
    No,
    /// It matches, and every row of it.
    Whole,
    /// Rows of it match: [`Matcher::rows`].
    Rows,
    /// That depends on [`Unit::totals`], which are not given.
    NeedsTotals,
}

/// Evaluates a filter. Keep it: it holds buffers and what it found out of tables, so that nothing is
/// allocated for an event.
#[derive(Debug)]
pub struct Matcher {
    filter: Arc<Filter>,
    known: Vec<Option<bool>>,
    rows: Vec<u32>,
    insides: Insides,
    scratch: Scratch,
    tables: Vec<KnownTable>,
}

/// What was found out of a table.
#[derive(Debug)]
struct KnownTable {
    plan: Arc<TablePlan>,
    /// By test: whether the table is meant.
    meant: Vec<bool>,
    /// By column: the row tests that look at it.
    tests: Vec<Vec<usize>>,
}

/// Tables that are remembered; a statement touches few.
const KNOWN_TABLES: usize = 64;

fn is_meant(patterns: &[TablePattern], database: &[u8], table: &[u8]) -> bool {
    patterns.iter().any(|pattern| {
        pattern.table.matches(table, false)
            && pattern.database.as_ref().is_none_or(|wanted| wanted.matches(database, false))
    })
}

impl Matcher {
    /// For this filter.
    pub fn new(filter: Arc<Filter>) -> Self {
        let known = vec![None; filter.tests().len()];
        let (insides, scratch) = (Insides::new(), Scratch::default());
        Self { filter, known, rows: Vec::new(), insides, scratch, tables: Vec::new() }
    }

    /// The filter.
    pub fn filter(&self) -> &Arc<Filter> {
        &self.filter
    }

    /// The rows that match, after [`Verdict::Rows`]: numbers within the event, in order.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Fills in the tests of one cost and says what is known then.
    fn step(&mut self, cost: Cost, mut judge: impl FnMut(&Test) -> Option<bool>) -> Option<bool> {
        let mut any = false;
        for (test, known) in self.filter.tests().iter().zip(&mut self.known) {
            if test.cost() == cost {
                *known = judge(test);
                any = true;
            }
        }
        if any || cost == Cost::Header { self.conclude() } else { None }
    }

    fn conclude(&self) -> Option<bool> {
        self.filter.root().known(&|test| self.known.get(test).copied().flatten())
    }

    fn has(&self, cost: Cost) -> bool {
        self.filter.tests().iter().any(|test| test.cost() == cost)
    }

    /// Whether a stretch that is no event matches; `pos` as of [`Subject`].
    pub fn span(&mut self, span: &Span, pos: u64, unit: &Unit) -> Verdict {
        self.known.fill(None);
        let size = span.end - span.start;
        for (test, known) in self.filter.tests().iter().zip(&mut self.known) {
            *known = match test {
                Test::Pos(ranges) => Some(within(ranges, pos)),
                Test::Size(ranges) => Some(within(ranges, size)),
                Test::Span => Some(true),
                Test::Damaged => Some(is_damaged(span)),
                Test::Row(_) => None,
                _ if matches!(test.cost(), Cost::Unit | Cost::Totals) => in_unit(test, unit),
                _ => Some(false),
            };
        }
        match self.conclude() {
            Some(true) => Verdict::Whole,
            None if self.waits_for_totals(unit) => Verdict::NeedsTotals,
            _ => Verdict::No,
        }
    }

    /// Whether an event or rows of it match.
    pub fn event(&mut self, subject: &Subject<'_>, unit: &Unit) -> Verdict {
        self.known.fill(None);
        self.rows.clear();
        match self.judge(subject, unit) {
            Some(verdict) => verdict,
            None if self.waits_for_totals(unit) => Verdict::NeedsTotals,
            // What is still open does not apply.
            None => Verdict::No,
        }
    }

    fn waits_for_totals(&self, unit: &Unit) -> bool {
        unit.transaction && unit.totals.is_none() && self.filter.needs_totals()
    }

    /// `None` if it stays open.
    fn judge(&mut self, subject: &Subject<'_>, unit: &Unit) -> Option<Verdict> {
        let whole = |held| if held { Verdict::Whole } else { Verdict::No };
        if let Some(held) = self.step(Cost::Header, |test| Some(by_header(test, subject))) {
            return Some(whole(held));
        }
        if let Some(held) = self.step(Cost::Unit, |test| in_unit(test, unit)) {
            return Some(whole(held));
        }
        if unit.totals.is_some()
            && let Some(held) = self.step(Cost::Totals, |test| in_unit(test, unit))
        {
            return Some(whole(held));
        }
        let table = self.table(subject);
        if self.has(Cost::Table)
            && let Some(held) = self.by_table(subject, table)
        {
            return Some(whole(held));
        }
        // Nothing but rows is asked for any more: what has none is not decoded.
        let rows = self.has(Cost::Rows) && Operation::of(subject.kind).is_some();
        if !self.has(Cost::Body) && !self.has(Cost::Bytes) && !self.has(Cost::Count) && !rows {
            return None;
        }
        let event = decode_unobserved(subject.bytes, &subject.context);
        let mut insides = std::mem::take(&mut self.insides);
        let decided = self.by_inside(subject, event.as_ref().ok(), table, &mut insides);
        self.insides = insides;
        decided
    }

    fn by_inside(
        &mut self, subject: &Subject<'_>, event: Option<&Event<'_>>, table: Option<usize>, insides: &mut Insides,
    ) -> Option<Verdict> {
        let whole = |held| if held { Verdict::Whole } else { Verdict::No };
        let body = event.and_then(|event| event.body.as_ref().ok());
        let Opened { inside, rows, fault } = Opened::of(body, subject.holder, insides);
        let statement = statement(body, inside);
        let decided = self.step(Cost::Body, |test| {
            Some(match test {
                Test::Op(ops) => op(subject.kind, statement).is_some_and(|op| ops.contains(&op)),
                Test::Sql(needle) => statement.is_some_and(|(text, collation)| contains_text(needle, text, collation)),
                _ => false,
            })
        });
        if let Some(held) = decided {
            return Some(whole(held));
        }
        let decided = self.step(Cost::Bytes, |test| {
            let Test::Bytes(needle) = test else { return Some(false) };
            Some(needle.is_in(subject.bytes) || inside.is_some_and(|inside| needle.is_in(inside)))
        });
        if let Some(held) = decided {
            return Some(whole(held));
        }
        let plan = table.and_then(|table| self.tables.get(table)).map(|table| table.plan.clone());
        let images = rows.as_ref().zip(plan.as_deref());
        if self.has(Cost::Count) {
            let mut count = Count::default();
            let visited = images.map(|((rows, _), plan)| rows.visit(plan, &mut count));
            let faulty = fault || event.is_none_or(|event| event.body.is_err()) || matches!(visited, Some(Err(_)));
            let decided = self.step(Cost::Count, |test| {
                Some(match test {
                    Test::RowCount(ranges) => rows.is_some() && within(ranges, count.0),
                    _ => faulty,
                })
            });
            if let Some(held) = decided {
                return Some(whole(held));
            }
        }
        let ((rows, holder), plan) = images?;
        self.by_rows(rows, *holder, plan, table?)
    }

    /// Each row by itself; with no row, nothing is decided.
    fn by_rows(&mut self, rows: &RowsEvent<'_>, holder: Holder<'_>, plan: &TablePlan, table: usize) -> Option<Verdict> {
        if !self.has(Cost::Rows) {
            return None;
        }
        let known_table = self.tables.get(table)?;
        let forget = |tests: &[Test], known: &mut [Option<bool>]| {
            for (test, known) in tests.iter().zip(known) {
                if test.cost() == Cost::Rows {
                    *known = Some(false);
                }
            }
        };
        forget(self.filter.tests(), &mut self.known);
        if known_table.tests.iter().all(Vec::is_empty) {
            // No column is asked for that this table has: all rows are alike, if there are any.
            let any = if rows.pre_ga {
                let mut count = Count::default();
                let _ = rows.visit(plan, &mut count);
                count.0 > 0
            } else {
                !rows.rows.is_empty() && rows.width == plan.columns.len()
            };
            if !any {
                self.unapply_rows();
            }
            return self.conclude().map(|held| if held { Verdict::Whole } else { Verdict::No });
        }
        let mut visitor = Visitor {
            filter: &self.filter,
            known: &mut self.known,
            hits: &mut self.rows,
            scratch: &mut self.scratch,
            tests: &known_table.tests,
            plan,
            holder,
            row: None,
            open: false,
        };
        // What comes before a fault counts.
        let _ = rows.visit(plan, &mut visitor);
        visitor.end_row();
        let (open, visited) = (visitor.open, visitor.row.is_some());
        if !visited {
            self.unapply_rows();
            return None;
        }
        if open {
            return None;
        }
        Some(if self.rows.is_empty() { Verdict::No } else { Verdict::Rows })
    }

    /// An event without rows: terms about rows do not apply.
    fn unapply_rows(&mut self) {
        for (test, known) in self.filter.tests().iter().zip(&mut self.known) {
            if test.cost() == Cost::Rows {
                *known = None;
            }
        }
    }

    /// The number of the table that a rows event is about, among those known.
    fn table(&mut self, subject: &Subject<'_>) -> Option<usize> {
        if Operation::of(subject.kind).is_none() || subject.bytes.is_empty() {
            return None;
        }
        let id = RowsHead::peek(subject.bytes, &subject.context).ok()?.table_id;
        let plan = subject.context.tables?.get(id)?;
        // The last one is nearly always the one.
        if let Some(at) = self.tables.iter().rposition(|known| Arc::ptr_eq(&known.plan, plan)) {
            return Some(at);
        }
        if self.tables.len() >= KNOWN_TABLES {
            self.tables.clear();
        }
        let known = known_table(&self.filter, plan);
        self.tables.push(known);
        Some(self.tables.len() - 1)
    }

    fn by_table(&mut self, subject: &Subject<'_>, table: Option<usize>) -> Option<bool> {
        if let Some(table) = table.and_then(|table| self.tables.get(table)) {
            let mut any = false;
            for (nth, (test, known)) in self.filter.tests().iter().zip(&mut self.known).enumerate() {
                if test.cost() == Cost::Table {
                    *known = Some(table.meant.get(nth).copied().unwrap_or(false));
                    any = true;
                }
            }
            return if any { self.conclude() } else { None };
        }
        let named = match subject.kind {
            code::TABLE_MAP => {
                let head = TableMapHead::peek(subject.bytes, &subject.context).ok();
                head.map(|head| (head.database, head.table))
            }
            kind if LOADS.contains(&kind) => {
                let event = decode_unobserved(subject.bytes, &subject.context).ok();
                match event.and_then(|event| event.body.ok()) {
                    Some(Body::Load(load)) => Some((load.database, load.table)),
                    Some(Body::CreateFile(file)) => Some((file.load.database, file.load.table)),
                    _ => None,
                }
            }
            _ => None,
        };
        self.step(Cost::Table, |test| {
            let Test::Table(patterns) = test else { return Some(false) };
            Some(named.is_some_and(|(database, table)| is_meant(patterns, database, table)))
        })
    }

    /// Adds what an event tells of its transaction; `inside`: it lies in another event of it, whose
    /// size was counted.
    pub fn add_to_totals(&mut self, totals: &mut Totals, subject: &Subject<'_>, inside: bool) {
        if !inside {
            totals.size += subject.size;
            totals.events += 1;
        }
        let rows = self.filter.needs_row_totals() && Operation::of(subject.kind).is_some();
        let thread = self.filter.needs_thread()
            && totals.thread.is_none()
            && (STATEMENTS.contains(&subject.kind)
                || LOADS.contains(&subject.kind)
                || subject.kind == code::MARIADB_GTID);
        if !rows && !thread {
            return;
        }
        let Some(body) = decode_unobserved(subject.bytes, &subject.context).ok().and_then(|event| event.body.ok())
        else {
            return;
        };
        match &body {
            Body::Query(query) => totals.thread = Some(query.thread_id),
            Body::ExecuteLoadQuery(load) => totals.thread = Some(load.query.thread_id),
            Body::Load(load) => totals.thread = Some(load.thread_id),
            Body::CreateFile(file) => totals.thread = Some(file.load.thread_id),
            Body::MariadbGtid(gtid) => totals.thread = gtid.thread_id,
            Body::Rows(_) => {
                let mut insides = std::mem::take(&mut self.insides);
                let rows = Opened::of(Some(&body), subject.holder, &mut insides).rows;
                let plan = rows.and_then(|(rows, _)| subject.context.tables?.get(rows.table_id));
                if let Some(((rows, _), plan)) = rows.as_ref().zip(plan) {
                    let mut count = Count::default();
                    let _ = rows.visit(plan, &mut count);
                    totals.rows += count.0;
                }
                self.insides = insides;
            }
            _ => {}
        }
    }
}

fn known_table(filter: &Filter, plan: &Arc<TablePlan>) -> KnownTable {
    let meant = |test: &Test| match test {
        Test::Table(patterns) => is_meant(patterns, &plan.database, &plan.table),
        _ => false,
    };
    let is_column = |test: &RowTest, ordinal: usize| match &test.column {
        ColumnName::Ordinal(from_one) => *from_one as usize == ordinal + 1,
        ColumnName::Name(name) => plan.name(ordinal).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes())),
    };
    let of_column = |ordinal: usize| {
        let wants = |(_, test): &(usize, &Test)| matches!(test, Test::Row(row) if is_column(row, ordinal));
        filter.tests().iter().enumerate().filter(wants).map(|(nth, _)| nth).collect()
    };
    KnownTable {
        plan: plan.clone(),
        meant: filter.tests().iter().map(meant).collect(),
        tests: (0..plan.columns.len()).map(of_column).collect(),
    }
}

fn is_damaged(span: &Span) -> bool {
    matches!(span.kind, SpanKind::Damaged) || span.kind == SpanKind::PageChecksum && span.error.is_some()
}

fn by_header(test: &Test, subject: &Subject<'_>) -> bool {
    match test {
        Test::Types(types) => has_bit(types, subject.kind),
        Test::Server(ranges) => within(ranges, subject.header.server_id.into()),
        Test::Pos(ranges) => within(ranges, subject.pos),
        Test::EndLogPos(ranges) => within(ranges, subject.header.log_pos.into()),
        Test::Size(ranges) => within(ranges, subject.size),
        // 0 stands for no time at all.
        Test::Time(ranges) => {
            let time = i64::from(subject.header.timestamp);
            time != 0 && ranges.iter().any(|(first, last)| (*first..=*last).contains(&time))
        }
        Test::Damaged => matches!(subject.checksum, FrameChecksum::Bad { .. }),
        _ => false,
    }
}

/// What the transaction around an event decides; nothing where there is none, or it is not known.
fn in_unit(test: &Test, unit: &Unit) -> Option<bool> {
    if !unit.transaction {
        return None;
    }
    Some(match test {
        Test::Txn(ranges) => unit.number != 0 && within(ranges, unit.number),
        Test::Gtid(patterns) => patterns.iter().any(|pattern| unit.gtid.is(pattern)),
        Test::Thread(ranges) => unit.totals?.thread.is_some_and(|thread| within(ranges, thread.into())),
        Test::TxnSize(ranges) => within(ranges, unit.totals?.size),
        Test::TxnRows(ranges) => within(ranges, unit.totals?.rows),
        Test::TxnEvents(ranges) => within(ranges, unit.totals?.events),
        _ => false,
    })
}

/// An event with what it holds.
#[derive(Debug)]
pub(crate) struct Opened<'b> {
    /// What its compressed part holds.
    pub inside: Option<&'b [u8]>,
    /// Its rows, from such a part or by themselves, and where their images lie.
    pub rows: Option<(RowsEvent<'b>, Holder<'b>)>,
    /// Whether that part is damaged.
    pub fault: bool,
}

impl<'b> Opened<'b> {
    /// Of the event that begins at the holder.
    pub fn of(body: Option<&Body<'b>>, holder: Holder<'b>, insides: &'b mut Insides) -> Self {
        let (inside, rows) = match body {
            Some(Body::Rows(rows)) => {
                let (rows, images, inside) = insides.rows(rows, holder);
                (inside, Some((rows, images)))
            }
            Some(Body::Query(query)) => (insides.statement(query, holder), None),
            _ => (None, None),
        };
        let fault = matches!(inside, Some(Inside { result: Err(_), .. }));
        Self { inside: inside.map(|inside| inside.bytes), rows, fault }
    }
}

/// The statement in an event, and its collation id.
fn statement<'b>(body: Option<&Body<'b>>, inflated: Option<&'b [u8]>) -> Option<(&'b [u8], u32)> {
    Some(match body? {
        Body::Query(query) => (inflated.unwrap_or(query.query), query.charset_client.into()),
        Body::ExecuteLoadQuery(load) => (load.query.query, load.query.charset_client.into()),
        Body::RowsQuery(query) => (query.query, 0),
        Body::AnnotateRows(query) => (query.query, 0),
        _ => return None,
    })
}

/// What an event does. The statement behind rows does nothing by itself.
fn op(kind: u8, statement: Option<(&[u8], u32)>) -> Option<Op> {
    match kind {
        code::ROWS_QUERY | code::ANNOTATE_ROWS => None,
        kind if LOADS.contains(&kind) => Some(Op::Insert),
        kind => op_of_rows(kind).or_else(|| op_of_statement(statement?.0)),
    }
}

#[derive(Default)]
struct Count(u64);

impl RowVisitor<'_> for Count {
    fn row(&mut self, index: usize) {
        self.0 = index as u64 + 1;
    }
}

/// Judges rows one after another.
struct Visitor<'m> {
    filter: &'m Filter,
    known: &'m mut [Option<bool>],
    hits: &'m mut Vec<u32>,
    scratch: &'m mut Scratch,
    tests: &'m [Vec<usize>],
    plan: &'m TablePlan,
    /// Where the images lie.
    holder: Holder<'m>,
    row: Option<usize>,
    /// A row is neither.
    open: bool,
}

impl Visitor<'_> {
    /// A value of this column comes by.
    fn look(&mut self, tests: &[usize], image: Image, ordinal: usize, value: &Value<'_>) {
        for nth in tests {
            let Some(Test::Row(test)) = self.filter.tests().get(*nth) else { continue };
            let looked_at = match test.images {
                Images::Either => true,
                Images::Before => image == Image::Before,
                Images::After => image == Image::After,
            };
            if looked_at
                && self.known.get(*nth) != Some(&Some(true))
                && test.wanted.holds(value, self.plan.labels(ordinal), self.scratch)
                && let Some(known) = self.known.get_mut(*nth)
            {
                *known = Some(true);
            }
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.row else { return };
        match self.filter.root().known(&|test| self.known.get(test).copied().flatten()) {
            Some(true) => self.hits.push(row as u32),
            Some(false) => {}
            None => self.open = true,
        }
        for test in self.tests.iter().flatten() {
            if let Some(known) = self.known.get_mut(*test) {
                *known = Some(false);
            }
        }
    }
}

impl RowVisitor<'_> for Visitor<'_> {
    fn row(&mut self, index: usize) {
        self.end_row();
        self.row = Some(index);
    }

    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'_>) {
        let Some(tests) = self.tests.get(ordinal).filter(|tests| !tests.is_empty()) else { return };
        if !matches!(value, Value::Compressed(_)) {
            return self.look(tests, image, ordinal, &value);
        }
        let mut insides = std::mem::take(&mut self.scratch.insides);
        // What came out before a fault is looked at.
        self.look(tests, image, ordinal, &insides.value(value, self.holder).0);
        self.scratch.insides = insides;
    }
}
