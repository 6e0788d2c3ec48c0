//! The samples that come with the page.

use serde::Deserialize;

use crate::{client, fetching, localisation::Language};

/// One sample, as `samples/index.json` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sample {
    /// File name inside `samples/`; also its name in the URL.
    pub file: String,
    /// What it shows, in English.
    pub title_en: String,
    /// What it shows, in Chinese.
    pub title_zh: String,
    /// The server that wrote it.
    pub server: String,
    /// More about it, in English.
    #[serde(default)]
    pub about_en: String,
    /// More about it, in Chinese.
    #[serde(default)]
    pub about_zh: String,
    /// Where it opens, when its first event is not the best start.
    #[serde(default)]
    pub at: Option<String>,
    /// The field it opens with.
    #[serde(default)]
    pub field: Option<String>,
}

impl Sample {
    /// What it shows, in the reader's language.
    pub fn title(&self, language: Language) -> &str {
        if language == Language::Chinese { &self.title_zh } else { &self.title_en }
    }

    /// More about it, in the reader's language.
    pub fn about(&self, language: Language) -> &str {
        if language == Language::Chinese { &self.about_zh } else { &self.about_en }
    }

    /// Where it lies beside the page.
    pub fn path(&self) -> String {
        format!("samples/{}", self.file)
    }
}

/// The list; empty when the page was put up without samples.
pub async fn load() -> Vec<Sample> {
    let Ok(text) = fetching::text("samples/index.json").await else { return Vec::new() };
    client::from_json(&text).unwrap_or_default()
}
