//! Key files of MariaDB's `file_key_management` that are themselves encrypted, with a password.
//!
//! They are made by `openssl enc -aes-256-cbc -md sha1`: `Salted__`, eight bytes of salt, then AES-256-CBC with
//! PKCS #7 padding. Key and initialization vector are digests of password and salt (`EVP_BytesToKey`, one
//! round). Servers since 12.0 may name another digest (`file_key_management_digest`); the file does not tell which,
//! so each is tried and what comes out decides. PBKDF2 (`file_key_management_use_pbkdf2`) is not: its rounds
//! are a setting too. Sources: MariaDB `plugin/file_key_management/parser.cc` (`Parser::read_and_decrypt_file`,
//! `Parser::bytes_to_key`), openssl's manual pages `enc`, `EVP_BytesToKey`.

use aes::Aes256;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

/// What an encrypted key file begins with.
pub const SALTED: &[u8] = b"Salted__";

const SALT: usize = 8;
const KEY: usize = 32;
const VECTOR: usize = 16;

/// A password as its file holds it, without the line's end: neither the server nor openssl takes that.
pub fn trim_password(password: &[u8]) -> &[u8] {
    let end = password.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
    password.get(..end).unwrap_or_default()
}

/// What an encrypted key file holds, by each digest in turn; overwritten when it is dropped. Nothing tells a
/// wrong password from damage but that the padding, or what comes out, is wrong.
pub fn decrypt<'f>(file: &'f [u8], password: &'f [u8]) -> impl Iterator<Item = Zeroizing<Vec<u8>>> + 'f {
    let parts = file.strip_prefix(SALTED).and_then(|rest| rest.split_at_checked(SALT));
    let digests = [derive::<Sha1>, derive::<Sha256>, derive::<Sha512>, derive::<Sha384>, derive::<Sha224>];
    digests.into_iter().filter_map(move |derive| {
        let (salt, sealed) = parts?;
        let secret = derive(password, salt);
        let (key, rest) = secret.split_at_checked(KEY)?;
        let cipher = Decryptor::<Aes256>::new_from_slices(key, rest.get(..VECTOR)?).ok()?;
        let mut clear = Zeroizing::new(sealed.to_vec());
        let length = cipher.decrypt_padded::<Pkcs7>(&mut clear).ok()?.len();
        clear.truncate(length);
        Some(clear)
    })
}

/// Digests until there are bytes enough: of password and salt, then of the digest before and these.
fn derive<D: Digest>(password: &[u8], salt: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut secret = Zeroizing::new(Vec::with_capacity(KEY + VECTOR + 64));
    let mut before = 0..0;
    while secret.len() < KEY + VECTOR {
        let mut digest = D::new();
        digest.update(secret.get(before.clone()).unwrap_or_default());
        digest.update(password);
        digest.update(salt);
        let start = secret.len();
        secret.extend_from_slice(&digest.finalize());
        before = start..secret.len();
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_ends_where_its_line_does() {
        assert_eq!(trim_password(b"secret\r\n"), b"secret");
        assert_eq!(trim_password(b" se\ncret \n\n"), b" se\ncret ");
        assert_eq!(trim_password(b"\n"), b"");
    }

    #[test]
    fn what_is_no_encrypted_file_gives_nothing() {
        for file in [&b"Salted__"[..], b"Salted__1234567", b"Salted__12345678", b"Salted__12345678abc", b"1;abc"] {
            assert_eq!(decrypt(file, b"secret").count(), 0, "{file:?}");
        }
    }
}
