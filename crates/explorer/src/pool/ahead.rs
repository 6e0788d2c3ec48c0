//! A source that is read ahead of who asks for its bytes, or whose bytes are given by who reads it in another way.

use std::cell::RefCell;
use std::ops::Range;

use crate::index::BLOCK_BYTES;
use crate::source::{ReadError, Source, read_range};

/// Bytes that are read at once, at most.
const MOST: u64 = 4 << 20;

/// Bytes before a job's first block that are read with it at most, where table maps or its transaction lie in there:
/// two blocks. What lies further away is read by itself.
pub const BEFORE: u64 = 2 * BLOCK_BYTES;

/// Reads what a job needs in one go. Where a browser is asked for bytes, asking takes longer than some hundred
/// kilobytes take to come.
pub struct Ahead<S> {
    source: S,
    /// The last that was read, and where it begins.
    kept: RefCell<(u64, Vec<u8>)>,
    /// The same for what lies apart.
    pieces: RefCell<Vec<(u64, Vec<u8>)>>,
}

impl<S> std::fmt::Debug for Ahead<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (start, bytes) = &*self.kept.borrow();
        f.debug_struct("Ahead").field("start", start).field("bytes", &bytes.len()).finish_non_exhaustive()
    }
}

impl<S: Source> Ahead<S> {
    /// Nothing is read yet.
    pub fn new(source: S) -> Self {
        Self { source, kept: RefCell::default(), pieces: RefCell::default() }
    }

    /// Bytes from `start` to `end` are about to be asked for. What cannot be read is told to who asks for it.
    pub fn expect(&self, start: u64, end: u64) {
        if self.has(start, end) {
            return;
        }
        let bytes = read_range(&self.source, start, end.min(start + MOST)).unwrap_or_default();
        *self.kept.borrow_mut() = (start, bytes);
    }

    fn has(&self, start: u64, end: u64) -> bool {
        let has = |(from, bytes): &(u64, Vec<u8>)| *from <= start && end <= from + bytes.len() as u64;
        has(&self.kept.borrow()) || self.pieces.borrow().iter().any(has)
    }

    /// What has to be given where bytes of these ranges, in order, are asked for next: what lies near each other comes
    /// together.
    pub fn wants_pieces(ranges: impl Iterator<Item = (u64, u64)>) -> Vec<Range<u64>> {
        let mut pieces: Vec<Range<u64>> = Vec::new();
        for (start, end) in ranges {
            match pieces.last_mut() {
                Some(last) if start <= last.end => *last = start.min(last.start)..end.max(last.end),
                _ => pieces.push(start..end),
            }
        }
        pieces
    }

    /// Bytes from `start` on, which somebody else has read. They are kept until the job is done.
    pub fn give_piece(&self, start: u64, bytes: Vec<u8>) {
        self.pieces.borrow_mut().push((start, bytes));
    }

    /// What has to be given if bytes from `start` to `end` are asked for next, and some from `from` on, before them:
    /// what is kept is not asked for again where these follow it.
    pub fn wants(&self, from: u64, start: u64, end: u64) -> Range<u64> {
        let kept = self.kept.borrow();
        let kept_end = kept.0 + kept.1.len() as u64;
        let follows = !kept.1.is_empty() && kept.0 <= from && start <= kept_end;
        let from = if follows { kept_end } else { from };
        from.min(end)..end
    }

    /// Bytes from `start` on, which somebody else has read: `write` puts them in place. They are kept with those that
    /// were given before them.
    pub fn give(&self, start: u64, length: usize, write: impl FnOnce(&mut [u8])) {
        let mut kept = self.kept.borrow_mut();
        let (from, bytes) = &mut *kept;
        if bytes.is_empty() || *from + bytes.len() as u64 != start {
            bytes.clear();
            *from = start;
        }
        if bytes.try_reserve(length).is_err() {
            return;
        }
        let at = bytes.len();
        bytes.resize(at + length, 0);
        write(bytes.get_mut(at..).unwrap_or_default());
    }

    /// The job is done: what the next one may begin with is kept, if it follows.
    pub fn forget(&self) {
        self.pieces.borrow_mut().clear();
        let mut kept = self.kept.borrow_mut();
        let (from, bytes) = &mut *kept;
        let old = bytes.len().saturating_sub(BEFORE as usize);
        bytes.drain(..old);
        *from += old as u64;
    }
}

impl<S: Source> Source for Ahead<S> {
    fn length(&self) -> u64 {
        self.source.length()
    }

    fn is_complete(&self) -> bool {
        self.source.is_complete()
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let (kept, pieces) = (self.kept.borrow(), self.pieces.borrow());
        let own = std::iter::once(&*kept).chain(&*pieces).find_map(|(start, bytes)| {
            let at = usize::try_from(offset.checked_sub(*start)?).ok()?;
            bytes.get(at..).filter(|own| !own.is_empty())
        });
        let Some(own) = own else { return self.source.read(offset, buffer) };
        let read = own.len().min(buffer.len());
        if let (Some(target), Some(own)) = (buffer.get_mut(..read), own.get(..read)) {
            target.copy_from_slice(own);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use crate::source::Sparse;

    /// Counts how often it is asked.
    struct Counting(Sparse, Rc<Cell<usize>>);

    impl Source for Counting {
        fn length(&self) -> u64 {
            self.0.length()
        }
        fn is_complete(&self) -> bool {
            self.0.is_complete()
        }
        fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
            self.1.set(self.1.get() + 1);
            self.0.read(offset, buffer)
        }
    }

    #[test]
    fn what_was_expected_is_read_once_and_the_rest_as_before() {
        let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        let (head, tail) = bytes.split_at(800_000);
        let sparse = Sparse::new(1_300_000, vec![(0, head.to_vec()), (900_000, tail.to_vec())]);
        let asked = Rc::new(Cell::new(0));
        let plain = sparse.clone();
        let ahead = Ahead::new(Counting(sparse, asked.clone()));
        let compare = |start: u64, end: u64| {
            let (one, other) = (read_range(&ahead, start, end), read_range(&plain, start, end));
            assert_eq!(one, other, "{start}..{end}");
        };
        ahead.expect(140_000, 400_000);
        assert_eq!(asked.get(), 1);
        for start in (140_000..399_000).step_by(1000) {
            compare(start, start + 1000);
        }
        assert_eq!(asked.get(), 1);
        // Over its ends, in the hole and behind it, and where nothing could be read ahead.
        for (start, end) in [(100_000, 500_000), (399_990, 400_010), (799_000, 901_000), (850_000, 950_000)] {
            compare(start, end);
        }
        ahead.expect(880_000, 890_000);
        compare(880_000, 890_000);
        ahead.expect(790_000, 950_000);
        compare(780_000, 960_000);
        ahead.forget();
        compare(200_000, 400_000);
    }

    #[test]
    fn what_is_given_in_pieces_is_not_read() {
        let bytes: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
        let asked = Rc::new(Cell::new(0));
        let plain = Sparse::new(bytes.len() as u64, vec![(0, bytes.clone())]);
        let ahead = Ahead::new(Counting(plain.clone(), asked.clone()));
        let give = |wanted: Range<u64>| {
            for start in (wanted.start..wanted.end).step_by(10_000) {
                let own = &bytes[start as usize..(start + 10_000).min(wanted.end) as usize];
                ahead.give(start, own.len(), |target| target.copy_from_slice(own));
            }
        };
        let compare = |start: u64, end: u64| {
            assert_eq!(read_range(&ahead, start, end), read_range(&plain, start, end), "{start}..{end}");
        };
        assert_eq!(ahead.wants(140_000, 200_000, 300_000), 140_000..300_000);
        give(ahead.wants(140_000, 200_000, 300_000));
        ahead.expect(200_000, 300_000);
        compare(150_000, 300_000);
        ahead.forget();
        // What follows begins behind it, and what lies before it is still there.
        assert_eq!(ahead.wants(250_000, 300_000, 400_000), 300_000..400_000);
        give(ahead.wants(250_000, 300_000, 400_000));
        compare(250_000, 400_000);
        assert_eq!(ahead.wants(350_000, 350_000, 390_000), 390_000..390_000);
        assert_eq!(asked.get(), 0);
        // What lies apart.
        let apart =
            Ahead::<Sparse>::wants_pieces([(450_000, 510_000), (510_000, 570_000), (640_000, 701_000)].into_iter());
        assert_eq!(apart, [450_000..570_000, 640_000..701_000]);
        for piece in apart {
            ahead.give_piece(piece.start, bytes[piece.start as usize..piece.end as usize].to_vec());
        }
        ahead.expect(560_000, 570_000);
        compare(460_000, 570_000);
        compare(640_000, 701_000);
        assert_eq!(asked.get(), 0);
        // What does not follow takes its place.
        ahead.forget();
        give(ahead.wants(740_000, 800_000, 900_000));
        compare(740_000, 900_000);
        assert_eq!(asked.get(), 0);
        compare(300_000, 310_000);
        assert_eq!(asked.get(), 1);
    }
}
