//! Keys that work in every pane.

use binlog_explorer::copy::Form;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::copying::CopyMsg;
use super::filtering::{FilterMsg, below_selected, focus_filter};
use super::{App, Msg};
use crate::dialogs::Open;
use crate::protocol::Step;
use crate::selection::Travel;

impl App {
    /// A key that no pane took for itself.
    pub(super) fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        if event.default_prevented() || self.dialog.is_some() {
            return false;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
            return false;
        };
        if event.alt_key() && !event.ctrl_key() {
            // In a text box these keys move over words.
            return !is_text(&target) && history_key(event);
        }
        if event.key() == "Escape" {
            return self.escape(&target);
        }
        let in_pane = target.closest("[role=tree], [role=treegrid], [role=grid]");
        if !matches!(in_pane, Ok(Some(_))) {
            return false;
        }
        if event.ctrl_key() || event.meta_key() {
            // Bytes cannot be selected as text, so the usual key copies them as hex.
            if event.key().eq_ignore_ascii_case("c") && target.id() == "bytes-grid" {
                event.prevent_default();
                ctx.link().send_message(Msg::Copy(CopyMsg::Form(Form::Hex)));
            }
            return false;
        }
        self.letter(ctx, event, &target)
    }

    fn letter(&mut self, ctx: &Context<Self>, event: &KeyboardEvent, target: &Element) -> bool {
        if !self.settings.letter_keys {
            return false;
        }
        let generation = self.client.generation();
        let hit = |forwards, travel| Msg::Filter(generation, FilterMsg::Hit(forwards, travel));
        let filtered = self.filtering.text.is_some();
        let message = match event.key().as_str() {
            "/" => {
                focus_filter();
                event.prevent_default();
                return false;
            }
            "." if filtered => hit(true, Travel::Step),
            "," if filtered => hit(false, Travel::Step),
            "." => Msg::Step(Step::NextEvent),
            "," => Msg::Step(Step::PreviousEvent),
            "n" => hit(true, Travel::Jump),
            "N" => hit(false, Travel::Jump),
            "]" => Msg::Step(Step::NextTransaction),
            "[" => Msg::Step(Step::PreviousTransaction),
            "c" => Msg::Copy(CopyMsg::Menu(below_selected(target))),
            "m" if self.model.is_some() => Msg::Dialog(Some(Open::Note)),
            "s" if self.embed.is_none() => Msg::Dialog(Some(Open::Share)),
            "?" => Msg::Dialog(Some(Open::Keys)),
            "g" => {
                focus(self.goto_box.cast::<HtmlElement>());
                event.prevent_default();
                return false;
            }
            _ => return false,
        };
        event.prevent_default();
        let steps = matches!(message, Msg::Step(_) | Msg::Filter(_, FilterMsg::Hit(..)));
        if steps && self.is_stepping() {
            // A key that is held down goes as fast as the steps do; one that is pressed again is not lost.
            if !event.repeat() {
                self.pressed.push_back(message);
            }
            return false;
        }
        // At once: what is pressed next has to find it on its way.
        Component::update(self, ctx, message)
    }

    /// Out of the "go to" box, and away with its complaint.
    fn escape(&mut self, target: &Element) -> bool {
        if target.id() == "goto" {
            let grid = gloo_utils::document().get_element_by_id("bytes-grid");
            focus(grid.and_then(|grid| grid.dyn_into().ok()));
            return self.goto_problem.take().is_some();
        }
        false
    }
}

fn is_text(target: &Element) -> bool {
    matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

/// Back and forward with Alt, also where the browser has other keys for it.
fn history_key(event: &KeyboardEvent) -> bool {
    if let Ok(history) = gloo_utils::window().history() {
        // A history without that step stays where it is.
        let _ = match event.key().as_str() {
            "ArrowLeft" => history.back(),
            "ArrowRight" => history.forward(),
            _ => return false,
        };
        event.prevent_default();
    }
    false
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // An element that is gone takes no focus, and nothing is lost.
        let _ = element.focus();
    }
}
