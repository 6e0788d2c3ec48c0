//! Fields back into bytes: what the [`Cursor`](crate::Cursor) reads by a field's physical type is
//! written by it here. The bytes that a field has now are kept in number, so that nothing behind it moves.

use crate::catalogue::Physical;

/// Length-encoded integers, by the bytes they take: the mark in front, if any, and the largest number.
const LENENC: [(usize, Option<u8>, u64); 4] =
    [(1, None, 250), (3, Some(0xfc), 0xffff), (4, Some(0xfd), 0xff_ffff), (9, Some(0xfe), u64::MAX)];

impl Physical {
    /// Writes `number` over all of `out`, the bytes of a field of this type. A form longer than need be is as good
    /// as the shortest: readers take any.
    ///
    /// Bits and digits are those that the field stores: floats go as their bits, packed times packed. Numbers whose
    /// byte order a byte before them tells go little-endian, which is what the servers write.
    ///
    /// Returns false, with `out` as it was, if this type is no number or the number does not fit.
    pub fn write(self, number: u64, out: &mut [u8]) -> bool {
        match self {
            Self::U8
            | Self::U16
            | Self::U24
            | Self::U32
            | Self::U48
            | Self::U56
            | Self::U64
            | Self::I32
            | Self::I64
            | Self::IntLe
            | Self::UintLe
            | Self::F32
            | Self::F64
            | Self::OrderedInt
            | Self::OrderedF64
            | Self::PackedDate
            | Self::Crc32
            | Self::Crc32c => little_endian(number, out),
            Self::UintBe | Self::BitsBe | Self::Digits | Self::PackedTime => {
                let fits = little_endian(number, out);
                if fits {
                    out.reverse();
                }
                fits
            }
            Self::Lenenc => lenenc(number, out),
            Self::Varlen => varlen(number, out),
            Self::PrefixVarlen => prefix_varlen(number, out),
            Self::CompressedInt => compressed_int(number, out),
            Self::Group | Self::List | Self::Text | Self::Bytes | Self::Bitmap | Self::MsbBitmap | Self::Uuid => false,
        }
    }
}

/// The low bytes of a number, the rest being zero.
fn little_endian(number: u64, out: &mut [u8]) -> bool {
    let bytes = number.to_le_bytes();
    let (kept, dropped) = bytes.split_at(out.len().min(bytes.len()));
    if dropped.iter().any(|byte| *byte != 0) {
        return false;
    }
    let (low, high) = out.split_at_mut(kept.len());
    low.copy_from_slice(kept);
    high.fill(0);
    true
}

fn lenenc(number: u64, out: &mut [u8]) -> bool {
    let form = LENENC.iter().find(|(length, ..)| *length == out.len());
    let Some((_, mark, most)) = form else { return false };
    if number > *most {
        return false;
    }
    match (mark, out.split_first_mut()) {
        (Some(mark), Some((first, rest))) => {
            *first = *mark;
            little_endian(number, rest)
        }
        _ => little_endian(number, out),
    }
}

/// 7 bits a byte, low group first; every byte but the last has the top bit.
fn varlen(number: u64, out: &mut [u8]) -> bool {
    let bits = 7 * out.len() as u32;
    if out.is_empty() || (bits < u64::BITS && number >> bits != 0) {
        return false;
    }
    let last = out.len() - 1;
    for (i, byte) in out.iter_mut().enumerate() {
        let group = number.checked_shr(7 * i as u32).unwrap_or(0) as u8 & 0x7f;
        *byte = if i < last { group | 0x80 } else { group };
    }
    true
}

/// As many low one-bits in the first byte as bytes follow it. Source: MySQL
/// `libs/mysql/serialization/variable_length_integers.h`.
fn prefix_varlen(number: u64, out: &mut [u8]) -> bool {
    let length = out.len() as u32;
    match length {
        1..=8 => {
            if number >> (7 * length) != 0 {
                return false;
            }
            let ones = (1u64 << (length - 1)) - 1;
            little_endian(number << length | ones, out)
        }
        9 => out.split_first_mut().is_some_and(|(first, rest)| {
            *first = 0xff;
            little_endian(number, rest)
        }),
        _ => false,
    }
}

/// The low three bits of the first byte tell how many bytes follow it, 7 standing for 8. As
/// [`ibb`](crate::ibb) reads it.
fn compressed_int(number: u64, out: &mut [u8]) -> bool {
    let (bits, told) = match out.len() {
        length @ 1..=7 => (8 * length as u32 - 3, length as u64 - 1),
        9 => (u64::BITS, 7),
        _ => return false,
    };
    if bits < u64::BITS && number >> bits != 0 {
        return false;
    }
    let (first, last) = out.split_at_mut(out.len().min(8));
    little_endian(number << 3 | told, first) && little_endian(number >> 61, last)
}

#[cfg(test)]
mod tests {
    use crate::catalogue::{Physical, field};
    use crate::cursor::Cursor;

    fn written<const N: usize>(physical: Physical, number: u64) -> Option<[u8; N]> {
        let mut out = [0xaa; N];
        let done = physical.write(number, &mut out);
        assert!(done || out == [0xaa; N], "refused numbers leave the bytes as they were");
        done.then_some(out)
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        assert_eq!(written::<1>(Physical::U8, 256), None);
        assert_eq!(written::<2>(Physical::UintBe, 0x1_0000), None);
        assert_eq!(written::<1>(Physical::Lenenc, 251), None);
        assert_eq!(written::<2>(Physical::Lenenc, 1), None);
        assert_eq!(written::<1>(Physical::Varlen, 128), None);
        assert_eq!(written::<2>(Physical::PrefixVarlen, 1 << 14), None);
        assert_eq!(written::<1>(Physical::CompressedInt, 32), None);
        assert_eq!(written::<8>(Physical::CompressedInt, 1), None);
        assert_eq!(written::<4>(Physical::Text, 1), None);
    }

    #[test]
    fn both_byte_orders() {
        assert_eq!(written(Physical::U24, 0x01_0203), Some([3, 2, 1]));
        assert_eq!(written(Physical::UintBe, 0x01_0203), Some([1, 2, 3]));
        assert_eq!(written(Physical::F64, 1f64.to_bits()), Some(1f64.to_le_bytes()));
    }

    /// What is written in any form that has room is read back.
    #[test]
    fn every_length_reads_back() {
        fn check<const N: usize>() {
            for number in (0..64).flat_map(|bit| [1u64 << bit, (1 << bit) - 1]).chain([u64::MAX]) {
                if let Some(bytes) = written::<N>(Physical::Lenenc, number) {
                    let mut c = Cursor::new(&bytes, field::ENCLOSING, ());
                    assert_eq!((c.lenenc(field::ROWS_WIDTH), c.remaining()), (Ok(number), 0));
                }
                if let Some(bytes) = written::<N>(Physical::PrefixVarlen, number) {
                    let mut c = Cursor::new(&bytes, field::ENCLOSING, ());
                    assert_eq!((c.prefix_varlen(field::GTID_TAGGED_SIZE), c.remaining()), (Ok(number), 0));
                } else {
                    assert!(number >> (7 * N).min(63) != 0, "{number} fits {N} bytes");
                }
                if let Some(bytes) = written::<N>(Physical::Varlen, number) {
                    let read = bytes.iter().rev().fold(0, |read: u64, byte| read << 7 | u64::from(byte & 0x7f));
                    assert_eq!(read, number);
                    assert!(bytes.iter().rposition(|byte| byte & 0x80 == 0) == Some(N - 1));
                }
                if let Some(bytes) = written::<N>(Physical::CompressedInt, number) {
                    let stored = bytes.iter().rev().fold(0, |read: u128, byte| read << 8 | u128::from(*byte));
                    assert_eq!((stored >> 3) as u64, number);
                    assert_eq!((stored & 7) as usize, if N == 9 { 7 } else { N - 1 });
                }
            }
        }
        check::<1>();
        check::<2>();
        check::<3>();
        check::<4>();
        check::<5>();
        check::<6>();
        check::<7>();
        check::<8>();
        check::<9>();
    }
}
