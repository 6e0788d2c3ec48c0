//! Links and files that carry bytes: how much goes along, how long the link gets, and what is saved.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlElement, HtmlInputElement, Url};
use yew::prelude::*;

use super::{ShareMsg, What};
use crate::app::{App, Msg};
use crate::fetching;
use crate::localisation::Words;
use crate::numbers;
use crate::protocol::Shared;

/// Characters that a link may have: in most chats, in mail and trackers, in browsers' address bars.
pub const LENGTHS: [(u64, &str); 3] =
    [(2_000, "share-fits-chat"), (8_000, "share-fits-mail"), (32_000, "share-fits-bar")];

/// Where the page as one file lies, and what stands in it for a bundle.
const TEMPLATE: &str = "export/page.html";
const EMPTY: &str = "id=\"bundle\"></script>";

/// What can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The bundle itself.
    Bundle,
    /// The page with the bundle inside.
    Page,
}

impl App {
    /// What goes along: a choice of five.
    pub(super) fn share_choices(&self, ctx: &Context<Self>, words: &Words) -> Html {
        let choice = |what: What| {
            let chosen = ctx.link().callback(move |_: Event| Msg::Share(ShareMsg::What(what)));
            let hint = format!("share-{}-hint", what.name());
            let disabled = !self.can_share(what);
            html! {
                <label class={classes!("share-choice", (self.share.what == what).then_some("chosen"))}>
                    <input
                        type="radio"
                        name="share-what"
                        checked={self.share.what == what}
                        {disabled}
                        onchange={chosen}
                    />
                    <span>
                        <strong>{ words.t(&format!("share-{}", what.name())) }</strong>
                        { " " }
                        <span class="quiet">{ words.t(&hint) }</span>
                    </span>
                </label>
            }
        };
        html! {
            <fieldset class="share-choices">
                <legend>{ words.t("share-what") }</legend>
                { for What::ALL.into_iter().map(choice) }
            </fieldset>
        }
    }

    /// How long it gets, and what it is when it is no link any more.
    pub(super) fn share_size(&self, words: &Words, length: u64) -> Html {
        let said = words.with("share-length", [("count", numbers::grouped(length).into())]);
        html! {
            <div class="share-size" aria-live="polite">
                <meter
                    min="0"
                    max="32000"
                    low="2000"
                    high="8000"
                    optimum="0"
                    value={length.min(32_000).to_string()}
                    aria-label={words.t("share-size")}
                ></meter>
                <span class="share-length">{ said }</span>
                { for LENGTHS.into_iter().map(|(most, id)| {
                    let fits = length <= most;
                    html! {
                        <span class={classes!("chip", if fits { "good" } else { "over" })}>
                            { if fits { "✓ " } else { "✗ " } }
                            { words.with(id, [("count", numbers::grouped(most).into())]) }
                        </span>
                    }
                }) }
            </div>
        }
    }

    /// What there is to say of what was made.
    pub(super) fn share_said(&self, words: &Words, shared: &Shared) -> Html {
        let items = words.with(
            "share-items",
            [("count", (shared.items as f64).into()), ("size", numbers::size(shared.bytes).into())],
        );
        html! {
            <>
                <p class="share-items">
                    { items }
                    if shared.masked > 0 {
                        { " " }{ words.with("share-masked", [("count", (shared.masked as f64).into())]) }
                    }
                </p>
                if shared.cut {
                    <p class="warning">{ words.t("share-cut") }</p>
                }
                if shared.decrypted {
                    <p class="warning">{ words.t("share-decrypted") }</p>
                }
            </>
        }
    }

    /// What saves it.
    pub(super) fn share_files(&self, ctx: &Context<Self>, words: &Words) -> Html {
        let save = |kind: Kind, id: &str, disabled: bool| {
            let save = ctx.link().callback(move |_: MouseEvent| Msg::Share(ShareMsg::Save(kind)));
            html! { <button type="button" {disabled} onclick={save}>{ words.t(id) }</button> }
        };
        let none = self.share.made.is_none();
        html! {
            <div class="share-actions share-files">
                <span class="quiet">{ words.t("share-files-hint") }</span>
                <span class="share-said" role="status">{ self.share.saving.clone().unwrap_or_default() }</span>
                { save(Kind::Bundle, "share-save", none) }
                // A page that is one file already has no way to fetch an empty one.
                if fetching::inside("script").is_none() {
                    { save(Kind::Page, "share-save-page", none) }
                }
            </div>
        }
    }

    pub(super) fn share_save(&mut self, ctx: &Context<Self>, kind: Kind) {
        let Some(Ok((_, bytes))) = &self.share.made else { return };
        let name = self.summary.as_ref().map(|summary| summary.name.clone()).unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches('.').to_owned();
        let name = if name.is_empty() { "shared".to_owned() } else { name };
        match kind {
            Kind::Bundle => save(&Array::of1(&Uint8Array::from(&**bytes)), &format!("{name}.binlogscope")),
            Kind::Page => {
                let (bytes, link) = (bytes.clone(), ctx.link().clone());
                wasm_bindgen_futures::spawn_local(async move {
                    let page = fetching::text(TEMPLATE).await.ok().and_then(|page| with_bundle(&page, &bytes));
                    if let Some(page) = &page {
                        save(&Array::of1(&page.as_str().into()), &format!("{name}.html"));
                    }
                    link.send_message(Msg::Share(ShareMsg::Saved(page.is_some())));
                });
            }
        }
    }
}

/// The page as one file with a bundle inside of it.
fn with_bundle(page: &str, bytes: &Rc<[u8]>) -> Option<String> {
    let at = page.find(EMPTY)? + EMPTY.find('<')?;
    let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let base64 = gloo_utils::window().btoa(&latin).ok()?;
    Some([&page[..at], &base64, &page[at..]].concat())
}

/// Has the browser save a file.
fn save(parts: &Array, name: &str) {
    let Ok(blob) = Blob::new_with_u8_array_sequence(parts) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let link = gloo_utils::document().create_element("a").ok();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        // Both attributes are this element's own.
        let _ = link.set_attribute("href", &url).and_then(|()| link.set_attribute("download", name));
        link.click();
    }
    // The browser has what it needs once the click is dealt with.
    gloo_timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
}

/// What a checkbox says.
pub(super) fn checked(event: &Event) -> bool {
    event.target_unchecked_into::<HtmlInputElement>().checked()
}
