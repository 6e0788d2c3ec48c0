# Strings of the page, in English.

product = Binlogscope

## Header
open-file = Open file
open-file-again = Open the file
paste = Paste
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
checksum-bad = { $count ->
    [one] 1 checksum does not match
   *[other] { $count } checksums do not match
}
checksum-bad-short = checksum ✗
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
cancel = Cancel

## Notices
dismiss = Dismiss
awaiting-title = This link leads into a file on your computer.
awaiting-hint = Drop that file here, or open it, to go to { $at }. Meanwhile you see a sample.
pasted-text = The pasted text
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
status-inner-event = event { $number } of payload { $space }
status-offset = offset { $offset } ({ $hex })
status-field = field { $path }

## Narrow screens
narrow-steps = Steps

## Dialogs
close = Close
paste-title = Paste
paste-hint = A BINLOG '…' statement, the output of mysqlbinlog, a hexdump, hex, base64, or a list of byte values. It is read on this computer.
paste-label = Text to open
paste-open = Open the text
copy-title = Copy as
copy-value = Value
copy-hex = Hex
copy-hexdump = hexdump -C
copy-base64 = Base64
copy-json = JSON
copy-done = Copied
copy-failed = The browser did not allow copying.
copy-too-long = Too long to copy: at most 1 MiB.
keys-title = Keys
keys-letters = Single letters act inside the panes
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
