# What events say of each other (verify).
verify-checksum = The checksum { $stored } is stored, the bytes have { $computed }.
verify-hole = The source does not have the bytes { $start } to { $end }.
verify-no-format = No format description comes before the events: the format is guessed.
verify-position = log_pos is { $found }; after the events before it, it should be { $expected }. Bytes were taken out or put in before this event.
verify-positions-elsewhere = { $count } positions are not those of this file, as in a relay log: they are not judged.
verify-unfinished-transaction = The transaction that begins here has no end in this file.
verify-gtid-number = { $gtid } is no number that a server gives.
verify-gtid-repeated = { $gtid } was logged before, in this file or an earlier one.
verify-gtid-gap = { $first } to { $last } are neither in this file nor in those before it.
verify-gtid-order = { $gtid } follows { $last } of the same domain and server.
verify-last-committed = last_committed is { $committed }, which does not come before sequence_number { $sequence }.
verify-sequence = sequence_number is { $found } where { $expected } was to be expected.
verify-too-large = The event has { $size } bytes: its checksum was computed, its inside not looked at.
