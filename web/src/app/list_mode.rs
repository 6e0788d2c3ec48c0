//! Which list is shown, of transactions or of all events.

use binlog_explorer::view::ListMode;
use yew::prelude::*;

use super::{App, Msg};
use crate::client::Reply;
use crate::protocol::{Answer, Request};

impl App {
    /// Asks for a list.
    pub(super) fn set_mode(&mut self, ctx: &Context<Self>, mode: ListMode) {
        let generation = self.client.generation();
        self.mode_asked = (generation, mode);
        self.ask(ctx, Request::SetMode { mode }, move |reply| Msg::ListChanged(generation, mode, reply));
    }

    /// The list that was asked for last, also while a file was being opened; or the one that is shown.
    pub(super) fn mode_wanted(&self) -> ListMode {
        let (generation, mode) = self.mode_asked;
        if generation == self.client.generation() { mode } else { self.mode }
    }

    /// The list is another one, or longer; or nothing came of it.
    pub(super) fn list_changed(&mut self, mode: ListMode, reply: Reply) -> bool {
        let Reply::Answer(Answer::Changed { rows }, _) = reply else {
            // Nothing is open yet: it is asked for again.
            if self.opening.is_none() {
                self.mode_asked = Default::default();
            }
            return true;
        };
        self.rows = rows;
        if self.mode != mode {
            self.unsort();
        }
        self.mode = mode;
        self.epoch += 1;
        true
    }
}
