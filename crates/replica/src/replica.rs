//! The stream: every event once, whatever happens to the connection.
//!
//! A replica connects, streams, waits before it tries again, or has ended (`Stage`). It is taken up again at the end of
//! the last complete transaction; of the open one, what was delivered already is compared and left out, so that nothing
//! comes twice.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use binlog_format::container::MAGIC;
use binlog_format::event::{Body, Context, Event, decode};
use binlog_format::framer::{Framer, Item, Start as FramerStart, Step};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::{ErrorCode, Flavor, Format};
use mysql_protocol::Packet;
use mysql_protocol::stream::SemiSyncAck;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::connection::{Connection, Observer};
use crate::error::{Error, Misplaced};
use crate::negotiation::{self, Request, Source};
use crate::options::Options;
use crate::place::{Place, Tracker, is_artificial};

/// Where a stream begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// With the oldest file that the server has.
    #[default]
    Oldest,
    /// With what is written from now on.
    Now,
    /// At a place.
    Position {
        /// The file.
        file: String,
        /// 4, or where an event begins.
        position: u64,
    },
    /// With what a GTID set lacks (MySQL, `uuid:1-5`), or what follows a GTID position (MariaDB, `0-1-100`).
    Gtids(String),
    /// With the first transaction whose first event is of this moment or later, in seconds since 1970. The file is
    /// found by when each begins, in a few short dumps; in it, what is older is read and left out, behind its format
    /// description. A server whose clock was set back has files that begin before the one that precedes them; then it
    /// may be a file too late or too early.
    Time(u32),
}

/// What stream, and how.
#[derive(Clone, Debug)]
pub struct StreamOptions {
    /// Of which server.
    pub connect: Options,
    /// From where on.
    pub start: Start,
    /// This replica's number; a random one that no other has, if none is given.
    pub server_id: Option<u32>,
    /// This replica's UUID, MySQL.
    pub uuid: String,
    /// A sign of life after so much silence; a connection that is silent for three times as long is lost.
    pub heartbeat: Duration,
    /// Wait for more at the end of the last file.
    pub blocking: bool,
    /// Take part in semi-synchronous replication: the server may hold commits back until they are
    /// [acknowledged](Replica::acknowledge). For those only who keep what they acknowledge.
    pub semi_sync: bool,
    /// How often a lost connection is tried again before giving up; nothing given is for ever.
    pub retries: Option<u32>,
    /// Whose server it is, where a proxy between greets as another; nothing given is what the greeting says.
    pub flavor: Option<Flavor>,
    /// The greatest position that requests with 32 bits for it are used for. What lies beyond is asked for with 64 bits
    /// where the server has that (MySQL with GTIDs), else read again from here on and left out.
    pub furthest: u32,
}

impl StreamOptions {
    /// Everything that the server has, and then what comes.
    ///
    /// # Errors
    ///
    /// The system has no random numbers.
    pub fn new(connect: Options) -> Result<Self, Error> {
        let mut uuid = [0; 16];
        getrandom::fill(&mut uuid).map_err(std::io::Error::other)?;
        // Version 4, by its bits.
        uuid[6] = uuid[6] & 0x0f | 0x40;
        uuid[8] = uuid[8] & 0x3f | 0x80;
        Ok(Self {
            connect,
            start: Start::default(),
            server_id: None,
            uuid: binlog_format::gtid::Uuid(uuid).to_string(),
            heartbeat: Duration::from_secs(10),
            blocking: true,
            semi_sync: false,
            retries: None,
            flavor: None,
            furthest: u32::MAX,
        })
    }
}

/// An event as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEvent {
    /// All of it, checksum included.
    pub bytes: Vec<u8>,
    /// Its type, as the format in force means it.
    pub kind: u8,
    /// The file that it stands in.
    pub file: Arc<str>,
    /// Where it begins there; nothing for what the sender made up: the ROTATE and format description that a stream
    /// begins with, heartbeats.
    pub start: Option<u64>,
    /// Whether it ends with a checksum. A wrong one is an error instead.
    pub checksum: bool,
    /// Whether the server waits for it to be [acknowledged](Replica::acknowledge).
    pub need_ack: bool,
}

/// What comes.
#[derive(Debug)]
pub enum Delivery {
    /// An event.
    Event(StreamEvent),
    /// The connection was lost, and is tried again in a while.
    Retrying {
        /// Why.
        error: Error,
        /// When.
        after: Duration,
        /// From where on.
        at: Place,
    },
    /// So many events, the last ones that came, have not happened: the server lost them in a crash.
    Withdrawn(usize),
    /// The end, of a stream that does not wait.
    End,
}

/// How far a replica is.
#[derive(Debug)]
enum Stage {
    /// In a task of its own, so that it goes on when a wait for it is dropped.
    Connecting {
        task: Option<JoinSet<Result<Connected, Error>>>,
    },
    Waiting {
        until: Instant,
    },
    Streaming(Box<Streaming>),
    Ended,
}

#[derive(Debug)]
struct Streaming {
    connection: Connection,
    framer: Framer,
    /// What the sender makes up when a stream begins is nothing new when it begins again.
    quiet: bool,
}

/// What is read and not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Skip {
    /// What is older, in seconds since 1970.
    Before(u32),
    /// What begins before this position of the file.
    To(u64),
}

/// A replica: it connects, streams, waits before it tries again, or has ended. A lost connection is taken up at the end
/// of the last complete transaction; of the open one, what was delivered already is compared and left out.
pub struct Replica {
    options: StreamOptions,
    stage: Stage,
    source: Option<Source>,
    tracker: Option<Tracker>,
    /// Of the open transaction, the checksums of what was delivered.
    delivered: Vec<u32>,
    /// Those that come again.
    expected: VecDeque<u32>,
    /// What is read and not delivered.
    skip: Option<Skip>,
    connection_id: u32,
    /// Losses since something last came.
    losses: u32,
    observer: Option<Arc<std::sync::Mutex<Observer>>>,
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replica").field("stage", &self.stage).field("tracker", &self.tracker).finish_non_exhaustive()
    }
}

const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A wrong checksum that comes again and again is the file's.
const LASTING: u32 = 3;

/// Twice as long each time, a quarter more or less, so that many replicas do not come back at the same moment.
fn wait_before(attempt: u32) -> Duration {
    let wait = FIRST_WAIT.saturating_mul(1 << attempt.min(16)).min(LONGEST_WAIT);
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    wait.mul_f64(0.75 + f64::from(random) / f64::from(u32::MAX) / 2.0)
}

impl Replica {
    /// Nothing happens before the first [`next`](Self::next).
    pub fn new(options: StreamOptions, observer: Option<Observer>) -> Self {
        Self {
            options,
            stage: Stage::Connecting { task: None },
            source: None,
            tracker: None,
            delivered: Vec::new(),
            expected: VecDeque::new(),
            skip: None,
            connection_id: 0,
            losses: 0,
            observer: observer.map(|observer| Arc::new(std::sync::Mutex::new(observer))),
        }
    }

    /// Where the stream is taken up after a loss: the end of the last complete transaction.
    pub fn boundary(&self) -> Option<&Place> {
        self.tracker.as_ref().map(|tracker| &tracker.boundary)
    }

    /// The number that this replica has at its source.
    pub fn server_id(&self) -> Option<u32> {
        self.source.as_ref().map(|source| source.server_id)
    }

    /// Waits for what comes next. What was read of a packet when this is dropped is not lost.
    ///
    /// # Errors
    ///
    /// What trying again does not help against, and what did not pass after as many tries as allowed. Nothing comes
    /// after it.
    pub async fn next(&mut self) -> Result<Delivery, Error> {
        loop {
            let result = match &mut self.stage {
                Stage::Ended => return Ok(Delivery::End),
                Stage::Waiting { until } => {
                    let until = *until;
                    sleep_until(until).await;
                    self.stage = Stage::Connecting { task: None };
                    continue;
                }
                Stage::Connecting { .. } => self.connect().await.map(|()| None),
                Stage::Streaming(_) => self.receive().await,
            };
            match result {
                Ok(Some(delivery)) => return Ok(delivery),
                Ok(None) => {}
                Err(error) => return self.lost(error),
            }
        }
    }

    /// A connection that is lost is tried again, if that may help.
    fn lost(&mut self, error: Error) -> Result<Delivery, Error> {
        self.losses += 1;
        let attempt = self.losses;
        // What is damaged on its way comes well the next time; what is damaged in the server's file does not.
        let lasting = matches!(error, Error::Checksum) && attempt > LASTING;
        let tracked = self.tracker.as_mut().filter(|_| error.is_passing() && !lasting);
        let Some(tracker) = tracked.filter(|_| self.options.retries.is_none_or(|most| attempt <= most)) else {
            self.stage = Stage::Ended;
            return Err(error);
        };
        tracker.back();
        // What came of the open transaction comes again, and was not even compared to its end if this is the second
        // loss.
        let again = std::mem::take(&mut self.delivered);
        self.expected = again.into_iter().chain(self.expected.drain(..)).collect();
        let after = wait_before(attempt - 1);
        let at = tracker.boundary.clone();
        self.stage = Stage::Waiting { until: Instant::now() + after };
        Ok(Delivery::Retrying { error, after, at })
    }

    fn observer(&self) -> Option<Observer> {
        let shared = self.observer.clone()?;
        Some(Box::new(move |said| {
            if let Ok(mut observer) = shared.lock() {
                observer(said);
            }
        }))
    }

    async fn connect(&mut self) -> Result<(), Error> {
        let observer = self.observer();
        let Stage::Connecting { task } = &mut self.stage else { return Ok(()) };
        let boundary = self.tracker.as_ref().map(|tracker| (tracker.boundary.clone(), tracker.low));
        let again = boundary.filter(|(at, _)| !at.file.is_empty());
        let quiet = again.is_some();
        let tasks = match task {
            Some(tasks) => tasks,
            None => {
                let tasks = task.insert(JoinSet::new());
                tasks.spawn(connect(self.options.clone(), self.source.clone(), again, observer));
                tasks
            }
        };
        let joined = tasks.join_next().await.and_then(Result::ok);
        *task = None;
        let Connected { connection, source, request, skip } =
            joined.unwrap_or(Err(Error::Unexpected(Misplaced::Ours)))?;
        let place = match request {
            Request::Place(place) => place,
            Request::Gtids(_) => Place { file: "".into(), position: 4 },
        };
        match &mut self.tracker {
            None => self.tracker = Some(Tracker::at(place, self.options.furthest.into())),
            Some(tracker) if skip.is_some() => tracker.rewind(place),
            Some(_) => {}
        }
        // A connection that was lost while something was left out: that much is still to be.
        self.skip = match (skip, self.skip) {
            (Some(Skip::To(new)), Some(Skip::To(old))) => Some(Skip::To(new.max(old))),
            (new, old) => new.or(old),
        };
        self.source = Some(source);
        self.connection_id = connection.connection_id();
        let framer = Framer::new(FramerStart::Events);
        self.stage = Stage::Streaming(Box::new(Streaming { connection, framer, quiet }));
        Ok(())
    }

    /// The bytes of the next event, and whether the server waits for it to be acknowledged.
    async fn read(&mut self) -> Result<Option<(Vec<u8>, bool)>, Error> {
        let Stage::Streaming(streaming) = &mut self.stage else { return Ok(None) };
        let silence = self.options.heartbeat.saturating_mul(3).max(Duration::from_secs(1));
        match streaming.connection.next(silence).await? {
            Packet::Event(packet) => Ok(Some((packet.bytes.to_vec(), packet.need_ack == Some(true)))),
            Packet::Err(error) => Err(Error::denied(&error)),
            Packet::Eof(_) | Packet::Ok(_) if !self.options.blocking => {
                self.stage = Stage::Ended;
                Ok(None)
            }
            // A source that shuts down.
            Packet::Eof(_) | Packet::Ok(_) => Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted).into()),
            _ => Err(Error::Unexpected(Misplaced::InStream)),
        }
    }

    async fn receive(&mut self) -> Result<Option<Delivery>, Error> {
        let Some((mut bytes, need_ack)) = self.read().await? else { return Ok(None) };
        let (Stage::Streaming(streaming), Some(tracker)) = (&mut self.stage, &mut self.tracker) else {
            return Ok(None);
        };
        mend(&mut bytes);
        let (kind, checksum) = check(&mut streaming.framer, &bytes)?;
        // Something came that is well: the next loss is the first again.
        let progress = !matches!(kind, code::ROTATE | code::FORMAT_DESCRIPTION);
        self.losses = if progress { 0 } else { self.losses };
        let format = *streaming.framer.format();
        let context = Context { checksum, ..Context::new(&format) };
        let event = decode(&bytes, &context, ())?;
        // Behind a request by GTID the description keeps its position, wherever the stream begins.
        let before_others = kind == code::FORMAT_DESCRIPTION && tracker.next.position != MAGIC.len() as u64;
        if before_others || is_artificial(&event.header, kind) {
            let heartbeat = matches!(kind, code::HEARTBEAT | code::HEARTBEAT_V2);
            let known = stays(tracker, &event, streaming.quiet) && streaming.quiet && !heartbeat;
            let file = tracker.next.file.clone();
            let event = StreamEvent { bytes, kind, file, start: None, checksum, need_ack };
            return Ok((!known).then_some(Delivery::Event(event)));
        }
        let (file, between) = (tracker.next.file.clone(), tracker.is_between());
        // Where the stream was before what is compared, which may end a transaction, or a file.
        let before = (!self.expected.is_empty()).then(|| tracker.clone());
        let start = tracker.pass(kind, &event);
        let moment = event.header.timestamp;
        let event = StreamEvent { bytes, kind, file, start: Some(start), checksum, need_ack };
        if let Some(skip) = self.skip {
            if kind == code::FORMAT_DESCRIPTION {
                return Ok((!streaming.quiet).then_some(Delivery::Event(event)));
            }
            let passed = match skip {
                Skip::Before(wanted) => between && moment >= wanted,
                Skip::To(position) => start >= position,
            };
            if !passed {
                return Ok(None);
            }
            self.skip = None;
        }
        streaming.quiet = false;
        Ok(self.compare(event, before))
    }

    /// A new event, and nothing if it was delivered already. `before` is where the stream was before it.
    fn compare(&mut self, event: StreamEvent, before: Option<Tracker>) -> Option<Delivery> {
        // The checksum of an event and its checksum is the same for all events.
        let own = crc32fast::hash(event.bytes.get(..event.bytes.len().saturating_sub(4)).unwrap_or_default());
        match self.expected.pop_front() {
            Some(expected) if expected == own => {
                self.delivered.push(own);
                return None;
            }
            Some(_) => {
                // What was delivered is no more: from the last transaction on, everything anew.
                let withdrawn = self.delivered.len() + self.expected.len() + 1;
                self.delivered.clear();
                self.expected.clear();
                self.tracker = before.or(self.tracker.take());
                if let Some(tracker) = &mut self.tracker {
                    tracker.back();
                }
                self.stage = Stage::Connecting { task: None };
                return Some(Delivery::Withdrawn(withdrawn));
            }
            None => {}
        }
        let complete = self.tracker.as_ref().is_some_and(|tracker| tracker.boundary == tracker.next);
        if complete {
            self.delivered.clear();
        } else {
            self.delivered.push(own);
        }
        Some(Delivery::Event(event))
    }

    /// Tells the server that this event, which [needs it](StreamEvent::need_ack), and all before it are kept: it lets
    /// the commit go on.
    ///
    /// # Errors
    ///
    /// None that matters: a connection that is lost shows with the next event.
    pub async fn acknowledge(&mut self, event: &StreamEvent) -> Result<(), Error> {
        let (Stage::Streaming(streaming), Some(start)) = (&mut self.stage, event.start) else { return Ok(()) };
        let position = start + event.bytes.len() as u64;
        let mut payload = Vec::new();
        SemiSyncAck { position, file_name: event.file.as_bytes() }.write(&mut payload);
        streaming.connection.interject(&payload).await
    }

    /// Closes the connection and, over a second one, ends the thread that the server keeps for it: it would notice only
    /// when it next has something to send.
    pub async fn stop(self) {
        let Stage::Streaming(streaming) = self.stage else { return };
        let end = async {
            if let Ok(mut second) = Connection::open(&self.options.connect, None).await {
                // An account may end its own threads. That it is gone already is no matter.
                let _ = second.query(&format!("KILL {}", self.connection_id)).await;
                second.close().await;
            }
        };
        let _ = timeout(Duration::from_secs(4), end).await;
        streaming.connection.drop_now();
    }
}

/// A stream that was asked for.
#[derive(Debug)]
struct Connected {
    connection: Connection,
    source: Source,
    request: Request,
    skip: Option<Skip>,
}

/// Connects, settles what there is to settle, and asks for the stream: anew, or from a place on again.
async fn connect(
    options: StreamOptions, known: Option<Source>, again: Option<(Place, u64)>, observer: Option<Observer>,
) -> Result<Connected, Error> {
    let mut connection = Connection::open(&options.connect, observer).await?;
    let source = negotiation::meet(&mut connection, &options, known.as_ref()).await?;
    let low = again.as_ref().map_or(4, |(_, low)| *low);
    let request = match &again {
        Some((place, _)) => Request::Place(place.clone()),
        None => negotiation::find(&mut connection, &options, &source).await?,
    };
    let (request, far) = negotiation::reachable(&mut connection, &options, request, low).await?;
    let skip = match options.start {
        Start::Time(moment) if again.is_none() => Some(Skip::Before(moment)),
        _ => far.map(Skip::To),
    };
    negotiation::ask(&mut connection, &options, &source, &request).await?;
    Ok(Connected { connection, source, request, skip })
}

/// The moment at which a log begins, by its format description.
pub(crate) async fn beginning(options: &StreamOptions, source: &Source, file: &str) -> Result<u32, Error> {
    let mut connection = Connection::open(&options.connect, None).await?;
    let request = Request::Place(Place { file: file.into(), position: 4 });
    let options = StreamOptions { blocking: false, semi_sync: false, ..options.clone() };
    negotiation::ask(&mut connection, &options, source, &request).await?;
    loop {
        let header = match connection.next(options.connect.timeout).await? {
            Packet::Event(packet) => EventHeader::peek(packet.bytes),
            Packet::Err(error) => return Err(Error::denied(&error)),
            _ => None,
        };
        // Before it comes what the sender makes up.
        match header {
            Some(header) if header.type_code == code::FORMAT_DESCRIPTION => {
                connection.drop_now();
                return Ok(header.timestamp);
            }
            Some(_) => {}
            None => return Err(Error::Unexpected(Misplaced::NoBeginning)),
        }
    }
}

/// Passes what the sender made up, which may name the file that follows. Whether the stream stays in its file.
fn stays(tracker: &mut Tracker, event: &Event<'_>, quiet: bool) -> bool {
    let Ok(Body::Rotate(rotate)) = &event.body else { return true };
    let file = String::from_utf8_lossy(rotate.next_file);
    let same = *file == *tracker.next.file;
    // A stream that is taken up names the place that it was asked for.
    if !same || !quiet {
        tracker.rotated(&file, rotate.position);
    }
    same
}

/// A format description has a checksum though its server has none; MySQL leaves that as it was in the description that
/// it makes up of the file's where a stream begins in the middle (`sql/rpl_binlog_sender.cc`,
/// `send_format_description_event`).
fn mend(bytes: &mut [u8]) {
    const CHECKSUM: usize = 4;
    let made_up = EventHeader::peek(bytes)
        .is_some_and(|header| header.type_code == code::FORMAT_DESCRIPTION && header.log_pos == 0);
    let Some((event, checksum)) = bytes.split_last_chunk_mut::<CHECKSUM>().filter(|_| made_up) else { return };
    // The last byte before it is the algorithm of the events that follow.
    if event.last() == Some(&0) {
        *checksum = crc32fast::hash(event).to_le_bytes();
    }
}

/// The event's type and whether it has a checksum, which is right.
fn check(framer: &mut Framer, bytes: &[u8]) -> Result<(u8, bool), Error> {
    let begin = framer.offset();
    framer.set_length(begin + bytes.len() as u64, false);
    loop {
        let at = (framer.offset() - begin) as usize;
        match framer.step(bytes.get(at..).unwrap_or_default()) {
            Step::Consumed(_, None) => {}
            Step::Consumed(_, Some(Item::Event(frame))) => {
                let whole = frame.end - begin == bytes.len() as u64;
                return match frame.checksum.ok() {
                    Some(false) => Err(Error::Checksum),
                    other if whole => Ok((frame.kind, other.is_some())),
                    _ => Err(damage(bytes)),
                };
            }
            _ => return Err(damage(bytes)),
        }
    }
}

/// An event that is none.
fn damage(bytes: &[u8]) -> Error {
    let format = Format::assumed();
    match decode(bytes, &Context::new(&format), ()) {
        Err(error) => Error::Packet(error),
        Ok(_) => Error::Damaged(ErrorCode::Implausible),
    }
}
