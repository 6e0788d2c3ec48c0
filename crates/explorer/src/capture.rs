//! Captures of a network: the conversations with MySQL and MariaDB servers in them, and the binary logs that these
//! carry.
//!
//! A capture is walked once. What is remembered are places: of each stream, where in the file its bytes stand; of each
//! packet, where in its stream it begins; of each log, which packets it is made of. Nothing is copied out.

mod blocks;
mod frames;
mod log;
mod payloads;
mod reassembly;
mod segment;
mod talk;
mod view;

use std::collections::HashMap;
use std::rc::Rc;

use crate::conversation::Ladder;
use crate::source::{Source, read_range};
use crate::view::Message;
use blocks::{Blocks, Link};
use segment::{Ends, Segment};
use talk::Talk;

pub use frames::begins_event;
pub use log::Log;
pub use view::{ConversationView, LogView};

/// Connections that are followed at once until it is known what they carry.
const MAX_UNDECIDED: usize = 4096;

/// Segments of one capture: what is remembered of each is some 100 bytes.
const MAX_SEGMENTS: u64 = 4 << 20;

/// Conversations of one capture.
pub const MAX_CONVERSATIONS: usize = 1024;

/// Segments after which a connection that did not say anything of ours is left alone.
const MOST_SEGMENTS: u32 = 256;

/// Bytes that tell a capture.
pub const CAPTURE_HEAD: usize = 24;

/// A connection: its two ends in an order that does not depend on who sends.
type Flow = (Ends, Ends);

/// What a connection carries.
enum Carried {
    /// Not known yet, after so many segments.
    Undecided(Box<Talk>, u32),
    /// A conversation, by number.
    Conversation(usize),
    /// Something else.
    Other,
}

/// What stands in a capture beside conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Frames in it.
    pub frames: u64,
    /// Frames with a TCP segment.
    pub segments: u64,
    /// Connections that carry TLS from their beginning.
    pub tls: u64,
    /// Connections that carry something else.
    pub others: u64,
    /// Fragments of IP packets, which are not put together.
    pub fragments: u64,
    /// Frames of a kind of link that is not known.
    pub unknown_links: u64,
}

/// Walks a capture.
pub struct Walk {
    source: Rc<dyn Source>,
    blocks: Blocks,
    flows: HashMap<Flow, Carried>,
    undecided: usize,
    talks: Vec<Talk>,
    counts: Counts,
    notes: Vec<Message>,
}

impl std::fmt::Debug for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Walk {
    /// Begins. `None` if the source is no capture.
    pub fn new(source: Rc<dyn Source>) -> Option<Self> {
        let head = read_range(&*source, 0, CAPTURE_HEAD as u64).ok()?;
        Some(Self {
            blocks: Blocks::new(&head)?,
            source,
            flows: HashMap::new(),
            undecided: 0,
            talks: Vec::new(),
            counts: Counts::default(),
            notes: Vec::new(),
        })
    }

    /// How far it is.
    pub const fn position(&self) -> u64 {
        self.blocks.position()
    }

    /// Walks at most so many bytes further; false at the end.
    pub fn step(&mut self, budget: u64) -> bool {
        let end = self.position().saturating_add(budget);
        while self.position() < end {
            if self.counts.segments > MAX_SEGMENTS {
                self.notes
                    .push(Message::new("capture-long").number("at", self.position()).number("limit", MAX_SEGMENTS));
                return false;
            }
            let window = match self.blocks.window(&*self.source) {
                Ok(window) if window.is_empty() => return false,
                Ok(window) => window,
                Err(message) => {
                    self.notes.push(message);
                    return false;
                }
            };
            let from = self.position();
            let mut taken = 0;
            loop {
                let rest = window.get(taken..).unwrap_or_default();
                match self.blocks.next(rest) {
                    blocks::Next::Frame { bytes, at, time, link, missing, length } => {
                        self.frame(bytes, from + (taken + at) as u64, time, link, missing);
                        taken += length;
                    }
                    blocks::Next::Nothing(length) => taken += length,
                    blocks::Next::NeedMore => break,
                    blocks::Next::Damaged => {
                        self.notes.push(Message::new("capture-damaged").number("at", from + taken as u64));
                        self.blocks.end();
                        return false;
                    }
                }
                if taken >= window.len() {
                    break;
                }
            }
            self.blocks.take(taken as u64);
            if taken == 0 && !self.blocks.grow(window.len() as u64, self.source.length()) {
                self.notes.push(Message::new("capture-cut").number("at", from));
                return false;
            }
        }
        true
    }

    /// A frame: `missing` bytes of it were not captured.
    fn frame(&mut self, bytes: &[u8], at: u64, time: u64, link: Link, missing: u64) {
        self.counts.frames += 1;
        let segment = match Segment::of(link, bytes) {
            segment::Found::Segment(segment) => segment,
            segment::Found::Fragment => {
                self.counts.fragments += 1;
                return;
            }
            segment::Found::UnknownLink => {
                self.counts.unknown_links += 1;
                return;
            }
            segment::Found::Other => return,
        };
        self.counts.segments += 1;
        let forwards = segment.source <= segment.target;
        let flow = if forwards { (segment.source, segment.target) } else { (segment.target, segment.source) };
        // A connection that begins anew has nothing to do with the one of the same ports before.
        if segment.syn && !segment.ack {
            self.forget(&flow);
        }
        if !self.flows.contains_key(&flow) {
            if segment.payload.is_empty() && !segment.syn {
                return;
            }
            if self.undecided >= MAX_UNDECIDED {
                self.drop_undecided();
            }
            self.undecided += 1;
            self.flows.insert(flow, Carried::Undecided(Box::default(), 0));
        }
        let Some(carried) = self.flows.get_mut(&flow) else { return };
        let from = at + segment.offset as u64;
        match carried {
            Carried::Other => {}
            Carried::Conversation(number) => {
                if let Some(talk) = self.talks.get_mut(*number) {
                    talk.segment(&*self.source, &segment, from, time, missing);
                }
            }
            Carried::Undecided(talk, segments) => {
                talk.segment(&*self.source, &segment, from, time, missing);
                *segments += u32::from(!segment.payload.is_empty());
                let other = talk.is_tls() || *segments > MOST_SEGMENTS;
                if talk.is_decided() && self.talks.len() < MAX_CONVERSATIONS {
                    let mut talk = std::mem::take(talk);
                    talk.number(self.talks.len() as u32 + 1);
                    *carried = Carried::Conversation(self.talks.len());
                    self.talks.push(*talk);
                    self.undecided -= 1;
                } else if other || talk.is_decided() {
                    self.counts.tls += u64::from(talk.is_tls());
                    self.counts.others += u64::from(!talk.is_tls());
                    *carried = Carried::Other;
                    self.undecided -= 1;
                }
            }
        }
    }

    fn forget(&mut self, flow: &Flow) {
        if let Some(Carried::Undecided(talk, segments)) = self.flows.remove(flow) {
            self.undecided -= 1;
            self.counts.others += u64::from(!talk.is_tls() && segments > 0);
        }
    }

    /// There is no room for more that is not known: all of that goes.
    fn drop_undecided(&mut self) {
        self.flows.retain(|_, carried| !matches!(carried, Carried::Undecided(..) | Carried::Other));
        self.counts.others += self.undecided as u64;
        self.undecided = 0;
    }

    /// What was found.
    pub fn finish(self) -> Capture {
        let Self { source, talks, mut counts, mut notes, flows, .. } = self;
        let undecided = flows.values().filter(|carried| matches!(carried, Carried::Undecided(_, 1..))).count();
        counts.others += undecided as u64;
        let bytes = Rc::new(payloads::Cached::new(source.clone()));
        let conversations: Vec<_> = talks.into_iter().map(|talk| talk.finish(&*source, &bytes)).collect();
        if conversations.is_empty() {
            notes.push(Message::new("capture-nothing").number("frames", counts.frames));
        }
        if counts.tls + counts.others > 0 {
            notes.push(Message::new("capture-others").number("tls", counts.tls).number("others", counts.others));
        }
        if counts.fragments > 0 {
            notes.push(Message::new("capture-fragments").number("count", counts.fragments));
        }
        if counts.unknown_links > 0 {
            notes.push(Message::new("capture-links").number("count", counts.unknown_links));
        }
        Capture { source, conversations, counts, notes }
    }
}

/// A conversation of a capture, with what it carries.
#[derive(Debug)]
pub struct Found {
    /// Its packets.
    pub ladder: Ladder,
    /// Who the client is.
    pub client: Ends,
    /// Who the server is.
    pub server: Ends,
    /// Bytes of both sides behind the client's wish for TLS, which nothing reads.
    pub tls_bytes: u64,
    /// Bytes that the capture lacks.
    pub lost: u64,
    /// Segments that came more than once.
    pub repeated: u64,
    /// Segments that came before the one before them.
    pub reordered: u64,
    /// The capture does not have its beginning.
    pub late: bool,
    /// What could not be read any further.
    pub unreadable: Option<Message>,
    /// The logs in its dumps.
    pub logs: Vec<Rc<Log>>,
}

/// A capture that was walked.
pub struct Capture {
    source: Rc<dyn Source>,
    conversations: Vec<Found>,
    counts: Counts,
    notes: Vec<Message>,
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capture").field("conversations", &self.conversations).finish_non_exhaustive()
    }
}

impl Capture {
    /// Walks a capture from start to end. `None` if it is none.
    pub fn read(source: Rc<dyn Source>) -> Option<Self> {
        let mut walk = Walk::new(source)?;
        while walk.step(u64::MAX / 2) {}
        Some(walk.finish())
    }

    /// Bytes of the capture.
    pub fn size(&self) -> u64 {
        self.source.length()
    }

    /// The conversations, in the order in which they begin.
    pub fn conversations(&self) -> &[Found] {
        &self.conversations
    }

    /// What else is in it.
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What is worth saying about it.
    pub fn notes(&self) -> &[Message] {
        &self.notes
    }

    /// The conversation whose packets lie in a space.
    pub fn of_space(&self, space: &str) -> Option<&Found> {
        self.conversations.iter().find(|found| found.ladder.space() == space)
    }
}
