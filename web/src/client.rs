//! The page's end of the line to the worker: posts requests, hands answers to who asked,
//! starts the worker anew when it died.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use binlog_explorer::view::Message;
use js_sys::{Object, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use crate::fetching;
use crate::protocol::{Answer, Event, Request, RequestEnvelope, Response, ResponseEnvelope};

/// The static script that starts the worker's wasm; beside the page.
const WORKER_SCRIPT: &str = "worker_boot.js";

/// The name of a worker that is sent its modules, as `worker_boot.js` knows it.
const INSIDE: &str = "inside";

/// What comes of a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Its answer, with the bytes that came beside it.
    Answer(Answer, Option<Rc<[u8]>>),
    /// It failed, for this reason.
    Failed(Message),
    /// Nothing will come: the file changed or the worker died.
    Lost,
}

/// What the worker says unasked.
#[derive(Clone, Debug)]
pub enum News {
    /// An event of the protocol.
    Event(Event),
    /// The worker trapped or could not start; this is what the browser said.
    Died(String),
}

/// What rides beside a request.
#[derive(Clone, Debug)]
pub enum Cargo {
    /// Nothing.
    None,
    /// A file, for `OpenFile` and `AddKeys`.
    File(web_sys::File),
    /// Bytes, for `OpenBytes`; a copy is transferred so that the page can open them again.
    Bytes(Uint8Array),
}

/// A callback that JavaScript holds on to.
type Listener<E> = Closure<dyn FnMut(E)>;
type Waiting = Box<dyn FnOnce(Reply)>;

/// The line to the worker. Clones share it.
#[derive(Clone)]
pub struct Client(Rc<Line>);

struct Line {
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    queue: RefCell<Vec<(RequestEnvelope, Cargo)>>,
    waiting: RefCell<HashMap<u32, Waiting>>,
    next: Cell<u32>,
    generation: Cell<u32>,
    news: Callback<News>,
    on_message: RefCell<Option<Listener<MessageEvent>>>,
    on_error: RefCell<Option<Listener<web_sys::Event>>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("generation", &self.0.generation.get()).finish()
    }
}

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Client {
    /// Starts a worker; what it says unasked goes to `news`.
    pub fn start(news: Callback<News>) -> Self {
        let client = Self(Rc::new(Line {
            worker: RefCell::new(None),
            ready: Cell::new(false),
            queue: RefCell::default(),
            waiting: RefCell::default(),
            next: Cell::new(1),
            generation: Cell::new(0),
            news,
            on_message: RefCell::new(None),
            on_error: RefCell::new(None),
        }));
        client.spawn();
        client
    }

    /// Counts opened files.
    pub fn generation(&self) -> u32 {
        self.0.generation.get()
    }

    /// Asks; `then` is called once, with whatever comes of it.
    pub fn ask(&self, request: Request, then: impl FnOnce(Reply) + 'static) {
        self.post(request, Cargo::None, Box::new(then));
    }

    /// Asks with something beside the request.
    pub fn ask_with(&self, request: Request, cargo: Cargo, then: impl FnOnce(Reply) + 'static) {
        self.post(request, cargo, Box::new(then));
    }

    /// Opens a source: a new generation, in which answers about the old one are dropped.
    pub fn open(&self, request: Request, cargo: Cargo, then: impl FnOnce(Reply) + 'static) {
        self.0.generation.set(self.0.generation.get() + 1);
        self.post(request, cargo, Box::new(then));
    }

    /// Ends the worker and starts another; everything asked is lost.
    pub fn restart(&self) {
        if let Some(worker) = self.0.worker.borrow_mut().take() {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
        self.0.ready.set(false);
        self.0.queue.borrow_mut().clear();
        let waiting: Vec<Waiting> = self.0.waiting.borrow_mut().drain().map(|(_, then)| then).collect();
        for then in waiting {
            then(Reply::Lost);
        }
        self.spawn();
    }

    fn spawn(&self) {
        let options = WorkerOptions::new();
        let inside = fetching::inside("script").and_then(|script| script.as_string());
        if inside.is_some() {
            options.set_name(INSIDE);
        } else {
            options.set_type(WorkerType::Module);
        }
        let worker = match Worker::new_with_options(inside.as_deref().unwrap_or(WORKER_SCRIPT), &options) {
            Ok(worker) => worker,
            Err(error) => {
                self.0.news.emit(News::Died(describe(&error)));
                return;
            }
        };
        // Weak, or the closures that the line owns would keep the line alive for ever.
        let line = Rc::downgrade(&self.0);
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(line) = line.upgrade() {
                Client(line).receive(&event.data());
            }
        });
        let line = Rc::downgrade(&self.0);
        let on_error = Closure::new(move |event: web_sys::Event| {
            if let Some(line) = line.upgrade() {
                let said = Reflect::get(&event, &"message".into()).unwrap_or_default();
                line.news.emit(News::Died(said.as_string().unwrap_or_default()));
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        if let Some(modules) = fetching::inside("modules") {
            // A message that cannot be sent leaves a worker that never gets ready, and says so by `onerror`.
            let _ = worker.post_message(&modules);
        }
        self.0.worker.replace(Some(worker));
        self.0.on_message.replace(Some(on_message));
        self.0.on_error.replace(Some(on_error));
    }

    fn post(&self, request: Request, cargo: Cargo, then: Waiting) {
        let id = self.0.next.get();
        self.0.next.set(id.wrapping_add(1).max(1));
        let envelope = RequestEnvelope { id, generation: self.0.generation.get(), request };
        self.0.waiting.borrow_mut().insert(id, then);
        if self.0.ready.get() {
            self.send(&envelope, &cargo);
        } else {
            self.0.queue.borrow_mut().push((envelope, cargo));
        }
    }

    fn send(&self, envelope: &RequestEnvelope, cargo: &Cargo) {
        if let Err(error) = self.try_send(envelope, cargo) {
            self.0.waiting.borrow_mut().remove(&envelope.id);
            self.0.news.emit(News::Died(describe(&error)));
        }
    }

    fn try_send(&self, envelope: &RequestEnvelope, cargo: &Cargo) -> Result<(), JsValue> {
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
        let message = Object::new();
        Reflect::set(&message, &"body".into(), &envelope.serialize(&serializer)?)?;
        let worker = self.0.worker.borrow();
        let worker = worker.as_ref().ok_or_else(|| JsValue::from_str("no worker"))?;
        match cargo {
            Cargo::None => worker.post_message(&message),
            Cargo::File(file) => {
                Reflect::set(&message, &"file".into(), file)?;
                worker.post_message(&message)
            }
            Cargo::Bytes(bytes) => {
                let copy = bytes.slice(0, bytes.length());
                Reflect::set(&message, &"bytes".into(), &copy)?;
                worker.post_message_with_transfer(&message, &js_sys::Array::of1(&copy.buffer()))
            }
        }
    }

    fn receive(&self, data: &JsValue) {
        let body = Reflect::get(data, &"body".into()).unwrap_or_default();
        if body.is_undefined() {
            // worker_boot.js says so when the worker's code fails outside of any event.
            let trap = Reflect::get(data, &"trap".into()).unwrap_or_default();
            if let Some(said) = trap.as_string() {
                self.0.news.emit(News::Died(said));
            }
            return;
        }
        let envelope = match serde_wasm_bindgen::from_value::<ResponseEnvelope>(body) {
            Ok(envelope) => envelope,
            Err(error) => {
                self.0.news.emit(News::Died(error.to_string()));
                return;
            }
        };
        let bytes = Reflect::get(data, &"bytes".into())
            .ok()
            .and_then(|value| value.dyn_into::<Uint8Array>().ok())
            .map(|bytes| Rc::from(bytes.to_vec()));
        self.hand_out(envelope, bytes);
    }

    fn hand_out(&self, envelope: ResponseEnvelope, bytes: Option<Rc<[u8]>>) {
        if let Response::Event(event) = envelope.response {
            if matches!(event, Event::Ready) {
                self.0.ready.set(true);
                for (envelope, cargo) in self.0.queue.take() {
                    self.send(&envelope, &cargo);
                }
            } else if envelope.generation != self.0.generation.get() {
                return;
            }
            self.0.news.emit(News::Event(event));
            return;
        }
        let Some(then) = self.0.waiting.borrow_mut().remove(&envelope.id) else { return };
        if envelope.generation != self.0.generation.get() {
            then(Reply::Lost);
            return;
        }
        then(match envelope.response {
            Response::Answer(answer) => Reply::Answer(answer, bytes),
            Response::Failed(message) => Reply::Failed(message),
            Response::Stale | Response::Event(_) => Reply::Lost,
        });
    }
}

/// What a thrown value says, for people who report it.
pub fn describe(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_default()
}

/// Bytes of a `Deserialize` value for settings files fetched as JSON text.
pub fn from_json<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, JsValue> {
    let value = js_sys::JSON::parse(text)?;
    serde_wasm_bindgen::from_value(value).map_err(JsValue::from)
}
