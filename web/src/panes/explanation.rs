//! The strip under the bytes: how they become the value, and what the field means.

use std::rc::Rc;

use binlog_explorer::view::FieldNode;
use yew::prelude::*;

use super::field_line::{event_name, role_mark, role_name};
use super::fields::same;
use crate::bit_diagram::BitDiagram;
use crate::event_bytes::EventBytes;
use crate::event_model::{EventModel, Item};
use crate::explanations::Explanations;
use crate::localisation::Words;
use crate::numbers;
use crate::visible_text::{visible, visible_line};

/// Bytes that the conversion line writes out.
const CONVERTED: u64 = 8;
/// Bytes that the opened strip writes out.
const OPENED: u64 = 256;
/// Characters of a value that the opened strip writes out; copying takes all.
const OPENED_TEXT: usize = 4000;

/// What it shows and whom it tells.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The event.
    pub model: Option<Rc<EventModel>>,
    /// Path of the selected field.
    pub selected: Option<String>,
    /// Selected bytes without a field.
    pub range: Option<(u64, u64)>,
    /// The event's bytes.
    pub bytes: Option<Rc<EventBytes>>,
    /// The explanations, once fetched.
    pub explanations: Option<Rc<Explanations>>,
    /// What is noted at what is selected.
    pub note: Option<AttrValue>,
    /// Writes a note, or changes it.
    pub on_note: Callback<()>,
    /// Shown in full.
    pub open: bool,
    /// Shows more or less.
    pub on_open: Callback<bool>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        same(&self.model, &other.model)
            && same(&self.bytes, &other.bytes)
            && same(&self.explanations, &other.explanations)
            && self.words == other.words
            && self.selected == other.selected
            && self.range == other.range
            && self.note == other.note
            && self.open == other.open
            && self.on_open == other.on_open
    }
}

/// The component.
#[component(ExplanationStrip)]
pub fn explanation_strip(props: &Props) -> Html {
    let words = &props.words;
    let on_open = props.on_open.clone();
    let open = props.open;
    html! {
        <section
            class={classes!("pane", "strip", open.then_some("open"))}
            aria-label={words.t("pane-explanation")}
        >
            <div
                class="strip-text"
                tabindex={open.then_some("0")}
                role="group"
                aria-label={words.t("pane-explanation")}
            >
                if let Some(note) = &props.note {
                    <p class="strip-note" translate="no">{ visible(note).into_owned() }</p>
                }
                { content(props) }
            </div>
            <button
                type="button"
                class="quiet-button note-button"
                disabled={props.model.is_none()}
                onclick={props.on_note.reform(|_: MouseEvent| ())}
            >{ words.t(if props.note.is_some() { "note-edit" } else { "note-add" }) }</button>
            <button
                type="button"
                class="quiet-button more"
                aria-expanded={open.to_string()}
                onclick={move |_| on_open.emit(!open)}
            >{ words.t(if open { "show-less" } else { "show-more" }) }</button>
        </section>
    }
}

fn content(props: &Props) -> Html {
    let words = &props.words;
    let Some(model) = &props.model else {
        return html! { <p class="quiet">{ words.t("explanation-empty") }</p> };
    };
    if let Some((start, end)) = props.range {
        return range_content(props, start, end);
    }
    let item = props.selected.as_deref().and_then(|path| model.find(path)).unwrap_or(Item::Event);
    match model.node(item) {
        Some(node) => field_content(props, model, item, node),
        None => event_content(props, model),
    }
}

fn event_content(props: &Props, model: &EventModel) -> Html {
    let error = model.view.error.as_ref().map(|error| props.words.message(error));
    html! {
        <>
            <p class="strip-title">
                <strong translate="no">{ event_name(&props.words, model) }</strong>
                <span class="quiet" translate="no">{ numbers::size(model.end().saturating_sub(model.start())) }</span>
            </p>
            if let Some(error) = error {
                <p class="warning">{ error }</p>
            }
            { explained(props, &model.view.explanation) }
        </>
    }
}

fn range_content(props: &Props, start: u64, end: u64) -> Html {
    let space = props.model.as_ref().map_or("", |model| &model.view.address.space);
    let bytes = bytes_of(props, space, start, end, if props.open { OPENED } else { 16 });
    html! {
        <>
            <p class="strip-title">
                <strong>{ props.words.with("range-title", [
                    ("count", ((end - start) as f64).into()),
                    ("shown", numbers::grouped(end - start).into()),
                ]) }</strong>
                <span class="quiet" translate="no">{ format!("{start} … {}", end.saturating_sub(1)) }</span>
            </p>
            <p class="conversion" translate="no">{ bytes }</p>
        </>
    }
}

fn field_content(props: &Props, model: &EventModel, item: Item, node: &FieldNode) -> Html {
    let words = &props.words;
    let (class, letter) = role_mark(node.role);
    let bits = match item {
        Item::Bits(_, bits) => Some(bits),
        _ => None,
    };
    let space = model.space_of(item);
    let diagram = props
        .bytes
        .as_ref()
        .map(|bytes| bytes.range(space, node.start, node.end.min(node.start + CONVERTED)).to_vec())
        .filter(|bytes| !node.bits.is_empty() && !bytes.is_empty());
    html! {
        <>
            <p class="strip-title">
                <span class={classes!("swatch", class)} aria-hidden="true">{ letter }</span>
                <strong translate="no">{ model.path(item) }</strong>
                if let Some(label) = &node.label {
                    <span class="label" translate="no">{ visible_line(label, 80) }</span>
                }
                <span class="quiet" translate="no">{ words.physical(&node.physical) }</span>
                <span class="quiet">{ words.t(role_name(node.role)) }</span>
                <span class="quiet" translate="no">{ place(node) }</span>
            </p>
            if let Some(error) = &node.error {
                <p class="warning">{ words.message(error) }</p>
            }
            { conversion(props, space, node) }
            if let Some(bytes) = diagram {
                <BitDiagram bytes={bytes} bits={node.bits.clone()} selected={bits} label={words.t("bit-diagram")} />
            }
            { explained(props, &node.id) }
            if props.open {
                if let Some(text) = node.text.as_ref().filter(|text| text.chars().count() > 60) {
                    <p class="whole-text" translate="no">{ whole(text) }</p>
                }
                if node.end.saturating_sub(node.start) > CONVERTED {
                    <p class="conversion whole-bytes" translate="no">
                        { bytes_of(props, space, node.start, node.end, OPENED) }
                    </p>
                }
            }
        </>
    }
}

fn whole(text: &str) -> String {
    if text.chars().count() > OPENED_TEXT { visible_line(text, OPENED_TEXT) } else { visible(text).into_owned() }
}

fn place(node: &FieldNode) -> String {
    let size = numbers::size(node.end.saturating_sub(node.start));
    format!("{:#x} · {size}", node.start)
}

/// The explanation, when there is one: in English for now, and marked so.
fn explained(props: &Props, id: &str) -> Html {
    match props.explanations.as_ref().and_then(|explanations| explanations.of(id)) {
        Some(text) => html! { <p class="explained" lang="en">{ props.words.mark(text) }</p> },
        None => Html::default(),
    }
}

fn bytes_of(props: &Props, space: &str, start: u64, end: u64, limit: u64) -> String {
    let Some(bytes) = &props.bytes else { return String::new() };
    let mut text = numbers::hex(bytes.range(space, start, end.min(start.saturating_add(limit))));
    if end.saturating_sub(start) > limit && !text.is_empty() {
        text.push_str(" …");
    }
    text
}

/// The line from bytes to value.
fn conversion(props: &Props, space: &str, node: &FieldNode) -> Html {
    let shown = bytes_of(props, space, node.start, node.end, CONVERTED);
    let bytes = props.bytes.as_ref().map(|bytes| bytes.range(space, node.start, node.end).to_vec()).unwrap_or_default();
    let mut steps = vec![shown];
    let ordered = byte_order(&node.physical, &bytes);
    if let Some((id, number)) = &ordered {
        steps.push(format!("{} {number}", props.words.t(id)));
    }
    for value in [&node.raw, &node.text].into_iter().flatten() {
        let value = visible_line(value, 120);
        let said = ordered.as_ref().is_some_and(|(_, number)| *number == value);
        if steps.last() != Some(&value) && !said {
            steps.push(value);
        }
    }
    steps.retain(|step| !step.is_empty());
    if steps.is_empty() {
        return Html::default();
    }
    html! {
        <p class="conversion" translate="no">
            { for steps.into_iter().enumerate().map(|(at, step)| html! {
                <>
                    if at > 0 {
                        <span class="arrow" aria-hidden="true">{ "→" }</span>
                    }
                    <span class="step">{ step }</span>
                </>
            }) }
        </p>
    }
}

/// For a number of several bytes: the words for its byte order, and it in hex, put in order.
fn byte_order(physical: &str, bytes: &[u8]) -> Option<(&'static str, String)> {
    if !(2..=8).contains(&bytes.len()) {
        return None;
    }
    let little = physical.split_whitespace().any(|word| word == "LE");
    let big = physical.split_whitespace().any(|word| word == "BE");
    let mut number = String::from("0x");
    let mut push = |byte: &u8| numbers::push_hex(&mut number, *byte);
    if little {
        bytes.iter().rev().for_each(&mut push);
        Some(("little-endian", number))
    } else if big {
        bytes.iter().for_each(&mut push);
        Some(("big-endian", number))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_orders() {
        let bytes = [0x5a, 0x2e, 0xb2, 0x5a];
        assert_eq!(byte_order("u32 LE", &bytes), Some(("little-endian", "0x5ab22e5a".into())));
        assert_eq!(byte_order("u32 BE", &bytes), Some(("big-endian", "0x5a2eb25a".into())));
        assert_eq!(byte_order("lenenc", &bytes), None);
        assert_eq!(byte_order("u8", &bytes[..1]), None);
    }
}
