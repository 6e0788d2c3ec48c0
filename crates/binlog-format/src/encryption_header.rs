//! The header of the logs that MySQL 8.0.14 and later encrypts: 512 bytes in the clear, zero
//! padded. Source: MySQL `sql/rpl_log_encryption.cc` (`Rpl_encryption_header_v1`).

use crate::catalogue::{Unit, field};
use crate::cursor::Cursor;
use crate::error::{ErrorCode, Result};
use crate::trace::Trace;

/// Bytes of the encrypted file password.
pub const PASSWORD_LENGTH: usize = 32;

/// Bytes of the initialization vector that encrypted the password.
pub const IV_LENGTH: usize = 16;

/// The only version there is.
const VERSION: u8 = 1;

/// What kinds of fields the header has.
mod field_type {
    pub(super) const END: u8 = 0;
    pub(super) const KEY_ID: u8 = 1;
    pub(super) const ENCRYPTED_FILE_PASSWORD: u8 = 2;
    pub(super) const IV_FOR_FILE_PASSWORD: u8 = 3;
}

/// The header. Fields that are not there are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncryptionHeader<'a> {
    /// 1.
    pub version: u8,
    /// Which key of the keyring encrypted the password: `MySQLReplicationKey_<uuid>_<number>`.
    pub key_id: &'a [u8],
    /// 32 bytes: the password of this file, encrypted with that key (AES-256-CBC, no padding).
    pub encrypted_file_password: &'a [u8],
    /// 16 bytes: the initialization vector of that encryption.
    pub iv_for_file_password: &'a [u8],
}

/// Reads the header, all of what there is of its 512 bytes. What was read before a fault is
/// returned beside it, and what follows it is one `undecoded` leaf.
///
/// # Errors
///
/// `invalid_value` for another version than 1 or a field type that nobody knows, and the faults of
/// lengths. Offsets count from the file's first byte.
pub fn decode<'a, T: Trace<'a>>(bytes: &'a [u8], trace: T) -> (EncryptionHeader<'a>, Result<()>) {
    let mut c = Cursor::new(bytes, field::ENCRYPTION_HEADER, trace);
    let mut header = EncryptionHeader::default();
    let result = read(&mut c, &mut header);
    c.rest(if result.is_ok() { field::PADDING } else { field::UNDECODED });
    (header, result)
}

fn read<'a, T: Trace<'a>>(c: &mut Cursor<'a, T>, header: &mut EncryptionHeader<'a>) -> Result<()> {
    let liar = field::ENCRYPTION_HEADER_VERSION;
    c.bytes(field::ENCRYPTION_HEADER_MAGIC, 4, field::ENCRYPTION_HEADER)?;
    let peeked = c.peek().first().copied().unwrap_or(VERSION);
    if peeked != VERSION {
        let found = u64::from(peeked);
        return Err(c.fail(ErrorCode::InvalidValue, field::ENCRYPTION_HEADER_VERSION, VERSION.into(), found));
    }
    header.version = c.u8(field::ENCRYPTION_HEADER_VERSION)?;
    c.group(field::ENCRYPTION_HEADER_FIELDS, |c| {
        let mut number = 0;
        loop {
            let mut kind = field_type::END;
            c.group(field::ENCRYPTION_HEADER_FIELD.at(number), |c| {
                kind = c.u8(field::ENCRYPTION_HEADER_FIELD_TYPE)?;
                match kind {
                    field_type::END => {}
                    field_type::KEY_ID => {
                        let length = c.u8(field::ENCRYPTION_HEADER_KEY_ID_LENGTH)?;
                        let liar = field::ENCRYPTION_HEADER_KEY_ID_LENGTH;
                        header.key_id = c.text(field::ENCRYPTION_HEADER_KEY_ID, length.into(), liar)?;
                    }
                    field_type::ENCRYPTED_FILE_PASSWORD => {
                        let bytes = PASSWORD_LENGTH as u64;
                        header.encrypted_file_password = c.bytes(field::ENCRYPTION_HEADER_PASSWORD, bytes, liar)?;
                    }
                    field_type::IV_FOR_FILE_PASSWORD => {
                        header.iv_for_file_password = c.bytes(field::ENCRYPTION_HEADER_IV, IV_LENGTH as u64, liar)?;
                    }
                    other => {
                        let field = field::ENCRYPTION_HEADER_FIELD_TYPE;
                        return Err(c.fail(ErrorCode::InvalidValue, field, 0, other.into()));
                    }
                }
                Ok(())
            })?;
            c.name(Unit::EncryptionField, kind.into());
            if kind == field_type::END {
                return Ok(());
            }
            number += 1;
        }
    })
}

#[cfg(all(test, feature = "alloc"))]
mod tests {
    use super::*;
    use crate::tree::FieldTree;
    use alloc::vec::Vec;

    fn header() -> Vec<u8> {
        let mut bytes = b"\xfdbin\x01\x01\x05key_1\x02".to_vec();
        bytes.extend([7; 32]);
        bytes.push(3);
        bytes.extend([9; 16]);
        bytes.resize(512, 0);
        bytes
    }

    /// Leaves partition the bytes, whatever the fault.
    fn leaves(bytes: &[u8]) -> Vec<&'static str> {
        let mut tree = FieldTree::new();
        let (observed, result) = decode(bytes, &mut tree);
        assert_eq!((observed, result), decode(bytes, ()));
        let leaves = tree.nodes().iter().filter(|node| !node.branch);
        let mut at = 0;
        let mut names = Vec::new();
        for leaf in leaves {
            assert_eq!(leaf.start, at);
            at = leaf.end;
            names.push(leaf.slot.field.entry().name());
        }
        assert_eq!(at as usize, bytes.len());
        names
    }

    #[test]
    fn every_byte_of_the_header_has_a_name() {
        let bytes = header();
        let (header, result) = decode(&bytes, ());
        assert_eq!(result, Ok(()));
        assert_eq!((header.version, header.key_id), (1, &b"key_1"[..]));
        assert_eq!((header.encrypted_file_password, header.iv_for_file_password), (&[7; 32][..], &[9; 16][..]));
        let names = leaves(&bytes);
        assert_eq!(names.first(), Some(&"magic"));
        assert_eq!(names.last(), Some(&"padding"));
    }

    #[test]
    fn cut_and_unknown_headers_keep_what_was_read() {
        let bytes = header();
        for cut in 0..bytes.len() {
            let names = leaves(&bytes[..cut]);
            let (read, result) = decode(&bytes[..cut], ());
            assert_eq!(result.is_err(), cut < 63, "{cut}: {names:?}");
            assert_eq!(read.key_id.is_empty(), cut < 12, "{cut}");
        }
        let mut version = bytes.clone();
        version[4] = 2;
        assert_eq!(decode(&version, ()).1.unwrap_err().code, ErrorCode::InvalidValue);
        let mut unknown = bytes;
        unknown[12] = 9;
        let (read, result) = decode(&unknown, ());
        assert_eq!((read.key_id, result.unwrap_err().found), (&b"key_1"[..], 9));
        assert_eq!(leaves(&unknown).last(), Some(&"undecoded"));
    }
}
