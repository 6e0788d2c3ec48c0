//! The passes over the file as the page shows them: held, stopped, going on; and what is kept of indexes.

use yew::prelude::*;

use super::{App, Msg};
use crate::client::Reply;
use crate::numbers;
use crate::protocol::{Answer, Gathered, Request};

/// Something about them.
#[derive(Debug)]
pub enum PassMsg {
    /// Hold the first pass, or let it go on.
    Pause(bool),
    /// Go on where it was stopped.
    GoOn,
    /// How much is kept is wanted; forget it first.
    Kept(bool),
    /// That came.
    KeptCame(Reply),
}

/// What the page knows of them.
#[derive(Debug, Default)]
pub struct Passes {
    /// The first pass is held.
    pub paused: bool,
    /// How far the second pass is.
    pub gathered: Gathered,
    /// Bytes of kept indexes.
    pub kept: Option<u64>,
}

impl App {
    pub(super) fn pass(&mut self, ctx: &Context<Self>, message: PassMsg) -> bool {
        let (generation, mode) = (self.client.generation(), self.mode_wanted());
        match message {
            PassMsg::Pause(paused) => {
                self.passes.paused = paused;
                self.ask(ctx, Request::Pause(paused), move |reply| Msg::ListChanged(generation, mode, reply));
            }
            PassMsg::GoOn => {
                self.cancelled = false;
                self.passes.paused = false;
                self.progress.done = false;
                self.ask(ctx, Request::GoOn, move |reply| Msg::ListChanged(generation, mode, reply));
            }
            PassMsg::Kept(clear) => {
                self.ask(ctx, Request::Kept { clear }, |reply| Msg::Pass(PassMsg::KeptCame(reply)));
                return false;
            }
            PassMsg::KeptCame(reply) => {
                let Reply::Answer(Answer::Kept(bytes), _) = reply else { return false };
                self.passes.kept = Some(bytes);
            }
        }
        true
    }

    /// The second pass moved on.
    pub(super) fn gathered(&mut self, gathered: Gathered) -> bool {
        self.passes.gathered = gathered;
        true
    }

    /// What holds the first pass and lets it go on.
    pub(super) fn pause_button(&self, ctx: &Context<Self>) -> Html {
        let paused = self.passes.paused;
        let pressed = ctx.link().callback(move |_| Msg::Pass(PassMsg::Pause(!paused)));
        let label = self.words.t(if paused { "indexing-resume" } else { "indexing-pause" });
        html! { <button type="button" onclick={pressed}>{ label }</button> }
    }

    /// Where the first pass was stopped, and what lets it go on.
    pub(super) fn stopped(&self, ctx: &Context<Self>) -> Html {
        let progress = &self.progress;
        if !self.cancelled || progress.total == 0 || progress.scanned >= progress.total {
            return Html::default();
        }
        let said = self.words.with(
            "indexing-stopped",
            [("scanned", numbers::size(progress.scanned).into()), ("total", numbers::size(progress.total).into())],
        );
        html! {
            <div class="indexing">
                <span class="indexing-said">{ said }</span>
                <button type="button" onclick={ctx.link().callback(|_| Msg::Pass(PassMsg::GoOn))}>
                    { self.words.t("indexing-go-on") }
                </button>
            </div>
        }
    }
}
