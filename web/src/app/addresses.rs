//! Files at addresses: only what the reader typed is fetched, or what a link names once the reader agreed.

use std::rc::Rc;

use yew::prelude::*;

use super::{App, Msg, Remote, Source};
use crate::selection::Travel;
use crate::visible_text::visible_line;

/// The address in its usual form, if it is one of the web, without name and password.
pub(super) fn web_address(text: &str) -> Option<web_sys::Url> {
    let url = web_sys::Url::new(text.trim()).ok()?;
    let plain = url.username().is_empty() && url.password().is_empty();
    (plain && matches!(url.protocol().as_str(), "http:" | "https:")).then_some(url)
}

impl App {
    /// Opens what lies at an address.
    pub(super) fn open_url(&mut self, ctx: &Context<Self>, text: &str) {
        self.dialog = None;
        let Some(url) = web_address(text) else {
            let url = visible_line(text, 200);
            self.alert = Some(self.words.message(&binlog_explorer::view::Message::new("url-bad").text("url", url)));
            return;
        };
        // As it was written where that is the link's own: the link is recognised by it.
        let asked = self.awaiting.as_ref().and_then(|place| place.file.as_deref()).filter(|file| *file == text);
        let url: Rc<str> = asked.map_or_else(|| url.href().into(), Rc::from);
        self.open(ctx, Source::Url(Remote { url, served: None }), None, Travel::Jump);
    }

    /// The address that a link wants to be fetched.
    pub(super) fn awaited_url(&self) -> Option<String> {
        self.awaiting.as_ref()?.file.clone().filter(|file| web_address(file).is_some())
    }

    /// Asks before a link has anything fetched.
    pub(super) fn fetch_banner(&self, ctx: &Context<Self>, url: String) -> Html {
        let host = web_address(&url).map(|url| url.host()).unwrap_or_default();
        let shown = visible_line(&url, 200);
        let fetch = ctx.link().callback(move |_: MouseEvent| Msg::OpenUrl(url.clone()));
        html! {
            <div class="banner ask" role="note">
                <p>
                    <strong>{ self.words.with("fetch-title", [("host", visible_line(&host, 80).into())]) }</strong>
                    { " " }
                    <span translate="no">{ shown }</span>
                </p>
                <button type="button" onclick={fetch}>{ self.words.t("fetch") }</button>
                { self.dismiss(ctx, || Msg::DismissAwaiting) }
            </div>
        }
    }
}
