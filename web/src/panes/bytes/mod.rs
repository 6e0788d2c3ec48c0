//! The Bytes pane: every byte of a space, the selected event's in colour.

pub mod grid;
pub mod head;
pub mod window;

mod keys;

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::view::SpaceView;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use self::grid::{Grid, Paint};
use self::head::BytesHead;
use self::window::ByteWindow;
use super::fields::same;
use crate::client::{Client, Reply};
use crate::event_bytes::EventBytes;
use crate::event_model::EventModel;
use crate::hover::Hover;
use crate::localisation::Words;
use crate::protocol::{Answer, Request};
use crate::scroll::Scroll;
use crate::scrollbar::Scrollbar;
use crate::viewport::{Moved, Viewport};

/// How a byte was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The smallest field that covers it.
    Field,
    /// The field around the selected one.
    Parent,
    /// From the anchor to it.
    Extend {
        /// Where the range starts.
        anchor: u64,
    },
}

/// What the pane shows and whom it tells.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The line to the worker.
    pub client: Client,
    /// Counts opened files; 0 before the first.
    pub generation: u32,
    /// The space that shows.
    pub space: String,
    /// The spaces that can show.
    pub spaces: Rc<Vec<SpaceView>>,
    /// The selected event.
    pub model: Option<Rc<EventModel>>,
    /// The event is the selected one, and not the one before that still shows.
    pub current: bool,
    /// Selected bytes, when they lie in the space that shows.
    pub selected: Option<(u64, u64)>,
    /// The selected bytes are the whole event, whose roles stay to be seen.
    pub whole: bool,
    /// Bytes of the field around them.
    pub around: Option<(u64, u64)>,
    /// Bytes that notes are pinned to, with their space.
    pub noted: Vec<(String, u64, u64)>,
    /// Bytes that came with it: where they cover what shows, none are asked for.
    pub bytes: Option<Rc<EventBytes>>,
    /// Why the last "go to" went nowhere.
    pub goto_problem: Option<String>,
    /// The "go to" box.
    pub goto_box: NodeRef,
    /// The shared preview.
    pub hover: Hover,
    /// A byte of the shown space was chosen.
    pub on_pick: Callback<(u64, Pick)>,
    /// Shows another space.
    pub on_space: Callback<String>,
    /// Goes to an offset as typed, from the given one.
    pub on_goto: Callback<(String, u64)>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        same(&self.model, &other.model)
            && Rc::ptr_eq(&self.spaces, &other.spaces)
            && self.words == other.words
            && self.client == other.client
            && self.generation == other.generation
            && self.space == other.space
            && self.current == other.current
            && self.selected == other.selected
            && self.whole == other.whole
            && self.around == other.around
            && self.noted == other.noted
            && match (&self.bytes, &other.bytes) {
                (Some(one), Some(two)) => Rc::ptr_eq(one, two),
                (one, two) => one.is_none() && two.is_none(),
            }
            && self.goto_problem == other.goto_problem
            && self.on_pick == other.on_pick
            && self.on_space == other.on_space
            && self.on_goto == other.on_goto
    }
}

/// What happens in the pane.
#[derive(Debug)]
pub enum Msg {
    /// Scrolled or resized.
    Moved(Moved),
    /// The scrollbar asks for a row.
    To(u64),
    /// The worker answered, for this generation and space.
    Reply(u32, String, Reply),
    /// Pressed on a byte.
    Down(PointerEvent),
    /// Tapped, or clicked after pressing.
    Click(MouseEvent),
    /// The pointer moved.
    Over(MouseEvent),
    /// The pointer left.
    Leave(MouseEvent),
    /// Clicked twice.
    Double(MouseEvent),
    /// A key.
    Key(KeyboardEvent),
    /// The "go to" box was entered.
    Goto(String),
}

/// The component.
pub struct BytesPane {
    scroll: Scroll,
    /// Where the painted rows stand: `scroll`, or behind it while bytes are under way.
    drawn: Scroll,
    columns: u64,
    window: ByteWindow,
    size: u64,
    busy: bool,
    /// The byte that the keyboard is on.
    cursor: u64,
    anchor: u64,
    dragging: bool,
    /// The last press was a finger's, which may be about to scroll: it picks when it lifts.
    finger: bool,
    grid: Rc<RefCell<Option<Grid>>>,
    viewport: Option<Viewport>,
    clip: NodeRef,
    treegrid: NodeRef,
}

impl std::fmt::Debug for BytesPane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BytesPane").field("scroll", &self.scroll).finish()
    }
}

impl Component for BytesPane {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let grid: Rc<RefCell<Option<Grid>>> = Rc::default();
        let painted = grid.clone();
        ctx.props().hover.bytes_painter(move |range| {
            if let Some(grid) = painted.borrow().as_ref() {
                grid.preview(range);
            }
        });
        Self {
            scroll: Scroll::default(),
            drawn: Scroll::default(),
            columns: 16,
            window: ByteWindow::default(),
            size: 0,
            busy: false,
            cursor: 0,
            anchor: 0,
            dragging: false,
            finger: false,
            grid,
            viewport: None,
            clip: NodeRef::default(),
            treegrid: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        let other_space = props.space != old.space || props.generation != old.generation;
        // Until another source is there, what came of the one before still shows.
        let other_source = old.bytes.is_some() && props.bytes.is_none();
        if other_space || other_source {
            self.busy = false;
            self.window = ByteWindow::default();
            self.cursor = 0;
            self.scroll.to(0);
        }
        let size = props.spaces.iter().find(|space| space.space == props.space);
        if let Some(size) = size.map(|space| space.size)
            && (other_space || size > self.size)
        {
            self.set_size(size);
        }
        let other_model = !same(&props.model, &old.model);
        let chosen = props.selected != old.selected || props.current != old.current;
        if other_space || other_model || chosen {
            self.follow(props, other_space || other_model);
        }
        self.work(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        match msg {
            Msg::Moved(Moved::By(pixels)) => {
                self.scroll.by_pixels(pixels);
                props.hover.forget();
                self.work(ctx);
            }
            Msg::Moved(Moved::Size(width, height)) => self.resize(ctx, width, height),
            Msg::To(row) => {
                self.scroll.to(row);
                self.work(ctx);
            }
            Msg::Reply(generation, space, reply) => {
                if generation != props.generation || space != props.space {
                    return false;
                }
                self.answered(ctx, space, reply);
            }
            Msg::Down(event) => return self.pressed(props, &event),
            Msg::Click(event) => {
                if let Some(offset) = offset_under(&event).filter(|_| self.finger) {
                    self.cursor = offset;
                    self.anchor = offset;
                    props.on_pick.emit((offset, Pick::Field));
                }
                return false;
            }
            Msg::Over(event) => return self.over(props, &event),
            Msg::Leave(event) => {
                props.hover.clear(&event);
                return false;
            }
            Msg::Double(event) => {
                if let Some(offset) = offset_under(&event) {
                    props.on_pick.emit((offset, Pick::Parent));
                }
                return false;
            }
            Msg::Key(event) => return self.key(ctx, &event),
            Msg::Goto(text) => {
                props.on_goto.emit((text, self.cursor));
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        let link = ctx.link();
        html! {
            <section class="pane pane-bytes" aria-label={words.t("pane-bytes")}>
                <BytesHead
                    words={words.clone()}
                    spaces={props.spaces.clone()}
                    space={props.space.clone()}
                    range={props.selected.filter(|_| self.is_event_space(props))}
                    problem={props.goto_problem.clone()}
                    goto_box={props.goto_box.clone()}
                    on_space={props.on_space.clone()}
                    on_goto={link.callback(Msg::Goto)}
                />
                <div class="list">
                    <div
                        ref={self.treegrid.clone()}
                        id="bytes-grid"
                        class={classes!("hex", format!("columns-{}", self.columns))}
                        role="grid"
                        aria-label={words.t("name-bytes")}
                        aria-rowcount={self.scroll.rows().to_string()}
                        aria-colcount={(self.columns + 1).to_string()}
                        aria-multiselectable="true"
                        tabindex="0"
                        onkeydown={link.callback(Msg::Key)}
                        onpointerdown={link.callback(Msg::Down)}
                        onclick={link.callback(Msg::Click)}
                        onmousemove={link.callback(Msg::Over)}
                        onmouseleave={link.callback(Msg::Leave)}
                        ondblclick={link.callback(Msg::Double)}
                    >
                        <div ref={self.clip.clone()} class="clip" role="rowgroup"></div>
                    </div>
                    <Scrollbar
                        top={self.scroll.top}
                        last_top={self.scroll.last_top()}
                        page={self.scroll.page()}
                        rows={self.scroll.rows()}
                        controls="bytes-grid"
                        label={words.t("scroll-bytes")}
                        on_move={link.callback(Msg::To)}
                    />
                </div>
            </section>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(clip) = self.clip.cast::<HtmlElement>() {
            self.grid.replace(Some(Grid::new(&clip)));
            self.viewport = Some(Viewport::watch(&clip, ctx.link().callback(Msg::Moved)));
            let (width, height) = (clip.client_width(), clip.client_height());
            self.resize(ctx, f64::from(width), f64::from(height));
        }
        self.paint(ctx.props());
    }
}

impl BytesPane {
    fn is_event_space(&self, props: &Props) -> bool {
        props.model.as_ref().is_some_and(|model| model.has_space(&props.space))
    }

    fn set_size(&mut self, size: u64) {
        self.size = size;
        self.scroll.set_rows(size.div_ceil(self.columns));
    }

    fn resize(&mut self, ctx: &Context<Self>, width: f64, height: f64) {
        let columns = grid::columns_for(width);
        if columns != self.columns {
            let first = self.scroll.top.saturating_mul(self.columns);
            self.columns = columns;
            self.set_size(self.size);
            self.scroll.to(first / columns);
            self.drawn = self.scroll;
        }
        self.scroll.set_viewport(height);
        if let Some((start, _)) = ctx.props().selected.filter(|_| self.is_event_space(ctx.props())) {
            self.scroll.reveal(start / columns);
        }
        self.work(ctx);
    }

    /// Brings what is selected into view, moving as little as will do.
    fn follow(&mut self, props: &Props, other_event: bool) {
        if !self.is_event_space(props) || !props.current {
            return;
        }
        let Some(model) = &props.model else { return };
        let (from, to) = model.extent(&props.space);
        let (start, end) = props.selected.unwrap_or((from, from + 1));
        if self.cursor < start || self.cursor >= end.max(start + 1) {
            self.cursor = start;
        }
        if other_event {
            // As much of the event as fits, with a line of what comes before it.
            let first = from / self.columns;
            let last = to.saturating_sub(1) / self.columns;
            let long = last.saturating_sub(first) > self.scroll.page();
            if !self.scroll.shows(first) || (!long && !self.scroll.shows(last)) {
                self.scroll.to(first.saturating_sub(1));
            }
        }
        let last = end.saturating_sub(1).max(start) / self.columns;
        let first = start / self.columns;
        if last - first < self.scroll.page() {
            self.scroll.reveal(last);
        }
        let at = if self.cursor > start { self.cursor } else { start };
        self.scroll.reveal(at / self.columns);
    }

    /// Asks for bytes, when none are under way and some that must show are missing.
    fn work(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        let start = self.scroll.top.saturating_mul(self.columns);
        let end = start.saturating_add(self.scroll.drawn().saturating_mul(self.columns));
        let end = if self.size == 0 { end } else { end.min(self.size) };
        if self.window.covers(&props.space, start, end) {
            self.drawn = self.scroll;
            return;
        }
        if let Some((from, bytes)) = props.bytes.as_ref().and_then(|bytes| bytes.of_space(&props.space)) {
            let near = ByteWindow { space: props.space.clone(), start: from, bytes: bytes.clone(), holes: Vec::new() };
            if near.covers(&props.space, start, end) {
                self.window = near;
                self.drawn = self.scroll;
                return;
            }
        }
        if self.busy || props.generation == 0 {
            return;
        }
        self.busy = true;
        let (from, length) = window::around(start, end);
        let request = Request::Bytes { space: props.space.clone(), start: from, length };
        let (link, space, generation) = (ctx.link().clone(), props.space.clone(), props.generation);
        props.client.ask(request, move |reply| {
            link.send_message(Msg::Reply(generation, space, reply));
        });
    }

    fn answered(&mut self, ctx: &Context<Self>, space: String, reply: Reply) {
        self.busy = false;
        if let Reply::Answer(Answer::Bytes { start, space_size, holes }, Some(bytes)) = reply {
            let helps = !bytes.is_empty();
            self.window = ByteWindow { space, start, bytes, holes };
            if space_size != self.size {
                self.set_size(space_size);
                self.follow(ctx.props(), true);
            }
            if helps {
                self.work(ctx);
            }
        }
    }

    fn pressed(&mut self, props: &Props, event: &PointerEvent) -> bool {
        self.finger = event.pointer_type() == "touch";
        let Some(offset) = offset_under(event).filter(|_| event.button() == 0 && !self.finger) else {
            return false;
        };
        self.cursor = offset;
        if event.shift_key() {
            props.on_pick.emit((offset, Pick::Extend { anchor: self.anchor }));
        } else {
            self.anchor = offset;
            self.dragging = true;
            props.on_pick.emit((offset, Pick::Field));
        }
        true
    }

    fn over(&mut self, props: &Props, event: &MouseEvent) -> bool {
        let Some(offset) = offset_under(event) else { return false };
        if event.buttons() & 1 == 0 {
            self.dragging = false;
        }
        if self.dragging && offset != self.cursor {
            self.cursor = offset;
            props.on_pick.emit((offset, Pick::Extend { anchor: self.anchor }));
            return true;
        }
        match props.model.as_ref().filter(|_| self.is_event_space(props)) {
            Some(model) if within(model.extent(&props.space), offset) => {
                let item = model.covering(&props.space, offset);
                let path = model.path(item);
                props.hover.show(event, &props.space, model.range(item), &path);
            }
            _ => props.hover.show(event, &props.space, (offset, offset + 1), ""),
        }
        false
    }

    fn paint(&self, props: &Props) {
        let mut grid = self.grid.borrow_mut();
        let Some(grid) = grid.as_mut() else { return };
        let model = props.model.as_ref().filter(|_| self.is_event_space(props));
        let active = grid.paint(&Paint {
            words: &props.words,
            space: &props.space,
            top: self.drawn.top,
            hidden: self.drawn.hidden,
            rows: self.scroll.drawn(),
            columns: self.columns,
            size: self.size,
            window: &self.window,
            model: model.map(Rc::as_ref),
            selected: props.selected.filter(|_| model.is_some()),
            whole: props.whole,
            around: props.around.filter(|_| model.is_some()),
            noted: if model.is_some() { &props.noted } else { &[] },
            cursor: self.cursor,
        });
        if let Some(element) = self.treegrid.cast::<Element>() {
            // Set by hand, as only the painted grid knows which cell it is.
            let _ = match active {
                Some(id) => element.set_attribute("aria-activedescendant", &id),
                None => element.remove_attribute("aria-activedescendant"),
            };
        }
    }
}

fn within((start, end): (u64, u64), offset: u64) -> bool {
    (start..end).contains(&offset)
}

/// Offset of the byte under the pointer, in hex or in text.
fn offset_under(event: &MouseEvent) -> Option<u64> {
    let target: Element = wasm_bindgen::JsCast::dyn_into(event.target()?).ok()?;
    target.get_attribute("data-offset").or_else(|| target.get_attribute("data-byte")).and_then(|text| text.parse().ok())
}
