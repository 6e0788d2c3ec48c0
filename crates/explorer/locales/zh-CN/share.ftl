# 分享日志的内容，以及收到的内容：带数据的链接与 .binlogscope 文件。

share-no-filter = 没有过滤条件，无法确定要分享列表中的哪些内容。
share-too-large = 仅此一项就有 { $bytes } 字节；分享的内容最多 { $most } 字节。
share-nothing = 未选择任何内容：没有可分享的字节。
share-link-length = 链接共 { $count } 个字符。
bundle-version = 此链接或文件由另一个版本的 Binlogscope 生成，格式版本为 { $version }。当前版本只能读取格式版本 1，请使用更新的 Binlogscope 打开。
bundle-link = 这不是带数据的链接：{ $found } 之后没有可读取的内容。
bundle-cut = 链接或文件不完整：复制时未复制全部内容。
bundle-damaged = 链接或文件已损坏：第 { $at } 字节处的 { $what } 不合法。
bundle-checksum = 链接或文件已损坏：校验和不符。
bundle-large = 链接或文件声称解压后有 { $bytes } 字节，最多接受 { $most } 字节。
note-part = 这是一个 { $size } 字节日志的一部分：此处有其中 { $bytes } 字节，位于原始偏移处。略去的部分显示为空洞。
note-part-cut = 所选内容超出可分享的容量：此处只有其前一部分。
note-part-clear = 该日志原本是加密的，分享出来的内容未加密：任何得到它的人都能读取。
note-part-masked = 分享之前，值已被遮蔽。
note-part-restored = { $count } 个压缩事件的内部内容已被遮蔽，在此以未压缩形式保存：原压缩字节的位置以零填充。
