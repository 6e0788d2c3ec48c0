# Strings that a first visit does not need, in Chinese.

## Sharing
share-title = 分享您所看到的
share-private = 打开此对话框不会发送任何内容，之后也不会：链接的全部内容都在 # 之后，浏览器不会把它发给任何服务器。
share-file = 文件
share-fingerprint = 识别依据
share-event = 事件位于
share-field = 其中
share-filter = 过滤条件
share-url = 地址
share-tab = 标签页
share-link = 链接
share-length = { $count } 个字符
share-copy-link = 复制链接
share-embed = 在另一个页面中显示
share-embed-hint = 这会显示同一位置，但没有周围的工具。外层页面如何与它通信，见 docs/embed.md。
share-copy-embed = 复制代码

## Notes
note-heading = 备注
note-label = 备注文字
note-hint = 纯文本，保存在此浏览器中，仅随带数据的链接和文件一起分享。
note-save = 保存
note-remove = 删除
note-kept = 备注已保存
note-too-many = 此文件的备注数量已达上限。
note-all = 此文件的所有备注

## Data in links
share-what = 包含的内容
share-place = 仅位置。
share-place-hint = 打开链接的人需要文件本身，链接中没有文件的任何字节。
share-selected = 此事件
share-selected-hint = 以及解码它所需的内容。
share-transaction = 其事务
share-transaction-hint = 以及其中的所有事件。
share-filtered = 过滤结果
share-filtered-hint = 最多 64 MiB。
share-whole = 整个文件
share-whole-hint = 最多 64 MiB。
share-notes = 备注
share-mask = 遮蔽的内容
share-mask-values = 值
share-mask-values-hint = 列、用户变量和载入文件的值
share-mask-names = 名称
share-mask-names-hint = 库、表、列和文件的名称
share-mask-sql = 语句
share-mask-sql-hint = 语句文本会引用值、名称和账户
share-mask-accounts = 账户
share-mask-accounts-hint = 用户和主机
share-mask-ids = 标识
share-mask-ids-hint = 服务器、线程和事务的标识
share-mask-hint = 被遮蔽的内容变为相同类型和长度的常量，不会带走其他信息。密码始终被遮蔽。
share-open-tables = 可读的表
share-open-columns = 可读的列
share-masked-tables = 遮蔽的表
share-masked-columns = 遮蔽的列
share-preview = 遮蔽前后
share-preview-field = 字段
share-preview-before = 这里
share-preview-after = 分享内容中
share-making = 正在生成…
share-size = 链接长度
share-fits-chat = 聊天 { $count }
share-fits-mail = 邮件 { $count }
share-fits-bar = 浏览器 { $count }
share-items = { $count } 个事件，日志的 { $size }。
share-masked = 已遮蔽 { $count } 个字段。
share-cut = 所选内容超出上限：仅包含前 64 MiB。
share-decrypted = 该文件已加密，而分享的内容没有加密：其中是解密后的字节。
share-too-long = 对链接来说太长：请保存为文件。
share-files-hint = 或保存为文件：
share-save = 保存 .binlogscope
share-save-page = 保存为单个网页
share-not-saved = 无法获取要放入内容的网页。
