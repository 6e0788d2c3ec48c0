//! PARTIAL_ROW_DATA_EVENT: a rows event in fragments, and which fragments belong together.
//!
//! MariaDB (12.3 and later, MDEV-32570) writes a rows event that is larger than
//! `binlog_row_event_fragment_threshold` as fragments one behind the other, behind its table map. Put
//! together they are the rows event with its header; its own checksum is left out, each fragment has one.
//!
//! Known from the protocol's documents (`partial_row_data_event.md`) and the comments of `sql/log_event.h`
//! (`Partial_rows_log_event`); no file of a server was at hand. Those two differ in which of the first two
//! numbers is the total. A fragment's number is never greater than the total, so the numbers themselves tell:
//! both orders are read. Whether sizes that are told (`original_event_size`, and `event_size` in the header
//! inside) count the checksum that is left out is not known either: both are taken.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::{DecodeError, ErrorCode, Result, error};
use crate::limits::{MAX_FRAGMENTS, MAX_GATHERED};
use crate::trace::Trace;

/// A fragment of a rows event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialRowData<'a> {
    /// How many fragments there are.
    pub total_fragments: u32,
    /// Which of them this is, from 1.
    pub fragment_number: u32,
    /// Bit 0: the size of the whole event follows (in the first fragment only).
    pub flags: u8,
    /// Bytes of the whole event, where it is told.
    pub original_event_size: Option<u64>,
    /// Where the fragment begins, from the start of the event.
    pub data_at: u32,
    /// This fragment of it.
    pub data: &'a [u8],
}

pub(crate) fn partial_row_data<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<PartialRowData<'a>> {
    const ORIGINAL_EVENT_SIZE: u8 = 1;
    let number_first = match c.peek().first_chunk::<8>() {
        Some([a, b, c, d, after @ ..]) => u32::from_le_bytes([*a, *b, *c, *d]) < u32::from_le_bytes(*after),
        None => false,
    };
    let (total_fragments, fragment_number);
    if number_first {
        fragment_number = c.u32(field::PARTIAL_ROW_NUMBER)?;
        total_fragments = c.u32(field::PARTIAL_ROW_TOTAL)?;
    } else {
        total_fragments = c.u32(field::PARTIAL_ROW_TOTAL)?;
        fragment_number = c.u32(field::PARTIAL_ROW_NUMBER)?;
    }
    let flags = c.u8(field::PARTIAL_ROW_FLAGS)?;
    let told = flags & ORIGINAL_EVENT_SIZE != 0;
    let original_event_size = if told { Some(c.u64(field::PARTIAL_ROW_ORIGINAL_SIZE)?) } else { None };
    let data_at = c.position() as u32;
    let data = c.rest(field::PARTIAL_ROW_DATA);
    Ok(PartialRowData { total_fragments, fragment_number, flags, original_event_size, data_at, data })
}

/// Fragments that follow each other and count on: what is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentGroup {
    first: u32,
    last: u32,
    total: u32,
    told: Option<u64>,
    length: u64,
}

/// The checksum that a size may count although the event inside has none.
const CHECKSUM: u64 = 4;

impl FragmentGroup {
    /// A group begins with this fragment, of whose event `length` bytes are data.
    pub fn begin(fragment: &PartialRowData<'_>, length: u64) -> Self {
        Self {
            first: fragment.fragment_number,
            last: fragment.fragment_number,
            total: fragment.total_fragments,
            told: fragment.original_event_size,
            length,
        }
    }

    /// Takes the fragment that follows, a group of its own, if it is the next of this group: one number on, of
    /// the same total.
    pub fn take(&mut self, next: &Self) -> bool {
        let own = self.last < self.total && self.last + 1 == next.first && self.total == next.total;
        if own {
            self.last = next.last;
            self.length = self.length.saturating_add(next.length);
        }
        own
    }

    /// Whether it has a beginning: without, nothing tells what the bytes are.
    pub const fn has_beginning(&self) -> bool {
        self.first == 1
    }

    /// Whether its last fragment is there.
    pub const fn has_end(&self) -> bool {
        self.last == self.total
    }

    /// Bytes of all its fragments.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// What is wrong with it, offsets counting from nowhere: `fragment_order` if it does not begin with number 1,
    /// `event_too_large` beyond [`MAX_GATHERED`], `too_many` beyond [`MAX_FRAGMENTS`], `fragment_missing` if the last
    /// is not there, `gathered_length` if there are more or fewer bytes than its first fragment tells.
    pub fn fault(&self) -> Option<DecodeError> {
        if !self.has_beginning() {
            let found = self.first.into();
            return Some(error(ErrorCode::FragmentOrder, 0, field::PARTIAL_ROW_NUMBER, 1, found));
        }
        if self.length > MAX_GATHERED {
            let (most, found) = (MAX_GATHERED, self.length);
            return Some(error(ErrorCode::EventTooLarge, 0, field::PARTIAL_ROW_DATA, most, found));
        }
        if u64::from(self.last) > MAX_FRAGMENTS as u64 {
            let (most, found) = (MAX_FRAGMENTS as u64, self.last.into());
            return Some(error(ErrorCode::TooMany, 0, field::PARTIAL_ROW_NUMBER, most, found));
        }
        if !self.has_end() {
            let (expected, found) = (self.total.into(), self.last.into());
            return Some(error(ErrorCode::FragmentMissing, 0, field::PARTIAL_ROW_NUMBER, expected, found));
        }
        let told = self.told?;
        self.contradicts(told).then(|| {
            let fault = error(ErrorCode::GatheredLength, 0, field::PARTIAL_ROW_DATA, told, self.length);
            fault.blame(field::PARTIAL_ROW_ORIGINAL_SIZE)
        })
    }

    /// What is wrong with the header of the rows event that was put together: its size is none of the bytes'. Of
    /// a size of 4 GiB and more the header has the low 32 bits.
    pub fn size_fault(&self, event_size: u32) -> Option<DecodeError> {
        let fits = [self.length, self.length + CHECKSUM].iter().any(|length| *length as u32 == event_size);
        (self.has_end() && !fits).then(|| {
            let told = event_size.into();
            let fault = error(ErrorCode::GatheredLength, 0, field::PARTIAL_ROW_DATA, told, self.length);
            fault.blame(field::EVENT_HEADER_EVENT_SIZE)
        })
    }

    const fn contradicts(&self, told: u64) -> bool {
        told != self.length && told != self.length.saturating_add(CHECKSUM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<PartialRowData<'_>> {
        partial_row_data(&mut Cursor::new(bytes, field::EVENT_HEADER_EVENT_SIZE, ()))
    }

    #[test]
    fn the_first_fragment_tells_the_size_of_the_whole() {
        let first = read(b"\x03\0\0\0\x01\0\0\0\x01\0\x10\0\0\0\0\0\0abc").expect("a fragment");
        assert_eq!((first.total_fragments, first.fragment_number, first.original_event_size), (3, 1, Some(4096)));
        assert_eq!(first.data, b"abc");
        let second = read(b"\x03\0\0\0\x02\0\0\0\0de").expect("a fragment");
        assert_eq!((second.fragment_number, second.original_event_size, second.data), (2, None, &b"de"[..]));
        assert!(read(b"\x03\0\0\0\x01\0\0\0\x01\0\x10").is_err());
    }

    #[test]
    fn the_greater_of_the_two_numbers_is_the_total() {
        for (bytes, number) in
            [(b"\x03\0\0\0\x02\0\0\0\0", 2), (b"\x02\0\0\0\x03\0\0\0\0", 2), (b"\x03\0\0\0\x03\0\0\0\0", 3)]
        {
            let fragment = read(bytes).expect("a fragment");
            assert_eq!((fragment.fragment_number, fragment.total_fragments), (number, 3));
        }
    }

    fn fragment(number: u32, total: u32, told: Option<u64>) -> PartialRowData<'static> {
        let (total_fragments, fragment_number) = (total, number);
        PartialRowData { total_fragments, fragment_number, flags: 0, original_event_size: told, data_at: 0, data: &[] }
    }

    fn group(numbers: &[u32], total: u32, told: Option<u64>) -> (FragmentGroup, usize) {
        let mut group = FragmentGroup::begin(&fragment(numbers[0], total, told), 10);
        let taken = numbers[1..]
            .iter()
            .take_while(|number| group.take(&FragmentGroup::begin(&fragment(**number, total, None), 10)))
            .count();
        (group, taken + 1)
    }

    #[test]
    fn fragments_that_count_on_belong_together() {
        let code = |numbers: &[u32], told| {
            let (group, taken) = group(numbers, 4, told);
            (taken, group.fault().map(|fault| (fault.code, fault.expected, fault.found)))
        };
        assert_eq!(code(&[1, 2, 3, 4], None), (4, None));
        assert_eq!(code(&[1, 2, 3, 4], Some(40)), (4, None));
        assert_eq!(code(&[1, 2, 3, 4], Some(44)), (4, None));
        assert_eq!(code(&[1, 2, 3, 4], Some(39)), (4, Some((ErrorCode::GatheredLength, 39, 40))));
        assert_eq!(code(&[1, 2, 3, 4], Some(48)), (4, Some((ErrorCode::GatheredLength, 48, 40))));
        assert_eq!(code(&[1, 2, 4], None), (2, Some((ErrorCode::FragmentMissing, 4, 2))));
        assert_eq!(code(&[1, 2, 2, 3, 4], None), (2, Some((ErrorCode::FragmentMissing, 4, 2))));
        assert_eq!(code(&[2, 3, 4], None), (3, Some((ErrorCode::FragmentOrder, 1, 2))));
        assert_eq!(code(&[0, 1, 2], None), (3, Some((ErrorCode::FragmentOrder, 1, 0))));
        // Beyond the total nothing goes on.
        assert_eq!(code(&[1, 2, 3, 4, 5], None).0, 4);
        let (mut whole, _) = group(&[1, 2], 4, None);
        assert!(!whole.take(&FragmentGroup::begin(&fragment(3, 5, None), 10)));
        assert!(whole.take(&FragmentGroup::begin(&fragment(3, 4, None), MAX_GATHERED)));
        assert_eq!(whole.fault().map(|fault| fault.code), Some(ErrorCode::EventTooLarge));
    }

    #[test]
    fn the_header_inside_has_the_low_bits_of_the_size() {
        let (mut whole, _) = group(&[1], 2, None);
        assert!(whole.take(&FragmentGroup::begin(&fragment(2, 2, None), 1 << 32)));
        assert_eq!([10, 14, 11].map(|size| whole.size_fault(size).is_some()), [false, false, true]);
    }
}
