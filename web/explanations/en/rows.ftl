### Rows events.

rows-table_id = Number of the table, 6 bytes, as a TABLE_MAP before it in the same statement declared it. Without that map the rows cannot be read, which happens when reading starts in the middle of a transaction.
rows-table_id_4 = Number of the table, 4 bytes, as a TABLE_MAP before it declared it. Servers before 5.1.4 wrote it so short; later ones use 6 bytes.
rows-flags = 16 bits: 0x0001 STMT_END, last rows event of the statement, after which table ids are forgotten; 0x0002 foreign key checks off; 0x0004 unique checks off; 0x0008 complete rows. MySQL 9.6 adds 0x0010, MariaDB 0x0080 (CHECK constraints off).
rows-extra_row_data_length = Length of the extra data, u16, its own two bytes included: 2 means that there is none. Only version 2 rows events have it, those with a post-header of 10 bytes.
rows-extra_row_data = Tagged extras of a version 2 rows event: data of NDB, or the partition of the rows. An unknown tag has no known length, so the rest of the block must be skipped as a whole.
rows-extra_row_data_type = What follows, one byte: 0 data of NDB, 1 partition id (MySQL 8.0.16 and later).
rows-ndb_data_length = Bytes of NDB's block, counting this byte and the format byte: the data itself is two bytes shorter.
rows-ndb_data_format = Format of NDB's data, one byte. It says how NDB itself reads the bytes that follow.
rows-ndb_data = Data that NDB Cluster attached for its own replication. Its meaning is private to NDB.
rows-partition_id = Number of the partition that the rows belong to, u16; for an update, the one after the change. MySQL logs it for partitioned tables since 8.0.16.
rows-source_partition_id = Number of the partition that the rows were in before an update, u16. If it differs from partition_id, the update moved them.
rows-unknown_data = Extra data of a type that is not known here. A type has no length, so everything from it to the end of the block is passed as a whole.
rows-column_count = Columns of the table, a lenenc: the width of the bitmaps after it. It must equal the count in the TABLE_MAP; if not, the event is damaged or the map is the wrong one.
rows-columns_present_bitmap = One bit for each column, least significant first: 1 if the image has it, the before image of updates and deletes and the after image of inserts. With binlog_row_image = MINIMAL or NOBLOB bits are clear: absent is not NULL.
rows-columns_present_bitmap_after = The same bits for the after image of an update. With binlog_row_image = MINIMAL it holds the changed columns only, so before and after image differ in width.
rows-rows = The row images, one row after another, up to the end of the event. No count is stored: the rows end where the bytes end.
rows-row = One row: an after image for an insert, a before image for a delete, both for an update. Its length is not stored; it follows from the values.
rows-before = The row before the change, as deletes and updates log it. A replica finds the row by it; with binlog_row_image = MINIMAL it holds only the columns that identify the row.
rows-after = The row after the change, as inserts and updates log it. Columns that the bitmap marks as absent were not logged; that does not make them NULL.
rows-record_null_bytes = NULL bytes as the table's own record has them: a bit that is always 1 (unless records vary in length), one for each column that may be NULL, then ones. Which columns may be NULL is not logged, and NULL columns still have their default value in the image.
rows-value_options = Options of the after image, a lenenc: bit 0 says that partial_bits follow. PARTIAL_UPDATE_ROWS has it before each after image; other rows events do not.
rows-partial_bits = One bit for each JSON column of the table, least significant first, whether the image has the column or not. 1 means that changes are logged instead of the document.
rows-null_bitmap = One bit for each column that is present in this image, least significant first; 1 is NULL. Bit k is the k-th present column, not the k-th of the table: 3 present columns of 20 need one byte.
