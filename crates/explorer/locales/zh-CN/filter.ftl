# 过滤器中的错误（docs/filter.md）。位置标在句子旁边。$found 是该处的文字，$nearest 是可能想写的，$key 是条件的键。
filter-empty = 过滤器是空的。
filter-term = 此处应有一个条件，例如 type:XID、table:shop.orders 或 row.id = 5。
filter-closing = 这个右括号没有对应的左括号。
filter-unclosed = 这个括号没有闭合。
filter-quote = 这个引号没有闭合。
filter-escape = 没有这种转义。可用的有 \n、\r、\t、\"、\\ 和 \u{"{"}…{"}"}。
filter-key = 没有“{ $found }”这个键。
filter-key-near = 没有“{ $found }”这个键。是想写 { $nearest } 吗？
filter-operator = { $key } 之后应是 { $expected }
filter-value = { $key } 之后应有一个值。
filter-type = 没有名为“{ $found }”的事件类型。
filter-type-near = 没有名为“{ $found }”的事件类型。是想写 { $nearest } 吗？
filter-choice = { $key }: 只接受 { $expected }，不接受“{ $found }”。
filter-number = “{ $found }”不是数字。
filter-unit = “{ $found }”不是字节单位。可用 K、M、G、T，后一个是前一个的 1024 倍。
filter-moment = “{ $found }”不是时间。请写成 2018-03-21、2018-03-21T18:05:14，其后可加 +08:00；或用 @1521626714 表示 1970 年以来的秒数。
filter-reversed = 这个范围的终点在起点之前。
filter-gtid = “{ $found }”不是 GTID。MySQL：uuid:1-5、uuid:tag:7，或 UUID 的开头加 *。MariaDB：0-1-100、0-1-100..200、0-*-*。
filter-table = 表最多由库名和表名组成：shop.orders。属于名字本身的点请放在引号里。
filter-column = 此处应是一个列：列名、反引号中的列名，或用 @1 表示的位置。
filter-hex = “{ $found }”不是字节。每个字节写两位，可用 0–9、a–f 或 ?。
filter-hex-open = 至少要有一个字节的两位都写明。
filter-null-order = NULL 只能用 = 和 != 比较。
filter-deep = 括号和 not 的嵌套超过 { $limit } 层。
filter-many = 过滤器的条件超过 { $limit } 个。
filter-long = 过滤器长于 { $limit } 字节。
