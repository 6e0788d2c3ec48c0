//! Payloads read in pieces are the same as payloads read whole.

mod corpus;

use std::io;

use binlog_explorer::dump::{Sink, TextDump, Utc, Walked, walk};
use binlog_explorer::source::{Memory, Source};
use binlog_explorer::space::Space;
use binlog_explorer::space::streamed::StreamedPayload;
use binlog_format::DecodeError;
use binlog_format::event::{Body, decode};
use binlog_format::events::PayloadHead;
use binlog_format::framer::{Span, Start};
use binlog_format::names::code;
use binlog_format::payload;

/// Reads every payload of the source in both ways.
struct Payloads<'s> {
    source: &'s dyn Source,
    seen: usize,
}

impl Sink for Payloads<'_> {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let Ok(Ok(Body::TransactionPayload(held))) = decode(event.bytes, &event.context, ()).map(|event| event.body)
        else {
            return Ok(None);
        };
        let (whole, result) = payload::inflate(&held);
        let head = PayloadHead::peek(event.bytes, event.context.format).expect("it decodes");
        assert_eq!((head.compression, head.uncompressed_size), (held.compression, held.uncompressed_size));
        let start = event.start + u64::from(head.payload_at);
        let (streamed, fault) = StreamedPayload::open(self.source, (start, start + held.payload.len() as u64), &head);
        assert_eq!((streamed.length(), fault), (whole.len() as u64, result.err()));
        // Forwards in odd steps, then back, then beyond the end.
        let places = (0..whole.len()).step_by(whole.len() / 7 + 1).chain([0, whole.len() / 2, whole.len() - 1]);
        for offset in places {
            let mut piece = vec![0; 1000];
            let read = streamed.read(offset as u64, &mut piece).expect("readable");
            assert_eq!(piece[..read], whole[offset..whole.len().min(offset + 1000)]);
        }
        assert_eq!(streamed.read(whole.len() as u64, &mut [0]), Ok(0));
        self.seen += 1;
        Ok(None)
    }
}

#[test]
fn pieces_of_payloads_are_those_of_the_whole() {
    let mut seen = 0;
    for file in corpus::files() {
        let source = Memory::new(std::fs::read(&file).expect("readable"));
        let mut payloads = Payloads { source: &source, seen: 0 };
        walk(&source, Start::File, 0, &mut payloads).expect("memory does not fail");
        seen += payloads.seen;
    }
    assert!(seen > 0);
}

fn event(kind: u8, body: &[u8], checksum: bool) -> Vec<u8> {
    let size = (19 + body.len() + if checksum { 4 } else { 0 }) as u32;
    let header = [&[0; 4][..], &[kind], &[1, 0, 0, 0], &size.to_le_bytes(), &[0; 6]].concat();
    let mut event = [&header[..], body].concat();
    if checksum {
        event.extend(crc32fast::hash(&event).to_le_bytes());
    }
    event
}

/// A log of one payload that is stored as it is: `count` statements of a mebibyte each.
fn large_log(count: usize) -> Vec<u8> {
    let sample = corpus::files().into_iter().find(|file| file.ends_with("mysql-9.7-shop.binlog")).expect("a sample");
    let bytes = std::fs::read(sample).expect("readable");
    let size = u32::from_le_bytes(bytes[13..17].try_into().expect("four bytes")) as usize;
    let statement = event(code::ROWS_QUERY, &[&[0][..], &vec![b'x'; 1 << 20]].concat(), false);
    let inside = statement.repeat(count);
    let length = (inside.len() as u64).to_le_bytes();
    let fields = [&[2, 3, 252, 255, 0, 1, 9, 254][..], &length, &[3, 9, 254], &length, &[0]].concat();
    [&bytes[..4 + size], &event(code::TRANSACTION_PAYLOAD, &[fields, inside].concat(), true)].concat()
}

/// Events by space.
#[derive(Default)]
struct Events(Vec<(String, u64, u8)>);

impl Sink for Events {
    const STORED: bool = false;

    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        assert!(span.error.is_none(), "{space} {span:?}");
        Ok(())
    }
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.0.push((event.space.into(), event.start, event.kind));
        Ok(None)
    }
    fn space(&mut self, space: &Space) -> io::Result<()> {
        assert!(space.bytes.is_empty() && space.size > 8 << 20, "it is streamed");
        Ok(())
    }
}

#[test]
fn payloads_too_large_to_be_held_are_streamed() {
    for count in [12, 18] {
        let log = large_log(count);
        let source = Memory::new(log);
        let mut events = Events::default();
        let totals = walk(&source, Start::File, 0, &mut events).expect("memory does not fail");
        assert_eq!((totals.problems, totals.events), (0, 2 + count as u64));
        let inside: Vec<_> = events.0.iter().filter(|(space, ..)| space != "0").collect();
        assert_eq!(inside.len(), count);
        assert!(
            inside
                .iter()
                .enumerate()
                .all(|(i, (_, start, kind))| { (*start, *kind) == (i as u64 * (20 + (1 << 20)), code::ROWS_QUERY) })
        );
    }
}

#[test]
fn text_of_a_payload_that_is_not_held() {
    let source = Memory::new(large_log(9));
    let mut text = Vec::new();
    let mut dump = TextDump::new(&mut text, Utc);
    let totals = walk(&source, Start::File, 0, &mut dump).expect("memory does not fail");
    assert_eq!(totals.problems, 0);
    drop(dump);
    let text = String::from_utf8_lossy(&text);
    let size = 9 * (20 + (1 << 20));
    assert!(text.contains(&format!("payload_size={size}\tcompression_type=NONE\tuncompressed_size={size}")));
    assert_eq!(text.matches("Rows_query").count(), 9);
    assert!(text.contains("# End of compressed events."));
}
