//! LOAD DATA: the file's blocks, and the events that run it.
//! Sources: MySQL `statement_events.{h,cpp}` and `load_data_events.{h,cpp}`, MariaDB `sql/log_event.{h,cc}`.

use crate::catalogue::{FieldId, field};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::event::Context;
use crate::events::{Query, extra_bytes, post_header_extra, query_after};
use crate::header::EventHeader;
use crate::names::code;
use crate::trace::{Slot, Trace};
use crate::value::Value;

/// BEGIN_LOAD_QUERY_EVENT (the first block of a file) and APPEND_BLOCK_EVENT (the next one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadBlock<'a> {
    /// Which file of those being loaded.
    pub file_id: u32,
    /// The file's bytes.
    pub data: &'a [u8],
}

/// Bytes of the post-header: the file's number.
const FILE_ID_BYTES: usize = 4;

pub(crate) fn load_block<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<LoadBlock<'a>> {
    let file_id = c.u32(field::LOAD_FILE_ID)?;
    post_header_extra(c, header, context, FILE_ID_BYTES)?;
    Ok(LoadBlock { file_id, data: c.rest_as(field::LOAD_BLOCK_DATA.into(), |bytes| Value::Text(bytes, 0)) })
}

/// EXEC_LOAD_EVENT (run the load whose blocks came before) and DELETE_FILE_EVENT (drop them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadFile {
    /// Which file of those being loaded.
    pub file_id: u32,
}

pub(crate) fn load_file<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<LoadFile> {
    let file_id = c.u32(field::LOAD_FILE_ID)?;
    post_header_extra(c, header, context, FILE_ID_BYTES)?;
    Ok(LoadFile { file_id })
}

/// EXECUTE_LOAD_QUERY_EVENT: a LOAD DATA statement whose file came in blocks before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExecuteLoadQuery<'a> {
    /// The statement, with the file's name as the client wrote it.
    pub query: Query<'a>,
    /// Which file of those being loaded.
    pub file_id: u32,
    /// Where in the statement the part begins that names the file (`INFILE …`): bytes from its start.
    pub file_name_start: u32,
    /// Where that part ends: bytes from the statement's start.
    pub file_name_end: u32,
    /// What to do with duplicate keys: 0 fail, 1 ignore, 2 replace.
    pub duplicate_handling: u8,
}

/// Bytes of the post-header: QUERY's and 13 more.
const EXECUTE_LOAD_QUERY_BYTES: usize = 26;

pub(crate) fn execute_load_query<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<ExecuteLoadQuery<'a>> {
    let (mut file_id, mut file_name_start, mut file_name_end, mut duplicate_handling) = (0, 0, 0, 0);
    let query = query_after(c, context.format, true, false, |c| {
        file_id = c.u32(field::LOAD_FILE_ID)?;
        file_name_start = c.u32(field::LOAD_FILE_NAME_START)?;
        file_name_end = c.u32(field::LOAD_FILE_NAME_END)?;
        duplicate_handling = c.u8(field::LOAD_DUPLICATE_HANDLING)?;
        post_header_extra(c, header, context, EXECUTE_LOAD_QUERY_BYTES)
    })?;
    Ok(ExecuteLoadQuery { query, file_id, file_name_start, file_name_end, duplicate_handling })
}

/// LOAD_EVENT, NEW_LOAD_EVENT, and what CREATE_FILE_EVENT has in common with them: LOAD DATA by
/// its options. Source: MySQL 4.1 and 5.0 `sql/log_event.{h,cc}` (`Load_log_event`, `sql_ex_info`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load<'a> {
    /// Connection id on the originating server.
    pub thread_id: u32,
    /// Seconds from start to end.
    pub exec_time: u32,
    /// Lines of the file that are passed over (`IGNORE n LINES`).
    pub skip_lines: u32,
    /// How the file is divided, and what happens with duplicates.
    pub options: LoadOptions<'a>,
    /// Names of the columns, each followed by a zero byte; see [`columns`](Self::columns).
    pub column_names: &'a [u8],
    /// Table.
    pub table: &'a [u8],
    /// Default schema.
    pub database: &'a [u8],
    /// The file, as the client named it.
    pub file_name: &'a [u8],
}

impl<'a> Load<'a> {
    /// The columns that the file has, if the statement listed them.
    pub fn columns(&self) -> impl Iterator<Item = &'a [u8]> {
        self.column_names.split(|byte| *byte == 0).take(self.column_names.iter().filter(|byte| **byte == 0).count())
    }
}

/// How the file of a LOAD DATA is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions<'a> {
    /// `FIELDS TERMINATED BY`.
    pub field_terminator: &'a [u8],
    /// `ENCLOSED BY`.
    pub enclosed_by: &'a [u8],
    /// `LINES TERMINATED BY`.
    pub line_terminator: &'a [u8],
    /// `LINES STARTING BY`.
    pub line_start: &'a [u8],
    /// `ESCAPED BY`.
    pub escaped_by: &'a [u8],
    /// See [`load_flag`].
    pub flags: u8,
}

/// Bits of [`LoadOptions::flags`]. Source: MySQL 5.0 `sql/log_event.h` (`sql_ex_info`).
pub mod load_flag {
    /// The file was written by `SELECT … INTO DUMPFILE`: no separators.
    pub const DUMPFILE: u8 = 0x01;
    /// `OPTIONALLY ENCLOSED BY`.
    pub const OPTIONALLY_ENCLOSED: u8 = 0x02;
    /// `REPLACE`: rows with a duplicate key replace.
    pub const REPLACE: u8 = 0x04;
    /// `IGNORE`: rows with a duplicate key are left out.
    pub const IGNORE: u8 = 0x08;
}

/// CREATE_FILE_EVENT: LOAD DATA's options and the first block of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateFile<'a> {
    /// The statement's options.
    pub load: Load<'a>,
    /// Which file of those being loaded; version 1 has no numbers.
    pub file_id: Option<u32>,
    /// The file's first bytes.
    pub data: &'a [u8],
}

/// What stands before the separators.
struct LoadHead {
    thread_id: u32,
    exec_time: u32,
    skip_lines: u32,
    table_length: u8,
    database_length: u8,
    columns: u32,
}

const LOAD_BYTES: usize = 18;

fn load_head<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, context: &Context<'_>) -> Result<LoadHead> {
    let head = LoadHead {
        thread_id: c.u32(field::LOAD_THREAD_ID)?,
        exec_time: c.u32(field::LOAD_EXEC_TIME)?,
        skip_lines: c.u32(field::LOAD_SKIP_LINES)?,
        table_length: c.u8(field::LOAD_TABLE_LENGTH)?,
        database_length: c.u8(field::LOAD_DATABASE_LENGTH)?,
        columns: c.u32(field::LOAD_COLUMN_COUNT)?,
    };
    extra_bytes(c, context.format.post_header_extra(code::LOAD, LOAD_BYTES))?;
    Ok(head)
}

/// LOAD_EVENT has separators of one character, NEW_LOAD_EVENT of any length.
pub(crate) fn load<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, kind: u8, context: &Context<'_>) -> Result<Load<'a>> {
    let head = load_head(c, context)?;
    let mut load = load_body(c, &head, kind != code::LOAD)?;
    load.file_name = c.rest_text(field::LOAD_FILE_NAME);
    Ok(load)
}

pub(crate) fn create_file<'a, T: Trace<'a>>(
    c: &mut Cursor<'a, T>, header: &EventHeader, context: &Context<'_>,
) -> Result<CreateFile<'a>> {
    let head = load_head(c, context)?;
    let file_id = if context.format.binlog_version == 1 {
        None
    } else {
        let file_id = c.u32(field::LOAD_FILE_ID)?;
        post_header_extra(c, header, context, FILE_ID_BYTES)?;
        Some(file_id)
    };
    let mut load = load_body(c, &head, true)?;
    if file_id.is_none() {
        load.file_name = c.rest_text(field::LOAD_FILE_NAME);
        return Ok(CreateFile { load, file_id, data: &[] });
    }
    load.file_name = terminated(c, field::LOAD_FILE_NAME.into(), None)?;
    Ok(CreateFile { load, file_id, data: c.rest_as(field::LOAD_BLOCK_DATA.into(), |bytes| Value::Text(bytes, 0)) })
}

fn load_body<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, head: &LoadHead, long: bool) -> Result<Load<'a>> {
    let options = c.group(field::LOAD_SEPARATORS, |c| if long { long_options(c) } else { short_options(c) })?;
    let most = c.remaining() as u64 / 2;
    if u64::from(head.columns) > most {
        let error = c.fail(ErrorCode::TooMany, field::LOAD_COLUMN_NAMES, most, head.columns.into());
        return Err(error.blame(field::LOAD_COLUMN_COUNT));
    }
    let start = c.position();
    c.group(field::LOAD_COLUMN_LENGTHS, |c| {
        (0..head.columns as usize).try_for_each(|i| c.u8(field::LOAD_COLUMN_LENGTH.at(i)).map(drop))
    })?;
    let lengths = c.since(start);
    let start = c.position();
    c.group(field::LOAD_COLUMN_NAMES, |c| {
        lengths.iter().enumerate().try_for_each(|(i, length)| {
            c.group(field::LOAD_COLUMN_ITEM.at(i), |c| {
                terminated(c, field::LOAD_COLUMN_NAME.into(), Some((*length, field::LOAD_COLUMN_LENGTH))).map(drop)
            })
        })
    })?;
    let column_names = c.since(start);
    let table = Some((head.table_length, field::LOAD_TABLE_LENGTH));
    let table = terminated(c, field::LOAD_TABLE.into(), table)?;
    let database = Some((head.database_length, field::LOAD_DATABASE_LENGTH));
    let database = terminated(c, field::LOAD_DATABASE.into(), database)?;
    let LoadHead { thread_id, exec_time, skip_lines, .. } = *head;
    Ok(Load { thread_id, exec_time, skip_lines, options, column_names, table, database, file_name: &[] })
}

/// Text with a zero byte behind it, which alone ends it where no length is given.
fn terminated<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, slot: Slot, length: Option<(u8, FieldId)>) -> Result<&'a [u8]> {
    let (length, liar) = match length {
        Some((length, liar)) => (length.into(), liar),
        None => {
            let length = c.peek().iter().position(|byte| *byte == 0).unwrap_or(c.remaining());
            (length as u64, field::EVENT_HEADER_EVENT_SIZE)
        }
    };
    let text = c.text(slot, length, liar)?;
    c.terminator(field::LOAD_TERMINATOR)?;
    Ok(text)
}

/// The separators in their stored order.
const SEPARATORS: [FieldId; 5] = [
    field::LOAD_FIELD_TERMINATOR,
    field::LOAD_ENCLOSED_BY,
    field::LOAD_LINE_TERMINATOR,
    field::LOAD_LINE_START,
    field::LOAD_ESCAPED_BY,
];

fn long_options<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<LoadOptions<'a>> {
    let mut texts: [&[u8]; 5] = [&[]; 5];
    for (slot, name) in texts.iter_mut().zip(SEPARATORS) {
        let length = c.u8(field::LOAD_SEPARATOR_LENGTH)?;
        *slot = c.text(name, length.into(), field::LOAD_SEPARATOR_LENGTH)?;
    }
    Ok(options(texts, c.u8(field::LOAD_OPTION_FLAGS)?))
}

/// One character each; bits at the end tell which of them are really empty.
fn short_options<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>) -> Result<LoadOptions<'a>> {
    let mut texts: [&[u8]; 5] = [&[]; 5];
    for (slot, name) in texts.iter_mut().zip(SEPARATORS) {
        *slot = c.text(name, 1, field::EVENT_HEADER_EVENT_SIZE)?;
    }
    let flags = c.u8(field::LOAD_OPTION_FLAGS)?;
    let empty = c.u8(field::LOAD_EMPTY_FLAGS)?;
    for (i, slot) in texts.iter_mut().enumerate() {
        if empty >> i & 1 == 1 {
            *slot = &[];
        }
    }
    Ok(options(texts, flags))
}

fn options<'a>(texts: [&'a [u8]; 5], flags: u8) -> LoadOptions<'a> {
    let [field_terminator, enclosed_by, line_terminator, line_start, escaped_by] = texts;
    LoadOptions { field_terminator, enclosed_by, line_terminator, line_start, escaped_by, flags }
}
