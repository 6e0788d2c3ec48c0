### The header of logs that MySQL encrypted.

encryption_header = Header of a log that MySQL encrypted: the file's own password, encrypted with a key of the server's keyring, and which key that is. It stays in clear, so rotating the keyring key rewrites only these 512 bytes and not the log.
encryption_header-magic = fd 62 69 6e, that is fd and "bin": an encrypted log. An unencrypted one begins with fe, and so does this one once it is decrypted.
encryption_header-version = Version of the header; 1 is the only one there is.
encryption_header-fields = Fields of a type byte and a value, closed by type 0. Each type has its own length, so an unknown type cannot be skipped.
encryption_header-field = One field: its type, then its value. Only the key id has a length byte of its own.
encryption_header-field_type = Which field this is: 1 the key's name, 2 the encrypted file password, 3 the initialization vector used for it. 0 ends the list and has no value.
encryption_header-key_id_length = Bytes of the key's name that follow; 58 with a first key, one more from the tenth on.
encryption_header-key_id = Name of the keyring key that encrypted the file password: MySQLReplicationKey, the UUID of the server and a number that grows with each rotation. Look for it in the keyring of the server that wrote this log.
encryption_header-encrypted_file_password = The password of this file, 32 random bytes, encrypted with AES-256-CBC without padding by the named key. SHA-512 over the password gives the key of the log's AES-256-CTR stream (32 bytes) and its nonce (8 bytes).
encryption_header-iv_for_file_password = The initialization vector with which the file password was encrypted, 16 random bytes. It is renewed together with the encrypted password when the key is rotated.
