//! What is masked in what is shared: classes, exceptions, and how it looks before and after.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::data::checked;
use super::{Class, Names, ShareMsg};
use crate::app::{App, Msg};
use crate::localisation::Words;
use crate::protocol::Shared;
use crate::visible_text::visible_line;

impl App {
    /// The switches.
    pub(super) fn share_masking(&self, ctx: &Context<Self>, words: &Words) -> Html {
        let link = ctx.link();
        let class = |class: Class| {
            let changed = link.callback(move |event: Event| Msg::Share(ShareMsg::Mask(class, checked(&event))));
            html! {
                <label class="check" title={words.t(&format!("share-mask-{}-hint", class.name()))}>
                    <input type="checkbox" checked={self.share.masks(class)} onchange={changed} />
                    { words.t(&format!("share-mask-{}", class.name())) }
                </label>
            }
        };
        let names = |names: Names, id: &str, value: &str, example: &'static str| {
            let changed = link.callback(move |event: Event| {
                let input: HtmlInputElement = event.target_unchecked_into();
                Msg::Share(ShareMsg::Readable(names, input.value()))
            });
            html! {
                <label class="share-names">
                    <span>{ words.t(id) }</span>
                    <input
                        type="text"
                        translate="no"
                        spellcheck="false"
                        autocomplete="off"
                        placeholder={example}
                        value={value.to_owned()}
                        onchange={changed}
                    />
                </label>
            }
        };
        let share = &self.share;
        html! {
            <fieldset class="share-masking">
                <legend>{ words.t("share-mask") }</legend>
                <div class="share-classes">{ for Class::ALL.into_iter().map(class) }</div>
                <p class="quiet">{ words.t("share-mask-hint") }</p>
                if self.share.masks(Class::Values) {
                    { names(Names::Tables, "share-open-tables", &share.open_tables, "shop.products, log_*") }
                    { names(Names::Columns, "share-open-columns", &share.open_columns, "orders.status, id") }
                } else {
                    { names(Names::MaskedTables, "share-masked-tables", &share.masked_tables, "shop.customers") }
                    { names(Names::MaskedColumns, "share-masked-columns", &share.masked_columns, "email, customers.name") }
                }
            </fieldset>
        }
    }

    /// Fields of the selected event before and after.
    pub(super) fn share_preview(&self, words: &Words, shared: &Shared) -> Html {
        if shared.preview.is_empty() {
            return Html::default();
        }
        html! {
            <details class="share-preview" open=true>
                <summary>{ words.t("share-preview") }</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ words.t("share-preview-field") }</th>
                            <th scope="col">{ words.t("share-preview-before") }</th>
                            <th scope="col">{ words.t("share-preview-after") }</th>
                        </tr>
                    </thead>
                    <tbody translate="no">
                        { for shared.preview.iter().map(|line| html! {
                            <tr>
                                <th scope="row">{ visible_line(&line.path, 60) }</th>
                                <td>{ visible_line(&line.before, 60) }</td>
                                <td>{ visible_line(&line.after, 60) }</td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </details>
        }
    }
}
