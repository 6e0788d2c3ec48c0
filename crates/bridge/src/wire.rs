//! Binary messages: batches of records, each a logical packet or a piece of one. All numbers are little-endian.
//!
//! A record's **position** counts bytes of all records of a stream since its beginning, headers included; a batch says
//! the position of its first record. The spool of the bridge holds the same bytes.

/// First byte of every batch: the version of this layout.
pub const VERSION: u8 = 1;

/// Bytes before a batch's first record: version, kind, two zeros, position.
pub const BATCH_HEADER: usize = 12;

/// Bytes before a record's payload.
pub const RECORD_HEADER: usize = 24;

/// Most bytes of a packet in one record; a longer packet goes on in the next record.
pub const MAX_PIECE: usize = 256 << 10;

/// Most bytes of a batch: a page works on it for some ten milliseconds.
pub const MAX_BATCH: usize = 1 << 20;

/// What a batch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKind {
    /// Records in the order of the stream; who has taken them is at the position behind the last one.
    Stream,
    /// Records from earlier, without which what follows cannot be read: how the connection began, the format
    /// description in force. They do not count for the position.
    Prelude,
}

/// The server said it; else the client, which is the bridge.
pub const FROM_SERVER: u8 = 1;
/// The packet's event is the stream's next one. An event without this flag came again after a lost connection, or is a
/// heartbeat.
pub const EVENT: u8 = 2;
/// Secrets in it were overwritten with zeros.
pub const BLANKED: u8 = 4;
/// It is the first packet of a connection.
pub const CONNECTED: u8 = 8;
/// The packet goes on in the next record.
pub const GOES_ON: u8 = 16;
/// This is no packet: events were taken back, as many as the payload says (`u64`), the last ones.
pub const WITHDRAWN: u8 = 32;
/// Behind the event no transaction is open: it ends one, or stands between two.
pub const BOUNDARY: u8 = 64;

/// What stands before a record's payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Which of the flags above.
    pub flags: u8,
    /// Sequence number of the packet's first frame.
    pub sequence: u8,
    /// With [`EVENT`]: bytes of the packet before the event.
    pub before_event: u8,
    /// Bytes of this piece.
    pub length: u32,
    /// When the packet was seen, in microseconds since 1970.
    pub time: u64,
    /// Bytes of the packet on the wire, headers of its frames included, before compression and TLS.
    pub wire_length: u64,
}

impl Record {
    /// Whether all of these flags are set.
    pub const fn has(&self, flags: u8) -> bool {
        self.flags & flags == flags
    }

    /// Its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend([self.flags, self.sequence, self.before_event, 0]);
        out.extend(self.length.to_le_bytes());
        out.extend(self.time.to_le_bytes());
        out.extend(self.wire_length.to_le_bytes());
    }

    /// Reads the first record of these bytes: its header, its payload, and what follows. Nothing, if it is not whole.
    pub fn read(bytes: &[u8]) -> Option<(Self, &[u8], &[u8])> {
        let (header, rest) = bytes.split_first_chunk::<RECORD_HEADER>()?;
        let [flags, sequence, before_event, _, numbers @ ..] = header;
        let (length, numbers) = numbers.split_first_chunk()?;
        let (time, numbers) = numbers.split_first_chunk()?;
        let (wire_length, _) = numbers.split_first_chunk()?;
        let record = Self {
            flags: *flags,
            sequence: *sequence,
            before_event: *before_event,
            length: u32::from_le_bytes(*length),
            time: u64::from_le_bytes(*time),
            wire_length: u64::from_le_bytes(*wire_length),
        };
        let (payload, rest) = rest.split_at_checked(record.length as usize)?;
        Some((record, payload, rest))
    }
}

/// Writes a packet as records; `record` is the first one's header, its length that of the packet.
pub fn write_packet(record: Record, payload: &[u8], out: &mut Vec<u8>) {
    let mut rest = payload;
    loop {
        let (piece, after) = rest.split_at(rest.len().min(MAX_PIECE));
        let more = if after.is_empty() { 0 } else { GOES_ON };
        Record { flags: record.flags | more, length: piece.len() as u32, ..record }.write(out);
        out.extend_from_slice(piece);
        if after.is_empty() {
            return;
        }
        rest = after;
    }
}

/// What stands before a batch's records.
pub fn batch_header(kind: BatchKind, position: u64) -> [u8; BATCH_HEADER] {
    let mut header = [0; BATCH_HEADER];
    header[0] = VERSION;
    header[1] = match kind {
        BatchKind::Stream => 0,
        BatchKind::Prelude => 1,
    };
    header[4..].copy_from_slice(&position.to_le_bytes());
    header
}

/// A batch that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch<'a> {
    /// What it holds.
    pub kind: BatchKind,
    /// Of its first record.
    pub position: u64,
    /// Its records.
    pub records: &'a [u8],
}

impl<'a> Batch<'a> {
    /// Reads a message; nothing, if it is of another version or none at all.
    pub fn read(message: &'a [u8]) -> Option<Self> {
        let ([version, kind, _, _, position @ ..], records) = message.split_first_chunk::<BATCH_HEADER>()?;
        let kind = match kind {
            0 => BatchKind::Stream,
            1 => BatchKind::Prelude,
            _ => return None,
        };
        (*version == VERSION).then_some(Self { kind, position: u64::from_le_bytes(*position), records })
    }

    /// The position behind it.
    pub const fn end(&self) -> u64 {
        match self.kind {
            BatchKind::Stream => self.position + self.records.len() as u64,
            BatchKind::Prelude => self.position,
        }
    }
}

impl<'a> IntoIterator for Batch<'a> {
    type Item = (Record, &'a [u8]);
    type IntoIter = Records<'a>;

    fn into_iter(self) -> Records<'a> {
        Records(self.records)
    }
}

/// The records of a batch, up to the first that is not whole.
#[derive(Clone, Debug)]
pub struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (Record, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (record, payload, rest) = Record::read(self.0)?;
        self.0 = rest;
        Some((record, payload))
    }
}

/// How many of these bytes are whole records and, unless the first alone is longer, no more than `most`.
pub fn whole_records(bytes: &[u8], most: usize) -> usize {
    let mut rest = bytes;
    while let Some((_, _, after)) = Record::read(rest) {
        let end = bytes.len() - after.len();
        if end > most && rest.len() < bytes.len() {
            break;
        }
        rest = after;
    }
    bytes.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_come_back() {
        let first = Record {
            flags: FROM_SERVER | EVENT,
            sequence: 255,
            before_event: 3,
            length: 0,
            time: u64::MAX - 1,
            wire_length: 1 << 40,
        };
        let large: Vec<u8> = (0..MAX_PIECE * 2 + 5).map(|at| at as u8).collect();
        let mut bytes = batch_header(BatchKind::Stream, 77).to_vec();
        write_packet(first, &large, &mut bytes);
        write_packet(Record { sequence: 1, ..Record::default() }, b"", &mut bytes);
        let batch = Batch::read(&bytes).expect("a batch");
        assert_eq!((batch.kind, batch.position), (BatchKind::Stream, 77));
        assert_eq!(batch.end(), 77 + bytes.len() as u64 - BATCH_HEADER as u64);
        let records: Vec<_> = batch.into_iter().collect();
        assert_eq!(records.len(), 4);
        let joined: Vec<u8> = records[..3].iter().flat_map(|(_, piece)| piece.to_vec()).collect();
        assert!(joined == large);
        assert!(records[0].0.has(GOES_ON | EVENT) && records[1].0.has(GOES_ON) && !records[2].0.has(GOES_ON));
        assert_eq!(records[2].0, Record { length: 5, ..first });
        assert_eq!(records[3], (Record { sequence: 1, ..Record::default() }, &b""[..]));
    }

    #[test]
    fn what_is_cut_gives_what_is_whole() {
        let mut bytes = Vec::new();
        for length in [0, 1, 30] {
            write_packet(Record::default(), &vec![7; length], &mut bytes);
        }
        let ends = [24, 49, 103];
        for cut in 0..=bytes.len() {
            let whole = ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(Records(&bytes[..cut]).count(), whole, "cut at {cut}");
            let end = ends.iter().filter(|end| **end <= cut).max().copied().unwrap_or(0);
            assert_eq!(whole_records(&bytes[..cut], usize::MAX), end);
        }
        assert_eq!(whole_records(&bytes, 48), 24);
        assert_eq!(whole_records(&bytes, 49), 49);
        // The first one is given however long it is.
        assert_eq!(whole_records(&bytes, 1), 24);
    }

    #[test]
    fn another_version_is_no_batch() {
        let mut header = batch_header(BatchKind::Prelude, 1);
        assert_eq!(Batch::read(&header).map(|batch| batch.end()), Some(1));
        header[0] = 2;
        assert_eq!(Batch::read(&header), None);
        assert_eq!(Batch::read(&[1, 0, 0]), None);
        assert_eq!(Batch::read(&[1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), None);
    }
}
