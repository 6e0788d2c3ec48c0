//! What somebody shares: after a byte that says which, a `.binlogscope` file, the text of a link, or the content of
//! either, which no checksum keeps chance away from.
#![no_main]

use binlog_explorer::bundle::{Bundle, MOST_CONTENT};
use binlog_explorer::choice::Choice;
use binlog_explorer::document::Document;
use binlog_explorer::dump::{JsonDump, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::outline::Outline;
use binlog_explorer::source::Source;
use libfuzzer_sys::fuzz_target;

/// Rows and events that are looked at.
const SHOWN: u32 = 24;

fuzz_target!(|data: &[u8]| {
    let Some((which, rest)) = data.split_first() else { return };
    let read = match which % 4 {
        0 => Bundle::from_bytes(rest),
        1 => Bundle::from_fragment(&String::from_utf8_lossy(rest)),
        _ => Bundle::from_content(rest),
    };
    let Ok(bundle) = read else { return };
    // It is written as it is read.
    assert!(bundle.content().len() as u64 <= MOST_CONTENT);
    assert_eq!(Bundle::from_content(&bundle.content()).as_ref(), Ok(&bundle));
    assert_eq!(Bundle::from_bytes(&bundle.to_bytes()).as_ref(), Ok(&bundle));
    assert_eq!(Bundle::from_fragment(&bundle.to_fragment()).as_ref(), Ok(&bundle));
    let Ok(mut document) = Document::open_bundle(bundle.clone()) else { return };
    document.scan_all().expect("memory does not fail");
    for row in document.list(0, SHOWN) {
        if let Ok(event) = document.event(&row.address) {
            assert!(event.end >= row.address.offset);
        }
    }
    // Items lie one behind the other, from the first byte to the last.
    let mut end = 0;
    for number in 0..document.entries().min(SHOWN.into()) {
        let Ok(located) = document.locate_entry(number) else { continue };
        assert_eq!(located.entry.start, end);
        end = located.entry.end;
    }
    // Whoever shares all of it again shares the same.
    if let Ok(chosen) = document.choose(&Choice::Whole)
        && let Ok(again) = Bundle::of(&document, &chosen)
        && !chosen.cut
    {
        assert!(again.bytes() <= bundle.bytes());
        assert_eq!(again.size, bundle.size);
    }
    let packet_header = document.scanner().packet_header();
    let start = document.scanner().start();
    let source = bundle.into_source();
    let mut out = Vec::new();
    let totals = walk_with_keys(&source, start, packet_header, &Keys::new(), &mut JsonDump::new(&mut out));
    assert!(totals.is_ok() || source.length() == 0, "{:?}", totals.err());
});
