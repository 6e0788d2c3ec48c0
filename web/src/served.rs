//! The files that `binlogscope serve FILE…` offers beside the page.

use binlogscope_bridge::control::Upstream;
use gloo_utils::document;
use serde::Deserialize;

use crate::{client, fetching};

/// One offered file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ServedFile {
    /// Its name.
    pub name: String,
    /// Bytes, when the list was made.
    pub size: u64,
    /// Where it lies, relative to the page.
    pub url: String,
}

/// The list. A static host has none, and is not asked: the line that names the list is only in
/// a page that `serve` answered.
pub async fn load() -> Vec<ServedFile> {
    let Some(text) = hinted("meta[name=binlogscope-files]").await else { return Vec::new() };
    client::from_json(&text).unwrap_or_default()
}

/// What lies where such a line points to.
async fn hinted(line: &str) -> Option<String> {
    let hint = document().query_selector(line).ok().flatten()?;
    fetching::text(&hint.get_attribute("content")?).await.ok()
}

/// The list of live servers.
#[derive(Debug, Deserialize)]
struct Upstreams {
    upstreams: Vec<Upstream>,
}

/// The live servers that the bridge offers.
pub async fn upstreams() -> Vec<Upstream> {
    let Some(text) = hinted("meta[name=binlogscope-live]").await else { return Vec::new() };
    client::from_json::<Upstreams>(&text).map(|list| list.upstreams).unwrap_or_default()
}
