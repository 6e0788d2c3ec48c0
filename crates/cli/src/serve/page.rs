//! The page that was built into this binary.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
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
/// The same for live servers.
const LIVE_HINT: &str = "<meta name=\"binlogscope-live\" content=\"live/upstreams.json\">";

/// What this server has beside the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hints {
    /// By which the page with these hints is told from others.
    name: &'static str,
    files: &'static str,
    live: &'static str,
}

impl Hints {
    pub(super) fn new(files: bool, live: bool) -> Self {
        let name = match (files, live) {
            (true, true) => "files-live",
            (true, false) => "files",
            (false, true) => "live",
            (false, false) => "",
        };
        Self { name, files: if files { FILES_HINT } else { "" }, live: if live { LIVE_HINT } else { "" } }
    }
}

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Page;

pub(super) fn is_built() -> bool {
    Page::get("index.html").is_some()
}

pub(super) fn answer(path: &str, headers: &HeaderMap, hints: Hints) -> Response {
    let Ok(name) = percent_decode_str(path.trim_start_matches('/')).decode_utf8() else {
        return not_found();
    };
    let name = if name.is_empty() { Cow::Borrowed("index.html") } else { name };
    match Page::get(&name) {
        Some(file) => asset(&name, file, headers, hints),
        None if name == "index.html" => sentence(StatusCode::SERVICE_UNAVAILABLE, MISSING),
        None => not_found(),
    }
}

/// Forms in which the page's files are kept: the ending of the file beside, and the name that HTTP knows it by.
/// The smaller first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

fn asset(name: &str, file: EmbeddedFile, headers: &HeaderMap, hints: Hints) -> Response {
    let hinted = !hints.name.is_empty() && name == "index.html";
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok()).unwrap_or_default();
    let mut kept = ENCODINGS.iter().filter(|(_, encoding)| !hinted && accepts(accepted, encoding));
    let packed = kept.find_map(|(ending, encoding)| Some((*encoding, Page::get(&format!("{name}.{ending}"))?)));
    let (encoding, data) = match packed {
        Some((encoding, packed)) => (Some(encoding), packed.data),
        None => (None, file.data.clone()),
    };
    let tag = entity_tag(&file, if hinted { Some(hints.name) } else { encoding });
    let known = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let body = match (known, hinted) {
        (true, _) => Body::empty(),
        (false, true) => Body::from(with_hints(&String::from_utf8_lossy(&data), hints)),
        (false, false) => match data {
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
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    // Asked for again each time, answered without the bytes when they are the same: another
    // binary on the same port then never meets the old one's page.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// Whether an `Accept-Encoding` names an encoding, and not with the weight 0, which refuses it. What is said by `*`
/// alone is not used: every browser names what it takes.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|choice| {
        let mut parts = choice.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        named && weight.is_none_or(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

/// Of the file's contents and of the form in which it is sent.
fn entity_tag(file: &EmbeddedFile, form: Option<&str>) -> String {
    let hash = file.metadata.sha256_hash();
    let hash: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}{}\"", form.map(|form| format!("-{form}")).unwrap_or_default())
}

fn with_hints(html: &str, hints: Hints) -> String {
    let (before, after) = html.split_at(html.find("</head>").unwrap_or(0));
    [before, hints.files, hints.live, after].concat()
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
    fn the_hints_go_into_the_head() {
        let page = "<html><head><title>x</title></head><body></body></html>";
        let html = with_hints(page, Hints::new(true, true));
        assert_eq!(html, format!("<html><head><title>x</title>{FILES_HINT}{LIVE_HINT}</head><body></body></html>"));
        assert_eq!(with_hints("<p>", Hints::new(false, true)), format!("{LIVE_HINT}<p>"));
        assert_eq!(with_hints(page, Hints::new(false, false)), page);
    }

    #[test]
    fn what_a_browser_accepts() {
        for (accepted, brotli, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("gzip, deflate", false, true),
            ("GZIP;q=0.5 , br;q=0", false, true),
            ("br; q=0.000, gzip; q=1", false, true),
            ("", false, false),
            ("*", false, false),
            ("brotli, xgzip", false, false),
            ("br;q=much", false, false),
        ] {
            assert_eq!((accepts(accepted, "br"), accepts(accepted, "gzip")), (brotli, gzip), "{accepted}");
        }
    }

    #[test]
    fn types_by_extension() {
        assert_eq!(content_type("a/b.wasm"), "application/wasm");
        assert_eq!(content_type("samples/mysql.binlog"), "application/octet-stream");
        assert_eq!(content_type("noextension"), "application/octet-stream");
    }
}
