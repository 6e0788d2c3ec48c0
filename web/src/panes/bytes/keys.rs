//! Keys of the Bytes pane.

use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::{BytesPane, Pick};

impl BytesPane {
    /// Moves the byte cursor; with Shift it draws a range along.
    pub(super) fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        if event.alt_key() || event.meta_key() {
            return false;
        }
        let Some(last) = self.size.checked_sub(1) else { return false };
        let columns = self.columns;
        let page = self.scroll.page().saturating_mul(columns);
        let at = self.cursor;
        let to = match (event.key().as_str(), event.ctrl_key()) {
            ("ArrowRight", false) => at.saturating_add(1),
            ("ArrowLeft", false) => at.saturating_sub(1),
            ("ArrowDown", false) => at.saturating_add(columns),
            ("ArrowUp", false) => at.checked_sub(columns).unwrap_or(at),
            ("PageDown", false) => at.saturating_add(page),
            ("PageUp", false) => at.saturating_sub(page),
            ("Home", false) => at - at % columns,
            ("End", false) => at - at % columns + columns - 1,
            ("Home", true) => 0,
            ("End", true) => last,
            ("Enter", false) => {
                ctx.props().on_pick.emit((at, Pick::Parent));
                event.prevent_default();
                return false;
            }
            _ => return false,
        };
        event.prevent_default();
        self.cursor = to.min(last);
        let pick = if event.shift_key() {
            Pick::Extend { anchor: self.anchor }
        } else {
            self.anchor = self.cursor;
            Pick::Field
        };
        self.scroll.reveal(self.cursor / columns);
        self.work(ctx);
        ctx.props().on_pick.emit((self.cursor, pick));
        true
    }
}
