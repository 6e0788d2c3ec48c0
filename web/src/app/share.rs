//! Sharing what is seen: what the reader wants to pass on, and the link that comes of it. Nothing is sent from here:
//! what is shared is in the link, or in a file that the reader saves.

mod data;
mod dialog;
mod masking;

use std::rc::Rc;

use binlog_explorer::choice::Choice;
use binlog_explorer::mask::Rules;
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

pub use self::data::Kind;
use super::{App, Msg, Remote, Source};
use crate::client::{Reply, describe};
use crate::location::{Place, own_address};
use crate::protocol::{Answer, Request, ShareRequest, Shared};

/// Milliseconds after a change until the link is made anew.
const SETTLE: u32 = 150;

/// What happens in the dialog.
#[derive(Debug)]
pub enum ShareMsg {
    /// So much is to go along.
    What(What),
    /// A part of the place is to go along, or not.
    With(Part, bool),
    /// A class is to be masked, or not.
    Mask(Class, bool),
    /// Exceptions from masking.
    Readable(Names, String),
    /// It is made now.
    Make,
    /// It was made; of which generation, and which attempt.
    Made(u32, u32, Reply),
    /// It is to be saved.
    Save(Kind),
    /// The page with it was saved, or could not be fetched.
    Saved(bool),
    /// This is to be copied.
    Copy(Piece),
    /// The clipboard took it, or not.
    Copied(Piece, Result<(), String>),
}

/// How much goes along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// The place alone.
    #[default]
    Place,
    /// The selected event, with what it needs.
    Event,
    /// Its transaction.
    Transaction,
    /// What the filter shows.
    Filter,
    /// Everything.
    Whole,
}

impl What {
    const ALL: [Self; 5] = [Self::Place, Self::Event, Self::Transaction, Self::Filter, Self::Whole];

    /// In ids of messages.
    const fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Event => "selected",
            Self::Transaction => "transaction",
            Self::Filter => "filtered",
            Self::Whole => "whole",
        }
    }
}

/// A part of the place that the reader may keep back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The filter as typed.
    Filter,
    /// The address that the file came from.
    Url,
    /// The notes.
    Notes,
}

/// What can be masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Values of columns and the like, and the statements that quote them.
    Values,
    /// Names of schemas, tables and columns.
    Names,
    /// Statements.
    Sql,
    /// Users and hosts.
    Accounts,
    /// Ids of servers and transactions.
    Ids,
}

impl Class {
    const ALL: [Self; 5] = [Self::Values, Self::Names, Self::Sql, Self::Accounts, Self::Ids];

    const fn name(self) -> &'static str {
        match self {
            Self::Values => "values",
            Self::Names => "names",
            Self::Sql => "sql",
            Self::Accounts => "accounts",
            Self::Ids => "ids",
        }
    }
}

/// Which exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Tables that stay readable.
    Tables,
    /// Columns that stay readable.
    Columns,
    /// Tables that are masked all the same.
    MaskedTables,
    /// Columns that are masked all the same.
    MaskedColumns,
}

/// What the clipboard may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The link.
    Link,
    /// What shows the link inside of another page.
    Embed,
}

/// A bundle with what there is to say of it, or why there is none.
type Made = Result<(Shared, Rc<[u8]>), String>;

/// The dialog's own state. It lasts as long as the page, so that the next link is made as this one.
#[derive(Debug)]
pub(super) struct Share {
    what: What,
    /// As the reader said; else it goes along unless something is masked, which it may quote.
    with_filter: Option<bool>,
    with_url: bool,
    with_notes: bool,
    rules: Rules,
    open_tables: String,
    open_columns: String,
    masked_tables: String,
    masked_columns: String,
    /// What was made last, or why it was not; none while it is being made.
    made: Option<Made>,
    /// Counts attempts: only the last one's answer is wanted.
    attempt: u32,
    waits: Option<Timeout>,
    saving: Option<String>,
    copied: Option<(Piece, bool)>,
}

impl Default for Share {
    fn default() -> Self {
        Self {
            what: What::Place,
            with_filter: None,
            with_url: true,
            with_notes: true,
            rules: Rules { values: true, ..Rules::nothing() },
            open_tables: String::new(),
            open_columns: String::new(),
            masked_tables: String::new(),
            masked_columns: String::new(),
            made: None,
            attempt: 0,
            waits: None,
            saving: None,
            copied: None,
        }
    }
}

impl Share {
    /// Whether a class is masked.
    fn masks(&self, class: Class) -> bool {
        let rules = &self.rules;
        match class {
            Class::Values => rules.values,
            Class::Names => rules.names,
            // Statements quote values.
            Class::Sql => !rules.open_sql && (rules.sql || rules.values),
            Class::Accounts => rules.accounts,
            Class::Ids => rules.ids,
        }
    }

    fn mask(&mut self, class: Class, on: bool) {
        let rules = &mut self.rules;
        match class {
            Class::Values => rules.values = on,
            Class::Names => rules.names = on,
            Class::Sql => (rules.sql, rules.open_sql) = (on, !on),
            Class::Accounts => rules.accounts = on,
            Class::Ids => rules.ids = on,
        }
    }

    /// Whether the filter goes along.
    fn sends_filter(&self) -> bool {
        let masked = self.what != What::Place && self.all_rules().mask_anything();
        self.with_filter.unwrap_or(!masked)
    }

    /// The rules with the exceptions as they were typed.
    fn all_rules(&self) -> Rules {
        let names = |text: &str| {
            let names = text.split([',', ' ', '\n']).map(str::trim).filter(|name| !name.is_empty());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        let mut rules = self.rules.clone();
        if rules.values {
            (rules.open_tables, rules.open_columns) = (names(&self.open_tables), names(&self.open_columns));
        } else {
            (rules.masked_tables, rules.masked_columns) = (names(&self.masked_tables), names(&self.masked_columns));
        }
        rules
    }
}

/// What shows a link inside of another page.
fn embed_code(address: &str, fragment: &str, title: &str) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        "<iframe src=\"{}?embed{}\" title=\"{}\" width=\"100%\" height=\"480\" loading=\"lazy\" \
         sandbox=\"allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox\"></iframe>",
        escaped(address),
        escaped(fragment),
        escaped(title)
    )
}

impl App {
    /// The dialog opens: what concerns another file is as at first.
    pub(super) fn share_opens(&mut self, ctx: &Context<Self>) {
        self.share.copied = None;
        // An address with a query may have a key in it, which is not to go along unless that is wanted.
        self.share.with_url = self.shared_url().is_some_and(|url| !url.contains('?'));
        if !self.can_share(self.share.what) {
            self.share.what = What::Place;
        }
        self.share_again(ctx);
    }

    pub(super) fn share_changed(&mut self, ctx: &Context<Self>, msg: ShareMsg) -> bool {
        match msg {
            ShareMsg::What(what) => self.share.what = what,
            ShareMsg::With(part, with) => match part {
                Part::Filter => self.share.with_filter = Some(with),
                Part::Url => self.share.with_url = with,
                Part::Notes => self.share.with_notes = with,
            },
            ShareMsg::Mask(class, on) => self.share.mask(class, on),
            ShareMsg::Readable(names, text) => match names {
                Names::Tables => self.share.open_tables = text,
                Names::Columns => self.share.open_columns = text,
                Names::MaskedTables => self.share.masked_tables = text,
                Names::MaskedColumns => self.share.masked_columns = text,
            },
            ShareMsg::Make => {
                self.share_make(ctx);
                return false;
            }
            ShareMsg::Made(generation, attempt, reply) => {
                return self.is_now(generation) && self.share_made(attempt, reply);
            }
            ShareMsg::Save(kind) => {
                self.share_save(ctx, kind);
                return false;
            }
            ShareMsg::Saved(done) => {
                let words = self.later_words();
                self.share.saving = words.filter(|_| !done).map(|words| words.t("share-not-saved"));
                return true;
            }
            ShareMsg::Copy(piece) => {
                self.share_copy(ctx, piece);
                return false;
            }
            ShareMsg::Copied(piece, result) => {
                self.share.copied = Some((piece, result.is_ok()));
                return true;
            }
        }
        self.share.copied = None;
        self.share_again(ctx);
        true
    }

    fn share_copy(&self, ctx: &Context<Self>, piece: Piece) {
        let text = match piece {
            Piece::Link => self.shared_link(),
            Piece::Embed => Some(self.shared_embed()),
        };
        let Some(text) = text else { return };
        let link = ctx.link().clone();
        let promise = gloo_utils::window().navigator().clipboard().write_text(&text);
        wasm_bindgen_futures::spawn_local(async move {
            let result = JsFuture::from(promise).await.map(|_| ());
            let result = result.map_err(|error| describe(&error));
            link.send_message(Msg::Share(ShareMsg::Copied(piece, result)));
        });
    }

    /// Whether so much can go along now.
    fn can_share(&self, what: What) -> bool {
        match what {
            What::Place => true,
            What::Event | What::Transaction => self.selection.is_some(),
            What::Filter => self.filtering.text.is_some(),
            What::Whole => self.summary.is_some(),
        }
    }

    /// Something changed: what was made is not what is wanted any more.
    fn share_again(&mut self, ctx: &Context<Self>) {
        self.share.made = None;
        self.share.saving = None;
        self.share.attempt += 1;
        let link = ctx.link().clone();
        let make = move || link.send_message(Msg::Share(ShareMsg::Make));
        self.share.waits = (self.share.what != What::Place).then(|| Timeout::new(SETTLE, make));
    }

    fn share_make(&mut self, ctx: &Context<Self>) {
        let at = self.selection.as_ref().map(|selection| selection.event.clone());
        let choice = match (self.share.what, at.clone()) {
            (What::Event, Some(at)) => Choice::Event(at),
            (What::Transaction, Some(at)) => Choice::Transaction(at),
            (What::Filter, _) => Choice::Filter,
            (What::Whole, _) => Choice::Whole,
            _ => return,
        };
        let notes = if self.share.with_notes { self.notes.all() } else { &[] };
        let request = ShareRequest {
            choice,
            rules: self.share.all_rules(),
            view: self.saved_view(),
            at,
            notes: notes.iter().map(|note| (note.place(), note.text.clone())).collect(),
        };
        let (generation, attempt) = (self.client.generation(), self.share.attempt);
        self.ask(ctx, Request::Share(Box::new(request)), move |reply| {
            Msg::Share(ShareMsg::Made(generation, attempt, reply))
        });
    }

    fn share_made(&mut self, attempt: u32, reply: Reply) -> bool {
        if self.share.attempt != attempt {
            return false;
        }
        self.share.made = match reply {
            Reply::Answer(Answer::Shared(shared), Some(bytes)) => Some(Ok((*shared, bytes))),
            Reply::Failed(message) => Some(Err(self.words.message(&message))),
            _ => return false,
        };
        true
    }

    /// The address that the file came from, if one is known that others may have too.
    fn shared_url(&self) -> Option<&str> {
        match &self.source {
            Some(Source::Url(Remote { url, served: None })) => Some(url),
            _ => None,
        }
    }

    /// The place as the reader wants to pass it on.
    pub(super) fn shared_place(&self) -> Place {
        let mut place = self.place();
        if !self.share.sends_filter() {
            place.filter = None;
        }
        if self.shared_url().is_some() && !self.share.with_url {
            place.file = self.summary.as_ref().map(|summary| summary.fingerprint.clone());
        }
        place
    }

    /// The link; none while it is made, and none when it would be too long.
    fn shared_link(&self) -> Option<String> {
        Some(own_address() + &self.shared_fragment()?)
    }

    fn shared_fragment(&self) -> Option<String> {
        match (self.share.what, &self.share.made) {
            (What::Place, _) => Some(self.shared_place().fragment()),
            (_, Some(Ok((shared, _)))) => Some(format!("#s={}", shared.fragment.as_ref()?)),
            _ => None,
        }
    }

    fn shared_embed(&self) -> String {
        let title = self.summary.as_ref().map(|summary| summary.name.as_str()).unwrap_or_default();
        let fragment = self.shared_fragment().unwrap_or_else(|| "#s=…".into());
        embed_code(&own_address(), &fragment, title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_inside_of_its_attribute() {
        let code = embed_code("https://example.org/b/", "#file=a&at=4", "x\"><script>");
        assert!(
            code.starts_with(
                "<iframe src=\"https://example.org/b/?embed#file=a&amp;at=4\" title=\"x&quot;>&lt;script>\""
            )
        );
    }
}
