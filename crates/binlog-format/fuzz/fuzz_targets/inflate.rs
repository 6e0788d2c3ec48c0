//! Compressed bytes: what a payload holds, and the events inside; what MariaDB's compressed events and columns
//! inflate to.
#![no_main]

use binlog_explorer::space::holder::Holder;
use binlog_explorer::space::{Space, column_values};
use binlog_format::event::{Body, Context, decode};
use binlog_format::events::TransactionPayload;
use binlog_format::inflate::Inflater;
use binlog_format::limits::{MAX_INFLATED, MAX_PAYLOAD};
use binlog_format::payload::inflate;
use binlog_format::plan::TablePlans;
use binlog_format_fuzz::observed::assert_images_agree;
use binlog_format_fuzz::{assert_laws, control, event, format};
use libfuzzer_sys::fuzz_target;

/// Which event holds the bytes, behind bit 0 of the steering byte, which chooses a payload's compression.
const QUERY_COMPRESSED: u8 = 1;
const ROWS_COMPRESSED_V1: u8 = 2;
const ROWS_COMPRESSED: u8 = 3;
/// The bytes are those inside: they are compressed first, as mutation finds no zlib stream.
const COMPRESS: u8 = 1 << 3;

fuzz_target!(|data: &[u8]| {
    let ([steering], data) = control::<1>(data);
    let compressed;
    let part = if steering & COMPRESS != 0 {
        compressed = part_of(data);
        &compressed
    } else {
        data
    };
    match steering >> 1 & 3 {
        QUERY_COMPRESSED => query(part),
        ROWS_COMPRESSED_V1 => rows(166 + (steering >> 4) % 3, false, part),
        ROWS_COMPRESSED => rows(169 + (steering >> 4) % 3, true, part),
        _ => payload(steering & 1, data),
    }
});

fn payload(compression: u8, payload: &[u8]) {
    let (bytes, result) = inflate(&TransactionPayload {
        compression: if compression == 0 { 0 } else { 255 },
        uncompressed_size: None,
        payload,
    });
    assert!(bytes.len() <= MAX_PAYLOAD + (1 << 20));
    assert!(result.is_ok() || result.is_err_and(|error| error.found as usize <= MAX_PAYLOAD + (1 << 20)));
    // Nothing new is inside of megabytes that a few bytes stand for.
    if bytes.len() > 1 << 20 {
        return;
    }

    // Fields: type, length and value of each, then 0 for the end.
    let mut body: Vec<u8> = if compression == 0 { vec![2, 1, 0] } else { vec![2, 3, 252, 255, 0] };
    body.extend([3, 9, 254]);
    body.extend((bytes.len() as u64).to_le_bytes());
    body.extend([1, 9, 254]);
    body.extend((payload.len() as u64).to_le_bytes());
    body.push(0);
    body.extend(payload);
    let format = format(0);
    let bytes = event(40, &body);
    let context = Context::new(&format);
    assert_laws(&bytes, &context);
    let Some(space) = Space::open(Holder::alone("0", 4), &bytes, &context) else { return };
    let mut at = 0;
    for entry in &space.entries {
        assert!(entry.start == at && entry.end > at);
        at = entry.end;
        if entry.kind().is_some() {
            assert_laws(space.slice(entry.start, entry.end), &Context::new(&space.format));
        }
    }
    assert_eq!(at, space.bytes.len() as u64);
}

/// As MariaDB compresses (`binlog_buf_compress`): a byte that tells the bytes of the length, the length, zlib.
fn part_of(inside: &[u8]) -> Vec<u8> {
    let mut part = vec![0x84];
    part.extend((inside.len() as u32).to_be_bytes());
    part.extend(miniz_oxide::deflate::compress_to_vec_zlib(inside, 1));
    part
}

/// What an event with a compressed part opens is one span, which is as long as what inflates.
fn open(bytes: &[u8], context: &Context<'_>) -> Option<Space> {
    let space = Space::open(Holder::alone("0", 4), bytes, context)?;
    assert!(space.bytes.len() <= MAX_INFLATED + (1 << 20));
    let span = space.part().expect("it has no events");
    assert!(span.start == 0 && span.end == space.size && space.size == space.bytes.len() as u64);
    let mut ranges = space.ranges.iter();
    assert!(ranges.all(|(start, end)| 4 <= *start && start <= end && *end <= 4 + bytes.len() as u64));
    Some(space)
}

fn query(part: &[u8]) {
    let format = format(1);
    let context = Context::new(&format);
    let bytes = event(165, &[&[0; 14][..], part].concat());
    assert_laws(&bytes, &context);
    let Some(space) = open(&bytes, &context) else { return };
    let Ok(Body::Query(query)) = decode(&bytes, &context, ()).expect("a header").body else {
        unreachable!("it opened")
    };
    let mut inflater = Inflater::new();
    let (query, result) = query.inflated(&mut inflater);
    assert_eq!((query.query, result.is_err()), (&space.bytes[..], space.error.is_some()));
}

fn rows(kind: u8, extra: bool, part: &[u8]) {
    let format = format(1);
    // An INT, a VARCHAR COMPRESSED and a BLOB COMPRESSED.
    let map = [&[9, 0, 0, 0, 0, 0, 1, 0][..], b"\x01d\0\x01t\0\x03\x03\x8d\x8c\x03\xff\x00\x02\x07"].concat();
    let mut plans = TablePlans::new();
    plans.insert(&map, format.table_head(19), &format).expect("a table map");
    let context = Context::new(&format).with_tables(&plans);
    let mut body = vec![9, 0, 0, 0, 0, 0, 1, 0];
    body.extend(extra.then_some([2, 0]).into_iter().flatten());
    body.extend([3, 7]);
    body.extend((kind == 167 || kind == 170).then_some(7));
    let bytes = event(kind, &[&body, part].concat());
    assert_laws(&bytes, &context);
    let Some(space) = open(&bytes, &context) else { return };
    let Ok(Body::Rows(rows)) = decode(&bytes, &context, ()).expect("a header").body else { unreachable!("it opened") };
    let mut inflater = Inflater::new();
    let (inflated, result) = rows.inflated(&mut inflater);
    assert_eq!((inflated.rows, result.is_err()), (&space.bytes[..], space.error.is_some()));
    let images = rows.with_images(&space.bytes);
    let plan = plans.get(rows.table_id).map(|plan| &**plan);
    assert_images_agree(&images, plan, &|| "the images".to_owned());
    let mut left = 1 << 20;
    for value in column_values(&images, 0, plan) {
        assert!(value.range.0 >= value.offset && value.range.1 <= space.size);
        let before = left;
        let own = Space::of_column(Holder::alone("4", 0), &value, &mut left, &format);
        assert!(own.bytes.len() <= before && left <= before);
    }
}
