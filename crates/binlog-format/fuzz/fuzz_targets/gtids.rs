//! GTIDs and sets of them, plain and tagged, of both flavors.
#![no_main]

use binlog_format::event::{Body, Context, decode};
use binlog_format::gtid::GtidSet;
use binlog_format_fuzz::{assert_laws, control, event, format};
use libfuzzer_sys::fuzz_target;

const KINDS: [u8; 6] = [35, 33, 34, 42, 162, 163];

fuzz_target!(|data: &[u8]| {
    let ([kind], body) = control::<1>(data);
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    let format = format(u8::from(kind > 100));
    let bytes = event(kind, body);
    let context = Context::new(&format);
    assert_laws(&bytes, &context);
    match decode(&bytes, &context, ()).expect("a header").body {
        Ok(Body::PreviousGtids(previous)) => {
            let text = GtidSet(previous.set).to_string();
            assert!(!text.contains('…'), "{text}");
            // A tag's bytes are shown in at most four characters each, an interval in 41.
            assert!(text.len() <= 64 + 4 * previous.set.len());
        }
        Ok(Body::GtidList(list)) => assert_eq!(list.iter().count(), list.items.len() / 16),
        _ => {}
    }
    let _ = GtidSet(body).to_string();
});
