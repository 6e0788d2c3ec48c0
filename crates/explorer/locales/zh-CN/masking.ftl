# What a request to mask may be wrong in.
mask-unknown-class = { $found } 不是可以遮蔽的类别。可用的有：{ $known }
mask-pattern = { $found } 不是这种形式的名称：{ $expected }
mask-pages = 无法遮蔽 MariaDB 基于 InnoDB 的日志的页面：请从写入传统日志的服务器共享或导出其事件。
