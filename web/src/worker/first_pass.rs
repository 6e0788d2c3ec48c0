//! The first pass over a file: a stream that fills our own buffer (about twice as fast as the
//! other ways), each window scanned while the browser reads the next.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use binlog_explorer::pool::Gathering;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, File, ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader, ReadableStreamReadResult,
};

use super::kept;
use super::session::{Pass, Session};
use super::turn::Turns;

/// Bytes to a window.
const WINDOW: u32 = 2 << 20;

/// Milliseconds between two reports of progress. Each makes the page draw, which takes processor time from
/// the walk.
pub(super) const REPORT_EVERY: f64 = 200.0;

/// A stream being read. It lives in the session: a reader that only a suspended function holds
/// can be collected in the middle of a file, without an error.
pub enum Reader {
    /// It fills our buffer, which is away while it does.
    Filling(ReadableStreamByobReader, Option<Uint8Array>),
    /// It brings buffers of its own.
    Bringing(ReadableStreamDefaultReader),
}

impl Reader {
    fn open(file: &Blob) -> Self {
        Self::over(&file.stream())
    }

    /// Over a stream of bytes.
    pub fn over(stream: &ReadableStream) -> Self {
        match ReadableStreamByobReader::new(stream) {
            Ok(reader) => Self::Filling(reader, None),
            // Not every browser lets a file's stream fill a given buffer.
            Err(_) => Self::Bringing(stream.get_reader().unchecked_into()),
        }
    }

    /// Asks for the next bytes.
    pub fn read(&mut self) -> Promise {
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

pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

/// Walks a file from start to end, unless it is cancelled or another file is opened. What an index kept from earlier
/// has is not walked again.
pub async fn run(session: Rc<RefCell<Session>>, file: File, generation: u32) {
    let known = match kept::take_up(&session, generation).await {
        Some(kept) => session.borrow_mut().take_up(&kept),
        None => None,
    };
    walk_on(session, file, generation, known).await;
}

/// Goes on where a pass was that was cancelled.
pub async fn go_on(session: Rc<RefCell<Session>>, file: File, generation: u32) {
    walk_on(session, file, generation, None).await;
}

async fn walk_on(session: Rc<RefCell<Session>>, file: File, generation: u32, known: Option<Gathering>) {
    let number = session.borrow_mut().next_walk();
    let result = walk(&session, &file, generation, number).await;
    if session.borrow().is_walk(generation, number) {
        Session::end_pass(&session, result.err(), known);
    }
}

async fn walk(session: &Rc<RefCell<Session>>, file: &File, generation: u32, number: u32) -> Result<(), JsValue> {
    if session.borrow().is_decrypted() {
        return walk_clear(session, generation, number).await;
    }
    let begun = session.borrow_mut().wants();
    let rest = file.slice_with_f64_and_f64(begun as f64, file.size())?;
    session.borrow_mut().begin_pass(Pass::Stream(Reader::open(if begun == 0 { file } else { &rest })));
    let mut window = vec![0; WINDOW as usize];
    let mut offset = begun;
    let (mut reported, mut turns) = (now(), Turns::new());
    loop {
        turns.next().await;
        wait_while_paused(session, generation).await;
        let read = match session.borrow_mut().reader(generation, number) {
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
        let Some(reader) = session.reader(generation, number) else { return Ok(()) };
        reader.take_back(&value);
        if length > 0 {
            session.feed(offset, bytes).map_err(|error| JsValue::from_str(&error.to_string()))?;
            offset += length as u64;
        }
        if result.get_done() == Some(true) {
            return Ok(());
        }
        // The first rows are shown at once.
        if offset == begun + length as u64 || now() - reported > REPORT_EVERY {
            reported = now();
            session.report();
        }
    }
}

pub(super) async fn wait_while_paused(session: &Rc<RefCell<Session>>, generation: u32) {
    while session.borrow().is_paused(generation) {
        gloo_timers::future::sleep(Duration::from_millis(40)).await;
    }
}

/// Waits as long as a pass that was cancelled is not let go on, and no other source is opened.
pub(super) async fn wait_while_stopped(session: &Rc<RefCell<Session>>, generation: u32) {
    while session.borrow().is_stopped(generation) {
        gloo_timers::future::sleep(Duration::from_millis(40)).await;
    }
}

/// The same for the clear bytes of an encrypted file, which must be read to be decrypted. Between
/// two windows the page's requests are answered.
pub(super) async fn walk_clear(session: &Rc<RefCell<Session>>, generation: u32, number: u32) -> Result<(), JsValue> {
    session.borrow_mut().begin_pass(Pass::Clear);
    let mut reported = 0.0;
    wait_while_paused(session, generation).await;
    while session.borrow_mut().feed_clear(generation, number, WINDOW.into())? {
        if now() - reported > REPORT_EVERY {
            reported = now();
            session.borrow_mut().report();
        }
        wait_while_paused(session, generation).await;
        gloo_timers::future::sleep(Duration::ZERO).await;
    }
    Ok(())
}
