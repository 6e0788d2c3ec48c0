//! The file: pcap records and pcapng blocks, one after another.

use pcap_parser::nom::Err;
use pcap_parser::{Block, Linktype, PcapHeader, parse_block_be, parse_block_le, parse_pcap_frame, parse_pcap_frame_be};
use pcap_parser::{parse_pcap_header, traits::PcapNGPacketBlock};

use crate::source::{Source, fill};
use crate::view::Message;

/// Bytes read at once.
const WINDOW: u64 = 1 << 20;

/// Bytes of one block: nobody captures frames as long as this.
const MAX_BLOCK: u64 = 32 << 20;

/// Interfaces of a section; those of more are not known.
const MAX_INTERFACES: usize = 4096;

/// What frames begin with.
pub type Link = Linktype;

/// How a capture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// pcap: big-endian, nanoseconds, and its one kind of link.
    Pcap { big: bool, nanoseconds: bool, link: Link },
    /// pcapng.
    PcapNg,
}

impl Format {
    /// By the first bytes of the file.
    pub fn of(head: &[u8]) -> Option<Self> {
        const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
        const BYTE_ORDERS: [[u8; 4]; 2] = [[0x1a, 0x2b, 0x3c, 0x4d], [0x4d, 0x3c, 0x2b, 0x1a]];
        if head.starts_with(&SECTION) {
            let order = head.get(8..12)?;
            return BYTE_ORDERS.iter().any(|known| known == order).then_some(Self::PcapNg);
        }
        let (_, header): (_, PcapHeader) = parse_pcap_header(head).ok()?;
        // Of its high bits some tell of checksums behind frames.
        let link = Linktype(header.network.0 & 0xffff);
        let known = header.version_major == 2 && !header.is_modified_format();
        known.then(|| Self::Pcap { big: header.is_bigendian(), nanoseconds: header.is_nanosecond_precision(), link })
    }
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: Link,
    /// Parts of a second.
    resolution: u64,
    /// Seconds.
    offset: i64,
}

/// What comes next.
pub enum Next<'b> {
    /// A frame.
    Frame {
        /// As far as it was captured.
        bytes: &'b [u8],
        /// Where it begins in what was given.
        at: usize,
        /// Microseconds since 1970; 0 if that is not known.
        time: u64,
        /// What it begins with.
        link: Link,
        /// Bytes that were not captured.
        missing: u64,
        /// Bytes of the record or block.
        length: usize,
    },
    /// Something else, of so many bytes.
    Nothing(usize),
    /// It is not all there.
    NeedMore,
    /// It makes no sense.
    Damaged,
}

/// Takes a capture apart.
pub struct Blocks {
    format: Format,
    position: u64,
    window: u64,
    big: bool,
    interfaces: Vec<Interface>,
    ended: bool,
}

impl Blocks {
    /// By the first bytes of the file.
    pub fn new(head: &[u8]) -> Option<Self> {
        let format = Format::of(head)?;
        let position = if format == Format::PcapNg { 0 } else { super::CAPTURE_HEAD as u64 };
        let big = matches!(format, Format::Pcap { big: true, .. });
        Some(Self { format, position, window: WINDOW, big, interfaces: Vec::new(), ended: false })
    }

    /// Where the next record begins.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The bytes from here on.
    pub fn window(&self, source: &dyn Source) -> Result<Vec<u8>, Message> {
        let length = source.length().saturating_sub(self.position).min(self.window);
        if self.ended || length == 0 {
            return Ok(Vec::new());
        }
        let mut bytes = vec![0; length as usize];
        let filled = fill(source, self.position, &mut bytes).map_err(|error| {
            Message::new("failed-read").number("at", self.position).text("reason", error.to_string())
        })?;
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// So many bytes were read.
    pub fn take(&mut self, bytes: u64) {
        self.position += bytes;
        if bytes > 0 {
            self.window = WINDOW;
        }
    }

    /// A block did not fit into the window; false if it ends behind the file or is too large.
    pub fn grow(&mut self, window: u64, length: u64) -> bool {
        self.window = (window * 4).min(MAX_BLOCK);
        window < MAX_BLOCK && self.position + window < length
    }

    /// Nothing more is read.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// What these bytes begin with.
    pub fn next<'b>(&mut self, bytes: &'b [u8]) -> Next<'b> {
        match self.format {
            Format::Pcap { nanoseconds, link, .. } => self.record(bytes, nanoseconds, link),
            Format::PcapNg => self.block(bytes),
        }
    }

    fn record<'b>(&self, bytes: &'b [u8], nanoseconds: bool, link: Link) -> Next<'b> {
        let parsed = if self.big { parse_pcap_frame_be(bytes) } else { parse_pcap_frame(bytes) };
        match parsed {
            Ok((rest, record)) => {
                let length = bytes.len() - rest.len();
                let fraction = if nanoseconds { record.ts_usec / 1000 } else { record.ts_usec };
                Next::Frame {
                    bytes: record.data,
                    at: length - record.data.len(),
                    time: u64::from(record.ts_sec) * 1_000_000 + u64::from(fraction),
                    link,
                    missing: u64::from(record.origlen.saturating_sub(record.caplen)),
                    length,
                }
            }
            Err(Err::Incomplete(_)) => Next::NeedMore,
            Err(_) => Next::Damaged,
        }
    }

    fn block<'b>(&mut self, bytes: &'b [u8]) -> Next<'b> {
        // A section tells its own byte order.
        if bytes.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
            match bytes.get(8..12) {
                Some([0x1a, 0x2b, 0x3c, 0x4d]) => self.big = true,
                Some([0x4d, 0x3c, 0x2b, 0x1a]) => self.big = false,
                Some(_) => return Next::Damaged,
                None => return Next::NeedMore,
            }
        }
        let parsed = if self.big { parse_block_be(bytes) } else { parse_block_le(bytes) };
        let (rest, block) = match parsed {
            Ok(parsed) => parsed,
            Err(Err::Incomplete(_)) => return Next::NeedMore,
            Err(_) => return Next::Damaged,
        };
        let length = bytes.len() - rest.len();
        // Behind the block's type and length: interface, time, and two lengths.
        const ENHANCED: usize = 28;
        const SIMPLE: usize = 12;
        match block {
            Block::SectionHeader(_) => self.interfaces.clear(),
            Block::InterfaceDescription(description) if self.interfaces.len() < MAX_INTERFACES => {
                self.interfaces.push(Interface {
                    link: description.linktype,
                    resolution: description.ts_resolution().filter(|units| *units > 0).unwrap_or(1_000_000),
                    offset: description.ts_offset(),
                });
            }
            Block::EnhancedPacket(packet) => {
                let Some(interface) = self.interfaces.get(packet.if_id as usize) else { return Next::Nothing(length) };
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                let (seconds, part) = (units / interface.resolution, units % interface.resolution);
                let micros = u128::from(part) * 1_000_000 / u128::from(interface.resolution);
                let seconds = seconds.saturating_add_signed(interface.offset);
                let data = packet.packet_data();
                return Next::Frame {
                    at: ENHANCED,
                    time: seconds.saturating_mul(1_000_000).saturating_add(micros as u64),
                    link: interface.link,
                    missing: u64::from(packet.origlen.saturating_sub(packet.caplen)),
                    bytes: bytes.get(ENHANCED..ENHANCED + data.len()).unwrap_or_default(),
                    length,
                };
            }
            Block::SimplePacket(packet) => {
                let Some(interface) = self.interfaces.first() else { return Next::Nothing(length) };
                let captured = packet.data.len().min(packet.origlen as usize);
                return Next::Frame {
                    at: SIMPLE,
                    time: 0,
                    link: interface.link,
                    missing: u64::from(packet.origlen).saturating_sub(captured as u64),
                    bytes: bytes.get(SIMPLE..SIMPLE + captured).unwrap_or_default(),
                    length,
                };
            }
            _ => {}
        }
        Next::Nothing(length)
    }
}
