//! Anything that answers how long it is and gives bytes a..b. Its length may grow, and a read
//! may find that the source does not have the bytes.

use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bundle::{About, Part};

/// Bytes at offsets.
pub trait Source {
    /// How long it is now.
    fn length(&self) -> u64;

    /// Whether it stays so; a source that grows says false until it is closed.
    fn is_complete(&self) -> bool {
        true
    }

    /// Fills `buffer` from `offset` on; fewer bytes come back only at the end or before a hole.
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError>;

    /// What a space holds that is carried inflated: what it was compressed to is not there any more. Whoever opens a
    /// space asks first.
    fn restored(&self, _space: &str) -> Option<Arc<[u8]>> {
        None
    }

    /// Whether there is any such space: nobody asks otherwise.
    fn carries(&self) -> bool {
        false
    }

    /// Of a part of a log, what it is: its holes are what was left out, and no loss.
    fn part(&self) -> Option<&About> {
        None
    }

    /// The part itself.
    fn as_part(&self) -> Option<&Part> {
        None
    }
}

/// What points at a source is one.
macro_rules! points_at_a_source {
    ($($pointer:ty),+) => {
        $(impl<S: Source + ?Sized> Source for $pointer {
            fn length(&self) -> u64 {
                (**self).length()
            }
            fn is_complete(&self) -> bool {
                (**self).is_complete()
            }
            fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
                (**self).read(offset, buffer)
            }
            fn restored(&self, space: &str) -> Option<Arc<[u8]>> {
                (**self).restored(space)
            }
            fn carries(&self) -> bool {
                (**self).carries()
            }
            fn part(&self) -> Option<&About> {
                (**self).part()
            }
            fn as_part(&self) -> Option<&Part> {
                (**self).as_part()
            }
        })+
    };
}

points_at_a_source!(&S, Rc<S>, Box<S>);

/// Why bytes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The source does not have the bytes from the offset asked for up to this one.
    Hole {
        /// Where it has bytes again; its length when nowhere.
        end: u64,
    },
    /// The system refuses; its words.
    Io(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hole { end } => write!(f, "no bytes before offset {end}"),
            Self::Io(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads `start..end`, or as much of it as there is before the end or a hole.
pub fn read_range(source: &dyn Source, start: u64, end: u64) -> Result<Vec<u8>, ReadError> {
    let end = end.min(source.length()).max(start);
    let length = usize::try_from(end - start).map_err(|_| ReadError::Io("range too long for this machine".into()))?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| ReadError::Io(format!("no memory for {length} bytes")))?;
    bytes.resize(length, 0);
    let filled = fill(source, start, &mut bytes)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// Reads what is there from `start` on until the buffer is full; returns how much that is.
pub(crate) fn fill(source: &dyn Source, start: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(start + filled as u64, rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(ReadError::Hole { .. }) if filled > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn copy_from(bytes: &[u8], offset: u64, buffer: &mut [u8]) -> usize {
    let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
    let count = rest.len().min(buffer.len());
    for (to, from) in buffer.iter_mut().zip(rest) {
        *to = *from;
    }
    count
}

/// A buffer.
#[derive(Clone, Debug)]
pub struct Memory(Arc<[u8]>);

impl Memory {
    /// Over these bytes.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }
}

impl Source for Memory {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        Ok(copy_from(&self.0, offset, buffer))
    }
}

/// A buffer that grows until it is closed. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Growing(Arc<Mutex<(Vec<u8>, bool)>>);

impl Growing {
    /// Empty and open.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<R>(&self, f: impl FnOnce(&mut (Vec<u8>, bool)) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds bytes at the end; after `close` nothing is added.
    pub fn append(&self, bytes: &[u8]) {
        self.with(|(buffer, closed)| {
            if !*closed {
                buffer.extend_from_slice(bytes);
            }
        });
    }

    /// Nothing will follow.
    pub fn close(&self) {
        self.with(|(_, closed)| *closed = true);
    }
}

impl Source for Growing {
    fn length(&self) -> u64 {
        self.with(|(buffer, _)| buffer.len() as u64)
    }
    fn is_complete(&self) -> bool {
        self.with(|(_, closed)| *closed)
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        Ok(self.with(|(bytes, _)| copy_from(bytes, offset, buffer)))
    }
}

/// Pieces at their offsets with holes between.
#[derive(Clone, Debug, Default)]
pub struct Sparse {
    /// Ascending, without overlap.
    pieces: Vec<(u64, Vec<u8>)>,
    length: u64,
}

impl Sparse {
    /// A source of `length` bytes of which only these pieces are there. A piece that overlaps an
    /// earlier one, or reaches past the end, loses what is too much.
    pub fn new(length: u64, mut pieces: Vec<(u64, Vec<u8>)>) -> Self {
        pieces.sort_by_key(|(start, _)| *start);
        let mut kept: Vec<(u64, Vec<u8>)> = Vec::new();
        for (start, mut bytes) in pieces {
            let from = kept.last().map_or(0, |(start, bytes)| start + bytes.len() as u64).max(start);
            let drop = usize::try_from(from - start).unwrap_or(usize::MAX).min(bytes.len());
            bytes.drain(..drop);
            bytes.truncate(usize::try_from(length.saturating_sub(from)).unwrap_or(usize::MAX));
            if !bytes.is_empty() {
                kept.push((from, bytes));
            }
        }
        Self { pieces: kept, length }
    }
}

impl Source for Sparse {
    fn length(&self) -> u64 {
        self.length
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        if offset >= self.length {
            return Ok(0);
        }
        let next = self.pieces.partition_point(|(start, _)| *start <= offset);
        let piece = next.checked_sub(1).and_then(|at| self.pieces.get(at));
        match piece {
            Some((start, bytes)) if offset < start + bytes.len() as u64 => Ok(copy_from(bytes, offset - start, buffer)),
            _ => Err(ReadError::Hole { end: self.pieces.get(next).map_or(self.length, |(start, _)| *start) }),
        }
    }
}

/// A source as long as it was at one moment, though it may grow.
#[derive(Debug)]
pub struct Bounded<S> {
    source: S,
    length: u64,
}

impl<S: Source> Bounded<S> {
    /// As long as it is now.
    pub fn now(source: S) -> Self {
        let length = source.length();
        Self { source, length }
    }
}

impl<S: Source> Source for Bounded<S> {
    fn length(&self) -> u64 {
        self.length
    }

    /// False once there is more than is shown of it.
    fn is_complete(&self) -> bool {
        self.source.is_complete() && self.source.length() <= self.length
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        self.source.read(offset, buffer.get_mut(..left).unwrap_or_default())
    }
}

/// A file, read by position.
#[cfg(not(target_family = "wasm"))]
#[derive(Debug)]
pub struct File(std::fs::File);

#[cfg(not(target_family = "wasm"))]
impl File {
    /// Opens a file for reading.
    pub fn open(path: &std::path::Path) -> std::io::Result<Self> {
        let file = std::fs::File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(std::io::Error::new(std::io::ErrorKind::IsADirectory, "is a directory"));
        }
        Ok(Self(file))
    }
}

#[cfg(not(target_family = "wasm"))]
impl From<std::fs::File> for File {
    fn from(file: std::fs::File) -> Self {
        Self(file)
    }
}

#[cfg(not(target_family = "wasm"))]
impl Source for File {
    fn length(&self) -> u64 {
        self.0.metadata().map_or(0, |data| data.len())
    }

    #[cfg(unix)]
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, offset).map_err(|error| ReadError::Io(error.to_string()))
    }

    #[cfg(windows)]
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buffer, offset)
            .map_err(|error| ReadError::Io(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_told_from_ends() {
        let source = Sparse::new(20, vec![(4, vec![1; 4]), (12, vec![2; 4]), (6, vec![9; 3])]);
        let mut buffer = [0; 8];
        assert_eq!(source.read(0, &mut buffer), Err(ReadError::Hole { end: 4 }));
        assert_eq!(source.read(5, &mut buffer), Ok(3));
        assert_eq!(source.read(8, &mut buffer), Ok(1));
        assert_eq!(source.read(9, &mut buffer), Err(ReadError::Hole { end: 12 }));
        assert_eq!(source.read(16, &mut buffer), Err(ReadError::Hole { end: 20 }));
        assert_eq!(source.read(20, &mut buffer), Ok(0));
        assert_eq!(read_range(&source, 4, 20).unwrap().len(), 5);
    }

    #[test]
    fn a_bounded_source_ends_where_it_did() {
        let growing = Growing::new();
        growing.append(b"abcd");
        growing.close();
        let bounded = Bounded::now(growing.clone());
        assert_eq!((bounded.length(), bounded.is_complete()), (4, true));
        let growing = Growing::new();
        growing.append(b"abcd");
        let bounded = Bounded::now(growing.clone());
        growing.append(b"efgh");
        assert_eq!((bounded.length(), bounded.is_complete()), (4, false));
        assert_eq!(read_range(&bounded, 2, 8).unwrap(), b"cd");
        assert_eq!(bounded.read(4, &mut [0; 4]), Ok(0));
        assert_eq!(bounded.read(9, &mut [0; 4]), Ok(0));
    }

    #[test]
    fn a_growing_source_shows_what_was_appended() {
        let source = Growing::new();
        let reader = source.clone();
        source.append(b"ab");
        assert_eq!((reader.length(), reader.is_complete()), (2, false));
        source.close();
        source.append(b"c");
        assert_eq!(read_range(&reader, 0, 9).unwrap(), b"ab");
        assert!(reader.is_complete());
    }
}
