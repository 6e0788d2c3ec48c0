//! A place that a pasted text speaks of: what a replica said when it stopped, or where a reader of
//! binary logs stands.

use std::rc::Rc;

use binlog_explorer::document::Finding;
use yew::prelude::*;

use super::{App, Msg, Source};
use crate::client::Reply;
use crate::protocol::{Answer, Request};
use crate::selection::{Selection, Travel};
use crate::visible_text::visible_line;

/// Longest value that the banner shows.
const SHOWN: usize = 80;

/// What was read, and how far the search for it is.
#[derive(Debug)]
pub struct Sought {
    text: Rc<str>,
    /// By name, as servers and the filter language call them.
    said: Vec<(String, String)>,
    state: State,
    /// A request is under way.
    busy: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    /// The event is selected.
    Shown,
    /// Not in what is known of the file so far.
    Missing,
    /// It may be there, but that takes a search.
    Search(String),
}

impl Sought {
    /// The file that the text names.
    fn file(&self) -> Option<&str> {
        self.said.iter().find(|(name, _)| name == "file").map(|(_, value)| value.as_str())
    }
}

impl App {
    /// Pasted text is asked for a place first: to open bytes is to leave the open file.
    pub(super) fn pasted(&mut self, ctx: &Context<Self>, text: Rc<str>) {
        self.dialog = None;
        self.sought = None;
        self.ask_for_place(ctx, text);
    }

    fn ask_for_place(&self, ctx: &Context<Self>, text: Rc<str>) {
        let generation = self.client.generation();
        self.ask(ctx, Request::Find { text: text.to_string() }, move |reply| Msg::Found(generation, text, reply));
    }

    /// The file grew, or another was opened: what was missing may be there.
    pub(super) fn seek_again(&mut self, ctx: &Context<Self>) {
        let Some(sought) = self.sought.as_mut().filter(|it| it.state != State::Shown && !it.busy) else { return };
        sought.busy = true;
        let text = sought.text.clone();
        self.ask_for_place(ctx, text);
    }

    pub(super) fn found(&mut self, ctx: &Context<Self>, generation: u32, text: Rc<str>, reply: Reply) -> bool {
        if let Some(sought) = &mut self.sought {
            sought.busy = false;
        }
        if !self.is_now(generation) {
            return false;
        }
        match reply {
            Reply::Answer(Answer::Found { said, .. }, _) if said.is_empty() => {
                self.open(ctx, Source::Paste(text), None, Travel::Jump);
            }
            Reply::Answer(Answer::Found { said, finding }, _) => {
                let first = self.sought.is_none();
                let state = match finding {
                    Some(Finding::Event { address, path, .. }) => {
                        let selection = match path {
                            Some(path) => Selection::field(address, path),
                            None => Selection::event(address),
                        };
                        self.select(ctx, selection, Travel::Jump);
                        State::Shown
                    }
                    Some(Finding::Search { filter }) => State::Search(filter),
                    Some(Finding::Nothing) | None => State::Missing,
                };
                let missing = state == State::Missing;
                self.sought = Some(Sought { text, said, state, busy: false });
                if first && missing {
                    self.open_sought(ctx);
                }
            }
            Reply::Failed(message) => self.alert = Some(self.words.message(&message)),
            _ => return false,
        }
        true
    }

    /// Opens the file that the text names, if it is one of those that are offered.
    fn open_sought(&mut self, ctx: &Context<Self>) {
        let file = self.sought.as_ref().and_then(Sought::file);
        let open = self.summary.as_ref().map(|summary| summary.name.as_str());
        if file == open {
            return;
        }
        if let Some(number) = self.served.iter().position(|served| Some(served.name.as_str()) == file) {
            self.open_served(ctx, number);
        }
    }

    pub(super) fn sought_banner(&self, ctx: &Context<Self>) -> Html {
        let Some(sought) = &self.sought else { return Html::default() };
        let words = &self.words;
        let file = sought.file().map(|name| visible_line(name, SHOWN)).unwrap_or_default();
        let open = self.summary.as_ref().map(|summary| visible_line(&summary.name, SHOWN)).unwrap_or_default();
        let state = match &sought.state {
            State::Shown if file.is_empty() || file == open => words.t("sought-shown"),
            State::Shown => {
                words.with("sought-shown-elsewhere", [("open", open.into()), ("file", file.clone().into())])
            }
            State::Search(filter) => words.with("sought-search", [("filter", filter.clone().into())]),
            State::Missing if !self.progress.done => words.t("sought-later"),
            State::Missing if file.is_empty() => words.with("sought-missing", [("open", open.into())]),
            State::Missing => words.with("sought-missing-file", [("open", open.into()), ("file", file.clone().into())]),
        };
        html! {
            <div class="banner ask sought" role="note" aria-live="polite">
                <p>
                    <strong>{ words.t("sought-title") }</strong>
                    { " " }
                    <span translate="no">
                        { for sought.said.iter().map(|(name, value)| html! {
                            <>
                                <span class="quiet">{ name }</span>
                                { " " }
                                <code>{ visible_line(value, SHOWN) }</code>
                                { " " }
                            </>
                        }) }
                    </span>
                    <br />
                    { state }
                </p>
                if sought.state == State::Missing {
                    <button type="button" onclick={self.choose_file()}>{ words.t("open-file-again") }</button>
                }
                { self.dismiss(ctx, || Msg::DismissSought) }
            </div>
        }
    }
}
