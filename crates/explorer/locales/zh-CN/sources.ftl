# 日志的字节从何而来：压缩包装的文件、网址、连在一起的多个文件。

note-unpacked = 已从 { $wrapper } 解压：{ $stored } 字节变为 { $size } 字节。偏移均指解压后的字节。
wrapper-truncated = { $wrapper } 文件在 { $at } 字节后中断。显示此前解出的 { $size } 字节。
wrapper-corrupt = { $wrapper } 文件在第 { $at } 字节处或稍前损坏。显示此前解出的 { $size } 字节。
wrapper-checksum = 从 { $wrapper } 文件解出的内容与其第 { $at } 字节处记录的校验和及长度不符。仍显示这 { $size } 字节，其中可能有错。
wrapper-unsupported = 此 { $wrapper } 文件从第 { $at } 字节起无法解压：{ $reason }
wrapper-trailing = 从第 { $at } 字节起是不属于 { $wrapper } 的内容，已略去。显示此前解出的 { $size } 字节。
wrapper-bomb = 读入 { $at } 字节 { $wrapper } 后已解出 { $size } 字节，超过日志可能的压缩率，解压在此停止。
wrapper-unreadable = { $wrapper } 文件从第 { $at } 字节起无法继续读取：{ $reason } 显示此前解出的 { $size } 字节。
wrapper-no-room = 没有空间存放 { $wrapper } 文件解压后的内容：{ $reason } 显示前 { $size } 字节。

# 网址。
url-bad = 无法打开网址 { $url }：必须以 http:// 或 https:// 开头，且不含用户名和密码。
url-failed = 无法获取 { $url }：{ $reason }
url-unreachable = 无法读取 { $url }（{ $reason }）。要么无法连接其服务器，要么服务器不允许其他网站的页面读取：它必须在应答中给出 Access-Control-Allow-Origin。可以先下载文件再在此打开，或把网址交给 binlogscope dump。
url-forbidden = 未经许可，服务器不提供 { $url }（状态码 { $status }）。请使用带有许可的网址，或先下载文件再在此打开。
url-missing = { $url } 处没有内容（状态码 { $status }）。
url-status = 服务器对 { $url } 的应答状态码为 { $status }。
url-no-length = 服务器没有说明 { $url } 的长度。请先下载文件再在此打开。
url-changed = 读取期间，服务器上的文件发生了变化：显示 { $at } 之前的内容。请重新打开。
url-broken-off = 连接在 { $at } 处中断，无法恢复。{ $reason } 显示此前的内容。请重新打开。
url-broken-off-whole = 连接在 { $at } 处中断；服务器不支持分段（Range）请求，无法从该处继续。{ $reason } 显示已收到的内容。
url-no-room = 服务器不支持分段（Range）请求，文件必须整个获取，但空间不足：已收到 { $at } 字节。{ $reason }
note-url-whole = 服务器不支持分段（Range）请求，因此文件已整个获取：{ $url }

# 多个文件作为一个整体。
verify-chain-next = 前一个日志指明下一个是 { $wanted }，但接下来的是 { $name }。
verify-chain-missing = 此前的日志包含的一些 GTID 不在给出的任何文件中：{ $gtids }
verify-chain-unknown = 此日志不知道前面的文件所包含的一些 GTID：{ $gtids }
chain-gap = { $before } 与 { $after } 之间缺少日志。
chain-missing = 索引中列有 { $name }，但没有这个文件。

# 运行中的服务器。
live-tried-again = { $reason } { $seconds } 秒后从 { $at } 重试。
live-withdrawn = 服务器在崩溃中丢失了最后 { $events } 个事件，而它们已经输出：这些事件并未发生。后面的内容从它们所在的事务重新开始。
live-filter-totals = 该过滤条件需要在显示事务的第一个事件之前知道整个事务，而实时流无法提供。请先录制服务器的日志，再对文件过滤。
live-only-dump = 运行中的服务器可以用 dump 输出，或用 record 写成文件；请先录制，再把文件交给此命令。
