//! Which version of a file is sent, as `ETag` names it: so that who comes back for the rest of a file learns that
//! another one has taken its place.
//!
//! A log grows while it is read, and that is the same log: its tag holds on to what growing leaves, the file's
//! identity and its first bytes. Those have when the log was begun and by which server. Strictly (RFC 9110, 8.8.1) a
//! strong tag would change with every event that is added; who has a range of this one has those bytes all the same.

use std::fs::Metadata;
use std::hash::{DefaultHasher, Hasher};
use std::io::SeekFrom;

use axum::http::HeaderMap;
use axum::http::header::{HeaderName, IF_MATCH, IF_RANGE};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Magic number, header and fixed part of a format description.
const HEAD: u64 = 96;
/// Where the flags of its header stand, the low byte first; the lowest bit says that a server writes the log.
const IN_USE: usize = 4 + 17;

/// The file's tag.
pub(super) async fn tag(file: &mut File, metadata: &Metadata) -> std::io::Result<String> {
    let mut head = Vec::with_capacity(HEAD as usize);
    (&mut *file).take(HEAD).read_to_end(&mut head).await?;
    file.seek(SeekFrom::Start(0)).await?;
    if head.starts_with(b"\xfebin")
        && let Some(flags) = head.get_mut(IN_USE)
    {
        // It goes when the server closes the log.
        *flags &= !1;
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(&head);
    let begun = metadata.created().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    hasher.write_u128(begun.map_or(0, |since| since.as_nanos()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        hasher.write_u64(metadata.dev());
        hasher.write_u64(metadata.ino());
    }
    Ok(format!("\"{:016x}\"", hasher.finish()))
}

/// Whether a request is about this version: `None` where it names another one and wants no other.
pub(super) fn agrees(headers: &HeaderMap, tag: &str) -> Option<bool> {
    let names = |name: &HeaderName| {
        let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        let named = |value: &str| matches!(value.trim(), "*") || value.trim() == tag;
        (!values.is_empty()).then(|| values.iter().flat_map(|value| value.split(',')).any(named))
    };
    match (names(&IF_MATCH), names(&IF_RANGE)) {
        (Some(false), _) => None,
        (_, Some(same)) => Some(same),
        (_, None) => Some(true),
    }
}
