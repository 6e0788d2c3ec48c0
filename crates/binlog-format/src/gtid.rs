//! GTIDs as text.

use core::fmt;

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::trace::Trace;

/// A UUID in stored order, which is text order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// The first 16 bytes; what is missing counts as 0.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut uuid = [0; 16];
        for (slot, byte) in uuid.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        Self(uuid)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(i, byte)| {
            let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{byte:02x}")
        })
    }
}

/// Reads an encoded GTID set, as a dump request carries one, and hands over each interval: UUID, tag, first number,
/// one past the last. Returns the number of entries: one for each UUID, or UUID and tag.
///
/// # Errors
///
/// `too_many` for a count that the bytes cannot hold; the faults of lengths.
pub fn read_set<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, interval: &mut dyn FnMut(&'a [u8], &'a [u8], i64, i64),
) -> Result<u64> {
    crate::events::gtid_set(c, interval)
}

/// An encoded GTID set; displays as the servers write it (`uuid:tag:1-5:7,…`).
#[derive(Clone, Copy, Debug)]
pub struct GtidSet<'a>(pub &'a [u8]);

impl<'a> GtidSet<'a> {
    /// Hands over each interval, in stored order: UUID, tag, first number, one past the last.
    /// Stops at the first fault.
    pub fn intervals(&self, each: &mut dyn FnMut(&'a [u8], &'a [u8], i64, i64)) {
        let mut c = Cursor::new(self.0, field::EVENT_HEADER_EVENT_SIZE, ());
        let _ = crate::events::gtid_set(&mut c, each);
    }
}

impl fmt::Display for GtidSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut c = Cursor::new(self.0, field::EVENT_HEADER_EVENT_SIZE, ());
        let mut last: Option<(&[u8], &[u8])> = None;
        let mut result = Ok(());
        let read = crate::events::gtid_set(&mut c, &mut |uuid, tag, start, end| {
            result = result.and_then(|()| {
                if last.map(|(uuid, _)| uuid) != Some(uuid) {
                    write!(f, "{}{}", if last.is_some() { "," } else { "" }, Uuid::from_bytes(uuid))?;
                }
                if last != Some((uuid, tag)) && !tag.is_empty() {
                    write!(f, ":{}", crate::charset::Text { bytes: tag, collation: 0 })?;
                }
                last = Some((uuid, tag));
                if start.saturating_add(1) == end {
                    write!(f, ":{start}")
                } else {
                    write!(f, ":{start}-{}", end.saturating_sub(1))
                }
            });
        });
        result?;
        if read.is_err() { f.write_str("…") } else { Ok(()) }
    }
}
