//! The heading of the Events pane: which list, and in what order.

use binlog_explorer::view::{ListMode, Sort};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::events::Props;

/// Orders of the list, the first two of single events too, and the messages that name them.
const ORDERS: [(Sort, &str); 5] = [
    (Sort::Position, "sort-position"),
    (Sort::Size, "sort-size"),
    (Sort::Duration, "sort-duration"),
    (Sort::Rows, "sort-rows"),
    (Sort::Events, "sort-events"),
];

/// The pane's heading.
pub fn heading(props: &Props) -> Html {
    let words = &props.words;
    let choice = |mode: ListMode, id: &str| {
        let on_mode = props.on_mode.clone();
        html! {
            <button
                type="button"
                aria-pressed={(props.mode == mode).to_string()}
                onclick={move |_| on_mode.emit(mode)}
            >{ words.t(id) }</button>
        }
    };
    let orders: &[(Sort, &str)] = match props.mode {
        ListMode::Transactions => &ORDERS,
        ListMode::Plain => &ORDERS[..2],
    };
    let sorted = {
        let on_sort = props.on_sort.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let chosen = ORDERS.iter().find(|(_, id)| *id == select.value());
            on_sort.emit(chosen.map_or(Sort::Position, |(sort, _)| *sort));
        })
    };
    html! {
        <header class="pane-head">
            <h2>{ words.t("name-events") }</h2>
            <select class="sort" aria-label={words.t("sort")} onchange={sorted}>
                { for orders.iter().map(|(sort, id)| html! {
                    <option value={*id} selected={*sort == props.sort}>{ words.t(id) }</option>
                }) }
            </select>
            <div class="choice" role="group" aria-label={words.t("list-mode")}>
                { choice(ListMode::Transactions, "mode-transactions") }
                { choice(ListMode::Plain, "mode-plain") }
            </div>
        </header>
    }
}
