//! What a file is, by its first bytes.

/// Bytes that [`Container::recognise`] needs to be sure.
pub const RECOGNISE_BYTES: usize = 64;

/// Length of the header of MySQL's encrypted logs. Source: `sql/rpl_log_encryption.h`.
pub const ENCRYPTION_HEADER: u64 = 512;

/// First bytes of a binary log or relay log.
pub const MAGIC: [u8; 4] = *b"\xfebin";

/// First bytes of a log that MySQL encrypted.
pub const ENCRYPTED_MAGIC: [u8; 4] = *b"\xfdbin";

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// `fe 62 69 6e`: a binary log or relay log.
    Binlog,
    /// `fd 62 69 6e`: encrypted by MySQL 8.0.14 or later.
    MysqlEncrypted,
    /// `fe fe 0d 01`: MariaDB's InnoDB-based binary log (12.3 and later).
    MariadbInnodb,
    /// Nothing at all.
    Empty,
    /// Fewer than four bytes, and they begin the magic of a binary log.
    CutMagic,
    /// Something else; what it seems to be, as a stable word for the locale files.
    Foreign(&'static str),
}

const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"PAR1", "parquet"),
    (b"\x7fELF", "elf"),
    (b"\0asm", "wasm"),
    (b"\xd4\xc3\xb2\xa1", "pcap"),
    (b"\x0a\x0d\x0d\x0a", "pcapng"),
];

impl Container {
    /// Judges by the first bytes of a file; give it up to [`RECOGNISE_BYTES`].
    pub fn recognise(head: &[u8]) -> Self {
        if head.is_empty() {
            return Self::Empty;
        }
        if head.len() < MAGIC.len() && (MAGIC.starts_with(head) || ENCRYPTED_MAGIC.starts_with(head)) {
            return Self::CutMagic;
        }
        if head.starts_with(&MAGIC) {
            return Self::Binlog;
        }
        if head.starts_with(&ENCRYPTED_MAGIC) {
            return Self::MysqlEncrypted;
        }
        if head.starts_with(b"\xfe\xfe\x0d\x01") {
            return Self::MariadbInnodb;
        }
        if let Some((_, name)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
            return Self::Foreign(name);
        }
        if head.get(4..8) == Some(b"ftyp") {
            return Self::Foreign("mp4");
        }
        if head.iter().all(|byte| *byte == 0) {
            return Self::Foreign("zeros");
        }
        if head.iter().all(|byte| *byte == 0xff) {
            return Self::Foreign("ones");
        }
        // What the servers' tools print may begin with a comment.
        let path = head.starts_with(b"/") && !head.starts_with(b"/*") && head.contains(&b'\n');
        if head.starts_with(b"./") || path {
            return Self::Foreign("index");
        }
        if head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..)) {
            return Self::Foreign("text");
        }
        Self::Foreign("unknown")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes() {
        assert_eq!(Container::recognise(b"\xfebin\0\0"), Container::Binlog);
        assert_eq!(Container::recognise(b"\xfeb"), Container::CutMagic);
        assert_eq!(Container::recognise(b""), Container::Empty);
        assert_eq!(Container::recognise(b"\xff\xd8\xff\xe0"), Container::Foreign("jpeg"));
        assert_eq!(Container::recognise(&[0xff; 64]), Container::Foreign("ones"));
        assert_eq!(Container::recognise(b"./binlog.000001\n"), Container::Foreign("index"));
        assert_eq!(Container::recognise(b"/var/lib/mysql/binlog.000001\n"), Container::Foreign("index"));
        assert_eq!(Container::recognise(b"/*!50530 SET @@x=1*/;\n"), Container::Foreign("text"));
        assert_eq!(Container::recognise(b"\xfdbin\x01"), Container::MysqlEncrypted);
    }
}
