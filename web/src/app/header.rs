//! The header: what the page is, what is open, and what one can open.

use binlog_explorer::view::{Argument, FileSummary};
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::opening::{Source, now};
use super::{App, Msg};
use crate::dialogs::Open;
use crate::icons;
use crate::localisation::Language;
use crate::numbers;
use crate::viewport::set_style;
use crate::visible_text::visible_line;

/// The browser's own way to choose files, which a button that looks like the others opens.
pub(super) fn file_input(node: &NodeRef, name: String, multiple: bool, chosen: Callback<Vec<web_sys::File>>) -> Html {
    let changed = move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let files = input.files().map(|files| all_of(&files)).unwrap_or_default();
        // The same file chosen again is a change only when the box is empty.
        input.set_value("");
        chosen.emit(files);
    };
    html! {
        <input
            ref={node.clone()}
            type="file"
            {multiple}
            class="hidden-input"
            tabindex="-1"
            aria-hidden="true"
            aria-label={name}
            onchange={changed}
        />
    }
}

/// Each file of a list.
pub(super) fn all_of(files: &web_sys::FileList) -> Vec<web_sys::File> {
    (0..files.length()).filter_map(|number| files.item(number)).collect()
}

impl App {
    pub(super) fn header(&self, ctx: &Context<Self>) -> Html {
        let words = &self.words;
        let link = ctx.link();
        let theme = self.settings.theme;
        // A page that is one file has no network.
        let connects = crate::fetching::inside("script").is_none();
        html! {
            <header class="top">
                <h1 class="brand">{ icons::logo() }<span translate="no">{ words.t("product") }</span></h1>
                <div class="actions">
                    <button type="button" class="primary" onclick={self.choose_file()}>
                        { icons::open() }<span>{ words.t("open-file") }</span>
                    </button>
                    { file_input(&self.file_input, words.t("open-file"), true, link.callback(Msg::OpenFiles)) }
                    if connects {
                        <button type="button" onclick={link.callback(|_| Msg::Dialog(Some(Open::Connect)))}>
                            { icons::live() }<span>{ words.t("connect") }</span>
                        </button>
                    }
                    <button type="button" onclick={link.callback(|_| Msg::Dialog(Some(Open::Paste)))}>
                        { icons::paste() }<span>{ words.t("paste") }</span>
                    </button>
                    if connects {
                        <button type="button" onclick={link.callback(|_| Msg::Dialog(Some(Open::Url)))}>
                            { icons::link() }<span>{ words.t("open-url") }</span>
                        </button>
                    }
                    { self.samples_menu(ctx) }
                </div>
                { self.filter_field(ctx) }
                <div class="chrome">
                    <button type="button" onclick={link.callback(|_| Msg::Dialog(Some(Open::Share)))}>
                        { icons::share() }<span>{ words.t("share") }</span>
                    </button>
                    <button
                        type="button"
                        class="icon-button"
                        aria-label={words.t(&format!("theme-{}", theme.name()))}
                        title={words.t(&format!("theme-{}", theme.name()))}
                        onclick={link.callback(move |_| Msg::Theme(theme.next()))}
                    >{ icons::theme() }</button>
                    <button
                        type="button"
                        class="icon-button keys-button"
                        aria-label={words.t("keys-title")}
                        title={words.t("keys-title")}
                        onclick={link.callback(|_| Msg::Dialog(Some(Open::Keys)))}
                    >{ icons::keys() }</button>
                    { self.language_choice(ctx) }
                </div>
            </header>
        }
    }

    /// Opens the browser's file chooser.
    pub(super) fn choose_file(&self) -> Callback<MouseEvent> {
        let input = self.file_input.clone();
        Callback::from(move |_| {
            if let Some(input) = input.cast::<HtmlElement>() {
                input.click();
            }
        })
    }

    fn samples_menu(&self, ctx: &Context<Self>) -> Html {
        if self.samples.is_empty() && self.served.is_empty() {
            return Html::default();
        }
        let language = self.settings.language;
        let open = match &self.source {
            Some(Source::Sample(sample, _)) => Some(sample.file.clone()),
            _ => None,
        };
        html! {
            <>
                <button type="button" popovertarget="samples-menu">
                    { icons::samples() }<span>{ self.words.t("samples") }</span>{ icons::down() }
                </button>
                <div id="samples-menu" class="menu" popover="auto">
                    { self.served_list(ctx) }
                    <ul aria-label={self.words.t("samples")}>
                        { for self.samples.iter().enumerate().map(|(number, sample)| html! {
                            <li>
                                <button
                                    type="button"
                                    popovertarget="samples-menu"
                                    popovertargetaction="hide"
                                    aria-current={(open.as_ref() == Some(&sample.file)).then_some("true")}
                                    onclick={ctx.link().callback(move |_| Msg::OpenSample(number))}
                                >
                                    <span class="sample-title" translate="no">
                                        { sample.title(language).to_owned() }
                                        <span class="sample-server">{ sample.server.clone() }</span>
                                    </span>
                                    <span class="sample-about" translate="no">
                                        { sample.about(language).to_owned() }
                                    </span>
                                </button>
                            </li>
                        }) }
                    </ul>
                </div>
            </>
        }
    }

    fn served_list(&self, ctx: &Context<Self>) -> Html {
        if self.served.is_empty() {
            return Html::default();
        }
        html! {
            <ul aria-label={self.words.t("served-files")}>
                { for self.served.iter().enumerate().map(|(number, file)| html! {
                    <li>
                        <button
                            type="button"
                            popovertarget="samples-menu"
                            popovertargetaction="hide"
                            onclick={ctx.link().callback(move |_| Msg::OpenServed(number))}
                        >
                            <span class="sample-title" translate="no">
                                { visible_line(&file.name, 80) }
                                <span class="sample-server">{ numbers::size(file.size) }</span>
                            </span>
                        </button>
                    </li>
                }) }
            </ul>
        }
    }

    fn language_choice(&self, ctx: &Context<Self>) -> Html {
        let chosen = ctx.link().callback(|event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            Msg::Language(Language::from_tag(&select.value()))
        });
        let now = self.settings.language;
        html! {
            <select class="language" aria-label={self.words.t("language")} onchange={chosen}>
                { for [(Language::English, "language-english"), (Language::Chinese, "language-chinese")]
                    .into_iter()
                    .map(|(language, id)| html! {
                        <option value={language.tag()} selected={language == now}>{ self.words.t(id) }</option>
                    }) }
            </select>
        }
    }

    /// The line of facts: always there, so that nothing jumps when they come.
    pub(super) fn facts(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section class="facts" aria-label={self.words.t("region-file")}>
                { self.file_facts(ctx) }
                { self.progress_bar(ctx) }
            </section>
        }
    }

    fn file_facts(&self, ctx: &Context<Self>) -> Html {
        let words = &self.words;
        let Some(summary) = &self.summary else {
            return html! {
                <p class="hint">
                    { words.t(if self.opening.is_some() { "opening" } else { "drop-hint" }) }
                    { " " }{ words.t("privacy") }
                </p>
            };
        };
        let server = match (summary.flavor.as_deref(), &summary.server_version) {
            (Some("mariadb"), Some(version)) => format!("MariaDB {version}"),
            (_, Some(version)) => format!("MySQL {version}"),
            _ => String::new(),
        };
        let sample = matches!(self.source, Some(Source::Sample(..)));
        html! {
            <>
                <ul class="file-facts" aria-label={words.t("file-facts")}>
                    <li class="file-name" translate="no" title={summary.name.clone()}>
                        { visible_line(&summary.name, 80) }
                    </li>
                    { self.files_choice(ctx) }
                    if !server.is_empty() {
                        <li translate="no">{ visible_line(&server, 60) }</li>
                    }
                    <li translate="no">{ numbers::size(summary.size) }</li>
                    { self.unpacked_fact(summary) }
                    { self.encryption_fact() }
                    { self.checksum_fact(&summary.checksum) }
                    { self.part_facts() }
                    if summary.in_use {
                        <li class="chip" title={words.t("in-use-hint")}>{ words.t("in-use") }</li>
                    }
                    if self.progress.damaged > 0 {
                        <li class="chip bad">
                            { words.with("damaged", [("count", (self.progress.damaged as f64).into())]) }
                        </li>
                    }
                </ul>
                <p class="hint">
                    if sample {
                        <span class="drop-hint">{ words.t("sample-hint") }</span>{ " " }
                    }
                    <span>{ words.t("privacy") }</span>
                </p>
            </>
        }
    }

    /// That offsets are not those of the file on disk.
    fn unpacked_fact(&self, summary: &FileSummary) -> Html {
        let Some(note) = summary.notes.iter().find(|note| note.id == "note-unpacked") else { return Html::default() };
        let wrapper = note.args.iter().find_map(|(name, value)| match value {
            Argument::Text(text) if name == "wrapper" => Some(text.clone()),
            _ => None,
        });
        html! {
            <li class="chip" title={self.words.message(note)}>
                { self.words.with("unpacked", [("wrapper", wrapper.unwrap_or_default().into())]) }
            </li>
        }
    }

    fn checksum_fact(&self, checksum: &str) -> Html {
        let words = &self.words;
        let bad = self.progress.bad_checksums;
        if bad > 0 {
            let text = words.with("checksum-bad", [("count", (bad as f64).into())]);
            return html! { <li class="chip bad">{ text }</li> };
        }
        let whole = self.progress.done && !self.progress.cancelled;
        let (class, id) = match (checksum, whole) {
            ("crc32", true) => ("chip good", "checksum-good"),
            ("crc32", false) => ("chip", "checksum-checking"),
            ("pages", true) if self.progress.damaged == 0 => ("chip good", "checksum-pages"),
            ("pages", false) => ("chip", "checksum-checking"),
            ("none", _) => ("chip", "checksum-none"),
            _ => return Html::default(),
        };
        html! { <li class={class}>{ words.t(id) }</li> }
    }

    fn progress_bar(&self, ctx: &Context<Self>) -> Html {
        let progress = &self.progress;
        if self.cancelled {
            return self.stopped(ctx);
        }
        if progress.done || self.live.is_shown() || self.client.generation() == 0 || progress.total == 0 {
            return Html::default();
        }
        let share = progress.scanned as f64 / progress.total.max(1) as f64;
        let seconds = ((now() - self.opened_at) / 1000.0).max(0.05);
        let rate = numbers::size((progress.scanned as f64 / seconds) as u64);
        let said = self.words.with(
            "indexing-state",
            [
                ("percent", format!("{:.0}", share * 100.0).into()),
                ("scanned", numbers::size(progress.scanned).into()),
                ("total", numbers::size(progress.total).into()),
                ("rate", rate.into()),
            ],
        );
        html! {
            <div class="indexing">
                <ProgressBar share={share} label={self.words.t("indexing")} said={said.clone()} />
                <span class="indexing-said">{ said }</span>
                { self.pause_button(ctx) }
                <button type="button" onclick={ctx.link().callback(|_| Msg::Cancel)}>{ self.words.t("cancel") }</button>
            </div>
        }
    }
}

#[derive(Clone, Debug, PartialEq, Properties)]
struct ProgressProps {
    share: f64,
    label: AttrValue,
    said: AttrValue,
}

/// The bar alone, as its width must be set through the object model.
#[component(ProgressBar)]
fn progress_bar(props: &ProgressProps) -> Html {
    let filled = use_node_ref();
    {
        let filled = filled.clone();
        use_effect_with(props.share, move |share| {
            if let Some(filled) = filled.cast::<HtmlElement>() {
                set_style(&filled, "transform", &format!("scaleX({:.4})", share.clamp(0.0, 1.0)));
            }
        });
    }
    html! {
        <div
            class="progress"
            role="progressbar"
            aria-label={props.label.clone()}
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow={format!("{:.0}", props.share * 100.0)}
            aria-valuetext={props.said.clone()}
        ><div ref={filled} class="filled"></div></div>
    }
}
