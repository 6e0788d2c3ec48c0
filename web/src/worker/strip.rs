//! The columns of the overview strip.

use binlog_explorer::document::{Column, Document};
use binlog_explorer::statistics::Overview;

use crate::protocol::{Answer, StripBy};

/// Most columns that are asked for in earnest.
const MOST_COLUMNS: usize = 8192;

/// A stretch of the strip, and its columns as bytes.
pub fn strip(
    document: &Document, by: StripBy, part: Option<(u64, u64)>, columns: u32, counted: Option<&Overview>,
) -> (Answer, Vec<u8>) {
    let columns = (columns as usize).clamp(1, MOST_COLUMNS);
    let (whole, usual) = match by {
        StripBy::Position => (0..document.source().length(), None),
        StripBy::Time => (document.times().unwrap_or(0..0), document.usual_times(counted)),
    };
    let first = usual.as_ref().map_or(whole.clone(), |usual| usual.range.clone());
    let range = part.map_or(first, |(from, to)| from..to);
    let range = range.start.clamp(whole.start, whole.end)..range.end.clamp(whole.start, whole.end);
    let strip = match by {
        StripBy::Position => document.strip_by_position(range, columns, counted),
        StripBy::Time => document.strip_by_time(range, columns, counted),
    };
    let mut bytes = Vec::new();
    for column in &strip.columns {
        push(&mut bytes, column);
    }
    let answer = Answer::Strip {
        start: strip.start,
        width: strip.width,
        whole: (whole.start, whole.end),
        usual: usual.as_ref().map(|usual| (usual.range.start, usual.range.end)),
        outside: usual.and_then(|usual| usual.outside),
    };
    (answer, bytes)
}

fn push(bytes: &mut Vec<u8>, column: &Column) {
    let at = column.at.map_or(-1.0, |at| at as f64);
    let counts = column.events.iter().chain(&column.bytes).chain([&column.largest_transaction, &column.damage]);
    for number in counts.map(|count| *count as f64).chain([at]) {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
}
