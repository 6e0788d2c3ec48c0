//! The status bar: where the selection is, and what is under the pointer.

use std::rc::Rc;

use binlog_explorer::view::Progress;
use yew::prelude::*;

use super::fields::same;
use crate::event_model::EventModel;
use crate::hover::POINTER_ID;
use crate::localisation::Words;
use crate::numbers::grouped;
use crate::visible_text::visible_line;

/// What it shows.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// How far the first pass has come: how many there are.
    pub progress: Progress,
    /// The space whose events are listed.
    pub listed: String,
    /// The event.
    pub model: Option<Rc<EventModel>>,
    /// Path of the selected field.
    pub selected: Option<String>,
    /// First selected byte.
    pub offset: Option<u64>,
    /// What the selection is called in the language of filters.
    pub term: Option<String>,
    /// A short word about what was just done, such as a copy.
    pub notice: Option<String>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        same(&self.model, &other.model)
            && self.words == other.words
            && self.progress == other.progress
            && self.listed == other.listed
            && self.selected == other.selected
            && self.offset == other.offset
            && self.term == other.term
            && self.notice == other.notice
    }
}

/// The component.
#[component(StatusBar)]
pub fn status_bar(props: &Props) -> Html {
    let words = &props.words;
    let mut parts: Vec<(&str, String)> = Vec::new();
    if let Some(model) = &props.model {
        let view = &model.view;
        if let Some(number) = view.transaction {
            parts.push((
                "",
                words.with(
                    "status-transaction",
                    [
                        ("number", grouped(number).into()),
                        ("of", grouped(props.progress.transactions.max(number)).into()),
                    ],
                ),
            ));
        }
        if view.number > 0 {
            parts.push((
                "",
                if view.address.space == "0" || view.address.space == props.listed {
                    words.with(
                        "status-event",
                        [
                            ("number", grouped(view.number).into()),
                            ("of", grouped(props.progress.events.max(view.number)).into()),
                        ],
                    )
                } else {
                    words.with(
                        if view.address.is_packet() { "status-packet" } else { "status-inner-event" },
                        [("number", grouped(view.number).into()), ("space", view.address.space.as_str().into())],
                    )
                },
            ));
        }
        let offset = props.offset.unwrap_or(view.address.offset);
        parts.push((
            "status-offset",
            words.with("status-offset", [("offset", grouped(offset).into()), ("hex", format!("{offset:#x}").into())]),
        ));
    }
    if let Some(path) = props.selected.as_ref().filter(|path| !path.is_empty()) {
        parts.push(("status-field", words.with("status-field", [("path", path.as_str().into())])));
    }
    if let Some(term) = &props.term {
        parts.push(("status-term", words.with("status-term", [("term", visible_line(term, 80).into())])));
    }
    if let Some(notice) = &props.notice {
        parts.push(("notice", notice.clone()));
    }
    html! {
        <footer class="status-bar">
            <div role="status" class="status-parts">
                { for parts.into_iter().map(|(class, text)| html! {
                    <span class={class.to_owned()}>{ text }{ " " }</span>
                }) }
            </div>
            <div id={POINTER_ID} class="pointer" aria-hidden="true" translate="no"></div>
        </footer>
    }
}
