//! "Copy as": the menu of forms, and of what can be saved as a log of its own.

use std::rc::Rc;

use binlog_explorer::copy::Form;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::localisation::Words;
use crate::menu;

/// What is saved as a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The selected event.
    Event,
    /// Its transaction.
    Transaction,
    /// What the filter shows.
    Filter,
}

impl Saved {
    const fn name(self) -> &'static str {
        match self {
            Self::Event => "cut-event",
            Self::Transaction => "cut-transaction",
            Self::Filter => "cut-filter",
        }
    }
}

/// Message id of a form's name.
const fn name(form: Form) -> &'static str {
    match form {
        Form::Value => "copy-value",
        Form::Hex => "copy-hex",
        Form::Hexdump => "copy-hexdump",
        Form::Base64 => "copy-base64",
        Form::Binlog => "copy-binlog",
        Form::Json => "copy-json",
        Form::Text => "copy-text",
        Form::Markdown => "copy-markdown",
        Form::Svg => "copy-svg",
        Form::Rust => "copy-rust",
        Form::Go => "copy-go",
        Form::Python => "copy-python",
    }
}

/// What the menu shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// What will be copied, in words.
    pub what: AttrValue,
    /// Where it opens, in the window.
    pub at: (i32, i32),
    /// What can be saved.
    pub saved: Vec<Saved>,
    /// A form was chosen.
    pub on_form: Callback<Form>,
    /// Something is to be saved.
    pub on_save: Callback<Saved>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// The menu.
#[component(CopyMenu)]
pub fn copy_menu(props: &Props) -> Html {
    let node = use_node_ref();
    menu::use_popover(&node, props.at, &props.on_close);
    let key = {
        let node = node.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(menu) = node.cast::<HtmlElement>() {
                menu::walk(&menu, &event, menu::down_the_list);
            }
        })
    };
    let words = &props.words;
    let item = |id: &str, chosen: Callback<()>| {
        let node = node.clone();
        let chosen = move |_: MouseEvent| {
            // The focus goes back to where it was.
            menu::hide(&node);
            chosen.emit(());
        };
        html! { <button type="button" role="menuitem" tabindex="-1" onclick={chosen}>{ words.t(id) }</button> }
    };
    html! {
        <div
            ref={node.clone()}
            id="copy-menu"
            class="term-menu copy-menu"
            popover="auto"
            role="menu"
            aria-label={words.t("copy-title")}
            onkeydown={key}
        >
            <p class="quiet" translate="no" role="none">{ props.what.clone() }</p>
            { for Form::ALL.into_iter().map(|form| item(name(form), props.on_form.reform(move |()| form))) }
            if !props.saved.is_empty() {
                <hr role="separator" />
            }
            { for props.saved.iter().map(|saved| {
                let saved = *saved;
                item(saved.name(), props.on_save.reform(move |()| saved))
            }) }
        </div>
    }
}
