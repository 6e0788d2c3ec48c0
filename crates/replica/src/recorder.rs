//! Writes a stream to files: those of the server, byte for byte.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use binlog_format::container::MAGIC;
use binlog_format::event::{Context, decode};
use binlog_format::framer::{Framer, Item, Start, Step};

use crate::place::{Place, Tracker};
use crate::replica::StreamEvent;

/// When what was written is to be on the disk, whatever happens to the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fsync {
    /// With the end of each file.
    #[default]
    File,
    /// With each transaction too.
    Transaction,
    /// When the system sees fit.
    Never,
}

/// Why nothing more is recorded. What was recorded ends with a complete transaction.
#[derive(Debug)]
pub enum RecordError {
    /// The system refuses: no room, no right.
    Io(PathBuf, io::Error),
    /// The server's name for a file would lie elsewhere than in the folder.
    Name(String),
    /// An event does not follow the one before it: the file is so long, and the event begins there.
    Gap(String, u64, u64),
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Name(name) => write!(f, "the server calls a file {name:?}, which is no name for one"),
            Self::Gap(name, length, start) => {
                write!(f, "{name} has {length} bytes, and the next event begins at {start}: something is missing")
            }
        }
    }
}

impl std::error::Error for RecordError {}

/// A folder of recorded files.
#[derive(Debug)]
pub struct Recorder {
    folder: PathBuf,
    fsync: Fsync,
    open: Option<Open>,
    events: u64,
    bytes: u64,
}

#[derive(Debug)]
struct Open {
    name: Arc<str>,
    path: PathBuf,
    file: File,
    length: u64,
    /// The end of the last complete transaction.
    complete: u64,
    /// So much is on the disk.
    synced: u64,
}

/// What is read at once of a file that is continued.
const WINDOW: usize = 1 << 20;

impl Recorder {
    /// Records into this folder, which is made if it is not there. Returns where its last file ends, if it has any: at
    /// the end of the last complete transaction, behind which everything is cut off.
    ///
    /// # Errors
    ///
    /// The folder or file cannot be made, read or cut.
    pub fn open(folder: &Path, fsync: Fsync) -> Result<(Self, Option<Place>), RecordError> {
        let fault = |error| RecordError::Io(folder.to_owned(), error);
        fs::create_dir_all(folder).map_err(fault)?;
        let mut last: Option<(u64, PathBuf)> = None;
        for entry in fs::read_dir(folder).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            // Files are numbered; behind 999999 there are more digits.
            let number = path.extension().and_then(|end| end.to_str()?.parse::<u64>().ok());
            if let Some(number) = number.filter(|_| path.is_file())
                && last.as_ref().is_none_or(|(other, _)| *other < number)
            {
                last = Some((number, path));
            }
        }
        let mut recorder = Self { folder: folder.to_owned(), fsync, open: None, events: 0, bytes: 0 };
        let Some((_, path)) = last else { return Ok((recorder, None)) };
        let open = continued(&path).map_err(|error| RecordError::Io(path.clone(), error))?;
        let place = Place { file: open.name.clone(), position: open.complete };
        recorder.open = Some(open);
        Ok((recorder, Some(place)))
    }

    /// Events and bytes that were recorded.
    pub const fn counts(&self) -> (u64, u64) {
        (self.events, self.bytes)
    }

    /// Writes an event; what the sender made up stands in no file. `boundary` is the stream's, behind the event.
    ///
    /// # Errors
    ///
    /// What was written of the open transaction is cut off then.
    pub fn event(&mut self, event: &StreamEvent, boundary: Option<&Place>) -> Result<(), RecordError> {
        let Some(start) = event.start else { return Ok(()) };
        if self.open.as_ref().is_none_or(|open| open.name != event.file) {
            self.close()?;
            self.open = Some(self.begin(&event.file)?);
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.length != start {
            return Err(RecordError::Gap(open.name.to_string(), open.length, start));
        }
        let written = open.file.write_all(&event.bytes);
        let complete =
            boundary.is_some_and(|at| at.file == open.name && at.position == start + event.bytes.len() as u64);
        if let Err(error) = written {
            // A file that ends inside of a transaction would be one that is still written.
            let _ = open.file.set_len(open.complete);
            return Err(RecordError::Io(open.path.clone(), error));
        }
        open.length += event.bytes.len() as u64;
        if complete {
            open.complete = open.length;
        }
        self.events += 1;
        self.bytes += event.bytes.len() as u64;
        if complete && self.fsync == Fsync::Transaction { self.sync() } else { Ok(()) }
    }

    /// Puts what was written on the disk. What [`Fsync::Transaction`] has put there already costs nothing.
    ///
    /// # Errors
    ///
    /// It does not get there. The open transaction is cut off then.
    pub fn sync(&mut self) -> Result<(), RecordError> {
        let Some(open) = self.open.as_mut().filter(|open| open.synced < open.length) else { return Ok(()) };
        if let Err(error) = open.file.sync_data() {
            let _ = open.file.set_len(open.complete);
            return Err(RecordError::Io(open.path.clone(), error));
        }
        open.synced = open.length;
        Ok(())
    }

    /// What came of the open transaction has not happened.
    ///
    /// # Errors
    ///
    /// The file cannot be cut.
    pub fn withdraw(&mut self) -> Result<(), RecordError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let cut = open.file.set_len(open.complete).and_then(|()| open.file.seek(SeekFrom::End(0)).map(drop));
        open.length = open.complete;
        cut.map_err(|error| RecordError::Io(open.path.clone(), error))
    }

    /// Ends the open file.
    ///
    /// # Errors
    ///
    /// What was written does not reach the disk.
    pub fn close(&mut self) -> Result<(), RecordError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        if self.fsync == Fsync::Never {
            return Ok(());
        }
        open.file.sync_all().map_err(|error| RecordError::Io(open.path, error))
    }

    fn begin(&self, name: &Arc<str>) -> Result<Open, RecordError> {
        let path = self.folder.join(&**name);
        // The server names the file; it may lie nowhere but here.
        if Path::new(&**name).file_name().is_none_or(|only| only != &**name) || name.contains(['/', '\\', '\0']) {
            return Err(RecordError::Name(name.to_string()));
        }
        let made = OpenOptions::new().write(true).create_new(true).open(&path);
        let made = made.and_then(|mut file| file.write_all(&MAGIC).map(|()| file));
        // A file is safe only when its name is.
        #[cfg(unix)]
        let made = made.and_then(|file| File::open(&self.folder)?.sync_all().map(|()| file));
        let file = made.map_err(|error| RecordError::Io(path.clone(), error))?;
        let length = MAGIC.len() as u64;
        Ok(Open { name: name.clone(), path, file, length, complete: length, synced: 0 })
    }
}

/// A file as it was left: cut at the end of its last complete transaction.
fn continued(path: &Path) -> io::Result<Open> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let name: Arc<str> = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().into();
    let mut tracker = Tracker::at(Place { file: name.clone(), position: MAGIC.len() as u64 }, u64::MAX);
    let mut framer = Framer::new(Start::File);
    framer.set_length(length, false);
    let mut reader = BufReader::with_capacity(WINDOW, &mut file);
    let mut window = Vec::new();
    'file: loop {
        let mut at = 0;
        let wanted = loop {
            let format = *framer.format();
            match framer.step(window.get(at..).unwrap_or_default()) {
                Step::NeedMore(bytes) => break bytes,
                Step::Consumed(bytes, item) => {
                    let good = match item {
                        Some(Item::Event(frame)) if frame.is_whole() && frame.checksum.ok() != Some(false) => {
                            let context = Context { checksum: frame.checksum.ok().is_some(), ..Context::new(&format) };
                            decode(frame.bytes, &context, ()).map(|event| tracker.pass(frame.kind, &event)).is_ok()
                        }
                        // Held by its first bytes only; what it is, the type tells.
                        Some(Item::Event(frame)) => {
                            frame.checksum.ok() != Some(false) && {
                                tracker.pass_large(frame.kind, frame.end);
                                true
                            }
                        }
                        Some(Item::Span(span)) => span.error.is_none() && span.end <= MAGIC.len() as u64,
                        None => true,
                    };
                    at += bytes;
                    if !good {
                        break 'file;
                    }
                }
                Step::Back | Step::End => break 'file,
            }
        };
        window.drain(..at);
        let before = window.len();
        let more = wanted.max(before + WINDOW) - before;
        reader.by_ref().take(more as u64).read_to_end(&mut window)?;
        if window.len() == before || window.len() < wanted {
            break;
        }
    }
    drop(reader);
    let complete = tracker.boundary.position;
    if length < MAGIC.len() as u64 {
        // Not even the magic was written whole.
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&MAGIC)?;
    }
    file.set_len(complete)?;
    file.seek(SeekFrom::End(0))?;
    Ok(Open { name, path: path.to_owned(), file, length: complete, complete, synced: 0 })
}
