//! Damage is told once for the file: where the last event is the damaged one, as in a file that
//! was cut short, with what exactly is wrong.

use binlog_explorer::view::{Address, Message, RowContent};
use yew::prelude::*;

use super::{App, Msg};
use crate::client::Reply;
use crate::icons;
use crate::protocol::{Answer, Request, Step};
use crate::selection::{Selection, Travel};

/// What is known about the damage.
#[derive(Debug, Default)]
pub struct Damage {
    asked: bool,
    tail: Option<(Address, Message)>,
    read: bool,
}

/// What happens about it.
#[derive(Debug)]
pub enum DamageMsg {
    /// The last entry of the file was looked up.
    Last(Reply),
    /// Show it.
    Show,
    /// It was read.
    Dismiss,
}

impl App {
    /// Looks at the file's last entry, once the first pass is over and there is damage.
    pub(super) fn look_at_damage(&mut self, ctx: &Context<Self>) {
        if self.progress.damaged == 0 || !self.progress.done || self.damage.asked {
            return;
        }
        self.damage.asked = true;
        let generation = self.client.generation();
        let request = Request::Step { from: Address::source(0), by: Step::Last };
        self.ask(ctx, request, move |reply| Msg::Damage(generation, DamageMsg::Last(reply)));
    }

    pub(super) fn damage_changed(&mut self, ctx: &Context<Self>, message: DamageMsg) -> bool {
        match message {
            DamageMsg::Last(Reply::Answer(Answer::Event(shown), _)) => {
                if let RowContent::Span { error: Some(error), .. } = shown.0.view.content {
                    self.damage.tail = Some((shown.0.view.address, error));
                }
                true
            }
            DamageMsg::Last(_) => false,
            DamageMsg::Show => {
                if let Some((address, _)) = self.damage.tail.clone() {
                    self.select(ctx, Selection::event(address), Travel::Jump);
                }
                true
            }
            DamageMsg::Dismiss => {
                self.damage.read = true;
                true
            }
        }
    }

    pub(super) fn damage_banner(&self, ctx: &Context<Self>) -> Html {
        let count = self.progress.damaged;
        if count == 0 || self.damage.read || self.alert.is_some() {
            return Html::default();
        }
        let generation = self.client.generation();
        let show = ctx.link().callback(move |_: MouseEvent| Msg::Damage(generation, DamageMsg::Show));
        let dismiss = ctx.link().callback(move |_: MouseEvent| Msg::Damage(generation, DamageMsg::Dismiss));
        let tail = self.damage.tail.as_ref().filter(|_| count == 1);
        let text = match tail {
            Some((_, error)) => self.words.message(error),
            None => self.words.with("damage-alert", [("count", (count as f64).into())]),
        };
        html! {
            <div class="banner error">
                <p>{ text }</p>
                if tail.is_some() {
                    <button type="button" onclick={show}>{ self.words.t("damage-show") }</button>
                }
                <button type="button" class="icon-button" aria-label={self.words.t("dismiss")} onclick={dismiss}>
                    { icons::close() }
                </button>
            </div>
        }
    }
}
