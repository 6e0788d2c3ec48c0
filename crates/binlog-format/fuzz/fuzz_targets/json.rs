//! One JSON document: read in both orders, and written as text.
#![no_main]

use binlog_format::event::{Context, decode};
use binlog_format::json::{JsonVisitor, Scalar, visit, write_text};
use binlog_format::plan::TablePlans;
use binlog_format::tree::FieldTree;
use binlog_format_fuzz::{assert_laws, event, format};
use libfuzzer_sys::fuzz_target;

/// Bytes handed over, and nesting.
#[derive(Default)]
struct Count {
    bytes: usize,
    depth: usize,
}

impl<'a> JsonVisitor<'a> for Count {
    fn begin(&mut self, _: bool, _: usize) {
        self.depth += 1;
        self.bytes += 1;
    }
    fn end(&mut self, _: bool) {
        self.depth -= 1;
    }
    fn key(&mut self, key: &'a [u8]) {
        self.bytes += 1 + key.len();
    }
    fn scalar(&mut self, scalar: Scalar<'a>) {
        self.bytes += match scalar {
            Scalar::String(bytes) | Scalar::Opaque(_, _, bytes) => 1 + bytes.len(),
            _ => 1,
        };
    }
}

fuzz_target!(|document: &[u8]| {
    let mut count = Count::default();
    let plain = visit(document, &mut count);
    assert!(plain.is_err() || count.depth == 0);
    assert!(count.bytes <= 8 * (document.len() + 1), "{} bytes handed over of {}", count.bytes, document.len());
    let mut text = String::new();
    let written = write_text(document, &mut text);
    written.expect("a string takes everything");
    assert_eq!(plain.is_err(), text.ends_with('…'), "{plain:?} {text}");

    // A table of one JSON column, and a row of it.
    let format = format(0);
    let mut plans = TablePlans::new();
    let map = b"\x01\0\0\0\0\0\0\0\x01d\0\x01t\0\x01\xf5\x01\x04\x01";
    plans.insert(map, format.table_head(19), &format).expect("a table map");
    let mut rows = b"\x01\0\0\0\0\0\x01\0\x02\0\x01\xff\0".to_vec();
    rows.extend((document.len() as u32).to_le_bytes());
    rows.extend(document);
    let rows = event(30, &rows);
    let context = Context::new(&format).with_tables(&plans);
    assert_laws(&rows, &context);
    let mut tree = FieldTree::with_budget(usize::MAX / 8);
    decode(&rows, &context, &mut tree).expect("a header").body.expect("a value");
    // The fault of one order is the fault of the other.
    let fault = tree.faults().next().map(|(_, error)| error.code);
    assert_eq!(plain.err().map(|error| error.code), fault);
});
