//! The Fields pane: the selected event as a tree.

use std::rc::Rc;

use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};
use yew::prelude::*;

use super::field_line::FieldLine;
use crate::event_bytes::EventBytes;
use crate::event_model::{EventModel, Item};
use crate::hover::{FIELDS_ID, Hover};
use crate::localisation::Words;
use crate::notes::Notes;
use crate::scroll::Scroll;
use crate::scrollbar::Scrollbar;
use crate::viewport::{Moved, Viewport, set_style};

/// What the pane shows and whom it tells.
#[derive(Clone, Debug, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The event, when one is here.
    pub model: Option<Rc<EventModel>>,
    /// Path of the selected field; empty for the event.
    pub selected: Option<String>,
    /// The event's bytes, as far as they are here.
    pub bytes: Option<Rc<EventBytes>>,
    /// The shared preview.
    pub hover: Hover,
    /// What is noted in the file.
    pub notes: Rc<Notes>,
    /// The tab is open.
    pub shown: bool,
    /// Selects a path.
    pub on_select: Callback<String>,
    /// Opens or closes a path.
    pub on_toggle: Callback<(String, bool)>,
    /// Shows a space's bytes.
    pub on_space: Callback<String>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        // The model is large and replaced when it changes, so identity tells.
        same(&self.model, &other.model)
            && same(&self.bytes, &other.bytes)
            && self.words == other.words
            && self.selected == other.selected
            && self.shown == other.shown
            && Rc::ptr_eq(&self.notes, &other.notes)
            && self.hover == other.hover
            && self.on_select == other.on_select
            && self.on_toggle == other.on_toggle
            && self.on_space == other.on_space
    }
}

/// Whether two shared values are one.
pub fn same<T>(one: &Option<Rc<T>>, other: &Option<Rc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Rc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// What happens in the pane.
#[derive(Debug)]
pub enum Msg {
    /// Scrolled or resized.
    Moved(Moved),
    /// The scrollbar asks for a line.
    To(u64),
    /// A line was clicked.
    Click(usize),
    /// A line's twisty was clicked, or it was clicked twice.
    Toggle(usize),
    /// The pointer is on a line.
    Over(MouseEvent, usize),
    /// A key.
    Key(KeyboardEvent),
}

/// The component.
pub struct FieldsPane {
    scroll: Scroll,
    /// Number of the selected line.
    line: Option<usize>,
    /// The path that this pane selected last: nothing then moves more than it must.
    own: Option<String>,
    viewport: Option<Viewport>,
    clip: NodeRef,
    slide: NodeRef,
}

impl std::fmt::Debug for FieldsPane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FieldsPane").field("scroll", &self.scroll).finish()
    }
}

impl Component for FieldsPane {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            scroll: Scroll::default(),
            line: None,
            own: None,
            viewport: None,
            clip: NodeRef::default(),
            slide: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if !same(&props.model, &old.model) || props.selected != old.selected {
            let other_event = match (&props.model, &old.model) {
                (Some(new), Some(old)) => new.view.address != old.view.address,
                _ => true,
            };
            if other_event {
                self.scroll.to(0);
            }
            self.find_line(props);
            if (other_event || props.selected != old.selected)
                && let Some(line) = self.line
            {
                if self.own.is_some() && self.own == props.selected {
                    self.scroll.reveal(line as u64);
                } else {
                    self.scroll.centre(line as u64);
                }
            }
            props.hover.forget();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        match msg {
            Msg::Moved(Moved::By(pixels)) => {
                let top = self.scroll.top;
                self.scroll.by_pixels(pixels);
                if self.scroll.top == top {
                    self.slide();
                    return false;
                }
                props.hover.forget();
            }
            Msg::Moved(Moved::Size(_, height)) => {
                self.scroll.set_viewport(height);
                if let Some(line) = self.line {
                    self.scroll.reveal(line as u64);
                }
            }
            Msg::To(line) => self.scroll.to(line),
            Msg::Click(line) => self.select(props, line),
            Msg::Toggle(line) => Self::toggle(props, line, None),
            Msg::Over(event, line) => {
                if let Some(model) = &props.model
                    && let Some(line) = model.lines().get(line)
                {
                    let path = model.path(line.item);
                    let space = model.space_of(line.item);
                    props.hover.show(&event, space, model.range(line.item), &path);
                }
                return false;
            }
            Msg::Key(event) => return self.key(props, &event),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        let link = ctx.link();
        let active = self.line.map(|line| format!("field-line-{line}"));
        let leave = {
            let hover = props.hover.clone();
            Callback::from(move |event: MouseEvent| hover.clear(&event))
        };
        html! {
            <div class="list" id="panel-fields" role="tabpanel" aria-labelledby="tab-fields" hidden={!props.shown}>
                <div
                    id={FIELDS_ID}
                    class="tree"
                    role="tree"
                    aria-label={words.t("name-fields")}
                    aria-activedescendant={active.filter(|_| self.line_is_drawn())}
                    tabindex="0"
                    onkeydown={link.callback(Msg::Key)}
                    onmouseleave={leave}
                >
                    <div ref={self.clip.clone()} class="clip" role="presentation">
                        <div ref={self.slide.clone()} class="slide" role="presentation">
                            { for self.drawn_lines(ctx) }
                        </div>
                    </div>
                </div>
                <Scrollbar
                    top={self.scroll.top}
                    last_top={self.scroll.last_top()}
                    page={self.scroll.page()}
                    rows={self.scroll.rows()}
                    controls={FIELDS_ID}
                    label={words.t("scroll-fields")}
                    on_move={link.callback(Msg::To)}
                />
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(clip) = self.clip.cast::<HtmlElement>() {
            self.scroll.set_viewport(f64::from(clip.client_height()));
            self.viewport = Some(Viewport::watch(&clip, ctx.link().callback(Msg::Moved)));
        }
        self.slide();
    }
}

impl FieldsPane {
    fn drawn_lines(&self, ctx: &Context<Self>) -> Vec<Html> {
        let props = ctx.props();
        let Some(model) = &props.model else { return Vec::new() };
        let first = usize::try_from(self.scroll.top).unwrap_or(usize::MAX);
        let count = usize::try_from(self.scroll.drawn()).unwrap_or(0);
        let lines = model.lines().iter().copied().enumerate().skip(first).take(count);
        lines
            .enumerate()
            .map(|(slot, (number, line))| {
                let link = ctx.link();
                let space = props.on_space.clone();
                let noted = (!props.notes.all().is_empty())
                    .then(|| props.notes.of_field(&model.view.address, &model.path(line.item)))
                    .flatten();
                html! {
                    <FieldLine
                        key={slot}
                        words={props.words.clone()}
                        model={model.clone()}
                        number={number}
                        line={line}
                        selected={self.line == Some(number)}
                        bytes={props.bytes.clone()}
                        note={noted.map(|text| AttrValue::from(text.to_owned()))}
                        on_click={link.callback(move |_| Msg::Click(number))}
                        on_toggle={link.callback(move |_| Msg::Toggle(number))}
                        on_over={link.callback(move |event| Msg::Over(event, number))}
                        on_space={space}
                    />
                }
            })
            .collect()
    }

    fn line_is_drawn(&self) -> bool {
        self.line.is_some_and(|line| {
            let line = line as u64;
            line >= self.scroll.top && line < self.scroll.top + self.scroll.drawn()
        })
    }

    fn find_line(&mut self, props: &Props) {
        let lines = props.model.as_ref().map_or(0, |model| model.lines().len());
        self.scroll.set_rows(lines as u64);
        self.line = props.model.as_ref().zip(props.selected.as_ref()).and_then(|(model, path)| {
            let item = model.find(path)?;
            model.lines().iter().position(|line| line.item == item)
        });
    }

    fn select(&mut self, props: &Props, line: usize) {
        if let Some(model) = &props.model
            && let Some(line) = model.lines().get(line)
        {
            let path = model.path(line.item);
            self.own = Some(path.clone());
            props.on_select.emit(path);
        }
    }

    fn toggle(props: &Props, line: usize, to: Option<bool>) {
        if let Some(model) = &props.model
            && let Some(line) = model.lines().get(line)
            && let Some(open) = line.open
        {
            props.on_toggle.emit((model.path(line.item), to.unwrap_or(!open)));
        }
    }

    fn key(&mut self, props: &Props, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        let Some(model) = &props.model else { return false };
        let at = self.line.unwrap_or(0);
        let last = model.lines().len().saturating_sub(1);
        let page = usize::try_from(self.scroll.page()).unwrap_or(1);
        let line = model.lines().get(at).copied();
        let open = line.and_then(|line| line.open);
        match event.key().as_str() {
            "ArrowDown" if self.line.is_none() => self.select(props, 0),
            "ArrowDown" => self.select(props, (at + 1).min(last)),
            "ArrowUp" => self.select(props, at.saturating_sub(1)),
            "PageDown" => self.select(props, (at + page).min(last)),
            "PageUp" => self.select(props, at.saturating_sub(page)),
            "Home" => self.select(props, 0),
            "End" => self.select(props, last),
            "ArrowRight" if open == Some(false) => Self::toggle(props, at, Some(true)),
            "ArrowRight" if open == Some(true) => self.select(props, (at + 1).min(last)),
            "ArrowLeft" if open == Some(true) => Self::toggle(props, at, Some(false)),
            "ArrowLeft" => {
                let item = line.map_or(Item::Event, |line| line.item);
                props.on_select.emit(model.path(model.parent(item)));
            }
            "Enter" | " " => Self::toggle(props, at, None),
            _ => return false,
        }
        event.prevent_default();
        false
    }

    fn slide(&self) {
        if let Some(slide) = self.slide.cast::<HtmlElement>() {
            set_style(&slide, "transform", &format!("translateY({:.2}px)", -self.scroll.hidden));
        }
    }
}
