//! Packets of conversations: of a capture, pasted, or of a live connection.

use std::rc::Rc;
use std::time::Duration;

use binlog_explorer::capture::{Capture, ConversationView, Log, Walk};
use binlog_explorer::conversation::Ladder;
use binlog_explorer::document::{Document, MAX_BYTES};
use binlog_explorer::paste::Pasted;
use binlog_explorer::source::Source;
use binlog_explorer::view::{Address, FileSummary, Message, Progress};
use gloo_timers::future::sleep;

use super::arriving::Opening;
use super::first_pass::{self, REPORT_EVERY, now};
use super::post;
use super::session::{Pass, Reply, Session};
use crate::packed::Packed;
use crate::protocol::{
    Answer, ConversationAnswer, ConversationRequest, CopyRequest, Event, Request, Response, Shown, Step,
};

/// Bytes of a capture that are walked between two looks at requests.
const WINDOW: u64 = 1 << 20;

/// What there is.
#[derive(Default)]
pub struct Conversations {
    /// Of the capture that is open, and what it is called.
    capture: Option<(String, Capture)>,
    /// Others, which may grow.
    ladders: Vec<Ladder>,
}

impl Conversations {
    /// Those of packets that were not captured; their numbers are those of their places, from 1.
    pub fn ladders(&mut self) -> &mut Vec<Ladder> {
        &mut self.ladders
    }

    /// With this one.
    pub fn of(ladder: Ladder) -> Self {
        Self { capture: None, ladders: vec![ladder] }
    }

    fn ladder(&self, space: &str) -> Option<&Ladder> {
        let captured =
            self.capture.as_ref().and_then(|(_, capture)| capture.of_space(space)).map(|found| &found.ladder);
        captured.or_else(|| self.ladders.iter().find(|ladder| ladder.space() == space))
    }

    /// As the page lists them.
    pub fn views(&self) -> Vec<ConversationView> {
        let captured = self.capture.iter().flat_map(|(_, capture)| capture.conversations());
        captured.map(|found| found.view()).chain(self.ladders.iter().map(ConversationView::of)).collect()
    }
}

/// Tells the page what conversations there are, and how long they are.
pub fn tell(session: &Session) {
    let views = session.conversations.as_ref().map(|conversations| conversations.views()).unwrap_or_default();
    post::respond(0, session.generation(), &Response::Event(Event::Conversations(views)));
}

/// Whether a request speaks of packets, and not of the file.
pub fn is_about(request: &Request) -> bool {
    match request {
        Request::Event { address } | Request::Children { address, .. } | Request::Locate { address } => {
            address.is_packet()
        }
        Request::Step { from, .. } => from.is_packet(),
        Request::Bytes { space, .. } => space.starts_with('c'),
        Request::Copy(CopyRequest::Text { address, .. }) => address.is_packet(),
        Request::Conversation(_) => true,
        _ => false,
    }
}

fn missing() -> Message {
    Message::new("failed-no-file")
}

/// Answers such a request.
pub fn answer(conversations: &Conversations, request: Request) -> Reply {
    let ladder = |space: &str| conversations.ladder(space).ok_or_else(missing);
    let said = |answer: Answer| Ok((answer, None));
    match request {
        Request::Event { address } => event(ladder(&address.space)?, address.offset),
        Request::Children { address, path } => {
            said(Answer::Children(Packed(ladder(&address.space)?.children(address.offset, &path)?)))
        }
        Request::Bytes { space, start, length } => {
            let (bytes, space_size) = ladder(&space)?.bytes(start, length.min(MAX_BYTES));
            Ok((Answer::Bytes { start, space_size, holes: Vec::new() }, Some(bytes)))
        }
        Request::Locate { address } => {
            let start = ladder(&address.space)?.start_of(address.offset);
            said(Answer::Address(start.map(|offset| Address { space: address.space, offset })))
        }
        Request::Step { from, by } => {
            let ladder = ladder(&from.space)?;
            let (at, forwards) = match by {
                Step::NextEvent | Step::NextTransaction => (Some(from.offset), true),
                Step::PreviousEvent | Step::PreviousTransaction => (Some(from.offset), false),
                Step::First => (None, true),
                Step::Last => (None, false),
            };
            match ladder.neighbour(at, forwards) {
                Some(offset) => event(ladder, offset),
                None => said(Answer::Address(None)),
            }
        }
        Request::Copy(CopyRequest::Text { address, part, form }) => {
            super::copying::of_packet(ladder(&address.space)?, &address, part, form)
        }
        Request::Conversation(ConversationRequest::Rows { space, from, count }) => {
            let ladder = ladder(&space)?;
            let rows = ConversationAnswer::Rows { rows: Packed(ladder.list(from, count)), total: ladder.rows() };
            said(Answer::Conversation(rows))
        }
        Request::Conversation(ConversationRequest::Rank(address)) => {
            let rank = ladder(&address.space)?.rank(address.offset);
            said(Answer::Conversation(ConversationAnswer::Rank(rank)))
        }
        _ => Err(missing()),
    }
}

/// A packet with its bytes.
fn event(ladder: &Ladder, offset: u64) -> Reply {
    let view = ladder.event(offset)?;
    let (bytes_from, length) = (view.address.offset, view.end - view.address.offset);
    let length = u32::try_from(length).unwrap_or(MAX_BYTES).min(MAX_BYTES);
    let (bytes, _) = ladder.bytes(bytes_from, length);
    let spaces = vec![ladder.view()];
    Ok((Answer::Event(Packed(Box::new(Shown { view, spaces, bytes_from }))), Some(bytes)))
}

impl Opening {
    /// Walks a capture, and opens the first log in it.
    pub(super) async fn capture(&mut self, name: String, source: Rc<dyn Source>) -> Result<(), Message> {
        let size = source.length();
        let mut walk = Walk::new(source).ok_or_else(|| Message::new("foreign-pcap"))?;
        let mut reported = now();
        while walk.step(WINDOW) {
            if now() - reported > REPORT_EVERY {
                reported = now();
                let progress = Progress { scanned: walk.position(), total: size, ..Progress::default() };
                let event = Event::Progress { progress, rows: 0 };
                post::respond(0, self.generation, &Response::Event(event));
            }
            sleep(Duration::ZERO).await;
            first_pass::wait_while_paused(&self.session, self.generation).await;
            if !self.is_current() {
                return Ok(());
            }
        }
        let capture = walk.finish();
        let notes = capture.notes().to_vec();
        let first = capture.conversations().iter().find(|found| !found.logs.is_empty());
        let space = first.map(|found| found.ladder.space().to_owned());
        let conversations = Conversations { capture: Some((name.clone(), capture)), ladders: Vec::new() };
        self.session.borrow_mut().conversations = Some(Box::new(conversations));
        match space {
            Some(space) => self.log(&space, 0).await,
            None => {
                let notes = [vec![Message::new("capture-no-log")], notes].concat();
                self.without_log(FileSummary { name, size, notes, ..FileSummary::default() });
                Ok(())
            }
        }
    }

    /// There are packets to look at, and no events.
    fn without_log(&mut self, summary: FileSummary) {
        self.opened = true;
        let answer = Answer::Opened(Box::new(summary));
        post::respond(self.id, self.generation, &Response::Answer(answer));
        tell_packets_only(&self.session.borrow());
    }

    /// Opens a log of the capture that is open.
    pub(super) async fn log(&mut self, space: &str, number: u32) -> Result<(), Message> {
        let (document, length) = {
            let session = self.session.borrow();
            let capture = session.conversations.as_ref().and_then(|conversations| conversations.capture.as_ref());
            let (file, capture) = capture.ok_or_else(missing)?;
            let found = capture.of_space(space).ok_or_else(missing)?;
            let log: Rc<Log> = found.logs.get(number as usize).cloned().ok_or_else(missing)?;
            let note = Message::new("note-captured-log")
                .text("file", file.clone())
                .text("client", found.client.to_string())
                .text("server", found.server.to_string());
            let name = if log.name().is_empty() { file.clone() } else { log.name().to_owned() };
            let notes = [vec![note], capture.notes().to_vec()].concat();
            let length = log.length();
            (Document::new(name, Box::new(log), false, notes)?, length)
        };
        self.answer(document, Pass::Clear)?;
        tell(&self.session.borrow());
        self.walk_in_windows().await?;
        if self.is_current() {
            self.session.borrow_mut().complete(length);
        }
        Ok(())
    }
}

/// What is said of pasted packets as a source.
pub fn pasted(pasted: &Pasted) -> FileSummary {
    let size = pasted.bytes.len() as u64;
    FileSummary { name: "paste".into(), size, notes: pasted.notes.clone(), ..FileSummary::default() }
}

/// There is no file whose first pass would be waited for, only packets.
pub fn tell_packets_only(session: &Session) {
    let event = Event::Progress { progress: Progress { done: true, ..Progress::default() }, rows: 0 };
    post::respond(0, session.generation(), &Response::Event(event));
    tell(session);
}
