### Stretches of bytes that are no events.

span-magic = The four bytes that a binary log or relay log begins with: fe 62 69 6e, that is fe and "bin". The first event follows at offset 4, so a file of 4 bytes is an empty log.
span-encryption_header = Header of a log that MySQL (8.0.14 and later) encrypted: 512 bytes from fd 62 69 6e on, with the key's name, the encrypted file password and its IV, padded with zeros. Positions of the log count from the byte after it.
span-cipher = Encrypted bytes. Of a MySQL log nothing more can be told without the key; in a MariaDB log each event's size is in clear at byte 9, so events can still be told apart.
span-zero_fill = Zero bytes where an event could begin. Some file systems allocate space ahead, and a crash leaves it unwritten; the events before it are not affected.
span-damaged = Bytes that cannot be an event: a size or type that makes no sense, or an event cut off at the end of the file, as after a crash. Reading goes on at the next place where a plausible event begins, if there is one.
span-hole = Bytes that the source does not have, so that nothing can be said about them. Table maps may be among them, and then rows after the hole cannot be read until the next table map.
span-packet_header = Bytes before an event in a replication packet: a status byte 00, and with semi-synchronous replication ef and a byte that asks for an acknowledgement. They do not count for the event's size or checksum.
span-sql_text = The statement that a QUERY_COMPRESSED_EVENT inflated to: all of this byte space. It is in the client's character set, as the status variables of the event say.
span-row_images = The row images that a compressed rows event inflated to: all of this byte space. They are read as those of a plain event, by the same table map and the bitmaps in the event itself.
span-column_value = What a value of a COMPRESSED column inflated to: all of this byte space. It is the text or the bytes that the column holds.
