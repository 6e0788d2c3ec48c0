//! An event as the page shows it: everything that its panes need in one answer.

use binlog_explorer::document::{Document, MAX_BYTES, Neighbour};
use binlog_explorer::source::{ReadError, read_range};
use binlog_explorer::view::Address;

use super::session::Reply;
use crate::packed::Packed;
use crate::protocol::{Answer, Shown, Step};

/// Bytes before and after an event that come with it, as far as they are at hand: a pane of bytes shows them too.
const AROUND: u64 = 4 << 10;

/// The event or span at an address.
pub fn event(document: &Document, address: &Address) -> Reply {
    let view = document.event(address)?;
    let spaces = document.spaces(&view.address)?;
    let (start, end) = (view.address.offset, view.end);
    let (bytes_from, bytes) = match document.bytes_around(&view.address.space, start, end, AROUND) {
        Some(kept) => kept,
        None => {
            let length = u32::try_from(end - start).unwrap_or(u32::MAX).min(MAX_BYTES);
            (start, document.bytes(&view.address.space, start, length).map(|(bytes, _)| bytes).unwrap_or_default())
        }
    };
    Ok((Answer::Event(Packed(Box::new(Shown { view, spaces, bytes_from }))), Some(bytes)))
}

/// Bytes of a space. What the source does not have are zeros, and told to be holes.
pub fn bytes(document: &Document, space: &str, start: u64, length: u32) -> Reply {
    let (mut bytes, space_size) = document.bytes(space, start, length)?;
    let end = start.saturating_add(length.min(MAX_BYTES).into()).min(space_size);
    let mut holes = Vec::new();
    while space == document.main_space() && start + (bytes.len() as u64) < end {
        let at = start + bytes.len() as u64;
        match read_range(document.source(), at, at + 1) {
            Err(ReadError::Hole { end: hole }) if hole > at => {
                holes.push((at, hole.min(end)));
                bytes.resize((hole.min(end) - start) as usize, 0);
            }
            Ok(byte) if !byte.is_empty() => {
                let more = document.bytes(space, at, (end - at) as u32)?.0;
                if more.is_empty() {
                    break;
                }
                bytes.extend(more);
            }
            _ => break,
        }
    }
    Ok((Answer::Bytes { start, space_size, holes }, Some(bytes)))
}

/// The neighbour of an item.
pub fn neighbour(document: &Document, from: &Address, by: Step) -> Reply {
    let which = match by {
        Step::NextEvent => Neighbour::Next,
        Step::PreviousEvent => Neighbour::Previous,
        Step::NextTransaction => Neighbour::NextTransaction,
        Step::PreviousTransaction => Neighbour::PreviousTransaction,
        Step::First => Neighbour::First,
        Step::Last => Neighbour::Last,
    };
    match document.neighbour(from, which) {
        // Why it cannot be read is for who goes there to ask.
        Some(address) => event(document, &address).or(Ok((Answer::Address(Some(address)), None))),
        None => Ok((Answer::Address(None), None)),
    }
}
