//! Workers of the worker's own, started from the compiled module that runs here, and what they are given to do: the
//! second pass, and searches, which go first. Where a browser has no workers inside of workers, where the file is
//! encrypted (no key leaves this worker) or is no file, and where a helper fails, the work is done here in slices
//! between the page's requests.

mod here;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::{Rc, Weak};
use std::time::Duration;

use binlog_explorer::document::Document;
use binlog_explorer::pool::{Board, Flight, Gathering, Job, Outcome, Task, Work};
use binlog_explorer::view::Message;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::helper::{NAME, part};
use super::session::Session;
use super::{later, post};
use crate::protocol::{Event, Gathered, Response};

/// Helpers at most.
const MOST_HELPERS: usize = 4;

/// Blocks of a job of the second pass: two megabytes, some ten milliseconds.
const GATHERED_AT_ONCE: usize = 32;

/// The same while the reader is about: whatever is asked for next waits for no more than two of them.
const GATHERED_BETWEEN: usize = 8;

/// Milliseconds without a request before helpers get something to do again: they and this worker share the cores.
const QUIET: f64 = 150.0;

/// Who asked for something within so many milliseconds is about.
const ABOUT: f64 = 3000.0;

/// Blocks of a job of a search: a new filter waits for no more than two of them for each worker.
const SEARCHED_AT_ONCE: usize = 32;

/// The same for the first jobs, of which the reader waits for the first hits.
const SEARCHED_FIRST: usize = 4;

/// How many jobs these are.
const FIRST_JOBS: usize = 6;

/// Milliseconds for which searching waits, at most, until the reader has the first rows of what was found: reading
/// these takes many times as long while helpers read too.
const FIRST_ROWS: f64 = 60.0;

/// Files of fewer blocks are gathered here sooner than a helper has started.
const WORTH_HELPERS: usize = 8;

/// Milliseconds that helpers with nothing to do are kept for the next search: starting them takes longer than the
/// reader should wait for the first hits.
const LINGER: u32 = 30_000;

/// Milliseconds between two reports.
const REPORT_EVERY: f64 = 250.0;

/// What JavaScript calls.
type Listener<E> = Closure<dyn FnMut(E)>;

/// A helper: its worker, and what listens to it.
struct Line {
    worker: Worker,
    /// Its number on the board, once it is ready.
    number: Option<usize>,
    _listeners: (Listener<MessageEvent>, Listener<web_sys::Event>),
}

impl Drop for Line {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The helpers, and the second pass.
#[derive(Default)]
pub struct Pool {
    /// The file that they may read.
    file: Option<File>,
    started: bool,
    lines: Vec<Option<Line>>,
    board: Board,
    gathering: Option<Gathering>,
    /// Why the second pass ended before its end.
    failed: Option<Message>,
    /// Blocks that have to be gathered here.
    own: Vec<Range<usize>>,
    /// Slices follow each other.
    running: bool,
    reported: f64,
    /// The result is kept.
    kept: bool,
    /// When the page asked for something that the reader waits for.
    asked: f64,
    /// Whoever waits until it asks no more.
    waiting: bool,
    /// Since when helpers have nothing to do, in milliseconds.
    idle: Option<f64>,
    /// The filter that helpers look for.
    searched: Option<String>,
    /// Jobs that were begun for it.
    begun: usize,
    /// When the first of what it finds was told, while its rows are on their way.
    first_told: Option<f64>,
    /// Outward from this block; nothing while the search is held.
    around: Option<usize>,
    /// Blocks that have to be looked through here.
    own_searched: Vec<Range<usize>>,
}

impl Pool {
    /// For helpers that read this file.
    pub fn over(file: File) -> Self {
        Self { file: Some(file), ..Self::default() }
    }

    /// Helpers may read this file: it has what is open. Those that were given another one before are not asked again.
    pub fn lend(&mut self, file: Option<File>) {
        self.file = file;
        for at in 0..self.lines.len() {
            self.lose(at);
        }
        self.dismiss();
    }

    /// No helper is there any more; others may be started.
    fn dismiss(&mut self) {
        self.lines.clear();
        (self.started, self.board, self.idle) = (false, Board::default(), None);
    }

    /// The open file.
    pub fn file(&self) -> Option<File> {
        self.file.clone()
    }

    /// The second pass, once it has begun.
    pub fn gathering(&self) -> Option<&Gathering> {
        self.gathering.as_ref()
    }

    /// Whether the second pass is under way.
    pub fn is_gathering(&self) -> bool {
        self.failed.is_none() && self.gathering.as_ref().is_some_and(|gathering| !gathering.is_done())
    }

    /// Why there will be no second pass, or why it ended.
    pub fn failure(&self) -> Option<&Message> {
        self.failed.as_ref()
    }

    /// There will be no second pass.
    pub fn fail(&mut self, why: Message) {
        self.failed = Some(why);
    }

    /// The second pass begins; or its result is there from an earlier time.
    fn begin(&mut self, gathering: Gathering) {
        self.gathering = Some(gathering);
    }

    /// The document is another one: nothing that was found out, or is to be, is of use.
    pub fn forget(&mut self) {
        (self.gathering, self.failed, self.searched) = (None, None, None);
        self.own.clear();
        self.own_searched.clear();
    }

    /// How far the second pass is.
    pub fn gathered(&self, document: &Document) -> Gathered {
        let Some(gathering) = &self.gathering else { return Gathered::default() };
        Gathered {
            bytes: gathering.bytes(),
            total: document.index().end,
            done: gathering.is_done() || self.failed.is_some(),
            failed: self.failed.clone(),
            helpers: self.board.workers() as u32,
        }
    }

    /// The reader waits for an answer: nothing else is begun for a while.
    pub fn give_way(&mut self) {
        self.asked = js_sys::Date::now();
    }

    /// Milliseconds for which nothing is to be begun.
    fn held(&self) -> Option<f64> {
        let since = js_sys::Date::now() - self.asked;
        // The clock may have been set.
        (0.0..QUIET).contains(&since).then_some(QUIET - since)
    }

    /// Gives helpers what they can take; what they cannot be given is left for here.
    fn hand_out(&mut self, document: &Document) {
        if self.held().is_some() {
            return;
        }
        let about = js_sys::Date::now() - self.asked < ABOUT;
        let most = if about { GATHERED_BETWEEN } else { GATHERED_AT_ONCE };
        while let Some(number) = self.board.free(Work::Statistics) {
            let claimed = self.gathering.as_mut().filter(|_| self.failed.is_none());
            let Some(blocks) = claimed.and_then(|gathering| gathering.claim(most)) else { return };
            let sent = document.index().part(blocks.clone()).and_then(|part| {
                let bytes = Job { task: Task::Statistics, part }.to_bytes()?;
                self.send(number, Work::Statistics, blocks.clone(), &bytes).ok()
            });
            if sent.is_none() {
                self.own.push(blocks);
            }
        }
    }

    /// Lets helpers look for the document's filter, outward from `around`; `None` holds them. False where there are
    /// none: who asks has to look himself.
    pub fn search(&mut self, document: &mut Document, around: Option<usize>) -> bool {
        self.around = around;
        self.search_on(document);
        self.board.workers() > 0
    }

    /// The reader is told of the first hits, and will ask for their rows.
    pub fn wait_for_rows(&mut self) {
        self.first_told = Some(js_sys::Date::now());
    }

    /// Rows were sent. Whether searching waited for them.
    fn rows_were_sent(&mut self) -> bool {
        self.first_told.take().is_some()
    }

    fn waits_for_rows(&self) -> bool {
        // The clock may have been set.
        self.first_told.is_some_and(|told| (0.0..FIRST_ROWS).contains(&(js_sys::Date::now() - told)))
    }

    /// Whether helpers look for something at this time, or are about to.
    pub fn is_searching(&self) -> bool {
        self.waits_for_rows() || self.board.under_way(Work::Search).next().is_some() || !self.own_searched.is_empty()
    }

    /// What was looked for is not wanted any more when the filter is another one.
    fn follow_filter(&mut self, document: &Document) {
        if self.searched.as_deref() != document.filter_text() {
            self.board.cancel(Work::Search);
            self.own_searched.clear();
            self.searched = document.filter_text().map(str::to_owned);
            self.begun = 0;
            self.first_told = None;
        }
    }

    fn search_on(&mut self, document: &mut Document) {
        self.follow_filter(document);
        let (Some(around), Some(text)) = (self.around, self.searched.clone()) else { return };
        if self.waits_for_rows() {
            return;
        }
        if let Some(mut blocks) = self.own_searched.pop() {
            if let Some(first) = blocks.next() {
                document.search_blocks(first..first + 1);
            }
            if !blocks.is_empty() {
                self.own_searched.push(blocks);
            }
        }
        while let Some(number) = self.board.free(Work::Search) {
            let mut claim = self.board.claim(number);
            claim.taken.extend(self.own_searched.iter().cloned());
            let most = if self.begun < FIRST_JOBS { SEARCHED_FIRST } else { SEARCHED_AT_ONCE };
            let Some(blocks) = document.claim_blocks(around, most, &claim) else { return };
            // All that came next was passed over.
            if blocks.is_empty() {
                continue;
            }
            self.begun += 1;
            let sent = document.index().part(blocks.clone()).and_then(|part| {
                let bytes = Job { task: Task::Search(text.clone()), part }.to_bytes()?;
                self.send(number, Work::Search, blocks.clone(), &bytes).ok()
            });
            if sent.is_none() {
                self.own_searched.push(blocks);
                return;
            }
        }
    }

    fn send(&mut self, number: usize, work: Work, blocks: Range<usize>, bytes: &[u8]) -> Result<(), JsValue> {
        let line = self.lines.iter().flatten().find(|line| line.number == Some(number));
        let line = line.ok_or_else(|| JsValue::from_str("no helper"))?;
        let (message, bytes) = (Object::new(), Uint8Array::from(bytes));
        let job = self.board.begin(number, work, blocks);
        Reflect::set(&message, &"job".into(), &job.into())?;
        Reflect::set(&message, &"bytes".into(), &bytes)?;
        line.worker.post_message_with_transfer(&message, &Array::of1(&bytes.buffer())).inspect_err(|_| {
            self.board.end(job);
        })
    }

    /// A helper waits for jobs.
    fn ready(&mut self, at: usize) {
        if let Some(Some(line)) = self.lines.get_mut(at) {
            line.number = Some(self.board.add());
        }
    }

    /// A helper did a job.
    fn take(&mut self, document: &mut Document, job: u32, outcome: Outcome) {
        self.follow_filter(document);
        let Some(flight) = self.board.end(job) else { return };
        match (outcome, &mut self.gathering) {
            (Outcome::Statistics(statistics), Some(gathering)) => gathering.take(flight.blocks, *statistics),
            (Outcome::Search(mut results), _) => {
                results.iter_mut().for_each(|result| result.block += flight.blocks.start);
                document.take_results(&results);
            }
            // Once more, here, where the failure is told if it is none of the helper's.
            _ => self.do_here(flight),
        }
    }

    fn do_here(&mut self, flight: Flight) {
        match flight.work {
            Work::Statistics => self.own.push(flight.blocks),
            Work::Search => self.own_searched.push(flight.blocks),
        }
    }

    /// A helper is gone. What it had to do is done here, and so is all when it was the last.
    fn lose(&mut self, at: usize) {
        let Some(line) = self.lines.get_mut(at).and_then(Option::take) else { return };
        if let Some(number) = line.number {
            self.board.lose(number).into_iter().for_each(|flight| self.do_here(flight));
        }
    }

    /// Whether helpers are there, or on their way.
    fn has_helpers(&self) -> bool {
        self.lines.iter().any(Option::is_some)
    }
}

/// The first pass has ended: the second one begins, unless `known` is what it gave earlier.
#[inline(never)]
pub fn begin(session: &Rc<RefCell<Session>>, known: Option<Gathering>) {
    let wanted = known.is_none();
    {
        let mut session = session.borrow_mut();
        let Some((document, pool)) = session.document_and_pool() else { return };
        // What was gathered earlier is told at once, like all that is done.
        (pool.kept, pool.reported) = (known.is_some(), 0.0);
        pool.begin(known.unwrap_or_else(|| Gathering::new(document.index().blocks.len())));
    }
    if wanted {
        wake(session);
    }
    go_on(session);
}

/// Starts the helpers, if they can help and are not there.
pub fn wake(session: &Rc<RefCell<Session>>) {
    let file = {
        let mut session = session.borrow_mut();
        let Some((document, pool)) = session.document_and_pool() else { return };
        let sendable = document.main_space() == "0" && document.index().blocks.len() >= WORTH_HELPERS;
        // What is listed may be another thing than the file: what was unpacked from it, several files.
        let whole = |file: &File| file.size() as u64 == document.source().length();
        pool.file.clone().filter(|file| sendable && !pool.started && whole(file))
    };
    if let Some(file) = file {
        start_helpers(session, &file);
    }
}

fn start_helpers(session: &Rc<RefCell<Session>>, file: &File) {
    let cores = part(&part(&js_sys::global(), "navigator"), "hardwareConcurrency").as_f64().unwrap_or(1.0) as usize;
    let generation = session.borrow().generation();
    for at in 0..cores.clamp(1, MOST_HELPERS) {
        // A browser without workers inside of workers: all is done here.
        let Ok(line) = line(&Rc::downgrade(session), generation, at, file) else { break };
        let mut session = session.borrow_mut();
        let Some((_, pool)) = session.document_and_pool() else { return };
        pool.started = true;
        pool.lines.push(Some(line));
    }
}

/// Starts a helper.
fn line(session: &Weak<RefCell<Session>>, generation: u32, at: usize, file: &File) -> Result<Line, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(NAME);
    // The script that started this worker; whatever path the page lies at.
    let script = part(&part(&js_sys::global(), "location"), "href").as_string().unwrap_or_default();
    let worker = Worker::new_with_options(&script, &options)?;
    let own = session.clone();
    let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        // It is dealt with: nobody needs to hear of it.
        event.prevent_default();
        with_pool(&own, generation, |_, pool| pool.lose(at));
    });
    let own = session.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data();
        let bytes = part(&message, "bytes").dyn_into::<Uint8Array>().ok();
        with_pool(&own, generation, |document, pool| match (part(&message, "job").as_f64(), bytes) {
            (Some(job), Some(bytes)) => pool.take(document, job as u32, Outcome::from_bytes(&bytes.to_vec())),
            _ if part(&message, "ready").is_truthy() => pool.ready(at),
            _ => pool.lose(at),
        });
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    let given = Object::new();
    Reflect::set(&given, &"module".into(), &wasm_bindgen::module())?;
    Reflect::set(&given, &"later".into(), &later::compiled())?;
    Reflect::set(&given, &"file".into(), file)?;
    worker.post_message(&given)?;
    Ok(Line { worker, number: None, _listeners: (on_message, on_error) })
}

/// Something came from a helper of a file; it may be another one by now.
fn with_pool(session: &Weak<RefCell<Session>>, generation: u32, then: impl FnOnce(&mut Document, &mut Pool)) {
    let Some(session) = session.upgrade() else { return };
    if session.borrow().generation() != generation {
        return;
    }
    if let Some((document, pool)) = session.borrow_mut().document_and_pool() {
        then(document, pool);
    }
    if let Some((document, search, pool, _)) = session.borrow_mut().opened_document() {
        search.tell_first(document, pool, generation);
    }
    go_on(&session);
}

/// Rows were sent to the page: what waited for that goes on.
pub fn rows_were_sent(session: &Rc<RefCell<Session>>) {
    if session.borrow_mut().pool.rows_were_sent() {
        go_on(session);
    }
}

/// Hands out what there is to do, tells the page how far it is, and works here if need be.
fn go_on(session: &Rc<RefCell<Session>>) {
    let (ended, works, waits, dismisses) = {
        let mut own = session.borrow_mut();
        let generation = own.generation();
        let Some((document, pool)) = own.document_and_pool() else { return };
        pool.search_on(document);
        pool.hand_out(document);
        let gathered = pool.gathered(document);
        let now = js_sys::Date::now();
        // What is done is told once, though a search may still keep the helpers busy.
        let due = if gathered.done { !pool.kept || pool.reported == 0.0 } else { now - pool.reported > REPORT_EVERY };
        if due && pool.gathering.is_some() {
            pool.reported = now;
            post::respond(0, generation, &Response::Event(Event::Gathered(gathered.clone())));
        }
        let ended = gathered.done && !pool.kept;
        pool.kept |= ended;
        let nothing_left = gathered.done && document.search_view().is_none_or(|view| view.done);
        let rests = nothing_left && pool.has_helpers();
        if nothing_left && !rests {
            // Where all are lost the next search starts others.
            pool.dismiss();
        }
        let dismisses = rests && pool.idle.is_none();
        pool.idle = rests.then(|| pool.idle.unwrap_or(now));
        let works = pool.gathering.is_some()
            && !gathered.done
            && !pool.running
            && (!pool.own.is_empty() || !pool.has_helpers());
        pool.running |= works;
        let waits = if gathered.done || pool.waiting { None } else { pool.held() };
        pool.waiting |= waits.is_some();
        (ended, works, waits, dismisses)
    };
    if dismisses {
        spawn_local(dismiss(session.clone()));
    }
    if ended {
        return super::kept::keep(session);
    }
    if works {
        spawn_local(here::work(session.clone()));
    }
    if let Some(milliseconds) = waits {
        spawn_local(wait(session.clone(), milliseconds));
    }
}

/// Ends helpers that have had nothing to do for a while; the next search would start them again.
async fn dismiss(session: Rc<RefCell<Session>>) {
    let generation = session.borrow().generation();
    loop {
        gloo_timers::future::sleep(Duration::from_millis(LINGER.into())).await;
        let mut session = session.borrow_mut();
        if session.generation() != generation {
            return;
        }
        let Some(since) = session.pool.idle else { return };
        if js_sys::Date::now() - since < f64::from(LINGER) {
            continue;
        }
        return session.pool.dismiss();
    }
}

/// Hands out again when the reader waits for nothing.
async fn wait(session: Rc<RefCell<Session>>, mut milliseconds: f64) {
    let generation = session.borrow().generation();
    loop {
        gloo_timers::future::sleep(Duration::from_millis(milliseconds as u64 + 1)).await;
        {
            let mut session = session.borrow_mut();
            if session.generation() != generation {
                return;
            }
            let pool = &mut session.pool;
            match pool.held() {
                Some(more) => milliseconds = more,
                None => {
                    pool.waiting = false;
                    break;
                }
            }
        }
    }
    go_on(&session);
}
