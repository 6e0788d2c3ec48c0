//! The format description as later events need it.

use crate::header::{HEADER_LENGTH, HEADER_LENGTH_V1};
use crate::names::code;

/// Which family of servers wrote the file; the meaning of codes above 32 depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Flavor {
    /// MySQL, Percona Server, Aurora and all that are no MariaDB.
    Mysql,
    /// MariaDB.
    Mariadb,
}

impl Flavor {
    /// As the JSON contract writes it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }
}

/// Whether events end with a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Checksum {
    /// They do not.
    None,
    /// Four bytes of CRC-32.
    Crc32,
    /// No format description told; each event is tried.
    Unknown,
}

/// What a format description says, kept for the events it governs. 320 bytes, `Copy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Format {
    /// 4; 1 to 3 before MySQL 5.0.
    pub binlog_version: u16,
    /// Server version text, zero padded.
    #[cfg_attr(feature = "serde", serde(with = "kept"))]
    pub server_version: [u8; 50],
    /// When the server started, if this is its first log.
    pub created: u32,
    /// Which server family.
    pub flavor: Flavor,
    /// Whether a format description was read; otherwise all of this is assumed.
    pub described: bool,
    /// Whether it can be relied on: one was read, and its checksum, where it has one, is right.
    pub intact: bool,
    /// Checksum of the events that follow.
    pub checksum: Checksum,
    /// Bytes of the common header of every event but FORMAT_DESCRIPTION and ROTATE, as described.
    header_length: u8,
    /// The same as it holds; see [`headers_of`].
    headers: u8,
    /// How many types have a post-header length.
    types: u8,
    #[cfg_attr(feature = "serde", serde(with = "kept"))]
    lengths: [u8; 256],
}

/// Parses the version text as the servers do: up to three numbers of at most 255, each of the
/// first two followed by a dot, else 0.0.0. Source: MySQL `binlog_event.cpp` (`do_server_version_split`).
pub fn version_numbers(text: &[u8]) -> [u8; 3] {
    let mut numbers = [0; 3];
    let mut rest = text;
    for (i, number) in numbers.iter_mut().enumerate() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = rest.iter().take(digits).try_fold(0u32, |value, byte| {
            let value = value * 10 + u32::from(byte - b'0');
            (value < 256).then_some(value)
        });
        let followed = i == 2 || rest.get(digits) == Some(&b'.');
        match value {
            Some(value) if digits > 0 && followed => *number = value as u8,
            // Only the first number makes the whole unknown; "5.1" alone still is 5.1.0.
            _ if i == 0 => return [0; 3],
            Some(value) => {
                *number = value as u8;
                return numbers;
            }
            None => return [0; 3],
        }
        rest = rest.get(digits + 1..).unwrap_or_default();
    }
    numbers
}

/// The family of a server by its version text.
pub fn flavor_of(text: &[u8]) -> Flavor {
    let mariadb = |needle: &[u8]| text.windows(needle.len()).any(|window| window == needle);
    if mariadb(b"MariaDB") || mariadb(b"-maria-") { Flavor::Mariadb } else { Flavor::Mysql }
}

/// Whether a server of this version text ends its format descriptions with a checksum
/// algorithm and four bytes of checksum.
pub fn knows_checksums(text: &[u8]) -> bool {
    version_numbers(text)
        >= match flavor_of(text) {
            Flavor::Mysql => [5, 6, 1],
            Flavor::Mariadb => [5, 3, 0],
        }
}

/// Version text up to its first zero byte.
pub fn trim_version(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// How the post-header of a TABLE_MAP or rows event begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableHead {
    /// Table ids take 4 bytes (before 5.1.4) instead of 6.
    pub short_ids: bool,
    /// Bytes that a newer server added behind id and flags.
    pub extra: usize,
}

/// Bytes of the common header of most events: 13 in version 1, else 19 or more.
const fn headers_of(binlog_version: u16, header_length: u8) -> u8 {
    match header_length {
        _ if binlog_version == 1 => HEADER_LENGTH_V1 as u8,
        longer if longer > HEADER_LENGTH as u8 => longer,
        _ => HEADER_LENGTH as u8,
    }
}

/// Bytes of the body of a START_EVENT_V3.
const START_V3_BYTES: usize = 56;

impl Format {
    /// What holds before any format description: version 4 with 19-byte headers; every event is
    /// tried for a checksum.
    pub const fn assumed() -> Self {
        Self {
            binlog_version: 4,
            server_version: [0; 50],
            created: 0,
            flavor: Flavor::Mysql,
            described: false,
            intact: false,
            checksum: Checksum::Unknown,
            header_length: HEADER_LENGTH as u8,
            headers: HEADER_LENGTH as u8,
            types: 0,
            lengths: [0; 256],
        }
    }

    /// What holds for the events of MariaDB's InnoDB-based logs, which have no format descriptions:
    /// MariaDB's, without checksums.
    pub fn of_pages() -> Self {
        Self { flavor: Flavor::Mariadb, described: true, checksum: Checksum::None, ..Self::assumed() }
    }

    /// What a START_EVENT_V3 makes hold: no checksums, and shorter post-headers.
    pub fn before_v4(binlog_version: u16, server_version: &[u8], created: u32) -> Self {
        let mut format = Self {
            binlog_version,
            created,
            described: true,
            intact: true,
            checksum: Checksum::None,
            headers: headers_of(binlog_version, HEADER_LENGTH as u8),
            ..Self::assumed()
        };
        format.set_version(server_version);
        format
    }

    /// From the fields of a format description.
    pub fn described(
        binlog_version: u16, server_version: &[u8], created: u32, header_length: u8, lengths: &[u8], checksum: Checksum,
    ) -> Self {
        let mut format = Self {
            binlog_version,
            created,
            described: true,
            intact: true,
            checksum,
            header_length,
            headers: headers_of(binlog_version, header_length),
            ..Self::assumed()
        };
        format.set_version(server_version);
        format.types = lengths.len().min(255) as u8;
        for (slot, length) in format.lengths.iter_mut().skip(1).zip(lengths) {
            *slot = *length;
        }
        format
    }

    /// The same out of a description that is damaged: each event is tried for a checksum, and
    /// headers have 19 bytes, as every server but old ones with patches writes them.
    pub const fn distrusted(&self) -> Self {
        let header_length = HEADER_LENGTH as u8;
        let headers = headers_of(self.binlog_version, header_length);
        Self { intact: false, header_length, headers, checksum: Checksum::Unknown, ..*self }
    }

    /// Whether a description without a checksum lists more types than any server that wrote none
    /// (27): then the version text, which decides whether there is one, is damaged.
    pub const fn contradicts_itself(&self) -> bool {
        const MOST_TYPES: u8 = 38;
        self.binlog_version >= 4 && self.types > MOST_TYPES
    }

    /// Whether the header is longer than any known server's (31 bytes).
    pub const fn has_odd_headers(&self) -> bool {
        self.header_length < HEADER_LENGTH as u8 || self.header_length > 40
    }

    /// The same for events without checksums: those inside a payload.
    pub const fn without_checksums(&self) -> Self {
        Self { checksum: Checksum::None, ..*self }
    }

    fn set_version(&mut self, text: &[u8]) {
        for (slot, byte) in self.server_version.iter_mut().zip(text) {
            *slot = *byte;
        }
        self.flavor = flavor_of(trim_version(text));
    }

    /// Server version without the padding.
    pub fn version(&self) -> &[u8] {
        trim_version(&self.server_version)
    }

    /// Event types that the format description lists.
    pub fn types(&self) -> u8 {
        self.types
    }

    /// The post-header length that the format description lists for a stored type code.
    #[inline]
    pub fn listed(&self, stored: u8) -> Option<u8> {
        (stored >= 1 && stored <= self.types).then(|| self.lengths[usize::from(stored)])
    }

    /// The 5.1 and 5.2 alpha trees numbered types otherwise: 22 types, the row events at 16 to 19.
    #[inline]
    fn permuted(&self) -> bool {
        self.types == 22 && matches!(self.lengths[16..20], [6, 6, 6, 6] | [8, 8, 8, 8])
    }

    /// Whether all headers have 19 bytes and all types are numbered as they are today.
    pub(crate) fn is_stock(&self) -> bool {
        usize::from(self.headers) == HEADER_LENGTH && !self.permuted()
    }

    /// Whether it is one that a description can give, and not made up by who wrote a kept one.
    #[cfg(feature = "serde")]
    pub(crate) fn is_possible(&self) -> bool {
        self.headers == HEADER_LENGTH as u8 || self.headers == headers_of(self.binlog_version, self.header_length)
    }

    /// The type that a stored code means.
    #[inline]
    pub fn canonical(&self, stored: u8) -> u8 {
        if !self.permuted() {
            return stored;
        }
        match stored {
            16..=19 => stored + 3,
            20..=22 => stored - 4,
            other => other,
        }
    }

    /// Bytes of the common header of an event of this stored type, for one that is no
    /// START_EVENT_V3. The two types that may come before a format description keep 19
    /// (`sql/log_event.cc`).
    #[inline]
    pub fn header_length_of(&self, stored: u8) -> usize {
        let headers = usize::from(self.headers);
        // In nearly all files 19, whatever the type.
        if headers <= HEADER_LENGTH {
            return headers;
        }
        match self.canonical(stored) {
            code::FORMAT_DESCRIPTION | code::ROTATE | code::START_V3 => HEADER_LENGTH,
            _ => headers,
        }
    }

    /// Bytes of the common header of the event that begins with `bytes`. A START_EVENT_V3 tells its
    /// own: with the short header of version 1 the event is too small for the long one.
    /// Source: MariaDB `sql/log_event.cc` (`read_log_event`), MySQL `binlog_event.h`.
    #[inline]
    pub fn header_length(&self, bytes: &[u8]) -> usize {
        match bytes {
            [_, _, _, _, code::START_V3, _, _, _, _, size @ ..] if size.len() >= 4 => {
                let size = size.first_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size));
                if (size as usize) < HEADER_LENGTH + START_V3_BYTES { HEADER_LENGTH_V1 } else { HEADER_LENGTH }
            }
            [_, _, _, _, stored, ..] => self.header_length_of(*stored),
            _ => self.header_length_of(0),
        }
    }

    /// Fewest bytes of any event.
    pub fn shortest_event(&self) -> usize {
        if self.binlog_version == 1 { HEADER_LENGTH_V1 } else { HEADER_LENGTH }
    }

    /// What the position in the header of an event would be that begins at `start` and ends at
    /// `end`: version 3 counts starts. The low 32 bits, as stored.
    pub fn position_of(&self, start: u64, end: u64) -> u32 {
        (if self.binlog_version == 3 { start } else { end }) as u32
    }

    /// Bytes of the post-header of a stored type beyond the `known` ones: those of a newer server.
    /// Slots 39 to 42 hold no lengths (servers put a type code into one, MariaDB tens into
    /// others), and Aurora's are uninitialised memory from there on.
    pub fn post_header_extra(&self, stored: u8, known: usize) -> usize {
        let trusted = self.canonical(stored) < code::PARTIAL_UPDATE_ROWS
            || self.flavor == Flavor::Mariadb && stored >= code::ANNOTATE_ROWS;
        let listed = self.listed(stored).filter(|_| trusted);
        listed.map_or(0, |listed| usize::from(listed).saturating_sub(known))
    }

    /// Bytes of the QUERY post-header: 11 before MySQL 5.0, which had no status variables.
    pub fn query_post_header(&self) -> u8 {
        match self.listed(code::QUERY) {
            Some(length) => length,
            None if self.binlog_version < 4 => 11,
            None => 13,
        }
    }

    /// Whether table ids take 4 bytes (before 5.1.4) instead of 6.
    #[inline]
    pub fn short_table_ids(&self, stored: u8) -> bool {
        // Types that are not listed have 0 here.
        self.lengths[usize::from(stored)] == 6
    }

    /// How the post-header of a TABLE_MAP or rows event of a stored type begins.
    pub fn table_head(&self, stored: u8) -> TableHead {
        TableHead { short_ids: self.short_table_ids(stored), extra: self.post_header_extra(stored, 8) }
    }
}

/// Arrays of bytes as serde's bytes: it has no other way to arrays of more than 32.
#[cfg(feature = "serde")]
mod kept {
    use core::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer, const N: usize>(bytes: &[u8; N], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    struct Bytes<const N: usize>;

    impl<const N: usize> Visitor<'_> for Bytes<N> {
        type Value = [u8; N];

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{N} bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<[u8; N], E> {
            bytes.try_into().map_err(|_| E::invalid_length(bytes.len(), &self))
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
        deserializer.deserialize_bytes(Bytes::<N>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(version_numbers(b"9.7.4"), [9, 7, 4]);
        assert_eq!(version_numbers(b"5.7.17-log"), [5, 7, 17]);
        assert_eq!(version_numbers(b"10.11.18-MariaDB-log"), [10, 11, 18]);
        assert_eq!(version_numbers(b"garbage"), [0, 0, 0]);
        assert_eq!(version_numbers(b"999.1.1"), [0, 0, 0]);
        assert!(knows_checksums(b"5.6.1"));
        assert!(!knows_checksums(b"5.6.0"));
        assert!(knows_checksums(b"5.5.68-MariaDB"));
        assert!(!knows_checksums(b"5.1.63-google"));
    }

    #[test]
    fn alpha_trees_permuted_the_codes() {
        let mut lengths = [0; 22];
        lengths[15..19].fill(6);
        let format = Format::described(4, b"5.2.2-a_drop6p13-debug-log", 0, 19, &lengths, Checksum::None);
        assert_eq!([16, 19, 20, 22, 4].map(|stored| format.canonical(stored)), [19, 22, 16, 18, 4]);
    }
}
