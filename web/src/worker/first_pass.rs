//! The first pass over a file: a stream that fills our own buffer (about twice as fast as the
//! other ways), each window scanned while the browser reads the next.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, ReadableStreamByobReader, ReadableStreamDefaultReader, ReadableStreamReadResult};

use super::session::{Pass, Session};

/// Bytes to a window.
const WINDOW: u32 = 2 << 20;

/// Milliseconds between two reports of progress. Each makes the page draw, which takes processor time from
/// the walk.
const REPORT_EVERY: f64 = 200.0;

/// A stream being read. It lives in the session: a reader that only a suspended function holds
/// can be collected in the middle of a file, without an error.
pub enum Reader {
    /// It fills our buffer, which is away while it does.
    Filling(ReadableStreamByobReader, Option<Uint8Array>),
    /// It brings buffers of its own.
    Bringing(ReadableStreamDefaultReader),
}

impl Reader {
    fn open(file: &File) -> Self {
        let stream = file.stream();
        match ReadableStreamByobReader::new(&stream) {
            Ok(reader) => Self::Filling(reader, None),
            // Not every browser lets a file's stream fill a given buffer.
            Err(_) => Self::Bringing(stream.get_reader().unchecked_into()),
        }
    }

    fn read(&mut self) -> Promise {
        match self {
            Self::Filling(reader, buffer) => {
                let buffer = buffer.take().unwrap_or_else(|| Uint8Array::new_with_length(WINDOW));
                reader.read_with_array_buffer_view(&buffer)
            }
            Self::Bringing(reader) => reader.read(),
        }
    }

    /// The bytes were copied: their buffer is there to be filled again.
    fn take_back(&mut self, bytes: &Uint8Array) {
        if let Self::Filling(_, buffer) = self {
            *buffer = Some(Uint8Array::new(&bytes.buffer()));
        }
    }

    /// Lets the file go.
    pub fn cancel(&self) {
        let cancelled = match self {
            Self::Filling(reader, _) => reader.cancel(),
            Self::Bringing(reader) => reader.cancel(),
        };
        // It rejects when the stream has ended already.
        spawn_local(async move { drop(JsFuture::from(cancelled).await) });
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}

/// Walks a file from start to end, unless it is cancelled or another file is opened.
pub async fn run(session: Rc<RefCell<Session>>, file: File, generation: u32) {
    let result = walk(&session, &file, generation).await;
    let mut session = session.borrow_mut();
    if session.generation() == generation {
        session.end_pass(result.err());
    }
}

async fn walk(session: &Rc<RefCell<Session>>, file: &File, generation: u32) -> Result<(), JsValue> {
    if session.borrow().is_decrypted() {
        return walk_clear(session, generation).await;
    }
    session.borrow_mut().begin_pass(Pass::Stream(Reader::open(file)));
    let mut window = vec![0; WINDOW as usize];
    let mut offset = 0;
    let mut reported = now();
    loop {
        let read = match session.borrow_mut().reader(generation) {
            Some(reader) => reader.read(),
            None => return Ok(()),
        };
        let result: ReadableStreamReadResult = JsFuture::from(read).await?.unchecked_into();
        // None came when the stream was cancelled.
        let Ok(value) = result.get_value().dyn_into::<Uint8Array>() else { return Ok(()) };
        let length = value.length() as usize;
        if window.len() < length {
            window.resize(length, 0);
        }
        let bytes = window.get_mut(..length).unwrap_or_default();
        value.copy_to(bytes);
        let mut session = session.borrow_mut();
        let Some(reader) = session.reader(generation) else { return Ok(()) };
        reader.take_back(&value);
        if length > 0 {
            session.feed(offset, bytes).map_err(|error| JsValue::from_str(&error.to_string()))?;
            offset += length as u64;
        }
        if result.get_done() == Some(true) {
            return Ok(());
        }
        // The first rows are shown at once.
        if offset == length as u64 || now() - reported > REPORT_EVERY {
            reported = now();
            session.report();
        }
    }
}

/// The same for the clear bytes of an encrypted file, which must be read to be decrypted. Between
/// two windows the page's requests are answered.
async fn walk_clear(session: &Rc<RefCell<Session>>, generation: u32) -> Result<(), JsValue> {
    session.borrow_mut().begin_pass(Pass::Clear);
    let mut reported = 0.0;
    while session.borrow_mut().feed_clear(generation, WINDOW.into())? {
        if now() - reported > REPORT_EVERY {
            reported = now();
            session.borrow_mut().report();
        }
        gloo_timers::future::sleep(std::time::Duration::ZERO).await;
    }
    Ok(())
}
