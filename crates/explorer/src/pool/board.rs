//! Which worker does what.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::row_map::coverage::Coverage;

/// Jobs that a worker has at once: the next one waits there when one is done.
const AT_ONCE: usize = 2;

/// Blocks of a zone: a worker goes through one from its beginning to its end, so that one stream brings its bytes.
pub const ZONE: usize = 256;

/// What a worker may take of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// Blocks that somebody has.
    pub taken: Vec<Range<usize>>,
    /// Blocks that are better left to the others: what comes next in their zones.
    pub left: Vec<Range<usize>>,
    /// Where its last job ended, inside of a zone.
    pub after: Option<usize>,
}

impl Claim {
    /// Blocks of one zone, or less of it, that come next: outward from `around`, of those below `limit` that are not
    /// covered.
    pub fn next(&self, covered: &Coverage, around: usize, limit: usize) -> Option<Range<usize>> {
        let mut taken = covered.clone();
        self.taken.iter().cloned().flatten().for_each(|block| taken.insert(block));
        let mut free = taken.clone();
        self.left.iter().cloned().flatten().for_each(|block| free.insert(block));
        let after = self.after.filter(|after| *after < limit && !taken.has(*after));
        let (around, free) = match after {
            Some(after) => (after, &taken),
            None => (around, &free),
        };
        let gap = free.lacking(around, limit, ZONE).or_else(|| taken.lacking(around, limit, ZONE))?;
        let backwards = gap.end <= around.min(limit);
        let zone = if backwards { gap.end - 1 } else { gap.start } / ZONE * ZONE;
        Some(gap.start.max(zone)..gap.end.min(zone + ZONE))
    }
}

/// What jobs are done for, the more urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// A search that somebody waits for.
    Search,
    /// Statistics of the whole source, in the background.
    Statistics,
}

/// A job that a worker has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Who has it.
    pub worker: usize,
    /// What for.
    pub work: Work,
    /// About which blocks.
    pub blocks: Range<usize>,
    /// Nobody wants it any more.
    cancelled: bool,
}

/// Workers, by number, with their jobs.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Whether each is there.
    workers: Vec<bool>,
    flights: BTreeMap<u32, Flight>,
    next: u32,
    /// Where the last job of a search ended, by worker.
    ends: BTreeMap<usize, usize>,
}

impl Board {
    /// Another worker can take jobs; its number.
    pub fn add(&mut self) -> usize {
        self.workers.push(true);
        self.workers.len() - 1
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.workers.iter().filter(|there| **there).count()
    }

    /// The worker that should take the next job, if one can: the one with the fewest. Statistics leave one worker
    /// to who is in more of a hurry, where there are several.
    pub fn free(&self, work: Work) -> Option<usize> {
        let busy = |worker: usize| self.flights.values().filter(|flight| flight.worker == worker).count();
        let there = self.workers.iter().enumerate().filter(|(_, there)| **there).map(|(worker, _)| worker);
        let allowed = match work {
            Work::Search => usize::MAX,
            Work::Statistics => self.workers().saturating_sub(1).max(1),
        };
        there
            .take(allowed)
            .map(|worker| (busy(worker), worker))
            .min()
            .filter(|(jobs, _)| *jobs < AT_ONCE)
            .map(|it| it.1)
    }

    /// A worker takes a job; the job's number.
    pub fn begin(&mut self, worker: usize, work: Work, blocks: Range<usize>) -> u32 {
        self.next = self.next.wrapping_add(1);
        if work == Work::Search {
            self.ends.insert(worker, blocks.end);
        }
        self.flights.insert(self.next, Flight { worker, work, blocks, cancelled: false });
        self.next
    }

    /// A job came back. `None` when nobody wants it, or knows of it.
    pub fn end(&mut self, job: u32) -> Option<Flight> {
        self.flights.remove(&job).filter(|flight| !flight.cancelled)
    }

    /// What was asked for this is not wanted any more; what workers have of it they do, in vain.
    pub fn cancel(&mut self, work: Work) {
        self.flights.values_mut().filter(|flight| flight.work == work).for_each(|flight| flight.cancelled = true);
        if work == Work::Search {
            self.ends.clear();
        }
    }

    /// What a worker may take of a search.
    pub fn claim(&self, worker: usize) -> Claim {
        let inside = |end: &usize| !end.is_multiple_of(ZONE);
        let others = self.ends.iter().filter(|(other, end)| **other != worker && inside(end));
        Claim {
            taken: self.under_way(Work::Search).collect(),
            left: others.map(|(_, end)| *end..end.next_multiple_of(ZONE)).collect(),
            after: self.ends.get(&worker).copied().filter(inside),
        }
    }

    /// A worker is gone. Its jobs, for somebody else to do.
    pub fn lose(&mut self, worker: usize) -> Vec<Flight> {
        if let Some(there) = self.workers.get_mut(worker) {
            *there = false;
        }
        self.ends.remove(&worker);
        let lost: Vec<u32> = self.flights.iter().filter(|(_, it)| it.worker == worker).map(|(job, _)| *job).collect();
        lost.into_iter().filter_map(|job| self.end(job)).collect()
    }

    /// What workers have at this time for a work.
    pub fn under_way(&self, work: Work) -> impl Iterator<Item = Range<usize>> + '_ {
        self.flights.values().filter(move |it| it.work == work && !it.cancelled).map(|it| it.blocks.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_go_to_the_least_busy_and_come_back_once() {
        let mut board = Board::default();
        assert_eq!(board.free(Work::Search), None);
        board.add();
        board.add();
        let mut jobs = Vec::new();
        while let Some(worker) = board.free(Work::Search) {
            jobs.push((worker, board.begin(worker, Work::Search, jobs.len()..jobs.len() + 1)));
        }
        assert_eq!(jobs.iter().map(|(worker, _)| *worker).collect::<Vec<_>>(), [0, 1, 0, 1]);
        assert_eq!(board.end(jobs[1].1).map(|flight| flight.blocks), Some(1..2));
        assert_eq!(board.end(jobs[1].1), None);
        assert_eq!(board.free(Work::Search), Some(1));
        // Statistics leave the last worker alone.
        assert_eq!(board.free(Work::Statistics), None);
        board.cancel(Work::Search);
        assert_eq!(board.under_way(Work::Search).count(), 0);
        // It is busy with it all the same.
        assert_eq!(board.free(Work::Statistics), None);
        assert_eq!(board.end(jobs[0].1), None);
        assert_eq!(board.free(Work::Statistics), Some(0));
    }

    #[test]
    #[allow(clippy::single_range_in_vec_init)]
    fn a_worker_goes_on_in_its_zone_and_leaves_the_others_theirs() {
        let mut board = Board::default();
        board.add();
        board.add();
        let own = board.begin(0, Work::Search, 40..72);
        board.begin(1, Work::Search, ZONE..ZONE + 8);
        let both = vec![40..72, ZONE..ZONE + 8];
        assert_eq!(board.claim(0), Claim { taken: both.clone(), left: vec![ZONE + 8..2 * ZONE], after: Some(72) });
        assert_eq!(board.claim(1), Claim { taken: both, left: vec![72..ZONE], after: Some(ZONE + 8) });
        // It goes on though the job is done, up to the end of the zone.
        board.end(own);
        assert_eq!((board.claim(0).after, board.claim(1).left.len()), (Some(72), 1));
        board.begin(0, Work::Search, 200..ZONE);
        assert_eq!((board.claim(0).after, board.claim(1).left.len()), (None, 0));
        board.begin(0, Work::Statistics, 300..301);
        assert_eq!(board.claim(0).after, None);
        board.lose(1);
        assert_eq!(board.claim(0).left, []);
        board.cancel(Work::Search);
        assert_eq!(board.claim(0), Claim::default());
    }

    #[test]
    fn zones_are_gone_through_forwards_and_each_block_is_claimed_once() {
        for (around, limit) in [(0, 1000), (700, 3000), (2999, 3000), (5, 40)] {
            let (mut board, mut covered) = (Board::default(), Coverage::default());
            board.add();
            board.add();
            let (mut streams, mut ends) = (0, [None; 2]);
            let mut begun = Vec::new();
            loop {
                while let Some(worker) = board.free(Work::Search) {
                    let Some(zone) = board.claim(worker).next(&covered, around, limit) else { break };
                    let blocks = zone.start..zone.end.min(zone.start + 32);
                    assert!(begun.iter().all(|(_, other): &(u32, Range<usize>)| {
                        other.end <= blocks.start || blocks.end <= other.start
                    }));
                    streams += usize::from(ends[worker] != Some(blocks.start));
                    ends[worker] = Some(blocks.end);
                    begun.push((board.begin(worker, Work::Search, blocks.clone()), blocks));
                }
                if begun.is_empty() {
                    break;
                }
                let (job, blocks) = begun.remove(0);
                assert!(board.end(job).is_some());
                for block in blocks {
                    assert!(!covered.has(block), "{block} twice");
                    covered.insert(block);
                }
            }
            assert_eq!(covered.count(), limit);
            // One for each zone, and a few where the first one and the last ones are shared.
            assert!(streams <= limit.div_ceil(ZONE) + 4, "{streams} streams from {around} of {limit}");
        }
    }

    #[test]
    fn what_a_lost_worker_had_is_given_back() {
        let mut board = Board::default();
        board.add();
        board.add();
        board.begin(0, Work::Statistics, 0..4);
        let cancelled = board.begin(0, Work::Search, 8..9);
        board.cancel(Work::Search);
        board.begin(1, Work::Search, 9..10);
        let lost = board.lose(0);
        assert_eq!((lost.len(), lost[0].blocks.clone()), (1, 0..4));
        assert_eq!((board.end(cancelled), board.workers()), (None, 1));
        assert_eq!(board.free(Work::Statistics), Some(1));
        board.lose(1);
        assert_eq!((board.free(Work::Search), board.workers()), (None, 0));
    }
}
