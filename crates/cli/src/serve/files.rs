//! The files named on the command line, read-only, whole or in ranges.

use std::io::{Error, ErrorKind, SeekFrom};
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, RANGE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::answer::{not_found, sentence};
use super::version;

/// What one read of a file asks for: large enough that the hops between threads do not show.
const CHUNK: usize = 256 * 1024;

const NOT_ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file that may be read, and nothing beside it.
#[derive(Debug)]
pub(super) struct ServedFile {
    path: PathBuf,
    name: String,
    /// Relative to the page, so that it also holds behind a proxy that adds a path.
    url: String,
}

impl ServedFile {
    /// Only regular files: a directory has no bytes, and a pipe's can be read once only.
    pub(super) async fn check(number: usize, path: &Path) -> std::io::Result<Self> {
        // Absolute and without symbolic links, so that it stays the file that was named.
        let real = tokio::fs::canonicalize(path).await?;
        let file = tokio::fs::File::open(&real).await?;
        if !file.metadata().await?.is_file() {
            return Err(Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
        }
        let name = path.file_name().or(real.file_name()).map_or_else(String::new, |name| name.to_string_lossy().into());
        let url = format!("files/{number}/{}", utf8_percent_encode(&name, NOT_ESCAPED));
        Ok(Self { path: real, name, url })
    }
}

/// `[{"name", "size", "url"}]`, sizes as they are now. A file that is gone is not listed.
pub(super) async fn index(files: &[ServedFile]) -> Response {
    let mut list = Vec::with_capacity(files.len());
    for file in files {
        if let Ok(metadata) = tokio::fs::metadata(&file.path).await {
            list.push(serde_json::json!({ "name": file.name, "size": metadata.len(), "url": file.url }));
        }
    }
    let mut response = Response::new(Body::from(serde_json::Value::Array(list).to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// `rest` is what follows `/files/`: the number and the name, which must belong together.
pub(super) async fn answer(files: &[ServedFile], rest: &str, headers: &HeaderMap) -> Response {
    let Some(file) = find(files, rest) else { return not_found() };
    match read(file, headers).await {
        Ok(response) => response,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            sentence(StatusCode::NOT_FOUND, "The file was there when the server started, and is gone now.")
        }
        Err(error) => sentence(StatusCode::INTERNAL_SERVER_ERROR, &format!("The file cannot be read: {error}.")),
    }
}

fn find<'f>(files: &'f [ServedFile], rest: &str) -> Option<&'f ServedFile> {
    let (number, name) = rest.split_once('/')?;
    let file = files.get(number.parse::<usize>().ok()?)?;
    let name = percent_decode_str(name).decode_utf8().ok()?;
    (name == file.name.as_str()).then_some(file)
}

async fn read(served: &ServedFile, headers: &HeaderMap) -> std::io::Result<Response> {
    let mut file = tokio::fs::File::open(&served.path).await?;
    file.set_max_buf_size(CHUNK);
    // The length of this moment. A file that grows meanwhile gets no longer in this answer.
    let metadata = file.metadata().await?;
    let size = metadata.len();
    let tag = version::tag(&mut file, &metadata).await?;
    let Some(same) = version::agrees(headers, &tag) else {
        let mut response = sentence(StatusCode::PRECONDITION_FAILED, "Another file has taken the place of this one.");
        set(response.headers_mut(), ETAG, &tag);
        return Ok(response);
    };
    let mut response = Response::new(Body::empty());
    let (start, end) = match if same { wanted(headers, size) } else { Wanted::All } {
        Wanted::All => (0, size),
        Wanted::Part { start, end } => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(response.headers_mut(), CONTENT_RANGE, &format!("bytes {start}-{}/{size}", end - 1));
            (start, end)
        }
        Wanted::Nothing => {
            let mut response = sentence(StatusCode::RANGE_NOT_SATISFIABLE, "The file has no bytes in this range.");
            set(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{size}"));
            set(response.headers_mut(), ACCEPT_RANGES, "bytes");
            set(response.headers_mut(), ETAG, &tag);
            return Ok(response);
        }
    };
    file.seek(SeekFrom::Start(start)).await?;
    *response.body_mut() = Body::from_stream(ReaderStream::with_capacity(file.take(end - start), CHUNK));
    let headers = response.headers_mut();
    set(headers, CONTENT_TYPE, "application/octet-stream");
    set(headers, ACCEPT_RANGES, "bytes");
    set(headers, ETAG, &tag);
    set(headers, CONTENT_LENGTH, &(end - start).to_string());
    Ok(response)
}

fn set(headers: &mut HeaderMap, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Which bytes a request is about.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    All,
    Part { start: u64, end: u64 },
    Nothing,
}

/// One range, or all: several ranges, other units and what is no range at all may be answered
/// with the whole (RFC 9110, 14.2).
fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
    let Some((first, last)) = range.and_then(|range| range.strip_prefix("bytes=")?.trim().split_once('-')) else {
        return Wanted::All;
    };
    let (start, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.is_empty() => (first, size),
        (Err(_), Ok(length)) if first.is_empty() => (size.saturating_sub(length), size),
        _ => return Wanted::All,
    };
    if start < end { Wanted::Part { start, end } } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Wanted {
        let mut headers = HeaderMap::new();
        set(&mut headers, RANGE, range);
        wanted(&headers, 100)
    }

    #[test]
    fn ranges() {
        assert_eq!(of("bytes=0-9"), Wanted::Part { start: 0, end: 10 });
        assert_eq!(of("bytes=90-"), Wanted::Part { start: 90, end: 100 });
        assert_eq!(of("bytes=90-18446744073709551615"), Wanted::Part { start: 90, end: 100 });
        assert_eq!(of("bytes=-10"), Wanted::Part { start: 90, end: 100 });
        assert_eq!(of("bytes=-1000"), Wanted::Part { start: 0, end: 100 });
        assert_eq!(of("bytes=99-99"), Wanted::Part { start: 99, end: 100 });
        for none in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(of(none), Wanted::Nothing, "{none}");
        }
        for all in ["bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "0-1"] {
            assert_eq!(of(all), Wanted::All, "{all}");
        }
    }
}
