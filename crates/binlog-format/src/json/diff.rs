//! Changes to a JSON document, as PARTIAL_UPDATE_ROWS logs them instead of the document.
//! Source: MySQL `sql-common/json_diff.cc` (`Json_diff::write_binary`).

use core::fmt::{self, Write};

use super::{read_document, write_text};
use crate::catalogue::{Unit, field};
use crate::charset;
use crate::cursor::Cursor;
use crate::describe;
use crate::error::{ErrorCode, Result};
use crate::trace::Trace;
use crate::value::Value;

/// What a change does to the value at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiffOperation {
    /// Puts another value in its place.
    Replace,
    /// Adds a member to an object, or an element to an array before the one at the path.
    Insert,
    /// Takes it away.
    Remove,
}

impl DiffOperation {
    const fn of(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Replace),
            1 => Some(Self::Insert),
            2 => Some(Self::Remove),
            _ => None,
        }
    }

    /// In the catalogue's words.
    pub fn text(self) -> &'static str {
        describe::name_of(Unit::JsonDiffOperation, self as u64).unwrap_or_default()
    }
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JsonDiff<'a> {
    /// What it does.
    pub operation: DiffOperation,
    /// Where: a JSON path such as `$.age` or `$.a[3]`, UTF-8.
    pub path: &'a [u8],
    /// The new value in binary form, [`write_text`] reads it; none when something is removed.
    pub value: Option<&'a [u8]>,
}

/// The changes in [`Value::JsonDiffs`](crate::Value::JsonDiffs), in the order they apply. A fault
/// is the last item.
pub fn diffs(bytes: &[u8]) -> impl Iterator<Item = Result<JsonDiff<'_>>> {
    let mut c = Cursor::new(bytes, field::COLUMN_LENGTH, ());
    let mut ended = false;
    core::iter::from_fn(move || {
        if ended || c.remaining() == 0 {
            return None;
        }
        let item = diff(&mut c);
        ended = item.is_err();
        Some(item)
    })
}

/// Reports the next `length` bytes as changes. A fault leaves the rest `undecoded`.
pub(crate) fn report_diffs<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: usize) -> Result<&'a [u8]> {
    let start = c.position();
    c.within(length as u64, field::COLUMN_LENGTH, field::UNUSED, |c| {
        c.group(field::JSON_DIFFS, |c| {
            for index in 0.. {
                if c.remaining() == 0 {
                    break;
                }
                let mut operation = None;
                let read = c.group(field::JSON_DIFF.at(index), |c| {
                    operation = Some(diff(c)?.operation);
                    Ok(())
                });
                if let Some(operation) = operation {
                    c.trace().label(operation.text().as_bytes());
                }
                if let Err(error) = read {
                    c.trace().fault(error);
                    c.rest(field::UNDECODED);
                }
            }
            Ok(())
        })
    })?;
    Ok(c.since(start))
}

fn diff<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<JsonDiff<'a>> {
    let code = c.u8(field::JSON_DIFF_OPERATION)?;
    let Some(operation) = DiffOperation::of(code) else {
        return Err(c.fail(ErrorCode::InvalidValue, field::JSON_DIFF_OPERATION, 2, code.into()));
    };
    let length = c.lenenc(field::JSON_DIFF_PATH_LENGTH)?;
    let path = c.text(field::JSON_DIFF_PATH, length, field::JSON_DIFF_PATH_LENGTH)?;
    if operation == DiffOperation::Remove {
        return Ok(JsonDiff { operation, path, value: None });
    }
    let length = c.lenenc(field::JSON_DIFF_VALUE_LENGTH)?;
    let start = c.position();
    if T::OBSERVES && length > 0 {
        c.within(length, field::JSON_DIFF_VALUE_LENGTH, field::UNUSED, |c| {
            c.value_group(field::JSON_DOCUMENT, |c| {
                if let Err(error) = read_document(c, &mut ()) {
                    c.trace().fault(error);
                    c.rest(field::UNDECODED);
                }
                Ok(Value::Json(c.since(start)))
            })
        })?;
    } else {
        c.bytes(field::JSON_DOCUMENT, length, field::JSON_DIFF_VALUE_LENGTH)?;
    }
    Ok(JsonDiff { operation, path, value: Some(c.since(start)) })
}

/// Writes changes as text: `REPLACE $.age = 26; REMOVE $.name`. A fault ends the text with `…`.
pub fn write_diffs(bytes: &[u8], out: &mut dyn Write) -> fmt::Result {
    if bytes.is_empty() {
        return out.write_str("no change");
    }
    for (i, diff) in diffs(bytes).enumerate() {
        if i > 0 {
            out.write_str("; ")?;
        }
        let Ok(diff) = diff else { return out.write_char('…') };
        let path = charset::Text { bytes: diff.path, collation: charset::UTF8MB4 };
        write!(out, "{} {path}", diff.operation.text())?;
        if let Some(value) = diff.value {
            out.write_str(" = ")?;
            write_text(value, out)?;
        }
    }
    Ok(())
}
