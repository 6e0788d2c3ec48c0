//! Opening: samples, files, pasted text; and opening again after a failure.

use std::rc::Rc;

use binlog_explorer::view::{ListMode, Progress};
use gloo_utils::window;
use js_sys::Uint8Array;
use yew::prelude::*;

use super::{App, Goal, Msg};
use crate::client::{Cargo, Reply, describe};
use crate::fetching;
use crate::location::Place;
use crate::protocol::{Answer, Request};
use crate::samples::Sample;
use crate::selection::Travel;
use crate::served::ServedFile;
use crate::visible_text::visible_line;

/// A worker that dies more often than this within [`DEATH_WINDOW`] is not started again at
/// the same place: the place may be what kills it.
const MOST_DEATHS: usize = 2;
/// In milliseconds.
const DEATH_WINDOW: f64 = 20_000.0;

/// What can be opened, and opened again.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file of the reader's.
    File(web_sys::File),
    /// A sample with its bytes.
    Sample(Sample, Uint8Array),
    /// Pasted text.
    Paste(Rc<str>),
}

/// Milliseconds since the page was loaded.
pub fn now() -> f64 {
    js_sys::Date::now()
}

impl App {
    /// The place that the page's address asks for, when it names a file.
    pub(super) fn asked_place() -> Option<Place> {
        let place = Place::parse(&window().location().hash().unwrap_or_default());
        place.file.is_some().then_some(place)
    }

    /// It is known what can be opened: open what the link says, or the first offered file, or
    /// the first sample.
    pub(super) fn start(&mut self, ctx: &Context<Self>, served: Vec<ServedFile>, samples: Vec<Sample>) {
        self.served = Rc::new(served);
        self.samples = Rc::new(samples);
        self.started = true;
        if self.source.is_some() || self.opening.is_some() {
            return;
        }
        let place = self.awaiting.take().unwrap_or_default();
        let by_name = place.file.as_ref().and_then(|file| self.samples.iter().position(|sample| sample.file == *file));
        match by_name {
            Some(number) => self.open_sample(ctx, number, Some(place)),
            None => {
                if place.file.is_some() {
                    self.awaiting = Some(place);
                }
                if !self.served.is_empty() {
                    self.open_served(ctx, 0);
                } else if !self.samples.is_empty() {
                    self.open_sample(ctx, 0, None);
                }
            }
        }
    }

    /// Fetches a file that `serve` offers, and opens it.
    pub(super) fn open_served(&mut self, ctx: &Context<Self>, number: usize) {
        let Some(served) = self.served.get(number).cloned() else { return };
        ctx.link().send_future(async move {
            let file = served.fetch().await.map_err(|error| describe(&error));
            Msg::ServedFile(served.name, file)
        });
    }

    pub(super) fn served_came(&mut self, ctx: &Context<Self>, name: String, file: Result<web_sys::File, String>) {
        match file {
            Ok(file) => {
                let travel = if self.source.is_none() { Travel::Restore } else { Travel::Jump };
                self.open(ctx, Source::File(file), None, travel);
            }
            Err(said) => {
                self.alert = Some(self.words.with("sample-failed", [("name", name.into()), ("reason", said.into())]));
            }
        }
    }

    /// Fetches a sample and opens it.
    pub(super) fn open_sample(&mut self, ctx: &Context<Self>, number: usize, place: Option<Place>) {
        let Some(sample) = self.samples.get(number).cloned() else { return };
        ctx.link().send_future(async move {
            let bytes = fetching::bytes(&sample.path()).await.map_err(|error| describe(&error));
            Msg::SampleBytes(sample, place, bytes)
        });
    }

    pub(super) fn sample_came(
        &mut self, ctx: &Context<Self>, sample: Sample, place: Option<Place>, bytes: Result<Uint8Array, String>,
    ) {
        // Something the reader opened meanwhile goes before the first sample.
        if self.opening.is_some() && place.is_none() && self.source.is_none() {
            return;
        }
        match bytes {
            Ok(bytes) => {
                let restored = place.is_some() || self.source.is_none();
                let travel = if restored { Travel::Restore } else { Travel::Jump };
                let place = place.filter(|place| place.at.is_some()).or_else(|| sample_place(&sample));
                self.open(ctx, Source::Sample(sample, bytes), place, travel);
            }
            Err(said) => {
                self.alert =
                    Some(self.words.with("sample-failed", [("name", sample.file.into()), ("reason", said.into())]));
            }
        }
    }

    /// Opens a source, at a place when one is given.
    pub(super) fn open(&mut self, ctx: &Context<Self>, source: Source, place: Option<Place>, travel: Travel) {
        let (request, cargo) = match &source {
            Source::File(file) => (Request::OpenFile, Cargo::File(file.clone())),
            Source::Sample(sample, bytes) => {
                (Request::OpenBytes { name: sample.file.clone() }, Cargo::Bytes(bytes.clone()))
            }
            Source::Paste(text) => (Request::OpenPaste { text: text.to_string() }, Cargo::None),
        };
        self.alert = None;
        self.cancelled = false;
        self.damage = Default::default();
        self.opened_at = now();
        self.progress = Progress::default();
        self.opening = Some((source, place, travel));
        self.goal = None;
        self.goal_busy = false;
        self.at_first = false;
        self.loading = None;
        self.step_busy = false;
        self.children_busy = false;
        self.bytes_busy = false;
        let link = ctx.link().clone();
        let generation = self.client.generation().wrapping_add(1);
        self.client.open(request, cargo, move |reply| {
            link.send_message(Msg::Opened(generation, reply));
        });
    }

    pub(super) fn opened(&mut self, ctx: &Context<Self>, generation: u32, reply: Reply) -> bool {
        if !self.is_now(generation) {
            return false;
        }
        let Some((source, place, travel)) = self.opening.take() else { return false };
        match reply {
            Reply::Answer(Answer::Opened(summary), _) => {
                let key = match &source {
                    Source::Sample(sample, _) => sample.file.clone(),
                    _ => summary.fingerprint.clone(),
                };
                let awaited = self.awaiting.take_if(|awaited| awaited.file.as_ref() == Some(&key));
                if !matches!(source, Source::Sample(..)) {
                    // Another file than the link's was opened on purpose.
                    self.awaiting = None;
                }
                self.known.insert(key.clone(), source.clone());
                self.file_key = Some(key);
                self.source = Some(source);
                self.summary = Some(Rc::new(*summary));
                self.sealed_place = None;
                self.selection = None;
                self.model = None;
                self.event_bytes = None;
                self.spaces = Rc::default();
                self.shown_space = self.listed_space();
                self.epoch += 1;
                self.url.next = travel;
                // The worker lists every file anew by transactions.
                if self.mode != ListMode::default() {
                    self.set_mode(ctx, self.mode);
                }
                let place = awaited.or(place).filter(|place| place.at.is_some());
                self.goal = Some(place.map_or(Goal::First, Goal::Place));
                self.pursue(ctx);
            }
            Reply::Failed(message) => {
                let sentence = self.words.with(
                    "open-failed",
                    [("name", self.source_name(&source).into()), ("reason", self.words.message(&message).into())],
                );
                self.reopen_previous(ctx);
                self.alert = Some(sentence);
            }
            _ => {
                self.alert = Some(self.words.t("open-lost"));
            }
        }
        true
    }

    /// What a source is called before anything is known of it.
    fn source_name(&self, source: &Source) -> String {
        match source {
            Source::File(file) => visible_line(&file.name(), 80),
            Source::Sample(sample, _) => sample.file.clone(),
            Source::Paste(_) => self.words.t("pasted-text"),
        }
    }

    /// The worker let go of the file before; opens it again where it was, so that a file that
    /// cannot be opened costs nothing.
    fn reopen_previous(&mut self, ctx: &Context<Self>) {
        let Some(source) = self.source.clone() else { return };
        let place = self.place();
        self.open(ctx, source, Some(place), Travel::Restore);
    }

    pub(super) fn cancel(&mut self, ctx: &Context<Self>) {
        self.cancelled = true;
        let (generation, mode) = (self.client.generation(), self.mode);
        self.ask(ctx, Request::Cancel, move |reply| Msg::ListChanged(generation, mode, reply));
    }

    pub(super) fn worker_died(&mut self, ctx: &Context<Self>, said: &str) {
        let time = now();
        self.deaths.retain(|death| time - death < DEATH_WINDOW);
        self.deaths.push(time);
        let deaths = self.deaths.len();
        let place = self.place();
        let source = self.opening.take().map(|(source, ..)| source).or_else(|| self.source.clone());
        if deaths > MOST_DEATHS + 1 {
            self.alert = Some(self.words.with("worker-gave-up", [("reason", said.to_owned().into())]));
            return;
        }
        self.client.restart();
        if let Some(source) = source {
            let place = (deaths <= MOST_DEATHS).then_some(place);
            self.open(ctx, source, place, Travel::Restore);
        }
        self.alert = Some(self.words.with("worker-restarted", [("reason", said.to_owned().into())]));
    }
}

/// Where a sample wants to open.
fn sample_place(sample: &Sample) -> Option<Place> {
    let at = sample.at.as_ref()?.parse().ok()?;
    Some(Place { at: Some(at), field: sample.field.clone(), ..Place::default() })
}
