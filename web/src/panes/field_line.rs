//! One line of the field tree.

use std::rc::Rc;

use binlog_explorer::view::{FieldNode, Role, RowContent};
use yew::prelude::*;

use super::event_row::{span_name, term_button};
use super::fields::same;
use crate::event_bytes::EventBytes;
use crate::event_model::{EventModel, Item, TreeLine};
use crate::localisation::Words;
use crate::numbers;
use crate::visible_text::visible_line;

/// Bytes that the byte column shows; the grid below has them all.
const SHOWN_BYTES: u64 = 8;
/// Characters of a value that a line shows; the strip below has more.
const SHOWN_TEXT: usize = 160;

/// What the line shows.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The event.
    pub model: Rc<EventModel>,
    /// Number of the line.
    pub number: usize,
    /// The line.
    pub line: TreeLine,
    /// It is the selection.
    pub selected: bool,
    /// The event's bytes.
    pub bytes: Option<Rc<EventBytes>>,
    /// What is noted at it.
    pub note: Option<AttrValue>,
    /// Clicked.
    pub on_click: Callback<()>,
    /// To be opened or closed.
    pub on_toggle: Callback<()>,
    /// The pointer came.
    pub on_over: Callback<MouseEvent>,
    /// Shows the bytes of the space that the field opens.
    pub on_space: Callback<String>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        // The callbacks depend on the number alone.
        Rc::ptr_eq(&self.model, &other.model)
            && self.number == other.number
            && self.line == other.line
            && self.selected == other.selected
            && same(&self.bytes, &other.bytes)
            && self.note == other.note
            && self.words == other.words
    }
}

/// A role's class and letter: colour is never the only cue.
pub fn role_mark(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Length => ("r-length", "L"),
        Role::Identifier => ("r-identifier", "I"),
        Role::Value => ("r-value", "V"),
        Role::Time => ("r-time", "T"),
        Role::Flags => ("r-flags", "F"),
        Role::Checksum => ("r-checksum", "C"),
        Role::Structure => ("r-structure", "S"),
        Role::Unexplained => ("r-unexplained", "?"),
    }
}

/// Message id of a role's name.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Length => "role-length",
        Role::Identifier => "role-identifier",
        Role::Value => "role-value",
        Role::Time => "role-time",
        Role::Flags => "role-flags",
        Role::Checksum => "role-checksum",
        Role::Structure => "role-structure",
        Role::Unexplained => "role-unexplained",
    }
}

/// The component.
#[component(FieldLine)]
pub fn field_line(props: &Props) -> Html {
    let (model, line) = (&props.model, props.line);
    let (start, end) = model.range(line.item);
    let click = {
        let on_click = props.on_click.clone();
        Callback::from(move |_: MouseEvent| on_click.emit(()))
    };
    let toggle = {
        let on_toggle = props.on_toggle.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            on_toggle.emit(());
        })
    };
    let double = {
        let on_toggle = props.on_toggle.clone();
        Callback::from(move |_: MouseEvent| on_toggle.emit(()))
    };
    let twisty = match line.open {
        Some(open) => html! {
            <span class={classes!("twisty", open.then_some("open"))} onclick={toggle}></span>
        },
        None => html! { <span class="twisty none"></span> },
    };
    let kind = match line.item {
        Item::Event => "is-event",
        Item::Node(_) if line.open.is_some() => "is-branch",
        Item::Node(_) => "is-leaf",
        Item::Bits(..) => "is-bits",
    };
    let failed = model.node(line.item).is_some_and(|node| node.error.is_some());
    html! {
        <div
            id={format!("field-line-{}", props.number)}
            class={classes!(
                "field-line", kind, format!("indent-{}", line.level.min(12)),
                props.selected.then_some("selected"), failed.then_some("bad"),
            )}
            role="treeitem"
            aria-level={line.level.to_string()}
            aria-posinset={line.position.to_string()}
            aria-setsize={line.siblings.to_string()}
            aria-expanded={line.open.map(|open| open.to_string())}
            aria-selected={props.selected.to_string()}
            data-start={start.to_string()}
            data-end={end.to_string()}
            data-space={model.space_of(line.item).to_owned()}
            data-path={model.path(line.item)}
            onclick={click}
            ondblclick={double}
            onmouseenter={props.on_over.clone()}
        >
            <span class="field-name">
                { twisty }
                { name(props) }
            </span>
            { rest(props, start, end) }
            { term_button(&props.words, props.selected) }
        </div>
    }
}

/// A note where it is pinned to; with more of them, how many.
pub fn note_mark(words: &Words, note: Option<&str>, notes: usize) -> Html {
    let Some(note) = note else { return Html::default() };
    let count = if notes > 1 { format!(" +{}", notes - 1) } else { String::new() };
    let text = visible_line(note, 80);
    html! {
        <span class="note" title={words.with("note-title", [("text", visible_line(note, 400).into())])} translate="no">
            { text }{ count }
        </span>
    }
}

/// The swatch and the name.
fn name(props: &Props) -> Html {
    let model = &props.model;
    let Some(node) = model.node(props.line.item) else {
        return html! { <strong class="name" translate="no">{ event_name(&props.words, model) }</strong> };
    };
    let (class, letter) = role_mark(node.role);
    if let Some(bits) = model.bits(props.line.item) {
        return html! {
            <>
                <span class={classes!("swatch", "small", class)} aria-hidden="true"></span>
                <span class="name" translate="no">{ visible_line(&bits.name, 80) }</span>
            </>
        };
    }
    html! {
        <>
            <span class={classes!("swatch", class)} title={props.words.t(role_name(node.role))} aria-hidden="true">
                { letter }
            </span>
            <span class="name" translate="no">{ visible_line(&node.name, 80) }</span>
            if let Some(label) = &node.label {
                <span class="label" translate="no">{ visible_line(label, 80) }</span>
            }
        </>
    }
}

/// What a whole event is called on its own line and in the explanation.
pub fn event_name(words: &Words, model: &EventModel) -> String {
    match &model.view.content {
        RowContent::Event { type_name, .. } => type_name.clone(),
        RowContent::Transaction { label, .. } => label.clone(),
        RowContent::Span { kind, .. } => words.t(&span_name(kind)),
    }
}

/// The columns after the name.
fn rest(props: &Props, start: u64, end: u64) -> Html {
    let words = &props.words;
    let Some(node) = props.model.node(props.line.item) else {
        let size = numbers::size(end.saturating_sub(start));
        return html! {
            <>
                <span class="field-value">
                    <span class="quiet" translate="no">{ size }</span>
                    { note_mark(words, props.note.as_deref(), 1) }
                </span>
                <span class="field-type"></span>
                <span class="field-bytes quiet" translate="no">{ format!("{start} = {start:#x}") }</span>
            </>
        };
    };
    if let Some(bits) = props.model.bits(props.line.item) {
        let place = if bits.end - bits.start == 1 {
            words.with("bit-one", [("bit", bits.start.to_string().into())])
        } else {
            words.with(
                "bit-span",
                [("first", bits.start.to_string().into()), ("last", (bits.end - 1).to_string().into())],
            )
        };
        return html! {
            <>
                <span class="field-value">
                    <span translate="no">{ visible_line(&bits.text, SHOWN_TEXT) }</span>
                    { note_mark(words, props.note.as_deref(), 1) }
                </span>
                <span class="field-type">{ place }</span>
                <span class="field-bytes"></span>
            </>
        };
    }
    html! {
        <>
            { value(props, node) }
            <span class="field-type" translate="no">{ words.physical(&node.physical) }</span>
            <span class="field-bytes" translate="no">{ first_bytes(props, node) }</span>
        </>
    }
}

fn value(props: &Props, node: &FieldNode) -> Html {
    let open = node.opens.clone().map(|space| {
        let on_space = props.on_space.clone();
        let title = props.words.t("open-space");
        let shown = space.clone();
        let click = Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            on_space.emit(space.clone());
        });
        html! {
            <span class="opens" onclick={click} title={title} translate="no">{ format!("▸ {shown}") }</span>
        }
    });
    html! {
        <span class="field-value">
            if let Some(error) = &node.error {
                <span class="warning">{ props.words.message(error) }</span>
            }
            if let Some(text) = &node.text {
                <span class="text" translate="no">{ visible_line(text, SHOWN_TEXT) }</span>
            }
            if let Some(raw) = &node.raw {
                <span class="raw" translate="no">{ visible_line(raw, 48) }</span>
            }
            { open }
            { note_mark(&props.words, props.note.as_deref(), 1) }
        </span>
    }
}

fn first_bytes(props: &Props, node: &FieldNode) -> String {
    // A branch's bytes are its children's, and a long run says nothing at a glance.
    if props.line.open == Some(true) && node.bits.is_empty() {
        return String::new();
    }
    let Some(bytes) = &props.bytes else { return String::new() };
    let space = props.model.space_of(props.line.item);
    let mut text = numbers::hex(bytes.range(space, node.start, node.end.min(node.start + SHOWN_BYTES)));
    if node.end - node.start.min(node.end) > SHOWN_BYTES && !text.is_empty() {
        text.push_str(" …");
    }
    text
}
