//! Opening: samples, files, pasted text; and opening again after a failure.

use std::rc::Rc;

use binlog_explorer::view::{ListMode, Progress};
use gloo_utils::window;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::{App, Goal, Msg};
use crate::client::{Cargo, Reply, describe};
use crate::fetching;
use crate::location::Place;
use crate::protocol::{Answer, OpenLive, Request};
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
    /// What lies at an address.
    Url(Remote),
    /// What the page around this one gave, under its name.
    Given(Rc<str>, Uint8Array),
    /// What a link carries.
    Link(Rc<str>),
    /// Pasted text.
    Paste(Rc<str>),
    /// A live server.
    Live(OpenLive),
}

/// What lies at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The address, whole or relative to the page.
    pub url: Rc<str>,
    /// What `serve` calls the file; none for an address that the reader gave.
    pub served: Option<Rc<str>>,
}

/// Milliseconds since the page was loaded.
pub fn now() -> f64 {
    js_sys::Date::now()
}

impl App {
    /// The place that the page's address asks for, when it names a file.
    pub(super) fn asked_place() -> Option<Place> {
        let place = Place::parse(&window().location().hash().unwrap_or_default());
        (place.file.is_some() || place.data.is_some()).then_some(place)
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
        if let Some(data) = place.data.clone() {
            self.open(ctx, Source::Link(data.into()), Some(place), Travel::Restore);
            return;
        }
        if let Some(bundle) = crate::fetching::inside("bundle").and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok()) {
            self.awaiting = Some(place).filter(|place| place.file.is_some());
            self.open(ctx, Source::Given("binlog".into(), bundle), None, Travel::Restore);
            return;
        }
        // What the page around this one shows is for it to say.
        let embedded = self.embed.is_some();
        let by_name = place.file.as_ref().and_then(|file| self.samples.iter().position(|sample| sample.file == *file));
        match by_name {
            Some(number) => self.open_sample(ctx, number, Some(place)),
            None => {
                if place.file.is_some() {
                    self.awaiting = Some(place);
                }
                if !self.served.is_empty() && (!embedded || self.awaiting.is_some()) {
                    self.open_served(ctx, 0);
                } else if !self.samples.is_empty() && !embedded {
                    self.open_sample(ctx, 0, None);
                }
            }
        }
    }

    /// Opens a file that `serve` offers: it is read where it is, as far as it is looked at.
    pub(super) fn open_served(&mut self, ctx: &Context<Self>, number: usize) {
        let Some(served) = self.served.get(number) else { return };
        let remote = Remote { url: served.url.as_str().into(), served: Some(served.name.as_str().into()) };
        let travel = if self.source.is_none() { Travel::Restore } else { Travel::Jump };
        self.open(ctx, Source::Url(remote), None, travel);
    }

    /// Fetches a sample and opens it.
    pub(super) fn open_sample(&mut self, ctx: &Context<Self>, number: usize, place: Option<Place>) {
        let Some(sample) = self.samples.get(number).cloned() else { return };
        self.wishes += 1;
        let wish = self.wishes;
        ctx.link().send_future(async move {
            let bytes = fetching::bytes(&sample.path()).await.map_err(|error| describe(&error));
            Msg::SampleBytes(wish, sample, place, bytes)
        });
    }

    pub(super) fn sample_came(
        &mut self, ctx: &Context<Self>, wish: u32, sample: Sample, place: Option<Place>,
        bytes: Result<Uint8Array, String>,
    ) {
        // What the reader opened, or asked for, meanwhile goes before it.
        if wish != self.wishes {
            return;
        }
        match bytes {
            Ok(bytes) => {
                let restored = place.is_some() || self.source.is_none();
                let travel = if restored { Travel::Restore } else { Travel::Jump };
                let place = place
                    .filter(|place| place.at.is_some() || place.filter.is_some())
                    .or_else(|| sample_place(&sample));
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
            Source::Url(Remote { url, served }) => {
                let name = served.as_ref().map(ToString::to_string);
                (Request::OpenUrl { url: url.to_string(), name }, Cargo::None)
            }
            Source::Link(text) => (Request::OpenShared { text: text.to_string() }, Cargo::None),
            Source::Given(name, bytes) => (Request::OpenBytes { name: name.to_string() }, Cargo::Bytes(bytes.clone())),
            Source::Live(wanted) => (Request::OpenLive(wanted.clone()), Cargo::None),
            Source::Paste(text) => (Request::OpenPaste { text: text.to_string() }, Cargo::None),
        };
        self.open_by(ctx, source, (request, cargo), place, travel);
    }

    /// Opens a source by this request.
    pub(super) fn open_by(
        &mut self, ctx: &Context<Self>, source: Source, (request, cargo): (Request, Cargo), place: Option<Place>,
        travel: Travel,
    ) {
        self.wishes += 1;
        // What is open now may not come to answer.
        self.mode_asked = (self.client.generation().wrapping_add(1), self.mode_wanted());
        self.live.opens(&source);
        self.alert = None;
        self.cancelled = false;
        self.conversations = Rc::default();
        self.passes = Default::default();
        self.damage = Default::default();
        self.came = None;
        self.opened_at = now();
        self.progress = Progress::default();
        self.opening = Some((source, place, travel));
        self.goal = None;
        self.goal_busy = false;
        self.at_first = false;
        (self.loading, self.stepped_to) = (None, None);
        self.stepping = None;
        self.pressed.clear();
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
                    Source::Url(Remote { url, served: None }) => url.to_string(),
                    _ => summary.fingerprint.clone(),
                };
                let meant = |place: &mut Place| {
                    let file = place.file.as_ref();
                    file == Some(&key) || file == Some(&summary.fingerprint)
                };
                let awaited = self.awaiting.take_if(meant).or_else(|| self.differs.take_if(meant));
                // What the page opens of its own accord, or again, is not what the link waits for.
                if !matches!(source, Source::Sample(..)) && travel == Travel::Jump {
                    // Another file than the link's was opened on purpose.
                    self.differs = self.awaiting.take();
                }
                let first = if self.entered(&source) { Goal::Last } else { Goal::First };
                self.known.insert(key.clone(), source.clone());
                self.file_key = Some(key);
                self.source = Some(source);
                self.summary = Some(Rc::new(*summary));
                let came = self.came.take().unwrap_or_default();
                self.load_notes(&came.notes);
                self.sealed_place = None;
                self.selection = None;
                self.model = None;
                self.event_bytes = None;
                self.spaces = Rc::default();
                self.shown_space = self.listed_space();
                self.epoch += 1;
                self.url.next = travel;
                // The worker lists every file anew by transactions.
                let mode = self.mode_wanted();
                if mode == ListMode::default() {
                    self.mode = mode;
                } else {
                    self.set_mode(ctx, mode);
                }
                self.host_opened(None);
                let place = awaited.or(place).filter(|place| place.at.is_some() || place.filter.is_some());
                let place = place.or_else(|| self.place_came(&came.view));
                if came.view.mode == "plain" && mode == ListMode::default() {
                    self.set_mode(ctx, ListMode::Plain);
                }
                self.part = came;
                self.filter_for_new_file(ctx, place.as_ref());
                match place.filter(|place| place.at.is_some()) {
                    Some(place) => self.go_to_place(ctx, place),
                    None => {
                        self.goal = Some(first);
                        self.pursue(ctx);
                    }
                }
            }
            Reply::Failed(message) => {
                let sentence = self.words.with(
                    "open-failed",
                    [("name", self.source_name(&source).into()), ("reason", self.words.message(&message).into())],
                );
                self.host_opened(Some(&sentence));
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
            Source::Url(Remote { url, served }) => visible_line(served.as_ref().unwrap_or(url), 80),
            Source::Given(name, _) => visible_line(name, 80),
            Source::Link(_) => self.words.t("shared-link"),
            Source::Live(wanted) => wanted.upstream.clone(),
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
        let (generation, mode) = (self.client.generation(), self.mode_wanted());
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
