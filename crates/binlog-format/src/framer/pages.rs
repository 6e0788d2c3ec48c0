//! Walking MariaDB's InnoDB-based log: pages and chunks as spans. What the chunks are made into
//! needs the whole source, and is the caller's.

use super::{Framer, State, Step};
use crate::catalogue::field;
use crate::error::{ErrorCode, error};
use crate::format::Format;
use crate::framer::SpanKind;
use crate::ibb::{self, ChunkHead, FileHeader};

impl Framer {
    /// The span at the offset. It never goes over a page's end, and a page is looked at whole, so
    /// that windows of any size give the same.
    pub(super) fn page_item<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let Some(log2) = self.page_size_log2 else { return self.file_header(data) };
        let size = 1u64 << log2;
        let start = self.offset & !(size - 1);
        let Some(want) = usize::try_from(start + size - self.offset).ok().filter(|want| *want as u64 <= self.left())
        else {
            // Files are whole pages; one that is being copied or written may not be yet.
            return if self.complete { self.damaged_to_end(ErrorCode::TruncatedEvent, size) } else { Step::End };
        };
        let Some(page) = data.get(..want) else { return Step::NeedMore(want) };
        let covered_end = start + size - ibb::CHECKSUM_BYTES;
        if self.offset == start {
            // Servers allocate files ahead; what was never written has no checksum.
            if page.iter().all(|byte| *byte == 0) {
                return self.span(SpanKind::ZeroFill, start + size, None);
            }
            self.page_fault = ibb::checksum(page).filter(|(computed, stored)| computed != stored);
            if start == 0 {
                return self.page_header(page);
            }
        }
        if self.offset == covered_end {
            let fault = self.page_fault.take().map(|(computed, stored)| {
                error(ErrorCode::ChecksumMismatch, 0, field::IBB_PAGE_CHECKSUM, computed.into(), stored.into())
            });
            return self.span(SpanKind::PageChecksum, start + size, fault);
        }
        let covered = page.get(..want - ibb::CHECKSUM_BYTES as usize).unwrap_or_default();
        if start == 0 {
            let unused = covered.iter().all(|byte| *byte == 0);
            let kind = if unused { SpanKind::ZeroFill } else { SpanKind::PageFiller };
            return self.span(kind, covered_end, None);
        }
        self.chunk(covered, covered_end)
    }

    /// Learns the page size, which all else depends on, from the header. A step of its own: what
    /// the first page needs is known between items, wherever a window ends.
    fn file_header<'d>(&mut self, data: &'d [u8]) -> Step<'d> {
        let Some(header) = data.get(..ibb::HEADER_BYTES as usize) else {
            return self
                .need(ibb::HEADER_BYTES as usize)
                .unwrap_or_else(|| self.damaged_to_end(ErrorCode::TruncatedEvent, ibb::HEADER_BYTES));
        };
        let log2 = FileHeader::peek(header).map_or(0, |header| header.page_size_log2);
        let usable = ibb::PAGE_SIZE_LOG2.contains(&log2);
        self.page_size_log2 = Some(if usable { log2 as u8 } else { ibb::USUAL_PAGE_SIZE_LOG2 });
        self.format = Format::of_pages();
        self.changes += 1;
        self.state = State::Pages;
        Step::Consumed(0, None)
    }

    fn page_header<'d>(&mut self, page: &'d [u8]) -> Step<'d> {
        let header = page.get(..ibb::HEADER_BYTES as usize).unwrap_or_default();
        let log2 = FileHeader::peek(header).map_or(0, |header| header.page_size_log2);
        let wrong_size = (!ibb::PAGE_SIZE_LOG2.contains(&log2)).then(|| {
            let (field, usual) = (field::IBB_PAGE_SIZE_LOG2, u64::from(ibb::USUAL_PAGE_SIZE_LOG2));
            error(ErrorCode::InvalidValue, 4, field, usual, log2.into())
        });
        let at = header.len().saturating_sub(ibb::CHECKSUM_BYTES as usize);
        let wrong_sum =
            ibb::checksum(header).filter(|(computed, stored)| computed != stored).map(|(computed, stored)| {
                error(ErrorCode::ChecksumMismatch, at, field::IBB_HEADER_CHECKSUM, computed.into(), stored.into())
            });
        // A page of the smallest size is the header alone, whose checksum is then the page's.
        self.page_fault = self.page_fault.filter(|_| self.page_size_log2 != Some(9));
        self.span(SpanKind::PageHeader, self.offset + header.len() as u64, wrong_size.or(wrong_sum))
    }

    /// `rest` is what is left of the page before its checksum.
    fn chunk<'d>(&mut self, rest: &'d [u8], end: u64) -> Step<'d> {
        let first = rest.first().copied().unwrap_or(0);
        if first == 0 && rest.iter().all(|byte| *byte == 0) {
            return self.span(SpanKind::ZeroFill, end, None);
        }
        if first == ibb::FILLER && rest.len() as u64 <= ibb::CHUNK_HEAD && rest.iter().all(|byte| *byte == ibb::FILLER)
        {
            return self.span(SpanKind::PageFiller, end, None);
        }
        let Some(head) = ChunkHead::peek(rest) else {
            let fault = error(ErrorCode::InvalidValue, 0, field::IBB_CHUNK_TYPE, 0, first.into());
            return self.span(SpanKind::Damaged, end, Some(fault));
        };
        let length = ibb::CHUNK_HEAD + u64::from(head.length);
        if length > rest.len() as u64 {
            let left = (rest.len() as u64).saturating_sub(ibb::CHUNK_HEAD);
            let fault = error(ErrorCode::LengthTooLong, 3, field::IBB_CHUNK_DATA, head.length.into(), left);
            return self.span(SpanKind::Damaged, end, Some(fault.blame(field::IBB_CHUNK_LENGTH)));
        }
        let kind = if head.continues { SpanKind::ChunkContinued } else { SpanKind::Chunk(head.kind) };
        self.span(kind, self.offset + length, None)
    }

    /// Where a hole's end is taken to be: pages are read whole.
    pub(super) fn page_after(&self, end: u64) -> u64 {
        let size = 1u64 << self.page_size_log2.unwrap_or(0);
        self.by_end(end.div_ceil(size).saturating_mul(size) > self.length);
        end.div_ceil(size).saturating_mul(size).min(self.length.max(end))
    }
}
