//! What was made to take all memory or all time is answered with an error, soon.
//!
//! The bounds on time only catch what hangs: a loaded machine must pass them too.

mod allocator;

use std::time::{Duration, Instant};

use binlog_format::catalogue::field;
use binlog_format::compression::Compressed;
use binlog_format::error::ErrorCode;
use binlog_format::event::{Body, Context, decode};
use binlog_format::events::{TransactionPayload, compression};
use binlog_format::format::{Checksum, Format};
use binlog_format::inflate::Inflater;
use binlog_format::json;
use binlog_format::limits::{MAX_JSON_DEPTH, MAX_PAYLOAD, TREE_NODES};
use binlog_format::payload::inflate;
use binlog_format::plan::TablePlans;
use binlog_format::tree::FieldTree;

use crate::allocator::measured;

const HANG: Duration = Duration::from_secs(20);
const MIB: u64 = 1 << 20;

fn mysql() -> Format {
    Format::described(4, b"9.7.0", 0, 19, &[0; 42], Checksum::None)
}

fn event(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut event = vec![0, 0, 0, 0, kind, 1, 0, 0, 0];
    event.extend((19 + body.len() as u32).to_le_bytes());
    event.extend([0; 6]);
    event.extend(body);
    event
}

/// Decodes with and without an observer, soon and within `memory`; the fault.
fn fault(kind: u8, body: &[u8], memory: u64) -> Option<ErrorCode> {
    let (bytes, format, started) = (event(kind, body), mysql(), Instant::now());
    let context = Context::new(&format);
    let (faults, allocated) = measured(|| {
        let mut tree = FieldTree::new();
        let observed = decode(&bytes, &context, &mut tree).expect("a header").error();
        assert!(tree.nodes().len() <= 4 * TREE_NODES && tree.open_groups() == 0);
        (decode(&bytes, &context, ()).expect("a header").error(), observed)
    });
    assert_eq!(faults.0, faults.1);
    assert!(started.elapsed() < HANG && allocated.peak < memory, "{allocated:?}");
    faults.0.map(|error| error.code)
}

#[test]
fn a_table_map_with_a_million_columns() {
    let mut body = b"\x01\0\0\0\0\0\0\0\x01d\0\x01t\0\xfd".to_vec();
    body.extend(&1_000_000u32.to_le_bytes()[..3]);
    body.extend(vec![3; 1_000_000]);
    assert_eq!(fault(19, &body, 4 * MIB), Some(ErrorCode::TooMany));
    let mut plans = TablePlans::new();
    let (result, allocated) = measured(|| plans.insert(&body, mysql().table_head(19), &mysql()));
    assert_eq!(result.map_err(|error| error.code).err(), Some(ErrorCode::TooMany));
    assert!(allocated.peak < MIB, "{allocated:?}");
}

/// `mysql_common` and `apecloud` believed these counts and asked for exabytes.
#[test]
fn previous_gtids_with_huge_counts() {
    for header in [1u64 << 40, u64::MAX >> 8, 1 << 56 | 1 << 40, 1 << 56 | u64::MAX >> 8] {
        let body = [&header.to_le_bytes()[..], &[0; 64]].concat();
        assert_eq!(fault(35, &body, MIB), Some(ErrorCode::TooMany), "{header:#x}");
    }
    let mut body = 1u64.to_le_bytes().to_vec();
    body.extend([7; 16]);
    body.extend((u64::MAX / 16).to_le_bytes());
    body.extend([0; 64]);
    assert_eq!(fault(35, &body, MIB), Some(ErrorCode::TooMany));
}

/// An array in a large form: its elements by type and offset.
fn array(elements: &[(u8, u32)], inside: &[u8]) -> Vec<u8> {
    let head = 8 + 5 * elements.len();
    let mut bytes = (elements.len() as u32).to_le_bytes().to_vec();
    bytes.extend(((head + inside.len()) as u32).to_le_bytes());
    for (kind, offset) in elements {
        bytes.push(*kind);
        bytes.extend(offset.to_le_bytes());
    }
    bytes.extend(inside);
    bytes
}

/// A document in a column: with an observer, without, and as text.
fn document_fault(document: &[u8], memory: u64) -> Option<ErrorCode> {
    let (format, started) = (mysql(), Instant::now());
    let mut plans = TablePlans::new();
    let map = b"\x01\0\0\0\0\0\0\0\x01d\0\x01t\0\x01\xf5\x01\x04\x01";
    plans.insert(map, format.table_head(19), &format).expect("a table map");
    let mut rows = b"\x01\0\0\0\0\0\x01\0\x02\0\x01\xff\0".to_vec();
    rows.extend((document.len() as u32).to_le_bytes());
    rows.extend(document);
    let rows = event(30, &rows);
    let context = Context::new(&format).with_tables(&plans);
    let (faults, allocated) = measured(|| {
        let mut text = String::new();
        json::write_text(document, &mut text).expect("a string takes everything");
        assert!(text.len() <= 16 * document.len() + 64, "{} bytes of text", text.len());
        let mut tree = FieldTree::new();
        decode(&rows, &context, &mut tree).expect("a header").body.expect("a row");
        assert!(tree.nodes().len() <= 4 * TREE_NODES);
        let observed = tree.faults().next().map(|(_, error)| error.code);
        (json::visit(document, &mut ()).err().map(|error| error.code), observed)
    });
    assert_eq!(faults.0, faults.1);
    assert!(started.elapsed() < HANG && allocated.peak < memory, "{allocated:?} after {:?}", started.elapsed());
    faults.0
}

#[test]
fn json_nested_a_hundred_thousand_deep() {
    const LARGE_ARRAY: u8 = 3;
    // From the inside out: every array holds the next one right behind its only entry.
    let depth = 100_000u32;
    let mut document = vec![LARGE_ARRAY];
    for level in (0..depth).rev() {
        document.extend(1u32.to_le_bytes());
        document.extend((13 * (level + 1)).to_le_bytes());
        document.push(LARGE_ARRAY);
        document.extend(13u32.to_le_bytes());
    }
    assert_eq!(document_fault(&document, 32 * MIB), Some(ErrorCode::JsonDepth));
    assert_eq!(MAX_JSON_DEPTH, 100);
}

#[test]
fn json_offsets_that_overlap() {
    const LARGE_ARRAY: u8 = 3;
    const LITERAL: u8 = 4;
    const STRING: u8 = 12;
    // Every element of the outer array is the same array of literals.
    let inner = array(&vec![(LITERAL, 1); 40_000], &[]);
    let count = 40_000;
    let outer = array(&vec![(LARGE_ARRAY, 8 + 5 * count); count as usize], &inner);
    assert_eq!(document_fault(&[&[LARGE_ARRAY], &outer[..]].concat(), 64 * MIB), Some(ErrorCode::JsonWork));
    // The same with one long string.
    let string = [&[0x80, 0xb5, 0x18][..], &[b'x'; 400_000]].concat();
    let outer = array(&vec![(STRING, 8 + 5 * count); count as usize], &string);
    assert_eq!(document_fault(&[&[LARGE_ARRAY], &outer[..]].concat(), 64 * MIB), Some(ErrorCode::JsonWork));
}

/// Blocks of one byte repeated: 4 bytes for every 128 KiB.
#[test]
fn a_zstd_bomb() {
    let mut bomb = b"\x28\xb5\x2f\xfd\x00\x58".to_vec();
    for _ in 0..40_000 {
        let header = (128u32 << 10) << 3 | 1 << 1;
        bomb.extend(&header.to_le_bytes()[..3]);
        bomb.push(0);
    }
    let payload = TransactionPayload { compression: compression::ZSTD, uncompressed_size: Some(1), payload: &bomb };
    let started = Instant::now();
    let ((bytes, result), allocated) = measured(|| inflate(&payload));
    let error = result.expect_err("more than is allowed");
    assert_eq!((error.code, error.field), (ErrorCode::DecompressLimit, field::PAYLOAD_PAYLOAD));
    assert!(bytes.len() <= MAX_PAYLOAD + (1 << 20));
    assert!(started.elapsed() < HANG && allocated.peak < 2 * MAX_PAYLOAD as u64 + 64 * MIB, "{allocated:?}");
}

/// What a header claims is believed only as far as bytes come out.
#[test]
fn a_zlib_length_that_lies() {
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; 1 << 20], 6);
    for claimed in [1, u64::from(u32::MAX), u64::MAX] {
        let part = Compressed { wrapped: true, length: claimed, data: &deflated };
        let (code, allocated) = measured(|| {
            let mut inflater = Inflater::new();
            let (_, result) = inflater.inflate(&part);
            result.err().map(|error| error.code)
        });
        assert_eq!(code, Some(ErrorCode::DecompressedLength), "{claimed}");
        assert!(allocated.peak < 6 * MIB, "{allocated:?}");
    }
}

/// A row that takes no bytes would repeat for ever.
#[test]
fn rows_without_columns() {
    let format = mysql();
    let mut plans = TablePlans::new();
    plans.insert(b"\x01\0\0\0\0\0\0\0\x01d\0\x01t\0\0\0", format.table_head(19), &format).expect("no columns");
    let rows = event(30, b"\x01\0\0\0\0\0\x01\0\x02\0\0\x55\x55\x55\x55\x55");
    let context = Context::new(&format).with_tables(&plans);
    let decoded = decode(&rows, &context, ()).expect("a header");
    let Ok(Body::Rows(rows)) = decoded.body else { panic!("{decoded:?}") };
    let plan = plans.get(1).expect("the map");
    assert_eq!(rows.visit(plan, &mut ()).err().map(|error| error.code), Some(ErrorCode::EmptyRow));
}

/// Found by fuzzing: an event that only ends its statement, of more columns than its table has.
#[test]
fn no_rows_of_another_width() {
    let format = mysql();
    let mut plans = TablePlans::new();
    let map = b"\x01\0\0\0\0\0\0\0\x01d\0\x01t\0\x01\x03\0\0";
    plans.insert(map, format.table_head(19), &format).expect("a table map");
    let rows = event(30, b"\x01\0\0\0\0\0\x01\0\x02\0\x09\xff\x01");
    let context = Context::new(&format).with_tables(&plans);
    let mut tree = FieldTree::new();
    assert_eq!(decode(&rows, &context, &mut tree).expect("a header").error(), None);
    let decoded = decode(&rows, &context, ()).expect("a header");
    let Ok(Body::Rows(rows)) = decoded.body else { panic!("{decoded:?}") };
    assert_eq!(rows.visit(plans.get(1).expect("the map"), &mut ()), Ok(()));
}

/// Found by fuzzing: a decimal that is cut between its digit groups.
#[test]
fn a_cut_decimal_is_the_same_fault_for_everybody() {
    let format = mysql();
    let mut plans = TablePlans::new();
    let map = b"\x01\0\0\0\0\0\0\0\x01d\0\x01t\0\x01\xf6\x02\x14\x02\0";
    plans.insert(map, format.table_head(19), &format).expect("a table map");
    let rows = event(30, b"\x01\0\0\0\0\0\x01\0\x02\0\x01\xff\0\x80\0\0\0\0\0");
    let context = Context::new(&format).with_tables(&plans);
    let mut tree = FieldTree::new();
    let observed = decode(&rows, &context, &mut tree).expect("a header").error();
    let decoded = decode(&rows, &context, ()).expect("a header");
    let Ok(Body::Rows(rows)) = decoded.body else { panic!("{decoded:?}") };
    let plain = rows.visit(plans.get(1).expect("the map"), &mut ()).err();
    assert_eq!(plain.map(|error| error.code), Some(ErrorCode::UnexpectedEnd));
    assert_eq!(observed, plain);
}
