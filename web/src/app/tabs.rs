//! The tabs beside the events.

use binlog_explorer::view::Address;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::{App, Goal, Msg};
use crate::panes::statistics::StatisticsPane;
use crate::selection::Travel;

/// Which of them is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The fields of the selected event.
    #[default]
    Fields,
    /// The statistics of the file.
    Statistics,
    /// What client and server say.
    Conversation,
}

/// In the order in which they stand.
const TABS: [Tab; 3] = [Tab::Fields, Tab::Statistics, Tab::Conversation];

impl Tab {
    /// Its name in links and in ids of elements.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Statistics => "statistics",
            Self::Conversation => "conversation",
        }
    }

    /// The one that a link names; the first if it names none.
    pub fn named(name: Option<&str>) -> Self {
        TABS.into_iter().find(|tab| Some(tab.name()) == name).unwrap_or_default()
    }
}

impl App {
    /// The list of tabs; arrows go from one to the next.
    pub(super) fn tabs(&self, ctx: &Context<Self>) -> Html {
        let words = &self.words;
        let link = ctx.link();
        let open = self.tab;
        let key = link.batch_callback(move |event: KeyboardEvent| {
            let at = TABS.iter().position(|tab| *tab == open).unwrap_or(0);
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % TABS.len(),
                "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
                "Home" => 0,
                "End" => TABS.len() - 1,
                _ => return None,
            };
            event.prevent_default();
            let tab = TABS.get(to).copied()?;
            let button = gloo_utils::document().get_element_by_id(&format!("tab-{}", tab.name()));
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                let _ = button.focus();
            }
            Some(Msg::Tab(tab))
        });
        let tab = |tab: Tab| {
            let chosen = tab == open;
            html! {
                <button
                    type="button"
                    role="tab"
                    id={format!("tab-{}", tab.name())}
                    aria-selected={chosen.to_string()}
                    aria-controls={format!("panel-{}", tab.name())}
                    tabindex={if chosen { "0" } else { "-1" }}
                    onclick={link.callback(move |_| Msg::Tab(tab))}
                >{ words.t(&format!("name-{}", tab.name())) }</button>
            }
        };
        html! {
            <div role="tablist" aria-label={words.t("pane-details")} onkeydown={key}>
                { for TABS.into_iter().map(tab) }
            </div>
        }
    }

    /// The panel of the statistics.
    pub(super) fn statistics_panel(&self) -> Html {
        let shown = self.tab == Tab::Statistics;
        html! {
            <div
                class="stats-panel"
                id="panel-statistics"
                role="tabpanel"
                aria-labelledby="tab-statistics"
                hidden={!shown}
            >
                <StatisticsPane
                    words={self.words.clone()}
                    client={self.client.clone()}
                    generation={self.client.generation()}
                    gathered={self.passes.gathered.bytes}
                    {shown}
                    on_go={self.calls.offset.clone()}
                    on_filter={Some(self.calls.filter.clone())}
                />
            </div>
        }
    }

    /// Another tab.
    pub(super) fn open_tab(&mut self, tab: Tab) {
        if self.tab != tab {
            self.tab = tab;
            self.write_url(Travel::Step);
        }
    }

    /// Goes to an offset of what is listed.
    pub(super) fn go_to_offset(&mut self, ctx: &Context<Self>, offset: u64) {
        self.go_for(ctx, Goal::Byte(Address { space: self.listed_space(), offset }, Travel::Jump));
    }
}
