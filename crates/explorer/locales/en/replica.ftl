# Why a replica is not connected, and what to do about it, in English. What the system, a library or the server said is
# quoted as it was said. Sentences stand one behind another.
replica-refused = The connection was refused ({ $error }).
replica-refused-advice = Nobody listens there: check host and port, and that the server runs with networking on.
replica-lookup = The host { $host } is not found ({ $error }).
replica-unreachable = No way leads to the server ({ $error }).
replica-lost = The connection was lost ({ $error }).
replica-network = The connection failed ({ $error }).
replica-silent = The server said nothing for { $seconds } s.
replica-silent-advice = The server or the network between is stuck, or a firewall drops packets without a word.
replica-tls = TLS failed: { $error }.
replica-tls-file = TLS: { $file } cannot be read ({ $error }).
replica-tls-half = TLS: a client certificate and its key belong together, and only one of them is given.
replica-tls-no-authorities = TLS: no authority's certificate is in { $file }.
replica-tls-unknown-issuer = TLS: nobody who is trusted here has signed the server's certificate.
replica-tls-unknown-issuer-advice = Name the certificate of its authority: --ssl-ca.
replica-tls-other-name = TLS: the server's certificate is for another host name.
replica-tls-other-name-advice = Connect by a name that it has, or do without the name: --ssl-mode=verify-ca.
replica-tls-expired = TLS: the server's certificate is no longer valid, or not yet; or the clock here is wrong.
replica-no-tls = The server has no TLS.
replica-no-tls-advice = Give the server a certificate, or use --ssl-mode=preferred in a network that is trusted.
replica-no-compression = The server does not have this compression.
replica-plugin = The account's plugin { $plugin } is not known.
replica-insecure-password = { $plugin } would send the password where others may read it.
replica-insecure-key = The password would be encrypted by a key that the server is asked for, and that anybody between could have sent.
replica-insecure-advice = Use TLS (--ssl-mode=required), or, in a network that is trusted, allow asking for the server's RSA key.
replica-authentication = The login by { $plugin } cannot go on: { $error }.
replica-packet = A packet of the server does not decode: { $error }.
replica-before-greeting = The server sent something else before its greeting.
replica-before-tls = The server sent something readable between its greeting and TLS.
replica-in-login = The server sent something that is no part of a login.
replica-endless-login = The login takes more steps than any plugin has.
replica-file-wish = The server asked for a file of this machine, and was not given it.
replica-no-position = The server named a position that is no number.
replica-in-stream = The server sent something that is no part of a stream.
replica-no-beginning = The server sent a log without a format description.
replica-ours = Something is wrong inside of Binlogscope itself.
replica-sequence = A packet is missing: number { $expected } should come, { $found } came.
replica-checksum = An event's checksum is wrong: it was damaged on its way, or in the server's file.
replica-damaged = What came as an event is none ({ $error }).
replica-privilege = The account may not replicate: { $message }.
replica-grant = A privilege is missing: GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO the account (MariaDB: BINLOG MONITOR in place of the second).
replica-log-bin-off = The server writes no binary log.
replica-log-bin-off-advice = Set log_bin in the server's configuration and start it again.
replica-other-server = Another server answers there than before.
replica-other-server-advice = Positions of one server mean nothing to another: begin anew there, best by GTID.
replica-duplicate-server-id = Another replica of this server has the server id { $id }.
replica-duplicate-server-id-advice = Two replicas with one number end each other's streams: leave --server-id out, and a free one is chosen.
replica-beyond-4gib = Position { $position } lies beyond 4 GiB, for which requests have no room.
replica-beyond-4gib-advice = Begin at the start of the file, or by GTID.
replica-no-gtids = { $text } is no GTID set or position.
replica-no-gtids-advice = MySQL: uuid:1-5,uuid:tag:7; MariaDB: domain-server-sequence, as in 0-1-100.
replica-server = The server says: { $message } ({ $number }).
replica-purged = The server has deleted the logs from there on (binlog_expire_logs_seconds, PURGE): begin with the oldest that is left, and what lies between is lost here.
replica-shorter-file = The file is shorter than that: the position is of another file or server, or the server lost the end of the file in a crash (sync_binlog).
replica-replaced = Another replica came with the same number or UUID, and the server keeps the one that came last.
replica-checksum-unwanted = The server was not told that this replica reads checksums, as a proxy between may bring about.
replica-too-large = An event is greater than max_allowed_packet, or the position lies inside of an event.
replica-wrong-password = Account or password is wrong, or the account is not allowed from this host: the part behind the @ counts.
replica-no-account-here = No account is allowed from this host: CREATE USER 'name'@'this host'.
replica-host-blocked = Too many connections from this host have failed: FLUSH HOSTS on the server.
replica-too-many-connections = All connections of the server are taken (max_connections).
replica-tls-wanted = The server wants TLS for everybody: --ssl-mode=required.
replica-password-expired = The password has expired: log in with a client and set a new one.
bridge-spool = The bridge's spool cannot be written: { $error }.
