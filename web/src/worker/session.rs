//! The open file and the requests about it.

mod pass;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use binlog_explorer::bundle::MOST_CONTENT;
use binlog_explorer::coordinates::Coordinates;
use binlog_explorer::document::{Document, open_bytes};
use binlog_explorer::encryption::{Keys, MAX_KEY_FILE, looks_like_key_file};
use binlog_explorer::source::{Source, read_range};
use binlog_explorer::view::Message;
use binlog_explorer::{paste, view};
use wasm_bindgen::JsValue;
use web_sys::File;
use zeroize::Zeroizing;

use super::browser_file::{BrowserFile, words};
use super::conversations::{self, Conversations};
use super::first_pass::{self, Reader};
use super::pool::{self, Pool};
use super::search::{self, Searching};
use super::{arriving, later, live, passes, post, share};
use crate::packed::Packed;
use crate::protocol::{Answer, Password, Request, RequestEnvelope, Response, SearchRequest, StripBy};

/// What came beside a request.
pub struct Beside {
    /// For `OpenFile` and `AddKeys`.
    pub file: Option<File>,
    /// For `OpenBytes`.
    pub bytes: Option<Vec<u8>>,
}

/// One file at a time.
#[derive(Default)]
pub struct Session {
    generation: u32,
    /// When the page asked for something last, in milliseconds.
    asked: f64,
    /// Searches that wait, and whether somebody is about to answer them.
    queued: VecDeque<(u32, SearchRequest)>,
    queues: bool,
    pub(super) document: Option<Document>,
    /// The first pass, while it runs.
    pass: Option<Pass>,
    pub(super) cancelled: bool,
    pub(super) paused: bool,
    /// The source comes from elsewhere, and is not all there.
    pub(super) arriving: bool,
    /// It comes from a live server.
    pub(super) live: Option<live::Live>,
    /// Counts bundles that were asked for.
    shares: u32,
    /// Counts first passes, and what ends them.
    walks: u32,
    pub(super) pool: Pool,
    /// How long a source that still comes will likely be.
    pub(super) expected: u64,
    /// The end of what was walked when the page was told last.
    pub(super) reported: u64,
    pub(super) summary: view::FileSummary,
    /// Keys of encrypted logs that the reader gave. They live in this memory only, are overwritten
    /// with it, and go nowhere.
    keys: Keys,
    /// Of the filter.
    pub(super) search: Searching,
    /// Packets: of a capture, pasted, or of a live connection.
    pub(super) conversations: Option<Box<Conversations>>,
}

/// How the first pass gets its bytes.
pub enum Pass {
    /// The browser streams them.
    Stream(Reader),
    /// An encrypted source is read and decrypted in windows.
    Clear,
    /// It comes from elsewhere, and is walked as it comes.
    Arriving,
}

pub(super) type Reply = Result<(Answer, Option<Vec<u8>>), Message>;

fn answer(answer: Answer) -> Reply {
    Ok((answer, None))
}

impl Session {
    /// Answers a request.
    pub fn handle(session: &Rc<RefCell<Self>>, envelope: RequestEnvelope, beside: Beside) {
        let RequestEnvelope { id, generation, request } = envelope;
        if generation < session.borrow().generation {
            post::respond(id, generation, &Response::Stale);
            return;
        }
        if request.is_waited_for() {
            session.borrow_mut().pool.give_way();
        }
        session.borrow_mut().asked = first_pass::now();
        if passes::handle(session, id, generation, &request) {
            return;
        }
        if let Request::OpenLive(wanted) = request {
            session.borrow_mut().close(generation);
            later::prefetch(session);
            wasm_bindgen_futures::spawn_local(live::open(session.clone(), id, generation, wanted));
            return;
        }
        if let Request::Share(request) = request {
            wasm_bindgen_futures::spawn_local(share::make(session.clone(), id, generation, *request));
            return;
        }
        if let Request::Search(request) = request {
            return Self::search(session, id, request);
        }
        if let Some(wanted) = arriving::Wanted::of(&request, &beside) {
            session.borrow_mut().close_for(generation, &wanted);
            wasm_bindgen_futures::spawn_local(arriving::open(session.clone(), id, generation, wanted));
            return;
        }
        let file = beside.file.clone().filter(|_| matches!(request, Request::OpenFile));
        let key_file = beside.file.clone().filter(|_| matches!(request, Request::AddKeys { .. }));
        let opens = matches!(
            request,
            Request::OpenFile | Request::OpenBytes { .. } | Request::OpenShared { .. } | Request::OpenPaste { .. }
        );
        let rows = matches!(request, Request::Rows { .. });
        let reply = {
            let mut session = session.borrow_mut();
            if opens {
                session.close(generation);
            }
            match request {
                Request::OpenFile => session.open_file(beside.file),
                Request::OpenBytes { name } => session.open_bytes(&name, beside.bytes),
                Request::OpenShared { text } => {
                    let opened = share::open_fragment(generation, &text);
                    opened.and_then(|document| session.open_whole(document))
                }
                Request::OpenPaste { text } => session.open_paste(&text),
                Request::AddKeys { perhaps, password } => session.add_keys(key_file, perhaps, password),
                other => session.answer(other),
            }
        };
        let opened = opens && reply.is_ok();
        if opened {
            later::prefetch(session);
        }
        match reply {
            Ok((answer, bytes)) => post::respond_with(id, generation, &Response::Answer(answer), bytes.as_deref()),
            Err(message) => post::respond(id, generation, &Response::Failed(message)),
        }
        if rows {
            pool::rows_were_sent(session);
        }
        if opened && session.borrow().conversations.is_some() {
            conversations::tell_packets_only(&session.borrow());
            return;
        }
        // A bundle is read already.
        let part = session.borrow().document.as_ref().is_some_and(|document| document.part().is_some());
        match file {
            Some(file) if opened && !part => {
                wasm_bindgen_futures::spawn_local(first_pass::run(session.clone(), file, generation));
            }
            _ if opened => Self::end_pass(session, None, None),
            _ => {}
        }
    }

    /// Searching is wanted later than looking: what is asked before it can be answered waits, in order.
    fn search(session: &Rc<RefCell<Self>>, id: u32, request: SearchRequest) {
        {
            let mut own = session.borrow_mut();
            if !own.queues && later::is_there() {
                drop(own);
                return search::handle(session, id, request);
            }
            own.queued.push_back((id, request));
            if std::mem::replace(&mut own.queues, true) {
                return;
            }
        }
        wasm_bindgen_futures::spawn_local(Self::answer_queued(session.clone()));
    }

    async fn answer_queued(session: Rc<RefCell<Self>>) {
        let generation = session.borrow().generation;
        // What a filter would say of the selection can wait until the page is quiet.
        let patient = |own: &Self| own.queued.iter().all(|(_, request)| matches!(request, SearchRequest::Terms { .. }));
        while patient(&session.borrow()) && !later::is_there() && !later::is_quiet(&session) {
            gloo_timers::future::sleep(std::time::Duration::from_millis(20)).await;
        }
        let there = later::fetched_at_once().await;
        while session.borrow().generation == generation {
            let next = session.borrow_mut().queued.pop_front();
            match next {
                Some((id, request)) if there => search::handle(&session, id, request),
                Some((id, _)) => post::respond(id, generation, &Response::Failed(Message::new("failed-later"))),
                None => {
                    session.borrow_mut().queues = false;
                    return;
                }
            }
        }
    }

    /// When the page asked for something last, in milliseconds.
    pub fn asked(&self) -> f64 {
        self.asked
    }

    /// Counts opened files.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Another bundle is wanted: its number.
    pub(super) fn next_share(&mut self) -> u32 {
        self.shares += 1;
        self.shares
    }

    /// Whether a bundle is the one that was asked for last.
    pub(super) fn is_share(&self, number: u32) -> bool {
        self.shares == number
    }

    /// A log of a capture is another view of the same capture.
    fn close_for(&mut self, generation: u32, wanted: &arriving::Wanted) {
        let conversations = self.conversations.take().filter(|_| matches!(wanted, arriving::Wanted::Log(..)));
        self.close(generation);
        self.conversations = conversations;
    }

    fn close(&mut self, generation: u32) {
        if let Some(Pass::Stream(reader)) = self.pass.take() {
            reader.cancel();
        }
        for (id, _) in self.queued.drain(..) {
            post::respond(id, self.generation, &Response::Stale);
        }
        let keys = std::mem::take(&mut self.keys);
        *self = Self { generation, asked: self.asked, keys, ..Self::default() };
    }

    fn open_file(&mut self, file: Option<File>) -> Reply {
        let file = file.ok_or_else(|| Message::new("failed-no-file"))?;
        let name = file.name();
        let own = Pool::over(file.clone());
        let failed = |error: JsValue| Message::new("failed-read").number("at", 0).text("reason", words(&error));
        let source = BrowserFile::new(file).map_err(failed)?;
        if source.length() <= MOST_CONTENT && share::is_bundle(&read_range(&source, 0, 8).unwrap_or_default()) {
            let bytes = read_range(&source, 0, source.length());
            let bytes =
                bytes.map_err(|error| Message::new("failed-read").number("at", 0).text("reason", error.to_string()))?;
            return self.open_whole(share::open_file(self.generation, &bytes)?);
        }
        self.pool = own;
        let mut document = Document::new(name, Box::new(source), false, Vec::new())?;
        self.unlock(&mut document);
        self.document = Some(document);
        self.opened()
    }

    /// Decrypts with the keys that are there. Without one that fits the file shows what is clear
    /// in it, and its summary says what is missing.
    fn unlock(&self, document: &mut Document) {
        if document.encryption().is_some() && !self.keys.is_empty() {
            let _ = document.unlock(&self.keys);
        }
    }

    /// Keeps the keys of a file, unless the open file is encrypted and they do not open it.
    fn add_keys(&mut self, file: Option<File>, perhaps: bool, password: Option<Password>) -> Reply {
        let password = password.map(|password| Zeroizing::new(password.0));
        let file = file.ok_or_else(|| Message::new("failed-no-file"))?;
        let failed = |error: JsValue| Message::new("failed-read").number("at", 0).text("reason", words(&error));
        let source = BrowserFile::new(file).map_err(failed)?;
        if source.length() > MAX_KEY_FILE {
            let large = Message::new("key-file-large").number("limit", MAX_KEY_FILE);
            return if perhaps { answer(Answer::NoKeyFile) } else { Err(large) };
        }
        let bytes = read_range(&source, 0, source.length());
        let bytes = Zeroizing::new(
            bytes.map_err(|error| Message::new("failed-read").number("at", 0).text("reason", error.to_string()))?,
        );
        if perhaps && !looks_like_key_file(&bytes) {
            return answer(Answer::NoKeyFile);
        }
        self.keep_keys(&bytes, password.as_ref().map(|password| password.as_bytes()))
    }

    #[inline(never)]
    fn keep_keys(&mut self, bytes: &[u8], password: Option<&[u8]>) -> Reply {
        let mut keys = Keys::new();
        keys.add_with(bytes, password)?;
        let sealed = self.document.as_mut().filter(|document| document.main_space() == "0");
        let fit = match sealed {
            Some(document) if document.encryption().is_some() => document.fits(&keys).map(|()| true)?,
            _ => false,
        };
        self.keys.add_with(bytes, password)?;
        answer(Answer::Keys { fit })
    }

    fn open_bytes(&mut self, name: &str, bytes: Option<Vec<u8>>) -> Reply {
        let bytes = bytes.ok_or_else(|| Message::new("failed-no-file"))?;
        if share::is_bundle(&bytes) {
            return self.open_whole(share::open_file(self.generation, &bytes)?);
        }
        self.open_whole(open_bytes(name, bytes, Vec::new())?)
    }

    #[inline(never)]
    fn open_paste(&mut self, text: &str) -> Reply {
        let pasted = paste::parse(text)?;
        if let Some(ladder) = binlog_explorer::conversation::pasted(&pasted.bytes) {
            let summary = conversations::pasted(&pasted);
            self.conversations = Some(Box::new(Conversations::of(ladder)));
            return answer(Answer::Opened(Box::new(summary)));
        }
        self.open_whole(open_bytes("paste", pasted.bytes, pasted.notes)?)
    }

    /// A source in memory is walked at once.
    fn open_whole(&mut self, mut document: Document) -> Reply {
        self.unlock(&mut document);
        document
            .scan_all()
            .map_err(|error| Message::new("failed-read").number("at", 0).text("reason", error.to_string()))?;
        self.document = Some(document);
        self.opened()
    }

    fn opened(&mut self) -> Reply {
        self.summary = self.document()?.summary();
        answer(Answer::Opened(Box::new(self.summary.clone())))
    }

    /// The open file, and whether its first pass was stopped.
    pub(super) fn opened_document(&mut self) -> Option<(&mut Document, &mut Searching, &mut Pool, bool)> {
        // A live source has no end to wait for: what there is of its last block is looked through, and again when it
        // grows.
        let stopped = self.cancelled || self.live.is_some();
        Some((self.document.as_mut()?, &mut self.search, &mut self.pool, stopped))
    }

    fn document(&mut self) -> Result<&mut Document, Message> {
        self.document.as_mut().ok_or_else(|| Message::new("failed-no-file"))
    }

    fn answer(&mut self, request: Request) -> Reply {
        if matches!(request, Request::Cancel) {
            self.cancel();
        }
        if let Request::Find { text } = &request {
            return self.find(text);
        }
        if let Request::Strip { by, part, columns } = request {
            return self.strip(by, part, columns);
        }
        if matches!(request, Request::Counted) {
            return self.counted();
        }
        if let Some(conversations) = self.conversations.as_ref().filter(|_| conversations::is_about(&request)) {
            return conversations::answer(conversations, request);
        }
        let document = self.document.as_mut().ok_or_else(|| Message::new("failed-no-file"))?;
        match request {
            Request::Rows { from, count } => {
                let rows = document.list(from, count);
                self.search.look_at(document, from + u64::from(count) / 2);
                answer(Answer::Rows { rows: Packed(rows), total: document.row_count() })
            }
            Request::SetMode { mode } => {
                document.set_mode(mode);
                answer(Answer::Changed { rows: document.row_count() })
            }
            Request::Expand { address, transaction, expanded } => {
                if transaction {
                    document.expand_transaction(&address, expanded)?;
                } else {
                    document.expand_payload(&address, expanded)?;
                }
                answer(Answer::Changed { rows: document.row_count() })
            }
            Request::ExpandAll { expanded } => {
                document.expand_all(expanded);
                answer(Answer::Changed { rows: document.row_count() })
            }
            Request::Reveal { address } => {
                let row = document.reveal(&address)?;
                answer(Answer::Row { row, total: document.row_count() })
            }
            Request::Event { address } => super::shown::event(document, &address),
            Request::Children { address, path } => {
                answer(Answer::Children(Packed(document.children(&address, &path)?)))
            }
            Request::Bytes { space, start, length } => super::shown::bytes(document, &space, start, length),
            Request::Copy(request) => super::copying::answer(document, request),
            Request::Locate { address } => answer(Answer::Address(document.start_of(&address))),
            Request::Step { from, by } => super::shown::neighbour(document, &from, by),
            Request::Cancel => answer(Answer::Changed { rows: document.row_count() }),
            Request::OpenFile
            | Request::OpenUrl { .. }
            | Request::OpenLive(_)
            | Request::StopLive
            | Request::Recording
            | Request::OpenBytes { .. }
            | Request::OpenShared { .. }
            | Request::OpenPaste { .. }
            | Request::Share(_)
            | Request::AddKeys { .. }
            | Request::Pause(_)
            | Request::GoOn
            | Request::Statistics
            | Request::Counted
            | Request::Kept { .. }
            | Request::Find { .. }
            | Request::Strip { .. }
            | Request::Conversation(_)
            | Request::Search(_) => Err(Message::new("failed-no-file")),
        }
    }

    /// The statistics, as far as they are; nothing before the second pass has begun.
    fn counted(&self) -> Reply {
        match (self.pool.gathering(), self.pool.failure()) {
            (Some(_), _) => answer(Answer::Counted(self.statistics_view().map(Box::new))),
            (None, Some(failure)) => Err(failure.clone()),
            (None, None) => answer(Answer::Counted(None)),
        }
    }

    fn strip(&mut self, by: StripBy, part: Option<(u64, u64)>, columns: u32) -> Reply {
        let (document, pool) = self.document_and_pool().ok_or_else(|| Message::new("failed-no-file"))?;
        let counted = pool.gathering().map(|gathering| &gathering.whole().overview);
        let (strip, bytes) = super::strip::strip(document, by, part, columns, counted);
        Ok((strip, Some(bytes)))
    }

    /// A text in a form that holds bytes is not read for places.
    #[inline(never)]
    fn find(&self, text: &str) -> Reply {
        let wanted = if paste::parse(text).is_ok() { None } else { Coordinates::read(text) };
        let finding = wanted.as_ref().and_then(|wanted| Some(self.document.as_ref()?.find(wanted))).transpose()?;
        answer(Answer::Found { said: wanted.map(|wanted| wanted.said()).unwrap_or_default(), finding })
    }

    /// Shows a document whose bytes come from elsewhere.
    pub fn install(&mut self, mut document: Document) -> Reply {
        self.unlock(&mut document);
        self.document = Some(document);
        self.opened()
    }
}
