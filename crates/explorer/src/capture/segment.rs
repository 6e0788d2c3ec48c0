//! What a frame holds: links, IP and TCP are read by etherparse, which takes frames that were cut.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::Linktype;

/// One end of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ends(pub SocketAddr);

impl Default for Ends {
    fn default() -> Self {
        Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0))
    }
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'f> {
    /// Who sends it.
    pub source: Ends,
    /// To whom.
    pub target: Ends,
    /// Of its first byte.
    pub sequence: u32,
    /// A connection begins.
    pub syn: bool,
    /// It acknowledges.
    pub ack: bool,
    /// It was not captured to its end.
    pub incomplete: bool,
    /// What it carries.
    pub payload: &'f [u8],
    /// Where that begins in the frame.
    pub offset: usize,
}

/// What a frame holds.
pub enum Found<'f> {
    /// A segment.
    Segment(Segment<'f>),
    /// Part of an IP packet.
    Fragment,
    /// Nothing of interest.
    Other,
    /// Nobody knows how frames of this link begin.
    UnknownLink,
}

impl<'f> Segment<'f> {
    /// The segment of a frame.
    pub fn of(link: Linktype, frame: &'f [u8]) -> Found<'f> {
        let Some(packet) = packet(link, frame) else { return Found::UnknownLink };
        let Some(packet) = packet else { return Found::Other };
        let ((source, target), fragmented, incomplete) = match &packet.net {
            Some(LaxNetSlice::Ipv4(ip)) => {
                let header = ip.header();
                let ends = (IpAddr::V4(header.source_addr()), IpAddr::V4(header.destination_addr()));
                (ends, ip.payload().fragmented, ip.payload().incomplete)
            }
            Some(LaxNetSlice::Ipv6(ip)) => {
                let header = ip.header();
                let ends = (IpAddr::V6(header.source_addr()), IpAddr::V6(header.destination_addr()));
                (ends, ip.payload().fragmented, ip.payload().incomplete)
            }
            _ => return Found::Other,
        };
        if fragmented {
            return Found::Fragment;
        }
        let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return Found::Other };
        let payload = tcp.payload();
        // Where it stands in the frame: what follows it there (padding) is not part of it.
        let offset = (payload.as_ptr() as usize).saturating_sub(frame.as_ptr() as usize);
        Found::Segment(Self {
            source: Ends(SocketAddr::new(source, tcp.source_port())),
            target: Ends(SocketAddr::new(target, tcp.destination_port())),
            sequence: tcp.sequence_number(),
            syn: tcp.syn(),
            ack: tcp.ack(),
            incomplete,
            payload,
            offset,
        })
    }
}

/// The frame's packet; `None` outside for links that are not known.
fn packet(link: Linktype, frame: &[u8]) -> Option<Option<LaxSlicedPacket<'_>>> {
    /// Before the packet of a Linux cooked capture, and where the protocol stands there.
    const COOKED: (usize, usize) = (16, 14);
    const COOKED_2: (usize, usize) = (20, 0);
    /// The address family of a loopback frame.
    const FAMILY: usize = 4;
    let cooked = |(header, protocol): (usize, usize)| {
        let kind = frame.get(protocol..)?.first_chunk::<2>()?;
        let kind = EtherType(u16::from_be_bytes(*kind));
        Some(LaxSlicedPacket::from_ether_type(kind, frame.get(header..)?))
    };
    Some(match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(frame).ok(),
        Linktype::LINUX_SLL => cooked(COOKED),
        Linktype::LINUX_SLL2 => cooked(COOKED_2),
        Linktype::NULL | Linktype::LOOP => frame.get(FAMILY..).and_then(|ip| LaxSlicedPacket::from_ip(ip).ok()),
        // LINKTYPE_RAW, its number on some systems, and the two of one IP version each.
        Linktype::RAW | Linktype(12 | 14) | Linktype::IPV4 | Linktype::IPV6 => LaxSlicedPacket::from_ip(frame).ok(),
        _ => return None,
    })
}
