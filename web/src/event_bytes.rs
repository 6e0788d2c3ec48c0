//! The selected event's bytes, as far as one request for each of its spaces brings them: enough for
//! the tree's byte column, the conversion line and copying.

use std::rc::Rc;

/// Spaces whose bytes are kept: the event's own, and those looked at last.
const KEPT: usize = 8;

/// Bytes of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventBytes {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    space: String,
    start: u64,
    bytes: Rc<[u8]>,
}

impl EventBytes {
    /// Takes bytes in, instead of those of the same space.
    pub fn put(&mut self, space: String, start: u64, bytes: Rc<[u8]>) {
        self.pieces.retain(|piece| piece.space != space);
        if self.pieces.len() >= KEPT {
            self.pieces.remove(1);
        }
        self.pieces.push(Piece { space, start, bytes });
    }

    /// Whether all of a range is here.
    pub fn covers(&self, space: &str, start: u64, end: u64) -> bool {
        self.pieces
            .iter()
            .any(|piece| piece.space == space && piece.start <= start && end <= piece.start + piece.bytes.len() as u64)
    }

    /// What is here of a space: from where on, and the bytes.
    pub fn of_space(&self, space: &str) -> Option<(u64, &Rc<[u8]>)> {
        self.pieces.iter().find(|piece| piece.space == space).map(|piece| (piece.start, &piece.bytes))
    }

    /// The bytes of a range, or as many of its first as are here.
    pub fn range(&self, space: &str, start: u64, end: u64) -> &[u8] {
        let Some(piece) = self.pieces.iter().find(|piece| piece.space == space) else { return &[] };
        let here = piece.bytes.len();
        let index = |offset: u64| usize::try_from(offset.saturating_sub(piece.start)).unwrap_or(usize::MAX).min(here);
        if start < piece.start { &[] } else { &piece.bytes[index(start)..index(end.max(start))] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_are_kept_apart() {
        let mut bytes = EventBytes::default();
        bytes.put("0".into(), 4, Rc::from([1, 2, 3]));
        bytes.put("4".into(), 0, Rc::from([9; 5]));
        assert_eq!((bytes.range("0", 5, 9), bytes.range("4", 4, 9)), (&[2, 3][..], &[9][..]));
        assert!(bytes.covers("0", 4, 7) && !bytes.covers("0", 3, 7) && !bytes.covers("5", 0, 0));
        bytes.put("0".into(), 8, Rc::from([7]));
        assert_eq!((bytes.range("0", 5, 9), bytes.range("0", 8, 9)), (&[][..], &[7][..]));
        for space in 10..30 {
            bytes.put(space.to_string(), 0, Rc::from([0]));
        }
        assert!(bytes.pieces.len() <= KEPT);
    }
}
