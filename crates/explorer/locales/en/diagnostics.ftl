# Faults inside an event or between events. Arguments: $at is the offset, $field the field,
# $expected and $found what was expected and found, $liar the length field that cannot be true.
error-unexpected-end = At { $at }: { $field } needs { $expected } bytes, only { $found } are left.
error-length-too-long = At { $at }: { $liar } claims { $expected } bytes for { $field }, only { $found } are left.
error-invalid-lenenc = At { $at }: no length-encoded integer begins with byte { $found } ({ $field }).
error-trailing-bytes = At { $at }: { $found } bytes are left over after { $field }.
error-unknown-table = At { $at }: these rows belong to table id { $found }, but no TABLE_MAP_EVENT with that id stands before them. Open the file from its start, or add the event that holds the map.
error-column-count = At { $at }: the rows have { $found } columns, their table map has { $expected }.
error-too-many = At { $at }: { $liar } claims { $found } items, at most { $expected } fit ({ $field }).
error-column-type = At { $at }: rows cannot hold a column of type { $found } ({ $field }).
error-column-metadata = At { $at }: { $field } is { $found }, at most { $expected } is possible.
error-invalid-value = At { $at }: { $field } cannot be { $found }.
error-terminator = At { $at }: { $field } is { $found } instead of 0; the length before it is probably wrong.
error-status-variable = At { $at }: status variable { $found } is unknown, so the length of what follows it is unknown too.
error-empty-row = At { $at }: a row takes no bytes, though { $found } bytes are left.
error-geometry-type = At { $at }: { $found } is no geometry type that may stand here ({ $field }).
error-geometry-depth = At { $at }: geometries are nested deeper than { $expected } levels.
error-column-width = At { $at }: the log does not tell how many bytes a column of type { $found } takes, and no width fits the rows ({ $field }).
error-json-depth = At { $at }: JSON is nested deeper than { $expected } levels.
error-json-offset = At { $at }: a JSON offset points to { $found }, outside of its container of { $expected } bytes.
error-json-type = At { $at }: { $found } is no JSON value type.
error-damaged-table = At { $at }: { $field } cannot be read; the TABLE_MAP_EVENT that describes these rows is damaged.
error-no-format = At { $at }: { $field } cannot be read, and no intact format description says how.
error-json-work = At { $at }: JSON offsets overlap so often that the document cannot be honest.
error-decompress = At { $at }: the compressed bytes are damaged; { $found } bytes came out before the fault.
error-decompress-limit = At { $at }: the compressed bytes inflate to more than { $expected } bytes; only the first { $found } are shown.
error-decompressed-length = At { $at }: { $liar } claims { $expected } bytes for what is compressed, but { $found } or more come out.
error-compressed = At { $at }: { $found } compressed bytes were not inflated, so what is inside them is not read.
error-compression-method = At { $at }: compression method { $found } is unknown.
error-fragment-order = At { $at }: fragment { $found } of a rows event stands where fragment { $expected } has to. What precedes it is not there; it cannot be read without.
error-fragment-missing = At { $at }: a rows event in { $expected } fragments ends with fragment { $found }. The rows up to there are shown.
error-gathered-length = At { $at }: the fragments of a rows event are { $found } bytes together, but { $expected } are told.
error-event-size-too-small = At { $at }: event_size is { $found }, but the header alone takes { $expected } bytes.
error-event-size-beyond-end = At { $at }: event_size claims { $expected } bytes, only { $found } are left; events follow inside that range, so the size is wrong.
error-implausible = At { $at }: event_size { $found } leads to a place where no event can begin.
error-truncated-event = At { $at }: the file ends inside an event. It claims { $expected } bytes, { $found } are there. The copy may be incomplete.
error-incomplete-event = At { $at }: the last event is incomplete ({ $found } of { $expected } bytes). The in-use flag is set: the server is still writing, or it crashed.
error-event-too-large = At { $at }: the event has { $found } bytes; at most { $expected } are decoded as one piece. Its bytes can still be read.
error-checksum-mismatch = At { $at }: the checksum is { $found }, the bytes give { $expected }, and no event can follow where this one ends.
error-hole = At { $at }: these bytes are not in this source.

# Files that are no binary log.
foreign-empty = This file is empty. A binary log has at least 4 bytes (fe 62 69 6e).
foreign-cut-magic = This file ends inside the first 4 bytes of a binary log (fe 62 69 6e). The copy is incomplete.
foreign-jpeg = This is a JPEG image, not a binary log.
foreign-png = This is a PNG image, not a binary log.
foreign-gif = This is a GIF image, not a binary log.
foreign-pdf = This is a PDF document, not a binary log.
foreign-gzip = This is a gzip file. Decompress it first (gunzip), then open what comes out.
foreign-zstd = This is a Zstandard file. Decompress it first (zstd -d), then open what comes out.
foreign-xz = This is an xz file. Decompress it first (unxz), then open what comes out.
foreign-bzip2 = This is a bzip2 file. Decompress it first (bunzip2), then open what comes out.
foreign-zip = This is a ZIP archive. Unpack it, then open the binary log inside.
foreign-7z = This is a 7-Zip archive. Unpack it, then open the binary log inside.
foreign-sqlite = This is an SQLite database, not a binary log.
foreign-parquet = This is a Parquet file, not a binary log.
foreign-elf = This is a program (ELF), not a binary log.
foreign-wasm = This is a WebAssembly module, not a binary log.
foreign-pcap = This is a packet capture (pcap). dump and verify read the binary logs in it, and the page shows its packets.
foreign-pcapng = This is a packet capture (pcapng). dump and verify read the binary logs in it, and the page shows its packets.
foreign-mp4 = This is a video, not a binary log.
foreign-zeros = This file begins with zero bytes only. A binary log begins with fe 62 69 6e.
foreign-ones = This file begins with 0xff bytes only. A binary log begins with fe 62 69 6e.
foreign-index = This is an index of binary logs (a list of file names), not a log. Open one of the files it names.
foreign-text = This is text. If it is a BINLOG statement, a hexdump or base64, use Paste.
foreign-unknown = This is not a binary log: it does not begin with fe 62 69 6e.

# What is worth saying of a whole source.
note-encrypted-mysql = MySQL encrypted this file. Its header is readable; the events need the keyring file of the server that wrote it, with the key { $key }.
note-encrypted-mariadb = MariaDB encrypted the events from offset { $at } on. Their sizes are readable; their contents need the server's key file, with version { $version } of key 1.
note-in-use = The in-use flag is set: the server is still writing this file, or it crashed while it did.
note-kept-index = The index was kept from earlier: the first { $bytes } bytes were not read again, only compared in samples.
note-no-format-description = No format description was found. Binlog version 4 is assumed; each event was tried for a checksum.
note-before-v4 = This is binlog version { $version }, from before MySQL 5.0. Only some of its events are decoded.
note-packet = { $bytes } bytes before the first event are a replication packet's ({ $kind }).
note-trailing = After the last event { $bytes } bytes are left over that are no event.

# The worker and its requests.
failed-no-file = No file is open.
failed-later = A part of this page could not be fetched. Statistics and filters need it: see to the connection and reload the page.
failed-no-event = No event starts at { $address }.
failed-no-space = There is no byte space { $space }.
failed-address = { $address } is no address of an event. Write an offset such as 782, or 782/15 for one inside a payload.
failed-path = { $path } is no field of this event.
failed-read = The bytes at { $at } cannot be read: { $reason }
failed-file-changed = The file changed while it was open. Open it again.
