//! The open file and the requests about it.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::document::{Document, Neighbour, open_bytes};
use binlog_explorer::encryption::{Keys, MAX_KEY_FILE, looks_like_key_file};
use binlog_explorer::source::{ReadError, Source, read_range};
use binlog_explorer::view::{Address, Message, Progress};
use binlog_explorer::{paste, view};
use wasm_bindgen::JsValue;
use web_sys::File;
use zeroize::Zeroizing;

use super::browser_file::{BrowserFile, words};
use super::first_pass::{self, Reader};
use super::post;
use crate::protocol::{Answer, Event, Password, Request, RequestEnvelope, Response, Step};

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
    document: Option<Document>,
    /// The first pass, while it runs.
    pass: Option<Pass>,
    cancelled: bool,
    summary: view::FileSummary,
    /// Keys of encrypted logs that the reader gave. They live in this memory only, are overwritten
    /// with it, and go nowhere.
    keys: Keys,
}

/// How the first pass gets its bytes.
pub enum Pass {
    /// The browser streams them.
    Stream(Reader),
    /// An encrypted source is read and decrypted in windows.
    Clear,
}

type Reply = Result<(Answer, Option<Vec<u8>>), Message>;

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
        let file = beside.file.clone().filter(|_| matches!(request, Request::OpenFile));
        let key_file = beside.file.clone().filter(|_| matches!(request, Request::AddKeys { .. }));
        let opens = matches!(request, Request::OpenFile | Request::OpenBytes { .. } | Request::OpenPaste { .. });
        let reply = {
            let mut session = session.borrow_mut();
            if opens {
                session.close(generation);
            }
            match request {
                Request::OpenFile => session.open_file(beside.file),
                Request::OpenBytes { name } => session.open_bytes(&name, beside.bytes),
                Request::OpenPaste { text } => session.open_paste(&text),
                Request::AddKeys { perhaps, password } => session.add_keys(key_file, perhaps, password),
                other => session.answer(other),
            }
        };
        let opened = opens && reply.is_ok();
        match reply {
            Ok((answer, bytes)) => post::respond_with(id, generation, &Response::Answer(answer), bytes.as_deref()),
            Err(message) => post::respond(id, generation, &Response::Failed(message)),
        }
        match file {
            Some(file) if opened => {
                wasm_bindgen_futures::spawn_local(first_pass::run(session.clone(), file, generation));
            }
            _ if opened => session.borrow_mut().end_pass(None),
            _ => {}
        }
    }

    /// Counts opened files.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    fn close(&mut self, generation: u32) {
        if let Some(Pass::Stream(reader)) = self.pass.take() {
            reader.cancel();
        }
        let keys = std::mem::take(&mut self.keys);
        *self = Self { generation, keys, ..Self::default() };
    }

    fn open_file(&mut self, file: Option<File>) -> Reply {
        let file = file.ok_or_else(|| Message::new("failed-no-file"))?;
        let name = file.name();
        let failed = |error: JsValue| Message::new("failed-read").number("at", 0).text("reason", words(&error));
        let source = BrowserFile::new(file).map_err(failed)?;
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
        let password = password.as_ref().map(|password| password.as_bytes());
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
        let mut keys = Keys::new();
        keys.add_with(&bytes, password)?;
        let sealed = self.document.as_mut().filter(|document| document.main_space() == "0");
        let fit = match sealed {
            Some(document) if document.encryption().is_some() => document.fits(&keys).map(|()| true)?,
            _ => false,
        };
        self.keys.add_with(&bytes, password)?;
        answer(Answer::Keys { fit })
    }

    fn open_bytes(&mut self, name: &str, bytes: Option<Vec<u8>>) -> Reply {
        let bytes = bytes.ok_or_else(|| Message::new("failed-no-file"))?;
        self.open_whole(open_bytes(name, bytes, Vec::new())?)
    }

    fn open_paste(&mut self, text: &str) -> Reply {
        let pasted = paste::parse(text)?;
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

    fn document(&mut self) -> Result<&mut Document, Message> {
        self.document.as_mut().ok_or_else(|| Message::new("failed-no-file"))
    }

    fn answer(&mut self, request: Request) -> Reply {
        if matches!(request, Request::Cancel) {
            self.cancel();
        }
        let document = self.document()?;
        match request {
            Request::Rows { from, count } => {
                let rows = document.list(from, count);
                answer(Answer::Rows { rows, total: document.row_count() })
            }
            Request::SetMode { mode } => {
                document.row_map().set_mode(mode);
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
                document.row_map().expand_all(expanded);
                answer(Answer::Changed { rows: document.row_count() })
            }
            Request::Reveal { address } => {
                let row = document.reveal(&address)?;
                answer(Answer::Row { row, total: document.row_count() })
            }
            Request::Event { address } => answer(Answer::Event(Box::new(document.event(&address)?))),
            Request::Children { address, path } => answer(Answer::Children(document.children(&address, &path)?)),
            Request::Bytes { space, start, length } => {
                let (bytes, space_size) = document.bytes(&space, start, length)?;
                Ok((Answer::Bytes { start, space_size }, Some(bytes)))
            }
            Request::Locate { address } => answer(Answer::Address(document.start_of(&address))),
            Request::Step { from, by } => answer(Answer::Address(step(document, &from, by))),
            Request::Spaces { address } => answer(Answer::Spaces(document.spaces(&address)?)),
            Request::Cancel => answer(Answer::Changed { rows: document.row_count() }),
            Request::OpenFile | Request::OpenBytes { .. } | Request::OpenPaste { .. } | Request::AddKeys { .. } => {
                Err(Message::new("failed-no-file"))
            }
        }
    }

    fn cancel(&mut self) {
        let Some(pass) = self.pass.take() else { return };
        if let Pass::Stream(reader) = pass {
            reader.cancel();
        }
        self.cancelled = true;
        self.report_done(true);
    }

    /// The first pass begins.
    pub fn begin_pass(&mut self, pass: Pass) {
        self.pass = Some(pass);
    }

    /// The reader of the first pass, unless it was cancelled or belongs to an earlier file.
    pub fn reader(&mut self, generation: u32) -> Option<&mut Reader> {
        match &mut self.pass {
            Some(Pass::Stream(reader)) if self.generation == generation => Some(reader),
            _ => None,
        }
    }

    /// Whether the open source is encrypted and its clear bytes are walked.
    pub fn is_decrypted(&self) -> bool {
        self.document.as_ref().is_some_and(|document| document.main_space() != "0")
    }

    /// Decrypts and walks the next `window` bytes; false when that was all, or it was cancelled.
    pub fn feed_clear(&mut self, generation: u32, window: u64) -> Result<bool, JsValue> {
        if self.generation != generation || !matches!(self.pass, Some(Pass::Clear)) {
            return Ok(false);
        }
        let Some(document) = &mut self.document else { return Ok(false) };
        let at = document.scanner().wants();
        match read_range(document.source(), at, at + window) {
            Ok(bytes) if bytes.is_empty() => return Ok(false),
            Ok(bytes) => document.scanner().feed(at, &bytes),
            Err(ReadError::Hole { end }) => document.scanner().skip_hole(end),
            Err(error) => return Err(error.to_string().into()),
        }
        Ok(true)
    }

    /// The first pass has more bytes.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) -> Result<(), ReadError> {
        self.document.as_mut().map_or(Ok(()), |document| document.feed(offset, bytes))
    }

    /// The first pass ended, with an error or at the end of the file.
    pub fn end_pass(&mut self, error: Option<JsValue>) {
        if self.cancelled {
            return;
        }
        self.pass = None;
        if let Some(document) = &mut self.document {
            match &error {
                None => document.scanner().finish(),
                // The index ends where reading failed; the file is not to be judged by that.
                Some(error) => document.note(Message::new("failed-file-changed").text("reason", words(error))),
            }
        }
        self.report_done(true);
    }

    /// Tells the page how far the first pass is.
    pub fn report(&mut self) {
        self.report_done(false);
    }

    fn report_done(&mut self, done: bool) {
        let Some(document) = &self.document else { return };
        let index = document.index();
        let progress = Progress {
            scanned: index.end,
            total: document.source().length(),
            entries: index.entries,
            events: index.events,
            transactions: index.transactions,
            damaged: index.damaged,
            bad_checksums: index.bad_checksums,
            done,
            cancelled: self.cancelled,
        };
        let event = Event::Progress { progress, rows: document.row_count() };
        let summary = document.summary();
        post::respond(0, self.generation, &Response::Event(event));
        if summary != self.summary {
            self.summary = summary.clone();
            post::respond(0, self.generation, &Response::Event(Event::Summary(Box::new(summary))));
        }
    }
}

fn step(document: &Document, from: &Address, by: Step) -> Option<Address> {
    let which = match by {
        Step::NextEvent => Neighbour::Next,
        Step::PreviousEvent => Neighbour::Previous,
        Step::NextTransaction => Neighbour::NextTransaction,
        Step::PreviousTransaction => Neighbour::PreviousTransaction,
        Step::First => Neighbour::First,
        Step::Last => Neighbour::Last,
    };
    document.neighbour(from, which)
}
