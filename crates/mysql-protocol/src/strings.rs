//! The forms that strings have in packets.

use binlog_format::catalogue::{FieldId, packet_field as field};
use binlog_format::cursor::Cursor;
use binlog_format::error::Result;
use binlog_format::trace::Trace;

/// Text up to a zero byte, which is read too.
pub(crate) fn terminated<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, of: FieldId) -> Result<&'a [u8]> {
    let text = up_to_zero(c, of)?;
    c.terminator(field::STRING_TERMINATOR)?;
    Ok(text)
}

/// The same at the end of a packet, where some writers leave out the zero byte.
pub(crate) fn terminated_or_last<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, of: FieldId) -> Result<&'a [u8]> {
    let text = up_to_zero(c, of)?;
    if c.remaining() > 0 {
        c.terminator(field::STRING_TERMINATOR)?;
    }
    Ok(text)
}

fn up_to_zero<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, of: FieldId) -> Result<&'a [u8]> {
    let length = c.peek().iter().position(|byte| *byte == 0).unwrap_or(c.remaining());
    c.text(of, length as u64, c.limit())
}

/// A length-encoded length and as many bytes of text.
pub(crate) fn lenenc_text<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: FieldId, of: FieldId) -> Result<&'a [u8]> {
    let bytes = c.lenenc(length)?;
    c.text(of, bytes, length)
}

/// A length of one byte and as many bytes of text.
pub(crate) fn short_text<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: FieldId, of: FieldId) -> Result<&'a [u8]> {
    let bytes = c.u8(length)?;
    c.text(of, bytes.into(), length)
}
