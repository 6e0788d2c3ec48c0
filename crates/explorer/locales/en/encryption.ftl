# Keys of encrypted logs. Arguments: $key is the name of the key that is needed, $line and $column
# a place in a key file, $number counts the keys of a keyring. No message shows a key.
key-file-json = This is no keyring file: line { $line }, column { $column } is not what component_keyring_file writes there.
key-file-element = The keyring file is damaged: key { $number } in it cannot be read.
key-file-no-replication-key = This keyring has no key of encrypted binary logs (MySQLReplicationKey_…). Take it from the server that wrote the log.
key-file-salted = This key file is itself encrypted with a password (file_key_management_filekey): the password is needed too.
key-file-password = This password does not decrypt the key file. Or the file is damaged, or encrypted with PBKDF2, which is not supported: decrypt it with openssl then.
key-file-no-key = This key file has no keys. MariaDB's file_key_management writes lines such as 1;a7addd9adea9978fda19f21e6be98788.
key-file-line = Line { $line } of the key file is none of file_key_management: a number, a semicolon and a key in hexadecimal are expected.
key-file-line-id = Line { $line } of the key file: the key's number must be from 1 to 4294967295.
key-file-line-key = Line { $line } of the key file: the key must have 32, 48 or 64 hexadecimal digits.
key-file-large = No key file has more than { $limit } bytes.
key-missing-mysql = The keyring has no key { $key }. Take the keyring file of the server that wrote this log, from a time when it still had this key.
key-missing-mariadb = The key file has no key with the number 1, the one that MariaDB encrypts logs with.
key-wrong-mysql = The key { $key } of this keyring does not decrypt the log. It may be another server's keyring, or the log's header is damaged.
key-wrong-mariadb = Key 1 of this key file does not decrypt the log, neither by AES_CBC nor by AES_CTR. The log was written with version { $version } of the key.
key-of-mysql = This is MySQL's keyring, but MariaDB encrypted the log. It needs the key file of file_key_management.
key-of-mariadb = This is MariaDB's key file, but MySQL encrypted the log. It needs the file of the server's keyring.
key-scheme = START_ENCRYPTION_EVENT tells of encryption scheme { $scheme }; only scheme 1 is known.
key-not-needed = This log is not encrypted: it needs no key.
failed-encrypted = What is at { $address } is encrypted. Open the key file first.
key-file-beside = The key file { $name } beside the log is used.
