//! Text by the browser's own decoders, so that their tables are not loaded with the page.

use std::cell::RefCell;
use std::collections::HashMap;

use web_sys::{TextDecoder, TextDecoderOptions};

thread_local! {
    /// One decoder a label; making one costs more than using it.
    static DECODERS: RefCell<HashMap<String, Option<TextDecoder>>> = RefCell::default();
}

fn decoder(label: &str) -> Option<TextDecoder> {
    let options = TextDecoderOptions::new();
    // What is invalid is shown as bytes, not as U+FFFD.
    options.set_fatal(true);
    TextDecoder::new_with_label_and_options(label, &options).ok()
}

/// Decodes bytes by a label of the Encoding Standard.
pub fn decode(label: &str, bytes: &[u8]) -> Option<String> {
    DECODERS.with_borrow_mut(|decoders| {
        if !decoders.contains_key(label) {
            decoders.insert(label.to_owned(), decoder(label));
        }
        decoders.get(label)?.as_ref()?.decode_with_u8_array(bytes).ok()
    })
}
