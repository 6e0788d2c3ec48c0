//! How far it is, on a terminal's standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often it is written.
const EVERY: Duration = Duration::from_millis(200);

/// Bytes counted, of all.
#[derive(Debug)]
pub struct Progress {
    done: AtomicU64,
    total: u64,
    began: Instant,
    written: Option<Mutex<Instant>>,
}

impl Progress {
    /// Of so many bytes; silent where standard error is no terminal.
    pub fn new(total: u64) -> Self {
        let now = Instant::now();
        let written = io::stderr().is_terminal().then(|| Mutex::new(now));
        Self { done: AtomicU64::new(0), total, began: now, written }
    }

    /// So many more.
    pub fn add(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Some(written) = &self.written else { return };
        let Ok(mut last) = written.try_lock() else { return };
        if last.elapsed() >= EVERY {
            *last = Instant::now();
            let rate = done as f64 / self.began.elapsed().as_secs_f64().max(0.001) / f64::from(1 << 20);
            let percent = done * 100 / self.total.max(1);
            let _ = write!(io::stderr(), "\rbinlogscope: counted {percent} %, {rate:.0} MiB/s ");
        }
    }

    /// Takes the line away.
    pub fn end(&self) {
        if self.written.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
