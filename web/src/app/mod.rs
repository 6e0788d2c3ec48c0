//! The page as a whole: what is open, what is selected, and who is told.

mod copying;
mod damage;
mod header;
mod keys;
mod notices;
mod opening;
mod travel;
mod unlocking;
mod view;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use binlog_explorer::view::{Address, FieldNode, FileSummary, ListMode, Progress, SpaceView};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use web_sys::KeyboardEvent;
use yew::prelude::*;

pub use self::opening::Source;
use crate::client::{Client, News, Reply};
use crate::copying::Form;
use crate::dialogs::Open;
use crate::event_bytes::EventBytes;
use crate::event_model::EventModel;
use crate::explanations::Explanations;
use crate::hover::Hover;
use crate::localisation::{Language, Words};
use crate::location::Place;
use crate::panes::bytes::Pick;
use crate::protocol::{self, Answer, Event};
use crate::samples::Sample;
use crate::selection::{Selection, Travel};
use crate::served::{self, ServedFile};
use crate::settings::{Settings, Theme};

/// Everything that happens.
#[derive(Debug)]
pub enum Msg {
    /// The worker says something unasked.
    News(News),
    /// The lists of what can be opened came: files that `serve` offers, and samples.
    Offers(Vec<ServedFile>, Vec<Sample>),
    /// An offered file is wanted, by number.
    OpenServed(usize),
    /// An offered file came, or not.
    ServedFile(String, Result<web_sys::File, String>),
    /// A sample is wanted, by number.
    OpenSample(usize),
    /// A sample's bytes came, or not.
    SampleBytes(Sample, Option<Place>, Result<js_sys::Uint8Array, String>),
    /// A file was dropped or chosen.
    OpenFile(web_sys::File),
    /// A key file was chosen.
    KeyFile(web_sys::File),
    /// What the worker makes of a file that is a key file, or perhaps is one.
    Keys(web_sys::File, bool, Reply),
    /// The password of an encrypted key file was given, or is not to be.
    Password(bool),
    /// Text was pasted.
    OpenPaste(String),
    /// The answer to opening; generation first, as in all answers below.
    Opened(u32, Reply),
    /// Stop the first pass.
    Cancel,
    /// The address bar or the history changed.
    History,
    /// Where to go was looked up: the place, and what was found.
    Located(u32, Goal, Reply),
    /// Selects.
    Select(Selection, Travel),
    /// Selects a field of the event by path.
    SelectField(String),
    /// A byte of the shown space was chosen.
    PickByte(u64, Pick),
    /// Goes to an offset as typed, from the given one.
    GoTo(String, u64),
    /// Goes to a neighbour.
    Step(protocol::Step),
    /// The event came.
    Loaded(u32, Address, Reply),
    /// Children of a path came.
    Children(u32, Address, String, Reply),
    /// The event's bytes came.
    EventBytes(u32, Address, String, Reply),
    /// The spaces around the event came.
    Spaces(u32, Reply),
    /// The list changed in answer to a request.
    ListChanged(u32, ListMode, Reply),
    /// Opens or closes a field.
    Toggle(String, bool),
    /// Shows another space's bytes.
    ShowSpace(String),
    /// Another list.
    Mode(ListMode),
    /// The list's length changed.
    Rows(u64),
    /// Another theme.
    Theme(Theme),
    /// Another language.
    Language(Language),
    /// Letter keys on or off.
    Letters(bool),
    /// Opens a dialog, or closes the one that is open.
    Dialog(Option<Open>),
    /// Copies the selection.
    Copy(Form),
    /// More bytes to copy came.
    CopyBytes(u32, Form, Vec<u8>, Reply),
    /// The clipboard took it, or not.
    Copied(Result<(), String>),
    /// A key that no pane took.
    Key(KeyboardEvent),
    /// The step that a narrow screen shows.
    Narrow(NarrowStep),
    /// A file hangs over the page, or no more.
    Dragging(bool),
    /// Explanations came.
    Explanations(Rc<Explanations>),
    /// The strip shows more or less.
    Strip(bool),
    /// The alert was read.
    DismissAlert,
    /// Something about the file's damage.
    Damage(u32, damage::DamageMsg),
    /// The wanted file will not come.
    DismissAwaiting,
    /// Nothing more to say in the status bar.
    NoticeOver,
}

/// Where a look-up wants to go.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// The first event.
    First,
    /// A place from a link.
    Place(Place),
    /// A byte, to be selected in this way.
    Byte(Address, Travel),
    /// A neighbour.
    Neighbour(Travel),
}

/// What to select in an event once it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seek {
    /// A path.
    Path(String),
    /// The smallest field that covers a byte of a space.
    Byte(Address),
}

/// The panes as steps on a narrow screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NarrowStep {
    /// The list.
    #[default]
    Events,
    /// The tree.
    Fields,
    /// The bytes and the explanation.
    Bytes,
}

/// The component.
pub struct App {
    settings: Settings,
    words: Rc<Words>,
    client: Client,
    calls: Calls,
    hover: Hover,
    goto_box: NodeRef,
    file_input: NodeRef,
    key_input: NodeRef,
    password_input: NodeRef,

    samples: Rc<Vec<Sample>>,
    served: Rc<Vec<ServedFile>>,
    source: Option<Source>,
    opening: Option<(Source, Option<Place>, Travel)>,
    known: HashMap<String, Source>,
    file_key: Option<String>,
    /// The place of a link whose file must be asked for.
    awaiting: Option<Place>,
    /// The place of a link into an encrypted file whose key is missing.
    sealed_place: Option<Place>,
    /// A key file whose password is asked for.
    salted: Option<web_sys::File>,
    /// The samples are known, and so whether the link's file is one of them.
    started: bool,
    summary: Option<Rc<FileSummary>>,
    progress: Progress,
    opened_at: f64,
    deaths: Vec<f64>,
    /// Cancel was pressed: the bar goes at once, whatever is still under way.
    cancelled: bool,
    damage: damage::Damage,

    rows: u64,
    mode: ListMode,
    epoch: u32,

    selection: Option<Selection>,
    model: Option<Rc<EventModel>>,
    event_bytes: Option<Rc<EventBytes>>,
    spaces: Rc<Vec<SpaceView>>,
    shown_space: String,
    closed: HashSet<String>,
    seek: Option<Seek>,
    goal: Option<Goal>,
    goal_busy: bool,
    /// The first entry is shown for want of a better place: past the magic number is better.
    at_first: bool,
    loading: Option<Address>,
    step_busy: bool,
    children_busy: bool,
    bytes_busy: bool,
    goto_problem: Option<String>,

    url: travel::Url,
    dialog: Option<Open>,
    narrow: NarrowStep,
    dragging: bool,
    explanations: Option<Rc<Explanations>>,
    explanations_asked: bool,
    strip_open: bool,
    alert: Option<String>,
    notice: Option<String>,
    notice_timer: Option<Timeout>,
    _history: [EventListener; 2],
}

/// What the panes tell, made once: a pane renders again only when what it shows changed.
#[derive(Clone, Debug)]
struct Calls {
    select: Callback<(Selection, Travel)>,
    enter: Callback<()>,
    mode: Callback<ListMode>,
    rows: Callback<u64>,
    field: Callback<String>,
    toggle: Callback<(String, bool)>,
    space: Callback<String>,
    pick: Callback<(u64, Pick)>,
    goto: Callback<(String, u64)>,
    strip: Callback<bool>,
}

impl Calls {
    fn new(link: &html::Scope<App>) -> Self {
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
        }
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("selection", &self.selection).finish()
    }
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let settings = Settings::load();
        settings.apply();
        let words = Words::new(settings.language);
        let client = Client::start(ctx.link().callback(Msg::News));
        ctx.link().send_future(async { Msg::Offers(served::load().await, crate::samples::load().await) });
        let listen = |name: &'static str| {
            let link = ctx.link().clone();
            EventListener::new(&gloo_utils::window(), name, move |_| {
                link.send_message(Msg::History);
            })
        };
        Self {
            settings,
            words,
            client,
            calls: Calls::new(ctx.link()),
            hover: Hover::default(),
            goto_box: NodeRef::default(),
            file_input: NodeRef::default(),
            key_input: NodeRef::default(),
            password_input: NodeRef::default(),
            samples: Rc::default(),
            served: Rc::default(),
            source: None,
            opening: None,
            known: HashMap::new(),
            file_key: None,
            awaiting: Self::asked_place(),
            sealed_place: None,
            salted: None,
            started: false,
            summary: None,
            progress: Progress::default(),
            opened_at: 0.0,
            deaths: Vec::new(),
            cancelled: false,
            damage: damage::Damage::default(),
            rows: 0,
            mode: ListMode::default(),
            epoch: 0,
            selection: None,
            model: None,
            event_bytes: None,
            spaces: Rc::default(),
            shown_space: "0".into(),
            closed: HashSet::new(),
            seek: None,
            goal: None,
            goal_busy: false,
            at_first: false,
            loading: None,
            step_busy: false,
            children_busy: false,
            bytes_busy: false,
            goto_problem: None,
            url: travel::Url::default(),
            dialog: None,
            narrow: NarrowStep::default(),
            dragging: false,
            explanations: None,
            explanations_asked: false,
            strip_open: false,
            alert: None,
            notice: None,
            notice_timer: None,
            _history: [listen("popstate"), listen("hashchange")],
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::News(news) => return self.news(ctx, news),
            Msg::Offers(served, samples) => self.start(ctx, served, samples),
            Msg::OpenServed(number) => self.open_served(ctx, number),
            Msg::ServedFile(name, file) => self.served_came(ctx, name, file),
            Msg::OpenSample(number) => self.open_sample(ctx, number, None),
            Msg::SampleBytes(sample, place, bytes) => self.sample_came(ctx, sample, place, bytes),
            Msg::OpenFile(file) => self.file_came(ctx, file),
            Msg::KeyFile(file) => self.offer_keys(ctx, file, false),
            Msg::Keys(file, perhaps, reply) => self.keys_came(ctx, file, perhaps, reply),
            Msg::Password(given) => self.password_given(ctx, given),
            Msg::OpenPaste(text) => {
                self.dialog = None;
                self.open(ctx, Source::Paste(text.into()), None, Travel::Jump);
            }
            Msg::Opened(generation, reply) => return self.opened(ctx, generation, reply),
            Msg::Cancel => self.cancel(ctx),
            Msg::History => return self.history_changed(ctx),
            Msg::Located(generation, goal, reply) => {
                return self.is_now(generation) && self.located(ctx, goal, reply);
            }
            Msg::Select(selection, travel) => self.select(ctx, selection, travel),
            Msg::SelectField(path) => self.select_field(ctx, path),
            Msg::PickByte(offset, pick) => self.pick_byte(ctx, offset, pick),
            Msg::GoTo(text, here) => self.go_to(ctx, &text, here),
            Msg::Step(step) => self.step(ctx, step),
            Msg::Loaded(generation, address, reply) => {
                return self.is_now(generation) && self.loaded(ctx, address, reply);
            }
            Msg::Children(generation, address, path, reply) => {
                return self.is_now(generation) && self.children_came(ctx, &address, path, reply);
            }
            Msg::EventBytes(generation, address, space, reply) => {
                return self.is_now(generation) && self.event_bytes_came(ctx, &address, space, reply);
            }
            Msg::Spaces(generation, reply) => {
                return self.is_now(generation) && self.spaces_came(reply);
            }
            Msg::ListChanged(generation, mode, reply) => {
                return self.is_now(generation) && self.list_changed(mode, reply);
            }
            Msg::Toggle(path, open) => self.toggle(ctx, &path, open),
            Msg::ShowSpace(space) => self.shown_space = space,
            Msg::Mode(mode) => self.set_mode(ctx, mode),
            Msg::Rows(rows) => {
                let same = self.rows == rows;
                self.rows = rows;
                return !same;
            }
            Msg::Copy(form) => self.copy(ctx, form, Vec::new()),
            Msg::CopyBytes(generation, form, bytes, reply) => {
                return self.is_now(generation) && self.copy_bytes_came(ctx, form, bytes, reply);
            }
            Msg::Damage(generation, message) => {
                return self.is_now(generation) && self.damage_changed(ctx, message);
            }
            Msg::Copied(result) => self.copied(ctx, result),
            Msg::Key(event) => return self.key(ctx, &event),
            other => return self.update_chrome(other),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.page(ctx)
    }
}

impl App {
    /// The messages that concern the page's looks and no file.
    fn update_chrome(&mut self, msg: Msg) -> bool {
        match msg {
            Msg::Theme(theme) => {
                self.settings.theme = theme;
                self.settings.store();
            }
            Msg::Language(language) => {
                self.settings.language = language;
                self.settings.store();
                self.words = Words::new(language);
            }
            Msg::Letters(on) => {
                self.settings.letter_keys = on;
                self.settings.store();
            }
            Msg::Dialog(dialog) => self.dialog = dialog,
            Msg::Narrow(step) => self.narrow = step,
            Msg::Dragging(on) => {
                let same = self.dragging == on;
                self.dragging = on;
                return !same;
            }
            Msg::Explanations(explanations) => self.explanations = Some(explanations),
            Msg::Strip(open) => self.strip_open = open,
            Msg::DismissAlert => self.alert = None,
            Msg::DismissAwaiting => {
                self.awaiting = None;
                self.write_url(Travel::Step);
            }
            Msg::NoticeOver => self.notice = None,
            _ => return false,
        }
        true
    }

    fn is_now(&self, generation: u32) -> bool {
        generation == self.client.generation()
    }

    fn news(&mut self, ctx: &Context<Self>, news: News) -> bool {
        match news {
            News::Event(Event::Ready) => return false,
            News::Event(Event::Progress { progress, rows }) => {
                let done = progress.done && !self.progress.done;
                self.progress = progress;
                self.rows = rows;
                if done {
                    // What was still open when it was listed may be complete now.
                    self.epoch += 1;
                }
                self.pursue(ctx);
                self.look_at_damage(ctx);
            }
            News::Event(Event::Summary(summary)) => {
                self.summary = Some(Rc::new(*summary));
            }
            News::Died(said) => self.worker_died(ctx, &said),
        }
        true
    }

    fn set_mode(&mut self, ctx: &Context<Self>, mode: ListMode) {
        let generation = self.client.generation();
        self.ask(ctx, protocol::Request::SetMode { mode }, move |reply| Msg::ListChanged(generation, mode, reply));
    }

    fn list_changed(&mut self, mode: ListMode, reply: Reply) -> bool {
        let Reply::Answer(Answer::Changed { rows }, _) = reply else { return false };
        self.rows = rows;
        self.mode = mode;
        self.epoch += 1;
        true
    }

    /// Asks the worker, and turns what comes of it into a message.
    fn ask(&self, ctx: &Context<Self>, request: protocol::Request, then: impl FnOnce(Reply) -> Msg + 'static) {
        let link = ctx.link().clone();
        self.client.ask(request, move |reply| link.send_message(then(reply)));
    }

    /// The node of the selection, when it is a loaded field.
    fn selected_node(&self) -> Option<&FieldNode> {
        let model = self.current_model()?;
        model.node(model.find(self.selected_path()?)?)
    }

    /// The model, when it is the selected event's.
    fn current_model(&self) -> Option<&Rc<EventModel>> {
        let selection = self.selection.as_ref()?;
        self.model.as_ref().filter(|model| model.view.address == selection.event)
    }
}
