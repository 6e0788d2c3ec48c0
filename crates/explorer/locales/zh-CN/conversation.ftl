# 字节合法、但与发送者本意不符的数据包。

sense-dump-shifted = 服务器读到的位置是 { $said },本意很可能是 { $meant }。这个 COM_BINLOG_DUMP 中某个字段的宽度不对:在文件名之前,服务器依次读取 4、2 和 4 个字节。
sense-dump-name-terminated = 文件名以零字节结尾。文件名到数据包末尾为止,不应再加零字节。
sense-dump-flags-swapped = 标志是 { $said },本意很可能是 { $meant }:标志为小端序,低字节在前。
sense-dump-position-too-small = 位置 { $said } 在任何文件的第一个事件之前;第一个事件位于 { $meant }。
sense-server-id-zero = server_id 为 0 会让服务器在最后一个日志的末尾结束数据流。副本应有自己的编号。
sense-register-nul-terminated = 这些字符串以零字节结尾。服务器会在每个字符串之前读取一个字节的长度:这里第一个字母被当作长度 { $said },本意是 { $meant }。
sense-checksum-not-there = 最后 4 个字节被当作校验和,但并不是({ $said },前面字节的校验和是 { $meant });包含它们时事件可以完整读出。这个事件发送时没有校验和。
sense-checksum-unread = 最后 4 个字节被当作事件的一部分,其实是它的校验和。由它们读出的内容没有意义,例如文件名后面的四个奇怪字符。

# 无法完整显示的数据包。

packet-missing = 从字节 { $at } 起，此数据包的内容缺失：未被捕获，或已不再保留。
packet-large = 此数据包有 { $size } 字节，只显示前 { $limit } 字节。

# 网络抓包文件。

capture-nothing = 在 { $frames } 个帧中没有找到与 MySQL 或 MariaDB 服务器的会话。
capture-others = 抓包中的其他连接：从一开始就使用 TLS 的有 { $tls } 个，传输其他内容的有 { $others } 个。
capture-fragments = 略去了 { $count } 个 IP 分片：分片不会被重组。
capture-links = 略去了 { $count } 个帧：它们的链路层头部类型未知。
capture-damaged = 抓包文件在字节 { $at } 处无法解析。此前的内容照常显示。
capture-cut = 抓包文件在字节 { $at } 处的帧中间结束。
capture-long = 抓包在字节 { $at } 之后仍有内容；最多读取 { $limit } 个 TCP 段。
capture-unlisted = 还有 { $count } 个数据包未列出：列表最多 { $listed } 个。它们的事件在二进制日志中。
capture-tls = 客户端请求使用 TLS：其后的 { $bytes } 字节已加密，无法读取。
capture-late = 抓包从此会话的中途开始。此前协商的内容按常见情况假定。
capture-compressed = 登录之后的数据包使用 { $method } 压缩；这里显示解压后的内容。
capture-lost = 有 { $bytes } 字节已发送，但不在抓包中。
capture-lost-compressed = 流中偏移 { $at } 之前的字节不在抓包中。该流是压缩的，后面无法继续读取。
capture-repeated = 有 { $count } 个段被重传。
capture-reordered = 有 { $count } 个段先于更早的段到达。
capture-log = { $client } 与 { $server } 之间的转储中的二进制日志 { $name }：{ $events } 个事件
capture-no-log = 此抓包中没有二进制日志的转储。
note-captured-log = 取自抓包文件 { $file }：{ $server } 发送给 { $client } 的内容。数据包见“会话”。
