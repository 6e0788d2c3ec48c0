//! What came along with a bundle: where its sender looked, and what the bundle is not.

use binlog_explorer::bundle::SavedView;
use binlog_explorer::view::{Address, ListMode};
use yew::prelude::*;

use super::App;
use super::tabs::Tab;
use crate::location::Place;

/// Open branches that go along: two screens of them.
const MOST_OPEN: usize = 64;

impl App {
    /// Where the reader looks, for who gets the bundle.
    pub(super) fn saved_view(&self) -> SavedView {
        let place = self.shared_place();
        let open = self.current_model().map(|model| model.open_branches(MOST_OPEN)).unwrap_or_default();
        SavedView {
            at: place.at.map(|at| at.to_string()).unwrap_or_default(),
            field: place.field.unwrap_or_default(),
            range: place.bytes.map(|(start, end)| format!("{start}..{end}")).unwrap_or_default(),
            tab: place.tab.unwrap_or_default(),
            filter: place.filter.unwrap_or_default(),
            mode: if self.mode == ListMode::default() { "transactions" } else { "plain" }.into(),
            open,
        }
    }

    /// The place where the sender looked; the tab and the list become theirs.
    pub(super) fn place_came(&mut self, view: &SavedView) -> Option<Place> {
        let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let at: Address = view.at.parse().ok()?;
        let range = view.range.split_once("..");
        let bytes = range.and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
        self.tab = Tab::named(some(&view.tab).as_deref());
        self.opens = (!view.open.is_empty()).then(|| (at, view.open.clone()));
        let at = view.at.parse().ok();
        let bytes = bytes.filter(|(start, end): &(u64, u64)| start < end);
        Some(Place { at, field: some(&view.field), bytes, filter: some(&view.filter), ..Place::default() })
    }

    /// Opens the branches that the sender had open, once their event is here.
    pub(super) fn open_as_sent(&mut self) {
        let here = self.model.as_ref().map(|model| model.view.address.clone());
        let Some((_, paths)) = self.opens.take_if(|(at, _)| Some(&*at) == here.as_ref()) else { return };
        self.change_model(|model| model.open_these(&paths));
    }

    /// What the line of facts says of a bundle.
    pub(super) fn part_facts(&self) -> Html {
        let chip = |shown: bool, id: &str| {
            if !shown {
                return Html::default();
            }
            html! { <li class="chip warn" title={self.words.t(&format!("{id}-hint"))}>{ self.words.t(id) }</li> }
        };
        html! {
            <>
                { chip(self.part.part, "part-excerpt") }
                { chip(self.part.masked, "part-masked") }
                { chip(self.part.restored, "part-restored") }
            </>
        }
    }
}
