### MySQL's GTID events.

gtid-gtid_flags = One byte. Bit 0 says that the transaction may hold changes logged as statements; clear means rows only. MySQL before 5.7.19 and 8.0.2 always set it.
gtid-source_uuid = server_uuid of the server where the transaction originated, 16 bytes in the order of the text form. All zero in an anonymous GTID event.
gtid-gno = Number of the transaction among those of its source UUID, 8 bytes: the part after the colon in uuid:gno. 0 in an anonymous GTID event.
gtid-logical_timestamp_typecode = One byte that must be 2 for last_committed and sequence_number to follow. Logs of MySQL 5.6 end before it, and development versions 5.7.1 to 5.7.5 had another layout.
gtid-last_committed = sequence_number of the newest transaction in this file that this one may depend on, 8 bytes; 0 for the first of the file. Transactions with the same value can run in parallel on a replica.
gtid-sequence_number = The transaction's number in this file's logical clock, 8 bytes. It starts again in each new file, so compare it only within one.
gtid-immediate_commit_timestamp = Microseconds since 1970 when the transaction committed on the server that wrote this log, 7 bytes. Bit 55 is a flag: if set, original_commit_timestamp follows, otherwise both are equal.
gtid-original_commit_timestamp = Microseconds since 1970 when the transaction committed on the server where it originated, 7 bytes. Stored only where it differs from the immediate one; the difference is how long it took to arrive and be applied.
gtid-transaction_length = Bytes of the whole transaction in the log, this event included, a lenenc. Added to the event's offset it finds the next transaction; a compressed one counts as stored, not as inflated.
gtid-immediate_server_version = Version of the server that wrote this log, u32: 80032 is 8.0.32, 999999 undefined. Bit 31 is a flag: if set, original_server_version follows.
gtid-original_server_version = Version of the server where the transaction originated, u32, such as 80032. Stored only where it differs from the immediate one, as in a replica's log during an upgrade.
gtid-commit_group_ticket = Ticket of the group commit that the transaction took part in, 8 bytes. MySQL 8.0.28 and later can write it, but rarely do.

previous_gtids-source_count = 8 bytes whose top byte is the format. 0: the rest counts the entries. 1 (tags, since 8.3): the count is in bits 8 to 55, so 01 02 00 00 00 00 00 01 is 2 entries and an astronomical number if read plainly.
previous_gtids-sources = The set of all GTIDs in earlier logs, sorted by UUID, then tag. An empty set is just 8 zero bytes.
previous_gtids-source = All transactions of one source, or of one source and tag: UUID, tag if the set has tags, intervals. A UUID occurs once for each of its tags.
previous_gtids-source_uuid = server_uuid of a source, 16 bytes in the order of the text form.
previous_gtids-tag_length = Length of the tag, one byte, shifted left by one bit: 0a is 5. 0 means no tag; it is no lenenc.
previous_gtids-tag_name = Tag of these GTIDs, as in uuid:mytag:1-3. 1 to 32 characters: a-z, 0-9 and underscore, no digit first.
previous_gtids-interval_count = How many intervals follow for this source, 8 bytes; 16 bytes each. More than one means gaps in the numbers.
previous_gtids-interval = A run of transaction numbers, first and one past last, 8 bytes each.
previous_gtids-start = First number of the run, 8 bytes, itself in the set. Numbers begin at 1.
previous_gtids-end = One past the last number of the run, 8 bytes: start 1 and end 15 are the GTIDs 1-14.
