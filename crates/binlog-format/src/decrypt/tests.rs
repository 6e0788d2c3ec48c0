//! Against bytes of real servers, and against the modes written out plainly.

use super::*;
use alloc::vec::Vec;

/// `mysql-test/std_data/keys.txt` of MariaDB's sources, key 1.
const KEY: [u8; 16] = 0x770a_8a65_da15_6d24_ee2a_0932_7753_0142_u128.to_be_bytes();
const NONCE: [u8; 12] = [0x27, 0x36, 0x2c, 0x50, 0x0d, 0xd2, 0x97, 0xd1, 0x17, 0xd8, 0xea, 0x89];

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

/// What a reader of a slice answers.
fn of(stored: &[u8]) -> impl FnMut(u32, &mut [u8]) -> Result<usize, ()> + '_ {
    |at, buffer| {
        let rest = stored.get(at as usize..).unwrap_or_default();
        buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        Ok(rest.len().min(buffer.len()))
    }
}

#[test]
fn events_that_a_mariadb_10_2_encrypted() {
    let cipher = EventCipher::new(&KEY, Mode::Cbc, NONCE).unwrap();
    assert_eq!(cipher.transform(), "aes-128-cbc");
    for (start, hex, kind) in [(296, GTID_LIST, 163), (553, ANNOTATE_ROWS, 160)] {
        let stored = unhex(hex);
        let event = Sealed { start, size: Sealed::size_of(&stored).unwrap() };
        assert_eq!(event.size as usize, stored.len());
        let mut clear = std::vec![0; stored.len()];
        assert_eq!(cipher.read(event, 0, &mut clear, of(&stored)), Ok(stored.len()));
        let header = EventHeader::peek(&clear).unwrap();
        assert_eq!(
            (header.type_code, header.event_size, header.log_pos),
            (kind, event.size, (start as u32) + event.size)
        );
        let (covered, stored_checksum) = clear.split_last_chunk::<4>().unwrap();
        assert_eq!(crc32fast::hash(covered), u32::from_le_bytes(*stored_checksum));
        assert_eq!(cipher.header(event, &stored), Some(header));
        assert_ne!(EventCipher::new(&KEY, Mode::Ctr, NONCE).unwrap().header(event, &stored), Some(header));
        assert_ne!(cipher.header(Sealed { start: start + 1, ..event }, &stored), Some(header));
    }
}

const GTID_LIST: &str = "49ac208a16d262e5ef1d000000cd5f0a28fb947224e69c934703186ffd";
const ANNOTATE_ROWS: &str =
    "e496b313d4805afde438000000f968bec603a545e9527d2b8bda2796ff15cbdf2df225b43311968b325e5f27e03b1d629526a3bc4b1125cf";

/// The event as the server seals it: the plain modes over the whole of it at once.
fn seal(clear: &[u8], key: &[u8], mode: Mode, start: u64) -> Vec<u8> {
    let aes = Aes::new(key).unwrap();
    let mut iv = [0; 16];
    iv[..12].copy_from_slice(&NONCE);
    iv[12..].copy_from_slice(&(start as u32).to_le_bytes());
    let mut stored = clear.to_vec();
    stored.copy_within(0..4, 9);
    let mut previous = iv;
    let mut counter = u128::from_be_bytes(iv);
    for block in stored[4..].chunks_mut(16) {
        let mut mask = if mode == Mode::Ctr { counter.to_be_bytes() } else { iv };
        aes.encrypt(&mut mask);
        if mode == Mode::Cbc && block.len() == 16 {
            xor(block, &previous);
            aes.encrypt(block);
            previous.copy_from_slice(block);
        } else {
            xor(block, &mask);
        }
        counter = counter.wrapping_add(1);
    }
    stored.copy_within(9..13, 0);
    stored[9..13].copy_from_slice(&clear[9..13]);
    stored
}

#[test]
fn any_piece_of_an_event_is_that_piece_of_the_whole() {
    // Sizes around blocks and around the bytes that are decrypted at a time.
    for size in [19, 20, 21, 35, 36, 37, 52, 1027, 1028, 1029, 2052, 3000u32] {
        let mut clear: Vec<u8> = (0..size).map(|i| (i * 7 + 3) as u8).collect();
        clear[SIZE].copy_from_slice(&size.to_le_bytes());
        for (key, mode) in [(16, Mode::Cbc), (24, Mode::Cbc), (32, Mode::Cbc), (16, Mode::Ctr), (32, Mode::Ctr)] {
            let key = std::vec![0x5a; key];
            let event = Sealed { start: 0x1_2345_6789, size };
            let stored = seal(&clear, &key, mode, event.start);
            let cipher = EventCipher::new(&key, mode, NONCE).unwrap();
            for from in (0..size).step_by(1 + size as usize / 40) {
                for length in [0, 1, 3, 13, 16, 50, 1024, 1500, 5000] {
                    let mut out = std::vec![0; length];
                    let read = cipher.read(event, from, &mut out, of(&stored)).unwrap();
                    let wanted = &clear[from as usize..(from as usize + length).min(clear.len())];
                    assert_eq!(read, wanted.len());
                    assert_eq!(&out[..read], wanted, "{size} {mode:?} {from} {length}");
                }
            }
            // A file that ends inside the event: whole blocks are readable.
            let cut = size as usize - 1;
            let mut out = std::vec![0; clear.len()];
            let read = cipher.read(event, 0, &mut out, of(&stored[..cut])).unwrap();
            assert_eq!(read, cut);
            let whole = if mode == Mode::Ctr { cut } else { 4 + (cut - 4) / 16 * 16 };
            let sure = if whole < 13 { 0 } else { whole };
            assert_eq!(out[..sure], clear[..sure], "{size} {mode:?}");
        }
    }
    assert!(EventCipher::new(&[0; 20], Mode::Cbc, NONCE).is_none());
}

#[test]
fn what_is_no_event_has_no_size() {
    assert_eq!(Sealed::size_of(&[0xff; 12]), None);
    assert_eq!(Sealed::size_of(&[0; 19]), None);
    assert_eq!(Sealed::size_of(&[18, 0, 0, 0, 0, 0, 0, 0, 0, 18, 0, 0, 0]), None);
}

#[test]
fn a_file_of_mysql_9_7_at_any_offset() {
    let key = unhex("684A44CA348B4A57B33B10AB6017057D68880FA4E6FAEB7CA8062A601E5A8E7E");
    let password = unhex("d90f40dbc16815e4daf2eb49e0a7f229a4cf0116f74888d4b4a2d416a9d4e9ea");
    let iv = unhex("01e1af73c0c46bfffe07eadd207d50b0");
    let header = EncryptionHeader {
        version: 1,
        key_id: b"MySQLReplicationKey_3def5d00-e599-11f1-9709-02fc00000001_1",
        encrypted_file_password: &password,
        iv_for_file_password: &iv,
    };
    let cipher = FileCipher::open(&header, &key).unwrap();
    let stored = unhex(
        "95b0a283368869efe7603382488439bbbe69fa78800e78e102f41637c07af740029e4ce09b0b57c983b69b0de6e651250fa5db7fc745c1c45ad9854a8c3792f61c2520138100b597a9607f5a9be4d5ae45e214ec7f7703ead231b73abb1c0c33141bf446505fb84456aa5d65a30de02ae7c802989157cb1a5efa3987844dd01d",
    );
    let mut clear = stored.clone();
    cipher.apply(0, &mut clear);
    assert_eq!(&clear[..4], b"\xfebin");
    assert_eq!(EventHeader::peek(&clear[4..]).map(|header| (header.type_code, header.log_pos)), Some((15, 127)));
    for from in 0..stored.len() {
        let mut piece = stored[from..].to_vec();
        cipher.apply(from as u64, &mut piece);
        assert_eq!(piece, clear[from..]);
    }
    let long: Vec<u8> = (0..5000).map(|i| i as u8).collect();
    let mut whole = long.clone();
    cipher.apply((1 << 40) + 7, &mut whole);
    let mut pieces = long;
    for (i, piece) in pieces.chunks_mut(333).enumerate() {
        cipher.apply((1 << 40) + 7 + 333 * i as u64, piece);
    }
    assert_eq!(whole, pieces);
    assert!(FileCipher::open(&header, &key[..16]).is_none());
    assert!(FileCipher::open(&EncryptionHeader { iv_for_file_password: b"", ..header }, &key).is_none());
    let other = FileCipher::open(&header, &[1; 32]).unwrap();
    let mut wrong = stored;
    other.apply(0, &mut wrong);
    assert_ne!(&wrong[..4], b"\xfebin");
}

#[test]
fn debug_shows_no_key() {
    let text = std::format!("{:?}", EventCipher::new(&KEY, Mode::Cbc, NONCE).unwrap());
    assert_eq!(text, "EventCipher { transform: \"aes-128-cbc\", .. }");
}
