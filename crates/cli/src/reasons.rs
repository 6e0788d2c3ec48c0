//! Why a replica is not connected: as messages with their words, and as the bridge's protocol has it.

use binlog_explorer::messages::english;
use binlog_explorer::view::{Argument, Message};
use binlog_replica::Error;
use binlogscope_bridge::control::Reason;

/// What happened, and what to do about it.
pub fn messages(error: &Error) -> Vec<Message> {
    let message = |reason: binlog_replica::Reason| {
        reason.args.into_iter().fold(Message::new(reason.code.id()), |message, (name, value)| message.text(name, value))
    };
    error.reasons().into_iter().map(message).collect()
}

/// In English, one sentence behind the other.
pub fn words(messages: &[Message]) -> String {
    messages.iter().map(english).collect::<Vec<_>>().join(" ")
}

/// In English.
pub fn in_words(error: &Error) -> String {
    words(&messages(error))
}

/// As pages are told.
pub fn to_pages(messages: Vec<Message>) -> Vec<Reason> {
    let text = |argument| match argument {
        Argument::Text(text) => text,
        Argument::Number(number) => number.to_string(),
    };
    let reason = |message: Message| Reason {
        id: message.id,
        args: message.args.into_iter().map(|(name, value)| (name, text(value))).collect(),
    };
    messages.into_iter().map(reason).collect()
}
