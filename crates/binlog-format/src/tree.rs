//! A trace that records: flat nodes in pre-order.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::DecodeError;
use crate::limits::TREE_NODES;
use crate::trace::{Enter, Slot, Trace};
use crate::value::Value;

/// A recorded group or leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node<'a> {
    /// Which field, and which item of a list.
    pub slot: Slot,
    /// 0 for what stands directly in the event.
    pub depth: u16,
    /// A group, not a leaf.
    pub branch: bool,
    /// A group whose inside was not recorded.
    pub collapsed: bool,
    /// First byte, from the start of the event.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it means.
    pub value: Value<'a>,
}

/// One step of a field path: the name of a field, or an item's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A field by name.
    Name(Box<str>),
    /// An item of a list.
    Item(u32),
}

/// Parses `rows[0].after[3]`; `None` if it is no path.
pub fn parse_path(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let (name, items) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !name.is_empty() {
            steps.push(Step::Name(name.into()));
        } else if items.is_empty() {
            return None;
        }
        for item in items.split_terminator(']') {
            steps.push(Step::Item(item.strip_prefix('[')?.parse().ok()?));
        }
    }
    Some(steps)
}

impl Step {
    fn matches(&self, slot: Slot) -> bool {
        match self {
            Self::Item(number) => slot.item() == Some(*number),
            Self::Name(name) => slot.item().is_none() && slot.field.entry().name() == &**name,
        }
    }
}

/// The last step of a node's path.
pub fn step_text(slot: Slot) -> String {
    match slot.item() {
        Some(item) => alloc::format!("[{item}]"),
        None => slot.field.entry().name().into(),
    }
}

/// Records the nodes of an event, or of one branch of it.
#[derive(Clone, Debug)]
pub struct FieldTree<'a> {
    nodes: Vec<Node<'a>>,
    labels: Vec<(u32, Box<[u8]>)>,
    faults: Vec<(Option<u32>, DecodeError)>,
    /// Open groups: their node, or none when they are not recorded.
    open: Vec<Option<u32>>,
    /// Groups opened below one that is not looked into.
    skipped: u32,
    last: Option<u32>,
    budget: usize,
    focus: Vec<Step>,
}

impl Default for FieldTree<'_> {
    fn default() -> Self {
        Self::with_budget(TREE_NODES)
    }
}

impl<'a> FieldTree<'a> {
    /// Records everything, up to the usual number of nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records up to `budget` nodes; groups beyond stay collapsed.
    pub fn with_budget(budget: usize) -> Self {
        Self {
            nodes: Vec::new(),
            labels: Vec::new(),
            faults: Vec::new(),
            open: Vec::new(),
            skipped: 0,
            last: None,
            budget,
            focus: Vec::new(),
        }
    }

    /// Records only what lies under this path.
    pub fn under(path: Vec<Step>) -> Self {
        Self { focus: path, ..Self::new() }
    }

    /// The nodes, in pre-order.
    pub fn nodes(&self) -> &[Node<'a>] {
        &self.nodes
    }

    /// The file's own name for a node.
    pub fn label(&self, node: usize) -> Option<&[u8]> {
        let at = self.labels.binary_search_by_key(&(node as u32), |(node, _)| *node).ok()?;
        self.labels.get(at).map(|(_, label)| &**label)
    }

    /// Faults that did not end the event, with the group they lie in.
    pub fn faults(&self) -> impl Iterator<Item = (Option<usize>, DecodeError)> {
        self.faults.iter().map(|(node, error)| (node.map(|node| node as usize), *error))
    }

    /// Number of groups open; 0 after a whole event.
    pub fn open_groups(&self) -> usize {
        self.open.len() + self.skipped as usize
    }

    /// A path that leads to nothing wider than its focus records nothing.
    fn inside_focus(&self) -> bool {
        self.open.len() >= self.focus.len()
    }

    fn in_collapsed(&self) -> bool {
        let open = self.open.last().copied().flatten();
        open.and_then(|at| self.nodes.get(at as usize)).is_some_and(|node| node.collapsed)
    }

    fn push(&mut self, slot: Slot, start: u32, end: u32, branch: bool, value: Value<'a>) -> u32 {
        let depth = self.open.len() as u16;
        let at = self.nodes.len() as u32;
        self.nodes.push(Node { slot, depth, branch, collapsed: false, start, end, value });
        at
    }
}

impl<'a> Trace<'a> for FieldTree<'a> {
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        if self.skipped > 0 {
            self.skipped += 1;
            return Enter::Skip;
        }
        if !self.inside_focus() {
            if self.focus.get(self.open.len()).is_some_and(|step| step.matches(slot)) {
                self.open.push(None);
                return Enter::Into;
            }
            self.skipped = 1;
            return Enter::Skip;
        }
        // Twice the budget is the most: lists of collapsed groups end there as well.
        if self.in_collapsed() || self.nodes.len() >= self.budget.saturating_mul(2) {
            self.skipped = 1;
            self.last = None;
            return Enter::Skip;
        }
        let node = self.push(slot, start, start, true, Value::None);
        self.open.push(Some(node));
        if self.nodes.len() > self.budget && self.open.len() > 1 {
            if let Some(node) = self.nodes.last_mut() {
                node.collapsed = true;
            }
            // The group itself is open; what is inside is not recorded.
            return Enter::Skip;
        }
        Enter::Into
    }

    fn exit(&mut self, end: u32, value: Value<'a>) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(open) = self.open.pop() else { return };
        if let Some(node) = open.and_then(|at| self.nodes.get_mut(at as usize)) {
            node.end = end;
            node.value = value;
        }
        self.last = open;
    }

    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        if self.skipped > 0 || !self.inside_focus() {
            return;
        }
        if self.in_collapsed() || self.nodes.len() >= self.budget.saturating_mul(4) {
            self.last = None;
            return;
        }
        self.last = Some(self.push(slot, start, end, false, value));
    }

    fn label(&mut self, name: &[u8]) {
        if self.skipped > 0 || !self.inside_focus() {
            return;
        }
        if let Some(node) = self.last {
            let at = self.labels.partition_point(|(other, _)| *other < node);
            self.labels.insert(at, (node, name.into()));
        }
    }

    fn fault(&mut self, error: DecodeError) {
        let node = self.open.last().copied().flatten();
        self.faults.push((node, error));
    }
}
