//! The page inside of another page (`?embed`): without the tools that open other files, and spoken with by messages
//! (`docs/embed.md`). Only the page that embeds this one is heard. It is told where the reader is in what it gave
//! itself, in a sample, or in what the link brought along; of a file of the reader's own it learns nothing.

use gloo_events::EventListener;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;
use yew::prelude::*;

use super::header::file_input;
use super::{App, Msg, Source};
use crate::icons;
use crate::location::{Place, own_address};
use crate::numbers;
use crate::selection::{Focus, Travel};
use crate::settings;
use crate::visible_text::visible_line;

/// Version of the messages, and the member that has it.
const VERSION: f64 = 1.0;
const MARK: &str = "binlogscope";

/// What the page around this one wants.
#[derive(Debug)]
pub struct FromHost {
    /// Its origin, to which answers go.
    origin: String,
    /// Repeated in the answer.
    id: JsValue,
    wish: Wish,
}

#[derive(Debug)]
enum Wish {
    /// It is there, and may be told.
    Hello,
    /// These bytes are to be opened, under this name.
    Open(String, Uint8Array),
    /// This place is to be shown.
    Select(Place),
}

/// The page around this one.
#[derive(Debug)]
pub struct Embed {
    /// Its origin, once it has spoken.
    host: Option<String>,
    /// The wish to open something that is not answered yet.
    opening: JsValue,
    /// What it was told last.
    told: String,
    _listener: EventListener,
}

impl Embed {
    /// Listens, if this page was asked for as a part of another one.
    pub(super) fn begin(link: &html::Scope<App>) -> Option<Self> {
        settings::query("embed")?;
        let link = link.clone();
        let listener = EventListener::new(&gloo_utils::window(), "message", move |event| {
            if let Some(said) = event.dyn_ref::<MessageEvent>().and_then(heard) {
                link.send_message(Msg::Host(said));
            }
        });
        // Says nothing but that it is there, so it does not matter who hears it.
        post("ready", "*", &JsValue::UNDEFINED, &[]);
        Some(Self { host: None, opening: JsValue::UNDEFINED, told: String::new(), _listener: listener })
    }
}

/// The page around this one, if there is one.
fn parent() -> Option<web_sys::Window> {
    let window = gloo_utils::window();
    let parent = window.parent().ok().flatten()?;
    let around: &JsValue = parent.as_ref();
    (*around != *AsRef::<JsValue>::as_ref(&window)).then_some(parent)
}

fn post(kind: &str, to: &str, id: &JsValue, members: &[(&str, JsValue)]) {
    let Some(parent) = parent() else { return };
    let message = Object::new();
    let head = [(MARK, VERSION.into()), ("type", kind.into()), ("id", id.clone())];
    for (name, value) in head.iter().chain(members) {
        // An object of our own takes every member.
        let _ = Reflect::set(&message, &(*name).into(), value);
    }
    // An origin that is not the parent's any more hears nothing.
    let _ = parent.post_message(&message, to);
}

/// A message, if it is one of these and comes from the page around this one.
fn heard(event: &MessageEvent) -> Option<FromHost> {
    let parent = parent()?;
    let source: JsValue = event.source()?.into();
    let data = event.data();
    let member = |name: &str| Reflect::get(&data, &name.into()).ok();
    let text = |name: &str| member(name).and_then(|value| value.as_string());
    if source != *AsRef::<JsValue>::as_ref(&parent) || !data.is_object() || member(MARK)?.as_f64() != Some(VERSION) {
        return None;
    }
    let wish = match text("type")?.as_str() {
        "hello" => Wish::Hello,
        "open" => {
            let bytes = member("bytes")?;
            let bytes = match bytes.dyn_ref::<Uint8Array>() {
                Some(bytes) => bytes.clone(),
                None => Uint8Array::new(bytes.dyn_ref::<ArrayBuffer>()?),
            };
            Wish::Open(text("name").unwrap_or_default(), bytes)
        }
        "select" => {
            let number = |name: &str| member(name).and_then(|value| value.as_f64()).map(|number| number as u64);
            let bytes = number("start").zip(number("end")).filter(|(start, end)| start < end);
            let at = text("at").or_else(|| number("at").map(|at| at.to_string()))?.parse().ok()?;
            Wish::Select(Place { at: Some(at), field: text("field"), bytes, ..Place::default() })
        }
        _ => return None,
    };
    // The origin of a page without one is written `null`, which is no address to post to.
    let origin = Some(event.origin()).filter(|origin| origin != "null").unwrap_or_else(|| "*".into());
    Some(FromHost { origin, id: member("id").unwrap_or_default(), wish })
}

impl App {
    pub(super) fn host_says(&mut self, ctx: &Context<Self>, said: FromHost) {
        let Some(embed) = &mut self.embed else { return };
        embed.host = Some(said.origin);
        match said.wish {
            Wish::Hello => {
                embed.told.clear();
                self.tell_host();
            }
            Wish::Open(name, bytes) => {
                embed.opening = said.id;
                embed.told.clear();
                let name = if name.is_empty() { self.words.t("embed-given") } else { name };
                self.open(ctx, Source::Given(name.into(), bytes), None, Travel::Jump);
            }
            Wish::Select(place) if self.may_be_told() => self.go_to_place(ctx, place),
            Wish::Select(_) => {}
        }
    }

    /// Whether the page around this one may know what is open: it gave that, or anyone can have it.
    fn may_be_told(&self) -> bool {
        matches!(self.source, Some(Source::Given(..) | Source::Link(..) | Source::Sample(..)))
    }

    /// What the page around this one wanted is open, or not, for this reason.
    pub(super) fn host_opened(&mut self, failed: Option<&str>) {
        let Some(embed) = &self.embed else { return };
        let Some(host) = &embed.host else { return };
        if let Some(reason) = failed {
            post("failed", host, &embed.opening, &[("reason", reason.into())]);
        } else if let Some(summary) = self.summary.as_ref().filter(|_| self.may_be_told()) {
            let members = [
                ("name", summary.name.as_str().into()),
                ("fingerprint", summary.fingerprint.as_str().into()),
                ("size", (summary.size as f64).into()),
            ];
            post("opened", host, &embed.opening, &members);
        }
    }

    /// Tells where the reader is: the place, never what stands there.
    pub(super) fn tell_host(&mut self) {
        let known = self.may_be_told();
        let Some(embed) = &mut self.embed else { return };
        let (Some(host), Some(selection)) = (&embed.host, self.selection.as_ref().filter(|_| known)) else { return };
        let at = selection.event.to_string();
        let (field, range) = match &selection.focus {
            Focus::Event => (None, None),
            Focus::Field(path) => (Some(path.as_str()), None),
            Focus::Range { start, end } => (None, Some((*start, *end))),
        };
        let told = format!("{at} {field:?} {range:?}");
        if embed.told == told {
            return;
        }
        let mut members = vec![("at", JsValue::from(at))];
        members.extend(field.map(|field| ("field", field.into())));
        if let Some((start, end)) = range {
            members.extend([("start", (start as f64).into()), ("end", (end as f64).into())]);
        }
        post("selected", host, &JsValue::UNDEFINED, &members);
        embed.told = told;
    }

    /// What stands above the panes inside of another page: the file, and the way to the whole page.
    pub(super) fn embed_strip(&self, ctx: &Context<Self>) -> Html {
        let whole = (!matches!(self.source, Some(Source::Given(..)))).then(|| own_address() + &self.place().fragment());
        html! {
            <header class="embed-strip">
                { icons::logo() }
                if let Some(summary) = &self.summary {
                    <strong class="file-name" translate="no" title={summary.name.clone()}>
                        { visible_line(&summary.name, 80) }
                    </strong>
                    <span class="quiet" translate="no">{ numbers::size(summary.size) }</span>
                    <ul class="file-facts">{ self.part_facts() }</ul>
                } else {
                    <span class="quiet">{ self.words.t("embed-waiting") }</span>
                }
                if let Some(whole) = whole {
                    <a class="embed-whole" href={whole} target="_blank" rel="noopener">
                        { self.words.t("embed-whole") }
                    </a>
                }
                { file_input(&self.file_input, self.words.t("open-file"), false, ctx.link().callback(Msg::OpenFiles)) }
            </header>
        }
    }
}
