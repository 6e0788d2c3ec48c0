//! The packets of conversations, and the logs in them.

use std::rc::Rc;

use binlog_explorer::capture::ConversationView;
use binlog_explorer::view::Address;
use yew::prelude::*;

use super::tabs::Tab;
use super::{App, Msg, NarrowStep};
use crate::client::Cargo;
use crate::panes::conversation::ConversationPane;
use crate::protocol::{ConversationRequest, Request};
use crate::selection::{Selection, Travel};

impl App {
    /// The worker tells what conversations there are.
    pub(super) fn conversations_came(&mut self, ctx: &Context<Self>, conversations: Vec<ConversationView>) {
        let first = self.conversations.is_empty() && !conversations.is_empty();
        self.conversations = Rc::new(conversations);
        // Without a log there is nothing else to look at.
        if first && self.rows == 0 && self.progress.done {
            if self.tab == Tab::Fields {
                (self.tab, self.narrow) = (Tab::Conversation, NarrowStep::Fields);
            }
            let space = self.conversations.first().map(|view| view.space.clone());
            if let Some(space) = space.filter(|_| self.selection.is_none()) {
                self.select(ctx, Selection::event(Address { space, offset: 0 }), Travel::Step);
            }
        }
    }

    /// Opens a log of a conversation in place of the one that is shown. The conversation stays.
    pub(super) fn open_log(&mut self, ctx: &Context<Self>, space: String, log: u32) {
        let Some(source) = self.source.clone() else { return };
        let conversations = self.conversations.clone();
        let request = Request::Conversation(ConversationRequest::OpenLog { space, log });
        self.open_by(ctx, source, (request, Cargo::None), None, Travel::Jump);
        self.conversations = conversations;
    }

    /// The panel of the packets; the fields of the selected one stand below it.
    pub(super) fn conversation_panel(&self, ctx: &Context<Self>) -> Html {
        let shown = self.tab == Tab::Conversation;
        html! {
            <div
                class="talk-panel"
                id="panel-conversation"
                role="tabpanel"
                aria-labelledby="tab-conversation"
                hidden={!shown}
            >
                <ConversationPane
                    words={self.words.clone()}
                    client={self.client.clone()}
                    generation={self.client.generation()}
                    {shown}
                    conversations={self.conversations.clone()}
                    selection={self.selection.clone()}
                    on_select={self.calls.select.clone()}
                    on_log={ctx.link().callback(|(space, log)| Msg::OpenLog(space, log))}
                />
            </div>
        }
    }
}
