//! What can be read only once, kept where it can be read at any offset: a little in memory, more in a
//! temporary file without a name, which is gone when the command ends, however it ends.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use binlog_explorer::source::{self, Memory, Source};

/// Bytes that are kept in memory.
const IN_MEMORY: usize = 64 << 20;

/// Grows by [`write`](Write::write).
#[derive(Debug, Default)]
pub struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
}

/// Where temporary files lie: what `TMPDIR` names, else the place for large ones, as `/tmp` is often memory.
fn folder() -> PathBuf {
    let large = Path::new("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && large.is_dir() { large.into() } else { std::env::temp_dir() }
}

impl Spool {
    /// Bytes in it.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// All that a reader gives.
    pub fn fill(&mut self, mut from: impl Read) -> io::Result<()> {
        io::copy(&mut from, self).map(drop)
    }

    /// Reads from an offset on, while it grows; nothing at its end.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(file) = &self.file else {
            let rest = usize::try_from(offset).ok().and_then(|offset| self.memory.get(offset..)).unwrap_or_default();
            let count = rest.len().min(buffer.len());
            buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            return Ok(count);
        };
        #[cfg(unix)]
        return std::os::unix::fs::FileExt::read_at(file, buffer, offset);
        // Reading moves the place that is written at.
        #[cfg(windows)]
        {
            use std::io::{Seek, SeekFrom};
            let read = std::os::windows::fs::FileExt::seek_read(file, buffer, offset);
            let mut file = file;
            file.seek(SeekFrom::End(0))?;
            read
        }
    }

    /// For reading. Nothing is written after.
    pub fn into_source(self) -> Box<dyn Source> {
        match self.file {
            Some(file) => Box::new(source::File::from(file)),
            None => Box::new(Memory::new(self.memory)),
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.is_none() && self.memory.len() + bytes.len() > IN_MEMORY {
            let mut file = tempfile::tempfile_in(folder())?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes)?,
            None => self.memory.extend_from_slice(bytes),
        }
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlog_explorer::source::read_range;

    #[test]
    fn what_is_too_much_for_memory_goes_to_a_file() {
        let chunk: Vec<u8> = (0..1u64 << 20).map(|i| ((i * i) >> 11) as u8).collect();
        let mut spool = Spool::default();
        for _ in 0..65 {
            spool.write_all(&chunk).expect("there is room");
        }
        assert!(spool.file.is_some());
        let mut buffer = [0; 4];
        assert_eq!(spool.read_at((64 << 20) + 5, &mut buffer).expect("there"), 4);
        assert_eq!(buffer, chunk[5..9]);
        let source = spool.into_source();
        assert_eq!(source.length(), 65 << 20);
        assert_eq!(read_range(&*source, (64 << 20) + 5, (64 << 20) + 9).expect("there"), &chunk[5..9]);
    }
}
