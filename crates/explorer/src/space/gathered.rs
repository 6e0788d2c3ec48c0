//! Rows events put together from the fragments that MariaDB writes of large ones.
//!
//! The space is named after the first fragment of its group; it holds one event, which is read by the table
//! maps that are live where the fragments stand.

use binlog_format::event::{Body, Context, decode_unobserved};
use binlog_format::events::FragmentGroup;
use binlog_format::framer::{Frame, FrameChecksum, Span, SpanKind, checksum};
use binlog_format::header::EventHeader;
use binlog_format::limits::{MAX_FRAGMENTS, MAX_GATHERED};
use binlog_format::names::code;
use binlog_format::rows::Operation;
use binlog_format::{Checksum, DecodeError, ErrorCode, Format, field};

use super::{Space, name};
use crate::scan::Judge;

/// First bytes of a fragment that tell its number.
pub const FRAGMENT_HEAD: u64 = 512;

/// A group of fragments, as far as it has come by.
#[derive(Clone, Debug)]
pub struct Fragments {
    start: u64,
    group: FragmentGroup,
    bytes: Vec<u8>,
    ranges: Vec<(u64, u64)>,
    /// It is too large: what it holds was given up.
    given_up: bool,
    format: Format,
}

impl Fragments {
    /// The group that an event alone begins; `None` for one that is no fragment. `bytes` are the event's, or its
    /// first ones where it is too large to be held.
    pub fn begin(start: u64, end: u64, bytes: &[u8], context: &Context<'_>) -> Option<Self> {
        if context.format.canonical(bytes.get(4).copied()?) != code::PARTIAL_ROW_DATA {
            return None;
        }
        let whole = bytes.len() as u64 == end - start;
        // What is left out has the checksum, if there is one.
        let context = Context { checksum: context.checksum && whole, ..*context };
        let Ok(Body::PartialRowData(fragment)) = decode_unobserved(bytes, &context).ok()?.body else { return None };
        let at = start + u64::from(fragment.data_at);
        let length = if whole { fragment.data.len() as u64 } else { end.saturating_sub(at) };
        let group = FragmentGroup::begin(&fragment, length);
        let mut own =
            Self { start, group, bytes: Vec::new(), ranges: Vec::new(), given_up: false, format: *context.format };
        own.hold(fragment.data, (at, at + length));
        Some(own)
    }

    /// Takes the fragment that follows, if it goes on with this group; gives it back otherwise.
    pub fn take(&mut self, next: Self) -> Option<Self> {
        if !self.group.take(&next.group) {
            return Some(next);
        }
        self.given_up |= next.given_up;
        for range in next.ranges {
            self.hold(&next.bytes, range);
        }
        None
    }

    fn hold(&mut self, data: &[u8], range: (u64, u64)) {
        let whole = data.len() as u64 == range.1 - range.0;
        self.given_up |= !whole || self.group.length() > MAX_GATHERED || self.ranges.len() >= MAX_FRAGMENTS;
        if self.given_up {
            (self.bytes, self.ranges) = (Vec::new(), Vec::new());
            return;
        }
        self.bytes.extend_from_slice(data);
        self.ranges.push(range);
    }

    /// Whether nothing can follow.
    pub fn is_complete(&self) -> bool {
        self.group.has_end()
    }

    /// The name of the space that it opens; a group without its first fragment opens none.
    pub fn name(&self, parent: &str) -> Option<String> {
        self.group.has_beginning().then(|| name(parent, self.start))
    }

    /// What is wrong with a fragment with which nothing can begin.
    pub fn out_of_order(&self) -> Option<DecodeError> {
        self.group.fault().filter(|fault| fault.code == ErrorCode::FragmentOrder)
    }

    /// The space that it opens.
    pub fn into_space(self, parent: &str) -> Option<Space> {
        let name = self.name(parent)?;
        let Self { group, bytes, ranges, format, .. } = self;
        let header = EventHeader::peek_in(&bytes, &format);
        let size = header.and_then(|header| group.size_fault(header.event_size));
        let mut space = Space {
            name,
            parent: parent.into(),
            ranges,
            transform: "gather",
            size: bytes.len() as u64,
            bytes,
            error: group.fault().or(size),
            format: format.without_checksums(),
            collation: 0,
            events_at: Some(0),
            entries: Vec::new(),
            borrows_maps: true,
        };
        space.entries.extend(space.gathered_event().map(|frame| {
            let checksum = frame.checksum != FrameChecksum::Absent;
            Judge::default().judge(&frame, frame.bytes, &Context { checksum, ..Context::new(&space.format) }).entry
        }));
        if space.entries.is_empty() && space.size > 0 {
            let (code, expected, found) = match header {
                Some(header) => (ErrorCode::InvalidValue, 0, header.type_code.into()),
                None => (ErrorCode::UnexpectedEnd, format.header_length(&space.bytes) as u64, space.size),
            };
            let fault = DecodeError { code, at: 0, field: field::EVENT_HEADER_TYPE_CODE, expected, found, liar: None };
            let span = Span { kind: SpanKind::Damaged, start: 0, end: space.size, error: Some(fault) };
            space.entries.push(Judge::default().span(span));
        }
        Some(space)
    }
}

impl Space {
    /// The rows event that fragments were put together to.
    pub(crate) fn gathered_event(&self) -> Option<Frame<'_>> {
        gathered_event(&self.bytes, &self.format)
    }
}

/// The rows event that fragments were put together to: all of the bytes, whatever size its header tells.
/// The servers leave its checksum out; four bytes that are one are taken for it.
pub(crate) fn gathered_event<'b>(bytes: &'b [u8], format: &Format) -> Option<Frame<'b>> {
    let header = EventHeader::peek_in(bytes, format)?;
    let kind = format.canonical(header.type_code);
    Operation::of(kind)?;
    let mut tried = *format;
    tried.checksum = Checksum::Unknown;
    let checksum = checksum(&tried, bytes, &header);
    Some(Frame { start: 0, end: bytes.len() as u64, header, kind, checksum, bytes })
}
