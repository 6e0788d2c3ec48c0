//! The lines that stand before what an event says.

use binlog_format::Format;
use binlog_format::gtid::Uuid;
use binlog_format::header::{EventHeader, flag};

use super::clock::Clock;
use crate::dump::digits::{hexadecimal, hexadecimal_pair, integer};

/// `# at N`.
pub fn at(out: &mut Vec<u8>, position: u64) {
    out.extend_from_slice(b"# at ");
    integer(out, position);
    out.push(b'\n');
}

/// `#YYMMDD hh:mm:ss server id N  end_log_pos N CRC32 0x…`, without a line's end.
pub fn head(out: &mut Vec<u8>, clock: &mut Clock, header: &EventHeader, checksum: Option<u32>) {
    out.push(b'#');
    clock.header(out, header.timestamp);
    out.extend_from_slice(b" server id ");
    integer(out, header.server_id);
    out.extend_from_slice(b"  end_log_pos ");
    integer(out, header.log_pos);
    out.push(b' ');
    if let Some(checksum) = checksum {
        out.extend_from_slice(b"CRC32 0x");
        hexadecimal(out, checksum, 8);
        out.push(b' ');
    }
}

/// What a format description, and before it a START, says of the log; `created` is when.
pub fn start(out: &mut Vec<u8>, clock: &mut Clock, header: &EventHeader, format: &Format) {
    out.extend_from_slice(b"\tStart: binlog v ");
    integer(out, format.binlog_version);
    out.extend_from_slice(b", server v ");
    out.extend_from_slice(format.version());
    out.extend_from_slice(b" created ");
    clock.header(out, header.timestamp);
    if format.created != 0 {
        out.extend_from_slice(b" at startup");
    }
    out.push(b'\n');
    if header.flags & flag::IN_USE != 0 {
        out.extend_from_slice(b"# Warning: this binlog is either in use or was not closed properly.\n");
    }
}

/// A UUID as text.
pub fn uuid(out: &mut Vec<u8>, uuid: Uuid) {
    for (i, byte) in uuid.0.into_iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.extend_from_slice(&hexadecimal_pair(byte));
    }
}

/// An XID as SQL: `X'…',X'…',N`.
pub fn xid(out: &mut Vec<u8>, format: i64, gtrid: &[u8], bqual: &[u8]) {
    for part in [gtrid, bqual] {
        out.extend_from_slice(b"X'");
        part.iter().for_each(|byte| out.extend_from_slice(&hexadecimal_pair(*byte)));
        out.extend_from_slice(b"',");
    }
    integer(out, format);
}
