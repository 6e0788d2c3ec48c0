//! What compressed parts and columns inflate to, and what chunks are put together to, as fields below
//! the bytes that held it.

use std::rc::Rc;

use binlog_format::compression::observe_text;
use binlog_format::event::{Body, decode_unobserved};
use binlog_format::framer::SpanKind;
use binlog_format::ibb;
use binlog_format::limits::MAX_INFLATED;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::tree::{FieldTree, Step};
use binlog_format::{DecodeError, FieldId, field};

use super::{Document, Located};
use crate::ibb::Pages;
use crate::present::{self, BitmapItems, Shown};
use crate::scan::EntryKind;
use crate::space::holder::{Holder, Insides};
use crate::space::{self, ColumnValue, Space};
use crate::view::{Address, FieldNode, Message};

/// What the column values of one event inflate to for its tree; further ones stay closed.
const SHOWN_VALUES: usize = 16 << 20;

/// Where the compressed part of an event stands in its tree.
const PART_PATH: [FieldId; 2] = [field::COMPRESSED_PART, field::COMPRESSED_DATA];

impl Document {
    /// Of bytes of a space.
    pub(crate) fn holder<'h>(&'h self, space: &'h str, start: u64) -> Holder<'h> {
        Holder::new(self.source(), space, start)
    }

    /// The rows of an event, not inflated.
    pub(super) fn rows_of<'l>(&self, located: &'l Located) -> Option<RowsEvent<'l>> {
        match decode_unobserved(&located.bytes, &located.context()).ok()?.body {
            Ok(Body::Rows(rows)) => Some(rows),
            _ => None,
        }
    }

    /// The event whose compressed part a space is, with what inflated.
    fn holder_of(&self, space: &Space) -> Option<Located> {
        let holder: Address = space.name.parse().ok()?;
        self.locate(&holder).ok()
    }

    /// The space of a compressed column value, which begins at `holder`.
    pub(super) fn column_space(&self, holder: &Address, located: &Located) -> Option<Space> {
        let find = |rows: RowsEvent<'_>, base: u64, located: &Located| {
            let plan = located.plans.get(rows.table_id);
            let values = space::column_values(&rows, base, plan.map(|plan| &**plan));
            let value = values.iter().find(|value| value.offset == holder.offset)?;
            Some(Space::of_column(self.holder(&holder.space, 0), value, &mut { MAX_INFLATED }, &located.format))
        };
        if located.entry.kind().is_some() {
            return find(self.rows_of(located)?, located.entry.start, located);
        }
        let images = self.space(&holder.space).ok()?;
        let event = self.holder_of(&images)?;
        find(self.rows_of(&event)?.with_images(&images.bytes), 0, &event)
    }

    /// What an item of a log made of pages is put together to: a chunk its record, the event data of a
    /// commit its event group.
    pub(super) fn gathered_space(&self, holder: &Address, located: &Located) -> Option<Space> {
        let EntryKind::Span(span) = located.entry.what else { return None };
        let pages = || Pages::of(&*self.source);
        match span.kind {
            SpanKind::Chunk(_) if holder.space == "0" => pages()?.open(holder.offset),
            SpanKind::EventData => pages()?.open_group(&*self.space(&holder.space).ok()?, holder.offset),
            _ => None,
        }
    }

    /// The space whose items the list shows below the item at an offset of the source: what it opens, or
    /// the whole event group when the rest of that lies in other records.
    pub(super) fn listed_space(&self, offset: u64) -> Result<Rc<Space>, Message> {
        let space = self.space(&space::name(self.main_space(), offset))?;
        let data = space.entries.iter().find(|entry| entry.is_event_data());
        let group = data.and_then(|data| self.space(&space::name(&space.name, data.start)).ok());
        Ok(group.unwrap_or(space))
    }

    /// The fields of a page's header, a chunk, or a record's header; and the first fault among them.
    pub(super) fn span_nodes(&self, name: &str, located: &Located) -> Option<(Vec<FieldNode>, Option<DecodeError>)> {
        let EntryKind::Span(span) = located.entry.what else { return None };
        if !span.kind.is_of_pages() {
            return None;
        }
        let mut tree = FieldTree::new();
        let fault = match ibb::observe(span.kind, &located.bytes, &mut tree) {
            Ok(false) => return None,
            Ok(true) => None,
            Err(error) => Some(error),
        };
        let opens = matches!(span.kind, SpanKind::Chunk(_) | SpanKind::EventData);
        let opens = opens.then(|| space::name(name, span.start)).filter(|name| self.space(name).is_ok());
        let (bytes, base, items) = (&located.bytes[..], span.start, BitmapItems::default());
        let nodes = present::nodes(
            &tree,
            &Shown { holder: self.holder(name, base), bytes, opens: opens.as_deref(), plan: None, items },
        );
        let record = opens.filter(|_| span.kind != SpanKind::EventData).and_then(|name| self.space(&name).ok());
        let Some(record) = record else { return Some((nodes, fault)) };
        Some((self.with_record(nodes, &record), fault))
    }

    /// Puts what a record says of itself below the data of its first chunk.
    fn with_record(&self, mut nodes: Vec<FieldNode>, record: &Space) -> Vec<FieldNode> {
        let Some(at) = nodes.iter().position(|node| node.id == field::IBB_CHUNK_DATA.entry().id) else { return nodes };
        let depth = nodes.get(at).map_or(0, |node| node.depth);
        let mut inside = Vec::new();
        for entry in &record.entries {
            let EntryKind::Span(span) = entry.what else { continue };
            let bytes = record.slice(span.start, span.end);
            let mut tree = FieldTree::new();
            // A fault is shown where the record is opened.
            if !matches!(ibb::observe(span.kind, bytes, &mut tree), Ok(true)) {
                continue;
            }
            let opens = entry.is_event_data().then(|| space::name(&record.name, span.start));
            let opens = opens.filter(|name| self.space(name).is_ok());
            let items = BitmapItems::default();
            let holder = self.holder(&record.name, span.start);
            let shown = Shown { holder, bytes, opens: opens.as_deref(), plan: None, items };
            inside.extend(present::nodes(&tree, &shown).into_iter().map(|node| FieldNode {
                depth: node.depth + depth + 1,
                space: Some(record.name.clone()),
                ..node
            }));
        }
        if let Some(node) = nodes.get_mut(at) {
            node.branch = !inside.is_empty();
        }
        nodes.splice(at + 1..at + 1, inside);
        nodes
    }

    /// The fields of the one span of a space, all or those under a path; and the first fault among
    /// them. `None` if the space has events.
    pub(super) fn part_nodes(&self, name: &str, under: Vec<Step>) -> Option<(Vec<FieldNode>, Option<DecodeError>)> {
        self.with_part(name, |space, rows| {
            let mut tree = if under.is_empty() { FieldTree::new() } else { FieldTree::under(under) };
            let (bytes, items) = (&space.bytes[..], BitmapItems::default());
            let shown = Shown { holder: self.holder(name, 0), bytes, opens: None, plan: None, items };
            let Some((rows, plan)) = rows else {
                observe_text(Self::text_field(space), bytes, space.collation, &mut tree);
                return (present::nodes(&tree, &shown), None);
            };
            let result = rows.observe(plan, &mut (), &mut tree);
            let fault = result.err().or_else(|| tree.faults().map(|(_, error)| error).next());
            let nodes = present::nodes(&tree, &Shown { plan, items: BitmapItems::of_rows(rows), ..shown });
            let values = space::column_values(rows, 0, plan);
            (self.with_parts(nodes, &values, shown.holder), fault)
        })
    }

    /// The one span of a space, with the rows if it holds row images; `None` if the space has events.
    pub(crate) fn with_part<R>(
        &self, name: &str, with: impl FnOnce(&Space, Option<(&RowsEvent<'_>, Option<&TablePlan>)>) -> R,
    ) -> Option<R> {
        if name == "0" {
            return None;
        }
        let space = self.space(name).ok()?;
        if space.part()?.kind != SpanKind::RowImages {
            return Some(with(&space, None));
        }
        let holder = self.holder_of(&space)?;
        let rows = self.rows_of(&holder)?.with_images(&space.bytes);
        let plan = holder.plans.get(rows.table_id).map(|plan| &**plan);
        Some(with(&space, Some((&rows, plan))))
    }

    /// The field that the text of such a span is.
    pub(crate) fn text_field(space: &Space) -> FieldId {
        let statement = space.part().is_some_and(|span| span.kind == SpanKind::SqlText);
        if statement { field::QUERY_STATEMENT } else { field::COLUMN_VALUE }
    }

    /// The fault in inflated row images.
    pub(super) fn part_fault(&self, name: &str) -> Option<DecodeError> {
        self.with_part(name, |_, rows| rows.and_then(|(rows, plan)| rows.observe(plan, &mut (), ()).err()))?
    }

    /// Puts what compressed parts inflate to below the leaves that hold them. `values` are the
    /// column values among the nodes.
    pub(super) fn with_parts(
        &self, nodes: Vec<FieldNode>, values: &[ColumnValue<'_>], holder: Holder<'_>,
    ) -> Vec<FieldNode> {
        if nodes.iter().all(|node| node.opens.is_none()) {
            return nodes;
        }
        let mut out = Vec::with_capacity(nodes.len());
        let mut insides = Insides::new();
        let mut left = SHOWN_VALUES as u64;
        for mut node in nodes {
            let inside = match &node.opens {
                Some(name) if node.id == field::COMPRESSED_DATA.entry().id => {
                    self.part_nodes(name, Vec::new()).map(|(nodes, _)| nodes).unwrap_or_default()
                }
                Some(name) if node.id == field::COLUMN_COMPRESSED_DATA.entry().id => {
                    // Values come in the order of their offsets.
                    let offset = name.rsplit('/').next().and_then(|step| step.parse().ok()).unwrap_or(u64::MAX);
                    let value = values.binary_search_by_key(&offset, |value| value.offset).ok();
                    match value.and_then(|at| values.get(at)).filter(|value| value.part.length <= left) {
                        Some(value) => {
                            left -= value.part.length;
                            let inside = insides.part(&value.part, holder.at(value.offset));
                            text_nodes(name, inside.bytes, value.collation)
                        }
                        None => Vec::new(),
                    }
                }
                _ => Vec::new(),
            };
            let (name, depth) = (node.opens.clone(), node.depth);
            node.branch |= !inside.is_empty();
            out.push(node);
            out.extend(inside.into_iter().map(|inner| FieldNode {
                depth: inner.depth + depth + 1,
                space: inner.space.or_else(|| name.clone()),
                ..inner
            }));
        }
        out
    }

    /// The nodes below a collapsed one inside a compressed part.
    pub(super) fn part_children(&self, address: &Address, located: &Located, steps: &[Step]) -> Option<Vec<FieldNode>> {
        if located.entry.kind().is_none() {
            return self.part_nodes(&address.space, steps.to_vec()).map(|(nodes, _)| nodes);
        }
        let inside = steps.strip_prefix(&PART_PATH.map(|field| Step::Name(field.entry().name().into()))[..])?;
        let name = space::name(&address.space, located.entry.start);
        let (nodes, _) = self.part_nodes(&name, inside.to_vec())?;
        let depth = PART_PATH.len() as u16;
        Some(
            nodes
                .into_iter()
                .map(|node| FieldNode {
                    depth: node.depth + depth,
                    space: node.space.or_else(|| Some(name.clone())),
                    ..node
                })
                .collect(),
        )
    }
}

/// A value inside, as one field of its space.
fn text_nodes(name: &str, bytes: &[u8], collation: u32) -> Vec<FieldNode> {
    let mut tree = FieldTree::new();
    observe_text(field::COLUMN_VALUE, bytes, collation, &mut tree);
    let items = BitmapItems::default();
    present::nodes(&tree, &Shown { holder: Holder::alone(name, 0), bytes, opens: None, plan: None, items })
}
