//! Messages between the page and its worker.
//!
//! The page sends [`Request`]s, each with an id and the generation of the file it speaks of;
//! the worker answers each with one [`Response`] of the same id, and sends [`Event`]s (ids 0)
//! unasked. Objects cross by serde-wasm-bindgen with 64-bit integers as BigInt. Bytes and
//! `File` objects do not cross inside them: the posted message is `{ body, file?, bytes? }`,
//! where `body` is the serialised envelope, `file` a `File` of [`Request::OpenFile`] or [`Request::AddKeys`], `bytes` a
//! transferred `Uint8Array` of [`Request::OpenBytes`] or of [`Answer::Bytes`].

use binlog_explorer::view::{
    Address, EventView, FieldNode, FileSummary, ListMode, ListRow, Message, Progress, SpaceView,
};
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
    /// Open the bytes posted beside this under this name.
    OpenBytes {
        /// Shown as the file's name.
        name: String,
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
    /// The event or span that starts here, with its fields.
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
    /// The neighbour of an event.
    Step {
        /// Start of an event.
        from: Address,
        /// Which neighbour.
        by: Step,
    },
    /// The spaces that enclose and are opened by the event at this address; the source first.
    Spaces {
        /// Start of an event.
        address: Address,
    },
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
    /// To `Cancel`, `SetMode`, `Expand` and `ExpandAll`: the list's length now.
    Changed {
        /// Rows in the list.
        rows: u64,
    },
    /// To `Rows`.
    Rows {
        /// The rows, in order.
        rows: Vec<ListRow>,
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
    /// To `Event`.
    Event(Box<EventView>),
    /// To `Children`: the nodes under the path, in pre-order, depths absolute; without the node itself.
    Children(Vec<FieldNode>),
    /// To `Bytes`; the bytes are beside it.
    Bytes {
        /// Where they start.
        start: u64,
        /// Length of the whole space.
        space_size: u64,
    },
    /// To `Locate` and `Step`.
    Address(Option<Address>),
    /// To `Spaces`.
    Spaces(Vec<SpaceView>),
}

/// What the worker says unasked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
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
}
