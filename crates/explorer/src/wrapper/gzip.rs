//! gzip members. The stream decoders of libraries keep to themselves what came out before a fault, so the
//! member's few fields are read here and the deflate stream is miniz_oxide's.

use std::io::Read;

use crc32fast::Hasher;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

use super::Problem;
use super::stored::StoredBytes;

/// A power of two, and at least deflate's 32 KiB.
const WINDOW: usize = 64 << 10;

/// What a header may have as name and comment; each ends with a zero byte.
const MAX_TEXT: u64 = 1 << 20;

mod flag {
    pub const HEADER_CRC: u8 = 2;
    pub const EXTRA: u8 = 4;
    pub const NAME: u8 = 8;
    pub const COMMENT: u8 = 16;
    pub const RESERVED: u8 = 0xe0;
}

enum State {
    /// Before a member, or at the end.
    Between,
    /// In the deflate stream.
    Inside,
    /// Its checksum and length follow.
    Trailer,
}

pub(super) struct Gzip {
    engine: Box<DecompressorOxide>,
    window: Vec<u8>,
    /// What of the window was not handed over yet.
    ready: (usize, usize),
    /// Where the decoder goes on writing.
    at: usize,
    checksum: Hasher,
    length: u32,
    state: State,
    members: u64,
    fault: Option<Problem>,
}

impl Gzip {
    pub fn new() -> Self {
        Self {
            engine: Box::default(),
            window: vec![0; WINDOW],
            ready: (0, 0),
            at: 0,
            checksum: Hasher::new(),
            length: 0,
            state: State::Between,
            members: 0,
            fault: None,
        }
    }

    pub fn read<R: Read>(&mut self, stored: &mut StoredBytes<R>, buffer: &mut [u8]) -> Result<usize, Problem> {
        loop {
            let (start, end) = self.ready;
            let count = (end - start).min(buffer.len());
            if count > 0 || buffer.is_empty() {
                if let (Some(to), Some(from)) = (buffer.get_mut(..count), self.window.get(start..start + count)) {
                    to.copy_from_slice(from);
                }
                self.ready.0 += count;
                return Ok(count);
            }
            if let Some(fault) = &self.fault {
                return Err(fault.clone());
            }
            let step = match self.state {
                State::Between => match self.between(stored) {
                    Ok(false) => return Ok(0),
                    other => other.map(drop),
                },
                State::Inside => self.inflate(stored),
                State::Trailer => self.trailer(stored),
            };
            // What came out beside a fault is handed over first.
            self.fault = step.err();
        }
    }

    /// Another member's header; false at the end. Zero bytes after a member are padding of the medium.
    fn between<R: Read>(&mut self, stored: &mut StoredBytes<R>) -> Result<bool, Problem> {
        if self.members > 0 {
            skip_zeros(stored);
        }
        let head = stored.peek(10);
        if head.is_empty() && self.members > 0 {
            return Ok(false);
        }
        let &[0x1f, 0x8b, 8, flags, _, _, _, _, _, _, ..] = head else {
            let cut = [0x1f, 0x8b, 8].starts_with(head.get(..head.len().min(3)).unwrap_or_default()) && head.len() < 10;
            let foreign = if self.members > 0 { Problem::Trailing } else { Problem::Corrupt };
            return Err(if cut { Problem::Truncated } else { foreign });
        };
        if flags & flag::RESERVED != 0 {
            return Err(Problem::Corrupt);
        }
        stored.take(10);
        if flags & flag::EXTRA != 0 {
            let &[low, high, ..] = stored.peek(2) else { return Err(Problem::Truncated) };
            passed(stored.skip(2 + u64::from(u16::from_le_bytes([low, high]))))?;
        }
        for text in [flag::NAME, flag::COMMENT] {
            if flags & text != 0 {
                skip_text(stored)?;
            }
        }
        if flags & flag::HEADER_CRC != 0 {
            passed(stored.skip(2))?;
        }
        self.engine.init();
        self.checksum = Hasher::new();
        (self.length, self.at, self.ready) = (0, 0, (0, 0));
        self.members += 1;
        self.state = State::Inside;
        Ok(true)
    }

    fn inflate<R: Read>(&mut self, stored: &mut StoredBytes<R>) -> Result<(), Problem> {
        if self.at == WINDOW {
            self.at = 0;
        }
        stored.peek(1);
        let flags = if stored.is_last() { 0 } else { inflate_flags::TINFL_FLAG_HAS_MORE_INPUT };
        let (status, taken, came) = decompress(&mut self.engine, stored.peek(0), &mut self.window, self.at, flags);
        stored.take(taken);
        self.ready = (self.at, self.at + came);
        self.at += came;
        let bytes = self.window.get(self.ready.0..self.ready.1).unwrap_or_default();
        self.checksum.update(bytes);
        self.length = self.length.wrapping_add(came as u32);
        match status {
            TINFLStatus::Done => self.state = State::Trailer,
            TINFLStatus::HasMoreOutput => {}
            TINFLStatus::NeedsMoreInput if !stored.is_last() || taken > 0 || came > 0 => {}
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => return Err(Problem::Truncated),
            _ => return Err(Problem::Corrupt),
        }
        Ok(())
    }

    fn trailer<R: Read>(&mut self, stored: &mut StoredBytes<R>) -> Result<(), Problem> {
        let &[a, b, c, d, e, f, g, h, ..] = stored.peek(8) else { return Err(Problem::Truncated) };
        let (checksum, length) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        if checksum != self.checksum.clone().finalize() || length != self.length {
            return Err(Problem::Checksum);
        }
        stored.take(8);
        self.state = State::Between;
        Ok(())
    }
}

fn skip_zeros<R: Read>(stored: &mut StoredBytes<R>) {
    loop {
        let zeros = stored.peek(1).iter().take_while(|byte| **byte == 0).count();
        if zeros == 0 {
            return;
        }
        stored.take(zeros);
    }
}

fn passed(whole: bool) -> Result<(), Problem> {
    if whole { Ok(()) } else { Err(Problem::Truncated) }
}

fn skip_text<R: Read>(stored: &mut StoredBytes<R>) -> Result<(), Problem> {
    let mut passed = 0;
    loop {
        let there = stored.peek(1);
        if there.is_empty() {
            return Err(Problem::Truncated);
        }
        let (count, last) = match there.iter().position(|byte| *byte == 0) {
            Some(at) => (at + 1, true),
            None => (there.len(), false),
        };
        stored.take(count);
        passed += count as u64;
        if last {
            return Ok(());
        }
        if passed > MAX_TEXT {
            return Err(Problem::Corrupt);
        }
    }
}
