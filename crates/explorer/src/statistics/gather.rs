//! Events one after another into statistics. Nothing is allocated for an event or a row.

mod tables;

use std::collections::HashMap;

use binlog_format::ErrorCode;
use binlog_format::event::{Body, Event, decode_unobserved};
use binlog_format::events::{Gtid, MariadbGtid, Query, mariadb_gtid_flag};
use binlog_format::format::version_numbers;
use binlog_format::framer::{FrameChecksum, Span, SpanKind};
use binlog_format::gtid::GtidSet;
use binlog_format::header::flag;
use binlog_format::names::code;
use binlog_format::rows::Operation;

use self::tables::{Known, KnownPlan, StoredName};
use super::amounts::Placed;
use super::overview::{ByPosition, ByTime, FAMILIES, FillingTime};
use super::sequence::{Numbering, Numbers, Xa};
use super::transactions::{Measures, NAMED_TABLES, Part, TransactionGtid};
use super::{DDL_TEXT, DdlLine, LISTED_DDL, LISTED_PLACES, Server, Statistics};
use crate::filter::ast::Op;
use crate::filter::{Opened, Subject, first_word, op_of_word};
use crate::scan::{Entry, EntryKind};
use crate::space::holder::Insides;
use crate::summary::family;
use crate::transaction::{is_commit, is_statement};

/// A transaction on its way through the range.
#[derive(Debug, Default)]
struct Open {
    measures: Measures,
    /// Tables by their place among the gatherer's.
    tables: Vec<u32>,
}

/// Gathers statistics over a range of blocks.
pub(crate) struct Gatherer {
    found: Statistics,
    types: Box<[Placed; 256]>,
    types_inside: Box<[Placed; 256]>,
    /// Families of canonical types, as places in [`FAMILIES`].
    families: [u8; 256],
    time: FillingTime,
    tables: Vec<Known>,
    by_name: HashMap<StoredName, u32>,
    plans: Vec<KnownPlan>,
    /// Tables by the last bits of their numbers.
    recent: [Option<(u64, u32)>; 64],
    /// The server in hand.
    server: (u32, Server),
    open: Option<Open>,
    /// How many transactions came by, those of `.ibb` records included.
    seen: u64,
    insides: Insides,
}

impl std::fmt::Debug for Gatherer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gatherer").field("found", &self.found).finish_non_exhaustive()
    }
}

/// Where an event stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    /// Offset in the file, of it or of the event that it lies in.
    pub pos: u64,
    /// It lies inside of another.
    pub inside: bool,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Gatherer {
    /// Of the bytes `start..end`.
    pub fn new(start: u64, end: u64) -> Self {
        let mut found = Statistics { start, end, ..Statistics::default() };
        found.overview.by_position = ByPosition::new(start, end);
        let mut families = [0; 256];
        for (kind, to) in families.iter_mut().enumerate() {
            let own = family(kind as u8);
            *to = FAMILIES.iter().position(|other| *other == own).unwrap_or(FAMILIES.len() - 1) as u8;
        }
        Self {
            found,
            types: Box::new([Placed::default(); 256]),
            types_inside: Box::new([Placed::default(); 256]),
            families,
            time: FillingTime::from(ByTime::default()),
            tables: Vec::new(),
            by_name: HashMap::new(),
            plans: Vec::new(),
            recent: [None; 64],
            server: Default::default(),
            open: None,
            seen: 0,
            insides: Insides::new(),
        }
    }

    /// The range begins in the middle of a transaction.
    pub fn goes_on(&mut self) {
        self.open = Some(Open::default());
    }

    /// A transaction, or a unit that is none, begins: what came before it is complete.
    pub fn begin(&mut self, transaction: Option<Measures>) {
        let before = self.open.take();
        if self.found.begins {
            if let Some(open) = before {
                self.close(open);
            }
        } else {
            self.found.begins = true;
            self.found.head = before.map(|open| self.part(open));
        }
        if let Some(measures) = transaction {
            self.seen += 1;
            self.found.transactions.count += 1;
            self.open = Some(Open { measures, tables: Vec::new() });
        }
    }

    /// A transaction inside of a record begins and ends there: it is put aside what is open around.
    pub fn begin_inside(&mut self, measures: Measures) {
        self.end_inside();
        self.seen += 1;
        self.found.transactions.count += 1;
        self.open = Some(Open { measures, tables: Vec::new() });
    }

    /// The record ends.
    pub fn end_inside(&mut self) {
        if let Some(open) = self.open.take() {
            self.close(open);
        }
    }

    fn part(&self, open: Open) -> Part {
        let name = |table: &u32| self.tables.get(*table as usize).map(|known| known.name.clone());
        Part { measures: open.measures, tables: open.tables.iter().filter_map(name).collect() }
    }

    fn close(&mut self, open: Open) {
        for table in &open.tables {
            if let Some(known) = self.tables.get_mut(*table as usize) {
                known.table.transactions += 1;
            }
        }
        let known = &self.tables;
        let names = || {
            let name = |table: &u32| known.get(*table as usize).map(|known| known.name.clone());
            (open.tables.iter().take(NAMED_TABLES).filter_map(name).collect(), open.tables.len() as u64)
        };
        self.found.close_measures(&open.measures, &names);
        if let Some(begun) = open.measures.begun {
            self.time.transaction(begun, open.measures.bytes);
        }
    }

    /// All of the range came by.
    pub fn finish(mut self) -> Statistics {
        self.put_server_away();
        let rest = self.open.take().map(|open| self.part(open));
        if self.found.begins {
            self.found.tail = rest;
        } else {
            self.found.head = rest;
        }
        self.found.overview.by_time = std::mem::replace(&mut self.time, FillingTime::from(ByTime::default())).finish();
        for (kind, (own, inside)) in self.types.iter().zip(self.types_inside.iter()).enumerate() {
            for (placed, types) in [(own, &mut self.found.types), (inside, &mut self.found.types_inside)] {
                if placed.amount.count > 0 {
                    types.add(kind as u8, *placed);
                }
            }
        }
        for known in self.tables {
            self.found.tables.add(known.name, known.table);
        }
        self.found
    }

    fn put_server_away(&mut self) {
        let (id, server) = std::mem::take(&mut self.server);
        if server != Server::default() {
            self.found.servers.add(id, server);
        }
    }

    /// A stretch that is no event.
    pub fn span(&mut self, span: &Span) {
        let bytes = span.end - span.start;
        let damage = &mut self.found.damage;
        match (span.kind, span.error) {
            (SpanKind::Damaged, Some(error)) if error.code == ErrorCode::IncompleteEvent => {
                return damage.incomplete.add(bytes);
            }
            (SpanKind::Damaged, _) => damage.spans.add(bytes),
            (SpanKind::PageChecksum, Some(_)) => damage.checksums += 1,
            (SpanKind::Hole, _) => damage.holes.add(bytes),
            _ => return,
        }
        self.damage_at(span.start);
    }

    fn damage_at(&mut self, at: u64) {
        if self.found.damage.places.len() < LISTED_PLACES {
            self.found.damage.places.push(at);
        }
        self.found.overview.by_position.damage(at);
    }

    /// An item of the file belongs to what is open.
    pub fn item(&mut self, entry: &Entry) {
        if let Some(open) = &mut self.open {
            open.measures.bytes += entry.end - entry.start;
            open.measures.events += u64::from(matches!(entry.what, EntryKind::Event { .. }));
            open.measures.ended |= entry.place.ends;
        }
    }

    /// An event.
    pub fn event(&mut self, subject: &Subject<'_>, at: At) {
        let Subject { size, header, kind, .. } = *subject;
        if at.inside {
            self.found.inside.add(size);
            self.types_inside[usize::from(kind)].add(size, at.pos);
        } else {
            self.own_event(subject, at.pos);
        }
        if header.timestamp != 0
            && let Some(open) = &mut self.open
        {
            open.measures.at_time(header.timestamp);
        }
        if subject.bytes.is_empty() {
            self.found.unread.add(size, at.pos);
            return;
        }
        if kind == code::TABLE_MAP {
            self.table_map(subject, at.pos);
        } else if Operation::of(kind).is_some() || self.is_looked_into(kind) {
            self.body(subject, at);
        }
    }

    /// Whether the body of an event without rows tells anything here.
    const fn is_looked_into(&self, kind: u8) -> bool {
        matches!(
            kind,
            code::QUERY
                | code::QUERY_COMPRESSED
                | code::EXECUTE_LOAD_QUERY
                | code::LOAD
                | code::NEW_LOAD
                | code::CREATE_FILE
                | code::GTID
                | code::GTID_TAGGED
                | code::ANONYMOUS_GTID
                | code::MARIADB_GTID
                | code::PREVIOUS_GTIDS
                | code::GTID_LIST
                | code::XA_PREPARE
                | code::FORMAT_DESCRIPTION
                | code::START_V3
                | code::BEGIN_LOAD_QUERY
                | code::APPEND_BLOCK
                | code::XID
        )
    }

    /// An event of the file, by its header.
    fn own_event(&mut self, subject: &Subject<'_>, pos: u64) {
        let Subject { size, header, kind, .. } = *subject;
        self.found.events.add(size);
        self.found.sizes.add(size);
        self.types[usize::from(kind)].add(size, pos);
        let family = usize::from(self.families[usize::from(kind)]);
        self.found.overview.by_position.event(family, pos, pos + size);
        if header.timestamp != 0 {
            self.time.event(header.timestamp, family, size, pos);
        }
        if header.server_id != self.server.0 {
            self.put_server_away();
            self.server.0 = header.server_id;
        }
        self.server.1.events.add(size, pos);
        if matches!(subject.checksum, FrameChecksum::Bad { .. }) {
            self.found.damage.checksums += 1;
            self.damage_at(pos);
        }
        let positions = &mut self.found.positions;
        let format = subject.context.format;
        // MySQL 5.0 and 5.1 counted inside some transactions from their start.
        let counts_otherwise = kind == code::START_V3
            || format.binlog_version < 4
            || u64::from(header.log_pos) < pos
                && pos <= u32::MAX.into()
                && version_numbers(format.version()) < [5, 2, 0];
        if header.flags & flag::RELAY_LOG != 0 {
            positions.relayed += 1;
        } else if header.log_pos != 0 && header.flags & flag::ARTIFICIAL == 0 && !counts_otherwise {
            if header.log_pos == format.position_of(pos, pos + size) {
                positions.agree += 1;
            } else {
                positions.disagree += 1;
                positions.first = super::amounts::earlier(positions.first, Some(pos));
            }
        }
    }

    /// The transaction that begins with this event, by its header: times and servers count it.
    pub fn count_begin(&mut self, subject: Option<&Subject<'_>>) {
        let Some(subject) = subject else { return };
        if subject.header.timestamp != 0 {
            self.time.at(subject.header.timestamp).transactions += 1;
        }
        if subject.header.server_id != self.server.0 {
            self.put_server_away();
            self.server.0 = subject.header.server_id;
        }
        self.server.1.transactions += 1;
        if let Some(open) = &mut self.open {
            open.measures.server = Some(subject.header.server_id);
            open.measures.begun = Some(subject.header.timestamp).filter(|time| *time != 0);
        }
    }

    fn body(&mut self, subject: &Subject<'_>, at: At) {
        let decoded = decode_unobserved(subject.bytes, &subject.context);
        let event = match &decoded {
            Ok(event) if event.body.is_ok() => event,
            _ => return self.found.faulty.add(subject.size, at.pos),
        };
        let Ok(body) = &event.body else { return };
        match body {
            Body::Rows(_) => self.rows(subject, body, at.pos),
            Body::Query(query) => {
                let mut insides = std::mem::take(&mut self.insides);
                let Opened { inside, fault, .. } = Opened::of(Some(body), subject.holder, &mut insides);
                if fault {
                    self.found.faulty.add(subject.size, at.pos);
                }
                self.query(subject, query, inside.unwrap_or(query.query), at.pos);
                self.insides = insides;
            }
            Body::ExecuteLoadQuery(load) => self.query(subject, &load.query, load.query.query, at.pos),
            Body::Load(load) => {
                self.thread(load.thread_id);
                self.found.statement_format.add(subject.size, at.pos);
                self.found.loads.add(0, at.pos);
            }
            Body::CreateFile(file) => {
                self.thread(file.load.thread_id);
                self.found.statement_format.add(subject.size, at.pos);
                self.found.loads.add(subject.size, at.pos);
            }
            Body::BeginLoadQuery(_) | Body::AppendBlock(_) => self.found.loads.add(subject.size, at.pos),
            Body::Gtid(gtid) => self.gtid(gtid, at.pos),
            Body::MariadbGtid(gtid) => self.mariadb_gtid(gtid, event, at.pos),
            Body::PreviousGtids(previous) => self.previous_gtids(previous.set, at.pos),
            Body::GtidList(list) => {
                for (domain, server, number) in list.iter() {
                    self.earlier(Numbering::Mariadb { domain, server }, number, number, at.pos);
                }
            }
            Body::Xid(_) => self.found.header_clock.tick(event.header.timestamp.into(), at.pos),
            Body::XaPrepare(xa) => {
                let name = xid_text(i64::from(xa.format_id), xa.gtrid, xa.bqual);
                self.found.xa.add(name, Xa { prepared: !xa.one_phase, at: at.pos });
            }
            Body::FormatDescription(_) | Body::StartV3(_) => self.format_description(subject, body, at.pos),
            _ => {}
        }
    }

    fn format_description(&mut self, subject: &Subject<'_>, body: &Body<'_>, pos: u64) {
        let version = match body {
            Body::FormatDescription(described) => described.server_version,
            Body::StartV3(start) => start.server_version,
            _ => return,
        };
        let end = version.iter().position(|byte| *byte == 0).unwrap_or(version.len());
        let mut placed = Placed::default();
        placed.add(subject.size, pos);
        self.found.versions.add(text(version.get(..end).unwrap_or_default()), placed);
        if subject.header.flags & flag::IN_USE != 0 {
            self.found.in_use.add(subject.size, pos);
        }
    }

    fn thread(&mut self, thread: u32) {
        if let Some(open) = &mut self.open {
            open.measures.thread = open.measures.thread.or(Some(thread));
        }
    }

    fn previous_gtids(&mut self, set: &[u8], pos: u64) {
        GtidSet(set).intervals(&mut |uuid, tag, first, end| {
            if let (Ok(uuid), Ok(first), Ok(end)) = (uuid.try_into(), u64::try_from(first), u64::try_from(end))
                && first < end
            {
                self.earlier(Numbering::Mysql { uuid, tag: text(tag) }, first, end - 1, pos);
            }
        });
    }

    /// Earlier logs have these numbers.
    fn earlier(&mut self, numbering: Numbering, first: u64, last: u64, pos: u64) {
        self.found.earlier.add(numbering, Numbers::elsewhere(first, last, pos));
    }

    fn gtid(&mut self, gtid: &Gtid<'_>, pos: u64) {
        let known = TransactionGtid::mysql(gtid);
        match &known {
            Some(TransactionGtid::Mysql { uuid, tag, number }) => {
                let numbering = Numbering::Mysql { uuid: *uuid, tag: tag.clone() };
                add_number(&mut self.found.gtids, numbering, *number, pos);
            }
            _ => self.found.anonymous += 1,
        }
        if let Some(open) = &mut self.open {
            open.measures.gtid = known;
        }
        let parallel = &mut self.found.parallel;
        match (gtid.last_committed, gtid.sequence_number) {
            (Some(last), Some(own)) if own > 0 => {
                parallel.clocked += 1;
                parallel.dependent += u64::from(last + 1 == own && last > 0);
                parallel.distance.add(own.saturating_sub(last));
                parallel.groups.add(Some(last), pos);
            }
            _ => parallel.groups.add(None, pos),
        }
        if let (Some(immediate), Some(original)) = (gtid.immediate_commit_timestamp, gtid.original_commit_timestamp)
            && immediate > 0
            && original > 0
        {
            self.found.commit_clock.tick(immediate, pos);
            self.found.lag.add(original, immediate, pos);
        }
    }

    fn mariadb_gtid(&mut self, gtid: &MariadbGtid<'_>, event: &Event<'_>, pos: u64) {
        let server = event.header.server_id;
        add_number(
            &mut self.found.gtids,
            Numbering::Mariadb { domain: gtid.domain_id, server },
            gtid.sequence_number,
            pos,
        );
        add_number(&mut self.found.domains, gtid.domain_id, gtid.sequence_number, pos);
        if let Some(open) = &mut self.open {
            open.measures.gtid = Some(TransactionGtid::mariadb(gtid, server));
            open.measures.thread = open.measures.thread.or(gtid.thread_id);
        }
        let parallel = &mut self.found.parallel;
        parallel.commit_ids.add(gtid.commit_id, pos);
        parallel.waited += u64::from(gtid.flags & mariadb_gtid_flag::WAITED != 0);
        parallel.serial += u64::from(gtid.flags & mariadb_gtid_flag::ALLOW_PARALLEL == 0);
        parallel.ddl += u64::from(gtid.flags & mariadb_gtid_flag::DDL != 0);
    }

    fn query(&mut self, subject: &Subject<'_>, query: &Query<'_>, statement: &[u8], pos: u64) {
        self.thread(query.thread_id);
        if is_commit(statement) {
            self.found.header_clock.tick(subject.header.timestamp.into(), pos);
        }
        if !is_statement(statement) {
            return;
        }
        let word = first_word(statement).unwrap_or_default();
        if word.eq_ignore_ascii_case(b"XA") {
            return self.xa(statement, pos);
        }
        let mut capitals = [0u8; 24];
        let length = word.len().min(capitals.len());
        capitals.iter_mut().zip(word).for_each(|(to, from)| *to = from.to_ascii_uppercase());
        let capitals = capitals.get(..length).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default();
        match self.found.statements.get_mut(capitals) {
            Some(kind) => kind.add(subject.size, pos),
            None => {
                let mut kind = Placed::default();
                kind.add(subject.size, pos);
                self.found.statements.add(capitals.to_owned(), kind);
            }
        }
        match op_of_word(word) {
            Some(Op::Ddl) => self.ddl(subject, query, statement, pos),
            Some(_) => self.found.statement_format.add(subject.size, pos),
            None => {}
        }
    }

    fn ddl(&mut self, subject: &Subject<'_>, query: &Query<'_>, statement: &[u8], pos: u64) {
        self.found.ddl.count += 1;
        if self.found.ddl.listed.len() < LISTED_DDL {
            let mut shown = text(statement.get(..statement.len().min(DDL_TEXT)).unwrap_or_default());
            // A character that was cut is no character.
            if statement.len() > DDL_TEXT {
                shown.truncate(shown.trim_end_matches('\u{fffd}').len());
            }
            let line = DdlLine { at: pos, time: subject.header.timestamp, database: text(query.database), text: shown };
            self.found.ddl.listed.push(line);
        }
    }

    /// XA COMMIT and XA ROLLBACK end what XA PREPARE left.
    fn xa(&mut self, statement: &[u8], pos: u64) {
        let mut words = statement.splitn(3, |byte| *byte == b' ').skip(1);
        let ends = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case(b"COMMIT") || word.eq_ignore_ascii_case(b"ROLLBACK"));
        if let Some(name) = words.next().filter(|_| ends) {
            let name = name.split(|byte| *byte == b' ').next().unwrap_or_default();
            self.found.xa.add(text(name), Xa { prepared: false, at: pos });
        }
    }
}

fn add_number<K: Ord, const N: usize>(set: &mut super::Bounded<K, super::Numbers, N>, key: K, number: u64, pos: u64) {
    match set.get_mut(&key) {
        Some(numbers) => numbers.add(number, pos),
        None => {
            let mut numbers = super::Numbers::default();
            numbers.add(number, pos);
            set.add(key, numbers);
        }
    }
}

/// An XID as the servers write it into statements. Source: MySQL `sql/xa.cc` (`serialize_xid`).
fn xid_text(format: i64, gtrid: &[u8], bqual: &[u8]) -> String {
    let mut text = String::with_capacity((gtrid.len() + bqual.len()) * 2 + 20);
    for part in [gtrid, bqual] {
        text.push_str("X'");
        part.iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
        text.push_str("',");
    }
    text + &format.to_string()
}
