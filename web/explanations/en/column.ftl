### Values of columns.

column-tiny = TINYINT, also BOOL: one byte. ff is 255 or -1; only the signedness metadata of the table map tells which.
column-short = SMALLINT: two bytes, little-endian. ff ff is 65535 or -1; only the signedness metadata of the table map tells which.
column-int24 = MEDIUMINT: three bytes, little-endian; if signed, bit 23 is the sign. ff ff ff is 16777215 or -1, by the signedness metadata of the table map.
column-long = INT: four bytes, little-endian, 1a 00 00 00 is 26. Signed or unsigned is told only by the signedness metadata of the table map.
column-longlong = BIGINT: eight bytes, little-endian; signed or unsigned by the signedness metadata of the table map. Unsigned values above 2^53 lose digits in tools that keep numbers as doubles.
column-float = FLOAT: four bytes, IEEE 754 single precision, little-endian. Show it with single-precision digits, or 0.1 turns into 0.10000000149.
column-double = DOUBLE: eight bytes, IEEE 754 double precision, little-endian. Declared digits, as in DOUBLE(10,2), do not change the layout.
column-newdecimal = DECIMAL: groups of decimal digits, each a big-endian number, nine digits in four bytes. The top bit of the first byte is set for positive values; negative ones have all bits inverted. DECIMAL(5,0) -12345 is 7f cf c6.
column-decimal_digits = One group of a decimal's digits, a big-endian number: nine digits in 4 bytes, or a shorter group at either end. 1-2 digits take 1 byte, 3-4 take 2, 5-6 take 3, 7-9 take 4; inner groups keep leading zeros.
column-bit = BIT(n): (n + 7) / 8 bytes, big-endian and right-aligned, unlike integers. BIT(10) with value 1 is 00 01.
column-year = YEAR: one byte, 1900 plus the number, so 124 is 2024. 0 is the year 0000, not 1900.
column-date = DATE: three bytes, little-endian; bits 0-4 day, 5-8 month, 9-23 year. 2024-02-29 is 5d d0 0f; zero days and months such as 2024-00-00 are legal.
column-time = Old TIME, before MySQL 5.6: three bytes, signed, little-endian, the decimal number hhmmss. -12:34:56 is c0 1d fe; MariaDB's old TIME(1) to TIME(6) has the same type code but other bytes.
column-datetime = Old DATETIME, before MySQL 5.6: eight bytes, little-endian, the decimal number YYYYMMDDhhmmss. MariaDB's old DATETIME(1) to DATETIME(6) has the same type code but other bytes.
column-timestamp = Old TIMESTAMP, before MySQL 5.6: four bytes, little-endian, seconds since 1970 in UTC; 0 is 0000-00-00 00:00:00. MariaDB's old TIMESTAMP(1) to TIMESTAMP(6) is big-endian under the same type code.
column-time_hires = TIME(1) to TIME(6) as MariaDB wrote it before 10.1: tenths to microseconds since -839:00:00, big-endian, in 4 to 6 bytes. The log does not tell the precision: the likeliest that fits all rows of the event is shown, with a lone row a guess.
column-datetime_hires = DATETIME(1) to DATETIME(6) as MariaDB wrote it before 10.1: year, month, day, hour, minute, second and fraction as one big-endian number of mixed bases. The log does not tell the precision: the likeliest that fits all rows of the event is shown, with a lone row a guess.
column-timestamp_hires = TIMESTAMP(1) to TIMESTAMP(6) as MariaDB wrote it before 10.1: 4 bytes of seconds since 1970 in UTC and 1 to 3 bytes of fraction, big-endian. The log does not tell the precision: the likeliest that fits all rows is shown, so a lone .05 of a TIMESTAMP(2) may read as .5.
column-time2 = TIME: 3 bytes plus the fraction's, one big-endian number minus its middle: 80 00 00 is zero, 7e fd fc is -16:08:04. Take a negative value's absolute value as a whole before splitting it into 10 bits hour, 6 minute, 6 second and fraction.
column-datetime2 = DATETIME: 5 big-endian bytes plus the fraction's. After the sign bit come 17 bits of year * 13 + month, then day 5, hour 5, minute 6, second 6; 99 b2 bb 7e fb is 2024-02-29 23:59:59. It has no time zone.
column-timestamp2 = TIMESTAMP: 4 big-endian bytes of seconds since 1970 in UTC, plus 0 to 3 bytes of fraction. 0 is 0000-00-00 00:00:00; the session's time zone does not matter. MariaDB 11.5 and later count the seconds unsigned, up to 2106.
column-varchar = VARCHAR or VARBINARY: a length, then that many bytes. The length takes 2 bytes if the declared maximum exceeds 255 bytes, however short the value.
column-string = CHAR or BINARY, also MariaDB's UUID, INET4 and INET6, which the log cannot tell from BINARY(16) and BINARY(4). Trailing spaces of CHAR and trailing zero bytes of the others are not logged: INET4 1.2.3.0 is 03 01 02 03.
column-blob = BLOB or TEXT of any size, and JSON in MariaDB: a length of 1 to 4 bytes, as the table map says, then the bytes. Text is in the column's character set.
column-geometry = GEOMETRY: a length of 4 bytes, then the SRID (4 bytes, little-endian) and the shape as WKB. POINT(1 2) is 00000000 01 01000000 and two doubles; in geographic systems x is the longitude here too.
column-vector = VECTOR of MySQL 9: a length of 4 bytes, then little-endian floats of 4 bytes each, so length / 4 is the number of elements. MariaDB logs its VECTOR as VARCHAR.
column-vector_elements = The numbers of the vector, one after another; 4 bytes each. A vector of 3 has 12 bytes here.
column-vector_element = One number of a vector: IEEE 754 single precision, little-endian. Show it with single-precision digits, or 0.1 turns into 0.10000000149.
column-typed_array = The hidden column behind a multi-valued index, logged by MySQL 8.0.17 only: a length of 4 bytes, then all values of the row as a binary JSON array.
column-json = JSON of MySQL: a length of 4 bytes, then the binary document, not text. Length 0 stands for the JSON value null; MariaDB's JSON is a TEXT column instead.
column-length = Bytes of the value that follows, little-endian. It takes 1 to 4 bytes, which the table map decides, not the value.
column-value = The bytes of the value. Text is in the column's collation if the table map tells one (63 is binary); without it, the log does not say which character set it is.
column-enum = ENUM: the member's number, 1 or 2 bytes, little-endian, from 1. 0 is the empty string that MySQL stores for an invalid value; the names are in the log only with FULL metadata.
column-set = SET: one bit for each member, 1 to 8 bytes, little-endian, bit 0 for the first. 01 03 is 0x0301: members 1, 9 and 10.
column-null = A column that is present in the image and NULL. It has no bytes here; its bit in the image's null_bitmap says so.

column-old_decimal = DECIMAL from before MySQL 5.0: the number as text, right-aligned. The log does not tell how wide it is; the greatest width that fits all rows of the event is shown.

column-unknown_width = A column whose type has several widths, and nothing in the log tells which: old TIME, DATETIME and TIMESTAMP of MariaDB, or DECIMAL from before MySQL 5.0. No width fits these rows, so the rest of the event cannot be split into values.

column-unsupported = A column of a type that no server puts into rows, or one newer than this decoder. Its length is not known, so the rest of the event cannot be split into values.
column-varchar_compressed = MariaDB's VARCHAR or VARBINARY COMPRESSED: a length, then the value as it is stored. The declared maximum in the table map is one byte larger than that of the text, for the byte in front.
column-blob_compressed = MariaDB's BLOB or TEXT COMPRESSED: a length of 1 to 4 bytes, then the value as it is stored. The length counts stored bytes, not those of the text inside.
column-compression_header = First byte of a COMPRESSED column's value. 0: the text follows as it is. Else the high half is the method (8, zlib), bit 3 says that the zlib wrapper is left out, and bits 0 to 2 how many bytes the original length takes.
column-uncompressed_length = Bytes of the value when inflated, in 1 to 4 bytes, big-endian.
column-compressed_data = Deflated bytes of the value, with a zlib header and checksum around them unless bit 3 of the byte in front says no. Short values are not compressed (column_compression_threshold), whatever the column says.
