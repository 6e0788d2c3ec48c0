//! Posting to the page.

use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

use crate::protocol::Response;

/// A `ResponseEnvelope` around a response that stays where it is.
#[derive(Serialize)]
struct Envelope<'a> {
    id: u32,
    generation: u32,
    response: &'a Response,
}

/// Posts a response.
pub fn respond(id: u32, generation: u32, response: &Response) {
    respond_with(id, generation, response, None);
}

/// Posts a response with bytes beside it; their buffer is handed over, not copied.
pub fn respond_with(id: u32, generation: u32, response: &Response, bytes: Option<&[u8]>) {
    // Posting fails only while the worker is being torn down; there is nobody left to tell.
    let _ = try_respond(id, generation, response, bytes);
}

fn try_respond(id: u32, generation: u32, response: &Response, bytes: Option<&[u8]>) -> Result<(), JsValue> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let envelope = Envelope { id, generation, response };
    let message = Object::new();
    Reflect::set(&message, &"body".into(), &envelope.serialize(&serializer)?)?;
    match bytes {
        None => scope.post_message(&message),
        Some(bytes) => {
            let copy = Uint8Array::from(bytes);
            Reflect::set(&message, &"bytes".into(), &copy)?;
            scope.post_message_with_transfer(&message, &Array::of1(&copy.buffer()))
        }
    }
}
