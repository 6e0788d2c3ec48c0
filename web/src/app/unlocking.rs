//! Encrypted files: the key file goes to the worker and nowhere else. The page itself never reads
//! a byte of it.

use binlog_explorer::view::EncryptionView;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::header::file_input;
use super::{App, Goal, Msg, Source};
use crate::client::{Cargo, Reply};
use crate::location::Place;
use crate::protocol::{Answer, Password, Request};
use crate::selection::Travel;
use crate::visible_text::visible_line;

/// A dropped file of at most this many bytes may be a key file.
const PERHAPS: f64 = (1 << 20) as f64;

impl App {
    /// A file was dropped or chosen: a log, or a key file.
    pub(super) fn file_came(&mut self, ctx: &Context<Self>, file: web_sys::File) {
        if file.size() <= PERHAPS {
            self.offer_keys(ctx, file, true);
        } else {
            self.open(ctx, Source::File(file), None, Travel::Jump);
        }
    }

    /// Hands a file to the worker as a key file; `perhaps` it is another.
    pub(super) fn offer_keys(&mut self, ctx: &Context<Self>, file: web_sys::File, perhaps: bool) {
        self.salted = None;
        self.offered = perhaps;
        self.ask_keys(ctx, file, perhaps, None);
    }

    fn ask_keys(&self, ctx: &Context<Self>, file: web_sys::File, perhaps: bool, password: Option<Password>) {
        let link = ctx.link().clone();
        self.client.ask_with(Request::AddKeys { perhaps, password }, Cargo::File(file.clone()), move |reply| {
            link.send_message(Msg::Keys(file, perhaps, reply));
        });
    }

    /// The password of the key file at hand was given, or not.
    pub(super) fn password_given(&mut self, ctx: &Context<Self>, given: bool) {
        let input = self.password_input.cast::<HtmlInputElement>();
        let password = input.map(|input| {
            let password = input.value();
            input.set_value("");
            password
        });
        if !given {
            self.salted = None;
        } else if let (Some(file), Some(password)) = (self.salted.clone(), password) {
            self.ask_keys(ctx, file, false, Some(Password(password)));
        }
    }

    pub(super) fn keys_came(&mut self, ctx: &Context<Self>, file: web_sys::File, perhaps: bool, reply: Reply) {
        self.offered = false;
        if matches!(reply, Reply::Answer(Answer::Keys { .. }, _)) {
            self.salted = None;
        }
        match reply {
            Reply::Answer(Answer::Keys { fit: true }, _) => self.open_decrypted(ctx),
            Reply::Failed(message) if message.id == "key-file-salted" => {
                self.alert = None;
                self.salted = Some(file);
            }
            Reply::Answer(Answer::Keys { fit: false }, _) => {
                let kept = self.words.t("keys-kept");
                self.say(ctx, kept);
            }
            // A worker that was lost on the way says what it makes of the file when it opens it.
            Reply::Answer(..) | Reply::Lost if perhaps => self.open(ctx, Source::File(file), None, Travel::Jump),
            Reply::Failed(message) => {
                let name = visible_line(&file.name(), 80);
                let reason = self.words.message(&message);
                self.alert = Some(self.words.with("key-failed", [("name", name.into()), ("reason", reason.into())]));
            }
            Reply::Answer(..) | Reply::Lost => {}
        }
    }

    /// Opens the file again, now that the worker has its key: where a link leads to, or at the
    /// first event that was unreadable.
    fn open_decrypted(&mut self, ctx: &Context<Self>) {
        let (Some(source), Some(encryption)) = (self.source.clone(), self.encryption()) else { return };
        let first = Place { at: Some(encryption.first.clone()), ..Place::default() };
        let place = self.sealed_place.take().unwrap_or(first);
        self.open(ctx, source, Some(place), Travel::Restore);
    }

    /// Goes to a place of the open file. One in encrypted bytes whose key is missing is kept for when the key is there:
    /// from the start, as the key may come before the rest of the file was walked.
    pub(super) fn go_to_place(&mut self, ctx: &Context<Self>, place: Place) {
        let space = place.at.as_ref().and_then(|at| at.space.split('/').next());
        let sealed = self.locked().is_some_and(|encryption| Some(encryption.first.space.as_str()) == space);
        self.goal = if sealed {
            self.sealed_place = Some(place);
            self.selection.is_none().then_some(Goal::First)
        } else {
            return self.go_for(ctx, Goal::Place(place));
        };
        self.pursue(ctx);
    }

    fn encryption(&self) -> Option<&EncryptionView> {
        self.summary.as_ref()?.encryption.as_ref()
    }

    /// How the open file is encrypted, while its key is missing.
    pub(super) fn locked(&self) -> Option<&EncryptionView> {
        self.encryption().filter(|encryption| encryption.transform.is_none())
    }

    /// The space whose events are listed.
    pub(super) fn listed_space(&self) -> String {
        let clear = self.encryption().filter(|encryption| encryption.transform.is_some());
        clear.map_or_else(|| "0".to_owned(), |encryption| encryption.first.space.clone())
    }

    pub(super) fn encryption_fact(&self) -> Html {
        let Some(encryption) = self.encryption() else { return Html::default() };
        match &encryption.transform {
            Some(transform) => html! {
                <li class="chip good" title={self.words.t("decrypted-hint")}>
                    { self.words.with("decrypted", [("transform", transform.clone().into())]) }
                </li>
            },
            None => html! { <li class="chip warn">{ self.words.t("encrypted") }</li> },
        }
    }

    /// Says what is missing, and asks for it.
    pub(super) fn key_banner(&self, ctx: &Context<Self>) -> Html {
        let (Some(encryption), Some(summary)) = (self.locked(), &self.summary) else { return Html::default() };
        let note = summary.notes.iter().find(|note| note.id.starts_with("note-encrypted"));
        let input = self.key_input.clone();
        let choose = Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlElement>() {
                input.click();
            }
        });
        let chosen = ctx.link().batch_callback(|files: Vec<web_sys::File>| files.into_iter().next().map(Msg::KeyFile));
        let hint = if encryption.mysql { "key-hint-mysql" } else { "key-hint-mariadb" };
        html! {
            <div class="banner ask">
                <div class="key-said">
                    if let Some(note) = note {
                        <p><strong>{ self.words.message(note) }</strong></p>
                    }
                    <p>{ self.words.t(hint) }{ " " }{ self.words.t("key-privacy") }</p>
                </div>
                <button type="button" class="primary" onclick={choose}>{ self.words.t("open-key-file") }</button>
                { file_input(&self.key_input, self.words.t("open-key-file"), false, chosen) }
            </div>
        }
    }

    /// Asks for the password of a key file that is itself encrypted.
    pub(super) fn password_banner(&self, ctx: &Context<Self>) -> Html {
        let Some(file) = &self.salted else { return Html::default() };
        let submit = ctx.link().callback(|event: SubmitEvent| {
            event.prevent_default();
            Msg::Password(true)
        });
        let name = visible_line(&file.name(), 80);
        html! {
            <form class="banner ask" onsubmit={submit}>
                <div class="key-said">
                    <p><strong>{ self.words.with("password-wanted", [("name", name.into())]) }</strong></p>
                    <p>{ self.words.t("password-hint") }{ " " }{ self.words.t("key-privacy") }</p>
                </div>
                <label class="password">
                    <span>{ self.words.t("password") }</span>
                    <input ref={self.password_input.clone()} type="password" autocomplete="off" autofocus=true />
                </label>
                <button type="submit" class="primary">{ self.words.t("password-use") }</button>
                <button type="button" onclick={ctx.link().callback(|_| Msg::Password(false))}>
                    { self.words.t("cancel") }
                </button>
            </form>
        }
    }
}
