//! `dump` of a live server: events as they arrive, log by log.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use binlog_explorer::dump::{Filtered, JsonDump, Sink, TextDump, Totals, TreeDump, walk_growing};
use binlog_explorer::filter::Moment;
use binlog_explorer::source::{ReadError, Source};
use binlog_explorer::view::Message;
use binlog_format::container::MAGIC;
use binlog_format::framer::Start as FramerStart;
use binlog_format::names::code;
use binlog_replica::{Delivery, Replica, Start, StreamEvent};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::ahead::Ahead;
use crate::arguments::{DumpFormat, DumpOptions};
use crate::dump::{announce, note, search, status};
use crate::input::InputError;
use crate::reasons;
use crate::spool::Spool;
use crate::zone::Zone;

/// Where a live server's stream begins, as the command line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From(pub Start);

impl From {
    /// `oldest`, `now`, `FILE` or `FILE:POSITION`, a GTID set or position, a time.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wanted = || {
            format!(
                "{text:?} is none of: oldest, now, binlog.000007, binlog.000007:1234, a GTID set (uuid:1-5), a GTID \
                 position (0-1-100), a time (2026-11-22T09:30:00Z)"
            )
        };
        let time = |text: &str| {
            let moment = Moment::parse(text).map(|moment| moment.first());
            moment.and_then(|moment| u32::try_from(moment).ok()).map(Start::Time).ok_or_else(wanted)
        };
        Ok(Self(match text {
            "oldest" => Start::Oldest,
            "now" => Start::Now,
            _ if text.starts_with("time:") => time(text.strip_prefix("time:").unwrap_or_default())?,
            _ if text.starts_with("gtid:") => Start::Gtids(text.strip_prefix("gtid:").unwrap_or_default().into()),
            // What may be either is a time: 2026-11-22.
            _ if is_date(text) => time(text)?,
            _ if is_gtids(text) => Start::Gtids(text.into()),
            _ => match text.rsplit_once(':') {
                Some((file, position)) if !file.is_empty() => {
                    Start::Position { file: file.into(), position: position.parse().map_err(|_| wanted())? }
                }
                None if text.contains('.') => Start::Position { file: text.into(), position: MAGIC.len() as u64 },
                _ => return Err(wanted()),
            },
        }))
    }
}

/// `2026-11-22`, or `@` and seconds.
fn is_date(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default().split('-').map(str::len);
    text.starts_with('@') || (date.eq([4, 2, 2]) && text.starts_with(|sign: char| sign.is_ascii_digit()))
}

/// `uuid:1-5`, or numbers as in `0-1-100,1-2-3`.
fn is_gtids(text: &str) -> bool {
    let hex = |part: &str| part.len() == 36 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let numbers = |part: &str| part.split('-').count() == 3 && part.bytes().all(|byte| b"-0123456789".contains(&byte));
    text.split(',').map(str::trim).all(|part| numbers(part) || part.split(':').next().is_some_and(hex))
}

/// Bytes of a log that is followed: those of the last events, with a hole before them.
#[derive(Default)]
struct Tail {
    kept: RefCell<Spool>,
    /// Where they begin.
    base: Cell<u64>,
    complete: Cell<bool>,
}

impl Tail {
    fn end(&self) -> u64 {
        self.base.get() + self.kept.borrow().length()
    }

    /// Adds bytes at an offset. What is before is let go, unless they follow it.
    fn put(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        if at != self.end() {
            self.forget(at);
        }
        self.kept.borrow_mut().write_all(bytes)
    }

    fn forget(&self, before: u64) {
        self.kept.replace(Spool::default());
        self.base.set(before);
    }
}

impl Source for Tail {
    fn length(&self) -> u64 {
        self.end()
    }
    fn is_complete(&self) -> bool {
        self.complete.get()
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let base = self.base.get();
        let Some(at) = offset.checked_sub(base) else { return Err(ReadError::Hole { end: base }) };
        self.kept.borrow().read_at(at, buffer).map_err(|error| ReadError::Io(error.to_string()))
    }
}

/// Bytes that are taken in before the walk goes on, if they are there already.
const BATCH: u64 = 1 << 20;

/// What comes from the server.
struct Live {
    runtime: Runtime,
    replica: Replica,
    interrupted: watch::Receiver<bool>,
    /// An event of the next log, or behind a hole.
    waits: Option<StreamEvent>,
    /// The format description of the log, which the sender makes up where a stream begins in the middle.
    description: Option<StreamEvent>,
    /// Nothing follows; why, if it is an error.
    ended: Option<Result<(), String>>,
    /// What was printed has not happened: the log begins anew.
    anew: bool,
}

impl Live {
    /// The next event of a log, or nothing within `patience`. Without patience it waits as long as it takes.
    fn next(&mut self, patience: Option<Duration>) -> Option<StreamEvent> {
        if let Some(event) = self.waits.take() {
            return Some(event);
        }
        while self.ended.is_none() {
            let (replica, interrupted) = (&mut self.replica, &mut self.interrupted);
            let delivery = self.runtime.block_on(async {
                tokio::select! {
                    biased;
                    _ = interrupted.changed() => None,
                    delivery = timeout(patience.unwrap_or(Duration::MAX), replica.next()) => Some(delivery.ok()),
                }
            });
            match delivery {
                None => self.ended = Some(Ok(())),
                Some(None) => return None,
                Some(Some(Ok(Delivery::Event(event)))) => {
                    if event.kind == code::FORMAT_DESCRIPTION {
                        self.description = Some(event.clone());
                    }
                    if event.start.is_some() {
                        return Some(event);
                    }
                }
                Some(Some(Ok(Delivery::Retrying { error, after, at }))) => {
                    let seconds = format!("{:.1}", after.as_secs_f64());
                    let place = format!("{} {}", at.file, at.position);
                    let again = Message::new("live-tried-again").text("seconds", seconds).text("at", place);
                    note(&again.text("reason", reasons::in_words(&error)));
                }
                Some(Some(Ok(Delivery::Withdrawn(events)))) => {
                    note(&Message::new("live-withdrawn").number("events", events as u64));
                    self.anew = true;
                }
                Some(Some(Ok(Delivery::End))) => self.ended = Some(Ok(())),
                Some(Some(Err(error))) => self.ended = Some(Err(reasons::in_words(&error))),
            }
        }
        None
    }

    /// Takes in what comes of a log, at least one event unless the log ends.
    fn more(&mut self, name: &str, tail: &Tail) -> io::Result<()> {
        // What the walk has passed is not looked at again, but for the fragments of a transaction that is open.
        let boundary = self.replica.boundary().filter(|at| *at.file == *name).map_or(0, |at| at.position);
        if boundary >= tail.end() {
            tail.forget(tail.end());
        }
        let begin = tail.end();
        let mut patience = None;
        while tail.end() - begin < BATCH {
            let Some(event) = self.next(patience) else {
                tail.complete.set(self.ended.is_some());
                break;
            };
            let start = event.start.unwrap_or_default();
            let elsewhere = *event.file != *name || self.anew;
            // What is behind a hole comes alone: the walk looks no further than the bytes go.
            if elsewhere || (start != tail.end() && patience.is_some()) {
                tail.complete.set(elsewhere);
                self.waits = Some(event);
                break;
            }
            tail.put(start, &event.bytes)?;
            patience = Some(Duration::ZERO);
        }
        Ok(())
    }
}

/// Runs `dump` of the server at this address.
///
/// # Errors
///
/// In words.
pub fn dump(options: &DumpOptions, url: &str) -> Result<ExitCode, InputError> {
    let refused = |text: String| InputError::Words(text);
    if let Some(text) = &options.filter
        && search(text)?.filter().needs_totals()
    {
        return Err(InputError::Refused(url.into(), Message::new("live-filter-totals")));
    }
    let mut stream = options.upstream.stream_or_ask(url).map_err(refused)?;
    if let Some(From(start)) = &options.from {
        stream.start = start.clone();
    }
    let runtime = Runtime::new().map_err(|error| refused(error.to_string()))?;
    let (tell, interrupted) = watch::channel(false);
    runtime.spawn(interrupts(tell));
    let replica = Replica::new(stream, None);
    let mut live = Live { runtime, replica, interrupted, waits: None, description: None, ended: None, anew: false };
    let outcome = logs(options, &mut live);
    let Live { runtime, replica, ended, .. } = live;
    runtime.block_on(replica.stop());
    let status = outcome?;
    ended.unwrap_or(Ok(())).map_err(refused)?;
    Ok(status)
}

/// Once ends it well; twice at once, though nobody reads what is printed and the walk waits for that.
#[expect(clippy::disallowed_methods, reason = "what is left behind, the server ends")]
async fn interrupts(tell: watch::Sender<bool>) {
    if tokio::signal::ctrl_c().await.is_ok() && tell.send(true).is_ok() && tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(130);
    }
    tell.closed().await;
}

/// One log after another; the worst status of all.
fn logs(options: &DumpOptions, live: &mut Live) -> Result<ExitCode, InputError> {
    let failed = |error| InputError::Io("dump".into(), error);
    let mut worst = ExitCode::SUCCESS;
    while let Some(first) = live.next(None) {
        live.anew = false;
        let name = first.file.clone();
        let tail = Tail::default();
        tail.put(0, &MAGIC).map_err(failed)?;
        if first.start != Some(tail.end())
            && let Some(description) = &live.description
        {
            tail.put(tail.end(), &description.bytes).map_err(failed)?;
        }
        live.waits = Some(first);
        announce(options.format, &name)?;
        match print(options, live, &name, &tail) {
            Ok(totals) if status(&totals, options.strict) == ExitCode::SUCCESS => {}
            Ok(_) => worst = ExitCode::from(1),
            // Whoever reads has seen enough (`| head`).
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(worst),
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(worst)
}

fn print(options: &DumpOptions, live: &mut Live, name: &str, tail: &Tail) -> io::Result<Totals> {
    let out = Ahead::new(|| io::stdout().lock())?;
    let mut more = || live.more(name, tail);
    match options.format {
        DumpFormat::Json => walk(options, tail, JsonDump::new(out), &mut more),
        DumpFormat::Tree => walk(options, tail, TreeDump::new(out), &mut more),
        DumpFormat::Text => {
            let zone = options.time_zone.clone().unwrap_or_else(Zone::of_environment);
            walk(options, tail, TextDump::new(out, zone), &mut more)
        }
    }
}

fn walk(
    options: &DumpOptions, tail: &Tail, mut sink: impl Sink, more: &mut dyn FnMut() -> io::Result<()>,
) -> io::Result<Totals> {
    match options.filter.as_deref().map(search).transpose().map_err(io::Error::other)? {
        Some(search) => walk_growing(tail, FramerStart::File, &mut Filtered::new(sink, search, None), more),
        None => walk_growing(tail, FramerStart::File, &mut sink, more),
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("replica", &self.replica).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_told_apart() {
        let at = |file: &str, position| Start::Position { file: file.into(), position };
        let uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        for (text, start) in [
            ("oldest", Start::Oldest),
            ("now", Start::Now),
            ("binlog.000007", at("binlog.000007", 4)),
            ("binlog.000007:1234", at("binlog.000007", 1234)),
            ("2026-11-22T09:30:00Z", Start::Time(1_795_339_800)),
            ("2026-11-22 10:30+01:00", Start::Time(1_795_339_800)),
            ("@1795339800", Start::Time(1_795_339_800)),
            ("2026-11-22", Start::Time(1_795_305_600)),
            ("gtid:2026-11-22", Start::Gtids("2026-11-22".into())),
            ("0-1-100", Start::Gtids("0-1-100".into())),
            ("0-1-100,1-5-7", Start::Gtids("0-1-100,1-5-7".into())),
        ] {
            assert_eq!(From::parse(text), Ok(From(start)), "{text}");
        }
        let set = format!("{uuid}:1-5:7,{uuid}:tag:3");
        assert_eq!(From::parse(&set), Ok(From(Start::Gtids(set.clone()))));
        for wrong in ["", "soon", "binlog.000007:", ":4", "binlog.000007:x", "2026-13-22", "time:noon", "2026-11-22T99"]
        {
            assert!(From::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_tail_forgets_what_is_before_a_hole() {
        let tail = Tail::default();
        tail.put(0, b"abcd").expect("kept");
        tail.put(4, b"efgh").expect("kept");
        let mut buffer = [0; 4];
        assert_eq!((tail.read(2, &mut buffer), &buffer), (Ok(4), b"cdef"));
        tail.put(100, b"ij").expect("kept");
        assert_eq!(tail.read(8, &mut buffer), Err(ReadError::Hole { end: 100 }));
        assert_eq!((tail.read(100, &mut buffer), tail.length()), (Ok(2), 102));
    }
}
