### ROTATE and XID.

rotate-position = Where reading goes on in the next file, 8 bytes: 4, right behind the magic, when a server moves on to a new log. In the ROTATE that a source makes up when a stream begins, it is the position that the replica asked for. Version 1 logs lack it.
rotate-next_binlog_file_name = Name of the file that comes next, up to the end of the event: no length, no terminator, at most 511 bytes. A ROTATE at the very start of a stream may carry a CRC before any format description tells so; taken for part of the name, it shows as junk at its end.
xid-xid = Number of the committed transaction inside the server, 8 bytes. It is written in the byte order of that host and shown here as little-endian, so only equality counts.

### XA_PREPARE, INCIDENT, heartbeats and other events without changes.

xa_prepare-one_phase = One byte: 1 for XA COMMIT with ONE PHASE, which ends the transaction at once. With 0 the transaction is only prepared and waits for its XA COMMIT or XA ROLLBACK.
xa_prepare-format_id = Format id of the XID, i32, 1 unless the client gave another. Together with both identifiers it must be unique; -1 stands for no XID.
xa_prepare-gtrid_length = Length of the global transaction identifier in bytes, u32, 1 to 64.
xa_prepare-bqual_length = Length of the branch qualifier in bytes, u32, 0 to 64.
xa_prepare-gtrid_data = Global transaction identifier: the same for all branches of a distributed transaction, on whatever server they run. The XA COMMIT that ends this branch names it again.
xa_prepare-bqual_data = Branch qualifier: tells the branches of one distributed transaction apart. Often empty.

incident-incident = What happened, u16: 1 is LOST_EVENTS, changes were made on the source that are not in this log. A replica stops here with an error.
incident-message_length = Length of the message in bytes, one byte.
incident-message_text = What the source says of the incident, as text: that a statement could not be logged, or that the log could not be written.

heartbeat-large_position = Position in the source's file, 8 bytes. MariaDB sends it before the name when 4 bytes do not hold it, and leaves log_pos of the header 0.
heartbeat-log_file_name = Name of the file that the source is at, up to the end of the field. A heartbeat that names another file than the last ROTATE did shows that the stream lost something.
heartbeat-fields = Tagged fields: type, length, value, until type 0 or the end. Unknown types can be skipped by their length.
heartbeat-field = One tagged field of a heartbeat: file name or position.
heartbeat-field_type = What the field holds, a lenenc: 0 end, without length and value; 1 file name; 2 position.
heartbeat-field_length = Bytes of the field's value, a lenenc. For a position it is the size of the lenenc that follows.
heartbeat-log_position = Where the source stands in that file, a lenenc of up to 64 bits. The log_pos of the header holds only 32 and so cannot tell positions past 4 GiB.

ignorable-ignorable_data = Bytes that only the writer of this event understands. The type exists so that readers may pass over it.

slave-master_position = Position in the source's log where reading was to go on, 8 bytes.
slave-master_port = TCP port of the source, u16; 3306 unless it was changed.
slave-master_host = Host of the source, as text that ends with a zero byte.
slave-master_host_terminator = Zero byte after the host. The log's name has none, as it ends with the event.
slave-master_log_name = Name of the source's log file, up to the end of the event.

large_transaction_header-version = Version of this header, one byte; 1 is the only one there is.
large_transaction_header-last_event_position = Offset in this file of the last event of the large transaction that follows, 8 bytes. A reader that does not want the transaction can go there at once.
large_transaction_header-last_event_type = Type of that last event, one byte, such as 16 for XID. It lets a reader check that the offset is right.
