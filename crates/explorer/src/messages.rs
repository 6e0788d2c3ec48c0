//! Diagnostics as sentences: ids and arguments here, words in the locale files.

use binlog_format::container::Container;
use binlog_format::{DecodeError, ErrorCode};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

use crate::view::{Argument, Message};

impl Message {
    /// A sentence without arguments.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), args: Vec::new() }
    }

    /// With a number.
    pub fn number(mut self, name: &str, number: u64) -> Self {
        self.args.push((name.into(), Argument::Number(number)));
        self
    }

    /// With text.
    pub fn text(mut self, name: &str, text: impl Into<String>) -> Self {
        self.args.push((name.into(), Argument::Text(text.into())));
        self
    }
}

/// The key of a decode error's words.
pub fn error_id(code: ErrorCode) -> String {
    format!("error-{}", code.id().replace('_', "-"))
}

/// A decode error as a sentence; `base` is where its offsets count from.
pub fn of_error(error: &DecodeError, base: u64) -> Message {
    Message::new(error_id(error.code))
        .number("at", base + u64::from(error.at))
        .text("field", error.field.entry().id)
        .number("expected", error.expected)
        .number("found", error.found)
        .text("liar", error.liar.map_or("", |liar| liar.entry().id))
}

/// Why a file cannot be opened as a binary log; `None` if it can.
pub fn of_container(container: Container) -> Option<Message> {
    match container {
        Container::Binlog | Container::MysqlEncrypted | Container::MariadbInnodb => None,
        Container::Empty => Some(Message::new("foreign-empty")),
        Container::CutMagic => Some(Message::new("foreign-cut-magic")),
        Container::Foreign(kind) => Some(Message::new(format!("foreign-{kind}"))),
    }
}

/// The words of diagnostics in a language; English for languages that are not there.
pub fn resource(language: &str) -> &'static str {
    macro_rules! files {
        ($language:literal) => {
            concat!(
                include_str!(concat!("../locales/", $language, "/conversation.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/copy.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/diagnostics.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/encryption.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/filter.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/masking.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/paste.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/share.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/sources.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/statistics.ftl")),
                "\n",
                include_str!(concat!("../locales/", $language, "/verify.ftl"))
            )
        };
    }
    match language {
        "zh-CN" => files!("zh-CN"),
        _ => files!("en"),
    }
}

/// The words for why a replica is not connected. Few readers of the page ever see any: it fetches them as a file.
pub fn replica(language: &str) -> &'static str {
    match language {
        "zh-CN" => include_str!("../locales/zh-CN/replica.ftl"),
        _ => include_str!("../locales/en/replica.ftl"),
    }
}

thread_local! {
    /// The English words, read once: a damaged file has a message for each of thousands of spans.
    static ENGLISH: FluentBundle<FluentResource> = {
        // No replica runs in a browser.
        let replica = if cfg!(target_family = "wasm") { "" } else { replica("en") };
        let resource = match FluentResource::try_new([resource("en"), replica].join("\n")) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new(vec!["en".parse::<unic_langid::LanguageIdentifier>().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        bundle
    };
}

/// A message in English; its id where the words are missing.
pub fn english(message: &Message) -> String {
    let mut arguments = FluentArgs::new();
    for (name, argument) in &message.args {
        match argument {
            Argument::Text(text) => arguments.set(name.clone(), text.clone()),
            // A number has a plural form. Doubles are exact up to 2^53; beyond, the digits matter more.
            Argument::Number(number) if *number <= 1 << 53 => arguments.set(name.clone(), *number as f64),
            Argument::Number(number) => arguments.set(name.clone(), number.to_string()),
        }
    }
    ENGLISH.with(|bundle| {
        let Some(pattern) = bundle.get_message(&message.id).and_then(|message| message.value()) else {
            return message.id.clone();
        };
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    })
}
