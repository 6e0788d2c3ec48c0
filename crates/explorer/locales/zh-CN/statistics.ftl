# 统计得出的发现：DBA 在日志中要找的东西。
finding-damage = { $count } 段、共 { $bytes } 字节已损坏。
finding-checksums = 校验和错误：{ $count } 个。
finding-faulty = 内部无法读到末尾的事件：{ $count } 个。能读出的部分已计入。
finding-positions = 位置（end_log_pos）与实际结束处不符的事件：{ $count } 个。有字节被取走或插入。
finding-incomplete = 日志在一个事件中间结束，该事件只有 { $bytes } 字节：日志被截断，或服务器正在写入。
finding-in-use = 使用中标志已置位：服务器正在写此日志，或写入时崩溃。
finding-unended = 有开始、但在此日志中没有结束的事务：{ $count } 个。
finding-huge-transaction = 巨型事务：{ $bytes } 字节、{ $rows } 行、{ $events } 个事件，由服务器 { $server } 的线程 { $thread } 执行（GTID { $gtid }）。副本须整个持有它，其后的事务都要等待。
finding-huge-transactions-more = 另有巨型事务：{ $count } 个。
finding-long-transaction = 长事务：首末时间戳相距 { $seconds } 秒，{ $rows } 行，由服务器 { $server } 的线程 { $thread } 执行（GTID { $gtid }）。
finding-xa-prepared = XA 事务 { $xid } 在此处于已准备状态，其后既未提交也未回滚：在有人结束它之前锁会一直保留。
finding-keyless = { $table } 没有主键，其 { $rows } 行中有 { $searched } 行被更新或删除。副本要逐一比较前映像的所有列来查找，没有可用索引时须读整个表。
finding-keyless-inserts = { $table } 没有主键（插入了 { $rows } 行）。更新和删除在副本上会很慢。
finding-keyless-more = 另有没有主键的表：{ $count } 个。
finding-nameless = 日志既未给出列名也未给出主键的表：{ $count } 个（binlog_row_metadata=MINIMAL）。设为 FULL 才会给出；在此之前可查询服务器的 information_schema.table_constraints。
finding-images = 行事件记录的内容不一致：{ $full } 个含所有列，{ $partial } 个缺少部分列（binlog_row_image）。缺少列时无法用旧值撤销。
finding-wide-rows = { $table } 中有很宽的行：某个事件平均每行 { $bytes } 字节，含 JSON 和 BLOB 列。
finding-statements = { $statements } 条语句以语句形式修改行（binlog_format=STATEMENT）。日志不说明改了哪些行，副本可能得出不同结果。
finding-mixed-formats = 两种格式并存：{ $statements } 条语句与 { $events } 个行事件。日志不说明这些语句改了哪些行。
finding-loads = LOAD DATA 连同文件一起记入日志，共 { $bytes } 字节；副本会先写到磁盘（replica_load_tmpdir）。
finding-commit-clock = 服务器时钟在两次提交之间倒退了 { $time }；倒退次数：{ $count }。
finding-header-clock = 提交时间最多倒退 { $seconds } 秒：时钟被调整、会话使用了 SET TIMESTAMP，或服务器之间不一致。
finding-gtid-gap = 从 { $gtid } 起缺少 GTID：连续 { $count } 个不在此日志中。
finding-gtid-gaps-more = 另有 GTID 缺口：{ $count } 处。
finding-lag = 有一个事务在源端提交 { $time } 之后才在此提交。
finding-ahead = 有 { $count } 个事务在此提交早于在源端提交，最多早 { $time }：服务器时钟不一致。
finding-servers = 一个日志中有 { $count } 台服务器的事务：server id { $servers }。在副本或组中属正常；在单独的源上则不然。
finding-versions = 有多个服务器版本写过此日志：{ $versions }。
finding-spike = 尖峰：自 { $start } UTC 起的 { $seconds } 秒内写入 { $bytes } 字节，是平均值的 { $times } 倍。
