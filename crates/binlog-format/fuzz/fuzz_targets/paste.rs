//! Pasted text of any form.
#![no_main]

use binlog_explorer::document::open_bytes;
use binlog_explorer::messages;
use binlog_explorer::paste::{MAX_BYTES, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    match parse(&text) {
        Ok(pasted) => {
            assert!(!pasted.bytes.is_empty() && pasted.bytes.len() <= MAX_BYTES);
            assert!(!pasted.notes.is_empty(), "says what the text was read as");
            for note in &pasted.notes {
                assert_ne!(messages::english(note), note.id, "a note without words");
            }
            if let Ok(mut document) = open_bytes("paste", pasted.bytes, pasted.notes) {
                document.scan_all().expect("memory does not fail");
            }
        }
        Err(message) => assert_ne!(messages::english(&message), message.id, "an error without words"),
    }
});
