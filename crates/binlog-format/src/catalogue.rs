//! The field catalogue: one entry for each field of the format.
//!
//! An entry's id is stable: JSON, URLs, explanations and layout diagrams speak of it. The last
//! step of the id is the field's name in a path; an item of a list is called `[n]` there.

#[macro_use]
mod table;

mod entries;
#[cfg(feature = "packets")]
mod packets;

pub use entries::field;
/// A constant for each field of the packets between a client and a server.
#[cfg(feature = "packets")]
pub use packets::field as packet_field;

#[cfg(not(feature = "packets"))]
mod packets {
    pub(super) const FIELDS: &[super::Field] = &[];
}

const FIELDS: usize = entries::FIELDS.len() + packets::FIELDS.len();

/// Those of events, then those of packets.
static ALL: [Field; FIELDS] = {
    let mut all = [entries::FIELDS[0]; FIELDS];
    let mut at = 0;
    while at < FIELDS {
        let packet = at >= entries::FIELDS.len();
        all[at] = if packet { packets::FIELDS[at - entries::FIELDS.len()] } else { entries::FIELDS[at] };
        at += 1;
    }
    all
};

/// Every field; a [`FieldId`] is an index into it. Those of packets are there with the feature `packets` only.
pub static CATALOGUE: &[Field] = &ALL;

/// A field, as an index into the [`CATALOGUE`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u16);

impl FieldId {
    /// The catalogue entry.
    pub fn entry(self) -> &'static Field {
        // The macro numbers the constants by the table's order; a foreign number reads as `unknown`.
        CATALOGUE.get(usize::from(self.0)).unwrap_or(&CATALOGUE[0])
    }

    /// The field with this id.
    pub fn by_id(id: &str) -> Option<Self> {
        CATALOGUE.iter().position(|entry| entry.id == id).map(|at| Self(at as u16))
    }
}

impl core::fmt::Debug for FieldId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.entry().id)
    }
}

/// A catalogue entry.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Stable id: `table_map.column_types`.
    pub id: &'static str,
    name: &'static str,
    /// How its bytes are written.
    pub physical: Physical,
    /// What its number means.
    pub unit: Unit,
    /// What it is for; its colour.
    pub role: Role,
    /// How private its value is.
    pub sensitivity: Sensitivity,
    /// What it says of another field.
    pub relation: Option<Relation>,
}

impl Field {
    /// The name in a path.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// The last step of an id.
const fn last_step(id: &'static str) -> &'static str {
    let (mut at, bytes) = (id.len(), id.as_bytes());
    while at > 0 && bytes[at - 1] != b'.' {
        at -= 1;
    }
    id.split_at(at).1
}

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// In words.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

named! {
    /// How bytes are written. `LE` is little-endian, `BE` big-endian.
    #[non_exhaustive]
    Physical {
        /// Fields one after another.
        Group = "structure",
        /// Items one after another.
        List = "list",
        /// Unsigned byte.
        U8 = "u8",
        /// Unsigned 16 bits.
        U16 = "u16 LE",
        /// Unsigned 24 bits.
        U24 = "u24 LE",
        /// Unsigned 32 bits.
        U32 = "u32 LE",
        /// Unsigned 48 bits.
        U48 = "u48 LE",
        /// Unsigned 56 bits.
        U56 = "u56 LE",
        /// Unsigned 64 bits.
        U64 = "u64 LE",
        /// Signed 32 bits.
        I32 = "i32 LE",
        /// Signed 64 bits.
        I64 = "i64 LE",
        /// Integer of the column's width, sign by metadata.
        IntLe = "integer LE",
        /// Unsigned of a length told elsewhere.
        UintLe = "unsigned LE",
        /// Unsigned big-endian of a length told elsewhere.
        UintBe = "unsigned BE",
        /// Big-endian bits.
        BitsBe = "bits BE",
        /// Binary32.
        F32 = "f32 LE",
        /// Binary64.
        F64 = "f64 LE",
        /// Unsigned 32 bits in the byte order that a byte before it tells.
        OrderedInt = "u32, byte order as told",
        /// Binary64 in the byte order that a byte before it tells.
        OrderedF64 = "f64, byte order as told",
        /// 1, 3, 4 or 9 bytes.
        Lenenc = "lenenc",
        /// 7 bits a byte, low group first.
        Varlen = "varlen",
        /// Text.
        Text = "text",
        /// Opaque bytes.
        Bytes = "bytes",
        /// One bit an item, least significant first.
        Bitmap = "bitmap, LSB first",
        /// One bit an item, most significant first.
        MsbBitmap = "bitmap, MSB first",
        /// Packed decimal digits, big-endian.
        Digits = "decimal digits BE",
        /// Packed time, big-endian.
        PackedTime = "packed BE",
        /// Packed date, little-endian.
        PackedDate = "packed LE",
        /// 1 to 9 bytes; as many low one-bits in the first as bytes follow it.
        PrefixVarlen = "varlen, prefix of ones",
        /// 16 bytes in text order.
        Uuid = "uuid",
        /// 1 to 9 bytes; the low three bits of the first tell how many.
        CompressedInt = "compressed integer LE",
        /// CRC-32 (zlib polynomial).
        Crc32 = "crc32 LE",
        /// CRC-32C (Castagnoli polynomial).
        Crc32c = "crc32c LE",
    }
}

named! {
    /// What a field is for.
    Role {
        /// Lengths and counts.
        Length = "length",
        /// What names something.
        Identifier = "identifier",
        /// User data.
        Value = "value",
        /// Times.
        Time = "time",
        /// Flags and bitmaps.
        Flags = "flags",
        /// Checksums.
        Checksum = "checksum",
        /// What holds the format together.
        Structure = "structure",
        /// Reserved, padding, unused, unknown, undecoded.
        Unexplained = "unexplained",
    }
}

named! {
    /// How private a value is; masking goes by this.
    Sensitivity {
        /// Says nothing about the data.
        Open = "structure",
        /// Column values, user variables, JSON, LOAD blocks.
        Data = "value",
        /// Names of schemas, tables, columns, files, hosts.
        Name = "identifier",
        /// Statements.
        Sql = "sql",
        /// Accounts.
        Account = "account",
        /// Server, thread, transaction ids.
        Id = "id",
        /// What proves who someone is, or helps to guess it: scrambles, answers to them, passwords.
        Secret = "secret",
    }
}

named! {
    /// What a number means; [`describe`](crate::describe) renders by it.
    #[non_exhaustive]
    Unit {
        /// Itself.
        Plain = "",
        /// A count of bytes.
        Bytes = "bytes",
        /// Seconds since 1970, UTC.
        UnixSeconds = "seconds since 1970-01-01",
        /// Microseconds since 1970, UTC.
        UnixMicros = "microseconds since 1970-01-01",
        /// Seconds.
        Seconds = "seconds",
        /// Microseconds.
        Micros = "microseconds",
        /// Better read in base 16.
        Hex = "hexadecimal",
        /// Event type.
        EventType = "event type",
        /// Header flags.
        EventFlags = "event flags",
        /// TABLE_MAP flags.
        TableMapFlags = "table map flags",
        /// Rows flags.
        RowsFlags = "rows flags",
        /// Column type.
        ColumnType = "column type",
        /// Collation id.
        Collation = "collation",
        /// Checksum algorithm.
        ChecksumAlgorithm = "checksum algorithm",
        /// Server version as a number (80040).
        ServerVersion = "server version",
        /// FLAGS2 bits.
        SessionFlags = "session flags",
        /// SQL_MODE bits.
        SqlMode = "sql_mode bits",
        /// Which status variable.
        StatusVariable = "status variable",
        /// INTVAR type.
        IntvarType = "INTVAR type",
        /// User variable type.
        UserVarType = "user variable type",
        /// User variable flags.
        UserVarFlags = "user variable flags",
        /// Optional metadata type.
        OptionalMetadata = "optional metadata type",
        /// Geometry type.
        GeometryType = "geometry type",
        /// Byte order of WKB.
        ByteOrder = "byte order",
        /// GTID flags.
        GtidFlags = "GTID flags",
        /// MariaDB GTID flags2.
        MariadbGtidFlags = "MariaDB GTID flags",
        /// MariaDB GTID flags_extra.
        MariadbGtidExtraFlags = "MariaDB GTID extra flags",
        /// Payload field type.
        PayloadField = "payload field type",
        /// Payload compression.
        Compression = "compression",
        /// Rows extra data tag.
        ExtraRowData = "extra row data type",
        /// Options of an after image.
        RowValueOptions = "row value options",
        /// What a change does to a JSON document.
        JsonDiffOperation = "JSON diff operation",
        /// JSON value type.
        JsonType = "JSON type",
        /// JSON literal.
        JsonLiteral = "JSON literal",
        /// 0 or 1.
        Boolean = "boolean",
        /// GTID list header.
        GtidListHeader = "count and flags",
        /// GTID set header.
        GtidSetHeader = "count and format",
        /// Field of the header of MySQL's encrypted logs.
        EncryptionField = "encryption header field",
        /// Number of a field of a tagged GTID.
        TaggedGtidField = "tagged GTID field",
        /// A byte of a UUID, better read in two hex digits.
        UuidByte = "UUID byte",
        /// Heartbeat field type.
        HeartbeatField = "heartbeat field type",
        /// What an incident was.
        Incident = "incident",
        /// PolarDB-X consensus flags.
        ConsensusFlags = "consensus flags",
        /// PolarDB-X GCN flags.
        GcnFlags = "GCN flags",
        /// Options of LOAD DATA.
        LoadFlags = "LOAD DATA options",
        /// Which separators of LOAD DATA are empty.
        LoadEmptyFlags = "empty separators",
        /// What LOAD DATA does with duplicate keys.
        DuplicateHandling = "duplicate handling",
        /// STRING metadata: real type and length.
        StringMetadata = "real type and length",
        /// Record type and place of a chunk in its record.
        IbbChunkType = "record type and chunk flags",
        /// XA COMMIT or XA ROLLBACK.
        IbbXaOutcome = "XA outcome",
        /// First byte of a MariaDB compressed event part.
        CompressionHeader = "compression algorithm and length bytes",
        /// What a client or server of the protocol can do, bits 0 to 31.
        CapabilityFlags = "capability flags",
        /// The same, bits 16 to 31 as a number of their own.
        CapabilityFlagsUpper = "capability flags, upper half",
        /// The same, MariaDB's bits 32 to 63 as a number of their own.
        MariadbCapabilityFlags = "MariaDB capability flags",
        /// State of a session.
        StatusFlags = "server status flags",
        /// What a client asks for.
        Command = "command",
        /// Flags of a dump request, MySQL.
        DumpFlags = "dump flags",
        /// Flags of a dump request, MariaDB.
        MariadbDumpFlags = "MariaDB dump flags",
        /// Flags of a result's column.
        ColumnFlags = "column flags",
        /// What changed in a session.
        SessionStateType = "session state type",
        /// What a server with a cache of passwords says.
        FastAuthResult = "fast authentication result",
        /// What MariaDB tells of a result's column beside its type.
        ExtendedMetadata = "extended metadata type",
        /// First byte of a MariaDB compressed column value.
        ColumnCompressionHeader = "compression method and length bytes",
    }
}

/// What a field says of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Its number is the other's length in bytes.
    LengthOf(FieldId),
    /// Its number is how many items the other has.
    CountOf(FieldId),
    /// It is the checksum of the other's bytes before it.
    ChecksumOf(FieldId),
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let mut seen = BTreeSet::new();
        for entry in CATALOGUE {
            assert!(seen.insert(entry.id), "{} twice", entry.id);
            assert!(
                entry
                    .id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte))
            );
            assert_eq!(FieldId::by_id(entry.id).unwrap().entry().id, entry.id);
        }
        assert_eq!(CATALOGUE[0].id, "unknown");
    }

    #[test]
    fn lengths_and_counts_have_the_colour_of_lengths() {
        for entry in CATALOGUE {
            if let Some(Relation::LengthOf(_) | Relation::CountOf(_)) = entry.relation {
                assert!(matches!(entry.role, Role::Length | Role::Structure), "{}", entry.id);
            }
        }
    }
}
