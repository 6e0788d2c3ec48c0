//! The strip on top: the whole file at a glance, by position or by time.

mod drawing;
mod moving;
mod twin;

use std::rc::Rc;

use binlog_explorer::view::Progress;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, HtmlSelectElement, KeyboardEvent, PointerEvent, WheelEvent};
use yew::prelude::*;

pub use self::drawing::Strip;
use crate::client::{Client, Reply};
use crate::localisation::Words;
use crate::numbers::{date_time, grouped, size};
use crate::protocol::{Answer, Request, StripBy};
use crate::selection::{Selection, Travel};
use crate::viewport::{Moved, Viewport, set_style};
use crate::visible_part::VisiblePart;

/// CSS pixels of a column.
const COLUMN: f64 = 3.0;

/// What the strip shows and whom it tells.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct Props {
    /// The reader's language.
    pub words: Rc<Words>,
    /// The line to the worker.
    pub client: Client,
    /// Counts opened files; 0 before the first.
    pub generation: u32,
    /// How far the file is read.
    pub progress: Progress,
    /// Bytes of which the second pass has counted the events.
    pub counted: u64,
    /// Changes with the colours.
    pub dark: AttrValue,
    /// The space that is listed.
    pub listed: String,
    /// Where in it the selection is.
    pub here: Option<u64>,
    /// What of it the list of events shows.
    pub visible: VisiblePart,
    /// Selects.
    pub on_select: Callback<(Selection, Travel)>,
    /// A stretch was brushed: only that is to be shown.
    pub on_only: Callback<String>,
}

/// What the height of a column says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// Events that begin in it.
    #[default]
    Events,
    /// Their bytes.
    Bytes,
    /// Bytes of the largest transaction that begins in it, on a logarithmic scale.
    Largest,
}

impl Measure {
    const ALL: [(Self, &str); 3] =
        [(Self::Events, "overview-events"), (Self::Bytes, "overview-bytes"), (Self::Largest, "overview-largest")];
}

/// What happens.
#[derive(Debug)]
pub enum Msg {
    /// The track has another size.
    Moved(Moved),
    /// The list of events shows another part.
    Visible,
    /// Columns came, of which generation.
    Columns(u32, Reply),
    /// Position or time.
    By(StripBy),
    /// Another height.
    Measure(Measure),
    /// The pointer goes down, moves, goes up.
    Down(PointerEvent),
    Over(PointerEvent),
    Up(PointerEvent),
    /// The pointer left.
    Out,
    /// The wheel: the pointer's place on the track from 0 to 1, and the way.
    Wheel(f64, f64),
    /// A key.
    Key(KeyboardEvent),
    /// The brushed stretch fills the track.
    ZoomIn,
    /// The whole file again, without what is far off in time.
    Whole,
    /// What is far off too.
    All,
    /// Only what was brushed.
    Only,
    /// The brush is let go.
    Unbrush,
    /// The table twin is shown or hidden.
    Table,
}

/// A press on the track.
#[derive(Clone, Copy, Debug)]
struct Press {
    from: f64,
    /// The visible part is dragged, as a thumb is.
    thumb: bool,
    moved: bool,
}

/// The component.
pub struct Overview {
    by: StripBy,
    measure: Measure,
    strip: Option<Rc<Strip>>,
    zoom: Option<(u64, u64)>,
    brush: Option<(u64, u64)>,
    press: Option<Press>,
    pointed: Option<usize>,
    cursor: Option<usize>,
    width: f64,
    busy: bool,
    stale: bool,
    /// The canvas shows what is to be seen.
    drawn: bool,
    table: bool,
    track: NodeRef,
    canvas: NodeRef,
    head: NodeRef,
    viewport: Option<Viewport>,
    wheel: Option<EventListener>,
}

impl std::fmt::Debug for Overview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overview").field("zoom", &self.zoom).finish_non_exhaustive()
    }
}

impl Component for Overview {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            by: StripBy::Position,
            measure: Measure::default(),
            strip: None,
            zoom: None,
            brush: None,
            press: None,
            pointed: None,
            cursor: None,
            width: 0.0,
            busy: false,
            stale: true,
            drawn: false,
            table: false,
            track: NodeRef::default(),
            canvas: NodeRef::default(),
            head: NodeRef::default(),
            viewport: None,
            wheel: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.generation != old.generation {
            (self.zoom, self.brush, self.strip) = (None, None, None);
            (self.busy, self.cursor) = (false, None);
        }
        let grew = (props.progress.scanned, props.progress.done, props.counted)
            != (old.progress.scanned, old.progress.done, old.counted);
        self.drawn &= props.dark == old.dark;
        self.stale |= grew || props.generation != old.generation || props.listed != old.listed;
        self.work(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Moved(Moved::Size(width, _)) => {
                self.stale |= width != self.width;
                self.width = width;
                self.drawn = false;
                self.work(ctx);
            }
            Msg::Moved(Moved::By(_)) => return false,
            Msg::Visible => {
                self.place_marks(ctx);
                return false;
            }
            Msg::Columns(generation, _) if generation != ctx.props().generation => return false,
            Msg::Columns(_, reply) => {
                self.busy = false;
                let answer = match reply {
                    Reply::Answer(Answer::Strip { start, width, whole, usual, outside }, Some(bytes)) => {
                        Strip::read(start, width, whole, &bytes).map(|strip| strip.leaving_out(usual, outside))
                    }
                    _ => None,
                };
                self.drawn &= answer.is_none();
                self.strip = answer.map(Rc::new).or(self.strip.take());
                let progress = &ctx.props().progress;
                if self.strip.is_none() && progress.done && progress.total == 0 {
                    self.blank();
                }
                self.work(ctx);
            }
            Msg::By(by) => {
                self.by = by;
                self.zoom = None;
                self.unbrush();
                self.strip = None;
                self.again(ctx);
            }
            Msg::Measure(measure) => {
                self.measure = measure;
                self.drawn = false;
            }
            Msg::Down(event) => self.down(ctx, &event),
            Msg::Over(event) => return self.over(ctx, &event),
            Msg::Up(event) => self.up(ctx, &event),
            Msg::Out => self.pointed = None,
            Msg::Wheel(at, way) => self.zoom_at(ctx, at, if way > 0.0 { 1.5 } else { 1.0 / 1.5 }),
            Msg::Key(event) => return self.key(ctx, &event),
            Msg::ZoomIn => {
                self.zoom = self.brush.take();
                self.again(ctx);
            }
            Msg::Whole => {
                self.zoom = None;
                self.unbrush();
                self.again(ctx);
            }
            Msg::All => {
                self.zoom = self.whole();
                self.unbrush();
                self.again(ctx);
            }
            Msg::Only => {
                if let Some((from, to)) = self.brush {
                    ctx.props().on_only.emit(self.term(from, to));
                }
                self.unbrush();
            }
            Msg::Unbrush => self.unbrush(),
            Msg::Table => self.table = !self.table,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        let link = ctx.link();
        let now = self.strip.as_ref().zip(props.here.filter(|_| self.by == StripBy::Position));
        let whole = self.whole();
        let value = match (&now, self.cursor) {
            (_, Some(column)) => self.strip.as_ref().map(|strip| strip.column_range(column).0),
            (Some((_, here)), None) => Some(*here),
            _ => None,
        };
        html! {
            <section class="overview" aria-label={words.t("name-overview")}>
                <div class="overview-head" ref={self.head.clone()}>
                    { self.choices(ctx) }
                </div>
                <div
                    ref={self.track.clone()}
                    class="overview-track"
                    role="slider"
                    tabindex="0"
                    aria-label={words.t("overview-track")}
                    aria-valuemin={whole.map_or(0, |whole| whole.0).to_string()}
                    aria-valuemax={whole.map_or(0, |whole| whole.1).to_string()}
                    aria-valuenow={value.unwrap_or(0).to_string()}
                    aria-valuetext={self.said(ctx, self.cursor)}
                    onpointerdown={link.callback(Msg::Down)}
                    onpointermove={link.callback(Msg::Over)}
                    onpointerup={link.callback(Msg::Up)}
                    onpointerleave={link.callback(|_: PointerEvent| Msg::Out)}
                    ondblclick={link.callback(|_: MouseEvent| Msg::Whole)}
                    onkeydown={link.callback(Msg::Key)}
                >
                    <canvas ref={self.canvas.clone()} aria-hidden="true"></canvas>
                    <div class="overview-mark overview-visible"></div>
                    <div class="overview-mark overview-here"></div>
                    <div class="overview-mark overview-brush"></div>
                    <div class="overview-mark overview-column"></div>
                </div>
                <div class="overview-said" translate="no">
                    { self.brushed(ctx) }
                    <span>{ self.said(ctx, self.pointed.or(self.cursor)) }</span>
                </div>
                if self.table {
                    { self.twin(ctx) }
                }
            </section>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && let Some(track) = self.track.cast::<HtmlElement>() {
            self.width = f64::from(track.client_width());
            // Its wheel zooms; only the size is of interest.
            self.viewport = Some(Viewport::watch_size(&track, ctx.link().callback(Msg::Moved)));
            ctx.props().visible.listen(ctx.link().callback(|()| Msg::Visible));
            self.wheel = Some(wheel(&track, ctx.link().callback(|(at, way)| Msg::Wheel(at, way))));
            self.work(ctx);
        }
        self.draw(ctx);
    }
}

/// A time in words.
fn moment(time: u64) -> String {
    date_time(u32::try_from(time).unwrap_or(u32::MAX))
}

/// Zooms, unless it is the browser's zoom.
fn wheel(track: &HtmlElement, turned: Callback<(f64, f64)>) -> EventListener {
    let element = track.clone();
    EventListener::new_with_options(track, "wheel", EventListenerOptions::enable_prevent_default(), move |event| {
        let Some(event) = event.dyn_ref::<WheelEvent>().filter(|event| !event.ctrl_key()) else { return };
        if event.delta_y() != 0.0 {
            event.prevent_default();
            turned.emit((share_of(&element, f64::from(event.client_x())), event.delta_y()));
        }
    })
}

/// Where on the track a pointer is, from 0 to 1.
fn share_of(track: &HtmlElement, x: f64) -> f64 {
    let rect = track.get_bounding_client_rect();
    ((x - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0)
}

impl Overview {
    fn again(&mut self, ctx: &Context<Self>) {
        self.stale = true;
        self.work(ctx);
    }

    fn unbrush(&mut self) {
        self.brush = None;
    }

    /// Asks for columns, when none are under way and others are needed.
    fn work(&mut self, ctx: &Context<Self>) {
        let props = ctx.props();
        if self.busy || !self.stale || props.generation == 0 || self.width < COLUMN {
            return;
        }
        (self.busy, self.stale) = (true, false);
        let columns = (self.width / COLUMN) as u32;
        let generation = props.generation;
        let link = ctx.link().clone();
        props.client.ask(Request::Strip { by: self.by, part: self.zoom, columns }, move |reply| {
            link.send_message(Msg::Columns(generation, reply));
        });
    }

    /// What there is in all.
    fn whole(&self) -> Option<(u64, u64)> {
        self.strip.as_ref().map(|strip| strip.whole)
    }

    /// What fills the track.
    fn shown(&self) -> Option<(u64, u64)> {
        self.strip.as_ref().map(|strip| (strip.start, strip.end()))
    }

    fn value_at(&self, share: f64) -> Option<u64> {
        let (from, to) = self.shown()?;
        Some(from + ((to - from) as f64 * share) as u64)
    }

    fn share(&self, value: u64) -> Option<f64> {
        let (from, to) = self.shown().filter(|(from, to)| to > from)?;
        Some((value as f64 - from as f64) / (to - from) as f64)
    }

    /// A stretch as a term of the filter language.
    fn term(&self, from: u64, to: u64) -> String {
        match self.by {
            StripBy::Position => format!("pos:{from}..{}", to.saturating_sub(1).max(from)),
            StripBy::Time => format!("time:@{from}..@{}", to.saturating_sub(1).max(from)),
        }
    }

    fn choices(&self, ctx: &Context<Self>) -> Html {
        let words = &ctx.props().words;
        let link = ctx.link();
        let by = link.callback(|event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            Msg::By(if select.value() == "time" { StripBy::Time } else { StripBy::Position })
        });
        let measure = link.callback(|event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let chosen = Measure::ALL.into_iter().find(|(_, id)| *id == select.value());
            Msg::Measure(chosen.map_or(Measure::default(), |(measure, _)| measure))
        });
        html! {
            <>
                <select aria-label={words.t("overview-measure")} onchange={measure}>
                    { for Measure::ALL.into_iter().map(|(measure, id)| html! {
                        <option value={id} selected={measure == self.measure}>{ words.t(id) }</option>
                    }) }
                </select>
                <select aria-label={words.t("overview-by")} onchange={by}>
                    <option value="position" selected={self.by == StripBy::Position}>
                        { words.t("overview-position") }
                    </option>
                    <option value="time" selected={self.by == StripBy::Time}>{ words.t("overview-time") }</option>
                </select>
                <button
                    type="button"
                    aria-pressed={self.table.to_string()}
                    onclick={link.callback(|_: MouseEvent| Msg::Table)}
                >{ words.t("overview-table") }</button>
            </>
        }
    }

    /// That there are events outside of the times that are shown, and when.
    fn far_off(&self, words: &Words) -> Html {
        let Some((strip, (from, to))) = self.strip.as_ref().and_then(|strip| Some((strip, strip.usual?))) else {
            return Html::default();
        };
        let (first, last) = strip.whole;
        let moments = [(first < from).then_some(first), (last > to).then(|| last - 1)];
        let moments: Vec<String> = moments.into_iter().flatten().map(moment).collect();
        let said = match strip.outside {
            Some(count) => words.with(
                "overview-far-off",
                [
                    ("count", (count as f64).into()),
                    ("shown", grouped(count).into()),
                    ("times", moments.join(" … ").into()),
                ],
            ),
            None => words.with("overview-far-off-some", [("times", moments.join(" … ").into())]),
        };
        html! { <span class="overview-far">{ said }</span> }
    }

    /// What can be done with a brushed or zoomed stretch.
    fn brushed(&self, ctx: &Context<Self>) -> Html {
        let words = &ctx.props().words;
        let link = ctx.link();
        let usual = self.strip.as_ref().and_then(|strip| strip.usual);
        html! {
            <>
                if let Some((from, to)) = self.brush {
                    <button type="button" class="primary" onclick={link.callback(|_: MouseEvent| Msg::Only)}>
                        { words.t("overview-only") }
                    </button>
                    <button type="button" onclick={link.callback(|_: MouseEvent| Msg::ZoomIn)}>
                        { words.t("overview-zoom") }
                    </button>
                    <code>{ self.term(from, to) }</code>
                }
                if self.zoom.is_some() && self.brush.is_none() {
                    <button type="button" onclick={link.callback(|_: MouseEvent| Msg::Whole)}>
                        { words.t(if usual.is_some() { "overview-usual" } else { "overview-whole" }) }
                    </button>
                }
                if usual.is_some() && self.zoom != self.whole() && self.brush.is_none() {
                    <button type="button" onclick={link.callback(|_: MouseEvent| Msg::All)}>
                        { words.t("overview-all-times") }
                    </button>
                }
                if self.zoom.is_none() && self.brush.is_none() && self.pointed.or(self.cursor).is_none() {
                    { self.far_off(words) }
                }
            </>
        }
    }

    /// A column in words.
    fn said(&self, ctx: &Context<Self>, column: Option<usize>) -> String {
        let words = &ctx.props().words;
        let Some((column, strip)) = column.zip(self.strip.as_ref()) else { return String::new() };
        let (from, to) = strip.column_range(column);
        let it = strip.column(column);
        let mut said = format!(
            "{} · {} · {}",
            self.term(from, to),
            words.with(
                "overview-count",
                [("count", (it.total_events() as f64).into()), ("shown", grouped(it.total_events()).into())]
            ),
            size(it.total_bytes())
        );
        if it.largest() > 0 {
            said.push_str(" · ");
            said.push_str(&words.with("overview-largest-is", [("size", size(it.largest()).into())]));
        }
        if it.damage() > 0 {
            said.push_str(" · ");
            said.push_str(&words.with("overview-damage", [("count", (it.damage() as f64).into())]));
        }
        said
    }

    fn draw(&mut self, ctx: &Context<Self>) {
        if let (Some(canvas), Some(head), Some(strip), false) =
            (self.canvas.cast::<HtmlCanvasElement>(), self.head.cast::<HtmlElement>(), &self.strip, self.drawn)
        {
            drawing::draw(&canvas, &head, strip, self.measure);
            self.drawn = true;
        }
        self.place_marks(ctx);
    }

    /// There is nothing to draw, and what was drawn is another file's.
    fn blank(&self) {
        if let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() {
            canvas.set_width(canvas.width());
        }
    }

    fn place_marks(&self, ctx: &Context<Self>) {
        let props = ctx.props();
        let Some(track) = self.track.cast::<HtmlElement>() else { return };
        let by_position = self.by == StripBy::Position;
        // What nearly fills the track would only tint it.
        let part = props.visible.part().filter(|_| by_position);
        let visible =
            part.filter(|(from, to)| self.share(*to).zip(self.share(*from)).is_some_and(|(to, from)| to - from < 0.5));
        self.mark(&track, ".overview-visible", visible, 6.0);
        self.mark(&track, ".overview-here", props.here.filter(|_| by_position).map(|here| (here, here)), 2.0);
        self.mark(&track, ".overview-brush", self.brush, 1.0);
        let column = self.cursor.filter(|_| self.press.is_none());
        let column = column.zip(self.strip.as_ref()).map(|(column, strip)| strip.column_range(column));
        self.mark(&track, ".overview-column", column, COLUMN);
    }

    /// Places a mark over a stretch, at least so many pixels wide.
    fn mark(&self, track: &HtmlElement, which: &str, stretch: Option<(u64, u64)>, least: f64) {
        let found = track.query_selector(which).ok().flatten();
        let Some(mark) = found.and_then(|mark| mark.dyn_into::<HtmlElement>().ok()) else { return };
        let ends = stretch.and_then(|(from, to)| Some((self.share(from)?, self.share(to)?)));
        let ends = ends.filter(|(from, to)| *to >= 0.0 && *from <= 1.0);
        let Some((from, to)) = ends else {
            set_style(&mark, "display", "none");
            return;
        };
        let (from, to) = (from.max(0.0) * self.width, to.min(1.0) * self.width);
        let wide = (to - from).max(least);
        let left = (from + (to - from - wide) / 2.0).clamp(0.0, (self.width - wide).max(0.0));
        set_style(&mark, "display", "block");
        set_style(&mark, "width", &format!("{wide:.1}px"));
        set_style(&mark, "transform", &format!("translateX({left:.1}px)"));
    }
}
