//! One node of an event, found by its path.

use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::tree::Step;
use binlog_format::{DecodeError, Value};

use super::nodes::{Nodes, Scratch};
use crate::present::Shown;

/// Passes on what lies at a path.
pub(crate) struct Only<'o, 'a> {
    nodes: Nodes<'o, 'a>,
    path: &'o [Step],
    /// So many nodes of the same path come before: a JSON member's name and its value have the same.
    earlier: usize,
    /// Open groups that lead there.
    on_the_way: usize,
    /// Open groups that do not.
    beside: usize,
    /// Open groups that are passed on.
    inside: usize,
    /// The node just passed on is complete; it may still get its name.
    just: bool,
    found: bool,
}

impl Only<'_, '_> {
    fn leads(&self, slot: Slot) -> bool {
        !self.found && self.path.get(self.on_the_way).is_some_and(|step| step.matches(slot))
    }

    fn is_last(&self) -> bool {
        self.on_the_way + 1 == self.path.len()
    }

    /// Whether a node is the one, and not one of the same path before it.
    fn is_it(&mut self, slot: Slot) -> bool {
        if self.beside > 0 || !self.leads(slot) || !self.is_last() {
            return false;
        }
        let before = self.earlier > 0;
        self.earlier -= usize::from(before);
        !before
    }
}

impl<'a> Trace<'a> for &mut Only<'_, 'a> {
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        self.just = false;
        if self.inside > 0 || self.is_it(slot) {
            self.inside += 1;
            return self.nodes.enter(slot, start);
        }
        self.nodes.pass_by(slot, start, &Value::None);
        if self.beside == 0 && self.leads(slot) && !self.is_last() {
            self.on_the_way += 1;
            return Enter::Into;
        }
        self.beside += 1;
        Enter::Skip
    }

    fn exit(&mut self, end: u32, value: Value<'a>) {
        if self.inside > 0 {
            self.nodes.exit(end, value);
            self.inside -= 1;
            self.found |= self.inside == 0;
            self.just = true;
            return;
        }
        self.just = false;
        if self.beside > 0 {
            self.beside -= 1;
        } else {
            self.on_the_way = self.on_the_way.saturating_sub(1);
        }
    }

    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        self.just = self.inside > 0 || self.is_it(slot);
        if self.just {
            self.found |= self.inside == 0;
            self.nodes.leaf(slot, start, end, value);
        } else {
            self.nodes.pass_by(slot, start, &value);
        }
    }

    fn label(&mut self, name: &[u8]) {
        if std::mem::take(&mut self.just) {
            self.nodes.label(name);
        }
    }

    fn fault(&mut self, _: DecodeError) {}
}

/// Writes the node at a path of what `observe` has observed, after `earlier` ones of the same path; `None` if there is
/// none.
pub(crate) fn node_json<'n>(
    of: Shown<'n>, (path, earlier): (&[Step], usize), observe: impl for<'o> FnOnce(&mut Only<'o, 'n>),
) -> Option<String> {
    let (mut out, mut scratch) = (vec![b'['], Scratch::default());
    let mut nodes = Nodes::new(&mut out, &mut scratch, of.bytes, of.holder);
    (nodes.plan, nodes.opens, nodes.items) = (of.plan, of.opens, of.items);
    let mut only = Only { nodes, path, earlier, on_the_way: 0, beside: 0, inside: 0, just: false, found: false };
    observe(&mut only);
    only.nodes.complete();
    let found = only.found;
    String::from_utf8(out).ok().filter(|_| found).map(|text| text.get(1..).unwrap_or_default().to_owned())
}
