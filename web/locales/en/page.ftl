# Strings of the page, in English.

product = Binlogscope

## Header
open-file = Open file
open-file-again = Open the file
paste = Paste
open-url = Open URL
share = Share
served-files = Files on the command line
samples = Samples
language = Language
language-english = English
language-chinese = 简体中文
theme-auto = Theme: as the system
theme-light = Theme: light
theme-dark = Theme: dark

## The file
region-file = The open file
region-notices = Notices
file-facts = About this file
opening = Opening…
drop-hint = Drop a binary log anywhere on this page.
sample-hint = This is a sample: drop your own binary log anywhere.
privacy = Files never leave this computer.
drop-here = Drop the file to look inside
checksum-good = CRC32 ✓
checksum-checking = CRC32 …
checksum-none = no checksums
checksum-pages = page CRC32C ✓
checksum-bad = { $count ->
    [one] 1 checksum does not match
   *[other] { $count } checksums do not match
}
checksum-bad-short = checksum ✗
unpacked = unpacked from { $wrapper }
fetch-title = This link leads into a file at { $host }. Fetch it from there?
fetch = Fetch it
url-title = Open a file at an address
url-hint = It is read from there directly, as far as you look at it. Its server must answer with ranges, and let pages of other sites read it (CORS). Nothing of it goes anywhere else.
url-label = Address
url-open = Open
files-together = Files opened together
file-after-gap = ⚠ after a gap: { $file }
in-use = in use
in-use-hint = The server had not closed this file: it is still being written, or the server stopped without closing it.
damaged = { $count ->
    [one] 1 damaged place
   *[other] { $count } damaged places
}
damage-show = Show it
damage-alert = { $count ->
    [one] One place in this file cannot be read as events. It is marked in the list and says what is wrong; everything else is shown.
   *[other] { $count } places in this file cannot be read as events. They are marked in the list and say what is wrong; everything else is shown.
}
indexing = Indexing
indexing-state = { $percent }% · { $scanned } of { $total } · { $rate }/s
indexing-pause = Pause
indexing-resume = Resume
indexing-stopped = Indexing was stopped at { $scanned } of { $total }.
indexing-go-on = Go on
cancel = Cancel

## Notices
dismiss = Dismiss
awaiting-title = This link leads into a file on your computer.
awaiting-hint = Drop that file here, or open it, to go to { $at }. Meanwhile you see a sample.
awaiting-embedded = Drop that file here, or open it, to go to { $at }.
differs-title = This is not the file that the link was made of.
differs-hint = What stands at an address here may be something else.
differs-go = Go to { $at } all the same
differs-open = Open another file
pasted-text = The pasted text
name-overview = Overview
overview-track = The file at a glance; arrow keys go along it, Shift marks a part, + and - zoom
overview-by = Along
overview-position = Position
overview-time = Time (UTC)
overview-measure = Height
overview-events = Events
overview-bytes = Bytes
overview-largest = Largest transaction
overview-largest-is = largest transaction { $size }
overview-damaged = Damage
overview-table = Table
overview-table-name = The overview as a table
overview-only = Only this part
overview-zoom = Zoom in
overview-whole = Whole file
overview-usual = Usual times
overview-all-times = All times
overview-far-off = { $count ->
    [one] { $shown } event is far off in time: { $times }
   *[other] { $shown } events are far off in time: { $times }
  }
overview-far-off-some = Some events are far off in time: { $times }
overview-count = { $count ->
    [one] 1 event
   *[other] { $shown } events
  }
overview-damage = { $count ->
    [one] 1 damaged place
   *[other] { $count } damaged places
  }
sought-title = Read from the pasted text:
sought-shown = It is selected below.
sought-shown-elsewhere = It is selected below. The open file is called { $open }, the text speaks of { $file }.
sought-later = Not in what has been read of this file so far; looked for again as more is read.
sought-missing = { $open } has no such place. If the place is in another file, open that.
sought-missing-file = { $open } has no such place. Open { $file } to go there.
sought-search = It may be anywhere in this file; this filter finds it: { $filter }
open-failed = { $name } was not opened. { $reason }
open-lost = The file could not be opened, because the part of the page that reads files was started anew. Open it again.
sample-failed = The sample { $name } could not be fetched ({ $reason }). Open a file of your own instead.
place-missing = There is no event at { $at } in this file.
worker-restarted = The part of the page that reads files stopped ({ $reason }) and was started again at the same place.
worker-gave-up = The part of the page that reads files stops each time it is started ({ $reason }). Reload the page; if that does not help, this browser may be too old or out of memory.

## Encrypted files
encrypted = encrypted
decrypted = decrypted · { $transform }
decrypted-hint = The key is kept in this page's memory until the page is closed, and nowhere else.
open-key-file = Open key file…
key-hint-mysql = Open or drop that file here: the data file of component_keyring_file or of keyring_file.
key-hint-mariadb = Open or drop that file here: the one named by file_key_management_filename.
key-privacy = The key stays in this page's memory and is forgotten when the page is closed.
key-failed = { $name } does not open this file. { $reason }
password-wanted = { $name } is itself encrypted. Its password is needed.
password-hint = The one that file_key_management_filekey names. It is used here and forgotten.
password = Password
password-use = Decrypt
keys-kept = The keys are kept until this page is closed.

## Events
name-events = Events
pane-events = List of events
list-mode = List
mode-transactions = Transactions
mode-plain = Plain
column-offset = Offset
column-event = Event
column-about = About
column-size = Size
scroll-events = Scroll events
transaction-number = Transaction { $number }
transaction-events = { $count ->
    [one] 1 event
   *[other] { $shown } events
}
transaction-open = no end
event-tooltip = { $type } (type { $code }) · { $time } UTC · server { $server }
span-magic = Magic number
span-damaged = Damaged bytes
span-zero-fill = Zeroes
span-hole = Bytes not here
span-cipher = Encrypted bytes
span-encryption-header = Encryption header
span-page-header = Page header
span-page-checksum = Page checksum
span-page-filler = Page filler
span-commit-record = Event group
span-gtid-state-record = GTID state
span-oob-record = Piece of an event group
span-dummy-record = Filler record
span-xa-prepare-record = XA prepare record
span-xa-complete-record = XA complete record
span-record-continued = Rest of a record
span-record-header = Record header
span-event-data = Piece of events
span-sql-text = Inflated statement
span-row-images = Inflated rows
span-column-value = Inflated value

## Fields
name-fields = Fields
pane-details = The selected event
scroll-fields = Scroll fields
open-space = Show the bytes inside
bit-one = bit { $bit }
bit-span = bits { $first }–{ $last }
role-length = length or count
role-identifier = identifier
role-value = value
role-time = time
role-flags = flags
role-checksum = checksum
role-structure = structure
role-unexplained = unexplained

## Bytes
name-bytes = Bytes
pane-bytes = Bytes of the file
byte-spaces = Byte spaces
space-source = file
space-gathered = Gathered @ { $at }
space-inflated = Inflated @ { $at }
space-payload = payload@{ $at }
space-decrypted = decrypted
space-tooltip = { $transform } · { $size }
scroll-bytes = Scroll bytes
goto-label = Go to offset
goto-placeholder = go to…
goto-hint = An offset: 782, 0x30e, +16, -0x10, or 782/15 inside a payload
goto-bad = Not an offset. Try 782, 0x30e, +16 or -16.
goto-outside = Past the end: there are { $size } bytes.
goto-later = Not indexed yet. It is selected as soon as it is.
goto-nothing = Nothing was found at this offset.
byte-label = { $byte } at { $offset }, { $field }

## Explanation
pane-explanation = Explanation
explanation-empty = Select an event, a field or a byte.
show-more = More
show-less = Less
little-endian = little endian
big-endian = big endian
bit-diagram = The bits of these bytes
range-title = { $count ->
    [one] 1 byte
   *[other] { $shown } bytes
}

## Status
status-transaction = transaction { $number } of { $of }
status-event = event { $number } of { $of }
status-packet = packet { $number } of { $space }
status-inner-event = event { $number } of payload { $space }
status-offset = offset { $offset } ({ $hex })
status-field = field { $path }

## Narrow screens
narrow-steps = Steps

## Dialogs
close = Close
paste-title = Paste
paste-hint = A BINLOG '…' statement, the output of mysqlbinlog, a hexdump, hex, base64, or a list of byte values. Or what a replica says when it stops (SHOW REPLICA STATUS, its error log, performance_schema), or an offset of Debezium, Maxwell or canal: the event is then looked for in the open file. It is read on this computer.
paste-label = Text to open
paste-open = Open the text
copy-title = Copy as
copy-value = Value
copy-hex = Hex
copy-hexdump = hexdump -C
copy-base64 = Base64
copy-json = JSON
copy-binlog = BINLOG '…' statement
copy-text = Text, a row for each field
copy-markdown = Markdown table
copy-svg = SVG diagram
copy-rust = Rust array
copy-go = Go slice
copy-python = Python bytes
cut-event = Save the event as .binlog…
cut-transaction = Save the transaction as .binlog…
cut-filter = Save what the filter shows as .binlog…
cut-done = Saved
cut-more = Saved the first 64 MiB: more was chosen than a cut has.
copy-done = Copied
copy-failed = The browser did not allow copying.
keys-title = Keys
keys-letters = Single letters act inside the panes
kept-indexes = Indexes of files seen before, kept in this browser so that they open at once: { $size }
kept-clear = Forget them
key-arrows = move; open and close
key-pages = far moves
key-tab = next pane
key-events = next and previous event
key-transactions = next and previous transaction
key-goto = go to an offset
key-copy = copy as…
key-enter = choose; in the bytes: the field around
key-range = select a range of bytes
key-copy-hex = copy bytes as hex
key-freeze = hold to keep the preview
key-history = back and forward
key-escape = leave a box or dialog
key-sheet = this sheet

## How bytes are written, where that is words and not a notation
physical-structure = structure
physical-list = list
physical-text = text
physical-bytes = bytes
physical-bits-be = bits BE
physical-bitmap-lsb-first = bitmap, LSB first
physical-bitmap-msb-first = bitmap, MSB first
physical-decimal-digits-be = decimal digits BE
physical-packed-be = packed BE
physical-packed-le = packed LE
physical-varlen-prefix-of-ones = varlen, prefix of ones

## Filter
name-filter = Filter
filter-placeholder = Filter: type:, table:, row.id = 5, sql~ … ( / )
filter-clear = Clear the filter
filter-offers = What may stand here
filter-kind-recent = recent
filter-kind-key = term
filter-kind-operator = operator
filter-kind-comparison = comparison
filter-kind-type = event type
filter-kind-table = table
filter-kind-column = column
filter-kind-value = value
filter-help = Filter terms
filter-help-type = events of a type, * and ? as wildcards
filter-help-table = rows and table maps of a table
filter-help-op = insert, update, delete or ddl
filter-help-row = rows with this value, before or after; = != < > ~
filter-help-sql = statements that contain this
filter-help-time = events of that time, UTC; A..B from A to B
filter-help-gtid = transactions by GTID, or 0-1-100..200
filter-help-server = events of a server id
filter-help-thread = transactions of a connection
filter-help-txn = transactions by size; also rows, events
filter-help-size = events by bytes
filter-help-rows = rows events by rows
filter-help-pos = events by offset in the file
filter-help-end-log-pos = events by the position in their header
filter-help-text = bytes that are this text
filter-help-hex = these bytes; ? is any digit
filter-help-is = damaged, span or faulty
filter-help-and = combinations
filter-help-more = Right-click any event, field or byte for a filter that fits it. Numbers: 5, 1..9, >1M.
found-transactions = { $count ->
    [one] 1 of { $of } transactions
   *[other] { $shown } of { $of } transactions
}
found-events = { $count ->
    [one] 1 of { $of } events
   *[other] { $shown } of { $of } events
}
found-inside = { $count ->
    [one] 1 inside of others
   *[other] { $shown } inside of others
}
found-searching = searching { $percent } %
found-paused = stopped at { $percent } %
found-stop = Stop
found-go-on = Go on
matching-rows = { $count ->
    [one] 1 row matches
   *[other] { $count } rows match
}
hit-none = nothing further matches
hit-no-filter = no filter
term-menu = Filter by this
term-only = Only this
term-not = Not this
term-only-of = Only this: { $term }
term-not-of = Not this: { $term }
term-none = No filter fits this.
key-filter = to the filter
key-hits = next and previous match
key-menu = filter by what is selected
sort = Order
sort-position = in order
sort-size = largest first
sort-duration = longest first
sort-rows = most rows first
sort-events = most events first
sorted-transactions = { $shown } transactions in order
sorted-transactions-cut = the first { $shown } of { $of } transactions
sorted-events = { $shown } events in order
sorted-events-cut = the first { $shown } of { $of } events
sorted-so-far = { $percent } % looked at
status-term = filter { $term }

## Statistics
name-statistics = Statistics
stats-no-file = Open a binary log to see its statistics.
stats-waiting = The file is being indexed; counting begins after that.
stats-findings = Findings
stats-no-findings = Nothing that stands out.
stats-problem = Problem
stats-warning = Warning
stats-note = Note
stats-totals = { $events } events, { $transactions } transactions, { $rows } rows
stats-counted = counted { $percent } % of the file
stats-go = at { $at }
stats-filter = Filter: { $filter }
stats-more = and { $count } more
stats-section-tables = Tables, by bytes
stats-section-transactions-bytes = Transactions, by bytes
stats-section-transactions-rows = Transactions, by rows
stats-section-transactions-seconds = Transactions, by seconds from first to last timestamp
stats-section-time = Writes over time (UTC)
stats-section-types = Event types
stats-section-transaction-sizes = Sizes of transactions
stats-section-transaction-rows = Rows of transactions
stats-section-threads = Connections
stats-section-servers = Servers
stats-section-gtids = GTIDs
stats-section-order = Commit lag and parallelism
stats-section-statements = Statements
stats-section-ddl = DDL
stats-column-table = Table
stats-column-bytes = Bytes
stats-column-inserted = Inserted
stats-column-updated = Updated
stats-column-deleted = Deleted
stats-column-transactions = Transactions
stats-column-primary-key = Primary key
stats-column-offset = Offset
stats-column-rows = Rows
stats-column-events = Events
stats-column-seconds = Seconds
stats-column-thread = Thread
stats-column-gtid = GTID
stats-column-tables = Tables
stats-column-time = Time
stats-column-type = Type
stats-column-from = From
stats-column-largest = Largest
stats-column-server = Server id
stats-column-source = Source
stats-column-first = First
stats-column-last = Last
stats-column-measure = Measure
stats-column-value = Value
stats-column-statement = Statement
stats-column-count = Count
stats-column-share = Share
stats-column-filter = Filter
stats-key-yes = yes
stats-key-no = none
stats-key-changed = changed
stats-key-untold = not told
stats-lag-local = Committed on this server first
stats-lag-replicated = Committed elsewhere before
stats-lag-greatest = Furthest behind
stats-parallel-dependent = Depend on the transaction before
stats-parallel-groups = Groups with the same last_committed
stats-parallel-largest-group = Largest of them
stats-parallel-commits = Group commits
stats-parallel-largest-commit = Largest of them

## Conversation

name-conversation = Conversation
name-packets = Packets
scroll-packets = Scroll the packets
conversation-none = A capture of a network (.pcap, .pcapng) shows here what a client and its server said to each other, packet by packet. Open one, or paste a packet as hexadecimal digits.
conversation-choose = Which conversation
conversation-pasted = pasted packets
conversation-packet = 1 packet
conversation-packets = { $count } packets
conversation-marked = ⚠ { $count } not as meant
conversation-open-log = Open { $name }
conversation-open-log-title = { $events } events, { $size }: the binary log that this dump carries
packet-number = #
packet-time = seconds
packet-client = client
packet-server = server
packet-about = what it says
packet-bytes = bytes
packet-sequence = seq
packet-sequence-title = Sequence number of the packet's first frame
packet-wire = { $wire } bytes on the wire
packet-faulty = not all of it decodes, or not all of it is there
space-packets = packets
stage-greeting = Greeting
stage-greeting-about = The server says who it is, and sends the random bytes of the login.
stage-tls = TLS
stage-tls-about = From here on everything on the wire is encrypted: a capture shows no more of it; of a live connection the bridge, being one end of it, shows what is inside.
stage-authentication = Authentication
stage-authentication-about = The client says who it is and proves it without sending the password.
stage-set-up = Set-up queries
stage-set-up-about = The replica asks what it needs to know, and says what it understands: checksums, heartbeats, its uuid.
stage-queries = Queries
stage-queries-about = Statements and their results.
stage-registration = Registration
stage-registration-about = The replica says its server_id, for SHOW REPLICAS.
stage-dump = Dump
stage-dump-about = The replica asks for events, from a file and position or by GTIDs.
stage-stream = Stream
stage-stream-about = One event a packet, behind a status byte.
stage-farewell = Farewell
stage-farewell-about = Nothing more is said.
connect = Connect
connect-title = Connect to a live server
connect-hint = The bridge that serves this page is a replica of the server, and relays what it sends. Passwords stay with the bridge.
connect-upstream = Server
connect-start = Begin with
connect-now = what is written from now on
connect-oldest = the oldest log that it has
connect-position = a position
connect-gtids = what a GTID set lacks
connect-file = Log
connect-offset = Position
connect-gtid-set = GTID set (MySQL) or position (MariaDB)
connect-limit = Record at most (MiB)
connect-go = Connect
connect-none = No live server is offered here. Start the bridge beside this page with the servers that you want to look at, and open the address that it prints:
connect-none-password = The password is read from MYSQL_PWD or --defaults-file. It never comes to this page.
live-region = Live server
live-connecting = Connecting
live-live = Live
live-paused = Paused: recording goes on
live-retrying = Retrying in { $seconds } s
live-waiting = Waiting: the bridge's spool is full
live-ended = The server has ended the stream
live-failed = Failed
live-stopped = Stopped.
live-bridge-lost = The bridge does not answer: again in { $seconds } s
live-position = Position
live-rate = Events/s
live-lag = Lag
live-recorded = Recorded
live-gtids = GTIDs
live-joined = Joined a stream that ran already
live-taken-back =
    { $count ->
        [one] 1 event was taken back: the server lost it in a crash
       *[other] { $count } events were taken back: the server lost them in a crash
    }
live-missing = { $size } missing: this page was too slow
live-follow = Follow
live-pause = Pause
live-pause-hint = Hold what is shown; recording goes on
live-stop = Stop
live-save = Save recording
live-not-saved = The recording cannot be saved: the browser gives no file for it.
live-limit = The limit of { $size } bytes that you set is reached.
live-no-room = The browser has no room for more ({ $reason }).
live-no-upstream = The bridge has no server of this name.
live-elsewhere = Other pages look at this server from another start on. Begin with what is written from now on, or as they did.
live-gone = The bridge was started anew, and its stream with it: connect again.
live-full = The bridge has no room for another page.
live-protocol = The bridge does not understand this page: they are of different versions.
live-nothing = Nothing had come yet.

## Inside another page
embed-whole = Open in Binlogscope
embed-waiting = Nothing is open yet.
embed-given = given

## Wanted later
later-failed = This part of the page could not be fetched: { $reason }

## Notes
note-add = Add a note
note-edit = Edit the note
note-title = Note: { $text }
key-note = write a note
key-share = share what you see

## Sharing
part-excerpt = excerpt
part-excerpt-hint = Only a part of the log is here; the rest are holes.
part-masked = [masked]
part-masked-hint = Values in it were replaced by constants of the same type and length before it was shared.
part-restored = [re-stored]
part-restored-hint = What was compressed is carried as it was inflated, because the compressed bytes would still say what was masked.
shared-link = the link
