//! Moving the selection, and loading what it needs.

use std::mem::take;
use std::rc::Rc;

use binlog_explorer::view::{Address, RowContent};
use yew::prelude::*;

use super::{App, Goal, Msg, Seek};
use crate::client::Reply;
use crate::event_bytes::EventBytes;
use crate::event_model::{EventModel, Item};
use crate::numbers;
use crate::packed::Packed;
use crate::panes::bytes::Pick;
use crate::protocol::{self, Answer, Request, Shown};
use crate::selection::{Focus, Selection, Travel};

/// What one request for bytes brings at most.
const MOST_BYTES: u64 = 64 * 1024;

impl App {
    /// Goes somewhere, wherever steps that are under way would lead.
    pub(super) fn go_for(&mut self, ctx: &Context<Self>, goal: Goal) {
        self.goal = Some(goal);
        (self.at_first, self.stepping) = (false, None);
        self.pressed.clear();
        self.pursue(ctx);
    }

    /// Looks up where the goal lies; again with each progress until it is found.
    pub(super) fn pursue(&mut self, ctx: &Context<Self>) {
        if self.goal_busy {
            return;
        }
        let Some(goal) = self.goal.clone() else { return };
        if goal == Goal::Last && !self.progress.done {
            // The next progress asks again.
            return;
        }
        let request = match &goal {
            Goal::Last => Request::Step { from: Address::source(0), by: protocol::Step::Last },
            Goal::First | Goal::Neighbour(_) => Request::Step { from: Address::source(0), by: protocol::Step::First },
            Goal::Place(place) => match &place.at {
                Some(address) => Request::Locate { address: address.clone() },
                None => Request::Step { from: Address::source(0), by: protocol::Step::First },
            },
            Goal::Byte(address, _) => Request::Locate { address: address.clone() },
        };
        self.goal_busy = true;
        let generation = self.client.generation();
        self.ask(ctx, request, move |reply| Msg::Located(generation, goal, reply));
    }

    pub(super) fn located(&mut self, ctx: &Context<Self>, goal: Goal, reply: Reply) -> bool {
        // A neighbour comes with its fields: if it is gone to, nothing more is asked for.
        let reply = match reply {
            Reply::Answer(Answer::Event(shown), bytes) => {
                let address = shown.0.view.address.clone();
                self.stepped_to = Some((address.clone(), Reply::Answer(Answer::Event(shown), bytes)));
                Reply::Answer(Answer::Address(Some(address)), None)
            }
            other => other,
        };
        if let Goal::Neighbour(travel) = goal {
            let from = self.stepping.take();
            // Whoever went elsewhere meanwhile stays there.
            if from.as_ref() != self.selection.as_ref().map(|selection| &selection.event) {
                self.pressed.clear();
                return false;
            }
            return match reply {
                Reply::Answer(Answer::Address(Some(address)), _) => {
                    self.select(ctx, Selection::event(address), travel);
                    self.step_again(ctx);
                    true
                }
                Reply::Answer(Answer::Address(None), _) => {
                    self.pressed.clear();
                    self.step_out(ctx)
                }
                _ => false,
            };
        }
        self.goal_busy = false;
        if self.goal.as_ref() != Some(&goal) {
            // Another goal came up meanwhile.
            self.pursue(ctx);
            return false;
        }
        match reply {
            Reply::Answer(Answer::Address(Some(address)), _) => {
                self.goal = None;
                self.arrive(ctx, goal, address);
            }
            // Not there yet; the next progress asks again.
            Reply::Answer(..) | Reply::Failed(_) if !self.progress.done => {
                if matches!(goal, Goal::Byte(..)) {
                    self.goto_problem = Some(self.words.t("goto-later"));
                }
            }
            Reply::Answer(..) | Reply::Failed(_) => match goal {
                Goal::Place(place) => {
                    let at = place.at.map(|at| at.to_string()).unwrap_or_default();
                    self.alert = Some(self.words.with("place-missing", [("at", at.into())]));
                    self.goal = self.selection.is_none().then_some(Goal::First);
                    self.pursue(ctx);
                }
                Goal::Byte(..) => {
                    self.goal = None;
                    self.goto_problem = Some(self.words.t("goto-nothing"));
                }
                _ => self.goal = None,
            },
            Reply::Lost => self.goal = None,
        }
        true
    }

    fn arrive(&mut self, ctx: &Context<Self>, goal: Goal, event: Address) {
        let opened_by = std::mem::replace(&mut self.url.next, Travel::Restore);
        match goal {
            Goal::Byte(byte, travel) => {
                self.seek = Some(Seek::Byte(byte));
                self.select_for_seek(ctx, Selection::event(event), travel);
            }
            Goal::Place(place) => {
                if let Some(mut selection) = place.selection() {
                    selection.event = event;
                    self.select(ctx, selection, opened_by);
                }
            }
            _ => {
                self.at_first = true;
                self.select(ctx, Selection::event(event), opened_by);
            }
        }
    }

    /// Selects, and loads what is not here.
    pub(super) fn select(&mut self, ctx: &Context<Self>, selection: Selection, travel: Travel) {
        self.seek = match &selection.focus {
            Focus::Field(path) => Some(Seek::Path(path.clone())),
            _ => None,
        };
        self.select_for_seek(ctx, selection, travel);
    }

    fn select_for_seek(&mut self, ctx: &Context<Self>, selection: Selection, travel: Travel) {
        self.goto_problem = None;
        // Whoever goes somewhere no longer waits to be taken elsewhere.
        self.goal = None;
        self.shown_space.clone_from(match &self.seek {
            Some(Seek::Byte(byte)) => &byte.space,
            _ => &selection.event.space,
        });
        self.selection = Some(selection);
        if self.seek.is_none() || travel != Travel::Step {
            self.write_url(travel);
        }
        if self.current_model().is_some() {
            self.settle(ctx);
        } else {
            self.load(ctx);
        }
    }

    pub(super) fn select_field(&mut self, ctx: &Context<Self>, path: String) {
        let Some(model) = self.model.clone() else { return };
        let address = model.view.address.clone();
        let selection = if path.is_empty() { Selection::event(address) } else { Selection::field(address, path) };
        self.select(ctx, selection, Travel::Step);
    }

    fn load(&mut self, ctx: &Context<Self>) {
        let Some(selection) = &self.selection else { return };
        if self.loading.is_some() {
            return;
        }
        let address = selection.event.clone();
        if let Some((_, reply)) = self.stepped_to.take_if(|(stepped, _)| *stepped == address) {
            self.loaded(ctx, address, reply);
            return;
        }
        self.loading = Some(address.clone());
        let generation = self.client.generation();
        self.ask(ctx, Request::Event { address: address.clone() }, move |reply| {
            Msg::Loaded(generation, address, reply)
        });
    }

    pub(super) fn loaded(&mut self, ctx: &Context<Self>, address: Address, reply: Reply) -> bool {
        self.loading = None;
        let wanted = self.selection.as_ref().is_some_and(|now| now.event == address);
        if !wanted {
            self.load(ctx);
            return false;
        }
        match reply {
            Reply::Answer(Answer::Event(shown), bytes) => {
                let Shown { view, spaces, bytes_from } = *shown.0;
                self.hover.forget();
                let generation = self.client.generation();
                self.hover.tell(
                    ctx.link()
                        .callback(move |path| Msg::Filter(generation, super::filtering::FilterMsg::Pointed(path))),
                );
                if take(&mut self.at_first) && is_magic(&view.content) {
                    self.step(ctx, protocol::Step::NextEvent);
                }
                let mut kept = EventBytes::default();
                kept.put(view.address.space.clone(), bytes_from, bytes.unwrap_or_else(|| Rc::from([])));
                self.model = Some(Rc::new(EventModel::new(view, &self.closed)));
                self.event_bytes = Some(Rc::new(kept));
                self.open_as_sent();
                if *self.spaces != spaces {
                    self.spaces = Rc::new(spaces);
                }
                self.ask_explanations(ctx);
                self.settle(ctx);
            }
            Reply::Failed(message) => self.alert = Some(self.words.message(&message)),
            _ => return false,
        }
        true
    }

    fn ask_explanations(&mut self, ctx: &Context<Self>) {
        if !self.explanations_asked {
            self.explanations_asked = true;
            self.prefetch_later(ctx);
            ctx.link()
                .send_future(async { Msg::Explanations(Rc::new(crate::explanations::Explanations::load().await)) });
        }
    }

    /// Finds what the selection seeks in the loaded event, asking for children on the way.
    pub(super) fn settle(&mut self, ctx: &Context<Self>) {
        let Some(model) = self.current_model().cloned() else { return };
        match self.seek.clone() {
            Some(Seek::Path(path)) => {
                if let Some(item) = model.find(&path) {
                    self.seek = None;
                    self.shown_space = model.space_of(item).to_owned();
                    self.change_model(|model| {
                        model.reveal(&path);
                    });
                } else if let Some(above) = model.unloaded_on(&path) {
                    self.ask_children(ctx, above);
                } else {
                    self.seek = None;
                    self.set_focus(Focus::Event);
                }
                if self.seek.is_none() {
                    self.write_url(Travel::Step);
                }
            }
            Some(Seek::Byte(Address { space, offset })) => {
                let item = model.covering(&space, offset);
                let path = model.path(item);
                let collapsed = model.node(item).is_some_and(|node| node.collapsed);
                self.set_focus(if item == Item::Event {
                    Focus::Range { start: offset, end: offset + 1 }
                } else {
                    Focus::Field(path.clone())
                });
                if collapsed {
                    self.ask_children(ctx, path);
                } else {
                    self.seek = None;
                    self.change_model(|model| {
                        model.reveal(&path);
                    });
                }
                self.write_url(Travel::Step);
            }
            None => {}
        }
        self.ask_event_bytes(ctx);
        self.name_selection(ctx);
    }

    fn set_focus(&mut self, focus: Focus) {
        if let Some(selection) = &mut self.selection {
            selection.focus = focus;
        }
    }

    pub(super) fn change_model(&mut self, change: impl FnOnce(&mut EventModel)) {
        if let Some(model) = &mut self.model {
            change(Rc::make_mut(model));
        }
    }

    fn ask_children(&mut self, ctx: &Context<Self>, path: String) {
        if self.children_busy {
            return;
        }
        let Some(model) = &self.model else { return };
        self.children_busy = true;
        let address = model.view.address.clone();
        let generation = self.client.generation();
        let request = Request::Children { address: address.clone(), path: path.clone() };
        self.ask(ctx, request, move |reply| Msg::Children(generation, address, path, reply));
    }

    pub(super) fn children_came(&mut self, ctx: &Context<Self>, address: &Address, path: String, reply: Reply) -> bool {
        self.children_busy = false;
        if self.model.as_ref().is_none_or(|model| model.view.address != *address) {
            self.settle(ctx);
            return false;
        }
        match reply {
            Reply::Answer(Answer::Children(Packed(nodes)), _) => {
                self.change_model(|model| model.add_children(&path, nodes));
                self.settle(ctx);
            }
            Reply::Failed(message) => {
                self.seek = None;
                self.alert = Some(self.words.message(&message));
            }
            _ => self.seek = None,
        }
        true
    }

    pub(super) fn toggle(&mut self, ctx: &Context<Self>, path: &str, open: bool) {
        let Some(model) = self.model.clone() else { return };
        if let Some(node) = model.find(path).and_then(|item| model.node(item)) {
            // The next event opens alike.
            if open {
                self.closed.remove(&node.id);
            } else {
                self.closed.insert(node.id.clone());
            }
            if open && node.collapsed {
                self.ask_children(ctx, path.to_owned());
                return;
            }
        }
        self.change_model(|model| model.set_open(path, open));
        let hidden =
            self.selected_path().is_some_and(|selected| !open && selected != path && is_inside(selected, path));
        if hidden {
            self.select_field(ctx, path.to_owned());
        }
    }

    /// The event's bytes, or those around the selected field when the event is long.
    fn ask_event_bytes(&mut self, ctx: &Context<Self>) {
        if self.bytes_busy {
            return;
        }
        let Some(model) = self.current_model() else { return };
        let (start, end) = self.selected_range().unwrap_or((model.start(), model.end()));
        let address = model.view.address.clone();
        let space = self.selected_space().unwrap_or(&address.space).to_owned();
        let (first, last) = model.extent(&space);
        let seen = if end - start > 256 { start + 256 } else { end };
        if last <= first || self.event_bytes.as_ref().is_some_and(|bytes| bytes.covers(&space, start, seen)) {
            return;
        }
        let from = if end.saturating_sub(first) <= MOST_BYTES { first } else { start };
        let length = u32::try_from(last.saturating_sub(from).min(MOST_BYTES)).unwrap_or(u32::MAX);
        self.bytes_busy = true;
        let generation = self.client.generation();
        let request = Request::Bytes { space: space.clone(), start: from, length };
        self.ask(ctx, request, move |reply| Msg::EventBytes(generation, address, space, reply));
    }

    pub(super) fn event_bytes_came(
        &mut self, ctx: &Context<Self>, address: &Address, space: String, reply: Reply,
    ) -> bool {
        self.bytes_busy = false;
        let Reply::Answer(Answer::Bytes { start, .. }, Some(bytes)) = reply else { return false };
        let other = self.model.as_ref().is_none_or(|model| model.view.address != *address);
        if other {
            self.ask_event_bytes(ctx);
            return false;
        }
        let mut kept = self.event_bytes.take().map(Rc::unwrap_or_clone).unwrap_or_default();
        kept.put(space, start, bytes);
        self.event_bytes = Some(Rc::new(kept));
        true
    }

    /// A byte of the shown space was chosen.
    pub(super) fn pick_byte(&mut self, ctx: &Context<Self>, offset: u64, pick: Pick) {
        let space = self.shown_space.clone();
        let inside = self
            .model
            .clone()
            .filter(|model| model.has_space(&space))
            .filter(|model| (model.extent(&space).0..model.extent(&space).1).contains(&offset));
        let Some(model) = inside else {
            if let Pick::Extend { .. } = pick {
                return;
            }
            self.go_for(ctx, Goal::Byte(Address { space, offset }, Travel::Jump));
            return;
        };
        let address = model.view.address.clone();
        match pick {
            Pick::Field => {
                self.seek = Some(Seek::Byte(Address { space, offset }));
                self.select_for_seek(ctx, Selection::event(address), Travel::Step);
            }
            Pick::Parent => {
                let covering = model.covering(&space, offset);
                let selected = self.selected_path().and_then(|path| model.find(path));
                let around = selected.filter(|item| {
                    let (start, end) = model.range(*item);
                    model.space_of(*item) == space && (start..end).contains(&offset)
                });
                let path = model.path(model.parent(around.unwrap_or(covering)));
                self.select_field(ctx, path);
            }
            Pick::Extend { anchor } => {
                let (first, last) = model.extent(&space);
                let anchor = anchor.clamp(first, last.saturating_sub(1));
                let (start, end) = (anchor.min(offset), anchor.max(offset) + 1);
                let focus = Focus::Range { start, end };
                // A run of inflated bytes belongs to the one item of their space.
                let event = if space == address.space { address } else { Address { space, offset: 0 } };
                let selection = Selection { event, transaction: false, focus };
                self.select(ctx, selection, Travel::Step);
            }
        }
    }

    pub(super) fn step(&mut self, ctx: &Context<Self>, by: protocol::Step) {
        let Some(selection) = &self.selection else { return };
        if self.stepping.is_some() {
            return;
        }
        self.stepping = Some(selection.event.clone());
        self.files.step = Some(by);
        let travel = match by {
            protocol::Step::NextEvent | protocol::Step::PreviousEvent => Travel::Step,
            _ => Travel::Jump,
        };
        let generation = self.client.generation();
        self.ask(ctx, Request::Step { from: selection.event.clone(), by }, move |reply| {
            Msg::Located(generation, Goal::Neighbour(travel), reply)
        });
    }

    /// A step or a hit is on its way.
    pub(super) fn is_stepping(&self) -> bool {
        self.stepping.is_some() || self.is_seeking_hit()
    }

    /// The step that was asked for while another was on its way.
    pub(super) fn step_again(&mut self, ctx: &Context<Self>) {
        if let Some(pressed) = self.pressed.pop_front() {
            Component::update(self, ctx, pressed);
        }
    }

    /// Goes to what was typed: an offset in the shown space, or an address with a space.
    pub(super) fn go_to(&mut self, ctx: &Context<Self>, text: &str, here: u64) {
        let with_space = text.trim().contains('/').then(|| text.trim().parse().ok()).flatten();
        let space = self.shown_space.clone();
        let address: Option<Address> =
            with_space.or_else(|| numbers::parse_offset(text, here).map(|offset| Address { space, offset }));
        let Some(address) = address else {
            self.goto_problem = Some(self.words.t("goto-bad"));
            return;
        };
        let size = self.spaces.iter().find(|space| space.space == address.space);
        if let Some(size) = size.map(|space| space.size).filter(|size| address.offset >= *size) {
            self.goto_problem = Some(self.words.with("goto-outside", [("size", numbers::grouped(size).into())]));
            return;
        }
        self.goto_problem = None;
        self.go_for(ctx, Goal::Byte(address, Travel::Jump));
    }

    /// Path of the selected field; empty for the event.
    pub(super) fn selected_path(&self) -> Option<&str> {
        match &self.selection.as_ref()?.focus {
            Focus::Event => Some(""),
            Focus::Field(path) => Some(path),
            Focus::Range { .. } => None,
        }
    }

    /// The space that the selected bytes lie in.
    pub(super) fn selected_space(&self) -> Option<&str> {
        let model = self.current_model()?;
        Some(match &self.selection.as_ref()?.focus {
            Focus::Field(path) => model.space_of(model.find(path)?),
            Focus::Event | Focus::Range { .. } => &model.view.address.space,
        })
    }

    /// Selected bytes, in their space.
    pub(super) fn selected_range(&self) -> Option<(u64, u64)> {
        let model = self.current_model()?;
        match &self.selection.as_ref()?.focus {
            Focus::Event => Some((model.start(), model.end())),
            Focus::Field(path) => Some(model.range(model.find(path)?)),
            Focus::Range { start, end } => Some((*start, *end)),
        }
    }

    /// Bytes of the field around the selected one.
    pub(super) fn around_range(&self) -> Option<(u64, u64)> {
        let model = self.current_model()?;
        let item = model.find(self.selected_path()?)?;
        let parent = model.parent(item);
        (parent != Item::Event && model.space_of(parent) == model.space_of(item)).then(|| model.range(parent))
    }
}

/// Whether this is the span that every binary log begins with.
fn is_magic(content: &RowContent) -> bool {
    matches!(content, RowContent::Span { kind, error: None } if kind == "magic")
}

/// Whether a path lies under another.
fn is_inside(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| above.is_empty() || rest.starts_with(['.', '[']))
}
