//! Sources that are not there at once: what a wrapper holds, what lies at an address. They are opened
//! when their first bytes came, and walked while the others come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use binlog_explorer::document::Document;
use binlog_explorer::http::{Version, refused};
use binlog_explorer::pool::Gathering;
use binlog_explorer::source::Source;
use binlog_explorer::view::Message;
use binlog_explorer::wrapper::{InOrder, Unwrapping, WRAPPER_HEAD, Wrapper, is_capture};
use gloo_timers::future::sleep;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamReadResult, Response};

use super::browser_file::{BrowserFile, words};
use super::first_pass::{self, REPORT_EVERY, Reader, now};
use super::kept;
use super::post;
use super::remote::{self, Answered, RemoteFile, ask};
use super::session::{Beside, Pass, Session};
use super::store::Store;
use crate::protocol::{ConversationRequest, Request, Response as Said};

/// Bytes unpacked between two looks at requests: about 10 ms of work.
const WINDOW: usize = 1 << 20;
/// Bytes that a source is opened with: enough for its format and how it is encrypted.
const FIRST: usize = 256 << 10;
/// Bytes of a file on another server that are read a second time, for exact counts.
const NEAR: u64 = 64 << 20;
/// Waits before a broken transfer is asked for again, in milliseconds; beginning anew once bytes came.
const WAITS: [u64; 5] = [250, 500, 1000, 2000, 4000];

/// What is to be opened.
pub enum Wanted {
    /// A dropped file that is wrapped.
    Wrapped(File, Wrapper),
    /// A dropped file that is a capture of a network.
    Capture(File),
    /// A log of the capture that is open: the space of its conversation, and its number there.
    Log(String, u32),
    /// An address, and what the file is called if that is not its last part.
    Url(String, Option<String>),
}

impl Wanted {
    /// Whether a request opens what is not there at once.
    pub fn of(request: &Request, beside: &Beside) -> Option<Self> {
        match request {
            Request::OpenUrl { url, name } => Some(Self::Url(url.clone(), name.clone())),
            Request::OpenFile => {
                let file = beside.file.clone()?;
                let source = BrowserFile::new(file.clone()).ok()?;
                if is_capture(&source) {
                    return Some(Self::Capture(file));
                }
                let wrapper = Wrapper::of(&source)?;
                Some(Self::Wrapped(file, wrapper))
            }
            Request::Conversation(ConversationRequest::OpenLog { space, log }) => Some(Self::Log(space.clone(), *log)),
            _ => None,
        }
    }
}

/// A request to open something, until it is answered and after.
pub(super) struct Opening {
    pub(super) session: Rc<RefCell<Session>>,
    pub(super) id: u32,
    pub(super) generation: u32,
    /// Number of the first pass.
    walk: u32,
    pub(super) opened: bool,
    /// It is far away: it is not read as a whole a second time.
    far: bool,
    /// What the second pass gave when it was opened before.
    known: Option<Gathering>,
    /// The page is about to be told how far it is.
    telling: Rc<Cell<bool>>,
}

/// Opens it, answers the request, and reads to the end.
pub async fn open(session: Rc<RefCell<Session>>, id: u32, generation: u32, wanted: Wanted) {
    let walk = session.borrow_mut().next_walk();
    let telling = Rc::default();
    let mut opening = Opening { session, id, generation, walk, opened: false, far: false, known: None, telling };
    let result = match wanted {
        Wanted::Wrapped(file, wrapper) => match BrowserFile::new(file.clone()) {
            Ok(source) => opening.unpack(file.name(), source, wrapper).await,
            Err(error) => Err(Message::new("failed-read").number("at", 0).text("reason", words(&error))),
        },
        Wanted::Capture(file) => match BrowserFile::new(file.clone()) {
            Ok(source) => opening.capture(file.name(), Rc::new(source)).await,
            Err(error) => Err(Message::new("failed-read").number("at", 0).text("reason", words(&error))),
        },
        Wanted::Log(space, log) => opening.log(&space, log).await,
        Wanted::Url(url, name) => opening.fetch(url, name).await,
    };
    opening.end(result);
}

impl Opening {
    pub(super) fn is_current(&self) -> bool {
        self.session.borrow().generation() == self.generation
    }

    /// Not cancelled, and no other file was opened.
    fn goes_on(&self) -> bool {
        self.session.borrow().is_walk(self.generation, self.walk)
    }

    /// The document is there: answers the request.
    pub(super) fn answer(&mut self, document: Document, pass: Pass) -> Result<(), Message> {
        let mut session = self.session.borrow_mut();
        let (answer, _) = session.install(document)?;
        session.begin_pass(pass);
        (session.arriving, self.opened) = (true, true);
        post::respond(self.id, self.generation, &Said::Answer(answer));
        Ok(())
    }

    /// Waits where the pass was cancelled, until it is let go on. False when another source was opened.
    async fn goes_on_again(&mut self) -> bool {
        if self.goes_on() {
            return true;
        }
        first_pass::wait_while_stopped(&self.session, self.generation).await;
        if !self.is_current() {
            return false;
        }
        let mut session = self.session.borrow_mut();
        self.walk = session.next_walk();
        session.begin_pass(Pass::Arriving);
        true
    }

    fn end(&mut self, result: Result<(), Message>) {
        if !self.is_current() {
            return;
        }
        self.session.borrow_mut().arriving = false;
        match result {
            Err(message) if !self.opened => post::respond(self.id, self.generation, &Said::Failed(message)),
            result => {
                if let Err(message) = result {
                    self.session.borrow_mut().note(message);
                }
                if !self.goes_on() {
                    return;
                }
                match self.known.take() {
                    None if self.far => {
                        self.session.borrow_mut().end_first_pass();
                        // Without what a second pass would give: it is not fetched again only to be walked.
                        kept::keep_complete(&self.session);
                    }
                    known => Session::end_pass(&self.session, None, known),
                }
            }
        }
    }

    /// More of a growing source is there.
    fn feed(&self, length: u64, offset: u64, bytes: &[u8]) -> Result<(), Message> {
        let fed = self.session.borrow_mut().feed_growing(length, offset, bytes);
        fed.map_err(|error| Message::new("failed-read").number("at", offset).text("reason", error.to_string()))
    }

    /// Tells the page soon how far it is, also when nothing more comes by then.
    fn report_soon(&self) {
        if self.telling.replace(true) {
            return;
        }
        let (session, telling) = (self.session.clone(), self.telling.clone());
        let (generation, walk) = (self.generation, self.walk);
        wasm_bindgen_futures::spawn_local(async move {
            sleep(Duration::from_millis(REPORT_EVERY as u64)).await;
            telling.set(false);
            let mut session = session.borrow_mut();
            if session.is_walk(generation, walk) && session.arriving {
                session.report();
            }
        });
    }

    /// Unpacks a source, and walks what comes out as it comes.
    async fn unpack(&mut self, name: String, stored: impl Source, wrapper: Wrapper) -> Result<(), Message> {
        let total = stored.length();
        let claimed = wrapper.claimed_size(&stored).unwrap_or(0);
        let store = Rc::new(Store::create().await);
        let mut unwrapping = Unwrapping::new(wrapper, InOrder::new(stored));
        let mut window = vec![0; WINDOW];
        let mut reported = now();
        let (mut ended, mut damage) = (false, None);
        while !ended {
            let (at, mut filled) = (store.length(), 0);
            while let Some(rest) = window.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                match unwrapping.read(rest) {
                    Ok(0) => ended = true,
                    Ok(read) => filled += read,
                    Err(fault) => (ended, damage) = (true, Some(fault.message())),
                }
                if ended {
                    break;
                }
            }
            let bytes = window.get(..filled).unwrap_or_default();
            if let Err(reason) = store.append(bytes) {
                ended = true;
                let full = Message::new("wrapper-no-room").text("wrapper", wrapper.name());
                damage = Some(full.number("size", store.length()).text("reason", reason));
            }
            if ended {
                store.close();
            }
            // What came out so far tells how much will, where the wrapper does not.
            let likely =
                (u128::from(store.length()) * u128::from(total) / u128::from(unwrapping.taken().max(1))) as u64;
            self.session.borrow_mut().expect(claimed.max(likely));
            if !self.opened {
                let document = Document::new(name.clone(), Box::new(store.clone()), false, Vec::new());
                let document = document.map_err(|refused| damage.clone().unwrap_or(refused))?;
                self.answer(document, Pass::Arriving)?;
            }
            if !self.session.borrow().is_decrypted() {
                self.feed(store.length(), at, bytes)?;
            }
            if at == 0 || now() - reported > REPORT_EVERY {
                reported = now();
                self.session.borrow_mut().report();
            }
            sleep(Duration::ZERO).await;
            first_pass::wait_while_paused(&self.session, self.generation).await;
            if !self.goes_on_again().await {
                return Ok(());
            }
        }
        {
            let mut session = self.session.borrow_mut();
            session.note(wrapper.note(unwrapping.taken(), store.length()));
            damage.into_iter().for_each(|damage| session.note(damage));
            session.complete(store.length());
        }
        self.lend(&store).await;
        self.walk_clear_of(name, store).await
    }

    /// Helpers may read what is all there now, if it is a file.
    async fn lend(&self, store: &Store) {
        let file = store.file().await;
        if self.is_current() {
            self.session.borrow_mut().pool.lend(file);
        }
    }

    /// What is encrypted was not walked as it came: its clear bytes are known when all is there.
    async fn walk_clear_of(&mut self, name: String, store: Rc<Store>) -> Result<(), Message> {
        if !self.session.borrow().is_decrypted() {
            return Ok(());
        }
        self.session.borrow_mut().install(Document::new(name, Box::new(store), false, Vec::new())?)?;
        self.walk_clear().await
    }

    /// Decrypts and walks.
    async fn walk_clear(&mut self) -> Result<(), Message> {
        if self.session.borrow().is_decrypted() { self.walk_in_windows().await } else { Ok(()) }
    }

    /// Walks what is read in windows.
    pub(super) async fn walk_in_windows(&mut self) -> Result<(), Message> {
        loop {
            let walked = first_pass::walk_clear(&self.session, self.generation, self.walk).await;
            walked.map_err(|error| Message::new("failed-read").number("at", 0).text("reason", words(&error)))?;
            if self.goes_on() || !self.goes_on_again().await {
                return Ok(());
            }
        }
    }

    /// Opens what lies at an address.
    async fn fetch(&mut self, url: String, name: Option<String>) -> Result<(), Message> {
        let name = name.unwrap_or_else(|| file_name(&url));
        let answered = ask("GET", &url, Some(0), &Version::default()).await?;
        match answered.status {
            206 => {}
            200 => return self.download(url, name, answered).await,
            // An empty file has no first byte.
            416 => return Err(Message::new("foreign-empty")),
            status => return Err(refused(&url, status)),
        }
        let total = match (answered.range, answered.length) {
            (Some((0, Some(total))), _) => total,
            // Not every server shows pages of other sites the range; all from the first byte was asked for.
            (_, Some(length)) => length,
            _ => match ask("HEAD", &url, None, &Version::default()).await? {
                Answered { status: 200, length: Some(length), .. } => length,
                _ => return Err(Message::new("url-no-length").text("url", url)),
            },
        };
        let mut reader = reader(&url, &answered.response)?;
        let first = first_bytes(&url, &mut reader, total).await?;
        self.far = !remote::is_own(&url) && total > NEAR;
        let remote = Rc::new(RemoteFile::new(url, total, answered.version));
        remote.begin_with(&first);
        if let Some(wrapper) = Wrapper::recognise(first.get(..WRAPPER_HEAD).unwrap_or(&first)) {
            reader.cancel();
            self.far = false;
            return self.unpack(name, remote, wrapper).await;
        }
        if is_capture(&remote) {
            reader.cancel();
            return self.capture(name, remote).await;
        }
        let document = Document::new(name, Box::new(remote.clone()), false, Vec::new())?;
        self.answer(document, Pass::Stream(reader))?;
        if self.session.borrow().is_decrypted() {
            self.session.borrow_mut().cancel_reader();
            return self.walk_clear().await;
        }
        let from = self.take_up().await;
        if !self.goes_on_again().await {
            return Ok(());
        }
        if let Some(from) = from {
            // What the index of an earlier visit has is not transferred again.
            self.session.borrow_mut().cancel_reader();
            self.session.borrow_mut().begin_pass(Pass::Arriving);
            return self.stream(&remote, from).await;
        }
        let fed = self.session.borrow_mut().feed(0, &first);
        fed.map_err(|error| Message::new("failed-read").number("at", 0).text("reason", error.to_string()))?;
        self.session.borrow_mut().report();
        self.stream(&remote, first.len() as u64).await
    }

    /// Answers from the index that was kept of it; from where on the first pass has to go.
    async fn take_up(&mut self) -> Option<u64> {
        let kept = kept::take_up(&self.session, self.generation).await?;
        let mut session = self.session.borrow_mut();
        self.known = session.take_up(&kept);
        Some(session.wants())
    }

    /// The first pass over a remote file: one stream, asked for again from where it broke off.
    async fn stream(&mut self, remote: &RemoteFile, mut offset: u64) -> Result<(), Message> {
        let mut waits = WAITS.iter();
        while offset < remote.length() {
            first_pass::wait_while_paused(&self.session, self.generation).await;
            if !self.goes_on_again().await {
                return Ok(());
            }
            let read = self.session.borrow_mut().reader(self.generation, self.walk).map(Reader::read);
            // One that was cancelled is asked for again, like one that broke off.
            let came = match read {
                Some(read) => JsFuture::from(read).await,
                None => Err(wasm_bindgen::JsValue::UNDEFINED),
            };
            if !self.goes_on() {
                continue;
            }
            let bytes = came.as_ref().ok().and_then(value);
            if let Some(bytes) = bytes {
                let length = bytes.len() as u64;
                let mut session = self.session.borrow_mut();
                let fed = session.feed(offset, &bytes);
                fed.map_err(|error| {
                    Message::new("failed-read").number("at", offset).text("reason", error.to_string())
                })?;
                offset += length;
                waits = WAITS.iter();
                drop(session);
                self.report_soon();
                continue;
            }
            // It broke off.
            let Some(wait) = waits.next() else {
                let reason = came.err().map(|error| words(&error)).unwrap_or_default();
                return Err(Message::new("url-broken-off").number("at", offset).text("reason", reason));
            };
            sleep(Duration::from_millis(*wait)).await;
            if !self.goes_on() {
                continue;
            }
            // Not reachable now: perhaps after the next wait.
            let Ok(again) = ask("GET", remote.url(), Some(offset), remote.version()).await else { continue };
            let moved = again
                .range
                .is_some_and(|(first, total)| first != offset || total.is_some_and(|total| total < remote.length()));
            if matches!(again.status, 200 | 412 | 416) || moved || !again.version.agrees(remote.version()) {
                return Err(Message::new("url-changed").number("at", offset));
            }
            if again.status == 206 && self.goes_on() {
                let reader = reader(remote.url(), &again.response)?;
                self.session.borrow_mut().begin_pass(Pass::Stream(reader));
            }
        }
        self.session.borrow_mut().cancel_reader();
        Ok(())
    }

    /// Without ranges a file is fetched whole, once, and kept like what was unpacked.
    async fn download(&mut self, url: String, name: String, answered: Answered) -> Result<(), Message> {
        let total = answered.length;
        let store = Rc::new(Store::create().await);
        let mut reader = reader(&url, &answered.response)?;
        let mut wrapper = None;
        let mut waiting: Vec<u8> = Vec::new();
        let mut damage = None;
        loop {
            let came = JsFuture::from(reader.read()).await;
            if !self.goes_on_again().await {
                reader.cancel();
                return Ok(());
            }
            let bytes = came.as_ref().ok().and_then(value);
            let ended = bytes.is_none();
            let short = total.is_some_and(|total| ended && store.length() < total);
            if let (true, reason) = (short || came.is_err(), came.err()) {
                let reason = reason.map(|error| words(&error)).unwrap_or_default();
                damage = Some(Message::new("url-broken-off-whole").number("at", store.length()).text("reason", reason));
            }
            let (at, bytes) = (store.length(), bytes.unwrap_or_default());
            if let Err(reason) = store.append(&bytes) {
                reader.cancel();
                return Err(Message::new("url-no-room").number("at", at).text("reason", reason));
            }
            self.session.borrow_mut().expect(total.unwrap_or(0));
            if ended {
                store.close();
            }
            if self.opened {
                self.feed(store.length(), at, &bytes)?;
            } else {
                waiting.extend_from_slice(&bytes);
                if wrapper.is_none() && waiting.len() >= WRAPPER_HEAD {
                    wrapper = Wrapper::recognise(&waiting);
                }
                if wrapper.is_some() {
                    waiting.truncate(WRAPPER_HEAD);
                } else if waiting.len() >= FIRST || ended {
                    let whole = Message::new("note-url-whole").text("url", url.clone());
                    let document = Document::new(name.clone(), Box::new(store.clone()), false, vec![whole])
                        .map_err(|refused| damage.clone().unwrap_or(refused))?;
                    self.answer(document, Pass::Arriving)?;
                    if !self.session.borrow().is_decrypted() {
                        self.feed(store.length(), 0, &std::mem::take(&mut waiting))?;
                    }
                    self.session.borrow_mut().report();
                }
            }
            if ended {
                break;
            }
            self.report_soon();
        }
        if let Some(wrapper) = wrapper {
            return self.unpack(name, store, wrapper).await;
        }
        {
            let mut session = self.session.borrow_mut();
            damage.into_iter().for_each(|damage| session.note(damage));
            session.complete(store.length());
        }
        self.lend(&store).await;
        self.walk_clear_of(name, store).await
    }
}

/// The last part of an address's path.
fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let last = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path);
    js_sys::decode_uri_component(last).map_or_else(|_| last.to_owned(), String::from)
}

fn reader(url: &str, response: &Response) -> Result<Reader, Message> {
    response.body().map(|stream| Reader::over(&stream)).ok_or_else(|| refused(url, response.status()))
}

/// The bytes of a read; none at the end.
fn value(result: &wasm_bindgen::JsValue) -> Option<Vec<u8>> {
    let result: &ReadableStreamReadResult = result.unchecked_ref();
    let bytes = result.get_value().dyn_into::<Uint8Array>().ok()?;
    (bytes.length() > 0).then(|| bytes.to_vec())
}

/// What a source is opened with.
async fn first_bytes(url: &str, reader: &mut Reader, total: u64) -> Result<Vec<u8>, Message> {
    let mut first: Vec<u8> = Vec::new();
    while (first.len() as u64) < total && first.len() < FIRST {
        let came = JsFuture::from(reader.read()).await;
        let came = came.map_err(|error| Message::new("url-failed").text("url", url).text("reason", words(&error)))?;
        match value(&came) {
            Some(bytes) => first.extend(bytes),
            None => return Err(Message::new("url-broken-off").number("at", first.len() as u64).text("reason", "")),
        }
    }
    Ok(first)
}
