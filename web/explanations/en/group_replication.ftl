### TRANSACTION_CONTEXT and VIEW_CHANGE.

transaction_context-server_uuid_length = Length of the server's UUID in bytes, one byte: 36, as it is written as text.
transaction_context-thread_id = Id of the connection that ran the transaction, u32, on the server that the UUID names. Only that server can find the waiting client by it.
transaction_context-gtid_specified = One byte: 1 if the client had set gtid_next to a GTID of its own, 0 if the group gives the transaction its number after certification.
transaction_context-snapshot_version_length = Bytes of the encoded GTID set that is the transaction's snapshot, u32. 0 where there is none.
transaction_context-write_set_count = How many row hashes the write set has, u32. One changed row gives several: one for each unique key and foreign key.
transaction_context-read_set_count = How many row hashes the read set has, u32. Servers write 0, as reads are not certified.
transaction_context-server_uuid = UUID of the member where the transaction ran, as 36 characters of text, unlike the 16 bytes in GTID events.
transaction_context-snapshot_version = The GTIDs that were committed when the transaction ran, a GTID set. Another transaction that changed the same row and is not in this set is a conflict.
transaction_context-write_set = Hashes of the rows that the transaction writes. Two transactions with a hash in common touched the same key; the one certified later must have seen the other.
transaction_context-read_set = Hashes of the rows that the transaction read; normally empty.
transaction_context-row_hash_item = One row hash of the set: its length, then its bytes.
transaction_context-row_hash_length = Length of the row hash in bytes, u16: 8 for the 64-bit XXHASH that servers use.
transaction_context-row_hash = Hash over index name, schema, table and key values of one row. Equal rows give equal hashes; the values cannot be read back.

view_change-view_id_text = Identifier of the group's new view as text, padded with zeros to 40 bytes: a number that the group was started with, a colon, and a counter that grows with each change of members.
view_change-sequence_number = Number from which certification of transactions goes on in the new view, 8 bytes.
view_change-certification_info_count = How many entries of the certification database follow, u32. A joining member needs them to judge transactions as the others do.
view_change-certification_info = The certification database: for each row changed lately, the GTIDs that its last writer had seen.
view_change-certification_item = One entry: hash of a row, and a GTID set.
view_change-key_length = Length of the entry's key in bytes, u16.
view_change-key = Key of the entry: the hash of a row. Two keys are words instead: gtid_extracted holds all GTIDs of the group, certification_info_error says that the database was too large to be sent.
view_change-value_length = Length of the entry's value in bytes, u32.
view_change-value = GTIDs committed before the transaction that changed the row last, as an encoded GTID set. A transaction that has not seen them all and writes the same row is rolled back.
view_change-error_message_text = Why the certification database is missing, as text. A member that joins with it must leave the group again.
