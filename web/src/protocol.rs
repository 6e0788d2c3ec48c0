//! Messages between the page and its worker.
//!
//! The page sends [`Request`]s, each with an id and the generation of the file it speaks of;
//! the worker answers each with one [`Response`] of the same id, and sends [`Event`]s (ids 0)
//! unasked. Objects cross by serde-wasm-bindgen with 64-bit integers as BigInt. Bytes and
//! `File` objects do not cross inside them: the posted message is `{ body, file?, bytes? }`,
//! where `body` is the serialised envelope, `file` a `File` of [`Request::OpenFile`] or [`Request::AddKeys`], `bytes` a
//! transferred `Uint8Array` of [`Request::OpenBytes`] or of [`Answer::Bytes`].

mod search;
mod share;

pub use self::search::*;
pub use self::share::*;
use crate::packed::Packed;
use binlog_explorer::capture::ConversationView;
use binlog_explorer::choice::Choice;
use binlog_explorer::conversation::LadderRow;
use binlog_explorer::copy::{Form, Part};
use binlog_explorer::document::Finding;
use binlog_explorer::statistics::StatisticsView;
use binlog_explorer::view::{
    Address, EventView, FieldNode, FileSummary, ListMode, ListRow, Message, Progress, SearchView, SortView, SpaceView,
};
pub use binlogscope_bridge::control::{From as Start, State, Status};
use serde::{Deserialize, Serialize};

/// What the page posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestEnvelope {
    /// Chosen by the page, from 1, never reused.
    pub id: u32,
    /// Counts opened files; the worker drops requests of an older generation.
    pub generation: u32,
    /// What is asked.
    pub request: Request,
}

/// What the worker posts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResponseEnvelope {
    /// The request's id; 0 for what nobody asked for.
    pub id: u32,
    /// The generation of the request, or the worker's current one.
    pub generation: u32,
    /// The answer.
    pub response: Response,
}

/// A password on its way to the worker. The page keeps no copy, and `Debug` shows nothing of it; what the browser
/// keeps of a posted message is not ours to overwrite.
#[derive(Clone, Serialize, Deserialize)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// What the page can ask.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Open the `File` posted beside this; starts the first pass.
    OpenFile,
    /// Open what lies at an http or https address.
    OpenUrl {
        /// The address, relative to the page or whole.
        url: String,
        /// Shown as the file's name; without it the last part of the address is.
        name: Option<String>,
    },
    /// Look at a live server through the bridge.
    OpenLive(OpenLive),
    /// Nothing more is to be recorded.
    StopLive,
    /// What was recorded, as a file.
    Recording,
    /// Open the bytes posted beside this under this name.
    OpenBytes {
        /// Shown as the file's name.
        name: String,
    },
    /// Open what a link carries.
    OpenShared {
        /// What stands behind `s=`.
        text: String,
    },
    /// Open pasted text: BINLOG statements, hexdumps, base64, byte lists.
    OpenPaste {
        /// The text as pasted.
        text: String,
    },
    /// Keep the keys of the key file posted beside this, as long as the worker lives.
    AddKeys {
        /// The reader may have meant another file: answer `NoKeyFile` for what is none.
        perhaps: bool,
        /// Of a key file that is itself encrypted.
        password: Option<Password>,
    },
    /// Stop the first pass; what was found stays.
    Cancel,
    /// Hold the first pass, or let it go on.
    Pause(bool),
    /// Go on with the first pass where it was stopped.
    GoOn,
    /// What the second pass has gathered so far.
    Statistics,
    /// How much is kept of the indexes of files seen before.
    Kept {
        /// Forget it first.
        clear: bool,
    },
    /// Rows `from .. from + count` of the list.
    Rows {
        /// First row number.
        from: u64,
        /// How many at most.
        count: u32,
    },
    /// Change the list; keeps what was opened.
    SetMode {
        /// The new list.
        mode: ListMode,
    },
    /// Open or close the row at this address (a transaction in the grouped list, or a payload event).
    Expand {
        /// The row's address.
        address: Address,
        /// Whether the row is a transaction's (and not its first event's).
        transaction: bool,
        /// Open or close.
        expanded: bool,
    },
    /// Open or close all transactions.
    ExpandAll {
        /// Open or close.
        expanded: bool,
    },
    /// Row number of the event or span at this address; opens what hides it.
    Reveal {
        /// Start of an event.
        address: Address,
    },
    /// The event or span that starts here, with its fields and what else shows of it.
    Event {
        /// Start of an event.
        address: Address,
    },
    /// The subtree under a collapsed node.
    Children {
        /// Start of the event.
        address: Address,
        /// Path of the node: `rows[0].after`.
        path: String,
    },
    /// Bytes of a space, at most 64 KiB; fewer come back at its end.
    Bytes {
        /// The space.
        space: String,
        /// First byte.
        start: u64,
        /// How many.
        length: u32,
    },
    /// Start of the event or span that covers this byte.
    Locate {
        /// The byte.
        address: Address,
    },
    /// The neighbour of an event; answered as it would be itself.
    Step {
        /// Start of an event.
        from: Address,
        /// Which neighbour.
        by: Step,
    },
    /// Columns of the overview strip.
    Strip {
        /// Offsets or seconds.
        by: StripBy,
        /// Where it begins and where it ends; nothing for what is best shown at first.
        part: Option<(u64, u64)>,
        /// At most so many columns.
        columns: u32,
    },
    /// The statistics as far as they are counted, as they are shown.
    Counted,
    /// The place in a binary log that a pasted text speaks of; asked without a file too.
    Find {
        /// As pasted.
        text: String,
    },
    /// Make a bundle of a part of the file.
    Share(Box<ShareRequest>),
    /// About filters.
    Search(SearchRequest),
    /// About packets.
    Conversation(ConversationRequest),
    /// Something is to be copied, or cut out.
    Copy(CopyRequest),
}

/// What is to be written for the clipboard or a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum CopyRequest {
    /// A part of an event, or of a packet, in some form.
    Text {
        /// Its start.
        address: Address,
        /// What of it.
        part: Part,
        /// As what.
        form: Form,
    },
    /// A log of what is chosen.
    Cut(Choice),
}

impl Request {
    /// Whether a reader waits for the answer: not what the page asks by itself while the passes go on.
    pub fn is_waited_for(&self) -> bool {
        !matches!(
            self,
            Self::Cancel
                | Self::StopLive
                | Self::Pause(_)
                | Self::GoOn
                | Self::Statistics
                | Self::Counted
                | Self::Kept { .. }
                | Self::Strip { .. }
        )
    }
}

/// What the page can ask about the packets of conversations. One packet is asked for as an event is, by its address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ConversationRequest {
    /// Rows `from .. from + count` of a conversation's list.
    Rows {
        /// The space of its packets.
        space: String,
        /// First row number.
        from: u64,
        /// How many at most.
        count: u32,
    },
    /// Row number of the packet at this address.
    Rank(Address),
    /// Open a log that a conversation carries; answered as opening is. The conversations stay.
    OpenLog {
        /// The space of its packets.
        space: String,
        /// Which of its logs, from 0.
        log: u32,
    },
}

/// Answers about packets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ConversationAnswer {
    /// To `Rows`.
    Rows {
        /// The rows, in order.
        rows: Packed<Vec<LadderRow>>,
        /// Rows in the list now.
        total: u64,
    },
    /// To `Rank`.
    Rank(Option<u64>),
}

/// What the overview strip goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StripBy {
    /// The file's bytes.
    Position,
    /// The seconds of the headers' timestamps.
    Time,
}

/// Which neighbour [`Request::Step`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The next event or span, into payloads when they are opened in the list.
    NextEvent,
    /// The previous one.
    PreviousEvent,
    /// First event of the next transaction.
    NextTransaction,
    /// First event of this transaction, or of the previous one when already there.
    PreviousTransaction,
    /// The first event of the file.
    First,
    /// The last event found so far.
    Last,
}

/// What comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Response {
    /// The answer to a request.
    Answer(Answer),
    /// The request failed; the rest works on.
    Failed(Message),
    /// Dropped: it belongs to an older generation.
    Stale,
    /// Unasked news.
    Event(Event),
}

/// Answers, by request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// To the three `Open…`: what it is as far as the first window tells. `FileSummary` comes
    /// again by [`Event::Summary`] when more is known.
    Opened(Box<FileSummary>),
    /// To `AddKeys`: the keys are kept. A file that is opened anew is decrypted with them.
    Keys {
        /// They open the file that is open.
        fit: bool,
    },
    /// To `AddKeys` that was not sure.
    NoKeyFile,
    /// To `Cancel`, `Pause`, `GoOn`, `SetMode`, `Expand` and `ExpandAll`: the list's length now.
    Changed {
        /// Rows in the list.
        rows: u64,
    },
    /// To `Rows`.
    Rows {
        /// The rows, in order.
        rows: Packed<Vec<ListRow>>,
        /// Rows in the list now.
        total: u64,
    },
    /// To `Reveal`.
    Row {
        /// Its number.
        row: u64,
        /// Rows in the list now.
        total: u64,
    },
    /// To `Event`, and to `Step` where there is a neighbour. Beside it are bytes of its space.
    Event(Packed<Box<Shown>>),
    /// To `Children`: the nodes under the path, in pre-order, depths absolute; without the node itself.
    Children(Packed<Vec<FieldNode>>),
    /// To `Bytes`; the bytes are beside it.
    Bytes {
        /// Where they start.
        start: u64,
        /// Length of the whole space.
        space_size: u64,
        /// Which of them are not there.
        holes: Vec<(u64, u64)>,
    },
    /// To `Locate`; and to `Step` where there is no neighbour, or one that cannot be read.
    Address(Option<Address>),
    /// To `Statistics`; those of the file from its beginning on, without a gap, are beside it, as postcard writes
    /// [`Statistics`](binlog_explorer::statistics::Statistics).
    Statistics(Gathered),
    /// To `Kept`: bytes.
    Kept(u64),
    /// To `Recording`: where it is to be had, and what the file is called. No address where the browser has none.
    Recording {
        /// A `blob:` address.
        url: String,
        /// Upstream and log.
        name: String,
    },
    /// To `Counted`: nothing before counting begins.
    Counted(Option<Box<StatisticsView>>),
    /// To `Strip`. Beside it are 23 64-bit floats (little-endian) for each column: events by family, their bytes,
    /// the largest transaction, damaged places, and the offset of the first event or -1. The families are those of
    /// the statistics, and last what is not counted by family yet.
    Strip {
        /// Offset, or seconds since 1970, at which the first column begins.
        start: u64,
        /// Bytes or seconds of a column.
        width: u64,
        /// What there is in all.
        whole: (u64, u64),
        /// Seconds that have nearly all, where some events are far off.
        usual: Option<(u64, u64)>,
        /// How many are far off, once they are counted.
        outside: Option<u64>,
    },
    /// To `Find`.
    Found {
        /// What the text says, by name; nothing if it says nothing of a place.
        said: Vec<(String, String)>,
        /// Where that is; `None` without a file.
        finding: Option<Finding>,
    },
    /// To `Share`; the bundle is beside it, as a file of it is.
    Shared(Box<Shared>),
    /// To `Copy`.
    Copied(String),
    /// To `Copy` of a log: where it is to be had, and what the file is called.
    Cut {
        /// A `blob:` address.
        url: String,
        /// Without its extension.
        name: String,
        /// More was chosen than it may have.
        more: bool,
    },
    /// To `Search`.
    Search(SearchAnswer),
    /// To `Conversation`.
    Conversation(ConversationAnswer),
}

/// An event or span, and what a screen shows beside its fields: all that its painting waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Its fields.
    pub view: EventView,
    /// The spaces that enclose it, and the one that it opens; the source first.
    pub spaces: Vec<SpaceView>,
    /// Offset of the first of the bytes beside this.
    pub bytes_from: u64,
}

/// How far the second pass is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gathered {
    /// Bytes of the file that were gathered.
    pub bytes: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Nothing follows.
    pub done: bool,
    /// Why it ended early.
    pub failed: Option<Message>,
    /// Workers that help with it.
    pub helpers: u32,
}

/// Which live server to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLive {
    /// The bridge's name for it.
    pub upstream: String,
    /// Where to begin.
    pub start: Start,
    /// Bytes to record at most.
    pub limit: u64,
}

/// How a live source is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveView {
    /// As the bridge says.
    pub status: Status,
    /// The bridge itself is gone, and tried again.
    pub lost: bool,
    /// In so many seconds.
    pub again: Option<u32>,
    /// The stream ran already: this begins in its middle.
    pub joined: bool,
    /// Bytes of the stream that did not come, as this page was too slow.
    pub missing: u64,
    /// Events that the server took back, as it lost them in a crash.
    pub withdrawn: u64,
    /// Bytes recorded.
    pub recorded: u64,
    /// Events in a second.
    pub rate: f64,
    /// Nothing more is recorded.
    pub over: bool,
    /// Why, unless the reader wanted it so.
    pub why: Option<Message>,
}

/// What the worker says unasked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// How a live source is.
    Live(Box<LiveView>),
    /// The second pass moved on.
    Gathered(Gathered),
    /// The worker's code runs; requests posted before this are lost.
    Ready,
    /// The first pass moved on. `rows` is the list's length now.
    Progress {
        /// How far.
        progress: Progress,
        /// Rows in the list.
        rows: u64,
    },
    /// The summary changed.
    Summary(Box<FileSummary>),
    /// The filter's search moved on.
    Search(Box<SearchView>),
    /// Sorting moved on.
    Sorted(Box<SortView>),
    /// A bundle is being opened, and this came along with it.
    Came(Box<Came>),
    /// Conversations came, or grew.
    Conversations(Vec<ConversationView>),
    /// What a live source had from this offset on was taken back, and other events may be there now.
    Cut(u64),
}
