//! MySQL's logical clock: `last_committed` and `sequence_number` of GTID events.

use binlog_format::events::Gtid;

use super::{Findings, Severity};
use crate::dump::Walked;
use crate::view::Message;

/// The clock starts again with every file; in a relay log with every file of the source.
#[derive(Debug, Default)]
pub(super) struct Clock {
    last: Option<u64>,
}

impl Clock {
    pub fn forget(&mut self) {
        self.last = None;
    }

    pub fn event(&mut self, event: &Walked<'_>, gtid: &Gtid<'_>, findings: &mut Findings) {
        let (Some(last_committed), Some(sequence)) = (gtid.last_committed, gtid.sequence_number) else { return };
        // 0 is "not set".
        if sequence == 0 {
            return;
        }
        if last_committed >= sequence {
            let message =
                Message::new("verify-last-committed").number("committed", last_committed).number("sequence", sequence);
            findings.add(Severity::Problem, event.space, event.start, message);
        }
        if let Some(last) = self.last
            && sequence != last + 1
        {
            let message = Message::new("verify-sequence").number("expected", last + 1).number("found", sequence);
            findings.add(Severity::Note, event.space, event.start, message);
        }
        self.last = Some(sequence);
    }
}
