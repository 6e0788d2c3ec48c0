//! A stream that runs: one replica, whose packets go into the spool, and what pages are told of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use binlog_explorer::view::Message;
use binlog_format::Format;
use binlog_format::event::{Body, Context, decode};
use binlog_format::framer::{Framer, Start as FramerStart, Step};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_replica::{Delivery, Error, Observer, Replica, Start, StreamEvent, StreamOptions};
use binlogscope_bridge::control::{State, Status};
use binlogscope_bridge::wire::{
    BLANKED, BOUNDARY, CONNECTED, EVENT, FROM_SERVER, RECORD_HEADER, Record, WITHDRAWN, write_packet,
};
use mysql_protocol::gtid_set::OwnedGtidSet;
use mysql_protocol::stream::EventPacket;
use mysql_protocol::{Direction, Phase};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::spool::Spool;
use crate::reasons;

/// Records are written when they are so many bytes, or nothing more is there to be read.
const WRITTEN_AT_ONCE: usize = 256 << 10;
/// Of a connection's beginning, what is kept for pages that come later.
const MOST_OF_BEGINNING: usize = 256 << 10;
/// How long the server is made to wait for room in the spool before it is left. It would wait for 600 s.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks for room.
const LOOK: Duration = Duration::from_millis(200);
/// Waits before a server that was never reached is tried again: the first, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Packets that were seen and are not in the spool yet.
#[derive(Debug, Default)]
struct Seen {
    packets: Vec<(Record, Vec<u8>)>,
    /// The server sends events, or is about to.
    dumps: bool,
}

/// What the replica's observer and its stream share.
type Shared = Arc<Mutex<Seen>>;

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Takes every packet down, without its secrets.
fn observer(seen: Shared) -> Observer {
    Box::new(move |said| {
        let mut payload = said.payload.to_vec();
        let mut flags = if said.from == Direction::Server { FROM_SERVER } else { 0 };
        if said.before.blank(said.from, &mut payload) > 0 {
            flags |= BLANKED;
        }
        if said.before.phase() == Phase::Greeting {
            flags |= CONNECTED;
        }
        let record =
            Record { flags, sequence: said.sequence, time: now(), wire_length: said.wire_length, ..Record::default() };
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.dumps = said.before.phase() == Phase::Dump;
        seen.packets.push((record, payload));
    })
}

/// The GTIDs that came.
#[derive(Debug, Default)]
struct Gtids {
    mysql: OwnedGtidSet,
    /// Of each domain the last: server and number.
    mariadb: BTreeMap<u32, (u32, u64)>,
    changed: bool,
}

impl Gtids {
    fn take(&mut self, event: &StreamEvent, format: &Format) {
        let ids = [code::GTID, code::GTID_TAGGED, code::MARIADB_GTID];
        if event.start.is_none() || !ids.contains(&event.kind) {
            return;
        }
        let context = Context { checksum: event.checksum, ..Context::new(format) };
        let Ok(decoded) = decode(&event.bytes, &context, ()) else { return };
        match decoded.body {
            Ok(Body::Gtid(gtid)) if gtid.gno > 0 => self.mysql.add(gtid.uuid, gtid.tag, gtid.gno),
            Ok(Body::MariadbGtid(gtid)) => {
                self.mariadb.insert(gtid.domain_id, (decoded.header.server_id, gtid.sequence_number));
            }
            _ => return,
        }
        self.changed = true;
    }

    fn text(&self) -> String {
        if self.mariadb.is_empty() {
            return self.mysql.to_string().replace('\n', "");
        }
        let all: Vec<String> =
            self.mariadb.iter().map(|(domain, (server, number))| format!("{domain}-{server}-{number}")).collect();
        all.join(",")
    }
}

/// What a format description makes hold.
fn format_of(bytes: &[u8]) -> Format {
    let mut framer = Framer::new(FramerStart::Events);
    framer.set_length(bytes.len() as u64, false);
    while let Step::Consumed(_, None) = framer.step(bytes) {}
    *framer.format()
}

/// What a stream's task is, and what it shares with pages.
pub(super) struct Running {
    pub(super) options: StreamOptions,
    pub(super) spool: Arc<Spool>,
    pub(super) beginnings: Arc<Mutex<Beginnings>>,
    pub(super) status: watch::Sender<Status>,
}

/// Where a page may begin in the middle, and with what.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    /// A position with no transaction open.
    pub(super) boundary: u64,
    /// How the connection began, as records.
    connection: Vec<u8>,
    /// The last ROTATE_EVENT and FORMAT_DESCRIPTION_EVENT, as records.
    rotate: Vec<u8>,
    format: Vec<u8>,
}

impl Beginnings {
    /// What goes before the records of a page that begins in the middle.
    pub(super) fn prelude(&self) -> Vec<u8> {
        [self.connection.as_slice(), &self.rotate, &self.format].concat()
    }
}

/// Everything that changes while a stream runs.
struct Work<'r> {
    running: &'r Running,
    shared: Shared,
    buffer: Vec<u8>,
    /// Behind the last record no transaction is open.
    at_boundary: bool,
    /// Events since then.
    open_events: u64,
    format: Format,
    gtids: Gtids,
    status: Status,
    /// Nothing of what a sender makes up until the next real event: it was there before.
    quiet: bool,
    /// The spool could not be written: nothing more goes there.
    unwritten: bool,
}

/// Why the replica is not asked any more.
enum End {
    /// There is no room, and has not been for a while.
    Full,
    /// It says so.
    Over(Result<(), Error>),
    /// What it says cannot be kept: nothing may be left out and the rest sent.
    Unwritten,
}

/// Streams until there is nothing more, it cannot go on, or `stop` says so; then the server's thread is ended.
pub(super) async fn run(running: Running, mut stop: watch::Receiver<bool>) {
    let mut work = Work {
        running: &running,
        shared: Shared::default(),
        buffer: Vec::new(),
        at_boundary: true,
        open_events: 0,
        format: Format::assumed(),
        gtids: Gtids::default(),
        status: Status::default(),
        quiet: false,
        unwritten: false,
    };
    let mut options = running.options.clone();
    let mut wait = WAITS.0;
    loop {
        work.tell(State::Connecting, None, None);
        let mut replica = Replica::new(options.clone(), Some(observer(work.shared.clone())));
        let end = tokio::select! {
            end = work.follow(&mut replica) => end,
            () = stopped(&mut stop) => {
                replica.stop().await;
                return;
            }
        };
        let place = replica.boundary().cloned().filter(|place| !place.file.is_empty());
        let never = place.is_none();
        if let Some(place) = place {
            options.start = Start::Position { file: place.file.to_string(), position: place.position };
            work.quiet = true;
        }
        let ended = match end {
            End::Full => {
                replica.stop().await;
                work.left();
                let room = async {
                    while !running.spool.make_room(running.spool.limit() / 2) {
                        tokio::time::sleep(LOOK).await;
                    }
                };
                tokio::select! {
                    () = room => None,
                    () = stopped(&mut stop) => return,
                }
            }
            // A server that is not there yet may come.
            End::Over(Err(error)) if never && error.is_passing() => {
                work.tell(State::Retrying, Some(&error), Some(wait));
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = stopped(&mut stop) => return,
                }
                wait = (wait * 2).min(WAITS.1);
                None
            }
            End::Unwritten => {
                replica.stop().await;
                work.status.state = State::Failed;
                work.send();
                return stopped(&mut stop).await;
            }
            End::Over(ended) => Some(ended),
        };
        if let Some(ended) = ended {
            let state = if ended.is_ok() { State::Ended } else { State::Failed };
            work.flush();
            work.tell(state, ended.err().as_ref(), None);
            stopped(&mut stop).await;
            return;
        }
    }
}

/// Waits until the stream is to end.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Nobody is left who could say so: that is the end too.
    let _ = stop.wait_for(|stop| *stop).await;
}

impl Work<'_> {
    /// Puts what comes into the spool, until that is full or nothing more comes.
    async fn follow(&mut self, replica: &mut Replica) -> End {
        let mut again: Option<Instant> = None;
        loop {
            let delivery = tokio::select! {
                biased;
                delivery = replica.next() => Some(delivery),
                // Polled only when nothing is there to be read at this moment.
                () = tokio::task::yield_now(), if !self.buffer.is_empty() || self.has_seen() => None,
                () = sleep_until(again.unwrap_or_else(Instant::now)), if again.is_some() => {
                    again = None;
                    self.tell(State::Connecting, None, None);
                    continue;
                }
                // The packets of a login are seen in a task of their own.
                () = tokio::time::sleep(LOOK) => None,
            };
            match delivery {
                None => {
                    self.drain(None, false);
                    self.flush();
                }
                Some(Ok(Delivery::Event(event))) => {
                    let boundary = match (event.start, replica.boundary()) {
                        (Some(start), Some(at)) => {
                            at.file == event.file && at.position == start + event.bytes.len() as u64
                        }
                        _ => self.at_boundary,
                    };
                    self.drain(Some(&event), boundary);
                    if self.buffer.len() >= WRITTEN_AT_ONCE {
                        self.flush();
                    }
                }
                Some(Ok(Delivery::Withdrawn(events))) => {
                    self.drain(None, false);
                    self.withdraw(events as u64);
                    self.flush();
                }
                Some(Ok(Delivery::Retrying { error, after, .. })) => {
                    self.drain(None, false);
                    self.flush();
                    again = Some(Instant::now() + after);
                    self.tell(State::Retrying, Some(&error), Some(after));
                }
                Some(Ok(Delivery::End)) => return End::Over(Ok(())),
                Some(Err(error)) => {
                    self.drain(None, false);
                    return End::Over(Err(error));
                }
            }
            if self.unwritten {
                return End::Unwritten;
            }
            if self.buffer.is_empty() && !self.running.spool.make_room(self.running.spool.limit()) && !self.room().await
            {
                return End::Full;
            }
        }
    }

    /// Waits for room, while the server waits too.
    async fn room(&self) -> bool {
        let room = async {
            while !self.running.spool.make_room(self.running.spool.limit()) {
                tokio::time::sleep(LOOK).await;
            }
        };
        timeout(PATIENCE, room).await.is_ok()
    }

    fn has_seen(&self) -> bool {
        !self.shared.lock().unwrap_or_else(PoisonError::into_inner).packets.is_empty()
    }

    /// What was seen goes into the buffer; `event` is the last packet's, and new.
    fn drain(&mut self, event: Option<&StreamEvent>, boundary: bool) {
        let (packets, dumps) = {
            let mut seen = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
            (std::mem::take(&mut seen.packets), seen.dumps)
        };
        let last = packets.len().wrapping_sub(1);
        for (at, (mut record, payload)) in packets.into_iter().enumerate() {
            let begin = self.buffer.len();
            if let Some(event) = event.filter(|_| at == last)
                && self.is_new(event)
            {
                record.flags |= EVENT;
                record.before_event = EventPacket::bytes_before(&payload) as u8;
                self.pass(event, record.time, boundary);
                record.flags |= if self.at_boundary { BOUNDARY } else { 0 };
            }
            write_packet(record, &payload, &mut self.buffer);
            self.keep_beginning(record, event.filter(|_| record.has(EVENT)), begin);
        }
        if dumps && self.status.state != State::Live {
            self.status.state = State::Live;
            self.say(Vec::new());
            self.status.retry_in = None;
        }
    }

    /// Whether an event stands in the stream: heartbeats do not, nor what a sender says again when it is asked again.
    fn is_new(&mut self, event: &StreamEvent) -> bool {
        self.quiet &= event.start.is_none();
        !matches!(event.kind, code::HEARTBEAT | code::HEARTBEAT_V2) && !self.quiet
    }

    /// A new event.
    fn pass(&mut self, event: &StreamEvent, time: u64, boundary: bool) {
        let status = &mut self.status;
        status.events += 1;
        status.bytes += event.bytes.len() as u64;
        status.file = event.file.to_string();
        if let Some(start) = event.start {
            status.position = start + event.bytes.len() as u64;
        }
        if let Some(header) = EventHeader::peek(&event.bytes).filter(|header| header.timestamp > 0) {
            status.event_time = header.timestamp.into();
            status.lag = (time / 1000) as i64 - i64::from(header.timestamp) * 1000;
        }
        self.gtids.take(event, &self.format);
        if event.kind == code::FORMAT_DESCRIPTION {
            self.format = format_of(&event.bytes);
        }
        self.at_boundary = boundary;
        self.open_events = if boundary { 0 } else { self.open_events + 1 };
    }

    /// What pages that come later begin with.
    fn keep_beginning(&self, record: Record, event: Option<&StreamEvent>, begin: usize) {
        let Some(records) = self.buffer.get(begin..) else { return };
        let mut beginnings = self.running.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
        if record.has(CONNECTED) {
            beginnings.connection.clear();
        }
        match event {
            Some(event) if event.kind == code::ROTATE && event.start.is_none() => beginnings.rotate = records.to_vec(),
            Some(event) if event.kind == code::FORMAT_DESCRIPTION => beginnings.format = records.to_vec(),
            Some(_) => {}
            // Heartbeats are no beginning.
            None if self.status.state == State::Live => {}
            None if beginnings.connection.len() + records.len() <= MOST_OF_BEGINNING => {
                beginnings.connection.extend_from_slice(records);
            }
            None => {}
        }
    }

    /// The last events have not happened.
    fn withdraw(&mut self, events: u64) {
        let record = Record { flags: WITHDRAWN | BOUNDARY, time: now(), length: 8, ..Record::default() };
        self.buffer.reserve(RECORD_HEADER + 8);
        record.write(&mut self.buffer);
        self.buffer.extend(events.to_le_bytes());
        self.status.events = self.status.events.saturating_sub(events);
        (self.at_boundary, self.open_events) = (true, 0);
    }

    /// The server was left inside of a transaction: that will come again from its beginning on.
    fn left(&mut self) {
        self.drain(None, false);
        if self.open_events > 0 {
            self.withdraw(self.open_events);
        }
        self.flush();
        self.tell(State::Waiting, None, None);
    }

    /// Writes the buffer into the spool, and says so.
    fn flush(&mut self) {
        if self.unwritten {
            return self.buffer.clear();
        }
        let written = {
            let mut beginnings = self.running.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
            let written = self.running.spool.append(&self.buffer, &beginnings.prelude(), self.at_boundary);
            if self.at_boundary {
                beginnings.boundary = self.running.spool.end();
            }
            written
        };
        self.buffer.clear();
        if let Err(error) = written {
            self.say(vec![Message::new("bridge-spool").text("error", error.to_string())]);
            self.unwritten = true;
        }
        self.status.end = self.running.spool.end();
        if std::mem::take(&mut self.gtids.changed) {
            self.status.gtids = self.gtids.text();
        }
        self.send();
    }

    fn send(&self) {
        self.running.status.send_if_modified(|status| {
            let changed = *status != self.status;
            if changed {
                status.clone_from(&self.status);
            }
            changed
        });
    }

    fn tell(&mut self, state: State, why: Option<&Error>, retry: Option<Duration>) {
        self.status.state = state;
        self.say(why.map(reasons::messages).unwrap_or_default());
        self.status.retry_in = retry.map(|wait| wait.as_millis() as u64);
        self.send();
    }

    /// Why it does not go on; nothing where it does.
    fn say(&mut self, why: Vec<Message>) {
        self.status.why = (!why.is_empty()).then(|| reasons::words(&why));
        self.status.reasons = reasons::to_pages(why);
    }
}
