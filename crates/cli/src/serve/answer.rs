//! Answers and the headers that all of them carry.

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

/// Nothing but what this server sends runs, and nothing can be sent elsewhere.
/// `wasm-unsafe-eval` is what compiling WebAssembly needs; `blob:` lets a worker start from its
/// loader's text; `data:` images are icons inside style sheets.
macro_rules! policy {
    ($more:literal) => {
        concat!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
             worker-src 'self' blob:; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; base-uri 'none'; form-action 'none'",
            $more
        )
    };
}

/// The page's policy where other pages may show it inside of themselves: it then has no more to give than its files
/// have, and tells the page around it nothing of those.
const EMBEDDABLE: &str = policy!("");

/// The policy where no other page may: a live server's rows are not to lie under somebody else's buttons.
const POLICY: &str = policy!("; frame-ancestors 'none'");

/// The worker, which has no document that a text could get into, may fetch the addresses that a reader gives. A
/// worker's policy is that of its own script; the page's stays as narrow as it is.
pub(super) const WORKER_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    worker-src 'self' blob:; connect-src 'self' https: http:";

/// What starts the worker.
pub(super) const WORKER_SCRIPT: &str = "/worker_boot.js";

const SECURITY_HEADERS: [(HeaderName, &str); 4] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The headers of every answer; whether pages of other sites may show it inside of themselves.
pub(super) fn add_security_headers(headers: &mut HeaderMap, embeddable: bool) {
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = if embeddable { EMBEDDABLE } else { POLICY };
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if !embeddable {
        // For browsers that do not know `frame-ancestors`.
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// A status with one sentence.
pub(super) fn sentence(status: StatusCode, text: &str) -> Response {
    let mut response = Response::new(Body::from(format!("{text}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

pub(super) fn not_found() -> Response {
    sentence(StatusCode::NOT_FOUND, "There is nothing here.")
}
