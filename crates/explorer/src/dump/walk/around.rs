//! Where an event comes from.

use std::borrow::Cow;
use std::fmt;
use std::io;

use crate::source::{Source, read_range};
use crate::space::Space;

/// Where an event comes from, for those who look at earlier events again.
#[derive(Clone, Copy)]
pub enum Around<'w> {
    /// The source itself.
    Source(&'w dyn Source),
    /// The inside of another event.
    Space(&'w Space),
    /// The inside of a payload that is too large to be held.
    Streamed(&'w dyn Source),
}

impl Around<'_> {
    /// Bytes `start..end`, as far as they are there.
    pub fn read(&self, start: u64, end: u64) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Source(source) => read_range(*source, start, end).map(Cow::Owned).map_err(io::Error::other),
            Self::Space(space) => Ok(Cow::Borrowed(space.slice(start, end))),
            Self::Streamed(payload) => read_range(*payload, start, end).map(Cow::Owned).map_err(io::Error::other),
        }
    }
}

impl Around<'_> {
    /// Whether the event lies inside another one.
    pub const fn is_inside(&self) -> bool {
        matches!(self, Self::Space(_))
    }

    /// Whether the event was put together from fragments.
    pub const fn is_gathered(&self) -> bool {
        matches!(self, Self::Space(space) if space.borrows_maps)
    }
}

impl fmt::Debug for Around<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source(_) => "Source",
            Self::Space(_) => "Space",
            Self::Streamed(_) => "Streamed",
        })
    }
}
