### Events that only MariaDB writes.

annotate_rows-query = The statement whose row changes follow, up to the end of the event: no length, no terminator. A source sends it only to replicas that ask for it, so positions in such a stream may have holes.
binlog_checkpoint-file_name_length = Length of the file name in bytes, 4 bytes; the name fills the rest of the event.
binlog_checkpoint-file_name = Oldest binary log that crash recovery would still need. It can be an older file than the one that holds this event.

mariadb_gtid-sequence_number = Last part of the GTID domain-server-sequence, 8 bytes: 100 in 0-1-100. It counts up within its domain.
mariadb_gtid-domain_id = First part of the GTID domain-server-sequence, 4 bytes: 0 in 0-1-100. The middle part is server_id in the event's header.
mariadb_gtid-flags2 = One byte: 1 stands alone, no COMMIT follows (as for DDL), 2 commit_id follows, 4 transactional, 8 may run in parallel, 0x10 waited for a lock, 0x20 DDL, 0x40 XA prepared, 0x80 XA completed.
mariadb_gtid-commit_id = Number of a group commit, 8 bytes, present with flag 2. Transactions with the same number committed together and may run in parallel on a replica.
mariadb_gtid-xid_format_id = Format id of the XA transaction, 4 bytes, as given in XA START. Present only with flag 0x40 or 0x80; with commit_id before it, it moves by 8 bytes.
mariadb_gtid-gtrid_length = Length of the XA transaction's global part in bytes, one byte, at most 64 if the event is sound.
mariadb_gtid-bqual_length = Length of the XA transaction's branch part in bytes, one byte, 0 to 64 if the event is sound.
mariadb_gtid-gtrid_data = Global transaction id, the first text in XA START 'gtrid','bqual',format. It ties PREPARE and COMMIT of one XA transaction together, which can be far apart.
mariadb_gtid-bqual_data = Branch qualifier, the second text in XA START 'gtrid','bqual',format. It follows the global part without a separator.
mariadb_gtid-flags_extra = One byte of more flags: 1 extra_engines follows, 2 START ALTER, 4 COMMIT ALTER and 8 ROLLBACK ALTER (with a sequence number), 0x10 thread_id follows. A zero here may as well be padding; both read the same.
mariadb_gtid-extra_engines = How many extra engines took part in the transaction, one byte; 255 stands for unknown or one-phase. Present with flag 1 of flags_extra.
mariadb_gtid-start_alter_seq_no = Sequence number of the GTID that logged START ALTER, 8 bytes, in the event that commits or rolls back that ALTER TABLE.
mariadb_gtid-thread_id = Connection id of the client on the originating server, 4 bytes. MariaDB 11.5 and later write it; flag 0x10 of flags_extra announces it.

gtid_list-count_and_flags = 4 bytes: the low 28 bits count the entries, bit 28 is UNTIL_REACHED, bit 29 IGN_GTIDS. Read as one number it would be far too large when a flag is set. With count 0, two bytes of padding follow.
gtid_list-gtids = The GTID state at the start of this log: the last GTID of each domain and server in the logs before it. It is MariaDB's counterpart of PREVIOUS_GTIDS.
gtid_list-gtid = One GTID of 16 bytes: domain, server, sequence number. All earlier ones of the same domain and server are in older logs.
gtid_list-domain_id = Replication domain, first part of the GTID, 4 bytes: 0 in 0-1-100.
gtid_list-server_id = server_id of the originating server, middle part of the GTID, 4 bytes. The header's server_id is that of the list's writer instead.
gtid_list-sequence_number = Sequence number, last part of the GTID, 8 bytes: the newest of this domain and server before this log.

start_encryption-scheme = How the events that follow are encrypted, one byte. 1 is the only scheme so far: AES with key id 1 of the server's key plugin.
start_encryption-key_version = Version of the key with id 1 that encrypts the rest of this log, 4 bytes. Key rotation makes new versions, so an old log needs the old key.
start_encryption-nonce = 12 random bytes. Followed by an event's offset in the file as 4 bytes, they are the initialisation vector of that event: the same event elsewhere is encrypted otherwise.

compressed-compressed_part = What MariaDB compressed: the statement of a query event, or everything after the column bitmaps of a rows event. It runs up to the checksum, which covers the stored bytes.
compressed-compression_header = One byte: bit 7 is always set, bits 4 to 6 are the algorithm (0 is zlib), bits 0 to 2 how many bytes the original length takes. 0x82 is zlib and two bytes.
compressed-uncompressed_length = Bytes that the part inflates to, in 1 to 4 bytes. Big-endian, unlike nearly everything else in a binary log, and not to be trusted before it has come out.
compressed-compressed_data = A zlib stream: its own header (mostly 78 9c), deflated bytes, and an Adler-32. What comes out is a byte space of its own, in which offsets count from 0.

partial_row_data-total_fragments = How many fragments the rows event was cut into, 4 bytes. All of them are needed to read its rows.
partial_row_data-fragment_number = Which fragment this is, 4 bytes, counted from 1. The fragments follow each other in order; one that is missing or comes twice makes the event unreadable from there on. Documents differ in whether this number or the total stands first: the greater is the total.
partial_row_data-flags = One byte: bit 0 says that the size of the whole event follows, which only the first fragment has.
partial_row_data-original_event_size = Bytes of the whole rows event, header included, 8 bytes: it may be more than the 4 bytes of event_size can say.
partial_row_data-fragment_data = A piece of the rows event. The pieces of all fragments, one after another, are the event with its own header but without its checksum, to be read by the table maps before the first fragment. It opens as a space of its own.
