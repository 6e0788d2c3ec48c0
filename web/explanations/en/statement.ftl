### What belongs to a statement: INTVAR, RAND, USER_VAR, ROWS_QUERY.

intvar-intvar_type = Which number this is, one byte: 1 is what LAST_INSERT_ID() returns, 2 (INSERT_ID) is the first AUTO_INCREMENT key to generate. Both hold for the next QUERY only.
intvar-value = The number itself, 8 bytes. As INSERT_ID it is the key of the first row; a multi-row INSERT counts on from it by auto_increment_increment.
rand-seed1 = First of the two seeds of RAND(), 8 bytes. With both seeds set, the next statement draws the same numbers as on the source.
rand-seed2 = Second of the two seeds of RAND(), 8 bytes, for the next statement only.
user_var-name_length = Length of the variable's name in bytes, u32; the @ is not counted.
user_var-name = Name of the user variable without the @. The statement that reads it follows directly, and each variable that it reads has an event of its own.
user_var-is_null = One byte: 1 means that the variable is NULL, and then nothing more is needed. With 0, type, character set, length and value follow.
user_var-value_type = How the value is written, one byte: 0 STRING, 1 REAL, 2 INT, 3 ROW, 4 DECIMAL.
user_var-charset = Collation id of the value, u32, by which a string is decoded and compared. 63 is binary; for numbers it does not matter.
user_var-value_length = Length of the value in bytes, u32: 8 for REAL and INT, the text's bytes for STRING, two plus the digits for DECIMAL. Flags may follow the value.
user_var-value = The value: text in its character set for STRING, an f64 for REAL, 8 little-endian bytes for INT. Whether an INT is unsigned is told only by the flags behind it.
user_var-decimal_value = A DECIMAL: precision, scale and packed digits. @v = 1.5 is stored as 02 01 81 05: two digits, one of them after the point, then 1 (with the sign bit set) and 5.
user_var-decimal_precision = How many digits the decimal has in all, one byte, at most 65. The same byte begins a decimal inside a JSON value.
user_var-decimal_scale = How many of the digits stand after the point, one byte, at most 30. The same byte is the second of a decimal inside a JSON value.
user_var-flags = Stands after the value. MySQL 5.5 and later write one byte, 1 for unsigned; MariaDB writes a list: 0 signed, 1 unsigned, 2 with the name of a data type after it. Older logs have none.
user_var-data_type_name_length = Length of the data type's name in bytes, one byte: 5 for point.
user_var-data_type_name = MariaDB's name for a data type that the basic types do not cover: @v = POINT(1,1) ends with 02 05 and the text point.
rows_query-query_length = The low 8 bits of the statement's length, so 300 is stored as 44. Ignore it: the text runs to the end of the event.
rows_query-query = The statement whose row changes follow, in full. MySQL writes it before the table maps when binlog_rows_query_log_events is on; nobody executes it, the rows are what counts.
