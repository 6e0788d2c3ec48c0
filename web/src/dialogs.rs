//! Dialogs: paste, copy as, and the sheet of keys. The browser's own `<dialog>` traps the
//! focus, closes on Escape and gives the focus back.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

use crate::copying::Form;
use crate::localisation::Words;

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Paste text.
    Paste,
    /// Copy the selection in some form.
    Copy,
    /// The sheet of keys.
    Keys,
}

/// The frame of every dialog.
#[derive(Clone, Debug, PartialEq, Properties)]
struct FrameProps {
    words: Rc<Words>,
    id: AttrValue,
    title: AttrValue,
    on_close: Callback<()>,
    children: Html,
}

#[component(Frame)]
fn frame(props: &FrameProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // Refused only when it is open or gone already.
                let _ = dialog.show_modal();
            }
        });
    }
    let close = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let closed = {
        let on_close = props.on_close.clone();
        Callback::from(move |_: Event| on_close.emit(()))
    };
    let heading = format!("{}-title", props.id);
    html! {
        <dialog ref={dialog} id={props.id.clone()} aria-labelledby={heading.clone()} onclose={closed}>
            <header class="dialog-head">
                <h2 id={heading}>{ props.title.clone() }</h2>
                <button type="button" class="icon-button" aria-label={props.words.t("close")} onclick={close}>
                    { crate::icons::close() }
                </button>
            </header>
            { props.children.clone() }
        </dialog>
    }
}

/// Closes the dialog around an element: only then does the browser give the focus back to where
/// it was, and not when the dialog just vanishes.
fn leave(element: &Element) {
    let dialog = element.closest("dialog").ok().flatten();
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// What the paste dialog tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PasteProps {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The text is to be opened.
    pub on_text: Callback<String>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// The paste dialog.
#[component(PasteDialog)]
pub fn paste_dialog(props: &PasteProps) -> Html {
    let words = &props.words;
    let area = use_node_ref();
    let submit = {
        let (area, on_text) = (area.clone(), props.on_text.clone());
        Callback::from(move |()| {
            if let Some(area) = area.cast::<HtmlTextAreaElement>()
                && !area.value().trim().is_empty()
            {
                leave(&area);
                on_text.emit(area.value());
            }
        })
    };
    let by_key = {
        let submit = submit.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                submit.emit(());
            }
        })
    };
    html! {
        <Frame words={words.clone()} id="paste-dialog" title={words.t("paste-title")} on_close={props.on_close.clone()}>
            <p>{ words.t("paste-hint") }</p>
            <textarea
                ref={area}
                rows="12"
                translate="no"
                spellcheck="false"
                autocomplete="off"
                aria-label={words.t("paste-label")}
                placeholder={"BINLOG '\nWi6yWg8BAAAAdwAAAHsAAAAAAAQANS43LjE3…\n'/*!*/;"}
                onkeydown={by_key}
            />
            <div class="dialog-actions">
                <button type="button" class="primary" onclick={move |_| submit.emit(())}>{ words.t("paste-open") }</button>
            </div>
        </Frame>
    }
}

/// What the copy dialog tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CopyProps {
    /// The reader's language.
    pub words: Rc<Words>,
    /// What will be copied, in words.
    pub what: AttrValue,
    /// A form was chosen.
    pub on_form: Callback<Form>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// The copy dialog.
#[component(CopyDialog)]
pub fn copy_dialog(props: &CopyProps) -> Html {
    let words = &props.words;
    html! {
        <Frame words={words.clone()} id="copy-dialog" title={words.t("copy-title")} on_close={props.on_close.clone()}>
            <p class="quiet" translate="no">{ props.what.clone() }</p>
            <div class="choices">
                { for Form::ALL.into_iter().map(|form| {
                    let on_form = props.on_form.clone();
                    let chosen = move |event: MouseEvent| {
                        leave(&event.target_unchecked_into());
                        on_form.emit(form);
                    };
                    html! { <button type="button" onclick={chosen}>{ words.t(form.name()) }</button> }
                }) }
            </div>
        </Frame>
    }
}

/// What the sheet of keys tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct KeysProps {
    /// The reader's language.
    pub words: Rc<Words>,
    /// Whether single letters act.
    pub letters: bool,
    /// Switches that.
    pub on_letters: Callback<bool>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// Keys and the messages that say what they do.
const KEYS: [(&str, &str); 14] = [
    ("↑ ↓ ← →", "key-arrows"),
    ("Home End PgUp PgDn", "key-pages"),
    ("Tab", "key-tab"),
    (". ,", "key-events"),
    ("] [", "key-transactions"),
    ("g", "key-goto"),
    ("c", "key-copy"),
    ("Enter", "key-enter"),
    ("Shift ↑ ↓ ← →", "key-range"),
    ("Ctrl C", "key-copy-hex"),
    ("Ctrl", "key-freeze"),
    ("Alt ← →", "key-history"),
    ("Esc", "key-escape"),
    ("?", "key-sheet"),
];

/// The sheet of keys.
#[component(KeysDialog)]
pub fn keys_dialog(props: &KeysProps) -> Html {
    let words = &props.words;
    let on_letters = props.on_letters.clone();
    let switched = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        on_letters.emit(input.checked());
    });
    html! {
        <Frame words={words.clone()} id="keys-dialog" title={words.t("keys-title")} on_close={props.on_close.clone()}>
            <dl class="keys">
                { for KEYS.into_iter().map(|(keys, id)| html! {
                    <div>
                        <dt translate="no">{ for keys.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt>
                        <dd>{ words.t(id) }</dd>
                    </div>
                }) }
            </dl>
            <label class="check">
                <input type="checkbox" checked={props.letters} onchange={switched} />
                { words.t("keys-letters") }
            </label>
        </Frame>
    }
}
