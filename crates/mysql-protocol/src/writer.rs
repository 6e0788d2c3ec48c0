//! Writes fields as the catalogue says they are written.

use alloc::vec::Vec;

use binlog_format::catalogue::{FieldId, Physical, packet_field as field};

/// Appends fields to bytes. Each is named, and is of the physical type that its entry has.
#[derive(Debug)]
pub struct Writer<'w> {
    out: &'w mut Vec<u8>,
}

/// `of` may be written as one of these.
fn is(of: FieldId, physical: &[Physical]) -> bool {
    physical.contains(&of.entry().physical)
}

macro_rules! integers {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $bytes:literal, $physical:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(&mut self, of: FieldId, number: $type) -> &mut Self {
            debug_assert!(is(of, &[Physical::$physical]), "{of:?}");
            self.out.extend(number.to_le_bytes().into_iter().take($bytes));
            self
        })*
    };
}

impl<'w> Writer<'w> {
    /// Appends to `out`.
    pub fn new(out: &'w mut Vec<u8>) -> Self {
        Self { out }
    }

    integers! {
        /// `u8`.
        u8: u8, 1, U8;
        /// `u16`, little-endian.
        u16: u16, 2, U16;
        /// The low 3 bytes, little-endian.
        u24: u32, 3, U24;
        /// `u32`, little-endian.
        u32: u32, 4, U32;
        /// `u64`, little-endian.
        u64: u64, 8, U64;
    }

    /// A length-encoded integer in its shortest form.
    pub fn lenenc(&mut self, of: FieldId, number: u64) -> &mut Self {
        debug_assert!(is(of, &[Physical::Lenenc]), "{of:?}");
        let bytes = number.to_le_bytes();
        let (mark, length) = match number {
            0..=250 => (None, 1),
            251..=0xffff => (Some(0xfc), 2),
            0x1_0000..=0xff_ffff => (Some(0xfd), 3),
            _ => (Some(0xfe), 8),
        };
        self.out.extend(mark);
        self.out.extend(bytes.into_iter().take(length));
        self
    }

    /// Bytes or text as they are.
    pub fn bytes(&mut self, of: FieldId, bytes: &[u8]) -> &mut Self {
        debug_assert!(is(of, &[Physical::Bytes, Physical::Text, Physical::Group, Physical::List]), "{of:?}");
        self.out.extend_from_slice(bytes);
        self
    }

    /// Text and the zero byte that ends it; what follows a zero byte in the text is left out, for a reader would end
    /// there.
    pub fn terminated(&mut self, of: FieldId, text: &[u8]) -> &mut Self {
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        self.bytes(of, text).u8(field::STRING_TERMINATOR, 0)
    }

    /// A length-encoded length and as many bytes.
    pub fn lenenc_bytes(&mut self, length: FieldId, of: FieldId, bytes: &[u8]) -> &mut Self {
        self.lenenc(length, bytes.len() as u64).bytes(of, bytes)
    }

    /// A length of one byte and as many bytes: at most 255 of them, the rest is left out.
    pub fn short_bytes(&mut self, length: FieldId, of: FieldId, bytes: &[u8]) -> &mut Self {
        let bytes = bytes.get(..255).unwrap_or(bytes);
        self.u8(length, bytes.len() as u8).bytes(of, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlog_format::Cursor;

    #[test]
    fn what_is_written_is_read() {
        for number in [0, 250, 251, 252, 0xffff, 0x1_0000, 0xff_ffff, 0x100_0000, u64::MAX] {
            let mut out = Vec::new();
            Writer::new(&mut out).lenenc(field::OK_AFFECTED_ROWS, number);
            let mut c = Cursor::new(&out, field::PAYLOAD_LENGTH, ());
            assert_eq!((c.lenenc(field::OK_AFFECTED_ROWS), c.remaining()), (Ok(number), 0));
        }
        let mut out = Vec::new();
        Writer::new(&mut out).u24(field::PAYLOAD_LENGTH, 0x03_0201).u8(field::SEQUENCE_ID, 9);
        Writer::new(&mut out).terminated(field::RESPONSE_USERNAME, b"ab\0c");
        Writer::new(&mut out).short_bytes(field::REGISTER_USER_LENGTH, field::REGISTER_USER, &[b'x'; 300]);
        assert_eq!(out[..8], *b"\x01\x02\x03\x09ab\0\xff");
        assert_eq!(out.len(), 8 + 255);
    }
}
