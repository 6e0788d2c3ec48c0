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
span-page_header = Header of an InnoDB-based log of MariaDB, 512 bytes at the start of its first page: page size, versions, number of the file, and which older files it needs. The rest of that page is unused.
span-page_checksum = The last four bytes of a page: its CRC-32C. If it does not match, nothing in the page can be trusted, although most of it may be sound.
span-page_filler = Bytes at the end of a page that no chunk uses: up to three bytes ff where a chunk of type, length and one byte of data does not fit.
span-commit_record = A record with a committed event group, or with its beginning when the rest was written earlier in pieces. It opens to the group's events.
span-gtid_state_record = A record with the newest GTID of each domain and server. Servers write one every so many bytes, so that a replica's start position is found without reading whole files; it may stand between the chunks of another record.
span-oob_record = A piece of a large event group, written before the transaction committed. Alone it holds no whole events; the commit record leads to all its pieces.
span-dummy_record = Filler after FLUSH BINARY LOGS, which ends a file at the next page.
span-xa_prepare_record = A record that an XA transaction is prepared, for crash recovery. Its events come with the commit record of XA PREPARE.
span-xa_complete_record = A record that a prepared transaction was committed or rolled back, for crash recovery.
span-record_continued = A chunk that goes on with the record before it, on the next page or in the next file. A file may begin with the rest of a record from the file before.
span-record_header = What a record says of itself before its event data: references, GTIDs or an XA identifier.
span-event_data = A piece of an event group. Its events can be read when all pieces are put together.
