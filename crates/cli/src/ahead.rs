//! Standard output, written by a thread of its own: while one buffer waits for the reader, the
//! next is filled.

use std::io::{self, Write};
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use binlog_explorer::dump::Deliver;

/// Buffers that are filled or being written at one time.
const BUFFERS: usize = 3;

/// Bytes that an empty buffer keeps room for.
const KEPT: usize = 1 << 20;

/// A writer's buffers, on their way to a thread that writes them.
#[derive(Debug)]
pub struct Ahead {
    /// To the thread; none once it has ended.
    full: Option<SyncSender<Vec<u8>>>,
    /// From the thread.
    empty: Receiver<Vec<u8>>,
    spare: Vec<Vec<u8>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Ahead {
    /// Before what `open` gives, which the thread holds.
    pub fn new<W: Write>(open: impl FnOnce() -> W + Send + 'static) -> io::Result<Self> {
        let (full, work) = sync_channel::<Vec<u8>>(BUFFERS);
        let (done, empty) = sync_channel(BUFFERS);
        let thread = thread::Builder::new().name("output".into()).spawn(move || {
            let mut out = open();
            for mut buffer in work {
                out.write_all(&buffer)?;
                out.flush()?;
                buffer.clear();
                // One long line does not make every buffer as long.
                buffer.shrink_to(KEPT);
                // Nobody waits for the last ones.
                let _ = done.send(buffer);
            }
            Ok(())
        })?;
        Ok(Self { full: Some(full), empty, spare: vec![Vec::new(); BUFFERS], thread: Some(thread) })
    }

    /// Ends the thread; why it ended before, if it did.
    fn end(&mut self) -> io::Result<()> {
        self.full = None;
        let Some(thread) = self.thread.take() else { return Err(io::ErrorKind::BrokenPipe.into()) };
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the output thread failed")))
    }

    /// Waits for a buffer that is written.
    fn wait(&mut self) -> io::Result<Vec<u8>> {
        match self.empty.recv() {
            Ok(buffer) => Ok(buffer),
            Err(_) => self.end().and(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }
}

impl Deliver for Ahead {
    fn deliver(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let empty = match self.spare.pop() {
            Some(empty) => empty,
            None => self.wait()?,
        };
        match &self.full {
            Some(full) if full.send(mem::replace(buffer, empty)).is_ok() => Ok(()),
            _ => self.end().and(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.spare.len() < BUFFERS {
            let buffer = self.wait()?;
            self.spare.push(buffer);
        }
        Ok(())
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if self.thread.is_some() {
            // Who asks for errors flushes.
            let _ = self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes some writes, then none.
    struct Closing(usize);

    impl Write for Closing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn everything_is_written_in_order() {
        let (seen, written) = sync_channel(200);
        struct Seen(SyncSender<Vec<u8>>);
        impl Write for Seen {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut out = Ahead::new(move || Seen(seen)).expect("a thread");
        for number in 0..100u8 {
            out.deliver(&mut vec![number; 3]).expect("taken");
            if number == 50 {
                out.flush().expect("flushed");
            }
        }
        out.flush().expect("flushed");
        assert_eq!(written.try_iter().count(), 100);
        drop(out);
    }

    #[test]
    fn a_reader_that_leaves_is_told() {
        let mut out = Ahead::new(|| Closing(5)).expect("a thread");
        let error = (0..100).find_map(|_| out.deliver(&mut b"text".to_vec()).err()).expect("noticed");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(out.deliver(&mut b"more".to_vec()).map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
        let mut out = Ahead::new(|| Closing(0)).expect("a thread");
        out.deliver(&mut b"taken, not yet written".to_vec()).expect("taken");
        assert!(out.flush().is_err());
    }
}
