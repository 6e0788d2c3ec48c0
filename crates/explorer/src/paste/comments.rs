//! The comments that `mysqlbinlog --hexdump` and `mariadb-binlog --hexdump` print.
//!
//! An event is a header line with its offset and its 19 header bytes, then lines of at most 16 bytes. Its size is
//! in the header, so the end of its lines is known. MySQL and MariaDB differ in the separators only:
//!
//! ```text
//! # 00000004 0e 99 01 6b   0f   bd 84 00 00   7b 00 00 00   7f 00 00 00   00 00
//! # 00000017 04 00 39 2e 37 2e 34 2d  32 00 00 00 00 00 00 00 |..9.7.4.2.......|
//!
//! #        4  |1b 99 01 6b |0f   |c0 84 00 00 |fc 00 00 00 |00 01 00 00 |00 00
//! #
//! #       17  04 00 31 31 2e 38 2e 36  2d 4d 61 72 69 61 44 42  |..11.8.6-MariaDB|
//! ```

use super::output::Output;
use super::text::{Line, error_at, hex_pair, lines};
use super::{Outcome, PasteFormat, Pasted, message, number};
use crate::view::{Argument, Message};

/// Bytes in a header line: the common header of binlog version 4.
const HEADER: usize = 19;

/// Reads the comments; `None` when there is no header line.
pub(super) fn read(text: &str) -> Outcome {
    let has_header = lines(text).any(|line| comment(line.text).is_some_and(|c| c.header().is_some()));
    has_header.then(|| Reader { text, ..Reader::default() }.all())
}

/// A comment line that starts like one of a dump: an offset, then something.
struct Comment<'a> {
    offset: u64,
    rest: &'a str,
}

fn comment(line: &str) -> Option<Comment<'_>> {
    let line = line.trim_start_matches(['+', '>', ' ', '\t']).strip_prefix('#')?;
    let line = line.strip_prefix([' ', '\t'])?.trim_start();
    let (offset, rest) = line.split_at(line.find([' ', '\t'])?);
    let offset = if offset.len() <= 16 { u64::from_str_radix(offset, 16).ok()? } else { return None };
    Some(Comment { offset, rest: rest.trim() })
}

impl Comment<'_> {
    /// The bytes of a header line.
    fn header(&self) -> Option<[u8; HEADER]> {
        let mut bytes = [0; HEADER];
        let mut count = 0;
        for group in self.rest.split([' ', '\t', '|']).filter(|group| !group.is_empty()) {
            *bytes.get_mut(count)? = hex_group(group)?;
            count += 1;
        }
        (count == HEADER).then_some(bytes)
    }

    /// The bytes of a line that is no header: at most 16.
    fn data(&self) -> Option<Vec<u8>> {
        let hex = self.rest.split('|').next().unwrap_or("");
        let groups = hex.split([' ', '\t']).filter(|group| !group.is_empty());
        let bytes: Option<Vec<u8>> = groups.take(17).map(hex_group).collect();
        bytes.filter(|bytes| (1..=16).contains(&bytes.len()))
    }
}

fn hex_group(group: &str) -> Option<u8> {
    if group.len() == 2 { hex_pair(group.as_bytes()) } else { None }
}

/// The event whose lines are being read.
#[derive(Debug)]
struct Event {
    /// From its header.
    size: usize,
    /// Bytes read.
    have: usize,
    /// Offset that the next line must have.
    next: u64,
    /// Where its header line starts in the text.
    start: usize,
    /// A copy of an event inside a payload: not read.
    copy: bool,
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    output: Output,
    event: Option<Event>,
    /// Checksum that the line above the event says.
    checksum: Option<u32>,
    compressed: bool,
    first: Option<u64>,
    events: usize,
    copies: usize,
    restored: usize,
    /// What to say when more events follow one that is too short.
    short: Option<Message>,
}

impl Reader<'_> {
    fn all(mut self) -> Result<Pasted, Message> {
        for line in lines(self.text) {
            self.line(line)?;
        }
        self.close()?;
        let first = self.first.unwrap_or(0);
        let mut notes = vec![message(
            "paste-hexdump-comments",
            [("events", number(self.events)), ("offset", Argument::Number(first))],
        )];
        if self.text.contains("BINLOG '") {
            notes.push(message("paste-hexdump-comments-preferred", []));
        }
        if self.copies > 0 {
            notes.push(message("paste-hexdump-copies", [("events", number(self.copies))]));
        }
        if self.restored > 0 {
            notes.push(message("paste-hexdump-checksums", [("events", number(self.restored))]));
        }
        if self.short.is_some() {
            notes.push(message("paste-cut", []));
        }
        Ok(Pasted { bytes: self.output.into_bytes(), notes, format: PasteFormat::Hexdump })
    }

    fn line(&mut self, line: Line<'_>) -> Result<(), Message> {
        let bare = line.text.trim_start_matches(['+', '>', ' ', '\t']).trim_end();
        if bare == "#" {
            return Ok(());
        }
        if bare.starts_with("# Start of compressed events") {
            self.close()?;
            self.compressed = true;
        } else if bare.starts_with("# End of compressed events") {
            self.close()?;
            self.compressed = false;
        }
        let Some(comment) = comment(line.text) else {
            self.close()?;
            if let Some(value) = bare.starts_with('#').then(|| bare.split("CRC32 0x").nth(1)).flatten() {
                let digits = value.get(..8).unwrap_or(value);
                self.checksum = u32::from_str_radix(digits, 16).ok();
            }
            return Ok(());
        };
        if let Some(header) = comment.header() {
            self.close()?;
            return self.open(line, &comment, header);
        }
        match (&mut self.event, comment.data()) {
            (Some(event), Some(bytes)) if event.have < event.size => {
                if comment.offset != event.next {
                    let expected = ("expected", Argument::Text(format!("{:x}", event.next)));
                    return Err(error_at(self.text, line.start, "paste-error-offset", [expected]));
                }
                if bytes.len() > event.size - event.have {
                    let size = ("size", number(event.size));
                    return Err(error_at(self.text, line.start, "paste-error-event-long", [size]));
                }
                event.have += bytes.len();
                event.next = event.next.saturating_add(bytes.len() as u64);
                if event.copy { Ok(()) } else { self.output.extend(&bytes) }
            }
            _ => self.close(),
        }
    }

    fn open(&mut self, line: Line<'_>, comment: &Comment<'_>, header: [u8; HEADER]) -> Result<(), Message> {
        let size = u32::from_le_bytes([header[9], header[10], header[11], header[12]]) as usize;
        if self.compressed {
            self.copies += 1;
        } else if let Some(short) = self.short.take() {
            return Err(short);
        } else {
            self.events += 1;
            self.first.get_or_insert(comment.offset);
            self.output.extend(&header)?;
        }
        let next = comment.offset.saturating_add(HEADER as u64);
        self.event = Some(Event { size, have: HEADER, next, start: line.start, copy: self.compressed });
        Ok(())
    }

    /// The event's lines are over: they must hold as many bytes as its header says. Some versions leave out the
    /// checksum, which stands in the line above then.
    fn close(&mut self) -> Result<(), Message> {
        let checksum = self.checksum;
        let Some(event) = self.event.take() else { return Ok(()) };
        self.checksum = None;
        if event.have >= event.size || event.copy {
            return Ok(());
        }
        match checksum {
            Some(checksum) if event.have + 4 == event.size => {
                self.restored += 1;
                self.output.extend(&checksum.to_le_bytes())
            }
            _ => {
                let args = [("size", number(event.size)), ("bytes", number(event.have))];
                self.short = Some(error_at(self.text, event.start, "paste-error-event-short", args));
                Ok(())
            }
        }
    }
}
