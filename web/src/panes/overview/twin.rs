//! The strip as a table: for who does not see it, and for who wants the numbers.

use yew::prelude::*;

use super::{Overview, moment};
use crate::numbers::{grouped, size};
use crate::protocol::StripBy;
use crate::selection::Travel;

/// Rows of the table; each stands for as many columns as that takes.
const ROWS: usize = 24;

impl Overview {
    pub(super) fn twin(&self, ctx: &Context<Self>) -> Html {
        let Some(strip) = &self.strip else { return Html::default() };
        let words = &ctx.props().words;
        let each = strip.columns().div_ceil(ROWS).max(1);
        let rows = (0..strip.columns()).step_by(each).map(|first| {
            let last = (first + each).min(strip.columns());
            let columns = || (first..last).map(|at| strip.column(at));
            let (from, to) = (strip.column_range(first).0, strip.column_range(last - 1).1);
            let at = strip.first_from(first);
            let listed = ctx.props().listed.clone();
            let on_select = ctx.props().on_select.clone();
            let go = move |_: MouseEvent| {
                if let Some(offset) = at {
                    let address = binlog_explorer::view::Address { space: listed.clone(), offset };
                    on_select.emit((crate::selection::Selection::event(address), Travel::Jump));
                }
            };
            let damage: u64 = columns().map(|column| column.damage()).sum();
            html! {
                <tr>
                    <th scope="row">
                        <button type="button" class="link" onclick={go}>{ self.ends(from, to) }</button>
                    </th>
                    <td>{ grouped(columns().map(|column| column.total_events()).sum()) }</td>
                    <td>{ size(columns().map(|column| column.total_bytes()).sum()) }</td>
                    <td>{ size(columns().map(|column| column.largest()).max().unwrap_or_default()) }</td>
                    <td class={(damage > 0).then_some("bad")}>{ grouped(damage) }</td>
                </tr>
            }
        });
        let by = if self.by == StripBy::Time { "overview-time" } else { "overview-position" };
        html! {
            <div class="overview-twin" tabindex="0" role="region" aria-label={words.t("overview-table-name")}>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">
                                { words.t(by) }
                            </th>
                            <th scope="col">{ words.t("overview-events") }</th>
                            <th scope="col">{ words.t("overview-bytes") }</th>
                            <th scope="col">{ words.t("overview-largest") }</th>
                            <th scope="col">{ words.t("overview-damaged") }</th>
                        </tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        }
    }

    fn ends(&self, from: u64, to: u64) -> String {
        match self.by {
            StripBy::Position => format!("{} … {}", grouped(from), grouped(to)),
            StripBy::Time => format!("{} … {}", moment(from), moment(to.saturating_sub(1))),
        }
    }
}
