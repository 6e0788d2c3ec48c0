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
                { self.file_notes() }
            </section>
        }
    }

    fn dismiss(&self, ctx: &Context<Self>, message: fn() -> Msg) -> Html {
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
        let at = place.at.as_ref().map(ToString::to_string).unwrap_or_default();
        html! {
            <div class="banner ask" role="note">
                <p>
                    <strong>{ self.words.t("awaiting-title") }</strong>
                    { " " }
                    { self.words.with("awaiting-hint", [("at", at.into())]) }
                </p>
                <button type="button" onclick={self.choose_file()}>{ self.words.t("open-file-again") }</button>
                { self.dismiss(ctx, || Msg::DismissAwaiting) }
            </div>
        }
    }

    /// Notes on the file; the one on its encryption stands in a banner of its own.
    fn file_notes(&self) -> Html {
        let notes = self.summary.as_ref().map_or(&[][..], |summary| &summary.notes);
        let notes = notes.iter().filter(|note| !note.id.starts_with("note-encrypted"));
        html! {
            <>
                { for notes.map(|note| html! {
                    <div class="banner" role="note"><p>{ self.words.message(note) }</p></div>
                }) }
            </>
        }
    }
}
