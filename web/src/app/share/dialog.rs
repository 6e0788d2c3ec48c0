//! The dialog.

use yew::prelude::*;

use super::data::{LENGTHS, checked};
use super::{Part, Piece, ShareMsg, What};
use crate::app::{App, Msg};
use crate::dialogs::Frame;
use crate::localisation::Words;
use crate::visible_text::visible_line;

impl App {
    /// The dialog that shares what is seen.
    pub(in crate::app) fn share_dialog(&self, ctx: &Context<Self>) -> Html {
        let Some(words) = self.later_words() else { return Html::default() };
        let on_close = ctx.link().callback(|()| Msg::Dialog(None));
        html! {
            <Frame words={self.words.clone()} id="share-dialog" title={words.t("share-title")} {on_close}>
                <p class="quiet">{ words.t("share-private") }</p>
                { self.share_choices(ctx, &words) }
                { self.shared_facts(ctx, &words) }
                if self.share.what != What::Place {
                    { self.share_masking(ctx, &words) }
                }
                { self.shared_output(ctx, &words) }
            </Frame>
        }
    }

    /// What the link says.
    fn shared_facts(&self, ctx: &Context<Self>, words: &Words) -> Html {
        let name = self.summary.as_ref().map(|summary| visible_line(&summary.name, 80)).unwrap_or_default();
        let place = self.shared_place();
        let at = place.at.as_ref().map(ToString::to_string);
        let inside = place.field.clone().or_else(|| place.bytes.map(|(start, end)| format!("{start} … {}", end - 1)));
        let fact = |id: &str, value: Option<String>| match value {
            Some(value) => html! { <div><dt>{ words.t(id) }</dt><dd translate="no">{ value }</dd></div> },
            None => Html::default(),
        };
        let kept_back = |part: Part, id: &str, value: String, with: bool| {
            let changed = ctx.link().callback(move |event: Event| Msg::Share(ShareMsg::With(part, checked(&event))));
            html! {
                <div>
                    <dt>
                        <label class="check">
                            <input type="checkbox" checked={with} onchange={changed} />{ words.t(id) }
                        </label>
                    </dt>
                    <dd translate="no" class={classes!((!with).then_some("quiet"))}>{ value }</dd>
                </div>
            }
        };
        let filter = self.filtering.text.as_ref().map(|text| visible_line(text, 200));
        let known_by = place.file.clone().filter(|file| *file != name);
        html! {
            <dl class="share-facts">
                { fact("share-file", Some(name.clone())) }
                { fact("share-fingerprint", known_by.map(|file| visible_line(&file, 120))) }
                { fact("share-event", at) }
                { fact("share-field", inside) }
                { fact("share-tab", place.tab.as_ref().map(|_| self.words.t(&format!("name-{}", self.tab.name())))) }
                if let Some(filter) = filter {
                    { kept_back(Part::Filter, "share-filter", filter, self.share.sends_filter()) }
                }
                if self.share.what != What::Place && !self.notes.all().is_empty() {
                    { kept_back(Part::Notes, "share-notes", self.notes.all().len().to_string(), self.share.with_notes) }
                }
                if let Some(url) = self.shared_url() {
                    { kept_back(Part::Url, "share-url", visible_line(url, 200), self.share.with_url) }
                }
            </dl>
        }
    }

    /// What comes of it: a link, files, and what shows it in another page.
    fn shared_output(&self, ctx: &Context<Self>, words: &Words) -> Html {
        let shared = match (self.share.what, &self.share.made) {
            (What::Place, _) => None,
            (_, Some(Ok((shared, _)))) => Some(shared),
            (_, Some(Err(why))) => return html! { <p class="warning" role="status">{ why.clone() }</p> },
            (_, None) => return html! { <p class="quiet" role="status">{ words.t("share-making") }</p> },
        };
        let link = self.shared_link();
        let length = |link: &String| link.chars().count() as u64;
        let length = link.as_ref().map(length).or(shared.map(|shared| shared.length)).unwrap_or(0);
        let fits = length <= LENGTHS[2].0;
        html! {
            <>
                if let Some(shared) = shared {
                    { self.share_preview(words, shared) }
                    { self.share_said(words, shared) }
                }
                if let Some(link) = link.filter(|_| fits) {
                    <label class="share-label" for="share-link">{ words.t("share-link") }</label>
                    <textarea
                        id="share-link"
                        class="share-link"
                        rows="3"
                        readonly=true
                        translate="no"
                        spellcheck="false"
                        value={link}
                    />
                } else {
                    <p class="warning">{ words.t("share-too-long") }</p>
                }
                if shared.is_some() {
                    { self.share_files(ctx, words) }
                }
                if fits {
                    <details class="share-more">
                        <summary>{ words.t("share-embed") }</summary>
                        <p class="quiet">{ words.t("share-embed-hint") }</p>
                        <textarea
                            class="share-link"
                            rows="4"
                            readonly=true
                            translate="no"
                            spellcheck="false"
                            aria-label={words.t("share-embed")}
                            value={self.shared_embed()}
                        />
                        <div class="share-actions">
                            { self.copy_button(ctx, words, Piece::Embed, "share-copy-embed", false) }
                        </div>
                    </details>
                }
                // In sight however much lies above it.
                <div class="share-foot">
                    { self.share_size(words, length) }
                    if fits {
                        <div class="share-actions">
                            { self.copy_button(ctx, words, Piece::Link, "share-copy-link", true) }
                        </div>
                    }
                </div>
            </>
        }
    }

    fn copy_button(&self, ctx: &Context<Self>, words: &Words, piece: Piece, id: &str, primary: bool) -> Html {
        let said = self.share.copied.filter(|(copied, _)| *copied == piece);
        let copy = ctx.link().callback(move |_: MouseEvent| Msg::Share(ShareMsg::Copy(piece)));
        html! {
            <>
                <span role="status" class="share-said">
                    if let Some((_, done)) = said {
                        { self.words.t(if done { "copy-done" } else { "copy-failed" }) }
                    }
                </span>
                <button type="button" class={classes!(primary.then_some("primary"))} onclick={copy}>
                    { words.t(id) }
                </button>
            </>
        }
    }
}
