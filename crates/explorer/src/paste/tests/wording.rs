//! Every message of the parser has its words in both languages, with arguments that are given.

use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

use super::{Argument, Message};

const SOURCES: [&str; 8] = [
    include_str!("../../paste.rs"),
    include_str!("../comments.rs"),
    include_str!("../dump.rs"),
    include_str!("../numbers.rs"),
    include_str!("../output.rs"),
    include_str!("../plain.rs"),
    include_str!("../statements.rs"),
    include_str!("../text.rs"),
];

const LOCALES: [&str; 2] = ["en", "zh-CN"];

fn used() -> BTreeSet<String> {
    let ids = SOURCES.iter().flat_map(|source| source.split("\"paste-").skip(1));
    ids.map(|rest| format!("paste-{}", rest.split('"').next().unwrap_or(""))).collect()
}

fn words(locale: &str) -> String {
    let path = format!("{}/locales/{locale}/paste.ftl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn messages_have_words_in_both_languages() {
    let used = used();
    assert!(used.len() > 40);
    for locale in LOCALES {
        let text = words(locale);
        let ids = text.lines().filter(|line| line.starts_with("paste-"));
        let ids: BTreeSet<_> = ids.filter_map(|line| line.split(" =").next().map(str::to_owned)).collect();
        assert_eq!(ids, used, "{locale}");
    }
}

/// Checks that messages that the parser gave can be said: once for each id.
pub(super) struct Speaker {
    bundles: Vec<FluentBundle<FluentResource>>,
    said: BTreeSet<String>,
}

impl Speaker {
    pub(super) fn new() -> Self {
        let bundles = LOCALES.map(|locale| {
            let resource = FluentResource::try_new(words(locale)).unwrap_or_else(|error| panic!("{error:?}"));
            let language = locale.parse().unwrap_or_else(|error| panic!("{error:?}"));
            let mut bundle = FluentBundle::new(vec![language]);
            bundle.add_resource(resource).unwrap_or_else(|error| panic!("{error:?}"));
            bundle
        });
        Self { bundles: bundles.into(), said: BTreeSet::new() }
    }

    /// Says a message in every language; any argument that is missing is a failure.
    pub(super) fn say(&mut self, message: &Message) {
        if !self.said.insert(message.id.clone()) {
            return;
        }
        let mut args = FluentArgs::new();
        for (name, value) in &message.args {
            match value {
                Argument::Text(text) => args.set(name.clone(), text.clone()),
                Argument::Number(number) => args.set(name.clone(), *number),
            }
        }
        for bundle in &self.bundles {
            let pattern = bundle.get_message(&message.id).and_then(|message| message.value());
            let pattern = pattern.unwrap_or_else(|| panic!("{} has no words", message.id));
            let mut errors = Vec::new();
            let said = bundle.format_pattern(pattern, Some(&args), &mut errors);
            assert!(errors.is_empty() && !said.is_empty(), "{}: {errors:?}", message.id);
        }
    }

    /// How many kinds of messages were said.
    pub(super) fn said(&self) -> usize {
        self.said.len()
    }
}
