# 页面文字，简体中文。

product = Binlogscope

## 页首
open-file = 打开文件
open-file-again = 打开该文件
paste = 粘贴
served-files = 命令行中的文件
samples = 示例
language = 语言
language-english = English
language-chinese = 简体中文
theme-auto = 主题：跟随系统
theme-light = 主题：浅色
theme-dark = 主题：深色

## 文件
region-file = 打开的文件
region-notices = 通知
file-facts = 关于此文件
opening = 正在打开…
drop-hint = 将二进制日志拖放到页面任意位置。
sample-hint = 这是一个示例：将您自己的二进制日志拖放到任意位置。
privacy = 文件不会离开这台电脑。
drop-here = 松开鼠标，查看文件内部
checksum-good = CRC32 ✓
checksum-checking = CRC32 …
checksum-none = 无校验和
checksum-bad = { $count } 个校验和不匹配
checksum-bad-short = 校验和 ✗
in-use = 使用中
in-use-hint = 服务器尚未关闭此文件：仍在写入，或服务器在关闭前已停止。
damaged = { $count } 处损坏
damage-show = 查看
damage-alert = 此文件有 { $count } 处无法读作事件。它们在列表中已标出并说明问题；其余内容照常显示。
indexing = 正在索引
indexing-state = { $percent }% · { $scanned } / { $total } · { $rate }/秒
cancel = 取消

## 提示
dismiss = 关闭提示
awaiting-title = 此链接指向您电脑上的一个文件。
awaiting-hint = 将该文件拖放到这里或打开它，即可转到 { $at }。现在显示的是示例。
pasted-text = 粘贴的文本
open-failed = 未能打开 { $name }。{ $reason }
open-lost = 读取文件的部分已重新启动，文件未能打开。请再次打开。
sample-failed = 无法获取示例 { $name }（{ $reason }）。请打开您自己的文件。
place-missing = 此文件的 { $at } 处没有事件。
worker-restarted = 读取文件的部分已停止（{ $reason }），并已在同一位置重新启动。
worker-gave-up = 读取文件的部分每次启动都会停止（{ $reason }）。请重新加载页面；如仍无效，可能是浏览器过旧或内存不足。

## 加密的文件
encrypted = 已加密
decrypted = 已解密 · { $transform }
decrypted-hint = 密钥只保存在本页的内存中，关闭页面即消失。
open-key-file = 打开密钥文件…
key-hint-mysql = 在此打开或拖入该文件：component_keyring_file 或 keyring_file 的数据文件。
key-hint-mariadb = 在此打开或拖入该文件：file_key_management_filename 指定的文件。
key-privacy = 密钥只保存在本页的内存中，关闭页面即被清除。
key-failed = { $name } 打不开这个文件。{ $reason }
password-wanted = { $name } 本身已加密，需要它的密码。
password-hint = 即 file_key_management_filekey 指定的密码。只在本页使用，用后即忘。
password = 密码
password-use = 解密
keys-kept = 密钥会保留到关闭本页为止。

## 事件
name-events = 事件
pane-events = 事件列表
list-mode = 列表
mode-transactions = 按事务
mode-plain = 逐个事件
column-offset = 偏移
column-event = 事件
column-about = 内容
column-size = 大小
scroll-events = 滚动事件
transaction-number = 事务 { $number }
transaction-events = { $shown } 个事件
transaction-open = 未结束
event-tooltip = { $type }（类型 { $code }）· { $time } UTC · 服务器 { $server }
span-magic = 文件标识
span-damaged = 损坏的字节
span-zero-fill = 零字节
span-hole = 缺失的字节
span-cipher = 加密的字节
span-encryption-header = 加密头
span-page-header = 页头
span-page-checksum = 页校验和
span-page-filler = 页填充
span-commit-record = 事件组
span-gtid-state-record = GTID 状态
span-oob-record = 事件组的片段
span-dummy-record = 填充记录
span-xa-prepare-record = XA 准备记录
span-xa-complete-record = XA 完成记录
span-record-continued = 记录的续块
span-record-header = 记录头
span-event-data = 事件片段
span-sql-text = 解压后的语句
span-row-images = 解压后的行
span-column-value = 解压后的值

## 字段
name-fields = 字段
pane-details = 所选事件
scroll-fields = 滚动字段
open-space = 查看其内部字节
bit-one = 第 { $bit } 位
bit-span = 第 { $first }–{ $last } 位
role-length = 长度或计数
role-identifier = 标识
role-value = 值
role-time = 时间
role-flags = 标志
role-checksum = 校验和
role-structure = 结构
role-unexplained = 未解释

## 字节
name-bytes = 字节
pane-bytes = 文件的字节
byte-spaces = 字节空间
space-source = 文件
space-gathered = 拼接@{ $at }
space-inflated = 解压@{ $at }
space-payload = 载荷@{ $at }
space-decrypted = 解密后
space-tooltip = { $transform } · { $size }
scroll-bytes = 滚动字节
goto-label = 转到偏移
goto-placeholder = 转到…
goto-hint = 偏移：782、0x30e、+16、-0x10，或载荷内的 782/15
goto-bad = 不是有效的偏移。可输入 782、0x30e、+16 或 -16。
goto-outside = 超出末尾：共有 { $size } 字节。
goto-later = 尚未索引到此处，索引到后即会选中。
goto-nothing = 此偏移处没有找到内容。
byte-label = { $byte }，偏移 { $offset }，{ $field }

## 说明
pane-explanation = 说明
explanation-empty = 请选择一个事件、字段或字节。
show-more = 更多
show-less = 收起
little-endian = 小端序
big-endian = 大端序
bit-diagram = 这些字节的各个位
range-title = { $shown } 个字节

## 状态
status-transaction = 事务 { $number } / { $of }
status-event = 事件 { $number } / { $of }
status-inner-event = 载荷 { $space } 的第 { $number } 个事件
status-offset = 偏移 { $offset }（{ $hex }）
status-field = 字段 { $path }

## 窄屏
narrow-steps = 步骤

## 对话框
close = 关闭
paste-title = 粘贴
paste-hint = BINLOG '…' 语句、mysqlbinlog 的输出、十六进制转储、十六进制、base64 或字节值列表。只在这台电脑上读取。
paste-label = 要打开的文本
paste-open = 打开文本
copy-title = 复制为
copy-value = 值
copy-hex = 十六进制
copy-hexdump = hexdump -C
copy-base64 = Base64
copy-json = JSON
copy-done = 已复制
copy-failed = 浏览器不允许复制。
copy-too-long = 太长，无法复制：最多 1 MiB。
keys-title = 快捷键
keys-letters = 单个字母键在各窗格内生效
key-arrows = 移动；展开与收起
key-pages = 大幅移动
key-tab = 下一个窗格
key-events = 下一个与上一个事件
key-transactions = 下一个与上一个事务
key-goto = 转到偏移
key-copy = 复制为…
key-enter = 选择；在字节中：外层字段
key-range = 选择一段字节
key-copy-hex = 将字节复制为十六进制
key-freeze = 按住以保持预览
key-history = 后退与前进
key-escape = 离开输入框或对话框
key-sheet = 本表

## 字节的写法（用词语表示时）
physical-structure = 结构
physical-list = 列表
physical-text = 文本
physical-bytes = 字节
physical-bits-be = 位，BE
physical-bitmap-lsb-first = 位图，低位在前
physical-bitmap-msb-first = 位图，高位在前
physical-decimal-digits-be = 十进制数字，BE
physical-packed-be = 压缩编排，BE
physical-packed-le = 压缩编排，LE
physical-varlen-prefix-of-ones = 变长，前缀为 1
