//! Where a dump goes: one large buffer that is filled, handed over and filled again.

use std::io::{self, Write};

/// The buffer is handed over when it holds this much.
const FULL: usize = 256 << 10;

/// Takes full buffers. Every [`Write`] does; one that passes them on to another thread need not copy them.
pub trait Deliver {
    /// Takes what is in the buffer and leaves an empty one.
    ///
    /// # Errors
    ///
    /// What went wrong, with this buffer or one before.
    fn deliver(&mut self, buffer: &mut Vec<u8>) -> io::Result<()>;

    /// Ends when all that was taken is where it belongs.
    ///
    /// # Errors
    ///
    /// The same.
    fn flush(&mut self) -> io::Result<()>;
}

impl<W: Write> Deliver for W {
    fn deliver(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let written = self.write_all(buffer);
        buffer.clear();
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(self)
    }
}

/// A buffer before a writer. What goes wrong while writing is kept until it is asked for.
#[derive(Debug)]
pub struct Output<W> {
    out: W,
    /// What is to be written next.
    pub buffer: Vec<u8>,
    failed: Option<io::Error>,
}

impl<W: Deliver> Output<W> {
    /// Before `out`.
    pub fn new(out: W) -> Self {
        Self { out, buffer: Vec::with_capacity(FULL + FULL / 4), failed: None }
    }

    /// Where it goes.
    pub fn writer(&mut self) -> &mut W {
        &mut self.out
    }

    /// Appends.
    pub fn put(&mut self, text: impl AsRef<[u8]>) {
        self.buffer.extend_from_slice(text.as_ref());
    }

    /// Hands the buffer over if it is full.
    #[inline]
    pub fn spill(&mut self) {
        if self.buffer.len() >= FULL {
            self.deliver();
        }
    }

    #[cold]
    fn deliver(&mut self) {
        if self.failed.is_none() {
            self.failed = self.out.deliver(&mut self.buffer).err();
        }
        self.buffer.clear();
    }

    /// What went wrong since the last time.
    pub fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// After a record: hands the buffer over if it is full.
    pub fn end_record(&mut self) -> io::Result<()> {
        self.spill();
        self.check()
    }

    /// Hands over everything.
    pub fn flush(&mut self) -> io::Result<()> {
        self.deliver();
        self.check()?;
        self.out.flush()
    }
}

/// Text that is appended in pieces: to the output, where a full buffer is handed over between
/// them, or to memory, where it waits.
pub trait Target {
    /// The bytes appended to.
    fn bytes(&mut self) -> &mut Vec<u8>;
    /// A moment at which a full buffer may be handed over.
    fn pause(&mut self);
}

impl<W: Deliver> Target for Output<W> {
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
