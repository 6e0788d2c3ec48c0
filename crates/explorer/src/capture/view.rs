//! What a screen shows of a capture as a whole.

use mysql_protocol::conversation::Compression;
use serde::{Deserialize, Serialize};

use super::Found;
use crate::conversation::Ladder;
use crate::source::Source;
use crate::view::Message;

/// A conversation in the list of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConversationView {
    /// Name of the space of its packets.
    pub space: String,
    /// Address and port; empty if it has none.
    pub client: String,
    /// The same of the server.
    pub server: String,
    /// The server's version, as it greets.
    pub version: String,
    /// How many packets are listed.
    pub packets: u64,
    /// How many rows they and the headings above them are.
    pub rows: u64,
    /// How many do not say what was meant.
    pub marked: u64,
    /// The logs in its dumps.
    pub logs: Vec<LogView>,
    /// What is worth saying of it.
    pub notes: Vec<Message>,
}

/// A log in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogView {
    /// As the server calls it; empty if that is not known.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Events.
    pub events: u64,
}

impl ConversationView {
    /// Of packets that come from elsewhere than from a capture.
    pub fn of(ladder: &Ladder) -> Self {
        let mut notes = Vec::new();
        if ladder.unlisted() > 0 {
            notes.push(
                Message::new("capture-unlisted").number("count", ladder.unlisted()).number("listed", ladder.packets()),
            );
        }
        Self {
            space: ladder.space().into(),
            version: ladder.version().into(),
            packets: ladder.packets(),
            rows: ladder.rows(),
            marked: ladder.marked(),
            notes,
            ..Self::default()
        }
    }
}

impl Found {
    /// What a screen shows of it.
    pub fn view(&self) -> ConversationView {
        let mut view = ConversationView::of(&self.ladder);
        view.client = self.client.to_string();
        view.server = self.server.to_string();
        let log = |log: &std::rc::Rc<super::Log>| LogView {
            name: log.name().into(),
            size: log.length(),
            events: log.events(),
        };
        view.logs = self.logs.iter().map(log).collect();
        let compression = match self.ladder.now().compression() {
            Some(Compression::Zlib) => Some("zlib"),
            Some(Compression::Zstd { .. }) => Some("zstd"),
            None => None,
        };
        let notes = [
            (self.ladder.now().tls()).then(|| Message::new("capture-tls").number("bytes", self.tls_bytes)),
            self.late.then(|| Message::new("capture-late")),
            compression.map(|method| Message::new("capture-compressed").text("method", method)),
            (self.lost > 0).then(|| Message::new("capture-lost").number("bytes", self.lost)),
            (self.repeated > 0).then(|| Message::new("capture-repeated").number("count", self.repeated)),
            (self.reordered > 0).then(|| Message::new("capture-reordered").number("count", self.reordered)),
            self.unreadable.clone(),
        ];
        view.notes.splice(0..0, notes.into_iter().flatten());
        view
    }
}
