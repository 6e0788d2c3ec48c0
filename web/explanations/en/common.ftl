### Names that any event may use, and bytes without a name.

event = One event as stored: header, post-header, body and, where the format description says so, four bytes of CRC-32. It is event_size bytes long, and the next event begins right after it.
unknown = Bytes without a known meaning, shown raw: a body that is not decoded, or fields that a newer server appended. Formats grow at the end, so such a remainder alone is no sign of damage.
undecoded = Bytes behind a fault: decoding stopped at the error reported before them, so what they mean cannot be told. Reading goes on after them, because the length around them is known.
padding = Filler after the defined fields, normally zeros. MariaDB pads the body of its GTID event to 19 bytes and that of an empty GTID_LIST to 6; from 11.7 on, a transaction committed by renaming its cache file can pad its GTID event to kilobytes.
unused = Space inside a JSON value that no entry points to: the spare bytes beside an inlined value, or a hole that an update in place left behind. It belongs to no current member.
extra_post_header_data = Bytes of the post-header beyond the fields known here, skipped by the length that the format description lists for this event type. A server may add fields here without breaking older readers.
checksum = CRC-32 with the zlib polynomial over the event from its first byte up to this field, little-endian. In a format description, compute it with flag 0x0001 cleared: the flag changes on disk after the CRC was written.
