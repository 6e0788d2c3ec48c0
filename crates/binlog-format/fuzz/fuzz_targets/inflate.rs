//! Compressed bytes: what a payload holds, and the events inside.
#![no_main]

use binlog_explorer::space::Space;
use binlog_format::event::Context;
use binlog_format::events::TransactionPayload;
use binlog_format::limits::MAX_PAYLOAD;
use binlog_format::payload::inflate;
use binlog_format_fuzz::{assert_laws, control, event, format};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let ([compression], payload) = control::<1>(data);
    let (bytes, result) = inflate(&TransactionPayload {
        compression: if compression & 1 == 0 { 0 } else { 255 },
        uncompressed_size: None,
        payload,
    });
    assert!(bytes.len() <= MAX_PAYLOAD + (1 << 20));
    assert!(result.is_ok() || result.is_err_and(|error| error.found as usize <= MAX_PAYLOAD + (1 << 20)));

    // Fields: type, length and value of each, then 0 for the end.
    let mut body: Vec<u8> = if compression & 1 == 0 { vec![2, 1, 0] } else { vec![2, 3, 252, 255, 0] };
    body.extend([3, 9, 254]);
    body.extend((bytes.len() as u64).to_le_bytes());
    body.extend([1, 9, 254]);
    body.extend((payload.len() as u64).to_le_bytes());
    body.push(0);
    body.extend(payload);
    let format = format(0);
    let bytes = event(40, &body);
    let context = Context::new(&format);
    assert_laws(&bytes, &context);
    let Some(space) = Space::open("0", 4, &bytes, &context) else { return };
    let mut at = 0;
    for entry in &space.entries {
        assert!(entry.start == at && entry.end > at);
        at = entry.end;
        if entry.kind().is_some() {
            assert_laws(space.slice(entry.start, entry.end), &Context::new(&space.format));
        }
    }
    assert_eq!(at, space.bytes.len() as u64);
});
