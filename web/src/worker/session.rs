//! The open file and the requests about it.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::document::{Document, Neighbour, open_bytes};
use binlog_explorer::view::{Address, Message, Progress};
use binlog_explorer::{paste, view};
use wasm_bindgen::JsValue;
use web_sys::File;

use super::browser_file::{BrowserFile, words};
use super::first_pass::{self, Reader};
use super::post;
use crate::protocol::{Answer, Event, Request, RequestEnvelope, Response, Step};

/// What came beside a request.
pub struct Beside {
    /// For `OpenFile`.
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
    reader: Option<Reader>,
    cancelled: bool,
    summary: view::FileSummary,
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
        if let Some(reader) = self.reader.take() {
            reader.cancel();
        }
        *self = Self { generation, ..Self::default() };
    }

    fn open_file(&mut self, file: Option<File>) -> Reply {
        let file = file.ok_or_else(|| Message::new("failed-no-file"))?;
        let name = file.name();
        let failed = |error: JsValue| Message::new("failed-read").number("at", 0).text("reason", words(&error));
        let source = BrowserFile::new(file).map_err(failed)?;
        self.document = Some(Document::new(name, Box::new(source), false, Vec::new())?);
        self.opened()
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
        document
            .scan_all()
            .map_err(|error| Message::new("failed-read").number("at", 0).text("reason", error.to_string()))?;
        self.document = Some(document);
        self.opened()
    }

    fn opened(&mut self) -> Reply {
        self.summary = self.document()?.summary();
        answer(Answer::Opened(self.summary.clone()))
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
            Request::OpenFile | Request::OpenBytes { .. } | Request::OpenPaste { .. } => {
                Err(Message::new("failed-no-file"))
            }
        }
    }

    fn cancel(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.cancel();
            self.cancelled = true;
            self.report_done(true);
        }
    }

    /// The first pass begins.
    pub fn keep_reader(&mut self, reader: Reader) {
        self.reader = Some(reader);
    }

    /// The reader of the first pass, unless it was cancelled or belongs to an earlier file.
    pub fn reader(&mut self, generation: u32) -> Option<&mut Reader> {
        self.reader.as_mut().filter(|_| self.generation == generation)
    }

    /// The first pass has more bytes.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) {
        if let Some(document) = &mut self.document {
            document.scanner().feed(offset, bytes);
        }
    }

    /// The first pass ended, with an error or at the end of the file.
    pub fn end_pass(&mut self, error: Option<JsValue>) {
        if self.cancelled {
            return;
        }
        self.reader = None;
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
            post::respond(0, self.generation, &Response::Event(Event::Summary(summary)));
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
