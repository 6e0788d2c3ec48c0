//! LOAD DATA: its file's blocks, and the statement with the file that the tool would make.

use std::collections::BTreeSet;
use std::io::Write as _;

use binlog_format::events::ExecuteLoadQuery;

use super::session::end;
use crate::dump::digits::integer;
use crate::dump::escapes;

/// Files remembered at a time; a statement has one.
const REMEMBERED: usize = 65_536;

/// Replace rows with the same key (`LOAD_DUP_REPLACE`).
const REPLACE: u8 = 2;

/// Files whose first block came by and whose statement did not.
#[derive(Debug, Default)]
pub struct Loads {
    begun: BTreeSet<u32>,
}

impl Loads {
    /// The first block of a file.
    pub fn begin(&mut self, file_id: u32) {
        if self.begun.len() < REMEMBERED {
            self.begun.insert(file_id);
        }
    }

    /// Whether the file of a statement is there; each is used once.
    pub fn take(&mut self, file_id: u32) -> bool {
        self.begun.remove(&file_id)
    }
}

/// BEGIN_LOAD_QUERY and APPEND_BLOCK, behind the head.
pub fn block(out: &mut Vec<u8>, name: &str, file_id: u32, length: usize) {
    // Writing to memory does not fail.
    let _ = write!(out, "\n#{name}: file_id: {file_id}  block_len: {length}\n");
}

/// EXEC_LOAD and DELETE_FILE, behind the head.
pub fn file(out: &mut Vec<u8>, name: &str, file_id: u32) {
    let _ = write!(out, "\n#{name}: file_id={file_id}\n");
}

/// The statement of EXECUTE_LOAD_QUERY. The tools write the file to a temporary folder and put
/// its name there; the last number of the name grows when such a file exists already.
pub fn statement(out: &mut Vec<u8>, load: &ExecuteLoadQuery<'_>) {
    let query = load.query.query;
    let part = |at: u32| usize::try_from(at).unwrap_or(usize::MAX).min(query.len());
    let (before, _) = query.split_at(part(load.file_name_start));
    let (_, after) = query.split_at(part(load.file_name_end));
    out.extend_from_slice(before);
    out.extend_from_slice(b" LOCAL INFILE ");
    escapes::MYSQL.string(out, format!("/tmp/SQL_LOAD_MB-{:x}-0", load.file_id).as_bytes());
    if load.duplicate_handling == REPLACE {
        out.extend_from_slice(b" REPLACE");
    }
    out.extend_from_slice(b" INTO");
    out.extend_from_slice(after);
    out.push(b'\n');
    end(out);
    out.extend_from_slice(b"# file_id: ");
    integer(out, load.file_id);
    out.extend_from_slice(b" \n");
}
