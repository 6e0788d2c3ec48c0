# Packets that are legal bytes and do not say what their sender meant.

sense-dump-shifted = The server reads position { $said }; { $meant } was probably meant. Some field of this COM_BINLOG_DUMP has another width than the 4, 2 and 4 bytes that the server reads before the file name.
sense-dump-name-terminated = The file name ends with a zero byte. It ends with the packet: leave the zero byte out.
sense-dump-flags-swapped = The flags are { $said }, and { $meant } was probably meant: they are little-endian, the low byte goes first.
sense-dump-position-too-small = Position { $said } lies before the first event of any file; { $meant } is the first.
sense-server-id-zero = server_id 0 tells the server to end the stream where its last log ends. A replica has a number of its own.
sense-register-nul-terminated = The strings end with zero bytes. The server reads a length of one byte before each: here it takes the first letter for a length of { $said }, where { $meant } was meant.
sense-checksum-not-there = The last 4 bytes were read as a checksum and are none ({ $said }, the bytes before have { $meant }); the event reads whole with them. This event was sent without a checksum.
sense-checksum-unread = The last 4 bytes were read as part of the event and are its checksum. What is read from them belongs to nothing, such as four odd characters behind a file name.

# Packets that cannot be shown whole.

packet-missing = From byte { $at } on this packet is not there: it was not captured, or it is no longer kept.
packet-large = This packet has { $size } bytes; the first { $limit } are shown.

# Captures of a network.

capture-nothing = No conversation with a MySQL or MariaDB server was found in { $frames } frames.
capture-others = Other connections in the capture: { $tls } with TLS from their beginning, { $others } with something else.
capture-fragments = { $count } fragments of IP packets were left out: they are not put together.
capture-links = { $count } frames begin with a link header that is not known, and were left out.
capture-damaged = At byte { $at } the capture makes no sense. What comes before is shown.
capture-cut = The capture ends in the middle of the frame at byte { $at }.
capture-long = The capture goes on behind byte { $at }; no more than { $limit } TCP segments are read.
capture-unlisted = { $count } more packets are not listed: a list has at most { $listed }. Their events are in the binary log.
capture-tls = The client asks for TLS: { $bytes } bytes behind that are encrypted, and cannot be read.
capture-late = The capture begins in the middle of this conversation. What was agreed on before is assumed.
capture-compressed = Packets are compressed with { $method } behind the login; they are shown as they come out.
capture-lost = { $bytes } bytes were sent and are not in the capture.
capture-lost-compressed = Bytes before offset { $at } of the stream are not in the capture. It is compressed, and cannot be read any further.
capture-repeated = { $count ->
    [one] One segment was sent again.
   *[other] { $count } segments were sent again.
}
capture-reordered = { $count ->
    [one] One segment came before an earlier one.
   *[other] { $count } segments came before an earlier one.
}
capture-log = Binary log { $name } of the dump between { $client } and { $server }: { $events } events
capture-no-log = There is no dump of a binary log in this capture.
note-captured-log = Out of the capture { $file }: what { $server } sent to { $client }. The packets are under Conversation.
