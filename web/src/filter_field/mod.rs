//! The filter field: checked while typing, completed with what the file has.

mod help;
pub mod text;

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::client::{Client, Reply};
use crate::icons;
use crate::localisation::Words;
use crate::protocol::{Answer, Mistake, Offer, Request, SearchAnswer, SearchRequest};
use crate::settings;
use crate::visible_text::visible_line;

/// Typing that pauses so many milliseconds applies what is typed, if it is a filter.
const PAUSE: u32 = 450;

/// Recent filters that are kept.
const RECENT: usize = 12;

/// Id of the field.
pub const FILTER_ID: &str = "filter";

/// What the field shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The line to the worker.
    pub client: Client,
    /// Counts opened files.
    pub generation: u32,
    /// The filter in force.
    pub applied: Option<AttrValue>,
    /// A filter is to be in force, or none; and whether Back goes back to the one before.
    pub on_apply: Callback<(Option<String>, bool)>,
}

/// What happens in the field.
#[derive(Debug)]
pub enum Msg {
    /// Something was typed, or the cursor moved.
    Typed,
    /// Typing paused.
    Paused,
    /// The worker's opinion of a text.
    Checked(u32, String, Reply),
    /// A key.
    Key(KeyboardEvent),
    /// It has the focus, or no more.
    Focus(bool),
    /// A completion was chosen.
    Choose(usize),
    /// Nothing is to be filtered.
    Clear,
}

/// The component.
pub struct FilterField {
    text: String,
    mistake: Option<Mistake>,
    /// The text that the last answer was about.
    checked: Option<String>,
    offers: Vec<Offer>,
    open: bool,
    active: Option<usize>,
    busy: bool,
    again: bool,
    focused: bool,
    pause: Option<Timeout>,
    recent: Vec<String>,
    /// What was applied from here and is not in force yet, in order. Who types on meanwhile keeps what is typed.
    sent: Vec<Option<String>>,
    input: NodeRef,
    mirror: NodeRef,
}

impl std::fmt::Debug for FilterField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FilterField").field("text", &self.text).finish_non_exhaustive()
    }
}

impl Component for FilterField {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        Self {
            text: ctx.props().applied.as_deref().unwrap_or_default().to_owned(),
            mistake: None,
            checked: None,
            offers: Vec::new(),
            open: false,
            active: None,
            busy: false,
            again: false,
            focused: false,
            pause: None,
            recent: settings::recent_filters(),
            sent: Vec::new(),
            input: NodeRef::default(),
            mirror: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.generation != old.generation {
            self.busy = false;
            self.offers.clear();
            self.sent.clear();
        }
        let own = Some(self.text.trim()).filter(|text| !text.is_empty());
        let sent = self.sent.iter().position(|sent| sent.as_deref() == props.applied.as_deref());
        if let Some(sent) = sent.filter(|_| props.applied != old.applied) {
            self.sent.drain(..=sent);
        } else if props.applied != old.applied && props.applied.as_deref() != own {
            // Applied from elsewhere: a menu, the history.
            self.sent.clear();
            self.text = props.applied.as_deref().unwrap_or_default().to_owned();
            self.write(None);
            self.mistake = None;
            self.pause = None;
            self.open = false;
        }
        if let Some(applied) = &props.applied
            && props.applied != old.applied
        {
            self.remember(applied);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed => {
                let now = self.input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
                if now != self.text {
                    self.text = now;
                    self.active = None;
                    self.open = true;
                    let link = ctx.link().clone();
                    self.pause = Some(Timeout::new(PAUSE, move || link.send_message(Msg::Paused)));
                }
                self.ask(ctx);
            }
            Msg::Paused => {
                self.pause = None;
                let valid = self.checked.as_deref() == Some(self.text.as_str()) && self.mistake.is_none();
                if self.text.trim().is_empty() || valid {
                    self.apply(ctx, false);
                }
            }
            Msg::Checked(generation, text, reply) => return self.checked(ctx, generation, text, reply),
            Msg::Key(event) => return self.key(ctx, &event),
            Msg::Focus(focused) => {
                self.focused = focused;
                self.open = focused && self.text.is_empty();
                self.active = None;
                if focused {
                    self.ask(ctx);
                }
            }
            Msg::Choose(at) => self.choose(ctx, at),
            Msg::Clear => {
                self.text.clear();
                self.write(Some(0));
                self.open = false;
                self.apply(ctx, true);
                focus(self.input.cast());
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let words = &ctx.props().words;
        let link = ctx.link();
        let told = self.told(words);
        let shown = self.open && self.focused && (!self.choices().is_empty() || told.is_some());
        let active = self.active.filter(|_| shown).map(|at| format!("filter-offer-{at}"));
        html! {
            <search class={classes!("filter", ctx.props().applied.is_some().then_some("on"))}>
                <div class={classes!("filter-box", told.is_some().then_some("wrong"))}>
                    { icons::filter() }
                    <div class="filter-text">
                        { self.mirrored() }
                        <input
                            ref={self.input.clone()}
                            id={FILTER_ID}
                            type="search"
                            autocomplete="off"
                            autocapitalize="off"
                            spellcheck="false"
                            translate="no"
                            aria-label={words.t("name-filter")}
                            placeholder={words.t("filter-placeholder")}
                            aria-autocomplete="list"
                            aria-haspopup="listbox"
                            aria-controls="filter-offers"
                            aria-activedescendant={active}
                            aria-invalid={told.is_some().then_some("true")}
                            aria-describedby={told.is_some().then_some("filter-mistake")}
                            value={self.text.clone()}
                            oninput={link.callback(|_| Msg::Typed)}
                            onkeydown={link.callback(Msg::Key)}
                            onclick={link.callback(|_| Msg::Typed)}
                            onscroll={self.follow()}
                            onfocus={link.callback(|_| Msg::Focus(true))}
                            onblur={link.callback(|_| Msg::Focus(false))}
                        />
                    </div>
                    if !self.text.is_empty() || ctx.props().applied.is_some() {
                        <button
                            type="button"
                            class="icon-button"
                            aria-label={words.t("filter-clear")}
                            title={words.t("filter-clear")}
                            onclick={link.callback(|_| Msg::Clear)}
                        >{ icons::close() }</button>
                    }
                    <button
                        type="button"
                        class="icon-button"
                        popovertarget={help::HELP_ID}
                        aria-label={words.t("filter-help")}
                        title={words.t("filter-help")}
                    >{ "?" }</button>
                </div>
                <div class="filter-popup" hidden={!shown}>
                    if let Some(told) = &told {
                        <p
                            id="filter-mistake"
                            class={classes!("filter-mistake", self.is_half_typed().then_some("soft"))}
                            aria-live="polite"
                        >{ told.clone() }</p>
                    }
                    { self.list(ctx, shown) }
                </div>
                { help::help(words) }
            </search>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.scroll_mirror();
    }
}

/// A line of the list: what it shows, and its kind.
type Choice<'c> = (&'c str, &'c str);

impl FilterField {
    /// Recent filters in an empty field, and completions.
    fn choices(&self) -> Vec<Choice<'_>> {
        let recent = self.recent_shown().iter().map(|text| (text.as_str(), "recent"));
        recent.chain(self.offers.iter().map(|offer| (offer.text.as_str(), offer.kind.as_str()))).collect()
    }

    fn recent_shown(&self) -> &[String] {
        if self.text.is_empty() { &self.recent } else { &[] }
    }

    /// The mistake in what is typed, in words; nothing while the field is empty.
    fn told(&self, words: &Words) -> Option<String> {
        let mistake = self.mistake.as_ref().filter(|_| !self.text.trim().is_empty())?;
        Some(words.message(&mistake.message))
    }

    /// The mistake is where typing goes on, and something fits there.
    fn is_half_typed(&self) -> bool {
        let end = self.text.trim_end().len();
        !self.offers.is_empty() && self.mistake.as_ref().is_some_and(|mistake| mistake.end >= end)
    }

    fn list(&self, ctx: &Context<Self>, shown: bool) -> Html {
        let words = &ctx.props().words;
        html! {
            <div id="filter-offers" role="listbox" aria-label={words.t("filter-offers")}>
                if shown {
                    { for self.choices().into_iter().enumerate().map(|(at, (text, kind))| html! {
                        <div
                            id={format!("filter-offer-{at}")}
                            role="option"
                            class="filter-offer"
                            tabindex="-1"
                            aria-selected={(self.active == Some(at)).to_string()}
                            onmousedown={ctx.link().callback(move |event: MouseEvent| {
                                // The field keeps the focus.
                                event.prevent_default();
                                Msg::Choose(at)
                            })}
                        >
                            <span class="offer-text" translate="no">{ visible_line(text.trim(), 120) }</span>
                            <span class="offer-kind">{ words.t(&format!("filter-kind-{kind}")) }</span>
                        </div>
                    }) }
                }
            </div>
        }
    }

    /// The text again behind the field, with the mistake underlined; an empty field has none.
    fn mirrored(&self) -> Html {
        let current = self.checked.as_deref() == Some(&*self.text) && !self.text.trim().is_empty();
        let Some(mistake) = self.mistake.as_ref().filter(|_| current) else {
            return html! { <div ref={self.mirror.clone()} class="filter-mirror" aria-hidden="true"></div> };
        };
        let start = self.text.floor_char_boundary(mistake.start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(mistake.end.min(self.text.len())).max(start);
        let (before, wrong) = (&self.text[..start], &self.text[start..end]);
        html! {
            <div ref={self.mirror.clone()} class="filter-mirror" aria-hidden="true" translate="no">
                <span>{ before.to_owned() }</span>
                <span class="mistake">
                    { if wrong.is_empty() { "\u{a0}\u{a0}".to_owned() } else { wrong.to_owned() } }
                </span>
            </div>
        }
    }

    fn follow(&self) -> Callback<Event> {
        let (input, mirror) = (self.input.clone(), self.mirror.clone());
        Callback::from(move |_| scroll_with(&input, &mirror))
    }

    fn scroll_mirror(&self) {
        scroll_with(&self.input, &self.mirror);
    }

    /// Writes the text into the field, with the cursor at a byte of it.
    fn write(&self, cursor: Option<usize>) {
        let Some(input) = self.input.cast::<HtmlInputElement>() else { return };
        input.set_value(&self.text);
        if let Some(cursor) = cursor {
            let units = text::units_at(&self.text, cursor) as u32;
            // A field that is not shown has no cursor.
            let _ = input.set_selection_range(units, units);
        }
    }

    fn cursor(&self) -> usize {
        let input = self.input.cast::<HtmlInputElement>();
        let units = input.and_then(|input| input.selection_end().ok().flatten());
        units.map_or(self.text.len(), |units| text::byte_at(&self.text, units as usize))
    }

    /// Asks for the worker's opinion, one question at a time.
    fn ask(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        if props.generation == 0 {
            return;
        }
        if self.busy {
            self.again = true;
            return;
        }
        (self.busy, self.again) = (true, false);
        let asked = self.text.clone();
        let request = SearchRequest::Assist { text: asked.clone(), cursor: self.cursor() };
        let (link, generation) = (ctx.link().clone(), props.generation);
        props.client.ask(Request::Search(request), move |reply| {
            link.send_message(Msg::Checked(generation, asked, reply));
        });
    }

    fn checked(&mut self, ctx: &Context<Self>, generation: u32, asked: String, reply: Reply) -> bool {
        if generation != ctx.props().generation {
            return false;
        }
        self.busy = false;
        if let Reply::Answer(Answer::Search(SearchAnswer::Assist { mistake, completions }), _) = reply {
            self.mistake = mistake;
            self.checked = Some(asked);
            let before: Vec<String> = self.offers.iter().map(|offer| offer.text.clone()).collect();
            if !before.iter().eq(completions.iter().map(|offer| &offer.text)) {
                self.active = None;
            }
            self.offers = completions;
        }
        if self.again {
            self.ask(ctx);
        }
        true
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        let count = self.choices().len();
        match event.key().as_str() {
            "ArrowDown" | "ArrowUp" if event.alt_key() || event.ctrl_key() || event.meta_key() => return false,
            "ArrowDown" | "ArrowUp" if !self.open => {
                self.open = true;
                self.ask(ctx);
            }
            "ArrowDown" if count > 0 => self.active = Some(self.active.map_or(0, |at| (at + 1) % count)),
            "ArrowUp" if count > 0 => self.active = Some(self.active.map_or(count, |at| at.max(1)) - 1),
            "Enter" => match self.active.filter(|_| self.open) {
                Some(at) => self.choose(ctx, at),
                None => {
                    self.pause = None;
                    self.open = self.mistake.is_some();
                    self.apply(ctx, true);
                }
            },
            "Escape" if self.open && (count > 0 || self.mistake.is_some()) => {
                self.open = false;
                self.active = None;
            }
            "Escape" => focus(gloo_utils::document().get_element_by_id("events-list").and_then(into_html)),
            _ => return false,
        }
        event.prevent_default();
        // What is typed here is nobody else's key.
        event.stop_propagation();
        if let Some(at) = self.active {
            show_option(at);
        }
        true
    }

    fn choose(&mut self, ctx: &Context<Self>, at: usize) {
        if let Some(recent) = self.recent_shown().get(at).cloned() {
            self.text = recent;
            self.write(Some(self.text.len()));
            self.open = false;
            self.active = None;
            self.apply(ctx, true);
            self.ask(ctx);
            return;
        }
        let Some(offer) = self.offers.get(at - self.recent_shown().len()).cloned() else { return };
        let (start, end) = (offer.start.min(self.text.len()), offer.end.min(self.text.len()));
        if !self.text.is_char_boundary(start) || !self.text.is_char_boundary(end) || start > end {
            return;
        }
        // Behind an operator the next term follows.
        let space = if offer.kind == "operator" { " " } else { "" };
        self.text.replace_range(start..end, &format!("{}{space}", offer.text));
        self.write(Some(start + offer.text.len() + space.len()));
        self.active = None;
        let whole = matches!(offer.kind.as_str(), "type" | "table" | "value");
        self.open = !whole;
        let link = ctx.link().clone();
        self.pause = Some(Timeout::new(PAUSE, move || link.send_message(Msg::Paused)));
        self.ask(ctx);
    }

    fn apply(&mut self, ctx: &Context<Self>, push: bool) {
        let text = Some(self.text.trim().to_owned()).filter(|text| !text.is_empty());
        let same = text.as_deref() == ctx.props().applied.as_deref();
        if !same || push && text.is_some() {
            if !same {
                self.sent.push(text.clone());
            }
            ctx.props().on_apply.emit((text, push));
        }
    }

    fn remember(&mut self, filter: &str) {
        self.recent.retain(|recent| recent != filter && !filter.starts_with(recent.as_str()));
        self.recent.insert(0, filter.to_owned());
        self.recent.truncate(RECENT);
        settings::keep_recent_filters(&self.recent);
    }
}

fn scroll_with(input: &NodeRef, mirror: &NodeRef) {
    if let (Some(input), Some(mirror)) = (input.cast::<HtmlElement>(), mirror.cast::<HtmlElement>()) {
        mirror.set_scroll_left(input.scroll_left());
    }
}

/// Scrolls an option into the list's view.
fn show_option(at: usize) {
    if let Some(option) = gloo_utils::document().get_element_by_id(&format!("filter-offer-{at}")) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn into_html(element: web_sys::Element) -> Option<HtmlElement> {
    wasm_bindgen::JsCast::dyn_into(element).ok()
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // An element that is gone takes no focus, and nothing is lost.
        let _ = element.focus();
    }
}
