//! A capture of a network: reassembled, taken apart into packets, each packet shown, each log in it scanned.
#![no_main]

use std::rc::Rc;

use binlog_explorer::capture::Capture;
use binlog_explorer::conversation::{LadderRow, pasted};
use binlog_explorer::document::Document;
use binlog_explorer::source::{Memory, Source, read_range};
use libfuzzer_sys::fuzz_target;

/// Packets of one conversation that are looked at.
const MOST: u32 = 200;

fn look(ladder: &binlog_explorer::conversation::Ladder) {
    let rows = ladder.list(0, MOST);
    assert_eq!(rows.len() as u64, ladder.rows().min(MOST.into()));
    for (number, row) in rows.iter().enumerate() {
        let LadderRow::Packet(packet) = row else { continue };
        assert_eq!(packet.row, number as u64);
        assert_eq!(ladder.rank(packet.address.offset), Some(packet.row));
        assert_eq!(ladder.start_of(packet.address.offset), Some(packet.address.offset));
        // What is missing is said.
        if let Ok(view) = ladder.event(packet.address.offset) {
            assert_eq!(view.end, packet.address.offset + packet.length + 4);
            // Leaves stand one behind the other, up to where bytes are missing.
            let mut at = view.address.offset;
            for leaf in view.nodes.iter().filter(|node| !node.branch && node.space.is_none()) {
                assert_eq!(leaf.start, at, "{}", leaf.id);
                at = leaf.end;
            }
            assert!(at <= view.end);
        }
    }
}

fuzz_target!(|data: &[u8]| {
    if let Some(capture) = Capture::read(Rc::new(Memory::new(data.to_vec()))) {
        for found in capture.conversations() {
            look(&found.ladder);
            let _ = found.view();
            for log in &found.logs {
                let _ = read_range(log, 0, log.length().min(1 << 20));
                if let Ok(mut document) = Document::new("log".into(), Box::new(log.clone()), false, Vec::new()) {
                    let _ = document.scan_all();
                }
            }
        }
    }
    if let Some(ladder) = pasted(data) {
        look(&ladder);
    }
});
