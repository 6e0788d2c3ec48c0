//! A source that tells what was read of it.

use std::cell::Cell;
use std::rc::Rc;

use binlog_explorer::source::{Memory, ReadError, Source};

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(dead_code, reason = "not every test needs all of it")]
pub struct Asked {
    /// How often.
    pub times: usize,
    /// How many bytes in all.
    pub bytes: u64,
    /// How many at once, at most.
    pub most: usize,
}

/// Counts what is read.
pub struct Counting {
    bytes: Memory,
    asked: Rc<Cell<Asked>>,
}

impl Counting {
    /// Over these bytes, and what it will have counted.
    pub fn over(bytes: &[u8]) -> (Self, Rc<Cell<Asked>>) {
        let asked = Rc::default();
        (Self { bytes: Memory::new(bytes), asked: Rc::clone(&asked) }, asked)
    }
}

impl Source for Counting {
    fn length(&self) -> u64 {
        self.bytes.length()
    }
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let Asked { times, bytes, most } = self.asked.get();
        let bytes = bytes + buffer.len() as u64;
        self.asked.set(Asked { times: times + 1, bytes, most: most.max(buffer.len()) });
        self.bytes.read(offset, buffer)
    }
}
