# Findings of the statistics: what a DBA looks for in a log.
finding-damage = Damaged stretches: { $count }, { $bytes } bytes together.
finding-checksums = Wrong checksums: { $count }.
finding-faulty = Events whose inside cannot be read to its end: { $count }. What they hold is counted as far as it can be read.
finding-positions = Events with a position (end_log_pos) that is not the one they end at: { $count }. Bytes were taken out or put in.
finding-incomplete = The log ends inside an event, { $bytes } bytes of which are there: it was cut, or a server is writing it.
finding-in-use = The in-use flag is set: a server is writing this log, or it crashed while it did.
finding-unended = Transactions that begin and have no end in this log: { $count }.
finding-huge-transaction = Huge transaction: { $bytes } bytes, { $rows } rows, { $events } events, by thread { $thread } of server { $server } (GTID { $gtid }). Replicas hold it whole, and what comes after it waits.
finding-huge-transactions-more = More huge transactions: { $count }.
finding-long-transaction = Long transaction: { $seconds } seconds from the first to the last timestamp, { $rows } rows, by thread { $thread } of server { $server } (GTID { $gtid }).
finding-xa-prepared = The XA transaction { $xid } is prepared here, and neither committed nor rolled back behind that: its locks stay until somebody ends it.
finding-keyless = { $table } has no primary key, and { $searched } of its { $rows } rows were updated or deleted. A replica finds each by comparing all columns of the before image, without a usable index by reading the whole table.
finding-keyless-inserts = { $table } has no primary key ({ $rows } rows inserted). Updates and deletes will be slow on replicas.
finding-keyless-more = More tables without a primary key: { $count }.
finding-nameless = Tables of which the log tells neither column names nor primary keys: { $count } (binlog_row_metadata=MINIMAL). With FULL it would; until then information_schema.table_constraints of the server knows.
finding-images = Rows events differ in what they log: { $full } with all columns, { $partial } without some (binlog_row_image). Without all columns the old values are missing for undoing.
finding-wide-rows = Wide rows in { $table }: { $bytes } bytes for a row on average in one event, with its JSON and BLOB columns.
finding-statements = { $statements } statements change rows as statements (binlog_format=STATEMENT). Which rows they changed the log does not tell, and a replica may come to others.
finding-mixed-formats = Both formats: { $statements } statements beside { $events } rows events. The log does not tell which rows the statements changed.
finding-loads = LOAD DATA is logged with its files, { $bytes } bytes of them; replicas write these to disk first (replica_load_tmpdir).
finding-commit-clock = The server's clock went back by { $time } between two commits; steps back: { $count }.
finding-header-clock = The time of commits goes back by up to { $seconds } seconds: a clock was set, sessions used SET TIMESTAMP, or servers differ.
finding-gtid-gap = GTIDs missing from { $gtid } on: { $count } in a row are not in this log.
finding-gtid-gaps-more = More gaps in GTIDs: { $count }.
finding-lag = A transaction was committed here { $time } after it was committed at its source.
finding-ahead = { $count } transactions were committed here before they were committed at their source, by up to { $time }: the servers' clocks differ.
finding-servers = Transactions of { $count } servers in one log: server ids { $servers }. Usual on a replica or in a group; on a lone source it is not.
finding-versions = Several server versions wrote this log: { $versions }.
finding-spike = Spike: { $bytes } bytes in the { $seconds } seconds from { $start } UTC on, { $times } times the average.
