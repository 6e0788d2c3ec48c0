//! Digits with their separators, put together before they are written: one write a value instead of
//! one a number.

use core::fmt;

const ROOM: usize = 64;

/// ASCII on its way to a formatter.
pub(crate) struct Digits<'w> {
    out: &'w mut dyn fmt::Write,
    text: [u8; ROOM],
    length: usize,
}

impl<'w> Digits<'w> {
    pub(crate) fn new(out: &'w mut dyn fmt::Write) -> Self {
        Self { out, text: [0; ROOM], length: 0 }
    }

    /// Writes what is there.
    pub(crate) fn pass(&mut self) -> fmt::Result {
        let text = self.text.get(..core::mem::take(&mut self.length)).unwrap_or_default();
        self.out.write_str(core::str::from_utf8(text).unwrap_or_default())
    }

    /// Appends ASCII of a few bytes.
    #[inline]
    pub(crate) fn put(&mut self, ascii: &[u8]) -> fmt::Result {
        if self.length + ascii.len() > ROOM {
            self.pass()?;
        }
        let room = self.text.get_mut(self.length..self.length + ascii.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(ascii);
        self.length += ascii.len();
        Ok(())
    }

    /// Appends a number of at least `width` digits, as `{:0width$}`.
    #[inline]
    pub(crate) fn number(&mut self, mut number: u32, width: usize) -> fmt::Result {
        if width == 2 && number < 100 {
            return self.put(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
        }
        let mut digits = [b'0'; 10];
        let mut zeros = digits.len();
        for slot in digits.iter_mut().rev() {
            if number == 0 {
                break;
            }
            *slot = b'0' + (number % 10) as u8;
            number /= 10;
            zeros -= 1;
        }
        let from = zeros.min(digits.len().saturating_sub(width));
        self.put(digits.get(from..).unwrap_or_default())
    }
}
