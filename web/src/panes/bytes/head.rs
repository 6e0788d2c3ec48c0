//! The line above the bytes: spaces, what is selected, and where to go.

use std::rc::Rc;

use binlog_explorer::space::RESTORED;
use binlog_explorer::view::SpaceView;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::localisation::Words;
use crate::numbers;

/// What it shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The spaces that can show.
    pub spaces: Rc<Vec<SpaceView>>,
    /// The one that shows.
    pub space: String,
    /// Selected bytes.
    pub range: Option<(u64, u64)>,
    /// Why the last "go to" went nowhere.
    pub problem: Option<String>,
    /// The "go to" box.
    pub goto_box: NodeRef,
    /// Shows another space.
    pub on_space: Callback<String>,
    /// The "go to" box was entered.
    pub on_goto: Callback<String>,
}

/// The component.
#[component(BytesHead)]
pub fn bytes_head(props: &Props) -> Html {
    let words = &props.words;
    let enter = {
        let (on_goto, goto_box) = (props.on_goto.clone(), props.goto_box.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter"
                && let Some(input) = goto_box.cast::<HtmlInputElement>()
            {
                event.prevent_default();
                on_goto.emit(input.value());
            }
        })
    };
    html! {
        <header class="pane-head">
            <h2>{ words.t("name-bytes") }</h2>
            <div class="choice spaces" role="tablist" aria-label={words.t("byte-spaces")}>
                { for props.spaces.iter().map(|space| space_button(props, space)) }
                if props.spaces.iter().all(|space| space.space != props.space) {
                    { space_button(props, &one_more(&props.space)) }
                }
            </div>
            <span class="range" translate="no">{ range_text(props) }</span>
            <span class="goto">
                <input
                    ref={props.goto_box.clone()}
                    id="goto"
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label={words.t("goto-label")}
                    aria-invalid={props.problem.is_some().to_string()}
                    aria-describedby={props.problem.is_some().then_some("goto-problem")}
                    placeholder={words.t("goto-placeholder")}
                    title={words.t("goto-hint")}
                    onkeydown={enter}
                />
                if let Some(problem) = &props.problem {
                    <span id="goto-problem" class="warning" role="alert">{ problem.clone() }</span>
                }
            </span>
        </header>
    }
}

fn space_button(props: &Props, space: &SpaceView) -> Html {
    let shown = space.space == props.space;
    let name = if space.space == "0" {
        props.words.t("space-source")
    } else {
        let id = match &*space.transform {
            "zstd" | "copy" | RESTORED => "space-payload",
            aes if aes.starts_with("aes-") => "space-decrypted",
            "gather" => "space-gathered",
            "packets" => "space-packets",
            _ => "space-inflated",
        };
        let name = props.words.with(id, [("at", space.space.clone().into())]);
        // Carried as it is: what it was compressed to is not there.
        if space.transform == RESTORED { format!("{name} {}", props.words.t("part-restored")) } else { name }
    };
    let title = props.words.with(
        "space-tooltip",
        [("transform", space.transform.clone().into()), ("size", numbers::size(space.size).into())],
    );
    let (on_space, to) = (props.on_space.clone(), space.space.clone());
    html! {
        <button
            type="button"
            role="tab"
            key={space.space.clone()}
            aria-selected={shown.to_string()}
            aria-controls="bytes-grid"
            data-space={space.space.clone()}
            title={title}
            onclick={move |_| on_space.emit(to.clone())}
        >{ name }</button>
    }
}

/// The space of a column value, of which an event may have many: it is listed while it shows.
fn one_more(space: &str) -> SpaceView {
    SpaceView { space: space.to_owned(), transform: "deflate".into(), size: 0 }
}

fn range_text(props: &Props) -> String {
    let Some((start, end)) = props.range else { return String::new() };
    let size = numbers::size(end.saturating_sub(start));
    if end <= start + 1 { format!("{start:#x} · {size}") } else { format!("{start:#x} … {:#x} · {size}", end - 1) }
}
