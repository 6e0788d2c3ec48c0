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
    /// Whether a node of this field, or with this number in its list, is the one that the step leads to.
    pub fn matches(&self, slot: Slot) -> bool {
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
    /// The file's own names: the node, and where its name ends in `names`.
    labels: Vec<(u32, u32)>,
    names: Vec<u8>,
    faults: Vec<(Option<u32>, DecodeError)>,
    /// Open groups: their node, or [`NONE`] when they are not recorded.
    open: Vec<u32>,
    /// Open groups, from the innermost outwards, whose inside is not recorded.
    hidden: u32,
    /// The outermost of them is recorded itself: a collapsed group.
    collapsed: bool,
    last: u32,
    budget: usize,
    focus: Vec<Step>,
    /// Below so many nodes a group is recorded, and looked into, whatever else holds.
    groups_up_to: usize,
    /// Below so many nodes a leaf is recorded whatever else holds; 0 while something is hidden.
    leaves_up_to: usize,
}

/// No node.
const NONE: u32 = u32::MAX;

/// Below so many nodes leaves are recorded, groups or not.
const fn most_leaves(budget: usize) -> usize {
    budget.saturating_mul(4)
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
            names: Vec::new(),
            faults: Vec::new(),
            open: Vec::new(),
            hidden: 0,
            collapsed: false,
            last: NONE,
            budget,
            focus: Vec::new(),
            groups_up_to: budget,
            leaves_up_to: most_leaves(budget),
        }
    }

    /// Records only what lies under this path.
    pub fn under(path: Vec<Step>) -> Self {
        // What is recorded then depends on the groups that are open.
        let (groups_up_to, leaves_up_to) = if path.is_empty() { (TREE_NODES, most_leaves(TREE_NODES)) } else { (0, 0) };
        Self { focus: path, groups_up_to, leaves_up_to, ..Self::new() }
    }

    /// Forgets the nodes and keeps the memory, for the next event.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.labels.clear();
        self.names.clear();
        self.faults.clear();
        self.open.clear();
        (self.hidden, self.collapsed, self.last) = (0, false, NONE);
        self.show();
    }

    /// Nothing is hidden any more.
    fn show(&mut self) {
        if self.focus.is_empty() {
            self.leaves_up_to = most_leaves(self.budget);
        }
    }

    /// The nodes, in pre-order.
    pub fn nodes(&self) -> &[Node<'a>] {
        &self.nodes
    }

    /// The file's own name for a node.
    pub fn label(&self, node: usize) -> Option<&[u8]> {
        let at = self.labels.binary_search_by_key(&(node as u32), |(node, _)| *node).ok()?;
        let start = at.checked_sub(1).and_then(|before| self.labels.get(before)).map_or(0, |(_, end)| *end);
        let (_, end) = self.labels.get(at)?;
        self.names.get(start as usize..*end as usize)
    }

    /// Faults that did not end the event, with the group they lie in.
    pub fn faults(&self) -> impl Iterator<Item = (Option<usize>, DecodeError)> {
        self.faults.iter().map(|(node, error)| (node.map(|node| node as usize), *error))
    }

    /// Number of groups open; 0 after a whole event.
    pub fn open_groups(&self) -> usize {
        self.open.len() + self.hidden as usize - usize::from(self.collapsed)
    }

    /// A path that leads to nothing wider than its focus records nothing.
    #[inline]
    fn inside_focus(&self) -> bool {
        self.open.len() >= self.focus.len()
    }

    #[inline]
    fn push(&mut self, slot: Slot, start: u32, end: u32, branch: bool, value: Value<'a>) -> u32 {
        let depth = self.open.len() as u16;
        let at = self.nodes.len() as u32;
        self.nodes.push(Node { slot, depth, branch, collapsed: false, start, end, value });
        at
    }

    /// A group before the focus: only the one that leads there is looked into.
    #[cold]
    fn enter_towards_focus(&mut self, slot: Slot) -> Enter {
        if self.focus.get(self.open.len()).is_some_and(|step| step.matches(slot)) {
            self.open.push(NONE);
            return Enter::Into;
        }
        self.hidden = 1;
        Enter::Skip
    }

    /// Beyond the budget a group is recorded without its inside; twice the budget is the most,
    /// for lists of collapsed groups end there as well.
    #[cold]
    fn enter_beyond_budget(&mut self, slot: Slot, start: u32) -> Enter {
        self.hidden = 1;
        self.leaves_up_to = 0;
        if self.nodes.len() >= self.budget.saturating_mul(2) {
            self.last = NONE;
            return Enter::Skip;
        }
        let node = self.push(slot, start, start, true, Value::None);
        self.open.push(node);
        self.collapsed = true;
        if let Some(node) = self.nodes.last_mut() {
            node.collapsed = true;
        }
        Enter::Skip
    }
}

impl<'a> FieldTree<'a> {
    /// A group where it depends: on what is hidden, on the focus, or on the budget.
    #[inline(never)]
    fn enter_if_wanted(&mut self, slot: Slot, start: u32) -> Enter {
        if self.hidden > 0 {
            self.hidden += 1;
            return Enter::Skip;
        }
        if !self.inside_focus() {
            return self.enter_towards_focus(slot);
        }
        // What stands directly in the event is looked into up to twice the budget.
        let most = if self.open.is_empty() { self.budget.saturating_mul(2) } else { self.budget };
        if self.nodes.len() >= most {
            return self.enter_beyond_budget(slot, start);
        }
        let node = self.push(slot, start, start, true, Value::None);
        self.open.push(node);
        Enter::Into
    }

    /// A group ends while something is hidden; whether it is a recorded one.
    #[inline(never)]
    fn exit_hidden(&mut self) -> bool {
        self.hidden -= 1;
        if self.hidden == 0 {
            self.show();
        }
        if self.hidden > 0 || !self.collapsed {
            return false;
        }
        self.collapsed = false;
        true
    }

    /// A group is named when it has ended, after what is inside it.
    fn label_before(&mut self, name: &[u8]) {
        let at = self.labels.partition_point(|(other, _)| *other < self.last);
        let start = at.checked_sub(1).and_then(|before| self.labels.get(before)).map_or(0, |(_, end)| *end);
        self.names.splice(start as usize..start as usize, name.iter().copied());
        for (_, end) in self.labels.iter_mut().skip(at) {
            *end += name.len() as u32;
        }
        self.labels.insert(at, (self.last, start + name.len() as u32));
    }

    /// Whether a leaf is recorded where it depends.
    #[inline(never)]
    fn wants_leaf(&mut self) -> bool {
        if self.hidden > 0 || !self.inside_focus() {
            return false;
        }
        if self.nodes.len() >= most_leaves(self.budget) {
            self.last = NONE;
            return false;
        }
        true
    }
}

impl<'a> Trace<'a> for FieldTree<'a> {
    #[inline]
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        if self.nodes.len() >= self.groups_up_to {
            return self.enter_if_wanted(slot, start);
        }
        let node = self.push(slot, start, start, true, Value::None);
        self.open.push(node);
        Enter::Into
    }

    #[inline]
    fn exit(&mut self, end: u32, value: Value<'a>) {
        if self.hidden > 0 && !self.exit_hidden() {
            return;
        }
        let Some(open) = self.open.pop() else { return };
        if let Some(node) = self.nodes.get_mut(open as usize) {
            node.end = end;
            node.value = value;
        }
        self.last = open;
    }

    #[inline]
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        if self.nodes.len() >= self.leaves_up_to && !self.wants_leaf() {
            return;
        }
        self.last = self.push(slot, start, end, false, value);
    }

    fn label(&mut self, name: &[u8]) {
        if self.hidden > 0 || !self.inside_focus() || self.last == NONE {
            return;
        }
        if self.labels.last().is_none_or(|(other, _)| *other < self.last) {
            self.names.extend_from_slice(name);
            self.labels.push((self.last, self.names.len() as u32));
            return;
        }
        self.label_before(name);
    }

    fn fault(&mut self, error: DecodeError) {
        let node = self.open.last().copied().filter(|node| *node != NONE);
        self.faults.push((node, error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::field;

    #[test]
    fn the_budget_holds_for_what_stands_directly_in_the_event() {
        let mut tree = FieldTree::with_budget(16);
        for at in 0..200 {
            tree.leaf(field::PADDING.at(at), 0, 1, Value::None);
        }
        for at in 0..200 {
            tree.enter(field::ROWS_ROW.at(at), 0);
            tree.leaf(field::PADDING.into(), 0, 1, Value::None);
            tree.exit(1, Value::None);
        }
        assert!(tree.open_groups() == 0 && tree.nodes().len() <= 64, "{}", tree.nodes().len());
    }

    #[test]
    fn a_collapsed_group_hides_its_leaves_and_no_others() {
        let mut tree = FieldTree::with_budget(2);
        for _ in 0..2 {
            tree.leaf(field::PADDING.into(), 0, 1, Value::None);
        }
        tree.enter(field::ROWS_ROWS.into(), 1);
        for row in 0..2 {
            assert_eq!(tree.enter(field::ROWS_ROW.at(row), 1), Enter::Skip);
            tree.leaf(field::PADDING.into(), 1, 2, Value::None);
            tree.enter(field::ROWS_AFTER.into(), 2);
            tree.leaf(field::PADDING.into(), 1, 2, Value::None);
            tree.exit(2, Value::None);
            tree.exit(2, Value::None);
        }
        let seen = |tree: &FieldTree<'_>| -> Vec<(u16, bool)> {
            tree.nodes().iter().map(|node| (node.depth, node.collapsed)).collect()
        };
        assert_eq!(seen(&tree)[2..], [(0, false), (1, true)], "the second row is beyond twice the budget");
        tree.leaf(field::PADDING.into(), 2, 3, Value::None);
        tree.exit(3, Value::None);
        tree.leaf(field::PADDING.into(), 3, 4, Value::None);
        assert_eq!(seen(&tree)[4..], [(1, false), (0, false)]);
        tree.enter(field::ROWS_ROWS.into(), 4);
        tree.clear();
        tree.leaf(field::PADDING.into(), 0, 1, Value::None);
        assert_eq!(seen(&tree), [(0, false)], "what was hidden is forgotten");
    }

    #[test]
    fn a_focus_records_what_lies_under_it() {
        let mut tree = FieldTree::under(parse_path("rows[1]").unwrap_or_default());
        for _ in 0..2 {
            tree.leaf(field::PADDING.into(), 0, 1, Value::None);
            tree.enter(field::ROWS_ROWS.into(), 1);
            for row in 0..3 {
                tree.enter(field::ROWS_ROW.at(row), row as u32);
                tree.leaf(field::PADDING.into(), row as u32, 9, Value::None);
                tree.exit(9, Value::None);
            }
            tree.exit(9, Value::None);
            assert_eq!(tree.nodes().iter().map(|node| node.start).collect::<Vec<_>>(), [1]);
            tree.clear();
        }
    }
}
