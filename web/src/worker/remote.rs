//! A file at an http or https address, read in ranges.
//!
//! Workers may ask synchronously, so it is a source like a dropped file. What is asked for goes through
//! a small cache; who reads on in order has more read at once.

use std::cell::{Cell, RefCell};

use binlog_explorer::http::{Validator, Version, content_range};
use binlog_explorer::source::{ReadError, Source};
use binlog_explorer::view::Message;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, Headers, RequestInit, Response, XmlHttpRequest, XmlHttpRequestResponseType};

/// Bytes of a piece in the cache.
const PIECE: u64 = 256 << 10;
/// Pieces that are kept.
const KEPT: usize = 64;
/// Most pieces that are asked for at once.
const MOST_AHEAD: u64 = 16;
/// Times that a read is tried when the connection fails.
const TRIES: usize = 3;
/// Milliseconds that a read may take.
const TIMEOUT: u32 = 30_000;

/// Whether only this page's own server is asked: then every header may be sent, and is shown.
pub fn is_own(url: &str) -> bool {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let location = scope.location();
    web_sys::Url::new_with_base(url, &location.href()).is_ok_and(|url| url.origin() == location.origin())
}

/// The beginning of an answer.
pub struct Answered {
    /// Its body is a stream.
    pub response: Response,
    /// HTTP status.
    pub status: u16,
    /// What version it is of.
    pub version: Version,
    /// First byte and total of a 206, as far as the server shows them.
    pub range: Option<(u64, Option<u64>)>,
    /// `Content-Length`, unless what comes is encoded.
    pub length: Option<u64>,
}

/// Asks for everything from an offset on. A browser that asks for a range asks for bytes as they are,
/// not compressed on the way.
pub async fn ask(method: &str, url: &str, from: Option<u64>, version: &Version) -> Result<Answered, Message> {
    let failed = |error: JsValue| unreachable(url, &super::browser_file::words(&error));
    let headers = Headers::new().map_err(failed)?;
    if let Some(from) = from {
        headers.set("Range", &format!("bytes={from}-")).map_err(failed)?;
        if let Some(validator) = version.validator().filter(|_| from > 0 && is_own(url)) {
            headers.set("If-Range", validator.text()).map_err(failed)?;
        }
    }
    let options = RequestInit::new();
    options.set_method(method);
    options.set_headers(&headers);
    for (name, value) in [("cache", "no-store"), ("credentials", "same-origin"), ("referrerPolicy", "no-referrer")] {
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let response: Response =
        JsFuture::from(scope.fetch_with_str_and_init(url, &options)).await.map_err(failed)?.unchecked_into();
    let shown = response.headers();
    let header = |name: &str| shown.get(name).ok().flatten();
    let range = header("content-range").as_deref().and_then(content_range);
    let length = header("content-length").filter(|_| header("content-encoding").is_none_or(|how| how == "identity"));
    let length = length.and_then(|length| length.parse().ok());
    Ok(Answered { status: response.status(), version: Version::new(header), range, length, response })
}

/// Browsers do not tell a server that is not there from one that does not want to be read by pages of
/// other sites.
fn unreachable(url: &str, reason: &str) -> Message {
    let id = if is_own(url) { "url-failed" } else { "url-unreachable" };
    Message::new(id).text("url", url).text("reason", reason)
}

/// The file as it was when it was opened.
pub struct RemoteFile {
    url: String,
    length: u64,
    version: Version,
    /// Number and bytes; what was used last stands last.
    pieces: RefCell<Vec<(u64, Vec<u8>)>>,
    /// The piece after those that were asked for last, and how many these were.
    ahead: Cell<(u64, u64)>,
}

impl RemoteFile {
    /// Of this length.
    pub fn new(url: String, length: u64, version: Version) -> Self {
        Self { url, length, version, pieces: RefCell::default(), ahead: Cell::new((0, 1)) }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What version it is of.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The first bytes came already.
    pub fn begin_with(&self, bytes: &[u8]) {
        self.keep(0, bytes);
    }

    /// Keeps the pieces that are whole, from piece `first` on.
    fn keep(&self, first: u64, bytes: &[u8]) {
        let mut pieces = self.pieces.borrow_mut();
        for (number, piece) in (first..).zip(bytes.chunks(PIECE as usize)) {
            let wanted = PIECE.min(self.length.saturating_sub(number * PIECE));
            if piece.len() as u64 == wanted {
                pieces.retain(|(other, _)| *other != number);
                pieces.push((number, piece.to_vec()));
            }
        }
        let surplus = pieces.len().saturating_sub(KEPT);
        pieces.drain(..surplus);
    }

    fn copy(&self, offset: u64, buffer: &mut [u8]) -> Option<usize> {
        let number = offset / PIECE;
        let mut pieces = self.pieces.borrow_mut();
        let at = pieces.iter().position(|(other, _)| *other == number)?;
        let piece = pieces.remove(at);
        let from = piece.1.get((offset % PIECE) as usize..).unwrap_or_default();
        let count = from.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), from.get(..count)) {
            to.copy_from_slice(from);
        }
        pieces.push(piece);
        Some(count)
    }

    /// Asks for `start..end`; all of it comes, or an error.
    fn fetch(&self, start: u64, end: u64) -> Result<Vec<u8>, ReadError> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_fetch(start, end) {
                Ok(Ok(bytes)) => return Ok(bytes),
                Ok(Err(refused)) => return Err(ReadError::Io(refused)),
                // The connection: perhaps the next one holds.
                Err(_) if tries < TRIES => {}
                Err(error) => return Err(ReadError::Io(super::browser_file::words(&error))),
            }
        }
    }

    fn try_fetch(&self, start: u64, end: u64) -> Result<Result<Vec<u8>, String>, JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open_with_async("GET", &self.url, false)?;
        request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
        request.set_timeout(TIMEOUT);
        request.set_request_header("Range", &format!("bytes={start}-{}", end - 1))?;
        if is_own(&self.url) {
            // With `If-Range` a file that changed would come whole.
            match self.version.validator() {
                Some(Validator::Etag(etag)) => request.set_request_header("If-Match", etag)?,
                Some(Validator::Modified(modified)) => request.set_request_header("If-Unmodified-Since", modified)?,
                None => {}
            }
        }
        request.send()?;
        let status = request.status()?;
        let header = |name: &str| request.get_response_header(name).ok().flatten();
        let changed = || Ok(Err("the file changed on its server; open it again".to_owned()));
        if matches!(status, 412 | 416) || !Version::new(header).agrees(&self.version) {
            return changed();
        }
        if status != 206 {
            return Ok(Err(format!("HTTP {status} for bytes {start} to {end}")));
        }
        let bytes = Uint8Array::new(request.response()?.unchecked_ref::<ArrayBuffer>());
        let range = header("content-range").as_deref().and_then(content_range);
        if range.is_some_and(|(first, total)| first != start || total.is_some_and(|total| total < self.length)) {
            return changed();
        }
        if u64::from(bytes.length()) != end - start {
            return Ok(Err(format!("{} bytes came for {}", bytes.length(), end - start)));
        }
        Ok(Ok(bytes.to_vec()))
    }
}

impl Source for RemoteFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if offset >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        if let Some(count) = self.copy(offset, buffer) {
            return Ok(count);
        }
        let number = offset / PIECE;
        let (next, last) = self.ahead.get();
        let wanted = (buffer.len() as u64 + offset % PIECE).div_ceil(PIECE);
        let ahead = if next == number { (last * 2).min(MOST_AHEAD) } else { 1 };
        let count = wanted.max(ahead).min(KEPT as u64 / 2);
        let bytes = self.fetch(number * PIECE, ((number + count) * PIECE).min(self.length))?;
        self.ahead.set((number + count, count));
        self.keep(number, &bytes);
        self.copy(offset, buffer).map(Ok).unwrap_or_else(|| Err(ReadError::Io("no bytes".into())))
    }
}
