//! The page as a whole: what is open, what is selected, and who is told.

mod address_bar;
mod addresses;
mod calls;
mod conversations;
mod copying;
mod damage;
mod embed;
mod files;
mod filtering;
mod header;
mod keys;
pub(crate) mod later;
mod list_mode;
mod live;
mod notes;
mod notices;
mod opening;
mod passes;
mod received;
mod share;
mod sought;
mod tabs;
mod travel;
mod unlocking;
mod view;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use binlog_explorer::capture::ConversationView;
use binlog_explorer::view::{Address, FileSummary, ListMode, Progress, SpaceView};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use self::calls::Calls;
pub use self::opening::{Remote, Source};
use crate::client::{Client, News, Reply};
use crate::dialogs::Open;
use crate::event_bytes::EventBytes;
use crate::event_model::EventModel;
use crate::explanations::Explanations;
use crate::hover::Hover;
use crate::localisation::{Language, Words};
use crate::location::Place;
use crate::notes::Notes;
use crate::panes::bytes::Pick;
use crate::protocol::{self, Event};
use crate::samples::Sample;
use crate::selection::{Selection, Travel};
use crate::served::{self, ServedFile};
use crate::settings::{Settings, Theme};
use crate::visible_part::VisiblePart;

/// Everything that happens.
#[derive(Debug)]
pub enum Msg {
    /// The worker says something unasked.
    News(News),
    /// The lists of what can be opened came: files that `serve` offers, and samples.
    Offers(Vec<ServedFile>, Vec<Sample>),
    /// An offered file is wanted, by number.
    OpenServed(usize),
    /// What lies at an address is wanted.
    OpenUrl(String),
    /// A sample is wanted, by number.
    OpenSample(usize),
    /// The bytes of a sample came, or not; which wish it was.
    SampleBytes(u32, Sample, Option<Place>, Result<js_sys::Uint8Array, String>),
    /// Files were dropped or chosen.
    OpenFiles(Vec<web_sys::File>),
    /// One of several files is wanted, by number.
    OpenOf(usize),
    /// A key file was chosen.
    KeyFile(web_sys::File),
    /// What the worker makes of a file that is a key file, or perhaps is one.
    Keys(web_sys::File, bool, Reply),
    /// The password of an encrypted key file was given, or is not to be.
    Password(bool),
    /// Text was pasted: bytes, or what speaks of a place in a file.
    Pasted(String),
    /// What a pasted text speaks of was looked for.
    Found(u32, Rc<str>, Reply),
    /// What was read out of a pasted text was seen.
    DismissSought,
    /// The answer to opening; generation first, as in all answers below.
    Opened(u32, Reply),
    /// Stop the first pass.
    Cancel,
    /// Something about a live server.
    Live(live::LiveMsg),
    /// Something about the passes over the file.
    Pass(passes::PassMsg),
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
    /// Goes to an offset of the file.
    GoToOffset(u64),
    /// Applies a filter.
    ApplyFilter(String),
    /// Opens a log of a conversation.
    OpenLog(String, u32),
    /// Opens a tab.
    Tab(tabs::Tab),
    /// Goes to a neighbour.
    Step(protocol::Step),
    /// The event came.
    Loaded(u32, Address, Reply),
    /// Children of a path came.
    Children(u32, Address, String, Reply),
    /// The event's bytes came.
    EventBytes(u32, Address, String, Reply),
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
    Copy(copying::CopyMsg),
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
    /// Something about the filter.
    Filter(u32, filtering::FilterMsg),
    /// The wanted file will not come.
    DismissAwaiting,
    /// That another file than the link's is open was read; or its place is wanted all the same.
    OtherFile(bool),
    /// About notes.
    Note(notes::NoteMsg),
    /// About sharing.
    Share(share::ShareMsg),
    /// What is wanted later may come now.
    PrefetchLater,
    /// What is wanted later came, or not.
    Later(later::Came),
    /// The page around this one says something.
    Host(embed::FromHost),
    /// Nothing more to say in the status bar.
    NoticeOver,
}

/// Where a look-up wants to go.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// The first event.
    First,
    /// The last event, once the file is walked.
    Last,
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
    visible: VisiblePart,
    goto_box: NodeRef,
    file_input: NodeRef,
    key_input: NodeRef,
    password_input: NodeRef,

    samples: Rc<Vec<Sample>>,
    served: Rc<Vec<ServedFile>>,
    source: Option<Source>,
    files: files::Files,
    opening: Option<(Source, Option<Place>, Travel)>,
    /// A file was handed in, which may be keys or a log.
    offered: bool,
    /// Counts what was to be opened, from the time that it is asked for.
    wishes: u32,
    known: HashMap<String, Source>,
    file_key: Option<String>,
    /// The place of a link whose file must be asked for.
    awaiting: Option<Place>,
    /// The place of a link whose file is another one than the reader opened.
    differs: Option<Place>,
    /// A place that a pasted text spoke of.
    sought: Option<sought::Sought>,
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
    passes: passes::Passes,
    conversations: Rc<Vec<ConversationView>>,
    live: live::LiveState,
    damage: damage::Damage,
    filtering: filtering::Filtering,

    rows: u64,
    mode: ListMode,
    /// The list that was asked for, in which generation.
    mode_asked: (u32, ListMode),
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
    /// What came of the last step, until it is shown.
    stepped_to: Option<(Address, Reply)>,
    /// From where a step is on its way.
    stepping: Option<Address>,
    /// Steps that were asked for meanwhile.
    pressed: VecDeque<Msg>,
    children_busy: bool,
    bytes_busy: bool,
    goto_problem: Option<String>,

    url: address_bar::Url,
    later: later::Later,
    share: share::Share,
    notes: Rc<Notes>,
    /// What came along with the bundle that is being opened.
    came: Option<protocol::Came>,
    /// The same of the one that is open; nothing where a file is.
    part: protocol::Came,
    /// Branches that are to be open in an event once it is here.
    opens: Option<(Address, Vec<String>)>,
    embed: Option<embed::Embed>,
    dialog: Option<Open>,
    tab: tabs::Tab,
    narrow: NarrowStep,
    dragging: bool,
    explanations: Option<Rc<Explanations>>,
    explanations_asked: bool,
    strip_open: bool,
    alert: Option<String>,
    notice: Option<String>,
    /// Where the menu of forms opens, in the window.
    copy_at: (i32, i32),
    notice_timer: Option<Timeout>,
    _history: [EventListener; 2],
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
        ctx.link().send_future(async { Msg::Live(live::LiveMsg::Offers(served::upstreams().await)) });
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
            visible: VisiblePart::default(),
            goto_box: NodeRef::default(),
            file_input: NodeRef::default(),
            key_input: NodeRef::default(),
            password_input: NodeRef::default(),
            samples: Rc::default(),
            served: Rc::default(),
            source: None,
            files: files::Files::default(),
            opening: None,
            offered: false,
            known: HashMap::new(),
            file_key: None,
            awaiting: Self::asked_place(),
            differs: None,
            sought: None,
            sealed_place: None,
            salted: None,
            started: false,
            summary: None,
            progress: Progress::default(),
            opened_at: 0.0,
            wishes: 0,
            deaths: Vec::new(),
            cancelled: false,
            passes: passes::Passes::default(),
            conversations: Rc::default(),
            live: live::LiveState::default(),
            damage: damage::Damage::default(),
            filtering: filtering::Filtering::default(),
            rows: 0,
            mode: ListMode::default(),
            mode_asked: Default::default(),
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
            stepped_to: None,
            stepping: None,
            pressed: VecDeque::new(),
            children_busy: false,
            bytes_busy: false,
            goto_problem: None,
            url: address_bar::Url::default(),
            later: later::Later::default(),
            share: share::Share::default(),
            notes: Rc::default(),
            came: None,
            part: Default::default(),
            opens: None,
            embed: embed::Embed::begin(ctx.link()),
            dialog: None,
            tab: tabs::Tab::named(Self::asked_place().and_then(|place| place.tab).as_deref()),
            narrow: NarrowStep::default(),
            dragging: false,
            explanations: None,
            explanations_asked: false,
            strip_open: false,
            alert: None,
            notice: None,
            copy_at: (0, 0),
            notice_timer: None,
            _history: [listen("popstate"), listen("hashchange")],
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::News(news) => return self.news(ctx, news),
            Msg::Offers(served, samples) => self.start(ctx, served, samples),
            Msg::OpenServed(number) => self.open_served(ctx, number),
            Msg::OpenUrl(url) => self.open_url(ctx, &url),
            Msg::OpenSample(number) => self.open_sample(ctx, number, None),
            Msg::SampleBytes(wish, sample, place, bytes) => self.sample_came(ctx, wish, sample, place, bytes),
            Msg::OpenFiles(files) => self.files_came(ctx, files),
            Msg::OpenOf(number) => self.open_of(ctx, number, false),
            Msg::KeyFile(file) => self.offer_keys(ctx, file, false),
            Msg::Keys(file, perhaps, reply) => self.keys_came(ctx, file, perhaps, reply),
            Msg::Password(given) => self.password_given(ctx, given),
            Msg::Pasted(text) => self.pasted(ctx, text.into()),
            Msg::Found(generation, text, reply) => return self.found(ctx, generation, text, reply),
            Msg::Opened(generation, reply) => return self.opened(ctx, generation, reply),
            Msg::Cancel => self.cancel(ctx),
            Msg::Pass(message) => return self.pass(ctx, message),
            Msg::Live(message) => return self.live_changed(ctx, message),
            Msg::History => return self.history_changed(ctx),
            Msg::Located(generation, goal, reply) => {
                return self.is_now(generation) && self.located(ctx, goal, reply);
            }
            Msg::Select(selection, travel) => self.select(ctx, selection, travel),
            Msg::SelectField(path) => self.select_field(ctx, path),
            Msg::PickByte(offset, pick) => self.pick_byte(ctx, offset, pick),
            Msg::GoTo(text, here) => self.go_to(ctx, &text, here),
            Msg::GoToOffset(offset) => self.go_to_offset(ctx, offset),
            Msg::ApplyFilter(filter) => self.apply_filter(ctx, Some(filter), Travel::Jump),
            Msg::OpenLog(space, log) => self.open_log(ctx, space, log),
            Msg::Tab(tab) => self.open_tab(tab),
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
            Msg::Copy(message) => return self.copying(ctx, message),
            Msg::Damage(generation, message) => {
                return self.is_now(generation) && self.damage_changed(ctx, message);
            }
            Msg::Filter(generation, message) => {
                return self.is_now(generation) && self.filter_changed(ctx, message);
            }
            Msg::Note(message) => self.note_changed(ctx, message),
            Msg::Share(message) => return self.share_changed(ctx, message),
            Msg::PrefetchLater => self.fetch_later(ctx),
            Msg::Later(came) => self.later_came(ctx, came),
            Msg::Host(message) => self.host_says(ctx, message),
            Msg::OtherFile(go) => self.other_file(ctx, go),
            Msg::Dialog(dialog) => self.open_dialog(ctx, dialog),
            Msg::Key(event) => return self.key(ctx, &event),
            other => return self.update_chrome(ctx, other),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.page(ctx)
    }
}

impl App {
    /// The messages that concern the page's looks and no file.
    fn update_chrome(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Theme(theme) => {
                self.settings.theme = theme;
                self.settings.store();
            }
            Msg::Language(language) => {
                self.settings.language = language;
                self.settings.store();
                self.words = Words::new(language);
                self.later.forget_words();
                self.fetch_reasons(ctx);
            }
            Msg::Letters(on) => {
                self.settings.letter_keys = on;
                self.settings.store();
            }
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
            Msg::DismissSought => self.sought = None,
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
                if progress.cancelled && !self.cancelled {
                    // From before it went on.
                    return false;
                }
                let done = progress.done && !self.progress.done;
                self.progress = progress;
                self.rows = rows;
                if done || self.live.is_on() {
                    // What was still open when it was listed may be complete now.
                    self.epoch += 1;
                }
                self.pursue(ctx);
                self.seek_again(ctx);
                self.look_at_damage(ctx);
            }
            News::Event(Event::Summary(summary)) => {
                self.summary = Some(Rc::new(*summary));
            }
            News::Event(Event::Came(came)) => {
                self.came = Some(*came);
                return false;
            }
            News::Event(Event::Conversations(views)) => self.conversations_came(ctx, views),
            News::Event(Event::Cut(at)) => self.live_cut(ctx, at),
            News::Event(Event::Live(view)) => return self.live_changed(ctx, live::LiveMsg::Moved(view)),
            News::Event(Event::Gathered(gathered)) => return self.gathered(gathered),
            News::Event(Event::Sorted(view)) => {
                let list = view.list;
                return self.filter_changed(ctx, filtering::FilterMsg::Sorted(Some(*view), list));
            }
            News::Event(Event::Search(view)) => {
                return self.filter_changed(ctx, filtering::FilterMsg::Moved(*view));
            }
            News::Died(said) => self.worker_died(ctx, &said),
        }
        true
    }

    /// Asks the worker, and turns what comes of it into a message.
    fn ask(&self, ctx: &Context<Self>, request: protocol::Request, then: impl FnOnce(Reply) -> Msg + 'static) {
        let link = ctx.link().clone();
        self.client.ask(request, move |reply| link.send_message(then(reply)));
    }

    /// The model, when it is the selected event's.
    fn current_model(&self) -> Option<&Rc<EventModel>> {
        let selection = self.selection.as_ref()?;
        self.model.as_ref().filter(|model| model.view.address == selection.event)
    }
}
