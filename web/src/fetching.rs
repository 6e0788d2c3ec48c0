//! Static files that lie beside the page. Nothing else is ever fetched.

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// What a page that is one file has inside of it (`web/assets/portable_boot.js`); nothing in any other page.
pub fn inside(name: &str) -> Option<JsValue> {
    let inside = Reflect::get(&js_sys::global(), &"binlogscopeInside".into()).ok().filter(JsValue::is_object)?;
    Reflect::get(&inside, &name.into()).ok()
}

/// The text of a file beside the page.
pub async fn text(path: &str) -> Result<String, JsValue> {
    if let Some(texts) = inside("texts") {
        return Reflect::get(&texts, &path.into())?.as_string().ok_or_else(|| JsValue::from_str(path));
    }
    let text = JsFuture::from(response(path).await?.text()?).await?;
    text.as_string().ok_or_else(|| JsValue::from_str(path))
}

/// The bytes of a file beside the page.
pub async fn bytes(path: &str) -> Result<Uint8Array, JsValue> {
    let buffer = JsFuture::from(response(path).await?.array_buffer()?).await?;
    // What the browser resolves this promise to is always a buffer.
    Ok(Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()))
}

/// A file beside the page, not read yet.
pub async fn response(path: &str) -> Result<Response, JsValue> {
    let window = web_sys::window().ok_or_else(|| JsValue::from_str("no window"))?;
    let response: Response = JsFuture::from(window.fetch_with_str(path)).await?.dyn_into()?;
    if response.ok() { Ok(response) } else { Err(JsValue::from_str(&format!("{path}: {}", response.status()))) }
}
