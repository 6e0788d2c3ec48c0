//! Copying the selection, and saving it as a log: the worker writes what the clipboard, or a file, is to have.

use binlog_explorer::choice::Choice;
use binlog_explorer::copy::{Form, Part};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

use super::{App, Msg};
use crate::client::{Reply, describe};
use crate::copy_menu::{CopyMenu, Saved};
use crate::dialogs::Open;
use crate::protocol::{Answer, CopyRequest, Request};
use crate::selection::Focus;

/// How long the status bar speaks of it, in milliseconds.
const NOTICE: u32 = 4000;

/// What happens when something is copied.
#[derive(Debug)]
pub enum CopyMsg {
    /// The menu is to open at a place in the window.
    Menu((i32, i32)),
    /// A form was chosen.
    Form(Form),
    /// Something is to be saved.
    Save(Saved),
    /// The worker has written it.
    Came(u32, Reply),
    /// The clipboard took it, or not.
    Copied(Result<(), String>),
}

impl App {
    pub(super) fn copying(&mut self, ctx: &Context<Self>, msg: CopyMsg) -> bool {
        match msg {
            CopyMsg::Menu(at) => {
                if self.current_model().is_none() {
                    return false;
                }
                self.copy_at = at;
                self.dialog = Some(Open::Copy);
            }
            CopyMsg::Form(form) => {
                self.dialog = None;
                let Some((address, part)) = self.copied_part() else { return true };
                self.ask_copy(ctx, CopyRequest::Text { address, part, form });
            }
            CopyMsg::Save(saved) => {
                self.dialog = None;
                let Some(model) = self.current_model() else { return true };
                let address = model.view.address.clone();
                let choice = match saved {
                    Saved::Event => Choice::Event(address),
                    Saved::Transaction => Choice::Transaction(address),
                    Saved::Filter => Choice::Filter,
                };
                self.ask_copy(ctx, CopyRequest::Cut(choice));
            }
            CopyMsg::Came(generation, reply) => {
                if !self.is_now(generation) {
                    return false;
                }
                self.copy_came(ctx, reply);
            }
            CopyMsg::Copied(result) => {
                let id = if result.is_ok() { "copy-done" } else { "copy-failed" };
                self.say(ctx, self.words.t(id));
            }
        }
        true
    }

    fn ask_copy(&mut self, ctx: &Context<Self>, request: CopyRequest) {
        let generation = self.client.generation();
        self.ask(ctx, Request::Copy(request), move |reply| Msg::Copy(CopyMsg::Came(generation, reply)));
    }

    fn copy_came(&mut self, ctx: &Context<Self>, reply: Reply) {
        match reply {
            Reply::Answer(Answer::Copied(text), _) => {
                let link = ctx.link().clone();
                let promise = gloo_utils::window().navigator().clipboard().write_text(&text);
                wasm_bindgen_futures::spawn_local(async move {
                    let result = JsFuture::from(promise).await.map(|_| ());
                    link.send_message(Msg::Copy(CopyMsg::Copied(result.map_err(|error| describe(&error)))));
                });
            }
            Reply::Answer(Answer::Cut { url, name, more }, _) => {
                super::live::save(&url, &name);
                let id = if more { "cut-more" } else { "cut-done" };
                self.say(ctx, self.words.t(id));
            }
            Reply::Failed(message) => self.say(ctx, self.words.message(&message)),
            _ => self.say(ctx, self.words.t("copy-failed")),
        }
    }

    /// The event, and what of it is copied.
    fn copied_part(&self) -> Option<(binlog_explorer::view::Address, Part)> {
        let model = self.current_model()?;
        let address = model.view.address.clone();
        let part = match self.selection.as_ref().map(|selection| &selection.focus) {
            Some(Focus::Field(path)) => Part::Field(path.clone()),
            Some(Focus::Range { start, end }) => {
                let space = self.selected_space().unwrap_or(&address.space).to_owned();
                Part::Bytes { space, start: *start, end: *end }
            }
            Some(Focus::Event) | None => Part::Event,
        };
        Some((address, part))
    }

    /// What would be copied, in words.
    pub(super) fn copied_what(&self) -> String {
        let Some(model) = self.current_model() else { return String::new() };
        let (start, end) = self.selected_range().unwrap_or((model.start(), model.end()));
        let path = self.selected_path().unwrap_or_default();
        let size = crate::numbers::size(end.saturating_sub(start));
        format!("{path} {start:#x} · {size}").trim().to_owned()
    }

    /// The menu of forms.
    pub(super) fn copy_menu(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let mut saved = Vec::new();
        if let Some(model) = self.current_model().filter(|model| !model.view.address.is_packet()) {
            let transaction = self.selection.as_ref().is_some_and(|selection| selection.transaction);
            saved.extend((!transaction).then_some(Saved::Event));
            saved.extend(model.view.transaction.map(|_| Saved::Transaction));
            saved.extend(self.filtering.text.as_ref().map(|_| Saved::Filter));
        }
        html! {
            <CopyMenu
                words={self.words.clone()}
                what={self.copied_what()}
                at={self.copy_at}
                {saved}
                on_form={link.callback(|form| Msg::Copy(CopyMsg::Form(form)))}
                on_save={link.callback(|saved| Msg::Copy(CopyMsg::Save(saved)))}
                on_close={link.callback(|()| Msg::Dialog(None))}
            />
        }
    }

    /// Says a short word in the status bar for a while.
    pub(super) fn say(&mut self, ctx: &Context<Self>, text: String) {
        self.notice = Some(text);
        let link = ctx.link().clone();
        self.notice_timer = Some(Timeout::new(NOTICE, move || link.send_message(Msg::NoticeOver)));
    }
}
