//! The lines that stand before what an event says.

use binlog_format::gtid::Uuid;
use binlog_format::header::EventHeader;

use super::clock::Clock;
use super::number::{hexadecimal, integer};

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

/// A UUID as text.
pub fn uuid(out: &mut Vec<u8>, uuid: Uuid) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (i, byte) in uuid.0.into_iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

/// An XID as SQL: `X'…',X'…',N`.
pub fn xid(out: &mut Vec<u8>, format: i64, gtrid: &[u8], bqual: &[u8]) {
    for part in [gtrid, bqual] {
        out.extend_from_slice(b"X'");
        for byte in part {
            hexadecimal(out, u32::from(*byte), 2);
        }
        out.extend_from_slice(b"',");
    }
    integer(out, format);
}
