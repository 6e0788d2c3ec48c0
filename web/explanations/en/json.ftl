### MySQL's binary JSON.

json-document = A JSON value in MySQL's binary form: a type byte, then its data. Objects and arrays begin with tables of offsets, so that one member can be found without reading the others.
json-value_type = Type of a value, one byte: 00 small object, 01 large object, 02 small array, 03 large array, 04 literal, 05 to 0a integers of 16, 32 and 64 bits, 0b double, 0c string, 0f opaque.
json-object = An object: count, size, a table of keys, a table of values, then keys and values themselves. Offsets count from its first byte, the one after the type byte. The small form uses numbers of 2 bytes, the large form 4.
json-array = An array: count, size, a table of values, then the values that do not fit into the table. Offsets count from its first byte, the one after the type byte. The small form uses numbers of 2 bytes, the large form 4.
json-element_count = How many members the object or array has; 2 bytes in the small form, 4 in the large one.
json-size = Bytes of the object or array from its count to its end, the type byte before it not counted; 2 bytes in the small form, 4 in the large one.
json-key_entries = One entry for each key: where it is and how long. Keys are sorted by length, then by bytes, so the order of the inserted text is lost.
json-key_entry = Place of one key: offset, then length. The n-th key belongs to the n-th value entry.
json-key_offset = Where the key's text begins, counted from the object's first byte; 2 bytes in the small form, 4 in the large one.
json-key_length = Length of the key's text in bytes, always 2 bytes, even in large objects.
json-value_entries = One entry for each member: its type and either the value itself or where it is. Literals and 16-bit integers stand in the entry, in large containers 32-bit integers too.
json-value_entry = Type byte of one member, then 2 or 4 bytes: its value if that fits, otherwise its offset.
json-value_offset = Where the member's data begins, counted from the container's first byte; 2 bytes in the small form, 4 in the large one. The data there has no type byte of its own. Always seek by it: updates in place leave holes between values.
json-keys_and_values = Key texts and the values that are too large for the table, in the order of their offsets. Bytes that no entry points to are left over from updates in place.
json-key = Text of a key in UTF-8, without terminator. Keys are stored shortest first, so name and age come back as age and name.
json-literal = One byte: 0 null, 1 true, 2 false. This null is a JSON value, different from an SQL NULL.
json-integer = A whole number of 2, 4 or 8 bytes, little-endian, signed or not by its type: 05, 07 and 09 are signed, 06, 08 and 0a unsigned.
json-double = A double of 8 bytes, IEEE 754, little-endian. A whole number such as 1.0 stays a double and is printed with .0; a DECIMAL is stored as an opaque value instead.
json-string = A string: its length in a form of 1 to 5 bytes, then the text in utf8mb4.
json-string_length = Length of the text in bytes: 7 bits in each byte, low bits first, top bit set while more follow. 0a is 10, ac 02 is 300.
json-string_text = Text of the string in utf8mb4, without quotes, escapes or terminator.
json-opaque = A value of an SQL type that JSON lacks, such as DECIMAL, DATE or TIME: column type, length, data. Types without a JSON form print as base64 with the type number in front.
json-opaque_type = Column type of the value, one byte: 246 DECIMAL, 10 DATE, 11 TIME, 12 DATETIME, 7 TIMESTAMP, others raw bytes.
json-opaque_length = Length of the data in bytes: 7 bits in each byte, low bits first, top bit set while more follow. Dates and times have 8.
json-opaque_data = Data of the value. Dates and times are 8 little-endian bytes: 24 bits of microseconds, then second, minute, hour, day and year * 13 + month, unlike DATETIME in a column; types without a known form are raw bytes.
json-shared_value = An entry whose offset leads back to bytes that were already read for another one. It has no bytes of its own here; the value stands where they are shown first.

json-decimal_precision = Digits in all of a DECIMAL kept inside JSON, as in DECIMAL(14,4): 14. With the scale it tells how many bytes the digit groups take.

json-decimal_scale = Digits after the point of a DECIMAL kept inside JSON, as in DECIMAL(14,4): 4. The value's text always shows all of them.
json-diffs = Changes to the document instead of the whole of it, in the order they apply to the value of the before image. None at all means that the update left the document as it was.
json-diff = One change: what to do, where, and with what value.
json-diff_operation = What to do, one byte: 0 REPLACE the value at the path, 1 INSERT one there, which moves later elements of an array on, 2 REMOVE it.
json-path_length = Length of the path in bytes, a lenenc. The path is UTF-8, so this may exceed its characters.
json-json_path = Where in the document, a JSON path as text: $.age is a member of the outermost object, $.a[3] the fourth element of its array a.
json-value_length = Length of the new value in bytes, a lenenc. A removal has neither length nor value.
