//! Bitmaps of columns.

/// One bit an item; item 0 is the least significant bit of the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bitmap<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl<'a> Bitmap<'a> {
    /// A bitmap of `length` items.
    pub const fn new(bytes: &'a [u8], length: usize) -> Self {
        Self { bytes, length }
    }

    /// How many items.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether the bit of an item is set; false beyond the end.
    #[inline]
    pub fn get(&self, item: usize) -> bool {
        item < self.length && self.bytes.get(item / 8).is_some_and(|byte| byte >> (item % 8) & 1 == 1)
    }

    /// How many bits are set; spare bits of the last byte do not count.
    pub fn count_ones(&self) -> usize {
        let whole = self.length / 8;
        let full: u32 = self.bytes.iter().take(whole).map(|byte| byte.count_ones()).sum();
        let spare = self.bytes.get(whole).map_or(0, |byte| (byte & ((1 << (self.length % 8)) - 1)).count_ones());
        (full + spare) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spare_bits_do_not_count() {
        let bitmap = Bitmap::new(&[0xff, 0xff], 11);
        assert_eq!(bitmap.count_ones(), 11);
        assert!(bitmap.get(10) && !bitmap.get(11) && !bitmap.get(100));
    }
}
