//! Dialogs: paste, and the sheet of keys. The browser's own `<dialog>` traps the
//! focus, closes on Escape and gives the focus back.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

use crate::localisation::Words;

/// Which dialog is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Paste text.
    Paste,
    /// Type an address.
    Url,
    /// Connect to a live server.
    Connect,
    /// Copy the selection in some form.
    Copy,
    /// The sheet of keys.
    Keys,
    /// Share what is seen.
    Share,
    /// Write a note.
    Note,
}

/// The frame of every dialog.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FrameProps {
    /// The reader's language.
    pub words: Rc<Words>,
    /// Of the element.
    pub id: AttrValue,
    /// Its heading.
    pub title: AttrValue,
    /// It closed.
    pub on_close: Callback<()>,
    /// What it shows.
    pub children: Html,
}

/// The frame.
#[component(Frame)]
pub fn frame(props: &FrameProps) -> Html {
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
pub fn leave(element: &Element) {
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
                <button type="button" class="primary" onclick={move |_| submit.emit(())}>
                    { words.t("paste-open") }
                </button>
            </div>
        </Frame>
    }
}

/// What the dialog for addresses tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct UrlProps {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The address is to be opened.
    pub on_url: Callback<String>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// The dialog for addresses.
#[component(UrlDialog)]
pub fn url_dialog(props: &UrlProps) -> Html {
    let words = &props.words;
    let field = use_node_ref();
    let submit = {
        let (field, on_url) = (field.clone(), props.on_url.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlInputElement>()
                && !field.value().trim().is_empty()
            {
                leave(&field);
                on_url.emit(field.value().trim().to_owned());
            }
        })
    };
    html! {
        <Frame words={words.clone()} id="url-dialog" title={words.t("url-title")} on_close={props.on_close.clone()}>
            <form onsubmit={submit}>
                <p>{ words.t("url-hint") }</p>
                <input
                    ref={field}
                    class="address"
                    type="text"
                    inputmode="url"
                    translate="no"
                    spellcheck="false"
                    autocomplete="off"
                    autofocus=true
                    aria-label={words.t("url-label")}
                    placeholder="https://example.org/binlog.000042"
                />
                <div class="dialog-actions">
                    <button type="submit" class="primary">{ words.t("url-open") }</button>
                </div>
            </form>
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
    /// Bytes that are kept of the indexes of files, once that is known.
    pub kept: Option<u64>,
    /// How much is kept is wanted; forget it first.
    pub on_kept: Callback<bool>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// Keys and the messages that say what they do.
const KEYS: [(&str, &str); 19] = [
    ("↑ ↓ ← →", "key-arrows"),
    ("Home End PgUp PgDn", "key-pages"),
    ("Tab", "key-tab"),
    (". ,", "key-events"),
    ("] [", "key-transactions"),
    ("/", "key-filter"),
    ("n N", "key-hits"),
    ("Shift F10", "key-menu"),
    ("g", "key-goto"),
    ("c", "key-copy"),
    ("m", "key-note"),
    ("s", "key-share"),
    ("Enter", "key-enter"),
    ("Shift ↑ ↓ ← →", "key-range"),
    ("Ctrl C", "key-copy-hex"),
    ("Ctrl", "key-freeze"),
    ("Alt ← →", "key-history"),
    ("Esc", "key-escape"),
    ("?", "key-sheet"),
];

/// How much is kept of indexes, and what forgets it.
fn kept(props: &KeysProps) -> Html {
    let Some(bytes) = props.kept else { return Html::default() };
    let said = props.words.with("kept-indexes", [("size", crate::numbers::size(bytes).into())]);
    let clear = props.on_kept.reform(|_: MouseEvent| true);
    html! {
        <p class="kept">
            <span>{ said }</span>
            <button type="button" disabled={bytes == 0} onclick={clear}>{ props.words.t("kept-clear") }</button>
        </p>
    }
}

/// The sheet of keys.
#[component(KeysDialog)]
pub fn keys_dialog(props: &KeysProps) -> Html {
    let words = &props.words;
    use_effect_with((), {
        let on_kept = props.on_kept.clone();
        move |()| on_kept.emit(false)
    });
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
            { kept(props) }
        </Frame>
    }
}
