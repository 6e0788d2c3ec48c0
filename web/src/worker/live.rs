//! A live server as a source: what the bridge relays (`docs/bridge-protocol.md`) is recorded like what is unpacked, and
//! walked as it comes. Everything happens in the socket's callbacks and a clock's.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use binlog_explorer::conversation::{Direction, Ladder, MAX_HEAD, Said, in_stream};
use binlog_explorer::document::Document;
use binlog_explorer::source::Source;
use binlog_explorer::view::Message;
use binlog_format::Flavor;
use binlogscope_bridge::control::{Attach, FromBridge, Refusal, Resume, ToBridge};
use binlogscope_bridge::recording::{Change, Recording};
use binlogscope_bridge::wire::{Batch, CONNECTED, EVENT, FROM_SERVER, GOES_ON, Record, WITHDRAWN};
use gloo_timers::callback::Interval;
use js_sys::{ArrayBuffer, JSON, Uint8Array};
use serde::Serialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BinaryType, DedicatedWorkerGlobalScope, MessageEvent, WebSocket};

use super::first_pass::now;
use super::session::{Pass, Session};
use super::store::Store;
use super::{conversations, pool, post, search};
use crate::protocol::{Answer, Event, LiveView, OpenLive, Response};

/// Milliseconds between two looks at what there is to do, and to tell.
const TICK: u32 = 200;
/// Milliseconds before a bridge that has gone is tried again: the first time, and at most.
const WAITS: (f64, f64) = (1000.0, 10_000.0);
/// Milliseconds between two reports of a log that grows fast, by so many bytes since the last one: the page renders
/// itself and asks for its rows anew each time, and nobody reads faster.
const CALM: (f64, u64) = (500.0, 1 << 20);
/// Milliseconds over which events are counted.
const RATE: f64 = 2000.0;
/// Milliseconds that a count stands though the log grows, and bytes of log for each of which it stands one more.
const COUNTED_STANDS: f64 = 2000.0;
const COUNTED_EACH: f64 = 5000.0;
/// Bytes walked at a time.
const WINDOW: u64 = 1 << 20;
/// Milliseconds of walking in one turn.
const TURN: f64 = 30.0;
/// Where the bridge is, beside the page.
const SOCKET: &str = "live/socket";

type Listener<E> = Closure<dyn FnMut(E)>;

/// The socket, and what listens to it.
struct Line {
    socket: WebSocket,
    _listeners: (Listener<MessageEvent>, Listener<web_sys::Event>),
}

impl Drop for Line {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// A live source. It ends when it is dropped.
pub struct Live(Rc<RefCell<Inner>>);

/// What was taken back.
struct Cut {
    /// From here on.
    at: u64,
    /// The list was so far before, or is to be held there.
    listed: u64,
}

struct Inner {
    session: Weak<RefCell<Session>>,
    /// Of the request that opened it.
    id: u32,
    generation: u32,
    wanted: OpenLive,
    line: Option<Line>,
    /// To be tried again at this time.
    again: Option<f64>,
    wait: f64,
    store: Rc<Store>,
    recording: Recording,
    /// Everything before this is in the recording.
    position: u64,
    opened: bool,
    /// The log that the recording begins with.
    name: String,
    view: LiveView,
    told: LiveView,
    stream: String,
    /// What came of the packet whose pieces come, its beginning, and how long it is by now.
    packet: (Vec<u8>, u64),
    /// Packets that the page was not told of.
    untold: bool,
    /// When the page was told last, and of how many recorded bytes.
    reported: (f64, u64),
    /// Since when events are counted, and how many came.
    counted: (f64, u64),
    /// The server took something back, and the page was not told.
    cut: Option<Cut>,
    /// Bytes that the second pass has begun with.
    gathered: u64,
    /// When that was, in milliseconds.
    gathered_at: f64,
    clock: Option<Interval>,
}

/// Opens it; the request is answered when the log's format has come.
pub async fn open(session: Rc<RefCell<Session>>, id: u32, generation: u32, wanted: OpenLive) {
    let store = Rc::new(Store::create().await);
    if session.borrow().generation() != generation {
        return;
    }
    let live = Rc::new(RefCell::new(Inner {
        session: Rc::downgrade(&session),
        id,
        generation,
        wanted,
        line: None,
        again: None,
        wait: WAITS.0,
        store,
        recording: Recording::new(),
        position: 0,
        opened: false,
        name: String::new(),
        view: LiveView::default(),
        told: LiveView::default(),
        stream: String::new(),
        packet: (Vec::new(), 0),
        untold: false,
        reported: (0.0, 0),
        counted: (now(), 0),
        cut: None,
        gathered: 0,
        gathered_at: 0.0,
        clock: None,
    }));
    let begun = live.borrow().store.append(&binlog_format::container::MAGIC);
    if let Err(reason) = begun {
        let failed = Message::new("live-no-room").number("size", 0).text("reason", reason);
        post::respond(id, generation, &Response::Failed(failed));
        return;
    }
    let ticking = Rc::downgrade(&live);
    live.borrow_mut().clock = Some(Interval::new(TICK, move || {
        if let Some(live) = ticking.upgrade() {
            tick(&live);
        }
    }));
    connect(&live);
    let mut session = session.borrow_mut();
    session.live = Some(Live(live));
    session.conversations = Some(Box::default());
    session.begin_pass(Pass::Arriving);
    session.arriving = true;
}

impl Live {
    /// Ends it, once the session is free: the recording is what there is.
    pub fn stop_soon(&self) {
        let live = self.0.clone();
        spawn_local(async move { stop(&live, None) });
    }

    /// The recording as a file.
    pub fn recording(&self, id: u32, generation: u32) {
        let (store, name) = {
            let live = self.0.borrow();
            (live.store.clone(), live.name.clone())
        };
        spawn_local(async move {
            let url = store.url().await.unwrap_or_default();
            post::respond(id, generation, &Response::Answer(Answer::Recording { url, name }));
        });
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let mut live = self.0.borrow_mut();
        live.say(&ToBridge::Stop);
        (live.clock, live.line, live.again) = (None, None, None);
        if !live.opened {
            post::respond(live.id, live.generation, &Response::Stale);
        }
    }
}

/// The bridge's address: beside the worker's script.
fn address() -> String {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let own = scope.location().href();
    let folder = own.rsplit_once('/').map_or(own.as_str(), |(folder, _)| folder);
    let folder = folder.strip_prefix("http").unwrap_or(folder);
    format!("ws{folder}/{SOCKET}")
}

fn connect(live: &Rc<RefCell<Inner>>) {
    let lost = match WebSocket::new(&address()) {
        Ok(socket) => {
            socket.set_binary_type(BinaryType::Arraybuffer);
            let (hearing, closing) = (Rc::downgrade(live), Rc::downgrade(live));
            let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(live) = hearing.upgrade() {
                    hear(&live, &event.data());
                }
            });
            let on_close = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
                if let Some(live) = closing.upgrade() {
                    live.borrow_mut().lost();
                }
            });
            socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
            let mut live = live.borrow_mut();
            live.again = None;
            live.line = Some(Line { socket, _listeners: (on_message, on_close) });
            false
        }
        Err(_) => true,
    };
    if lost {
        live.borrow_mut().lost();
    }
}

/// Something came over the socket.
fn hear(live: &Rc<RefCell<Inner>>, data: &JsValue) {
    if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
        let bytes = Uint8Array::new(buffer).to_vec();
        if let Some(batch) = Batch::read(&bytes) {
            let outcome = live.borrow_mut().take(batch);
            match outcome {
                Ok(()) => walk(live),
                Err(why) => stop(live, Some(why)),
            }
        }
        return;
    }
    let message = data.as_string().and_then(|text| JSON::parse(&text).ok());
    // What a newer bridge may say besides.
    let Some(Ok(message)) = message.map(serde_wasm_bindgen::from_value::<FromBridge>) else { return };
    let mut inner = live.borrow_mut();
    match message {
        FromBridge::Hello { .. } => {
            let resume = Some(Resume { stream: inner.stream.clone(), position: inner.position });
            let attach = Attach {
                upstream: inner.wanted.upstream.clone(),
                start: inner.wanted.start.clone(),
                resume: resume.filter(|resume| !resume.stream.is_empty()),
            };
            inner.say(&ToBridge::Attach(attach));
        }
        FromBridge::Attached(attached) => {
            inner.wait = WAITS.0;
            inner.view.lost = false;
            inner.view.joined |= attached.joined;
            (inner.stream, inner.position) = (attached.stream, attached.position);
        }
        FromBridge::Refused { why } => {
            drop(inner);
            let id = match why {
                Refusal::Upstream => "live-no-upstream",
                Refusal::Elsewhere => "live-elsewhere",
                Refusal::Gone => "live-gone",
                Refusal::Full => "live-full",
                Refusal::Protocol => "live-protocol",
            };
            stop(live, Some(Message::new(id)));
        }
        FromBridge::Status(status) => inner.view.status = *status,
        FromBridge::Behind { position } => {
            inner.view.missing += position.saturating_sub(inner.position);
            inner.position = position;
            inner.recording.interrupt();
        }
    }
}

impl Inner {
    fn say(&self, message: &ToBridge) {
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        let text = message.serialize(&serializer).ok().and_then(|value| JSON::stringify(&value).ok());
        if let (Some(line), Some(text)) = (&self.line, text) {
            // A socket that is closed says so by itself.
            let _ = line.socket.send_with_str(&String::from(text));
        }
    }

    /// The bridge is gone: it is tried again after a while.
    fn lost(&mut self) {
        self.line = None;
        if !self.view.over {
            self.view.lost = true;
            self.again = Some(now() + self.wait);
            self.wait = (self.wait * 2.0).min(WAITS.1);
        }
    }

    /// Records a batch, and says so.
    fn take(&mut self, batch: Batch<'_>) -> Result<(), Message> {
        let mut cut: Option<u64> = None;
        let mut fresh = Vec::new();
        for (record, payload) in batch {
            self.list(&record, payload);
            self.counted.1 += u64::from(record.has(EVENT));
            match self.recording.take(&record, payload) {
                Change::Nothing => {}
                Change::Append(bytes) => fresh.extend_from_slice(bytes),
                Change::Cut(length) => {
                    self.append(&std::mem::take(&mut fresh))?;
                    cut = Some(cut.map_or(length, |before| before.min(length)));
                    let events = payload.first_chunk().map_or(0, |count| u64::from_le_bytes(*count));
                    self.view.withdrawn += events;
                    self.store.truncate(length);
                }
            }
        }
        self.append(&fresh)?;
        self.walk_fresh(&fresh);
        self.position = batch.end();
        self.say(&ToBridge::Ack(self.position));
        match cut.filter(|_| self.opened) {
            Some(cut) => self.reopen(cut),
            None => Ok(()),
        }
    }

    /// Puts a packet into the list of its conversation, once all of it is there.
    fn list(&mut self, record: &Record, piece: &[u8]) {
        if record.has(WITHDRAWN) {
            return;
        }
        let room = MAX_HEAD.saturating_sub(self.packet.0.len()).min(piece.len());
        self.packet.0.extend_from_slice(piece.get(..room).unwrap_or_default());
        self.packet.1 += piece.len() as u64;
        if record.has(GOES_ON) {
            return;
        }
        let (head, length) = std::mem::take(&mut self.packet);
        let Some(session) = self.session.upgrade() else { return };
        let mut session = session.borrow_mut();
        let Some(conversations) = &mut session.conversations else { return };
        let ladders = conversations.ladders();
        if record.has(CONNECTED) || ladders.is_empty() {
            let number = ladders.len() as u32 + 1;
            let late = || Ladder::new(number, in_stream(Flavor::Mysql));
            ladders.push(if record.has(CONNECTED) { Ladder::live(number) } else { late() });
        }
        let Some(ladder) = ladders.last_mut() else { return };
        let from = if record.has(FROM_SERVER) { Direction::Server } else { Direction::Client };
        let (time, sequence, wire_length) = (record.time, record.sequence, record.wire_length);
        if head.len() as u64 == length {
            ladder.append(from, time, sequence, wire_length, &head);
        } else {
            // Its event is in the recording.
            ladder.add(&Said { from, time, sequence, length, wire_length, head: &head, incomplete: false }, 0);
        }
        self.untold = true;
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), Message> {
        let length = self.store.length();
        if length + bytes.len() as u64 > self.wanted.limit {
            return Err(Message::new("live-limit").number("size", self.wanted.limit));
        }
        let full = |reason| Message::new("live-no-room").number("size", length).text("reason", reason);
        self.store.append(bytes).map_err(full)?;
        self.view.recorded = self.store.length();
        Ok(())
    }

    /// What came last is walked while it is at hand, if nothing before it is left to walk; else it is read again.
    fn walk_fresh(&self, fresh: &[u8]) {
        let Some(session) = self.session.upgrade().filter(|_| self.opened && !fresh.is_empty()) else { return };
        let mut session = session.borrow_mut();
        let length = self.store.length();
        let begins = length - fresh.len() as u64;
        if !session.paused && session.wants() == begins {
            // What cannot be read now is tried again by whoever walks on, and told then.
            let _ = session.feed_growing(length, begins, fresh);
        }
    }

    fn document(&self) -> Result<Document, Message> {
        Document::new(self.name.clone(), Box::new(self.store.clone()), false, Vec::new())
    }

    /// The server took back what stood from `cut` on: what is left is walked anew, and listed as before.
    fn reopen(&mut self, cut: u64) -> Result<(), Message> {
        let mut document = self.document()?;
        let Some(session) = self.session.upgrade() else { return Ok(()) };
        let mut session = session.borrow_mut();
        let mut listed = cut;
        if let Some(earlier) = &session.document {
            document.list_as(earlier, cut);
            listed = cut.min(earlier.index().end);
        }
        session.install(document)?;
        // What was counted had it too.
        session.pool.forget();
        (self.gathered, self.gathered_at) = (0, 0.0);
        session.reported = 0;
        let before = self.cut.take().unwrap_or(Cut { at: cut, listed });
        self.cut = Some(Cut { at: before.at.min(cut), listed: before.listed.min(cut) });
        Ok(())
    }

    /// Tells the page what was taken back, once what is left was walked.
    fn tell_cut(&mut self) {
        let Some(cut) = self.cut.take() else { return };
        if let Some(session) = self.session.upgrade() {
            session.borrow_mut().report_growth();
            post::respond(0, self.generation, &Response::Event(Event::Cut(cut.at)));
            search::start(&session);
        }
    }

    /// The format is there: the request can be answered.
    fn answer(&mut self) -> Result<(), Message> {
        self.name = format!("{}-{}", self.wanted.upstream, self.view.status.file);
        let document = self.document()?;
        let Some(session) = self.session.upgrade() else { return Ok(()) };
        let (answer, _) = session.borrow_mut().install(document)?;
        self.opened = true;
        post::respond(self.id, self.generation, &Response::Answer(answer));
        Ok(())
    }

    /// Whether it is time to tell how far the recording is.
    fn is_due(&self) -> bool {
        let (at, length) = self.reported;
        self.view.recorded.saturating_sub(length) < CALM.1 || now() - at >= CALM.0
    }

    fn tell(&mut self) {
        let since = now() - self.counted.0;
        if since >= RATE {
            self.view.rate = self.counted.1 as f64 * 1000.0 / since;
            self.counted = (now(), 0);
        }
        self.view.again = self.again.map(|at| ((at - now()) / 1000.0).max(0.0).ceil() as u32);
        let state = |view: &LiveView| (view.status.state, view.lost, view.over, view.withdrawn);
        let waits = !self.is_due() && state(&self.view) == state(&self.told);
        if self.view != self.told && !waits {
            self.told = self.view.clone();
            post::respond(0, self.generation, &Response::Event(Event::Live(Box::new(self.view.clone()))));
        }
    }
}

/// Walks what was recorded, unless the view is held; as much as a turn has time for.
fn walk(live: &Rc<RefCell<Inner>>) {
    let begun = now();
    let mut inner = live.borrow_mut();
    // What the log is called is told a moment later.
    if !inner.opened && inner.recording.has_begun() && !inner.view.status.file.is_empty() {
        let answered = inner.answer();
        if let Err(why) = answered {
            drop(inner);
            return stop(live, Some(why));
        }
    }
    let Some(session) = inner.session.upgrade().filter(|_| inner.opened) else { return };
    let mut session = session.borrow_mut();
    while now() - begun < TURN {
        let mut window = WINDOW;
        if session.paused {
            // What was listed already is listed again.
            let listed = inner.cut.as_ref().map_or(0, |cut| cut.listed);
            window = window.min(listed.saturating_sub(session.wants()));
        }
        let walked = if window > 0 { session.walk_recording(window) } else { Ok(false) };
        match walked {
            Ok(true) => {}
            Ok(false) => {
                drop(session);
                return inner.tell_cut();
            }
            Err(error) => {
                let failed = Message::new("failed-read").number("at", 0).text("reason", error.to_string());
                drop((session, inner));
                return stop(live, Some(failed));
            }
        }
    }
}

fn tick(live: &Rc<RefCell<Inner>>) {
    let due = live.borrow().again.is_some_and(|at| at <= now());
    if due {
        connect(live);
    }
    walk(live);
    let mut inner = live.borrow_mut();
    let due = inner.is_due();
    inner.tell();
    if due {
        inner.reported = (now(), inner.view.recorded);
    }
    let Some(session) = inner.session.upgrade().filter(|_| inner.opened) else { return };
    if inner.view.over {
        return;
    }
    let recorded = inner.view.recorded;
    // What was counted is counted again when it is a good part longer, or when it grew and has stood for a while: the
    // longer, the more there is to count.
    let stood = now() - inner.gathered_at > COUNTED_STANDS + recorded as f64 / COUNTED_EACH;
    let grown = recorded > inner.gathered + inner.gathered / 8 || recorded > inner.gathered && stood;
    let (more, counting) = {
        let mut session = session.borrow_mut();
        if due && std::mem::take(&mut inner.untold) {
            conversations::tell(&session);
        }
        let more = due && session.report_growth();
        (more, session.paused || session.pool.is_gathering())
    };
    if more {
        // The last block has grown: what a filter finds in it is looked for again.
        search::start(&session);
    }
    if grown && !counting && super::later::is_there() {
        (inner.gathered, inner.gathered_at) = (recorded, now());
        drop(inner);
        pool::begin(&session, None);
    }
}

/// Nothing more is recorded: the reader does not want to, or it cannot be.
fn stop(live: &Rc<RefCell<Inner>>, why: Option<Message>) {
    let (session, store, opened) = {
        let mut inner = live.borrow_mut();
        if inner.view.over {
            return;
        }
        inner.say(&ToBridge::Stop);
        inner.line = None;
        inner.again = None;
        (inner.view.over, inner.view.lost) = (true, false);
        inner.view.why.clone_from(&why);
        inner.store.close();
        (inner.session.upgrade(), inner.store.clone(), inner.opened)
    };
    let Some(session) = session else { return };
    if !opened {
        let mut inner = live.borrow_mut();
        let failed = why.unwrap_or_else(|| Message::new("live-nothing"));
        inner.opened = true;
        (inner.clock, session.borrow_mut().arriving) = (None, false);
        post::respond(inner.id, inner.generation, &Response::Failed(failed));
        return;
    }
    session.borrow_mut().paused = false;
    session.borrow_mut().complete(store.length());
    let live = live.clone();
    spawn_local(async move {
        // What was held is walked first.
        loop {
            match session.borrow_mut().walk_recording(WINDOW) {
                Ok(true) => {}
                _ => break,
            }
            gloo_timers::future::sleep(std::time::Duration::ZERO).await;
        }
        live.borrow_mut().clock = None;
        live.borrow_mut().tell();
        let file = store.file().await;
        if session.borrow().generation() != live.borrow().generation {
            return;
        }
        session.borrow_mut().arriving = false;
        session.borrow_mut().pool.lend(file);
        Session::end_pass(&session, None, None);
    });
}
