//! The page put together.

use web_sys::DragEvent;
use yew::prelude::*;

use super::filtering::FilterMsg;
use super::header::all_of;
use super::live::LiveMsg;
use super::passes::PassMsg;
use super::tabs::Tab;
use super::{App, Msg, NarrowStep};
use crate::connect_dialog::ConnectDialog;
use crate::dialogs::{KeysDialog, Open, PasteDialog, UrlDialog};
use crate::icons;
use crate::panes::bytes::BytesPane;
use crate::panes::events::EventsPane;
use crate::panes::explanation::ExplanationStrip;
use crate::panes::fields::FieldsPane;
use crate::panes::overview::Overview;
use crate::panes::status::StatusBar;
use crate::selection::Focus;

impl NarrowStep {
    fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Fields => "fields",
            Self::Bytes => "bytes",
        }
    }
}

impl App {
    pub(super) fn page(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let over = link.callback(|event: DragEvent| {
            event.prevent_default();
            Msg::Dragging(true)
        });
        let leave = link.batch_callback(|event: DragEvent| {
            // Leaving for another element of the page is no leaving.
            event.related_target().is_none().then_some(Msg::Dragging(false))
        });
        // Inside of another page only the file that a link asks for is taken.
        let takes = self.embed.is_none() || self.awaiting.is_some();
        let drop = link.batch_callback(move |event: DragEvent| {
            event.prevent_default();
            let files = event.data_transfer().and_then(|data| data.files()).filter(|_| takes);
            let files = files.map(|files| Msg::OpenFiles(all_of(&files)));
            [Some(Msg::Dragging(false)), files].into_iter().flatten().collect::<Vec<_>>()
        });
        html! {
            <div
                class={classes!("app", self.embed.is_some().then_some("embedded"))}
                data-step={self.narrow.name()}
                ondragover={over}
                ondragleave={leave}
                ondrop={drop}
                onkeydown={link.callback(Msg::Key)}
            >
                if self.embed.is_some() {
                    { self.embed_strip(ctx) }
                    { self.notices(ctx) }
                } else {
                    { self.header(ctx) }
                    { self.facts(ctx) }
                    { self.live_bar(ctx) }
                    { self.notices(ctx) }
                    { self.overview(ctx) }
                }
                { self.narrow_bar(ctx) }
                <main
                    class="panes"
                    aria-busy={(self.offered || self.opening.is_some()).then_some("true")}
                    oncontextmenu={self.menu_asked(ctx)}
                    onclick={self.menu_button(ctx)}
                >
                    { self.events_pane(ctx) }
                    { self.details(ctx) }
                    <div class="bytes-column">
                        { self.bytes_pane() }
                        { self.strip() }
                    </div>
                    { self.term_menu(ctx) }
                </main>
                { self.status() }
                { self.dialog(ctx) }
                if self.dragging && (self.embed.is_none() || self.awaiting.is_some()) {
                    <div class="drop-overlay" aria-hidden="true">
                        <p><strong>{ self.words.t("drop-here") }</strong><br />{ self.words.t("privacy") }</p>
                    </div>
                }
            </div>
        }
    }

    fn overview(&self, ctx: &Context<Self>) -> Html {
        let generation = self.client.generation();
        let listed = self.listed_space();
        // What lies in a payload stands where the payload does.
        let here = self.selection.as_ref().and_then(|selection| {
            let event = &selection.event;
            if event.space == listed {
                return Some(event.offset);
            }
            let below = event.space.strip_prefix(&listed).map_or(&*event.space, |rest| rest.trim_start_matches('/'));
            below.split('/').next()?.parse().ok()
        });
        html! {
            <Overview
                words={self.words.clone()}
                client={self.client.clone()}
                {generation}
                progress={self.progress.clone()}
                counted={self.passes.gathered.bytes}
                dark={self.settings.theme.name()}
                {listed}
                {here}
                visible={self.visible.clone()}
                on_select={self.calls.select.clone()}
                on_only={ctx.link().callback(move |term| Msg::Filter(generation, FilterMsg::Narrow(term, false)))}
            />
        }
    }

    fn events_pane(&self, ctx: &Context<Self>) -> Html {
        let generation = self.client.generation();
        html! {
            <EventsPane
                words={self.words.clone()}
                client={self.client.clone()}
                generation={self.client.generation()}
                epoch={self.epoch}
                rows={self.rows}
                mode={self.mode}
                changing={self.mode_wanted() != self.mode}
                filter={self.filtering.text.clone()}
                found={self.search_found(ctx)}
                notes={self.notes.clone()}
                selection={self.selection.clone()}
                on_select={self.calls.select.clone()}
                on_enter={self.calls.enter.clone()}
                sort={self.sort()}
                on_sort={ctx.link().callback(move |sort| Msg::Filter(generation, FilterMsg::Sort(sort)))}
                on_mode={self.calls.mode.clone()}
                on_rows={self.calls.rows.clone()}
                visible={self.visible.clone()}
                listed={self.listed_space()}
                follow={self.live.follows()}
                on_follow={ctx.link().callback(|follow| Msg::Live(LiveMsg::Follow(follow)))}
            />
        }
    }

    /// The tabs beside the list of events.
    fn details(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section class="pane pane-fields" data-tab={self.tab.name()} aria-label={self.words.t("pane-details")}>
                <header class="pane-head tabs">
                    { self.tabs(ctx) }
                    if self.part.masked {
                        <span class="chip warn" title={self.words.t("part-masked-hint")}>
                            { self.words.t("part-masked") }
                        </span>
                    }
                </header>
                { self.conversation_panel(ctx) }
                { self.fields_pane() }
                { self.statistics_panel() }
            </section>
        }
    }

    fn fields_pane(&self) -> Html {
        html! {
            <FieldsPane
                words={self.words.clone()}
                model={self.model.clone()}
                selected={self.current_model().and(self.selected_path()).map(str::to_owned)}
                bytes={self.event_bytes.clone()}
                hover={self.hover.clone()}
                notes={self.notes.clone()}
                shown={matches!(self.tab, Tab::Fields | Tab::Conversation)}
                on_select={self.calls.field.clone()}
                on_toggle={self.calls.toggle.clone()}
                on_space={self.calls.space.clone()}
            />
        }
    }

    fn bytes_pane(&self) -> Html {
        html! {
            <BytesPane
                words={self.words.clone()}
                client={self.client.clone()}
                generation={self.client.generation()}
                space={self.shown_space.clone()}
                spaces={self.spaces.clone()}
                model={self.model.clone()}
                current={self.current_model().is_some()}
                selected={self.selected_range().filter(|_| self.selected_space() == Some(&self.shown_space))}
                whole={self.selected_path() == Some("")}
                around={self.around_range()}
                noted={self.current_model().map(|model| self.notes.ranges(model)).unwrap_or_default()}
                bytes={self.event_bytes.clone()}
                goto_problem={self.goto_problem.clone()}
                goto_box={self.goto_box.clone()}
                hover={self.hover.clone()}
                on_pick={self.calls.pick.clone()}
                on_space={self.calls.space.clone()}
                on_goto={self.calls.goto.clone()}
            />
        }
    }

    fn strip(&self) -> Html {
        let range = match self.selection.as_ref().map(|selection| &selection.focus) {
            Some(Focus::Range { start, end }) => Some((*start, *end)),
            _ => None,
        };
        html! {
            <ExplanationStrip
                words={self.words.clone()}
                model={self.model.clone()}
                selected={self.current_model().and(self.selected_path()).map(str::to_owned)}
                range={range.filter(|_| self.current_model().is_some())}
                bytes={self.event_bytes.clone()}
                explanations={self.explanations.clone()}
                note={self.selected_note().map(|text| AttrValue::from(text.to_owned()))}
                on_note={self.calls.note.clone()}
                open={self.strip_open}
                on_open={self.calls.strip.clone()}
            />
        }
    }

    fn status(&self) -> Html {
        html! {
            <StatusBar
                words={self.words.clone()}
                progress={self.progress.clone()}
                listed={self.listed_space()}
                model={self.model.clone()}
                selected={self.current_model().and(self.selected_path()).map(str::to_owned)}
                offset={self.selected_range().map(|(start, _)| start)}
                term={self.filtering.term()}
                notice={self.notice.clone()}
            />
        }
    }

    /// On a narrow screen the panes are steps; this bar goes between them.
    fn narrow_bar(&self, ctx: &Context<Self>) -> Html {
        let words = &self.words;
        let button = |to: Option<(NarrowStep, &str)>, back: bool| match to {
            Some((step, id)) => html! {
                <button type="button" onclick={ctx.link().callback(move |_| Msg::Narrow(step))}>
                    if back { { icons::back() } }
                    <span>{ words.t(id) }</span>
                    if !back { { icons::forward() } }
                </button>
            },
            None => html! { <span></span> },
        };
        let (before, after) = match self.narrow {
            NarrowStep::Events => (None, Some((NarrowStep::Fields, "name-fields"))),
            NarrowStep::Fields => (Some((NarrowStep::Events, "name-events")), Some((NarrowStep::Bytes, "name-bytes"))),
            NarrowStep::Bytes => (Some((NarrowStep::Fields, "name-fields")), None),
        };
        html! {
            <nav class="narrow-bar" aria-label={words.t("narrow-steps")}>
                { button(before, true) }
                { button(after, false) }
            </nav>
        }
    }

    fn dialog(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let words = self.words.clone();
        let on_close = link.callback(|()| Msg::Dialog(None));
        match self.dialog {
            Some(Open::Paste) => html! {
                <PasteDialog {words} on_text={link.callback(Msg::Pasted)} {on_close} />
            },
            Some(Open::Url) => html! {
                <UrlDialog {words} on_url={link.callback(Msg::OpenUrl)} {on_close} />
            },
            Some(Open::Connect) => html! {
                <ConnectDialog
                    {words}
                    offers={self.live.offers.clone()}
                    on_connect={link.callback(|wanted| Msg::Live(LiveMsg::Connect(wanted)))}
                    {on_close}
                />
            },
            Some(Open::Copy) => self.copy_menu(ctx),
            Some(Open::Note) => self.note_dialog(ctx),
            Some(Open::Share) => self.share_dialog(ctx),
            Some(Open::Keys) => html! {
                <KeysDialog
                    {words}
                    letters={self.settings.letter_keys}
                    on_letters={link.callback(Msg::Letters)}
                    kept={self.passes.kept}
                    on_kept={link.callback(|clear| Msg::Pass(PassMsg::Kept(clear)))}
                    {on_close}
                />
            },
            None => Html::default(),
        }
    }
}
