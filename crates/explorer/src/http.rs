//! What answers of HTTP servers say of a file that is read in ranges (RFC 9110), whoever asks.

use crate::view::Message;

/// What names one version of a file, as far as the server shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    etag: Option<String>,
    modified: Option<String>,
}

/// A validator that a request can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validator<'v> {
    /// A strong entity tag.
    Etag(&'v str),
    /// `Last-Modified`.
    Modified(&'v str),
}

impl Validator<'_> {
    /// For `If-Range`, which takes either.
    #[must_use]
    pub const fn text(&self) -> &str {
        match self {
            Self::Etag(text) | Self::Modified(text) => text,
        }
    }
}

impl Version {
    /// Of an answer, by its headers.
    pub fn new(header: impl Fn(&str) -> Option<String>) -> Self {
        // A weak tag says nothing of bytes.
        let etag = header("etag").filter(|tag| !tag.starts_with("W/"));
        Self { etag, modified: header("last-modified") }
    }

    /// Whether another answer can be of the same bytes. What a server does not show, or not to pages of other sites,
    /// is not compared.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        match (&self.etag, &other.etag) {
            (Some(_), Some(_)) => self.etag == other.etag,
            _ => same(&self.modified, &other.modified),
        }
    }

    /// What a request for this version says.
    #[must_use]
    pub fn validator(&self) -> Option<Validator<'_>> {
        let modified = || self.modified.as_deref().map(Validator::Modified);
        self.etag.as_deref().map(Validator::Etag).or_else(modified)
    }
}

/// `Content-Range: bytes first-last/total`: the first byte, and the total where it is known.
#[must_use]
pub fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes")?.trim().split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()))
}

/// Why an answer with this status is no file. The address is as it may be shown.
#[must_use]
pub fn refused(url: &str, status: u16) -> Message {
    let id = match status {
        401 | 403 => "url-forbidden",
        404 | 410 => "url-missing",
        _ => "url-status",
    };
    Message::new(id).text("url", url.to_owned()).number("status", status.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_answers() {
        assert_eq!(content_range("bytes 0-9/100"), Some((0, Some(100))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, None)));
        assert_eq!(content_range("bytes */100"), None);
        assert_eq!(content_range("items 0-9/100"), None);
    }

    #[test]
    fn versions_are_compared_as_far_as_they_are_shown() {
        let version = |etag: &str, modified: &str| {
            let shown = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Version::new(|name| shown(if name == "etag" { etag } else { modified }))
        };
        assert!(version("\"a\"", "Mon").agrees(&version("\"a\"", "Tue")));
        assert!(!version("\"a\"", "Mon").agrees(&version("\"b\"", "Mon")));
        assert!(!version("", "Mon").agrees(&version("", "Tue")));
        assert!(version("", "").agrees(&version("\"b\"", "Tue")));
        assert_eq!(version("W/\"a\"", "").validator(), None);
        assert_eq!(version("\"a\"", "Mon").validator(), Some(Validator::Etag("\"a\"")));
        assert_eq!(version("W/\"a\"", "Mon").validator(), Some(Validator::Modified("Mon")));
    }
}
