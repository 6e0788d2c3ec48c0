//! What is copied of an event, a field or bytes, in the forms that people paste elsewhere (`docs/copy.md`).
//!
//! A [`Piece`] is what is copied: an event's fields with their bytes, whatever space these lie in. Its forms are
//! written from the same nodes that a screen shows; JSON alone is written by the decoder's own trace, as `dump` does.

mod binlog;
mod bytes;
mod diagram;
mod json;
mod table;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::document::{Document, MAX_BYTES};
use crate::space;
use crate::view::{Address, BitField, EventView, FieldNode, Message, RowContent};

/// More bytes than this are an export, not a copy: a clipboard holds several times as much text.
pub const MAX_COPIED: u64 = 1 << 20;

/// Most fields of forms that write one line for each.
pub const MAX_FIELDS: usize = 20_000;

/// Most fields of a diagram: more is no picture.
pub const MAX_DRAWN: usize = 1000;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The value as shown; of what has none, hex digits.
    Value,
    /// Hex digits, between spaces.
    Hex,
    /// As `hexdump -C` prints, with the bytes' own offsets.
    Hexdump,
    /// Base64, in one line.
    Base64,
    /// The event as `BINLOG '…'` statements, with its format description and table maps.
    Binlog,
    /// As `dump --format json` writes it.
    Json,
    /// An array of Rust.
    Rust,
    /// A slice of Go.
    Go,
    /// A bytes object of Python.
    Python,
    /// A row for each field: offset, bytes, name, value.
    Text,
    /// The same as a table of Markdown.
    Markdown,
    /// A packet diagram.
    Svg,
}

impl Form {
    /// All of them, in the order of a menu.
    pub const ALL: [Self; 12] = [
        Self::Value,
        Self::Hex,
        Self::Hexdump,
        Self::Base64,
        Self::Binlog,
        Self::Json,
        Self::Text,
        Self::Markdown,
        Self::Svg,
        Self::Rust,
        Self::Go,
        Self::Python,
    ];
}

/// What of an event is copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// All of it.
    Event,
    /// A field, or a bit field, by its path: `rows[0].after[3]`.
    Field(String),
    /// Bytes of a space: of the event's, or of one that stands below its fields.
    Bytes {
        /// The space.
        space: String,
        /// First byte.
        start: u64,
        /// One past the last.
        end: u64,
    },
}

/// One of the nodes that are copied.
#[derive(Clone, Debug)]
struct Line<'p> {
    /// Names from the event on, joined as in addresses.
    path: &'p str,
    node: &'p FieldNode,
    /// Where its bytes lie.
    space: &'p str,
    /// Below so many other copied nodes.
    depth: u16,
    /// No other copied node has its bytes.
    leaf: bool,
    /// They; of a leaf only, and none where they inflated to more than a copy has.
    bytes: Vec<u8>,
}

impl Line<'_> {
    /// What stands for its bytes where there are too many of them.
    fn left_out(&self) -> Option<String> {
        let length = self.node.end - self.node.start;
        (self.leaf && length > self.bytes.len() as u64).then(|| format!("({length} bytes)"))
    }

    /// The last step of its path, and the file's own name.
    fn name(&self) -> String {
        match &self.node.label {
            Some(label) => format!("{} {}", self.node.name, crate::visible::visible(label)),
            None => self.node.name.clone(),
        }
    }

    /// The value in one line.
    fn value(&self) -> String {
        let text = self.node.text.as_deref().or(self.node.raw.as_deref()).unwrap_or_default();
        crate::visible::visible(text).into_owned()
    }
}

/// What is copied.
pub struct Piece<'r> {
    view: EventView,
    /// Of each node.
    paths: Vec<String>,
    part: Part,
    /// The field that is copied, with what lies under it.
    node: Option<usize>,
    /// A bit field of that.
    bits: Option<usize>,
    space: String,
    start: u64,
    end: u64,
    /// Gives bytes of a space.
    read: &'r Read<'r>,
}

/// Gives bytes of a space: its name, the first byte, and how many are wanted; fewer come back at its end.
pub type Read<'r> = dyn Fn(&str, u64, u32) -> Result<Vec<u8>, Message> + 'r;

impl std::fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Piece").field("event", &self.view.address).field("part", &self.part).finish_non_exhaustive()
    }
}

/// A node's path under its parent's.
fn join(parent: &str, name: &str) -> String {
    let dot = if parent.is_empty() || name.starts_with('[') { "" } else { "." };
    format!("{parent}{dot}{name}")
}

/// The path of each node.
fn paths(nodes: &[FieldNode]) -> Vec<String> {
    let mut above: Vec<usize> = Vec::new();
    let mut paths: Vec<String> = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        above.truncate(usize::from(node.depth));
        let parent = above.last().and_then(|parent| paths.get(*parent)).map_or("", String::as_str);
        paths.push(join(parent, &node.name));
        above.push(at);
    }
    paths
}

fn too_large(bytes: u64) -> Message {
    Message::new("copy-too-large").number("bytes", bytes).number("limit", MAX_COPIED)
}

impl<'r> Piece<'r> {
    /// This part of an event.
    ///
    /// # Errors
    ///
    /// The part is not there.
    pub fn new(view: EventView, part: Part, read: &'r Read<'r>) -> Result<Self, Message> {
        let paths = paths(&view.nodes);
        let (mut node, mut bits) = (None, None);
        let own = view.address.space.clone();
        let (space, start, end) = match &part {
            Part::Event => (own, view.address.offset, view.end),
            Part::Bytes { space, start, end } => (space.clone(), *start, (*end).max(*start)),
            Part::Field(path) => {
                let found = find(&view.nodes, &paths, path);
                let (at, bit) = found.ok_or_else(|| Message::new("failed-path").text("path", path.clone()))?;
                (node, bits) = (Some(at), bit);
                let node = view.nodes.get(at);
                let space = node.and_then(|node| node.space.clone()).unwrap_or(own);
                (space, node.map_or(0, |node| node.start), node.map_or(0, |node| node.end))
            }
        };
        Ok(Self { view, paths, part, node, bits, space, start, end, read })
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// It is too large for the form, or its bytes cannot be read.
    pub fn write(&self, form: Form) -> Result<String, Message> {
        Ok(match form {
            Form::Value => match self.value() {
                Some(value) => value,
                None => bytes::hex(&self.bytes()?),
            },
            Form::Hex => bytes::hex(&self.bytes()?),
            Form::Hexdump => bytes::hexdump(self.start, &self.bytes()?),
            // Of an event in a log only, which is looked up there.
            Form::Binlog => return Err(Message::new("copy-no-event")),
            Form::Base64 => bytes::base64(&self.bytes()?),
            Form::Rust => bytes::rust(&self.bytes()?),
            Form::Go => bytes::go(&self.bytes()?),
            Form::Python => bytes::python(&self.bytes()?),
            Form::Json => self.json()?,
            Form::Text => table::text(&self.heading(), &self.space, &self.lines(MAX_FIELDS)?),
            Form::Markdown => table::markdown(&self.heading(), &self.lines(MAX_FIELDS)?),
            Form::Svg => diagram::svg(&self.heading(), &self.space, &self.lines(MAX_DRAWN)?),
        })
    }

    /// The bytes.
    fn bytes(&self) -> Result<Vec<u8>, Message> {
        self.read(&self.space, self.start, self.end)
    }

    fn read(&self, space: &str, start: u64, end: u64) -> Result<Vec<u8>, Message> {
        if end - start > MAX_COPIED {
            return Err(too_large(end - start));
        }
        let mut bytes = Vec::new();
        while start + (bytes.len() as u64) < end {
            let at = start + bytes.len() as u64;
            let more = (self.read)(space, at, u32::try_from(end - at).unwrap_or(MAX_BYTES).min(MAX_BYTES))?;
            if more.is_empty() {
                return Err(Message::new("copy-missing").number("at", at));
            }
            bytes.extend_from_slice(&more);
        }
        Ok(bytes)
    }

    fn value(&self) -> Option<String> {
        let node = self.view.nodes.get(self.node?)?;
        match self.bits {
            Some(bits) => node.bits.get(bits).map(|bits| bits.text.clone()),
            None => node.text.clone().or_else(|| node.raw.clone()),
        }
    }

    /// What it is, in a line: the event, its address, and the part.
    fn heading(&self) -> String {
        let what = match &self.view.content {
            RowContent::Event { type_name, .. } => type_name.as_str(),
            RowContent::Span { kind, .. } => kind,
            RowContent::Transaction { .. } => "",
        };
        let path = if let Part::Field(path) = &self.part { format!(" {path}") } else { String::new() };
        format!("{what}{path}, {} bytes at {}", self.end - self.start, space::name(&self.space, self.start))
    }

    /// The nodes that are copied, as numbers.
    fn chosen(&self) -> Range<usize> {
        let count = self.view.nodes.len();
        let Some(node) = self.node else { return 0..count };
        let depth = self.view.nodes.get(node).map_or(0, |node| node.depth);
        let inside = self.view.nodes.iter().skip(node + 1).take_while(|below| below.depth > depth).count();
        node..node + 1 + inside
    }

    /// The nodes that are copied, with their bytes.
    ///
    /// # Errors
    ///
    /// There are more than `most`, or the bytes cannot be read.
    fn lines(&self, most: usize) -> Result<Vec<Line<'_>>, Message> {
        let own = self.view.address.space.as_str();
        let chosen = self.chosen();
        let (first, base) = (chosen.start, self.view.nodes.get(chosen.start).map_or(0, |node| node.depth));
        let nodes = self.view.nodes.get(chosen).unwrap_or_default();
        let mut lines = Vec::new();
        let mut left = MAX_COPIED;
        for (at, node) in nodes.iter().enumerate() {
            let space = node.space.as_deref().unwrap_or(own);
            // What its bytes inflated to stands below it, and has none of them.
            let below = nodes.iter().skip(at + 1).take_while(|below| below.depth > node.depth);
            let leaf = below.clone().all(|below| below.space != node.space);
            if let Part::Bytes { space: wanted, start, end } = &self.part
                && !(leaf && space == wanted && node.start < *end && node.end > *start)
            {
                continue;
            }
            if node.collapsed || lines.len() >= most {
                let many = if node.collapsed { MAX_FIELDS } else { self.view.nodes.len() };
                return Err(Message::new("copy-too-many-fields")
                    .number("limit", most as u64)
                    .number("fields", many as u64));
            }
            let length = node.end - node.start;
            let bytes = match (leaf, left.checked_sub(length)) {
                (false, _) => Vec::new(),
                (true, Some(less)) => {
                    left = less;
                    self.read(space, node.start, node.end)?
                }
                (true, None) if node.space.is_some() && space != self.space => Vec::new(),
                (true, None) => return Err(too_large(self.end - self.start)),
            };
            let depth = if matches!(self.part, Part::Bytes { .. }) { 0 } else { node.depth - base };
            let path = self.paths.get(first + at).map_or("", String::as_str);
            lines.push(Line { path, node, space, depth, leaf, bytes });
        }
        if lines.is_empty() {
            return Err(Message::new("copy-no-fields"));
        }
        Ok(lines)
    }
}

/// The node with this path, or the bit field of one. Of a JSON member's name and its value, which have the same path,
/// the value.
fn find(nodes: &[FieldNode], paths: &[String], path: &str) -> Option<(usize, Option<usize>)> {
    if let Some(at) = paths.iter().rposition(|own| own == path) {
        return Some((at, None));
    }
    nodes.iter().zip(paths).enumerate().find_map(|(at, (node, own))| {
        path.starts_with(own.as_str()).then_some(())?;
        let bits = node.bits.iter().position(|bits| join(own, &bits.name) == path)?;
        Some((at, Some(bits)))
    })
}

/// `bit 3` or `bits 4-7`.
fn bit_range(bits: &BitField) -> String {
    match bits.end.saturating_sub(1) {
        last if last > bits.start => format!("bits {}-{last}", bits.start),
        last => format!("bit {last}"),
    }
}

impl Document {
    /// A part of the event or span at an address in some form.
    ///
    /// # Errors
    ///
    /// It is not there, or too large for the form: the message says how large it may be.
    pub fn copy(&self, address: &Address, part: Part, form: Form) -> Result<String, Message> {
        if form == Form::Binlog {
            return self.binlog_of(address);
        }
        let view = self.event_with(address, &part)?;
        let read = |space: &str, start: u64, length: u32| self.bytes(space, start, length).map(|(bytes, _)| bytes);
        if form == Form::Json
            && let Some(json) = self.json_of(&view, &part)?
        {
            return Ok(json);
        }
        Piece::new(view, part, &read)?.write(form)
    }

    /// The event with the nodes on the way to a part that a large event leaves closed.
    fn event_with(&self, address: &Address, part: &Part) -> Result<EventView, Message> {
        let mut view = self.event(address)?;
        let Part::Field(path) = part else { return Ok(view) };
        // Each turn opens a node on the way, which is one step longer.
        loop {
            let paths = paths(&view.nodes);
            let closed = paths.iter().zip(&view.nodes).position(|(own, node)| {
                let behind = path.strip_prefix(own.as_str());
                node.collapsed && behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            });
            let Some(at) = closed else { return Ok(view) };
            let children = self.children(&view.address, paths.get(at).map_or("", String::as_str))?;
            if let Some(node) = view.nodes.get_mut(at) {
                node.collapsed = false;
            }
            view.nodes.splice(at + 1..at + 1, children);
        }
    }
}
