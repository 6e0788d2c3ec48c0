//! Follows a binary log that a server is writing, as `tail -f` does a text: prints each event once it
//! is complete. Ends when nothing was added for as many seconds as told.
//!
//! ```sh
//! cargo run --example follow -- /var/lib/mysql/binlog.000042 [SECONDS]
//! ```

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, thread};

use binlog_format::framer::{Framer, Item, Start, Step};
use binlog_format::names::event_type_or_unknown;

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let usage = || io::Error::other("usage: follow FILE [SECONDS]");
    let path = arguments.next().ok_or_else(usage)?;
    let seconds = arguments.next().map(|seconds| seconds.parse().map_err(|_| usage())).transpose()?;
    follow(path.as_ref(), seconds.map_or(Duration::MAX, Duration::from_secs), &mut io::stdout())
}

/// How much is read at least.
const WINDOW: usize = 64 << 10;

/// How long to wait for more.
const WAIT: Duration = Duration::from_millis(100);

/// Prints the events of a file, then those that are added, until none came for `idle`.
pub fn follow(path: &Path, idle: Duration, out: &mut impl Write) -> io::Result<()> {
    let file = File::open(path)?;
    let mut framer = Framer::new(Start::File);
    // The bytes from `start` on.
    let (mut window, mut start) = (Vec::new(), 0);
    let mut grown = Instant::now();
    let mut length = 0;
    loop {
        let data = window.get((framer.offset() - start) as usize..).unwrap_or_default();
        match framer.step(data) {
            Step::Consumed(_, Some(Item::Event(frame))) => {
                writeln!(out, "{:>10} {:<10} {}", frame.start, frame.end, event_type_or_unknown(frame.kind))?;
            }
            Step::Consumed(_, Some(Item::Span(span))) => {
                writeln!(out, "{:>10} {:<10} {}", span.start, span.end, span.kind.text())?;
            }
            Step::Consumed(_, None) => {}
            Step::Back => {
                start = framer.offset();
                window.clear();
            }
            Step::NeedMore(bytes) => {
                start = framer.offset();
                window.clear();
                (&file).seek(SeekFrom::Start(start))?;
                (&file).take(bytes.max(WINDOW) as u64).read_to_end(&mut window)?;
                if window.len() < bytes {
                    return Err(io::Error::other(format!("the file ends at {}", start + window.len() as u64)));
                }
            }
            // All that is complete was printed. The file may grow: that is what `false` says.
            Step::End => {
                let now = file.metadata()?.len();
                if now != length {
                    (length, grown) = (now, Instant::now());
                } else if grown.elapsed() >= idle {
                    return Ok(());
                } else {
                    out.flush()?;
                    wait();
                }
                framer.set_length(length, false);
            }
        }
    }
}

/// Without a service of the system that tells of changes there is nothing to wait for.
#[allow(clippy::disallowed_methods, reason = "polls, as `tail -f` does where it must")]
fn wait() {
    thread::sleep(WAIT);
}
