//! Logs wrapped in gzip or zstd, unpacked once before they are read.

use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

use binlog_explorer::source::Source;
use binlog_explorer::view::Message;
use binlog_explorer::wrapper::{Unwrapping, Wrapper};

use crate::spool::Spool;

/// Bytes unpacked at once.
const WINDOW: usize = 1 << 20;

/// Between two lines of progress.
const SAY_EVERY: Duration = Duration::from_millis(200);

/// What came out.
pub struct Unpacked {
    /// The log.
    pub source: Box<dyn Source>,
    /// What was done.
    pub note: Message,
    /// Why there is no more of it.
    pub damage: Option<Message>,
}

impl std::fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacked").field("damage", &self.damage).finish_non_exhaustive()
    }
}

/// Unpacks all that `stored` gives; `total` is how much that is, where it is known.
///
/// # Errors
/// When there is no place for temporary files, or the first bytes cannot be unpacked.
pub fn unpack(name: &str, wrapper: Wrapper, stored: impl Read, total: Option<u64>) -> io::Result<Unpacked> {
    let mut unwrapping = Unwrapping::new(wrapper, stored);
    let mut spool = Spool::default();
    let mut buffer = vec![0; WINDOW];
    let mut progress = Progress::new(name);
    let damage = loop {
        match unwrapping.read(&mut buffer) {
            Ok(0) => break None,
            Ok(read) => {
                let window = buffer.get(..read).unwrap_or_default();
                if let Err(error) = spool.write_all(window) {
                    // What is there is worth looking at; nothing at all is not.
                    if spool.length() == 0 {
                        return Err(error);
                    }
                    let full = Message::new("wrapper-no-room").text("wrapper", wrapper.name());
                    break Some(full.number("size", spool.length()).text("reason", error.to_string()));
                }
            }
            Err(fault) => break Some(fault.message()),
        }
        progress.say(unwrapping.taken(), total, spool.length());
    };
    progress.end();
    let note = wrapper.note(unwrapping.taken(), spool.length());
    Ok(Unpacked { source: spool.into_source(), note, damage })
}

/// One line on a terminal.
struct Progress<'n> {
    name: &'n str,
    last: Instant,
    said: bool,
    terminal: bool,
}

impl<'n> Progress<'n> {
    fn new(name: &'n str) -> Self {
        Self { name, last: Instant::now(), said: false, terminal: io::stderr().is_terminal() }
    }

    fn say(&mut self, taken: u64, total: Option<u64>, unpacked: u64) {
        if !self.terminal || self.last.elapsed() < SAY_EVERY {
            return;
        }
        (self.last, self.said) = (Instant::now(), true);
        let percent = total.map(|total| format!(" {}%,", taken * 100 / total.max(1))).unwrap_or_default();
        // Nobody needs it: what cannot be said is left out.
        let _ = write!(io::stderr(), "\r{}: unpacking,{percent} {} MiB\x1b[K", self.name, unpacked >> 20);
    }

    fn end(&self) {
        if self.said {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
