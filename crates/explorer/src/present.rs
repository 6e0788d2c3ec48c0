//! A recorded event as nodes for a screen, and values as text with the table's names.

use std::fmt;

use binlog_format::bits::Bitmap;
use binlog_format::catalogue::{self, Physical};
use binlog_format::charset::{self, BINARY, Charset};
use binlog_format::column::ColumnKind;
use binlog_format::compression::CompressedColumn;
use binlog_format::describe::{self, Described};
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Operation, RowsEvent};
use binlog_format::trace::Slot;
use binlog_format::tree::{FieldTree, Node, step_text};
use binlog_format::value::Hex;
use binlog_format::{Value, field};

use crate::space::holder::{Holder, Insides};
use crate::view::{BitField, FieldNode, Role};
use crate::{messages, space, text};

/// Longest text of a value in a tree; the bytes pane has the rest.
const TEXT_LIMIT: usize = 4096;

/// A value as a person reads it, with the names of ENUM and SET members where the log has them.
/// `None` for a group without a value.
pub fn value_text(slot: Slot, value: &Value<'_>, plan: Option<&TablePlan>, holder: Holder<'_>) -> Option<String> {
    let mut text = String::new();
    // Writing to memory does not fail.
    let _ = write_value_text(slot, value, (plan, holder), &mut text);
    (!matches!(value, Value::None)).then_some(text)
}

/// The same, to a writer.
///
/// # Errors
///
/// The writer's.
pub fn write_value_text(
    slot: Slot, value: &Value<'_>, (plan, holder): (Option<&TablePlan>, Holder<'_>), out: &mut impl fmt::Write,
) -> fmt::Result {
    let labels = plan.map(|plan| plan.labels(slot.index as usize)).unwrap_or_default();
    let label = |member: usize| {
        let bytes = labels.get(member)?;
        let collation = plan?.columns.get(slot.index as usize)?.collation;
        Some(text::view(bytes, collation))
    };
    match value {
        Value::None => Ok(()),
        Value::Enum(0) => out.write_str("''"),
        Value::Enum(number) => match label(usize::from(*number) - 1) {
            Some(label) => out.write_str(&label),
            None => write!(out, "{number}"),
        },
        Value::Set(mask) if !labels.is_empty() => {
            let mut separator = "";
            for bit in (0..64).filter(|bit| mask >> bit & 1 == 1) {
                out.write_str(std::mem::replace(&mut separator, ","))?;
                match label(bit) {
                    Some(label) => out.write_str(&label)?,
                    None => write!(out, "#{}", bit + 1)?,
                }
            }
            Ok(())
        }
        Value::Text(bytes, BINARY) if slot.field == field::COLUMN_STRING => out.write_str(&padded(bytes, slot, plan)),
        Value::Text(bytes, collation) if reads_elsewhere(bytes, *collation) => {
            out.write_str(&text::view(bytes, *collation))
        }
        Value::Compressed(column) => out.write_str(&compressed_text(column, holder)),
        _ => write!(out, "{}", Described { field: slot.field, value: *value }),
    }
}

/// Text that the decoder does not turn into characters by itself.
fn reads_elsewhere(bytes: &[u8], collation: u32) -> bool {
    !bytes.is_ascii() && Charset::of(collation).is_some_and(|charset| charset.web_label().is_some())
}

/// A BINARY(n) as it is in the table: the trailing zero bytes that the log leaves out are back.
fn padded(bytes: &[u8], slot: Slot, plan: Option<&TablePlan>) -> String {
    let column = plan.and_then(|plan| plan.columns.get(slot.index as usize));
    let length = match column.map(|column| column.kind) {
        Some(ColumnKind::String { max }) => usize::from(max),
        _ => 0,
    };
    let missing = length.saturating_sub(bytes.len());
    format!("{}{}", Hex(bytes), "00".repeat(missing))
}

/// The beginning of the text inside, as much as a screen shows.
fn compressed_text(column: &CompressedColumn<'_>, holder: Holder<'_>) -> String {
    let mut insides = Insides::new();
    // A fault is shown where the value is opened.
    let Some((head, whole)) = insides.text_head(column, TEXT_LIMIT, holder) else { return column.to_string() };
    let mut text = text::view_head(head, column.collation, !whole);
    if !whole {
        text.push('…');
    }
    text
}

/// How many bits of a column bitmap count: the columns, or those that an image has.
#[derive(Clone, Copy, Debug, Default)]
pub struct BitmapItems {
    columns: Option<usize>,
    present: Option<usize>,
    present_after: Option<usize>,
    after: bool,
}

impl BitmapItems {
    /// For the row images of an event whose bitmaps came by before.
    pub fn of_rows(rows: &RowsEvent<'_>) -> Self {
        let update = rows.operation == Operation::Update;
        Self {
            columns: Some(rows.width),
            present: Some(rows.present.count_ones()),
            present_after: update.then(|| rows.present_after.count_ones()),
            after: false,
        }
    }

    /// A node comes by, in the order of the event.
    pub fn pass(&mut self, slot: Slot, value: &Value<'_>) {
        match (slot.field, value) {
            (field::TABLE_MAP_COLUMN_COUNT | field::ROWS_WIDTH, Value::Unsigned(count)) => {
                *self = Self { columns: usize::try_from(*count).ok(), ..Self::default() };
            }
            (field::ROWS_PRESENT, Value::Bytes(bytes)) => self.present = self.ones(bytes),
            (field::ROWS_PRESENT_AFTER, Value::Bytes(bytes)) => self.present_after = self.ones(bytes),
            (field::ROWS_BEFORE, _) => self.after = false,
            (field::ROWS_AFTER, _) => self.after = true,
            _ => {}
        }
    }

    fn ones(&self, bytes: &[u8]) -> Option<usize> {
        Some(Bitmap::new(bytes, self.columns?).count_ones())
    }

    /// The bits that count in the bitmap of this field.
    pub fn of(&self, slot: Slot) -> Option<usize> {
        match slot.field {
            field::ROWS_NULL_BITMAP if self.after => self.present_after.or(self.present),
            field::ROWS_NULL_BITMAP => self.present,
            field::TABLE_MAP_SIGNEDNESS | field::ROWS_PARTIAL_BITS | field::ROWS_RECORD_NULL_BYTES => None,
            _ => self.columns,
        }
    }
}

/// The name of a bit field.
pub fn bit_name(bit: &describe::BitField) -> String {
    bit.item.map_or_else(|| bit.name.to_owned(), |item| format!("[{item}]"))
}

/// Cuts text at a character boundary.
pub fn shorten(text: &mut String, limit: usize) {
    if text.len() > limit {
        let end = text.floor_char_boundary(limit);
        text.truncate(end);
        text.push('…');
    }
}

const fn role(role: catalogue::Role) -> Role {
    match role {
        catalogue::Role::Length => Role::Length,
        catalogue::Role::Identifier => Role::Identifier,
        catalogue::Role::Value => Role::Value,
        catalogue::Role::Time => Role::Time,
        catalogue::Role::Flags => Role::Flags,
        catalogue::Role::Checksum => Role::Checksum,
        catalogue::Role::Structure => Role::Structure,
        catalogue::Role::Unexplained => Role::Unexplained,
    }
}

/// How a node's bytes are written. Integers whose width belongs to the column say it.
fn physical(node: &Node<'_>) -> String {
    let bits = (node.end - node.start) * 8;
    match (node.slot.field.entry().physical, node.value) {
        (Physical::IntLe, Value::Unsigned(_)) | (Physical::UintLe, _) => format!("u{bits} LE"),
        (Physical::IntLe, Value::Signed(_) | Value::Time(_)) => format!("i{bits} LE"),
        // The log does not tell the sign.
        (Physical::IntLe, Value::UnknownSign(..)) => format!("i{bits} or u{bits} LE"),
        (Physical::IntLe, _) => format!("integer, {bits} bits LE"),
        (Physical::Text | Physical::Bytes, Value::Text(bytes, collation)) if collation != charset::UTF8MB4 => {
            physical_text(bytes, collation)
        }
        (other, _) => other.text().into(),
    }
}

/// Text in a character set of its own, and whether its bytes are valid there: if not, they are shown
/// as they are.
fn physical_text(bytes: &[u8], collation: u32) -> String {
    let name = charset::name(collation);
    match (name, text::decode(bytes, collation)) {
        (Some("binary"), _) => Physical::Bytes.text().into(),
        (Some(name), Some(_)) => format!("{}, {name}", Physical::Text.text()),
        (Some(name), None) => format!("{}, not valid {name}", Physical::Bytes.text()),
        (None, Some(_)) => format!("{}, character set unknown", Physical::Text.text()),
        (None, None) => format!("{}, character set unknown", Physical::Bytes.text()),
    }
}

/// Bytes whose fields are shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'s> {
    /// Where they lie.
    pub holder: Holder<'s>,
    /// They.
    pub bytes: &'s [u8],
    /// The space that they open as a whole.
    pub opens: Option<&'s str>,
    /// The table of their rows.
    pub plan: Option<&'s TablePlan>,
    /// What is known of their bitmaps.
    pub items: BitmapItems,
}

impl Default for Shown<'_> {
    fn default() -> Self {
        Self { holder: Holder::alone("0", 0), bytes: &[], opens: None, plan: None, items: BitmapItems::default() }
    }
}

/// Their nodes.
pub fn nodes(tree: &FieldTree<'_>, shown: &Shown<'_>) -> Vec<FieldNode> {
    let Shown { holder, bytes, opens, plan, mut items } = *shown;
    let base = holder.start();
    let faults: Vec<_> = tree.faults().collect();
    // Where the compressed column value begins that is passed through.
    let mut column = 0;
    let present = |(at, node): (usize, &Node<'_>)| {
        items.pass(node.slot, &node.value);
        if space::is_compressed_column(node.slot.field) {
            column = node.start;
        }
        let entry = node.slot.field.entry();
        let own = bytes.get(node.start as usize..node.end as usize).unwrap_or_default();
        let mut text = value_text(node.slot, &node.value, plan, holder);
        if let Some(text) = &mut text {
            shorten(text, TEXT_LIMIT);
        }
        let mut raw = String::new();
        let written = describe::raw(node.slot.field, &node.value, own, &mut raw);
        let mut bits = Vec::new();
        if !node.branch {
            describe::bits(node.slot, &node.value, own, items.of(node.slot), |bit| {
                bits.push(BitField {
                    name: bit_name(&bit),
                    start: bit.start,
                    end: bit.end,
                    msb_first: bit.msb_first,
                    text: bit.value.to_string(),
                });
            });
        }
        let fault = faults.iter().find(|(node, _)| *node == Some(at));
        FieldNode {
            name: step_text(node.slot),
            id: entry.id.into(),
            label: tree.label(at).map(|label| String::from_utf8_lossy(label).into_owned()),
            depth: node.depth,
            start: base + u64::from(node.start),
            end: base + u64::from(node.end),
            raw: (written.is_ok() && !raw.is_empty() && text.as_deref() != Some(&raw)).then_some(raw),
            text,
            physical: physical(node),
            role: role(entry.role),
            branch: node.branch,
            collapsed: node.collapsed,
            bits,
            opens: match node.slot.field {
                field::COLUMN_COMPRESSED_DATA => Some(holder.name(column.into())),
                field if space::opens(field) => opens.map(Into::into),
                _ => None,
            },
            space: None,
            error: fault.map(|(_, error)| messages::of_error(error, base)),
        }
    };
    tree.nodes().iter().enumerate().map(present).collect()
}
