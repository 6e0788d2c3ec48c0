//! Text messages: JSON. A message without contents is a string (`"pause"`), any other an object with one member that
//! names it (`{"ack": 4711}`). Numbers stay below 2^53, so that every JSON reader has them exactly.

use serde::{Deserialize, Serialize};

/// The version of the protocol; the bridge says it first.
pub const VERSION: u32 = 1;

/// What the page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToBridge {
    /// Stream this upstream to me. Said once, first.
    Attach(Attach),
    /// I have taken everything before this position: as much as the window may follow.
    Ack(u64),
    /// Send nothing more for now.
    Pause,
    /// Go on.
    Continue,
    /// I am done; unless other pages look at the upstream, its stream is ended.
    Stop,
}

/// What to stream, and from where on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attach {
    /// The upstream's name.
    pub upstream: String,
    /// Where a stream that does not run yet begins.
    pub start: From,
    /// Go on with what was there before.
    pub resume: Option<Resume>,
}

/// Where a stream begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    /// With the oldest log that the server has.
    Oldest,
    /// With what is written from now on.
    Now,
    /// At a place of a log.
    Position {
        /// Its name.
        file: String,
        /// Where an event begins; 4 is the first.
        position: u64,
    },
    /// With what a GTID set lacks (MySQL), or what follows a GTID position (MariaDB).
    Gtids(String),
}

/// A stream that was looked at before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// Which.
    pub stream: String,
    /// Everything before this was taken.
    pub position: u64,
}

/// What the bridge says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromBridge {
    /// At once.
    Hello {
        /// Of the protocol.
        version: u32,
        /// What can be streamed.
        upstreams: Vec<Upstream>,
    },
    /// To `attach`: packets follow.
    Attached(Attached),
    /// To `attach`: it cannot be. The connection is closed.
    Refused {
        /// Why.
        why: Refusal,
    },
    /// How the stream is; whenever that changes, and now and then.
    Status(Box<Status>),
    /// What follows the last position is gone: the page was too slow for the spool. It goes on at this position, where
    /// a prelude is sent; what lies between is missing.
    Behind {
        /// The position of the next record.
        position: u64,
    },
}

/// A server that can be streamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    /// By which it is attached to.
    pub name: String,
    /// `user@host:port`.
    pub address: String,
}

/// A stream is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// By which it is resumed.
    pub stream: String,
    /// Of the next record.
    pub position: u64,
    /// Where the stream began.
    pub start: From,
    /// It ran already: what this page sees begins at `position`, and not where it asked for.
    pub joined: bool,
}

/// Why there is nothing to attach to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is no upstream of this name.
    Upstream,
    /// Other pages look at it, from another start on.
    Elsewhere,
    /// The stream that was to be resumed is not there any more.
    Gone,
    /// So many pages look at streams that there is no room for another one.
    Full,
    /// This was no message of the protocol.
    Protocol,
}

/// How far a stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It connects, logs in and asks for the stream.
    #[default]
    Connecting,
    /// Events come.
    Live,
    /// The connection was lost; it is tried again.
    Retrying,
    /// The spool is full and no page has taken what is in it: the server was left, and is connected to again.
    Waiting,
    /// The server has nothing more, and it was not to be waited for.
    Ended,
    /// It cannot go on.
    Failed,
}

/// A sentence by its id (docs/bridge-protocol.md), and what is named in it. What the server and the system said stands
/// there as they said it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which sentence.
    pub id: String,
    /// Arguments: name and text.
    #[serde(default)]
    pub args: Vec<(String, String)>,
}

/// How a stream is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// In one word.
    pub state: State,
    /// Why, where it does not go on; and what to do about it. In English.
    pub why: Option<String>,
    /// The same, sentence by sentence, for who has the words in other languages.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Milliseconds until the next try.
    pub retry_in: Option<u64>,
    /// The log that the stream is in; empty before it is known.
    pub file: String,
    /// Behind the last event of it.
    pub position: u64,
    /// Events so far.
    pub events: u64,
    /// And their bytes.
    pub bytes: u64,
    /// What the last event's header says when it happened, in seconds since 1970.
    pub event_time: u64,
    /// How long after that it came here, in milliseconds; below zero where the clocks differ.
    pub lag: i64,
    /// The GTIDs that came, as a set (MySQL) or the last of each domain (MariaDB).
    pub gtids: String,
    /// Behind the last record of the spool.
    pub end: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The forms that docs/bridge-protocol.md shows.
    #[test]
    fn messages_are_written_as_they_are_documented() {
        let document = include_str!("../../../docs/bridge-protocol.md");
        let lines = document.split("```json\n").skip(1).filter_map(|part| part.split("```").next());
        let mut seen = 0;
        for line in lines.flat_map(str::lines) {
            let value: serde_json::Value = serde_json::from_str(line).expect(line);
            let again = match serde_json::from_str::<ToBridge>(line) {
                Ok(message) => serde_json::to_value(message),
                Err(_) => serde_json::to_value(serde_json::from_str::<FromBridge>(line).expect(line)),
            };
            assert_eq!(again.expect("JSON"), value, "{line}");
            seen += 1;
        }
        assert!(seen >= 12, "{seen} messages are shown");
    }
}
