# What cannot be copied, or cut out into a file of its own.

copy-too-large = { $bytes } bytes are too many to copy: a copy has at most { $limit }. Copy a part, or save the event as a file.
copy-too-many-fields = { $fields } fields or more are too many for this form, which takes at most { $limit }. Copy one of them, or another form.
copy-no-fields = There are no fields in this form here.
copy-missing = The bytes from { $at } on are not here.
cut-no-format = There is no format description among these events, without which nobody reads them.
cut-flavors = These logs are of MySQL and of MariaDB: no log has both.
cut-pages = A log made of pages (MariaDB's .ibb files) is not cut: its events are in no order that other logs have.
cut-mended = { $count } events had wrong checksums; in the cut they are right.
cut-ended = { $count } transactions have statements whose last rows event is not in the cut: there the last one that is ends them.
cut-damaged = { $count } damaged stretches were left out.
copy-no-event = This is no event of a log.
