//! The Events pane: the list of transactions or events, however long.

use std::rc::Rc;

use binlog_explorer::view::{Address, ListMode, ListRow, RowContent, Sort};
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::event_row::EventRow;
use super::events_heading::heading;
use crate::client::{Client, Reply};
use crate::localisation::Words;
use crate::notes::Notes;
use crate::packed::Packed;
use crate::protocol::{Answer, Request, SearchAnswer, SearchRequest};
use crate::scroll::Scroll;
use crate::scrollbar::Scrollbar;
use crate::selection::{Focus, Selection, Travel};
use crate::viewport::{Moved, Viewport, set_style};
use crate::visible_part::VisiblePart;

/// What the pane shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The line to the worker.
    pub client: Client,
    /// Counts opened files; 0 before the first.
    pub generation: u32,
    /// Changes when the list did in some other way than growing.
    pub epoch: u32,
    /// Rows in the list.
    pub rows: u64,
    /// Which list.
    pub mode: ListMode,
    /// The other one was asked for.
    pub changing: bool,
    /// The filter, under which the list grows in the middle too.
    pub filter: Option<AttrValue>,
    /// How much it found.
    pub found: Option<Html>,
    /// What is noted in the file.
    pub notes: Rc<Notes>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// Selects.
    pub on_select: Callback<(Selection, Travel)>,
    /// An event was chosen by click or Enter: narrow screens go on to its fields.
    pub on_enter: Callback<()>,
    /// Its order.
    pub sort: Sort,
    /// Sorts it.
    pub on_sort: Callback<Sort>,
    /// Changes the list.
    pub on_mode: Callback<ListMode>,
    /// The list's length changed.
    pub on_rows: Callback<u64>,
    /// Told what part of the file is visible.
    pub visible: VisiblePart,
    /// The space that is listed.
    pub listed: String,
    /// The list stays at its end while it grows.
    pub follow: bool,
    /// The reader scrolled elsewhere.
    pub on_follow: Callback<bool>,
}

/// What happens in the pane.
#[derive(Debug)]
pub enum Msg {
    /// Scrolled or resized.
    Moved(Moved),
    /// The scrollbar asks for a row.
    To(u64),
    /// The worker answered the request in flight; of which list, of what kind.
    Reply(u32, Job, Reply),
    /// A row was clicked.
    Click(u64),
    /// A row's twisty was clicked.
    Toggle(u64),
    /// A key.
    Key(KeyboardEvent),
}

/// The request in flight.
#[derive(Clone, Debug)]
pub enum Job {
    /// Rows from here on.
    Rows(u64),
    /// Row number of this event.
    Reveal(Address),
    /// This row was opened or closed.
    Expand(u64),
    /// Where the first row that shows and the cursor's are now; they were there.
    Ranks(u64, Option<u64>),
}

/// The component.
pub struct EventsPane {
    scroll: Scroll,
    /// Where the drawn rows stand: `scroll`, or behind it while rows are under way.
    drawn: Scroll,
    /// Counts lists: another file's, mode's, order's or filter's numbers its rows otherwise.
    list: u32,
    rows: Vec<ListRow>,
    rows_from: u64,
    stale: bool,
    busy: bool,
    cursor: Option<u64>,
    select_at: Option<(u64, Travel)>,
    /// Keys for the list that was asked for: an end of it, and what was pressed after that.
    then: Vec<KeyboardEvent>,
    reveal: Option<Address>,
    /// Rows came before others: what shows has to keep its place.
    moved: bool,
    expand: Option<(u64, Address, bool, bool)>,
    own: Option<(Address, bool)>,
    viewport: Option<Viewport>,
    clip: NodeRef,
    slide: NodeRef,
}

impl std::fmt::Debug for EventsPane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventsPane").field("scroll", &self.scroll).finish()
    }
}

impl Component for EventsPane {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            scroll: Scroll::default(),
            drawn: Scroll::default(),
            list: 0,
            rows: Vec::new(),
            rows_from: 0,
            stale: true,
            busy: false,
            cursor: None,
            select_at: None,
            then: Vec::new(),
            reveal: None,
            moved: false,
            expand: None,
            own: None,
            viewport: None,
            clip: NodeRef::default(),
            slide: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.generation != old.generation {
            self.scroll.to(0);
            self.cursor = None;
            self.own = None;
            self.then.clear();
            self.expand = None;
        }
        let list = |props: &Props| (props.generation, props.mode, props.sort, props.filter.clone());
        if list(props) != list(old) {
            // Neither the rows that are here nor what was gone to have these numbers in it.
            self.list = self.list.wrapping_add(1);
            self.rows.clear();
            self.select_at = None;
            self.busy = false;
        }
        if props.generation != old.generation || props.epoch != old.epoch {
            self.stale = true;
        }
        if props.filter != old.filter {
            // What is selected keeps its place if it is in the list.
            self.scroll.to(0);
            self.cursor = None;
            self.reveal = props.selection.as_ref().map(|selection| selection.event.clone());
        } else if props.sort != old.sort {
            self.scroll.to(0);
        } else if props.filter.is_some() && props.sort == Sort::Position && props.rows != old.rows {
            (self.moved, self.stale) = (true, true);
        }
        if props.rows == 0 && old.rows > 0 {
            // Those of what was open before.
            self.rows.clear();
        }
        self.scroll.set_rows(props.rows);
        if props.follow && (props.rows != old.rows || !old.follow) {
            self.scroll.to(props.rows);
        }
        let place =
            |props: &Props| props.selection.as_ref().map(|selection| (selection.event.clone(), selection.transaction));
        let now = place(props);
        // Another list is looked through again, as its row numbers differ.
        let moved = now != place(old) && now != self.own;
        if now != self.own {
            self.own = None;
        }
        if moved || (props.mode != old.mode && now.is_some()) {
            self.reveal = now.map(|(address, _)| address);
        }
        if !props.changing {
            for key in std::mem::take(&mut self.then) {
                self.key(ctx, &key);
            }
        }
        self.work(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Moved(Moved::By(pixels)) => {
                let before = self.scroll;
                self.scroll.by_pixels(pixels);
                if self.scroll == before {
                    return false;
                }
                self.leave_end(ctx);
                self.work(ctx);
                if self.covered() && self.scroll.top == self.drawn.top {
                    self.drawn = self.scroll;
                    self.slide();
                    return false;
                }
            }
            Msg::Moved(Moved::Size(_, height)) => {
                self.scroll.set_viewport(height);
                self.work(ctx);
            }
            Msg::To(row) => {
                self.scroll.to(row);
                self.leave_end(ctx);
                self.work(ctx);
            }
            // An answer about another list is not the one in flight.
            Msg::Reply(list, ..) if list != self.list => return false,
            Msg::Reply(_, job, reply) => self.answered(ctx, job, reply),
            Msg::Click(row) => {
                self.go(ctx, row, Travel::Jump);
                ctx.props().on_enter.emit(());
            }
            Msg::Toggle(row) => self.toggle(ctx, row, None),
            Msg::Key(event) => return self.key(ctx, &event),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        let link = ctx.link();
        let active = self.cursor.filter(|row| self.row(*row).is_some());
        html! {
            <section class="pane pane-events" aria-label={words.t("pane-events")}>
                { heading(ctx.props()) }
                { props.found.clone().unwrap_or_default() }
                <div class="list">
                    <div
                        id="events-list"
                        class="tree-grid"
                        role="treegrid"
                        aria-label={words.t("name-events")}
                        aria-rowcount={props.rows.to_string()}
                        aria-colcount="4"
                        aria-activedescendant={active.map(|row| format!("event-row-{row}"))}
                        tabindex="0"
                        onkeydown={link.callback(Msg::Key)}
                    >
                        <div class="event-row column-names" role="row">
                            <span role="columnheader" class="offset">{ words.t("column-offset") }</span>
                            <span role="columnheader" class="kind">{ words.t("column-event") }</span>
                            <span role="columnheader" class="about">{ words.t("column-about") }</span>
                            <span role="columnheader" class="size">{ words.t("column-size") }</span>
                        </div>
                        <div ref={self.clip.clone()} class="clip" role="rowgroup">
                            <div ref={self.slide.clone()} class="slide" role="presentation">
                                { for self.drawn_rows(ctx) }
                            </div>
                        </div>
                    </div>
                    <Scrollbar
                        top={self.scroll.top}
                        last_top={self.scroll.last_top()}
                        page={self.scroll.page()}
                        rows={self.scroll.rows()}
                        controls="events-list"
                        label={words.t("scroll-events")}
                        on_move={link.callback(Msg::To)}
                    />
                </div>
            </section>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(clip) = self.clip.cast::<HtmlElement>() {
            self.scroll.set_viewport(f64::from(clip.client_height()));
            self.viewport = Some(Viewport::watch(&clip, ctx.link().callback(Msg::Moved)));
            self.scroll.set_rows(ctx.props().rows);
            self.work(ctx);
        }
        self.slide();
        self.tell_visible(ctx.props());
    }
}

impl EventsPane {
    fn drawn_rows(&self, ctx: &Context<Self>) -> Vec<Html> {
        let props = ctx.props();
        let last = self.drawn.top.saturating_add(self.drawn.drawn()).min(props.rows.max(1));
        (self.drawn.top..last)
            .filter_map(|number| self.row(number))
            .enumerate()
            .map(|(slot, row)| {
                let number = row.row;
                let link = ctx.link();
                let is_event = !matches!(row.content, RowContent::Transaction { .. });
                let noted = is_event.then(|| props.notes.of_event(&row.address)).flatten();
                html! {
                    <EventRow
                        key={slot}
                        words={props.words.clone()}
                        row={row.clone()}
                        note={noted.map(|(text, notes)| (AttrValue::from(text.to_owned()), notes))}
                        selected={self.is_selected(props, row)}
                        active={self.cursor == Some(number)}
                        on_click={link.callback(move |_| Msg::Click(number))}
                        on_toggle={link.callback(move |_| Msg::Toggle(number))}
                    />
                }
            })
            .collect()
    }

    fn is_selected(&self, props: &Props, row: &ListRow) -> bool {
        let Some(selection) = &props.selection else { return false };
        let transaction = matches!(row.content, RowContent::Transaction { .. });
        let meant = selection.transaction && props.mode == ListMode::Transactions;
        row.address == selection.event && transaction == meant
    }

    fn row(&self, number: u64) -> Option<&ListRow> {
        self.rows.get(usize::try_from(number.checked_sub(self.rows_from)?).ok()?)
    }

    /// Tells where in the file the rows that show begin and end.
    fn tell_visible(&self, props: &Props) {
        let last = self.drawn.top.saturating_add(self.drawn.page().max(1)).min(props.rows.max(1));
        let shown =
            (self.drawn.top..last).filter_map(|row| self.row(row)).filter(|row| row.address.space == props.listed);
        let ends = shown.map(|row| (row.address.offset, row.end));
        props.visible.show(ends.reduce(|first, last| (first.0.min(last.0), first.1.max(last.1))));
    }

    /// Who scrolls away from the end does not want to be taken back there.
    fn leave_end(&self, ctx: &Context<Self>) {
        if ctx.props().follow && self.scroll.top < self.scroll.last_top() {
            ctx.props().on_follow.emit(false);
        }
    }

    /// Whether every row that must show is here.
    fn covered(&self) -> bool {
        let last = self.scroll.top.saturating_add(self.scroll.drawn()).min(self.scroll.rows());
        let here = self.rows_from.saturating_add(self.rows.len() as u64);
        self.rows_from <= self.scroll.top && last <= here
    }

    /// Posts the next request, when none is in flight and one is needed.
    fn work(&mut self, ctx: &Context<Self>) {
        let covered = self.covered();
        if covered {
            self.drawn = self.scroll;
        }
        if self.busy || ctx.props().generation == 0 {
            return;
        }
        let (job, request) = if let Some((row, address, transaction, expanded)) = self.expand.take() {
            (Job::Expand(row), Request::Expand { address, transaction, expanded })
        } else if let Some(places) = self.take_moved() {
            let cursor = if places.len() > 1 { self.cursor } else { None };
            (Job::Ranks(self.scroll.top, cursor), Request::Search(SearchRequest::Ranks(places)))
        } else if let Some(address) = self.reveal.take() {
            (Job::Reveal(address.clone()), Request::Reveal { address })
        } else if self.stale || !covered {
            let around = self.scroll.drawn();
            let from = self.scroll.top.saturating_sub(around);
            let count = u32::try_from(around.saturating_mul(3)).unwrap_or(u32::MAX);
            self.stale = false;
            (Job::Rows(from), Request::Rows { from, count })
        } else {
            return;
        };
        self.busy = true;
        let link = ctx.link().clone();
        let list = self.list;
        ctx.props().client.ask(request, move |reply| {
            link.send_message(Msg::Reply(list, job, reply));
        });
    }

    /// The first row that shows, and the cursor's, when they may have moved.
    fn take_moved(&mut self) -> Option<Vec<(Address, bool)>> {
        if !std::mem::take(&mut self.moved) {
            return None;
        }
        let place = |row: &ListRow| (row.address.clone(), matches!(row.content, RowContent::Transaction { .. }));
        let top = place(self.row(self.scroll.top)?);
        let cursor = self.cursor.and_then(|cursor| self.row(cursor)).map(place);
        Some([Some(top), cursor].into_iter().flatten().collect())
    }

    fn answered(&mut self, ctx: &Context<Self>, job: Job, reply: Reply) {
        self.busy = false;
        let before = (self.rows_from, self.rows.len());
        match (job, reply) {
            (Job::Rows(from), Reply::Answer(Answer::Rows { rows: Packed(rows), total }, _)) => {
                self.rows = rows;
                self.rows_from = self.rows.first().map_or(from, |row| row.row);
                self.total(ctx, total);
                self.drawn = self.scroll;
                if let Some((row, travel)) = self.select_at
                    && self.row(row).is_some()
                {
                    self.select_at = None;
                    self.select(ctx, row, travel);
                }
                // The same window again cannot help when it does not cover the view.
                let waiting = self.stale || self.reveal.is_some() || self.expand.is_some();
                if before == (self.rows_from, self.rows.len()) && !waiting {
                    return;
                }
            }
            (Job::Reveal(address), Reply::Answer(Answer::Row { row, total }, _)) => {
                if total != self.scroll.rows() {
                    self.stale = true;
                }
                self.total(ctx, total);
                // Who has gone elsewhere meanwhile is not taken back.
                let selected = ctx.props().selection.as_ref().is_none_or(|selection| selection.event == address);
                if selected && self.select_at.is_none() {
                    self.cursor = Some(row);
                    self.scroll.reveal(row);
                }
            }
            (Job::Expand(number), Reply::Answer(Answer::Changed { rows }, _)) => {
                // Rows below moved by as many as came or went.
                let cursor = self.cursor.filter(|cursor| *cursor > number);
                if let Some(cursor) = cursor {
                    let before = self.scroll.rows();
                    self.cursor = Some(cursor.saturating_add(rows).saturating_sub(before));
                }
                self.total(ctx, rows);
                self.stale = true;
            }
            (Job::Ranks(top, cursor), Reply::Answer(Answer::Search(SearchAnswer::Ranks(ranks)), _)) => {
                if let Some(Some(now)) = ranks.first() {
                    // Scrolled meanwhile: from there.
                    let (hidden, by) = (self.scroll.hidden, now.wrapping_sub(top));
                    let to = self.scroll.top.wrapping_add(by);
                    self.rows_from = self.rows_from.wrapping_add(by);
                    for row in &mut self.rows {
                        row.row = row.row.wrapping_add(by);
                    }
                    self.scroll.to(to);
                    if self.scroll.top == to {
                        self.scroll.by_pixels(hidden);
                    }
                }
                if let (Some(_), Some(now)) = (cursor, ranks.get(1)) {
                    self.cursor = *now;
                }
            }
            (_, Reply::Lost) => {
                return;
            }
            _ => {}
        }
        self.work(ctx);
    }

    fn total(&mut self, ctx: &Context<Self>, rows: u64) {
        self.scroll.set_rows(rows);
        if rows != ctx.props().rows {
            ctx.props().on_rows.emit(rows);
        }
    }

    /// Moves the cursor to a row and selects it, now or when it is here.
    fn go(&mut self, ctx: &Context<Self>, row: u64, travel: Travel) {
        let Some(last) = self.scroll.rows().checked_sub(1) else { return };
        let row = row.min(last);
        self.reveal = None;
        self.cursor = Some(row);
        self.scroll.reveal(row);
        if self.row(row).is_some() {
            self.select(ctx, row, travel);
        } else {
            self.select_at = Some((row, travel));
        }
        self.work(ctx);
    }

    fn select(&mut self, ctx: &Context<Self>, row: u64, travel: Travel) {
        let Some(row) = self.row(row) else { return };
        let transaction = matches!(row.content, RowContent::Transaction { .. });
        let selection = Selection { event: row.address.clone(), transaction, focus: Focus::Event };
        self.own = Some((selection.event.clone(), transaction));
        ctx.props().on_select.emit((selection, travel));
    }

    fn toggle(&mut self, ctx: &Context<Self>, number: u64, to: Option<bool>) {
        let Some(row) = self.row(number) else { return };
        let Some(expanded) = row.expanded else { return };
        let expanded = to.unwrap_or(!expanded);
        let transaction = matches!(row.content, RowContent::Transaction { .. });
        self.expand = Some((number, row.address.clone(), transaction, expanded));
        let inside = !expanded && self.cursor.is_some_and(|cursor| self.is_inside(cursor, number));
        if inside {
            // What is selected is about to be hidden, and what hides it takes its place.
            self.go(ctx, number, Travel::Step);
        }
        self.work(ctx);
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        if ctx.props().changing && self.waits(event) {
            event.prevent_default();
            self.then.push(event.clone());
            return false;
        }
        let at = self.cursor.unwrap_or(0);
        let page = self.scroll.page();
        let expanded = self.row(at).and_then(|row| row.expanded);
        match event.key().as_str() {
            "ArrowDown" if self.cursor.is_none() => self.go(ctx, 0, Travel::Step),
            "ArrowDown" => self.go(ctx, at.saturating_add(1), Travel::Step),
            "ArrowUp" => self.go(ctx, at.saturating_sub(1), Travel::Step),
            "PageDown" => self.go(ctx, at.saturating_add(page), Travel::Step),
            "PageUp" => self.go(ctx, at.saturating_sub(page), Travel::Step),
            "Home" => self.go(ctx, 0, Travel::Step),
            "End" => self.go(ctx, u64::MAX, Travel::Step),
            "ArrowRight" if expanded == Some(false) => self.toggle(ctx, at, Some(true)),
            "ArrowRight" if expanded == Some(true) => self.go(ctx, at + 1, Travel::Step),
            "ArrowLeft" if expanded == Some(true) => self.toggle(ctx, at, Some(false)),
            "ArrowLeft" => match self.above(at) {
                Some(row) => self.go(ctx, row, Travel::Step),
                None => return false,
            },
            "ArrowRight" => return false,
            "Enter" | " " => {
                self.go(ctx, at, Travel::Jump);
                ctx.props().on_enter.emit(());
            }
            _ => return false,
        }
        event.prevent_default();
        true
    }

    /// Whether a key is meant for the list that was asked for: both ends are in either list, and what is pressed after
    /// that goes on from there.
    fn waits(&self, event: &KeyboardEvent) -> bool {
        match event.key().as_str() {
            "Home" | "End" => true,
            "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" => !self.then.is_empty(),
            _ => false,
        }
    }

    /// The row that a row lies inside.
    fn above(&self, number: u64) -> Option<u64> {
        let level = self.row(number)?.level;
        (self.rows_from..number)
            .rev()
            .filter_map(|number| self.row(number))
            .find(|row| row.level < level)
            .map(|row| row.row)
    }

    /// Whether a row lies inside another one.
    fn is_inside(&self, row: u64, outer: u64) -> bool {
        let mut at = row;
        while let Some(above) = self.above(at) {
            if above == outer {
                return true;
            }
            at = above;
        }
        false
    }

    fn slide(&self) {
        if let Some(slide) = self.slide.cast::<HtmlElement>() {
            set_style(&slide, "transform", &format!("translateY({:.2}px)", -self.drawn.hidden));
        }
    }
}
