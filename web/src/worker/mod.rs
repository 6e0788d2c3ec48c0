//! The worker: everything that reads and decodes. It answers the page's requests (see
//! [`protocol`](crate::protocol)) and walks the file in the background between them.

mod arriving;
mod browser_file;
mod browser_text;
mod conversations;
mod copying;
mod first_pass;
mod helper;
mod kept;
mod later;
mod live;
mod passes;
mod pool;
mod post;
mod progress;
mod remote;
mod search;
mod session;
mod share;
mod shown;
mod statistics;
mod store;
mod stretch;
mod strip;
mod turn;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use crate::protocol::{Event, RequestEnvelope, Response};
use session::{Beside, Session};

/// Starts to listen, and tells the page so.
pub fn start() {
    later::share();
    binlog_explorer::text::use_decoder(browser_text::decode);
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if let Some(file) = helper::given(&scope) {
        later::load();
        return helper::start(&scope, file);
    }
    let session = Rc::new(RefCell::new(Session::default()));
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| receive(&session, &event.data()));
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    on_message.forget();
    wasm_bindgen_futures::spawn_local(store::clean());
    post::respond(0, 0, &Response::Event(Event::Ready));
}

fn receive(session: &Rc<RefCell<Session>>, message: &JsValue) {
    let part = |name: &str| Reflect::get(message, &name.into()).unwrap_or_default();
    // Not a request of this protocol: nobody waits for an answer.
    let Ok(envelope) = serde_wasm_bindgen::from_value::<RequestEnvelope>(part("body")) else { return };
    let beside = Beside {
        file: part("file").dyn_into::<File>().ok(),
        bytes: part("bytes").dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()),
    };
    Session::handle(session, envelope, beside);
}
