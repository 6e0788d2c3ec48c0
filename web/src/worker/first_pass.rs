//! The first pass over a file: a stream that fills our own buffer (about twice as fast as the
//! other ways), each window scanned while the browser reads the next.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::session::{Pass, Session};

/// Bytes to a window.
const WINDOW: u32 = 2 << 20;

/// Milliseconds between two reports of progress.
const REPORT_EVERY: f64 = 80.0;

/// A stream being read. It lives in the session: a reader that only a suspended function holds
/// can be collected in the middle of a file, without an error.
pub struct Reader {
    reader: JsValue,
    /// The reader fills our buffer; otherwise it brings its own.
    own_buffer: bool,
    buffer: Option<Uint8Array>,
}

impl Reader {
    fn open(file: &File) -> Result<Self, JsValue> {
        let stream = file.stream();
        let get_reader: Function = Reflect::get(&stream, &"getReader".into())?.dyn_into()?;
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"byob".into())?;
        if let Ok(reader) = get_reader.call1(&stream, &options) {
            return Ok(Self { reader, own_buffer: true, buffer: Some(Uint8Array::new_with_length(WINDOW)) });
        }
        Ok(Self { reader: get_reader.call0(&stream)?, own_buffer: false, buffer: None })
    }

    fn read(&mut self) -> Result<Promise, JsValue> {
        let read: Function = Reflect::get(&self.reader, &"read".into())?.dyn_into()?;
        let result = match self.buffer.take() {
            Some(buffer) => read.call1(&self.reader, &buffer),
            None if self.own_buffer => read.call1(&self.reader, &Uint8Array::new_with_length(WINDOW)),
            None => read.call0(&self.reader),
        };
        result?.dyn_into()
    }

    /// Lets the file go.
    pub fn cancel(&self) {
        let cancel = Reflect::get(&self.reader, &"cancel".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
        // It rejects when the stream has ended already.
        if let Some(Ok(promise)) = cancel.map(|cancel| cancel.call0(&self.reader))
            && let Ok(promise) = promise.dyn_into::<Promise>()
        {
            let ignore = Closure::<dyn FnMut(JsValue)>::new(|_| {});
            let _ = promise.catch(&ignore);
            ignore.forget();
        }
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
    session.borrow_mut().begin_pass(Pass::Stream(Reader::open(file)?));
    let mut window = vec![0; WINDOW as usize];
    let mut offset = 0;
    let mut reported = now();
    loop {
        let read = match session.borrow_mut().reader(generation) {
            Some(reader) => reader.read()?,
            None => return Ok(()),
        };
        let result = JsFuture::from(read).await?;
        let value = Reflect::get(&result, &"value".into())?;
        let done = Reflect::get(&result, &"done".into())?.is_truthy();
        let Ok(value) = value.dyn_into::<Uint8Array>() else { return Ok(()) };
        let length = value.length() as usize;
        if window.len() < length {
            window.resize(length, 0);
        }
        let bytes = window.get_mut(..length).unwrap_or_default();
        value.copy_to(bytes);
        let mut session = session.borrow_mut();
        let Some(reader) = session.reader(generation) else { return Ok(()) };
        if reader.own_buffer {
            reader.buffer = Some(Uint8Array::new_with_byte_offset_and_length(&value.buffer(), 0, WINDOW));
        }
        if length > 0 {
            session.feed(offset, bytes).map_err(|error| JsValue::from_str(&error.to_string()))?;
            offset += length as u64;
        }
        if done {
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
