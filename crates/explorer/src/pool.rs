//! Work on ranges of blocks that is spread over other workers: what is to be done and by whom, what a worker does with
//! a job, and how what they find is put together. Nothing here starts a worker or sends a byte.
//!
//! A job is a [`Part`] of the index and a [`Task`], a few kilobytes; a worker needs nothing beside it but the source,
//! and keeps nothing between two jobs that it could not do without.

mod ahead;
mod board;
mod gathering;

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use ahead::{Ahead, BEFORE};
pub use board::{Board, Claim, Flight, Work, ZONE};
pub use gathering::Gathering;

use crate::document::{Document, Search};
use crate::filter::Filter;
use crate::index::Part;
use crate::row_map::filtered::BlockResult;
use crate::source::Source;
use crate::statistics::Statistics;
use crate::view::Message;

/// What is asked of a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Statistics of the blocks.
    Statistics,
    /// What of each block matches this filter.
    Search(String),
}

/// A job on its way to a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What to do.
    pub task: Task,
    /// About which blocks.
    pub part: Part,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// Of [`Task::Statistics`].
    Statistics(Box<Statistics>),
    /// Of [`Task::Search`], block by block. Their numbers count from the first block asked for.
    Search(Vec<BlockResult>),
    /// It failed, for this reason.
    Failed(Message),
}

fn unreadable() -> Message {
    Message::new("failed-no-event").text("address", "job")
}

impl Job {
    /// As bytes; nothing when there is no memory for them.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok()
    }
}

impl Outcome {
    /// From bytes; what is none is a failure.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        postcard::from_bytes(bytes).unwrap_or_else(|_| Self::Failed(unreadable()))
    }
}

/// A worker that does jobs.
#[derive(Debug)]
pub struct Helper {
    document: Document,
    /// The document's source.
    ahead: Rc<Ahead<Box<dyn Source>>>,
    /// The filter of the last search: its patterns are compiled once.
    search: Option<(String, Search)>,
    /// The job at hand.
    begun: Option<Result<(Accepted, Range<usize>), Message>>,
}

/// Bytes that a job can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of these, in order and in any portions.
    Stretch(Range<u64>),
    /// These, each as a whole.
    Pieces(Vec<Range<u64>>),
}

/// What is asked of this worker, about blocks that it knows.
#[derive(Debug)]
enum Accepted {
    Statistics,
    Search(String, Box<Search>),
}

/// One byte in so many must be asked for to be worth reading all that lies between.
const WORTH_GIVING: u64 = 6;

/// Bytes that are given for a job at most.
const MOST_GIVEN: u64 = 8 << 20;

impl Helper {
    /// Over the source that the jobs are about. It is not scanned.
    ///
    /// # Errors
    ///
    /// It is no binary log.
    pub fn open(source: Box<dyn Source>) -> Result<Self, Message> {
        let ahead = Rc::new(Ahead::new(source));
        let mut document = Document::new(String::new(), Box::new(ahead.clone()), false, Vec::new())?;
        document.trust_checksums();
        Ok(Self { document, ahead, search: None, begun: None })
    }

    /// Does a job.
    pub fn work(&mut self, job: &[u8]) -> Vec<u8> {
        self.begin(job);
        self.finish()
    }

    /// A job is to be done. What can be given before it is [finished](Self::finish), where there is a quicker way than
    /// the source to read it; most of it will be asked for.
    pub fn begin(&mut self, job: &[u8]) -> Wanted {
        self.begun = Some(self.accept(job));
        let Some(Ok((task, blocks))) = &self.begun else { return Wanted::Pieces(Vec::new()) };
        let index = self.document.index();
        let start = index.block_start(blocks.start);
        let end = blocks.clone().last().map_or(start, |last| index.block_end(last));
        let filter = match task {
            Accepted::Statistics => None,
            Accepted::Search(_, search) => Some(search.filter()),
        };
        let may_match = |block: &usize| filter.is_none_or(|filter| filter.may_match(index, *block));
        let matching: Vec<usize> = blocks.clone().filter(may_match).collect();
        let wanted: u64 = matching.iter().map(|block| index.block_end(*block) - index.block_start(*block)).sum();
        // A large event makes a large block.
        let side_by_side = wanted * WORTH_GIVING >= end - start && end - start <= MOST_GIVEN;
        match side_by_side {
            true => Wanted::Stretch(self.ahead.wants(self.begins(blocks.start, filter), start, end)),
            false if wanted <= MOST_GIVEN => {
                let range = |block: usize| (self.begins(block, filter), index.block_end(block));
                Wanted::Pieces(Ahead::<Box<dyn Source>>::wants_pieces(matching.into_iter().map(range)))
            }
            false => Wanted::Pieces(Vec::new()),
        }
    }

    /// Bytes of the source that were read in another way: `write` puts so many of them in place.
    pub fn give(&self, start: u64, length: usize, write: impl FnOnce(&mut [u8])) {
        self.ahead.give(start, length, write);
    }

    /// The same for a [piece](Wanted::Pieces).
    pub fn give_piece(&self, start: u64, bytes: Vec<u8>) {
        self.ahead.give_piece(start, bytes);
    }

    /// Does the job that was begun.
    pub fn finish(&mut self) -> Vec<u8> {
        let begun = self.begun.take().unwrap_or_else(|| Err(unreadable()));
        let outcome = begun.and_then(|(task, blocks)| self.outcome(task, blocks)).unwrap_or_else(Outcome::Failed);
        self.ahead.forget();
        // Without memory an answer without anything in it: it is read as a failure.
        postcard::to_allocvec(&outcome).unwrap_or_default()
    }

    fn accept(&mut self, job: &[u8]) -> Result<(Accepted, Range<usize>), Message> {
        let Job { task, part } = postcard::from_bytes(job).map_err(|_| unreadable())?;
        if !part.is_sound() {
            return Err(unreadable());
        }
        let blocks = self.document.answer_from(part);
        let text = match task {
            Task::Statistics => return Ok((Accepted::Statistics, blocks)),
            Task::Search(text) => text,
        };
        let search = match self.search.take() {
            Some((known, search)) if known == text => search,
            _ => Search::new(Arc::new(Filter::parse(&text).map_err(|error| error.message())?)),
        };
        Ok((Accepted::Search(text, Box::new(search)), blocks))
    }

    fn outcome(&mut self, task: Accepted, blocks: Range<usize>) -> Result<Outcome, Message> {
        let (text, mut search) = match task {
            Accepted::Statistics => {
                self.expect(&blocks, None);
                return Ok(Outcome::Statistics(Box::new(self.document.statistics_of(blocks)?)));
            }
            Accepted::Search(text, search) => (text, search),
        };
        let first = blocks.start;
        let found = self.look_through(&mut search, blocks);
        self.search = Some((text, *search));
        let mut found = found?;
        for result in &mut found {
            result.block -= first;
        }
        Ok(Outcome::Search(found))
    }

    /// Run by run of what may match: the rest is not read.
    fn look_through(&self, search: &mut Search, blocks: Range<usize>) -> Result<Vec<BlockResult>, Message> {
        let (mut found, mut next) = (Vec::with_capacity(blocks.len()), blocks.start);
        while next < blocks.end {
            let filter = search.filter().clone();
            let may_match = |block: &usize| filter.may_match(self.document.index(), *block);
            let run = (next..blocks.end).take_while(may_match).count();
            let run = next..next + run.max(1);
            if may_match(&next) {
                self.expect(&run, Some(&filter));
            }
            next = run.end;
            found.extend(self.document.look_through(search, run)?);
        }
        Ok(found)
    }

    /// These blocks are about to be read.
    fn expect(&self, blocks: &Range<usize>, filter: Option<&Arc<Filter>>) {
        if let Some(last) = blocks.clone().last() {
            self.ahead.expect(self.begins(blocks.start, filter), self.document.index().block_end(last));
        }
    }

    /// Where that begins which a block is read with: its table maps, or all of what a filter asks of its transaction.
    fn begins(&self, block: usize, filter: Option<&Arc<Filter>>) -> u64 {
        let index = self.document.index();
        let start = index.block_start(block);
        let Some(own) = index.blocks.get(block) else { return start };
        let transaction = filter.is_some_and(|filter| filter.needs_gtid() || filter.needs_totals());
        let earlier = if transaction { index.leads_to(own) } else { index.block_of_maps(own) };
        let from = earlier.map_or(start, |earlier| index.block_start(earlier).min(start));
        if start - from <= BEFORE { from } else { start }
    }
}
