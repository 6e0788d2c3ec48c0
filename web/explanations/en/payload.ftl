### TRANSACTION_PAYLOAD.

transaction_payload-payload_header = Fields of type, length and value before the compressed bytes, closed by a single 0. Payload size and compression are required; unknown types are skipped by their length.
transaction_payload-payload_field = One field: type, length and value, each a lenenc in the known types. 02 01 00 is field 2 (compression), one byte, value 0 (zstd).
transaction_payload-field_type = Which field this is, a lenenc: 1 payload size, 2 compression, 3 uncompressed size. 0 ends the header and has neither length nor value.
transaction_payload-field_length = Bytes of the field's value, a lenenc. An unknown field is skipped by it.
transaction_payload-payload_size = How many compressed bytes follow the header, a lenenc: 01 01 7c is 124 bytes.
transaction_payload-compression_type = How the payload is compressed, a lenenc: 0 zstd, 255 not at all. As a lenenc, 255 takes three bytes: fc ff 00.
transaction_payload-uncompressed_size = Bytes of the payload when inflated, a lenenc. It is a hint that may be wrong and can exceed 2 GiB, so nobody should allocate memory by it; absent without compression.
transaction_payload-payload = The transaction's events, compressed, in one or more zstd frames. Inflated they are ordinary events with 19-byte headers, without checksums and with log_pos 0; the GTID event stays outside.
