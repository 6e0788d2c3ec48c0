//! Type codes in table maps (`enum_field_types`): what a value's bytes are, and what the table map's
//! metadata block holds for the column. Sources: MySQL `include/field_types.h` and
//! `binary_log_funcs.cpp` (`calc_field_size`), MariaDB `sql/field.cc`.

/// DECIMAL of tables made before MySQL 5.0: digits as text. No metadata; the log does not tell its width.
pub const DECIMAL: u8 = 0;
/// TINYINT and BOOL: 1 byte. No metadata; the sign, as of all integers, is optional metadata.
pub const TINY: u8 = 1;
/// SMALLINT: 2 bytes, little-endian. No metadata.
pub const SHORT: u8 = 2;
/// INT: 4 bytes, little-endian. No metadata.
pub const LONG: u8 = 3;
/// FLOAT: 4 bytes, little-endian IEEE 754. Metadata: 1 byte, the size.
pub const FLOAT: u8 = 4;
/// DOUBLE: 8 bytes, little-endian IEEE 754. Metadata: 1 byte, the size.
pub const DOUBLE: u8 = 5;
/// A column that is nothing but NULL: no bytes.
pub const NULL: u8 = 6;
/// TIMESTAMP before MySQL 5.6 and MariaDB 10.1: 4 bytes, seconds since 1970, little-endian. MariaDB's
/// fractional form has the same code, no metadata, 4 to 7 bytes, and is big-endian.
pub const TIMESTAMP: u8 = 7;
/// BIGINT: 8 bytes, little-endian. No metadata.
pub const LONGLONG: u8 = 8;
/// MEDIUMINT: 3 bytes, little-endian; the sign is bit 23. No metadata.
pub const INT24: u8 = 9;
/// DATE: 3 bytes, little-endian: day in bits 0 to 4, month in 5 to 8, year above.
pub const DATE: u8 = 10;
/// TIME before MySQL 5.6 and MariaDB 10.1: 3 bytes, little-endian, `hhmmss` as a signed decimal number.
/// MariaDB's fractional form has the same code, no metadata, and 4 to 6 bytes.
pub const TIME: u8 = 11;
/// DATETIME before MySQL 5.6 and MariaDB 10.1: 8 bytes, little-endian, `YYYYMMDDhhmmss` as a decimal
/// number. MariaDB's fractional form has the same code, no metadata, and 6 to 8 bytes, big-endian.
pub const DATETIME: u8 = 12;
/// YEAR: 1 byte, years since 1900; 0 is the year 0000.
pub const YEAR: u8 = 13;
/// The servers' internal name of DATE; read like it.
pub const NEWDATE: u8 = 14;
/// VARCHAR, VARBINARY, and VECTOR of MariaDB: a length of 1 byte if the longest value has up to 255
/// bytes, else of 2, then the bytes. Metadata: 2 bytes, the longest value in bytes, little-endian.
pub const VARCHAR: u8 = 15;
/// BIT(n): n bits, big-endian, right-aligned. Metadata: bits beyond whole bytes, whole bytes: BIT(8) is
/// `00 01`.
pub const BIT: u8 = 16;
/// TIMESTAMP(0) to (6): 4 bytes of seconds since 1970, then 0 to 3 of fraction, big-endian. Metadata:
/// 1 byte, digits of the fraction.
pub const TIMESTAMP2: u8 = 17;
/// DATETIME(0) to (6): 5 packed bytes, then 0 to 3 of fraction, big-endian. Metadata: 1 byte, digits of
/// the fraction.
pub const DATETIME2: u8 = 18;
/// TIME(0) to (6): 3 packed bytes and 0 to 3 of fraction, big-endian, negated as one number. Metadata:
/// 1 byte, digits of the fraction.
pub const TIME2: u8 = 19;
/// The hidden column of a multi-valued index (MySQL 8.0.17; no longer logged since 8.0.18). Metadata: the
/// elements' type code and metadata.
pub const TYPED_ARRAY: u8 = 20;
/// BLOB or TEXT COMPRESSED (MariaDB 10.3). Metadata: 1 byte, bytes of the length.
pub const BLOB_COMPRESSED: u8 = 140;
/// VARCHAR or VARBINARY COMPRESSED (MariaDB 10.3). Metadata: 2 bytes, one more than the longest value,
/// little-endian.
pub const VARCHAR_COMPRESSED: u8 = 141;
/// VECTOR (MySQL 9.0): a length, then floats of 4 bytes. Metadata: 1 byte, bytes of the length.
pub const VECTOR: u8 = 242;
/// JSON (MySQL 5.7.8): a length, then binary JSON, or changes in a partial update. Metadata: 1 byte, bytes
/// of the length. MariaDB's JSON is a BLOB.
pub const JSON: u8 = 245;
/// DECIMAL: groups of nine digits in 4 bytes each, big-endian, shorter ones at the ends. Metadata:
/// precision, scale.
pub const NEWDECIMAL: u8 = 246;
/// ENUM: member number of 1 or 2 bytes, little-endian. In table maps only inside the metadata of STRING.
pub const ENUM: u8 = 247;
/// SET: 1 to 8 bytes of member bits, little-endian. In table maps only inside the metadata of STRING.
pub const SET: u8 = 248;
/// TINYBLOB, TINYTEXT. Servers log all of them as `BLOB`.
pub const TINY_BLOB: u8 = 249;
/// MEDIUMBLOB, MEDIUMTEXT. Servers log all of them as `BLOB`.
pub const MEDIUM_BLOB: u8 = 250;
/// LONGBLOB, LONGTEXT. Servers log all of them as `BLOB`.
pub const LONG_BLOB: u8 = 251;
/// Every BLOB and TEXT: a length, then the bytes. Metadata: 1 byte, bytes of the length (1 to 4), which
/// alone tells TINYBLOB from LONGBLOB.
pub const BLOB: u8 = 252;
/// VARCHAR of tables made before MySQL 5.0; read like it.
pub const VAR_STRING: u8 = 253;
/// CHAR and BINARY (UUID, INET4 and INET6 of MariaDB too), ENUM and SET. Metadata: 2 bytes, real type and
/// length; see [`ColumnKind::of_string_metadata`](super::ColumnKind::of_string_metadata). Trailing
/// spaces, or zero bytes of BINARY, are not logged.
pub const STRING: u8 = 254;
/// GEOMETRY and its kinds: a length, an SRID of 4 bytes, well-known binary. Metadata: 1 byte, bytes of the
/// length.
pub const GEOMETRY: u8 = 255;
