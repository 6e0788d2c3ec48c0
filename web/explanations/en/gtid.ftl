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
gtid-development_logical_clock = Logical clock as the test versions 5.7.1 to 5.7.5 wrote it. Nothing documents its layout, and no released server reads it.

gtid_tagged-serialization_version = Version of the message format of MySQL's serialization library: 1, stored as 02. All numbers in this event have 1 to 9 bytes; as many low bits of the first are 1 as bytes follow it.
gtid_tagged-message_size = Bytes of the whole message, counting this field and the version before it. What is left after the known fields belongs to a newer server.
gtid_tagged-last_non_ignorable_field = The last field that a reader must understand, its id plus 1; 0 if it may ignore any that it does not know. A replica that does not know that field must stop.
gtid_tagged-fields = The fields: id, then value, with ids growing. A field that has its default is left out, so read by id and not by place.
gtid_tagged-field = One field: its id and its value. Nothing tells its length, so a reader must know the field to get past it.
gtid_tagged-field_id = Which field this is: 0 flags, 1 UUID, 2 number, 3 tag, 4 and 5 logical clock, 6 and 7 commit times, 8 length, 9 and 10 server versions, 11 ticket of the group commit.
gtid_tagged-gtid_flags = Bit 0 says that the transaction may hold changes logged as statements; clear means rows only.
gtid_tagged-source_uuid = server_uuid of the server where the transaction originated. Each of its 16 bytes is a number of its own, and those from 80 on take two bytes: 16 bytes become up to 32.
gtid_tagged-uuid_byte = One byte of the UUID as a number: below 80 it is shifted left by one, 55 stored as aa; from 80 on it takes two bytes, 89 stored as 25 02.
gtid_tagged-gno = Number of the transaction among those of its source UUID and tag: the last part of uuid:tag:gno. A signed number, whose lowest bit is the sign: 0c is 6 and so 3.
gtid_tagged-tag_length = Length of the tag in bytes, at most 32. Stored shifted left by one bit, so 0a is 5.
gtid_tagged-tag_text = Tag of the GTID: 1 to 32 characters, a-z, 0-9 and underscore, no digit first. Clients choose it with gtid_next, to tell apart what their transactions are for.
gtid_tagged-last_committed = sequence_number of the newest transaction in this file that this one may depend on, a signed number; 0 for the first of the file.
gtid_tagged-sequence_number = The transaction's number in this file's logical clock, a signed number. It starts again in each new file.
gtid_tagged-immediate_commit_timestamp = Microseconds since 1970 when the transaction committed on the server that wrote this log. Unlike in an untagged GTID event, no bit of it is a flag.
gtid_tagged-original_commit_timestamp = Microseconds since 1970 when the transaction committed on the server where it originated. Left out where it equals the immediate one.
gtid_tagged-transaction_length = Bytes of the whole transaction in the log, this event included; a compressed one counts as stored. Added to the event's offset it finds the next transaction.
gtid_tagged-immediate_server_version = Version of the server that wrote this log: 90600 is 9.6.0.
gtid_tagged-original_server_version = Version of the server where the transaction originated, such as 80400 for 8.4.0. Left out where it equals the immediate one.
gtid_tagged-commit_group_ticket = Ticket of the group commit that the transaction took part in. Servers write it rarely.
gtid_tagged-newer_fields = Fields that a newer server added. Their values have no length of their own, so only the message's size tells where they end.

previous_gtids-source_count = 8 bytes whose top byte is the format. 0: the rest counts the entries. 1 (tags, since 8.3): the count is in bits 8 to 55, so 01 02 00 00 00 00 00 01 is 2 entries and an astronomical number if read plainly.
previous_gtids-sources = The set of all GTIDs in earlier logs, sorted by UUID, then tag. An empty set is just 8 zero bytes.
previous_gtids-source = All transactions of one source, or of one source and tag: UUID, tag if the set has tags, intervals. A UUID occurs once for each of its tags.
previous_gtids-source_uuid = server_uuid of a source, 16 bytes in the order of the text form.
previous_gtids-tag_length = Length of the tag as a number of MySQL's serialization library: one byte, shifted left by one bit, 0a is 5. 0 means no tag; it is no lenenc.
previous_gtids-tag_name = Tag of these GTIDs, as in uuid:mytag:1-3. 1 to 32 characters: a-z, 0-9 and underscore, no digit first.
previous_gtids-interval_count = How many intervals follow for this source, 8 bytes; 16 bytes each. More than one means gaps in the numbers.
previous_gtids-interval = A run of transaction numbers, first and one past last, 8 bytes each.
previous_gtids-start = First number of the run, 8 bytes, itself in the set. Numbers begin at 1.
previous_gtids-end = One past the last number of the run, 8 bytes: start 1 and end 15 are the GTIDs 1-14.
