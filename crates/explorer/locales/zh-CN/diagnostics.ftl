# 事件内部或事件之间的错误。
error-unexpected-end = 偏移 { $at }：{ $field } 需要 { $expected } 字节，只剩 { $found } 字节。
error-length-too-long = 偏移 { $at }：{ $liar } 声称 { $field } 有 { $expected } 字节，但只剩 { $found } 字节。
error-invalid-lenenc = 偏移 { $at }：长度编码整数不能以字节 { $found } 开头（{ $field }）。
error-trailing-bytes = 偏移 { $at }：{ $field } 之后多出 { $found } 字节。
error-unknown-table = 偏移 { $at }：这些行属于表 id { $found }，但前面没有对应的 TABLE_MAP_EVENT。请从文件开头打开，或补上包含该映射的事件。
error-column-count = 偏移 { $at }：行数据有 { $found } 列，而表映射有 { $expected } 列。
error-too-many = 偏移 { $at }：{ $liar } 声称有 { $found } 项，最多只能容纳 { $expected } 项（{ $field }）。
error-column-type = 偏移 { $at }：行数据中不会出现类型 { $found } 的列（{ $field }）。
error-column-metadata = 偏移 { $at }：{ $field } 为 { $found }，最大只能是 { $expected }。
error-invalid-value = 偏移 { $at }：{ $field } 不能为 { $found }。
error-terminator = 偏移 { $at }：{ $field } 应为 0，实际为 { $found }；前面的长度很可能有误。
error-status-variable = 偏移 { $at }：状态变量 { $found } 未知，因此其后内容的长度也无法得知。
error-empty-row = 偏移 { $at }：一行不占任何字节，但还剩 { $found } 字节。
error-geometry-type = 偏移 { $at }：{ $found } 不是此处可用的几何类型（{ $field }）。
error-geometry-depth = 偏移 { $at }：几何对象的嵌套超过 { $expected } 层。
error-column-width = 偏移 { $at }：日志没有说明类型为 { $found } 的列占用多少字节，也没有任何宽度符合这些行（{ $field }）。
error-json-depth = 偏移 { $at }：JSON 嵌套超过 { $expected } 层。
error-json-offset = 偏移 { $at }：JSON 偏移指向 { $found }，超出了 { $expected } 字节的容器。
error-json-type = 偏移 { $at }：{ $found } 不是 JSON 值类型。
error-json-work = 偏移 { $at }：JSON 偏移重叠过多，文档不可信。
error-decompress = 偏移 { $at }：压缩数据已损坏；出错前解出 { $found } 字节。
error-decompress-limit = 偏移 { $at }：解压后超过 { $expected } 字节；只显示前 { $found } 字节。
error-compression-method = 偏移 { $at }：未知的压缩方法 { $found }。
error-event-size-too-small = 偏移 { $at }：event_size 为 { $found }，而仅事件头就需要 { $expected } 字节。
error-event-size-beyond-end = 偏移 { $at }：event_size 声称 { $expected } 字节，只剩 { $found } 字节；该范围内还有其他事件，因此这个大小是错的。
error-implausible = 偏移 { $at }：event_size { $found } 指向的位置不可能是事件开头。
error-truncated-event = 偏移 { $at }：文件在事件中间结束。事件声称 { $expected } 字节，实际只有 { $found } 字节。复制可能不完整。
error-incomplete-event = 偏移 { $at }：最后一个事件不完整（{ $found } / { $expected } 字节）。使用中标志已置位：服务器仍在写入，或曾经崩溃。
error-event-too-large = 偏移 { $at }：事件有 { $found } 字节；一次最多解码 { $expected } 字节。仍可查看其字节。
error-checksum-mismatch = 偏移 { $at }：校验和为 { $found }，按内容计算为 { $expected }，且其结尾处不可能有下一个事件。
error-hole = 偏移 { $at }：此来源中没有这些字节。

# 不是二进制日志的文件。
foreign-empty = 文件为空。二进制日志至少有 4 字节（fe 62 69 6e）。
foreign-cut-magic = 文件在二进制日志的前 4 字节（fe 62 69 6e）内就结束了。复制不完整。
foreign-ibb = 这是 MariaDB 基于 InnoDB 的二进制日志（.ibb，MariaDB 12.3 及以后）。目前还不能读取。
foreign-jpeg = 这是 JPEG 图片，不是二进制日志。
foreign-png = 这是 PNG 图片，不是二进制日志。
foreign-gif = 这是 GIF 图片，不是二进制日志。
foreign-pdf = 这是 PDF 文档，不是二进制日志。
foreign-gzip = 这是 gzip 文件。请先解压（gunzip），再打开解压后的文件。
foreign-zstd = 这是 Zstandard 文件。请先解压（zstd -d），再打开解压后的文件。
foreign-xz = 这是 xz 文件。请先解压（unxz），再打开解压后的文件。
foreign-bzip2 = 这是 bzip2 文件。请先解压（bunzip2），再打开解压后的文件。
foreign-zip = 这是 ZIP 压缩包。请解压后打开其中的二进制日志。
foreign-7z = 这是 7-Zip 压缩包。请解压后打开其中的二进制日志。
foreign-sqlite = 这是 SQLite 数据库，不是二进制日志。
foreign-parquet = 这是 Parquet 文件，不是二进制日志。
foreign-elf = 这是程序（ELF），不是二进制日志。
foreign-wasm = 这是 WebAssembly 模块，不是二进制日志。
foreign-pcap = 这是抓包文件（pcap）。目前还不能读取抓包。
foreign-pcapng = 这是抓包文件（pcapng）。目前还不能读取抓包。
foreign-mp4 = 这是视频，不是二进制日志。
foreign-zeros = 文件开头全是零字节。二进制日志以 fe 62 69 6e 开头。
foreign-ones = 文件开头全是 0xff 字节。二进制日志以 fe 62 69 6e 开头。
foreign-index = 这是二进制日志的索引（文件名列表），不是日志本身。请打开其中列出的文件。
foreign-text = 这是文本。如果是 BINLOG 语句、十六进制转储或 base64，请使用“粘贴”。
foreign-unknown = 这不是二进制日志：开头不是 fe 62 69 6e。

# 关于整个来源的说明。
note-encrypted-mysql = 此文件由 MySQL 加密。文件头可读；要读取事件，需要写入它的服务器的 keyring 文件。
note-encrypted-mariadb = 从偏移 { $at } 起，事件由 MariaDB 加密。大小可读；内容需要服务器的密钥。
note-in-use = 使用中标志已置位：服务器仍在写入此文件，或写入时崩溃。
note-no-format-description = 没有找到格式描述事件。按 binlog 版本 4 处理；逐个事件尝试校验和。
note-before-v4 = 这是 MySQL 5.0 之前的 binlog 版本 { $version }。只解码其中部分事件。
note-packet = 第一个事件之前的 { $bytes } 字节属于复制数据包（{ $kind }）。
note-trailing = 最后一个事件之后还剩 { $bytes } 字节，不构成事件。

# 后台线程及其请求。
failed-no-file = 没有打开的文件。
failed-no-event = { $address } 处没有事件。
failed-no-space = 没有字节空间 { $space }。
failed-address = { $address } 不是事件地址。请写成 782 这样的偏移，或 782/15 表示载荷内的偏移。
failed-path = { $path } 不是此事件的字段。
failed-read = 无法读取 { $at } 处的字节：{ $reason }
failed-file-changed = 文件在打开期间发生了变化。请重新打开。
