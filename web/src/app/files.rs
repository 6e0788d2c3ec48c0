//! Several files chosen or dropped together: logs that follow each other, shown one at a time. Offsets are each
//! file's own; stepping goes on in the next one.

use binlog_explorer::verify::numbered;
use web_sys::{File, HtmlSelectElement};
use yew::prelude::*;

use super::{App, Msg, Source};
use crate::numbers;
use crate::protocol::Step;
use crate::selection::Travel;
use crate::visible_text::visible_line;

/// The files, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Files {
    list: Vec<File>,
    at: usize,
    /// The step that is under way.
    pub(super) step: Option<Step>,
    /// The file that is being opened was entered from its end.
    from_end: bool,
}

/// Logs by number; what has none follows by name. An index is no log, and says nothing that numbers do not.
fn ordered(mut files: Vec<File>) -> Vec<File> {
    files.retain(|file| !file.name().ends_with(".index"));
    files.sort_by_cached_key(|file| {
        let name = file.name();
        let place = numbered(&name).map(|(base, number)| (base.to_owned(), number));
        (place.is_none(), place, name)
    });
    files
}

/// Whether logs are missing between two.
fn is_gap(before: &File, after: &File) -> bool {
    let (before, after) = (before.name(), after.name());
    numbered(&before).zip(numbered(&after)).is_some_and(|((a, m), (b, n))| a == b && n != m + 1)
}

impl App {
    /// Files were chosen or dropped.
    pub(super) fn files_came(&mut self, ctx: &Context<Self>, files: Vec<File>) {
        let mut files = ordered(files);
        if files.len() > 1 {
            self.files = Files { list: files, ..Files::default() };
            self.open_of(ctx, 0, false);
        } else if let Some(file) = files.pop() {
            self.file_came(ctx, file);
        }
    }

    /// Opens one of the files.
    pub(super) fn open_of(&mut self, ctx: &Context<Self>, number: usize, from_end: bool) {
        let Some(file) = self.files.list.get(number).cloned() else { return };
        (self.files.at, self.files.from_end) = (number, from_end);
        self.open(ctx, Source::File(file), None, Travel::Jump);
    }

    /// A source is open: whether it is one of the files, and was entered from its end.
    pub(super) fn entered(&mut self, source: &Source) -> bool {
        let at = match source {
            Source::File(file) => self.files.list.iter().position(|other| other == file),
            _ => None,
        };
        match at {
            Some(at) => self.files.at = at,
            None => self.files = Files::default(),
        }
        std::mem::take(&mut self.files.from_end)
    }

    /// There is no neighbour in this file: perhaps in the next one.
    pub(super) fn step_out(&mut self, ctx: &Context<Self>) -> bool {
        let at = self.files.at;
        match self.files.step.take() {
            Some(Step::NextEvent | Step::NextTransaction) if self.progress.done && at + 1 < self.files.list.len() => {
                self.open_of(ctx, at + 1, false);
                true
            }
            Some(Step::PreviousEvent | Step::PreviousTransaction) if at > 0 => {
                self.open_of(ctx, at - 1, true);
                true
            }
            _ => false,
        }
    }

    /// Which of the files is shown, and the others.
    pub(super) fn files_choice(&self, ctx: &Context<Self>) -> Html {
        let files = &self.files;
        if files.list.len() < 2 {
            return Html::default();
        }
        let chosen = ctx.link().batch_callback(|event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            usize::try_from(select.selected_index()).ok().map(Msg::OpenOf)
        });
        html! {
            <li>
                <select aria-label={self.words.t("files-together")} onchange={chosen}>
                    { for files.list.iter().enumerate().map(|(number, file)| {
                        let gap = number.checked_sub(1).and_then(|before| files.list.get(before));
                        let gap = gap.is_some_and(|before| is_gap(before, file));
                        let size = numbers::size(file.size() as u64);
                        let text = format!("{} · {size}", visible_line(&file.name(), 60));
                        let text = if gap { self.words.with("file-after-gap", [("file", text.into())]) } else { text };
                        html! { <option selected={number == files.at}>{ text }</option> }
                    }) }
                </select>
            </li>
        }
    }
}
