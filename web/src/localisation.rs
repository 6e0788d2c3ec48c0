//! Words: every visible string, by Fluent id, in the reader's language.

use std::rc::Rc;

use binlog_explorer::view::{Argument, Message};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../locales/en/page.ftl");
const CHINESE: &str = include_str!("../locales/zh-CN/page.ftl");

/// The languages of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
    /// English with every message in ⟦…⟧, so that a test finds text that is not a message.
    Pseudo,
}

impl Language {
    /// The language a tag asks for; English for what is not offered.
    pub fn from_tag(tag: &str) -> Self {
        if tag == "x-pseudo" {
            Self::Pseudo
        } else if tag.to_ascii_lowercase().starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// Its tag, as `lang` attributes have it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
            Self::Pseudo => "x-pseudo",
        }
    }

    fn locale(self) -> &'static str {
        if self == Self::Chinese { "zh-CN" } else { "en" }
    }
}

/// The messages of one language, with English behind them.
pub struct Words {
    language: Language,
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Words").field(&self.language).finish()
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
    }
}

impl Words {
    /// Loads a language.
    pub fn new(language: Language) -> Rc<Self> {
        let mut bundles = Vec::new();
        if language == Language::Chinese {
            bundles.push(bundle("zh-CN", CHINESE));
        }
        bundles.push(bundle("en", ENGLISH));
        Rc::new(Self { language, bundles })
    }

    /// Of these texts alone, each with its locale; the first one that has a message says it.
    pub fn of(language: Language, texts: &[(&str, String)]) -> Rc<Self> {
        let bundles = texts.iter().map(|(locale, text)| bundle_of(locale, &[text])).collect();
        Rc::new(Self { language, bundles })
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message without arguments.
    pub fn t(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// A message with arguments.
    pub fn with<const N: usize>(&self, id: &str, args: [(&'static str, FluentValue<'_>); N]) -> String {
        let mut set = FluentArgs::with_capacity(N);
        for (name, value) in args {
            set.set(name, value);
        }
        self.format(id, Some(&set))
    }

    /// A physical type: its words are messages, its notations (`u32 LE`) are the same everywhere.
    pub fn physical(&self, physical: &str) -> String {
        let id: String = physical
            .chars()
            .filter(|c| *c != ',')
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        self.find(&format!("physical-{id}"), None).unwrap_or_else(|| physical.to_owned())
    }

    /// A sentence from the worker.
    pub fn message(&self, message: &Message) -> String {
        self.known(message).unwrap_or_else(|| message.id.clone())
    }

    /// A sentence from the worker, if its words are here.
    pub fn known(&self, message: &Message) -> Option<String> {
        let mut set = FluentArgs::with_capacity(message.args.len());
        for (name, value) in &message.args {
            match value {
                Argument::Text(text) => {
                    set.set(name.as_str(), crate::visible_text::visible(text).into_owned());
                }
                // A double holds integers exactly up to 2^53; beyond, the digits matter more
                // than the plural form.
                Argument::Number(number) if *number <= 1 << 53 => {
                    set.set(name.as_str(), *number as f64);
                }
                Argument::Number(number) => set.set(name.as_str(), number.to_string()),
            }
        }
        self.find(&message.id, Some(&set))
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        self.find(id, args).unwrap_or_else(|| id.to_owned())
    }

    fn find(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let found = self.bundles.iter().find_map(|bundle| {
            let pattern = bundle.get_message(id)?.value()?;
            let mut errors = Vec::new();
            Some(bundle.format_pattern(pattern, args, &mut errors).into_owned())
        });
        found.map(|text| self.mark(text))
    }

    /// Marks a text that came from some Fluent file, when the language is the pseudo one.
    pub fn mark(&self, text: String) -> String {
        if self.language == Language::Pseudo { format!("⟦{text}⟧") } else { text }
    }
}

/// A bundle of the page's own messages and the diagnostics' of one locale.
fn bundle(locale: &str, page: &str) -> FluentBundle<FluentResource> {
    bundle_of(locale, &[page, binlog_explorer::messages::resource(locale)])
}

fn bundle_of(locale: &str, sources: &[&str]) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = locale.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new(vec![language]);
    // Isolation marks would come along when people copy.
    bundle.set_use_isolating(false);
    for source in sources {
        // A broken message costs itself, not the rest; a test refuses broken ones.
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The tag of the locale whose texts a language shows.
pub fn text_language(language: Language) -> &'static str {
    language.locale()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn ids(source: &str) -> BTreeSet<&str> {
        source
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(id, _)| id))
            .collect()
    }

    const LATER: [&str; 2] = [include_str!("../later/en.ftl"), include_str!("../later/zh-CN.ftl")];

    #[test]
    fn both_languages_have_the_same_messages() {
        assert!(ids(ENGLISH).len() > 50);
        assert_eq!(ids(ENGLISH), ids(CHINESE));
        assert!(ids(LATER[0]).len() > 10);
        assert_eq!(ids(LATER[0]), ids(LATER[1]));
    }

    #[test]
    fn no_message_of_the_page_has_the_name_of_one_of_the_library() {
        let library = binlog_explorer::messages::resource("en");
        assert!(ids(library).len() > 50);
        let both: Vec<_> = ids(ENGLISH).intersection(&ids(library)).copied().collect();
        assert!(both.is_empty(), "the page would show the library's: {both:?}");
        let replica = ids(binlog_explorer::messages::replica("en"));
        let both: Vec<_> = ids(LATER[0]).intersection(&replica).copied().collect();
        assert!(both.is_empty(), "the page would show the replica's: {both:?}");
    }

    #[test]
    fn every_message_parses() {
        for source in [ENGLISH, CHINESE, LATER[0], LATER[1]] {
            if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                panic!("{errors:?}");
            }
        }
    }

    #[test]
    fn the_pseudo_language_marks_messages() {
        let words = Words::new(Language::Pseudo);
        assert_eq!(words.t("open-file"), "⟦Open file⟧");
        assert_eq!(words.physical("bitmap, LSB first"), "⟦bitmap, LSB first⟧");
        assert_eq!(words.physical("u32 LE"), "u32 LE");
    }
}
