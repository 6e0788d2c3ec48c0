//! Masking what is shared.

use super::{Masker, Rules, mask_source};
use crate::bundle::{Bundle, MaskedClasses, Piece};
use crate::view::Message;

impl Bundle {
    /// Masks everything in it, in place; what its compressed parts stand for is carried beside them from then on. Gives
    /// how many leaves were masked. The view and the notes are the sender's own words and stay.
    ///
    /// # Errors
    ///
    /// A pattern that is none, or what cannot be masked: pages of MariaDB's InnoDB-based log.
    pub fn mask(&mut self, rules: &Rules) -> Result<u64, Message> {
        let masker = Masker::new(rules)?;
        let source = self.clone().into_source();
        let mut pieces = std::mem::take(&mut self.pieces);
        let masked = mask_source(&masker, &source, self.bare, &mut |at, bytes| put(&mut pieces, at, bytes));
        self.pieces = pieces;
        let masked = masked?;
        for restored in masked.restored {
            match self.restored.iter_mut().find(|(space, _)| *space == restored.space) {
                Some((_, bytes)) => *bytes = restored.bytes,
                None => self.restored.push((restored.space, restored.bytes)),
            }
        }
        if rules.mask_anything() {
            let before = self.masked.unwrap_or_default();
            self.masked = Some(MaskedClasses {
                values: before.values || masker.masks_values(),
                names: before.names || rules.names,
                sql: before.sql || masker.masks_statements(),
                accounts: before.accounts || rules.accounts,
                ids: before.ids || rules.ids,
            });
        }
        if rules.names {
            // The log's name is one as well.
            self.name = "masked".into();
        }
        Ok(masked.leaves)
    }
}

/// Writes bytes into the pieces that have them.
fn put(pieces: &mut [Piece], at: u64, bytes: &[u8]) {
    let after = pieces.partition_point(|piece| piece.start <= at);
    let Some(piece) = after.checked_sub(1).and_then(|piece| pieces.get_mut(piece)) else { return };
    let from = usize::try_from(at - piece.start).unwrap_or(usize::MAX);
    let place = from.checked_add(bytes.len()).and_then(|to| piece.bytes.get_mut(from..to));
    if let Some(place) = place {
        place.copy_from_slice(bytes);
    }
}
