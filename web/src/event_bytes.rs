//! The selected event's bytes, as far as one request brings them: enough for the tree's byte
//! column, the conversion line and copying.

/// Bytes of a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventBytes {
    /// The space.
    pub space: String,
    /// Where they start.
    pub start: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl EventBytes {
    /// The bytes of a range, or as many of its first as are here.
    pub fn range(&self, start: u64, end: u64) -> &[u8] {
        let here = self.bytes.len();
        let index = |offset: u64| usize::try_from(offset.saturating_sub(self.start)).unwrap_or(usize::MAX).min(here);
        if start < self.start { &[] } else { &self.bytes[index(start)..index(end.max(start))] }
    }
}
