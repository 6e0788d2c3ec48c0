//! Masking: private values of events become constants of their type and length, so that everything else stays as
//! it is and where it is. `docs/masking.md` tells what is masked with what.
//!
//! Which bytes are private the catalogue says (its sensitivity); where they stand, what type they are and which
//! column they belong to, the one decoder tells an observer. There is no second reader of the format here.

mod bundled;
mod leaf;
mod leaves;
mod opened;
mod rules;
mod source;
mod statement;
mod stored;

use binlog_format::event::{Context, decode};
use binlog_format::framer::{FrameChecksum, checksum, renew_checksum};
use binlog_format::header::EventHeader;
use binlog_format::names::code;
use binlog_format::{Checksum, DecodeError};

pub use rules::{Masker, Rules};
pub use source::{mask_source, write_masked};
pub use stored::mask_stored;

use leaves::Leaves;

use crate::source::Source;

/// What a space holds once it is masked: a bundle carries it instead of the compressed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The space's name.
    pub space: String,
    /// Its masked bytes.
    pub bytes: Vec<u8>,
}

/// What masking an event did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// Leaves that were masked, inside of compressed parts too.
    pub leaves: u64,
    /// Spaces whose stored bytes are zeros now, and what they are to hold.
    pub restored: Vec<Restored>,
}

/// Masks a whole event in place: the same length, the same structure, its checksum right again (a wrong one stays
/// wrong). `space` and `start` are where it stands in `source`, for the spaces that it opens: where something inside of
/// one is masked, the stored bytes become zeros, and [`Masked::restored`] has what they stood for.
///
/// The table maps of `context` are those that were live before masking: with
/// [`TablePlans`](binlog_format::plan::TablePlans) of masked maps, exceptions would not be told apart by their names.
///
/// # Errors
///
/// Where not even the header can be read; nothing is masked then, and nothing of it should be shown.
pub fn mask_event(
    masker: &Masker, source: &dyn Source, (space, start): (&str, u64), context: &Context<'_>, bytes: &mut [u8],
) -> Result<Masked, DecodeError> {
    let original = bytes.to_vec();
    let before = checksum_of(context, &original);
    let mut leaves = Leaves::new(masker, bytes, start, &original, context);
    decode(&original, context, &mut leaves)?;
    let stored = leaves.take_stored();
    let mut masked = Masked { leaves: leaves.count(), restored: Vec::new() };
    let opener = opened::Opener { masker, source, context };
    opener.mask((space, start), (&original, bytes), &stored, &mut masked);
    if *bytes != *original {
        renew_checksum(context.format, bytes, before);
    }
    Ok(masked)
}

/// What the event's checksum is worth: of events whose format does not tell, the context says whether they have one.
fn checksum_of(context: &Context<'_>, bytes: &[u8]) -> FrameChecksum {
    let Some(header) = EventHeader::peek_in(bytes, context.format) else { return FrameChecksum::Absent };
    let mut format = *context.format;
    if format.canonical(header.type_code) != code::FORMAT_DESCRIPTION {
        format.checksum = if context.checksum { Checksum::Crc32 } else { Checksum::None };
    }
    checksum(&format, bytes, &header)
}
