### Commands, and the packets of a stream of events.

command-command = What the client asks for, one byte: 03 is a statement, 12 a dump by position, 1e a dump by GTID set, 15 who the replica is, 01 good bye.
command-argument = What the command needs. Of commands that no replica sends, it is not taken apart.
command-answer = The answer to a command whose answers are not taken apart.
command-schema_name = The schema to change to, up to the end of the packet.
command-connection_id = Number of the connection to end, u32, as the greeting told it.
command-option = The option to set, u16: 0 allows several statements in one packet, 1 forbids it.
com_query-parameter_count = How many query attributes stand before the statement; there only if that was agreed on. A client that sets the bit and leaves this out has its statement misread.
com_query-parameter_set_count = Sets of values for these attributes: always 1, for the server takes no more.
com_query-null_bitmap = One bit for each attribute, least significant first: 1 for NULL, which then has no value below.
com_query-new_params_bind_flag = 1: types and names follow. Nothing else is allowed here.
com_query-parameters = Type and name of each attribute, one behind the other, before all values.
com_query-parameter = One attribute: its type, a flag for its sign, its name.
com_query-parameter_type = Type of the value, by the same numbers as in a table map.
com_query-parameter_unsigned_flag = 80 if the number is unsigned, 00 if it has a sign; nothing else is looked at.
com_query-parameter_name = Name of the attribute, by which the server's functions find it.
com_query-parameter_name_length = Bytes of the attribute's name, as a length-encoded integer of 1 to 9 bytes.
com_query-parameter_values = The values of attributes that are not NULL, in the same order.
com_query-parameter_value = A value as prepared statements send it: numbers little-endian, texts and times with a length before them.
com_query-parameter_value_length = Bytes of the value that follows, as a length-encoded integer of 1 to 9 bytes.
com_query-query = The statement, up to the end of the packet, in the collation that the session has. A replica's first ones set user variables that the source looks at when the stream begins.

com_register_slave-server_id = The replica's own server_id, u32, not 0. Whoever registers or dumps with an id that another replica uses makes the source drop that one.
com_register_slave-hostname = The name that SHOW REPLICAS is to show, report_host. It need not be true, and is mostly empty.
com_register_slave-hostname_length = Bytes of the name, one byte. These strings do not end with zero bytes: with those, the first letter is taken for a length and the source answers with error 1105.
com_register_slave-user = The account that SHOW REPLICAS is to show, report_user; mostly empty.
com_register_slave-user_length = Bytes of the account, one byte, so at most 255; 0 as a rule.
com_register_slave-password = A password to show beside it, report_password; mostly empty, and better so.
com_register_slave-password_length = Bytes of the password, one byte, so at most 255; 0 as a rule.
com_register_slave-port = The port that SHOW REPLICAS is to show, u16.
com_register_slave-replication_rank = Four bytes that mean nothing. Leaving them out is an error all the same.
com_register_slave-master_id = Four bytes that the source fills in itself.

com_binlog_dump-binlog_pos = Where to begin, u32: 4, or the end of an event. It has no room for positions past 4 GiB; a GTID or the start of the file is the way out.
com_binlog_dump-flags = u16, little-endian: the bytes 01 00 are NON_BLOCK, which ends the stream at the end of the last log. The bytes 00 01 are another bit, and the stream waits forever.
com_binlog_dump-mariadb_flags = u16, little-endian. 0002 asks MariaDB for the statements behind rows; in MySQL the same bit asks for another heartbeat, and in old manuals it has a third name.
com_binlog_dump-server_id = The replica's own server_id, u32. 0 makes the source end the stream at the end of the last log.
com_binlog_dump-binlog_filename = The file to begin with, up to the end of the packet, without a zero byte. Empty stands for the oldest; MariaDB does not look at it when a GTID position was set before.
com_binlog_dump_gtid-flags = u16, little-endian, as in a dump by position. SKIP_TAGGED_GTIDS is for replicas that cannot read tags.
com_binlog_dump_gtid-server_id = The replica's own server_id, u32, that no other replica of this source may have.
com_binlog_dump_gtid-binlog_filename = Best left empty: what to send is told by the set, and a name that disagrees with it has made replicas lose transactions.
com_binlog_dump_gtid-binlog_filename_len = Bytes of the file's name, u32; 0 where it is left empty.
com_binlog_dump_gtid-binlog_pos = Where to begin in that file, in 8 bytes: 4, since the set tells the rest.
com_binlog_dump_gtid-gtid_set = The transactions that the replica has already: the source sends all others. It must contain those that were purged too, or the source refuses with error 1236.
com_binlog_dump_gtid-data_size = Bytes of the encoded set, u32; 8 for the empty one, which is a count of 0.

event_packet-status = 00: an event follows. ff and fe stand here instead for an error and for the end of the stream.
event_packet-semi_sync_magic = ef: semi-synchronous replication puts two bytes before every event, heartbeats too, once the replica asked for it. A reader that did not expect them finds every field two bytes late.
event_packet-need_ack = Whether the source holds back a commit until this event is acknowledged: 1 for the last event of a transaction, 0 for the others.
event_packet-event = The event, as it stands in the file, checksum included. Events of more than 16 MiB come in several frames, of which only the first has a status byte.
event_packet-event_data = The event's bytes, shown without their fields because the format description that tells them is not at hand.
semi_sync_ack-magic = ef: a replica has written an event to its disk.
semi_sync_ack-binlog_pos = End of that event in the source's file, 8 bytes: the log_pos of its header.
semi_sync_ack-binlog_filename = The source's file, up to the end of the packet. The source sends no answer.
