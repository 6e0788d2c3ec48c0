//! What the panes tell the page.

use binlog_explorer::view::ListMode;
use yew::prelude::*;

use super::{App, Msg, NarrowStep};
use crate::dialogs::Open;
use crate::panes::bytes::Pick;
use crate::selection::{Selection, Travel};

/// What the panes tell, made once: a pane renders again only when what it shows changed.
#[derive(Clone, Debug)]
pub struct Calls {
    pub select: Callback<(Selection, Travel)>,
    pub enter: Callback<()>,
    pub mode: Callback<ListMode>,
    pub rows: Callback<u64>,
    pub field: Callback<String>,
    pub toggle: Callback<(String, bool)>,
    pub space: Callback<String>,
    pub pick: Callback<(u64, Pick)>,
    pub goto: Callback<(String, u64)>,
    pub strip: Callback<bool>,
    pub offset: Callback<u64>,
    pub filter: Callback<String>,
    pub note: Callback<()>,
}

impl Calls {
    pub fn new(link: &html::Scope<App>) -> Self {
        Self {
            select: link.callback(|(selection, travel)| Msg::Select(selection, travel)),
            enter: link.callback(|()| Msg::Narrow(NarrowStep::Fields)),
            mode: link.callback(Msg::Mode),
            rows: link.callback(Msg::Rows),
            field: link.callback(Msg::SelectField),
            toggle: link.callback(|(path, open)| Msg::Toggle(path, open)),
            space: link.callback(Msg::ShowSpace),
            pick: link.callback(|(offset, pick)| Msg::PickByte(offset, pick)),
            goto: link.callback(|(text, here)| Msg::GoTo(text, here)),
            strip: link.callback(Msg::Strip),
            offset: link.callback(Msg::GoToOffset),
            filter: link.callback(Msg::ApplyFilter),
            note: link.callback(|()| Msg::Dialog(Some(Open::Note))),
        }
    }
}
