//! The records of a stream on the disk, between the replica that writes them and the pages that read them, each at its
//! own pace. Bounded: the oldest file goes when a page has taken it; what no page has taken stays.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use binlogscope_bridge::wire::{MAX_BATCH, whole_records};
use tempfile::TempDir;

/// Files that a spool has when it is full; the room comes back in pieces of this size.
const FILES: u64 = 8;

/// A stream's spool. Its folder goes with it.
#[derive(Debug)]
pub(super) struct Spool {
    folder: TempDir,
    limit: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// In order, without gaps; the last one is written to.
    segments: VecDeque<Segment>,
    writer: File,
    /// Behind everything that some page has taken.
    taken: u64,
    made: u64,
}

/// A file of records.
#[derive(Clone, Debug)]
struct Segment {
    start: u64,
    length: u64,
    path: Arc<Path>,
    /// Without which its records cannot be read.
    prelude: Arc<[u8]>,
    /// It does not begin inside of a transaction.
    clean: bool,
}

impl Segment {
    const fn end(&self) -> u64 {
        self.start + self.length
    }
}

/// What a reader gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Whole records from its position on; none at the end.
    Records(Vec<u8>),
    /// They are gone. From this position on there are some, and this goes before them.
    Behind(u64, Arc<[u8]>),
}

/// A reader: the file that it read last.
#[derive(Debug, Default)]
pub(super) struct Reader(Option<(Arc<Path>, File)>);

impl Spool {
    /// Empty, in a new folder inside of this one, or of the system's for temporary files.
    pub(super) fn create(folder: Option<&Path>, limit: u64) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("binlogscope-spool-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // What a server logs is not for everybody.
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let folder = match folder {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                builder.tempdir_in(folder)?
            }
            None => builder.tempdir()?,
        };
        let (segment, writer) = new_segment(folder.path(), 0, 0, &[], true)?;
        let state = State { segments: [segment].into(), writer, taken: 0, made: 1 };
        Ok(Self { folder, limit, state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of it is complete in itself.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds whole records. If a new file begins behind them, it begins with `prelude`; `clean` says that no transaction
    /// is open there.
    pub(super) fn append(&self, records: &[u8], prelude: &[u8], clean: bool) -> io::Result<()> {
        let mut state = self.state();
        state.writer.write_all(records)?;
        let Some(last) = state.segments.back_mut() else { return Ok(()) };
        last.length += records.len() as u64;
        let (length, end) = (last.length, last.end());
        if length >= self.limit / FILES {
            let (segment, writer) = new_segment(self.folder.path(), state.made, end, prelude, clean)?;
            state.segments.push_back(segment);
            (state.writer, state.made) = (writer, state.made + 1);
        }
        Ok(())
    }

    /// Lets go what some page has taken, if that many bytes are too many. Whether there is room then.
    pub(super) fn make_room(&self, limit: u64) -> bool {
        let mut state = self.state();
        while state.length() > limit {
            let taken = state.taken;
            let most = state.segments.len() > 1;
            match state.segments.front() {
                Some(first) if most && first.end() <= taken => {
                    // Who reads it has it open; elsewhere it goes with the folder.
                    let _ = std::fs::remove_file(&first.path);
                    state.segments.pop_front();
                }
                _ => return false,
            }
        }
        true
    }

    /// Bytes that it may have.
    pub(super) const fn limit(&self) -> u64 {
        self.limit
    }

    /// A page has everything before this position.
    pub(super) fn taken(&self, position: u64) {
        let mut state = self.state();
        state.taken = state.taken.max(position.min(state.end()));
    }

    /// The position of the first record that is still there.
    pub(super) fn first(&self) -> u64 {
        self.state().segments.front().map_or(0, |segment| segment.start)
    }

    /// The position behind the last record.
    pub(super) fn end(&self) -> u64 {
        self.state().end()
    }

    /// Whole records from this position on, at most about [`MAX_BATCH`] bytes.
    pub(super) fn read(&self, reader: &mut Reader, position: u64) -> io::Result<Taken> {
        let segment = {
            let state = self.state();
            let segments = &state.segments;
            let found = segments.iter().rev().find(|segment| segment.start <= position && position < segment.end());
            let first = segments.iter().find(|segment| segment.clean).or(segments.front());
            match (found, first) {
                (Some(segment), _) => segment.clone(),
                (None, Some(first)) if position < first.start => {
                    return Ok(Taken::Behind(first.start, first.prelude.clone()));
                }
                _ => return Ok(Taken::Records(Vec::new())),
            }
        };
        if reader.0.as_ref().is_none_or(|(path, _)| *path != segment.path) {
            match File::open(&segment.path) {
                Ok(file) => reader.0 = Some((segment.path.clone(), file)),
                // It was let go a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound && position < self.first() => {
                    return self.read(reader, position);
                }
                Err(error) => return Err(error),
            }
        }
        let Some((_, file)) = &mut reader.0 else { return Ok(Taken::Records(Vec::new())) };
        file.seek(SeekFrom::Start(position - segment.start))?;
        let mut bytes = Vec::new();
        file.take((segment.end() - position).min(MAX_BATCH as u64)).read_to_end(&mut bytes)?;
        bytes.truncate(whole_records(&bytes, MAX_BATCH));
        Ok(Taken::Records(bytes))
    }
}

impl State {
    fn length(&self) -> u64 {
        self.end() - self.segments.front().map_or(0, |segment| segment.start)
    }

    fn end(&self) -> u64 {
        self.segments.back().map_or(0, Segment::end)
    }
}

fn new_segment(folder: &Path, number: u64, start: u64, prelude: &[u8], clean: bool) -> io::Result<(Segment, File)> {
    let path: PathBuf = folder.join(format!("{number:08}"));
    let file = File::create_new(&path)?;
    Ok((Segment { start, length: 0, path: path.into(), prelude: prelude.into(), clean }, file))
}

#[cfg(test)]
mod tests {
    use binlogscope_bridge::wire::{Record, write_packet};

    use super::*;

    fn record(byte: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_packet(Record { sequence: byte, ..Record::default() }, &[byte; 76], &mut bytes);
        bytes
    }

    fn take(spool: &Spool, position: u64) -> Vec<u8> {
        match spool.read(&mut Reader::default(), position).expect("it is read") {
            Taken::Records(records) => records,
            behind => panic!("{behind:?}"),
        }
    }

    #[test]
    fn what_is_written_is_read_from_any_record_on() {
        let spool = Spool::create(None, 1600).expect("a spool");
        let mut all = Vec::new();
        for byte in 0..10 {
            spool.append(&record(byte), b"p", true).expect("it is written");
            all.extend(record(byte));
        }
        for record in 0..10 {
            let mut position = record * 100;
            let mut read = Vec::new();
            while position < 1000 {
                let records = take(&spool, position);
                position += records.len() as u64;
                read.extend(records);
            }
            assert!(read == all[record as usize * 100..], "from record {record}");
        }
        assert!(take(&spool, 1000).is_empty());
        assert_eq!((spool.first(), spool.end()), (0, 1000));
    }

    #[test]
    fn only_what_a_page_has_taken_goes() {
        let spool = Spool::create(None, 800).expect("a spool");
        for byte in 0..10 {
            spool.append(&record(byte), &[byte], byte % 4 == 3).expect("it is written");
        }
        assert!(!spool.make_room(800), "nothing was taken");
        assert_eq!(spool.first(), 0);
        spool.taken(250);
        assert!(spool.make_room(800));
        assert_eq!(spool.first(), 200, "only as much as need be, and only what was taken whole");
        assert!(!spool.make_room(400));
        let behind = spool.read(&mut Reader::default(), 100).expect("it is read");
        // The next one that begins with a transaction.
        assert_eq!(behind, Taken::Behind(400, [3].as_slice().into()));
        assert_eq!(take(&spool, 200)[..100], record(2)[..]);
        spool.taken(5000);
        assert!(spool.make_room(0));
        assert_eq!((spool.first(), spool.end()), (1000, 1000));
    }

    #[test]
    fn files_go_with_the_spool() {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::create(Some(&folder.path().join("new")), 800).expect("a spool");
        spool.append(&record(1), b"", true).expect("it is written");
        assert_eq!(walk(folder.path()), 2);
        drop(spool);
        assert_eq!(walk(folder.path()), 0);
    }

    fn walk(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .map(|path| if path.is_dir() { walk(&path) } else { 1 })
            .sum()
    }
}
