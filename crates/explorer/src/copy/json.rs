//! JSON: an event or span as `dump --format json` writes it, a field as a node of it (`docs/json.md`).

use binlog_format::compression::observe_text;
use binlog_format::event::{decode, decode_unobserved};
use binlog_format::framer::SpanKind;
use binlog_format::header::EventHeader;
use binlog_format::ibb;
use binlog_format::names::code;
use binlog_format::rows::RowsHead;
use binlog_format::tree::{Step, parse_path};
use serde_json::{Map, Value, json};

use super::{MAX_COPIED, Part, Piece, find, paths, too_large};
use crate::document::{Document, Located};
use crate::dump::{Around, JsonDump, Sink, Walked, node_json};
use crate::present::{BitmapItems, Shown};
use crate::scan::EntryKind;
use crate::view::{Address, EventView, FieldNode, Message};

/// What a dump writes, in memory.
fn dumped(write: impl FnOnce(&mut JsonDump<Vec<u8>>) -> std::io::Result<()>) -> Option<String> {
    let mut dump = JsonDump::new(Vec::new());
    // Writing to memory does not fail.
    write(&mut dump).ok()?;
    dump.end(true).ok()?;
    let mut text = String::from_utf8(std::mem::take(dump.writer())).ok()?;
    text.truncate(text.trim_end().len());
    Some(text)
}

impl Document {
    /// What the dump's own trace writes: the record of an event or span, or a node; `None` for bytes, and where the
    /// part is none of its.
    pub(super) fn json_of(&self, view: &EventView, part: &Part) -> Result<Option<String>, Message> {
        let address = &view.address;
        let (path, size) = match part {
            Part::Bytes { .. } => return Ok(None),
            Part::Event => (None, view.end - address.offset),
            Part::Field(path) => {
                let paths = paths(&view.nodes);
                let Some((at, _)) = find(&view.nodes, &paths, path) else { return Ok(None) };
                let Some(node) = view.nodes.get(at) else { return Ok(None) };
                (Some((at, paths)), node.end - node.start)
            }
        };
        if size > MAX_COPIED {
            return Err(too_large(size));
        }
        match path {
            None => {
                let located = self.locate(address)?;
                Ok(self.record(address, &located))
            }
            Some((at, paths)) => Ok(self.node(view, at, &paths)),
        }
    }

    /// The record of an event or span.
    fn record(&self, address: &Address, located: &Located) -> Option<String> {
        let EntryKind::Span(span) = located.entry.what else {
            return self.walked(address, located, |walked| dumped(|dump| dump.event(walked).map(drop)))?;
        };
        if span.kind == SpanKind::EncryptionHeader {
            return dumped(|dump| dump.encryption_header(&span, &located.bytes).map(drop));
        }
        if span.kind.has_fields() {
            return dumped(|dump| dump.fields(&address.space, &span, &located.bytes));
        }
        let part = self.with_part(&address.space, |space, rows| match rows {
            Some((rows, plan)) => {
                dumped(|dump| dump.row_images(self.holder(&space.name, 0), &span, rows, plan).map(drop))
            }
            None => dumped(|dump| dump.text(space, &span)),
        });
        part.unwrap_or_else(|| dumped(|dump| dump.span(&address.space, &span)))
    }

    /// An event as a walk hands it over.
    fn walked<R>(&self, address: &Address, located: &Located, with: impl FnOnce(&Walked<'_>) -> R) -> Option<R> {
        let EntryKind::Event { kind, checksum, .. } = located.entry.what else { return None };
        let context = located.context();
        let opens = self.opens(address, located);
        let gathers = opens.as_deref().filter(|_| kind == code::PARTIAL_ROW_DATA);
        let opened = opens.as_deref().filter(|_| gathers.is_none()).and_then(|name| self.space(name).ok());
        Some(with(&Walked {
            space: &address.space,
            start: located.entry.start,
            end: located.entry.end,
            header: EventHeader::peek_in(&located.bytes, &located.format)?,
            kind,
            checksum,
            bytes: &located.bytes,
            context,
            decoded: decode_unobserved(&located.bytes, &context),
            payload: None,
            opens: opened.as_deref(),
            gathers,
            misplaced: self.misplaced(address, located),
            holder: self.holder(&address.space, located.entry.start),
            around: Around::Source(self.source()),
        }))
    }

    /// The node with this number.
    fn node(&self, view: &EventView, at: usize, paths: &[String]) -> Option<String> {
        let node = view.nodes.get(at)?;
        // The node whose bytes inflated to the space that this one lies in.
        let nodes = view.nodes.get(..at)?;
        let opener = node.space.as_ref().and_then(|_| nodes.iter().rposition(|above| is_outside(above, node)));
        let before = opener.and_then(|opener| paths.get(opener)).map_or("", String::as_str);
        let path = paths.get(at)?.strip_prefix(before)?;
        let steps = parse_path(path.strip_prefix('.').unwrap_or(path))?;
        let own = paths.get(at)?;
        let earlier = paths.get(..at)?.iter().filter(|path| *path == own).count();
        match &node.space {
            Some(space) => self.node_of_part(space, node, (&steps, earlier)),
            None => self.node_of_event(&view.address, (&steps, earlier)),
        }
    }

    fn node_of_event(&self, address: &Address, steps: (&[Step], usize)) -> Option<String> {
        let located = self.locate(address).ok()?;
        let holder = self.holder(&address.space, located.entry.start);
        let of = Shown { holder, bytes: &located.bytes, ..Shown::default() };
        let EntryKind::Span(span) = located.entry.what else {
            let context = located.context();
            let rows = RowsHead::peek(&located.bytes, &context).ok();
            let plan = rows.and_then(|rows| located.plans.get(rows.table_id)).map(|plan| &**plan);
            let opens = self.opens(address, &located);
            let of = Shown { plan, opens: opens.as_deref(), ..of };
            return node_json(of, steps, |only| {
                let _ = decode(&located.bytes, &context, only);
            });
        };
        if span.kind == SpanKind::EncryptionHeader {
            return node_json(of, steps, |only| {
                let _ = binlog_format::encryption_header::decode(&located.bytes, only);
            });
        }
        if span.kind.has_fields() {
            return node_json(of, steps, |only| {
                let _ = ibb::observe(span.kind, &located.bytes, only);
            });
        }
        self.part_json(&address.space, steps)
    }

    fn node_of_part(&self, space: &str, node: &FieldNode, steps: (&[Step], usize)) -> Option<String> {
        self.part_json(space, steps).or_else(|| {
            let located = self.locate(&Address { space: space.into(), offset: node.start }).ok()?;
            let EntryKind::Span(span) = located.entry.what else { return None };
            let of = Shown { holder: self.holder(space, span.start), bytes: &located.bytes, ..Shown::default() };
            node_json(of, steps, |only| {
                let _ = ibb::observe(span.kind, &located.bytes, only);
            })
        })
    }

    fn part_json(&self, name: &str, steps: (&[Step], usize)) -> Option<String> {
        self.with_part(name, |space, rows| {
            let of = Shown { holder: self.holder(name, 0), bytes: &space.bytes, ..Shown::default() };
            match rows {
                Some((rows, plan)) => {
                    let of = Shown { plan, items: BitmapItems::of_rows(rows), ..of };
                    node_json(of, steps, |only| {
                        let _ = rows.observe(plan, &mut (), only);
                    })
                }
                None => {
                    let field = Self::text_field(space);
                    node_json(of, steps, |only| observe_text(field, &space.bytes, space.collation, only))
                }
            }
        })?
    }
}

fn is_outside(above: &FieldNode, node: &FieldNode) -> bool {
    above.depth < node.depth && above.space != node.space
}

impl Piece<'_> {
    /// JSON of what no dump writes: bytes as a node without a field, and packets of conversations, whose values are
    /// the texts shown.
    pub(super) fn json(&self) -> Result<String, Message> {
        let nodes = self.view.nodes.get(self.chosen()).unwrap_or_default();
        let value = match (&self.part, self.node) {
            (Part::Bytes { .. }, _) => {
                let bytes = super::bytes::hex(&self.bytes()?).replace(' ', "");
                json!({ "space": self.space, "start": self.start, "end": self.end, "value": format!("0x{bytes}") })
            }
            (_, Some(_)) => {
                let (mut list, _) = node_values(nodes, nodes.first().map_or(0, |node| node.depth));
                list.pop().unwrap_or_default()
            }
            (_, None) => {
                let fields = node_values(nodes, 0).0;
                json!({ "space": self.space, "start": self.start, "end": self.end, "fields": fields })
            }
        };
        Ok(value.to_string())
    }
}

/// The nodes of this depth and what lies under them, and how many nodes that are.
fn node_values(nodes: &[FieldNode], depth: u16) -> (Vec<Value>, usize) {
    let (mut list, mut at) = (Vec::new(), 0);
    while let Some(node) = nodes.get(at).filter(|node| node.depth >= depth) {
        let mut object = Map::new();
        object.insert("name".into(), node.name.clone().into());
        object.insert("start".into(), node.start.into());
        object.insert("end".into(), node.end.into());
        let text = |name: &str, text: &Option<String>| Some((name.to_owned(), Value::from(text.clone()?)));
        object.extend(text("label", &node.label));
        object.extend(text("value", &node.raw).or_else(|| text("value", &node.text)));
        object.extend(text("text", &node.text));
        let bits = node.bits.iter();
        let bits =
            bits.map(|bits| json!({"name": bits.name, "start": bits.start, "end": bits.end, "value": bits.text}));
        let bits: Vec<Value> = bits.collect();
        if !bits.is_empty() {
            object.insert("bits".into(), bits.into());
        }
        at += 1;
        if node.branch {
            let (children, inside) = node_values(nodes.get(at..).unwrap_or_default(), node.depth + 1);
            object.insert("children".into(), children.into());
            at += inside;
        }
        list.push(object.into());
    }
    (list, at)
}
