# 事件之间的相互印证（verify）。
verify-checksum = 存储的校验和为 { $stored }，按内容计算为 { $computed }。
verify-hole = 此来源中没有字节 { $start } 到 { $end }。
verify-no-format = 事件之前没有格式描述事件：格式是推测的。
verify-position = log_pos 为 { $found }；按前面的事件应为 { $expected }。此事件之前的字节被删去或被插入过。
verify-positions-elsewhere = { $count } 个位置不属于本文件（如中继日志），因此不作判断。
verify-unfinished-transaction = 从这里开始的事务在本文件中没有结尾。
verify-gtid-number = { $gtid } 不是服务器会分配的编号。
verify-gtid-repeated = { $gtid } 之前已经记录过，在本文件或更早的文件中。
verify-gtid-gap = { $first } 到 { $last } 既不在本文件中，也不在更早的文件中。
verify-gtid-order = 同一域和服务器的 { $gtid } 出现在 { $last } 之后。
verify-last-committed = last_committed 为 { $committed }，并不先于 sequence_number { $sequence }。
verify-sequence = sequence_number 为 { $found }，而此处应为 { $expected }。
verify-too-large = 事件有 { $size } 字节：已计算校验和，但未查看其内容。
