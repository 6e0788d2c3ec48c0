//! The filter's search: by helpers where there are some, otherwise a slice at a time between the page's requests;
//! outward from what the reader looks at, while the first pass goes on.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use binlog_explorer::document::Document;
use binlog_explorer::filter::{self, CompletionKind, Filter, FilterError, Vocabulary};
use binlog_explorer::view::{Address, Message, SearchView};
use wasm_bindgen_futures::spawn_local;

use super::pool::{self, Pool};
use super::post;
use super::session::Session;
use crate::protocol::{Answer, Event, Mistake, Offer, Response, SearchAnswer, SearchRequest, TermsOf};

/// Milliseconds to a slice: the page's requests wait so long at most.
const SLICE: f64 = 24.0;

/// Milliseconds between two reports; the first hits are told at once.
const REPORT_EVERY: f64 = 150.0;

/// Milliseconds between two looks at a list that is being sorted: each puts it in order.
const SORT_EVERY: f64 = 500.0;

/// Milliseconds after which is asked again whether the first pass has found more.
const AGAIN: u64 = 60;

/// The same while helpers look through blocks.
const SOON: u64 = 15;

/// Blocks looked through at once.
const BLOCKS: usize = 4;

/// Completions that are told.
const OFFERS: usize = 50;

/// The search as the session keeps it.
#[derive(Default)]
pub struct Searching {
    /// Slices follow each other.
    running: bool,
    paused: bool,
    around: usize,
    hunt: Option<Hunt>,
    reported: f64,
    /// When the list was sorted last.
    sorted: f64,
    /// Rows told last.
    told: u64,
    /// What the file has, as of how many bytes of it.
    vocabulary: Option<(u64, Rc<Vocabulary>)>,
}

/// A hit that somebody waits for.
struct Hunt {
    id: u32,
    from: Address,
    forwards: bool,
    /// The next block that has to be looked through for it.
    block: usize,
}

impl Searching {
    /// The reader looks at a row of the list.
    pub fn look_at(&mut self, document: &Document, row: u64) {
        if self.running && document.filter_text().is_some() {
            let last = document.row_count().saturating_sub(1);
            self.around = document.block_of_row(row.min(last)).unwrap_or(self.around);
        }
    }

    /// What the file has for completion.
    fn vocabulary(&mut self, document: &Document) -> Rc<Vocabulary> {
        let end = document.index().end;
        match &self.vocabulary {
            Some((known, vocabulary)) if *known == end => vocabulary.clone(),
            _ => {
                let vocabulary = Rc::new(document.vocabulary());
                self.vocabulary = Some((end, vocabulary.clone()));
                vocabulary
            }
        }
    }

    /// Nobody waits for a hit any more.
    fn give_up(&mut self, generation: u32) {
        if let Some(hunt) = self.hunt.take() {
            post::respond(hunt.id, generation, &Response::Stale);
        }
    }

    /// Works until the slice is over. After how many milliseconds to go on; `None` when there is nothing more
    /// to do.
    fn slice(&mut self, document: &mut Document, pool: &mut Pool, generation: u32, stopped: bool) -> Option<u64> {
        let begun = now();
        document.set_stopped(stopped);
        let held = self.paused && self.hunt.is_none();
        let helped = pool.search(document, (!held).then(|| self.hunt.as_ref().map_or(self.around, |hunt| hunt.block)));
        let mut worked = !helped;
        while worked && now() - begun < SLICE {
            self.pursue(document, generation);
            if self.paused && self.hunt.is_none() {
                break;
            }
            let around = self.hunt.as_ref().map_or(self.around, |hunt| hunt.block);
            worked = document.search_on(around, BLOCKS);
        }
        self.pursue(document, generation);
        let sorting = self.sort(document, generation, begun);
        let Some(view) = document.search_view() else { return sorting };
        let done = view.done;
        if self.told == 0 && view.list > 0 || done || now() - self.reported > REPORT_EVERY {
            self.tell(view, pool, generation);
        }
        if done {
            // What is waited for now is not there.
            self.give_up(generation);
            return sorting;
        }
        if self.paused && self.hunt.is_none() {
            return sorting;
        }
        let more = worked || sorting == Some(0);
        Some(match more {
            // The first pass has its turn between two slices.
            true if !document.index().complete && !stopped => SLICE as u64,
            true => 0,
            false if pool.is_searching() => SOON,
            false => AGAIN,
        })
    }

    fn tell(&mut self, view: SearchView, pool: &mut Pool, generation: u32) {
        if self.told == 0 && view.list > 0 && !view.done {
            pool.wait_for_rows();
        }
        self.reported = now();
        self.told = view.list;
        post::respond(0, generation, &Response::Event(Event::Search(Box::new(view))));
    }

    /// Something was found by helpers: the first of it is told at once.
    pub fn tell_first(&mut self, document: &Document, pool: &mut Pool, generation: u32) {
        if self.running
            && self.told == 0
            && let Some(view) = document.search_view().filter(|view| view.list > 0)
        {
            self.tell(view, pool, generation);
        }
    }

    /// Sorts the list for a while.
    fn sort(&mut self, document: &mut Document, generation: u32, begun: f64) -> Option<u64> {
        let before = document.sort_view().filter(|view| !view.done)?;
        let mut worked = document.sort_on(BLOCKS);
        while worked && now() - begun < SLICE {
            worked = document.sort_on(BLOCKS);
        }
        let done = document.sort_view().is_some_and(|view| view.done);
        if done || before.list == 0 || now() - self.sorted > SORT_EVERY {
            document.settle_sort();
            self.sorted = now();
            let view = document.sort_view()?;
            post::respond(0, generation, &Response::Event(Event::Sorted(Box::new(view))));
        }
        if done { None } else { Some(if worked { 0 } else { AGAIN }) }
    }

    /// Answers who waits for a hit, if it is known.
    fn pursue(&mut self, document: &Document, generation: u32) {
        let Some(hunt) = &mut self.hunt else { return };
        match document.next_hit(&hunt.from, hunt.forwards) {
            Ok(hit) => {
                let id = hunt.id;
                self.hunt = None;
                post::respond(id, generation, &Response::Answer(Answer::Search(SearchAnswer::Hit(hit))));
            }
            Err(block) => hunt.block = block,
        }
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}

/// Answers a request.
#[inline(never)]
pub fn handle(session: &Rc<RefCell<Session>>, id: u32, request: SearchRequest) {
    let generation = session.borrow().generation();
    let reply = {
        let mut session = session.borrow_mut();
        match session.opened_document() {
            Some((document, search, _, stopped)) => {
                document.set_stopped(stopped);
                answer(document, search, id, generation, request)
            }
            None => Err(Message::new("failed-no-file")),
        }
    };
    match reply {
        Ok(Some(answer)) => post::respond(id, generation, &Response::Answer(Answer::Search(answer))),
        Ok(None) => {}
        Err(message) => post::respond(id, generation, &Response::Failed(message)),
    }
    start(session);
}

fn answer(
    document: &mut Document, search: &mut Searching, id: u32, generation: u32, request: SearchRequest,
) -> Result<Option<SearchAnswer>, Message> {
    Ok(Some(match request {
        SearchRequest::Filter { text, around } => {
            if let Err(error) = document.set_filter(text.as_deref()) {
                return Ok(Some(SearchAnswer::Assist { mistake: Some(mistake(&error)), completions: Vec::new() }));
            }
            search.give_up(generation);
            search.paused = false;
            search.around = around.and_then(|address| document.block_of(&address)).unwrap_or(0);
            search.told = document.row_count();
            SearchAnswer::Filtered { rows: document.row_count(), view: document.search_view() }
        }
        SearchRequest::Pause(paused) => {
            search.paused = paused;
            SearchAnswer::Filtered { rows: document.row_count(), view: document.search_view() }
        }
        SearchRequest::Assist { text, cursor } => {
            let mistake = Filter::parse(&text).err().map(|error| mistake(&error));
            let completions = filter::complete(&text, cursor, &search.vocabulary(document));
            let offer = |completion: filter::Completion| Offer {
                start: completion.replaces.start,
                end: completion.replaces.end,
                text: completion.text,
                kind: kind(completion.kind).into(),
            };
            SearchAnswer::Assist { mistake, completions: completions.into_iter().take(OFFERS).map(offer).collect() }
        }
        SearchRequest::Hit { from, forwards } => {
            search.give_up(generation);
            match document.next_hit(&from, forwards) {
                Ok(hit) => SearchAnswer::Hit(hit),
                Err(block) => {
                    search.hunt = Some(Hunt { id, from, forwards, block });
                    return Ok(None);
                }
            }
        }
        SearchRequest::Ranks(places) => {
            let rank = |(address, transaction): (Address, bool)| document.rank(&address, transaction);
            SearchAnswer::Ranks(places.into_iter().map(rank).collect())
        }
        SearchRequest::Sort(sort) => {
            document.set_sort(sort);
            SearchAnswer::Sorted { rows: document.row_count(), view: document.sort_view() }
        }
        SearchRequest::Terms { address, of } => SearchAnswer::Terms(match of {
            TermsOf::Transaction => document.terms_of_transaction(&address),
            TermsOf::Event => document.terms_of_event(&address),
            TermsOf::Field(path) => document.terms_of_field(&address, &path),
            TermsOf::Bytes(start, end) => document.terms_of_bytes(&address, start, end),
        }),
    }))
}

fn mistake(error: &FilterError) -> Mistake {
    Mistake { start: error.span.start, end: error.span.end, message: error.message() }
}

fn kind(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Key => "key",
        CompletionKind::Operator => "operator",
        CompletionKind::Comparison => "comparison",
        CompletionKind::Type => "type",
        CompletionKind::Table => "table",
        CompletionKind::Column => "column",
        CompletionKind::Value => "value",
    }
}

/// Lets slices follow each other, as long as there is something to look through.
pub fn start(session: &Rc<RefCell<Session>>) {
    {
        let mut session = session.borrow_mut();
        let Some((document, search, ..)) = session.opened_document() else { return };
        let idle = document.filter_text().is_none() || search.paused && search.hunt.is_none();
        let sorted = document.sort_view().is_none_or(|view| view.done);
        if search.running || idle && sorted {
            return;
        }
        search.running = true;
    }
    pool::wake(session);
    let session = session.clone();
    let generation = session.borrow().generation();
    spawn_local(async move {
        loop {
            // Requests that wait are answered first.
            let pause = {
                let mut session = session.borrow_mut();
                // Another file has a search of its own.
                if session.generation() != generation {
                    return;
                }
                let Some((document, search, pool, stopped)) = session.opened_document() else { return };
                let pause = search.slice(document, pool, generation, stopped);
                search.running = pause.is_some();
                pause
            };
            let Some(milliseconds) = pause else { return };
            gloo_timers::future::sleep(Duration::from_millis(milliseconds)).await;
        }
    });
}
