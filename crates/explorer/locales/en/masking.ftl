# What a request to mask may be wrong in.
mask-unknown-class = { $found } is nothing that can be masked. There are: { $known }
mask-pattern = { $found } is no name of this form: { $expected }
mask-pages = Pages of MariaDB's InnoDB-based log cannot be masked: share or export its events from a server that wrote a classic log.
