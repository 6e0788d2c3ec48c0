//! What a first visit does not need of the page: code in a second module (see `crates/xtask/src/page/later.rs`), and
//! texts in files of their own. Both are fetched when the page has been quiet for a moment, or when they are wanted.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use yew::prelude::*;

use super::{App, Msg};
use crate::dialogs::Open;
use crate::fetching;
use crate::localisation::{Language, Words, text_language};

#[wasm_bindgen]
extern "C" {
    /// The second module shares what the first one exports.
    #[wasm_bindgen(js_name = shareWithLater)]
    fn share_with_later(exports: &JsValue);

    /// Starts the second module at once. The page's build finds it by this name, and calls it where something of that
    /// module is wanted before it was fetched.
    #[wasm_bindgen(js_name = loadLater)]
    fn load_later();

    /// Fetches and starts the second module; true once it is there.
    #[wasm_bindgen(js_name = fetchLater, catch)]
    async fn fetch_later() -> Result<JsValue, JsValue>;
}

/// Milliseconds after the first event is seen until it is fetched: nobody then waits for a dialog.
const QUIET: u32 = 1500;

/// Before anything else.
pub(crate) fn share() {
    share_with_later(&wasm_bindgen::exports());
}

/// Texts and code that came.
#[derive(Debug)]
pub struct Came(Result<Rc<Words>, String>);

/// What is there of it.
#[derive(Debug, Default)]
pub(super) struct Later {
    words: Option<Rc<Words>>,
    busy: bool,
    /// What was asked for meanwhile.
    wanted: Option<Open>,
}

impl Later {
    /// Another language was chosen: its texts are fetched when they are wanted.
    pub(super) fn forget_words(&mut self) {
        self.words = None;
    }
}

async fn fetch(language: Language) -> Result<Rc<Words>, JsValue> {
    let mut texts = Vec::new();
    let locale = text_language(language);
    for locale in [locale, "en"].into_iter().take(if locale == "en" { 1 } else { 2 }) {
        texts.push((locale, fetching::text(&format!("later/{locale}.ftl")).await?));
        texts.push((locale, fetching::text(&format!("later/{locale}/replica.ftl")).await?));
    }
    if fetch_later().await?.is_falsy() {
        return Err(JsValue::from_str("page_later.wasm"));
    }
    // It is there, so this does nothing; a page that was built in one piece has it from the start.
    load_later();
    Ok(Words::of(language, &texts))
}

impl App {
    /// The words of what is wanted later.
    pub(super) fn later_words(&self) -> Option<Rc<Words>> {
        self.later.words.clone()
    }

    /// The page has what it shows: what is wanted later may come.
    pub(super) fn prefetch_later(&self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        gloo_timers::callback::Timeout::new(QUIET, move || link.send_message(Msg::PrefetchLater)).forget();
    }

    pub(super) fn fetch_later(&mut self, ctx: &Context<Self>) {
        if self.later.words.is_none() && !std::mem::replace(&mut self.later.busy, true) {
            let language = self.settings.language;
            ctx.link().send_future(async move {
                let came = fetch(language).await;
                Msg::Later(Came(came.map_err(|error| crate::client::describe(&error))))
            });
        }
    }

    /// It came: what was asked for opens.
    pub(super) fn later_came(&mut self, ctx: &Context<Self>, came: Came) {
        self.later.busy = false;
        let wanted = self.later.wanted.take();
        match came.0 {
            // Another language was chosen meanwhile.
            Ok(words) if words.language() != self.settings.language => {
                self.later.wanted = wanted;
                self.fetch_reasons(ctx);
            }
            Ok(words) => {
                self.later.words = Some(words);
                if wanted.is_some() {
                    self.open_dialog(ctx, wanted);
                }
                return;
            }
            // Nobody asked for it: when somebody does, it is fetched again.
            Err(_) if wanted.is_none() => {}
            Err(said) => self.alert = Some(self.words.with("later-failed", [("reason", said.into())])),
        }
        if self.later.wanted.is_some() {
            self.fetch_later(ctx);
        }
    }

    /// Opens a dialog, once it is there, or closes the one that is open.
    pub(super) fn open_dialog(&mut self, ctx: &Context<Self>, dialog: Option<Open>) {
        if dialog.is_some() && self.later.words.is_none() {
            self.later.wanted = dialog;
            self.fetch_later(ctx);
            return;
        }
        if matches!(dialog, Some(Open::Share)) {
            self.share_opens(ctx);
        }
        self.dialog = dialog;
    }
}
