//! One event's bytes in, a typed event out.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ErrorCode, Result};
use crate::events::{self, *};
use crate::format::{Checksum, Flavor, Format};
use crate::framer::{Frame, FrameChecksum};
use crate::header::EventHeader;
use crate::names::code;
use crate::rows::RowsEvent;
use crate::trace::Trace;

/// What an event's meaning depends on beside its own bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The format description in force.
    pub format: &'c Format,
    /// Whether this event ends with a checksum. The framer knows; see [`Context::new`].
    pub checksum: bool,
    /// The live table maps.
    #[cfg(feature = "alloc")]
    pub tables: Option<&'c crate::plan::TablePlans>,
}

impl<'c> Context<'c> {
    /// A context without table maps. A format whose checksum rule is unknown counts as without.
    pub fn new(format: &'c Format) -> Self {
        Self {
            format,
            checksum: format.checksum == Checksum::Crc32,
            #[cfg(feature = "alloc")]
            tables: None,
        }
    }

    /// The context of an event that the framer found, without table maps: whether it has a checksum is
    /// known then. `format` is [`Framer::format`](crate::Framer::format).
    pub fn of(frame: &Frame<'_>, format: &'c Format) -> Self {
        Self { checksum: frame.checksum != FrameChecksum::Absent, ..Self::new(format) }
    }

    /// The same with table maps.
    #[cfg(feature = "alloc")]
    pub fn with_tables(self, tables: &'c crate::plan::TablePlans) -> Self {
        Self { tables: Some(tables), ..self }
    }
}

/// A decoded event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event<'a> {
    /// The common header.
    pub header: EventHeader,
    /// The body, or the first fault in it. What was read before the fault was reported to the
    /// trace; what follows it is one `undecoded` leaf.
    pub body: Result<Body<'a>>,
    /// The stored checksum (CRC-32 of all bytes before it), if the event has one.
    pub checksum: Option<u32>,
}

/// What stands between an event's header and its checksum, by type. Bytes and text borrow from the
/// event. More will be added as servers add types.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Body<'a> {
    /// START_EVENT_V3: the beginning of a file of versions 1 to 3.
    StartV3(StartV3<'a>),
    /// FORMAT_DESCRIPTION_EVENT: what later events are read by.
    FormatDescription(FormatDescription<'a>),
    /// ROTATE_EVENT: the next file.
    Rotate(Rotate<'a>),
    /// STOP_EVENT: has no body.
    Stop,
    /// SLAVE_EVENT: never in files.
    Slave(Slave<'a>),
    /// QUERY_EVENT, and MariaDB's QUERY_COMPRESSED_EVENT: a statement.
    Query(Query<'a>),
    /// INTVAR_EVENT: an id for the next statement.
    Intvar(Intvar),
    /// RAND_EVENT: random seeds for the next statement.
    Rand(Rand),
    /// USER_VAR_EVENT: a user variable for the next statement.
    UserVar(UserVar<'a>),
    /// XID_EVENT: commit.
    Xid(Xid),
    /// XA_PREPARE_LOG_EVENT: the end of an XA transaction's first phase.
    XaPrepare(XaPrepare<'a>),
    /// LOAD and NEW_LOAD.
    Load(Load<'a>),
    /// CREATE_FILE_EVENT: LOAD DATA's options and first block.
    CreateFile(CreateFile<'a>),
    /// BEGIN_LOAD_QUERY_EVENT: the first block of a file.
    BeginLoadQuery(LoadBlock<'a>),
    /// APPEND_BLOCK_EVENT: its next block.
    AppendBlock(LoadBlock<'a>),
    /// EXEC_LOAD_EVENT: run the load that CREATE_FILE began.
    ExecLoad(LoadFile),
    /// DELETE_FILE_EVENT: drop the blocks.
    DeleteFile(LoadFile),
    /// EXECUTE_LOAD_QUERY_EVENT: the statement that loads the blocks.
    ExecuteLoadQuery(ExecuteLoadQuery<'a>),
    /// INCIDENT_EVENT: the log may lack something.
    Incident(Incident<'a>),
    /// HEARTBEAT, both versions.
    Heartbeat(Heartbeat<'a>),
    /// IGNORABLE: bytes that only their writer understands.
    Ignorable(&'a [u8]),
    /// TABLE_MAP_EVENT: a table, for the rows that follow.
    TableMap(TableMap<'a>),
    /// All kinds of rows events: inserted, updated and deleted rows.
    Rows(RowsEvent<'a>),
    /// ROWS_QUERY_LOG_EVENT: the statement behind the rows, MySQL.
    RowsQuery(RowsQuery<'a>),
    /// GTID, ANONYMOUS_GTID and GTID_TAGGED.
    Gtid(Gtid<'a>),
    /// PREVIOUS_GTIDS_LOG_EVENT: what earlier files have, MySQL.
    PreviousGtids(PreviousGtids<'a>),
    /// TRANSACTION_CONTEXT_EVENT: group replication.
    TransactionContext(TransactionContext<'a>),
    /// VIEW_CHANGE_EVENT: group replication.
    ViewChange(ViewChange<'a>),
    /// LARGE_TRANSACTION_HEADER_EVENT: in MySQL's sources, in no release yet.
    LargeTransactionHeader(LargeTransactionHeader),
    /// TRANSACTION_PAYLOAD_EVENT: a compressed transaction, MySQL; `payload::inflate` opens it.
    TransactionPayload(TransactionPayload<'a>),
    /// ANNOTATE_ROWS_EVENT: the statement behind the rows, MariaDB.
    AnnotateRows(AnnotateRows<'a>),
    /// BINLOG_CHECKPOINT_EVENT: MariaDB.
    BinlogCheckpoint(BinlogCheckpoint<'a>),
    /// GTID_EVENT: the beginning of a transaction, MariaDB.
    MariadbGtid(MariadbGtid<'a>),
    /// GTID_LIST_EVENT: what earlier files have, MariaDB.
    GtidList(GtidList<'a>),
    /// START_ENCRYPTION_EVENT: what follows is encrypted, MariaDB.
    StartEncryption(StartEncryption<'a>),
    /// PARTIAL_ROW_DATA_EVENT (172), MariaDB.
    PartialRowData(PartialRowData<'a>),
    /// Aurora's padding: asterisks.
    AuroraPadding(&'a [u8]),
    /// PolarDB-X: place of the next transaction in the consensus log.
    Consensus(Consensus),
    /// The last consensus index of earlier files.
    PreviousConsensusIndex(u64),
    /// PolarDB-X: members of the cluster, in a form of its own.
    ConsensusClusterInfo(&'a [u8]),
    /// PolarDB-X: a place in the consensus log without a transaction. Has no body.
    ConsensusEmpty,
    /// PolarDB-X: global commit number of the next transaction.
    Gcn(Gcn),
    /// A type whose body is not decoded: its bytes, one `unknown` leaf.
    Unknown(&'a [u8]),
}

/// Decodes one whole event, from its header to its checksum. With `()` the rows of a rows event are
/// not looked at: [`RowsEvent::visit`] reads them, and finds the faults in them. The checksum is read,
/// not judged: that is the [`Framer`](crate::Framer)'s part.
///
/// # Errors
///
/// An error is returned only if not even the header can be read (`unexpected_end`); a fault in the
/// body is [`Event::body`]. Offsets count from the event's first byte.
pub fn decode<'a, T: Trace<'a>>(bytes: &'a [u8], context: &Context<'_>, trace: T) -> Result<Event<'a>> {
    let mut c = Cursor::new(bytes, field::EVENT_HEADER_EVENT_SIZE, trace);
    let stored = bytes.get(4).copied().unwrap_or(0);
    let header = EventHeader::read(&mut c, context.format.header_length(bytes))?;
    let kind = context.format.canonical(stored);
    // A format description carries its own checksum rule; everything else follows the context.
    let own_rule = kind == code::FORMAT_DESCRIPTION;
    let checksum_bytes = if !own_rule && context.checksum && c.remaining() >= 4 { 4 } else { 0 };
    c.shorten(checksum_bytes);
    let mut body = body(&mut c, kind, &header, context);
    if !own_rule && !context.format.intact {
        body = body.map_err(|error| error.for_lack_of(ErrorCode::NoFormat));
    }
    let left = if body.is_ok() { field::UNKNOWN } else { field::UNDECODED };
    let keeps_checksum = own_rule
        && body.as_ref().is_ok_and(
            |body| matches!(body, Body::FormatDescription(description) if description.checksum_alg.is_some()),
        );
    if !keeps_checksum {
        c.rest(left);
    }
    c.lengthen();
    let checksum = if c.remaining() == 4 { Some(c.u32(field::CHECKSUM)?) } else { None };
    c.rest(left);
    Ok(Event { header, body, checksum })
}

/// [`decode`] with nobody who observes. It is compiled once, here, and not again in each crate that calls it.
///
/// # Errors
///
/// As of [`decode`].
pub fn decode_unobserved<'a>(bytes: &'a [u8], context: &Context<'_>) -> Result<Event<'a>> {
    decode(bytes, context, ())
}

fn body<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, kind: u8, header: &EventHeader, context: &Context<'_>,
) -> Result<Body<'a>> {
    let format = context.format;
    let mariadb = format.flavor == Flavor::Mariadb || !format.described;
    let mysql = format.flavor == Flavor::Mysql;
    Ok(match kind {
        code::START_V3 => Body::StartV3(events::start_v3(c)?),
        code::QUERY => Body::Query(events::query(c, format, false)?),
        code::STOP => Body::Stop,
        code::SLAVE => Body::Slave(events::slave(c)?),
        code::LOAD | code::NEW_LOAD => Body::Load(events::load(c, kind, context)?),
        code::CREATE_FILE => Body::CreateFile(events::create_file(c, header, context)?),
        code::APPEND_BLOCK => Body::AppendBlock(events::load_block(c, header, context)?),
        code::EXEC_LOAD => Body::ExecLoad(events::load_file(c, header, context)?),
        code::DELETE_FILE => Body::DeleteFile(events::load_file(c, header, context)?),
        code::BEGIN_LOAD_QUERY => Body::BeginLoadQuery(events::load_block(c, header, context)?),
        code::EXECUTE_LOAD_QUERY => Body::ExecuteLoadQuery(events::execute_load_query(c, header, context)?),
        code::INCIDENT => Body::Incident(events::incident(c, header, context)?),
        code::HEARTBEAT => Body::Heartbeat(events::heartbeat(c, header, context)?),
        code::IGNORABLE => Body::Ignorable(c.rest(field::IGNORABLE_DATA)),
        code::XA_PREPARE => Body::XaPrepare(events::xa_prepare(c, header, context)?),
        code::ROTATE => Body::Rotate(events::rotate(c, header, context)?),
        code::INTVAR => Body::Intvar(events::intvar(c, header, context)?),
        code::RAND => Body::Rand(events::rand(c, header, context)?),
        code::USER_VAR => Body::UserVar(events::user_var(c, header, context)?),
        code::FORMAT_DESCRIPTION => Body::FormatDescription(events::format_description(c)?),
        code::XID => Body::Xid(events::xid(c, header, context)?),
        code::TABLE_MAP => Body::TableMap(events::table_map(c, format.table_head(header.type_code), &mut ())?),
        code::PRE_GA_WRITE_ROWS..=code::PRE_GA_DELETE_ROWS
        | code::WRITE_ROWS_V1..=code::DELETE_ROWS_V1
        | code::WRITE_ROWS..=code::DELETE_ROWS => Body::Rows(crate::rows::rows(c, kind, header, context)?),
        code::PARTIAL_UPDATE_ROWS if mysql => Body::Rows(crate::rows::rows(c, kind, header, context)?),
        code::ROWS_QUERY if mysql => Body::RowsQuery(events::rows_query(c)?),
        code::GTID | code::ANONYMOUS_GTID if mysql => Body::Gtid(events::gtid(c)?),
        code::PREVIOUS_GTIDS if mysql => Body::PreviousGtids(events::previous_gtids(c)?),
        code::TRANSACTION_CONTEXT if mysql => {
            Body::TransactionContext(events::transaction_context(c, header, context)?)
        }
        code::VIEW_CHANGE if mysql => Body::ViewChange(events::view_change(c, header, context)?),
        code::HEARTBEAT_V2 if mysql => Body::Heartbeat(events::heartbeat_v2(c)?),
        code::GTID_TAGGED if mysql => Body::Gtid(events::tagged_gtid(c)?),
        code::LARGE_TRANSACTION_HEADER if mysql => Body::LargeTransactionHeader(events::large_transaction_header(c)?),
        code::TRANSACTION_PAYLOAD if mysql => Body::TransactionPayload(events::transaction_payload(c)?),
        code::AURORA_PADDING if mysql => Body::AuroraPadding(c.rest(field::AURORA_PADDING)),
        code::CONSENSUS if mysql => Body::Consensus(events::consensus(c)?),
        code::PREVIOUS_CONSENSUS_INDEX if mysql => Body::PreviousConsensusIndex(events::previous_consensus_index(c)?),
        code::CONSENSUS_CLUSTER_INFO if mysql => Body::ConsensusClusterInfo(events::consensus_cluster_info(c)?),
        code::CONSENSUS_EMPTY if mysql => Body::ConsensusEmpty,
        code::GCN if mysql => Body::Gcn(events::gcn(c)?),
        code::ANNOTATE_ROWS if mariadb => Body::AnnotateRows(events::annotate_rows(c)),
        code::BINLOG_CHECKPOINT if mariadb => Body::BinlogCheckpoint(events::binlog_checkpoint(c)?),
        code::MARIADB_GTID if mariadb => Body::MariadbGtid(events::mariadb_gtid(c)?),
        code::GTID_LIST if mariadb => Body::GtidList(events::gtid_list(c)?),
        code::START_ENCRYPTION if mariadb => Body::StartEncryption(events::start_encryption(c)?),
        code::PARTIAL_ROW_DATA if mariadb => Body::PartialRowData(events::partial_row_data(c)?),
        code::QUERY_COMPRESSED if mariadb => Body::Query(events::query(c, format, true)?),
        code::WRITE_ROWS_COMPRESSED_V1..=code::DELETE_ROWS_COMPRESSED if mariadb => {
            Body::Rows(crate::rows::rows(c, kind, header, context)?)
        }
        _ => Body::Unknown(c.rest(field::UNKNOWN)),
    })
}

/// The bytes of a whole event's body: after the common header, before the checksum.
pub fn body_bytes<'a>(bytes: &'a [u8], context: &Context<'_>) -> &'a [u8] {
    let start = context.format.header_length(bytes);
    let end = bytes.len().saturating_sub(if context.checksum { 4 } else { 0 });
    bytes.get(start..end).unwrap_or_default()
}

impl Event<'_> {
    /// The fault of the body, if any.
    pub fn error(&self) -> Option<DecodeError> {
        self.body.as_ref().err().copied()
    }
}
