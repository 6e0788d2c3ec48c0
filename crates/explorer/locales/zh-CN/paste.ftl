# 粘贴的文本被读作什么，以及猜测了什么（crates/explorer/src/paste.rs）。

paste-binlog-statements = 读作 { $blocks } 个 BINLOG 块，共 { $bytes } 字节。其余文字未处理；mysqlbinlog 只为格式描述事件和行事件输出 BINLOG 块。
paste-binlog-fragments = 已拼接被拆分的块（@binlog_fragment_…），共 { $fragments } 段。
paste-binlog-fragments-unused = 有 { $fragments } 段被拆分的块没有被任何 BINLOG 语句使用，已按顺序读取。
paste-binlog-unclosed = 有一个 BINLOG 块缺少结束引号：已读取现有内容。末尾可能没有复制完整。
paste-binlog-uncompressed = 文本中压缩事务的事件是 mysqlbinlog 解压后的样子；压缩负载本身不在其中。

paste-hexdump-comments = 读自 mysqlbinlog --hexdump 的注释：{ $events } 个事件；第一个位于偏移 { $offset }。
paste-hexdump-comments-preferred = 注释旁的 BINLOG 块没有使用：注释中包含全部事件。
paste-hexdump-copies = 略去 { $events } 个压缩事件的解压副本：它们已在前面的负载中。
paste-hexdump-checksums = 有 { $events } 个事件的校验和取自转储上方的那一行。
paste-cut = 文本中最后一个事件不完整。

paste-hexdump = 读作十六进制转储，共 { $bytes } 字节。
paste-hexdump-words = 读作 16 位字的转储，共 { $bytes } 字节；因为开头是二进制日志的魔数，已交换字节顺序。
paste-hexdump-repeated = 其中 { $bytes } 字节来自转储用 * 省略的重复行。
paste-first-offset = 转储从偏移 { $offset } 开始，而不是 0。
paste-offsets-decimal = 偏移是十进制。
paste-offsets-octal = 偏移是八进制。

paste-plain-hex = 读作十六进制，共 { $bytes } 字节。
paste-escapes = 读作带 \x 转义的文本，共 { $bytes } 字节。
paste-base64 = 读作 base64，共 { $bytes } 字节。
paste-base64-url = 使用的是 URL 字母表（- 和 _）。
paste-base64-unpadded = 末尾缺少填充字符。
paste-decimal = 读作十进制字节，共 { $bytes } 个。
paste-decimal-signed = 读作有符号十进制字节，共 { $bytes } 个。

# 粘贴的文本为何无法读取。

paste-error-empty = 只有空白。请粘贴 BINLOG 块、十六进制转储、十六进制、base64 或字节值列表。
paste-error-no-bytes = 文本能够理解，但其中没有字节。
paste-error-too-long = 文本表示的内容超过 { $limit } 字节，这是可粘贴的上限。请改为打开文件。
paste-error-binary = 第 { $line } 行第 { $column } 列：这是被当作文本粘贴的二进制文件（{ $found }），这样会丢失字节。请打开文件，或粘贴它的十六进制转储。
paste-error-unknown = 第 { $line } 行第 { $column } 列：“{ $found }”不符合任何可识别的形式（BINLOG 块、十六进制转储、十六进制、base64、字节值）。
paste-error-elided = 第 { $line } 行第 { $column } 列：这里用省略号略去了字节。请粘贴全部内容。
paste-error-no-binlog-statements = 这是不含 BINLOG 块的 mysqlbinlog 输出，其中没有原始字节。请不要使用 --base64-output=decode-rows，或加上 --hexdump 再运行。

paste-error-binlog-character = 第 { $line } 行第 { $column } 列：BINLOG 块中的“{ $found }”不是 base64。
paste-error-binlog-incomplete = 第 { $line } 行第 { $column } 列：BINLOG 块的 base64 在此结束，多出一个字符或缺少字符。
paste-error-fragment = 第 { $line } 行第 { $column } 列：使用了 @binlog_fragment_{ $fragment }，但之前没有设置它。

paste-error-offset = 第 { $line } 行：转储没有从偏移 { $expected } 继续（除非转储使用其他进制，否则为十六进制）。有行缺失或顺序错乱。
paste-error-offset-digits = 第 { $line } 行：偏移的写法与之前不同。
paste-error-event-long = 第 { $line } 行：字节数超过该事件的 { $size } 字节。
paste-error-event-short = 第 { $line } 行：该事件应有 { $size } 字节，但后面只有 { $bytes } 字节。
paste-error-words = 第 { $line } 行：这是 16 位字的转储，无法得知字节顺序。请使用 hexdump -C 或 xxd。
paste-error-star = 第 { $line } 行：* 表示重复的行，但其后没有偏移说明重复了多少。
paste-error-star-offset = 第 { $line } 行：* 应表示若干整行（每行 { $width } 字节），但其后的偏移不符。
paste-error-dump-line = 第 { $line } 行第 { $column } 列：这不是前后转储中的一行。
paste-error-dump-count = 第 { $line } 行：按偏移之前应有 { $expected } 字节，实际有 { $bytes } 字节。

paste-error-byte-range = 第 { $line } 行第 { $column } 列：“{ $number }”不是字节。字节的范围是 -128 到 255。
paste-error-hex-mixed = 第 { $line } 行第 { $column } 列：“{ $number }”没有 0x，而其他数字有：是十进制还是十六进制？
paste-error-hex-odd = 第 { $line } 行第 { $column } 列：“{ $number }”的十六进制位数是奇数。
paste-error-escape = 第 { $line } 行第 { $column } 列：无法理解的转义。
paste-error-base64-padding = 第 { $line } 行第 { $column } 列：“{ $found }”的位置不对；base64 在它之前已经结束，或者已损坏。
paste-error-base64-incomplete = base64 末尾多出一个字符，或缺少字符。
