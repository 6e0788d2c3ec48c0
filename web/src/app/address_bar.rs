//! The address bar: everything a reader sees is in it, so that Back works and a link reopens it.

use gloo_timers::callback::Timeout;
use gloo_utils::window;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::tabs::Tab;
use super::{App, Source};
use crate::location::Place;
use crate::selection::Travel;

/// Moves within this many milliseconds become one change of the address.
const SETTLE: u32 = 200;

/// What the page wrote into the address bar.
#[derive(Debug)]
pub struct Url {
    written: String,
    timer: Option<Timeout>,
    /// How the next selection travels, when the file is new.
    pub next: Travel,
}

impl Default for Url {
    fn default() -> Self {
        Self { written: String::new(), timer: None, next: Travel::Restore }
    }
}

fn replace(fragment: &str) {
    if let Ok(history) = window().history() {
        // Refused only when called far too often; the next one will do.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
}

impl Url {
    fn write(&mut self, fragment: String, travel: Travel) {
        if fragment == self.written {
            return;
        }
        match travel {
            Travel::Jump => {
                self.flush();
                if let Ok(history) = window().history() {
                    let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&fragment));
                }
            }
            Travel::Restore => {
                self.timer = None;
                replace(&fragment);
            }
            Travel::Step => {
                let later = fragment.clone();
                self.timer = Some(Timeout::new(SETTLE, move || replace(&later)));
            }
        }
        self.written = fragment;
    }

    /// Writes at once what is waiting.
    fn flush(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.cancel();
            replace(&self.written);
        }
    }
}

impl App {
    /// The place of the selection.
    pub(super) fn place(&self) -> Place {
        let filter = self.filtering.text.as_ref().map(ToString::to_string);
        // The first tab is the one of links that name none.
        let tab = (self.tab != Tab::default()).then(|| self.tab.name().to_owned());
        let place = Place::of(self.file_key.as_deref().unwrap_or_default(), self.selection.as_ref());
        match &self.source {
            // The link is the file.
            Some(Source::Link(data)) => Place { filter, tab, file: None, data: Some(data.to_string()), ..place },
            _ => Place { filter, tab, ..place },
        }
    }

    pub(super) fn write_url(&mut self, travel: Travel) {
        // A link whose file is still asked for stays in the address bar.
        if self.awaiting.is_none() && self.file_key.is_some() {
            let fragment = self.place().fragment();
            // The history of the page around this one is not ours to lengthen.
            self.url.write(fragment, if self.embed.is_some() { Travel::Restore } else { travel });
        }
        self.tell_host();
    }

    /// Back, forward, or a hand in the address bar.
    pub(super) fn history_changed(&mut self, ctx: &Context<Self>) -> bool {
        let fragment = window().location().hash().unwrap_or_default();
        if fragment == self.url.written {
            return false;
        }
        self.url.timer = None;
        self.url.written.clone_from(&fragment);
        let place = Place::parse(&fragment);
        let same = match (&place.data, &self.source) {
            (Some(data), Some(Source::Link(open))) => **data == **open,
            (Some(_), _) => false,
            (None, _) => place.file.is_some() && place.file == self.file_key,
        };
        let Some(file) = place.file.clone().or_else(|| place.data.clone()) else { return false };
        self.tab = Tab::named(place.tab.as_deref());
        if same {
            if place.filter.as_deref() != self.filtering.text.as_deref() {
                self.apply_filter(ctx, place.filter.clone(), Travel::Restore);
            }
            if let Some(selection) = place.selection() {
                if self.selection.as_ref().map(|now| &now.event) == Some(&selection.event) {
                    self.select(ctx, selection, Travel::Restore);
                } else {
                    self.go_to_place(ctx, place);
                }
            }
        } else if let Some(data) = place.data.clone() {
            self.open(ctx, Source::Link(data.into()), Some(place), Travel::Restore);
        } else if let Some(source) = self.known.get(&file).cloned() {
            self.open(ctx, source, Some(place), Travel::Restore);
        } else if let Some(number) = self.samples.iter().position(|sample| sample.file == file) {
            self.open_sample(ctx, number, Some(place));
        } else {
            self.awaiting = Some(place);
        }
        true
    }
}
