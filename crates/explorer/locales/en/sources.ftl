# Where a log's bytes come from: wrapped files, addresses on the web, several files as one.

note-unpacked = Unpacked from { $wrapper }: { $stored } bytes became { $size }. Offsets are those of the unpacked bytes.
wrapper-truncated = The { $wrapper } file breaks off after { $at } bytes. The { $size } bytes that came out before are shown.
wrapper-corrupt = The { $wrapper } file is damaged at byte { $at } or shortly before. The { $size } bytes that came out before are shown.
wrapper-checksum = What came out of the { $wrapper } file does not have the checksum and length that stand at byte { $at } of it. The { $size } bytes are shown; some of them may be wrong.
wrapper-unsupported = This { $wrapper } file cannot be unpacked from byte { $at } on: { $reason }
wrapper-trailing = Bytes that are no { $wrapper } follow from byte { $at } on; they are left out. The { $size } bytes that came out before are shown.
wrapper-bomb = After { $at } bytes of { $wrapper }, { $size } bytes came out, more than a log can be compressed. Unpacking was stopped there.
wrapper-unreadable = The { $wrapper } file cannot be read on from byte { $at }: { $reason } The { $size } bytes that came out before are shown.
wrapper-no-room = There is no room for what the { $wrapper } file unpacks to: { $reason } The first { $size } bytes are shown.

# Addresses on the web.
url-bad = { $url } is no address that can be opened: it must begin with http:// or https:// and have no name and password in it.
url-failed = { $url } could not be fetched: { $reason }
url-unreachable = { $url } could not be read ({ $reason }). Either its server cannot be reached, or it does not let pages of other sites read it: it must answer with Access-Control-Allow-Origin. You can download the file and open it here, or give the address to binlogscope dump.
url-forbidden = The server does not give { $url } out without permission (status { $status }). Use an address that carries the permission, or download the file and open it here.
url-missing = There is nothing at { $url } (status { $status }).
url-status = The server answered { $url } with status { $status }.
url-no-length = The server does not tell how long { $url } is. Download the file and open it here.
url-changed = The file changed on its server while it was read: what is before { $at } is shown. Open it again.
url-broken-off = The connection broke off at { $at } and could not be taken up again. { $reason } What is before is shown. Open it again.
url-broken-off-whole = The connection broke off at { $at }, and the server cannot go on from there because it offers no ranges. { $reason } What came is shown.
url-no-room = There is no room for the file, which must be fetched whole because its server offers no ranges: { $at } bytes came. { $reason }
note-url-whole = The server offers no ranges, so the file was fetched whole: { $url }

# Several files as one.
verify-chain-next = The log before names { $wanted } as the next one, but { $name } follows.
verify-chain-missing = The logs before this one hold GTIDs that are in none of the files given: { $gtids }
verify-chain-unknown = This log does not know of GTIDs that the files before it hold: { $gtids }
chain-gap = Logs are missing between { $before } and { $after }.
chain-missing = { $name } stands in the index, but the file is not there.

# Live servers.
live-tried-again = { $reason } Tried again in { $seconds } s, from { $at }.
live-withdrawn = The server lost its last { $events } events in a crash, after they were printed: they have not happened. What follows begins with their transaction.
live-filter-totals = This filter asks for the whole of a transaction before its first event is shown, which a stream does not have. Record the server's logs and filter those.
live-only-dump = A live server is printed by dump and written to files by record; record it and give the files to this command.
