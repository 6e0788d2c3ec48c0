### LOAD DATA: blocks of the file, and the events that run it.

load-file_id = Number of the file being loaded, u32, given by the source. It ties the blocks of one LOAD DATA to the event that runs it; blocks of several loads may be mixed.
load-block_data = Bytes of the loaded file as they were read, at most 128 KiB a block by default. Lines and characters may be cut at the end of a block, so join the blocks before reading rows.
load-file_name_start = Where in the statement the part begins that names the file, u32, in bytes from its start: at the space before LOCAL or INFILE. A replica puts the name of its own temporary file there.
load-file_name_end = Where that part of the statement ends, u32, in bytes from its start: the character before INTO TABLE. What stands between is the client's file name, which means nothing on a replica.
load-duplicate_handling = What to do with rows whose key exists, one byte: 0 fail, 1 IGNORE, 2 REPLACE. It replaces the word that stood between file name and INTO.
