//! What menus have in common: they open at a place, close when the reader turns to something else, and their items are
//! walked with the keys.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::viewport::set_style;

/// Opens the popover at a place, and says when it closed.
#[hook]
pub fn use_popover(node: &NodeRef, at: (i32, i32), on_close: &Callback<()>) {
    let (node, on_close) = (node.clone(), on_close.clone());
    use_effect_with(at, move |at| {
        let listener = node.cast::<HtmlElement>().map(|menu| {
            open(&menu, *at);
            let own = menu.clone();
            EventListener::new(&menu, "toggle", move |_| {
                if !own.matches(":popover-open").unwrap_or(false) {
                    on_close.emit(());
                }
            })
        });
        move || drop(listener)
    });
}

/// Closes it; the focus goes back to where it was.
pub fn hide(node: &NodeRef) {
    if let Some(menu) = node.cast::<HtmlElement>() {
        // Closed already.
        let _ = menu.hide_popover();
    }
}

/// Shows the menu at a place, inside of the window.
fn open(menu: &HtmlElement, at: (i32, i32)) {
    // Shown already, when only its terms changed.
    let _ = menu.show_popover();
    let window = gloo_utils::window();
    let extent = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|it| it.as_f64()).unwrap_or(0.0) as i32;
    let (width, height) = (extent(window.inner_width()), extent(window.inner_height()));
    let left = at.0.min(width - menu.offset_width() - 8).max(8);
    let top = at.1.min(height - menu.offset_height() - 8).max(8);
    set_style(menu, "left", &format!("{left}px"));
    set_style(menu, "top", &format!("{top}px"));
    if let Some(first) = items(menu).first() {
        let _ = first.focus();
    }
}

fn items(menu: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// Moves between the items: `to` says to which one a key leads from the focused one, told the number of that and of the
/// last one. Tab leaves the menu.
pub fn walk(menu: &HtmlElement, event: &KeyboardEvent, to: fn(&str, Option<usize>, usize) -> Option<usize>) {
    let key = event.key();
    if key == "Tab" {
        let _ = menu.hide_popover();
        return;
    }
    let items = items(menu);
    let focused = gloo_utils::document().active_element();
    let at = items.iter().position(|item| focused.as_ref() == Some(item.as_ref()));
    let Some(to) = to(&key, at, items.len().saturating_sub(1)) else { return };
    event.prevent_default();
    event.stop_propagation();
    if let Some(item) = items.get(to) {
        let _ = item.focus();
    }
}

/// Between items that stand one below the other; behind the last one comes the first.
pub fn down_the_list(key: &str, at: Option<usize>, last: usize) -> Option<usize> {
    Some(match (key, at) {
        ("ArrowDown", Some(at)) if at < last => at + 1,
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp", Some(at)) if at > 0 => at - 1,
        ("ArrowUp" | "End", _) => last,
        _ => return None,
    })
}
