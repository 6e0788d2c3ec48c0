//! Going along the strip: pointer, wheel and keys.

use binlog_explorer::view::Address;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::{Msg, Overview, Press, share_of};
use crate::protocol::StripBy;
use crate::selection::{Selection, Travel};

/// The narrowest stretch that can be zoomed to, in bytes or seconds.
const LEAST: u64 = 16;
/// A press that moves less than this is a click.
const CLICK: f64 = 4.0;

impl Overview {
    pub(super) fn zoom_at(&mut self, ctx: &Context<Self>, share: f64, factor: f64) {
        let (Some((from, to)), Some(whole)) = (self.shown(), self.whole()) else { return };
        let length = ((to - from) as f64 * factor).max(LEAST as f64);
        if length >= (whole.1 - whole.0) as f64 {
            // What is far off is left out at first only.
            self.zoom = self.strip.as_ref().and_then(|strip| strip.usual.and(Some(strip.whole)));
        } else {
            let middle = from as f64 + (to - from) as f64 * share;
            let least = whole.0 as f64;
            let start = (middle - length * share).clamp(least, (whole.1 as f64 - length).max(least)) as u64;
            self.zoom = Some((start, start + length as u64));
        }
        self.again(ctx);
    }

    pub(super) fn down(&mut self, ctx: &Context<Self>, event: &PointerEvent) {
        let Some(track) = self.track.cast::<HtmlElement>().filter(|_| event.button() == 0) else { return };
        // Without capture the drag ends at the track's edge, no worse.
        let _ = track.set_pointer_capture(event.pointer_id());
        let from = share_of(&track, f64::from(event.client_x()));
        let visible = ctx.props().visible.part().filter(|_| self.by == StripBy::Position);
        let thumb = visible.and_then(|(start, end)| Some((self.share(start)?, self.share(end)?)));
        let slack = CLICK / self.width.max(1.0);
        // A list that shows nearly all has nothing to be dragged.
        let thumb = thumb.filter(|(start, end)| end - start < 0.5);
        let thumb = thumb.is_some_and(|(start, end)| (start - slack..=end + slack).contains(&from));
        self.press = Some(Press { from, thumb, moved: false });
    }

    pub(super) fn over(&mut self, ctx: &Context<Self>, event: &PointerEvent) -> bool {
        let Some(track) = self.track.cast::<HtmlElement>() else { return false };
        let at = share_of(&track, f64::from(event.client_x()));
        let pointed = self.value_at(at).and_then(|value| self.strip.as_ref()?.column_of(value));
        let same = pointed == self.pointed;
        self.pointed = pointed;
        let Some(mut press) = self.press else { return !same };
        press.moved |= (at - press.from).abs() * self.width >= CLICK;
        self.press = Some(press);
        if press.moved && press.thumb {
            self.go_to(ctx, at, Travel::Step);
        } else if press.moved {
            let ends = self.value_at(at.min(press.from)).zip(self.value_at(at.max(press.from)));
            self.brush = ends.filter(|(from, to)| to > from);
        }
        true
    }

    pub(super) fn up(&mut self, ctx: &Context<Self>, event: &PointerEvent) {
        let (Some(press), Some(track)) = (self.press.take(), self.track.cast::<HtmlElement>()) else { return };
        if !press.moved {
            self.unbrush();
            self.go_to(ctx, share_of(&track, f64::from(event.client_x())), Travel::Jump);
        }
    }

    /// Selects the first event of the column at a place of the track.
    fn go_to(&mut self, ctx: &Context<Self>, share: f64, travel: Travel) {
        let column = self.value_at(share).and_then(|value| self.strip.as_ref()?.column_of(value));
        self.go_to_column(ctx, column, travel);
    }

    fn go_to_column(&self, ctx: &Context<Self>, column: Option<usize>, travel: Travel) {
        let at = column.zip(self.strip.as_ref()).and_then(|(column, strip)| strip.first_from(column));
        if let Some(offset) = at {
            let address = Address { space: ctx.props().listed.clone(), offset };
            ctx.props().on_select.emit((Selection::event(address), travel));
        }
    }

    pub(super) fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let Some(strip) = self.strip.clone().filter(|_| !event.ctrl_key() && !event.meta_key() && !event.alt_key())
        else {
            return false;
        };
        let last = strip.columns().saturating_sub(1);
        let here = ctx.props().here.filter(|_| self.by == StripBy::Position);
        let now = self.cursor.or_else(|| strip.column_of(here?)).unwrap_or(0).min(last);
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => (now + 1).min(last),
            "PageUp" => now.saturating_sub(last / 10),
            "PageDown" => (now + last / 10).min(last),
            "Home" => 0,
            "End" => last,
            "+" | "=" | "-" => {
                let share = (now as f64 + 0.5) / strip.columns().max(1) as f64;
                self.zoom_at(ctx, share, if event.key() == "-" { 1.5 } else { 1.0 / 1.5 });
                self.cursor = None;
                event.prevent_default();
                event.stop_propagation();
                return true;
            }
            "Escape" if self.brush.is_some() => {
                self.unbrush();
                event.stop_propagation();
                return true;
            }
            "Escape" if self.zoom.is_some() => {
                self.zoom = None;
                self.cursor = None;
                event.stop_propagation();
                self.again(ctx);
                return true;
            }
            "Enter" if self.brush.is_some() => {
                event.prevent_default();
                ctx.link().send_message(Msg::Only);
                return false;
            }
            _ => return false,
        };
        event.prevent_default();
        event.stop_propagation();
        if event.shift_key() {
            let (start, end) = (strip.column_range(now), strip.column_range(to));
            let (from, until) = self.brush.unwrap_or(start);
            let extended = if to < now { (end.0.min(from), until) } else { (from, end.1.max(until)) };
            self.brush = Some(extended);
        } else {
            self.unbrush();
            self.go_to_column(ctx, Some(to), Travel::Step);
        }
        self.cursor = Some(to);
        true
    }
}
