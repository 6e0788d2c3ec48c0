//! A live server as the page shows it: connecting, the line that says how it is, and the recording.

use std::rc::Rc;

use binlog_explorer::view::{Address, Message};
use binlogscope_bridge::control::{Reason, Upstream};
use gloo_utils::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::opening::Source;
use super::{App, Msg};
use crate::client::Reply;
use crate::numbers;
use crate::protocol::{Answer, LiveView, OpenLive, Request, State, Step};
use crate::selection::Travel;
use crate::visible_text::{visible, visible_line};

/// Something about a live server.
#[derive(Debug)]
pub enum LiveMsg {
    /// What the bridge offers.
    Offers(Vec<Upstream>),
    /// This is wanted.
    Connect(OpenLive),
    /// How it is.
    Moved(Box<LiveView>),
    /// Hold the view, or let it go on.
    Pause(bool),
    /// Keep the newest events in sight, or not.
    Follow(bool),
    /// Nothing more is to be recorded.
    Stop,
    /// The recording is wanted as a file.
    Save,
    /// It is there.
    Saved(Reply),
}

/// What the page knows of it.
#[derive(Debug)]
pub struct LiveState {
    /// What the bridge offers.
    pub offers: Rc<Vec<Upstream>>,
    /// How the open live source is.
    view: Option<LiveView>,
    /// The newest events are kept in sight.
    follow: bool,
}

impl Default for LiveState {
    fn default() -> Self {
        Self { offers: Rc::default(), view: None, follow: true }
    }
}

impl LiveState {
    /// Another source is about to be opened.
    pub fn opens(&mut self, source: &Source) {
        self.view = matches!(source, Source::Live(_)).then(LiveView::default);
        self.follow = true;
    }

    /// Whether events still come.
    pub fn is_on(&self) -> bool {
        self.view.as_ref().is_some_and(|view| !view.over)
    }

    /// Whether a live source is open, or was.
    pub fn is_shown(&self) -> bool {
        self.view.is_some()
    }

    /// Whether the list is to stay at its end.
    pub fn follows(&self) -> bool {
        self.follow && self.is_on()
    }
}

impl App {
    pub(super) fn live_changed(&mut self, ctx: &Context<Self>, message: LiveMsg) -> bool {
        let (generation, mode) = (self.client.generation(), self.mode_wanted());
        let changed = move |reply| Msg::ListChanged(generation, mode, reply);
        match message {
            LiveMsg::Offers(offers) => self.live.offers = Rc::new(offers),
            LiveMsg::Connect(wanted) => self.open(ctx, Source::Live(wanted), None, Travel::Jump),
            LiveMsg::Moved(view) => {
                if self.live.is_shown() {
                    self.live.view = Some(*view);
                    self.fetch_reasons(ctx);
                }
            }
            LiveMsg::Pause(paused) => {
                self.passes.paused = paused;
                self.ask(ctx, Request::Pause(paused), changed);
            }
            LiveMsg::Follow(follow) => {
                let same = self.live.follow == follow;
                self.live.follow = follow;
                return !same;
            }
            LiveMsg::Stop => {
                self.passes.paused = false;
                self.ask(ctx, Request::StopLive, changed);
            }
            LiveMsg::Save => self.ask(ctx, Request::Recording, |reply| Msg::Live(LiveMsg::Saved(reply))),
            LiveMsg::Saved(Reply::Answer(Answer::Recording { url, name }, _)) if !url.is_empty() => save(&url, &name),
            LiveMsg::Saved(Reply::Failed(message)) => self.alert = Some(self.words.message(&message)),
            LiveMsg::Saved(_) => self.alert = Some(self.words.t("live-not-saved")),
        }
        true
    }

    /// The server took back what stood from this offset on: who looked at that looks at what comes last now.
    pub(super) fn live_cut(&mut self, ctx: &Context<Self>, at: u64) {
        self.epoch += 1;
        self.stepped_to = None;
        let begins = |event: &Address| match event.space.as_str() {
            "0" => Some(event.offset),
            inside => inside.split('/').next()?.parse().ok(),
        };
        let gone = self.selection.as_ref().is_some_and(|it| begins(&it.event).is_some_and(|begins| begins >= at));
        if gone {
            (self.model, self.stepping) = (None, None);
            self.pressed.clear();
            self.step(ctx, Step::Last);
        }
    }

    /// How it is, in words.
    fn live_state(&self, view: &LiveView) -> (&'static str, String) {
        let words = &self.words;
        let status = &view.status;
        if view.over {
            let why = view.why.as_ref().map(|why| words.message(why)).unwrap_or_default();
            return ("chip", [words.t("live-stopped"), why].join(" "));
        }
        if view.lost {
            let again = f64::from(view.again.unwrap_or(0));
            return ("chip bad", words.with("live-bridge-lost", [("seconds", again.into())]));
        }
        let said = match status.state {
            State::Live if self.passes.paused => ("chip warn", words.t("live-paused")),
            State::Live => ("chip good", words.t("live-live")),
            State::Connecting => ("chip", words.t("live-connecting")),
            State::Retrying => {
                let seconds = (status.retry_in.unwrap_or(0) as f64 / 1000.0).ceil();
                ("chip warn", words.with("live-retrying", [("seconds", seconds.into())]))
            }
            State::Waiting => ("chip warn", words.t("live-waiting")),
            State::Ended => ("chip", words.t("live-ended")),
            State::Failed => ("chip bad", words.t("live-failed")),
        };
        (said.0, said.1)
    }

    /// The words for why it does not go on, if they are wanted.
    pub(super) fn fetch_reasons(&mut self, ctx: &Context<Self>) {
        let wanted = self.live.view.as_ref().is_some_and(|view| !view.status.reasons.is_empty());
        if wanted && self.later_words().is_none() {
            self.fetch_later(ctx);
        }
    }

    /// Why it does not go on, in the reader's language once its words are here; else as the bridge says it.
    fn live_why(&self, view: &LiveView) -> Html {
        let Some(why) = &view.status.why else { return Html::default() };
        let reasons = &view.status.reasons;
        let said = self.later_words().filter(|_| !reasons.is_empty()).and_then(|words| {
            let said: Option<Vec<_>> = reasons.iter().map(|reason| words.known(&message(reason))).collect();
            Some(said?.join(" "))
        });
        let lang = said.is_none().then_some("en");
        let translate = said.is_none().then_some("no");
        let said = said.unwrap_or_else(|| visible(why).into_owned());
        html! { <span class="live-why" {lang} {translate} title={said.clone()}>{ visible_line(&said, 300) }</span> }
    }

    /// The line of a live source.
    pub(super) fn live_bar(&self, ctx: &Context<Self>) -> Html {
        let Some(view) = &self.live.view else { return Html::default() };
        let words = &self.words;
        let (class, said) = self.live_state(view);
        let status = &view.status;
        let fact = |id: &str, value: String| {
            html! { <li>{ words.t(id) }{ " " }<span translate="no">{ value }</span></li> }
        };
        let upstream = match (self.opening.as_ref().map(|(source, ..)| source), &self.source) {
            (Some(Source::Live(wanted)), _) | (None, Some(Source::Live(wanted))) => wanted.upstream.clone(),
            _ => String::new(),
        };
        html! {
            <section class="live-bar" aria-label={words.t("live-region")}>
                <strong translate="no">{ visible_line(&upstream, 40) }</strong>
                <span class={class} aria-live="polite" data-state={state_name(view, self.passes.paused)}>{ said }</span>
                if !view.over && !view.lost {
                    { self.live_why(view) }
                }
                <ul class="live-facts">
                    if !status.file.is_empty() {
                        { fact("live-position", format!("{}:{}", visible_line(&status.file, 60), status.position)) }
                        { fact("live-rate", format!("{:.1}", view.rate)) }
                        { fact("live-lag", format!("{:.1} s", status.lag as f64 / 1000.0)) }
                    }
                    { fact("live-recorded", numbers::size(view.recorded)) }
                    if !status.gtids.is_empty() {
                        <li class="live-gtids" title={status.gtids.clone()}>
                            { words.t("live-gtids") }{ " " }<span translate="no">{ status.gtids.clone() }</span>
                        </li>
                    }
                    if view.joined {
                        <li>{ words.t("live-joined") }</li>
                    }
                    if view.withdrawn > 0 {
                        <li class="chip warn">
                            { words.with("live-taken-back", [("count", (view.withdrawn as f64).into())]) }
                        </li>
                    }
                    if view.missing > 0 {
                        <li class="chip bad">
                            { words.with("live-missing", [("size", numbers::size(view.missing).into())]) }
                        </li>
                    }
                </ul>
                { self.live_buttons(ctx, view) }
            </section>
        }
    }

    fn live_buttons(&self, ctx: &Context<Self>, view: &LiveView) -> Html {
        let words = &self.words;
        let press = |message: fn(bool) -> LiveMsg, now: bool| ctx.link().callback(move |_| Msg::Live(message(!now)));
        let (paused, follow) = (self.passes.paused, self.live.follow);
        html! {
            <div class="live-buttons">
                if view.over {
                    <button type="button" class="primary" onclick={ctx.link().callback(|_| Msg::Live(LiveMsg::Save))}>
                        { words.t("live-save") }
                    </button>
                } else {
                    <button type="button" aria-pressed={follow.to_string()} onclick={press(LiveMsg::Follow, follow)}>
                        { words.t("live-follow") }
                    </button>
                    <button
                        type="button"
                        aria-pressed={paused.to_string()}
                        title={words.t("live-pause-hint")}
                        onclick={press(LiveMsg::Pause, paused)}
                    >{ words.t("live-pause") }</button>
                    <button type="button" onclick={ctx.link().callback(|_| Msg::Live(LiveMsg::Stop))}>
                        { words.t("live-stop") }
                    </button>
                }
            </div>
        }
    }
}

/// The bridge's sentence as the page's own are.
fn message(reason: &Reason) -> Message {
    reason.args.iter().fold(Message::new(reason.id.as_str()), |message, (name, text)| message.text(name, text.as_str()))
}

/// For tests and styles.
fn state_name(view: &LiveView, paused: bool) -> &'static str {
    match view.status.state {
        _ if view.over => "stopped",
        _ if view.lost => "lost",
        State::Live if paused => "paused",
        State::Live => "live",
        State::Connecting => "connecting",
        State::Retrying => "retrying",
        State::Waiting => "waiting",
        State::Ended => "ended",
        State::Failed => "failed",
    }
}

/// Lets the browser save what lies at an address.
pub(super) fn save(url: &str, name: &str) {
    let Ok(link) = document().create_element("a") else { return };
    let named =
        link.set_attribute("href", url).and_then(|()| link.set_attribute("download", &format!("{name}.binlog")));
    if let (Ok(()), Ok(link)) = (named, link.dyn_into::<HtmlElement>()) {
        link.click();
    }
}
