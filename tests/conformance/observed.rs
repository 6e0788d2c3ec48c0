//! The two laws for one event. What is wrong is a panic that says where; `place` gives the place.

use binlog_format::catalogue::{Physical, Role};
use binlog_format::event::{Body, Context, decode};
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Image, Operation, RowVisitor, RowsEvent};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::tree::{FieldTree, Node};
use binlog_format::{DecodeError, Value, field};

/// What a leaf longer than 8 bytes may be.
fn may_be_long(node: &Node<'_>) -> bool {
    let entry = node.slot.field.entry();
    entry.role == Role::Unexplained
        || matches!(
            entry.physical,
            Physical::Text | Physical::Bytes | Physical::Bitmap | Physical::MsbBitmap | Physical::Uuid
        )
}

/// 8 bytes, and one more that tells the length of a number of variable length.
fn longest_number(node: &Node<'_>) -> u32 {
    if matches!(node.slot.field.entry().physical, Physical::Lenenc | Physical::PrefixVarlen | Physical::CompressedInt) {
        9
    } else {
        8
    }
}

/// Rows and cells in order.
#[derive(Debug, Default, PartialEq)]
struct Cells<'a>(Vec<(usize, Image, usize, Value<'a>)>, usize);

impl<'a> RowVisitor<'a> for Cells<'a> {
    fn row(&mut self, index: usize) {
        self.1 = index;
    }
    fn cell(&mut self, image: Image, ordinal: usize, value: Value<'a>) {
        self.0.push((self.1, image, ordinal, value));
    }
}

/// The cells as the observer saw them.
#[derive(Default)]
struct SeenCells<'a> {
    cells: Vec<(usize, Image, usize, Value<'a>)>,
    open: Vec<Slot>,
}

impl<'a> SeenCells<'a> {
    fn cell(&mut self, slot: Slot, value: Value<'a>) {
        let [.., row, image] = self.open.as_slice() else { return };
        let image = match image.field {
            field::ROWS_BEFORE => Image::Before,
            field::ROWS_AFTER => Image::After,
            _ => return,
        };
        if let Some(ordinal) = slot.item() {
            self.cells.push((row.index as usize, image, ordinal as usize, value));
        }
    }
}

impl<'a> Trace<'a> for SeenCells<'a> {
    fn enter(&mut self, slot: Slot, _: u32) -> Enter {
        self.open.push(slot);
        Enter::Into
    }
    fn exit(&mut self, _: u32, value: Value<'a>) {
        let slot = self.open.pop().expect("groups nest");
        // A group that a fault ended is no cell.
        if value != Value::None {
            self.cell(slot, value);
        }
    }
    fn leaf(&mut self, slot: Slot, _: u32, _: u32, value: Value<'a>) {
        self.cell(slot, value);
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// NaN equals itself here.
fn same(a: &Value<'_>, b: &Value<'_>) -> bool {
    a == b || format!("{a:?}") == format!("{b:?}")
}

/// The leaves of `tree` partition the event's `bytes`. `leaf` sees each that has bytes.
pub fn assert_coverage(
    bytes: &[u8], tree: &FieldTree<'_>, place: &dyn Fn() -> String, leaf: &mut dyn FnMut(&Node<'_>),
) {
    assert_eq!(tree.open_groups(), 0, "{}: groups stay open", place());
    let mut at = 0;
    // Ends of the groups that are open here, outermost first.
    let mut open: Vec<(u16, u32, u32)> = Vec::new();
    for node in tree.nodes() {
        assert!(node.start <= node.end, "{}: {node:?}", place());
        while open.last().is_some_and(|(depth, ..)| *depth >= node.depth) {
            open.pop();
        }
        if let Some((_, start, end)) = open.last() {
            assert!(*start <= node.start && node.end <= *end, "{}: {node:?} outside of {start}..{end}", place());
        }
        if node.branch {
            open.push((node.depth, node.start, node.end));
            continue;
        }
        if node.start == node.end {
            continue;
        }
        assert_eq!(node.start, at, "{}: gap or overlap before {node:?}", place());
        at = node.end;
        let length = node.end - node.start;
        assert!(length <= longest_number(node) || may_be_long(node), "{}: {node:?} has {length} bytes", place());
        number_agrees(node, bytes, place);
        leaf(node);
    }
    assert_eq!(at as usize, bytes.len(), "{}: the leaves end early", place());
}

/// Decoding with and without an observer gives the same. Returns whether the body is well, and
/// how many cells were compared.
pub fn assert_agreement(bytes: &[u8], context: &Context<'_>, place: &dyn Fn() -> String) -> (bool, u64) {
    let mut plain = decode(bytes, context, ());
    let mut seen = SeenCells::default();
    let observed = decode(bytes, context, &mut seen);
    let mut cells = Cells::default();
    // Without an observer rows are read when they are visited: so are their faults found.
    if let Ok(plain) = &mut plain
        && let Ok(Body::Rows(rows)) = plain.body
        && rows.compressed.is_none()
        && let Some(plan) = context.tables.and_then(|tables| tables.get(rows.table_id))
        && let Err(error) = rows.visit(plan, &mut cells)
    {
        plain.body = Err(error);
    }
    assert_eq!(format!("{plain:?}"), format!("{observed:?}"), "{}", place());
    let Ok(plain) = plain else { return (false, 0) };
    let mut compared = 0;
    if let Ok(Body::Rows(rows)) = &plain.body {
        let update = rows.operation == Operation::Update;
        for cell in &cells.0 {
            assert!(update || cell.1 != Image::Before || rows.operation == Operation::Delete, "{}", place());
        }
        compared = cells_agree(&cells, &seen, place);
    }
    (plain.body.is_ok(), compared)
}

/// The same for row images that were inflated. Returns their fault, if there is one, and how
/// many cells were compared.
pub fn assert_images_agree(
    rows: &RowsEvent<'_>, plan: Option<&TablePlan>, place: &dyn Fn() -> String,
) -> (Option<DecodeError>, u64) {
    let (mut cells, mut seen) = (Cells::default(), SeenCells::default());
    let plain = rows.observe(plan, &mut cells, ());
    assert_eq!(plain, rows.observe(plan, &mut (), &mut seen), "{}", place());
    (plain.err(), cells_agree(&cells, &seen, place))
}

/// The typed cells are those that the observer saw; how many there are.
fn cells_agree(cells: &Cells<'_>, seen: &SeenCells<'_>, place: &dyn Fn() -> String) -> u64 {
    assert_eq!(cells.0.len(), seen.cells.len(), "{}", place());
    for (typed, leaf) in cells.0.iter().zip(&seen.cells) {
        assert_eq!((typed.0, typed.1, typed.2), (leaf.0, leaf.1, leaf.2), "{}", place());
        assert!(same(&typed.3, &leaf.3), "{}: {typed:?} {leaf:?}", place());
    }
    cells.0.len() as u64
}

/// A leaf that says it is a number has that number.
fn number_agrees(node: &Node<'_>, bytes: &[u8], place: &dyn Fn() -> String) {
    let physical = node.slot.field.entry().physical;
    let plain = matches!(
        physical,
        Physical::U8 | Physical::U16 | Physical::U24 | Physical::U32 | Physical::U48 | Physical::U56 | Physical::U64
    );
    if let (true, Value::Unsigned(number)) = (plain, node.value) {
        let own = &bytes[node.start as usize..node.end as usize];
        let read = own.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        assert_eq!(number, read, "{}: {node:?}", place());
        let width: u32 = physical.text().trim_end_matches(" LE")[1..].parse().expect("uN");
        assert_eq!(width / 8, node.end - node.start, "{}: {node:?}", place());
    }
    if let (Physical::UintBe, Value::Unsigned(number)) = (physical, node.value) {
        let own = &bytes[node.start as usize..node.end as usize];
        assert_eq!(number, own.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)), "{}", place());
    }
}
