# What is shared of a log, and what was received: links with data and .binlogscope files.

share-no-filter = There is no filter: nothing says what of the list is meant.
share-too-large = This alone has { $bytes } bytes; what is shared may have at most { $most }.
share-nothing = Nothing was chosen: there are no bytes to share.
share-link-length = The link has { $count } characters.
bundle-version = This link or file was made by another Binlogscope, in version { $version } of its format. This one reads version 1. Open it with a newer Binlogscope.
bundle-link = This is no link with data: behind { $found } there is nothing that can be read.
bundle-cut = The link or file breaks off: it was not copied whole.
bundle-damaged = The link or file is damaged: { $what } at byte { $at } cannot be.
bundle-checksum = The link or file is damaged: its checksum does not match.
bundle-large = The link or file says that it unpacks to { $bytes } bytes. At most { $most } are taken.
note-part = This is a part of a log of { $size } bytes: { $bytes } of them are here, at their original offsets. What was left out is shown as holes.
note-part-cut = More was chosen than there is room for in what is shared: the first part of it is here.
note-part-clear = The log was encrypted. What was shared of it is not: whoever has this can read it.
note-part-masked = Values were masked before this was shared.
note-part-restored = { $count ->
    [one] The inside of one compressed event was masked and stands
   *[other] The insides of { $count } compressed events were masked and stand
} here uncompressed: zeros take the place of the compressed bytes.
