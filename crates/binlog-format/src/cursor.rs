//! The only way to read a byte: by naming the field it belongs to.

use crate::catalogue::{FieldId, Unit};
use crate::describe;
use crate::error::{DecodeError, ErrorCode, Result, error};
#[cfg(feature = "alloc")]
use crate::trace::Enter;
use crate::trace::{Behind, Slot, Trace};
use crate::value::Value;

/// Reads an event's bytes in order and reports each read to a [`Trace`]. Offsets, also those of errors,
/// count from the first byte of what it reads: an event, or a space.
///
/// Every read fails with `unexpected_end` where fewer bytes are left than the field takes
/// ([`expected`](DecodeError::expected), [`found`](DecodeError::found)); nothing is read then, and the
/// length that set the end is blamed. Where other faults can be, the method tells.
#[derive(Debug)]
pub struct Cursor<'a, T> {
    data: &'a [u8],
    pos: usize,
    end: usize,
    /// The length field that set `end`; blamed when something does not fit.
    limit: FieldId,
    trace: T,
}

macro_rules! integers {
    ($($(#[$doc:meta])* $name:ident: $bytes:literal, $from:expr => $type:ty, $value:ident;)*) => {
        $($(#[$doc])*
        #[inline]
        pub fn $name(&mut self, slot: impl Into<Slot>) -> Result<$type> {
            let slot = slot.into();
            let start = self.pos;
            let raw: [u8; $bytes] = self.array(slot)?;
            let number: $type = $from(raw);
            self.trace.leaf(slot, start as u32, self.pos as u32, Value::$value(number.into()));
            Ok(number)
        })*
    };
}

const fn widen<const N: usize>(raw: [u8; N]) -> u64 {
    let mut number = 0;
    let mut i = N;
    while i > 0 {
        i -= 1;
        number = number << 8 | raw[i] as u64;
    }
    number
}

impl<'a> Cursor<'a, ()> {
    /// Reads what follows the first `start` bytes of `data`, which someone has read before.
    #[inline]
    pub(crate) fn behind(data: &'a [u8], start: usize, limit: FieldId) -> Self {
        Self { data, pos: start.min(data.len()), end: data.len(), limit, trace: () }
    }
}

impl<'a, T: Trace<'a>> Cursor<'a, T> {
    /// Reads `data`, a whole event or a whole space; `limit` is the field that tells its length.
    pub fn new(data: &'a [u8], limit: FieldId, trace: T) -> Self {
        Self { data, pos: 0, end: data.len(), limit, trace }
    }

    /// Offset of the next byte.
    #[inline(always)]
    pub fn position(&self) -> usize {
        self.pos
    }

    /// Bytes left before the innermost end.
    #[inline(always)]
    pub fn remaining(&self) -> usize {
        self.end - self.pos
    }

    /// Offset of the innermost end.
    #[inline(always)]
    pub fn end(&self) -> usize {
        self.end
    }

    /// The length field that set the innermost end.
    pub fn limit(&self) -> FieldId {
        self.limit
    }

    /// Whether anything observes.
    #[inline(always)]
    pub const fn observes(&self) -> bool {
        T::OBSERVES
    }

    /// The observer, to report what is not a read.
    pub fn trace(&mut self) -> &mut T {
        &mut self.trace
    }

    /// Gives the observer back.
    pub fn into_trace(self) -> T {
        self.trace
    }

    /// Names the item just read by what its code stands for.
    #[inline]
    pub(crate) fn name(&mut self, unit: Unit, code: u64) {
        if T::OBSERVES
            && let Some(name) = describe::name_of(unit, code)
        {
            self.trace.label(name.as_bytes());
        }
    }

    /// The bytes that follow, unread. For decisions about the layout only; whatever is read
    /// afterwards is read under its name.
    #[inline]
    pub fn peek(&self) -> &'a [u8] {
        self.data.get(self.pos..self.end).unwrap_or_default()
    }

    /// The bytes from an earlier position up to here, which were read.
    pub fn since(&self, start: usize) -> &'a [u8] {
        self.data.get(start..self.pos).unwrap_or_default()
    }

    #[inline]
    fn array<const N: usize>(&mut self, slot: Slot) -> Result<[u8; N]> {
        match self.data.get(self.pos..self.end).and_then(|rest| rest.first_chunk::<N>()) {
            Some(raw) => {
                self.pos += N;
                Ok(*raw)
            }
            None => Err(self.short(slot.field, N as u64)),
        }
    }

    #[cold]
    fn short(&self, field: FieldId, needed: u64) -> DecodeError {
        error(ErrorCode::UnexpectedEnd, self.pos, field, needed, self.remaining() as u64).blame(self.limit)
    }

    /// A fault at the next byte.
    #[cold]
    pub fn fail(&self, code: ErrorCode, field: FieldId, expected: u64, found: u64) -> DecodeError {
        error(code, self.pos, field, expected, found)
    }

    integers! {
        /// `u8`.
        u8: 1, u8::from_le_bytes => u8, Unsigned;
        /// `u16`, little-endian.
        u16: 2, u16::from_le_bytes => u16, Unsigned;
        /// 3 bytes, little-endian.
        u24: 3, |raw| widen::<3>(raw) as u32 => u32, Unsigned;
        /// `u32`, little-endian.
        u32: 4, u32::from_le_bytes => u32, Unsigned;
        /// 6 bytes, little-endian.
        u48: 6, widen::<6> => u64, Unsigned;
        /// 7 bytes, little-endian.
        u56: 7, widen::<7> => u64, Unsigned;
        /// `u64`, little-endian.
        u64: 8, u64::from_le_bytes => u64, Unsigned;
        /// `i32`, little-endian.
        i32: 4, i32::from_le_bytes => i32, Signed;
        /// `i64`, little-endian.
        i64: 8, i64::from_le_bytes => i64, Signed;
        /// `f32`, little-endian.
        f32: 4, f32::from_le_bytes => f32, Float;
        /// `f64`, little-endian.
        f64: 8, f64::from_le_bytes => f64, Double;
    }

    /// Little-endian integer of 1 to 8 bytes without reporting it; the caller reports what it means.
    #[inline]
    pub(crate) fn quiet_le(&mut self, field: FieldId, bytes: usize) -> Result<u64> {
        // One load where eight bytes are at hand, whatever the width.
        if let Some(raw) = self.eight(bytes) {
            return Ok(u64::from_le_bytes(raw) & (u64::MAX >> (64 - bytes * 8)));
        }
        let raw = self.quiet(field, bytes)?;
        Ok(raw.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Big-endian integer of 1 to 8 bytes without reporting it.
    #[inline]
    pub(crate) fn quiet_be(&mut self, field: FieldId, bytes: usize) -> Result<u64> {
        if let Some(raw) = self.eight(bytes) {
            return Ok(u64::from_be_bytes(raw) >> (64 - bytes * 8));
        }
        let raw = self.quiet(field, bytes)?;
        Ok(raw.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Passes `bytes` bytes, 1 to 8, and gives the eight that begin with them, if so many are left.
    #[inline(always)]
    fn eight(&mut self, bytes: usize) -> Option<[u8; 8]> {
        if !(1..=8).contains(&bytes) {
            return None;
        }
        let raw = *self.data.get(self.pos..self.end)?.first_chunk::<8>()?;
        self.pos += bytes;
        Some(raw)
    }

    /// Bytes without reporting them.
    #[inline]
    pub(crate) fn quiet(&mut self, field: FieldId, bytes: usize) -> Result<&'a [u8]> {
        match self.data.get(self.pos..self.end).and_then(|rest| rest.get(..bytes)) {
            Some(raw) => {
                self.pos += bytes;
                Ok(raw)
            }
            None => Err(self.short(field, bytes as u64)),
        }
    }

    /// `bytes` bytes whose meaning `of` computes from the little-endian number.
    #[inline]
    pub(crate) fn le(&mut self, slot: Slot, bytes: usize, of: impl FnOnce(u64) -> Value<'a>) -> Result<Value<'a>> {
        let start = self.pos;
        let value = of(self.quiet_le(slot.field, bytes)?);
        self.trace.leaf(slot, start as u32, self.pos as u32, value);
        Ok(value)
    }

    /// `bytes` bytes whose meaning `of` computes from the big-endian number.
    #[inline]
    pub(crate) fn be(&mut self, slot: Slot, bytes: usize, of: impl FnOnce(u64) -> Value<'a>) -> Result<Value<'a>> {
        let start = self.pos;
        let value = of(self.quiet_be(slot.field, bytes)?);
        self.trace.leaf(slot, start as u32, self.pos as u32, value);
        Ok(value)
    }

    /// Length-encoded integer (1, 3, 4 or 9 bytes): below 251 the byte itself; 252, 253 and 254 stand before
    /// 2, 3 and 8 bytes. Any form is read, also one longer than need be.
    ///
    /// # Errors
    ///
    /// `invalid_lenenc` for 251 (NULL of text protocols) and 255.
    #[inline]
    pub fn lenenc(&mut self, slot: impl Into<Slot>) -> Result<u64> {
        let slot = slot.into();
        let start = self.pos;
        let number = match self.array::<1>(slot)?[0] {
            small @ 0..=250 => u64::from(small),
            252 => widen(self.array::<2>(slot).inspect_err(|_| self.pos = start)?),
            253 => widen(self.array::<3>(slot).inspect_err(|_| self.pos = start)?),
            254 => widen(self.array::<8>(slot).inspect_err(|_| self.pos = start)?),
            other => {
                self.pos = start;
                return Err(self.fail(ErrorCode::InvalidLenenc, slot.field, 0, u64::from(other)));
            }
        };
        self.trace.leaf(slot, start as u32, self.pos as u32, Value::Unsigned(number));
        Ok(number)
    }

    /// Integer of MySQL's serialization library: as many low one-bits in the first byte as bytes
    /// follow it, 1 to 9 in all. Source: MySQL `libs/mysql/serialization/variable_length_integers.h`.
    ///
    /// # Errors
    ///
    /// `unexpected_end`.
    pub fn prefix_varlen(&mut self, slot: impl Into<Slot>) -> Result<u64> {
        let slot = slot.into();
        let start = self.pos;
        let number = self.quiet_prefix_varlen(slot.field)?;
        self.trace.leaf(slot, start as u32, self.pos as u32, Value::Unsigned(number));
        Ok(number)
    }

    /// The same for a signed integer: the lowest bit is the sign, -1 - n for negative ones.
    ///
    /// # Errors
    ///
    /// `unexpected_end`.
    pub fn signed_prefix_varlen(&mut self, slot: impl Into<Slot>) -> Result<i64> {
        let slot = slot.into();
        let start = self.pos;
        let stored = self.quiet_prefix_varlen(slot.field)?;
        let magnitude = (stored >> 1) as i64;
        let number = if stored & 1 == 1 { !magnitude } else { magnitude };
        self.trace.leaf(slot, start as u32, self.pos as u32, Value::Signed(number));
        Ok(number)
    }

    fn quiet_prefix_varlen(&mut self, field: FieldId) -> Result<u64> {
        let Some(first) = self.peek().first() else { return Err(self.short(field, 1)) };
        let following = first.trailing_ones() as usize;
        if following < 8 {
            return Ok(self.quiet_le(field, following + 1)? >> (following + 1));
        }
        // The first byte holds nothing but the length.
        let raw = self.quiet(field, 9)?;
        Ok(raw.iter().skip(1).rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// `length` bytes, as `liar` said.
    ///
    /// # Errors
    ///
    /// `length_too_long`, which blames `liar`.
    #[inline]
    pub fn bytes(&mut self, slot: impl Into<Slot>, length: u64, liar: FieldId) -> Result<&'a [u8]> {
        self.span(slot.into(), length, liar, Value::Bytes)
    }

    /// `length` bytes of text, as `liar` said.
    ///
    /// # Errors
    ///
    /// `length_too_long`, which blames `liar`. Bytes that are no UTF-8 are no fault.
    #[inline]
    pub fn text(&mut self, slot: impl Into<Slot>, length: u64, liar: FieldId) -> Result<&'a [u8]> {
        self.span(slot.into(), length, liar, Value::utf8)
    }

    /// `length` bytes that mean what `of` says.
    #[inline]
    pub(crate) fn span(
        &mut self, slot: Slot, length: u64, liar: FieldId, of: impl FnOnce(&'a [u8]) -> Value<'a>,
    ) -> Result<&'a [u8]> {
        if length > self.remaining() as u64 {
            return Err(
                error(ErrorCode::LengthTooLong, self.pos, slot.field, length, self.remaining() as u64).blame(liar)
            );
        }
        let start = self.pos;
        let raw = self.quiet(slot.field, length as usize)?;
        self.trace.leaf(slot, start as u32, self.pos as u32, of(raw));
        Ok(raw)
    }

    /// Everything up to the innermost end, as bytes. Nothing is reported when nothing is left.
    pub fn rest(&mut self, slot: impl Into<Slot>) -> &'a [u8] {
        self.rest_as(slot.into(), Value::Bytes)
    }

    /// Everything up to the innermost end, as text.
    pub fn rest_text(&mut self, slot: impl Into<Slot>) -> &'a [u8] {
        self.rest_as(slot.into(), Value::utf8)
    }

    /// Everything up to the innermost end, meaning what `of` says.
    pub(crate) fn rest_as(&mut self, slot: Slot, of: impl FnOnce(&'a [u8]) -> Value<'a>) -> &'a [u8] {
        let raw = self.peek();
        if !raw.is_empty() {
            let start = self.pos;
            self.pos = self.end;
            self.trace.leaf(slot, start as u32, self.pos as u32, of(raw));
        }
        raw
    }

    /// A byte that must be 0.
    ///
    /// # Errors
    ///
    /// `terminator` if it is not; `unexpected_end`.
    pub fn terminator(&mut self, slot: impl Into<Slot>) -> Result<()> {
        let slot = slot.into();
        match self.peek().first() {
            Some(0) => {
                self.u8(slot)?;
                Ok(())
            }
            Some(other) => Err(self.fail(ErrorCode::Terminator, slot.field, 0, u64::from(*other))),
            None => Err(self.short(slot.field, 1)),
        }
    }

    /// A field that takes no bytes here (a NULL column).
    #[inline]
    pub fn absent(&mut self, slot: impl Into<Slot>, value: Value<'a>) {
        if T::OBSERVES {
            let at = self.pos as u32;
            self.trace.leaf(slot.into(), at, at, value);
        }
    }

    /// Reports what `f` reads as children of `slot`.
    ///
    /// # Errors
    ///
    /// Those of `f`; the group ends where it was reached.
    #[inline]
    pub fn group<R>(&mut self, slot: impl Into<Slot>, f: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        self.trace.enter(slot.into(), self.pos as u32);
        let result = f(self);
        self.trace.exit(self.pos as u32, Value::None);
        result
    }

    /// The same for a group that has a value as a whole.
    ///
    /// # Errors
    ///
    /// Those of `f`; the group has no value then.
    #[inline]
    pub fn value_group(
        &mut self, slot: impl Into<Slot>, f: impl FnOnce(&mut Self) -> Result<Value<'a>>,
    ) -> Result<Value<'a>> {
        self.trace.enter(slot.into(), self.pos as u32);
        let result = f(self);
        self.trace.exit(self.pos as u32, *result.as_ref().unwrap_or(&Value::None));
        result
    }

    /// Begins a group whose inside the caller may leave out; `leave` ends it.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn enter(&mut self, slot: impl Into<Slot>) -> Enter {
        self.trace.enter(slot.into(), self.pos as u32)
    }

    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn leave(&mut self, value: Value<'a>) {
        self.trace.exit(self.pos as u32, value);
    }

    /// Runs `f` with the end set `length` bytes ahead, as `liar` said. What `f` leaves unread
    /// is read as `left` (the format lets newer servers append).
    ///
    /// # Errors
    ///
    /// `length_too_long`, which blames `liar`; those of `f`, and what it did not read is left unread then.
    pub fn within<R>(
        &mut self, length: u64, liar: FieldId, left: FieldId, f: impl FnOnce(&mut Self) -> Result<R>,
    ) -> Result<R> {
        if length > self.remaining() as u64 {
            return Err(error(ErrorCode::LengthTooLong, self.pos, liar, length, self.remaining() as u64).blame(liar));
        }
        let outer = (self.end, self.limit);
        self.end = self.pos + length as usize;
        self.limit = liar;
        let result = f(self);
        if result.is_ok() {
            self.rest(left);
        }
        (self.end, self.limit) = outer;
        result
    }

    /// Leaves everything up to the innermost end to a reader of its own, which counts offsets from 0 and reports what
    /// it reads to the same observer. What it does not report is read as `left`.
    pub fn nested<R>(&mut self, left: FieldId, f: impl FnOnce(&'a [u8], &mut Behind<'_, T>) -> R) -> R {
        let (bytes, start) = (self.peek(), self.pos as u32);
        let mut behind = Behind { trace: &mut self.trace, by: start, reached: 0 };
        let result = f(bytes, &mut behind);
        self.pos += behind.reached as usize;
        if T::OBSERVES {
            self.rest(left);
        }
        self.pos = self.end;
        result
    }

    /// Takes `bytes` off the end, to be read after the rest (the checksum).
    pub(crate) fn shorten(&mut self, bytes: usize) {
        self.end -= bytes.min(self.remaining());
    }

    /// Gives back what `shorten` took.
    pub(crate) fn lengthen(&mut self) {
        self.end = self.data.len();
    }

    /// Moves to an offset inside the innermost end; for documents that are offset tables.
    #[cfg(feature = "alloc")]
    pub(crate) fn seek(&mut self, pos: usize) {
        self.pos = pos.min(self.end);
    }

    /// Leaves everything up to the innermost end to a later reader.
    #[cfg(feature = "alloc")]
    pub(crate) fn pass(&mut self) {
        debug_assert!(!T::OBSERVES);
        self.pos = self.end;
    }

    /// A cursor over the next bytes that reports nothing.
    pub(crate) fn silent(&self) -> Cursor<'a, ()> {
        Cursor { data: self.data, pos: self.pos, end: self.end, limit: self.limit, trace: () }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::field;

    fn read<R>(bytes: &[u8], f: impl FnOnce(&mut Cursor<'_, ()>) -> Result<R>) -> (Result<R>, usize) {
        let mut c = Cursor::new(bytes, field::EVENT_HEADER_EVENT_SIZE, ());
        let result = f(&mut c);
        (result, c.position())
    }

    #[test]
    fn numbers_of_the_serialization_library() {
        let unsigned = |bytes: &[u8]| read(bytes, |c| c.prefix_varlen(field::GTID_TAGGED_SIZE));
        let signed = |bytes: &[u8]| read(bytes, |c| c.signed_prefix_varlen(field::GTID_TAGGED_GNO));
        assert_eq!(unsigned(&[0xfb, 0xff, 0x07]), (Ok(65_535), 3));
        assert_eq!(signed(&[0xf3, 0xff, 0x0f]), (Ok(65_535), 3));
        assert_eq!(signed(&[0xeb, 0xff, 0x0f]), (Ok(-65_535), 3));
        assert_eq!(signed(&[0xfb, 0xff, 0x0f]), (Ok(-65_536), 3));
        assert_eq!(unsigned(&[0x7f, 1, 0, 0, 0, 0, 0, 0x80]), (Ok(0x80_0000_0000_0001), 8));
        assert_eq!(unsigned(&[0xff; 9]), (Ok(u64::MAX), 9));
        assert_eq!(signed(&[0xff; 9]), (Ok(i64::MIN), 9));
        for cut in [&[][..], &[0x01], &[0xff, 0, 0, 0, 0, 0, 0, 0]] {
            let (result, position) = unsigned(cut);
            assert_eq!((result.map_err(|error| error.code), position), (Err(ErrorCode::UnexpectedEnd), 0));
        }
    }
}
