//! Copying the selection.

use binlog_explorer::view::Address;
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

use super::{App, Msg};
use crate::client::{Reply, describe};
use crate::copying::{Form, Piece};
use crate::event_model::Item;
use crate::protocol::{Answer, Request};

/// More than this is an export, not a copy.
const MOST: u64 = 1024 * 1024;
/// What one request brings.
const WINDOW: u64 = 64 * 1024;
/// How long the status bar speaks of it, in milliseconds.
const NOTICE: u32 = 4000;

impl App {
    /// Address with the space of the bytes, first byte and one past the last of what would be copied.
    fn copied_range(&self) -> Option<(Address, u64, u64)> {
        let model = self.current_model()?;
        let (start, end) = self.selected_range().unwrap_or((model.start(), model.end()));
        let space = self.selected_space().unwrap_or(&model.view.address.space).to_owned();
        Some((Address { space, ..model.view.address.clone() }, start, end))
    }

    /// What would be copied, in words.
    pub(super) fn copied_what(&self) -> String {
        let Some((_, start, end)) = self.copied_range() else { return String::new() };
        let path = self.selected_path().unwrap_or_default();
        let size = crate::numbers::size(end.saturating_sub(start));
        format!("{path} {start:#x} · {size}").trim().to_owned()
    }

    /// Copies; fetches first what is not here.
    pub(super) fn copy(&mut self, ctx: &Context<Self>, form: Form, so_far: Vec<u8>) {
        self.dialog = None;
        let Some((address, start, end)) = self.copied_range() else { return };
        if end - start > MOST {
            self.say(ctx, self.words.t("copy-too-long"));
            return;
        }
        let from = start + so_far.len() as u64;
        if from < end {
            let length = u32::try_from((end - from).min(WINDOW)).unwrap_or(u32::MAX);
            let generation = self.client.generation();
            let request = Request::Bytes { space: address.space, start: from, length };
            self.ask(ctx, request, move |reply| Msg::CopyBytes(generation, form, so_far, reply));
            return;
        }
        let text = self.piece_text(form, &address, start, &so_far);
        let link = ctx.link().clone();
        let promise = gloo_utils::window().navigator().clipboard().write_text(&text);
        wasm_bindgen_futures::spawn_local(async move {
            let result = JsFuture::from(promise).await.map(|_| ());
            link.send_message(Msg::Copied(result.map_err(|error| describe(&error))));
        });
    }

    fn piece_text(&self, form: Form, address: &Address, start: u64, bytes: &[u8]) -> String {
        let path = self.selected_path().unwrap_or_default();
        let item = self.current_model().and_then(|model| model.find(path)).unwrap_or(Item::Event);
        let bits = self.current_model().and_then(|model| model.bits(item));
        let piece = Piece {
            path,
            node: self.selected_node(),
            text: bits.map(|bits| bits.text.as_str()),
            space: &address.space,
            start,
            bytes,
        };
        piece.write(form)
    }

    pub(super) fn copy_bytes_came(
        &mut self, ctx: &Context<Self>, form: Form, mut so_far: Vec<u8>, reply: Reply,
    ) -> bool {
        match reply {
            Reply::Answer(Answer::Bytes { .. }, Some(bytes)) if !bytes.is_empty() => {
                so_far.extend_from_slice(&bytes);
                self.copy(ctx, form, so_far);
            }
            _ => self.say(ctx, self.words.t("copy-failed")),
        }
        true
    }

    pub(super) fn copied(&mut self, ctx: &Context<Self>, result: Result<(), String>) {
        let id = if result.is_ok() { "copy-done" } else { "copy-failed" };
        self.say(ctx, self.words.t(id));
    }

    /// Says a short word in the status bar for a while.
    pub(super) fn say(&mut self, ctx: &Context<Self>, text: String) {
        self.notice = Some(text);
        let link = ctx.link().clone();
        self.notice_timer = Some(Timeout::new(NOTICE, move || link.send_message(Msg::NoticeOver)));
    }
}
