//! Decrypting encrypted logs, at any offset, without the bytes before it.
//!
//! MySQL encrypts all that follows the [header](crate::encryption_header) with one AES-256-CTR
//! stream ([`FileCipher`]). MariaDB encrypts each event behind START_ENCRYPTION by itself and
//! leaves only its size readable ([`EventCipher`]). Neither authenticates anything: whether a
//! key is the right one shows in what comes out.
//!
//! Sources: MySQL `sql/rpl_log_encryption.cc` and `sql/stream_cipher.cc`; MariaDB
//! `sql/log_event.cc` (`Log_event::read_log_event`) and `mysys_ssl/my_crypt.cc`.

use core::fmt;

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::encryption_header::{EncryptionHeader, IV_LENGTH, PASSWORD_LENGTH};
use crate::header::{EventHeader, HEADER_LENGTH};

/// Bytes of an AES block.
const BLOCK: usize = 16;

/// Bytes that are decrypted at a time, on the stack.
const CHUNK: usize = 64 * BLOCK;

/// Bytes of MariaDB's nonce; the event's offset makes it an initialization vector.
pub const NONCE_LENGTH: usize = 12;

/// Where an event's size stands, which MariaDB leaves readable.
const SIZE: core::ops::Range<usize> = 9..13;

/// The encrypted part of an event begins after what the size displaced.
const SEALED: u32 = 4;

/// AES with a key of any of its sizes. The round keys are overwritten when it is dropped.
enum Aes {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl Aes {
    fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Aes128(Aes128::new_from_slice(key).ok()?),
            24 => Self::Aes192(Aes192::new_from_slice(key).ok()?),
            32 => Self::Aes256(Aes256::new_from_slice(key).ok()?),
            _ => return None,
        })
    }

    const fn bits(&self) -> u16 {
        match self {
            Self::Aes128(_) => 128,
            Self::Aes192(_) => 192,
            Self::Aes256(_) => 256,
        }
    }

    /// Whole blocks of `bytes`, in place.
    fn encrypt(&self, bytes: &mut [u8]) {
        let (blocks, _) = Block::slice_as_chunks_mut(bytes);
        match self {
            Self::Aes128(aes) => aes.encrypt_blocks(blocks),
            Self::Aes192(aes) => aes.encrypt_blocks(blocks),
            Self::Aes256(aes) => aes.encrypt_blocks(blocks),
        }
    }

    /// Whole blocks of `bytes`, in place.
    fn decrypt(&self, bytes: &mut [u8]) {
        let (blocks, _) = Block::slice_as_chunks_mut(bytes);
        match self {
            Self::Aes128(aes) => aes.decrypt_blocks(blocks),
            Self::Aes192(aes) => aes.decrypt_blocks(blocks),
            Self::Aes256(aes) => aes.decrypt_blocks(blocks),
        }
    }

    /// The CTR key stream over `bytes`, which begin `skip` bytes after the block of `counter`.
    fn ctr(&self, counter: u128, skip: u64, bytes: &mut [u8]) {
        let mut counter = counter.wrapping_add(u128::from(skip / BLOCK as u64));
        let mut drop = (skip % BLOCK as u64) as usize;
        let mut stream = Zeroizing::new([0; CHUNK]);
        let mut rest = bytes;
        while !rest.is_empty() {
            let needed = (drop + rest.len()).min(CHUNK).next_multiple_of(BLOCK);
            let Some(blocks) = stream.get_mut(..needed) else { return };
            for block in blocks.as_chunks_mut::<BLOCK>().0 {
                *block = counter.to_be_bytes();
                counter = counter.wrapping_add(1);
            }
            self.encrypt(blocks);
            let usable = blocks.get(drop..).unwrap_or_default();
            let (now, later) = rest.split_at_mut(usable.len().min(rest.len()));
            xor(now, usable);
            (rest, drop) = (later, 0);
        }
    }
}

fn xor(bytes: &mut [u8], mask: &[u8]) {
    for (byte, mask) in bytes.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

/// The key stream of a file that MySQL encrypted.
pub struct FileCipher {
    aes: Aes,
    /// The first block's counter: 8 bytes of nonce, then zeros.
    counter: u128,
}

impl fmt::Debug for FileCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileCipher")
    }
}

impl Drop for FileCipher {
    fn drop(&mut self) {
        self.counter.zeroize();
    }
}

impl FileCipher {
    /// Decrypts the file's password with a key of the keyring, which has 32 bytes, and derives
    /// the file's key from it. `None` if the key has another length or the header lacks a field.
    pub fn open(header: &EncryptionHeader<'_>, key: &[u8]) -> Option<Self> {
        let aes = Aes::new(key).filter(|aes| aes.bits() == 256)?;
        let iv: [u8; IV_LENGTH] = header.iv_for_file_password.try_into().ok()?;
        let sealed: [u8; PASSWORD_LENGTH] = header.encrypted_file_password.try_into().ok()?;
        let mut password = Zeroizing::new(sealed);
        aes.decrypt(password.as_mut_slice());
        let (first, second) = password.split_at_mut(BLOCK);
        xor(first, &iv);
        xor(second, &sealed);
        let mut digest = Sha512::digest(password.as_slice());
        let (file_key, rest) = digest.split_at(32);
        let cipher = rest
            .first_chunk::<8>()
            .zip(Aes::new(file_key))
            .map(|(nonce, aes)| Self { aes, counter: u128::from(u64::from_be_bytes(*nonce)) << 64 });
        digest.as_mut_slice().zeroize();
        cipher
    }

    /// Decrypts bytes that begin `offset` bytes after the header.
    pub fn apply(&self, offset: u64, bytes: &mut [u8]) {
        self.aes.ctr(self.counter, offset, bytes);
    }

    /// `aes-256-ctr`.
    pub const fn transform(&self) -> &'static str {
        "aes-256-ctr"
    }
}

/// How MariaDB's encryption plugin chains blocks. The file does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `AES_CBC`, the default: without padding; an odd tail is masked with the encrypted
    /// initialization vector.
    Cbc,
    /// `AES_CTR`.
    Ctr,
}

/// Decrypts the events that MariaDB encrypted.
pub struct EventCipher {
    aes: Aes,
    mode: Mode,
    nonce: [u8; NONCE_LENGTH],
}

impl fmt::Debug for EventCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventCipher").field("transform", &self.transform()).finish_non_exhaustive()
    }
}

/// Where an encrypted event lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Offset of its first byte in the file; part of its initialization vector.
    pub start: u64,
    /// Its size, as it says; the file may end before.
    pub size: u32,
}

impl Sealed {
    /// The size that the first 13 bytes of an encrypted event tell; `None` of less bytes, or
    /// where it is less than a header's.
    pub fn size_of(stored: &[u8]) -> Option<u32> {
        let size = u32::from_le_bytes(*stored.get(SIZE)?.first_chunk()?);
        (size as usize >= HEADER_LENGTH).then_some(size)
    }
}

impl EventCipher {
    /// With a key of 16, 24 or 32 bytes; `None` if it has another length.
    pub fn new(key: &[u8], mode: Mode, nonce: [u8; NONCE_LENGTH]) -> Option<Self> {
        Some(Self { aes: Aes::new(key)?, mode, nonce })
    }

    /// `aes-128-cbc` and so on.
    pub const fn transform(&self) -> &'static str {
        match (self.aes.bits(), self.mode) {
            (128, Mode::Cbc) => "aes-128-cbc",
            (128, Mode::Ctr) => "aes-128-ctr",
            (192, Mode::Cbc) => "aes-192-cbc",
            (192, Mode::Ctr) => "aes-192-ctr",
            (_, Mode::Cbc) => "aes-256-cbc",
            (_, Mode::Ctr) => "aes-256-ctr",
        }
    }

    /// The clear header of an event whose first bytes as stored these are; 36 of them are enough.
    pub fn header(&self, event: Sealed, stored: &[u8]) -> Option<EventHeader> {
        let mut header = [0; HEADER_LENGTH];
        let read = |at: u32, buffer: &mut [u8]| {
            let rest = stored.get(at as usize..).unwrap_or_default();
            buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            Ok::<_, core::convert::Infallible>(rest.len().min(buffer.len()))
        };
        let Ok(read) = self.read(event, 0, &mut header, read);
        EventHeader::peek(header.get(..read)?)
    }

    /// Decrypts the bytes of an event from `from` on into `out`; returns how many there are.
    ///
    /// `stored` gives bytes of the event as they are stored, from an offset within it on; it
    /// answers how many it has. Bytes that the event's last whole block does not reach because
    /// the file ends inside it come out as they are stored.
    ///
    /// # Errors
    ///
    /// Those of `stored`. A wrong key is none: what comes out then is no event, which its checksum shows.
    pub fn read<E>(
        &self, event: Sealed, from: u32, out: &mut [u8], mut stored: impl FnMut(u32, &mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let mut head = [0; SIZE.end];
        let has = stored(0, &mut head)?;
        if has < head.len() {
            let rest = head.get(from as usize..has).unwrap_or_default();
            out.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            return Ok(rest.len().min(out.len()));
        }
        let end = from.saturating_add(u32::try_from(out.len()).unwrap_or(u32::MAX)).min(event.size);
        let mut at = from;
        if at < SEALED.min(end) {
            // What the size displaced: the timestamp, sealed where the size stands.
            let mut first = Zeroizing::new([0; CHUNK]);
            let read = self.blocks(event, 0, &head, &mut first, &mut stored)?;
            let timestamp = first.get(..read).and_then(|clear| clear.get(SIZE.start - 4..SIZE.end - 4));
            let timestamp = timestamp.unwrap_or(&head).iter().take(end as usize).skip(from as usize);
            out.iter_mut().zip(timestamp).take((SEALED - from) as usize).for_each(|(to, from)| *to = *from);
            at = SEALED.min(end);
        }
        let mut clear = Zeroizing::new([0; CHUNK]);
        while at < end {
            let sealed = at - SEALED;
            let aligned = sealed / BLOCK as u32 * BLOCK as u32;
            let read = self.blocks(event, aligned, &head, &mut clear, &mut stored)?;
            let skip = (sealed - aligned) as usize;
            let target = out.get_mut((at - from) as usize..(end - from) as usize).unwrap_or_default();
            let piece = clear.get(skip..read).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            target.iter_mut().zip(piece).for_each(|(to, from)| *to = *from);
            at += piece.len().min(target.len()) as u32;
        }
        // The size itself is stored in the clear.
        for (i, byte) in head.iter().enumerate().take(SIZE.end).skip(SIZE.start) {
            if i >= from as usize
                && i < at as usize
                && let Some(to) = out.get_mut(i - from as usize)
            {
                *to = *byte;
            }
        }
        Ok((at - from) as usize)
    }

    /// Decrypts up to [`CHUNK`] sealed bytes from `aligned` on, a multiple of 16; returns how
    /// many there are.
    fn blocks<E>(
        &self, event: Sealed, aligned: u32, head: &[u8; SIZE.end], clear: &mut [u8; CHUNK],
        stored: &mut impl FnMut(u32, &mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let sealed_length = (event.size - SEALED) as usize;
        let wanted = sealed_length.saturating_sub(aligned as usize).min(CHUNK);
        let read = stored(aligned + SEALED, clear.get_mut(..wanted).unwrap_or_default())?.min(wanted);
        let bytes = clear.get_mut(..read).unwrap_or_default();
        if aligned == 0 {
            // The first four bytes stand where the size belongs.
            let target = bytes.iter_mut().skip(SIZE.start - 4).zip(head);
            target.take(SIZE.len()).for_each(|(to, from)| *to = *from);
        }
        let mut iv = [0; BLOCK];
        let offset = (event.start as u32).to_le_bytes();
        iv.iter_mut().zip(self.nonce.iter().chain(&offset)).for_each(|(to, from)| *to = *from);
        match self.mode {
            Mode::Ctr => self.aes.ctr(u128::from_be_bytes(iv), aligned.into(), bytes),
            Mode::Cbc => {
                let mut previous = iv;
                if aligned > 0 {
                    stored(aligned + SEALED - BLOCK as u32, &mut previous)?;
                    if aligned == BLOCK as u32 {
                        let target = previous.iter_mut().skip(SIZE.start - 4).zip(head);
                        target.take(SIZE.len()).for_each(|(to, from)| *to = *from);
                    }
                }
                let reaches_end = aligned as usize + read == sealed_length;
                self.cbc(bytes, previous, iv, reaches_end);
            }
        }
        Ok(read)
    }

    /// In place; `previous` is the stored block before, `iv` the event's vector.
    fn cbc(&self, bytes: &mut [u8], mut previous: [u8; BLOCK], mut iv: [u8; BLOCK], reaches_end: bool) {
        let whole = bytes.len() / BLOCK * BLOCK;
        let (blocks, tail) = bytes.split_at_mut(whole);
        let mut sealed = [0; CHUNK];
        sealed.iter_mut().zip(&*blocks).for_each(|(to, from)| *to = *from);
        self.aes.decrypt(blocks);
        for (block, sealed) in blocks.as_chunks_mut::<BLOCK>().0.iter_mut().zip(sealed.as_chunks::<BLOCK>().0) {
            xor(block, &previous);
            previous = *sealed;
        }
        if reaches_end {
            self.aes.encrypt(&mut iv);
            xor(tail, &iv);
        }
    }
}

#[cfg(test)]
#[path = "decrypt/tests.rs"]
mod tests;
