//! What must be said above the panes: errors, a file that a link asks for, notes on the file.

use yew::prelude::*;

use super::{App, Msg};
use crate::icons;

impl App {
    pub(super) fn notices(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section class="notices" aria-label={self.words.t("region-notices")}>
                <div role="alert" class="alerts">
                    if let Some(alert) = &self.alert {
                        <div class="banner error">
                            <p>{ alert.clone() }</p>
                            { self.dismiss(ctx, || Msg::DismissAlert) }
                        </div>
                    }
                    { self.damage_banner(ctx) }
                    { self.key_banner(ctx) }
                    { self.password_banner(ctx) }
                </div>
                { self.awaiting_banner(ctx) }
                { self.differs_banner(ctx) }
                { self.sought_banner(ctx) }
                { self.file_notes() }
            </section>
        }
    }

    pub(super) fn dismiss(&self, ctx: &Context<Self>, message: fn() -> Msg) -> Html {
        html! {
            <button
                type="button"
                class="icon-button"
                aria-label={self.words.t("dismiss")}
                onclick={ctx.link().callback(move |_: MouseEvent| message())}
            >{ icons::close() }</button>
        }
    }

    fn awaiting_banner(&self, ctx: &Context<Self>) -> Html {
        let Some(place) = self.awaiting.as_ref().filter(|_| self.started) else { return Html::default() };
        if let Some(url) = self.awaited_url() {
            return self.fetch_banner(ctx, url);
        }
        let at = place.at.as_ref().map(ToString::to_string).unwrap_or_default();
        let hint = if self.embed.is_some() { "awaiting-embedded" } else { "awaiting-hint" };
        html! {
            <div class="banner ask" role="note">
                <p>
                    <strong>{ self.words.t("awaiting-title") }</strong>
                    { " " }
                    { self.words.with(hint, [("at", at.into())]) }
                </p>
                <button type="button" onclick={self.choose_file()}>{ self.words.t("open-file-again") }</button>
                { self.dismiss(ctx, || Msg::DismissAwaiting) }
            </div>
        }
    }

    /// The open file is not the one that the link was made of: what stands at an address may be something else.
    fn differs_banner(&self, ctx: &Context<Self>) -> Html {
        let Some(place) = self.differs.as_ref() else { return Html::default() };
        let at = place.at.as_ref().map(ToString::to_string);
        html! {
            <div class="banner" role="note">
                <p><strong>{ self.words.t("differs-title") }</strong>{ " " }{ self.words.t("differs-hint") }</p>
                if let Some(at) = at {
                    <button type="button" onclick={ctx.link().callback(|_: MouseEvent| Msg::OtherFile(true))}>
                        { self.words.with("differs-go", [("at", at.into())]) }
                    </button>
                }
                if self.embed.is_none() {
                    <button type="button" onclick={self.choose_file()}>{ self.words.t("differs-open") }</button>
                }
                { self.dismiss(ctx, || Msg::OtherFile(false)) }
            </div>
        }
    }

    /// The place is gone to in the file that is open, or given up.
    pub(super) fn other_file(&mut self, ctx: &Context<Self>, go: bool) {
        if let Some(place) = self.differs.take().filter(|_| go) {
            self.go_to_place(ctx, place);
        }
    }

    /// Notes on the file; the one on its encryption stands in a banner of its own, that it was unpacked in the line
    /// of facts.
    fn file_notes(&self) -> Html {
        let notes = self.summary.as_ref().map_or(&[][..], |summary| &summary.notes);
        // What a bundle is not is one sentence after the other.
        let (part, notes): (Vec<_>, Vec<_>) = notes.iter().partition(|note| note.id.starts_with("note-part"));
        let part: Vec<String> = part.into_iter().map(|note| self.words.message(note)).collect();
        let notes = notes.into_iter();
        let notes = notes.filter(|note| !note.id.starts_with("note-encrypted") && note.id != "note-unpacked");
        html! {
            <>
                if !part.is_empty() {
                    <div class="banner" role="note"><p>{ part.join(" ") }</p></div>
                }
                { for notes.map(|note| html! {
                    <div class="banner" role="note"><p>{ self.words.message(note) }</p></div>
                }) }
            </>
        }
    }
}
