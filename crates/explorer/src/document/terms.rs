//! What a reader points at, in the language of filters: "only this".

use binlog_format::Value;
use binlog_format::event::{Body, decode, decode_unobserved};
use binlog_format::names::code;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Image, Operation, RowVisitor, RowsHead};
use binlog_format::tree::{FieldTree, Step, parse_path, step_text};

use super::{Document, Located};
use crate::filter::{
    Filter, UnitGtid, term_of_bytes, term_of_gtid, term_of_statement, term_of_table, term_of_time, term_of_type,
    term_of_value,
};
use crate::outline::Outline;
use crate::scan::EntryKind;
use crate::space::holder::{Holder, Insides};
use crate::view::Address;
use binlog_format::header::EventHeader;

/// Fields of larger events have no terms: to find one among its rows all of it is read, and the pointer
/// comes over many.
const LARGEST: usize = 16 << 20;

/// A cell of a rows event: row, image, column.
struct Cell {
    row: usize,
    image: Image,
    ordinal: usize,
}

/// The cell that a path lies in: `rows[0].after[3]`, or below it, or in a compressed part.
fn cell_of(steps: &[Step]) -> Option<Cell> {
    let is = |step: &Step, name: &str| matches!(step, Step::Name(own) if &**own == name);
    steps.windows(4).find_map(|steps| {
        let [rows, Step::Item(row), image, Step::Item(ordinal)] = steps else { return None };
        let image = match image {
            step if is(step, "before") => Image::Before,
            step if is(step, "after") => Image::After,
            _ => return None,
        };
        is(rows, "rows").then_some(Cell { row: *row as usize, image, ordinal: *ordinal as usize })
    })
}

/// Waits for a cell.
struct Awaiting<'p> {
    cell: Cell,
    row: usize,
    plan: &'p TablePlan,
    /// Where the images lie.
    holder: Holder<'p>,
    term: Option<String>,
}

impl RowVisitor<'_> for Awaiting<'_> {
    fn row(&mut self, index: usize) {
        self.row = index;
    }

    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'_>) {
        let Cell { row, image: wanted, ordinal: column } = self.cell;
        if self.row == row && ordinal == column && (image == wanted) {
            let mut insides = Insides::new();
            let (value, _) = insides.value(value, self.holder);
            self.term = term_of_value(self.plan.name(ordinal), ordinal, &value, self.plan.labels(ordinal));
        }
    }
}

impl Document {
    /// The item at an address; of what a part of an event inflated to, the event.
    fn pointed_at(&self, address: &Address) -> Option<(Address, Located)> {
        let located = self.locate(address).ok()?;
        let part = located.entry.kind().is_none() && self.space(&address.space).is_ok_and(|it| it.part().is_some());
        if !part {
            return Some((address.clone(), located));
        }
        let holder: Address = address.space.parse().ok()?;
        let located = self.locate(&holder).ok()?;
        Some((holder, located))
    }

    /// Terms that the transaction around an address fits: its GTID, its number.
    pub fn terms_of_transaction(&self, address: &Address) -> Vec<String> {
        let unit = self.outermost(address).and_then(|offset| self.entry_at(offset));
        let unit = unit.and_then(|entry| self.unit(self.unit_of_entry(entry)?)).filter(|unit| unit.transaction);
        let Some(unit) = unit else { return Vec::new() };
        let first = self.locate_entry(unit.first_entry).ok();
        let gtid = first.and_then(|first| {
            let event = decode_unobserved(&first.bytes, &first.context()).ok()?;
            term_of_gtid(&UnitGtid::of(&event))
        });
        gtid.into_iter().chain([format!("txn:{}", unit.transactions_before + 1)]).collect()
    }

    /// Terms that an event as a whole fits: type, table, transaction, server, time.
    pub fn terms_of_event(&self, address: &Address) -> Vec<String> {
        let Some((_, located)) = self.pointed_at(address) else { return Vec::new() };
        let mut terms = Vec::new();
        match located.entry.what {
            EntryKind::Span(_) => terms.push("is:span".into()),
            EntryKind::Event { kind, .. } => terms.push(term_of_type(kind)),
        }
        terms.extend(table_of(&located, true));
        terms.extend(self.terms_of_transaction(address).into_iter().next());
        if located.entry.kind().is_some() {
            let header = EventHeader::peek_in(&located.bytes, located.context().format).unwrap_or_default();
            terms.push(format!("server:{}", header.server_id));
            terms.extend(term_of_time(header.timestamp));
        }
        terms.extend(self.outermost(address).map(|offset| format!("pos:{offset}")));
        terms
    }

    /// Terms that a field fits, by its path; of a field that the language has no word for, its bytes.
    pub fn terms_of_field(&self, address: &Address, path: &str) -> Vec<String> {
        let (Some((event, located)), Some(steps)) = (self.pointed_at(address), parse_path(path)) else {
            return Vec::new();
        };
        if located.bytes.len() > LARGEST {
            return Vec::new();
        }
        if let Some(cell) = cell_of(&steps)
            && let Some(term) = self.term_of_cell(&located, &event.space, cell)
        {
            return vec![term];
        }
        let located = match self.locate(address) {
            Ok(own) if own.entry.kind().is_some() => own,
            _ => return Vec::new(),
        };
        let Some((own, above)) = steps.split_last() else { return self.terms_of_event(address) };
        let mut tree = FieldTree::under(above.to_vec());
        // What was read before a fault is there.
        let _ = decode(&located.bytes, &located.context(), &mut tree);
        let depth = tree.nodes().first().map_or(0, |node| node.depth);
        let wanted = match own {
            Step::Name(name) => name.to_string(),
            Step::Item(item) => format!("[{item}]"),
        };
        let Some(node) = tree.nodes().iter().find(|node| node.depth == depth && step_text(node.slot) == wanted) else {
            // A bit field is its field's.
            return match path.rfind(['.', '[']) {
                Some(at) => self.terms_of_field(address, path.get(..at).unwrap_or_default()),
                None => Vec::new(),
            };
        };
        let bytes = located.bytes.get(node.start as usize..node.end as usize).unwrap_or_default();
        let term = self.term_of_node(address, &located, node.slot.field, &node.value);
        let hex = || if node.branch { None } else { term_of_bytes(bytes) };
        term.or_else(hex).into_iter().collect()
    }

    fn term_of_node(
        &self, address: &Address, located: &Located, id: binlog_format::FieldId, value: &Value<'_>,
    ) -> Option<String> {
        let number = match *value {
            Value::Unsigned(number) => Some(number),
            Value::Timestamp(moment) => Some(moment.seconds.into()),
            _ => None,
        };
        match id.entry().id {
            "event_header.timestamp" => term_of_time(u32::try_from(number?).ok()?),
            "event_header.type_code" => located.entry.kind().map(term_of_type),
            "event_header.server_id" => Some(format!("server:{}", number?)),
            "event_header.event_size" => Some(format!("size:{}", located.entry.end - located.entry.start)),
            "event_header.log_pos" => Some(format!("end_log_pos:{}", number?)),
            "query.thread_id" | "load.thread_id" | "mariadb_gtid.thread_id" => {
                // Only a transaction has a thread, and its first event that tells one decides.
                self.terms_of_transaction(address).first()?;
                Some(format!("thread:{}", number?))
            }
            "gtid.source_uuid"
            | "gtid.gno"
            | "gtid_tagged.source_uuid"
            | "gtid_tagged.gno"
            | "gtid_tagged.tag_text"
            | "mariadb_gtid.sequence_number"
            | "mariadb_gtid.domain_id" => {
                let event = decode_unobserved(&located.bytes, &located.context()).ok()?;
                term_of_gtid(&UnitGtid::of(&event))
            }
            "table_map.database_name" => table_of(located, false),
            "table_map.table_name"
            | "rows.table_id"
            | "rows.table_id_4"
            | "table_map.table_id"
            | "table_map.table_id_4" => table_of(located, true),
            "query.query" | "rows_query.query" | "annotate_rows.query" => match *value {
                Value::Text(bytes, collation) => term_of_statement(bytes, collation),
                _ => None,
            },
            _ => None,
        }
    }

    fn term_of_cell(&self, located: &Located, space: &str, cell: Cell) -> Option<String> {
        let rows = self.rows_of(located)?;
        let plan = located.plans.get(rows.table_id)?;
        let mut insides = Insides::new();
        let (rows, holder, _) = insides.rows(&rows, self.holder(space, located.entry.start));
        let mut awaiting = Awaiting { cell, row: 0, plan, holder, term: None };
        // What comes before a fault is there.
        let _ = rows.visit(plan, &mut awaiting);
        awaiting.term
    }

    /// Terms for bytes of a space.
    pub fn terms_of_bytes(&self, address: &Address, start: u64, end: u64) -> Vec<String> {
        let length = u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX);
        let bytes = self.bytes(&address.space, start, length.min(64)).map(|(bytes, _)| bytes).unwrap_or_default();
        let whole = bytes.len() as u64 == end.saturating_sub(start);
        term_of_bytes(&bytes).filter(|_| whole).into_iter().collect()
    }

    /// Whether a filter's text means an item: it, or something of it, matches.
    pub fn matches(&self, text: &str, address: &Address) -> bool {
        let Ok(filter) = Filter::parse(text) else { return false };
        let Some(entry) = self.outermost(address).and_then(|offset| self.entry_at(offset)) else { return false };
        let Some(block) = self.index().block_of_entry(entry) else { return false };
        let inside = self.below_main(&address.space).is_some_and(|path| !path.is_empty());
        let inner = if inside { self.locate(address).ok().map(|located| located.number) } else { None };
        let mut found = false;
        let mut search = super::Search::new(filter.into());
        let matched = self.matches_in_block(&mut search, block, &mut |hit| {
            found |= hit.entry == entry && (hit.inner == inner || hit.inner.is_none() && inner.is_some());
        });
        matched.is_ok() && found
    }
}

/// The table that an event is about: `table:DB.T`, or `table:DB.*`.
fn table_of(located: &Located, whole: bool) -> Option<String> {
    let kind = located.entry.kind()?;
    let term = |plan: &TablePlan| term_of_table(&plan.database, whole.then_some(&*plan.table));
    if kind == code::TABLE_MAP {
        let event = decode_unobserved(&located.bytes, &located.context()).ok()?;
        return match event.body.ok()? {
            Body::TableMap(map) => term_of_table(map.database, whole.then_some(map.table)),
            _ => None,
        };
    }
    Operation::of(kind)?;
    let head = RowsHead::peek(&located.bytes, &located.context()).ok()?;
    located.plans.get(head.table_id).and_then(|plan| term(plan))
}
