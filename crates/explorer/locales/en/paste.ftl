# What pasted text was read as, and what was guessed (crates/explorer/src/paste.rs).

paste-binlog-statements = Read as { $blocks ->
    [one] one BINLOG block
   *[other] { $blocks } BINLOG blocks
  }, { $bytes } bytes. Everything around is left alone; mysqlbinlog prints blocks for the format description and for rows only.
paste-binlog-fragments = { $fragments ->
    [one] One part
   *[other] { $fragments } parts
  } of split blocks (@binlog_fragment_…) joined.
paste-binlog-fragments-unused = { $fragments ->
    [one] One part of a split block was read although no BINLOG statement uses it.
   *[other] { $fragments } parts of split blocks were read in order although no BINLOG statement uses them.
  }
paste-binlog-unclosed = A BINLOG block has no closing quote: what is there was read. Perhaps the end was not copied.
paste-binlog-uncompressed = The text shows events of compressed transactions as mysqlbinlog unpacked them; the compressed payloads themselves are not in it.

paste-hexdump-comments = Read from the comments of mysqlbinlog --hexdump: { $events ->
    [one] one event
   *[other] { $events } events
  }; the first stood at offset { $offset }.
paste-hexdump-comments-preferred = The BINLOG blocks beside the comments were not used: the comments hold every event.
paste-hexdump-copies = { $events ->
    [one] One unpacked copy of a compressed event was
   *[other] { $events } unpacked copies of compressed events were
  } left out: the payload before holds them.
paste-hexdump-checksums = The checksum of { $events ->
    [one] one event
   *[other] { $events } events
  } was taken from the line above the dump.
paste-cut = The last event is not complete in the text.

paste-hexdump = Read as a hexdump, { $bytes } bytes.
paste-hexdump-words = Read as a hexdump of 16-bit words, { $bytes } bytes, swapped because it begins with a binary log's magic.
paste-hexdump-repeated = { $bytes } bytes stand for lines that the dump left out with *.
paste-first-offset = The dump begins at offset { $offset }, not at 0.
paste-offsets-decimal = Its offsets are decimal.
paste-offsets-octal = Its offsets are octal.

paste-plain-hex = Read as hexadecimal, { $bytes } bytes.
paste-escapes = Read as text with \x escapes, { $bytes } bytes.
paste-base64 = Read as base64, { $bytes } bytes.
paste-base64-url = It is the alphabet for URLs (- and _).
paste-base64-unpadded = The padding at the end is missing.
paste-decimal = Read as decimal bytes, { $bytes } of them.
paste-decimal-signed = Read as signed decimal bytes, { $bytes } of them.

# Why pasted text cannot be read.

paste-error-empty = There is nothing but white space. Paste BINLOG blocks, a hexdump, hexadecimal, base64 or a list of byte values.
paste-error-no-bytes = The text was understood, but it holds no bytes.
paste-error-too-long = The text stands for more than { $limit } bytes, the most that can be pasted. Open the file instead.
paste-error-binary = Line { $line }, column { $column }: this is a binary file pasted as text ({ $found }); bytes are lost that way. Open the file instead, or paste a hexdump of it.
paste-error-unknown = Line { $line }, column { $column }: “{ $found }” fits no form that is understood here (BINLOG blocks, hexdump, hexadecimal, base64, byte values).
paste-error-elided = Line { $line }, column { $column }: bytes were left out here with dots. Paste all of them.
paste-error-no-binlog-statements = This is output of mysqlbinlog without BINLOG blocks, so the bytes are not in it. Run it without --base64-output=decode-rows, or with --hexdump.

paste-error-binlog-character = Line { $line }, column { $column }: “{ $found }” is not base64, inside a BINLOG block.
paste-error-binlog-incomplete = Line { $line }, column { $column }: the base64 of the BINLOG block ends here with one character too many, or some are missing.
paste-error-fragment = Line { $line }, column { $column }: @binlog_fragment_{ $fragment } is used but was not set before.

paste-error-offset = Line { $line }: the dump goes on at another offset than { $expected } (hexadecimal unless the dump's offsets are not). Lines are missing or out of order.
paste-error-offset-digits = Line { $line }: the offset is not written like those before.
paste-error-event-long = Line { $line }: there are more bytes than the { $size } of the event.
paste-error-event-short = Line { $line }: the event should have { $size } bytes, but only { $bytes } follow.
paste-error-words = Line { $line }: this is a dump of 16-bit words, whose byte order cannot be known. Use hexdump -C or xxd.
paste-error-star = Line { $line }: * stands for repeated lines, but no offset after it says how many.
paste-error-star-offset = Line { $line }: * should stand for whole lines of { $width } bytes, but the offset after it does not agree.
paste-error-dump-line = Line { $line }, column { $column }: this is no line of the dump around it.
paste-error-dump-count = Line { $line }: by the offsets { $expected } bytes should stand before this, but there are { $bytes }.

paste-error-byte-range = Line { $line }, column { $column }: “{ $number }” is no byte. Bytes are -128 to 255.
paste-error-hex-mixed = Line { $line }, column { $column }: “{ $number }” has no 0x but others have: decimal or hexadecimal?
paste-error-hex-odd = Line { $line }, column { $column }: “{ $number }” has an odd number of hexadecimal digits.
paste-error-escape = Line { $line }, column { $column }: an escape that is not understood.
paste-error-base64-padding = Line { $line }, column { $column }: “{ $found }” is out of place; base64 ended before it, or is broken.
paste-error-base64-incomplete = The base64 ends with one character too many, or some are missing.
