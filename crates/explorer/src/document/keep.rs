//! Documents that answer from an index that was kept, or from a part of one.

use std::ops::Range;

use super::Document;
use crate::index::{KeptError, Part, read_kept, write_kept};
use crate::row_map::RowMap;
use crate::scan::Scanner;
use crate::source::Source;

/// What an index that was kept gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenUp {
    /// How long the source was then; what follows is to be scanned still.
    pub length: u64,
    /// What was kept beside it.
    pub beside: Vec<u8>,
}

impl Document {
    /// Writes the index to `sink`, in pieces, once the source was scanned to its end; `beside` is kept with it.
    /// False, and nothing written, where there is nothing to keep: before the end, of an encrypted source, of a log
    /// that is written in place.
    ///
    /// # Errors
    ///
    /// The source cannot be read.
    pub fn keep(&self, beside: &[u8], sink: &mut dyn FnMut(&[u8])) -> Result<bool, KeptError> {
        if self.encryption.is_some() {
            return Ok(false);
        }
        write_kept(&self.scanner, &*self.source, &self.fingerprint, beside, sink)
    }

    /// Answers from an index that [`keep`](Self::keep) wrote, without a scan. Where the source has grown since, the
    /// scan wants what follows, and then has exactly what it would have had of the whole.
    ///
    /// # Errors
    ///
    /// The document stays as it was: the index is damaged, or that of another source.
    pub fn take_up(&mut self, kept: &dyn Source) -> Result<TakenUp, KeptError> {
        if self.encryption.is_some() {
            return Err(KeptError::OtherSource);
        }
        let kept = read_kept(kept, &*self.source, &self.fingerprint)?;
        let same =
            (kept.reached.start, kept.reached.packet_header) == (self.scanner.start(), self.scanner.packet_header());
        if !same {
            return Err(KeptError::OtherSource);
        }
        self.begin_again(Scanner::resume(kept.reached));
        self.scanner.set_length(self.source.length(), self.source.is_complete());
        Ok(TakenUp { length: kept.length, beside: kept.beside })
    }

    /// Answers about the blocks of a part of an index; gives their numbers, which count from the part's start.
    pub fn answer_from(&mut self, part: Part) -> Range<usize> {
        let (index, blocks) = part.into_index();
        self.scanner.answer_from(index);
        // What the last part led to stays true of the source.
        let maps = self.maps_behind.take();
        self.forget();
        self.maps_behind.replace(maps);
        blocks
    }

    /// Checksums that the index says are right are not computed again: nobody is shown the bytes.
    pub fn trust_checksums(&mut self) {
        self.trusts = true;
    }

    fn begin_again(&mut self, scanner: Scanner) {
        self.scanner = scanner;
        self.rows = RowMap::new(self.rows.mode());
        self.forget();
    }

    /// Forgets what was kept of blocks.
    pub(super) fn forget(&self) {
        self.blocks.borrow_mut().clear();
        self.replayed.borrow_mut().take();
        self.maps_behind.borrow_mut().take();
        self.listed.borrow_mut().forget();
        self.spaces.borrow_mut().clear();
    }
}
