//! The statistics as the page shows them, as far as the second pass has gathered them.

use binlog_explorer::statistics::StatisticsView;

use super::session::Session;

impl Session {
    /// Nothing before the second pass has begun.
    #[inline(never)]
    pub(super) fn statistics_view(&self) -> Option<StatisticsView> {
        let (document, gathering) = self.document.as_ref().zip(self.pool.gathering())?;
        let (statistics, done) = (gathering.whole().clone(), gathering.is_done());
        // What is open at the end of what is gathered is none of its transactions yet.
        let statistics = if done { statistics.finish() } else { statistics };
        Some(statistics.view(document.index().end, done))
    }
}
