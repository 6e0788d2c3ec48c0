//! One line about an event.

use binlog_format::catalogue::Unit;
use binlog_format::charset::{Text, UTF8MB4};
use binlog_format::describe;
use binlog_format::event::{Body, Event};
use binlog_format::events::{Gtid, Load, MariadbGtid, Query, XaPrepare, mariadb_gtid_extra_flag, mariadb_gtid_flag};
use binlog_format::format::trim_version;
use binlog_format::gtid::GtidSet;
use binlog_format::names::{code, event_type_or_unknown};
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Operation, RowVisitor, RowsEvent};
use binlog_format::value::Hex;

use crate::present::shorten;
use crate::space::holder::{Holder, Inside, Insides};
use crate::view::Family;

/// Longest line.
const LIMIT: usize = 200;

/// Compressed rows are counted for a line up to this many bytes.
const COUNTED_BYTES: u64 = 16 << 20;

/// The name of a type as the manuals have it.
pub fn type_name(kind: u8) -> &'static str {
    event_type_or_unknown(kind)
}

/// The family of a type.
pub fn family(kind: u8) -> Family {
    match (kind, Operation::of(kind)) {
        (_, Some(Operation::Write)) => Family::Insert,
        (_, Some(Operation::Update)) => Family::Update,
        (_, Some(Operation::Delete)) => Family::Delete,
        (
            code::GTID | code::ANONYMOUS_GTID | code::GTID_TAGGED | code::MARIADB_GTID | code::XID | code::XA_PREPARE,
            _,
        ) => Family::Transaction,
        (code::TABLE_MAP, _) => Family::Table,
        (code::TRANSACTION_PAYLOAD, _) => Family::Payload,
        (
            code::QUERY
            | code::INTVAR
            | code::RAND
            | code::USER_VAR
            | code::ROWS_QUERY
            | code::ANNOTATE_ROWS
            | code::BEGIN_LOAD_QUERY
            | code::EXECUTE_LOAD_QUERY
            | code::QUERY_COMPRESSED
            | code::LOAD
            | code::CREATE_FILE..=code::NEW_LOAD,
            _,
        ) => Family::Statement,
        (
            code::START_V3
            | code::FORMAT_DESCRIPTION
            | code::ROTATE
            | code::STOP
            | code::PREVIOUS_GTIDS
            | code::GTID_LIST
            | code::BINLOG_CHECKPOINT
            | code::START_ENCRYPTION,
            _,
        ) => Family::File,
        _ => Family::Other,
    }
}

/// The format's own text, which is UTF-8, in a line.
fn text(bytes: &[u8]) -> String {
    text_in(bytes, UTF8MB4)
}

/// A statement may be megabytes long; a line is not.
fn text_in(bytes: &[u8], collation: u32) -> String {
    let beginning = crate::text::beginning(bytes, collation, 4 * LIMIT);
    beginning.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn table(plan: &TablePlan) -> String {
    format!("{}.{}", Text { bytes: &plan.database, collation: 0 }, Text { bytes: &plan.table, collation: 0 })
}

#[derive(Default)]
struct Count(usize);

impl RowVisitor<'_> for Count {
    fn row(&mut self, index: usize) {
        self.0 = index + 1;
    }
}

/// One line about what is inside of an event that lies there.
pub fn line(event: &Event<'_>, plan: Option<&TablePlan>, holder: Holder<'_>) -> String {
    let mut line = match &event.body {
        Ok(body) => of_body(body, event, plan, holder),
        Err(_) => plan.map(table).unwrap_or_default(),
    };
    shorten(&mut line, LIMIT);
    line
}

/// The name that a number stands for, or the number.
fn name(unit: Unit, number: u64) -> String {
    describe::name_of(unit, number).map_or_else(|| number.to_string(), Into::into)
}

/// A statement behind its default schema.
fn statement(query: &Query<'_>, holder: Holder<'_>) -> String {
    if let Some(part) = query.compressed {
        let mut insides = Insides::new();
        let (head, _) = insides.head(&part, 4 * LIMIT, holder);
        return statement(&Query { query: head, compressed: None, ..*query }, holder);
    }
    match query.query {
        b"BEGIN" | b"COMMIT" | b"ROLLBACK" => text(query.query),
        _ if query.database.is_empty() => text_in(query.query, query.charset_client.into()),
        _ => format!("{}: {}", text(query.database), text_in(query.query, query.charset_client.into())),
    }
}

/// What is loaded where.
fn load_data(load: &Load<'_>) -> String {
    format!("{} → {}.{}", text(load.file_name), text(load.database), text(load.table))
}

/// An XID as XA statements have it; the text of identifiers that are text.
fn xid(gtrid: &[u8], bqual: &[u8], format_id: i32) -> String {
    let part = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(readable) if !readable.chars().any(char::is_control) => format!("'{readable}'"),
        _ => Hex(bytes).to_string(),
    };
    format!("{},{},{format_id}", part(gtrid), part(bqual))
}

fn xa_prepare(xa: &XaPrepare<'_>) -> String {
    let one_phase = if xa.one_phase { ", ONE PHASE" } else { "" };
    format!("{}{one_phase}", xid(xa.gtrid, xa.bqual, xa.format_id))
}

fn of_body(body: &Body<'_>, event: &Event<'_>, plan: Option<&TablePlan>, holder: Holder<'_>) -> String {
    match body {
        Body::StartV3(start) => text(trim_version(start.server_version)),
        Body::FormatDescription(description) => text(trim_version(description.server_version)),
        Body::Rotate(rotate) => format!("{}:{}", text(rotate.next_file), rotate.position),
        Body::Stop => String::new(),
        Body::Slave(slave) => {
            format!("{}:{} {}:{}", text(slave.host), slave.port, text(slave.log_name), slave.position)
        }
        Body::Query(query) => statement(query, holder),
        Body::Load(load) => load_data(load),
        Body::CreateFile(file) => {
            format!("#{} + {}: {}", file.file_id.unwrap_or(0), file.data.len(), load_data(&file.load))
        }
        Body::BeginLoadQuery(block) | Body::AppendBlock(block) => format!("#{} + {}", block.file_id, block.data.len()),
        Body::ExecLoad(file) | Body::DeleteFile(file) => format!("#{}", file.file_id),
        Body::ExecuteLoadQuery(load) => statement(&load.query, holder),
        Body::Incident(incident) => {
            let number = name(Unit::Incident, incident.incident.into());
            if incident.message.is_empty() { number } else { format!("{number}: {}", text(incident.message)) }
        }
        Body::Heartbeat(heartbeat) => format!("{}:{}", text(heartbeat.file_name), heartbeat.position),
        Body::Ignorable(data) => String::from_utf8(data.to_vec()).map(|line| text(line.as_bytes())).unwrap_or_default(),
        Body::Consensus(entry) => format!("{} @ {} + {}", entry.index, entry.term, entry.length),
        Body::PreviousConsensusIndex(index) => index.to_string(),
        Body::ConsensusClusterInfo(info) => text(info),
        Body::Gcn(gcn) => gcn.gcn.map(|gcn| gcn.to_string()).unwrap_or_default(),
        Body::XaPrepare(xa) => xa_prepare(xa),
        Body::TransactionContext(context) => {
            let (writes, reads) = (context.write_set_items, context.read_set_items);
            format!("{}, write_set {writes}, read_set {reads}", text(context.server_uuid))
        }
        Body::ViewChange(view) => text(view.view_id),
        Body::LargeTransactionHeader(large) => {
            let last = name(Unit::EventType, large.last_event_type.into());
            format!("{last} @ {}", large.last_event_position)
        }
        Body::Intvar(intvar) => {
            format!("{} = {}", if intvar.intvar_type == 1 { "LAST_INSERT_ID" } else { "INSERT_ID" }, intvar.value)
        }
        Body::Rand(rand) => format!("{}, {}", rand.seed1, rand.seed2),
        Body::UserVar(variable) => match variable.value {
            binlog_format::Value::Text(bytes, collation) => {
                format!("@{} = {}", text(variable.name), text_in(bytes, collation))
            }
            value => format!("@{} = {value}", text(variable.name)),
        },
        Body::Xid(xid) => xid.xid.to_string(),
        Body::TableMap(map) => format!("{}.{}", text(map.database), text(map.table)),
        Body::Rows(rows) => plan.map(|plan| counted(rows, plan, holder)).unwrap_or_default(),
        Body::RowsQuery(query) => text(query.query),
        Body::AnnotateRows(query) => text(query.query),
        Body::Gtid(gtid) if gtid.gno == 0 => String::new(),
        Body::Gtid(gtid) if gtid.tag.is_empty() => format!("{}:{}", gtid.uuid, gtid.gno),
        Body::Gtid(gtid) => format!("{}:{}:{}", gtid.uuid, text(gtid.tag), gtid.gno),
        Body::PreviousGtids(previous) => GtidSet(previous.set).to_string(),
        Body::TransactionPayload(payload) => match payload.uncompressed_size {
            Some(size) => format!("{} → {size}", payload.payload.len()),
            None => payload.payload.len().to_string(),
        },
        Body::BinlogCheckpoint(checkpoint) => text(checkpoint.file_name),
        Body::MariadbGtid(gtid) => mariadb_transaction(gtid, event),
        Body::PartialRowData(fragment) => format!("{} / {}", fragment.fragment_number, fragment.total_fragments),
        Body::StartEncryption(start) => format!("key version {}", start.key_version),
        Body::GtidList(list) => {
            let items = list.iter().map(|(domain, server, number)| format!("{domain}-{server}-{number}"));
            items.take(16).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    }
}

/// How many rows of which table. What would have to be inflated at length is not counted.
fn counted(rows: &RowsEvent<'_>, plan: &TablePlan, holder: Holder<'_>) -> String {
    if rows.compressed.is_some_and(|part| part.length > COUNTED_BYTES) {
        return table(plan);
    }
    let mut count = Count::default();
    let mut insides = Insides::new();
    let (rows, _, inside) = insides.rows(rows, holder);
    let whole = inside.map_or(Ok(()), |Inside { result, .. }| result);
    match whole.and_then(|()| rows.visit(plan, &mut count)) {
        Ok(()) => format!("{} × {}", count.0, table(plan)),
        Err(_) => table(plan),
    }
}

/// A GTID with what the transaction is, which ALTER it ends, and its XID.
fn mariadb_transaction(gtid: &MariadbGtid<'_>, event: &Event<'_>) -> String {
    let mut line = mariadb_gtid(gtid, event);
    if let Some(role) = gtid_role(gtid) {
        line.push_str(" · ");
        line.push_str(role);
    }
    if let Some(start) = gtid.start_alter {
        line.push_str(&format!(" {}-{}-{start}", gtid.domain_id, event.header.server_id));
    }
    if let Some((format, gtrid, bqual)) = gtid.xid {
        line.push_str(&format!(" {}", xid(gtrid, bqual, format as i32)));
    }
    line
}

/// The name of a transaction, by the event that begins it.
pub fn transaction_label(event: &Event<'_>) -> String {
    match &event.body {
        Ok(Body::Gtid(gtid)) if gtid.gno != 0 => short_gtid(gtid),
        Ok(Body::MariadbGtid(gtid)) => mariadb_gtid(gtid, event),
        _ => String::new(),
    }
}

/// The UUID's first digits tell sources apart; the whole stands in the fields.
fn short_gtid(gtid: &Gtid<'_>) -> String {
    let uuid = gtid.uuid.to_string();
    let uuid = uuid.get(..8).unwrap_or(&uuid);
    let tag = if gtid.tag.is_empty() { String::new() } else { format!("{}:", text(gtid.tag)) };
    format!("{uuid}…:{tag}{}", gtid.gno)
}

fn mariadb_gtid(gtid: &MariadbGtid<'_>, event: &Event<'_>) -> String {
    format!("{}-{}-{}", gtid.domain_id, event.header.server_id, gtid.sequence_number)
}

/// What the transaction is for, where it is no ordinary one; in the words of statements.
fn gtid_role(gtid: &MariadbGtid<'_>) -> Option<&'static str> {
    use mariadb_gtid_extra_flag as extra;
    match gtid.flags_extra {
        flags if flags & extra::START_ALTER != 0 => Some("START ALTER"),
        flags if flags & extra::COMMIT_ALTER != 0 => Some("COMMIT ALTER"),
        flags if flags & extra::ROLLBACK_ALTER != 0 => Some("ROLLBACK ALTER"),
        _ if gtid.flags & mariadb_gtid_flag::PREPARED_XA != 0 => Some("XA PREPARE"),
        _ if gtid.flags & mariadb_gtid_flag::COMPLETED_XA != 0 => Some("XA COMMIT / ROLLBACK"),
        _ => None,
    }
}
