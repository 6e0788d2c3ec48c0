//! What the page asks about the passes over the file, and what is kept of them.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::document::Document;
use binlog_explorer::view::Message;
use wasm_bindgen_futures::spawn_local;

use super::pool::Pool;
use super::session::Session;
use super::{first_pass, kept, post};
use crate::protocol::{Answer, Request, Response};

/// Answers a request about them; false for any other.
pub fn handle(session: &Rc<RefCell<Session>>, id: u32, generation: u32, request: &Request) -> bool {
    match request {
        Request::Pause(paused) => session.borrow_mut().paused = *paused,
        Request::GoOn => go_on(session, generation),
        Request::StopLive => {
            if let Some(live) = &session.borrow().live {
                live.stop_soon();
            }
        }
        Request::Recording => {
            if let Some(live) = &session.borrow().live {
                live.recording(id, generation);
                return true;
            }
        }
        Request::Kept { clear } => {
            spawn_local(tell_kept(id, generation, *clear));
            return true;
        }
        Request::Statistics => {
            session.borrow_mut().tell_statistics(id, generation);
            return true;
        }
        _ => return false,
    }
    let rows = session.borrow().document.as_ref().map_or(0, Document::row_count);
    post::respond(id, generation, &Response::Answer(Answer::Changed { rows }));
    true
}

async fn tell_kept(id: u32, generation: u32, clear: bool) {
    if clear {
        kept::clear().await;
    }
    let bytes = kept::size().await as u64;
    post::respond(id, generation, &Response::Answer(Answer::Kept(bytes)));
}

/// A first pass that was cancelled goes on where it was.
fn go_on(session: &Rc<RefCell<Session>>, generation: u32) {
    let file = {
        let mut session = session.borrow_mut();
        if !session.cancelled {
            return;
        }
        let file = session.pool.file().filter(|_| !session.arriving);
        // What comes from elsewhere waits where it was stopped.
        if file.is_some() || session.arriving {
            (session.cancelled, session.paused) = (false, false);
        }
        file
    };
    if let Some(file) = file {
        spawn_local(first_pass::go_on(session.clone(), file, generation));
    }
}

impl Session {
    /// The open file and the second pass.
    pub(super) fn document_and_pool(&mut self) -> Option<(&mut Document, &mut Pool)> {
        Some((self.document.as_mut()?, &mut self.pool))
    }

    /// The open file, if its index may be kept: of encrypted ones nothing is.
    pub(super) fn document_to_keep(&mut self) -> Option<&mut Document> {
        self.document.as_mut().filter(|document| document.encryption().is_none())
    }

    /// What the second pass gathered, to be kept.
    pub(super) fn kept_statistics(&self) -> Vec<u8> {
        self.pool.gathering().and_then(|gathering| gathering.to_bytes()).unwrap_or_default()
    }

    /// Whether the first pass was cancelled, and not taken up.
    pub(super) fn is_stopped(&self, generation: u32) -> bool {
        self.cancelled && self.generation() == generation
    }

    /// Whether the first pass is to wait.
    pub(super) fn is_paused(&self, generation: u32) -> bool {
        self.paused && self.generation() == generation && !self.cancelled
    }

    #[inline(never)]
    fn tell_statistics(&self, id: u32, generation: u32) {
        let Some(document) = &self.document else {
            return post::respond(id, generation, &Response::Failed(Message::new("failed-no-file")));
        };
        let bytes = self.pool.gathering().map(|gathering| gathering.whole_to_bytes()).unwrap_or_default();
        let answer = Answer::Statistics(self.pool.gathered(document));
        post::respond_with(id, generation, &Response::Answer(answer), Some(&bytes));
    }
}
