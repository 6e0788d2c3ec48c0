//! What the reader chose before, kept in the browser's local storage.

use crate::localisation::Language;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The next one in the toggle's round.
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    /// Its name in the storage, in `data-theme` and at the end of message ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Colours.
    pub theme: Theme,
    /// Language of the page.
    pub language: Language,
    /// Whether single letters act inside the panes.
    pub letter_keys: bool,
}

impl Settings {
    /// Reads them; `?theme=` and `?lang=` in the address go before, and the browser's own languages fill in.
    pub fn load() -> Self {
        let theme = match query("theme").or_else(|| read("theme")).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Auto,
        };
        let language = query("lang")
            .or_else(|| read("language"))
            .or_else(|| web_sys::window().and_then(|window| window.navigator().language()))
            .map_or(Language::English, |tag| Language::from_tag(&tag));
        let letter_keys = read("letter-keys").as_deref() != Some("off");
        Self { theme, language, letter_keys }
    }

    /// Keeps them, and lets the document know its theme and language.
    pub fn store(&self) {
        write("theme", self.theme.name());
        if self.language != Language::Pseudo {
            write("language", self.language.tag());
        }
        write("letter-keys", if self.letter_keys { "on" } else { "off" });
        self.apply();
    }

    /// Sets the document's theme and language.
    pub fn apply(&self) {
        if let Some(root) = gloo_utils::document().document_element() {
            // An attribute that the browser refuses changes nothing that matters.
            let _ = root.set_attribute("data-theme", self.theme.name());
            let _ = root.set_attribute("lang", crate::localisation::text_language(self.language));
        }
    }
}

/// Filters applied before, the last one first; one a line.
pub fn recent_filters() -> Vec<String> {
    read("filters").map(|lines| lines.lines().map(str::to_owned).collect()).unwrap_or_default()
}

/// Keeps them.
pub fn keep_recent_filters(filters: &[String]) {
    write("filters", &filters.join("\n"));
}

/// The value of a part of the address's query; empty for one that is only named.
pub fn query(key: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (name == key).then(|| value.to_owned())
    })
}

fn storage() -> Option<web_sys::Storage> {
    // Blocked by some privacy settings; the page then starts afresh each time.
    web_sys::window()?.local_storage().ok().flatten()
}

/// What is kept under a key.
pub fn read(key: &str) -> Option<String> {
    storage()?.get_item(&format!("binlogscope.{key}")).ok().flatten()
}

/// Keeps a value; an empty one is kept by not being there.
pub fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let key = format!("binlogscope.{key}");
        // A full storage keeps what it has.
        let _ = if value.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, value) };
    }
}
