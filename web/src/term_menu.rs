//! "Only this" and "not this": the menu of what is pointed at.

use std::rc::Rc;

use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::localisation::Words;
use crate::menu;
use crate::visible_text::visible_line;

/// What the menu shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// Terms that what is pointed at fits.
    pub terms: Rc<[String]>,
    /// Where it opens, in the window.
    pub at: (i32, i32),
    /// A term was chosen: that, or not that.
    pub on_term: Callback<(String, bool)>,
    /// To copy what is selected.
    pub on_copy: Callback<()>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// The menu.
#[component(TermMenu)]
pub fn term_menu(props: &Props) -> Html {
    let menu = use_node_ref();
    menu::use_popover(&menu, props.at, &props.on_close);
    let words = &props.words;
    let key = {
        let menu = menu.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(menu) = menu.cast::<HtmlElement>() {
                menu::walk(&menu, &event, over_the_terms);
            }
        })
    };
    let item = |term: &str, not: bool| {
        let (on_term, chosen) = (props.on_term.clone(), term.to_owned());
        let id = if not { "term-not" } else { "term-only" };
        let said = words.with(if not { "term-not-of" } else { "term-only-of" }, [("term", term.to_owned().into())]);
        html! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                aria-label={said}
                onclick={move |_| on_term.emit((chosen.clone(), not))}
            >{ words.t(id) }</button>
        }
    };
    let copy = {
        let (menu, on_copy) = (menu.clone(), props.on_copy.clone());
        move |_| {
            // The focus goes back to the pane, where the next menu finds it.
            menu::hide(&menu);
            on_copy.emit(());
        }
    };
    html! {
        <div
            ref={menu}
            id="term-menu"
            class="term-menu"
            popover="auto"
            role="menu"
            aria-label={words.t("term-menu")}
            onkeydown={key}
        >
            { for props.terms.iter().map(|term| html! {
                <div class="term-line" role="none">
                    <code translate="no" title={term.clone()}>{ visible_line(term, 80) }</code>
                    { item(term, false) }
                    { item(term, true) }
                </div>
            }) }
            if props.terms.is_empty() {
                <p class="quiet">{ words.t("term-none") }</p>
            }
            <button type="button" role="menuitem" tabindex="-1" onclick={copy}>{ words.t("copy-title") }</button>
        </div>
    }
}

/// Down and up over the terms, left and right between "only" and "not"; the last item has a line of its own.
fn over_the_terms(key: &str, at: Option<usize>, last: usize) -> Option<usize> {
    Some(match (key, at) {
        ("ArrowDown", Some(at)) if at + 2 > last => last,
        ("ArrowDown", Some(at)) => at + 2,
        ("ArrowUp", Some(at)) if at == last => last.saturating_sub(2),
        ("ArrowUp", Some(at)) => at.saturating_sub(2),
        ("ArrowRight", Some(at)) => (at + 1).min(last),
        ("ArrowLeft", Some(at)) => at.saturating_sub(1),
        ("Home", _) | ("ArrowDown" | "ArrowRight", None) => 0,
        ("End", _) | ("ArrowUp" | "ArrowLeft", None) => last,
        _ => return None,
    })
}
