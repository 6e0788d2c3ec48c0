# Mistakes in a filter (docs/filter.md). The place is marked beside the sentence. $found is what stands
# there, $nearest what may have been meant, $key the key of the term.
filter-empty = The filter is empty.
filter-term = A term is expected here, such as type:XID, table:shop.orders or row.id = 5.
filter-closing = No parenthesis is open that this one could close.
filter-unclosed = This parenthesis is not closed.
filter-quote = This quote is not closed.
filter-escape = No such escape. There are \n, \r, \t, \", \\ and \u{"{"}…{"}"}.
filter-key = There is no key “{ $found }”.
filter-key-near = There is no key “{ $found }”. Is { $nearest } meant?
filter-operator = After { $key } comes { $expected }
filter-value = A value is expected after { $key }.
filter-type = No event type is called “{ $found }”.
filter-type-near = No event type is called “{ $found }”. Is { $nearest } meant?
filter-choice = { $key }: knows { $expected }, not “{ $found }”.
filter-number = “{ $found }” is no number.
filter-unit = “{ $found }” is no unit of bytes. There are K, M, G and T, each 1024 times the one before.
filter-moment = “{ $found }” is no time. Write 2018-03-21, 2018-03-21T18:05:14, the same with +08:00 behind it, or seconds since 1970 as @1521626714.
filter-reversed = This range ends before it begins.
filter-gtid = “{ $found }” is no GTID. MySQL: uuid:1-5, uuid:tag:7, or the beginning of a UUID with *. MariaDB: 0-1-100, 0-1-100..200, 0-*-*.
filter-table = A table has at most a schema and a name: shop.orders. Put a point that belongs to a name in quotes.
filter-column = A column is expected here: its name, the name in backticks, or its place as @1.
filter-hex = “{ $found }” is no byte. Write two digits of 0–9, a–f or ? for each byte.
filter-hex-open = At least one byte must be written with both digits.
filter-null-order = NULL can only be compared with = and !=.
filter-deep = Parentheses and not are nested deeper than { $limit } levels.
filter-many = The filter has more than { $limit } terms.
filter-long = The filter is longer than { $limit } bytes.
