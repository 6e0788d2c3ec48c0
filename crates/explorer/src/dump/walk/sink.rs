//! Who takes what a walk finds.

use std::io;

use binlog_format::framer::Span;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::trace::FirstFault;
use binlog_format::{DecodeError, Format, encryption_header};

use super::{DecryptedSpace, Walked};
use crate::space::Space;
use crate::space::holder::Holder;

/// Takes what [`walk`](super::walk) finds.
pub trait Sink {
    /// Whether what compressed events and columns inflate to is to be handed over; an event's own
    /// inside is [`Walked::opens`] in any case.
    const PARTS: bool = true;
    /// Whether it takes the items of an encrypted source itself, when its clear bytes follow.
    const SEALED: bool = true;

    /// Whether it needs the stored bytes of payloads, however large they are.
    const STORED: bool = true;

    /// A format description came by, the first of the source; or the end, without any. A source that grows has no size.
    fn file(&mut self, _size: Option<u64>, _format: Option<&Format>) -> io::Result<()> {
        Ok(())
    }
    /// Bytes that are no event.
    fn span(&mut self, _space: &str, _span: &Span) -> io::Result<()> {
        Ok(())
    }
    /// Bytes that were left out of a part of a log, on purpose.
    fn left_out(&mut self, space: &str, span: &Span) -> io::Result<()> {
        self.span(space, span)
    }
    /// An event. Returns the fault in it, if there is one.
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>>;
    /// An event came by that a filter does not show. What waits for it must not wait for ever.
    fn hidden(&mut self, _: &Walked<'_>) -> io::Result<()> {
        Ok(())
    }
    /// The inside of the event before follows.
    fn space(&mut self, _: &Space) -> io::Result<()> {
        Ok(())
    }
    /// Bytes that are no event but have fields, which [`ibb::observe`](binlog_format::ibb::observe) reads.
    fn fields(&mut self, space: &str, span: &Span, _: &[u8]) -> io::Result<()> {
        self.span(space, span)
    }
    /// The one span of a space that holds text: an inflated statement or column value.
    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        self.span(&space.name, span)
    }
    /// The one span of a space that a compressed event opened, when that holds row images: `rows`
    /// has them. Returns the fault in them, if there is one.
    fn row_images(
        &mut self, holder: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let mut faults = FirstFault::default();
        let error = rows.observe(plan, &mut (), &mut faults).err().or(faults.0);
        self.span(holder.space(), &Span { error, ..*span })?;
        Ok(error)
    }
    /// The inside of a payload is complete.
    fn space_end(&mut self, _: &Space) -> io::Result<()> {
        Ok(())
    }
    /// The header of a log that MySQL encrypted, with its bytes. Returns the fault in it.
    fn encryption_header(&mut self, span: &Span, bytes: &[u8]) -> io::Result<Option<DecodeError>> {
        let error = encryption_header::decode(bytes, ()).1.err();
        self.span("0", &Span { error, ..*span }).map(|()| error)
    }
    /// The clear bytes of the encrypted source follow.
    fn decrypted(&mut self, _space: &DecryptedSpace<'_>) -> io::Result<()> {
        Ok(())
    }
    /// Nothing follows for a while, of a source that grows: what is written is to be seen.
    fn pause(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// Nothing follows: the source ends, or (not `complete`) the walk does.
    fn end(&mut self, _complete: bool) -> io::Result<()> {
        Ok(())
    }
}
