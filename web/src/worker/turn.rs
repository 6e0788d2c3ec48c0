//! Turns: what works on and on lets the worker's other tasks have theirs.
//!
//! A promise that is kept already goes on before any other task: a stream that always has bytes would keep the
//! page's requests waiting to the end of a file.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// Milliseconds of work between two turns of others.
const TURN: f64 = 12.0;

/// Who works on and on.
#[derive(Debug)]
pub struct Turns {
    /// A message to oneself comes behind the tasks that wait. A timer would do, but browsers hold back the fifth by
    /// 4 ms.
    channel: Option<MessageChannel>,
    since: f64,
}

impl Turns {
    /// The work begins now.
    pub fn new() -> Self {
        Self { channel: MessageChannel::new().ok(), since: super::first_pass::now() }
    }

    /// Lets others have a turn, if this one was long.
    pub async fn next(&mut self) {
        if super::first_pass::now() - self.since >= TURN {
            self.others().await;
        }
    }

    async fn others(&mut self) {
        if let Some(channel) = &self.channel {
            let port = channel.port1();
            let came = Promise::new(&mut |resolve, _| port.set_onmessage(Some(resolve.unchecked_ref())));
            if channel.port2().post_message(&JsValue::NULL).is_ok() {
                // It is kept, never broken.
                drop(JsFuture::from(came).await);
            }
        }
        self.since = super::first_pass::now();
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.port1().close();
        }
    }
}
