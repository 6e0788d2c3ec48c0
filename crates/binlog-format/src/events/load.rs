//! LOAD DATA: the file's blocks, and the events that run it.
//! Sources: MySQL `statement_events.{h,cpp}` and `load_data_events.{h,cpp}`, MariaDB `sql/log_event.{h,cc}`.

use crate::catalogue::field;
use crate::cursor::Cursor;
use crate::error::Result;
use crate::event::Context;
use crate::events::{Query, post_header_extra, query_after};
use crate::header::EventHeader;
use crate::trace::Trace;

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
    Ok(LoadBlock { file_id, data: c.rest(field::LOAD_BLOCK_DATA) })
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
    /// Where in the statement the part begins that names the file (`INFILE …`).
    pub file_name_start: u32,
    /// Where that part ends.
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
