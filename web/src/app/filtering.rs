//! The filter in force: applying it, going from hit to hit, and "only this" of what is pointed at.

use std::rc::Rc;

use binlog_explorer::view::{Address, ListMode, SearchView, Sort, SortView};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::copying::CopyMsg;
use super::{App, Msg};
use crate::client::Reply;
use crate::filter_field::{FILTER_ID, FilterField, text::narrowed};
use crate::localisation::Words;
use crate::location::Place;
use crate::numbers::grouped;
use crate::panes::bytes::Pick;
use crate::protocol::{Answer, Request, SearchAnswer, SearchRequest, TermsOf};
use crate::selection::{Focus, Selection, Travel};
use crate::term_menu::TermMenu;

/// Milliseconds that a selection stays before the status bar names it: who steps through events sees them sooner.
const NAME_AFTER: u32 = 120;

/// What happens around filters.
#[derive(Debug)]
pub enum FilterMsg {
    /// The selection has stayed what it is: its name is asked for.
    Name,
    /// This is to be the filter; whether Back goes to the one before.
    Apply(Option<String>, bool),
    /// The worker took it, or found a mistake in it; how it came about.
    Applied(Option<String>, Travel, Reply),
    /// The search goes on, or stops.
    Pause(bool),
    /// The worker says how far it is.
    Moved(SearchView),
    /// To the next hit, or the one before.
    Hit(bool, Travel),
    /// The hit.
    HitCame(Travel, Reply),
    /// Another order is wanted.
    Sort(Sort),
    /// The worker took it, or got further.
    Sorted(Option<SortView>, u64),
    /// A menu is asked for: what the pointer is on, and where.
    Menu(Element, (i32, i32)),
    /// Its terms came.
    MenuTerms(Reply),
    /// A term was chosen there: that, or not that.
    Narrow(String, bool),
    /// It closed.
    MenuClosed,
    /// Copies what is selected, from the menu.
    Copy,
    /// The terms of the selection came.
    Selected(Option<(Address, TermsOf)>, Reply),
    /// The pointer is on a field.
    Pointed(String),
    /// Its terms came.
    PointedTerms(String, Reply),
}

/// The page's part of the filter.
#[derive(Debug, Default)]
pub struct Filtering {
    /// In force.
    pub text: Option<AttrValue>,
    /// It was typed and not applied yet.
    typed: bool,
    view: Option<SearchView>,
    sort: Option<SortView>,
    paused: bool,
    /// Where the next hit is looked for from.
    hit_from: Option<Address>,
    menu: Option<Menu>,
    /// What the terms of the selection were asked for, and the best of them.
    term_of: Option<(Address, TermsOf)>,
    /// Waits until the reader has stopped stepping.
    naming: Option<Timeout>,
    term: Option<String>,
    pointed_busy: bool,
    pointed_next: Option<String>,
}

#[derive(Debug)]
struct Menu {
    at: (i32, i32),
    /// Once they came.
    terms: Option<Rc<[String]>>,
}

impl Filtering {
    /// The best term of the selection.
    pub fn term(&self) -> Option<String> {
        self.term.clone()
    }
}

impl App {
    /// Whether the page has to be drawn again.
    pub(super) fn filter_changed(&mut self, ctx: &Context<Self>, msg: FilterMsg) -> bool {
        match msg {
            FilterMsg::Apply(text, push) => {
                self.apply_filter(ctx, text, if push { Travel::Jump } else { Travel::Step })
            }
            FilterMsg::Applied(text, push, reply) => return self.filter_applied(text, push, reply),
            FilterMsg::Pause(paused) => {
                self.filtering.paused = paused;
                let generation = self.client.generation();
                self.ask(ctx, Request::Search(SearchRequest::Pause(paused)), move |reply| {
                    Msg::Filter(generation, FilterMsg::Applied(None, Travel::Restore, reply))
                });
            }
            FilterMsg::Moved(view) => {
                if self.filtering.text.as_deref() != Some(&view.text) {
                    return false;
                }
                self.rows = view.list;
                if view.done && !self.filtering.view.as_ref().is_some_and(|before| before.done) {
                    self.epoch += 1;
                }
                self.filtering.view = Some(view);
            }
            FilterMsg::Hit(forwards, travel) => return self.next_hit(ctx, forwards, travel),
            FilterMsg::HitCame(travel, reply) => return self.hit_came(ctx, travel, reply),
            FilterMsg::Sort(sort) => {
                self.ask_sorted(ctx, sort);
                return false;
            }
            FilterMsg::Sorted(view, rows) => {
                self.rows = rows;
                self.filtering.sort = view;
                self.epoch += 1;
            }
            FilterMsg::Menu(target, at) => return self.open_menu(ctx, &target, at),
            FilterMsg::MenuTerms(reply) => {
                let Reply::Answer(Answer::Search(SearchAnswer::Terms(terms)), _) = reply else { return false };
                let Some(menu) = &mut self.filtering.menu else { return false };
                menu.terms = Some(terms.into());
            }
            FilterMsg::Narrow(term, not) => {
                self.filtering.menu = None;
                let text = narrowed(self.filtering.text.as_deref(), &term, not);
                self.apply_filter(ctx, Some(text), Travel::Jump);
            }
            FilterMsg::MenuClosed => self.filtering.menu = None,
            FilterMsg::Copy => {
                let at = self.filtering.menu.take().map_or((0, 0), |menu| menu.at);
                return self.copying(ctx, CopyMsg::Menu(at));
            }
            FilterMsg::Name => {
                self.ask_name(ctx);
                return false;
            }
            FilterMsg::Selected(of, reply) => {
                let Reply::Answer(Answer::Search(SearchAnswer::Terms(terms)), _) = reply else { return false };
                if self.filtering.term_of != of {
                    return false;
                }
                self.filtering.term = terms.into_iter().next();
            }
            FilterMsg::Pointed(path) => {
                self.ask_pointed(ctx, path);
                return false;
            }
            FilterMsg::PointedTerms(path, reply) => {
                self.pointed_came(ctx, &path, reply);
                return false;
            }
        }
        true
    }

    fn hit_came(&mut self, ctx: &Context<Self>, travel: Travel, reply: Reply) -> bool {
        // Whoever went elsewhere meanwhile stays there.
        if self.filtering.hit_from.take() != Some(self.selected_address()) {
            self.pressed.clear();
            return false;
        }
        match reply {
            Reply::Answer(Answer::Search(SearchAnswer::Hit(Some(address))), _) => {
                self.select(ctx, Selection::event(address), travel);
                self.step_again(ctx);
            }
            Reply::Answer(..) => {
                self.pressed.clear();
                self.say(ctx, self.words.t("hit-none"));
            }
            _ => return false,
        }
        true
    }

    pub(super) fn is_seeking_hit(&self) -> bool {
        self.filtering.hit_from.is_some()
    }

    fn ask_sorted(&self, ctx: &Context<Self>, sort: Sort) {
        let generation = self.client.generation();
        self.ask(ctx, Request::Search(SearchRequest::Sort(sort)), move |reply| {
            let (view, rows) = match reply {
                Reply::Answer(Answer::Search(SearchAnswer::Sorted { rows, view }), _) => (view, rows),
                _ => (None, 0),
            };
            Msg::Filter(generation, FilterMsg::Sorted(view, rows))
        });
    }

    /// What is under the pointer is called so in the filter language.
    fn pointed_came(&mut self, ctx: &Context<Self>, path: &str, reply: Reply) {
        self.filtering.pointed_busy = false;
        if let Reply::Answer(Answer::Search(SearchAnswer::Terms(terms)), _) = reply
            && let Some(term) = terms.first()
        {
            self.hover.name(path, term);
        }
        if let Some(next) = self.filtering.pointed_next.take() {
            self.ask_pointed(ctx, next);
        }
    }

    /// Another file: the filter of its place, or none.
    pub(super) fn filter_for_new_file(&mut self, ctx: &Context<Self>, place: Option<&Place>) {
        self.filtering = Filtering::default();
        if let Some(text) = place.and_then(|place| place.filter.clone()) {
            self.apply_filter(ctx, Some(text), Travel::Restore);
        }
    }

    /// Makes this the filter.
    pub(super) fn apply_filter(&mut self, ctx: &Context<Self>, text: Option<String>, travel: Travel) {
        let generation = self.client.generation();
        let around = self.selection.as_ref().map(|selection| selection.event.clone());
        let request = SearchRequest::Filter { text: text.clone(), around };
        self.filtering.paused = false;
        // The address is written once the worker has taken it; a link's is there already.
        self.ask(ctx, Request::Search(request), move |reply| {
            Msg::Filter(generation, FilterMsg::Applied(text, travel, reply))
        });
    }

    fn filter_applied(&mut self, text: Option<String>, travel: Travel, reply: Reply) -> bool {
        match reply {
            Reply::Answer(Answer::Search(SearchAnswer::Filtered { rows, view }), _) => {
                let now = view.as_ref().map(|view| AttrValue::from(view.text.clone()));
                self.rows = rows;
                if now != self.filtering.text {
                    self.filtering.text = now;
                    self.epoch += 1;
                    // What is typed replaces what was typed, and leaves what was applied to Back.
                    let first = travel == Travel::Step && !self.filtering.typed;
                    self.write_url(if first { Travel::Jump } else { travel });
                }
                self.filtering.typed = travel == Travel::Step;
                self.filtering.view = view;
            }
            Reply::Answer(Answer::Search(SearchAnswer::Assist { mistake: Some(mistake), .. }), _) => {
                // The field shows where; a link's filter has to be told of.
                if text.is_some() && gloo_utils::document().active_element().is_none_or(|it| it.id() != FILTER_ID) {
                    self.alert = Some(self.words.message(&mistake.message));
                }
            }
            _ => return false,
        }
        true
    }

    /// Goes to the next thing that matches; false where there is no filter.
    fn next_hit(&mut self, ctx: &Context<Self>, forwards: bool, travel: Travel) -> bool {
        if self.filtering.text.is_none() {
            self.say(ctx, self.words.t("hit-no-filter"));
            return true;
        }
        if self.filtering.hit_from.is_some() {
            return false;
        }
        let from = self.selected_address();
        self.filtering.hit_from = Some(from.clone());
        let generation = self.client.generation();
        self.ask(ctx, Request::Search(SearchRequest::Hit { from, forwards }), move |reply| {
            Msg::Filter(generation, FilterMsg::HitCame(travel, reply))
        });
        false
    }

    /// Of the selected event; the file's beginning without one.
    fn selected_address(&self) -> Address {
        self.selection.as_ref().map_or(Address::source(0), |selection| selection.event.clone())
    }

    /// The selection, as terms are asked for.
    fn selected_terms(&self) -> Option<(Address, TermsOf)> {
        let selection = self.selection.as_ref()?;
        let of = match &selection.focus {
            Focus::Event if selection.transaction => TermsOf::Transaction,
            Focus::Event => TermsOf::Event,
            Focus::Field(path) => TermsOf::Field(path.clone()),
            Focus::Range { start, end } => TermsOf::Bytes(*start, *end),
        };
        Some((selection.event.clone(), of))
    }

    /// The list's order.
    pub(super) fn sort(&self) -> Sort {
        self.filtering.sort.as_ref().map_or(Sort::Position, |view| view.sort)
    }

    /// The list is another one, in the order of the file.
    pub(super) fn unsort(&mut self) {
        self.filtering.sort = None;
    }

    /// Asks what the selection is called in the language, when it is another one.
    pub(super) fn name_selection(&mut self, ctx: &Context<Self>) {
        let of = self.selected_terms();
        if self.filtering.term_of == of {
            return;
        }
        self.filtering.term_of.clone_from(&of);
        self.filtering.term = None;
        let (link, generation) = (ctx.link().clone(), self.client.generation());
        let name = move || link.send_message(Msg::Filter(generation, FilterMsg::Name));
        self.filtering.naming = Some(Timeout::new(NAME_AFTER, name));
    }

    fn ask_name(&mut self, ctx: &Context<Self>) {
        let of = self.filtering.term_of.clone();
        let Some((address, what)) = of.clone() else { return };
        let generation = self.client.generation();
        self.ask(ctx, Request::Search(SearchRequest::Terms { address, of: what }), move |reply| {
            Msg::Filter(generation, FilterMsg::Selected(of, reply))
        });
    }

    fn ask_pointed(&mut self, ctx: &Context<Self>, path: String) {
        if self.filtering.pointed_busy {
            self.filtering.pointed_next = Some(path);
            return;
        }
        let Some(model) = &self.model else { return };
        self.filtering.pointed_busy = true;
        let (address, generation) = (model.view.address.clone(), self.client.generation());
        let of = if path.is_empty() { TermsOf::Event } else { TermsOf::Field(path.clone()) };
        self.ask(ctx, Request::Search(SearchRequest::Terms { address, of }), move |reply| {
            Msg::Filter(generation, FilterMsg::PointedTerms(path, reply))
        });
    }

    /// Opens the menu of what the pointer is on; from the keyboard, of what is selected.
    fn open_menu(&mut self, ctx: &Context<Self>, target: &Element, at: (i32, i32)) -> bool {
        let closest = |selector: &str| target.closest(selector).ok().flatten();
        if let Some(row) = closest("[role=row][data-offset]") {
            let address = row.get_attribute("data-offset").and_then(|text| text.parse::<Address>().ok());
            let Some(event) = address else { return false };
            let transaction = row.matches(".transaction").unwrap_or(false);
            let same = self.selection.as_ref().is_some_and(|it| it.event == event && it.transaction == transaction);
            if !same || self.selected_path() != Some("") {
                self.select(ctx, Selection { event, transaction, focus: Focus::Event }, Travel::Jump);
            }
        } else if let Some(path) = closest("[role=treeitem]").and_then(|line| line.get_attribute("data-path")) {
            self.select_field(ctx, path);
        } else if let Some(byte) = closest("#bytes-grid").and(target.get_attribute("data-offset")) {
            let offset = byte.parse::<u64>().unwrap_or_default();
            let within = self.selected_range().is_some_and(|(start, end)| (start..end).contains(&offset));
            if !within || self.selected_path() == Some("") {
                self.pick_byte(ctx, offset, Pick::Field);
            }
        }
        let Some((address, of)) = self.selected_terms() else { return false };
        self.filtering.menu = Some(Menu { at, terms: None });
        let generation = self.client.generation();
        self.ask(ctx, Request::Search(SearchRequest::Terms { address, of }), move |reply| {
            Msg::Filter(generation, FilterMsg::MenuTerms(reply))
        });
        true
    }

    /// The filter field.
    pub(super) fn filter_field(&self, ctx: &Context<Self>) -> Html {
        let generation = self.client.generation();
        html! {
            <FilterField
                words={self.words.clone()}
                client={self.client.clone()}
                generation={if self.summary.is_some() { generation } else { 0 }}
                applied={self.filtering.text.clone()}
                on_apply={ctx.link().callback(move |(text, push)| {
                    Msg::Filter(generation, FilterMsg::Apply(text, push))
                })}
            />
        }
    }

    /// How much was found, over the list.
    pub(super) fn search_found(&self, ctx: &Context<Self>) -> Option<Html> {
        let words = &self.words;
        let sorted = self.filtering.sort.as_ref().map(|view| sorted(words, view, self.mode));
        let Some(view) = self.filtering.view.as_ref() else {
            return sorted.map(|sorted| html! { <div class="found">{ sorted }</div> });
        };
        let counted = |id: &str, count: u64, of: u64| {
            let (shown, of) = (grouped(count), grouped(of));
            words.with(id, [("count", (count as f64).into()), ("shown", shown.into()), ("of", of.into())])
        };
        let transactions = match self.mode {
            ListMode::Transactions => Some(counted("found-transactions", view.transactions, view.of_transactions)),
            ListMode::Plain => None,
        };
        let events = counted("found-events", view.events, view.of_events);
        let percent = (view.bytes as f64 / view.of_bytes.max(1) as f64 * 100.0).floor();
        let generation = self.client.generation();
        let pause = |paused: bool, id: &str| {
            let on_click = ctx.link().callback(move |_| Msg::Filter(generation, FilterMsg::Pause(paused)));
            html! { <button type="button" class="quiet-button" onclick={on_click}>{ words.t(id) }</button> }
        };
        Some(html! {
            <div class="found" aria-live="polite" aria-busy={(!view.done).to_string()}>
                if let Some(transactions) = transactions {
                    <strong>{ transactions }</strong>
                }
                <span>{ events }</span>
                if view.inside > 0 {
                    <span>{ counted("found-inside", view.inside, view.inside) }</span>
                }
                { sorted.unwrap_or_default() }
                if let Some(failed) = &view.failed {
                    <span class="warning">{ words.message(failed) }</span>
                } else if !view.done {
                    <span class="quiet">
                        { words.with(
                            if self.filtering.paused { "found-paused" } else { "found-searching" },
                            [("percent", format!("{percent:.0}").into())],
                        ) }
                    </span>
                    { if self.filtering.paused { pause(false, "found-go-on") } else { pause(true, "found-stop") } }
                }
            </div>
        })
    }

    /// The menu, while it is open.
    pub(super) fn term_menu(&self, ctx: &Context<Self>) -> Html {
        let Some(Menu { at, terms: Some(terms) }) = &self.filtering.menu else { return Html::default() };
        let generation = self.client.generation();
        let link = ctx.link();
        html! {
            <TermMenu
                words={self.words.clone()}
                terms={terms.clone()}
                at={*at}
                on_term={link.callback(move |(term, not)| Msg::Filter(generation, FilterMsg::Narrow(term, not)))}
                on_copy={link.callback(move |()| Msg::Filter(generation, FilterMsg::Copy))}
                on_close={link.callback(move |()| Msg::Filter(generation, FilterMsg::MenuClosed))}
            />
        }
    }

    /// The menu asked for with the mouse, or with its key.
    pub(super) fn menu_asked(&self, ctx: &Context<Self>) -> Callback<MouseEvent> {
        let generation = self.client.generation();
        ctx.link().batch_callback(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok())?;
            target.closest("[role=treegrid], [role=tree], [role=grid]").ok().flatten()?;
            event.prevent_default();
            let at = match (event.client_x(), event.client_y(), event.button()) {
                (x, y, 2) => (x, y),
                _ => below_selected(&target),
            };
            Some(Msg::Filter(generation, FilterMsg::Menu(target, at)))
        })
    }

    /// The button of the selected row was pressed.
    pub(super) fn menu_button(&self, ctx: &Context<Self>) -> Callback<MouseEvent> {
        let generation = self.client.generation();
        ctx.link().batch_callback(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok())?;
            let button = target.closest(".term-button").ok().flatten()?;
            let place = button.get_bounding_client_rect();
            let at = (place.left() as i32, place.bottom() as i32 + 2);
            Some(Msg::Filter(generation, FilterMsg::Menu(button, at)))
        })
    }
}

/// What a sorted list has.
fn sorted(words: &Words, view: &SortView, mode: ListMode) -> Html {
    let cut = view.of > view.ranked && view.done;
    let id = match (mode, cut) {
        (ListMode::Transactions, false) => "sorted-transactions",
        (ListMode::Transactions, true) => "sorted-transactions-cut",
        (ListMode::Plain, false) => "sorted-events",
        (ListMode::Plain, true) => "sorted-events-cut",
    };
    let percent = (view.bytes as f64 / view.of_bytes.max(1) as f64 * 100.0).floor();
    let said = words.with(id, [("shown", grouped(view.ranked).into()), ("of", grouped(view.of).into())]);
    html! {
        <span class="sorted">
            { said }
            if let Some(failed) = &view.failed {
                { " " }<span class="warning">{ words.message(failed) }</span>
            } else if !view.done {
                { " · " }{ words.with("sorted-so-far", [("percent", format!("{percent:.0}").into())]) }
            }
        </span>
    }
}

/// Where the menu opens that a key asked for: below the selected row.
pub(super) fn below_selected(target: &Element) -> (i32, i32) {
    let selected = target.query_selector("[aria-selected=true]").ok().flatten();
    let place = selected.unwrap_or_else(|| target.clone()).get_bounding_client_rect();
    (place.left() as i32 + 40, place.bottom() as i32)
}

/// Puts the cursor into the field, with what stands there selected.
pub(super) fn focus_filter() {
    let field = gloo_utils::document().get_element_by_id(FILTER_ID);
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = HtmlElement::focus(&field);
        field.select();
    }
}
