//! The page put together.

use web_sys::DragEvent;
use yew::prelude::*;

use super::{App, Msg, NarrowStep};
use crate::dialogs::{CopyDialog, KeysDialog, Open, PasteDialog};
use crate::icons;
use crate::panes::bytes::BytesPane;
use crate::panes::events::EventsPane;
use crate::panes::explanation::ExplanationStrip;
use crate::panes::fields::FieldsPane;
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
        let drop = link.batch_callback(|event: DragEvent| {
            event.prevent_default();
            let file = event.data_transfer().and_then(|data| data.files()).and_then(|f| f.item(0));
            [Some(Msg::Dragging(false)), file.map(Msg::OpenFile)].into_iter().flatten().collect::<Vec<_>>()
        });
        html! {
            <div
                class="app"
                data-step={self.narrow.name()}
                ondragover={over}
                ondragleave={leave}
                ondrop={drop}
                onkeydown={link.callback(Msg::Key)}
            >
                { self.header(ctx) }
                { self.facts(ctx) }
                { self.notices(ctx) }
                { self.narrow_bar(ctx) }
                <main class="panes">
                    { self.events_pane() }
                    { self.fields_pane() }
                    <div class="bytes-column">
                        { self.bytes_pane() }
                        { self.strip() }
                    </div>
                </main>
                { self.status() }
                { self.dialog(ctx) }
                if self.dragging {
                    <div class="drop-overlay" aria-hidden="true">
                        <p><strong>{ self.words.t("drop-here") }</strong><br />{ self.words.t("privacy") }</p>
                    </div>
                }
            </div>
        }
    }

    fn events_pane(&self) -> Html {
        html! {
            <EventsPane
                words={self.words.clone()}
                client={self.client.clone()}
                generation={self.client.generation()}
                epoch={self.epoch}
                rows={self.rows}
                mode={self.mode}
                selection={self.selection.clone()}
                on_select={self.calls.select.clone()}
                on_enter={self.calls.enter.clone()}
                on_mode={self.calls.mode.clone()}
                on_rows={self.calls.rows.clone()}
            />
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
                <PasteDialog {words} on_text={link.callback(Msg::OpenPaste)} {on_close} />
            },
            Some(Open::Copy) => html! {
                <CopyDialog {words} what={self.copied_what()} on_form={link.callback(Msg::Copy)} {on_close} />
            },
            Some(Open::Keys) => html! {
                <KeysDialog
                    {words}
                    letters={self.settings.letter_keys}
                    on_letters={link.callback(Msg::Letters)}
                    {on_close}
                />
            },
            None => Html::default(),
        }
    }
}
