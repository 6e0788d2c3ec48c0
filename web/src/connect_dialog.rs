//! The dialog that connects to a live server.

use std::rc::Rc;

use binlogscope_bridge::control::Upstream;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::dialogs::{Frame, leave};
use crate::localisation::Words;
use crate::protocol::{OpenLive, Start};

/// What the dialog tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// What the bridge offers.
    pub offers: Rc<Vec<Upstream>>,
    /// This is wanted.
    pub on_connect: Callback<OpenLive>,
    /// It closed.
    pub on_close: Callback<()>,
}

/// Where to begin, and the messages that name it.
const STARTS: [(&str, &str); 4] = [
    ("now", "connect-now"),
    ("oldest", "connect-oldest"),
    ("position", "connect-position"),
    ("gtids", "connect-gtids"),
];

/// MiB to record, unless the reader wants more or less.
const LIMIT: u64 = 1024;

/// How a bridge is started.
const COMMAND: &str = "binlogscope serve --upstream mysql://repl@db.example:3306";

/// The dialog.
#[component(ConnectDialog)]
pub fn connect_dialog(props: &Props) -> Html {
    let words = &props.words;
    let [upstream, file, position, gtids, limit] = std::array::from_fn(|_| NodeRef::default());
    let [upstream, file, position, gtids, limit] =
        (*use_memo((), |()| [upstream, file, position, gtids, limit])).clone();
    let start = use_state(|| STARTS[0].0.to_owned());
    let chosen = {
        let start = start.clone();
        Callback::from(move |event: Event| start.set(event.target_unchecked_into::<HtmlSelectElement>().value()))
    };
    let text = |node: &NodeRef| node.cast::<HtmlInputElement>().map(|input| input.value().trim().to_owned());
    let submit = {
        let nodes = (upstream.clone(), file.clone(), position.clone(), gtids.clone(), limit.clone());
        let (start, on_connect) = (start.clone(), props.on_connect.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (upstream, file, position, gtids, limit) = &nodes;
            let Some(select) = upstream.cast::<HtmlSelectElement>() else { return };
            let number = |node| text(node).and_then(|text| text.parse::<u64>().ok());
            let start = match start.as_str() {
                "oldest" => Start::Oldest,
                "position" => {
                    Start::Position { file: text(file).unwrap_or_default(), position: number(position).unwrap_or(4) }
                }
                "gtids" => Start::Gtids(text(gtids).unwrap_or_default()),
                _ => Start::Now,
            };
            let limit = number(limit).unwrap_or(LIMIT).max(1) << 20;
            leave(&select);
            on_connect.emit(OpenLive { upstream: select.value(), start, limit });
        })
    };
    let field = |node: &NodeRef, label: &str, kind: &'static str, hint: &'static str| {
        labelled_input(words.t(label), node, kind, hint)
    };
    let form = html! {
        <form onsubmit={submit}>
            <p>{ words.t("connect-hint") }</p>
            <label class="connect-field">
                <span>{ words.t("connect-upstream") }</span>
                <select ref={upstream} translate="no">
                    { for props.offers.iter().enumerate().map(|(at, offer)| html! {
                        <option value={offer.name.clone()} selected={at == 0}>
                            { format!("{} ({})", offer.name, offer.address) }
                        </option>
                    }) }
                </select>
            </label>
            <label class="connect-field">
                <span>{ words.t("connect-start") }</span>
                <select onchange={chosen}>
                    { for STARTS.iter().map(|(name, id)| html! {
                        <option value={*name} selected={*name == *start}>{ words.t(id) }</option>
                    }) }
                </select>
            </label>
            if *start == "position" {
                { field(&file, "connect-file", "text", "binlog.000042") }
                { field(&position, "connect-offset", "number", "4") }
            }
            if *start == "gtids" {
                { field(&gtids, "connect-gtid-set", "text", "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5 · 0-1-100") }
            }
            { field(&limit, "connect-limit", "number", "1024") }
            <div class="dialog-actions">
                <button type="submit" class="primary">{ words.t("connect-go") }</button>
            </div>
        </form>
    };
    html! {
        <Frame
            words={words.clone()}
            id="connect-dialog"
            title={words.t("connect-title")}
            on_close={props.on_close.clone()}
        >
            { if props.offers.is_empty() { without_upstreams(words) } else { form } }
        </Frame>
    }
}

fn labelled_input(label: String, node: &NodeRef, kind: &'static str, hint: &'static str) -> Html {
    html! {
        <label class="connect-field">
            <span>{ label }</span>
            <input
                ref={node.clone()}
                type={kind}
                min="1"
                required=true
                translate="no"
                spellcheck="false"
                autocomplete="off"
                placeholder={hint}
                // Not `value`: that would overwrite what the reader typed whenever anything else on the page moves.
                ~defaultValue={if kind == "number" { hint } else { "" }}
            />
        </label>
    }
}

/// What is to be done before there is a server to choose.
fn without_upstreams(words: &Words) -> Html {
    html! {
        <>
            <p>{ words.t("connect-none") }</p>
            <p><code translate="no">{ COMMAND }</code></p>
            <p class="quiet">{ words.t("connect-none-password") }</p>
        </>
    }
}
