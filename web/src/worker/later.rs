//! What is wanted later lies in a second module (see `crates/xtask/src/page/later.rs`): the script that started this
//! worker fetches it. No code here knows on which side it stands.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::first_pass::now;
use super::session::Session;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    /// The second module shares what the first one exports.
    #[wasm_bindgen(js_name = shareWithLater)]
    fn share_with_later(exports: &JsValue);

    /// Whether nobody has to wait for it.
    #[wasm_bindgen(js_name = isLaterThere)]
    pub fn is_there() -> bool;

    /// Fetches and compiles the second module while the worker goes on; true once it is there.
    #[wasm_bindgen(js_name = fetchLater)]
    fn fetch_later() -> js_sys::Promise;

    /// Starts the second module; waits for it, if need be. The page's build finds it by this name, and calls it
    /// where something of that module is first wanted.
    #[wasm_bindgen(js_name = loadLater)]
    fn load_later();

    /// The compiled second module; undefined before it is fetched.
    #[wasm_bindgen(js_name = compiledLater)]
    pub fn compiled() -> JsValue;
}

/// Before anything else.
pub fn share() {
    share_with_later(&wasm_bindgen::exports());
}

/// Milliseconds without a request after which the page has what it shows.
const QUIET: f64 = 200.0;

/// Milliseconds after which it is fetched all the same.
const LATEST: f64 = 1500.0;

/// Lets it be fetched, so that nobody waits for it when it is wanted.
pub fn prefetch(session: &Rc<RefCell<Session>>) {
    let session = session.clone();
    spawn_local(async move {
        fetched(&session).await;
    });
}

/// Whether the page has what it shows.
pub fn is_quiet(session: &Rc<RefCell<Session>>) -> bool {
    now() - session.borrow().asked() >= QUIET
}

/// Whether it is there; if not, it could not be fetched just now. What the page asks for comes first.
pub async fn fetched(session: &Rc<RefCell<Session>>) -> bool {
    let begun = now();
    while !is_there() && !is_quiet(session) && now() - begun < LATEST {
        gloo_timers::future::sleep(Duration::from_millis(20)).await;
    }
    fetched_at_once().await
}

/// The same for who waits for it already.
pub async fn fetched_at_once() -> bool {
    JsFuture::from(fetch_later()).await.is_ok_and(|there| there.is_truthy())
}

/// For who needs it at once.
pub fn load() {
    load_later();
}
