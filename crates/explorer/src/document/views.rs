//! One event with its fields, its neighbours, its bytes and spaces.

use binlog_format::event::{Event, decode, decode_unobserved};
use binlog_format::framer::SpanKind;
use binlog_format::names::code;
use binlog_format::tree::{FieldTree, parse_path};
use binlog_format::{Body, DecodeError, ErrorCode, field};

use super::{Document, Located, MAX_DECODED_EVENT, read_failed};
use crate::outline::Outline;
use crate::present::{BitmapItems, Shown};
use crate::scan::EntryKind;
use crate::source::{ReadError, read_range};
use crate::space;
use crate::space::holder::Holder;
use crate::view::{Address, EventView, FieldNode, Message, RowContent, SpaceView};
use crate::{messages, present, summary};

/// Most bytes that one request for bytes gives.
pub const MAX_BYTES: u32 = 64 << 10;

/// Which neighbour of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbour {
    /// The next item; into and out of payloads.
    Next,
    /// The previous item.
    Previous,
    /// The next transaction or lone item.
    NextTransaction,
    /// The beginning of this transaction, or of the previous one from there.
    PreviousTransaction,
    /// The first item of the source.
    First,
    /// The last item found.
    Last,
}

impl Document {
    /// The event or span at an address, with its fields.
    pub fn event(&self, address: &Address) -> Result<EventView, Message> {
        let located = self.locate(address)?;
        let start = located.entry.start;
        let address = Address { space: address.space.clone(), offset: start };
        let (number, transaction) = self.numbers(&address, &located);
        let mut view = EventView {
            end: located.entry.end,
            number,
            transaction,
            content: self.content(&address.space, &located, number),
            nodes: Vec::new(),
            error: None,
            explanation: match located.entry.what {
                EntryKind::Event { kind, .. } => format!("event_type.{}", summary::type_name(kind).to_lowercase()),
                EntryKind::Span(span) => format!("span.{}", span.kind.text()),
            },
            address,
        };
        match located.entry.what {
            EntryKind::Span(_) => {
                if let RowContent::Span { error, .. } = &view.content {
                    view.error.clone_from(error);
                }
                if let Some((nodes, fault)) = self.span_nodes(&view.address.space, &located) {
                    view.error = view.error.or(fault.map(|error| messages::of_error(&error, 0)));
                    view.nodes = nodes;
                } else if let Some((nodes, fault)) = self.part_nodes(&view.address.space, Vec::new()) {
                    view.error = fault.map(|error| messages::of_error(&error, 0)).or(view.error);
                    view.nodes = nodes;
                }
                self.header_fields(&located, &mut view);
            }
            EntryKind::Event { .. } if located.bytes.is_empty() => {
                let error = DecodeError {
                    code: ErrorCode::EventTooLarge,
                    at: 0,
                    field: field::ENCLOSING,
                    expected: MAX_DECODED_EVENT,
                    found: located.entry.end - start,
                    liar: None,
                };
                view.error = Some(messages::of_error(&error, start));
            }
            EntryKind::Event { .. } => {
                let mut tree = FieldTree::new();
                let opens = self.opens(&view.address, &located);
                if let Ok(event) = decode(&located.bytes, &located.context(), &mut tree) {
                    view.error = self.fault(&event, &tree, &view.address, opens.as_deref());
                    let misplaced = || self.misplaced(&view.address, &located);
                    view.error = view.error.take().or_else(|| Some(messages::of_error(&misplaced()?, start)));
                    view.nodes = self.nodes(&tree, &view.address.space, &located, &event, opens.as_deref());
                }
            }
        }
        Ok(view)
    }

    fn numbers(&self, address: &Address, located: &Located) -> (u64, Option<u64>) {
        let listed = address.space == self.main_space();
        let holder = match self.below_main(&address.space) {
            Some("") => Some(located.number),
            Some(path) => {
                path.split('/').next().and_then(|offset| offset.parse().ok()).and_then(|offset| self.entry_at(offset))
            }
            None => None,
        };
        let transaction = holder.and_then(|entry| self.transaction_number(entry));
        let number = match located.entry.what {
            EntryKind::Span(_) => 0,
            // MariaDB's clear events are among the listed ones again.
            EntryKind::Event { .. } if listed || address.space == "0" => self.event_number(located.number),
            EntryKind::Event { .. } => located.number + 1,
        };
        (number, transaction)
    }

    /// The name of the space that an item opens.
    pub(crate) fn opens(&self, address: &Address, located: &Located) -> Option<String> {
        if located.entry.kind() == Some(code::PARTIAL_ROW_DATA) {
            return self.gathers(address, located);
        }
        let may_open = match located.entry.what {
            EntryKind::Event { kind, .. } => space::may_open(kind),
            EntryKind::Span(span) => matches!(span.kind, SpanKind::Chunk(_) | SpanKind::EventData),
        };
        if !may_open {
            return None;
        }
        let name = space::name(&address.space, located.entry.start);
        // A compressed event may have nothing to compress.
        self.space(&name).is_ok().then_some(name)
    }

    fn fault(
        &self, event: &Event<'_>, tree: &FieldTree<'_>, address: &Address, opens: Option<&str>,
    ) -> Option<Message> {
        let own = event.error().or_else(|| tree.faults().map(|(_, error)| error).next());
        own.or_else(|| self.space(opens?).ok()?.error)
            .map(|error| messages::of_error(&error, address.offset))
            // Offsets of a fault in inflated rows count in their space.
            .or_else(|| self.part_fault(opens?).map(|error| messages::of_error(&error, 0)))
    }

    fn nodes(
        &self, tree: &FieldTree<'_>, space: &str, located: &Located, event: &Event<'_>, opens: Option<&str>,
    ) -> Vec<FieldNode> {
        let plan = match &event.body {
            Ok(Body::Rows(rows)) => located.plans.get(rows.table_id),
            // Rows whose decoding failed half way have their table all the same.
            Err(_) => binlog_format::rows::RowsHead::peek(&located.bytes, &located.context())
                .ok()
                .and_then(|rows| located.plans.get(rows.table_id)),
            Ok(_) => None,
        };
        let shown = Shown {
            holder: self.holder(space, located.entry.start),
            bytes: &located.bytes,
            opens,
            plan: plan.map(|plan| &**plan),
            items: BitmapItems::default(),
        };
        let nodes = present::nodes(tree, &shown);
        let rows = self.rows_of(located);
        let values = rows.map(|rows| space::column_values(&rows, shown.holder.start(), shown.plan)).unwrap_or_default();
        self.with_parts(nodes, &values, shown.holder)
    }

    /// The nodes below a collapsed one.
    pub fn children(&self, address: &Address, path: &str) -> Result<Vec<FieldNode>, Message> {
        let steps = parse_path(path).ok_or_else(|| Message::new("failed-path").text("path", path))?;
        let located = self.locate(address)?;
        if let Some(nodes) = self.part_children(address, &located, &steps) {
            return Ok(nodes);
        }
        let mut tree = FieldTree::under(steps);
        let event = decode(&located.bytes, &located.context(), &mut tree)
            .map_err(|error| messages::of_error(&error, located.entry.start))?;
        let opens = self.opens(address, &located);
        Ok(self.nodes(&tree, &address.space, &located, &event, opens.as_deref()))
    }

    /// Bytes of a space, at most `MAX_BYTES`; and the size of the whole space.
    pub fn bytes(&self, name: &str, start: u64, length: u32) -> Result<(Vec<u8>, u64), Message> {
        let end = start.saturating_add(length.min(MAX_BYTES).into());
        let source = match name {
            own if own == self.main_space() => self.source(),
            "0" => &*self.source,
            _ => {
                let space = self.space(name)?;
                let size = space.size;
                return Ok((space.slice(start.min(size), end.min(size)).to_vec(), size));
            }
        };
        let listed = name == self.main_space();
        if let Some(bytes) = self.kept_bytes(start, end.min(source.length())).filter(|_| listed) {
            return Ok((bytes, source.length()));
        }
        let bytes = match read_range(source, start, end) {
            Ok(bytes) => bytes,
            Err(ReadError::Hole { .. }) => Vec::new(),
            Err(error) => return Err(read_failed(start, &error)),
        };
        Ok((bytes, source.length()))
    }

    /// The start of the item that covers a byte.
    pub fn start_of(&self, address: &Address) -> Option<Address> {
        if address.space == self.main_space() {
            return self.address_of(self.entry_at(address.offset)?);
        }
        let located = self.locate(address).ok()?;
        Some(Address { space: address.space.clone(), offset: located.entry.start })
    }

    /// The spaces around an item, the source first, and the one it opens last.
    pub fn spaces(&self, address: &Address) -> Result<Vec<SpaceView>, Message> {
        let source = SpaceView { space: "0".into(), transform: "source".into(), size: self.source.length() };
        let mut views = vec![source];
        // From an encrypted source its clear bytes are reached, wherever one stands.
        views.extend(self.clear.as_ref().map(|clear| clear.view()));
        let mut name = if self.main_space() == "0" { String::new() } else { self.main_space().to_owned() };
        for step in self.below_main(&address.space).unwrap_or_default().split('/').filter(|step| !step.is_empty()) {
            if address.space == "0" {
                break;
            }
            if !name.is_empty() {
                name.push('/');
            }
            name.push_str(step);
            views.push(self.space(&name)?.view());
        }
        let located = self.locate(address)?;
        if let Some(opens) = self.opens(address, &located) {
            views.push(self.space(&opens)?.view());
        }
        Ok(views)
    }

    /// A neighbour of an item.
    pub fn neighbour(&self, from: &Address, which: Neighbour) -> Option<Address> {
        match which {
            Neighbour::First if self.preceding() > 0 => return Some(Address::source(0)),
            Neighbour::First => return self.address_of(0),
            Neighbour::Last => return self.address_of(self.entries().checked_sub(1)?),
            _ => {}
        }
        if from.space == "0" && self.main_space() != "0" {
            return self.beside_sealed(from, which);
        }
        if from.space != self.main_space() {
            let located = self.locate(from).ok()?;
            let space = self.space(&from.space).ok()?;
            let inside = match which {
                Neighbour::Next => space.entries.get(located.number as usize + 1),
                Neighbour::Previous => located.number.checked_sub(1).and_then(|at| space.entries.get(at as usize)),
                _ => None,
            };
            if let Some(entry) = inside {
                return Some(Address { space: from.space.clone(), offset: entry.start });
            }
            // What the list shows below an item lies behind it.
            let outermost = self.below_main(&from.space)?.split('/').next()?.parse().ok()?;
            let holder = self.start_of(&self.main_address(outermost))?;
            return if which == Neighbour::Previous { Some(holder) } else { self.after(&holder, which) };
        }
        if which == Neighbour::Next
            && let Some(first) = self.first_inside(from)
        {
            return Some(first);
        }
        self.after(from, which)
    }

    /// The neighbour of an item of an encrypted source itself.
    fn beside_sealed(&self, from: &Address, which: Neighbour) -> Option<Address> {
        let located = self.locate_sealed(from.offset)?;
        let forward = matches!(which, Neighbour::Next | Neighbour::NextTransaction);
        if self.preceding() == 0 {
            // MariaDB's items lie one behind the other there, as they do when they are clear.
            let at = if forward { located.entry.end } else { located.entry.start.checked_sub(1)? };
            return Some(Address::source(self.locate_sealed(at)?.entry.start));
        }
        let row = (0..self.preceding()).find(|row| self.preceding_start(*row) == Some(located.entry.start))?;
        let next = if forward { row + 1 } else { row.checked_sub(1)? };
        self.preceding_start(next).map(Address::source).or_else(|| self.address_of(0))
    }

    /// The first item inside of a payload that is open in the list.
    fn first_inside(&self, from: &Address) -> Option<Address> {
        let entry = self.entry_at(from.offset)?;
        if !self.rows.is_payload_open(entry) {
            return None;
        }
        let space = self.listed_space(from.offset).ok()?;
        Some(Address { space: space.name.clone(), offset: space.entries.first()?.start })
    }

    fn after(&self, from: &Address, which: Neighbour) -> Option<Address> {
        let entry = self.entry_at(from.offset)?;
        let unit = self.unit_of_entry(entry)?;
        let first_of = |unit: u64| self.unit(unit).map(|unit| unit.first_entry);
        match which {
            Neighbour::Next => self.address_of(entry + 1),
            Neighbour::Previous | Neighbour::PreviousTransaction if entry == 0 => {
                self.preceding_start(self.preceding().checked_sub(1)?).map(Address::source)
            }
            Neighbour::Previous => self.address_of(entry.checked_sub(1)?),
            Neighbour::NextTransaction => self.address_of(first_of(unit + 1)?),
            Neighbour::PreviousTransaction if first_of(unit)? < entry => self.address_of(first_of(unit)?),
            Neighbour::PreviousTransaction => self.address_of(first_of(unit.checked_sub(1)?)?),
            Neighbour::First | Neighbour::Last => None,
        }
    }

    pub(super) fn address_of(&self, entry: u64) -> Option<Address> {
        let index = self.scanner.index();
        let number = index.block_of_entry(entry)?;
        let at = usize::try_from(entry - index.blocks.get(number)?.first_entry).ok()?;
        Some(self.main_address(self.block(number)?.entries.get(at)?.start))
    }
}

impl space::Space {
    /// What a screen shows of it.
    pub fn view(&self) -> SpaceView {
        SpaceView { space: self.name.clone(), transform: self.transform.into(), size: self.size }
    }

    /// The tables that its events map, first ones first.
    pub fn tables(&self) -> String {
        let mut tables: Vec<String> = Vec::new();
        let maps = self.entries.iter().filter(|entry| entry.kind() == Some(code::TABLE_MAP));
        for entry in maps.take(16) {
            let context = binlog_format::Context::new(&self.format);
            if let Ok(event) = decode_unobserved(self.slice(entry.start, entry.end), &context) {
                let line = summary::line(&event, None, Holder::default());
                if !tables.contains(&line) {
                    tables.push(line);
                }
            }
        }
        tables.join(", ")
    }
}
