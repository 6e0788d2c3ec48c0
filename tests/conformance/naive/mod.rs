//! A filter's meaning, word for word as `docs/filter.md` has it: everything is decoded and kept, every
//! term is looked up for every point.

mod made;

use binlog_explorer::document::{Document, Located};
use binlog_explorer::filter::ast::*;
use binlog_explorer::filter::{Glob, Moment, Piece};
use binlog_explorer::outline::Outline;
use binlog_explorer::scan::EntryKind;
use binlog_explorer::view::Address;
use binlog_format::Value;
use binlog_format::event::{Body, decode};
use binlog_format::framer::{FrameChecksum, SpanKind};
use binlog_format::header::EventHeader;
use binlog_format::inflate::Inflater;
use binlog_format::names::{code, event_type};
use binlog_format::rows::{Image, Operation, RowVisitor};

/// A value as far as this compares it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Integer(i128),
    Text(String),
    /// Something else; nothing is generated about its column.
    Other,
}

/// A row's values: image, ordinal, name, value.
pub type Row = Vec<(Image, usize, Option<String>, Cell)>;

#[derive(Debug, Default)]
pub struct Item {
    pub entry: u64,
    pub inner: Option<u64>,
    /// Its space and where it begins there, as the JSON contract has them.
    pub place: (String, u64),
    pub pos: u64,
    pub size: u64,
    pub kind: Option<u8>,
    pub span: Option<SpanKind>,
    pub damaged: bool,
    pub faulty: bool,
    pub header: EventHeader,
    /// Number of the unit among the transactions.
    pub unit: Option<usize>,
    pub table: Option<(String, String)>,
    pub op: Option<Op>,
    pub statement: Option<Vec<u8>>,
    pub bytes: Vec<Vec<u8>>,
    pub is_rows: bool,
    pub rows: Vec<Row>,
    /// For the transaction: a thread, a GTID.
    thread: Option<u32>,
    gtid: Option<String>,
}

#[derive(Debug, Default)]
pub struct Transaction {
    pub number: u64,
    pub gtid: Option<String>,
    pub thread: Option<u32>,
    pub size: u64,
    pub rows: u64,
    pub events: u64,
}

/// A row, or an event without any.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    item: usize,
    row: Option<usize>,
}

pub struct Naive {
    pub items: Vec<Item>,
    pub transactions: Vec<Transaction>,
}

#[derive(Default)]
struct Collect(Vec<Row>);

fn cell(value: Value<'_>) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Unsigned(number) => Cell::Integer(number.into()),
        Value::Signed(number) => Cell::Integer(number.into()),
        Value::Text(bytes, _) if bytes.is_ascii() => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
        _ => Cell::Other,
    }
}

impl RowVisitor<'_> for Collect {
    fn row(&mut self, _: usize) {
        self.0.push(Row::new());
    }
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'_>) {
        if let Some(row) = self.0.last_mut() {
            row.push((image, ordinal, None, cell(value)));
        }
    }
}

/// The first word of a statement whose comments, if it has any, stand where servers put them.
fn first_word(statement: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(statement).into_owned();
    loop {
        text = text.trim_start_matches(|it: char| it.is_ascii_whitespace() || it == '(').to_owned();
        if text.starts_with("/*!") || text.starts_with("/*M!") {
            text =
                text.trim_start_matches(['/', '*', 'M', '!']).trim_start_matches(|it: char| it.is_ascii_digit()).into();
        } else if let Some(inside) = text.strip_prefix("/*") {
            text = inside.split_once("*/").map_or(String::new(), |(_, rest)| rest.into());
        } else if text.starts_with('#') || text.starts_with("--") {
            text = text.split_once('\n').map_or(String::new(), |(_, rest)| rest.into());
        } else if let Some(rest) = text.strip_prefix("*/") {
            text = rest.into();
        } else {
            break;
        }
    }
    text.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_uppercase()
}

fn op_of(kind: u8, statement: Option<&[u8]>) -> Option<Op> {
    match Operation::of(kind) {
        Some(Operation::Write) => return Some(Op::Insert),
        Some(Operation::Update) => return Some(Op::Update),
        Some(Operation::Delete) => return Some(Op::Delete),
        None => {}
    }
    if matches!(kind, code::LOAD | code::NEW_LOAD | code::CREATE_FILE) {
        return Some(Op::Insert);
    }
    if matches!(kind, code::ROWS_QUERY | code::ANNOTATE_ROWS) {
        return None;
    }
    match first_word(statement?).as_str() {
        "INSERT" | "REPLACE" | "LOAD" => Some(Op::Insert),
        "UPDATE" => Some(Op::Update),
        "DELETE" => Some(Op::Delete),
        "CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "RENAME" => Some(Op::Ddl),
        _ => None,
    }
}

fn item(located: &Located, entry: u64, inner: Option<u64>, pos: u64) -> Item {
    let (start, end) = (located.entry.start, located.entry.end);
    let mut item = Item { entry, inner, pos, size: end - start, ..Item::default() };
    let (kind, checksum) = match located.entry.what {
        EntryKind::Span(span) => {
            item.span = Some(span.kind);
            item.damaged =
                span.kind == SpanKind::Damaged || span.kind == SpanKind::PageChecksum && span.error.is_some();
            return item;
        }
        EntryKind::Event { kind, checksum, .. } => (kind, checksum),
    };
    item.kind = Some(kind);
    item.damaged = matches!(checksum, FrameChecksum::Bad { .. });
    item.is_rows = Operation::of(kind).is_some();
    item.header = EventHeader::peek_in(&located.bytes, &located.format).unwrap_or_default();
    item.bytes.push(located.bytes.clone());
    let event = decode(&located.bytes, &located.context(), ());
    let body = event.as_ref().ok().and_then(|event| event.body.as_ref().ok());
    item.faulty = body.is_none();
    let names = |database: &[u8], table: &[u8]| {
        Some((String::from_utf8_lossy(database).into_owned(), String::from_utf8_lossy(table).into_owned()))
    };
    match body {
        Some(Body::TableMap(map)) => item.table = names(map.database, map.table),
        Some(Body::Load(load)) => {
            item.table = names(load.database, load.table);
            item.thread = Some(load.thread_id);
        }
        Some(Body::CreateFile(file)) => {
            item.table = names(file.load.database, file.load.table);
            item.thread = Some(file.load.thread_id);
        }
        Some(Body::Query(query)) => {
            let mut inflater = Inflater::new();
            let (whole, result) = query.inflated(&mut inflater);
            item.faulty |= result.is_err();
            item.statement = Some(whole.query.to_vec());
            if query.compressed.is_some() {
                item.bytes.push(whole.query.to_vec());
            }
            item.thread = Some(query.thread_id);
        }
        Some(Body::ExecuteLoadQuery(load)) => {
            item.statement = Some(load.query.query.to_vec());
            item.thread = Some(load.query.thread_id);
        }
        Some(Body::RowsQuery(query)) => item.statement = Some(query.query.to_vec()),
        Some(Body::AnnotateRows(query)) => item.statement = Some(query.query.to_vec()),
        Some(Body::Gtid(gtid)) if gtid.gno > 0 => {
            let tag = String::from_utf8_lossy(gtid.tag);
            let tag = if tag.is_empty() { String::new() } else { format!(":{tag}") };
            item.gtid = Some(format!("{}{tag}:{}", gtid.uuid, gtid.gno));
        }
        Some(Body::MariadbGtid(gtid)) => {
            item.gtid = Some(format!("{}-{}-{}", gtid.domain_id, item.header.server_id, gtid.sequence_number));
            item.thread = gtid.thread_id;
        }
        Some(Body::Rows(rows)) => {
            let mut inflater = Inflater::new();
            let compressed = rows.compressed.is_some();
            let (rows, result) = rows.inflated(&mut inflater);
            item.faulty |= result.is_err();
            if compressed {
                item.bytes.push(rows.rows.to_vec());
            }
            if let Some(plan) = located.plans.get(rows.table_id) {
                item.table = names(&plan.database, &plan.table);
                let mut collect = Collect::default();
                item.faulty |= rows.visit(plan, &mut collect).is_err();
                item.rows = collect.0;
                for (_, ordinal, name, _) in item.rows.iter_mut().flatten() {
                    *name = plan.name(*ordinal).map(|name| String::from_utf8_lossy(name).into_owned());
                }
            }
        }
        _ => {}
    }
    // A rows event that cannot be decoded may still name a table that is known.
    if item.is_rows && item.table.is_none() {
        let head = binlog_format::rows::RowsHead::peek(&located.bytes, &located.context()).ok();
        if let Some(plan) = head.and_then(|head| located.plans.get(head.table_id)) {
            item.table = names(&plan.database, &plan.table);
        }
    }
    item.op = op_of(kind, item.statement.as_deref());
    item
}

impl Naive {
    pub fn of(document: &Document) -> Self {
        let mut naive = Self { items: Vec::new(), transactions: Vec::new() };
        let mut unit = None;
        for entry in 0..document.entries() {
            let located = document.locate_entry(entry).expect("an item");
            if located.entry.place.begins {
                unit = located.entry.place.transaction.then_some(naive.transactions.len());
                if unit.is_some() {
                    let number = naive.transactions.len() as u64 + 1;
                    naive.transactions.push(Transaction { number, ..Transaction::default() });
                }
            }
            let start = located.entry.start;
            let place = (document.main_space().to_owned(), start);
            naive.take(Item { unit, place, ..item(&located, entry, None, start) });
            let payload = located.entry.kind() == Some(code::TRANSACTION_PAYLOAD);
            let chunk = matches!(located.entry.what, EntryKind::Span(span) if matches!(span.kind, SpanKind::Chunk(_)));
            let fragment = located.entry.kind() == Some(code::PARTIAL_ROW_DATA);
            if !payload && !chunk && !fragment {
                continue;
            }
            // A chunk's event data may lie in other chunks: then the space is that of all of them.
            let Ok(mut space) = document.space(&start.to_string()) else { continue };
            if let Some(data) = space.entries.iter().find(|entry| entry.is_event_data()) {
                space = document.space(&format!("{start}/{}", data.start)).unwrap_or(space);
            }
            let from = space.events_at.unwrap_or(u64::MAX);
            let mut inner_unit = unit;
            for (nth, inside) in space.entries.iter().enumerate().filter(|(_, it)| it.start >= from) {
                let address = Address { space: space.name.clone(), offset: inside.start };
                let located = document.locate(&address).expect("an item inside");
                if unit.is_none() && inside.place.begins {
                    inner_unit = inside.place.transaction.then_some(naive.transactions.len());
                    if inner_unit.is_some() {
                        naive.transactions.push(Transaction::default());
                    }
                }
                let place = (space.name.clone(), inside.start);
                naive.take(Item { unit: inner_unit, place, ..item(&located, entry, Some(nth as u64), start) });
            }
        }
        // Transactions inside of records are not counted.
        let mut number = 0;
        for transaction in naive.transactions.iter_mut().filter(|transaction| transaction.number > 0) {
            number += 1;
            transaction.number = number;
        }
        naive
    }

    fn take(&mut self, item: Item) {
        if let Some(transaction) = item.unit.and_then(|unit| self.transactions.get_mut(unit)) {
            let alone = transaction.number == 0;
            if item.inner.is_none() || alone {
                transaction.size += item.size;
                transaction.events += 1;
            }
            if transaction.events == 1 && (item.inner.is_none() || alone) {
                transaction.gtid.clone_from(&item.gtid);
            }
            transaction.thread = transaction.thread.or(item.thread);
            transaction.rows += item.rows.len() as u64;
        }
        self.items.push(item);
    }

    pub fn points(&self, item: usize) -> Vec<Point> {
        match self.items[item].rows.len() {
            0 => vec![Point { item, row: None }],
            rows => (0..rows).map(|row| Point { item, row: Some(row) }).collect(),
        }
    }

    /// Nothing where it does not apply.
    pub fn holds(&self, expr: &Expr, point: &Point) -> Option<bool> {
        match expr {
            Expr::Not(inner) => self.holds(inner, point).map(|held| !held),
            Expr::And(parts) => {
                let held: Vec<_> = parts.iter().map(|part| self.holds(part, point)).collect();
                if held.contains(&Some(false)) {
                    Some(false)
                } else {
                    held.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            Expr::Or(parts) => {
                let held: Vec<_> = parts.iter().map(|part| self.holds(part, point)).collect();
                if held.contains(&Some(true)) {
                    Some(true)
                } else {
                    held.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            Expr::Term(term) => self.term_holds(term, point),
        }
    }

    fn term_holds(&self, term: &Term, point: &Point) -> Option<bool> {
        let item = &self.items[point.item];
        let transaction = || item.unit.map(|unit| &self.transactions[unit]);
        let number = |number: u64, list: &[Interval<u64>]| list.iter().any(|interval| has(interval, number));
        Some(match term {
            Term::Type(types) => item.kind.is_some_and(|kind| types.iter().any(|it| is_type(it, kind))),
            Term::Table(tables) => item.table.as_ref().is_some_and(|(database, table)| {
                tables.iter().any(|pattern| {
                    pattern.database.as_ref().is_none_or(|it| matches(it, database)) && matches(&pattern.table, table)
                })
            }),
            Term::Time(times) => {
                let time = i64::from(item.header.timestamp);
                time != 0 && times.iter().any(|interval| has_time(interval, time))
            }
            Term::Gtid(gtids) => {
                let gtid = &transaction()?.gtid;
                gtid.as_ref().is_some_and(|own| gtids.iter().any(|pattern| is_gtid(pattern, own)))
            }
            Term::Number(key, list) => match key {
                NumberKey::Server => item.kind.is_some() && number(item.header.server_id.into(), list),
                NumberKey::Pos => number(item.pos, list),
                NumberKey::EndLogPos => item.kind.is_some() && number(item.header.log_pos.into(), list),
                NumberKey::Size => number(item.size, list),
                NumberKey::Rows => {
                    let readable = item.is_rows && item.decodes();
                    readable && number(item.rows.len() as u64, list)
                }
                NumberKey::Txn => {
                    let own = transaction()?.number;
                    own > 0 && number(own, list)
                }
                NumberKey::Thread => transaction()?.thread.is_some_and(|thread| number(thread.into(), list)),
                NumberKey::TxnSize => number(transaction()?.size, list),
                NumberKey::TxnRows => number(transaction()?.rows, list),
                NumberKey::TxnEvents => number(transaction()?.events, list),
            },
            Term::Op(ops) => item.op.is_some_and(|op| ops.contains(&op)),
            Term::Sql(text) => item.statement.as_ref().is_some_and(|statement| {
                String::from_utf8_lossy(statement).to_ascii_lowercase().contains(&text.to_ascii_lowercase())
            }),
            Term::Text(text) => item.has_bytes(|window| window == text.as_bytes(), text.len()),
            Term::Hex(bytes) => item.has_bytes(
                |window| window.iter().zip(bytes).all(|(byte, it)| byte & it.mask == it.value & it.mask),
                bytes.len(),
            ),
            Term::Is(Is::Damaged) => item.damaged,
            Term::Is(Is::Span) => item.kind.is_none(),
            Term::Is(Is::Faulty) => item.kind.is_some() && item.faulty,
            Term::Row(row) => {
                let cells = &item.rows[point.row?];
                cells.iter().any(|cell| row_holds(row, cell))
            }
        })
    }
}

impl Item {
    fn decodes(&self) -> bool {
        // Rows of an unknown table are none that can be counted.
        self.table.is_some() || !self.faulty
    }

    fn has_bytes(&self, is: impl Fn(&[u8]) -> bool, length: usize) -> bool {
        self.bytes.iter().any(|bytes| bytes.windows(length).any(&is))
    }
}

fn has(interval: &Interval<u64>, number: u64) -> bool {
    match *interval {
        Interval::Is(one) => number == one,
        Interval::Between(from, to) => from <= number && number <= to,
        Interval::From(from) => number >= from,
        Interval::To(to) => number <= to,
        Interval::Above(than) => number > than,
        Interval::Below(than) => number < than,
    }
}

fn has_time(interval: &Interval<Moment>, time: i64) -> bool {
    match interval {
        Interval::Is(one) => one.first() <= time && time <= one.last(),
        Interval::Between(from, to) => from.first() <= time && time <= to.last(),
        Interval::From(from) => time >= from.first(),
        Interval::To(to) => time <= to.last(),
        Interval::Above(than) => time > than.last(),
        Interval::Below(than) => time < than.first(),
    }
}

/// By trying every way.
fn matches(glob: &Glob, name: &str) -> bool {
    fn from(pieces: &[Piece], name: &[char]) -> bool {
        match (pieces, name) {
            ([], name) => name.is_empty(),
            ([Piece::Many, rest @ ..], name) => (0..=name.len()).any(|taken| from(rest, &name[taken..])),
            ([Piece::Any, rest @ ..], [_, left @ ..]) => from(rest, left),
            ([Piece::One(one), rest @ ..], [first, left @ ..]) => one == first && from(rest, left),
            _ => false,
        }
    }
    from(&glob.0, &name.chars().collect::<Vec<_>>())
}

fn is_type(pattern: &TypePattern, kind: u8) -> bool {
    match pattern {
        TypePattern::Code(code) => *code == kind,
        TypePattern::Name(glob) => event_type(kind).is_some_and(|name| {
            let glob = glob.clone().lowercase();
            let name = name.to_ascii_lowercase();
            let forms = [
                name.clone(),
                name.replace("_log_event", "_event"),
                name.replace("_log_event", "").replace("_event", ""),
            ];
            forms.iter().any(|form| matches(&glob, form))
        }),
    }
}

fn is_gtid(pattern: &GtidPattern, own: &str) -> bool {
    let inside = |number: &str, first: &u64, last: &u64| {
        number.parse::<u64>().is_ok_and(|number| (*first..=*last).contains(&number))
    };
    match pattern {
        GtidPattern::Mysql { source, tag, numbers } => {
            let parts: Vec<&str> = own.split(':').collect();
            let (uuid, own_tag, number) = match parts[..] {
                [uuid, number] => (uuid, "", number),
                [uuid, tag, number] => (uuid, tag, number),
                _ => return false,
            };
            matches(source, uuid)
                && match tag {
                    Some(tag) => matches(tag, own_tag),
                    None => own_tag.is_empty() || numbers.is_empty(),
                }
                && (numbers.is_empty() || numbers.iter().any(|(first, last)| inside(number, first, last)))
        }
        GtidPattern::Mariadb { domain, server, numbers } => {
            let parts: Vec<&str> = own.split('-').collect();
            let [own_domain, own_server, number] = parts[..] else { return false };
            domain.is_none_or(|domain| domain.to_string() == own_domain)
                && server.is_none_or(|server| server.to_string() == own_server)
                && numbers.is_none_or(|(first, last)| inside(number, &first, &last))
        }
    }
}

fn row_holds(term: &RowTerm, (image, ordinal, name, cell): &(Image, usize, Option<String>, Cell)) -> bool {
    let looked_at = match term.images {
        Images::Either => true,
        Images::Before => *image == Image::Before,
        Images::After => *image == Image::After,
    };
    let named = match &term.column {
        ColumnName::Ordinal(from_one) => *from_one as usize == ordinal + 1,
        ColumnName::Name(wanted) => name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(wanted)),
    };
    if !looked_at || !named {
        return false;
    }
    let literal = match &term.literal {
        Literal::Null => {
            return match term.comparison {
                Comparison::Equal => *cell == Cell::Null,
                _ => *cell != Cell::Null,
            };
        }
        Literal::Bare(text) | Literal::Quoted(text) => text,
    };
    let order = match cell {
        Cell::Null => return false,
        Cell::Integer(number) => literal.parse::<i128>().ok().map(|literal| number.cmp(&literal)),
        Cell::Text(text) => Some(text.as_str().cmp(literal)),
        Cell::Other => panic!("nothing is generated about these"),
    };
    match term.comparison {
        Comparison::Equal => order.is_some_and(|order| order.is_eq()),
        Comparison::NotEqual => order.is_none_or(|order| order.is_ne()),
        Comparison::Less => order.is_some_and(|order| order.is_lt()),
        Comparison::LessOrEqual => order.is_some_and(|order| order.is_le()),
        Comparison::Greater => order.is_some_and(|order| order.is_gt()),
        Comparison::GreaterOrEqual => order.is_some_and(|order| order.is_ge()),
        Comparison::Contains => {
            let text = match cell {
                Cell::Integer(number) => number.to_string(),
                Cell::Text(text) => text.to_ascii_lowercase(),
                _ => return false,
            };
            text.contains(&literal.to_ascii_lowercase())
        }
    }
}
