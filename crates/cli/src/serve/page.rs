//! The page that was built into this binary.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::answer::{not_found, sentence};

/// What to do when there is no page inside.
pub(super) const MISSING: &str = "This binlogscope was built without its page. Build both with: cargo xtask build";

/// Tells the page that there are files to list; on a static host this line is not there, and the
/// page does not ask (a 404 would stand in the console as an error).
const FILES_HINT: &str = "<meta name=\"binlogscope-files\" content=\"files/index.json\">";

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Page;

pub(super) fn is_built() -> bool {
    Page::get("index.html").is_some()
}

pub(super) fn answer(path: &str, headers: &HeaderMap, has_files: bool) -> Response {
    let Ok(name) = percent_decode_str(path.trim_start_matches('/')).decode_utf8() else {
        return not_found();
    };
    let name = if name.is_empty() { Cow::Borrowed("index.html") } else { name };
    match Page::get(&name) {
        Some(file) => asset(&name, file, headers, has_files),
        None if name == "index.html" => sentence(StatusCode::SERVICE_UNAVAILABLE, MISSING),
        None => not_found(),
    }
}

fn asset(name: &str, file: EmbeddedFile, headers: &HeaderMap, has_files: bool) -> Response {
    let hinted = has_files && name == "index.html";
    let tag = entity_tag(&file, hinted);
    let known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let body = match (known, hinted) {
        (true, _) => Body::empty(),
        (false, true) => Body::from(with_files_hint(&String::from_utf8_lossy(&file.data))),
        (false, false) => match file.data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        },
    };
    let mut response = Response::new(body);
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    // Asked for again each time, answered without the bytes when they are the same: another
    // binary on the same port then never meets the old one's page.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

fn entity_tag(file: &EmbeddedFile, hinted: bool) -> String {
    let hash = file.metadata.sha256_hash();
    let hash: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}{}\"", if hinted { "-files" } else { "" })
}

fn with_files_hint(html: &str) -> String {
    match html.find("</head>") {
        Some(at) => format!("{}{FILES_HINT}{}", &html[..at], &html[at..]),
        None => format!("{FILES_HINT}{html}"),
    }
}

/// The types that a page consists of; `nosniff` makes them matter.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "txt" | "ftl" | "sql" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_goes_into_the_head() {
        let html = with_files_hint("<html><head><title>x</title></head><body></body></html>");
        assert_eq!(html, format!("<html><head><title>x</title>{FILES_HINT}</head><body></body></html>"));
        assert_eq!(with_files_hint("<p>"), format!("{FILES_HINT}<p>"));
    }

    #[test]
    fn types_by_extension() {
        assert_eq!(content_type("a/b.wasm"), "application/wasm");
        assert_eq!(content_type("samples/mysql.binlog"), "application/octet-stream");
        assert_eq!(content_type("noextension"), "application/octet-stream");
    }
}
