//! INTVAR, RAND, USER_VAR, ROWS_QUERY, ANNOTATE_ROWS: what belongs to a statement.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::Context;
use crate::events::post_header_extra;
use crate::format::{Flavor, Format};
use crate::header::EventHeader;
use crate::trace::Trace;
use crate::value::{Value, decimal_length};

/// INTVAR_EVENT: LAST_INSERT_ID (1) or INSERT_ID (2) of the next statement. Body: type 1 byte, number 8.
/// Sources: MySQL `statement_events.h` (`Intvar_event`), MariaDB `sql/log_event.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intvar {
    /// 1 or 2.
    pub intvar_type: u8,
    /// The number.
    pub value: u64,
}

pub(crate) fn intvar<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<Intvar> {
    post_header_extra(c, header, context, 0)?;
    Ok(Intvar { intvar_type: c.u8(field::INTVAR_TYPE)?, value: c.u64(field::INTVAR_VALUE)? })
}

/// RAND_EVENT: the seeds of RAND() in the next statement. Body: 8 + 8 bytes.
/// Sources: MySQL `statement_events.h` (`Rand_event`), MariaDB `sql/log_event.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rand {
    /// First seed.
    pub seed1: u64,
    /// Second seed.
    pub seed2: u64,
}

pub(crate) fn rand<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<Rand> {
    post_header_extra(c, header, context, 0)?;
    Ok(Rand { seed1: c.u64(field::RAND_SEED1)?, seed2: c.u64(field::RAND_SEED2)? })
}

/// USER_VAR_EVENT: a user variable that the next statement reads. Body: name length 4 bytes, name, NULL 1;
/// unless NULL also type 1, collation id 4, length 4, value, and flags up to the end.
/// Sources: MySQL `statement_events.cpp` (`User_var_event`), MariaDB `sql/log_event.cc`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UserVar<'a> {
    /// Without the `@`.
    pub name: &'a [u8],
    /// Its value; NULL has no type.
    pub value: Value<'a>,
    /// MariaDB: name of the data type, where it is no basic one.
    pub data_type: Option<&'a [u8]>,
}

/// Types of a user variable's value.
mod result_type {
    pub const STRING: u8 = 0;
    pub const REAL: u8 = 1;
    pub const INT: u8 = 2;
    pub const DECIMAL: u8 = 4;
}

pub(crate) fn user_var<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<UserVar<'a>> {
    post_header_extra(c, header, context, 0)?;
    let name_length = c.u32(field::USER_VAR_NAME_LENGTH)?;
    let name = c.text(field::USER_VAR_NAME, name_length.into(), field::USER_VAR_NAME_LENGTH)?;
    if c.u8(field::USER_VAR_IS_NULL)? != 0 {
        // Servers stop here; some write the rest all the same.
        if c.remaining() == 0 {
            return Ok(UserVar { name, value: Value::Null, data_type: None });
        }
    }
    let value_type = c.u8(field::USER_VAR_TYPE)?;
    let charset = c.u32(field::USER_VAR_CHARSET)?;
    let length = u64::from(c.u32(field::USER_VAR_VALUE_LENGTH)?);
    // The flags follow the value, but say how an integer is to be read.
    let flags = usize::try_from(length).ok().and_then(|length| c.peek().get(length..)).unwrap_or_default();
    let unsigned = flags.contains(&1) && flags.first() != Some(&2);
    let value = match value_type {
        result_type::REAL if length == 8 => Value::Double(c.f64(field::USER_VAR_VALUE)?),
        result_type::INT if length == 8 => c.le(field::USER_VAR_VALUE.into(), 8, |bits| {
            if unsigned { Value::Unsigned(bits) } else { Value::Signed(bits as i64) }
        })?,
        result_type::DECIMAL => user_var_decimal(c, length)?,
        result_type::STRING => {
            let of = |bytes| Value::Text(bytes, charset);
            of(c.span(field::USER_VAR_VALUE.into(), length, field::USER_VAR_VALUE_LENGTH, of)?)
        }
        _ => Value::Bytes(c.bytes(field::USER_VAR_VALUE, length, field::USER_VAR_VALUE_LENGTH)?),
    };
    let data_type = user_var_flags(c, context.format)?;
    Ok(UserVar { name, value, data_type })
}

fn user_var_decimal<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, length: u64) -> Result<Value<'a>> {
    c.value_group(field::USER_VAR_DECIMAL, |c| {
        let precision = c.u8(field::USER_VAR_PRECISION)?;
        let scale = c.u8(field::USER_VAR_SCALE)?;
        if scale > precision {
            return Err(c.fail(ErrorCode::ColumnMetadata, field::USER_VAR_SCALE, precision.into(), scale.into()));
        }
        let needed = decimal_length(precision, scale) as u64;
        if needed + 2 != length {
            let error = c.fail(ErrorCode::LengthTooLong, field::USER_VAR_DECIMAL, needed + 2, length);
            return Err(error.blame(field::USER_VAR_VALUE_LENGTH));
        }
        crate::column::decimal_digits(c, precision, scale)
    })
}

/// MySQL since 5.5 writes one byte of flags; MariaDB a list of chunks, of which 2 carries text.
fn user_var_flags<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, format: &Format) -> Result<Option<&'a [u8]>> {
    let mut data_type = None;
    while c.remaining() > 0 {
        let chunk = c.u8(field::USER_VAR_FLAGS)?;
        if format.flavor == Flavor::Mysql {
            break;
        }
        if chunk == 2 {
            let length = c.u8(field::USER_VAR_DATA_TYPE_LENGTH)?;
            data_type = Some(c.text(field::USER_VAR_DATA_TYPE, length.into(), field::USER_VAR_DATA_TYPE_LENGTH)?);
        }
    }
    Ok(data_type)
}

/// ROWS_QUERY_LOG_EVENT: the statement behind the row events that follow. Body: 1 byte that is to be
/// ignored, then the text up to the end, in the client's character set.
/// Source: MySQL `rows_event.h` (`Rows_query_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsQuery<'a> {
    /// The whole statement; the length byte before it holds only its low 8 bits.
    pub query: &'a [u8],
}

pub(crate) fn rows_query<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<RowsQuery<'a>> {
    c.u8(field::ROWS_QUERY_LENGTH)?;
    Ok(RowsQuery { query: c.rest_text(field::ROWS_QUERY_STATEMENT) })
}

/// MariaDB ANNOTATE_ROWS_EVENT: the statement behind the row events that follow, up to the event's end.
/// Source: MariaDB `sql/log_event.h` (`Annotate_rows_log_event`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnotateRows<'a> {
    /// The statement.
    pub query: &'a [u8],
}

pub(crate) fn annotate_rows<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> AnnotateRows<'a> {
    AnnotateRows { query: c.rest_text(field::ANNOTATE_ROWS_STATEMENT) }
}
