//! Logs that somebody wrapped: `binlog.000042.gz`, `binlog.000042.zst`. They are known by their first
//! bytes, unpacked once in order, and what comes out is the source.
//!
//! What comes out before a wrapper breaks off or lies is kept, and the fault says at which byte of the
//! wrapped file it is. Formats: RFC 1952 (gzip), RFC 8878 (Zstandard).

mod gzip;
mod stored;
mod zstd;

use std::fmt;
use std::io::Read;

use crate::source::{ReadError, Source, read_range};
use crate::view::Message;

use gzip::Gzip;
use stored::StoredBytes;
use zstd::Zstd;

/// What a log is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapper {
    /// RFC 1952; one or more members.
    Gzip,
    /// RFC 8878; frames, and skippable ones between them.
    Zstd,
}

/// First bytes that [`Wrapper::recognise`] looks at.
pub const WRAPPER_HEAD: usize = 4;

/// Unpacked bytes that any wrapper may give.
pub const UNPACKED_FREE: u64 = 4 << 30;

/// What a wrapper may give beyond [`UNPACKED_FREE`], as a multiple of its stored bytes. Events differ at
/// least in position and checksum, eight bytes that do not compress: a log of events of 8 KiB that are the
/// same otherwise reaches this. A Zstandard bomb reaches thirty times as much.
pub const UNPACKED_RATIO: u64 = 1000;

/// Whether a source may be a capture of a network: pcap in either byte order, with micro- or nanoseconds, or pcapng.
pub fn is_capture(source: &dyn Source) -> bool {
    const PCAP: [[u8; 4]; 4] =
        [[0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1]];
    const PCAPNG: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
    let head = read_range(source, 0, WRAPPER_HEAD as u64).unwrap_or_default();
    head == PCAPNG || PCAP.iter().any(|magic| head == magic)
}

impl Wrapper {
    /// By the first bytes of a file, whatever its name.
    pub fn recognise(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Looks at the beginning of a source.
    pub fn of(source: &dyn Source) -> Option<Self> {
        Self::recognise(&read_range(source, 0, WRAPPER_HEAD as u64).ok()?)
    }

    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// That a source was unpacked, and what offsets mean then.
    pub fn note(self, stored: u64, size: u64) -> Message {
        Message::new("note-unpacked").text("wrapper", self.name()).number("stored", stored).number("size", size)
    }

    /// How many bytes will come out, as far as the wrapper tells: the content size of a Zstandard frame. A
    /// gzip member ends with its size modulo 4 GiB, which is that of the last member only: it is believed
    /// where deflate could not have made 4 GiB of what is stored. Nobody has checked it.
    pub fn claimed_size(self, source: &dyn Source) -> Option<u64> {
        /// Deflate makes at most 1032 bytes of one.
        const CERTAIN: u64 = (4 << 30) / 1032;
        match self {
            Self::Gzip => {
                let length = source.length();
                let tail = read_range(source, length.checked_sub(4)?, length).ok()?;
                (length < CERTAIN).then_some(u32::from_le_bytes(tail.try_into().ok()?).into())
            }
            Self::Zstd => zstd::content_size(&read_range(source, 0, 32).ok()?),
        }
    }
}

/// What is wrong with a wrapper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It ends in the middle.
    Truncated,
    /// The compressed bytes make no sense.
    Corrupt,
    /// What came out does not have the checksum, or the length, that stands at the end.
    Checksum,
    /// It needs what is not there: a dictionary, a larger window. In words.
    Unsupported(String),
    /// Other bytes follow its end.
    Trailing,
    /// It gives more than [`UNPACKED_FREE`] and [`UNPACKED_RATIO`] allow.
    Bomb,
    /// The stored bytes cannot be read. The system's words.
    Io(String),
}

/// Where and why unpacking ended before the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub problem: Problem,
    /// What is unpacked.
    pub wrapper: Wrapper,
    /// Stored bytes that were taken before it showed.
    pub at: u64,
    /// Bytes that came out before.
    pub unpacked: u64,
}

impl Fault {
    /// As a sentence.
    pub fn message(&self) -> Message {
        let (id, reason) = match &self.problem {
            Problem::Truncated => ("wrapper-truncated", ""),
            Problem::Corrupt => ("wrapper-corrupt", ""),
            Problem::Checksum => ("wrapper-checksum", ""),
            Problem::Unsupported(reason) => ("wrapper-unsupported", reason.as_str()),
            Problem::Trailing => ("wrapper-trailing", ""),
            Problem::Bomb => ("wrapper-bomb", ""),
            Problem::Io(reason) => ("wrapper-unreadable", reason.as_str()),
        };
        Message::new(id)
            .text("wrapper", self.wrapper.name())
            .number("at", self.at)
            .number("size", self.unpacked)
            .text("reason", reason)
    }
}

/// Unpacks in order.
pub struct Unwrapping<R> {
    stored: StoredBytes<R>,
    engine: Engine,
    wrapper: Wrapper,
    position: u64,
    fault: Option<Problem>,
}

enum Engine {
    Gzip(Gzip),
    Zstd(Box<Zstd>),
}

impl<R> fmt::Debug for Unwrapping<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unwrapping").field("wrapper", &self.wrapper).field("position", &self.position).finish()
    }
}

impl<R: Read> Unwrapping<R> {
    /// Unpacks what `stored` gives.
    pub fn new(wrapper: Wrapper, stored: R) -> Self {
        let engine = match wrapper {
            Wrapper::Gzip => Engine::Gzip(Gzip::new()),
            Wrapper::Zstd => Engine::Zstd(Box::new(Zstd::new())),
        };
        Self { stored: StoredBytes::new(stored), engine, wrapper, position: 0, fault: None }
    }

    /// What it unpacks.
    pub fn wrapper(&self) -> Wrapper {
        self.wrapper
    }

    /// Bytes that came out.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Stored bytes that were taken.
    pub fn taken(&self) -> u64 {
        self.stored.at()
    }

    /// The next bytes into the beginning of `buffer`; how many these are, 0 at the end.
    ///
    /// # Errors
    ///
    /// The fault, once everything before it came out; then the same again.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        if let Some(problem) = &self.fault {
            return Err(self.fault(problem.clone()));
        }
        let read = match &mut self.engine {
            Engine::Gzip(gzip) => gzip.read(&mut self.stored, buffer),
            Engine::Zstd(zstd) => zstd.read(&mut self.stored, buffer),
        };
        let limit = UNPACKED_FREE.max(self.stored.at().saturating_mul(UNPACKED_RATIO));
        let read = match read {
            Ok(read) if self.position + read as u64 > limit => Err(Problem::Bomb),
            // Whatever the decoder makes of missing bytes: they could not be read.
            Err(problem) => Err(self.stored.failure().map_or(problem, Problem::Io)),
            read => read,
        };
        match read {
            Ok(read) => {
                self.position += read as u64;
                Ok(read)
            }
            Err(problem) => {
                if problem == Problem::Truncated {
                    // What there is of the missing part.
                    self.stored.skip(u64::MAX);
                }
                self.fault = Some(problem.clone());
                Err(self.fault(problem))
            }
        }
    }

    fn fault(&self, problem: Problem) -> Fault {
        Fault { problem, wrapper: self.wrapper, at: self.stored.at(), unpacked: self.position }
    }
}

/// The bytes of a source, in order.
#[derive(Debug)]
pub struct InOrder<S> {
    source: S,
    at: u64,
}

impl<S: Source> InOrder<S> {
    /// From its first byte on.
    pub fn new(source: S) -> Self {
        Self { source, at: 0 }
    }
}

impl<S: Source> Read for InOrder<S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(self.at, buffer).map_err(|error: ReadError| std::io::Error::other(error))?;
        self.at += read as u64;
        Ok(read)
    }
}
