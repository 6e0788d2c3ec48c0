//! The files that `binlogscope serve FILE…` offers beside the page.

use gloo_utils::document;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, Response};

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
    let hint = document().query_selector("meta[name=binlogscope-files]").ok().flatten();
    let Some(path) = hint.and_then(|hint| hint.get_attribute("content")) else { return Vec::new() };
    let Ok(text) = fetching::text(&path).await else { return Vec::new() };
    client::from_json(&text).unwrap_or_default()
}

impl ServedFile {
    /// Fetches it. The browser keeps large ones on disk; they are read like a dropped file.
    pub async fn fetch(&self) -> Result<File, JsValue> {
        let response: Response = fetching::response(&self.url).await?;
        let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
        File::new_with_blob_sequence(&js_sys::Array::of1(&blob), &self.name)
    }
}
