//! A log at an http or https address: read in ranges, each asked for again when the connection breaks, and
//! all of one version of the file. A server without ranges gives it whole, once.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

use binlog_explorer::http::{Version, content_range, refused};
use binlog_explorer::messages;
use binlog_explorer::source::{ReadError, Source};
use binlog_explorer::view::Message;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::spool::Spool;

/// Bytes of the first range.
const FIRST: u64 = 1 << 20;
/// Bytes of one range at most, for who reads on in order.
const MOST: u64 = 8 << 20;
/// Ranges that are kept: a walk looks back at what it has just passed.
const KEPT: usize = 4;
/// Waits before a range is asked for again.
const WAITS: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];
/// For connecting, for an answer to begin, and for one range to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// An input that is an address.
pub fn address(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| text.starts_with("http://") || text.starts_with("https://"))
}

/// An address as it may be shown: what follows `?` is often a secret, and so is what precedes `@`.
pub fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest, rest.split('/').next()?))) {
        Some((scheme, rest, host)) if host.contains('@') => {
            format!("{scheme}://{}", rest.split_once('@').map_or(rest, |(_, rest)| rest))
        }
        _ => url.to_owned(),
    }
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Opens what lies at an address.
///
/// # Errors
/// Why it cannot be read, as a sentence.
pub fn open(url: &str) -> Result<Box<dyn Source>, Message> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .user_agent(concat!("binlogscope/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let failed = |error: String| Message::new("url-failed").text("url", shown(url)).text("reason", error);
    let first = agent
        .get(url)
        .header("Range", format!("bytes=0-{}", FIRST - 1))
        .header("Accept-Encoding", "identity")
        .call()
        .map_err(|error| failed(error.to_string()))?;
    let status = first.status().as_u16();
    match status {
        206 => {}
        200 => {
            let mut spool = Spool::default();
            let expected = header(&first, "content-length").and_then(|length| length.parse().ok());
            let came = spool.fill(first.into_body().into_reader());
            if came.is_err() || expected.is_some_and(|expected: u64| expected != spool.length()) {
                let reason = came.err().map(|error| error.to_string()).unwrap_or_default();
                let broken = Message::new("url-broken-off-whole").number("at", spool.length());
                return Err(broken.text("reason", reason));
            }
            return Ok(spool.into_source());
        }
        // An empty file has no first byte.
        416 => return Err(Message::new("foreign-empty")),
        _ => return Err(refused(&shown(url), status)),
    }
    let range = header(&first, "content-range").as_deref().and_then(content_range);
    let Some((0, Some(length))) = range else {
        return Err(Message::new("url-no-length").text("url", shown(url)));
    };
    let version = Version::new(|name| header(&first, name));
    let mut bytes = Vec::new();
    let _ = first.into_body().into_reader().read_to_end(&mut bytes);
    let remote = RemoteFile {
        agent,
        url: url.to_owned(),
        length,
        version,
        kept: RefCell::default(),
        next: Cell::new((FIRST, FIRST)),
    };
    // What broke off is asked for again when it is wanted.
    if bytes.len() as u64 == FIRST.min(length) {
        remote.kept.borrow_mut().push((0, bytes));
    }
    Ok(Box::new(remote))
}

/// Gives a server or a connection time to come back: there is nothing that would tell when it has.
fn pause(wait: Duration) {
    thread::park_timeout(wait);
}

/// The file as it was when it was opened.
struct RemoteFile {
    agent: Agent,
    url: String,
    length: u64,
    version: Version,
    /// Offset and bytes of ranges; the newest last.
    kept: RefCell<Vec<(u64, Vec<u8>)>>,
    /// Where the last range ended, and how long it was.
    next: Cell<(u64, u64)>,
}

/// Why a range did not come.
enum Refusal {
    /// It may come when it is asked for again.
    Passing(String),
    /// It will not.
    Final(Message),
}

impl RemoteFile {
    fn copy(&self, offset: u64, buffer: &mut [u8]) -> Option<usize> {
        let kept = self.kept.borrow();
        let (start, bytes) =
            kept.iter().rev().find(|(start, bytes)| (*start..*start + bytes.len() as u64).contains(&offset))?;
        let from = bytes.get(usize::try_from(offset - start).ok()?..)?;
        let count = from.len().min(buffer.len());
        buffer.get_mut(..count)?.copy_from_slice(from.get(..count)?);
        Some(count)
    }

    fn range(&self, start: u64, end: u64) -> Result<Vec<u8>, ReadError> {
        let mut waits = WAITS.iter();
        loop {
            match self.try_range(start, end) {
                Ok(bytes) => return Ok(bytes),
                Err(Refusal::Final(message)) => return Err(ReadError::Io(messages::english(&message))),
                Err(Refusal::Passing(reason)) => match waits.next() {
                    Some(wait) => pause(*wait),
                    None => {
                        let broken = Message::new("url-broken-off").number("at", start).text("reason", reason);
                        return Err(ReadError::Io(messages::english(&broken)));
                    }
                },
            }
        }
    }

    fn try_range(&self, start: u64, end: u64) -> Result<Vec<u8>, Refusal> {
        let passing = |error: &dyn std::fmt::Display| Refusal::Passing(error.to_string());
        let request = self.agent.get(&self.url).header("Range", format!("bytes={start}-{}", end - 1));
        let request = request.header("Accept-Encoding", "identity");
        let request = match self.version.validator() {
            Some(validator) => request.header("If-Range", validator.text()),
            None => request,
        };
        let response =
            request.config().timeout_recv_body(Some(PATIENCE)).build().call().map_err(|error| passing(&error))?;
        let status = response.status().as_u16();
        let changed = || Refusal::Final(Message::new("url-changed").number("at", start));
        let range = header(&response, "content-range").as_deref().and_then(content_range);
        match (status, range) {
            (206, Some((first, Some(total)))) if first == start && total >= self.length => {}
            (200 | 206 | 412 | 416, _) => return Err(changed()),
            (429 | 500..=599, _) => return Err(Refusal::Passing(format!("status {status}"))),
            _ => return Err(Refusal::Final(refused(&shown(&self.url), status))),
        }
        if !Version::new(|name| header(&response, name)).agrees(&self.version) {
            return Err(changed());
        }
        let mut bytes = Vec::new();
        let came = response.into_body().into_reader().take(end - start).read_to_end(&mut bytes);
        came.map_err(|error: io::Error| passing(&error))?;
        if bytes.len() as u64 != end - start {
            return Err(Refusal::Passing(format!("{} bytes came for {}", bytes.len(), end - start)));
        }
        Ok(bytes)
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
        let (end, last) = self.next.get();
        let ahead = if offset == end { (last * 2).min(MOST) } else { FIRST };
        let wanted = (buffer.len() as u64).clamp(ahead, MOST.max(ahead));
        let end = (offset + wanted).min(self.length);
        let bytes = self.range(offset, end)?;
        self.next.set((end, end - offset));
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((offset, bytes));
        drop(kept);
        self.copy(offset, buffer).ok_or_else(|| ReadError::Io("no bytes".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_addresses_are_not_shown() {
        assert_eq!(shown("https://s3.example/b/binlog.1?X-Amz-Signature=1"), "https://s3.example/b/binlog.1");
        assert_eq!(shown("http://me:secret@host/a@b"), "http://host/a@b");
        assert_eq!(shown("http://host/a@b"), "http://host/a@b");
    }
}
