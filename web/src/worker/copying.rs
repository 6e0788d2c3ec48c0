//! What is copied, and what is cut out into a log of its own.

use binlog_explorer::conversation::Ladder;
use binlog_explorer::copy::{Form, Part, Piece};
use binlog_explorer::document::{Document, MAX_BYTES};
use binlog_explorer::view::{Address, Message};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, Url};

use super::browser_file::words;
use super::session::Reply;
use crate::protocol::{Answer, CopyRequest};

/// Answers a request about a log.
#[inline(never)]
pub fn answer(document: &Document, request: CopyRequest) -> Reply {
    match request {
        CopyRequest::Text { address, part, form } => Ok((Answer::Copied(document.copy(&address, part, form)?), None)),
        CopyRequest::Cut(choice) => {
            let mut bytes = Vec::new();
            let (_, more) = document.cut(&choice, &mut bytes)?;
            let name = document.summary().name;
            let name = format!("{}-cut", name.strip_suffix(".binlog").unwrap_or(&name));
            let failed = |error: JsValue| Message::new("failed-read").number("at", 0).text("reason", words(&error));
            Ok((Answer::Cut { url: address_of(&bytes).map_err(failed)?, name, more }, None))
        }
    }
}

/// Where the browser gives bytes as a file.
fn address_of(bytes: &[u8]) -> Result<String, JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
    Url::create_object_url_with_blob(&blob)
}

/// The same about a packet of a conversation.
#[inline(never)]
pub fn of_packet(ladder: &Ladder, address: &Address, part: Part, form: Form) -> Reply {
    let view = ladder.event(address.offset)?;
    let read = |_: &str, start: u64, length: u32| Ok(ladder.bytes(start, length.min(MAX_BYTES)).0);
    Ok((Answer::Copied(Piece::new(view, part, &read)?.write(form)?), None))
}
