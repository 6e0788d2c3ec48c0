//! Prints the events of a binary log, one line each, with their offsets; stretches that are no
//! events too, and what is wrong with them.
//!
//! ```sh
//! cargo run --example print_events -- binlog.000042
//! ```

use std::io::{self, Write};
use std::{env, fs};

use binlog_format::format::trim_version;
use binlog_format::framer::{Frame, FrameChecksum, Framer, Item, Start, Step};
use binlog_format::gtid::GtidSet;
use binlog_format::names::event_type_or_unknown;
use binlog_format::{Body, Context, Format, Value, decode};

fn main() -> io::Result<()> {
    let path = env::args().nth(1).ok_or_else(|| io::Error::other("usage: print_events FILE"))?;
    run(&fs::read(path)?, &mut io::stdout().lock())
}

/// Prints what `file` holds.
pub fn run(file: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut framer = Framer::new(Start::File);
    framer.set_length(file.len() as u64, true);
    while let Step::Consumed(_, item) = framer.step(&file[framer.offset() as usize..]) {
        match item {
            Some(Item::Event(frame)) => event(file, &frame, framer.format(), out)?,
            Some(Item::Span(span)) => {
                write!(out, "{:>10} {:<10} {}", span.start, span.end, span.kind.text())?;
                writeln!(out, "{}", span.error.map_or_else(String::new, |error| format!(": {error}")))?;
            }
            // A step may end nothing.
            None => {}
        }
    }
    Ok(())
}

fn event(file: &[u8], frame: &Frame<'_>, format: &Format, out: &mut impl Write) -> io::Result<()> {
    // `frame.bytes` has no events above 16 MiB: framing does not hold them whole.
    let bytes = &file[frame.start as usize..frame.end as usize];
    let about = match decode(bytes, &Context::of(frame, format), ()).and_then(|event| event.body) {
        Ok(body) => about(&body).split_whitespace().collect::<Vec<_>>().join(" "),
        // Rows need the table map before them, which this example does not keep.
        Err(error) if error.code == binlog_format::ErrorCode::UnknownTable => format!("table {}", error.found),
        Err(error) => error.to_string(),
    };
    let damaged = if let FrameChecksum::Bad { .. } = frame.checksum { " (checksum is wrong)" } else { "" };
    writeln!(out, "{:>10} {:<10} {} {about}{damaged}", frame.start, frame.end, event_type_or_unknown(frame.kind))
}

/// The most telling part of a body.
fn about(body: &Body<'_>) -> String {
    let text = |bytes| Value::utf8(bytes).to_string();
    match body {
        Body::FormatDescription(description) => {
            format!("version {} by {}", description.binlog_version, text(trim_version(description.server_version)))
        }
        Body::Rotate(rotate) => text(rotate.next_file),
        Body::Query(query) => Value::Text(query.query, query.charset_client.into()).to_string(),
        Body::RowsQuery(rows) => text(rows.query),
        Body::AnnotateRows(rows) => text(rows.query),
        Body::TableMap(map) => format!("{} is {}.{}", map.table_id, text(map.database), text(map.table)),
        Body::Gtid(gtid) if gtid.tag.is_empty() => format!("{}:{}", gtid.uuid, gtid.gno),
        Body::Gtid(gtid) => format!("{}:{}:{}", gtid.uuid, text(gtid.tag), gtid.gno),
        Body::MariadbGtid(gtid) => format!("domain {}, number {}", gtid.domain_id, gtid.sequence_number),
        Body::PreviousGtids(gtids) => GtidSet(gtids.set).to_string(),
        Body::TransactionPayload(payload) => format!("{} compressed bytes", payload.payload.len()),
        Body::Xid(xid) => xid.xid.to_string(),
        _ => String::new(),
    }
}
