//! Rows of lists that lie anywhere in the file: under a filter, and sorted. A report of the search moves them in the
//! list, which asks for them again; without these each would read blocks of its own once more.

use super::Document;
use crate::row_map::RowAt;
use crate::view::ListRow;

/// Rows that are kept: a few screens of them.
const KEPT: usize = 256;

/// The last rows that were made, by what they show. Where in a list they stand is for the list to fill in.
#[derive(Debug, Default)]
pub(super) struct KeptRows(Vec<(RowAt, ListRow)>);

impl KeptRows {
    fn find(&mut self, what: RowAt) -> Option<ListRow> {
        let at = self.0.iter().rposition(|(known, _)| *known == what)?;
        let found = self.0.remove(at);
        let row = found.1.clone();
        self.0.push(found);
        Some(row)
    }

    fn keep(&mut self, what: RowAt, row: &ListRow) {
        if self.0.len() >= KEPT {
            self.0.remove(0);
        }
        self.0.push((what, row.clone()));
    }

    pub fn forget(&mut self) {
        self.0.clear();
    }
}

impl Document {
    /// What a row shows, of a list that says itself where its rows stand: their row, level, position and siblings, and
    /// what is open.
    pub(super) fn listed_row(&self, what: RowAt) -> Option<ListRow> {
        if let Some(row) = self.listed.borrow_mut().find(what) {
            return Some(row);
        }
        let row = match what {
            RowAt::Transaction(unit) => self.transaction_row(0, unit),
            RowAt::Entry(entry) => self.entry_row(0, entry),
            RowAt::Inner(entry, inner) => self.inner_row(0, entry, inner),
        }?;
        if self.is_certain(what) {
            self.listed.borrow_mut().keep(what, &row);
        }
        Some(row)
    }

    /// Whether what a row shows stays as it is when a pass that was stopped goes on, or the source grows: it ends
    /// before the place where a scan would go on.
    fn is_certain(&self, what: RowAt) -> bool {
        let Some(block) = self.index().blocks.get(self.scanner.mark().block) else { return false };
        match what {
            // The next one has begun.
            RowAt::Transaction(unit) => unit + 1 < block.first_unit,
            RowAt::Entry(entry) | RowAt::Inner(entry, _) => entry < block.first_entry,
        }
    }
}
