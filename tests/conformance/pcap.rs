//! Writes captures: frames of any link around segments that are in order or not.

/// How a capture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// pcap with microseconds.
    Pcap,
    /// pcap, big-endian, with nanoseconds.
    PcapBigNano,
    /// pcapng with enhanced packets.
    PcapNg,
    /// pcapng, big-endian, with nanoseconds.
    PcapNgBig,
}

/// What frames begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Ethernet,
    Vlan,
    Cooked,
    Cooked2,
    Loopback,
    Raw,
}

pub const FILES: [File; 4] = [File::Pcap, File::PcapBigNano, File::PcapNg, File::PcapNgBig];
pub const LINKS: [Link; 6] = [Link::Ethernet, Link::Vlan, Link::Cooked, Link::Cooked2, Link::Loopback, Link::Raw];

impl Link {
    const fn number(self) -> u32 {
        match self {
            Self::Ethernet | Self::Vlan => 1,
            Self::Cooked => 113,
            Self::Cooked2 => 276,
            Self::Loopback => 0,
            Self::Raw => 101,
        }
    }

    fn frame(self, ip: &[u8], v6: bool) -> Vec<u8> {
        let kind: [u8; 2] = if v6 { [0x86, 0xdd] } else { [8, 0] };
        let head = match self {
            Self::Ethernet => [&[2; 12][..], &kind].concat(),
            Self::Vlan => [&[2; 12][..], &[0x81, 0, 0, 7], &kind].concat(),
            Self::Cooked => [&[0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0][..], &kind].concat(),
            Self::Cooked2 => [&kind[..], &[0; 18]].concat(),
            Self::Loopback => vec![if v6 { 30 } else { 2 }, 0, 0, 0],
            Self::Raw => Vec::new(),
        };
        let mut frame = [&head[..], ip].concat();
        if matches!(self, Self::Ethernet | Self::Vlan) && frame.len() < 60 {
            // Short frames are filled up, and the fill is no part of the segment.
            frame.resize(60, 0xee);
        }
        frame
    }
}

/// A segment on its way.
#[derive(Clone, Debug)]
pub struct Segment {
    pub from_client: bool,
    pub sequence: u32,
    pub syn: bool,
    pub payload: Vec<u8>,
    /// Bytes at the end that were not captured.
    pub cut: usize,
    /// The client's port.
    pub port: u16,
}

/// Segments of a connection; numbers begin near their wrap-around.
#[derive(Clone, Debug)]
pub struct Connection {
    pub segments: Vec<Segment>,
    next: [u32; 2],
    port: u16,
}

impl Connection {
    pub fn new(port: u16) -> Self {
        let mut connection = Self { segments: Vec::new(), next: [u32::MAX - 40, 7], port };
        for from_client in [true, false] {
            connection.push(from_client, &[], true);
        }
        connection
    }

    fn push(&mut self, from_client: bool, payload: &[u8], syn: bool) {
        let next = &mut self.next[usize::from(!from_client)];
        let sequence = *next;
        *next = next.wrapping_add(payload.len() as u32 + u32::from(syn));
        let segment = Segment { from_client, sequence, syn, payload: payload.to_vec(), cut: 0, port: self.port };
        self.segments.push(segment);
    }

    /// One side says something, in segments of at most so many bytes.
    pub fn say(&mut self, from_client: bool, bytes: &[u8], piece: usize) {
        for piece in bytes.chunks(piece) {
            self.push(from_client, piece, false);
        }
    }
}

const SERVER_PORT: u16 = 33071;

fn ip(segment: &Segment, v6: bool) -> Vec<u8> {
    let (source, target) = if segment.from_client { (segment.port, SERVER_PORT) } else { (SERVER_PORT, segment.port) };
    let mut tcp = Vec::new();
    tcp.extend(source.to_be_bytes());
    tcp.extend(target.to_be_bytes());
    tcp.extend(segment.sequence.to_be_bytes());
    tcp.extend([0; 4]);
    // Eight words of header: twelve bytes of options.
    let flags = match (segment.syn, segment.from_client) {
        (true, true) => 0x02,
        (true, false) => 0x12,
        _ => 0x18,
    };
    tcp.extend([0x80, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend([1; 12]);
    tcp.extend(&segment.payload);
    let ends: [u8; 2] = if segment.from_client { [1, 2] } else { [2, 1] };
    if v6 {
        let mut packet = vec![0x60, 0, 0, 0];
        packet.extend((tcp.len() as u16).to_be_bytes());
        packet.extend([6, 64]);
        for end in ends {
            packet.extend([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, end]);
        }
        return [packet, tcp].concat();
    }
    let mut packet = vec![0x45, 0];
    packet.extend((tcp.len() as u16 + 20).to_be_bytes());
    packet.extend([0, 1, 0x40, 0, 64, 6, 0, 0]);
    for end in ends {
        packet.extend([10, 0, 0, end]);
    }
    [packet, tcp].concat()
}

/// Seconds since 1970 of the first frame; each is a millisecond after the one before.
pub const BEGUN: u64 = 1_700_000_000;

/// A capture of these segments.
pub fn capture(segments: &[Segment], file: File, link: Link, v6: bool) -> Vec<u8> {
    let big = matches!(file, File::PcapBigNano | File::PcapNgBig);
    let u32 = |number: u32| if big { number.to_be_bytes() } else { number.to_le_bytes() };
    let u16 = |number: u16| if big { number.to_be_bytes() } else { number.to_le_bytes() };
    let mut out = Vec::new();
    let block = |out: &mut Vec<u8>, kind: u32, body: &[u8]| {
        let length = 12 + body.len().next_multiple_of(4);
        out.extend(u32(kind));
        out.extend(u32(length as u32));
        out.extend(body);
        out.resize(out.len() + body.len().next_multiple_of(4) - body.len(), 0);
        out.extend(u32(length as u32));
    };
    match file {
        File::Pcap | File::PcapBigNano => {
            out.extend(u32(if big { 0xa1b2_3c4d } else { 0xa1b2_c3d4 }));
            out.extend([u16(2), u16(4)].concat());
            out.extend([u32(0), u32(0), u32(0x4_0000), u32(link.number())].concat());
        }
        File::PcapNg | File::PcapNgBig => {
            let section = [&u32(0x1a2b_3c4d)[..], &u16(1), &u16(0), &[0xff; 8]].concat();
            block(&mut out, 0x0a0d_0d0a, &section);
            let resolution = [&u16(9)[..], &u16(1), &[9, 0, 0, 0], &u16(0), &u16(0)].concat();
            let options: &[u8] = if big { &resolution } else { &[] };
            let interface = [&u16(link.number() as u16)[..], &u16(0), &u32(0), options].concat();
            block(&mut out, 1, &interface);
            // A block that nobody knows is passed over.
            block(&mut out, 0x0bad, b"what is this");
        }
    }
    for (number, segment) in segments.iter().enumerate() {
        let frame = link.frame(&ip(segment, v6), v6);
        let kept = &frame[..frame.len() - segment.cut];
        let units: u64 = if big { 1_000_000_000 } else { 1_000_000 };
        let time = BEGUN * units + number as u64 * (units / 1000);
        let lengths = [u32(kept.len() as u32), u32(frame.len() as u32)].concat();
        match file {
            File::Pcap | File::PcapBigNano => {
                out.extend(u32((time / units) as u32));
                out.extend(u32((time % units) as u32));
                out.extend(lengths);
                out.extend(kept);
            }
            File::PcapNg | File::PcapNgBig => {
                let times = [u32((time >> 32) as u32), u32(time as u32)].concat();
                block(&mut out, 6, &[&u32(0)[..], &times, &lengths, kept].concat());
            }
        }
    }
    out
}
