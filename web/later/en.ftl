# Strings that a first visit does not need, in English.

## Sharing
share-title = Share what you see
share-private = Opening this sends nothing, and nothing ever is: a link says all that it says by itself, behind the # that browsers keep to themselves.
share-file = File
share-fingerprint = Known by
share-event = Event at
share-field = Inside
share-filter = Filter
share-url = Address
share-tab = Tab
share-link = Link
share-length = { $count } characters
share-copy-link = Copy link
share-embed = Show it inside another page
share-embed-hint = This shows the same place without the tools around it. How the page around it can speak with it stands in docs/embed.md.
share-copy-embed = Copy code

## Notes
note-heading = Note
note-label = Text of the note
note-hint = Plain text, kept in this browser and shared only in links and files that carry data.
note-save = Save
note-remove = Remove
note-kept = Note saved
note-too-many = This file has as many notes as there is room for.
note-all = All notes of this file

## Data in links
share-what = What goes along
share-place = The place only.
share-place-hint = Whoever opens the link needs the file itself. No byte of it is in the link.
share-selected = This event
share-selected-hint = with what it takes to decode it.
share-transaction = Its transaction
share-transaction-hint = with all of its events.
share-filtered = What the filter shows
share-filtered-hint = at most 64 MiB.
share-whole = The whole file
share-whole-hint = at most 64 MiB.
share-notes = Notes
share-mask = What is masked
share-mask-values = Values
share-mask-values-hint = Of columns, user variables and loaded files
share-mask-names = Names
share-mask-names-hint = Of schemas, tables, columns and files
share-mask-sql = Statements
share-mask-sql-hint = Their texts quote values, names and accounts
share-mask-accounts = Accounts
share-mask-accounts-hint = Users and hosts
share-mask-ids = Ids
share-mask-ids-hint = Of servers, threads and transactions
share-mask-hint = What is masked becomes a constant of the same type and length: nothing else of it goes along. Passwords always are.
share-open-tables = Readable tables
share-open-columns = Readable columns
share-masked-tables = Masked tables
share-masked-columns = Masked columns
share-preview = Before and after
share-preview-field = Field
share-preview-before = Here
share-preview-after = In what you share
share-making = Putting it together…
share-size = Length of the link
share-fits-chat = chat { $count }
share-fits-mail = mail { $count }
share-fits-bar = browsers { $count }
share-items =
    { $count ->
    [one] One event
   *[other] { $count } events
 }, { $size } of the log.
share-masked =
    { $count ->
    [one] One field is masked.
   *[other] { $count } fields are masked.
 }
share-cut = More was chosen than there is room for: the first 64 MiB go along.
share-decrypted = The file is encrypted; what you share is not: it carries the decrypted bytes.
share-too-long = Too long for a link: save it as a file.
share-files-hint = Or as a file:
share-save = Save .binlogscope
share-save-page = Save as one page
share-not-saved = The page to put it into could not be fetched.
