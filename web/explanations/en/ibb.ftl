### MariaDB's InnoDB-based binary log (.ibb): header, pages, chunks, records.

ibb_header-magic = First bytes of an InnoDB-based binary log: fe fe 0d 01, the number 0x010dfefe in little-endian order.
ibb_header-page_size_log2 = Page size as a power of two; 14 stands for 16384 bytes, which all servers use so far. Everything after the header is found by it.
ibb_header-major_version = Major version of the file format, 1 so far. A server refuses a file whose major version it does not know.
ibb_header-minor_version = Minor version of the file format, 0 so far. Older servers can read files with a newer minor version.
ibb_header-file_number = Number of the file, the same as in its name: 7 in binlog-000007.ibb. References from one file into another use it.
ibb_header-page_count = Size of the file in pages, as it was allocated. Files are made in their full size, so most of a new one is zeros.
ibb_header-start_lsn = Log sequence number of InnoDB's redo log at which this file begins. Crash recovery applies redo records to the binary log from there.
ibb_header-gtid_state_interval = How many bytes lie between two GTID state records, as innodb_binlog_state_interval was set. Smaller is faster for replicas that connect, and costs space.
ibb_header-earliest_oob_file_number = Number of the oldest file that records of this one may refer to. Older files must stay as long as it.
ibb_header-earliest_xa_file_number = Number of the oldest file with XA transactions that may still be prepared when this file begins.
ibb_header-header_checksum = CRC-32C of the 508 bytes before it. It lets a reader trust the page size before it reads a whole page.

ibb_page-page_checksum = CRC-32C (Castagnoli) of all bytes of the page before it. Events in such a log have no checksums of their own; this is the one that protects them.

ibb_chunk-type_and_flags = Low 6 bits: kind of the record (1 commit, 2 GTID state, 3 out-of-band data, 4 filler, 5 XA prepare, 6 XA complete). Bit 7 says that the chunk goes on with a record, bit 6 that the record ends with it.
ibb_chunk-length = Bytes of data in this chunk, 2 bytes; the 3 bytes of type and length do not count. A chunk never goes over the end of its page.
ibb_chunk-data = Part of a record. The data of all chunks of a record, one after another, are the record; what they are put together to is a byte space of its own.

ibb_record-event_data = Events, or a piece of them that may begin and end in the middle of one. Put together with the other pieces of its event group they are ordinary events without checksums.
ibb_record-references = Where the rest of the event group lies that this record commits: two lots of references to out-of-band records, each a count that is 0 when there are none.
ibb_record-oob_references = Which out-of-band records hold the rest of this event group. The second lot is used when transactional and other changes were mixed in one group.
ibb_record-oob_record_count = How many out-of-band records there are; 0 for a group that fits into its commit record, and then no references follow. A compressed integer.
ibb_record-first_oob_record = Where the out-of-band record lies that was written first: file number and offset.
ibb_record-last_oob_record = Where the out-of-band record lies that was written last. The others are found from it, as from the root of a tree.
ibb_record-file_number = Number of a log file, as a compressed integer: the low 3 bits of its first byte tell how many bytes it takes.
ibb_record-file_offset = Offset of a record's first chunk in that file, as a compressed integer.
ibb_record-node_index = Number of this piece within its event group, counted from 0 in the order of writing. Sorted by it, the pieces are in their order.
ibb_record-left_child = Where the left subtree's root lies; 0 and 0 in a leaf. Pieces form perfect binary trees, so that each is reached in few steps from the last.
ibb_record-right_child = Where the right subtree's root lies. In the leftmost leaf of a tree it leads to the tree before, if there is one.
ibb_record-gtid_count = How many GTIDs the state has. A compressed integer.
ibb_record-earliest_xa_file_plus_one = One more than the number of the oldest file that may have XA transactions still prepared; 0 for none.
ibb_record-gtids = The newest GTID of each domain and server at this place. A replica's start position is searched from the last such state before it.
ibb_record-gtid = One GTID: domain, server and sequence number, each a compressed integer.
ibb_record-domain_id = Replication domain, first part of the GTID: 0 in 0-1-100.
ibb_record-server_id = Server that wrote the transaction, middle part of the GTID.
ibb_record-sequence_number = Sequence number, last part of the GTID; it counts up within its domain.
ibb_record-engine_count = How many storage engines take part in the XA transaction, one byte.
ibb_record-xid_format_id = Format id of the XA transaction, 4 bytes, as given in XA START.
ibb_record-gtrid_length = Length of the XA transaction's global part in bytes.
ibb_record-bqual_length = Length of the XA transaction's branch part in bytes.
ibb_record-gtrid_data = Global transaction id, the first text in XA START 'gtrid','bqual',format.
ibb_record-bqual_data = Branch qualifier, the second text in XA START 'gtrid','bqual',format.
ibb_record-xa_outcome = How the XA transaction ended: 0 committed, 1 rolled back.
