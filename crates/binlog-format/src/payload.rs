//! Inflating a transaction payload.

use alloc::vec::Vec;

use ruzstd::decoding::StreamingDecoder;
use ruzstd::io::Read;

use crate::catalogue::field;
use crate::error::{ErrorCode, Result, error};
use crate::events::{TransactionPayload, compression};
use crate::limits::MAX_PAYLOAD;

/// The payload's events, one after another, without checksums. What a fault leaves is returned
/// beside it: the bytes that came out before.
///
/// # Errors
///
/// `compression_method` for what is neither zstd nor as it is, `decompress` for bytes that are no zstd
/// frames, `decompress_limit` beyond [`MAX_PAYLOAD`].
pub fn inflate(payload: &TransactionPayload<'_>) -> (Vec<u8>, Result<()>) {
    match payload.compression {
        compression::NONE => (payload.payload.to_vec(), Ok(())),
        compression::ZSTD => inflate_zstd(payload.payload),
        other => (Vec::new(), Err(error(ErrorCode::CompressionMethod, 0, field::PAYLOAD_COMPRESSION, 0, other))),
    }
}

/// Writers stream: frames carry no content size, and there may be several of them.
fn inflate_zstd(mut source: &[u8]) -> (Vec<u8>, Result<()>) {
    let mut out = Vec::new();
    let mut chunk = [0; 8192];
    while !source.is_empty() {
        let Ok(mut decoder) = StreamingDecoder::new(&mut source) else {
            return fail(out, ErrorCode::Decompress);
        };
        loop {
            match decoder.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => out.extend_from_slice(chunk.get(..read).unwrap_or_default()),
                Err(_) => return fail(out, ErrorCode::Decompress),
            }
            if out.len() > MAX_PAYLOAD {
                return fail(out, ErrorCode::DecompressLimit);
            }
        }
    }
    (out, Ok(()))
}

#[cold]
fn fail(out: Vec<u8>, code: ErrorCode) -> (Vec<u8>, Result<()>) {
    let found = out.len() as u64;
    (out, Err(error(code, 0, field::PAYLOAD_PAYLOAD, MAX_PAYLOAD as u64, found)))
}
