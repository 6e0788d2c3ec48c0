//! Notes on what is open: where they are written, shown and kept.

use std::rc::Rc;

use yew::prelude::*;

use super::{App, Msg};
use crate::dialogs::{Frame, leave};
use crate::notes::{MOST_TEXT, Note, Notes};
use crate::selection::Travel;
use crate::visible_text::visible_line;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

/// What happens to notes.
#[derive(Debug)]
pub enum NoteMsg {
    /// The note at what is selected is to say this; nothing removes it.
    Put(String),
    /// The note of this number is gone to.
    Go(usize),
}

impl App {
    /// Another file is open: its notes are those that this browser kept, and those that came along with it.
    pub(super) fn load_notes(&mut self, came_along: &[(String, String)]) {
        let fingerprint = self.summary.as_ref().map(|summary| summary.fingerprint.as_str()).unwrap_or_default();
        let mut notes = Notes::load(fingerprint);
        notes.add(came_along.iter().filter_map(|(place, text)| Note::at(place, text)));
        self.notes = Rc::new(notes);
    }

    pub(super) fn note_changed(&mut self, ctx: &Context<Self>, msg: NoteMsg) {
        match msg {
            NoteMsg::Put(text) => {
                let Some(selection) = &self.selection else { return };
                let fits = Rc::make_mut(&mut self.notes).put(selection, &text);
                if let Some(summary) = &self.summary {
                    self.notes.store(&summary.fingerprint);
                }
                let said = if fits { "note-kept" } else { "note-too-many" };
                if let Some(words) = self.later_words() {
                    self.say(ctx, words.t(said));
                }
            }
            NoteMsg::Go(number) => {
                let selection = self.notes.all().get(number).map(Note::selection);
                if let Some(selection) = selection {
                    self.select(ctx, selection, Travel::Jump);
                }
            }
        }
    }

    /// What is noted at what is selected.
    pub(super) fn selected_note(&self) -> Option<&str> {
        let selection = self.selection.as_ref()?;
        self.notes.of(&selection.event, &selection.focus).map(|note| note.text.as_str())
    }

    /// The dialog that writes a note, and lists those that there are.
    pub(super) fn note_dialog(&self, ctx: &Context<Self>) -> Html {
        let Some(words) = self.later_words() else { return Html::default() };
        let link = ctx.link();
        let on_close = link.callback(|()| Msg::Dialog(None));
        let area = NodeRef::default();
        let put = {
            let (area, link) = (area.clone(), link.clone());
            Callback::from(move |text: Option<String>| {
                if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                    let text = text.unwrap_or_else(|| area.value());
                    leave(&area);
                    link.send_message(Msg::Note(NoteMsg::Put(text)));
                }
            })
        };
        let by_key = {
            let put = put.clone();
            Callback::from(move |event: KeyboardEvent| {
                if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    put.emit(None);
                }
            })
        };
        let note = self.selected_note().unwrap_or_default().to_owned();
        let there = !note.is_empty();
        html! {
            <Frame words={self.words.clone()} id="note-dialog" title={words.t("note-heading")} {on_close}>
                <p class="quiet" translate="no">{ self.copied_what() }</p>
                <textarea
                    ref={area}
                    rows="4"
                    maxlength={MOST_TEXT.to_string()}
                    autofocus=true
                    aria-label={words.t("note-label")}
                    defaultvalue={note}
                    onkeydown={by_key}
                />
                <p class="quiet">{ words.t("note-hint") }</p>
                <div class="dialog-actions">
                    if there {
                        <button type="button" onclick={put.reform(|_: MouseEvent| Some(String::new()))}>
                            { words.t("note-remove") }
                        </button>
                    }
                    <button type="button" class="primary" onclick={put.reform(|_: MouseEvent| None)}>
                        { words.t("note-save") }
                    </button>
                </div>
                { self.notes_list(ctx, &words.t("note-all")) }
            </Frame>
        }
    }

    fn notes_list(&self, ctx: &Context<Self>, heading: &str) -> Html {
        let notes = self.notes.all();
        if notes.is_empty() {
            return Html::default();
        }
        html! {
            <>
                <h3 class="notes-heading">{ heading.to_owned() }</h3>
                <ul class="notes-list">
                    { for notes.iter().enumerate().map(|(number, note)| {
                        let link = ctx.link().clone();
                        let go = move |event: MouseEvent| {
                            leave(&event.target_unchecked_into());
                            link.send_message(Msg::Note(NoteMsg::Go(number)));
                        };
                        html! {
                            <li>
                                <button type="button" class="quiet-button" translate="no" onclick={go}>
                                    <code>{ visible_line(&note.place(), 80) }</code>
                                    <span>{ visible_line(&note.text, 120) }</span>
                                </button>
                            </li>
                        }
                    }) }
                </ul>
            </>
        }
    }
}
