//! The Conversation pane: packets as a ladder, what the client says on the left and what the server says on the right.

use std::rc::Rc;

use binlog_explorer::capture::ConversationView;
use binlog_explorer::conversation::LadderRow;
use binlog_explorer::view::Address;
use web_sys::{HtmlElement, HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

use super::packet_row::{PacketLine, counted};
use crate::client::{Client, Reply};
use crate::localisation::Words;
use crate::numbers;
use crate::packed::Packed;
use crate::protocol::{Answer, ConversationAnswer, ConversationRequest, Request};
use crate::scroll::Scroll;
use crate::scrollbar::Scrollbar;
use crate::selection::{Selection, Travel};
use crate::viewport::{Moved, Viewport, set_style};
use crate::visible_text::visible_line;

/// What the pane shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The line to the worker.
    pub client: Client,
    /// Counts opened files.
    pub generation: u32,
    /// The tab is open.
    pub shown: bool,
    /// What there is.
    pub conversations: Rc<Vec<ConversationView>>,
    /// What is selected, here or elsewhere.
    pub selection: Option<Selection>,
    /// Selects.
    pub on_select: Callback<(Selection, Travel)>,
    /// A log of a conversation is wanted as the file that is shown.
    pub on_log: Callback<(String, u32)>,
}

/// What happens in the pane.
#[derive(Debug)]
pub enum Msg {
    /// Scrolled or resized.
    Moved(Moved),
    /// The scrollbar asks for a row.
    To(u64),
    /// Rows came, from this one on.
    Rows(u32, String, u64, Reply),
    /// The row of the selected packet came.
    Rank(u32, Reply),
    /// Another conversation.
    Choose(String),
    /// A row was clicked.
    Click(u64),
    /// A key.
    Key(KeyboardEvent),
}

/// The component.
pub struct ConversationPane {
    space: String,
    scroll: Scroll,
    rows: Vec<LadderRow>,
    rows_from: u64,
    begun: u64,
    busy: bool,
    stale: bool,
    cursor: Option<u64>,
    /// A row to be selected once it is here, and in which direction headings are passed.
    wanted: Option<(u64, bool, Travel)>,
    reveal: Option<Address>,
    own: Option<Address>,
    viewport: Option<Viewport>,
    clip: NodeRef,
    slide: NodeRef,
}

impl std::fmt::Debug for ConversationPane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConversationPane").field("space", &self.space).finish_non_exhaustive()
    }
}

/// Number of a row in its list.
const fn number(row: &LadderRow) -> u64 {
    match row {
        LadderRow::Stage { row, .. } => *row,
        LadderRow::Packet(packet) => packet.row,
    }
}

fn packet_of(props: &Props) -> Option<Address> {
    props.selection.as_ref().map(|selection| selection.event.clone()).filter(Address::is_packet)
}

impl Component for ConversationPane {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut pane = Self {
            space: String::new(),
            scroll: Scroll::default(),
            rows: Vec::new(),
            rows_from: 0,
            begun: 0,
            busy: false,
            stale: true,
            cursor: None,
            wanted: None,
            reveal: None,
            own: None,
            viewport: None,
            clip: NodeRef::default(),
            slide: NodeRef::default(),
        };
        pane.follow(ctx, None);
        pane
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.generation != old.generation {
            (self.busy, self.wanted) = (false, None);
        }
        if props.conversations != old.conversations {
            self.stale = true;
        }
        self.follow(ctx, Some(old));
        self.work(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Moved(Moved::By(pixels)) => self.scroll.by_pixels(pixels),
            Msg::Moved(Moved::Size(_, height)) => {
                // What is looked at stays in sight.
                let kept = self.cursor.filter(|row| self.scroll.shows(*row));
                self.scroll.set_viewport(height);
                kept.into_iter().for_each(|row| self.scroll.reveal(row));
            }
            Msg::To(row) => self.scroll.to(row),
            Msg::Rows(generation, space, from, reply) => {
                if generation != ctx.props().generation {
                    return false;
                }
                self.busy = false;
                self.rows_came(ctx, &space, from, reply);
            }
            Msg::Rank(generation, reply) => {
                if generation != ctx.props().generation {
                    return false;
                }
                self.busy = false;
                if let Reply::Answer(Answer::Conversation(ConversationAnswer::Rank(Some(row))), _) = reply {
                    self.cursor = Some(row);
                    self.scroll.reveal(row);
                }
            }
            Msg::Choose(space) => self.choose(ctx, space),
            Msg::Click(row) => self.go(ctx, row, true, Travel::Jump),
            Msg::Key(event) => return self.key(ctx, &event),
        }
        self.work(ctx);
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        if props.conversations.is_empty() {
            return html! { <p class="stats-empty">{ words.t("conversation-none") }</p> };
        }
        let link = ctx.link();
        let active = self.cursor.filter(|row| self.row(*row).is_some());
        html! {
            <>
                { self.heading(ctx) }
                <div class="list">
                    <div
                        id="packets-list"
                        class="tree-grid packets"
                        role="grid"
                        aria-label={words.t("name-packets")}
                        aria-rowcount={(self.scroll.rows() + 1).to_string()}
                        aria-colcount="6"
                        aria-activedescendant={active.map(|row| format!("packet-row-{row}"))}
                        tabindex="0"
                        onkeydown={link.callback(Msg::Key)}
                    >
                        <div class="packet-row packet-names" role="row" aria-rowindex="1">
                            <span role="columnheader" class="number">{ words.t("packet-number") }</span>
                            <span role="columnheader" class="time">{ words.t("packet-time") }</span>
                            <span role="columnheader" class="lane">
                                <span>{ words.t("packet-client") }</span><span>{ words.t("packet-server") }</span>
                            </span>
                            <span role="columnheader" class="about">{ words.t("packet-about") }</span>
                            <span role="columnheader" class="size">{ words.t("packet-bytes") }</span>
                            <span role="columnheader" class="sequence" title={words.t("packet-sequence-title")}>
                                { words.t("packet-sequence") }
                            </span>
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
                        controls="packets-list"
                        label={words.t("scroll-packets")}
                        on_move={link.callback(Msg::To)}
                    />
                </div>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        // The list comes and goes with conversations.
        match self.clip.cast::<HtmlElement>() {
            Some(clip) if self.viewport.is_none() => {
                self.scroll.set_viewport(f64::from(clip.client_height()));
                self.viewport = Some(Viewport::watch(&clip, ctx.link().callback(Msg::Moved)));
                self.work(ctx);
            }
            None => self.viewport = None,
            Some(_) => {}
        }
        if let Some(slide) = self.slide.cast::<HtmlElement>() {
            set_style(&slide, "transform", &format!("translateY({:.2}px)", -self.scroll.hidden));
        }
    }
}

impl ConversationPane {
    fn shown<'p>(&self, props: &'p Props) -> Option<&'p ConversationView> {
        props.conversations.iter().find(|view| view.space == self.space)
    }

    /// Keeps up with what there is and what is selected.
    fn follow(&mut self, ctx: &Context<Self>, old: Option<&Props>) {
        let props = ctx.props();
        let selected = packet_of(props);
        if selected != old.and_then(packet_of) && selected != self.own {
            self.reveal.clone_from(&selected);
            if let Some(address) = &selected
                && address.space != self.space
            {
                self.choose(ctx, address.space.clone());
            }
        }
        if self.shown(props).is_none()
            && let Some(first) = props.conversations.first()
        {
            self.choose(ctx, first.space.clone());
        }
        // Who looks at the end of a list that grows goes on looking at its end.
        let at_end = self.scroll.last_top() > 0 && self.scroll.top >= self.scroll.last_top();
        let rows = self.shown(props).map_or(0, |view| view.rows);
        let grew = rows > self.scroll.rows();
        self.scroll.set_rows(rows);
        if at_end && grew {
            self.scroll.to(u64::MAX);
        }
    }

    fn choose(&mut self, ctx: &Context<Self>, space: String) {
        self.space = space;
        self.rows.clear();
        (self.cursor, self.wanted, self.stale) = (None, None, true);
        self.scroll.set_rows(self.shown(ctx.props()).map_or(0, |view| view.rows));
        self.scroll.to(0);
    }

    fn row(&self, row: u64) -> Option<&LadderRow> {
        self.rows.get(usize::try_from(row.checked_sub(self.rows_from)?).ok()?)
    }

    fn covered(&self) -> bool {
        let last = self.scroll.top.saturating_add(self.scroll.drawn()).min(self.scroll.rows());
        self.rows_from <= self.scroll.top && last <= self.rows_from + self.rows.len() as u64
    }

    /// Posts the next request, when none is in flight and one is needed.
    fn work(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        if self.busy || !props.shown || self.space.is_empty() || self.shown(props).is_none() {
            return;
        }
        let (link, generation) = (ctx.link().clone(), props.generation);
        if let Some(address) = self.reveal.take() {
            self.busy = true;
            let request = Request::Conversation(ConversationRequest::Rank(address));
            props.client.ask(request, move |reply| link.send_message(Msg::Rank(generation, reply)));
        } else if self.stale || !self.covered() {
            self.stale = false;
            self.busy = true;
            let around = self.scroll.drawn().max(8);
            let from = self.scroll.top.saturating_sub(around);
            let count = u32::try_from(around.saturating_mul(3)).unwrap_or(u32::MAX);
            let space = self.space.clone();
            let request = Request::Conversation(ConversationRequest::Rows { space: space.clone(), from, count });
            props.client.ask(request, move |reply| link.send_message(Msg::Rows(generation, space, from, reply)));
        }
    }

    fn rows_came(&mut self, ctx: &Context<Self>, space: &str, from: u64, reply: Reply) {
        let Reply::Answer(Answer::Conversation(ConversationAnswer::Rows { rows: Packed(rows), total }), _) = reply
        else {
            return;
        };
        if space != self.space {
            return;
        }
        if from == 0 {
            let first = rows.iter().find_map(|row| match row {
                LadderRow::Packet(packet) => Some(packet.time),
                LadderRow::Stage { .. } => None,
            });
            self.begun = first.unwrap_or(0);
        }
        self.rows_from = rows.first().map_or(from, number);
        self.rows = rows;
        self.scroll.set_rows(total);
        if let Some((row, forwards, travel)) = self.wanted.take() {
            self.go(ctx, row, forwards, travel);
        }
    }

    /// Selects the packet of a row, or the next one if the row is a heading.
    fn go(&mut self, ctx: &Context<Self>, row: u64, forwards: bool, travel: Travel) {
        let Some(last) = self.scroll.rows().checked_sub(1) else { return };
        let row = row.min(last);
        self.scroll.reveal(row);
        match self.row(row) {
            None => self.wanted = Some((row, forwards, travel)),
            // The first row is a heading.
            Some(LadderRow::Stage { .. }) if forwards || row == 0 => self.go_from_heading(ctx, row + 1, true, travel),
            Some(LadderRow::Stage { .. }) => self.go_from_heading(ctx, row - 1, false, travel),
            Some(LadderRow::Packet(packet)) => {
                let address = packet.address.clone();
                self.cursor = Some(row);
                self.own = Some(address.clone());
                ctx.props().on_select.emit((Selection::event(address), travel));
            }
        }
        self.work(ctx);
    }

    /// No heading follows another one.
    fn go_from_heading(&mut self, ctx: &Context<Self>, row: u64, forwards: bool, travel: Travel) {
        self.scroll.reveal(row.saturating_sub(u64::from(forwards)));
        if row < self.scroll.rows() {
            self.go(ctx, row, forwards, travel);
        }
    }

    fn key(&mut self, ctx: &Context<Self>, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        let at = self.cursor.unwrap_or(0);
        let page = self.scroll.page();
        let (to, forwards) = match event.key().as_str() {
            "ArrowDown" if self.cursor.is_none() => (0, true),
            "ArrowDown" => (at + 1, true),
            "ArrowUp" => (at.saturating_sub(1), false),
            "PageDown" => (at + page, true),
            "PageUp" => (at.saturating_sub(page), false),
            "Home" => (0, true),
            "End" => (u64::MAX, false),
            "Enter" | " " => (at, true),
            _ => return false,
        };
        event.prevent_default();
        event.stop_propagation();
        self.go(ctx, to, forwards, Travel::Step);
        true
    }

    fn heading(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        let Some(view) = self.shown(props) else { return Html::default() };
        let name = |number: usize, view: &ConversationView| {
            let ends = if view.client.is_empty() {
                words.t("conversation-pasted")
            } else {
                format!("{} → {}", view.client, view.server)
            };
            format!("{}. {ends}", number + 1)
        };
        let chosen = ctx.link().callback(|event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            Msg::Choose(select.value())
        });
        let log = |(number, log): (usize, &binlog_explorer::capture::LogView)| {
            let (space, on_log) = (view.space.clone(), props.on_log.clone());
            let title = words.with(
                "conversation-open-log-title",
                [("events", numbers::grouped(log.events).into()), ("size", numbers::size(log.size).into())],
            );
            let label = words.with("conversation-open-log", [("name", visible_line(&log.name, 60).into())]);
            let open = Callback::from(move |_: MouseEvent| on_log.emit((space.clone(), number as u32)));
            html! { <button type="button" {title} onclick={open}>{ label }</button> }
        };
        html! {
            <div class="talk-head">
                <div class="talk-line">
                    if props.conversations.len() > 1 {
                        <select aria-label={words.t("conversation-choose")} onchange={chosen}>
                            { for props.conversations.iter().enumerate().map(|(number, view)| html! {
                                <option value={view.space.clone()} selected={view.space == self.space}>
                                    { name(number, view) }
                                </option>
                            }) }
                        </select>
                    } else if !view.client.is_empty() {
                        <span class="talk-ends" translate="no">{ format!("{} → {}", view.client, view.server) }</span>
                    }
                    <span class="quiet" translate="no">{ visible_line(&view.version, 40) }</span>
                    <span class="quiet">
                        { counted(words, view.packets) }
                    </span>
                    if view.marked > 0 {
                        <span class="talk-marked">
                            { words.with("conversation-marked", [("count", numbers::grouped(view.marked).into())]) }
                        </span>
                    }
                    { for view.logs.iter().enumerate().map(log) }
                </div>
                { for view.notes.iter().map(|note| html! { <p class="talk-note">{ words.message(note) }</p> }) }
            </div>
        }
    }

    fn drawn_rows(&self, ctx: &Context<Self>) -> Vec<Html> {
        let props = ctx.props();
        let selected = packet_of(props);
        let last = self.scroll.top.saturating_add(self.scroll.drawn()).min(self.scroll.rows());
        (self.scroll.top..last)
            .filter_map(|row| self.row(row))
            .enumerate()
            .map(|(slot, row)| {
                let at = number(row);
                let is_selected =
                    matches!(row, LadderRow::Packet(packet) if Some(&packet.address) == selected.as_ref());
                html! {
                    <PacketLine
                        key={slot}
                        words={props.words.clone()}
                        row={row.clone()}
                        begun={self.begun}
                        selected={is_selected}
                        active={self.cursor == Some(at)}
                        on_click={ctx.link().callback(move |_| Msg::Click(at))}
                    />
                }
            })
            .collect()
    }
}
