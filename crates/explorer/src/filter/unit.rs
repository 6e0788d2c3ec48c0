//! What a filter may ask of the transaction around an event.

use binlog_format::Event;
use binlog_format::event::Body;
use binlog_format::gtid::Uuid;

use super::ast::GtidPattern;

/// The transaction that an event belongs to; the default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The event belongs to a transaction.
    pub transaction: bool,
    /// Its number in the file, from 1; 0 where transactions are not counted.
    pub number: u64,
    /// Its GTID.
    pub gtid: UnitGtid,
    /// What all of it tells, once somebody looked.
    pub totals: Option<Totals>,
}

/// What only the whole transaction tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The connection that ran it, as the first of its events that knows tells it.
    pub thread: Option<u32>,
    /// Bytes from its first event to the end of its last, as stored.
    pub size: u64,
    /// Rows of its rows events, those of payloads included.
    pub rows: u64,
    /// Events and spans of the file among it.
    pub events: u64,
}

/// The longest tag of a GTID.
const TAG: usize = 32;

/// A transaction's GTID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnitGtid {
    /// It has none.
    #[default]
    None,
    /// MySQL's.
    Mysql {
        /// The source.
        uuid: Uuid,
        /// The tag, and how much of it counts.
        tag: ([u8; TAG], u8),
        /// The number.
        number: u64,
    },
    /// MariaDB's.
    Mariadb {
        /// The domain.
        domain: u32,
        /// The server.
        server: u32,
        /// The number.
        number: u64,
    },
}

impl UnitGtid {
    /// The GTID that an event gives to the transaction that it begins.
    pub fn of(event: &Event<'_>) -> Self {
        match &event.body {
            Ok(Body::Gtid(gtid)) if gtid.gno > 0 => {
                let mut tag = [0; TAG];
                tag.iter_mut().zip(gtid.tag).for_each(|(to, from)| *to = *from);
                let length = gtid.tag.len().min(TAG) as u8;
                Self::Mysql { uuid: gtid.uuid, tag: (tag, length), number: gtid.gno.unsigned_abs() }
            }
            Ok(Body::MariadbGtid(gtid)) => {
                Self::Mariadb { domain: gtid.domain_id, server: event.header.server_id, number: gtid.sequence_number }
            }
            _ => Self::None,
        }
    }

    /// Whether a pattern means it. A pattern without a tag means untagged GTIDs only where it has numbers.
    pub(super) fn is(&self, pattern: &GtidPattern) -> bool {
        match (self, pattern) {
            (Self::Mysql { uuid, tag, number }, GtidPattern::Mysql { source, tag: wanted, numbers }) => {
                let own = tag.0.get(..tag.1.into()).unwrap_or_default();
                let tagged = match wanted {
                    Some(wanted) => wanted.matches(own, true),
                    None => own.is_empty() || numbers.is_empty(),
                };
                tagged
                    && (numbers.is_empty() || numbers.iter().any(|(first, last)| (first..=last).contains(&number)))
                    && source.matches(&uuid_text(*uuid), false)
            }
            (
                Self::Mariadb { domain, server, number },
                GtidPattern::Mariadb { domain: in_domain, server: of_server, numbers },
            ) => {
                in_domain.is_none_or(|wanted| wanted == *domain)
                    && of_server.is_none_or(|wanted| wanted == *server)
                    && numbers.is_none_or(|(first, last)| (first..=last).contains(number))
            }
            _ => false,
        }
    }
}

/// A UUID's text, on the stack.
fn uuid_text(uuid: Uuid) -> [u8; 36] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    // The dashes stay where they are.
    let places = (0..36).filter(|at| !matches!(at, 8 | 13 | 18 | 23));
    let digits = uuid.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    for (at, digit) in places.zip(digits) {
        if let (Some(to), Some(digit)) = (text.get_mut(at), DIGITS.get(usize::from(digit))) {
            *to = *digit;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_its_text() {
        let uuid =
            Uuid([0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1, 0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95, 0x62]);
        assert_eq!(uuid_text(uuid), *uuid.to_string().as_bytes());
    }
}
