//! The part of a space whose bytes are here.

use std::rc::Rc;

/// What one request brings at most.
const LARGEST: u64 = 64 * 1024;
/// Bytes fetched before and after what must show, so that scrolling rarely waits.
const MARGIN: u64 = 4 * 1024;

/// Bytes of a space from `start` on.
#[derive(Clone, Debug)]
pub struct ByteWindow {
    /// The space.
    pub space: String,
    /// Where they start.
    pub start: u64,
    /// The bytes.
    pub bytes: Rc<[u8]>,
    /// Which of them the source does not have.
    pub holes: Vec<(u64, u64)>,
}

impl Default for ByteWindow {
    fn default() -> Self {
        Self { space: String::new(), start: 0, bytes: Rc::from([]), holes: Vec::new() }
    }
}

impl ByteWindow {
    /// Whether the source does not have the byte at an offset.
    pub fn is_hole(&self, offset: u64) -> bool {
        self.holes.iter().any(|(start, end)| (*start..*end).contains(&offset))
    }

    /// The byte at an offset, when it is here.
    pub fn get(&self, offset: u64) -> Option<u8> {
        if self.is_hole(offset) {
            return None;
        }
        self.bytes.get(usize::try_from(offset.checked_sub(self.start)?).ok()?).copied()
    }

    /// Whether all of a range is here.
    pub fn covers(&self, space: &str, start: u64, end: u64) -> bool {
        let here = self.start.saturating_add(self.bytes.len() as u64);
        self.space == space && self.start <= start && end <= here && !self.bytes.is_empty()
    }
}

/// The request for a range: where from and how much.
pub fn around(start: u64, end: u64) -> (u64, u32) {
    let from = start.saturating_sub(MARGIN);
    let length = end.saturating_add(MARGIN).saturating_sub(from).min(LARGEST);
    (from, u32::try_from(length).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows() {
        assert_eq!(around(0, 320), (0, 4416));
        assert_eq!(around(10_000, 10_320).0, 5904);
        let window = ByteWindow { space: "0".into(), start: 8, bytes: Rc::from([1, 2, 3]), holes: vec![(9, 10)] };
        assert_eq!(window.get(10), Some(3));
        assert_eq!(window.get(7), None);
        assert_eq!((window.get(9), window.is_hole(9), window.is_hole(10)), (None, true, false));
        assert!(window.covers("0", 8, 11));
        assert!(!window.covers("0", 8, 12));
        assert!(!window.covers("782", 8, 11));
    }
}
