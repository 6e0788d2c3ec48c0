//! The terms of the filter language, beside the field.

use yew::prelude::*;

use crate::localisation::Words;

/// Examples, and the messages that say what they show.
const TERMS: [(&str, &str); 18] = [
    ("type:WRITE_ROWS", "filter-help-type"),
    ("table:shop.orders", "filter-help-table"),
    ("op:delete", "filter-help-op"),
    ("row.id = 5", "filter-help-row"),
    ("sql~\"drop table\"", "filter-help-sql"),
    ("time:2018-03-21T18", "filter-help-time"),
    ("gtid:3e11fa47*:5", "filter-help-gtid"),
    ("server:1", "filter-help-server"),
    ("thread:42", "filter-help-thread"),
    ("txn.size:>1M", "filter-help-txn"),
    ("size:>1M", "filter-help-size"),
    ("rows:>1000", "filter-help-rows"),
    ("pos:4..1000", "filter-help-pos"),
    ("end_log_pos:782", "filter-help-end-log-pos"),
    ("text:\"alice\"", "filter-help-text"),
    ("hex:ff ?? ee", "filter-help-hex"),
    ("is:damaged", "filter-help-is"),
    ("A and (B or not C)", "filter-help-and"),
];

/// Id of the popover.
pub const HELP_ID: &str = "filter-help";

/// The popover.
pub fn help(words: &Words) -> Html {
    html! {
        <div id={HELP_ID} class="menu filter-help" popover="auto" role="dialog" aria-label={words.t("filter-help")}>
            <h2>{ words.t("filter-help") }</h2>
            <dl>
                { for TERMS.into_iter().map(|(term, id)| html! {
                    <div><dt translate="no"><code>{ term }</code></dt><dd>{ words.t(id) }</dd></div>
                }) }
            </dl>
            <p class="quiet">{ words.t("filter-help-more") }</p>
        </div>
    }
}
