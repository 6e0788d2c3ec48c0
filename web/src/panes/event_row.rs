//! One row of the Events pane.

use std::rc::Rc;

use binlog_explorer::view::{Family, ListRow, RowContent};
use yew::prelude::*;

use super::field_line::note_mark;
use crate::localisation::Words;
use crate::numbers;
use crate::visible_text::visible_line;

/// What the row shows.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The row.
    pub row: ListRow,
    /// The first note of it, and how many there are.
    pub note: Option<(AttrValue, usize)>,
    /// It is the selection.
    pub selected: bool,
    /// The keyboard is here.
    pub active: bool,
    /// Clicked.
    pub on_click: Callback<()>,
    /// Its twisty was clicked.
    pub on_toggle: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        // The callbacks depend on the row's number alone.
        self.row == other.row
            && self.note == other.note
            && self.selected == other.selected
            && self.active == other.active
            && self.words == other.words
    }
}

/// The letter and the class of an event family: the colour is never alone.
pub fn family_mark(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Transaction => ("X", "f-transaction"),
        Family::Table => ("T", "f-table"),
        Family::Insert => ("I", "f-insert"),
        Family::Update => ("U", "f-update"),
        Family::Delete => ("D", "f-delete"),
        Family::Statement => ("Q", "f-statement"),
        Family::File => ("F", "f-file"),
        Family::Payload => ("Z", "f-payload"),
        Family::Other => ("·", "f-other"),
    }
}

/// A type's name as the list shows it, without the ending that they all share.
pub fn short_name(type_name: &str) -> &str {
    type_name.strip_suffix("_EVENT").unwrap_or(type_name)
}

/// A GTID with a server UUID keeps the UUID's first digits; the tooltip has all.
fn short_label(label: &str) -> String {
    let uuid = label.get(..36).is_some_and(|uuid| {
        uuid.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    });
    if uuid { format!("{}…{}", &label[..4], &label[36..]) } else { visible_line(label, 80) }
}

/// The component.
#[component(EventRow)]
pub fn event_row(props: &Props) -> Html {
    let row = &props.row;
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
    let kind = match &row.content {
        RowContent::Transaction { .. } => "transaction",
        RowContent::Event { .. } => "event",
        RowContent::Span { .. } => "span",
    };
    let bad = is_bad(&row.content);
    let twisty = match row.expanded {
        Some(open) => html! {
            <span class={classes!("twisty", open.then_some("open"))} onclick={toggle}></span>
        },
        None => html! { <span class="twisty none"></span> },
    };
    let size = row.end.saturating_sub(row.address.offset);
    html! {
        <div
            id={format!("event-row-{}", row.row)}
            class={classes!(
                "event-row", kind, format!("level-{}", row.level.min(4)),
                props.selected.then_some("selected"), props.active.then_some("active"),
                bad.then_some("bad"),
            )}
            role="row"
            aria-rowindex={(row.row + 1).to_string()}
            aria-level={row.level.to_string()}
            aria-posinset={row.position.to_string()}
            aria-setsize={if row.siblings == 0 { "-1".to_owned() } else { row.siblings.to_string() }}
            aria-expanded={row.expanded.map(|open| open.to_string())}
            aria-selected={props.selected.to_string()}
            data-offset={row.address.to_string()}
            onclick={click}
        >
            <span class="offset" role="gridcell" translate="no">
                { twisty }
                <span class="number">{ row.address.offset.to_string() }</span>
            </span>
            { middle(&props.words, row, props.note.as_ref()) }
            <span class="size" role="gridcell" translate="no">
                { numbers::size(size) }{ term_button(&props.words, props.selected) }
            </span>
        </div>
    }
}

/// What opens the menu of a selected row; the page listens. The keyboard has its own key for it.
pub fn term_button(words: &Words, selected: bool) -> Html {
    if !selected {
        return Html::default();
    }
    let label = words.t("term-menu");
    html! {
        <button type="button" class="term-button" tabindex="-1" aria-label={label.clone()} title={label}>
            { "⋯" }
        </button>
    }
}

fn is_bad(content: &RowContent) -> bool {
    match content {
        RowContent::Transaction { complete, .. } => !complete,
        RowContent::Event { checksum_ok, .. } => *checksum_ok == Some(false),
        RowContent::Span { kind, error } => error.is_some() || kind == "damaged",
    }
}

fn middle(words: &Words, row: &ListRow, note: Option<&(AttrValue, usize)>) -> Html {
    let note = note_mark(words, note.map(|(text, _)| text.as_str()), note.map_or(0, |(_, notes)| *notes));
    match &row.content {
        RowContent::Transaction { .. } => transaction(words, &row.content),
        RowContent::Event { .. } => event(words, &row.content, note),
        RowContent::Span { kind, error } => html! {
            <>
                <span class="kind" role="gridcell">
                    <span class="family f-span" aria-hidden="true">{ "▒" }</span>
                    { words.t(&span_name(kind)) }
                </span>
                <span class="about" role="gridcell">
                    if let Some(error) = error {
                        <span class="summary warning">{ words.message(error) }</span>
                    }
                    { note }
                </span>
            </>
        },
    }
}

fn transaction(words: &Words, content: &RowContent) -> Html {
    let RowContent::Transaction { label, summary, events, complete, timestamp, number } = content else {
        return Html::default();
    };
    html! {
        <>
            <span class="kind" role="gridcell" translate="no" title={label.clone()}>
                if label.is_empty() {
                    { words.with("transaction-number", [("number", numbers::grouped(*number).into())]) }
                } else {
                    { short_label(label) }
                }
            </span>
            <span class="about" role="gridcell">
                <span class="summary" translate="no" title={summary.clone()}>{ visible_line(summary, 200) }</span>
                if !complete {
                    <span class="warning">{ words.t("transaction-open") }</span>
                }
                <span class="count">
                    { words.with("transaction-events", [
                        ("count", (*events as f64).into()),
                        ("shown", numbers::grouped(*events).into()),
                    ]) }
                </span>
                <time class="time" translate="no" title={format!("{} UTC", numbers::date_time(*timestamp))}>
                    { numbers::time_of_day(*timestamp) }
                </time>
            </span>
        </>
    }
}

fn event(words: &Words, content: &RowContent, note: Html) -> Html {
    let RowContent::Event {
        type_name,
        summary,
        checksum_ok,
        family,
        type_code,
        timestamp,
        server_id,
        matching_rows,
        ..
    } = content
    else {
        return Html::default();
    };
    let (letter, class) = family_mark(*family);
    let title = words.with(
        "event-tooltip",
        [
            ("type", type_name.as_str().into()),
            ("code", type_code.to_string().into()),
            ("time", numbers::date_time(*timestamp).into()),
            ("server", server_id.to_string().into()),
        ],
    );
    html! {
        <>
            <span class="kind" role="gridcell" translate="no" title={title}>
                <span class={classes!("family", class)} aria-hidden="true">{ letter }</span>
                { short_name(type_name) }
            </span>
            <span class="about" role="gridcell">
                <span class="summary" translate="no" title={summary.clone()}>{ visible_line(summary, 200) }</span>
                if let Some(rows) = matching_rows {
                    <span class="matching">
                        { words.with("matching-rows", [("count", (*rows).into())]) }
                    </span>
                }
                if *checksum_ok == Some(false) {
                    <span class="warning">{ words.t("checksum-bad-short") }</span>
                }
                { note }
            </span>
        </>
    }
}

/// Message id of a span kind's name.
pub fn span_name(kind: &str) -> String {
    format!("span-{}", kind.replace('_', "-"))
}
