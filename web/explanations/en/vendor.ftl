### Events of forks: Aurora and PolarDB-X.

aurora_padding-asterisks = Filler of Amazon Aurora, normally asterisks. Nothing refers to it, and it says nothing of the data.

consensus-consensus_flags = What the entry is, u32: part of a large transaction (0x04) or its end (0x08), part of a value too large for one entry (0x20 to 0x80), a change of the cluster (0x10).
consensus-term = Term of the leader that received the entry, 8 bytes. It grows with each election; of two entries with the same index, the one of the later term holds.
consensus-index = Number of the entry in the consensus log, 8 bytes. Numbers go on over all files without gaps.
consensus-entry_length = Bytes of the entry that follows, 8 bytes: all events up to the next consensus event.
consensus-reserve = 8 bytes in reserve, 0 or a checksum over the entry. How it is computed depends on the version.
consensus-previous_index = Consensus index at which this file begins, 8 bytes: one more than that of the last entry in the file before.
consensus-info_length = Length of the text that follows in bytes, u32. The text runs to the end of the event.
consensus-cluster_info_text = Members of the cluster as text: addresses, each with its role, as they were when the file began.
gcn-gcn_flags = One byte: 0x01 a commit number follows, 0x08 it was given from outside, 0x10 it is a proposal at XA PREPARE, 0x20 branch counts follow.
gcn-commit_gcn = Global commit number of the transaction, 8 bytes. A snapshot taken at a higher number sees the transaction, on whatever server.
gcn-branch_count = How many branches the distributed transaction has in all, u16. Newer versions write it at XA PREPARE.
gcn-local_branch_count = How many of the branches are on this server, u16; the others are in the logs of other servers.
gcn-unset_gcn = Room for a commit number that the transaction does not have. Older versions write it all the same, and its bytes mean nothing.
