//! What the targets share.

use binlog_format::event::{Context, decode};
use binlog_format::format::{Checksum, Format};
use binlog_format::tree::FieldTree;

#[path = "../../../../tests/conformance/framed.rs"]
pub mod framed;
#[path = "../../../../tests/conformance/observed.rs"]
pub mod observed;
#[path = "../../../../tests/conformance/random.rs"]
pub mod random;

use observed::{assert_agreement, assert_coverage};

/// Takes `N` bytes off the end: what steers a target stands behind its data, so that real files
/// are seeds as they are.
pub fn control<const N: usize>(data: &[u8]) -> ([u8; N], &[u8]) {
    match data.split_last_chunk::<N>() {
        Some((data, control)) => (*control, data),
        None => ([0; N], data),
    }
}

/// Both laws, for an event as it is: damaged ones have `undecoded` and `unknown` leaves.
pub fn assert_laws(bytes: &[u8], context: &Context<'_>) {
    let place = || "the input".to_owned();
    let mut tree = FieldTree::with_budget(usize::MAX / 8);
    if decode(bytes, context, &mut tree).is_err() {
        return;
    }
    assert_agreement(bytes, context, &place);
    assert_coverage(bytes, &tree, &place, &mut |_| {});
    let mut small = FieldTree::with_budget(16);
    let _ = decode(bytes, context, &mut small);
    assert!(small.open_groups() == 0 && small.nodes().len() <= 64);
}

/// An event of this stored type and body, without a checksum.
pub fn event(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut event = vec![0, 0, 0, 0, kind, 1, 0, 0, 0];
    event.extend((19 + body.len() as u32).to_le_bytes());
    event.extend([0; 6]);
    event.extend(body);
    event
}

/// The format that precedes an input: `which` chooses between flavors and ages.
pub fn format(which: u8) -> Format {
    let (version, lengths): (&[u8], &[u8]) = match which % 4 {
        0 => (
            b"9.7.0",
            &[
                0, 13, 0, 8, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 98, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0, 0, 0, 10, 10, 10,
                42, 42, 0, 18, 52, 0, 10, 40, 0, 0,
            ],
        ),
        1 => (
            b"11.8.3-MariaDB-log",
            &[56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 95, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0, 0, 0, 10, 10, 10],
        ),
        2 => (b"5.0.96-log", &[56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 75, 0, 4, 26]),
        _ => return Format::before_v4(1, b"3.23.58", 0),
    };
    Format::described(4, version, 0, 19, lengths, Checksum::None)
}
