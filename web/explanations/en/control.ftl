### ROTATE and XID.

rotate-position = Where reading goes on in the next file, 8 bytes: 4, right behind the magic, when a server moves on to a new log. In the ROTATE that a source makes up when a stream begins, it is the position that the replica asked for. Version 1 logs lack it.
rotate-next_binlog_file_name = Name of the file that comes next, up to the end of the event: no length, no terminator, at most 511 bytes. A ROTATE at the very start of a stream may carry a CRC before any format description tells so; taken for part of the name, it shows as junk at its end.
xid-xid = Number of the committed transaction inside the server, 8 bytes. It is written in the byte order of that host and shown here as little-endian, so only equality counts.
