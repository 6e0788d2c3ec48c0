### TABLE_MAP.

table_map-table_id = Number that the rows events after this one use for the table, 6 bytes. It holds until the rows event with STMT_END and is no lasting identity: after a restart the same number can mean another table. 0xffffff is a dummy that only releases maps.
table_map-table_id_4 = Number that the rows events after this one use for the table, 4 bytes. Servers before 5.1.4 wrote it so short; their post-header has 6 bytes instead of 8.
table_map-flags = 16 bits: 0x0001 BIT_LEN_EXACT, set by nearly all servers; 0x0002 REFERRED_FK_DB; 0x0004 a generated invisible primary key (my_row_id); 0x4000 the table has triggers (MariaDB).
table_map-database_name_length = Length of the schema's name in bytes, a lenenc that takes one byte in practice; the zero terminator is not counted.
table_map-database_name = Schema of the table, in UTF-8. Unlike the default schema of a QUERY, this is where the changed rows really are.
table_map-database_terminator = Zero byte after the schema's name, although the length before the name already says where it ends.
table_map-table_name_length = Length of the table's name in bytes, a lenenc; the zero terminator is not counted.
table_map-table_name = Name of the table, in UTF-8, as it was when the event was written. Together with the schema it is the only link from table_id to a real table.
table_map-table_terminator = Zero byte after the table's name, although the length before the name already says where it ends.
table_map-column_count = How many columns the table has, a lenenc, at most 4096. Generated and invisible columns count too.
table_map-column_types = One type byte for each column, in the order of the table. A type alone does not tell the width: read it together with column_metadata.
table_map-column_type = Type of one column: 3 LONG (INT), 15 VARCHAR, 246 NEWDECIMAL. All BLOB and TEXT types are 252; CHAR, BINARY, ENUM and SET are 254 and are told apart by their metadata; JSON is 245 in MySQL and 252 in MariaDB.
table_map-column_metadata_length = Bytes of the metadata of all columns together, a lenenc. 5.1 before 5.1.18 wrote neither this nor what follows: the event ends after the types.
table_map-column_metadata = What the types leave open, in column order, 0 to 2 bytes for most columns. Integers, YEAR, DATE and the old temporal types have none, so the position follows from the types before.
table_map-column_metadata_of = Metadata of one column: a maximum length, a precision, the width of a length prefix, depending on its type. The number in brackets is the column's.
table_map-pack_length = One byte. For FLOAT and DOUBLE it is the size of the value, 4 or 8. For BLOB, TEXT, JSON, GEOMETRY and VECTOR it is how many bytes the length before each value takes: 1 for TINYBLOB up to 4 for LONGBLOB.
table_map-max_length = Longest value in bytes, u16, character width included: VARCHAR(100) in utf8mb4 has 400. Above 255, the length before each value takes 2 bytes, however short the value. MariaDB's compressed VARCHAR stores one more than declared.
table_map-spare_bits = Bits of a BIT column beyond its whole bytes, 0 to 7: BIT(10) has 2 here and 1 in whole_bytes.
table_map-whole_bytes = Whole bytes of a BIT column; spare bits take one byte more. BIT(8) is 0 spare bits and 1 byte, so its values have 1 byte, not 2.
table_map-fractional_seconds_precision = Digits after the seconds, 0 to 6, of a TIMESTAMP, DATETIME or TIME column. They add (n + 1) / 2 bytes, rounded down, to each value: TIMESTAMP(3) takes 4 + 2.
table_map-precision = Digits of a DECIMAL column in all, at most 65. DECIMAL(14,4) has 14 here; the value's size follows from this and the scale.
table_map-scale = Digits of a DECIMAL column after the point, at most 30. The digits before the point are precision minus scale.
table_map-real_type_and_length = Two bytes, type first, unlike other metadata. f7 or f8 first: ENUM or SET, second byte its size. Otherwise CHAR or BINARY: fe 0a is 10 bytes, and longer ones hide two inverted length bits in the first byte, so ee 90 is 400 bytes.
table_map-array_element_type = Type of the elements in a hidden array column (type 20) of a multi-valued index, with that type's own metadata after it. Such columns are rare: MySQL has them since 8.0.17 and leaves them out from 8.0.18 on.
table_map-null_bitmap = One bit for each column, least significant first: 1 means that the column may be NULL by its definition. Which values are NULL is told by the null_bitmap of each row image.
table_map-optional_metadata = What row images do not need but readers want: signedness, character sets, names, keys. MySQL writes a minimum since 8.0.1, MariaDB nothing by default; binlog_row_metadata = FULL adds names, primary key and labels.
table_map-optional_metadata_field = One piece of optional metadata: type byte, length, value. Readers must take any order and skip unknown types by their length.
table_map-optional_metadata_type = Which piece follows: 1 SIGNEDNESS, 2 and 3 character sets, 4 column names, 5 and 6 members of SET and ENUM, 7 geometry, 8 and 9 primary key, 10 and 11 character sets of ENUM and SET, 12 visibility, 13 vector dimensions.
table_map-optional_metadata_length = Bytes of the value that follows, a lenenc. It makes unknown types easy to skip.
table_map-signedness_bitmap = One bit for each numeric column, most significant first, 1 for unsigned; other columns have no bit. FLOAT, DOUBLE and DECIMAL count, and YEAR too, whose bit means nothing. 80 says that the first numeric column is unsigned.
table_map-default_charset = Collation id, a lenenc, of every character column (or ENUM and SET column, in type 10) that is not listed as an exception after it. BINARY, VARBINARY and BLOB count as character columns, with collation 63.
table_map-charset_exception = A column whose collation is not the default before it: its index among the character columns, then its collation.
table_map-charset_column = Index of the column that differs, from 0, a lenenc. It counts only character columns (or only ENUM and SET columns, in type 10), not all columns of the table: MySQL includes VECTOR, MariaDB GEOMETRY, UUID and INET.
table_map-column_charset = Collation id of one column, a lenenc. In types 3 and 11 there is one for each character or ENUM and SET column in turn; in types 2 and 10 it belongs to the index before it.
table_map-column_name_item = Length and name of one column. One stands here for each column of the table, in order.
table_map-column_name_length = Length of the column's name in bytes, a lenenc. Names are UTF-8, so it may exceed the number of characters.
table_map-column_name = Name of the column, in UTF-8, logged only with binlog_row_metadata = FULL. Without it, the log knows columns by number only.
table_map-value_labels = All members of one ENUM or SET column. The n-th list belongs to the n-th ENUM (or SET) column, not to the n-th column of the table.
table_map-label_count = How many members the ENUM or SET has, a lenenc. Stored values refer to them by number, ENUM from 1, or by bit.
table_map-label_item = Length and text of one member of an ENUM or SET. The first is number 1 of an ENUM and bit 0 of a SET.
table_map-label_length = Length of the member's text in bytes, a lenenc; in multi-byte character sets it exceeds the number of characters.
table_map-label = Text of one ENUM or SET member, in the column's own character set, which need not be UTF-8; optional metadata 10 or 11 tells it.
table_map-geometry_type = Declared type of one GEOMETRY column, a lenenc: 0 any geometry, 1 point, 2 linestring, 3 polygon, 4 multipoint, 5 multilinestring, 6 multipolygon, 7 collection. The stored value has its own type inside.
table_map-primary_key_column = Index of a column in the primary key, from 0, a lenenc; here all columns of the table count. The parts stand in the order of the key.
table_map-primary_key_part = One part of a primary key that uses prefixes: column index, then prefix length.
table_map-primary_key_prefix = How many characters of the column the key uses, a lenenc; 0 is the whole column. PRIMARY KEY (name(10)) has 10 here.
table_map-visibility_bitmap = One bit for each column, most significant first: 1 visible, 0 INVISIBLE. MySQL writes it since 8.0.23 with FULL metadata; c0 stands for two visible columns.
table_map-vector_dimensionality = Declared number of elements in one VECTOR column, a lenenc: 3 for VECTOR(3). MySQL 9.0 and later.

table_map-array_max_length = Longest value of a VARCHAR inside the array of a multi-valued index, in bytes; 3 bytes here, though a VARCHAR column has 2.
