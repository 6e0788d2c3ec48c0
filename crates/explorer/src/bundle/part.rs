//! A part of a log as a source.

use std::sync::Arc;

use super::About;
use crate::source::{ReadError, Source, Sparse};

/// A part of a log: its bytes at their offsets, holes where something was left out.
#[derive(Clone, Debug, Default)]
pub struct Part {
    about: About,
    bytes: Sparse,
    /// Spaces by name.
    restored: Vec<(String, Arc<[u8]>)>,
}

impl Part {
    pub(super) fn new(
        about: About, length: u64, pieces: Vec<(u64, Vec<u8>)>, mut restored: Vec<(String, Arc<[u8]>)>,
    ) -> Self {
        restored.sort();
        Self { about, bytes: Sparse::new(length, pieces), restored }
    }

    /// The spaces that it carries inflated.
    pub fn restored_spaces(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.restored.iter().map(|(name, bytes)| (name.as_str(), &**bytes))
    }
}

impl Source for Part {
    fn length(&self) -> u64 {
        self.bytes.length()
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        self.bytes.read(offset, buffer)
    }

    fn restored(&self, space: &str) -> Option<Arc<[u8]>> {
        let at = self.restored.binary_search_by(|(name, _)| name.as_str().cmp(space)).ok()?;
        self.restored.get(at).map(|(_, bytes)| bytes.clone())
    }

    fn carries(&self) -> bool {
        !self.restored.is_empty()
    }

    fn part(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn as_part(&self) -> Option<&Part> {
        Some(self)
    }
}
