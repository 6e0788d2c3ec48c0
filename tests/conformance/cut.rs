//! Logs whose rows events are cut into fragments, as MariaDB 12.3 cuts large ones.
#![allow(dead_code, reason = "not every test needs all of it")]

use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::names::code;
use binlog_format::rows::Operation;

/// How a log is cut.
#[derive(Clone, Copy)]
pub struct Cut {
    /// Bytes of each fragment.
    pub chunk: usize,
    /// Which of the two numbers stands first.
    pub number_first: bool,
    /// Whether the event inside keeps its checksum, and whether sizes count the one that is left out.
    pub checksum_inside: bool,
    pub sizes_count_checksum: bool,
    /// Whether the first fragment tells the size of the whole.
    pub told: bool,
}

/// As MariaDB does, with fragments smaller than it makes.
pub const CUT: Cut =
    Cut { chunk: 100, number_first: false, checksum_inside: false, sizes_count_checksum: false, told: true };

/// Whole events of a log whose last four bytes are checksums.
pub fn events(log: &[u8]) -> Vec<Vec<u8>> {
    let mut framer = Framer::new(Start::File);
    framer.set_length(log.len() as u64, true);
    let mut events = Vec::new();
    loop {
        match framer.step(&log[framer.offset() as usize..]) {
            Step::Consumed(_, Some(Item::Event(frame))) => events.push(frame.bytes.to_vec()),
            Step::Consumed(..) => {}
            _ => return events,
        }
    }
}

/// Appends an event with its size, position and checksum put right.
pub fn append(log: &mut Vec<u8>, mut event: Vec<u8>) {
    let size = event.len() as u32 + 4;
    event[9..13].copy_from_slice(&size.to_le_bytes());
    if event[13..17] != [0; 4] {
        event[13..17].copy_from_slice(&(log.len() as u32 + size).to_le_bytes());
    }
    let checksum = crc32fast::hash(&event);
    event.extend(checksum.to_le_bytes());
    log.extend(event);
}

/// The fragments of a rows event, without checksums.
pub fn fragments(event: &[u8], cut: Cut) -> Vec<Vec<u8>> {
    let mut inside = event[..event.len() - 4].to_vec();
    let size = (inside.len() + if cut.checksum_inside || cut.sizes_count_checksum { 4 } else { 0 }) as u32;
    inside[9..13].copy_from_slice(&size.to_le_bytes());
    if cut.checksum_inside {
        let checksum = crc32fast::hash(&inside);
        inside.extend(checksum.to_le_bytes());
    }
    let total = inside.chunks(cut.chunk).count() as u32;
    let fragment = |(index, chunk): (usize, &[u8])| {
        let mut fragment = event[..19].to_vec();
        fragment[4] = code::PARTIAL_ROW_DATA;
        let number = index as u32 + 1;
        let numbers = if cut.number_first { [number, total] } else { [total, number] };
        numbers.iter().for_each(|number| fragment.extend(number.to_le_bytes()));
        let told = cut.told && number == 1;
        fragment.push(told.into());
        if told {
            fragment.extend(u64::from(size).to_le_bytes());
        }
        fragment.extend(chunk);
        fragment
    };
    inside.chunks(cut.chunk).enumerate().map(fragment).collect()
}

/// A log with every rows event in fragments.
pub fn cut_log(log: &[u8], cut: Cut) -> Vec<u8> {
    let mut twin = log[..4].to_vec();
    for event in events(log) {
        if Operation::of(event[4]).is_some() {
            fragments(&event, cut).into_iter().for_each(|fragment| append(&mut twin, fragment));
        } else {
            append(&mut twin, event[..event.len() - 4].to_vec());
        }
    }
    twin
}
