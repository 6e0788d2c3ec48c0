//! What a session knows of its first pass, and what the pass tells it.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::document::TakenUp;
use binlog_explorer::pool::Gathering;
use binlog_explorer::source::{ReadError, read_range};
use binlog_explorer::view::Message;
use wasm_bindgen::JsValue;

use super::{Pass, Session};
use crate::worker::browser_file::words;
use crate::worker::first_pass::Reader;
use crate::worker::{later, pool};

impl Session {
    pub(super) fn cancel(&mut self) {
        let Some(pass) = self.pass.take() else { return };
        if let Pass::Stream(reader) = pass {
            reader.cancel();
        }
        self.cancelled = true;
        self.walks += 1;
        self.report_done(true);
    }

    /// A first pass is about to begin: its number. No other one goes on.
    pub fn next_walk(&mut self) -> u32 {
        self.walks += 1;
        self.walks
    }

    /// Whether a first pass is the one that goes on.
    pub fn is_walk(&self, generation: u32, walk: u32) -> bool {
        self.generation == generation && self.walks == walk
    }

    /// A source that still comes will likely be this long.
    pub fn expect(&mut self, length: u64) {
        self.expected = length;
    }

    /// The source is whole.
    pub fn complete(&mut self, length: u64) {
        self.expected = 0;
        if let Some(document) = self.document.as_mut().filter(|document| document.main_space() == "0") {
            document.scanner().set_length(length, true);
        }
    }

    /// The next bytes of a source that is `length` bytes long so far.
    pub fn feed_growing(&mut self, length: u64, offset: u64, bytes: &[u8]) -> Result<(), ReadError> {
        if let Some(document) = &mut self.document {
            document.scanner().set_length(length, false);
        }
        self.feed(offset, bytes)
    }

    /// Walks the next `window` bytes of what is recorded; false at its end.
    pub fn walk_recording(&mut self, window: u64) -> Result<bool, ReadError> {
        let Some(document) = &mut self.document else { return Ok(false) };
        let length = document.source().length();
        let complete = document.source().is_complete();
        document.scanner().set_length(length, complete);
        let at = document.scanner().wants();
        if at >= length {
            return Ok(false);
        }
        let bytes = read_range(document.source(), at, length.min(at + window))?;
        document.scanner().feed(at, &bytes);
        Ok(true)
    }

    /// Something about the whole source is worth saying.
    pub fn note(&mut self, note: Message) {
        if let Some(document) = &mut self.document {
            document.note(note);
        }
    }

    /// The stream has done its work.
    pub fn cancel_reader(&mut self) {
        if let Some(Pass::Stream(reader)) = &self.pass {
            reader.cancel();
        }
    }

    /// The first pass begins.
    pub fn begin_pass(&mut self, pass: Pass) {
        self.pass = Some(pass);
    }

    /// The reader of the first pass, unless it was cancelled or belongs to an earlier file.
    pub fn reader(&mut self, generation: u32, walk: u32) -> Option<&mut Reader> {
        let current = self.is_walk(generation, walk);
        match &mut self.pass {
            Some(Pass::Stream(reader)) if current => Some(reader),
            _ => None,
        }
    }

    /// Whether the open source is encrypted and its clear bytes are walked.
    pub fn is_decrypted(&self) -> bool {
        self.document.as_ref().is_some_and(|document| document.main_space() != "0")
    }

    /// Decrypts and walks the next `window` bytes; false when that was all, or it was cancelled.
    pub fn feed_clear(&mut self, generation: u32, walk: u32, window: u64) -> Result<bool, JsValue> {
        if !self.is_walk(generation, walk) || !matches!(self.pass, Some(Pass::Clear)) {
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

    /// Where the first pass begins, or goes on.
    pub fn wants(&mut self) -> u64 {
        self.document.as_mut().map_or(0, |document| document.scanner().wants())
    }

    /// The index is there already, or that of the file's beginning; what the second pass gave then, of a file that is
    /// as it was.
    pub fn take_up(&mut self, kept: &TakenUp) -> Option<Gathering> {
        let document = self.document.as_mut()?;
        document.note(Message::new("note-kept-index").number("bytes", kept.length));
        let known = Gathering::from_bytes(&kept.beside, document.index());
        self.report();
        known
    }

    /// The first pass has more bytes.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) -> Result<(), ReadError> {
        self.document.as_mut().map_or(Ok(()), |document| document.feed(offset, bytes))
    }

    /// The first pass ended, with an error or at the end of the file. The second one begins, unless its result is
    /// `known`.
    pub fn end_pass(session: &Rc<RefCell<Self>>, error: Option<JsValue>, known: Option<Gathering>) {
        if session.borrow().cancelled {
            return;
        }
        session.borrow_mut().finish_pass(error);
        let complete = session.borrow().document.as_ref().is_some_and(|document| document.index().complete);
        if complete {
            let (session, generation) = (session.clone(), session.borrow().generation());
            wasm_bindgen_futures::spawn_local(async move {
                let there = later::fetched(&session).await;
                if session.borrow().generation() != generation {
                    return;
                }
                if there {
                    pool::begin(&session, known);
                } else {
                    session.borrow_mut().pool.fail(Message::new("failed-later"));
                }
            });
        }
    }

    /// The same without the second pass.
    pub fn end_first_pass(&mut self) {
        if !self.cancelled {
            self.finish_pass(None);
        }
    }

    fn finish_pass(&mut self, error: Option<JsValue>) {
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
}
