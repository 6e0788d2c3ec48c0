# 无法复制或无法单独另存为文件的内容。

copy-too-large = { $bytes } 字节过多，无法复制：一次最多复制 { $limit } 字节。请复制其中一部分，或将事件另存为文件。
copy-too-many-fields = 此形式最多容纳 { $limit } 个字段，而这里有 { $fields } 个或更多。请复制其中一个字段，或选用其他形式。
copy-no-fields = 这里没有此形式所需的字段。
copy-missing = 自 { $at } 起的字节不在此处。
cut-no-format = 这些事件中没有格式描述事件，缺少它就无法读取。
cut-flavors = 这些日志分别属于 MySQL 和 MariaDB：任何日志都不会同时包含两者。
cut-pages = 由页组成的日志（MariaDB 的 .ibb 文件）无法截取：其中事件的次序与其他日志不同。
cut-mended = { $count } 个事件的校验和有误；在截取的日志中已改正。
cut-ended = { $count } 个事务中有语句的最后一个行事件不在截取范围内：由截取到的最后一个行事件结束该语句。
cut-damaged = 略去了 { $count } 段损坏的内容。
copy-no-event = 这不是日志中的事件。
