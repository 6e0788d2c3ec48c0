//! The second pass where no helper does it: in slices, between the page's requests.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use binlog_explorer::document::Document;

use super::super::post;
use super::super::session::Session;
use super::{Pool, REPORT_EVERY, go_on};
use crate::protocol::{Event, Response};

/// Milliseconds of a slice that is worked here: the page's requests wait so long at most.
const SLICE: f64 = 4.0;

impl Pool {
    /// Gathers here for a slice, if there is something that no helper does. Whether there was.
    fn slice(&mut self, document: &Document) -> bool {
        let begun = js_sys::Date::now();
        let has_helpers = self.has_helpers();
        let Some(gathering) = self.gathering.as_mut().filter(|_| self.failed.is_none()) else { return false };
        loop {
            let one = match self.own.pop() {
                Some(blocks) => {
                    let first = blocks.start..(blocks.start + 1).min(blocks.end);
                    if first.end < blocks.end {
                        self.own.push(first.end..blocks.end);
                    }
                    Some(first)
                }
                None if has_helpers => None,
                None => gathering.claim(1),
            };
            let Some(one) = one else { return false };
            match document.statistics_of(one.clone()) {
                Ok(statistics) => gathering.take(one, statistics),
                Err(message) => {
                    self.failed = Some(message);
                    return false;
                }
            }
            if js_sys::Date::now() - begun > SLICE {
                return true;
            }
        }
    }
}

/// Gathers until there is nothing more to do here.
pub(super) async fn work(session: Rc<RefCell<Session>>) {
    let generation = session.borrow().generation();
    loop {
        let (more, held) = {
            let mut session = session.borrow_mut();
            if session.generation() != generation {
                return;
            }
            let Some((document, pool)) = session.document_and_pool() else { return };
            let held = pool.held();
            let more = held.is_some() || pool.slice(document);
            pool.running = more;
            (more, held)
        };
        if !more {
            return go_on(&session);
        }
        // Requests that wait are answered first.
        gloo_timers::future::sleep(Duration::from_millis(held.unwrap_or(0.0) as u64)).await;
        if session.borrow().generation() == generation {
            report(&session);
        }
    }
}

fn report(session: &Rc<RefCell<Session>>) {
    let mut session = session.borrow_mut();
    let generation = session.generation();
    let Some((document, pool)) = session.document_and_pool() else { return };
    let now = js_sys::Date::now();
    if now - pool.reported > REPORT_EVERY {
        pool.reported = now;
        let gathered = pool.gathered(document);
        post::respond(0, generation, &Response::Event(Event::Gathered(gathered)));
    }
}
