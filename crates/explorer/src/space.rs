//! Byte spaces that an event opens.

use binlog_format::event::{Body, Context, Event, decode};
use binlog_format::framer::{Framer, Item, Step};
use binlog_format::trace::{Enter, Slot, Trace};
use binlog_format::{DecodeError, Format, Value, field, payload};

use crate::scan::{Entry, Judge};

/// The inside of a payload.
#[derive(Debug)]
pub struct Space {
    /// Its name: the path of the offsets that opened it.
    pub name: String,
    /// The space that its bytes come from.
    pub parent: String,
    /// The bytes that were transformed, in the parent.
    pub range: (u64, u64),
    /// `zstd`, or `copy` where the payload is stored as it is.
    pub transform: &'static str,
    /// What came out.
    pub bytes: Vec<u8>,
    /// What went wrong; `bytes` is what came out before.
    pub error: Option<DecodeError>,
    /// The format of its events.
    pub format: Format,
    /// Its items.
    pub entries: Vec<Entry>,
}

/// Observes where the payload lies.
#[derive(Default)]
struct PayloadRange(Option<(u32, u32)>);

impl<'a> Trace<'a> for PayloadRange {
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, _: Value<'a>) {
        if slot.field == field::PAYLOAD_PAYLOAD {
            self.0 = Some((start, end));
        }
    }
    fn label(&mut self, _: &[u8]) {}
    fn fault(&mut self, _: DecodeError) {}
}

/// The name of the space that the event at `offset` of `parent` opens.
pub fn name(parent: &str, offset: u64) -> String {
    if parent == "0" { offset.to_string() } else { format!("{parent}/{offset}") }
}

impl Space {
    /// Opens what the event at `start` holds; `None` if it holds nothing.
    pub fn open(parent: &str, start: u64, bytes: &[u8], context: &Context<'_>) -> Option<Self> {
        let mut range = PayloadRange::default();
        let event: Event<'_> = decode(bytes, context, &mut range).ok()?;
        let Ok(Body::TransactionPayload(payload)) = event.body else { return None };
        let (from, to) = range.0?;
        let (inflated, result) = payload::inflate(&payload);
        let stored = payload.compression == binlog_format::events::compression::NONE;
        let mut space = Self {
            name: name(parent, start),
            parent: parent.into(),
            range: (start + u64::from(from), start + u64::from(to)),
            transform: if stored { "copy" } else { "zstd" },
            bytes: inflated,
            error: result.err(),
            format: context.format.without_checksums(),
            entries: Vec::new(),
        };
        space.entries = space.walk();
        Some(space)
    }

    fn walk(&self) -> Vec<Entry> {
        let mut framer = Framer::inside(&self.format, self.bytes.len() as u64);
        let mut judge = Judge::default();
        let mut entries = Vec::new();
        while let Step::Consumed(_, item) =
            framer.step(usize::try_from(framer.offset()).ok().and_then(|at| self.bytes.get(at..)).unwrap_or_default())
        {
            match item {
                Some(Item::Event(frame)) => entries.push(judge.event(&frame, &framer).entry),
                Some(Item::Span(span)) => entries.push(judge.span(span)),
                None => {}
            }
        }
        entries
    }

    /// The bytes of an item.
    pub fn slice(&self, start: u64, end: u64) -> &[u8] {
        let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
        range.and_then(|(start, end)| self.bytes.get(start..end)).unwrap_or_default()
    }
}

/// Spaces in spaces: no server nests payloads; a hostile file may.
pub const MAX_DEPTH: usize = 4;

/// How many spaces enclose a space of this name.
pub fn depth(name: &str) -> usize {
    name.split('/').count()
}
