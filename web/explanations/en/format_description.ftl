### FORMAT_DESCRIPTION, and START_V3 before it.

format_description-binlog_version = Version of the log format, u16: 4 in every log of MySQL 5.0 and later and in all MariaDB logs. Versions 1 to 3 begin with START_EVENT_V3 instead.
format_description-server_version = Version of the server that wrote the log, 50 bytes padded with zeros, such as 8.0.36 or 10.11.6-MariaDB-log. Readers depend on it: the word MariaDB picks the dialect, and from MySQL 5.6.1 or MariaDB 5.3.0 on the checksum fields follow.
format_description-create_timestamp = Seconds since 1970, set only in the first log that a server writes after it starts; 0 in its later logs. A source also sends 0 to a replica that begins in the middle of a file.
format_description-event_header_length = Bytes of the common header in the events that follow; every stock server writes 19. FORMAT_DESCRIPTION and ROTATE keep 19 whatever it says, because they must be readable without it.
format_description-post_header_lengths = One byte for each event type, from type 1 on: the length of that type's post-header. How many there are hints at the server: 38 in 5.7, 41 in late 8.0, 42 since 8.3, 171 in MariaDB 10.2 to 12.2.
format_description-post_header_length = Bytes of the fixed part after the header in events of one type; the first item is type 1. Not all are true: type 40 lists 40 since MySQL 8.0.20 although it has no post-header, and the length of type 15 is stored modulo 256.
format_description-checksum_alg = Checksum rule for the events that follow: 0 none, 1 CRC-32, four bytes at the end of each. The format description itself always ends with a CRC, even when this is 0; forgetting that misreads this very byte.

start_v3-binlog_version = Version of the log format, u16: 1 for MySQL 3.23, 2 for 4.0.0 and 4.0.1, 3 for 4.0.2 to 4.1. Version 1 has headers of 13 bytes; in version 3 log_pos is where an event starts, not where it ends.
start_v3-server_version = Version of the server that wrote the log, 50 bytes padded with zeros, such as 4.1.24. A reader tells versions 2 and 3 apart by binlog_version before it, not by this text.
start_v3-create_timestamp = Seconds since 1970, 4 bytes: the last of the 56 bytes that a FORMAT_DESCRIPTION begins with in the same way.
