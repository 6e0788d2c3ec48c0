//! Keys of encrypted logs, as the servers' key files hold them.
//!
//! - `component_keyring_file` (MySQL 8.0.24 and later): JSON; `data` is the key in base 16.
//! - `keyring_file` (MySQL 5.7 to 8.3): binary, with lengths as 64-bit little-endian numbers.
//!   Sources: MySQL `plugin/keyring/common/keyring_key.cc` (`store_in_buffer`, `xor_data`) and
//!   `plugin/keyring/buffered_file_io.cc`.
//! - `file_key_management` (MariaDB): lines of `id;key in base 16`. Source: MariaDB
//!   `plugin/file_key_management/parser.cc` (`Parser::parse_line`).
//!
//! Keys live here and nowhere else; they are overwritten when they are dropped, and neither
//! `Debug` nor any message shows a byte of them.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::password::{self, SALTED};
use crate::view::Message;

/// No key file is larger: MariaDB reads 1 MiB at most, and a keyring has a few hundred bytes a key.
pub const MAX_KEY_FILE: u64 = 16 << 20;

/// What the names of MySQL's binary log keys begin with. Source: MySQL
/// `sql/rpl_log_encryption.cc` (`Rpl_encryption_header_v1::KEY_ID_PREFIX`).
const REPLICATION_KEY: &str = "MySQLReplicationKey_";

/// The key that MariaDB uses for logs (`ENCRYPTION_KEY_SYSTEM_DATA`).
pub const SYSTEM_DATA: u32 = 1;

const KEYRING_FILE: &[u8] = b"Keyring file version:";

/// What a key file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFile {
    /// Of one of MySQL's keyrings.
    Keyring,
    /// Of MariaDB's `file_key_management`.
    KeyManagement,
}

/// The bytes of a key; overwritten when they are dropped.
type Key = Zeroizing<Vec<u8>>;

/// Keys by their names.
#[derive(Default)]
pub struct Keys {
    keyring: Vec<(String, Key)>,
    key_management: Vec<(u32, Key)>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} of a keyring, {} of a key file)", self.keyring.len(), self.key_management.len())
    }
}

impl Keys {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keyring.is_empty() && self.key_management.is_empty()
    }

    /// How many keys of a kind there are.
    pub fn count(&self, kind: KeyFile) -> usize {
        match kind {
            KeyFile::Keyring => self.keyring.len(),
            KeyFile::KeyManagement => self.key_management.len(),
        }
    }

    /// The key of MySQL's keyring with this name.
    pub fn of_keyring(&self, id: &[u8]) -> Option<&[u8]> {
        self.keyring.iter().rfind(|(own, _)| own.as_bytes() == id).map(|(_, key)| key.as_slice())
    }

    /// The key of MariaDB's key file with this number.
    pub fn of_key_management(&self, id: u32) -> Option<&[u8]> {
        self.key_management.iter().rfind(|(own, _)| *own == id).map(|(_, key)| key.as_slice())
    }

    /// The same of a file that may be encrypted with a password; one that is not needs none.
    pub fn add_with(&mut self, file: &[u8], password: Option<&[u8]>) -> Result<KeyFile, Message> {
        match password.filter(|_| file.starts_with(SALTED)) {
            Some(password) => self.add_encrypted(file, password).map(|()| KeyFile::KeyManagement),
            None => self.add(file),
        }
    }

    /// Takes the keys of a file that MariaDB's `file_key_management` decrypts with this password.
    fn add_encrypted(&mut self, file: &[u8], password: &[u8]) -> Result<(), Message> {
        // A wrong password gives bytes whose padding is right once in 256 times.
        let opens = password::decrypt(file, password).any(|clear| self.add_key_management(&clear).is_ok());
        if opens { Ok(()) } else { Err(Message::new("key-file-password")) }
    }

    /// Takes the keys of a key file of either server, and says which it is.
    pub fn add(&mut self, file: &[u8]) -> Result<KeyFile, Message> {
        let first = file.iter().find(|byte| !byte.is_ascii_whitespace());
        if file.starts_with(KEYRING_FILE) || first == Some(&b'{') {
            self.add_keyring(file).map(|()| KeyFile::Keyring)
        } else {
            self.add_key_management(file).map(|()| KeyFile::KeyManagement)
        }
    }

    /// Takes the keys of a MySQL keyring.
    pub fn add_keyring(&mut self, file: &[u8]) -> Result<(), Message> {
        let before = self.keyring.len();
        if file.starts_with(KEYRING_FILE) {
            self.add_binary(file)?;
        } else {
            self.add_json(file)?;
        }
        if self.keyring.len() == before { Err(Message::new("key-file-no-replication-key")) } else { Ok(()) }
    }

    fn add_json(&mut self, file: &[u8]) -> Result<(), Message> {
        /// Borrowed where nothing is escaped, so that no copy of a key is left behind.
        #[derive(Deserialize)]
        struct Keyring<'k> {
            #[serde(borrow)]
            elements: Vec<Element<'k>>,
        }
        #[derive(Deserialize)]
        struct Element<'k> {
            #[serde(borrow)]
            data_id: Cow<'k, str>,
            #[serde(borrow)]
            data: Cow<'k, str>,
        }
        // What the parser says may quote the file.
        let syntax = |error: serde_json::Error| {
            Message::new("key-file-json").number("line", error.line() as u64).number("column", error.column() as u64)
        };
        let keyring: Keyring<'_> = serde_json::from_slice(file).map_err(syntax)?;
        for (number, element) in keyring.elements.iter().enumerate() {
            if element.data_id.starts_with(REPLICATION_KEY) {
                let damaged = || Message::new("key-file-element").number("number", number as u64 + 1);
                self.keyring.push((element.data_id.to_string(), unhex(element.data.as_bytes()).ok_or_else(damaged)?));
            }
        }
        Ok(())
    }

    /// Version text, then keys, then `EOF`; version 2.0 adds a SHA-256 digest.
    fn add_binary(&mut self, file: &[u8]) -> Result<(), Message> {
        let keys = file.get(KEYRING_FILE.len() + "2.0".len()..).unwrap_or_default();
        let mut rest = keys;
        let mut number = 0;
        while !rest.is_empty() && !rest.starts_with(b"EOF") {
            number += 1;
            let damaged = || Message::new("key-file-element").number("number", number);
            let (id, key, after) = binary_key(rest).ok_or_else(damaged)?;
            if let Some(id) = std::str::from_utf8(id).ok().filter(|id| id.starts_with(REPLICATION_KEY)) {
                const OBFUSCATION: &[u8] = b"*305=Ljt0*!@$Hnm(*-9-w;:";
                let clear = key.iter().zip(OBFUSCATION.iter().cycle()).map(|(byte, mask)| byte ^ mask);
                self.keyring.push((id.to_owned(), Zeroizing::new(clear.collect())));
            }
            rest = after;
        }
        Ok(())
    }

    /// Takes the keys of MariaDB's key file.
    pub fn add_key_management(&mut self, file: &[u8]) -> Result<(), Message> {
        if file.starts_with(SALTED) {
            return Err(Message::new("key-file-salted"));
        }
        let before = self.key_management.len();
        for (number, line) in file.split(|byte| *byte == b'\n').enumerate() {
            match key_line(line) {
                Ok(key) => self.key_management.extend(key),
                Err(id) => {
                    self.key_management.truncate(before);
                    return Err(Message::new(id).number("line", number as u64 + 1));
                }
            }
        }
        if self.key_management.len() == before { Err(Message::new("key-file-no-key")) } else { Ok(()) }
    }
}

/// Whether a file that was dropped without a word may be a key file, good or damaged.
pub fn looks_like_key_file(file: &[u8]) -> bool {
    let json = file.trim_ascii_start().starts_with(b"{") && file.windows(10).any(|part| part == b"\"elements\"");
    let line = || file.split(|byte| *byte == b'\n').find_map(|line| key_line(line).transpose());
    json || file.starts_with(KEYRING_FILE)
        || file.starts_with(SALTED)
        || matches!(line(), Some(Ok(_) | Err("key-file-line-key" | "key-file-line-id")))
}

/// A key of a `keyring_file`, its name, and what follows it: five lengths (of the whole, the
/// name, the type, the user and the key), then name, type, user, key and padding.
fn binary_key(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut lengths = [0; 5];
    for (length, word) in lengths.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *length = usize::try_from(u64::from_le_bytes(*word)).ok()?;
    }
    let [whole, id, kind, user, key] = lengths;
    let (own, after) = bytes.split_at_checked(whole)?;
    let (id, rest) = own.get(40..)?.split_at_checked(id)?;
    let key = rest.get(kind.checked_add(user)?..)?.get(..key)?;
    Some((id, key, after))
}

/// One line: a number from 1, `;`, a key of 16, 24 or 32 bytes; what follows it is ignored.
/// `None` for a comment or an empty line; otherwise what is wrong.
fn key_line(line: &[u8]) -> Result<Option<(u32, Key)>, &'static str> {
    let line = line.trim_ascii_start();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (id, rest) = line.split_at(digits);
    let Some(key) = rest.strip_prefix(b";").filter(|_| digits > 0) else { return Err("key-file-line") };
    let id = std::str::from_utf8(id).ok().and_then(|id| id.parse::<u32>().ok()).filter(|id| *id > 0);
    let id = id.ok_or("key-file-line-id")?;
    let digits = key.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let key = key.get(..digits).filter(|_| matches!(digits, 32 | 48 | 64)).and_then(unhex);
    key.map(|key| Some((id, key))).ok_or("key-file-line-key")
}

fn unhex(text: &[u8]) -> Option<Key> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    let (pairs, odd) = text.as_chunks::<2>();
    for [high, low] in pairs {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        bytes.push((digit(high)? << 4 | digit(low)?) as u8);
    }
    odd.is_empty().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "770a8a65DA156D24EE2A093277530142";

    fn failure(file: &[u8]) -> (String, Option<u64>) {
        let mut keys = Keys::new();
        let message = keys.add(file).expect_err("it is no key file");
        assert!(keys.is_empty(), "{}", message.id);
        let words = crate::messages::english(&message);
        assert!(words != message.id, "{words}");
        assert!(!words.to_lowercase().contains(&SECRET.to_lowercase()[..8]), "{words}");
        let number = message.args.iter().find_map(|(_, argument)| match argument {
            crate::view::Argument::Number(number) => Some(*number),
            crate::view::Argument::Text(_) => None,
        });
        (message.id, number)
    }

    #[test]
    fn a_key_file_as_mariadb_reads_it() {
        let file = format!(
            "#\n# a comment\n\n  \t# another\r\n1;{SECRET}\n2;{SECRET}{s} --> ignored\r\n33;{SECRET}{SECRET} # yes\n4294967295;{SECRET}",
            s = &SECRET[..16]
        );
        let mut keys = Keys::new();
        assert_eq!(keys.add(file.as_bytes()), Ok(KeyFile::KeyManagement));
        let lengths = [1, 2, 33, u32::MAX, 4].map(|id| keys.of_key_management(id).map(<[u8]>::len));
        assert_eq!(lengths, [Some(16), Some(24), Some(32), Some(16), None]);
        assert_eq!(keys.of_key_management(1).expect("it is there")[..4], [0x77, 0x0a, 0x8a, 0x65]);
        assert_eq!(format!("{keys:?}"), "Keys(0 of a keyring, 4 of a key file)");
        // A later line wins.
        assert_eq!(keys.add(format!("1;{}", "0".repeat(64)).as_bytes()), Ok(KeyFile::KeyManagement));
        assert_eq!(keys.of_key_management(1), Some(&[0; 32][..]));
    }

    #[test]
    fn faults_of_a_key_file_are_named_by_line_and_without_the_key() {
        let line = |text: String| failure(format!("# one\n{text}\n3;{SECRET}\n").as_bytes());
        assert_eq!(line(format!("x;{SECRET}")), ("key-file-line".into(), Some(2)));
        assert_eq!(line(SECRET.into()), ("key-file-line".into(), Some(2)));
        assert_eq!(line(format!("0;{SECRET}")), ("key-file-line-id".into(), Some(2)));
        assert_eq!(line(format!("4294967296;{SECRET}")), ("key-file-line-id".into(), Some(2)));
        for key in [&SECRET[..31], &SECRET[..30], "", &format!("{SECRET}0"), &format!("{SECRET}{SECRET}00")] {
            assert_eq!(line(format!("1;{key}")), ("key-file-line-key".into(), Some(2)), "{key}");
        }
        assert_eq!(failure(b"").0, "key-file-no-key");
        assert_eq!(failure(b"# nothing\n").0, "key-file-no-key");
        assert_eq!(failure(b"Salted__12345678").0, "key-file-salted");
    }

    #[test]
    fn key_files_are_told_from_logs_and_from_pasted_text() {
        let keys: [&[u8]; 5] = [
            b"Keyring file version:2.0EOF",
            b"Salted__12345678",
            b" {\"version\":\"1.0\",\"elements\":[]}",
            b"# keys\n1;770A8A65DA156D24EE2A093277530142\n",
            b"1;770A\n",
        ];
        for file in keys {
            assert!(looks_like_key_file(file), "{}", String::from_utf8_lossy(file));
        }
        for other in [b"\xfebin\x01;00", &b"SELECT 1;\n"[..], b"{\"a\": 1}", b"./binlog.000001\n", b"", b"\xfdbin\x01"]
        {
            assert!(!looks_like_key_file(other), "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn a_keyring_component_file() {
        let file = format!(
            r#"{{"version":"1.0","elements":[{{"user":"","data_id":"MySQLReplicationKey_u_1","data_type":"AES","data":"{SECRET}","extension":[]}},{{"user":"a@b","data_id":"INNODBKey","data_type":"AES","data":"zz","extension":[]}}]}}"#
        );
        let mut keys = Keys::new();
        assert_eq!(keys.add(file.as_bytes()), Ok(KeyFile::Keyring));
        assert_eq!(keys.of_keyring(b"MySQLReplicationKey_u_1").map(<[u8]>::len), Some(16));
        assert_eq!(keys.count(KeyFile::Keyring), 1);
        assert_eq!(failure(&file.as_bytes()[..90]).0, "key-file-json");
        assert_eq!(
            failure(format!("{{\n\"elements\": [\"{SECRET}\"]}}").as_bytes()),
            ("key-file-json".into(), Some(2))
        );
        let odd = file.replace(SECRET, &SECRET[1..]);
        assert_eq!(failure(odd.as_bytes()), ("key-file-element".into(), Some(1)));
        assert_eq!(failure(br#"{"version":"1.0","elements":[]}"#).0, "key-file-no-replication-key");
    }

    /// As `Key::store_in_buffer` lays it out.
    fn binary(id: &str, key: &[u8]) -> Vec<u8> {
        let parts: [&[u8]; 4] = [id.as_bytes(), b"AES", b"", key];
        let length = 40 + parts.iter().map(|part| part.len()).sum::<usize>();
        let mut bytes = (length.next_multiple_of(8) as u64).to_le_bytes().to_vec();
        parts.iter().for_each(|part| bytes.extend((part.len() as u64).to_le_bytes()));
        parts.iter().for_each(|part| bytes.extend(*part));
        bytes.resize(length.next_multiple_of(8), 0);
        bytes
    }

    #[test]
    fn a_keyring_file_of_mysql_5_7_and_8_0() {
        // The first bytes of the mask: a key of zeros is stored as it.
        let mut file = b"Keyring file version:2.0".to_vec();
        file.extend(binary("INNODBKey-1", &[1; 32]));
        file.extend(binary("MySQLReplicationKey_u_1", b"*305=Ljt0*!@$Hnm(*-9-w;:*305=Ljt"));
        let keys_end = file.len();
        file.extend(b"EOF");
        file.extend([9; 32]);
        let mut keys = Keys::new();
        assert_eq!(keys.add(&file), Ok(KeyFile::Keyring));
        assert_eq!(keys.of_keyring(b"MySQLReplicationKey_u_1"), Some(&[0; 32][..]));
        assert_eq!(keys.count(KeyFile::Keyring), 1);
        assert_eq!(failure(&file[..keys_end - 1]), ("key-file-element".into(), Some(2)));
        let mut lies = file.clone();
        lies[24 + 8..24 + 16].fill(0xff);
        assert_eq!(failure(&lies), ("key-file-element".into(), Some(1)));
        assert_eq!(failure(b"Keyring file version:2.0EOF").0, "key-file-no-replication-key");
    }
}
