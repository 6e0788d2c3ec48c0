//! Where the text goes: one large buffer that is filled, written and filled again.

use std::io::{self, Write};

/// The buffer is written when it holds this much.
const FULL: usize = 256 << 10;

/// A buffer before a writer. What goes wrong while writing is kept until it is asked for.
#[derive(Debug)]
pub struct Output<W> {
    out: W,
    /// What is to be written next.
    pub buffer: Vec<u8>,
    failed: Option<io::Error>,
}

impl<W: Write> Output<W> {
    /// Before `out`.
    pub fn new(out: W) -> Self {
        Self { out, buffer: Vec::with_capacity(FULL * 2), failed: None }
    }

    /// Appends.
    pub fn put(&mut self, text: impl AsRef<[u8]>) {
        self.buffer.extend_from_slice(text.as_ref());
    }

    /// Writes the buffer if it is full.
    #[inline]
    pub fn spill(&mut self) {
        if self.buffer.len() >= FULL {
            self.write();
        }
    }

    #[cold]
    fn write(&mut self) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }

    /// What went wrong since the last time.
    pub fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Writes everything.
    pub fn flush(&mut self) -> io::Result<()> {
        self.write();
        self.check()?;
        self.out.flush()
    }
}

/// Text that is appended in pieces: to the output, where a full buffer is written between them,
/// or to memory, where it waits.
pub trait Target {
    /// The bytes appended to.
    fn bytes(&mut self) -> &mut Vec<u8>;
    /// A moment at which a full buffer may be written.
    fn pause(&mut self);
}

impl<W: Write> Target for Output<W> {
    #[inline]
    fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }
    #[inline]
    fn pause(&mut self) {
        self.spill();
    }
}

impl Target for Vec<u8> {
    #[inline]
    fn bytes(&mut self) -> &mut Vec<u8> {
        self
    }
    #[inline]
    fn pause(&mut self) {}
}
