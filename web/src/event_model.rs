//! An event's fields as the panes use them: paths, what is open, which field owns a byte.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use binlog_explorer::view::{BitField, EventView, FieldNode, Role};

use crate::selection::{join_path, parent_path};

/// Lines that a newly shown event opens to at most: about two screens, so that small events
/// are read at a glance and large ones stay a table of contents.
const OPEN_LINES: usize = 64;

/// One line of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The event itself, the root.
    Event,
    /// A node, by number.
    Node(usize),
    /// A bit field of a node.
    Bits(usize, usize),
}

/// A visible line with what assistive technology is told about its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeLine {
    /// What it shows.
    pub item: Item,
    /// 1 for the event.
    pub level: usize,
    /// From 1.
    pub position: usize,
    /// With itself.
    pub siblings: usize,
    /// `Some` when it can be opened and closed.
    pub open: Option<bool>,
}

/// A run of bytes that one leaf (or one branch without loaded children) owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First byte.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// Colour role.
    pub role: Role,
    /// Number of the node.
    pub node: usize,
    /// Alternates from run to run, so that equal neighbours are told apart.
    pub odd: bool,
}

/// An event, its fields and which of them are open.
#[derive(Clone, Debug)]
pub struct EventModel {
    /// As the worker sent it, with children added as they came.
    pub view: EventView,
    paths: Vec<Rc<str>>,
    parents: Vec<Option<usize>>,
    ends: Vec<usize>,
    places: Vec<(usize, usize)>,
    top_level: usize,
    numbers: HashMap<Rc<str>, usize>,
    opened: HashSet<Rc<str>>,
    root_open: bool,
    lines: Vec<TreeLine>,
    /// By space: the event's, and those that stand in the tree below the bytes that opened them.
    runs: Vec<(String, Vec<Run>)>,
}

impl EventModel {
    /// Takes an event in and opens what fits, but nothing whose id is in `closed`.
    pub fn new(view: EventView, closed: &HashSet<String>) -> Self {
        let mut model = Self {
            view,
            paths: Vec::new(),
            parents: Vec::new(),
            ends: Vec::new(),
            places: Vec::new(),
            top_level: 0,
            numbers: HashMap::new(),
            opened: HashSet::new(),
            root_open: true,
            lines: Vec::new(),
            runs: Vec::new(),
        };
        model.index();
        model.open_what_fits(closed);
        model.lay_out();
        model
    }

    /// The nodes.
    pub fn nodes(&self) -> &[FieldNode] {
        &self.view.nodes
    }

    /// The visible lines.
    pub fn lines(&self) -> &[TreeLine] {
        &self.lines
    }

    /// The byte runs of a space in order.
    pub fn runs(&self, space: &str) -> &[Run] {
        self.runs.iter().find(|(name, _)| name == space).map_or(&[], |(_, runs)| runs)
    }

    /// Whether bytes of this space belong to the event: its own, or what they inflated to.
    pub fn has_space(&self, space: &str) -> bool {
        self.view.address.space == space || self.runs.iter().any(|(name, _)| name == space)
    }

    /// The space that a line's bytes lie in.
    pub fn space_of(&self, item: Item) -> &str {
        self.node(item).and_then(|node| node.space.as_deref()).unwrap_or(&self.view.address.space)
    }

    /// First byte and one past the last of what belongs to the event in a space.
    pub fn extent(&self, space: &str) -> (u64, u64) {
        if self.view.address.space == space {
            return (self.start(), self.end());
        }
        let runs = self.runs(space);
        (runs.first().map_or(0, |run| run.start), runs.last().map_or(0, |run| run.end))
    }

    /// The event's first byte.
    pub fn start(&self) -> u64 {
        self.view.address.offset
    }

    /// One past the event's last byte.
    pub fn end(&self) -> u64 {
        self.view.end
    }

    /// Path of a line; the event's is empty.
    pub fn path(&self, item: Item) -> String {
        match item {
            Item::Event => String::new(),
            Item::Node(node) => self.paths[node].to_string(),
            Item::Bits(node, bits) => join_path(&self.paths[node], &self.view.nodes[node].bits[bits].name),
        }
    }

    /// What a path names, when it is loaded.
    pub fn find(&self, path: &str) -> Option<Item> {
        if path.is_empty() {
            return Some(Item::Event);
        }
        if let Some(node) = self.numbers.get(path) {
            return Some(Item::Node(*node));
        }
        let node = *self.numbers.get(parent_path(path))?;
        let bits =
            self.view.nodes[node].bits.iter().position(|bits| join_path(parent_path(path), &bits.name) == path)?;
        Some(Item::Bits(node, bits))
    }

    /// The node of a line, when it is not the event.
    pub fn node(&self, item: Item) -> Option<&FieldNode> {
        match item {
            Item::Event => None,
            Item::Node(node) | Item::Bits(node, _) => self.view.nodes.get(node),
        }
    }

    /// The bit field of a line.
    pub fn bits(&self, item: Item) -> Option<&BitField> {
        match item {
            Item::Bits(node, bits) => self.view.nodes.get(node)?.bits.get(bits),
            _ => None,
        }
    }

    /// The bytes of a line.
    pub fn range(&self, item: Item) -> (u64, u64) {
        self.node(item).map_or((self.start(), self.end()), |node| (node.start, node.end))
    }

    /// The line above in the tree.
    pub fn parent(&self, item: Item) -> Item {
        match item {
            Item::Event => Item::Event,
            Item::Node(node) => self.parents[node].map_or(Item::Event, Item::Node),
            Item::Bits(node, _) => Item::Node(node),
        }
    }

    /// The smallest loaded field that covers a byte of a space.
    pub fn covering(&self, space: &str, offset: u64) -> Item {
        let runs = self.runs(space);
        let mut at = runs.partition_point(|run| run.start <= offset);
        // Leaves partition the event, so the run before is the one; a few steps more cost
        // nothing and survive an overlap.
        for _ in 0..8 {
            let Some(before) = at.checked_sub(1) else { break };
            if runs[before].end > offset {
                return Item::Node(runs[before].node);
            }
            at = before;
        }
        Item::Event
    }

    /// Of the nodes on a path, the one whose children must be asked for to go on.
    pub fn unloaded_on(&self, path: &str) -> Option<String> {
        let mut known = path;
        while !known.is_empty() {
            if let Some(node) = self.numbers.get(known) {
                let collapsed = known.len() < path.len() && self.view.nodes[*node].collapsed;
                return collapsed.then(|| known.to_owned());
            }
            known = parent_path(known);
        }
        None
    }

    /// Opens everything above a path. Returns whether that changed a line.
    pub fn reveal(&mut self, path: &str) -> bool {
        let mut changed = !self.root_open && !path.is_empty();
        self.root_open |= changed;
        let mut above = parent_path(path);
        while !above.is_empty() {
            if let Some((known, _)) = self.numbers.get_key_value(above) {
                changed |= self.opened.insert(known.clone());
            }
            above = parent_path(above);
        }
        if changed {
            self.lay_out();
        }
        changed
    }

    /// Opens or closes a line.
    pub fn set_open(&mut self, path: &str, open: bool) {
        if path.is_empty() {
            self.root_open = open;
        } else if let Some((known, _)) = self.numbers.get_key_value(path) {
            let known = known.clone();
            if open {
                self.opened.insert(known);
            } else {
                self.opened.remove(&known);
            }
        }
        self.lay_out();
    }

    /// Paths of the branches that are open, at most so many; none where they are those that open by themselves.
    pub fn open_branches(&self, most: usize) -> Vec<String> {
        let usual = Self::new(self.view.clone(), &HashSet::new());
        if usual.opened == self.opened {
            return Vec::new();
        }
        let open = self.lines.iter().filter(|line| line.open == Some(true) && line.item != Item::Event);
        open.take(most).map(|line| self.path(line.item)).collect()
    }

    /// Opens these branches and closes all others.
    pub fn open_these(&mut self, paths: &[String]) {
        let known = paths.iter().filter_map(|path| self.numbers.get_key_value(path.as_str()));
        self.opened = known.map(|(path, _)| path.clone()).collect();
        self.lay_out();
    }

    /// Takes in the children of a collapsed node, and opens it.
    pub fn add_children(&mut self, path: &str, children: Vec<FieldNode>) {
        let Some(node) = self.numbers.get(path).copied() else { return };
        if !self.view.nodes[node].collapsed {
            return;
        }
        self.view.nodes[node].collapsed = false;
        self.view.nodes.splice(node + 1..node + 1, children);
        self.index();
        self.set_open(path, true);
    }

    /// Rebuilds everything that follows from the nodes.
    fn index(&mut self) {
        let count = self.view.nodes.len();
        self.paths = Vec::with_capacity(count);
        self.parents = Vec::with_capacity(count);
        self.ends = vec![count; count];
        self.places = Vec::with_capacity(count);
        self.top_level = 0;
        let mut above: Vec<usize> = Vec::new();
        let mut children: Vec<usize> = vec![0; count];
        for (number, node) in self.view.nodes.iter().enumerate() {
            while above.len() > usize::from(node.depth) {
                if let Some(done) = above.pop() {
                    self.ends[done] = number;
                }
            }
            let parent = above.last().copied();
            let seen = match parent {
                Some(parent) => &mut children[parent],
                None => &mut self.top_level,
            };
            *seen += 1;
            self.places.push((*seen, 0));
            let base: &str = parent.map_or("", |parent| &self.paths[parent]);
            self.paths.push(join_path(base, &node.name).into());
            self.parents.push(parent);
            above.push(number);
        }
        for number in 0..count {
            self.places[number].1 = match self.parents[number] {
                Some(parent) => children[parent] + self.view.nodes[parent].bits.len(),
                None => self.top_level,
            };
        }
        self.numbers = self.paths.iter().enumerate().map(|(at, path)| (path.clone(), at)).collect();
        self.collect_runs();
    }

    fn collect_runs(&mut self) {
        self.runs.clear();
        for (number, node) in self.view.nodes.iter().enumerate() {
            // What bytes inflated to stands below them and owns none of them.
            let inside = self.view.nodes[number + 1..self.ends[number]].iter().any(|child| child.space == node.space);
            if inside || node.start >= node.end {
                continue;
            }
            let (start, end, role) = (node.start, node.end, node.role);
            let run = Run { start, end, role, node: number, odd: false };
            let space = node.space.as_deref().unwrap_or(&self.view.address.space);
            match self.runs.iter_mut().find(|(name, _)| name == space) {
                Some((_, runs)) => runs.push(run),
                None => self.runs.push((space.to_owned(), vec![run])),
            }
        }
        for (_, runs) in &mut self.runs {
            runs.sort_by_key(|run| (run.start, run.end));
            for (at, run) in runs.iter_mut().enumerate() {
                run.odd = at % 2 == 1;
            }
        }
    }

    /// Opens branches level by level while the lines stay few.
    fn open_what_fits(&mut self, closed: &HashSet<String>) {
        let deepest = self.view.nodes.iter().map(|node| node.depth).max().unwrap_or(0);
        let mut lines = 1 + self.top_level;
        for depth in 0..=deepest {
            for number in 0..self.view.nodes.len() {
                let node = &self.view.nodes[number];
                let inside = self.ends[number] > number + 1;
                if node.depth != depth || !inside || closed.contains(&node.id) {
                    continue;
                }
                let shown = self.parents[number].is_none_or(|parent| self.opened.contains(&self.paths[parent]));
                let more = self.view.nodes[number + 1..self.ends[number]]
                    .iter()
                    .filter(|child| child.depth == depth + 1)
                    .count();
                if shown && lines + more <= OPEN_LINES {
                    lines += more;
                    self.opened.insert(self.paths[number].clone());
                }
            }
        }
    }

    /// Lists the visible lines.
    fn lay_out(&mut self) {
        self.lines.clear();
        let open = (self.top_level > 0).then_some(self.root_open);
        self.lines.push(TreeLine { item: Item::Event, level: 1, position: 1, siblings: 1, open });
        if !self.root_open {
            return;
        }
        let mut number = 0;
        while number < self.view.nodes.len() {
            let node = &self.view.nodes[number];
            let is_branch = node.branch || !node.bits.is_empty() || self.ends[number] > number + 1;
            let opened = is_branch && self.opened.contains(&self.paths[number]);
            let level = usize::from(node.depth) + 2;
            let (position, siblings) = self.places[number];
            let open = is_branch.then_some(opened && !node.collapsed);
            self.lines.push(TreeLine { item: Item::Node(number), level, position, siblings, open });
            if !opened {
                number = self.ends[number];
                continue;
            }
            self.push_bits(number, level + 1);
            number += 1;
        }
    }

    fn push_bits(&mut self, number: usize, level: usize) {
        let bits = self.view.nodes[number].bits.len();
        let siblings = bits
            + self.view.nodes[number + 1..self.ends[number]]
                .iter()
                .filter(|child| child.depth == self.view.nodes[number].depth + 1)
                .count();
        for at in 0..bits {
            let item = Item::Bits(number, at);
            self.lines.push(TreeLine { item, level, position: at + 1, siblings, open: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlog_explorer::view::{Address, Family, RowContent};

    fn node(name: &str, depth: u16, start: u64, end: u64) -> FieldNode {
        FieldNode {
            name: name.into(),
            id: format!("test.{name}"),
            label: None,
            depth,
            start,
            end,
            text: None,
            raw: None,
            physical: "u8".into(),
            role: Role::Value,
            branch: false,
            collapsed: false,
            bits: Vec::new(),
            opens: None,
            space: None,
            error: None,
        }
    }

    fn model() -> EventModel {
        let mut flags = node("flags", 1, 5, 6);
        flags.bits.push(BitField { name: "in_use".into(), start: 0, end: 1, msb_first: false, text: "1".into() });
        let mut rows = node("rows", 0, 6, 10);
        rows.branch = true;
        rows.collapsed = true;
        let header = FieldNode { branch: true, ..node("header", 0, 4, 6) };
        let view = EventView {
            address: Address::source(4),
            end: 10,
            number: 1,
            transaction: None,
            content: RowContent::Event {
                number: 1,
                type_code: 1,
                type_name: "TEST_EVENT".into(),
                summary: String::new(),
                timestamp: 0,
                server_id: 1,
                checksum_ok: None,
                family: Family::Other,
                matching_rows: None,
            },
            nodes: vec![header, node("type", 1, 4, 5), flags, rows],
            error: None,
            explanation: "test".into(),
        };
        EventModel::new(view, &HashSet::new())
    }

    #[test]
    fn lines_paths_and_bytes() {
        let mut model = model();
        assert_eq!(model.lines().len(), 5);
        assert_eq!(model.covering("0", 4), Item::Node(1));
        assert_eq!(model.covering("0", 9), Item::Node(3));
        assert_eq!(model.covering("0", 10), Item::Event);
        assert_eq!(model.find("header.flags.in_use"), Some(Item::Bits(2, 0)));
        model.set_open("header.flags", true);
        assert_eq!(model.lines().len(), 6);
        assert_eq!(model.path(Item::Bits(2, 0)), "header.flags.in_use");
        model.set_open("", false);
        assert_eq!(model.lines().len(), 1);
    }

    #[test]
    fn inflated_fields_have_bytes_of_their_own() {
        let mut model = model();
        let mut inflated = node("[0]", 1, 0, 30);
        inflated.space = Some("4".into());
        model.add_children("rows", vec![inflated]);
        assert_eq!(model.covering("0", 9), Item::Node(3), "the stored bytes stay the leaf's");
        assert_eq!(model.covering("4", 9), Item::Node(4));
        assert_eq!((model.space_of(Item::Node(4)), model.space_of(Item::Node(3))), ("4", "0"));
        assert_eq!((model.extent("4"), model.extent("0")), ((0, 30), (4, 10)));
        assert!(model.has_space("4") && !model.has_space("5"));
    }

    #[test]
    fn children_come_later() {
        let mut model = model();
        assert_eq!(model.unloaded_on("rows[0].after[1]").as_deref(), Some("rows"));
        assert_eq!(model.unloaded_on("header.flags"), None);
        model.add_children("rows", vec![node("[0]", 1, 6, 8), node("[1]", 1, 8, 10)]);
        assert_eq!(model.find("rows[1]"), Some(Item::Node(5)));
        assert_eq!(model.covering("0", 9), Item::Node(5));
        assert_eq!(model.lines().len(), 7);
        assert_eq!(model.lines()[6].siblings, 2);
    }
}
