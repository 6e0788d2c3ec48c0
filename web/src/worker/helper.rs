//! A worker of the worker's: does jobs on ranges of blocks.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use binlog_explorer::pool::{self, Wanted};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

use super::browser_file::BrowserFile;
use super::stretch::Stretch;

/// The name by which `worker_boot.js` knows that it starts a helper.
pub const NAME: &str = "helper";

/// What a helper works with.
struct Helper {
    own: RefCell<pool::Helper>,
    /// Jobs that came while another one is done.
    waiting: RefCell<VecDeque<JsValue>>,
    /// One is being done.
    busy: Cell<bool>,
    stretch: RefCell<Stretch>,
    scope: DedicatedWorkerGlobalScope,
}

/// Listens for jobs about the file that came with the module.
#[inline(never)]
pub fn start(scope: &DedicatedWorkerGlobalScope, file: File) {
    let stretch = RefCell::new(Stretch::of(file.clone().into()));
    let helper = BrowserFile::new(file).ok().and_then(|source| pool::Helper::open(Box::new(source)).ok());
    let Some(helper) = helper else {
        let _ = post(scope, &[("trap", &"no file".into())], None);
        return;
    };
    let (own, scope) = (RefCell::new(helper), scope.clone());
    let helper = Rc::new(Helper { own, waiting: RefCell::default(), busy: Cell::new(false), stretch, scope });
    let scope = helper.scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        helper.waiting.borrow_mut().push_back(event.data());
        if !helper.busy.replace(true) {
            spawn_local(work(helper.clone()));
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = post(&scope, &[("ready", &true.into())], None);
}

/// Does the jobs that wait, one after the other.
async fn work(helper: Rc<Helper>) {
    loop {
        let Some(message) = helper.waiting.borrow_mut().pop_front() else { break };
        let Ok(bytes) = part(&message, "bytes").dyn_into::<Uint8Array>() else { continue };
        let wanted = helper.own.borrow_mut().begin(&bytes.to_vec());
        match wanted {
            Wanted::Stretch(wanted) => bring(&helper, wanted).await,
            Wanted::Pieces(wanted) => bring_pieces(&helper, wanted).await,
        }
        let outcome = Uint8Array::from(helper.own.borrow_mut().finish().as_slice());
        // Fails only while the worker is being torn down.
        let _ = post(&helper.scope, &[("job", &part(&message, "job")), ("bytes", &outcome)], Some(&outcome));
    }
    helper.busy.set(false);
}

/// Reads what a job needs through the stream of the jobs before it. What does not come so is read when it is asked for.
async fn bring(helper: &Helper, mut wanted: Range<u64>) {
    while !wanted.is_empty() {
        let read = helper.stretch.borrow_mut().read(&wanted);
        let came = match read {
            Ok(read) => JsFuture::from(read).await,
            Err(error) => Err(error),
        };
        let came = came.ok().and_then(|came| helper.stretch.borrow_mut().take(&came));
        let Some(bytes) = came else { return helper.stretch.borrow_mut().close() };
        helper.own.borrow().give(wanted.start, bytes.length() as usize, |target| bytes.copy_to(target));
        helper.stretch.borrow_mut().take_back(&bytes);
        wanted.start += u64::from(bytes.length());
    }
}

/// Reads pieces side by side: each takes longer to be asked for than to come.
async fn bring_pieces(helper: &Helper, wanted: Vec<Range<u64>>) {
    let read = |piece: &Range<u64>| helper.stretch.borrow().piece(piece).ok();
    let asked: Vec<_> = wanted.iter().map_while(read).collect();
    for (piece, read) in wanted.iter().zip(asked) {
        // What does not come so is read when it is asked for.
        let Ok(bytes) = JsFuture::from(read).await else { continue };
        helper.own.borrow().give_piece(piece.start, Uint8Array::new(&bytes).to_vec());
    }
}

/// The file that `worker_boot.js` was sent, if this is a helper.
pub fn given(scope: &DedicatedWorkerGlobalScope) -> Option<File> {
    part(&part(scope, "given"), "file").dyn_into().ok()
}

/// A part of a message; undefined when it has none.
pub fn part(message: &JsValue, name: &str) -> JsValue {
    Reflect::get(message, &name.into()).unwrap_or_default()
}

fn post(
    scope: &DedicatedWorkerGlobalScope, parts: &[(&str, &JsValue)], handed: Option<&Uint8Array>,
) -> Result<(), JsValue> {
    let message = Object::new();
    for (name, value) in parts {
        Reflect::set(&message, &(*name).into(), value)?;
    }
    let handed = handed.map_or_else(Array::new, |bytes| Array::of1(&bytes.buffer()));
    scope.post_message_with_transfer(&message, &handed)
}
