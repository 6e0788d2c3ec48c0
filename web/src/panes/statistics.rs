//! The statistics of the file: findings first, then tables. Every line leads to bytes, and to a filter.

use std::rc::Rc;

use binlog_explorer::statistics::{Gravity, Section, SectionCell, SectionLine, StatisticsFinding, StatisticsView};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::client::{Client, Reply};
use crate::icons;
use crate::localisation::Words;
use crate::numbers;
use crate::protocol::{Answer, Request};

/// Milliseconds until the worker is asked again while it counts.
const WAIT: u32 = 400;

/// What the pane is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The language.
    pub words: Rc<Words>,
    /// The line to the worker.
    pub client: Client,
    /// Counts opened files.
    pub generation: u32,
    /// Bytes that are counted: of a log that grows it may be more than what was shown as the whole.
    pub gathered: u64,
    /// The pane is looked at: only then anything is counted.
    pub shown: bool,
    /// An offset is to be looked at.
    pub on_go: Callback<u64>,
    /// A filter is to be applied; where nothing does that there is no button.
    pub on_filter: Option<Callback<String>>,
}

impl std::fmt::Debug for Props {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Props").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// What happens in it.
#[derive(Debug)]
pub enum Msg {
    /// The worker is to be asked.
    Ask,
    /// It answered, about this file.
    Came(u32, Reply),
}

/// The component.
#[derive(Debug, Default)]
pub struct StatisticsPane {
    view: Option<Rc<StatisticsView>>,
    asked: bool,
    timer: Option<Timeout>,
    failed: Option<String>,
}

impl Component for StatisticsPane {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        ctx.link().send_message(Msg::Ask);
        Self::default()
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.generation != old.generation {
            *self = Self::default();
        }
        if props.shown && (!old.shown || props.generation != old.generation || props.gathered != old.gathered) {
            ctx.link().send_message(Msg::Ask);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        match msg {
            Msg::Ask => {
                self.timer = None;
                let done = self.view.as_ref().is_some_and(|view| view.done && view.counted >= props.gathered);
                if props.shown && props.generation > 0 && !self.asked && !done && self.failed.is_none() {
                    self.asked = true;
                    let (link, generation) = (ctx.link().clone(), props.generation);
                    props.client.ask(Request::Counted, move |reply| link.send_message(Msg::Came(generation, reply)));
                }
                false
            }
            Msg::Came(generation, reply) => {
                if generation != props.generation {
                    return false;
                }
                self.asked = false;
                match reply {
                    Reply::Answer(Answer::Counted(Some(view)), _) => self.view = Some(Rc::new(*view)),
                    Reply::Failed(message) => {
                        self.failed = Some(props.words.message(&message));
                        return true;
                    }
                    // It is not indexed yet, or another worker was started.
                    _ => {}
                }
                let link = ctx.link().clone();
                self.timer = Some(Timeout::new(WAIT, move || link.send_message(Msg::Ask)));
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let words = &props.words;
        if let Some(failed) = &self.failed {
            return html! { <p class="stats-empty">{ failed.clone() }</p> };
        }
        let Some(view) = &self.view else {
            let id = if props.generation == 0 { "stats-no-file" } else { "stats-waiting" };
            return html! { <p class="stats-empty">{ words.t(id) }</p> };
        };
        html! {
            <div class="stats">
                { self.progress(words, view) }
                <section aria-labelledby="stats-findings">
                    <h3 id="stats-findings">{ words.t("stats-findings") }</h3>
                    if view.findings.is_empty() {
                        <p class="quiet">{ words.t("stats-no-findings") }</p>
                    }
                    <ul class="findings">{ for view.findings.iter().map(|it| finding(props, it)) }</ul>
                </section>
                { for view.sections.iter().map(|it| section(props, it)) }
            </div>
        }
    }
}

impl StatisticsPane {
    fn progress(&self, words: &Words, view: &StatisticsView) -> Html {
        let [events, transactions, rows] = view.totals;
        let said = words.with(
            "stats-totals",
            [
                ("events", numbers::grouped(events).into()),
                ("transactions", numbers::grouped(transactions).into()),
                ("rows", numbers::grouped(rows).into()),
            ],
        );
        let percent = view.counted.saturating_mul(100) / view.total.max(1);
        html! {
            <p class="stats-totals">
                <span>{ said }</span>
                if !view.done {
                    <span class="quiet" role="status">
                        { words.with("stats-counted", [("percent", percent.to_string().into())]) }
                    </span>
                }
            </p>
        }
    }
}

/// What applies a line's filter.
fn filter_button(props: &Props, filter: &str) -> Html {
    let Some(on_filter) = props.on_filter.clone().filter(|_| !filter.is_empty()) else { return Html::default() };
    let title = props.words.with("stats-filter", [("filter", filter.to_owned().into())]);
    let filter = filter.to_owned();
    let pressed = Callback::from(move |_: MouseEvent| on_filter.emit(filter.clone()));
    html! {
        <button type="button" class="stats-filter" title={title.clone()} aria-label={title} onclick={pressed}>
            { icons::filter() }
        </button>
    }
}

fn go(props: &Props, at: u64) -> Callback<MouseEvent> {
    let on_go = props.on_go.clone();
    Callback::from(move |_: MouseEvent| on_go.emit(at))
}

fn finding(props: &Props, finding: &StatisticsFinding) -> Html {
    let words = &props.words;
    let (class, id) = match finding.gravity {
        Gravity::Problem => ("is-problem", "stats-problem"),
        Gravity::Warning => ("is-warning", "stats-warning"),
        Gravity::Note => ("is-note", "stats-note"),
    };
    html! {
        <li class={classes!("finding", class)}>
            <span class="gravity">{ words.t(id) }</span>
            <span class="finding-text">{ words.message(&finding.message) }</span>
            <span class="finding-ways">
                if let Some(at) = finding.at {
                    <button type="button" class="link" onclick={go(props, at)}>
                        { words.with("stats-go", [("at", at.to_string().into())]) }
                    </button>
                }
                { filter_button(props, &finding.filter) }
            </span>
        </li>
    }
}

fn cell(words: &Words, cell: &SectionCell) -> String {
    match cell {
        SectionCell::Text(text) => text.clone(),
        SectionCell::Count(count) => numbers::grouped(*count),
        SectionCell::Bytes(bytes) => numbers::size(*bytes),
        SectionCell::Time(seconds) => numbers::date_time(*seconds),
        SectionCell::Word(id) => words.t(&format!("stats-{id}")),
    }
}

const fn is_number(cell: &SectionCell) -> bool {
    matches!(cell, SectionCell::Count(_) | SectionCell::Bytes(_))
}

fn section(props: &Props, section: &Section) -> Html {
    let words = &props.words;
    let id = format!("stats-section-{}", section.id);
    let first = section.lines.first();
    let number = |at: usize| first.and_then(|line| line.cells.get(at)).is_some_and(is_number);
    let heading = |(at, column): (usize, &String)| {
        let class = number(at).then_some("number");
        html! { <th scope="col" {class}>{ words.t(&format!("stats-column-{column}")) }</th> }
    };
    let bars = section.lines.iter().any(|line| line.bar > 0);
    html! {
        <section key={section.id.clone()} aria-labelledby={id.clone()}>
            <h3 id={id.clone()}>{ words.t(&id) }</h3>
            <div class="stats-scroll" tabindex="0" role="group" aria-labelledby={id.clone()}>
                <table>
                    <thead>
                        <tr>
                            { for section.columns.iter().enumerate().map(heading) }
                            if bars {
                                <th class="bar"><span class="hidden-text">{ words.t("stats-column-share") }</span></th>
                            }
                            <th><span class="hidden-text">{ words.t("stats-column-filter") }</span></th>
                        </tr>
                    </thead>
                    <tbody>{ for section.lines.iter().map(|it| section_line(props, it, bars)) }</tbody>
                </table>
            </div>
            if section.more > 0 {
                <p class="quiet">{ words.with("stats-more", [("count", numbers::grouped(section.more).into())]) }</p>
            }
        </section>
    }
}

fn section_line(props: &Props, line: &SectionLine, bars: bool) -> Html {
    let words = &props.words;
    let one = |(at, content): (usize, &SectionCell)| {
        let class = is_number(content).then_some("number");
        let text = cell(words, content);
        match line.at.filter(|_| at == 0) {
            Some(offset) => html! {
                <th scope="row" {class}>
                    <button type="button" class="link" onclick={go(props, offset)}>{ text }</button>
                </th>
            },
            None => html! { <td {class} title={(text.len() > 24).then(|| text.clone())}>{ text }</td> },
        }
    };
    html! {
        <tr>
            { for line.cells.iter().enumerate().map(one) }
            if bars {
                <td class="bar">
                    <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                        <rect width={line.bar.to_string()} height="10" />
                    </svg>
                </td>
            }
            <td class="ways">{ filter_button(props, &line.filter) }</td>
        </tr>
    }
}
